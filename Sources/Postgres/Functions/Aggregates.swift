// Aggregate functions over the collected arguments of a group. Source: PostgreSQL 15 manual 9.21.

internal import SimKernel

enum Aggregates {
  static func compute(
    _ site: CallSite, _ isStar: Bool, _ rows: [Row], _ direct: Row, _ session: ClientSession
  ) throws(SQLError) -> Value {
    if site.user != 0 { return try session.runAggregate(site.user, rows) }
    let name = site.name
    let type = site.argumentTypes.first?.oid ?? 0
    if name == "count" {
      if isStar { return .int(Int64(rows.count)) }
      var n: Int64 = 0
      for r in rows where !r[0].isNull { n += 1 }
      return .int(n)
    }
    var present: [Value] = []
    for r in rows where !(r.first?.isNull ?? true) { present.append(r[0]) }
    switch name {
    case "sum": return try sum(present, type)
    case "avg": return try average(present, type)
    case "min", "max":
      guard var best = present.first else { return .null }
      for v in present.dropFirst() {
        let order = session.order(v, best, site)
        if name == "min" ? order < 0 : order > 0 { best = v }
      }
      return best
    case "bool_and", "every":
      if present.isEmpty { return .null }
      for v in present where !v.isTrue { return .bool(false) }
      return .bool(true)
    case "bool_or":
      if present.isEmpty { return .null }
      for v in present where v.isTrue { return .bool(true) }
      return .bool(false)
    case "bit_and", "bit_or", "bit_xor":
      guard let first = present.first else { return .null }
      var n = first.integer
      for v in present.dropFirst() {
        n = name == "bit_and" ? n & v.integer : name == "bit_or" ? n | v.integer : n ^ v.integer
      }
      return .int(n)
    case "string_agg":
      var out = ""
      var any = false
      for r in rows where !r[0].isNull {
        if any, !r[1].isNull { out += r[1].string }
        out += r[0].string
        any = true
      }
      return any ? .text(out) : .null
    case "array_agg":
      if rows.isEmpty { return .null }
      if case .array(let first)? = rows.first?.first {
        var elements: Row = []
        for r in rows {
          guard case .array(let a) = r[0] else {
            throw SQLError("22004", "cannot accumulate null arrays")
          }
          if a.dimensions != first.dimensions {
            throw SQLError("2202E", "cannot accumulate arrays of different dimensionality")
          }
          elements += a.elements
        }
        if first.dimensions.isEmpty { throw SQLError("2202E", "cannot accumulate empty arrays") }
        return .array(
          ArrayValue(
            elementType: first.elementType, dimensions: [rows.count] + first.dimensions,
            lowerBounds: [Int](repeating: 1, count: first.dimensions.count + 1), elements: elements))
      }
      return .array(ArrayValue(elementType: type, rows.map { $0[0] }))
    case "json_agg":
      if rows.isEmpty { return .null }
      var text = "["
      for (k, r) in rows.enumerated() {
        if k > 0 { text += ", " }
        // Rows and arrays go on lines of their own.
        switch r[0] {
        case .record, .array: if k > 0 { text += "\n " }
        default: break
        }
        text += session.jsonText(r[0], type)
      }
      return .text(text + "]")
    case "jsonb_agg":
      if rows.isEmpty { return .null }
      var items: [JSONValue] = []
      for r in rows { items.append(session.jsonValue(r[0], type)) }
      return .json(.array(items))
    case "json_object_agg":
      if rows.isEmpty { return .null }
      var parts: [String] = []
      for r in rows {
        if r[0].isNull { throw SQLError("22023", "field name must not be null") }
        parts.append(
          JSONValue.quoted(session.output(r[0], type)) + " : " + session.jsonText(r[1], site.argumentTypes[1].oid))
      }
      return .text("{ " + joined(parts, ", ") + " }")
    case "jsonb_object_agg":
      if rows.isEmpty { return .null }
      var pairs: [(key: String, value: JSONValue)] = []
      for r in rows {
        if r[0].isNull { throw SQLError("22023", "field name must not be null") }
        pairs.append(
          (key: session.output(r[0], type), value: session.jsonValue(r[1], site.argumentTypes[1].oid)))
      }
      return .json(.object(normalizing: pairs))
    case "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop":
      return try variance(present, type, name)
    case "percentile_cont", "percentile_disc", "mode": return try orderedSet(name, present, direct, type)
    case "corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept", "regr_count", "regr_r2", "regr_avgx",
      "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy":
      return regression(name, rows)
    default: throw .notSimulated("aggregate \(name)")
    }
  }

