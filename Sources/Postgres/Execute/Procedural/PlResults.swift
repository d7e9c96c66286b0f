// What a PL/pgSQL function returns, and GET DIAGNOSTICS. Source: PostgreSQL 15 manual, 43.6.1 and 43.5.5.

internal import SimKernel

extension PlRunner {
  func diagnostic(_ item: String, _ stacked: Bool) throws(SQLError) -> Value {
    if !stacked {
      switch item {
      case "row_count": return .int(rowCount)
      case "pg_context": throw .notSimulated("GET DIAGNOSTICS PG_CONTEXT")
      default: throw SQLError(SQLState.syntaxError, "unrecognized GET DIAGNOSTICS item")
      }
    }
    guard let e = caught else {
      throw SQLError("0Z002", "GET STACKED DIAGNOSTICS cannot be used outside an exception handler")
    }
    switch item {
    case "returned_sqlstate": return .text(e.state)
    case "message_text": return .text(e.message)
    case "pg_exception_detail": return .text(e.detail ?? "")
    case "pg_exception_hint": return .text(e.hint ?? "")
    case "pg_exception_context": return .text(e.context ?? "")
    case "table_name": return .text(e.tableName ?? "")
    case "schema_name": return .text(e.schemaName ?? "")
    case "column_name": return .text(e.columnName ?? "")
    case "constraint_name": return .text(e.constraintName ?? "")
    default: return .text("")
    }
  }

  func setResult(_ text: String) throws(SQLError) {
    guard let f = function else { return }
    if f.result.oid == Oid.trigger {
      let lower = lowercasedASCII(trimmedSpaces(text))
      if lower == "new" || lower == "old" {
        result = position(lower).map { variables[$0].value } ?? .null
      } else {
        result = try value(text).value
      }
      return
    }
    if f.result.oid == Oid.void { return }
    let (v, t) = try value(text)
    if case .record = v {
      result = v
    } else {
      do throws(SQLError) { result = try session.converted(v, t, f.result) } catch {
        if error.kind != .error { throw error }
        var e = error
        e.context =
          (e.context.map { $0 + "\n" } ?? "")
          + "PL/pgSQL function \(name) while casting return value to function's return type"
        e.place = ObjectIdentifier(self)
        throw e
      }
    }
  }

  func addResult(_ text: String?) throws(SQLError) {
    guard let f = function else { return }
    if let text {
      let (v, t) = try value(text)
      if case .record = v { results.append(v) } else { results.append(try session.converted(v, t, f.result)) }
      return
    }
    results.append(session.outputRow(f, self))
  }

  func addRows(_ rows: [Row], _ columns: [OutputColumn]) throws(SQLError) {
    guard let f = function else { return }
    let fields = session.resultFields(f)
    let expected = fields.isEmpty ? [CompositeField(name: f.name, type: f.result)] : fields
    if columns.count != expected.count {
      throw SQLError(
        SQLState.datatypeMismatch, "structure of query does not match function result type",
        detail:
          "Number of returned columns (\(columns.count)) does not match expected column count (\(expected.count)).")
    }
    for (k, c) in columns.enumerated() where c.type.oid != expected[k].type.oid {
      let compatible = c.type.oid == Oid.unknown
      if !compatible {
        throw SQLError(
          SQLState.datatypeMismatch, "structure of query does not match function result type",
          detail:
            "Returned type \(session.formatType(c.type)) does not match expected type \(session.formatType(expected[k].type)) in column \(k + 1)."
        )
      }
    }
    for row in rows {
      if fields.isEmpty {
        results.append(row[0])
      } else {
        results.append(
          .record(RecordValue(names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: row)))
      }
    }
  }

  /// The value of a variable, for OUT parameters.
  func current(_ name: String) -> Value {
    // Loops and blocks may have variables of the same name inside.
    variables.first { $0.name == name }?.value ?? .null
  }
}
