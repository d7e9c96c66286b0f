// Dates, times and intervals in the styles of DateStyle and IntervalStyle. Source: PostgreSQL 15 manual 8.5.2 and 8.5.5.

internal import SimKernel

extension ClientSession {
  private var isDayFirst: Bool { dateStyle.hasSuffix("DMY") }

  func dateStyled(_ d: Int64) -> String {
    if d >= DateTime.dateInfinity || d <= DateTime.dateNegativeInfinity || dateStyle.hasPrefix("ISO") {
      return DateTime.dateText(d)
    }
    let (y, m, day) = DateTime.civil(d)
    return styledDate(y, m, day) + (y > 0 ? "" : " BC")
  }

  private func styledDate(_ y: Int64, _ m: Int64, _ day: Int64) -> String {
    let year = DateTime.pad(y > 0 ? y : 1 - y, 4)
    if dateStyle.hasPrefix("German") { return DateTime.two(day) + "." + DateTime.two(m) + "." + year }
    let mark = dateStyle.hasPrefix("SQL") ? "/" : "-"
    return (isDayFirst ? DateTime.two(day) + mark + DateTime.two(m) : DateTime.two(m) + mark + DateTime.two(day)) + mark
      + year
  }

  func timestampStyled(_ t: Int64, _ zoned: Bool) -> String {
    if dateStyle.hasPrefix("ISO") || t == DateTime.infinity || t == DateTime.negativeInfinity {
      return DateTime.timestampText(t, zone: zoned ? timeZone : nil)
    }
    var local = t
    var suffix = ""
    if zoned {
      local += timeZone.offset(utc: t) * DateTime.second
      suffix = " " + timeZone.abbreviation(utc: t)
    }
    let (days, time) = DateTime.floorDivide(local, DateTime.day)
    let (y, m, day) = DateTime.civil(days)
    let era = y > 0 ? "" : " BC"
    guard dateStyle.hasPrefix("Postgres") else {
      return styledDate(y, m, day) + " " + DateTime.timeText(time) + suffix + era
    }
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(DateTime.weekday(days))]
    let month = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][Int(m - 1)]
    let date = isDayFirst ? DateTime.two(day) + " " + month : month + " " + DateTime.two(day)
    return weekday + " " + date + " " + DateTime.timeText(time) + " " + DateTime.pad(y > 0 ? y : 1 - y, 4) + suffix
      + era
  }

  func intervalStyled(_ i: IntervalValue) -> String {
    if intervalStyle == "iso_8601" {
      var out = "P"
      if i.months / 12 != 0 { out += "\(i.months / 12)Y" }
      if i.months % 12 != 0 { out += "\(i.months % 12)M" }
      if i.days != 0 { out += "\(i.days)D" }
      if i.microseconds != 0 {
        out += "T"
        let h = i.microseconds / DateTime.hour
        let m = i.microseconds % DateTime.hour / DateTime.minute
        let s = i.microseconds % DateTime.minute
        if h != 0 { out += "\(h)H" }
        if m != 0 { out += "\(m)M" }
        if s != 0 {
          out +=
            (s < 0 ? "-" : "") + "\((s < 0 ? -s : s) / DateTime.second)"
            + DateTime.fraction((s < 0 ? -s : s) % DateTime.second) + "S"
        }
      }
      return out == "P" ? "PT0S" : out
    }
    if intervalStyle == "postgres_verbose" { return DateTime.verboseInterval(i) }
    if intervalStyle == "sql_standard" { return DateTime.standardInterval(i) }
    return DateTime.intervalText(i)
  }
}
