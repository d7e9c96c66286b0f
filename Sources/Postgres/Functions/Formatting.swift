// to_char, to_date, to_timestamp, to_number. Source: PostgreSQL 15 manual 9.8.

internal import SimKernel

enum Template {
  static let words = [
    "HH24", "HH12", "YYYY", "Month", "MONTH", "month", "IYYY", "SSSS", "A.M.", "P.M.", "a.m.", "p.m.", "Y,YYY", "DDD",
    "Day", "DAY", "day", "Mon", "MON", "mon", "YYY", "IDDD", "TZH", "TZM", "HH", "MI", "SS", "MS", "US", "AM", "PM",
    "am", "pm", "YY", "MM", "DD", "ID", "Dy", "DY", "dy", "WW", "IW", "CC", "TZ", "tz", "OF", "RM", "rm", "BC", "AD",
    "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "Y", "D", "W", "Q", "J",
  ]

  enum Part {
    case literal([UInt8])
    case field(String, fill: Bool, ordinal: String)
  }

  static func parse(_ format: String) -> [Part] {
    let b = Array(format.utf8)
    var parts: [Part] = []
    var i = 0
    var fill = false
    // TM: names in the server's language, which is English here, and without padding.
    var translated = false
    func match(_ word: String, _ at: Int) -> Bool {
      let w = Array(word.utf8)
      return at + w.count <= b.count && Array(b[at..<at + w.count]) == w
    }
    func matchAnyCase(_ word: String, _ at: Int) -> Bool {
      let w = Array(word.utf8)
      guard at + w.count <= b.count else { return false }
      for k in w.indices where b[at + k] | 0x20 != w[k] | 0x20 { return false }
      return true
    }
    while i < b.count {
      if b[i] == 0x22 {
        i += 1
        var text: [UInt8] = []
        while i < b.count, b[i] != 0x22 {
          if b[i] == 0x5c { i += 1 }
          if i < b.count { text.append(b[i]) }
          i += 1
        }
        i += 1
        parts.append(.literal(text))
        continue
      }
      if match("FM", i) || match("fm", i) {
        fill = true
        i += 2
        continue
      }
      if match("TM", i) || match("tm", i) {
        translated = true
        i += 2
        continue
      }
      if match("FX", i) {
        i += 2
        continue
      }
      var found: String?
      let caseful = [
        "Month", "MONTH", "month", "Mon", "MON", "mon", "Day", "DAY", "day", "Dy", "DY", "dy", "AM", "am", "PM", "pm",
        "A.M.", "a.m.", "P.M.", "p.m.", "RM", "rm", "TZ", "tz", "BC", "AD",
      ]
      for w in words
      where (caseful.contains(w) ? match(w, i) : matchAnyCase(w, i)) && w.utf8.count > (found?.utf8.count ?? 0) {
        found = w
      }
      if let w = found {
        i += w.utf8.count
        var ordinal = ""
        if match("TH", i) || match("th", i) {
          ordinal = match("TH", i) ? "TH" : "th"
          i += 2
        }
        let isName = ["month", "day"].contains(lowercasedASCII(w))
        parts.append(.field(w, fill: fill || translated && isName, ordinal: ordinal))
        fill = false
        translated = false
        continue
      }
      parts.append(.literal([b[i]]))
      i += 1
    }
    return parts
  }
}

