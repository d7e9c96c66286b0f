// Columns, defaults and types: pg_attribute, pg_attrdef, pg_type, pg_enum. Source: PostgreSQL 15 manual, chapter 53.

internal import SimKernel

extension CatalogViews {
  static func addAttributes(_ t: inout [String: CatalogView]) {
    t["pg_catalog.pg_attribute"] = CatalogView(attributes)
    t["pg_catalog.pg_attrdef"] = CatalogView(defaults)
    t["pg_catalog.pg_type"] = CatalogView(types)
    t["pg_catalog.pg_enum"] = CatalogView(labels)
  }

  /// The columns every table has besides its own.
  private static let systemColumns: [(name: String, type: Int32, number: Int64)] = [
    ("tableoid", Oid.oid, -6), ("cmax", Oid.cid, -5), ("xmax", Oid.xid, -4), ("cmin", Oid.cid, -3),
    ("xmin", Oid.xid, -2),
    ("ctid", Oid.tid, -1),
  ]

  static func storage(_ s: ClientSession, _ type: Int32) -> String {
    let entry = s.catalog.type(type)
    if type == Oid.numeric || type == Oid.inet || type == Oid.cidr { return "m" }
    return (entry?.length ?? 0) < 0 && type != Oid.cstring ? "x" : "p"
  }

  private static func attribute(
    _ s: ClientSession, _ relation: Int32, _ name: String, _ type: SQLType, _ number: Int64
  ) -> CatalogRow {
    let entry = s.catalog.type(type.oid)
    let length = Int64(entry?.length ?? -1)
    return [
      "attrelid": oid(relation), "attname": .text(name), "atttypid": oid(type.oid), "attstattarget": .int(-1),
      "attlen": .int(length), "attnum": .int(number), "attndims": .int(entry?.form == .array ? 1 : 0),
      "attcacheoff": .int(-1), "atttypmod": .int(Int64(type.modifier)),
      "attbyval": .bool(length > 0 && length <= 8 && type.oid != Oid.name),
      "attalign": .text(length == 8 ? "d" : length == 2 ? "s" : length == 1 ? "c" : "i"),
      "attstorage": .text(storage(s, type.oid)), "attcompression": .text(""), "attnotnull": .bool(false),
      "atthasdef": .bool(false), "atthasmissing": .bool(false), "attidentity": .text(""), "attgenerated": .text(""),
      "attisdropped": .bool(false), "attislocal": .bool(true), "attinhcount": .int(0),
      "attcollation": .int([Oid.text, Oid.varchar, Oid.bpchar].contains(type.oid) ? 100 : 0),
    ]
  }

  private static func attributes(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for v in SystemRelations.all {
      for (i, c) in v.columns.enumerated() {
        var row = attribute(s, v.oid, c.0, SQLType(c.1), Int64(i + 1))
        row["attnotnull"] = .bool(v.notNull[i])
        out.append(row)
      }
    }
    for r in s.catalog.relations.values {
      if let info = r.index {
        guard let t = s.catalog.relation(info.table) else { continue }
        for (i, c) in info.columns.enumerated() {
          let name = c.column >= 0 ? t.columns[c.column].name : "expr"
          let type = c.column >= 0 ? t.columns[c.column].type : c.expression!.type
          out.append(attribute(s, r.oid, name, type, Int64(i + 1)))
        }
        continue
      }
      if r.heap != nil || r.sequence != nil || r.kind == .partitioned {
        for c in systemColumns {
          var row = attribute(s, r.oid, c.name, SQLType(c.type), c.number)
          row["attnotnull"] = .bool(true)
          out.append(row)
        }
      }
      for (i, c) in r.columns.enumerated() {
        let name = c.isDropped ? "........pg.dropped.\(i + 1)........" : c.name
        var row = attribute(s, r.oid, name, c.type, Int64(i + 1))
        if let collation = c.collation {
          row["attcollation"] = .int(collation == "C" ? 950 : collation == "POSIX" ? 951 : 100)
        }
        row["attnotnull"] = .bool(c.notNull)
        row["atthasdef"] = .bool(c.defaultExpr != nil && c.identity == 0)
        row["atthasmissing"] = .bool(c.hasMissing)
        row["attidentity"] = .text(c.identity == 0 ? "" : String(decoding: [c.identity], as: UTF8.self))
        row["attgenerated"] = .text(c.isGenerated ? "s" : "")
        row["attisdropped"] = .bool(c.isDropped)
        row["attislocal"] = .bool(c.isLocal)
        row["attinhcount"] = .int(c.isLocal ? 0 : 1)
        if !c.acl.isEmpty { row["attacl"] = acl(c.acl) }
        out.append(row)
      }
    }
    return out
  }

  private static func defaults(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      for (i, c) in r.liveColumns where c.defaultExpr != nil && c.identity == 0 {
        out.append([
          "oid": .int(Int64(r.oid) + Int64(i) + 1), "adrelid": oid(r.oid), "adnum": .int(Int64(i + 1)),
          "adbin": .text(Deparser(s).expression(c.defaultExpr!)),
        ])
      }
    }
    return out
  }

  private static func types(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    func row(_ e: TypeEntry) -> CatalogRow {
      let kind: String
      switch e.form {
      case .base, .array: kind = "b"
      case .composite: kind = "c"
      case .enumeration: kind = "e"
      case .domain: kind = "d"
      case .pseudo: kind = "p"
      case .range: kind = "r"
      case .multirange: kind = "m"
      }
      return [
        "oid": oid(e.oid), "typname": .text(e.name), "typnamespace": schemaOid(s, e.schema),
        "typowner": e.owner.isEmpty ? .int(10) : roleOid(s, e.owner), "typlen": .int(Int64(e.length)),
        "typbyval": .bool(e.length > 0 && e.length <= 8), "typtype": .text(kind),
        "typcategory": .text(String(decoding: [e.category], as: UTF8.self)), "typispreferred": .bool(e.isPreferred),
        "typisdefined": .bool(true), "typdelim": .text(","), "typrelid": oid(e.relation), "typelem": oid(e.elementOid),
        "typarray": oid(e.arrayOid), "typnotnull": .bool(e.notNull), "typbasetype": oid(e.baseType.oid),
        "typtypmod": .int(Int64(e.baseType.oid == 0 ? -1 : e.baseType.modifier)), "typndims": .int(0),
        "typcollation": .int(e.category == 0x53 ? 100 : 0), "typdefault": text(e.defaultText),
      ]
    }
    var out: [CatalogRow] = []
    for key in BuiltinTypes.shared.byOid.keys.sorted() { out.append(row(BuiltinTypes.shared.byOid[key]!)) }
    for e in s.catalog.types.values { out.append(row(e)) }
    return out
  }

  private static func labels(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for e in s.catalog.types.values where e.form == .enumeration {
      for (i, l) in e.labels.enumerated() {
        out.append([
          "oid": .int(Int64(e.oid) + Int64(2 * i) + 2), "enumtypid": oid(e.oid), "enumsortorder": .float(l.order),
          "enumlabel": .text(l.name),
        ])
      }
    }
    return out
  }
}
