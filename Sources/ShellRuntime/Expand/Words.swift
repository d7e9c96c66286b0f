// Word expansion: parts to pieces, pieces to fields. Runs without waiting; where a command substitution's output is not there yet,
// the child is started, everything is undone and the expansion is run again when the output has come (`Journal`). Source: the
// Bash manual, "Shell Expansions".

import ShellSyntax
import SimKernel
import SimMachine

/// Results of the substitutions of one expansion, in the order in which it meets them.
final class Journal {
  enum Entry {
    case output(String, status: Int32)
    case path(String)
  }
  var entries: [Entry] = []
  var cursor = 0
  /// Bytes of messages that have been printed; when the expansion is run again they are not printed again.
  var printed = 0
  /// The child whose output is awaited.
  var pending: (child: Process, reader: OpenFile)?
}

/// A piece of an expanded word.
enum Piece {
  /// Quoted text, also when empty.
  case quoted(String)
  /// Unquoted text of the program: not split, but active in patterns.
  case bare(String)
  /// The result of an unquoted expansion: split, and active in patterns.
  case split(String)
  /// Between the elements of `"$@"`.
  case fieldBreak
}

struct Field {
  var text = ""
  /// The text as a pattern, quoted characters escaped.
  var pattern = ""
  var isPattern = false
}

extension ShellProgram {
  // MARK: Running an expansion

  /// Runs an expansion that may have to wait. Nil: it waits; a frame that collects the output has been pushed.
  func attempt<Result>(_ journal: Journal, _ body: () throws(Abort) -> Result) throws(Abort) -> Result? {
    let saved = self.journal
    self.journal = journal
    journal.cursor = 0
    undo = []
    let savedSkip = skippedBytes
    skippedBytes = journal.printed
    defer { skippedBytes = savedSkip }
    let random = (state.randomSeed, state.lastRandom)
    let savedStatus = status
    defer { self.journal = saved }
    do throws(Abort) {
      let result = try body()
      undo = []
      journal.printed = 0
      return result
    } catch {
      guard case .suspended = error else {
        undo = []
        throw error
      }
      for change in undo.reversed() { state.variables.takeBack(change) }
      undo = []
      (state.randomSeed, state.lastRandom) = random
      status = savedStatus
      push(SubstitutionFrame(journal))
      return nil
    }
  }

  // MARK: Whole words

  func expandArguments(_ arguments: [Argument]) throws(Abort) -> [String] {
    var result: [String] = []
    result.reserveCapacity(arguments.count)
    for argument in arguments {
      switch argument {
      case .word(let word): try expandFields(word, into: &result)
      case .assignment(let assignment): result.append(assignment.text)
      }
    }
    return result
  }

  func expandWords(_ words: [Word]) throws(Abort) -> [String] {
    var result: [String] = []
    for word in words { try expandFields(word, into: &result) }
    return result
  }

  func expandFields(_ word: Word, into result: inout [String], tilde: Tilde = .argument) throws(Abort) {
    if let plain = word.plain {
      result.append(plain)
      return
    }
    expandedText = word.text
    if word.parts.count == 1, let value = simpleValue(word.parts[0]) {
      result.append(value)
      return
    }
    let expandsBraces = state.options.braceexpand && flavour == .bash
    if expandsBraces, let sequence = NumberSequence(word) {
      guard sequence.count <= ShellProgram.wordsMax else { return limitWords() }
      spend(sequence.count / 16)
      for index in 0..<sequence.count { result.append(sequence[index]) }
      return
    }
    let variants = expandsBraces ? word.braceExpansion : [word]
    if word.bracesOverflow { return limitWords() }
    for variant in variants {
      var pieces: [Piece] = []
      // What came out of braces is not taken for an assignment.
      try expand(variant.parts, quoted: false, tilde: variants.count > 1 ? .word : tilde, into: &pieces)
      for field in fields(pieces) {
        if field.isPattern, !state.options.noglob, isGlob(field.pattern) {
          let names = try pathnames(field.pattern)
          if names.isEmpty {
            if state.shopt["failglob"] {
              complain("no match: \(field.text)")
              throw .line(1)
            }
            if !state.shopt.nullglob { result.append(field.text) }
          } else {
            result.append(contentsOf: names)
          }
        } else {
          result.append(field.text)
        }
      }
    }
  }

