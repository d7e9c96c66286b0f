// Regular expressions: the advanced flavour (ARE) as labs use it, by backtracking with a step limit.
// Source: PostgreSQL 15 manual 9.7.3. Alternatives are tried in order; PostgreSQL prefers the longest overall match, which
// this engine reproduces for alternations by trying all and keeping the longest.

internal import SimKernel

final class RegexNode {
  enum Kind {
    case empty
    case character(UInt32)
    case any
    case set([(UInt32, UInt32)], negated: Bool)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case group(RegexNode, Int?)
    case look(RegexNode, ahead: Bool, negated: Bool)
    case repetition(RegexNode, Int, Int, greedy: Bool)
    case start, end, wordBoundary, notWordBoundary, wordStart, wordEnd
    case back(Int)
  }
  let kind: Kind
  init(_ kind: Kind) { self.kind = kind }
}

struct Regex {
  let root: RegexNode
  let groupCount: Int
  let ignoreCase: Bool
  let newlineSensitive: Bool

  init(_ pattern: String, ignoreCase: Bool, newlineSensitive: Bool = false, literal: Bool = false) throws(SQLError) {
    var parser = RegexParser(pattern)
    var fold = ignoreCase
    if literal {
      root = RegexNode(.sequence(parser.input.map { RegexNode(.character($0)) }))
      groupCount = 0
    } else {
      if parser.input.count >= 3, parser.input[0] == 0x28, parser.input[1] == 0x3f {
        // Embedded options: (?i)
        var k = 2
        while k < parser.input.count, parser.input[k] >= 97, parser.input[k] <= 122 { k += 1 }
        if k < parser.input.count, parser.input[k] == 0x29, k > 2 {
          for o in parser.input[2..<k] where o == 0x69 { fold = true }
          parser.position = k + 1
        }
      }
      root = try parser.alternatives()
      if parser.position < parser.input.count { throw RegexParser.invalid("parentheses () not balanced") }
      groupCount = parser.groups
    }
    self.ignoreCase = fold
    self.newlineSensitive = newlineSensitive
  }

  struct Match {
    let start: Int
    let end: Int
    let groups: [(Int, Int)?]
  }

  func firstMatch(_ text: [UInt32], from: Int = 0) throws(SQLError) -> Match? {
    var matcher = RegexMatcher(regex: self, text: text)
    var start = from
    while start <= text.count {
      var best: Match?
      matcher.groups = [(Int, Int)?](repeating: nil, count: groupCount + 1)
      _ = matcher.match(root, start) { (m: inout RegexMatcher, end: Int) -> Bool in
        if best == nil || m.prefersLongest && end > best!.end {
          best = Match(start: start, end: end, groups: m.groups)
        }
        return !m.prefersLongest
      }
      if matcher.exhausted { throw .notSimulated("limit: a regular expression that takes too many steps") }
      if let best { return best }
      start += 1
    }
    return nil
  }
}

struct RegexMatcher {
  let regex: Regex
  let text: [UInt32]
  var groups: [(Int, Int)?] = []
  var steps = 0
  var exhausted = false
  var prefersLongest: Bool

  init(regex: Regex, text: [UInt32]) {
    self.regex = regex
    self.text = text
    prefersLongest = RegexMatcher.hasAlternatives(regex.root)
  }

  private static func hasAlternatives(_ node: RegexNode) -> Bool {
    switch node.kind {
    case .alternatives: return true
    case .sequence(let list):
      for n in list where hasAlternatives(n) { return true }
      return false
    case .group(let n, _): return hasAlternatives(n)
    case .repetition(let n, _, _, _): return hasAlternatives(n)
    default: return false
    }
  }

  private func fold(_ c: UInt32) -> UInt32 {
    guard regex.ignoreCase else { return c }
    if c >= 65, c <= 90 { return c + 32 }
    if c < 128 { return c }
    if let s = Unicode.Scalar(c) {
      let l = s.properties.lowercaseMapping.unicodeScalars
      if l.count == 1 { return l.first!.value }
    }
    return c
  }

  static func isWord(_ c: UInt32) -> Bool {
    if c < 128 { return (c >= 48 && c <= 57) || (c | 32 >= 97 && c | 32 <= 122) || c == 95 }
    return Unicode.Scalar(c)?.properties.isAlphabetic ?? false
  }

