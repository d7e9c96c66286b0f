// Whether somebody may do something: role-based access control read from the cluster's own roles and bindings, as
// `kubectl --as` and `kubectl auth can-i` ask it. Source: Kubernetes docs, "Using RBAC Authorization". Members of
// system:masters may do everything. Where roles do not decide, everybody may do everything.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum Authorizer {
  /// The groups that come with a name.
  static func groups(of user: String) -> [String] {
    let parts = user.pieces(":")
    if parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" {
      return ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])", "system:authenticated"]
    }
    return user == "system:anonymous" ? ["system:unauthenticated"] : ["system:authenticated"]
  }

  static func allows(
    _ api: APIServer, _ user: String, _ groups: [String], _ verb: String, _ kind: Kind, _ namespace: String?,
    _ name: String, subresource: String = ""
  ) -> Bool {
    let resource = subresource.isEmpty ? kind.plural : kind.plural + "/" + subresource
    for rule in rules(api, user, groups, kind.namespaced ? namespace : nil) {
      if grants(rule, verb, kind.group, resource, subresource, name) { return true }
    }
    return false
  }

  /// Whether a path that is no resource may be asked for.
  static func allows(_ api: APIServer, _ user: String, _ groups: [String], _ verb: String, path: String) -> Bool {
    for rule in rules(api, user, groups, nil) where lists(rule["verbs"], verb) {
      for pattern in rule["nonResourceURLs"]?.array ?? [] {
        guard let text = pattern.string else { continue }
        if text == path || text == "*" { return true }
        if text.hasSuffix("*"), path.hasPrefix(String(text.dropLast())) { return true }
      }
    }
    return false
  }

  /// What somebody may do everywhere, and in one namespace, in the order in which it is found.
  static func rules(_ api: APIServer, _ user: String, _ groups: [String], _ namespace: String?) -> [Value] {
    if !api.authorizesByRoles {
      return [
        ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]], ["verbs": ["*"], "nonResourceURLs": ["*"]],
      ]
    }
    var rules: [Value] = []
    for binding in items(api, .clusterRoleBinding, nil) where binds(binding, user, groups, "") {
      rules += role(api, binding, "")?["rules"]?.array ?? []
    }
    if let namespace {
      for binding in items(api, .roleBinding, namespace) where binds(binding, user, groups, namespace) {
        rules += role(api, binding, namespace)?["rules"]?.array ?? []
      }
    }
    return rules
  }

  static func refusal(
    _ user: String, _ verb: String, _ kind: Kind, _ namespace: String?, _ name: String, subresource: String = ""
  ) -> Status {
    let resource = subresource.isEmpty ? kind.plural : kind.plural + "/" + subresource
    var text =
      "User \"\(user)\" cannot \(verb) resource \"\(resource)\" in API group \"\(kind.group)\""
    if kind.namespaced, let namespace {
      text += " in the namespace \"\(namespace)\""
    } else {
      text += " at the cluster scope"
    }
    return Status.forbidden(kind, name, text)
  }

  private static func items(_ api: APIServer, _ kind: Kind, _ namespace: String?) -> [Value] {
    (try? api.list(kind, namespace: namespace))?.items ?? []
  }

  private static func binds(_ binding: Value, _ user: String, _ groups: [String], _ namespace: String) -> Bool {
    for subject in binding["subjects"]?.array ?? [] {
      let name = subject["name"]?.string ?? ""
      switch subject["kind"]?.string ?? "" {
      case "User": if name == user { return true }
      case "Group": if groups.contains(name) { return true }
      case "ServiceAccount":
        let space = subject["namespace"]?.string ?? namespace
        if user == "system:serviceaccount:\(space):\(name)" { return true }
      default: break
      }
    }
    return false
  }

  private static func role(_ api: APIServer, _ binding: Value, _ namespace: String) -> Value? {
    let name = binding[path: "roleRef", "name"]?.string ?? ""
    if binding[path: "roleRef", "kind"]?.string == "ClusterRole" {
      return try? api.get(.clusterRole, namespace: "", name: name)
    }
    return try? api.get(.role, namespace: namespace, name: name)
  }

  private static func grants(
    _ rule: Value, _ verb: String, _ group: String, _ resource: String, _ subresource: String, _ name: String
  ) -> Bool {
    guard lists(rule["verbs"], verb), lists(rule["apiGroups"], group),
      lists(rule["resources"], resource) || !subresource.isEmpty && lists(rule["resources"], "*/" + subresource)
    else { return false }
    let names = rule["resourceNames"]?.array ?? []
    return names.isEmpty || names.contains(.string(name))
  }

  private static func lists(_ value: Value?, _ wanted: String) -> Bool {
    for item in value?.array ?? [] where item.string == "*" || item.string == wanted { return true }
    return false
  }
}
