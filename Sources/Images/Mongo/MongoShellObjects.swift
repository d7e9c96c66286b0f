// The objects that mongosh gives its scripts: `db`, `rs`, `print`, constructors of values.
// Source: mongosh 2 documentation.

import SimKernel
import SimMachine

extension MongoShell {
  func connectScript(_ process: Process) {
    script.global = { [self] name in
      switch name {
      case "db": return .host(MongoHost(.database, database: database))
      case "rs": return .host(MongoHost(.replicaSet))
      case "JSON", "EJSON": return .host(MongoHost(.json))
      case "console": return .host(MongoHost(.console))
      case "Math", "Object", "Array", "Number": return .host(MongoHost(.library(name)))
      case "sleep":
        return .function(
          MongoFunction { [self] _ in
            notes.append("mongosh: sleep()")
            return .undefined
          })
      case "parseInt", "parseFloat", "String", "Boolean":
        return .function(MongoFunction { [self] in converted(name, $0.first ?? .undefined) })
      case "Error":
        return .function(
          MongoFunction { .error(MongoError(name: "Error", code: nil, text: $0.first?.text ?? "")) })
      case "quit", "exit": return nil
      case "print", "printjson":
        return .function(
          MongoFunction { [self] arguments in
            var parts: [String] = []
            for argument in arguments {
              parts.append(printed(argument))
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
            if let number = arguments.first?.double { return .date(Int64(number)) }
            guard var text = arguments.first?.text else { return .date(server!.now) }
            if text.utf8.count == 10 { text += "T00:00:00Z" }
            guard let time = CivilTime(rfc3339: text) else {
              notes.append("mongosh: the date \(text)")
              return .undefined
            }
            return .date(time.unixSeconds * 1_000 + time.nanosecond / 1_000_000)
          })
      case "NumberDecimal", "Decimal128", "UUID", "BinData", "Timestamp", "Map", "Set", "Promise", "Symbol":
        return .function(
          MongoFunction { [self] _ in
            notes.append("mongosh: \(name)")
            return .undefined
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
      case .cursor, .aggregation: return MongoCursor.call(host, name, arguments)
      case .library(let library): return self.library(library, name, arguments)
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
        for argument in arguments { parts.append(printed(argument)) }
        output += parts.joined(separator: " ") + "\n"
        return .undefined
      }
    }
  }

  private func printed(_ value: MongoValue) -> String {
    if let partial = value.partial { notes.append(partial) }
    switch value {
    case .host(let host):
      switch host.kind {
      case .cursor, .aggregation:
        return MongoValue.array(Array(host.documents.prefix(20))).inspectedWhole
          + (host.documents.count > 20 ? "\nType \"it\" for more" : "")
      case .database: return host.database
      default: notes.append("mongosh: printing this object")
      }
    case .function, .error: notes.append("mongosh: printing a function or an error")
    default: break
    }
    return value.shown
  }

  private func converted(_ name: String, _ value: MongoValue) -> MongoValue {
    switch name {
    case "Boolean": return .bool(value.isTrue)
    case "String": return .string(script.plain(value))
    default:
      if let number = value.double { return .number(name == "parseInt" ? number.rounded(.towardZero) : number) }
      var digits: [UInt8] = []
      for byte in (value.text ?? "").utf8 {
        guard (48...57).contains(byte) || byte == 45 && digits.isEmpty || byte == 46 && name == "parseFloat" else {
          break
        }
        digits.append(byte)
      }
      return Decimal.parse(digits).map { .number($0) } ?? script.fail(name)
    }
  }

  /// Functions of JavaScript's own libraries.
  private func library(_ library: String, _ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    let first = arguments.first ?? .undefined
    switch (library, name) {
    case ("Object", "keys"), ("Object", "values"), ("Object", "entries"):
      guard case .object(let object) = first else { return nil }
      var list: [MongoValue] = []
      for (key, value) in object.fields {
        list.append(name == "keys" ? .string(key) : name == "values" ? value : .array([.string(key), value]))
      }
      return .array(list)
    case ("Object", "assign"):
      guard case .object(let object) = first else { return nil }
      for argument in arguments.dropFirst() {
        guard case .object(let other) = argument else { return nil }
        for (key, value) in other.fields { object.fields[key] = value }
      }
      return first
    case ("Array", "isArray"):
      if case .array = first { return .bool(true) }
      return .bool(false)
    case ("Array", "from"):
      var items: [MongoValue] = []
      if case .array(let list) = first { items = list }
      if let count = first.member("length").double {
        guard count < 100_000 else { return nil }
        items = Array(repeating: .undefined, count: max(0, Int(count)))
      }
      guard arguments.count > 1 else { return .array(items) }
      guard case .function(let function) = arguments[1] else { return nil }
      var list: [MongoValue] = []
      for (index, item) in items.enumerated() { list.append(function.call([item, .integer(index)])) }
      return .array(list)
    case ("Number", "isInteger"): return .bool(first.double.map { $0 == $0.rounded() } ?? false)
    case ("Math", "random"):
      notes.append("mongosh: random numbers of Math")
      return .undefined
    case ("Math", "max"), ("Math", "min"):
      var best: Double?
      for argument in arguments {
        guard let number = argument.number else { return nil }
        best = best.map { name == "max" ? max($0, number) : min($0, number) } ?? number
      }
      return best.map { .number($0) }
    case ("Math", _):
      guard let number = first.number else { return nil }
      switch name {
      case "floor": return .number(number.rounded(.down))
      case "ceil": return .number(number.rounded(.up))
      case "round": return .number((number + 0.5).rounded(.down))
      case "trunc": return .number(number.rounded(.towardZero))
      case "abs": return .number(number.magnitude)
      case "sqrt": return .number(number.squareRoot())
      default: return nil
      }
    default: return nil
    }
  }

  /// A command's reply, with the clock of the cluster in a replica set.
  func reply(_ server: MongoServer, _ fields: [(String, MongoValue)] = [("ok", .integer(1))]) -> MongoValue {
    .of(fields + server.clockFields)
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

  func replicaSet(_ server: MongoServer, _ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    let done = MongoValue.of([("ok", .integer(1))])
    switch name {
    case "initiate":
      var members: [MongoMember] = []
      if let given = arguments.first {
        if let wanted = given.member("_id").text, let own = server.setName, wanted != own {
          return .failure(
            "MongoServerError[InvalidReplicaSetConfig]: Rejecting initiate with a set name that differs from command line set name, initiate set name: \(wanted), command line set name: \(own)"
          )
        }
        guard let list = self.members(given) else { return nil }
        members = list
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
      return reply(server)
    case "remove":
      if let problem = writeProblem(server) { return problem }
      let host = withPort(arguments.first?.text ?? "")
      var isMember = false
      for member in server.configuration?.members ?? [] where member.host == host { isMember = true }
      guard isMember else { return nil }
      server.reconfigure { configuration in configuration.members.removeAll { $0.host == host } }
      return reply(server)
    case "reconfig":
      guard let given = arguments.first, let next = self.members(given), let old = server.configuration else {
        return server.configuration == nil
          ? .failure("MongoServerError[NotYetInitialized]: no replset config has been received") : nil
      }
      let isForced = arguments.count > 1 && arguments[1].member("force").isTrue
      if !isForced, let problem = writeProblem(server) { return problem }
      var changes = 0
      for member in next where !old.members.contains(where: { $0.id == member.id }) { changes += 1 }
      for member in old.members where !next.contains(where: { $0.id == member.id }) { changes += 1 }
      if changes > 1, !isForced {
        return .failure(
          "MongoServerError[NewReplicaSetConfigurationIncompatible]: Non force replica set reconfig can only add or remove at most 1 voting member."
        )
      }
      if isForced { note("mongosh: rs.reconfig with force") }
      server.reconfigure { $0.members = next }
      return reply(server)
    case "printSecondaryReplicationInfo": return server.secondaryReplication.map { .string($0) }
    case "stepDown":
      guard server.isPrimary else {
        return .failure("MongoServerError[NotWritablePrimary]: not primary so can't step down")
      }
      server.stepDown(Int64(arguments.first?.double ?? 60))
      return reply(server)
    case "secondaryOk", "slaveOk":
      prefersSecondary = true
      return .undefined
    default: return nil
    }
  }

  /// The members of a configuration; nil when they hold what is not modelled.
  private func members(_ configuration: MongoValue) -> [MongoMember]? {
    guard case .array(let list) = configuration.member("members") else { return nil }
    var members: [MongoMember] = []
    for item in list {
      for name in ["arbiterOnly", "hidden"] where item.member(name).isTrue { return nil }
      if let delay = item.member("secondaryDelaySecs").double, delay != 0 { return nil }
      members.append(
        MongoMember(
          id: Int(item.member("_id").double ?? 0), host: withPort(item.member("host").text ?? ""),
          priority: item.member("priority").double ?? 1, votes: Int(item.member("votes").double ?? 1)))
    }
    return members
  }

  func withPort(_ host: String) -> String { host.utf8.contains(58) ? host : host + ":27017" }

  func database(_ server: MongoServer, _ host: MongoHost, _ name: String, _ arguments: [MongoValue])
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
      if arguments.count > 1 { return nil }
      MongoCollections.store(server, host.database, wanted, [])
      return .of([("ok", .integer(1))])
    case "dropDatabase":
      if let problem = writeProblem(server) { return problem }
      server.databases[host.database] = nil
      server.commit()
      return .of([("ok", .integer(1)), ("dropped", .string(host.database))])
    case "adminCommand", "runCommand":
      guard let command = arguments.first else { return nil }
      if command.member("ping").isTrue || command.text == "ping" { return reply(server) }
      if command.member("replSetGetStatus").isTrue || command.text == "replSetGetStatus" { return server.statusValue }
      if command.member("hello").isTrue || command.text == "hello" { return server.helloValue }
      return nil
    default: return nil
    }
  }
}
