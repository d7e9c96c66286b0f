// to_tsvector, to_tsquery and their family, with the configurations `simple` and `english`; ts_rank. The parser knows words,
// compounds and numbers; addresses, tags and file names say that they are not simulated. Source: PostgreSQL 15 manual, chapter 12.

internal import SimKernel

struct TextConfiguration {
  let name: String

  private static let languages: Set<String> = [
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "finnish", "french", "german", "greek", "hindi",
    "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "portuguese", "romanian",
    "russian", "serbian", "spanish", "swedish", "tamil", "turkish", "yiddish",
  ]

  /// The name without its schema.
  static func named(_ text: String) throws(SQLError) -> TextConfiguration {
    let name = text.hasPrefix("pg_catalog.") ? String(text.dropFirst(11)) : text
    if name == "simple" || name == "english" { return TextConfiguration(name: name) }
    if languages.contains(name) { throw .notSimulated("the text search configuration \(name)") }
    throw SQLError(SQLState.undefinedObject, "text search configuration \"\(text)\" does not exist")
  }

  /// The lexeme of a token; nil: a stop word.
  func lexeme(_ token: (text: String, isWord: Bool)) throws(SQLError) -> String? {
    let lower = mappedCase(token.text, upper: false)
    guard name == "english", token.isWord else { return lower }
    if EnglishStemmer.stopWords.contains(lower) { return nil }
    for b in lower.utf8 where b >= 128 { throw .notSimulated("stems of words that are not ASCII") }
    return EnglishStemmer.stem(lower)
  }

  static func tokens(_ text: String) throws(SQLError) -> [(text: String, isWord: Bool)] {
    let bytes = Array(text.utf8)
    func isLetter(_ i: Int) -> Bool {
      i >= 0 && i < bytes.count && ((bytes[i] | 0x20 >= 97 && bytes[i] | 0x20 <= 122) || bytes[i] >= 128)
    }
    func isDigit(_ i: Int) -> Bool { i >= 0 && i < bytes.count && Lexer.isDigit(bytes[i]) }
    func isAlnum(_ i: Int) -> Bool { isLetter(i) || isDigit(i) }
    func string(_ a: Int, _ b: Int) -> String { String(decoding: bytes[a..<b], as: UTF8.self) }
    var out: [(text: String, isWord: Bool)] = []
    var i = 0
    while i < bytes.count {
      let b = bytes[i]
      // Addresses, tags, entities and files have tokens of their own.
      if b == 0x40 && isAlnum(i - 1) && isAlnum(i + 1) || b == 0x2f && (isAlnum(i - 1) || isAlnum(i + 1))
        || b == 0x3c && (isLetter(i + 1) || i + 1 < bytes.count && bytes[i + 1] == 0x2f)
        || b == 0x2e && isAlnum(i - 1) && isLetter(i + 1) || b == 0x26 && isLetter(i + 1)
      {
        throw .notSimulated("text search in addresses, tags or file names")
      }
      guard isAlnum(i) || ((b == 0x2d || b == 0x2b) && isDigit(i + 1) && !isAlnum(i - 1)) else {
        i += 1
        continue
      }
      var end = i + 1
      if !isLetter(i) {
        while isDigit(end) { end += 1 }
        if end < bytes.count, bytes[end] == 0x2e, isDigit(end + 1) {
          end += 1
          while isDigit(end) { end += 1 }
          while end < bytes.count, bytes[end] == 0x2e, isDigit(end + 1) {
            end += 1
            while isDigit(end) { end += 1 }
          }
        }
        if isLetter(end) {
          while isAlnum(end) { end += 1 }
        }
        out.append((text: string(i, end), isWord: false))
        i = end
        // What follows a number behind a hyphen is a number with a sign.
        if i < bytes.count, bytes[i] == 0x2d, isDigit(i + 1) {
          var stop = i + 1
          while isDigit(stop) { stop += 1 }
          out.append((text: string(i, stop), isWord: false))
          i = stop
        }
        continue
      }
      var parts: [(Int, Int)] = []
      var start = i
      end = i
      while true {
        while isAlnum(end) { end += 1 }
        parts.append((start, end))
        guard end < bytes.count, bytes[end] == 0x2d, isLetter(end + 1) else { break }
        end += 1
        start = end
      }
      func isWord(_ a: Int, _ b: Int) -> Bool {
        for k in a..<b where isDigit(k) { return false }
        return true
      }
      if parts.count > 1 { out.append((text: string(i, end), isWord: isWord(i, end))) }
      for (a, b) in parts { out.append((text: string(a, b), isWord: isWord(a, b))) }
      i = end
    }
    return out
  }

