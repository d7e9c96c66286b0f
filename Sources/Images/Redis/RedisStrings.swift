// Commands on strings. Source: redis 7.0 `t_string.c`.

import SimKernel

extension RedisCommands {
  static let strings: [RedisCommand] = [
    RedisCommand("get", 2) { call in
      switch call.text(call.words[0]) {
      case .none: return .null
      case .some(let text): return .bulk(text)
      case .wrong: return .wrongType
      }
    },
    RedisCommand("set", -3, writes: true) { set($0) },
    RedisCommand("setnx", 3, writes: true) { call in
      if call.entry(call.words[0]) != nil { return .integer(0) }
      call.store(call.words[0], .string(call.words[1]), keepsExpiry: false)
      return .integer(1)
    },
    RedisCommand("setex", 4, writes: true) { setExpiring($0, "ex") },
    RedisCommand("psetex", 4, writes: true) { setExpiring($0, "px") },
    RedisCommand("getset", 3, writes: true) { call in
      let old = call.text(call.words[0])
      if case .wrong = old { return .wrongType }
      call.store(call.words[0], .string(call.words[1]), keepsExpiry: false)
      if case .some(let text) = old { return .bulk(text) }
      return .null
    },
    RedisCommand("getdel", 2, writes: true) { call in
      switch call.text(call.words[0]) {
      case .none: return .null
      case .wrong: return .wrongType
      case .some(let text):
        _ = call.remove(call.words[0])
        return .bulk(text)
      }
    },
    RedisCommand("mget", -2) { call in
      var list: [RedisReply] = []
      for key in call.words {
        if case .some(let text) = call.text(key) { list.append(.bulk(text)) } else { list.append(.null) }
      }
      return .array(list)
    },
    RedisCommand("mset", -3, writes: true) { call in
      guard call.count % 2 == 0 else { return .wrongArguments("mset") }
      for i in stride(from: 0, to: call.count, by: 2) {
        call.store(call.words[i], .string(call.words[i + 1]), keepsExpiry: false)
      }
      return .ok
    },
    RedisCommand("msetnx", -3, writes: true) { call in
      guard call.count % 2 == 0 else { return .wrongArguments("msetnx") }
      for i in stride(from: 0, to: call.count, by: 2) where call.entry(call.words[i]) != nil { return .integer(0) }
      for i in stride(from: 0, to: call.count, by: 2) {
        call.store(call.words[i], .string(call.words[i + 1]), keepsExpiry: false)
      }
      return .integer(1)
    },
    RedisCommand("append", 3, writes: true) { call in
      var whole = call.words[1]
      switch call.text(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let text): whole = text + whole
      case .none: break
      }
      call.store(call.words[0], .string(whole))
      return .integer(Int64(whole.utf8.count))
    },
    RedisCommand("strlen", 2) { call in
      switch call.text(call.words[0]) {
      case .none: return .integer(0)
      case .wrong: return .wrongType
      case .some(let text): return .integer(Int64(text.utf8.count))
      }
    },
    RedisCommand("getrange", 4) { range($0) },
    RedisCommand("substr", 4) { range($0) },
    RedisCommand("setrange", 4, writes: true) { call in
      guard let offset = RedisNumber.integer(call.words[1]) else { return .notInteger }
      guard offset >= 0, offset < 1 << 20 else { return .error("ERR offset is out of range") }
      var bytes: [UInt8] = []
      switch call.text(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let text): bytes = Array(text.utf8)
      case .none: break
      }
      let value = Array(call.words[2].utf8)
      if value.isEmpty { return .integer(Int64(bytes.count)) }
      while bytes.count < Int(offset) + value.count { bytes.append(0) }
      bytes.replaceSubrange(Int(offset)..<Int(offset) + value.count, with: value)
      call.store(call.words[0], .string(String(decoding: bytes, as: UTF8.self)))
      return .integer(Int64(bytes.count))
    },
    RedisCommand("incr", 2, writes: true) { add($0, 1) },
    RedisCommand("decr", 2, writes: true) { add($0, -1) },
    RedisCommand("incrby", 3, writes: true) { call in
      guard let amount = RedisNumber.integer(call.words[1]) else { return .notInteger }
      return add(call, amount)
    },
    RedisCommand("decrby", 3, writes: true) { call in
      guard let amount = RedisNumber.integer(call.words[1]), amount != .min else { return .notInteger }
      return add(call, -amount)
    },
    RedisCommand("incrbyfloat", 3, writes: true) { call in
      var old = "0"
      switch call.text(call.words[0]) {
      case .wrong: return .wrongType
      case .some(let text):
        guard RedisNumber.float(text) != nil else { return .notFloat }
        old = text
      case .none: break
      }
      guard RedisNumber.float(call.words[1]) != nil else { return .notFloat }
      guard let sum = RedisNumber.sum(old, call.words[1]) else {
        call.note("redis: the last digits of INCRBYFLOAT")
        return .null
      }
      call.store(call.words[0], .string(sum))
      return .bulk(sum)
    },
    RedisCommand("getex", -2, writes: true) { getExpiring($0) },
  ]

  private static func set(_ call: RedisCall) -> RedisReply {
    var expires: Int64?
    var keeps = false
    var onlyNew = false
    var onlyOld = false
    var returnsOld = false
    var i = 2
    while i < call.count {
      let word = call.words[i].lowercased()
      i += 1
      switch word {
      case "nx": onlyNew = true
      case "xx": onlyOld = true
      case "get": returnsOld = true
      case "keepttl": keeps = true
      case "ex", "px", "exat", "pxat":
        guard i < call.count, expires == nil else { return .syntax }
        switch RedisExpiry.moment(word, call.words[i], call) {
        case .success(let moment): expires = moment
        case .failure(let reply): return reply
        }
        i += 1
      default: return .syntax
      }
    }
    if onlyNew, onlyOld || (returnsOld && !call.server.release.isAtLeast(7, 0)) { return .syntax }
    if keeps, expires != nil { return .syntax }
    let old = call.text(call.words[0])
    var oldReply = RedisReply.null
    if returnsOld {
      if case .wrong = old { return .wrongType }
      if case .some(let text) = old { oldReply = .bulk(text) }
    }
    let exists = call.entry(call.words[0]) != nil
    if (onlyNew && exists) || (onlyOld && !exists) { return returnsOld ? oldReply : .null }
    call.store(call.words[0], .string(call.words[1]), expires: expires, keepsExpiry: keeps)
    return returnsOld ? oldReply : .ok
  }

  private static func setExpiring(_ call: RedisCall, _ option: String) -> RedisReply {
    switch RedisExpiry.moment(option, call.words[1], call) {
    case .failure(let reply): return reply
    case .success(let moment):
      call.store(call.words[0], .string(call.words[2]), expires: moment, keepsExpiry: false)
      return .ok
    }
  }

  private static func getExpiring(_ call: RedisCall) -> RedisReply {
    var expires: Int64?
    var persists = false
    switch (call.count, call.count > 1 ? call.words[1].lowercased() : "") {
    case (1, _): break
    case (2, "persist"): persists = true
    case (3, let option) where ["ex", "px", "exat", "pxat"].contains(option):
      switch RedisExpiry.moment(option, call.words[2], call) {
      case .success(let moment): expires = moment
      case .failure(let reply): return reply
      }
    default: return .syntax
    }
    switch call.text(call.words[0]) {
    case .none: return .null
    case .wrong: return .wrongType
    case .some(let text):
      if persists || expires != nil { call.store(call.words[0], .string(text), expires: expires, keepsExpiry: false) }
      return .bulk(text)
    }
  }

  private static func add(_ call: RedisCall, _ amount: Int64) -> RedisReply {
    var old: Int64 = 0
    switch call.text(call.words[0]) {
    case .wrong: return .wrongType
    case .some(let text):
      guard let number = RedisNumber.integer(text) else { return .notInteger }
      old = number
    case .none: break
    }
    let (sum, overflow) = old.addingReportingOverflow(amount)
    if overflow { return .error("ERR increment or decrement would overflow") }
    call.store(call.words[0], .string(String(sum)))
    return .integer(sum)
  }

  private static func range(_ call: RedisCall) -> RedisReply {
    guard let from = RedisNumber.integer(call.words[1]), let to = RedisNumber.integer(call.words[2]) else {
      return .notInteger
    }
    switch call.text(call.words[0]) {
    case .none: return .bulk("")
    case .wrong: return .wrongType
    case .some(let text):
      let bytes = Array(text.utf8)
      guard let range = span(from, to, bytes.count) else { return .bulk("") }
      return .bulk(String(decoding: bytes[range], as: UTF8.self))
    }
  }

  /// The part of `0 ..< count` that two positions name, negative ones counting from the end; nil when it is empty.
  static func span(_ from: Int64, _ to: Int64, _ count: Int) -> Range<Int>? {
    let size = Int64(count)
    var first = from < 0 ? from + size : from
    var last = to < 0 ? to + size : to
    first = max(first, 0)
    last = min(last, size - 1)
    guard first <= last, size > 0 else { return nil }
    return Int(first)..<Int(last) + 1
  }
}
