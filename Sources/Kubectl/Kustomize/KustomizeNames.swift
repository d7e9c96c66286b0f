// Names in a kustomization: prefix and suffix, hashes of generated objects, the places where one object names another, and the order
// in which the result is printed and applied. Source: kustomize api/internal/builtins, kyaml/resid (the order of kinds).

import KubeAPI
import SimKernel
import Unstructured

enum KustomizeNames {
  /// Prefix and suffix, also where one object names another.
  static func rename(_ settings: Value, _ items: inout [KustomizeItem]) {
    let prefix = settings["namePrefix"]?.string ?? ""
    let suffix = settings["nameSuffix"]?.string ?? ""
    if prefix.isEmpty, suffix.isEmpty { return }
    give(&items) { item in
      item.kind == "Namespace" || item.kind == "CustomResourceDefinition" || item.kind == "APIService"
        ? nil : prefix + item.name + suffix
    }
  }

  static func addHashes(_ items: inout [KustomizeItem]) {
    give(&items) { item in
      guard item.isHashed, let hash = ContentHash.suffix(item.object, withName: false) else { return nil }
      return "\(item.name)-\(hash)"
    }
  }

  private static func give(_ items: inout [KustomizeItem], _ newName: (KustomizeItem) -> String?) {
    var renamed: [String: [String: String]] = [:]
    for index in items.indices {
      guard let new = newName(items[index]) else { continue }
      for name in items[index].names { renamed[items[index].kind, default: [:]][name] = new }
      items[index].object.set(["metadata", "name"], .string(new))
      items[index].names.append(new)
    }
    if renamed.isEmpty { return }
    for index in items.indices { references(&items[index].object, renamed, depth: 0) }
  }

  // MARK: Order

  private static let first = [
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
  ]
  private static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

  /// What others need comes first; within a kind by namespace and name.
  static func inApplyOrder(_ items: [KustomizeItem]) -> [KustomizeItem] {
    func key(_ item: KustomizeItem, _ place: Int) -> (Int, String, Int) {
      let rank =
        first.firstIndex(of: item.kind) ?? (last.firstIndex(of: item.kind).map { first.count + 1 + $0 } ?? first.count)
      let (group, version) =
        (item.object["apiVersion"]?.string ?? "").cut(47) ?? ("~G", item.object["apiVersion"]?.string ?? "")
      let namespace = item.object[path: "metadata", "namespace"]?.string ?? "~X"
      return (rank, "\(group)_\(version)_\(item.kind)|\(namespace)|\(item.name)", place)
    }
    var keyed: [(key: (Int, String, Int), item: KustomizeItem)] = []
    for (place, item) in items.enumerated() { keyed.append((key(item, place), item)) }
    keyed.sort { a, b in
      if a.key.0 != b.key.0 { return a.key.0 < b.key.0 }
      return a.key.1 == b.key.1 ? a.key.2 < b.key.2 : a.key.1 < b.key.1
    }
    var out: [KustomizeItem] = []
    for entry in keyed { out.append(entry.item) }
    return out
  }

  // MARK: References

  private static let referring: [String: String] = [
    "configMapRef": "ConfigMap", "configMapKeyRef": "ConfigMap", "configMap": "ConfigMap", "secretRef": "Secret",
    "secret": "Secret", "secretKeyRef": "Secret", "scaleTargetRef": "", "service": "Service", "roleRef": "",
  ]

  private static func references(_ value: inout Value, _ renamed: [String: [String: String]], depth: Int) {
    guard depth < 64 else { return }
    if let items = value.array {
      var changed: [Value] = []
      for var item in items {
        references(&item, renamed, depth: depth + 1)
        changed.append(item)
      }
      value = .array(changed)
      return
    }
    guard let members = value.object else { return }
    for (key, member) in members {
      var inner = member
      references(&inner, renamed, depth: depth + 1)
      if let kind = referring[key], let name = inner["name"]?.string {
        let target = kind.isEmpty ? inner["kind"]?.string ?? "" : kind
        if let new = renamed[target]?[name] { inner["name"] = .string(new) }
      }
      for (field, kind) in [
        ("secretName", "Secret"), ("claimName", "PersistentVolumeClaim"), ("serviceName", "Service"),
        ("serviceAccountName", "ServiceAccount"),
      ]
      where key == field {
        if let name = inner.string, let new = renamed[kind]?[name] { inner = .string(new) }
      }
      if key == "subjects", var subjects = inner.array {
        for index in subjects.indices where subjects[index]["kind"]?.string == "ServiceAccount" {
          if let name = subjects[index]["name"]?.string, let new = renamed["ServiceAccount"]?[name] {
            subjects[index]["name"] = .string(new)
          }
        }
        inner = .array(subjects)
      }
      value[key] = inner
    }
  }
}
