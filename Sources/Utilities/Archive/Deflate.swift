// Deflate and gzip (RFC 1951, RFC 1952): reading every kind of block, writing blocks with fixed codes and a simple search for
// repetitions. What is written reads back the same; its size is not that of GNU gzip's better compression.

enum Deflate {
  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthExtra = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  private static let distanceExtra = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]

  // MARK: Writing

  private struct BitWriter {
    var bytes: [UInt8] = []
    private var held: UInt32 = 0
    private var count = 0

    mutating func put(_ value: Int, _ bits: Int) {
      held |= UInt32(value) << UInt32(count)
      count += bits
      while count >= 8 {
        bytes.append(UInt8(held & 255))
        held >>= 8
        count -= 8
      }
    }
    /// Codes go out with their highest bit first.
    mutating func putCode(_ code: Int, _ bits: Int) {
      var reversed = 0
      for bit in 0..<bits where code >> bit & 1 == 1 { reversed |= 1 << (bits - 1 - bit) }
      put(reversed, bits)
    }
    mutating func literal(_ symbol: Int) {
      if symbol < 144 {
        putCode(0x30 + symbol, 8)
      } else if symbol < 256 {
        putCode(0x190 + symbol - 144, 9)
      } else if symbol < 280 {
        putCode(symbol - 256, 7)
      } else {
        putCode(0xc0 + symbol - 280, 8)
      }
    }
    mutating func finish() { if count > 0 { put(0, 8 - count) } }
  }

  static func compress(_ data: [UInt8]) -> [UInt8] {
    var out = BitWriter()
    out.put(1, 1)
    out.put(1, 2)
    var heads = [Int](repeating: -1, count: 1 << 15)
    var i = 0
    func hash(_ at: Int) -> Int { (Int(data[at]) << 10 ^ Int(data[at + 1]) << 5 ^ Int(data[at + 2])) & 0x7fff }
    while i < data.count {
      var length = 0
      var distance = 0
      if i + 3 <= data.count {
        let slot = hash(i)
        let candidate = heads[slot]
        heads[slot] = i
        if candidate >= 0, i - candidate <= 32_768 {
          while length < 258, i + length < data.count, data[candidate + length] == data[i + length] { length += 1 }
          distance = i - candidate
        }
      }
      guard length >= 3 else {
        out.literal(Int(data[i]))
        i += 1
        continue
      }
      var symbol = 28
      while lengthBase[symbol] > length { symbol -= 1 }
      out.literal(257 + symbol)
      out.put(length - lengthBase[symbol], lengthExtra[symbol])
      var code = 29
      while distanceBase[code] > distance { code -= 1 }
      out.putCode(code, 5)
      out.put(distance - distanceBase[code], distanceExtra[code])
      i += length
    }
    out.literal(256)
    out.finish()
    return out.bytes
  }

  // MARK: Reading

  private struct BitReader {
    let bytes: [UInt8]
    var at: Int
    private var held: UInt32 = 0
    private var count = 0

    init(_ bytes: [UInt8], _ at: Int) {
      self.bytes = bytes
      self.at = at
    }
    mutating func bits(_ wanted: Int) -> Int? {
      while count < wanted {
        guard at < bytes.count else { return nil }
        held |= UInt32(bytes[at]) << UInt32(count)
        at += 1
        count += 8
      }
      let value = Int(held & ((1 << UInt32(wanted)) - 1))
      held >>= UInt32(wanted)
      count -= wanted
      return value
    }
    mutating func align() {
      held = 0
      count = 0
    }
  }

  private struct Codes {
    private var counts = [Int](repeating: 0, count: 16)
    private var symbols: [Int] = []

    init(_ lengths: [Int]) {
      for length in lengths where length > 0 { counts[length] += 1 }
      for length in 1..<16 { for (symbol, own) in lengths.enumerated() where own == length { symbols.append(symbol) } }
    }
    func next(_ reader: inout BitReader) -> Int? {
      var code = 0
      var first = 0
      var index = 0
      for length in 1..<16 {
        guard let bit = reader.bits(1) else { return nil }
        code |= bit
        if code - counts[length] < first { return symbols[index + code - first] }
        index += counts[length]
        first = (first + counts[length]) << 1
        code <<= 1
      }
      return nil
    }
  }

  /// The data of a deflate stream and where it ends; nil when it is damaged or larger than `limit`.
  static func expand(_ bytes: [UInt8], from start: Int, limit: Int) -> (data: [UInt8], end: Int)? {
    var reader = BitReader(bytes, start)
    var out: [UInt8] = []
    while true {
      guard let isLast = reader.bits(1), let kind = reader.bits(2) else { return nil }
      if kind == 0 {
        reader.align()
        guard reader.at + 4 <= bytes.count else { return nil }
        let count = Int(bytes[reader.at]) | Int(bytes[reader.at + 1]) << 8
        reader.at += 4
        guard reader.at + count <= bytes.count else { return nil }
        out += bytes[reader.at..<(reader.at + count)]
        reader.at += count
      } else if kind == 3 {
        return nil
      } else {
        guard let (literals, distances) = kind == 1 ? fixedCodes : dynamicCodes(&reader) else { return nil }
        guard block(&reader, literals, distances, &out, limit) else { return nil }
      }
      if out.count > limit { return nil }
      if isLast == 1 { return (out, reader.at) }
    }
  }

  private static var fixedCodes: (Codes, Codes)? {
    var lengths = [Int](repeating: 8, count: 288)
    for symbol in 144..<256 { lengths[symbol] = 9 }
    for symbol in 256..<280 { lengths[symbol] = 7 }
    return (Codes(lengths), Codes([Int](repeating: 5, count: 30)))
  }

  private static func dynamicCodes(_ reader: inout BitReader) -> (Codes, Codes)? {
    guard let literals = reader.bits(5), let distances = reader.bits(5), let codes = reader.bits(4) else { return nil }
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var lengths = [Int](repeating: 0, count: 19)
    for index in 0..<(codes + 4) {
      guard let length = reader.bits(3) else { return nil }
      lengths[order[index]] = length
    }
    let lengthCodes = Codes(lengths)
    let total = literals + 257 + distances + 1
    var all: [Int] = []
    while all.count < total {
      guard let symbol = lengthCodes.next(&reader) else { return nil }
      switch symbol {
      case 16:
        guard let last = all.last, let more = reader.bits(2) else { return nil }
        for _ in 0..<(more + 3) { all.append(last) }
      case 17:
        guard let more = reader.bits(3) else { return nil }
        for _ in 0..<(more + 3) { all.append(0) }
      case 18:
        guard let more = reader.bits(7) else { return nil }
        for _ in 0..<(more + 11) { all.append(0) }
      default: all.append(symbol)
      }
    }
    guard all.count == total else { return nil }
    return (Codes(Array(all[..<(literals + 257)])), Codes(Array(all[(literals + 257)...])))
  }

  private static func block(
    _ reader: inout BitReader, _ literals: Codes, _ distances: Codes, _ out: inout [UInt8], _ limit: Int
  ) -> Bool {
    while true {
      guard let symbol = literals.next(&reader) else { return false }
      if symbol == 256 { return true }
      if symbol < 256 {
        out.append(UInt8(symbol))
      } else {
        guard symbol - 257 < lengthBase.count, let extra = reader.bits(lengthExtra[symbol - 257]),
          let code = distances.next(&reader), code < distanceBase.count, let more = reader.bits(distanceExtra[code])
        else { return false }
        let distance = distanceBase[code] + more
        guard distance <= out.count else { return false }
        for _ in 0..<(lengthBase[symbol - 257] + extra) { out.append(out[out.count - distance]) }
      }
      if out.count > limit { return false }
    }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var table = [UInt32](repeating: 0, count: 256)
    for index in 0..<256 {
      var value = UInt32(index)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1 }
      table[index] = value
    }
    var sum: UInt32 = 0xffff_ffff
    for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 255)] ^ sum >> 8 }
    return ~sum
  }
}

