// The values of jq 1.7.1: JSON with the text of unchanged numbers kept, ordered as its manual says (null, false, true, numbers,
// strings, arrays, objects). Objects remember the order of their keys.

import SimKernel

final class JqObject: Sendable {
  let members: OrderedMap<String, JqValue>

  init(_ members: OrderedMap<String, JqValue>) { self.members = members }

  var sortedKeys: [String] {
    var keys = members.keys
    keys.sort { compareBytes($0, $1) < 0 }
    return keys
  }
}

enum JqValue: Sendable {
  case null
  case boolean(Bool)
  /// A number; the text is that of its literal where printing the number would lose it.
  case number(Double, String?)
  case string(String)
  case array([JqValue])
  case object(JqObject)

  static func number(_ value: Double) -> JqValue { .number(value, nil) }
  static func integer(_ value: Int) -> JqValue { .number(Double(value), nil) }
  static func object(_ pairs: [(String, JqValue)]) -> JqValue { .object(JqObject(OrderedMap(pairs))) }

  var isTrue: Bool {
    switch self {
    case .null, .boolean(false): return false
    default: return true
    }
  }

  var typeName: String {
    switch self {
    case .null: return "null"
    case .boolean: return "boolean"
    case .number: return "number"
    case .string: return "string"
    case .array: return "array"
    case .object: return "object"
    }
  }

  private var rank: Int {
    switch self {
    case .null: return 0
    case .boolean(let flag): return flag ? 2 : 1
    case .number: return 3
    case .string: return 4
    case .array: return 5
    case .object: return 6
    }
  }

  /// jq's order of all values.
  static func compare(_ a: JqValue, _ b: JqValue) -> Int {
    switch (a, b) {
    case (.number(let x, let textX), .number(let y, let textY)):
      if let textX, let textY { return compareDecimals(textX.bytes, textY.bytes) }
      // A NaN is less than everything, itself included.
      return x < y || x.isNaN ? -1 : x == y ? 0 : 1
    case (.string(let x), .string(let y)): return compareBytes(x, y)
    case (.array(let x), .array(let y)):
      var i = 0
      while i < x.count, i < y.count {
        let order = compare(x[i], y[i])
        if order != 0 { return order }
        i += 1
      }
      return x.count < y.count ? -1 : x.count > y.count ? 1 : 0
    case (.object(let x), .object(let y)):
      let keysX = x.sortedKeys
      let keysY = y.sortedKeys
      var i = 0
      while i < keysX.count, i < keysY.count {
        let order = compareBytes(keysX[i], keysY[i])
        if order != 0 { return order }
        i += 1
      }
      if keysX.count != keysY.count { return keysX.count < keysY.count ? -1 : 1 }
      for key in keysX {
        let order = compare(x.members[key] ?? .null, y.members[key] ?? .null)
        if order != 0 { return order }
      }
      return 0
    default: return a.rank - b.rank
    }
  }

  static func areEqual(_ a: JqValue, _ b: JqValue) -> Bool { compare(a, b) == 0 }

  /// The very same value: what jq asks of a path expression's result.
  static func areIdentical(_ a: JqValue, _ b: JqValue) -> Bool {
    switch (a, b) {
    case (.null, .null): return true
    case (.boolean(let x), .boolean(let y)): return x == y
    case (.number(let x, _), .number(let y, _)): return x == y
    case (.string(let x), .string(let y)): return compareBytes(x, y) == 0
    case (.array(let x), .array(let y)):
      guard x.count == y.count else { return false }
      return x.withUnsafeBufferPointer { p in y.withUnsafeBufferPointer { q in p.baseAddress == q.baseAddress } }
    case (.object(let x), .object(let y)): return x === y
    default: return false
    }
  }
}

/// An error of a jq program: any value; `break` is one that nothing catches but its label.
struct JqError: Error {
  enum Kind: Sendable {
    case value(JqValue)
    case notSimulated(String)
  }
  let kind: Kind

  init(_ message: String) { kind = .value(.string(message)) }
  init(value: JqValue) { kind = .value(value) }
  init(notSimulated reason: String) { kind = .notSimulated(reason) }
  static let tooManyElements = JqError(notSimulated: "jq: arrays of more than \(jqElementsMax) elements")
}

// MARK: Numbers

