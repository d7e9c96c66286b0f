// Lists of the `\d` family that are one query of the catalogue each: a table of titles, columns and conditions.
// Source: PostgreSQL 15 manual, psql, meta-commands; chapter 53 "System Catalogs".

internal import SimKernel

struct CatalogList {
  /// A column's heading and its expression.
  typealias Column = (name: String, expression: String)

  let title: String
  let columns: [Column]
  /// Columns that `+` adds.
  var more: [Column] = []
  let from: String
  var conditions = ""
  /// Added when neither a pattern nor `S` is given.
  var own = ""
  /// Where a pattern looks: schema and name; several are alternatives.
  var patterns: [(schema: String, name: String)] = []
  /// Added when the pattern names no schema.
  var visible = ""
  /// What a second pattern is compared with.
  var second = ""
  let order: String
  /// Said instead of an empty table.
  var empty: String?

  private static let notSystem = "n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'"
  private static func comment(_ oid: String, _ catalog: String) -> Column {
    ("Description", "pg_catalog.obj_description(\(oid), '\(catalog)')")
  }
  private static func owner(_ column: String) -> Column { ("Owner", "pg_catalog.pg_get_userbyid(\(column))") }
  private static func search(_ title: String, _ table: String, _ prefix: String) -> CatalogList {
    CatalogList(
      title: title,
      columns: [("Schema", "n.nspname"), ("Name", "c.\(prefix)name"), comment("c.oid", table)],
      from: "\(table) c JOIN pg_namespace n ON n.oid = c.\(prefix)namespace",
      patterns: [("n.nspname", "c.\(prefix)name")], order: "1, 2")
  }

