// kubectl top: what pods and nodes use, as the metrics server tells it. Sources: kubectl pkg/cmd/top, pkg/metricsutil, 1.32.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

extension Verb {
  private static let topFlags: [Flag] = [
    Flags.selector, .bool("no-headers", "", false, "no header line"), .string("sort-by", "", "", "cpu or memory"),
    .bool("use-protocol-buffers", "", true, .accepted, "wire format"),
  ]
  private static let topPodFlags: [Flag] =
    topFlags + [
      Flags.allNamespaces, Flags.fieldSelector, .bool("containers", "", false, "per container"),
      .bool("sum", "", false, "add a sum"),
    ]

  static let top = Verb.family(
    "top", .cluster, synopsis: "Display resource (CPU/memory) usage",
    verbs: [
      Verb(
        "node", aliases: ["nodes", "no"], usage: "[NAME | -l label] [options]",
        synopsis: "Display resource (CPU/memory) usage of nodes",
        flags: topFlags + [.bool("show-capacity", "", false, "capacity too")], run: Top.nodes),
      Verb(
        "pod", aliases: ["pods", "po"], usage: "[NAME | -l label] [options]",
        synopsis: "Display resource (CPU/memory) usage of pods",
        flags: topPodFlags, run: Top.pods),
    ])
}

enum Top {
  /// What one line shows.
  private struct Use {
    var milliCPU: Int64 = 0
    var memory: Int64 = 0

    init() {}

    init(_ usage: Value?) {
      milliCPU = Quantity.milli(usage?["cpu"]) ?? 0
      memory = Quantity(usage?["memory"])?.wholeUnits ?? 0
    }

    mutating func add(_ other: Use) {
      milliCPU += other.milliCPU
      memory += other.memory
    }

    var cells: String { "\(milliCPU)m\t\(memory >> 20)Mi\t" }

    func exceeds(_ other: Use, by order: String) -> Bool {
      order == "cpu" ? milliCPU > other.milliCPU : memory > other.memory
    }
  }

  private static func check(_ call: Call, selects: Bool, flag: String) throws(Failure) {
    if call.arguments.count > 1 { throw .usage(call.path, "\(call.verb.name) [NAME | -l label]") }
    if !["", "cpu", "memory"].contains(call.flags.string("sort-by")) {
      throw .text("--sort-by accepts only cpu or memory")
    }
    if call.arguments.count == 1, selects { throw .text("only one of NAME or \(flag)selector can be provided") }
    try call.client.discover()
    if !call.client.api.listsMetrics { throw .text("Metrics API not available") }
  }

  private static func name(_ object: Value) -> String { object[path: "metadata", "name"]?.string ?? "" }
  private static func namespace(_ object: Value) -> String { object[path: "metadata", "namespace"]?.string ?? "" }

  private static func show(_ call: Call, _ text: String) {
    var writer = TabWriter.table
    call.print(writer.format(text))
  }

  // MARK: Pods

