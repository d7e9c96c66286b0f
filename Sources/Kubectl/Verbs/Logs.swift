// kubectl logs. Sources: kubectl pkg/cmd/logs/logs.go, pkg/polymorphichelpers/logsforobject.go; the server's refusals are those of
// kubernetes pkg/registry/core/pod/strategy.go and the kubelet.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let logs = Verb(
    "logs", .troubleshooting, usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]",
    synopsis: "Print the logs for a container in a pod",
    examples: ["kubectl logs web-0", "kubectl logs -f -l app=web --prefix"],
    flags: [
      Flags.selector,
      .bool("all-containers", "", false, "every container of the pod"),
      .bool("all-pods", "", false, "every pod of the workload"),
      .string("container", "c", "", "container"),
      .bool("follow", "f", false, "go on as lines come"),
      .bool("ignore-errors", "", false, "go on when one log cannot be read"),
      .bool("insecure-skip-tls-verify-backend", "", false, .accepted, "do not check the kubelet's certificate"),
      .int64("limit-bytes", "", 0, "print at most so many bytes"),
      .int64("max-log-requests", "", 5, "how many logs to follow at once"),
      .duration("pod-running-timeout", "", "20s", "how long to wait for a running pod"),
      .bool("prefix", "", false, "begin every line with pod and container"),
      .bool("previous", "p", false, "the container's run before this one"),
      .duration("since", "", "0s", "only lines younger than that"),
      .string("since-time", "", "", "only lines after that time (RFC 3339)"),
      .int64("tail", "", -1, "only so many last lines; with a selector 10 otherwise"),
      .bool("timestamps", "", false, "begin every line with its time"),
    ], run: Logs.run)
}

enum Logs {
  /// One container's log and how to print it.
  private final class Source {
    let pod: Value
    let container: String
    let log: ContainerLog?
    var printed = 0
    var bytesLeft: Int64

    init(_ pod: Value, _ container: String, _ log: ContainerLog?, _ bytesLeft: Int64) {
      self.pod = pod
      self.container = container
      self.log = log
      self.bytesLeft = bytesLeft
    }
  }

  static func run(_ call: Call) throws(Failure) {
    let flags = call.flags
    let selector = flags.string("selector")
    if call.arguments.isEmpty, selector.isEmpty {
      throw .usage(
        call.path,
        "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
      )
    }
    if !selector.isEmpty, !call.arguments.isEmpty {
      throw .usage(call.path, "only a selector (-l) or a POD name is allowed")
    }
    if call.arguments.count > 2 {
      throw .usage(
        call.path,
        "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
      )
    }
    var container = flags.string("container")
    if call.arguments.count == 2, container.isEmpty { container = call.arguments[1] }
    let sinceTime = flags.string("since-time")
    if !sinceTime.isEmpty, CivilTime(rfc3339: sinceTime) == nil { throw unreadable(sinceTime) }
    try PodChoice.checkTimeout(call)
    let wanted = container
    try pods(call) { (pods) throws(Failure) in try show(call, pods, wanted) }
  }

  private static func show(_ call: Call, _ pods: [Value], _ container: String) throws(Failure) {
    let flags = call.flags
    // The object is looked up before the flags are compared with each other.
    if call.arguments.count == 2, !flags.string("container").isEmpty {
      throw .text("only one of -c or an inline [CONTAINER] arg is allowed")
    }
    if flags.changed("since"), flags.changed("since-time") {
      throw .text("at most one of `sinceTime` or `sinceSeconds` may be specified")
    }
    if !container.isEmpty, flags.bool("all-containers") {
      throw .text("--all-containers=true should not be specified with container name \(container)")
    }
    if flags.integer("limit-bytes") < 0 { throw .text("--limit-bytes must be greater than 0") }
    if flags.integer("tail") < -1 { throw .text("--tail must be greater than or equal to -1") }
    if flags.duration("since") < .zero { throw .text("--since must be greater than 0") }
    var sources: [Source] = []
    var failures: [Failure] = []
    for pod in pods {
      for name in try containers(call, pod, container) {
        do throws(Failure) {
          sources.append(
            Source(
              pod, name, try log(call, pod, name),
              flags.integer("limit-bytes") > 0 ? flags.integer("limit-bytes") : Int64.max))
        } catch {
          if flags.bool("ignore-errors") {
            call.complain("error: \(error.description)")
            continue
          }
          failures.append(error)
          if failures.count > 0 { break }
        }
      }
      if !failures.isEmpty { break }
    }
    if flags.bool("follow"), sources.count > Int(flags.integer("max-log-requests")), sources.count > 1 {
      throw .text(
        "you are attempting to follow \(sources.count) log streams, but maximum allowed concurrency is \(flags.integer("max-log-requests")), use --max-log-requests to increase the limit"
      )
    }
    for source in sources { show(call, source, isFirst: true) }
    if let failure = failures.first { throw failure }
    if flags.bool("follow") { follow(call, sources) }
  }

