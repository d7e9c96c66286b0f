// History expansion: `!!`, `!$`, `!-2:1`, `!?text?`, `^old^new^` and their modifiers, in a line that has just been typed. Source: the
// Bash manual, "History Interaction"; the error texts are those of the Readline history library 8.2.

import SimKernel

enum HistoryExpansion {
  enum Result {
    /// Nothing in the line refers to the history.
    case unchanged
    case expanded(String)
    /// `:p`: the line is shown and remembered, not run.
    case printOnly(String)
    case failed(String)
  }

  /// - Parameters:
  ///   - events: lines in the order in which they were typed
  ///   - number: the number of the first of them
  ///   - quoted: the line continues one that left a single (39) or double (34) quotation open
  static func expand(_ line: String, events: [String], number: Int = 1, quoted: UInt8? = nil) -> Result {
    var expander = Expander(bytes: Array(line.utf8), events: events, firstNumber: number, quote: quoted)
    return expander.run()
  }
}

private struct Expander {
  let bytes: [UInt8]
  let events: [String]
  let firstNumber: Int
  var quote: UInt8?
  var position = 0
  var out: [UInt8] = []
  var printsOnly = false
  /// `!?text?` that was used last, for `%`.
  var searched = ""
  var lastSubstitution: (old: [UInt8], new: [UInt8])?

  struct Failure: Error { let message: String }

  init(bytes: [UInt8], events: [String], firstNumber: Int, quote: UInt8?) {
    self.bytes = bytes
    self.events = events
    self.firstNumber = firstNumber
    self.quote = quote
  }

  mutating func run() -> HistoryExpansion.Result {
    do throws(Failure) {
      var changed = false
      if bytes.first == 94, quote == nil {
        try quickSubstitution()
        changed = true
      } else {
        while position < bytes.count {
          if try step() { changed = true }
        }
      }
      guard changed else { return .unchanged }
      let text = String(raw: out)
      return printsOnly ? .printOnly(text) : .expanded(text)
    } catch {
      return .failed(error.message)
    }
  }

  private func byte(_ ahead: Int = 0) -> UInt8? {
    position + ahead < bytes.count ? bytes[position + ahead] : nil
  }

  /// Takes one character, or one reference to the history. True: it was a reference.
  private mutating func step() throws(Failure) -> Bool {
    let c = bytes[position]
    if quote == 39 {
      if c == 39 { quote = nil }
      out.append(c)
      position += 1
      return false
    }
    switch c {
    case 92:
      out.append(c)
      position += 1
      if let next = byte() {
        out.append(next)
        position += 1
      }
      return false
    case 39 where quote == nil: quote = 39
    case 34: quote = quote == 34 ? nil : 34
    case 33:
      guard let next = byte(1), ![32, 9, 10, 13, 61].contains(next), !(next == 34 && quote == 34) else { break }
      // `$!` is a parameter, `[!a]` a pattern.
      if let before = out.last, before == 36 || (before == 91 && bytes[position...].contains(93)) { break }
      if out.last == 123, out.dropLast().last == 36 { break }
      if next == 40 { break }
      position += 1
      try reference()
      return true
    default: break
    }
    out.append(c)
    position += 1
    return false
  }

  // MARK: Events

  private mutating func reference() throws(Failure) {
    let start = position - 1
    var line: String?
    if let c = byte(), c == 35 {
      position += 1
      line = String(raw: out)
    } else {
      line = try event()
    }
    guard let line else {
      throw Failure(message: "\(String(raw: bytes[start..<position])): event not found")
    }
    try selectWords(of: line, isEventGiven: position > start + 1)
  }

