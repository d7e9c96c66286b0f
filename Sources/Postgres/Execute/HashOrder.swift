// The order in which PostgreSQL's hash table gives groups back. HashAggregate shows its groups in the order of the buckets,
// not of the input, so an unordered GROUP BY, DISTINCT or UNION can only be right with the same hash functions and the same
// open-addressing table. Sources: Bob Jenkins' lookup3 hash (public domain) as PostgreSQL seeds it, and the published
// robin-hood scheme of its "simplehash".

internal import SimKernel

enum PostgresHash {
  @inline(__always) private static func rotate(_ x: UInt32, _ k: UInt32) -> UInt32 { (x << k) | (x >> (32 - k)) }

  private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    a = a &- c
    a ^= rotate(c, 4)
    c = c &+ b
    b = b &- a
    b ^= rotate(a, 6)
    a = a &+ c
    c = c &- b
    c ^= rotate(b, 8)
    b = b &+ a
    a = a &- c
    a ^= rotate(c, 16)
    c = c &+ b
    b = b &- a
    b ^= rotate(a, 19)
    a = a &+ c
    c = c &- b
    c ^= rotate(b, 4)
    b = b &+ a
  }

  private static func final(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    c ^= b
    c = c &- rotate(b, 14)
    a ^= c
    a = a &- rotate(c, 11)
    b ^= a
    b = b &- rotate(a, 25)
    c ^= b
    c = c &- rotate(b, 16)
    a ^= c
    a = a &- rotate(c, 4)
    b ^= a
    b = b &- rotate(a, 14)
    c ^= b
    c = c &- rotate(b, 24)
  }

  static func bytes(_ k: [UInt8]) -> UInt32 {
    var a: UInt32 = 0x9e37_79b9 &+ UInt32(k.count) &+ 3_923_095
    var b = a
    var c = a
    return UInt32(truncatingIfNeeded: absorb(k, &a, &b, &c))
  }

  /// Both halves of the hash of a byte string.
  private static func absorb(_ k: [UInt8], _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) -> UInt64 {
    var i = 0
    var left = k.count
    func word(_ at: Int) -> UInt32 {
      UInt32(k[at]) | UInt32(k[at + 1]) << 8 | UInt32(k[at + 2]) << 16 | UInt32(k[at + 3]) << 24
    }
    while left >= 12 {
      a = a &+ word(i)
      b = b &+ word(i + 4)
      c = c &+ word(i + 8)
      mix(&a, &b, &c)
      i += 12
      left -= 12
    }
    // The low byte of c is kept for the length.
    if left >= 11 { c = c &+ UInt32(k[i + 10]) << 24 }
    if left >= 10 { c = c &+ UInt32(k[i + 9]) << 16 }
    if left >= 9 { c = c &+ UInt32(k[i + 8]) << 8 }
    if left >= 8 { b = b &+ UInt32(k[i + 7]) << 24 }
    if left >= 7 { b = b &+ UInt32(k[i + 6]) << 16 }
    if left >= 6 { b = b &+ UInt32(k[i + 5]) << 8 }
    if left >= 5 { b = b &+ UInt32(k[i + 4]) }
    if left >= 4 { a = a &+ UInt32(k[i + 3]) << 24 }
    if left >= 3 { a = a &+ UInt32(k[i + 2]) << 16 }
    if left >= 2 { a = a &+ UInt32(k[i + 1]) << 8 }
    if left >= 1 { a = a &+ UInt32(k[i]) }
    final(&a, &b, &c)
    return UInt64(b) << 32 | UInt64(c)
  }

  static func word(_ k: UInt32) -> UInt32 {
    var a: UInt32 = 0x9e37_79b9 &+ 4 &+ 3_923_095
    var b = a
    var c = a
    a = a &+ k
    final(&a, &b, &c)
    return c
  }

  static func int8(_ value: Int64) -> UInt32 {
    var low = UInt32(truncatingIfNeeded: value)
    let high = UInt32(truncatingIfNeeded: value >> 32)
    low ^= value >= 0 ? high : ~high
    return word(low)
  }

  /// nil when the type's hash is not known here.
  static func value(_ v: Value, _ type: Int32) -> UInt32? {
    switch v {
    case .null: return 0
    case .bool(let b): return word(b ? 1 : 0)
    case .int(let n): return type == Oid.int8 || type == Oid.money ? int8(n) : word(UInt32(truncatingIfNeeded: n))
    case .date(let d): return word(UInt32(truncatingIfNeeded: d))
    case .timestamp(let t), .time(let t): return int8(t)
    case .text(let s):
      if type == Oid.bpchar {
        var b = Array(s.utf8)
        while let last = b.last, last == 32 { b.removeLast() }
        return bytes(b)
      }
      if type == Oid.uuid {
        var raw: [UInt8] = []
        var high: UInt32?
        for c in s.utf8 {
          guard let d = hexDigit(c) else { continue }
          if let h = high {
            raw.append(UInt8(h * 16 + d))
            high = nil
          } else {
            high = d
          }
        }
        return bytes(raw)
      }
      return bytes(Array(s.utf8))
    case .bytes(let b): return bytes(b)
    case .label(let l): return word(UInt32(bitPattern: l.oid))
    case .float(let d):
      if d == 0 { return 0 }
      var raw: [UInt8] = []
      var bits = d.bitPattern
      for _ in 0..<8 {
        raw.append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
      }
      return bytes(raw)
    case .numeric(let n):
      if n.special != nil { return 0 }
      // Base-10000 digits without leading and trailing zeros, and the weight of the first.
      if n.magnitude.isZero { return UInt32(bitPattern: -1) }
      var digits = n.magnitude.decimalDigits
      let pad = (4 - n.scale % 4) % 4
      digits.append(contentsOf: [UInt8](repeating: 48, count: pad))
      let groupsAfter = (n.scale + pad) / 4
      while digits.count % 4 != 0 { digits.insert(48, at: 0) }
      var groups: [UInt16] = []
      var i = 0
      while i < digits.count {
        var g: UInt16 = 0
        for k in 0..<4 { g = g * 10 + UInt16(digits[i + k] - 48) }
        groups.append(g)
        i += 4
      }
      var weight = groups.count - groupsAfter - 1
      while let f = groups.first, f == 0 {
        groups.removeFirst()
        weight -= 1
      }
      while let l = groups.last, l == 0 { groups.removeLast() }
      var raw: [UInt8] = []
      for g in groups {
        raw.append(UInt8(g & 255))
        raw.append(UInt8(g >> 8))
      }
      return bytes(raw) ^ UInt32(bitPattern: Int32(weight))
    default: return nil
    }
  }

  /// The 64-bit hash that hash partitioning uses, seeded as the server seeds it; nil when the type's is not known here.
  static func extended(_ v: Value, _ type: Int32) -> UInt64? {
    func word64(_ k: UInt32) -> UInt64 {
      var (a, b, c) = seeded(4)
      a = a &+ k
      final(&a, &b, &c)
      return UInt64(b) << 32 | UInt64(c)
    }
    func long(_ n: Int64) -> UInt64 {
      let low = UInt32(truncatingIfNeeded: n)
      let high = UInt32(truncatingIfNeeded: n >> 32)
      return word64(low ^ (n >= 0 ? high : ~high))
    }
    switch v {
    case .bool(let b): return word64(b ? 1 : 0)
    case .int(let n): return type == Oid.int8 || type == Oid.money ? long(n) : word64(UInt32(truncatingIfNeeded: n))
    case .date(let d): return word64(UInt32(truncatingIfNeeded: d))
    case .timestamp(let t), .time(let t): return long(t)
    case .text(let s) where type == Oid.text || type == Oid.varchar:
      var (a, b, c) = seeded(s.utf8.count)
      return absorb(Array(s.utf8), &a, &b, &c)
    default: return nil
    }
  }

  private static func seeded(_ count: Int) -> (UInt32, UInt32, UInt32) {
    var a: UInt32 = 0x9e37_79b9 &+ UInt32(count) &+ 3_923_095
    var b = a
    var c = a
    a = a &+ 0x7a5b_2236
    b = b &+ 0x7996_dcfd
    mix(&a, &b, &c)
    return (a, b, c)
  }

  static func murmur(_ value: UInt32) -> UInt32 {
    var h = value
    h ^= h >> 16
    h = h &* 0x85eb_ca6b
    h ^= h >> 13
    h = h &* 0xc2b2_ae35
    h ^= h >> 16
    return h
  }
}

