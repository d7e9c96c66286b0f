// base64, base32 and basenc (GNU coreutils manual, sections 6.2 to 6.4; RFC 4648; Z85: ZeroMQ's RFC 32).

import SimMachine

/// A way to write bytes as letters: each stands for `bits` bits, and as many as `group` belong together.
struct BaseCode {
  let letters: [UInt8]
  let bits: Int
  var group = 1
  /// A last group that is not whole is filled with `=`.
  var isPadded = false
  /// The lowest bit of a byte comes first.
  var isReversed = false

  private static let alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  static let base64 = BaseCode(letters: (alphanumerics + "+/").bytes, bits: 6, group: 4, isPadded: true)
  static let base64url = BaseCode(letters: (alphanumerics + "-_").bytes, bits: 6, group: 4, isPadded: true)
  static let base32 = BaseCode(letters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".bytes, bits: 5, group: 8, isPadded: true)
  static let base32hex = BaseCode(letters: "0123456789ABCDEFGHIJKLMNOPQRSTUV".bytes, bits: 5, group: 8, isPadded: true)
  static let base16 = BaseCode(letters: "0123456789ABCDEF".bytes, bits: 4, group: 2)
  static let base2msbf = BaseCode(letters: "01".bytes, bits: 1, group: 8)
  static let base2lsbf = BaseCode(letters: "01".bytes, bits: 1, group: 8, isReversed: true)

  func encode(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 8 / bits + 8)
    var buffer: UInt32 = 0
    var held = 0
    for byte in bytes {
      buffer = buffer << 8 | UInt32(isReversed ? BaseCode.reversed(byte) : byte)
      held += 8
      while held >= bits {
        held -= bits
        out.append(letters[Int(buffer >> UInt32(held)) & (1 << bits - 1)])
      }
    }
    if held > 0 { out.append(letters[Int(buffer << UInt32(bits - held)) & (1 << bits - 1)]) }
    if isPadded { while out.count % group != 0 { out.append(61) } }
    return out
  }

  /// Decodes as far as the text is valid; the flag tells whether all of it was.
  func decode(_ text: [UInt8], ignoreGarbage: Bool) -> (bytes: [UInt8], valid: Bool) {
    var table = [Int8](repeating: -1, count: 256)
    for (index, letter) in letters.enumerated() { table[Int(letter)] = Int8(index) }
    var out: [UInt8] = []
    var buffer: UInt32 = 0
    var held = 0
    var count = 0
    var padding = 0
    for byte in text {
      if byte == 10 { continue }
      if byte == 61, isPadded {
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
        let whole = UInt8(truncatingIfNeeded: buffer >> UInt32(held))
        out.append(isReversed ? BaseCode.reversed(whole) : whole)
      }
      if count == group { count = 0 }
    }
    return (out, count == 0)
  }

  private static func reversed(_ byte: UInt8) -> UInt8 {
    var result: UInt8 = 0
    for bit in 0..<8 where byte >> UInt8(bit) & 1 == 1 { result |= 0x80 >> UInt8(bit) }
    return result
  }
}

package func encodeBase64(_ bytes: [UInt8]) -> [UInt8] { BaseCode.base64.encode(bytes) }
/// Nil when it is not valid.
package func decodeBase64(_ text: [UInt8]) -> [UInt8]? {
  let result = BaseCode.base64.decode(text, ignoreGarbage: false)
  return result.valid ? result.bytes : nil
}

/// Four bytes as five letters.
private enum Z85 {
  static let letters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".bytes

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 4) {
      var word: UInt32 = 0
      for offset in 0..<4 { word = word << 8 | UInt32(bytes[start + offset]) }
      var group: [UInt8] = []
      for _ in 0..<5 {
        group.append(letters[Int(word % 85)])
        word /= 85
      }
      out += group.reversed()
    }
    return out
  }

  static func decode(_ text: [UInt8]) -> (bytes: [UInt8], valid: Bool) {
    var out: [UInt8] = []
    var word: UInt64 = 0
    var count = 0
    for byte in text where byte != 10 {
      guard let value = letters.firstIndex(of: byte) else { return (out, false) }
      word = word * 85 + UInt64(value)
      count += 1
      guard count == 5 else { continue }
      guard word <= UInt64(UInt32.max) else { return (out, false) }
      for shift in [24, 16, 8, 0] as [UInt64] { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
      (word, count) = (0, 0)
    }
    return (out, count == 0)
  }
}

let baseOptions = OptionTable("d,decode i,ignore-garbage w,wrap=")

func baseTool(_ name: String, _ code: BaseCode) -> Registration {
  Registration(
    Tool(name, baseOptions, readsInput: inputWhenNoFiles) { call in
      convert(call, { code.encode($0) }, { code.decode($0, ignoreGarbage: $1) })
    })
}

let basencOptions = OptionTable(
  "d,decode i,ignore-garbage w,wrap= base64 base64url base32 base32hex base16 base2msbf base2lsbf z85")

func baseEncode(_ call: ToolCall) -> Int32 {
  let codes: [(name: String, code: BaseCode)] = [
    ("base64", .base64), ("base64url", .base64url), ("base32", .base32), ("base32hex", .base32hex),
    ("base16", .base16), ("base2msbf", .base2msbf), ("base2lsbf", .base2lsbf),
  ]
  var names = ["z85"]
  for (name, _) in codes { names.append(name) }
  guard let chosen = call.options.last(of: names) else { return call.usage("missing encoding type") }
  for (name, code) in codes where name == chosen {
    return convert(call, { code.encode($0) }, { code.decode($0, ignoreGarbage: $1) })
  }
  if call.options.has("i") { return call.notSimulated("basenc --z85 -i") }
  return convert(call, { $0.count % 4 == 0 ? Z85.encode($0) : nil }, { text, _ in Z85.decode(text) })
}

private func convert(
  _ call: ToolCall, _ encode: ([UInt8]) -> [UInt8]?, _ decode: ([UInt8], Bool) -> (bytes: [UInt8], valid: Bool)
) -> Int32 {
  var wrap: Int64 = 76
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
    let (decoded, valid) = decode(bytes, call.options.has("i"))
    call.write(decoded)
    if !valid {
      call.flush()
      call.complain(call.flavour == .busybox ? "truncated input" : "invalid input")
    }
    return call.status
  }
  guard let encoded = encode(bytes) else {
    call.complain("invalid input (length must be multiple of 4 characters)")
    return 1
  }
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
}
