// POSIX regular expressions: the pattern language. Parses basic and extended patterns with the GNU additions (`\w \W \s \S \b
// \B \< \> \` \'`, and `\+ \? \|` in basic ones) into a tree. Source: POSIX XBD chapter 9 and the glibc manual; error sentences
// are those of glibc's regerror. Collating symbols and equivalence classes are taken for the single character they name.

/// Why a pattern is refused; `message` is what programs print.
package struct RegexError: Error, Equatable {
  package let message: String

  package init(_ message: String) { self.message = message }

  static let brackets = RegexError("Unmatched [, [^, [:, [., or [=")
  static let openParenthesis = RegexError("Unmatched ( or \\(")
  static let closeParenthesis = RegexError("Unmatched ) or \\)")
  static let brace = RegexError("Unmatched \\{")
  static let braceContent = RegexError("Invalid content of \\{\\}")
  static let rangeEnd = RegexError("Invalid range end")
  static let tooBig = RegexError("Regular expression too big")
  static let repetition = RegexError("Invalid preceding regular expression")
  static let trailingBackslash = RegexError("Trailing backslash")
  static let backReference = RegexError("Invalid back reference")
  static let className = RegexError("Invalid character class name")
  static let collation = RegexError("Invalid collation character")
}

/// What may differ between the programs that use regular expressions.
package struct RegexOptions {
  package var ignoreCase = false
  /// `^` and `$` also match around newlines inside the text, and `.` and negated sets do not match a newline.
  package var newlineSensitive = false
  /// `^` and `$` also match around newlines; `.` is as ever (the M flag of sed).
  package var multiline = false
  /// grep and awk: an operator with nothing before it, or a brace that opens no interval, is an ordinary character.
  package var lenient = false
  /// In extended patterns, a `)` that closes nothing is an ordinary character, as regcomp has it (grep and sed refuse it).
  package var loneParenthesis = false
  /// sed and awk: `\n \t \r \f \v \a` are the control characters.
  package var cEscapes = false

  package init() {}
}

enum CharacterClass {
  case alpha, digit, alnum, upper, lower, space, blank, punct, print, graph, cntrl, xdigit, word

  init?(_ name: [UInt8]) {
    switch String(decoding: name, as: UTF8.self) {
    case "alpha": self = .alpha
    case "digit": self = .digit
    case "alnum": self = .alnum
    case "upper": self = .upper
    case "lower": self = .lower
    case "space": self = .space
    case "blank": self = .blank
    case "punct": self = .punct
    case "print": self = .print
    case "graph": self = .graph
    case "cntrl": self = .cntrl
    case "xdigit": self = .xdigit
    case "word": self = .word
    default: return nil
    }
  }

  func contains(_ c: UInt32) -> Bool {
    if c >= 128 { return containsBeyondASCII(c) }
    let lower = c >= 97 && c <= 122
    let upper = c >= 65 && c <= 90
    let digit = c >= 48 && c <= 57
    switch self {
    case .alpha: return lower || upper
    case .digit: return digit
    case .alnum: return lower || upper || digit
    case .upper: return upper
    case .lower: return lower
    case .space: return c == 32 || (c >= 9 && c <= 13)
    case .blank: return c == 32 || c == 9
    case .punct: return c > 32 && c < 127 && !(lower || upper || digit)
    case .print: return c >= 32 && c < 127
    case .graph: return c > 32 && c < 127
    case .cntrl: return c < 32 || c == 127
    case .xdigit: return digit || (c >= 97 && c <= 102) || (c >= 65 && c <= 70)
    case .word: return lower || upper || digit || c == 95
    }
  }

