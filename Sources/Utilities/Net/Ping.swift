// ping: names that are not known, addresses that answer, and addresses where nobody does (the cluster's service addresses, which
// kube-proxy does not answer for). How long an answer takes is a figure of the simulated network, as a pod's start time is one of
// the simulated node: of the size that packets take within one machine, drawn from the session's seed.
// Sources: BusyBox networking/ping.c; iputils ping 20240117; compared with BusyBox 1.35 and iputils 20221126.

import SimKernel
import SimMachine

final class Ping: Program {
  private let flavour: UtilityFlavour
  private var host = ""
  private var started = Instant.start
  private var count: Int64?
  private var interval = Interval.seconds(Int64(1))
  private var deadline: Instant?
  private var patience = Interval.seconds(Int64(10))
  private var isQuiet = false
  private var isInterrupted = false
  private var answers = false
  /// How an answer's line begins and which number of hops it has left.
  private var origin = ""
  private var hopsLeft = 64
  private var sent: Int64 = 0
  /// Microseconds of each answer.
  private var times: [Int64] = []
  private let idle = WaitQueue()

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt, sent > 0 else { return false }
    isInterrupted = true
    return true
  }

  func resume(_ process: Process) -> Step {
    if host.isEmpty {
      if let code = start(process) { return .exit(code) }
    }
    let now = process.world.now
    if isInterrupted || deadline.map({ now >= $0 }) == true { return finish(process) }
    let isComplete = count.map { sent >= $0 } == true
    if isComplete, answers || now >= started + interval * (sent - 1) + patience { return finish(process) }
    if !isComplete, now >= started + interval * sent {
      send(process)
      return .again
    }
    var next = isComplete ? started + interval * (sent - 1) + patience : started + interval * sent
    if let deadline, deadline < next { next = deadline }
    return .wait([.until(next, .activity), .queue(idle)])
  }

  private func send(_ process: Process) {
    let sequence = flavour == .busybox ? "seq=\(sent)" : "icmp_seq=\(sent + 1)"
    sent += 1
    guard answers else { return }
    let time = Int64(process.world.random.below(60)) + (times.isEmpty ? 70 : 40)
    times.append(time)
    if !isQuiet {
      process.print("64 bytes from \(origin): \(sequence) ttl=\(hopsLeft) time=\(milliseconds(time)) ms\n")
    }
  }

  private func milliseconds(_ time: Int64) -> String { "\(time / 1_000).\(padded(time % 1_000))" }

  private func padded(_ number: Int64) -> String { (number < 10 ? "00" : number < 100 ? "0" : "") + String(number) }

  // MARK: The beginning

  private static let options = OptionTable("c= W= w= i= q n 4 v !6 !A !s= !I= !t= !f !D !O !R !b !a !p= !M= !S= !l= !L")

  private func start(_ process: Process) -> Int32? {
    let call = ToolCall(process: process, flavour: flavour)
    if let code = begin(call, Ping.options, "ping") { return code }
    guard !call.operands.isEmpty || flavour == .busybox else {
      call.writeError("ping: usage error: Destination address required\n")
      return 1
    }
    guard let name = call.operands.first, call.operands.count == 1 else {
      return call.notSimulated("ping without one host")
    }
    for option in ["c", "W", "w"] {
      guard let text = call.options.value(option) else { continue }
      guard let number = decimal(text), number > 0 else {
        if decimal(text) != nil { return call.notSimulated("ping -\(option) \(text)") }
        call.writeError(
          flavour == .busybox ? "ping: invalid number '\(text)'\n" : "ping: invalid argument: '\(text)'\n")
        return 1
      }
      switch option {
      case "c": count = number
      case "W": patience = .seconds(number)
      default: deadline = process.world.now + .seconds(number)
      }
    }
    if let text = call.options.value("i") {
      guard let length = duration(text), length.nanoseconds >= 200_000_000 else {
        return call.notSimulated("ping -i \(text)")
      }
      interval = length
    }
    isQuiet = call.options.has("q")
    return lookUp(name, call)
  }

  private func lookUp(_ name: String, _ call: ToolCall) -> Int32? {
    let machine = call.process.machine
    guard let network = machine.network else { return call.notSimulated("ping") }
    guard let address = network.resolve(name, from: machine).first, isNumericAddress(address) else {
      if !network.nameServerAnswers(machine) {
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
    guard let answers = network.answersEcho(address, from: machine) else {
      return call.notSimulated("ping of an address that nobody in the cluster has")
    }
    self.answers = answers
    host = name
    started = call.process.world.now
    origin = address
    hopsLeft = 64 - network.hops(to: address, from: machine)
    if flavour == .gnu, name != address, !call.options.has("n") {
      origin = "\(network.name(ofAddress: address, from: machine) ?? address) (\(address))"
    }
    call.process.print(
      "PING \(name) (\(address))\(flavour == .busybox ? ": 56 data bytes" : " 56(84) bytes of data.")\n")
    return nil
  }

  // MARK: The end

  private func finish(_ process: Process) -> Step {
    let received = Int64(times.count)
    let loss = sent == 0 ? 0 : (sent - received) * 100 / sent
    let noun = flavour == .busybox ? "packets received" : "received"
    var text =
      "\n--- \(host) ping statistics ---\n\(sent) packets transmitted, \(received) \(noun), \(loss)% packet loss"
    if flavour == .gnu {
      // Between one packet and the next a little more than the interval goes by.
      let slack = Int64(process.world.random.below(20)) * (sent - 1)
      text += ", time \((interval * (sent - 1)).nanoseconds / 1_000_000 + slack)ms"
    }
    text += "\n"
    if !times.isEmpty {
      text += statistics()
    } else if flavour == .gnu {
      text += "\n"
    }
    process.print(text)
    return .exit(received > 0 ? 0 : 1)
  }

  private func statistics() -> String {
    var (least, most, sum, squares) = (times[0], times[0], Int64(0), Int64(0))
    for time in times {
      least = min(least, time)
      most = max(most, time)
      sum += time
      squares += time * time
    }
    let number = Int64(times.count)
    let average = sum / number
    if flavour == .busybox {
      return "round-trip min/avg/max = \(milliseconds(least))/\(milliseconds(average))/\(milliseconds(most)) ms\n"
    }
    let variance = max(0, squares / number - average * average)
    var deviation: Int64 = 0
    while (deviation + 1) * (deviation + 1) <= variance { deviation += 1 }
    return
      "rtt min/avg/max/mdev = \(milliseconds(least))/\(milliseconds(average))/\(milliseconds(most))/\(milliseconds(deviation)) ms\n"
  }
}
