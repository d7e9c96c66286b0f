// ConfigMaps, Secrets, accounts, namespaces, quotas and access rules: names and tables.

import SimKernel
import Unstructured

extension Kind {
  package static let configMap = Kind(
    "ConfigMap", "configmaps", short: ["cm"], columns: Column.list(["Name", "Data", "Age"]),
    row: { row in
      let count = (row.object["data"]?.object?.count ?? 0) + (row.object["binaryData"]?.object?.count ?? 0)
      return [row.name, String(count), row.age]
    },
    validate: ConfigurationValidation.configMap)

  package static let secret = Kind(
    "Secret", "secrets", columns: Column.list(["Name", "Type", "Data", "Age"]),
    row: { [$0.name, $0.text("type"), String($0.object["data"]?.object?.count ?? 0), $0.age] },
    defaults: ConfigurationDefaults.secret, validate: ConfigurationValidation.secret)

  package static let serviceAccount = Kind(
    "ServiceAccount", "serviceaccounts", short: ["sa"], subresources: ["token"],
    columns: Column.list(["Name", "Secrets", "Age"]),
    row: { [$0.name, String($0.object["secrets"]?.array?.count ?? 0), $0.age] })

  package static let namespace = Kind(
    "Namespace", "namespaces", short: ["ns"], namespaced: false,
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"], subresources: ["finalize", "status"],
    columns: Column.list(["Name", "Status", "Age"]), row: { [$0.name, $0.text("status", "phase"), $0.age] },
    defaults: ConfigurationDefaults.namespace)

  package static let limitRange = Kind(
    "LimitRange", "limitranges", short: ["limits"], columns: Column.list(["Name", "Created At"]),
    row: { [$0.name, Cells.created($0)] }, defaults: ConfigurationDefaults.limitRange,
    validate: ResourceValidation.limitRange)

  package static let resourceQuota = Kind(
    "ResourceQuota", "resourcequotas", short: ["quota"], subresources: ["status"],
    columns: Column.list(["Name", "Age", "Request", "Limit"]),
    row: { row in
      var requests: [String] = []
      var limits: [String] = []
      for (name, hard) in row.object[path: "status", "hard"]?.object?.sortedByKey ?? [] {
        let used = row.object[path: "status", "used"]?[name]
        let text = "\(name): \(Cells.quantity(used))/\(Cells.quantity(hard))"
        if name.hasPrefix("limits.") { limits.append(text) } else { requests.append(text) }
      }
      return [row.name, row.age, requests.joined(separator: ", "), limits.joined(separator: ", ")]
    },
    validate: ResourceValidation.quota)

  package static let priorityClass = Kind(
    "PriorityClass", "priorityclasses", group: "scheduling.k8s.io", short: ["pc"], namespaced: false,
    columns: Column.list(["Name", "Value", "Global-Default", "Age", "PreemptionPolicy"]),
    row: { row in
      [
        row.name, String(row.count("value")), row.object["globalDefault"]?.bool == true ? "true" : "false", row.age,
        row.text("preemptionPolicy"),
      ]
    },
    defaults: ConfigurationDefaults.priorityClass, validate: ConfigurationValidation.priorityClass)

  package static let role = Kind(
    "Role", "roles", group: "rbac.authorization.k8s.io", columns: Column.list(["Name", "Created At"]),
    row: { [$0.name, Cells.created($0)] }, validate: ConfigurationValidation.role)

  package static let clusterRole = Kind(
    "ClusterRole", "clusterroles", group: "rbac.authorization.k8s.io", namespaced: false,
    columns: Column.list(["Name", "Created At"]), row: { [$0.name, Cells.created($0)] },
    validate: ConfigurationValidation.role)

  package static let roleBinding = Kind(
    "RoleBinding", "rolebindings", group: "rbac.authorization.k8s.io",
    columns: Column.list(["Name", "Role", "Age"], wide: ["Users", "Groups", "ServiceAccounts"]),
    row: RoleCells.binding, defaults: ConfigurationDefaults.roleBinding,
    validate: ConfigurationValidation.roleBinding)

  package static let clusterRoleBinding = Kind(
    "ClusterRoleBinding", "clusterrolebindings", group: "rbac.authorization.k8s.io", namespaced: false,
    columns: Column.list(["Name", "Role", "Age"], wide: ["Users", "Groups", "ServiceAccounts"]),
    row: RoleCells.binding, defaults: ConfigurationDefaults.roleBinding,
    validate: ConfigurationValidation.roleBinding)

  package static let lease = Kind(
    "Lease", "leases", group: "coordination.k8s.io", columns: Column.list(["Name", "Holder", "Age"]),
    row: { [$0.name, $0.text("spec", "holderIdentity"), $0.age] }, validate: EndpointValidation.lease)
}

enum RoleCells {
  static func binding(_ row: TableRow) -> [String] {
    var users: [String] = []
    var groups: [String] = []
    var accounts: [String] = []
    for subject in row.object["subjects"]?.array ?? [] {
      let name = subject["name"]?.string ?? ""
      switch subject["kind"]?.string {
      case "User": users.append(name)
      case "Group": groups.append(name)
      case "ServiceAccount": accounts.append((subject["namespace"]?.string ?? "") + "/" + name)
      default: break
      }
    }
    return [
      row.name, row.text("roleRef", "kind") + "/" + row.text("roleRef", "name"), row.age,
      users.joined(separator: ", "), groups.joined(separator: ", "), accounts.joined(separator: ", "),
    ]
  }
}
