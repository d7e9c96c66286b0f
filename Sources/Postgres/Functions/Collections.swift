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

extension ClientSession {
  func jsonValue(_ v: Value, _ type: Int32) -> JSONValue {
    switch v {
    case .null: return .null
    case .bool(let b): return .bool(b)
    case .int(let n):
      switch type {
      case Oid.int2, Oid.int4, Oid.int8: return .number(Numeric(n))
      default: return .string(output(v, type))
      }
    case .numeric(let n): return n.special == nil ? .number(n) : .string(n.text)
    case .float:
      let t = output(v, type)
      if let n = Numeric(t), n.special == nil { return .number(n) }
      return .string(t)
    case .json(let j): return j
    case .text(let s):
      if type == Oid.json, let j = try? JSONParser.parse(s) { return j }
      return .string(s)
    case .array(let a): return arrayJSON(a)
    case .record(let r):
      var pairs: [(key: String, value: JSONValue)] = []
      for (i, f) in r.fields.enumerated() { pairs.append((key: r.names[i], value: jsonValue(f, r.types[i]))) }
      return .object(normalizing: pairs)
    case .timestamp, .date: return .string(jsonTime(v, type))
    default: return .string(output(v, type))
    }
  }
  private func arrayJSON(_ a: ArrayValue) -> JSONValue {
    if a.dimensions.count <= 1 { return .array(a.elements.map { jsonValue($0, a.elementType) }) }
    var next = 0
    func level(_ d: Int) -> JSONValue {
      var items: [JSONValue] = []
      for _ in 0..<a.dimensions[d] {
        if d + 1 < a.dimensions.count {
          items.append(level(d + 1))
        } else {
          items.append(jsonValue(a.elements[next], a.elementType))
          next += 1
        }
      }
      return .array(items)
    }
    return level(0)
  }
  private func jsonTime(_ v: Value, _ type: Int32) -> String {
    var bytes = Array(
      (type == Oid.date
        ? DateTime.dateText(v.dayNumber)
        : DateTime.timestampText(v.micros, zone: type == Oid.timestamptz ? timeZone : nil)).utf8)
    if type != Oid.date, let space = bytes.firstIndex(of: 32) { bytes[space] = 0x54 }
    var text = String(decoding: bytes, as: UTF8.self)
    if type == Oid.timestamptz {
      let tail = Array(text.utf8).suffix(3)
      if tail.count == 3, tail.first == 0x2b || tail.first == 0x2d { text += ":00" }
    }
    return text
  }
  /// json (not jsonb): compact, keys in order.
  func jsonText(_ v: Value, _ type: Int32) -> String {
    switch v {
    case .null: return "null"
    case .record(let r):
      var parts: [String] = []
      for (i, f) in r.fields.enumerated() { parts.append(JSONValue.quoted(r.names[i]) + ":" + jsonText(f, r.types[i])) }
      return "{" + joined(parts, ",") + "}"
    case .array(let a):
      if a.dimensions.count <= 1 {
        var parts: [String] = []
        for e in a.elements { parts.append(jsonText(e, a.elementType)) }
        return "[" + joined(parts, ",") + "]"
      }
      var next = 0
      func level(_ d: Int) -> String {
        var parts: [String] = []
        for _ in 0..<a.dimensions[d] {
          if d + 1 < a.dimensions.count {
            parts.append(level(d + 1))
          } else {
            parts.append(jsonText(a.elements[next], a.elementType))
            next += 1
          }
        }
        return "[" + joined(parts, ",") + "]"
      }
      return level(0)
    case .text(let s): return type == Oid.json ? s : JSONValue.quoted(s)
    case .json(let j): return j.text
    default: return jsonValue(v, type).text
    }
  }
}

