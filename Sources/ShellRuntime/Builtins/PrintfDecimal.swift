// The numbers that printf rounds and prints: decimals of any length, as the C library shows a `long double` of x86.

import ShellSyntax
import SimKernel
import SimMachine

/// A decimal number of any length, for printf: exact where binary floating point is printed with more digits than were
/// given. Numbers are rounded half to even in decimal, which is what the C library shows for inputs that are exact.
struct Decimal {
  var negative = false
  /// Digits without leading zeros; the value is 0.d1d2d3… × 10^exponent.
  private var digits: [UInt8] = []
  private var exponent = 0
  private var special = ""
  var isFinite: Bool { special.isEmpty }

  init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first == 32 || first == 9 || first == 10 { bytes = bytes.dropFirst() }
    if bytes.isEmpty {
      if text.isEmpty { return }
      return nil
    }
    if bytes.first == 45 || bytes.first == 43 {
      negative = bytes.first == 45
      bytes = bytes.dropFirst()
    }
    let lower = String(raw: bytes).lowercased()
    if lower == "inf" || lower == "infinity" || lower == "nan" {
      special = lower == "nan" ? "nan" : "inf"
      return
    }
    if lower.utf8.starts(with: "0x".utf8) {
      guard let value = Int64(lower.dropFirst(2), radix: 16) else { return nil }
      set(String(value), 0)
      return
    }
    var whole: [UInt8] = []
    var point: Int?
    var seen = false
    while let c = bytes.first {
      if c >= 48, c <= 57 {
        whole.append(c - 48)
        seen = true
      } else if c == 46, point == nil {
        point = whole.count
      } else {
        break
      }
      bytes = bytes.dropFirst()
    }
    guard seen else { return nil }
    var shift = 0
    if let c = bytes.first, c == 101 || c == 69 {
      guard let value = Int(String(raw: bytes.dropFirst())) else { return nil }
      shift = max(-400, min(400, value))
      bytes = []
    }
    guard bytes.isEmpty else { return nil }
    var lead = 0
    while lead < whole.count, whole[lead] == 0 { lead += 1 }
    exponent = (point ?? whole.count) + shift - lead
    digits = Array(whole[lead...])
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  private mutating func set(_ text: String, _ shift: Int) {
    digits = text.utf8.map { $0 - 48 }
    exponent = digits.count + shift
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  /// The value that a `long double` of x86 (64 bits of mantissa) has for this number, which is what bash prints.
  func inExtendedPrecision() -> Decimal {
    let places = digits.count - exponent
    guard isFinite, !digits.isEmpty, places > 0, places < 320, digits.count < 400 else { return self }
    var number = BigDecimal()
    for digit in digits { number.multiply(by: 10, adding: UInt32(digit)) }
    // value = number / 10^places. Find s so that number · 2^s / 10^places has 65 bits: 64 and one to round by.
    var shift = 65 - Int(Double(exponent) * 3.321928)
    for _ in 0..<4 {
      guard shift >= 0 else { return self }
      var quotient = number
      for _ in 0..<shift { quotient.multiply(by: 2, adding: 0) }
      var sticky = false
      for _ in 0..<places where quotient.divide(by: 10) != 0 { sticky = true }
      let bits = quotient.bitCount
      if bits != 65 {
        shift += 65 - bits
        continue
      }
      let low = quotient.divide(by: 2)
      if low == 1, sticky || quotient.isOdd { quotient.add(1) }
      // quotient / 2^(shift - 1), written out in full.
      for _ in 0..<(shift - 1) { quotient.multiply(by: 5, adding: 0) }
      var result = self
      result.digits = quotient.decimalDigits
      result.exponent = result.digits.count - (shift - 1)
      while result.digits.last == 0 { result.digits.removeLast() }
      return result
    }
    return self
  }

  /// Keeps `count` digits, rounding half to even.
  private func rounded(_ count: Int) -> (digits: [UInt8], exponent: Int) {
    if count < 0 { return ([], 0) }
    guard digits.count > count else { return (digits, exponent) }
    var kept = Array(digits[..<count])
    let next = digits[count]
    var up = next > 5
    if next == 5 {
      let exactHalf = digits.count == count + 1
      up = exactHalf ? (kept.last ?? 0) % 2 == 1 : true
    }
    var power = exponent
    if up {
      var i = count - 1
      while i >= 0, kept[i] == 9 {
        kept[i] = 0
        i -= 1
      }
      if i >= 0 {
        kept[i] += 1
      } else {
        kept = [1] + kept
        power += 1
      }
    }
    return (kept, power)
  }

  func formatted(_ conversion: UInt8, precision: Int, alternate: Bool) -> String {
    let upper = conversion < 97
    if !special.isEmpty { return upper ? special.uppercased() : special }
    switch conversion | 32 {
    case 102: return fixed(precision, alternate)
    case 101: return scientific(precision, alternate, upper)
    default:
      let significant = max(1, precision)
      let (kept, power) = rounded(significant)
      let magnitude = kept.isEmpty ? 0 : power - 1
      var text: String
      if magnitude < -4 || magnitude >= significant {
        text = scientific(significant - 1, alternate, upper)
        if !alternate, let e = text.utf8.firstIndex(where: { $0 == 101 || $0 == 69 }) {
          text = trimmed(String(text[..<e])) + String(text[e...])
        }
        return text
      }
      text = fixed(significant - 1 - magnitude, alternate)
      return alternate ? text : trimmed(text)
    }
  }

  private func trimmed(_ text: String) -> String {
    guard text.utf8.contains(46) else { return text }
    var bytes = Array(text.utf8)
    while bytes.last == 48 { bytes.removeLast() }
    if bytes.last == 46 { bytes.removeLast() }
    return String(raw: bytes)
  }

  private func fixed(_ precision: Int, _ alternate: Bool) -> String {
    let (kept, power) = rounded(exponent + precision)
    var whole: [UInt8] = []
    var fraction: [UInt8] = []
    for i in 0..<max(0, power) { whole.append(48 + (i < kept.count ? kept[i] : 0)) }
    if whole.isEmpty { whole = [48] }
    for place in 0..<precision {
      let i = power + place
      fraction.append(48 + (i >= 0 && i < kept.count ? kept[i] : 0))
    }
    if exponent + precision < 0 { fraction = [UInt8](repeating: 48, count: precision) }
    if fraction.isEmpty, !alternate { return String(raw: whole) }
    return String(raw: whole + [46] + fraction)
  }

  private func scientific(_ precision: Int, _ alternate: Bool, _ upper: Bool) -> String {
    let (kept, power) = rounded(precision + 1)
    let magnitude = kept.isEmpty ? 0 : power - 1
    var out: [UInt8] = [48 + (kept.first ?? 0)]
    if precision > 0 || alternate { out.append(46) }
    for i in 1..<(precision + 1) where precision > 0 { out.append(48 + (i < kept.count ? kept[i] : 0)) }
    let digits = String(magnitude.magnitude)
    return String(raw: out) + (upper ? "E" : "e") + (magnitude < 0 ? "-" : "+")
      + (digits.utf8.count < 2 ? "0" + digits : digits)
  }
}

/// A whole number of any size, in limbs of nine decimal digits, the least first.
private struct BigDecimal {
  private var limbs: [UInt32] = []

