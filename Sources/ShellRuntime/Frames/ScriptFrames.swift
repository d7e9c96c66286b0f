// Where commands come from: a string, a file, standard input, or a person at a terminal. Each line is parsed when the ones before it
// have been run.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func parserOptions() -> ShellParser.Options {
    var options = ShellParser.Options()
    options.extendedPatterns = state.shopt.extglob
    options.hasExtensions = flavour == .bash
    options.hasModestExtensions = flavour != .dash
    if isInteractive || state.shopt.expandAliases || flavour != .bash || state.options.posix {
      options.alias = { [self] name in state.aliases[name] }
    }
    return options
  }

  /// Prints a syntax error the way bash does for the source the text came from.
  func report(_ error: ParseError, context: String) {
    if error.kind == .tooDeep {
      process.account.reach(
        "nesting limit reached: commands are nested more than \(ShellParser.depthMax) deep on line \(error.line)")
    }
    if error.messages.isEmpty { return }
    if flavour != .bash {
      reportPlain(error, context, isFile: false, endsLine: true)
      return
    }
    if isInteractive || (interactiveAncestor && !isCommandString) {
      writeError("\(state.zero): \(error.messages[0])\n")
      return
    }
    let name = state.calls.last.map { $0.source } ?? state.zero
    // With `set -e`, a mistake ends the shell before the line itself is shown.
    let shown = state.options.errexit ? error.messages.prefix(1) : error.messages[...]
    for (i, message) in shown.enumerated() {
      writeError("\(name): \(context)line \(i == 0 ? error.line : error.secondLine ?? error.line): \(message)\n")
    }
  }

  func reportPlain(_ error: ParseError, _ context: String, isFile: Bool, endsLine: Bool) {
    if error.kind == .tooDeep || error.messages.isEmpty { return report(error, context: "") }
    let last = max(1, error.line - (endsLine ? 0 : 1))
    var text = error.messages[0]
    let expecting = error.expecting.map { " (expecting \"\($0)\")" } ?? ""
    func end(_ expecting: String) -> String {
      flavour == .ash
        ? "syntax error: unexpected end of file\(expecting)" : "Syntax error: end of file unexpected\(expecting)"
    }
    let near = "syntax error near unexpected token `"
    if text.utf8.starts(with: near.utf8) {
      let token = String(text.dropFirst(near.count).dropLast())
      let isRedirection = token.utf8.first == 60 || token.utf8.first == 62
      let shown = isRedirection ? "redirection" : token == "newline" ? token : "\"\(token)\""
      text =
        flavour == .ash
        ? "syntax error: unexpected \(shown)\(expecting)" : "Syntax error: \(shown) unexpected\(expecting)"
    } else if text == "syntax error: unexpected end of file" {
      writeError("\(state.zero): \(place(last, context, isFile))\(end(expecting))\n")
      return
    } else if text == "bad for loop variable" {
      text = flavour == .ash ? "syntax error: bad for loop variable" : "Syntax error: Bad for loop variable"
    } else if hasText("matching `)'", in: text) {
      writeError("\(state.zero): \(place(last, context, isFile))\(end(" (expecting \")\")"))\n")
      return
    } else if hasText("matching `}'", in: text) {
      text = flavour == .ash ? "syntax error: missing '}'" : "Syntax error: Missing '}'"
    } else if hasText("matching ``'", in: text) {
      text = (flavour == .ash ? "syntax" : "Syntax") + " error: EOF in backquote substitution"
    } else if text.utf8.starts(with: "unexpected EOF while looking".utf8) {
      text = flavour == .ash ? "syntax error: unterminated quoted string" : "Syntax error: Unterminated quoted string"
    }
    writeError("\(state.zero): \(place(error.line, context, isFile))\(text)\n")
  }

  /// How dash and busybox give the line of a mistake; busybox gives none for `-c`, unless a builtin reads the commands.
  private func place(_ line: Int, _ context: String, _ isFile: Bool) -> String {
    if flavour == .dash { return "\(line): \(context)" }
    if !context.isEmpty { return "\(context)line \(isCommandString && !isFile ? line - 1 : line): " }
    return isCommandString || isInteractive ? "" : "line \(line): "
  }

  func reportWarnings(_ parser: ShellParser) {
    if flavour != .bash { parser.warnings = [] }
    for warning in parser.warnings {
      writeError(
        "\(isInteractive ? "\(state.zero): " : "\(errorName): line \(warning.line): ")warning: \(warning.text)\n")
    }
    parser.warnings = []
  }
}