  private func containsBeyondASCII(_ c: UInt32) -> Bool {
    let letter = isLetterBeyondASCII(c)
    switch self {
    case .alpha, .alnum, .word: return letter
    case .lower: return letter && simpleUppercase(c) != c
    case .upper: return letter && simpleLowercase(c) != c
    case .space, .blank: return c == 0x1680 || (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x3000
    case .print: return c >= 0xa0 && c <= 0x10_ffff
    case .graph: return c > 0xa0 && c <= 0x10_ffff && !(c >= 0x2000 && c <= 0x200a)
    case .punct: return c > 0xa0 && c <= 0x10_ffff && !letter && !(c >= 0x2000 && c <= 0x200a)
    case .cntrl: return c < 0xa0
    case .digit, .xdigit: return false
    }
  }
}

/// Letters outside ASCII, by block: exact for Latin, Greek and Cyrillic, coarse elsewhere.
func isLetterBeyondASCII(_ c: UInt32) -> Bool {
  switch c {
  case 0xaa, 0xb5, 0xba: return true
  case 0xc0...0x2c1: return c != 0xd7 && c != 0xf7
  case 0x370...0x3ff: return c != 0x37e && c != 0x387 && c != 0x375
  case 0x400...0x481, 0x48a...0x556, 0x561...0x587, 0x5d0...0x5ea, 0x620...0x64a, 0x900...0x965: return true
  case 0xe01...0xe2e, 0x10a0...0x10ff, 0x1100...0x11ff, 0x1e00...0x1fff: return true
  case 0x3041...0x3096, 0x30a1...0x30fa, 0x3400...0x9fff, 0xac00...0xd7a3, 0x20000...0x2ffff: return true
  default: return false
  }
}

/// Simple (one to one) case mapping for ASCII, Latin, Greek and Cyrillic.
package func simpleLowercase(_ c: UInt32) -> UInt32 {
  switch c {
  case 65...90: return c + 32
  case 0xc0...0xde: return c == 0xd7 ? c : c + 32
  case 0x130, 0x131, 0x138, 0x149, 0x17f: return c
  case 0x178: return 0xff
  case 0x139...0x148, 0x179...0x17e: return c & 1 == 1 ? c + 1 : c
  case 0x100...0x177, 0x1e00...0x1e95, 0x1ea0...0x1eff, 0x460...0x481, 0x48a...0x4bf, 0x4d0...0x52f:
    return c & 1 == 0 ? c + 1 : c
  case 0x391...0x3a9: return c == 0x3a2 ? c : c + 32
  case 0x410...0x42f: return c + 32
  case 0x400...0x40f: return c + 80
  default: return c
  }
}

package func simpleUppercase(_ c: UInt32) -> UInt32 {
  switch c {
  case 97...122: return c - 32
  case 0xb5: return 0x39c
  case 0xe0...0xfe: return c == 0xf7 ? c : c - 32
  case 0xff: return 0x178
  case 0x130, 0x131, 0x138, 0x149, 0x17f: return c
  case 0x139...0x148, 0x179...0x17e: return c & 1 == 0 ? c - 1 : c
  case 0x100...0x177, 0x1e00...0x1e95, 0x1ea0...0x1eff, 0x460...0x481, 0x48a...0x4bf, 0x4d0...0x52f:
    return c & 1 == 1 ? c - 1 : c
  case 0x3b1...0x3c9: return c == 0x3c2 ? 0x3a3 : c - 32
  case 0x430...0x44f: return c - 32
  case 0x450...0x45f: return c - 80
  default: return c
  }
}

/// A bracket expression.
struct BracketSet {
  var negated = false
  var ranges: [(low: UInt32, high: UInt32)] = []
  var classes: [(class: CharacterClass, negated: Bool)] = []
  var ignoreCase = false
  var excludesNewline = false

  func contains(_ c: UInt32) -> Bool {
    if excludesNewline, c == 10 { return false }
    var found = holds(c)
    if !found, ignoreCase { found = holds(simpleLowercase(c)) || holds(simpleUppercase(c)) }
    return found != negated
  }

