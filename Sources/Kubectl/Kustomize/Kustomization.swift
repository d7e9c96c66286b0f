// Kustomizations (`-k`, `kubectl kustomize`): resources, components, generators, and the transformers in KustomizeTransforms. Source:
// the reference of kustomization.yaml (kubectl.docs.kubernetes.io), kustomize api/internal/target.
//
// Left out, and said so: transformer and generator plug-ins, replacements, vars, Helm charts, remote bases.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

/// One object on its way through the layers of kustomizations.
struct KustomizeItem {
  var object: Value
  /// The names it has had, the first one as written.
  var names: [String]
  /// Whether its name gets a hash of its content.
  var isHashed = false

  init(_ object: Value) {
    self.object = object
    names = [object[path: "metadata", "name"]?.string ?? ""]
  }

  var kind: String { object["kind"]?.string ?? "" }
  var name: String { object[path: "metadata", "name"]?.string ?? "" }

  /// `Deployment.v1.apps/web.[noNs]`
  var identity: String { KustomizeItem.identity(object) }

  static func identity(_ object: Value) -> String {
    let apiVersion = object["apiVersion"]?.string ?? ""
    let (group, version) = apiVersion.cut(47) ?? ("[noGrp]", apiVersion)
    let namespace = object[path: "metadata", "namespace"]?.string ?? ""
    return
      "\(object["kind"]?.string ?? "[noKind]").\(version.isEmpty ? "[noVer]" : version).\(group)/\(object[path: "metadata", "name"]?.string ?? "").\(namespace.isEmpty ? "[noNs]" : namespace)"
  }
}

struct Kustomization {
  private static let known = [
    "apiVersion", "kind", "metadata", "resources", "bases", "components", "namePrefix", "nameSuffix", "namespace",
    "commonLabels", "labels", "commonAnnotations", "images", "replicas", "patches", "patchesStrategicMerge",
    "patchesJson6902", "configMapGenerator", "secretGenerator", "generatorOptions", "sortOptions",
  ]
  /// Members that exist and are not modelled; others are mistakes of the file.
  private static let unmodelled = [
    "buildMetadata", "configurations", "crds", "generators", "helmCharts", "helmGlobals", "helmChartInflationGenerator",
    "inventory", "openapi", "replacements", "transformers", "validators", "vars", "imageTags",
  ]
  private static let deprecated: [(member: String, instead: String)] = [
    ("bases", "resources"), ("commonLabels", "labels"), ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
  ]

  let call: Call
  let root: String
  let settings: Value
  private let depth: Int

  /// The objects of a kustomization in the order in which they can be applied.
  static func build(_ call: Call, _ path: String) throws(Failure) -> [Value] {
    var items: [KustomizeItem] = []
    try Kustomization(call, path, shown: path, depth: 0).accumulate(&items)
    KustomizeNames.addHashes(&items)
    var objects: [Value] = []
    for item in KustomizeNames.inApplyOrder(items) { objects.append(item.object) }
    return objects
  }

