// jq's functions on numbers.

import SimKernel

private func numeric(_ name: String, _ body: @escaping (Double) -> Double) -> JqNative {
  JqNative(
    name: name, arity: 0,
    kind: .plain { (_, input) throws(JqError) in
      guard case .number(let value, _) = input else { throw JqError("\(jqNamed(input)) number required") }
      return .number(body(value))
    })
}
private func numeric(_ name: String, _ body: @escaping (Double, Double) -> Double) -> JqNative {
  JqNative(
    name: name, arity: 2,
    kind: .plain { (arguments, _) throws(JqError) in
      guard case .number(let a, _) = arguments[0] else { throw JqError("\(jqNamed(arguments[0])) number required") }
      guard case .number(let b, _) = arguments[1] else { throw JqError("\(jqNamed(arguments[1])) number required") }
      return .number(body(a, b))
    })
}

private let ln2 = 0.693147180559945309417
private let ln10 = 2.302585092994045684018

/// The power of two that a value is, if it is one.
private func exponentOfTwo(_ value: Double) -> Double? {
  guard value > 0, value.isFinite, value.significand == 1 else { return nil }
  return Double(value.exponent)
}

private func cubeRoot(_ value: Double) -> Double {
  guard value != 0, value.isFinite else { return value }
  let size = value.magnitude
  var root = AwkMath.power(size, 1.0 / 3)
  for _ in 0..<3 { root -= (root * root * root - size) / (3 * root * root) }
  let whole = root.rounded()
  if whole * whole * whole == size { root = whole }
  return value < 0 ? -root : root
}

var jqMathFunctions: [JqNative] {
  [
    numeric("floor") { $0.rounded(.down) }, numeric("ceil") { $0.rounded(.up) },
    numeric("round") { $0.rounded(.toNearestOrAwayFromZero) }, numeric("trunc") { $0.rounded(.towardZero) },
    numeric("rint") { $0.rounded(.toNearestOrEven) }, numeric("nearbyint") { $0.rounded(.toNearestOrEven) },
    numeric("fabs") { $0.magnitude }, numeric("sqrt") { $0.squareRoot() },
    numeric("cbrt") { cubeRoot($0) }, numeric("exp") { AwkMath.exp($0) },
    numeric("exp2") { AwkMath.power(2, $0) }, numeric("exp10") { AwkMath.power(10, $0) },
    numeric("pow10") { AwkMath.power(10, $0) }, numeric("log") { AwkMath.log($0) },
    numeric("log2") { exponentOfTwo($0) ?? AwkMath.log($0) / ln2 },
    numeric("log10") { value in
      let guess = AwkMath.log(value) / ln10
      return value > 0 && value.isFinite && AwkMath.power(10, guess.rounded()) == value ? guess.rounded() : guess
    },
    numeric("sin") { AwkMath.sin($0) }, numeric("cos") { AwkMath.cos($0) },
    numeric("tan") { AwkMath.sin($0) / AwkMath.cos($0) },
    numeric("asin") { AwkMath.atan2($0, (1 - $0 * $0).squareRoot()) },
    numeric("acos") { AwkMath.atan2((1 - $0 * $0).squareRoot(), $0) },
    numeric("atan") { AwkMath.atan2($0, 1) },
    numeric("sinh") { (AwkMath.exp($0) - AwkMath.exp(-$0)) / 2 },
    numeric("cosh") { (AwkMath.exp($0) + AwkMath.exp(-$0)) / 2 },
    numeric("tanh") { (AwkMath.exp(2 * $0) - 1) / (AwkMath.exp(2 * $0) + 1) },
    numeric("asinh") { AwkMath.log($0 + ($0 * $0 + 1).squareRoot()) },
    numeric("acosh") { AwkMath.log($0 + ($0 * $0 - 1).squareRoot()) },
    numeric("atanh") { AwkMath.log((1 + $0) / (1 - $0)) / 2 },
    numeric("pow") { AwkMath.power($0, $1) }, numeric("atan2") { AwkMath.atan2($0, $1) },
    numeric("fmin") { min($0, $1) }, numeric("fmax") { max($0, $1) },
    numeric("fmod") { $0.truncatingRemainder(dividingBy: $1) },
    numeric("fdim") { max($0 - $1, 0) }, numeric("hypot") { ($0 * $0 + $1 * $1).squareRoot() },
    numeric("copysign") { $1.sign == .minus ? -$0.magnitude : $0.magnitude },
    JqNative(name: "modf", arity: 0, kind: .plain(parts)),
  ]
}

private func parts(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .number(let value, _) = input else { throw JqError("\(jqNamed(input)) number required") }
  let whole = value.rounded(.towardZero)
  return .array([.number(value.isInfinite ? 0 : value - whole), .number(whole)])
}
