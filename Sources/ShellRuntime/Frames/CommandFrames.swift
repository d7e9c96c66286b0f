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

/// Redirections around a compound command.
final class RedirectedFrame: Frame {
  let command: Command
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
    // What is left for a shell of its own to do (the EXIT trap) still goes where the redirections say.
    if shell.frames.isEmpty, shell.isSubshell { shell.forget(saved) } else { shell.restore(saved) }
    saved = []
  }
}

/// `( … )`: a child that is waited for.
final class SubshellFrame: Frame {
  let command: Command
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
      if child.isStopped, shell.noticesStops {
        shell.reclaimTerminal()
        shell.addStoppedJob([child], text: ShellPrinter.command(command))
        shell.pop()
        shell.finishCommand(148)
        return .go
      }
      return .wait([.queue(child.ended)])
    }
    shell.reclaimTerminal()
    shell.foregroundEnded(status, child, text: ShellPrinter.command(command))
    if shell.dropsLine(after: status) { return .go }
    let line = shell.state.line
    shell.pop()
    shell.state.errorLine = line
    shell.finishCommand(status.code)
    return .go
  }
}

/// Runs one command and is gone: the only frame of a pipeline member.
final class CommandFrame: Frame {
  let command: Command
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
      if !shell.state.options.errtrace { shell.state.traps["ERR"] = nil }
      shell.state.traps["DEBUG"] = nil
    } else {
      shell.replaceable = false
    }
    shell.run(command)
    return .go
  }
}