  func vector(_ text: String) throws(SQLError) -> TextVector {
    var list: [(lexeme: String, places: [TextVector.Place])] = []
    for (k, token) in try TextConfiguration.tokens(text).enumerated() {
      if let l = try lexeme(token) { list.append((lexeme: l, places: [.init(position: k + 1, weight: 0)])) }
    }
    return TextVector(list)
  }

  /// The lexemes of a text, each with its place, as one query.
  func query(_ text: String, phrase: Bool, prefix: Bool = false, weights: Set<Int> = []) throws(SQLError) -> TextQuery?
  {
    var out: TextQuery?
    var last = 0
    for (k, token) in try TextConfiguration.tokens(text).enumerated() {
      guard let l = try lexeme(token) else { continue }
      let word = TextQuery.word(l, prefix: prefix, weights: weights)
      if let left = out { out = phrase ? .phrase(left, word, k - last) : .and(left, word) } else { out = word }
      last = k
    }
    return out
  }

  /// `"quoted phrase" -without or this`
  func web(_ text: String) throws(SQLError) -> TextQuery? {
    let bytes = Array(text.utf8)
    var groups: [[TextQuery]] = [[]]
    var i = 0
    var pendingOr = false
    while i < bytes.count {
      if Lexer.isSpace(bytes[i]) {
        i += 1
        continue
      }
      var negated = false
      if bytes[i] == 0x2d {
        negated = true
        i += 1
      }
      let found: TextQuery?
      if i < bytes.count, bytes[i] == 0x22 {
        let start = i + 1
        i = start
        while i < bytes.count, bytes[i] != 0x22 { i += 1 }
        found = try query(String(decoding: bytes[start..<i], as: UTF8.self), phrase: true)
        i += 1
      } else {
        let start = i
        while i < bytes.count, !Lexer.isSpace(bytes[i]), bytes[i] != 0x22 { i += 1 }
        let word = String(decoding: bytes[start..<i], as: UTF8.self)
        if lowercasedASCII(word) == "or", !negated, !(groups[groups.count - 1].isEmpty) {
          pendingOr = true
          continue
        }
        found = try query(word, phrase: true)
      }
      guard let q = found else { continue }
      if pendingOr { groups.append([]) }
      pendingOr = false
      groups[groups.count - 1].append(negated ? .not(q) : q)
    }
    var out: TextQuery?
    for g in groups {
      var all: TextQuery?
      for q in g { all = all.map { .and($0, q) } ?? q }
      guard let all else { continue }
      out = out.map { .or($0, all) } ?? all
    }
    return out
  }
}

/// Source: PostgreSQL 15, tsrank.c, for what ts_rank adds up.
enum TextRank {
  private static func weight(_ w: [Float], _ p: TextVector.Place) -> Float { w[p.weight] }

  private static func distance(_ n: Int) -> Float {
    if n > 100 { return 1e-30 }
    return Float(1.0 / (1.005 + 0.05 * RealMath.exp(Double(Float(n) / 1.5 - 2))))
  }

