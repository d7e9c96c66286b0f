// NUMERIC: exact decimals. A value is magnitude / 10^scale; the scale is the number of digits shown after the point, and
// each operation chooses it as PostgreSQL does. Source: PostgreSQL 15 manual 8.1.2; the scales of quotients and roots
// follow the behaviour of the server (at least 16 significant digits).

internal import SimKernel

struct Numeric: Equatable {
  enum Special { case nan, positiveInfinity, negativeInfinity }
  var special: Special?
  var isNegative = false
  var magnitude = BigUInt()
  var scale = 0

  static let nan = Numeric(special: .nan)
  static let maximumScale = 1_000

  private init(special: Special) { self.special = special }
  init(magnitude: BigUInt, scale: Int, isNegative: Bool) {
    self.magnitude = magnitude
    self.scale = scale
    self.isNegative = isNegative && !magnitude.isZero
  }
  init(_ value: Int64) {
    magnitude = BigUInt(value.magnitude)
    isNegative = value < 0
  }
  init(_ value: Int) { self.init(Int64(value)) }

  var isNaN: Bool { special == .nan }
  var isZero: Bool { special == nil && magnitude.isZero }
  /// -1, 0, 1 (special values included, NaN counts as 1).
  var sign: Int {
    switch special {
    case .nan, .positiveInfinity: return 1
    case .negativeInfinity: return -1
    case nil: return magnitude.isZero ? 0 : isNegative ? -1 : 1
    }
  }

