// Full text search: tsvector and tsquery, their text, and whether one matches the other. Source: PostgreSQL 15 manual 8.11, 9.13.

internal import SimKernel

/// Lexemes with their places; `A` … `D` are weights, D stands for none.
struct TextVector {
  struct Place {
    var position: Int
    /// 0 D, 1 C, 2 B, 3 A
    var weight: Int
  }
  var words: [(lexeme: String, places: [Place])] = []

  init() {}

  /// Words in the order of their bytes, equal ones joined.
  init(_ list: [(lexeme: String, places: [Place])]) {
    var slots: [String: Int] = [:]
    for item in list {
      if let k = slots[item.lexeme] {
        words[k].places += item.places
      } else {
        slots[item.lexeme] = words.count
        words.append(item)
      }
    }
    words.sort { compareBytes($0.lexeme, $1.lexeme) < 0 }
    for k in words.indices {
      var kept: [Place] = []
      for p in words[k].places.sorted(by: { ($0.position, -$0.weight) < ($1.position, -$1.weight) })
      where kept.last?.position != p.position { kept.append(p) }
      words[k].places = kept
    }
  }

  static func read(_ text: String) throws(SQLError) -> TextVector {
    var reader = TextSearchReader(text)
    var list: [(lexeme: String, places: [Place])] = []
    while let word = try reader.word("tsvector") {
      var places: [Place] = []
      if reader.accept(0x3a) {
        repeat {
          guard let n = reader.number(), n > 0 else {
            throw SQLError(
              SQLState.syntaxError,
              "\(reader.lastNumberWasZero ? "wrong position info" : "syntax error") in tsvector: \"\(text)\"")
          }
          places.append(Place(position: min(n, 16_383), weight: reader.weight() ?? 0))
        } while reader.accept(0x2c)
      }
      list.append((lexeme: word, places: places))
    }
    return TextVector(list)
  }

  static func quoted(_ word: String) -> String {
    var out: [UInt8] = [0x27]
    for b in word.utf8 {
      if b == 0x27 || b == 0x5c { out.append(b) }
      out.append(b)
    }
    return String(decoding: out + [0x27], as: UTF8.self)
  }

  var text: String {
    var parts: [String] = []
    for w in words {
      var s = TextVector.quoted(w.lexeme)
      if !w.places.isEmpty {
        s += ":" + joined(w.places.map { "\($0.position)" + ["", "C", "B", "A"][$0.weight] }, ",")
      }
      parts.append(s)
    }
    return joined(parts, " ")
  }

  /// Places of a lexeme or of all that begin with it; nil: it does not occur.
  func places(_ lexeme: String, prefix: Bool, weights: Set<Int>) -> [Place]? {
    var found = false
    var out: [Place] = []
    for w in words where prefix ? w.lexeme.utf8.starts(with: lexeme.utf8) : w.lexeme == lexeme {
      if weights.isEmpty {
        found = true
        out += w.places
      } else {
        let own = w.places.filter { weights.contains($0.weight) }
        if !own.isEmpty { found = true }
        out += own
      }
    }
    return found ? out : nil
  }
}

