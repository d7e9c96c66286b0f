// The parser: source bytes to trees, one line (with all that belongs to it) at a time, so that a shell runs what comes before a
// mistake. Grammar and messages are those of bash 5.2 (the Bash manual, "Shell Syntax"); nesting is limited.

package final class ShellParser {
  package struct Options {
    package var extendedPatterns = false
    /// What bash adds to the POSIX language: `[[`, `((`, arrays, `function`, more expansions.
    package var hasExtensions = true
    /// Looks a command word up among the aliases; nil: aliases are not expanded.
    package var alias: ((String) -> String?)?
    /// More input may follow what was given: an unfinished line is incomplete, not an error.
    package var expectsMore = false

    package init() {}
  }
  package static let depthMax = 160

  package var options: Options
  package private(set) var source: [UInt8]
  package internal(set) var offset: Int
  /// The input ended in the middle of a here-document.
  package private(set) var isInHereDocument = false
  /// Said while parsing without stopping it: line and text.
  package var warnings: [(line: Int, text: String)] = []
  private let firstLine: Int
  private var newlines: [Int] = []
  private var newlinesKnown = false
  var depth = 0
  /// Command substitutions around the place that is being read.
  var substitutionDepth = 0
  private var pendingHereDocuments: [(Redirection, strips: Bool, line: Int)] = []
  private var activeAliases: [(name: String, end: Int)] = []
  private var aliasNext = -1

  package init(_ source: [UInt8], firstLine: Int = 1, options: Options = Options()) {
    self.source = source
    self.firstLine = firstLine
    self.options = options
    offset = 0
  }

  package convenience init(_ source: String, firstLine: Int = 1, options: Options = Options()) {
    self.init(Array(source.utf8), firstLine: firstLine, options: options)
  }

  /// Adds input after what is there.
  package func append(_ bytes: [UInt8]) {
    source.append(contentsOf: bytes)
    newlinesKnown = false
  }

  // MARK: Positions

  package func line(at position: Int) -> Int {
    if !newlinesKnown {
      newlines = []
      for (i, byte) in source.enumerated() where byte == 10 { newlines.append(i) }
      newlinesKnown = true
    }
    var low = 0
    var high = newlines.count
    while low < high {
      let middle = (low + high) / 2
      if newlines[middle] < position { low = middle + 1 } else { high = middle }
    }
    return firstLine + low
  }
  package var line: Int { line(at: offset) }
  /// The line that a command gets which begins, or ends, here.
  var commandLine: Int { line(at: offset) - lineBase }
  /// In the body of a here-document: the line of the substitution that is being read.
  var lineBase = 0
  /// The text of expansions stays as it is written: here-documents.
  var keepsText = false
  /// The line bash speaks of when the input ends too early: the one after the last.
  private var endLine: Int { line(at: source.count) + (source.last == 10 || source.isEmpty ? 0 : 1) }

  @inline(__always)
  func byte(_ ahead: Int = 0) -> UInt8? {
    let i = offset + ahead
    return i < source.count ? source[i] : nil
  }
  func at(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset + count <= source.count else { return false }
    for i in 0..<count where source[offset + i] != text.utf8Start[i] { return false }
    return true
  }
  func text(_ range: Range<Int>) -> String { String(decoding: source[range], as: UTF8.self) }

  // MARK: Text that bash rewrites while it reads it

  /// Parts of the source and what stands for them in the text of words: `$(…)` as commands are printed, `$'…'` decoded.
  private var rewritten: [(range: Range<Int>, text: String)] = []

  func rewrite(_ range: Range<Int>, as text: String) {
    while let last = rewritten.last, last.range.lowerBound >= range.lowerBound { rewritten.removeLast() }
    rewritten.append((range, text))
  }

  /// The text of a word, for printing.
  func wordText(_ range: Range<Int>) -> String {
    guard let last = rewritten.last, last.range.lowerBound >= range.lowerBound else { return text(range) }
    var result: [UInt8] = []
    var position = range.lowerBound
    for (part, text) in rewritten where part.lowerBound >= position && part.upperBound <= range.upperBound {
      result.append(contentsOf: source[position..<part.lowerBound])
      result.append(contentsOf: Array(text.utf8))
      position = part.upperBound
    }
    result.append(contentsOf: source[position..<range.upperBound])
    return String(decoding: result, as: UTF8.self)
  }

  // MARK: Errors

  func unterminated(_ delimiter: String, line: Int? = nil) -> ParseError {
    ParseError(
      kind: .unexpectedEnd, messages: ["unexpected EOF while looking for matching `\(delimiter)'"],
      line: line ?? endLine, offset: source.count)
  }

  func unexpected() -> ParseError {
    skipBlanks()
    guard offset < source.count else {
      return ParseError(
        kind: .unexpectedEnd, messages: ["syntax error: unexpected end of file"], line: endLine, offset: offset)
    }
    return unexpected(token: tokenText(), at: offset)
  }

  func unexpected(token: String, at position: Int) -> ParseError {
    ParseError(
      kind: .unexpectedToken,
      messages: ["syntax error near unexpected token `\(token)'", "`\(lineText(at: position))'"],
      line: line(at: position), offset: position)
  }

  func lineText(at position: Int) -> String {
    var start = min(position, source.count)
    while start > 0, source[start - 1] != 10 { start -= 1 }
    var end = min(position, source.count)
    while end < source.count, source[end] != 10 { end += 1 }
    return text(start..<end)
  }

  private func tokenText() -> String {
    guard let first = byte() else { return "newline" }
    if first == 10 { return "newline" }
    for operation in [
      "&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "|&", "&>", ">>", "<<", "<&", ">&", "<>", ">|",
    ] {
      let bytes = Array(operation.utf8)
      if offset + bytes.count <= source.count, Array(source[offset..<offset + bytes.count]) == bytes {
        return operation
      }
    }
    if isMeta(first) { return String(decoding: [first], as: UTF8.self) }
    let start = offset
    defer { offset = start }
    if (try? word()) != nil, offset > start { return text(start..<offset) }
    return text(start..<start + 1)
  }

  // MARK: Blanks

  func isMeta(_ byte: UInt8) -> Bool {
    switch byte {
    case 32, 9, 10, 124, 38, 59, 40, 41, 60, 62: return true
    default: return false
    }
  }

  /// Skips blanks, continued lines and a comment.
  func skipBlanks() {
    while let next = byte() {
      if next == 32 || next == 9 {
        offset += 1
      } else if next == 92, byte(1) == 10 {
        offset += 2
      } else if next == 35 {
        while let c = byte(), c != 10 {
          _ = c
          offset += 1
        }
        return
      } else {
        return
      }
    }
  }

  /// Skips blanks and newlines; here-documents begun before are read.
  func skipNewlines() throws(ParseError) {
    while true {
      skipBlanks()
      guard byte() == 10 else { return }
      try newline()
    }
  }

  private func newline() throws(ParseError) {
    offset += 1
    try readHereDocuments()
  }

  // MARK: Units and lists

  /// The next line of the program; nil at its end.
  package func nextUnit() throws(ParseError) -> CommandList? {
    depth = 0
    substitutionDepth = 0
    pendingHereDocuments = []
    isInHereDocument = false
    rewritten = []
    unitStart = offset
    try skipNewlines()
    activeAliases = activeAliases.filter { $0.end > offset }
    guard offset < source.count else { return nil }
    var items: [AndOr] = []
    while true {
      items.append(try andOr())
      skipBlanks()
      if byte() == 10 {
        try newline()
        break
      }
      if offset >= source.count {
        try endOfInput()
        break
      }
      // A terminator was taken by `andOr`; without one, something is wrong.
      guard lastTerminated else { throw unexpected() }
    }
    return CommandList(items)
  }

  private func endOfInput() throws(ParseError) {
    if options.expectsMore {
      throw ParseError(
        kind: .unexpectedEnd, messages: ["syntax error: unexpected end of file"], line: endLine, offset: offset)
    }
    try readHereDocuments()
  }

  private var lastTerminated = false
  private var unitStart = 0
  /// The line on which the unit read last ends.
  package var unitEndLine: Int { line(at: max(unitStart, offset - 1)) }
  /// The text of the unit read last, without the newline at its end.
  package var unitText: String {
    var end = min(offset, source.count)
    while end > unitStart, source[end - 1] == 10 { end -= 1 }
    return text(unitStart..<max(unitStart, end))
  }

  /// A list up to one of the closing words or a closing operator, which is left in place.
  func compoundList(until closers: [StaticString]) throws(ParseError) -> CommandList {
    try enter()
    defer { depth -= 1 }
    var items: [AndOr] = []
    while true {
      try skipNewlines()
      guard offset < source.count else {
        throw unfinished(closers)
      }
      if atCloser(closers) { break }
      items.append(try andOr())
      skipBlanks()
      if byte() == 10, !lastTerminated { items[items.count - 1].endsLine = true }
      if byte() == 10 || lastTerminated { continue }
      guard offset < source.count else { throw unfinished(closers) }
      guard atCloser(closers), byte() == 41 || byte() == 59 else { throw unexpected() }
      break
    }
    guard !items.isEmpty else { throw unexpected() }
    return CommandList(items)
  }

  /// The input has ended before one of the closing words.
  private func unfinished(_ closers: [StaticString]) -> ParseError {
    var error = unexpected()
    if let last = closers.last {
      error.expecting = String(
        decoding: UnsafeBufferPointer(start: last.utf8Start, count: last.utf8CodeUnitCount), as: UTF8.self)
    }
    return error
  }

  private func atCloser(_ closers: [StaticString]) -> Bool {
    for closer in closers {
      let first = closer.utf8Start[0]
      if first == 41 || first == 59 {
        if at(closer) { return true }
      } else if atReserved(closer) {
        return true
      }
    }
    return false
  }

  func atReserved(_ name: StaticString) -> Bool {
    guard at(name) else { return false }
    guard let after = byte(name.utf8CodeUnitCount) else { return true }
    return isMeta(after)
  }

  func takeReserved(_ name: StaticString) -> Bool {
    guard atReserved(name) else { return false }
    offset += name.utf8CodeUnitCount
    return true
  }

  func expectReserved(_ name: StaticString) throws(ParseError) {
    try skipNewlines()
    guard takeReserved(name) else { throw unexpected() }
  }

  func enter() throws(ParseError) {
    depth += 1
    if depth > ShellParser.depthMax {
      throw ParseError(kind: .tooDeep, messages: [], line: line, offset: offset)
    }
  }

  /// Pipelines joined by `&&` and `||`, with the `;` or `&` after them.
  private func andOr() throws(ParseError) -> AndOr {
    skipBlanks()
    let first = try pipeline()
    var rest: [(isAnd: Bool, command: Command)] = []
    while true {
      skipBlanks()
      let isAnd = at("&&")
      guard isAnd || at("||") else { break }
      offset += 2
      try skipNewlines()
      rest.append((isAnd, try pipeline()))
    }
    var background = false
    lastTerminated = false
    if byte() == 59, byte(1) != 59, byte(1) != 38 {
      offset += 1
      lastTerminated = true
    } else if byte() == 38, byte(1) != 38 {
      offset += 1
      background = true
      lastTerminated = true
    }
    return AndOr(first: first, rest: rest, background: background)
  }

  private func pipeline() throws(ParseError) -> Command {
    try enter()
    defer { depth -= 1 }
    skipBlanks()
    let start = offset
    let startLine = commandLine
    var negated = false
    var timed = false
    var timedPosix = false
    var prefixed = false
    while true {
      skipBlanks()
      if takeReserved("!") {
        negated.toggle()
        prefixed = true
      } else if !timed, takeReserved("time") {
        timed = true
        prefixed = true
        skipBlanks()
        if takeReserved("-p") { timedPosix = true }
        skipBlanks()
        _ = takeReserved("--")
      } else {
        break
      }
    }
    skipBlanks()
    var commands: [Command] = []
    var joins: [Bool] = []
    if prefixed, byte() == nil || byte() == 10 || byte() == 59 || (byte() == 38 && byte(1) != 62) || atCloser([")"]) {
      let empty = CommandKind.simple(assignments: [], arguments: [])
      commands = [Command(empty, line: startLine, range: start..<offset)]
    } else {
      while true {
        commands.append(try command())
        skipBlanks()
        guard byte() == 124, byte(1) != 124 else { break }
        offset += 1
        let both = byte() == 38
        if both { offset += 1 }
        joins.append(both)
        try skipNewlines()
      }
    }
    if commands.count == 1, !negated, !timed { return commands[0] }
    let pipeline = Pipeline(
      commands: commands, joinsError: joins, negated: negated, timed: timed, timedPosix: timedPosix)
    return Command(.pipeline(pipeline), line: startLine, range: start..<offset)
  }

  // MARK: Aliases

  private func expandAlias() {
    guard let lookup = options.alias else { return }
    for _ in 0..<64 {
      skipBlanks()
      let start = offset
      var end = start
      while end < source.count, !isMeta(source[end]) {
        switch source[end] {
        case 92, 34, 39, 36, 96, 61: return
        default: end += 1
        }
      }
      guard end > start else { return }
      let name = text(start..<end)
      for active in activeAliases where active.name == name && start < active.end { return }
      guard let value = lookup(name) else { return }
      let bytes = Array(value.utf8)
      source.replaceSubrange(start..<end, with: bytes)
      newlinesKnown = false
      let change = bytes.count - (end - start)
      for i in activeAliases.indices where activeAliases[i].end > start { activeAliases[i].end += change }
      activeAliases.append((name, start + bytes.count))
      if let last = bytes.last, last == 32 || last == 9 { aliasNext = start + bytes.count }
    }
  }

  // MARK: Commands

  private func command() throws(ParseError) -> Command {
    try enter()
    defer { depth -= 1 }
    skipBlanks()
    expandAlias()
    skipBlanks()
    let start = offset
    var commandLine = self.commandLine
    guard let first = byte() else { throw unexpected() }
    var kind: CommandKind?
    switch first {
    case 40:
      if options.hasExtensions, byte(1) == 40, let arithmetic = try arithmeticCommand() {
        kind = .arithmetic(arithmetic)
        commandLine = self.commandLine
      } else {
        offset += 1
        let list = try compoundList(until: [")"])
        offset += 1
        kind = .subshell(list)
        commandLine = self.commandLine
      }
    case 123 where atReserved("{"):
      offset += 1
      let list = try compoundList(until: ["}"])
      offset += 1
      kind = .group(list)
    case 91
    where options.hasExtensions && at("[[") && (byte(2) == nil || byte(2) == 32 || byte(2) == 9 || byte(2) == 10):
      offset += 2
      kind = .condition(try conditional())
      commandLine = self.commandLine
    case 105 where takeReserved("if"): kind = try ifCommand()
    case 119 where takeReserved("while"): kind = try loop(until: false)
    case 117 where takeReserved("until"): kind = try loop(until: true)
    case 102 where takeReserved("for"): kind = try forCommand()
    case 115 where options.hasExtensions && takeReserved("select"): kind = try selectCommand()
    case 99 where takeReserved("case"): kind = try caseCommand(&commandLine)
    case 99 where options.hasExtensions && takeReserved("coproc"): kind = try coprocess()
    case 102 where options.hasExtensions && takeReserved("function"): kind = try functionWithKeyword()
    case 124, 38, 59, 41, 10:
      if !(first == 38 && byte(1) == 62) { throw unexpected() }
    default:
      for word in reservedElsewhere where atReserved(word) { throw unexpected() }
    }
    guard let kind else { return try simpleCommand() }
    var redirections: [Redirection] = []
    if case .function = kind {
    } else {
      while let redirection = try redirection() { redirections.append(redirection) }
      skipBlanks()
      if let next = byte(), !isMeta(next), !followsCompound() { throw unexpected() }
      if byte() == 40 { throw unexpected() }
    }
    return Command(kind, redirections: redirections, line: commandLine, range: start..<offset)
  }

  /// Reserved words that may follow a compound command without a separator (`done fi`, `} done`).
  private func followsCompound() -> Bool {
    for word in closingWords where atReserved(word) { return true }
    return false
  }

  private func ifCommand() throws(ParseError) -> CommandKind {
    var clauses: [(condition: CommandList, body: CommandList)] = []
    while true {
      let condition = try compoundList(until: ["then"])
      offset += 4
      let body = try compoundList(until: ["elif", "else", "fi"])
      clauses.append((condition, body))
      if takeReserved("elif") { continue }
      var otherwise: CommandList?
      if takeReserved("else") { otherwise = try compoundList(until: ["fi"]) }
      offset += 2
      return .if(clauses: clauses, otherwise: otherwise)
    }
  }

  private func doGroup() throws(ParseError) -> CommandList {
    try skipNewlines()
    guard takeReserved("do") else { throw unexpected() }
    let body = try compoundList(until: ["done"])
    offset += 4
    return body
  }

  private func loop(until: Bool) throws(ParseError) -> CommandKind {
    let condition = try compoundList(until: ["do"])
    return .loop(condition: condition, body: try doGroup(), until: until)
  }

  /// The words after `in`, to the end of the line or `;`. Nil when there is no `in`.
  private func loopWords() throws(ParseError) -> [Word]? {
    skipBlanks()
    if byte() == 59 {
      offset += 1
      try skipNewlines()
      return nil
    }
    try skipNewlines()
    guard takeReserved("in") else {
      if atReserved("do") || atReserved("{") { return nil }
      throw unexpected()
    }
    var words: [Word] = []
    while true {
      skipBlanks()
      guard let next = byte() else { throw unexpected() }
      if next == 59, byte(1) != 59 {
        offset += 1
        break
      }
      if next == 10 { break }
      if isMeta(next), !(next == 60 || next == 62) || byte(1) != 40, next != 10 { throw unexpected() }
      words.append(try word())
    }
    try skipNewlines()
    return words
  }

  private func loopBody() throws(ParseError) -> CommandList {
    try skipNewlines()
    if atReserved("{") {
      offset += 1
      let body = try compoundList(until: ["}"])
      offset += 1
      return body
    }
    return try doGroup()
  }

  private func forCommand() throws(ParseError) -> CommandKind {
    skipBlanks()
    if at("((") { return try countingLoop() }
    let name = try expectedWord()
    let words = try loopWords()
    return .each(name: name.text, words: words, body: try loopBody())
  }

  /// The word without which a construct cannot go on; the end of the input counts as the end of the line.
  private func expectedWord() throws(ParseError) -> Word {
    guard let next = byte() else { throw unexpected(token: "newline", at: max(0, offset - 1)) }
    guard !isMeta(next) else { throw unexpected() }
    return try word()
  }

  private func selectCommand() throws(ParseError) -> CommandKind {
    skipBlanks()
    let name = try expectedWord()
    let words = try loopWords()
    return .select(name: name.text, words: words, body: try loopBody())
  }

  private func countingLoop() throws(ParseError) -> CommandKind {
    let start = offset
    let startLine = line
    offset += 2
    var expressions: [Word] = []
    while true {
      let from = offset
      let parts = try parts(.arithmeticSection, .arithmetic)
      expressions.append(Word(parts: parts, range: from..<offset, text: wordText(from..<offset)))
      guard let next = byte() else { throw unterminated(")", line: startLine) }
      if next == 59 {
        offset += 1
        continue
      }
      offset += 2
      break
    }
    guard expressions.count == 3 else {
      throw ParseError(
        kind: .unexpectedToken,
        messages: ["syntax error: arithmetic expression required", "syntax error: `\(text(start..<offset))'"],
        line: startLine, offset: start)
    }
    skipBlanks()
    if byte() == 59 { offset += 1 }
    return .count(start: expressions[0], condition: expressions[1], step: expressions[2], body: try loopBody())
  }

  private func caseCommand(_ commandLine: inout Int) throws(ParseError) -> CommandKind {
    skipBlanks()
    let subject = try expectedWord()
    commandLine = self.commandLine
    try skipNewlines()
    guard takeReserved("in") else { throw unexpected() }
    var items: [CaseItem] = []
    while true {
      try skipNewlines()
      if takeReserved("esac") { break }
      if byte() == 40 {
        offset += 1
        skipBlanks()
      }
      var patterns: [Word] = []
      while true {
        skipBlanks()
        guard let next = byte(), !isMeta(next) else { throw unexpected() }
        patterns.append(try word())
        skipBlanks()
        if byte() == 124 {
          offset += 1
          continue
        }
        guard byte() == 41 else { throw unexpected() }
        offset += 1
        break
      }
      try skipNewlines()
      var body = CommandList([])
      if !at(";;"), !at(";&"), !atReserved("esac") {
        body = try compoundList(until: [";;", ";&", "esac"])
      }
      var end = CaseItem.End.stop
      if at(";;&") {
        end = .testNext
        offset += 3
      } else if at(";&") {
        end = .fallThrough
        offset += 2
      } else if at(";;") {
        offset += 2
      } else {
        items.append(CaseItem(patterns: patterns, body: body, end: end))
        guard takeReserved("esac") else { throw unexpected() }
        break
      }
      items.append(CaseItem(patterns: patterns, body: body, end: end))
    }
    return .case(subject: subject, items: items)
  }

  private func coprocess() throws(ParseError) -> CommandKind {
    skipBlanks()
    guard let next = byte(), next != 10 else { throw unexpected() }
    var name = "COPROC"
    let start = offset
    if isNameStart(next) {
      var end = offset
      while end < source.count, isNameByte(source[end]) { end += 1 }
      var after = end
      while after < source.count, source[after] == 32 { after += 1 }
      if after > end, after < source.count, source[after] == 123 || source[after] == 40 {
        name = text(start..<end)
        offset = after
      }
    }
    return .coprocess(name: name, try command())
  }

  private func functionWithKeyword() throws(ParseError) -> CommandKind {
    skipBlanks()
    let name = try expectedWord()
    skipBlanks()
    if byte() == 40 {
      offset += 1
      skipBlanks()
      guard byte() == 41 else { throw unexpected() }
      offset += 1
    }
    return try functionBody(name.text, keyword: true)
  }

  private func functionBody(_ name: String, keyword: Bool) throws(ParseError) -> CommandKind {
    try skipNewlines()
    guard let next = byte() else { throw unexpected() }
    let compound =
      next == 40 || atReserved("{") || at("[[") || atReserved("if") || atReserved("while") || atReserved("until")
      || atReserved("for") || atReserved("case") || atReserved("select")
    guard compound else { throw unexpected() }
    return .function(FunctionDefinition(name: name, body: try command(), usesKeyword: keyword))
  }

  private func simpleCommand() throws(ParseError) -> Command {
    let start = offset
    let startLine = commandLine
    /// The line at the end of the first element; for a command's name, at the end of the token after it, which bash reads first.
    var noted: Int?
    var assignments: [Assignment] = []
    var arguments: [Argument] = []
    var redirections: [Redirection] = []
    var declares = false
    while true {
      skipBlanks()
      let lineBefore = commandLine
      if let redirection = try redirection() {
        redirections.append(redirection)
        if noted == nil { noted = arguments.isEmpty ? commandLine : lineBefore }
        continue
      }
      if aliasNext >= 0, offset >= aliasNext {
        aliasNext = -1
        if !arguments.isEmpty { expandAlias() }
      }
      guard let next = byte() else { break }
      if isMeta(next) {
        if next == 60 || next == 62, byte(1) == 40 {
          arguments.append(.word(try word()))
          continue
        }
        if next == 40 {
          // `name ( )` defines a function.
          if arguments.count == 1, assignments.isEmpty, redirections.isEmpty, case .word(let name) = arguments[0] {
            let open = offset
            offset += 1
            skipBlanks()
            if byte() == 41 {
              offset += 1
              return Command(
                try functionBody(name.text, keyword: false), line: startLine, range: start..<offset)
            }
            offset = open
            if offset + 1 < source.count {
              offset += 1
              throw unexpected()
            }
            throw unexpected(token: "newline", at: open)
          }
          throw unexpected()
        }
        break
      }
      if arguments.isEmpty || declares, let assignment = try assignment() {
        if arguments.isEmpty {
          assignments.append(assignment)
        } else {
          arguments.append(.assignment(assignment))
        }
        if noted == nil { noted = commandLine }
        continue
      }
      let word = try word()
      arguments.append(.word(word))
      if noted == nil, arguments.count == 2 { noted = commandLine }
      if arguments.count == 1 || commandPrefixes.contains(arguments[arguments.count - 2].text) && !declares {
        declares = declarationBuiltins.contains(word.text)
      }
    }
    if arguments.isEmpty, assignments.isEmpty, redirections.isEmpty { throw unexpected() }
    var end = offset
    while end > start, source[end - 1] == 32 || source[end - 1] == 9 { end -= 1 }
    return Command(
      .simple(assignments: assignments, arguments: arguments), redirections: redirections,
      line: options.hasExtensions ? noted ?? commandLine : startLine,
      range: start..<end)
  }

  // MARK: Redirections and here-documents

  func redirection() throws(ParseError) -> Redirection? {
    skipBlanks()
    let start = offset
    var descriptor: Int?
    var variable: String?
    var i = offset
    if let first = byte(), first >= 48, first <= 57 {
      var value = 0
      while i < source.count, source[i] >= 48, source[i] <= 57 {
        value = min(1_000_000, value * 10 + Int(source[i] - 48))
        i += 1
      }
      guard i < source.count, source[i] == 60 || source[i] == 62 else { return nil }
      descriptor = value
    } else if byte() == 123 {
      i += 1
      while i < source.count, isNameByte(source[i]) { i += 1 }
      if i > offset + 1, i < source.count, source[i] == 91 {
        // `{name[index]}`
        while i < source.count, source[i] != 93, !isMeta(source[i]) { i += 1 }
        if i < source.count, source[i] == 93 { i += 1 }
      }
      guard i > offset + 1, isNameStart(source[offset + 1]), i + 1 < source.count, source[i] == 125,
        source[i + 1] == 60 || source[i + 1] == 62
      else { return nil }
      variable = text(offset + 1..<i)
      i += 1
    }
    guard i < source.count else { return nil }
    let saved = offset
    offset = i
    var kind: Redirection.Kind?
    if at("&>>") { kind = .appendOutputAndError } else if at("&>") { kind = .outputAndError }
    if kind != nil, descriptor != nil || variable != nil { kind = nil }
    if kind == nil {
      if at("<<<") {
        kind = .hereString
      } else if at("<<-") {
        kind = .hereDocumentStripped
      } else if at("<<") {
        kind = .hereDocument
      } else if at("<&") {
        kind = .duplicateInput
      } else if at("<>") {
        kind = .readWrite
      } else if at("<"), byte(1) != 40 || descriptor != nil {
        kind = .input
      } else if at(">>") {
        kind = .append
      } else if at(">&") {
        kind = .duplicateOutput
      } else if at(">|") {
        kind = .clobber
      } else if at(">"), byte(1) != 40 || descriptor != nil {
        kind = .output
      }
    }
    guard let kind else {
      offset = saved
      return nil
    }
    offset += kind.rawValue.utf8.count
    skipBlanks()
    guard let next = byte() else {
      throw unexpected(token: "newline", at: max(0, offset - 1))
    }
    if isMeta(next), !((next == 60 || next == 62) && byte(1) == 40) { throw unexpected() }
    let hereLine = line
    let target = try word()
    let redirection = Redirection(
      kind: kind, descriptor: descriptor, variable: variable, target: target, range: start..<offset)
    if kind == .hereDocument || kind == .hereDocumentStripped {
      pendingHereDocuments.append((redirection, kind == .hereDocumentStripped, hereLine))
    }
    return redirection
  }

  private func readHereDocuments() throws(ParseError) {
    let pending = pendingHereDocuments
    pendingHereDocuments = []
    for (redirection, strips, hereLine) in pending {
      let quoted = redirection.target.hasQuotes
      redirection.delimiter = delimiterText(redirection.target)
      let delimiter = Array(redirection.delimiter.utf8)
      var body: [UInt8] = []
      let bodyLine = line
      var found = false
      while offset < source.count {
        // With an unquoted delimiter, a line that ends in a backslash goes on.
        var lineBytes: [UInt8] = []
        var first = true
        while true {
          if first, strips { while byte() == 9 { offset += 1 } }
          first = false
          let from = offset
          while let c = byte(), c != 10 {
            _ = c
            offset += 1
          }
          lineBytes.append(contentsOf: source[from..<offset])
          let ended = offset < source.count
          if ended { offset += 1 }
          var slashes = 0
          while slashes < lineBytes.count, lineBytes[lineBytes.count - 1 - slashes] == 92 { slashes += 1 }
          if !quoted, slashes % 2 == 1, ended {
            lineBytes.append(10)
            continue
          }
          if ended || offset > from { break }
          break
        }
        if lineBytes == delimiter {
          found = true
          break
        }
        body.append(contentsOf: lineBytes)
        body.append(10)
      }
      if !found {
        if options.expectsMore {
          isInHereDocument = true
          throw unexpected()
        }
        warnings.append(
          (
            endLine - 1,
            "here-document at line \(hereLine) delimited by end-of-file (wanted `\(String(decoding: delimiter, as: UTF8.self))')"
          ))
      }
      redirection.bodyIsQuoted = quoted
      let whole = String(decoding: body, as: UTF8.self)
      if quoted || body.isEmpty {
        redirection.body = Word(parts: body.isEmpty ? [] : [.quoted(whole)], range: offset..<offset, text: whole)
      } else {
        let inner = ShellParser(body, firstLine: bodyLine, options: options)
        inner.options.expectsMore = false
        inner.keepsText = true
        inner.depth = depth
        redirection.body = Word(parts: try inner.parts(.end, .hereDocument), range: offset..<offset, text: whole)
      }
    }
  }

  /// The delimiter after quote removal; expansions in it are not expanded.
  private func delimiterText(_ word: Word) -> String {
    var result = ""
    for part in word.parts {
      switch part {
      case .literal(let text), .quoted(let text): result += text
      case .doubleQuoted(let inner):
        for part in inner {
          switch part {
          case .literal(let text), .quoted(let text): result += text
          case .parameter(let expansion): result += expansion.text
          default: break
          }
        }
      case .parameter(let expansion): result += expansion.text
      default: break
      }
    }
    return result
  }

  func pendingHereDocumentsSaved<R>(_ body: () throws(ParseError) -> R) throws(ParseError) -> R {
    let saved = pendingHereDocuments
    pendingHereDocuments = []
    defer { pendingHereDocuments = saved }
    let result = try body()
    try readHereDocuments()
    return result
  }
}

func isNameStart(_ byte: UInt8) -> Bool {
  (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte == 95
}
func isNameByte(_ byte: UInt8) -> Bool { isNameStart(byte) || (byte >= 48 && byte <= 57) }

/// Reserved words that cannot begin a command.
private let reservedElsewhere: [StaticString] = ["then", "else", "elif", "fi", "do", "done", "esac", "}"]
private let closingWords: [StaticString] = ["then", "else", "elif", "fi", "do", "done", "esac", "}"]

/// Builtins whose arguments may be assignments.
let declarationBuiltins: Set<String> = ["declare", "typeset", "local", "export", "readonly"]
private let commandPrefixes: Set<String> = ["command", "builtin"]

extension ShellParser {
  /// Goes back to parse from an earlier place, after more input has come.
  package func rewind(to place: Int) {
    offset = place
    depth = 0
  }
}