  static let all: [String: CatalogList] = [
    "dA": CatalogList(
      title: "List of access methods",
      columns: [("Name", "amname"), ("Type", "CASE amtype WHEN 'i' THEN 'Index' WHEN 't' THEN 'Table' END")],
      more: [
        (
          "Handler",
          "CASE amname WHEN 'btree' THEN 'bthandler' WHEN 'spgist' THEN 'spghandler' WHEN 'heap' THEN 'heap_tableam_handler' ELSE amname || 'handler' END"
        ),
        (
          "Description",
          "CASE amname WHEN 'brin' THEN 'block range index (BRIN)' WHEN 'btree' THEN 'b-tree index' WHEN 'gin' THEN 'GIN index' WHEN 'gist' THEN 'GiST index' WHEN 'hash' THEN 'hash index' WHEN 'heap' THEN 'heap table' WHEN 'spgist' THEN 'SP-GiST index' END || ' access method'"
        ),
      ], from: "pg_am", patterns: [("", "amname")],
      order: "1"),
    "dC": CatalogList(
      title: "List of casts",
      columns: [
        ("Source type", "pg_catalog.format_type(castsource, NULL)"),
        ("Target type", "pg_catalog.format_type(casttarget, NULL)"),
        (
          "Function",
          "CASE castmethod WHEN 'b' THEN '(binary coercible)' WHEN 'i' THEN '(with inout)' ELSE p.proname END"
        ), ("Implicit?", "CASE castcontext WHEN 'e' THEN 'no' WHEN 'a' THEN 'in assignment' ELSE 'yes' END"),
      ], more: [comment("c.oid", "pg_cast")],
      from: """
        pg_cast c LEFT JOIN pg_proc p ON p.oid = c.castfunc JOIN pg_type ts ON ts.oid = c.castsource \
        JOIN pg_namespace ns ON ns.oid = ts.typnamespace JOIN pg_type tt ON tt.oid = c.casttarget \
        JOIN pg_namespace nt ON nt.oid = tt.typnamespace
        """,
      patterns: [
        ("ns.nspname", "ts.typname"), ("ns.nspname", "pg_catalog.format_type(ts.oid, NULL)"),
        ("nt.nspname", "tt.typname"), ("nt.nspname", "pg_catalog.format_type(tt.oid, NULL)"),
      ], order: "1, 2"),
    "dO": CatalogList(
      title: "List of collations",
      columns: [
        ("Schema", "n.nspname"), ("Name", "c.collname"), ("Collate", "c.collcollate"), ("Ctype", "c.collctype"),
        ("ICU Locale", "c.colliculocale"),
        ("Provider", "CASE c.collprovider WHEN 'd' THEN 'default' WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' END"),
        ("Deterministic?", "CASE WHEN c.collisdeterministic THEN 'yes' ELSE 'no' END"),
      ], more: [comment("c.oid", "pg_collation")],
      from: "pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace",
      conditions: "c.collencoding IN (-1, 6)", own: notSystem, patterns: [("n.nspname", "c.collname")],
      order: "1, 2"),
    "dc": CatalogList(
      title: "List of conversions",
      columns: [
        ("Schema", "n.nspname"), ("Name", "c.conname"),
        ("Source", "pg_catalog.pg_encoding_to_char(c.conforencoding)"),
        ("Destination", "pg_catalog.pg_encoding_to_char(c.contoencoding)"),
        ("Default?", "CASE WHEN c.condefault THEN 'yes' ELSE 'no' END"),
      ], more: [comment("c.oid", "pg_conversion")],
      from: "pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace", own: notSystem,
      patterns: [("n.nspname", "c.conname")], order: "1, 2"),
    "da": CatalogList(
      title: "List of aggregate functions",
      columns: [
        ("Schema", "n.nspname"), ("Name", "p.proname"),
        ("Result data type", "pg_catalog.format_type(p.prorettype, NULL)"),
        (
          "Argument data types",
          "CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END"
        ), comment("p.oid", "pg_proc"),
      ], from: "pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace", conditions: "p.prokind = 'a'",
      own: notSystem, patterns: [("n.nspname", "p.proname")], order: "1, 2, 4"),
    "do": CatalogList(
      title: "List of operators",
      columns: [
        ("Schema", "n.nspname"), ("Name", "o.oprname"),
        ("Left arg type", "CASE WHEN o.oprkind = 'l' THEN NULL ELSE pg_catalog.format_type(o.oprleft, NULL) END"),
        ("Right arg type", "pg_catalog.format_type(o.oprright, NULL)"),
        ("Result type", "pg_catalog.format_type(o.oprresult, NULL)"),
      ], more: [("Function", "o.oprcode::text")],
      from: "pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace", own: notSystem,
      patterns: [("n.nspname", "o.oprname")], order: "1, 2, 3, 4"),
    "dF": search("List of text search configurations", "pg_ts_config", "cfg"),
    "dFd": search("List of text search dictionaries", "pg_ts_dict", "dict"),
    "dFp": search("List of text search parsers", "pg_ts_parser", "prs"),
    "dFt": search("List of text search templates", "pg_ts_template", "tmpl"),
    "dX": CatalogList(
      title: "List of extended statistics",
      columns: [
        ("Schema", "n.nspname"), ("Name", "es.stxname"), ("Definition", "''"), ("Ndistinct", "''"),
        ("Dependencies", "''"), ("MCV", "''"),
      ], from: "pg_statistic_ext es JOIN pg_namespace n ON n.oid = es.stxnamespace",
      patterns: [("n.nspname", "es.stxname")], order: "1, 2"),
    "des": CatalogList(
      title: "List of foreign servers",
      columns: [("Name", "s.srvname"), owner("s.srvowner"), ("Foreign-data wrapper", "f.fdwname")],
      from: "pg_foreign_server s JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw", patterns: [("", "s.srvname")],
      order: "1"),
    "dew": CatalogList(
      title: "List of foreign-data wrappers",
      columns: [
        ("Name", "fdwname"), owner("fdwowner"), ("Handler", "fdwhandler::text"), ("Validator", "fdwvalidator::text"),
      ], from: "pg_foreign_data_wrapper", patterns: [("", "fdwname")], order: "1"),
    "det": CatalogList(
      title: "List of foreign tables",
      columns: [("Schema", "n.nspname"), ("Table", "c.relname"), ("Server", "s.srvname")],
      from: """
        pg_foreign_table ft JOIN pg_class c ON c.oid = ft.ftrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
        JOIN pg_foreign_server s ON s.oid = ft.ftserver
        """, patterns: [("n.nspname", "c.relname")], order: "1, 2"),
    "deu": CatalogList(
      title: "List of user mappings", columns: [("Server", "srvname"), ("User name", "usename")],
      from: "pg_user_mappings", patterns: [("srvname", "usename")], order: "1, 2"),
    "dl": CatalogList(
      title: "Large objects",
      columns: [("ID", "oid"), owner("lomowner"), ("Description", "NULL::text")],
      from: "pg_largeobject_metadata", order: "1"),
    "dRp": CatalogList(
      title: "List of publications",
      columns: [
        ("Name", "pubname"), owner("pubowner"), ("All tables", "puballtables"), ("Inserts", "pubinsert"),
        ("Updates", "pubupdate"), ("Deletes", "pubdelete"), ("Truncates", "pubtruncate"), ("Via root", "pubviaroot"),
      ], from: "pg_publication", patterns: [("", "pubname")], order: "1"),
    "dRp+": CatalogList(
      title: "Publications", columns: [("Name", "pubname")], from: "pg_publication", patterns: [("", "pubname")],
      order: "1", empty: "any publications"),
    "dRs": CatalogList(
      title: "List of subscriptions",
      columns: [
        ("Name", "subname"), owner("subowner"), ("Enabled", "subenabled"), ("Publication", "subpublications::text"),
      ], from: "pg_subscription", patterns: [("", "subname")], order: "1"),
    "ddp": CatalogList(
      title: "Default access privileges",
      columns: [
        ("Owner", "pg_catalog.pg_get_userbyid(d.defaclrole)"), ("Schema", "n.nspname"),
        (
          "Type",
          "CASE d.defaclobjtype WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'function' WHEN 'T' THEN 'type' WHEN 'n' THEN 'schema' END"
        ), ("Access privileges", "pg_catalog.array_to_string(d.defaclacl, E'\\n')"),
      ], from: "pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace",
      patterns: [("n.nspname", "pg_catalog.pg_get_userbyid(d.defaclrole)")], order: "1, 2, 3"),
    "drds": CatalogList(
      title: "List of settings",
      columns: [
        ("Role", "r.rolname"), ("Database", "d.datname"),
        ("Settings", "pg_catalog.array_to_string(s.setconfig, E'\\n')"),
      ],
      from: """
        pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase \
        LEFT JOIN pg_roles r ON r.oid = s.setrole
        """, patterns: [("", "r.rolname")], second: "d.datname", order: "1, 2", empty: "any settings"),
    "dconfig": CatalogList(
      title: "List of non-default configuration parameters",
      columns: [("Parameter", "s.name"), ("Value", "pg_catalog.current_setting(s.name)")],
      more: [("Type", "s.vartype"), ("Context", "s.context"), ("Access privileges", "''")], from: "pg_settings s",
      own: "s.source <> 'default' AND s.setting IS DISTINCT FROM s.boot_val",
      patterns: [("", "pg_catalog.lower(s.name)")], order: "1"),
    "dd": CatalogList(
      title: "Object descriptions",
      columns: [
        ("Schema", "x.nspname"), ("Name", "x.name"), ("Object", "x.object"), ("Description", "x.description"),
      ],
      from: """
        (SELECT n.nspname, c.conname AS name, 'table constraint' AS object, d.description \
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
        JOIN pg_description d ON d.objoid = c.oid) x
        """, own: "x.nspname <> 'pg_catalog' AND x.nspname <> 'information_schema'",
      patterns: [("x.nspname", "x.name")], order: "1, 2, 3"),
  ]

