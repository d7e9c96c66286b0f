// createdb, dropdb, createuser, dropuser, pg_isready: one statement each, and their own words around it.
// Source: PostgreSQL 15 manual, reference pages of these programs; words from the programs themselves.

extension ClientTools {
  static func isReady(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var quiet = false
    let line = call.read(
      [
        OptionName("dbname", "d", true), OptionName("host", "h", true), OptionName("port", "p", true),
        OptionName("quiet", "q", false), OptionName("timeout", "t", true), OptionName("username", "U", true),
      ], most: 0, misuse: 3
    ) { name, value in
      switch name {
      case "dbname": call.parameters.database = value
      case "quiet": quiet = true
      case "timeout": break
      default: _ = call.takeConnection(name, value)
      }
      return nil
    }
    if let code = line.code { return code }
    if let text = call.parameters.database, ConnectionParameters.isConnectionString(text) {
      var given = ConnectionParameters()
      if let problem = given.read(text) { return call.fail(problem, code: 3) }
      call.parameters.host = given.host ?? call.parameters.host
      call.parameters.port = given.port ?? call.parameters.port
    }
    call.fillParameters()
    if call.parameters.database == nil {
      call.parameters.database = call.host.environment("PGDATABASE") ?? call.parameters.user
    }
    call.parameters.never = true
    var place = call.parameters.host ?? ""
    if place.isEmpty { place = "/var/run/postgresql" }
    place += ":" + (call.parameters.port ?? "5432")
    let result: (String, Int32)
    switch call.host.connect(call.parameters) {
    case .session(let session):
      call.host.close(session)
      result = ("accepting connections", 0)
    // Whatever the server answers, it answers.
    case .failed, .passwordNeeded: result = ("accepting connections", 0)
    case .rejected: result = ("rejecting connections", 1)
    case .noResponse: result = ("no response", 2)
    }
    if !quiet { call.output.print("\(place) - \(result.0)\n") }
    return result.1
  }

  /// Without hyphens, in capitals.
  private static let encodingNames: Set<String> = [
    "UTF8", "UNICODE", "SQL_ASCII", "SQLASCII", "LATIN1", "ISO88591", "LATIN2", "LATIN3", "LATIN4", "LATIN5", "LATIN9",
    "WIN1250", "WIN1251", "WIN1252", "KOI8R", "KOI8U", "EUC_JP", "EUC_CN", "EUC_KR", "EUC_TW", "ISO88595", "ISO88596",
    "ISO88597", "ISO88598", "WIN866", "WIN874", "WIN1253", "WIN1254", "WIN1255", "WIN1256", "WIN1257", "WIN1258",
  ]

  static func createDatabase(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var maintenance: String?
    var clauses: [String: String] = [:]
    let line = call.read(
      ClientCall.connectionOptions + [
        OptionName("echo", "e", false), OptionName("owner", "O", true), OptionName("tablespace", "D", true),
        OptionName("template", "T", true), OptionName("encoding", "E", true), OptionName("strategy", "S", true),
        OptionName("lc-collate", nil, true), OptionName("lc-ctype", nil, true), OptionName("locale", "l", true),
        OptionName("maintenance-db", nil, true), OptionName("locale-provider", nil, true),
        OptionName("icu-locale", nil, true),
      ], most: 2
    ) { name, value in
      if call.takeConnection(name, value) { return nil }
      switch name {
      case "echo": call.echoes = true
      case "maintenance-db": maintenance = value
      default: clauses[name] = value
      }
      return nil
    }
    if let code = line.code { return code }
    call.fillParameters()
    let database = line.operands.first ?? call.host.environment("PGDATABASE") ?? call.parameters.user ?? ""
    // The maintenance database must not be the one to be made.
    let alternative = database == "postgres" ? "template1" : nil
    guard call.connectMaintenance(maintenance, alternative: alternative) != nil else { return 1 }
    if call.echoes { call.output.print("SELECT pg_catalog.set_config('search_path', '', false);\n") }
    var sql = "CREATE DATABASE \(call.quoted(database))"
    if let owner = clauses["owner"] { sql += " OWNER \(call.quoted(owner))" }
    if let space = clauses["tablespace"] { sql += " TABLESPACE \(call.quoted(space))" }
    if let encoding = clauses["encoding"], !encodingNames.contains(replaced(uppercasedASCII(encoding), "-", "")) {
      return call.fail("\"\(encoding)\" is not a valid encoding name")
    }
    if let encoding = clauses["encoding"] { sql += " ENCODING \(call.literal(encoding))" }
    if let strategy = clauses["strategy"] { sql += " STRATEGY \(call.quoted(strategy))" }
    if let template = clauses["template"] { sql += " TEMPLATE \(call.quoted(template))" }
    if let locale = clauses["locale"] { sql += " LC_COLLATE \(call.literal(locale)) LC_CTYPE \(call.literal(locale))" }
    if let collate = clauses["lc-collate"] { sql += " LC_COLLATE \(call.literal(collate))" }
    if let ctype = clauses["lc-ctype"] { sql += " LC_CTYPE \(call.literal(ctype))" }
    if let error = call.run(sql + ";") {
      return call.fail("database creation failed: \(call.described(error))")
    }
    if line.operands.count > 1 {
      if let error = call.run("COMMENT ON DATABASE \(call.quoted(database)) IS \(call.literal(line.operands[1]));") {
        return call.fail("comment creation failed (database was created): \(call.described(error))")
      }
    }
    return 0
  }

