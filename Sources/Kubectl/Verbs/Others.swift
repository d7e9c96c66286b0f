// Verbs with little or nothing behind them: declared so that they say what they are.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let kustomize = Verb(
    "kustomize", .advanced, usage: "DIR [flags] [options]",
    synopsis: "Build a kustomization target from a directory or URL",
    flags: [
      .string("output", "o", "", "file to write to"),
      .bool("as-current-user", "", false, .notSimulated, "run functions as the caller"),
      .bool("enable-alpha-plugins", "", false, .notSimulated, "run plugins"),
      .bool("enable-helm", "", false, .notSimulated, "run helm"),
      .list("env", "e", .notSimulated, "KEY=VALUE for functions"),
      .strings("helm-api-versions", "", .notSimulated, "API versions for helm"),
      .string("helm-command", "", "helm", .notSimulated, "path of helm"),
      .bool("helm-debug", "", false, .notSimulated, "debug helm"),
      .string("helm-kube-version", "", "", .notSimulated, "version for helm"),
      .string("load-restrictor", "", "LoadRestrictionsRootOnly", .accepted, "which files may be read"),
      .list("mount", "", .notSimulated, "storage for functions"),
      .bool("network", "", false, .notSimulated, "network for functions"),
      .string("network-name", "", "bridge", .notSimulated, "network for functions"),
    ], latency: .local, run: Others.kustomize)
  static let alpha = Verb(
    "alpha", synopsis: "Commands that are not finished", latency: .local, run: Others.alpha)
}

enum Others {
  @Sendable static func alpha(_ call: Call) throws(Failure) {
    call.complain("No alpha commands are available in this version of kubectl")
  }

  @Sendable static func kustomize(_ call: Call) throws(Failure) {
    if call.arguments.count > 1 { throw .text("specify one path to kustomization.yaml") }
    let documents = try Kustomization.build(call, call.arguments.first ?? ".")
    var texts: [String] = []
    for document in documents { texts.append(Documents.yaml(document)) }
    let whole = texts.joined(separator: "---\n")
    let output = call.flags.string("output")
    if output.isEmpty { return call.print(whole) }
    let path = FileSystem.normalize(output, in: call.process.workingDirectory)
    if (try? call.process.fileSystem.lookup(path))?.isDirectory ?? false {
      throw call.notSimulated("kubectl kustomize --output with a folder")
    }
    do throws(Errno) {
      try call.process.fileSystem.write(path, Array(whole.utf8), permissions: 0o644, as: call.process.credentials)
    } catch {
      throw .text("open \(output): \(error.message.lowercasedFirst)")
    }
  }
}
