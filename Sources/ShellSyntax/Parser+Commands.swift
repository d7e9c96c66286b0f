// Commands: compound commands, functions, coprocesses, simple commands.

extension ShellParser {
  func command() throws(ParseError) -> Command {
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
    where options.hasModestExtensions && at("[[") && (byte(2) == nil || byte(2) == 32 || byte(2) == 9 || byte(2) == 10):
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
    case 102 where options.hasModestExtensions && takeReserved("function"): kind = try functionWithKeyword()
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
    try expectReserved("do")
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
    if at("((") {
      guard options.hasExtensions else {
        throw ParseError(kind: .other, messages: ["bad for loop variable"], line: line, offset: offset)
      }
      return try countingLoop()
    }
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
        body = try compoundList(until: options.hasExtensions ? [";;", ";&", "esac"] : ["esac", ";;"])
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
    guard let next = byte(), next != 10 else { throw unexpected(token: "newline", at: max(0, offset - 1)) }
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
        if next == 60 || next == 62, byte(1) == 40, options.hasModestExtensions {
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
      line: options.hasModestExtensions ? noted ?? commandLine : startLine,
      range: start..<end)
  }
}

/// Reserved words that cannot begin a command.
private let reservedElsewhere: [StaticString] = ["then", "else", "elif", "fi", "do", "done", "esac", "}"]
private let closingWords: [StaticString] = ["then", "else", "elif", "fi", "do", "done", "esac", "}"]

/// Builtins whose arguments may be assignments.
let declarationBuiltins: Set<String> = ["declare", "typeset", "local", "export", "readonly"]
private let commandPrefixes: Set<String> = ["command", "builtin"]
