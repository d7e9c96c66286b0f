// Dates, times, timestamps and intervals: calendar, output and input. Output is DateStyle ISO and IntervalStyle postgres,
// the defaults. Source: PostgreSQL 15 manual 8.5 and appendix B.

internal import SimKernel

enum DateTime {
  static let day: Int64 = 86_400_000_000
  static let hour: Int64 = 3_600_000_000
  static let minute: Int64 = 60_000_000
  static let second: Int64 = 1_000_000
  /// 2000-01-01 as days since 1970-01-01.
  static let epochDays: Int64 = 10_957
  static let infinity = Int64.max
  static let negativeInfinity = Int64.min
  static let dateInfinity = Int64(Int32.max)
  static let dateNegativeInfinity = Int64(Int32.min)

  static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, remainder: Int64) {
    var q = a / b
    var r = a % b
    if r < 0 {
      r += b
      q -= 1
    }
    return (q, r)
  }

  /// Days since 2000-01-01 to a civil date (astronomical year).
  static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + epochDays + 719_468
    let era = floorDivide(shifted, 146_097).quotient
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let index = (5 * dayOfYear + 2) / 153
    let month = index < 10 ? index + 3 : index - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
  }

  static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = floorDivide(y, 400).quotient
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468 - epochDays
  }

  static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
  static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
  /// 0 = Sunday.
  static func weekday(_ days: Int64) -> Int64 { floorDivide(days + 6, 7).remainder }

  static func isoWeek(_ days: Int64) -> (year: Int64, week: Int64) {
    let (year, _, _) = civil(days)
    func start(_ y: Int64) -> Int64 {
      let fourth = DateTime.days(y, 1, 4)
      return fourth - (weekday(fourth) + 6) % 7
    }
    var y = year
    if days >= start(year + 1) { y = year + 1 } else if days < start(year) { y = year - 1 }
    return (y, (days - start(y)) / 7 + 1)
  }

  static func two(_ value: Int64) -> String { value < 10 ? "0" + String(value) : String(value) }
  static func pad(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  // MARK: Output

  static func dateText(_ days: Int64) -> String {
    if days >= dateInfinity { return "infinity" }
    if days <= dateNegativeInfinity { return "-infinity" }
    let (year, month, day) = civil(days)
    if year > 0 { return pad(year, 4) + "-" + two(month) + "-" + two(day) }
    return pad(1 - year, 4) + "-" + two(month) + "-" + two(day) + " BC"
  }

  static func fraction(_ microseconds: Int64) -> String {
    guard microseconds > 0 else { return "" }
    var digits = Array(pad(microseconds, 6).utf8)
    while let last = digits.last, last == 48 { digits.removeLast() }
    return "." + String(decoding: digits, as: UTF8.self)
  }

  static func timeText(_ time: Int64) -> String {
    two(time / hour) + ":" + two(time / minute % 60) + ":" + two(time / second % 60) + fraction(time % second)
  }

  /// `+02`, `+05:30`, `-03:30:10`
  static func offsetText(_ seconds: Int64) -> String {
    let magnitude = seconds < 0 ? -seconds : seconds
    var text = (seconds < 0 ? "-" : "+") + two(magnitude / 3_600)
    if magnitude % 3_600 != 0 {
      text += ":" + two(magnitude / 60 % 60)
      if magnitude % 60 != 0 { text += ":" + two(magnitude % 60) }
    }
    return text
  }

  static func timestampText(_ timestamp: Int64, zone: TimeZoneRules? = nil) -> String {
    if timestamp == infinity { return "infinity" }
    if timestamp == negativeInfinity { return "-infinity" }
    var local = timestamp
    var suffix = ""
    if let zone {
      let offset = zone.offset(utc: timestamp)
      local += offset * second
      suffix = offsetText(offset)
    }
    let (days, time) = floorDivide(local, day)
    let (year, month, dayOfMonth) = civil(days)
    let date = pad(year > 0 ? year : 1 - year, 4) + "-" + two(month) + "-" + two(dayOfMonth)
    return date + " " + timeText(time) + suffix + (year > 0 ? "" : " BC")
  }

  static func intervalText(_ value: IntervalValue) -> String {
    var parts: [String] = []
    let years = value.months / 12
    let months = value.months % 12
    var negativeBefore = false
    func add(_ amount: Int64, _ unit: String) {
      guard amount != 0 else { return }
      let sign = negativeBefore && amount > 0 ? "+" : ""
      parts.append(sign + String(amount) + " " + unit + (amount == 1 ? "" : "s"))
      negativeBefore = amount < 0
    }
    add(years, "year")
    add(months, "mon")
    add(value.days, "day")
    if parts.isEmpty || value.microseconds != 0 {
      let negative = value.microseconds < 0
      let time = value.microseconds.magnitude
      let hours = time / UInt64(hour)
      let rest = Int64(time % UInt64(hour))
      let hourText = hours < 10 ? "0" + String(hours) : String(hours)
      parts.append(
        (negative ? "-" : negativeBefore ? "+" : "") + hourText + ":" + two(rest / minute) + ":"
          + two(rest / second % 60) + fraction(rest % second))
    }
    return joined(parts, " ")
  }

  // MARK: Arithmetic

  static func addMonths(_ days: Int64, _ months: Int64) -> Int64 {
    let (year, month, day) = civil(days)
    let (carry, index) = floorDivide(month - 1 + months, 12)
    let newYear = year + carry
    let newMonth = index + 1
    return DateTime.days(newYear, newMonth, min(day, daysInMonth(newYear, newMonth)))
  }

  /// What a timestamp can be, in microseconds around 2000-01-01: 4714-11-24 BC up to, but not with, 294277-01-01.
  static let timestamps: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000

  /// timestamp + interval, in local time.
  static func add(_ timestamp: Int64, _ interval: IntervalValue) throws(SQLError) -> Int64 {
    if timestamp == infinity || timestamp == negativeInfinity { return timestamp }
    var (days, time) = floorDivide(timestamp, day)
    guard interval.isInRange else { throw outOfRange("timestamp") }
    if interval.months != 0 { days = addMonths(days, interval.months) }
    days += interval.days
    guard days.magnitude < 1 << 28 else { throw outOfRange("timestamp") }
    return try shifted(days * day + time, by: interval.microseconds)
  }

  /// A timestamp so many microseconds later.
  static func shifted(_ timestamp: Int64, by microseconds: Int64) throws(SQLError) -> Int64 {
    let (sum, overflows) = timestamp.addingReportingOverflow(microseconds)
    guard !overflows, timestamps.contains(sum) else { throw outOfRange("timestamp") }
    return sum
  }

  static func outOfRange(_ type: String) -> SQLError { SQLError(SQLState.datetimeOverflow, "\(type) out of range") }

  static func subtract(_ a: Int64, _ b: Int64) -> IntervalValue {
    let difference = a - b
    return IntervalValue(months: 0, days: difference / day, microseconds: difference % day)
  }

  /// age(): the difference in years, months, days.
  static func age(_ a: Int64, _ b: Int64) -> IntervalValue {
    let negative = a < b
    let (later, earlier) = negative ? (b, a) : (a, b)
    let (laterDays, laterTime) = floorDivide(later, day)
    let (earlierDays, earlierTime) = floorDivide(earlier, day)
    let x = civil(laterDays)
    let y = civil(earlierDays)
    var months = (x.year - y.year) * 12 + x.month - y.month
    var days = x.day - y.day
    var time = laterTime - earlierTime
    if time < 0 {
      time += day
      days -= 1
    }
    if days < 0 {
      days += daysInMonth(y.year, y.month)
      months -= 1
    }
    if negative { return IntervalValue(months: -months, days: -days, microseconds: -time) }
    return IntervalValue(months: months, days: days, microseconds: time)
  }

  /// Length used for comparison: 30-day months.
  static func span(_ value: IntervalValue) -> (days: Int64, microseconds: Int64) {
    let (extra, rest) = floorDivide(value.microseconds, day)
    return (value.months * 30 + value.days + extra, rest)
  }
}
