// jq's operators on values.

import SimKernel

private let textMax = 16 << 20
/// Longer arrays are not made: a lab that asks for one has a mistake in it.
let jqElementsMax = 1_000_000

func jqOperate(_ operation: JqOperator, _ a: JqValue, _ b: JqValue) throws(JqError) -> JqValue {
  switch operation {
  case .add: return try jqAdd(a, b)
  case .subtract:
    switch (a, b) {
    case (.number(let x, _), .number(let y, _)): return .number(x - y)
    case (.array(let x), .array(let y)):
      var kept: [JqValue] = []
      for item in x where !y.contains(where: { JqValue.areEqual($0, item) }) { kept.append(item) }
      return .array(kept)
    default: throw failure(a, b, "cannot be subtracted")
    }
  case .multiply: return try multiply(a, b)
  case .divide:
    switch (a, b) {
    case (.number(let x, _), .number(let y, _)):
      if y == 0 { throw failure(a, b, "cannot be divided because the divisor is zero") }
      return .number(x / y)
    case (.string(let text), .string(let separator)): return .array(jqSplit(text, separator))
    default: throw failure(a, b, "cannot be divided")
    }
  case .remainder:
    guard case .number(let x, _) = a, case .number(let y, _) = b else { throw failure(a, b, "cannot be divided") }
    if x.isNaN || y.isNaN { return .number(.nan) }
    let divisor = integer(y)
    if divisor == 0 { throw failure(a, b, "cannot be divided (remainder) because the divisor is zero") }
    let dividend = integer(x)
    // The sign is the dividend's, whatever the divisor's.
    let size = divisor == Int64.min ? Int64.max : divisor < 0 ? -divisor : divisor
    return .number(Double(dividend % size))
  case .equal: return .boolean(JqValue.compare(a, b) == 0)
  case .notEqual: return .boolean(JqValue.compare(a, b) != 0)
  case .less: return .boolean(JqValue.compare(a, b) < 0)
  case .lessOrEqual: return .boolean(JqValue.compare(a, b) <= 0)
  case .greater: return .boolean(JqValue.compare(a, b) > 0)
  case .greaterOrEqual: return .boolean(JqValue.compare(a, b) >= 0)
  }
}

private func integer(_ value: Double) -> Int64 {
  value >= 9.2e18 ? Int64.max : value <= -9.2e18 ? Int64.min : Int64(value)
}

private func failure(_ a: JqValue, _ b: JqValue, _ what: String) -> JqError {
  JqError("\(jqNamed(a)) and \(jqNamed(b)) \(what)")
}

func jqAdd(_ a: JqValue, _ b: JqValue) throws(JqError) -> JqValue {
  switch (a, b) {
  case (.null, _): return b
  case (_, .null): return a
  case (.number(let x, _), .number(let y, _)): return .number(x + y)
  case (.string(let x), .string(let y)):
    if x.utf8.count + y.utf8.count > textMax { throw JqError(notSimulated: "jq: a string of more than 16 MiB") }
    return .string(x + y)
  case (.array(let x), .array(let y)):
    if x.count + y.count > jqElementsMax { throw JqError.tooManyElements }
    return .array(x + y)
  case (.object(let x), .object(let y)):
    var members = x.members
    for (key, value) in y.members { members[key] = value }
    return .object(JqObject(members))
  default: throw failure(a, b, "cannot be added")
  }
}

private func multiply(_ a: JqValue, _ b: JqValue) throws(JqError) -> JqValue {
  switch (a, b) {
  case (.number(let x, _), .number(let y, _)): return .number(x * y)
  case (.string(let text), .number(let count, _)), (.number(let count, _), .string(let text)):
    if count.isNaN || count < 0 { return .null }
    if count * Double(text.utf8.count) > Double(textMax) {
      throw JqError(notSimulated: "jq: a string of more than 16 MiB")
    }
    return .string(String(repeating: text, count: text.isEmpty ? 0 : Int(count)))
  case (.object(let x), .object(let y)): return .object(merge(x, y, 0))
  default: throw failure(a, b, "cannot be multiplied")
  }
}

private func merge(_ a: JqObject, _ b: JqObject, _ depth: Int) -> JqObject {
  var members = a.members
  for (key, value) in b.members {
    if depth < 1_000, case .object(let inner) = value, case .object(let old)? = members[key] {
      members[key] = .object(merge(old, inner, depth + 1))
    } else {
      members[key] = value
    }
  }
  return JqObject(members)
}

func jqNegate(_ values: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .number(let value, _) = input else { throw JqError("\(jqNamed(input)) cannot be negated") }
  return .number(-value)
}

func jqSplit(_ text: String, _ separator: String) -> [JqValue] {
  let bytes = text.bytes
  if bytes.isEmpty { return [] }
  var parts: [JqValue] = []
  if separator.isEmpty {
    for scalar in text.unicodeScalars {
      var piece: [UInt8] = []
      encodeUTF8(scalar.value, into: &piece)
      parts.append(.string(String(bytes: piece)))
    }
    return parts
  }
  let needle = separator.bytes
  var start = 0
  while let found = find(needle, in: bytes[...], from: start) {
    parts.append(.string(String(bytes: bytes[start..<found])))
    start = found + needle.count
  }
  parts.append(.string(String(bytes: bytes[start...])))
  return parts
}

func jqContains(_ a: JqValue, _ b: JqValue) throws(JqError) -> Bool {
  switch (a, b) {
  case (.object(let x), .object(let y)):
    for (key, wanted) in y.members {
      guard let value = x.members[key] else { return false }
      if !(try jqContains(value, wanted)) { return false }
    }
    return true
  case (.array(let x), .array(let y)):
    for wanted in y {
      var found = false
      for item in x where !found {
        // Elements of different types just do not match.
        if item.typeName == wanted.typeName { found = try jqContains(item, wanted) }
      }
      if !found { return false }
    }
    return true
  case (.string(let x), .string(let y)): return find(y.bytes, in: x.bytes[...], from: 0) != nil
  default:
    guard a.typeName == b.typeName else {
      throw JqError("\(jqNamed(a)) and \(jqNamed(b)) cannot have their containment checked")
    }
    return JqValue.areEqual(a, b)
  }
}
