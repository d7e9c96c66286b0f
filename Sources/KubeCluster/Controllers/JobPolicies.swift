// What a Job says about its failures and its success beyond counting pods: podFailurePolicy, successPolicy and, for Indexed jobs,
// backoffLimitPerIndex with maxFailedIndexes. A failed pod of such an index is counted only once its replacement exists.
// Source: `pkg/controller/job/{pod_failure_policy,success_policy,indexed_job_utils,backoff_utils}.go`.

import KubeAPI
import SimKernel
import Unstructured

/// `0-2,4`, as Jobs write sets of indexes.
enum IndexRanges {
  static func parse(_ text: String) -> Set<Int64> {
    var indexes: Set<Int64> = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-")
      if let first = ends.first.flatMap({ Int64($0) }), let last = ends.last.flatMap({ Int64($0) }), first <= last {
        for number in first...last { indexes.insert(number) }
      }
    }
    return indexes
  }

  static func text(_ indexes: Set<Int64>) -> String {
    var runs: [(first: Int64, last: Int64)] = []
    for number in indexes.sorted() {
      if let open = runs.last, open.last + 1 == number {
        runs[runs.count - 1].last = number
      } else {
        runs.append((number, number))
      }
    }
    var parts: [String] = []
    for run in runs { parts.append(run.first == run.last ? "\(run.first)" : "\(run.first)-\(run.last)") }
    return parts.joined(separator: ",")
  }
}

extension JobController {
  enum FailureVerdict {
    case count, ignore, failIndex
    case failJob(String)
  }

  // MARK: podFailurePolicy

  /// The first rule that matches a failed pod decides.
  func verdict(on pod: StoredObject, _ spec: Value) -> FailureVerdict {
    for (number, rule) in (spec[path: "podFailurePolicy", "rules"]?.array ?? []).enumerated() {
      let action = rule["action"]?.string ?? ""
      var cause: String?
      if let codes = rule["onExitCodes"] {
        if let (container, code) = failedContainer(pod, codes) {
          cause = "Container \(container) for pod \(pod.namespace)/\(pod.name) failed with exit code \(code)"
        }
      } else if let type = matchingCondition(pod, rule["onPodConditions"]?.array ?? []) {
        cause = "Pod \(pod.namespace)/\(pod.name) has condition \(type)"
      }
      guard let cause else { continue }
      switch action {
      case "Ignore": return .ignore
      case "FailIndex": return .failIndex
      case "FailJob": return .failJob("\(cause) matching FailJob rule at index \(number)")
      default: return .count
      }
    }
    return .count
  }

  private func failedContainer(_ pod: StoredObject, _ codes: Value) -> (String, Int64)? {
    for list in ["containerStatuses", "initContainerStatuses"] {
      for status in pod.value["status"]?[list]?.array ?? [] {
        let name = status["name"]?.string ?? ""
        if let wanted = codes["containerName"]?.string, wanted != name { continue }
        guard let code = status[path: "state", "terminated", "exitCode"]?.integer, code != 0 else { continue }
        var listed = false
        for value in codes["values"]?.array ?? [] where value.integer == code { listed = true }
        if listed == (codes["operator"]?.string == "In") { return (name, code) }
      }
    }
    return nil
  }

  private func matchingCondition(_ pod: StoredObject, _ patterns: [Value]) -> String? {
    for condition in pod.value[path: "status", "conditions"]?.array ?? [] {
      for pattern in patterns
      where pattern["type"] == condition["type"] && (pattern["status"] ?? "True") == condition["status"] {
        return condition["type"]?.string
      }
    }
    return nil
  }

  // MARK: successPolicy

  func successByPolicy(_ spec: Value, _ done: Set<Int64>) -> JobEnd? {
    guard !done.isEmpty else { return nil }
    for (number, rule) in (spec[path: "successPolicy", "rules"]?.array ?? []).enumerated() {
      var wanted = done
      var enough = rule["succeededCount"]?.integer
      if let text = rule["succeededIndexes"]?.string {
        wanted = IndexRanges.parse(text)
        enough = enough ?? Int64(wanted.count)
      }
      if let enough, Int64(done.intersection(wanted).count) >= enough {
        return JobEnd(type: "Complete", reason: "SuccessPolicy", message: "Matched rules at index \(number)")
      }
    }
    return nil
  }