  private func wordAt(_ i: Int) -> Bool { i >= 0 && i < text.count && RegexMatcher.isWord(text[i]) }

  mutating func match(_ node: RegexNode, _ at: Int, _ next: (inout RegexMatcher, Int) -> Bool) -> Bool {
    steps += 1
    if steps > 2_000_000 {
      exhausted = true
      return true
    }
    switch node.kind {
    case .empty: return next(&self, at)
    case .character(let c):
      guard at < text.count, text[at] == c || fold(text[at]) == fold(c) else { return false }
      return next(&self, at + 1)
    case .any:
      guard at < text.count, !(regex.newlineSensitive && text[at] == 10) else { return false }
      return next(&self, at + 1)
    case .set(let ranges, let negated):
      guard at < text.count else { return false }
      var inside = false
      for (l, h) in ranges where text[at] >= l && text[at] <= h { inside = true }
      if !inside, regex.ignoreCase {
        let lower = fold(text[at])
        let upper = lower >= 97 && lower <= 122 ? lower - 32 : lower
        for (l, h) in ranges where (lower >= l && lower <= h) || (upper >= l && upper <= h) { inside = true }
      }
      if negated, regex.newlineSensitive, text[at] == 10 { return false }
      guard inside != negated else { return false }
      return next(&self, at + 1)
    case .sequence(let list): return sequence(list, 0, at, next)
    case .alternatives(let list):
      for n in list where match(n, at, next) { return true }
      return false
    case .group(let inner, let index):
      guard let index else { return match(inner, at, next) }
      let saved = groups[index]
      let done = match(inner, at) { (m: inout RegexMatcher, end: Int) -> Bool in
        let before = m.groups[index]
        m.groups[index] = (at, end)
        if next(&m, end) { return true }
        m.groups[index] = before
        return false
      }
      if !done { groups[index] = saved }
      return done
    case .look(let inner, let ahead, let negated):
      var found = false
      if ahead {
        _ = match(inner, at) { (_: inout RegexMatcher, _: Int) -> Bool in
          found = true
          return true
        }
      } else {
        var start = at
        while start >= 0, !found {
          _ = match(inner, start) { (_: inout RegexMatcher, end: Int) -> Bool in
            if end == at { found = true }
            return found
          }
          start -= 1
        }
      }
      return found != negated ? next(&self, at) : false
    case .repetition(let inner, let low, let high, let greedy):
      return repeated(inner, low, high, greedy, 0, at, -1, next)
    case .start:
      return at == 0 || (regex.newlineSensitive && text[at - 1] == 10) ? next(&self, at) : false
    case .end:
      return at == text.count || (regex.newlineSensitive && text[at] == 10) ? next(&self, at) : false
    case .wordBoundary: return wordAt(at - 1) != wordAt(at) ? next(&self, at) : false
    case .notWordBoundary: return wordAt(at - 1) == wordAt(at) ? next(&self, at) : false
    case .wordStart: return !wordAt(at - 1) && wordAt(at) ? next(&self, at) : false
    case .wordEnd: return wordAt(at - 1) && !wordAt(at) ? next(&self, at) : false
    case .back(let n):
      guard n < groups.count, let (s, e) = groups[n] else { return false }
      guard at + e - s <= text.count else { return false }
      for k in 0..<(e - s) where fold(text[s + k]) != fold(text[at + k]) { return false }
      return next(&self, at + e - s)
    }
  }

  private mutating func sequence(
    _ list: [RegexNode], _ index: Int, _ at: Int, _ next: (inout RegexMatcher, Int) -> Bool
  ) -> Bool {
    if index == list.count { return next(&self, at) }
    return match(list[index], at) { (m: inout RegexMatcher, end: Int) -> Bool in
      m.sequence(list, index + 1, end, next)
    }
  }

