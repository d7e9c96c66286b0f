// Plain kustomizations (`-k`, `kubectl kustomize`): resources, name prefix and suffix, namespace, labels, annotations, images, replicas,
// and patches given as text or file. Source: the reference of kustomization.yaml (kubectl.docs.kubernetes.io).
//
// Left out, and said so: generators with hashed names, components, transformers, replacements, Helm charts, remote bases.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum Kustomization {
  private static let known = [
    "apiVersion", "kind", "metadata", "resources", "bases", "namePrefix", "nameSuffix", "namespace", "commonLabels",
    "labels", "commonAnnotations", "images", "replicas", "patches", "patchesStrategicMerge", "configMapGenerator",
    "secretGenerator", "generatorOptions",
  ]

  static func build(_ call: Call, _ path: String) throws(Failure) -> [Value] { try build(call, path, depth: 0) }

  private static func build(_ call: Call, _ path: String, depth: Int) throws(Failure) -> [Value] {
    guard depth < 16 else { throw .text("kustomization \(path) is nested too deeply") }
    let files = call.process.fileSystem
    let directory = call.process.workingDirectory
    let root = FileSystem.normalize(path, in: directory)
    guard let inode = try? files.lookup(root), inode.isDirectory else {
      throw .text(
        "must build at directory: not a valid directory: evalsymlink failure on '\(path)' : lstat \(root): no such file or directory"
      )
    }
    var found: String?
    for name in ["kustomization.yaml", "kustomization.yml", "Kustomization"] where files.exists(root + "/" + name) {
      found = name
      break
    }
    guard let found else {
      throw .text(
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '\(root)'")
    }
    let settings: Value
    do throws(DocumentProblem) {
      settings = try Documents.single(try read(call, root + "/" + found))
    } catch {
      throw .text("invalid Kustomization: \(error.message)")
    }
    for (key, _) in settings.object ?? Value.Object() where !known.contains(key) {
      throw call.notSimulated("kustomization field \(key)")
    }
    var objects: [Value] = []
    for list in ["resources", "bases"] {
      for item in settings[list]?.array ?? [] {
        objects.append(contentsOf: try resources(call, root, item.string ?? "", depth))
      }
    }
    objects.append(contentsOf: try generated(call, root, settings))
    try patch(call, root, settings, &objects)
    for index in objects.indices { transform(settings, &objects[index]) }
    rename(settings, &objects)
    return objects
  }

  private static func read(_ call: Call, _ path: String) throws(DocumentProblem) -> [UInt8] {
    do throws(Errno) {
      return try call.process.fileSystem.read(path, as: call.process.credentials)
    } catch {
      throw DocumentProblem(message: "open \(path): \(error.message.lowercasedFirst)")
    }
  }

  private static func resources(_ call: Call, _ root: String, _ item: String, _ depth: Int) throws(Failure) -> [Value] {
    if item.containsText("://") || item.hasPrefix("github.com/") {
      throw call.notSimulated("kustomization resource \(item)")
    }
    let path = FileSystem.normalize(item, in: root)
    if let inode = try? call.process.fileSystem.lookup(path), inode.isDirectory {
      return try build(call, path, depth: depth + 1)
    }
    let bytes: [UInt8]
    do throws(DocumentProblem) {
      bytes = try read(call, path)
    } catch {
      throw .text(
        "accumulating resources: accumulation err='accumulating resources from '\(item)': \(error.message)': must build at directory: not a valid directory: evalsymlink failure on '\(path)' : lstat \(path): no such file or directory"
      )
    }
    let (documents, problem) = Documents.stream(bytes)
    if let problem { throw .text("accumulating resources: MalformedYAMLError: \(problem) in File: \(item)") }
    return documents
  }

  /// ConfigMaps and Secrets from literals and files, as long as their names get no hash.
  private static func generated(_ call: Call, _ root: String, _ settings: Value) throws(Failure) -> [Value] {
    var objects: [Value] = []
    let plainNames = settings[path: "generatorOptions", "disableNameSuffixHash"]?.bool == true
    for (list, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
      for item in settings[list]?.array ?? [] {
        guard plainNames || item[path: "options", "disableNameSuffixHash"]?.bool == true else {
          throw call.notSimulated("kustomization \(list) with a name hash")
        }
        var data = Value.Object()
        for literal in item["literals"]?.array ?? [] {
          if let (key, value) = (literal.string ?? "").cut(61) {
            data[key] = .string(kind == "Secret" ? Base64.encode(Array(value.utf8)) : value)
          }
        }
        for file in item["files"]?.array ?? [] {
          let text = file.string ?? ""
          let (key, path) = text.cut(61) ?? (text.cutLast(47)?.1 ?? text, text)
          do throws(DocumentProblem) {
            let bytes = try read(call, FileSystem.normalize(path, in: root))
            data[key] = .string(kind == "Secret" ? Base64.encode(bytes) : String(decoding: bytes, as: UTF8.self))
          } catch {
            throw .text(error.message)
          }
        }
        var object: Value = [
          "apiVersion": "v1", "kind": .string(kind), "metadata": ["name": item["name"] ?? ""], "data": .object(data),
        ]
        if kind == "Secret" { object["type"] = item["type"] ?? "Opaque" }
        objects.append(object)
      }
    }
    return objects
  }

  private static func patch(_ call: Call, _ root: String, _ settings: Value, _ objects: inout [Value]) throws(Failure) {
    var patches: [(target: Value?, text: [UInt8])] = []
    func content(_ path: String) throws(Failure) -> [UInt8] {
      do throws(DocumentProblem) {
        return try read(call, FileSystem.normalize(path, in: root))
      } catch {
        throw .text(error.message)
      }
    }
    for item in settings["patches"]?.array ?? [] {
      if let text = item["patch"]?.string {
        patches.append((item["target"], Array(text.utf8)))
      } else {
        patches.append((item["target"], try content(item["path"]?.string ?? "")))
      }
    }
    for item in settings["patchesStrategicMerge"]?.array ?? [] {
      let text = item.string ?? ""
      patches.append((nil, text.contains(byte: 10) ? Array(text.utf8) : try content(text)))
    }
    for (target, text) in patches {
      for body in Documents.stream(text).documents {
        for index in objects.indices where matches(objects[index], target, body) {
          guard
            let kind = Kinds.of(
              apiVersion: objects[index]["apiVersion"]?.string ?? "", kind: objects[index]["kind"]?.string ?? "")
          else { continue }
          do throws(Status) {
            let type: PatchType = body.array != nil ? .json : .strategic
            objects[index] = try Patch.apply(type, body, to: objects[index], kind: kind).object
          } catch {
            throw .text(error.message)
          }
        }
      }
    }
  }

  private static func matches(_ object: Value, _ target: Value?, _ body: Value) -> Bool {
    let name = object[path: "metadata", "name"]
    guard let target else { return body["kind"] == object["kind"] && body[path: "metadata", "name"] == name }
    if let kind = target["kind"], kind != object["kind"] { return false }
    if let wanted = target["name"], wanted != name { return false }
    if let selector = target["labelSelector"]?.string, let parsed = try? LabelSelector(parsing: selector) {
      return parsed.matches(object: object)
    }
    return true
  }

  private static func transform(_ settings: Value, _ object: inout Value) {
    let kind = Kinds.of(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
    if let namespace = settings["namespace"], kind?.namespaced ?? true {
      object.set(["metadata", "namespace"], namespace)
    }
    func label(_ pairs: Value?, selectors: Bool, templates: Bool) {
      for (key, value) in pairs?.object ?? Value.Object() {
        object.set(["metadata", "labels", key], value)
        let hasTemplate = object[path: "spec", "template"] != nil
        if hasTemplate, selectors || templates { object.set(["spec", "template", "metadata", "labels", key], value) }
        if selectors {
          if object["kind"]?.string == "Service", object[path: "spec", "selector"] != nil {
            object.set(["spec", "selector", key], value)
          } else if hasTemplate, object["kind"]?.string != "Job" {
            object.set(["spec", "selector", "matchLabels", key], value)
          }
        }
      }
    }
    label(settings["commonLabels"], selectors: true, templates: true)
    for entry in settings["labels"]?.array ?? [] {
      label(
        entry["pairs"], selectors: entry["includeSelectors"]?.bool == true,
        templates: entry["includeTemplates"]?.bool == true)
    }
    for (key, value) in settings["commonAnnotations"]?.object ?? Value.Object() {
      object.set(["metadata", "annotations", key], value)
      if object[path: "spec", "template"] != nil {
        object.set(["spec", "template", "metadata", "annotations", key], value)
      }
    }
    for entry in settings["replicas"]?.array ?? [] where entry["name"] == object[path: "metadata", "name"] {
      object.set(["spec", "replicas"], entry["count"])
    }
    if let kind, let path = SetVerb.podSpecPath(kind) {
      for entry in settings["images"]?.array ?? [] {
        _ = SetVerb.changeContainers(&object, path, "*") { container in
          let image = container["image"]?.string ?? ""
          var name = image
          var tag = ""
          if let (before, after) = image.cutLast(58), !after.contains(byte: 47) {
            name = before
            tag = ":" + after
          }
          guard name == entry["name"]?.string else { return }
          if let fresh = entry["newTag"]?.string ?? entry["newTag"].map({ GoDump.plain($0) }) { tag = ":" + fresh }
          if let digest = entry["digest"]?.string { tag = "@" + digest }
          container["image"] = .string((entry["newName"]?.string ?? name) + tag)
        }
      }
    }
  }

  /// Prefix and suffix, also where one object names another.
  private static func rename(_ settings: Value, _ objects: inout [Value]) {
    let prefix = settings["namePrefix"]?.string ?? ""
    let suffix = settings["nameSuffix"]?.string ?? ""
    if prefix.isEmpty, suffix.isEmpty { return }
    var renamed: [String: [String: String]] = [:]
    for index in objects.indices {
      let kind = objects[index]["kind"]?.string ?? ""
      if kind == "Namespace" || kind == "CustomResourceDefinition" { continue }
      let old = objects[index][path: "metadata", "name"]?.string ?? ""
      let new = prefix + old + suffix
      objects[index].set(["metadata", "name"], .string(new))
      renamed[kind, default: [:]][old] = new
    }
    for index in objects.indices { references(&objects[index], renamed, depth: 0) }
  }

  private static let referring: [String: String] = [
    "configMapRef": "ConfigMap", "configMapKeyRef": "ConfigMap", "configMap": "ConfigMap", "secretRef": "Secret",
    "secretKeyRef": "Secret", "scaleTargetRef": "", "service": "Service", "roleRef": "",
  ]

  private static func references(_ value: inout Value, _ renamed: [String: [String: String]], depth: Int) {
    guard depth < 64 else { return }
    if let items = value.array {
      var changed: [Value] = []
      for var item in items {
        references(&item, renamed, depth: depth + 1)
        changed.append(item)
      }
      value = .array(changed)
      return
    }
    guard let members = value.object else { return }
    for (key, member) in members {
      var inner = member
      references(&inner, renamed, depth: depth + 1)
      if let kind = referring[key], let name = inner["name"]?.string {
        let target = kind.isEmpty ? inner["kind"]?.string ?? "" : kind
        if let new = renamed[target]?[name] { inner["name"] = .string(new) }
      }
      for (field, kind) in [
        ("secretName", "Secret"), ("claimName", "PersistentVolumeClaim"), ("serviceName", "Service"),
        ("serviceAccountName", "ServiceAccount"),
      ]
      where key == field {
        if let name = inner.string, let new = renamed[kind]?[name] { inner = .string(new) }
      }
      value[key] = inner
    }
  }
}
