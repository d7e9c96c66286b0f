// Field selectors (`--field-selector`): apimachinery pkg/fields for the syntax, the conversion functions of
// pkg/apis/*/v1/conversion.go for which labels each kind knows.

import SimKernel
package import Unstructured

package struct FieldSelector {
  package struct Term {
    package let field: String
    package let value: String
    package let negated: Bool
  }

  package let terms: [Term]

  package static let everything = FieldSelector(terms: [])

  private init(terms: [Term]) { self.terms = terms }

  /// Fields beyond `metadata.name` and `metadata.namespace` that each kind knows.
  private static let known: [(plural: String, fields: [String])] = [
    (
      "pods",
      [
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
      ]
    ),
    ("nodes", ["spec.unschedulable"]),
    ("namespaces", ["status.phase", "name"]),
    ("secrets", ["type"]),
    ("replicationcontrollers", ["status.replicas"]),
    ("replicasets", ["status.replicas"]),
    ("jobs", ["status.successful"]),
    ("services", ["spec.clusterIP", "spec.type"]),
    ("persistentvolumes", ["name"]),
    ("persistentvolumeclaims", ["name"]),
    ("certificatesigningrequests", ["spec.signerName"]),
    (
      "events",
      [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type",
      ]
    ),
  ]

  /// The fields a kind can be selected by.
  package static func fields(_ kind: Kind) -> [String] {
    var fields = ["metadata.name"]
    if kind.namespaced { fields.append("metadata.namespace") }
    for entry in known where entry.plural == kind.plural { fields += entry.fields }
    if kind == .eventsEvent {
      fields += ["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reportingController"]
    }
    return fields
  }

  package init(parsing text: String, kind: Kind) throws(SelectorError) {
    var terms: [Term] = []
    for part in FieldSelector.split(Array(text.utf8)) where !part.isEmpty {
      guard let term = FieldSelector.term(part) else {
        throw SelectorError(
          "invalid selector: '\(text)'; can't understand '\(String(decoding: part, as: UTF8.self))'")
      }
      terms.append(term)
    }
    let known = FieldSelector.fields(kind)
    for term in terms where !known.contains(term.field) {
      throw SelectorError("field label not supported: \(term.field)")
    }
    self.terms = terms
  }

  /// Splits at commas that no backslash escapes.
  private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var current: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] == 92, i + 1 < bytes.count {
        current += [bytes[i], bytes[i + 1]]
        i += 2
      } else if bytes[i] == 44 {
        parts.append(current)
        current = []
        i += 1
      } else {
        current.append(bytes[i])
        i += 1
      }
    }
    parts.append(current)
    return parts
  }

  private static func term(_ part: [UInt8]) -> Term? {
    var i = 0
    while i < part.count {
      var width = 0
      if part[i] == 33, i + 1 < part.count, part[i + 1] == 61 {
        width = 2
      } else if part[i] == 61 {
        width = i + 1 < part.count && part[i + 1] == 61 ? 2 : 1
      }
      if width > 0 {
        var value: [UInt8] = []
        var escaped = false
        for byte in part[(i + width)...] {
          if byte == 92, !escaped {
            escaped = true
          } else {
            value.append(byte)
            escaped = false
          }
        }
        return Term(
          field: String(decoding: part[..<i], as: UTF8.self), value: String(decoding: value, as: UTF8.self),
          negated: part[i] == 33)
      }
      i += 1
    }
    return nil
  }

  package func matches(_ object: Value) -> Bool {
    for term in terms where (FieldSelector.read(object, term.field) == term.value) == term.negated { return false }
    return true
  }

  private static func read(_ object: Value, _ field: String) -> String {
    switch field {
    case "name": return object[path: "metadata", "name"]?.string ?? ""
    case "source":
      let source = object[path: "source", "component"]?.string ?? ""
      return source.isEmpty ? object["reportingComponent"]?.string ?? "" : source
    case "status.podIP":
      return object[path: "status", "podIP"]?.string ?? ""
    case "status.successful": return String(object[path: "status", "succeeded"]?.integer ?? 0)
    default: break
    }
    var path: [String] = []
    for piece in field.split(separator: ".") { path.append(String(piece)) }
    if path[0] == "regarding" { path[0] = "involvedObject" }
    switch object.at(path) {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .bool(let flag): return flag ? "true" : "false"
    default:
      // What Go's zero value reads as.
      if field == "spec.unschedulable" || field == "spec.hostNetwork" { return "false" }
      return field == "status.replicas" ? "0" : ""
    }
  }
}
