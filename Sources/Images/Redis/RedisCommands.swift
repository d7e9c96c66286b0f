// The commands that are modelled, by what they work on. A command of Redis 7 that is not in the table says "not simulated"; a word
// that is no command at all gets the server's own error.

import SimKernel
import SimMachine

enum RedisCommands {
  static let table: [String: RedisCommand] = {
    var result: [String: RedisCommand] = [:]
    for command in connection + server + keys + strings + lists + hashes + sets + sortedSets {
      result[command.name] = command
    }
    return result
  }()

  static let notSimulated: Set<String> = [
    "acl", "asking", "bgrewriteaof", "bitcount", "bitfield", "bitfield_ro", "bitop", "bitpos", "blmove", "blmpop",
    "blpop",
    "brpop", "brpoplpush", "bzmpop", "bzpopmax", "bzpopmin", "debug", "dump", "eval", "eval_ro", "evalsha",
    "evalsha_ro",
    "failover", "fcall", "fcall_ro", "function", "geoadd", "geodist", "geohash", "geopos", "georadius", "georadius_ro",
    "georadiusbymember", "georadiusbymember_ro", "geosearch", "geosearchstore", "getbit", "hello", "hrandfield",
    "hscan",
    "latency", "lcs", "lmpop", "lolwut", "memory", "migrate", "module", "monitor", "pfadd", "pfcount", "pfdebug",
    "pfmerge", "pfselftest", "psubscribe", "psync", "pubsub", "punsubscribe", "readonly", "readwrite", "replconf",
    "reset", "restore", "restore-asking", "script", "setbit", "slowlog", "sort", "sort_ro", "spop", "spublish",
    "srandmember", "sscan", "ssubscribe", "subscribe", "sunsubscribe", "sync", "unsubscribe", "xack", "xadd",
    "xautoclaim", "xclaim", "xdel", "xgroup", "xinfo", "xlen", "xpending", "xrange", "xread", "xreadgroup", "xrevrange",
    "xsetid", "xtrim", "zdiff", "zdiffstore", "zinter", "zintercard", "zinterstore", "zlexcount", "zmpop",
    "zrandmember",
    "zrangebylex", "zrangestore", "zremrangebylex", "zrevrangebylex", "zscan", "zunion", "zunionstore",
  ]

  // MARK: Connection

  private static let connection: [RedisCommand] = [
    RedisCommand("ping", -1) { call in
      if call.count > 1 { return .wrongArguments("ping") }
      return call.count == 1 ? .bulk(call.words[0]) : .status("PONG")
    },
    RedisCommand("echo", 2) { .bulk($0.words[0]) },
    RedisCommand("quit", -1) { call in
      call.connection.isClosed = true
      return .ok
    },
    RedisCommand("select", 2) { call in
      guard let index = Int(call.words[0]) else { return .error("ERR invalid DB index") }
      let limit = Int(call.server.settings["databases"] ?? "16") ?? 16
      guard (0..<limit).contains(index) else { return .error("ERR DB index is out of range") }
      call.connection.database = index
      return .ok
    },
    RedisCommand("auth", -2) { call in
      if call.count > 2 { return .syntax }
      guard let password = call.server.password else {
        if call.count == 2, call.words[0] == "default" { return .ok }
        return call.count == 1
          ? .error(
            "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"
          ) : .error("WRONGPASS invalid username-password pair or user is disabled.")
      }
      guard call.words.last == password, call.count == 1 || call.words[0] == "default" else {
        return .error("WRONGPASS invalid username-password pair or user is disabled.")
      }
      call.connection.isAuthenticated = true
      return .ok
    },
    RedisCommand("client", -2) { call in
      switch (call.words[0].lowercased(), call.count) {
      case ("id", 1): return .integer(call.connection.id)
      case ("getname", 1): return call.connection.name.isEmpty ? .null : .bulk(call.connection.name)
      case ("setname", 2):
        call.connection.name = call.words[1]
        return .ok
      default:
        call.note("redis: CLIENT \(call.words[0].uppercased())")
        return .null
      }
    },
    RedisCommand("multi", 1) { $0.connection.multi() },
    RedisCommand("exec", 1) { $0.connection.execute() },
    RedisCommand("discard", 1) { $0.connection.discard() },
    RedisCommand("watch", -2) { call in
      call.connection.queue == nil ? .ok : .error("ERR WATCH inside MULTI is not allowed")
    },
    RedisCommand("unwatch", 1) { _ in .ok },
    RedisCommand("publish", 3) { _ in .integer(0) },
  ]

  // MARK: Server

