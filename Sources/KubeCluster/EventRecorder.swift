// Kubernetes events: what components say about objects. An event with the same object, source, reason and message as an
// earlier one raises its count; from the tenth different message of one reason within ten minutes on they are combined; one source
// may say 25 things about one object at once and then one per five minutes. The scheduler's are of the newer kind: repetitions make
// a series. Source: client-go `tools/record/events_cache.go`, `tools/events/event_broadcaster.go`.

package import KubeAPI
import SimKernel
package import Unstructured

package enum EventType: String {
  case normal = "Normal"
  case warning = "Warning"
}

/// What an event is about.
package struct ObjectReference {
  package let value: Value
  let key: String
  let namespace: String
  let name: String

  package init(_ kind: Kind, _ object: StoredObject, fieldPath: String? = nil) {
    var value: Value = [
      "kind": .string(kind.kind), "name": .string(object.name), "uid": .string(object.uid),
      "apiVersion": .string(kind.apiVersion), "resourceVersion": .string("\(object.version)"),
    ]
    if !object.namespace.isEmpty { value["namespace"] = .string(object.namespace) }
    if let fieldPath { value["fieldPath"] = .string(fieldPath) }
    self.value = value
    key = kind.kind + "/" + object.uid + "/" + (fieldPath ?? "")
    namespace = object.namespace.isEmpty ? "default" : object.namespace
    name = object.name
  }
}

