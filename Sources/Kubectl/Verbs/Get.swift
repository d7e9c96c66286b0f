// kubectl get: tables, objects in other formats, watches. Source of the rules: kubectl pkg/cmd/get/get.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let get = Verb(
    "get", .intermediate, usage: "(TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE/NAME ...) [flags] [options]",
    synopsis: "Display one or many resources",
    examples: [
      "kubectl get pods", "kubectl get sts,pvc -o wide", "kubectl get pod web-0 -o yaml", "kubectl get pods --watch",
    ],
    flags: Flags.files + [
      Flags.allNamespaces, Flags.allowMissing, Flags.fieldSelector, Flags.output, Flags.selector,
      Flags.showManagedFields, Flags.template,
      .int64("chunk-size", "", 500, .accepted, "objects per request"),
      .bool("ignore-not-found", "", false, "say nothing about objects that do not exist"),
      .strings("label-columns", "L", "labels shown as columns"),
      .bool("no-headers", "", false, "no header line"),
      .bool("output-watch-events", "", false, "show the type of every watch event"),
      .string("raw", "", "", "path to ask the server for"),
      .bool("server-print", "", true, "let the server make the table"),
      .bool("show-kind", "", false, "put the kind before the name"),
      .bool("show-labels", "", false, "labels as the last column"),
      .string("sort-by", "", "", "JSONPath of the member to sort by"),
      .string("subresource", "", "", "`status` or `scale`"),
      .bool("watch", "w", false, "go on and show changes"),
      .bool("watch-only", "", false, "show changes only"),
    ], run: Get.run)
}

enum Get {
  static func run(_ call: Call) throws(Failure) {
    if !call.flags.string("raw").isEmpty { return try GetRaw.run(call) }
    let watches = call.flags.bool("watch") || call.flags.bool("watch-only")
    let output = call.flags.string("output")
    if watches, !call.flags.string("sort-by").isEmpty {
      call.complain("warning: --watch requested, --sort-by will be ignored for watch events received")
    }
    let hasFiles = !call.flags.strings("filename").isEmpty || !call.flags.string("kustomize").isEmpty
    if call.arguments.isEmpty, !hasFiles {
      call.complain(
        "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n"
      )
      throw .usage(
        call.path,
        "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods)."
      )
    }
    if call.flags.bool("show-labels"), !output.isEmpty, output != "wide" {
      throw .text("--show-labels option cannot be used with \(output) printer")
    }
    if call.flags.bool("output-watch-events"), !watches {
      throw .text("--output-watch-events option can only be used with --watch or --watch-only")
    }
    let format = try PrintFormat.read(call, tables: true)
    try checkTimeout(call)
    if watches {
      call.withInput { (input) throws(Failure) in try GetWatch.start(call, format, input) }
    } else {
      call.withInput { (input) throws(Failure) in try once(call, format, input) }
    }
  }

  static func checkTimeout(_ call: Call) throws(Failure) {
    guard call.flags.changed("request-timeout"), requestTimeout(call) == nil else { return }
    throw .text(
      "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)"
    )
  }

  /// Zero means none; nil that it cannot be read.
  static func requestTimeout(_ call: Call) -> Interval? {
    let text = call.flags.string("request-timeout")
    if let seconds = Int64(text) { return seconds < 0 ? nil : .seconds(seconds) }
    return HumanDuration.parse(text)
  }

  static func request(_ call: Call) -> ResourceRequest {
    var request = ResourceRequest(call)
    request.allowsEmptySelector = true
    return request
  }

  /// The objects one target stands for, as one table would hold them.
  struct Batch {
    let kind: Kind
    let namespace: String?
    var objects: [Value]
    let isList: Bool
  }

  private static func once(_ call: Call, _ format: PrintFormat, _ input: [UInt8]?) throws(Failure) {
    let request = request(call)
    let targets: [ResourceRequest.Target]
    let problems: [Failure]
    do throws(Failure) {
      (targets, problems) = try request.targets(call, input)
    } catch {
      // What is wrong with a kustomization comes as one of several errors would.
      if !request.kustomize.isEmpty, case .text(let text) = error { throw .raw(text) }
      throw error
    }
    if !call.flags.string("subresource").isEmpty {
      for target in targets {
        if case .list = target { throw .text("subresource cannot be used when bulk resources are specified") }
      }
    }
    var failures = problems
    var batches: [Batch] = []
    for target in targets {
      do throws(Failure) {
        batches.append(try batch(call, target))
      } catch {
        if call.flags.bool("ignore-not-found"), case .status(let status) = error, status.reason == "NotFound" {
          continue
        }
        failures.append(error)
      }
    }
    call.failures.append(contentsOf: failures)
    if format.printsWholeObjects {
      try whole(call, format, batches, impliesOne: request.impliesOne(targets))
    } else {
      try tables(call, format, batches)
    }
  }

