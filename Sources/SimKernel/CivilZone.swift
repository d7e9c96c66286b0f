// A time zone: its distance from UTC in winter and in summer, and when it changes between the two. Read from POSIX rules
// (`CET-1CEST,M3.5.0,M10.5.0/3`), which is how the tz database states what its zones do from now on.
// Source: POSIX.1-2017, chapter 8.3 (TZ).

package struct CivilZone {
  /// A yearly change: the `week`th `weekday` of a month (5: the last), or a day of the year, at so many seconds of local time.
  private enum Day {
    case weekday(month: Int64, week: Int64, weekday: Int64)
    /// From 1 to 365, 29 February never counted.
    case julian(Int64)
    /// From 0 to 365.
    case ordinal(Int64)
  }
  private struct Change {
    var day: Day
    var seconds: Int64
  }

  package let name: String
  /// Seconds east of UTC.
  package let standard: Int64
  package let abbreviation: String
  private var saving: (offset: Int64, abbreviation: String, start: Change, end: Change)?

  package static let utc = CivilZone(name: "UTC", rule: "UTC0")!

  /// A zone of the tz database, spelt exactly as there; nil when there is none of that name.
  package static func named(_ name: String) -> CivilZone? {
    guard !name.isEmpty, name.utf8.count < 64 else { return nil }
    for row in CivilZoneTable.rows {
      for candidate in row.names.split(separator: " " as Character) where candidate == name {
        return CivilZone(name: name, rule: row.rule)
      }
    }
    return nil
  }

  /// A zone of the tz database in any case of ASCII letters; its `name` is spelt as there.
  package static func named(ignoringCase name: String) -> CivilZone? {
    func folded(_ text: some StringProtocol) -> [UInt8] { text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 } }
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count < 64 else { return nil }
    for row in CivilZoneTable.rows {
      for candidate in row.names.split(separator: " " as Character) where folded(candidate) == wanted {
        return CivilZone(name: String(candidate), rule: row.rule)
      }
    }
    return nil
  }

  /// What the environment variable `TZ` means to the C library: a zone of the tz database, a rule, or else UTC under the letters
  /// that the value begins with. Without a value it is UTC, the zone of the machine.
  package static func environment(_ value: String?) -> CivilZone {
    guard var text = value, !text.isEmpty else { return .utc }
    if text.utf8.first == 58 { text = String(text.dropFirst()) }
    for prefix in ["/usr/share/zoneinfo/", "posix/"] where text.hasPrefix(prefix) {
      text = String(text.dropFirst(prefix.utf8.count))
    }
    if let zone = named(text) ?? CivilZone(name: text, rule: text) { return zone }
    var reader = RuleReader(Array(text.utf8))
    return CivilZone(unknown: reader.name() ?? "")
  }

  private init(unknown letters: String) {
    name = letters
    abbreviation = letters
    standard = 0
  }

  package init?(name: String, rule: String) {
    var reader = RuleReader(Array(rule.utf8))
    guard let abbreviation = reader.name(), let west = reader.clock(hoursMax: 24) else { return nil }
    self.name = name
    self.abbreviation = abbreviation
    standard = -west
    if reader.isAtEnd { return }
    guard let other = reader.name() else { return nil }
    var offset = standard + 3_600
    if let next = reader.peek, next != 44 {
      guard let west = reader.clock(hoursMax: 24) else { return nil }
      offset = -west
    }
    // Without dates, POSIX leaves them to the system: those of the United States.
    var changes = [
      Change(day: .weekday(month: 3, week: 2, weekday: 0), seconds: 7_200),
      Change(day: .weekday(month: 11, week: 1, weekday: 0), seconds: 7_200),
    ]
    if !reader.isAtEnd {
      for index in 0..<2 {
        guard reader.take(44), let day = CivilZone.day(&reader) else { return nil }
        changes[index] = Change(day: day, seconds: 7_200)
        if reader.take(47) {
          guard let seconds = reader.clock() else { return nil }
          changes[index].seconds = seconds
        }
      }
      guard reader.isAtEnd else { return nil }
    }
    saving = (offset, other, changes[0], changes[1])
  }

  private static func day(_ reader: inout RuleReader) -> Day? {
    if reader.take(74) { return reader.number().map { .julian($0) } }
    if reader.take(77) {
      guard let month = reader.number(), reader.take(46), let week = reader.number(), reader.take(46),
        let weekday = reader.number(), (1...12).contains(month), (1...5).contains(week), weekday < 7
      else { return nil }
      return .weekday(month: month, week: week, weekday: weekday)
    }
    return reader.number().map { .ordinal($0) }
  }

  // MARK: Offsets

  /// Seconds east of UTC at an instant.
  package func offset(atUnix seconds: Int64) -> Int64 { isSaving(seconds) ? saving!.offset : standard }

  package func abbreviation(atUnix seconds: Int64) -> String {
    isSaving(seconds) ? saving!.abbreviation : abbreviation
  }

  /// The instant that a clock of this zone shows as `local` (seconds as if it were UTC). What is shown twice means the first; what
  /// is never shown is read with the winter's offset.
  package func unix(local: Int64) -> Int64 {
    if let saving {
      let early = local - saving.offset
      if isSaving(early) { return early }
    }
    return local - standard
  }

  private func isSaving(_ seconds: Int64) -> Bool {
    guard let saving else { return false }
    let year = CivilTime(unixSeconds: seconds + standard).year
    let start = CivilZone.instant(saving.start, year) - standard
    let end = CivilZone.instant(saving.end, year) - saving.offset
    return start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
  }

  /// A change's moment on the local clock, as seconds.
  private static func instant(_ change: Change, _ year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch change.day {
    case .weekday(let month, let week, let weekday):
      let first = CivilTime(year: year, month: month, day: 1).unixSeconds
      var day = (weekday - CivilTime(unixSeconds: first).weekday + 7) % 7 + (week - 1) * 7
      let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      while day >= lengths[Int(month - 1)] { day -= 7 }
      return first + day * 86_400 + change.seconds
    case .julian(let number):
      let first = CivilTime(year: year, month: 1, day: 1).unixSeconds
      return first + (isLeap && number >= 60 ? number : number - 1) * 86_400 + change.seconds
    case .ordinal(let number):
      return CivilTime(year: year, month: 1, day: 1).unixSeconds + number * 86_400 + change.seconds
    }
  }
}

