// base64 and MD5. Source: RFC 2045 and RFC 1321.

internal import SimKernel

func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: [UInt8] = []
  var line = 0
  var i = 0
  while i < bytes.count {
    let a = bytes[i]
    let b = i + 1 < bytes.count ? bytes[i + 1] : 0
    let c = i + 2 < bytes.count ? bytes[i + 2] : 0
    out.append(alphabet[Int(a >> 2)])
    out.append(alphabet[Int((a & 3) << 4 | b >> 4)])
    out.append(i + 1 < bytes.count ? alphabet[Int((b & 15) << 2 | c >> 6)] : 0x3d)
    out.append(i + 2 < bytes.count ? alphabet[Int(c & 63)] : 0x3d)
    line += 4
    i += 3
    if line >= 76, i < bytes.count {
      out.append(10)
      line = 0
    }
  }
  return String(decoding: out, as: UTF8.self)
}

func unbase64(_ text: String) throws(SQLError) -> [UInt8] {
  var out: [UInt8] = []
  var buffer: UInt32 = 0
  var bits = 0
  for b in text.utf8 {
    let v: UInt32
    switch b {
    case 65...90: v = UInt32(b - 65)
    case 97...122: v = UInt32(b - 71)
    case 48...57: v = UInt32(b + 4)
    case 0x2b: v = 62
    case 0x2f: v = 63
    case 0x3d, 9, 10, 13, 32: continue
    default:
      throw SQLError(
        SQLState.invalidParameterValue,
        "invalid symbol \"\(String(decoding: [b], as: UTF8.self))\" found while decoding base64 sequence")
    }
    buffer = buffer << 6 | v
    bits += 6
    if bits >= 8 {
      bits -= 8
      out.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
    }
  }
  return out
}

/// RFC 1321.
enum MD5 {
  private static let shifts: [UInt32] = [
    7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21,
  ]
  private static let table: [UInt32] = {
    // floor(2^32 · |sin(i + 1)|)
    var out: [UInt32] = []
    for i in 0..<64 {
      let s = RealMath.sin(Double(i + 1)).magnitude
      out.append(UInt32(s * 4_294_967_296))
    }
    return out
  }()

  static func hex(_ input: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes(input).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func bytes(_ input: [UInt8]) -> [UInt8] {
    var message = input
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    var length = UInt64(input.count) &* 8
    for _ in 0..<8 {
      message.append(UInt8(truncatingIfNeeded: length))
      length >>= 8
    }
    var a0: UInt32 = 0x6745_2301
    var b0: UInt32 = 0xefcd_ab89
    var c0: UInt32 = 0x98ba_dcfe
    var d0: UInt32 = 0x1032_5476
    var at = 0
    while at < message.count {
      var a = a0
      var b = b0
      var c = c0
      var d = d0
      for i in 0..<64 {
        var f: UInt32
        var g: Int
        switch i / 16 {
        case 0:
          f = (b & c) | (~b & d)
          g = i
        case 1:
          f = (d & b) | (~d & c)
          g = (5 * i + 1) % 16
        case 2:
          f = b ^ c ^ d
          g = (3 * i + 5) % 16
        default:
          f = c ^ (b | ~d)
          g = (7 * i) % 16
        }
        let k = at + g * 4
        let m =
          UInt32(message[k]) | UInt32(message[k + 1]) << 8 | UInt32(message[k + 2]) << 16
          | UInt32(message[k + 3]) << 24
        f = f &+ a &+ table[i] &+ m
        a = d
        d = c
        c = b
        let s = shifts[i / 16 * 4 + i % 4]
        b = b &+ ((f << s) | (f >> (32 - s)))
      }
      a0 = a0 &+ a
      b0 = b0 &+ b
      c0 = c0 &+ c
      d0 = d0 &+ d
      at += 64
    }
    var out: [UInt8] = []
    for w in [a0, b0, c0, d0] {
      for k: UInt32 in 0..<4 { out.append(UInt8(truncatingIfNeeded: w >> (8 * k))) }
    }
    return out
  }
}