extension ClientSession {
  func formatTime(
    _ local: Int64, _ format: String, zoneOffset: Int64?, zoneName: String, interval: IntervalValue? = nil
  ) -> String {
    let (days, time) = DateTime.floorDivide(local, DateTime.day)
    var (y, m, d) = DateTime.civil(days)
    var hour = time / DateTime.hour
    let minute = time / DateTime.minute % 60
    let second = time / DateTime.second % 60
    let micro = time % DateTime.second
    if let interval {
      y = interval.months / 12
      m = interval.months % 12
      d = interval.days
      hour = interval.microseconds / DateTime.hour
    }
    let dow = DateTime.weekday(days)
    let monthIndex = Int(max(0, (m + 11) % 12))
    let monthName = CivilTimeNames.months[monthIndex]
    let dayName = CivilTimeNames.days[Int(dow)]
    var out = ""
    func number(_ n: Int64, _ width: Int, _ fill: Bool, _ ordinal: String) {
      var text = fill ? String(n) : DateTime.pad(n < 0 ? -n : n, width)
      if n < 0, !fill { text = "-" + text }
      if !ordinal.isEmpty {
        let last = n % 10
        let suffix = (n / 10 % 10 == 1) ? "th" : last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th"
        text += ordinal == "TH" ? uppercasedASCII(suffix) : suffix
      }
      out += text
    }
    func name(_ s: String, _ style: String, _ width: Int, _ fill: Bool) {
      var text = s
      if style == "U" { text = uppercasedASCII(s) } else if style == "L" { text = lowercasedASCII(s) }
      out += fill ? text : text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
    for part in Template.parse(format) {
      switch part {
      case .literal(let bytes): out += String(decoding: bytes, as: UTF8.self)
      case .field(let f, let fill, let ordinal):
        switch f {
        case "YYYY": number(y > 0 || interval != nil ? y : 1 - y, 4, fill, ordinal)
        case "YYY": number(y % 1_000, 3, fill, ordinal)
        case "YY": number(y % 100, 2, fill, ordinal)
        case "Y": number(y % 10, 1, fill, ordinal)
        case "Y,YYY": out += "\(y / 1_000),\(DateTime.pad(y % 1_000, 3))"
        case "IYYY": number(DateTime.isoWeek(days).year, 4, fill, ordinal)
        case "MM": number(m, 2, fill, ordinal)
        case "Month": name(monthName, "", 9, fill)
        case "MONTH": name(monthName, "U", 9, fill)
        case "month": name(monthName, "L", 9, fill)
        case "Mon": out += String(monthName.prefix(3))
        case "MON": out += uppercasedASCII(String(monthName.prefix(3)))
        case "mon": out += lowercasedASCII(String(monthName.prefix(3)))
        case "DD": number(d, 2, fill, ordinal)
        case "DDD": number(days - DateTime.days(y, 1, 1) + 1, 3, fill, ordinal)
        case "D": number(dow + 1, 1, fill, ordinal)
        case "ID": number((dow + 6) % 7 + 1, 1, fill, ordinal)
        case "Day": name(dayName, "", 9, fill)
        case "DAY": name(dayName, "U", 9, fill)
        case "day": name(dayName, "L", 9, fill)
        case "Dy": out += String(dayName.prefix(3))
        case "DY": out += uppercasedASCII(String(dayName.prefix(3)))
        case "dy": out += lowercasedASCII(String(dayName.prefix(3)))
        case "HH24": number(hour, 2, fill, ordinal)
        case "HH", "HH12": number(hour % 12 == 0 ? 12 : hour % 12, 2, fill, ordinal)
        case "MI": number(minute, 2, fill, ordinal)
        case "SS": number(second, 2, fill, ordinal)
        case "MS", "FF3": number(micro / 1_000, 3, fill, ordinal)
        case "US", "FF6": number(micro, 6, fill, ordinal)
        case "FF1": number(micro / 100_000, 1, fill, ordinal)
        case "FF2": number(micro / 10_000, 2, fill, ordinal)
        case "FF4": number(micro / 100, 4, fill, ordinal)
        case "FF5": number(micro / 10, 5, fill, ordinal)
        case "SSSS": number(time / DateTime.second, 1, true, ordinal)
        case "AM", "PM": out += hour % 24 >= 12 ? "PM" : "AM"
        case "am", "pm": out += hour % 24 >= 12 ? "pm" : "am"
        case "A.M.", "P.M.": out += hour % 24 >= 12 ? "P.M." : "A.M."
        case "a.m.", "p.m.": out += hour % 24 >= 12 ? "p.m." : "a.m."
        case "RM", "rm":
          let roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"][Int(m - 1)]
          let padded = fill ? roman : roman + String(repeating: " ", count: 4 - roman.utf8.count)
          out += f == "rm" ? lowercasedASCII(padded) : padded
        case "Q": number((m - 1) / 3 + 1, 1, fill, ordinal)
        case "WW": number((days - DateTime.days(y, 1, 1)) / 7 + 1, 2, fill, ordinal)
        case "IW": number(DateTime.isoWeek(days).week, 2, fill, ordinal)
        case "W": number((d - 1) / 7 + 1, 1, fill, ordinal)
        case "CC": number((y + 99) / 100, 2, fill, ordinal)
        case "J": number(days + 2_451_545, 1, true, ordinal)
        case "TZ": out += zoneName
        case "tz": out += lowercasedASCII(zoneName)
        case "OF": out += zoneOffset.map { DateTime.offsetText($0) } ?? ""
        case "TZH": out += zoneOffset.map { ($0 < 0 ? "-" : "+") + DateTime.two(($0 < 0 ? -$0 : $0) / 3_600) } ?? ""
        case "TZM": out += zoneOffset.map { DateTime.two(($0 < 0 ? -$0 : $0) / 60 % 60) } ?? ""
        case "BC", "AD": out += y > 0 ? "AD" : "BC"
        default: out += f
        }
      }
    }
    return out
  }

  /// to_date and to_timestamp: fields in the order of the template.
  func parseTime(_ text: String, _ format: String) throws(SQLError) -> Int64 {
    let b = Array(text.utf8)
    var i = 0
    // Without a year it is the one before 1 AD.
    var (y, m, d) = (Int64(0), Int64(1), Int64(1))
    var (h, mi, s, us) = (Int64(0), Int64(0), Int64(0), Int64(0))
    var pm: Bool?
    var isFree = false
    var dayOfYear: Int64?
    func isNumeric(_ field: String) -> Bool {
      ["YYYY", "YYY", "IYYY", "HH24", "HH12", "DDD", "SSSS"].contains(field)
    }
    func number(_ width: Int, _ field: String) throws(SQLError) -> Int64 {
      while i < b.count, Lexer.isSpace(b[i]) { i += 1 }
      var digits: [UInt8] = []
      while i < b.count, Lexer.isDigit(b[i]), isFree || digits.count < width {
        digits.append(b[i])
        i += 1
      }
      guard let n = DateTimeParser.number(digits[...]) else {
        let rest = String(decoding: b[i..<min(b.count, i + width)], as: UTF8.self)
        throw SQLError(
          SQLState.invalidDatetimeFormat, "invalid value \"\(rest)\" for \"\(field)\"",
          detail: "Value must be an integer.")
      }
      return n
    }
    let parts = Template.parse(format)
    for (k, part) in parts.enumerated() {
      if i >= b.count { break }
      // A number that no other number follows may have any length.
      isFree = true
      if k + 1 < parts.count, case .field(let next, _, _) = parts[k + 1] {
        isFree = ["AM", "PM", "am", "pm", "TZ", "tz"].contains(next) || next.utf8.count >= 3 && !isNumeric(next)
      }
      switch part {
      case .literal:
        if i < b.count, !Lexer.isDigit(b[i]), !((b[i] | 0x20) >= 97 && (b[i] | 0x20) <= 122) { i += 1 }
      case .field(let f, _, _):
        switch f {
        case "YYYY", "IYYY": y = try number(4, f)
        case "YY":
          let n = try number(2, f)
          y = n < 70 ? 2_000 + n : 1_900 + n
        case "MM": m = try number(2, f)
        case "DD": d = try number(2, f)
        case "DDD": dayOfYear = try number(3, f)
        case "Day", "DAY", "day", "Dy", "DY", "dy":
          let rest = lowercasedASCII(String(decoding: b[i...], as: UTF8.self))
          for name in CivilTimeNames.days {
            let wanted = f.utf8.count > 2 ? lowercasedASCII(name) : lowercasedASCII(String(name.prefix(3)))
            if rest.hasPrefix(wanted) {
              i += wanted.utf8.count
              break
            }
          }
        case "HH24", "HH", "HH12": h = try number(2, f)
        case "MI": mi = try number(2, f)
        case "SS": s = try number(2, f)
        case "MS": us = try number(3, f) * 1_000
        case "US": us = try number(6, f)
        case "Month", "MONTH", "month", "Mon", "MON", "mon":
          let rest = lowercasedASCII(String(decoding: b[i...], as: UTF8.self))
          var found = false
          for (k, name) in DateTimeParser.monthNames.enumerated() where !found {
            let wanted = f.utf8.count > 3 ? name : String(name.prefix(3))
            if rest.hasPrefix(wanted) {
              m = Int64(k + 1)
              i += wanted.utf8.count
              found = true
            }
          }
          if !found {
            let word = b[i...].prefix { !Lexer.isSpace($0) }
            throw SQLError(
              SQLState.invalidDatetimeFormat,
              "invalid value \"\(String(decoding: word, as: UTF8.self))\" for \"\(f)\"",
              detail: "The given value did not match any of the allowed values for this field.")
          }
        case "AM", "PM", "am", "pm":
          if i < b.count { pm = b[i] | 0x20 == 0x70 }
          i = min(b.count, i + 2)
        default: throw .notSimulated("template pattern \(f) in to_timestamp")
        }
      }
    }
    if let dayOfYear {
      (y, m, d) = DateTime.civil(DateTime.days(y, 1, 1) + dayOfYear - 1)
    }
    if let pm { h = h % 12 + (pm ? 12 : 0) }
    guard m >= 1, m <= 12, d >= 1, d <= DateTime.daysInMonth(y, m), h < 24, mi < 60, s < 60 else {
      throw SQLError(SQLState.datetimeOverflow, "date/time field value out of range: \"\(text)\"")
    }
    return DateTime.days(y, m, d) * DateTime.day + h * DateTime.hour + mi * DateTime.minute + s * DateTime.second + us
  }
}

enum CivilTimeNames {
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}

extension FunctionRegistry {
  func registerFormatting() {
    add("timestamp_to_char") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(s.formatTime(v[0].micros, v[1].string, zoneOffset: nil, zoneName: ""))
    }
    add("timestamptz_to_char") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let o = s.timeZone.offset(utc: v[0].micros)
      return .text(
        s.formatTime(
          v[0].micros + o * DateTime.second, v[1].string, zoneOffset: o,
          zoneName: s.timeZone.abbreviation(utc: v[0].micros)))
    }
    add("interval_to_char") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(s.formatTime(v[0].span.microseconds, v[1].string, zoneOffset: nil, zoneName: "", interval: v[0].span))
    }
    for name in ["numeric_to_char", "int4_to_char", "int8_to_char", "float4_to_char", "float8_to_char"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        .text(try NumberTemplate(v[1].string).format(v[0].decimal))
      }
    }
    add("to_date") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .date(DateTime.floorDivide(try s.parseTime(v[0].string, v[1].string), DateTime.day).quotient)
    }
    add("to_timestamp") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .timestamp(s.timeZone.utc(local: try s.parseTime(v[0].string, v[1].string)))
    }
    pure("numeric_to_number", "to_number") { (v: [Value]) throws(SQLError) -> Value in
      try NumberTemplate(v[1].string).read(v[0].string)
    }
  }

  /// Columns of set-returning functions that give records.
  static let recordColumns: [String: [(String, Int32)]] = [
    "json_each": [("key", Oid.text), ("value", Oid.json)], "jsonb_each": [("key", Oid.text), ("value", Oid.jsonb)],
    "json_each_text": [("key", Oid.text), ("value", Oid.text)],
    "jsonb_each_text": [("key", Oid.text), ("value", Oid.text)],
    "pg_partition_tree": [
      ("relid", Oid.regclass), ("parentrelid", Oid.regclass), ("isleaf", Oid.bool), ("level", Oid.int4),
    ],
  ]
  /// Output names that differ from the function's.
  static let scalarSetNames: [String: String] = [
    "jsonb_array_elements": "value", "jsonb_array_elements_text": "value", "json_array_elements": "value",
    "json_array_elements_text": "value",
  ]

  func registerSetFunctions() {
    for name in [
      "generate_series_int4", "generate_series_step_int4", "generate_series_int8", "generate_series_step_int8",
    ] {
      addSet(name) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        let step = v.count > 2 ? v[2].integer : 1
        if step == 0 { throw SQLError(SQLState.invalidParameterValue, "step size cannot equal zero") }
        let (a, b) = (v[0].integer, v[1].integer)
        if (step > 0 && a > b) || (step < 0 && a < b) { return [] }
        let count = (step > 0 ? b &- a : a &- b) / step.magnitude.asSigned + 1
        if count > Int64(Execution.rowLimit) {
          throw .notSimulated("limit: generate_series of more than \(Execution.rowLimit) rows")
        }
        var out: [Value] = []
        out.reserveCapacity(Int(count))
        for k in 0..<count { out.append(.int(a + k * step)) }
        return out
      }
    }
    for name in ["generate_series_numeric", "generate_series_step_numeric"] {
      addSet(name) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        let step = v.count > 2 ? v[2].decimal : Numeric(1)
        if step.isZero { throw SQLError(SQLState.invalidParameterValue, "step size cannot equal zero") }
        var out: [Value] = []
        var x = v[0].decimal
        while step.sign > 0 ? Numeric.compare(x, v[1].decimal) <= 0 : Numeric.compare(x, v[1].decimal) >= 0 {
          out.append(.numeric(x))
          if out.count > 200_000 { throw .notSimulated("limit: generate_series of more than 200000 numeric rows") }
          x = x + step
        }
        return out
      }
    }
    for name in ["generate_series_timestamp", "generate_series_timestamptz"] {
      addSet(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        let step = v[2].span
        let span = DateTime.span(step)
        if span.days == 0, span.microseconds == 0 {
          throw SQLError(SQLState.invalidParameterValue, "step size cannot equal zero")
        }
        let up = span.days > 0 || (span.days == 0 && span.microseconds > 0)
        var out: [Value] = []
        var t = v[0].micros
        while up ? t <= v[1].micros : t >= v[1].micros {
          out.append(.timestamp(t))
          if out.count > Execution.rowLimit {
            throw .notSimulated("limit: generate_series of more than \(Execution.rowLimit) rows")
          }
          t = name == "generate_series_timestamptz" ? try s.shiftZoned(t, step) : try DateTime.add(t, step)
        }
        return out
      }
    }
    addSet("array_unnest") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      v[0].list.elements
    }
    addSet("generate_subscripts") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      let a = v[0].list
      let d = Int(clamping: v[1].integer)
      guard d >= 1, d <= a.dimensions.count else { return [] }
      var out: [Value] = []
      for k in 0..<a.dimensions[d - 1] { out.append(.int(Int64(a.lowerBounds[d - 1] + k))) }
      return out
    }
    for name in ["text_to_table", "text_to_table_null"] {
      addSet(name) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        if v[0].isNull || v[0].string.isEmpty { return [] }
        if v[1].isNull { return v[0].string.unicodeScalars.map { .text(String($0)) } }
        return splitText(v[0].string, v[1].string).map {
          v.count > 2 && !v[2].isNull && $0 == v[2].string ? .null : .text($0)
        }
      }
    }
  }
}

extension UInt64 {
  var asSigned: Int64 { self > UInt64(Int64.max) ? Int64.max : Int64(self) }
}
