// Types, domains and extensions. Source: PostgreSQL 15 manual, CREATE TYPE, CREATE DOMAIN, CREATE EXTENSION.

internal import SimKernel

extension ClientSession {
  func requireFreeType(_ name: QualifiedName) throws(SQLError) -> String {
    let schema = try requireSchema(name)
    if catalog.typeOid(schema, name.name) != nil {
      throw SQLError(SQLState.duplicateObject, "type \"\(name.name)\" already exists")
    }
    return schema
  }

  /// Enters a type, and the type of its arrays.
  func put(_ type: TypeEntry) {
    var own = type
    own.owner = currentUser
    own.arrayOid = newOid()
    var array = TypeEntry(
      oid: own.arrayOid, name: "_" + own.name, sqlName: own.name + "[]", category: 0x41, isPreferred: false,
      length: -1, form: .array)
    array.elementOid = own.oid
    array.schema = own.schema
    let entries = (own, array)
    change {
      $0.put(entries.0)
      $0.put(entries.1)
    }
  }

  func createEnum(_ name: QualifiedName, _ labels: [String]) throws(SQLError) {
    let schema = try requireFreeType(name)
    var t = TypeEntry(
      oid: newOid(), name: name.name, sqlName: name.name, category: 0x45, isPreferred: false, length: 4,
      form: .enumeration)
    t.schema = schema
    for (i, l) in labels.enumerated() {
      if t.labels.contains(where: { $0.name == l }) {
        throw SQLError(
          SQLState.uniqueViolation, "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"",
          detail: "Key (enumtypid, enumlabel)=(\(t.oid), \(l)) already exists.")
      }
      t.labels.append(EnumLabel(oid: newOid(), type: t.oid, name: l, order: Double(i + 1)))
    }
    put(t)
  }

  func addEnumValue(_ name: QualifiedName, _ label: String, ifNotExists: Bool, before: Bool?, neighbour: String?)
    throws(SQLError)
  {
    let oid = try Analyzer(session: self).resolveType(TypeName(name: name)).oid
    guard var t = catalog.types[oid], t.form == .enumeration else {
      throw SQLError(SQLState.wrongObjectType, "\(name.text) is not an enum")
    }
    if t.labels.contains(where: { $0.name == label }) {
      if ifNotExists {
        notice("enum label \"\(label)\" already exists, skipping", state: SQLState.duplicateObject)
        return
      }
      throw SQLError(SQLState.duplicateObject, "enum label \"\(label)\" already exists")
    }
    let sorted = t.labels.sorted { $0.order < $1.order }
    var order = (sorted.last?.order ?? 0) + 1
    if let before, let neighbour {
      guard let i = sorted.firstIndex(where: { $0.name == neighbour }) else {
        throw SQLError(SQLState.invalidParameterValue, "\"\(neighbour)\" is not an existing enum label")
      }
      let low = before ? (i > 0 ? sorted[i - 1].order : sorted[i].order - 2) : sorted[i].order
      let high = before ? sorted[i].order : (i + 1 < sorted.count ? sorted[i + 1].order : sorted[i].order + 2)
      order = (low + high) / 2
    }
    t.labels.append(EnumLabel(oid: newOid(), type: oid, name: label, order: order))
    let final = t
    change { $0.put(final) }
  }

  func renameEnumValue(_ name: QualifiedName, _ old: String, _ new: String) throws(SQLError) {
    let oid = try Analyzer(session: self).resolveType(TypeName(name: name)).oid
    for l in catalog.types[oid]?.labels ?? [] where l.name == old {
      l.name = new
      return
    }
    throw SQLError(SQLState.invalidParameterValue, "\"\(old)\" is not an existing enum label")
  }

  func createComposite(_ name: QualifiedName, _ fields: [ColumnDefinitionItem]) throws(SQLError) {
    let schema = try requireFreeType(name)
    var t = TypeEntry(
      oid: newOid(), name: name.name, sqlName: name.name, category: 0x43, isPreferred: false, length: -1,
      form: .composite)
    t.schema = schema
    for f in fields {
      t.fields.append(CompositeField(name: f.name, type: try Analyzer(session: self).resolveType(f.type)))
    }
    put(t)
  }

  func createDomain(_ name: QualifiedName, _ type: TypeName, _ constraints: [ConstraintClause]) throws(SQLError) {
    let schema = try requireFreeType(name)
    let base = try Analyzer(session: self).resolveType(type)
    guard let b = catalog.type(base.oid) else { return }
    var t = TypeEntry(
      oid: newOid(), name: name.name, sqlName: name.name, category: b.category, isPreferred: false, length: b.length,
      form: .domain)
    t.schema = schema
    t.baseType = base
    for c in constraints {
      switch c.kind {
      case .notNull: t.notNull = true
      case .check(let e):
        let n = c.name ?? name.name + "_check" + (t.checks.isEmpty ? "" : String(t.checks.count))
        t.checks.append(DomainCheck(name: n, source: e, text: ""))
      case .defaultValue(let e):
        t.defaultText = try domainDefault(e, base)
      default: break
      }
    }
    put(t)
  }

  /// A domain's default as the catalogue keeps it.
  func domainDefault(_ e: Expr, _ base: SQLType) throws(SQLError) -> String {
    let a = Analyzer(session: self)
    let typed = try a.coerce(
      try a.expression(e, Scope(parent: nil, plan: QueryPlan(id: a.newID()))), base, .assignment, .implicitCast)
    return Deparser(self).expression(typed)
  }

  func evaluateDomainCheck(_ check: DomainCheck, _ value: Value, _ entry: TypeEntry) throws(SQLError) -> Value {
    let a = Analyzer(session: self)
    a.domainType = entry.baseType
    let typed = try a.booleanExpression(check.source, Scope(parent: nil, plan: QueryPlan(id: 0)), "CHECK")
    let f = Frame(parent: nil)
    f.domainValue = value
    return try Execution(session: self, snapshot: snapshot()).evaluate(typed, f)
  }

  func createExtension(_ name: String, ifNotExists: Bool) throws(SQLError) {
    if catalog.extensions[name] != nil {
      if ifNotExists {
        notice("extension \"\(name)\" already exists, skipping", state: SQLState.duplicateObject)
        return
      }
      throw SQLError(SQLState.duplicateObject, "extension \"\(name)\" already exists")
    }
    guard let fact = Extensions.fact(name) else {
      let folder = server.isAlpine ? "/usr/local/share/postgresql" : "/usr/share/postgresql/15"
      throw SQLError(
        SQLState.featureNotSupported, "extension \"\(name)\" is not available",
        detail:
          "Could not open extension control file \"\(folder)/extension/\(name).control\": No such file or directory.",
        hint: "The extension must first be installed on the system where PostgreSQL is running.")
    }
    guard Extensions.modelled.contains(name) else { throw .notSimulated("extension \(name)") }
    if !isSuperuser, !["pgcrypto", "uuid-ossp", "btree_gist", "btree_gin"].contains(name) {
      throw SQLError(
        SQLState.insufficientPrivilege, "permission denied to create extension \"\(name)\"",
        hint: "Must be superuser to create this extension.")
    }
    let schema = creationSchema ?? "public"
    let entry = ExtensionEntry(name: name, version: fact[1], schema: schema, comment: fact[2])
    change { $0.extensions[name] = entry }
  }
}
