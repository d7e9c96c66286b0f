// Commands that administer a server: clients, users, logs of what was slow. Of users there is the default one.
// Source: redis 7.0 `networking.c`, `acl.c`, `slowlog.c`, `latency.c`; answers as redis-server 7.0.15 gives them.

import SimKernel

extension RedisReply {
  /// A word that is no subcommand of the command.
  static func unknownSubcommand(_ call: RedisCall) -> RedisReply {
    let command = call.name.uppercased()
    guard call.server.release.isAtLeast(7, 0) else {
      return .error(
        "ERR Unknown subcommand or wrong number of arguments for '\(call.words[0])'. Try \(command) HELP.")
    }
    return .error("ERR unknown subcommand '\(call.words[0])'. Try \(command) HELP.")
  }
}

extension RedisCommands {
  static let administration: [RedisCommand] = [
    RedisCommand("client", -2) { client($0) },
    RedisCommand("acl", -2) { acl($0) },
    RedisCommand("slowlog", -2) { call in
      answer(call, ["get": 1...2, "len": 1...1, "reset": 1...1, "help": 1...1]) { name in
        switch name {
        case "get": return .array([])
        case "len": return .integer(0)
        case "reset": return .ok
        default: return nil
        }
      }
    },
    RedisCommand("latency", -2) { call in
      answer(
        call,
        [
          "latest": 1...1, "history": 2...2, "reset": 1...99, "doctor": 1...1, "graph": 2...2, "histogram": 1...99,
          "help": 1...1,
        ]
      ) { name in
        switch name {
        case "latest", "history": return .array([])
        case "reset": return .integer(0)
        default: return nil
        }
      }
    },
    RedisCommand("memory", -2) { call in
      answer(
        call, ["usage": 2...4, "doctor": 1...1, "stats": 1...1, "purge": 1...1, "malloc-stats": 1...1, "help": 1...1]
      ) { name in
        if name == "purge" { return .ok }
        return name == "usage" && call.entry(call.words[1]) == nil ? .null : nil
      }
    },
    RedisCommand("module", -2) { call in
      answer(call, ["list": 1...1, "load": 2...99, "loadex": 2...99, "unload": 2...2, "help": 1...1]) { name in
        name == "list" ? .array([]) : nil
      }
    },
    RedisCommand("function", -2) { call in
      answer(
        call,
        [
          "list": 1...99, "load": 2...3, "delete": 2...2, "flush": 1...2, "dump": 1...1, "restore": 2...3,
          "stats": 1...1,
          "kill": 1...1, "help": 1...1,
        ]
      ) { name in
        name == "list" && call.count == 1 ? .array([]) : name == "flush" ? .ok : nil
      }
    },
    RedisCommand("debug", -2) { _ in
      .error(
        "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server."
      )
    },
    RedisCommand("hello", -1) { hello($0) },
    RedisCommand("reset", 1) { call in
      let connection = call.connection
      connection.database = 0
      connection.name = ""
      connection.isAuthenticated = call.server.password == nil
      return .status("RESET")
    },
    RedisCommand("readonly", 1) { _ in .error("ERR This instance has cluster support disabled") },
    RedisCommand("readwrite", 1) { _ in .error("ERR This instance has cluster support disabled") },
    RedisCommand("asking", 1) { _ in .error("ERR This instance has cluster support disabled") },
  ]

  /// Looks up a subcommand with how many words it takes, itself included. Nil from `body`: not simulated.
  private static func answer(
    _ call: RedisCall, _ known: [String: ClosedRange<Int>], _ body: (String) -> RedisReply?
  ) -> RedisReply {
    let name = call.words[0].lowercased()
    guard let counts = known[name] else { return .unknownSubcommand(call) }
    guard counts.contains(call.count) else {
      return call.server.release.isAtLeast(7, 0)
        ? .wrongArguments("\(call.name)|\(name)") : .unknownSubcommand(call)
    }
    if let reply = body(name) { return reply }
    call.note("redis: \(call.name.uppercased()) \(name.uppercased())")
    return .null
  }

  private static func client(_ call: RedisCall) -> RedisReply {
    let name = call.words[0].lowercased()
    if call.server.release.isAtLeast(7, 2),
      (name, call.count) == ("no-touch", 2) || (name, call.count) == ("setinfo", 3)
    {
      return .ok
    }
    return answer(
      call,
      [
        "id": 1...1, "getname": 1...1, "setname": 2...2, "getredir": 1...1, "no-evict": 2...2, "list": 1...99,
        "info": 1...1, "kill": 2...99, "reply": 2...2, "pause": 2...3, "unpause": 1...1, "tracking": 2...99,
        "trackinginfo": 1...1, "caching": 2...2, "unblock": 2...3, "help": 1...1,
      ]
    ) { name in
      switch name {
      case "id": return .integer(call.connection.id)
      case "getname": return call.connection.name.isEmpty ? .null : .bulk(call.connection.name)
      case "getredir": return .integer(-1)
      case "setname":
        for byte in call.words[1].utf8 where byte < 33 || byte > 126 {
          return .error("ERR Client names cannot contain spaces, newlines or special characters.")
        }
        call.connection.name = call.words[1]
        return .ok
      case "no-evict":
        return ["on", "off"].contains(call.words[1].lowercased()) ? .ok : .syntax
      case "unpause": return .ok
      default: return nil
      }
    }
  }

  private static func acl(_ call: RedisCall) -> RedisReply {
    answer(
      call,
      [
        "whoami": 1...1, "list": 1...1, "users": 1...1, "cat": 1...2, "setuser": 2...999, "deluser": 2...999,
        "getuser": 2...2, "genpass": 1...2, "log": 1...2, "load": 1...1, "save": 1...1, "dryrun": 3...999,
        "help": 1...1,
      ]
    ) { name in
      switch name {
      case "whoami": return .bulk("default")
      case "users": return .texts(["default"])
      case "list" where call.server.password == nil: return .texts(["user default on nopass ~* &* +@all"])
      case "log" where call.count == 1: return .array([])
      case "getuser" where call.words[1] != "default": return .null
      case "load", "save":
        return .error(
          "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration."
        )
      default: return nil
      }
    }
  }

  private static func hello(_ call: RedisCall) -> RedisReply {
    if let word = call.words.first {
      guard let version = RedisNumber.integer(word) else {
        return .error("ERR Protocol version is not an integer or out of range")
      }
      guard version == 2 || version == 3 else { return .error("NOPROTO unsupported protocol version") }
    }
    guard call.connection.isAuthenticated else {
      return .error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time"
      )
    }
    guard call.count == 0 || call.words == ["2"] else {
      call.note("redis: HELLO \(call.words.joined(separator: " "))")
      return .null
    }
    return .array([
      .bulk("server"), .bulk("redis"), .bulk("version"), .bulk(call.server.release.text), .bulk("proto"), .integer(2),
      .bulk("id"), .integer(call.connection.id), .bulk("mode"), .bulk("standalone"), .bulk("role"),
      .bulk(call.server.isReplica ? "replica" : "master"), .bulk("modules"), .array([]),
    ])
  }
}
