// Base64 (RFC 4648, standard alphabet with padding), with Go's error positions.

package enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var i = 0
    while i < bytes.count {
      let b0 = UInt32(bytes[i])
      let b1 = i + 1 < bytes.count ? UInt32(bytes[i + 1]) : 0
      let b2 = i + 2 < bytes.count ? UInt32(bytes[i + 2]) : 0
      let group = b0 << 16 | b1 << 8 | b2
      out.append(alphabet[Int(group >> 18)])
      out.append(alphabet[Int(group >> 12 & 63)])
      out.append(i + 1 < bytes.count ? alphabet[Int(group >> 6 & 63)] : 61)
      out.append(i + 2 < bytes.count ? alphabet[Int(group & 63)] : 61)
      i += 3
    }
    return String(decoding: out, as: UTF8.self)
  }

  package enum Outcome {
    case bytes([UInt8])
    /// The offset Go names in `illegal base64 data at input byte N`.
    case illegal(at: Int)
  }

  /// Decodes; line breaks are skipped.
  package static func decode(_ text: String) -> Outcome {
    let input = Array(text.utf8)
    var out: [UInt8] = []
    var quad: [UInt32] = []
    var i = 0
    while true {
      quad.removeAll()
      var padding = 0
      while quad.count + padding < 4 {
        if i >= input.count {
          if quad.isEmpty, padding == 0 { return .bytes(out) }
          return .illegal(at: i - quad.count - padding)
        }
        let byte = input[i]
        i += 1
        if byte == 10 || byte == 13 { continue }
        if byte == 61 {
          if quad.count < 2 { return .illegal(at: i - 1) }
          padding += 1
          if quad.count + padding == 4 { break }
          continue
        }
        if padding > 0 { return .illegal(at: i - 1) }
        guard let value = alphabet.firstIndex(of: byte) else { return .illegal(at: i - 1) }
        quad.append(UInt32(value))
      }
      var group: UInt32 = 0
      for value in quad { group = group << 6 | value }
      for _ in 0..<padding { group <<= 6 }
      out.append(UInt8(group >> 16 & 255))
      if padding < 2 { out.append(UInt8(group >> 8 & 255)) }
      if padding < 1 { out.append(UInt8(group & 255)) }
      if padding > 0 {
        while i < input.count, input[i] == 10 || input[i] == 13 { i += 1 }
        return i < input.count ? .illegal(at: i) : .bytes(out)
      }
    }
  }
}
