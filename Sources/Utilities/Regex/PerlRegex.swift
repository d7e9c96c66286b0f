// Perl-style regular expressions for `grep -P` and jq: lazy and possessive quantifiers, look-around, named groups, `\d \w \s \b
// \K \h \R`, inline flags. A backtracking matcher over a small instruction list, with a bound on steps so that a hostile pattern
// ends. Source: the pcre2pattern manual page; Unicode properties are limited to the common letters.

struct PerlRegexError: Error {
  let message: String
  let offset: Int
}

final class PerlRegex {
  private indirect enum Node {
    case empty
    case character(UInt32, Bool)
    case any(Bool)
    case set(CharacterSet, Bool)
    case sequence([Node])
    case choice([Node])
    case group(Node, Int)
    case atomic(Node)
    case look(Node, ahead: Bool, negative: Bool)
    case backReference(Int, Bool)
    case namedReference(String, Bool)
    case assertion(Assertion)
    case repeated(Node, Int, Int, greedy: Bool, possessive: Bool)
    case keep
  }
  private enum Assertion {
    case lineStart, lineEnd, textStart, textEnd, textEndOrNewline, boundary, notBoundary
    case anyLineStart, anyLineEnd
  }
  private enum Instruction {
    case character(UInt32, Bool)
    case any(Bool)
    case set(Int, Bool)
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    case assertion(Assertion)
    case backReference(Int, Bool)
    /// Runs the part up to `end` on its own; continues there.
    case look(ahead: Bool, negative: Bool, end: Int)
    case atomic(end: Int)
    case keep
    case loopStart(Int)
    case loopCheck(Int)
    case accept
  }
  struct CharacterSet {
    var ranges: [(UInt32, UInt32)] = []
    var negatedClasses: [[(UInt32, UInt32)]] = []
    var negated = false

    func contains(_ c: UInt32) -> Bool {
      var found = false
      for (low, high) in ranges where low <= c && c <= high { found = true }
      if !found {
        for excluded in negatedClasses {
          var inside = false
          for (low, high) in excluded where low <= c && c <= high { inside = true }
          if !inside { found = true }
        }
      }
      return found != negated
    }
  }

  private var program: [Instruction] = []
  private var sets: [CharacterSet] = []
  private var loops = 0
  private(set) var groupCount = 0
  /// Names of groups, by number; nil where a group has none.
  private(set) var groupNames: [String?] = [nil]
  private var steps = 0
  private(set) var isExhausted = false

  // MARK: Parsing

  private var text: [UInt8] = []
  private var at = 0
  private var ignoreCase = false
  private var multiline = false
  private var dotAll = false
  private var extended = false
  /// Oniguruma with Perl's syntax (jq): classes know letters beyond ASCII, an unknown escape is its letter.
  private let unicode: Bool

  init(
    _ pattern: [UInt8], ignoreCase: Bool = false, extended: Bool = false, dotAll: Bool = false, unicode: Bool = false
  ) throws(PerlRegexError) {
    text = pattern
    self.ignoreCase = ignoreCase
    self.extended = extended
    self.dotAll = dotAll
    self.unicode = unicode
    let node = try alternatives(0)
    if at < text.count { throw PerlRegexError(message: "unmatched closing parenthesis", offset: at) }
    emit(.group(node, 0))
    program.append(.accept)
  }

