// Date and time operators and functions. Source: PostgreSQL 15 manual 9.9.

internal import SimKernel

extension Value {
  var micros: Int64 {
    switch self {
    case .timestamp(let t), .time(let t): return t
    case .date(let d):
      return d == DateTime.dateInfinity
        ? DateTime.infinity : d == DateTime.dateNegativeInfinity ? DateTime.negativeInfinity : d * DateTime.day
    case .timeZoned(let t, _): return t
    default: return 0
    }
  }
  var span: IntervalValue {
    if case .interval(let i) = self { return i }
    return IntervalValue()
  }
  var dayNumber: Int64 {
    if case .date(let d) = self { return d }
    return 0
  }
}

func negated(_ i: IntervalValue) -> IntervalValue {
  IntervalValue(months: -i.months, days: -i.days, microseconds: 0 &- i.microseconds)
}

extension IntervalValue {
  /// Months and days have 32 bits.
  var isInRange: Bool { Int32(exactly: months) != nil && Int32(exactly: days) != nil }

  func adding(_ other: IntervalValue) throws(SQLError) -> IntervalValue {
    let (micros, overflows) = microseconds.addingReportingOverflow(other.microseconds)
    let sum = IntervalValue(months: months + other.months, days: days + other.days, microseconds: micros)
    guard !overflows, sum.isInRange else { throw DateTime.outOfRange("interval") }
    return sum
  }
}

extension DateTime {
  /// The day that `make_date` and its like are asked for: year (negative: BC), month, day.
  static func days(fromParts v: [Value]) throws(SQLError) -> Int64 {
    let (y, m, d) = (v[0].integer, v[1].integer, v[2].integer)
    let year = y < 0 ? y + 1 : y
    guard y != 0, (1...12).contains(m), d >= 1, d <= daysInMonth(year, m) else {
      throw SQLError(SQLState.datetimeOverflow, "date field value out of range: \(y)-\(two(m))-\(two(d))")
    }
    let day = days(year, m, d)
    guard year < 5_874_898, day >= -2_451_545 else {
      throw SQLError(SQLState.datetimeOverflow, "date out of range: \(y)-\(two(m))-\(two(d))")
    }
    return day
  }

  /// Hour, minute and seconds as `make_time` and its like take them.
  static func timeOfDay(fromParts v: ArraySlice<Value>) throws(SQLError) -> Int64 {
    let at = v.startIndex
    let (h, m, s) = (v[at].integer, v[at + 1].integer, v[at + 2].double)
    if (0...24).contains(h), (0...59).contains(m), s >= 0, s <= 60 {
      let time = h * hour + m * minute + Int64((s * 1e6).rounded(.toNearestOrEven))
      if time <= day { return time }
    }
    throw SQLError(SQLState.datetimeOverflow, "time field value out of range: \(timeText(h, m, s))")
  }

  static func timestamp(fromParts v: [Value]) throws(SQLError) -> Int64 {
    let days = try days(fromParts: v)
    let time = try timeOfDay(fromParts: v[3...])
    let (start, overflows) = days.multipliedReportingOverflow(by: day)
    guard !overflows, timestamps.contains(start &+ time) else {
      throw SQLError(
        SQLState.datetimeOverflow,
        "timestamp out of range: \(v[0].integer)-\(two(v[1].integer))-\(two(v[2].integer)) "
          + timeText(v[3].integer, v[4].integer, v[5].double))
    }
    return start + time
  }

  private static func timeText(_ hour: Int64, _ minute: Int64, _ seconds: Double) -> String {
    var text = FloatText.rounded(seconds, digits: 6)
    if text.utf8.count < 2 { text = "0" + text }
    return "\(hour):\(two(minute)):\(text)"
  }
}

