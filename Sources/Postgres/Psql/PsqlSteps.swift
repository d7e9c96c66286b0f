// psql as a machine that is turned step by step: the actions of the command line in order, each a command or a stack of files;
// lines cut into statements and meta-commands. Between steps others may have their turn, which is what lets pg_sleep(), `\watch`,
// `\!` and questions take their time. Source: PostgreSQL 15 manual, psql.

internal import SimKernel

package enum PsqlStep {
  case again
  /// Wants `give(_:)`, or `endInput()`.
  case line
  /// Wants this run by a shell, with psql's own streams, then `shellEnded()`.
  case shell(String)
  /// As before, with what the command prints handed to `shellEnded`.
  case collect(String)
  case pause(milliseconds: Int64)
  case ended(Int32)
}

/// One file, or standard input, that is being read, and what comes back when it is over.
struct InputFrame {
  /// Nil: standard input.
  let lines: [String]?
  var next = 0
  var result: Int32 = 0
  var isTerminated = false
  let isIncluded: Bool
  var inputFile: String?
  var lineNumber: Int
  var scanner: StatementScanner
  var conditions: [PsqlSession.Condition]
  var isInteractive: Bool
  var lineIsOpen: Bool
}

extension PsqlSession {
  private enum Line {
    case text(String)
    case end
    case notYet
  }

  // MARK: From outside

  package func give(_ line: String) {
    arrived.append(line)
    promptOutputs = []
  }
  package func endInput() { inputHasEnded = true }

  /// Whether what is typed next is shown.
  package var hidesInput: Bool {
    if case .password = question { return true }
    return false
  }

  package func shellEnded(_ output: [UInt8] = [], status: Int32 = 0) {
    let wish = shellWish
    shellWish = nil
    shellStatus = status
    switch wish {
    case .collect(_, let then): then(output)
    case .run(_, let then): then()
    case nil: break
    }
  }

  /// ` child process exited with exit code 3`, nil for a command that went well.
  package static func failure(_ status: Int32) -> String? {
    if status == 0 { return nil }
    return status > 128
      ? "child process was terminated by signal \(status - 128)" : "child process exited with exit code \(status)"
  }

  /// Ctrl-C; false when it ends the program.
  package func interrupt() -> Bool {
    if watch != nil {
      watch = nil
      say("\n")
      return true
    }
    guard !frames.isEmpty else { return false }
    if copyLines != nil {
      copyLines = nil
      copiesFromProgramInput = false
      show(session?.copyFail("canceled by user") ?? [], query: previousQuery)
      if isInteractive { return true }
    }
    question = nil
    scanner = StatementScanner()
    ignoredStatement = false
    lineIsOpen = false
    if isInteractive {
      say("\n")
      if conditions.popLast() != nil { report("\\if: escaped") }
      hadError = false
    } else {
      frames[frames.count - 1].result = 3
    }
    return true
  }

  package var isWatching: Bool { watch != nil }

  /// The server went away in the middle of the statement whose results nobody has seen yet; false while it is still there.
  package func noticeLoss() -> Bool {
    guard let session, let words = host.loss(of: session) else { return false }
    loseConnection(words)
    return true
  }

  /// The server was asked to give up the statement whose results nobody has seen yet.
  package func cancelStatement() {
    let error = SQLError("57014", "canceling statement due to user request")
    show([.error(error)], query: previousQuery)
    if frames.isEmpty {
      result = 1
    } else if !isInteractive, isOn("ON_ERROR_STOP") {
      frames[frames.count - 1].result = 3
    }
  }

  // MARK: Steps

