// The frame of a simple command with its phases: words, assignments, redirections, and whatever the first word names.

import ShellSyntax
import SimKernel
import SimMachine

/// One simple command: expansion, redirections, assignments, then whatever the first word names.
final class SimpleFrame: Frame {
  private enum Phase { case words, redirections, assignments, dispatch, waiting, afterFrame, done }

  let command: Command
  private let assignments: [Assignment]
  private let arguments: [Argument]
  private var phase = Phase.words
  private var words: [String] = []
  private let journal = Journal()
  private var redirectionIndex = 0
  private var saved: [SavedDescriptor] = []
  private var keepsRedirections = false
  private var child: Process?
  private var temporary: [(name: String, variable: Variable?)] = []
  private var environmentPairs: [(String, String)] = []
  private var debugged = false
  private var errorIsTrapped = true
  /// A builtin that runs commands itself (`eval`).
  private var runsBuiltin = false
  private var line = 0
  private var firstReader = 0

  init(_ command: Command, _ assignments: [Assignment], _ arguments: [Argument]) {
    self.command = command
    self.assignments = assignments
    self.arguments = arguments
  }

  override var holdsTraps: Bool { if case .waiting = phase { return true } else { return false } }

  override func step(_ shell: ShellProgram) -> Flow {
    do throws(Abort) {
      switch phase {
      case .words:
        shell.enter(line: command.line, self)
        if !debugged {
          debugged = true
          shell.spend()
          shell.lastSubstitutionStatus = nil
          firstReader = shell.openReaders.count
          line = shell.state.line
          let isAllOfPipelineMember = shell.runsOneCommand && shell.frames.count == 1
          errorIsTrapped = shell.state.traps["ERR"] != nil && !isAllOfPipelineMember
          if shell.announce(self, .simple(command), isCheap: true) { return .go }
        }
        if let fixed = command.fixedWords {
          words = fixed
        } else {
          guard
            let expanded = try shell.attempt(
              journal, { () throws(Abort) -> [String] in try shell.expandArguments(arguments) })
          else { return .go }
          words = expanded
          journal.entries = []
        }
        if assignments.isEmpty, command.redirections.isEmpty {
          traceWords(shell)
          phase = .dispatch
          return try dispatch(shell)
        }
        phase = .assignments
      case .redirections:
        while redirectionIndex < command.redirections.count {
          let redirection = command.redirections[redirectionIndex]
          // For an external command they are the child's: what they change and where they fail stays there.
          let isExternal = words.first.map { !shell.isBuiltin($0) && shell.state.functions[$0] == nil } ?? false
          let variables = shell.state.variables
          let done: Bool?
          do throws(Abort) {
            done = try shell.attempt(
              journal,
              { () throws(Abort) -> Bool in
                try shell.redirect(redirection, saved: &self.saved)
                return true
              })
          } catch {
            if shell.flavour != .bash, case .command(let code) = error, let name = words.first,
              specialBuiltins.contains(name), name != "source", shell.state.functions[name] == nil
            {
              throw .shell(code)
            }
            guard isExternal else { throw error }
            shell.state.variables = variables
            if case .shell(let code) = error { throw .command(code) }
            throw .command(shell.flavour == .dash ? 2 : 1)
          }
          guard done != nil else { return .go }
          if isExternal, redirection.variable == nil { shell.state.variables = variables }
          journal.entries = []
          redirectionIndex += 1
        }
        phase = .dispatch
      case .assignments:
        let next: Phase = command.redirections.isEmpty ? .dispatch : .redirections
        if assignments.isEmpty {
          phase = next
          traceWords(shell)
        } else {
          guard
            try shell.attempt(
              journal,
              { () throws(Abort) -> Bool in
                try self.assign(shell)
                return true
              }) != nil
          else { return .go }
          journal.entries = []
          phase = next
          traceWords(shell)
          // Redirections do not see the assignments of their command.
          if next == .redirections { hideTemporary(shell) }
        }
      case .dispatch: return try dispatch(shell)
      case .waiting:
        guard let child else { break }
        guard let status = child.status else {
          if child.isStopped, shell.noticesStops { return stopped(shell, child) }
          return .wait([.queue(child.ended)])
        }
        shell.reclaimTerminal()
        shell.foregroundEnded(status, child, text: ShellPrinter.command(command))
        if shell.dropsLine(after: status) { return .go }
        finish(shell, status.code)
      case .afterFrame: finish(shell, shell.status)
      case .done: break
      }
    } catch {
      if case .suspended = error { return .go }
      shell.fail(error)
    }
    return .go
  }

