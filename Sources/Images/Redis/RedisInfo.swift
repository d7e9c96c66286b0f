// INFO and CONFIG. Of INFO, the sections whose values follow from the simulation; those that report measured memory, CPU time and
// build identifiers are not modelled.

import SimKernel

enum RedisInfo {
  static func info(_ call: RedisCall) -> RedisReply {
    var names: [String] = []
    for word in call.words { names.append(word.lowercased()) }
    if names.isEmpty || names.contains("all") || names.contains("default") || names.contains("everything") {
      call.note("redis: INFO without a section (memory, CPU and build figures)")
      names = ["replication", "cluster", "keyspace"]
    }
    var text = ""
    for name in [
      "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "errorstats", "commandstats",
      "cluster", "keyspace",
    ]
    where names.contains(name) {
      var section = ""
      switch name {
      case "replication": section = call.server.replicationInfo
      case "cluster": section = "# Cluster\r\ncluster_enabled:0\r\n"
      case "keyspace": section = keyspace(call.server)
      default: call.note("redis: INFO \(name)")
      }
      if !text.isEmpty, !section.isEmpty { text += "\r\n" }
      text += section
    }
    return .bulk(text)
  }

  private static func keyspace(_ server: RedisServer) -> String {
    var text = "# Keyspace\r\n"
    for index in server.databases.keys.sorted() {
      server.expire(index)
      let database = server.database(index)
      if database.isEmpty { continue }
      var expiring: Int64 = 0
      var total: Int64 = 0
      for entry in database.values {
        guard let expires = entry.expires else { continue }
        expiring += 1
        total += expires - server.nowMilliseconds
      }
      text += "db\(index):keys=\(database.count),expires=\(expiring),avg_ttl=\(expiring > 0 ? total / expiring : 0)"
      text += server.release.isAtLeast(7, 4) ? ",subexpiry=0\r\n" : "\r\n"
    }
    return text
  }

  /// Parameters with their defaults in Redis 7.0, besides those that a command line sets.
  private static let defaults: [(String, String)] = [
    ("appendonly", "no"), ("appendfsync", "everysec"), ("appendfilename", "appendonly.aof"),
    ("appenddirname", "appendonlydir"), ("bind", "* -::*"), ("databases", "16"), ("dbfilename", "dump.rdb"),
    ("loglevel", "notice"), ("maxclients", "10000"), ("maxmemory", "0"), ("maxmemory-policy", "noeviction"),
    ("masterauth", ""), ("min-replicas-to-write", "0"), ("min-replicas-max-lag", "10"), ("port", "6379"),
    ("replica-priority", "100"), ("replica-read-only", "yes"), ("replica-serve-stale-data", "yes"),
    ("repl-backlog-size", "1048576"), ("repl-diskless-sync", "yes"), ("repl-diskless-sync-delay", "5"),
    ("repl-ping-replica-period", "10"), ("repl-timeout", "60"), ("requirepass", ""),
    ("save", "3600 1 300 100 60 10000"),
    ("slowlog-log-slower-than", "10000"), ("tcp-backlog", "511"), ("tcp-keepalive", "300"), ("timeout", "0"),
  ]

  static func config(_ call: RedisCall) -> RedisReply {
    let server = call.server
    switch call.words[0].lowercased() {
    case "get":
      guard call.count > 1 else { return .wrongArguments("config|get") }
      var list: [String] = []
      for pattern in call.words.dropFirst() {
        let pattern = pattern.lowercased()
        var isKnown = false
        for (name, value) in defaults where RedisGlob.matches(pattern, name) {
          var current = server.settings[name] ?? value
          if name == "maxmemory", case .value(let bytes) = RedisSetting.value(name, current) { current = bytes }
          list += [name, current]
          isKnown = true
        }
        if pattern == "dir" {
          list += ["dir", server.dataFolder]
          isKnown = true
        }
        if pattern == "replicaof" || pattern == "slaveof" {
          list += [pattern, server.master.map { "\($0.host) \($0.port)" } ?? ""]
          isKnown = true
        }
        if !isKnown || pattern.utf8.contains(42) { call.note("redis: CONFIG GET \(pattern)") }
      }
      return .texts(list)
    case "set":
      guard call.count >= 3, call.count % 2 == 1 else { return .wrongArguments("config|set") }
      let settable = [
        "requirepass", "masterauth", "maxmemory", "maxmemory-policy", "save", "loglevel", "timeout",
        "replica-read-only", "replica-priority", "appendfsync",
      ]
      var i = 1
      while i + 1 < call.count {
        let name = call.words[i].lowercased()
        if ["databases", "appendfilename", "appenddirname", "daemonize"].contains(name) {
          return .error("ERR CONFIG SET failed (possibly related to argument '\(name)') - can't set immutable config")
        }
        guard settable.contains(name) else {
          var isKnown = false
          for (known, _) in defaults where known == name { isKnown = true }
          if isKnown || name == "dir" {
            call.note("redis: CONFIG SET \(name)")
            return .null
          }
          return .error("ERR Unknown option or number of arguments for CONFIG SET - '\(call.words[i])'")
        }
        switch RedisSetting.value(name, call.words[i + 1]) {
        case .value(let value): server.set(name, value)
        case .problem(let text):
          return .error("ERR CONFIG SET failed (possibly related to argument '\(name)') - \(text)")
        }
        i += 2
      }
      return .ok
    case "resetstat": return .ok
    case "rewrite": return .error("ERR The server is running without a config file")
    case "help":
      call.note("redis: CONFIG HELP")
      return .null
    default: return .unknownSubcommand(call)
    }
  }
}

/// What CONFIG SET makes of a value.
private enum RedisSetting {
  case value(String)
  case problem(String)

  private static let choices: [String: [String]] = [
    "maxmemory-policy": [
      "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu", "allkeys-random",
      "noeviction",
    ], "loglevel": ["debug", "verbose", "notice", "warning"], "appendfsync": ["everysec", "always", "no"],
  ]
  private static let numbers: Set<String> = ["timeout", "replica-priority"]
  private static let switches: Set<String> = ["appendonly", "replica-read-only"]

  static func value(_ name: String, _ text: String) -> RedisSetting {
    if let list = choices[name] {
      return list.contains(text.lowercased())
        ? .value(text.lowercased())
        : .problem("argument(s) must be one of the following: \(list.joined(separator: ", "))")
    }
    if numbers.contains(name), RedisNumber.integer(text) == nil {
      return .problem("argument couldn't be parsed into an integer")
    }
    if switches.contains(name), !["yes", "no"].contains(text.lowercased()) {
      return .problem("argument must be 'yes' or 'no'")
    }
    if name == "maxmemory" {
      return bytes(text).map { .value(String($0)) } ?? .problem("argument must be a memory value")
    }
    return .value(text)
  }

  /// `100mb`, `1g`, `512`.
  private static func bytes(_ text: String) -> Int64? {
    let units: [String: Int64] = [
      "": 1, "b": 1, "k": 1_000, "kb": 1_024, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000, "gb": 1 << 30,
    ]
    let digits = text.prefix { $0 >= "0" && $0 <= "9" }
    guard let number = Int64(digits), let unit = units[text.dropFirst(digits.count).lowercased()] else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }
}