  package func step() -> PsqlStep {
    switch shellWish {
    case .run(let command, _): return .shell(command)
    case .collect(let command, _): return .collect(command)
    case nil: break
    }
    if let ended { return .ended(ended) }
    if watch != nil { return watchRound() }
    if question != nil { return answer() }
    if copyLines != nil { return copyRow() }
    if lineIsOpen {
      piece()
      return .again
    }
    guard !frames.isEmpty else { return nextAction() }
    if frames[frames.count - 1].isTerminated || frames[frames.count - 1].result != 0 {
      finishFrame()
      return .again
    }
    switch takeLine() {
    case .notYet:
      guard isInteractive, let command = promptCommand else { return .line }
      shellWish = .collect(command) { [self] output in
        promptOutputs.append(String(decoding: output.prefix { $0 != 10 }, as: UTF8.self))
      }
    case .end:
      if isInteractive { say(quiet ? "\n" : "\\q\n") }
      finishFrame()
    case .text(let line): begin(line)
    }
    return .again
  }

  private func takeLine(fromProgramInput: Bool = false) -> Line {
    if !fromProgramInput, !editedLines.isEmpty { return .text(editedLines.removeFirst()) }
    if !fromProgramInput, let frame = frames.last, let lines = frame.lines {
      guard frame.next < lines.count else { return .end }
      frames[frames.count - 1].next += 1
      return .text(lines[frame.next])
    }
    guard arrivedFrom < arrived.count else {
      arrived = []
      arrivedFrom = 0
      return inputHasEnded ? .end : .notYet
    }
    arrivedFrom += 1
    return .text(arrived[arrivedFrom - 1])
  }

  // MARK: Actions

  private func nextAction() -> PsqlStep {
    if result != 0, isOn("ON_ERROR_STOP") { actions = [] }
    guard !actions.isEmpty else {
      if wraps {
        wraps = false
        if session != nil {
          let sql = result != 0 && isOn("ON_ERROR_STOP") ? "ROLLBACK" : "COMMIT"
          for outcome in session?.execute(sql) ?? [] {
            switch outcome {
            case .error(let e):
              warn(errorText(e, sql))
              result = 1
            case .notice(let n, let severity): warn(noticeText(n, severity))
            default: break
            }
          }
        }
      }
      ended = result
      close()
      return .again
    }
    hadError = false
    switch actions.removeFirst() {
    case .command(let text):
      isTerse = true
      runCommandString(text)
      result = hadError ? 1 : 0
    case .file("-"):
      result = 0
      push(frame: nil, named: "<stdin>", isIncluded: false)
      isTerse = false
    case .file(let name):
      result = 0
      if !include(name, isIncluded: false) { result = 1 }
    case .resource(let name):
      _ = include(name, isIncluded: false, mayMiss: true)
    case .standardInput:
      isTerse = true
      push(frame: nil, named: nil, isIncluded: false)
    case .conversation:
      isTerse = true
      if !quiet { connectionWarnings(isStart: true) }
      if !quiet { say("Type \"help\" for help.\n\n") }
      push(frame: nil, named: nil, isIncluded: false)
      isInteractive = true
    }
    return .again
  }

  /// `-c`: one meta-command, or a string that goes to the server as a whole.
  private func runCommandString(_ text: String) {
    let isMeta = text.utf8.first == 0x5c
    if variables["ECHO"] == "all" { say((isMeta ? String(text.dropFirst()) : text) + "\n") }
    guard isMeta else { return send(text) }
    scanner = StatementScanner()
    conditions = []
    scanner.begin(Array(text.utf8))
    if case .backslash = scanner.next(self) {
      awaitsMeta = true
      metaOrBackquotes()
      // With backquotes to run first the command comes in a later step.
      lineIsOpen = awaitsMeta
    }
  }

  private func close() {
    if case .pipe(let pipe) = outputTarget { push(.close(pipe: pipe)) }
    outputTarget = nil
    if let session { host.close(session) }
  }

  // MARK: Files

  private func push(frame lines: [String]?, named name: String?, isIncluded: Bool) {
    frames.append(
      InputFrame(
        lines: lines, isIncluded: isIncluded, inputFile: inputFile, lineNumber: lineNumber, scanner: scanner,
        conditions: conditions, isInteractive: isInteractive, lineIsOpen: lineIsOpen))
    inputFile = name
    lineNumber = 0
    scanner = StatementScanner()
    conditions = []
    isInteractive = false
    lineIsOpen = false
  }

