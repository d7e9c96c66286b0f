// Reads what follows a meta-command: words with quotes, variables, identifiers, or the rest of the line.
// Source: PostgreSQL 15 manual, psql, "Meta-Commands".

internal import SimKernel

extension PsqlSession {
  enum ArgumentKind {
    case normal
    /// An identifier: folded to lower case outside double quotes.
    case identifier
    /// An identifier whose case is kept.
    case name
  }

  /// The next argument, nil at the end of the command.
  func argument(_ kind: ArgumentKind = .normal, semicolon: Bool = false) -> String? {
    readArgument(kind, semicolon)?.text
  }

  func remainingArguments() -> [String] {
    var out: [String] = []
    while let a = argument() { out.append(a) }
    return out
  }

  /// The commands in backquotes of the meta-command at which the scanner stands, in order. Commands that take the line as
  /// it is have none.
  func backquotedCommands() -> [String] {
    let line = scanner.line
    var i = scanner.position
    let start = i
    while i < line.count, !Lexer.isSpace(line[i]), line[i] != 0x5c { i += 1 }
    if ["!", "copy", "sf", "sf+", "sv", "sv+", "ef", "ev", "h", "help"].contains(
      String(decoding: line[start..<i], as: UTF8.self))
    {
      return []
    }
    var out: [String] = []
    while i < line.count, line[i] != 0x5c {
      switch line[i] {
      case 0x27:
        var ignored: [UInt8] = []
        i = PsqlSession.unquote(line, i, &ignored) ?? line.count
      case 0x22:
        i += 1
        while i < line.count, line[i] != 0x22 { i += 1 }
        i += 1
      case 0x7c where i > start && Lexer.isSpace(line[i - 1]): return out
      case 0x60:
        var command: [UInt8] = []
        i += 1
        while i < line.count, line[i] != 0x60 {
          if line[i] == 0x3a, let found = PsqlVariables.reference(line, i, self) {
            command += found.value
            i = found.end
          } else {
            command.append(line[i])
            i += 1
          }
        }
        i += 1
        out.append(String(decoding: command, as: UTF8.self))
      default: i += 1
      }
    }
    return out
  }

  /// With whether any part of it was quoted.
  func readArgument(_ kind: ArgumentKind = .normal, _ semicolon: Bool = false) -> (text: String, quoted: Bool)? {
    skipSpaces()
    var line = scanner.line
    var i = scanner.position
    defer { scanner.position = i }
    guard i < line.count, line[i] != 0x5c else { return nil }
    var word: [UInt8] = []
    var quoted = false
    var inName = false
    // Where the last unquoted stretch of the word begins.
    var plain = 0
    while i < line.count {
      let b = line[i]
      if inName {
        word.append(b)
        if b == 0x22 { inName = false }
        i += 1
        plain = word.count
        continue
      }
      if Lexer.isSpace(b) || b == 0x5c { break }
      switch b {
      case 0x27:
        quoted = true
        guard let end = PsqlSession.unquote(line, i, &word) else {
          i = line.count
          report("unterminated quoted string")
          return nil
        }
        i = end
        plain = word.count
      case 0x60:
        var end = i + 1
        while end < line.count, line[end] != 0x60 { end += 1 }
        i = min(line.count, end + 1)
        if !backquoted.isEmpty { word += backquoted.removeFirst() }
        quoted = true
        plain = word.count
      case 0x22:
        quoted = true
        inName = true
        word.append(b)
        i += 1
        plain = word.count
      case 0x3a:
        if let found = PsqlVariables.reference(line, i, self) {
          line = Array(line[..<i]) + Array(line[found.end...])
          scanner.replaceLine(line)
          word += found.value
          quoted = quoted || found.isToken
          plain = word.count
        } else if i + 1 < line.count, line[i + 1] == 0x27 || line[i + 1] == 0x22,
          let end = PsqlSession.unknownReference(line, i)
        {
          // An unknown variable stays as it stands, quotes and all.
          word += line[i..<end]
          i = end
        } else {
          word.append(b)
          i += 1
        }
      default:
        word.append(b)
        i += 1
      }
    }
    if inName {
      report("unterminated quoted string")
      return nil
    }
    if semicolon { while word.count > plain, word.last == 0x3b { word.removeLast() } }
    switch kind {
    case .normal: break
    case .identifier: word = PsqlSession.folded(word, true)
    case .name: word = PsqlSession.folded(word, false)
    }
    return (String(decoding: word, as: UTF8.self), quoted)
  }

  /// Where `:'name'` ends.
  private static func unknownReference(_ line: [UInt8], _ start: Int) -> Int? {
    var i = start + 2
    while i < line.count, Lexer.isIdentifierPart(line[i]), line[i] != 0x24 { i += 1 }
    return i > start + 2 && i < line.count && line[i] == line[start + 1] ? i + 1 : nil
  }

  func skipSpaces() {
    while scanner.position < scanner.line.count, Lexer.isSpace(scanner.line[scanner.position]) { scanner.position += 1 }
  }

  /// Everything to the end of the line.
  func wholeLine() -> String {
    skipSpaces()
    let text = String(decoding: scanner.line[scanner.position...], as: UTF8.self)
    scanner.position = scanner.line.count
    return text
  }

  /// Quoted text with psql's escapes; nil when the closing quote is missing.
  private static func unquote(_ line: [UInt8], _ start: Int, _ word: inout [UInt8]) -> Int? {
    var i = start + 1
    while i < line.count {
      let b = line[i]
      if b == 0x27 {
        if i + 1 < line.count, line[i + 1] == 0x27 {
          word.append(b)
          i += 2
          continue
        }
        return i + 1
      }
      guard b == 0x5c, i + 1 < line.count else {
        word.append(b)
        i += 1
        continue
      }
      let e = line[i + 1]
      i += 2
      switch e {
      case 0x6e, 0x74, 0x62, 0x72, 0x66: word.append(CharacterEscapes.control(e) ?? e)
      case 0x30...0x37:
        i -= 1
        let value = CharacterEscapes.number(line, &i, radix: 8, digitsMax: 3) ?? 0
        word.append(UInt8(truncatingIfNeeded: value))
      case 0x78:
        let value = CharacterEscapes.number(line, &i, radix: 16, digitsMax: 2)
        word.append(value.map { UInt8(truncatingIfNeeded: $0) } ?? e)
      default: word.append(e)
      }
    }
    return nil
  }

  private static func folded(_ word: [UInt8], _ lower: Bool) -> [UInt8] {
    var out: [UInt8] = []
    var quoted = false
    var i = 0
    while i < word.count {
      if word[i] == 0x22 {
        if quoted, i + 1 < word.count, word[i + 1] == 0x22 {
          out.append(0x22)
          i += 1
        } else {
          quoted.toggle()
        }
      } else if lower, !quoted, word[i] >= 0x41, word[i] <= 0x5a {
        out.append(word[i] + 32)
      } else {
        out.append(word[i])
      }
      i += 1
    }
    return out
  }
}
