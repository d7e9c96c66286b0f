// kubectl run: one pod from flags, perhaps attached to, perhaps removed afterwards. Source: kubectl pkg/cmd/run/run.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let run = Verb(
    "run", .beginner,
    usage:
      "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...] [options]",
    synopsis: "Run a particular image on the cluster", examples: ["kubectl run tmp --rm -it --image=busybox -- sh"],
    flags: Flags.print + [
      Flags.dryRun, Flags.fieldManager, Flags.record, Flags.saveConfig, .list("annotations", "", "KEY=VALUE"),
      .bool("attach", "", false, "connect to the pod once it runs"),
      .string("cascade", "", "background", bare: "background", .accepted, "what happens to dependents, with --rm"),
      .bool("command", "", false, "what follows -- is the command, not its arguments"), .list("env", "", "KEY=VALUE"),
      .bool("expose", "", false, "make a Service too"), .bool("force", "", false, .accepted, "with --rm"),
      .int64("grace-period", "", -1, "seconds to stop in, with --rm"),
      .string("image", "", "", required: true, "image"),
      .string("image-pull-policy", "", "", "when to pull"), .string("labels", "l", "", "labels of the pod"),
      .bool("leave-stdin-open", "", false, .accepted, "keep standard input open"),
      .string("override-type", "", "merge", "`merge` or `strategic`"),
      .string("overrides", "", "", "JSON merged into the pod"),
      .duration("pod-running-timeout", "", "1m0s", "how long to wait for a running pod"),
      .string("port", "", "", "port"),
      .bool("privileged", "", false, "privileged container"), .bool("quiet", "q", false, "only what the pod prints"),
      .string("restart", "", "Always", "restart policy"), .bool("rm", "", false, "delete the pod when done"),
      .bool("stdin", "i", false, "pass standard input on"), .duration("timeout", "", "0s", .accepted, "with --rm"),
      .bool("tty", "t", false, "a terminal for the container"), .bool("wait", "", false, .accepted, "with --rm"),
    ] + Flags.files, run: Run.run)
}

enum Run {
  @Sendable static func run(_ call: Call) throws(Failure) {
    let flags = call.flags
    guard let name = call.arguments.first, call.dash != 0 else { throw .usage(call.path, "NAME is required for run") }
    let image = flags.string("image")
    if image.isEmpty { throw .text("--image is required") }
    if !ImageName.isValid(image) {
      throw .text("Invalid image name \(goQuoted(image)): invalid reference format")
    }
    let interactive = flags.bool("stdin")
    if flags.bool("tty"), !interactive {
      throw .usage(call.path, "-i/--stdin is required for containers with -t/--tty=true")
    }
    if flags.bool("expose"), flags.string("port").isEmpty {
      throw .usage(call.path, "--port must be set when exposing a service")
    }
    let restart = flags.string("restart")
    if !["Always", "OnFailure", "Never", ""].contains(restart) {
      throw .usage(call.path, "invalid restart policy: \(restart)")
    }
    let attaches = flags.changed("attach") ? flags.bool("attach") : interactive
    if flags.bool("rm"), !attaches { throw .usage(call.path, "--rm should only be used for attached containers") }
    let dryRun = try DryRun.read(call)
    if attaches, dryRun != .none {
      throw .usage(
        call.path,
        "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)")
    }
    let pullPolicy = flags.string("image-pull-policy")
    if !["", "Always", "IfNotPresent", "Never"].contains(pullPolicy) {
      throw .usage(call.path, "invalid image pull policy: \(pullPolicy)")
    }
    let printer = try ResultPrinter(call, typed: true, dryRun: dryRun)
    let object = try pod(call, name)
    let info = Info(kind: .pod, namespace: call.namespace, name: name, object: object)
    if dryRun == .client {
      if flags.bool("expose") { try expose(call, name, object, printer) }
      return try printer.show(info, "created", call.placed(object))
    }
    var sent = object
    sent["status"] = nil
    call.record(on: &sent)
    let result = try call.client.create(
      .pod, call.namespace, sent, call.writeOptions(dryRun, manager: "kubectl-run"))
    call.warn(result.warnings)
    if flags.bool("expose") { try expose(call, name, object, printer) }
    guard attaches else { return try printer.show(info, "created", result.object) }
    attach(call, info, result.object)
  }

