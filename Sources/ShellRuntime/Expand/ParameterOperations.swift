// What the operations of `${…}` do to values: removal, replacement, case, substrings, `@` transformations.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  /// The characters of a value: its bytes, in a locale that has no others.
  private func characters(_ value: String) -> [UInt32] { scalars(inLocale(value)) }

  /// A text as the locale divides it: where every byte is a character, what is not ASCII is taken apart.
  func inLocale(_ text: String) -> String {
    guard text.unicodeScalars.count < text.utf8.count, countsBytes else { return text }
    var view = String.UnicodeScalarView()
    for byte in text.rawBytes {
      let value = byte < 0x80 ? UInt32(byte) : RawText.scalar(for: byte)
      if let scalar = Unicode.Scalar(value) { view.append(scalar) }
    }
    return String(view)
  }

  func removePrefix(_ value: String, _ pattern: ShellPattern, longest: Bool) -> String {
    let text = characters(value)
    guard let end = longest ? pattern.longestMatch(text, 0) : pattern.shortestMatch(text, 0) else { return value }
    return string(text[end...])
  }

  func removeSuffix(_ value: String, _ pattern: ShellPattern, longest: Bool) -> String {
    let text = characters(value)
    if longest {
      for start in 0...text.count where pattern.matches(text, start, text.count) { return string(text[..<start]) }
    } else {
      var start = text.count
      while start >= 0 {
        if pattern.matches(text, start, text.count) { return string(text[..<start]) }
        start -= 1
      }
    }
    return value
  }

  /// The replacement of `${x/p/r}`: text, and nil where an unquoted `&` stands for what was matched.
  func replacementPieces(_ word: Word?) throws(Abort) -> [String?] {
    guard let word else { return [] }
    var pieces: [Piece] = []
    joining += 1
    defer { joining -= 1 }
    try expand(word.parts, quoted: false, tilde: .word, into: &pieces)
    let ampersand = state.shopt["patsub_replacement"]
    var result: [String?] = []
    var run: [UInt8] = []
    func flush() {
      if !run.isEmpty { result.append(String(raw: run)) }
      run = []
    }
    for piece in pieces {
      switch piece {
      case .quoted(let text): run.append(contentsOf: Array(text.utf8))
      case .bare(let text), .split(let text):
        let bytes = Array(text.utf8)
        var i = 0
        while i < bytes.count {
          if ampersand, bytes[i] == 92, i + 1 < bytes.count, bytes[i + 1] == 38 || bytes[i + 1] == 92 {
            run.append(bytes[i + 1])
            i += 2
            continue
          }
          if ampersand, bytes[i] == 38 {
            flush()
            result.append(nil)
          } else {
            run.append(bytes[i])
          }
          i += 1
        }
      case .fieldBreak: run.append(32)
      }
    }
    flush()
    return result
  }

  func replace(
    _ value: String, _ pattern: ShellPattern, mode: ParameterExpansion.ReplaceMode, with replacement: [String?],
    emptyPattern: Bool
  ) -> String {
    let text = characters(value)
    if emptyPattern, mode == .first || mode == .all { return value }
    var result = ""
    func put(_ range: Range<Int>) {
      for piece in replacement { result += piece ?? string(text[range]) }
    }
    switch mode {
    case .prefix:
      guard let end = pattern.longestMatch(text, 0) else { return value }
      put(0..<end)
      return result + string(text[end...])
    case .suffix:
      for start in 0...text.count where pattern.matches(text, start, text.count) {
        result = string(text[..<start])
        put(start..<text.count)
        return result
      }
      return value
    case .first, .all:
      var position = 0
      var copied = 0
      while position <= text.count {
        guard position < text.count || text.isEmpty, let end = pattern.longestMatch(text, position) else {
          position += 1
          continue
        }
        result += string(text[copied..<position])
        put(position..<end)
        copied = end
        if mode == .first { break }
        // After a match of nothing, one character stays as it is.
        position = max(end, position + 1)
      }
      return result + string(text[min(copied, text.count)...])
    }
  }

  /// `^`, `,` and `~` on the first or all characters that match the pattern.
  func changeCase(_ value: String, _ operation: UInt8, all: Bool, pattern: ShellPattern?) -> String {
    var text = characters(value)
    for i in text.indices {
      if i > 0, !all { break }
      if let pattern, !pattern.matches(text, i, i + 1) { continue }
      switch operation {
      case 94: text[i] = simpleUppercase(text[i])
      case 44: text[i] = simpleLowercase(text[i])
      default:
        let upper = simpleUppercase(text[i])
        text[i] = upper != text[i] ? upper : simpleLowercase(text[i])
      }
    }
    return string(text[...])
  }

  /// A part of a value that is counted from its beginning: what follows it is not looked at.
  private func firstCharacters(of value: String, from offset: Int64, _ length: Int64) -> String {
    let view = value.unicodeScalars
    let bytes = Int64(value.utf8.count)
    guard offset <= bytes,
      let from = view.index(view.startIndex, offsetBy: Int(offset), limitedBy: view.endIndex)
    else { return "" }
    let to = view.index(from, offsetBy: Int(min(length, bytes)), limitedBy: view.endIndex) ?? view.endIndex
    return String(value[from..<to])
  }

  func applySubstring(
    _ expansion: ParameterExpansion, _ base: ParameterBase, name: String, offset: Int64, length: Int64?,
    lengthText: String,
    quoted: Bool, into pieces: inout [Piece]
  ) throws(Abort) {
    func bad() -> Abort {
      complain("\(lengthText): substring expression < 0")
      return .arithmetic(1)
    }
    switch base {
    case .scalar(let value):
      guard let value else {
        if state.options.nounset { throw unbound(expansion) }
        if quoted { pieces.append(.quoted("")) }
        return
      }
      if offset >= 0, let length, length >= 0, !countsBytes {
        let piece = firstCharacters(of: value, from: offset, length)
        if quoted || !piece.isEmpty { pieces.append(quoted ? .quoted(piece) : .split(piece)) }
        return
      }
      let text = characters(value)
      let count = Int64(text.count)
      var start = offset
      if start < 0 { start += count }
      guard start >= 0, start <= count else {
        if quoted { pieces.append(.quoted("")) }
        return
      }
      var end = count
      if let length {
        end = length < 0 ? count + length : min(count, start &+ min(length, count))
        if end < start { throw bad() }
      }
      let piece = string(text[Int(start)..<Int(end)])
      pieces.append(quoted ? .quoted(piece) : .split(piece))
    case .list(let values, let star):
      if let length, length < 0 { throw bad() }
      if name == "@" || name == "*" {
        // `$0` counts as position 0.
        let all = [state.zero] + values
        var start = offset
        if start < 0 { start += Int64(all.count) }
        guard start >= 0, start < Int64(all.count) else { return emitEmptyList(star, quoted, &pieces) }
        let end = length.map { min(Int64(all.count), start &+ min($0, Int64(all.count))) } ?? Int64(all.count)
        appendList(Array(all[Int(start)..<Int(end)]), star: star, quoted: quoted, as: .slice, into: &pieces)
        return
      }
      // For arrays the offset is a subscript: the first element at or after it.
      var from = offset
      var first = values.count
      if case .indexed(let array)? = binding(name)?.value {
        if from < 0 { from += (array.maxKey ?? -1) + 1 }
        guard from >= 0 else { return emitEmptyList(star, quoted, &pieces) }
        first = array.keys.firstIndex { $0 >= from } ?? values.count
      } else {
        var isAssociative = false
        if case .associative? = binding(name)?.value { isAssociative = true }
        if from < 0 { from += Int64(values.count) + (isAssociative ? 1 : 0) }
        guard from >= 0 else { return emitEmptyList(star, quoted, &pieces) }
        if isAssociative { from = max(0, from - 1) }
        first = Int(min(from, Int64(values.count)))
      }
      let end = length.map { min(values.count, first + Int(min($0, Int64(values.count)))) } ?? values.count
      appendList(Array(values[first..<end]), star: star, quoted: quoted, as: .slice, into: &pieces)
    }
  }

  func applyTransform(
    _ expansion: ParameterExpansion, _ base: ParameterBase, name: String, index: String?, letter: UInt8, quoted: Bool,
    into pieces: inout [Piece]
  ) throws(Abort) {
    func put(_ text: String) { pieces.append(quoted ? .quoted(text) : .split(text)) }
    switch letter {
    case 65:  // A: a statement that makes the variable again
      if name == "@" || name == "*" {
        let words = ["set", "--"] + state.positional.map { quotedForReuse($0) }
        return appendList(words, star: name == "*", quoted: quoted, as: .changed, into: &pieces)
      }
      guard let variable = binding(name) else {
        if quoted { put("") }
        return
      }
      let flags = attributeLetters(variable)
      if index == "@" || index == "*", variable.isArray {
        // In quotes `@` makes three words: the command, its flags, the assignment.
        let text = declaration(name, variable)
        guard index == "@", quoted else { return put(text) }
        let start = "declare -\(flags) "
        let words = ["declare", "-" + flags, String(text.dropFirst(start.count))]
        return appendList(words, star: false, quoted: true, as: .changed, into: &pieces)
      }
      let value: String?
      switch base {
      case .scalar(let own): value = own
      case .list: value = variable.scalar
      }
      if flags.isEmpty {
        guard let value else { return quoted ? put("") : () }
        put("\(name)=\(quotedForReuse(value))")
      } else {
        put("declare -\(flags) \(name)" + (value.map { "=\(quotedForReuse($0))" } ?? ""))
      }
    case 97:  // a: attributes
      if name == "@" || name == "*", case .list(let values, let star) = base {
        appendList(values.map { _ in "" }, star: star, quoted: quoted, into: &pieces)
        return
      }
      guard let variable = binding(name) else {
        if quoted { put("") }
        return
      }
      let flags = attributeLetters(variable)
      if case .list(let values, let star) = base {
        appendList(values.map { _ in flags }, star: star, quoted: quoted, into: &pieces)
      } else {
        put(flags)
      }
    case 75, 107:  // K, k: keys and values
      if name == "@" || name == "*", case .list(let values, let star) = base {
        let shown = values.map { quotedForReuse(inLocale($0)) }
        appendList(shown, star: star, quoted: quoted, as: .changed, into: &pieces)
        return
      }
      guard case .list(let values, let star) = base, index != nil else {
        if case .scalar(let value) = base, let value { put(quotedForReuse(inLocale(value))) }
        return
      }
      var out: [String] = []
      for (i, key) in keys(name).enumerated() {
        out.append(letter == 75 ? quotedSubscript(key) : key)
        out.append(letter == 75 ? doubleQuoted(values[i]) : values[i])
      }
      if letter == 75 {
        var isAssociative = false
        if case .associative? = binding(name)?.value { isAssociative = !out.isEmpty }
        put(out.joined(separator: " ") + (isAssociative ? " " : ""))
      } else {
        appendList(out, star: star, quoted: quoted, into: &pieces)
      }
    default:
      func change(_ value: String) throws(Abort) -> String {
        switch letter {
        case 81: return quotedForReuse(inLocale(value))
        case 69: return String(raw: decodeEscapes(Array(value.utf8), .quotes).bytes)
        case 80: return try expandedPrompt(value)
        case 85: return changeCase(value, 94, all: true, pattern: nil)
        case 117: return changeCase(value, 94, all: false, pattern: nil)
        case 76: return changeCase(value, 44, all: true, pattern: nil)
        default: return value
        }
      }
      switch base {
      case .scalar(let value):
        guard let value else {
          if state.options.nounset { throw unbound(expansion) }
          if quoted { put("") }
          return
        }
        put(try change(value))
      case .list(let values, let star):
        appendList(try values.map(change), star: star, quoted: quoted, as: .changed, into: &pieces)
      }
    }
  }
}
