// kubectl api-resources, api-versions, cluster-info, version, options, plugin, completion and other verbs about kubectl and the
// server themselves.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let apiResources = Verb(
    "api-resources", .other, usage: "[flags] [options]", synopsis: "Print the supported API resources on the server",
    flags: [
      .string("api-group", "", "", "only this group"), .bool("cached", "", false, .accepted, "use cached discovery"),
      .strings("categories", "", "only these categories"), .bool("namespaced", "", true, "only (not) namespaced ones"),
      .bool("no-headers", "", false, "no header line"), .string("output", "o", "", "`wide` or `name`"),
      .string("sort-by", "", "", "`name` or `kind`"), .strings("verbs", "", "only types with these verbs"),
    ], run: Discovery.resources)
  static let apiVersions = Verb(
    "api-versions", .other,
    synopsis: "Print the supported API versions on the server, in the form of \"group/version\"",
    run: Discovery.versions)
  static let clusterInfo = Verb(
    "cluster-info", .cluster, usage: "[flags] [options]", synopsis: "Display cluster information",
    verbs: [
      .notSimulated(
        "dump", usage: "[options]", synopsis: "Dump relevant information for debugging and diagnosis",
        flags: Flags.print.filter { $0.name != "output" } + [
          Flags.allNamespaces, .strings("namespaces", "", "namespaces to dump"),
          .string("output", "o", "json", "output format"),
          .string("output-directory", "", "", "folder for the files, or `-`"),
          .duration("pod-running-timeout", "", "20s", "how long to wait for a running pod"),
        ])
    ], latency: .local,
    run: Discovery.clusterInfo)
  static let version = Verb(
    "version", .other, usage: "[flags] [options]", synopsis: "Print the client and server version information",
    flags: [
      .bool("client", "", false, "the client's only"), .string("output", "o", "", "`yaml` or `json`"),
    ], run: Discovery.version)
  static let options = Verb(
    "options", synopsis: "Print the list of flags inherited by all commands", latency: .local, run: Discovery.options)
  static let plugin = Verb.family(
    "plugin", .other, synopsis: "Provides utilities for interacting with plugins",
    verbs: [
      Verb(
        "list", usage: "[flags] [options]", synopsis: "List all visible plugin executables on a user's PATH",
        flags: [.bool("name-only", "", false, "names without paths")], latency: .local, run: Discovery.plugins)
    ])
}

enum Discovery {
  @Sendable static func resources(_ call: Call) throws(Failure) {
    try call.client.discover()
    let flags = call.flags
    let output = flags.string("output")
    if !["", "wide", "name"].contains(output) { throw .text("--output \(output) is not available") }
    let order = flags.string("sort-by")
    if !["", "name", "kind"].contains(order) { throw .text("--sort-by accepts only name or kind") }
    if !call.arguments.isEmpty {
      throw .usage(call.path, "unexpected arguments: [\(call.arguments.joined(separator: " "))]")
    }
    var kinds: [Kind] = []
    for kind in served(call) {
      if flags.changed("api-group"), kind.group != flags.string("api-group") { continue }
      if flags.changed("namespaced"), kind.namespaced != flags.bool("namespaced") { continue }
      let hasVerbs = flags.strings("verbs").allSatisfy { kind.verbs.contains($0) }
      let hasCategories = flags.strings("categories").allSatisfy { kind.categories.contains($0) }
      if hasVerbs, hasCategories { kinds.append(kind) }
    }
    if order == "name" { kinds.sort { $0.plural == $1.plural ? $0.group < $1.group : $0.plural < $1.plural } }
    if order == "kind" { kinds.sort { $0.kind == $1.kind ? $0.group < $1.group : $0.kind < $1.kind } }
    if call.client.api.listsMetrics, !call.client.api.reachesMetrics {
      let version = Kind.podMetrics.apiVersion
      call.failures.append(
        .text(
          "unable to retrieve the complete list of server APIs: \(version): stale GroupVersion discovery: \(version)"))
    }
    if output == "name" {
      for kind in kinds { call.line(kind.qualifiedPlural) }
      return
    }
    let isWide = output == "wide"
    var text = ""
    if !flags.bool("no-headers") {
      text += "NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND\(isWide ? "\tVERBS\tCATEGORIES" : "")\n"
    }
    for kind in kinds {
      text +=
        "\(kind.plural)\t\(kind.shortNames.joined(separator: ","))\t\(kind.apiVersion)\t\(kind.namespaced)\t\(kind.kind)"
      if isWide { text += "\t\(kind.verbs.joined(separator: ","))\t\(kind.categories.joined(separator: ","))" }
      text += "\n"
    }
    var writer = TabWriter.table
    call.print(writer.format(text))
  }

