// printf. Source: the Bash manual, "Bash Builtins", and POSIX for its formats.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  // MARK: printf

  func printf(_ words: [String]) throws(Abort) -> Int32 {
    var rest = words[...]
    var target: String?
    while let word = rest.first, word.utf8.first == 45, word.utf8.count > 1 {
      if word == "--" {
        rest = rest.dropFirst()
        break
      }
      if word == "-v" {
        rest = rest.dropFirst()
        guard let name = rest.first else {
          complain("-v: option requires an argument", builtin: true)
          writeError(usageOf("printf"))
          return 2
        }
        target = name
        let base = splitSubscript(name)?.0 ?? name
        guard isName(base) else {
          complain("`\(name)': not a valid identifier", builtin: true)
          return 2
        }
        rest = rest.dropFirst()
        continue
      }
      if word.utf8.starts(with: "-v".utf8) {
        target = String(word.dropFirst(2))
        rest = rest.dropFirst()
        continue
      }
      return invalidOption(String(word.prefix(2)))
    }
    guard let format = rest.first else {
      writeError(flavour == .bash ? usageOf("printf") : "")
      return 2
    }
    var formatter = PrintfFormatter(shell: self, arguments: Array(rest.dropFirst()), writesAtOnce: target == nil)
    formatter.run(format.rawBytes)
    if let target {
      // A variable cannot hold what comes after a null byte.
      let text = String(raw: formatter.out.prefix { $0 != 0 })
      if let (name, index) = splitSubscript(target) {
        try assignElement(name, index, text)
      } else {
        try assign(target, text)
      }
    } else {
      writeBytes(formatter.out)
    }
    return formatter.code
  }
}

/// One call of printf: the format is used again while arguments are left.
struct PrintfFormatter {
  let shell: ShellProgram
  let arguments: [String]
  var out: [UInt8] = []
  var code: Int32 = 0
  private var index = 0
  private var consumed = false
  private var stopped = false
  /// The text is for standard output, not for a variable.
  private let writesAtOnce: Bool

  init(shell: ShellProgram, arguments: [String], writesAtOnce: Bool) {
    self.shell = shell
    self.arguments = arguments
    self.writesAtOnce = writesAtOnce
  }

  /// Says what is wrong, after what is printed by then: bash buffers standard output by lines, busybox empties the buffer.
  private mutating func complain(_ message: String) {
    let end = shell.flavour == .ash ? out.indices.last : out.lastIndex(of: 10)
    if writesAtOnce, shell.flavour != .dash, let end {
      shell.writeBytes(Array(out[...end]))
      out.removeSubrange(...end)
    }
    shell.complain(message, builtin: true)
  }

  mutating func run(_ format: [UInt8]) {
    repeat {
      consumed = false
      pass(format)
      if out.count > FileSystem.fileSizeMax { return }
    } while !stopped && consumed && index < arguments.count
  }

  private mutating func next() -> String? {
    consumed = true
    guard index < arguments.count else { return nil }
    index += 1
    return arguments[index - 1]
  }

  private mutating func pass(_ format: [UInt8]) {
    var i = 0
    while i < format.count, !stopped {
      let c = format[i]
      if c == 92 {
        _ = decodeEscape(format, &i, .format, into: &out)
        continue
      }
      if c != 37 {
        out.append(c)
        i += 1
        continue
      }
      i += 1
      guard i < format.count else {
        complain("`%': missing format character")
        code = 1
        return
      }
      if format[i] == 37 {
        out.append(37)
        i += 1
        continue
      }
      let start = i - 1
      var spec = Spec()
      flags: while i < format.count {
        switch format[i] {
        case 45: spec.left = true
        case 43: spec.plus = true
        case 32: spec.space = true
        case 48: spec.zero = true
        case 35: spec.alternate = true
        case 39: break
        default: break flags
        }
        i += 1
      }
      if i < format.count, format[i] == 42 {
        i += 1
        let width = Int(integer(next() ?? "0"))
        if width < 0 { spec.left = true }
        spec.width = limited(abs(width))
      } else {
        while i < format.count, format[i] >= 48, format[i] <= 57 {
          spec.width = limited(spec.width * 10 + Int(format[i] - 48))
          i += 1
        }
      }
      if i < format.count, format[i] == 46 {
        i += 1
        if i < format.count, format[i] == 42 {
          i += 1
          let precision = Int(integer(next() ?? "0"))
          spec.precision = precision < 0 ? nil : limited(precision)
        } else {
          var precision = 0
          while i < format.count, format[i] >= 48, format[i] <= 57 {
            precision = limited(precision * 10 + Int(format[i] - 48))
            i += 1
          }
          spec.precision = precision
        }
      }
      while i < format.count,
        format[i] == 108 || format[i] == 104 || format[i] == 106 || format[i] == 122 || format[i] == 116
          || format[i] == 76
      { i += 1 }
      var timeFormat: String?
      if i < format.count, format[i] == 40 {
        guard let close = format[i...].firstIndex(of: 41), close + 1 < format.count, format[close + 1] == 84 else {
          complain("`\(String(raw: format[start...]))': invalid format character")
          code = 1
          stopped = true
          return
        }
        timeFormat = String(raw: format[i + 1..<close])
        i = close + 1
      }
      guard i < format.count else {
        complain("`\(String(raw: format[start...]))': missing format character")
        code = 1
        stopped = true
        return
      }
      let conversion = format[i]
      i += 1
      convert(
        conversion, spec, timeFormat,
        text: String(raw: format[start..<(shell.flavour == .ash ? format.count : i)]))
    }
  }

