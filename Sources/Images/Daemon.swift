// A program that runs until it is told to stop and prints nothing: what most system images look like from a lab.

package import SimKernel
package import SimMachine

package final class Daemon: Program {
  private let stopDelay: Interval
  private let onStop: (Process) -> Void
  private var stopAt: Instant?
  private let idle = WaitQueue()

  /// - Parameters:
  ///   - stopDelay: time between SIGTERM (or SIGINT, SIGQUIT) and a clean exit
  ///   - onStop: what happens when the signal arrives (log lines, closing a listener)
  package init(stopDelay: Interval = .milliseconds(50), onStop: @escaping (Process) -> Void = { _ in }) {
    self.stopDelay = stopDelay
    self.onStop = onStop
  }

  package func resume(_ process: Process) -> Step {
    guard let stopAt else { return .wait([.queue(idle)]) }
    return process.world.now < stopAt ? .wait([.until(stopAt, .activity)]) : .exit(0)
  }

  package func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .terminate || signal == .interrupt || signal == .quit else { return false }
    if stopAt == nil {
      onStop(process)
      stopAt = process.world.now + stopDelay
    }
    return true
  }
}
