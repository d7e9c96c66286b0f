// json and jsonb functions and operators. Source: PostgreSQL 15 manual 9.16.

internal import SimKernel

extension FunctionRegistry {
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
      // A scalar of jsonb is kept as an array of one.
      func element(_ j: JSONValue, _ n: Int64) -> JSONValue? {
        isB && j.isScalar ? (n == 0 || n == -1 ? j : nil) : jsonElement(j, n)
      }
      pure(prefix + "_array_element") { (v: [Value]) throws(SQLError) -> Value in
        wrap(v[0], [v[1]], element(try parse(v[0]), v[1].integer))
      }
      pure(prefix + "_array_element_text") { (v: [Value]) throws(SQLError) -> Value in
        plain(element(try parse(v[0]), v[1].integer))
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
        case .object: throw SQLError(SQLState.invalidParameterValue, "cannot get array length of a non-array")
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
