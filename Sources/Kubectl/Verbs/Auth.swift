// kubectl auth: can-i and whoami. Sources: kubectl pkg/cmd/auth/{cani,whoami}.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let auth = Verb.family(
    "auth", .troubleshooting, synopsis: "Inspect authorization",
    verbs: [
      Verb(
        "can-i", usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
        synopsis: "Check whether an action is allowed",
        flags: [
          Flags.allNamespaces, .bool("list", "", false, "list everything that is allowed"),
          .bool("no-headers", "", false, "no header line"), .bool("quiet", "q", false, "the exit code only"),
          .string("subresource", "", "", "subresource, such as log"),
        ], latency: .local, run: Auth.canI),
      Verb(
        "reconcile", usage: "-f FILENAME [options]",
        synopsis: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
        flags: Flags.files + Flags.print + [
          Flags.dryRun, .bool("remove-extra-permissions", "", false, "remove further rules"),
          .bool("remove-extra-subjects", "", false, "remove further subjects"),
        ], isSimulated: false, run: Auth.reconcile),
      Verb(
        "whoami", usage: "[options]", synopsis: "Experimental: Check self subject attributes", flags: Flags.print,
        latency: .local,
        run: Auth.whoAmI),
    ])
}

enum Auth {
  private static let knownVerbs = [
    "*", "get", "list", "create", "update", "patch", "watch", "delete", "deletecollection", "use", "bind", "escalate",
    "impersonate", "approve", "sign", "attest", "proxy",
  ]

  @Sendable static func canI(_ call: Call) throws(Failure) {
    if call.flags.bool("list") {
      if !call.arguments.isEmpty { throw .text("list option must be specified with no arguments") }
      return try list(call)
    }
    guard call.arguments.count == 2 else {
      throw .text(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples."
      )
    }
    try call.client.discover()
    let verb = call.arguments[0]
    var typeName = call.arguments[1]
    var name = ""
    if typeName.hasPrefix("/") {
      return answer(
        call, Authorizer.allows(call.client.api, call.client.user, call.client.groups, verb, path: typeName))
    }
    if let (type, object) = typeName.cut(47) {
      typeName = type
      name = object
    }
    if !knownVerbs.contains(verb) { warn(call, "verb '\(verb)' is not a known verb") }
    var allowed: Bool
    if let kind = Kinds.named(typeName) {
      if !kind.namespaced, !call.allNamespaces {
        warn(
          call,
          "resource '\(kind.plural)' is not namespace scoped\(kind.group.isEmpty ? "" : " in group '\(kind.group)'")")
      }
      allowed = Authorizer.allows(
        call.client.api, call.client.user, call.client.groups, verb, kind,
        kind.namespaced && !call.allNamespaces ? call.namespace : nil, name,
        subresource: call.flags.string("subresource"))
    } else {
      if typeName != "*" { warn(call, "the server doesn't have a resource type '\(typeName)'") }
      allowed = Authorizer.allows(
        call.client.api, call.client.user, call.client.groups, verb, Kind("", typeName), call.namespace, name)
    }
    answer(call, allowed)
  }

  private static func warn(_ call: Call, _ text: String) {
    if !call.flags.bool("quiet") { call.process.write(2, "Warning: \(text)\n\n") }
  }

  private static func answer(_ call: Call, _ allowed: Bool) {
    if !call.flags.bool("quiet") { call.line(allowed ? "yes" : "no") }
    call.exitCode = allowed ? 0 : 1
  }

  private static func list(_ call: Call) throws(Failure) {
    try call.client.discover()
    var text = ""
    if !call.flags.bool("no-headers") { text += "Resources\tNon-Resource URLs\tResource Names\tVerbs\n" }
    let rules = Authorizer.rules(call.client.api, call.client.user, call.client.groups, call.namespace)
    for line in RuleTable.lines(rules) { text += line + "\n" }
    var writer = TabWriter.table
    call.print(writer.format(text))
  }

  /// Only what is wrong with the files is known.
  @Sendable static func reconcile(_ call: Call) throws(Failure) {
    try Manifests.require(call)
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call, [])
      request.latest = false
      let (_, problems) = try request.infos(call, input)
      if let problem = Failure.collected(problems) { throw problem }
      throw call.notSimulated("kubectl auth reconcile")
    }
  }

  @Sendable static func whoAmI(_ call: Call) throws(Failure) {
    try call.client.discover()
    var random = SeededRandom(seed: 0x5eed).split("credential-id")
    let credential = "X509SHA256=\(random.hexadecimal(64))"
    let format = try PrintFormat.read(call)
    if format.printsWholeObjects {
      var info: Value = ["groups": .strings(call.client.groups), "username": .string(call.client.user)]
      if !call.client.isImpersonating {
        info["extra"] = ["authentication.kubernetes.io/credential-id": .strings([credential])]
      }
      var printer = ObjectPrinter(call, format)
      call.print(
        try printer.text([
          "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview",
          "metadata": ["creationTimestamp": .string(call.world.civilNow.rfc3339)], "status": ["userInfo": info],
        ]))
      return
    }
    var text =
      "ATTRIBUTE\tVALUE\nUsername\t\(call.client.user)\nGroups\t[\(call.client.groups.joined(separator: " "))]\n"
    if !call.client.isImpersonating {
      text += "Extra: authentication.kubernetes.io/credential-id\t[\(credential)]\n"
    }
    var writer = TabWriter.table
    call.print(writer.format(text))
  }
}