  /// A width or precision; what nobody would print ends the command.
  private func limited(_ width: Int) -> Int {
    if width > 1_000_000 { shell.process.account.reach("output limit reached: printf is asked for a field that wide") }
    return min(width, 1_000_000)
  }

  private struct Spec {
    var left = false
    var plus = false
    var space = false
    var zero = false
    var alternate = false
    var width = 0
    var precision: Int?
  }

  private mutating func convert(_ conversion: UInt8, _ spec: Spec, _ timeFormat: String?, text: String) {
    switch conversion {
    case 115:
      pad((next() ?? "").rawBytes, spec, truncates: true)
    case 113 where shell.flavour == .bash, 81 where shell.flavour == .bash:
      let argument = next() ?? ""
      var shown = argument
      if conversion == 81, let precision = spec.precision { shown = String(argument.prefix(precision)) }
      var own = spec
      if conversion == 81 { own.precision = nil }
      pad(backslashQuoted(shell.inLocale(shown)).rawBytes, own, truncates: true)
    case 98:
      let (bytes, stops) = decodeEscapes((next() ?? "").rawBytes, .argument)
      pad(bytes, spec, truncates: true)
      if stops { stopped = true }
    case 99:
      let argument = next() ?? ""
      // One byte, as in C.
      pad(argument.isEmpty ? [0] : Array(argument.rawBytes.prefix(1)), spec, truncates: false)
    case 100, 105:
      number(integer(next()), spec)
    case 117, 120, 88, 111:
      unsigned(UInt64(bitPattern: integer(next())), conversion, spec)
    case 101, 69, 102, 70, 103, 71, 97, 65:
      floating(conversion, spec, next())
    case 84:
      let argument = next()
      let now = shell.world.clock.unixSeconds(shell.world.now)
      var seconds = argument.map { integer($0) } ?? -1
      if seconds == -1 || seconds == -2 { seconds = now }
      let format = timeFormat.map { $0.isEmpty ? "%X" : $0 } ?? ""
      let text = formatTime(format, CivilTime(unixSeconds: seconds), in: shell.zone)
      // What does not fit into bash's buffer is not shown at all.
      pad(text.utf8.count < 128 ? text.rawBytes : [], spec, truncates: true)
    case 110: _ = next()
    default:
      let letter = String(raw: [conversion])
      switch shell.flavour {
      case .bash: complain("`\(letter)': invalid format character")
      case .dash: complain("%\(letter): invalid directive")
      case .ash: complain("\(text): invalid format")
      }
      code = 1
      stopped = true
    }
  }

  private mutating func pad(_ bytes: [UInt8], _ spec: Spec, truncates: Bool) {
    var bytes = bytes
    if truncates, let precision = spec.precision {
      // bash counts bytes, as the C library does.
      if bytes.count > precision { bytes = Array(bytes[..<precision]) }
    }
    let fill = max(0, spec.width - bytes.count)
    if !spec.left { out += [UInt8](repeating: 32, count: fill) }
    out += bytes
    if spec.left { out += [UInt8](repeating: 32, count: fill) }
  }

  private mutating func put(sign: String, digits: String, _ spec: Spec, zero: Bool) {
    let length = sign.utf8.count + digits.utf8.count
    let fill = max(0, spec.width - length)
    if spec.left {
      out += Array(sign.utf8) + Array(digits.utf8) + [UInt8](repeating: 32, count: fill)
    } else if zero {
      out += Array(sign.utf8) + [UInt8](repeating: 48, count: fill) + Array(digits.utf8)
    } else {
      out += [UInt8](repeating: 32, count: fill) + Array(sign.utf8) + Array(digits.utf8)
    }
  }

