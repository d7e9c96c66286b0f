// Nodes and events: names and tables.

import SimKernel
package import Unstructured

extension Kind {
  package static let node = Kind(
    "Node", "nodes", short: ["no"], namespaced: false, subresources: ["proxy", "status"],
    columns: Column.list(
      ["Name", "Status", "Roles", "Age", "Version"],
      wide: ["Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"]),
    row: { row in
      func info(_ key: String) -> String {
        let text = row.text("status", "nodeInfo", key)
        return text.isEmpty ? "<unknown>" : text
      }
      return [
        row.name, NodeCells.status(row.object), NodeCells.roles(row.object), row.age,
        row.text("status", "nodeInfo", "kubeletVersion"), NodeCells.address(row.object, "InternalIP"),
        NodeCells.address(row.object, "ExternalIP"), info("osImage"), info("kernelVersion"),
        info("containerRuntimeVersion"),
      ]
    },
    validate: PlacementValidation.node)

  private static let eventColumns = [
    Column("Last Seen"), Column("Type"), Column("Reason"), Column("Object"), Column("Subobject", wide: true),
    Column("Source", wide: true), Column("Message"), Column("First Seen", wide: true), Column("Count", wide: true),
    Column("Name", wide: true),
  ]

  package static let event = Kind("Event", "events", short: ["ev"], columns: eventColumns, row: EventCells.row)

  /// The same events seen through the events.k8s.io group.
  package static let eventsEvent = Kind(
    "Event", "events", group: "events.k8s.io", short: ["ev"], columns: eventColumns, row: EventCells.row)
}

package enum NodeCells {
  package static func status(_ node: Value) -> String {
    var words: [String] = []
    for condition in node[path: "status", "conditions"]?.array ?? [] where condition["type"]?.string == "Ready" {
      words.append(condition["status"]?.string == "True" ? "Ready" : "NotReady")
    }
    if words.isEmpty { words.append("Unknown") }
    if node[path: "spec", "unschedulable"]?.bool == true { words.append("SchedulingDisabled") }
    return words.joined(separator: ",")
  }

  /// The roles a node's labels give it, sorted; `<none>` without any.
  package static func roles(_ node: Value) -> String {
    var roles: [String] = []
    for (key, value) in node[path: "metadata", "labels"]?.object ?? Value.Object() {
      var role = ""
      if key.hasPrefix("node-role.kubernetes.io/") {
        role = String(key.dropFirst("node-role.kubernetes.io/".count))
      } else if key == "kubernetes.io/role" {
        role = value.string ?? ""
      }
      if !role.isEmpty, !roles.contains(role) { roles.append(role) }
    }
    return Cells.orNone(roles.sorted().joined(separator: ","))
  }

  package static func address(_ node: Value, _ type: String) -> String {
    for address in node[path: "status", "addresses"]?.array ?? [] where address["type"]?.string == type {
      return address["address"]?.string ?? "<none>"
    }
    return "<none>"
  }
}

enum EventCells {
  static func row(_ row: TableRow) -> [String] {
    let event = row.object
    func present(_ value: Value?) -> Bool { value != nil && value?.isNull == false }
    let first = row.since(present(event["firstTimestamp"]) ? event["firstTimestamp"] : event["eventTime"])
    var last = present(event["lastTimestamp"]) ? row.since(event["lastTimestamp"]) : first
    var count = row.count("count")
    if let series = event["series"], !series.isNull {
      last = row.since(series["lastObservedTime"])
      count = series["count"]?.integer ?? 0
    } else if count == 0 {
      count = 1
    }
    let kind = row.text("involvedObject", "kind").lowercased()
    let name = row.text("involvedObject", "name")
    func firstOf(_ a: String, _ b: String) -> String { a.isEmpty ? b : a }
    let component = firstOf(row.text("source", "component"), row.text("reportingComponent"))
    let host = firstOf(row.text("source", "host"), row.text("reportingInstance"))
    return [
      last, row.text("type"), row.text("reason"), name.isEmpty ? kind : kind + "/" + name,
      row.text("involvedObject", "fieldPath"), host.isEmpty ? component : component + ", " + host,
      trimmed(row.text("message")), first, String(count), row.name,
    ]
  }

  private static func trimmed(_ text: String) -> String {
    let bytes = Array(text.utf8)
    func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
    var start = 0
    var end = bytes.count
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
