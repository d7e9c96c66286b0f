// Types, functions, extensions, languages: the lists behind `\dT`, `\df`, `\dx`, `\dD`, `\dL`, `\db`, and `\sf`, `\sv`.
// Source: PostgreSQL 15 manual, psql, "Meta-Commands".

internal import SimKernel

extension Describe {
  func types(_ pattern: String?, _ plus: Bool, _ system: Bool) {
    if system { return psql.refuse("\\dTS") }
    if let pattern {
      for name in BuiltinTypes.shared.byName.keys where name.utf8.first != 0x5f {
        if matches(pattern, "pg_catalog", name, visible: true) { return psql.refuse("\\dT of system types") }
      }
    }
    var rows: [[String]] = []
    for t in s.catalog.types.values {
      switch t.form {
      case .enumeration, .domain, .range: break
      case .composite:
        // The row types of tables are not listed.
        if let r = s.catalog.relation(t.relation), r.kind != .composite { continue }
      default: continue
      }
      if let pattern {
        guard matches(pattern, t.schema, t.name, visible: s.isTypeVisible(t)) else { continue }
      } else {
        guard s.isTypeVisible(t) else { continue }
      }
      let shown = s.formatType(t.oid)
      if plus {
        let size = t.form == .composite ? "tuple" : t.length > 0 ? String(t.length) : "var"
        let labels = t.labels.sorted { $0.order < $1.order }.map { $0.name }
        rows.append([t.schema, shown, t.name, size, joined(labels, "\n"), t.owner, "", t.comment ?? ""])
      } else {
        rows.append([t.schema, shown, t.comment ?? ""])
      }
    }
    print(
      "List of data types",
      plus
        ? ["Schema", "Name", "Internal name", "Size", "Elements", "Owner", "Access privileges", "Description"]
        : ["Schema", "Name", "Description"], sorted(rows, by: 2))
  }

  func domains(_ pattern: String?, _ plus: Bool) {
    var rows: [[String]] = []
    for t in s.catalog.types.values where t.form == .domain {
      if let pattern {
        guard matches(pattern, t.schema, t.name, visible: s.isTypeVisible(t)) else { continue }
      } else {
        guard s.isTypeVisible(t) else { continue }
      }
      var row = [
        t.schema, t.name, s.formatType(t.baseType), "", t.notNull ? "not null" : "", t.defaultText ?? "",
        joined(t.checks.map { "CHECK (\(Deparser(s, explicit: false).domainCheck($0, t)))" }, " "),
      ]
      if plus { row += ["", t.comment ?? ""] }
      rows.append(row)
    }
    print(
      "List of domains",
      ["Schema", "Name", "Type", "Collation", "Nullable", "Default", "Check"]
        + (plus ? ["Access privileges", "Description"] : []), sorted(rows, by: 2))
  }

  func argumentText(_ f: FunctionEntry, defaults: Bool = true) -> String {
    var parts: [String] = []
    for p in f.parameters where p.mode != "table" {
      var text = p.mode == "in" && !f.isProcedure ? "" : uppercasedASCII(p.mode) + " "
      if let n = p.name { text += quotedIdentifier(n) + " " }
      text += s.formatType(p.type)
      if defaults, let d = p.defaultText { text += " DEFAULT " + d }
      parts.append(text)
    }
    return joined(parts, ", ")
  }

  func resultText(_ f: FunctionEntry) -> String {
    var columns: [String] = []
    for p in f.parameters where p.mode == "table" {
      columns.append(quotedIdentifier(p.name ?? "") + " " + s.formatType(p.type))
    }
    if !columns.isEmpty { return "TABLE(" + joined(columns, ", ") + ")" }
    return (f.returnsSet ? "SETOF " : "") + s.formatType(f.result)
  }

  /// psql's names for types in patterns, where they are others than the catalogue's.
  private static let typePatterns = [
    "decimal": "numeric", "float": "double precision", "int": "integer", "bool": "boolean", "char": "character",
    "varchar": "character varying", "time": "time without time zone", "timetz": "time with time zone",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone", "varbit": "bit varying",
  ]

  /// Whether the types of a function's arguments begin as the patterns say; `-` means that there is no further one.
  private func accepts(_ f: FunctionEntry, _ patterns: [String]) -> Bool {
    let types = f.inputTypes
    for (i, pattern) in patterns.enumerated() {
      if pattern == "-" {
        if i < types.count { return false }
        continue
      }
      guard i < types.count else { return false }
      let wanted = Describe.typePatterns[lowercasedASCII(pattern)] ?? pattern
      let name = s.catalog.type(types[i])?.name ?? ""
      if !Describe.like(wanted, s.formatType(types[i])), !Describe.like(wanted, name) { return false }
    }
    return true
  }

