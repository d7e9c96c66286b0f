// The first process of a server's image: starts after a while, runs until it is told to stop, stops after a while. What is
// particular to a server is in the closures' place: subclasses.

import SimKernel
import SimMachine

class ServerProcess: Program {
  private enum Phase { case new, starting, running, stopping }
  private var phase = Phase.new
  private var waitUntil = Instant.start
  private let idle = WaitQueue()
  /// Set by `prepare` when the process runs another program from now on.
  final var handedOver = false

  /// First look at arguments and files. An exit code ends the program at once.
  func prepare(_ process: Process) -> Int32? { nil }
  /// From `prepare` to `begin`.
  func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(200) }
  /// Ready: listens from now on. An exit code ends the program.
  func begin(_ process: Process) -> Int32? { nil }
  /// SIGTERM or SIGINT arrived.
  func stopping(_ process: Process, _ signal: Signal) {}
  func stopDelay(_ process: Process) -> Interval { process.machine.facts.stopDelay ?? .milliseconds(100) }
  /// Signals that do not stop it. True: handled.
  func handleOther(_ signal: Signal, _ process: Process) -> Bool { false }
  /// Last words and exit code.
  func stopped(_ process: Process) -> Int32 { 0 }

  final func resume(_ process: Process) -> Step {
    while true {
      switch phase {
      case .new:
        if let code = prepare(process) { return .exit(code) }
        if handedOver { return .again }
        waitUntil = process.world.now + startDelay(process)
        phase = .starting
      case .starting:
        guard process.world.now >= waitUntil else { return .wait([.until(waitUntil, .activity)]) }
        phase = .running
        if let code = begin(process) { return .exit(code) }
      case .running: return .wait([.queue(idle)])
      case .stopping:
        guard process.world.now >= waitUntil else { return .wait([.until(waitUntil, .activity)]) }
        return .exit(stopped(process))
      }
    }
  }

  final func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .terminate || signal == .interrupt || signal == .quit else {
      return handleOther(signal, process)
    }
    if phase == .running {
      phase = .stopping
      stopping(process, signal)
      waitUntil = process.world.now + stopDelay(process)
      return true
    }
    return phase == .stopping || process.isInit
  }

  /// Ends as if a signal had arrived (a client's shutdown command).
  final func shutDown(_ process: Process) {
    guard phase == .running else { return }
    phase = .stopping
    waitUntil = process.world.now + .milliseconds(1)
    process.wake()
  }
}
