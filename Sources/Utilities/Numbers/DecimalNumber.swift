// Decimal numbers of any length with bc's rules for the digits after the point (POSIX bc, "Operations"): what a calculation keeps is
// cut, never rounded.

struct DecimalNumber {
  /// Digits from the last to the first, no zeros in front.
  var digits: [UInt8] = []
  var scale = 0
  var isNegative = false

  static let one = DecimalNumber(whole: 1)

  init() {}
  init(whole: Int64) {
    isNegative = whole < 0
    var rest = whole.magnitude
    while rest > 0 {
      digits.append(UInt8(rest % 10))
      rest /= 10
    }
  }

  /// Digits, perhaps after a minus sign; nil for any other text.
  init?(integer text: String) {
    var bytes = text.utf8[...]
    isNegative = bytes.first == 45
    if isNegative { bytes.removeFirst() }
    guard !bytes.isEmpty else { return nil }
    for byte in bytes.reversed() {
      guard byte >= 48, byte <= 57 else { return nil }
      digits.append(byte - 48)
    }
    trim()
  }

  /// The digits of a number without a fraction.
  var integerText: String {
    guard !isZero else { return "0" }
    var bytes: [UInt8] = isNegative ? [45] : []
    for digit in digits.reversed() { bytes.append(digit + 48) }
    return String(decoding: bytes, as: UTF8.self)
  }

  var isZero: Bool { digits.isEmpty }

  /// As an integer of the machine, cut; nil when too large.
  var whole: Int64? {
    var value: Int64 = 0
    for digit in digits.dropFirst(scale).reversed() {
      guard value < 1 << 58 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return isNegative ? -value : value
  }

  private mutating func trim() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { isNegative = false }
  }

  /// With another number of digits after the point, the rest cut off.
  func cut(to wanted: Int) -> DecimalNumber {
    var copy = self
    if wanted >= scale {
      if !digits.isEmpty { copy.digits.insert(contentsOf: [UInt8](repeating: 0, count: wanted - scale), at: 0) }
    } else {
      copy.digits.removeFirst(min(scale - wanted, digits.count))
    }
    copy.scale = wanted
    copy.trim()
    return copy
  }

  private static func compareDigits(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
    if a.count != b.count { return a.count < b.count ? -1 : 1 }
    for (x, y) in zip(a.reversed(), b.reversed()) where x != y { return x < y ? -1 : 1 }
    return 0
  }

  static func compare(_ a: DecimalNumber, _ b: DecimalNumber) -> Int {
    let scale = max(a.scale, b.scale)
    let x = a.cut(to: scale)
    let y = b.cut(to: scale)
    if x.isNegative != y.isNegative { return x.isNegative ? -1 : 1 }
    let order = compareDigits(x.digits[...], y.digits[...])
    return x.isNegative ? -order : order
  }

  static prefix func - (value: DecimalNumber) -> DecimalNumber {
    var copy = value
    copy.isNegative = !value.isNegative && !value.isZero
    return copy
  }

  static func + (a: DecimalNumber, b: DecimalNumber) -> DecimalNumber {
    let scale = max(a.scale, b.scale)
    let x = a.cut(to: scale)
    let y = b.cut(to: scale)
    var result = DecimalNumber()
    result.scale = scale
    if x.isNegative == y.isNegative {
      var carry: UInt8 = 0
      for index in 0..<max(x.digits.count, y.digits.count) {
        let sum =
          carry + (index < x.digits.count ? x.digits[index] : 0) + (index < y.digits.count ? y.digits[index] : 0)
        result.digits.append(sum % 10)
        carry = sum / 10
      }
      if carry > 0 { result.digits.append(carry) }
      result.isNegative = x.isNegative
    } else {
      let order = compareDigits(x.digits[...], y.digits[...])
      if order == 0 { return result }
      let (large, small) = order > 0 ? (x, y) : (y, x)
      result.digits = large.digits
      subtract(small.digits[...], from: &result.digits)
      result.isNegative = large.isNegative
    }
    result.trim()
    return result
  }

  static func - (a: DecimalNumber, b: DecimalNumber) -> DecimalNumber { a + -b }

  private static func subtract(_ small: ArraySlice<UInt8>, from digits: inout [UInt8]) {
    var borrow: Int8 = 0
    var other = small.startIndex
    for index in digits.indices {
      var value = Int8(digits[index]) - borrow
      if other < small.endIndex {
        value -= Int8(small[other])
        other += 1
      }
      borrow = value < 0 ? 1 : 0
      digits[index] = UInt8(value < 0 ? value + 10 : value)
    }
    while digits.last == 0 { digits.removeLast() }
  }

