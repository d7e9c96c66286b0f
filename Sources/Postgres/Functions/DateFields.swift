// extract, date_part and date_trunc. Source: PostgreSQL 15 manual 9.9.1 and 9.9.2.

internal import SimKernel

extension ClientSession {
  private static let fieldAliases: [String: String] = [
    "years": "year", "yr": "year", "yrs": "year", "y": "year", "months": "month", "mon": "month", "mons": "month",
    "days": "day", "d": "day", "hours": "hour", "hr": "hour", "hrs": "hour", "h": "hour", "minutes": "minute",
    "min": "minute", "mins": "minute", "m": "minute", "seconds": "second", "sec": "second", "secs": "second",
    "s": "second", "millisecond": "milliseconds", "msec": "milliseconds", "msecs": "milliseconds",
    "ms": "milliseconds", "microsecond": "microseconds", "usec": "microseconds", "usecs": "microseconds",
    "us": "microseconds", "weeks": "week", "w": "week", "qtr": "quarter", "decades": "decade", "centuries": "century",
    "c": "century", "cent": "century", "mil": "millennium", "millennia": "millennium",
  ]

  func field(_ name: String, _ value: Value, _ type: Int32, extract: Bool) throws(SQLError) -> Value {
    let given = lowercasedASCII(name)
    let word = ClientSession.fieldAliases[given] ?? given
    func result(_ n: Numeric) -> Value { extract ? .numeric(n) : .float(n.double) }
    func int(_ n: Int64) -> Value { result(Numeric(n)) }
    func unsupported() -> SQLError {
      let known = [
        "year", "month", "day", "hour", "minute", "second", "dow", "doy", "week", "quarter", "epoch", "timezone",
        "century", "decade", "millennium", "isodow", "isoyear", "julian", "microseconds", "milliseconds",
        "timezone_hour", "timezone_minute",
      ]
      if known.contains(word) {
        return SQLError(
          SQLState.featureNotSupported, "unit \"\(name)\" not supported for type \(formatType(SQLType(type)))")
      }
      return SQLError(
        SQLState.invalidParameterValue, "unit \"\(name)\" not recognized for type \(formatType(SQLType(type)))")
    }
    if case .interval(let i) = value {
      switch word {
      case "year", "years": return int(i.months / 12)
      case "month", "months", "mon": return int(i.months % 12)
      case "day", "days": return int(i.days)
      case "hour", "hours": return int(i.microseconds / DateTime.hour)
      case "minute", "minutes": return int(i.microseconds / DateTime.minute % 60)
      case "second", "seconds":
        return result(
          Numeric(
            magnitude: BigUInt((i.microseconds % DateTime.minute).magnitude), scale: 6, isNegative: i.microseconds < 0))
      case "milliseconds":
        return result(
          Numeric(
            magnitude: BigUInt((i.microseconds % DateTime.minute).magnitude), scale: 3, isNegative: i.microseconds < 0))
      case "microseconds": return int(i.microseconds % DateTime.minute)
      case "quarter": return int(i.months % 12 / 3 + 1)
      case "decade": return int(i.months / 120)
      case "century": return int(i.months / 1_200)
      case "millennium": return int(i.months / 12_000)
      case "epoch":
        let days = (i.months / 12) * 36_525 * 864 + (i.months % 12) * 30 * 86_400 + i.days * 86_400
        let total = Numeric(days * 1_000_000) + Numeric(i.microseconds)
        return result(Numeric(magnitude: total.magnitude, scale: 6, isNegative: total.isNegative))
      default: throw unsupported()
      }
    }
    let isTime: Bool
    switch value {
    case .time, .timeZoned: isTime = true
    default: isTime = false
    }
    var micros = value.micros
    if micros == DateTime.infinity || micros == DateTime.negativeInfinity {
      switch word {
      case "epoch", "year", "century", "decade", "millennium", "isoyear", "julian":
        return result(Numeric(micros > 0 ? "Infinity" : "-Infinity")!)
      default: return .null
      }
    }
    var zone: Int64?
    if type == Oid.timestamptz {
      zone = timeZone.offset(utc: micros)
      if word == "epoch" {
        let e = Numeric(micros) + Numeric(DateTime.epochDays * DateTime.day)
        return result(Numeric(magnitude: e.magnitude, scale: 6, isNegative: e.isNegative))
      }
      micros += zone! * DateTime.second
    }
    if case .timeZoned(_, let z) = value { zone = z }
    let (days, time) = isTime ? (0, micros) : DateTime.floorDivide(micros, DateTime.day)
    let (y, m, d) = DateTime.civil(days)
    switch word {
    case "hour", "hours":
      if type == Oid.date { throw unsupported() }
      return int(time / DateTime.hour)
    case "minute", "minutes":
      if type == Oid.date { throw unsupported() }
      return int(time / DateTime.minute % 60)
    case "second", "seconds":
      if type == Oid.date { throw unsupported() }
      return result(Numeric(magnitude: BigUInt((time % DateTime.minute).magnitude), scale: 6, isNegative: false))
    case "milliseconds":
      if type == Oid.date { throw unsupported() }
      return result(Numeric(magnitude: BigUInt((time % DateTime.minute).magnitude), scale: 3, isNegative: false))
    case "microseconds":
      if type == Oid.date { throw unsupported() }
      return int(time % DateTime.minute)
    case "epoch":
      if isTime {
        let base = time - (zone ?? 0) * DateTime.second
        return result(Numeric(magnitude: BigUInt(base.magnitude), scale: 6, isNegative: base < 0))
      }
      if type == Oid.date { return int((days + DateTime.epochDays) * 86_400) }
      let e = Numeric(micros) + Numeric(DateTime.epochDays * DateTime.day)
      return result(Numeric(magnitude: e.magnitude, scale: 6, isNegative: e.isNegative))
    case "timezone":
      if let zone { return int(zone) }
      throw unsupported()
    case "timezone_hour":
      if let zone { return int(zone / 3_600) }
      throw unsupported()
    case "timezone_minute":
      if let zone { return int(zone / 60 % 60) }
      throw unsupported()
    default: break
    }
    if isTime { throw unsupported() }
    switch word {
    case "year", "years": return int(y > 0 ? y : y - 1)
    case "month", "months", "mon": return int(m)
    case "day", "days": return int(d)
    case "dow": return int(DateTime.weekday(days))
    case "isodow": return int((DateTime.weekday(days) + 6) % 7 + 1)
    case "doy": return int(days - DateTime.days(y, 1, 1) + 1)
    case "week", "weeks": return int(DateTime.isoWeek(days).week)
    case "isoyear": return int(DateTime.isoWeek(days).year)
    case "quarter": return int((m - 1) / 3 + 1)
    case "decade": return int(DateTime.floorDivide(y, 10).quotient)
    case "century": return int(y > 0 ? (y + 99) / 100 : -((100 - y) / 100))
    case "millennium": return int(y > 0 ? (y + 999) / 1_000 : -((1_000 - y) / 1_000))
    case "julian":
      if type == Oid.date || !extract { return int(days + 2_451_545) }
      let seconds = Numeric(magnitude: BigUInt(time.magnitude), scale: 6, isNegative: false)
      return result(Numeric(days + 2_451_545) + seconds / Numeric(86_400))
    default: throw unsupported()
    }
  }

