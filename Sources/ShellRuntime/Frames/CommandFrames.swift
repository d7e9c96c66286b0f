// Frames of commands proper: simple commands with their phases, function calls, subshells, pipelines, redirected compounds.

import ShellSyntax
import SimKernel
import SimMachine

/// What a builtin answers.
enum Outcome {
  case status(Int32)
  /// It has to wait or to run commands: a frame that leaves the status behind.
  case frame(Frame)
  /// It has changed the flow itself (`exit`, `break`).
  case unwound
}

/// One simple command: expansion, redirections, assignments, then whatever the first word names.
final class SimpleFrame: Frame {
  private enum Phase { case words, redirections, assignments, dispatch, waiting, afterFrame, done }

  private let command: Command
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
  private var traceText = ""
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
          errorIsTrapped = shell.state.traps["ERR"] != nil
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
            guard isExternal else { throw error }
            shell.state.variables = variables
            if case .shell(let code) = error { throw .command(code) }
            throw .command(shell.flavour == .bash ? 1 : 2)
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
          if child.isStopped { return stopped(shell, child) }
          return .wait([.queue(child.ended)])
        }
        shell.reclaimTerminal()
        shell.reportSignal(status, child, text: ShellPrinter.command(command))
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
      shell.undo.append((assignment.name, shell.state.variables[assignment.name]))
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

  private func hideTemporary(_ shell: ShellProgram) {
    for (name, variable) in temporary.reversed() { shell.state.variables[name] = variable }
    temporary = []
  }

  /// The arguments of `declare` and its kin are traced when they have been expanded.
  private func traceWords(_ shell: ShellProgram) {
    guard shell.state.options.xtrace, let name = words.first,
      !declarationCommands.contains(name) || shell.state.functions[name] != nil
    else { return }
    shell.trace(words.map { quotedForTrace($0) }.joined(separator: " "))
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
          return .status(try shell.declare(name, operands))
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
      var environment = shell.exportedEnvironment()
      for (name, value) in environmentPairs { environment[name] = value }
      environment["_"] = arguments.path
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

/// Runs `command_not_found_handle`.
final class HandlerFrame: Frame {
  private let function: Function
  private let words: [String]
  private var called = false

  init(_ function: Function, _ words: [String]) {
    self.function = function
    self.words = words
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if called {
      shell.pop()
    } else {
      called = true
      shell.call(function, name: "command_not_found_handle", arguments: words, environment: [])
    }
    return .go
  }
}

/// A function call: positional parameters, scope, and the way back.
final class FunctionFrame: Frame {
  private let function: Function
  private let name: String
  private let arguments: [String]
  private let environment: [(String, String)]
  private var savedPositional: [String] = []
  private var entered = false
  private var bodyStarted = false
  private var line = 0
  private var lineOffset = 0
  private var returned = false
  private var hidden: [(name: String, action: String)] = []

  init(_ function: Function, name: String, arguments: [String], environment: [(String, String)]) {
    self.function = function
    self.name = name
    self.arguments = arguments
    self.environment = environment
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if entered, !bodyStarted {
      bodyStarted = true
      shell.run(function.definition.body)
      return .go
    }
    if entered {
      if let action = shell.state.traps["RETURN"], !action.isEmpty, !returned {
        returned = true
        shell.push(TrapFrame(action: action, line: shell.state.line))
        return .go
      }
      shell.pop()
      return .go
    }
    entered = true
    line = shell.state.line
    lineOffset = shell.state.lineOffset
    savedPositional = shell.state.positional
    shell.state.positional = arguments
    shell.state.variables.pushScope()
    for (key, value) in environment {
      shell.state.variables.makeLocal(key, Variable(.string(value), attributes: .exported))
    }
    shell.state.calls.append(
      Call(name: name, source: function.source, line: line, isFunction: true, arguments: arguments))
    if !shell.state.traps.isEmpty { hideTraps(shell) }
    shell.state.lineOffset = function.lineOffset
    shell.state.line = function.definition.body.line + function.lineOffset
    if let action = shell.state.traps["DEBUG"], !action.isEmpty, !shell.inDebugTrap {
      shell.push(TrapFrame(action: action, isDebug: true, line: function.line))
      return .go
    }
    bodyStarted = true
    shell.run(function.definition.body)
    return .go
  }

  /// Traps that a function does not inherit are out of sight until it returns.
  private func hideTraps(_ shell: ShellProgram) {
    for name in ["DEBUG", "RETURN", "ERR"] {
      let inherits = name == "ERR" ? shell.state.options.errtrace : shell.state.options.functrace || function.traced
      guard !inherits, let action = shell.state.traps.removeValue(forKey: name) else { continue }
      hidden.append((name, action))
    }
  }

  override func catches(_ unwind: Unwind, _ shell: ShellProgram) -> Bool {
    if case .returnFunction = unwind {
      shell.tolerance = tolerance
      return true
    }
    // `break` does not reach loops outside the function.
    switch unwind {
    case .breakLoop, .continueLoop:
      shell.tolerance = tolerance
      return true
    default: return false
    }
  }

  override func leave(_ shell: ShellProgram) {
    guard entered else { return }
    for (name, action) in hidden where shell.state.traps[name] == nil { shell.state.traps[name] = action }
    shell.state.positional = savedPositional
    shell.state.variables.popScope()
    shell.state.calls.removeLast()
    shell.state.line = line
    shell.state.lineOffset = lineOffset
  }
}

/// Redirections around a compound command.
final class RedirectedFrame: Frame {
  private let command: Command
  private var index = 0
  private var saved: [SavedDescriptor] = []
  private var started = false
  private let journal = Journal()

  init(_ command: Command) { self.command = command }

  override func step(_ shell: ShellProgram) -> Flow {
    if started {
      shell.pop()
      return .go
    }
    do throws(Abort) {
      while index < command.redirections.count {
        let redirection = command.redirections[index]
        guard
          try shell.attempt(
            journal,
            { () throws(Abort) -> Bool in
              try shell.redirect(redirection, saved: &self.saved)
              return true
            }) != nil
        else { return .go }
        journal.entries = []
        index += 1
      }
    } catch {
      shell.fail(error)
      return .go
    }
    started = true
    shell.runCompound(command)
    return .go
  }

  override func leave(_ shell: ShellProgram) {
    shell.restore(saved)
    saved = []
  }
}

/// `( … )`: a child that is waited for.
final class SubshellFrame: Frame {
  private let command: Command
  private let list: CommandList
  private var child: Process?

  init(_ command: Command, _ list: CommandList) {
    self.command = command
    self.list = list
  }

  override var holdsTraps: Bool { true }

  override func step(_ shell: ShellProgram) -> Flow {
    guard let child else {
      shell.enter(line: command.line, self)
      if shell.runningTraps == 0 { shell.state.command = .simple(command) }
      shell.spend()
      let frame: Frame = command.redirections.isEmpty ? ListFrame(list) : RedirectedFrame(command)
      let ownGroup = shell.isInteractive && !shell.isSubshell
      let started = shell.fork(running: frame, newGroup: ownGroup) { [list] in $0.replaceable = list.items.count == 1 }
      if ownGroup { shell.giveTerminal(to: started.group) }
      self.child = started
      return .go
    }
    guard let status = child.status else {
      if child.isStopped {
        shell.reclaimTerminal()
        shell.addStoppedJob([child], text: ShellPrinter.command(command))
        shell.pop()
        shell.finishCommand(148)
        return .go
      }
      return .wait([.queue(child.ended)])
    }
    shell.reclaimTerminal()
    shell.reportSignal(status, child, text: ShellPrinter.command(command))
    if shell.dropsLine(after: status) { return .go }
    let line = shell.state.line
    shell.pop()
    shell.state.errorLine = line
    shell.finishCommand(status.code)
    return .go
  }
}

final class PipelineFrame: Frame {
  private let pipeline: Pipeline
  private var children: [Process]?
  private var startedAt: Instant?
  private var lastRuns = false
  /// Commands that have been announced.
  private var announced = 0
  private var outer = 0
  private var lastInput: [SavedDescriptor] = []

  init(_ pipeline: Pipeline) { self.pipeline = pipeline }

  override var holdsTraps: Bool { !(children?.isEmpty ?? true) && !lastRuns }

  override func step(_ shell: ShellProgram) -> Flow {
    guard let children else {
      outer = shell.tolerance
      startedAt = shell.world.now
      while announced < pipeline.commands.count, pipeline.commands.count > 1 {
        let command = pipeline.commands[announced]
        if case .simple = command.kind {
          // The parent notes each command, and runs its DEBUG trap, before it forks.
          shell.enter(line: command.line, self)
          if shell.announce(self, .simple(command), isCheap: true) { return .go }
        }
        isAnnounced = false
        announced += 1
      }
      if pipeline.negated { shell.tolerance += 1 }
      if pipeline.commands.count == 1 {
        self.children = []
        shell.run(pipeline.commands[0])
        return .go
      }
      shell.spend()
      startAll(shell)
      return .go
    }
    if children.isEmpty {
      var code = shell.status
      if pipeline.negated { code = code == 0 ? 1 : 0 }
      report(shell)
      shell.pop()
      shell.status = code
      if !pipeline.negated, pipeline.timed { return .go }
      return .go
    }
    for child in children where !child.hasEnded {
      if child.isStopped, !lastRuns {
        shell.reclaimTerminal()
        shell.addStoppedJob(children, text: ShellPrinter.pipeline(pipeline))
        shell.pop()
        shell.finishCommand(148)
        return .go
      }
      return .wait([.queue(child.ended)])
    }
    shell.reclaimTerminal()
    var statuses: [Int32] = []
    for child in children { statuses.append(child.status!.code) }
    if lastRuns {
      statuses.append(shell.status)
    } else if let last = children.last, let status = last.status {
      shell.reportSignal(status, last, text: ShellPrinter.pipeline(pipeline))
      if shell.dropsLine(after: status) {
        shell.state.pipeStatus = statuses
        return .go
      }
    }
    var code = statuses[statuses.count - 1]
    if shell.state.options.pipefail {
      code = 0
      for status in statuses where status != 0 { code = status }
    }
    if pipeline.negated { code = code == 0 ? 1 : 0 }
    report(shell)
    shell.pop()
    if pipeline.negated {
      shell.status = code
      shell.state.pipeStatus = statuses
    } else {
      shell.finishCommand(code, pipeStatus: statuses)
    }
    return .go
  }

  override func leave(_ shell: ShellProgram) {
    shell.restore(lastInput)
    lastInput = []
  }

  private func startAll(_ shell: ShellProgram) {
    var started: [Process] = []
    var input: OpenFile?
    var group: Int?
    let ownGroup = shell.isInteractive && !shell.isSubshell
    let last = pipeline.commands.count - 1
    let lastHere = shell.state.shopt["lastpipe"] && !shell.isInteractive
    for (i, command) in pipeline.commands.enumerated() {
      if i == last, lastHere {
        lastRuns = true
        shell.save(0, into: &lastInput)
        shell.process.setFile(0, input)
        input?.release()
        children = started
        shell.run(command)
        // It has been announced with the others.
        if let frame = shell.frames.last as? SimpleFrame { frame.isAnnounced = true }
        return
      }
      var files = shell.inheritedFiles
      if let input { files[0] = input }
      var next: OpenFile?
      if i < last {
        let pipe = Pipe()
        files[1] = pipe.writer
        if pipeline.joinsError[i] { files[2] = pipe.writer }
        pipe.reader.retain()
        next = pipe.reader
      }
      let child = shell.fork(
        running: CommandFrame(command), files: files, group: group, newGroup: ownGroup && group == nil
      ) { $0.replaceable = true }
      if ownGroup, group == nil { group = child.group }
      started.append(child)
      input?.release()
      input = next
    }
    if ownGroup, let group { shell.giveTerminal(to: group) }
    children = started
  }

  private func report(_ shell: ShellProgram) {
    guard pipeline.timed, let startedAt else { return }
    let elapsed = shell.world.now - startedAt
    let milli = elapsed.wholeMilliseconds
    let seconds = milli / 1_000
    let rest = padded(milli % 1_000, 3)
    if pipeline.timedPosix {
      shell.writeError("real \(seconds).\(padded(milli % 1_000 / 10, 2))\nuser 0.00\nsys 0.00\n")
      return
    }
    if let format = shell.variable("TIMEFORMAT") {
      if !format.isEmpty { shell.writeError(timeText(format, milli) + "\n") }
      return
    }
    shell.writeError("\nreal\t\(seconds / 60)m\(seconds % 60).\(rest)s\nuser\t0m0.000s\nsys\t0m0.000s\n")
  }

  /// TIMEFORMAT: `%[p][l]R`, `U`, `S`, `%P` and `%%`.
  private func timeText(_ format: String, _ milli: Int64) -> String {
    var out: [UInt8] = []
    let bytes = Array(format.utf8)
    var i = 0
    while i < bytes.count {
      guard bytes[i] == 37, i + 1 < bytes.count else {
        out.append(bytes[i])
        i += 1
        continue
      }
      i += 1
      var digits = 3
      var long = false
      if bytes[i] >= 48, bytes[i] <= 57 {
        digits = min(3, Int(bytes[i] - 48))
        i += 1
      }
      if i < bytes.count, bytes[i] == 108 {
        long = true
        i += 1
      }
      guard i < bytes.count else { break }
      let value: Int64 = bytes[i] == 82 ? milli : 0
      switch bytes[i] {
      case 37: out.append(37)
      case 80: out += Array("0.00".utf8)
      default:
        var text = long ? "\(value / 60_000)m\(value / 1_000 % 60)" : "\(value / 1_000)"
        if digits > 0 { text += "." + String(padded(value % 1_000, 3).prefix(digits)) }
        if long { text += "s" }
        out += Array(text.utf8)
      }
      i += 1
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// Runs one command and is gone: the only frame of a pipeline member.
final class CommandFrame: Frame {
  private let command: Command
  init(_ command: Command) { self.command = command }

  override func step(_ shell: ShellProgram) -> Flow {
    let command = command
    shell.pop()
    // In a process of its own, `( … )` needs no further child.
    if case .subshell(let list) = command.kind {
      if command.redirections.isEmpty {
        shell.push(ListFrame(list))
      } else {
        shell.push(RedirectedFrame(command))
      }
      return .go
    }
    if case .simple = command.kind {
      // Only the parent sees it fail.
      shell.runsOneCommand = true
      shell.state.jobs = shell.parentJobs
      shell.state.traps["ERR"] = nil
      shell.state.traps["DEBUG"] = nil
    } else {
      shell.replaceable = false
    }
    shell.run(command)
    return .go
  }
}

extension ShellProgram {
  func call(_ function: Function, name: String, arguments: [String], environment: [(String, String)]) {
    if let limit = variable("FUNCNEST"), let most = Int(limit), most > 0 {
      var depth = 0
      for call in state.calls where call.isFunction { depth += 1 }
      if depth >= most {
        complain("\(name): maximum function nesting level exceeded (\(most))")
        status = 1
        unwind(.line)
        return
      }
    }
    push(FunctionFrame(function, name: name, arguments: arguments, environment: environment))
  }
}
