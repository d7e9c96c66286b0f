// Names and addresses inside the cluster: CoreDNS' answers for services and pods, kube-proxy's choice of an endpoint, node
// ports. The node itself does not use the cluster's DNS, as on a real MicroK8s host.

import KubeAPI
package import KubeCluster
import SimKernel
package import SimMachine
import Unstructured
import Utilities

package final class ClusterNetwork: Network {
  private let api: APIServer
  private let containers: ContainerHost
  private let host: Machine
  private let policies: NetworkPolicies
  private let names: ClusterNames
  private let kept = KeptAnswers()
  /// For kube-proxy's random choice among endpoints.
  private var random: SeededRandom

  package init(api: APIServer, containers: ContainerHost, host: Machine) {
    self.api = api
    self.containers = containers
    self.host = host
    policies = NetworkPolicies(api)
    names = ClusterNames(api)
    random = host.world.random.split("kube-proxy")
  }

  // MARK: Names

  package func resolve(_ name: String, from machine: Machine) -> [String] {
    if isIPv4(name) { return [name] }
    if name == "localhost" { return ["127.0.0.1"] }
    if name == machine.hostname { return [machine.address] }
    for line in hosts(machine) where line.names.contains(name) { return [line.address] }
    guard machine !== host, let pod = containers.spec(of: machine) else { return [] }
    for alias in pod.hostAliases where alias.names.contains(name) { return [alias.address] }
    guard pod.resolver.nameservers.contains(ResolverConfiguration.clusterServer), nameServerAnswers(machine) else {
      return []
    }
    return clusterAddresses(name, pod.resolver)
  }

  /// There may be no CoreDNS, or a network policy between it and the pod.
  package func nameServerAnswers(_ machine: Machine) -> Bool {
    guard machine !== host else { return true }
    for (address, _) in names.endpoints("kube-dns", "kube-system")
    where policies.allow(from: machine.address, to: address, port: 53, transport: "UDP") { return true }
    return false
  }

  private func hosts(_ machine: Machine) -> [(address: String, names: [String])] {
    guard let bytes = try? machine.fileSystem.read("/etc/hosts") else { return [] }
    var list: [(address: String, names: [String])] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n" as Character) {
      var words: [String] = []
      for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" }) { words.append(String(word)) }
      guard let first = words.first, first.utf8.first != 35 else { continue }
      list.append((first, Array(words.dropFirst())))
    }
    return list
  }

  /// An address of the networks that nobody else has (RFC 1918, RFC 3927).
  private func isPrivate(_ address: String) -> Bool {
    let parts = address.split(separator: "." as Character)
    guard parts.count == 4, let first = Int(parts[0]), let second = Int(parts[1]) else { return false }
    switch (first, second) {
    case (10, _), (127, _), (172, 16...31), (192, 168), (169, 254): return true
    default: return false
    }
  }

  /// What the C library asks the cluster's DNS: a name with fewer dots than `ndots` through the search list first.
  private func clusterAddresses(_ name: String, _ resolver: ResolverConfiguration) -> [String] {
    if name.utf8.last == 46 { return names.addresses(String(name.dropLast())) }
    var dots = 0
    for byte in name.utf8 where byte == 46 { dots += 1 }
    var questions: [String] = []
    for domain in resolver.searches { questions.append(name + "." + domain) }
    questions.insert(name, at: dots >= resolver.ndots ? 0 : questions.count)
    for question in questions {
      let found = names.addresses(question)
      if !found.isEmpty { return found }
    }
    return []
  }

  package func name(ofAddress address: String, from machine: Machine) -> String? {
    for line in hosts(machine) where line.address == address { return line.names.first }
    return machine === host ? nil : names.name(ofAddress: address)
  }

  package var nameServer: String { ResolverConfiguration.clusterServer }

  package func ask(_ name: String, _ type: RecordType) -> DomainAnswer? {
    guard var answer = names.ask(name, type) else { return isPublicName(name) ? nil : DomainAnswer.unknown }
    answer.timeToLive -= kept.age(of: "\(type.rawValue) \(name)", at: host.world.now, limit: answer.timeToLive)
    return answer
  }

  package func hops(to address: String, from machine: Machine) -> Int {
    let isNear = address == "127.0.0.1" || address == machine.address || address == host.address || machine === host
    return isNear ? 0 : 1
  }

  /// Pods and the node do; what stands for a service is only a rule of kube-proxy's.
  package func answersEcho(_ address: String, from machine: Machine) -> Bool? {
    if !isLet(through: address, nil, from: machine) { return false }
    if address == "127.0.0.1" || address == machine.address || address == host.address { return true }
    if containers.hasPod(address) || isNode(address) { return true }
    for service in allServices() where service["spec"]?["clusterIP"]?.string == address { return false }
    return nil
  }

  // MARK: Connections

  package func connect(host name: String, port: Int, from machine: Machine) -> ConnectOutcome {
    let addresses = resolve(name, from: machine)
    guard let address = addresses.first else {
      if !nameServerAnswers(machine) { return .unreachable(address: ResolverConfiguration.clusterServer) }
      return isPublicName(name) && !names.isInService(name) ? .outside : .unknownHost
    }
    // An ExternalName that leads out of the cluster.
    guard isIPv4(address) else { return .outside }
    if address == "127.0.0.1" || address == machine.address { return local(machine, address, port) }
    if let (endpoint, targetPort) = serviceEndpoint(address, port) {
      guard let endpoint else { return .refused(address: address) }
      guard isLet(through: endpoint, targetPort, from: machine) else { return .unreachable(address: address) }
      guard let listener = containers.listener(podIP: endpoint, port: targetPort) else {
        return .refused(address: address)
      }
      return .connected(listener, address: address)
    }
    guard isLet(through: address, port, from: machine) else { return .unreachable(address: address) }
    if address == host.address { return local(host, address, port) }
    if isNode(address) {
      let listener = nodePort(port) ?? hostPort(port, address) ?? containers.listener(podIP: address, port: port)
      return listener.map { .connected($0, address: address) } ?? .refused(address: address)
    }
    if let listener = containers.listener(podIP: address, port: port) {
      return .connected(listener, address: address)
    }
    if containers.hasPod(address) { return .refused(address: address) }
    return isPrivate(address) ? .unreachable(address: address) : .outside
  }

  private func isLet(through address: String, _ port: Int?, from machine: Machine) -> Bool {
    machine === host
      || policies.allow(from: machine.address, to: address, port: port, transport: port == nil ? "ICMP" : "TCP")
  }

  private func local(_ machine: Machine, _ address: String, _ port: Int) -> ConnectOutcome {
    if let listener = machine.listeners[port] { return .connected(listener, address: address) }
    if machine === host, let listener = nodePort(port) ?? hostPort(port, address) {
      return .connected(listener, address: address)
    }
    if let listener = containers.listener(podIP: machine.address, port: port) {
      return .connected(listener, address: address)
    }
    return .refused(address: address)
  }

  /// Whether it is another node's.
  private func isNode(_ address: String) -> Bool {
    guard let nodes = try? api.list(Kind.node, namespace: nil, selector: Selection()) else { return false }
    for node in nodes.items {
      if node[path: "status", "addresses"]?.array?.first?["address"]?.string == address { return true }
    }
    return false
  }

  private func allServices() -> [Value] {
    guard let list = try? api.list(Kind.service, namespace: nil, selector: Selection()) else { return [] }
    return list.items
  }

  private func nodePort(_ port: Int) -> (any Listener)? {
    for service in allServices() {
      for item in service["spec"]?["ports"]?.array ?? [] where item["nodePort"]?.integer == Int64(port) {
        guard let (endpoint, target) = pick(service, item) else { return nil }
        return containers.listener(podIP: endpoint, port: target)
      }
    }
    return nil
  }

  /// What a pod's container offers on the node's own port.
  private func hostPort(_ port: Int, _ node: String) -> (any Listener)? {
    guard let pods = try? api.list(Kind.pod, namespace: nil, selector: Selection()) else { return nil }
    for pod in pods.items {
      guard let address = pod[path: "status", "podIP"]?.string,
        node == "127.0.0.1"
          ? pod[path: "status", "hostIP"]?.string == host.address
          : pod[path: "status", "hostIP"]?.string == node
      else { continue }
      for container in pod[path: "spec", "containers"]?.array ?? [] {
        for item in container["ports"]?.array ?? [] where item["hostPort"]?.integer == Int64(port) {
          let inside = Int(item["containerPort"]?.integer ?? Int64(port))
          if let listener = containers.listener(podIP: address, port: inside) { return listener }
        }
      }
    }
    return nil
  }

  // MARK: Ingress

  package func ingressRoute(host: String, path: String) -> IngressRoute {
    IngressRules(api).route(host: host, path: path) { [self] service, port in pick(service, port) }
  }

  /// The endpoint kube-proxy would send a connection to; nil when the address is no service's.
  private func serviceEndpoint(_ address: String, _ port: Int) -> (String?, Int)? {
    for service in allServices() where service["spec"]?["clusterIP"]?.string == address {
      for item in service["spec"]?["ports"]?.array ?? [] where item["port"]?.integer == Int64(port) {
        guard let (endpoint, target) = pick(service, item) else { return (nil, port) }
        return (endpoint, target)
      }
      return (nil, port)
    }
    return nil
  }

  private func pick(_ service: Value, _ port: Value) -> (String, Int)? {
    let metadata = service["metadata"]
    guard
      let object = try? api.get(
        Kind.endpoints, namespace: metadata?["namespace"]?.string ?? "default",
        name: metadata?["name"]?.string ?? "")
    else { return nil }
    var candidates: [(String, Int)] = []
    for subset in object["subsets"]?.array ?? [] {
      for item in subset["ports"]?.array ?? [] where item["name"]?.string == port["name"]?.string {
        for address in subset["addresses"]?.array ?? [] {
          candidates.append((address["ip"]?.string ?? "", Int(item["port"]?.integer ?? 0)))
        }
      }
    }
    return candidates.isEmpty ? nil : candidates[random.below(candidates.count)]
  }
}
