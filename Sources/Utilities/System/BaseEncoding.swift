// base64 and base32 (GNU coreutils manual, sections 6.2 and 6.3; RFC 4648).

import SimMachine

private let base64Letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let base32Letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

package func encodeBase64(_ bytes: [UInt8]) -> [UInt8] { encodeBase(bytes, base64Letters, bits: 6, group: 4) }
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
