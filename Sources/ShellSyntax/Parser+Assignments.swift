// Assignments in front of a command or among the arguments of `declare`.

extension ShellParser {
  /// `name=value`, `name+=value`, `name[index]=value`, `name=(…)`; nil when the next word is none of them.
  func assignment() throws(ParseError) -> Assignment? {
    let start = offset
    guard let first = byte(), isNameStart(first) else { return nil }
    var i = offset
    while i < source.count, isNameByte(source[i]) { i += 1 }
    guard i < source.count,
      source[i] == 61 || source[i] == 91 || (source[i] == 43 && i + 1 < source.count && source[i + 1] == 61)
    else { return nil }
    guard options.hasExtensions || source[i] == 61 else { return nil }
    let name = text(start..<i)
    offset = i
    var index: Word?
    if byte() == 91 {
      offset += 1
      do throws(ParseError) {
        index = try operand(.bracket, .none)
      } catch {
        if error.kind == .unexpectedEnd { throw unterminated("]", line: line(at: start)) }
        offset = start
        return nil
      }
      offset += 1
      guard byte() == 61 || (byte() == 43 && byte(1) == 61) else {
        offset = start
        return nil
      }
    }
    let append = byte() == 43
    offset += append ? 2 : 1
    if byte() == 40, options.hasExtensions {
      let openLine = line
      offset += 1
      let open = offset
      var elements: [Assignment.Element] = []
      while true {
        try skipNewlines()
        guard let c = byte() else {
          var error = unterminated(")", line: openLine)
          error.status = 1
          throw error
        }
        if c == 41 { break }
        if isMeta(c), !((c == 60 || c == 62) && byte(1) == 40) {
          var error = unexpected()
          error.dropsLine = true
          error.status = 1
          throw error
        }
        elements.append(try element())
      }
      let listed = elements.map { $0.text }.joined(separator: " ")
      rewrite(open..<offset, as: listed)
      offset += 1
      return Assignment(
        name: name, index: index, append: append, value: .array(elements), text: wordText(start..<offset))
    }
    let valueStart = offset
    let parts = try parts(.word, .none)
    let value = Word(parts: parts, range: valueStart..<offset, text: wordText(valueStart..<offset))
    return Assignment(
      name: name, index: index, append: append, value: .scalar(value), text: wordText(start..<offset))
  }

  private func element() throws(ParseError) -> Assignment.Element {
    let start = offset
    if byte() == 91 {
      offset += 1
      if let index = try? operand(.bracket, .none) {
        offset += 1
        let append = byte() == 43 && byte(1) == 61
        if append || byte() == 61 {
          offset += append ? 2 : 1
          let from = offset
          let parts = try parts(.word, .none)
          return Assignment.Element(
            index: index, append: append,
            value: Word(parts: parts, range: from..<offset, text: wordText(from..<offset)),
            text: wordText(start..<offset))
        }
      }
      offset = start
    }
    let value = try word()
    return Assignment.Element(index: nil, append: false, value: value, text: value.text)
  }
}
