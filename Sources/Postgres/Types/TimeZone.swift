// Time zones: fixed offsets, UTC under its names, and the zones of Europe and North America that courses use, with today's
// daylight-saving rules (EU since 1996, US since 2007). Other names of the tz database are not simulated.

internal import SimKernel

struct TimeZoneRules {
  enum Saving { case none, europe, unitedStates }
  let name: String
  /// Seconds east of UTC in winter.
  let standard: Int64
  let saving: Saving
  let abbreviation: String
  let savingAbbreviation: String

  static let utc = TimeZoneRules(
    name: "Etc/UTC", standard: 0, saving: .none, abbreviation: "UTC", savingAbbreviation: "UTC")

  private static let table: [(String, Int64, Saving, String, String)] = [
    ("UTC", 0, .none, "UTC", "UTC"), ("Etc/UTC", 0, .none, "UTC", "UTC"), ("GMT", 0, .none, "GMT", "GMT"),
    ("Zulu", 0, .none, "UTC", "UTC"), ("UCT", 0, .none, "UTC", "UTC"), ("Universal", 0, .none, "UTC", "UTC"),
    ("Etc/GMT", 0, .none, "GMT", "GMT"), ("Etc/Universal", 0, .none, "UTC", "UTC"),
    ("Europe/Paris", 3_600, .europe, "CET", "CEST"), ("Europe/Berlin", 3_600, .europe, "CET", "CEST"),
    ("Europe/Madrid", 3_600, .europe, "CET", "CEST"), ("Europe/Rome", 3_600, .europe, "CET", "CEST"),
    ("Europe/Brussels", 3_600, .europe, "CET", "CEST"), ("Europe/Amsterdam", 3_600, .europe, "CET", "CEST"),
    ("Europe/Zurich", 3_600, .europe, "CET", "CEST"), ("Europe/Vienna", 3_600, .europe, "CET", "CEST"),
    ("Europe/Prague", 3_600, .europe, "CET", "CEST"), ("Europe/Warsaw", 3_600, .europe, "CET", "CEST"),
    ("Europe/Stockholm", 3_600, .europe, "CET", "CEST"), ("Europe/Oslo", 3_600, .europe, "CET", "CEST"),
    ("Europe/Copenhagen", 3_600, .europe, "CET", "CEST"), ("Europe/Luxembourg", 3_600, .europe, "CET", "CEST"),
    ("CET", 3_600, .europe, "CET", "CEST"), ("Europe/London", 0, .europe, "GMT", "BST"),
    ("Europe/Lisbon", 0, .europe, "WET", "WEST"), ("Europe/Dublin", 0, .europe, "GMT", "IST"),
    ("Europe/Athens", 7_200, .europe, "EET", "EEST"), ("Europe/Helsinki", 7_200, .europe, "EET", "EEST"),
    ("Europe/Moscow", 10_800, .none, "MSK", "MSK"), ("Europe/Istanbul", 10_800, .none, "+03", "+03"),
    ("America/New_York", -18_000, .unitedStates, "EST", "EDT"), ("US/Eastern", -18_000, .unitedStates, "EST", "EDT"),
    ("America/Toronto", -18_000, .unitedStates, "EST", "EDT"),
    ("America/Montreal", -18_000, .unitedStates, "EST", "EDT"),
    ("America/Chicago", -21_600, .unitedStates, "CST", "CDT"), ("US/Central", -21_600, .unitedStates, "CST", "CDT"),
    ("America/Denver", -25_200, .unitedStates, "MST", "MDT"), ("US/Mountain", -25_200, .unitedStates, "MST", "MDT"),
    ("America/Los_Angeles", -28_800, .unitedStates, "PST", "PDT"),
    ("US/Pacific", -28_800, .unitedStates, "PST", "PDT"), ("America/Sao_Paulo", -10_800, .none, "-03", "-03"),
    ("Asia/Tokyo", 32_400, .none, "JST", "JST"), ("Asia/Shanghai", 28_800, .none, "CST", "CST"),
    ("Asia/Singapore", 28_800, .none, "+08", "+08"), ("Asia/Kolkata", 19_800, .none, "IST", "IST"),
    ("Asia/Dubai", 14_400, .none, "+04", "+04"), ("Asia/Hong_Kong", 28_800, .none, "HKT", "HKT"),
    ("Africa/Casablanca", 3_600, .none, "+01", "+01"), ("Africa/Tunis", 3_600, .none, "CET", "CET"),
    ("Africa/Algiers", 3_600, .none, "CET", "CET"), ("Africa/Dakar", 0, .none, "GMT", "GMT"),
  ]

  /// Abbreviations that stand for a fixed offset.
  static let abbreviations: [(String, Int64)] = [
    ("utc", 0), ("gmt", 0), ("z", 0), ("zulu", 0), ("est", -18_000), ("edt", -14_400), ("cst", -21_600),
    ("cdt", -18_000), ("mst", -25_200), ("mdt", -21_600), ("pst", -28_800), ("pdt", -25_200), ("cet", 3_600),
    ("cest", 7_200), ("bst", 3_600), ("wet", 0), ("west", 3_600), ("eet", 7_200), ("eest", 10_800), ("msk", 10_800),
    ("jst", 32_400), ("ist", 7_200),
  ]

  static func fixed(_ seconds: Int64, _ name: String) -> TimeZoneRules {
    TimeZoneRules(name: name, standard: seconds, saving: .none, abbreviation: name, savingAbbreviation: name)
  }

