// How fast an autoscaler may go: the highest recommendation of the last five minutes on the way down, at most twice as many or four
// more at a time on the way up, or what its `behavior` says instead.
// Source: `pkg/controller/podautoscaler/horizontal.go` (normalizeDesiredReplicas…), 1.32.

import SimKernel
import Unstructured

/// What was recommended and done lately for one autoscaler.
struct ScalingHistory {
  var recommendations: [(at: Instant, replicas: Int64)] = []
  /// Changes, all of them positive numbers.
  var ups: [(at: Instant, change: Int64)] = []
  var downs: [(at: Instant, change: Int64)] = []
}

struct ScalingRules {
  let least: Int64
  let most: Int64
  private let present: Int64
  private let now: Instant
  private let behavior: Value?
  private(set) var history: ScalingHistory

  struct Verdict {
    var replicas: Int64
    /// Of the conditions AbleToScale and ScalingLimited.
    var stable = (reason: "ReadyForNewScale", message: "recommended size matches current size")
    var limit = (reason: "DesiredWithinRange", message: "the desired count is within the acceptable range")
    var isLimited = false
    /// Time alone will allow another number.
    var isHeldBack = false
  }

  init(_ hpa: Value, present: Int64, now: Instant, history: ScalingHistory?) {
    let spec = hpa["spec"]
    least = spec?["minReplicas"]?.integer ?? 1
    most = spec?["maxReplicas"]?.integer ?? 1
    behavior = spec?["behavior"]
    self.present = present
    self.now = now
    self.history = history ?? ScalingHistory(recommendations: [(now, present)])
  }

  private func window(_ direction: String, _ otherwise: Int64) -> Interval {
    .seconds(behavior?[direction]?["stabilizationWindowSeconds"]?.integer ?? otherwise)
  }

  /// The number that a proposal comes to.
  mutating func apply(to proposal: Int64) -> Verdict {
    let up = window("scaleUp", 0)
    let down = window("scaleDown", 300)
    var lowest = proposal
    var highest = proposal
    for entry in history.recommendations {
      if entry.at + up > now { lowest = min(lowest, entry.replicas) }
      if entry.at + down > now { highest = max(highest, entry.replicas) }
    }
    let longest = max(up, down)
    history.recommendations.removeAll { $0.at + longest < now }
    history.recommendations.append((now, proposal))
    let stabilized = behavior == nil ? highest : min(max(present, lowest), highest)
    var verdict = Verdict(replicas: stabilized)
    if stabilized != proposal {
      let isUp = behavior != nil && proposal >= present
      let (word, other) = isUp ? ("Up", ("lower", "lowest")) : ("Down", ("higher", "highest"))
      verdict.stable = (
        "Scale\(word)Stabilized",
        "recent recommendations were \(other.0) than current one, applying the \(other.1) recent recommendation"
      )
    }
    limit(&verdict)
    verdict.isHeldBack = verdict.replicas != min(max(proposal, least), most)
    return verdict
  }

  private func limit(_ verdict: inout Verdict) {
    let desired = verdict.replicas
    var ceiling = most
    var floor = least
    var high = (reason: "TooManyReplicas", message: "the desired replica count is more than the maximum replica count")
    var low = (reason: "TooFewReplicas", message: "the desired replica count is less than the minimum replica count")
    if behavior == nil || desired > present {
      let fastest = behavior == nil ? max(2 * present, 4) : max(present, fastestUp)
      if most > fastest {
        ceiling = fastest
        high = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
      }
    }
    if behavior != nil, desired < present {
      let slowest = min(present, slowestDown)
      if least < slowest {
        floor = slowest
        low = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
      }
    }
    if desired < floor {
      verdict.replicas = floor
      verdict.limit = low
      verdict.isLimited = true
    } else if desired > ceiling {
      verdict.replicas = ceiling
      verdict.limit = high
      verdict.isLimited = true
    }
  }

  // MARK: Policies

  private func changed(_ events: [(at: Instant, change: Int64)], _ policy: Value) -> Int64 {
    let period = Interval.seconds(policy["periodSeconds"]?.integer ?? 15)
    var sum: Int64 = 0
    for event in events where event.at + period > now { sum += event.change }
    return sum
  }

  private var fastestUp: Int64 {
    let rules = behavior?["scaleUp"]
    let choice = rules?["selectPolicy"]?.string ?? "Max"
    if choice == "Disabled" { return present }
    var result: Int64?
    for policy in rules?["policies"]?.array ?? [] {
      let begin = present - changed(history.ups, policy)
      let value = policy["value"]?.integer ?? 0
      let proposed =
        policy["type"]?.string == "Pods"
        ? begin + value : Int64((Double(begin) * (1 + Double(value) / 100)).rounded(.up))
      result = result.map { choice == "Min" ? min($0, proposed) : max($0, proposed) } ?? proposed
    }
    return result ?? 0
  }

  private var slowestDown: Int64 {
    let rules = behavior?["scaleDown"]
    let choice = rules?["selectPolicy"]?.string ?? "Max"
    if choice == "Disabled" { return present }
    var result: Int64?
    for policy in rules?["policies"]?.array ?? [] {
      let begin = present + changed(history.downs, policy)
      let value = policy["value"]?.integer ?? 0
      let proposed =
        policy["type"]?.string == "Pods" ? begin - value : Int64(Double(begin) * (1 - Double(value) / 100))
      result = result.map { choice == "Min" ? max($0, proposed) : min($0, proposed) } ?? proposed
    }
    return result ?? Int64.max
  }

  /// The target was given another number.
  mutating func note(_ replicas: Int64) {
    guard behavior != nil else { return }
    let longest = Interval.seconds(Int64(1_800))
    history.ups.removeAll { $0.at + longest < now }
    history.downs.removeAll { $0.at + longest < now }
    if replicas > present {
      history.ups.append((now, replicas - present))
    } else {
      history.downs.append((now, present - replicas))
    }
  }
}