  private func alternatives(_ depth: Int) throws(PerlRegexError) -> Node {
    guard depth < 200 else { throw PerlRegexError(message: "parentheses are too deeply nested", offset: at) }
    var branches: [Node] = []
    let saved = (ignoreCase, multiline, dotAll, extended)
    var items: [Node] = []
    while at < text.count, text[at] != 41 {
      if text[at] == 124 {
        at += 1
        branches.append(.sequence(items))
        items = []
        continue
      }
      if let node = try quantified(depth) { items.append(node) }
    }
    (ignoreCase, multiline, dotAll, extended) = saved
    branches.append(.sequence(items))
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private func quantified(_ depth: Int) throws(PerlRegexError) -> Node? {
    guard var node = try atom(depth) else { return nil }
    while at < text.count {
      var low = 0
      var high = -1
      switch text[at] {
      case 42: at += 1
      case 43:
        low = 1
        at += 1
      case 63:
        high = 1
        at += 1
      case 123:
        guard let (min, max, end) = braces() else { return node }
        if max >= 0, max < min { throw PerlRegexError(message: "numbers out of order in {} quantifier", offset: end) }
        low = min
        high = max
        at = end
      default: return node
      }
      guard low <= 1000, high <= 1000 else {
        throw PerlRegexError(message: "number too big in {} quantifier", offset: at)
      }
      var greedy = true
      var possessive = false
      if at < text.count, text[at] == 63 {
        greedy = false
        at += 1
      } else if at < text.count, text[at] == 43 {
        possessive = true
        at += 1
      }
      node = .repeated(node, low, high, greedy: greedy, possessive: possessive)
    }
    return node
  }

  private func braces() -> (Int, Int, Int)? {
    var i = at + 1
    var low = 0
    var digits = 0
    while i < text.count, isDigit(text[i]) {
      low = min(100_000, low * 10 + Int(text[i] - 48))
      i += 1
      digits += 1
    }
    var high = low
    if i < text.count, text[i] == 44 {
      i += 1
      if i < text.count, isDigit(text[i]) {
        high = 0
        while i < text.count, isDigit(text[i]) {
          high = min(100_000, high * 10 + Int(text[i] - 48))
          i += 1
        }
        digits += 1
      } else {
        if digits == 0 { return nil }
        high = -1
      }
    } else if digits == 0 {
      return nil
    }
    guard i < text.count, text[i] == 125 else { return nil }
    return (low, high, i + 1)
  }

  private func atom(_ depth: Int) throws(PerlRegexError) -> Node? {
    let byte = text[at]
    if extended {
      if isSpace(byte) {
        at += 1
        return nil
      }
      if byte == 35 {
        while at < text.count, text[at] != 10 { at += 1 }
        return nil
      }
    }
    switch byte {
    case 40: return try group(depth)
    case 91: return try bracket()
    case 46:
      at += 1
      return .any(dotAll)
    case 94:
      at += 1
      return .assertion(multiline ? .anyLineStart : .lineStart)
    case 36:
      at += 1
      return .assertion(multiline ? .anyLineEnd : .textEndOrNewline)
    case 92: return try escape()
    case 42, 43, 63: throw PerlRegexError(message: "quantifier does not follow a repeatable item", offset: at)
    default:
      let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(byte), 1)
      at += length
      return .character(scalar, ignoreCase)
    }
  }

  private func group(_ depth: Int) throws(PerlRegexError) -> Node? {
    let start = at
    at += 1
    var result: Node
    if at < text.count, text[at] == 63 {
      at += 1
      guard at < text.count else { throw PerlRegexError(message: "unrecognized character after (? or (?-", offset: at) }
      switch text[at] {
      case 58:
        at += 1
        result = try alternatives(depth + 1)
      case 62:
        at += 1
        result = .atomic(try alternatives(depth + 1))
      case 61, 33:
        let negative = text[at] == 33
        at += 1
        result = .look(try alternatives(depth + 1), ahead: true, negative: negative)
      case 35:
        while at < text.count, text[at] != 41 { at += 1 }
        at += 1
        return nil
      case 60 where at + 1 < text.count && (text[at + 1] == 61 || text[at + 1] == 33):
        let negative = text[at + 1] == 33
        at += 2
        result = .look(try alternatives(depth + 1), ahead: false, negative: negative)
      case 60, 80, 39:
        if text[at] == 80 { at += 1 }
        let close: UInt8 = text[at] == 39 ? 39 : 62
        at += 1
        var name: [UInt8] = []
        while at < text.count, text[at] != close {
          name.append(text[at])
          at += 1
        }
        at += 1
        groupCount += 1
        let number = groupCount
        groupNames.append(String(bytes: name))
        result = .group(try alternatives(depth + 1), number)
      default:
        // Flags: (?i) for the rest of the group, (?i:…) for this group.
        var on = true
        var values = (ignoreCase, multiline, dotAll, extended)
        flags: while at < text.count {
          switch text[at] {
          case 105: values.0 = on
          case 109: values.1 = on
          case 115: values.2 = on
          case 120: values.3 = on
          case 45: on = false
          case 58, 41: break flags
          default: throw PerlRegexError(message: "unrecognized character after (? or (?-", offset: at)
          }
          at += 1
        }
        guard at < text.count else { throw PerlRegexError(message: "missing closing parenthesis", offset: at) }
        if text[at] == 41 {
          at += 1
          (ignoreCase, multiline, dotAll, extended) = values
          return nil
        }
        at += 1
        let saved = (ignoreCase, multiline, dotAll, extended)
        (ignoreCase, multiline, dotAll, extended) = values
        result = try alternatives(depth + 1)
        (ignoreCase, multiline, dotAll, extended) = saved
      }
    } else {
      groupCount += 1
      let number = groupCount
      groupNames.append(nil)
      result = .group(try alternatives(depth + 1), number)
    }
    guard at < text.count, text[at] == 41 else {
      throw PerlRegexError(message: "missing closing parenthesis", offset: start > 0 ? text.count : text.count)
    }
    at += 1
    return result
  }

