// Verbs with little or nothing behind them: declared so that they say what they are.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  private static let topFlags: [Flag] = [
    Flags.selector, .bool("no-headers", "", false, "no header line"), .string("sort-by", "", "", "cpu or memory"),
    .bool("use-protocol-buffers", "", true, .accepted, "wire format"),
    .bool("show-capacity", "", false, "capacity too"),
  ]
  private static let topPodFlags: [Flag] =
    topFlags + [
      Flags.allNamespaces, Flags.fieldSelector, .bool("containers", "", false, "per container"),
      .bool("sum", "", false, "add a sum"),
    ]

  static let top = Verb.family(
    "top", .cluster, synopsis: "Show the use of CPU and memory",
    verbs: [
      Verb(
        "node", aliases: ["nodes", "no"], usage: "[NAME | -l label] [options]", synopsis: "Use per node",
        flags: topFlags, run: Others.top),
      Verb(
        "pod", aliases: ["pods", "po"], usage: "[NAME | -l label] [options]", synopsis: "Use per pod",
        flags: topPodFlags, run: Others.top),
    ])
  static let certificate = Verb.family(
    "certificate", .cluster, synopsis: "Decide certificate requests",
    verbs: [
      .notSimulated("approve", synopsis: "Approve a certificate request"),
      .notSimulated("deny", synopsis: "Deny a certificate request"),
    ])
  static let debug = Verb.notSimulated(
    "debug", .troubleshooting, usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ] [options]",
    synopsis: "Run a debugging container beside another",
    flags: [
      .bool("attach", "", false, "connect"), .string("container", "c", "", "name"), .string("copy-to", "", "", "copy"),
      .string("image", "", "", "image"), .string("profile", "", "legacy", "profile"),
      .bool("stdin", "i", false, "input"),
      .string("target", "", "", "container"), .bool("tty", "t", false, "terminal"), .bool("quiet", "q", false, "quiet"),
      .bool("share-processes", "", true, "share"), .list("env", "", "KEY=VALUE"),
    ])
  static let proxy = Verb.notSimulated(
    "proxy", .troubleshooting, usage: "[--port=PORT] [options]", synopsis: "Serve the API on a local port",
    flags: [
      .string("address", "", "127.0.0.1", "address"), .int64("port", "p", 8001, "port"),
      .string("www", "w", "", "folder"),
      .string("api-prefix", "", "/", "prefix"), .string("accept-hosts", "", "", "hosts"),
    ])
  static let completion = Verb.notSimulated(
    "completion", .settings, usage: "SHELL", synopsis: "Print shell completions")
  static let kustomize = Verb(
    "kustomize", .advanced, usage: "DIR [flags] [options]", synopsis: "Print the objects of a kustomization",
    flags: [.string("output", "o", "", .notSimulated, "file to write to")], latency: .local, run: Others.kustomize)
}

enum Others {
  @Sendable static func top(_ call: Call) throws(Failure) {
    try call.client.discover()
    if call.kubectl.microk8s.enabled.contains("metrics-server") { throw call.notSimulated(call.path) }
    throw .text("Metrics API not available")
  }

  @Sendable static func kustomize(_ call: Call) throws(Failure) {
    if call.arguments.count > 1 { throw .text("specify one path to kustomization.yaml") }
    let documents = try Kustomization.build(call, call.arguments.first ?? ".")
    var texts: [String] = []
    for document in documents { texts.append(Documents.yaml(document)) }
    call.print(texts.joined(separator: "---\n"))
  }
}
