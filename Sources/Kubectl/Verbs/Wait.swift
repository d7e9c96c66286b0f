// kubectl wait. Objects are awaited one after the other against one deadline. Source: kubectl pkg/cmd/wait/wait.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let wait = Verb(
    "wait", .advanced,
    usage:
      "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
    synopsis: "Experimental: Wait for a specific condition on one or many resources",
    examples: ["kubectl wait --for=condition=Ready pod/web-0 --timeout=60s"],
    flags: Flags.files.filter { $0.name == "filename" } + [
      .bool("recursive", "R", true, "read folders inside folders too"), Flags.all, Flags.allNamespaces,
      Flags.allowMissing, Flags.fieldSelector, Flags.output, Flags.selector,
      .bool("local", "", false, .notSimulated, "look at the given file only"),
      Flags.showManagedFields, Flags.template,
      .string("for", "", "", "what to wait for"),
      .duration("timeout", "", "30s", "how long to wait at most; 0 looks once, negative waits for a week"),
    ], run: WaitFor.run)
}

enum WaitFor {
  private enum Goal {
    case create
    case delete
    case condition(String, String)
    /// Nil when any value will do.
    case jsonPath(JSONPath, String?)
  }

  static func run(_ call: Call) throws(Failure) {
    let goal = try goal(call.flags.string("for"))
    let printer = try ResultPrinter(call)
    let timeout = call.flags.duration("timeout")
    call.withInput { (input) throws(Failure) in
      // The client asks once before each wait; with several objects its rate limit shows.
      let limit = timeout < .zero ? Interval.seconds(Int64(604_800)) : timeout
      let deadline = call.world.now + limit
      try start(call, goal, printer, input, deadline, onlyOnce: timeout == .zero)
    }
  }

  private static func goal(_ text: String) throws(Failure) -> Goal {
    let lower = text.lowercased()
    if lower == "delete" { return .delete }
    if lower == "create" { return .create }
    if text.hasPrefix("condition=") {
      let rest = String(text.dropFirst(10))
      if let (name, value) = rest.cut(61) { return .condition(name, value) }
      return .condition(rest, "true")
    }
    if text.hasPrefix("jsonpath=") { return try jsonPath(String(text.dropFirst(9))) }
    throw .text("unrecognized condition: \(goQuoted(text))")
  }

  private static func jsonPath(_ text: String) throws(Failure) -> Goal {
    let parts = split(text)
    if parts.count > 2 {
      throw .text(
        "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'"
      )
    }
    let relaxed = try PrintFormat.relaxed(parts[0])
    var value: String?
    if parts.count == 2 {
      var bytes = Array(parts[1].utf8)
      while let last = bytes.last, last == 34 || last == 39 { bytes.removeLast() }
      while let first = bytes.first, first == 34 || first == 39 { bytes.removeFirst() }
      if bytes.isEmpty {
        throw .text(
          "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3")
      }
      value = String(decoding: bytes, as: UTF8.self)
    }
    if relaxed.isEmpty { throw .text("jsonpath expression cannot be empty") }
    do throws(JSONPathError) {
      return .jsonPath(try JSONPath(relaxed), value)
    } catch {
      throw .text(error.message)
    }
  }

