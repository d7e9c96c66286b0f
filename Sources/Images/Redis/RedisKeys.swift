// Commands on keys whatever they hold: existence, expiry, renaming, copying, listing, sorting.
// Source: redis 7.0 `db.c`, `expire.c`, `sort.c`, `object.c`.

import SimKernel

/// A moment given by one of the options `EX`, `PX`, `EXAT`, `PXAT`, in milliseconds of Unix time; or what is wrong with it.
enum RedisExpiry {
  case success(Int64)
  case failure(RedisReply)

  static func moment(_ option: String, _ word: String, _ call: RedisCall) -> RedisExpiry {
    guard let amount = RedisNumber.integer(word) else { return .failure(.notInteger) }
    let invalid = RedisReply.error("ERR invalid expire time in '\(call.name)' command")
    guard amount > 0 else { return .failure(invalid) }
    let base: Int64 = option.hasSuffix("at") ? 0 : call.server.nowMilliseconds
    return sum(amount, unit: option.hasPrefix("ex") ? 1_000 : 1, base).map { .success($0) } ?? .failure(invalid)
  }

  /// Nil when it does not fit.
  static func sum(_ amount: Int64, unit: Int64, _ base: Int64) -> Int64? {
    let (scaled, overflow) = amount.multipliedReportingOverflow(by: unit)
    let (total, overflow2) = scaled.addingReportingOverflow(base)
    return overflow || overflow2 ? nil : total
  }
}

extension RedisCommands {
  static let keys: [RedisCommand] = [
    RedisCommand("keys", 2) { call in
      call.server.expire(call.index)
      var found: [String] = []
      for key in call.server.database(call.index).keys where RedisGlob.matches(call.words[0], key) { found.append(key) }
      return .texts(found)
    },
    RedisCommand("scan", -2) { scan($0) },
    RedisCommand("exists", -2) { .integer(countOfThere($0)) },
    RedisCommand("touch", -2) { .integer(countOfThere($0)) },
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
    RedisCommand("copy", -3, writes: true) { copy($0) },
    RedisCommand("move", 3, writes: true) { call in
      guard let index = RedisNumber.integer(call.words[1]) else { return .notInteger }
      guard isDatabase(index, call) else { return .error("ERR DB index is out of range") }
      guard Int(index) != call.index else { return .error("ERR source and destination objects are the same") }
      guard let entry = call.entry(call.words[0]), call.server.entry(Int(index), call.words[0]) == nil else {
        return .integer(0)
      }
      _ = call.remove(call.words[0])
      call.server.put(Int(index), call.words[0], entry)
      return .integer(1)
    },
    RedisCommand("swapdb", 3, writes: true) { call in
      guard let first = RedisNumber.integer(call.words[0]) else { return .error("ERR invalid first DB index") }
      guard let second = RedisNumber.integer(call.words[1]) else { return .error("ERR invalid second DB index") }
      guard isDatabase(first, call), isDatabase(second, call) else { return .error("ERR DB index is out of range") }
      call.server.swap(Int(first), Int(second))
      return .ok
    },
    RedisCommand("ttl", 2) { remaining($0, 1_000) },
    RedisCommand("pttl", 2) { remaining($0, 1) },
    RedisCommand("expiretime", 2) { moment($0, 1_000) },
    RedisCommand("pexpiretime", 2) { moment($0, 1) },
    RedisCommand("expire", -3, writes: true) { expire($0, unit: 1_000, base: $0.server.nowMilliseconds) },
    RedisCommand("pexpire", -3, writes: true) { expire($0, unit: 1, base: $0.server.nowMilliseconds) },
    RedisCommand("expireat", -3, writes: true) { expire($0, unit: 1_000, base: 0) },
    RedisCommand("pexpireat", -3, writes: true) { expire($0, unit: 1, base: 0) },
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
    RedisCommand("object", -2) { object($0) },
    RedisCommand("sort", -2, writes: true) { sort($0) },
    RedisCommand("sort_ro", -2) { sort($0) },
    RedisCommand("dump", 2) { call in
      if call.entry(call.words[0]) != nil { call.note("redis: DUMP") }
      return .null
    },
  ]