  /// Go's reason why a text is no time in RFC 3339: the first part that is not as the layout has it.
  private static func unreadable(_ text: String) -> Failure {
    let layout: [(width: Int, name: String)] = [
      (4, "2006"), (1, "-"), (2, "01"), (1, "-"), (2, "02"), (1, "T"), (2, "15"), (1, ":"), (2, "04"), (1, ":"),
      (2, "05"), (1, "Z07:00"),
    ]
    let bytes = Array(text.utf8)
    var place = 0
    for (width, name) in layout {
      let end = place + width
      var fits = end <= bytes.count
      if fits, name.utf8.count == 1 {
        fits = bytes[place] == name.utf8.first
      } else if fits, name != "Z07:00" {
        fits = bytes[place..<end].allSatisfy { $0 >= 48 && $0 <= 57 }
      }
      if !fits || name == "Z07:00" {
        let rest = String(decoding: bytes[min(place, bytes.count)...], as: UTF8.self)
        return .text(
          "parsing time \(goQuoted(text)) as \"2006-01-02T15:04:05Z07:00\": cannot parse \(goQuoted(rest)) as \(goQuoted(name))"
        )
      }
      place = end
    }
    return .text("parsing time \(goQuoted(text)): out of range")
  }

  private static func pods(_ call: Call, _ work: @escaping ([Value]) throws(Failure) -> Void) throws(Failure) {
    let selector = call.flags.string("selector")
    if !selector.isEmpty {
      let selection = try ResourceRequest.selection(.pod, selector, "")
      let found = try call.client.list(.pod, call.namespace, selection).items
      if found.isEmpty { call.complain("No resources found in \(call.namespace) namespace.") }
      return try work(found)
    }
    let first = call.arguments[0]
    var request = ResourceRequest(call, [first])
    if !first.contains(byte: 47) { request.implicitKind = .pod }
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first {
      if case .status(let status) = problem {
        throw .text("error from server (\(status.reason)): \(status.message) in namespace \(goQuoted(call.namespace))")
      }
      throw problem
    }
    guard let info = infos.first else { throw ResourceRequest.missing }
    try PodChoice.whenFound(call, info, for: .logs) { (found) throws(Failure) in
      if call.flags.bool("all-pods"), info.kind != .pod {
        var sorted = found
        sorted.sort { ($0[path: "metadata", "name"]?.string ?? "") < ($1[path: "metadata", "name"]?.string ?? "") }
        return try work(sorted)
      }
      if found.count > 1 {
        call.complain("Found \(found.count) pods, using pod/\(found[0][path: "metadata", "name"]?.string ?? "")")
      }
      try work([found[0]])
    }
  }

