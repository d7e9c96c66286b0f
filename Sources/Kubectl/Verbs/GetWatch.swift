// kubectl get --watch: the present state, then one row (or object) per event, until Ctrl-C or the request's timeout.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum GetWatch {
  /// What is printed on every event, and how.
  private final class Screen {
    private let call: Call
    private var table: ObjectTable
    private var printer: ObjectPrinter
    private let isTable: Bool
    /// A watch on one object begins with the state that was already printed.
    var skips = 0

    init(_ call: Call, _ kind: Kind, _ format: PrintFormat) {
      self.call = call
      var options = Get.options(call, format)
      options.withNamespace = call.allNamespaces && kind.namespaced
      table = ObjectTable(kind, options)
      printer = ObjectPrinter(call, format)
      isTable = !format.printsWholeObjects
    }

    func show(_ objects: [Value], _ event: String) throws(Failure) {
      if isTable {
        call.print(table.text(objects, now: call.now, event: event))
        return
      }
      for object in objects {
        let shown: Value =
          call.flags.bool("output-watch-events") ? ["type": .string(event), "object": object] : object
        call.print(try printer.text(shown, headers: !call.flags.bool("no-headers")))
      }
    }
  }

  static func start(_ call: Call, _ format: PrintFormat, _ input: [UInt8]?) throws(Failure) {
    var request = Get.request(call)
    request.singleType = true
    let (targets, problems) = try request.targets(call, input)
    if let problem = problems.first { throw problem }
    guard targets.count == 1, let target = targets.first else {
      throw .text(
        "watch is only supported on individual resources and resource collections - more than 1 resource was found")
    }
    let screen: Screen
    let watch: Watch
    let before: [Value]
    switch target {
    case .object(let info):
      before = [try call.client.get(info.kind, info.namespace, info.name)]
      screen = Screen(call, info.kind, format)
      let selection = try ResourceRequest.selection(info.kind, "", "metadata.name=\(info.name)")
      watch = call.keep(try call.client.watch(info.kind, info.namespace, selection, from: 0))
      screen.skips = 1
    case .list(let kind, let namespace, let selection):
      let list = try call.client.list(kind, namespace, selection)
      before = list.items
      screen = Screen(call, kind, format)
      watch = call.keep(try call.client.watch(kind, namespace, selection, from: list.resourceVersion))
    }
    if !call.flags.bool("watch-only") { try screen.show(before, "ADDED") }
    let timeout = Get.requestTimeout(call) ?? .zero
    let deadline = timeout > .zero ? call.world.now + timeout : Instant.distantFuture
    call.poll { () throws(Failure) -> Progress in
      while let event = watch.next() {
        if screen.skips > 0 {
          screen.skips -= 1
          continue
        }
        try screen.show([event.object], event.type.rawValue)
      }
      if call.world.now >= deadline { return .done }
      return .wait(deadline == .distantFuture ? [watch.wait] : [watch.wait, .until(deadline, .activity)])
    }
  }
}
