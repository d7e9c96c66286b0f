// The table of all kinds a 1.32 cluster serves, in the order discovery lists them, and how a resource is named.

package import Unstructured

/// Every kind, and look-ups by the names people type.
package enum Kinds {
  /// In the order of `kubectl api-resources`.
  package static let all: [Kind] = core + named

  /// Kinds that are served as long as an add-on's own API server is registered, in the same order.
  package static let aggregated: [Kind] = [.nodeMetrics, .podMetrics]

  private static let core: [Kind] = [
    .binding, .componentStatus, .configMap, .endpoints, .event, .limitRange, .namespace, .node,
    .persistentVolumeClaim, .persistentVolume, .pod, .podTemplate, .replicationController, .resourceQuota, .secret,
    .serviceAccount, .service,
  ]
  private static let named: [Kind] = [
    .mutatingWebhookConfiguration, .validatingAdmissionPolicy, .validatingAdmissionPolicyBinding,
    .validatingWebhookConfiguration, .customResourceDefinition, .apiService, .controllerRevision, .daemonSet,
    .deployment, .replicaSet, .statefulSet, .selfSubjectReview, .tokenReview, .localSubjectAccessReview,
    .selfSubjectAccessReview, .selfSubjectRulesReview, .subjectAccessReview, .horizontalPodAutoscaler, .cronJob, .job,
    .certificateSigningRequest, .lease, .endpointSlice, .eventsEvent, .flowSchema, .priorityLevelConfiguration,
    .ingressClass, .ingress, .networkPolicy, .runtimeClass, .podDisruptionBudget, .clusterRoleBinding, .clusterRole,
    .roleBinding, .role, .priorityClass, .csiDriver, .csiNode, .csiStorageCapacity, .storageClass, .volumeAttachment,
  ]

  /// The group versions served, sorted, as `kubectl api-versions` prints them.
  package static let apiVersions: [String] = {
    var list: [String] = ["autoscaling/v1"]
    for kind in all where !list.contains(kind.apiVersion) { list.append(kind.apiVersion) }
    return list.sorted()
  }()

  /// The kinds of a category, in the order kubectl's category expansion prints them.
  package static func category(_ name: String) -> [Kind] {
    guard name == "all" else {
      return all.filter { $0.categories.contains(name) }
    }
    return [
      .pod, .replicationController, .service, .daemonSet, .deployment, .replicaSet, .statefulSet,
      .horizontalPodAutoscaler, .cronJob, .job,
    ]
  }

  /// A kind by plural, singular or short name, optionally with `.group` or `.version.group`; case does not count.
  package static func named(_ text: String) -> Kind? {
    let name = text.lowercased()
    var parts: [String] = []
    for part in name.split(separator: ".", omittingEmptySubsequences: false) { parts.append(String(part)) }
    let resource = parts[0]
    if parts.count == 1 { return find(resource) { _ in true } }
    let rest = parts[1...].joined(separator: ".")
    if let kind = find(resource, { $0.group == rest }) { return kind }
    if parts.count >= 3 {
      let group = parts[2...].joined(separator: ".")
      if let kind = find(resource, { $0.group == group && $0.version == parts[1] }) { return kind }
      if group == "autoscaling", parts[1] == "v1" { return find(resource) { $0 == .horizontalPodAutoscaler } }
    }
    // `pods.v1.` names the core group with an explicit version.
    if let kind = find(resource, { $0.group.isEmpty && ($0.version == rest || $0.version + "." == rest) }) {
      return kind
    }
    // A prefix of the group is enough: `deployments.app`.
    return find(resource) { !rest.isEmpty && $0.group.hasPrefix(rest) }
  }

  private static func find(_ resource: String, _ accepts: (Kind) -> Bool) -> Kind? {
    for kind in all + aggregated where (kind.plural == resource || kind.singular == resource) && accepts(kind) {
      return kind
    }
    for kind in all where kind.shortNames.contains(resource) && accepts(kind) { return kind }
    return nil
  }

  /// A kind by what a manifest says. HorizontalPodAutoscalers are also taken as autoscaling/v1 (see Conversion).
  package static func of(apiVersion: String, kind: String) -> Kind? { byName[apiVersion + "/" + kind] }

  /// The kind an object says it is.
  package static func of(_ object: Value) -> Kind? {
    of(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
  }

  private static let byName: [String: Kind] = {
    var table: [String: Kind] = [:]
    for kind in all + aggregated { table[kind.apiVersion + "/" + kind.kind] = kind }
    table["autoscaling/v1/HorizontalPodAutoscaler"] = .horizontalPodAutoscaler
    return table
  }()
}
