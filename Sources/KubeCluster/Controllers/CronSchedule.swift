// The five fields of a cron schedule and the instants they name. Source: robfig/cron v3 (`ParseStandard`), which the CronJob
// controller uses; `@hourly` and its like included.

import SimKernel

struct CronSchedule {
  private var minutes: Set<Int64> = []
  private var hours: Set<Int64> = []
  private var days: Set<Int64> = []
  private var months: Set<Int64> = []
  private var weekdays: Set<Int64> = []
  private var anyDay = false
  private var anyWeekday = false
  private var every: Int64?
  private let zone: CivilZone

  init?(_ text: String, zone: CivilZone = .utc) {
    self.zone = zone
    var text = text
    switch text {
    case "@hourly": text = "0 * * * *"
    case "@daily", "@midnight": text = "0 0 * * *"
    case "@weekly": text = "0 0 * * 0"
    case "@monthly": text = "0 0 1 * *"
    case "@yearly", "@annually": text = "0 0 1 1 *"
    default: break
    }
    if text.hasPrefix("@every ") {
      guard let seconds = CronSchedule.seconds(String(text.dropFirst(7))), seconds > 0 else { return nil }
      every = seconds
      return
    }
    var fields: [String] = []
    for field in text.split(separator: " ") { fields.append(String(field)) }
    guard fields.count == 5,
      let minutes = CronSchedule.set(fields[0], 0, 59), let hours = CronSchedule.set(fields[1], 0, 23),
      let days = CronSchedule.set(fields[2], 1, 31),
      let months = CronSchedule.set(
        fields[3], 1, 12, names: "jan feb mar apr may jun jul aug sep oct nov dec", from: 1),
      var weekdays = CronSchedule.set(fields[4], 0, 7, names: "sun mon tue wed thu fri sat", from: 0)
    else { return nil }
    if weekdays.contains(7) { weekdays.insert(0) }
    self.minutes = minutes
    self.hours = hours
    self.days = days
    self.months = months
    self.weekdays = weekdays
    anyDay = fields[2] == "*" || fields[2] == "?"
    anyWeekday = fields[4] == "*" || fields[4] == "?"
  }

  private static func seconds(_ text: String) -> Int64? {
    var total: Int64 = 0
    var number: Int64?
    for byte in text.utf8 {
      switch byte {
      case 48...57: number = (number ?? 0) * 10 + Int64(byte - 48)
      case 104: total += (number ?? 0) * 3_600
      case 109: total += (number ?? 0) * 60
      case 115: total += number ?? 0
      default: return nil
      }
      if byte > 57 { number = nil }
    }
    return number == nil ? total : nil
  }

  private static func set(_ field: String, _ low: Int64, _ high: Int64, names: String = "", from: Int64 = 0) -> Set<
    Int64
  >? {
    func number(_ text: Substring) -> Int64? {
      if let number = Int64(text) { return number }
      for (index, name) in names.split(separator: " ").enumerated() where name == text.lowercased() {
        return from + Int64(index)
      }
      return nil
    }
    var result: Set<Int64> = []
    for part in field.split(separator: ",") {
      let pieces = part.split(separator: "/")
      guard let range = pieces.first, pieces.count <= 2 else { return nil }
      var step: Int64 = 1
      if pieces.count == 2 {
        guard let stated = Int64(pieces[1]), stated > 0 else { return nil }
        step = stated
      }
      var first = low
      var last = high
      if range != "*", range != "?" {
        let ends = range.split(separator: "-")
        guard let start = ends.first.flatMap({ number($0) }), ends.count <= 2 else { return nil }
        first = start
        last = pieces.count == 2 && ends.count == 1 ? high : start
        if ends.count == 2 {
          guard let end = number(ends[1]) else { return nil }
          last = end
        }
      } else {
        last = high == 7 ? 6 : high
      }
      guard first >= low, last <= high, first <= last else { return nil }
      var value = first
      while value <= last {
        result.insert(value)
        value += step
      }
    }
    return result.isEmpty ? nil : result
  }

  private func matches(_ time: CivilTime) -> Bool {
    guard minutes.contains(time.minute), hours.contains(time.hour), months.contains(time.month) else { return false }
    let day = days.contains(time.day)
    let weekday = weekdays.contains(time.weekday)
    return anyDay || anyWeekday ? day && weekday : day || weekday
  }

  /// The first instant after `unixSeconds` that the schedule names, within about five years.
  func next(after unixSeconds: Int64) -> Int64? {
    if let every { return unixSeconds + every }
    var local = unixSeconds + zone.offset(atUnix: unixSeconds)
    while let shown = nextShown(after: local) {
      let instant = zone.unix(local: shown)
      // An hour that is shown twice has had its turn.
      if instant > unixSeconds { return instant }
      local = shown
    }
    return nil
  }

  /// The same on the zone's clock.
  private func nextShown(after unixSeconds: Int64) -> Int64? {
    var time = (unixSeconds / 60 + 1) * 60
    let limit = unixSeconds + 5 * 366 * 86_400
    while time < limit {
      let civil = CivilTime(unixSeconds: time)
      if !months.contains(civil.month) {
        time += 86_400 - (civil.hour * 3_600 + civil.minute * 60)
      } else if !hours.contains(civil.hour) {
        time += 3_600 - civil.minute * 60
      } else if matches(civil) {
        return time
      } else {
        time += 60
      }
    }
    return nil
  }
}