  private mutating func repeated(
    _ inner: RegexNode, _ low: Int, _ high: Int, _ greedy: Bool, _ count: Int, _ at: Int, _ last: Int,
    _ next: (inout RegexMatcher, Int) -> Bool
  ) -> Bool {
    // Single characters are counted without recursion.
    if isSingle(inner) {
      var ends = [at]
      var position = at
      while ends.count <= high, ends.count - 1 < 1_000_000 {
        var stepped = false
        _ = match(inner, position) { (_: inout RegexMatcher, end: Int) -> Bool in
          position = end
          stepped = true
          return true
        }
        if !stepped { break }
        ends.append(position)
      }
      if ends.count - 1 < low { return false }
      if greedy {
        var k = min(ends.count - 1, high)
        while k >= low {
          if next(&self, ends[k]) { return true }
          k -= 1
        }
      } else {
        for k in low...max(low, min(ends.count - 1, high)) where k < ends.count {
          if next(&self, ends[k]) { return true }
        }
      }
      return false
    }
    if count >= low, !greedy, next(&self, at) { return true }
    if count < high, at != last || count < low {
      let done = match(inner, at) { (m: inout RegexMatcher, end: Int) -> Bool in
        if end == at, count >= low { return false }
        return m.repeated(inner, low, high, greedy, count + 1, end, at, next)
      }
      if done { return true }
    }
    return count >= low && greedy ? next(&self, at) : false
  }

  private func isSingle(_ node: RegexNode) -> Bool {
    switch node.kind {
    case .character, .any, .set: return true
    default: return false
    }
  }
}

struct RegexParser {
  let input: [UInt32]
  var position = 0
  var groups = 0
  var depth = 0

  init(_ pattern: String) {
    var list: [UInt32] = []
    for s in pattern.unicodeScalars { list.append(s.value) }
    input = list
  }

  static func invalid(_ why: String) -> SQLError {
    SQLError("2201B", "invalid regular expression: \(why)")
  }

  private var current: UInt32 { position < input.count ? input[position] : 0 }
  private func peek(_ n: Int) -> UInt32 { position + n < input.count ? input[position + n] : 0 }

  mutating func alternatives() throws(SQLError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    if depth > 100 { throw .notSimulated("limit: a regular expression nested deeper than 100 levels") }
    var list = [try sequence()]
    while position < input.count, current == 0x7c {
      position += 1
      list.append(try sequence())
    }
    return list.count == 1 ? list[0] : RegexNode(.alternatives(list))
  }

  private mutating func sequence() throws(SQLError) -> RegexNode {
    var list: [RegexNode] = []
    while position < input.count, current != 0x7c, current != 0x29 { list.append(try quantified()) }
    return list.count == 1 ? list[0] : RegexNode(.sequence(list))
  }

  private mutating func quantified() throws(SQLError) -> RegexNode {
    if current == 0x2a || current == 0x2b || current == 0x3f {
      throw RegexParser.invalid("quantifier operand invalid")
    }
    let atom = try self.atom()
    guard position < input.count else { return atom }
    var low = 0
    var high = Int.max
    switch current {
    case 0x2a: position += 1
    case 0x2b:
      low = 1
      position += 1
    case 0x3f:
      high = 1
      position += 1
    case 0x7b where peek(1) >= 48 && peek(1) <= 57:
      position += 1
      low = number()
      high = low
      if current == 0x2c {
        position += 1
        high = current >= 48 && current <= 57 ? number() : Int.max
      }
      guard current == 0x7d else { throw RegexParser.invalid("braces {} not balanced") }
      position += 1
      if low > 255 || (high != Int.max && high > 255) || low > high {
        throw RegexParser.invalid("invalid repetition count(s)")
      }
    default: return atom
    }
    var greedy = true
    if current == 0x3f {
      greedy = false
      position += 1
    }
    if current == 0x2a || current == 0x2b { throw RegexParser.invalid("quantifier operand invalid") }
    return RegexNode(.repetition(atom, low, high, greedy: greedy))
  }

  private mutating func number() -> Int {
    var n = 0
    while current >= 48, current <= 57 {
      n = min(n * 10 + Int(current - 48), 100_000)
      position += 1
    }
    return n
  }

