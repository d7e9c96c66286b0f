// The scalars among YAML's tokens: block scalars with their chomping and indentation marks, both kinds of quotes with their
// escapes, and plain text, each folded as libyaml folds it.

import SimKernel

extension YAMLScanner {
  mutating func blockScalar(_ style: YAMLStyle) throws(YAMLError) {
    try removeSimpleKey()
    simpleKeyAllowed = true
    let start = mark
    advance()
    var chomping = 0
    var increment = 0
    for _ in 0..<2 {
      if byte() == 43 || byte() == 45, chomping == 0 {
        chomping = byte() == 43 ? 1 : -1
        advance()
      } else if byte() >= 48, byte() <= 57, increment == 0 {
        if byte() == 48 { throw fail("found an indentation indicator equal to 0") }
        increment = Int(byte() - 48)
        advance()
      }
    }
    while isBlank() { advance() }
    if byte() == 35 {
      while !isBreakOrEnd() { advance() }
    }
    guard isBreakOrEnd() else { throw fail("did not find expected comment or line break") }
    if isBreak() { skipLine() }
    var wanted = increment == 0 ? 0 : (indent >= 0 ? indent + increment : increment)
    var out: [UInt8] = []
    var leadingBreak: [UInt8] = []
    var trailingBreaks: [UInt8] = []
    var leadingBlank = false
    try blockBreaks(&wanted, &trailingBreaks)
    while mark.column == wanted, !atEnd {
      let trailingBlank = isBlank()
      if style == .folded, !leadingBlank, !trailingBlank, leadingBreak.first == 10 {
        if trailingBreaks.isEmpty { out.append(32) }
      } else {
        out += leadingBreak
      }
      leadingBreak = []
      out += trailingBreaks
      trailingBreaks = []
      leadingBlank = isBlank()
      while !isBreakOrEnd() { take(into: &out) }
      if isBreak() { takeLine(into: &leadingBreak) }
      try blockBreaks(&wanted, &trailingBreaks)
    }
    if chomping != -1 { out += leadingBreak }
    if chomping == 1 { out += trailingBreaks }
    queue.append(
      YAMLToken(kind: .scalar, start: start, text: String(decoding: out, as: UTF8.self), style: style))
  }

  private mutating func blockBreaks(_ wanted: inout Int, _ breaks: inout [UInt8]) throws(YAMLError) {
    var widest = 0
    while true {
      while wanted == 0 || mark.column < wanted, byte() == 32 { advance() }
      widest = max(widest, mark.column)
      if wanted == 0 || mark.column < wanted, byte() == 9 {
        throw fail("found a tab character where an indentation space is expected")
      }
      guard isBreak() else { break }
      takeLine(into: &breaks)
    }
    if wanted == 0 { wanted = max(widest, indent + 1, 1) }
  }

  /// White space and line breaks between the words of a flow scalar, folded.
  private struct Gap {
    var spaces: [UInt8] = []
    var leading: [UInt8] = []
    var trailing: [UInt8] = []
    var hasBreak = false

    mutating func flush(into out: inout [UInt8]) {
      if hasBreak {
        if leading.first == 10 {
          if trailing.isEmpty { out.append(32) } else { out += trailing }
        } else {
          out += leading
          out += trailing
        }
      } else {
        out += spaces
      }
      self = Gap()
    }
  }

  private mutating func takeBlank(_ gap: inout Gap) {
    if isBlank() {
      if gap.hasBreak { advance() } else { take(into: &gap.spaces) }
    } else if !gap.hasBreak {
      gap.spaces = []
      takeLine(into: &gap.leading)
      gap.hasBreak = true
    } else {
      takeLine(into: &gap.trailing)
    }
  }

  mutating func quoted(_ style: YAMLStyle) throws(YAMLError) {
    try saveSimpleKey()
    simpleKeyAllowed = false
    let start = mark
    let quote = byte()
    advance()
    var out: [UInt8] = []
    while true {
      if isDocumentIndicator { throw fail("found unexpected document indicator") }
      if atEnd { throw fail("found unexpected end of stream") }
      var gap = Gap()
      while !isBlankBreakOrEnd() {
        if byte() == quote {
          if style == .singleQuoted, byte(1) == 39 {
            out.append(39)
            advance()
            advance()
            continue
          }
          break
        }
        if style == .doubleQuoted, byte() == 92 {
          if isBreak(1) {
            advance()
            skipLine()
            gap.hasBreak = true
            break
          }
          try escape(&out)
          continue
        }
        take(into: &out)
      }
      if byte() == quote, !atEnd { break }
      while isBlank() || isBreak() { takeBlank(&gap) }
      if gap.hasBreak, gap.leading.isEmpty {
        // An escaped line break joins without a space.
        out += gap.trailing
      } else {
        gap.flush(into: &out)
      }
    }
    advance()
    queue.append(
      YAMLToken(kind: .scalar, start: start, text: String(decoding: out, as: UTF8.self), style: style))
  }

  private mutating func escape(_ out: inout [UInt8]) throws(YAMLError) {
    var digits = 0
    switch byte(1) {
    case 48: out.append(0)
    case 97: out.append(7)
    case 98: out.append(8)
    case 116, 9: out.append(9)
    case 110: out.append(10)
    case 118: out.append(11)
    case 102: out.append(12)
    case 114: out.append(13)
    case 101: out.append(27)
    case 32, 34, 39, 92: out.append(byte(1))
    case 78: out += [0xC2, 0x85]
    case 95: out += [0xC2, 0xA0]
    case 76: out += [0xE2, 0x80, 0xA8]
    case 80: out += [0xE2, 0x80, 0xA9]
    case 120: digits = 2
    case 117: digits = 4
    case 85: digits = 8
    default: throw fail("found unknown escape character")
    }
    advance()
    advance()
    guard digits > 0 else { return }
    var code: UInt32 = 0
    for offset in 0..<digits {
      guard let digit = hexDigit(byte(offset)) else { throw fail("did not find expected hexdecimal number") }
      code = code << 4 | UInt32(digit)
    }
    guard let scalar = UnicodeScalar(code) else { throw fail("found invalid Unicode character escape code") }
    out += Array(String(scalar).utf8)
    for _ in 0..<digits { advance() }
  }

  mutating func plain() throws(YAMLError) {
    try saveSimpleKey()
    simpleKeyAllowed = false
    let start = mark
    let wanted = indent + 1
    var out: [UInt8] = []
    var gap = Gap()
    while true {
      if isDocumentIndicator || byte() == 35 { break }
      while !isBlankBreakOrEnd() {
        let b = byte()
        if b == 58, isBlankBreakOrEnd(1) { break }
        if flowLevel > 0, b == 44 || b == 63 || b == 91 || b == 93 || b == 123 || b == 125 { break }
        if gap.hasBreak || !gap.spaces.isEmpty { gap.flush(into: &out) }
        take(into: &out)
      }
      guard isBlank() || isBreak() else { break }
      while isBlank() || isBreak() {
        if gap.hasBreak, mark.column < wanted, byte() == 9 {
          throw fail("found a tab character that violates indentation")
        }
        takeBlank(&gap)
      }
      if flowLevel == 0, mark.column < wanted { break }
    }
    if gap.hasBreak { simpleKeyAllowed = true }
    queue.append(YAMLToken(kind: .scalar, start: start, text: String(decoding: out, as: UTF8.self)))
  }
}