  /// `kinds` are the letters behind `\df`: `anptw` choose, `S` and `+` are passed over.
  func functions(_ kinds: String, _ pattern: String?, _ plus: Bool, _ system: Bool) {
    for c in kinds where !"anptwS+".contains(c) {
      return psql.report("\\df only takes [anptwS+] as options")
    }
    let chosen = kinds.filter { "anptw".contains($0) }
    var argumentPatterns: [String] = []
    while let next = psql.argument(semicolon: true) { argumentPatterns.append(next) }
    if system { return psql.refuse("\\dfS") }
    var rows: [[String]] = []
    for f in s.catalog.functions.values {
      let letter: Character = f.isProcedure ? "p" : f.result.oid == Oid.trigger ? "t" : "n"
      if !chosen.isEmpty, !chosen.contains(letter) { continue }
      let visible = s.searchPath.contains(f.schema)
      if let pattern {
        guard matches(pattern, f.schema, f.name, visible: visible), accepts(f, argumentPatterns) else { continue }
      } else {
        guard visible else { continue }
      }
      var row = [f.schema, f.name, f.isProcedure ? "" : resultText(f), argumentText(f)]
      row.append(f.isProcedure ? "proc" : "func")
      if plus {
        row += [
          f.volatility, "unsafe", f.owner, f.securityDefiner ? "definer" : "invoker",
          joined((f.acl ?? []).map { $0.text }, "\n"), f.language, f.body, f.comment ?? "",
        ]
      }
      rows.append(row)
    }
    if let pattern {
      let parts = Describe.parts(pattern)
      let isSystem = parts.count < 2 || Describe.like(parts[parts.count - 2], "pg_catalog")
      for f in factLines(functionFacts) where isSystem && Describe.like(parts[parts.count - 1], f[0]) {
        return psql.refuse("\\df of system functions")
      }
    }
    var headers = ["Schema", "Name", "Result data type", "Argument data types", "Type"]
    if plus {
      headers += [
        "Volatility", "Parallel", "Owner", "Security", "Access privileges", "Language", "Source code", "Description",
      ]
    }
    rows.sort { a, b in
      for k in [0, 1, 3] where a[k] != b[k] { return compareBytes(a[k], b[k]) < 0 }
      return false
    }
    print("List of functions", headers, rows)
  }

  func extensions(_ pattern: String?, _ plus: Bool) {
    if plus { return extensionObjects(pattern) }
    var rows: [[String]] = []
    for e in s.catalog.extensions.values {
      if let pattern, !Describe.like(pattern, e.name) { continue }
      rows.append([e.name, e.version, e.schema, e.comment])
    }
    print("List of installed extensions", ["Name", "Version", "Schema", "Description"], sorted(rows, by: 1))
  }

  private func extensionObjects(_ pattern: String?) {
    for e in s.catalog.extensions.values {
      if let pattern, !Describe.like(pattern, e.name) { continue }
      guard e.name == "plpgsql" else { return psql.refuse("\\dx+ of \(e.name)") }
      print(
        "Objects in extension \"plpgsql\"", ["Object description"],
        [
          ["function plpgsql_call_handler()"], ["function plpgsql_inline_handler(internal)"],
          ["function plpgsql_validator(oid)"], ["language plpgsql"],
        ])
    }
  }

  func languages(_ pattern: String?, _ plus: Bool, _ system: Bool) {
    if system { return psql.refuse("\\dLS") }
    var headers = ["Name", "Owner", "Trusted"]
    var row = ["plpgsql", s.server.cluster.bootstrapRole, "t"]
    if plus {
      headers += ["Internal language", "Call handler", "Validator", "Inline handler", "Access privileges"]
      row += ["f", "plpgsql_call_handler()", "plpgsql_validator(oid)", "plpgsql_inline_handler(internal)", ""]
    }
    if let pattern {
      for name in ["c", "internal", "sql"] where Describe.like(pattern, name) {
        return psql.refuse("\\dL of system languages")
      }
    }
    let isWanted = pattern.map { Describe.like($0, "plpgsql") } ?? true
    print(
      "List of languages", headers + ["Description"], isWanted ? [row + ["PL/pgSQL procedural language"]] : [])
  }

  func tablespaces(_ pattern: String?, _ plus: Bool) {
    var rows: [[String]] = []
    for name in ["pg_default", "pg_global"] {
      if let pattern, !Describe.like(pattern, name) { continue }
      let size = name == "pg_default" ? RelationSize(s).allDatabases : RelationSize.shared
      rows.append([name, s.server.cluster.bootstrapRole, ""] + (plus ? ["", "", sizePretty(size), ""] : []))
    }
    print(
      "List of tablespaces",
      ["Name", "Owner", "Location"] + (plus ? ["Access privileges", "Options", "Size", "Description"] : []), rows)
  }

