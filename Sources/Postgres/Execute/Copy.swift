// COPY in its text and csv forms. Source: PostgreSQL 15 manual, COPY.

internal import SimKernel

extension ClientSession {
  func copy(_ s: CopyStatement) throws(SQLError) {
    let o = try CopyOptions(s)
    if s.program { throw .notSimulated("COPY with a program of the server") }
    if let file = s.file { try requireFileAccess(file, isFrom: s.isFrom) }
    if s.isFrom {
      if server.isInRecovery {
        throw SQLError(SQLState.readOnlyTransaction, "cannot execute COPY during recovery")
      }
      let r = try existing(s.table!, "table")
      try requirePrivilege("a", r)
      var columns: [Int] = []
      if s.columns.isEmpty {
        for (i, c) in r.liveColumns where !c.isGenerated { columns.append(i) }
      } else {
        for n in s.columns {
          guard let i = r.columnIndex(n) else {
            throw SQLError(SQLState.undefinedColumn, "column \"\(n)\" of relation \"\(r.name)\" does not exist")
          }
          if r.columns[i].isGenerated {
            throw SQLError(
              SQLState.invalidColumnReference, "column \"\(n)\" is a generated column",
              detail: "Generated columns cannot be used in COPY.")
          }
          if columns.contains(i) {
            throw SQLError(SQLState.duplicateColumn, "column \"\(n)\" specified more than once")
          }
          columns.append(i)
        }
      }
      try o.requireColumns(o.forceNotNull, "FORCE_NOT_NULL", columns, r)
      try o.requireColumns(o.forceNull, "FORCE_NULL", columns, r)
      let state = CopyInState(statement: s, table: r.oid, columns: columns, options: o)
      if let file = s.file {
        outcomes.append(.command("COPY \(try copyRows(state, serverLines(of: file)))"))
        return
      }
      copyIn = state
      outcomes.append(.copyIn(r.name))
      return
    }
    var lines: [String] = []
    var rows: [Row] = []
    var columns: [OutputColumn] = []
    if let q = s.query {
      let analyzer = Analyzer(session: self)
      if case .query(let query) = q {
        let plan = try analyzer.query(query, parent: nil)
        rows = try Execution(session: self, snapshot: snapshot()).run(plan, nil)
        columns = plan.columns
      } else {
        let plan = try analyzer.modification(q, parent: nil)
        if plan.returning.isEmpty {
          throw SQLError(SQLState.featureNotSupported, "COPY query must have a RETURNING clause")
        }
        rows = try Execution(session: self, snapshot: snapshot()).modify(plan, Frame(parent: nil)).rows
        columns = plan.columns
      }
    } else if let name = s.table {
      let r = try existing(name, "table")
      if r.kind == .view {
        throw SQLError(
          SQLState.wrongObjectType, "cannot copy from view \"\(r.name)\"", hint: "Try the COPY (SELECT ...) TO variant."
        )
      }
      var core = SelectCore()
      for n in s.columns.isEmpty ? r.liveColumns.map({ $0.column.name }) : s.columns {
        guard r.columnIndex(n) != nil else {
          throw SQLError(SQLState.undefinedColumn, "column \"\(n)\" of relation \"\(r.name)\" does not exist")
        }
        core.targets.append(TargetItem(expression: Expr(.column([n]), -1), label: nil))
      }
      core.from = [.table(name, nil, only: false, offset: -1)]
      let plan = try Analyzer(session: self).query(Query(.select(core), -1), parent: nil)
      rows = try Execution(session: self, snapshot: snapshot()).run(plan, nil)
      columns = plan.columns
    }
    let d = String(decoding: [o.delimiter], as: UTF8.self)
    func field(_ text: String?, _ name: String = "") -> String {
      guard let text else { return o.null }
      if o.csv {
        var needs = text == o.null || (!name.isEmpty && (o.forceQuoteAll || o.forceQuote.contains(name)))
        for b in text.utf8 where b == o.quote || b == o.delimiter || b == 10 || b == 13 { needs = true }
        if columns.count == 1, text == "\\." { needs = true }
        if !needs { return text }
        var out = [o.quote]
        for b in text.utf8 {
          if b == o.quote || b == o.escape { out.append(o.escape) }
          out.append(b)
        }
        return String(decoding: out + [o.quote], as: UTF8.self)
      }
      var out: [UInt8] = []
      for b in text.utf8 {
        switch b {
        case 0x5c: out += [0x5c, 0x5c]
        case 8: out += Array("\\b".utf8)
        case 9: out += Array("\\t".utf8)
        case 10: out += Array("\\n".utf8)
        case 11: out += Array("\\v".utf8)
        case 12: out += Array("\\f".utf8)
        case 13: out += Array("\\r".utf8)
        default:
          if b == o.delimiter { out.append(0x5c) }
          out.append(b)
        }
      }
      return String(decoding: out, as: UTF8.self)
    }
    if o.header { lines.append(joined(columns.map { field($0.name) }, d)) }
    for row in rows {
      lines.append(
        joined(
          columns.indices.map {
            field(row[$0].isNull ? nil : output(row[$0], columns[$0].type.oid), columns[$0].name)
          }, d))
    }
    if let file = s.file {
      try writeServerFile(file, lines)
      outcomes.append(.command("COPY \(rows.count)"))
    } else {
      outcomes.append(.copyOut(lines))
    }
  }

