// `index.json` as Killercoda and Katacoda write it (the union of both schemas): what is known is typed, what has the wrong
// type is reported and left out, what is unknown is kept by name and noted, never an error.

import Diagnostics
import LabModel

/// A string of the manifest and where it stands.
struct ManifestText {
  var text: String
  var place: SourceLocation
}

struct ManifestStep {
  var place: SourceLocation
  var title: String?
  var text: ManifestText?
  var background: ManifestText?
  var foreground: ManifestText?
  var verify: ManifestText?
  var hint: ManifestText?
  var solution: ManifestText?
}

struct ManifestAsset {
  var host: String
  var file: ManifestText
  var target: String
  var chmod: String?
}

struct Manifest {
  var source: SourceText
  var title: String?
  var description: String?
  var difficulty: String?
  var time: String?
  var imageID: String?
  var layout: String?
  var intro: ManifestStep?
  var steps: [ManifestStep] = []
  var finish: ManifestStep?
  var assets: [ManifestAsset] = []
  var unknownKeys: [String] = []

  private static let topKeys = [
    "title", "description", "difficulty", "time", "type", "private", "noindex", "icon", "image", "id", "pathwayTitle",
    "files", "details", "backend", "interface", "environment",
  ]
  private static let stepKeys = [
    "title", "text", "verify", "background", "foreground", "courseData", "code", "hint", "answer", "solution",
    "credits",
  ]
  private static let environmentKeys = [
    "uilayout", "hideintro", "hidefinish", "showide", "hidesidebar", "showdashboard", "dashboards", "terminals",
    "uimessage1", "uieditorpath", "uisettings",
  ]

  /// Reads `index.json` (or O'Reilly's `index.yaml`) of a scenario's folder.
  static func read(_ path: String, _ reader: CourseReader) -> Manifest? {
    let found = path.hasSuffix(".json") ? reader.readJSON(path) : reader.readYAML(path)
    guard let (source, node) = found else { return nil }
    var manifest = Manifest(source: source)
    manifest.decode(Scope(reader: reader, source: source, path: ""), node)
    return manifest
  }

  /// A place in the tree, for messages like `details.steps[1].text`.
  private struct Scope {
    let reader: CourseReader
    let source: SourceText
    let path: String

    func key(_ key: String) -> Scope {
      Scope(reader: reader, source: source, path: path.isEmpty ? key : path + "." + key)
    }

    func index(_ index: Int) -> Scope { Scope(reader: reader, source: source, path: path + "[\(index)]") }

    func wrongType(_ node: JSONNode, _ wanted: String) {
      let name = path.isEmpty ? "The manifest" : "'\(path)'"
      reader.report(
        Diagnostic(
          .manifestType, source.location(node.range), "\(name) is \(node.kindName) where \(wanted) was expected"))
    }

    func string(_ node: JSONNode?) -> String? {
      guard let node else { return nil }
      switch node.value {
      case .string(let text): return text
      case .null: return nil
      default:
        wrongType(node, "a string")
        return nil
      }
    }

    func text(_ node: JSONNode?) -> ManifestText? {
      guard let node, let text = string(node), !text.isEmpty else { return nil }
      return ManifestText(text: text, place: source.location(node.range))
    }

    func members(_ node: JSONNode?) -> [JSONMember] {
      guard let node else { return [] }
      if let members = node.members { return members }
      if node.value != .null { wrongType(node, "an object") }
      return []
    }
  }

  private mutating func noteUnknown(_ scope: Scope, _ members: [JSONMember], known: [String]) {
    for member in members where !known.contains(member.key) {
      let name = scope.key(member.key).path
      unknownKeys.append(name)
      let near = known.first { EditDistance.between($0, member.key) <= 2 }
      scope.reader.report(
        Diagnostic(
          .manifestUnknownKey, scope.source.location(member.keyRange), "Unknown key '\(name)'",
          explanation: near.map { "Did you mean '\($0)'?" }))
    }
  }

  private mutating func decode(_ scope: Scope, _ node: JSONNode) {
    let members = scope.members(node)
    noteUnknown(scope, members, known: Manifest.topKeys)
    title = scope.key("title").string(node["title"])
    description = scope.key("description").string(node["description"])
    difficulty = scope.key("difficulty").string(node["difficulty"])
    time = scope.key("time").string(node["time"])

    let details = scope.key("details")
    noteUnknown(details, details.members(node["details"]), known: ["intro", "steps", "finish", "assets"])
    intro = step(details.key("intro"), node["details"]?["intro"])
    finish = step(details.key("finish"), node["details"]?["finish"])
    if let list = node["details"]?["steps"] {
      let scope = details.key("steps")
      if let items = list.array {
        for (index, item) in items.enumerated() {
          if let step = step(scope.index(index), item) { steps.append(step) }
        }
      } else if list.value != .null {
        scope.wrongType(list, "an array")
      }
    }
    decodeAssets(details.key("assets"), node["details"]?["assets"])

    let backend = scope.key("backend")
    noteUnknown(backend, backend.members(node["backend"]), known: ["imageid", "port"])
    imageID = backend.key("imageid").string(node["backend"]?["imageid"])
    let interface = scope.key("interface")
    noteUnknown(interface, interface.members(node["interface"]), known: ["layout"])
    let environment = scope.key("environment")
    noteUnknown(environment, environment.members(node["environment"]), known: Manifest.environmentKeys)
    layout =
      interface.key("layout").string(node["interface"]?["layout"])
      ?? environment.key("uilayout").string(node["environment"]?["uilayout"])
  }

  private mutating func step(_ scope: Scope, _ node: JSONNode?) -> ManifestStep? {
    guard let node, node.value != .null else { return nil }
    let members = scope.members(node)
    guard node.members != nil else { return nil }
    noteUnknown(scope, members, known: Manifest.stepKeys)
    func text(_ key: String) -> ManifestText? { scope.key(key).text(node[key]) }
    return ManifestStep(
      place: scope.source.location(
        SourceRange(start: node.range.start, end: min(node.range.start + 1, node.range.end))),
      title: scope.key("title").string(node["title"]), text: text("text"),
      background: text("background") ?? text("courseData"), foreground: text("foreground") ?? text("code"),
      verify: text("verify"), hint: text("hint"), solution: text("solution") ?? text("answer"))
  }

  private mutating func decodeAssets(_ scope: Scope, _ node: JSONNode?) {
    for host in scope.members(node) {
      let scope = scope.key(host.key)
      guard let items = host.value.array else {
        scope.wrongType(host.value, "an array")
        continue
      }
      for (index, item) in items.enumerated() {
        let scope = scope.index(index)
        noteUnknown(scope, scope.members(item), known: ["file", "target", "chmod"])
        guard let file = scope.key("file").text(item["file"]) else { continue }
        assets.append(
          ManifestAsset(
            host: host.key, file: file, target: scope.key("target").string(item["target"]) ?? "",
            chmod: scope.key("chmod").string(item["chmod"])))
      }
    }
  }
}
