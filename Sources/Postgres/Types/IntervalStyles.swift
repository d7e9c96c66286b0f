// Intervals in the styles postgres_verbose and sql_standard. Source: PostgreSQL 15 manual, 8.5.5 "Interval Output".

internal import SimKernel

extension DateTime {
  /// `@ 1 year 2 mons 3 days 4 hours 5 mins 6.7 secs`
  static func verboseInterval(_ i: IntervalValue) -> String {
    var parts: [String] = []
    // The first field decides the sign of the whole.
    var isAgo: Bool?
    func add(_ amount: Int64, _ unit: String) {
      guard amount != 0 else { return }
      if isAgo == nil { isAgo = amount < 0 }
      let shown = isAgo == true ? -amount : amount
      parts.append("\(shown) \(unit)\(shown == 1 ? "" : "s")")
    }
    add(i.months / 12, "year")
    add(i.months % 12, "mon")
    add(i.days, "day")
    add(i.microseconds / hour, "hour")
    add(i.microseconds % hour / minute, "min")
    let rest = i.microseconds % minute
    if rest != 0 {
      if isAgo == nil { isAgo = rest < 0 }
      let shown = isAgo == true ? -rest : rest
      let size = shown < 0 ? -shown : shown
      let text = (shown < 0 ? "-" : "") + String(size / second) + fraction(size % second)
      parts.append(text + " sec" + (text == "1" ? "" : "s"))
    }
    if parts.isEmpty { return "@ 0" }
    return "@ " + joined(parts, " ") + (isAgo == true ? " ago" : "")
  }

  /// `+1-2 +3 +4:05:06`, `1-2`, `3 4:05:06`
  static func standardInterval(_ i: IntervalValue) -> String {
    let hasMonths = i.months != 0
    let hasDays = i.days != 0
    let hasTime = i.microseconds != 0
    if !hasMonths, !hasDays, !hasTime { return "0" }
    let isNegative = i.months < 0 || i.days < 0 || i.microseconds < 0
    let isPositive = i.months > 0 || i.days > 0 || i.microseconds > 0
    func clock(_ t: Int64) -> String {
      "\(t / hour):" + two(t / minute % 60) + ":" + two(t / second % 60) + fraction(t % second)
    }
    if (isNegative && isPositive) || (hasMonths && (hasDays || hasTime)) {
      func sign(_ n: Int64) -> String { n < 0 ? "-" : "+" }
      let months = i.months.magnitude
      return sign(i.months) + "\(months / 12)-\(months % 12) " + sign(i.days) + "\(i.days.magnitude) "
        + sign(i.microseconds) + clock(Int64(i.microseconds.magnitude))
    }
    let sign = isNegative ? "-" : ""
    if hasMonths { return sign + "\(i.months.magnitude / 12)-\(i.months.magnitude % 12)" }
    let time = Int64(i.microseconds.magnitude)
    if hasDays { return sign + "\(i.days.magnitude) " + clock(time) }
    return sign + clock(time)
  }
}