  private mutating func number(_ value: Int64, _ spec: Spec) {
    var digits = String(value.magnitude)
    if let precision = spec.precision {
      while digits.utf8.count < precision { digits = "0" + digits }
      if precision == 0, value == 0 { digits = "" }
    }
    let sign = value < 0 ? "-" : spec.plus ? "+" : spec.space ? " " : ""
    put(sign: sign, digits: digits, spec, zero: spec.zero && spec.precision == nil)
  }

  private mutating func unsigned(_ value: UInt64, _ conversion: UInt8, _ spec: Spec) {
    let radix = conversion == 111 ? 8 : conversion == 117 ? 10 : 16
    var digits = String(value, radix: radix, uppercase: conversion == 88)
    if let precision = spec.precision {
      while digits.utf8.count < precision { digits = "0" + digits }
      if precision == 0, value == 0 { digits = "" }
    }
    var sign = ""
    if spec.alternate, value != 0 {
      if conversion == 120 { sign = "0x" }
      if conversion == 88 { sign = "0X" }
      if conversion == 111, digits.utf8.first != 48 { digits = "0" + digits }
    }
    put(sign: sign, digits: digits, spec, zero: spec.zero && spec.precision == nil)
  }

  private mutating func floating(_ conversion: UInt8, _ spec: Spec, _ argument: String?) {
    guard conversion | 32 != 97 else {
      shell.notSimulated("printf %a")
      return
    }
    let text = argument ?? "0"
    var decimal = Decimal("0")!
    if let first = text.utf8.first, first == 34 || first == 39 {
      decimal = Decimal(String(integer(text))) ?? decimal
    } else if let exact = Decimal(text)?.inExtendedPrecision() {
      decimal = exact
    } else {
      complain(shell.flavour == .bash ? "\(text): invalid number" : invalidNumber(text))
      code = 1
      // What could be read counts.
      var prefix = text
      while !prefix.isEmpty, Decimal(prefix) == nil { prefix.removeLast() }
      decimal = Decimal(prefix)?.inExtendedPrecision() ?? decimal
    }
    let formatted = decimal.formatted(conversion, precision: spec.precision ?? 6, alternate: spec.alternate)
    let sign = decimal.negative ? "-" : spec.plus ? "+" : spec.space ? " " : ""
    put(sign: sign, digits: formatted, spec, zero: spec.zero && decimal.isFinite)
  }

  private func invalidNumber(_ text: String) -> String {
    switch shell.flavour {
    case .bash: return "\(text): invalid \(kindOfNumber(text))"
    case .dash: return "\(text): expected numeric value"
    case .ash: return "invalid number '\(text)'"
    }
  }

  /// What bash calls a number that it cannot read.
  private func kindOfNumber(_ text: String) -> String {
    let bytes = Array(text.utf8.prefix(2))
    guard bytes.count == 2, bytes[0] == 48 else { return "number" }
    if bytes[1] >= 48, bytes[1] <= 57 { return "octal number" }
    return bytes[1] == 120 ? "hex number" : "number"
  }

  /// An integer argument: decimal, octal, hexadecimal, or the code of a quoted character.
  private mutating func integer(_ text: String?) -> Int64 {
    guard let text, !text.isEmpty else { return 0 }
    var bytes = Array(text.utf8)[...]
    if let first = bytes.first, first == 34 || first == 39 {
      guard let scalar = text.unicodeScalars.dropFirst().first else { return 0 }
      return RawText.byte(of: scalar.value).map { Int64($0) } ?? Int64(scalar.value)
    }
    while let first = bytes.first, first == 32 || first == 9 || first == 10 { bytes = bytes.dropFirst() }
    var negative = false
    if bytes.first == 45 || bytes.first == 43 {
      negative = bytes.first == 45
      bytes = bytes.dropFirst()
    }
    var base: UInt64 = 10
    if bytes.first == 48, bytes.count > 1 {
      base = 8
      bytes = bytes.dropFirst()
      if let second = bytes.first, second == 120 || second == 88 {
        base = 16
        bytes = bytes.dropFirst()
      }
    }
    var value: UInt64 = 0
    var overflow = false
    var any = base == 8
    while let c = bytes.first, let digit = CharacterEscapes.hexDigit(c), UInt64(digit) < base {
      any = true
      let (a, o1) = value.multipliedReportingOverflow(by: base)
      let (b, o2) = a.addingReportingOverflow(UInt64(digit))
      if o1 || o2 { overflow = true }
      value = b
      bytes = bytes.dropFirst()
    }
    if !bytes.isEmpty || !any {
      complain(invalidNumber(text))
      code = 1
    }
    if overflow || (!negative && value > UInt64(Int64.max)) || (negative && value > UInt64(Int64.max) + 1) {
      complain("warning: \(text): Numerical result out of range")
      return negative ? .min : .max
    }
    return negative ? 0 &- Int64(bitPattern: value) : Int64(value)
  }
}
