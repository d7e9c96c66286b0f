// mongosh: --eval, scripts from a pipe, and a prompt. `rs`, `db` and collections with the methods labs use; the rest is said not to
// be simulated, and so is the banner without --quiet (it holds identifiers and start-up warnings).
// Source: mongosh 2 documentation.

import SimKernel
import SimMachine

final class MongoShell: ClientProgram {
  private let script = MongoScript()
  private var server: MongoServer?
  private var host = "127.0.0.1"
  private var port = 27_017
  private var database = "test"
  private var evals: [String] = []
  private var isQuiet = false
  private var prefersSecondary = false
  private var notes: [String] = []
  private var output = ""
  private var pending = ""
  private var file: String?
  private var json = false

  override func begin(_ process: Process) -> Int32? {
    var words = Array(process.arguments.dropFirst())
    while !words.isEmpty {
      let word = words.removeFirst()
      func value(_ name: String) -> String? {
        if word.hasPrefix(name + "=") { return String(word.dropFirst(name.utf8.count + 1)) }
        return word == name && !words.isEmpty ? words.removeFirst() : nil
      }
      if word == "--quiet" {
        isQuiet = true
      } else if word == "--norc" || word == "--json=relaxed" || word == "--json" {
        json = word != "--norc"
      } else if let text = value("--eval") {
        evals.append(text)
      } else if let text = value("--host") {
        (host, port) = hostAndPort(text, port)
      } else if let text = value("--port") {
        port = Int(text) ?? port
      } else if word == "--version" {
        process.note(notSimulated: "mongosh --version")
        return 1
      } else if word.utf8.first == 45 {
        process.note(notSimulated: "mongosh \(word)")
        return 1
      } else if word.hasPrefix("mongodb://") {
        if let code = readURL(word, process) { return code }
      } else if word.hasSuffix(".js") {
        file = word
      } else if word.utf8.contains(58) || word.utf8.contains(47) {
        let parts = separated(word, by: "/")
        (host, port) = hostAndPort(parts[0], port)
        if parts.count > 1, !parts[1].isEmpty { database = parts[1] }
      } else {
        database = word
      }
    }
    if json {
      process.note(notSimulated: "mongosh --json")
      return 1
    }
    guard case .server(let listener, _) = Reach(host, port, from: process), let found = listener as? MongoServer else {
      process.note(notSimulated: "mongosh: the words of a failed connection")
      process.complain("MongoNetworkError: connect ECONNREFUSED \(host):\(port)\n")
      return 1
    }
    server = found
    connectScript(process)
    if !isQuiet, evals.isEmpty || isInteractive(process) {
      process.note(notSimulated: "mongosh: its banner (use --quiet)")
    }
    if let file {
      guard let bytes = try? process.fileSystem.read(file, in: process.workingDirectory) else {
        process.note(notSimulated: "mongosh: a script that is not there")
        return 1
      }
      return evaluate(String(decoding: bytes, as: UTF8.self), process, shows: false)
    }
    guard !evals.isEmpty else { return nil }
    for (index, text) in evals.enumerated() {
      let code = evaluate(text, process, shows: index == evals.count - 1)
      if code != 0 { return code }
    }
    return 0
  }

  private func readURL(_ url: String, _ process: Process) -> Int32? {
    var rest = String(url.dropFirst(10))
    if let mark = rest.utf8.firstIndex(of: 63) { rest = String(rest[..<mark]) }
    if rest.utf8.contains(64) {
      process.note(notSimulated: "mongosh with a user name")
      return 1
    }
    let parts = separated(rest, by: "/")
    let hosts = separated(parts[0], by: ",")
    if hosts.count > 1 || occurs("replicaSet=", in: url) {
      // The driver finds the primary among the hosts.
      for place in hosts {
        let (name, number) = hostAndPort(place, 27_017)
        if case .server(let listener, _) = Reach(name, number, from: process), let found = listener as? MongoServer,
          let primary = found.leader as? MongoServer
        {
          (host, port) = (primary.machine.address, primary.port)
        }
      }
    } else {
      (host, port) = hostAndPort(hosts[0], 27_017)
    }
    if parts.count > 1, !parts[1].isEmpty { database = parts[1] }
    return nil
  }

