// Dates as people write them, after gnulib's parse_datetime: calendar dates, times of day, zones, weekdays and relative
// amounts, in any order.

import SimKernel

struct TimeParser {
  private enum Token {
    case number(Int64, digits: Int, sign: Int, fraction: Int64)
    case word(String)
    case mark(UInt8)
  }
  private var tokens: [Token] = []
  private var at = 0

  /// The moment that a text means, seen from the moment `now` in a zone; nil when it means none.
  static func parse(_ text: String, now: CivilTime, in zone: CivilZone) -> CivilTime? {
    var parser = TimeParser()
    // `TZ="Asia/Tokyo" 09:00`: another zone for this text.
    if text.hasPrefix("TZ=\""), let end = text.dropFirst(4).firstIndex(of: "\"") {
      let name = String(text.dropFirst(4)[..<end])
      return parser.run(String(text[text.index(after: end)...]), now, .environment(name))
    }
    return parser.run(text, now, zone)
  }

  private mutating func tokenize(_ text: String) -> Bool {
    let bytes = text.bytes
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      if isSpace(byte) || byte == 44 {
        i += 1
        continue
      }
      if byte == 40 {
        while i < bytes.count, bytes[i] != 41 { i += 1 }
        i += 1
        continue
      }
      var sign = 0
      var start = i
      if byte == 43 || byte == 45 {
        var j = i + 1
        while j < bytes.count, isBlank(bytes[j]) { j += 1 }
        if j < bytes.count, isDigit(bytes[j]) {
          sign = byte == 43 ? 1 : -1
          start = j
        } else {
          tokens.append(.mark(byte))
          i += 1
          continue
        }
      }
      if isDigit(bytes[start]) {
        var end = start
        while end < bytes.count, isDigit(bytes[end]) { end += 1 }
        guard let value = decimal(bytes[start..<end]) else { return false }
        var fraction: Int64 = 0
        let digits = end - start
        if end + 1 < bytes.count, bytes[end] == 46 || bytes[end] == 44, isDigit(bytes[end + 1]) {
          end += 1
          var scale: Int64 = 100_000_000
          while end < bytes.count, isDigit(bytes[end]) {
            fraction += Int64(bytes[end] - 48) * scale
            scale /= 10
            end += 1
          }
        }
        tokens.append(.number(value, digits: digits, sign: sign, fraction: fraction))
        i = end
        continue
      }
      if isAlpha(byte) {
        var word: [UInt8] = []
        while i < bytes.count, isAlpha(bytes[i]) || bytes[i] == 46 {
          if bytes[i] != 46 { word.append(lowercased(bytes[i])) }
          i += 1
        }
        tokens.append(.word(String(bytes: word)))
        continue
      }
      tokens.append(.mark(byte))
      i += 1
    }
    return true
  }

  private func token(_ offset: Int) -> Token? { at + offset < tokens.count ? tokens[at + offset] : nil }
  private func isMark(_ offset: Int, _ byte: UInt8) -> Bool {
    if case .mark(let mark) = token(offset) { return mark == byte }
    return false
  }
  private func word(_ offset: Int) -> String? {
    if case .word(let text) = token(offset) { return text }
    return nil
  }
  private func plain(_ offset: Int) -> (value: Int64, digits: Int, fraction: Int64)? {
    if case .number(let value, let digits, let sign, let fraction) = token(offset), sign == 0 {
      return (value, digits, fraction)
    }
    return nil
  }
  /// The second number of `2026-01`: a dash before digits reads as a sign.
  private func dashed(_ offset: Int) -> (value: Int64, digits: Int)? {
    if case .number(let value, let digits, let sign, _) = token(offset), sign == -1 { return (value, digits) }
    return nil
  }

  private static func month(_ word: String) -> Int64? {
    guard word.utf8.count >= 3 else { return nil }
    for (index, name) in CivilTime.monthNames.enumerated() {
      let lower = name.lowercased()
      if lower == word || String(lower.prefix(3)) == word || (word == "sept" && index == 8) { return Int64(index + 1) }
    }
    return nil
  }
  private static func weekday(_ word: String) -> Int64? {
    guard word.utf8.count >= 3 else { return nil }
    for (index, name) in CivilTime.weekdayNames.enumerated() {
      let lower = name.lowercased()
      if lower == word || String(lower.prefix(3)) == word { return Int64(index) }
    }
    let more: [String: Int64] = ["tues": 2, "wednes": 3, "thur": 4, "thurs": 4]
    return more[word]
  }
  private static func unit(_ given: String) -> (months: Int64, days: Int64, seconds: Int64)? {
    var word = given
    if word.utf8.count > 3, word.hasSuffix("s") { word.removeLast() }
    switch word {
    case "year": return (12, 0, 0)
    case "month": return (1, 0, 0)
    case "fortnight": return (0, 14, 0)
    case "week": return (0, 7, 0)
    case "day": return (0, 1, 0)
    case "hour": return (0, 0, 3_600)
    case "minute", "min": return (0, 0, 60)
    case "second", "sec": return (0, 0, 1)
    default: return nil
    }
  }
  private static let ordinals: [String: Int64] = [
    "last": -1, "this": 0, "next": 1, "first": 1, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
  ]

  private mutating func run(_ text: String, _ now: CivilTime, _ zone: CivilZone) -> CivilTime? {
    guard tokenize(text) else { return nil }
    var result = CivilTime(
      unixSeconds: now.unixSeconds + zone.offset(atUnix: now.unixSeconds), nanosecond: now.nanosecond)
    var hasDate = false
    var hasTime = false
    var months: Int64 = 0
    var days: Int64 = 0
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    var offset: Int64?
    var weekday: (day: Int64, ordinal: Int64)?
    // Whether something counts from the present, whose time of day then stays.
    var isRelative = false
    if isMark(0, 64), case .number(let value, _, let sign, let fraction) = token(1), tokens.count == 2 {
      if sign < 0, fraction > 0 { return CivilTime(unixSeconds: -value - 1, nanosecond: 1_000_000_000 - fraction) }
      return CivilTime(unixSeconds: sign < 0 ? -value : value, nanosecond: fraction)
    }
    // Whether the time of day was the last thing read.
    var timeEnd = -1
    while let current = token(0) {
      let afterTime = at == timeEnd
      switch current {
      case .mark: return nil
      case .word(let text):
        at += 1
        if let month = TimeParser.month(text) {
          // Jan 15 2026, Jan 15, Jan 2026
          guard let day = plain(0) else { return nil }
          at += 1
          hasDate = true
          result.month = month
          if day.digits >= 3 {
            result.year = day.value
            result.day = 1
          } else {
            result.day = day.value
            if let year = plain(0), year.digits == 4, !isMark(1, 58) {
              result.year = year.value
              at += 1
            }
          }
          continue
        }
        if let day = TimeParser.weekday(text) {
          weekday = (day, 0)
          continue
        }
        if let ordinal = TimeParser.ordinals[text], let next = word(0) {
          at += 1
          if let unit = TimeParser.unit(next) {
            isRelative = true
            let sign: Int64 = word(0) == "ago" ? -1 : 1
            if sign < 0 { at += 1 }
            months += unit.months * ordinal * sign
            days += unit.days * ordinal * sign
            seconds += unit.seconds * ordinal * sign
          } else if let day = TimeParser.weekday(next) {
            weekday = (day, ordinal)
          } else {
            return nil
          }
          continue
        }
        if let unit = TimeParser.unit(text) {
          isRelative = true
          let sign: Int64 = word(0) == "ago" ? -1 : 1
          if sign < 0 { at += 1 }
          months += unit.months * sign
          days += unit.days * sign
          seconds += unit.seconds * sign
          continue
        }
        switch text {
        case "now", "today": isRelative = true
        case "yesterday":
          days -= 1
          isRelative = true
        case "tomorrow":
          days += 1
          isRelative = true
        case "t" where hasDate && plain(0) != nil: break
        case "and": break
        default:
          guard offset == nil, var zone = TimeZoneNames.seconds(text) else { return nil }
          if word(0) == "dst" {
            zone += 3600
            at += 1
          } else if case .number(let value, let digits, let sign, _) = token(0), sign != 0,
            word(1).flatMap({ TimeParser.unit($0) }) == nil
          {
            // UTC+2
            zone += correction(value, digits, sign)
          }
          offset = zone
        }
      case .number(let value, let digits, let sign, let fraction):
        // Relative amounts: +2 days, -1 hour, 3 weeks ago. Right after a time of day, a sign is that of a zone.
        if !(sign != 0 && afterTime), let next = word(1), let unit = TimeParser.unit(next) {
          at += 2
          isRelative = true
          var amount = sign < 0 ? -value : value
          if word(0) == "ago" {
            amount = -amount
            at += 1
          }
          guard Self.add(unit.months, amount, to: &months), Self.add(unit.days, amount, to: &days),
            Self.add(unit.seconds, amount, to: &seconds)
          else { return nil }
          if fraction > 0, unit.seconds == 1 { nanoseconds += amount < 0 ? -fraction : fraction }
          continue
        }
        if sign != 0 {
          // A zone after a time: +02:00, +0200, -05
          guard hasTime else { return nil }
          offset = correction(value, digits, sign)
          continue
        }
        if isMark(1, 58), let minute = plain(2) {
          at += 3
          result.hour = value
          result.minute = minute.value
          result.second = 0
          result.nanosecond = 0
          if isMark(0, 58), let second = plain(1) {
            result.second = second.value
            result.nanosecond = second.fraction
            at += 2
          }
          if let half = word(0), half == "am" || half == "pm" {
            guard result.hour >= 1, result.hour <= 12 else { return nil }
            result.hour = result.hour % 12 + (half == "pm" ? 12 : 0)
            at += 1
          } else {
            timeEnd = at
          }
          guard result.hour < 24, result.minute < 60, result.second <= 60 else { return nil }
          hasTime = true
          continue
        }
        if let half = word(1), half == "am" || half == "pm" {
          guard value >= 1, value <= 12 else { return nil }
          (result.hour, result.minute, result.second, result.nanosecond) = (
            value % 12 + (half == "pm" ? 12 : 0), 0, 0, 0
          )
          hasTime = true
          at += 2
          continue
        }
        if let month = dashed(1), let day = dashed(2) {
          at += 3
          guard (1...12).contains(month.value), (1...31).contains(day.value) else { return nil }
          result.year = digits <= 2 ? value + (value < 69 ? 2000 : 1900) : value
          result.month = month.value
          result.day = day.value
          hasDate = true
          continue
        }
        if isMark(1, 47), let second = plain(2) {
          at += 3
          if isMark(0, 47), let third = plain(1) {
            at += 2
            if digits >= 4 {
              (result.year, result.month, result.day) = (value, second.value, third.value)
            } else {
              (result.month, result.day) = (value, second.value)
              result.year = third.digits <= 2 ? third.value + (third.value < 69 ? 2000 : 1900) : third.value
            }
          } else {
            (result.month, result.day) = (value, second.value)
          }
          guard (1...12).contains(result.month), (1...31).contains(result.day) else { return nil }
          hasDate = true
          continue
        }
        if let name = word(1), let month = TimeParser.month(name) {
          // 15 Jan 2026, 15 Jan
          at += 2
          result.day = value
          result.month = month
          if let year = plain(0), year.digits >= 3, !isMark(1, 58) {
            result.year = year.value
            at += 1
          }
          hasDate = true
          continue
        }
        at += 1
        if digits == 8 {
          (result.year, result.month, result.day) = (value / 10_000, value / 100 % 100, value % 100)
          guard (1...12).contains(result.month), (1...31).contains(result.day) else { return nil }
          hasDate = true
        } else if hasDate, !hasTime, digits <= 4 {
          (result.hour, result.minute) = digits <= 2 ? (value, 0) : (value / 100, value % 100)
          (result.second, result.nanosecond) = (0, 0)
          guard result.hour < 24, result.minute < 60 else { return nil }
          hasTime = true
        } else if hasDate, hasTime, digits == 4 {
          result.year = value
        } else if digits <= 4, !hasDate, !hasTime {
          (result.hour, result.minute) = digits <= 2 ? (value, 0) : (value / 100, value % 100)
          (result.second, result.nanosecond) = (0, 0)
          guard result.hour < 24, result.minute < 60 else { return nil }
          hasTime = true
        } else {
          return nil
        }
      }
    }
    if hasDate || weekday != nil || !isRelative, !hasTime {
      (result.hour, result.minute, result.second, result.nanosecond) = (0, 0, 0, 0)
    }
    if hasDate {
      let days = CivilTime(unixSeconds: result.unixSeconds)
      guard days.day == result.day, days.month == result.month else { return nil }
    }
    if let (day, ordinal) = weekday, !hasDate {
      var ahead = (day - result.weekday + 7) % 7
      if ordinal > 0, ahead == 0 || true { ahead += (ordinal - (ahead > 0 ? 1 : 0)) * 7 }
      if ordinal < 0 { ahead -= 7 }
      result = CivilTime(unixSeconds: result.unixSeconds + ahead * 86_400, nanosecond: result.nanosecond)
    }
    // The C library counts years and days in 32 bits.
    let intRange = -Int64(Int32.max)...Int64(Int32.max)
    guard intRange.contains(months), intRange.contains(days) else { return nil }
    if months != 0 {
      let total = result.year * 12 + result.month - 1 + months
      result.year = total >= 0 ? total / 12 : (total - 11) / 12
      result.month = total - result.year * 12 + 1
    }
    // Days are those of the calendar, hours those of the clock.
    let local = result.unixSeconds + days * 86_400
    guard intRange.contains(result.year) else { return nil }
    var (unix, overflows) = seconds.addingReportingOverflow(offset.map { local - $0 } ?? zone.unix(local: local))
    if overflows { return nil }
    var nanosecond = result.nanosecond + nanoseconds
    if nanosecond < 0 {
      unix -= 1
      nanosecond += 1_000_000_000
    } else if nanosecond >= 1_000_000_000 {
      unix += 1
      nanosecond -= 1_000_000_000
    }
    return CivilTime(unixSeconds: unix, nanosecond: nanosecond)
  }

  /// Reads `+2`, `-0530` or `+05:30`, whose first number is the present token, as seconds.
  private mutating func correction(_ value: Int64, _ digits: Int, _ sign: Int) -> Int64 {
    at += 1
    var seconds: Int64
    if isMark(0, 58), let minutes = plain(1) {
      seconds = value * 3600 + minutes.value * 60
      at += 2
    } else {
      seconds = digits <= 2 ? value * 3600 : value / 100 * 3600 + value % 100 * 60
    }
    return sign < 0 ? -seconds : seconds
  }

  /// Adds so many units; false when that is more than there are numbers.
  private static func add(_ unit: Int64, _ amount: Int64, to sum: inout Int64) -> Bool {
    let (product, isTooLarge) = unit.multipliedReportingOverflow(by: amount)
    let (total, overflows) = sum.addingReportingOverflow(product)
    sum = total
    return !isTooLarge && !overflows
  }
}
