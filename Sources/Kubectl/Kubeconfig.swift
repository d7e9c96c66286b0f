// The kubeconfig: a real file in the machine's file system, read on every call and rewritten by `kubectl config`.
// Clusters, users and contexts are kept as the file has them; only one file is used (no merging of a path list).

import KubeAPI
import SimKernel
import SimMachine
package import Unstructured

package struct Kubeconfig {
  package var value: Value
  /// Where it was read from and is written to.
  package let path: String
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
    var path = flag
    if path.isEmpty, let list = process.environment["KUBECONFIG"] {
      for part in list.pieces(":") where !part.isEmpty && path.isEmpty { path = part }
    }
    let isExplicit = !flag.isEmpty
    if path.isEmpty { path = (process.environment["HOME"] ?? "/root") + "/.kube/config" }
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
    } catch {
      if isExplicit { throw .text("stat \(path): \(error.message.lowercasedFirst)") }
      return Kubeconfig(value: try parse(Array(standard.utf8), path), path: path)
    }
    return Kubeconfig(value: try parse(bytes, path), path: path)
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(Failure) -> Value {
    do throws(DocumentProblem) {
      return try Documents.single(bytes)
    } catch {
      throw .text("error loading config file \"\(path)\": \(error.message)")
    }
  }

  func save(_ process: Process) throws(Failure) {
    var config = self
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
