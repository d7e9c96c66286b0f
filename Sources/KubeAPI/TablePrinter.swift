// Server-side tables: what the API server answers when kubectl asks for a Table (Kubernetes
// pkg/printers/internalversion/printers.go, 1.32). Cells are final text; kubectl only pads them.

import SimKernel
package import Unstructured

/// One object to print, at one moment.
package struct TableRow {
  package let object: Value
  /// The moment of printing, in nanoseconds since 1970.
  package let now: Int64

  package init(_ object: Value, now: Int64) {
    self.object = object
    self.now = now
  }

  package var name: String { object[path: "metadata", "name"]?.string ?? "" }
  package var age: String { since(object[path: "metadata", "creationTimestamp"]) }
  package var isDeleting: Bool { object[path: "metadata", "deletionTimestamp"] != nil }

  package func text(_ path: String...) -> String { object.at(path)?.string ?? "" }
  package func count(_ path: String...) -> Int64 { object.at(path)?.integer ?? 0 }

  /// How long ago a timestamp was, as `kubectl get` words it; `<unknown>` without a timestamp.
  package func since(_ timestamp: Value?) -> String {
    guard let text = timestamp?.string, let time = CivilTime(rfc3339: text) else { return "<unknown>" }
    return HumanDuration.text(seconds: HumanDuration.elapsedSeconds(from: time, toNanoseconds: now))
  }
}

package enum TablePrinter {
  package static func columns(_ kind: Kind) -> [Column] { kind.columns }

  /// The cells of an object's row, wide ones included, one per column. `now` is in nanoseconds since 1970.
  package static func row(_ kind: Kind, _ object: Value, now: Int64) -> [String] {
    kind.row(TableRow(object, now: now))
  }

  /// The columns of `kubectl get --subresource=scale`.
  package static let scaleColumns = Column.list(["Name", "Desired", "Available", "Age"])
  /// The cells of an autoscaling/v1 Scale.
  package static func scaleRow(_ scale: Value, now: Int64) -> [String] {
    let row = TableRow(scale, now: now)
    return [row.name, String(row.count("spec", "replicas")), String(row.count("status", "replicas")), row.age]
  }
}

/// Pieces that several kinds' rows share.
package enum Cells {
  /// Names and images of a pod spec's containers, comma-joined.
  package static func containers(_ podSpec: Value?) -> [String] {
    var names: [String] = []
    var images: [String] = []
    for container in podSpec?["containers"]?.array ?? [] {
      names.append(container["name"]?.string ?? "")
      images.append(container["image"]?.string ?? "")
    }
    return [names.joined(separator: ","), images.joined(separator: ",")]
  }

  /// `k=v,k2=v2` sorted by key, `<none>` when empty (labels.FormatLabels).
  package static func labels(_ labels: Value?) -> String {
    guard let object = labels?.object, !object.isEmpty else { return "<none>" }
    var pieces: [String] = []
    for (key, value) in object.sortedByKey { pieces.append(key + "=" + (value.string ?? "")) }
    return pieces.joined(separator: ",")
  }

  /// A label selector object as metav1.FormatLabelSelector words it.
  package static func selector(_ selector: Value?) -> String {
    guard let selector, !selector.isNull else { return "<none>" }
    let text = LabelSelector(selector).description
    return text.isEmpty ? "<none>" : text
  }

  /// `RWO,RWX`: access modes in the API's fixed order.
  package static func accessModes(_ modes: Value?) -> String {
    let short = [
      ("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"),
    ]
    var pieces: [String] = []
    for (mode, letters) in short {
      for item in modes?.array ?? [] where item.string == mode {
        pieces.append(letters)
        break
      }
    }
    return pieces.joined(separator: ",")
  }

  package static func orNone(_ text: String) -> String { text.isEmpty ? "<none>" : text }

  /// `a,b,c + 2 more...`
  package static func clipped(_ items: [String], max: Int, separator: String = ",") -> String {
    guard items.count > max else { return items.joined(separator: separator) }
    return items[..<max].joined(separator: separator) + " + \(items.count - max) more..."
  }

  /// A quantity in canonical form, `0` when absent.
  package static func quantity(_ value: Value?) -> String {
    guard let value, let quantity = Quantity(value) else { return "0" }
    return quantity.description
  }

  package static func intOrString(_ value: Value?) -> String? {
    if let number = value?.integer { return String(number) }
    return value?.string
  }

  /// Whether a condition of the given type has status True.
  package static func condition(_ object: Value, _ type: String, is status: String = "True") -> Bool {
    for condition in object[path: "status", "conditions"]?.array ?? [] where condition["type"]?.string == type {
      return condition["status"]?.string == status
    }
    return false
  }

  package static func created(_ row: TableRow) -> String { row.text("metadata", "creationTimestamp") }

  /// `10.0.0.1:80`, with brackets around IPv6 addresses.
  package static func hostPort(_ host: String, _ port: Int64) -> String {
    (host.utf8.contains(58) ? "[" + host + "]" : host) + ":" + String(port)
  }

  /// Load-balancer addresses of a Service's or Ingress's status.
  package static func loadBalancer(_ object: Value) -> [String] {
    var addresses: [String] = []
    for ingress in object[path: "status", "loadBalancer", "ingress"]?.array ?? [] {
      if let address = ingress["ip"]?.string, !address.isEmpty {
        if !addresses.contains(address) { addresses.append(address) }
      } else if let address = ingress["hostname"]?.string, !address.isEmpty, !addresses.contains(address) {
        addresses.append(address)
      }
    }
    return addresses.sorted()
  }
}
