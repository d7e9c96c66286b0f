// What a PL/pgSQL body is checked for when its function is created: known variables, labels and loops, what RETURN may carry,
// declared types, and the syntax of its SQL. Names inside SQL are looked up only when they run, as in the server.
// Source: PostgreSQL 15 manual, chapter 43; the messages are those of the server.

internal import SimKernel

/// What the checks need to know of the function.
struct PlCompilation {
  let session: ClientSession
  /// nil for DO.
  let function: FunctionEntry?

  var name: String { function?.name ?? "inline_code_block" }
}

/// A block or loop that is being read.
struct PlLevel {
  var label: String?
  var isLoop = false
  /// Names, and whether they are constant.
  var names: [String: Bool] = [:]
}

extension PlParser {
  /// The names that a function's body finds declared.
  mutating func declareParameters() {
    guard let compilation else { return }
    var level = PlLevel(label: compilation.function?.name)
    level.names["found"] = false
    if let f = compilation.function {
      for (k, p) in f.parameters.enumerated() {
        level.names["$\(k + 1)"] = false
        if let name = p.name { level.names[name] = false }
      }
      if f.result.oid == Oid.trigger {
        for name in [
          "new", "old", "tg_op", "tg_name", "tg_when", "tg_level", "tg_table_name", "tg_relname", "tg_table_schema",
          "tg_relid", "tg_nargs", "tg_argv",
        ] { level.names[name] = false }
      }
    }
    levels.append(level)
  }

  /// An error without a place, which names the line instead.
  func compileError(_ state: String, _ message: String, hint: String? = nil) -> SQLError {
    var e = SQLError(state, message, hint: hint)
    let last = tokens[max(0, index - 1)]
    e.context = "compilation of PL/pgSQL function \"\(compilation?.name ?? "")\" near line \(line(last.start))"
    return e
  }

  // MARK: Variables

  /// nil when the name is unknown, else whether it is constant.
  private func known(_ target: String) -> Bool? {
    let parts = splitText(target, ".")
    for level in levels.reversed() {
      if let constant = level.names[parts[0]] { return parts.count == 1 ? constant : false }
      if parts.count > 1, level.label == parts[0] {
        return level.names[parts[1]].map { parts.count == 2 ? $0 : false }
      }
    }
    return nil
  }

  func checkTarget(_ target: String, at offset: Int) throws(SQLError) {
    guard compilation != nil else { return }
    guard let constant = known(target) else {
      throw SQLError(SQLState.syntaxError, "\"\(target)\" is not a known variable", at: offset)
    }
    if constant { throw SQLError("22005", "variable \"\(target)\" is declared CONSTANT", at: offset) }
  }

  func checkLoopTargets(_ names: [String], at offset: Int, _ message: String) throws(SQLError) {
    guard compilation != nil, known(names[0]) == nil else { return }
    throw SQLError(SQLState.syntaxError, message, at: offset)
  }

  /// The type of a declaration must exist.
  func checkType(_ text: String, at offset: Int) throws(SQLError) {
    guard let compilation else { return }
    let lower = lowercasedASCII(text)
    if lower.hasSuffix("%type") || lower.hasSuffix("%rowtype") {
      let path = splitText(String(lower.split(separator: "%" as Character)[0]), ".").map { trimmedSpaces($0) }
      if lower.hasSuffix("%type"), path.count == 1 {
        if known(path[0]) == nil {
          throw compileError(SQLState.undefinedTable, "variable \"\(path[0])\" does not exist")
        }
        return
      }
      if lower.hasSuffix("%type"), path.count == 2, known(joined(path, ".")) != nil { return }
      let table = lower.hasSuffix("%type") ? Array(path.dropLast()) : path
      let name = QualifiedName(parts: table, offset: -1)
      guard let oid = compilation.session.findRelation(name), let r = compilation.session.catalog.relation(oid) else {
        if compilation.session.findVirtual(name) != nil { return }
        throw compileError(SQLState.undefinedTable, "relation \"\(joined(table, "."))\" does not exist")
      }
      if lower.hasSuffix("%type"), r.columnIndex(path[path.count - 1]) == nil {
        throw compileError(
          SQLState.undefinedColumn,
          "column \"\(path[path.count - 1])\" of relation \"\(r.name)\" does not exist")
      }
      return
    }
    do throws(SQLError) {
      var parser = try Parser(Array(text.utf8))
      let type = try parser.typeName()
      if parser.current.kind != .end {
        var e = parser.unexpected()
        e.context = "invalid type name \"\(text)\""
        throw e
      }
      _ = try Analyzer(session: compilation.session).resolveType(type)
    } catch {
      if error.kind == .notSimulated { return }
      var e = error
      if e.offset >= 0 { e.offset += offset }
      throw e
    }
  }

