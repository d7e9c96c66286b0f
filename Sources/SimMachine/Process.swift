// One simulated process: arguments, environment, descriptors, and the program that is being run. Output is collected during a
// turn and flushed after it; a process whose reader is slow gets no further turn until all of it is taken, so programs never
// handle partial writes.

package import SimKernel

package final class Process {
  package let id: Int
  package let parent: Process?
  /// The process group: one pipeline of an interactive shell, or everything under one `bash -c`.
  package var group: Int
  package let machine: Machine
  /// Replaced only for a shell at its prompt, when the next line is typed.
  package var account: Account
  /// `argv`, with the program's name first.
  package var arguments: [String]
  package var environment: Environment
  package var workingDirectory: String
  package var credentials: Credentials
  package var umask = 0o022
  /// Signals that do nothing to this process; children inherit them, also across `exec`.
  package var ignoredSignals: [Signal] = []
  package private(set) var files: [Int: OpenFile] = [:]
  private var kept: [OpenFile] = []
  package let startedAt: Instant
  /// Set when it has ended.
  package private(set) var status: ExitStatus?
  /// Woken when it ends or stops.
  package let ended = WaitQueue()
  /// True after Ctrl-Z, until it is continued.
  package private(set) var isStopped = false
  /// The first process of a container: signals it does not handle are ignored, as the kernel does for PID 1.
  package var isInit = false

  private var program: any Program
  private var pendingOutput: [(file: OpenFile, bytes: [UInt8], from: Int)] = []
  private var pendingBytes = 0
  private var pendingSignals: [Signal] = []
  private var stepAfterFlush: Step?
  private var waitingOn: [(queue: WaitQueue, token: Int)] = []
  private var timer: EventID?
  private var turnQueued = false

  init(
    id: Int, parent: Process?, machine: Machine, account: Account, program: any Program, arguments: [String],
    environment: Environment, workingDirectory: String, credentials: Credentials, files: [Int: OpenFile], group: Int?
  ) {
    self.id = id
    self.parent = parent
    self.machine = machine
    self.account = account
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.credentials = credentials
    self.group = group ?? id
    startedAt = machine.world.now
    umask = parent?.umask ?? 0o022
    ignoredSignals = parent?.ignoredSignals ?? []
    for descriptor in files.keys.sorted() {
      let file = files[descriptor]!
      file.retain()
      self.files[descriptor] = file
    }
    account.processStarted()
  }

  package var world: World { machine.world }
  /// Whether it will do something by itself at some instant.
  package var hasTimer: Bool { timer != nil }
  package var fileSystem: FileSystem { machine.fileSystem }
  package var hasEnded: Bool { status != nil }
  /// `argv[0]` without its folders: how the program names itself in messages.
  package var name: String {
    let path = arguments.first ?? ""
    guard let slash = path.utf8.lastIndex(of: 47) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// Says that something this process was asked to do is not modelled. Nothing may be printed in its place.
  package func note(notSimulated reason: String) { account.note(notSimulated: reason) }

  // MARK: Descriptors

  package func file(_ descriptor: Int) -> OpenFile? { files[descriptor] }

  /// Makes a descriptor refer to an open file, closing what it referred to.
  package func setFile(_ descriptor: Int, _ file: OpenFile?) {
    file?.retain()
    files.removeValue(forKey: descriptor)?.release()
    files[descriptor] = file
  }

  /// Keeps a file open that has no descriptor for now: what a redirection hides, a pipe that the program reads itself. It is closed
  /// with the process, and when the process becomes another program.
  package func keep(_ file: OpenFile) {
    file.retain()
    kept.append(file)
  }
  package func drop(_ file: OpenFile) {
    guard let index = kept.lastIndex(where: { $0 === file }) else { return }
    kept.remove(at: index)
    file.release()
  }
  private func dropAll() {
    for file in kept { file.release() }
    kept = []
  }

  /// Whether so much output is collected that a program should end its turn, as a reader may be slow or gone.
  package var hasBacklog: Bool { pendingBytes >= 65_536 }

  /// Collects output; it is flushed at the end of the turn, in order. What is collected in one turn has its bound too: a program
  /// that does not end its turn would otherwise fill the memory before anybody takes a byte.
  package func write(_ descriptor: Int, _ bytes: [UInt8]) {
    guard !bytes.isEmpty, let file = files[descriptor] else { return }
    let isShown = file.budget == .shown
    guard pendingBytes <= (isShown ? Int(account.outputLeft) : FileSystem.fileSizeMax) else {
      return account.reach(Account.endlessOutput)
    }
    pendingBytes += bytes.count
    if let last = pendingOutput.indices.last, pendingOutput[last].file === file {
      pendingOutput[last].bytes.append(contentsOf: bytes)
    } else {
      pendingOutput.append((file, bytes, 0))
    }
  }
  package func write(_ descriptor: Int, _ text: String) { write(descriptor, text.rawBytes) }
  /// Writes to standard output.
  package func print(_ text: String) { write(1, text) }
  /// Writes to standard error.
  package func complain(_ text: String) { write(2, text) }

  /// Reads what is there (at most 64 KiB).
  package func read(_ descriptor: Int, _ count: Int = 65_536) -> ReadOutcome {
    guard let file = files[descriptor] else { return .failed(.badDescriptor) }
    return file.read(count)
  }

  // MARK: Turns

  /// Asks for a turn at this instant.
  package func wake() {
    guard !hasEnded, !isStopped, !turnQueued else { return }
    turnQueued = true
    stopWaiting()
    world.soon { [self] in
      turnQueued = false
      takeTurn()
    }
  }

  private func takeTurn() {
    guard !hasEnded, !isStopped else { return }
    account.spend(steps: 1)
    if account.limitReached != nil, endsAtLimit() { return }
    guard deliverSignals() else { return }
    if !pendingOutput.isEmpty || stepAfterFlush != nil {
      guard flush() else { return }
      if let step = stepAfterFlush {
        stepAfterFlush = nil
        // A wait that was put off may have come true meanwhile: look again instead of sleeping on it.
        if case .exit = step { return after(step) }
      }
    }
    let step = program.resume(self)
    for path in fileSystem.takeUncharted() { note(notSimulated: path) }
    guard !hasEnded else { return }
    let writesToItself = awaitsOwnOutput(step)
    if flush() {
      if writesToItself { wake() } else { after(step) }
    } else {
      stepAfterFlush = step
    }
  }

  /// What happens when the budget is used up. False: the process goes on, with another.
  private func endsAtLimit() -> Bool {
    guard let fresh = program.budgetAfterLimit(self) else {
      finish(.signaled(.kill))
      return true
    }
    account = fresh
    pendingOutput = []
    stepAfterFlush = nil
    return false
  }

  /// Whether a step waits for what this process has just written: to a named pipe open for both.
  private func awaitsOwnOutput(_ step: Step) -> Bool {
    guard !pendingOutput.isEmpty, case .wait(let waits) = step else { return false }
    for case .queue(let queue) in waits {
      for output in pendingOutput where output.0.readable === queue { return true }
    }
    return false
  }

  /// Turns in a row without a wait.
  private var busyTurns = 0
  private static let freeTurns = 500

  private func after(_ step: Step) {
    switch step {
    case .exit(let code): finish(.exited(code))
    case .again:
      // Who works on and on takes time: a timeout or another process' sleep ends meanwhile.
      busyTurns += 1
      if busyTurns > Process.freeTurns {
        sleep([.until(world.now + Interval(nanoseconds: 5_000_000), .activity)])
      } else {
        wake()
      }
    case .wait(let waits):
      busyTurns = 0
      sleep(waits)
    }
  }

  private func sleep(_ waits: [Wait]) {
    if !pendingSignals.isEmpty { return wake() }
    stopWaiting()
    var earliest: (Instant, EventWeight)?
    for wait in waits {
      switch wait {
      case .queue(let queue):
        waitingOn.append((queue, queue.onWake { [self] in wake() }))
      case .until(let instant, let weight):
        if let sooner = earliest, sooner.0 <= instant { continue }
        earliest = (instant, weight)
      }
    }
    if let (instant, weight) = earliest {
      timer = world.schedule(at: instant, weight: weight) { [self] in
        timer = nil
        wake()
      }
    }
  }

  private func stopWaiting() {
    for (queue, token) in waitingOn { queue.cancel(token) }
    waitingOn = []
    if let timer { world.cancel(timer) }
    timer = nil
  }

  /// Hands collected output to its files. False when a reader is slow: the process sleeps until there is room.
  private func flush() -> Bool {
    while !pendingOutput.isEmpty {
      let (file, bytes, from) = pendingOutput[0]
      var rest = bytes[from...]
      if file.budget == .shown, account.outputLeft < rest.count { rest = rest.prefix(Int(account.outputLeft)) }
      switch file.write(rest) {
      case .wrote(let count):
        pendingBytes -= count
        switch file.budget {
        case .shown: account.spend(outputBytes: count)
        case .stored: account.spend(storedBytes: count)
        case .passing: break
        }
        if account.limitReached != nil {
          if !endsAtLimit() { wake() }
          return false
        }
        if from + count == bytes.count {
          pendingOutput.removeFirst()
        } else {
          pendingOutput[0].from = from + count
        }
      case .wouldBlock:
        sleep([.queue(file.writable)])
        return false
      case .failed(let error):
        pendingOutput.removeFirst()
        pendingBytes -= bytes.count - from
        if error == .fileTooLarge { account.reach("storage limit reached: a file grows without end") }
        if error == .brokenPipe {
          if !program.handle(.pipe, self) {
            finish(.signaled(.pipe))
            return false
          }
        }
      }
    }
    return true
  }

  /// What has been written when a process kills itself is not lost with it.
  private func handOver() {
    for (file, bytes, from) in pendingOutput {
      guard case .wrote(let count) = file.write(bytes[from...]), from + count == bytes.count else { return }
    }
  }

  // MARK: Signals and the end

  package func send(_ signal: Signal) {
    guard !hasEnded else { return }
    switch signal {
    case .kill:
      handOver()
      return finish(.signaled(.kill))
    case .stop: return stop()
    case .resume where isStopped:
      isStopped = false
      return wake()
    default: break
    }
    pendingSignals.append(signal)
    // A process that is stopped sees the signal when it is continued.
    wake()
  }

  /// A signal from a process of the same machine. From inside, the first process of a container can be neither killed nor
  /// stopped: the kernel drops what it does not handle, and nobody handles these two.
  package func send(_ signal: Signal, from sender: Process) {
    if isInit, sender.machine === machine, signal == .kill || signal == .stop { return }
    send(signal)
  }

  private func deliverSignals() -> Bool {
    while !pendingSignals.isEmpty {
      let signal = pendingSignals.removeFirst()
      if ignoredSignals.contains(signal) { continue }
      if program.handle(signal, self) {
        if hasEnded { return false }
        continue
      }
      if signal == .terminalStop {
        stop()
        return false
      }
      if signal.endsProcess, !isInit {
        finish(.signaled(signal))
        return false
      }
    }
    return true
  }

  private func stop() {
    isStopped = true
    ended.wake()
  }

  /// Ends the process at once.
  package func finish(_ status: ExitStatus) {
    guard !hasEnded else { return }
    self.status = status
    stopWaiting()
    pendingOutput = []
    pendingBytes = 0
    for descriptor in files.keys.sorted() { files[descriptor]?.release() }
    files = [:]
    dropAll()
    account.processEnded()
    machine.forget(self)
    ended.wake()
  }

  /// Runs another program in this process (`exec`).
  package func become(_ program: any Program, arguments: [String]) {
    self.program = program
    self.arguments = arguments
    dropAll()
  }
}