  private static func sum(_ values: [Value], _ type: Int32) throws(SQLError) -> Value {
    if values.isEmpty { return .null }
    switch type {
    case Oid.int2, Oid.int4:
      var total: Int64 = 0
      for v in values { total &+= v.integer }
      return .int(total)
    case Oid.int8, Oid.numeric:
      var total = Numeric(0)
      var small: Int64 = 0
      for v in values {
        if case .int(let n) = v {
          let (s, o) = small.addingReportingOverflow(n)
          if o {
            total = total + Numeric(small)
            small = n
          } else {
            small = s
          }
        } else {
          total = total + v.decimal
        }
      }
      return .numeric(total + Numeric(small))
    case Oid.float4, Oid.float8:
      var total = 0.0
      for v in values { total += v.double }
      return .float(type == Oid.float4 ? Double(Float(total)) : total)
    case Oid.money:
      var total: Int64 = 0
      for v in values { total &+= v.integer }
      return .int(total)
    case Oid.interval:
      var total = IntervalValue()
      for v in values {
        if case .interval(let i) = v { total = try total.adding(i) }
      }
      return .interval(total)
    default:
      throw .notSimulated("sum of this type")
    }
  }

  private static func average(_ values: [Value], _ type: Int32) throws(SQLError) -> Value {
    if values.isEmpty { return .null }
    let count = Numeric(Int64(values.count))
    switch type {
    case Oid.float4, Oid.float8:
      var total = 0.0
      for v in values { total += v.double }
      return .float(total / Double(values.count))
    case Oid.interval:
      guard case .interval(let total) = try sum(values, type) else { return .null }
      return .interval(try divideInterval(total, Double(values.count)))
    default:
      let total: Value = try sum(values, type == Oid.numeric ? Oid.numeric : Oid.int8)
      return .numeric(total.decimal / count)
    }
  }

  private static func variance(_ values: [Value], _ type: Int32, _ name: String) throws(SQLError) -> Value {
    let sample = !name.hasSuffix("_pop")
    let isDeviation = name.hasPrefix("stddev")
    let n = values.count
    if n == 0 || (sample && n == 1) { return .null }
    if type == Oid.float8 || type == Oid.float4 {
      // Youngs and Cramer, as the server accumulates.
      var count = 0.0
      var sx = 0.0
      var sxx = 0.0
      for v in values {
        let x = v.double
        count += 1
        sx += x
        if count > 1 {
          let t = x * count - sx
          sxx += t * t / (count * (count - 1))
        }
      }
      let variance = sxx / (sample ? count - 1 : count)
      return .float(isDeviation ? variance.squareRoot() : variance)
    }
    var total = Numeric(0)
    var squares = Numeric(0)
    for v in values {
      let x = v.decimal
      total = total + x
      squares = squares + x * x
    }
    let count = Numeric(Int64(n))
    let numerator = count * squares - total * total
    if numerator.sign <= 0 { return .numeric(Numeric(0)) }
    let denominator = sample ? count * Numeric(Int64(n - 1)) : count * count
    let scale = Numeric.divisionScale(numerator, denominator)
    let variance = numerator.divided(by: denominator, scale: scale)
    if !isDeviation { return .numeric(variance) }
    return .numeric(variance.squareRoot(scale: scale))
  }

  private static func orderedSet(
    _ name: String, _ values: [Value], _ direct: Row, _ type: Int32
  ) throws(SQLError) -> Value {
    if values.isEmpty { return .null }
    if name == "mode" {
      var best = values[0]
      var bestCount = 0
      var i = 0
      while i < values.count {
        var j = i
        while j < values.count, compareValues(values[i], values[j]) == 0 { j += 1 }
        if j - i > bestCount {
          bestCount = j - i
          best = values[i]
        }
        i = j
      }
      return best
    }
    func one(_ fraction: Double) throws(SQLError) -> Value {
      if fraction < 0 || fraction > 1 || fraction.isNaN {
        throw SQLError(
          SQLState.numericOutOfRange, "percentile value \(FloatText.text(fraction)) is not between 0 and 1")
      }
      if name == "percentile_disc" {
        let row = max(1, Int((fraction * Double(values.count)).rounded(.up)))
        return values[row - 1]
      }
      let position = fraction * Double(values.count - 1)
      let low = Int(position.rounded(.down))
      let high = Int(position.rounded(.up))
      if low == high { return type == Oid.interval ? values[low] : .float(values[low].double) }
      let p = position - Double(low)
      if case .interval(let a) = values[low], case .interval(let b) = values[high] {
        let da = a.microseconds + (a.days + a.months * 30) * DateTime.day
        let db = b.microseconds + (b.days + b.months * 30) * DateTime.day
        return .interval(IntervalValue(months: 0, days: 0, microseconds: da + Int64(Double(db - da) * p)))
      }
      let a = values[low].double
      return .float(a + p * (values[high].double - a))
    }
    guard let fraction = direct.first, !fraction.isNull else { return .null }
    if case .array(let list) = fraction {
      var out: Row = []
      for f in list.elements { out.append(f.isNull ? .null : try one(f.double)) }
      return .array(ArrayValue(elementType: name == "percentile_disc" ? type : Oid.float8, out))
    }
    return try one(fraction.double)
  }

