// A server that knows others of its kind: finds them through the cluster's names and addresses, notices when one is gone, and
// tries again. While nothing is happening it has no timer of its own, so that a settled pod costs nothing; retries that nobody
// waits for are housekeeping.

import SimKernel
import SimMachine

class PeerServer: Listener {
  let service: String
  let machine: Machine
  private(set) var isUp = false
  private(set) var process: Process?
  private var peers: [PeerServer] = []
  private var ports: [Int] = []

  init(service: String, machine: Machine) {
    self.service = service
    self.machine = machine
  }

  var world: World { machine.world }
  var asText: (any TextListener)? { nil }

  // MARK: Life

  /// Begins to listen, until `close` or until the process ends, however it ends.
  func open(_ process: Process, ports: [Int]) {
    self.process = process
    self.ports = ports
    isUp = true
    for port in ports { machine.listeners[port] = self }
    watchEnd(process)
    machine.disturbed()
  }

  private func watchEnd(_ process: Process) {
    process.ended.onWake { [self] in
      process.hasEnded ? close() : watchEnd(process)
    }
  }

  /// Stops listening; everybody linked hears of it.
  func close() {
    guard isUp else { return }
    isUp = false
    for port in ports where machine.listeners[port] === self { machine.listeners[port] = nil }
    closed()
    let linked = peers
    peers = []
    process = nil
    for peer in linked {
      peer.peers.removeAll { $0 === self }
      if peer.isUp { peer.peerLost(self) }
    }
  }

  /// A line on the container's log, from whatever made it necessary.
  func log(_ text: String, to descriptor: Int = 1) {
    guard let process, !process.hasEnded else { return }
    process.write(descriptor, text)
    process.wake()
  }

  // MARK: Others

  /// What listens at an address, when it is a server that runs.
  func find(_ host: String, _ port: Int) -> PeerServer? {
    guard let network = machine.network else {
      let isOwn = host == "localhost" || host == "127.0.0.1" || host == machine.hostname
      return isOwn ? machine.listeners[port] as? PeerServer : nil
    }
    guard case .connected(let listener, _) = network.connect(host: host, port: port, from: machine) else { return nil }
    guard let server = listener as? PeerServer, server.isUp else { return nil }
    return server
  }

  /// From now on each hears when the other is gone.
  func link(_ other: PeerServer) {
    guard other !== self else { return }
    if !isLinked(other) { peers.append(other) }
    if !other.isLinked(self) { other.peers.append(self) }
  }

  func unlink(_ other: PeerServer) {
    peers.removeAll { $0 === other }
    other.peers.removeAll { $0 === self }
  }

  func isLinked(_ other: PeerServer) -> Bool {
    for peer in peers where peer === other { return true }
    return false
  }

  /// Overridden: what follows when a linked server is gone.
  func peerLost(_ other: PeerServer) {}
  /// Overridden: last things before the links are cut.
  func closed() {}

  // MARK: Time

  /// Does something after a while, if the server is still up then.
  func after(_ delay: Interval, weight: EventWeight = .activity, _ action: @escaping () -> Void) {
    world.after(delay, weight: weight) { [self] in
      if isUp { action() }
    }
  }

  /// Tries until it succeeds: as visible activity for the first `attempts`, then as housekeeping.
  func keepTrying(every period: Interval, activeFor attempts: Int, _ attempt: @escaping () -> Bool) {
    after(period, weight: attempts > 0 ? .activity : .housekeeping) { [self] in
      if !attempt() { keepTrying(every: period, activeFor: attempts - 1, attempt) }
    }
  }
}
