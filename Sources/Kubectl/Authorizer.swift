// Whether somebody may do something: role-based access control read from the cluster's own roles and bindings, as
// `kubectl --as` and `kubectl auth can-i` ask it. Source: Kubernetes docs, "Using RBAC Authorization". Members of
// system:masters may do everything. Aggregation and non-resource URLs are left out.

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
    if groups.contains("system:masters") { return true }
    let resource = subresource.isEmpty ? kind.plural : kind.plural + "/" + subresource
    for binding in items(api, .clusterRoleBinding, nil) where binds(binding, user, groups, "") {
      if grants(role(api, binding, ""), verb, kind.group, resource, name) { return true }
    }
    guard kind.namespaced, let namespace else { return false }
    for binding in items(api, .roleBinding, namespace) where binds(binding, user, groups, namespace) {
      if grants(role(api, binding, namespace), verb, kind.group, resource, name) { return true }
    }
    return false
  }

  static func refusal(_ user: String, _ verb: String, _ kind: Kind, _ namespace: String?, _ name: String) -> Status {
    var text =
      "User \"\(user)\" cannot \(verb) resource \"\(kind.plural)\" in API group \"\(kind.group)\""
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

  private static func grants(_ role: Value?, _ verb: String, _ group: String, _ resource: String, _ name: String)
    -> Bool
  {
    for rule in role?["rules"]?.array ?? [] {
      guard lists(rule["verbs"], verb), lists(rule["apiGroups"], group), lists(rule["resources"], resource) else {
        continue
      }
      let names = rule["resourceNames"]?.array ?? []
      if names.isEmpty || names.contains(.string(name)) { return true }
    }
    return false
  }

  private static func lists(_ value: Value?, _ wanted: String) -> Bool {
    for item in value?.array ?? [] where item.string == "*" || item.string == wanted { return true }
    return false
  }
}
