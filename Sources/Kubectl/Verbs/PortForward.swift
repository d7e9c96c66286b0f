// kubectl port-forward: ports of the machine that lead to ports of a pod until Ctrl-C. Source: kubectl
// pkg/cmd/portforward/portforward.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let portForward = Verb(
    "port-forward", .troubleshooting,
    usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    synopsis: "Forward one or more local ports to a pod", examples: ["kubectl port-forward svc/web 8080:80"],
    flags: [
      .strings("address", "", "addresses to listen on"),
      .duration("pod-running-timeout", "", "1m0s", "how long to wait for a running pod"),
    ], run: PortForward.run)
}

enum PortForward {
  /// Passes requests on and says so.
  private final class Forwarded: HTTPListener {
    let service = "http"
    private let target: any HTTPListener
    private let process: Process
    private let port: Int

    init(_ target: any HTTPListener, _ process: Process, _ port: Int) {
      self.target = target
      self.process = process
      self.port = port
    }

    func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
      process.print("Handling connection for \(port)\n")
      process.wake()
      return target.respond(to: request, from: client)
    }
  }

  @Sendable static func run(_ call: Call) throws(Failure) {
    guard call.arguments.count >= 2 else {
      throw .usage(call.path, "TYPE/NAME and list of ports are required for port-forward")
    }
    try PodChoice.checkTimeout(call)
    var request = ResourceRequest(call, [call.arguments[0]])
    if !call.arguments[0].contains(byte: 47) { request.implicitKind = .pod }
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first { throw problem }
    guard let info = infos.first else { throw ResourceRequest.missing }
    try PodChoice.whenFound(call, info, for: .attach) { (pods) throws(Failure) in try start(call, info, pods[0]) }
  }

  private static func start(_ call: Call, _ info: Info, _ pod: Value) throws(Failure) {
    var ports: [(local: String, remote: String)] = []
    for text in call.arguments.dropFirst() {
      let (local, remote) = split(text)
      ports.append(info.kind == .service ? try servicePort(info, pod, local, remote) : try podPort(pod, local, remote))
    }
    let phase = pod[path: "status", "phase"]?.string ?? ""
    guard phase == "Running" else {
      throw .text("unable to forward port because pod is not running. Current status=\(phase)")
    }
    let addresses = try addresses(call)
    var numbers: [(local: Int, remote: Int)] = []
    for (local, remote) in ports { numbers.append(try PortForward.numbers(local, remote)) }
    guard let console = call.kubectl.console else { throw call.notSimulated("kubectl port-forward") }
    let machine = call.process.machine
    let podAddress = pod[path: "status", "podIP"]?.string ?? ""
    var opened: [Int] = []
    for (local, remote) in numbers {
      guard machine.listeners[local] == nil else {
        let problem =
          "unable to create listener: Error listen tcp4 127.0.0.1:\(local): bind: address already in use unable to create listener: Error listen tcp6 [::1]:\(local): bind: address already in use"
        call.complain(
          "Unable to listen on port \(local): Listeners failed to create with the following errors: [\(problem)]")
        throw .text("unable to listen on any of the requested ports: [{\(local) \(remote)}]")
      }
      // Where nothing answers connections fail; the forwarding itself stands.
      if let target = console.listener(podIP: podAddress, port: remote) {
        machine.listeners[local] = target.asHTTP.map { Forwarded($0, call.process, local) } ?? target
        opened.append(local)
      }
      for address in addresses { call.line("Forwarding from \(address):\(local) -> \(remote)") }
    }
    let list = opened
    call.onAbandon = { for port in list { machine.listeners[port] = nil } }
    let never = WaitQueue()
    call.poll { () throws(Failure) -> Progress in .wait([.queue(never)]) }
  }

  /// Where it listens, as it says so; `localhost` are both of its addresses.
  private static func addresses(_ call: Call) throws(Failure) -> [String] {
    let given = call.flags.strings("address")
    var list: [String] = []
    for address in given.isEmpty ? ["localhost"] : given {
      if address == "localhost" {
        list += ["127.0.0.1", "[::1]"]
      } else if NetworkValidation.isIP(address) {
        list.append(address.contains(byte: 58) ? "[\(address)]" : address)
      } else {
        throw .text("\(address) is not a valid IP")
      }
    }
    return list
  }

  /// `8080:80`, `:80` or `80`; what has more parts counts by its first.
  private static func split(_ text: String) -> (String, String) {
    let parts = text.pieces(":")
    return parts.count == 2 ? (parts[0], parts[1]) : (parts[0], parts[0])
  }

  private static func podPort(_ pod: Value, _ local: String, _ remote: String) throws(Failure) -> (String, String) {
    if Int(remote) != nil { return (local, remote) }
    guard let number = named(pod, remote) else { throw unnamed("Pod", pod, remote) }
    return (local == remote ? "\(number)" : local, "\(number)")
  }

  /// Ports of a Service lead to its target ports.
  private static func servicePort(
    _ info: Info, _ pod: Value, _ local: String, _ remote: String
  ) throws(Failure) -> (String, String) {
    let ports = info.object[path: "spec", "ports"]?.array ?? []
    var local = local
    var number = Int64(remote)
    if number == nil {
      for port in ports where port["name"]?.string == remote { number = port["port"]?.integer }
      guard let number else { throw unnamed("Service", info.object, remote) }
      if local == remote { local = "\(number)" }
    }
    for port in ports where port["port"]?.integer == number {
      if info.object[path: "spec", "clusterIP"]?.string == "None" { return (local, "\(number ?? 0)") }
      if let name = port["targetPort"]?.string {
        guard let target = named(pod, name) else { throw unnamed("Pod", pod, name) }
        return (local, "\(target)")
      }
      return (local, "\(port["targetPort"]?.integer ?? number ?? 0)")
    }
    throw .text("Service \(info.name) does not have a service port \(number ?? 0)")
  }

  private static func unnamed(_ kind: String, _ object: Value, _ port: String) -> Failure {
    .text("\(kind) '\(object[path: "metadata", "name"]?.string ?? "")' does not have a named port '\(port)'")
  }

  private static func numbers(_ local: String, _ remote: String) throws(Failure) -> (Int, Int) {
    func read(_ text: String, _ which: String) throws(Failure) -> Int {
      guard let number = Int(text), number >= 0 else {
        throw .text(
          "error parsing \(which) port '\(text)': strconv.ParseUint: parsing \(goQuoted(text)): invalid syntax")
      }
      guard number < 65_536 else {
        throw .text(
          "error parsing \(which) port '\(text)': strconv.ParseUint: parsing \(goQuoted(text)): value out of range")
      }
      return number
    }
    let inside = local.isEmpty ? 0 : try read(local, "local")
    let outside = try read(remote, "remote")
    if outside == 0 { throw .text("remote port must be > 0") }
    // The system chooses a free port.
    return (inside == 0 ? 40_000 + outside % 10_000 : inside, outside)
  }

  private static func named(_ pod: Value, _ name: String) -> Int? {
    for container in pod[path: "spec", "containers"]?.array ?? [] {
      for port in container["ports"]?.array ?? [] where port["name"]?.string == name {
        return port["containerPort"]?.integer.map { Int($0) }
      }
    }
    return nil
  }
}
