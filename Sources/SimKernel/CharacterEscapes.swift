// Characters that texts write after a backslash: by a letter (`\n`) or by a number (`\101`, `\x41`, `\u0041`). How many digits there may
// be, and what follows when there are none, is the business of each language; the reading is here.

package enum CharacterEscapes {
  /// The control character of a letter of C: `a b f n r t v`.
  package static func control(_ letter: UInt8) -> UInt8? {
    switch letter {
    case 97: return 7
    case 98: return 8
    case 102: return 12
    case 110: return 10
    case 114: return 13
    case 116: return 9
    case 118: return 11
    default: return nil
    }
  }

  package static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: return byte - 48
    case 65...70: return byte - 55
    case 97...102: return byte - 87
    default: return nil
    }
  }

  /// The number that begins at `offset`, with at most `digitsMax` digits; nil, and nothing is taken, when there is no digit.
  package static func number(_ text: [UInt8], _ offset: inout Int, radix: UInt32, digitsMax: Int) -> UInt32? {
    var value: UInt32 = 0
    var end = offset
    while end < text.count, end - offset < digitsMax, let digit = hexDigit(text[end]), UInt32(digit) < radix {
      value = value &* radix &+ UInt32(digit)
      end += 1
    }
    defer { offset = end }
    return end > offset ? value : nil
  }
}
