// Reading dates, times, timestamps and intervals (DateStyle MDY). Source: PostgreSQL 15 manual, appendix B.1.

internal import SimKernel

struct DateTimeFields {
  /// `1/2/2024`: which number is the month is DateStyle's to say.
  var isOrdered = false
  var dayFirst = false
  var year: Int64?
  var month: Int64?
  var day: Int64?
  var time: Int64?
  /// Seconds east of UTC.
  var zone: Int64?
  var zoneRules: TimeZoneRules?
  var isBC = false
  /// `now`, `today`, `infinity` …
  var special: String?
}

enum DateTimeParseError: Error {
  case format, fieldOverflow, outOfRange
  case zone(String)
}

struct DateTimeParser {
  static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
    var value: Int64 = 0
    for b in bytes {
      guard Lexer.isDigit(b) else { return nil }
      value = value * 10 + Int64(b - 48)
    }
    return value
  }

  /// Fraction digits as microseconds, rounded.
  static func microseconds(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    var count = 0
    var roundUp = false
    for b in digits {
      guard Lexer.isDigit(b) else { return nil }
      if count < 6 { value = value * 10 + Int64(b - 48) } else if count == 6 { roundUp = b >= 53 }
      count += 1
    }
    while count < 6 {
      value *= 10
      count += 1
    }
    return value + (roundUp ? 1 : 0)
  }

  /// `hh:mm[:ss[.ffffff]]`
  static func time(_ bytes: ArraySlice<UInt8>) throws(DateTimeParseError) -> Int64 {
    var parts: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    for i in bytes.indices where bytes[i] == 0x3a {
      parts.append(bytes[start..<i])
      start = i + 1
    }
    parts.append(bytes[start...])
    guard parts.count >= 2, parts.count <= 3 else { throw .format }
    guard let h = number(parts[0]) else { throw .format }
    var micro: Int64 = 0
    var last = parts[parts.count - 1]
    if let point = last.firstIndex(of: 46) {
      guard let f = microseconds(last[(point + 1)...]) else { throw .format }
      micro = f
      last = last[..<point]
    }
    guard let end = number(last) else { throw .format }
    var m: Int64 = end
    var s: Int64 = 0
    if parts.count == 3 {
      guard let middle = number(parts[1]) else { throw .format }
      m = middle
      s = end
    } else if micro != 0 {
      throw .format
    }
    if h > 24 || m > 59 || s > 60 || (h == 24 && (m > 0 || s > 0 || micro > 0)) { throw .fieldOverflow }
    return h * DateTime.hour + m * DateTime.minute + s * DateTime.second + micro
  }

  private static func split(_ text: String) -> [ArraySlice<UInt8>] {
    let bytes = Array(text.utf8)
    var tokens: [ArraySlice<UInt8>] = []
    var i = 0
    while i < bytes.count {
      let b = bytes[i]
      if Lexer.isSpace(b) || b == 0x2c {
        i += 1
        continue
      }
      var end = i + 1
      if Lexer.isDigit(b) {
        // A number with separators; T and signs after a time end it.
        var sawColon = false
        var separators = 0
        while end < bytes.count {
          let c = bytes[end]
          if Lexer.isDigit(c) || c == 46 {
            end += 1
          } else if c == 0x3a {
            sawColon = true
            end += 1
          } else if c == 0x2d || c == 0x2f, !sawColon, separators < 2 {
            separators += 1
            end += 1
          } else if (c | 0x20) >= 97, (c | 0x20) <= 122, separators == 1, !sawColon, bytes[end - 1] == 0x2d {
            // 15-Jan-2024
            while end < bytes.count, (bytes[end] | 0x20) >= 97, (bytes[end] | 0x20) <= 122 { end += 1 }
          } else {
            break
          }
        }
      } else if b == 0x2b || b == 0x2d {
        while end < bytes.count, Lexer.isDigit(bytes[end]) || bytes[end] == 0x3a { end += 1 }
        if end == i + 1 {
          while end < bytes.count, !Lexer.isSpace(bytes[end]) { end += 1 }
        }
      } else {
        while end < bytes.count, !Lexer.isSpace(bytes[end]), !Lexer.isDigit(bytes[end]), bytes[end] != 0x2c,
          bytes[end] != 0x2b, bytes[end] != 0x2d
        { end += 1 }
        // 2024-01-02T03:04: the letter alone.
      }
      tokens.append(bytes[i..<end])
      i = end
    }
    return tokens
  }

  static func parse(_ text: String) throws(DateTimeParseError) -> DateTimeFields {
    var fields = DateTimeFields()
    let tokens = split(text)
    if tokens.isEmpty { throw .format }
    var numbers: [Int64] = []
    var numberWidths: [Int] = []
    for token in tokens {
      let word = lowercasedASCII(String(decoding: token, as: UTF8.self))
      guard let first = token.first else { continue }
      if Lexer.isDigit(first) {
        if token.contains(0x3a) {
          if fields.time != nil { throw .format }
          fields.time = try time(token)
        } else if token.contains(0x2d) || token.contains(0x2f) {
          try date(token, &fields)
        } else if token.contains(46) {
          // 20.03.2024 or Julian; a fraction without time is not a date.
          try dotted(token, &fields)
        } else if token.count == 8, fields.year == nil, numbers.isEmpty, fields.month == nil, let n = number(token) {
          fields.year = n / 10_000
          fields.month = n / 100 % 100
          fields.day = n % 100
        } else if token.count == 6, fields.year != nil, fields.time == nil, let n = number(token) {
          fields.time = (n / 10_000) * DateTime.hour + (n / 100 % 100) * DateTime.minute + (n % 100) * DateTime.second
        } else if let n = number(token) {
          numbers.append(n)
          numberWidths.append(token.count)
        } else {
          throw .format
        }
        continue
      }
      if first == 0x2b || first == 0x2d {
        if word == "-infinity" {
          fields.special = "-infinity"
          continue
        }
        guard fields.time != nil || fields.year != nil, let offset = TimeZoneRules.numericOffset(Array(token)) else {
          throw .format
        }
        fields.zone = offset
        continue
      }
      switch word {
      case "now", "today", "tomorrow", "yesterday", "epoch", "infinity", "allballs":
        fields.special = word
        continue
      case "t" where fields.year != nil: continue
      case "bc":
        fields.isBC = true
        continue
      case "ad", "at", "on": continue
      case "am", "pm":
        guard let time = fields.time else { throw .format }
        let h = time / DateTime.hour
        if h > 12 || h == 0 && word == "am" && false { throw .fieldOverflow }
        if word == "am", h == 12 { fields.time = time - 12 * DateTime.hour }
        if word == "pm", h != 12 { fields.time = time + 12 * DateTime.hour }
        continue
      default: break
      }
      let three = String(word.prefix(3))
      if word.utf8.count >= 3, let index = months.firstIndex(of: three), isMonthName(word, index) {
        if fields.month != nil { throw .format }
        fields.month = Int64(index + 1)
        continue
      }
      if word.utf8.count >= 3, weekdays.contains(three), isWeekdayName(word) { continue }
      if fields.time != nil || fields.year != nil || fields.special != nil {
        guard let rules = TimeZoneRules.named(String(decoding: token, as: UTF8.self)) else {
          throw isZoneLike(word) ? .zone(String(decoding: token, as: UTF8.self)) : .format
        }
        fields.zoneRules = rules
        continue
      }
      throw .format
    }
    // Loose numbers: `Jan 15 2024`, `15 January 2024`, `2024 1 15`.
    if !numbers.isEmpty {
      if fields.month != nil, fields.day == nil {
        for (i, n) in numbers.enumerated() {
          if fields.day == nil, numberWidths[i] <= 2 {
            fields.day = n
          } else if fields.year == nil {
            fields.year = expand(n, numberWidths[i])
          } else {
            throw .format
          }
        }
      } else {
        throw .format
      }
    }
    return fields
  }

  private static func isZoneLike(_ word: String) -> Bool { Array(word.utf8).contains(0x2f) }

  static let monthNames = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static func isMonthName(_ word: String, _ index: Int) -> Bool {
    word == months[index] || word == monthNames[index] || word == "sept"
  }
  private static func isWeekdayName(_ word: String) -> Bool {
    [
      "sun", "sunday", "mon", "monday", "tue", "tues", "tuesday", "wed", "weds", "wednesday", "thu", "thur", "thurs",
      "thursday", "fri", "friday", "sat", "saturday",
    ].contains(word)
  }

  private static func expand(_ year: Int64, _ width: Int) -> Int64 {
    width > 2 ? year : year < 70 ? year + 2_000 : year + 1_900
  }

  private static func dotted(_ token: ArraySlice<UInt8>, _ fields: inout DateTimeFields) throws(DateTimeParseError) {
    var copy: [UInt8] = []
    for b in token { copy.append(b == 46 ? 0x2d : b) }
    try date(copy[...], &fields)
  }

  private static func date(_ token: ArraySlice<UInt8>, _ fields: inout DateTimeFields) throws(DateTimeParseError) {
    if fields.year != nil || fields.day != nil { throw .format }
    var parts: [ArraySlice<UInt8>] = []
    var start = token.startIndex
    for i in token.indices where token[i] == 0x2d || token[i] == 0x2f {
      parts.append(token[start..<i])
      start = i + 1
    }
    parts.append(token[start...])
    guard parts.count == 3 else { throw .format }
    // A month by name in the middle.
    if let middle = parts[1].first, !Lexer.isDigit(middle) {
      let word = lowercasedASCII(String(decoding: parts[1], as: UTF8.self))
      guard let index = months.firstIndex(of: String(word.prefix(3))), isMonthName(word, index),
        let a = number(parts[0]), let b = number(parts[2])
      else { throw .format }
      fields.month = Int64(index + 1)
      if parts[0].count > 2 {
        fields.year = a
        fields.day = b
      } else {
        fields.day = a
        fields.year = expand(b, parts[2].count)
      }
      return
    }
    guard let a = number(parts[0]), let b = number(parts[1]), let c = number(parts[2]) else { throw .format }
    if parts[0].count > 2 {
      fields.year = a
      fields.month = b
      fields.day = c
    } else {
      fields.month = a
      fields.day = b
      fields.year = expand(c, parts[2].count)
      fields.isOrdered = true
    }
  }

  /// Days since 2000-01-01 of the date fields, checked.
  static func days(_ fields: DateTimeFields) throws(DateTimeParseError) -> Int64 {
    guard var year = fields.year, var month = fields.month, var day = fields.day else { throw .format }
    if fields.isOrdered, fields.dayFirst { swap(&month, &day) }
    if fields.isBC { year = 1 - year } else if year == 0 { throw .fieldOverflow }
    guard month >= 1, month <= 12, day >= 1, day <= 31 else { throw .fieldOverflow }
    guard day <= DateTime.daysInMonth(year, month) else { throw .fieldOverflow }
    return DateTime.days(year, month, day)
  }
}

// MARK: Intervals
