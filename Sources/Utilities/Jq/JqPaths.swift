// Looking into values, changing them and deleting from them along a path (jq manual: paths, `getpath`, `setpath`, `delpaths`).

import SimKernel

enum JqPaths {
  /// One step into a value: a member, an element, a slice, or where an array occurs in another.
  static func step(_ value: JqValue, _ key: JqValue) throws(JqError) -> JqValue {
    switch (value, key) {
    case (.object(let object), .string(let name)): return object.members[name] ?? .null
    case (.array(let items), .number(let number, _)):
      guard !number.isNaN else { return .null }
      var index = number.rounded(.towardZero)
      if index < 0 { index += Double(items.count) }
      return index >= 0 && index < Double(items.count) ? items[Int(index)] : .null
    case (.array(let items), .object):
      let range = try slice(key, items.count, "array")
      return .array(Array(items[range]))
    case (.string(let text), .object):
      let scalars = Array(text.unicodeScalars)
      let range = try slice(key, scalars.count, "string")
      var out: [UInt8] = []
      for scalar in scalars[range] { encodeUTF8(scalar.value, into: &out) }
      return .string(String(bytes: out))
    case (.array(let items), .array(let wanted)): return .array(occurrences(wanted, items))
    case (.null, .string), (.null, .number), (.null, .object): return .null
    case (_, .string(let name)): throw JqError("Cannot index \(value.typeName) with string \"\(name)\"")
    default: throw JqError("Cannot index \(value.typeName) with \(key.typeName)")
    }
  }

  private static func occurrences(_ wanted: [JqValue], _ items: [JqValue]) -> [JqValue] {
    var found: [JqValue] = []
    guard !wanted.isEmpty, items.count >= wanted.count else { return found }
    for start in 0...(items.count - wanted.count) {
      var same = true
      for offset in 0..<wanted.count where !JqValue.areEqual(items[start + offset], wanted[offset]) { same = false }
      if same { found.append(.integer(start)) }
    }
    return found
  }

  private static func slice(_ key: JqValue, _ count: Int, _ kind: String) throws(JqError) -> Range<Int> {
    guard case .object(let object) = key else { return 0..<0 }
    func bound(_ name: String, _ missing: Double) -> Double? {
      switch object.members[name] {
      case .number(let number, _)?: return number.isNaN ? 0 : number
      case .null?: return missing
      default: return nil
      }
    }
    guard var from = bound("start", 0), var to = bound("end", Double(count)) else {
      throw JqError("Start and end indices of an \(kind) slice must be numbers")
    }
    if from < 0 { from += Double(count) }
    if to < 0 { to += Double(count) }
    from = min(max(from, 0), Double(count))
    to = min(max(to, from), Double(count))
    return Int(from)..<min(count, Int(to.rounded(.up)))
  }

  static func get(_ path: ArraySlice<JqValue>, in value: JqValue) throws(JqError) -> JqValue {
    var here = value
    for key in path {
      if case .null = here { return .null }
      here = try step(here, key)
    }
    return here
  }

  static func set(_ path: ArraySlice<JqValue>, in value: JqValue, to new: JqValue) throws(JqError) -> JqValue {
    guard let key = path.first else { return new }
    if path.count > 5_000 { throw JqError(notSimulated: "jq: a path deeper than 5000") }
    let inner = path.count == 1 ? new : try set(path.dropFirst(), in: try step(value, key), to: new)
    if path.count == 1 { _ = try step(value, key) }
    switch (value, key) {
    case (.object(let object), .string(let name)):
      var members = object.members
      members[name] = inner
      return .object(JqObject(members))
    case (.null, .string(let name)): return .object([(name, inner)])
    case (.array(let items), .number(let number, _)): return try place(inner, number, items)
    case (.null, .number(let number, _)): return try place(inner, number, [])
    case (.array(let items), .object): return try replace(key, items, inner)
    case (.null, .object): return try replace(key, [], inner)
    case (_, .object): throw JqError("Cannot update field at object index of \(value.typeName)")
    default: throw JqError("Cannot update field at array index of array")
    }
  }

