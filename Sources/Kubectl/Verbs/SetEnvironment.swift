// kubectl set env. Source: kubectl pkg/cmd/set/set_env.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum SetEnvironment {
  @Sendable static func run(_ call: Call) throws(Failure) {
    var resources: [String] = []
    var set = OrderedMap<String, String>()
    var removed: [String] = []
    for word in call.arguments + call.flags.strings("env") {
      if let (name, value) = word.cut(61), !name.isEmpty {
        set[name] = value
      } else if word.hasSuffix("-"), word != "-" {
        removed.append(String(word.dropLast()))
      } else {
        resources.append(word)
      }
    }
    let from = call.flags.string("from")
    let lists = call.flags.bool("list")
    if resources.isEmpty, call.flags.strings("filename").isEmpty {
      throw .text("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    }
    for (name, _) in set {
      if let problem = problem(name) { throw .text("\(goQuoted(name)) is not a valid key name: \(problem)") }
    }
    for name in removed where set.contains(name) {
      throw .text("can not both modify and remove the same environment variable in the same command")
    }
    let references = from.isEmpty ? [] : try self.references(call, from)
    let additions = set
    let dropped = removed
    try SetVerb.start(call, resources) { (info, printer) throws(Failure) in
      let path = try SetVerb.requirePodSpec(info, isLocal: call.isLocal)
      if lists, hasContainers(info, path) { return try show(call, info, path) }
      var object = info.object
      let pattern = call.flags.string("containers")
      // The first variable that would change although it may not.
      var kept: String?
      let isFound = SetVerb.changeContainers(&object, path, pattern) { container in
        var variables = container["env"]?.array ?? []
        func put(_ name: String, _ variable: Value) {
          if let index = variables.firstIndex(where: { $0["name"]?.string == name }) {
            let now = variables[index]["value"]?.string ?? ""
            if call.flags.bool("overwrite") || now == variable["value"]?.string ?? "" {
              variables[index] = variable
            } else if kept == nil {
              kept = "'\(name)' already has a value (\(now)), and --overwrite is false"
            }
          } else {
            variables.append(variable)
          }
        }
        for (name, value) in additions { put(name, ["name": .string(name), "value": .string(value)]) }
        for (name, source) in references { put(name, ["name": .string(name), "valueFrom": source]) }
        variables.removeAll { dropped.contains($0["name"]?.string ?? "") }
        container["env"] = variables.isEmpty ? nil : .array(variables)
      }
      if !isFound {
        call.warn("\(info.kind.kind)/\(info.name) does not have any containers matching \(goQuoted(pattern))")
        return
      }
      if let kept { throw .text("\(info.kind.plural)/\(info.name) \(kept)") }
      try SetVerb.send(call, printer, info, object, "env updated")
    }
  }

  /// What is wrong with a variable's name.
  private static func problem(_ name: String) -> String? {
    var isValid = !name.isEmpty
    for (index, byte) in name.utf8.enumerated() {
      let isDigit = byte >= 48 && byte <= 57
      let isLetter = byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
      let isMark = byte == 45 || byte == 46 || byte == 95
      if !(isLetter || isMark || isDigit && index > 0) { isValid = false }
    }
    if !isValid {
      return
        "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
    }
    if name == "." { return "must not be '.'" }
    if name == ".." { return "must not be '..'" }
    return name.hasPrefix("..") ? "must not start with '..'" : nil
  }

  /// Keys of a ConfigMap or Secret as variables.
  private static func references(_ call: Call, _ from: String) throws(Failure) -> [(String, Value)] {
    var request = ResourceRequest()
    request.arguments = [from]
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first { throw problem }
    guard let info = infos.first, info.kind == .configMap || info.kind == .secret else {
      throw .text("unsupported resource specified in --from")
    }
    let member = info.kind == .secret ? "secretKeyRef" : "configMapKeyRef"
    let wanted = call.flags.strings("keys")
    var list: [(String, Value)] = []
    for (key, _) in info.object["data"]?.object?.sortedByKey ?? [] {
      if !wanted.isEmpty, !wanted.contains(key) { continue }
      var name: [UInt8] = []
      for byte in key.uppercased().utf8 {
        name.append(byte >= 65 && byte <= 90 || byte >= 48 && byte <= 57 || byte == 95 ? byte : 95)
      }
      let reference: Value = ["key": .string(key), "name": .string(info.name)]
      let plain = String(decoding: name, as: UTF8.self)
      let variable = call.flags.string("prefix") + plain
      if plain != key { call.warn("key \(key) transferred to \(plain)") }
      list.append((variable, .members([(member, reference)])))
    }
    return list
  }

  private static func hasContainers(_ info: Info, _ path: [String]) -> Bool {
    var count = 0
    for list in ["initContainers", "containers"] { count += info.object.at(path + [list])?.array?.count ?? 0 }
    return count > 0
  }

  private static func show(_ call: Call, _ info: Info, _ path: [String]) throws(Failure) {
    let pattern = call.flags.string("containers")
    var isFound = false
    for list in ["containers", "initContainers"] {
      for container in info.object.at(path + [list])?.array ?? [] {
        let name = container["name"]?.string ?? ""
        guard SetVerb.selects(pattern, name) else { continue }
        isFound = true
        call.line("# \(info.kind.kind) \(info.name), container \(name)")
        var unresolved = OrderedMap<String, [String]>()
        for variable in container["env"]?.array ?? [] {
          guard let problem = try show(call, info, container, variable) else { continue }
          unresolved[problem] = (unresolved[problem] ?? []) + [variable["name"]?.string ?? ""]
        }
        var lines: [String] = []
        for (problem, names) in unresolved {
          lines.append("error retrieving reference for \(names.sorted().joined(separator: ", ")): \(problem)")
        }
        for line in lines.sorted() { call.complain(line) }
      }
    }
    if !isFound {
      call.warn("\(info.kind.kind)/\(info.name) does not have any containers matching \(goQuoted(pattern))")
    }
  }

  /// Answers with what is wrong when a value was to be looked up and could not be.
  private static func show(
    _ call: Call, _ info: Info, _ container: Value, _ variable: Value
  ) throws(Failure) -> String? {
    let name = variable["name"]?.string ?? ""
    guard let from = variable["valueFrom"] else {
      call.line("\(name)=\(variable["value"]?.string ?? "")")
      return nil
    }
    var problem: String?
    if call.flags.bool("resolve") {
      do throws(Failure) {
        call.line("\(name)=\(try resolved(call, info, container, from))")
        return nil
      } catch {
        problem = error.description
      }
    }
    if let secret = from["secretKeyRef"] {
      call.line("# \(name) from secret \(secret["name"]?.string ?? ""), key \(secret["key"]?.string ?? "")")
    } else if let map = from["configMapKeyRef"] {
      call.line("# \(name) from configmap \(map["name"]?.string ?? ""), key \(map["key"]?.string ?? "")")
    } else if let field = from["fieldRef"] {
      call.line("# \(name) from field path \(field["fieldPath"]?.string ?? "")")
    } else {
      let reference = from["resourceFieldRef"]
      let owner = reference?["containerName"]?.string.map { $0 + "/" } ?? ""
      call.line("# \(name) from resource field \(owner)\(reference?["resource"]?.string ?? "")")
    }
    return problem
  }

  /// What a reference means now, for the object itself and not for one of its pods.
  private static func resolved(
    _ call: Call, _ info: Info, _ container: Value, _ from: Value
  ) throws(Failure) -> String {
    if let reference = from["secretKeyRef"] {
      let (name, key) = (reference["name"]?.string ?? "", reference["key"]?.string ?? "")
      let secret = try call.client.get(.secret, call.namespace, name)
      guard let text = secret[path: "data", key]?.string, case .bytes(let bytes) = Base64.decode(text) else {
        throw .text("key \(key) not found in secret \(name)")
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    if let reference = from["configMapKeyRef"] {
      let (name, key) = (reference["name"]?.string ?? "", reference["key"]?.string ?? "")
      guard let text = try call.client.get(.configMap, call.namespace, name)[path: "data", key]?.string else {
        throw .text("key \(key) not found in config map \(name)")
      }
      return text
    }
    if let path = from[path: "fieldRef", "fieldPath"]?.string {
      return try field(info, path)
    }
    return resource(from["resourceFieldRef"] ?? [:], container)
  }

  /// A part of the object's metadata; nothing else is known of what has not become a pod.
  private static func field(_ info: Info, _ path: String) throws(Failure) -> String {
    for map in ["labels", "annotations"] {
      let opening = "metadata.\(map)['"
      if path.hasPrefix(opening), path.hasSuffix("']") {
        return info.object["metadata"]?[map]?[String(path.dropFirst(opening.count).dropLast(2))]?.string ?? ""
      }
    }
    guard ["metadata.name", "metadata.namespace", "metadata.uid"].contains(path) else {
      throw .text("unsupported fieldPath: \(path)")
    }
    return info.object.at(path.pieces("."))?.string ?? ""
  }

  /// An amount of the container itself in the units of the divisor, rounded up; nothing asked for is zero.
  private static func resource(_ reference: Value, _ container: Value) -> String {
    let (list, name) = reference["resource"]?.string?.cut(46) ?? ("", "")
    let amount = Quantity.milli(container["resources"]?[list]?[name]) ?? 0
    let divisor = Quantity.milli(reference["divisor"]) ?? 0
    let unit = divisor == 0 ? 1_000 : divisor
    return "\((amount + unit - 1) / unit)"
  }
}
