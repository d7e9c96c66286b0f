// Commands that take elements from several collections, or combine sorted sets.
// Source: redis 7.0 `t_zset.c` (zunionInterDiffGenericCommand), `t_list.c`, `t_set.c`.

import SimKernel

extension RedisCommands {
  static let algebra: [RedisCommand] = [
    RedisCommand("zunion", -3) { combineSorted($0, stores: false) },
    RedisCommand("zinter", -3) { combineSorted($0, stores: false) },
    RedisCommand("zdiff", -3) { combineSorted($0, stores: false) },
    RedisCommand("zunionstore", -4, writes: true) { combineSorted($0, stores: true) },
    RedisCommand("zinterstore", -4, writes: true) { combineSorted($0, stores: true) },
    RedisCommand("zdiffstore", -4, writes: true) { combineSorted($0, stores: true) },
    RedisCommand("zmpop", -4, writes: true) { popSorted($0) },
    RedisCommand("lmpop", -4, writes: true) { popList($0) },
    RedisCommand("blpop", -3, writes: true) { popOrWait($0) },
    RedisCommand("brpop", -3, writes: true) { popOrWait($0) },
    RedisCommand("lpos", -3) { position($0) },
    RedisCommand("sintercard", -3) { call in
      guard let (names, rest) = numberedKeys(call.words[...]) else {
        return .error("ERR numkeys should be greater than 0")
      }
      guard names.count == RedisNumber.integer(call.words[0]).map({ Int($0) }) else {
        return .error("ERR Number of keys can't be greater than number of args")
      }
      var limit: Int64 = 0
      if !rest.isEmpty {
        guard rest.count == 2, rest[0].lowercased() == "limit" else { return .syntax }
        guard let number = RedisNumber.integer(rest[1]) else { return .error("ERR LIMIT can't be negative") }
        guard number >= 0 else { return .error("ERR LIMIT can't be negative") }
        limit = number
      }
      var common: [String]?
      for name in names {
        switch call.members(name) {
        case .wrong: return .wrongType
        case .none: common = []
        case .some(let members):
          var kept: [String] = []
          for item in common ?? members.keys where members.contains(item) { kept.append(item) }
          common = kept
        }
      }
      let count = Int64(common?.count ?? 0)
      return .integer(limit > 0 ? min(limit, count) : count)
    },
    RedisCommand("spop", -2, writes: true) { chosen($0, removes: true) },
    RedisCommand("srandmember", -2) { chosen($0, removes: false) },
  ]

  /// `numkeys key…` and what follows; nil when the number is none.
  private static func numberedKeys(_ words: ArraySlice<String>) -> (names: [String], rest: [String])? {
    guard let first = words.first, let count = RedisNumber.integer(first), count > 0 else { return nil }
    let names = Array(words.dropFirst().prefix(Int(min(count, 1_000))))
    return (names, Array(words.dropFirst(1 + names.count)))
  }

  // MARK: Sorted sets

  private static func combineSorted(_ call: RedisCall, stores: Bool) -> RedisReply {
    let words = stores ? call.words.dropFirst() : call.words[...]
    guard let number = RedisNumber.integer(words.first ?? "") else { return .notInteger }
    guard number > 0 else { return .error("ERR at least 1 input key is needed for '\(call.name)' command") }
    guard let (names, rest) = numberedKeys(words), names.count == Int(number) else { return .syntax }
    var weights = [Double](repeating: 1, count: names.count)
    var aggregate = "sum"
    var withScores = false
    let isDifference = call.name.hasPrefix("zdiff")
    var i = 0
    while i < rest.count {
      switch rest[i].lowercased() {
      case "weights" where !isDifference && i + names.count < rest.count:
        for index in names.indices {
          guard let weight = RedisNumber.float(rest[i + 1 + index]) else {
            return .error("ERR weight value is not a float")
          }
          weights[index] = weight
        }
        i += names.count
      case "aggregate" where !isDifference && i + 1 < rest.count:
        aggregate = rest[i + 1].lowercased()
        guard ["sum", "min", "max"].contains(aggregate) else { return .syntax }
        i += 1
      case "withscores" where !stores: withScores = true
      default: return .syntax
      }
      i += 1
    }
    var result: RedisMembers = []
    for (index, name) in names.enumerated() {
      var items: RedisMembers = []
      switch (call.sorted(name), call.members(name)) {
      case (.some(let members), _): items = members
      case (_, .some(let members)): for member in members.keys { items.append((member, 1)) }
      case (.wrong, _): return .wrongType
      default: break
      }
      for position in items.indices { items[position].score *= weights[index] }
      if index == 0 {
        for item in items { place(&result, item.member, item.score) }
      } else if isDifference {
        result.removeAll { score(items, $0.member) != nil }
      } else {
        let before = result
        if call.name.hasPrefix("zinter") { result.removeAll { score(items, $0.member) == nil } }
        for item in items {
          guard let old = score(before, item.member) else {
            if call.name.hasPrefix("zunion") { place(&result, item.member, item.score) }
            continue
          }
          let both =
            aggregate == "sum"
            ? old + item.score : aggregate == "min" ? min(old, item.score) : max(old, item.score)
          place(&result, item.member, both.isNaN ? 0 : both)
        }
      }
    }
    if stores {
      call.store(call.words[0], .sorted(result), keepsExpiry: false)
      return .integer(Int64(result.count))
    }
    var list: [String] = []
    for item in result {
      list.append(item.member)
      if withScores { list.append(RedisNumber.text(item.score, call.server.release)) }
    }
    return .texts(list)
  }