  static func rank(_ w: [Float], _ v: TextVector, _ q: TextQuery, _ method: Int64) -> Float {
    let words = q.lexemes
    var joinsAll = false
    switch q {
    case .and, .phrase: joinsAll = true
    default: break
    }
    var result = joinsAll && words.count > 1 ? all(w, v, words) : any(w, v, words)
    if result < 0 { result = 1e-20 }
    var length = 0
    for x in v.words { length += max(1, x.places.count) }
    if method & 1 != 0, length > 0 { result /= Float(RealMath.log(Double(length + 1)) / RealMath.log(2)) }
    if method & 2 != 0, length > 0 { result /= Float(length) }
    if method & 8 != 0, !v.words.isEmpty { result /= Float(v.words.count) }
    if method & 16 != 0, !v.words.isEmpty {
      result /= Float(RealMath.log(Double(v.words.count + 1)) / RealMath.log(2))
    }
    if method & 32 != 0 { result /= result + 1 }
    return result
  }

  private static func places(_ v: TextVector, _ word: String) -> [TextVector.Place]? {
    guard let found = v.places(word, prefix: false, weights: []) else { return nil }
    return found.isEmpty ? [.init(position: 16_383, weight: 0)] : found
  }

  private static func any(_ w: [Float], _ v: TextVector, _ words: [String]) -> Float {
    var total: Float = 0
    for word in words {
      guard let list = places(v, word) else { continue }
      var sum: Float = 0
      var best: Float = -1
      var at = 0
      for (j, p) in list.enumerated() {
        sum += weight(w, p) / Float((j + 1) * (j + 1))
        if weight(w, p) > best {
          best = weight(w, p)
          at = j
        }
      }
      total = Float(Double(total) + Double(best + sum - best / Float((at + 1) * (at + 1))) / 1.64493406685)
    }
    return words.isEmpty ? total : total / Float(words.count)
  }

  private static func all(_ w: [Float], _ v: TextVector, _ words: [String]) -> Float {
    var found: [[TextVector.Place]?] = []
    for word in words { found.append(places(v, word)) }
    var result: Float = -1
    for i in words.indices {
      guard let own = found[i] else { continue }
      for k in 0..<i {
        guard let other = found[k] else { continue }
        for p in own {
          for o in other {
            let apart = abs(p.position - o.position)
            if apart == 0 { continue }
            let c = (Double(weight(w, p)) * Double(weight(w, o)) * Double(distance(apart))).squareRoot()
            result = result < 0 ? Float(c) : Float(1 - (1 - Double(result)) * (1 - c))
          }
        }
      }
    }
    return result
  }
}

extension ClientSession {
  fileprivate func configuration(_ v: [Value], _ index: Int) throws(SQLError) -> TextConfiguration {
    try TextConfiguration.named(index >= 0 ? v[index].string : try setting("default_text_search_config"))
  }

  fileprivate func onlyStopWords(_ text: String) {
    notice("text-search query contains only stop words or doesn't contain lexemes, ignored")
  }
}