  static func batch(_ call: Call, _ target: ResourceRequest.Target) throws(Failure) -> Batch {
    switch target {
    case .object(let info):
      if info.name.isEmpty { throw .text("resource name may not be empty") }
      try call.requireModelled(info)
      var object = try call.client.get(info.kind, info.namespace, info.name)
      if info.kind == .componentStatus { call.warn("v1 ComponentStatus is deprecated in v1.19+") }
      let subresource = call.flags.string("subresource")
      if subresource == "scale" {
        object = try call.client.scale(info.kind, info.namespace, info.name)
      } else if !subresource.isEmpty, !info.kind.subresources.contains(subresource) {
        throw .status(Status.noSuchResource)
      }
      return Batch(kind: info.kind, namespace: info.namespace, objects: [object], isList: false)
    case .list(let kind, let namespace, let selection):
      if kind == .componentStatus { call.warn("v1 ComponentStatus is deprecated in v1.19+") }
      let objects = try call.client.list(kind, namespace, selection).items
      return Batch(kind: kind, namespace: namespace, objects: objects, isList: true)
    }
  }

  // MARK: Whole objects

  private static func whole(
    _ call: Call, _ format: PrintFormat, _ batches: [Batch], impliesOne isSingle: Bool
  ) throws(Failure) {
    if isSingle, !call.failures.isEmpty { return }
    var objects: [Value] = []
    for batch in batches { objects.append(contentsOf: batch.objects) }
    if batches.isEmpty, !call.failures.isEmpty || isSingle { return }
    if objects.isEmpty, call.flags.bool("ignore-not-found") { return }
    var printer = ObjectPrinter(call, format)
    let sortPath = call.flags.string("sort-by")
    if !sortPath.isEmpty {
      let path = try PrintFormat.relaxed(sortPath)
      if let sorted = try Sorting.sorted(call, objects, path) {
        objects = sorted
      } else if !(isSingle && objects.count == 1) {
        throw .text("couldn't find any field with path \(goQuoted(path)) in the list of objects")
      }
    }
    let printed: Value
    if isSingle, objects.count == 1 {
      printed = objects[0]
    } else {
      printed = [
        "apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": ""], "items": .array(objects),
      ]
    }
    call.print(try printer.text(printed, headers: !call.flags.bool("no-headers")))
  }

  // MARK: Tables

  static func options(_ call: Call, _ format: PrintFormat) -> TableOptions {
    var options = TableOptions()
    if case .wide = format { options.wide = true }
    options.headers = !call.flags.bool("no-headers")
    options.showsLabels = call.flags.bool("show-labels")
    options.labelColumns = call.flags.strings("label-columns")
    options.withKind = call.flags.bool("show-kind")
    options.plain = !call.flags.bool("server-print")
    options.scale = call.flags.string("subresource") == "scale"
    options.withEvents = call.flags.bool("output-watch-events")
    return options
  }

  /// Where the server has sent more than one table, kubectl looks for the path in the tables themselves.
  private static func requireInTables(_ call: Call, _ sortPath: String) throws(Failure) {
    let path = try PrintFormat.relaxed(sortPath)
    let table: Value = [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": ["resourceVersion": "1"],
      "columnDefinitions": [["name": "Name"]], "rows": [["cells": []]],
    ]
    guard try Sorting.sorted(call, [table], path) == nil else {
      throw call.notSimulated("kubectl get of several tables with --sort-by=\(sortPath)")
    }
    throw .text("couldn't find any field with path \(goQuoted(path)) in the list of objects")
  }

  private static func tables(_ call: Call, _ format: PrintFormat, _ batches: [Batch]) throws(Failure) {
    var options = options(call, format)
    options.withEvents = false
    var kinds: [Kind] = []
    for batch in batches where !kinds.contains(batch.kind) { kinds.append(batch.kind) }
    if kinds.count > 1 { options.withKind = true }
    var allNamespaced = !call.allNamespaces
    var written = false
    var showsNamespace = false
    var table: ObjectTable?
    var pending: [Value] = []
    let sortPath = call.flags.string("sort-by")
    if !sortPath.isEmpty, batches.count > 1, !options.plain { try requireInTables(call, sortPath) }
    func flush() {
      guard var open = table, !pending.isEmpty else { return }
      if written, options.headers { call.print("\n") }
      call.print(open.text(pending, now: call.now))
      table = open
      written = true
      pending = []
    }
    for batch in batches {
      if !batch.kind.namespaced { allNamespaced = false }
      var objects = batch.objects
      if !sortPath.isEmpty {
        // A path that cannot be read finds nothing, as one that leads nowhere does.
        guard let path = try? PrintFormat.relaxed(sortPath), let sorted = try Sorting.sorted(call, objects, path) else {
          continue
        }
        objects = sorted
      }
      guard !objects.isEmpty else { continue }
      if table == nil || table!.kind != batch.kind {
        flush()
        // Once a namespaced type has been printed with its column, the others get one too.
        if call.allNamespaces, batch.kind.namespaced { showsNamespace = true }
        options.withNamespace = call.allNamespaces && showsNamespace
        table = ObjectTable(batch.kind, options)
      }
      pending.append(contentsOf: objects)
    }
    flush()
    if !written, !call.flags.bool("ignore-not-found"), call.failures.isEmpty {
      call.complain(
        allNamespaced ? "No resources found in \(call.namespace) namespace." : "No resources found")
    }
  }
}