  /// Reads `12`, `-1.50`, `.5`, `1e10`, `NaN`, `Infinity`; nil when the text is not a number.
  init?(_ text: String) {
    var bytes = ArraySlice(Array(text.utf8))
    while let first = bytes.first, Lexer.isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, Lexer.isSpace(last) { bytes.removeLast() }
    let lower = String(decoding: bytes.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
    switch lower {
    case "nan":
      self = .nan
      return
    case "infinity", "inf", "+infinity", "+inf":
      self.init(special: .positiveInfinity)
      return
    case "-infinity", "-inf":
      self.init(special: .negativeInfinity)
      return
    default: break
    }
    var negative = false
    if let first = bytes.first, first == 0x2d || first == 0x2b {
      negative = first == 0x2d
      bytes.removeFirst()
    }
    var digits: [UInt8] = []
    var fraction = 0
    var seenPoint = false
    var seenDigit = false
    var i = bytes.startIndex
    while i < bytes.endIndex {
      let b = bytes[i]
      if Lexer.isDigit(b) {
        digits.append(b)
        seenDigit = true
        if seenPoint { fraction += 1 }
      } else if b == 46, !seenPoint {
        seenPoint = true
      } else {
        break
      }
      i += 1
    }
    guard seenDigit else { return nil }
    var exponent = 0
    if i < bytes.endIndex, bytes[i] | 0x20 == 0x65 {
      i += 1
      var minus = false
      if i < bytes.endIndex, bytes[i] == 0x2d || bytes[i] == 0x2b {
        minus = bytes[i] == 0x2d
        i += 1
      }
      guard i < bytes.endIndex else { return nil }
      while i < bytes.endIndex, Lexer.isDigit(bytes[i]) {
        exponent = min(exponent * 10 + Int(bytes[i] - 48), 1_000_000)
        i += 1
      }
      if minus { exponent = -exponent }
    }
    guard i == bytes.endIndex else { return nil }
    var magnitude = BigUInt(digits: digits[...])
    var scale = fraction - exponent
    if scale < 0 {
      if -scale > 140_000 { return nil }
      magnitude = magnitude.timesPowerOfTen(-scale)
      scale = 0
    }
    self.init(magnitude: magnitude, scale: min(scale, 16_383), isNegative: negative)
    if scale > 16_383 { self = self.rounded(16_383) }
  }

  var text: String {
    switch special {
    case .nan: return "NaN"
    case .positiveInfinity: return "Infinity"
    case .negativeInfinity: return "-Infinity"
    case nil: break
    }
    var digits = magnitude.decimalDigits
    if scale > 0 {
      if digits.count <= scale {
        digits.insert(contentsOf: [UInt8](repeating: 48, count: scale - digits.count + 1), at: 0)
      }
      digits.insert(46, at: digits.count - scale)
    }
    return (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
  }

  // MARK: Scaling

  /// Rounded half away from zero to a number of digits after the point (negative: before it).
  func rounded(_ digits: Int) -> Numeric {
    if special != nil { return self }
    if digits >= scale {
      return Numeric(magnitude: magnitude.timesPowerOfTen(digits - scale), scale: digits, isNegative: isNegative)
    }
    let drop = scale - digits
    if drop > magnitude.decimalCount + 1 {
      return Numeric(magnitude: BigUInt(), scale: max(0, digits), isNegative: false)
    }
    let unit = BigUInt.powerOfTen(drop)
    var (quotient, remainder) = magnitude.divided(by: unit)
    if BigUInt.compare(remainder.times(2), unit) >= 0 { quotient = quotient + BigUInt(1) }
    if digits < 0 {
      return Numeric(magnitude: quotient.timesPowerOfTen(-digits), scale: 0, isNegative: isNegative)
    }
    return Numeric(magnitude: quotient, scale: digits, isNegative: isNegative)
  }

  /// Cut toward zero to a number of digits after the point.
  func truncated(_ digits: Int) -> Numeric {
    if special != nil { return self }
    if digits >= scale {
      return Numeric(magnitude: magnitude.timesPowerOfTen(digits - scale), scale: digits, isNegative: isNegative)
    }
    let quotient = magnitude.divided(by: BigUInt.powerOfTen(scale - digits)).quotient
    if digits < 0 {
      return Numeric(magnitude: quotient.timesPowerOfTen(-digits), scale: 0, isNegative: isNegative)
    }
    return Numeric(magnitude: quotient, scale: digits, isNegative: isNegative)
  }

  var floor: Numeric {
    if special != nil { return self }
    let cut = truncated(0)
    if isNegative, Numeric.compare(cut, self) != 0 { return cut - Numeric(1) }
    return cut
  }
  var ceiling: Numeric {
    if special != nil { return self }
    let cut = truncated(0)
    if !isNegative, Numeric.compare(cut, self) != 0 { return cut + Numeric(1) }
    return cut
  }

  /// Least scale that still shows every digit.
  var minimumScale: Int {
    var digits = magnitude.decimalDigits
    var least = scale
    while least > 0, let last = digits.last, last == 48 {
      digits.removeLast()
      least -= 1
    }
    return magnitude.isZero ? 0 : least
  }

  var negated: Numeric {
    switch special {
    case .nan: return self
    case .positiveInfinity: return Numeric(special: .negativeInfinity)
    case .negativeInfinity: return Numeric(special: .positiveInfinity)
    case nil: return Numeric(magnitude: magnitude, scale: scale, isNegative: !isNegative)
    }
  }
  var absolute: Numeric { sign < 0 ? negated : self }

  /// nil when not an integer in range after rounding.
  var int64: Int64? {
    guard special == nil else { return nil }
    let whole = rounded(0)
    guard let value = whole.magnitude.uint64 else { return nil }
    if whole.isNegative {
      return value <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- value) : nil
    }
    return value <= UInt64(Int64.max) ? Int64(value) : nil
  }

  // MARK: Arithmetic

  static func compare(_ a: Numeric, _ b: Numeric) -> Int {
    func rank(_ n: Numeric) -> Int {
      switch n.special {
      case .nan: 2
      case .positiveInfinity: 1
      case .negativeInfinity: -1
      case nil: 0
      }
    }
    let ra = rank(a)
    let rb = rank(b)
    if ra != 0 || rb != 0 { return ra == rb ? 0 : ra < rb ? -1 : 1 }
    let sa = a.sign
    let sb = b.sign
    if sa != sb { return sa < sb ? -1 : 1 }
    if sa == 0 { return 0 }
    let scale = max(a.scale, b.scale)
    let order = BigUInt.compare(
      a.magnitude.timesPowerOfTen(scale - a.scale), b.magnitude.timesPowerOfTen(scale - b.scale))
    return sa < 0 ? -order : order
  }

  static func + (a: Numeric, b: Numeric) -> Numeric {
    if a.special != nil || b.special != nil {
      if a.isNaN || b.isNaN { return .nan }
      if let sa = a.special, let sb = b.special { return sa == sb ? a : .nan }
      return a.special != nil ? a : b
    }
    let scale = max(a.scale, b.scale)
    let x = a.magnitude.timesPowerOfTen(scale - a.scale)
    let y = b.magnitude.timesPowerOfTen(scale - b.scale)
    if a.isNegative == b.isNegative { return Numeric(magnitude: x + y, scale: scale, isNegative: a.isNegative) }
    let order = BigUInt.compare(x, y)
    if order == 0 { return Numeric(magnitude: BigUInt(), scale: scale, isNegative: false) }
    return order > 0
      ? Numeric(magnitude: x - y, scale: scale, isNegative: a.isNegative)
      : Numeric(magnitude: y - x, scale: scale, isNegative: b.isNegative)
  }
  static func - (a: Numeric, b: Numeric) -> Numeric { a + b.negated }

  static func * (a: Numeric, b: Numeric) -> Numeric {
    if a.special != nil || b.special != nil {
      if a.isNaN || b.isNaN || a.isZero || b.isZero { return .nan }
      return Numeric(special: a.sign * b.sign > 0 ? .positiveInfinity : .negativeInfinity)
    }
    let product = Numeric(
      magnitude: a.magnitude * b.magnitude, scale: a.scale + b.scale, isNegative: a.isNegative != b.isNegative)
    return product.scale > 16_383 ? product.rounded(16_383) : product
  }

  /// Weight of the first base-10000 digit and that digit, as the server counts them.
  var leadingDigit: (weight: Int, digit: Int) {
    if magnitude.isZero { return (0, 0) }
    let digits = magnitude.decimalDigits
    // Position of the leading decimal digit relative to the point: 0 is the units digit.
    let exponent = digits.count - scale - 1
    let weight = exponent >= 0 ? exponent / 4 : -((-exponent + 3) / 4)
    let count = exponent - weight * 4 + 1
    var digit = 0
    for i in 0..<count { digit = digit * 10 + (i < digits.count ? Int(digits[i] - 48) : 0) }
    return (weight, digit)
  }

  static func divisionScale(_ a: Numeric, _ b: Numeric) -> Int {
    let x = a.leadingDigit
    let y = b.leadingDigit
    var weight = x.weight - y.weight
    if x.digit <= y.digit { weight -= 1 }
    var scale = 16 - weight * 4
    scale = max(scale, a.scale)
    scale = max(scale, b.scale)
    return min(max(scale, 0), maximumScale)
  }

  /// The quotient with the scale that `/` chooses. The divisor is not zero.
  static func / (a: Numeric, b: Numeric) -> Numeric {
    if a.special != nil || b.special != nil {
      if a.isNaN || b.isNaN { return .nan }
      if a.special != nil { return b.special != nil ? .nan : b.sign < 0 ? a.negated : a }
      return Numeric(magnitude: BigUInt(), scale: 0, isNegative: false)
    }
    return a.divided(by: b, scale: divisionScale(a, b))
  }

  func divided(by b: Numeric, scale wanted: Int, truncating: Bool = false) -> Numeric {
    // magnitude / 10^scale ÷ b.magnitude / 10^b.scale, times 10^wanted.
    let shift = wanted + b.scale - scale
    var numerator = magnitude
    var denominator = b.magnitude
    if shift >= 0 {
      numerator = numerator.timesPowerOfTen(shift)
    } else {
      denominator = denominator.timesPowerOfTen(-shift)
    }
    var (quotient, remainder) = numerator.divided(by: denominator)
    if !truncating, BigUInt.compare(remainder.times(2), denominator) >= 0 { quotient = quotient + BigUInt(1) }
    return Numeric(magnitude: quotient, scale: wanted, isNegative: isNegative != b.isNegative)
  }

  /// Remainder with the sign of the dividend.
  static func % (a: Numeric, b: Numeric) -> Numeric {
    if a.special != nil || b.special != nil { return a.special == nil && !b.isNaN ? a : .nan }
    let scale = max(a.scale, b.scale)
    let x = a.magnitude.timesPowerOfTen(scale - a.scale)
    let y = b.magnitude.timesPowerOfTen(scale - b.scale)
    return Numeric(magnitude: x.divided(by: y).remainder, scale: scale, isNegative: a.isNegative)
  }

  /// The root of a number that is not negative.
  var squareRoot: Numeric {
    if special != nil { return self }
    let weight = leadingDigit.weight
    let sweight = (weight + 1) * 2 - 1
    let wanted = min(max(max(16 - sweight, scale), 0), Numeric.maximumScale)
    return squareRoot(scale: wanted)
  }

  func squareRoot(scale wanted: Int) -> Numeric {
    // sqrt(m / 10^s) · 10^w = sqrt(m · 10^(2w - s)), with one more digit for rounding.
    let shift = 2 * (wanted + 1) - scale
    let scaled =
      shift >= 0 ? magnitude.timesPowerOfTen(shift) : magnitude.divided(by: BigUInt.powerOfTen(-shift)).quotient
    return Numeric(magnitude: scaled.squareRoot, scale: wanted + 1, isNegative: false).rounded(wanted)
  }
}
