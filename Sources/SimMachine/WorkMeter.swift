// How much of the processor and of memory the programs of a machine use, for those who measure it (a kubelet), and how long a
// request waits for its turn. What a request costs is data that whoever places the machine gives; programs that only burn time
// say how much they take. Processors are lanes that are served first come, first served; others on the same node are left out.

package import SimKernel

package final class WorkMeter {
  /// Bytes that programs have taken beyond what the machine uses at rest.
  package var memoryTaken: Int64 = 0
  /// Thousandths of a processor it may use at most; nil when only the processors limit it.
  package let limit: Int64?
  private let processors: Int64
  private var load: Int64 = 0
  private var loadSince = Instant.start
  /// Nanoseconds of processor time: of loads that have ended or changed, and of requests, those not yet worked off included.
  private var loadSpent: Int64 = 0
  private var requestsSpent: Int64 = 0
  /// Until when each lane is taken.
  private var lanes: [Instant]

  package init(limit: Int64? = nil, processors: Int = 2) {
    self.limit = limit
    self.processors = Int64(processors)
    let share = limit ?? Int64(processors) * 1_000
    let count = min(Int64(processors), max(1, (share + 999) / 1_000))
    lanes = Array(repeating: .start, count: Int(count))
  }

  /// Thousandths of a processor that one lane has.
  private var speed: Int64 {
    guard let limit else { return 1_000 }
    return max(1, min(1_000, limit / Int64(lanes.count)))
  }

  /// From now on programs burn this many thousandths of a processor, as far as they are let.
  package func carry(load milliCPU: Int64, at now: Instant) {
    loadSpent += spentByLoad(at: now)
    load = min(milliCPU, limit ?? processors * 1_000, processors * 1_000)
    loadSince = now
  }

  private func spentByLoad(at now: Instant) -> Int64 { (now - loadSince).nanoseconds / 1_000 * load }

  /// A request that takes this much processor time: how long until it is answered.
  package func serve(cost: Interval, at now: Instant) -> Interval {
    guard cost > .zero else { return .zero }
    var first = 0
    for index in lanes.indices where lanes[index] < lanes[first] { first = index }
    let begin = max(now, lanes[first])
    lanes[first] = begin + Interval(nanoseconds: cost.nanoseconds / speed * 1_000)
    requestsSpent += cost.nanoseconds
    return lanes[first] - now
  }

  /// Nanoseconds of processor time used until now.
  package func spent(at now: Instant) -> Int64 {
    var ahead: Int64 = 0
    for lane in lanes where lane > now { ahead += (lane - now).nanoseconds / 1_000 * speed }
    return loadSpent + spentByLoad(at: now) + max(0, requestsSpent - ahead)
  }
}
