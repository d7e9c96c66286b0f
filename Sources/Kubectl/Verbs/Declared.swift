// Verbs of which only the command line is modelled: what they refuse is refused in their words, and what they would do then is said
// to be not simulated. Sources: kubectl pkg/cmd/{certificates,debug,proxy}.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  private static let certificateFlags: [Flag] =
    Flags.files + Flags.print + [.bool("force", "", false, "decide anew what is decided")]

  static let certificate = Verb.family(
    "certificate", .cluster, synopsis: "Modify certificate resources",
    verbs: [
      Verb(
        "approve", usage: "(-f FILENAME | NAME) [options]", synopsis: "Approve a certificate signing request",
        flags: certificateFlags, isSimulated: false, run: Declared.certificate),
      Verb(
        "deny", usage: "(-f FILENAME | NAME) [options]", synopsis: "Deny a certificate signing request",
        flags: certificateFlags, isSimulated: false, run: Declared.certificate),
    ], exitCode: 0)

  static let debug = Verb(
    "debug", .troubleshooting, usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ] [options]",
    synopsis: "Create debugging sessions for troubleshooting workloads and nodes",
    flags: [
      .bool("arguments-only", "", false, "what follows -- are arguments"), .bool("attach", "", false, "connect"),
      .string("container", "c", "", "name of the new container"),
      .string("copy-to", "", "", "make a copy of that name"),
      .string("custom", "", "", "file with a partial container"), .list("env", "", "KEY=VALUE"),
      .strings("filename", "f", "file with the object"), .string("image", "", "", "image of the new container"),
      .string("image-pull-policy", "", "", "when to pull"), .bool("keep-annotations", "", false, "in the copy"),
      .bool("keep-init-containers", "", true, "in the copy"), .bool("keep-labels", "", false, "in the copy"),
      .bool("keep-liveness", "", false, "in the copy"), .bool("keep-readiness", "", false, "in the copy"),
      .bool("keep-startup", "", false, "in the copy"), .string("profile", "", "legacy", "set of security options"),
      .bool("quiet", "q", false, "only what the container prints"), .bool("replace", "", false, "delete the original"),
      .bool("same-node", "", false, "put the copy on the same node"), .strings("set-image", "", "CONTAINER=IMAGE"),
      .bool("share-processes", "", true, "one process namespace in the copy"),
      .bool("stdin", "i", false, "pass standard input on"), .string("target", "", "", "container to look at"),
      .bool("tty", "t", false, "a terminal for the container"),
    ], isSimulated: false, run: Declared.debug)

  static let proxy = Verb.notSimulated(
    "proxy", .troubleshooting, usage: "[--port=PORT] [options]", synopsis: "Run a proxy to the Kubernetes API server",
    flags: [
      .string("accept-hosts", "", "^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$", "hosts"),
      .string("accept-paths", "", "^.*", "paths"), .string("address", "", "127.0.0.1", "address"),
      .string("api-prefix", "", "/", "prefix"), .bool("append-server-path", "", false, "keep the server's path"),
      .bool("disable-filter", "", false, "let every request through"), .duration("keepalive", "", "0s", "interval"),
      .int32("port", "p", 8001, "port"), .string("reject-methods", "", "^$", "methods"),
      .string("reject-paths", "", "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", "paths"),
      .string("unix-socket", "u", "", "socket"), .string("www", "w", "", "folder"),
      .string("www-prefix", "P", "/static/", "prefix of the folder"),
    ])
}

enum Declared {
  static func certificate(_ call: Call) throws(Failure) {
    let hasFiles = !call.flags.strings("filename").isEmpty || !call.flags.string("kustomize").isEmpty
    if call.arguments.isEmpty, !hasFiles {
      throw .text("one or more CSRs must be specified as <name> or -f <filename>")
    }
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.implicitKind = Kinds.named("certificatesigningrequests")
      let (infos, problems) = try request.infos(call, input)
      if !infos.isEmpty { throw call.notSimulated(call.path) }
      if let problem = Failure.collected(problems) { throw problem }
    }
  }

  static func debug(_ call: Call) throws(Failure) {
    let flags = call.flags
    let image = flags.string("image")
    let copy = flags.string("copy-to")
    let profile = flags.string("profile")
    for pair in flags.strings("set-image") + flags.strings("env") where !pair.contains(byte: 61) {
      let flag = flags.strings("env").contains(pair) ? "env" : "set-image"
      throw .text(
        "invalid argument \(goQuoted(pair)) for \"--\(flag)\" flag: \(pair) must be formatted as key=value\nSee 'kubectl debug --help' for usage."
      )
    }
    if !["legacy", "general", "baseline", "netadmin", "restricted", "sysadmin"].contains(profile) {
      throw .text("unknown profile: \(profile)")
    }
    let setsImages = !flags.strings("set-image").isEmpty
    if copy.isEmpty {
      if setsImages { throw .text("--set-image may only be used with --copy-to.") }
      for flag in ["replace", "same-node"] where flags.bool(flag) {
        throw .text("--\(flag) may only be used with --copy-to.")
      }
      if image.isEmpty { throw .text("you must specify --image when not using --copy-to.") }
    } else {
      let words = call.dash.map { call.arguments.count - $0 } ?? 0
      if image.isEmpty, !setsImages, words == 0 {
        throw .text("you must specify --image, --set-image or command arguments.")
      }
    }
    if !image.isEmpty, !ImageName.isValid(image) {
      throw .text("invalid image name \(goQuoted(image)): invalid reference format")
    }
    if !["", "Always", "IfNotPresent", "Never"].contains(flags.string("image-pull-policy")) {
      throw .text("invalid image pull policy: \(flags.string("image-pull-policy"))")
    }
    if !flags.string("target").isEmpty, !copy.isEmpty {
      throw .text("--target is incompatible with --copy-to. Use --share-processes instead.")
    }
    if flags.bool("tty"), !flags.bool("stdin") {
      throw .text("-i/--stdin is required for containers with -t/--tty=true")
    }
    if profile == "legacy" {
      call.complain(
        "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example \"--profile=general\"."
      )
    }
    let names = Array(call.arguments.prefix(call.dash ?? call.arguments.count))
    var request = ResourceRequest(call, names)
    if !names.isEmpty, !names.contains(where: { $0.contains(byte: 47) }) { request.implicitKind = .pod }
    let (infos, problems) = try request.infos(call)
    if let problem = Failure.collected(problems) { throw problem }
    if let info = infos.first, info.kind != .pod, info.kind != .node {
      throw .text("\(goQuoted("/\(info.kind.version), Kind=\(info.kind.kind)")) not supported by debug")
    }
    throw call.notSimulated("kubectl debug")
  }
}
