// kubectl create: from files, or one of the generators. Each generator makes an object from flags; what it does with the object (dry
// run, sending, the result line) is the same for all (kubectl pkg/cmd/create).

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let create = Verb(
    "create", .beginner, usage: "-f FILENAME [options]", synopsis: "Create a resource from a file or from stdin",
    examples: ["kubectl create -f web.yaml", "kubectl create deployment web --image=nginx"],
    flags: Flags.files + Flags.print + [
      Flags.dryRun, Flags.fieldManager, Flags.record, Flags.saveConfig, Flags.selector, Flags.validate,
      .bool("edit", "", false, .notSimulated, "edit the object before it is made"),
      .string("raw", "", "", .notSimulated, "path to send the request to"),
      .bool("windows-line-endings", "", false, .accepted, "use CRLF line ends in the editor"),
    ],
    verbs: [
      CreateRoles.clusterRole, CreateRoles.clusterRoleBinding, CreateData.configMap, CreateWorkloads.cronJob,
      CreateWorkloads.deployment, CreateOthers.ingress, CreateWorkloads.job, CreateOthers.namespace,
      CreateOthers.podDisruptionBudget, CreateOthers.priorityClass, CreateOthers.quota, CreateRoles.role,
      CreateRoles.roleBinding, CreateData.secret, CreateServices.service, CreateOthers.serviceAccount,
      CreateOthers.token,
    ], latency: .server, run: CreateFromFile.run)
}

/// What all generators share.
enum Generator {
  static let flags: [Flag] =
    Flags.print + [Flags.dryRun, Flags.fieldManager, Flags.saveConfig, Flags.validate]

  /// The one name a generator takes.
  static func name(_ call: Call) throws(Failure) -> String {
    guard call.arguments.count == 1 else {
      throw .usage(call.path, "exactly one NAME is required, got \(call.arguments.count)")
    }
    return call.arguments[0]
  }

  /// How a generator words a refusal.
  enum Refusal {
    /// As the server says it.
    case plain
    /// `error: failed to create configmap: …`
    case failed(String)
  }

  static func send(
    _ call: Call, _ kind: Kind, _ object: Value, _ refusal: Refusal = .plain
  ) throws(Failure) {
    let printer = try ResultPrinter(call, typed: true)
    let validation = try call.fieldValidation()
    var object = object
    let namespace = kind.namespaced ? call.namespace : ""
    let name = object[path: "metadata", "name"]?.string ?? ""
    let info = Info(kind: kind, namespace: namespace, name: name, object: object)
    if kind.namespaced { object = call.placed(object) }
    if call.flags.bool("save-config") { object = LastApplied.addedAsTyped(to: object, kind) }
    if printer.dryRun == .client {
      var shown = object
      if shown[path: "metadata", "creationTimestamp"] == nil { shown.set(["metadata", "creationTimestamp"], .null) }
      return try printer.show(info, "created", shown)
    }
    let result: WriteResult
    do throws(Failure) {
      result = try call.client.create(
        kind, namespace, sent(object),
        call.writeOptions(printer.dryRun, manager: "kubectl-create", validation: validation))
    } catch {
      if case .failed(let words) = refusal { throw .text("\(words) \(error.description)") }
      throw error
    }
    call.warn(result.warnings)
    try printer.show(info, "created", result.object)
  }

  /// Without the empty members that only printing shows.
  private static func sent(_ object: Value) -> Value {
    var object = object
    if object["status"]?.object?.isEmpty == true { object["status"] = nil }
    return object
  }

  static func metadata(_ name: String, labels: Value? = nil) -> Value {
    var metadata: Value = ["creationTimestamp": .null, "name": .string(name)]
    if let labels { metadata["labels"] = labels }
    return metadata
  }

  /// A pod template with one container, as the typed client prints it.
  static func template(_ labels: Value?, _ containers: [Value], restartPolicy: String? = nil) -> Value {
    var metadata: Value = ["creationTimestamp": .null]
    if let labels { metadata["labels"] = labels }
    var spec: Value = ["containers": .array(containers)]
    if let restartPolicy { spec["restartPolicy"] = .string(restartPolicy) }
    return ["metadata": metadata, "spec": spec]
  }

  /// What follows `--`, or everything after the name.
  static func command(_ call: Call) -> [String] { Array(call.arguments.dropFirst()) }
}