  private func holds(_ c: UInt32) -> Bool {
    for range in ranges where c >= range.low && c <= range.high { return true }
    for item in classes where item.class.contains(c) != item.negated { return true }
    return false
  }
}

enum RegexAssertion {
  case lineStart, lineEnd, wordBoundary, notWordBoundary, wordStart, wordEnd, textStart, textEnd
}

indirect enum RegexNode {
  case empty
  case character(UInt32)
  case any
  case set(BracketSet)
  case assertion(RegexAssertion)
  case backReference(Int)
  case group(Int, RegexNode)
  case sequence([RegexNode])
  case alternatives([RegexNode])
  /// `high` nil: without bound.
  case repeated(RegexNode, low: Int, high: Int?)
}

/// Decodes the character at `index`; a byte that is no UTF-8 counts as one character of its own beyond Unicode.
@inline(__always)
func decodeScalar(_ bytes: [UInt8], _ index: Int) -> (scalar: UInt32, length: Int) {
  let first = bytes[index]
  if first < 0x80 { return (UInt32(first), 1) }
  let left = bytes.count - index
  func tail(_ k: Int) -> UInt32? { bytes[index + k] & 0xc0 == 0x80 ? UInt32(bytes[index + k] & 0x3f) : nil }
  if first >= 0xc2, first < 0xe0, left >= 2, let a = tail(1) { return (UInt32(first & 0x1f) << 6 | a, 2) }
  if first >= 0xe0, first < 0xf0, left >= 3, let a = tail(1), let b = tail(2) {
    return (UInt32(first & 0x0f) << 12 | a << 6 | b, 3)
  }
  if first >= 0xf0, first < 0xf5, left >= 4, let a = tail(1), let b = tail(2), let c = tail(3) {
    return (UInt32(first & 0x07) << 18 | a << 12 | b << 6 | c, 4)
  }
  return (0x11_0000 + UInt32(first), 1)
}

struct RegexParser {
  static let depthMax = 200
  let pattern: [UInt8]
  let extended: Bool
  let options: RegexOptions
  private var index = 0
  private var depth = 0
  private(set) var groups = 0
  private var closedGroups: Set<Int> = []
  private(set) var hasBackReference = false

  init(_ pattern: [UInt8], extended: Bool, options: RegexOptions) {
    self.pattern = pattern
    self.extended = extended
    self.options = options
  }

  mutating func parse() throws(RegexError) -> RegexNode {
    let node = try alternatives()
    if index < pattern.count { throw .closeParenthesis }
    return node
  }

  private func at(_ offset: Int, _ byte: UInt8) -> Bool {
    index + offset < pattern.count && pattern[index + offset] == byte
  }
  private var atBar: Bool { extended ? at(0, 124) : at(0, 92) && at(1, 124) }
  private var atClose: Bool { extended ? at(0, 41) : at(0, 92) && at(1, 41) }