  override func prompt(_ process: Process) -> String {
    if !pending.isEmpty { return "... " }
    return "\(server?.promptState ?? "")\(database)> "
  }

  override func take(_ line: String, _ process: Process) -> Int32? {
    let words = blankSeparated(line)
    if pending.isEmpty {
      if words.first == "exit" || words.first == "quit" || line == "quit()" || line == "exit()" { return 0 }
      if words.first == "use", words.count == 2 {
        if database == words[1] {
          process.print("already on db \(database)\n")
        } else {
          process.print("switched to db \(words[1])\n")
        }
        database = words[1]
        return nil
      }
      if words.first == "show" {
        show(words.dropFirst().first ?? "", process)
        return nil
      }
      if words.isEmpty { return nil }
    }
    pending += (pending.isEmpty ? "" : "\n") + line
    var open = 0
    for byte in pending.utf8 {
      if byte == 40 || byte == 123 || byte == 91 { open += 1 }
      if byte == 41 || byte == 125 || byte == 93 { open -= 1 }
    }
    if open > 0 { return nil }
    let text = pending
    pending = ""
    _ = evaluate(text, process, shows: true)
    return nil
  }

  override func inputEnded(_ process: Process) -> Int32 { 0 }
  override func interrupted(_ process: Process) -> Int32? { nil }

  private func show(_ what: String, _ process: Process) {
    guard let server else { return }
    switch what {
    case "dbs", "databases": process.note(notSimulated: "mongosh: show dbs (sizes on disk)")
    case "collections", "tables":
      for name in (server.databases[database] ?? OrderedMap()).keys.sorted() { process.print(name + "\n") }
    default: process.note(notSimulated: "mongosh: show \(what)")
    }
  }

  private func evaluate(_ text: String, _ process: Process, shows: Bool) -> Int32 {
    notes = []
    output = ""
    let trimmed = blankSeparated(text).joined(separator: " ")
    let outcome: MongoScript.Outcome
    if trimmed == "show dbs" || trimmed == "show collections" || trimmed.hasPrefix("use ") {
      _ = take(trimmed, process)
      return 0
    } else {
      outcome = script.run(text)
    }
    if !output.isEmpty { process.print(output) }
    for note in notes { process.note(notSimulated: note) }
    switch outcome {
    case .notSimulated(let what):
      process.note(notSimulated: "mongosh: \(what)")
      return 1
    case .value(.failure(let message)):
      process.complain(message + "\n")
      return 1
    case .value(let value):
      guard shows, notes.isEmpty else { return 0 }
      if case .undefined = value { return 0 }
      if case .host(let host) = value {
        switch host.kind {
        case .cursor:
          process.print(MongoValue.array(Array(host.documents.prefix(20))).shown + "\n")
          if host.documents.count > 20 { process.print("Type \"it\" for more\n") }
        case .database: process.print(host.database + "\n")
        case .collection(let name): process.print("\(host.database).\(name)\n")
        default: process.note(notSimulated: "mongosh: showing this object")
        }
        return 0
      }
      if let partial = value.partial { process.note(notSimulated: partial) }
      process.print(value.shown + "\n")
      return 0
    }
  }

  // MARK: The shell's objects