  private mutating func atom() throws(SQLError) -> RegexNode {
    let c = current
    position += 1
    switch c {
    case 0x2e: return RegexNode(.any)
    case 0x5e: return RegexNode(.start)
    case 0x24: return RegexNode(.end)
    case 0x28:
      if current == 0x3f {
        position += 1
        let kind = current
        position += 1
        var node: RegexNode
        switch kind {
        case 0x3a: node = RegexNode(.group(try alternatives(), nil))
        case 0x3d: node = RegexNode(.look(try alternatives(), ahead: true, negated: false))
        case 0x21: node = RegexNode(.look(try alternatives(), ahead: true, negated: true))
        case 0x3c where current == 0x3d || current == 0x21:
          let negated = current == 0x21
          position += 1
          node = RegexNode(.look(try alternatives(), ahead: false, negated: negated))
        default: throw RegexParser.invalid("quantifier operand invalid")
        }
        guard position < input.count, current == 0x29 else {
          throw RegexParser.invalid("parentheses () not balanced")
        }
        position += 1
        if case .group(let inner, _) = node.kind { node = RegexNode(.group(inner, nil)) }
        return node
      }
      groups += 1
      let index = groups
      let inner = try alternatives()
      guard position < input.count, current == 0x29 else {
        throw RegexParser.invalid("parentheses () not balanced")
      }
      position += 1
      return RegexNode(.group(inner, index))
    case 0x5b: return try bracket()
    case 0x5c: return try escape()
    default: return RegexNode(.character(c))
    }
  }

  private static let digit: [(UInt32, UInt32)] = [(48, 57)]
  private static let space: [(UInt32, UInt32)] = [(9, 13), (32, 32)]
  private static let word: [(UInt32, UInt32)] = [(48, 57), (65, 90), (95, 95), (97, 122), (0xc0, 0x24f)]

  private mutating func escape() throws(SQLError) -> RegexNode {
    guard position < input.count else { throw RegexParser.invalid("invalid escape \\ sequence") }
    let c = current
    position += 1
    switch c {
    case 0x64: return RegexNode(.set(RegexParser.digit, negated: false))
    case 0x44: return RegexNode(.set(RegexParser.digit, negated: true))
    case 0x73: return RegexNode(.set(RegexParser.space, negated: false))
    case 0x53: return RegexNode(.set(RegexParser.space, negated: true))
    case 0x77: return RegexNode(.set(RegexParser.word, negated: false))
    case 0x57: return RegexNode(.set(RegexParser.word, negated: true))
    case 0x6e: return RegexNode(.character(10))
    case 0x74: return RegexNode(.character(9))
    case 0x72: return RegexNode(.character(13))
    case 0x6d: return RegexNode(.wordStart)
    case 0x4d: return RegexNode(.wordEnd)
    case 0x79: return RegexNode(.wordBoundary)
    case 0x59: return RegexNode(.notWordBoundary)
    case 0x41: return RegexNode(.start)
    case 0x5a: return RegexNode(.end)
    case 49...57: return RegexNode(.back(Int(c - 48)))
    default:
      if (c | 32) >= 97, (c | 32) <= 122 { throw RegexParser.invalid("invalid escape \\ sequence") }
      return RegexNode(.character(c))
    }
  }

