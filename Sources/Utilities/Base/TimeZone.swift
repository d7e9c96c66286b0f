// Time zones: POSIX TZ strings (POSIX.1-2017, section 8.3) and names of the tz database with the rules that hold today. Rules of
// former years are not modelled: a zone has been as it is now as long as it exists. A name that is not known is UTC under that name's
// letters, as in the C library.

import SimKernel

struct TimeZoneRules {
  private struct Change {
    /// `Mm.w.d`, `Jn` or `n`.
    var month: Int64 = 0
    var week: Int64 = 0
    var day: Int64 = 0
    var kind: UInt8 = 77
    var time: Int64 = 7200
  }
  private var standard: (name: String, offset: Int64)
  private var summer: (name: String, offset: Int64)?
  private var begin = Change()
  private var end = Change()

  static let utc = TimeZoneRules(standard: ("UTC", 0))

  private init(standard: (String, Int64)) { self.standard = standard }

  /// What `TZ` means; empty and unset are UTC, the zone of the machine.
  init(_ given: String?) {
    self = .utc
    guard var text = given, !text.isEmpty else { return }
    if text.utf8.first == 58 { text = String(text.dropFirst()) }
    for prefix in ["/usr/share/zoneinfo/", "posix/"] where text.hasPrefix(prefix) {
      text = String(text.dropFirst(prefix.utf8.count))
    }
    for (rule, names) in TimeZoneRules.table {
      for name in names.split(separator: " " as Character) where name == text {
        if let zone = TimeZoneRules(posix: rule) { self = zone }
        return
      }
    }
    if let zone = TimeZoneRules(posix: text) {
      self = zone
    } else {
      var letters: [UInt8] = []
      for byte in text.utf8 {
        guard isAlpha(byte) else { break }
        letters.append(byte)
      }
      if letters.count >= 3 { standard.name = String(bytes: letters) }
    }
  }

  init?(posix: String) {
    let bytes = posix.bytes
    var at = 0
    func name() -> String? {
      let start = at
      if at < bytes.count, bytes[at] == 60 {
        while at < bytes.count, bytes[at] != 62 { at += 1 }
        guard at < bytes.count else { return nil }
        at += 1
        return String(bytes: bytes[(start + 1)..<(at - 1)])
      }
      while at < bytes.count, isAlpha(bytes[at]) { at += 1 }
      return at - start >= 3 ? String(bytes: bytes[start..<at]) : nil
    }
    func number() -> Int64? {
      let start = at
      while at < bytes.count, isDigit(bytes[at]) { at += 1 }
      return at > start ? decimal(bytes[start..<at]) : nil
    }
    func time() -> Int64? {
      var sign: Int64 = 1
      if at < bytes.count, bytes[at] == 45 || bytes[at] == 43 {
        if bytes[at] == 45 { sign = -1 }
        at += 1
      }
      guard var seconds = number().map({ $0 * 3600 }) else { return nil }
      for unit in [60, 1] as [Int64] where at < bytes.count && bytes[at] == 58 {
        at += 1
        seconds += (number() ?? 0) * unit
      }
      return sign * seconds
    }
    func change() -> Change? {
      guard at < bytes.count, bytes[at] == 44 else { return nil }
      at += 1
      var change = Change()
      if at < bytes.count, bytes[at] == 77 {
        at += 1
        guard let month = number() else { return nil }
        at += 1
        guard let week = number() else { return nil }
        at += 1
        guard let day = number() else { return nil }
        (change.month, change.week, change.day) = (month, week, day)
      } else {
        change.kind = 0
        if at < bytes.count, bytes[at] == 74 {
          change.kind = 74
          at += 1
        }
        guard let day = number() else { return nil }
        change.day = day
      }
      if at < bytes.count, bytes[at] == 47 {
        at += 1
        change.time = time() ?? 7200
      }
      return change
    }
    guard let first = name(), let offset = time() else { return nil }
    standard = (first, -offset)
    guard let second = name() else { return }
    summer = (second, standard.offset + 3600)
    if at < bytes.count, bytes[at] != 44, let offset = time() { summer?.offset = -offset }
    if let first = change(), let second = change() {
      begin = first
      end = second
    } else {
      begin = Change(month: 3, week: 2, day: 0)
      end = Change(month: 11, week: 1, day: 0)
    }
  }

