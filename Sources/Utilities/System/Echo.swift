// echo, printf, yes, seq and the tools that only answer (true, false). The shell has builtins of the same names; these are the
// files in /usr/bin (GNU coreutils manual, chapters 15 and 16).

import SimMachine

private let escapeLetters: [UInt8: UInt8] = [97: 7, 98: 8, 101: 27, 102: 12, 110: 10, 114: 13, 116: 9, 118: 11, 92: 92]

func echo(_ call: ToolCall) -> Int32 {
  var words = call.arguments[...]
  var newline = true
  var escapes = false
  options: while let first = words.first, first.hasLeadingDash {
    for byte in first.utf8.dropFirst() where ![110, 101, 69].contains(byte) { break options }
    for byte in first.utf8.dropFirst() {
      if byte == 110 { newline = false } else { escapes = byte == 101 }
    }
    words = words.dropFirst()
  }
  var isFirst = true
  for word in words {
    if !isFirst { call.put(32) }
    isFirst = false
    guard escapes else {
      call.print(word)
      continue
    }
    let (bytes, stops) = unescape(word.bytes, octalNeedsZero: false)
    call.write(bytes)
    if stops { return 0 }
  }
  if newline { call.put(10) }
  return 0
}

/// Backslash escapes of echo and printf's %b; true when \c asks to stop.
func unescape(_ text: [UInt8], octalNeedsZero: Bool) -> (bytes: [UInt8], stops: Bool) {
  var out: [UInt8] = []
  var i = 0
  while i < text.count {
    guard text[i] == 92, i + 1 < text.count else {
      out.append(text[i])
      i += 1
      continue
    }
    let next = text[i + 1]
    if next == 99 { return (out, true) }
    if let byte = escapeLetters[next] {
      out.append(byte)
      i += 2
    } else if next == 48 || (!octalNeedsZero && next >= 49 && next <= 55) {
      var value = 0
      var digits = 0
      i += next == 48 ? 2 : 1
      while digits < 3, i < text.count, text[i] >= 48, text[i] <= 55 {
        value = value * 8 + Int(text[i] - 48)
        i += 1
        digits += 1
      }
      out.append(UInt8(value & 255))
    } else if next == 120, i + 2 < text.count, let first = hexValue(text[i + 2]) {
      var value = first
      i += 3
      if i < text.count, let second = hexValue(text[i]) {
        value = value * 16 + second
        i += 1
      }
      out.append(value)
    } else if next == 117 || next == 85 {
      var value: UInt32 = 0
      var digits = 0
      var j = i + 2
      while digits < (next == 117 ? 4 : 8), j < text.count, let digit = hexValue(text[j]) {
        value = value * 16 + UInt32(digit)
        j += 1
        digits += 1
      }
      if digits == 0 { out += [92, next] } else { encodeUTF8(value, into: &out) }
      i = j
    } else {
      out += [92, next]
      i += 2
    }
  }
  return (out, false)
}