  private static func regression(_ name: String, _ rows: [Row]) -> Value {
    var n = 0.0
    var sx = 0.0
    var sy = 0.0
    var sxx = 0.0
    var syy = 0.0
    var sxy = 0.0
    for r in rows where !r[0].isNull && !r[1].isNull {
      let y = r[0].double
      let x = r[1].double
      n += 1
      sx += x
      sy += y
      if n > 1 {
        let tx = x * n - sx
        let ty = y * n - sy
        let scale = 1 / (n * (n - 1))
        sxx += tx * tx * scale
        syy += ty * ty * scale
        sxy += tx * ty * scale
      }
    }
    if name == "regr_count" { return .int(Int64(n)) }
    if n < 1 { return .null }
    switch name {
    case "covar_pop": return .float(sxy / n)
    case "covar_samp": return n < 2 ? .null : .float(sxy / (n - 1))
    case "corr": return sxx == 0 || syy == 0 ? .null : .float(sxy / (sxx * syy).squareRoot())
    case "regr_slope": return sxx == 0 ? .null : .float(sxy / sxx)
    case "regr_intercept": return sxx == 0 ? .null : .float((sy - sx * sxy / sxx) / n)
    case "regr_r2": return sxx == 0 ? .null : syy == 0 ? .float(1) : .float(sxy * sxy / (sxx * syy))
    case "regr_sxx": return .float(sxx)
    case "regr_syy": return .float(syy)
    case "regr_sxy": return .float(sxy)
    case "regr_avgx": return .float(sx / n)
    default: return .float(sy / n)
    }
  }
}

/// interval / number, spreading the rest downward as the server does.
func divideInterval(_ value: IntervalValue, _ divisor: Double) throws(SQLError) -> IntervalValue {
  try multiplyInterval(value, 1 / divisor, divisor: divisor)
}

func multiplyInterval(
  _ value: IntervalValue, _ factor: Double, divisor: Double? = nil
) throws(SQLError) -> IntervalValue {
  func scaled(_ x: Int64) -> Double { divisor.map { Double(x) / $0 } ?? Double(x) * factor }
  let months = scaled(value.months)
  let days = scaled(value.days)
  guard months.magnitude <= Double(Int32.max), days.magnitude <= Double(Int32.max) else {
    throw DateTime.outOfRange("interval")
  }
  let wholeMonths = Int64(months)
  let wholeDays = Int64(days)
  var monthRemainderDays = (months - Double(wholeMonths)) * 30
  monthRemainderDays = (monthRemainderDays * 1e6).rounded() / 1e6
  var secondsRemainder =
    ((days - Double(wholeDays)) + (monthRemainderDays - Double(Int64(monthRemainderDays)))) * 86_400
  secondsRemainder = (secondsRemainder * 1e6).rounded() / 1e6
  var extraDays: Int64 = 0
  if abs(secondsRemainder) >= 86_400 {
    extraDays = Int64(secondsRemainder / 86_400)
    secondsRemainder -= Double(extraDays) * 86_400
  }
  let time = (scaled(value.microseconds) + secondsRemainder * 1e6).rounded(.toNearestOrEven)
  guard let micros = Int64(exactly: time) else { throw DateTime.outOfRange("interval") }
  return IntervalValue(
    months: wholeMonths, days: wholeDays + Int64(monthRemainderDays) + extraDays, microseconds: micros)
}

extension FunctionRegistry {
  static func supportsAggregate(_ name: String) -> Bool {
    [
      "count", "sum", "avg", "min", "max", "bool_and", "bool_or", "every", "bit_and", "bit_or", "bit_xor", "string_agg",
      "array_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "stddev", "stddev_samp",
      "stddev_pop", "variance", "var_samp", "var_pop", "percentile_cont", "percentile_disc", "mode", "corr",
      "covar_pop", "covar_samp", "regr_slope", "regr_intercept", "regr_count", "regr_r2", "regr_avgx", "regr_avgy",
      "regr_sxx", "regr_syy", "regr_sxy",
    ].contains(name)
  }
}
