// The `\d` family, from the catalogue. Source: PostgreSQL 15 manual, psql, meta-commands.

internal import SimKernel

struct Describe {
  let psql: PsqlSession!
  let s: ClientSession!
  init(_ psql: PsqlSession) {
    self.psql = psql
    s = psql.session
  }
  /// For the texts of objects alone.
  init(session: ClientSession) {
    psql = nil
    s = session
  }

  /// Whether the command lists or describes objects.
  static func handles(_ command: String) -> Bool { topic(command) != nil }

  /// What a command is about. psql looks at its first letters only and takes `S` and `+` wherever they stand.
  private static func topic(_ command: String) -> String? {
    if ["l", "list", "z"].contains(command) { return command == "z" ? "dp" : "l" }
    if command == "l+" || command == "list+" { return "l" }
    let b = Array(command.utf8)
    guard b.first == 0x64 else { return nil }
    let letter = b.count > 1 ? String(decoding: [b[1]], as: UTF8.self) : ""
    let next = b.count > 2 ? String(decoding: [b[2]], as: UTF8.self) : ""
    switch letter {
    case "", "+", "S": return "d"
    case "t", "v", "m", "i", "s", "E": return "relations"
    case "a", "b", "C", "D", "l", "L", "n", "o", "O", "p", "T", "u", "x", "X", "y": return "d" + letter
    case "g": return "du"
    case "c": return command.hasPrefix("dconfig") ? "dconfig" : "dc"
    case "d": return command.hasPrefix("ddp") ? "ddp" : "dd"
    case "r": return command.hasPrefix("drds") ? "drds" : nil
    case "f": return ["", "+", "S", "a", "n", "p", "t", "w"].contains(next) ? "df" : nil
    case "P": return ["", "+", "t", "i", "n"].contains(next) ? "dP" : nil
    case "A":
      if next.isEmpty || next == "+" { return "dA" }
      return ["c", "f", "o", "p"].contains(next) ? "dA" + next : nil
    case "F":
      if next.isEmpty || next == "+" { return "dF" }
      return ["p", "d", "t"].contains(next) ? "dF" + next : nil
    case "e": return ["s", "u", "w", "t"].contains(next) ? "de" + next : nil
    case "R": return next == "p" || next == "s" ? "dR" + next : nil
    default: return nil
    }
  }

  /// How many parts a name may have, with that of the database before the schema; three where nothing is said.
  private static let partsMost: [String: Int] = [
    "dA": 1, "db": 1, "l": 1, "du": 1, "dx": 1, "dy": 1, "dRp": 1, "dRs": 1, "des": 1, "dew": 1, "deu": 1, "drds": 1,
    "dn": 2, "dL": 2,
  ]

  func run(_ command: String) {
    guard s != nil else { return psql.report("You are currently not connected to a database.") }
    if s.transactionStatus == 0x45 {
      return psql.show(
        [
          .error(
            SQLError(
              SQLState.inFailedTransaction,
              "current transaction is aborted, commands ignored until end of transaction block"))
        ], query: "")
    }
    if psql.isOn("ECHO_HIDDEN") || psql.variables["ECHO_HIDDEN"] == "noexec" { return psql.refuse("psql -E") }
    let topic = Describe.topic(command) ?? ""
    let plus = command.utf8.contains(0x2b)
    let system = command.utf8.contains(0x53)
    let pattern = psql.argument(semicolon: true)
    if let pattern, let problem = problem(of: pattern, Describe.partsMost[topic] ?? 3) {
      return psql.report(problem)
    }
    switch topic {
    case "d":
      guard let first = pattern else { return relations("tvmsE", nil, plus, system) }
      describe(first, plus)
    case "relations": relations(String(command.dropFirst()), pattern, plus, system)
    case "l": databases(pattern, plus)
    case "du": roles(pattern, plus, system)
    case "dn": schemas(pattern, plus, system)
    case "dp": privileges(pattern)
    case "dT": types(pattern, plus, system)
    case "df": functions(String(command.dropFirst(2)), pattern, plus, system)
    case "dx": extensions(pattern, plus)
    case "dD": domains(pattern, plus)
    case "dL": languages(pattern, plus, system)
    case "db": tablespaces(pattern, plus)
    case "dP": partitioned(String(command.dropFirst(2)), pattern, plus)
    case "dy":
      print("List of event triggers", ["Name", "Event", "Owner", "Enabled", "Function", "Tags"], [])
    case "dAc", "dAf", "dAo", "dAp":
      psql.refuse("\\" + topic)
      while psql.argument() != nil {}
    default:
      guard let list = CatalogList.all[topic == "dRp" && plus ? "dRp+" : topic] else { return }
      let second = topic == "drds" ? psql.argument(semicolon: true) : nil
      self.list(topic, list, pattern, plus, system, second: second)
    }
  }

