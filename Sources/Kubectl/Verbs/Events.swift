// kubectl events: events by time, oldest first. Source: kubectl pkg/cmd/events.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let events = Verb(
    "events", .troubleshooting,
    usage: "[(-o|--output=)json|yaml|...] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]",
    synopsis: "List events", examples: ["kubectl events --for pod/web-0"],
    flags: Flags.print + [
      Flags.allNamespaces, .int64("chunk-size", "", 500, .accepted, "objects per request"),
      .string("for", "", "", "TYPE/NAME the events are about"), .bool("no-headers", "", false, "no header line"),
      .strings("types", "", "Normal, Warning"), .bool("watch", "w", false, "go on and show new events"),
    ], latency: .local, run: EventsVerb.run)
}

enum EventsVerb {
  private struct Filter {
    var kind = ""
    var name = ""
    var types: [String] = []

    /// What of it the server is asked for, so that nothing else is looked at.
    var selection: Selection {
      guard !kind.isEmpty,
        let fields = try? FieldSelector(
          parsing: "involvedObject.kind=\(kind),involvedObject.name=\(name)", kind: .event)
      else { return .everything }
      return Selection(labels: .everything, fields: fields)
    }

    func accepts(_ event: Value) -> Bool {
      let involved = event["involvedObject"]
      if !kind.isEmpty, involved?["kind"]?.string != kind { return false }
      if !name.isEmpty, involved?["name"]?.string != name { return false }
      return types.isEmpty || types.contains(event["type"]?.string ?? "")
    }
  }

  @Sendable static func run(_ call: Call) throws(Failure) {
    var filter = Filter()
    let about = call.flags.string("for")
    if !about.isEmpty {
      guard about.contains(byte: 47) else { throw .text("--for must be in resource/name form") }
      let (type, name) = try ResourceRequest.tuple(about)
      do throws(Failure) {
        filter.kind = try call.client.kind(type).kind
      } catch {
        guard case .text(let words) = error else { throw error }
        throw .raw(words)
      }
      filter.name = name
    }
    for type in call.flags.strings("types") {
      guard ["normal", "warning"].contains(type.lowercased()) else {
        throw .text("valid --types are Normal or Warning")
      }
      filter.types.append(type.lowercased() == "normal" ? "Normal" : "Warning")
    }
    let format = try PrintFormat.read(call)
    let namespace = call.allNamespaces ? nil : call.namespace
    let list = try call.client.list(.event, namespace, filter.selection)
    let events = sorted(list.items.filter { filter.accepts($0) })
    let watches = call.flags.bool("watch")
    if events.isEmpty, !watches {
      call.complain(call.allNamespaces ? "No events found." : "No events found in \(call.namespace) namespace.")
      return
    }
    if format.printsWholeObjects {
      // The items of this list do not say what they are: there is no name to print, and no complaint about it either.
      if case .name = format { return }
      var printer = ObjectPrinter(call, format)
      printer.isTyped = true
      var items: [Value] = []
      for event in events { items.append(Schema.inDeclaredOrder(event, .event)) }
      call.print(
        try printer.text(
          .members([("kind", "EventList"), ("apiVersion", "v1"), ("metadata", [:]), ("items", .array(items))])))
      return
    }
    var writer = TabWriter.table
    var text = ""
    var hasHeader = call.flags.bool("no-headers")
    func header() -> String {
      defer { hasHeader = true }
      return hasHeader ? "" : (call.allNamespaces ? "NAMESPACE\t" : "") + "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n"
    }
    if !events.isEmpty { text += header() }
    for event in events { text += row(call, event) }
    if !text.isEmpty { call.print(writer.format(text)) }
    guard watches else { return }
    let watch = call.keep(try call.client.watch(.event, namespace, filter.selection, from: list.resourceVersion))
    call.poll { () throws(Failure) -> Progress in
      while let change = watch.next() {
        if change.type == .deleted || !filter.accepts(change.object) { continue }
        call.print(writer.format(header() + row(call, change.object)))
      }
      return .wait([watch.wait])
    }
  }

  private static func time(_ event: Value) -> String {
    if let text = event[path: "series", "lastObservedTime"]?.string { return text }
    if let text = event["lastTimestamp"]?.string { return text }
    return event["eventTime"]?.string ?? ""
  }

  /// RFC 3339 texts with and without fractions, compared as times.
  private static func sorted(_ events: [Value]) -> [Value] {
    var keys: [Int64] = []
    for event in events {
      let time = CivilTime(rfc3339: time(event))
      keys.append(time.map { $0.unixSeconds * 1_000_000_000 + $0.nanosecond } ?? 0)
    }
    var order = Array(0..<events.count)
    GoSort.sort(&order) { keys[$0] < keys[$1] }
    return order.map { events[$0] }
  }

  private static func row(_ call: Call, _ event: Value) -> String {
    let row = TableRow(event, now: call.now)
    let first = row.since(event["eventTime"]?.string == nil ? event["firstTimestamp"] : event["eventTime"])
    var age = first
    if let series = event["series"], !series.isNull {
      age = "\(row.since(series["lastObservedTime"])) (x\(series["count"]?.integer ?? 0) over \(first))"
    } else if let count = event["count"]?.integer, count > 1 {
      age = "\(row.since(event["lastTimestamp"])) (x\(count) over \(first))"
    }
    let involved = event["involvedObject"]
    let space = call.allNamespaces ? "\(row.text("metadata", "namespace"))\t" : ""
    return
      "\(space)\(age)\t\(row.text("type"))\t\(row.text("reason"))\t\(involved?["kind"]?.string ?? "")/\(involved?["name"]?.string ?? "")\t\(row.text("message").trimmed)\n"
  }
}