  /// What discovery finds, in order: groups that another server serves too while it can be reached.
  private static func served(_ call: Call) -> [Kind] {
    guard call.client.api.reachesMetrics else { return Kinds.all }
    let place = Kinds.all.firstIndex { $0.group > Kind.podMetrics.group } ?? Kinds.all.endIndex
    return Kinds.all[..<place] + Kinds.aggregated + Kinds.all[place...]
  }

  @Sendable static func versions(_ call: Call) throws(Failure) {
    if !call.arguments.isEmpty {
      throw .usage(call.path, "unexpected arguments: [\(call.arguments.joined(separator: " "))]")
    }
    try call.client.discover()
    var versions = Kinds.apiVersions
    if call.client.api.listsMetrics { versions.append(Kind.podMetrics.apiVersion) }
    for version in versions.sorted() { call.line(version) }
  }

  @Sendable static func clusterInfo(_ call: Call) throws(Failure) {
    let onTerminal = call.process.file(1)?.isTerminal ?? false
    let server = call.config.server
    func show(_ name: String, _ link: String) {
      let title = onTerminal ? "\u{1b}[0;32m\(name)\u{1b}[0m" : name
      let address = onTerminal ? "\u{1b}[0;33m\(link)\u{1b}[0m" : link
      call.line("\(title) is running at \(address)")
    }
    let selection = try ResourceRequest.selection(.service, "kubernetes.io/cluster-service=true", "")
    let services = try call.client.list(.service, "kube-system", selection).items
    show("Kubernetes control plane", server)
    for service in services {
      let name = service[path: "metadata", "name"]?.string ?? ""
      let title = service[path: "metadata", "labels", "kubernetes.io/name"]?.string ?? name
      var target = name
      if let port = service[path: "spec", "ports"]?.array?.first {
        if let portName = port["name"]?.string { target += ":" + portName }
        if port["name"]?.string == "https" || port["port"]?.integer == 443 { target = "https:" + target }
      }
      show(title, "\(server)/api/v1/namespaces/kube-system/services/\(target)/proxy")
    }
    call.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
  }

  @Sendable static func version(_ call: Call) throws(Failure) {
    let versions = call.kubectl.versions
    let output = call.flags.string("output")
    if !["", "yaml", "json"].contains(output) { throw .text("--output must be 'yaml' or 'json'") }
    if !call.arguments.isEmpty {
      throw .text("extra arguments: [\(call.arguments.joined(separator: " "))]")
    }
    let both = !call.flags.bool("client")
    if both, output.isEmpty {
      call.line("Client Version: \(versions.gitVersion)")
      call.line("Kustomize Version: \(versions.kustomize)")
    }
    if both { try call.client.askOnce() }
    switch output {
    case "json":
      var lines = [
        "  \"clientVersion\": \(versions.json(indent: "  "))", "  \"kustomizeVersion\": \"\(versions.kustomize)\"",
      ]
      if both { lines.append("  \"serverVersion\": \(versions.json(indent: "  "))") }
      call.print("{\n\(lines.joined(separator: ",\n"))\n}\n")
    case "yaml":
      var object: Value = ["clientVersion": versions.info, "kustomizeVersion": .string(versions.kustomize)]
      if both { object["serverVersion"] = versions.info }
      call.print(Documents.yaml(object) + "\n")
    default:
      if !both {
        call.line("Client Version: \(versions.gitVersion)")
        call.line("Kustomize Version: \(versions.kustomize)")
      }
      if both { call.line("Server Version: \(versions.gitVersion)") }
    }
  }

  @Sendable static func options(_ call: Call) throws(Failure) {
    call.print("The following options can be passed to any command:\n\n\(Help.mark)\n\n")
    for flag in Verb.globalFlags { call.print(Help.option(flag)) }
  }

  @Sendable static func plugins(_ call: Call) throws(Failure) {
    var found: [String] = []
    for folder in (call.process.environment["PATH"] ?? "").pieces(":") where !folder.isEmpty {
      let files = call.process.fileSystem
      guard let names = files.probe({ try? files.list(folder) }) else { continue }
      for name in names.sorted() where name.hasPrefix("kubectl-") {
        found.append(call.flags.bool("name-only") ? name : "\(folder)/\(name)")
      }
    }
    if found.isEmpty { throw .text("unable to find any kubectl plugins in your PATH") }
    call.print("The following compatible plugins are available:\n\n")
    for line in found { call.line(line) }
  }
}
