// Time zones as PostgreSQL names them: those of the tz database in any case of letters, POSIX rules, abbreviations and hours.
// What a zone did before its present rule is not known. Source: PostgreSQL 15 manual 8.5.3 and appendix B.4.

internal import SimKernel

struct TimeZoneRules {
  let name: String
  private let zone: CivilZone
  /// Where the zone itself has none: abbreviations of one letter, signed hours.
  private let ownAbbreviation: String?

  static let utc = TimeZoneRules(name: "Etc/UTC", zone: CivilZone.utc)

  private init(name: String, zone: CivilZone, abbreviation: String? = nil) {
    self.name = name
    self.zone = zone
    ownAbbreviation = abbreviation
  }

  /// A zone that is always so far east of UTC.
  private static func fixed(_ seconds: Int64, _ name: String, abbreviation: String) -> TimeZoneRules? {
    CivilZone(name: name, rule: "LMT" + clockText(-seconds)).map {
      TimeZoneRules(name: name, zone: $0, abbreviation: abbreviation)
    }
  }

  /// `2`, `-5:30`
  private static func clockText(_ seconds: Int64) -> String {
    let magnitude = seconds < 0 ? -seconds : seconds
    return (seconds < 0 ? "-" : "") + String(magnitude / 3_600) + ":" + String(magnitude / 60 % 60) + ":"
      + String(magnitude % 60)
  }

  /// What `SET timezone` takes: a name, a POSIX rule, or hours east of UTC.
  static func setting(_ text: String) -> TimeZoneRules? {
    if let number = FloatText.double(text) {
      let offset = Int64(number * 3_600)
      return fixed(offset, posixName(offset), abbreviation: DateTime.offsetText(offset))
    }
    return rule(text)
  }

  /// `<+02>-02`: so many seconds east of UTC, as POSIX writes it.
  static func posixName(_ offset: Int64) -> String {
    "<" + DateTime.offsetText(offset) + ">" + DateTime.offsetText(-offset)
  }

  /// What `AT TIME ZONE` and timestamps take: an abbreviation before a name or a POSIX rule.
  static func named(_ text: String) -> TimeZoneRules? {
    let lower = lowercasedASCII(text)
    if let offset = ZoneAbbreviations.offset(lower) {
      let upper = uppercasedASCII(text)
      return fixed(offset, upper, abbreviation: upper)
    }
    if let zone = ZoneAbbreviations.zone(lower) { return database(zone) }
    return rule(text)
  }

  private static func rule(_ text: String) -> TimeZoneRules? {
    // Hours alone are a POSIX rule without a name, and those count westwards.
    if let offset = numericOffset(Array(text.utf8)) { return fixed(-offset, text, abbreviation: "") }
    return database(text)
  }

  private static func database(_ text: String) -> TimeZoneRules? {
    if let zone = CivilZone.named(ignoringCase: text) { return TimeZoneRules(name: zone.name, zone: zone) }
    guard text.utf8.contains(where: { Lexer.isDigit($0) }) else { return nil }
    let upper = uppercasedASCII(text)
    return CivilZone(name: upper, rule: upper).map { TimeZoneRules(name: upper, zone: $0) }
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

  /// Seconds from 1970 to a timestamp's second.
  private func unix(_ timestamp: Int64) -> Int64 {
    DateTime.floorDivide(timestamp, DateTime.second).quotient + DateTime.epochDays * 86_400
  }

  /// Seconds east of UTC at a UTC timestamp.
  func offset(utc timestamp: Int64) -> Int64 {
    if timestamp == DateTime.infinity || timestamp == DateTime.negativeInfinity { return zone.standard }
    return zone.offset(atUnix: unix(timestamp))
  }

  /// UTC of a local time; in the gap and the overlap the standard offset counts.
  func utc(local: Int64) -> Int64 {
    if local == DateTime.infinity || local == DateTime.negativeInfinity { return local }
    let plain = local - zone.standard * DateTime.second
    let offset = offset(utc: plain)
    if offset == zone.standard { return plain }
    let saved = local - offset * DateTime.second
    return self.offset(utc: saved) == offset ? saved : plain
  }

  func abbreviation(utc timestamp: Int64) -> String {
    ownAbbreviation ?? zone.abbreviation(atUnix: unix(timestamp))
  }
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