  private func connectScript(_ process: Process) {
    script.global = { [self] name in
      switch name {
      case "db": return .host(MongoHost(.database, database: database))
      case "rs": return .host(MongoHost(.replicaSet))
      case "JSON", "EJSON": return .host(MongoHost(.json))
      case "console": return .host(MongoHost(.console))
      case "print", "printjson":
        return .function(
          MongoFunction { [self] arguments in
            var parts: [String] = []
            for argument in arguments {
              if let partial = argument.partial { notes.append(partial) }
              parts.append(argument.shown)
            }
            output += parts.joined(separator: " ") + "\n"
            return .undefined
          })
      case "ObjectId":
        return .function(
          MongoFunction { [self] arguments in arguments.first?.text.map { .objectID($0) } ?? server!.objectID() })
      case "ISODate", "Date":
        return .function(
          MongoFunction { [self] arguments in
            guard let text = arguments.first?.text else { return .date(server!.now) }
            guard let time = CivilTime(rfc3339: text) else {
              notes.append("mongosh: the date \(text)")
              return .undefined
            }
            return .date(time.unixSeconds * 1_000 + time.nanosecond / 1_000_000)
          })
      case "NumberInt", "Int32": return .function(MongoFunction { .number($0.first?.double ?? 0) })
      case "NumberLong", "Long":
        return .function(MongoFunction { .long(Int64($0.first?.double ?? 0)) })
      default: return nil
      }
    }
    script.property = { value, name in
      guard case .host(let host) = value else { return nil }
      switch host.kind {
      case .database: return .host(MongoHost(.collection(name), database: host.database))
      case .collection(let base): return .host(MongoHost(.collection(base + "." + name), database: host.database))
      default: return nil
      }
    }
    script.invoke = { [self] value, name, arguments in
      guard case .host(let host) = value, let server else { return nil }
      switch host.kind {
      case .replicaSet: return replicaSet(server, name, arguments)
      case .database: return database(server, host, name, arguments)
      case .collection(let collection):
        return MongoCollections.call(server, host.database, collection, name, arguments, self)
      case .cursor: return MongoCollections.cursor(host, name, arguments)
      case .connection:
        if name == "setReadPref" {
          prefersSecondary = (arguments.first?.text ?? "") != "primary"
          return .undefined
        }
        return nil
      case .json:
        guard name == "stringify", let first = arguments.first else { return nil }
        if let partial = first.partial { notes.append(partial) }
        let indent = arguments.count > 2 ? Int(arguments[2].double ?? 0) : nil
        return first.json(indent: indent).map { .string($0) } ?? .undefined
      case .console:
        guard name == "log" else { return nil }
        var parts: [String] = []
        for argument in arguments { parts.append(argument.shown) }
        output += parts.joined(separator: " ") + "\n"
        return .undefined
      }
    }
  }

  /// Whether this server answers reads: else the error, or a note.
  func readProblem(_ server: MongoServer) -> MongoValue? {
    if server.isPrimary || prefersSecondary { return nil }
    if server.configuration == nil || !server.hasQuorum {
      notes.append("mongosh: reading from a member that has no primary")
    } else {
      notes.append("mongosh: reading from a secondary without setReadPref (it depends on the release)")
    }
    return .undefined
  }

  func writeProblem(_ server: MongoServer) -> MongoValue? {
    server.isPrimary ? nil : .failure("MongoServerError[NotWritablePrimary]: not primary")
  }

  func note(_ what: String) { notes.append(what) }

