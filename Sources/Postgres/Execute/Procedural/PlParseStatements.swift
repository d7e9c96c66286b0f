// The syntax of PL/pgSQL statements. Source: PostgreSQL 15 manual, 43.5, 43.6 and 43.9.

internal import SimKernel

extension PlParser {
  mutating func statement() throws(SQLError) -> PlKind {
    let label = label()
    guard current.kind == .word || current.kind == .quoted || current.kind == .parameter else { throw unexpected() }
    let word = current.kind == .word ? current.text : ""
    switch word {
    case "declare", "begin":
      let inner = try block(label)
      try expect(";")
      return .block(inner)
    case "if": return try ifStatement()
    case "case": return try caseStatement()
    case "loop":
      advance()
      return .loop(label, try loopBody(label))
    case "while":
      advance()
      let condition = try expression(until: ["loop"])
      advance()
      return .whileLoop(label, condition, try loopBody(label))
    case "for": return try forStatement(label)
    case "foreach":
      advance()
      try checkLoopTargets(
        [current.text], at: current.start, "loop variable of FOREACH must be a known variable or list of variables")
      let target = try name()
      var slice = 0
      if acceptWord("slice") {
        guard let n = Int(current.text), n >= 0 else { throw near("syntax error", current) }
        slice = n
        advance()
      }
      try expectWord("in")
      try expectWord("array")
      let list = try expression(until: ["loop"])
      advance()
      return .forEach(label, target, slice: slice, list, try loopBody(label))
    case "exit", "continue":
      let start = current
      advance()
      var target: String?
      let place = current
      if current.kind == .word || current.kind == .quoted, !isWord("when") { target = try name() }
      try checkExit(word == "exit", start, label: target == nil ? nil : place)
      var condition: String?
      if acceptWord("when") { condition = try expression(until: [";"]) }
      try expect(";")
      return word == "exit" ? .exit(label: target, condition: condition) : .next(label: target, condition: condition)
    case "return": return try returnStatement()
    case "raise": return try raise()
    case "perform":
      advance()
      let query = try expression(until: [";"])
      advance()
      return .perform(query)
    case "execute": return try execute()
    case "get": return try diagnostics()
    case "assert":
      advance()
      let condition = try expression(until: [";", ","])
      var message: String?
      if accept(",") { message = try expression(until: [";"]) }
      try expect(";")
      return .assert(condition, message: message)
    case "null" where ahead(1).text == ";":
      advance()
      advance()
      return .null
    case "commit" where ahead(1).text == ";", "rollback" where ahead(1).text == ";":
      advance()
      try expect(";")
      return .commit(word == "commit")
    case "open" where ahead(1).text != ":=" && ahead(1).text != "=": return try openCursor()
    case "fetch" where ahead(1).text != ":=" && ahead(1).text != "=",
      "move" where ahead(1).text != ":=" && ahead(1).text != "=":
      return try fetchCursor(moves: word == "move")
    case "close" where ahead(1).text != ":=" && ahead(1).text != "=":
      advance()
      let target = try name()
      try expect(";")
      return .closeCursor(target)
    default: break
    }
    if let assignment = try assignment() { return assignment }
    return try sqlStatement()
  }

  private mutating func assignment() throws(SQLError) -> PlKind? {
    let start = index
    let place = current.start
    guard current.kind == .word || current.kind == .quoted || current.kind == .parameter else { return nil }
    var target = current.kind == .parameter ? "$" + current.text : current.text
    advance()
    while isMark("."), ahead(1).kind == .word || ahead(1).kind == .quoted {
      target += "." + ahead(1).text
      advance()
      advance()
    }
    var subscripted: String?
    if isMark("[") {
      advance()
      subscripted = try text(until: ["]"])
      advance()
    }
    if accept(":=") || accept("=") {
      try checkTarget(target, at: place)
      let value = try expression(until: [";"])
      try expect(";")
      return .assign(target, subscript: subscripted, value)
    }
    index = start
    return nil
  }

