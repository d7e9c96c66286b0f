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
      for (name, variable) in undo.reversed() { state.variables[name] = variable }
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
    let expandsBraces = state.options.braceexpand && flavour != .dash
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
    return String(decoding: result, as: UTF8.self)
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

  private func expandTilde(
    _ text: String, _ tilde: Tilde, isFirst: Bool, isLast: Bool
  ) -> (home: String?, rest: String) {
    guard tilde != .none, text.utf8.contains(126) else { return (nil, text) }
    let bytes = Array(text.utf8)
    if tilde != .assignment {
      if tilde == .argument, isFirst, isNameStart(bytes[0]), let equals = bytes.firstIndex(of: 61),
        isName(String(decoding: bytes[..<equals], as: UTF8.self)), !state.options.posix
      {
        // What looks like an assignment is treated as one.
        let value = String(decoding: bytes[(equals + 1)...], as: UTF8.self)
        let (_, rest) = expandTilde(value, .assignment, isFirst: true, isLast: isLast)
        return (nil, String(decoding: bytes[...equals], as: UTF8.self) + rest)
      }
      guard isFirst, bytes[0] == 126 else { return (nil, text) }
      guard let (home, end) = home(bytes, 0, stopAtColon: false, complete: isLast) else { return (nil, text) }
      return (home, String(decoding: bytes[end...], as: UTF8.self))
    }
    var out: [UInt8] = []
    var i = 0
    var start = isFirst
    while i < bytes.count {
      if start, bytes[i] == 126, let (home, end) = home(bytes, i, stopAtColon: true, complete: isLast) {
        out.append(contentsOf: Array(home.utf8))
        i = end
        start = false
        continue
      }
      start = bytes[i] == 58
      out.append(bytes[i])
      i += 1
    }
    return (nil, String(decoding: out, as: UTF8.self))
  }

  private func home(
    _ bytes: [UInt8], _ start: Int, stopAtColon: Bool, complete: Bool
  ) -> (String, Int)? {
    var end = start + 1
    while end < bytes.count, bytes[end] != 47, !(stopAtColon && bytes[end] == 58) { end += 1 }
    if end == bytes.count, !complete { return nil }
    let name = String(decoding: bytes[start + 1..<end], as: UTF8.self)
    switch name {
    case "": return (variable("HOME") ?? homeDirectory(user: nil) ?? "/", end)
    case "+": return variable("PWD").map { ($0, end) }
    case "-": return variable("OLDPWD").map { ($0, end) }
    default: return homeDirectory(user: name).map { ($0, end) }
    }
  }

  /// The home directory that `/etc/passwd` gives a user.
  func homeDirectory(user: String?) -> String? {
    guard let bytes = try? process.fileSystem.read("/etc/passwd") else {
      return user == nil || user == "root" ? "/root" : nil
    }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n" as Character) {
      let fields = line.split(separator: ":" as Character, omittingEmptySubsequences: false)
      guard fields.count >= 6 else { continue }
      if let user {
        if fields[0] == user { return String(fields[5]) }
      } else if fields[2] == String(process.credentials.user) {
        return String(fields[5])
      }
    }
    return nil
  }

  // MARK: Fields

  func fields(_ pieces: [Piece]) -> [Field] {
    var mayMatch = false
    for piece in pieces {
      switch piece {
      case .bare(let text), .split(let text): if mayBePattern(text) { mayMatch = true }
      default: break
      }
    }
    if pieces.count == 1, !mayMatch {
      switch pieces[0] {
      case .quoted(let text): return [Field(text: text)]
      case .bare(let text): return [Field(text: text)]
      default: break
      }
    }
    let separators = fieldSeparators
    var result: [Field] = []
    var current: Field?
    /// The last field ended at white space: a separator that follows belongs to the same gap.
    var afterBlank = false
    for piece in pieces {
      switch piece {
      case .quoted(let text):
        if current == nil { current = Field() }
        current!.text += text
        if mayMatch { current!.pattern += escapedPattern(text) }
        afterBlank = false
      case .bare(let text):
        if current == nil { current = Field() }
        current!.text += text
        if mayMatch {
          current!.pattern += text
          if mayBePattern(text) { current!.isPattern = true }
        }
        afterBlank = false
      case .split(let text):
        if separators.isEmpty || !text.utf8.contains(where: { separators.contains($0) }) {
          if text.isEmpty { continue }
          if current == nil { current = Field() }
          current!.text += text
          if mayMatch {
            current!.pattern += text
            if mayBePattern(text) { current!.isPattern = true }
          }
          afterBlank = false
          continue
        }
        var run: [UInt8] = []
        func flush() {
          guard !run.isEmpty else { return }
          if current == nil { current = Field() }
          let piece = String(decoding: run, as: UTF8.self)
          current!.text += piece
          if mayMatch {
            current!.pattern += piece
            if mayBePattern(piece) { current!.isPattern = true }
          }
          run = []
        }
        for byte in text.utf8 {
          guard separators.contains(byte) else {
            run.append(byte)
            afterBlank = false
            continue
          }
          flush()
          if byte == 32 || byte == 9 || byte == 10 {
            if let field = current {
              result.append(field)
              current = nil
              afterBlank = true
            }
          } else if let field = current {
            result.append(field)
            current = nil
            afterBlank = false
          } else if afterBlank {
            afterBlank = false
          } else {
            result.append(Field())
          }
        }
        flush()
      case .fieldBreak:
        if let field = current { result.append(field) }
        current = nil
        afterBlank = false
      }
    }
    if let field = current { result.append(field) }
    return result
  }

  /// The bytes of IFS.
  var fieldSeparators: [UInt8] {
    guard let variable = state.variables["IFS"] else { return [32, 9, 10] }
    guard let text = variable.scalar else { return [32, 9, 10] }
    return Array(text.utf8)
  }

  /// What joins the parts of `"$*"`.
  var joiner: String {
    guard let variable = state.variables["IFS"], let text = variable.scalar else { return " " }
    guard let first = text.first else { return "" }
    return String(first)
  }

  private func mayBePattern(_ text: String) -> Bool {
    for byte in text.utf8 where byte == 42 || byte == 63 || byte == 91 { return true }
    if state.shopt.extglob {
      for byte in text.utf8 where byte == 40 { return true }
    }
    return false
  }

  // MARK: Substitutions

  /// The output of a command substitution without its trailing newlines.
  func output(of substitution: CommandSubstitution) throws(Abort) -> String {
    if journal.cursor < journal.entries.count, case .output(let text, let code) = journal.entries[journal.cursor] {
      journal.cursor += 1
      lastSubstitutionStatus = code
      status = code
      return text
    }
    let body: CommandList
    if let parsed = substitution.body {
      body = parsed
    } else {
      let parser = ShellParser(
        Array(substitution.source.utf8), firstLine: state.line, options: parserOptions())
      var items: [AndOr] = []
      do throws(ParseError) {
        while let unit = try parser.nextUnit() { items.append(contentsOf: unit.items) }
      } catch {
        report(error, context: "command substitution: ")
        journal.entries.append(.output("", status: 2))
        journal.cursor += 1
        lastSubstitutionStatus = 2
        return ""
      }
      reportWarnings(parser)
      body = CommandList(items)
    }
    // `$(<file)` reads the file.
    if body.items.count == 1, body.items[0].rest.isEmpty, !body.items[0].background,
      case .simple(let assignments, let arguments) = body.items[0].first.kind, assignments.isEmpty, arguments.isEmpty,
      body.items[0].first.redirections.count == 1, body.items[0].first.redirections[0].kind == .input
    {
      let name = try expandSingle(body.items[0].first.redirections[0].target)
      do throws(Errno) {
        let bytes = try process.fileSystem.read(name, in: process.workingDirectory, as: process.credentials)
        lastSubstitutionStatus = 0
        return strippedOutput(bytes)
      } catch {
        complain("\(name): \(error.message)")
        lastSubstitutionStatus = 1
        return ""
      }
    }
    if body.items.isEmpty {
      lastSubstitutionStatus = 0
      return ""
    }
    let pipe = Pipe()
    var files = inheritedFiles
    files[1] = pipe.writer
    pipe.reader.retain()
    let child = fork(running: ListFrame(body), files: files) { child in
      child.replaceable = body.items.count == 1
      child.state.jobs = child.parentJobs
      child.state.traceLevel += 1
      if self.flavour != .dash { child.state.lineOffset = substitution.body == nil ? 0 : self.state.line }
      if !self.state.shopt["inherit_errexit"], !self.state.options.posix { child.state.options.errexit = false }
    }
    journal.pending = (child, pipe.reader)
    throw .suspended
  }

  func strippedOutput(_ bytes: [UInt8]) -> String {
    var end = bytes.count
    while end > 0, bytes[end - 1] == 10 { end -= 1 }
    var kept = bytes[..<end]
    if kept.contains(0) {
      complain("warning: command substitution: ignored null byte in input")
      var clean: [UInt8] = []
      for byte in kept where byte != 0 { clean.append(byte) }
      while clean.last == 10 { clean.removeLast() }
      kept = clean[...]
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// `<(…)` and `>(…)`: starts the process and names the pipe to it.
  private func path(of substitution: ProcessSubstitution) throws(Abort) -> String {
    if journal.cursor < journal.entries.count, case .path(let text) = journal.entries[journal.cursor] {
      journal.cursor += 1
      return text
    }
    let pipe = Pipe()
    var files = inheritedFiles
    files[substitution.reads ? 1 : 0] = substitution.reads ? pipe.writer : pipe.reader
    let ours: OpenFile = substitution.reads ? pipe.reader : pipe.writer
    var descriptor = 63
    while process.file(descriptor) != nil { descriptor -= 1 }
    let child = fork(running: ListFrame(substitution.body), files: files) {
      $0.state.traceLevel += 1
      $0.state.lineOffset = self.state.line
    }
    state.lastBackground = child.id
    process.setFile(descriptor, ours)
    openReaders.append((descriptor, ours))
    ours.retain()
    let text = "/dev/fd/\(descriptor)"
    journal.entries.append(.path(text))
    journal.cursor += 1
    return text
  }

  /// Starts a copy of this shell that runs a frame.
  func fork(
    running frame: Frame, files: [Int: OpenFile]? = nil, group: Int? = nil, newGroup: Bool = false,
    prepare: (ShellProgram) -> Void = { _ in }
  ) -> Process {
    let child = ShellProgram(forkOf: self, running: frame)
    child.interactiveAncestor = isInteractive || interactiveAncestor
    prepare(child)
    spend(ShellProgram.forkSteps)
    return machine.start(
      child, arguments: process.arguments, environment: process.environment,
      workingDirectory: process.workingDirectory, credentials: process.credentials, files: files ?? inheritedFiles,
      parent: process, group: newGroup ? nil : group ?? process.group, account: process.account)
  }

  // MARK: Arithmetic

  func evaluate(_ text: String) throws(Abort) -> Int64 {
    if let plain = plainNumber(text) { return plain }
    do throws(ArithmeticError) {
      return try Arithmetic.evaluate(text, self)
    } catch {
      throw report(error)
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
      let text = String(decoding: expression, as: UTF8.self)
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
  return String(decoding: out, as: UTF8.self)
}

private func isPatternByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 42, 63, 91, 93, 92, 40, 41, 124, 33, 43, 64, 45, 94: return true
  default: return false
  }
}

/// Collects the output of a command substitution, then lets the expansion run again.
final class SubstitutionFrame: Frame {
  private let journal: Journal
  private var bytes: [UInt8] = []
  private var ended = false

  init(_ journal: Journal) { self.journal = journal }

  override var holdsTraps: Bool { true }

  override func step(_ shell: ShellProgram) -> Flow {
    guard let (child, reader) = journal.pending else {
      shell.pop()
      return .go
    }
    while !ended {
      switch reader.read(65_536) {
      case .bytes(let more):
        bytes.append(contentsOf: more)
        if bytes.count > FileSystem.fileSizeMax {
          shell.process.account.reach("output limit reached: a command substitution does not end")
          return .yield
        }
      case .wouldBlock: return .wait([.queue(reader.readable)])
      case .endOfFile, .failed: ended = true
      }
    }
    guard let status = child.status else { return .wait([.queue(child.ended)]) }
    reader.release()
    journal.pending = nil
    let text = shell.strippedOutput(bytes)
    journal.entries.append(.output(text, status: status.code))
    shell.lastSubstitutionStatus = status.code
    shell.pop()
    return .go
  }

  override func leave(_ shell: ShellProgram) {
    // Interrupted: the pipe is closed under the child.
    if let (_, reader) = journal.pending {
      reader.release()
      journal.pending = nil
    }
  }
}
