// Commands on sorted sets. Source: redis 7.0 `t_zset.c`.

import SimKernel

/// RedisMembers in their order: by score, then by bytes.
extension RedisCommands {
  static func place(_ members: inout RedisMembers, _ member: String, _ score: Double) {
    members.removeAll { $0.member == member }
    var index = 0
    while index < members.count,
      members[index].score < score
        || (members[index].score == score
          && members[index].member.utf8.lexicographicallyPrecedes(member.utf8))
    { index += 1 }
    members.insert((member, score), at: index)
  }

  static func score(_ members: RedisMembers, _ member: String) -> Double? {
    for item in members where item.member == member { return item.score }
    return nil
  }
}

extension RedisCommands {
  static let sortedSets: [RedisCommand] = [
    RedisCommand("zadd", -4, writes: true) { add($0) },
    RedisCommand("zincrby", 4, writes: true) { call in
      guard let amount = RedisNumber.float(call.words[1]) else { return .notFloat }
      var members: RedisMembers = []
      switch call.sorted(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let there): members = there
      case .none: break
      }
      let sum = (score(members, call.words[2]) ?? 0) + amount
      if sum.isNaN { return .error("ERR resulting score is not a number (NaN)") }
      place(&members, call.words[2], sum)
      call.store(call.words[0], .sorted(members))
      return .bulk(RedisNumber.text(sum, call.server.release))
    },
    RedisCommand("zrem", -3, writes: true) { call in
      switch call.sorted(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(var members):
        let before = members.count
        for word in call.words.dropFirst() { members.removeAll { $0.member == word } }
        if members.count < before { call.store(call.words[0], .sorted(members)) }
        return .integer(Int64(before - members.count))
      }
    },
    RedisCommand("zcard", 2) { call in read(call, .integer(0)) { .integer(Int64($0.count)) } },
    RedisCommand("zscore", 3) { call in
      read(call, .null) { .optional(score($0, call.words[1]).map { RedisNumber.text($0, call.server.release) }) }
    },
    RedisCommand("zmscore", -3) { call in
      read(call, nil) { members in
        var list: [RedisReply] = []
        for word in call.words.dropFirst() {
          list.append(.optional(score(members, word).map { RedisNumber.text($0, call.server.release) }))
        }
        return .array(list)
      }
    },
    RedisCommand("zrank", -3) { rank($0, reversed: false) },
    RedisCommand("zrevrank", -3) { rank($0, reversed: true) },
    RedisCommand("zcount", 4) { call in
      guard let low = bound(call.words[1]), let high = bound(call.words[2]) else {
        return .error("ERR min or max is not a float")
      }
      return read(call, .integer(0)) { members in
        var count: Int64 = 0
        for item in members where isAbove(item.score, low) && isBelow(item.score, high) { count += 1 }
        return .integer(count)
      }
    },
    RedisCommand("zrange", -4) { range($0, Array($0.words.dropFirst(3)), reversed: false, byScore: false) },
    RedisCommand("zrevrange", -4) { range($0, Array($0.words.dropFirst(3)), reversed: true, byScore: false) },
    RedisCommand("zrangebyscore", -4) { range($0, Array($0.words.dropFirst(3)), reversed: false, byScore: true) },
    RedisCommand("zrevrangebyscore", -4) { range($0, Array($0.words.dropFirst(3)), reversed: true, byScore: true) },
    RedisCommand("zrangebylex", -4) { range($0, Array($0.words.dropFirst(3)), reversed: false, byScore: false) },
    RedisCommand("zrevrangebylex", -4) { range($0, Array($0.words.dropFirst(3)), reversed: true, byScore: false) },
    RedisCommand("zlexcount", 4) { call in
      guard let low = LexicalBound(call.words[1]), let high = LexicalBound(call.words[2]) else {
        return .error("ERR min or max not valid string range item")
      }
      return read(call, .integer(0)) { members in
        var count: Int64 = 0
        for item in members where low.isBelow(item.member) && high.isAbove(item.member) { count += 1 }
        return .integer(count)
      }
    },
    RedisCommand("zremrangebylex", 4, writes: true) { call in
      guard let low = LexicalBound(call.words[1]), let high = LexicalBound(call.words[2]) else {
        return .error("ERR min or max not valid string range item")
      }
      return remove(call) { low.isBelow($0.member) && high.isAbove($0.member) }
    },
    RedisCommand("zremrangebyrank", 4, writes: true) { call in
      guard let from = RedisNumber.integer(call.words[1]), let to = RedisNumber.integer(call.words[2]) else {
        return .notInteger
      }
      switch call.sorted(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(var members):
        guard let range = span(from, to, members.count) else { return .integer(0) }
        members.removeSubrange(range)
        call.store(call.words[0], .sorted(members))
        return .integer(Int64(range.count))
      }
    },
    RedisCommand("zremrangebyscore", 4, writes: true) { call in
      guard let low = bound(call.words[1]), let high = bound(call.words[2]) else {
        return .error("ERR min or max is not a float")
      }
      return remove(call) { isAbove($0.score, low) && isBelow($0.score, high) }
    },
    RedisCommand("zpopmin", -2, writes: true) { pop($0, fromEnd: false) },
    RedisCommand("zpopmax", -2, writes: true) { pop($0, fromEnd: true) },
  ]

  private static func read(_ call: RedisCall, _ ifNone: RedisReply?, _ body: (RedisMembers) -> RedisReply) -> RedisReply
  {
    switch call.sorted(call.words[0]) {
    case .none: return ifNone ?? body([])
    case .wrong: return .wrongType
    case .some(let members): return body(members)
    }
  }

  /// Removes the members that fit; says how many there were.
  private static func remove(_ call: RedisCall, where fits: (RedisMembers.Element) -> Bool) -> RedisReply {
    switch call.sorted(call.words[0]) {
    case .none: return .integer(0)
    case .wrong: return .wrongType
    case .some(var members):
      let before = members.count
      members.removeAll(where: fits)
      if members.count < before { call.store(call.words[0], .sorted(members)) }
      return .integer(Int64(before - members.count))
    }
  }

  private static func add(_ call: RedisCall) -> RedisReply {
    var i = 1
    var onlyNew = false
    var onlyOld = false
    var countsChanged = false
    var increments = false
    var onlyGreater = false
    var onlyLess = false
    options: while i < call.count {
      switch call.words[i].lowercased() {
      case "nx": onlyNew = true
      case "xx": onlyOld = true
      case "ch": countsChanged = true
      case "incr": increments = true
      case "gt": onlyGreater = true
      case "lt": onlyLess = true
      default: break options
      }
      i += 1
    }
    guard i < call.count, (call.count - i) % 2 == 0 else { return .syntax }
    if onlyNew, onlyOld { return .error("ERR XX and NX options at the same time are not compatible") }
    if onlyGreater && onlyLess || onlyNew && (onlyGreater || onlyLess) {
      return .error("ERR GT, LT, and/or NX options at the same time are not compatible")
    }
    if increments, call.count - i > 2 { return .error("ERR INCR option supports a single increment-element pair") }
    var pairs: [(Double, String)] = []
    for j in stride(from: i, to: call.count, by: 2) {
      guard let score = RedisNumber.float(call.words[j]) else { return .notFloat }
      pairs.append((score, call.words[j + 1]))
    }
    var members: RedisMembers = []
    switch call.sorted(call.words[0]) {
    case .wrong: return .wrongType
    case .some(let there): members = there
    case .none: break
    }
    var added: Int64 = 0
    var changed: Int64 = 0
    var last: Double?
    for (given, member) in pairs {
      let old = score(members, member)
      if (onlyNew && old != nil) || (onlyOld && old == nil) { continue }
      let new = increments ? (old ?? 0) + given : given
      if new.isNaN { return .error("ERR resulting score is not a number (NaN)") }
      if let old, (onlyGreater && new <= old) || (onlyLess && new >= old) { continue }
      if old == nil { added += 1 } else if old != new { changed += 1 }
      place(&members, member, new)
      last = new
    }
    call.store(call.words[0], .sorted(members))
    if increments { return .optional(last.map { RedisNumber.text($0, call.server.release) }) }
    return .integer(countsChanged ? added + changed : added)
  }

  private static func rank(_ call: RedisCall, reversed: Bool) -> RedisReply {
    if call.count > 2 {
      call.note("redis: \(call.name.uppercased()) \(call.words[2].uppercased())")
      return .null
    }
    return read(call, .null) { members in
      for (index, item) in members.enumerated() where item.member == call.words[1] {
        return .integer(Int64(reversed ? members.count - 1 - index : index))
      }
      return .null
    }
  }

  private static func bound(_ text: String) -> (value: Double, isOpen: Bool)? {
    if text.utf8.first == 40 { return RedisNumber.float(String(text.dropFirst())).map { ($0, true) } }
    return RedisNumber.float(text).map { ($0, false) }
  }
  private static func isAbove(_ score: Double, _ low: (value: Double, isOpen: Bool)) -> Bool {
    low.isOpen ? score > low.value : score >= low.value
  }
  private static func isBelow(_ score: Double, _ high: (value: Double, isOpen: Bool)) -> Bool {
    high.isOpen ? score < high.value : score <= high.value
  }

  private static func range(_ call: RedisCall, _ options: [String], reversed: Bool, byScore: Bool) -> RedisReply {
    var reversed = reversed
    var byScore = byScore
    var byLex = call.name.hasSuffix("bylex")
    var withScores = false
    var limit: (offset: Int64, count: Int64)?
    var i = 0
    while i < options.count {
      switch options[i].lowercased() {
      case "withscores": withScores = true
      case "rev" where call.name == "zrange": reversed = true
      case "byscore" where call.name == "zrange": byScore = true
      case "bylex" where call.name == "zrange": byLex = true
      case "limit":
        guard i + 2 < options.count else { return .syntax }
        guard let offset = RedisNumber.integer(options[i + 1]), let count = RedisNumber.integer(options[i + 2]) else {
          return .notInteger
        }
        limit = (offset, count)
        i += 2
      default: return .syntax
      }
      i += 1
    }
    if limit != nil, !byScore, !byLex {
      return .error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
    }
    if withScores, byLex { return .error("ERR syntax error, WITHSCORES not supported in combination with BYLEX") }
    var selected: RedisMembers = []
    if byLex {
      guard let first = LexicalBound(call.words[1]), let second = LexicalBound(call.words[2]) else {
        return .error("ERR min or max not valid string range item")
      }
      let (low, high) = reversed ? (second, first) : (first, second)
      switch call.sorted(call.words[0]) {
      case .none: return .array([])
      case .wrong: return .wrongType
      case .some(let members):
        for item in reversed ? Array(members.reversed()) : members
        where low.isBelow(item.member) && high.isAbove(item.member) { selected.append(item) }
      }
      selected = part(selected, limit)
    } else if byScore {
      guard let first = bound(call.words[1]), let second = bound(call.words[2]) else {
        return .error("ERR min or max is not a float")
      }
      let (low, high) = reversed ? (second, first) : (first, second)
      switch call.sorted(call.words[0]) {
      case .none: return .array([])
      case .wrong: return .wrongType
      case .some(let members):
        for item in reversed ? Array(members.reversed()) : members
        where isAbove(item.score, low) && isBelow(item.score, high) { selected.append(item) }
      }
      selected = part(selected, limit)
    } else {
      guard let from = RedisNumber.integer(call.words[1]), let to = RedisNumber.integer(call.words[2]) else {
        return .notInteger
      }
      switch call.sorted(call.words[0]) {
      case .none: return .array([])
      case .wrong: return .wrongType
      case .some(let members):
        let ordered = reversed ? Array(members.reversed()) : members
        if let range = span(from, to, ordered.count) { selected = Array(ordered[range]) }
      }
    }
    var list: [String] = []
    for item in selected {
      list.append(item.member)
      if withScores { list.append(RedisNumber.text(item.score, call.server.release)) }
    }
    return .texts(list)
  }

  private static func part(_ members: RedisMembers, _ limit: (offset: Int64, count: Int64)?) -> RedisMembers {
    guard let limit else { return members }
    guard limit.offset >= 0 else { return [] }
    let rest = members.dropFirst(Int(min(limit.offset, Int64(members.count))))
    return limit.count < 0 ? Array(rest) : Array(rest.prefix(Int(min(limit.count, Int64(rest.count)))))
  }

  private static func pop(_ call: RedisCall, fromEnd: Bool) -> RedisReply {
    var count: Int64 = 1
    if call.count > 1 {
      guard call.count == 2 else { return .wrongArguments(call.name) }
      guard let number = RedisNumber.integer(call.words[1]), number >= 0 else {
        return .error("ERR value is out of range, must be positive")
      }
      count = number
    }
    switch call.sorted(call.words[0]) {
    case .none: return .array([])
    case .wrong: return .wrongType
    case .some(var members):
      var list: [String] = []
      while count > 0, !members.isEmpty {
        let item = fromEnd ? members.removeLast() : members.removeFirst()
        list += [item.member, RedisNumber.text(item.score, call.server.release)]
        count -= 1
      }
      call.store(call.words[0], .sorted(members))
      return .texts(list)
    }
  }
}

/// A bound of an interval of members: `-`, `+`, `[member`, `(member`.
private struct LexicalBound {
  private enum Kind { case lowest, highest, closed, open }
  private let kind: Kind
  private let text: String

  init?(_ word: String) {
    text = String(word.dropFirst())
    switch word.utf8.first {
    case 45 where text.isEmpty: kind = .lowest
    case 43 where text.isEmpty: kind = .highest
    case 91: kind = .closed
    case 40: kind = .open
    default: return nil
    }
  }

  /// As a lower bound: whether it lets a member in.
  func isBelow(_ member: String) -> Bool {
    switch kind {
    case .lowest: return true
    case .highest: return false
    case .closed: return !member.utf8.lexicographicallyPrecedes(text.utf8)
    case .open: return text.utf8.lexicographicallyPrecedes(member.utf8)
    }
  }

  /// As an upper bound: whether it lets a member in.
  func isAbove(_ member: String) -> Bool {
    switch kind {
    case .lowest: return false
    case .highest: return true
    case .closed: return !text.utf8.lexicographicallyPrecedes(member.utf8)
    case .open: return member.utf8.lexicographicallyPrecedes(text.utf8)
    }
  }
}