  /// Begins to read a file, as `-f` and `\i` do; false when it cannot be read.
  func include(_ name: String, isIncluded: Bool, mayMiss: Bool = false) -> Bool {
    if frames.count > 40 {
      refuse("limit: files included more than 40 deep")
      return false
    }
    switch host.read(expandedPath(name)) {
    case .failed(let why):
      if why == "Is a directory" {
        complain("psql:\(name): error: could not read from input file: \(why)\n")
        hadError = true
      } else if !mayMiss {
        report("\(name): \(why)")
      }
      return false
    case .bytes(let bytes):
      let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
      push(
        frame: PsqlSession.splitLines(hasMark ? Array(bytes.dropFirst(3)) : bytes), named: name, isIncluded: isIncluded)
      isTerse = false
      return true
    }
  }

  /// `~/file`
  func expandedPath(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = host.environment("HOME") else { return path }
    return home + path.dropFirst()
  }

  /// The end of a file: what is left of a statement runs, as psql does for a file without a last semicolon.
  private func finishFrame() {
    guard let frame = frames.last else { return }
    var code = frame.result
    let stops = isOn("ON_ERROR_STOP")
    if let query = scanner.takeRest(), !isInteractive, code == 0, !frame.isTerminated {
      if active {
        hadError = false
        send(query)
        if hadError, stops { code = 3 } else if session == nil { code = 2 }
      }
      if copyLines != nil {
        frames[frames.count - 1].result = code
        scanner = StatementScanner()
        return
      }
    }
    if !frame.isTerminated, code != 3, !conditions.isEmpty {
      report("reached EOF without finding closing \\endif(s)")
      if stops, !isInteractive { code = 3 }
    }
    frames.removeLast()
    inputFile = frame.inputFile
    lineNumber = frame.lineNumber
    scanner = frame.scanner
    conditions = frame.conditions
    isInteractive = frame.isInteractive
    lineIsOpen = frame.lineIsOpen
    isTerse = inputFile == nil
    guard frame.isIncluded else {
      result = code
      return
    }
    hadError = code != 0
    if hadError { scanner.position = scanner.line.count }
    if frames.isEmpty { result = hadError ? 1 : 0 }
    afterPiece()
  }

  // MARK: Lines

  private func begin(_ line: String) {
    lineNumber += 1
    statementLines = scanner.isEmpty ? 1 : statementLines + 1
    if line.isEmpty, !scanner.isInQuote { return }
    if isInteractive, words(line) { return }
    if variables["ECHO"] == "all", !isInteractive { say(line + "\n") }
    scanner.begin(Array(line.utf8))
    lineIsOpen = true
  }

  /// One statement or meta-command of the line.
  private func piece() {
    hadError = false
    if awaitsMeta {
      metaOrBackquotes()
      if !awaitsMeta, frames.isEmpty {
        lineIsOpen = false
        result = hadError ? 1 : 0
      }
      if shellWish == nil, !awaitsMeta { afterPiece() }
      return
    }
    switch scanner.next(self) {
    case .statement(let query):
      if active {
        send(query)
      } else if isInteractive {
        ignoredStatement = true
        warn("query ignored; use \\endif or Ctrl-C to exit current \\if block\n")
      }
    case .backslash:
      scanner.dropAddedNewline()
      awaitsMeta = true
      metaOrBackquotes()
      if awaitsMeta { return }
    case .endOfLine:
      lineIsOpen = false
      if isOn("SINGLELINE"), let query = scanner.takeQuery(), active { send(query) }
    }
    afterPiece()
  }

  /// What an error or a lost connection does to the file.
  private func afterPiece() {
    guard !frames.isEmpty, !isInteractive else { return }
    if hadError, isOn("ON_ERROR_STOP") {
      frames[frames.count - 1].result = 3
      lineIsOpen = false
    } else if session == nil {
      frames[frames.count - 1].result = 2
      lineIsOpen = false
    }
  }

