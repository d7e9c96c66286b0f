// SET, RESET and transaction modes. Source: PostgreSQL 15 manual, SET and SET TRANSACTION.

internal import SimKernel

extension Parser {
  mutating func transactionModes() throws(SQLError) -> [String] {
    var modes: [String] = []
    while true {
      if acceptWords("isolation", "level") {
        if acceptWords("read", "committed") {
          modes.append("read committed")
        } else if acceptWords("read", "uncommitted") {
          modes.append("read uncommitted")
        } else if acceptWords("repeatable", "read") {
          modes.append("repeatable read")
        } else if acceptWord("serializable") {
          modes.append("serializable")
        } else {
          throw unexpected()
        }
      } else if acceptWords("read", "only") {
        modes.append("read only")
      } else if acceptWords("read", "write") {
        modes.append("read write")
      } else if acceptWord("deferrable") || acceptWords("not", "deferrable") {
        continue
      } else {
        return modes
      }
      _ = accept(",")
    }
  }

  mutating func settingName() throws(SQLError) -> String {
    if acceptWord("all") { return "all" }
    var name = try columnIdentifier()
    while accept(".") { name += "." + (try columnIdentifier()) }
    return name
  }

  mutating func set() throws(SQLError) -> Statement {
    advance()
    var local = false
    if isWord("local"), !isOperatorEquals(1) {
      advance()
      local = true
    } else if isWord("session"), !isOperatorEquals(1) {
      if isWord(1, "characteristics") {
        advance()
        advance()
        try expectWord("as")
        try expectWord("transaction")
        return .setTransaction(try transactionModes(), session: true)
      }
      if isWord(1, "authorization") {
        advance()
        advance()
        if acceptWord("default") { return .setSessionAuthorization(nil) }
        if current.kind == .string { return .setSessionAuthorization(try stringConstant()) }
        return .setSessionAuthorization(try nonReservedWord())
      }
      advance()
    }
    if isWord("transaction"), !isOperatorEquals(1) {
      advance()
      if isWord("snapshot") { throw .notSimulated("SET TRANSACTION SNAPSHOT") }
      return .setTransaction(try transactionModes(), session: false)
    }
    if isWord("constraints") {
      advance()
      var names: [String] = []
      if !acceptWord("all") {
        for name in try qualifiedNames() { names.append(name.name) }
      }
      let deferred = acceptWord("deferred")
      if !deferred { try expectWord("immediate") }
      return .setConstraints(names, deferred: deferred)
    }
    if isWord("role"), !isOperatorEquals(1), !isWord(1, "to") {
      advance()
      if acceptWord("none") { return .setRole(nil) }
      if current.kind == .string { return .setRole(try stringConstant()) }
      return .setRole(try nonReservedWord())
    }
    if isWord("time"), isWord(1, "zone") {
      advance()
      advance()
      if acceptWord("local") || acceptWord("default") { return .set(name: "timezone", values: nil, local: local) }
      if acceptWord("interval") {
        let text = try stringConstant()
        while isOneOf(["hour", "minute", "to"]) { advance() }
        guard let offset = TimeZoneRules.numericOffset(Array(text.utf8)) else {
          throw .notSimulated("SET TIME ZONE INTERVAL '\(text)'")
        }
        return .set(name: "timezone", values: [TimeZoneRules.posixName(offset)], local: local)
      }
      return .set(name: "timezone", values: [try settingValue()], local: local)
    }
    if isWord("schema"), ahead(1).kind == .string {
      advance()
      return .set(name: "search_path", values: [try stringConstant()], local: local)
    }
    if isWord("names"), !isOperatorEquals(1) {
      advance()
      return .set(name: "client_encoding", values: [try settingValue()], local: local)
    }
    let name = try settingName()
    guard acceptOperator("=") || acceptWord("to") else { throw unexpected() }
    if acceptWord("default") { return .set(name: name, values: nil, local: local) }
    var values = [try settingValue()]
    while accept(",") { values.append(try settingValue()) }
    return .set(name: name, values: values, local: local)
  }

  private func isOperatorEquals(_ ahead: Int) -> Bool {
    let token = self.ahead(ahead)
    return token.kind == .oper && token.text == "="
  }

  mutating func settingValue() throws(SQLError) -> String {
    let token = current
    switch token.kind {
    case .string, .quoted, .integer, .decimal:
      advance()
      return token.text
    case .word:
      if category(token) == .reserved, !["true", "false", "on"].contains(token.text) { throw unexpected() }
      advance()
      return token.text
    case .oper where token.text == "-" || token.text == "+":
      advance()
      guard current.kind == .integer || current.kind == .decimal else { throw unexpected() }
      let text = current.text
      advance()
      return token.text == "-" ? "-" + text : text
    default: throw unexpected()
    }
  }
}
