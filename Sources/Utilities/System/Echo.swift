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