  /// At every single `=`; two of them belong to the expression.
  private static func split(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var parts: [[UInt8]] = [[]]
    var i = 0
    while i < bytes.count {
      if bytes[i] != 61 {
        parts[parts.count - 1].append(bytes[i])
      } else if i + 1 < bytes.count, bytes[i + 1] == 61 {
        parts[parts.count - 1] += [61, 61]
        i += 1
      } else {
        parts.append([])
      }
      i += 1
    }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func start(
    _ call: Call, _ goal: Goal, _ printer: ResultPrinter, _ input: [UInt8]?, _ deadline: Instant, onlyOnce: Bool
  ) throws(Failure) {
    let request = ResourceRequest(call)
    if case .create = goal {
      return try create(call, request, printer, input, deadline)
    }
    var plain = request
    plain.latest = false
    let (infos, problems) = try plain.infos(call, input)
    call.failures.append(contentsOf: problems)
    if infos.isEmpty {
      if !problems.isEmpty { return }
      if case .delete = goal { return }
      throw .text("no matching resources found")
    }
    var found: [Info] = []
    for info in infos {
      var info = info
      if case .delete = goal {
        guard let object = try call.client.find(info.kind, info.namespace, info.name) else { continue }
        info.object = object
      } else {
        do throws(Failure) {
          info.object = try call.client.get(info.kind, info.namespace, info.name)
        } catch {
          call.failures.append(error)
          continue
        }
      }
      found.append(info)
    }
    // What one object does not do keeps nobody from waiting for the others.
    call.each(found, pause: .milliseconds(90)) { (info) throws(Failure) in
      do throws(Failure) {
        if case .delete = goal {
          try waitForDelete(call, info, printer, deadline, onlyOnce: onlyOnce)
        } else {
          try waitForValue(call, info, goal, printer, deadline, onlyOnce: onlyOnce)
        }
      } catch {
        call.failures.append(error)
      }
    }
  }

  /// `--for=create`: asks again until something is there.
  private static func create(
    _ call: Call, _ request: ResourceRequest, _ printer: ResultPrinter, _ input: [UInt8]?, _ deadline: Instant
  ) throws(Failure) {
    call.poll { () throws(Failure) -> Progress in
      let (infos, problems) = try request.infos(call, input)
      for problem in problems {
        guard case .status(let status) = problem, status.reason == "NotFound" else { throw problem }
      }
      if problems.isEmpty, infos.isEmpty { throw .text("no matching resources found") }
      if problems.isEmpty {
        for info in infos { try printer.show(info, "condition met", info.object) }
        return .done
      }
      if call.world.now >= deadline { throw .text("timed out waiting for the condition") }
      let next = call.world.now + .milliseconds(500)
      return .wait([.until(next < deadline ? next : deadline, .activity)])
    }
  }

  private static func waitForDelete(
    _ call: Call, _ info: Info, _ printer: ResultPrinter, _ deadline: Instant, onlyOnce: Bool
  ) throws(Failure) {
    if onlyOnce { throw .text("condition not met for \(info.kind.plural)/\(info.name)") }
    if call.world.now >= deadline {
      throw .text("client rate limiter Wait returned an error: context deadline exceeded")
    }
    let uid = info.object[path: "metadata", "uid"]?.string ?? ""
    try Gone.wait(call, info, uid: uid, deadline: deadline) { (isGone) throws(Failure) in
      if isGone { return try printer.show(info, "condition met", info.object) }
      call.failures.append(Gone.late(info))
    }
  }

  private static func waitForValue(
    _ call: Call, _ info: Info, _ goal: Goal, _ printer: ResultPrinter, _ deadline: Instant, onlyOnce: Bool
  ) throws(Failure) {
    let selection = try ResourceRequest.selection(info.kind, "", "metadata.name=\(info.name)")
    let watch = call.keep(try call.client.watch(info.kind, info.namespace, selection, from: 0))
    if onlyOnce {
      watch.stop()
      let object = try call.client.get(info.kind, info.namespace, info.name)
      guard try isMet(goal, object) else { throw .text("condition not met for \(info.kind.plural)/\(info.name)") }
      try printer.show(info, "condition met", object)
      return
    }
    let isLate = call.world.now >= deadline
    call.poll { () throws(Failure) -> Progress in
      while !isLate, let event = watch.next() {
        if event.type == .deleted { continue }
        if try isMet(goal, event.object) {
          watch.stop()
          try printer.show(info, "condition met", event.object)
          return .done
        }
      }
      if call.world.now >= deadline {
        watch.stop()
        // The others are looked at as well, with no time left.
        call.failures.append(Gone.late(info))
        return .done
      }
      return .wait([watch.wait, .until(deadline, .activity)])
    }
  }

  private static func isMet(_ goal: Goal, _ object: Value) throws(Failure) -> Bool {
    switch goal {
    case .condition(let name, let value):
      for condition in object[path: "status", "conditions"]?.array ?? [] {
        guard condition["type"]?.string?.lowercased() == name.lowercased() else { continue }
        if let observed = condition["observedGeneration"]?.integer,
          observed < object[path: "metadata", "generation"]?.integer ?? 0
        {
          return false
        }
        return condition["status"]?.string?.lowercased() == value.lowercased()
      }
      return false
    case .jsonPath(let path, let value):
      let found: [Value]
      do throws(JSONPathError) {
        var path = path
        found = try path.values(object)
      } catch {
        throw .text(error.message)
      }
      guard let first = found.first else { return false }
      if found.count > 1 { throw .text("given jsonpath expression matches more than one value") }
      guard let value else { return true }
      if first.array != nil || first.object != nil {
        throw .text("jsonpath leads to a nested object or list which is not supported")
      }
      return goText(first).trimmed == value.trimmed
    case .create, .delete: return false
    }
  }
}
