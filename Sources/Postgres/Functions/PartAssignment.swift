// What assignments to parts of arrays and documents compute, and jsonb_set's way through a document.
// Source: PostgreSQL 15 manual 8.14.5, 8.15.4 and 9.16.

internal import SimKernel

func jsonSetPath(_ j: JSONValue, _ keys: ArraySlice<Value>, _ new: JSONValue?, _ create: Bool, insertAfter: Bool? = nil)
  -> JSONValue
{
  guard let key = keys.first else { return j }
  let rest = keys.dropFirst()
  switch j {
  case .object(var pairs):
    for (i, p) in pairs.enumerated() where p.key == key.string {
      if rest.isEmpty {
        if insertAfter != nil { return j }
        if let new { pairs[i].value = new } else { pairs.remove(at: i) }
      } else {
        pairs[i].value = jsonSetPath(p.value, rest, new, create, insertAfter: insertAfter)
      }
      return .object(pairs)
    }
    if rest.isEmpty, create, let new { return .object(normalizing: pairs + [(key: key.string, value: new)]) }
    return j
  case .array(var items):
    guard let n = Int64(key.string) else { return j }
    let i = n < 0 ? Int64(items.count) + n : n
    if i >= 0, i < Int64(items.count) {
      if rest.isEmpty {
        if let after = insertAfter, let new {
          items.insert(new, at: Int(i) + (after ? 1 : 0))
        } else if let new {
          items[Int(i)] = new
        } else {
          items.remove(at: Int(i))
        }
      } else {
        items[Int(i)] = jsonSetPath(items[Int(i)], rest, new, create, insertAfter: insertAfter)
      }
    } else if rest.isEmpty, create, let new {
      if i < 0 { items.insert(new, at: 0) } else { items.append(new) }
    }
    return .array(items)
  default: return j
  }
}

private func outOfArray() -> SQLError { SQLError("2202E", "array subscript out of range") }

/// One element of an array replaced; a one-dimensional array grows in both directions.
private func arrayAssign(_ base: Value, _ new: Value, _ places: [Int], _ element: Int32) throws(SQLError) -> Value {
  guard case .array(var a) = base, !a.elements.isEmpty else {
    return .array(
      ArrayValue(
        elementType: element, dimensions: [Int](repeating: 1, count: places.count), lowerBounds: places,
        elements: [new]))
  }
  guard a.dimensions.count == places.count else { throw SQLError("2202E", "wrong number of array subscripts") }
  if places.count == 1 {
    let low = a.lowerBounds[0]
    if places[0] < low - 10_000_000 || places[0] > low + 10_000_000 {
      throw arrayTooLarge()
    }
    if places[0] < low {
      a.elements = Row(repeating: .null, count: low - places[0]) + a.elements
      a.lowerBounds[0] = places[0]
    }
    let k = places[0] - a.lowerBounds[0]
    while a.elements.count <= k { a.elements.append(.null) }
    a.elements[k] = new
    a.dimensions[0] = a.elements.count
    return .array(a)
  }
  var k = 0
  for (d, p) in places.enumerated() {
    let at = p - a.lowerBounds[d]
    if at < 0 || at >= a.dimensions[d] { throw outOfArray() }
    k = k * a.dimensions[d] + at
  }
  a.elements[k] = new
  return .array(a)
}

private func arrayAssignSlice(_ base: Value, _ new: Value, _ bounds: Row, _ element: Int32) throws(SQLError) -> Value {
  guard case .array(let source) = new else { return base }
  var a: ArrayValue
  if case .array(let old) = base { a = old } else { a = ArrayValue(elementType: element, []) }
  guard bounds.count == 2, a.dimensions.count <= 1 else { throw .notSimulated("assignment to a slice of this array") }
  let first = a.lowerBounds.first ?? 1
  let low = bounds[0].isNull ? first : Int(clamping: bounds[0].integer)
  let high = bounds[1].isNull ? first + a.elements.count - 1 : Int(clamping: bounds[1].integer)
  if a.elements.isEmpty, bounds[0].isNull || bounds[1].isNull {
    throw SQLError(
      "2202E", "array slice subscript must provide both boundaries",
      detail: "When assigning to a slice of an empty array value, slice boundaries must be fully specified.")
  }
  if low > high { return base }
  if source.elements.count < high - low + 1 { throw SQLError("2202E", "source array too small") }
  var result: Value = .array(a)
  for k in low...high { result = try arrayAssign(result, source.elements[k - low], [k], element) }
  return result
}

/// A place in a document, made where it is missing.
private func jsonAssign(_ base: JSONValue?, _ keys: ArraySlice<Value>, _ new: JSONValue) throws(SQLError) -> JSONValue {
  guard let key = keys.first else { return new }
  let rest = keys.dropFirst()
  var index: Int64?
  if case .int(let n) = key { index = n } else { index = Int64(key.string) }
  switch base {
  case .object(var pairs):
    let name = key.isInteger ? String(key.integer) : key.string
    for (i, p) in pairs.enumerated() where p.key == name {
      pairs[i].value = try jsonAssign(p.value, rest, new)
      return .object(pairs)
    }
    return .object(normalizing: pairs + [(key: name, value: try jsonAssign(nil, rest, new))])
  case .array(var items):
    guard let n = index else {
      throw SQLError("22P02", "path element at position 1 is not an integer: \"\(key.string)\"")
    }
    let i = n < 0 ? Int64(items.count) + n : n
    if i < 0 || i > 100_000 { throw outOfArray() }
    while Int64(items.count) <= i { items.append(.null) }
    items[Int(i)] = try jsonAssign(n < Int64(items.count) ? items[Int(i)] : nil, rest, new)
    return .array(items)
  case nil, .null:
    if key.isInteger, let n = index, n >= 0 {
      return .array([JSONValue](repeating: .null, count: Int(clamping: n)) + [try jsonAssign(nil, rest, new)])
    }
    return .object([(key: key.string, value: try jsonAssign(nil, rest, new))])
  default:
    throw SQLError(
      SQLState.invalidParameterValue, "cannot replace existing key",
      detail: "The path assumes key is a composite object, but it is a scalar value.")
  }
}

extension Value {
  fileprivate var isInteger: Bool {
    if case .int = self { return true }
    return false
  }
}

extension FunctionRegistry {
  func registerPartAssignment() {
    add("array_assign") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var places: [Int] = []
      for p in v[2...] {
        if p.isNull { throw SQLError("22004", "array subscript in assignment must not be null") }
        places.append(Int(clamping: p.integer))
      }
      return try arrayAssign(v[0], v[1], places, s.catalog.type(c.result.oid)?.elementOid ?? Oid.text)
    }
    add("array_assign_slice") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      try arrayAssignSlice(v[0], v[1], Row(v[2...]), s.catalog.type(c.result.oid)?.elementOid ?? Oid.text)
    }
    pure("jsonb_assign") { (v: [Value]) throws(SQLError) -> Value in
      var base: JSONValue?
      if case .json(let j) = v[0] { base = j }
      return .json(try jsonAssign(base, v[2...], v[1].isNull ? .null : v[1].document))
    }
  }
}
