// Reads intervals: units, clock readings, SQL and ISO forms. Source: PostgreSQL 15 manual 8.5.4.

internal import SimKernel

extension DateTimeParser {
  private static let units: [(String, String)] = [
    ("microsecond", "us"), ("microseconds", "us"), ("usec", "us"), ("usecs", "us"), ("us", "us"),
    ("millisecond", "ms"), ("milliseconds", "ms"), ("msec", "ms"), ("msecs", "ms"), ("ms", "ms"), ("second", "s"),
    ("seconds", "s"), ("sec", "s"), ("secs", "s"), ("s", "s"), ("minute", "m"), ("minutes", "m"), ("min", "m"),
    ("mins", "m"), ("m", "m"), ("hour", "h"), ("hours", "h"), ("hr", "h"), ("hrs", "h"), ("h", "h"), ("day", "d"),
    ("days", "d"), ("d", "d"), ("week", "w"), ("weeks", "w"), ("w", "w"), ("month", "mon"), ("months", "mon"),
    ("mon", "mon"), ("mons", "mon"), ("year", "y"), ("years", "y"), ("yr", "y"), ("yrs", "y"), ("y", "y"),
    ("decade", "dec"), ("decades", "dec"), ("century", "c"), ("centuries", "c"), ("millennium", "mil"),
    ("millennia", "mil"),
  ]

  static func interval(_ text: String, fields: String?) throws(DateTimeParseError) -> IntervalValue {
    var bytes = Array(trimmedSpaces(text).utf8)
    if let first = bytes.first, first == 0x40 { bytes.removeFirst() }
    if let first = bytes.first, first == 0x50 { return try isoInterval(bytes[1...]) }
    var result = IntervalValue()
    var i = 0
    var pending: Numeric?
    var sawAnything = false
    var ago = false
    func skip() { while i < bytes.count, Lexer.isSpace(bytes[i]) || bytes[i] == 0x2c { i += 1 } }
    while true {
      skip()
      guard i < bytes.count else { break }
      let b = bytes[i]
      if Lexer.isDigit(b) || b == 0x2b || b == 0x2d || b == 46 {
        if pending != nil {
          // A number before another: days, as in `1 02:03:04`.
          let rest = bytes[i...]
          guard rest.contains(0x3a) else { throw .format }
          apply(pending!, "d", &result)
          pending = nil
        }
        let start = i
        if b == 0x2b || b == 0x2d {
          i += 1
          // The sign may stand apart.
          if i < bytes.count, Lexer.isSpace(bytes[i]) {
            skip()
            guard i < bytes.count, Lexer.isDigit(bytes[i]) || bytes[i] == 46 else { throw .format }
            bytes.replaceSubrange(start..<i, with: [b])
            i = start + 1
          }
        }
        while i < bytes.count, Lexer.isDigit(bytes[i]) || bytes[i] == 46 || bytes[i] == 0x3a { i += 1 }
        var token = bytes[start..<i]
        if token.contains(0x3a) {
          var negative = false
          if let f = token.first, f == 0x2b || f == 0x2d {
            negative = f == 0x2d
            token = token.dropFirst()
          }
          let value = try clock(token, fields)
          result.microseconds += negative ? -value : value
          sawAnything = true
        } else {
          // `1-2`: years and months.
          if i < bytes.count, bytes[i] == 0x2d, i + 1 < bytes.count, Lexer.isDigit(bytes[i + 1]) {
            i += 1
            let second = i
            while i < bytes.count, Lexer.isDigit(bytes[i]) { i += 1 }
            guard let years = Numeric(String(decoding: token, as: UTF8.self))?.int64,
              let months = number(bytes[second..<i])
            else { throw .format }
            result.months += years * 12 + (token.first == 0x2d ? -months : months)
            sawAnything = true
            continue
          }
          guard let n = Numeric(String(decoding: token, as: UTF8.self)) else { throw .format }
          pending = n
        }
        continue
      }
      let start = i
      while i < bytes.count, (bytes[i] | 0x20) >= 97, (bytes[i] | 0x20) <= 122 { i += 1 }
      if i == start { throw .format }
      let word = lowercasedASCII(String(decoding: bytes[start..<i], as: UTF8.self))
      if word == "ago" {
        ago = true
        continue
      }
      guard let amount = pending else { throw .format }
      var unit: String?
      for (name, code) in units where name == word { unit = code }
      guard let unit else { throw .format }
      apply(amount, unit, &result)
      sawAnything = true
      pending = nil
    }
    if let amount = pending {
      // A bare number: seconds, or the last of the declared fields.
      var unit = "s"
      switch fields {
      case "year": unit = "y"
      case "month", "year to month": unit = "mon"
      case "day": unit = "d"
      case "hour", "day to hour": unit = "h"
      case "minute", "day to minute", "hour to minute": unit = "m"
      default: unit = "s"
      }
      apply(amount, unit, &result)
      sawAnything = true
    }
    guard sawAnything else { throw .format }
    if ago {
      result = IntervalValue(months: -result.months, days: -result.days, microseconds: -result.microseconds)
    }
    return result
  }

