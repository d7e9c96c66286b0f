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
  /// How many calls stand on the stack: what follows a node is called from within it.
  private var depth = 0
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
    depth += 1
    defer { depth -= 1 }
    if steps > 2_000_000 || depth > 3_000 {
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

  mutating func sequence(
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