  private func replicaSet(_ server: MongoServer, _ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    let done = MongoValue.of([("ok", .integer(1))])
    /// Replies carry the cluster's clock, of which only the shape is known.
    let reply = MongoValue.of([("ok", .integer(1))], partial: "mongosh: the clock and signature in the reply")
    switch name {
    case "initiate":
      var members: [MongoMember] = []
      if let given = arguments.first {
        if let wanted = given.member("_id").text, let own = server.setName, wanted != own {
          return .failure(
            "MongoServerError[InvalidReplicaSetConfig]: Rejecting initiate with a set name that differs from command line set name, initiate set name: \(wanted), command line set name: \(own)"
          )
        }
        guard case .array(let list) = given.member("members") else { return nil }
        for item in list {
          members.append(
            MongoMember(
              id: Int(item.member("_id").double ?? 0), host: withPort(item.member("host").text ?? ""),
              priority: item.member("priority").double ?? 1, votes: 1))
        }
      } else {
        members = [MongoMember(id: 0, host: "\(server.machine.hostname):\(server.port)", priority: 1, votes: 1)]
      }
      if let problem = server.initiate(members) { return .failure(problem) }
      if arguments.isEmpty {
        return .of([
          ("info2", .string("no configuration specified. Using a default configuration for the set")),
          ("me", .string("\(server.machine.hostname):\(server.port)")), ("ok", .integer(1)),
        ])
      }
      return done
    case "status": return server.statusValue
    case "conf", "config":
      return server.configuration == nil
        ? .failure("MongoServerError[NotYetInitialized]: no replset config has been received")
        : server.configurationValue
    case "hello", "isMaster": return server.helloValue
    case "add":
      if let problem = writeProblem(server) {
        return server.configuration == nil
          ? .failure("MongoServerError[NotYetInitialized]: no replset config has been received") : problem
      }
      let host = withPort(arguments.first?.text ?? arguments.first?.member("host").text ?? "")
      let priority = arguments.first?.member("priority").double ?? 1
      server.reconfigure { configuration in
        var next = 0
        for member in configuration.members { next = max(next, member.id + 1) }
        configuration.members.append(MongoMember(id: next, host: host, priority: priority, votes: 1))
      }
      return reply
    case "remove":
      if let problem = writeProblem(server) { return problem }
      let host = withPort(arguments.first?.text ?? "")
      server.reconfigure { configuration in configuration.members.removeAll { $0.host == host } }
      return reply
    case "stepDown":
      guard server.isPrimary else {
        return .failure("MongoServerError[NotWritablePrimary]: not primary so can't step down")
      }
      server.stepDown(Int64(arguments.first?.double ?? 60))
      return reply
    case "secondaryOk", "slaveOk":
      prefersSecondary = true
      return .undefined
    default: return nil
    }
  }

  private func withPort(_ host: String) -> String { host.utf8.contains(58) ? host : host + ":27017" }

  private func database(_ server: MongoServer, _ host: MongoHost, _ name: String, _ arguments: [MongoValue])
    -> MongoValue?
  {
    switch name {
    case "getSiblingDB", "getMongo":
      if name == "getMongo" { return .host(MongoHost(.connection)) }
      return .host(MongoHost(.database, database: arguments.first?.text ?? ""))
    case "getName": return .string(host.database)
    case "getCollection": return .host(MongoHost(.collection(arguments.first?.text ?? ""), database: host.database))
    case "getCollectionNames":
      var list: [MongoValue] = []
      for name in (server.databases[host.database] ?? OrderedMap()).keys.sorted() { list.append(.string(name)) }
      return .array(list)
    case "hello", "isMaster": return server.helloValue
    case "version": return .string(server.release)
    case "createCollection":
      if let problem = writeProblem(server) { return problem }
      let wanted = arguments.first?.text ?? ""
      if server.databases[host.database]?[wanted] != nil {
        return .failure("MongoServerError[NamespaceExists]: Collection \(host.database).\(wanted) already exists.")
      }
      MongoCollections.store(server, host.database, wanted, [])
      return .of([("ok", .integer(1))])
    case "dropDatabase":
      if let problem = writeProblem(server) { return problem }
      server.databases[host.database] = nil
      server.commit()
      return .of([("ok", .integer(1)), ("dropped", .string(host.database))])
    case "adminCommand", "runCommand":
      guard let command = arguments.first else { return nil }
      if command.member("ping").isTrue || command.text == "ping" {
        return server.setName == nil
          ? .of([("ok", .integer(1))])
          : .of([("ok", .integer(1))], partial: "mongosh: the clock and signature in the reply")
      }
      if command.member("replSetGetStatus").isTrue || command.text == "replSetGetStatus" { return server.statusValue }
      if command.member("hello").isTrue || command.text == "hello" { return server.helloValue }
      return nil
    default: return nil
    }
  }
}

/// Methods of collections and cursors.
enum MongoCollections {
  static func store(_ server: MongoServer, _ database: String, _ collection: String, _ documents: [MongoValue]) {
    var all = server.databases[database] ?? OrderedMap()
    all[collection] = documents
    server.databases[database] = all
    server.commit()
  }

