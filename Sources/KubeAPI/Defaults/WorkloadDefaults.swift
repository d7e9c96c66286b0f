// What the API server fills in workloads (pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go, 1.32).

import SimKernel
import Unstructured

package enum WorkloadDefaults {
  private static func spec(_ object: inout Value, _ change: (inout Value) -> Void) {
    if object["spec"] == nil { object["spec"] = [:] }
    object.update("spec") { spec in
      change(&spec)
      if spec["template"] == nil { spec["template"] = [:] }
      spec.update("template", PodSpecDefaults.template)
    }
  }

  static func statefulSet(_ object: inout Value) {
    spec(&object) { spec in
      spec.setDefaultText("podManagementPolicy", "OrderedReady")
      if spec["updateStrategy"] == nil { spec["updateStrategy"] = [:] }
      spec.update("updateStrategy") { strategy in
        if (strategy["type"]?.string ?? "").isEmpty {
          strategy["type"] = "RollingUpdate"
          strategy.setDefault("rollingUpdate", [:])
        }
        if strategy["type"]?.string == "RollingUpdate" {
          strategy.update("rollingUpdate") { $0.setDefault("partition", 0) }
        }
      }
      spec.setDefault("persistentVolumeClaimRetentionPolicy", [:])
      spec.update("persistentVolumeClaimRetentionPolicy") { policy in
        policy.setDefaultText("whenDeleted", "Retain")
        policy.setDefaultText("whenScaled", "Retain")
      }
      spec.setDefault("replicas", 1)
      spec.setDefault("revisionHistoryLimit", 10)
      spec.updateItems("volumeClaimTemplates") { claim in
        claim["apiVersion"] = "v1"
        claim["kind"] = "PersistentVolumeClaim"
        if claim["metadata"] == nil { claim["metadata"] = [:] }
        claim.update("metadata") { if $0["creationTimestamp"] == nil { $0["creationTimestamp"] = .null } }
        if claim["spec"] == nil { claim["spec"] = [:] }
        StorageDefaults.claim(&claim)
      }
    }
  }

  static func deployment(_ object: inout Value) {
    spec(&object) { spec in
      spec.setDefault("replicas", 1)
      if spec["strategy"] == nil { spec["strategy"] = [:] }
      spec.update("strategy") { strategy in
        strategy.setDefaultText("type", "RollingUpdate")
        if strategy["type"]?.string == "RollingUpdate" {
          strategy.setDefault("rollingUpdate", [:])
          strategy.update("rollingUpdate") { update in
            update.setDefault("maxUnavailable", "25%")
            update.setDefault("maxSurge", "25%")
          }
        }
      }
      spec.setDefault("revisionHistoryLimit", 10)
      spec.setDefault("progressDeadlineSeconds", 600)
    }
  }

  static func replicaSet(_ object: inout Value) {
    spec(&object) { $0.setDefault("replicas", 1) }
  }

  static func replicationController(_ object: inout Value) {
    spec(&object) { spec in
      spec.setDefault("replicas", 1)
      if let labels = spec[path: "template", "metadata", "labels"], labels.object?.isEmpty == false {
        if spec["selector"]?.object?.isEmpty ?? true { spec["selector"] = labels }
      }
    }
    if let labels = object[path: "spec", "template", "metadata", "labels"],
      object[path: "metadata", "labels"]?.object?.isEmpty ?? true
    {
      object.set(["metadata", "labels"], labels)
    }
  }

  static func daemonSet(_ object: inout Value) {
    spec(&object) { spec in
      if spec["updateStrategy"] == nil { spec["updateStrategy"] = [:] }
      spec.update("updateStrategy") { strategy in
        strategy.setDefaultText("type", "RollingUpdate")
        if strategy["type"]?.string == "RollingUpdate" {
          strategy.setDefault("rollingUpdate", [:])
          strategy.update("rollingUpdate") { update in
            update.setDefault("maxUnavailable", 1)
            update.setDefault("maxSurge", 0)
          }
        }
      }
      spec.setDefault("revisionHistoryLimit", 10)
    }
  }

  static func job(_ object: inout Value) {
    spec(&object) { spec in
      if spec["completions"] == nil, spec["parallelism"] == nil { spec["completions"] = 1 }
      spec.setDefault("parallelism", 1)
      let limit: Value = spec["backoffLimitPerIndex"] == nil ? 6 : 2_147_483_647
      spec.setDefault("backoffLimit", limit)
      spec.setDefault("completionMode", "NonIndexed")
      spec.setDefault("suspend", false)
      let replacement: Value = spec["podFailurePolicy"] == nil ? "TerminatingOrFailed" : "Failed"
      spec.setDefault("podReplacementPolicy", replacement)
      spec.update("podFailurePolicy") { policy in
        policy.updateItems("rules") { rule in
          rule.updateItems("onPodConditions") { $0.setDefaultText("status", "True") }
        }
      }
    }
    if let labels = object[path: "spec", "template", "metadata", "labels"], labels.object?.isEmpty == false,
      object[path: "metadata", "labels"]?.object?.isEmpty ?? true
    {
      object.set(["metadata", "labels"], labels)
    }
  }

  static func cronJob(_ object: inout Value) {
    if object["spec"] == nil { object["spec"] = [:] }
    object.update("spec") { spec in
      spec.setDefaultText("concurrencyPolicy", "Allow")
      spec.setDefault("suspend", false)
      spec.setDefault("successfulJobsHistoryLimit", 3)
      spec.setDefault("failedJobsHistoryLimit", 1)
      if spec["jobTemplate"] == nil { spec["jobTemplate"] = [:] }
      spec.update("jobTemplate") { job in
        if job["metadata"] == nil { job["metadata"] = [:] }
        job.update("metadata") { if $0["creationTimestamp"] == nil { $0["creationTimestamp"] = .null } }
        if job["spec"] == nil { job["spec"] = [:] }
        job.update("spec") { jobSpec in
          if jobSpec["template"] == nil { jobSpec["template"] = [:] }
          jobSpec.update("template", PodSpecDefaults.template)
        }
      }
    }
  }
}