  private mutating func ifStatement() throws(SQLError) -> PlKind {
    advance()
    var branches: [(condition: String, body: [PlStatement])] = []
    var otherwise: [PlStatement] = []
    let first = try expression(until: ["then"])
    advance()
    branches.append((first, try statements(until: ["elsif", "elseif", "else", "end"])))
    while acceptWord("elsif") || acceptWord("elseif") {
      let next = try expression(until: ["then"])
      advance()
      branches.append((next, try statements(until: ["elsif", "elseif", "else", "end"])))
    }
    if acceptWord("else") { otherwise = try statements(until: ["end"]) }
    try expectWord("end")
    try expectWord("if")
    try expect(";")
    return .ifElse(branches, otherwise: otherwise)
  }

  private mutating func caseStatement() throws(SQLError) -> PlKind {
    advance()
    var test: String?
    if !isWord("when") { test = try expression(until: ["when"]) }
    var branches: [(values: [String], body: [PlStatement])] = []
    while acceptWord("when") {
      var values = [try expression(until: test == nil ? ["then"] : ["then", ","])]
      while accept(",") { values.append(try expression(until: ["then", ","])) }
      advance()
      branches.append((values, try statements(until: ["when", "else", "end"])))
    }
    var otherwise: [PlStatement]?
    if acceptWord("else") { otherwise = try statements(until: ["end"]) }
    try expectWord("end")
    try expectWord("case")
    try expect(";")
    return .choose(test, branches, otherwise: otherwise)
  }

  /// The body of a loop; `variable` is what the loop itself declares.
  private mutating func loopBody(_ label: String?, variable: String? = nil) throws(SQLError) -> [PlStatement] {
    var level = PlLevel(label: label, isLoop: true)
    if let variable { level.names[variable] = false }
    levels.append(level)
    defer { levels.removeLast() }
    let body = try statements(until: ["end"])
    try expectWord("end")
    try expectWord("loop")
    try endLabel(label)
    try expect(";")
    return body
  }

  /// Variables that take values; those of a loop are checked by the loop.
  mutating func targets(checked: Bool = true) throws(SQLError) -> [String] {
    var list: [String] = []
    repeat {
      let place = current.start
      var target = current.kind == .parameter ? "$" + current.text : try peekName()
      advance()
      while isMark(".") {
        advance()
        target += "." + current.text
        advance()
      }
      if checked { try checkTarget(target, at: place) }
      list.append(target)
    } while accept(",")
    return list
  }

  private func peekName() throws(SQLError) -> String {
    guard current.kind == .word || current.kind == .quoted else { throw unexpected() }
    return current.text
  }

  private mutating func forStatement(_ label: String?) throws(SQLError) -> PlKind {
    advance()
    let place = current.start
    let names = try targets(checked: false)
    let unknown = "loop variable of loop over rows must be a record variable or list of scalar variables"
    try expectWord("in")
    if acceptWord("execute") {
      try checkLoopTargets(names, at: place, unknown)
      let query = try dynamic(until: ["loop"])
      advance()
      return .forQuery(label, names, query, try loopBody(label))
    }
    // An integer loop has `..` before LOOP.
    var i = index
    var isRange = false
    while tokens[i].kind != .end, !(tokens[i].kind == .word && tokens[i].text == "loop") {
      if tokens[i].text == ".." { isRange = true }
      i += 1
    }
    guard isRange else {
      // `FOR r IN c LOOP` and `FOR r IN c(…) LOOP` go over a bound cursor.
      if current.kind == .word || current.kind == .quoted, cursors.contains(current.text) {
        let cursor = try name()
        var given: [PlArgument] = []
        if isMark("(") { given = try cursorArguments() }
        try expectWord("loop")
        return .forCursor(label, names[0], cursor, given, try loopBody(label, variable: names[0]))
      }
      try checkLoopTargets(names, at: place, unknown)
      let start = current.start
      let query = try text(until: ["loop"])
      try check(Array(query.utf8), at: start)
      advance()
      return .forQuery(label, names, PlQuery(text: query), try loopBody(label))
    }
    let reverse = acceptWord("reverse")
    let low = try expression(until: [".."])
    advance()
    let high = try expression(until: ["loop", "by"])
    var step: String?
    if acceptWord("by") { step = try expression(until: ["loop"]) }
    advance()
    return .forRange(label, names[0], reverse: reverse, low, high, step: step, try loopBody(label, variable: names[0]))
  }

  mutating func dynamic(until stops: [String]) throws(SQLError) -> PlQuery {
    var query = PlQuery(text: try expression(until: stops + ["using", "into"]), isDynamic: true)
    if acceptWord("using") {
      repeat { query.using.append(try expression(until: stops + [",", "into"])) } while accept(",")
    }
    return query
  }