extension ClientSession {
  /// UTC timestamp shifted by an interval in the session's zone.
  func shiftZoned(_ t: Int64, _ i: IntervalValue) throws(SQLError) -> Int64 {
    if t == DateTime.infinity || t == DateTime.negativeInfinity { return t }
    if i.months == 0, i.days == 0 { return try DateTime.shifted(t, by: i.microseconds) }
    let local = t + timeZone.offset(utc: t) * DateTime.second
    let moved = try DateTime.add(local, IntervalValue(months: i.months, days: i.days, microseconds: 0))
    return try DateTime.shifted(timeZone.utc(local: moved), by: i.microseconds)
  }

  /// value ± offset, for RANGE frames.
  func shift(_ value: Value, _ offset: Value, negative: Bool) throws(SQLError) -> Value {
    switch (value, offset) {
    case (.int(let a), .int(let b)): return .int(negative ? a &- b : a &+ b)
    case (.numeric(let a), _): return .numeric(negative ? a - offset.decimal : a + offset.decimal)
    case (.float(let a), _): return .float(negative ? a - offset.double : a + offset.double)
    case (.int, .numeric): return .numeric(negative ? value.decimal - offset.decimal : value.decimal + offset.decimal)
    case (.date(let d), .interval(let i)):
      let t = try DateTime.add(d * DateTime.day, negative ? negated(i) : i)
      return .timestamp(t)
    case (.timestamp(let t), .interval(let i)): return try .timestamp(DateTime.add(t, negative ? negated(i) : i))
    default: throw .notSimulated("RANGE frames over this type")
    }
  }

  func localOf(_ utc: Int64) -> Int64 {
    if utc == DateTime.infinity || utc == DateTime.negativeInfinity { return utc }
    return utc + timeZone.offset(utc: utc) * DateTime.second
  }

  func keywordValue(_ name: String, _ precision: Int?) throws(SQLError) -> Value {
    func cut(_ t: Int64) -> Int64 {
      guard let precision, precision < 6 else { return t }
      var unit: Int64 = 1
      for _ in 0..<(6 - precision) { unit *= 10 }
      let (q, r) = DateTime.floorDivide(t, unit)
      return (q + (r * 2 >= unit ? 1 : 0)) * unit
    }
    switch name {
    case "current_date": return .date(localToday)
    case "current_timestamp": return .timestamp(cut(transactionTime))
    case "localtimestamp": return .timestamp(cut(localOf(transactionTime)))
    case "localtime": return .time(cut(DateTime.floorDivide(localOf(transactionTime), DateTime.day).remainder))
    case "current_time":
      return .timeZoned(
        cut(DateTime.floorDivide(localOf(transactionTime), DateTime.day).remainder),
        timeZone.offset(utc: transactionTime))
    case "current_user", "user", "current_role": return .text(currentUser)
    case "session_user": return .text(sessionUser)
    case "current_catalog": return .text(database.name)
    default:
      if let schema = creationSchema { return .text(schema) }
      return .null
    }
  }
}