/// A double as jq prints it: the shortest digits that read back the same, exponents outside 1e-5 … 17 digits.
func jqNumberText(_ given: Double) -> String {
  if given.isNaN { return "null" }
  var value = given
  if value.isInfinite { value = value < 0 ? -Double.greatestFiniteMagnitude : Double.greatestFiniteMagnitude }
  if value == 0 { return value.sign == .minus ? "-0" : "0" }
  let (digits, point) = Decimal.shortest(value)
  var out: [UInt8] = value < 0 ? [45] : []
  if point <= -5 + 1 || point > digits.count + 15 {
    out.append(digits[0] + 48)
    if digits.count > 1 {
      out.append(46)
      for digit in digits.dropFirst() { out.append(digit + 48) }
    }
    let exponent = point - 1
    out += exponent < 0 ? [101, 45] : [101, 43]
    let text = String(exponent < 0 ? -exponent : exponent)
    if text.utf8.count < 2 { out.append(48) }
    out += text.utf8
    return String(bytes: out)
  }
  if point <= 0 {
    out += [48, 46]
    for _ in 0..<(-point) { out.append(48) }
    for digit in digits { out.append(digit + 48) }
    return String(bytes: out)
  }
  for index in 0..<max(point, digits.count) {
    if index == point { out.append(46) }
    out.append(index < digits.count ? digits[index] + 48 : 48)
  }
  return String(bytes: out)
}

/// The digits, exponent and sign of a decimal literal: value = ±digits × 10^exponent.
private func decimalParts(_ text: [UInt8]) -> (negative: Bool, digits: [UInt8], exponent: Int) {
  var i = 0
  var negative = false
  if i < text.count, text[i] == 45 || text[i] == 43 {
    negative = text[i] == 45
    i += 1
  }
  var digits: [UInt8] = []
  var exponent = 0
  var afterPoint = false
  while i < text.count {
    if text[i] == 46 {
      afterPoint = true
    } else if isDigit(text[i]) {
      if !digits.isEmpty || text[i] != 48 { digits.append(text[i] - 48) }
      if afterPoint { exponent -= 1 }
    } else {
      break
    }
    i += 1
  }
  if i < text.count, text[i] | 32 == 101 {
    i += 1
    var minus = false
    if i < text.count, text[i] == 45 || text[i] == 43 {
      minus = text[i] == 45
      i += 1
    }
    var power = 0
    while i < text.count, isDigit(text[i]) {
      if power < 100_000_000 { power = power * 10 + Int(text[i] - 48) }
      i += 1
    }
    exponent += minus ? -power : power
  }
  return (negative, digits, exponent)
}

/// A literal in the canonical form of the decimal arithmetic standard (to-scientific-string), which keeps trailing zeros.
private func canonicalDecimal(_ text: [UInt8]) -> String {
  let (negative, significant, exponent) = decimalParts(text)
  let digits: [UInt8] = significant.isEmpty ? [0] : significant
  var out: [UInt8] = negative ? [45] : []
  let adjusted = exponent + digits.count - 1
  if exponent <= 0, adjusted >= -6 {
    let point = digits.count + exponent
    if point <= 0 {
      out += [48, 46]
      for _ in 0..<(-point) { out.append(48) }
      for digit in digits { out.append(digit + 48) }
    } else {
      for (index, digit) in digits.enumerated() {
        if index == point { out.append(46) }
        out.append(digit + 48)
      }
    }
    return String(bytes: out)
  }
  out.append(digits[0] + 48)
  if digits.count > 1 {
    out.append(46)
    for digit in digits.dropFirst() { out.append(digit + 48) }
  }
  out += adjusted < 0 ? [69, 45] : [69, 43]
  out += String(adjusted < 0 ? -adjusted : adjusted).utf8
  return String(bytes: out)
}

/// Compares two literals exactly.
private func compareDecimals(_ a: [UInt8], _ b: [UInt8]) -> Int {
  let x = decimalParts(a)
  let y = decimalParts(b)
  let zeroX = x.digits.isEmpty
  let zeroY = y.digits.isEmpty
  let signX = zeroX ? 0 : x.negative ? -1 : 1
  let signY = zeroY ? 0 : y.negative ? -1 : 1
  if signX != signY { return signX < signY ? -1 : 1 }
  if signX == 0 { return 0 }
  let highX = x.digits.count + x.exponent
  let highY = y.digits.count + y.exponent
  var order = highX < highY ? -1 : highX > highY ? 1 : 0
  var i = 0
  while order == 0, i < max(x.digits.count, y.digits.count) {
    let p = i < x.digits.count ? x.digits[i] : 0
    let q = i < y.digits.count ? y.digits[i] : 0
    if p != q { order = p < q ? -1 : 1 }
    i += 1
  }
  return order * signX
}

/// The value of a number literal; nil when it is none. Words for infinity are taken, as jq's reader takes them.
func jqNumber(_ text: [UInt8]) -> JqValue? {
  guard let (value, length) = parseDouble(text[...]), length == text.count else { return nil }
  for byte in text where byte | 32 == 120 { return nil }
  if text.count <= 15 {
    var plain = text[0] != 48 || text.count == 1
    for byte in text where !isDigit(byte) { plain = false }
    if plain { return .number(value, nil) }
  }
  if !value.isFinite {
    for byte in text where byte | 32 == 110 { return .number(value, nil) }
  }
  let canonical = canonicalDecimal(text)
  return .number(value, canonical == jqNumberText(value) ? nil : canonical)
}

// MARK: Printing