  private func stopped(_ shell: ShellProgram, _ child: Process) -> Flow {
    shell.reclaimTerminal()
    shell.addStoppedJob([child], text: ShellPrinter.command(command))
    finish(shell, 148)
    return .go
  }

  private func finish(_ shell: ShellProgram, _ code: Int32) {
    phase = .done
    shell.pop()
    shell.state.errorLine = line
    if runsBuiltin, shell.runningTraps == 0 { shell.state.command = .simple(command) }
    shell.trapsError = errorIsTrapped
    shell.finishCommand(code)
  }

  override func leave(_ shell: ShellProgram) {
    if keepsRedirections { shell.forget(saved) } else { shell.restore(saved) }
    saved = []
    hideTemporary(shell)
    shell.closeReaders(from: firstReader)
  }

  /// Assignments before a command: for its environment, or for good when there is none.
  private func assign(_ shell: ShellProgram) throws(Abort) {
    if words.isEmpty {
      for assignment in assignments { try shell.perform(assignment) }
      return
    }
    environmentPairs = []
    temporary = []
    for assignment in assignments {
      guard case .scalar(let word) = assignment.value, assignment.index == nil else {
        // bash ignores arrays here; elements are assigned for good.
        try shell.perform(assignment)
        continue
      }
      let value = try shell.expandSingle(word, tilde: .assignment)
      if shell.state.options.xtrace { shell.trace("\(assignment.name)=\(tracedValue(value))") }
      if let existing = shell.state.variables[assignment.name], existing.attributes.contains(.readonly) {
        shell.complain("\(assignment.name): readonly variable")
        if shell.flavour != .bash || shell.state.options.posix { throw .line(1) }
        // The command runs without it.
        continue
      }
      let old = assignment.append ? shell.variable(assignment.name) ?? "" : ""
      environmentPairs.append((assignment.name, old + value))
      // Later assignments of the same command see it.
      shell.undo.append(.variable(assignment.name, shell.state.variables[assignment.name]))
      install(assignment.name, old + value, shell)
    }
  }

  private func install(_ name: String, _ value: String, _ shell: ShellProgram) {
    temporary.append((name, shell.state.variables[name]))
    var variable = Variable(.string(value), attributes: .exported)
    variable.scope = shell.state.variables[name]?.scope ?? 0
    variable.dynamic = nil
    shell.state.variables[name] = variable
    if name == "OPTIND" { shell.state.getoptsPlace = 1 }
  }

  /// `a=1 export a`: what is exported or made read-only is there for good.
  private func keepTemporary(_ name: String, _ operands: [DeclarationOperand]) {
    guard !temporary.isEmpty else { return }
    var keeps = name == "export" || name == "readonly"
    for case .text(let text) in operands {
      if text.utf8.first == 45 {
        if text.utf8.contains(120) || text.utf8.contains(114) { keeps = true }
      } else if keeps {
        temporary.removeAll { $0.name == text }
      }
    }
    guard keeps else { return }
    for case .assignment(let assignment) in operands { temporary.removeAll { $0.name == assignment.name } }
  }

  private func hideTemporary(_ shell: ShellProgram) {
    for (name, variable) in temporary.reversed() { shell.state.variables[name] = variable }
    temporary = []
  }

  /// The arguments of `declare` and its kin are traced when they have been expanded.
  private func traceWords(_ shell: ShellProgram) {
    guard shell.state.options.xtrace, let name = words.first,
      !declarationCommands.contains(name) || shell.state.functions[name] != nil
    else { return }
    shell.trace(
      words.map { shell.flavour == .bash ? quotedForTrace($0) : shell.posixTraceWord($0) }.joined(separator: " "))
  }

  private func dispatch(_ shell: ShellProgram) throws(Abort) -> Flow {
    guard let name = words.first else {
      // Only assignments and redirections: the status is that of the last substitution.
      finish(shell, shell.lastSubstitutionStatus ?? 0)
      return .go
    }
    if temporary.isEmpty { for (name, value) in environmentPairs { install(name, value, shell) } }
    shell.state.lastArgument = words[words.count - 1]
    shell.commandName = name
    shell.writeFailed = false
    if let function = shell.state.functions[name], !(shell.state.options.posix && specialBuiltins.contains(name)) {
      phase = .afterFrame
      shell.call(function, name: name, arguments: Array(words.dropFirst()), environment: environmentPairs)
      return .go
    }
    if shell.isInteractive, !shell.isSubshell, name.utf8.first == 37, shell.job(name) != nil {
      // `%1` alone is `fg %1`.
      phase = .afterFrame
      shell.commandName = "fg"
      if case .frame(let frame) = shell.foreground([name]) { shell.push(frame) }
      return .go
    }
    if let outcome = try runBuiltin(shell, name) {
      switch outcome {
      case .status(let code):
        finish(shell, shell.writeFailed && code == 0 ? 1 : code)
      case .frame(let frame):
        phase = .afterFrame
        runsBuiltin = true
        shell.push(frame)
      case .unwound: break
      }
      return .go
    }
    return runExternal(shell, words)
  }

