// The shell as a program of the simulated machine: an interpreter whose stack of frames lives on the heap, so that waiting for a
// child, a pipe or a key gives the turn back to the world and is taken up again later. Follows bash 5.2 (the Bash manual);
// `dash` and `ash` are the same interpreter with those shells' way of naming themselves in messages.

import ShellSyntax
import SimKernel
package import SimMachine

package enum ShellFlavour {
  case bash, dash, ash
}

/// What stops a run of frames.
enum Unwind {
  case breakLoop
  case continueLoop
  case returnFunction
  /// The rest of the current line is dropped.
  case line
  case exit
}

/// What a frame answers when it has done a bit of work.
enum Flow {
  case go
  case wait([Wait])
  /// Give others a turn first.
  case yield
}

/// One activity of the interpreter. Frames are pushed and popped on `ShellProgram.frames`; a child tells its parent the result in
/// `ShellProgram.status`.
class Frame {
  /// The number of contexts in which errors are tolerated (`if`, `&&`, `!`) when the frame began.
  var tolerance = 0
  /// The line that was current before the frame set its own; it is again when the frame leaves.
  var outerLine: Int?
  /// The DEBUG trap has been run for what the frame does next.
  var isAnnounced = false
  /// True while a foreground child runs: traps wait.
  var holdsTraps: Bool { false }

  init() {}

  func step(_ shell: ShellProgram) -> Flow { .go }
  /// Whether the unwinding ends here. When it does, the frame stays on the stack.
  func catches(_ unwind: Unwind, _ shell: ShellProgram) -> Bool { false }
  /// Called when the frame leaves the stack, for whatever reason.
  func leave(_ shell: ShellProgram) {}
}