extension Array where Element == UInt8 {
  var withText: String { String(decoding: self, as: UTF8.self) }
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
      a.elements.append(v[1])
      a.dimensions = [a.elements.count]
      return .array(a)
    }
    add("array_prepend") { (_: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var a = v[1].list
      if v[1].isNull || a.elements.isEmpty { return .array(ArrayValue(elementType: c.argumentTypes[0].oid, [v[0]])) }
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
    add("array_fill") { (_: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var total = 1
      var dims: [Int] = []
      for d in v[1].list.elements {
        dims.append(Int(clamping: d.integer))
        total *= Int(clamping: d.integer)
      }
      if total > 1_000_000 { throw SQLError("54000", "array size exceeds the maximum allowed") }
      return .array(
        ArrayValue(
          elementType: c.argumentTypes[0].oid, dimensions: dims, lowerBounds: [Int](repeating: 1, count: dims.count),
          elements: Row(repeating: v[0], count: total)))
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
    pure("range_overlaps") { (v: [Value]) throws(SQLError) -> Value in
      let (a, b) = (v[0].span2, v[1].span2)
      if a.isEmpty || b.isEmpty { return .bool(false) }
      func below(_ x: RangeValue, _ y: RangeValue) -> Bool {
        guard let h = x.upper, let l = y.lower else { return false }
        let o = compareValues(h, l)
        return o < 0 || (o == 0 && !(x.upperInclusive && y.lowerInclusive))
      }
      return .bool(!below(a, b) && !below(b, a))
    }
    pure("range_contains") { (v: [Value]) throws(SQLError) -> Value in
      let (a, b) = (v[0].span2, v[1].span2)
      if b.isEmpty { return .bool(true) }
      if a.isEmpty { return .bool(false) }
      return .bool(compareLower(a, b) <= 0 && compareUpper(a, b) >= 0)
    }
    pure("range_empty", "isempty") { (v: [Value]) throws(SQLError) -> Value in .bool(v[0].span2.isEmpty) }
  }

  func registerJSONFunctions() {
    func path(_ json: JSONValue, _ keys: ArrayValue) -> JSONValue? {
      var current = json
      for k in keys.elements {
        guard let next = jsonMember(current, k.string) else { return nil }
        current = next
      }
      return current
    }
    func plain(_ j: JSONValue?) -> Value {
      switch j {
      case nil, .null?: return .null
      case .string(let s)?: return .text(s)
      case let other?: return .text(other.text)
      }
    }
    for (prefix, isB) in [("json", false), ("jsonb", true)] {
      func parse(_ v: Value) throws(SQLError) -> JSONValue { isB ? v.document : try JSONParser.parse(v.string) }
      // json keeps the original text of what it extracts.
      func wrap(_ source: Value, _ keys: [Value], _ found: JSONValue?) -> Value {
        guard let found else { return .null }
        if isB { return .json(found) }
        return .text(JSONText.extract(source.string, keys) ?? found.text)
      }
      pure(prefix + "_object_field") { (v: [Value]) throws(SQLError) -> Value in
        let j = try parse(v[0])
        guard case .object = j else { return .null }
        return wrap(v[0], [v[1]], j.member(v[1].string))
      }
      pure(prefix + "_object_field_text") { (v: [Value]) throws(SQLError) -> Value in
        let j = try parse(v[0])
        guard case .object = j, let f = j.member(v[1].string) else { return .null }
        if !isB, !f.isScalar { return wrap(v[0], [v[1]], f) }
        return plain(f)
      }
      pure(prefix + "_array_element") { (v: [Value]) throws(SQLError) -> Value in
        wrap(v[0], [v[1]], jsonElement(try parse(v[0]), v[1].integer))
      }
      pure(prefix + "_array_element_text") { (v: [Value]) throws(SQLError) -> Value in
        plain(jsonElement(try parse(v[0]), v[1].integer))
      }
      pure(prefix + "_extract_path") { (v: [Value]) throws(SQLError) -> Value in
        let keys =
          v.count == 2
          ? { if case .array(let a) = v[1] { return a } else { return ArrayValue(elementType: Oid.text, [v[1]]) } }()
          : ArrayValue(elementType: Oid.text, Array(v.dropFirst()))
        return wrap(v[0], keys.elements, path(try parse(v[0]), keys))
      }
      pure(prefix + "_extract_path_text") { (v: [Value]) throws(SQLError) -> Value in
        let keys =
          v.count == 2
          ? { if case .array(let a) = v[1] { return a } else { return ArrayValue(elementType: Oid.text, [v[1]]) } }()
          : ArrayValue(elementType: Oid.text, Array(v.dropFirst()))
        return plain(path(try parse(v[0]), keys))
      }
      pure(prefix + "_array_length") { (v: [Value]) throws(SQLError) -> Value in
        switch try parse(v[0]) {
        case .array(let a): return .int(Int64(a.count))
        case .object:
          throw SQLError(
            SQLState.invalidParameterValue, "cannot get array length of \(isB ? "an object" : "a non-array")")
        default: throw SQLError(SQLState.invalidParameterValue, "cannot get array length of a scalar")
        }
      }
      pure(prefix + "_typeof") { (v: [Value]) throws(SQLError) -> Value in
        switch try parse(v[0]) {
        case .null: return .text("null")
        case .bool: return .text("boolean")
        case .number: return .text("number")
        case .string: return .text("string")
        case .array: return .text("array")
        case .object: return .text("object")
        }
      }
      addSet(prefix + "_array_elements") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        guard case .array(let items) = try parse(v[0]) else {
          if case .object = try parse(v[0]) {
            throw SQLError(
              SQLState.invalidParameterValue,
              isB ? "cannot extract elements from an object" : "cannot call json_array_elements on a non-array")
          }
          throw SQLError(
            SQLState.invalidParameterValue,
            isB ? "cannot extract elements from a scalar" : "cannot call json_array_elements on a scalar")
        }
        var out: [Value] = []
        for (i, item) in items.enumerated() { out.append(wrap(v[0], [.int(Int64(i))], item)) }
        return out
      }
      addSet(prefix + "_array_elements_text") {
        (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        guard case .array(let items) = try parse(v[0]) else {
          throw SQLError(
            SQLState.invalidParameterValue,
            isB ? "cannot extract elements from an object" : "cannot call json_array_elements_text on a non-array")
        }
        return items.map { plain($0) }
      }
      addSet(prefix + "_object_keys") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        guard case .object(let pairs) = try parse(v[0]) else {
          var kind = "a scalar"
          if case .array? = (try? parse(v[0])) { kind = "an array" }
          throw SQLError(SQLState.invalidParameterValue, "cannot call \(prefix)_object_keys on \(kind)")
        }
        if !isB { return JSONText.keys(v[0].string).map { .text($0) } }
        return pairs.map { .text($0.key) }
      }
      for (suffix, asText) in [("_each", false), ("_each_text", true)] {
        addSet(prefix + suffix) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
          guard case .object(let pairs) = try parse(v[0]) else {
            throw SQLError(
              SQLState.invalidParameterValue,
              isB ? "cannot call \(prefix)\(suffix) on a non-object" : "cannot deconstruct a scalar")
          }
          var out: [Value] = []
          let keys = isB ? pairs.map { $0.key } : JSONText.keys(v[0].string)
          for k in keys {
            guard let value = JSONValue.object(pairs).member(k) else { continue }
            out.append(
              .record(
                RecordValue(
                  names: ["key", "value"], types: [Oid.text, asText ? Oid.text : isB ? Oid.jsonb : Oid.json],
                  fields: [.text(k), asText ? plain(value) : wrap(v[0], [.text(k)], value)])))
          }
          return out
        }
      }
      add(prefix + "_build_object") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        if v.count % 2 != 0 {
          throw SQLError(
            SQLState.invalidParameterValue, "argument list must have even number of elements",
            hint: "The arguments of \(prefix)_build_object() must consist of alternating keys and values.")
        }
        var pairs: [(key: String, value: JSONValue)] = []
        var parts: [String] = []
        var i = 0
        while i < v.count {
          if v[i].isNull {
            throw SQLError(
              SQLState.invalidParameterValue,
              isB ? "argument \(i + 1): key must not be null" : "argument \(i + 1) cannot be null",
              hint: isB ? nil : "Object keys should be text.")
          }
          let key = s.output(v[i], c.argumentTypes[i].oid)
          if isB {
            pairs.append((key: key, value: s.jsonValue(v[i + 1], c.argumentTypes[i + 1].oid)))
          } else {
            parts.append(JSONValue.quoted(key) + " : " + s.jsonText(v[i + 1], c.argumentTypes[i + 1].oid))
          }
          i += 2
        }
        return isB ? .json(.object(normalizing: pairs)) : .text("{" + joined(parts, ", ") + "}")
      }
      add(prefix + "_build_array") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        if isB { return .json(.array(v.indices.map { s.jsonValue(v[$0], c.argumentTypes[$0].oid) })) }
        return .text("[" + joined(v.indices.map { s.jsonText(v[$0], c.argumentTypes[$0].oid) }, ", ") + "]")
      }
      add(prefix + "_build_object_noargs") { (_: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
        isB ? .json(.object([])) : .text("{}")
      }
      add(prefix + "_build_array_noargs") { (_: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
        isB ? .json(.array([])) : .text("[]")
      }
      pure(prefix + "_strip_nulls") { (v: [Value]) throws(SQLError) -> Value in
        func strip(_ j: JSONValue) -> JSONValue {
          switch j {
          case .object(let pairs):
            var kept: [(key: String, value: JSONValue)] = []
            for p in pairs {
              if case .null = p.value { continue }
              kept.append((key: p.key, value: strip(p.value)))
            }
            return .object(kept)
          case .array(let items): return .array(items.map { strip($0) })
          default: return j
          }
        }
        let r = strip(try parse(v[0]))
        if !isB { throw .notSimulated("json_strip_nulls") }
        return .json(r)
      }
      let populate: (ClientSession, CallSite, [Value]) throws(SQLError) -> [Value] = {
        (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        guard let entry = s.catalog.type(c.result.oid), entry.form == .composite else {
          throw .notSimulated("\(prefix)_populate_record with this type")
        }
        var docs = [try parse(v[1])]
        if case .array(let items) = docs[0] { docs = items }
        var out: [Value] = []
        for d in docs {
          var fields: Row = []
          var names: [String] = []
          var types: [Int32] = []
          for f in s.compositeFields(entry) {
            names.append(f.name)
            types.append(f.type.oid)
            fields.append(try s.fromDocument(d.member(f.name), f.type))
          }
          out.append(.record(RecordValue(names: names, types: types, fields: fields)))
        }
        return out
      }
      addSet(prefix + "_populate_recordset", populate)
      addSet(prefix + "_populate_record", populate)
      for name in ["_to_recordset", "_to_record"] {
        addSet(prefix + name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
          guard case .record(let shape) = v[v.count - 1] else {
            throw .notSimulated("\(prefix)\(name) without columns")
          }
          let document = try parse(v[0])
          var docs = [document]
          if name == "_to_recordset" {
            guard case .array(let items) = document else {
              throw SQLError(
                SQLState.invalidParameterValue,
                "cannot call \(prefix)\(name) on \(document.isScalar ? "a scalar" : "an object")"
              )
            }
            docs = items
          }
          var out: [Value] = []
          for d in docs {
            var fields: Row = []
            for (k, field) in shape.names.enumerated() {
              fields.append(try s.fromDocument(d.member(field), SQLType(shape.types[k])))
            }
            out.append(.record(RecordValue(names: shape.names, types: shape.types, fields: fields)))
          }
          return out
        }
      }
    }
    add("to_json") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(s.jsonText(v[0], c.argumentTypes[0].oid))
    }
    add("to_jsonb") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .json(s.jsonValue(v[0], c.argumentTypes[0].oid))
    }
    add("row_to_json") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(s.jsonText(v[0], c.argumentTypes[0].oid))
    }
    add("array_to_json") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(s.jsonText(v[0], c.argumentTypes[0].oid))
    }
    pure("jsonb_pretty") { (v: [Value]) throws(SQLError) -> Value in .text(v[0].document.pretty()) }
    pure("jsonb_contains") { (v: [Value]) throws(SQLError) -> Value in
      .bool(JSONValue.contains(v[0].document, v[1].document))
    }
    pure("jsonb_contained") { (v: [Value]) throws(SQLError) -> Value in
      .bool(JSONValue.contains(v[1].document, v[0].document))
    }
    func exists(_ j: JSONValue, _ k: String) -> Bool {
      switch j {
      case .object: return j.member(k) != nil
      case .array(let items):
        for i in items { if case .string(let s) = i, s == k { return true } }
        return false
      case .string(let s): return s == k
      default: return false
      }
    }
    pure("jsonb_exists") { (v: [Value]) throws(SQLError) -> Value in .bool(exists(v[0].document, v[1].string)) }
    pure("jsonb_exists_any") { (v: [Value]) throws(SQLError) -> Value in
      for k in v[1].list.elements where exists(v[0].document, k.string) { return .bool(true) }
      return .bool(false)
    }
    pure("jsonb_exists_all") { (v: [Value]) throws(SQLError) -> Value in
      for k in v[1].list.elements where !exists(v[0].document, k.string) { return .bool(false) }
      return .bool(true)
    }
    pure("jsonb_concat") { (v: [Value]) throws(SQLError) -> Value in
      switch (v[0].document, v[1].document) {
      case (.object(let a), .object(let b)): return .json(.object(normalizing: a + b))
      case (.array(let a), .array(let b)): return .json(.array(a + b))
      case (.array(let a), let b): return .json(.array(a + [b]))
      case (let a, .array(let b)): return .json(.array([a] + b))
      case (let a, let b):
        if a.isScalar && b.isScalar { return .json(.array([a, b])) }
        return .json(.array([a, b]))
      }
    }
    pure("jsonb_delete") { (v: [Value]) throws(SQLError) -> Value in
      var keys: [String] = []
      if case .array(let a) = v[1] { for e in a.elements { keys.append(e.string) } } else { keys = [v[1].string] }
      switch v[0].document {
      case .object(let pairs):
        var kept: [(key: String, value: JSONValue)] = []
        for p in pairs where !keys.contains(p.key) { kept.append(p) }
        return .json(.object(kept))
      case .array(let items):
        var kept: [JSONValue] = []
        for i in items {
          if case .string(let s) = i, keys.contains(s) { continue }
          kept.append(i)
        }
        return .json(.array(kept))
      default: throw SQLError(SQLState.invalidParameterValue, "cannot delete from scalar")
      }
    }
    pure("jsonb_delete_array") { (v: [Value]) throws(SQLError) -> Value in
      guard case .object(let pairs) = v[0].document else { return v[0] }
      var kept: [(key: String, value: JSONValue)] = []
      for p in pairs where !v[1].list.elements.contains(where: { $0.string == p.key }) { kept.append(p) }
      return .json(.object(kept))
    }
    pure("jsonb_delete_idx") { (v: [Value]) throws(SQLError) -> Value in
      guard case .array(var items) = v[0].document else {
        throw SQLError(SQLState.invalidParameterValue, "cannot delete from object using integer index")
      }
      let n = v[1].integer < 0 ? Int64(items.count) + v[1].integer : v[1].integer
      if n >= 0, n < Int64(items.count) { items.remove(at: Int(n)) }
      return .json(.array(items))
    }
    pure("jsonb_set") { (v: [Value]) throws(SQLError) -> Value in
      if v[0].document.isScalar { throw SQLError(SQLState.invalidParameterValue, "cannot set path in scalar") }
      return .json(jsonSetPath(v[0].document, v[1].list.elements[...], v[2].document, v.count < 4 || v[3].isTrue))
    }
    pure("jsonb_insert") { (v: [Value]) throws(SQLError) -> Value in
      .json(
        jsonSetPath(
          v[0].document, v[1].list.elements[...], v[2].document, true, insertAfter: v.count > 3 && v[3].isTrue))
    }
    pure("jsonb_delete_path") { (v: [Value]) throws(SQLError) -> Value in
      .json(jsonSetPath(v[0].document, v[1].list.elements[...], nil, false))
    }
    func number(_ v: Value, _ name: String) throws(SQLError) -> Numeric {
      if case .number(let n) = v.document { return n }
      let kind: String
      switch v.document {
      case .null: kind = "null"
      case .bool: kind = "boolean"
      case .string: kind = "string"
      case .array: kind = "array"
      default: kind = "object"
      }
      throw SQLError(SQLState.invalidParameterValue, "cannot cast jsonb \(kind) to type \(name)")
    }
    pure("jsonb_numeric") { (v: [Value]) throws(SQLError) -> Value in .numeric(try number(v[0], "numeric")) }
    for (fn, name) in [("jsonb_int2", "smallint"), ("jsonb_int4", "integer"), ("jsonb_int8", "bigint")] {
      pure(fn) { (v: [Value]) throws(SQLError) -> Value in .int(try number(v[0], name).int64 ?? 0) }
    }
    for (fn, name) in [("jsonb_float4", "real"), ("jsonb_float8", "double precision")] {
      pure(fn) { (v: [Value]) throws(SQLError) -> Value in .float(try number(v[0], name).double) }
    }
    pure("jsonb_bool") { (v: [Value]) throws(SQLError) -> Value in
      if case .bool(let b) = v[0].document { return .bool(b) }
      _ = try number(v[0], "boolean")
      throw SQLError(SQLState.invalidParameterValue, "cannot cast jsonb numeric to type boolean")
    }
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

