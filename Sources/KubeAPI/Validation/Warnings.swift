// What the API server accepts with a word of warning: names that make poor host names, environment variables that hide others, ports named
// twice, deprecated node labels, fractional bytes. Left out: warnings about volumes, topology keys and affinity.
// Source: `pkg/api/pod/warnings.go`, `pkg/registry/*/strategy.go` (1.32).

import SimKernel
package import Unstructured

package enum Warnings {
  /// Where a kind keeps the template of its pods; nil when it has none.
  private static func podSpecPath(_ kind: Kind) -> [String]? {
    switch kind.plural {
    case "pods": return ["spec"]
    case "cronjobs": return ["spec", "jobTemplate", "spec", "template", "spec"]
    case "deployments", "replicasets", "daemonsets", "statefulsets", "jobs": return ["spec", "template", "spec"]
    default: return nil
    }
  }

  package static func onCreate(_ kind: Kind, _ object: Value) -> [String] {
    var warnings: [String] = []
    let problems = Names.dnsLabelProblems(object[path: "metadata", "name"]?.string ?? "")
    if let use = nameUses[kind.plural], !problems.isEmpty {
      warnings.append(
        "metadata.name: this is used in \(use), which can result in surprising behavior; a DNS label is recommended: "
          + "[\(problems.joined(separator: " "))]")
    }
    if kind.plural == "persistentvolumes", object[path: "spec", "persistentVolumeReclaimPolicy"]?.string == "Recycle" {
      warnings.append(
        "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach "
          + "is to use dynamic provisioning.")
    }
    return warnings + ofPods(kind, object)
  }

  /// Pods are looked at once only; templates again whenever something about the object changes.
  package static func onUpdate(_ kind: Kind, _ old: Value, _ object: Value) -> [String] {
    kind.plural == "pods" || old["spec"] == object["spec"] ? [] : ofPods(kind, object)
  }

  private static let nameUses = [
    "pods": "the Pod's hostname", "deployments": "Pod names and hostnames", "replicasets": "Pod names and hostnames",
    "jobs": "Pod names and hostnames",
  ]

  private static let deprecatedLabels = [
    "beta.kubernetes.io/arch": "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    "beta.kubernetes.io/os": "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    "failure-domain.beta.kubernetes.io/region":
      "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    "failure-domain.beta.kubernetes.io/zone": "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    "beta.kubernetes.io/instance-type": "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
  ]

  private static func ofPods(_ kind: Kind, _ object: Value) -> [String] {
    guard let keys = podSpecPath(kind) else { return [] }
    var spec = object
    for key in keys {
      guard let next = spec[key] else { return [] }
      spec = next
    }
    let path = keys.joined(separator: ".")
    var warnings: [String] = []
    for (key, _) in spec["nodeSelector"]?.object?.sortedByKey ?? [] {
      if let text = deprecatedLabels[key] { warnings.append("\(path).nodeSelector[\(key)]: \(text)") }
    }
    for (index, secret) in (spec["imagePullSecrets"]?.array ?? []).enumerated()
    where (secret["name"]?.string ?? "").isEmpty {
      warnings.append("\(path).imagePullSecrets[\(index)].name: invalid empty name \"\"")
    }
    if let grace = spec["terminationGracePeriodSeconds"]?.integer, grace < 0 {
      warnings.append(
        "\(path).terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1")
    }
    var ports: [Port] = []
    var portWarnings: [String] = []
    for list in ["initContainers", "containers"] {
      for (index, container) in (spec[list]?.array ?? []).enumerated() {
        let at = "\(path).\(list)[\(index)]"
        fractions(container["resources"], at, &warnings)
        hiddenVariables(container["env"]?.array ?? [], at, &warnings)
        for (number, port) in (container["ports"]?.array ?? []).enumerated() {
          let port = Port(port, "\(at).ports[\(number)]")
          for other in ports where other.key == port.key {
            if let relation = port.relation(to: other) {
              portWarnings.append("\(port.path): \(relation) port definition with \(other.path)")
            }
          }
          ports.append(port)
        }
      }
    }
    return warnings + portWarnings
  }

  private static func fractions(_ resources: Value?, _ path: String, _ warnings: inout [String]) {
    for resource in ["memory", "ephemeral-storage"] {
      for list in ["limits", "requests"] {
        guard let amount = Quantity(resources?[list]?[resource]), amount.milliUnits % 1_000 != 0 else { continue }
        warnings.append(
          "\(path).resources.\(list)[\(resource)]: fractional byte value \"\(amount)\" is invalid, must be an integer")
      }
    }
  }

  /// A variable defined again is fine only where its new value uses the old one.
  private static func hiddenVariables(_ variables: [Value], _ path: String, _ warnings: inout [String]) {
    var seen: [String] = []
    for (index, variable) in variables.enumerated() {
      let name = variable["name"]?.string ?? ""
      guard seen.contains(name) else {
        seen.append(name)
        continue
      }
      let reference = "$(\(name))"
      let value = variable["value"]?.string ?? ""
      if variable["valueFrom"] != nil || value == reference || !holds(value, reference) {
        warnings.append(
          "\(path).env[\(index)]: hides previous definition of \"\(name)\", which may be dropped when using apply")
      }
    }
  }

  private static func holds(_ text: String, _ part: String) -> Bool {
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix(part) { return true }
      rest = rest.dropFirst()
    }
    return false
  }

  private struct Port {
    let path: String
    let key: String
    private let hostPort: Int64
    private let hostIP: String

    init(_ port: Value, _ path: String) {
      self.path = path
      key = "\(port["containerPort"]?.integer ?? 0)/\(port["protocol"]?.string ?? "TCP")"
      hostPort = port["hostPort"]?.integer ?? 0
      hostIP = port["hostIP"]?.string ?? ""
    }

    func relation(to other: Port) -> String? {
      if hostIP == other.hostIP, hostPort == other.hostPort { return "duplicate" }
      if hostPort == 0 || other.hostPort == 0 { return "overlapping" }
      if hostPort == other.hostPort, hostIP.isEmpty != other.hostIP.isEmpty { return "dangerously ambiguous" }
      return nil
    }
  }
}