/// Commands from text that is there as a whole: `-c`, script files, `eval`, `source`, traps.
final class ScriptFrame: Frame {
  enum Kind {
    case commandString, file, eval, source, trap, exitTrap
    /// `set -x` marks what it runs as one level deeper.
    var isNested: Bool { self == .eval || self == .source || self == .trap }
  }
  private let parser: ShellParser
  private let kind: Kind
  var isSource: Bool { kind == .source }
  /// The status that `return N` found.
  var statusBeforeReturn: Int32?
  private var isOver = false
  private var savedPositional: [String]?
  private var savedOffset = 0
  private var isCall = false
  private let name: String
  private var entered = false
  private let arguments: [String]?
  private var sawCommand = false
  private var returned = false

  init(_ text: [UInt8], kind: Kind, firstLine: Int = 1, name: String = "", arguments: [String]? = nil) {
    parser = ShellParser(text, firstLine: firstLine)
    self.kind = kind
    self.name = name
    self.arguments = arguments
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if !entered {
      entered = true
      savedOffset = shell.state.lineOffset
      shell.state.lineOffset = 0
      if kind.isNested { shell.state.traceLevel += 1 }
      if kind == .source {
        shell.state.calls.append(Call(name: "source", source: name, line: shell.state.line, isFunction: false))
        isCall = true
        if let arguments {
          savedPositional = shell.state.positional
          shell.state.positional = arguments
        }
      }
    }
    if isOver { return end(shell) }
    parser.options = shell.parserOptions()
    if shell.state.options.onecmd, sawCommand, kind == .commandString {
      shell.pop()
      return .go
    }
    do throws(ParseError) {
      let unit = try parser.nextUnit()
      shell.reportWarnings(parser)
      guard let unit else {
        if !sawCommand, kind != .trap, kind != .exitTrap { shell.status = 0 }
        return end(shell)
      }
      sawCommand = true
      shell.state.line = parser.unitEndLine
      if shell.state.options.verbose, kind == .file || kind == .commandString {
        shell.writeError(parser.unitText + "\n")
      }
      if shell.state.options.noexec, !shell.isInteractive { return .go }
      shell.push(ListFrame(unit))
    } catch {
      shell.reportWarnings(parser)
      let context: String
      switch kind {
      case .commandString: context = "-c: "
      case .eval: context = "eval: "
      default: context = ""
      }
      if error.dropsLine, shell.flavour == .bash {
        shell.report(error, context: context)
        sawCommand = true
        shell.status = error.status
        parser.skipLine()
        return .go
      }
      if shell.flavour == .bash {
        shell.report(error, context: context)
      } else {
        shell.reportPlain(
          error, kind == .eval ? context : kind == .source ? "\(name): " : "", isFile: kind == .source || kind == .file,
          endsLine: parser.source.last == 10)
      }
      // A mistake in `[[ … ]]` leaves the status as it was, unless it is in a substitution.
      if error.kind != .conditional || kind == .eval || error.secondLine != nil || error.endsInput {
        shell.status = error.status
      }
      shell.pop()
      if error.inSubstitution, shell.flavour == .bash, !shell.isInteractive {
        let isFatal = error.kind == .conditional || kind == .eval || kind == .source
        shell.status = shell.isCommandString ? 127 : isFatal ? 1 : 2
        shell.unwind(.exit)
      } else if kind == .commandString || kind == .file || shell.flavour != .bash {
        shell.unwind(.exit)
      } else if kind == .eval || kind == .source {
        shell.status = error.status
      }
    }
    return .go
  }

  private func end(_ shell: ShellProgram) -> Flow {
    if kind == .source, !returned, let action = shell.state.traps["RETURN"], !action.isEmpty {
      returned = true
      shell.push(TrapFrame(action: action, line: shell.state.line, seen: statusBeforeReturn))
      return .go
    }
    shell.pop()
    return .go
  }

  override func catches(_ unwind: Unwind, _ shell: ShellProgram) -> Bool {
    switch unwind {
    case .line:
      shell.tolerance = tolerance
      return true
    case .returnFunction where kind == .source:
      // Ends the sourced file: nothing more is parsed.
      isOver = true
      return true
    default: return false
    }
  }

  override func leave(_ shell: ShellProgram) {
    if entered {
      shell.state.lineOffset = savedOffset
      if kind.isNested { shell.state.traceLevel -= 1 }
    }
    if isCall {
      shell.state.line = shell.state.calls.removeLast().line
      if let savedPositional { shell.state.positional = savedPositional }
    }
  }
}

