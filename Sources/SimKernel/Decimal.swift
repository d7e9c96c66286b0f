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
    while let last = digits.last, last == 0 {
      digits.removeLast()
      point += 1
    }
    let magnitude = convert(digits, point)
    return negative ? -magnitude : magnitude
  }

  /// digits × 10^exponent, correctly rounded (half to even).
  private static func convert(_ digits: [UInt8], _ exponent: Int) -> Double {
    if digits.isEmpty { return 0 }
    if digits.count + exponent > 310 { return .infinity }
    if digits.count + exponent < -330 { return 0 }
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
    if exponent >= 0 { numerator.multiply(powerOfTen: exponent) } else { denominator.multiply(powerOfTen: -exponent) }
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

/// An unsigned integer of any size; just what correct rounding needs.
private struct Natural {
  /// Least significant first, no leading zeros.
  private var words: [UInt32] = []

  init(_ value: UInt32) { words = value == 0 ? [] : [value] }

  init(digits: [UInt8]) {
    var i = 0
    while i < digits.count {
      var chunk: UInt32 = 0
      var power: UInt32 = 1
      let end = min(i + 9, digits.count)
      while i < end {
        chunk = chunk * 10 + UInt32(digits[i])
        power *= 10
        i += 1
      }
      multiply(by: power, adding: chunk)
    }
  }

  var isZero: Bool { words.isEmpty }
  var bitWidth: Int { words.isEmpty ? 0 : words.count * 32 - words[words.count - 1].leadingZeroBitCount }
  var low64: UInt64 {
    (words.isEmpty ? 0 : UInt64(words[0])) | (words.count > 1 ? UInt64(words[1]) << 32 : 0)
  }
  func bit(_ index: Int) -> Bool {
    index >= 0 && index / 32 < words.count && words[index / 32] >> UInt32(index % 32) & 1 == 1
  }

  mutating func multiply(by factor: UInt32, adding addend: UInt32 = 0) {
    var carry = UInt64(addend)
    for i in words.indices {
      let product = UInt64(words[i]) * UInt64(factor) + carry
      words[i] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry > 0 { words.append(UInt32(carry)) }
  }

  mutating func multiply(powerOfTen exponent: Int) {
    var rest = exponent
    while rest >= 9 {
      multiply(by: 1_000_000_000)
      rest -= 9
    }
    for _ in 0..<rest { multiply(by: 10) }
  }

  mutating func shiftLeft(_ count: Int) {
    if words.isEmpty || count == 0 { return }
    let bits = UInt32(count % 32)
    if bits > 0 {
      var carry: UInt32 = 0
      for i in words.indices {
        let word = words[i]
        words[i] = word << bits | carry
        carry = word >> (32 - bits)
      }
      if carry > 0 { words.append(carry) }
    }
    words.insert(contentsOf: [UInt32](repeating: 0, count: count / 32), at: 0)
  }

  mutating func shiftRight(_ count: Int) {
    if count <= 0 { return }
    let drop = count / 32
    if drop >= words.count {
      words = []
      return
    }
    words.removeFirst(drop)
    let bits = UInt32(count % 32)
    if bits > 0 {
      for i in words.indices {
        words[i] = words[i] >> bits | (i + 1 < words.count ? words[i + 1] << (32 - bits) : 0)
      }
    }
    while words.last == 0 { words.removeLast() }
  }

  static func < (a: Natural, b: Natural) -> Bool {
    if a.words.count != b.words.count { return a.words.count < b.words.count }
    var i = a.words.count - 1
    while i >= 0 {
      if a.words[i] != b.words[i] { return a.words[i] < b.words[i] }
      i -= 1
    }
    return false
  }

  private mutating func subtract(_ other: Natural) {
    var borrow: Int64 = 0
    for i in words.indices {
      var difference = Int64(words[i]) - borrow - (i < other.words.count ? Int64(other.words[i]) : 0)
      borrow = 0
      if difference < 0 {
        difference += 1 << 32
        borrow = 1
      }
      words[i] = UInt32(difference)
    }
    while words.last == 0 { words.removeLast() }
  }

  /// Binary long division: the quotient here never has more than some 66 bits.
  func divided(by divisor: Natural) -> (quotient: Natural, remainder: Natural) {
    var remainder = self
    var quotient = Natural(0)
    var shift = bitWidth - divisor.bitWidth
    if shift < 0 { return (quotient, remainder) }
    var part = divisor
    part.shiftLeft(shift)
    while shift >= 0 {
      quotient.shiftLeft(1)
      if !(remainder < part) {
        remainder.subtract(part)
        if quotient.words.isEmpty { quotient.words = [1] } else { quotient.words[0] |= 1 }
      }
      part.shiftRight(1)
      shift -= 1
    }
    return (quotient, remainder)
  }
}
