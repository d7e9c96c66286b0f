// echo, printf, test. Source: the Bash manual, "Bash Builtins", and POSIX for the formats of printf.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func echo(_ words: [String]) -> Int32 {
    var newline = true
    var escapes = state.shopt["xpg_echo"] || flavour == .dash
    var index = 0
    while index < words.count {
      let word = words[index].utf8
      guard word.count > 1, word.first == 45 else { break }
      var valid = true
      for letter in word.dropFirst() where letter != 110 && letter != 101 && letter != 69 { valid = false }
      if flavour == .dash, words[index] != "-n" { valid = false }
      guard valid else { break }
      for letter in word.dropFirst() {
        if letter == 110 { newline = false }
        if letter == 101 { escapes = true }
        if letter == 69 { escapes = false }
      }
      index += 1
    }
    var out: [UInt8] = []
    for (i, word) in words[index...].enumerated() {
      if i > 0 { out.append(32) }
      if escapes {
        let (bytes, stops) = echoEscapes(Array(word.utf8), zeroOctal: true)
        out += bytes
        if stops {
          writeBytes(out)
          return 0
        }
      } else {
        out.append(contentsOf: word.utf8)
      }
    }
    if newline { out.append(10) }
    writeBytes(out)
    return 0
  }

  func test(_ name: String, _ words: [String]) -> Int32 {
    var words = words
    if name == "[" {
      guard words.last == "]" else {
        complain(flavour == .bash ? "missing `]'" : "missing ]", builtin: true)
        return 2
      }
      words.removeLast()
    }
    var expression = TestExpression(self, words)
    do throws(TestExpression.Failure) {
      return try expression.evaluate() ? 0 : 1
    } catch {
      complain(flavour == .bash ? error.message : posixTestMessage(error.message, words), builtin: true)
      return 2
    }
  }

  /// The same mistake as dash and busybox word it.
  private func posixTestMessage(_ message: String, _ words: [String]) -> String {
    let subject = String(message.split(separator: ":" as Character).first ?? "")
    if hasText("integer expression expected", in: message) {
      return flavour == .dash ? "Illegal number: \(subject)" : "\(subject): bad number"
    }
    let operand = words.count > 3 ? words[words.count - 2] : subject
    return flavour == .dash ? "\(operand): unexpected operator" : "\(operand): unknown operand"
  }

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
    var formatter = PrintfFormatter(shell: self, arguments: Array(rest.dropFirst()))
    formatter.run(Array(format.utf8))
    if let target {
      // A variable cannot hold what comes after a null byte.
      let text = String(decoding: formatter.out.prefix { $0 != 0 }, as: UTF8.self)
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

/// The escapes of `echo -e` and `printf %b`. True: `\c` was met.
func echoEscapes(_ raw: [UInt8], zeroOctal: Bool) -> ([UInt8], Bool) {
  var out: [UInt8] = []
  var i = 0
  while i < raw.count {
    let c = raw[i]
    guard c == 92, i + 1 < raw.count else {
      out.append(c)
      i += 1
      continue
    }
    let e = raw[i + 1]
    i += 2
    switch e {
    case 97: out.append(7)
    case 98: out.append(8)
    case 99: return (out, true)
    case 101, 69: out.append(27)
    case 102: out.append(12)
    case 110: out.append(10)
    case 114: out.append(13)
    case 116: out.append(9)
    case 118: out.append(11)
    case 92: out.append(92)
    case 48...55:
      // `\0nnn`; printf %b also knows `\nnn`.
      if e != 48, zeroOctal {
        out += [92, e]
        break
      }
      var value: UInt32 = e == 48 ? 0 : UInt32(e - 48)
      var digits = e == 48 ? 0 : 1
      while digits < 3, i < raw.count, raw[i] >= 48, raw[i] <= 55 {
        value = value << 3 | UInt32(raw[i] - 48)
        i += 1
        digits += 1
      }
      out.append(UInt8(value & 0xff))
    case 120:
      var value: UInt32 = 0
      var digits = 0
      while digits < 2, i < raw.count, let digit = hexValue(raw[i]) {
        value = value << 4 | digit
        i += 1
        digits += 1
      }
      if digits == 0 { out += [92, 120] } else { out.append(UInt8(value)) }
    case 117, 85:
      var value: UInt32 = 0
      var digits = 0
      while digits < (e == 117 ? 4 : 8), i < raw.count, let digit = hexValue(raw[i]) {
        value = value << 4 | digit
        i += 1
        digits += 1
      }
      if digits == 0 {
        out += [92, e]
      } else if let scalar = Unicode.Scalar(value) {
        out += Array(String(Character(scalar)).utf8)
      }
    default: out += [92, e]
    }
  }
  return (out, false)
}

func hexValue(_ c: UInt8) -> UInt32? {
  switch c {
  case 48...57: return UInt32(c - 48)
  case 97...102: return UInt32(c - 87)
  case 65...70: return UInt32(c - 55)
  default: return nil
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

  init(shell: ShellProgram, arguments: [String]) {
    self.shell = shell
    self.arguments = arguments
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
        var end = i + 1
        // Formats know `\nnn` and `\'`, and `\"`.
        if end < format.count, format[end] == 34 || format[end] == 39 || format[end] == 63 {
          out.append(format[end])
          i = end + 1
          continue
        }
        if end < format.count, format[end] >= 48, format[end] <= 55 {
          var value = 0
          var digits = 0
          while digits < 3, end < format.count, format[end] >= 48, format[end] <= 55 {
            value = value * 8 + Int(format[end] - 48)
            end += 1
            digits += 1
          }
          out.append(UInt8(value & 0xff))
          i = end
          continue
        }
        end = min(format.count, i + 2)
        if end > i + 1, format[i + 1] == 120 || format[i + 1] == 117 || format[i + 1] == 85 {
          let most = format[i + 1] == 120 ? 2 : format[i + 1] == 117 ? 4 : 8
          var digits = 0
          while digits < most, end < format.count, hexValue(format[end]) != nil {
            end += 1
            digits += 1
          }
        }
        let (bytes, stops) = echoEscapes(Array(format[i..<end]), zeroOctal: true)
        // `\c` ends the output of %b only.
        if stops { out += [92, 99] }
        out += bytes
        i = end
        continue
      }
      if c != 37 {
        out.append(c)
        i += 1
        continue
      }
      i += 1
      guard i < format.count else {
        shell.complain("`%': missing format character", builtin: true)
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
          shell.complain(
            "`\(String(decoding: format[start...], as: UTF8.self))': invalid format character", builtin: true)
          code = 1
          stopped = true
          return
        }
        timeFormat = String(decoding: format[i + 1..<close], as: UTF8.self)
        i = close + 1
      }
      guard i < format.count else {
        shell.complain(
          "`\(String(decoding: format[start...], as: UTF8.self))': missing format character", builtin: true)
        code = 1
        stopped = true
        return
      }
      let conversion = format[i]
      i += 1
      convert(conversion, spec, timeFormat, text: String(decoding: format[start..<i], as: UTF8.self))
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
      pad(Array((next() ?? "").utf8), spec, truncates: true)
    case 113, 81:
      let argument = next() ?? ""
      var shown = argument
      if conversion == 81, let precision = spec.precision { shown = String(argument.prefix(precision)) }
      var own = spec
      if conversion == 81 { own.precision = nil }
      pad(Array(backslashQuoted(shown).utf8), own, truncates: true)
    case 98:
      let (bytes, stops) = echoEscapes(Array((next() ?? "").utf8), zeroOctal: false)
      pad(bytes, spec, truncates: true)
      if stops { stopped = true }
    case 99:
      let argument = next() ?? ""
      // One byte, as in C.
      pad(argument.isEmpty ? [0] : Array(argument.utf8.prefix(1)), spec, truncates: false)
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
      pad(Array(formatTime(timeFormat ?? "", seconds).utf8), spec, truncates: true)
    case 110: _ = next()
    default:
      shell.complain("`\(String(decoding: [conversion], as: UTF8.self))': invalid format character", builtin: true)
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
    let text = argument ?? "0"
    let value: Double
    if let first = text.utf8.first, first == 34 || first == 39 {
      value = Double(integer(text))
    } else if let decimal = Decimal(text)?.inExtendedPrecision() {
      let lower = conversion | 32
      if lower == 102 || lower == 101 || lower == 103 {
        let formatted = decimal.formatted(conversion, precision: spec.precision ?? 6, alternate: spec.alternate)
        let sign = decimal.negative ? "-" : spec.plus ? "+" : spec.space ? " " : ""
        put(sign: sign, digits: formatted, spec, zero: spec.zero && decimal.isFinite)
        return
      }
      value = 0
    } else {
      shell.complain("\(text): invalid number", builtin: true)
      code = 1
      // What could be read counts.
      var prefix = text
      while !prefix.isEmpty, Decimal(prefix) == nil { prefix.removeLast() }
      let decimal = Decimal(prefix) ?? Decimal("0")!
      let formatted = decimal.formatted(conversion, precision: spec.precision ?? 6, alternate: spec.alternate)
      put(sign: decimal.negative ? "-" : "", digits: formatted, spec, zero: spec.zero)
      return
    }
    _ = value
    shell.notSimulated("printf %a")
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
      return text.unicodeScalars.dropFirst().first.map { Int64($0.value) } ?? 0
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
    while let c = bytes.first, let digit = hexValue(c), UInt64(digit) < base {
      any = true
      let (a, o1) = value.multipliedReportingOverflow(by: base)
      let (b, o2) = a.addingReportingOverflow(UInt64(digit))
      if o1 || o2 { overflow = true }
      value = b
      bytes = bytes.dropFirst()
    }
    if !bytes.isEmpty || !any {
      shell.complain(
        "\(text): invalid \(kindOfNumber(text))", builtin: true)
      code = 1
    }
    if overflow || (!negative && value > UInt64(Int64.max)) || (negative && value > UInt64(Int64.max) + 1) {
      shell.complain("warning: \(text): Numerical result out of range", builtin: true)
      return negative ? .min : .max
    }
    return negative ? 0 &- Int64(bitPattern: value) : Int64(value)
  }
}

