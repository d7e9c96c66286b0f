// Arrays, ranges and JSON. Source: PostgreSQL 15 manual 9.16, 9.19, 9.20.

internal import SimKernel

extension Value {
  var list: ArrayValue {
    if case .array(let a) = self { return a }
    return ArrayValue(elementType: Oid.text, [])
  }
  var document: JSONValue {
    if case .json(let j) = self { return j }
    return .null
  }
  var span2: RangeValue {
    if case .range(let r) = self { return r }
    return RangeValue(isEmpty: true)
  }
}

func jsonMember(_ json: JSONValue, _ key: String) -> JSONValue? {
  switch json {
  case .object: return json.member(key)
  case .array:
    if let n = Int64(key) { return jsonElement(json, n) }
    return nil
  default: return nil
  }
}
func jsonElement(_ json: JSONValue, _ n: Int64) -> JSONValue? {
  guard case .array(let items) = json else { return nil }
  let i = n >= 0 ? n : Int64(items.count) + n
  return i >= 0 && i < Int64(items.count) ? items[Int(i)] : nil
}

func arrayTooLarge() -> SQLError { SQLError("54000", "array size exceeds the maximum allowed (134217727)") }

private func checkElements(_ count: Int) throws(SQLError) {
  if count > 3_000_000 { throw .notSimulated("limit: an array of more than three million elements") }
}

