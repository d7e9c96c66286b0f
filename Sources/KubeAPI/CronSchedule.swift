// Cron schedules as CronJobs use them (robfig/cron standard parser): five fields or a descriptor, with the parser's
// error texts, and the next time a schedule fires.

import SimKernel
import Unstructured

package struct CronSchedule {
  private var minutes: UInt64 = 0
  private var hours: UInt64 = 0
  private var days: UInt64 = 0
  private var months: UInt64 = 0
  private var weekdays: UInt64 = 0
  private var daysAreStar = false
  private var weekdaysAreStar = false
  /// `@every 90s`: a fixed distance instead of fields.
  private var every: Int64 = 0

  private struct Problem: Error { let message: String }

  private struct Range {
    let low: Int
    let high: Int
    let names: [String]
  }

  private static let ranges = [
    Range(low: 0, high: 59, names: []), Range(low: 0, high: 23, names: []), Range(low: 1, high: 31, names: []),
    Range(
      low: 1, high: 12,
      names: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    Range(low: 0, high: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
  ]

  private static let descriptors = [
    ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
  ]

  /// Why a text is no schedule; nil when it is one.
  package static func problem(_ text: String) -> String? {
    do throws(Problem) {
      _ = try CronSchedule(reading: text)
      return nil
    } catch { return error.message }
  }

  package init?(_ text: String) {
    do throws(Problem) { try self.init(reading: text) } catch { return nil }
  }

  private init(reading text: String) throws(Problem) {
    var text = text
    if text.hasPrefix("@") {
      if text.hasPrefix("@every ") {
        guard let interval = HumanDuration.parse(String(text.dropFirst(7))) else {
          throw Problem(
            message: "failed to parse duration \(text): time: invalid duration \(goQuoted(String(text.dropFirst(7))))")
        }
        every = max(1, interval.wholeSeconds)
        return
      }
      var found = false
      for (name, fields) in CronSchedule.descriptors where name == text {
        text = fields
        found = true
        break
      }
      if !found { throw Problem(message: "unrecognized descriptor: \(text)") }
    }
    var fields: [String] = []
    for field in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }) { fields.append(String(field)) }
    guard fields.count == 5 else {
      throw Problem(
        message: "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]")
    }
    minutes = try CronSchedule.bits(fields[0], CronSchedule.ranges[0])
    hours = try CronSchedule.bits(fields[1], CronSchedule.ranges[1])
    days = try CronSchedule.bits(fields[2], CronSchedule.ranges[2])
    months = try CronSchedule.bits(fields[3], CronSchedule.ranges[3])
    weekdays = try CronSchedule.bits(fields[4], CronSchedule.ranges[4])
    daysAreStar = fields[2].hasPrefix("*") || fields[2].hasPrefix("?")
    weekdaysAreStar = fields[4].hasPrefix("*") || fields[4].hasPrefix("?")
  }

  private static func bits(_ field: String, _ range: Range) throws(Problem) -> UInt64 {
    var bits: UInt64 = 0
    for part in field.split(separator: ",") { bits |= try part.isEmpty ? 0 : self.part(String(part), range) }
    return bits
  }

  private static func part(_ text: String, _ range: Range) throws(Problem) -> UInt64 {
    var pieces: [String] = []
    for piece in text.split(separator: "/", omittingEmptySubsequences: false) { pieces.append(String(piece)) }
    var bounds: [String] = []
    for bound in pieces[0].split(separator: "-", omittingEmptySubsequences: false) { bounds.append(String(bound)) }
    var low = range.low
    var high = range.high
    let single = bounds.count == 1
    if bounds[0] != "*", bounds[0] != "?" {
      low = try number(bounds[0], range)
      switch bounds.count {
      case 1: high = low
      case 2: high = try number(bounds[1], range)
      default: throw Problem(message: "too many hyphens: \(text)")
      }
    }
    var step = 1
    if pieces.count == 2 {
      step = try number(pieces[1], Range(low: 0, high: 0, names: []))
      if single { high = max(high, range.high) }
    } else if pieces.count > 2 {
      throw Problem(message: "too many slashes: \(text)")
    }
    if low < range.low { throw Problem(message: "beginning of range (\(low)) below minimum (\(range.low)): \(text)") }
    if high > range.high { throw Problem(message: "end of range (\(high)) above maximum (\(range.high)): \(text)") }
    if low > high { throw Problem(message: "beginning of range (\(low)) beyond end of range (\(high)): \(text)") }
    if step == 0 { throw Problem(message: "step of range should be a positive number: \(text)") }
    var bits: UInt64 = 0
    var value = low
    while value <= high {
      bits |= 1 << UInt64(value)
      value += step
    }
    return bits
  }

  private static func number(_ text: String, _ range: Range) throws(Problem) -> Int {
    let lower = text.lowercased()
    for (index, name) in range.names.enumerated() where !name.isEmpty && name == lower { return index }
    guard let number = Int(text) else {
      throw Problem(
        message:
          "failed to parse int from \(text): strconv.Atoi: parsing \(goQuoted(text)): invalid syntax")
    }
    if number < 0 { throw Problem(message: "negative number (\(number)) not allowed: \(text)") }
    return number
  }

  /// The first firing after a Unix time in seconds (UTC); nil when there is none within five years.
  package func next(after unixSeconds: Int64) -> Int64? {
    if every > 0 { return unixSeconds + every }
    func has(_ bits: UInt64, _ value: Int64) -> Bool { bits >> UInt64(value) & 1 == 1 }
    var time = unixSeconds - unixSeconds % 60 + 60
    let limit = unixSeconds + 5 * 366 * 86_400
    while time < limit {
      let civil = CivilTime(unixSeconds: time)
      if !has(months, civil.month) {
        let next =
          civil.month == 12
          ? CivilTime(year: civil.year + 1, month: 1, day: 1)
          : CivilTime(year: civil.year, month: civil.month + 1, day: 1)
        time = next.unixSeconds
        continue
      }
      let dayFits = has(days, civil.day)
      let weekdayFits = has(weekdays, civil.weekday)
      if !(daysAreStar || weekdaysAreStar ? dayFits && weekdayFits : dayFits || weekdayFits) {
        time = (civil.daysSinceEpoch + 1) * 86_400
        continue
      }
      if !has(hours, civil.hour) {
        time = time - time % 3_600 + 3_600
        continue
      }
      if !has(minutes, civil.minute) {
        time += 60
        continue
      }
      return time
    }
    return nil
  }
}
