// Assignment to PL/pgSQL variables: scalars, records, fields and elements of arrays. Source: PostgreSQL 15 manual, 43.5.1.

internal import SimKernel

extension PlRunner {
  func set(_ target: String, _ value: Value, _ type: SQLType) throws(SQLError) {
    // A long array is copied when an element is added to it.
    if case .array(let array) = value { steps += array.elements.count / 64 }
    if let i = position(target) {
      if variables[i].isConstant {
        throw SQLError("22005", "variable \"\(target)\" is declared CONSTANT")
      }
      if variables[i].isRecord {
        variables[i].value = value
        return
      }
      variables[i].value = try session.converted(value, type, variables[i].type)
      if variables[i].notNull, variables[i].value.isNull {
        throw SQLError("22004", "null value cannot be assigned to variable \"\(target)\" declared NOT NULL")
      }
      return
    }
    let parts = splitText(target, ".")
    guard parts.count == 2, let i = position(parts[0]) else {
      throw SQLError(SQLState.syntaxError, "\"\(target)\" is not a known variable")
    }
    guard let k = variables[i].fields.firstIndex(where: { $0.name == parts[1] }) else {
      throw SQLError(SQLState.undefinedColumn, "record \"\(parts[0])\" has no field \"\(parts[1])\"")
    }
    var record: RecordValue
    if case .record(let r) = variables[i].value {
      record = r
    } else {
      let fields = variables[i].fields
      record = RecordValue(
        names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: fields.map { _ in .null })
    }
    record.fields[k] = try session.converted(value, type, variables[i].fields[k].type)
    variables[i].value = .record(record)
  }

  /// A row into a record, a row variable or a list of scalars.
  func store(_ row: Row?, _ columns: [OutputColumn], _ targets: [String]) throws(SQLError) {
    if targets.count == 1, let i = position(targets[0]), variables[i].isRecord || !variables[i].fields.isEmpty {
      if variables[i].isRecord {
        variables[i].fields = columns.map { CompositeField(name: $0.name, type: $0.type) }
      }
      var values: Row = []
      for (k, field) in variables[i].fields.enumerated() {
        guard let row, k < row.count else {
          values.append(.null)
          continue
        }
        values.append(variables[i].isRecord ? row[k] : try session.converted(row[k], columns[k].type, field.type))
      }
      let fields = variables[i].fields
      variables[i].value = .record(
        RecordValue(names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: values))
      return
    }
    for (k, target) in targets.enumerated() {
      guard let row, k < row.count else {
        try set(target, .null, SQLType(Oid.unknown))
        continue
      }
      try set(target, row[k], columns[k].type)
    }
  }

  func assign(_ target: String, _ v: Value, _ t: SQLType) throws(SQLError) {
    if let i = position(target), variables[i].isRecord || !variables[i].fields.isEmpty {
      guard case .record(let r) = v else {
        if v.isNull {
          variables[i].value = .null
          return
        }
        throw SQLError(SQLState.datatypeMismatch, "cannot assign non-composite value to a record variable")
      }
      if variables[i].isRecord {
        var fields: [CompositeField] = []
        if let entry = session.catalog.type(t.oid), entry.form == .composite { fields = session.compositeFields(entry) }
        if fields.isEmpty {
          for k in r.fields.indices {
            fields.append(CompositeField(name: k < r.names.count ? r.names[k] : "f\(k + 1)", type: SQLType(r.types[k])))
          }
        }
        variables[i].fields = fields
      }
      variables[i].value = v
      return
    }
    try set(target, v, t)
  }

  func setElement(_ target: String, _ subscripted: String, _ v: Value, _ t: SQLType) throws(SQLError) {
    guard let i = position(target) else {
      throw SQLError(SQLState.syntaxError, "\"\(target)\" is not a known variable")
    }
    let (position, _) = try value(subscripted)
    let element = session.catalog.type(variables[i].type.oid)?.elementOid ?? Oid.text
    let new = try session.converted(v, t, SQLType(element))
    var array: ArrayValue
    if case .array(let a) = variables[i].value { array = a } else { array = ArrayValue(elementType: element, []) }
    let at = Int(clamping: position.integer)
    if array.elements.isEmpty {
      array = ArrayValue(elementType: element, dimensions: [1], lowerBounds: [at], elements: [new])
    } else {
      guard array.dimensions.count == 1, at >= array.lowerBounds[0], at < array.lowerBounds[0] + 100_000 else {
        throw .notSimulated("assignment outside an array's bounds")
      }
      let k = at - array.lowerBounds[0]
      while array.elements.count <= k { array.elements.append(.null) }
      array.elements[k] = new
      array.dimensions = [array.elements.count]
    }
    variables[i].value = .array(array)
  }

  func take(
    _ rows: [Row], _ columns: [OutputColumn], _ into: [String], _ strict: Bool
  ) throws(SQLError) {
    if strict {
      if rows.isEmpty { throw SQLError("P0002", "query returned no rows") }
      if rows.count > 1 {
        throw SQLError(
          "P0003", "query returned more than one row", hint: "Make sure the query returns a single row, or use LIMIT 1."
        )
      }
    }
    try store(rows.first, columns, into)
  }
}
