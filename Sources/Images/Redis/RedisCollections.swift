// Commands on lists, hashes and sets. Source: redis 7.0 `t_list.c`, `t_hash.c`, `t_set.c`.

import SimKernel

extension RedisCommands {
  // MARK: Lists

  static let lists: [RedisCommand] = [
    RedisCommand("lpush", -3, writes: true) { push($0, front: true, mustExist: false) },
    RedisCommand("rpush", -3, writes: true) { push($0, front: false, mustExist: false) },
    RedisCommand("lpushx", -3, writes: true) { push($0, front: true, mustExist: true) },
    RedisCommand("rpushx", -3, writes: true) { push($0, front: false, mustExist: true) },
    RedisCommand("lpop", -2, writes: true) { pop($0, front: true) },
    RedisCommand("rpop", -2, writes: true) { pop($0, front: false) },
    RedisCommand("llen", 2) { call in
      switch call.list(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(let items): return .integer(Int64(items.count))
      }
    },
    RedisCommand("lrange", 4) { call in
      guard let from = RedisNumber.integer(call.words[1]), let to = RedisNumber.integer(call.words[2]) else {
        return .notInteger
      }
      switch call.list(call.words[0]) {
      case .none: return .array([])
      case .wrong: return .wrongType
      case .some(let items):
        guard let range = span(from, to, items.count) else { return .array([]) }
        return .texts(Array(items[range]))
      }
    },
    RedisCommand("lindex", 3) { call in
      guard let position = RedisNumber.integer(call.words[1]) else { return .notInteger }
      switch call.list(call.words[0]) {
      case .none: return .null
      case .wrong: return .wrongType
      case .some(let items):
        let index = position < 0 ? position + Int64(items.count) : position
        return index >= 0 && index < Int64(items.count) ? .bulk(items[Int(index)]) : .null
      }
    },
    RedisCommand("lset", 4, writes: true) { call in
      guard let position = RedisNumber.integer(call.words[1]) else { return .notInteger }
      switch call.list(call.words[0]) {
      case .none: return .noSuchKey
      case .wrong: return .wrongType
      case .some(var items):
        let index = position < 0 ? position + Int64(items.count) : position
        guard index >= 0, index < Int64(items.count) else { return .error("ERR index out of range") }
        items[Int(index)] = call.words[2]
        call.store(call.words[0], .list(items))
        return .ok
      }
    },
    RedisCommand("lrem", 4, writes: true) { call in
      guard let count = RedisNumber.integer(call.words[1]) else { return .notInteger }
      switch call.list(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(var items):
        var left = count == 0 ? Int64.max : count < 0 ? -count : count
        var removed: Int64 = 0
        let order = count < 0 ? Array(items.indices.reversed()) : Array(items.indices)
        var gone: Set<Int> = []
        for index in order where left > 0 && items[index] == call.words[2] {
          gone.insert(index)
          left -= 1
          removed += 1
        }
        for index in items.indices.reversed() where gone.contains(index) { items.remove(at: index) }
        if removed > 0 { call.store(call.words[0], .list(items)) }
        return .integer(removed)
      }
    },
    RedisCommand("ltrim", 4, writes: true) { call in
      guard let from = RedisNumber.integer(call.words[1]), let to = RedisNumber.integer(call.words[2]) else {
        return .notInteger
      }
      switch call.list(call.words[0]) {
      case .none: return .ok
      case .wrong: return .wrongType
      case .some(let items):
        call.store(call.words[0], .list(span(from, to, items.count).map { Array(items[$0]) } ?? []))
        return .ok
      }
    },
    RedisCommand("linsert", 5, writes: true) { call in
      let place = call.words[1].lowercased()
      guard place == "before" || place == "after" else { return .syntax }
      switch call.list(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(var items):
        guard let index = items.firstIndex(of: call.words[2]) else { return .integer(-1) }
        items.insert(call.words[3], at: place == "before" ? index : index + 1)
        call.store(call.words[0], .list(items))
        return .integer(Int64(items.count))
      }
    },
    RedisCommand("rpoplpush", 3, writes: true) { move($0, fromFront: false, toFront: true) },
    RedisCommand("lmove", 5, writes: true) { call in
      let from = call.words[2].lowercased()
      let to = call.words[3].lowercased()
      guard ["left", "right"].contains(from), ["left", "right"].contains(to) else { return .syntax }
      return move(call, fromFront: from == "left", toFront: to == "left")
    },
  ]