/// Parts of json text as they were written.
enum JSONText {
  private static func skip(_ b: [UInt8], _ at: Int) -> Int {
    var i = at
    while i < b.count, b[i] == 32 || b[i] == 9 || b[i] == 10 || b[i] == 13 { i += 1 }
    return i
  }
  private static func end(_ b: [UInt8], _ at: Int) -> Int {
    var depth = 0
    var i = at
    while i < b.count {
      switch b[i] {
      case 0x22:
        i += 1
        while i < b.count, b[i] != 0x22 {
          if b[i] == 0x5c { i += 1 }
          i += 1
        }
        if depth == 0 { return i + 1 }
      case 0x7b, 0x5b: depth += 1
      case 0x7d, 0x5d:
        if depth == 0 { return i }
        depth -= 1
        if depth == 0 { return i + 1 }
      case 0x2c: if depth == 0 { return i }
      default:
        if depth == 0, b[i] == 32 || b[i] == 10 || b[i] == 9 || b[i] == 13 { return i }
      }
      i += 1
    }
    return i
  }
  /// (key or nil, range) of the members of an object or array.
  private static func members(_ b: [UInt8]) -> [(String?, Int, Int)] {
    var i = skip(b, 0)
    guard i < b.count, b[i] == 0x7b || b[i] == 0x5b else { return [] }
    let isObject = b[i] == 0x7b
    i += 1
    var out: [(String?, Int, Int)] = []
    while true {
      i = skip(b, i)
      guard i < b.count, b[i] != 0x7d, b[i] != 0x5d else { return out }
      var key: String?
      if isObject {
        let e = end(b, i)
        if case .string(let k)? = try? JSONParser.parse(String(decoding: b[i..<e], as: UTF8.self)) { key = k }
        i = skip(b, e) + 1
        i = skip(b, i)
      }
      let e = end(b, i)
      out.append((key, i, e))
      i = skip(b, e)
      if i < b.count, b[i] == 0x2c { i += 1 }
    }
  }
  static func keys(_ text: String) -> [String] { members(Array(text.utf8)).compactMap { $0.0 } }
  static func extract(_ text: String, _ keys: [Value]) -> String? {
    var current = Array(text.utf8)
    for k in keys {
      let list = members(current)
      var found: (Int, Int)?
      if case .int(let n) = k {
        let i = n < 0 ? Int64(list.count) + n : n
        if i >= 0, i < Int64(list.count) { found = (list[Int(i)].1, list[Int(i)].2) }
      } else {
        for m in list where m.0 == k.string { found = (m.1, m.2) }
        if found == nil, let n = Int64(k.string), n < Int64(list.count), n >= 0, list[Int(n)].0 == nil {
          found = (list[Int(n)].1, list[Int(n)].2)
        }
      }
      guard let (s, e) = found else { return nil }
      current = Array(current[s..<e])
    }
    return String(decoding: current, as: UTF8.self)
  }
}