extension FunctionRegistry {
  func registerDateTimeFunctions() {
    pure("date_pli") { (v: [Value]) throws(SQLError) -> Value in .date(v[0].dayNumber + v[1].integer) }
    pure("integer_pl_date", "select $2 + $1") { (v: [Value]) throws(SQLError) -> Value in
      if case .int(let n) = v[0] { return .date(v[1].dayNumber + n) }
      return .null
    }
    pure("date_mii") { (v: [Value]) throws(SQLError) -> Value in .date(v[0].dayNumber - v[1].integer) }
    pure("date_mi") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].dayNumber - v[1].dayNumber) }
    pure("date_pl_interval") { (v: [Value]) throws(SQLError) -> Value in
      try .timestamp(DateTime.add(v[0].micros, v[1].span))
    }
    pure("date_mi_interval") { (v: [Value]) throws(SQLError) -> Value in
      try .timestamp(DateTime.add(v[0].micros, negated(v[1].span)))
    }
    pure("datetime_pl") { (v: [Value]) throws(SQLError) -> Value in .timestamp(v[0].micros + v[1].micros) }
    pure("datetime_timestamp") { (v: [Value]) throws(SQLError) -> Value in .timestamp(v[0].micros + v[1].micros) }
    pure("timestamp_pl_interval") { (v: [Value]) throws(SQLError) -> Value in
      try .timestamp(DateTime.add(v[0].micros, v[1].span))
    }
    pure("timestamp_mi_interval") { (v: [Value]) throws(SQLError) -> Value in
      try .timestamp(DateTime.add(v[0].micros, negated(v[1].span)))
    }
    add("timestamptz_pl_interval") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      try .timestamp(s.shiftZoned(v[0].micros, v[1].span))
    }
    add("timestamptz_mi_interval") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      try .timestamp(s.shiftZoned(v[0].micros, negated(v[1].span)))
    }
    pure("timestamp_mi", "timestamptz_mi") { (v: [Value]) throws(SQLError) -> Value in
      for x in v where x.micros == DateTime.infinity || x.micros == DateTime.negativeInfinity {
        throw SQLError(SQLState.datetimeOverflow, "cannot subtract infinite timestamps")
      }
      return .interval(DateTime.subtract(v[0].micros, v[1].micros))
    }
    pure("time_mi_time") { (v: [Value]) throws(SQLError) -> Value in
      .interval(IntervalValue(months: 0, days: 0, microseconds: v[0].micros - v[1].micros))
    }
    pure("time_pl_interval") { (v: [Value]) throws(SQLError) -> Value in
      .time(DateTime.floorDivide(v[0].micros + v[1].span.microseconds, DateTime.day).remainder)
    }
    pure("time_mi_interval") { (v: [Value]) throws(SQLError) -> Value in
      .time(DateTime.floorDivide(v[0].micros - v[1].span.microseconds, DateTime.day).remainder)
    }
    pure("interval_pl") { (v: [Value]) throws(SQLError) -> Value in
      try .interval(v[0].span.adding(v[1].span))
    }
    pure("interval_mi") { (v: [Value]) throws(SQLError) -> Value in
      try .interval(v[0].span.adding(negated(v[1].span)))
    }
    pure("interval_um") { (v: [Value]) throws(SQLError) -> Value in .interval(negated(v[0].span)) }
    pure("interval_mul") { (v: [Value]) throws(SQLError) -> Value in
      try .interval(multiplyInterval(v[0].span, v[1].double))
    }
    pure("mul_d_interval") { (v: [Value]) throws(SQLError) -> Value in
      try .interval(multiplyInterval(v[1].span, v[0].double))
    }
    pure("interval_div") { (v: [Value]) throws(SQLError) -> Value in
      if v[1].double == 0 { throw divisionByZero() }
      return try .interval(divideInterval(v[0].span, v[1].double))
    }
    // Operators whose operands come the other way round are small SQL functions in the catalogue.
    add("select $2 + $1") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.flippedSum(v, c)
    }
    for name in [
      "interval_pl_date", "interval_pl_timestamp", "interval_pl_timestamptz", "interval_pl_time", "integer_pl_date",
      "timedate_pl",
    ] {
      add(name) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in try s.flippedSum(v, c) }
    }
    pure("select ($1 + $2)", "select ($2 + $1)") { (v: [Value]) throws(SQLError) -> Value in
      .timestamp(v[0].micros + v[1].micros)
    }
    for name in ["now", "transaction_timestamp"] {
      add(name) { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .timestamp(s.transactionTime)
      }
    }
    add("statement_timestamp") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .timestamp(s.statementTime)
    }
    add("clock_timestamp") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .timestamp(s.now)
    }
    for name in ["timestamp_age", "timestamptz_age"] {
      add(name) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        name == "timestamp_age"
          ? .interval(DateTime.age(v[0].micros, v[1].micros))
          : .interval(DateTime.age(s.localOf(v[0].micros), s.localOf(v[1].micros)))
      }
    }
    add("age") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      let today = s.localToday * DateTime.day
      if c.argumentTypes[0].oid == Oid.timestamptz { return .interval(DateTime.age(today, s.localOf(v[0].micros))) }
      return .interval(DateTime.age(today, v[0].micros))
    }
    for suffix in ["date", "time", "timetz", "timestamp", "timestamptz", "interval"] {
      add("extract_" + suffix) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        try s.field(v[0].string, v[1], c.argumentTypes[1].oid, extract: true)
      }
      add(suffix + "_part") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        try s.field(v[0].string, v[1], c.argumentTypes[1].oid, extract: false)
      }
    }
    add("date_part") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.field(v[0].string, v[1], c.argumentTypes[1].oid, extract: false)
    }
    add("select pg_catalog.date_part($1, cast($2 ") {
      (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.field(v[0].string, .timestamp(v[1].micros), Oid.timestamp, extract: false)
    }
    add("timestamp_trunc") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      try .timestamp(s.truncated(v[0].string, v[1].micros, Oid.timestamp))
    }
    add("timestamptz_trunc") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .timestamp(s.timeZone.utc(local: try s.truncated(v[0].string, s.localOf(v[1].micros), Oid.timestamptz)))
    }
    add("interval_trunc") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var i = v[1].span
      switch lowercasedASCII(v[0].string) {
      case "second": i.microseconds -= i.microseconds % DateTime.second
      case "minute": i.microseconds -= i.microseconds % DateTime.minute
      case "hour": i.microseconds -= i.microseconds % DateTime.hour
      case "day": i.microseconds = 0
      case "month": i = IntervalValue(months: i.months, days: 0, microseconds: 0)
      case "year": i = IntervalValue(months: i.months / 12 * 12, days: 0, microseconds: 0)
      default: throw .notSimulated("date_trunc('\(v[0].string)', interval)")
      }
      return .interval(i)
    }
    pure("make_date") { (v: [Value]) throws(SQLError) -> Value in
      .date(try DateTime.days(fromParts: v))
    }
    pure("make_time") { (v: [Value]) throws(SQLError) -> Value in
      .time(try DateTime.timeOfDay(fromParts: v[...]))
    }
    pure("make_timestamp") { (v: [Value]) throws(SQLError) -> Value in .timestamp(try DateTime.timestamp(fromParts: v))
    }
    add("make_timestamptz") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .timestamp(s.timeZone.utc(local: try DateTime.timestamp(fromParts: v)))
    }
    add("make_interval") { (_: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var parts = [Double](repeating: 0, count: 7)
      // Left-out arguments were skipped in evaluation; their places are those of unknown type.
      var k = 0
      for (i, t) in c.argumentTypes.enumerated() where i < 7 && t.oid != Oid.unknown {
        if k < v.count { parts[i] = v[k].double }
        k += 1
      }
      guard let seconds = Int64(exactly: (parts[6] * 1e6).rounded()) else { throw DateTime.outOfRange("interval") }
      let whole = IntervalValue(
        months: Int64(parts[0]) * 12 + Int64(parts[1]), days: Int64(parts[2]) * 7 + Int64(parts[3]),
        microseconds: Int64(parts[4]) * DateTime.hour + Int64(parts[5]) * DateTime.minute)
      return .interval(try whole.adding(IntervalValue(microseconds: seconds)))
    }
    pure("float8_timestamptz") { (v: [Value]) throws(SQLError) -> Value in
      let seconds = v[0].double
      if seconds.isNaN { throw SQLError(SQLState.datetimeOverflow, "timestamp cannot be NaN") }
      if seconds.isInfinite { return .timestamp(seconds > 0 ? DateTime.infinity : DateTime.negativeInfinity) }
      let epoch = -DateTime.epochDays * DateTime.day
      guard let micros = Int64(exactly: (seconds * 1e6).rounded(.toNearestOrEven)), micros.magnitude < 1 << 62,
        DateTime.timestamps.contains(micros + epoch)
      else {
        throw SQLError(
          SQLState.datetimeOverflow, "timestamp out of range: \"\(FloatText.rounded(seconds, digits: 6))\"")
      }
      return .timestamp(micros + epoch)
    }
    func zone(_ name: Value) throws(SQLError) -> TimeZoneRules {
      guard let z = TimeZoneRules.named(name.string) else {
        throw SQLError(SQLState.invalidParameterValue, "time zone \"\(name.string)\" not recognized")
      }
      return z
    }
    pure("timestamptz_zone") { (v: [Value]) throws(SQLError) -> Value in
      let z = try zone(v[0])
      return .timestamp(v[1].micros + z.offset(utc: v[1].micros) * DateTime.second)
    }
    pure("timestamp_zone") { (v: [Value]) throws(SQLError) -> Value in
      try .timestamp(zone(v[0]).utc(local: v[1].micros))
    }
    pure("timestamptz_izone") { (v: [Value]) throws(SQLError) -> Value in
      .timestamp(v[1].micros + v[0].span.microseconds)
    }
    pure("timestamp_izone") { (v: [Value]) throws(SQLError) -> Value in .timestamp(v[1].micros - v[0].span.microseconds)
    }
    pure("interval_justify_hours", "justify_hours") { (v: [Value]) throws(SQLError) -> Value in
      var i = v[0].span
      i.days += i.microseconds / DateTime.day
      i.microseconds %= DateTime.day
      return .interval(i)
    }
    pure("interval_justify_days", "justify_days") { (v: [Value]) throws(SQLError) -> Value in
      var i = v[0].span
      i.months += i.days / 30
      i.days %= 30
      return .interval(i)
    }
    pure("interval_justify_interval", "justify_interval") { (v: [Value]) throws(SQLError) -> Value in
      var i = v[0].span
      i.days += i.microseconds / DateTime.day
      i.microseconds %= DateTime.day
      i.months += i.days / 30
      i.days %= 30
      if i.months > 0, i.days < 0 || (i.days == 0 && i.microseconds < 0) {
        i.days += 30
        i.months -= 1
      } else if i.months < 0, i.days > 0 || (i.days == 0 && i.microseconds > 0) {
        i.days -= 30
        i.months += 1
      }
      if i.days > 0, i.microseconds < 0 {
        i.microseconds += DateTime.day
        i.days -= 1
      } else if i.days < 0, i.microseconds > 0 {
        i.microseconds -= DateTime.day
        i.days += 1
      }
      return .interval(i)
    }
    pure("date_finite", "timestamp_finite", "interval_finite") { (v: [Value]) throws(SQLError) -> Value in
      switch v[0] {
      case .date(let d): return .bool(d < DateTime.dateInfinity && d > DateTime.dateNegativeInfinity)
      case .timestamp(let t): return .bool(t != DateTime.infinity && t != DateTime.negativeInfinity)
      default: return .bool(true)
      }
    }
    for name in ["overlaps_timestamp", "overlaps_time", "overlaps_timestamptz", "overlaps_timetz"] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        guard v.count == 4, !v[0].isNull, !v[1].isNull, !v[2].isNull, !v[3].isNull else { return .null }
        func ordered(_ a: Value, _ b: Value) -> (Int64, Int64) { (min(a.micros, b.micros), max(a.micros, b.micros)) }
        let (a, b) = ordered(v[0], v[1])
        let (c, d) = ordered(v[2], v[3])
        if a == c { return .bool(true) }
        return .bool(a < d && c < b)
      }
    }
  }
}

extension ClientSession {
  func flippedSum(_ v: [Value], _ site: CallSite) throws(SQLError) -> Value {
    switch (v[0], v[1]) {
    case (.int(let n), .date(let d)): return .date(d + n)
    case (.interval(let i), .date(let d)): return try .timestamp(DateTime.add(d * DateTime.day, i))
    case (.interval(let i), .timestamp(let t)):
      return .timestamp(site.argumentTypes[1].oid == Oid.timestamptz ? try shiftZoned(t, i) : try DateTime.add(t, i))
    case (.interval(let i), .time(let t)):
      return .time(DateTime.floorDivide(t + i.microseconds, DateTime.day).remainder)
    case (.time(let t), .date(let d)): return .timestamp(d * DateTime.day + t)
    default: throw .notSimulated("operator +")
    }
  }
}