package final class ShellProgram: Program {
  static let framesMax = 60_000
  /// Bytes that a variable may hold.
  static let valueBytesMax = 8 << 20
  /// What a new process costs of the budget of steps, as it takes so much longer than a command of the shell.
  static let forkSteps: Int64 = 30
  /// Words that one brace expansion may make.
  static let wordsMax: Int64 = 2_000_000

  package let flavour: ShellFlavour
  var state = ShellState()
  var frames: [Frame] = []
  /// `$?`
  var status: Int32 = 0
  /// `$?` at the prompt, for whoever watches the terminal.
  package var lastStatus: Int32 { status }
  /// Contexts in which errors are tolerated, around the current frame.
  var tolerance = 0
  var isInteractive = false
  var isSubshell = false
  /// Commands come from `-c`.
  var isCommandString = false
  var readsStandardInput = false
  /// Substitutions already made for the expansion that is under way.
  var journal = Journal()
  var undo: [Change] = []
  /// Bytes of messages that an expansion printed when it was run before.
  var skippedBytes = 0
  /// The builtin that is giving integer variables their values.
  var integerContext: String?
  /// Interrupts are for the foreground: set for a background child, which ignores them from its first turn on.
  var ignoresInterrupts = false
  var nestedArithmeticError: ArithmeticError?
  let arithmeticCache = ArithmeticCache()
  var pendingTraps: [String] = []
  /// The shell has sent itself a signal: it arrives before the next command.
  var yieldsForSignal = false
  var commandName = ""
  /// This process runs one command and is gone afterwards: an external command needs no child of its own.
  var replaceable = false
  /// This process is a simple command of a pipeline or in the background.
  var runsOneCommand = false
  private var replaced = false
  private var started = false
  private var exitTrapDone = false
  /// SIGINT came while a foreground child ran.
  private var interruptedDuringChild = false
  private var currentProcess: Process?
  /// Statuses of children that have ended, by process.
  var ended: [(id: Int, code: Int32)] = []
  /// The status with which a trapped signal ends `wait`.
  var waitInterrupted: Int32?
  let sharedPartial = PartialLine()
  /// The signal that ends the shell once its EXIT trap has run.
  private var diesOf: Signal?
  private var handsOver = false
  var currentProcessIsAlive: Bool { currentProcess != nil }
  /// Loops that `break` or `continue` has still to leave.
  var loopLevels = 0
  var readonlyFunctions: Set<String> = []
  var inDebugTrap = false
  /// For `set -x`: the term of `[[ … ]]` that comes next stands after a `!`.
  var conditionIsNegated = false
  /// More than zero: lists are joined instead of making fields.
  var joining = 0
  /// More than zero: the text of a here-document or an expression is being expanded.
  var joiningText = 0
  /// The text of the word that is being expanded, for messages.
  var expandedText = ""
  /// The list that is being expanded is an array, not the positional parameters.
  var isArrayList = false
  var openReaders: [(descriptor: Int, file: OpenFile)] = []
  var wroteThisTurn = false
  var lastSubstitutionStatus: Int32?

  package init(_ flavour: ShellFlavour = .bash) { self.flavour = flavour }

  /// A copy of `parent` that runs one frame: what `fork` gives a subshell.
  init(forkOf parent: ShellProgram, running frame: Frame) {
    flavour = parent.flavour
    state = parent.state
    status = parent.status
    tolerance = parent.tolerance
    isSubshell = true
    isCommandString = parent.isCommandString
    started = true
    state.subshellLevel += 1
    state.children = []
    parentJobs = parent.state.jobs
    state.jobs = []
    state.jobsAreInherited = true
    state.coprocesses = []
    for name in state.traps.keys.sorted() {
      if name == "ERR", state.options.errtrace { continue }
      if name == "DEBUG" || name == "RETURN", state.options.functrace { continue }
      if state.traps[name] != "" { inheritedTraps[name] = state.traps.removeValue(forKey: name) }
    }
    parentNoticesStops = parent.noticesStops
    state.options.monitor = false
    state.randomSeed = state.randomSeed &* 1_103_515_245 &+ 12_345 &+ UInt32(truncatingIfNeeded: state.subshellLevel)
    frame.tolerance = tolerance
    frames = [frame]
  }
  /// Jobs of the shell that this one was forked from.
  private(set) var parentJobs: [Job] = []
  private(set) var parentNoticesStops = false
  /// What `trap` in a subshell lists although it no longer acts.
  var inheritedTraps: [String: String] = [:]

  var process: Process { currentProcess! }
  var world: World { process.world }
  var machine: Machine { process.machine }

  // MARK: Turns

  package func resume(_ process: Process) -> Step {
    currentProcess = process
    defer { currentProcess = nil }
    wroteThisTurn = false
    if ignoresInterrupts {
      ignoresInterrupts = false
      for signal in [Signal.interrupt, .quit] where !process.ignoredSignals.contains(signal) {
        process.ignoredSignals.append(signal)
      }
    }
    if !started {
      started = true
      if let code = start() { return .exit(code) }
    }
    var turns = 0
    while true {
      turns += 1
      if turns > 1_500 || process.account.limitReached != nil { return .again }
      if interruptedDuringChild, frames.last?.holdsTraps != true {
        interruptedDuringChild = false
        if status == 128 + Signal.interrupt.rawValue {
          process.finish(.signaled(.interrupt))
          return .again
        }
      }
      if !pendingTraps.isEmpty, frames.last?.holdsTraps != true { runPendingTrap() }
      guard let top = frames.last else {
        if !exitTrapDone, runExitTrap() { continue }
        if let diesOf {
          // What the trap has written is handed over first.
          if !handsOver {
            handsOver = true
            return .again
          }
          process.finish(.signaled(diesOf))
          return .again
        }
        return .exit(status & 0xff)
      }
      switch top.step(self) {
      case .go: break
      case .wait(let waits): return .wait(waits)
      case .yield: return .again
      }
      if replaced { return .again }
      if yieldsForSignal {
        yieldsForSignal = false
        return .again
      }
    }
  }

  package func handle(_ signal: Signal, _ process: Process) -> Bool {
    let name = signal.name
    if let action = state.traps[name] {
      if !action.isEmpty {
        pendingTraps.append(name)
        if frames.last is WaitFrame { waitInterrupted = 128 + signal.rawValue }
      }
      return true
    }
    if isInteractive, !isSubshell {
      switch signal {
      case .interrupt:
        pendingTraps.append("interactive-interrupt")
        return true
      case .terminate, .quit, .terminalStop,
        .hangup where signal != .hangup:
        return true
      default: return false
      }
    }
    if signal == .interrupt, frames.last?.holdsTraps == true {
      // A foreground child got it too: only if it dies of it does the shell follow.
      interruptedDuringChild = true
      return true
    }
    if signal.endsProcess, !process.isInit, !isSubshell, state.traps["EXIT"] != nil, signal != .pipe {
      // bash runs the EXIT trap before it dies of a signal.
      pendingTraps.append("die-\(signal.rawValue)")
      return true
    }
    return false
  }

  /// At a terminal only the command that used up the budget is lost, not the session.
  package func budgetAfterLimit(_ process: Process) -> Account? {
    guard isInteractive, !isSubshell, let terminal = process.file(0)?.terminal else { return nil }
    if terminal.foregroundGroup != process.group { terminal.deliverSignal(.kill, terminal.foregroundGroup) }
    currentProcess = process
    defer { currentProcess = nil }
    reclaimTerminal()
    status = 128 + Signal.kill.rawValue
    unwind(.line)
    return Account()
  }

  private func runPendingTrap() {
    let name = pendingTraps.removeFirst()
    if name == "interactive-interrupt" {
      process.write(2, "\n")
      status = 130
      unwind(.line)
      return
    }
    if name.utf8.starts(with: "die-".utf8), let number = Int32(name.dropFirst(4)) {
      status = 128 + number
      diesOf = Signal(rawValue: number)
      unwind(.exit)
      return
    }
    guard let action = state.traps[name], !action.isEmpty else { return }
    push(TrapFrame(action: action))
  }

  private func runExitTrap() -> Bool {
    exitTrapDone = true
    guard let action = state.traps["EXIT"], !action.isEmpty else { return false }
    state.traps["EXIT"] = nil
    tolerance = 0
    push(TrapFrame(action: action, isExit: true))
    return true
  }

  /// The process goes on as another program.
  func become(_ program: any Program, arguments: [String], environment: Environment) {
    process.environment = environment
    process.become(program, arguments: arguments)
    frames = []
    replaced = true
  }

  // MARK: Frames

  func push(_ frame: Frame) {
    frame.tolerance = tolerance
    frames.append(frame)
    if frames.count > ShellProgram.framesMax {
      process.account.reach("recursion limit reached: functions call each other without end")
    }
  }

  func pop() {
    guard let frame = frames.popLast() else { return }
    tolerance = frame.tolerance
    if let line = frame.outerLine { state.line = line }
    frame.leave(self)
  }

  /// A command is about to run: notes it for BASH_COMMAND and runs the DEBUG trap, once per frame. True: the trap has been
  /// pushed, and the frame is stepped again after it.
  func announce(_ frame: Frame, _ command: @autoclosure () -> NotedCommand, isCheap: Bool = false) -> Bool {
    guard !frame.isAnnounced else { return false }
    frame.isAnnounced = true
    // The text of other commands is made only when something may look at it.
    guard isCheap || !state.traps.isEmpty, !inDebugTrap else { return false }
    if runningTraps == 0 { state.command = command() }
    guard let action = state.traps["DEBUG"], !action.isEmpty else { return false }
    push(TrapFrame(action: action, isDebug: true, line: state.line))
    return true
  }

  /// A command of the top frame begins at a line.
  func enter(line: Int, _ frame: Frame) {
    if frame.outerLine == nil { frame.outerLine = state.line }
    state.line = line + state.lineOffset
    state.errorLine = state.line
  }

  /// Pops frames until one catches. For `.exit` nothing does, except where a subshell would end anyway.
  func unwind(_ unwind: Unwind) {
    while let top = frames.last {
      if top.catches(unwind, self) { return }
      pop()
    }
    if case .line = unwind { return }
  }

  func spend(_ steps: Int64 = 1) { process.account.spend(steps: steps) }

  // MARK: Output

  func write(_ text: String) { writeBytes(text.rawBytes) }
  func writeBytes(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    guard process.file(1) != nil else {
      if !writeFailed { complain("write error: Bad file descriptor", builtin: true) }
      writeFailed = true
      return
    }
    put(1, bytes)
  }

  /// Writes to a descriptor. Regular files take it at once, so that a later command of this turn sees it.
  private func put(_ descriptor: Int, _ bytes: [UInt8]) {
    if let file = process.file(descriptor) as? RegularFile {
      if case .failed(let error) = file.write(bytes[...]), descriptor == 1 {
        if !writeFailed { complain("write error: \(error.message)", builtin: true) }
        writeFailed = true
      }
      return
    }
    wroteThisTurn = true
    process.write(descriptor, bytes)
  }
  /// A write of the current builtin failed.
  var writeFailed: Bool {
    get { writeFailedFlag }
    set { writeFailedFlag = newValue }
  }
  private var writeFailedFlag = false

  func writeError(_ text: String) {
    let bytes = text.rawBytes
    if skippedBytes >= bytes.count, skippedBytes > 0 {
      skippedBytes -= bytes.count
      return
    }
    journal.printed += bytes.count
    put(2, bytes)
  }

  /// What messages begin with: `bash: line 3: `, or `bash: ` for an interactive shell.
  var messagePrefix: String {
    switch flavour {
    case .bash:
      if isInteractive || (isSubshell && state.options["interactive-comments"] == nil) { return "\(state.zero): " }
      if interactiveAncestor { return "\(state.zero): " }
      return "\(errorName): line \(state.line): "
    case .dash, .ash:
      if isInteractive || interactiveAncestor { return "\(state.zero): \(flavour == .dash ? "\(state.line): " : "")" }
      if flavour == .ash { return isCommandString ? "\(state.zero): " : "\(errorName): line \(state.line): " }
      return "\(errorName): \(state.line): "
    }
  }
  var interactiveAncestor = false
  var errorName: String {
    if flavour == .bash, let call = state.calls.last, !call.source.isEmpty { return call.source }
    return state.zero
  }

  /// Prints a message of the shell on standard error; with `builtin`, after the name of the running builtin.
  func complain(_ message: String, builtin: Bool = false) {
    if flavour == .ash, builtin {
      // Some builtins are busybox' programs, which know no lines; the others count them from 0 in a command string.
      let isApplet = ["test", "[", "printf", "kill", "echo"].contains(commandName)
      let counts = !isApplet && !commandName.isEmpty && !isInteractive && !interactiveAncestor
      let place = counts ? "line \(max(0, isCommandString ? state.line - 1 : state.line)): " : ""
      writeError("\(state.zero): \(isApplet || commandName.isEmpty ? "" : commandName + ": ")\(place)\(message)\n")
      return
    }
    writeError(messagePrefix + (builtin && !commandName.isEmpty ? "\(commandName): " : "") + message + "\n")
  }

  func notSimulated(_ what: String) { process.note(notSimulated: "bash: \(what)") }

  // MARK: Results of commands

  /// A command has ended: sets `$?`, and acts on failure as `set -e` and the ERR trap say.
  func finishCommand(_ code: Int32, pipeStatus: [Int32]? = nil) {
    status = code
    if let pipeStatus {
      state.pipeStatus = pipeStatus
    } else if state.pipeStatus.count == 1 {
      state.pipeStatus[0] = code
    } else {
      state.pipeStatus = [code]
    }
    checkFailure()
  }

  func checkFailure() {
    let wasTrapped = trapsError
    trapsError = true
    guard status != 0, tolerance == 0 else { return }
    if wasTrapped, let action = state.traps["ERR"], !action.isEmpty, !inErrorTrap {
      if state.options.errexit { push(ExitFrame(status)) }
      push(TrapFrame(action: action, isError: true, line: state.errorLine))
      return
    }
    if state.options.errexit { unwind(.exit) }
  }
  var inErrorTrap = false
  /// The command that ends now began under an ERR trap; a trap that it set itself is not for it.
  var trapsError = true
  /// Actions of traps that are being run: BASH_COMMAND stays what it was before them.
  var runningTraps = 0
  var warnedAboutJobs = false
  /// The line typed last is in the history.
  var rememberedLast = false
}

/// Ends the shell with a status once what is above it is done.
final class ExitFrame: Frame {
  let code: Int32
  init(_ code: Int32) { self.code = code }

  override func step(_ shell: ShellProgram) -> Flow {
    shell.status = code
    shell.unwind(.exit)
    return .go
  }
}
