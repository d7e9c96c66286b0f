// jq's functions that are one function of their input and the values of their arguments.

import SimKernel

var jqFunctions: [JqNative] { jqBasicFunctions + jqTextFunctions + jqMathFunctions + jqTimeFunctions }

private func plain(
  _ name: String, _ arity: Int, _ body: @escaping ([JqValue], JqValue) throws(JqError) -> JqValue
) -> JqNative {
  JqNative(name: name, arity: arity, kind: .plain(body))
}

private var jqBasicFunctions: [JqNative] {
  [
    plain("not", 0, notValue), plain("type", 0, typeOf), plain("length", 0, length),
    plain("keys", 0, sortedKeys), plain("keys_unsorted", 0, unsortedKeys), plain("has", 1, has),
    plain("contains", 1, contains), plain("setpath", 2, setPath), plain("delpaths", 1, deletePaths),
    plain("sort", 0, sort), plain("_sort_by", 1, sortBy), plain("_group_by", 1, groupBy),
    plain("min", 0, minimum), plain("max", 0, maximum), plain("_min_by", 1, minimumBy), plain("_max_by", 1, maximumBy),
    plain("_bsearch", 1, search), plain("tojson", 0, toJSON), plain("tostring", 0, toString),
    plain("tonumber", 0, toNumber), plain("fromjson", 0, fromJSON), plain("format", 1, format),
    plain("infinite", 0, infinite), plain("nan", 0, notANumber), plain("isinfinite", 0, isInfinite),
    plain("isnan", 0, isNotANumber), plain("isnormal", 0, isNormal),
  ]
}

private func notValue(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue { .boolean(!input.isTrue) }
private func typeOf(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue { .string(input.typeName) }
private func infinite(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue { .number(.infinity) }
private func notANumber(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue { .number(.nan) }
private func toJSON(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  .string(JqPrinter.text(input))
}
private func toString(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue { .string(jqText(input)) }

private func isInfinite(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  if case .number(let value, _) = input { return .boolean(value.isInfinite) }
  return .boolean(false)
}
private func isNotANumber(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  if case .number(let value, _) = input { return .boolean(value.isNaN) }
  return .boolean(false)
}
private func isNormal(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  if case .number(let value, _) = input { return .boolean(value.isNormal) }
  return .boolean(false)
}

private func length(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  switch input {
  case .null: return .integer(0)
  case .number(let value, _): return .number(value.magnitude)
  case .string(let text): return .integer(text.unicodeScalars.count)
  case .array(let items): return .integer(items.count)
  case .object(let object): return .integer(object.members.count)
  case .boolean: throw JqError("\(jqNamed(input)) has no length")
  }
}

private func keys(_ input: JqValue, sorted: Bool) throws(JqError) -> JqValue {
  var out: [JqValue] = []
  switch input {
  case .object(let object):
    for key in sorted ? object.sortedKeys : object.members.keys { out.append(.string(key)) }
  case .array(let items): for index in 0..<items.count { out.append(.integer(index)) }
  default: throw JqError("\(jqNamed(input)) has no keys")
  }
  return .array(out)
}
private func sortedKeys(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  try keys(input, sorted: true)
}
private func unsortedKeys(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  try keys(input, sorted: false)
}

private func has(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  switch (input, arguments[0]) {
  case (.object(let object), .string(let key)): return .boolean(object.members.contains(key))
  case (.array(let items), .number(let index, _)): return .boolean(index >= 0 && index < Double(items.count))
  // What is looked up in null is never there.
  case (.null, .string), (.null, .number): return .boolean(false)
  default:
    throw JqError("Cannot check whether \(input.typeName) has a \(arguments[0].typeName) key")
  }
}

private func contains(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  .boolean(try jqContains(input, arguments[0]))
}

private func setPath(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .array(let path) = arguments[0] else { throw JqError("Path must be specified as an array") }
  return try JqPaths.set(path[...], in: input, to: arguments[1])
}

private func deletePaths(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .array(let paths) = arguments[0] else { throw JqError("Paths must be specified as an array") }
  return try JqPaths.delete(paths, from: input)
}

// MARK: Order

private func sort(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .array(let items) = input else {
    throw JqError("\(jqNamed(input)) cannot be sorted, as it is not an array")
  }
  return .array(jqSorted(items))
}

private func pairs(
  _ input: JqValue, _ keys: JqValue, _ complaint: String
) throws(JqError) -> [(key: JqValue, value: JqValue)] {
  guard case .array(let items) = input, case .array(let keys) = keys, keys.count == items.count else {
    throw JqError("\(jqNamed(input)) and \(jqNamed(keys)) \(complaint)")
  }
  var pairs: [(key: JqValue, value: JqValue)] = []
  for (index, item) in items.enumerated() { pairs.append((keys[index], item)) }
  return pairs
}
private let notSortable = "cannot be sorted, as they are not both arrays"
private let notIterable = "cannot be iterated over"

private func sortBy(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  var out: [JqValue] = []
  for pair in jqSorted(try pairs(input, arguments[0], notSortable)) { out.append(pair.value) }
  return .array(out)
}

private func groupBy(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  var groups: [JqValue] = []
  var current: [JqValue] = []
  var key: JqValue?
  for pair in jqSorted(try pairs(input, arguments[0], notSortable)) {
    if let last = key, !JqValue.areEqual(last, pair.key) {
      groups.append(.array(current))
      current = []
    }
    key = pair.key
    current.append(pair.value)
  }
  if !current.isEmpty { groups.append(.array(current)) }
  return .array(groups)
}

/// The least or the greatest; among equals the first least and the last greatest.
private func extreme(_ pairs: [(key: JqValue, value: JqValue)], greatest: Bool) -> JqValue {
  var best: (key: JqValue, value: JqValue)?
  for pair in pairs {
    guard let there = best else {
      best = pair
      continue
    }
    let order = JqValue.compare(pair.key, there.key)
    if greatest ? order >= 0 : order < 0 { best = pair }
  }
  return best?.value ?? .null
}
private func minimum(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  extreme(try pairs(input, input, notIterable), greatest: false)
}
private func maximum(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  extreme(try pairs(input, input, notIterable), greatest: true)
}
private func minimumBy(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  extreme(try pairs(input, arguments[0], notIterable), greatest: false)
}
private func maximumBy(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  extreme(try pairs(input, arguments[0], notIterable), greatest: true)
}

private func search(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .array(let items) = input else { throw JqError("\(jqNamed(input)) cannot be searched from") }
  var low = 0
  var high = items.count
  while low < high {
    let middle = (low + high) / 2
    let order = JqValue.compare(items[middle], arguments[0])
    if order == 0 { return .integer(middle) }
    if order < 0 { low = middle + 1 } else { high = middle }
  }
  return .integer(-1 - low)
}

// MARK: Conversion

private func toNumber(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  switch input {
  case .number: return input
  case .string(let text): return try JqReader.single(text)
  default: throw JqError("\(jqNamed(input)) cannot be parsed as a number")
  }
}

private func fromJSON(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input else { throw JqError("\(jqNamed(input)) only strings can be parsed") }
  return try JqReader.single(text)
}

private func format(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let name) = arguments[0] else {
    throw JqError("\(jqNamed(arguments[0])) is not a valid format")
  }
  return .string(try jqFormat(name, input))
}
