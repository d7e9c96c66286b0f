// jq's dates: broken-down times are arrays of year, month from 0, day, hours, minutes, seconds, weekday and day of the year. The
// machine's zone is UTC.

import SimKernel

private func plain(
  _ name: String, _ arity: Int, _ body: @escaping ([JqValue], JqValue) throws(JqError) -> JqValue
) -> JqNative {
  JqNative(name: name, arity: arity, kind: .plain(body))
}

var jqTimeFunctions: [JqNative] {
  [
    plain("gmtime", 0) { (_, input) throws(JqError) in try brokenDown(input, "gmtime") },
    plain("localtime", 0) { (_, input) throws(JqError) in try brokenDown(input, "localtime") },
    plain("mktime", 0, makeTime),
    plain("strftime", 1) { (arguments, input) throws(JqError) in try show(arguments[0], input, "strftime") },
    plain("strflocaltime", 1) { (arguments, input) throws(JqError) in try show(arguments[0], input, "strflocaltime") },
    plain("strptime", 1, parseTime),
  ]
}

private func brokenDown(_ input: JqValue, _ name: String) throws(JqError) -> JqValue {
  guard case .number(let seconds, _) = input, seconds.magnitude < 1e15 else {
    throw JqError("\(name)() requires numeric inputs")
  }
  let whole = seconds.rounded(.down)
  let time = CivilTime(unixSeconds: Int64(whole))
  return .array([
    .number(Double(time.year)), .number(Double(time.month - 1)), .number(Double(time.day)), .number(Double(time.hour)),
    .number(Double(time.minute)), .number(Double(time.second) + (seconds - whole)), .number(Double(time.weekday)),
    .number(Double(time.dayOfYear - 1)),
  ])
}

/// The instant of a broken-down time; months and the like may be out of range.
private func civil(_ input: JqValue, _ complaint: String) throws(JqError) -> CivilTime {
  guard case .array(let items) = input, items.count >= 6 else { throw JqError(complaint) }
  var fields: [Int64] = []
  for item in items.prefix(6) {
    guard case .number(let value, _) = item, value.magnitude < 1e12 else { throw JqError(complaint) }
    fields.append(Int64(value))
  }
  let year = fields[0] + (fields[1] >= 0 ? fields[1] / 12 : (fields[1] - 11) / 12)
  let month = (fields[1] % 12 + 12) % 12
  let days = CivilTime(year: year, month: month + 1, day: 1).daysSinceEpoch + fields[2] - 1
  return CivilTime(unixSeconds: days * 86_400 + fields[3] * 3_600 + fields[4] * 60 + fields[5])
}

private func makeTime(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .array = input else { throw JqError("mktime requires array inputs") }
  return .number(Double(try civil(input, "mktime requires parsed datetime inputs").unixSeconds))
}

private func show(_ format: JqValue, _ input: JqValue, _ name: String) throws(JqError) -> JqValue {
  let complaint = "\(name)/1 requires parsed datetime inputs"
  var broken = input
  if case .number = input { broken = try brokenDown(input, "gmtime") }
  let time = try civil(broken, complaint)
  guard case .string(let format) = format else { throw JqError("\(name)/1 requires a string format") }
  return .string(formatTime(format, time))
}

private func parseTime(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input, case .string(let format) = arguments[0] else {
    throw JqError("strptime/1 requires string inputs and arguments")
  }
  var reader = TimeReader(text.bytes)
  guard try reader.read(format.bytes) else { throw JqError("date \"\(text)\" does not match format \"\(format)\"") }
  var items = reader.broken
  let rest = text.bytes[reader.at...]
  if let first = rest.first {
    guard isSpace(first) else { throw JqError("date \"\(text)\" does not match format \"\(format)\"") }
    items.append(.string(String(bytes: rest)))
  }
  return .array(items)
}

/// strptime of the C library, in its C locale.
private struct TimeReader {
  private let text: [UInt8]
  private(set) var at = 0
  private var year: Int64 = 0
  private var month: Int64 = 0
  private var day: Int64 = 0
  private var hour: Int64 = 0
  private var minute: Int64 = 0
  private var second: Int64 = 0
  private var weekday: Int64 = 8
  private var dayOfYear: Int64 = 367
  private var isAfternoon: Bool?
  private var hasDate = false
  private var hasDay = false

  init(_ text: [UInt8]) { self.text = text }

  var broken: [JqValue] {
    var result: [JqValue] = []
    for field in [year + 1900, month, day, hour, minute, second, weekday, dayOfYear] {
      result.append(.number(Double(field)))
    }
    return result
  }

  private mutating func skipSpace() { while at < text.count, isSpace(text[at]) { at += 1 } }

  private mutating func number(_ low: Int64, _ high: Int64, _ digits: Int) -> Int64? {
    skipSpace()
    var value: Int64 = 0
    var count = 0
    while at < text.count, isDigit(text[at]), count < digits {
      value = value * 10 + Int64(text[at] - 48)
      at += 1
      count += 1
    }
    return count > 0 && value >= low && value <= high ? value : nil
  }