extension FunctionRegistry {
  func registerArrayFunctions() {
    pure("array_length", "array_upper", "array_lower") { (v: [Value]) throws(SQLError) -> Value in .null }
    pure("array_length") { (v: [Value]) throws(SQLError) -> Value in
      let d = v[1].integer
      let a = v[0].list
      return d >= 1 && d <= Int64(a.dimensions.count) ? .int(Int64(a.dimensions[Int(d) - 1])) : .null
    }
    pure("array_lower") { (v: [Value]) throws(SQLError) -> Value in
      let d = v[1].integer
      let a = v[0].list
      return d >= 1 && d <= Int64(a.dimensions.count) ? .int(Int64(a.lowerBounds[Int(d) - 1])) : .null
    }
    pure("array_upper") { (v: [Value]) throws(SQLError) -> Value in
      let d = v[1].integer
      let a = v[0].list
      return d >= 1 && d <= Int64(a.dimensions.count)
        ? .int(Int64(a.lowerBounds[Int(d) - 1] + a.dimensions[Int(d) - 1] - 1)) : .null
    }
    pure("array_ndims") { (v: [Value]) throws(SQLError) -> Value in
      v[0].list.dimensions.isEmpty ? .null : .int(Int64(v[0].list.dimensions.count))
    }
    pure("array_dims") { (v: [Value]) throws(SQLError) -> Value in
      let a = v[0].list
      if a.dimensions.isEmpty { return .null }
      var out = ""
      for (i, d) in a.dimensions.enumerated() { out += "[\(a.lowerBounds[i]):\(a.lowerBounds[i] + d - 1)]" }
      return .text(out)
    }
    pure("array_cardinality", "cardinality") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(v[0].list.elements.count))
    }
    add("array_append") { (_: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var a = v[0].list
      if v[0].isNull || a.elements.isEmpty { return .array(ArrayValue(elementType: c.argumentTypes[1].oid, [v[1]])) }
      try checkElements(a.elements.count + 1)
      a.elements.append(v[1])
      a.dimensions = [a.elements.count]
      return .array(a)
    }
    add("array_prepend") { (_: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var a = v[1].list
      if v[1].isNull || a.elements.isEmpty { return .array(ArrayValue(elementType: c.argumentTypes[0].oid, [v[0]])) }
      try checkElements(a.elements.count + 1)
      a.elements.insert(v[0], at: 0)
      a.dimensions = [a.elements.count]
      return .array(a)
    }
    pure("array_cat") { (v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull { return v[1] }
      if v[1].isNull { return v[0] }
      var a = v[0].list
      let b = v[1].list
      if a.elements.isEmpty { return v[1] }
      if b.elements.isEmpty { return v[0] }
      try checkElements(a.elements.count + b.elements.count)
      a.elements += b.elements
      if a.dimensions.count == b.dimensions.count {
        a.dimensions[0] += b.dimensions[0]
      } else if a.dimensions.count == b.dimensions.count + 1 {
        a.dimensions[0] += 1
      } else {
        a.dimensions = b.dimensions
        a.dimensions[0] += 1
        a.lowerBounds = b.lowerBounds
      }
      return .array(a)
    }
    pure("array_remove") { (v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull { return .null }
      let a = v[0].list
      var kept: Row = []
      for e in a.elements where !(e.isNull && v[1].isNull) && (e.isNull || v[1].isNull || compareValues(e, v[1]) != 0) {
        kept.append(e)
      }
      return .array(ArrayValue(elementType: a.elementType, kept))
    }
    pure("array_replace") { (v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull { return .null }
      var a = v[0].list
      for i in a.elements.indices
      where a.elements[i].isNull && v[1].isNull
        || (!a.elements[i].isNull && !v[1].isNull && compareValues(a.elements[i], v[1]) == 0)
      { a.elements[i] = v[2] }
      return .array(a)
    }
    pure("array_position", "array_position_start") { (v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull { return .null }
      let a = v[0].list
      let from = v.count > 2 ? Int(clamping: v[2].integer) - 1 : 0
      for (i, e) in a.elements.enumerated() where i >= from {
        if e.isNull && v[1].isNull || (!e.isNull && !v[1].isNull && compareValues(e, v[1]) == 0) {
          return .int(Int64(i + 1))
        }
      }
      return .null
    }
    pure("array_positions") { (v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull { return .null }
      var out: Row = []
      for (i, e) in v[0].list.elements.enumerated()
      where e.isNull && v[1].isNull || (!e.isNull && !v[1].isNull && compareValues(e, v[1]) == 0) {
        out.append(.int(Int64(i + 1)))
      }
      return .array(ArrayValue(elementType: Oid.int4, out))
    }
    for name in ["array_to_text", "array_to_text_null"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        if v[0].isNull || v[1].isNull { return .null }
        let a = v[0].list
        var parts: [String] = []
        for e in a.elements {
          if e.isNull {
            if v.count > 2, !v[2].isNull { parts.append(v[2].string) }
          } else {
            parts.append(s.output(e, a.elementType))
          }
        }
        return .text(joined(parts, v[1].string))
      }
    }
    for name in ["text_to_array", "text_to_array_null"] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        if v[0].isNull { return .null }
        var parts: [String] = []
        if v[1].isNull {
          for s in v[0].string.unicodeScalars { parts.append(String(s)) }
        } else if !v[0].string.isEmpty {
          parts = splitText(v[0].string, v[1].string)
        }
        var out: Row = []
        for p in parts { out.append(v.count > 2 && !v[2].isNull && p == v[2].string ? .null : .text(p)) }
        return .array(ArrayValue(elementType: Oid.text, out))
      }
    }
    for name in ["array_fill", "array_fill_with_lower_bounds"] {
      add(name) { (_: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        var total: Int64 = 1
        var dims: [Int] = []
        for d in v[1].list.elements {
          dims.append(Int(clamping: d.integer))
          total *= max(-1, d.integer)
          if total < 0 || total > 134_217_727 { throw arrayTooLarge() }
        }
        try checkElements(Int(total))
        var lower = [Int](repeating: 1, count: dims.count)
        if v.count > 2 {
          lower = v[2].list.elements.map { Int(clamping: $0.integer) }
          if lower.count != dims.count {
            throw SQLError(
              "2202E", "wrong number of array subscripts",
              detail: "Low bound array has different size than dimensions array.")
          }
        }
        return .array(
          ArrayValue(
            elementType: c.argumentTypes[0].oid, dimensions: dims, lowerBounds: lower,
            elements: Row(repeating: v[0], count: Int(total))))
      }
    }
    pure("arraycontains") { (v: [Value]) throws(SQLError) -> Value in
      for w in v[1].list.elements {
        var found = false
        for e in v[0].list.elements where !e.isNull && !w.isNull && compareValues(e, w) == 0 { found = true }
        if !found { return .bool(false) }
      }
      return .bool(true)
    }
    pure("arraycontained") { (v: [Value]) throws(SQLError) -> Value in
      for w in v[0].list.elements {
        var found = false
        for e in v[1].list.elements where !e.isNull && !w.isNull && compareValues(e, w) == 0 { found = true }
        if !found { return .bool(false) }
      }
      return .bool(true)
    }
    pure("arrayoverlap") { (v: [Value]) throws(SQLError) -> Value in
      for w in v[1].list.elements {
        for e in v[0].list.elements where !e.isNull && !w.isNull && compareValues(e, w) == 0 { return .bool(true) }
      }
      return .bool(false)
    }
    pure("trim_array") { (v: [Value]) throws(SQLError) -> Value in
      let a = v[0].list
      return .array(ArrayValue(elementType: a.elementType, Array(a.elements.dropLast(Int(clamping: v[1].integer)))))
    }
    // Ranges.
    for name in [
      "range_constructor2", "range_constructor3", "int4range", "int8range", "numrange", "daterange", "tsrange",
      "tstzrange",
    ] {
      add(name) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        let bounds = v.count > 2 ? Array(v[2].string.utf8) : Array("[)".utf8)
        var r = RangeValue()
        r.lower = v[0].isNull ? nil : v[0]
        r.upper = v[1].isNull ? nil : v[1]
        r.lowerInclusive = bounds.first == 0x5b
        r.upperInclusive = bounds.last == 0x5d
        return .range(try s.canonical(r, c.result.oid))
      }
    }
    pure("range_contains_elem") { (v: [Value]) throws(SQLError) -> Value in .bool(rangeContains(v[0].span2, v[1])) }
    pure("elem_contained_by_range") { (v: [Value]) throws(SQLError) -> Value in .bool(rangeContains(v[1].span2, v[0])) }
    pure("range_contains") { (v: [Value]) throws(SQLError) -> Value in
      let (a, b) = (v[0].span2, v[1].span2)
      if b.isEmpty { return .bool(true) }
      if a.isEmpty { return .bool(false) }
      return .bool(compareLower(a, b) <= 0 && compareUpper(a, b) >= 0)
    }
    pure("range_empty", "isempty") { (v: [Value]) throws(SQLError) -> Value in .bool(v[0].span2.isEmpty) }
  }
}

func rangeContains(_ r: RangeValue, _ v: Value) -> Bool {
  if r.isEmpty { return false }
  if let l = r.lower {
    let o = compareValues(v, l)
    if o < 0 || (o == 0 && !r.lowerInclusive) { return false }
  }
  if let h = r.upper {
    let o = compareValues(v, h)
    if o > 0 || (o == 0 && !r.upperInclusive) { return false }
  }
  return true
}