  /// The offset from UTC in seconds and the abbreviation at a moment.
  func offset(at unixSeconds: Int64) -> (seconds: Int64, name: String) {
    guard let summer else { return (standard.offset, standard.name) }
    let year = CivilTime(unixSeconds: unixSeconds + standard.offset).year
    let from = moment(begin, year) - standard.offset
    let to = moment(end, year) - summer.offset
    let isSummer = from < to ? unixSeconds >= from && unixSeconds < to : !(unixSeconds >= to && unixSeconds < from)
    return isSummer ? (summer.offset, summer.name) : (standard.offset, standard.name)
  }

  /// The moment that a clock on the wall shows.
  func unixSeconds(ofLocal seconds: Int64) -> Int64 {
    let guess = seconds - offset(at: seconds - standard.offset).seconds
    return seconds - offset(at: guess).seconds
  }

  /// When a change is in a year, on the clock before it.
  private func moment(_ change: Change, _ year: Int64) -> Int64 {
    if change.kind != 77 {
      var day = CivilTime(year: year, month: 1, day: 1).daysSinceEpoch + change.day
      if change.kind == 74 {
        day -= 1
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        if isLeap, change.day >= 60 { day += 1 }
      }
      return day * 86_400 + change.time
    }
    let first = CivilTime(year: year, month: change.month, day: 1)
    var day = first.daysSinceEpoch + (change.day - first.weekday + 7) % 7 + (change.week - 1) * 7
    let next =
      change.month == 12
      ? CivilTime(year: year + 1, month: 1, day: 1) : CivilTime(year: year, month: change.month + 1, day: 1)
    while day >= next.daysSinceEpoch { day -= 7 }
    return day * 86_400 + change.time
  }