  private func runBuiltin(_ shell: ShellProgram, _ first: String) throws(Abort) -> Outcome? {
    var name = first
    var arguments = self.arguments
    var words = self.words
    var skipped = 0
    // `command` and `builtin` in front are peeled off here, so that what they run still sees its assignments.
    while name == "command" || name == "builtin", shell.isBuiltin(name) {
      var rest = Array(words.dropFirst())
      if name == "command" {
        var lookup = false
        while let option = rest.first, option.utf8.first == 45, option != "-" {
          if option == "--" {
            rest.removeFirst()
            break
          }
          if option.utf8.contains(118) || option.utf8.contains(86) {
            lookup = true
            break
          }
          if option == "-p" {
            rest.removeFirst()
            continue
          }
          break
        }
        if lookup { break }
      } else if rest.first == "--" {
        rest.removeFirst()
      }
      guard let next = rest.first else { return .status(0) }
      if name == "builtin", let status = shell.refusedOption(name, Array(rest)) { return .status(status) }
      if name == "builtin", !shell.isBuiltin(next) {
        shell.complain("builtin: \(next): not a shell builtin")
        return .status(1)
      }
      if next.utf8.first == 45, name == "command" { break }
      skipped += words.count - rest.count
      words = rest
      name = next
      if !shell.isBuiltin(name) {
        shell.commandName = name
        return externalOutcome(shell, words)
      }
    }
    guard shell.isBuiltin(name) else { return nil }
    shell.commandName = name
    if skipped > 0 { arguments = arguments.count > skipped ? Array(arguments.dropFirst(skipped)) : [] }
    if name == "exec" { keepsRedirections = words.count == 1 || keepsRedirections }
    if declarationCommands.contains(name) {
      var operands: [DeclarationOperand] = []
      let outcome: Outcome? = try shell.attempt(
        journal,
        { () throws(Abort) -> Outcome in
          operands = []
          // Words without assignments have been expanded; assignments are expanded now.
          for (i, argument) in arguments.enumerated() {
            guard case .assignment(let assignment) = argument else {
              if i == 0 { continue }
              var expanded: [String] = []
              if case .word(let word) = argument { try shell.expandFields(word, into: &expanded) }
              for text in expanded { operands.append(.text(text)) }
              continue
            }
            operands.append(.assignment(assignment))
          }
          operands = try shell.expandedOperands(operands, of: self.words[0..<1 + skipped])
          let code = try shell.declare(name, operands)
          self.keepTemporary(name, operands)
          return .status(code)
        })
      guard let outcome else { return .unwound }
      return outcome
    }
    do throws(Abort) {
      return try shell.runBuiltin(name, Array(words.dropFirst()), redirected: !saved.isEmpty)
    } catch {
      // What a builtin may not set makes it fail; the line goes on.
      if case .line(let code) = error, shell.flavour == .bash { return .status(code) }
      throw error
    }
  }

  private func externalOutcome(_ shell: ShellProgram, _ words: [String]) -> Outcome {
    _ = runExternal(shell, words)
    return .unwound
  }

  private func runExternal(_ shell: ShellProgram, _ words: [String]) -> Flow {
    switch shell.locate(words[0]) {
    case .failed(let code):
      finish(shell, code)
      return .go
    case .handler(let function):
      phase = .waiting
      child = shell.fork(running: HandlerFrame(function, words))
      return .go
    case .found(let program, let arguments):
      var environment = shell.exportedEnvironment(with: environmentPairs)
      if shell.flavour == .bash { environment["_"] = arguments.path }
      let argv = arguments.prefix + words.dropFirst()
      if shell.replaceable, shell.frames.count == 1, shell.state.traps["EXIT"] == nil,
        shell.isSubshell || shell.isCommandString
      {
        keepsRedirections = true
        shell.become(program, arguments: argv, environment: environment)
        return .go
      }
      let process = shell.process
      let ownGroup = shell.isInteractive && !shell.isSubshell
      shell.spend(ShellProgram.forkSteps)
      let started = shell.machine.start(
        program, arguments: argv, environment: environment, workingDirectory: process.workingDirectory,
        credentials: process.credentials, files: shell.inheritedFiles, parent: process,
        group: ownGroup ? nil : process.group,
        account: process.account)
      if ownGroup { shell.giveTerminal(to: started.group) }
      child = started
      phase = .waiting
      return .go
    }
  }
}