  /// The line that a designator after `!` names; nil when there is none.
  private mutating func event() throws(Failure) -> String? {
    guard let c = byte() else { return nil }
    switch c {
    case 33:
      position += 1
      return events.last
    case 36, 94, 42, 58: return events.last
    case 63:
      position += 1
      let from = position
      while let next = byte(), next != 63 { position += 1 }
      let text = String(raw: bytes[from..<position])
      if byte() == 63 { position += 1 }
      searched = text
      return events.last { hasText(text, in: $0) }
    case 45 where byte(1).map({ $0 >= 48 && $0 <= 57 }) ?? false, 48...57:
      let negative = c == 45
      if negative { position += 1 }
      var number = 0
      while let digit = byte(), digit >= 48, digit <= 57 {
        number = min(1_000_000, number * 10 + Int(digit - 48))
        position += 1
      }
      let index = negative ? events.count - number : number - firstNumber
      return index >= 0 && index < events.count ? events[index] : nil
    default:
      let from = position
      while let next = byte(), ![32, 9, 10, 58, 59, 38, 40, 41, 124, 60, 62, 94, 36, 42, 34].contains(next) {
        position += 1
      }
      if position == from { return nil }
      let prefix = bytes[from..<position]
      return events.last { $0.utf8.starts(with: prefix) }
    }
  }

  // MARK: Words

  private mutating func selectWords(of line: String, isEventGiven: Bool) throws(Failure) {
    let words = historyWords(line)
    var selected: String?
    let start = position
    if let c = byte(), c == 94 || c == 36 || c == 42 || c == 45 || c == 37, c != 45 || !isEventGiven {
      selected = try wordRange(words, from: start)
    } else if byte() == 58, let c = byte(1), (c >= 48 && c <= 57) || c == 94 || c == 36 || c == 42 || c == 45 || c == 37
    {
      position += 1
      selected = try wordRange(words, from: start)
    }
    var text = Array((selected ?? line).utf8)
    try modify(&text)
    out += text
  }

  /// `n`, `^`, `$`, `%`, `x-y`, `x-`, `x*`, `*`
  private mutating func wordRange(_ words: [String], from start: Int) throws(Failure) -> String {
    func bad(_ end: Int) -> Failure {
      Failure(message: "\(String(raw: bytes[start..<end])): bad word specifier")
    }
    let last = words.count - 1
    func place() -> Int? {
      guard let c = byte() else { return nil }
      switch c {
      case 94:
        position += 1
        return 1
      case 36:
        position += 1
        return last
      case 48...57:
        var number = 0
        while let digit = byte(), digit >= 48, digit <= 57 {
          number = min(100_000, number * 10 + Int(digit - 48))
          position += 1
        }
        return number
      default: return nil
      }
    }
    if byte() == 42 {
      position += 1
      return last < 1 ? "" : words[1...].joined(separator: " ")
    }
    if byte() == 37 {
      position += 1
      guard let word = words.last(where: { hasText(searched, in: $0) }) else { throw bad(position) }
      return word
    }
    let from = byte() == 45 ? 0 : place() ?? 0
    var to = from
    if byte() == 42 {
      position += 1
      if from == last + 1 { return "" }
      to = last
    } else if byte() == 45 {
      position += 1
      to = place() ?? last - 1
    }
    guard from >= 0, to <= last, from <= to else { throw bad(position) }
    return words[from...to].joined(separator: " ")
  }

  // MARK: Modifiers

  private mutating func modify(_ text: inout [UInt8]) throws(Failure) {
    while byte() == 58, let first = byte(1) {
      var letter = first
      var ahead = 2
      var global = false
      if letter == 103 || letter == 97 || letter == 71, let next = byte(2) {
        global = true
        letter = next
        ahead = 3
      }
      switch letter {
      case 104: if let slash = text.lastIndex(of: 47) { text = Array(text[..<slash]) }
      case 116: if let slash = text.lastIndex(of: 47) { text = Array(text[(slash + 1)...]) }
      case 114: if let dot = text.lastIndex(of: 46) { text = Array(text[..<dot]) }
      case 101: if let dot = text.lastIndex(of: 46) { text = Array(text[dot...]) }
      case 112: printsOnly = true
      case 113, 120: text = Array(singleQuoted(String(raw: text)).utf8)
      case 115:
        position += ahead
        let start = position - ahead
        guard let delimiter = byte() else { throw Failure(message: ":s: substitution failed") }
        position += 1
        let (old, new) = pair(delimiter)
        try substitute(old, new, global: global, in: &text, from: start)
        continue
      case 38:
        guard let (old, new) = lastSubstitution else { throw Failure(message: ":&: no previous substitution") }
        try substitute(old, new, global: global, in: &text, from: position)
      default:
        throw Failure(
          message: "\(String(raw: bytes[(position + 1)...])): unrecognized history modifier")
      }
      position += ahead
    }
  }

