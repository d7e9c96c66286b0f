// Decimal text to binary floating point and back, without Foundation and without the C library: the core needs a
// `Double(String)` that also links in Embedded Swift. Parsing is correctly rounded (exact big-integer arithmetic);
// printing gives the shortest text that reads back the same, in Go's notations.

package enum Decimal {
  /// The nearest double to a decimal literal (`-12.5e3`; no other characters); nil when the text is none.
  /// Too large magnitudes give infinity, as the caller's format may want to refuse.
  package static func parse(_ text: String) -> Double? { parse(Array(text.utf8)) }

  package static func parse(_ bytes: [UInt8]) -> Double? {
    var i = 0
    var negative = false
    if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 {
      negative = bytes[i] == 45
      i += 1
    }
    var digits: [UInt8] = []
    var point = 0
    var sawDigit = false
    while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 {
      sawDigit = true
      if !(digits.isEmpty && bytes[i] == 48) { digits.append(bytes[i] - 48) }
      i += 1
    }
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 {
        sawDigit = true
        point -= 1
        if !(digits.isEmpty && bytes[i] == 48) { digits.append(bytes[i] - 48) }
        i += 1
      }
    }
    guard sawDigit else { return nil }
    if i < bytes.count, bytes[i] == 101 || bytes[i] == 69 {
      i += 1
      var exponentNegative = false
      if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 {
        exponentNegative = bytes[i] == 45
        i += 1
      }
      guard i < bytes.count else { return nil }
      var exponent = 0
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 {
        if exponent < 100_000 { exponent = exponent * 10 + Int(bytes[i] - 48) }
        i += 1
      }
      point += exponentNegative ? -exponent : exponent
    }
    guard i == bytes.count else { return nil }
    let magnitude = nearest(digits, exponent: point)
    return negative ? -magnitude : magnitude
  }

  /// The double nearest to digits (values 0 … 9) × 10^exponent, ties to even.
  package static func nearest(_ given: [UInt8], exponent givenExponent: Int) -> Double {
    var digits = given
    var exponent = givenExponent
    while let last = digits.last, last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { return 0 }
    if digits.count + exponent > 310 { return .infinity }
    if digits.count + exponent < -330 { return 0 }
    // No double's midpoint has more digits: what follows only says that there is more.
    if digits.count > 800 {
      exponent += digits.count - 800
      digits.removeLast(digits.count - 800)
      digits[799] |= 1
    }
    // Small cases are exact in double arithmetic.
    if digits.count <= 15, exponent >= -22, exponent <= 22 {
      var mantissa: Int64 = 0
      for digit in digits { mantissa = mantissa * 10 + Int64(digit) }
      var power = 1.0
      for _ in 0..<abs(exponent) { power *= 10 }
      return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
    var numerator = Natural(digits: digits)
    var denominator = Natural(1)
    if exponent >= 0 { numerator.multiply(powerOf: 10, exponent) } else { denominator.multiply(powerOf: 10, -exponent) }
    // Scale so that the quotient has 64 or 65 bits, then round to 53 (fewer for subnormals).
    var shift = 65 - (numerator.bitWidth - denominator.bitWidth)
    if shift > 0 { numerator.shiftLeft(shift) } else { denominator.shiftLeft(-shift) }
    var (quotient, remainder) = numerator.divided(by: denominator)
    var bits = quotient.bitWidth
    var sticky = !remainder.isZero
    // value = quotient × 2^-shift; keep `bits - drop` bits so that the exponent fits.
    let topExponent = bits - 1 - shift
    if topExponent > 1023 { return .infinity }
    let precision = topExponent >= -1022 ? 53 : 53 - (-1022 - topExponent)
    if precision < 0 { return 0 }
    let drop = bits - precision
    for i in 0..<drop - 1 where quotient.bit(i) { sticky = true }
    let half = quotient.bit(drop - 1)
    quotient.shiftRight(drop)
    shift -= drop
    var mantissa = quotient.low64
    if half, sticky || mantissa & 1 == 1 { mantissa += 1 }
    bits = 0
    // mantissa × 2^-shift is exact now; ldexp in two halves keeps the power in range.
    var result = Double(mantissa)
    var power = -shift
    while power > 1000 {
      result *= 0x1p1000
      power -= 1000
    }
    while power < -1000 {
      result *= 0x1p-1000
      power += 1000
    }
    return result * Double(sign: .plus, exponent: power, significand: 1)
  }

  /// Shortest round-trip digits and decimal exponent: value = 0.d1d2… × 10^point.
  package static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
    if value == 0 { return ([0], 1) }
    let text = Array((value < 0 ? -value : value).description.utf8)
    var digits: [UInt8] = []
    var point = 0
    var seenPoint = false
    var exponent = 0
    var i = 0
    while i < text.count {
      switch text[i] {
      case 46: seenPoint = true
      case 101, 69:
        var negative = false
        i += 1
        while i < text.count {
          if text[i] == 45 { negative = true } else if text[i] != 43 { exponent = exponent * 10 + Int(text[i] - 48) }
          i += 1
        }
        if negative { exponent = -exponent }
      default:
        digits.append(text[i] - 48)
        if !seenPoint { point += 1 }
      }
      i += 1
    }
    while digits.first == 0 {
      digits.removeFirst()
      point -= 1
    }
    while digits.last == 0 { digits.removeLast() }
    return (digits, point + exponent)
  }

  /// Go's `%e`-or-`%f` choice with the given bounds on the exponent, as encoding/json and strconv use it.
  private static func text(_ value: Double, fixedFrom low: Int, to high: Int, exponentDigits: Int) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let (digits, point) = shortest(value)
    var out = ""
    if value < 0 || (value == 0 && value.sign == .minus) { out = "-" }
    func glyph(_ digit: UInt8) -> String { String(UnicodeScalar(digit + 48)) }
    if point - 1 < low || point - 1 >= high {
      out += glyph(digits[0])
      if digits.count > 1 {
        out += "."
        for digit in digits[1...] { out += glyph(digit) }
      }
      let exponent = point - 1
      var number = String(abs(exponent))
      while number.utf8.count < exponentDigits { number = "0" + number }
      return out + (exponent < 0 ? "e-" : "e+") + number
    }
    if point <= 0 {
      out += "0."
      for _ in 0..<(-point) { out += "0" }
      for digit in digits { out += glyph(digit) }
      return out
    }
    for index in 0..<max(point, digits.count) {
      if index == point { out += "." }
      out += index < digits.count ? glyph(digits[index]) : "0"
    }
    return out
  }

  /// As Go's encoding/json writes a float64: fixed between 1e-6 and 1e21, exponents without padding.
  package static func json(_ value: Double) -> String {
    text(value, fixedFrom: -6, to: 21, exponentDigits: 1)
  }
  /// As Go's `%v` and strconv's 'g' with shortest precision: fixed between 1e-4 and 1e6, two exponent digits.
  package static func go(_ value: Double) -> String {
    text(value, fixedFrom: -4, to: 6, exponentDigits: 2)
  }
}