  private static let digits: [(UInt32, UInt32)] = [(48, 57)]
  private static let words: [(UInt32, UInt32)] = [(48, 57), (65, 90), (95, 95), (97, 122)]
  private static let spaces: [(UInt32, UInt32)] = [(9, 13), (32, 32)]
  /// Letters beyond ASCII: Latin, Greek, Cyrillic and the like, and the large blocks of East Asia.
  private static let letters: [(UInt32, UInt32)] = [
    (0xaa, 0xaa), (0xb5, 0xb5), (0xba, 0xba), (0xc0, 0xd6), (0xd8, 0xf6), (0xf8, 0x2c1), (0x370, 0x373),
    (0x376, 0x377), (0x37b, 0x37d), (0x386, 0x386), (0x388, 0x481), (0x48a, 0x556), (0x561, 0x587), (0x5d0, 0x5ea),
    (0x620, 0x64a), (0x1e00, 0x1fbc), (0x3041, 0x3096), (0x30a1, 0x30fa), (0x4e00, 0x9fff), (0xac00, 0xd7a3),
  ]
  private static let blanks: [(UInt32, UInt32)] = [(9, 9), (32, 32), (0xa0, 0xa0)]

  private func classOf(_ letter: UInt8) -> [(UInt32, UInt32)]? {
    switch letter {
    case 100, 68: return PerlRegex.digits
    case 119, 87: return unicode ? PerlRegex.words + PerlRegex.letters : PerlRegex.words
    case 115, 83: return unicode ? PerlRegex.spaces + [(0x85, 0x85), (0xa0, 0xa0)] : PerlRegex.spaces
    case 104, 72: return PerlRegex.blanks
    case 118, 86: return [(10, 13), (0x85, 0x85), (0x2028, 0x2029)]
    default: return nil
    }
  }

  /// An escape that means one character; leaves `at` after it.
  private func escapedCharacter(_ letter: UInt8) -> UInt32? {
    switch letter {
    case 110: return 10
    case 116: return 9
    case 114: return 13
    case 102: return 12
    case 97: return 7
    case 101: return 27
    case 120:
      var value: UInt32 = 0
      if at < text.count, text[at] == 123 {
        at += 1
        while at < text.count, let digit = hexValue(text[at]) {
          value = value &* 16 &+ UInt32(digit)
          at += 1
        }
        if at < text.count, text[at] == 125 { at += 1 }
      } else {
        var count = 0
        while count < 2, at < text.count, let digit = hexValue(text[at]) {
          value = value * 16 + UInt32(digit)
          at += 1
          count += 1
        }
      }
      return value
    case 117 where unicode:
      var value: UInt32 = 0
      var count = 0
      while count < 4, at < text.count, let digit = hexValue(text[at]) {
        value = value * 16 + UInt32(digit)
        at += 1
        count += 1
      }
      return value
    case 48:
      var value: UInt32 = 0
      var count = 0
      while count < 2, at < text.count, text[at] >= 48, text[at] <= 55 {
        value = value * 8 + UInt32(text[at] - 48)
        at += 1
        count += 1
      }
      return value
    default: return isAlphanumeric(letter) ? nil : UInt32(letter)
    }
  }