  private mutating func bracket() throws(SQLError) -> RegexNode {
    var negated = false
    if current == 0x5e {
      negated = true
      position += 1
    }
    // [[:<:]] and [[:>:]]
    var ranges: [(UInt32, UInt32)] = []
    var first = true
    while true {
      guard position < input.count else { throw RegexParser.invalid("brackets [] not balanced") }
      var c = current
      if c == 0x5d, !first {
        position += 1
        break
      }
      first = false
      if c == 0x5b, peek(1) == 0x3a {
        position += 2
        var name = ""
        while position < input.count, current != 0x3a {
          if let s = Unicode.Scalar(current) { name += String(s) }
          position += 1
        }
        position += 2
        switch name {
        case "alpha": ranges += [(65, 90), (97, 122), (0xc0, 0x24f)]
        case "digit": ranges += RegexParser.digit
        case "alnum": ranges += [(48, 57), (65, 90), (97, 122), (0xc0, 0x24f)]
        case "space": ranges += RegexParser.space
        case "upper": ranges += [(65, 90)]
        case "lower": ranges += [(97, 122)]
        case "punct": ranges += [(33, 47), (58, 64), (91, 96), (123, 126)]
        case "xdigit": ranges += [(48, 57), (65, 70), (97, 102)]
        case "blank": ranges += [(32, 32), (9, 9)]
        case "cntrl": ranges += [(0, 31), (127, 127)]
        case "print": ranges += [(32, 126), (0xa0, 0x10ffff)]
        case "graph": ranges += [(33, 126), (0xa1, 0x10ffff)]
        default: throw RegexParser.invalid("invalid character class")
        }
        continue
      }
      position += 1
      if c == 0x5c {
        let node = try escape()
        switch node.kind {
        case .set(let r, negated: false):
          ranges += r
          continue
        case .character(let x): c = x
        default: throw RegexParser.invalid("invalid escape \\ sequence")
        }
      }
      if current == 0x2d, peek(1) != 0x5d, position + 1 < input.count {
        position += 1
        var high = current
        position += 1
        if high == 0x5c, case .character(let x) = try escape().kind { high = x }
        if high < c { throw RegexParser.invalid("invalid character range") }
        ranges.append((c, high))
      } else {
        ranges.append((c, c))
      }
    }
    return RegexNode(.set(ranges, negated: negated))
  }
}

func codePoints(_ text: String) -> [UInt32] {
  var out: [UInt32] = []
  for s in text.unicodeScalars { out.append(s.value) }
  return out
}
func text(_ points: ArraySlice<UInt32>) -> String {
  var view = String.UnicodeScalarView()
  for p in points { if let s = Unicode.Scalar(p) { view.append(s) } }
  return String(view)
}

/// LIKE with `\` as escape.
func likeMatch(_ value: [UInt8], _ pattern: [UInt8]) throws(SQLError) -> Bool {
  var i = 0
  var j = 0
  var starPattern = -1
  var starValue = 0
  while i < value.count || j < pattern.count {
    if j < pattern.count {
      let p = pattern[j]
      if p == 0x25 {
        starPattern = j
        starValue = i
        j += 1
        continue
      }
      if i < value.count {
        if p == 0x5f {
          // One character: skip its continuation bytes.
          i += 1
          while i < value.count, value[i] & 0xc0 == 0x80 { i += 1 }
          j += 1
          continue
        }
        var literal = p
        var width = 1
        if p == 0x5c {
          guard j + 1 < pattern.count else {
            throw SQLError("22025", "LIKE pattern must not end with escape character")
          }
          literal = pattern[j + 1]
          width = 2
        }
        if value[i] == literal {
          i += 1
          j += width
          continue
        }
      }
    }
    if starPattern >= 0, starValue < value.count {
      starValue += 1
      while starValue < value.count, value[starValue] & 0xc0 == 0x80 { starValue += 1 }
      i = starValue
      j = starPattern + 1
      continue
    }
    return false
  }
  return true
}

extension FunctionRegistry {
  func regex(_ v: [Value], _ pattern: Int, _ flags: Int) throws(SQLError) -> (Regex, Bool) {
    var ignore = false
    var global = false
    var newline = false
    var literal = false
    if flags < v.count {
      for b in v[flags].string.utf8 {
        switch b {
        case 0x67: global = true
        case 0x69: ignore = true
        case 0x6e, 0x6d: newline = true
        case 0x73, 0x63, 0x74, 0x65: break
        case 0x71: literal = true
        default:
          throw SQLError(
            SQLState.invalidParameterValue,
            "invalid regular expression option: \"\(String(decoding: [b], as: UTF8.self))\"")
        }
      }
    }
    return (try Regex(v[pattern].string, ignoreCase: ignore, newlineSensitive: newline, literal: literal), global)
  }

  func allMatches(_ r: Regex, _ text: [UInt32], limit: Int = Int.max) throws(SQLError) -> [Regex.Match] {
    var out: [Regex.Match] = []
    var at = 0
    while at <= text.count, out.count < limit, let m = try r.firstMatch(text, from: at) {
      out.append(m)
      at = m.end > m.start ? m.end : m.end + 1
    }
    return out
  }