  /// `… LEFT|RIGHT|MIN|MAX [COUNT n]` after the keys: whether it is the second of the two, and the count.
  private static func side(_ rest: [String], _ low: String, _ high: String) -> (isHigh: Bool, count: Int)? {
    guard let first = rest.first?.lowercased(), first == low || first == high else { return nil }
    if rest.count == 1 { return (first == high, 1) }
    guard rest.count == 3, rest[1].lowercased() == "count", let count = RedisNumber.integer(rest[2]), count > 0 else {
      return nil
    }
    return (first == high, Int(min(count, 1 << 20)))
  }

  private static func popSorted(_ call: RedisCall) -> RedisReply {
    guard let (names, rest) = numberedKeys(call.words[...]) else {
      return .error("ERR numkeys should be greater than 0")
    }
    guard let (isHigh, count) = side(rest, "min", "max") else { return .syntax }
    for name in names {
      switch call.sorted(name) {
      case .wrong: return .wrongType
      case .none: continue
      case .some(var members):
        var taken: [RedisReply] = []
        while taken.count < count, !members.isEmpty {
          let item = isHigh ? members.removeLast() : members.removeFirst()
          taken.append(.texts([item.member, RedisNumber.text(item.score, call.server.release)]))
        }
        call.store(name, .sorted(members))
        return .array([.bulk(name), .array(taken)])
      }
    }
    return .nullArray
  }

  // MARK: Lists

  private static func popList(_ call: RedisCall) -> RedisReply {
    guard let (names, rest) = numberedKeys(call.words[...]) else {
      return .error("ERR numkeys should be greater than 0")
    }
    guard let (isRight, count) = side(rest, "left", "right") else { return .syntax }
    for name in names {
      switch call.list(name) {
      case .wrong: return .wrongType
      case .none: continue
      case .some(var items):
        var taken: [String] = []
        while taken.count < count, !items.isEmpty { taken.append(isRight ? items.removeLast() : items.removeFirst()) }
        call.store(name, .list(items))
        return .array([.bulk(name), .texts(taken)])
      }
    }
    return .nullArray
  }

  private static func popOrWait(_ call: RedisCall) -> RedisReply {
    guard let timeout = RedisNumber.float(call.words.last ?? "") else {
      return .error("ERR timeout is not a float or out of range")
    }
    guard timeout >= 0 else { return .error("ERR timeout is negative") }
    for name in call.words.dropLast() {
      switch call.list(name) {
      case .wrong: return .wrongType
      case .none: continue
      case .some(var items):
        let item = call.name == "brpop" ? items.removeLast() : items.removeFirst()
        call.store(name, .list(items))
        return .texts([name, item])
      }
    }
    call.note("redis: \(call.name.uppercased()) waiting for an element")
    return .null
  }

  private static func position(_ call: RedisCall) -> RedisReply {
    var rank: Int64 = 1
    var count: Int64?
    var longest: Int64 = 0
    var i = 2
    while i < call.count {
      guard i + 1 < call.count else { return .syntax }
      guard ["rank", "count", "maxlen"].contains(call.words[i].lowercased()) else { return .syntax }
      guard let number = RedisNumber.integer(call.words[i + 1]) else { return .notInteger }
      switch call.words[i].lowercased() {
      case "rank":
        guard number != 0 else {
          return .error(
            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list"
          )
        }
        rank = number
      case "count":
        guard number >= 0 else { return .error("ERR COUNT can't be negative") }
        count = number
      default:
        guard number >= 0 else { return .error("ERR MAXLEN can't be negative") }
        longest = number
      }
      i += 2
    }
    var items: [String] = []
    switch call.list(call.words[0]) {
    case .wrong: return .wrongType
    case .none: return count == nil ? .null : .array([])
    case .some(let list): items = list
    }
    let all = Array(items.indices)
    var order = rank < 0 ? Array(all.reversed()) : all
    if longest > 0 { order = Array(order.prefix(Int(min(longest, Int64(order.count))))) }
    var found: [RedisReply] = []
    var skipped: Int64 = 1
    for index in order where items[index] == call.words[1] {
      if skipped < rank.magnitude {
        skipped += 1
        continue
      }
      found.append(.integer(Int64(index)))
      if let count, count > 0, found.count >= count { break }
    }
    return count == nil ? found.first ?? .null : .array(found)
  }

  // MARK: Sets

  private static func chosen(_ call: RedisCall, removes: Bool) -> RedisReply {
    var wanted: Int64?
    if call.count > 1 {
      guard call.count == 2 else { return .syntax }
      guard let number = RedisNumber.integer(call.words[1]) else { return .notInteger }
      if removes, number < 0 { return .error("ERR value is out of range, must be positive") }
      wanted = number
    }
    switch call.members(call.words[0]) {
    case .wrong: return .wrongType
    case .none: return wanted == nil ? .null : .array([])
    case .some(var all):
      var taken: [String] = []
      let repeats = (wanted ?? 1) < 0
      let count = repeats ? min((wanted ?? 1).magnitude, 10_000) : min((wanted ?? 1).magnitude, UInt64(all.count))
      var left = all.keys
      for _ in 0..<Int(count) {
        let index = call.server.world.random.below(left.count)
        taken.append(left[index])
        if !repeats { left.remove(at: index) }
      }
      if removes, !taken.isEmpty {
        for member in taken { all[member] = nil }
        call.store(call.words[0], .set(all))
      }
      return wanted == nil ? .optional(taken.first) : .texts(taken)
    }
  }
}
