// ConfigMap, Secret, ServiceAccount, Namespace, quotas and limits, roles and bindings, classes of priority.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum ConfigurationDescription {
  private static func header(_ d: Described, _ w: inout Describer) {
    w.field(0, "Name", d.name)
    if d.kind.namespaced { w.field(0, "Namespace", d.namespace) }
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
  }

  static func configMap(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    header(d, &w)
    w.write(0, "\nData\n====\n")
    for (key, value) in d.object["data"]?.object?.sortedByKey ?? [] {
      w.write(0, "\(key):\n----\n")
      w.write(0, "\(value.string ?? "")\n\n")
    }
    w.write(0, "\nBinaryData\n====\n")
    for (key, value) in d.object["binaryData"]?.object?.sortedByKey ?? [] {
      w.line(0, "\(key): \(decoded(value.string ?? "").count) bytes")
    }
    w.write(0, "\n")
    w.events(d.events, d.now)
    return w.aligned
  }

  static func secret(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    header(d, &w)
    w.line(0, "\nType:\t\(d.text("type"))\n")
    w.write(0, "Data\n====\n")
    let isToken = d.text("type") == "kubernetes.io/service-account-token"
    for (key, value) in d.object["data"]?.object?.sortedByKey ?? [] {
      if isToken, key == "token" {
        w.field(0, key, String(decoding: decoded(value.string ?? ""), as: UTF8.self))
      } else {
        w.field(0, key, "\(decoded(value.string ?? "").count) bytes")
      }
    }
    return w.aligned
  }

  private static func decoded(_ text: String) -> [UInt8] {
    if case .bytes(let bytes) = Base64.decode(text) { return bytes }
    return []
  }

  static func serviceAccount(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    header(d, &w)
    var present: [String] = []
    var tokens: [String] = []
    for secret in try d.call.client.list(.secret, d.namespace).items {
      let name = secret[path: "metadata", "name"]?.string ?? ""
      present.append(name)
      let account = secret[path: "metadata", "annotations", "kubernetes.io/service-account.name"]?.string
      if secret["type"]?.string == "kubernetes.io/service-account-token", account == d.name { tokens.append(name) }
    }
    func names(_ list: Value?) -> [String] {
      var names: [String] = []
      for item in list?.array ?? [] {
        let name = item["name"]?.string ?? ""
        names.append(present.contains(name) ? name : "\(name) (not found)")
      }
      return names
    }
    for (title, items) in [
      ("Image pull secrets", names(d.object["imagePullSecrets"])), ("Mountable secrets", names(d.object["secrets"])),
      ("Tokens", tokens),
    ] {
      w.write(0, "\(title):")
      if items.isEmpty { w.write(0, "\t<none>\n") }
      for item in items { w.write(0, "\t\(item)\n") }
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  static func namespace(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    header(d, &w)
    w.field(0, "Status", d.text("status", "phase"))
    if let conditions = d.object[path: "status", "conditions"]?.array, !conditions.isEmpty {
      w.write(0, "Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage\n")
      w.line(1, "----\t------\t------------------\t------\t-------")
      for condition in conditions {
        w.line(
          1,
          "\(condition["type"]?.string ?? "")\t\(condition["status"]?.string ?? "")\t\(Describer.date(condition["lastTransitionTime"]))\t\(condition["reason"]?.string ?? "")\t\(condition["message"]?.string ?? "")"
        )
      }
    }
    let quotas = try d.call.client.list(.resourceQuota, d.name).items
    if quotas.isEmpty {
      w.write(0, "\nNo resource quota.\n")
    } else {
      w.write(0, "\nResource Quotas\n")
      for quota in quotas { quotaRows(quota, &w, indent: 1, title: "Name") }
    }
    let limits = try d.call.client.list(.limitRange, d.name).items
    if limits.isEmpty {
      w.write(0, "\nNo LimitRange resource.\n")
    } else {
      w.write(
        0, "\nResource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n")
      w.write(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n")
      for limit in limits { limitRows(limit, &w, indent: " ") }
    }
    return w.aligned
  }

  private static func quotaRows(_ quota: Value, _ w: inout Describer, indent: Int, title: String) {
    w.write(indent, "\(title):\t\(quota[path: "metadata", "name"]?.string ?? "")\n")
    scopes(quota, &w, indent)
    w.write(indent, "Resource\tUsed\tHard\n")
    w.write(indent, "--------\t---\t---\n")
    for (name, hard) in quota[path: "status", "hard"]?.object?.sortedByKey ?? [] {
      w.write(
        indent, "\(name)\t\(Cells.quantity(quota[path: "status", "used", name]))\t\(Cells.quantity(hard))\n")
    }
  }

  /// What a scope is about, in the sentences of kubectl.
  private static let scopeHelp = [
    "Terminating":
      "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
    "NotTerminating":
      "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
    "BestEffort":
      "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
    "NotBestEffort":
      "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
  ]

  private static func scopes(_ quota: Value, _ w: inout Describer, _ indent: Int) {
    guard let scopes = quota[path: "spec", "scopes"]?.array, !scopes.isEmpty else { return }
    var names: [String] = []
    for scope in scopes { names.append(scope.string ?? "") }
    names.sort()
    w.write(indent, "Scopes:\t\(names.joined(separator: ", "))\n")
    for name in names {
      if let help = scopeHelp[name] { w.write(0, "\(indent == 0 ? " " : "  ")* \(help)\n") }
    }
  }

  static func quota(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    scopes(d.object, &w, 0)
    w.write(0, "Resource\tUsed\tHard\n")
    w.write(0, "--------\t----\t----\n")
    for (name, hard) in d.object[path: "status", "hard"]?.object?.sortedByKey ?? [] {
      w.line(0, "\(name)\t\(Cells.quantity(d.object[path: "status", "used", name]))\t\(Cells.quantity(hard))")
    }
    return w.aligned
  }

  static func limitRange(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.write(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n")
    w.write(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n")
    limitRows(d.object, &w, indent: "")
    return w.aligned
  }

  private static func limitRows(_ range: Value, _ w: inout Describer, indent: String) {
    for item in range[path: "spec", "limits"]?.array ?? [] {
      let columns = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"]
      var names: [String] = []
      for column in columns {
        for key in item[column]?.object?.keys ?? [] where !names.contains(key) { names.append(key) }
      }
      for name in names.sorted() {
        var cells = [item["type"]?.string ?? "", name]
        for column in columns { cells.append(item[path: column, name].map { Cells.quantity($0) } ?? "-") }
        w.line(0, indent + cells.joined(separator: "\t"))
      }
    }
  }

  static func role(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.write(0, "PolicyRule:\n")
    w.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs")
    w.line(1, "---------\t-----------------\t--------------\t-----")
    for line in RuleTable.lines(d.object["rules"]?.array ?? []) { w.line(1, line) }
    return w.aligned
  }

  static func binding(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.write(0, "Role:\n")
    w.field(1, "Kind", d.text("roleRef", "kind"))
    w.field(1, "Name", d.text("roleRef", "name"))
    w.write(0, "Subjects:\n")
    w.line(1, "Kind\tName\tNamespace")
    w.line(1, "----\t----\t---------")
    for subject in d.object["subjects"]?.array ?? [] {
      w.line(
        1,
        "\(subject["kind"]?.string ?? "")\t\(subject["name"]?.string ?? "")\t\(subject["namespace"]?.string ?? "")")
    }
    return w.aligned
  }

  static func priorityClass(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Value", "\(d.count("value"))")
    w.field(0, "GlobalDefault", d.object["globalDefault"]?.bool == true ? "true" : "false")
    w.field(0, "PreemptionPolicy", d.text("preemptionPolicy"))
    w.field(0, "Description", d.text("description"))
    // As with StorageClasses, annotations are printed raw, line breaks included.
    w.field(0, "Annotations", Cells.labels(d.annotations))
    w.events(d.events, d.now)
    return w.aligned
  }
}

/// Rules of a role as `describe` and `auth can-i --list` show them: broken down to one group, resource, name and verb each, then
/// those that differ in the verb alone put together again. Sorted as the text of the API's PolicyRule, which begins with the verbs.
/// Source: `rbac.BreakdownRule`, `rbac.CompactRules`, `SortableRuleSlice`.
enum RuleTable {
  private struct Row {
    var verbs: [String]
    var group: String?
    var resource: String?
    var name: String?
    var url: String?

    private func list(_ item: String?) -> String { "[" + (item ?? "") + "]" }
    private var verbList: String { "[" + verbs.joined(separator: " ") + "]" }

    var sortKey: String {
      "Verbs:\(verbList),APIGroups:\(list(group)),Resources:\(list(resource)),ResourceNames:\(list(name)),NonResourceURLs:\(list(url)),"
    }

    var text: String {
      // The group stands behind the resource, before a subresource: `deployments.apps/scale`.
      var shown = resource ?? ""
      if let group, !group.isEmpty {
        let (name, subresource) = shown.cut(47) ?? (shown, "")
        shown = "\(name).\(group)" + (subresource.isEmpty ? "" : "/" + subresource)
      }
      return "\(shown)\t\(list(url))\t\(list(name))\t\(verbList)"
    }
  }

  static func lines(_ rules: [Value]) -> [String] {
    var rows: [Row] = []
    for rule in rules {
      let verbs = texts(rule["verbs"])
      let names = texts(rule["resourceNames"])
      for url in texts(rule["nonResourceURLs"]) {
        for verb in verbs { rows.append(Row(verbs: [verb], url: url)) }
      }
      for group in texts(rule["apiGroups"]) {
        for resource in texts(rule["resources"]) {
          for name in names.isEmpty ? [nil] : names.map({ Optional($0) }) {
            if let index = rows.firstIndex(where: {
              $0.url == nil && $0.group == group && $0.resource == resource && $0.name == name
            }) {
              rows[index].verbs += verbs
            } else {
              rows.append(Row(verbs: verbs, group: group, resource: resource, name: name))
            }
          }
        }
      }
    }
    rows.sort { $0.sortKey < $1.sortKey }
    var lines: [String] = []
    for row in rows { lines.append(row.text) }
    return lines
  }

  private static func texts(_ value: Value?) -> [String] {
    var result: [String] = []
    for item in value?.array ?? [] { result.append(item.string ?? "") }
    return result
  }
}