  mutating func multiply(by factor: UInt32, adding: UInt32) {
    var carry = UInt64(adding)
    for i in limbs.indices {
      let product = UInt64(limbs[i]) * UInt64(factor) + carry
      limbs[i] = UInt32(product % 1_000_000_000)
      carry = product / 1_000_000_000
    }
    if carry > 0 { limbs.append(UInt32(carry)) }
  }

  /// Divides in place and returns the remainder.
  mutating func divide(by divisor: UInt32) -> UInt32 {
    var rest: UInt64 = 0
    for i in limbs.indices.reversed() {
      let value = rest * 1_000_000_000 + UInt64(limbs[i])
      limbs[i] = UInt32(value / UInt64(divisor))
      rest = value % UInt64(divisor)
    }
    while limbs.last == 0 { limbs.removeLast() }
    return UInt32(rest)
  }

  mutating func add(_ value: UInt32) { multiply(by: 1, adding: value) }

  var isOdd: Bool { (limbs.first ?? 0) & 1 == 1 }
  var bitCount: Int {
    var copy = self
    var count = 0
    while !copy.limbs.isEmpty {
      _ = copy.divide(by: 2)
      count += 1
    }
    return count
  }
  var decimalDigits: [UInt8] {
    var copy = self
    var digits: [UInt8] = []
    while !copy.limbs.isEmpty { digits.append(UInt8(copy.divide(by: 10))) }
    return digits.reversed()
  }
}
