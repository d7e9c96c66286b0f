// A person at a terminal of the simulated machine: keys go in, screen bytes come out with their virtual time. The recorder types
// blocks into it; `ardoise shell` connects a real keyboard to it.

import ShellRuntime
package import SimKernel
package import SimMachine

/// Bytes that reached the screen at one instant.
package struct ScreenOutput {
  package let at: Instant
  package let bytes: [UInt8]
}

/// Why the terminal stands still.
package enum TerminalPause: Equatable {
  /// The shell shows its prompt.
  case prompt
  /// A program in the foreground waits for input (psql, `read`, a shell in a pod).
  case program(name: String)
  /// A program runs on, and nothing more will happen in the world.
  case quiet(name: String)
  /// A program runs on, and the time for it is over.
  case timeLimit(name: String)
  /// The shell itself has ended.
  case closed
}

package final class TerminalSession {
  package let session: Session
  package let terminal: Terminal
  /// The account of what is being typed now; replaced for each block.
  package private(set) var account = Account()
  let shell: ShellProgram
  let shellProcess: Process

  package init(_ session: Session, columns: Int, rows: Int) {
    self.session = session
    let collector = ScreenCollector(session.world)
    terminal = Terminal(columns: columns, rows: rows) { bytes in collector.add(bytes) }
    screen = collector
    let machine = session.machine
    terminal.deliverSignal = { signal, group in session.signalForeground(signal, group: group) }
    shell = ShellProgram(.bash)
    shellProcess = machine.start(
      shell, arguments: ["bash"], environment: session.environment, workingDirectory: session.homeDirectory,
      files: [0: terminal, 1: terminal, 2: terminal], account: account)
    terminal.foregroundGroup = shellProcess.group
  }

  private let screen: ScreenCollector

  /// What has come to the screen since the last call.
  package func takeOutput() -> [ScreenOutput] {
    defer { screen.output = [] }
    return screen.output
  }

  /// Exit status of the last command that ended at the prompt.
  package var lastStatus: Int32 { shell.lastStatus }

  /// Begins a new account: budgets start again, and "not simulated" is heard per block.
  package func beginBlock() {
    account = Account()
    shellProcess.account = account
  }

  /// What could not be simulated, but for `help`, whose own words say what is.
  package var notSimulated: [String] {
    var result: [String] = []
    for reason in account.notSimulated where !reason.utf8.starts(with: ("bash: " + ShellProgram.ownHelp).utf8) {
      result.append(reason)
    }
    return result
  }

  package func type(_ text: String) { terminal.type(Array(text.utf8)) }
  package func pressInterrupt() { terminal.type([3]) }

  /// Lets the world go on until the terminal stands still, at most for `limit`; or until `isDisturbed` says so, which is asked
  /// now and then, as a command may keep busy without any time passing.
  package func run(limit: Interval, isDisturbed: () -> Bool = { false }) -> TerminalPause {
    let deadline = session.world.now + limit
    var turns = 0
    while true {
      turns += 1
      if turns % 64 == 0, isDisturbed() { return .timeLimit(name: foregroundName) }
      if shellProcess.hasEnded { return .closed }
      if terminal.isAwaitingInput, session.world.nextInstant != session.world.now {
        if terminal.takeTypedAhead() { continue }
        if terminal.foregroundGroup == shellProcess.group { return .prompt }
        return .program(name: foregroundName)
      }
      if account.limitReached == nil, session.world.isQuiet { return .quiet(name: foregroundName) }
      if !session.world.step(until: deadline) {
        session.world.run(until: deadline)
        return .timeLimit(name: foregroundName)
      }
    }
  }

  /// Lets virtual time pass, as a person who reads does.
  package func wait(_ interval: Interval) { session.world.run(until: session.world.now + interval) }

  /// The name of the program in the foreground.
  package var foregroundName: String { session.foregroundName(of: terminal) ?? "bash" }
}

private final class ScreenCollector {
  var output: [ScreenOutput] = []
  private let world: World

  init(_ world: World) { self.world = world }

  func add(_ bytes: ArraySlice<UInt8>) {
    if let last = output.last, last.at == world.now {
      output[output.count - 1] = ScreenOutput(at: last.at, bytes: last.bytes + bytes)
    } else {
      output.append(ScreenOutput(at: world.now, bytes: Array(bytes)))
    }
  }
}
