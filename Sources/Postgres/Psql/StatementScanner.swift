// Cuts psql's input into statements: quotes, dollar quotes, comments, parentheses and SQL function bodies keep a semicolon from
// ending one; `:name` is replaced by the variable's value and read again. Source: PostgreSQL 15 manual, psql, "SQL Interpolation".

internal import SimKernel

struct StatementScanner {
  enum Piece {
    case statement(String)
    /// The cursor stands behind a backslash.
    case backslash
    case endOfLine
  }

  private(set) var buffer: [UInt8] = []
  private(set) var line: [UInt8] = []
  var position = 0
  private var quote: UInt8 = 0
  private var escapes = false
  private var dollarTag: [UInt8] = []
  private var commentDepth = 0
  private var parens = 0
  private var beginDepth = 0
  private var identifiers: [UInt8] = []
  private var replacements = 0
  /// Where the buffer ended when the line's break was put in.
  private var addedNewline = -1

  var isEmpty: Bool { buffer.isEmpty && commentDepth == 0 && quote == 0 }
  var isInQuote: Bool { quote != 0 }
  var query: String { String(decoding: buffer, as: UTF8.self) }

  /// What PROMPT2's `%R` shows.
  var continuation: String {
    if commentDepth > 0 { return "*" }
    switch quote {
    case 0x27: return "'"
    case 0x22: return "\""
    case 0x24: return "$"
    default: return parens > 0 ? "(" : "-"
    }
  }

  mutating func begin(_ text: [UInt8]) {
    line = text
    position = 0
    replacements = 0
    addedNewline = -1
    if !buffer.isEmpty {
      buffer.append(10)
      addedNewline = buffer.count
    }
  }

  /// A line that only holds a meta-command adds nothing to the statement.
  mutating func dropAddedNewline() {
    if addedNewline > 0, buffer.count == addedNewline { buffer.removeLast() }
    addedNewline = -1
  }

  mutating func clear() {
    buffer = []
    quote = 0
    commentDepth = 0
    parens = 0
    beginDepth = 0
    identifiers = []
  }

  /// How much of the statement is there, for `\if` to come back to.
  struct Kept {
    var length = 0
    var parens = 0
  }
  var kept: Kept { Kept(length: buffer.count, parens: parens) }
  mutating func cut(to kept: Kept) {
    guard kept.length < buffer.count else { return }
    buffer.removeLast(buffer.count - kept.length)
    parens = kept.parens
  }

  mutating func replaceLine(_ new: [UInt8]) { line = new }

  /// `\e`-like commands and `\g` take the statement that has been typed so far.
  mutating func takeQuery() -> String? {
    guard !buffer.isEmpty, quote == 0, commentDepth == 0, parens == 0, beginDepth == 0 else { return nil }
    defer { clear() }
    return query
  }

  mutating func takeRest() -> String? {
    defer { clear() }
    for b in buffer where !Lexer.isSpace(b) { return query }
    return nil
  }

  mutating func append(_ text: String) {
    buffer += Array(text.utf8)
  }

  mutating func next(_ psql: PsqlSession) -> Piece {
    while position < line.count {
      let b = line[position]
      let following = position + 1 < line.count ? line[position + 1] : 0
      if commentDepth > 0 || quote != 0 {
        copyQuoted(b, following)
        continue
      }
      switch b {
      case 0x27, 0x22:
        quote = b
        escapes = b == 0x27 && endsWithEscapePrefix
        take(1)
      case 0x24 where openDollarQuote(): continue
      case 0x2d where following == 0x2d:
        if !buffer.isEmpty { buffer += line[position...] }
        position = line.count
      case 0x2f where following == 0x2a:
        commentDepth = 1
        take(2)
      case 0x28:
        parens += 1
        take(1)
      case 0x29:
        parens = max(0, parens - 1)
        take(1)
      case 0x3b where parens == 0 && beginDepth == 0:
        take(1)
        let text = query
        clear()
        return .statement(text)
      case 0x5c:
        if following == 0x3b {
          buffer.append(0x3b)
          position += 2
          continue
        }
        position += 1
        return .backslash
      case 0x3a:
        if following == 0x3a || following == 0x3d { take(2) } else { interpolate(psql, following) }
      default:
        if buffer.isEmpty, Lexer.isSpace(b) {
          position += 1
        } else if Lexer.isIdentifierPart(b), !Lexer.isDigit(b) {
          takeWord()
        } else {
          take(1)
          // A number is taken whole so that its letters are no identifier.
          while position < line.count, Lexer.isDigit(b), Lexer.isIdentifierPart(line[position]) { take(1) }
        }
      }
    }
    return .endOfLine
  }

  private mutating func take(_ n: Int) {
    buffer += line[position..<min(line.count, position + n)]
    position += n
  }

  private var endsWithEscapePrefix: Bool {
    guard let last = buffer.last, last == 0x45 || last == 0x65 else { return false }
    return buffer.count < 2 || !Lexer.isIdentifierPart(buffer[buffer.count - 2])
  }

  private mutating func copyQuoted(_ b: UInt8, _ following: UInt8) {
    if commentDepth > 0 {
      if b == 0x2a, following == 0x2f {
        commentDepth -= 1
        take(2)
      } else if b == 0x2f, following == 0x2a {
        commentDepth += 1
        take(2)
      } else {
        take(1)
      }
    } else if quote == 0x24 {
      if b == 0x24, position + dollarTag.count <= line.count,
        Array(line[position..<position + dollarTag.count]) == dollarTag
      {
        take(dollarTag.count)
        quote = 0
      } else {
        take(1)
      }
    } else if escapes, b == 0x5c, following != 0 {
      take(2)
    } else {
      if b == quote { quote = 0 }
      take(1)
    }
  }

  private mutating func openDollarQuote() -> Bool {
    var k = position + 1
    while k < line.count, Lexer.isIdentifierPart(line[k]), line[k] != 0x24 { k += 1 }
    guard k < line.count, line[k] == 0x24, !Lexer.isDigit(line[position + 1]) else { return false }
    dollarTag = Array(line[position...k])
    quote = 0x24
    take(dollarTag.count)
    return true
  }

  /// Words matter in `CREATE [OR REPLACE] FUNCTION|PROCEDURE … BEGIN ATOMIC … END`.
  private mutating func takeWord() {
    let start = position
    while position < line.count, Lexer.isIdentifierPart(line[position]) { position += 1 }
    buffer += line[start..<position]
    let word = lowercasedASCII(String(decoding: line[start..<position], as: UTF8.self))
    if identifiers.count < 4 { identifiers.append(word.utf8.first ?? 0) }
    guard identifiers.first == 0x63, parens == 0, identifiers.count > 1 else { return }
    let rest = Array(identifiers.dropFirst())
    guard rest[0] == 0x66 || rest[0] == 0x70 || (rest.count > 2 && rest[0] == 0x6f && rest[1] == 0x72) else { return }
    if word == "begin" {
      beginDepth += 1
    } else if word == "case", beginDepth > 0 {
      beginDepth += 1
    } else if word == "end", beginDepth > 0 {
      beginDepth -= 1
    }
  }

  private mutating func interpolate(_ psql: PsqlSession, _ following: UInt8) {
    guard let found = PsqlVariables.reference(line, position, psql), replacements < 1_000 else {
      take(1)
      return
    }
    replacements += 1
    line = found.value + Array(line[found.end...])
    position = 0
    // Quoted values are whole tokens: they are not looked into again.
    if found.isToken {
      buffer += found.value
      position = found.value.count
    }
  }
}
