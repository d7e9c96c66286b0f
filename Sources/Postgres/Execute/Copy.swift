// COPY in its text and csv forms. Source: PostgreSQL 15 manual, COPY.

internal import SimKernel

struct CopyOptions {
  var csv = false
  var delimiter: UInt8 = 9
  var null = "\\N"
  var header = false
  var quote: UInt8 = 0x22
}

extension ClientSession {
  func copy(_ s: CopyStatement) throws(SQLError) {
    var o = CopyOptions()
    for (name, value) in s.options where name == "format" {
      o.csv = value == "csv"
      if value == "binary" { throw .notSimulated("binary COPY") }
    }
    if o.csv {
      o.delimiter = 0x2c
      o.null = ""
    }
    for (name, value) in s.options {
      switch name {
      case "header": o.header = value == nil || value == "true" || value == "on" || value == "1"
      case "delimiter":
        guard let v = value, v.utf8.count == 1 else {
          throw SQLError(SQLState.featureNotSupported, "COPY delimiter must be a single one-byte character")
        }
        o.delimiter = Array(v.utf8)[0]
      case "null": o.null = value ?? ""
      case "quote": o.quote = Array((value ?? "\"").utf8).first ?? 0x22
      case "format", "encoding", "freeze", "escape": break
      default: throw SQLError(SQLState.syntaxError, "option \"\(name)\" not recognized")
      }
    }
    if s.program || s.file != nil { throw .notSimulated("COPY with a file of the server") }
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
          columns.append(i)
        }
      }
      copyIn = CopyInState(statement: s, table: r.oid, columns: columns, options: o)
      outcomes.append(.copyIn(r.name))
      return
    }
    var lines: [String] = []
    var rows: [Row] = []
    var columns: [OutputColumn] = []
    if let q = s.query {
      guard case .query(let query) = q else { throw .notSimulated("COPY of a modifying statement") }
      let plan = try Analyzer(session: self).query(query, parent: nil)
      rows = try Execution(session: self, snapshot: snapshot()).run(plan, nil)
      columns = plan.columns
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
    func field(_ text: String?, isHeader: Bool = false) -> String {
      guard let text else { return o.null }
      if o.csv {
        var needs = text == o.null
        for b in text.utf8 where b == o.quote || b == o.delimiter || b == 10 || b == 13 { needs = true }
        if columns.count == 1, text == "\\." { needs = true }
        if !needs { return text }
        let q = String(decoding: [o.quote], as: UTF8.self)
        return q + replaced(text, q, q + q) + q
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
    if o.header { lines.append(joined(columns.map { field($0.name, isHeader: true) }, d)) }
    for row in rows {
      lines.append(
        joined(columns.indices.map { field(row[$0].isNull ? nil : output(row[$0], columns[$0].type.oid)) }, d))
    }
    outcomes.append(.copyOut(lines))
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
    while i < input.count {
      var line = input[i]
      i += 1
      number += 1
      if number == 1, o.header { continue }
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
      let start = number
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
            i += 1
            number += 1
            b = Array(line.utf8)
            k = 0
            continue
          }
          if quoted {
            var e = SQLError("22P04", "unterminated CSV quoted field")
            e.context = "COPY \(r.name), line \(start): \"\(line)\""
            throw e
          }
          break
        }
        let c = b[k]
        if quoted {
          if c == o.quote {
            if k + 1 < b.count, b[k + 1] == o.quote {
              current.append(c)
              k += 1
            } else {
              quoted = false
            }
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
      records.append((start, fields, line))
    }
    var count = 0
    for (n, fields, line) in records {
      func located(_ error: SQLError, _ extra: String) -> SQLError {
        var e = error
        e.context = "COPY \(r.name), line \(n)" + extra
        return e
      }
      if fields.count < state.columns.count {
        throw located(
          SQLError("22P04", "missing data for column \"\(r.columns[state.columns[fields.count]].name)\""),
          ": \"\(line)\"")
      }
      if fields.count > state.columns.count {
        throw located(SQLError("22P04", "extra data after last expected column"), ": \"\(line)\"")
      }
      var row: [TypedExpr] = []
      for (k, f) in fields.enumerated() {
        let c = r.columns[state.columns[k]]
        guard let f else {
          row.append(TypedExpr(.constant(.null), c.type))
          continue
        }
        do throws(SQLError) { row.append(TypedExpr(.constant(try self.input(f, c.type)), c.type)) } catch {
          throw located(error, ", column \(c.name): \"\(f)\"")
        }
      }
      let values = QueryPlan(id: 0)
      values.body = .values([row])
      values.isVolatile = true
      plan.source = values
      do throws(SQLError) {
        _ = try Execution(session: self, snapshot: snapshot()).modify(plan, Frame(parent: nil))
      } catch {
        throw located(
          error, error.state.hasPrefix("23") && error.state != "23502" && error.state != "23514" ? "" : ": \"\(line)\"")
      }
      count += 1
    }
    return count
  }
}