struct JqPrinter {
  /// Columns for each level; nil prints on one line.
  var indent: Int? = 2
  var usesTabs = false
  var sortsKeys = false
  var isASCII = false
  /// null, false, true, numbers, strings, arrays, objects, object keys.
  var colors: [[UInt8]]?

  static let compact = JqPrinter(indent: nil)
  static let defaultColors = ["0;90", "0;39", "0;39", "0;39", "0;32", "1;39", "1;39", "34;1"]
  private static let reset: [UInt8] = [27, 91, 48, 109]
  private static let depthMax = 10_000

  static func text(_ value: JqValue) -> String {
    var out: [UInt8] = []
    compact.write(value, 0, &out)
    return String(bytes: out)
  }

  func write(_ value: JqValue, _ out: inout [UInt8]) { write(value, 0, &out) }

  private func color(_ value: JqValue) -> [UInt8]? {
    guard let colors else { return nil }
    switch value {
    case .null: return colors[0]
    case .boolean(let flag): return colors[flag ? 2 : 1]
    case .number(let number, _): return colors[number.isNaN ? 0 : 3]
    case .string: return colors[4]
    case .array: return colors[5]
    case .object: return colors[6]
    }
  }

  private func newline(_ depth: Int, _ out: inout [UInt8]) {
    guard let indent else { return }
    out.append(10)
    for _ in 0..<(usesTabs ? depth : depth * indent) { out.append(usesTabs ? 9 : 32) }
  }

  private func write(_ value: JqValue, _ depth: Int, _ out: inout [UInt8]) {
    let start = color(value)
    if let start { out += start }
    switch value {
    case .null: out += "null".utf8
    case .boolean(let flag): out += (flag ? "true" : "false").utf8
    case .number(let number, let text): out += (text ?? jqNumberText(number)).utf8
    case .string(let text): write(text, &out)
    case .array(let items):
      if items.isEmpty {
        out += [91, 93]
        break
      }
      if depth > JqPrinter.depthMax {
        out += "<skipped: too deep>".utf8
        break
      }
      out.append(91)
      for (index, item) in items.enumerated() {
        if index > 0 {
          if let start { out += start }
          out.append(44)
        }
        newline(depth + 1, &out)
        write(item, depth + 1, &out)
      }
      if let start { out += start }
      newline(depth, &out)
      if let start { out += start }
      out.append(93)
    case .object(let object):
      if object.members.isEmpty {
        out += [123, 125]
        break
      }
      if depth > JqPrinter.depthMax {
        out += "<skipped: too deep>".utf8
        break
      }
      out.append(123)
      for (index, key) in (sortsKeys ? object.sortedKeys : object.members.keys).enumerated() {
        if index > 0 {
          if let start { out += start }
          out.append(44)
        }
        newline(depth + 1, &out)
        if let start, let colors {
          out += JqPrinter.reset + colors[7]
          write(key, &out)
          out += JqPrinter.reset + start
        } else {
          write(key, &out)
        }
        out.append(58)
        if indent != nil { out.append(32) }
        if start != nil { out += JqPrinter.reset }
        write(object.members[key] ?? .null, depth + 1, &out)
      }
      if let start { out += start }
      newline(depth, &out)
      if let start { out += start }
      out.append(125)
    }
    if start != nil { out += JqPrinter.reset }
  }

  func write(_ text: String, _ out: inout [UInt8]) {
    out.append(34)
    for scalar in text.unicodeScalars {
      let c = scalar.value
      switch c {
      case 34, 92: out += [92, UInt8(c)]
      case 8: out += [92, 98]
      case 9: out += [92, 116]
      case 10: out += [92, 110]
      case 12: out += [92, 102]
      case 13: out += [92, 114]
      case 0..<32, 127: unicodeEscape(c, &out)
      case 32..<127: out.append(UInt8(c))
      default:
        if !isASCII {
          encodeUTF8(c, into: &out)
        } else if c > 0xffff {
          unicodeEscape(0xd800 | (c - 0x10000) >> 10, &out)
          unicodeEscape(0xdc00 | c & 0x3ff, &out)
        } else {
          unicodeEscape(c, &out)
        }
      }
    }
    out.append(34)
  }

  private func unicodeEscape(_ unit: UInt32, _ out: inout [UInt8]) {
    out += [92, 117]
    for shift in [12, 8, 4, 0] as [UInt32] {
      let digit = UInt8(unit >> shift & 15)
      out.append(digit < 10 ? digit + 48 : digit + 87)
    }
  }
}

/// A value in a message: its JSON, cut to what fits with three dots.
func jqShort(_ value: JqValue, _ longest: Int = 14) -> String {
  let bytes = JqPrinter.text(value).bytes
  guard bytes.count > longest else { return String(bytes: bytes) }
  var end = longest - 3
  while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
  return String(bytes: bytes[..<end]) + "..."
}

/// `number (1)`: a value as most messages name it.
func jqNamed(_ value: JqValue) -> String { value.typeName + " (" + jqShort(value) + ")" }