/// A trap's action; `$?` is what it was before.
final class TrapFrame: Frame {
  private let action: String
  private let isExit: Bool
  private let isError: Bool
  private let isDebug: Bool
  private var saved: Int32 = 0
  private var savedPipeStatus: [Int32] = []
  private var started = false
  /// The line that the action counts from: that of the command for DEBUG, ERR and RETURN, else the first.
  private let firstLine: Int
  private var line = 0
  /// What `$?` is in the action, where that is not the status to go on with: `return 3` shows RETURN what was before it.
  private let seen: Int32?

  init(
    action: String, isExit: Bool = false, isError: Bool = false, isDebug: Bool = false, line: Int = 1,
    seen: Int32? = nil
  ) {
    self.seen = seen
    self.action = action
    self.isExit = isExit
    self.isError = isError
    self.isDebug = isDebug
    firstLine = line
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if started {
      shell.pop()
      shell.status = saved
      shell.state.pipeStatus = savedPipeStatus
      return .go
    }
    started = true
    saved = shell.status
    if let seen { shell.status = seen }
    savedPipeStatus = shell.state.pipeStatus
    line = shell.state.line
    shell.runningTraps += 1
    if isError { shell.inErrorTrap = true }
    if isDebug { shell.inDebugTrap = true }
    shell.push(ScriptFrame(Array(action.utf8), kind: isExit ? .exitTrap : .trap, firstLine: firstLine))
    return .go
  }

  override func leave(_ shell: ShellProgram) {
    if started { shell.runningTraps -= 1 }
    if isError { shell.inErrorTrap = false }
    if isDebug { shell.inDebugTrap = false }
    if !isExit { shell.state.line = line }
  }
}

/// Commands read from standard input line by line: a script in a pipe, or a terminal with prompts.
final class InputFrame: Frame {
  private let parser = ShellParser([UInt8]())
  private var unitStart = 0
  private let partial = PartialLine()
  private var awaiting = false
  private var continued = false
  private var ended = false
  private var promptCommandDone = false
  /// What the line before left open.
  private var openQuote: UInt8?
  private var inHereDocument = false
  private var lineJoin = HistoryJoin.separator
  private var windowSize: (columns: Int, rows: Int)?
  private let promptJournal = Journal()
  private var promptStatus: Int32?

  override func step(_ shell: ShellProgram) -> Flow {
    if !awaiting {
      if shell.isInteractive {
        if !continued {
          shell.reapJobs(notify: true)
          shell.noteWindowSize(known: &windowSize)
          if !promptCommandDone, let command = shell.variable("PROMPT_COMMAND"), !command.isEmpty {
            promptCommandDone = true
            shell.push(TrapFrame(action: command))
            return .go
          }
        }
        guard let prompt = prompt(shell) else { return .go }
        shell.writeError(prompt)
      }
      awaiting = true
      if shell.isInteractive { return .yield }
    }
    switch LineReader(descriptor: 0).read(shell, partial) {
    case .waiting(let waits): return .wait(waits)
    case .endOfFile:
      if ended || !continued {
        if shell.isInteractive {
          let word = shell.state.shopt["login_shell"] ? "logout" : "exit"
          shell.writeError(shell.flavour == .bash ? "\n\(word)\n" : "\n")
          if !shell.state.jobs.isEmpty, !ended, shell.state.jobs.contains(where: { $0.isStopped }) {
            shell.writeError("There are stopped jobs.\n")
            ended = true
            awaiting = false
            return .go
          }
        }
        shell.pop()
        return .go
      }
      ended = true
      parse(shell)
      return .go
    case .line(let bytes, _):
      awaiting = false
      promptStatus = nil
      guard shell.isInteractive else {
        parser.append(bytes + [10])
        parse(shell)
        return .go
      }
      guard let line = remembered(shell, String(raw: bytes)) else { return .go }
      parser.append(Array(line.utf8) + [10])
      parse(shell)
      return .go
    }
  }

  /// The prompt; nil: a command substitution in it has been started.
  private func prompt(_ shell: ShellProgram) -> String? {
    if promptStatus == nil { promptStatus = shell.status }
    defer { shell.status = promptStatus ?? 0 }
    let text = shell.variable(continued ? "PS2" : "PS1") ?? ""
    do throws(Abort) {
      guard
        let prompt = try shell.attempt(
          promptJournal, { () throws(Abort) -> String in try shell.expandedPrompt(text) })
      else { return nil }
      promptJournal.entries = []
      return prompt
    } catch {
      return ""
    }
  }