  private static let table: [(String, String)] = [
    ("UTC0", "UTC Etc/UTC UCT Universal Zulu Etc/Universal Etc/Zulu Etc/UCT"),
    ("GMT0", "GMT Etc/GMT GMT0 Greenwich Africa/Abidjan Africa/Accra Africa/Dakar Atlantic/Reykjavik"),
    (
      "CET-1CEST,M3.5.0,M10.5.0/3",
      """
      Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome Europe/Amsterdam Europe/Brussels Europe/Vienna Europe/Zurich \
      Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague Europe/Warsaw Europe/Budapest Europe/Luxembourg \
      Europe/Monaco Europe/Malta Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Vaduz Africa/Ceuta CET MET
      """
    ),
    ("GMT0BST,M3.5.0/1,M10.5.0", "Europe/London GB Europe/Belfast Europe/Jersey Europe/Guernsey Europe/Isle_of_Man"),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", "Europe/Dublin"),
    ("WET0WEST,M3.5.0/1,M10.5.0", "Europe/Lisbon Portugal WET Atlantic/Canary Atlantic/Madeira Atlantic/Faroe"),
    (
      "EET-2EEST,M3.5.0/3,M10.5.0/4",
      "Europe/Athens Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Sofia Europe/Bucharest Europe/Riga Europe/Tallinn Europe/Vilnius EET Asia/Nicosia"
    ),
    ("MSK-3", "Europe/Moscow W-SU Europe/Simferopol"),
    ("<+03>-3", "Europe/Istanbul Turkey Asia/Riyadh Asia/Baghdad Europe/Minsk Asia/Kuwait"),
    (
      "EST5EDT,M3.2.0,M11.1.0",
      "America/New_York America/Toronto America/Detroit America/Montreal US/Eastern EST5EDT Canada/Eastern"
    ),
    ("CST6CDT,M3.2.0,M11.1.0", "America/Chicago America/Winnipeg US/Central CST6CDT Canada/Central"),
    ("MST7MDT,M3.2.0,M11.1.0", "America/Denver America/Edmonton US/Mountain MST7MDT Canada/Mountain"),
    (
      "PST8PDT,M3.2.0,M11.1.0",
      "America/Los_Angeles America/Vancouver US/Pacific PST8PDT America/Tijuana Canada/Pacific"
    ),
    ("AKST9AKDT,M3.2.0,M11.1.0", "America/Anchorage US/Alaska"), ("HST10", "Pacific/Honolulu US/Hawaii HST"),
    ("AST4ADT,M3.2.0,M11.1.0", "America/Halifax Canada/Atlantic"), ("NST3:30NDT,M3.2.0,M11.1.0", "America/St_Johns"),
    ("MST7", "America/Phoenix US/Arizona MST"), ("EST5", "EST America/Panama America/Jamaica"),
    ("CST6", "America/Mexico_City America/Costa_Rica America/Guatemala America/Regina"),
    ("AST4", "America/Martinique America/Guadeloupe America/Puerto_Rico America/Port_of_Spain"),
    ("<-03>3", "America/Sao_Paulo America/Argentina/Buenos_Aires America/Cayenne America/Montevideo Brazil/East"),
    ("<-04>4", "America/Caracas America/La_Paz America/Manaus"), ("<-05>5", "America/Bogota America/Lima"),
    ("JST-9", "Asia/Tokyo Japan"), ("KST-9", "Asia/Seoul ROK"),
    ("CST-8", "Asia/Shanghai Asia/Taipei PRC Asia/Chongqing Asia/Macau"), ("HKT-8", "Asia/Hong_Kong Hongkong"),
    ("IST-5:30", "Asia/Kolkata Asia/Calcutta"), ("<+08>-8", "Asia/Singapore Singapore Asia/Kuala_Lumpur"),
    ("PST-8", "Asia/Manila"), ("WIB-7", "Asia/Jakarta"), ("PKT-5", "Asia/Karachi"), ("<+0545>-5:45", "Asia/Kathmandu"),
    ("<+07>-7", "Asia/Bangkok Asia/Ho_Chi_Minh Asia/Saigon"), ("<+04>-4", "Asia/Dubai Indian/Reunion Indian/Mauritius"),
    ("<+0330>-3:30", "Asia/Tehran Iran"), ("<+06>-6", "Asia/Dhaka"), ("<+05>-5", "Asia/Tashkent Asia/Almaty"),
    ("IST-2IDT,M3.4.4/26,M10.5.0", "Asia/Jerusalem Israel"),
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", "Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Canberra"),
    ("AEST-10", "Australia/Brisbane"), ("AWST-8", "Australia/Perth"), ("ACST-9:30", "Australia/Darwin"),
    ("ACST-9:30ACDT,M10.1.0,M4.1.0/3", "Australia/Adelaide"), ("NZST-12NZDT,M9.5.0,M4.1.0/3", "Pacific/Auckland NZ"),
    ("<+11>-11", "Pacific/Noumea"), ("<-10>10", "Pacific/Tahiti"), ("SAST-2", "Africa/Johannesburg"),
    ("WAT-1", "Africa/Lagos Africa/Kinshasa Africa/Libreville Africa/Douala"),
    ("EAT-3", "Africa/Nairobi Africa/Addis_Ababa"),
    ("CET-1", "Africa/Algiers Africa/Tunis"), ("EET-2EEST,M4.5.5/0,M10.5.4/24", "Africa/Cairo Egypt"),
    ("CAT-2", "Africa/Maputo Africa/Harare"), ("<+01>-1", "Africa/Casablanca"),
  ]
}