  private static let server: [RedisCommand] = [
    RedisCommand("info", -1) { RedisInfo.info($0) },
    RedisCommand("role", 1) { $0.server.role },
    RedisCommand("replicaof", 3) { replicaOf($0) },
    RedisCommand("slaveof", 3) { replicaOf($0) },
    RedisCommand("config", -2) { RedisInfo.config($0) },
    RedisCommand("dbsize", 1) { call in
      call.server.expire(call.index)
      return .integer(Int64(call.server.database(call.index).count))
    },
    RedisCommand("flushall", -1, writes: true) { call in
      call.server.flush(nil)
      return .ok
    },
    RedisCommand("flushdb", -1, writes: true) { call in
      call.server.flush(call.index)
      return .ok
    },
    RedisCommand("save", 1) { call in
      call.server.save()
      call.server.note("DB saved on disk")
      return .ok
    },
    RedisCommand("bgsave", -1) { call in
      let server = call.server
      server.note("Background saving started by pid 21")
      server.after(.milliseconds(5)) {
        server.save()
        server.log(server.stamp(role: "C", process: 21) + "* DB saved on disk\n")
      }
      server.after(.milliseconds(100)) { server.note("Background saving terminated with success") }
      return .status("Background saving started")
    },
    RedisCommand("lastsave", 1) { .integer($0.server.world.clock.unixSeconds($0.server.lastSave)) },
    RedisCommand("shutdown", -1) { call in
      let how = call.words.first?.lowercased()
      call.server.shutDownRequested(how == "save" || (how == nil && call.server.savesOnExit))
      call.connection.isClosed = true
      return .null
    },
    RedisCommand("time", 1) { call in
      let time = call.server.world.civilNow
      return .texts([String(time.unixSeconds), String(time.nanosecond / 1_000)])
    },
    RedisCommand("wait", 3) { call in
      guard RedisNumber.integer(call.words[0]) != nil, RedisNumber.integer(call.words[1]) != nil else {
        return .notInteger
      }
      if call.server.isReplica {
        return .error(
          "ERR WAIT cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated."
        )
      }
      return .integer(call.server.replicasInSync)
    },
    RedisCommand("command", -1) { call in
      if call.words.first?.lowercased() == "count", call.server.release.text == "7.0.15" { return .integer(240) }
      call.note("redis: COMMAND")
      return .null
    },
    RedisCommand("cluster", -2) { _ in .error("ERR This instance has cluster support disabled") },
  ]

  private static func replicaOf(_ call: RedisCall) -> RedisReply {
    let who = call.connection.description(call.name)
    if call.words[0].lowercased() == "no", call.words[1].lowercased() == "one" {
      call.server.becomeMaster(who)
      return .ok
    }
    guard let port = Int(call.words[1]), (0...65_535).contains(port) else { return .error("ERR Invalid master port") }
    return call.server.changeMaster(call.words[0], port, who)
      ? .ok : .status("OK Already connected to specified master")
  }

  // MARK: Keys

