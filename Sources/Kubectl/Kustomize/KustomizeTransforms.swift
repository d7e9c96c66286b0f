// What a kustomization does to its objects, in kustomize's order: patches, namespace, prefix and suffix, labels, annotations, replica
// counts, images. Source: kustomize api/internal/target/kusttarget_configplugin.go and its builtin field specs.

import KubeAPI
import SimKernel
import SimMachine
import Unstructured

struct KustomizeTransforms {
  let call: Call
  let root: String
  let settings: Value

  func run(_ items: inout [KustomizeItem]) throws(Failure) {
    try patch(&items)
    for index in items.indices { setNamespace(&items[index].object) }
    KustomizeNames.rename(settings, &items)
    for index in items.indices {
      label(&items[index].object, settings["commonLabels"], selectors: true, templates: true)
      for entry in settings["labels"]?.array ?? [] {
        let selectors = entry["includeSelectors"]?.bool == true
        label(
          &items[index].object, entry["pairs"], selectors: selectors,
          templates: selectors || entry["includeTemplates"]?.bool == true)
      }
      annotate(&items[index].object)
      setReplicas(&items[index])
      setImages(&items[index].object)
    }
  }

  // MARK: Patches

  private func content(_ path: String) throws(Failure) -> [UInt8] {
    let whole = FileSystem.normalize(path, in: root)
    do throws(DocumentProblem) {
      return try Kustomization.read(call, whole)
    } catch {
      throw .text(
        "trouble configuring builtin PatchTransformer with config: `\npath: \(path)\n`: failed to get the patch file from path(\(path)): evalsymlink failure on '\(whole)' : lstat \(whole): no such file or directory"
      )
    }
  }

  private func patch(_ items: inout [KustomizeItem]) throws(Failure) {
    for entry in settings["patchesStrategicMerge"]?.array ?? [] {
      let text = entry.string ?? ""
      try apply(text.contains(byte: 10) ? Array(text.utf8) : try content(text), target: nil, &items)
    }
    for list in ["patches", "patchesJson6902"] {
      for entry in settings[list]?.array ?? [] {
        var text = Array((entry["patch"]?.string ?? "").utf8)
        if text.isEmpty { text = try content(entry["path"]?.string ?? "") }
        try apply(text, target: entry["target"], &items)
      }
    }
  }

  private func apply(_ text: [UInt8], target: Value?, _ items: inout [KustomizeItem]) throws(Failure) {
    let (documents, problem) = Documents.stream(text, .goyaml3)
    if let problem { throw .text("unable to parse SM or JSON patch from [\(problem)]") }
    for body in documents {
      if body.array != nil, target == nil {
        throw .text("must specify a target for JSON patch [\(String(decoding: text, as: UTF8.self))]")
      }
      var isFound = false
      for index in items.indices.reversed() where matches(items[index], target, body) {
        isFound = true
        if body["$patch"]?.string == "delete" {
          items.remove(at: index)
          continue
        }
        var patch = body
        // The patch says which object it means; its name is not part of the change.
        if let name = items[index].object[path: "metadata", "name"], body.object != nil {
          patch.set(["metadata", "name"], name)
        }
        let object = items[index].object
        do throws(Status) {
          items[index].object = try Patch.applyUntyped(
            body.array != nil ? .json : .strategic, patch, to: object, kind: Kinds.of(object))
        } catch {
          throw jsonProblem(body, error)
        }
      }
      if !isFound, target == nil {
        let identity = KustomizeItem.identity(body)
        throw .text(
          "no resource matches strategic merge patch \(goQuoted(identity)): no matches for Id \(identity); failed to find unique target for patch \(identity)"
        )
      }
    }
  }

  private func jsonProblem(_ body: Value, _ status: Status) -> Failure {
    guard let operation = body.array?.first else { return .text(status.message) }
    let path = operation["path"]?.string ?? ""
    return .text(
      "\(operation["op"]?.string ?? "") operation does not apply: doc is missing path: \(path): missing value")
  }

  private func matches(_ item: KustomizeItem, _ target: Value?, _ body: Value) -> Bool {
    guard let target else {
      guard let name = body[path: "metadata", "name"]?.string else { return false }
      let namespace = body[path: "metadata", "namespace"]
      return body["kind"]?.string == item.kind && item.names.contains(name)
        && (namespace == nil || namespace == item.object[path: "metadata", "namespace"])
    }
    let (group, version) =
      (item.object["apiVersion"]?.string ?? "").cut(47) ?? ("", item.object["apiVersion"]?.string ?? "")
    for (member, text) in [("kind", item.kind), ("group", group), ("version", version)] {
      if let wanted = target[member]?.string, !wanted.isEmpty, !NamePattern.matches(wanted, text) { return false }
    }
    if let wanted = target["namespace"]?.string, !wanted.isEmpty,
      !NamePattern.matches(wanted, item.object[path: "metadata", "namespace"]?.string ?? "default")
    {
      return false
    }
    if let wanted = target["name"]?.string, !wanted.isEmpty,
      !item.names.contains(where: { NamePattern.matches(wanted, $0) })
    {
      return false
    }
    for (member, place) in [("labelSelector", "labels"), ("annotationSelector", "annotations")] {
      guard let text = target[member]?.string, let selector = try? LabelSelector(parsing: text) else { continue }
      var probe: Value = ["metadata": [:]]
      probe.set(["metadata", "labels"], item.object[path: "metadata", place] ?? [:])
      if !selector.matches(object: probe) { return false }
    }
    return true
  }