enum Gzip {
  enum Fault: Error {
    case notGzip, unexpectedEnd, damaged
  }

  static func compress(_ data: [UInt8], name: String?, time: Int64) -> [UInt8] {
    var out: [UInt8] = [31, 139, 8, name == nil ? 0 : 8]
    func word(_ value: UInt32) { for shift in [0, 8, 16, 24] as [UInt32] { out.append(UInt8(value >> shift & 255)) } }
    word(UInt32(truncatingIfNeeded: time))
    out += [0, 3]
    if let name { out += name.bytes + [0] }
    out += Deflate.compress(data)
    word(Deflate.checksum(data))
    word(UInt32(truncatingIfNeeded: data.count))
    return out
  }

  /// All members of a file.
  static func expand(_ bytes: [UInt8], limit: Int) throws(Fault) -> (data: [UInt8], name: String?) {
    var out: [UInt8] = []
    var firstName: String?
    var at = 0
    repeat {
      guard bytes.count >= at + 2, bytes[at] == 31, bytes[at + 1] == 139 else {
        if at > 0 { return (out, firstName) }
        throw bytes.isEmpty ? .unexpectedEnd : .notGzip
      }
      guard bytes.count >= at + 18 else { throw .unexpectedEnd }
      let flags = bytes[at + 3]
      at += 10
      if flags & 4 != 0 {
        guard at + 2 <= bytes.count else { throw .unexpectedEnd }
        at += 2 + Int(bytes[at]) + Int(bytes[at + 1]) << 8
      }
      for flag in [8, 16] as [UInt8] where flags & flag != 0 {
        var text: [UInt8] = []
        while at < bytes.count, bytes[at] != 0 {
          text.append(bytes[at])
          at += 1
        }
        at += 1
        if flag == 8, firstName == nil { firstName = String(bytes: text) }
      }
      if flags & 2 != 0 { at += 2 }
      guard at < bytes.count else { throw .unexpectedEnd }
      guard let (data, end) = Deflate.expand(bytes, from: at, limit: limit) else { throw .damaged }
      guard end + 8 <= bytes.count else { throw .unexpectedEnd }
      var sum: UInt32 = 0
      for index in 0..<4 { sum |= UInt32(bytes[end + index]) << UInt32(8 * index) }
      guard sum == Deflate.checksum(data) else { throw .damaged }
      out += data
      at = end + 8
    } while at < bytes.count
    return (out, firstName)
  }
}
