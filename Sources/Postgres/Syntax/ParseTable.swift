// CREATE TABLE: columns, constraints, partitions, storage. Source: PostgreSQL 15 manual, CREATE TABLE.

internal import SimKernel

extension Parser {
  mutating func withDataClause() throws(SQLError) -> Bool {
    if acceptWords("with", "no", "data") { return false }
    _ = acceptWords("with", "data")
    return true
  }

  mutating func createTable(temporary: Bool, unlogged: Bool) throws(SQLError) -> Statement {
    var table = CreateTable(name: QualifiedName(parts: [""], offset: 0))
    table.temporary = temporary
    table.unlogged = unlogged
    table.ifNotExists = ifNotExists()
    table.name = try qualifiedName()
    if acceptWord("partition") {
      try expectWord("of")
      table.partitionOf = try qualifiedName()
      if accept("(") {
        repeat { table.elements.append(try tableElement()) } while accept(",")
        try expect(")")
      }
      table.bound = try partitionBound()
    } else if acceptWord("of") {
      throw .notSimulated("CREATE TABLE OF")
    } else if isWord("as") || isPunctuation("(") && isColumnNameList() {
      if isPunctuation("(") { table.columnNames = try parenthesizedNames() }
      try tableOptions(&table)
      return try createTableAs(table)
    } else if isPunctuation("(") {
      advance()
      if !accept(")") {
        repeat { table.elements.append(try tableElement()) } while accept(",")
        try expect(")")
      }
    } else if isWord("with") || isWord("tablespace") || isWord("on") || isWord("using") {
      try tableOptions(&table)
      return try createTableAs(table)
    } else {
      throw unexpected()
    }
    if acceptWord("inherits") {
      try expect("(")
      table.inherits = try qualifiedNames()
      try expect(")")
    }
    if isWord("partition"), isWord(1, "by") {
      advance()
      advance()
      let strategy = try columnIdentifier()
      try expect("(")
      var columns: [Expr] = []
      repeat {
        columns.append(try operand())
        if isColumnIdentifier(current) { advance() }
      } while accept(",")
      try expect(")")
      table.partitionBy = PartitionSpec(strategy: strategy, columns: columns)
    }
    try tableOptions(&table)
    if isWord("as") { return try createTableAs(table) }
    return .createTable(table)
  }

  /// `(a, b) AS` as opposed to a list of column definitions.
  private func isColumnNameList() -> Bool {
    var i = 1
    while isColumnIdentifier(ahead(i)) {
      if isPunctuation(i + 1, ",") {
        i += 2
      } else {
        return isPunctuation(i + 1, ")")
          && (isWord(i + 2, "as") || isWord(i + 2, "with") || isWord(i + 2, "on") || isWord(i + 2, "tablespace"))
      }
    }
    return false
  }

  mutating func createTableAs(_ base: CreateTable) throws(SQLError) -> Statement {
    var table = base
    try expectWord("as")
    if isWord("execute") { throw .notSimulated("CREATE TABLE AS EXECUTE") }
    table.query = try query()
    table.withData = try withDataClause()
    return .createTableAs(table)
  }

  mutating func tableOptions(_ table: inout CreateTable) throws(SQLError) {
    while true {
      if isWord("using") {
        advance()
        _ = try columnIdentifier()
      } else if isWord("with"), isPunctuation(1, "(") {
        advance()
        table.options = try storageParameters()
      } else if acceptWords("without", "oids") {
        continue
      } else if acceptWords("on", "commit") {
        if acceptWord("drop") {
          table.onCommit = "drop"
        } else if acceptWords("delete", "rows") {
          table.onCommit = "delete rows"
        } else {
          guard acceptWords("preserve", "rows") else { throw unexpected() }
        }
      } else if acceptWord("tablespace") {
        _ = try columnIdentifier()
      } else {
        return
      }
    }
  }

  mutating func storageParameters() throws(SQLError) -> [(String, String)] {
    try expect("(")
    var options: [(String, String)] = []
    repeat {
      let name = try label()
      var value = "true"
      if acceptOperator("=") { value = try settingValue() }
      options.append((name, value))
    } while accept(",")
    try expect(")")
    return options
  }