  private mutating func alternatives() throws(RegexError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= RegexParser.depthMax else { throw .tooBig }
    var branches = [try branch()]
    while atBar {
      index += extended ? 1 : 2
      branches.append(try branch())
    }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func branch() throws(RegexError) -> RegexNode {
    var items: [RegexNode] = []
    let start = index
    var afterAnchor = false
    while index < pattern.count, !atBar {
      if atClose {
        if depth > 1 { break }
        guard extended, options.loneParenthesis else { throw .closeParenthesis }
        index += 1
        items.append(try repetitions(of: .character(41)))
        continue
      }
      let isFirst = index == start || afterAnchor
      afterAnchor = false
      if let low = peekRepetition(), isFirst {
        if extended {
          if !options.lenient, low != 123 { throw .repetition }
          if !options.lenient, low == 123, items.isEmpty { throw .repetition }
        }
        if !extended || low != 123 {
          if extended {
            // grep and awk: the operator stands for itself at the start.
            items.append(.character(UInt32(pattern[index])))
            index += 1
            continue
          }
          if at(0, 42) {
            items.append(.character(42))
            index += 1
            items[items.count - 1] = try repetitions(of: items[items.count - 1])
            continue
          }
          throw .repetition
        }
      }
      let node = try atom(first: index == start)
      if case .assertion(.lineStart) = node {
        items.append(node)
        afterAnchor = true
        continue
      }
      items.append(try repetitions(of: node))
    }
    if items.isEmpty { return .empty }
    return items.count == 1 ? items[0] : .sequence(items)
  }

  /// The operator byte when a repetition operator comes next.
  private func peekRepetition() -> UInt8? {
    guard index < pattern.count else { return nil }
    let byte = pattern[index]
    if byte == 42 { return byte }
    if extended {
      if byte == 43 || byte == 63 { return byte }
      if byte == 123 { return isInterval(index + 1) || !options.lenient ? byte : nil }
      return nil
    }
    if byte == 92, index + 1 < pattern.count {
      let next = pattern[index + 1]
      if next == 43 || next == 63 || next == 123 { return next }
    }
    return nil
  }

  private func isInterval(_ from: Int) -> Bool {
    var i = from
    var digits = 0
    while i < pattern.count, (48...57).contains(pattern[i]) || pattern[i] == 44 {
      digits += 1
      i += 1
    }
    return digits > 0 && i < pattern.count && pattern[i] == 125
  }

  private mutating func repetitions(of node: RegexNode) throws(RegexError) -> RegexNode {
    var node = node
    var times = 0
    while let operation = peekRepetition() {
      times += 1
      guard times <= 32 else { throw .tooBig }
      index += extended || operation == 42 ? 1 : 2
      switch operation {
      case 42: node = .repeated(node, low: 0, high: nil)
      case 43: node = .repeated(node, low: 1, high: nil)
      case 63: node = .repeated(node, low: 0, high: 1)
      default:
        let (low, high) = try interval()
        node = .repeated(node, low: low, high: high)
      }
    }
    return node
  }

  private mutating func interval() throws(RegexError) -> (Int, Int?) {
    let low = number()
    var high = low
    if at(0, 44) {
      index += 1
      high = number()
      if high == nil, low == nil, !at(0, extended ? 125 : 92) { throw .braceContent }
    } else if low == nil {
      throw index >= pattern.count ? .brace : .braceContent
    }
    if extended {
      guard at(0, 125) else { throw index >= pattern.count ? .brace : .braceContent }
      index += 1
    } else {
      guard at(0, 92), at(1, 125) else { throw index >= pattern.count ? .brace : .braceContent }
      index += 2
    }
    let least = low ?? 0
    if let high, high < least { throw .braceContent }
    guard least <= 32_767, (high ?? 0) <= 32_767 else { throw .tooBig }
    return (least, high)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while index < pattern.count, (48...57).contains(pattern[index]) {
      value = min(100_000, (value ?? 0) * 10 + Int(pattern[index] - 48))
      index += 1
    }
    return value
  }

  private mutating func atom(first: Bool) throws(RegexError) -> RegexNode {
    let byte = pattern[index]
    switch byte {
    case 46:
      index += 1
      return .any
    case 91:
      index += 1
      return .set(try bracket())
    case 94 where extended || first:
      index += 1
      return .assertion(.lineStart)
    case 36 where extended || endsBranch(index + 1):
      index += 1
      return .assertion(.lineEnd)
    case 40 where extended:
      index += 1
      return try group()
    case 92:
      return try escape()
    default:
      let (scalar, length) = decodeScalar(pattern, index)
      index += length
      return .character(scalar)
    }
  }

  private func endsBranch(_ i: Int) -> Bool {
    if i >= pattern.count { return true }
    return pattern[i] == 92 && i + 1 < pattern.count && (pattern[i + 1] == 41 || pattern[i + 1] == 124)
  }

  private mutating func group() throws(RegexError) -> RegexNode {
    groups += 1
    let number = groups
    let inner = try alternatives()
    guard atClose else { throw .openParenthesis }
    index += extended ? 1 : 2
    closedGroups.insert(number)
    return .group(number, inner)
  }

  private mutating func escape() throws(RegexError) -> RegexNode {
    guard index + 1 < pattern.count else { throw .trailingBackslash }
    let byte = pattern[index + 1]
    if !extended, byte == 40 {
      index += 2
      return try group()
    }
    if byte >= 49, byte <= 57 {
      let number = Int(byte - 48)
      guard closedGroups.contains(number) else { throw .backReference }
      index += 2
      hasBackReference = true
      return .backReference(number)
    }
    if options.cEscapes, let control = controlEscape(byte) {
      index += 2
      return .character(control)
    }
    var node: RegexNode?
    switch byte {
    case 119: node = .set(BracketSet(classes: [(.word, false)]))
    case 87: node = .set(BracketSet(negated: true, classes: [(.word, false)]))
    case 115: node = .set(BracketSet(classes: [(.space, false)]))
    case 83: node = .set(BracketSet(negated: true, classes: [(.space, false)]))
    case 98: node = .assertion(.wordBoundary)
    case 66: node = .assertion(.notWordBoundary)
    case 60: node = .assertion(.wordStart)
    case 62: node = .assertion(.wordEnd)
    case 96: node = .assertion(.textStart)
    case 39: node = .assertion(.textEnd)
    default: break
    }
    if let node {
      index += 2
      return node
    }
    index += 1
    let (scalar, length) = decodeScalar(pattern, index)
    index += length
    return .character(scalar)
  }

  private func controlEscape(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 110: return 10
    case 116: return 9
    case 114: return 13
    case 102: return 12
    case 118: return 11
    case 97: return 7
    default: return nil
    }
  }

