// The `scale` subresource: a small object that shows and sets `spec.replicas` of the workloads that have one.

package import KubeAPI
package import Unstructured

extension APIServer {
  package func scale(_ kind: Kind, namespace: String, name: String) throws(Status) -> Value {
    guard kind.isScalable else { throw Status.noSuchResource }
    guard let object = find(kind, namespace, name) else { throw Status.notFound(kind, name) }
    return scaleObject(object)
  }

  private func scaleObject(_ object: StoredObject) -> Value {
    let replicas = object.value[path: "spec", "replicas"] ?? 0
    var status: Value = ["replicas": object.value[path: "status", "replicas"] ?? 0]
    let selector = LabelSelector(object.value[path: "spec", "selector"]).description
    if !selector.isEmpty { status["selector"] = .string(selector) }
    return [
      "apiVersion": "autoscaling/v1", "kind": "Scale",
      "metadata": [
        "creationTimestamp": object.value[path: "metadata", "creationTimestamp"] ?? .null,
        "name": .string(object.name), "namespace": .string(object.namespace),
        "resourceVersion": .string("\(object.version)"), "uid": .string(object.uid),
      ],
      "spec": ["replicas": replicas], "status": status,
    ]
  }

  func updateScale(
    _ kind: Kind, _ old: StoredObject, _ scale: Value, _ options: WriteOptions
  ) throws(Status) -> WriteResult {
    guard kind.isScalable else { throw Status.noSuchResource }
    let stated = scale[path: "metadata", "resourceVersion"]?.string ?? ""
    if !stated.isEmpty, stated != "\(old.version)" { throw Status.conflict(kind, old.name) }
    var object = old.value
    object.set(["spec", "replicas"], scale[path: "spec", "replicas"] ?? 0)
    let result = try write(kind, old, object, subresource: nil, [], options, trackedAs: "scale")
    return WriteResult(
      object: scaleObject(StoredObject(result.object, version: old.version)), warnings: result.warnings,
      created: false, changed: result.changed)
  }

  func patchScale(
    _ kind: Kind, _ old: StoredObject, _ type: PatchType, _ patch: Value, _ options: WriteOptions
  ) throws(Status) -> WriteResult {
    guard kind.isScalable else { throw Status.noSuchResource }
    let scale = Patch.mergeJSON(scaleObject(old), patch)
    return try updateScale(kind, old, scale, options)
  }
}
