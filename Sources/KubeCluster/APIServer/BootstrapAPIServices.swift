// The registrations of the API server's own groups, as `kubectl get apiservices` lists them. They are made when somebody first asks
// for one: most sessions never do. Source: kubernetes pkg/controlplane/apiserver/aggregator.go (priorities).

import KubeAPI
import SimKernel
import Unstructured

enum BootstrapAPIServices {
  /// Group with its version, priority among groups, and among versions.
  private static let priorities: [(groupVersion: String, group: Int64, version: Int64)] = [
    ("v1", 18_000, 1), ("events.k8s.io/v1", 17_750, 15), ("apps/v1", 17_800, 15),
    ("authentication.k8s.io/v1", 17_700, 15), ("authorization.k8s.io/v1", 17_600, 15), ("autoscaling/v1", 17_500, 15),
    ("autoscaling/v2", 17_500, 30), ("batch/v1", 17_400, 15), ("certificates.k8s.io/v1", 17_300, 15),
    ("networking.k8s.io/v1", 17_200, 15), ("policy/v1", 17_100, 15), ("rbac.authorization.k8s.io/v1", 17_000, 15),
    ("storage.k8s.io/v1", 16_800, 15), ("apiextensions.k8s.io/v1", 16_700, 15),
    ("admissionregistration.k8s.io/v1", 16_700, 15), ("scheduling.k8s.io/v1", 16_600, 15),
    ("coordination.k8s.io/v1", 16_500, 15), ("node.k8s.io/v1", 16_300, 15), ("discovery.k8s.io/v1", 16_200, 15),
    ("flowcontrol.apiserver.k8s.io/v1", 16_100, 21),
  ]

  static func objects(since start: String) -> [Value] {
    var list: [Value] = []
    for (groupVersion, priority, versionPriority) in priorities {
      let slash = groupVersion.firstIndex(of: "/")
      let group = slash.map { String(groupVersion[..<$0]) } ?? ""
      let version = slash.map { String(groupVersion[groupVersion.index(after: $0)...]) } ?? groupVersion
      var spec: Value = [
        "groupPriorityMinimum": .integer(priority), "version": .string(version),
        "versionPriority": .integer(versionPriority),
      ]
      if !group.isEmpty { spec["group"] = .string(group) }
      list.append([
        "metadata": [
          "name": .string(version + "." + group), "labels": ["kube-aggregator.kubernetes.io/automanaged": "onstart"],
        ],
        "spec": spec,
        "status": [
          "conditions": [
            [
              "lastTransitionTime": .string(start), "message": "Local APIServices are always available",
              "reason": "Local", "status": "True", "type": "Available",
            ]
          ]
        ],
      ])
    }
    return list
  }
}

extension APIServer {
  /// They are as old as the cluster, and take nothing from the sequences that other objects' identifiers come from.
  func bootstrapAPIServices(_ kind: Kind) {
    guard !hasBootstrapAPIServices, kind == .apiService else { return }
    hasBootstrapAPIServices = true
    var random = bootstrapNumbers.split("apiservices")
    let start = world.clock.civil(Instant(nanoseconds: 0)).rfc3339
    for object in BootstrapAPIServices.objects(since: start) {
      putBootstrapped(.apiService, "", object, start, &random)
    }
  }

  /// Stores what the server makes for itself when it starts.
  func putBootstrapped(
    _ kind: Kind, _ namespace: String, _ object: Value, _ start: String, _ random: inout SeededRandom
  ) {
    var object = object
    object["apiVersion"] = .string(kind.apiVersion)
    object["kind"] = .string(kind.kind)
    object.set(["metadata", "creationTimestamp"], .string(start))
    object.set(["metadata", "uid"], .string(random.uuid()))
    if kind.namespaced { object.set(["metadata", "namespace"], .string(namespace)) }
    store.put(kind, object)
  }
}
