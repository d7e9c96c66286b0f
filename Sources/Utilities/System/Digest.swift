// Checksums and encodings: md5sum, sha1sum, sha224sum … sha512sum, cksum, base64, base32 (GNU coreutils manual, chapter 6).
// Algorithms: RFC 1321, FIPS 180-4, POSIX cksum, RFC 4648.

import SimMachine

enum Digest {
  static func md5(_ message: [UInt8]) -> [UInt8] {
    let shifts: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
    let padded = pad(message, block: 64, lengthBytes: 8, littleEndian: true)
    var words = [UInt32](repeating: 0, count: 16)
    for start in stride(from: 0, to: padded.count, by: 64) {
      for i in 0..<16 {
        let at = start + i * 4
        words[i] =
          UInt32(padded[at]) | UInt32(padded[at + 1]) << 8 | UInt32(padded[at + 2]) << 16 | UInt32(padded[at + 3]) << 24
      }
      var a = state[0]
      var b = state[1]
      var c = state[2]
      var d = state[3]
      for i in 0..<64 {
        var f: UInt32
        let g: Int
        switch i / 16 {
        case 0: (f, g) = ((b & c) | (~b & d), i)
        case 1: (f, g) = ((d & b) | (~d & c), (5 * i + 1) % 16)
        case 2: (f, g) = (b ^ c ^ d, (3 * i + 5) % 16)
        default: (f, g) = (c ^ (b | ~d), (7 * i) % 16)
        }
        f = f &+ a &+ md5Table[i] &+ words[g]
        a = d
        d = c
        c = b
        let shift = shifts[i / 16 * 4 + i % 4]
        b = b &+ (f << shift | f >> (32 - shift))
      }
      state[0] = state[0] &+ a
      state[1] = state[1] &+ b
      state[2] = state[2] &+ c
      state[3] = state[3] &+ d
    }
    var out: [UInt8] = []
    for word in state {
      for shift in [0, 8, 16, 24] as [UInt32] { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return out
  }

  /// floor(2^32 × |sin(i + 1)|), as RFC 1321 defines the table.
  private static let md5Table: [UInt32] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
  ]

  static func sha1(_ message: [UInt8]) -> [UInt8] {
    var h: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    let padded = pad(message, block: 64, lengthBytes: 8, littleEndian: false)
    var w = [UInt32](repeating: 0, count: 80)
    for start in stride(from: 0, to: padded.count, by: 64) {
      for i in 0..<16 { w[i] = bigEndian(padded, start + i * 4) }
      for i in 16..<80 {
        let x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]
        w[i] = x << 1 | x >> 31
      }
      var (a, b, c, d, e) = (h[0], h[1], h[2], h[3], h[4])
      for i in 0..<80 {
        let f: UInt32
        let k: UInt32
        switch i / 20 {
        case 0: (f, k) = ((b & c) | (~b & d), 0x5a82_7999)
        case 1: (f, k) = (b ^ c ^ d, 0x6ed9_eba1)
        case 2: (f, k) = ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
        default: (f, k) = (b ^ c ^ d, 0xca62_c1d6)
        }
        let t = (a << 5 | a >> 27) &+ f &+ e &+ k &+ w[i]
        e = d
        d = c
        c = b << 30 | b >> 2
        b = a
        a = t
      }
      h[0] = h[0] &+ a
      h[1] = h[1] &+ b
      h[2] = h[2] &+ c
      h[3] = h[3] &+ d
      h[4] = h[4] &+ e
    }
    return bytes(h)
  }

  private static func primes(_ count: Int) -> [UInt64] {
    var found: [UInt64] = []
    var candidate: UInt64 = 2
    while found.count < count {
      var isPrime = true
      for prime in found where prime * prime <= candidate && candidate % prime == 0 { isPrime = false }
      if isPrime { found.append(candidate) }
      candidate += 1
    }
    return found
  }

  /// The first 64 bits of the fractional part of a root of a prime, by integer search.
  private static func rootFraction(_ prime: UInt64, cube: Bool) -> UInt64 {
    // Finds the largest x with x^n <= prime × 2^(64n), on limbs.
    var target = BigUnsigned(prime)
    target.shiftLeft(cube ? 192 : 128)
    var x: [UInt32] = [0, 0, 0]
    for bit in stride(from: 68, through: 0, by: -1) {
      var trial = x
      trial[bit / 32] |= 1 << UInt32(bit % 32)
      var power = multiply(trial, trial)
      if cube { power = multiply(power, trial) }
      if compare(power, target.limbs) <= 0 { x = trial }
    }
    return UInt64(x[1]) << 32 | UInt64(x[0])
  }
  private static func multiply(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
    var out = [UInt32](repeating: 0, count: a.count + b.count)
    for i in a.indices {
      var carry: UInt64 = 0
      for j in b.indices {
        let value = UInt64(a[i]) * UInt64(b[j]) + UInt64(out[i + j]) + carry
        out[i + j] = UInt32(truncatingIfNeeded: value)
        carry = value >> 32
      }
      out[i + b.count] = UInt32(carry)
    }
    return out
  }
  private static func compare(_ a: [UInt32], _ b: [UInt32]) -> Int {
    for i in stride(from: max(a.count, b.count) - 1, through: 0, by: -1) {
      let x = i < a.count ? a[i] : 0
      let y = i < b.count ? b[i] : 0
      if x != y { return x < y ? -1 : 1 }
    }
    return 0
  }

