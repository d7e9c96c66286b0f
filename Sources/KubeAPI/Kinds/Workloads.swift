// Names and tables of the workload kinds. Their defaults and validation are in files of their own.

import SimKernel
import Unstructured

extension Kind {
  package static let statefulSet = Kind(
    "StatefulSet", "statefulsets", group: "apps", short: ["sts"], categories: ["all"],
    subresources: ["scale", "status"],
    columns: Column.list(["Name", "Ready", "Age"], wide: ["Containers", "Images"]),
    row: {
      [$0.name, "\($0.count("status", "readyReplicas"))/\($0.count("spec", "replicas"))", $0.age]
        + Cells.containers($0.object[path: "spec", "template", "spec"])
    },
    defaults: WorkloadDefaults.statefulSet, validate: WorkloadValidation.statefulSet)

  package static let deployment = Kind(
    "Deployment", "deployments", group: "apps", short: ["deploy"], categories: ["all"],
    subresources: ["scale", "status"],
    columns: Column.list(
      ["Name", "Ready", "Up-to-date", "Available", "Age"], wide: ["Containers", "Images", "Selector"]),
    row: {
      [
        $0.name, "\($0.count("status", "readyReplicas"))/\($0.count("spec", "replicas"))",
        String($0.count("status", "updatedReplicas")), String($0.count("status", "availableReplicas")), $0.age,
      ] + Cells.containers($0.object[path: "spec", "template", "spec"])
        + [Cells.selector($0.object[path: "spec", "selector"])]
    },
    defaults: WorkloadDefaults.deployment, validate: WorkloadValidation.deployment)

  package static let replicaSet = Kind(
    "ReplicaSet", "replicasets", group: "apps", short: ["rs"], categories: ["all"], subresources: ["scale", "status"],
    columns: Column.list(["Name", "Desired", "Current", "Ready", "Age"], wide: ["Containers", "Images", "Selector"]),
    row: {
      [
        $0.name, String($0.count("spec", "replicas")), String($0.count("status", "replicas")),
        String($0.count("status", "readyReplicas")), $0.age,
      ] + Cells.containers($0.object[path: "spec", "template", "spec"])
        + [Cells.selector($0.object[path: "spec", "selector"])]
    },
    defaults: WorkloadDefaults.replicaSet, validate: WorkloadValidation.replicaSet)

  package static let replicationController = Kind(
    "ReplicationController", "replicationcontrollers", short: ["rc"], categories: ["all"],
    subresources: ["scale", "status"],
    columns: Column.list(["Name", "Desired", "Current", "Ready", "Age"], wide: ["Containers", "Images", "Selector"]),
    row: {
      [
        $0.name, String($0.count("spec", "replicas")), String($0.count("status", "replicas")),
        String($0.count("status", "readyReplicas")), $0.age,
      ] + Cells.containers($0.object[path: "spec", "template", "spec"])
        + [Cells.labels($0.object[path: "spec", "selector"])]
    },
    defaults: WorkloadDefaults.replicationController, validate: WorkloadValidation.replicationController)

  package static let daemonSet = Kind(
    "DaemonSet", "daemonsets", group: "apps", short: ["ds"], categories: ["all"], subresources: ["status"],
    columns: Column.list(
      ["Name", "Desired", "Current", "Ready", "Up-to-date", "Available", "Node Selector", "Age"],
      wide: ["Containers", "Images", "Selector"]),
    row: {
      [
        $0.name, String($0.count("status", "desiredNumberScheduled")),
        String($0.count("status", "currentNumberScheduled")), String($0.count("status", "numberReady")),
        String($0.count("status", "updatedNumberScheduled")), String($0.count("status", "numberAvailable")),
        Cells.labels($0.object[path: "spec", "template", "spec", "nodeSelector"]), $0.age,
      ] + Cells.containers($0.object[path: "spec", "template", "spec"])
        + [Cells.selector($0.object[path: "spec", "selector"])]
    },
    defaults: WorkloadDefaults.daemonSet, validate: WorkloadValidation.daemonSet)

  package static let job = Kind(
    "Job", "jobs", group: "batch", categories: ["all"], subresources: ["status"],
    columns: Column.list(
      ["Name", "Status", "Completions", "Duration", "Age"], wide: ["Containers", "Images", "Selector"]),
    row: JobRow.cells, defaults: WorkloadDefaults.job, validate: WorkloadValidation.job)

  package static let cronJob = Kind(
    "CronJob", "cronjobs", group: "batch", short: ["cj"], categories: ["all"], subresources: ["status"],
    columns: Column.list(
      ["Name", "Schedule", "Timezone", "Suspend", "Active", "Last Schedule", "Age"],
      wide: ["Containers", "Images", "Selector"]),
    row: { row in
      let last = row.object[path: "status", "lastScheduleTime"]
      let suspend = row.object[path: "spec", "suspend"]?.bool
      let spec = row.object[path: "spec", "jobTemplate", "spec"]
      return [
        row.name, row.text("spec", "schedule"), Cells.orNone(row.text("spec", "timeZone")),
        suspend == nil ? "<unset>" : suspend == true ? "True" : "False",
        String(row.object[path: "status", "active"]?.array?.count ?? 0), last == nil ? "<none>" : row.since(last),
        row.age,
      ] + Cells.containers(spec?[path: "template", "spec"]) + [Cells.selector(spec?["selector"])]
    },
    defaults: WorkloadDefaults.cronJob, validate: WorkloadValidation.cronJob)

  package static let controllerRevision = Kind(
    "ControllerRevision", "controllerrevisions", group: "apps",
    columns: Column.list(["Name", "Controller", "Revision", "Age"]),
    row: { row in
      var controller = "<none>"
      for owner in row.object[path: "metadata", "ownerReferences"]?.array ?? []
      where owner["controller"]?.bool == true {
        let kind = (owner["kind"]?.string ?? "").lowercased()
        let apiVersion = owner["apiVersion"]?.string ?? ""
        let group = apiVersion.split(separator: "/").count == 2 ? String(apiVersion.split(separator: "/")[0]) : ""
        controller = (group.isEmpty ? kind : kind + "." + group) + "/" + (owner["name"]?.string ?? "")
      }
      return [row.name, controller, String(row.count("revision")), row.age]
    })
}

enum JobRow {
  static func cells(_ row: TableRow) -> [String] {
    let succeeded = row.count("status", "succeeded")
    var completions: String
    if let wanted = row.object[path: "spec", "completions"]?.integer {
      completions = "\(succeeded)/\(wanted)"
    } else {
      let parallelism = row.count("spec", "parallelism")
      completions = parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1"
    }
    var duration = ""
    if let start = row.object[path: "status", "startTime"] {
      if let end = row.object[path: "status", "completionTime"]?.string, let time = CivilTime(rfc3339: end) {
        duration = TableRow(row.object, now: time.unixSeconds * 1_000_000_000).since(start)
      } else {
        duration = row.since(start)
      }
    }
    var status = "Running"
    if Cells.condition(row.object, "Complete") {
      status = "Complete"
    } else if Cells.condition(row.object, "Failed") {
      status = "Failed"
    } else if row.isDeleting {
      status = "Terminating"
    } else if Cells.condition(row.object, "Suspended") {
      status = "Suspended"
    } else if Cells.condition(row.object, "FailureTarget") {
      status = "FailureTarget"
    }
    return [row.name, status, completions, duration, row.age]
      + Cells.containers(row.object[path: "spec", "template", "spec"])
      + [Cells.selector(row.object[path: "spec", "selector"])]
  }
}