  private mutating func returnStatement() throws(SQLError) -> PlKind {
    let start = current
    advance()
    try checkReturn(start)
    if accept(";") { return .returnValue(nil) }
    if isWord("next") {
      advance()
      if accept(";") { return .returnNext(nil) }
      let value = try expression(until: [";"])
      advance()
      return .returnNext(value)
    }
    if isWord("query") {
      advance()
      if acceptWord("execute") {
        let query = try dynamic(until: [";"])
        try expect(";")
        return .returnQuery(query)
      }
      let place = current.start
      let query = try text(until: [";"])
      try check(Array(query.utf8), at: place)
      advance()
      return .returnQuery(PlQuery(text: query))
    }
    let value = try expression(until: [";"])
    advance()
    return .returnValue(value)
  }

  private mutating func raise() throws(SQLError) -> PlKind {
    advance()
    var r = PlRaise()
    if accept(";") {
      r.level = ""
      return .raise(r)
    }
    if current.kind == .word, ["debug", "log", "info", "notice", "warning", "exception"].contains(current.text) {
      r.level = current.text
      advance()
    }
    if current.kind == .string {
      r.format = current.text
      advance()
      while accept(",") { r.arguments.append(try expression(until: [",", ";", "using"])) }
    } else if acceptWord("sqlstate") {
      r.state = current.text
      advance()
    } else if !isWord("using"), !isMark(";") {
      r.condition = try name()
    }
    if acceptWord("using") {
      repeat {
        let place = current
        let option = try name()
        if !PlRaise.options.contains(option) { throw near("unrecognized RAISE statement option", place) }
        guard accept("=") || accept(":=") else { throw unexpected() }
        r.options.append((option, try expression(until: [",", ";"])))
      } while accept(",")
    }
    try expect(";")
    try checkRaise(r)
    return .raise(r)
  }

  mutating func execute() throws(SQLError) -> PlKind {
    advance()
    var query = PlQuery(text: try expression(until: [";", "using", "into"]), isDynamic: true)
    var into: [String] = []
    var strict = false
    while !isMark(";") {
      if acceptWord("into") {
        strict = acceptWord("strict")
        into = try targets()
      } else if acceptWord("using") {
        repeat { query.using.append(try expression(until: [";", ",", "into"])) } while accept(",")
      } else {
        throw unexpected()
      }
    }
    advance()
    return .execute(query, into: into, strict: strict)
  }

  private mutating func diagnostics() throws(SQLError) -> PlKind {
    advance()
    let stacked = acceptWord("stacked")
    if !stacked { _ = acceptWord("current") }
    try expectWord("diagnostics")
    var list: [(target: String, item: String)] = []
    repeat {
      let target = try targets()[0]
      guard accept("=") || accept(":=") else { throw unexpected() }
      let place = current
      let item = try name()
      if !PlKind.diagnosticItems(stacked: stacked).contains(item) {
        throw near("unrecognized GET DIAGNOSTICS item", place)
      }
      list.append((target, item))
    } while accept(",")
    try expect(";")
    return .diagnostics(list, stacked: stacked)
  }

  /// A statement of SQL, with the targets of its INTO taken out.
  private mutating func sqlStatement() throws(SQLError) -> PlKind {
    let start = current.start
    let first = current.text
    var end = start
    var into: [String] = []
    var strict = false
    var cut: Range<Int>?
    var previous = ""
    while !isMark(";") {
      guard current.kind != .end else { throw unexpected() }
      // INSERT INTO and the like keep theirs.
      if isWord("into"), into.isEmpty, !["insert", "merge"].contains(previous), first != "create" {
        let from = current.start
        advance()
        strict = acceptWord("strict")
        into = try targets()
        cut = from..<tokens[index - 1].end
        end = tokens[index - 1].end
        continue
      }
      previous = current.kind == .word ? current.text : ""
      end = current.end
      advance()
    }
    advance()
    var bytes = Array(source[start..<end])
    if let cut { for i in cut where i - start < bytes.count { bytes[i - start] = 32 } }
    var text = bytes
    while let last = text.last, Lexer.isSpace(last) { text.removeLast() }
    try check(text, at: start)
    return .sql(String(decoding: text, as: UTF8.self), into: into, strict: strict)
  }
}
