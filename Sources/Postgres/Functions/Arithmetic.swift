// Operators + - * / % ^ and the mathematical functions. Source: PostgreSQL 15 manual 9.3.

internal import SimKernel

/// Digits after the point that `round` and `trunc` are asked for, within what a result can have.
private func roundingScale(_ wanted: Int64) -> Int { Int(max(-2_000, min(2_000, wanted))) }

private func money(_ cents: Double) throws(SQLError) -> Value {
  guard let whole = Int64(exactly: cents.rounded(.toNearestOrEven)) else { throw outOfRange("money") }
  return .int(whole)
}

/// More than 131,072 digits before the point.
func numericOverflow() -> SQLError { SQLError(SQLState.numericOutOfRange, "value overflows numeric format") }

func outOfRange(_ type: String) -> SQLError { SQLError(SQLState.numericOutOfRange, "\(type) out of range") }
func divisionByZero() -> SQLError { SQLError(SQLState.divisionByZero, "division by zero") }

private func limited(_ value: Int64, _ overflow: Bool, _ bits: Int) throws(SQLError) -> Value {
  switch bits {
  case 16:
    if overflow || value < -32_768 || value > 32_767 { throw outOfRange("smallint") }
  case 32:
    if overflow || value < -2_147_483_648 || value > 2_147_483_647 { throw outOfRange("integer") }
  default:
    if overflow { throw outOfRange("bigint") }
  }
  return .int(value)
}

private func finite(_ value: Double, _ a: Value, _ b: Value = .float(0)) throws(SQLError) -> Value {
  if value.isInfinite, !a.double.isInfinite, !b.double.isInfinite {
    throw SQLError(SQLState.numericOutOfRange, "value out of range: overflow")
  }
  return .float(value)
}