  @Sendable static func pods(_ call: Call) throws(Failure) {
    let flags = call.flags
    let everywhere = call.allNamespaces
    try check(
      call, selects: !flags.string("selector").isEmpty || !flags.string("field-selector").isEmpty, flag: "")
    let selection = try ResourceRequest.selection(
      .podMetrics, flags.string("selector"), flags.string("field-selector"))
    var items: [Value]
    if let name = call.arguments.first {
      if everywhere {
        var status = Status.noSuchResource
        status.message += " (get pods.metrics.k8s.io \(name))"
        throw .status(status)
      }
      items = [try call.client.get(.podMetrics, call.namespace, name)]
    } else {
      items = try call.client.list(.podMetrics, everywhere ? nil : call.namespace, selection).items
    }
    if items.isEmpty {
      try explainAbsence(call, selection)
      call.complain(everywhere ? "No resources found" : "No resources found in \(call.namespace) namespace.")
      return
    }
    let order = flags.string("sort-by")
    var rows: [(object: Value, use: Use)] = []
    var sum = Use()
    for item in items {
      var use = Use()
      for container in item["containers"]?.array ?? [] { use.add(Use(container["usage"])) }
      sum.add(use)
      rows.append((item, use))
    }
    items = []
    rows.sort { a, b in
      if !order.isEmpty { return a.use.exceeds(b.use, by: order) }
      let (x, y) = (everywhere ? namespace(a.object) : "", everywhere ? namespace(b.object) : "")
      return x == y ? name(a.object) < name(b.object) : x < y
    }
    let perContainer = flags.bool("containers")
    var text = ""
    if !flags.bool("no-headers") {
      text =
        (everywhere ? "NAMESPACE\t" : "") + (perContainer ? "POD\t" : "") + "NAME\tCPU(cores)\tMEMORY(bytes)\t\n"
    }
    for (object, use) in rows {
      let space = everywhere ? namespace(object) + "\t" : ""
      guard perContainer else {
        text += "\(space)\(name(object))\t\(use.cells)\n"
        continue
      }
      var containers: [(name: String, use: Use)] = []
      for container in object["containers"]?.array ?? [] {
        containers.append((container["name"]?.string ?? "", Use(container["usage"])))
      }
      containers.sort { order.isEmpty ? $0.name < $1.name : $0.use.exceeds($1.use, by: order) }
      for container in containers { text += "\(space)\(name(object))\t\(container.name)\t\(container.use.cells)\n" }
    }
    if flags.bool("sum") {
      // The columns before the last two are those that were headed.
      var before = 1
      if !flags.bool("no-headers") { before += (everywhere ? 1 : 0) + (perContainer ? 1 : 0) }
      let blank = String(repeating: "\t", count: before)
      text += "\(blank)________\t________\t\n\(blank)\(sum.cells)\n"
    }
    show(call, text)
  }

  /// There are no figures: because there are no pods, because they are young, or for no good reason.
  private static func explainAbsence(_ call: Call, _ selection: Selection) throws(Failure) {
    let pods = try call.client.list(.pod, call.namespace, selection).items
    if pods.isEmpty { return }
    for pod in pods {
      guard let text = pod[path: "metadata", "creationTimestamp"]?.string, let time = CivilTime(rfc3339: text) else {
        continue
      }
      let age = call.world.now - call.world.clock.instant(unixSeconds: time.unixSeconds)
      if age > .seconds(Int64(120)) {
        throw .text("Metrics not available for pod \(namespace(pod))/\(name(pod)), age: \(HumanDuration.goText(age))")
      }
    }
    throw .text("metrics not available yet")
  }

  // MARK: Nodes

  @Sendable static func nodes(_ call: Call) throws(Failure) {
    let flags = call.flags
    try check(call, selects: !flags.string("selector").isEmpty, flag: "--")
    let selection = try ResourceRequest.selection(.nodeMetrics, flags.string("selector"), "")
    var items: [Value]
    var nodes: [Value]
    if let name = call.arguments.first {
      items = [try call.client.get(.nodeMetrics, "", name)]
      nodes = [try call.client.get(.node, "", name)]
    } else {
      items = try call.client.list(.nodeMetrics, nil, selection).items
      if items.isEmpty { throw .text("metrics not available yet") }
      nodes = try call.client.list(.node, nil, selection).items
    }
    let order = flags.string("sort-by")
    items.sort { order.isEmpty ? name($0) < name($1) : Use($0["usage"]).exceeds(Use($1["usage"]), by: order) }
    var text = flags.bool("no-headers") ? "" : "NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t\n"
    for item in items {
      let use = Use(item["usage"])
      var room = Use()
      for node in nodes where name(node) == name(item) {
        room = Use(node[path: "status", flags.bool("show-capacity") ? "capacity" : "allocatable"])
      }
      text +=
        "\(name(item))\t\(use.milliCPU)m\t\(percent(use.milliCPU, room.milliCPU))%\t\(use.memory >> 20)Mi\t\(percent(use.memory, room.memory))%\t\n"
    }
    for node in nodes where !items.contains(where: { name($0) == name(node) }) {
      text += "\(name(node))\t<unknown>\t<unknown>\t<unknown>\t<unknown>\t\n"
    }
    show(call, text)
  }

  private static func percent(_ part: Int64, _ whole: Int64) -> Int64 { whole == 0 ? 0 : part * 100 / whole }
}
