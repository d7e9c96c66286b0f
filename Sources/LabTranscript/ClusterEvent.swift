// A change of one object that a reader of a lab can follow, in one readable line:
//
//   pod postgres-0 Running 1/1
//   pod web/nginx-7c5d Pending 0/1 # 0/1 nodes are available: insufficient cpu
//   pvc data-postgres-0 Bound
//   pod postgres-0 gone
//
// The words are those of kubectl's STATUS and READY columns. Objects of the namespace `default` are written without it.

/// Which object.
package struct ObjectKey: Hashable, Sendable {
  /// `pod`, `pvc`, `pv`, `statefulset`, …: lower-case singular or short name, without spaces.
  package var kind: String
  /// Empty for objects without a namespace.
  package var namespace: String
  package var name: String

  package init(kind: String, namespace: String = "default", name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  package var text: String {
    kind + " " + (namespace.isEmpty || namespace == "default" ? name : namespace + "/" + name)
  }
}

package struct ClusterEvent: Hashable, Sendable {
  package var object: ObjectKey
  /// One word, as in kubectl's STATUS column; `gone` when the object no longer exists.
  package var status: String
  /// Like `1/1`; nil for kinds without it.
  package var ready: String?
  /// Free text on one line.
  package var reason: String?

  package init(object: ObjectKey, status: String, ready: String? = nil, reason: String? = nil) {
    self.object = object
    self.status = status
    self.ready = ready
    self.reason = reason
  }

  /// The status of an object that no longer exists.
  package static let goneStatus = "gone"

  package var isGone: Bool { status == ClusterEvent.goneStatus }

  /// The readable line.
  package var line: String {
    var text = object.text + " " + status
    if let ready { text += " " + ready }
    if let reason, !reason.isEmpty {
      text += " # " + reason.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
    return text
  }

  /// Reads a readable line; nil when it is not one.
  package init?(line: String) {
    var head = line
    var reason: String?
    if let mark = line.firstRange(of: " # ") {
      head = String(line[..<mark.lowerBound])
      reason = String(line[mark.upperBound...])
    }
    let words = head.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3 || words.count == 4, !words.contains("") else { return nil }
    var namespace = "default"
    var name = words[1]
    if let slash = name.firstIndex(of: "/") {
      namespace = String(name[..<slash])
      name = String(name[name.index(after: slash)...])
    }
    self.init(
      object: ObjectKey(kind: words[0], namespace: namespace, name: name), status: words[2],
      ready: words.count == 4 ? words[3] : nil, reason: reason)
  }
}