/// A decimal number of any length, for printf: exact where binary floating point is printed with more digits than were
/// given. Numbers are rounded half to even in decimal, which is what the C library shows for inputs that are exact.
struct Decimal {
  var negative = false
  /// Digits without leading zeros; the value is 0.d1d2d3… × 10^exponent.
  private var digits: [UInt8] = []
  private var exponent = 0
  private var special = ""
  var isFinite: Bool { special.isEmpty }

  init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first == 32 || first == 9 || first == 10 { bytes = bytes.dropFirst() }
    if bytes.isEmpty {
      if text.isEmpty { return }
      return nil
    }
    if bytes.first == 45 || bytes.first == 43 {
      negative = bytes.first == 45
      bytes = bytes.dropFirst()
    }
    let lower = String(decoding: bytes, as: UTF8.self).lowercased()
    if lower == "inf" || lower == "infinity" || lower == "nan" {
      special = lower == "nan" ? "nan" : "inf"
      return
    }
    if lower.utf8.starts(with: "0x".utf8) {
      guard let value = Int64(lower.dropFirst(2), radix: 16) else { return nil }
      set(String(value), 0)
      return
    }
    var whole: [UInt8] = []
    var point: Int?
    var seen = false
    while let c = bytes.first {
      if c >= 48, c <= 57 {
        whole.append(c - 48)
        seen = true
      } else if c == 46, point == nil {
        point = whole.count
      } else {
        break
      }
      bytes = bytes.dropFirst()
    }
    guard seen else { return nil }
    var shift = 0
    if let c = bytes.first, c == 101 || c == 69 {
      guard let value = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)) else { return nil }
      shift = max(-400, min(400, value))
      bytes = []
    }
    guard bytes.isEmpty else { return nil }
    var lead = 0
    while lead < whole.count, whole[lead] == 0 { lead += 1 }
    exponent = (point ?? whole.count) + shift - lead
    digits = Array(whole[lead...])
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  private mutating func set(_ text: String, _ shift: Int) {
    digits = text.utf8.map { $0 - 48 }
    exponent = digits.count + shift
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  /// The value that a `long double` of x86 (64 bits of mantissa) has for this number, which is what bash prints.
  func inExtendedPrecision() -> Decimal {
    let places = digits.count - exponent
    guard isFinite, !digits.isEmpty, places > 0, places < 320, digits.count < 400 else { return self }
    var number = BigDecimal()
    for digit in digits { number.multiply(by: 10, adding: UInt32(digit)) }
    // value = number / 10^places. Find s so that number · 2^s / 10^places has 65 bits: 64 and one to round by.
    var shift = 65 - Int(Double(exponent) * 3.321928)
    for _ in 0..<4 {
      guard shift >= 0 else { return self }
      var quotient = number
      for _ in 0..<shift { quotient.multiply(by: 2, adding: 0) }
      var sticky = false
      for _ in 0..<places where quotient.divide(by: 10) != 0 { sticky = true }
      let bits = quotient.bitCount
      if bits != 65 {
        shift += 65 - bits
        continue
      }
      let low = quotient.divide(by: 2)
      if low == 1, sticky || quotient.isOdd { quotient.add(1) }
      // quotient / 2^(shift - 1), written out in full.
      for _ in 0..<(shift - 1) { quotient.multiply(by: 5, adding: 0) }
      var result = self
      result.digits = quotient.decimalDigits
      result.exponent = result.digits.count - (shift - 1)
      while result.digits.last == 0 { result.digits.removeLast() }
      return result
    }
    return self
  }

  /// Keeps `count` digits, rounding half to even.
  private func rounded(_ count: Int) -> (digits: [UInt8], exponent: Int) {
    if count < 0 { return ([], 0) }
    guard digits.count > count else { return (digits, exponent) }
    var kept = Array(digits[..<count])
    let next = digits[count]
    var up = next > 5
    if next == 5 {
      let exactHalf = digits.count == count + 1
      up = exactHalf ? (kept.last ?? 0) % 2 == 1 : true
    }
    var power = exponent
    if up {
      var i = count - 1
      while i >= 0, kept[i] == 9 {
        kept[i] = 0
        i -= 1
      }
      if i >= 0 {
        kept[i] += 1
      } else {
        kept = [1] + kept
        power += 1
      }
    }
    return (kept, power)
  }

  func formatted(_ conversion: UInt8, precision: Int, alternate: Bool) -> String {
    let upper = conversion < 97
    if !special.isEmpty { return upper ? special.uppercased() : special }
    switch conversion | 32 {
    case 102: return fixed(precision, alternate)
    case 101: return scientific(precision, alternate, upper)
    default:
      let significant = max(1, precision)
      let (kept, power) = rounded(significant)
      let magnitude = kept.isEmpty ? 0 : power - 1
      var text: String
      if magnitude < -4 || magnitude >= significant {
        text = scientific(significant - 1, alternate, upper)
        if !alternate, let e = text.utf8.firstIndex(where: { $0 == 101 || $0 == 69 }) {
          text = trimmed(String(text[..<e])) + String(text[e...])
        }
        return text
      }
      text = fixed(significant - 1 - magnitude, alternate)
      return alternate ? text : trimmed(text)
    }
  }

  private func trimmed(_ text: String) -> String {
    guard text.utf8.contains(46) else { return text }
    var bytes = Array(text.utf8)
    while bytes.last == 48 { bytes.removeLast() }
    if bytes.last == 46 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func fixed(_ precision: Int, _ alternate: Bool) -> String {
    let (kept, power) = rounded(exponent + precision)
    var whole: [UInt8] = []
    var fraction: [UInt8] = []
    for i in 0..<max(0, power) { whole.append(48 + (i < kept.count ? kept[i] : 0)) }
    if whole.isEmpty { whole = [48] }
    for place in 0..<precision {
      let i = power + place
      fraction.append(48 + (i >= 0 && i < kept.count ? kept[i] : 0))
    }
    if exponent + precision < 0 { fraction = [UInt8](repeating: 48, count: precision) }
    if fraction.isEmpty, !alternate { return String(decoding: whole, as: UTF8.self) }
    return String(decoding: whole + [46] + fraction, as: UTF8.self)
  }

  private func scientific(_ precision: Int, _ alternate: Bool, _ upper: Bool) -> String {
    let (kept, power) = rounded(precision + 1)
    let magnitude = kept.isEmpty ? 0 : power - 1
    var out: [UInt8] = [48 + (kept.first ?? 0)]
    if precision > 0 || alternate { out.append(46) }
    for i in 1..<(precision + 1) where precision > 0 { out.append(48 + (i < kept.count ? kept[i] : 0)) }
    let digits = String(magnitude.magnitude)
    return String(decoding: out, as: UTF8.self) + (upper ? "E" : "e") + (magnitude < 0 ? "-" : "+")
      + (digits.utf8.count < 2 ? "0" + digits : digits)
  }
}

/// A whole number of any size, in limbs of nine decimal digits, the least first.
private struct BigDecimal {
  private var limbs: [UInt32] = []

  mutating func multiply(by factor: UInt32, adding: UInt32) {
    var carry = UInt64(adding)
    for i in limbs.indices {
      let product = UInt64(limbs[i]) * UInt64(factor) + carry
      limbs[i] = UInt32(product % 1_000_000_000)
      carry = product / 1_000_000_000
    }
    if carry > 0 { limbs.append(UInt32(carry)) }
  }

  /// Divides in place and returns the remainder.
  mutating func divide(by divisor: UInt32) -> UInt32 {
    var rest: UInt64 = 0
    for i in limbs.indices.reversed() {
      let value = rest * 1_000_000_000 + UInt64(limbs[i])
      limbs[i] = UInt32(value / UInt64(divisor))
      rest = value % UInt64(divisor)
    }
    while limbs.last == 0 { limbs.removeLast() }
    return UInt32(rest)
  }

  mutating func add(_ value: UInt32) { multiply(by: 1, adding: value) }

  var isOdd: Bool { (limbs.first ?? 0) & 1 == 1 }
  var bitCount: Int {
    var copy = self
    var count = 0
    while !copy.limbs.isEmpty {
      _ = copy.divide(by: 2)
      count += 1
    }
    return count
  }
  var decimalDigits: [UInt8] {
    var copy = self
    var digits: [UInt8] = []
    while !copy.limbs.isEmpty { digits.append(UInt8(copy.divide(by: 10))) }
    return digits.reversed()
  }
}