func printf(_ call: ToolCall) -> Int32 {
  var words = call.arguments[...]
  if words.first == "--" { words = words.dropFirst() }
  guard let template = words.first else { return call.usage("missing operand") }
  let format = template.bytes
  words = words.dropFirst()
  var used = false
  repeat {
    used = false
    var i = 0
    while i < format.count {
      if format[i] == 92 {
        var end = i + 1
        if end < format.count, format[end] == 99 { return call.status }
        // One escape at a time.
        end = escapeEnd(format, i)
        call.write(unescape(Array(format[i..<end]), octalNeedsZero: false).bytes)
        i = end
        continue
      }
      guard format[i] == 37 else {
        call.put(format[i])
        i += 1
        continue
      }
      if i + 1 < format.count, format[i + 1] == 37 {
        call.put(37)
        i += 2
        continue
      }
      guard var directive = PrintfDirective.read(format, &i) else {
        call.complain("\(String(bytes: directive(format, i))): invalid conversion specification")
        return 1
      }
      func next() -> String? {
        guard let word = words.first else { return nil }
        words = words.dropFirst()
        used = true
        return word
      }
      if directive.widthFromArgument {
        var width = Int(number(next() ?? "0", call))
        if width < 0 {
          directive.format.minus = true
          width = -width
        }
        directive.format.width = min(width, PrintfDirective.widthMax)
      }
      if directive.precisionFromArgument {
        let precision = Int(number(next() ?? "0", call))
        directive.format.precision = precision < 0 ? nil : min(precision, PrintfDirective.widthMax)
      }
      if directive.isTooWide { return call.notSimulated(PrintfDirective.tooWide) }
      switch directive.conversion {
      case 115: call.write(formatText(next()?.bytes[...] ?? [], directive.format))
      case 98:
        let (bytes, stops) = unescape(next()?.bytes ?? [], octalNeedsZero: false)
        call.write(formatText(bytes[...], directive.format))
        if stops { return call.status }
      case 99: call.write(formatText(next()?.bytes.prefix(1) ?? [], directive.format))
      case 113: call.print(shellQuotedIfNeeded(next() ?? ""))
      case 100, 105, 111, 117, 120, 88:
        call.print(formatInteger(next().map { number($0, call) } ?? 0, directive.conversion, directive.format))
      case 101, 69, 102, 70, 103, 71:
        let text = next() ?? "0"
        var value = 0.0
        if let first = text.utf8.first, first == 39 || first == 34 {
          value = Double(number(text, call))
        } else if let parsed = parseDouble(text.bytes[...]) {
          value = parsed.value
          if parsed.length != text.utf8.count { call.complain("\(quoted(text)): value not completely converted") }
        } else {
          call.complain("\(quoted(text)): expected a numeric value")
        }
        call.print(formatDouble(value, directive.conversion, directive.format))
      default:
        call.complain("\(String(bytes: directive.source)): invalid conversion specification")
        return 1
      }
    }
  } while used && !words.isEmpty
  if !words.isEmpty, let extra = words.first {
    call.complain("warning: ignoring excess arguments, starting with \(quoted(extra))", status: 0)
  }
  return call.status

  func directive(_ format: [UInt8], _ end: Int) -> ArraySlice<UInt8> {
    format[(format[..<end].lastIndex(of: 37) ?? 0)..<end]
  }
}

private func escapeEnd(_ text: [UInt8], _ start: Int) -> Int {
  guard start + 1 < text.count else { return start + 1 }
  let next = text[start + 1]
  var end = start + 2
  if next >= 48, next <= 55 {
    while end < text.count, end < start + (next == 48 ? 5 : 4), text[end] >= 48, text[end] <= 55 { end += 1 }
  } else if next == 120 {
    while end < text.count, end < start + 4, hexValue(text[end]) != nil { end += 1 }
  } else if next == 117 || next == 85 {
    while end < text.count, end < start + (next == 117 ? 6 : 10), hexValue(text[end]) != nil { end += 1 }
  }
  return end
}

private func number(_ text: String, _ call: ToolCall) -> Int64 {
  let bytes = text.bytes
  if let first = bytes.first, first == 39 || first == 34 {
    guard bytes.count > 1 else { return 0 }
    return Int64(decodeUTF8(bytes[...], at: 1)?.scalar ?? UInt32(bytes[1]))
  }
  var i = 0
  while i < bytes.count, isSpace(bytes[i]) { i += 1 }
  var negative = false
  if i < bytes.count, bytes[i] == 45 || bytes[i] == 43 {
    negative = bytes[i] == 45
    i += 1
  }
  var radix: Int64 = 10
  if i < bytes.count, bytes[i] == 48 {
    if i + 2 < bytes.count, bytes[i + 1] | 32 == 120, hexValue(bytes[i + 2]) != nil {
      radix = 16
      i += 2
    } else {
      radix = 8
    }
  }
  var value: Int64 = 0
  var digits = 0
  while i < bytes.count, let digit = hexValue(bytes[i]), Int64(digit) < radix {
    value = value &* radix &+ Int64(digit)
    digits += 1
    i += 1
  }
  if digits == 0 {
    call.complain("\(quoted(text)): expected a numeric value")
  } else if i < bytes.count {
    call.complain("\(quoted(text)): value not completely converted")
  }
  return negative ? -value : value
}

private let sequenceOptions = OptionTable("f,format= s,separator= w,equal-width")