/// Reads the parts of a POSIX rule.
private struct RuleReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }
  var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    at += 1
    return true
  }

  /// Three letters or more, or anything between angle brackets.
  mutating func name() -> String? {
    var text: [UInt8] = []
    if take(60) {
      while let byte = peek, byte != 62 {
        text.append(byte)
        at += 1
      }
      guard take(62) else { return nil }
    } else {
      while let byte = peek, byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122 {
        text.append(byte)
        at += 1
      }
    }
    return text.count >= 3 ? String(decoding: text, as: UTF8.self) : nil
  }

  mutating func number() -> Int64? {
    var value: Int64 = 0
    let start = at
    while let byte = peek, byte >= 48, byte <= 57, at - start < 4 {
      value = value * 10 + Int64(byte - 48)
      at += 1
    }
    return at > start ? value : nil
  }

  /// `[+-]hh[:mm[:ss]]`, in seconds; a distance from UTC has no more than 24 hours.
  mutating func clock(hoursMax: Int64 = 167) -> Int64? {
    let isNegative = take(45)
    if !isNegative { _ = take(43) }
    guard let hours = number() else { return nil }
    var seconds = min(hours, hoursMax) * 3_600
    if take(58) {
      guard let minutes = number() else { return nil }
      seconds += minutes * 60
      if take(58) {
        guard let rest = number() else { return nil }
        seconds += rest
      }
    }
    return isNegative ? -seconds : seconds
  }
}