  static func dropDatabase(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var maintenance: String?
    var ifExists = false
    var isInteractive = false
    var force = false
    let line = call.read(
      ClientCall.connectionOptions + [
        OptionName("echo", "e", false), OptionName("interactive", "i", false), OptionName("if-exists", nil, false),
        OptionName("maintenance-db", nil, true), OptionName("force", "f", false),
      ], most: 1
    ) { name, value in
      if call.takeConnection(name, value) { return nil }
      switch name {
      case "echo": call.echoes = true
      case "interactive": isInteractive = true
      case "if-exists": ifExists = true
      case "force": force = true
      default: maintenance = value
      }
      return nil
    }
    if let code = line.code { return code }
    guard let database = line.operands.first else { return call.misused("missing required argument database name") }
    if isInteractive {
      call.output.print("Database \"\(database)\" will be permanently removed.\n")
      guard call.confirm("Are you sure?") == true else { return 0 }
    }
    let alternative = database == "postgres" ? "template1" : nil
    guard call.connectMaintenance(maintenance, alternative: alternative) != nil else { return 1 }
    if call.echoes { call.output.print("SELECT pg_catalog.set_config('search_path', '', false);\n") }
    let sql = "DROP DATABASE \(ifExists ? "IF EXISTS " : "")\(call.quoted(database))\(force ? " WITH (FORCE)" : "");"
    if let error = call.run(sql) { return call.fail("database removal failed: \(call.described(error))") }
    return 0
  }