  /// Why a name has too many parts, or names another database.
  private func problem(of pattern: String, _ most: Int) -> String? {
    let parts = Describe.parts(pattern)
    if parts.count > most { return "improper qualified name (too many dotted names): \(pattern)" }
    if most > 1, parts.count == most, replaced(parts[0], "\"", "") != s.database.name {
      return "cross-database references are not implemented: \(pattern)"
    }
    return nil
  }

  /// A description of one relation is never shown record by record.
  func print(
    _ title: String?, _ headers: [String], _ rows: [[String]], right: [Int] = [], footers: [String]? = nil,
    isRelation: Bool = false
  ) {
    var o = psql.options
    o.null = ""
    if isRelation { o.expanded = .off }
    var t = PrintTable(
      title: title, headers: headers, rightAligned: headers.indices.map { right.contains($0) }, rows: rows)
    t.footers = footers
    psql.write(t, o)
  }

  /// One part of a shell-like pattern: `*`, `?`, quoted parts as they are; whether it matches a name.
  static func like(_ pattern: String, _ name: String) -> Bool {
    var converted: [UInt8] = []
    var quoted = false
    for b in pattern.utf8 {
      if b == 0x22 {
        quoted.toggle()
        continue
      }
      switch b {
      case 0x2a where !quoted: converted.append(0x25)
      case 0x3f where !quoted: converted.append(0x5f)
      case 0x5f, 0x25, 0x5c: converted += [0x5c, b]
      case 0x41...0x5a where !quoted: converted.append(b + 32)
      default: converted.append(b)
      }
    }
    return (try? likeMatch(Array(name.utf8), converted)) ?? false
  }

  /// The parts of a pattern at its dots.
  static func parts(_ pattern: String) -> [String] {
    var out: [String] = [""]
    var quoted = false
    for c in pattern {
      if c == "\"" { quoted.toggle() }
      if c == ".", !quoted { out.append("") } else { out[out.count - 1].append(c) }
    }
    return out
  }

  func matches(_ pattern: String, _ schema: String, _ name: String, visible: Bool) -> Bool {
    let parts = Describe.parts(pattern)
    if parts.count > 1 {
      return Describe.like(parts[parts.count - 2], schema) && Describe.like(parts[parts.count - 1], name)
    }
    return visible && Describe.like(parts[0], name)
  }

  func matches(_ pattern: String, _ r: Relation) -> Bool {
    matches(pattern, r.schema, r.name, visible: s.isRelationVisible(r))
  }

  func sorted(_ rows: [[String]], by keys: Int) -> [[String]] {
    var out = rows
    out.sort { a, b in
      for k in 0..<keys where a[k] != b[k] { return compareBytes(a[k], b[k]) < 0 }
      return false
    }
    return out
  }

  // MARK: Relations