extension FunctionRegistry {
  func registerArithmetic() {
    // Integer operators, named by the widths of their operands.
    let combinations: [(String, Int)] = [
      ("int2", 16), ("int4", 32), ("int8", 64), ("int24", 32), ("int42", 32), ("int28", 64), ("int82", 64),
      ("int48", 64), ("int84", 64),
    ]
    for (name, bits) in combinations {
      pure(name + "pl") { (v: [Value]) throws(SQLError) -> Value in
        let (r, o) = v[0].integer.addingReportingOverflow(v[1].integer)
        return try limited(r, o, bits)
      }
      pure(name + "mi") { (v: [Value]) throws(SQLError) -> Value in
        let (r, o) = v[0].integer.subtractingReportingOverflow(v[1].integer)
        return try limited(r, o, bits)
      }
      pure(name + "mul") { (v: [Value]) throws(SQLError) -> Value in
        let (r, o) = v[0].integer.multipliedReportingOverflow(by: v[1].integer)
        return try limited(r, o, bits)
      }
      pure(name + "div") { (v: [Value]) throws(SQLError) -> Value in
        if v[1].integer == 0 { throw divisionByZero() }
        let (r, o) = v[0].integer.dividedReportingOverflow(by: v[1].integer)
        return try limited(r, o, bits)
      }
      pure(name + "mod") { (v: [Value]) throws(SQLError) -> Value in
        if v[1].integer == 0 { throw divisionByZero() }
        if v[1].integer == -1 { return .int(0) }
        return .int(v[0].integer % v[1].integer)
      }
      pure(name + "um") { (v: [Value]) throws(SQLError) -> Value in
        let (r, o) = (0 as Int64).subtractingReportingOverflow(v[0].integer)
        return try limited(r, o, bits)
      }
      pure(name + "up") { (v: [Value]) throws(SQLError) -> Value in v[0] }
      pure(name + "abs") { (v: [Value]) throws(SQLError) -> Value in
        let n = v[0].integer
        if n >= 0 { return v[0] }
        let (r, o) = (0 as Int64).subtractingReportingOverflow(n)
        return try limited(r, o, bits)
      }
      pure(name + "and") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].integer & v[1].integer) }
      pure(name + "or") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].integer | v[1].integer) }
      pure(name + "xor") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].integer ^ v[1].integer) }
      pure(name + "not") { (v: [Value]) throws(SQLError) -> Value in .int(~v[0].integer) }
      pure(name + "shl") { (v: [Value]) throws(SQLError) -> Value in
        let shifted = v[0].integer << (v[1].integer & Int64(bits == 64 ? 63 : 31))
        return .int(bits == 64 ? shifted : Int64(Int32(truncatingIfNeeded: shifted)))
      }
      pure(name + "shr") { (v: [Value]) throws(SQLError) -> Value in
        .int(v[0].integer >> (v[1].integer & Int64(bits == 64 ? 63 : 31)))
      }
    }
    for name in ["float8", "float4", "float48", "float84"] {
      let single = name == "float4"
      func fit(_ d: Double) -> Double { single ? Double(Float(d)) : d }
      pure(name + "pl") { (v: [Value]) throws(SQLError) -> Value in
        try finite(single ? Double(Float(v[0].double) + Float(v[1].double)) : v[0].double + v[1].double, v[0], v[1])
      }
      pure(name + "mi") { (v: [Value]) throws(SQLError) -> Value in
        try finite(single ? Double(Float(v[0].double) - Float(v[1].double)) : v[0].double - v[1].double, v[0], v[1])
      }
      pure(name + "mul") { (v: [Value]) throws(SQLError) -> Value in
        try finite(single ? Double(Float(v[0].double) * Float(v[1].double)) : v[0].double * v[1].double, v[0], v[1])
      }
      pure(name + "div") { (v: [Value]) throws(SQLError) -> Value in
        if v[1].double == 0, !v[0].double.isNaN { throw divisionByZero() }
        return try finite(
          single ? Double(Float(v[0].double) / Float(v[1].double)) : v[0].double / v[1].double, v[0], v[1])
      }
      pure(name + "um") { (v: [Value]) throws(SQLError) -> Value in .float(-v[0].double) }
      pure(name + "up") { (v: [Value]) throws(SQLError) -> Value in v[0] }
      pure(name + "abs") { (v: [Value]) throws(SQLError) -> Value in .float(v[0].double.magnitude) }
    }
    pure("numeric_add") { (v: [Value]) throws(SQLError) -> Value in .numeric(v[0].decimal + v[1].decimal) }
    pure("numeric_sub") { (v: [Value]) throws(SQLError) -> Value in .numeric(v[0].decimal - v[1].decimal) }
    pure("numeric_mul") { (v: [Value]) throws(SQLError) -> Value in .numeric(v[0].decimal * v[1].decimal) }
    pure("numeric_div") { (v: [Value]) throws(SQLError) -> Value in
      if v[1].decimal.isZero, !v[0].decimal.isNaN { throw divisionByZero() }
      return .numeric(v[0].decimal / v[1].decimal)
    }
    pure("numeric_mod") { (v: [Value]) throws(SQLError) -> Value in
      if v[1].decimal.isZero { throw divisionByZero() }
      return .numeric(v[0].decimal % v[1].decimal)
    }
    pure("numeric_uminus") { (v: [Value]) throws(SQLError) -> Value in .numeric(v[0].decimal.negated) }
    pure("numeric_uplus") { (v: [Value]) throws(SQLError) -> Value in v[0] }
    pure("numeric_abs") { (v: [Value]) throws(SQLError) -> Value in .numeric(v[0].decimal.absolute) }
    pure("numeric_power") { (v: [Value]) throws(SQLError) -> Value in
      let (a, b) = (v[0].decimal, v[1].decimal)
      if a.isNaN || b.isNaN { return .numeric(.nan) }
      if a.isZero, b.sign < 0 { throw SQLError("2201F", "zero raised to a negative power is undefined") }
      if a.sign < 0, b.minimumScale > 0 {
        throw SQLError("2201F", "a negative number raised to a non-integer power yields a complex result")
      }
      if !a.isZero, b.double * a.absolute.naturalLogarithm(20).double * 0.434294481903252 > 131_072 {
        throw numericOverflow()
      }
      return .numeric(a.power(b))
    }
    // money
    pure("cash_pl") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].integer &+ v[1].integer) }
    pure("cash_mi") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].integer &- v[1].integer) }
    pure("cash_mul_int4", "cash_mul_int8", "cash_mul_int2") { (v: [Value]) throws(SQLError) -> Value in
      .int(v[0].integer &* v[1].integer)
    }
    pure("cash_mul_flt8") { (v: [Value]) throws(SQLError) -> Value in
      try money(Double(v[0].integer) * v[1].double)
    }
    pure("cash_div_cash") { (v: [Value]) throws(SQLError) -> Value in
      if v[1].integer == 0 { throw divisionByZero() }
      return .float(Double(v[0].integer) / Double(v[1].integer))
    }
    pure("cash_div_int4", "cash_div_int8", "cash_div_int2") { (v: [Value]) throws(SQLError) -> Value in
      if v[1].integer == 0 { throw divisionByZero() }
      return .int(v[0].integer.dividedReportingOverflow(by: v[1].integer).partialValue)
    }
  }

  func registerNumericFunctions() {
    func unary(_ name: String, _ body: @escaping (Numeric) throws(SQLError) -> Numeric) {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in .numeric(try body(v[0].decimal)) }
    }
    unary("numeric_ceil") { (n: Numeric) throws(SQLError) -> Numeric in n.ceiling }
    unary("numeric_floor") { (n: Numeric) throws(SQLError) -> Numeric in n.floor }
    unary("numeric_sign") { (n: Numeric) throws(SQLError) -> Numeric in n.isNaN ? n : Numeric(n.sign) }
    unary("numeric_sqrt") { (n: Numeric) throws(SQLError) -> Numeric in
      if n.sign < 0 { throw SQLError("2201F", "cannot take square root of a negative number") }
      return n.squareRoot
    }
    unary("numeric_exp") { (n: Numeric) throws(SQLError) -> Numeric in
      if n.double >= 6_000 { throw numericOverflow() }
      if n.double <= -6_000 {
        return Numeric(magnitude: BigUInt(), scale: Numeric.maximumScale, isNegative: false)
      }
      return n.exponentialValue
    }
    unary("numeric_ln") { (n: Numeric) throws(SQLError) -> Numeric in
      if n.isZero { throw SQLError("2201E", "cannot take logarithm of zero") }
      if n.sign < 0 { throw SQLError("2201E", "cannot take logarithm of a negative number") }
      return n.naturalLogarithmValue
    }
    unary("numeric_trim_scale") { (n: Numeric) throws(SQLError) -> Numeric in n.rounded(n.minimumScale) }
    pure("numeric_log") { (v: [Value]) throws(SQLError) -> Value in
      let base = v.count > 1 ? v[0].decimal : Numeric(10)
      let n = v.count > 1 ? v[1].decimal : v[0].decimal
      if n.isZero || base.isZero { throw SQLError("2201E", "cannot take logarithm of zero") }
      if n.sign < 0 || base.sign < 0 { throw SQLError("2201E", "cannot take logarithm of a negative number") }
      return .numeric(n.logarithm(base: base))
    }
    pure("numeric_round") { (v: [Value]) throws(SQLError) -> Value in
      .numeric(v[0].decimal.rounded(v.count > 1 ? roundingScale(v[1].integer) : 0))
    }
    pure("numeric_trunc") { (v: [Value]) throws(SQLError) -> Value in
      .numeric(v[0].decimal.truncated(v.count > 1 ? roundingScale(v[1].integer) : 0))
    }
    pure("numeric_scale") { (v: [Value]) throws(SQLError) -> Value in .int(Int64(v[0].decimal.scale)) }
    pure("numeric_min_scale") { (v: [Value]) throws(SQLError) -> Value in .int(Int64(v[0].decimal.minimumScale)) }
    pure("numeric_div_trunc") { (v: [Value]) throws(SQLError) -> Value in
      if v[1].decimal.isZero { throw divisionByZero() }
      return .numeric(v[0].decimal.divided(by: v[1].decimal, scale: 0, truncating: true))
    }
    pure("numeric_gcd", "int4gcd", "int8gcd") { (v: [Value]) throws(SQLError) -> Value in
      var a = v[0].decimal.absolute
      var b = v[1].decimal.absolute
      while !b.isZero { (a, b) = (b, a % b) }
      if case .int = v[0] { return .int(a.int64 ?? 0) }
      return .numeric(a)
    }
    pure("numeric_lcm", "int4lcm", "int8lcm") { (v: [Value]) throws(SQLError) -> Value in
      var a = v[0].decimal.absolute
      var b = v[1].decimal.absolute
      let product = a * b
      while !b.isZero { (a, b) = (b, a % b) }
      let result = a.isZero ? Numeric(0) : product.divided(by: a, scale: 0)
      if case .int = v[0] { return .int(result.int64 ?? 0) }
      return .numeric(result)
    }
    pure("numeric_fac") { (v: [Value]) throws(SQLError) -> Value in
      let n = v[0].integer
      if n < 0 { throw SQLError(SQLState.numericOutOfRange, "factorial of a negative number is undefined") }
      if n > 5_000 { throw .notSimulated("factorial of a number above 5000") }
      var product = BigUInt(1)
      if n > 1 { for i in 2...n { product = product.times(UInt32(i)) } }
      return .numeric(Numeric(magnitude: product, scale: 0, isNegative: false))
    }
    pure("width_bucket_numeric", "width_bucket_float8") { (v: [Value]) throws(SQLError) -> Value in
      let count = v[3].integer
      if count <= 0 { throw SQLError("2201G", "count must be greater than zero") }
      let x = v[0].double
      let low = v[1].double
      let high = v[2].double
      if low == high { throw SQLError("2201G", "lower bound cannot equal upper bound") }
      if low < high {
        if x < low { return .int(0) }
        if x >= high { return .int(count + 1) }
        return .int(Int64((x - low) / (high - low) * Double(count)) + 1)
      }
      if x > low { return .int(0) }
      if x <= high { return .int(count + 1) }
      return .int(Int64((low - x) / (low - high) * Double(count)) + 1)
    }
    func real(_ name: String, _ body: @escaping (Double) throws(SQLError) -> Double) {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in try finite(try body(v[0].double), v[0]) }
    }
    real("dceil") { (x: Double) throws(SQLError) -> Double in x.rounded(.up) }
    real("dfloor") { (x: Double) throws(SQLError) -> Double in x.rounded(.down) }
    real("dround") { (x: Double) throws(SQLError) -> Double in x.rounded(.toNearestOrEven) }
    real("dtrunc") { (x: Double) throws(SQLError) -> Double in x.rounded(.towardZero) }
    real("dsign") { (x: Double) throws(SQLError) -> Double in x > 0 ? 1 : x < 0 ? -1 : 0 }
    real("dsqrt") { (x: Double) throws(SQLError) -> Double in
      if x < 0 { throw SQLError("2201F", "cannot take square root of a negative number") }
      return x.squareRoot()
    }
    real("dcbrt") { (x: Double) throws(SQLError) -> Double in RealMath.cubeRoot(x) }
    real("dexp") { (x: Double) throws(SQLError) -> Double in RealMath.exp(x) }
    real("dlog1") { (x: Double) throws(SQLError) -> Double in
      if x == 0 { throw SQLError("2201E", "cannot take logarithm of zero") }
      if x < 0 { throw SQLError("2201E", "cannot take logarithm of a negative number") }
      return RealMath.log(x)
    }
    real("dlog10") { (x: Double) throws(SQLError) -> Double in
      if x == 0 { throw SQLError("2201E", "cannot take logarithm of zero") }
      if x < 0 { throw SQLError("2201E", "cannot take logarithm of a negative number") }
      return RealMath.log10(x)
    }
    real("dsin") { (x: Double) throws(SQLError) -> Double in RealMath.sin(x) }
    real("dcos") { (x: Double) throws(SQLError) -> Double in RealMath.sin(x + RealMath.pi / 2, cosineOf: x) }
    real("dtan") { (x: Double) throws(SQLError) -> Double in RealMath.sin(x) / RealMath.sin(0, cosineOf: x) }
    real("datan") { (x: Double) throws(SQLError) -> Double in RealMath.atan(x) }
    real("degrees") { (x: Double) throws(SQLError) -> Double in x / 0.0174532925199432957692 }
    real("radians") { (x: Double) throws(SQLError) -> Double in x * 0.0174532925199432957692 }
    pure("datan2") { (v: [Value]) throws(SQLError) -> Value in .float(RealMath.atan2(v[0].double, v[1].double)) }
    pure("dpi") { (_: [Value]) throws(SQLError) -> Value in .float(RealMath.pi) }
    pure("pi") { (_: [Value]) throws(SQLError) -> Value in .float(RealMath.pi) }
    pure("dpow") { (v: [Value]) throws(SQLError) -> Value in
      let (a, b) = (v[0].double, v[1].double)
      if a == 0, b < 0 { throw SQLError("2201F", "zero raised to a negative power is undefined") }
      if a < 0, b.rounded(.down) != b {
        throw SQLError("2201F", "a negative number raised to a non-integer power yields a complex result")
      }
      return try finite(RealMath.power(a, b), v[0], v[1])
    }
    add("drandom") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .float(s.generator.next())
    }
    add("setseed") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let seed = v[0].double
      if seed < -1 || seed > 1 || seed.isNaN {
        throw SQLError(
          SQLState.invalidParameterValue,
          "setseed parameter \(FloatText.text(seed)) is out of allowed range [-1,1]")
      }
      s.generator = RandomGenerator(seed: seed)
      return .text("")
    }
    pure("hashtext") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(Int32(bitPattern: PostgresHash.bytes(Array(v[0].string.utf8)))))
    }
  }

  func registerComparison() {
    pure("compare=") { (v: [Value]) throws(SQLError) -> Value in .bool(compareValues(v[0], v[1]) == 0) }
    pure("compare<>") { (v: [Value]) throws(SQLError) -> Value in .bool(compareValues(v[0], v[1]) != 0) }
    add("compare<") { (s: ClientSession, site: CallSite, v: [Value]) throws(SQLError) -> Value in
      .bool(s.order(v[0], v[1], site) < 0)
    }
    add("compare<=") { (s: ClientSession, site: CallSite, v: [Value]) throws(SQLError) -> Value in
      .bool(s.order(v[0], v[1], site) <= 0)
    }
    add("compare>") { (s: ClientSession, site: CallSite, v: [Value]) throws(SQLError) -> Value in
      .bool(s.order(v[0], v[1], site) > 0)
    }
    add("compare>=") { (s: ClientSession, site: CallSite, v: [Value]) throws(SQLError) -> Value in
      .bool(s.order(v[0], v[1], site) >= 0)
    }
    // character(n) ignores trailing blanks.
    for (name, test) in [("eq", 0), ("ne", 1), ("lt", 2), ("le", 3), ("gt", 4), ("ge", 5)] {
      add("bpchar" + name) { (s: ClientSession, site: CallSite, v: [Value]) throws(SQLError) -> Value in
        let order = s.order(.text(trimmedRight(v[0].string)), .text(trimmedRight(v[1].string)), site)
        switch test {
        case 0: return .bool(order == 0)
        case 1: return .bool(order != 0)
        case 2: return .bool(order < 0)
        case 3: return .bool(order <= 0)
        case 4: return .bool(order > 0)
        default: return .bool(order >= 0)
        }
      }
    }
  }
}