  private static func isDatabase(_ index: Int64, _ call: RedisCall) -> Bool {
    index >= 0 && index < Int64(call.server.settings["databases"] ?? "16") ?? 16
  }

  private static func countOfThere(_ call: RedisCall) -> Int64 {
    var count: Int64 = 0
    for key in call.words where call.entry(key) != nil { count += 1 }
    return count
  }

  private static func delete(_ call: RedisCall) -> RedisReply {
    var count: Int64 = 0
    for key in call.words where call.remove(key) { count += 1 }
    return .integer(count)
  }

  private static func scan(_ call: RedisCall) -> RedisReply {
    guard let cursor = RedisNumber.integer(call.words[0]), cursor >= 0 else { return .error("ERR invalid cursor") }
    var pattern = "*"
    var type: String?
    var i = 1
    while i < call.count {
      guard i + 1 < call.count else { return .syntax }
      switch call.words[i].lowercased() {
      case "match": pattern = call.words[i + 1]
      case "count":
        guard let count = RedisNumber.integer(call.words[i + 1]) else { return .notInteger }
        guard count > 0 else { return .syntax }
      case "type": type = call.words[i + 1].lowercased()
      default: return .syntax
      }
      i += 2
    }
    call.server.expire(call.index)
    // Up to eight keys fit into a table that one call goes through; larger ones are gone through in the order of a hash.
    if call.server.database(call.index).count > 8 || cursor != 0 { call.note("redis: SCAN over more than 8 keys") }
    var found: [String] = []
    for (key, entry) in call.server.database(call.index)
    where RedisGlob.matches(pattern, key) && (type == nil || type == entry.value.typeName) { found.append(key) }
    return .array([.bulk("0"), .texts(found)])
  }

  private static func copy(_ call: RedisCall) -> RedisReply {
    var target = call.index
    var replaces = false
    var i = 2
    while i < call.count {
      switch call.words[i].lowercased() {
      case "replace": replaces = true
      case "db" where i + 1 < call.count:
        guard let index = RedisNumber.integer(call.words[i + 1]) else { return .notInteger }
        guard isDatabase(index, call) else { return .error("ERR DB index is out of range") }
        target = Int(index)
        i += 1
      default: return .syntax
      }
      i += 1
    }
    guard target != call.index || call.words[0] != call.words[1] else {
      return .error("ERR source and destination objects are the same")
    }
    guard let entry = call.entry(call.words[0]) else { return .integer(0) }
    guard replaces || call.server.entry(target, call.words[1]) == nil else { return .integer(0) }
    call.server.put(target, call.words[1], entry)
    return .integer(1)
  }

  // MARK: Expiry

  private static func remaining(_ call: RedisCall, _ unit: Int64) -> RedisReply {
    guard let entry = call.entry(call.words[0]) else { return .integer(-2) }
    guard let expires = entry.expires else { return .integer(-1) }
    return .integer((expires - call.server.nowMilliseconds + unit / 2) / unit)
  }

  private static func moment(_ call: RedisCall, _ unit: Int64) -> RedisReply {
    guard let entry = call.entry(call.words[0]) else { return .integer(-2) }
    return .integer(entry.expires.map { ($0 + unit / 2) / unit } ?? -1)
  }

