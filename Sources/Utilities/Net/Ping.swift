// ping: names that are not known, and addresses where nobody answers (the cluster's service addresses, which kube-proxy does not
// answer for). An answer shows how long it took, which is not simulated.
// Sources: BusyBox networking/ping.c; iputils ping.

import SimKernel
import SimMachine

final class Ping: Program {
  private let flavour: UtilityFlavour
  private var host = ""
  private var started = Instant.start
  private var count: Int64?
  private var interval = Interval.seconds(Int64(1))
  private var until: Instant?
  private var isInterrupted = false
  private let idle = WaitQueue()

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt, started > Instant.start else { return false }
    isInterrupted = true
    return true
  }

  func resume(_ process: Process) -> Step {
    if host.isEmpty {
      if let code = start(process) { return .exit(code) }
    }
    if isInterrupted { return finish(process) }
    guard let until else { return .wait([.queue(idle)]) }
    return process.world.now >= until ? finish(process) : .wait([.until(until, .activity)])
  }

  private static let options = OptionTable("c= W= w= i= q n 4 v !6 !A !s= !I= !t= !f !D !O !R !b !a !p= !M= !S= !l= !L")

  private func start(_ process: Process) -> Int32? {
    let call = ToolCall(process: process, flavour: flavour)
    if let code = begin(call, Ping.options, "ping") { return code }
    guard let name = call.operands.first, call.operands.count == 1 else {
      return call.notSimulated("ping without one host")
    }
    for option in ["c", "W", "w"] {
      if let text = call.options.value(option), decimal(text) == nil {
        guard flavour == .busybox else { return call.notSimulated("ping -\(option) \(text)") }
        call.writeError("ping: invalid number '\(text)'\n")
        return 1
      }
    }
    guard let network = process.machine.network else { return call.notSimulated("ping") }
    guard let address = network.resolve(name, from: process.machine).first, isNumericAddress(address) else {
      if !network.nameServerAnswers(process.machine) {
        return call.notSimulated("ping asking a name server that does not answer")
      }
      if isPublicName(name) { return call.notSimulated("ping of a host outside the cluster") }
      if flavour == .busybox {
        call.writeError("ping: bad address '\(name)'\n")
        return 1
      }
      if Resolver(call).search.isEmpty { return call.notSimulated("ping of a name that the resolver does not know") }
      call.writeError("ping: \(name): Name or service not known\n")
      return 2
    }
    guard network.answersEcho(address, from: process.machine) == false else {
      return call.notSimulated("ping: the times of its answers")
    }
    guard flavour == .busybox else { return call.notSimulated("ping: how long it waits for answers that do not come") }
    host = name
    count = call.options.value("c").flatMap { decimal($0) }
    started = process.world.now
    process.print("PING \(name) (\(address)): 56 data bytes\n")
    let patience = call.options.value("W").flatMap { decimal($0) } ?? 10
    if let count { until = started + .seconds(count - 1 + patience) }
    if let deadline = call.options.value("w").flatMap({ decimal($0) }) {
      let end = started + .seconds(deadline)
      if until == nil || end < until! { until = end }
    }
    return nil
  }

  private func finish(_ process: Process) -> Step {
    var sent = (process.world.now - started).wholeSeconds + 1
    if let count { sent = min(sent, count) }
    process.print(
      "\n--- \(host) ping statistics ---\n\(sent) packets transmitted, 0 packets received, 100% packet loss\n")
    return .exit(1)
  }
}