  /// The product with all its digits.
  static func exactProduct(_ a: DecimalNumber, _ b: DecimalNumber) -> DecimalNumber {
    var sums = [Int32](repeating: 0, count: a.digits.count + b.digits.count + 1)
    for (i, x) in a.digits.enumerated() {
      var carry: Int32 = 0
      for (j, y) in b.digits.enumerated() {
        let value = sums[i + j] + Int32(x) * Int32(y) + carry
        sums[i + j] = value % 10
        carry = value / 10
      }
      sums[i + b.digits.count] += carry
    }
    var result = DecimalNumber()
    result.scale = a.scale + b.scale
    var carry: Int32 = 0
    for sum in sums {
      result.digits.append(UInt8((sum + carry) % 10))
      carry = (sum + carry) / 10
    }
    result.isNegative = a.isNegative != b.isNegative
    result.trim()
    return result
  }

  static func product(_ a: DecimalNumber, _ b: DecimalNumber, _ scale: Int) -> DecimalNumber {
    exactProduct(a, b).cut(to: min(a.scale + b.scale, max(scale, a.scale, b.scale)))
  }

  /// The quotient with `scale` digits after the point; nil for a division by zero.
  static func quotient(_ a: DecimalNumber, _ b: DecimalNumber, _ scale: Int) -> DecimalNumber? {
    guard !b.isZero else { return nil }
    let shift = scale + b.scale - a.scale
    var dividend = a.digits
    if shift > 0 {
      dividend.insert(contentsOf: [UInt8](repeating: 0, count: shift), at: 0)
    } else {
      dividend.removeFirst(min(-shift, dividend.count))
    }
    var result = DecimalNumber()
    result.scale = scale
    var rest: [UInt8] = []
    for digit in dividend.reversed() {
      if !(rest.isEmpty && digit == 0) { rest.insert(digit, at: 0) }
      var count: UInt8 = 0
      while compareDigits(rest[...], b.digits[...]) >= 0 {
        subtract(b.digits[...], from: &rest)
        count += 1
      }
      result.digits.append(count)
    }
    result.digits.reverse()
    result.isNegative = a.isNegative != b.isNegative
    result.trim()
    return result
  }

  static func remainder(_ a: DecimalNumber, _ b: DecimalNumber, _ scale: Int) -> DecimalNumber? {
    guard let quotient = quotient(a, b, scale) else { return nil }
    return (a - exactProduct(quotient, b)).cut(to: max(a.scale, b.scale + scale))
  }

  static func power(_ base: DecimalNumber, _ exponent: Int64, _ scale: Int) -> DecimalNumber? {
    if exponent == 0 { return one }
    var left = exponent.magnitude
    var square = base
    var result = one
    while left > 0 {
      if left & 1 == 1 { result = exactProduct(result, square) }
      left >>= 1
      if left > 0 { square = exactProduct(square, square) }
    }
    if exponent < 0 { return quotient(one, result, scale) }
    return result.cut(to: min(base.scale * Int(exponent), max(scale, base.scale)))
  }

  /// The square root, digit by digit; nil for a negative number.
  func squareRoot(_ scale: Int) -> DecimalNumber? {
    guard !isNegative else { return nil }
    let wanted = max(scale, self.scale)
    let radicand = cut(to: 2 * wanted).digits
    var root: [UInt8] = []
    var rest: [UInt8] = []
    var pairs = (radicand.count + 1) / 2
    while pairs > 0 {
      pairs -= 1
      for index in [2 * pairs + 1, 2 * pairs] {
        let digit = index < radicand.count ? radicand[index] : 0
        if !(rest.isEmpty && digit == 0) { rest.insert(digit, at: 0) }
      }
      // The largest d with (20 · root + d) · d not above what is left.
      var twenty = DecimalNumber()
      twenty.digits = root
      twenty = DecimalNumber.exactProduct(twenty, DecimalNumber(whole: 20))
      var digit: Int64 = 9
      var taken = DecimalNumber()
      while digit > 0 {
        taken = DecimalNumber.exactProduct(twenty + DecimalNumber(whole: digit), DecimalNumber(whole: digit))
        if DecimalNumber.compareDigits(taken.digits[...], rest[...]) <= 0 { break }
        digit -= 1
      }
      if digit > 0 { DecimalNumber.subtract(taken.digits[...], from: &rest) }
      if !(root.isEmpty && digit == 0) { root.insert(UInt8(digit), at: 0) }
    }
    var result = DecimalNumber()
    result.digits = root
    result.scale = wanted
    return result
  }

  /// As bc prints it: no zero before the point.
  var text: String {
    if isZero { return "0" }
    var bytes: [UInt8] = isNegative ? [45] : []
    let count = max(digits.count, scale)
    for index in stride(from: count - 1, through: 0, by: -1) {
      if index == scale - 1 { bytes.append(46) }
      bytes.append((index < digits.count ? digits[index] : 0) + 48)
    }
    return String(bytes: bytes)
  }
}