  func copyRows(_ state: CopyInState, _ input: [String]) throws(SQLError) -> Int {
    guard let r = catalog.relation(state.table) else { return 0 }
    let o = state.options
    let plan = ModificationPlan(kind: .insert, table: r.oid)
    plan.insertColumns = state.columns
    let a = Analyzer(session: self)
    for c in r.columns { plan.defaults.append(try a.columnDefault(c)) }
    var records: [(Int, [String?], String)] = []
    var number = 0
    var i = 0
    let input = ClientSession.withoutCarriageReturns(input)
    while i < input.count {
      var line = input[i]
      i += 1
      number += 1
      if number == 1, o.header, !o.headerMatch { continue }
      if !o.csv {
        if line == "\\." { break }
        var fields: [String?] = []
        var current: [UInt8] = []
        var raw: [UInt8] = []
        let b = Array(line.utf8)
        var k = 0
        func flush() {
          fields.append(String(decoding: raw, as: UTF8.self) == o.null ? nil : String(decoding: current, as: UTF8.self))
          current = []
          raw = []
        }
        while k < b.count {
          if b[k] == o.delimiter {
            flush()
            k += 1
            continue
          }
          raw.append(b[k])
          if b[k] == 0x5c, k + 1 < b.count {
            k += 1
            raw.append(b[k])
            switch b[k] {
            case 0x6e: current.append(10)
            case 0x74: current.append(9)
            case 0x72: current.append(13)
            case 0x62: current.append(8)
            case 0x66: current.append(12)
            case 0x76: current.append(11)
            case 0x30...0x37:
              let from = k
              current.append(
                UInt8(truncatingIfNeeded: CharacterEscapes.number(b, &k, radix: 8, digitsMax: 3) ?? 0))
              raw += b[(from + 1)..<k]
              continue
            case 0x78:
              let from = k
              k += 1
              if let value = CharacterEscapes.number(b, &k, radix: 16, digitsMax: 2) {
                current.append(UInt8(truncatingIfNeeded: value))
              } else {
                current.append(0x78)
              }
              raw += b[(from + 1)..<k]
              continue
            default: current.append(b[k])
            }
          } else {
            current.append(b[k])
          }
          k += 1
        }
        flush()
        records.append((number, fields, line))
        continue
      }
      if line == "\\." { break }
      let counts = number > 1
      var whole = line
      var fields: [String?] = []
      var current: [UInt8] = []
      var quoted = false
      var wasQuoted = false
      var k = 0
      var b = Array(line.utf8)
      while true {
        if k >= b.count {
          if quoted, i < input.count {
            current.append(10)
            line = input[i]
            whole += "\n" + line
            i += 1
            // Until a line has been read the server does not know how lines end, and does not count those within quotes.
            if counts { number += 1 }
            b = Array(line.utf8)
            k = 0
            continue
          }
          if quoted {
            var e = SQLError("22P04", "unterminated CSV quoted field")
            // Without another line the break that ends the last one is part of what was read.
            e.context = "COPY \(r.name), line \(number): \"\(whole)\n\""
            throw e
          }
          break
        }
        let c = b[k]
        if quoted {
          if c == o.escape, k + 1 < b.count, b[k + 1] == o.escape || b[k + 1] == o.quote {
            current.append(b[k + 1])
            k += 1
          } else if c == o.quote {
            quoted = false
          } else {
            current.append(c)
          }
        } else if c == o.quote {
          quoted = true
          wasQuoted = true
        } else if c == o.delimiter {
          let t = String(decoding: current, as: UTF8.self)
          fields.append(!wasQuoted && t == o.null ? nil : t)
          current = []
          wasQuoted = false
        } else {
          current.append(c)
        }
        k += 1
      }
      let t = String(decoding: current, as: UTF8.self)
      fields.append(!wasQuoted && t == o.null ? nil : t)
      records.append((number, fields, whole))
    }
    var count = 0
    if o.headerMatch, !records.isEmpty {
      let (n, names, line) = records.removeFirst()
      try o.requireHeader(names, state.columns, r, "COPY \(r.name), line \(n): \"\(line)\"")
    }
    let condition = try copyCondition(state.statement, r)
    for (n, fields, line) in records {
      func located(_ error: SQLError, _ extra: String) -> SQLError {
        var e = error
        e.context = "COPY \(r.name), line \(n)" + extra
        return e
      }
      if fields.count > state.columns.count {
        throw located(SQLError("22P04", "extra data after last expected column"), ": \"\(line)\"")
      }
      var row: [TypedExpr] = []
      for (k, column) in state.columns.enumerated() {
        let c = r.columns[column]
        guard k < fields.count else {
          throw located(SQLError("22P04", "missing data for column \"\(c.name)\""), ": \"\(line)\"")
        }
        var text = fields[k]
        if o.csv, text == nil, o.forceNotNull.contains(c.name) { text = o.null }
        if o.csv, text == o.null, o.forceNull.contains(c.name) { text = nil }
        guard let f = text else {
          row.append(TypedExpr(.constant(.null), c.type))
          continue
        }
        do throws(SQLError) { row.append(TypedExpr(.constant(try self.input(f, c.type)), c.type)) } catch {
          throw located(error, ", column \(c.name): \"\(f)\"")
        }
      }
      if let condition {
        let frame = Frame(parent: nil)
        var whole = Row(repeating: .null, count: r.columns.count)
        for (k, column) in state.columns.enumerated() {
          if case .constant(let v) = row[k].kind { whole[column] = v }
        }
        let execution = Execution(session: self, snapshot: snapshot())
        frame.values = execution.visible(whole, r)
        if !(try execution.evaluate(condition, frame).isTrue) { continue }
      }
      let values = QueryPlan(id: 0)
      values.body = .values([row])
      values.isVolatile = true
      plan.source = values
      do throws(SQLError) {
        _ = try Execution(session: self, snapshot: snapshot()).modify(plan, Frame(parent: nil))
      } catch {
        // Rows are put in many at a time, when the line has been forgotten, unless a trigger wants each before.
        let isBulk = !r.triggers.contains { $0.timing == "BEFORE" && $0.forEachRow && $0.events.contains("INSERT") }
        let isLate = error.state.hasPrefix("23") && error.state != "23502" && error.state != "23514"
        throw located(error, isLate && isBulk ? "" : ": \"\(line)\"")
      }
      count += 1
    }
    return count
  }
}