  /// The round constants of SHA-2: cube roots of the first 80 primes; SHA-256 has the upper halves of the first 64.
  private static let constants: [UInt64] = {
    var out: [UInt64] = []
    for prime in primes(80) { out.append(rootFraction(prime, cube: true)) }
    return out
  }()

  static func sha256(_ message: [UInt8], bits: Int = 256) -> [UInt8] {
    var h: [UInt32] = []
    for (index, prime) in primes(16).enumerated() {
      let root = rootFraction(prime, cube: false)
      // SHA-224 begins with the lower halves for the ninth to sixteenth primes.
      if bits == 256, index < 8 { h.append(UInt32(root >> 32)) }
      if bits == 224, index >= 8 { h.append(UInt32(truncatingIfNeeded: root)) }
    }
    let padded = pad(message, block: 64, lengthBytes: 8, littleEndian: false)
    var w = [UInt32](repeating: 0, count: 64)
    var k: [UInt32] = []
    for constant in constants.prefix(64) { k.append(UInt32(constant >> 32)) }
    for start in stride(from: 0, to: padded.count, by: 64) {
      for i in 0..<16 { w[i] = bigEndian(padded, start + i * 4) }
      for i in 16..<64 {
        let s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
        let s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
        w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
      }
      var v = h
      for i in 0..<64 {
        let s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)
        let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
        let t1 = v[7] &+ s1 &+ choice &+ k[i] &+ w[i]
        let s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)
        let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
        v = [t1 &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
      }
      for i in 0..<8 { h[i] = h[i] &+ v[i] }
    }
    return Array(bytes(h).prefix(bits / 8))
  }

  static func sha512(_ message: [UInt8], bits: Int = 512) -> [UInt8] {
    var h: [UInt64] = []
    for (index, prime) in primes(16).enumerated() where (index < 8) == (bits == 512) {
      h.append(rootFraction(prime, cube: false))
    }
    let padded = pad(message, block: 128, lengthBytes: 16, littleEndian: false)
    var w = [UInt64](repeating: 0, count: 80)
    func rotate(_ x: UInt64, _ n: UInt64) -> UInt64 { x >> n | x << (64 - n) }
    for start in stride(from: 0, to: padded.count, by: 128) {
      for i in 0..<16 {
        w[i] = UInt64(bigEndian(padded, start + i * 8)) << 32 | UInt64(bigEndian(padded, start + i * 8 + 4))
      }
      for i in 16..<80 {
        let s0 = rotate(w[i - 15], 1) ^ rotate(w[i - 15], 8) ^ w[i - 15] >> 7
        let s1 = rotate(w[i - 2], 19) ^ rotate(w[i - 2], 61) ^ w[i - 2] >> 6
        w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
      }
      var v = h
      for i in 0..<80 {
        let s1 = rotate(v[4], 14) ^ rotate(v[4], 18) ^ rotate(v[4], 41)
        let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
        let t1 = v[7] &+ s1 &+ choice &+ constants[i] &+ w[i]
        let s0 = rotate(v[0], 28) ^ rotate(v[0], 34) ^ rotate(v[0], 39)
        let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
        v = [t1 &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
      }
      for i in 0..<8 { h[i] = h[i] &+ v[i] }
    }
    var out: [UInt8] = []
    for word in h {
      for shift in stride(from: 56, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
    }
    return Array(out.prefix(bits / 8))
  }

  /// POSIX cksum: CRC of the bytes and of their number.
  static func crc(_ message: [UInt8]) -> UInt32 {
    var table: [UInt32] = []
    for index in 0..<256 {
      var value = UInt32(index) << 24
      for _ in 0..<8 { value = value & 0x8000_0000 != 0 ? value << 1 ^ 0x04c1_1db7 : value << 1 }
      table.append(value)
    }
    var crc: UInt32 = 0
    for byte in message { crc = crc << 8 ^ table[Int(UInt8(crc >> 24) ^ byte)] }
    var length = message.count
    while length > 0 {
      crc = crc << 8 ^ table[Int(UInt8(crc >> 24) ^ UInt8(length & 255))]
      length >>= 8
    }
    return ~crc
  }

  private static func pad(_ message: [UInt8], block: Int, lengthBytes: Int, littleEndian: Bool) -> [UInt8] {
    var out = message
    out.append(0x80)
    while out.count % block != block - lengthBytes { out.append(0) }
    let bits = UInt64(message.count) * 8
    for _ in 8..<lengthBytes { out.append(0) }
    for i in 0..<8 { out.append(UInt8(truncatingIfNeeded: bits >> UInt64(littleEndian ? i * 8 : 56 - i * 8))) }
    return out
  }
  private static func bigEndian(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
  }
  private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
  private static func bytes(_ words: [UInt32]) -> [UInt8] {
    var out: [UInt8] = []
    for word in words {
      for shift in [24, 16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return out
  }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var out: [UInt8] = []
  for byte in bytes { out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return String(bytes: out)
}

let digestOptions = OptionTable(
  "b,binary c,check tag t,text z,zero ignore-missing quiet status strict w,warn")

/// md5sum and its family.
func digestTool(_ name: String, _ tag: String, _ digest: @escaping ([UInt8]) -> [UInt8]) -> Registration {
  Registration(
    Tool(name, digestOptions, readsInput: inputWhenNoFiles) { call in
      if call.options.has("c") { return checkDigests(call, tag, digest) }
      for path in call.operands.isEmpty ? ["-"] : call.operands {
        do throws(Errno) {
          let text = hexadecimal(digest(try call.read(path)))
          // A name with a backslash or a newline is escaped, and the line is marked.
          var name: [UInt8] = []
          var marks = false
          for byte in path.utf8 {
            if byte == 92 || byte == 10 {
              marks = true
              name += byte == 92 ? [92, 92] : [92, 110]
            } else {
              name.append(byte)
            }
          }
          if call.options.has("tag") {
            call.print("\(marks ? "\\" : "")\(tag) (\(String(bytes: name))) = \(text)")
          } else {
            call.print("\(marks ? "\\" : "")\(text) \(call.options.has("b") ? "*" : " ")\(String(bytes: name))")
          }
          call.put(call.options.has("z") ? 0 : 10)
        } catch {
          call.complain("\(path): \(error.message)")
        }
      }
      return call.status
    })
}

private func checkDigests(_ call: ToolCall, _ tag: String, _ digest: ([UInt8]) -> [UInt8]) -> Int32 {
  let quiet = call.options.has("quiet") || call.options.has("status")
  let silent = call.options.has("status")
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    let list: [UInt8]
    do throws(Errno) {
      list = try call.read(path)
    } catch {
      call.complain("\(path): \(error.message)")
      continue
    }
    var wrong = 0
    var unreadable = 0
    var malformed = 0
    var good = 0
    var checked = 0
    let size = digest([]).count * 2
    for line in lineContents(list) {
      var hash: [UInt8] = []
      var name = ""
      let text = String(bytes: line)
      if text.hasPrefix(tag + " ("), let close = line.lastIndex(of: 41) {
        name = String(bytes: line[(line.startIndex + tag.utf8.count + 2)..<close])
        hash = Array(line[(close + 1)...].drop { $0 == 32 || $0 == 61 })
      } else if line.count > size + 2 {
        hash = Array(line.prefix(size))
        let rest = line.dropFirst(size)
        if rest[rest.startIndex] == 32, [32, 42].contains(rest[rest.startIndex + 1]) {
          name = String(bytes: rest.dropFirst(2))
        } else if rest[rest.startIndex] == 32 {
          name = String(bytes: rest.dropFirst(1))
        }
      }
      var valid = hash.count == size && !name.isEmpty
      for byte in hash where hexValue(byte) == nil { valid = false }
      guard valid else {
        malformed += 1
        continue
      }
      checked += 1
      do throws(Errno) {
        let actual = hexadecimal(digest(try call.read(name)))
        var wanted: [UInt8] = []
        for byte in hash { wanted.append(lowercased(byte)) }
        if actual.bytes == wanted {
          good += 1
          if !quiet { call.printLine("\(name): OK") }
        } else {
          wrong += 1
          if !silent { call.printLine("\(name): FAILED") }
        }
      } catch {
        if call.options.has("ignore-missing"), error == .noEntry { continue }
        unreadable += 1
        call.complain("\(name): \(error.message)")
        if !silent { call.printLine("\(name): FAILED open or read") }
      }
    }
    if checked == 0 {
      call.complain("\(path == "-" ? "'standard input'" : path): no properly formatted checksum lines found")
      continue
    }
    func plural(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
    if !silent {
      if malformed > 0 {
        call.complain(
          "WARNING: \(plural(malformed, "line is", "lines are")) improperly formatted",
          status: call.options.has("strict") ? 1 : 0)
      }
      if unreadable > 0 {
        call.complain("WARNING: \(plural(unreadable, "listed file", "listed files")) could not be read")
      }
      if wrong > 0 {
        call.complain("WARNING: \(plural(wrong, "computed checksum", "computed checksums")) did NOT match")
      }
    }
    if wrong > 0 || unreadable > 0 { call.status = 1 }
    if call.options.has("ignore-missing"), good + wrong == 0 {
      call.complain("\(path): no file was verified")
    }
  }
  return call.status
}

func checksum(_ call: ToolCall) -> Int32 {
  if call.options.has("a") { return call.notSimulated("cksum -a") }
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    do throws(Errno) {
      let bytes = try call.read(path)
      call.printLine("\(Digest.crc(bytes)) \(bytes.count)\(call.operands.isEmpty ? "" : " " + path)")
    } catch {
      call.complain("\(path): \(error.message)")
    }
  }
  return call.status
}

// MARK: base64, base32

private let base64Letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let base32Letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

func encodeBase64(_ bytes: [UInt8]) -> [UInt8] { encodeBase(bytes, base64Letters, bits: 6, group: 4) }
func encodeBase32(_ bytes: [UInt8]) -> [UInt8] { encodeBase(bytes, base32Letters, bits: 5, group: 8) }

private func encodeBase(_ bytes: [UInt8], _ letters: [UInt8], bits: Int, group: Int) -> [UInt8] {
  var out: [UInt8] = []
  out.reserveCapacity(bytes.count * 8 / bits + 8)
  var buffer: UInt32 = 0
  var held = 0
  for byte in bytes {
    buffer = buffer << 8 | UInt32(byte)
    held += 8
    while held >= bits {
      held -= bits
      out.append(letters[Int(buffer >> UInt32(held)) & (1 << bits - 1)])
    }
  }
  if held > 0 { out.append(letters[Int(buffer << UInt32(bits - held)) & (1 << bits - 1)]) }
  while out.count % group != 0 { out.append(61) }
  return out
}

/// Decodes as far as the text is valid; the flag tells whether all of it was.
func decodeBase(_ text: [UInt8], base32: Bool, ignoreGarbage: Bool) -> (bytes: [UInt8], valid: Bool) {
  let bits = base32 ? 5 : 6
  let group = base32 ? 8 : 4
  var table = [Int8](repeating: -1, count: 256)
  for (index, letter) in (base32 ? base32Letters : base64Letters).enumerated() { table[Int(letter)] = Int8(index) }
  var out: [UInt8] = []
  var buffer: UInt32 = 0
  var held = 0
  var count = 0
  var padding = 0
  for byte in text {
    if byte == 10 { continue }
    if byte == 61 {
      padding += 1
      count += 1
      if count % group == 0 {
        buffer = 0
        held = 0
        padding = 0
        count = 0
      }
      continue
    }
    let value = table[Int(byte)]
    if value < 0 {
      if ignoreGarbage { continue }
      return (out, false)
    }
    if padding > 0 { return (out, false) }
    buffer = buffer << UInt32(bits) | UInt32(value)
    held += bits
    count += 1
    if held >= 8 {
      held -= 8
      out.append(UInt8(truncatingIfNeeded: buffer >> UInt32(held)))
    }
    if count == group { count = 0 }
  }
  return (out, count == 0)
}

let baseOptions = OptionTable("d,decode i,ignore-garbage w,wrap=")

func baseTool(_ name: String, base32: Bool) -> Registration {
  Registration(
    Tool(name, baseOptions, readsInput: inputWhenNoFiles) { call in
      var wrap: Int64 = call.flavour == .busybox ? 76 : 76
      if let text = call.options.value("w") {
        guard let value = decimal(text) else {
          call.complain("invalid wrap size: \(quoted(text))")
          return 1
        }
        wrap = value
      }
      if call.operands.count > 1 { return call.usage("extra operand \(quoted(call.operands[1]))") }
      let path = call.operands.first ?? "-"
      let bytes: [UInt8]
      do throws(Errno) {
        bytes = try call.read(path)
      } catch {
        if error == .isDirectory {
          call.complain("read error: \(error.message)")
        } else {
          call.complain("\(path): \(error.message)")
        }
        return 1
      }
      if call.options.has("d") {
        let (decoded, valid) = decodeBase(bytes, base32: base32, ignoreGarbage: call.options.has("i"))
        call.write(decoded)
        if !valid {
          call.flush()
          call.complain(call.flavour == .busybox ? "truncated input" : "invalid input")
        }
        return call.status
      }
      let encoded = base32 ? encodeBase32(bytes) : encodeBase64(bytes)
      guard wrap > 0 else {
        call.write(encoded)
        return 0
      }
      var at = 0
      while at < encoded.count {
        let next = min(encoded.count, at + Int(wrap))
        call.write(encoded[at..<next])
        call.put(10)
        at = next
      }
      return 0
    })
}