  mutating func partitionBound() throws(SQLError) -> PartitionBound {
    if acceptWord("default") { return .defaultPartition }
    try expectWord("for")
    try expectWord("values")
    let place = current.start
    if acceptWord("in") {
      try expect("(")
      let list = try expressionList()
      try expect(")")
      return .list(list, place)
    }
    if acceptWord("from") {
      try expect("(")
      let low = try expressionList()
      try expect(")")
      try expectWord("to")
      try expect("(")
      let high = try expressionList()
      try expect(")")
      return .range(low, high, place)
    }
    try expectWord("with")
    try expect("(")
    guard acceptWord("modulus") else { throw unexpected() }
    let modulus = try signedInteger()
    try expect(",")
    guard acceptWord("remainder") else { throw unexpected() }
    let remainder = try signedInteger()
    try expect(")")
    return .hash(modulus, remainder, place)
  }

  mutating func tableElement() throws(SQLError) -> TableElement {
    if isWord("like"), !isPunctuation(1, "(") {
      advance()
      let source = try qualifiedName()
      var options: [String] = []
      while isWord("including") || isWord("excluding") {
        let including = isWord("including")
        advance()
        let what = try label()
        if including { options.append(what) }
      }
      return .like(source, options)
    }
    if isOneOf(["constraint", "check", "unique", "primary", "foreign", "exclude"]) {
      return .constraint(try tableConstraint())
    }
    return .column(try columnDefinition())
  }

  mutating func columnDefinition() throws(SQLError) -> ColumnDefinition {
    let offset = current.start
    let name = try columnIdentifier()
    guard startsType(current) else { throw unexpected() }
    let type = try typeName()
    var definition = ColumnDefinition(name: name, type: type, constraints: [], collation: nil, offset: offset)
    while true {
      if let collation = try collateClause() {
        definition.collation = collation
      } else if acceptWord("compression") || acceptWord("storage") {
        _ = try label()
      } else if let clause = try columnConstraint() {
        definition.constraints.append(clause)
      } else {
        return definition
      }
    }
  }

  /// Clauses after a constraint: deferrability, NOT VALID, NO INHERIT.
  mutating func attributes(_ clause: inout ConstraintClause, ofColumn: Bool = false) throws(SQLError) {
    while true {
      if acceptWord("deferrable") {
        clause.deferrable = true
      } else if acceptWords("not", "deferrable") {
        clause.deferrable = false
      } else if acceptWords("initially", "deferred") {
        clause.initiallyDeferred = true
        clause.deferrable = true
      } else if acceptWords("initially", "immediate") {
        clause.initiallyDeferred = false
      } else if ofColumn, isWord("not"), !isWord(1, "null") {
        advance()
        throw unexpected()
      } else if acceptWords("not", "valid") {
        clause.notValid = true
      } else if acceptWords("no", "inherit") {
        clause.noInherit = true
      } else {
        return
      }
    }
  }

  mutating func columnConstraint() throws(SQLError) -> ConstraintClause? {
    let offset = current.start
    var name: String?
    if acceptWord("constraint") { name = try columnIdentifier() }
    var clause = ConstraintClause(name: name, kind: .null, offset: offset)
    if isWord("not"), isWord(1, "null") {
      advance()
      advance()
      clause.kind = .notNull
    } else if acceptWord("null") {
      clause.kind = .null
    } else if acceptWord("check") {
      try checkClause(&clause)
    } else if acceptWord("default") {
      let start = current.start
      clause.kind = .defaultValue(try operand())
      clause.source = (start, previousEnd)
    } else if acceptWord("primary") {
      try expectWord("key")
      clause.kind = .primaryKey([])
      try indexOptions()
    } else if acceptWord("unique") {
      clause.kind = .unique([], nullsNotDistinct: nullsNotDistinct())
      try indexOptions()
    } else if acceptWord("references") {
      clause.kind = .foreignKey([], try references())
    } else if acceptWord("generated") {
      let always = acceptWord("always")
      if !always {
        try expectWord("by")
        try expectWord("default")
      }
      try expectWord("as")
      if acceptWord("identity") {
        var options: [SequenceOption] = []
        if accept("(") {
          options = try sequenceOptions()
          try expect(")")
        }
        clause.kind = .identity(always: always, options)
      } else {
        try expect("(")
        let expr = try expression()
        try expect(")")
        try expectWord("stored")
        clause.kind = .generated(expr)
      }
    } else {
      if isWord("not"), !isWord(1, "null") {
        advance()
        throw unexpected()
      }
      if name != nil { throw unexpected() }
      return nil
    }
    try attributes(&clause, ofColumn: true)
    return clause
  }