  // MARK: backoffLimitPerIndex

  private static let failureCount = "batch.kubernetes.io/job-index-failure-count"

  private func failureCount(_ pod: StoredObject) -> Int64 {
    Int64(pod.value[path: "metadata", "annotations"]?[JobController.failureCount]?.string ?? "") ?? 0
  }

  private func hasFailedIndex(_ pod: StoredObject, _ spec: Value) -> Bool {
    guard PodState.phase(pod) == "Failed" else { return false }
    switch verdict(on: pod, spec) {
    case .failIndex: return true
    case .ignore: return false
    case .count, .failJob: return failureCount(pod) >= spec["backoffLimitPerIndex"]?.integer ?? 0
    }
  }

  /// The indexes that are given up.
  func failedIndexes(_ job: StoredObject, _ spec: Value) -> Set<Int64> {
    var failed = IndexRanges.parse(job.value[path: "status", "failedIndexes"]?.string ?? "")
    for pod in store.shelf(.pod).controlled(by: job.uid) where hasFinalizer(pod) && hasFailedIndex(pod, spec) {
      if let number = index(pod) { failed.insert(number) }
    }
    return failed
  }

  /// What `status.failedIndexes` has to say; nil for jobs that do not count by index.
  func failedIndexText(_ job: Value) -> String? {
    guard let spec = job["spec"], spec["backoffLimitPerIndex"] != nil else { return nil }
    var failed = IndexRanges.parse(job[path: "status", "failedIndexes"]?.string ?? "")
    for pod in store.shelf(.pod).controlled(by: job[path: "metadata", "uid"]?.string ?? "")
    where hasFailedIndex(pod, spec) { if let number = index(pod) { failed.insert(number) } }
    return IndexRanges.text(failed)
  }

  func indexFailure(_ job: StoredObject, _ spec: Value, _ done: Set<Int64>) -> JobEnd? {
    guard spec["backoffLimitPerIndex"] != nil else { return nil }
    let failed = Int64(failedIndexes(job, spec).count)
    if let most = spec["maxFailedIndexes"]?.integer, failed > most {
      return JobEnd(
        type: "Failed", reason: "MaxFailedIndexesExceeded",
        message: "Job has exceeded the specified maximal number of failed indexes")
    }
    if failed > 0, failed + Int64(done.count) >= spec["completions"]?.integer ?? 0 {
      return JobEnd(type: "Failed", reason: "FailedIndexes", message: "Job has failed indexes")
    }
    return nil
  }

  /// Whether a failed pod of an index that will be tried again has no successor yet.
  func awaitsReplacement(_ pod: StoredObject, among pods: [StoredObject], _ spec: Value) -> Bool {
    guard spec["backoffLimitPerIndex"] != nil, let number = index(pod), !hasFailedIndex(pod, spec) else { return false }
    for other in pods where index(other) == number && failureCount(other) > failureCount(pod) { return false }
    return true
  }

  /// The pod of an index that failed last and has not been replaced.
  private func lastFailure(_ job: StoredObject, _ number: Int64) -> StoredObject? {
    var last: StoredObject?
    for pod in store.shelf(.pod).controlled(by: job.uid)
    where index(pod) == number && PodState.phase(pod) == "Failed" {
      if last == nil || failureCount(pod) > failureCount(last!) { last = pod }
    }
    return last
  }

  /// 10 s after the last failure of the index, doubling with each, at most ten minutes.
  func indexBackOff(_ job: StoredObject, _ spec: Value, _ number: Int64) -> Interval? {
    guard spec["backoffLimitPerIndex"] != nil, let pod = lastFailure(job, number) else { return nil }
    let failures = failureCount(pod)
    let delay = failures > 6 ? 600 : min(Int64(10) << failures, 600)
    return world.clock.instant(unixSeconds: finishTime(pod)) + .seconds(delay) - world.now
  }

  func noteIndexFailures(_ job: StoredObject, _ number: Int64, _ pod: inout Value) {
    guard job.value[path: "spec", "backoffLimitPerIndex"] != nil else { return }
    var failures: Int64 = 0
    if let last = lastFailure(job, number) { failures = failureCount(last) + 1 }
    pod.set(["metadata", "annotations", JobController.failureCount], .string("\(failures)"))
  }
}
