// Reads regular expressions of the advanced flavour into a tree. Source: PostgreSQL 15 manual 9.7.3.

internal import SimKernel

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

  mutating func sequence() throws(SQLError) -> RegexNode {
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

  mutating func escape() throws(SQLError) -> RegexNode {
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