  static func call(
    _ server: MongoServer, _ database: String, _ collection: String, _ name: String, _ arguments: [MongoValue],
    _ shell: MongoShell
  ) -> MongoValue? {
    var documents = server.databases[database]?[collection] ?? []
    let filter = arguments.first ?? .of([])
    switch name {
    case "insertOne", "insertMany":
      if let problem = shell.writeProblem(server) { return problem }
      var given: [MongoValue] = []
      if name == "insertMany", case .array(let items)? = arguments.first { given = items } else { given = [filter] }
      var ids: [(String, MongoValue)] = []
      for (index, item) in given.enumerated() {
        guard case .object(let object) = item.copy() else { return nil }
        let made = MongoObject()
        let id = object.fields["_id"] ?? server.objectID()
        for known in documents where known.member("_id").equals(id) {
          return .failure(
            "MongoServerError: E11000 duplicate key error collection: \(database).\(collection) index: _id_ dup key: { _id: \(MongoCollections.keyText(id)) }"
          )
        }
        made.fields["_id"] = id
        for (key, value) in object.fields where key != "_id" { made.fields[key] = value }
        documents.append(.object(made))
        ids.append((String(index), id))
      }
      store(server, database, collection, documents)
      if name == "insertOne" { return .of([("acknowledged", .bool(true)), ("insertedId", ids[0].1)]) }
      return .of([("acknowledged", .bool(true)), ("insertedIds", .of(ids))])
    case "find":
      if let problem = shell.readProblem(server) { return problem }
      let host = MongoHost(.cursor, database: database)
      for item in documents {
        guard let isMatch = matches(item, filter) else {
          shell.note("mongosh: a query operator")
          return .undefined
        }
        if isMatch { host.documents.append(project(item, arguments.count > 1 ? arguments[1] : .undefined)) }
      }
      return .host(host)
    case "findOne":
      if let problem = shell.readProblem(server) { return problem }
      for item in documents where matches(item, filter) == true {
        return project(item, arguments.count > 1 ? arguments[1] : .undefined)
      }
      return .null
    case "countDocuments", "estimatedDocumentCount":
      if let problem = shell.readProblem(server) { return problem }
      var count = 0
      for item in documents {
        guard let isMatch = matches(item, filter) else { return nil }
        if isMatch { count += 1 }
      }
      return .integer(count)
    case "deleteOne", "deleteMany":
      if let problem = shell.writeProblem(server) { return problem }
      var kept: [MongoValue] = []
      var count = 0
      for item in documents {
        guard let isMatch = matches(item, filter) else { return nil }
        if isMatch, name == "deleteMany" || count == 0 { count += 1 } else { kept.append(item) }
      }
      if count > 0 { store(server, database, collection, kept) }
      return .of([("acknowledged", .bool(true)), ("deletedCount", .integer(count))])
    case "updateOne", "updateMany":
      if let problem = shell.writeProblem(server) { return problem }
      guard arguments.count == 2, case .object(let change) = arguments[1] else { return nil }
      var matched = 0
      var modified = 0
      for index in documents.indices {
        guard let isMatch = matches(documents[index], filter) else { return nil }
        guard isMatch, name == "updateMany" || matched == 0 else { continue }
        matched += 1
        guard case .object(let object) = documents[index].copy() else { continue }
        for (operation, fields) in change.fields {
          guard case .object(let values) = fields else { return nil }
          for (key, value) in values.fields {
            switch operation {
            case "$set": object.fields[key] = value
            case "$unset": object.fields[key] = nil
            case "$inc": object.fields[key] = .number((object.fields[key]?.double ?? 0) + (value.double ?? 0))
            default: return nil
            }
          }
        }
        if !MongoValue.object(object).equals(documents[index]) { modified += 1 }
        documents[index] = .object(object)
      }
      if modified > 0 { store(server, database, collection, documents) }
      return .of([
        ("acknowledged", .bool(true)), ("insertedId", .null), ("matchedCount", .integer(matched)),
        ("modifiedCount", .integer(modified)), ("upsertedCount", .integer(0)),
      ])
    case "drop":
      if let problem = shell.writeProblem(server) { return problem }
      let existed = server.databases[database]?[collection] != nil
      var all = server.databases[database] ?? OrderedMap()
      all[collection] = nil
      server.databases[database] = all
      server.commit()
      return .bool(existed)
    default: return nil
    }
  }

