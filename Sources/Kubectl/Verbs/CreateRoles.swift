// kubectl create role, clusterrole, rolebinding, clusterrolebinding.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum CreateRoles {
  private static let rules: [Flag] = [
    .strings("resource", "", "resource, may carry `.group` and `/subresource`"),
    .list("resource-name", "", "name the rule is limited to"), .strings("verb", "", "verb"),
  ]
  private static let subjects: [Flag] = [
    .list("group", "", "group that is bound"), .list("serviceaccount", "", "NAMESPACE:NAME that is bound"),
    .list("user", "", "user that is bound"),
  ]

  static let role = Verb(
    "role", usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [options]",
    synopsis: "Create a role with single rule", flags: Generator.flags + rules, run: runRole)
  static let clusterRole = Verb(
    "clusterrole",
    usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [options]",
    synopsis: "Create a cluster role",
    flags: Generator.flags + rules + [
      .strings("aggregation-rule", "", "labels of the roles it is made of"), .strings("non-resource-url", "", "URL"),
    ], run: runClusterRole)
  static let roleBinding = Verb(
    "rolebinding",
    usage:
      "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [options]",
    synopsis: "Create a role binding for a particular role or cluster role",
    flags: Generator.flags + subjects + [
      .string("clusterrole", "", "", "ClusterRole"), .string("role", "", "", "Role"),
    ],
    latency: .local, run: runRoleBinding)
  static let clusterRoleBinding = Verb(
    "clusterrolebinding",
    usage: "NAME --clusterrole=NAME [--user=username] [--group=groupname] [options]",
    synopsis: "Create a cluster role binding for a particular cluster role",
    flags: Generator.flags + subjects + [.string("clusterrole", "", "", required: true, "ClusterRole")],
    latency: .local, run: runClusterRoleBinding)

  private static let known = [
    "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection", "use", "bind",
    "impersonate", "*", "approve", "sign", "escalate", "attest",
  ]

  private static func makeRules(_ call: Call) throws(Failure) -> [Value] {
    var verbs: [String] = []
    for verb in call.flags.strings("verb") {
      if verb == "*" {
        verbs = ["*"]
        break
      }
      if !verbs.contains(verb) { verbs.append(verb) }
    }
    if verbs.isEmpty { throw .text("at least one verb must be specified") }
    let urls = call.flags.definition("non-resource-url") == nil ? [] : call.flags.strings("non-resource-url")
    if !urls.isEmpty { try checkURLs(urls, verbs) }
    if urls.isEmpty || !call.flags.strings("resource").isEmpty {
      for verb in verbs where !known.contains(verb) {
        call.complain("Warning: '\(verb)' is not a standard resource verb")
      }
    }
    let resources = call.flags.strings("resource")
    if resources.isEmpty, urls.isEmpty {
      throw .text(
        call.flags.definition("non-resource-url") == nil
          ? "at least one resource must be specified" : "one of resource or nonResourceURL must be specified")
    }
    var groups: [(String, [String])] = []
    for text in resources {
      var name = text
      var subresource = ""
      if let (before, after) = text.cut(47) {
        name = before
        subresource = "/" + after
      }
      var group = ""
      var plural = name
      if let (first, rest) = name.cut(46), first == "*" {
        plural = first
        group = rest
      } else if name != "*" {
        let kind: Kind
        do throws(Failure) {
          kind = try call.client.kind(name)
        } catch {
          guard case .text(let words) = error, words.hasPrefix("the server doesn't") else { throw error }
          let inGroup = name.cut(46).map { " in group \(goQuoted($0.1))" } ?? ""
          throw .raw(words + inGroup)
        }
        group = kind.group
        plural = kind.plural
      }
      let full = plural + subresource
      if let index = groups.firstIndex(where: { $0.0 == group }) {
        if !groups[index].1.contains(full) { groups[index].1.append(full) }
      } else {
        groups.append((group, [full]))
      }
    }
    groups.sort { $0.0 < $1.0 }
    let names = call.flags.strings("resource-name")
    var rules: [Value] = []
    for (group, list) in groups {
      var rule: Value = ["apiGroups": .strings([group]), "resources": .strings(list)]
      if !names.isEmpty { rule["resourceNames"] = .strings(names) }
      rule["verbs"] = .strings(verbs)
      rules.append(rule)
    }
    if !urls.isEmpty { rules.append(["nonResourceURLs": .strings(urls), "verbs": .strings(verbs)]) }
    return rules
  }

  /// What a rule about URLs may say.
  private static func checkURLs(_ urls: [String], _ verbs: [String]) throws(Failure) {
    let standard = ["get", "post", "put", "delete", "patch", "head", "options", "*"]
    for verb in verbs where !standard.contains(verb) {
      throw .text("invalid verb: '\(verb)' for nonResourceURL")
    }
    for url in urls {
      if url == "*" { continue }
      if !url.hasPrefix("/") { throw .text("nonResourceURL should start with /") }
      if let (_, after) = url.cut(42), !after.isEmpty {
        throw .text("nonResourceURL only supports wildcard matches when '*' is at the end")
      }
    }
  }

  @Sendable private static func runRole(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    let object: Value = [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": Generator.metadata(name),
      "rules": .array(try makeRules(call)),
    ]
    try Generator.send(call, .role, object, .failed("failed to create role:"))
  }

  @Sendable private static func runClusterRole(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    var object: Value = [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": Generator.metadata(name),
    ]
    let aggregation = call.flags.strings("aggregation-rule")
    for pair in aggregation where !pair.contains(byte: 61) {
      throw .text(
        "invalid argument \(goQuoted(pair)) for \"--aggregation-rule\" flag: malformed pair, expect string=string\nSee '\(call.path) --help' for usage."
      )
    }
    if !aggregation.isEmpty {
      for flag in ["non-resource-url", "verb", "resource", "resource-name"] where !call.flags.strings(flag).isEmpty {
        throw .text("aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames")
      }
    }
    if aggregation.isEmpty {
      object["rules"] = .array(try makeRules(call))
    } else {
      var labels: Value = [:]
      for pair in aggregation { if let (key, value) = pair.cut(61) { labels[key] = .string(value) } }
      object["aggregationRule"] = ["clusterRoleSelectors": [["matchLabels": labels]]]
      object["rules"] = .null
    }
    try Generator.send(call, .clusterRole, object, .failed("failed to create clusterrole:"))
  }

  static func makeSubjects(_ call: Call) throws(Failure) -> [Value] {
    var list: [Value] = []
    for user in call.flags.strings("user") {
      list.append(["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(user)])
    }
    for group in call.flags.strings("group") {
      list.append(["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": .string(group)])
    }
    for account in call.flags.strings("serviceaccount") {
      guard let (namespace, name) = account.cut(58), !namespace.isEmpty, !name.isEmpty, !name.contains(byte: 58) else {
        throw .text("serviceaccount must be <namespace>:<name>")
      }
      list.append(["kind": "ServiceAccount", "name": .string(name), "namespace": .string(namespace)])
    }
    return list
  }

  private static func binding(_ name: String, _ kind: String, _ role: (String, String), _ subjects: [Value]) -> Value {
    var object: Value = [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string(kind), "metadata": Generator.metadata(name),
      "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": .string(role.0), "name": .string(role.1)],
    ]
    if !subjects.isEmpty { object["subjects"] = .array(subjects) }
    return object
  }

  @Sendable private static func runRoleBinding(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    let role = call.flags.string("role")
    let clusterRole = call.flags.string("clusterrole")
    if role.isEmpty == clusterRole.isEmpty { throw .text("exactly one of clusterrole or role must be specified") }
    let target = role.isEmpty ? ("ClusterRole", clusterRole) : ("Role", role)
    try Generator.send(
      call, .roleBinding, binding(name, "RoleBinding", target, try makeSubjects(call)),
      .failed("failed to create rolebinding:"))
  }

  @Sendable private static func runClusterRoleBinding(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    try Generator.send(
      call, .clusterRoleBinding,
      binding(name, "ClusterRoleBinding", ("ClusterRole", call.flags.string("clusterrole")), try makeSubjects(call)),
      .failed("failed to create clusterrolebinding:"))
  }
}
