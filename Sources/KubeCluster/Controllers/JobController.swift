// Jobs: run pods until enough have succeeded or too many have failed. Pods carry a finalizer until they are counted; changes
// of pods are acted on a second later, in batches. Source: `pkg/controller/job/job_controller.go`.

import KubeAPI
import SimKernel
import Unstructured

/// How a job ends: its last condition.
struct JobEnd {
  var type: String
  var reason: String
  var message: String
}

final class JobController: Controller {
  private let recorder: EventRecorder
  private static let tracking = "batch.kubernetes.io/job-tracking"
  private let batchPeriod = Interval.seconds(Int64(1))

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "job-controller")
    super.init(api: api, latency: latency)
    store.shelf(.job).observe { [self] old, new in
      guard let new else { return }
      if old == nil || old!.value["spec"] != new.value["spec"] || new.isBeingDeleted {
        enqueue(new.key)
      } else {
        enqueue(new.key, after: batchPeriod)
      }
    }
    store.shelf(.pod).observe { [self] old, new in
      guard let pod = new ?? old, pod.controllerUID != nil, let key = ownerKey(pod, .job) else {
        // The owner may be gone already: its pods' finalizers are ours to remove.
        if let new, hasFinalizer(new) { release(orphan: new) }
        return
      }
      if new == nil || new!.isBeingDeleted, old?.isBeingDeleted != true {
        enqueue(key)
      } else {
        enqueue(key, after: batchPeriod)
      }
      if let new, new.isBeingDeleted, hasFinalizer(new), store.object(.job, key.namespace, key.name) == nil {
        release(orphan: new)
      }
    }
  }

  private func release(orphan pod: StoredObject) {
    world.after(latency) { [self] in
      if let fresh = store.object(.pod, pod.namespace, pod.name), fresh.uid == pod.uid { dropFinalizer(fresh) }
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .job) }

  func hasFinalizer(_ pod: StoredObject) -> Bool {
    pod.value[path: "metadata", "finalizers"].strings.contains(JobController.tracking)
  }

  private func dropFinalizer(_ pod: StoredObject) {
    api.amend(.pod, pod.namespace, pod.name, uid: pod.uid) { value in
      var rest: [String] = []
      for name in value[path: "metadata", "finalizers"].strings where name != JobController.tracking {
        rest.append(name)
      }
      value.set(["metadata", "finalizers"], rest.isEmpty ? nil : .strings(rest))
    }
  }

  func condition(_ job: Value, _ type: String) -> Value? {
    for condition in job[path: "status", "conditions"]?.array ?? []
    where condition["type"]?.string == type && condition["status"]?.string == "True" { return condition }
    return nil
  }

  private func event(_ job: StoredObject, _ type: EventType, _ reason: String, _ message: String) {
    recorder.record(ObjectReference(.job, job), type, reason, message)
  }

  override func reconcile(_ key: ObjectKey) {
    guard let job = store.object(.job, key.namespace, key.name) else { return }
    let isFinished = condition(job.value, "Complete") != nil || condition(job.value, "Failed") != nil
    if isFinished || job.isBeingDeleted { return retire(job) }
    let spec = job.value["spec"] ?? [:]
    let isSuspended = spec["suspend"]?.bool == true
    var active: [StoredObject] = []
    var newlySucceeded: [StoredObject] = []
    var newlyFailed: [StoredObject] = []
    var ready: Int64 = 0
    var terminating: Int64 = 0
    let pods = store.shelf(.pod).controlled(by: job.uid)
    var policyEnd: JobEnd?
    for pod in pods {
      if PodState.isFinished(pod) {
        guard hasFinalizer(pod) else { continue }
        if PodState.phase(pod) == "Succeeded" {
          newlySucceeded.append(pod)
          continue
        }
        switch verdict(on: pod, spec) {
        case .ignore: dropFinalizer(pod)
        case .failJob(let message):
          if policyEnd == nil { policyEnd = JobEnd(type: "Failed", reason: "PodFailurePolicy", message: message) }
          newlyFailed.append(pod)
        case .count, .failIndex:
          if !awaitsReplacement(pod, among: pods, spec) { newlyFailed.append(pod) }
        }
      } else if pod.isBeingDeleted {
        terminating += 1
      } else {
        active.append(pod)
        if PodState.isReady(pod) { ready += 1 }
      }
    }
    let status = job.value["status"] ?? [:]
    var succeeded = (status["succeeded"]?.integer ?? 0) + Int64(newlySucceeded.count)
    let failed = (status["failed"]?.integer ?? 0) + Int64(newlyFailed.count)
    let done = isIndexed(spec) ? completedIndexes(job, newlySucceeded) : []
    if isIndexed(spec) { succeeded = Int64(done.count) }

    var end: JobEnd?
    let limit = spec["backoffLimit"]?.integer ?? 6
    var restarts: Int64 = 0
    if spec[path: "template", "spec", "restartPolicy"]?.string == "OnFailure" {
      for pod in active {
        for container in pod.value[path: "status", "containerStatuses"]?.array ?? [] {
          restarts += container["restartCount"]?.integer ?? 0
        }
      }
    }
    if let target = condition(job.value, "FailureTarget") {
      end = JobEnd(type: "Failed", reason: target["reason"]?.string ?? "", message: target["message"]?.string ?? "")
    } else if let target = condition(job.value, "SuccessCriteriaMet") {
      end = JobEnd(type: "Complete", reason: target["reason"]?.string ?? "", message: target["message"]?.string ?? "")
    } else if let policyEnd {
      end = policyEnd
    } else if failed > limit || (restarts > 0 && restarts >= limit && limit > 0) || (restarts > 0 && limit == 0) {
      end = JobEnd(
        type: "Failed", reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit")
    } else if isPastDeadline(job, spec) {
      end = JobEnd(
        type: "Failed", reason: "DeadlineExceeded", message: "Job was active longer than specified deadline")
    } else if let failure = indexFailure(job, spec, done) ?? successByPolicy(spec, done) {
      end = failure
    } else if isComplete(spec, succeeded, active.count) {
      end = JobEnd(
        type: "Complete", reason: "CompletionsReached", message: "Reached expected number of succeeded pods")
    }
    var activeCount = Int64(active.count)
    let isFirst = status["startTime"] == nil && !isSuspended
    if let end {
      conclude(job, end, newlySucceeded, newlyFailed, active)
      return
    }
    if !newlySucceeded.isEmpty || !newlyFailed.isEmpty { countFinished(job, newlySucceeded, newlyFailed) }
    if isSuspended {
      for pod in active { delete(pod, job) }
      activeCount = 0
    } else {
      activeCount += manage(job, spec, active, succeeded, newlyFailed)
    }
    writeCounts(job, activeCount, ready, terminating, isFirst: isFirst, suspended: isSuspended)
    watchDeadline(job, spec)
  }

  // MARK: Counting

  func isIndexed(_ spec: Value) -> Bool { spec["completionMode"]?.string == "Indexed" }

  private func isComplete(_ spec: Value, _ succeeded: Int64, _ active: Int) -> Bool {
    if let completions = spec["completions"]?.integer { return succeeded >= completions }
    return succeeded > 0 && active == 0
  }

  func index(_ pod: StoredObject) -> Int64? {
    Int64(pod.value[path: "metadata", "annotations"]?["batch.kubernetes.io/job-completion-index"]?.string ?? "")
  }

  private func completedIndexes(_ job: StoredObject, _ more: [StoredObject]) -> Set<Int64> {
    var done = IndexRanges.parse(job.value[path: "status", "completedIndexes"]?.string ?? "")
    for pod in more { if let number = index(pod) { done.insert(number) } }
    return done
  }

  /// Counts finished pods in two writes: first by name, then, their finalizers removed, by number.
  private func countFinished(_ job: StoredObject, _ succeeded: [StoredObject], _ failed: [StoredObject]) {
    noteUncounted(job, succeeded, failed, end: nil)
    for pod in succeeded + failed { dropFinalizer(pod) }
    let indexes = isIndexed(job.value["spec"] ?? [:]) ? completedIndexes(job, succeeded) : nil
    api.amend(.job, job.namespace, job.name, uid: job.uid) {
      addCounts(&$0, succeeded, failed, indexes)
    }
  }

  private func addCounts(
    _ value: inout Value, _ succeeded: [StoredObject], _ failed: [StoredObject], _ indexes: Set<Int64>?
  ) {
    var good = (value[path: "status", "succeeded"]?.integer ?? 0) + Int64(succeeded.count)
    let bad = (value[path: "status", "failed"]?.integer ?? 0) + Int64(failed.count)
    if let indexes {
      good = Int64(indexes.count)
      if !indexes.isEmpty { value.set(["status", "completedIndexes"], .string(IndexRanges.text(indexes))) }
    }
    if let failures = failedIndexText(value) { value.set(["status", "failedIndexes"], .string(failures)) }
    if good > 0 { value.set(["status", "succeeded"], .integer(good)) }
    if bad > 0 { value.set(["status", "failed"], .integer(bad)) }
    value.set(["status", "uncountedTerminatedPods"], [:])
  }

  private func noteUncounted(
    _ job: StoredObject, _ succeeded: [StoredObject], _ failed: [StoredObject],
    end: JobEnd?
  ) {
    guard !succeeded.isEmpty || !failed.isEmpty || end?.type == "Failed" || end?.reason == "SuccessPolicy" else {
      return
    }
    let now = world.civilNow.rfc3339
    var good: [Value] = []
    for pod in succeeded { good.append(.string(pod.uid)) }
    var bad: [Value] = []
    for pod in failed { bad.append(.string(pod.uid)) }
    var active: Int64 = 0
    for pod in store.shelf(.pod).controlled(by: job.uid) where !PodState.isFinished(pod) && !pod.isBeingDeleted {
      active += 1
    }
    api.amend(.job, job.namespace, job.name, uid: job.uid) { value in
      var uncounted: Value = [:]
      if !good.isEmpty { uncounted["succeeded"] = .array(good) }
      if !bad.isEmpty { uncounted["failed"] = .array(bad) }
      value.set(["status", "uncountedTerminatedPods"], uncounted)
      value.set(["status", "active"], active == 0 ? nil : .integer(active))
      value.set(["status", "ready"], 0)
      if let end {
        addCondition(
          &value, end.type == "Failed" ? "FailureTarget" : "SuccessCriteriaMet", end.reason, end.message, now)
      }
    }
  }

  private func addCondition(
    _ value: inout Value, _ type: String, _ reason: String, _ message: String, _ now: String, status: String = "True"
  ) {
    var conditions = value[path: "status", "conditions"]?.array ?? []
    for condition in conditions where condition["type"]?.string == type { return }
    conditions.append([
      "lastProbeTime": .string(now), "lastTransitionTime": .string(now), "message": .string(message),
      "reason": .string(reason), "status": .string(status), "type": .string(type),
    ])
    value.set(["status", "conditions"], .array(conditions))
  }

  /// Writes what a finished job looks like, once its pods have been counted and stopped.
  private func conclude(
    _ job: StoredObject, _ end: JobEnd, _ succeeded: [StoredObject],
    _ failed: [StoredObject], _ active: [StoredObject]
  ) {
    noteUncounted(job, succeeded, failed, end: end)
    for pod in succeeded + failed { dropFinalizer(pod) }
    let indexes = isIndexed(job.value["spec"] ?? [:]) ? completedIndexes(job, succeeded) : nil
    var isWaiting = false
    for pod in active {
      delete(pod, job)
      isWaiting = true
    }
    for pod in store.shelf(.pod).controlled(by: job.uid) where !PodState.isFinished(pod) { isWaiting = true }
    let now = world.civilNow.rfc3339
    api.amend(.job, job.namespace, job.name, uid: job.uid) { value in
      addCounts(&value, succeeded, failed, indexes)
      if isWaiting {
        value.set(["status", "active"], nil)
        value.set(["status", "terminating"], .integer(Int64(active.count)))
        return
      }
      value.set(["status", "active"], nil)
      value.set(["status", "ready"], 0)
      value.set(["status", "terminating"], 0)
      if end.type == "Complete" {
        value.set(["status", "completionTime"], .string(now))
        addCondition(&value, "SuccessCriteriaMet", end.reason, end.message, now)
      }
      addCondition(&value, end.type, end.reason, end.message, now)
    }
    guard !isWaiting else { return }
    if end.type == "Complete" {
      event(job, .normal, "Completed", "Job completed")
    } else {
      event(job, .warning, end.reason, end.message)
    }
  }

  private func writeCounts(
    _ job: StoredObject, _ active: Int64, _ ready: Int64, _ terminating: Int64, isFirst: Bool, suspended: Bool
  ) {
    let now = world.civilNow.rfc3339
    api.amend(.job, job.namespace, job.name, uid: job.uid) { value in
      if isFirst { value.set(["status", "startTime"], .string(now)) }
      value.set(["status", "active"], active == 0 ? nil : .integer(active))
      value.set(["status", "ready"], .integer(ready))
      value.set(["status", "terminating"], .integer(terminating))
      if value[path: "status", "uncountedTerminatedPods"] == nil {
        value.set(["status", "uncountedTerminatedPods"], [:])
      }
      if suspended, condition(value, "Suspended") == nil {
        removeCondition(&value, "Suspended")
        addCondition(&value, "Suspended", "JobSuspended", "Job suspended", now)
      }
      if !suspended, condition(value, "Suspended") != nil {
        removeCondition(&value, "Suspended")
        addCondition(&value, "Suspended", "JobResumed", "Job resumed", now, status: "False")
        // The deadline counts from here.
        value.set(["status", "startTime"], .string(now))
      }
    }
    let wasSuspended = condition(job.value, "Suspended") != nil
    if suspended, !wasSuspended { event(job, .normal, "Suspended", "Job suspended") }
    if !suspended, wasSuspended { event(job, .normal, "Resumed", "Job resumed") }
  }

  private func removeCondition(_ value: inout Value, _ type: String) {
    var rest: [Value] = []
    for condition in value[path: "status", "conditions"]?.array ?? [] where condition["type"]?.string != type {
      rest.append(condition)
    }
    value.set(["status", "conditions"], .array(rest))
  }

  // MARK: Pods

  /// Starts what is missing; the answer is by how much the number of active pods changed.
  private func manage(
    _ job: StoredObject, _ spec: Value, _ active: [StoredObject], _ succeeded: Int64, _ justFailed: [StoredObject]
  ) -> Int64 {
    var wanted = spec["parallelism"]?.integer ?? 1
    if let completions = spec["completions"]?.integer {
      let left = completions - succeeded
      if left < wanted { wanted = left }
    } else if succeeded > 0 {
      wanted = Int64(active.count)
    }
    let difference = wanted - Int64(active.count)
    if difference < 0 {
      var doomed = active
      doomed.sort { $0.version > $1.version }
      for pod in doomed.prefix(Int(-difference)) { delete(pod, job) }
      return difference
    }
    if difference == 0 { return 0 }
    let perIndex = spec["backoffLimitPerIndex"] != nil
    if !perIndex, let wait = backOff(job, justFailed), wait > .zero {
      enqueue(job.key, after: wait)
      return 0
    }
    var made: Int64 = 0
    let indexes = isIndexed(spec) ? freeIndexes(job, spec, active) : []
    for number in 0..<difference {
      let index = isIndexed(spec) ? (Int(number) < indexes.count ? indexes[Int(number)] : nil) : nil
      if isIndexed(spec), index == nil { break }
      if create(job, index) { made += 1 } else { break }
    }
    return made
  }

  private func freeIndexes(_ job: StoredObject, _ spec: Value, _ active: [StoredObject]) -> [Int64] {
    var taken = completedIndexes(job, [])
    for pod in active { if let number = index(pod) { taken.insert(number) } }
    for pod in store.shelf(.pod).controlled(by: job.uid)
    where PodState.phase(pod) == "Succeeded" { if let number = index(pod) { taken.insert(number) } }
    if spec["backoffLimitPerIndex"] != nil { taken.formUnion(failedIndexes(job, spec)) }
    var free: [Int64] = []
    for number in 0..<(spec["completions"]?.integer ?? 1) where !taken.contains(number) {
      if let wait = indexBackOff(job, spec, number), wait > .zero {
        enqueue(job.key, after: wait)
      } else {
        free.append(number)
      }
    }
    return free
  }

  /// 10 s after the last failure, doubling with each failure in a row, at most ten minutes.
  private func backOff(_ job: StoredObject, _ justFailed: [StoredObject]) -> Interval? {
    var failures = 0
    var last: Int64 = 0
    var lastSuccess: Int64 = 0
    for pod in store.shelf(.pod).controlled(by: job.uid) where PodState.isFinished(pod) {
      let time = finishTime(pod)
      if PodState.phase(pod) == "Failed" {
        failures += 1
        if time > last { last = time }
      } else if time > lastSuccess {
        lastSuccess = time
      }
    }
    guard failures > 0, last > lastSuccess else { return nil }
    var delay = Int64(10) << Int64(failures > 7 ? 6 : failures - 1)
    if delay > 600 { delay = 600 }
    return world.clock.instant(unixSeconds: last) + .seconds(delay) - world.now
  }

  func finishTime(_ pod: StoredObject) -> Int64 {
    var latest: Int64 = 0
    for container in pod.value[path: "status", "containerStatuses"]?.array ?? [] {
      if let time = CivilTime(rfc3339: container[path: "state", "terminated", "finishedAt"]?.string ?? ""),
        time.unixSeconds > latest
      {
        latest = time.unixSeconds
      }
    }
    return latest
  }

  private func create(_ job: StoredObject, _ index: Int64?) -> Bool {
    var base = job.name + "-"
    if let index { base += "\(index)-" }
    var pod = PodState.fromTemplate(
      job.value[path: "spec", "template"], generateName: base, owner: controllerReference(.job, job))
    var finalizers = pod[path: "metadata", "finalizers"].strings
    finalizers.append(JobController.tracking)
    pod.set(["metadata", "finalizers"], .strings(finalizers))
    if let index {
      pod.set(["metadata", "annotations", "batch.kubernetes.io/job-completion-index"], .string("\(index)"))
      pod.set(["metadata", "labels", "batch.kubernetes.io/job-completion-index"], .string("\(index)"))
      noteIndexFailures(job, index, &pod)
      pod.set(["spec", "hostname"], .string("\(job.name)-\(index)"))
      for list in ["containers", "initContainers"] {
        guard var containers = pod["spec"]?[list]?.array else { continue }
        for i in containers.indices {
          var env = containers[i]["env"]?.array ?? []
          env.append([
            "name": "JOB_COMPLETION_INDEX",
            "valueFrom": [
              "fieldRef": ["fieldPath": "metadata.labels['batch.kubernetes.io/job-completion-index']"]
            ],
          ])
          containers[i]["env"] = .array(env)
        }
        pod.set(["spec", list], .array(containers))
      }
    }
    do throws(Status) {
      let made = try api.create(.pod, namespace: job.namespace, pod)
      event(
        job, .normal, "SuccessfulCreate", "Created pod: \(made.object[path: "metadata", "name"]?.string ?? "")")
      return true
    } catch {
      event(job, .warning, "FailedCreate", "Error creating: \(error.message)")
      enqueue(job.key, after: .seconds(Int64(10)))
      return false
    }
  }

  private func delete(_ pod: StoredObject, _ job: StoredObject) {
    guard !pod.isBeingDeleted, (try? api.delete(.pod, namespace: pod.namespace, name: pod.name)) != nil else { return }
    event(job, .normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
    if let fresh = store.object(.pod, pod.namespace, pod.name), PodState.phase(fresh) == "Pending" {
      dropFinalizer(fresh)
    }
  }

  // MARK: Ends

  private func isPastDeadline(_ job: StoredObject, _ spec: Value) -> Bool {
    guard let left = timeToDeadline(job, spec) else { return false }
    return left <= .zero
  }

  private func timeToDeadline(_ job: StoredObject, _ spec: Value) -> Interval? {
    guard let limit = spec["activeDeadlineSeconds"]?.integer,
      let start = CivilTime(rfc3339: job.value[path: "status", "startTime"]?.string ?? "")
    else { return nil }
    return world.clock.instant(unixSeconds: start.unixSeconds) + .seconds(limit) - world.now
  }

  private func watchDeadline(_ job: StoredObject, _ spec: Value) {
    if let fresh = store.object(.job, job.namespace, job.name), let left = timeToDeadline(fresh, spec), left > .zero {
      enqueue(job.key, after: left)
    }
  }

  /// A finished job lets go of its pods and disappears when its time to live is over.
  private func retire(_ job: StoredObject) {
    for pod in store.shelf(.pod).controlled(by: job.uid)
    where hasFinalizer(pod) && (PodState.isFinished(pod) || pod.isBeingDeleted) {
      dropFinalizer(pod)
    }
    guard let lifetime = job.value[path: "spec", "ttlSecondsAfterFinished"]?.integer, !job.isBeingDeleted,
      let end = condition(job.value, "Complete") ?? condition(job.value, "Failed"),
      let time = CivilTime(rfc3339: end["lastTransitionTime"]?.string ?? "")
    else { return }
    let left = world.clock.instant(unixSeconds: time.unixSeconds) + .seconds(lifetime) - world.now
    if left <= .zero {
      _ = try? api.delete(
        .job, namespace: job.namespace, name: job.name, DeleteOptions(propagation: .foreground, uid: job.uid))
    } else {
      enqueue(job.key, after: left)
    }
  }
}
