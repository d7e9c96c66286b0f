// exp, ln, log and power of NUMERIC, by series on scaled integers, with the result scales of the server.

internal import SimKernel

extension Numeric {
  static let one = Numeric(1)

  /// e^self to `digits` digits after the point.
  func exponential(_ digits: Int) -> Numeric {
    let working = digits + 12
    // Halve until small, then square back.
    var x = rounded(working + 20)
    var halvings = 0
    let limit = Numeric(magnitude: BigUInt(1), scale: 2, isNegative: false)
    while Numeric.compare(x.absolute, limit) > 0, halvings < 60 {
      x = x.divided(by: Numeric(2), scale: working + 20)
      halvings += 1
    }
    let inner = working + 20 + halvings
    var sum = Numeric.one.rounded(inner)
    var term = Numeric.one.rounded(inner)
    var i: Int64 = 1
    while i < 2_000 {
      term = (term * x).rounded(inner).divided(by: Numeric(i), scale: inner)
      if term.isZero { break }
      sum = sum + term
      i += 1
    }
    for _ in 0..<halvings { sum = (sum * sum).rounded(inner) }
    return sum.rounded(digits)
  }

  /// Natural logarithm of a positive number to `digits` digits after the point.
  func naturalLogarithm(_ digits: Int) -> Numeric {
    let working = digits + 15
    // Roots bring the argument near one: ln x = 2^k ln x^(1/2^k).
    var x = self
    var doublings = 0
    let low = Numeric(magnitude: BigUInt(9), scale: 1, isNegative: false)
    let high = Numeric(magnitude: BigUInt(11), scale: 1, isNegative: false)
    while Numeric.compare(x, low) < 0 || Numeric.compare(x, high) > 0, doublings < 60 {
      x = x.squareRoot(scale: working + 20)
      doublings += 1
    }
    let inner = working + 20
    let z = (x - .one).divided(by: x + .one, scale: inner)
    let square = (z * z).rounded(inner)
    var term = z
    var sum = z
    var n: Int64 = 3
    while n < 4_000 {
      term = (term * square).rounded(inner)
      let part = term.divided(by: Numeric(n), scale: inner)
      if part.isZero { break }
      sum = sum + part
      n += 2
    }
    var factor = BigUInt(2)
    for _ in 0..<doublings { factor = factor.times(2) }
    return (sum * Numeric(magnitude: factor, scale: 0, isNegative: false)).rounded(digits)
  }

  /// Decimal weight of the logarithm, roughly, as the server estimates it.
  var logarithmWeight: Int {
    if sign <= 0 { return 0 }
    let point9 = Numeric(magnitude: BigUInt(9), scale: 1, isNegative: false)
    let point11 = Numeric(magnitude: BigUInt(11), scale: 1, isNegative: false)
    if Numeric.compare(self, point9) >= 0, Numeric.compare(self, point11) <= 0 {
      let x = self - .one
      if x.isZero { return 0 }
      return x.magnitude.decimalCount - x.scale - 1
    }
    // log10(ln x)
    let ln = naturalLogarithm(6).absolute.double
    if ln <= 0 { return 0 }
    var weight = 0
    var value = ln
    while value >= 10 {
      value /= 10
      weight += 1
    }
    // Cut towards zero, as a conversion to an integer does.
    while value <= 0.1 {
      value *= 10
      weight -= 1
    }
    return weight
  }

  var exponentialValue: Numeric {
    // exp(x) has about x·log10(e) digits before the point.
    let estimate = double * 0.434294481903252
    let clamped = max(-2_000, min(2_000, estimate))
    let digits = min(max(max(16 - Int(clamped), scale), 0), Numeric.maximumScale)
    return exponential(digits)
  }

  var naturalLogarithmValue: Numeric {
    let digits = min(max(max(16 - logarithmWeight, scale), 0), Numeric.maximumScale)
    return naturalLogarithm(digits)
  }

  /// log of `self` in a base.
  func logarithm(base: Numeric) -> Numeric {
    let baseWeight = base.logarithmWeight
    let ownWeight = logarithmWeight
    let resultWeight = ownWeight - baseWeight
    var digits = 16 - resultWeight
    digits = max(digits, base.scale)
    digits = max(digits, scale)
    digits = min(max(digits, 0), Numeric.maximumScale)
    let lnBase = base.naturalLogarithm(max(0, digits + resultWeight - baseWeight + 8) + 20)
    let lnSelf = naturalLogarithm(max(0, digits + resultWeight - ownWeight + 8) + 20)
    return lnSelf.divided(by: lnBase, scale: digits)
  }

  /// self ^ exponent; the caller has refused what has no result.
  func power(_ exponent: Numeric) -> Numeric {
    if isZero {
      return exponent.isZero
        ? Numeric.one.rounded(16) : Numeric(magnitude: BigUInt(), scale: 16, isNegative: false)
    }
    if exponent.minimumScale == 0, let n = exponent.int64, n.magnitude < 100_000 { return integerPower(n, exponent) }
    let ln = absolute.naturalLogarithm(30)
    let product = (ln * exponent)
    let estimate = product.double * 0.434294481903252
    var digits = 16 - Int(max(-2_000, min(2_000, estimate)))
    digits = max(digits, scale)
    digits = max(digits, exponent.scale)
    digits = min(max(digits, 0), Numeric.maximumScale)
    let precise = absolute.naturalLogarithm(digits + 30 + max(0, Int(estimate)))
    return (precise * exponent).exponential(digits)
  }

  private func integerPower(_ n: Int64, _ exponent: Numeric) -> Numeric {
    switch n {
    case 0: return Numeric.one.rounded(min(max(16, scale), Numeric.maximumScale))
    case 1: return rounded(max(min(max(16 - (magnitude.decimalCount - scale - 1), scale), 1_000), 0))
    default: break
    }
    // Significant digits decide the scale: the same rule as for the general case.
    let lnTen = absolute.naturalLogarithm(20).double * 0.434294481903252
    let estimate = lnTen * Double(n)
    var digits = 16 - Int(max(-2_000, min(20_000, estimate)))
    digits = max(digits, scale)
    digits = min(max(digits, 0), Numeric.maximumScale)
    var result = Numeric.one
    var base = self
    var left = n.magnitude
    let guardDigits = digits + 30 + (n < 0 ? Int(max(0, -estimate)) * 2 : 0)
    while left > 0 {
      if left & 1 == 1 {
        result = result * base
        if result.scale > guardDigits + 1_000 { result = result.rounded(guardDigits + 1_000) }
      }
      left >>= 1
      if left > 0 {
        base = base * base
        if base.scale > guardDigits + 1_000 { base = base.rounded(guardDigits + 1_000) }
      }
    }
    if n < 0 { return Numeric.one.divided(by: result, scale: digits) }
    return result.rounded(digits)
  }
}
