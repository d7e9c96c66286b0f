// Simulated time. One clock for the whole world: cluster, machines, terminals. Nothing here reads a real clock.

/// A length of simulated time. Negative lengths are allowed where they make sense (differences).
package struct Interval: Comparable, Hashable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static func seconds(_ seconds: Int64) -> Interval { Interval(nanoseconds: seconds * 1_000_000_000) }
  @_disfavoredOverload
  package static func seconds(_ seconds: Double) -> Interval {
    Interval(nanoseconds: Int64(exactly: (seconds * 1e9).rounded(.towardZero)) ?? (seconds < 0 ? .min : .max))
  }
  package static func milliseconds(_ milliseconds: Int64) -> Interval {
    Interval(nanoseconds: milliseconds * 1_000_000)
  }
  package static func microseconds(_ microseconds: Int64) -> Interval { Interval(nanoseconds: microseconds * 1_000) }
  package static let zero = Interval(nanoseconds: 0)

  /// Whole seconds, truncated toward zero.
  package var wholeSeconds: Int64 { nanoseconds / 1_000_000_000 }
  /// Whole milliseconds, truncated toward zero.
  package var wholeMilliseconds: Int64 { nanoseconds / 1_000_000 }
  package var inSeconds: Double { Double(nanoseconds) / 1e9 }

  package static func < (a: Interval, b: Interval) -> Bool { a.nanoseconds < b.nanoseconds }
  package static func + (a: Interval, b: Interval) -> Interval {
    Interval(nanoseconds: a.nanoseconds &+ b.nanoseconds)
  }
  package static func - (a: Interval, b: Interval) -> Interval {
    Interval(nanoseconds: a.nanoseconds &- b.nanoseconds)
  }
  package static func * (a: Interval, factor: Int64) -> Interval { Interval(nanoseconds: a.nanoseconds &* factor) }
}

/// A point of simulated time, in nanoseconds since the world's epoch (`VirtualClock.epochUnixSeconds`).
package struct Instant: Comparable, Hashable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  package static let start = Instant(nanoseconds: 0)
  /// Later than everything: for deadlines that never come.
  package static let distantFuture = Instant(nanoseconds: Int64.max)

  package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
  package static func + (a: Instant, b: Interval) -> Instant {
    let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
    return overflow ? .distantFuture : Instant(nanoseconds: sum)
  }
  package static func - (a: Instant, b: Instant) -> Interval {
    Interval(nanoseconds: a.nanoseconds &- b.nanoseconds)
  }
}

/// The world's clock: the current instant and the calendar date at which instant zero lies.
package struct VirtualClock {
  /// Unix time (seconds since 1970-01-01T00:00:00Z) of `Instant.start`.
  package let epochUnixSeconds: Int64
  package private(set) var now: Instant = .start

  /// The default epoch is 2026-01-15T09:00:00Z.
  package init(epochUnixSeconds: Int64 = 1_768_467_600) { self.epochUnixSeconds = epochUnixSeconds }

  /// Moves time forward; time never goes back.
  mutating func advance(to instant: Instant) {
    if instant > now { now = instant }
  }

  /// Unix seconds of an instant, rounded down.
  package func unixSeconds(_ instant: Instant) -> Int64 {
    let quotient = instant.nanoseconds / 1_000_000_000
    let floored = instant.nanoseconds % 1_000_000_000 < 0 ? quotient - 1 : quotient
    return epochUnixSeconds + floored
  }
  /// Nanoseconds within the second of an instant, 0 ..< 1e9.
  package func subsecondNanoseconds(_ instant: Instant) -> Int64 {
    let remainder = instant.nanoseconds % 1_000_000_000
    return remainder < 0 ? remainder + 1_000_000_000 : remainder
  }
  /// The calendar date and time of an instant, in UTC.
  package func civil(_ instant: Instant) -> CivilTime {
    CivilTime(unixSeconds: unixSeconds(instant), nanosecond: subsecondNanoseconds(instant))
  }
  /// The instant of a Unix time in seconds; of one that lies centuries away, the farthest there is.
  package func instant(unixSeconds: Int64) -> Instant {
    let farthest: Int64 = .max / 1_000_000_000
    let (seconds, overflows) = unixSeconds.subtractingReportingOverflow(epochUnixSeconds)
    let bounded = overflows ? (unixSeconds < 0 ? -farthest : farthest) : min(farthest, max(-farthest, seconds))
    return Instant(nanoseconds: bounded * 1_000_000_000)
  }
}
