// The functions of `bc -l`: sine, cosine, arc tangent, logarithm and exponential, by series with more digits than are kept.
// Source: POSIX bc, "Math library". Not modelled: the Bessel function j.

enum BcLibrary {
  /// nil for a name that the library does not have, or an argument beyond what is modelled.
  static func value(_ name: String, _ x: DecimalNumber, _ scale: Int) -> DecimalNumber? {
    let size = x.whole.map { $0.magnitude } ?? UInt64.max
    guard size < 10_000 else { return nil }
    let work = scale + 12
    switch name {
    case "s": return sine(x, work + 8)?.cut(to: scale)
    case "c":
      guard let quarter = quarterTurn(work + 8) else { return nil }
      return sine(x + quarter + quarter, work + 8)?.rounded(to: work).cut(to: scale)
    case "a": return arcTangent(x, work)?.cut(to: scale)
    case "l":
      if x.isZero || x.isNegative {
        return (DecimalNumber.one - (DecimalNumber.power(DecimalNumber(whole: 10), Int64(scale), 0) ?? .one)).cut(
          to: scale)
      }
      return logarithm(x, work)?.cut(to: scale)
    case "e": return exponential(x, scale)?.cut(to: scale)
    default: return nil
    }
  }

  private static func product(_ a: DecimalNumber, _ b: DecimalNumber, _ work: Int) -> DecimalNumber {
    DecimalNumber.exactProduct(a, b).cut(to: work)
  }
  private static func quotient(_ a: DecimalNumber, _ whole: Int64, _ work: Int) -> DecimalNumber {
    DecimalNumber.quotient(a, DecimalNumber(whole: whole), work) ?? DecimalNumber()
  }

  /// A quarter of a half turn: π/4.
  private static func quarterTurn(_ work: Int) -> DecimalNumber? { arcTangent(.one, work) }

  private static func sine(_ given: DecimalNumber, _ work: Int) -> DecimalNumber? {
    guard let quarter = quarterTurn(work + 6) else { return nil }
    let turn = DecimalNumber.exactProduct(quarter, DecimalNumber(whole: 8))
    guard let turns = DecimalNumber.quotient(given, turn, 0) else { return nil }
    let x = (given - DecimalNumber.exactProduct(turns, turn)).cut(to: work)
    let square = product(x, x, work)
    var term = x
    var sum = x
    var n: Int64 = 2
    while !term.isZero, n < 4000 {
      term = -quotient(product(term, square, work), n * (n + 1), work)
      sum = sum + term
      n += 2
    }
    return sum
  }

  private static func arcTangent(_ given: DecimalNumber, _ digits: Int) -> DecimalNumber? {
    let work = digits + 6
    var x = given
    // Each halving of the angle makes the series shorter.
    var doubles: Int64 = 1
    for _ in 0..<5 {
      guard let root = (DecimalNumber.one + DecimalNumber.exactProduct(x, x).cut(to: work)).squareRoot(work),
        let half = DecimalNumber.quotient(x, DecimalNumber.one + root, work)
      else { return nil }
      x = half
      doubles *= 2
    }
    let square = product(x, x, work)
    var power = x
    var sum = x
    var n: Int64 = 3
    while !power.isZero, n < 4000 {
      power = -product(power, square, work)
      sum = sum + quotient(power, n, work)
      n += 2
    }
    return DecimalNumber.exactProduct(sum, DecimalNumber(whole: doubles)).rounded(to: digits)
  }

  private static func logarithm(_ given: DecimalNumber, _ digits: Int) -> DecimalNumber? {
    let work = digits + 8
    var x = given.cut(to: max(given.scale, work))
    var factor: Int64 = 2
    let low = quotient(DecimalNumber(whole: 9), 10, 1)
    let high = quotient(DecimalNumber(whole: 11), 10, 1)
    while DecimalNumber.compare(x, low) < 0 || DecimalNumber.compare(x, high) > 0 {
      guard factor < 1 << 40, let root = x.squareRoot(work + 8) else { return nil }
      x = root
      factor *= 2
    }
    guard let ratio = DecimalNumber.quotient(x - .one, x + .one, work + 8) else { return nil }
    let square = product(ratio, ratio, work + 8)
    var power = ratio
    var sum = ratio
    var n: Int64 = 3
    while !power.isZero, n < 4000 {
      power = product(power, square, work + 8)
      sum = sum + quotient(power, n, work + 8)
      n += 2
    }
    return DecimalNumber.exactProduct(sum, DecimalNumber(whole: factor)).rounded(to: digits)
  }

  private static func exponential(_ given: DecimalNumber, _ scale: Int) -> DecimalNumber? {
    let size = Int(given.whole.map { $0.magnitude } ?? 0)
    let work = scale + 14 + size / 2
    var x = given
    x.isNegative = false
    var halvings = 0
    while DecimalNumber.compare(x, .one) > 0 {
      x = quotient(x, 2, work + 10)
      halvings += 1
    }
    var term = DecimalNumber.one
    var sum = DecimalNumber.one
    var n: Int64 = 1
    while !term.isZero, n < 4000 {
      term = quotient(product(term, x, work + 10), n, work + 10)
      sum = sum + term
      n += 1
    }
    for _ in 0..<halvings { sum = product(sum, sum, work) }
    if given.isNegative { return DecimalNumber.quotient(.one, sum, scale + 6) }
    return sum.rounded(to: scale + 6)
  }
}

extension DecimalNumber {
  /// With half a unit of the last place added: takes away what series leave short of a whole number.
  fileprivate func rounded(to places: Int) -> DecimalNumber {
    var half = DecimalNumber(whole: isNegative ? -5 : 5)
    half.scale = places + 1
    return (self + half).cut(to: places)
  }
}