  private static func place(_ value: JqValue, _ number: Double, _ given: [JqValue]) throws(JqError) -> JqValue {
    var items = given
    var index = number.isNaN ? 0 : number.rounded(.towardZero)
    if index < 0 { index += Double(items.count) }
    if index < 0 { throw JqError("Out of bounds negative array index") }
    if index > Double(jqElementsMax) { throw JqError.tooManyElements }
    while items.count <= Int(index) { items.append(.null) }
    items[Int(index)] = value
    return .array(items)
  }

  private static func replace(_ key: JqValue, _ given: [JqValue], _ value: JqValue) throws(JqError) -> JqValue {
    let range = try slice(key, given.count, "array")
    guard case .array(let new) = value else { throw JqError("A slice of an array can only be assigned another array") }
    var items = given
    items.replaceSubrange(range, with: new)
    return .array(items)
  }

  /// Deletes paths, the last ones first so that the others stay where they are.
  static func delete(_ paths: [JqValue], from value: JqValue) throws(JqError) -> JqValue {
    let sorted = jqSorted(paths)
    var result = value
    for path in sorted.reversed() {
      guard case .array(let steps) = path else { throw JqError("Path must be specified as an array") }
      if steps.isEmpty { return .null }
      result = try delete(steps[...], from: result)
    }
    return result
  }

  private static func delete(_ path: ArraySlice<JqValue>, from value: JqValue) throws(JqError) -> JqValue {
    guard let key = path.first else { return .null }
    if case .null = value { return value }
    if path.count > 5_000 { throw JqError(notSimulated: "jq: a path deeper than 5000") }
    if path.count > 1 {
      if case .array = value {
      } else if case .object = value {
      } else {
        throw JqError("Cannot delete fields from \(value.typeName)")
      }
      let inner = try step(value, key)
      if case .null = inner { return value }
      return try set([key], in: value, to: try delete(path.dropFirst(), from: inner))
    }
    switch (value, key) {
    case (.object(let object), .string(let name)):
      guard object.members.contains(name) else { return value }
      var members = object.members
      members.removeValue(forKey: name)
      return .object(JqObject(members))
    case (.array(let given), .number(let number, _)):
      var items = given
      var index = number.rounded(.towardZero)
      if index < 0 { index += Double(items.count) }
      if index >= 0, index < Double(items.count) { items.remove(at: Int(index)) }
      return .array(items)
    case (.array(let given), .object):
      var items = given
      items.removeSubrange(try slice(key, given.count, "array"))
      return .array(items)
    case (.array, _): throw JqError("Cannot delete \(key.typeName) element of array")
    case (.object, _): throw JqError("Cannot delete \(key.typeName) field of object")
    default: throw JqError("Cannot delete fields from \(value.typeName)")
    }
  }
}

/// A stable sort in jq's order.
func jqSorted(_ values: [JqValue]) -> [JqValue] {
  var keyed: [(key: JqValue, value: JqValue)] = []
  for value in values { keyed.append((value, value)) }
  var result: [JqValue] = []
  for pair in jqSorted(keyed) { result.append(pair.value) }
  return result
}
func jqSorted(_ pairs: [(key: JqValue, value: JqValue)]) -> [(key: JqValue, value: JqValue)] {
  // Merge sort: equal keys keep their order.
  var source = pairs
  var width = 1
  while width < source.count {
    var merged: [(key: JqValue, value: JqValue)] = []
    merged.reserveCapacity(source.count)
    var start = 0
    while start < source.count {
      let middle = min(start + width, source.count)
      let end = min(start + 2 * width, source.count)
      var i = start
      var j = middle
      while i < middle || j < end {
        if j >= end || (i < middle && JqValue.compare(source[i].key, source[j].key) <= 0) {
          merged.append(source[i])
          i += 1
        } else {
          merged.append(source[j])
          j += 1
        }
      }
      start = end
    }
    source = merged
    width *= 2
  }
  return source
}
