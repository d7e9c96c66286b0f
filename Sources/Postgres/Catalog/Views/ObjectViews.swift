// Relations, indexes, constraints, sequences, views, functions, triggers: pg_class and what stands around it.
// Source: PostgreSQL 15 manual, chapters 53 and 54.

internal import SimKernel

extension CatalogViews {
  static func addObjects(_ t: inout [String: CatalogView]) {
    t["pg_catalog.pg_class"] = CatalogView(classes)
    t["pg_catalog.pg_tables"] = CatalogView(tables)
    t["pg_catalog.pg_indexes"] = CatalogView(indexes)
    t["pg_catalog.pg_index"] = CatalogView(indexRows)
    t["pg_catalog.pg_constraint"] = CatalogView(constraints)
    t["pg_catalog.pg_sequence"] = CatalogView(sequenceRows)
    t["pg_catalog.pg_sequences"] = CatalogView(sequences)
    t["pg_catalog.pg_views"] = CatalogView(views)
    t["pg_catalog.pg_matviews"] = CatalogView(materializedViews)
    t["pg_catalog.pg_proc"] = CatalogView(functions)
    t["pg_catalog.pg_trigger"] = CatalogView(triggers)
    t["pg_catalog.pg_inherits"] = CatalogView(inheritance)
    t["pg_catalog.pg_partitioned_table"] = CatalogView(partitioned)
    t["pg_catalog.pg_rules"] = CatalogView(none)
    t["pg_catalog.pg_namespace"] = CatalogView(namespaces)
    t["pg_catalog.pg_default_acl"] = CatalogView(defaultPrivileges)
    t["pg_catalog.pg_policy"] = CatalogView(policies)
    t["pg_catalog.pg_policies"] = CatalogView(policyList)
    t["pg_catalog.pg_extension"] = CatalogView(extensions)
    t["pg_catalog.pg_description"] = CatalogView(descriptions)
  }

  private static func none(_ s: ClientSession) throws(SQLError) -> [CatalogRow] { [] }

  private static func classes(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for v in SystemRelations.all {
      out.append([
        "oid": oid(v.oid), "relname": .text(v.name), "relnamespace": schemaOid(s, v.schema), "reltype": .int(0),
        "reloftype": .int(0), "relowner": .int(10), "relam": .int(v.kind == "r" ? 2 : 0), "relfilenode": .int(0),
        "reltablespace": .int(0), "relpages": .int(0), "reltuples": .float(-1), "relallvisible": .int(0),
        "reltoastrelid": .int(0), "relhasindex": .bool(v.kind == "r"), "relisshared": .bool(false),
        "relpersistence": .text("p"), "relkind": .text(v.kind), "relnatts": .int(Int64(v.columns.count)),
        "relchecks": .int(0), "relhasrules": .bool(v.kind == "v"), "relhastriggers": .bool(false),
        "relhassubclass": .bool(false), "relrowsecurity": .bool(false), "relforcerowsecurity": .bool(false),
        "relispopulated": .bool(true), "relreplident": .text("n"), "relispartition": .bool(false),
        "relrewrite": .int(0), "relfrozenxid": .int(v.kind == "r" ? 722 : 0), "relminmxid": .int(1),
      ])
    }
    for r in s.catalog.relations.values {
      var row: CatalogRow = [:]
      let kind = r.kind == .composite ? "c" : String(decoding: [r.kind.rawValue], as: UTF8.self)
      let isIndex = r.index != nil
      row["oid"] = oid(r.oid)
      row["relname"] = .text(r.name)
      row["relnamespace"] = schemaOid(s, r.schema)
      row["reltype"] = oid(r.rowType)
      row["reloftype"] = .int(0)
      row["relowner"] = roleOid(s, r.owner)
      let methods: [String: Int64] = [
        "btree": 403, "hash": 405, "gist": 783, "gin": 2742, "brin": 3580, "spgist": 4000,
      ]
      row["relam"] = .int(isIndex ? methods[r.index!.method] ?? 403 : r.heap != nil ? 2 : 0)
      row["relfilenode"] = oid(
        r.kind == .view || r.kind == .partitioned ? 0 : r.relfilenode != 0 ? r.relfilenode : r.oid)
      row["reltablespace"] = .int(0)
      let analysed = r.analysedRows >= 0
      row["relpages"] = .int(
        isIndex ? RelationSize(s).indexPages(r) : analysed ? r.heap?.pageCount ?? 0 : r.sequence != nil ? 1 : 0)
      row["reltuples"] = .float(
        isIndex
          ? Double(max(0, s.catalog.relation(r.index!.table)?.analysedRows ?? 0))
          : r.sequence != nil ? 1 : r.kind == .view ? -1 : Double(r.analysedRows))
      row["relallvisible"] = .int(0)
      row["reltoastrelid"] = oid(RelationSize(s).hasToast(r) ? r.oid + 3 : 0)
      row["relhasindex"] = .bool(!s.catalog.indexes(of: r.oid).isEmpty)
      row["relisshared"] = .bool(false)
      row["relpersistence"] = .text(r.isTemporary ? "t" : r.isUnlogged ? "u" : "p")
      row["relkind"] = .text(kind)
      row["relnatts"] = .int(
        Int64(isIndex ? r.index!.columns.count + r.index!.include.count : r.sequence != nil ? 3 : r.columns.count))
      var checks = 0
      for c in r.constraints where c.kind == .check { checks += 1 }
      row["relchecks"] = .int(Int64(checks))
      row["relhasrules"] = .bool(r.kind == .view || r.kind == .materializedView)
      row["relhastriggers"] = .bool(hasTriggers(s, r))
      row["relhassubclass"] = .bool(!s.catalog.children(of: r.oid).isEmpty)
      row["relrowsecurity"] = .bool(r.rowSecurity)
      row["relforcerowsecurity"] = .bool(r.forcesRowSecurity)
      row["relispopulated"] = .bool(r.view?.isPopulated ?? true)
      row["relreplident"] = .text(
        isIndex || r.kind == .view || r.sequence != nil || r.kind == .composite
          ? "n" : String(decoding: [r.replicaIdentity], as: UTF8.self))
      row["relispartition"] = .bool(r.partitionOf != 0)
      row["relrewrite"] = .int(0)
      row["relfrozenxid"] = .int(r.heap != nil ? 730 : 0)
      row["relminmxid"] = .int(r.heap != nil ? 1 : 0)
      row["relacl"] = acl(r.acl)
      if !r.options.isEmpty {
        row["reloptions"] = .array(
          ArrayValue(elementType: Oid.text, r.options.map { .text($0.0 + "=" + $0.1) }))
      }
      row["relpartbound"] = r.boundText.isEmpty ? .null : .text(r.boundText)
      out.append(row)
    }
    return out
  }

