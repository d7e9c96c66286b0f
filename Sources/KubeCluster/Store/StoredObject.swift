// One version of one object, with the facts that controllers ask for again and again already read. Versions are never
// changed: a write makes a new one.

import SimKernel
package import Unstructured

package final class StoredObject {
  package let value: Value
  package let namespace: String
  package let name: String
  package let uid: String
  /// The resource version of this write; versions only grow, over all kinds.
  package let version: Int64
  package let labels: Value.Object?
  /// The uid of the owner reference with `controller: true`, if any.
  package let controllerUID: String?
  package let ownerUIDs: [String]
  package let isBeingDeleted: Bool

  init(_ value: Value, version: Int64) {
    self.value = value
    self.version = version
    let metadata = value["metadata"]
    namespace = metadata?["namespace"]?.string ?? ""
    name = metadata?["name"]?.string ?? ""
    uid = metadata?["uid"]?.string ?? ""
    labels = metadata?["labels"]?.object
    isBeingDeleted = metadata?["deletionTimestamp"] != nil
    var controller: String?
    var owners: [String] = []
    for owner in metadata?["ownerReferences"]?.array ?? [] {
      let uid = owner["uid"]?.string ?? ""
      owners.append(uid)
      if owner["controller"]?.bool == true { controller = uid }
    }
    controllerUID = controller
    ownerUIDs = owners
  }

  package var key: ObjectKey { ObjectKey(namespace, name) }
}

/// Namespace and name; the namespace of cluster-wide objects is empty. Ordered by namespace, then name.
package struct ObjectKey: Hashable, Comparable {
  package let namespace: String
  package let name: String

  package init(_ namespace: String, _ name: String) {
    self.namespace = namespace
    self.name = name
  }

  package static func < (a: ObjectKey, b: ObjectKey) -> Bool {
    a.namespace == b.namespace ? a.name < b.name : a.namespace < b.namespace
  }
}
