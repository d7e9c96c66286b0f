// Redirections and the bodies of here-documents, which are read at the next newline.

import SimKernel

extension ShellParser {
  func redirection() throws(ParseError) -> Redirection? {
    skipBlanks()
    let start = offset
    var descriptor: Int?
    var variable: String?
    var i = offset
    if let first = byte(), first >= 48, first <= 57 {
      var value = 0
      while i < source.count, source[i] >= 48, source[i] <= 57 {
        value = min(1_000_000, value * 10 + Int(source[i] - 48))
        i += 1
      }
      guard i < source.count, source[i] == 60 || source[i] == 62 else { return nil }
      descriptor = value
    } else if byte() == 123 {
      i += 1
      while i < source.count, isNameByte(source[i]) { i += 1 }
      if i > offset + 1, i < source.count, source[i] == 91 {
        // `{name[index]}`
        while i < source.count, source[i] != 93, !isMeta(source[i]) { i += 1 }
        if i < source.count, source[i] == 93 { i += 1 }
      }
      guard i > offset + 1, isNameStart(source[offset + 1]), i + 1 < source.count, source[i] == 125,
        source[i + 1] == 60 || source[i + 1] == 62
      else { return nil }
      variable = text(offset + 1..<i)
      i += 1
    }
    guard i < source.count else { return nil }
    let saved = offset
    offset = i
    var kind: Redirection.Kind?
    if options.hasModestExtensions {
      if options.hasExtensions, at("&>>") {
        kind = .appendOutputAndError
      } else if at("&>") {
        kind = .outputAndError
      }
    }
    if kind != nil, descriptor != nil || variable != nil { kind = nil }
    if kind == nil {
      if at("<<<"), options.hasExtensions {
        kind = .hereString
      } else if at("<<-") {
        kind = .hereDocumentStripped
      } else if at("<<") {
        kind = .hereDocument
      } else if at("<&") {
        kind = .duplicateInput
      } else if at("<>") {
        kind = .readWrite
      } else if at("<"), byte(1) != 40 || descriptor != nil || !options.hasModestExtensions {
        kind = .input
      } else if at(">>") {
        kind = .append
      } else if at(">&") {
        kind = .duplicateOutput
      } else if at(">|") {
        kind = .clobber
      } else if at(">"), byte(1) != 40 || descriptor != nil || !options.hasModestExtensions {
        kind = .output
      }
    }
    guard let kind else {
      offset = saved
      return nil
    }
    offset += kind.rawValue.utf8.count
    skipBlanks()
    guard let next = byte() else {
      throw unexpected(token: "newline", at: max(0, offset - 1))
    }
    if isMeta(next), !((next == 60 || next == 62) && byte(1) == 40 && options.hasModestExtensions) {
      throw unexpected()
    }
    let hereLine = line
    let target = try word()
    let redirection = Redirection(
      kind: kind, descriptor: descriptor, variable: variable, target: target, range: start..<offset)
    if kind == .hereDocument || kind == .hereDocumentStripped {
      pendingHereDocuments.append((redirection, kind == .hereDocumentStripped, hereLine))
    }
    return redirection
  }

  func readHereDocuments() throws(ParseError) {
    let pending = pendingHereDocuments
    pendingHereDocuments = []
    for (redirection, strips, hereLine) in pending {
      let quoted = redirection.target.hasQuotes
      redirection.delimiter = delimiterText(redirection.target)
      let delimiter = Array(redirection.delimiter.utf8)
      var body: [UInt8] = []
      let bodyLine = line
      var found = false
      while offset < source.count {
        // With an unquoted delimiter, a line that ends in a backslash goes on.
        var lineBytes: [UInt8] = []
        var first = true
        while true {
          if first, strips { while byte() == 9 { offset += 1 } }
          first = false
          let from = offset
          skip(until: 10)
          lineBytes.append(contentsOf: source[from..<offset])
          let ended = offset < source.count
          if ended { offset += 1 }
          var slashes = 0
          while slashes < lineBytes.count, lineBytes[lineBytes.count - 1 - slashes] == 92 { slashes += 1 }
          if !quoted, slashes % 2 == 1, ended {
            lineBytes.append(10)
            continue
          }
          if ended || offset > from { break }
          break
        }
        if lineBytes == delimiter {
          found = true
          break
        }
        body.append(contentsOf: lineBytes)
        body.append(10)
      }
      if !found {
        if options.expectsMore {
          isInHereDocument = true
          throw unexpected()
        }
        warnings.append(
          (
            endLine - 1,
            "here-document at line \(hereLine) delimited by end-of-file (wanted `\(String(raw: delimiter))')"
          ))
      }
      redirection.bodyIsQuoted = quoted
      let whole = String(raw: body)
      if quoted || body.isEmpty {
        redirection.body = Word(parts: body.isEmpty ? [] : [.quoted(whole)], range: offset..<offset, text: whole)
      } else {
        let inner = ShellParser(body, firstLine: bodyLine, options: options)
        inner.options.expectsMore = false
        inner.keepsText = true
        inner.depth = depth
        redirection.body = Word(parts: try inner.parts(.end, .hereDocument), range: offset..<offset, text: whole)
      }
    }
  }

  /// The delimiter after quote removal; expansions in it are not expanded.
  private func delimiterText(_ word: Word) -> String {
    var result = ""
    for part in word.parts {
      switch part {
      case .literal(let text), .quoted(let text): result += text
      case .doubleQuoted(let inner):
        for part in inner {
          switch part {
          case .literal(let text), .quoted(let text): result += text
          case .parameter(let expansion): result += expansion.text
          default: break
          }
        }
      case .parameter(let expansion): result += expansion.text
      default: break
      }
    }
    return result
  }

  func pendingHereDocumentsSaved<R>(_ body: () throws(ParseError) -> R) throws(ParseError) -> R {
    let saved = pendingHereDocuments
    pendingHereDocuments = []
    defer { pendingHereDocuments = saved }
    let result = try body()
    try readHereDocuments()
    return result
  }
}
