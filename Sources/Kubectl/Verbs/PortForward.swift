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
    synopsis: "Lead local ports to a pod", examples: ["kubectl port-forward svc/web 8080:80"],
    flags: [
      .strings("address", "", .accepted, "addresses to listen on"),
      .duration("pod-running-timeout", "", "1m0s", .accepted, "how long to wait for a running pod"),
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
    var request = ResourceRequest(call, [call.arguments[0]])
    if !call.arguments[0].contains(byte: 47) { request.implicitKind = .pod }
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first { throw problem }
    guard let info = infos.first, let pod = try PodChoice.pods(call, info, forLogs: false).first else {
      throw .text("timed out waiting for the condition")
    }
    let phase = pod[path: "status", "phase"]?.string ?? ""
    guard phase == "Running" else {
      throw .text("unable to forward port because pod is not running. Current status=\(phase)")
    }
    guard let console = call.kubectl.console else { throw call.notSimulated("kubectl port-forward") }
    let machine = call.process.machine
    let address = pod[path: "status", "podIP"]?.string ?? ""
    var opened: [Int] = []
    for text in call.arguments.dropFirst() {
      let (local, remote) = try ports(info, pod, text)
      guard machine.listeners[local] == nil else {
        let problem =
          "unable to create listener: Error listen tcp4 127.0.0.1:\(local): bind: address already in use unable to create listener: Error listen tcp6 [::1]:\(local): bind: address already in use"
        call.complain(
          "Unable to listen on port \(local): Listeners failed to create with the following errors: [\(problem)]")
        throw .text("unable to listen on any of the requested ports: [{\(local) \(remote)}]")
      }
      guard let target = console.listener(podIP: address, port: remote) else {
        // Nothing answers there: connections fail, the forwarding itself stands.
        announce(call, local, remote)
        continue
      }
      if let web = target.asHTTP {
        machine.listeners[local] = Forwarded(web, call.process, local)
      } else {
        machine.listeners[local] = target
      }
      opened.append(local)
      announce(call, local, remote)
    }
    let list = opened
    call.onAbandon = { for port in list { machine.listeners[port] = nil } }
    let never = WaitQueue()
    call.poll { () throws(Failure) -> Progress in .wait([.queue(never)]) }
  }

  private static func announce(_ call: Call, _ local: Int, _ remote: Int) {
    call.line("Forwarding from 127.0.0.1:\(local) -> \(remote)")
    call.line("Forwarding from [::1]:\(local) -> \(remote)")
  }

  /// `8080:80`, `:80`, `80`, names of ports included; ports of a Service lead to its target ports.
  private static func ports(_ info: Info, _ pod: Value, _ text: String) throws(Failure) -> (Int, Int) {
    let (before, after) = text.cut(58) ?? (text, text)
    var remote = Int(after)
    if info.kind == .service {
      for port in info.object[path: "spec", "ports"]?.array ?? []
      where port["name"]?.string == after || "\(port["port"]?.integer ?? 0)" == after {
        if let number = port["targetPort"]?.integer { remote = Int(number) }
        if let name = port["targetPort"]?.string { remote = named(pod, name) }
      }
      if remote == nil { throw .text("Service \(info.name) does not have a service port \(after)") }
    } else if remote == nil {
      remote = named(pod, after)
    }
    guard let remote else { throw .text("Pod '\(info.name)' does not have a named port '\(after)'") }
    let local = before.isEmpty ? 40_000 + remote % 10_000 : Int(before) ?? remote
    guard local > 0, local < 65_536 else {
      let problem = local > 0 ? "value out of range" : "invalid syntax"
      throw .text("error parsing local port '\(before)': strconv.ParseUint: parsing \(goQuoted(before)): \(problem)")
    }
    return (local, remote)
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
