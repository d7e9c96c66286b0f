// Functions and procedures by name and argument types: ALTER FUNCTION, and what DROP and COMMENT look for.
// Source: PostgreSQL 15 manual, ALTER FUNCTION and DROP FUNCTION.

internal import SimKernel

extension ClientSession {
  /// The routine that a statement names; `types` nil: by name alone, which must be enough. nil when there is none.
  func findRoutine(_ kind: String, _ name: QualifiedName, _ types: [FunctionParameter]?) throws(SQLError)
    -> FunctionEntry?
  {
    var oids: [Int32] = []
    var inputs: [Int32] = []
    if let types {
      let analyzer = Analyzer(session: self)
      for t in types {
        let oid = try analyzer.resolveType(t.type).oid
        oids.append(oid)
        if t.mode != "out" { inputs.append(oid) }
      }
    }
    var found: [FunctionEntry] = []
    for f in catalog.functions.values where f.name == name.name {
      if let schema = name.schema {
        if f.schema != schema { continue }
      } else if !searchPath.contains(f.schema) {
        continue
      }
      if types == nil, kind == "function" && f.isProcedure || kind == "procedure" && !f.isProcedure { continue }
      if types != nil {
        let all = f.parameters.filter { $0.mode != "table" }.map { $0.type.oid }
        guard f.inputTypes == inputs || f.isProcedure && all == oids else { continue }
      }
      found.append(f)
    }
    if found.count > 1 {
      throw SQLError(
        SQLState.ambiguousFunction, "\(kind) name \"\(name.text)\" is not unique",
        hint: "Specify the argument list to select the \(kind) unambiguously.")
    }
    if let f = found.first, kind == "procedure" && !f.isProcedure || kind == "function" && f.isProcedure {
      throw SQLError(SQLState.wrongObjectType, "\(routineText(name, oids)) is not a \(kind)")
    }
    return found.first
  }

  private func routineText(_ name: QualifiedName, _ types: [Int32]) -> String {
    "\(name.text)(\(joined(types.map { formatType($0) }, ", ")))"
  }

  func missingRoutine(_ kind: String, _ name: QualifiedName, _ types: [FunctionParameter]?) throws(SQLError) -> SQLError
  {
    guard let types else {
      let kind = kind == "routine" ? "function" : kind
      return SQLError(SQLState.undefinedFunction, "could not find a \(kind) named \"\(name.text)\"")
    }
    var oids: [Int32] = []
    for t in types where t.mode != "out" { oids.append(try Analyzer(session: self).resolveType(t.type).oid) }
    return SQLError(SQLState.undefinedFunction, "\(kind) \(routineText(name, oids)) does not exist")
  }

  func alterFunction(_ s: AlterFunction) throws(SQLError) {
    guard let f = try findRoutine(s.kind, s.name, s.types) else {
      throw try missingRoutine(s.kind, s.name, s.types)
    }
    if !server.cluster.isMember(currentUser, of: f.owner) {
      throw SQLError(
        SQLState.insufficientPrivilege, "must be owner of \(f.isProcedure ? "procedure" : "function") \(f.name)")
    }
    var changed = f
    switch s.action {
    case .rename(let new):
      changed.name = new
      try requireFree(changed)
    case .setSchema(let schema):
      guard catalog.schemas[schema] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(schema)\" does not exist")
      }
      changed.schema = schema
      if schema != f.schema { try requireFree(changed) }
    case .owner(let role): changed.owner = try resolveRole(role)
    case .attributes(let list):
      for a in list {
        switch a {
        case .volatility(let v): changed.volatility = v
        case .strict(let on): changed.strict = on
        case .securityDefiner(let on): changed.securityDefiner = on
        case .other: break
        }
      }
    }
    let final = changed
    change { $0.functions[f.oid] = final }
  }

  private func requireFree(_ f: FunctionEntry) throws(SQLError) {
    for other in catalog.functions.values
    where other.oid != f.oid && other.name == f.name && other.schema == f.schema && other.inputTypes == f.inputTypes {
      throw SQLError(
        SQLState.duplicateFunction,
        "function \(f.name)(\(joined(f.inputTypes.map { formatType($0) }, ", "))) already exists in schema \"\(f.schema)\""
      )
    }
  }
}