package final class EventRecorder {
  private let server: APIServer
  private let world: World
  let component: String
  let host: String
  private struct Seen {
    var namespace: String
    var name: String
    var count: Int64
    var first: String
    var last: Instant
  }
  private var seen: [String: Seen] = [:]
  private struct Group {
    var messages: Set<String>
    var last: Instant
  }
  private var groups: [String: Group] = [:]
  private struct Budget {
    var tokens: Double
    var last: Instant
  }
  private var budgets: [String: Budget] = [:]
  /// events.k8s.io style: no source, no count, a reporting instance (the scheduler's).
  private let isModern: Bool

  init(server: APIServer, component: String, host: String = "", modern: Bool = false) {
    self.server = server
    world = server.world
    self.component = component
    self.host = host
    isModern = modern
  }

  package func record(_ about: ObjectReference, _ type: EventType, _ reason: String, _ message: String) {
    if isModern { return recordModern(about, type, reason, message) }
    let now = world.now
    let groupKey = about.key + "|" + type.rawValue + "|" + reason
    var group = groups[groupKey] ?? Group(messages: [], last: now)
    if now - group.last > .seconds(Int64(600)) { group.messages = [] }
    group.messages.insert(message)
    // The tenth message is the first to be combined, and is not remembered: the nine before it go on counting by themselves.
    let isCombined = group.messages.count >= 10
    if isCombined { group.messages.remove(message) }
    group.last = now
    groups[groupKey] = group
    var message = message
    var key = groupKey + "|" + message
    if isCombined {
      message = "(combined from similar events): " + message
      key = groupKey + "|"
    }
    guard spend(about.key, now) else { return }
    let stamp = world.civilNow.rfc3339
    if var known = seen[key], server.store.object(.event, known.namespace, known.name) != nil {
      known.count += 1
      known.last = now
      seen[key] = known
      let count = known.count
      server.amend(.event, known.namespace, known.name) { event in
        event["count"] = .integer(count)
        event["lastTimestamp"] = .string(stamp)
        event["message"] = .string(message)
      }
      return
    }
    var source: Value = ["component": .string(component)]
    if !host.isEmpty { source["host"] = .string(host) }
    let name = eventName(about)
    let event: Value = [
      "apiVersion": "v1", "kind": "Event",
      "metadata": metadata(name, about.namespace), "involvedObject": about.value, "reason": .string(reason),
      "message": .string(message), "source": source, "firstTimestamp": .string(stamp),
      "lastTimestamp": .string(stamp), "count": 1, "type": .string(type.rawValue), "eventTime": .null,
      "reportingComponent": .string(component), "reportingInstance": .string(host),
    ]
    seen[key] = Seen(namespace: about.namespace, name: name, count: 1, first: stamp, last: now)
    server.store.put(.event, event)
  }

  // MARK: events.k8s.io

  /// An event that may become a series: the same about the same version of an object. The server is told of the second one; of
  /// later ones only when the series is over, or every half hour.
  private struct Series {
    let namespace: String
    let name: String
    var count: Int64 = 1
    var last: Instant
    var isTold = true
  }
  private var series: [String: Series] = [:]
  private var sweep: EventID?
  private let seriesEnd = Interval.seconds(Int64(360))

  private func recordModern(_ about: ObjectReference, _ type: EventType, _ reason: String, _ message: String) {
    let action = reason == "Scheduled" ? "Binding" : "Scheduling"
    let key = JSON.compact(about.value) + "|" + type.rawValue + "|" + action + "|" + reason
    if var known = series[key] {
      known.count += 1
      known.last = world.now
      known.isTold = known.count == 2
      series[key] = known
      if known.isTold { tell(known) }
      return
    }
    let name = eventName(about)
    let event: Value = [
      "apiVersion": "v1", "kind": "Event", "metadata": metadata(name, about.namespace),
      "involvedObject": about.value, "reason": .string(reason), "message": .string(message), "source": [:],
      "firstTimestamp": .null, "lastTimestamp": .null, "type": .string(type.rawValue),
      "eventTime": .string(world.civilNow.rfc3339Micro), "action": .string(action),
      "reportingComponent": .string(component), "reportingInstance": .string(component + "-" + host),
    ]
    server.store.put(.event, event)
    // A pod is assigned once.
    if reason == "Scheduled" { return }
    series[key] = Series(namespace: about.namespace, name: name, last: world.now)
    planSweep()
  }

  private func tell(_ series: Series) {
    let last = world.clock.civil(series.last).rfc3339Micro
    server.amend(.event, series.namespace, series.name) { event in
      event["series"] = ["count": .integer(series.count), "lastObservedTime": .string(last)]
    }
  }

  /// Series are looked through every six minutes.
  private func planSweep() {
    if let sweep, world.isPending(sweep) { return }
    let period = seriesEnd.nanoseconds
    let next = Instant(nanoseconds: (world.now.nanoseconds / period + 1) * period)
    sweep = world.schedule(at: next, weight: .housekeeping) { [self] in
      let isRefresh = world.now.nanoseconds / period % 5 == 0
      for key in series.keys.sorted() {
        guard var known = series[key] else { continue }
        let isOver = world.now - known.last > seriesEnd
        if !known.isTold, isOver || isRefresh {
          tell(known)
          known.isTold = true
        }
        series[key] = isOver ? nil : known
      }
      if !series.isEmpty { planSweep() }
    }
  }

  private func metadata(_ name: String, _ namespace: String) -> Value {
    [
      "name": .string(name), "namespace": .string(namespace), "uid": .string(server.identifiers.uuid()),
      "creationTimestamp": .string(world.civilNow.rfc3339),
    ]
  }

  /// `<object>.<time in nanoseconds, hexadecimal>`.
  private func eventName(_ about: ObjectReference) -> String {
    var stamp = world.clock.unixSeconds(world.now) * 1_000_000_000 + world.clock.subsecondNanoseconds(world.now)
    while true {
      let name = about.name + "." + String(UInt64(stamp), radix: 16)
      if server.store.object(.event, about.namespace, name) == nil { return name }
      stamp += 1
    }
  }

  private func spend(_ key: String, _ now: Instant) -> Bool {
    var budget = budgets[key] ?? Budget(tokens: 25, last: now)
    budget.tokens += (now - budget.last).inSeconds / 300
    if budget.tokens > 25 { budget.tokens = 25 }
    budget.last = now
    let isAllowed = budget.tokens >= 1
    if isAllowed { budget.tokens -= 1 }
    budgets[key] = budget
    return isAllowed
  }
}

extension APIServer {
  /// Events live for a set time after they were last seen. They are dropped when somebody looks, so that an idle cluster
  /// has nothing to do.
  func expireEvents() {
    let shelf = store.shelf(.event)
    let limit = world.clock.civil(world.now + (.zero - settings.eventLifetime)).rfc3339
    for event in shelf.list(namespace: nil) {
      let last =
        event.value["lastTimestamp"]?.string ?? event.value[path: "series", "lastObservedTime"]?.string
        ?? event.value["eventTime"]?.string
        ?? event.value[path: "metadata", "creationTimestamp"]?.string ?? ""
      if last < limit { store.remove(.event, event) }
    }
  }
}
