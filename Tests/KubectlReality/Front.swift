// The simulated API server behind HTTP: the REST paths, query options and media types of Kubernetes, as far as kubectl uses them.
// Nothing is decided here; every request becomes a call of `APIServer`.

import KubeAPI
import KubeCluster
import SimKernel
import Simulator
import Unstructured

final class Front {
  let session: Session
  let times = TimeShift()
  /// What was asked and not understood, for the report.
  private(set) var unknown: [String] = []
  /// The object a typed client sent in protobuf, which is not read here: the rig knows what the command line makes.
  var objectOfLine: (() -> [UInt8])?
  private var api: APIServer { session.cluster.api }

  init(_ session: Session) { self.session = session }

  private struct Target {
    let kind: Kind
    let version: String
    let namespace: String?
    let name: String?
    let subresource: String?
  }

  private struct Answer {
    var code = 200
    var value: Value
    var warnings: [String] = []
  }

  func handle(_ request: HTTPRequest) -> HTTPReply {
    if let value = Discovery.answer(request.path) { return whole(Answer(value: value)) }
    if request.path == "/healthz" || request.path == "/readyz" || request.path == "/livez" {
      return .whole(code: 200, type: "text/plain; charset=utf-8", warnings: [], body: Array("ok".utf8))
    }
    times.begin(world: session.world)
    do throws(Status) {
      guard let target = target(request.path) else { throw Status.noSuchResource }
      if request.query["watch"] == "true" || request.query["watch"] == "1" { return try watch(request, target) }
      return whole(try answer(request, target))
    } catch {
      if error.message == Status.noSuchResource.message { unknown.append(request.method + " " + request.path) }
      return whole(Answer(code: error.code, value: error.value, warnings: error.warnings))
    }
  }

  private func whole(_ answer: Answer) -> HTTPReply {
    .whole(
      code: answer.code, type: "application/json", warnings: answer.warnings,
      body: Array(JSON.compact(times.outgoing(answer.value), escapingHTML: false).utf8))
  }

  /// `/api/v1/namespaces/default/pods/web/log`, `/apis/apps/v1/deployments`, …
  private func target(_ path: String) -> Target? {
    var parts = path.split(separator: "/").map(String.init)
    guard parts.count >= 3 else { return nil }
    let version: String
    switch parts.removeFirst() {
    case "api": version = parts.removeFirst()
    case "apis" where parts.count >= 3: version = parts.removeFirst() + "/" + parts.removeFirst()
    default: return nil
    }
    var namespace: String?
    if parts[0] == "namespaces", parts.count >= 3, parts[2] != "finalize", parts[2] != "status" {
      namespace = parts[1]
      parts.removeFirst(2)
    }
    let plural = parts.removeFirst()
    for kind in Kinds.all
    where kind.plural == plural
      && (kind.apiVersion == version || (version == "autoscaling/v1" && kind == .horizontalPodAutoscaler))
    {
      return Target(
        kind: kind, version: version, namespace: namespace, name: parts.first,
        subresource: parts.count > 1 ? parts[1] : nil)
    }
    return nil
  }

  private func selection(_ request: HTTPRequest, _ target: Target) throws(Status) -> Selection {
    do throws(SelectorError) {
      var fields: FieldSelector?
      let text = request.query["fieldSelector"] ?? ""
      if !text.isEmpty { fields = try FieldSelector(parsing: text, kind: target.kind) }
      let labels = request.query["labelSelector"] ?? ""
      return Selection(labels: labels.isEmpty ? .everything : try LabelSelector(parsing: labels), fields: fields)
    } catch {
      throw Status.badRequest(error.message)
    }
  }

  private func wantsTable(_ request: HTTPRequest) -> Bool { (request.headers["accept"] ?? "").contains("as=Table") }

  private func versioned(_ object: Value, _ target: Target) -> Value {
    target.version == target.kind.apiVersion ? object : OlderVersion.autoscaling(object)
  }

  // MARK: Reading

  private func watch(_ request: HTTPRequest, _ target: Target) throws(Status) -> HTTPReply {
    let version = Int64(request.query["resourceVersion"] ?? "") ?? 0
    let stream = try api.watch(
      target.kind, namespace: target.namespace, selector: try selection(request, target), from: version)
    let asTable = wantsTable(request)
    let wholeObjects = request.query["includeObject"] == "Object"
    var first = true
    return .stream(
      next: { [self] in
        guard let event = stream.next() else { return [] }
        var object = versioned(event.object, target)
        if asTable { object = table(target, [object], wholeObjects, header: first) }
        first = false
        let line: Value = ["type": .string(event.type.rawValue), "object": times.outgoing(object)]
        return Array((JSON.compact(line, escapingHTML: false) + "\n").utf8)
      }, closed: { stream.stop() })
  }