  /// `(condition)` behind CHECK.
  private mutating func checkClause(_ clause: inout ConstraintClause) throws(SQLError) {
    try expect("(")
    let start = current.start
    clause.kind = .check(try expression())
    clause.source = (start, previousEnd)
    try expect(")")
  }

  private mutating func nullsNotDistinct() -> Bool {
    if acceptWords("nulls", "not", "distinct") { return true }
    _ = acceptWords("nulls", "distinct")
    return false
  }

  mutating func indexOptions() throws(SQLError) {
    if isWord("with"), isPunctuation(1, "(") {
      advance()
      _ = try storageParameters()
    }
    if acceptWords("using", "index", "tablespace") { _ = try columnIdentifier() }
  }

  mutating func references() throws(SQLError) -> ForeignKeyClause {
    let table = try qualifiedName()
    var clause = ForeignKeyClause(table: table, columns: [])
    if isPunctuation("(") { clause.columns = try parenthesizedNames() }
    while true {
      if acceptWord("match") {
        clause.matchFull = acceptWord("full")
        if !clause.matchFull { guard acceptWord("simple") || acceptWord("partial") else { throw unexpected() } }
      } else if acceptWords("on", "delete") {
        clause.onDelete = try referentialAction()
        if clause.onDelete == .setNull || clause.onDelete == .setDefault, isPunctuation("(") {
          clause.deleteColumns = try parenthesizedNames()
        }
      } else if acceptWords("on", "update") {
        clause.onUpdate = try referentialAction()
      } else {
        return clause
      }
    }
  }

  mutating func referentialAction() throws(SQLError) -> ReferentialAction {
    if acceptWords("no", "action") { return .noAction }
    if acceptWord("restrict") { return .restrict }
    if acceptWord("cascade") { return .cascade }
    try expectWord("set")
    if acceptWord("null") { return .setNull }
    try expectWord("default")
    return .setDefault
  }

  mutating func tableConstraint() throws(SQLError) -> ConstraintClause {
    let offset = current.start
    var name: String?
    if acceptWord("constraint") { name = try columnIdentifier() }
    var clause = ConstraintClause(name: name, kind: .null, offset: offset)
    if acceptWord("check") {
      try checkClause(&clause)
    } else if acceptWord("primary") {
      try expectWord("key")
      if acceptWords("using", "index") {
        clause.kind = .usingIndex(try columnIdentifier(), primary: true)
      } else {
        clause.kind = .primaryKey(try parenthesizedNames())
        if acceptWord("include") { clause.include = try parenthesizedNames() }
        try indexOptions()
      }
    } else if acceptWord("unique") {
      if acceptWords("using", "index") {
        clause.kind = .usingIndex(try columnIdentifier(), primary: false)
      } else {
        let isStrict = nullsNotDistinct()
        clause.kind = .unique(try parenthesizedNames(), nullsNotDistinct: isStrict)
        if acceptWord("include") { clause.include = try parenthesizedNames() }
        try indexOptions()
      }
    } else if acceptWord("foreign") {
      try expectWord("key")
      let columns = try parenthesizedNames()
      try expectWord("references")
      clause.kind = .foreignKey(columns, try references())
    } else if acceptWord("exclude") {
      clause.kind = .exclusion(try exclusion())
    } else {
      throw unexpected()
    }
    try attributes(&clause)
    return clause
  }

  /// `USING gist (room WITH =, during WITH &&) WHERE (…)`
  private mutating func exclusion() throws(SQLError) -> ExclusionClause {
    var clause = ExclusionClause()
    clause.method = acceptWord("using") ? try columnIdentifier() : "btree"
    try expect("(")
    repeat {
      let element = try indexElement()
      try expectWord("with")
      guard current.kind == .oper else { throw unexpected() }
      clause.parts.append((element, current.text))
      advance()
    } while accept(",")
    try expect(")")
    if acceptWord("include") { _ = try parenthesizedNames() }
    try indexOptions()
    if acceptWord("where") {
      try expect("(")
      clause.condition = try expression()
      try expect(")")
    }
    return clause
  }

  /// `COLLATE name`, whose place is that of the word.
  mutating func collateClause() throws(SQLError) -> QualifiedName? {
    let place = current.start
    guard acceptWord("collate") else { return nil }
    return QualifiedName(parts: try anyName().parts, offset: place)
  }
}