  /// The query, with the patterns worked in.
  func query(
    _ pattern: String?, plus: Bool, system: Bool, second other: String? = nil
  ) -> (sql: String, headers: [String]) {
    let chosen = columns + (plus ? more : [])
    var list: [String] = []
    var headers: [String] = []
    for (i, column) in chosen.enumerated() {
      list.append("\(column.expression) AS c\(i)")
      headers.append(column.name)
    }
    var wheres = conditions.isEmpty ? [] : [conditions]
    if let pattern {
      let parts = Describe.parts(pattern)
      var alternatives: [String] = []
      for place in patterns {
        var test = "\(place.name) ~ \(quotedLiteral(CatalogList.expression(parts[parts.count - 1])))"
        if parts.count > 1, !place.schema.isEmpty {
          test += " AND \(place.schema) ~ \(quotedLiteral(CatalogList.expression(parts[parts.count - 2])))"
        }
        alternatives.append("(\(test))")
      }
      if !alternatives.isEmpty { wheres.append("(" + joined(alternatives, " OR ") + ")") }
      if parts.count < 2, !visible.isEmpty { wheres.append(visible) }
    } else if !system, !own.isEmpty {
      wheres.append(own)
      if !visible.isEmpty { wheres.append(visible) }
    }
    if let other, !second.isEmpty { wheres.append("\(second) ~ \(quotedLiteral(CatalogList.expression(other)))") }
    let sql =
      "SELECT \(joined(list, ", ")) FROM \(from)" + (wheres.isEmpty ? "" : " WHERE " + joined(wheres, " AND "))
      + " ORDER BY \(order)"
    return (sql, headers)
  }

