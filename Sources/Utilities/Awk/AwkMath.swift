// The transcendental functions of awk, computed here because the browser build has no C library: range reduction and series,
// good to the digits that awk prints.

enum AwkMath {
  static let pi = 3.14159265358979323846
  static let ln2 = 0.69314718055994530942

  static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    let k = (x / ln2).rounded()
    let r = x - k * 6.93147180369123816490e-01 - k * 1.90821492927058770002e-10
    var term = 1.0
    var sum = 1.0
    for i in 1..<24 {
      term *= r / Double(i)
      sum += term
    }
    return scale(sum, Int(k))
  }

  private static func scale(_ value: Double, _ power: Int) -> Double {
    var value = value
    var left = power
    while left > 500 {
      value *= 0x1p500
      left -= 500
    }
    while left < -500 {
      value *= 0x1p-500
      left += 500
    }
    return value * Double(sign: .plus, exponent: left, significand: 1)
  }

  static func log(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return x.isNaN ? x : -Double.nan }
    if x == 0 { return -.infinity }
    if x.isInfinite { return x }
    var exponent = Double(x.exponent)
    var m = x.significand
    if m > 1.41421356237309504880 {
      m /= 2
      exponent += 1
    }
    let f = (m - 1) / (m + 1)
    let square = f * f
    var term = f
    var sum = 0.0
    var i = 1.0
    while i < 60 {
      sum += term / i
      term *= square
      i += 2
    }
    return exponent * ln2 + 2 * sum
  }

  static func sin(_ x: Double) -> Double {
    guard x.isFinite else { return .nan }
    let turns = (x / (pi / 2)).rounded()
    let r = x - turns * 1.57079632673412561417 - turns * 6.07710050650619224932e-11
    let quadrant = Int64(turns.truncatingRemainder(dividingBy: 4) + 4) % 4
    switch quadrant {
    case 0: return sinSeries(r)
    case 1: return cosSeries(r)
    case 2: return -sinSeries(r)
    default: return -cosSeries(r)
    }
  }
  static func cos(_ x: Double) -> Double { x.isFinite ? sin(x + pi / 2) : .nan }

  private static func sinSeries(_ x: Double) -> Double {
    var term = x
    var sum = x
    var i = 1.0
    while i < 25 {
      term *= -x * x / ((i + 1) * (i + 2))
      sum += term
      i += 2
    }
    return sum
  }
  private static func cosSeries(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var i = 0.0
    while i < 24 {
      term *= -x * x / ((i + 1) * (i + 2))
      sum += term
      i += 2
    }
    return sum
  }

  static func atan2(_ y: Double, _ x: Double) -> Double {
    if x == 0, y == 0 { return x.sign == .minus ? (y.sign == .minus ? -pi : pi) : y }
    if abs(x) >= abs(y) {
      let base = atan(y / x)
      return x > 0 ? base : y.sign == .minus ? base - pi : base + pi
    }
    let base = atan(x / y)
    return y > 0 ? pi / 2 - base : -pi / 2 - base
  }

  private static func atan(_ x: Double) -> Double {
    // Halves the angle twice, then the series.
    func half(_ v: Double) -> Double { v / (1 + (1 + v * v).squareRoot()) }
    let t = half(half(x))
    var term = t
    var sum = 0.0
    var i = 1.0
    while i < 60 {
      sum += term / i
      term *= -t * t
      i += 2
    }
    return 4 * sum
  }

  static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == exponent.rounded(), abs(exponent) < 1e9 {
      var result = 1.0
      var square = base
      var left = Int64(abs(exponent))
      while left > 0 {
        if left & 1 == 1 { result *= square }
        square *= square
        left >>= 1
      }
      return exponent < 0 ? 1 / result : result
    }
    if base == 0 { return exponent > 0 ? 0 : .infinity }
    if exponent == 0.5 { return base.squareRoot() }
    if base < 0 { return -Double.nan }
    return exp(exponent * log(base))
  }
}