  /// Two texts between delimiters; the last delimiter may be missing at the end of the line.
  private mutating func pair(_ delimiter: UInt8) -> ([UInt8], [UInt8]) {
    func part() -> [UInt8] {
      var text: [UInt8] = []
      while let c = byte(), c != delimiter {
        if c == 92, byte(1) == delimiter {
          position += 1
          text.append(delimiter)
        } else {
          text.append(c)
        }
        position += 1
      }
      if byte() == delimiter { position += 1 }
      return text
    }
    let old = part()
    return (old, part())
  }

  private mutating func substitute(
    _ old: [UInt8], _ new: [UInt8], global: Bool, in text: inout [UInt8], from start: Int
  ) throws(Failure) {
    var result: [UInt8] = []
    var i = 0
    var found = false
    lastSubstitution = (old, new)
    while i < text.count {
      if !old.isEmpty, text.count - i >= old.count, text[i..<i + old.count].elementsEqual(old), global || !found {
        found = true
        for (k, c) in new.enumerated() {
          if c == 38, k == 0 || new[k - 1] != 92 { result += old } else { result.append(c) }
        }
        i += old.count
      } else {
        result.append(text[i])
        i += 1
      }
    }
    guard found else {
      let shown = String(raw: bytes[min(start, bytes.count)..<position])
      throw Failure(message: "\(shown): substitution failed")
    }
    text = result
  }

  /// `^old^new^`: the last line with one text replaced.
  private mutating func quickSubstitution() throws(Failure) {
    guard let last = events.last else {
      throw Failure(message: "\(String(raw: bytes)): event not found")
    }
    position = 1
    let (old, new) = pair(94)
    var text = Array(last.utf8)
    do throws(Failure) {
      try substitute(old, new, global: false, in: &text, from: 0)
    } catch {
      throw Failure(message: ":s\(String(raw: bytes)): substitution failed")
    }
    try modify(&text)
    out = text + bytes[min(position, bytes.count)...]
  }
}

/// The words of a line as the history counts them: blanks separate, operators are words, quotes keep together.
func historyWords(_ line: String) -> [String] {
  let bytes = Array(line.utf8)
  var words: [String] = []
  var i = 0
  while i < bytes.count {
    if bytes[i] == 32 || bytes[i] == 9 || bytes[i] == 10 {
      i += 1
      continue
    }
    let start = i
    if [59, 38, 124, 60, 62, 40, 41].contains(bytes[i]) {
      let first = bytes[i]
      i += 1
      if i < bytes.count, bytes[i] == first || (first != 40 && first != 41 && [38, 62, 124].contains(bytes[i])) {
        i += 1
      }
    } else {
      while i < bytes.count, ![32, 9, 10, 59, 38, 124, 60, 62, 40, 41].contains(bytes[i]) {
        if bytes[i] == 92 {
          i += 2
        } else if bytes[i] == 39 || bytes[i] == 34 {
          let quote = bytes[i]
          i += 1
          while i < bytes.count, bytes[i] != quote { i += bytes[i] == 92 && quote == 34 ? 2 : 1 }
          i += 1
        } else if bytes[i] == 36, i + 1 < bytes.count, bytes[i + 1] == 40 {
          var level = 0
          while i < bytes.count {
            if bytes[i] == 40 { level += 1 }
            if bytes[i] == 41 {
              level -= 1
              if level == 0 { break }
            }
            i += 1
          }
          i += 1
        } else {
          i += 1
        }
      }
    }
    i = min(i, bytes.count)
    words.append(String(raw: bytes[start..<i]))
  }
  return words
}
