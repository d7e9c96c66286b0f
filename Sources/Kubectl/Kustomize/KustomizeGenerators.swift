// `configMapGenerator` and `secretGenerator`: objects from literals, files and env files, whose names get a hash of their content
// unless the options say otherwise. Source: kustomize api/internal/generators, api/kv.

import KubeAPI
import SimKernel
import SimMachine
import Unstructured

struct KustomizeGenerators {
  let call: Call
  let root: String
  let settings: Value

  func run(_ items: inout [KustomizeItem]) throws(Failure) {
    for (list, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
      for entry in settings[list]?.array ?? [] {
        var item = KustomizeItem(try object(entry, kind))
        let isPlain =
          option(entry, "disableNameSuffixHash")?.bool ?? false
        item.isHashed = !isPlain
        try place(item, entry, &items)
      }
    }
  }

  /// An option of one generator, or of all.
  private func option(_ entry: Value, _ name: String) -> Value? {
    entry[path: "options", name] ?? settings[path: "generatorOptions", name]
  }

  private func place(_ item: KustomizeItem, _ entry: Value, _ items: inout [KustomizeItem]) throws(Failure) {
    let behavior = entry["behavior"]?.string ?? "create"
    let place = items.firstIndex { $0.kind == item.kind && $0.names.contains(item.name) }
    switch (behavior, place) {
    case ("create", nil), ("unspecified", nil), ("", nil): items.append(item)
    case ("merge", let index?):
      var merged = items[index].object
      for member in ["data", "binaryData"] {
        for (key, value) in item.object[member]?.object ?? Value.Object() { merged.set([member, key], value) }
      }
      items[index].object = merged
      items[index].isHashed = items[index].isHashed || item.isHashed
    case ("replace", let index?):
      items[index].object["data"] = item.object["data"]
      items[index].object["binaryData"] = item.object["binaryData"]
      items[index].isHashed = items[index].isHashed || item.isHashed
    case ("merge", nil), ("replace", nil):
      throw .text(
        "merging from generator &{0xc000000000 <nil>}: id resid.ResId{Gvk:resid.Gvk{Kind:\(goQuoted(item.kind))}, Name:\(goQuoted(item.name))} does not exist; cannot merge or replace"
      )
    default:
      throw .text("may not add resource with an already registered id: \(item.identity)")
    }
  }

  private func object(_ entry: Value, _ kind: String) throws(Failure) -> Value {
    var plain = Value.Object()
    var binary = Value.Object()
    func put(_ key: String, _ bytes: [UInt8]) {
      if kind == "Secret" {
        plain[key] = .string(Base64.encode(bytes))
      } else if Array(String(decoding: bytes, as: UTF8.self).utf8) == bytes {
        plain[key] = .string(String(decoding: bytes, as: UTF8.self))
      } else {
        binary[key] = .string(Base64.encode(bytes))
      }
    }
    var environments = entry["envs"]?.array ?? []
    if let single = entry["env"] { environments.append(single) }
    for file in environments {
      let text = String(decoding: try content(file.string ?? ""), as: UTF8.self)
      for line in text.pieces("\n") {
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
        if let (key, value) = String(trimmed).cut(61) { put(key, Array(value.utf8)) } else { put(String(trimmed), []) }
      }
    }
    for file in entry["files"]?.array ?? [] {
      let text = file.string ?? ""
      let (key, path) = text.cut(61) ?? (text.cutLast(47)?.1 ?? text, text)
      put(key, try content(path))
    }
    for literal in entry["literals"]?.array ?? [] {
      guard let (key, value) = (literal.string ?? "").cut(61) else {
        throw .text("literal source '\(literal.string ?? "")' has no equals sign")
      }
      put(key, Array(trimmed(value).utf8))
    }
    var object: Value = [
      "apiVersion": "v1", "kind": .string(kind), "metadata": ["name": entry["name"] ?? ""],
    ]
    if let namespace = entry["namespace"] { object.set(["metadata", "namespace"], namespace) }
    if !plain.isEmpty { object["data"] = .object(plain) }
    if !binary.isEmpty { object["binaryData"] = .object(binary) }
    if kind == "Secret" { object["type"] = entry["type"] ?? "Opaque" }
    for member in ["labels", "annotations"] {
      for source in [settings["generatorOptions"], entry["options"]] {
        for (key, value) in source?[member]?.object ?? Value.Object() { object.set(["metadata", member, key], value) }
      }
    }
    if option(entry, "immutable")?.bool == true { object["immutable"] = true }
    return object
  }

  /// Without the quotes around it.
  private func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first == 34 || first == 39 { bytes = bytes.dropFirst() }
    while let last = bytes.last, last == 34 || last == 39 { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func content(_ path: String) throws(Failure) -> [UInt8] {
    let whole = FileSystem.normalize(path, in: root)
    do throws(DocumentProblem) {
      return try Kustomization.read(call, whole)
    } catch {
      throw .text("evalsymlink failure on '\(whole)' : lstat \(whole): no such file or directory")
    }
  }
}
