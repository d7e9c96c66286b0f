// Where the API server leans on the schema: decoding what a client sent, defaults, validation, patches.

import KubeAPI
import Unstructured

extension APIServer {
  /// Checks that the document is an object of this kind; returns warnings.
  func decode(_ kind: Kind, _ object: inout Value, _ options: WriteOptions) throws(Status) -> [String] {
    guard object.object != nil else { throw Status.badRequest("json: cannot unmarshal into Go value") }
    return []
  }

  func validate(_ kind: Kind, _ object: inout Value, old: Value?, warnings: inout [String]) throws(Status) {
    let causes = Validation.validate(kind, object, old: old)
    if !causes.isEmpty { throw Status.invalid(kind, object[path: "metadata", "name"]?.string ?? "", causes) }
  }

  func patched(
    _ kind: Kind, _ object: Value, _ type: PatchType, _ patch: Value, _ options: WriteOptions
  ) throws(Status) -> Value {
    object
  }

  func createByApply(
    _ kind: Kind, _ namespace: String, _ name: String, _ patch: Value, _ options: WriteOptions
  ) throws(Status) -> WriteResult {
    var object = patch
    object.set(["metadata", "name"], .string(name))
    return try create(kind, namespace: namespace, object, options)
  }

  /// What readers see: stored objects with the parts that change for ever without a write filled in.
  func presented(_ kind: Kind, _ object: Value) -> Value { object }
}