  /// `\sf` and `\sv`: the statement that makes the object again.
  func source(_ command: String, _ line: String) {
    let name = Describe.withoutSemicolons(line)
    if s != nil, name.isEmpty {
      return psql.report(command.hasPrefix("sf") ? "function name is required" : "view name is required")
    }
    guard let text = definition(name, isFunction: command.hasPrefix("sf")) else { return }
    let numbered = command.hasSuffix("+")
    if !numbered { return psql.write(text) }
    var number = 0
    var counting = command.hasPrefix("sv")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("AS ") { counting = true }
      if counting {
        number += 1
        let n = String(number)
        psql.write(n + String(repeating: " ", count: max(0, 7 - n.utf8.count)) + " " + line + "\n")
      } else {
        psql.write("        " + line + "\n")
      }
    }
  }

  /// What follows a command that takes the whole line.
  static func withoutSemicolons(_ line: String) -> String {
    var name = line
    while let last = name.utf8.last, last == 0x3b || Lexer.isSpace(last) { name = String(name.dropLast()) }
    return name
  }

  /// The statement that makes a function or a view; nil when that cannot be said, which has then been told.
  func definition(_ name: String, isFunction: Bool) -> String? {
    guard s != nil else {
      psql.report("You are currently not connected to a database.")
      return nil
    }
    do throws(SQLError) {
      if isFunction { return try functionSource(name) }
      let oid = try s.objectInput(name, Oid.regclass)
      guard let r = s.catalog.relation(oid), r.kind == .view else {
        psql.report("\"\(s.catalog.relation(oid).map { $0.schema + "." + $0.name } ?? name)\" is not a view")
        return nil
      }
      return "CREATE OR REPLACE VIEW \(quotedIdentifier(r.schema)).\(quotedIdentifier(r.name)) AS\n"
        + trimmedSemicolon(try QueryDeparser.view(r, s, pretty: true))
        + (r.view?.checkOption.map { "\n WITH \(uppercasedASCII($0)) CHECK OPTION" } ?? "") + "\n"
    } catch {
      if error.kind == .notSimulated { psql.refuse(error.message) } else { psql.show([.error(error)], query: "") }
      return nil
    }
  }

  private func trimmedSemicolon(_ text: String) -> String { text.hasSuffix(";") ? String(text.dropLast()) : text }

  private func functionSource(_ name: String) throws(SQLError) -> String {
    var wanted = name
    var arguments: String?
    if let open = name.firstIndex(of: "(") {
      wanted = String(name[..<open])
      arguments = String(name[name.index(after: open)...].dropLast())
    }
    let parts = Describe.parts(wanted)
    var found: [FunctionEntry] = []
    for f in s.catalog.functions.values where f.name == parts[parts.count - 1] {
      if parts.count > 1, parts[0] != f.schema { continue }
      if let arguments {
        var given: [Int32] = []
        for text in arguments.split(separator: "," as Character) {
          given.append(try s.objectInput(trimmedSpaces(String(text)), Oid.regtype))
        }
        if given != f.inputTypes { continue }
      }
      found.append(f)
    }
    if found.isEmpty {
      do throws(SQLError) { _ = try s.objectInput(name, arguments == nil ? Oid.regproc : Oid.regprocedure) } catch {
        guard error.state == SQLState.undefinedFunction else { throw error }
        throw SQLError(SQLState.undefinedFunction, "function \"\(name)\" does not exist")
      }
      throw .notSimulated("the source of a function of the system")
    }
    if found.count > 1 { throw SQLError(SQLState.ambiguousFunction, "more than one function named \"\(wanted)\"") }
    return FunctionSource(s).text(found[0])
  }
}

/// What pg_get_functiondef prints.
struct FunctionSource {
  private let s: ClientSession
  init(_ session: ClientSession) { s = session }

  static func attributes(_ f: FunctionEntry) -> String {
    var out = ""
    if f.volatility == "immutable" || f.volatility == "stable" { out += " " + uppercasedASCII(f.volatility) }
    if f.strict { out += " STRICT" }
    if f.securityDefiner { out += " SECURITY DEFINER" }
    return out
  }

  func text(_ f: FunctionEntry) -> String {
    let names = Describe(session: s)
    var out =
      "CREATE OR REPLACE \(f.isProcedure ? "PROCEDURE" : "FUNCTION") \(quotedIdentifier(f.schema)).\(quotedIdentifier(f.name))("
      + names.argumentText(f) + ")\n"
    if !f.isProcedure { out += " RETURNS " + names.resultText(f) + "\n" }
    out += " LANGUAGE " + f.language + "\n"
    let attributes = FunctionSource.attributes(f)
    if !attributes.isEmpty { out += attributes + "\n" }
    let tag = f.isProcedure ? "$procedure$" : "$function$"
    return out + "AS " + tag + f.body + tag + "\n"
  }
}