  // MARK: Labels

  func checkEndLabel(_ label: String?, _ token: Token) throws(SQLError) {
    guard compilation != nil, token.text != label else { return }
    if let label {
      throw SQLError(
        SQLState.syntaxError, "end label \"\(token.text)\" differs from block's label \"\(label)\"", at: token.start)
    }
    throw SQLError(
      SQLState.syntaxError, "end label \"\(token.text)\" specified for unlabeled block", at: token.start)
  }

  func checkExit(_ isExit: Bool, _ start: Token, label: Token?) throws(SQLError) {
    guard compilation != nil else { return }
    if let label {
      guard let level = levels.last(where: { $0.label == label.text }) else {
        throw SQLError(
          SQLState.syntaxError,
          "there is no label \"\(label.text)\" attached to any block or loop enclosing this statement",
          at: label.start)
      }
      if !isExit, !level.isLoop {
        throw SQLError(
          SQLState.syntaxError, "block label \"\(label.text)\" cannot be used in CONTINUE", at: label.start)
      }
    } else if !levels.contains(where: { $0.isLoop }) {
      throw SQLError(
        SQLState.syntaxError,
        isExit
          ? "EXIT cannot be used outside a loop, unless it has a label" : "CONTINUE cannot be used outside a loop",
        at: start.start)
    }
  }

  // MARK: RETURN

  func checkReturn(_ start: Token) throws(SQLError) {
    guard let compilation else { return }
    let f = compilation.function
    func refuse(_ what: String, hint: String? = nil, at token: Token) -> SQLError {
      SQLError(SQLState.datatypeMismatch, what, hint: hint, at: token.start)
    }
    let hasOutputs = f?.parameters.contains { ["out", "inout", "table"].contains($0.mode) } ?? false
    if isWord("next") || isWord("query") {
      let what = isWord("next") ? "RETURN NEXT" : "RETURN QUERY"
      if !(f?.returnsSet ?? false) { throw refuse("cannot use \(what) in a non-SETOF function", at: start) }
      if what == "RETURN NEXT", hasOutputs, ahead(1).text != ";" {
        throw refuse("RETURN NEXT cannot have a parameter in function with OUT parameters", at: ahead(1))
      }
      return
    }
    let isEmpty = isMark(";")
    if f?.returnsSet ?? false {
      if !isEmpty {
        throw refuse(
          "RETURN cannot have a parameter in function returning set", hint: "Use RETURN NEXT or RETURN QUERY.",
          at: current)
      }
    } else if f?.isProcedure ?? false {
      if !isEmpty { throw refuse("RETURN cannot have a parameter in a procedure", at: current) }
    } else if hasOutputs {
      if !isEmpty { throw refuse("RETURN cannot have a parameter in function with OUT parameters", at: current) }
    } else if f == nil || f?.result.oid == Oid.void {
      if !isEmpty { throw refuse("RETURN cannot have a parameter in function returning void", at: current) }
    } else if isEmpty {
      throw near("missing expression", current)
    }
  }

  // MARK: RAISE

  func checkRaise(_ r: PlRaise) throws(SQLError) {
    guard compilation != nil else { return }
    if let condition = r.condition, PlConditions.state(condition) == nil {
      throw compileError(SQLState.undefinedObject, "unrecognized exception condition \"\(condition)\"")
    }
    guard let format = r.format else { return }
    var wanted = 0
    let bytes = Array(format.utf8)
    var i = 0
    while i < bytes.count {
      if bytes[i] == 0x25 {
        if i + 1 < bytes.count, bytes[i + 1] == 0x25 { i += 1 } else { wanted += 1 }
      }
      i += 1
    }
    if wanted != r.arguments.count {
      throw compileError(
        SQLState.syntaxError,
        "too \(wanted > r.arguments.count ? "few" : "many") parameters specified for RAISE")
    }
  }

  // MARK: SQL

  /// Syntax of an expression that begins at `start`.
  func checkExpression(_ text: String, at start: Int) throws(SQLError) {
    guard compilation != nil else { return }
    try check(Array(("SELECT " + text).utf8), at: start - 7)
  }
}
