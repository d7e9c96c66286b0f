// The kubeconfig: a real file in the machine's file system, read on every call and rewritten by `kubectl config`.
// Clusters, users and contexts are kept as the file has them. Where KUBECONFIG lists several files they are merged, the first
// one to name something wins, and a change goes to the file an entry came from (client-go tools/clientcmd/{loader,config}.go).

import KubeAPI
import SimKernel
import SimMachine
package import Unstructured

package struct Kubeconfig {
  package var value: Value
  /// Where it was read from, and where what is new is written to.
  package let path: String
  /// The files of a list as they were read; empty when there is only one.
  private var files: [(path: String, value: Value)] = []
  /// `--context`, when given.
  package var chosenContext: String?

  /// What MicroK8s writes, in the words of `microk8s config`.
  package static let standard = """
    apiVersion: v1
    clusters:
    - cluster:
        certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
        server: https://127.0.0.1:16443
      name: microk8s-cluster
    contexts:
    - context:
        cluster: microk8s-cluster
        user: admin
      name: microk8s
    current-context: microk8s
    kind: Config
    preferences: {}
    users:
    - name: admin
      user:
        client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
        client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=

    """

  static func load(_ process: Process, _ flag: String) throws(Failure) -> Kubeconfig {
    if !flag.isEmpty { return try load(process, path: flag, isExplicit: true) }
    var paths: [String] = []
    for part in (process.environment["KUBECONFIG"] ?? "").pieces(":") where !part.isEmpty { paths.append(part) }
    if paths.count > 1 { return try merged(process, paths) }
    let standard = (process.environment["HOME"] ?? "/root") + "/.kube/config"
    return try load(process, path: paths.first ?? standard, isExplicit: false)
  }

  private init(value: Value, path: String, files: [(path: String, value: Value)]) {
    self.value = value
    self.path = path
    self.files = files
  }
  package init(value: Value, path: String) { self.init(value: value, path: path, files: []) }

  private static func load(_ process: Process, path: String, isExplicit: Bool) throws(Failure) -> Kubeconfig {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
    } catch {
      if isExplicit { throw .text("stat \(path): \(error.message.lowercasedFirst)") }
      return Kubeconfig(value: try parse(Array(standard.utf8), path), path: path)
    }
    return Kubeconfig(value: try parse(bytes, path), path: path)
  }

  static let lists = ["clusters", "contexts", "users"]

  /// The first file that names a context decides.
  private static func current(_ files: [(path: String, value: Value)]) -> Value {
    for file in files {
      if let name = file.value["current-context"], let text = name.string, !text.isEmpty { return name }
    }
    return ""
  }

  private static func merged(_ process: Process, _ paths: [String]) throws(Failure) -> Kubeconfig {
    var files: [(path: String, value: Value)] = []
    for path in paths where process.fileSystem.exists(FileSystem.normalize(path, in: process.workingDirectory)) {
      files.append((path, try load(process, path: path, isExplicit: true).value))
    }
    var merged: Value = [
      "apiVersion": "v1", "clusters": .null, "contexts": .null, "current-context": "", "kind": "Config",
      "preferences": [:], "users": .null,
    ]
    for list in lists {
      var items: [Value] = []
      for file in files {
        for item in file.value[list]?.array ?? [] where !items.contains(where: { $0["name"] == item["name"] }) {
          items.append(item)
        }
      }
      items.sort { ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "") }
      if !items.isEmpty { merged[list] = .array(items) }
    }
    merged["current-context"] = current(files)
    return Kubeconfig(value: merged, path: files.first?.path ?? paths[paths.count - 1], files: files)
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(Failure) -> Value {
    do throws(DocumentProblem) {
      return try Documents.single(bytes)
    } catch {
      throw .text("error loading config file \"\(path)\": \(error.message)")
    }
  }

  func save(_ process: Process) throws(Failure) {
    guard !files.isEmpty else { return try write(process, value, path) }
    for (index, file) in files.enumerated() {
      var changed = file.value
      for list in Kubeconfig.lists {
        let now = entries(list, ofFile: index)
        if now != file.value[list] ?? .null { changed[list] = now }
      }
      if index == 0, value["current-context"] != Kubeconfig.current(files) {
        changed["current-context"] = value["current-context"]
      }
      if changed != file.value { try write(process, changed, file.path) }
    }
  }

  /// What of a list belongs to one of several files now: what came from it and is still there; the first one takes what is new.
  private func entries(_ list: String, ofFile index: Int) -> Value {
    let before = files[index].value[list]?.array ?? []
    var kept: [Value] = []
    func names(_ file: Int, _ name: Value?) -> Bool {
      (files[file].value[list]?.array ?? []).contains { $0["name"] == name }
    }
    for item in before {
      let now = (value[list]?.array ?? []).first { $0["name"] == item["name"] }
      let isShadowed = (0..<index).contains { names($0, item["name"]) }
      if isShadowed { kept.append(item) } else if let now { kept.append(now) }
    }
    for item in value[list]?.array ?? [] where index == 0 && !files.indices.contains(where: { names($0, item["name"]) })
    {
      kept.append(item)
    }
    kept.sort { ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "") }
    return kept.isEmpty ? .null : .array(kept)
  }

  private func write(_ process: Process, _ value: Value, _ path: String) throws(Failure) {
    var config = self
    config.value = value
    config.complete()
    let whole = FileSystem.normalize(path, in: process.workingDirectory)
    if let (folder, _) = whole.cutLast(47), !folder.isEmpty {
      _ = try? process.fileSystem.makeDirectory(folder, parents: true, as: process.credentials)
    }
    do throws(Errno) {
      try process.fileSystem.write(
        whole, Array(Documents.yaml(config.value).utf8), permissions: 0o600, as: process.credentials)
    } catch {
      throw .text("open \(path): \(error.message.lowercasedFirst)")
    }
  }

  var currentContext: String { chosenContext ?? value["current-context"]?.string ?? "" }

  /// The named entry of a list, e.g. `entry("contexts", "microk8s")`, without the name.
  func entry(_ list: String, _ name: String) -> Value? {
    let member = String(list.dropLast())
    for item in value[list]?.array ?? [] where item["name"]?.string == name { return item[member] ?? [:] }
    return nil
  }

  var context: Value? { entry("contexts", currentContext) }
  var namespace: String? {
    guard let text = context?["namespace"]?.string, !text.isEmpty else { return nil }
    return text
  }
  var user: String { context?["user"]?.string ?? "" }
  var server: String { entry("clusters", context?["cluster"]?.string ?? "")?["server"]?.string ?? "" }

  /// What client-go writes whether or not there is anything to say.
  mutating func complete() {
    if value["preferences"] == nil { value["preferences"] = [:] }
    if value["current-context"] == nil { value["current-context"] = "" }
    var contexts = value["contexts"]?.array ?? []
    for index in contexts.indices {
      for key in ["cluster", "user"] where contexts[index][path: "context", key] == nil {
        contexts[index].set(["context", key], "")
      }
    }
    if !contexts.isEmpty { value["contexts"] = .array(contexts) }
  }

  /// Changes the named entry of a list, making it when it is missing. Lists stay sorted by name.
  mutating func change(_ list: String, _ name: String, _ work: (inout Value) -> Void) {
    let member = String(list.dropLast())
    var items = value[list]?.array ?? []
    for (index, item) in items.enumerated() where item["name"]?.string == name {
      var inner = item[member] ?? [:]
      work(&inner)
      items[index][member] = inner
      value[list] = .array(items)
      return
    }
    var inner: Value = [:]
    work(&inner)
    items.append(.members([(member, inner), ("name", .string(name))]))
    items.sort { ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "") }
    value[list] = .array(items)
  }
}

extension String {
  /// Go's spelling of a C library sentence.
  var lowercasedFirst: String {
    guard let first else { return self }
    return first.lowercased() + dropFirst()
  }
}