  /// A typed line after history expansion, which puts it into the history. Nil: it is not to be run.
  private func remembered(_ shell: ShellProgram, _ line: String) -> String? {
    var line = line
    var runs = true
    if shell.state.options.histexpand, shell.flavour == .bash {
      let events = shell.state.history.map { $0.text }
      let quote: UInt8? = continued ? openQuote : nil
      switch HistoryExpansion.expand(line, events: events, number: shell.state.historyBase + 1, quoted: quote) {
      case .unchanged: break
      case .expanded(let text):
        shell.writeError(text + "\n")
        line = text
      case .printOnly(let text):
        shell.writeError(text + "\n")
        line = text
        runs = false
      case .failed(let message):
        shell.writeError("\(shell.state.zero): \(message)\n")
        promptCommandDone = false
        return nil
      }
    }
    var join = HistoryJoin.newCommand
    if continued {
      join = lineJoin
      if join == .separator, hasText("<<", in: line) || endsInComment(shell.state.history.last?.text ?? "") {
        join = .newline
      }
    }
    shell.remember(line, join)
    if !runs { promptCommandDone = false }
    return runs ? line : nil
  }

  private func parse(_ shell: ShellProgram) {
    parser.options = shell.parserOptions()
    parser.options.expectsMore = !ended
    do throws(ParseError) {
      parser.rewind(to: unitStart)
      let unit = try parser.nextUnit()
      shell.reportWarnings(parser)
      unitStart = parser.offset
      continued = false
      if inHereDocument, shell.isInteractive { shell.rememberEndOfHereDocument() }
      inHereDocument = false
      promptCommandDone = false
      if ended, unit == nil {
        shell.pop()
        return
      }
      shell.state.line = parser.unitEndLine
      if shell.isInteractive, unit != nil, let text = shell.variable("PS0"), !text.isEmpty {
        shell.writeError(shell.expandPrompt(text))
      }
      if let unit, !(shell.state.options.noexec && !shell.isInteractive) { shell.push(ListFrame(unit)) }
    } catch {
      if error.isIncomplete, !ended {
        parser.warnings = []
        continued = true
        let message = error.messages[0]
        openQuote = hasText("matching `''", in: message) ? 39 : hasText("matching `\"'", in: message) ? 34 : nil
        if inHereDocument, !parser.isInHereDocument { shell.rememberEndOfHereDocument() }
        inHereDocument = parser.isInHereDocument
        lineJoin = .separator
        if inHereDocument || hasText("while looking for matching", in: message) { lineJoin = .newline }
        // An array, `${…}`, `[[ … ]]`.
        if error.status == 1 || hasText("matching `}'", in: message) || hasText("condition", in: message)
          || hasText("`]]'", in: message)
        {
          lineJoin = .blank
        }
        return
      }
      shell.reportWarnings(parser)
      shell.report(error, context: "")
      if error.kind != .conditional || shell.isInteractive || endsHere(shell, error) {
        shell.status = error.dropsLine ? 1 : 2
      }
      continued = false
      promptCommandDone = false
      unitStart = parser.source.count
      if error.dropsLine { return }
      if !shell.isInteractive {
        shell.pop()
        shell.unwind(.exit)
      }
    }
  }

  /// Whether what was typed so far ends in a comment.
  private func endsInComment(_ text: String) -> Bool {
    var quote: UInt8 = 0
    var before: UInt8 = 32
    var isComment = false
    for byte in text.utf8 {
      if byte == 10 { isComment = false }
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if !isComment, byte == 39 || byte == 34 {
        quote = byte
      } else if byte == 35, before == 32 || before == 9 || before == 10 || before == 59 {
        isComment = true
      }
      before = byte
    }
    return isComment
  }

  /// Nothing comes after the line with the mistake.
  private func endsHere(_ shell: ShellProgram, _ error: ParseError) -> Bool {
    guard error.endsInput else { return false }
    if case .endOfFile = LineReader(descriptor: 0).read(shell, PartialLine()) { return true }
    return false
  }

  override func catches(_ unwind: Unwind, _ shell: ShellProgram) -> Bool {
    if case .line = unwind {
      shell.tolerance = tolerance
      // What was typed of an unfinished command is dropped.
      continued = false
      awaiting = false
      promptCommandDone = false
      partial.bytes = []
      promptStatus = nil
      inHereDocument = false
      unitStart = parser.source.count
      return true
    }
    return false
  }
}
