// Shell patterns: `* ? […]` and the extended forms `?(…) *(…) +(…) @(…) !(…)`. Used by `case`, `[[ == ]]`, `${x#…}` and pathname
// expansion. A backslash makes the next character ordinary. Source: the Bash manual, "Pattern Matching".

import SimKernel

struct ShellPattern {
  indirect enum Item {
    case character(UInt32)
    case anyOne
    case anyMany
    case set(negated: Bool, [SetItem])
    case group(UInt8, [[Item]])
  }
  enum SetItem {
    case range(UInt32, UInt32)
    case named(String)
  }

  let items: [Item]
  let ignoreCase: Bool
  /// Whether anything in it is more than an ordinary character.
  let isMagic: Bool
  private let hasGroups: Bool
  /// The text of a pattern without magic.
  let literal: [UInt32]?

  init(_ text: String, extended: Bool, ignoreCase: Bool = false) {
    var parser = PatternParser(scalars(text), extended: extended)
    items = parser.sequence(depth: 0)
    self.ignoreCase = ignoreCase
    var magic = false
    var groups = false
    var plain: [UInt32] = []
    for item in items {
      if case .character(let c) = item { plain.append(c) } else { magic = true }
      if case .group = item { groups = true }
    }
    isMagic = magic
    hasGroups = groups
    literal = magic || ignoreCase ? nil : plain
  }

  func matches(_ text: String) -> Bool {
    if let literal, literal.count <= text.utf8.count {
      var i = 0
      for scalar in text.unicodeScalars {
        guard i < literal.count, literal[i] == scalar.value else { return false }
        i += 1
      }
      return i == literal.count
    }
    let characters = scalars(text)
    return matches(characters, 0, characters.count)
  }

  func matches(_ text: [UInt32], _ from: Int, _ to: Int) -> Bool {
    let matcher = Matcher(text: text, end: to, ignoreCase: ignoreCase)
    return hasGroups ? matcher.ends(items, [from]).last == to : matcher.match(items, from)
  }

  /// The end of the longest match that starts at `from`; nil: none.
  func longestMatch(_ text: [UInt32], _ from: Int) -> Int? {
    if let literal {
      guard from + literal.count <= text.count else { return nil }
      for i in 0..<literal.count where text[from + i] != literal[i] { return nil }
      return from + literal.count
    }
    return Matcher(text: text, end: text.count, ignoreCase: ignoreCase).ends(items, [from]).last
  }

  /// The end of the shortest match that starts at `from`; nil: none.
  func shortestMatch(_ text: [UInt32], _ from: Int) -> Int? {
    Matcher(text: text, end: text.count, ignoreCase: ignoreCase).ends(items, [from]).first
  }

  private struct Matcher {
    let text: [UInt32]
    let end: Int
    let ignoreCase: Bool

    /// Whether `items`, which hold no groups, match from `from` exactly to `end`.
    func match(_ items: [Item], _ from: Int) -> Bool {
      var position = from
      var index = 0
      // The last `*` seen, to come back to.
      var star: (index: Int, position: Int)?
      while true {
        if index == items.count {
          if position == end { return true }
        } else if case .anyMany = items[index] {
          star = (index + 1, position)
          index += 1
          continue
        } else if position < end, one(items[index], text[position]) {
          index += 1
          position += 1
          continue
        }
        guard let (next, at) = star, at < end else { return false }
        star = (next, at + 1)
        index = next
        position = at + 1
      }
    }

    /// Where `items` can end that start at one of `starts`: both in ascending order. All ways are followed side by side, so that
    /// a repeated group inside a repeated group takes no longer than its text is long, to the power of the groups' depth.
    func ends(_ items: [Item], _ starts: [Int]) -> [Int] {
      var positions = starts
      for item in items {
        guard let first = positions.first else { return [] }
        switch item {
        case .anyMany: positions = Array(first...end)
        case .group(let kind, let branches): positions = ends(kind, branches, positions)
        default:
          var next: [Int] = []
          for position in positions where position < end && one(item, text[position]) { next.append(position + 1) }
          positions = next
        }
      }
      return positions
    }

    private func ends(_ kind: UInt8, _ branches: [[Item]], _ starts: [Int]) -> [Int] {
      switch kind {
      case 33:  // !(…): whatever no branch covers
        var result: [Int] = []
        for start in starts {
          let covered = union(branches.map { ends($0, [start]) })
          var next = 0
          var others: [Int] = []
          for position in start...end {
            if next < covered.count, covered[next] == position { next += 1 } else { others.append(position) }
          }
          result = union([result, others])
        }
        return result
      case 42, 43:  // *(…) and +(…)
        var result = kind == 42 ? starts : []
        var fresh = starts
        while !fresh.isEmpty {
          let reached = union(branches.map { ends($0, fresh) })
          fresh = difference(reached, result)
          result = union([result, fresh])
        }
        return result
      default:
        let once = union(branches.map { ends($0, starts) })
        return kind == 63 ? union([once, starts]) : once
      }
    }

    private func union(_ lists: [[Int]]) -> [Int] {
      if lists.count == 1 { return lists[0] }
      var all: [Int] = []
      for list in lists { all += list }
      all.sort()
      var result: [Int] = []
      for position in all where result.last != position { result.append(position) }
      return result
    }

    /// What is in `positions` and not in `known`.
    private func difference(_ positions: [Int], _ known: [Int]) -> [Int] {
      var result: [Int] = []
      var next = 0
      for position in positions {
        while next < known.count, known[next] < position { next += 1 }
        if next == known.count || known[next] != position { result.append(position) }
      }
      return result
    }

