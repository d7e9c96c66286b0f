// The tokens of awk.

extension AwkParser {
  mutating func advance() throws(AwkError) {
    switch token {
    case .number, .string, .regex, .name, .mark(")"), .mark("]"), .mark("$"), .mark("++"), .mark("--"), .builtin:
      previousAllowsRegex = false
    default: previousAllowsRegex = true
    }
    token = try nextToken()
  }

  private mutating func nextToken() throws(AwkError) -> Token {
    while at < text.count {
      let byte = text[at]
      if byte == 32 || byte == 9 || byte == 13 {
        at += 1
      } else if byte == 92, at + 1 < text.count, text[at + 1] == 10 {
        at += 2
        line += 1
      } else if byte == 35 {
        while at < text.count, text[at] != 10 { at += 1 }
      } else {
        break
      }
    }
    tokenLine = line
    tokenStart = at
    guard at < text.count else { return .end }
    let byte = text[at]
    if byte == 10 {
      at += 1
      line += 1
      return .newline
    }
    if isDigit(byte) || (byte == 46 && at + 1 < text.count && isDigit(text[at + 1])) {
      guard let parsed = parseDouble(text[at...], words: false) else { throw syntaxError() }
      at += parsed.length
      return .number(parsed.value)
    }
    if isAlpha(byte) || byte == 95 {
      let start = at
      while at < text.count, isAlphanumeric(text[at]) || text[at] == 95 { at += 1 }
      let name = String(bytes: text[start..<at])
      if name == "func" { return .keyword("function") }
      if AwkParser.keywords.contains(name) { return .keyword(name) }
      if AwkParser.builtins.contains(name) { return .builtin(name) }
      if at < text.count, text[at] == 40 { return .call(name) }
      return .name(name)
    }
    if byte == 34 { return .string(try quotedString()) }
    if byte == 47, previousAllowsRegex { return .regex(try regexText()) }
    for mark in [
      "&&", "||", "==", "!=", "<=", ">=", ">>", "+=", "-=", "*=", "/=", "%=", "^=", "++", "--", "!~",
    ] {
      let bytes = mark.bytes
      if at + bytes.count <= text.count, text[at..<(at + bytes.count)].elementsEqual(bytes) {
        at += bytes.count
        return .mark(mark)
      }
    }
    at += 1
    guard Array("{}()[];,+-*/%^!<>|?:~$=".utf8).contains(byte) else {
      throw AwkError(message: "line \(line): unexpected character '\(String(bytes: [byte]))'")
    }
    return .mark(String(bytes: [byte]))
  }

  private mutating func quotedString() throws(AwkError) -> [UInt8] {
    at += 1
    let start = at
    while at < text.count, text[at] != 34 {
      if text[at] == 10 { break }
      if text[at] == 92 { at += 1 }
      at += 1
    }
    guard at < text.count, text[at] == 34 else {
      let shown = String(bytes: text[start..<min(text.count, start + 10)])
      throw AwkError(message: "line \(line): runaway string constant \"\(shown) ...")
    }
    let raw = Array(text[start..<at])
    at += 1
    return AwkParser.unescaped(raw)
  }

  static func unescaped(_ raw: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var i = 0
    while i < raw.count {
      guard raw[i] == 92, i + 1 < raw.count else {
        out.append(raw[i])
        i += 1
        continue
      }
      let next = raw[i + 1]
      i += 2
      switch next {
      case 110: out.append(10)
      case 116: out.append(9)
      case 114: out.append(13)
      case 92: out.append(92)
      case 34: out.append(34)
      case 97: out.append(7)
      case 98: out.append(8)
      case 102: out.append(12)
      case 118: out.append(11)
      case 10: break
      case 120:
        var value = 0
        var digits = 0
        while digits < 2, i < raw.count, let digit = hexValue(raw[i]) {
          value = value * 16 + Int(digit)
          i += 1
          digits += 1
        }
        if digits == 0 { out += [92, 120] } else { out.append(UInt8(value)) }
      case 48...55:
        var value = Int(next - 48)
        var digits = 1
        while digits < 3, i < raw.count, raw[i] >= 48, raw[i] <= 55 {
          value = value * 8 + Int(raw[i] - 48)
          i += 1
          digits += 1
        }
        out.append(UInt8(value & 255))
      default: out += [92, next]
      }
    }
    return out
  }

  private mutating func regexText() throws(AwkError) -> [UInt8] {
    at += 1
    var out: [UInt8] = []
    var inBracket = false
    while at < text.count, text[at] != 10, text[at] != 47 || inBracket {
      if text[at] == 92, at + 1 < text.count {
        if text[at + 1] == 47 { out.append(47) } else { out += [92, text[at + 1]] }
        at += 2
        continue
      }
      if text[at] == 91 { inBracket = inBracket || text[at...].contains(93) }
      if text[at] == 93 { inBracket = false }
      out.append(text[at])
      at += 1
    }
    guard at < text.count, text[at] == 47 else {
      throw AwkError(message: "line \(line): runaway regular expression /\(String(bytes: out.prefix(10))) ...")
    }
    at += 1
    return out
  }
}