  private static func pod(_ call: Call, _ name: String) throws(Failure) -> Value {
    let flags = call.flags
    var container: Value = ["image": .string(flags.string("image")), "name": .string(name), "resources": [:]]
    var environment: [Value] = []
    for pair in flags.strings("env") {
      guard let (key, value) = pair.cut(61), !key.isEmpty else { throw .text("invalid env: \(pair)") }
      environment.append(["name": .string(key), "value": .string(value)])
    }
    if !environment.isEmpty { container["env"] = .array(environment) }
    let words = Array(call.arguments.dropFirst())
    if !words.isEmpty { container[flags.bool("command") ? "command" : "args"] = .strings(words) }
    if !flags.string("image-pull-policy").isEmpty {
      container["imagePullPolicy"] = .string(flags.string("image-pull-policy"))
    }
    let portText = flags.string("port")
    if !portText.isEmpty, Int64(portText) == nil {
      throw .text("strconv.Atoi: parsing \(goQuoted(portText)): invalid syntax")
    }
    if let port = Int64(portText) { container["ports"] = [["containerPort": .integer(port)]] }
    if flags.bool("stdin") {
      container["stdin"] = true
      container["stdinOnce"] = true
    }
    if flags.bool("tty") { container["tty"] = true }
    if flags.bool("privileged") { container["securityContext"] = ["privileged": true] }
    var labels: Value = [:]
    for pair in flags.string("labels").pieces(",") {
      if pair.isEmpty { continue }
      guard let (key, value) = pair.cut(61), !key.isEmpty, !value.contains(byte: 61) else {
        throw .text("unexpected label spec: \(pair)")
      }
      labels[key] = .string(value)
    }
    if flags.string("labels").isEmpty { labels = ["run": .string(name)] }
    var metadata: Value = ["creationTimestamp": .null, "labels": labels, "name": .string(name)]
    for pair in flags.strings("annotations") {
      if let (key, value) = pair.cut(61) { metadata.set(["annotations", key], .string(value)) }
    }
    let restart = flags.string("restart").isEmpty ? "Always" : flags.string("restart")
    var object: Value = [
      "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
      "spec": [
        "containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": .string(restart),
      ], "status": [:],
    ]
    let overrides = flags.string("overrides")
    if !overrides.isEmpty { object = try overridden(call, object, overrides) }
    return object
  }

  private static func overridden(_ call: Call, _ object: Value, _ text: String) throws(Failure) -> Value {
    let type = call.flags.string("override-type")
    guard ["merge", "strategic", "json"].contains(type) else { throw .text("invalid override type: \(type)") }
    let patch: Value
    do throws(JSONError) {
      patch = try JSON.parse(text)
    } catch {
      throw .text("Invalid JSON Patch")
    }
    do throws(Status) {
      let kind: PatchType = type == "merge" ? .merge : type == "json" ? .json : .strategic
      return try Patch.applyUntyped(kind, patch, to: object, kind: .pod)
    } catch {
      throw .text(error.message)
    }
  }

  private static func expose(_ call: Call, _ name: String, _ pod: Value, _ printer: ResultPrinter) throws(Failure) {
    guard let port = Int64(call.flags.string("port")) else {
      throw .usage(call.path, "--port must be set when exposing a service")
    }
    let service: Value = [
      "apiVersion": "v1", "kind": "Service", "metadata": ["creationTimestamp": .null, "name": .string(name)],
      "spec": [
        "ports": [["port": .integer(port), "protocol": "TCP", "targetPort": .integer(port)]],
        "selector": pod[path: "metadata", "labels"] ?? [:],
      ], "status": ["loadBalancer": [:]],
    ]
    let info = Info(kind: .service, namespace: call.namespace, name: name)
    // A line of its own, and then the one that the printer puts between documents.
    defer { if printer.printsYAML { call.print("---\n") } }
    if printer.dryRun == .client { return try printer.show(info, "created", call.placed(service)) }
    let result = try call.client.create(
      .service, call.namespace, service, call.writeOptions(printer.dryRun, manager: "kubectl-run"))
    try printer.show(info, "created", result.object)
  }

