// kubectl drain: cordon, decide which pods may go, evict them, wait until they are gone. Sources: kubectl pkg/cmd/drain/drain.go,
// pkg/drain/{filters,drain}.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let drain = Verb(
    "drain", .cluster, usage: "NODE [options]", synopsis: "Drain node in preparation for maintenance",
    flags: [
      Flags.dryRun, Flags.selector, .int64("chunk-size", "", 500, .accepted, "objects per request"),
      .bool("delete-emptydir-data", "", false, "evict pods with emptyDir volumes too"),
      .bool("disable-eviction", "", false, "delete instead of evicting"),
      .bool("force", "", false, "evict pods without a controller too"),
      .int32("grace-period", "", -1, "seconds to stop in"),
      .bool("ignore-daemonsets", "", false, "leave pods of DaemonSets alone"),
      .string("pod-selector", "", "", "label selector of the pods"),
      .int32("skip-wait-for-delete-timeout", "", 0, .accepted, "do not wait for pods deleted longer ago"),
      .duration("timeout", "", "0s", "how long to wait at most"),
    ], latency: .local, run: Drain.run)
}

enum Drain {
  @Sendable static func run(_ call: Call) throws(Failure) {
    let dryRun = try DryRun.read(call)
    let nodes = try Cordon.nodes(call, "drain")
    guard (try? LabelSelector(parsing: call.flags.string("pod-selector"))) != nil else {
      throw .text("--pod-selector=<pod_selector> must be a valid label selector")
    }
    for node in nodes { try Cordon.set(call, node, true, dryRun) }
    // Filled in as the evictions end, read when all have.
    var failures: [Failure] = []
    for node in nodes {
      let (pods, problems, warnings) = try choose(call, node)
      if !problems.isEmpty {
        let problem = Failure.many(problems)
        continuing(call, node, problem)
        failures.append(problem)
        continue
      }
      if !warnings.isEmpty { call.complain("Warning: " + warnings.joined(separator: "; ")) }
      evict(call, node, pods, dryRun) { failures.append($0) }
    }
    call.then { () throws(Failure) in
      guard !failures.isEmpty else { return }
      call.complain("There are pending nodes to be drained:")
      for node in nodes { call.complain(" \(node.name)") }
      var text = ""
      for failure in failures {
        guard case .many(let parts) = failure else {
          text += failure.description + "\n"
          continue
        }
        for part in parts { text += part.description + "\n" }
      }
      throw .raw(text)
    }
  }

  private static func continuing(_ call: Call, _ node: Info, _ problem: Failure) {
    call.complain(
      "error: unable to drain node \(goQuoted(node.name)) due to error: \(problem.description), continuing command...")
  }

  /// The pods to evict, what forbids it, and what is worth a warning.
  private static func choose(_ call: Call, _ node: Info) throws(Failure) -> ([Value], [Failure], [String]) {
    let selection = try ResourceRequest.selection(
      .pod, call.flags.string("pod-selector"), "spec.nodeName=\(node.name)")
    var chosen: [Value] = []
    var refused: [(String, [String])] = []
    var noted: [(String, [String])] = []
    func add(_ list: inout [(String, [String])], _ text: String, _ pod: String) {
      if let index = list.firstIndex(where: { $0.0 == text }) {
        list[index].1.append(pod)
      } else {
        list.append((text, [pod]))
      }
    }
    for pod in try call.client.list(.pod, nil, selection).items {
      let title =
        "\(pod[path: "metadata", "namespace"]?.string ?? "")/\(pod[path: "metadata", "name"]?.string ?? "")"
      let phase = pod[path: "status", "phase"]?.string
      let isDone = phase == "Succeeded" || phase == "Failed"
      let owner = Describer.controller(pod)
      if let owner, owner.hasPrefix("DaemonSet/"), !isDone {
        if call.flags.bool("ignore-daemonsets") {
          add(&noted, "ignoring DaemonSet-managed Pods", title)
        } else {
          add(&refused, "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", title)
        }
        continue
      }
      if pod[path: "metadata", "annotations", "kubernetes.io/config.mirror"] != nil { continue }
      var isRefused = false
      let hasEmptyDir = (pod[path: "spec", "volumes"]?.array ?? []).contains { $0["emptyDir"] != nil }
      if hasEmptyDir, !isDone {
        if call.flags.bool("delete-emptydir-data") {
          add(&noted, "deleting Pods with local storage", title)
        } else {
          add(&refused, "Pods with local storage (use --delete-emptydir-data to override)", title)
          isRefused = true
        }
      }
      if owner == nil, !isDone {
        if call.flags.bool("force") {
          add(&noted, "deleting Pods that declare no controller", title)
        } else if !isRefused {
          add(&refused, "cannot delete Pods that declare no controller (use --force to override)", title)
          isRefused = true
        }
      }
      if !isRefused { chosen.append(pod) }
    }
    return (
      chosen, refused.map { .text("cannot delete \($0.0): \($0.1.joined(separator: ", "))") },
      noted.map { "\($0.0): \($0.1.joined(separator: ", "))" }
    )
  }