  private static func containers(_ call: Call, _ pod: Value, _ wanted: String) throws(Failure) -> [String] {
    if call.flags.bool("all-containers") || call.flags.bool("all-pods") {
      var names: [String] = []
      for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in pod[path: "spec", list]?.array ?? [] { names.append(container["name"]?.string ?? "") }
      }
      return names
    }
    let name = pod[path: "metadata", "name"]?.string ?? ""
    if !wanted.isEmpty {
      if !PodChoice.has(pod, wanted) { throw .text("container \(wanted) is not valid for pod \(name)") }
      return [wanted]
    }
    let (standard, note) = PodChoice.standard(pod)
    if let note { call.complain(note) }
    return [standard]
  }

  /// The log, or why the server has none. A pod that no node has taken yet has an empty one.
  private static func log(_ call: Call, _ pod: Value, _ container: String) throws(Failure) -> ContainerLog? {
    let name = pod[path: "metadata", "name"]?.string ?? ""
    if (pod[path: "spec", "nodeName"]?.string ?? "").isEmpty { return nil }
    guard let console = call.kubectl.console else { throw call.notSimulated("kubectl logs") }
    let namespace = pod[path: "metadata", "namespace"]?.string ?? ""
    guard
      let id = try call.client.containerForLog(
        namespace, name, container, previous: call.flags.bool("previous"))
    else { return nil }
    let log = console.log(containerID: PodChoice.containerID(id))
    if let reason = log?.notSimulated { call.process.note(notSimulated: reason) }
    return log
  }

  // MARK: Printing

  private static func show(_ call: Call, _ source: Source, isFirst: Bool) {
    guard let log = source.log else { return }
    var from = source.printed
    let end = log.lines.count
    if isFirst {
      var earliest = Instant(nanoseconds: Int64.min)
      let since = call.flags.duration("since")
      if since > .zero { earliest = Instant(nanoseconds: call.world.now.nanoseconds - since.nanoseconds) }
      if let time = CivilTime(rfc3339: call.flags.string("since-time")) {
        let base = (time.unixSeconds - call.world.clock.epochUnixSeconds) * 1_000_000_000
        earliest = Instant(nanoseconds: base + time.nanosecond)
      }
      while from < end, log.lines[from].at < earliest { from += 1 }
      var tail = call.flags.integer("tail")
      if !call.flags.changed("tail"), !call.flags.string("selector").isEmpty { tail = 10 }
      if !call.flags.changed("tail"), call.flags.bool("all-pods") { tail = -1 }
      if tail >= 0 { from = max(from, end - Int(tail)) }
    }
    while from < end {
      let line = log.lines[from]
      if !line.isWhole, call.flags.bool("follow"), !log.isClosed { break }
      write(call, source, line)
      from += 1
    }
    source.printed = from
  }

  private static func write(_ call: Call, _ source: Source, _ line: ContainerLog.Line) {
    guard source.bytesLeft > 0 else { return }
    var bytes: [UInt8] = []
    if call.flags.bool("prefix") || call.flags.bool("all-pods") {
      let name = source.pod[path: "metadata", "name"]?.string ?? ""
      bytes.append(contentsOf: "[pod/\(name)/\(source.container)] ".utf8)
    }
    var body: [UInt8] = []
    if call.flags.bool("timestamps") { body.append(contentsOf: stamp(call, line.at).utf8) }
    body.append(contentsOf: line.bytes)
    if line.isWhole { body.append(10) }
    if Int64(body.count) > source.bytesLeft { body = Array(body[..<Int(source.bytesLeft)]) }
    source.bytesLeft -= Int64(body.count)
    call.process.write(1, bytes + body)
  }

  /// RFC 3339 with all nine digits of the nanoseconds, and a space.
  private static func stamp(_ call: Call, _ at: Instant) -> String {
    let time = call.world.clock.civil(at)
    return "\(time.rfc3339.dropLast()).\(SimKernel.padded(time.nanosecond, 9))Z "
  }

  private static func follow(_ call: Call, _ sources: [Source]) {
    call.poll { () throws(Failure) -> Progress in
      var waits: [Wait] = []
      for source in sources {
        guard let log = source.log else { continue }
        show(call, source, isFirst: false)
        if source.bytesLeft <= 0 { continue }
        if !log.isClosed { waits.append(.queue(log.grown)) }
      }
      return waits.isEmpty ? .done : .wait(waits)
    }
  }
}
