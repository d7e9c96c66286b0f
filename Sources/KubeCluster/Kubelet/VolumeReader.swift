// What a volume of a pod contains, or why it cannot be mounted.

import KubeAPI
import SimKernel
import Unstructured

struct VolumeReader {
  let worker: PodWorker

  private var store: Store { worker.kubelet.api.store }

  /// The content, or the text of the problem; a volume is never both.
  func read(_ volume: Value) -> (content: VolumeContent?, problem: String?) {
    let name = volume["name"]?.string ?? ""
    let id = worker.uid + "/" + name
    if let claim = claimName(volume) { return readClaim(claim, id) }
    if let empty = volume["emptyDir"] {
      return (.emptyDir(volumeID: id, inMemory: empty["medium"]?.string == "Memory"), nil)
    }
    if let host = volume["hostPath"] {
      let (path, type) = (host["path"]?.string ?? "", host["type"]?.string ?? "")
      if let problem = worker.kubelet.runtime.hostPathProblem(path, type: type, node: worker.kubelet.nodeName) {
        return (nil, "hostPath type check failed: " + problem)
      }
      return (.hostPath(path: path, type: type), nil)
    }
    if let source = volume["configMap"] {
      return files(id, [["configMap": source]], source["defaultMode"], inMemory: false)
    }
    if let source = volume["secret"] {
      var reference = source
      reference["name"] = source["secretName"]
      return files(id, [["secret": reference]], source["defaultMode"])
    }
    if let source = volume["downwardAPI"] { return files(id, [["downwardAPI": source]], source["defaultMode"]) }
    if let projected = volume["projected"] {
      return files(id, projected["sources"]?.array ?? [], projected["defaultMode"])
    }
    var kinds: [String] = []
    for (key, _) in volume.object ?? Value.Object() where key != "name" { kinds.append(key) }
    return (nil, "volumes of this kind are not simulated: \(kinds.joined(separator: ", "))")
  }

  /// The claim behind a volume; an ephemeral one has its own.
  private func claimName(_ volume: Value) -> String? {
    if let claim = volume["persistentVolumeClaim"] { return claim["claimName"]?.string ?? "" }
    return volume["ephemeral"] == nil ? nil : worker.name + "-" + (volume["name"]?.string ?? "")
  }

  private func readClaim(_ name: String, _ id: String) -> (content: VolumeContent?, problem: String?) {
    guard let claim = store.object(.persistentVolumeClaim, worker.namespace, name) else {
      return (nil, "persistentvolumeclaim \"\(name)\" not found")
    }
    guard let name = claim.value[path: "spec", "volumeName"]?.string else {
      return (.persistent(volumeID: id, hostPath: nil), nil)
    }
    let volume = store.object(.persistentVolume, "", name)?.value["spec"]
    let path = volume?[path: "hostPath", "path"]?.string ?? volume?[path: "local", "path"]?.string
    return (.persistent(volumeID: name, hostPath: path), nil)
  }

  private func files(
    _ id: String, _ sources: [Value], _ mode: Value?, inMemory: Bool = true
  ) -> (content: VolumeContent?, problem: String?) {
    var files = OrderedMap<String, ProjectedFile>()
    for source in sources {
      if let problem = collect(source, Int(mode?.integer ?? 0o644), &files) { return (nil, problem) }
    }
    return (.files(volumeID: id, files: files, inMemory: inMemory), nil)
  }

