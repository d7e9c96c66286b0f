// What `kubectl explain` shows beyond names and types: which fields are required, and the values of enumerated ones
// (the API's published OpenAPI, 1.32).

import SimKernel

package enum ExplainFacts {
  /// The values of an enumerated type, sorted; nil for types without a fixed set.
  package static func values(_ type: FieldType) -> [String]? {
    guard case .named(let name) = type.target else { return nil }
    for (type, values) in enumerations where type == name { return values }
    return nil
  }

  /// `enum: A, B`: at most four values, the rest as dots.
  package static func enumeration(_ type: FieldType) -> String? {
    guard let values = values(type) else { return nil }
    var shown: [String] = []
    for value in values.prefix(4) { shown.append(value.isEmpty ? "\"\"" : value) }
    if values.count > 4 { shown.append("....") }
    return "enum: " + shown.joined(separator: ", ")
  }

  /// Whether manifests must give the field.
  package static func isRequired(_ field: Field) -> Bool {
    // Declared optional although they are always written.
    guard field.isAlwaysPresent, !["availableReplicas", "rules", "start"].contains(field.name) else { return false }
    switch field.type {
    case .time, .microTime: return false
    default: return true
    }
  }

  /// A structure's fields as explain lists them: sorted by name.
  package static func fields(_ structure: Structure) -> [Field] {
    var fields: [Field] = []
    for (_, field) in structure.members.sortedByKey { fields.append(field) }
    return fields
  }

  private static let enumerations: [(String, [String])] = [
    ("v1.CompletionMode", ["Indexed", "NonIndexed"]), ("v1.ConcurrencyPolicy", ["Allow", "Forbid", "Replace"]),
    ("v1.DNSPolicy", ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ("v1.DaemonSetUpdateStrategyType", ["OnDelete", "RollingUpdate"]),
    ("v1.DeploymentStrategyType", ["Recreate", "RollingUpdate"]),
    (
      "v1.HostPathType",
      ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"]
    ), ("v1.MountPropagationMode", ["Bidirectional", "HostToContainer", "None"]),
    ("v1.NamespacePhase", ["Active", "Terminating"]), ("v1.NodeInclusionPolicy", ["Honor", "Ignore"]),
    ("v1.NodeSelectorOperator", ["DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"]),
    ("v1.PathType", ["Exact", "ImplementationSpecific", "Prefix"]),
    ("v1.PersistentVolumeClaimPhase", ["Bound", "Lost", "Pending"]),
    ("v1.PersistentVolumeMode", ["Block", "Filesystem"]),
    ("v1.PersistentVolumePhase", ["Available", "Bound", "Failed", "Pending", "Released"]),
    ("v1.PersistentVolumeReclaimPolicy", ["Delete", "Recycle", "Retain"]),
    ("v1.PodFSGroupChangePolicy", ["Always", "OnRootMismatch"]),
    ("v1.PodManagementPolicyType", ["OrderedReady", "Parallel"]),
    ("v1.PodPhase", ["Failed", "Pending", "Running", "Succeeded", "Unknown"]),
    ("v1.PodReplacementPolicy", ["Failed", "TerminatingOrFailed"]),
    ("v1.PreemptionPolicy", ["Never", "PreemptLowerPriority"]), ("v1.Protocol", ["SCTP", "TCP", "UDP"]),
    ("v1.PullPolicy", ["Always", "IfNotPresent", "Never"]), ("v1.RestartPolicy", ["Always", "Never", "OnFailure"]),
    ("v1.SeccompProfileType", ["Localhost", "RuntimeDefault", "Unconfined"]),
    ("v1.ServiceAffinity", ["ClientIP", "None"]), ("v1.ServiceExternalTrafficPolicy", ["Cluster", "Local"]),
    ("v1.ServiceInternalTrafficPolicy", ["Cluster", "Local"]),
    ("v1.IPFamilyPolicy", ["PreferDualStack", "RequireDualStack", "SingleStack"]),
    ("v1.ServiceType", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
    ("v1.StatefulSetUpdateStrategyType", ["OnDelete", "RollingUpdate"]),
    ("v1.TaintEffect", ["NoExecute", "NoSchedule", "PreferNoSchedule"]),
    ("v1.TerminationMessagePolicy", ["FallbackToLogsOnError", "File"]),
    ("v1.TolerationOperator", ["Equal", "Exists"]), ("v1.URIScheme", ["HTTP", "HTTPS"]),
    ("v1.UnsatisfiableConstraintAction", ["DoNotSchedule", "ScheduleAnyway"]),
    ("v1.VolumeBindingMode", ["Immediate", "WaitForFirstConsumer"]),
  ]
}