  private static func clock(_ token: ArraySlice<UInt8>, _ fields: String?) throws(DateTimeParseError) -> Int64 {
    var parts: [ArraySlice<UInt8>] = []
    var start = token.startIndex
    for i in token.indices where token[i] == 0x3a {
      parts.append(token[start..<i])
      start = i + 1
    }
    parts.append(token[start...])
    guard parts.count >= 2, parts.count <= 3, let a = number(parts[0]) else { throw .format }
    var micro: Int64 = 0
    var last = parts[parts.count - 1]
    var minuteSecond = fields == "minute to second"
    if let point = last.firstIndex(of: 46) {
      guard let f = microseconds(last[(point + 1)...]) else { throw .format }
      micro = f
      last = last[..<point]
      if parts.count == 2 { minuteSecond = true }
    }
    guard let end = number(last) else { throw .format }
    if parts.count == 3 {
      guard let m = number(parts[1]) else { throw .format }
      if m > 59 || end > 59 { throw .fieldOverflow }
      return a * DateTime.hour + m * DateTime.minute + end * DateTime.second + micro
    }
    if minuteSecond { return a * DateTime.minute + end * DateTime.second + micro }
    if end > 59 { throw .fieldOverflow }
    return a * DateTime.hour + end * DateTime.minute
  }

  private static func apply(_ amount: Numeric, _ unit: String, _ result: inout IntervalValue) {
    func scaled(_ n: Numeric, _ factor: Int64) -> Int64 { (n * Numeric(factor)).rounded(0).int64 ?? 0 }
    let whole = amount.truncated(0)
    let rest = amount - whole
    switch unit {
    case "us": result.microseconds += amount.rounded(0).int64 ?? 0
    case "ms": result.microseconds += scaled(amount, 1_000)
    case "s": result.microseconds += scaled(amount, DateTime.second)
    case "m": result.microseconds += scaled(amount, DateTime.minute)
    case "h": result.microseconds += scaled(amount, DateTime.hour)
    case "d":
      result.days += whole.int64 ?? 0
      result.microseconds += scaled(rest, DateTime.day)
    case "w":
      let days = amount * Numeric(7)
      result.days += days.truncated(0).int64 ?? 0
      result.microseconds += scaled(days - days.truncated(0), DateTime.day)
    case "mon":
      result.months += whole.int64 ?? 0
      let days = rest * Numeric(30)
      result.days += days.truncated(0).int64 ?? 0
      result.microseconds += scaled(days - days.truncated(0), DateTime.day)
    default:
      let factor: Int64 = unit == "y" ? 12 : unit == "dec" ? 120 : unit == "c" ? 1_200 : 12_000
      result.months += (amount * Numeric(factor)).rounded(0).int64 ?? 0
    }
  }

  /// `P1Y2M3DT4H5M6S` after the P.
  private static func isoInterval(_ bytes: ArraySlice<UInt8>) throws(DateTimeParseError) -> IntervalValue {
    var result = IntervalValue()
    var inTime = false
    var i = bytes.startIndex
    while i < bytes.endIndex {
      if bytes[i] == 0x54 {
        inTime = true
        i += 1
        continue
      }
      let start = i
      while i < bytes.endIndex, Lexer.isDigit(bytes[i]) || bytes[i] == 46 || bytes[i] == 0x2d || bytes[i] == 0x2b {
        i += 1
      }
      guard i < bytes.endIndex, let n = Numeric(String(decoding: bytes[start..<i], as: UTF8.self)) else {
        throw .format
      }
      switch bytes[i] {
      case 0x59: apply(n, "y", &result)
      case 0x4d: apply(n, inTime ? "m" : "mon", &result)
      case 0x57: apply(n, "w", &result)
      case 0x44: apply(n, "d", &result)
      case 0x48: apply(n, "h", &result)
      case 0x53: apply(n, "s", &result)
      default: throw .format
      }
      i += 1
    }
    return result
  }
}
