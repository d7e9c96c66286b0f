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
    func names(_ list: Value?) -> [String] {
      var names: [String] = []
      for item in list?.array ?? [] { names.append(item["name"]?.string ?? "") }
      return names
    }
    for (title, items) in [
      ("Image pull secrets", names(d.object["imagePullSecrets"])), ("Mountable secrets", names(d.object["secrets"])),
      ("Tokens", [String]()),
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

  private static func scopes(_ quota: Value, _ w: inout Describer, _ indent: Int) {
    guard let scopes = quota[path: "spec", "scopes"]?.array, !scopes.isEmpty else { return }
    var names: [String] = []
    for scope in scopes { names.append(scope.string ?? "") }
    w.write(indent, "Scopes:\t\(names.sorted().joined(separator: ", "))\n")
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
    w.annotations("Annotations", d.annotations)
    w.events(d.events, d.now)
    return w.aligned
  }
}

/// Rules of a role, one line per resource, as `describe` and `auth can-i --list` show them.
enum RuleTable {
  static func lines(_ rules: [Value]) -> [String] {
    var rows: [(resource: String, names: [String], verbs: [String], urls: [String])] = []
    for rule in rules {
      let verbs = texts(rule["verbs"])
      let names = texts(rule["resourceNames"])
      for url in texts(rule["nonResourceURLs"]) { rows.append(("", [], verbs, [url])) }
      for group in texts(rule["apiGroups"]) {
        for resource in texts(rule["resources"]) {
          let text = group.isEmpty ? resource : "\(resource).\(group)"
          if let index = rows.firstIndex(where: { $0.resource == text && $0.names == names && $0.urls.isEmpty }) {
            for verb in verbs where !rows[index].verbs.contains(verb) { rows[index].verbs.append(verb) }
          } else {
            rows.append((text, names, verbs, []))
          }
        }
      }
    }
    rows.sort { $0.resource < $1.resource }
    var lines: [String] = []
    for row in rows {
      lines.append(
        "\(row.resource)\t[\(row.urls.joined(separator: " "))]\t[\(row.names.joined(separator: " "))]\t[\(row.verbs.joined(separator: " "))]"
      )
    }
    return lines
  }

  private static func texts(_ value: Value?) -> [String] {
    var result: [String] = []
    for item in value?.array ?? [] { result.append(item.string ?? "") }
    return result
  }
}
