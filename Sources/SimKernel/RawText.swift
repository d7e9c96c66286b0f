// Text that carries any bytes. File names, arguments and shell variables are byte strings in Unix, while a `String` holds Unicode
// only: a byte that is not part of valid UTF-8 stands in it as a code point of its own, at the end of the last private plane,
// and becomes that byte again when the text leaves. (Python does the same with lone surrogates, PEP 383, which Swift has not.)
// What is valid stays as it is; text that has these code points itself loses them.

package enum RawText {
  /// The code point that stands for a byte from 0x80 on.
  package static func scalar(for byte: UInt8) -> UInt32 { 0x10_f700 | UInt32(byte) }

  /// The byte that a code point stands for; nil: it is a character.
  package static func byte(of scalar: UInt32) -> UInt8? {
    scalar >= 0x10_f780 && scalar <= 0x10_f7ff ? UInt8(scalar & 0xff) : nil
  }

  /// How many bytes the character at `offset` has; 0 when there is none.
  package static func characterLength(_ bytes: [UInt8], _ offset: Int) -> Int {
    let first = bytes[offset]
    if first < 0x80 { return 1 }
    guard first >= 0xc2, first <= 0xf4 else { return 0 }
    let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    guard offset + length <= bytes.count else { return 0 }
    for next in bytes[offset + 1..<offset + length] where next & 0xc0 != 0x80 { return 0 }
    let second = bytes[offset + 1]
    switch first {
    case 0xe0: return second >= 0xa0 ? length : 0
    case 0xed: return second < 0xa0 ? length : 0
    case 0xf0: return second >= 0x90 ? length : 0
    case 0xf4: return second < 0x90 ? length : 0
    default: return length
    }
  }
}

extension String {
  /// Text of any bytes.
  package init(raw bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let length = bytes[offset] < 0x80 ? 1 : RawText.characterLength(bytes, offset)
      if length == 0 { break }
      offset += length
    }
    guard offset < bytes.count else {
      self.init(decoding: bytes, as: UTF8.self)
      return
    }
    var out = Array(bytes[..<offset])
    out.reserveCapacity(bytes.count + 16)
    while offset < bytes.count {
      let length = RawText.characterLength(bytes, offset)
      if length == 0 {
        let byte = bytes[offset]
        out += [0xf4, 0x8f, 0x9c | (byte >> 6), (byte & 0x3f) | 0x80]
      } else {
        out += bytes[offset..<offset + length]
      }
      offset += length == 0 ? 1 : length
    }
    self.init(decoding: out, as: UTF8.self)
  }

  package init(raw bytes: ArraySlice<UInt8>) { self.init(raw: Array(bytes)) }

  /// The bytes of the text as they were.
  package var rawBytes: [UInt8] {
    let bytes = Array(utf8)
    guard bytes.contains(0xf4) else { return bytes }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var offset = 0
    while offset < bytes.count {
      if bytes[offset] == 0xf4, offset + 3 < bytes.count, bytes[offset + 1] == 0x8f, bytes[offset + 2] & 0xfe == 0x9e {
        out.append(bytes[offset + 2] << 6 | bytes[offset + 3] & 0x3f)
        offset += 4
      } else {
        out.append(bytes[offset])
        offset += 1
      }
    }
    return out
  }
}
