// The writer behind `describe`: lines with indentation levels and tabs, aligned at the end, and the pieces that many kinds
// share. Source of all layouts in this folder: kubectl pkg/describe/describe.go.

import KubeAPI
import SimKernel
import Unstructured

struct Describer {
  private(set) var raw = ""

  /// Two spaces per level in front.
  mutating func write(_ level: Int, _ text: String) {
    raw += String(repeating: "  ", count: level) + text
  }
  mutating func line(_ level: Int, _ text: String) { write(level, text + "\n") }
  mutating func field(_ level: Int, _ name: String, _ value: String) { line(level, "\(name):\t\(value)") }
  /// Only when there is a value.
  mutating func optional(_ level: Int, _ name: String, _ value: String?) {
    if let value, !value.isEmpty { field(level, name, value) }
  }

  var aligned: String {
    var writer = TabWriter.description
    return writer.format(raw)
  }

  // MARK: Pieces

  mutating func labels(_ title: String, _ labels: Value?, indent: String = "", inner: String = "\t") {
    write(0, "\(indent)\(title):\(inner)")
    guard let members = labels?.object, !members.isEmpty else { return write(0, "<none>\n") }
    for (index, (key, value)) in members.sortedByKey.enumerated() {
      if index > 0 { write(0, indent + inner) }
      write(0, "\(key)=\(value.string ?? "")\n")
    }
  }

  mutating func annotations(_ title: String, _ annotations: Value?) {
    write(0, "\(title):\t")
    var isFirst = true
    for (key, value) in annotations?.object?.sortedByKey ?? []
    where key != "kubectl.kubernetes.io/last-applied-configuration" {
      if !isFirst { write(0, "\t") }
      isFirst = false
      var text = value.string ?? ""
      if text.hasSuffix("\n") { text.removeLast() }
      if text.utf8.count + key.utf8.count + 2 > 140 || text.contains(byte: 10) {
        write(0, key + ":\n")
        for piece in text.pieces("\n") { write(0, "\t  \(Describer.shortened(piece, 138))\n") }
      } else {
        write(0, "\(key): \(text)\n")
      }
    }
    if isFirst { write(0, "<none>\n") }
  }

  static func shortened(_ text: String, _ max: Int) -> String {
    guard text.utf8.count > max else { return text }
    return String(decoding: Array(text.utf8)[..<max], as: UTF8.self) + "..."
  }

  mutating func tolerations(_ title: String, _ tolerations: Value?) {
    write(0, "\(title):\t")
    var items = tolerations?.array ?? []
    if items.isEmpty { return write(0, "<none>\n") }
    items.sort { ($0["key"]?.string ?? "") < ($1["key"]?.string ?? "") }
    for (index, item) in items.enumerated() {
      if index > 0 { write(0, "\t") }
      let key = item["key"]?.string ?? ""
      let value = item["value"]?.string ?? ""
      let effect = item["effect"]?.string ?? ""
      var text = key
      if !value.isEmpty { text += "=" + value }
      if !effect.isEmpty { text += ":" + effect }
      if item["operator"]?.string == "Exists", value.isEmpty { text += text.isEmpty ? "op=Exists" : " op=Exists" }
      if let seconds = item["tolerationSeconds"]?.integer { text += " for \(seconds)s" }
      write(0, text + "\n")
    }
  }

  mutating func resources(_ level: Int, _ resources: Value?) {
    for (title, member) in [("Limits", "limits"), ("Requests", "requests")] {
      guard let list = resources?[member]?.object, !list.isEmpty else { continue }
      line(level, "\(title):")
      for (name, quantity) in list.sortedByKey { field(level + 1, name, Cells.quantity(quantity)) }
    }
  }

  /// The table at the end of nearly every description.
  mutating func events(_ events: [Value]?, _ now: Int64) {
    guard let events else { return }
    if events.isEmpty { return write(0, "Events:\t<none>\n") }
    var order = Array(0..<events.count)
    let stamps = events.map { $0["lastTimestamp"]?.string ?? "" }
    GoSort.sort(&order) { stamps[$0] < stamps[$1] }
    write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n")
    line(1, "----\t------\t----\t----\t-------")
    for index in order {
      let event = events[index]
      let row = TableRow(event, now: now)
      let first = row.since(event["eventTime"]?.string == nil ? event["firstTimestamp"] : event["eventTime"])
      var age = first
      if let series = event["series"], !series.isNull {
        age = "\(row.since(series["lastObservedTime"])) (x\(series["count"]?.integer ?? 0) over \(first))"
      } else if let count = event["count"]?.integer, count > 1 {
        age = "\(row.since(event["lastTimestamp"])) (x\(count) over \(first))"
      }
      var source = event[path: "source", "component"]?.string ?? ""
      if source.isEmpty { source = event["reportingComponent"]?.string ?? "" }
      line(
        1,
        "\(event["type"]?.string ?? "")\t\(event["reason"]?.string ?? "")\t\(age)\t\(source)\t\((event["message"]?.string ?? "").trimmed)"
      )
    }
  }

  static func date(_ value: Value?) -> String {
    guard let text = value?.string, let time = CivilTime(rfc3339: text) else {
      return "Mon, 01 Jan 0001 00:00:00 +0000"
    }
    return time.rfc1123Z
  }

  /// `True` or `False`
  static func bool(_ flag: Bool?) -> String { flag == true ? "True" : "False" }

  static func orNone(_ text: String?) -> String { text == nil || text!.isEmpty ? "<none>" : text! }

  static func controller(_ object: Value) -> String? {
    for owner in object[path: "metadata", "ownerReferences"]?.array ?? [] where owner["controller"]?.bool == true {
      return "\(owner["kind"]?.string ?? "")/\(owner["name"]?.string ?? "")"
    }
    return nil
  }
}

/// What a description is made from.
struct Described {
  let call: Call
  let kind: Kind
  let object: Value
  /// Nil with `--show-events=false`.
  let events: [Value]?

  var now: Int64 { call.now }
  var name: String { object[path: "metadata", "name"]?.string ?? "" }
  var namespace: String { object[path: "metadata", "namespace"]?.string ?? "" }
  var labels: Value? { object[path: "metadata", "labels"] }
  var annotations: Value? { object[path: "metadata", "annotations"] }
  var row: TableRow { TableRow(object, now: now) }
  func text(_ path: String...) -> String { object.at(path)?.string ?? "" }
  func count(_ path: String...) -> Int64 { object.at(path)?.integer ?? 0 }
}
