// What a scalar without quotes means in YAML 1.1, as goyaml v2 resolves it: booleans, numbers, null, and what only looks like a
// date or a time in base 60. Everything else is text.

import SimKernel

/// Whose YAML is read: that of kubectl's manifests (goyaml v2), or that of kustomize (go-yaml v3), to which `y`, `yes` and `on`
/// are texts and a date is a moment.
package enum YAMLDialect {
  case goyaml2
  case goyaml3
}

/// What plain scalars mean.
enum YAMLScalar {
  static func resolve(_ bytes: [UInt8], _ dialect: YAMLDialect) -> Value {
    let value = resolve(bytes)
    guard dialect == .goyaml3 else { return value }
    switch value {
    // Of the booleans only `true` and `false` are left.
    case .bool where bytes.count < 4: return .string(String(decoding: bytes, as: UTF8.self))
    case .string(let text) where bytes.count == 10 && isTimestamp(bytes): return .string(text + "T00:00:00Z")
    default: return value
    }
  }

  static func resolve(_ bytes: [UInt8]) -> Value {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let first = bytes.first else { return .null }
    switch first {
    case 121, 89, 110, 78, 116, 84, 102, 70, 111, 79, 126:  // yYnNtTfFoO~
      switch text {
      case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
      case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
      case "~", "null", "Null", "NULL": return .null
      default: return .string(text)
      }
    case 46:
      switch text {
      case ".nan", ".NaN", ".NAN": return .number(.nan)
      case ".inf", ".Inf", ".INF": return .number(.infinity)
      default: break
      }
      if let number = float(bytes) { return .number(number) }
      return .string(text)
    case 43, 45, 48...57:
      switch text {
      case "+.inf", "+.Inf", "+.INF": return .number(.infinity)
      case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
      default: break
      }
      var plain: [UInt8] = []
      for byte in bytes where byte != 95 { plain.append(byte) }
      if let number = integer(plain) { return number }
      if let number = float(plain) { return .number(number) }
      return .string(text)
    default: return .string(text)
    }
  }

  /// Go's strconv.ParseInt with base 0: prefixes 0x, 0o, 0b and 0 for octal.
  private static func integer(_ bytes: [UInt8]) -> Value? {
    var i = 0
    var negative = false
    if bytes.first == 43 || bytes.first == 45 {
      negative = bytes[0] == 45
      i = 1
    }
    var base: UInt64 = 10
    if i + 1 < bytes.count, bytes[i] == 48 {
      switch bytes[i + 1] {
      case 120, 88:
        base = 16
        i += 2
      case 111, 79:
        base = 8
        i += 2
      case 98, 66:
        base = 2
        i += 2
      default:
        base = 8
        i += 1
      }
    }
    guard i < bytes.count else { return nil }
    var value: UInt64 = 0
    for byte in bytes[i...] {
      guard let digit = hexDigit(byte), UInt64(digit) < base else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: base)
      let (sum, overflow2) = product.addingReportingOverflow(UInt64(digit))
      if overflow || overflow2 { return nil }
      value = sum
    }
    if negative { return value <= 1 << 63 ? .integer(Int64(truncatingIfNeeded: 0 &- value)) : nil }
    return value <= UInt64(Int64.max) ? .integer(Int64(value)) : .number(Double(value))
  }

  /// A number that a double holds; what is too large for it stays text.
  private static func float(_ bytes: [UInt8]) -> Double? {
    guard isFloat(bytes), let number = Decimal.parse(bytes), number.isFinite else { return nil }
    return number
  }

  private static func isFloat(_ bytes: [UInt8]) -> Bool {
    var i = 0
    func digits() -> Int {
      let start = i
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
      return i - start
    }
    if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      if digits() == 0 { return false }
    } else {
      if digits() == 0 { return false }
      if i < bytes.count, bytes[i] == 46 {
        i += 1
        _ = digits()
      }
    }
    if i < bytes.count, bytes[i] == 101 || bytes[i] == 69 {
      i += 1
      if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
      if digits() == 0 { return false }
    }
    return i == bytes.count
  }

  /// The text that `!!binary` holds; nil when it is no base64 (line breaks and nothing else may stand between).
  static func binary(_ bytes: [UInt8]) -> String? {
    var out: [UInt8] = []
    var group: [UInt8] = []
    var padding = 0
    for byte in bytes where byte != 10 && byte != 13 {
      let digit: UInt8
      switch byte {
      case 65...90: digit = byte - 65
      case 97...122: digit = byte - 71
      case 48...57: digit = byte + 4
      case 43: digit = 62
      case 47: digit = 63
      case 61:
        padding += 1
        digit = 0
      default: return nil
      }
      if padding > 0, byte != 61 { return nil }
      group.append(digit)
      if group.count == 4 {
        if padding > 2 { return nil }
        out.append(group[0] << 2 | group[1] >> 4)
        if padding < 2 { out.append(group[1] << 4 | group[2] >> 2) }
        if padding < 1 { out.append(group[2] << 6 | group[3]) }
        group = []
        if padding > 0 { padding = 3 }
      }
    }
    return group.isEmpty ? String(decoding: out, as: UTF8.self) : nil
  }

  /// `2026-01-15`, `2026-01-15T09:00:00Z`, `2001-12-14 21:59:43.10 -5`: quoted when printed.
  static func isTimestamp(_ bytes: [UInt8]) -> Bool {
    var i = 0
    func digits(_ range: ClosedRange<Int>) -> Bool {
      let start = i
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57, i - start < range.upperBound { i += 1 }
      return i - start >= range.lowerBound
    }
    func accept(_ byte: UInt8) -> Bool {
      guard i < bytes.count, bytes[i] == byte else { return false }
      i += 1
      return true
    }
    guard digits(4...4), accept(45), digits(1...2), accept(45), digits(1...2) else { return false }
    if i == bytes.count { return i == 10 || i >= 8 }
    guard accept(84) || accept(116) || accept(32) else { return false }
    guard digits(1...2), accept(58), digits(1...2), accept(58), digits(1...2) else { return false }
    if accept(46) { _ = digits(1...9) }
    if i == bytes.count { return bytes[10] == 32 }
    if accept(90) { return i == bytes.count }
    _ = accept(32)
    guard accept(43) || accept(45) else { return false }
    guard digits(1...2) else { return false }
    if accept(58) { guard digits(2...2) else { return false } }
    return i == bytes.count
  }

  /// `12:30:45`: a number in base 60 to YAML 1.1 readers, so printed in quotes.
  static func isSexagesimal(_ bytes: [UInt8]) -> Bool {
    var i = 0
    if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
    guard i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 else { return false }
    while i < bytes.count, (bytes[i] >= 48 && bytes[i] <= 57) || bytes[i] == 95 { i += 1 }
    var groups = 0
    while i < bytes.count, bytes[i] == 58 {
      i += 1
      let start = i
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
      guard i - start == 1 || (i - start == 2 && bytes[start] <= 53) else { return false }
      groups += 1
    }
    guard groups > 0 else { return false }
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      while i < bytes.count, (bytes[i] >= 48 && bytes[i] <= 57) || bytes[i] == 95 { i += 1 }
    }
    return i == bytes.count
  }
}
