// CronJobs: a job per scheduled time, older ones cleaned away. Ticks are housekeeping: a cluster with a CronJob is quiet
// between its runs. Source: `pkg/controller/cronjob/cronjob_controllerv2.go`.

import KubeAPI
import SimKernel
import Unstructured

final class CronJobController: Controller {
  private let recorder: EventRecorder
  private var ticks: [ObjectKey: (at: Int64, event: EventID)] = [:]

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "cronjob-controller")
    super.init(api: api, latency: latency)
    watch(.cronJob)
    watch(.job, ownedBy: .cronJob)
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .cronJob) }

  private func unix(_ text: String?) -> Int64? { text.flatMap { CivilTime(rfc3339: $0)?.unixSeconds } }

  private func endOf(_ job: StoredObject) -> String? {
    for condition in job.value[path: "status", "conditions"]?.array ?? [] where condition["status"]?.string == "True" {
      if let type = condition["type"]?.string, type == "Complete" || type == "Failed" { return type }
    }
    return nil
  }

  private func event(_ cron: StoredObject, _ type: EventType, _ reason: String, _ message: String) {
    recorder.record(ObjectReference(.cronJob, cron), type, reason, message)
  }

  override func reconcile(_ key: ObjectKey) {
    guard let cron = store.object(.cronJob, key.namespace, key.name), !cron.isBeingDeleted else { return }
    noteFinished(cron)
    cleanUp(cron)
    guard let cron = store.object(.cronJob, key.namespace, key.name), cron.value[path: "spec", "suspend"]?.bool != true
    else { return }
    guard let schedule = CronSchedule(cron.value[path: "spec", "schedule"]?.string ?? "", zone: zone(of: cron))
    else { return }
    let now = world.clock.unixSeconds(world.now)
    let since =
      unix(cron.value[path: "status", "lastScheduleTime"]?.string)
      ?? unix(cron.value[path: "metadata", "creationTimestamp"]?.string) ?? now
    var due: Int64?
    var next = schedule.next(after: since)
    var missed = 0
    while let time = next, time <= now, missed < 10_000 {
      due = time
      missed += 1
      next = schedule.next(after: time)
    }
    if let due { start(cron, due, now) }
    if let next { plan(key, next) }
  }

  /// Schedules without a zone are the controller manager's: UTC.
  private func zone(of cron: StoredObject) -> CivilZone {
    cron.value[path: "spec", "timeZone"]?.string.flatMap { CivilZone.named($0) } ?? .utc
  }

  private func plan(_ key: ObjectKey, _ time: Int64) {
    if let known = ticks[key], known.at == time, world.isPending(known.event) { return }
    if let known = ticks[key] { world.cancel(known.event) }
    let event = world.schedule(at: world.clock.instant(unixSeconds: time) + .milliseconds(5), weight: .housekeeping) {
      [self] in
      ticks[key] = nil
      reconcile(key)
    }
    ticks[key] = (time, event)
  }

  private func start(_ cron: StoredObject, _ time: Int64, _ now: Int64) {
    if let deadline = cron.value[path: "spec", "startingDeadlineSeconds"]?.integer, now - time > deadline {
      event(
        cron, .warning, "MissSchedule",
        "Missed scheduled time to start a job: \(CivilTime(unixSeconds: time).rfc1123Z)")
      return
    }
    var active: [StoredObject] = []
    for job in store.shelf(.job).controlled(by: cron.uid) where endOf(job) == nil { active.append(job) }
    let policy = cron.value[path: "spec", "concurrencyPolicy"]?.string ?? "Allow"
    if policy == "Forbid", !active.isEmpty {
      event(
        cron, .normal, "JobAlreadyActive",
        "Not starting job because prior execution is running and concurrency policy is Forbid"
      )
      return
    }
    if policy == "Replace" {
      for job in active {
        _ = try? api.delete(.job, namespace: job.namespace, name: job.name)
        event(cron, .normal, "SuccessfulDelete", "Deleted job \(job.name)")
      }
    }
    let template = cron.value[path: "spec", "jobTemplate"]
    let name = "\(cron.name)-\(time / 60)"
    var metadata: Value = [
      "name": .string(name), "ownerReferences": [controllerReference(.cronJob, cron)],
    ]
    if let labels = template?[path: "metadata", "labels"] { metadata["labels"] = labels }
    metadata["annotations"] = template?[path: "metadata", "annotations"] ?? [:]
    metadata.set(
      ["annotations", "batch.kubernetes.io/cronjob-scheduled-timestamp"],
      .string(scheduledText(time, zone(of: cron))))
    let job: Value = [
      "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template?["spec"] ?? [:],
    ]
    do throws(Status) {
      let made = try api.create(.job, namespace: cron.namespace, job)
      event(cron, .normal, "SuccessfulCreate", "Created job \(name)")
      let reference: Value = [
        "apiVersion": "batch/v1", "kind": "Job", "name": .string(name), "namespace": .string(cron.namespace),
        "resourceVersion": made.object[path: "metadata", "resourceVersion"] ?? "",
        "uid": made.object[path: "metadata", "uid"] ?? "",
      ]
      api.amend(.cronJob, cron.namespace, cron.name) { value in
        var list = value[path: "status", "active"]?.array ?? []
        list.append(reference)
        value.set(["status", "active"], .array(list))
        value.set(["status", "lastScheduleTime"], .string(CivilTime(unixSeconds: time).rfc3339))
      }
    } catch {
      if error.reason != "AlreadyExists" {
        event(cron, .warning, "FailedCreate", "Error creating job: \(error.message)")
      }
    }
  }

  /// RFC 3339 with the zone's distance from UTC.
  private func scheduledText(_ time: Int64, _ zone: CivilZone) -> String {
    let offset = zone.offset(atUnix: time)
    let local = CivilTime(unixSeconds: time + offset).rfc3339
    if offset == 0 { return local }
    let minutes = (offset < 0 ? -offset : offset) / 60
    return String(local.dropLast()) + (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
  }

  private func noteFinished(_ cron: StoredObject) {
    var rest: [Value] = []
    var success: String?
    let active = cron.value[path: "status", "active"]?.array ?? []
    for job in store.shelf(.job).controlled(by: cron.uid)
    where endOf(job) == nil && !active.contains(where: { $0["uid"]?.string == job.uid }) {
      event(
        cron, .warning, "UnexpectedJob", "Saw a job that the controller did not create or forgot: \(job.name)")
    }
    for reference in active {
      let name = reference["name"]?.string ?? ""
      guard let job = store.object(.job, cron.namespace, name) else { continue }
      guard let end = endOf(job) else {
        rest.append(reference)
        continue
      }
      event(cron, .normal, "SawCompletedJob", "Saw completed job: \(name), condition: \(end)")
      if end == "Complete" { success = job.value[path: "status", "completionTime"]?.string }
    }
    if rest.count == active.count { return }
    api.amend(.cronJob, cron.namespace, cron.name) { value in
      value.set(["status", "active"], rest.isEmpty ? nil : .array(rest))
      if let success { value.set(["status", "lastSuccessfulTime"], .string(success)) }
    }
  }

  private func cleanUp(_ cron: StoredObject) {
    for (type, field, fallback) in [
      ("Complete", "successfulJobsHistoryLimit", Int64(3)), ("Failed", "failedJobsHistoryLimit", 1),
    ] {
      var jobs: [StoredObject] = []
      for job in store.shelf(.job).controlled(by: cron.uid) where endOf(job) == type && !job.isBeingDeleted {
        jobs.append(job)
      }
      jobs.sort { a, b in
        let x = a.value[path: "status", "startTime"]?.string ?? ""
        let y = b.value[path: "status", "startTime"]?.string ?? ""
        return x == y ? a.name < b.name : x < y
      }
      var excess = Int64(jobs.count) - (cron.value["spec"]?[field]?.integer ?? fallback)
      for job in jobs where excess > 0 {
        excess -= 1
        _ = try? api.delete(.job, namespace: job.namespace, name: job.name)
        event(cron, .normal, "SuccessfulDelete", "Deleted job \(job.name)")
      }
    }
  }
}
