// The functions behind casts. Source: PostgreSQL 15 manual, CREATE CAST and chapter 8.

internal import SimKernel

extension FunctionRegistry {
  func registerCasts() {
    func integer(_ names: [String], _ type: String, _ low: Int64, _ high: Int64) {
      for name in names {
        pure(name) { (v: [Value]) throws(SQLError) -> Value in
          switch v[0] {
          case .int(let n):
            if n < low || n > high { throw outOfRange(type) }
            return v[0]
          case .float(let d):
            let r = d.rounded(.toNearestOrEven)
            if r.isNaN || r < Double(low) || r >= Double(high) + 1 { throw outOfRange(type) }
            return .int(Int64(r))
          case .numeric(let n):
            if n.special != nil {
              throw SQLError(SQLState.featureNotSupported, "cannot convert \(n.isNaN ? "NaN" : "infinity") to \(type)")
            }
            guard let i = n.int64, i >= low, i <= high else { throw outOfRange(type) }
            return .int(i)
          case .bool(let b): return .int(b ? 1 : 0)
          default: return v[0]
          }
        }
      }
    }
    integer(["int82", "i4toi2", "ftoi2", "dtoi2", "numeric_int2"], "smallint", -32_768, 32_767)
    integer(
      ["int84", "i2toi4", "ftoi4", "dtoi4", "numeric_int4", "bool_int4"], "integer", -2_147_483_648, 2_147_483_647)
    integer(["int28", "int48", "ftoi8", "dtoi8", "numeric_int8", "oidtoi8"], "bigint", Int64.min, Int64.max)
    integer(["i8tooid", "i2tooid"], "OID", 0, 4_294_967_295)
    pure("i8tod", "i4tod", "i2tod", "ftod") { (v: [Value]) throws(SQLError) -> Value in
      .float(v[0].double)
    }
    pure("numeric_float8") { (v: [Value]) throws(SQLError) -> Value in
      let x = v[0].double
      if x.isInfinite, v[0].decimal.special == nil {
        throw SQLError(
          SQLState.numericOutOfRange, "\"\(v[0].decimal.text)\" is out of range for type double precision")
      }
      return .float(x)
    }
    pure("numeric_float4") { (v: [Value]) throws(SQLError) -> Value in
      let x = Double(Float(v[0].double))
      if x.isInfinite, v[0].decimal.special == nil {
        throw SQLError(SQLState.numericOutOfRange, "\"\(v[0].decimal.text)\" is out of range for type real")
      }
      return .float(x)
    }
    pure("dtof") { (v: [Value]) throws(SQLError) -> Value in
      let x = Double(Float(v[0].double))
      if x.isInfinite, !v[0].double.isInfinite {
        throw SQLError(SQLState.numericOutOfRange, "value out of range: overflow")
      }
      return .float(x)
    }
    pure("i8tof", "i4tof", "i2tof") { (v: [Value]) throws(SQLError) -> Value in
      .float(Double(Float(v[0].double)))
    }
    pure("int8_numeric", "int4_numeric", "int2_numeric") { (v: [Value]) throws(SQLError) -> Value in
      .numeric(Numeric(v[0].integer))
    }
    pure("float8_numeric") { (v: [Value]) throws(SQLError) -> Value in .numeric(Numeric(v[0].double, significant: 15)) }
    pure("float4_numeric") { (v: [Value]) throws(SQLError) -> Value in .numeric(Numeric(v[0].double, significant: 6)) }
    pure("int4_bool") { (v: [Value]) throws(SQLError) -> Value in .bool(v[0].integer != 0) }
    pure("booltext") { (v: [Value]) throws(SQLError) -> Value in .text(v[0].isTrue ? "true" : "false") }
    pure("rtrim1") { (v: [Value]) throws(SQLError) -> Value in
      .text(trimmedRight(v[0].string))
    }
    // rtrim1 is also rtrim(text).
    pure(
      "name_text", "text_name", "name_bpchar", "bpchar_name", "text_char", "char_text", "char_bpchar", "text_regclass"
    ) {
      (v: [Value]) throws(SQLError) -> Value in v[0]
    }
    add("text_regclass") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.input(v[0].string, SQLType(Oid.regclass))
    }
    pure("char_text") { (v: [Value]) throws(SQLError) -> Value in .text(String(v[0].string.prefix(1))) }
    pure("date_timestamp") { (v: [Value]) throws(SQLError) -> Value in .timestamp(v[0].micros) }
    add("date_timestamptz") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .timestamp(s.timeZone.utc(local: v[0].micros))
    }
    add("date_timestamp") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      c.result.oid == Oid.timestamptz ? .timestamp(s.timeZone.utc(local: v[0].micros)) : .timestamp(v[0].micros)
    }
    pure("timestamp_date") { (v: [Value]) throws(SQLError) -> Value in
      let t = v[0].micros
      if t == DateTime.infinity { return .date(DateTime.dateInfinity) }
      if t == DateTime.negativeInfinity { return .date(DateTime.dateNegativeInfinity) }
      return .date(DateTime.floorDivide(t, DateTime.day).quotient)
    }
    add("timestamptz_date") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .date(DateTime.floorDivide(s.localOf(v[0].micros), DateTime.day).quotient)
    }
    pure("timestamp_time") { (v: [Value]) throws(SQLError) -> Value in
      .time(DateTime.floorDivide(v[0].micros, DateTime.day).remainder)
    }
    add("timestamptz_time") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .time(DateTime.floorDivide(s.localOf(v[0].micros), DateTime.day).remainder)
    }
    add("timestamp_timestamptz") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .timestamp(s.timeZone.utc(local: v[0].micros))
    }
    add("timestamptz_timestamp") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .timestamp(s.localOf(v[0].micros))
    }
    pure("time_interval") { (v: [Value]) throws(SQLError) -> Value in
      .interval(IntervalValue(months: 0, days: 0, microseconds: v[0].micros))
    }
    pure("interval_time") { (v: [Value]) throws(SQLError) -> Value in
      .time(DateTime.floorDivide(v[0].span.microseconds, DateTime.day).remainder)
    }
    add("time_timetz") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .timeZoned(v[0].micros, s.timeZone.offset(utc: s.now))
    }
    pure("timetz_time") { (v: [Value]) throws(SQLError) -> Value in .time(v[0].micros) }
    pure("int4_cash", "int8_cash") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].integer * 100) }
    pure("numeric_cash") { (v: [Value]) throws(SQLError) -> Value in
      .int((v[0].decimal * Numeric(100)).rounded(0).int64 ?? 0)
    }
    pure("cash_numeric") { (v: [Value]) throws(SQLError) -> Value in
      .numeric(Numeric(magnitude: BigUInt(v[0].integer.magnitude), scale: 2, isNegative: v[0].integer < 0))
    }
    pure("inet_to_cidr", "i4tochar", "chartoi4", "xid8toxid") { (v: [Value]) throws(SQLError) -> Value in v[0] }
  }
}
