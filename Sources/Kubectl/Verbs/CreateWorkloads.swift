// kubectl create deployment, job, cronjob.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum CreateWorkloads {
  static let deployment = Verb(
    "deployment", aliases: ["deploy"], usage: "NAME --image=image -- [COMMAND] [args...] [options]",
    synopsis: "Create a deployment with the specified name",
    flags: Generator.flags + [
      .strings("image", "", required: true, "image; may be repeated"),
      .int32("port", "", -1, "port the container listens on"),
      .int32("replicas", "r", 1, "how many pods"),
    ], latency: .local, run: runDeployment)

  static let job = Verb(
    "job", usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...] [options]",
    synopsis: "Create a job with the specified name",
    flags: Generator.flags + [
      .string("from", "", "", "CronJob to take the template of"), .string("image", "", "", "image"),
    ], latency: .server, run: runJob)

  static let cronJob = Verb(
    "cronjob", aliases: ["cj"],
    usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags] [options]",
    synopsis: "Create a cron job with the specified name",
    flags: Generator.flags + [
      .string("image", "", "", required: true, "image"),
      .string("restart", "", "", "restart policy of the pods"),
      .string("schedule", "", "", required: true, "when, in cron's five fields"),
    ], latency: .local, run: runCronJob)

  @Sendable private static func runDeployment(_ call: Call) throws(Failure) {
    guard let name = call.arguments.first, call.arguments.count == 1 || call.dash == 1 else {
      throw .usage(call.path, "exactly one NAME is required, got \(call.arguments.count)")
    }
    let images = call.flags.strings("image")
    let command = Generator.command(call)
    if images.count > 1, !command.isEmpty { throw .text("cannot specify multiple --image options and command") }
    var containers: [Value] = []
    for image in images {
      var container: Value = ["image": .string(image), "name": .string(containerName(image)), "resources": [:]]
      if !command.isEmpty { container["command"] = .strings(command) }
      if containers.isEmpty, call.flags.integer("port") >= 0 {
        container["ports"] = [["containerPort": .integer(call.flags.integer("port"))]]
      }
      containers.append(container)
    }
    let labels: Value = ["app": .string(name)]
    let object: Value = [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": Generator.metadata(name, labels: labels),
      "spec": [
        "replicas": .integer(call.flags.integer("replicas")), "selector": ["matchLabels": labels], "strategy": [:],
        "template": Generator.template(labels, containers),
      ], "status": [:],
    ]
    try Generator.send(call, .deployment, object, .failed("failed to create deployment:"))
  }

  /// `registry.example/team/app:1.2@sha256:…` → `app`
  static func containerName(_ image: String) -> String {
    var name = image
    if let (_, last) = name.cutLast(47) { name = last }
    if let (first, _) = name.cut(58) { name = first }
    if let (first, _) = name.cut(64) { name = first }
    var clean: [UInt8] = []
    for byte in name.lowercased().utf8 {
      clean.append(byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57 ? byte : 45)
    }
    return String(decoding: clean, as: UTF8.self)
  }

  private static func jobContainer(_ call: Call, _ name: String, _ image: String) -> Value {
    var container: Value = ["image": .string(image), "name": .string(name), "resources": [:]]
    let command = Generator.command(call)
    if !command.isEmpty { container["command"] = .strings(command) }
    return container
  }

  @Sendable private static func runJob(_ call: Call) throws(Failure) {
    guard let name = call.arguments.first, call.arguments.count == 1 || call.dash == 1 else {
      throw .usage(call.path, "exactly one NAME is required, got \(call.arguments.count)")
    }
    let from = call.flags.string("from")
    let image = call.flags.string("image")
    if image.isEmpty == from.isEmpty { throw .text("either --image or --from must be specified") }
    if !from.isEmpty { return try runJobFrom(call, name, from) }
    let object: Value = [
      "apiVersion": "batch/v1", "kind": "Job", "metadata": Generator.metadata(name),
      "spec": ["template": Generator.template(nil, [jobContainer(call, name, image)], restartPolicy: "Never")],
      "status": [:],
    ]
    try Generator.send(call, .job, object, .failed("failed to create job:"))
  }

  private static func runJobFrom(_ call: Call, _ name: String, _ from: String) throws(Failure) {
    if !Generator.command(call).isEmpty { throw .text("cannot specify --from and command") }
    var request = ResourceRequest()
    request.arguments = [from]
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first { throw problem }
    guard infos.count == 1, let info = infos.first else { throw .text("from must be an existing cronjob") }
    guard info.kind == .cronJob else { throw .text("unknown object type *v1.\(info.kind.kind)") }
    let template = info.object[path: "spec", "jobTemplate"]
    var metadata: Value = ["creationTimestamp": .null, "name": .string(name)]
    var annotations: Value = ["cronjob.kubernetes.io/instantiate": "manual"]
    for (key, value) in template?[path: "metadata", "annotations"]?.object ?? Value.Object() {
      annotations[key] = value
    }
    metadata["annotations"] = annotations
    if let labels = template?[path: "metadata", "labels"] { metadata["labels"] = labels }
    metadata["ownerReferences"] = [
      [
        "apiVersion": "batch/v1", "controller": true, "kind": "CronJob", "name": .string(info.name),
        "uid": info.object[path: "metadata", "uid"] ?? "",
      ]
    ]
    let object: Value = [
      "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template?["spec"] ?? [:], "status": [:],
    ]
    try Generator.send(call, .job, object, .failed("failed to create job:"))
  }

  @Sendable private static func runCronJob(_ call: Call) throws(Failure) {
    guard let name = call.arguments.first, call.arguments.count == 1 || call.dash == 1 else {
      throw .usage(call.path, "exactly one NAME is required, got \(call.arguments.count)")
    }
    let restart = call.flags.string("restart").isEmpty ? "OnFailure" : call.flags.string("restart")
    let object: Value = [
      "apiVersion": "batch/v1", "kind": "CronJob", "metadata": Generator.metadata(name),
      "spec": [
        "jobTemplate": [
          "metadata": Generator.metadata(name),
          "spec": [
            "template": Generator.template(
              nil, [jobContainer(call, name, call.flags.string("image"))], restartPolicy: restart)
          ],
        ], "schedule": .string(call.flags.string("schedule")),
      ], "status": [:],
    ]
    try Generator.send(call, .cronJob, object, .failed("failed to create cronjob:"))
  }
}