  /// Runs the meta-command at which the scanner stands, once the commands in its backquotes have been run.
  private func metaOrBackquotes() {
    if active {
      let wanted = backquotedCommands()
      if backquoted.count < wanted.count {
        shellWish = .collect(wanted[backquoted.count]) { [self] output in
          var text = output
          if text.last == 10 { text.removeLast() }
          backquoted.append(text)
        }
        return
      }
    }
    awaitsMeta = false
    meta()
    backquoted = []
  }

  /// `\q`
  func terminate() {
    guard !frames.isEmpty else { return }
    frames[frames.count - 1].isTerminated = true
    lineIsOpen = false
  }

  /// The words that psql understands without a backslash at its prompt.
  private func words(_ line: String) -> Bool {
    var word = trimmedSpaces(line)
    if word.hasSuffix(";") { word = trimmedSpaces(String(word.dropLast())) }
    guard ["help", "quit", "exit"].contains(lowercasedASCII(word)) else { return false }
    let isHelp = lowercasedASCII(word) == "help"
    if scanner.isEmpty {
      if Lexer.isSpace(line.utf8.first ?? 32) { return false }
      if isHelp {
        say(
          "You are using psql, the command-line interface to PostgreSQL.\n"
            + "Type:  \\copyright for distribution terms\n       \\h for help with SQL commands\n"
            + "       \\? for help with psql commands\n       \\g or terminate with semicolon to execute query\n"
            + "       \\q to quit\n")
      } else {
        terminate()
      }
      return true
    }
    if isHelp {
      say("Use \\? for help or press control-C to clear the input buffer.\n")
    } else {
      say(scanner.isInQuote ? "Use control-D to quit.\n" : "Use \\q to quit.\n")
    }
    return false
  }

  // MARK: Answers, rows, watches

  private func answer() -> PsqlStep {
    let line: String
    switch takeLine(fromProgramInput: true) {
    case .notYet: return .line
    case .end: line = ""
    case .text(let text): line = text
    }
    let asked = question
    question = nil
    switch asked {
    case .variable(let name):
      if let problem = PsqlVariables.set(self, name, line) { report(problem) }
    case .password(let user, nil):
      question = .password(user: user, first: line)
      ask("\nEnter it again: ")
    case .password(let user, let first?):
      ask("\n")
      if first != line {
        report("Passwords didn't match.")
      } else {
        hadError = false
        let sql = "ALTER USER \(quotedIdentifier(user)) PASSWORD \(quotedLiteral(line))"
        for outcome in session?.execute(sql) ?? [] {
          if case .error(let e) = outcome {
            warn(errorText(e, sql))
            hadError = true
          }
        }
      }
    case nil: break
    }
    return .again
  }

  /// Without a terminal the question goes to standard error.
  func ask(_ text: String) { if isInteractive { say(text) } else { complain(text) } }

  private func copyRow() -> PsqlStep {
    switch takeLine(fromProgramInput: copiesFromProgramInput) {
    case .notYet: return .line
    case .end:
      if !copiesFromProgramInput, !frames.isEmpty, isInteractive, frames.last?.lines == nil { inputHasEnded = false }
      endCopy()
    case .text(let line):
      if !copiesFromProgramInput, !frames.isEmpty { lineNumber += 1 }
      // The server gets the end as well: within quotes it is none.
      copyLines!.append(line)
      if line == "\\." { endCopy() }
    }
    return .again
  }

  private func endCopy() {
    let lines = copyLines ?? []
    copyLines = nil
    copiesFromProgramInput = false
    hadError = false
    show(session?.copyData(lines) ?? [], query: previousQuery)
    if frames.isEmpty {
      result = hadError ? 1 : 0
    } else {
      afterPiece()
    }
  }

  private func watchRound() -> PsqlStep {
    guard let watch else { return .again }
    runWatch()
    return self.watch == nil ? .again : .pause(milliseconds: Int64(watch.seconds * 1_000))
  }
}