  private func answer(_ request: HTTPRequest, _ target: Target) throws(Status) -> Answer {
    switch request.method {
    case "GET": return try read(request, target)
    case "POST": return try create(request, target)
    case "PUT": return try update(request, target)
    case "PATCH": return try patch(request, target)
    case "DELETE": return try delete(request, target)
    default: throw Status.noSuchResource
    }
  }

  private func read(_ request: HTTPRequest, _ target: Target) throws(Status) -> Answer {
    let namespace = target.namespace ?? ""
    guard let name = target.name else {
      let list = try api.list(target.kind, namespace: target.namespace, selector: try selection(request, target))
      if wantsTable(request) {
        var value = table(target, list.items, request.query["includeObject"] == "Object", header: true)
        value["metadata"] = ["resourceVersion": .string("\(list.resourceVersion)")]
        return Answer(value: value, warnings: warnings(target))
      }
      return Answer(
        value: [
          "kind": .string(target.kind.kind + "List"), "apiVersion": .string(target.version),
          "metadata": ["resourceVersion": .string("\(list.resourceVersion)")],
          "items": .array(list.items.map { versioned(api.withManagedFields($0), target) }),
        ], warnings: warnings(target))
    }
    switch target.subresource {
    case nil, "status":
      let object = try api.get(target.kind, namespace: namespace, name: name)
      let shown =
        wantsTable(request)
        ? table(target, [object], request.query["includeObject"] == "Object", header: true)
        : versioned(api.withManagedFields(object), target)
      return Answer(value: shown, warnings: warnings(target))
    case "scale":
      let scale = try api.scale(target.kind, namespace: namespace, name: name)
      return Answer(value: wantsTable(request) ? scaleTable(scale) : scale)
    default: throw Status.noSuchResource
    }
  }

  private func warnings(_ target: Target) -> [String] {
    target.kind == .componentStatus ? ["v1 ComponentStatus is deprecated in v1.19+"] : []
  }

  private var now: Int64 { session.world.clock.epochUnixSeconds * 1_000_000_000 + session.world.now.nanoseconds }

  private func table(_ target: Target, _ objects: [Value], _ wholeObjects: Bool, header: Bool) -> Value {
    var rows: [Value] = []
    for object in objects {
      rows.append(row(TablePrinter.row(target.kind, object, now: now), object, wholeObjects))
    }
    return Front.table(header ? target.kind.columns : [], rows)
  }

  private func scaleTable(_ scale: Value) -> Value {
    Front.table(TablePrinter.scaleColumns, [row(TablePrinter.scaleRow(scale, now: now), scale, false)])
  }

  private func row(_ cells: [String], _ object: Value, _ whole: Bool) -> Value {
    var shown = object
    if !whole {
      shown = [
        "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:],
      ]
    }
    return ["cells": .strings(cells), "object": shown]
  }

