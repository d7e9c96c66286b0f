// double precision and real as text: shortest digits that read back the same (extra_float_digits = 1), exact reading with
// correct rounding, and the `%.15g` that casts to NUMERIC go through.

internal import SimKernel

enum FloatText {
  /// As `%.*g` writes it.
  static func rounded(_ d: Double, digits: Int) -> String {
    if d.isNaN || d.isInfinite || d == 0 { return text(d) }
    let n = max(1, digits)
    let exact = Numeric(exactly: d.magnitude)
    let exponent = exact.magnitude.decimalCount - exact.scale - 1
    var value = exact.rounded(n - 1 - exponent)
    if value.magnitude.decimalCount - value.scale - 1 > exponent { value = exact.rounded(n - 2 - exponent) }
    // Scales below zero are cut to zero by the type: then the digits are already exact enough.
    let description = value.rounded(max(value.scale, 0)).text
    return format(description, negative: d < 0, limit: n)
  }

  /// Digits and decimal exponent (value = 0.d₁d₂… × 10^exponent) of a shortest form.
  private static func shortest(_ description: String) -> (digits: [UInt8], exponent: Int) {
    var digits: [UInt8] = []
    var exponent = 0
    var point: Int?
    var bytes = Array(description.utf8)
    if let first = bytes.first, first == 0x2d { bytes.removeFirst() }
    var i = 0
    while i < bytes.count {
      let b = bytes[i]
      if Lexer.isDigit(b) {
        digits.append(b)
      } else if b == 46 {
        point = digits.count
      } else if b == 0x65 {
        i += 1
        var negative = false
        if bytes[i] == 0x2d || bytes[i] == 0x2b {
          negative = bytes[i] == 0x2d
          i += 1
        }
        while i < bytes.count {
          exponent = exponent * 10 + Int(bytes[i] - 48)
          i += 1
        }
        if negative { exponent = -exponent }
        break
      }
      i += 1
    }
    exponent += point ?? digits.count
    while let first = digits.first, first == 48 {
      digits.removeFirst()
      exponent -= 1
    }
    while let last = digits.last, last == 48 { digits.removeLast() }
    return (digits, exponent)
  }

  private static func format(_ description: String, negative: Bool, limit: Int) -> String {
    let (digits, exponent) = shortest(description)
    let sign = negative ? "-" : ""
    if digits.isEmpty { return sign + "0" }
    let scientific = exponent - 1
    if scientific < -4 || scientific >= limit {
      var text = String(decoding: digits[0..<1], as: UTF8.self)
      if digits.count > 1 { text += "." + String(decoding: digits[1...], as: UTF8.self) }
      let magnitude = scientific < 0 ? -scientific : scientific
      return sign + text + "e" + (scientific < 0 ? "-" : "+") + (magnitude < 10 ? "0" : "") + String(magnitude)
    }
    if exponent <= 0 {
      return sign + "0." + String(repeating: "0", count: -exponent) + String(decoding: digits, as: UTF8.self)
    }
    if exponent >= digits.count {
      return sign + String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: exponent - digits.count)
    }
    return sign + String(decoding: digits[0..<exponent], as: UTF8.self) + "."
      + String(decoding: digits[exponent...], as: UTF8.self)
  }

  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return format("\(value)", negative: value.sign == .minus, limit: 15)
  }

  /// `real` values are kept in a Double that a Float can hold.
  static func text(single value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return format("\(Float(value))", negative: value.sign == .minus, limit: 6)
  }

  /// The nearest double of a decimal text; nil when it is not a number. Special words are accepted.
  static func double(_ text: String) -> Double? {
    guard let numeric = Numeric(text) else { return nil }
    if numeric.magnitude.isZero, numeric.special == nil {
      var bytes = Array(text.utf8)
      while let first = bytes.first, Lexer.isSpace(first) { bytes.removeFirst() }
      return bytes.first == 0x2d ? -0.0 : 0
    }
    return numeric.double
  }
}

