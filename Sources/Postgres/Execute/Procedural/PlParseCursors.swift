// The syntax of PL/pgSQL cursors. Source: PostgreSQL 15 manual, 43.7.

internal import SimKernel

extension PlParser {
  /// `[NO] SCROLL CURSOR (arguments) FOR query;`
  mutating func boundCursor() throws(SQLError) -> PlCursor {
    var cursor = PlCursor(query: "")
    if acceptWord("no") {
      try expectWord("scroll")
    } else if acceptWord("scroll") {
      cursor.scrolls = true
    }
    try expectWord("cursor")
    if accept("(") {
      repeat {
        let argument = try name()
        cursor.parameters.append((argument, try text(until: [",", ")"])))
      } while accept(",")
      try expect(")")
    }
    guard acceptWord("for") || acceptWord("is") else { throw unexpected() }
    cursor.query = try text(until: [";"])
    try expect(";")
    cursors.insert(declaring)
    return cursor
  }

  mutating func cursorArguments() throws(SQLError) -> [PlArgument] {
    var out: [PlArgument] = []
    try expect("(")
    repeat {
      var named: String?
      if current.kind == .word || current.kind == .quoted, ahead(1).text == ":=" || ahead(1).text == "=>" {
        named = current.text
        advance()
        advance()
      }
      out.append(PlArgument(name: named, value: try text(until: [",", ")"])))
    } while accept(",")
    try expect(")")
    return out
  }

  mutating func openCursor() throws(SQLError) -> PlKind {
    advance()
    let target = try name()
    if isMark("(") {
      let given = try cursorArguments()
      try expect(";")
      return .openCursor(target, nil, given)
    }
    if accept(";") { return .openCursor(target, nil, []) }
    if acceptWord("no") {
      try expectWord("scroll")
    } else {
      _ = acceptWord("scroll")
    }
    try expectWord("for")
    if acceptWord("execute") {
      let query = try dynamic(until: [";"])
      try expect(";")
      return .openCursor(target, query, [])
    }
    let query = try text(until: [";"])
    advance()
    return .openCursor(target, PlQuery(text: query), [])
  }

  mutating func fetchCursor(moves: Bool) throws(SQLError) -> PlKind {
    advance()
    var direction = "forward"
    var count: String?
    if current.kind == .word, ahead(1).text != "into", ahead(1).text != ";" {
      switch current.text {
      case "next", "prior", "first", "last":
        direction = current.text == "next" ? "forward" : current.text == "prior" ? "backward" : current.text
        advance()
      case "absolute", "relative":
        direction = current.text
        advance()
        count = try text(until: ["from", "in"])
      case "forward", "backward":
        direction = current.text
        advance()
        if !isWord("from"), !isWord("in") { count = try text(until: ["from", "in"]) }
      case "all":
        advance()
        count = "all"
      default: break
      }
    }
    _ = acceptWord("from") || acceptWord("in")
    let cursor = try name()
    var into: [String] = []
    if !moves {
      try expectWord("into")
      into = try targets()
    }
    try expect(";")
    return .fetchCursor(cursor, direction, count, into: into, moves: moves)
  }
}
