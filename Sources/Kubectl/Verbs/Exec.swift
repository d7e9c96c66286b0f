// kubectl exec and attach: another process, in a container, with the caller's descriptors. Sources: kubectl pkg/cmd/exec/exec.go,
// pkg/cmd/attach/attach.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let exec = Verb(
    "exec", .troubleshooting, usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]",
    synopsis: "Execute a command in a container",
    examples: ["kubectl exec -it web-0 -- sh", "kubectl exec web-0 -c app -- ls /"],
    flags: [
      .strings("filename", "f", "file with the object whose pod is meant"),
      .string("container", "c", "", "container; the first one otherwise"),
      .duration("pod-running-timeout", "", "1m0s", "how long to wait for a running pod"),
      .bool("quiet", "q", false, "only what the command prints"),
      .bool("stdin", "i", false, "pass standard input on"),
      .bool("tty", "t", false, "standard input is a terminal"),
    ], run: Exec.run)

  static let attach = Verb(
    "attach", .troubleshooting, usage: "(POD | TYPE/NAME) -c CONTAINER [options]",
    synopsis: "Attach to a running container",
    flags: [
      .string("container", "c", "", "container; the first one otherwise"),
      .duration("pod-running-timeout", "", "1m0s", "how long to wait for a running pod"),
      .bool("quiet", "q", false, "only what the process prints"),
      .bool("stdin", "i", false, "pass standard input on"),
      .bool("tty", "t", false, "standard input is a terminal"),
    ], run: Attach.run)
}

enum Exec {
  static func run(_ call: Call) throws(Failure) {
    var words = call.arguments
    let dash = call.dash
    let hasFile = !call.flags.strings("filename").isEmpty
    if words.isEmpty || dash == 0, !hasFile { throw .text("pod, type/name or --filename must be specified") }
    if dash == nil, words.count > 1 {
      throw .text(
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples"
      )
    }
    try PodChoice.checkTimeout(call)
    let name = hasFile && (dash == 0 || words.isEmpty) ? "" : words.removeFirst()
    let command = words
    if command.isEmpty { throw .text("you must specify at least one command for the container") }
    var request = ResourceRequest(call, name.isEmpty ? [] : [name])
    if !name.isEmpty, !name.contains(byte: 47) { request.implicitKind = .pod }
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first { throw problem }
    guard let info = infos.first else { throw ResourceRequest.missing }
    try PodChoice.whenFound(call, info, for: .attach) { (pods) throws(Failure) in try start(call, pods[0], command) }
  }

  private static func start(_ call: Call, _ pod: Value, _ command: [String]) throws(Failure) {
    let name = pod[path: "metadata", "name"]?.string ?? ""
    let phase = pod[path: "status", "phase"]?.string ?? ""
    if phase == "Succeeded" || phase == "Failed" {
      throw .text("cannot exec into a container in a completed pod; current phase is \(phase)")
    }
    var container = call.flags.string("container")
    if container.isEmpty {
      let (standard, note) = PodChoice.standard(pod)
      container = standard
      if let note, !call.flags.bool("quiet") { call.complain(note) }
    }
    let tty = Streams.tty(call)
    guard PodChoice.has(pod, container) else {
      throw .status(.badRequest("container \(container) is not valid for pod \(name)"))
    }
    let id = PodChoice.containerID(PodChoice.status(pod, container)?["containerID"]?.string)
    guard PodChoice.status(pod, container)?[path: "state", "running"] != nil, !id.isEmpty else {
      throw Streams.notFound(container)
    }
    try call.client.requireStream("exec", pod[path: "metadata", "namespace"]?.string ?? "", name)
    guard let console = call.kubectl.console else { throw call.notSimulated("kubectl exec") }
    let files = Streams.files(call, tty)
    switch console.exec(containerID: id, command: command, tty: tty, files: files, caller: call.process) {
    case .started(let process): Streams.follow(call, process, tty: tty)
    case .failed(let message):
      throw .text(
        "Internal error occurred: Internal error occurred: error executing command in container: \(message)")
    case .notSimulated(let reason): throw call.notSimulated(reason)
    }
  }
}

enum Attach {
  static func run(_ call: Call) throws(Failure) {
    guard let first = call.arguments.first else { throw .text("at least 1 argument is required for attach") }
    if call.arguments.count > 2 {
      throw .text(
        "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw \(call.arguments.count): [\(call.arguments.joined(separator: " "))]"
      )
    }
    try PodChoice.checkTimeout(call)
    var request = ResourceRequest(call)
    if call.arguments.count == 1, !first.contains(byte: 47) { request.implicitKind = .pod }
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first { throw problem }
    guard let info = infos.first else { throw ResourceRequest.missing }
    try PodChoice.whenFound(call, info, for: .attach) { (pods) throws(Failure) in
      try start(call, pods[0], announces: true)
    }
  }