  private static let keys: [RedisCommand] = [
    RedisCommand("keys", 2) { call in
      call.server.expire(call.index)
      var found: [String] = []
      for key in call.server.database(call.index).keys where RedisGlob.matches(call.words[0], key) { found.append(key) }
      return .texts(found)
    },
    RedisCommand("scan", -2) { call in
      guard call.words[0] == "0" else { return .error("ERR invalid cursor") }
      var pattern = "*"
      var i = 1
      while i + 1 < call.count {
        switch call.words[i].lowercased() {
        case "match": pattern = call.words[i + 1]
        case "count": break
        default:
          call.note("redis: SCAN \(call.words[i].uppercased())")
        }
        i += 2
      }
      call.server.expire(call.index)
      if call.server.database(call.index).count > 10 { call.note("redis: SCAN over more than 10 keys") }
      var found: [String] = []
      for key in call.server.database(call.index).keys where RedisGlob.matches(pattern, key) { found.append(key) }
      return .array([.bulk("0"), .texts(found)])
    },
    RedisCommand("exists", -2) { call in
      var count: Int64 = 0
      for key in call.words where call.entry(key) != nil { count += 1 }
      return .integer(count)
    },
    RedisCommand("touch", -2) { call in
      var count: Int64 = 0
      for key in call.words where call.entry(key) != nil { count += 1 }
      return .integer(count)
    },
    RedisCommand("del", -2, writes: true) { delete($0) },
    RedisCommand("unlink", -2, writes: true) { delete($0) },
    RedisCommand("type", 2) { .status($0.entry($0.words[0])?.value.typeName ?? "none") },
    RedisCommand("rename", 3, writes: true) { call in
      guard let entry = call.entry(call.words[0]) else { return .noSuchKey }
      if call.words[0] != call.words[1] {
        _ = call.remove(call.words[0])
        call.server.put(call.index, call.words[1], entry)
      }
      return .ok
    },
    RedisCommand("renamenx", 3, writes: true) { call in
      guard let entry = call.entry(call.words[0]) else { return .noSuchKey }
      if call.entry(call.words[1]) != nil { return .integer(0) }
      _ = call.remove(call.words[0])
      call.server.put(call.index, call.words[1], entry)
      return .integer(1)
    },
    RedisCommand("ttl", 2) { remaining($0, 1_000_000_000) },
    RedisCommand("pttl", 2) { remaining($0, 1_000_000) },
    RedisCommand("expire", -3, writes: true) { expire($0, 1_000) },
    RedisCommand("pexpire", -3, writes: true) { expire($0, 1) },
    RedisCommand("persist", 2, writes: true) { call in
      guard var entry = call.entry(call.words[0]), entry.expires != nil else { return .integer(0) }
      entry.expires = nil
      call.server.put(call.index, call.words[0], entry)
      return .integer(1)
    },
    RedisCommand("randomkey", 1) { call in
      call.server.expire(call.index)
      let keys = call.server.database(call.index).keys
      return keys.isEmpty ? .null : .bulk(keys[call.server.world.random.below(keys.count)])
    },
    RedisCommand("object", -2) { call in
      guard call.words[0].lowercased() == "encoding", call.count == 2 else {
        call.note("redis: OBJECT \(call.words[0].uppercased())")
        return .null
      }
      guard let entry = call.entry(call.words[1]) else { return .noSuchKey }
      return .bulk(entry.value.encoding(call.server.release))
    },
  ]

  private static func delete(_ call: RedisCall) -> RedisReply {
    var count: Int64 = 0
    for key in call.words where call.remove(key) { count += 1 }
    return .integer(count)
  }

  private static func remaining(_ call: RedisCall, _ unit: Int64) -> RedisReply {
    guard let entry = call.entry(call.words[0]) else { return .integer(-2) }
    guard let expires = entry.expires else { return .integer(-1) }
    let left = (expires - call.server.world.now).nanoseconds
    return .integer((left + unit / 2) / unit)
  }

  private static func expire(_ call: RedisCall, _ milliseconds: Int64) -> RedisReply {
    guard let amount = RedisNumber.integer(call.words[1]) else { return .notInteger }
    if call.count > 2 {
      call.note("redis: EXPIRE \(call.words[2].uppercased())")
      return .null
    }
    guard var entry = call.entry(call.words[0]) else { return .integer(0) }
    if amount <= 0 {
      _ = call.remove(call.words[0])
    } else {
      entry.expires = call.server.world.now + .milliseconds(amount * milliseconds)
      call.server.put(call.index, call.words[0], entry)
    }
    return .integer(1)
  }
}

/// Redis' glob patterns: `*`, `?`, `[a-z]`, `[^…]`, backslash.
enum RedisGlob {
  static func matches(_ pattern: String, _ text: String) -> Bool {
    match(Array(pattern.utf8)[...], Array(text.utf8)[...], depth: 0)
  }

  private static func match(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, depth: Int) -> Bool {
    guard depth < 64 else { return false }
    var p = pattern
    var t = text
    while let first = p.first {
      switch first {
      case 42:
        while p.first == 42 { p = p.dropFirst() }
        if p.isEmpty { return true }
        while true {
          if match(p, t, depth: depth + 1) { return true }
          if t.isEmpty { return false }
          t = t.dropFirst()
        }
      case 63:
        if t.isEmpty { return false }
        t = t.dropFirst()
        p = p.dropFirst()
      case 91:
        guard let byte = t.first else { return false }
        p = p.dropFirst()
        let negated = p.first == 94
        if negated { p = p.dropFirst() }
        var found = false
        while let item = p.first, item != 93 {
          p = p.dropFirst()
          if p.first == 45, let high = p.dropFirst().first, high != 93 {
            if item <= byte, byte <= high { found = true }
            p = p.dropFirst(2)
          } else if item == byte {
            found = true
          }
        }
        p = p.dropFirst()
        if found == negated { return false }
        t = t.dropFirst()
      default:
        var wanted = first
        p = p.dropFirst()
        if first == 92, let escaped = p.first {
          wanted = escaped
          p = p.dropFirst()
        }
        guard t.first == wanted else { return false }
        t = t.dropFirst()
      }
    }
    return t.isEmpty
  }
}
