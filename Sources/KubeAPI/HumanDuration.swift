// Ages as kubectl prints them (apimachinery util/duration), and Go durations (`1m30s`) read and written.

package import SimKernel

package enum HumanDuration {
  /// Whole seconds, truncated toward zero, from a time to a moment in nanoseconds since 1970.
  package static func elapsedSeconds(from time: CivilTime, toNanoseconds now: Int64) -> Int64 {
    (now - (time.unixSeconds * 1_000_000_000 + time.nanosecond)) / 1_000_000_000
  }

  /// `45s`, `5m20s`, `3h`, `47h`, `2d5h`, `1y40d` …
  package static func text(seconds: Int64) -> String {
    if seconds < -1 { return "<invalid>" }
    if seconds < 0 { return "0s" }
    if seconds < 120 { return "\(seconds)s" }
    let minutes = seconds / 60
    if minutes < 10 {
      let rest = seconds % 60
      return rest == 0 ? "\(minutes)m" : "\(minutes)m\(rest)s"
    }
    if minutes < 180 { return "\(minutes)m" }
    let hours = minutes / 60
    if hours < 8 {
      let rest = minutes % 60
      return rest == 0 ? "\(hours)h" : "\(hours)h\(rest)m"
    }
    if hours < 48 { return "\(hours)h" }
    let days = hours / 24
    if hours < 192 {
      let rest = hours % 24
      return rest == 0 ? "\(days)d" : "\(days)d\(rest)h"
    }
    if hours < 24 * 365 * 2 { return "\(days)d" }
    if hours < 24 * 365 * 8 {
      let years = hours / 24 / 365
      let rest = days % 365
      return rest == 0 ? "\(years)y" : "\(years)y\(rest)d"
    }
    return "\(hours / 24 / 365)y"
  }

  /// Go's time.ParseDuration: `300ms`, `1.5h`, `2h45m`; nil when it is none.
  package static func parse(_ text: String) -> Interval? {
    let bytes = Array(text.utf8)
    var i = 0
    var negative = false
    if i < bytes.count, bytes[i] == 45 || bytes[i] == 43 {
      negative = bytes[i] == 45
      i += 1
    }
    if bytes.count - i == 1, bytes[i] == 48 { return .zero }
    guard i < bytes.count else { return nil }
    var total: Int64 = 0
    while i < bytes.count {
      var whole: Int64 = 0
      var fraction: Int64 = 0
      var scale: Int64 = 1
      var digits = 0
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 {
        let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        whole = product + Int64(bytes[i] - 48)
        digits += 1
        i += 1
      }
      if i < bytes.count, bytes[i] == 46 {
        i += 1
        while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 {
          if scale < 1_000_000_000_000 {
            fraction = fraction * 10 + Int64(bytes[i] - 48)
            scale *= 10
          }
          digits += 1
          i += 1
        }
      }
      guard digits > 0 else { return nil }
      let start = i
      while i < bytes.count, bytes[i] != 46, !(bytes[i] >= 48 && bytes[i] <= 57) { i += 1 }
      guard let unit = unit(Array(bytes[start..<i])) else { return nil }
      let (wholePart, overflow) = whole.multipliedReportingOverflow(by: unit)
      if overflow { return nil }
      let (sum, overflow2) = total.addingReportingOverflow(
        wholePart + Int64(Double(fraction) * (Double(unit) / Double(scale))))
      if overflow2 { return nil }
      total = sum
    }
    return Interval(nanoseconds: negative ? -total : total)
  }

  private static func unit(_ letters: [UInt8]) -> Int64? {
    switch String(decoding: letters, as: UTF8.self) {
    case "ns": return 1
    case "us", "µs", "μs": return 1_000
    case "ms": return 1_000_000
    case "s": return 1_000_000_000
    case "m": return 60_000_000_000
    case "h": return 3_600_000_000_000
    default: return nil
    }
  }

  /// Go's Duration.String: `1m30s`, `250ms`, `0s`.
  package static func goText(_ interval: Interval) -> String {
    let nanoseconds = interval.nanoseconds
    if nanoseconds == 0 { return "0s" }
    let sign = nanoseconds < 0 ? "-" : ""
    let magnitude = nanoseconds < 0 ? -nanoseconds : nanoseconds
    if magnitude < 1_000 { return "\(sign)\(magnitude)ns" }
    if magnitude < 1_000_000 { return sign + fraction(magnitude, 1_000) + "µs" }
    if magnitude < 1_000_000_000 { return sign + fraction(magnitude, 1_000_000) + "ms" }
    let minutes = magnitude / 60_000_000_000
    var text = sign
    if minutes >= 60 { text += "\(minutes / 60)h" }
    if minutes > 0 { text += "\(minutes % 60)m" }
    return text + fraction(magnitude % 60_000_000_000, 1_000_000_000) + "s"
  }

  private static func fraction(_ value: Int64, _ unit: Int64) -> String {
    let whole = value / unit
    var rest = value % unit
    if rest == 0 { return "\(whole)" }
    var digits = ""
    var place = unit / 10
    while rest > 0 {
      digits += "\(rest / place)"
      rest %= place
      place /= 10
    }
    return "\(whole).\(digits)"
  }
}