  /// The regular expression that a shell-like pattern stands for.
  static func expression(_ pattern: String) -> String {
    var out = "^("
    var quoted = false
    for c in pattern.unicodeScalars {
      switch c {
      case "\"": quoted.toggle()
      case "*" where !quoted: out += ".*"
      case "?" where !quoted: out += "."
      case "$": out += "\\$"
      case "|", "*", "+", "?", "(", ")", "[", "]", "{", "}", ".", "^", "\\":
        if quoted || c == "^" || c == "\\" { out += "\\" }
        out.unicodeScalars.append(c)
      case "A"..."Z" where !quoted: out += lowercasedASCII(String(c))
      default: out.unicodeScalars.append(c)
      }
    }
    return out + ")$"
  }
}

extension Describe {
  /// Runs a list's query and prints what it finds; an operator's description is looked up with its function.
  func list(
    _ name: String, _ list: CatalogList, _ pattern: String?, _ plus: Bool, _ system: Bool, second: String? = nil
  ) {
    let (sql, headers) = list.query(pattern, plus: plus, system: system, second: second)
    var title = list.title
    if name == "dconfig", pattern != nil { title = "List of configuration parameters" }
    for outcome in s.execute(sql) {
      switch outcome {
      case .error(let error):
        if error.kind == .notSimulated {
          // What these catalogues hold is the system's: nobody can add to them.
          let parts = pattern.map { Describe.parts($0) } ?? []
          let isElsewhere =
            parts.count > 1 && !Describe.like(parts[parts.count - 2], "pg_catalog")
            && !Describe.like(parts[parts.count - 2], "information_schema")
          if isElsewhere || pattern == nil && !system && !list.own.isEmpty {
            return print(title, headers + (name == "do" ? ["Description"] : []), [])
          }
          return psql.refuse("\\\(name): \(error.message)")
        }
        return psql.show([.error(error)], query: "")
      case .rows(let set):
        if set.rows.isEmpty, let empty = list.empty, !psql.quiet || name == "dRp" {
          if psql.quiet { return }
          let role = pattern.map { " for role \"\($0)\"" } ?? ""
          return missing(empty + role + (second.map { " and database \"\($0)\"" } ?? ""))
        }
        var rows: [[String]] = []
        for row in set.rows {
          var line: [String] = []
          for value in row { line.append(value ?? "") }
          rows.append(line)
        }
        var heads = headers
        if name == "do" {
          heads.append("Description")
          describeOperators(pattern, system, &rows)
        }
        var right: [Int] = []
        for (i, column) in set.columns.enumerated() where column.isNumeric { right.append(i) }
        print(title, heads, rows, right: right)
      default: break
      }
    }
  }

  private func describeOperators(_ pattern: String?, _ system: Bool, _ rows: inout [[String]]) {
    let list = CatalogList(
      title: "",
      columns: [
        (
          "",
          "coalesce(pg_catalog.obj_description(o.oid, 'pg_operator'), pg_catalog.obj_description(o.oprcode, 'pg_proc'))"
        )
      ],
      from: """
        (SELECT o.*, n.nspname, CASE WHEN o.oprkind = 'l' THEN NULL ELSE pg_catalog.format_type(o.oprleft, NULL) END AS l, \
        pg_catalog.format_type(o.oprright, NULL) AS r FROM pg_operator o \
        JOIN pg_namespace n ON n.oid = o.oprnamespace) o
        """, own: "o.nspname <> 'pg_catalog'", patterns: [("o.nspname", "o.oprname")],
      order: "o.nspname, o.oprname, o.l, o.r")
    for outcome in s.execute(list.query(pattern, plus: false, system: system).sql) {
      guard case .rows(let set) = outcome, set.rows.count == rows.count else { continue }
      for (i, row) in set.rows.enumerated() { rows[i].append(row[0] ?? "") }
    }
    for i in rows.indices where rows[i].count < 6 { rows[i].append("") }
  }
}