  private static func expire(_ call: RedisCall, unit: Int64, base: Int64) -> RedisReply {
    var options: Set<String> = []
    for word in call.words.dropFirst(2) {
      guard ["nx", "xx", "gt", "lt"].contains(word.lowercased()), call.server.release.isAtLeast(7, 0) else {
        return call.server.release.isAtLeast(7, 0)
          ? .error("ERR Unsupported option \(word)") : .wrongArguments(call.name)
      }
      options.insert(word.lowercased())
    }
    if options.contains("nx"), options.count > 1 {
      return .error("ERR NX and XX, GT or LT options at the same time are not compatible")
    }
    if options.contains("gt"), options.contains("lt") {
      return .error("ERR GT and LT options at the same time are not compatible")
    }
    guard let amount = RedisNumber.integer(call.words[1]) else { return .notInteger }
    guard let moment = RedisExpiry.sum(amount, unit: unit, base) else {
      return .error("ERR invalid expire time in '\(call.name)' command")
    }
    guard var entry = call.entry(call.words[0]) else { return .integer(0) }
    // A key without an expiry lives for ever: nothing is later.
    let old = entry.expires ?? .max
    if options.contains("nx") && entry.expires != nil || options.contains("xx") && entry.expires == nil
      || options.contains("gt") && moment <= old || options.contains("lt") && moment >= old
    {
      return .integer(0)
    }
    if moment <= call.server.nowMilliseconds {
      _ = call.remove(call.words[0])
    } else {
      entry.expires = moment
      call.server.put(call.index, call.words[0], entry)
    }
    return .integer(1)
  }

  // MARK: OBJECT and SORT

  private static func object(_ call: RedisCall) -> RedisReply {
    let name = call.words[0].lowercased()
    let isModern = call.server.release.isAtLeast(7, 0)
    guard ["encoding", "refcount", "freq", "idletime"].contains(name) else {
      if name == "help" {
        call.note("redis: OBJECT HELP")
        return .null
      }
      return .unknownSubcommand(call)
    }
    guard call.count == 2 else { return isModern ? .wrongArguments("object|\(name)") : .unknownSubcommand(call) }
    guard let entry = call.entry(call.words[1]) else { return isModern ? .null : .noSuchKey }
    switch name {
    case "encoding": return .bulk(entry.value.encoding(call.server.release))
    case "freq" where !(call.server.settings["maxmemory-policy"] ?? "").hasSuffix("lfu"):
      return .error(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."
      )
    default:
      call.note("redis: OBJECT \(name.uppercased())")
      return .null
    }
  }

  private static func sort(_ call: RedisCall) -> RedisReply {
    var items: [String] = []
    if let entry = call.entry(call.words[0]) {
      switch entry.value {
      case .list(let list): items = list
      case .set(let members): items = members.keys
      case .sorted(let members): for item in members { items.append(item.member) }
      default: return .wrongType
      }
    }
    var isAlphabetic = false
    var isDescending = false
    var limit: (offset: Int64, count: Int64)?
    var target: String?
    var i = 1
    while i < call.count {
      switch call.words[i].lowercased() {
      case "alpha": isAlphabetic = true
      case "asc": isDescending = false
      case "desc": isDescending = true
      case "limit" where i + 2 < call.count:
        guard let offset = RedisNumber.integer(call.words[i + 1]), let count = RedisNumber.integer(call.words[i + 2])
        else { return .notInteger }
        limit = (offset, count)
        i += 2
      case "store" where i + 1 < call.count && call.name == "sort":
        target = call.words[i + 1]
        i += 1
      case "by" where i + 1 < call.count, "get" where i + 1 < call.count:
        call.note("redis: SORT \(call.words[i].uppercased())")
        return .null
      default: return .syntax
      }
      i += 1
    }
    var keyed: [(item: String, score: Double)] = []
    for item in items {
      if isAlphabetic {
        keyed.append((item, 0))
      } else {
        guard let score = RedisNumber.float(item) else {
          return .error("ERR One or more scores can't be converted into double")
        }
        keyed.append((item, score))
      }
    }
    keyed.sort { a, b in
      let isBefore = a.score != b.score ? a.score < b.score : a.item.utf8.lexicographicallyPrecedes(b.item.utf8)
      return isDescending ? !isBefore && a != b : isBefore
    }
    var list: [String] = []
    for pair in keyed { list.append(pair.item) }
    if let limit {
      let rest = list.dropFirst(Int(max(0, min(limit.offset, Int64(list.count)))))
      list = limit.count < 0 ? Array(rest) : Array(rest.prefix(Int(min(limit.count, Int64(rest.count)))))
    }
    guard let target else { return .texts(list) }
    call.store(target, .list(list), keepsExpiry: false)
    return .integer(Int64(list.count))
  }
}