indirect enum TextQuery {
  case word(String, prefix: Bool, weights: Set<Int>)
  case not(TextQuery)
  case and(TextQuery, TextQuery)
  case or(TextQuery, TextQuery)
  case phrase(TextQuery, TextQuery, Int)

  private var priority: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .phrase: 3
    case .not: 4
    case .word: 5
    }
  }

  var text: String { text(parent: 0, right: false) }

  private func text(parent: Int, right: Bool) -> String {
    var out: String
    switch self {
    case .word(let w, let prefix, let weights):
      out = TextVector.quoted(w)
      if prefix || !weights.isEmpty { out += ":" + (prefix ? "*" : "") }
      for (k, letter) in [(3, "A"), (2, "B"), (1, "C"), (0, "D")] where weights.contains(k) { out += letter }
      return out
    case .not(let a):
      if case .word = a { return "!" + a.text(parent: 4, right: false) }
      return "!" + (a.priority < 4 ? "( " + a.text(parent: 0, right: false) + " )" : a.text(parent: 4, right: false))
    case .and(let a, let b): out = a.text(parent: 2, right: false) + " & " + b.text(parent: 2, right: true)
    case .or(let a, let b): out = a.text(parent: 1, right: false) + " | " + b.text(parent: 1, right: true)
    case .phrase(let a, let b, let n):
      out = a.text(parent: 3, right: false) + (n == 1 ? " <-> " : " <\(n)> ") + b.text(parent: 3, right: true)
    }
    var isPhrase = false
    if case .phrase = self { isPhrase = true }
    return priority < parent || (isPhrase && right && parent == 3) ? "( " + out + " )" : out
  }

  /// The words in the order of their bytes, each once.
  var lexemes: [String] {
    var out: Set<String> = []
    func walk(_ q: TextQuery) {
      switch q {
      case .word(let w, _, _): out.insert(w)
      case .not(let a): walk(a)
      case .and(let a, let b), .or(let a, let b), .phrase(let a, let b, _):
        walk(a)
        walk(b)
      }
    }
    walk(self)
    return out.sorted { compareBytes($0, $1) < 0 }
  }

  func matches(_ v: TextVector) -> Bool {
    switch self {
    case .word(let w, let prefix, let weights): return v.places(w, prefix: prefix, weights: weights) != nil
    case .not(let a): return !a.matches(v)
    case .and(let a, let b): return a.matches(v) && b.matches(v)
    case .or(let a, let b): return a.matches(v) || b.matches(v)
    case .phrase: return !ends(v).isEmpty
    }
  }

  /// Where the last words of matches stand.
  private func ends(_ v: TextVector) -> Set<Int> {
    switch self {
    case .word(let w, let prefix, let weights):
      return Set((v.places(w, prefix: prefix, weights: weights) ?? []).map { $0.position })
    case .and(let a, let b): return a.ends(v).intersection(b.ends(v))
    case .or(let a, let b): return a.ends(v).union(b.ends(v))
    case .phrase(let a, let b, let n):
      let left = a.ends(v)
      return b.ends(v).filter { left.contains($0 - n) }
    case .not: return []
    }
  }

  /// Whether a NOT stands inside a phrase, whose places are not modelled.
  var hasNegatedPhrase: Bool {
    func negated(_ q: TextQuery) -> Bool {
      switch q {
      case .not: return true
      case .word: return false
      case .and(let a, let b), .or(let a, let b), .phrase(let a, let b, _): return negated(a) || negated(b)
      }
    }
    switch self {
    case .word: return false
    case .not(let a): return a.hasNegatedPhrase
    case .and(let a, let b), .or(let a, let b): return a.hasNegatedPhrase || b.hasNegatedPhrase
    case .phrase(let a, let b, _): return negated(a) || negated(b)
    }
  }

  /// `normalize` turns a word of the text into lexemes; nil: a stop word.
  static func read(
    _ text: String, _ normalize: ((String, Bool, Set<Int>) throws(SQLError) -> TextQuery?)?
  ) throws(SQLError) -> TextQuery? {
    var reader = TextSearchReader(text)
    reader.inQuery = true
    reader.skip()
    if reader.isAtEnd { return nil }
    let mistake = SQLError(SQLState.syntaxError, "syntax error in tsquery: \"\(text)\"")
    var depth = 0
    func operand() throws(SQLError) -> TextQuery? {
      depth += 1
      defer { depth -= 1 }
      if depth > 60 { throw .notSimulated("limit: a tsquery nested deeper than 60 levels") }
      reader.skip()
      if reader.accept(0x21) { return try operand().map { .not($0) } }
      if reader.accept(0x28) {
        let inner = try level(1)
        reader.skip()
        guard reader.accept(0x29) else { throw mistake }
        return inner
      }
      guard let word = try reader.word("tsquery") else {
        if reader.isAtEnd, depth == 1 { throw SQLError(SQLState.syntaxError, "no operand in tsquery: \"\(text)\"") }
        throw mistake
      }
      var prefix = false
      var weights: Set<Int> = []
      if reader.accept(0x3a) {
        while true {
          if reader.accept(0x2a) {
            prefix = true
          } else if let weight = reader.weight() {
            weights.insert(weight)
          } else {
            break
          }
        }
      }
      if let normalize { return try normalize(word, prefix, weights) }
      return .word(word, prefix: prefix, weights: weights)
    }
    func level(_ n: Int) throws(SQLError) -> TextQuery? {
      if n == 4 { return try operand() }
      var left = try level(n + 1)
      while true {
        reader.skip()
        var distance = 0
        switch n {
        case 1: guard reader.accept(0x7c) else { return left }
        case 2: guard reader.accept(0x26) else { return left }
        default:
          guard let d = reader.distance() else { return left }
          distance = d
        }
        let right = try level(n + 1)
        guard let l = left else {
          left = right
          continue
        }
        guard let r = right else { continue }
        left = n == 1 ? .or(l, r) : n == 2 ? .and(l, r) : .phrase(l, r, distance)
      }
    }
    let query = try level(1)
    reader.skip()
    if !reader.isAtEnd { throw mistake }
    return query
  }
}