  // MARK: Namespace

  private func setNamespace(_ object: inout Value) {
    guard let namespace = settings["namespace"] else { return }
    let kind = Kinds.of(object)
    if kind == .namespace { object.set(["metadata", "name"], namespace) }
    if kind?.namespaced ?? true { object.set(["metadata", "namespace"], namespace) }
    guard var subjects = object["subjects"]?.array else { return }
    for index in subjects.indices
    where subjects[index]["kind"]?.string == "ServiceAccount" && subjects[index]["name"]?.string == "default" {
      subjects[index]["namespace"] = namespace
    }
    object["subjects"] = .array(subjects)
  }

  // MARK: Labels and annotations

  /// Where an object has pod templates and what else carries their labels.
  private static func templates(_ kind: String) -> [[String]] {
    switch kind {
    case "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "ReplicationController":
      return [["spec", "template"]]
    case "CronJob": return [["spec", "jobTemplate"], ["spec", "jobTemplate", "spec", "template"]]
    default: return []
    }
  }

  private func label(_ object: inout Value, _ pairs: Value?, selectors: Bool, templates: Bool) {
    guard let pairs = pairs?.object, !pairs.isEmpty else { return }
    let kind = object["kind"]?.string ?? ""
    func put(_ path: [String], create: Bool) {
      if !create, object.at(path) == nil { return }
      for (key, value) in pairs { object.set(path + [key], value) }
    }
    put(["metadata", "labels"], create: true)
    if templates {
      for path in KustomizeTransforms.templates(kind) { put(path + ["metadata", "labels"], create: true) }
      if kind == "StatefulSet", var claims = object[path: "spec", "volumeClaimTemplates"]?.array {
        for index in claims.indices {
          for (key, value) in pairs { claims[index].set(["metadata", "labels", key], value) }
        }
        object.set(["spec", "volumeClaimTemplates"], .array(claims))
      }
    }
    guard selectors else { return }
    switch kind {
    case "Service", "ReplicationController": put(["spec", "selector"], create: object[path: "spec", "selector"] != nil)
    case "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet": put(["spec", "selector", "matchLabels"], create: true)
    case "Job", "PodDisruptionBudget": put(["spec", "selector", "matchLabels"], create: false)
    case "CronJob": put(["spec", "jobTemplate", "spec", "selector", "matchLabels"], create: false)
    case "NetworkPolicy": put(["spec", "podSelector", "matchLabels"], create: false)
    default: break
    }
  }

  private func annotate(_ object: inout Value) {
    let paths = [["metadata"]] + KustomizeTransforms.templates(object["kind"]?.string ?? "").map { $0 + ["metadata"] }
    for (key, value) in settings["commonAnnotations"]?.object ?? Value.Object() {
      for path in paths { object.set(path + ["annotations", key], value) }
    }
  }

  // MARK: Counts and images

  private func setReplicas(_ item: inout KustomizeItem) {
    guard ["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"].contains(item.kind) else { return }
    for entry in settings["replicas"]?.array ?? [] where item.names.contains(entry["name"]?.string ?? "") {
      item.object.set(["spec", "replicas"], entry["count"])
    }
  }

  private func setImages(_ object: inout Value) {
    guard let kind = Kinds.of(object), let path = SetVerb.podSpecPath(kind) else { return }
    for entry in settings["images"]?.array ?? [] {
      SetVerb.changeContainers(&object, path, "*") { container in
        guard let image = container["image"]?.string,
          let changed = KustomizeTransforms.image(image, entry)
        else { return }
        container["image"] = .string(changed)
      }
    }
  }

  private static func image(_ image: String, _ entry: Value) -> String? {
    var name = image
    var tail = ""
    if let (before, digest) = name.cut(64) {
      name = before
      tail = "@" + digest
    }
    if let (before, tag) = name.cutLast(58), !tag.contains(byte: 47) {
      name = before
      tail = ":" + tag + tail
    }
    guard name == entry["name"]?.string else { return nil }
    let tag = entry["newTag"].map { goText($0) } ?? ""
    let digest = entry["digest"]?.string ?? ""
    if !tag.isEmpty || !digest.isEmpty {
      tail = (tag.isEmpty ? "" : ":" + tag) + (digest.isEmpty ? "" : "@" + digest)
    }
    tail += entry["tagSuffix"]?.string ?? ""
    return (entry["newName"]?.string ?? name) + tail
  }
}

/// Names in a patch's target are regular expressions that must match the whole name; of these, literals, `.`, `.*` and `|`.
enum NamePattern {
  static func matches(_ pattern: String, _ text: String) -> Bool {
    for choice in pattern.pieces("|") where matches(Array(choice.utf8)[...], Array(text.utf8)[...]) { return true }
    return false
  }

  private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == 94 || first == 36 { return matches(pattern.dropFirst(), text) }
    let rest = pattern.dropFirst()
    if rest.first == 42 || rest.first == 43 {
      var end = text.startIndex
      if rest.first == 42, matches(rest.dropFirst(), text) { return true }
      while end < text.endIndex, first == 46 || text[end] == first {
        end += 1
        if matches(rest.dropFirst(), text[end...]) { return true }
      }
      return false
    }
    guard let head = text.first, first == 46 || head == first else { return false }
    return matches(rest, text.dropFirst())
  }
}
