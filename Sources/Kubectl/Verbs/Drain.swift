// kubectl drain: cordon, decide which pods may go, evict them, wait until they are gone. Sources: kubectl pkg/cmd/drain/drain.go,
// pkg/drain/{filters,drain}.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let drain = Verb(
    "drain", .cluster, usage: "NODE [options]", synopsis: "Move the pods of a node away",
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
    for node in nodes { try Cordon.set(call, node, true, dryRun) }
    var failures: [Failure] = []
    for node in nodes {
      let (pods, problems, warnings) = try choose(call, node)
      if !problems.isEmpty {
        let problem = Failure.many(problems)
        call.complain(
          "error: unable to drain node \(goQuoted(node.name)) due to error: \(problem.description), continuing command..."
        )
        failures.append(problem)
        continue
      }
      if !warnings.isEmpty { call.warn(warnings.joined(separator: "; ")) }
      try evict(call, node, pods, dryRun)
    }
    call.then { () throws(Failure) in
      guard !failures.isEmpty else { return }
      call.complain("There are pending nodes to be drained:")
      for node in nodes { call.complain(" \(node.name)") }
      var text = ""
      for failure in failures { text += failure.description + "\n" }
      throw .raw(text)
    }
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

  private static func evict(_ call: Call, _ node: Info, _ pods: [Value], _ dryRun: DryRun) throws(Failure) {
    for pod in pods {
      let word = call.flags.bool("disable-eviction") ? "deleting" : "evicting"
      call.line(
        "\(word) pod \(pod[path: "metadata", "namespace"]?.string ?? "")/\(pod[path: "metadata", "name"]?.string ?? "")\(dryRun.suffix)"
      )
    }
    let timeout = call.flags.duration("timeout")
    let deadline = timeout > .zero ? call.world.now + timeout : Instant.distantFuture
    if dryRun == .none {
      call.each(pods) { (pod) throws(Failure) in try begin(call, pod, deadline) }
      call.each(pods) { (pod) throws(Failure) in
        let info = Info(
          kind: .pod, namespace: pod[path: "metadata", "namespace"]?.string ?? "",
          name: pod[path: "metadata", "name"]?.string ?? "")
        try Gone.wait(call, info, uid: pod[path: "metadata", "uid"]?.string ?? "", deadline: deadline)
        call.then { () throws(Failure) in
          call.line("\(info.title) \(call.flags.bool("disable-eviction") ? "deleted" : "evicted")")
        }
      }
    }
    call.then { () throws(Failure) in call.line("\(node.title) drained\(dryRun.suffix)") }
  }

  /// Asks for one pod's eviction; a disruption budget may refuse it for a while.
  private static func begin(_ call: Call, _ pod: Value, _ deadline: Instant) throws(Failure) {
    let namespace = pod[path: "metadata", "namespace"]?.string ?? ""
    let name = pod[path: "metadata", "name"]?.string ?? ""
    let grace = call.flags.integer("grace-period")
    var next = call.world.now
    call.poll { () throws(Failure) -> Progress in
      if call.world.now < next { return .wait([.until(next, .activity)]) }
      let options = DeleteOptions(gracePeriodSeconds: grace >= 0 ? grace : nil)
      if call.flags.bool("disable-eviction") {
        try call.client.delete(.pod, namespace, name, options)
        return .done
      }
      do throws(Failure) {
        try call.client.evict(namespace, name, options)
        return .done
      } catch {
        guard case .status(let status) = error, status.code == 429 else { throw error }
        let what = "error when evicting pods/\(goQuoted(name)) -n \(goQuoted(namespace))"
        if call.world.now >= deadline {
          throw .text("\(what): global timeout reached: \(HumanDuration.goText(call.flags.duration("timeout")))")
        }
        call.complain("\(what) (will retry after 5s): \(status.message)")
        next = call.world.now + .seconds(Int64(5))
        return .wait([.until(next, .activity)])
      }
    }
  }
}
