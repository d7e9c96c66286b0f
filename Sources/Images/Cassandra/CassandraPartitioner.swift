// Where rows lie in the ring: the token of a partition key, by which results of several partitions are ordered.
// Source: Cassandra's Murmur3Partitioner and MurmurHash.hash3_x64_128 (whose last bytes are signed); native protocol, formats of values.

import SimKernel

enum CassandraPartitioner {
  /// The token of a row's key; nil when a type's bytes are not modelled.
  static func token(_ row: [String: CassandraValue], _ table: CassandraTable) -> Int64? {
    var parts: [[UInt8]] = []
    for column in table.partition {
      guard let value = row[column], let bytes = bytes(value, table.types[column] ?? "") else { return nil }
      parts.append(bytes)
    }
    var key: [UInt8] = []
    if parts.count == 1 {
      key = parts[0]
    } else {
      for part in parts { key += [UInt8(part.count >> 8), UInt8(part.count & 255)] + part + [0] }
    }
    let hash = murmur(key)
    return hash == .min ? .max : hash
  }

  private static func bytes(_ value: CassandraValue, _ type: String) -> [UInt8]? {
    func integer(_ text: String, _ count: Int) -> [UInt8]? {
      guard let number = Int64(text) else { return nil }
      return (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> Int64($0 * 8)) }
    }
    switch (type, value) {
    case ("text", .text(let text)), ("varchar", .text(let text)), ("ascii", .text(let text)): return Array(text.utf8)
    case ("int", .number(let text)): return integer(text, 4)
    case ("bigint", .number(let text)): return integer(text, 8)
    case ("smallint", .number(let text)): return integer(text, 2)
    case ("tinyint", .number(let text)): return integer(text, 1)
    case ("boolean", .bool(let flag)): return [flag ? 1 : 0]
    case ("timestamp", .time(let milliseconds)): return integer(String(milliseconds), 8)
    case ("uuid", .number(let text)), ("timeuuid", .number(let text)):
      let digits = text.utf8.filter { $0 != 45 }
      guard digits.count == 32 else { return nil }
      var out: [UInt8] = []
      for index in stride(from: 0, to: 32, by: 2) {
        guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
          return nil
        }
        out.append(byte)
      }
      return out
    default: return nil
    }
  }

  private static func murmur(_ key: [UInt8]) -> Int64 {
    let c1: UInt64 = 0x87c3_7b91_1142_53d5
    let c2: UInt64 = 0x4cf5_ad43_2745_937f
    var h1: UInt64 = 0
    var h2: UInt64 = 0
    func rotated(_ x: UInt64, _ n: UInt64) -> UInt64 { x << n | x >> (64 - n) }
    func block(_ start: Int) -> UInt64 {
      var word: UInt64 = 0
      for index in (0..<8).reversed() { word = word << 8 | UInt64(key[start + index]) }
      return word
    }
    func mixed(_ given: UInt64) -> UInt64 {
      var k = given
      k ^= k >> 33
      k = k &* 0xff51_afd7_ed55_8ccd
      k ^= k >> 33
      k = k &* 0xc4ce_b9fe_1a85_ec53
      return k ^ k >> 33
    }
    let blocks = key.count / 16
    for index in 0..<blocks {
      h1 ^= rotated(block(index * 16) &* c1, 31) &* c2
      h1 = (rotated(h1, 27) &+ h2) &* 5 &+ 0x52dc_e729
      h2 ^= rotated(block(index * 16 + 8) &* c2, 33) &* c1
      h2 = (rotated(h2, 31) &+ h1) &* 5 &+ 0x3849_5ab5
    }
    // The rest, byte by byte; Java's bytes are signed.
    func tail(_ range: Range<Int>) -> UInt64 {
      var word: UInt64 = 0
      for index in range where blocks * 16 + index < key.count {
        let byte = Int64(Int8(bitPattern: key[blocks * 16 + index]))
        word ^= UInt64(bitPattern: byte) << UInt64((index - range.lowerBound) * 8)
      }
      return word
    }
    let rest = key.count % 16
    if rest > 8 { h2 ^= rotated(tail(8..<16) &* c2, 33) &* c1 }
    if rest > 0 { h1 ^= rotated(tail(0..<8) &* c1, 31) &* c2 }
    h1 ^= UInt64(key.count)
    h2 ^= UInt64(key.count)
    h1 = h1 &+ h2
    h2 = h2 &+ h1
    h1 = mixed(h1)
    h2 = mixed(h2)
    return Int64(bitPattern: h1 &+ h2)
  }
}