extension Numeric {
  /// Correctly rounded.
  var double: Double {
    switch special {
    case .nan: return .nan
    case .positiveInfinity: return .infinity
    case .negativeInfinity: return -.infinity
    case nil: break
    }
    if magnitude.isZero { return 0 }
    if scale <= 22, let small = magnitude.uint64, small < 1 << 53 {
      var power = 1.0
      for _ in 0..<scale { power *= 10 }
      let value = Double(small) / power
      return isNegative ? -value : value
    }
    // value = n / d; find e with 2^54 ≤ n·2^-e / d < 2^56, divide exactly, round by hand.
    var n = magnitude
    var d = BigUInt.powerOfTen(scale)
    var exponent = 0
    let target = BigUInt(1 << 55)
    // Coarse steps by decimal digits, then bit by bit.
    func quotientDigits() -> Int { n.decimalCount - d.decimalCount }
    while quotientDigits() < 16 {
      n = n.times(1 << 20)
      exponent -= 20
      if exponent < -1_400 { return isNegative ? -0.0 : 0 }
    }
    while quotientDigits() > 18 {
      d = d.times(1 << 10)
      exponent += 10
      if exponent > 1_200 { return isNegative ? -.infinity : .infinity }
    }
    var (quotient, remainder) = n.divided(by: d)
    while BigUInt.compare(quotient, target) < 0 {
      n = n.times(2)
      exponent -= 1
      (quotient, remainder) = n.divided(by: d)
    }
    while BigUInt.compare(quotient, target.times(2)) >= 0 {
      d = d.times(2)
      exponent += 1
      (quotient, remainder) = n.divided(by: d)
    }
    // quotient has 56 bits.
    var bits = quotient.uint64 ?? 0
    var sticky = !remainder.isZero
    // Bits to drop: 3 for a normal number, more for a subnormal one.
    var drop = 3
    let leading = exponent + 55
    if leading < -1_022 { drop += -1_022 - leading }
    if drop > 60 { return isNegative ? -0.0 : 0 }
    let dropped = bits & ((1 << UInt64(drop)) - 1)
    let half: UInt64 = 1 << UInt64(drop - 1)
    bits >>= UInt64(drop)
    exponent += drop
    if dropped & (half - 1) != 0 { sticky = true }
    if dropped & half != 0, sticky || bits & 1 == 1 { bits += 1 }
    if exponent + 52 > 1_023 + 1 { return isNegative ? -.infinity : .infinity }
    let value = Double(sign: .plus, exponent: 0, significand: Double(bits)) * 1.0
    let scaled = scaleByPowerOfTwo(value, exponent)
    return isNegative ? -scaled : scaled
  }

  private func scaleByPowerOfTwo(_ value: Double, _ exponent: Int) -> Double {
    var result = value
    var left = exponent
    while left > 0 {
      let step = min(left, 1_000)
      result *= Double(sign: .plus, exponent: step, significand: 1)
      left -= step
    }
    while left < 0 {
      let step = min(-left, 1_000)
      // A subnormal result is exact: the bits were rounded to its width before.
      result *= Double(sign: .plus, exponent: -step, significand: 1)
      left += step
    }
    return result
  }

  /// Exact value of a finite double, then rounded to `significant` digits, trailing zeros dropped (`%.15g`).
  init(_ value: Double, significant: Int = 15) {
    if value.isNaN {
      self = .nan
      return
    }
    if value.isInfinite {
      self = Numeric(value < 0 ? "-Infinity" : "Infinity")!
      return
    }
    if value == 0 {
      self = Numeric(0)
      return
    }
    let exact = Numeric(exactly: value)
    let leading = exact.magnitude.decimalCount - exact.scale
    let cut = exact.rounded(significant - leading)
    self = cut.rounded(cut.minimumScale)
  }

  init(exactly value: Double) {
    let significand = value.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
    let exponent = Int(max(value.exponentBitPattern, 1)) - 1_075
    var magnitude = BigUInt(significand)
    var scale = 0
    if exponent >= 0 {
      var left = exponent
      while left > 0 {
        let step = min(left, 28)
        magnitude = magnitude.times(1 << UInt32(step))
        left -= step
      }
    } else {
      // m / 2^k = m·5^k / 10^k
      for _ in 0..<(-exponent) { magnitude = magnitude.times(5) }
      scale = -exponent
    }
    self.init(magnitude: magnitude, scale: scale, isNegative: value < 0)
  }
}
