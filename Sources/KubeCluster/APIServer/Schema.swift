// Where the API server leans on the schema: decoding what a client sent, validation, patches.

import KubeAPI
import SimKernel
import Unstructured

extension APIServer {
  /// Types the document as the server would; unknown fields are refused, warned about or dropped, as the client asked.
  func decode(_ kind: Kind, _ object: inout Value, _ options: WriteOptions) throws(Status) -> [String] {
    if options.fieldValidation == .strict {
      object = try Decoding.decodeStrictly(kind, object)
      return []
    }
    let decoded = try Decoding.decode(kind, object)
    object = decoded.object
    return options.fieldValidation == .warn ? decoded.warnings : []
  }

  func validate(_ kind: Kind, _ object: inout Value, old: Value?, warnings: inout [String]) throws(Status) {
    let causes = Validation.validate(kind, object, old: old)
    guard !causes.isEmpty else {
      warnings += old.map { Warnings.onUpdate(kind, $0, object) } ?? Warnings.onCreate(kind, object)
      return
    }
    var refusal = Status.invalid(kind, object[path: "metadata", "name"]?.string ?? "", causes)
    refusal.warnings = warnings
    throw refusal
  }

  /// What readers see: stored objects with the parts that change for ever without a write filled in.
  func presented(_ kind: Kind, _ object: Value) -> Value {
    switch kind {
    case .node: return withHeartbeat(object)
    case .lease: return withRenewal(object)
    default: return object
    }
  }

  /// Nodes report every five minutes when nothing changes; nobody needs to write that down.
  private func withHeartbeat(_ node: Value) -> Value {
    guard var conditions = node[path: "status", "conditions"]?.array else { return node }
    let name = node[path: "metadata", "name"]?.string ?? ""
    let images = imagesOnNode?(name) ?? []
    for i in conditions.indices {
      guard let text = conditions[i]["lastHeartbeatTime"]?.string, let renewed = renewed(text, every: 300, by: name)
      else {
        continue
      }
      conditions[i]["lastHeartbeatTime"] = .string(renewed)
    }
    var node = node
    node.set(["status", "conditions"], .array(conditions))
    if !images.isEmpty { node.set(["status", "images"], .array(images)) }
    return node
  }

  private func withRenewal(_ lease: Value) -> Value {
    guard let text = lease[path: "spec", "renewTime"]?.string,
      let renewed = renewed(text, every: 10, by: lease[path: "metadata", "name"]?.string ?? "", micro: true)
    else {
      return lease
    }
    var lease = lease
    lease.set(["spec", "renewTime"], .string(renewed))
    return lease
  }

  /// The latest of the instants `text + n·period` that has passed, or that had when the node fell silent.
  func renewed(_ text: String, every seconds: Int64, by node: String, micro: Bool = false) -> String? {
    guard let time = CivilTime(rfc3339: text) else { return nil }
    let passed = (world.clock.unixSeconds(silentSince[node] ?? world.now) - time.unixSeconds) / seconds
    let moved = CivilTime(unixSeconds: time.unixSeconds + passed * seconds, nanosecond: time.nanosecond)
    return micro ? moved.rfc3339Micro : moved.rfc3339
  }
}