  private func groupsArray(_ m: Regex.Match, _ t: [UInt32]) -> Value {
    var elements: Row = []
    if m.groups.count <= 1 {
      elements.append(.text(text(t[m.start..<m.end])))
    } else {
      for g in m.groups.dropFirst() {
        if let (s, e) = g { elements.append(.text(text(t[s..<e]))) } else { elements.append(.null) }
      }
    }
    return .array(ArrayValue(elementType: Oid.text, elements))
  }

  private func substituted(_ replacement: [UInt32], _ m: Regex.Match, _ t: [UInt32]) -> [UInt32] {
    var out: [UInt32] = []
    var i = 0
    while i < replacement.count {
      let c = replacement[i]
      if c == 0x5c, i + 1 < replacement.count {
        let d = replacement[i + 1]
        if d >= 49, d <= 57 {
          let n = Int(d - 48)
          if n < m.groups.count, let (s, e) = m.groups[n] { out += t[s..<e] }
          i += 2
          continue
        }
        if d == 0x26 {
          out += t[m.start..<m.end]
          i += 2
          continue
        }
        if d == 0x5c {
          out.append(0x5c)
          i += 2
          continue
        }
      }
      out.append(c)
      i += 1
    }
    return out
  }

  func registerPatternFunctions() {
    for prefix in ["text", "name", "bpchar"] {
      pure(prefix + "like") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try likeMatch(Array(v[0].string.utf8), Array(v[1].string.utf8)))
      }
      pure(prefix + "nlike") { (v: [Value]) throws(SQLError) -> Value in
        .bool(!(try likeMatch(Array(v[0].string.utf8), Array(v[1].string.utf8))))
      }
      pure(prefix + "iclike") { (v: [Value]) throws(SQLError) -> Value in
        .bool(
          try likeMatch(
            Array(mappedCase(v[0].string, upper: false).utf8), Array(mappedCase(v[1].string, upper: false).utf8)))
      }
      pure(prefix + "icnlike") { (v: [Value]) throws(SQLError) -> Value in
        .bool(
          !(try likeMatch(
            Array(mappedCase(v[0].string, upper: false).utf8), Array(mappedCase(v[1].string, upper: false).utf8))))
      }
      pure(prefix + "regexeq") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: false).firstMatch(codePoints(v[0].string)) != nil)
      }
      pure(prefix + "regexne") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: false).firstMatch(codePoints(v[0].string)) == nil)
      }
      pure(prefix + "icregexeq") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: true).firstMatch(codePoints(v[0].string)) != nil)
      }
      pure(prefix + "icregexne") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: true).firstMatch(codePoints(v[0].string)) == nil)
      }
    }
    pure("like_escape") { (v: [Value]) throws(SQLError) -> Value in
      let e = scalars(v[1].string)
      if e.count > 1 {
        throw SQLError("22025", "invalid escape string", hint: "Escape string must be empty or one character.")
      }
      var out: [Unicode.Scalar] = []
      let all = scalars(v[0].string)
      var i = 0
      while i < all.count {
        if let mark = e.first, all[i] == mark {
          out.append("\\")
          i += 1
          if i < all.count { out.append(all[i]) }
        } else if all[i] == "\\" {
          out += ["\\", "\\"]
        } else {
          out.append(all[i])
        }
        i += 1
      }
      return .text(string(out))
    }
    pure("similar_to_escape_1", "similar_to_escape_2", "similar_to_escape") { (v: [Value]) throws(SQLError) -> Value in
      var out = "^(?:"
      let all = scalars(v[0].string)
      let mark: Unicode.Scalar = v.count > 1 ? scalars(v[1].string).first ?? "\\" : "\\"
      var i = 0
      var inBracket = false
      while i < all.count {
        let c = all[i]
        if c == mark, i + 1 < all.count {
          i += 1
          out += "\\" + String(all[i])
        } else if inBracket {
          out += String(c)
          if c == "]" { inBracket = false }
        } else {
          switch c {
          case "%": out += ".*"
          case "_": out += "."
          case "[":
            out += "["
            inBracket = true
          case "(": out += "(?:"
          case "\\", ".", "^", "$": out += "\\" + String(c)
          default: out += String(c)
          }
        }
        i += 1
      }
      return .text(out + ")$")
    }
    let registry = self
    pure("textregexsubstr") { (v: [Value]) throws(SQLError) -> Value in
      let t = codePoints(v[0].string)
      guard let m = try Regex(v[1].string, ignoreCase: false).firstMatch(t) else { return .null }
      if m.groups.count > 1 {
        if let (s, e) = m.groups[1] { return .text(text(t[s..<e])) }
        return .null
      }
      return .text(text(t[m.start..<m.end]))
    }
    pure("textregexreplace_noopt", "textregexreplace") { (v: [Value]) throws(SQLError) -> Value in
      if v.count > 3, let first = v[3].string.utf8.first, Lexer.isDigit(first) {
        throw SQLError(
          SQLState.invalidParameterValue,
          "invalid regular expression option: \"\(String(decoding: [first], as: UTF8.self))\"",
          hint:
            "If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly."
        )
      }
      let (r, global) = try registry.regex(v, 1, 3)
      let t = codePoints(v[0].string)
      let replacement = codePoints(v[2].string)
      var out: [UInt32] = []
      var at = 0
      for m in try registry.allMatches(r, t, limit: global ? Int.max : 1) {
        out += t[at..<m.start]
        out += registry.substituted(replacement, m, t)
        at = m.end
      }
      out += t[at...]
      return .text(text(out[...]))
    }
    pure("regexp_match", "regexp_match_no_flags") { (v: [Value]) throws(SQLError) -> Value in
      let (r, global) = try registry.regex(v, 1, 2)
      if global {
        throw SQLError(
          SQLState.invalidParameterValue, "regexp_match() does not support the \"global\" option",
          hint: "Use the regexp_matches function instead.")
      }
      let t = codePoints(v[0].string)
      guard let m = try r.firstMatch(t) else { return .null }
      return registry.groupsArray(m, t)
    }
    addSet("regexp_matches") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      let (r, global) = try registry.regex(v, 1, 2)
      let t = codePoints(v[0].string)
      var out: [Value] = []
      for m in try registry.allMatches(r, t, limit: global ? Int.max : 1) { out.append(registry.groupsArray(m, t)) }
      return out
    }
    addSet("regexp_matches_no_flags") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      let (r, _) = try registry.regex(v, 1, 2)
      let t = codePoints(v[0].string)
      guard let m = try r.firstMatch(t) else { return [] }
      return [registry.groupsArray(m, t)]
    }
    func split(_ v: [Value]) throws(SQLError) -> Row {
      let (r, _) = try registry.regex(v, 1, 2)
      let t = codePoints(v[0].string)
      var out: Row = []
      var at = 0
      for m in try registry.allMatches(r, t) {
        if m.end == m.start, m.start == 0 || m.start >= t.count { continue }
        out.append(.text(text(t[at..<m.start])))
        at = m.end
      }
      out.append(.text(text(t[at...])))
      return out
    }
    pure("regexp_split_to_array", "regexp_split_to_array_no_flags") { (v: [Value]) throws(SQLError) -> Value in
      .array(ArrayValue(elementType: Oid.text, try split(v)))
    }
    for name in ["regexp_split_to_table", "regexp_split_to_table_no_flags"] {
      addSet(name) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in try split(v) }
    }
    pure("regexp_count", "regexp_count_no_flags", "regexp_count_no_start") { (v: [Value]) throws(SQLError) -> Value in
      let (r, _) = try registry.regex(v, 1, 3)
      let t = codePoints(v[0].string)
      let from = v.count > 2 ? Int(clamping: v[2].integer) - 1 : 0
      return .int(Int64(try registry.allMatches(r, Array(t.dropFirst(max(0, from)))).count))
    }
    pure("regexp_like", "regexp_like_no_flags") { (v: [Value]) throws(SQLError) -> Value in
      let (r, _) = try registry.regex(v, 1, 2)
      return .bool(try r.firstMatch(codePoints(v[0].string)) != nil)
    }
    pure("regexp_substr", "regexp_substr_no_start") { (v: [Value]) throws(SQLError) -> Value in
      let (r, _) = try registry.regex(v, 1, 9)
      let t = codePoints(v[0].string)
      guard let m = try r.firstMatch(t) else { return .null }
      return .text(text(t[m.start..<m.end]))
    }
  }
}
