// Calendar arithmetic in UTC (proleptic Gregorian) and the timestamp formats the simulated programs print.
// Days are converted with the era algorithm (400-year cycles of 146,097 days); no tables, no time zones.

package struct CivilTime: Hashable {
  package var year: Int64
  /// 1 … 12
  package var month: Int64
  /// 1 … 31
  package var day: Int64
  package var hour: Int64
  package var minute: Int64
  package var second: Int64
  /// 0 ..< 1e9
  package var nanosecond: Int64

  package init(
    year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0, second: Int64 = 0,
    nanosecond: Int64 = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.nanosecond = nanosecond
  }

  package init(unixSeconds: Int64, nanosecond: Int64 = 0) {
    var days = unixSeconds / 86_400
    var rest = unixSeconds % 86_400
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthIndex + 2) / 5 + 1, hour: rest / 3_600, minute: rest % 3_600 / 60,
      second: rest % 60, nanosecond: nanosecond)
  }

  /// Days since 1970-01-01.
  package var daysSinceEpoch: Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
  package var unixSeconds: Int64 { daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second }

  /// 0 = Sunday … 6 = Saturday
  package var weekday: Int64 { ((daysSinceEpoch + 4) % 7 + 7) % 7 }
  /// 1 … 366
  package var dayOfYear: Int64 { daysSinceEpoch - CivilTime(year: year, month: 1, day: 1).daysSinceEpoch + 1 }

  package static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  package static let weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  package var monthAbbreviation: String { String(CivilTime.monthNames[Int(month - 1)].prefix(3)) }
  package var weekdayAbbreviation: String { String(CivilTime.weekdayNames[Int(weekday)].prefix(3)) }

  private var date: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
  private var time: String { "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))" }

  /// `2026-01-15T09:00:00Z`, the form of Kubernetes timestamps (RFC 3339, whole seconds).
  package var rfc3339: String { "\(date)T\(time)Z" }
  /// `2026-01-15T09:00:00.123456Z` (MicroTime of the API).
  package var rfc3339Micro: String { "\(date)T\(time).\(padded(nanosecond / 1_000, 6))Z" }
  /// `Thu, 15 Jan 2026 09:00:00 +0000` (RFC 1123 with numeric zone), the form in `kubectl describe`.
  package var rfc1123Z: String {
    "\(weekdayAbbreviation), \(padded(day, 2)) \(monthAbbreviation) \(padded(year, 4)) \(time) +0000"
  }

  /// Reads `2026-01-15T09:00:00Z`, with an optional fraction and `Z` or `±hh:mm`.
  package init?(rfc3339 text: String) {
    let b = Array(text.utf8)
    func digits(_ from: Int, _ count: Int) -> Int64? {
      guard from + count <= b.count else { return nil }
      var value: Int64 = 0
      for i in from..<from + count {
        guard b[i] >= 48, b[i] <= 57 else { return nil }
        value = value * 10 + Int64(b[i] - 48)
      }
      return value
    }
    guard b.count >= 20, b[4] == 45, b[7] == 45, b[10] == 84 || b[10] == 116 || b[10] == 32, b[13] == 58, b[16] == 58,
      let y = digits(0, 4), let mo = digits(5, 2), let d = digits(8, 2), let h = digits(11, 2),
      let mi = digits(14, 2), let s = digits(17, 2), (1...12).contains(mo), (1...31).contains(d), h < 24, mi < 60,
      s < 61
    else { return nil }
    var i = 19
    var nanos: Int64 = 0
    if b[i] == 46 {
      i += 1
      var scale: Int64 = 100_000_000
      while i < b.count, b[i] >= 48, b[i] <= 57 {
        nanos += Int64(b[i] - 48) * scale
        scale /= 10
        i += 1
      }
    }
    guard i < b.count else { return nil }
    var offset: Int64 = 0
    if b[i] == 90 || b[i] == 122 {
      guard i + 1 == b.count else { return nil }
    } else if b[i] == 43 || b[i] == 45 {
      guard let oh = digits(i + 1, 2), let om = digits(i + 4, 2), i + 6 == b.count else { return nil }
      offset = (oh * 60 + om) * 60 * (b[i] == 45 ? -1 : 1)
    } else {
      return nil
    }
    let local = CivilTime(year: y, month: mo, day: d, hour: h, minute: mi, second: s)
    self.init(unixSeconds: local.unixSeconds - offset, nanosecond: nanos)
  }
}

/// Decimal digits of a number, padded on the left with zeros to `width`.
package func padded(_ value: Int64, _ width: Int) -> String {
  let digits = String(value < 0 ? -value : value)
  let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
  return (value < 0 ? "-" : "") + zeros + digits
}