  /// Shared with `run -i`.
  static func start(_ call: Call, _ pod: Value, announces: Bool) throws(Failure) {
    let name = pod[path: "metadata", "name"]?.string ?? ""
    let phase = pod[path: "status", "phase"]?.string ?? ""
    if phase == "Succeeded" || phase == "Failed" {
      throw .text("cannot attach a container in a completed pod; current phase is \(phase)")
    }
    var container = call.flags.string("container")
    if container.isEmpty {
      let (standard, note) = PodChoice.standard(pod)
      container = standard
      if let note, !call.flags.bool("quiet") { call.complain(note) }
    }
    guard PodChoice.has(pod, container) else {
      throw .text("cannot attach to the container: container \(container) not found in pod \(name)")
    }
    let id = PodChoice.containerID(PodChoice.status(pod, container)?["containerID"]?.string)
    guard PodChoice.status(pod, container)?[path: "state", "running"] != nil, !id.isEmpty else {
      throw Streams.notFound(container)
    }
    try call.client.requireStream("attach", pod[path: "metadata", "namespace"]?.string ?? "", name)
    guard let console = call.kubectl.console else { throw call.notSimulated("kubectl attach") }
    let tty = Streams.tty(call, of: container, allocated: allocatesTerminal(pod, container))
    if announces, !call.flags.bool("quiet") {
      call.complain("If you don't see a command prompt, try pressing enter.")
    }
    switch console.attach(containerID: id, tty: tty, files: Streams.files(call, tty), caller: call.process) {
    case .started(let process):
      Streams.follow(call, process, tty: tty, tellsCode: false)
      if let farewell = farewell(call, pod, container, tty: tty) { call.then { call.line(farewell) } }
    case .failed(let message): throw .text("unable to attach to \(name): \(message)")
    case .notSimulated(let reason): throw call.notSimulated(reason)
    }
  }

  private static func allocatesTerminal(_ pod: Value, _ container: String) -> Bool {
    for item in pod[path: "spec", "containers"]?.array ?? [] where item["name"]?.string == container {
      return item["tty"]?.bool == true
    }
    return false
  }

  /// How to come back to a container that is started again.
  private static func farewell(_ call: Call, _ pod: Value, _ container: String, tty: Bool) -> String? {
    guard !call.flags.bool("quiet"), call.flags.bool("stdin"), tty,
      pod[path: "spec", "restartPolicy"]?.string == "Always"
    else { return nil }
    let name = pod[path: "metadata", "name"]?.string ?? ""
    return
      "Session ended, resume using 'kubectl attach \(name) -c \(container) -i -t' command when the pod is running"
  }
}

/// Descriptors of a command in a container, and waiting for its end.
enum Streams {
  /// Whether a terminal was asked for and is there; says so when it is not.
  static func tty(_ call: Call) -> Bool {
    guard call.flags.bool("tty") else { return false }
    if call.flags.bool("stdin"), call.process.file(0)?.isTerminal ?? false { return true }
    if !call.flags.bool("quiet") {
      call.complain("Unable to use a TTY - input is not a terminal or the right kind of file")
    }
    return false
  }

  /// For a process that has its terminal, or has none, since its container was started.
  static func tty(_ call: Call, of container: String, allocated: Bool) -> Bool {
    if call.flags.bool("tty"), !allocated {
      if !call.flags.bool("quiet") {
        call.complain("error: Unable to use a TTY - container \(container) did not allocate one")
      }
      return false
    }
    guard allocated, !call.flags.bool("tty") else { return tty(call) }
    return call.flags.bool("stdin") && call.process.file(0)?.isTerminal ?? false
  }

  static func notFound(_ container: String) -> Failure {
    .text("Internal error occurred: unable to upgrade connection: container not found (\(goQuoted(container)))")
  }

  static func files(_ call: Call, _ tty: Bool) -> [Int: OpenFile] {
    var files: [Int: OpenFile] = [:]
    let nothing: OpenFile = NullDevice()
    if tty, let terminal = call.process.file(0) { return [0: terminal, 1: terminal, 2: terminal] }
    files[0] = call.flags.bool("stdin") ? call.process.file(0) ?? nothing : nothing
    files[1] = call.process.file(1) ?? nothing
    files[2] = call.process.file(2) ?? nothing
    return files
  }

  /// `tellsCode`: whether the command's exit code becomes the call's, as of exec; whoever attaches does not learn it.
  static func follow(_ call: Call, _ process: Process, tty: Bool, tellsCode: Bool = true) {
    if tty { call.remote = process }
    // On a terminal the command in the container is what the keyboard reaches until it has ended.
    let terminal = tty ? call.process.file(0)?.terminal : nil
    let group = terminal?.foregroundGroup ?? 0
    let deliver = terminal?.deliverSignal
    if let terminal {
      let machine = process.machine
      terminal.foregroundGroup = process.group
      terminal.deliverSignal = { signal, group in machine.signal(signal, group: group) }
    }
    call.poll { () throws(Failure) -> Progress in
      guard let status = process.status else { return .wait([.queue(process.ended)]) }
      if let terminal, let deliver {
        terminal.foregroundGroup = group
        terminal.deliverSignal = deliver
      }
      call.remote = nil
      let code = status.code
      if code != 0, tellsCode { throw .ended("command terminated with exit code \(code)", code) }
      return .done
    }
  }
}