  private func relations(_ kinds: String, _ pattern: String?, _ plus: Bool, _ system: Bool) {
    var rows: [[String]] = []
    let wanted = kinds
    let showsTable = wanted.contains("i")
    let showsMethod = wanted.contains { "tmi".contains($0) } && !psql.isOn("HIDE_TABLEAM")
    func add(_ schema: String, _ name: String, _ kind: String, _ owner: String, _ table: String, _ extra: [String]) {
      rows.append([schema, name, kind, owner] + (showsTable ? [table] : []) + (plus ? extra : []))
    }
    for r in s.catalog.relations.values {
      let letter: Character
      switch r.kind {
      case .table, .partitioned: letter = "t"
      case .view: letter = "v"
      case .materializedView: letter = "m"
      case .sequence: letter = "s"
      case .index, .partitionedIndex: letter = "i"
      case .composite: continue
      }
      guard wanted.contains(letter) else { continue }
      if let pattern {
        guard matches(pattern, r) else { continue }
      } else {
        guard s.isRelationVisible(r) else { continue }
      }
      let kind =
        r.kind == .partitioned ? "partitioned table" : r.kind == .partitionedIndex ? "partitioned index" : r.kindName
      var extra = [r.isTemporary ? "temporary" : r.isUnlogged ? "unlogged" : "permanent"]
      if showsMethod {
        extra.append(r.index.map { $0.method } ?? (r.kind == .table || r.kind == .materializedView ? "heap" : ""))
      }
      extra += [size(r), r.comment ?? ""]
      add(r.schema, r.name, kind, r.owner, s.catalog.relation(r.index?.table ?? 0)?.name ?? "", extra)
    }
    if system || pattern != nil {
      for v in SystemRelations.all {
        let letter: Character = v.kind == "r" ? "t" : v.kind == "v" ? "v" : "?"
        guard wanted.contains(letter) else { continue }
        if let pattern {
          guard matches(pattern, v.schema, v.name, visible: v.schema == "pg_catalog") else { continue }
        } else {
          guard v.schema == "pg_catalog" else { continue }
        }
        if plus { return psql.refuse("\\d+ of system relations") }
        add(v.schema, v.name, v.kind == "r" ? "table" : "view", s.server.cluster.bootstrapRole, "", [])
      }
    }
    if rows.isEmpty, !psql.quiet {
      return missing(pattern.map { "any relation named \"\($0)\"" } ?? "any relations")
    }
    var headers = ["Schema", "Name", "Type", "Owner"]
    if showsTable { headers.append("Table") }
    if plus { headers += ["Persistence"] + (showsMethod ? ["Access method"] : []) + ["Size", "Description"] }
    print("List of relations", headers, sorted(rows, by: 2))
  }

  /// An empty list of some kinds is said instead of shown. It is no failure.
  func missing(_ what: String) {
    psql.report("Did not find \(what).")
    psql.hadError = false
  }

  private func size(_ r: Relation) -> String {
    sizePretty(RelationSize(s).table(r))
  }

  // MARK: Databases, roles, schemas

  private func databases(_ pattern: String?, _ plus: Bool) {
    var rows: [[String]] = []
    for d in s.server.cluster.databases.values.sorted(by: { compareBytes($0.name, $1.name) < 0 }) {
      if let pattern, !Describe.like(pattern, d.name) { continue }
      var row = [
        d.name, d.owner, d.encoding, d.collate, d.ctype, "", "libc", joined((d.acl ?? []).map { $0.text }, "\n"),
      ]
      if plus { row += [sizePretty(RelationSize(s).database(d)), "pg_default", d.comment ?? ""] }
      rows.append(row)
    }
    var headers = [
      "Name", "Owner", "Encoding", "Collate", "Ctype", "ICU Locale", "Locale Provider", "Access privileges",
    ]
    if plus { headers += ["Size", "Tablespace", "Description"] }
    print("List of databases", headers, rows)
  }

