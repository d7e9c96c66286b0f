// The cluster's DNS, as CoreDNS answers from the API's objects: services, endpoints by host name or dashed address, pods by
// address, named ports as SRV records, and names of addresses.
// Source: the specification "Kubernetes DNS-Based Service Discovery" 1.1.0, and CoreDNS' plugin `kubernetes`.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

final class ClusterNames {
  private static let zone = ["cluster", "local"]
  private let api: APIServer

  init(_ api: APIServer) { self.api = api }

  // MARK: Addresses

  /// Addresses of a whole name: `service.ns.svc.cluster.local`, with a pod's host name before it, or
  /// `10-1-254-70.ns.pod.cluster.local`. The name that an ExternalName stands for, when it leads out of the cluster.
  func addresses(_ name: String) -> [String] {
    guard let labels = ClusterNames.labels(ofZone: name) else { return [] }
    switch (labels.count, labels.last) {
    case (3, "svc"): return serviceAddresses(labels[0], labels[1])
    case (4, "svc"):
      for endpoint in headlessEndpoints(labels[1], labels[2]) where endpoint.label == labels[0] {
        return [endpoint.address]
      }
      return []
    case (3, "pod"):
      let address = labels[0].split(separator: "-" as Character).joined(separator: ".")
      return isIPv4(address) && hasNamespace(labels[1]) ? [address] : []
    default: return []
    }
  }

  /// The labels before `cluster.local`; nil for other names.
  private static func labels(ofZone name: String) -> [String]? {
    var labels: [String] = []
    for label in name.split(separator: "." as Character) { labels.append(String(label)) }
    guard labels.suffix(2) == zone else { return nil }
    labels.removeLast(2)
    return labels
  }

  private func hasNamespace(_ name: String) -> Bool { (try? api.get(Kind.namespace, namespace: "", name: name)) != nil }

  private func service(_ name: String, _ namespace: String) -> Value? {
    try? api.get(Kind.service, namespace: namespace, name: name)
  }

  private func serviceAddresses(_ name: String, _ namespace: String) -> [String] {
    guard let service = service(name, namespace) else { return [] }
    if let target = service["spec"]?["externalName"]?.string {
      let inside = addresses(target)
      return inside.isEmpty ? [target] : inside
    }
    let address = service["spec"]?["clusterIP"]?.string ?? ""
    guard address == "None" else { return address.isEmpty ? [] : [address] }
    var list: [String] = []
    for endpoint in headlessEndpoints(name, namespace) { list.append(endpoint.address) }
    return list
  }

  /// Ready addresses of a service with their names in the DNS: the host name, or the address with dashes.
  func endpoints(_ name: String, _ namespace: String) -> [(address: String, label: String)] {
    guard let object = try? api.get(Kind.endpoints, namespace: namespace, name: name) else { return [] }
    var list: [(address: String, label: String)] = []
    for subset in object["subsets"]?.array ?? [] {
      for entry in subset["addresses"]?.array ?? [] { list.append((entry["ip"]?.string ?? "", label(entry))) }
    }
    return list
  }

  private func headlessEndpoints(_ name: String, _ namespace: String) -> [(address: String, label: String)] {
    service(name, namespace)?["spec"]?["clusterIP"]?.string == "None" ? endpoints(name, namespace) : []
  }

  private func label(_ entry: Value) -> String {
    if let hostname = entry["hostname"]?.string, !hostname.isEmpty { return hostname }
    return (entry["ip"]?.string ?? "").split(separator: "." as Character).joined(separator: "-")
  }

  /// Whether `web-0.web`, perhaps with the namespace, names a pod of a Service that is not there now: not a host of the country
  /// `.web`.
  func isInService(_ name: String) -> Bool {
    let labels = name.split(separator: "." as Character)
    guard labels.count == 2 || labels.count == 3 else { return false }
    for service in services where text(service, "name") == labels[1] {
      if labels.count == 2 || text(service, "namespace") == labels[2] { return true }
    }
    return false
  }

  // MARK: Names of addresses

  /// Services by their address, then endpoints.
  func name(ofAddress address: String) -> String? {
    for service in services where service["spec"]?["clusterIP"]?.string == address {
      return "\(text(service, "name")).\(text(service, "namespace")).svc.cluster.local"
    }
    guard let list = try? api.list(Kind.endpoints, namespace: nil, selector: Selection()) else { return nil }
    for object in list.items {
      for subset in object["subsets"]?.array ?? [] {
        for entry in subset["addresses"]?.array ?? [] where entry["ip"]?.string == address {
          return "\(label(entry)).\(text(object, "name")).\(text(object, "namespace")).svc.cluster.local"
        }
      }
    }
    return nil
  }