  private static func hasTriggers(_ s: ClientSession, _ r: Relation) -> Bool {
    if !r.triggers.isEmpty { return true }
    for c in r.constraints where c.kind == .foreignKey { return true }
    return !s.catalog.references(to: r.oid).isEmpty
  }

  private static func tables(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values where r.isTableLike {
      out.append([
        "schemaname": .text(r.schema), "tablename": .text(r.name), "tableowner": .text(r.owner),
        "hasindexes": .bool(!s.catalog.indexes(of: r.oid).isEmpty), "hasrules": .bool(false),
        "hastriggers": .bool(hasTriggers(s, r)), "rowsecurity": .bool(r.rowSecurity),
      ])
    }
    for v in SystemRelations.all where v.kind == "r" {
      out.append([
        "schemaname": .text(v.schema), "tablename": .text(v.name), "tableowner": .text(s.server.cluster.bootstrapRole),
        "hasindexes": .bool(v.schema == "pg_catalog"), "hasrules": .bool(false), "hastriggers": .bool(false),
        "rowsecurity": .bool(false),
      ])
    }
    return out
  }

  private static func indexes(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      guard let info = r.index else { continue }
      out.append([
        "schemaname": .text(r.schema), "tablename": text(s.catalog.relation(info.table)?.name),
        "indexname": .text(r.name), "indexdef": .text(Deparser(s).index(r)),
      ])
    }
    return out
  }

  private static func indexRows(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      guard let info = r.index else { continue }
      var keys: [String] = []
      for c in info.columns { keys.append(String(c.column + 1)) }
      for c in info.include { keys.append(String(c + 1)) }
      out.append([
        "indexrelid": oid(r.oid), "indrelid": oid(info.table), "indnatts": .int(Int64(keys.count)),
        "indnkeyatts": .int(Int64(info.columns.count)), "indisunique": .bool(info.unique),
        "indnullsnotdistinct": .bool(info.nullsNotDistinct), "indisprimary": .bool(info.primary),
        "indisexclusion": .bool(!info.exclusion.isEmpty), "indimmediate": .bool(true),
        "indisclustered": .bool(s.catalog.relation(info.table)?.clusteredOn == r.oid),
        "indisvalid": .bool(info.isValid), "indcheckxmin": .bool(false), "indisready": .bool(true),
        "indislive": .bool(true),
        "indisreplident": .bool(false), "indkey": .text(joined(keys, " ")),
        "indpred": info.predicate.map { .text(Deparser(s).expression($0)) } ?? .null,
      ])
    }
    return out
  }

  private static func constraints(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    func action(_ a: ReferentialAction) -> Value {
      switch a.rawValue {
      case "RESTRICT": .text("r")
      case "CASCADE": .text("c")
      case "SET NULL": .text("n")
      case "SET DEFAULT": .text("d")
      default: .text("a")
      }
    }
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      for c in r.constraints {
        var row: CatalogRow = [:]
        row["oid"] = oid(c.oid)
        row["conname"] = .text(c.name)
        row["connamespace"] = schemaOid(s, r.schema)
        row["contype"] = .text(String(decoding: [c.kind.rawValue], as: UTF8.self))
        row["condeferrable"] = .bool(c.deferrable)
        row["condeferred"] = .bool(c.initiallyDeferred)
        row["convalidated"] = .bool(c.isValid)
        row["conrelid"] = oid(r.oid)
        row["contypid"] = .int(0)
        row["conindid"] = oid(c.index)
        row["conparentid"] = .int(0)
        row["confrelid"] = oid(c.foreignTable)
        let foreign = c.kind == .foreignKey
        row["confupdtype"] = foreign ? action(c.onUpdate) : .text(" ")
        row["confdeltype"] = foreign ? action(c.onDelete) : .text(" ")
        row["confmatchtype"] = .text(foreign ? (c.matchFull ? "f" : "s") : " ")
        row["conislocal"] = .bool(c.isLocal)
        row["coninhcount"] = .int(c.isLocal ? 0 : 1)
        row["connoinherit"] = .bool(c.noInherit || c.kind != .check)
        if !c.columns.isEmpty { row["conkey"] = numbers(c.columns, Oid.int2) }
        if foreign { row["confkey"] = numbers(c.foreignColumns, Oid.int2) }
        out.append(row)
      }
    }
    return out
  }

  private static func sequenceRows(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      guard let q = r.sequence else { continue }
      out.append([
        "seqrelid": oid(r.oid), "seqtypid": oid(q.type), "seqstart": .int(q.start), "seqincrement": .int(q.increment),
        "seqmax": .int(q.maximum), "seqmin": .int(q.minimum), "seqcache": .int(q.cache), "seqcycle": .bool(q.cycle),
      ])
    }
    return out
  }

  private static func sequences(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      guard let q = r.sequence else { continue }
      out.append([
        "schemaname": .text(r.schema), "sequencename": .text(r.name), "sequenceowner": .text(r.owner),
        "data_type": oid(q.type), "start_value": .int(q.start), "min_value": .int(q.minimum),
        "max_value": .int(q.maximum), "increment_by": .int(q.increment), "cycle": .bool(q.cycle),
        "cache_size": .int(q.cache), "last_value": q.state.isCalled ? .int(q.state.last) : .null,
      ])
    }
    return out
  }

  private static func views(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values where r.kind == .view {
      out.append([
        "schemaname": .text(r.schema), "viewname": .text(r.name), "viewowner": .text(r.owner),
        "definition": .text(try QueryDeparser.view(r, s)),
      ])
    }
    for v in SystemRelations.all where v.kind == "v" {
      out.append([
        "schemaname": .text(v.schema), "viewname": .text(v.name), "viewowner": .text(s.server.cluster.bootstrapRole),
      ])
    }
    return out
  }

  private static func materializedViews(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values where r.kind == .materializedView {
      out.append([
        "schemaname": .text(r.schema), "matviewname": .text(r.name), "matviewowner": .text(r.owner),
        "hasindexes": .bool(!s.catalog.indexes(of: r.oid).isEmpty), "ispopulated": .bool(r.view?.isPopulated ?? true),
        "definition": .text(try QueryDeparser.view(r, s)),
      ])
    }
    return out
  }

  private static func functions(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    let languages: [String: Int64] = ["internal": 12, "c": 13, "sql": 14, "plpgsql": 13_579]
    var out: [CatalogRow] = []
    var known: Set<String> = []
    for f in factLines(functionFacts) {
      let key = f[0] + "(" + f[1]
      guard known.insert(key).inserted else { continue }
      out.append([
        "oid": .int(Int64(1_200 + out.count)), "proname": .text(f[0]), "pronamespace": .int(11), "proowner": .int(10),
        "prolang": .int(12), "prokind": .text(String(f[3].prefix(1))),
      ])
    }
    for f in s.catalog.functions.values {
      out.append([
        "oid": oid(f.oid), "proname": .text(f.name), "pronamespace": schemaOid(s, f.schema),
        "proowner": roleOid(s, f.owner), "prolang": .int(languages[f.language] ?? 14),
        "prokind": .text(f.isProcedure ? "p" : "f"), "prosecdef": .bool(f.securityDefiner),
        "proleakproof": .bool(false),
        "proisstrict": .bool(f.strict), "proretset": .bool(f.returnsSet),
        "provolatile": .text(f.volatility == "immutable" ? "i" : f.volatility == "stable" ? "s" : "v"),
        "proparallel": .text("u"), "pronargs": .int(Int64(f.inputTypes.count)), "prorettype": oid(f.result.oid),
        "prosrc": .text(f.body), "proacl": acl(f.acl),
      ])
    }
    return out
  }

  private static func triggers(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      for t in r.triggers {
        var type: Int64 = t.forEachRow ? 1 : 0
        if t.timing == "BEFORE" { type |= 2 }
        if t.timing == "INSTEAD OF" { type |= 64 }
        for e in t.events { type |= e == "INSERT" ? 4 : e == "DELETE" ? 8 : e == "UPDATE" ? 16 : 32 }
        out.append([
          "oid": oid(t.oid), "tgrelid": oid(r.oid), "tgparentid": .int(0), "tgname": .text(t.name),
          "tgfoid": oid(t.functionOid), "tgtype": .int(type),
          "tgenabled": .text(String(decoding: [t.firing], as: UTF8.self)),
          "tgisinternal": .bool(false), "tgconstrrelid": .int(0), "tgconstrindid": .int(0), "tgconstraint": .int(0),
          "tgdeferrable": .bool(false), "tginitdeferred": .bool(false), "tgnargs": .int(Int64(t.arguments.count)),
        ])
      }
    }
    return out
  }

  private static func inheritance(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      var parents = r.inherits
      if r.partitionOf != 0 { parents = [r.partitionOf] }
      for (i, p) in parents.enumerated() {
        out.append([
          "inhrelid": oid(r.oid), "inhparent": oid(p), "inhseqno": .int(Int64(i + 1)), "inhdetachpending": .bool(false),
        ])
      }
    }
    return out
  }

  private static func partitioned(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      guard let p = r.partition else { continue }
      var fallback: Int32 = 0
      for c in s.catalog.children(of: r.oid) { if case .defaultPartition = c.bound { fallback = c.oid } }
      out.append([
        "partrelid": oid(r.oid), "partstrat": .text(String(p.strategy.prefix(1))),
        "partnatts": .int(Int64(p.columns.count)), "partdefid": oid(fallback),
        "partattrs": .text(joined(p.columns.map { String($0 + 1) }, " ")),
      ])
    }
    return out
  }

  private static func defaultPrivileges(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for p in s.catalog.defaultPrivileges {
      out.append([
        "oid": oid(p.oid), "defaclrole": roleOid(s, p.role),
        "defaclnamespace": p.schema.map { schemaOid(s, $0) } ?? .int(0), "defaclobjtype": .text(p.letter),
        "defaclacl": acl(p.acl),
      ])
    }
    return out
  }

  private static func policies(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    let letters = ["all": "*", "select": "r", "insert": "a", "update": "w", "delete": "d"]
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      for p in r.policies {
        let roles = p.roles.isEmpty ? [Value.int(0)] : p.roles.map { roleOid(s, $0) }
        out.append([
          "oid": oid(p.oid), "polname": .text(p.name), "polrelid": oid(r.oid),
          "polcmd": .text(letters[p.command] ?? "*"), "polpermissive": .bool(p.isPermissive),
          "polroles": .array(ArrayValue(elementType: Oid.oid, roles)), "polqual": text(p.usingText),
          "polwithcheck": text(p.checkText),
        ])
      }
    }
    return out
  }

  private static func policyList(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      for p in r.policies {
        let roles = p.roles.isEmpty ? [Value.text("public")] : p.roles.map { Value.text($0) }
        out.append([
          "schemaname": .text(r.schema), "tablename": .text(r.name), "policyname": .text(p.name),
          "permissive": .text(p.isPermissive ? "PERMISSIVE" : "RESTRICTIVE"),
          "roles": .array(ArrayValue(elementType: Oid.name, roles)), "cmd": .text(uppercasedASCII(p.command)),
          "qual": text(p.usingText), "with_check": text(p.checkText),
        ])
      }
    }
    return out
  }

  private static func namespaces(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    s.catalog.schemas.values.map { x in
      ["oid": oid(x.oid), "nspname": .text(x.name), "nspowner": roleOid(s, x.owner), "nspacl": acl(x.acl)]
    }
  }

  private static func extensions(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for (i, e) in s.catalog.extensions.values.enumerated() {
      out.append([
        "oid": .int(Int64(13_578 + i)), "extname": .text(e.name), "extowner": .int(10),
        "extnamespace": schemaOid(s, e.schema), "extrelocatable": .bool(e.name != "plpgsql"),
        "extversion": .text(e.version),
      ])
    }
    return out
  }

  private static func descriptions(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      if let c = r.comment {
        out.append(["objoid": oid(r.oid), "classoid": .int(1259), "objsubid": .int(0), "description": .text(c)])
      }
      for (i, column) in r.liveColumns {
        guard let c = column.comment else { continue }
        out.append([
          "objoid": oid(r.oid), "classoid": .int(1259), "objsubid": .int(Int64(i + 1)), "description": .text(c),
        ])
      }
    }
    return out
  }
}