  private func collect(
    _ source: Value, _ defaultMode: Int, _ files: inout OrderedMap<String, ProjectedFile>
  ) -> String? {
    func mode(_ item: Value) -> Int { Int(item["mode"]?.integer ?? Int64(defaultMode)) }
    for (field, kind, word) in [("configMap", Kind.configMap, "configmap"), ("secret", Kind.secret, "secret")] {
      guard let reference = source[field] else { continue }
      let name = reference["name"]?.string ?? ""
      worker.watchesSource(kind.kind + "/" + worker.namespace + "/" + name)
      let isOptional = reference["optional"]?.bool == true
      guard let object = store.object(kind, worker.namespace, name) else {
        if isOptional { continue }
        return "\(word) \"\(name)\" not found"
      }
      var contents = OrderedMap<String, [UInt8]>()
      for (key, value) in object.value["data"]?.object?.sortedByKey ?? [] {
        contents[key] =
          kind == .secret ? ContainerEnvironment.decodedBytes(value) : Array((value.string ?? "").utf8)
      }
      for (key, value) in object.value["binaryData"]?.object?.sortedByKey ?? [] {
        contents[key] = ContainerEnvironment.decodedBytes(value)
      }
      if let items = reference["items"]?.array {
        for item in items {
          let key = item["key"]?.string ?? ""
          guard let bytes = contents[key] else {
            if isOptional { continue }
            return "references non-existent \(kind == .secret ? "secret" : "config") key: \(key)"
          }
          files[item["path"]?.string ?? key] = ProjectedFile(bytes: bytes, mode: mode(item))
        }
      } else {
        for (key, bytes) in contents { files[key] = ProjectedFile(bytes: bytes, mode: defaultMode) }
      }
    }
    if let downward = source["downwardAPI"] {
      for item in downward["items"]?.array ?? [] {
        var text = ""
        if let field = item[path: "fieldRef", "fieldPath"]?.string {
          text = ContainerEnvironment.field(field, worker)
        } else if let reference = item["resourceFieldRef"] {
          text = ContainerEnvironment.resource(reference, [:], worker)
        }
        files[item["path"]?.string ?? ""] = ProjectedFile(bytes: Array(text.utf8), mode: mode(item))
      }
    }
    if let token = source["serviceAccountToken"] {
      var random = worker.world.random.split("token/" + worker.uid)
      let text = "eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9." + random.hexadecimal(200) + "." + random.hexadecimal(160)
      // The token is private to the pod's user, and a group makes it readable again (pkg/volume/projected).
      let user = worker.commonUser
      let isPrivate = user != nil || worker.fsGroup != nil
      files[token["path"]?.string ?? "token"] = ProjectedFile(
        bytes: Array(text.utf8), mode: isPrivate ? 0o600 : defaultMode, owner: user ?? 0)
    }
    return nil
  }

  /// Whether the kubelet gives the pod's `fsGroup` to what the volume holds: it leaves paths of the node alone.
  func takesGroup(_ volume: Value) -> Bool {
    if volume["hostPath"] != nil { return false }
    guard let claim = claimName(volume) else { return true }
    let name = store.object(.persistentVolumeClaim, worker.namespace, claim)?.value[path: "spec", "volumeName"]?.string
    return name.flatMap { store.object(.persistentVolume, "", $0) }?.value[path: "spec", "hostPath"] == nil
  }
}

extension PodWorker {
  var fsGroup: Int? { spec[path: "securityContext", "fsGroup"]?.integer.map { Int($0) } }

  /// The user that all containers run as, when the specification names one and the same (pkg/securitycontext).
  var commonUser: Int? {
    var common: Int64?
    for field in ["initContainers", "containers"] {
      for container in spec[field]?.array ?? [] {
        guard
          let user = container[path: "securityContext", "runAsUser"]?.integer
            ?? spec[path: "securityContext", "runAsUser"]?.integer,
          common == nil || common == user
        else { return nil }
        common = user
      }
    }
    return common.map { Int($0) }
  }

  /// Why the pod's volumes cannot be mounted, as `FailedMount` tells it.
  func mountProblem() -> String? {
    for volume in spec["volumes"]?.array ?? [] {
      if let problem = VolumeReader(worker: self).read(volume).problem {
        return "MountVolume.SetUp failed for volume \"\(volume["name"]?.string ?? "")\" : \(problem)"
      }
    }
    return nil
  }

  func watchesSource(_ key: String) {
    guard !mountedObjects.contains(key) else { return }
    mountedObjects.append(key)
    kubelet.mounts(self, key)
  }

  /// Delivers the present contents of config maps, secrets and the like to the runtime.
  func refreshFiles() {
    guard stage == .active else { return }
    for volume in spec["volumes"]?.array ?? [] {
      if case .files(let id, let files, _)? = VolumeReader(worker: self).read(volume).content {
        kubelet.runtime.updateFiles(volumeID: id, files: files)
      }
    }
  }
}