  private init(_ call: Call, _ path: String, shown: String, depth: Int) throws(Failure) {
    guard depth < 16 else { throw .text("kustomization \(path) is nested too deeply") }
    self.call = call
    self.depth = depth
    let files = call.process.fileSystem
    root = FileSystem.normalize(path, in: call.process.workingDirectory)
    guard let inode = try? files.lookup(root) else {
      throw .text(
        "must build at directory: not a valid directory: evalsymlink failure on '\(shown)' : lstat \(root): no such file or directory"
      )
    }
    guard inode.isDirectory else { throw .text("must build at directory: '\(shown)': file is not directory") }
    var found: String?
    for name in ["kustomization.yaml", "kustomization.yml", "Kustomization"] where files.exists(root + "/" + name) {
      found = name
      break
    }
    guard let found else {
      throw .text(
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '\(root)'")
    }
    do throws(DocumentProblem) {
      settings = try Documents.single(try Kustomization.read(call, root + "/" + found))
    } catch {
      throw .text("invalid Kustomization: \(error.message)")
    }
    guard let members = settings.object, !members.isEmpty else { throw .text("\(found) is empty") }
    for key in members.keys {
      if Kustomization.unmodelled.contains(key) { throw call.notSimulated("kustomization field \(key)") }
      if !Kustomization.known.contains(key) {
        throw .text("invalid Kustomization: json: unknown field \(goQuoted(key))")
      }
    }
    if settings["sortOptions"] != nil { throw call.notSimulated("kustomization field sortOptions") }
    for (member, instead) in Kustomization.deprecated where settings[member] != nil {
      call.complain(
        "# Warning: '\(member)' is deprecated. Please use '\(instead)' instead. Run 'kustomize edit fix' to update your Kustomization automatically."
      )
    }
  }

  /// Adds this kustomization's objects and transforms everything there is: a component's also what came before it.
  private func accumulate(_ items: inout [KustomizeItem]) throws(Failure) {
    let isComponent = settings["kind"]?.string == "Component"
    var own: [KustomizeItem] = isComponent ? items : []
    for list in ["resources", "bases"] {
      for entry in settings[list]?.array ?? [] { try add(entry.string ?? "", to: &own) }
    }
    for entry in settings["components"]?.array ?? [] {
      let path = entry.string ?? ""
      try Kustomization(call, FileSystem.normalize(path, in: root), shown: path, depth: depth + 1).accumulate(&own)
    }
    try KustomizeGenerators(call: call, root: root, settings: settings).run(&own)
    try KustomizeTransforms(call: call, root: root, settings: settings).run(&own)
    items = isComponent ? own : items + own
  }

  private func add(_ entry: String, to items: inout [KustomizeItem]) throws(Failure) {
    if entry.containsText("://") || entry.hasPrefix("github.com/") {
      throw call.notSimulated("kustomization resource \(entry)")
    }
    let path = FileSystem.normalize(entry, in: root)
    if let inode = try? call.process.fileSystem.lookup(path), inode.isDirectory {
      var inner: [KustomizeItem] = []
      try Kustomization(call, path, shown: entry, depth: depth + 1).accumulate(&inner)
      if let twice = repeated(inner, items) {
        throw .text(
          "accumulating resources: accumulation err='accumulating resources from '\(entry)': '\(path)' must resolve to a file': recursed merging from path '\(path)': may not add resource with an already registered id: \(twice)"
        )
      }
      items.append(contentsOf: inner)
      return
    }
    let bytes: [UInt8]
    do throws(DocumentProblem) {
      bytes = try Kustomization.read(call, path)
    } catch {
      let why = "evalsymlink failure on '\(path)' : lstat \(path): no such file or directory"
      throw .text(
        "accumulating resources: accumulation err='accumulating resources from '\(entry)': \(why)': must build at directory: not a valid directory: \(why)"
      )
    }
    let (documents, problem) = Documents.stream(bytes, .goyaml3)
    if let problem {
      throw .text(
        "accumulating resources: accumulating resources from '\(entry)': MalformedYAMLError: \(problem.withoutPrefix("error converting YAML to JSON: ")) in File: \(entry)"
      )
    }
    var inner: [KustomizeItem] = []
    for document in documents {
      if document["kind"]?.string?.hasSuffix("List") == true, let list = document["items"]?.array {
        for member in list { inner.append(KustomizeItem(member)) }
      } else {
        inner.append(KustomizeItem(document))
      }
    }
    if let twice = repeated(inner, items) {
      throw .text(
        "accumulating resources: accumulation err='merging resources from '\(entry)': may not add resource with an already registered id: \(twice)': must build at directory: '\(path)': file is not directory"
      )
    }
    items.append(contentsOf: inner)
  }

  private func repeated(_ new: [KustomizeItem], _ old: [KustomizeItem]) -> String? {
    var seen: Set<String> = []
    for item in old { seen.insert(item.identity) }
    for item in new where !seen.insert(item.identity).inserted { return item.identity }
    return nil
  }

  static func read(_ call: Call, _ path: String) throws(DocumentProblem) -> [UInt8] {
    do throws(Errno) {
      return try call.process.fileSystem.read(path, as: call.process.credentials)
    } catch {
      throw DocumentProblem(message: "open \(path): \(error.message.lowercasedFirst)")
    }
  }
}

extension String {
  fileprivate func withoutPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
