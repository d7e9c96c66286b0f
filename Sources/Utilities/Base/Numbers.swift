// Binary floating point to and from decimal, exactly: strtod with correct rounding and printf's %e %f %g. The standard
// library's own conversions are not available in the browser build.

import SimKernel

/// The exact decimal value of a finite double: digits d1 d2 … with the point before d1, times ten to `exponent`.
struct ExactDecimal {
  var digits: [UInt8]
  var exponent: Int

  init(_ value: Double) {
    let magnitude = value.magnitude
    guard magnitude > 0 else {
      digits = []
      exponent = 0
      return
    }
    let bits = magnitude.bitPattern
    var mantissa = bits & 0xf_ffff_ffff_ffff
    var power = Int(bits >> 52) - 1075
    if bits >> 52 == 0 { power += 1 } else { mantissa |= 1 << 52 }
    while mantissa & 1 == 0 {
      mantissa >>= 1
      power += 1
    }
    var big = Natural(mantissa)
    if power >= 0 {
      big.shiftLeft(power)
      digits = big.decimalDigits()
      exponent = digits.count
    } else {
      big.multiply(powerOf: 5, -power)
      digits = big.decimalDigits()
      exponent = digits.count + power
    }
  }

  /// Keeps `count` digits (may be negative: none and smaller still), rounding half to even.
  mutating func round(to count: Int) {
    guard count < digits.count else { return }
    if count < 0 {
      digits = []
      return
    }
    var up = digits[count] > 5
    if digits[count] == 5 {
      var rest = false
      for digit in digits[(count + 1)...] where digit != 0 { rest = true }
      up = rest || (count > 0 && digits[count - 1] & 1 == 1)
    }
    digits.removeLast(digits.count - count)
    guard up else { return }
    var i = count - 1
    while i >= 0 {
      if digits[i] < 9 {
        digits[i] += 1
        return
      }
      digits[i] = 0
      i -= 1
    }
    digits.insert(1, at: 0)
    digits.removeLast(count == 0 ? 0 : 1)
    exponent += 1
  }

  func digit(_ index: Int) -> UInt8 { index >= 0 && index < digits.count ? digits[index] + 48 : 48 }
}

/// Flags of a printf conversion.
struct NumberFormat {
  var minus = false
  var plus = false
  var space = false
  var zero = false
  var alternate = false
  var width = 0
  var precision: Int?

  /// Puts a body with its sign or prefix into the field.
  func field(_ prefix: String, _ body: String, zeros: Bool) -> String {
    let length = prefix.utf8.count + body.utf8.count
    guard length < width else { return prefix + body }
    let fill = width - length
    if minus { return prefix + body + String(repeating: " ", count: fill) }
    if zeros { return prefix + String(repeating: "0", count: fill) + body }
    return String(repeating: " ", count: fill) + prefix + body
  }
}

/// printf's conversions of a double: `e E f F g G`.
func formatDouble(_ value: Double, _ conversion: UInt8, _ format: NumberFormat) -> String {
  let upper = isUpper(conversion)
  let negative = value.sign == .minus
  let sign = negative ? "-" : format.plus ? "+" : format.space ? " " : ""
  if value.isNaN { return format.field(sign, upper ? "NAN" : "nan", zeros: false) }
  if value.isInfinite { return format.field(sign, upper ? "INF" : "inf", zeros: false) }
  let precision = min(format.precision ?? 6, 4000)
  var exact = ExactDecimal(value)
  var body: String
  switch lowercased(conversion) {
  case 102:
    exact.round(to: exact.exponent + precision)
    body = fixed(exact, precision, format.alternate)
  case 101:
    exact.round(to: precision + 1)
    body = scientific(exact, precision, format.alternate, upper)
  default:
    let significant = precision == 0 ? 1 : precision
    exact.round(to: significant)
    let power = exact.digits.isEmpty ? 0 : exact.exponent - 1
    var count = exact.digits.count
    if !format.alternate {
      while count > 0, exact.digits[count - 1] == 0 { count -= 1 }
    } else {
      count = significant
    }
    if power < -4 || power >= significant {
      body = scientific(exact, max(0, count - 1), format.alternate, upper)
    } else {
      body = fixed(exact, max(0, count - 1 - power), format.alternate)
    }
  }
  return format.field(sign, body, zeros: format.zero)
}