  static func createUser(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var flags: [String: Bool] = [:]
    var limit: String?
    var groups: [String] = []
    var asksPassword = false
    var isInteractive = false
    let switches: [String: (String, Bool)] = [
      "superuser": ("superuser", true), "no-superuser": ("superuser", false), "createdb": ("createdb", true),
      "no-createdb": ("createdb", false), "createrole": ("createrole", true), "no-createrole": ("createrole", false),
      "inherit": ("inherit", true), "no-inherit": ("inherit", false), "login": ("login", true),
      "no-login": ("login", false), "replication": ("replication", true), "no-replication": ("replication", false),
    ]
    let line = call.read(
      [
        OptionName("host", "h", true), OptionName("port", "p", true), OptionName("username", "U", true),
        OptionName("no-password", "w", false), OptionName("password", "W", false),
        OptionName("echo", "e", false), OptionName("createdb", "d", false), OptionName("no-createdb", "D", false),
        OptionName("superuser", "s", false), OptionName("no-superuser", "S", false),
        OptionName("createrole", "r", false), OptionName("no-createrole", "R", false),
        OptionName("inherit", "i", false), OptionName("no-inherit", "I", false), OptionName("login", "l", false),
        OptionName("no-login", "L", false), OptionName("replication", nil, false),
        OptionName("no-replication", nil, false), OptionName("connection-limit", "c", true),
        OptionName("pwprompt", "P", false), OptionName("encrypted", "E", false), OptionName("role", "g", true),
        OptionName("interactive", nil, false),
      ], most: 1
    ) { name, value in
      if call.takeConnection(name, value) { return nil }
      if let (flag, on) = switches[name] {
        flags[flag] = on
        return nil
      }
      switch name {
      case "echo": call.echoes = true
      case "connection-limit": limit = value
      case "role": groups.append(value)
      case "pwprompt": asksPassword = true
      case "interactive": isInteractive = true
      default: break
      }
      return nil
    }
    if let code = line.code { return code }
    call.fillParameters()
    var user = line.operands.first ?? call.host.environment("PGUSER") ?? call.host.userName
    if line.operands.isEmpty, isInteractive {
      guard let answer = call.ask("Enter name of role to add: ") else { return 0 }
      user = answer
    }
    var password: String?
    if asksPassword {
      guard let first = call.ask("Enter password for new role: ", hides: true),
        let second = call.ask("Enter it again: ", hides: true)
      else { return 0 }
      if first != second {
        call.output.complain("Passwords didn't match.\n")
        return 1
      }
      password = first
      // The statement would show the password's hash.
      if call.echoes { return call.notSimulated("--echo with --pwprompt") }
    }
    if isInteractive {
      let questions = [
        ("superuser", "Shall the new role be a superuser?"),
        ("createdb", "Shall the new role be allowed to create databases?"),
        ("createrole", "Shall the new role be allowed to create more new roles?"),
      ]
      for (flag, question) in questions where flags[flag] == nil && flags["superuser"] != true {
        guard let answer = call.confirm(question) else { return 0 }
        flags[flag] = answer
      }
    }
    guard call.connectMaintenance(nil) != nil else { return 1 }
    if call.echoes { call.output.print("SELECT pg_catalog.set_config('search_path', '', false);\n") }
    let superuser = flags["superuser"] ?? false
    var sql = "CREATE ROLE \(call.quoted(user))"
    if let password { sql += " PASSWORD \(call.literal(password))" }
    sql += superuser ? " SUPERUSER" : " NOSUPERUSER"
    sql += flags["createdb"] ?? superuser ? " CREATEDB" : " NOCREATEDB"
    sql += flags["createrole"] ?? superuser ? " CREATEROLE" : " NOCREATEROLE"
    sql += flags["inherit"] ?? true ? " INHERIT" : " NOINHERIT"
    sql += flags["login"] ?? true ? " LOGIN" : " NOLOGIN"
    if let replication = flags["replication"] { sql += replication ? " REPLICATION" : " NOREPLICATION" }
    if let limit { sql += " CONNECTION LIMIT \(limit)" }
    if !groups.isEmpty {
      var names: [String] = []
      for group in groups { names.append(call.quoted(group)) }
      sql += " IN ROLE " + joined(names, ",")
    }
    if let error = call.run(sql + ";") {
      return call.fail("creation of new role failed: \(call.described(error))")
    }
    return 0
  }

  static func dropUser(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var ifExists = false
    var isInteractive = false
    let line = call.read(
      ClientCall.connectionOptions + [
        OptionName("echo", "e", false), OptionName("interactive", "i", false), OptionName("if-exists", nil, false),
      ], most: 1
    ) { name, value in
      if call.takeConnection(name, value) { return nil }
      switch name {
      case "echo": call.echoes = true
      case "if-exists": ifExists = true
      default: isInteractive = true
      }
      return nil
    }
    if let code = line.code { return code }
    var name = line.operands.first
    if isInteractive {
      if name == nil { name = call.ask("Enter name of role to drop: ") }
      guard let name else { return 0 }
      call.output.print("Role \"\(name)\" will be permanently removed.\n")
      guard call.confirm("Are you sure?") == true else { return 0 }
    }
    guard let user = name else { return call.misused("missing required argument role name") }
    guard call.connectMaintenance(nil) != nil else { return 1 }
    if call.echoes { call.output.print("SELECT pg_catalog.set_config('search_path', '', false);\n") }
    if let error = call.run("DROP ROLE \(ifExists ? "IF EXISTS " : "")\(call.quoted(user));") {
      return call.fail("removal of role \"\(user)\" failed: \(call.described(error))")
    }
    return 0
  }
}