  private static func table(_ columns: [Column], _ rows: [Value]) -> Value {
    var definitions: [Value] = []
    for column in columns {
      definitions.append([
        "name": .string(column.name), "type": "string", "format": column.name == "Name" ? "name" : "",
        "description": "", "priority": .integer(Int64(column.priority)),
      ])
    }
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": [:], "columnDefinitions": .array(definitions),
      "rows": .array(rows),
    ]
  }

  // MARK: Writing

  private func body(_ request: HTTPRequest) throws(Status) -> Value {
    do throws(JSONError) {
      let isBinary = request.body.starts(with: [0x6b, 0x38, 0x73, 0])
      let text = isBinary ? objectOfLine?() ?? [] : request.body
      return times.incoming(try JSON.parse(text), world: session.world)
    } catch {
      throw Status.badRequest(error.description)
    }
  }

  private func options(_ request: HTTPRequest) -> WriteOptions {
    let validation: FieldValidation =
      switch request.query["fieldValidation"] {
      case "Strict": .strict
      case "Warn": .warn
      default: .ignore
      }
    return WriteOptions(
      dryRun: request.query["dryRun"] == "All", fieldManager: request.query["fieldManager"] ?? "kubectl",
      fieldValidation: validation, force: request.query["force"] == "true")
  }

  private func written(_ result: WriteResult, _ target: Target) -> Answer {
    Answer(
      code: result.created ? 201 : 200, value: versioned(api.withManagedFields(result.object), target),
      warnings: result.warnings)
  }

  private func create(_ request: HTTPRequest, _ target: Target) throws(Status) -> Answer {
    let object = try body(request)
    let namespace = target.namespace ?? ""
    if let name = target.name, target.subresource == "eviction" {
      try api.evict(namespace: namespace, name: name, deleteOptions(object["deleteOptions"]))
      return Answer(code: 201, value: Front.success)
    }
    if target.kind == .selfSubjectAccessReview {
      var review = object
      review["status"] = ["allowed": true]
      return Answer(code: 201, value: review)
    }
    if target.kind == .selfSubjectReview {
      var review = object
      review["status"] = ["userInfo": ["username": "admin", "groups": ["system:masters", "system:authenticated"]]]
      return Answer(code: 201, value: review)
    }
    guard target.name == nil else { throw Status.noSuchResource }
    return written(
      try api.create(target.kind, namespace: namespace, Conversion.toStored(object), options(request)), target)
  }

  private func update(_ request: HTTPRequest, _ target: Target) throws(Status) -> Answer {
    let object = try body(request)
    return written(
      try api.update(
        target.kind, namespace: target.namespace ?? "", Conversion.toStored(object), subresource: target.subresource,
        options(request)), target)
  }

  private func patch(_ request: HTTPRequest, _ target: Target) throws(Status) -> Answer {
    let namespace = target.namespace ?? ""
    let name = target.name ?? ""
    let type: PatchType
    switch request.headers["content-type"] {
    case "application/json-patch+json": type = .json
    case "application/merge-patch+json": type = .merge
    case "application/strategic-merge-patch+json": type = .strategic
    case "application/apply-patch+yaml":
      return written(
        try api.apply(target.kind, namespace: namespace, name: name, try body(request), options(request)), target)
    default: throw Status(code: 415, reason: "UnsupportedMediaType", message: "unsupported media type")
    }
    return written(
      try api.patch(
        target.kind, namespace: namespace, name: name, subresource: target.subresource, type: type,
        try body(request), options(request)), target)
  }

  private func deleteOptions(_ value: Value?) -> DeleteOptions {
    var options = DeleteOptions()
    options.gracePeriodSeconds = value?["gracePeriodSeconds"]?.integer
    switch value?["propagationPolicy"]?.string {
    case "Foreground": options.propagation = .foreground
    case "Orphan": options.propagation = .orphan
    default: options.propagation = .background
    }
    options.uid = value?[path: "preconditions", "uid"]?.string
    options.resourceVersion = value?[path: "preconditions", "resourceVersion"]?.string
    options.dryRun = value?["dryRun"]?.array?.first?.string == "All"
    return options
  }

  private func delete(_ request: HTTPRequest, _ target: Target) throws(Status) -> Answer {
    guard let name = target.name else { throw Status.noSuchResource }
    var options = deleteOptions(request.body.isEmpty ? nil : try body(request))
    if request.query["dryRun"] == "All" { options.dryRun = true }
    let before = try api.get(target.kind, namespace: target.namespace ?? "", name: name)
    let left = try api.delete(target.kind, namespace: target.namespace ?? "", name: name, options)
    if let left { return Answer(value: left) }
    var success = Front.success
    success["details"] = [
      "name": .string(name), "group": .string(target.kind.group), "kind": .string(target.kind.plural),
      "uid": before[path: "metadata", "uid"] ?? "",
    ]
    return Answer(value: success)
  }

  private static let success: Value = ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success"]
}

/// What a client of an older version gets.
enum OlderVersion {
  /// An autoscaling/v2 HorizontalPodAutoscaler as autoscaling/v1 has it: one percentage of CPU.
  static func autoscaling(_ object: Value) -> Value {
    var old = object
    old["apiVersion"] = "autoscaling/v1"
    for metric in object[path: "spec", "metrics"]?.array ?? []
    where metric[path: "resource", "name"]?.string == "cpu" {
      if let target = metric["resource"]?[path: "target", "averageUtilization"] {
        old.set(["spec", "targetCPUUtilizationPercentage"], target)
      }
    }
    old.set(["spec", "metrics"], nil)
    old.set(["status"], nil)
    return old
  }
}
