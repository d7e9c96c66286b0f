// POSIX regular expressions: compiled form and matching, for `[[ =~ ]]`, grep, sed, awk and whoever else needs them.
// Leftmost-longest: a set-of-states simulation finds the end of the longest match at the leftmost start; a second pass with a
// table of visited (instruction, position) pairs finds the groups for that end. Both are linear in pattern × text. Patterns with
// back references are searched by bounded backtracking instead. Which of several ways to split a match among groups wins
// follows the order of the operators (greedy first), as in Perl, where POSIX wants the longest for each group from the left.

package enum RegexFlavour {
  case basic, extended
}

package final class PosixRegex {
  enum Instruction {
    case character(UInt32)
    case any
    case set(Int)
    case assertion(RegexAssertion)
    case backReference(Int)
    /// Tries the first, then the second.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    /// Remembers the position at which a turn of a loop begins.
    case enterLoop(Int)
    /// Fails when the turn of the loop has matched nothing.
    case checkLoop(Int)
    case match
  }

  static let programMax = 300_000
  static let stepsMax = 20_000_000

  /// Parenthesised groups in the pattern.
  package let groupCount: Int
  private(set) var program: [Instruction] = []
  private var sets: [BracketSet] = []
  private var loops = 0
  private let hasBackReference: Bool
  private let options: RegexOptions
  /// For patterns that are plain text.
  private var literal: [UInt8]?
  /// The bytes a match may start with; nil when it may be empty or start with an assertion.
  private var firstBytes: [Bool]?
  /// True when every match starts at the start of the text.
  private var anchoredAtStart = false

  package init(
    _ pattern: [UInt8], flavour: RegexFlavour, options: RegexOptions = RegexOptions()
  ) throws(RegexError) {
    self.options = options
    var parser = RegexParser(pattern, extended: flavour == .extended, options: options)
    let tree = try parser.parse()
    groupCount = parser.groups
    hasBackReference = parser.hasBackReference
    program.append(.save(0))
    try emit(tree)
    program.append(.save(1))
    program.append(.match)
    literal = options.ignoreCase ? nil : plainText(tree)
    if literal?.isEmpty == true { literal = nil }
    var first = [Bool](repeating: false, count: 256)
    if let nullable = collectFirst(tree, &first), !nullable { firstBytes = first }
    if !options.multiline, !options.newlineSensitive { anchoredAtStart = startsAnchored(tree) }
  }

  package convenience init(
    _ pattern: String, flavour: RegexFlavour, options: RegexOptions = RegexOptions()
  ) throws(RegexError) {
    try self.init(Array(pattern.utf8), flavour: flavour, options: options)
  }

  // MARK: Compiling

  private func add(_ instruction: Instruction) throws(RegexError) {
    guard program.count < PosixRegex.programMax else { throw .tooBig }
    program.append(instruction)
  }

  private func emit(_ node: RegexNode) throws(RegexError) {
    switch node {
    case .empty: break
    case .character(let c): try add(.character(options.ignoreCase ? simpleLowercase(c) : c))
    case .any: try add(.any)
    case .set(let set):
      sets.append(set)
      try add(.set(sets.count - 1))
    case .assertion(let assertion): try add(.assertion(assertion))
    case .backReference(let number): try add(.backReference(number))
    case .group(let number, let inner):
      try add(.save(2 * number))
      try emit(inner)
      try add(.save(2 * number + 1))
    case .sequence(let items):
      for item in items { try emit(item) }
    case .alternatives(let branches):
      var jumps: [Int] = []
      for (i, branch) in branches.enumerated() {
        if i == branches.count - 1 {
          try emit(branch)
          break
        }
        let split = program.count
        try add(.split(split + 1, 0))
        try emit(branch)
        jumps.append(program.count)
        try add(.jump(0))
        program[split] = .split(split + 1, program.count)
      }
      for jump in jumps { program[jump] = .jump(program.count) }
    case .repeated(let inner, let low, let high):
      for _ in 0..<low { try emit(inner) }
      if let high {
        var splits: [Int] = []
        if high > low {
          for _ in low..<high {
            splits.append(program.count)
            try add(.split(program.count + 1, 0))
            try emit(inner)
          }
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
      } else {
        let split = program.count
        try add(.split(split + 1, 0))
        if isNullable(inner) {
          let register = loops
          loops += 1
          try add(.enterLoop(register))
          try emit(inner)
          try add(.checkLoop(register))
        } else {
          try emit(inner)
        }
        try add(.jump(split))
        program[split] = .split(split + 1, program.count)
      }
    }
  }

  private func isNullable(_ node: RegexNode) -> Bool {
    switch node {
    case .empty, .assertion, .backReference: return true
    case .character, .any, .set: return false
    case .group(_, let inner): return isNullable(inner)
    case .sequence(let items):
      for item in items where !isNullable(item) { return false }
      return true
    case .alternatives(let branches):
      for branch in branches where isNullable(branch) { return true }
      return false
    case .repeated(let inner, let low, _): return low == 0 || isNullable(inner)
    }
  }

  private func plainText(_ node: RegexNode) -> [UInt8]? {
    switch node {
    case .character(let c):
      guard let scalar = Unicode.Scalar(c) else { return nil }
      return Array(String(Character(scalar)).utf8)
    case .sequence(let items):
      var bytes: [UInt8] = []
      for item in items {
        guard case .character = item, let more = plainText(item) else { return nil }
        bytes.append(contentsOf: more)
      }
      return bytes
    default: return nil
    }
  }

  /// Collects the bytes that a match can start with. Returns whether the node can match nothing; nil: cannot tell.
  private func collectFirst(_ node: RegexNode, _ first: inout [Bool]) -> Bool? {
    switch node {
    case .empty: return true
    case .backReference: return nil
    case .assertion: return true
    case .character(let c):
      var variants = [c]
      if options.ignoreCase { variants = [c, simpleLowercase(c), simpleUppercase(c)] }
      for variant in variants {
        if variant >= 0x11_0000 {
          first[Int(variant - 0x11_0000)] = true
        } else if let scalar = Unicode.Scalar(variant) {
          first[Int(String(Character(scalar)).utf8.first!)] = true
        }
      }
      return false
    case .any:
      for i in 0..<256 { first[i] = true }
      return false
    case .set(let set):
      for i in 0..<128 where set.contains(UInt32(i)) { first[i] = true }
      for i in 128..<256 { first[i] = true }
      return false
    case .group(_, let inner): return collectFirst(inner, &first)
    case .sequence(let items):
      for item in items {
        guard let nullable = collectFirst(item, &first) else { return nil }
        if !nullable { return false }
      }
      return true
    case .alternatives(let branches):
      var any = false
      for branch in branches {
        guard let nullable = collectFirst(branch, &first) else { return nil }
        if nullable { any = true }
      }
      return any
    case .repeated(let inner, let low, _):
      guard let nullable = collectFirst(inner, &first) else { return nil }
      return low == 0 || nullable
    }
  }

  private func startsAnchored(_ node: RegexNode) -> Bool {
    switch node {
    case .assertion(.lineStart), .assertion(.textStart): return true
    case .sequence(let items): return !items.isEmpty && startsAnchored(items[0])
    case .group(_, let inner): return startsAnchored(inner)
    case .alternatives(let branches):
      for branch in branches where !startsAnchored(branch) { return false }
      return true
    default: return false
    }
  }

  // MARK: Matching

  /// The first match at or after `from`: the range of the whole match and of each group (nil: took no part).
  /// - Parameters:
  ///   - notBeginningOfLine: `^` does not match at position 0
  ///   - notEndOfLine: `$` does not match at the end of the text
  package func firstMatch(
    in text: [UInt8], from: Int = 0, notBeginningOfLine: Bool = false, notEndOfLine: Bool = false
  ) -> [Range<Int>?]? {
    if let literal { return findLiteral(literal, text, from) }
    var search = RegexSearch(
      regex: self, text: text, notBeginningOfLine: notBeginningOfLine, notEndOfLine: notEndOfLine)
    var start = from
    while start <= text.count {
      if anchoredAtStart, start > 0 { return nil }
      if let firstBytes {
        while start < text.count, !firstBytes[Int(text[start])] { start += 1 }
        if start >= text.count { return nil }
      }
      if let found = search.match(at: start) { return found }
      if search.isExhausted { return nil }
      start += start < text.count ? decodeScalar(text, start).length : 1
    }
    return nil
  }

  /// Whether the text holds a match anywhere.
  package func matches(_ text: [UInt8]) -> Bool { firstMatch(in: text) != nil }

  private func findLiteral(_ literal: [UInt8], _ text: [UInt8], _ from: Int) -> [Range<Int>?]? {
    let last = text.count - literal.count
    var start = from
    let head = literal[0]
    while start <= last {
      if text[start] == head {
        var k = 1
        while k < literal.count, text[start + k] == literal[k] { k += 1 }
        if k == literal.count { return [start..<start + k] }
      }
      start += 1
    }
    return nil
  }

  fileprivate func consumes(_ instruction: Instruction, _ c: UInt32) -> Bool {
    switch instruction {
    case .character(let wanted):
      return c == wanted || (options.ignoreCase && simpleLowercase(c) == wanted)
    case .any: return c < 0x11_0000 && !(options.newlineSensitive && c == 10)
    case .set(let index): return c < 0x11_0000 && sets[index].contains(c)
    default: return false
    }
  }

  fileprivate var loopCount: Int { loops }
  fileprivate var needsBacktracking: Bool { hasBackReference }
  fileprivate var ignoresCase: Bool { options.ignoreCase }
  fileprivate var seesLines: Bool { options.multiline || options.newlineSensitive }
}

/// One search over one text.
private struct RegexSearch {
  let regex: PosixRegex
  let text: [UInt8]
  let notBeginningOfLine: Bool
  let notEndOfLine: Bool
  private var steps = 0
  private var marks: [Int]
  private var generation = 0
  private var stack: [Int] = []

  init(regex: PosixRegex, text: [UInt8], notBeginningOfLine: Bool, notEndOfLine: Bool) {
    self.regex = regex
    self.text = text
    self.notBeginningOfLine = notBeginningOfLine
    self.notEndOfLine = notEndOfLine
    marks = [Int](repeating: 0, count: regex.program.count)
  }

  var isExhausted: Bool { steps > PosixRegex.stepsMax }

  mutating func match(at start: Int) -> [Range<Int>?]? {
    if regex.needsBacktracking { return backtrack(from: start, to: nil) }
    guard let end = longestEnd(from: start) else { return nil }
    if regex.groupCount == 0 { return [start..<end] }
    return backtrack(from: start, to: end)
  }

  private func isWord(at index: Int) -> Bool {
    guard index >= 0, index < text.count else { return false }
    return CharacterClass.word.contains(decodeScalar(text, index).scalar)
  }
  private func isWord(before index: Int) -> Bool {
    guard index > 0 else { return false }
    var i = index - 1
    while i > 0, text[i] & 0xc0 == 0x80, index - i < 4 { i -= 1 }
    return isWord(at: i)
  }

  private func holds(_ assertion: RegexAssertion, at position: Int) -> Bool {
    switch assertion {
    case .lineStart:
      if position == 0 { return !notBeginningOfLine }
      return regex.seesLines && text[position - 1] == 10
    case .lineEnd:
      if position == text.count { return !notEndOfLine }
      return regex.seesLines && text[position] == 10
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .wordBoundary: return isWord(before: position) != isWord(at: position)
    case .notWordBoundary: return isWord(before: position) == isWord(at: position)
    case .wordStart: return !isWord(before: position) && isWord(at: position)
    case .wordEnd: return isWord(before: position) && !isWord(at: position)
    }
  }

  /// Adds an instruction and all it leads to without consuming. True when the match is complete here.
  private mutating func close(_ pc: Int, _ position: Int, _ list: inout [Int]) -> Bool {
    var complete = false
    stack.append(pc)
    while let pc = stack.popLast() {
      if marks[pc] == generation { continue }
      marks[pc] = generation
      steps += 1
      switch regex.program[pc] {
      case .jump(let target): stack.append(target)
      case .split(let a, let b):
        stack.append(b)
        stack.append(a)
      case .save, .enterLoop, .checkLoop: stack.append(pc + 1)
      case .assertion(let assertion): if holds(assertion, at: position) { stack.append(pc + 1) }
      case .match: complete = true
      default: list.append(pc)
      }
    }
    return complete
  }

  private mutating func longestEnd(from start: Int) -> Int? {
    var position = start
    var longest: Int?
    var current: [Int] = []
    var next: [Int] = []
    generation += 1
    if close(0, position, &current) { longest = position }
    while position < text.count, !current.isEmpty {
      let (scalar, length) = decodeScalar(text, position)
      generation += 1
      next.removeAll(keepingCapacity: true)
      var complete = false
      for pc in current where regex.consumes(regex.program[pc], scalar) {
        if close(pc + 1, position + length, &next) { complete = true }
      }
      position += length
      if complete { longest = position }
      swap(&current, &next)
      if isExhausted { return nil }
    }
    return longest
  }

  private enum Frame {
    case branch(Int, Int)
    case restoreCapture(Int, Int)
    case restoreLoop(Int, Int)
  }

  /// Depth-first search. With `end`, the first way to reach it; without, the longest of all ways.
  private mutating func backtrack(from start: Int, to end: Int?) -> [Range<Int>?]? {
    let program = regex.program
    var captures = [Int](repeating: -1, count: 2 * (regex.groupCount + 1))
    var loops = [Int](repeating: -1, count: regex.loopCount)
    var best: [Int]?
    var visited: [UInt64] = []
    let width = (end ?? start) - start + 1
    if end != nil { visited = [UInt64](repeating: 0, count: (program.count * width + 63) / 64) }
    var frames: [Frame] = [.branch(0, start)]
    search: while let frame = frames.popLast() {
      var pc: Int
      var position: Int
      switch frame {
      case .restoreCapture(let slot, let old):
        captures[slot] = old
        continue search
      case .restoreLoop(let slot, let old):
        loops[slot] = old
        continue search
      case .branch(let a, let b):
        pc = a
        position = b
      }
      thread: while true {
        steps += 1
        if isExhausted { break search }
        if let end {
          let bit = pc * width + (position - start)
          if position > end || visited[bit >> 6] & (1 << UInt64(bit & 63)) != 0 { continue search }
          visited[bit >> 6] |= 1 << UInt64(bit & 63)
        }
        switch program[pc] {
        case .match:
          if let end {
            if position == end {
              best = captures
              break search
            }
          } else if best == nil || captures[1] > best![1] {
            best = captures
            if position == text.count { break search }
          }
          continue search
        case .jump(let target): pc = target
        case .split(let a, let b):
          frames.append(.branch(b, position))
          pc = a
        case .save(let slot):
          frames.append(.restoreCapture(slot, captures[slot]))
          captures[slot] = position
          pc += 1
        case .enterLoop(let slot):
          frames.append(.restoreLoop(slot, loops[slot]))
          loops[slot] = position
          pc += 1
        case .checkLoop(let slot):
          if loops[slot] == position { continue search }
          pc += 1
        case .assertion(let assertion):
          guard holds(assertion, at: position) else { continue search }
          pc += 1
        case .backReference(let number):
          let from = captures[2 * number]
          let to = captures[2 * number + 1]
          guard from >= 0, to >= from, position + to - from <= text.count else { continue search }
          for k in 0..<(to - from) where !same(text[from + k], text[position + k]) { continue search }
          position += to - from
          pc += 1
        default:
          guard position < text.count else { continue search }
          let (scalar, length) = decodeScalar(text, position)
          guard regex.consumes(program[pc], scalar) else { continue search }
          position += length
          pc += 1
        }
      }
    }
    guard let best else { return nil }
    var ranges: [Range<Int>?] = []
    for i in 0...regex.groupCount {
      let from = best[2 * i]
      let to = best[2 * i + 1]
      ranges.append(from >= 0 && to >= from ? from..<to : nil)
    }
    return ranges
  }

  private func same(_ a: UInt8, _ b: UInt8) -> Bool {
    a == b || (regex.ignoresCase && simpleLowercase(UInt32(a)) == simpleLowercase(UInt32(b)))
  }
}
