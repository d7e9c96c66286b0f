// Perl-style regular expressions for `grep -P` and jq: lazy and possessive quantifiers, look-around, named groups, `\d \w \s \b
// \K \h \R`, inline flags. A backtracking matcher over a small instruction list, with a bound on steps so that a hostile pattern
// ends. Source: the pcre2pattern manual page; Unicode properties are limited to the common letters.

struct PerlRegexError: Error {
  let message: String
  let offset: Int
}

final class PerlRegex {
  indirect enum Node {
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
  enum Assertion {
    case lineStart, lineEnd, textStart, textEnd, textEndOrNewline, boundary, notBoundary
    case anyLineStart, anyLineEnd
  }
  enum Instruction {
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

  var program: [Instruction] = []
  var sets: [CharacterSet] = []
  var loops = 0
  var groupCount = 0
  /// Names of groups, by number; nil where a group has none.
  var groupNames: [String?] = [nil]
  var steps = 0
  var isExhausted = false

  // MARK: Parsing

  var text: [UInt8] = []
  var at = 0
  var ignoreCase = false
  var multiline = false
  var dotAll = false
  var extended = false
  /// Oniguruma with Perl's syntax (jq): classes know letters beyond ASCII, an unknown escape is its letter.
  let unicode: Bool

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

}
