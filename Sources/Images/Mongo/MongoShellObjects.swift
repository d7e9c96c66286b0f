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

  func replicaSet(_ server: MongoServer, _ name: String, _ arguments: [MongoValue]) -> MongoValue? {
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
