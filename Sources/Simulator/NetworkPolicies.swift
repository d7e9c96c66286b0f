// Which connections the cluster's NetworkPolicy objects let through, as Calico enforces them on a node: what they forbid is dropped,
// so that the client waits. Traffic from the node itself (the kubelet's probes) always reaches its pods, and a pod always
// reaches itself. A connection is judged where it ends up: at an endpoint, not at a service's address.
// Sources: Kubernetes, "Network Policies"; Calico, "Host endpoints" (traffic between a host and its workloads).

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

struct NetworkPolicies {
  /// One end of a connection: an address, and the pod that has it unless it shares the node's.
  private struct End {
    let address: String
    let pod: Value?

    var namespace: String { pod?[path: "metadata", "namespace"]?.string ?? "" }
  }

  private enum Direction: String {
    case ingress = "Ingress"
    case egress = "Egress"

    var rules: String { self == .ingress ? "ingress" : "egress" }
    var peers: String { self == .ingress ? "from" : "to" }
  }

  private let api: APIServer

  init(_ api: APIServer) { self.api = api }

  /// Whether a pod's packets may go from one address to another. `port` is nil for what has none (ICMP).
  func allow(from source: String, to destination: String, port: Int?, transport: String = "TCP") -> Bool {
    let policies = objects(.networkPolicy)
    guard !policies.isEmpty, source != destination else { return true }
    let from = end(source)
    let to = end(destination)
    func passes(_ direction: Direction, _ guarded: End, _ peer: End) -> Bool {
      var isIsolated = false
      for policy in policies where selects(policy, guarded, direction) {
        isIsolated = true
        for rule in policy[path: "spec", direction.rules]?.array ?? []
        where matches(rule["ports"]?.array ?? [], port, transport, of: to)
          && matches(rule[direction.peers]?.array ?? [], peer, policy)
        {
          return true
        }
      }
      return !isIsolated
    }
    return passes(.egress, from, to) && (from.pod == nil || passes(.ingress, to, from))
  }

  private func objects(_ kind: Kind) -> [Value] {
    (try? api.list(kind, namespace: nil, selector: Selection()))?.items ?? []
  }

  private func end(_ address: String) -> End {
    for pod in objects(.pod)
    where pod[path: "status", "podIP"]?.string == address && pod[path: "spec", "hostNetwork"]?.bool != true {
      let phase = pod[path: "status", "phase"]?.string
      if phase != "Succeeded", phase != "Failed" { return End(address: address, pod: pod) }
    }
    return End(address: address, pod: nil)
  }

  private func selects(_ policy: Value, _ end: End, _ direction: Direction) -> Bool {
    guard let pod = end.pod, policy[path: "metadata", "namespace"]?.string == end.namespace else { return false }
    for type in policy[path: "spec", "policyTypes"]?.array ?? [] where type.string == direction.rawValue {
      return LabelSelector(policy[path: "spec", "podSelector"]).matches(object: pod)
    }
    return false
  }

  // MARK: Rules

  /// No ports are all ports. A port's name is that of a container's port where the connection ends.
  private func matches(_ ports: [Value], _ number: Int?, _ transport: String, of target: End) -> Bool {
    if ports.isEmpty { return true }
    for port in ports where (port["protocol"]?.string ?? "TCP") == transport {
      guard let wanted = port["port"], !wanted.isNull else { return true }
      guard let number else { continue }
      if let first = wanted.integer {
        if (first...max(first, port["endPort"]?.integer ?? first)).contains(Int64(number)) { return true }
      } else if containerPort(wanted.string ?? "", transport, of: target) == Int64(number) {
        return true
      }
    }
    return false
  }

  private func containerPort(_ name: String, _ transport: String, of target: End) -> Int64? {
    for container in target.pod?[path: "spec", "containers"]?.array ?? [] {
      for port in container["ports"]?.array ?? []
      where port["name"]?.string == name && (port["protocol"]?.string ?? "TCP") == transport {
        return port["containerPort"]?.integer
      }
    }
    return nil
  }

  /// No peers are all peers.
  private func matches(_ peers: [Value], _ end: End, _ policy: Value) -> Bool {
    if peers.isEmpty { return true }
    for peer in peers {
      if let block = peer["ipBlock"] {
        if contains(block, end.address) { return true }
        continue
      }
      guard let pod = end.pod else { continue }
      if let selector = peer["podSelector"], !LabelSelector(selector).matches(object: pod) { continue }
      if let selector = peer["namespaceSelector"] {
        guard let namespace = try? api.get(.namespace, namespace: "", name: end.namespace),
          LabelSelector(selector).matches(object: namespace)
        else { continue }
      } else if policy[path: "metadata", "namespace"]?.string != end.namespace {
        continue
      }
      return true
    }
    return false
  }

  private func contains(_ block: Value, _ address: String) -> Bool {
    guard let cidr = block["cidr"]?.string, contains(cidr, address) else { return false }
    for exception in block["except"]?.array ?? [] where contains(exception.string ?? "", address) { return false }
    return true
  }

  private func contains(_ cidr: String, _ address: String) -> Bool {
    let parts = cidr.split(separator: "/" as Character)
    guard parts.count == 2, let length = UInt32(parts[1]), length <= 32, let network = bits(parts[0]),
      let address = bits(address[...])
    else { return false }
    return length == 0 || (network ^ address) >> (32 - length) == 0
  }

  /// An IPv4 address as a number.
  private func bits(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: "." as Character, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var number: UInt32 = 0
    for part in parts {
      guard let byte = UInt8(part) else { return nil }
      number = number << 8 | UInt32(byte)
    }
    return number
  }
}