  private func escape() throws(PerlRegexError) -> Node? {
    at += 1
    guard at < text.count else { throw PerlRegexError(message: "\\ at end of pattern", offset: at) }
    let letter = text[at]
    if letter >= 0x80 {
      let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(letter), 1)
      at += length
      return .character(scalar, ignoreCase)
    }
    at += 1
    if let ranges = classOf(letter) {
      var set = CharacterSet()
      set.ranges = ranges
      set.negated = isUpper(letter)
      return .set(set, false)
    }
    switch letter {
    case 98: return .assertion(.boundary)
    case 66: return .assertion(.notBoundary)
    case 65: return .assertion(.textStart)
    case 122: return .assertion(.textEnd)
    case 90: return .assertion(.textEndOrNewline)
    case 71: return .assertion(.textStart)
    case 75: return .keep
    case 82:
      return .choice([
        .sequence([.character(13, false), .character(10, false)]),
        .set(CharacterSet(ranges: [(10, 13), (0x85, 0x85), (0x2028, 0x2029)]), false),
      ])
    case 78:
      return .any(false)
    case 81:
      // \Q…\E: plain text.
      var items: [Node] = []
      while at < text.count {
        if text[at] == 92, at + 1 < text.count, text[at + 1] == 69 {
          at += 2
          break
        }
        let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(text[at]), 1)
        items.append(.character(scalar, ignoreCase))
        at += length
      }
      return .sequence(items)
    case 69: return nil
    case 107, 103:
      guard at < text.count else { throw PerlRegexError(message: "a numbered reference must not be zero", offset: at) }
      let closers: [UInt8: UInt8] = [60: 62, 123: 125, 39: 39]
      if let close = closers[text[at]] {
        at += 1
        var name: [UInt8] = []
        while at < text.count, text[at] != close {
          name.append(text[at])
          at += 1
        }
        at += 1
        if let number = decimal(name[...]) { return .backReference(Int(number), ignoreCase) }
        return .namedReference(String(bytes: name), ignoreCase)
      }
      var number = 0
      while at < text.count, isDigit(text[at]) {
        number = number * 10 + Int(text[at] - 48)
        at += 1
      }
      return .backReference(number, ignoreCase)
    case 112, 80: return try property(negated: letter == 80)
    case 49...57:
      var number = Int(letter - 48)
      while at < text.count, isDigit(text[at]), number < 100 {
        number = number * 10 + Int(text[at] - 48)
        at += 1
      }
      return .backReference(number, ignoreCase)
    default:
      guard let scalar = escapedCharacter(letter) else {
        if unicode { return .character(UInt32(letter), ignoreCase) }
        throw PerlRegexError(message: "unrecognized character follows \\", offset: at)
      }
      return .character(scalar, ignoreCase)
    }
  }

  private func property(negated: Bool) throws(PerlRegexError) -> Node {
    var name: [UInt8] = []
    var negated = negated
    if at < text.count, text[at] == 123 {
      at += 1
      if at < text.count, text[at] == 94 {
        negated.toggle()
        at += 1
      }
      while at < text.count, text[at] != 125 {
        name.append(text[at])
        at += 1
      }
      at += 1
    } else if at < text.count {
      name = [text[at]]
      at += 1
    }
    var set = CharacterSet()
    set.negated = negated
    let upper: [(UInt32, UInt32)] = [(65, 90), (0xc0, 0xd6), (0xd8, 0xde), (0x391, 0x3a9), (0x410, 0x42f)]
    let lower: [(UInt32, UInt32)] = [(97, 122), (0xdf, 0xf6), (0xf8, 0xff), (0x3b1, 0x3c9), (0x430, 0x44f)]
    switch String(bytes: name) {
    case "L", "Letter", "Alpha", "Alphabetic":
      set.ranges = upper + lower + [(0x100, 0x24f), (0x370, 0x3ff), (0x400, 0x52f), (0x4e00, 0x9fff)]
    case "Lu", "Upper": set.ranges = upper
    case "Ll", "Lower": set.ranges = lower
    case "N", "Nd", "Digit": set.ranges = PerlRegex.digits
    case "P", "Punct": set.ranges = [(33, 47), (58, 64), (91, 96), (123, 126)]
    case "Z", "Zs", "Space": set.ranges = PerlRegex.spaces
    case "Alnum": set.ranges = upper + lower + PerlRegex.digits
    default: throw PerlRegexError(message: "unknown property after \\P or \\p", offset: at)
    }
    return .set(set, ignoreCase)
  }

  private func bracket() throws(PerlRegexError) -> Node {
    at += 1
    var set = CharacterSet()
    if at < text.count, text[at] == 94 {
      set.negated = true
      at += 1
    }
    var isFirst = true
    while true {
      guard at < text.count else {
        throw PerlRegexError(message: "missing terminating ] for character class", offset: at)
      }
      if text[at] == 93, !isFirst {
        at += 1
        break
      }
      isFirst = false
      if text[at] == 91, at + 1 < text.count, text[at + 1] == 58, let end = find([58, 93], in: text[...], from: at + 2)
      {
        var name = String(bytes: text[(at + 2)..<end])
        var negated = false
        if name.utf8.first == 94 {
          negated = true
          name = String(name.dropFirst())
        }
        var ranges: [(UInt32, UInt32)] = []
        for value in 0..<128
        where inClass(name == "word" ? "alnum" : name, UInt8(value)) || (name == "word" && value == 95) {
          ranges.append((UInt32(value), UInt32(value)))
        }
        if ranges.isEmpty { throw PerlRegexError(message: "unknown POSIX class name", offset: at) }
        if unicode, name == "alpha" || name == "alnum" || name == "word" { ranges += PerlRegex.letters }
        if negated { set.negatedClasses.append(ranges) } else { set.ranges += ranges }
        at = end + 2
        continue
      }
      guard let low = try member(&set) else { continue }
      if at + 1 < text.count, text[at] == 45, text[at + 1] != 93 {
        let mark = at
        at += 1
        guard let high = try member(&set) else {
          set.ranges.append((low, low))
          set.ranges.append((45, 45))
          continue
        }
        if high < low { throw PerlRegexError(message: "range out of order in character class", offset: mark + 1) }
        set.ranges.append((low, high))
      } else {
        set.ranges.append((low, low))
      }
    }
    return .set(set, ignoreCase)
  }

  private func member(_ set: inout CharacterSet) throws(PerlRegexError) -> UInt32? {
    if text[at] == 92, at + 1 < text.count {
      let letter = text[at + 1]
      at += 2
      if let ranges = classOf(letter) {
        if isUpper(letter) { set.negatedClasses.append(ranges) } else { set.ranges += ranges }
        return nil
      }
      if letter == 98 { return 8 }
      return escapedCharacter(letter) ?? UInt32(letter)
    }
    let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(text[at]), 1)
    at += length
    return scalar
  }

  // MARK: Compiling

  private func emit(_ node: Node) {
    guard program.count < 200_000 else { return }
    switch node {
    case .empty: break
    case .character(let c, let fold): program.append(.character(c, fold))
    case .any(let newline): program.append(.any(newline))
    case .set(let set, let fold):
      sets.append(set)
      program.append(.set(sets.count - 1, fold))
    case .sequence(let items): for item in items { emit(item) }
    case .choice(let branches):
      var ends: [Int] = []
      for (index, branch) in branches.enumerated() {
        guard index < branches.count - 1 else {
          emit(branch)
          continue
        }
        let split = program.count
        program.append(.accept)
        emit(branch)
        ends.append(program.count)
        program.append(.accept)
        program[split] = .split(split + 1, program.count)
      }
      for end in ends { program[end] = .jump(program.count) }
    case .group(let inner, let number):
      program.append(.save(number * 2))
      emit(inner)
      program.append(.save(number * 2 + 1))
    case .atomic(let inner): isolated(inner) { .atomic(end: $0) }
    case .look(let inner, let ahead, let negative): isolated(inner) { .look(ahead: ahead, negative: negative, end: $0) }
    case .backReference(let number, let fold): program.append(.backReference(number, fold))
    case .namedReference(let name, let fold):
      program.append(.backReference(groupNames.lastIndex(of: name) ?? 9999, fold))
    case .assertion(let assertion): program.append(.assertion(assertion))
    case .keep: program.append(.keep)
    case .repeated(let inner, let low, let high, let greedy, let possessive):
      if possessive { return emit(.atomic(.repeated(inner, low, high, greedy: true, possessive: false))) }
      for _ in 0..<low { emit(inner) }
      if high < 0 {
        let loop = loops
        loops += 1
        let start = program.count
        program.append(.accept)
        program.append(.loopStart(loop))
        emit(inner)
        program.append(.loopCheck(loop))
        program.append(.jump(start))
        program[start] = greedy ? .split(start + 1, program.count) : .split(program.count, start + 1)
      } else if high > low {
        var splits: [Int] = []
        for _ in low..<high {
          splits.append(program.count)
          program.append(.accept)
          emit(inner)
        }
        for split in splits {
          program[split] = greedy ? .split(split + 1, program.count) : .split(program.count, split + 1)
        }
      }
    }
  }

  private func isolated(_ inner: Node, _ make: (Int) -> Instruction) {
    let start = program.count
    program.append(.accept)
    emit(inner)
    program.append(.accept)
    program[start] = make(program.count)
  }

  // MARK: Matching

  /// The first match at or after `from`: its range and those of the groups.
  func firstMatch(in subject: [UInt8], from: Int = 0) -> [Range<Int>?]? {
    steps = 0
    isExhausted = false
    var start = from
    while start <= subject.count {
      var saves = [Int](repeating: -1, count: groupCount * 2 + 2)
      if run(0, start, subject, &saves) != nil {
        var result: [Range<Int>?] = []
        for group in 0...groupCount {
          let low = saves[group * 2]
          let high = saves[group * 2 + 1]
          result.append(low >= 0 && high >= low ? low..<high : nil)
        }
        return result
      }
      if isExhausted { return nil }
      start += start < subject.count ? decodeUTF8(subject[...], at: start)?.length ?? 1 : 1
    }
    return nil
  }

  private struct Choice {
    let pc: Int
    let position: Int
    let saves: [Int]
    let loops: [Int]
  }

  private func isWord(_ subject: [UInt8], _ at: Int) -> Bool {
    guard at >= 0, at < subject.count else { return false }
    guard unicode, subject[at] >= 0x80 else { return isAlphanumeric(subject[at]) || subject[at] == 95 }
    var start = at
    while start > 0, subject[start] & 0xc0 == 0x80 { start -= 1 }
    guard let (scalar, _) = decodeUTF8(subject[...], at: start) else { return false }
    for (low, high) in PerlRegex.letters where low <= scalar && scalar <= high { return true }
    return false
  }

  private func holds(_ assertion: Assertion, _ subject: [UInt8], _ at: Int) -> Bool {
    switch assertion {
    case .lineStart, .textStart: return at == 0
    case .lineEnd, .textEnd: return at == subject.count
    case .textEndOrNewline: return at == subject.count || (at == subject.count - 1 && subject[at] == 10)
    case .anyLineStart: return at == 0 || subject[at - 1] == 10
    case .anyLineEnd: return at == subject.count || subject[at] == 10
    case .boundary: return isWord(subject, at - 1) != isWord(subject, at)
    case .notBoundary: return isWord(subject, at - 1) == isWord(subject, at)
    }
  }

  /// Runs from an instruction; the position where an `accept` was reached.
  private func run(_ start: Int, _ from: Int, _ subject: [UInt8], _ saves: inout [Int]) -> Int? {
    var stack: [Choice] = []
    var pc = start
    var position = from
    var loopStarts = [Int](repeating: -1, count: loops)
    func fail() -> Bool {
      guard let choice = stack.popLast() else { return false }
      pc = choice.pc
      position = choice.position
      saves = choice.saves
      loopStarts = choice.loops
      return true
    }
    while true {
      steps += 1
      if steps > 5_000_000 {
        isExhausted = true
        return nil
      }
      var ok = true
      switch program[pc] {
      case .accept: return position
      case .character(let wanted, let fold):
        if position < subject.count {
          let (scalar, length) = decodeUTF8(subject[...], at: position) ?? (UInt32(subject[position]), 1)
          ok = scalar == wanted || (fold && folded(scalar) == folded(wanted))
          if ok {
            position += length
            pc += 1
          }
        } else {
          ok = false
        }
      case .any(let newline):
        if position < subject.count, newline || subject[position] != 10 {
          position += decodeUTF8(subject[...], at: position)?.length ?? 1
          pc += 1
        } else {
          ok = false
        }
      case .set(let index, let fold):
        if position < subject.count {
          let (scalar, length) = decodeUTF8(subject[...], at: position) ?? (UInt32(subject[position]), 1)
          ok = sets[index].contains(scalar)
          if !ok, fold { ok = sets[index].contains(folded(scalar)) || sets[index].contains(raised(scalar)) }
          if ok {
            position += length
            pc += 1
          }
        } else {
          ok = false
        }
      case .split(let first, let second):
        if stack.count > 1_000_000 {
          isExhausted = true
          return nil
        }
        stack.append(Choice(pc: second, position: position, saves: saves, loops: loopStarts))
        pc = first
      case .jump(let target): pc = target
      case .save(let slot):
        saves[slot] = position
        pc += 1
      case .keep:
        saves[0] = position
        pc += 1
      case .loopStart(let loop):
        loopStarts[loop] = position
        pc += 1
      case .loopCheck(let loop):
        if loopStarts[loop] == position { pc += 2 } else { pc += 1 }
      case .assertion(let assertion):
        ok = holds(assertion, subject, position)
        if ok { pc += 1 }
      case .backReference(let number, let fold):
        guard number * 2 + 1 < saves.count, saves[number * 2] >= 0, saves[number * 2 + 1] >= 0 else {
          ok = false
          break
        }
        var i = saves[number * 2]
        var j = position
        while ok, i < saves[number * 2 + 1] {
          if j >= subject.count {
            ok = false
          } else if subject[i] != subject[j] {
            ok = fold && lowercased(subject[i]) == lowercased(subject[j])
          }
          i += 1
          j += 1
        }
        if ok {
          position = j
          pc += 1
        }
      case .atomic(let end):
        var inner = saves
        if let stop = run(pc + 1, position, subject, &inner) {
          saves = inner
          position = stop
          pc = end
        } else {
          ok = false
        }
      case .look(let ahead, let negative, let end):
        var inner = saves
        var found = false
        if ahead {
          found = run(pc + 1, position, subject, &inner) != nil
        } else {
          // Tries every start from which the part could end exactly here, nearest first.
          var begin = position
          while begin >= 0 {
            inner = saves
            if runBehind(pc + 1, begin, position, subject, &inner) {
              found = true
              break
            }
            begin -= 1
          }
        }
        if isExhausted { return nil }
        ok = found != negative
        if ok {
          if found { saves = inner }
          pc = end
        }
      }
      if !ok, !fail() { return nil }
    }
  }

  /// Whether the part at `start` matches from `begin` exactly up to `end`.
  private func runBehind(_ start: Int, _ begin: Int, _ end: Int, _ subject: [UInt8], _ saves: inout [Int]) -> Bool {
    // A text cut at `end`: look-behinds have no look-ahead worth keeping.
    let cut = Array(subject[..<end])
    var inner = saves
    // All ways are tried by asking for the longest first and backing off through the choices.
    if let stop = run(start, begin, cut, &inner), stop == end {
      saves = inner
      return true
    }
    return false
  }

  private func folded(_ c: UInt32) -> UInt32 {
    if c >= 65, c <= 90 { return c + 32 }
    if c >= 0xc0, c <= 0xde, c != 0xd7 { return c + 32 }
    return c
  }
  private func raised(_ c: UInt32) -> UInt32 {
    if c >= 97, c <= 122 { return c - 32 }
    if c >= 0xe0, c <= 0xfe, c != 0xf7 { return c - 32 }
    return c
  }
}