  private static func keyText(_ value: MongoValue) -> String {
    if case .string(let text) = value { return "\"\(text)\"" }
    return value.inspected
  }

  static func cursor(_ host: MongoHost, _ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    switch name {
    case "toArray": return .array(host.documents)
    case "pretty": return .host(host)
    case "count", "itcount": return .integer(host.documents.count)
    case "limit":
      let made = MongoHost(.cursor, database: host.database)
      let count = Int(arguments.first?.double ?? 0)
      made.documents = count > 0 ? Array(host.documents.prefix(count)) : host.documents
      return .host(made)
    case "skip":
      let made = MongoHost(.cursor, database: host.database)
      made.documents = Array(host.documents.dropFirst(Int(arguments.first?.double ?? 0)))
      return .host(made)
    case "sort":
      guard case .object(let order)? = arguments.first, order.fields.count == 1 else { return nil }
      let key = order.fields.keys[0]
      let made = MongoHost(.cursor, database: host.database)
      let isAscending = (order.fields.values[0].double ?? 1) > 0
      var indexed = Array(host.documents.enumerated())
      indexed.sort { a, b in
        let (x, y) = (a.element.member(key), b.element.member(key))
        if x.precedes(y) { return isAscending }
        if y.precedes(x) { return !isAscending }
        return a.offset < b.offset
      }
      for item in indexed { made.documents.append(item.element) }
      return .host(made)
    case "forEach":
      guard case .function(let function)? = arguments.first else { return nil }
      for document in host.documents { _ = function.call([document]) }
      return .undefined
    case "map":
      guard case .function(let function)? = arguments.first else { return nil }
      var list: [MongoValue] = []
      for document in host.documents { list.append(function.call([document])) }
      return .array(list)
    default: return nil
    }
  }

  /// Nil when the filter has an operator that is not modelled.
  static func matches(_ document: MongoValue, _ filter: MongoValue) -> Bool? {
    guard case .object(let conditions) = filter else { return true }
    for (key, wanted) in conditions.fields {
      if key.utf8.first == 36 { return nil }
      var value = document
      for part in separated(key, by: ".") { value = value.member(part) }
      if case .object(let operators) = wanted, operators.fields.keys.first?.utf8.first == 36 {
        for (operation, operand) in operators.fields {
          switch operation {
          case "$eq": if !value.equals(operand) { return false }
          case "$ne": if value.equals(operand) { return false }
          case "$gt": if !operand.precedes(value) { return false }
          case "$gte": if value.precedes(operand) { return false }
          case "$lt": if !value.precedes(operand) { return false }
          case "$lte": if operand.precedes(value) { return false }
          case "$in":
            guard case .array(let items) = operand else { return nil }
            var isIn = false
            for item in items where item.equals(value) { isIn = true }
            if !isIn { return false }
          case "$exists":
            var exists = true
            if case .undefined = value { exists = false }
            if exists != operand.isTrue { return false }
          default: return nil
          }
        }
      } else if !value.equals(wanted) {
        if case .array(let items) = value {
          var contains = false
          for item in items where item.equals(wanted) { contains = true }
          if contains { continue }
        }
        return false
      }
    }
    return true
  }

  private static func project(_ document: MongoValue, _ projection: MongoValue) -> MongoValue {
    guard case .object(let wanted) = projection, !wanted.fields.isEmpty, case .object(let object) = document else {
      return document
    }
    var includes = false
    for (key, value) in wanted.fields where key != "_id" && value.isTrue { includes = true }
    let made = MongoObject()
    for (key, value) in object.fields {
      let choice = wanted.fields[key]
      if key == "_id" ? choice?.isTrue ?? true : includes ? choice?.isTrue == true : choice == nil {
        made.fields[key] = value
      }
    }
    return .object(made)
  }
}