  func truncated(_ name: String, _ local: Int64, _ type: Int32) throws(SQLError) -> Int64 {
    if local == DateTime.infinity || local == DateTime.negativeInfinity { return local }
    let word = lowercasedASCII(name)
    let (days, time) = DateTime.floorDivide(local, DateTime.day)
    let (y, m, _) = DateTime.civil(days)
    switch word {
    case "microseconds": return local
    case "milliseconds": return local - DateTime.floorDivide(local, 1_000).remainder
    case "second", "seconds": return days * DateTime.day + time - time % DateTime.second
    case "minute", "minutes": return days * DateTime.day + time - time % DateTime.minute
    case "hour", "hours": return days * DateTime.day + time - time % DateTime.hour
    case "day", "days": return days * DateTime.day
    case "week": return (days - (DateTime.weekday(days) + 6) % 7) * DateTime.day
    case "month", "months": return DateTime.days(y, m, 1) * DateTime.day
    case "quarter": return DateTime.days(y, (m - 1) / 3 * 3 + 1, 1) * DateTime.day
    case "year", "years": return DateTime.days(y, 1, 1) * DateTime.day
    case "decade": return DateTime.days(DateTime.floorDivide(y, 10).quotient * 10, 1, 1) * DateTime.day
    case "century": return DateTime.days((y - 1) / 100 * 100 + 1, 1, 1) * DateTime.day
    case "millennium": return DateTime.days((y - 1) / 1_000 * 1_000 + 1, 1, 1) * DateTime.day
    default:
      throw SQLError(
        SQLState.invalidParameterValue, "unit \"\(name)\" not recognized for type \(formatType(SQLType(type)))")
    }
  }
}