  /// The one field that `$x` or `"$x"` makes, when there is nothing in it to split or match; nil: take the long way.
  private func simpleValue(_ part: WordPart) -> String? {
    switch part {
    case .doubleQuoted(let inner):
      guard inner.count == 1, case .parameter(let expansion) = inner[0], expansion.isPlain else { return nil }
      return parameter(expansion.name)
    case .parameter(let expansion):
      guard expansion.isPlain, let value = parameter(expansion.name) else { return nil }
      var any = false
      for byte in value.utf8 {
        // Letters, digits, and signs that IFS seldom has and patterns never use.
        switch byte {
        case 48...57, 65...90, 97...122, 45, 46, 47, 95: any = true
        default: return nil
        }
      }
      return any && usesPlainSeparators ? value : nil
    default: return nil
    }
  }

  /// IFS holds nothing but blanks.
  private var usesPlainSeparators: Bool {
    guard let text = state.variables["IFS"]?.scalar else { return true }
    for byte in text.utf8 where byte != 32 && byte != 9 && byte != 10 { return false }
    return true
  }

  /// More words than a block may make: the command is stopped, not run with fewer.
  private func limitWords() {
    process.account.reach("memory limit reached: a brace expansion makes more words than a lab block may")
  }

  /// Whether a pattern can match anything but itself: an opening bracket needs its partner.
  private func isGlob(_ pattern: String) -> Bool {
    let bytes = Array(pattern.utf8)
    var i = 0
    var open = false
    while i < bytes.count {
      switch bytes[i] {
      case 92: i += 1
      case 42, 63, 40: return true
      case 91: open = true
      case 93: if open { return true }
      default: break
      }
      i += 1
    }
    return false
  }

  /// A word where no splitting happens: assignments, `case`, redirections of here-strings.
  func expandSingle(_ word: Word, tilde: Tilde = .word) throws(Abort) -> String {
    if let plain = word.plain { return plain }
    if word.parts.isEmpty { return "" }
    expandedText = word.text
    if word.parts.count == 1, case .arithmetic(let inner) = word.parts[0] {
      return String(try evaluate(try expandText(inner)))
    }
    var pieces: [Piece] = []
    joining += 1
    defer { joining -= 1 }
    try expand(word.parts, quoted: false, tilde: tilde, into: &pieces)
    return joined(pieces)
  }

  /// Text in which only `$` and back quotes are special: here-documents, arithmetic.
  func expandText(_ word: Word) throws(Abort) -> String {
    if let plain = word.plain { return plain }
    if word.parts.count == 1, case .literal(let text) = word.parts[0] { return text }
    if word.parts.isEmpty { return "" }
    expandedText = word.text
    var pieces: [Piece] = []
    joining += 1
    joiningText += 1
    defer {
      joining -= 1
      joiningText -= 1
    }
    try expand(word.parts, quoted: true, tilde: .none, into: &pieces)
    return joined(pieces)
  }

  private func joined(_ pieces: [Piece]) -> String {
    if pieces.count == 1 {
      switch pieces[0] {
      case .quoted(let text), .bare(let text), .split(let text): return text
      case .fieldBreak: return ""
      }
    }
    var result = ""
    for piece in pieces {
      switch piece {
      case .quoted(let text), .bare(let text), .split(let text): result += text
      case .fieldBreak: result += " "
      }
    }
    return result
  }

  /// A word as a pattern: what is quoted is escaped.
  /// `escapesAll`: every quoted character is escaped, as `set -x` shows it.
  func expandPattern(_ word: Word, escapesAll: Bool = false) throws(Abort) -> String {
    if let plain = word.plain { return plain }
    var pieces: [Piece] = []
    joining += 1
    defer { joining -= 1 }
    try expand(word.parts, quoted: false, tilde: .word, into: &pieces)
    var result = ""
    for piece in pieces {
      switch piece {
      case .quoted(let text):
        if escapesAll {
          for character in text.unicodeScalars { result += "\\" + String(character) }
        } else {
          result += escapedPattern(text)
        }
      case .bare(let text), .split(let text): result += text
      case .fieldBreak: result += " "
      }
    }
    return result
  }