  /// By name, abbreviation or number of hours.
  static func named(_ text: String) -> TimeZoneRules? {
    let wanted = lowercasedASCII(text)
    for row in table where lowercasedASCII(row.0) == wanted {
      return TimeZoneRules(
        name: row.0, standard: row.1, saving: row.2, abbreviation: row.3, savingAbbreviation: row.4)
    }
    for (name, offset) in abbreviations where name == wanted { return fixed(offset, uppercasedASCII(text)) }
    if let offset = numericOffset(Array(text.utf8)) {
      return fixed(offset, "<" + DateTime.offsetText(offset) + ">" + DateTime.offsetText(-offset))
    }
    return nil
  }

  /// `+2`, `-05:30`, `+0530`, `3`
  static func numericOffset(_ bytes: [UInt8]) -> Int64? {
    guard !bytes.isEmpty else { return nil }
    var i = 0
    var negative = false
    if bytes[0] == 0x2b || bytes[0] == 0x2d {
      negative = bytes[0] == 0x2d
      i = 1
    }
    var groups: [[UInt8]] = [[]]
    while i < bytes.count {
      if Lexer.isDigit(bytes[i]) {
        groups[groups.count - 1].append(bytes[i])
      } else if bytes[i] == 0x3a {
        groups.append([])
      } else {
        return nil
      }
      i += 1
    }
    func number(_ digits: [UInt8]) -> Int64 {
      var value: Int64 = 0
      for d in digits { value = value * 10 + Int64(d - 48) }
      return value
    }
    guard !groups[0].isEmpty, groups[0].count <= 6 else { return nil }
    var seconds: Int64
    if groups.count == 1, groups[0].count > 2 {
      let value = number(groups[0])
      seconds =
        groups[0].count > 4
        ? value / 10_000 * 3_600 + value / 100 % 100 * 60 + value % 100 : value / 100 * 3_600 + value % 100 * 60
    } else {
      seconds = number(groups[0]) * 3_600
      if groups.count > 1 { seconds += number(groups[1]) * 60 }
      if groups.count > 2 { seconds += number(groups[2]) }
    }
    if seconds > 15 * 3_600 + 3_599 { return nil }
    return negative ? -seconds : seconds
  }

  private static func lastSunday(_ year: Int64, _ month: Int64) -> Int64 {
    let last = DateTime.days(year, month, DateTime.daysInMonth(year, month))
    return last - DateTime.weekday(last)
  }
  private static func sunday(_ year: Int64, _ month: Int64, _ nth: Int64) -> Int64 {
    let first = DateTime.days(year, month, 1)
    return first + (7 - DateTime.weekday(first)) % 7 + (nth - 1) * 7
  }

  func isSaving(utc timestamp: Int64) -> Bool {
    let year = DateTime.civil(DateTime.floorDivide(timestamp, DateTime.day).quotient).year
    switch saving {
    case .none: return false
    case .europe:
      let start = TimeZoneRules.lastSunday(year, 3) * DateTime.day + DateTime.hour
      let end = TimeZoneRules.lastSunday(year, 10) * DateTime.day + DateTime.hour
      return year >= 1996 && timestamp >= start && timestamp < end
    case .unitedStates:
      let local = timestamp + standard * DateTime.second
      let start = TimeZoneRules.sunday(year, 3, 2) * DateTime.day + 2 * DateTime.hour
      let end = TimeZoneRules.sunday(year, 11, 1) * DateTime.day + DateTime.hour
      return year >= 2007 && local >= start && local < end
    }
  }

  /// Seconds east of UTC at a UTC timestamp.
  func offset(utc timestamp: Int64) -> Int64 {
    if timestamp == DateTime.infinity || timestamp == DateTime.negativeInfinity { return standard }
    return standard + (isSaving(utc: timestamp) ? 3_600 : 0)
  }

  /// UTC of a local time; in the gap and the overlap the standard offset counts.
  func utc(local: Int64) -> Int64 {
    if local == DateTime.infinity || local == DateTime.negativeInfinity { return local }
    let saved = local - (standard + 3_600) * DateTime.second
    let plain = local - standard * DateTime.second
    if saving != .none, isSaving(utc: saved), isSaving(utc: plain) { return saved }
    if saving != .none, isSaving(utc: saved), !isSaving(utc: plain) { return plain }
    return plain
  }

  func abbreviation(utc timestamp: Int64) -> String { isSaving(utc: timestamp) ? savingAbbreviation : abbreviation }
}

func lowercasedASCII(_ text: String) -> String {
  var bytes: [UInt8] = []
  for b in text.utf8 { bytes.append(b >= 65 && b <= 90 ? b + 32 : b) }
  return String(decoding: bytes, as: UTF8.self)
}
func uppercasedASCII(_ text: String) -> String {
  var bytes: [UInt8] = []
  for b in text.utf8 { bytes.append(b >= 97 && b <= 122 ? b - 32 : b) }
  return String(decoding: bytes, as: UTF8.self)
}
func trimmedSpaces(_ text: String) -> String {
  var bytes = ArraySlice(Array(text.utf8))
  while let first = bytes.first, Lexer.isSpace(first) { bytes.removeFirst() }
  while let last = bytes.last, Lexer.isSpace(last) { bytes.removeLast() }
  return String(decoding: bytes, as: UTF8.self)
}