/// Reads words, numbers and operators of both types.
struct TextSearchReader {
  private let bytes: [UInt8]
  private var i = 0
  var inQuery = false
  private(set) var lastNumberWasZero = false

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { i >= bytes.count }

  mutating func skip() { while i < bytes.count, Lexer.isSpace(bytes[i]) { i += 1 } }

  mutating func accept(_ b: UInt8) -> Bool {
    guard i < bytes.count, bytes[i] == b else { return false }
    i += 1
    return true
  }

  mutating func number() -> Int? {
    var n: Int?
    while i < bytes.count, Lexer.isDigit(bytes[i]) {
      n = min((n ?? 0) * 10 + Int(bytes[i] - 48), 99_999)
      i += 1
    }
    lastNumberWasZero = n == 0
    return n
  }

  mutating func weight() -> Int? {
    guard i < bytes.count else { return nil }
    switch bytes[i] | 0x20 {
    case 0x61:
      i += 1
      return 3
    case 0x62:
      i += 1
      return 2
    case 0x63:
      i += 1
      return 1
    case 0x64:
      i += 1
      return 0
    default: return nil
    }
  }

  /// `<->` and `<2>`
  mutating func distance() -> Int? {
    guard i < bytes.count, bytes[i] == 0x3c else { return nil }
    let start = i
    i += 1
    var n: Int? = 1
    if !accept(0x2d) { n = number() }
    if let n, accept(0x3e) { return n }
    i = start
    return nil
  }

  /// nil at the end, or at something that is no word.
  mutating func word(_ type: String) throws(SQLError) -> String? {
    skip()
    guard i < bytes.count else { return nil }
    var out: [UInt8] = []
    if bytes[i] == 0x27 {
      i += 1
      while i < bytes.count {
        if bytes[i] == 0x27 {
          if i + 1 < bytes.count, bytes[i + 1] == 0x27 {
            i += 1
          } else {
            i += 1
            return String(decoding: out, as: UTF8.self)
          }
        } else if bytes[i] == 0x5c, i + 1 < bytes.count {
          i += 1
        }
        out.append(bytes[i])
        i += 1
      }
      throw SQLError(
        SQLState.syntaxError, "syntax error in \(type): \"\(String(decoding: bytes, as: UTF8.self))\"")
    }
    while i < bytes.count, !Lexer.isSpace(bytes[i]), bytes[i] != 0x3a {
      if inQuery, [0x21, 0x26, 0x7c, 0x28, 0x29, 0x3c].contains(bytes[i]) { break }
      if bytes[i] == 0x5c, i + 1 < bytes.count { i += 1 }
      out.append(bytes[i])
      i += 1
    }
    return out.isEmpty ? nil : String(decoding: out, as: UTF8.self)
  }
}