  /// Waits until the pod runs or has ended, connects to it, and cleans up.
  private static func attach(_ call: Call, _ info: Info, _ pod: Value) {
    var latest = pod
    let timeout = call.world.now + call.flags.duration("pod-running-timeout")
    // What --rm asks for is done in any case, before the failure is told.
    func give(up failure: Failure, _ watch: Watch) -> Progress {
      watch.stop()
      call.failures.append(failure)
      return .done
    }
    call.then { () throws(Failure) in
      let selection = try ResourceRequest.selection(.pod, "", "metadata.name=\(info.name)")
      let watch = call.keep(try call.client.watch(.pod, info.namespace, selection, from: 0))
      call.poll { () throws(Failure) -> Progress in
        while let event = watch.next() {
          latest = event.object
          if event.type == .deleted { return give(up: .text("pod \(info.name) was deleted"), watch) }
          if isStarted(latest) {
            watch.stop()
            return .done
          }
        }
        if call.world.now >= timeout { return give(up: .text("timed out waiting for the condition"), watch) }
        return .wait([watch.wait, .until(timeout, .activity)])
      }
    }
    call.then { () throws(Failure) in
      guard call.failures.isEmpty else { return }
      let phase = latest[path: "status", "phase"]?.string
      do throws(Failure) {
        if phase == "Succeeded" || phase == "Failed" {
          try printLog(call, latest)
        } else {
          try Attach.start(call, latest, announces: true)
        }
      } catch {
        call.failures.append(error)
      }
    }
    if call.flags.string("restart") != "Always" { finish(call, info) }
    if call.flags.bool("rm") {
      call.then { () throws(Failure) in
        let grace = call.flags.integer("grace-period")
        guard try call.client.find(.pod, info.namespace, info.name) != nil else { return }
        try call.client.delete(
          .pod, info.namespace, info.name, DeleteOptions(gracePeriodSeconds: grace >= 0 ? grace : nil))
        if !call.flags.bool("quiet") { call.line("pod \"\(info.name)\" deleted") }
      }
    }
  }

  private static func isStarted(_ pod: Value) -> Bool {
    switch pod[path: "status", "phase"]?.string {
    case "Succeeded", "Failed": return true
    case "Running": return Cells.condition(pod, "Ready")
    default: return false
    }
  }

  private static func printLog(_ call: Call, _ pod: Value) throws(Failure) {
    guard let console = call.kubectl.console else { throw call.notSimulated("kubectl run -i") }
    let status = pod[path: "status", "containerStatuses"]?.array?.first
    let id = PodChoice.containerID(status?["containerID"]?.string)
    for line in console.log(containerID: id)?.lines ?? [] {
      call.process.write(1, line.bytes + (line.isWhole ? [10] : []))
    }
  }

  /// The exit code of a pod that is not restarted is the command's.
  private static func finish(_ call: Call, _ info: Info) {
    call.then { () throws(Failure) in
      guard call.failures.isEmpty else { return }
      let selection = try ResourceRequest.selection(.pod, "", "metadata.name=\(info.name)")
      let watch = call.keep(try call.client.watch(.pod, info.namespace, selection, from: 0))
      call.poll { () throws(Failure) -> Progress in
        while let event = watch.next() {
          let phase = event.object[path: "status", "phase"]?.string
          let isOver = phase == "Succeeded" || (phase == "Failed" && call.flags.string("restart") == "Never")
          guard isOver || event.type == .deleted else { continue }
          watch.stop()
          if phase == "Failed" {
            let ended = event.object[path: "status", "containerStatuses"]?.array?.first?[path: "state", "terminated"]
            let code = ended?["exitCode"]?.integer ?? 1
            call.failures.append(
              .ended(
                "pod \(info.namespace)/\(info.name) terminated (\(ended?["reason"]?.string ?? "Error"))\n\(ended?["message"]?.string ?? "")",
                Int32(truncatingIfNeeded: code)))
          }
          return .done
        }
        return .wait([watch.wait])
      }
    }
  }
}