  private var services: [Value] {
    (try? api.list(Kind.service, namespace: nil, selector: Selection()))?.items ?? []
  }

  private func text(_ object: Value, _ key: String) -> String { object[path: "metadata", key]?.string ?? "" }

  // MARK: Questions

  /// The answer about a whole name; nil when the cluster's server passes the question on.
  func ask(_ name: String, _ type: RecordType) -> DomainAnswer? {
    var answer = DomainAnswer()
    if let address = ClusterNames.address(ofReverse: name) {
      guard let found = self.name(ofAddress: address) else { return nil }
      answer.exists = true
      if type == .pointer { answer.records = [.name(found)] }
      return answer
    }
    guard let labels = ClusterNames.labels(ofZone: name) else { return nil }
    let found = addresses(name)
    for address in found where !isIPv4(address) { return nil }
    answer.exists = !found.isEmpty || isInnerName(labels)
    if type == .address {
      for address in found { answer.records.append(.address(address)) }
    }
    if labels.last == "svc" { addPorts(labels, type, &answer) }
    return answer
  }

  /// The address in `4.3.2.1.in-addr.arpa`.
  private static func address(ofReverse name: String) -> String? {
    let labels = name.split(separator: "." as Character)
    guard labels.count == 6, labels[4] == "in-addr", labels[5] == "arpa" else { return nil }
    return labels.prefix(4).reversed().joined(separator: ".")
  }

  /// Names that have others below them and nothing themselves.
  private func isInnerName(_ labels: [String]) -> Bool {
    guard let last = labels.last else { return true }
    guard last == "svc" || last == "pod" else { return false }
    return labels.count == 1 || (labels.count == 2 && hasNamespace(labels[0]))
  }

  /// `_port._protocol.service.ns.svc`, or the service's name for all its ports.
  private func addPorts(_ labels: [String], _ type: RecordType, _ answer: inout DomainAnswer) {
    guard labels.count == 3 || labels.count == 5 else { return }
    let (name, namespace) = (labels[labels.count - 3], labels[labels.count - 2])
    guard let service = service(name, namespace) else { return }
    let domain = "\(name).\(namespace).svc.cluster.local"
    let isHeadless = service["spec"]?["clusterIP"]?.string == "None"
    var targets: [(name: String, address: String)] = []
    if isHeadless {
      for endpoint in endpoints(name, namespace) { targets.append(("\(endpoint.label).\(domain)", endpoint.address)) }
    } else if let address = service["spec"]?["clusterIP"]?.string, isIPv4(address) {
      targets = [(domain, address)]
    }
    var found: [(port: Int, target: String)] = []
    for target in targets {
      for port in service["spec"]?["ports"]?.array ?? [] {
        if labels.count == 5 {
          guard let portName = port["name"]?.string, labels[0] == "_\(portName)",
            labels[1] == "_\((port["protocol"]?.string ?? "TCP").lowercased())"
          else { continue }
        }
        found.append((Int(port["port"]?.integer ?? 0), target.name))
      }
    }
    if !found.isEmpty { answer.exists = true }
    guard type == .service, !found.isEmpty else { return }
    for (port, target) in found {
      answer.records.append(.service(priority: 0, weight: max(1, 100 / found.count), port: port, target: target))
    }
    answer.additional = targets
  }
}

/// Since when CoreDNS keeps an answer that it gave.
final class KeptAnswers {
  private var since: [String: Instant] = [:]

  /// Whole seconds since an answer was first given; it is asked for anew when they reach the limit.
  func age(of question: String, at now: Instant, limit: Int64) -> Int64 {
    if let first = since[question] {
      let age = (now - first).wholeSeconds
      if age < limit { return age }
    }
    since[question] = now
    return 0
  }
}

extension DomainAnswer {
  /// What the internet's root says of a name that nobody has.
  static var unknown: DomainAnswer {
    var answer = DomainAnswer()
    answer.isAuthoritative = false
    return answer
  }
}

/// Four numbers of at most 255.
func isIPv4(_ text: String) -> Bool {
  let parts = text.split(separator: "." as Character, omittingEmptySubsequences: false)
  guard parts.count == 4 else { return false }
  for part in parts {
    guard let number = Int(part), (0...255).contains(number) else { return false }
  }
  return true
}