func trimmedRight(_ text: String) -> String {
  var bytes = ArraySlice(Array(text.utf8))
  while let last = bytes.last, last == 32 { bytes.removeLast() }
  return String(decoding: bytes, as: UTF8.self)
}

/// exp, log and the like for double precision, computed with enough extra digits to round correctly nearly always.
enum RealMath {
  static let pi = 3.141592653589793

  private static func decimal(_ x: Double) -> Numeric { Numeric(exactly: x) }

  static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    let scale = max(25, 25 - Int(x * 0.4343))
    return decimal(x).exponential(scale).double
  }
  static func log(_ x: Double) -> Double {
    if x.isNaN || x.isInfinite { return x }
    if x == 1 { return 0 }
    return decimal(x).naturalLogarithm(25).double
  }
  static func log10(_ x: Double) -> Double {
    if x.isNaN || x.isInfinite { return x }
    let ten = Numeric(10).naturalLogarithm(40)
    return decimal(x).naturalLogarithm(40).divided(by: ten, scale: 25).double
  }
  /// The published polynomial and correction of the C library, whose last digits the server shows.
  static func cubeRoot(_ x: Double) -> Double {
    if x == 0 || x.isNaN || x.isInfinite { return x }
    // magnitude = xm · 2^xe with xm in [0.5, 1)
    let xm = x.magnitude.significand / 2
    let xe = Int(x.magnitude.exponent) + 1
    var u = 0.784932344976639262 - 0.145263899385486377 * xm
    u = -1.83469277483613086 + u * xm
    u = 2.44693122563534430 + u * xm
    u = -2.11499494167371287 + u * xm
    u = 1.50819193781584896 + u * xm
    u = 0.354895765043919860 + u * xm
    let t2 = u * u * u
    let two = 1.5874010519681994748
    let one = 1.2599210498948731648
    let factor = [1 / two, 1 / one, 1, one, two][2 + xe % 3]
    let ym = u * (t2 + 2 * xm) / (2 * t2 + xm) * factor
    let scaled = ym * Double(sign: .plus, exponent: xe / 3, significand: 1)
    return x < 0 ? -scaled : scaled
  }
  private static func precise(_ x: Double) -> Numeric { decimal(x) }
  /// (e^x ± e^-x) / 2, and their quotient.
  static func hyperbolic(_ x: Double) -> (sinh: Double, cosh: Double, tanh: Double) {
    if x.magnitude > 40 {
      let e = exp(x.magnitude) / 2
      return (x < 0 ? -e : e, e, x < 0 ? -1 : 1)
    }
    let up = precise(x).exponential(60)
    let down = precise(-x).exponential(60)
    let s = up - down
    let c = up + down
    let half = Numeric(2)
    return (
      s.divided(by: half, scale: 60).double, c.divided(by: half, scale: 60).double, s.divided(by: c, scale: 60).double
    )
  }
  static func areaSine(_ x: Double) -> Double {
    let v = precise(x.magnitude)
    let root = (v * v + Numeric(1)).rounded(60).squareRoot(scale: 60)
    let r = (v + root).naturalLogarithm(45).double
    return x < 0 ? -r : r
  }
  static func areaCosine(_ x: Double) -> Double {
    let v = precise(x)
    return (v + (v * v - Numeric(1)).rounded(60).squareRoot(scale: 60)).naturalLogarithm(45).double
  }
  static func areaTangent(_ x: Double) -> Double {
    let v = precise(x)
    let q = (Numeric(1) + v).divided(by: Numeric(1) - v, scale: 60)
    return q.naturalLogarithm(45).divided(by: Numeric(2), scale: 45).double
  }
  static func power(_ a: Double, _ b: Double) -> Double {
    if b == 0 || a == 1 { return 1 }
    if a == 0 { return 0 }
    if a.isNaN || b.isNaN { return .nan }
    if a.isInfinite || b.isInfinite {
      return b > 0 ? (a.magnitude > 1 ? .infinity : 0) : (a.magnitude > 1 ? 0 : .infinity)
    }
    if b.rounded(.down) == b, b.magnitude <= 64 {
      var n = Int(b.magnitude)
      var exact = Numeric(1)
      var base = decimal(a)
      while n > 0 {
        if n & 1 == 1 { exact = exact * base }
        n >>= 1
        if n > 0 { base = base * base }
      }
      if b > 0 { return exact.double }
      return Numeric(1).divided(by: exact, scale: max(30, exact.magnitude.decimalCount - exact.scale + 30)).double
    }
    let l = decimal(a.magnitude).naturalLogarithm(45) * decimal(b)
    let estimate = l.double
    if estimate > 709.79 { return .infinity }
    if estimate < -745.2 { return 0 }
    let r = l.rounded(45).exponential(max(25, 25 - Int(estimate * 0.4343))).double
    let odd = (b / 2).rounded(.down) * 2 != b
    return a < 0 && odd ? -r : r
  }

  private static let piDigits = Numeric(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")!

  /// sin x, or cos of `cosineOf` when given.
  static func sin(_ x: Double, cosineOf: Double? = nil) -> Double {
    let argument = cosineOf ?? x
    if argument.isNaN || argument.isInfinite { return .nan }
    var v = decimal(argument)
    if cosineOf != nil { v = v + piDigits.divided(by: Numeric(2), scale: 70) }
    let turn = piDigits * Numeric(2)
    let turns = v.divided(by: turn, scale: 0)
    v = (v - turn * turns).rounded(60)
    var term = v
    var sum = v
    let square = (v * v).rounded(60)
    var n: Int64 = 1
    while n < 200 {
      term = (term * square).rounded(60).divided(by: Numeric((n + 1) * (n + 2)), scale: 60).negated
      if term.isZero { break }
      sum = sum + term
      n += 2
    }
    return sum.double
  }
  static func atan(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x.isInfinite { return x < 0 ? -pi / 2 : pi / 2 }
    var v = decimal(x.magnitude)
    let inverted = Numeric.compare(v, Numeric(1)) > 0
    if inverted { v = Numeric(1).divided(by: v, scale: 60) }
    var halvings = 0
    let small = Numeric("0.05")!
    while Numeric.compare(v, small) > 0, halvings < 20 {
      // atan v = 2 atan(v / (1 + sqrt(1 + v²)))
      let root = (Numeric(1) + v * v).rounded(60).squareRoot(scale: 60)
      v = v.divided(by: Numeric(1) + root, scale: 60)
      halvings += 1
    }
    let square = (v * v).rounded(60)
    var term = v
    var sum = v
    var n: Int64 = 3
    while n < 400 {
      term = (term * square).rounded(60).negated
      let part = term.divided(by: Numeric(n), scale: 60)
      if part.isZero { break }
      sum = sum + part
      n += 2
    }
    for _ in 0..<halvings { sum = sum + sum }
    if inverted { sum = piDigits.divided(by: Numeric(2), scale: 60) - sum }
    let r = sum.double
    return x < 0 ? -r : r
  }
  static func atan2(_ y: Double, _ x: Double) -> Double {
    if x > 0 { return atan(y / x) }
    if x < 0 { return y >= 0 ? atan(y / x) + pi : atan(y / x) - pi }
    return y > 0 ? pi / 2 : y < 0 ? -pi / 2 : 0
  }
}
