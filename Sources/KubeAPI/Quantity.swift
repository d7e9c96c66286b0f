// Resource quantities (`100m`, `1.5Gi`, `2e3`): reading, canonical form, arithmetic and comparison, following
// apimachinery pkg/api/resource. Values are exact integers of nano-units; numbers beyond 9.2e9 whole units keep whole
// units only (nothing a lab writes is both that large and fractional).

import SimKernel
package import Unstructured

package struct Quantity: CustomStringConvertible {
  package enum Format: Equatable { case decimalSI, binarySI, decimalExponent }

  /// value × 10^scale, with scale ≤ 0 only for fractions.
  package let value: Int64
  package let scale: Int
  package let format: Format

  package init(_ value: Int64, scale: Int = 0, format: Format = .decimalSI) {
    var v = value
    var s = scale
    // Keep whole units when nothing is lost.
    while s < 0, v % 10 == 0 {
      v /= 10
      s += 1
    }
    while s > 0 {
      let (product, overflow) = v.multipliedReportingOverflow(by: 10)
      if overflow {
        v = v < 0 ? Int64.min + 1 : Int64.max
        s = 0
        break
      }
      v = product
      s -= 1
    }
    self.value = v
    self.scale = v == 0 ? 0 : s
    self.format = format
  }

  /// Reads a member of an object: a string, or a bare number as YAML lets people write it.
  package init?(_ value: Value?) {
    switch value {
    case .string(let text): self.init(parsing: text)
    case .integer(let number): self.init(number)
    case .number(let number): self.init(parsing: number.description)
    default: return nil
    }
  }

  /// Thousandths of a unit that a member of an object says, rounded up; nil when it says no quantity.
  package static func milli(_ value: Value?) -> Int64? { Quantity(value)?.milliUnits }

  package init?(parsing text: String) {
    let bytes = Array(text.utf8)
    var i = 0
    var negative = false
    if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 {
      negative = bytes[i] == 45
      i += 1
    }
    var digits: [UInt8] = []
    var decimals = 0
    var sawPoint = false
    while i < bytes.count {
      if bytes[i] >= 48, bytes[i] <= 57 {
        digits.append(bytes[i] - 48)
        if sawPoint { decimals += 1 }
      } else if bytes[i] == 46, !sawPoint {
        sawPoint = true
      } else {
        break
      }
      i += 1
    }
    guard !digits.isEmpty else { return nil }
    while decimals > 0, digits.last == 0 {
      digits.removeLast()
      decimals -= 1
    }
    var mantissa: Int64 = 0
    var dropped = 0
    var lost = false
    for (index, digit) in digits.enumerated() {
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.addingReportingOverflow(Int64(digit))
      if overflow || overflow2 {
        dropped = digits.count - index
        for rest in digits[index...] where rest != 0 { lost = true }
        break
      }
      mantissa = sum
    }
    if lost, mantissa < Int64.max { mantissa += 1 }
    let suffix = String(decoding: bytes[i...], as: UTF8.self)
    let sign: Int64 = negative ? -1 : 1
    guard let unit = Quantity.suffixes[suffix] ?? Quantity.exponent(suffix) else { return nil }
    if unit.binary > 0 {
      self = Quantity.scaled(sign, mantissa, decimals - dropped, shift: unit.binary)
      return
    }
    var exponent = unit.decimal - decimals + dropped
    var rounded = mantissa
    // Nothing below a nano-unit is kept: round up in magnitude.
    while exponent < -9 {
      rounded = rounded / 10 + (rounded % 10 == 0 ? 0 : 1)
      exponent += 1
    }
    self.init(sign * rounded, scale: exponent, format: unit.format)
  }

  private static func scaled(_ sign: Int64, _ mantissa: Int64, _ decimals: Int, shift: Int) -> Quantity {
    var value = mantissa
    for _ in 0..<shift {
      let (product, overflow) = value.multipliedReportingOverflow(by: 2)
      if overflow { return Quantity(sign * Int64.max, format: .binarySI) }
      value = product
    }
    var scale = -decimals
    while scale < -9 {
      value = value / 10 + (value % 10 == 0 ? 0 : 1)
      scale += 1
    }
    return Quantity(sign * value, scale: scale, format: .binarySI)
  }

  private struct Unit {
    var decimal = 0
    var binary = 0
    var format = Format.decimalSI
  }

  private static let suffixes: [String: Unit] = [
    "n": Unit(decimal: -9), "u": Unit(decimal: -6), "m": Unit(decimal: -3), "": Unit(), "k": Unit(decimal: 3),
    "M": Unit(decimal: 6), "G": Unit(decimal: 9), "T": Unit(decimal: 12), "P": Unit(decimal: 15),
    "E": Unit(decimal: 18), "Ki": Unit(binary: 10, format: .binarySI), "Mi": Unit(binary: 20, format: .binarySI),
    "Gi": Unit(binary: 30, format: .binarySI), "Ti": Unit(binary: 40, format: .binarySI),
    "Pi": Unit(binary: 50, format: .binarySI), "Ei": Unit(binary: 60, format: .binarySI),
  ]

  private static func exponent(_ suffix: String) -> Unit? {
    let bytes = Array(suffix.utf8)
    guard bytes.count >= 2, bytes[0] == 101 || bytes[0] == 69 else { return nil }
    var i = 1
    var negative = false
    if bytes[1] == 43 || bytes[1] == 45 {
      negative = bytes[1] == 45
      i = 2
    }
    guard i < bytes.count else { return nil }
    var exponent = 0
    while i < bytes.count {
      guard bytes[i] >= 48, bytes[i] <= 57, exponent < 1000 else { return nil }
      exponent = exponent * 10 + Int(bytes[i] - 48)
      i += 1
    }
    return Unit(decimal: negative ? -exponent : exponent, format: .decimalExponent)
  }

  /// The error text of a string that is no quantity.
  package static let formatError =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  package static let suffixError = "unable to parse quantity's suffix"

  /// Why a text is no quantity: which of the two texts the API server uses.
  package static func parseError(_ text: String) -> String {
    let bytes = Array(text.utf8)
    if bytes.isEmpty { return formatError }
    var i = bytes[0] == 43 || bytes[0] == 45 ? 1 : 0
    var digits = 0
    var points = 0
    while i < bytes.count, (bytes[i] >= 48 && bytes[i] <= 57) || bytes[i] == 46 {
      if bytes[i] == 46 { points += 1 } else { digits += 1 }
      i += 1
    }
    if points > 1 || digits == 0 { return formatError }
    let letters = Array("eEinumkKMGTP".utf8)
    while i < bytes.count, letters.contains(bytes[i]) { i += 1 }
    if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
    while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
    return i == bytes.count ? suffixError : formatError
  }

  // MARK: Canonical form

  /// The canonical text: no fraction, the largest suffix that keeps it exact.
  package var description: String {
    if value == 0 { return "0" }
    switch format {
    case .binarySI:
      if scale == 0, value > -1024, value < 1024 { return Quantity(value, scale: scale).description }
      if scale < 0 { return Quantity(value, scale: scale).description }
      var v = value
      var power = 0
      while v % 1024 == 0, power < 6 {
        v /= 1024
        power += 1
      }
      return String(v) + ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power]
    case .decimalSI:
      let (mantissa, exponent) = canonicalDecimal
      return String(mantissa)
        + ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"][(exponent + 9) / 3]
    case .decimalExponent:
      let (mantissa, exponent) = canonicalDecimal
      return exponent == 0 ? String(mantissa) : String(mantissa) + "e" + String(exponent)
    }
  }

  /// Mantissa and exponent (a multiple of three) of the canonical decimal form.
  package var canonicalDecimal: (mantissa: Int64, exponent: Int) {
    var mantissa = value
    var exponent = scale
    while exponent % 3 != 0 {
      mantissa *= 10
      exponent -= 1
    }
    while exponent < 18, mantissa != 0, mantissa % 1000 == 0 {
      mantissa /= 1000
      exponent += 3
    }
    return (mantissa, exponent)
  }

  // MARK: Reading as numbers

  /// Whole units, rounded up (`Quantity.Value()`).
  package var wholeUnits: Int64 {
    guard scale < 0 else { return value }
    let unit = Quantity.power(-scale)
    let quotient = value / unit
    return value % unit > 0 ? quotient + 1 : quotient
  }

  /// Thousandths, rounded up (`MilliValue()`); saturates.
  package var milliUnits: Int64 {
    if scale >= -3 {
      let (product, overflow) = value.multipliedReportingOverflow(by: Quantity.power(3 + scale))
      return overflow ? (value < 0 ? Int64.min : Int64.max) : product
    }
    let unit = Quantity.power(-3 - scale)
    let quotient = value / unit
    return value % unit > 0 ? quotient + 1 : quotient
  }

  private static func power(_ exponent: Int) -> Int64 {
    var result: Int64 = 1
    for _ in 0..<exponent { result *= 10 }
    return result
  }

  package var isZero: Bool { value == 0 }
  package var isNegative: Bool { value < 0 }

  // MARK: Arithmetic

  private static func aligned(_ a: Quantity, _ b: Quantity) -> (Int64, Int64, Int)? {
    let scale = min(a.scale, b.scale)
    let (x, overflow) = a.value.multipliedReportingOverflow(by: power(a.scale - scale))
    let (y, overflow2) = b.value.multipliedReportingOverflow(by: power(b.scale - scale))
    return overflow || overflow2 ? nil : (x, y, scale)
  }

  /// The sum keeps the first operand's format unless it is zero.
  package static func + (a: Quantity, b: Quantity) -> Quantity {
    let format = a.isZero ? b.format : a.format
    guard let (x, y, scale) = aligned(a, b) else {
      return Quantity(a.wholeUnits &+ b.wholeUnits, format: format)
    }
    return Quantity(x &+ y, scale: scale, format: format)
  }
  package static func - (a: Quantity, b: Quantity) -> Quantity {
    let format = a.isZero ? b.format : a.format
    guard let (x, y, scale) = aligned(a, b) else {
      return Quantity(a.wholeUnits &- b.wholeUnits, format: format)
    }
    return Quantity(x &- y, scale: scale, format: format)
  }
}

extension Quantity: Comparable {
  package static func == (a: Quantity, b: Quantity) -> Bool { a.value == b.value && a.scale == b.scale }
  package static func < (a: Quantity, b: Quantity) -> Bool {
    guard let (x, y, _) = aligned(a, b) else { return a.wholeUnits < b.wholeUnits }
    return x < y
  }
}