    private func one(_ item: Item, _ c: UInt32) -> Bool {
      switch item {
      case .character(let wanted):
        return c == wanted || (ignoreCase && simpleLowercase(c) == simpleLowercase(wanted))
      case .anyOne: return true
      case .set(let negated, let members):
        var found = contains(members, c)
        if !found, ignoreCase { found = contains(members, simpleLowercase(c)) || contains(members, simpleUppercase(c)) }
        return found != negated
      default: return false
      }
    }

    private func contains(_ members: [SetItem], _ c: UInt32) -> Bool {
      for member in members {
        switch member {
        case .range(let low, let high): if c >= low, c <= high { return true }
        case .named(let name): if isInClass(name, c) { return true }
        }
      }
      return false
    }
  }
}

func scalars(_ text: String) -> [UInt32] {
  var result: [UInt32] = []
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars { result.append(scalar.value) }
  return result
}

func string(_ scalars: ArraySlice<UInt32>) -> String {
  var view = String.UnicodeScalarView()
  var holdsBytes = false
  for value in scalars {
    if let scalar = Unicode.Scalar(value) { view.append(scalar) }
    if RawText.byte(of: value) != nil { holdsBytes = true }
  }
  // Bytes that have come together may be characters now.
  return holdsBytes ? String(raw: String(view).rawBytes) : String(view)
}

func isInClass(_ name: String, _ c: UInt32) -> Bool {
  let lower = c >= 97 && c <= 122
  let upper = c >= 65 && c <= 90
  let digit = c >= 48 && c <= 57
  let letter = lower || upper || (c >= 0xc0 && c != 0xd7 && c != 0xf7 && simpleLowercase(c) != simpleUppercase(c))
  switch name {
  case "alpha": return letter
  case "digit": return digit
  case "alnum": return letter || digit
  case "upper": return upper || (c >= 0xc0 && simpleLowercase(c) != c)
  case "lower": return lower || (c >= 0xc0 && simpleUppercase(c) != c)
  case "space": return c == 32 || (c >= 9 && c <= 13)
  case "blank": return c == 32 || c == 9
  case "punct": return c > 32 && c < 127 && !(lower || upper || digit)
  case "print": return c >= 32 && c != 127
  case "graph": return c > 32 && c != 127
  case "cntrl": return c < 32 || c == 127
  case "xdigit": return digit || (c >= 97 && c <= 102) || (c >= 65 && c <= 70)
  case "word": return letter || digit || c == 95
  default: return false
  }
}

private struct PatternParser {
  let text: [UInt32]
  let extended: Bool
  var index = 0

  init(_ text: [UInt32], extended: Bool) {
    self.text = text
    self.extended = extended
  }

  /// Items up to the end, or inside a group to `|` or `)`.
  mutating func sequence(depth: Int) -> [ShellPattern.Item] {
    var items: [ShellPattern.Item] = []
    while index < text.count {
      let c = text[index]
      if depth > 0, c == 124 || c == 41 { break }
      if extended, depth < 40, index + 1 < text.count, text[index + 1] == 40,
        c == 63 || c == 42 || c == 43 || c == 64 || c == 33
      {
        let saved = index
        index += 2
        if let branches = branches(depth: depth + 1) {
          items.append(.group(UInt8(c), branches))
          continue
        }
        index = saved
      }
      index += 1
      switch c {
      case 42:
        if case .anyMany? = items.last { continue }
        items.append(.anyMany)
      case 63: items.append(.anyOne)
      case 91:
        if let set = bracket() { items.append(set) } else { items.append(.character(91)) }
      case 92:
        if index < text.count {
          items.append(.character(text[index]))
          index += 1
        } else {
          items.append(.character(92))
        }
      default: items.append(.character(c))
      }
    }
    return items
  }

  private mutating func branches(depth: Int) -> [[ShellPattern.Item]]? {
    var result: [[ShellPattern.Item]] = []
    while true {
      result.append(sequence(depth: depth))
      guard index < text.count else { return nil }
      let c = text[index]
      index += 1
      if c == 41 { return result }
    }
  }

  /// After `[`; nil when there is no closing bracket.
  private mutating func bracket() -> ShellPattern.Item? {
    let start = index
    var negated = false
    if index < text.count, text[index] == 33 || text[index] == 94 {
      negated = true
      index += 1
    }
    var members: [ShellPattern.SetItem] = []
    var first = true
    while index < text.count {
      var c = text[index]
      if c == 93, !first {
        index += 1
        return .set(negated: negated, members)
      }
      first = false
      if c == 91, index + 1 < text.count, text[index + 1] == 58 {
        var end = index + 2
        while end + 1 < text.count, !(text[end] == 58 && text[end + 1] == 93) { end += 1 }
        if end + 1 < text.count {
          members.append(.named(string(text[index + 2..<end])))
          index = end + 2
          continue
        }
      }
      if c == 91, index + 4 < text.count, text[index + 1] == 46 || text[index + 1] == 61,
        text[index + 3] == text[index + 1], text[index + 4] == 93
      {
        members.append(.range(text[index + 2], text[index + 2]))
        index += 5
        continue
      }
      if c == 92, index + 1 < text.count {
        index += 1
        c = text[index]
      }
      index += 1
      if index + 1 < text.count, text[index] == 45, text[index + 1] != 93 {
        var high = text[index + 1]
        index += 2
        if high == 92, index < text.count {
          high = text[index]
          index += 1
        }
        members.append(.range(c, high))
      } else {
        members.append(.range(c, c))
      }
    }
    index = start
    return nil
  }
}