  private static func push(_ call: RedisCall, front: Bool, mustExist: Bool) -> RedisReply {
    var items: [String] = []
    switch call.list(call.words[0]) {
    case .none: if mustExist { return .integer(0) }
    case .wrong: return .wrongType
    case .some(let there): items = there
    }
    for word in call.words.dropFirst() {
      if front { items.insert(word, at: 0) } else { items.append(word) }
    }
    call.store(call.words[0], .list(items))
    return .integer(Int64(items.count))
  }

  private static func pop(_ call: RedisCall, front: Bool) -> RedisReply {
    var wanted: Int64?
    if call.count > 1 {
      guard call.count == 2 else { return .wrongArguments(call.name) }
      guard let number = RedisNumber.integer(call.words[1]), number >= 0 else {
        return .error("ERR value is out of range, must be positive")
      }
      wanted = number
    }
    switch call.list(call.words[0]) {
    case .none: return wanted == nil ? .null : .nullArray
    case .wrong: return .wrongType
    case .some(var items):
      var taken: [String] = []
      let count = min(Int64(items.count), wanted ?? 1)
      for _ in 0..<Int(count) { taken.append(front ? items.removeFirst() : items.removeLast()) }
      if !taken.isEmpty { call.store(call.words[0], .list(items)) }
      return wanted == nil ? .optional(taken.first) : .texts(taken)
    }
  }

  private static func move(_ call: RedisCall, fromFront: Bool, toFront: Bool) -> RedisReply {
    switch (call.list(call.words[0]), call.list(call.words[1])) {
    case (.wrong, _), (_, .wrong): return .wrongType
    case (.none, _): return .null
    case (.some(var items), _):
      let item = fromFront ? items.removeFirst() : items.removeLast()
      call.store(call.words[0], .list(items))
      var target: [String] = []
      if case .some(let there) = call.list(call.words[1]) { target = there }
      if toFront { target.insert(item, at: 0) } else { target.append(item) }
      call.store(call.words[1], .list(target))
      return .bulk(item)
    }
  }

  // MARK: Hashes