  /// A word as an extended regular expression: what is quoted stands for itself.
  func expandRegex(_ word: Word) throws(Abort) -> String {
    var pieces: [Piece] = []
    joining += 1
    defer { joining -= 1 }
    try expand(word.parts, quoted: false, tilde: .word, into: &pieces)
    var result: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .quoted(let text):
        for byte in text.utf8 {
          switch byte {
          case 92, 46, 42, 43, 63, 91, 93, 40, 41, 123, 125, 124, 94, 36: result.append(92)
          default: break
          }
          result.append(byte)
        }
      case .bare(let text), .split(let text): result.append(contentsOf: Array(text.utf8))
      case .fieldBreak: result.append(32)
      }
    }
    return String(raw: result)
  }

  // MARK: Parts

  /// Where tildes are expanded: nowhere; at the start; there and after `name=`; after `:` too.
  enum Tilde { case none, word, argument, assignment }

  func expand(
    _ parts: [WordPart], quoted: Bool, tilde: Tilde, operand: Bool = false, into pieces: inout [Piece]
  ) throws(Abort) {
    for i in parts.indices {
      switch parts[i] {
      case .literal(let text):
        if quoted {
          pieces.append(.quoted(text))
        } else {
          let (home, rest) = expandTilde(text, tilde, isFirst: i == 0, isLast: i == parts.count - 1)
          if let home { pieces.append(.quoted(home)) }
          if !rest.isEmpty { pieces.append(operand ? .split(rest) : .bare(rest)) }
        }
      case .quoted(let text): pieces.append(.quoted(text))
      case .doubleQuoted(let inner):
        var own: [Piece] = []
        try expand(inner, quoted: true, tilde: .none, into: &own)
        if own.isEmpty {
          if !(inner.count == 1 && isList(inner[0])) { pieces.append(.quoted("")) }
        } else {
          pieces.append(contentsOf: own)
        }
      case .parameter(let expansion): try expandParameter(expansion, quoted: quoted, into: &pieces)
      case .command(let substitution):
        let text = try output(of: substitution)
        pieces.append(quoted ? .quoted(text) : .split(text))
      case .arithmetic(let word):
        let expression = try expandText(word)
        let value = String(try evaluate(expression))
        pieces.append(quoted ? .quoted(value) : .split(value))
      case .process(let substitution): pieces.append(.quoted(try path(of: substitution)))
      }
    }
  }

  /// Whether a part is `$@` or `${a[@]}`, which may be no field at all.
  private func isList(_ part: WordPart) -> Bool {
    guard case .parameter(let expansion) = part else { return false }
    if expansion.name == "@" { return true }
    if case .at? = expansion.index { return true }
    if case .namesWithPrefix(at: true) = expansion.operation { return true }
    return expansion.indirect
  }

  // MARK: Fields

  // MARK: Substitutions

  // MARK: Arithmetic

  /// `context`: what a mistake is said to be in.
  func evaluate(_ text: String, in context: String? = nil) throws(Abort) -> Int64 {
    if let plain = plainNumber(text) { return plain }
    do throws(ArithmeticError) {
      return try Arithmetic.evaluate(text, self)
    } catch {
      throw report(error, prefix: context.map { $0 + ": " } ?? "")
    }
  }

  /// Prints an arithmetic error, unless it has been said; what to do then.
  func report(_ error: ArithmeticError, prefix: String = "") -> Abort {
    if let silent = error.silent { return silent }
    if flavour != .bash {
      // The expression comes before the first `: `, the reason after it.
      let isDivision = hasText("division by 0", in: error.message)
      var expression: [UInt8] = []
      let bytes = Array(error.message.utf8)
      for (i, byte) in bytes.enumerated() {
        if byte == 58, i + 1 < bytes.count, bytes[i + 1] == 32 { break }
        expression.append(byte)
      }
      let text = String(raw: expression)
      if flavour == .ash {
        complain(isDivision ? "divide by zero" : "arithmetic syntax error")
      } else {
        complain("arithmetic expression: \(isDivision ? "division by zero" : "expecting primary"): \"\(text)\"")
      }
      return .arithmetic(2)
    }
    complain(prefix + error.message)
    return .arithmetic(1)
  }
}

func hasText(_ part: String, in whole: String) -> Bool {
  let a = Array(part.utf8)
  let b = Array(whole.utf8)
  guard b.count >= a.count else { return false }
  for start in 0...(b.count - a.count) where b[start..<start + a.count].elementsEqual(a) { return true }
  return false
}

/// Text with everything that patterns treat specially escaped.
func escapedPattern(_ text: String) -> String {
  var needs = false
  for byte in text.utf8 where isPatternByte(byte) { needs = true }
  guard needs else { return text }
  var out: [UInt8] = []
  for byte in text.utf8 {
    if isPatternByte(byte) { out.append(92) }
    out.append(byte)
  }
  return String(raw: out)
}

private func isPatternByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 42, 63, 91, 93, 92, 40, 41, 124, 33, 43, 64, 45, 94: return true
  default: return false
  }
}