extension FunctionRegistry {
  func registerTextSearch() {
    func vector(_ v: Value) throws(SQLError) -> TextVector { try TextVector.read(v.string) }
    func query(_ v: Value) throws(SQLError) -> TextQuery? {
      let q = try TextQuery.read(v.string, nil)
      if q?.hasNegatedPhrase ?? false { throw .notSimulated("NOT inside a phrase") }
      return q
    }
    for (name, index) in [("to_tsvector", -1), ("to_tsvector_byid", 0)] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        .text(try s.configuration(v, index).vector(v[v.count - 1].string).text)
      }
    }
    for (name, index) in [("to_tsquery", -1), ("to_tsquery_byid", 0)] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        let c = try s.configuration(v, index)
        let q = try TextQuery.read(v[v.count - 1].string) {
          (w: String, prefix: Bool, weights: Set<Int>) throws(SQLError) -> TextQuery? in
          try c.query(w, phrase: true, prefix: prefix, weights: weights)
        }
        if q == nil { s.onlyStopWords(v[v.count - 1].string) }
        return .text(q?.text ?? "")
      }
    }
    for (name, phrase) in [("plainto_tsquery", false), ("phraseto_tsquery", true)] {
      for (suffix, index) in [("", -1), ("_byid", 0)] {
        add(name + suffix) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
          let q = try s.configuration(v, index).query(v[v.count - 1].string, phrase: phrase)
          if q == nil { s.onlyStopWords(v[v.count - 1].string) }
          return .text(q?.text ?? "")
        }
      }
    }
    for (suffix, index) in [("", -1), ("_byid", 0)] {
      add("websearch_to_tsquery" + suffix) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        let q = try s.configuration(v, index).web(v[v.count - 1].string)
        if q == nil { s.onlyStopWords(v[v.count - 1].string) }
        return .text(q?.text ?? "")
      }
    }
    pure("ts_match_vq") { (v: [Value]) throws(SQLError) -> Value in
      .bool(try query(v[1])?.matches(try vector(v[0])) ?? false)
    }
    pure("ts_match_qv") { (v: [Value]) throws(SQLError) -> Value in
      .bool(try query(v[0])?.matches(try vector(v[1])) ?? false)
    }
    add("ts_match_tt") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let c = try s.configuration(v, -1)
      return .bool(try c.query(v[1].string, phrase: false)?.matches(try c.vector(v[0].string)) ?? false)
    }
    add("ts_match_tq") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .bool(try query(v[1])?.matches(try s.configuration(v, -1).vector(v[0].string)) ?? false)
    }
    pure("tsvector_strip") { (v: [Value]) throws(SQLError) -> Value in
      .text(TextVector(try vector(v[0]).words.map { (lexeme: $0.lexeme, places: []) }).text)
    }
    pure("tsvector_length") { (v: [Value]) throws(SQLError) -> Value in .int(Int64(try vector(v[0]).words.count)) }
    pure("tsvector_to_array") { (v: [Value]) throws(SQLError) -> Value in
      .array(ArrayValue(elementType: Oid.text, try vector(v[0]).words.map { .text($0.lexeme) }))
    }
    pure("tsvector_setweight") { (v: [Value]) throws(SQLError) -> Value in
      guard let k = ["D", "C", "B", "A"].firstIndex(of: uppercasedASCII(v[1].string)) else {
        throw SQLError(SQLState.invalidParameterValue, "unrecognized weight: \(v[1].string.utf8.first ?? 0)")
      }
      var list = try vector(v[0]).words
      for i in list.indices { for j in list[i].places.indices { list[i].places[j].weight = k } }
      return .text(TextVector(list).text)
    }
    pure("tsvector_concat") { (v: [Value]) throws(SQLError) -> Value in
      let left = try vector(v[0]).words
      var last = 0
      for w in left { for p in w.places { last = max(last, p.position) } }
      var right = try vector(v[1]).words
      for i in right.indices { for j in right[i].places.indices { right[i].places[j].position += last } }
      return .text(TextVector(left + right).text)
    }
    func combined(_ name: String, _ make: @escaping (TextQuery, TextQuery) -> TextQuery) {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        guard let a = try query(v[0]) else { return v[1] }
        guard let b = try query(v[1]) else { return v[0] }
        return .text(make(a, b).text)
      }
    }
    combined("tsquery_and") { .and($0, $1) }
    combined("tsquery_or") { .or($0, $1) }
    combined("tsquery_phrase") { .phrase($0, $1, 1) }
    pure("tsquery_not") { (v: [Value]) throws(SQLError) -> Value in
      .text(try query(v[0]).map { TextQuery.not($0).text } ?? "")
    }
    for (name, hasWeights) in [
      ("ts_rank_tt", false), ("ts_rank_ttf", false), ("ts_rank_wtt", true), ("ts_rank_wttf", true),
    ] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        var weights: [Float] = [0.1, 0.2, 0.4, 1]
        if hasWeights {
          for (k, w) in v[0].list.elements.enumerated() where k < 4 && w.double >= 0 { weights[k] = Float(w.double) }
        }
        let at = hasWeights ? 1 : 0
        guard let q = try query(v[at + 1]) else { return .float(0) }
        let d = try vector(v[at])
        if d.words.isEmpty { return .float(0) }
        return .float(Double(TextRank.rank(weights, d, q, v.count > at + 2 ? v[at + 2].integer : 0)))
      }
    }
    add("get_current_ts_config") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .text(try s.configuration([], -1).name)
    }
  }
}