  /// All pods at once: whatever is refused is asked for again every five seconds, while others go.
  /// What could not be evicted in time is told in the end.
  private static func evict(
    _ call: Call, _ node: Info, _ pods: [Value], _ dryRun: DryRun, _ failed: @escaping (Failure) -> Void
  ) {
    var problems: [Failure] = []
    let timeout = call.flags.duration("timeout")
    let deadline = timeout > .zero ? call.world.now + timeout : Instant.distantFuture
    if dryRun != .none {
      for pod in pods { call.line(announcement(call, pod) + dryRun.suffix) }
    } else {
      var waiting: [Eviction] = []
      for pod in pods { waiting.append(Eviction(pod: pod, next: call.world.now)) }
      call.poll { () throws(Failure) -> Progress in
        var next: Instant?
        for index in waiting.indices where !waiting[index].isAccepted && !waiting[index].isGone {
          if waiting[index].next <= call.world.now {
            if let problem = ask(call, &waiting[index], deadline) {
              problems.append(problem)
              waiting[index].isGone = true
            }
            if waiting[index].isAccepted || waiting[index].isGone { continue }
          }
          if next == nil || waiting[index].next < next! { next = waiting[index].next }
        }
        for index in waiting.indices where waiting[index].isAccepted && !waiting[index].isGone {
          guard Drain.isGone(call, waiting[index].pod) else {
            if call.world.now >= deadline {
              let (namespace, name) = (Drain.namespace(waiting[index].pod), Drain.name(waiting[index].pod))
              let what = "error when waiting for pod \(goQuoted(name)) in namespace \(goQuoted(namespace)) to terminate"
              problems.append(.text("\(what): \(timeoutText(call))"))
              waiting[index].isGone = true
              continue
            }
            let soon = call.world.now + .seconds(Int64(1))
            if next == nil || soon < next! { next = soon }
            continue
          }
          waiting[index].isGone = true
          call.line(
            "pod/\(Drain.name(waiting[index].pod)) \(call.flags.bool("disable-eviction") ? "deleted" : "evicted")")
        }
        guard let next else { return .done }
        return .wait([.until(next, .activity)])
      }
    }
    call.then { () throws(Failure) in
      guard !problems.isEmpty else { return call.line("\(node.title) drained\(dryRun.suffix)") }
      let problem = Failure.many(problems)
      let (left, refused, _) = try choose(call, node)
      if !left.isEmpty {
        call.complain(
          "There are pending pods in node \(goQuoted(node.name)) when an error occurred: \(problem.description)")
        for pod in left { call.complain("pod/\(name(pod))") }
      }
      if !refused.isEmpty {
        call.complain(
          "Following errors occurred while getting the list of pods to delete:\n\(Failure.many(refused).description)")
      }
      continuing(call, node, problem)
      failed(problem)
    }
  }

  private static func timeoutText(_ call: Call) -> String {
    "global timeout reached: \(HumanDuration.goText(call.flags.duration("timeout")))"
  }

  private struct Eviction {
    let pod: Value
    var next: Instant
    var isAccepted = false
    var isGone = false
  }

  private static func name(_ pod: Value) -> String { pod[path: "metadata", "name"]?.string ?? "" }
  private static func namespace(_ pod: Value) -> String { pod[path: "metadata", "namespace"]?.string ?? "" }

  private static func announcement(_ call: Call, _ pod: Value) -> String {
    "\(call.flags.bool("disable-eviction") ? "deleting" : "evicting") pod \(namespace(pod))/\(name(pod))"
  }

  private static func isGone(_ call: Call, _ pod: Value) -> Bool {
    guard let there = try? call.client.get(.pod, namespace(pod), name(pod)) else { return true }
    return there[path: "metadata", "uid"] != pod[path: "metadata", "uid"]
  }

  /// Asks for one pod's eviction; a disruption budget may refuse it for a while. Answers with what ended it otherwise.
  private static func ask(_ call: Call, _ eviction: inout Eviction, _ deadline: Instant) -> Failure? {
    let (namespace, name) = (namespace(eviction.pod), name(eviction.pod))
    call.line(announcement(call, eviction.pod))
    let grace = call.flags.integer("grace-period")
    let options = DeleteOptions(gracePeriodSeconds: grace >= 0 ? grace : nil)
    let what = "error when evicting pods/\(goQuoted(name)) -n \(goQuoted(namespace))"
    if call.world.now >= deadline { return .text("\(what): \(timeoutText(call))") }
    do throws(Failure) {
      if call.flags.bool("disable-eviction") {
        try call.client.delete(.pod, namespace, name, options)
      } else {
        try call.client.evict(namespace, name, options)
      }
      eviction.isAccepted = true
      return nil
    } catch {
      guard case .status(let status) = error, status.code == 429 else { return .text("\(what): \(error.description)") }
      call.complain("\(what) (will retry after 5s): \(status.message)")
      eviction.next = call.world.now + .seconds(Int64(5))
      return nil
    }
  }
}
