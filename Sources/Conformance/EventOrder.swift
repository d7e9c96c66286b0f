// In which respects the order of events is compared. Events are named after the nanosecond at which a component noted them, and
// components are processes of their own: what two of them note within a second comes in either order, what one notes keeps its
// order. Sorted by time, events of the same second stand in no order at all: their times are whole seconds, and the sort is not
// stable.

enum EventOrder {
  /// The component by a reason's first letters.
  private static let components: [(reason: String, component: String)] = [
    ("ExternalProvisioning", "volumes"), ("WaitFor", "volumes"), ("Provisioning", "provisioner"),
    ("Scheduled", "scheduler"), ("FailedScheduling", "scheduler"), ("Pull", "kubelet"), ("Created", "kubelet"),
    ("Started", "kubelet"), ("Killing", "kubelet"), ("Unhealthy", "kubelet"), ("BackOff", "kubelet"),
    ("Failed", "kubelet"), ("Successful", "controller"), ("Scaling", "deployments"), ("Node", "nodes"),
  ]

  private static func component(_ form: String) -> String? {
    for cell in form.split(separator: " ").prefix(5) {
      for entry in components where cell.hasPrefix(entry.reason) { return entry.component }
    }
    return nil
  }

  static func agrees(_ wanted: [LineOrder.Line], _ given: [LineOrder.Line], isByTime: Bool) -> Bool {
    guard wanted.contains(where: { component($0.form) != nil }) else { return false }
    var isTaken = [Bool](repeating: false, count: given.count)
    var order: [Int] = []
    for line in wanted {
      guard let index = given.indices.first(where: { !isTaken[$0] && given[$0].form == line.form }) else {
        return false
      }
      isTaken[index] = true
      order.append(index)
    }
    for index in order.indices {
      for later in order.indices[(index + 1)...] where order[later] < order[index] {
        guard let one = component(wanted[index].form), let other = component(wanted[later].form) else { return false }
        if one == other, !isByTime { return false }
        if let a = wanted[index].age, let b = wanted[later].age {
          if abs(a - b) > 1, !isOfTheScheduler(one, other) || !isByTime { return false }
        } else if later - index > 1 {
          return false
        }
      }
    }
    return true
  }

  /// The scheduler's events have no last time: sorted by it they come first, in no order.
  private static func isOfTheScheduler(_ one: String, _ other: String) -> Bool {
    one == "scheduler" && other == "scheduler"
  }
}
