// Workloads: StatefulSet, Deployment, ReplicaSet, DaemonSet, Job, CronJob, autoscalers and budgets.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum WorkloadDescription {
  /// Pods of a workload by phase, those it controls only.
  private static func phases(_ d: Described) throws(Failure) -> (
    running: Int, waiting: Int, succeeded: Int, failed: Int
  ) {
    let uid = d.text("metadata", "uid")
    let selection = Selection(labels: LabelSelector(d.object[path: "spec", "selector"]))
    var counts = (running: 0, waiting: 0, succeeded: 0, failed: 0)
    for pod in try d.call.client.list(.pod, d.namespace, selection).items {
      var isOwn = false
      for owner in pod[path: "metadata", "ownerReferences"]?.array ?? []
      where owner["controller"]?.bool == true && owner["uid"]?.string == uid {
        isOwn = true
      }
      guard isOwn else { continue }
      switch pod[path: "status", "phase"]?.string {
      case "Running": counts.running += 1
      case "Succeeded": counts.succeeded += 1
      case "Failed": counts.failed += 1
      default: counts.waiting += 1
      }
    }
    return counts
  }

  private static func podsStatus(_ d: Described) throws(Failure) -> String {
    let p = try phases(d)
    return "\(p.running) Running / \(p.waiting) Waiting / \(p.succeeded) Succeeded / \(p.failed) Failed"
  }

  private static func selector(_ d: Described) -> String { Cells.selector(d.object[path: "spec", "selector"]) }

  /// The selector of a ReplicationController is a plain set of labels.
  static func replicationController(_ d: Described) throws(Failure) -> String {
    try replicaSet(d, selector: Cells.labels(d.object[path: "spec", "selector"]))
  }

  static func replicaSet(_ d: Described) throws(Failure) -> String { try replicaSet(d, selector: selector(d)) }

  static func statefulSet(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.field(0, "CreationTimestamp", Describer.date(d.object[path: "metadata", "creationTimestamp"]))
    w.field(0, "Selector", selector(d))
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "Replicas", "\(d.count("spec", "replicas")) desired | \(d.count("status", "replicas")) total")
    w.field(0, "Update Strategy", d.text("spec", "updateStrategy", "type"))
    if let rolling = d.object[path: "spec", "updateStrategy", "rollingUpdate"] {
      if let partition = rolling["partition"]?.integer { w.field(1, "Partition", "\(partition)") }
      if let most = Cells.intOrString(rolling["maxUnavailable"]) { w.field(1, "MaxUnavailable", most) }
    }
    w.field(0, "Pods Status", try podsStatus(d))
    PodTemplateDescription.write(d.object[path: "spec", "template"], &w)
    let claims = d.object[path: "spec", "volumeClaimTemplates"]?.array ?? []
    if claims.isEmpty { w.field(0, "Volume Claims", "<none>") } else { w.line(0, "Volume Claims:") }
    for claim in claims {
      w.field(1, "Name", claim[path: "metadata", "name"]?.string ?? "")
      w.field(1, "StorageClass", claim[path: "spec", "storageClassName"]?.string ?? "")
      w.labels("  Labels", claim[path: "metadata", "labels"], indent: "", inner: "\t")
      // Written as labels are, unlike other annotations.
      w.labels("  Annotations", claim[path: "metadata", "annotations"], indent: "", inner: "\t")
      let storage = claim[path: "spec", "resources", "requests", "storage"]
      w.field(1, "Capacity", storage.map { Cells.quantity($0) } ?? "<default>")
      w.field(1, "Access Modes", goText(claim[path: "spec", "accessModes"] ?? []))
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  static func deployment(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.field(0, "CreationTimestamp", Describer.date(d.object[path: "metadata", "creationTimestamp"]))
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "Selector", selector(d))
    func status(_ key: String) -> Int64 { d.object[path: "status", key]?.integer ?? 0 }
    w.field(
      0, "Replicas",
      "\(d.count("spec", "replicas")) desired | \(status("updatedReplicas")) updated | \(status("replicas")) total | \(status("availableReplicas")) available | \(status("unavailableReplicas")) unavailable"
    )
    w.field(0, "StrategyType", d.text("spec", "strategy", "type"))
    w.field(0, "MinReadySeconds", "\(d.count("spec", "minReadySeconds"))")
    if let rolling = d.object[path: "spec", "strategy", "rollingUpdate"] {
      w.field(
        0, "RollingUpdateStrategy",
        "\(Cells.intOrString(rolling["maxUnavailable"]) ?? "") max unavailable, \(Cells.intOrString(rolling["maxSurge"]) ?? "") max surge"
      )
    }
    PodTemplateDescription.write(d.object[path: "spec", "template"], &w)
    conditions(d.object[path: "status", "conditions"], &w)
    let (old, new) = try replicaSets(d)
    if !old.isEmpty || !new.isEmpty {
      w.field(0, "OldReplicaSets", Describer.orNone(old.joined(separator: ", ")))
      w.field(0, "NewReplicaSet", Describer.orNone(new))
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  private static func conditions(_ list: Value?, _ w: inout Describer) {
    guard let conditions = list?.array, !conditions.isEmpty else { return }
    w.write(0, "Conditions:\n  Type\tStatus\tReason\n")
    w.line(1, "----\t------\t------")
    for condition in conditions {
      w.line(
        1,
        "\(condition["type"]?.string ?? "") \t\(condition["status"]?.string ?? "")\t\(condition["reason"]?.string ?? "")"
      )
    }
  }

  /// Old ones first to last, and the one whose template is the deployment's.
  private static func replicaSets(_ d: Described) throws(Failure) -> ([String], String) {
    let uid = d.text("metadata", "uid")
    let selection = Selection(labels: LabelSelector(d.object[path: "spec", "selector"]))
    var sets: [Value] = []
    for set in try d.call.client.list(.replicaSet, d.namespace, selection).items
    where Describer.controller(set) == "Deployment/\(d.name)" {
      for owner in set[path: "metadata", "ownerReferences"]?.array ?? [] where owner["uid"]?.string == uid {
        sets.append(set)
      }
    }
    func created(_ set: Value) -> String { set[path: "metadata", "creationTimestamp"]?.string ?? "" }
    func name(_ set: Value) -> String { set[path: "metadata", "name"]?.string ?? "" }
    sets.sort { created($0) == created($1) ? name($0) < name($1) : created($0) < created($1) }
    var wanted = d.object[path: "spec", "template"] ?? [:]
    wanted.set(["metadata", "labels", "pod-template-hash"], nil)
    var old: [String] = []
    var new = ""
    for set in sets {
      var template = set[path: "spec", "template"] ?? [:]
      template.set(["metadata", "labels", "pod-template-hash"], nil)
      let text =
        "\(name(set)) (\(set[path: "status", "replicas"]?.integer ?? 0)/\(set[path: "spec", "replicas"]?.integer ?? 0) replicas created)"
      if template == wanted, new.isEmpty { new = text } else { old.append(text) }
    }
    return (old, new)
  }

  private static func replicaSet(_ d: Described, selector: String) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.field(0, "Selector", selector)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.optional(0, "Controlled By", Describer.controller(d.object))
    w.field(0, "Replicas", "\(d.count("status", "replicas")) current / \(d.count("spec", "replicas")) desired")
    w.field(0, "Pods Status", try podsStatus(d))
    PodTemplateDescription.write(d.object[path: "spec", "template"], &w)
    conditions(d.object[path: "status", "conditions"], &w)
    w.events(d.events, d.now)
    return w.aligned
  }

  static func daemonSet(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Selector", selector(d))
    w.field(
      0, "Node-Selector", Cells.labels(d.object[path: "spec", "template", "spec", "nodeSelector"]))
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.line(0, "Desired Number of Nodes Scheduled: \(d.count("status", "desiredNumberScheduled"))")
    w.line(0, "Current Number of Nodes Scheduled: \(d.count("status", "currentNumberScheduled"))")
    w.line(0, "Number of Nodes Scheduled with Up-to-date Pods: \(d.count("status", "updatedNumberScheduled"))")
    w.line(0, "Number of Nodes Scheduled with Available Pods: \(d.count("status", "numberAvailable"))")
    w.line(0, "Number of Nodes Misscheduled: \(d.count("status", "numberMisscheduled"))")
    w.field(0, "Pods Status", try podsStatus(d))
    PodTemplateDescription.write(d.object[path: "spec", "template"], &w)
    w.events(d.events, d.now)
    return w.aligned
  }

  static func job(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    if d.object[path: "spec", "selector"] != nil { w.field(0, "Selector", selector(d)) }
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.optional(0, "Controlled By", Describer.controller(d.object))
    if let parallel = d.object[path: "spec", "parallelism"]?.integer { w.field(0, "Parallelism", "\(parallel)") }
    w.field(0, "Completions", d.object[path: "spec", "completions"]?.integer.map { "\($0)" } ?? "<unset>")
    w.optional(0, "Completion Mode", d.object[path: "spec", "completionMode"]?.string)
    if let suspend = d.object[path: "spec", "suspend"]?.bool { w.field(0, "Suspend", suspend ? "true" : "false") }
    if let limit = d.object[path: "spec", "backoffLimit"]?.integer { w.field(0, "Backoff Limit", "\(limit)") }
    if let seconds = d.object[path: "spec", "ttlSecondsAfterFinished"]?.integer {
      w.field(0, "TTL Seconds After Finished", "\(seconds)")
    }
    let start = d.object[path: "status", "startTime"]
    let end = d.object[path: "status", "completionTime"]
    if let start { w.field(0, "Start Time", Describer.date(start)) }
    if let end { w.field(0, "Completed At", Describer.date(end)) }
    if let from = CivilTime(rfc3339: start?.string ?? ""), let to = CivilTime(rfc3339: end?.string ?? "") {
      w.field(0, "Duration", HumanDuration.text(seconds: to.unixSeconds - from.unixSeconds))
    }
    if let seconds = d.object[path: "spec", "activeDeadlineSeconds"]?.integer {
      w.field(0, "Active Deadline Seconds", "\(seconds)s")
    }
    let ready = d.object[path: "status", "ready"]?.integer
    w.field(
      0, "Pods Statuses",
      "\(d.count("status", "active")) Active\(ready.map { " (\($0) Ready)" } ?? "") / \(d.count("status", "succeeded")) Succeeded / \(d.count("status", "failed")) Failed"
    )
    if d.text("spec", "completionMode") == "Indexed" {
      w.field(0, "Completed Indexes", Describer.orNone(d.text("status", "completedIndexes")))
    }
    PodTemplateDescription.write(d.object[path: "spec", "template"], &w)
    w.events(d.events, d.now)
    return w.aligned
  }

  static func cronJob(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "Schedule", d.text("spec", "schedule"))
    w.field(0, "Concurrency Policy", d.text("spec", "concurrencyPolicy"))
    w.field(0, "Suspend", Describer.bool(d.object[path: "spec", "suspend"]?.bool))
    func number(_ value: Value?) -> String { value?.integer.map { "\($0)" } ?? "<unset>" }
    w.field(0, "Successful Job History Limit", number(d.object[path: "spec", "successfulJobsHistoryLimit"]))
    w.field(0, "Failed Job History Limit", number(d.object[path: "spec", "failedJobsHistoryLimit"]))
    let deadline = d.object[path: "spec", "startingDeadlineSeconds"]?.integer
    w.field(0, "Starting Deadline Seconds", deadline.map { "\($0)s" } ?? "<unset>")
    let job = d.object[path: "spec", "jobTemplate", "spec"]
    w.field(0, "Selector", job?["selector"] == nil ? "<unset>" : Cells.selector(job?["selector"]))
    w.field(0, "Parallelism", number(job?["parallelism"]))
    w.field(0, "Completions", number(job?["completions"]))
    if let seconds = job?["activeDeadlineSeconds"]?.integer { w.field(0, "Active Deadline Seconds", "\(seconds)s") }
    PodTemplateDescription.write(job?["template"], &w)
    let last = d.object[path: "status", "lastScheduleTime"]
    w.field(0, "Last Schedule Time", last == nil ? "<unset>" : Describer.date(last))
    var active: [String] = []
    for job in d.object[path: "status", "active"]?.array ?? [] { active.append(job["name"]?.string ?? "") }
    w.field(0, "Active Jobs", Describer.orNone(active.joined(separator: ", ")))
    w.events(d.events, d.now)
    return w.aligned
  }

  static func budget(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    if let least = Cells.intOrString(d.object[path: "spec", "minAvailable"]) {
      w.field(0, "Min available", least)
    } else if let most = Cells.intOrString(d.object[path: "spec", "maxUnavailable"]) {
      w.field(0, "Max unavailable", most)
    }
    w.field(0, "Selector", d.object[path: "spec", "selector"] == nil ? "<unset>" : selector(d))
    w.line(0, "Status:")
    w.field(2, "Allowed disruptions", "\(d.count("status", "disruptionsAllowed"))")
    w.field(2, "Current", "\(d.count("status", "currentHealthy"))")
    w.field(2, "Desired", "\(d.count("status", "desiredHealthy"))")
    w.field(2, "Total", "\(d.count("status", "expectedPods"))")
    w.events(d.events, d.now)
    return w.aligned
  }
}
