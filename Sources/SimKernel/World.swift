// The world: one clock, one queue, one stream of chance, one trace. Everything that is simulated holds a reference to it and
// nothing else is global. It runs on one thread, to completion, in slices that the owner can bound and cancel.

package final class World {
  package private(set) var clock: VirtualClock
  package var random: SeededRandom
  package let trace = Trace()
  private var events = EventQueue()
  private var ready: [() -> Void] = []
  private var readyHead = 0
  /// Work units spent so far (events fired and turns given); for budgets and benchmarks.
  package private(set) var turns: Int64 = 0

  package init(clock: VirtualClock = VirtualClock(), seed: UInt64 = 1) {
    self.clock = clock
    random = SeededRandom(seed: seed)
  }

  package var now: Instant { clock.now }
  /// The calendar date and time now, in UTC.
  package var civilNow: CivilTime { clock.civil(clock.now) }

  /// Schedules work after a delay (zero or more).
  @discardableResult
  package func after(
    _ delay: Interval, weight: EventWeight = .activity, _ action: @escaping () -> Void
  ) -> EventID {
    schedule(at: now + (delay < .zero ? .zero : delay), weight: weight, action)
  }

  /// Schedules work at an instant; one that has passed means now.
  @discardableResult
  package func schedule(
    at instant: Instant, weight: EventWeight = .activity, _ action: @escaping () -> Void
  ) -> EventID {
    events.schedule(at: instant < now ? now : instant, weight: weight, action: action)
  }

  package func cancel(_ event: EventID) { events.cancel(event) }
  package func isPending(_ event: EventID) -> Bool { events.isPending(event) }

  /// Runs at this same instant, after what is already ready (first in, first out).
  package func soon(_ action: @escaping () -> Void) { ready.append(action) }

  /// True when nothing that could be seen is going to happen by itself: no ready work, no pending activity.
  package var isQuiet: Bool { readyHead == ready.count && events.pendingActivities == 0 }

  /// The instant at which the next thing happens, if any.
  package var nextInstant: Instant? { readyHead < ready.count ? now : events.nextInstant() }

  /// Does the next piece of work. False when there is none at or before `limit`; the clock then stays.
  @discardableResult
  package func step(until limit: Instant = .distantFuture) -> Bool {
    if readyHead < ready.count {
      let action = ready[readyHead]
      readyHead += 1
      if readyHead == ready.count {
        ready.removeAll(keepingCapacity: true)
        readyHead = 0
      }
      turns += 1
      action()
      return true
    }
    guard let at = events.nextInstant(), at <= limit, let event = events.pop() else { return false }
    clock.advance(to: event.at)
    turns += 1
    event.action()
    return true
  }

  /// Runs everything up to and including `limit`, then sets the clock to `limit`.
  package func run(until limit: Instant) {
    while step(until: limit) {}
    clock.advance(to: limit)
  }
}
