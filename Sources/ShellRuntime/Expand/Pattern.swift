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
  /// The text of a pattern without magic.
  let literal: [UInt32]?

  init(_ text: String, extended: Bool, ignoreCase: Bool = false) {
    var parser = PatternParser(scalars(text), extended: extended)
    items = parser.sequence(depth: 0)
    self.ignoreCase = ignoreCase
    var magic = false
    var plain: [UInt32] = []
    for item in items {
      if case .character(let c) = item { plain.append(c) } else { magic = true }
    }
    isMagic = magic
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
    var matcher = Matcher(text: text, end: to, ignoreCase: ignoreCase)
    return matcher.match(items[...], from)
  }

  /// The end of the longest match that starts at `from`; nil: none.
  func longestMatch(_ text: [UInt32], _ from: Int) -> Int? {
    if let literal {
      guard from + literal.count <= text.count else { return nil }
      for i in 0..<literal.count where text[from + i] != literal[i] { return nil }
      return from + literal.count
    }
    var to = text.count
    while to >= from {
      if matches(text, from, to) { return to }
      to -= 1
    }
    return nil
  }

  private struct Matcher {
    let text: [UInt32]
    let end: Int
    let ignoreCase: Bool
    var steps = 0

    init(text: [UInt32], end: Int, ignoreCase: Bool) {
      self.text = text
      self.end = end
      self.ignoreCase = ignoreCase
    }

    /// Whether `items` match from `from` exactly to `end`.
    mutating func match(_ items: ArraySlice<Item>, _ from: Int) -> Bool {
      var position = from
      var index = items.startIndex
      // The last `*` seen, to come back to.
      var star: (index: Int, position: Int)?
      while true {
        steps += 1
        if steps > 2_000_000 { return false }
        if index == items.endIndex {
          if position == end { return true }
        } else {
          switch items[index] {
          case .anyMany:
            star = (index + 1, position)
            index += 1
            continue
          case .group(let kind, let branches):
            return matchGroup(kind, branches, items[(index + 1)...], position, star, items)
          default:
            if position < end, one(items[index], text[position]) {
              index += 1
              position += 1
              continue
            }
          }
        }
        guard let (next, at) = star, at < end else { return false }
        star = (next, at + 1)
        index = next
        position = at + 1
      }
    }

    private mutating func matchGroup(
      _ kind: UInt8, _ branches: [[Item]], _ rest: ArraySlice<Item>, _ from: Int, _ star: (index: Int, position: Int)?,
      _ items: ArraySlice<Item>
    ) -> Bool {
      var starts = [from]
      if let star {
        starts = []
        // The group may start wherever the star before it leaves off; what is between must match the star alone.
        let between = items[star.index..<(rest.startIndex - 1)]
        var position = star.position
        while position <= end {
          if let after = matchFixed(between, position) { starts.append(after) }
          position += 1
        }
      }
      for start in starts {
        if groupFrom(kind, branches, rest, start, 0) { return true }
      }
      return false
    }

    /// Items without stars or groups, at `from`: where they end.
    private func matchFixed(_ items: ArraySlice<Item>, _ from: Int) -> Int? {
      var position = from
      for item in items {
        guard position < end, one(item, text[position]) else { return nil }
        position += 1
      }
      return position
    }

    private mutating func groupFrom(
      _ kind: UInt8, _ branches: [[Item]], _ rest: ArraySlice<Item>, _ from: Int, _ turns: Int
    ) -> Bool {
      steps += 1
      if steps > 2_000_000 || turns > 2_000 { return false }
      if kind == 33 {
        var to = end
        while to >= from {
          var any = false
          for branch in branches where covers(branch, from, to) {
            any = true
            break
          }
          if !any, tail(rest, to) { return true }
          to -= 1
        }
        return false
      }
      if kind == 63 || kind == 42, tail(rest, from) { return true }
      for branch in branches {
        var to = end
        while to >= from {
          if covers(branch, from, to) {
            if kind == 64 || kind == 63 || kind == 43 || kind == 42, tail(rest, to) { return true }
            if kind == 42 || kind == 43, to > from, groupFrom(42, branches, rest, to, turns + 1) { return true }
          }
          to -= 1
        }
      }
      return false
    }

    private mutating func tail(_ rest: ArraySlice<Item>, _ from: Int) -> Bool { match(rest, from) }

    private mutating func covers(_ branch: [Item], _ from: Int, _ to: Int) -> Bool {
      var inner = Matcher(text: text, end: to, ignoreCase: ignoreCase)
      inner.steps = steps
      defer { steps = inner.steps }
      return inner.match(branch[...], from)
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
  for value in scalars { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
  return String(view)
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