extension Execution {
  /// Indexes of the keys in the order of a hash table they were put into one after the other.
  func hashOrder(_ keys: [Row], _ types: [Int32], _ plan: QueryPlan) -> [Int] {
    let natural = Array(keys.indices)
    guard keys.count > 1 else { return natural }
    var hashes: [UInt32] = []
    for key in keys {
      var h: UInt32 = 0
      for (i, v) in key.enumerated() {
        h = (h << 1) | (h >> 31)
        guard let own = PostgresHash.value(v, i < types.count ? types[i] : 0) else { return natural }
        if !v.isNull { h ^= own }
      }
      hashes.append(PostgresHash.murmur(h))
    }
    let estimate = guessedGroups(plan, keys.count)
    var size = 2
    while Double(size) * 0.9 < Double(estimate) { size *= 2 }
    var table = [Int](repeating: -1, count: size)
    var members = 0
    func home(_ i: Int, _ mask: Int) -> Int { Int(hashes[i] & UInt32(mask)) }
    func insert(_ item: Int) {
      let mask = table.count - 1
      var place = home(item, mask)
      var distance = 0
      var carried = item
      var inserting = false
      while true {
        if table[place] < 0 {
          table[place] = carried
          return
        }
        if !inserting {
          let other = table[place]
          let otherDistance = (place - home(other, mask)) & mask
          if distance > otherDistance {
            // Take the place; everything up to the next gap moves one on.
            inserting = true
            swap(&table[place], &carried)
          }
        } else {
          swap(&table[place], &carried)
        }
        place = (place + 1) & mask
        distance += 1
      }
    }
    func grow() {
      let old = table
      table = [Int](repeating: -1, count: old.count * 2)
      // Reinsertion starts at an element in its best place.
      let mask = old.count - 1
      var start = 0
      for i in old.indices {
        if old[i] < 0 {
          start = i
          break
        }
        if home(old[i], mask) == i {
          start = i
          break
        }
      }
      for k in old.indices {
        let item = old[(start + k) & mask]
        if item < 0 { continue }
        let newMask = table.count - 1
        var place = home(item, newMask)
        while table[place] >= 0 { place = (place + 1) & newMask }
        table[place] = item
      }
    }
    for i in natural {
      if members >= Int(Double(table.count) * 0.9) { grow() }
      insert(i)
      members += 1
    }
    var start = 0
    for i in table.indices where table[i] < 0 {
      start = i
      break
    }
    var out: [Int] = []
    var place = start
    repeat {
      place = (place - 1) & (table.count - 1)
      if table[place] >= 0 { out.append(table[place]) }
    } while place != start
    return out
  }
}