/// seq (coreutils 15.4): decimal arithmetic, so that 0.1 steps come out even.
func sequence(_ call: ToolCall) -> Int32 {
  // A negative number is an operand, not an option.
  var arguments = call.arguments
  for (index, argument) in arguments.enumerated() {
    let bytes = argument.bytes
    guard bytes.count > 1, bytes[0] == 45, isDigit(bytes[1]) || bytes[1] == 46 else {
      if argument == "--" { break }
      continue
    }
    arguments.insert("--", at: index)
    break
  }
  switch sequenceOptions.parse(arguments) {
  case .options(let options): call.options = options
  case .wrong(let text): return call.usage(text)
  case .notSimulated(let what): return call.notSimulated("seq \(what)")
  }
  let options = call.options
  let operands = call.operands
  if operands.isEmpty { return call.usage("missing operand") }
  if operands.count > 3 { return call.usage("extra operand \(quoted(operands[3]))") }
  var values: [(value: Double, places: Int, text: String)] = []
  for text in operands {
    guard let parsed = parseDouble(text.bytes[...]), parsed.length == text.utf8.count else {
      return call.usage("invalid floating point argument: \(quoted(text))")
    }
    if parsed.value.isNaN { return call.usage("invalid \(quoted("not-a-number")) argument: \(quoted(text))") }
    var places = 0
    if let dot = text.utf8.firstIndex(of: 46) { places = text.utf8.distance(from: dot, to: text.utf8.endIndex) - 1 }
    if text.utf8.contains(101) || text.utf8.contains(69) { places = 0 }
    values.append((parsed.value, places, text))
  }
  let first = values.count > 1 ? values[0] : (value: 1.0, places: 0, text: "1")
  let step = values.count > 2 ? values[1] : (value: 1.0, places: 0, text: "1")
  let last = values[values.count - 1]
  if step.value == 0 { return call.usage("invalid Zero increment value: \(quoted(step.text))") }
  let separator = options.value("s") ?? "\n"
  let places = max(first.places, step.places)
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  var width = 0
  if options.has("w") {
    func size(_ value: Double) -> Int {
      formatDouble(value, 102, NumberFormat(precision: places)).utf8.count
    }
    width = max(
      size(first.value), size(last.value.isInfinite ? first.value : ((last.value * scale).rounded(.down)) / scale))
  }
  var custom: PrintfDirective?
  var before: [UInt8] = []
  var after: [UInt8] = []
  if let format = options.value("f") {
    let text = format.bytes
    var i = 0
    while i < text.count {
      if text[i] == 37, i + 1 < text.count, text[i + 1] != 37, custom == nil {
        guard let directive = PrintfDirective.read(text, &i),
          [101, 69, 102, 70, 103, 71, 97, 65].contains(directive.conversion)
        else {
          call.complain("format \(quoted(format)) has unknown %\(String(bytes: text.suffix(1))) directive")
          return 1
        }
        if directive.isTooWide { return call.notSimulated(PrintfDirective.tooWide) }
        custom = directive
      } else {
        if text[i] == 37, i + 1 < text.count, text[i + 1] == 37 { i += 1 }
        if custom == nil { before.append(text[i]) } else { after.append(text[i]) }
        i += 1
      }
    }
    if custom == nil {
      call.complain("format \(quoted(format)) has no % directive")
      return 1
    }
  }
  var index: Int64 = 0
  var isFirst = true
  let whole = places == 0 && custom == nil && abs(first.value) < 9e15 && abs(step.value) < 9e15
  while true {
    let value = first.value + Double(index) * step.value
    let limit = last.value + (places > 0 ? step.value * 1e-9 : 0)
    if step.value > 0 ? value > limit : value < limit { break }
    if !isFirst { call.print(separator) }
    isFirst = false
    if let custom {
      call.write(before)
      call.print(formatDouble(value, custom.conversion, custom.format))
      call.write(after)
    } else if whole, value.rounded() == value {
      let text = String(Int64(value))
      if width > text.utf8.count {
        call.print(
          value < 0
            ? "-" + String(repeating: "0", count: width - text.utf8.count) + text.dropFirst()
            : String(repeating: "0", count: width - text.utf8.count) + text)
      } else {
        call.print(text)
      }
    } else {
      call.print(formatDouble(value, 102, NumberFormat(zero: width > 0, width: width, precision: places)))
    }
    index += 1
    if index & 1023 == 0 {
      call.process.account.spend(steps: 1024)
      if call.process.account.limitReached != nil { return 1 }
    }
  }
  if !isFirst { call.print("\n") }
  return 0
}

/// yes (coreutils 15.3), endless until its reader goes.
final class Yes: Program {
  private let flavour: UtilityFlavour
  private var block: [UInt8] = []

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    if block.isEmpty {
      let call = ToolCall(process: process, flavour: flavour)
      if let code = begin(call, .none, "yes") { return .exit(code) }
      let line = (call.operands.isEmpty ? "y" : call.operands.joined(separator: " ")).bytes + [10]
      while block.count < 8192 { block += line }
    }
    process.account.spend(steps: Int64(block.count / 64))
    process.write(1, block)
    return .again
  }
}