  private mutating func name(_ names: [String]) -> Int64? {
    for (index, name) in names.enumerated() {
      for length in [name.utf8.count, min(3, name.utf8.count)] where at + length <= text.count {
        var same = true
        for (offset, byte) in name.utf8.prefix(length).enumerated()
        where lowercased(text[at + offset]) != lowercased(byte) { same = false }
        if same {
          at += length
          return Int64(index)
        }
      }
    }
    return nil
  }

  mutating func read(_ format: [UInt8]) throws(JqError) -> Bool {
    guard try readPart(format) else { return false }
    finish()
    return true
  }

  private mutating func readPart(_ format: [UInt8]) throws(JqError) -> Bool {
    var i = 0
    while i < format.count {
      let byte = format[i]
      i += 1
      if isSpace(byte) {
        skipSpace()
        continue
      }
      guard byte == 37, i < format.count else {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        continue
      }
      var letter = format[i]
      i += 1
      while i < format.count, letter == 45 || letter == 95 || letter == 48 || letter == 69 || letter == 79 {
        letter = format[i]
        i += 1
      }
      guard try directive(letter) else { return false }
    }
    return true
  }

  private mutating func directive(_ letter: UInt8) throws(JqError) -> Bool {
    switch letter {
    case 37:
      guard at < text.count, text[at] == 37 else { return false }
      at += 1
    case 110, 116: skipSpace()
    case 89:
      guard let value = number(0, 9999, 4) else { return false }
      year = value - 1900
      hasDate = true
    case 121:
      guard let value = number(0, 99, 2) else { return false }
      year = value >= 69 ? value : value + 100
      hasDate = true
    case 109:
      guard let value = number(1, 12, 2) else { return false }
      month = value - 1
      hasDate = true
    case 100, 101:
      guard let value = number(1, 31, 2) else { return false }
      day = value
      hasDate = true
      hasDay = true
    case 72, 107:
      guard let value = number(0, 23, 2) else { return false }
      hour = value
    case 73, 108:
      guard let value = number(1, 12, 2) else { return false }
      hour = value % 12
      if isAfternoon == nil { isAfternoon = false }
    case 112:
      guard let value = name(["AM", "PM"]) else { return false }
      isAfternoon = value == 1
    case 77:
      guard let value = number(0, 59, 2) else { return false }
      minute = value
    case 83:
      guard let value = number(0, 61, 2) else { return false }
      second = value
    case 106:
      guard let value = number(1, 366, 3) else { return false }
      dayOfYear = value - 1
      hasDate = true
    case 98, 66, 104:
      guard let value = name(CivilTime.monthNames) else { return false }
      month = value
      hasDate = true
    case 97, 65:
      guard let value = name(CivilTime.weekdayNames) else { return false }
      weekday = value
    case 115:
      guard let value = number(0, 99_999_999_999, 11) else { return false }
      let time = CivilTime(unixSeconds: value)
      year = time.year - 1900
      month = time.month - 1
      day = time.day
      hour = time.hour
      minute = time.minute
      second = time.second
      hasDate = true
      hasDay = true
    case 84: return try readPart(Array("%H:%M:%S".utf8))
    case 82: return try readPart(Array("%H:%M".utf8))
    case 68, 120: return try readPart(Array("%m/%d/%y".utf8))
    case 70: return try readPart(Array("%Y-%m-%d".utf8))
    case 88: return try readPart(Array("%H:%M:%S".utf8))
    case 114: return try readPart(Array("%I:%M:%S %p".utf8))
    case 99: return try readPart(Array("%a %b %e %H:%M:%S %Y".utf8))
    case 90: while at < text.count, isUpper(text[at]) { at += 1 }
    case 122:
      skipSpace()
      if at < text.count, text[at] == 90 {
        at += 1
        return true
      }
      guard at < text.count, text[at] == 43 || text[at] == 45 else { return false }
      at += 1
      var digits = 0
      while at < text.count, digits < 4, isDigit(text[at]) || (text[at] == 58 && digits == 2) {
        if text[at] != 58 { digits += 1 }
        at += 1
      }
      return digits >= 2
    default: throw JqError(notSimulated: "jq: strptime %\(String(UnicodeScalar(letter)))")
    }
    return true
  }

  private mutating func finish() {
    if isAfternoon == true { hour += 12 }
    guard hasDate else { return }
    if !hasDay, dayOfYear < 367 {
      let time = CivilTime(
        unixSeconds: (CivilTime(year: year + 1900, month: 1, day: 1).daysSinceEpoch + dayOfYear) * 86_400)
      month = time.month - 1
      day = time.day
    }
    let days = CivilTime(year: year + 1900, month: month + 1, day: 1).daysSinceEpoch + day - 1
    if weekday == 8 { weekday = ((days + 4) % 7 + 7) % 7 }
    if dayOfYear == 367 { dayOfYear = days - CivilTime(year: year + 1900, month: 1, day: 1).daysSinceEpoch }
  }
}