  static let hashes: [RedisCommand] = [
    RedisCommand("hset", -4, writes: true) { putFields($0) },
    RedisCommand("hmset", -4, writes: true) { call in
      let reply = putFields(call)
      return reply.isError ? reply : .ok
    },
    RedisCommand("hsetnx", 4, writes: true) { call in
      var fields = OrderedMap<String, String>()
      switch call.hash(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let there): fields = there
      case .none: break
      }
      if fields.contains(call.words[1]) { return .integer(0) }
      fields[call.words[1]] = call.words[2]
      call.store(call.words[0], .hash(fields))
      return .integer(1)
    },
    RedisCommand("hget", 3) { call in
      readHash(call, ifNone: .null) { .optional($0[call.words[1]]) }
    },
    RedisCommand("hmget", -3) { call in
      readHash(call, ifNone: nil) { fields in
        var list: [RedisReply] = []
        for name in call.words.dropFirst() { list.append(.optional(fields[name])) }
        return .array(list)
      }
    },
    RedisCommand("hgetall", 2) { call in
      readHash(call, ifNone: .array([])) { fields in
        var list: [String] = []
        for (name, value) in fields { list += [name, value] }
        return .texts(list)
      }
    },
    RedisCommand("hkeys", 2) { call in readHash(call, ifNone: .array([])) { .texts($0.keys) } },
    RedisCommand("hvals", 2) { call in readHash(call, ifNone: .array([])) { .texts($0.values) } },
    RedisCommand("hlen", 2) { call in readHash(call, ifNone: .integer(0)) { .integer(Int64($0.count)) } },
    RedisCommand("hexists", 3) { call in
      readHash(call, ifNone: .integer(0)) { .integer($0.contains(call.words[1]) ? 1 : 0) }
    },
    RedisCommand("hstrlen", 3) { call in
      readHash(call, ifNone: .integer(0)) { .integer(Int64($0[call.words[1]]?.utf8.count ?? 0)) }
    },
    RedisCommand("hdel", -3, writes: true) { call in
      switch call.hash(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(var fields):
        var count: Int64 = 0
        for name in call.words.dropFirst() where fields.contains(name) {
          fields[name] = nil
          count += 1
        }
        if count > 0 { call.store(call.words[0], .hash(fields)) }
        return .integer(count)
      }
    },
    RedisCommand("hincrby", 4, writes: true) { call in
      guard let amount = RedisNumber.integer(call.words[2]) else { return .notInteger }
      var fields = OrderedMap<String, String>()
      switch call.hash(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let there): fields = there
      case .none: break
      }
      guard let old = RedisNumber.integer(fields[call.words[1]] ?? "0") else {
        return .error("ERR hash value is not an integer")
      }
      let (sum, overflow) = old.addingReportingOverflow(amount)
      if overflow { return .error("ERR increment or decrement would overflow") }
      fields[call.words[1]] = String(sum)
      call.store(call.words[0], .hash(fields))
      return .integer(sum)
    },
    RedisCommand("hincrbyfloat", 4, writes: true) { call in
      guard RedisNumber.float(call.words[2]) != nil else { return .notFloat }
      var fields = OrderedMap<String, String>()
      switch call.hash(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let there): fields = there
      case .none: break
      }
      let old = fields[call.words[1]] ?? "0"
      guard RedisNumber.float(old) != nil else { return .error("ERR hash value is not a float") }
      guard let sum = RedisNumber.sum(old, call.words[2]) else {
        call.note("redis: the last digits of HINCRBYFLOAT")
        return .null
      }
      fields[call.words[1]] = sum
      call.store(call.words[0], .hash(fields))
      return .bulk(sum)
    },
  ]

  private static func readHash(
    _ call: RedisCall, ifNone: RedisReply?, _ read: (OrderedMap<String, String>) -> RedisReply
  ) -> RedisReply {
    switch call.hash(call.words[0]) {
    case .none: return ifNone ?? read(OrderedMap())
    case .wrong: return .wrongType
    case .some(let fields): return read(fields)
    }
  }

  private static func putFields(_ call: RedisCall) -> RedisReply {
    guard call.count % 2 == 1 else { return .wrongArguments(call.name) }
    var fields = OrderedMap<String, String>()
    switch call.hash(call.words[0]) {
    case .wrong: return .wrongType
    case .some(let there): fields = there
    case .none: break
    }
    var added: Int64 = 0
    for i in stride(from: 1, to: call.count, by: 2) {
      if !fields.contains(call.words[i]) { added += 1 }
      fields[call.words[i]] = call.words[i + 1]
    }
    call.store(call.words[0], .hash(fields))
    return .integer(added)
  }

  // MARK: Sets

  static let sets: [RedisCommand] = [
    RedisCommand("sadd", -3, writes: true) { call in
      var all = OrderedMap<String, Bool>()
      switch call.members(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let there): all = there
      case .none: break
      }
      var added: Int64 = 0
      for member in call.words.dropFirst() where !all.contains(member) {
        all[member] = true
        added += 1
      }
      if added > 0 { call.store(call.words[0], .set(all)) }
      return .integer(added)
    },
    RedisCommand("srem", -3, writes: true) { call in
      switch call.members(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(var all):
        var removed: Int64 = 0
        for member in call.words.dropFirst() where all.contains(member) {
          all[member] = nil
          removed += 1
        }
        if removed > 0 { call.store(call.words[0], .set(all)) }
        return .integer(removed)
      }
    },
    RedisCommand("smembers", 2) { call in
      switch call.members(call.words[0]) {
      case .none: return .array([])
      case .wrong: return .wrongType
      case .some(let all): return .texts(sortedIfIntegers(all.keys))
      }
    },
    RedisCommand("scard", 2) { call in
      switch call.members(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(let all): return .integer(Int64(all.count))
      }
    },
    RedisCommand("sismember", 3) { call in
      switch call.members(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(let all): return .integer(all.contains(call.words[1]) ? 1 : 0)
      }
    },
    RedisCommand("smismember", -3) { call in
      if case .wrong = call.members(call.words[0]) { return .wrongType }
      var all = OrderedMap<String, Bool>()
      if case .some(let there) = call.members(call.words[0]) { all = there }
      var list: [RedisReply] = []
      for member in call.words.dropFirst() { list.append(.integer(all.contains(member) ? 1 : 0)) }
      return .array(list)
    },
    RedisCommand("sinter", -2) { combine($0, $0.words, .intersection) },
    RedisCommand("sunion", -2) { combine($0, $0.words, .union) },
    RedisCommand("sdiff", -2) { combine($0, $0.words, .difference) },
    RedisCommand("sinterstore", -3, writes: true) { combineInto($0, .intersection) },
    RedisCommand("sunionstore", -3, writes: true) { combineInto($0, .union) },
    RedisCommand("sdiffstore", -3, writes: true) { combineInto($0, .difference) },
    RedisCommand("smove", 4, writes: true) { call in
      switch (call.members(call.words[0]), call.members(call.words[1])) {
      case (.wrong, _), (_, .wrong): return .wrongType
      case (.none, _): return .integer(0)
      case (.some(var from), let target):
        guard from.contains(call.words[2]) else { return .integer(0) }
        from[call.words[2]] = nil
        call.store(call.words[0], .set(from))
        var to = OrderedMap<String, Bool>()
        if case .some(let there) = target { to = there }
        to[call.words[2]] = true
        call.store(call.words[1], .set(to))
        return .integer(1)
      }
    },
  ]

  private enum Combination { case intersection, union, difference }

  /// Sets of whole numbers are kept in order.
  private static func sortedIfIntegers(_ list: [String]) -> [String] {
    var numbers: [Int64] = []
    for text in list {
      guard let number = RedisNumber.integer(text) else { return list }
      numbers.append(number)
    }
    var out: [String] = []
    for number in numbers.sorted() { out.append(String(number)) }
    return out
  }

  private static func combined(_ call: RedisCall, _ keys: [String], _ how: Combination) -> [String]? {
    var result = OrderedMap<String, Bool>()
    for (index, key) in keys.enumerated() {
      var all = OrderedMap<String, Bool>()
      switch call.members(key) {
      case .wrong: return nil
      case .some(let there): all = there
      case .none: break
      }
      if index == 0 {
        result = all
        continue
      }
      switch how {
      case .union: for member in all.keys { result[member] = true }
      case .difference: for member in all.keys { result[member] = nil }
      case .intersection: for member in result.keys where !all.contains(member) { result[member] = nil }
      }
    }
    return sortedIfIntegers(result.keys)
  }

  private static func combine(_ call: RedisCall, _ keys: [String], _ how: Combination) -> RedisReply {
    combined(call, keys, how).map { .texts($0) } ?? .wrongType
  }

  private static func combineInto(_ call: RedisCall, _ how: Combination) -> RedisReply {
    guard let list = combined(call, Array(call.words.dropFirst()), how) else { return .wrongType }
    var all = OrderedMap<String, Bool>()
    for member in list { all[member] = true }
    call.store(call.words[0], .set(all), keepsExpiry: false)
    return .integer(Int64(list.count))
  }
}