private func fixed(_ exact: ExactDecimal, _ precision: Int, _ alternate: Bool) -> String {
  var bytes: [UInt8] = []
  let point = exact.digits.isEmpty ? 0 : exact.exponent
  if point <= 0 {
    bytes.append(48)
  } else {
    for i in 0..<point { bytes.append(exact.digit(i)) }
  }
  if precision > 0 || alternate { bytes.append(46) }
  for i in 0..<precision { bytes.append(exact.digits.isEmpty ? 48 : exact.digit(point + i)) }
  return String(bytes: bytes)
}

private func scientific(_ exact: ExactDecimal, _ precision: Int, _ alternate: Bool, _ upper: Bool) -> String {
  var bytes: [UInt8] = [exact.digit(0)]
  if precision > 0 || alternate { bytes.append(46) }
  if precision > 0 { for i in 1...precision { bytes.append(exact.digit(i)) } }
  bytes.append(upper ? 69 : 101)
  let power = exact.digits.isEmpty ? 0 : exact.exponent - 1
  bytes.append(power < 0 ? 45 : 43)
  let text = String(power < 0 ? -power : power)
  if text.utf8.count < 2 { bytes.append(48) }
  bytes += text.utf8
  return String(bytes: bytes)
}

/// strtod on bytes: the value of the longest numeric prefix (no leading space) and its length; nil when there is none.
func parseDouble(_ bytes: ArraySlice<UInt8>, words: Bool = true) -> (value: Double, length: Int)? {
  var i = bytes.startIndex
  let end = bytes.endIndex
  var negative = false
  if i < end, bytes[i] == 45 || bytes[i] == 43 {
    negative = bytes[i] == 45
    i += 1
  }
  if words {
    for (word, value) in [("infinity", Double.infinity), ("inf", Double.infinity), ("nan", Double.nan)] {
      let length = word.utf8.count
      guard i + length <= end else { continue }
      var lower: [UInt8] = []
      for byte in bytes[i..<(i + length)] { lower.append(lowercased(byte)) }
      if lower == word.bytes { return (negative ? -value : value, i + length - bytes.startIndex) }
    }
    if i + 2 < end, bytes[i] == 48, bytes[i + 1] | 32 == 120, hexValue(bytes[i + 2]) != nil {
      var value = 0.0
      i += 2
      while i < end, let digit = hexValue(bytes[i]) {
        value = value * 16 + Double(digit)
        i += 1
      }
      return (negative ? -value : value, i - bytes.startIndex)
    }
  }
  var digits: [UInt8] = []
  var exponent = 0
  var sawDigit = false
  while i < end, isDigit(bytes[i]) {
    sawDigit = true
    if !digits.isEmpty || bytes[i] != 48 { digits.append(bytes[i] - 48) }
    i += 1
  }
  if i < end, bytes[i] == 46 {
    var j = i + 1
    while j < end, isDigit(bytes[j]) {
      sawDigit = true
      if !digits.isEmpty || bytes[j] != 48 { digits.append(bytes[j] - 48) }
      exponent -= 1
      j += 1
    }
    if sawDigit { i = j }
  }
  guard sawDigit else { return nil }
  if i < end, bytes[i] | 32 == 101 {
    var j = i + 1
    var minus = false
    if j < end, bytes[j] == 45 || bytes[j] == 43 {
      minus = bytes[j] == 45
      j += 1
    }
    if j < end, isDigit(bytes[j]) {
      var power = 0
      while j < end, isDigit(bytes[j]) {
        if power < 100_000 { power = power * 10 + Int(bytes[j] - 48) }
        j += 1
      }
      exponent += minus ? -power : power
      i = j
    }
  }
  let magnitude = Decimal.nearest(digits, exponent: exponent)
  return (negative ? -magnitude : magnitude, i - bytes.startIndex)
}

func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: return byte - 48
  case 65...70: return byte - 55
  case 97...102: return byte - 87
  default: return nil
  }
}

/// printf's `%.<digits>g`.
package func generalFormat(_ value: Double, digits: Int) -> String {
  var format = NumberFormat()
  format.precision = digits
  return formatDouble(value, 103, format)
}