  private mutating func bracket() throws(RegexError) -> BracketSet {
    var set = BracketSet()
    set.ignoreCase = options.ignoreCase
    if at(0, 94) {
      set.negated = true
      set.excludesNewline = options.newlineSensitive
      index += 1
    }
    var first = true
    while true {
      guard index < pattern.count else { throw .brackets }
      if pattern[index] == 93, !first {
        index += 1
        return set
      }
      first = false
      if at(0, 91), at(1, 58) {
        guard let end = find(58, from: index + 2) else { throw .brackets }
        guard let name = CharacterClass(Array(pattern[index + 2..<end])), name != .word else { throw .className }
        index = end + 2
        let folded = options.ignoreCase && (name == .upper || name == .lower)
        set.classes.append((folded ? .alpha : name, false))
        continue
      }
      if options.cEscapes, at(0, 92), index + 1 < pattern.count, let control = controlEscape(pattern[index + 1]) {
        index += 2
        set.ranges.append((control, control))
        continue
      }
      let low = try element()
      if at(0, 45), index + 1 < pattern.count, pattern[index + 1] != 93 {
        index += 1
        let high = try element()
        guard low <= high else { throw .rangeEnd }
        set.ranges.append((low, high))
      } else {
        set.ranges.append((low, low))
      }
    }
  }

  private func find(_ kind: UInt8, from start: Int) -> Int? {
    var i = start
    while i + 1 < pattern.count {
      if pattern[i] == kind, pattern[i + 1] == 93 { return i }
      i += 1
    }
    return nil
  }

  /// One character of a bracket expression, `[.x.]` and `[=x=]` included.
  private mutating func element() throws(RegexError) -> UInt32 {
    guard index < pattern.count else { throw .brackets }
    if at(0, 91), at(1, 46) || at(1, 61) {
      guard let end = find(pattern[index + 1], from: index + 2) else { throw .brackets }
      let (scalar, length) = decodeScalar(pattern, index + 2)
      guard index + 2 + length == end else { throw .collation }
      index = end + 2
      return scalar
    }
    let (scalar, length) = decodeScalar(pattern, index)
    index += length
    return scalar
  }
}