  private func roles(_ pattern: String?, _ plus: Bool, _ system: Bool) {
    var rows: [[String]] = []
    for r in s.server.cluster.roles.values.sorted(by: { compareBytes($0.name, $1.name) < 0 }) {
      if let pattern {
        if !Describe.like(pattern, r.name) { continue }
      } else if !system, r.name.hasPrefix("pg_") {
        continue
      }
      var a: [String] = []
      if r.isSuperuser { a.append("Superuser") }
      if !r.inherits { a.append("No inheritance") }
      if r.canCreateRoles { a.append("Create role") }
      if r.canCreateDatabases { a.append("Create DB") }
      if !r.canLogin { a.append("Cannot login") }
      if r.canReplicate { a.append("Replication") }
      if r.bypassesRowSecurity { a.append("Bypass RLS") }
      var text = joined(a, ", ")
      if r.connectionLimit >= 0 {
        text +=
          (text.isEmpty ? "" : "\n")
          + (r.connectionLimit == 0
            ? "No connections" : "\(r.connectionLimit) connection\(r.connectionLimit == 1 ? "" : "s")")
      }
      if let v = r.validUntil, let t = try? s.timestampInput(v, Oid.timestamptz) {
        text += (text.isEmpty ? "" : "\n") + "Password valid until " + s.output(.timestamp(t), Oid.timestamptz)
      }
      var row = [r.name, text, "{" + joined(r.memberOf.map { $0.role }.sorted { compareBytes($0, $1) < 0 }, ",") + "}"]
      if plus { row.append(r.comment ?? "") }
      rows.append(row)
    }
    print(
      "List of roles", ["Role name", "Attributes", "Member of"] + (plus ? ["Description"] : []), rows, footers: [])
  }

  private func schemas(_ pattern: String?, _ plus: Bool, _ system: Bool) {
    var rows: [[String]] = []
    for x in s.catalog.schemas.values.sorted(by: { compareBytes($0.name, $1.name) < 0 }) {
      if let pattern {
        if !Describe.like(pattern, x.name) { continue }
      } else if !system, x.name.hasPrefix("pg_") || x.name == "information_schema" {
        continue
      }
      rows.append([x.name, x.owner] + (plus ? [joined((x.acl ?? []).map { $0.text }, "\n"), x.comment ?? ""] : []))
    }
    print("List of schemas", plus ? ["Name", "Owner", "Access privileges", "Description"] : ["Name", "Owner"], rows)
  }

  /// `name (r):` and below it what it asks of rows that are read and written, and of whom.
  private func shortPolicy(_ p: Policy) -> String {
    let letters = ["select": "r", "insert": "a", "update": "w", "delete": "d"]
    var text = p.name + (p.isPermissive ? "" : " (RESTRICTIVE)")
    text += (letters[p.command].map { " (\($0))" } ?? "") + ":"
    if let rows = p.usingText { text += "\n  (u): " + rows }
    if let rows = p.checkText { text += "\n  (c): " + rows }
    if !p.roles.isEmpty { text += "\n  to: " + joined(p.roles, ", ") }
    return text
  }

  private func privileges(_ pattern: String?) {
    var rows: [[String]] = []
    for r in s.catalog.relations.values where r.index == nil && r.kind != .composite {
      if let pattern {
        guard matches(pattern, r) else { continue }
      } else {
        guard s.isRelationVisible(r) else { continue }
      }
      let kind = r.kind == .partitioned ? "partitioned table" : r.kindName
      var columns: [String] = []
      for (_, c) in r.liveColumns where !c.acl.isEmpty {
        columns.append(c.name + ":\n  " + joined(c.acl.map { $0.text }, "\n  "))
      }
      var policies: [String] = []
      for p in r.policies { policies.append(shortPolicy(p)) }
      rows.append([
        r.schema, r.name, kind, joined((r.acl ?? []).map { $0.text }, "\n"), joined(columns, "\n"),
        joined(policies, "\n"),
      ])
    }
    print(
      "Access privileges", ["Schema", "Name", "Type", "Access privileges", "Column privileges", "Policies"],
      sorted(rows, by: 2))
  }
}
