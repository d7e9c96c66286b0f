// The commands that are modelled, by what they work on. A command of Redis 7 that is not in the table says "not simulated"; a word
// that is no command at all gets the server's own error.

import SimKernel
import SimMachine

enum RedisCommands {
  static let table: [String: RedisCommand] = {
    var result: [String: RedisCommand] = [:]
    for command in connection + server + administration + subscriptions + keys + strings + lists + hashes + sets
      + sortedSets + algebra
    {
      result[command.name] = command
    }
    return result
  }()

  static let notSimulated: Set<String> = [
    "bgrewriteaof", "bitcount", "bitfield", "bitfield_ro", "bitop", "bitpos", "blmove", "blmpop",
    "brpoplpush", "bzmpop", "bzpopmax", "bzpopmin", "eval", "eval_ro", "evalsha",
    "evalsha_ro",
    "failover", "fcall", "fcall_ro", "geoadd", "geodist", "geohash", "geopos", "georadius", "georadius_ro",
    "georadiusbymember", "georadiusbymember_ro", "geosearch", "geosearchstore", "getbit", "hrandfield",
    "hscan",
    "lcs", "lolwut", "migrate", "monitor", "pfadd", "pfcount", "pfdebug",
    "pfmerge", "pfselftest", "psync", "punsubscribe", "replconf",
    "restore", "restore-asking", "script", "setbit", "spublish",
    "sscan", "ssubscribe", "sunsubscribe", "sync", "unsubscribe", "xack", "xadd",
    "xautoclaim", "xclaim", "xdel", "xgroup", "xinfo", "xlen", "xpending", "xrange", "xread", "xreadgroup", "xrevrange",
    "xsetid", "xtrim", "zintercard", "zrandmember",
    "zrangestore", "zscan",
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
      guard let index = RedisNumber.integer(call.words[0]) else {
        return call.server.release.isAtLeast(7, 0) ? .notInteger : .error("ERR invalid DB index")
      }
      let limit = Int64(call.server.settings["databases"] ?? "16") ?? 16
      guard (0..<limit).contains(index) else { return .error("ERR DB index is out of range") }
      call.connection.database = Int(index)
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
    RedisCommand("multi", 1) { $0.connection.multi() },
    RedisCommand("exec", 1) { $0.connection.execute() },
    RedisCommand("discard", 1) { $0.connection.discard() },
    RedisCommand("watch", -2) { call in
      call.connection.queue == nil ? .ok : .error("ERR WATCH inside MULTI is not allowed")
    },
    RedisCommand("unwatch", 1) { _ in .ok },
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
      guard isFlushMode(call) else { return .syntax }
      call.server.flush(nil)
      return .ok
    },
    RedisCommand("flushdb", -1, writes: true) { call in
      guard isFlushMode(call) else { return .syntax }
      call.server.flush(call.index)
      return .ok
    },
    RedisCommand("save", 1) { call in
      call.server.save()
      call.server.note("DB saved on disk")
      return .ok
    },
    RedisCommand("bgsave", -1) { call in
      if call.count > 0, call.words[0].lowercased() != "schedule" || call.count > 1 { return .syntax }
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
      guard how == nil || how == "save" || how == "nosave", call.count < 2 else {
        if call.count > 1 || ["now", "force", "abort"].contains(how) {
          call.note("redis: SHUTDOWN \(call.words.joined(separator: " "))")
          return .null
        }
        return .syntax
      }
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

  private static func isFlushMode(_ call: RedisCall) -> Bool {
    call.count == 0 || call.count == 1 && ["async", "sync"].contains(call.words[0].lowercased())
  }

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
}
