// Escapes, properties and bracket expressions of Perl-style patterns.

extension PerlRegex {
  static let digits: [(UInt32, UInt32)] = [(48, 57)]
  private static let words: [(UInt32, UInt32)] = [(48, 57), (65, 90), (95, 95), (97, 122)]
  private static let spaces: [(UInt32, UInt32)] = [(9, 13), (32, 32)]
  /// Letters beyond ASCII: Latin, Greek, Cyrillic and the like, and the large blocks of East Asia.
  static let letters: [(UInt32, UInt32)] = [
    (0xaa, 0xaa), (0xb5, 0xb5), (0xba, 0xba), (0xc0, 0xd6), (0xd8, 0xf6), (0xf8, 0x2c1), (0x370, 0x373),
    (0x376, 0x377), (0x37b, 0x37d), (0x386, 0x386), (0x388, 0x481), (0x48a, 0x556), (0x561, 0x587), (0x5d0, 0x5ea),
    (0x620, 0x64a), (0x1e00, 0x1fbc), (0x3041, 0x3096), (0x30a1, 0x30fa), (0x4e00, 0x9fff), (0xac00, 0xd7a3),
  ]
  private static let blanks: [(UInt32, UInt32)] = [(9, 9), (32, 32), (0xa0, 0xa0)]

  private func classOf(_ letter: UInt8) -> [(UInt32, UInt32)]? {
    switch letter {
    case 100, 68: return PerlRegex.digits
    case 119, 87: return unicode ? PerlRegex.words + PerlRegex.letters : PerlRegex.words
    case 115, 83: return unicode ? PerlRegex.spaces + [(0x85, 0x85), (0xa0, 0xa0)] : PerlRegex.spaces
    case 104, 72: return PerlRegex.blanks
    case 118, 86: return [(10, 13), (0x85, 0x85), (0x2028, 0x2029)]
    default: return nil
    }
  }

  /// An escape that means one character; leaves `at` after it.
  private func escapedCharacter(_ letter: UInt8) -> UInt32? {
    switch letter {
    case 110: return 10
    case 116: return 9
    case 114: return 13
    case 102: return 12
    case 97: return 7
    case 101: return 27
    case 120:
      var value: UInt32 = 0
      if at < text.count, text[at] == 123 {
        at += 1
        while at < text.count, let digit = hexValue(text[at]) {
          value = value &* 16 &+ UInt32(digit)
          at += 1
        }
        if at < text.count, text[at] == 125 { at += 1 }
      } else {
        var count = 0
        while count < 2, at < text.count, let digit = hexValue(text[at]) {
          value = value * 16 + UInt32(digit)
          at += 1
          count += 1
        }
      }
      return value
    case 117 where unicode:
      var value: UInt32 = 0
      var count = 0
      while count < 4, at < text.count, let digit = hexValue(text[at]) {
        value = value * 16 + UInt32(digit)
        at += 1
        count += 1
      }
      return value
    case 48:
      var value: UInt32 = 0
      var count = 0
      while count < 2, at < text.count, text[at] >= 48, text[at] <= 55 {
        value = value * 8 + UInt32(text[at] - 48)
        at += 1
        count += 1
      }
      return value
    default: return isAlphanumeric(letter) ? nil : UInt32(letter)
    }
  }

  func escape() throws(PerlRegexError) -> Node? {
    at += 1
    guard at < text.count else { throw PerlRegexError(message: "\\ at end of pattern", offset: at) }
    let letter = text[at]
    if letter >= 0x80 {
      let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(letter), 1)
      at += length
      return .character(scalar, ignoreCase)
    }
    at += 1
    if let ranges = classOf(letter) {
      var set = CharacterSet()
      set.ranges = ranges
      set.negated = isUpper(letter)
      return .set(set, false)
    }
    switch letter {
    case 98: return .assertion(.boundary)
    case 66: return .assertion(.notBoundary)
    case 65: return .assertion(.textStart)
    case 122: return .assertion(.textEnd)
    case 90: return .assertion(.textEndOrNewline)
    case 71: return .assertion(.textStart)
    case 75: return .keep
    case 82:
      return .choice([
        .sequence([.character(13, false), .character(10, false)]),
        .set(CharacterSet(ranges: [(10, 13), (0x85, 0x85), (0x2028, 0x2029)]), false),
      ])
    case 78:
      return .any(false)
    case 81:
      // \Q…\E: plain text.
      var items: [Node] = []
      while at < text.count {
        if text[at] == 92, at + 1 < text.count, text[at + 1] == 69 {
          at += 2
          break
        }
        let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(text[at]), 1)
        items.append(.character(scalar, ignoreCase))
        at += length
      }
      return .sequence(items)
    case 69: return nil
    case 107, 103:
      guard at < text.count else { throw PerlRegexError(message: "a numbered reference must not be zero", offset: at) }
      let closers: [UInt8: UInt8] = [60: 62, 123: 125, 39: 39]
      if let close = closers[text[at]] {
        at += 1
        var name: [UInt8] = []
        while at < text.count, text[at] != close {
          name.append(text[at])
          at += 1
        }
        at += 1
        if let number = decimal(name[...]) { return .backReference(Int(number), ignoreCase) }
        return .namedReference(String(bytes: name), ignoreCase)
      }
      var number = 0
      while at < text.count, isDigit(text[at]) {
        number = number * 10 + Int(text[at] - 48)
        at += 1
      }
      return .backReference(number, ignoreCase)
    case 112, 80: return try property(negated: letter == 80)
    case 49...57:
      var number = Int(letter - 48)
      while at < text.count, isDigit(text[at]), number < 100 {
        number = number * 10 + Int(text[at] - 48)
        at += 1
      }
      return .backReference(number, ignoreCase)
    default:
      guard let scalar = escapedCharacter(letter) else {
        if unicode { return .character(UInt32(letter), ignoreCase) }
        throw PerlRegexError(message: "unrecognized character follows \\", offset: at)
      }
      return .character(scalar, ignoreCase)
    }
  }

  private func property(negated: Bool) throws(PerlRegexError) -> Node {
    var name: [UInt8] = []
    var negated = negated
    if at < text.count, text[at] == 123 {
      at += 1
      if at < text.count, text[at] == 94 {
        negated.toggle()
        at += 1
      }
      while at < text.count, text[at] != 125 {
        name.append(text[at])
        at += 1
      }
      at += 1
    } else if at < text.count {
      name = [text[at]]
      at += 1
    }
    var set = CharacterSet()
    set.negated = negated
    let upper: [(UInt32, UInt32)] = [(65, 90), (0xc0, 0xd6), (0xd8, 0xde), (0x391, 0x3a9), (0x410, 0x42f)]
    let lower: [(UInt32, UInt32)] = [(97, 122), (0xdf, 0xf6), (0xf8, 0xff), (0x3b1, 0x3c9), (0x430, 0x44f)]
    switch String(bytes: name) {
    case "L", "Letter", "Alpha", "Alphabetic":
      set.ranges = upper + lower + [(0x100, 0x24f), (0x370, 0x3ff), (0x400, 0x52f), (0x4e00, 0x9fff)]
    case "Lu", "Upper": set.ranges = upper
    case "Ll", "Lower": set.ranges = lower
    case "N", "Nd", "Digit": set.ranges = PerlRegex.digits
    case "P", "Punct": set.ranges = [(33, 47), (58, 64), (91, 96), (123, 126)]
    case "Z", "Zs", "Space": set.ranges = PerlRegex.spaces
    case "Alnum": set.ranges = upper + lower + PerlRegex.digits
    default: throw PerlRegexError(message: "unknown property after \\P or \\p", offset: at)
    }
    return .set(set, ignoreCase)
  }

  func bracket() throws(PerlRegexError) -> Node {
    at += 1
    var set = CharacterSet()
    if at < text.count, text[at] == 94 {
      set.negated = true
      at += 1
    }
    var isFirst = true
    while true {
      guard at < text.count else {
        throw PerlRegexError(message: "missing terminating ] for character class", offset: at)
      }
      if text[at] == 93, !isFirst {
        at += 1
        break
      }
      isFirst = false
      if text[at] == 91, at + 1 < text.count, text[at + 1] == 58, let end = find([58, 93], in: text[...], from: at + 2)
      {
        var name = String(bytes: text[(at + 2)..<end])
        var negated = false
        if name.utf8.first == 94 {
          negated = true
          name = String(name.dropFirst())
        }
        var ranges: [(UInt32, UInt32)] = []
        for value in 0..<128
        where inClass(name == "word" ? "alnum" : name, UInt8(value)) || (name == "word" && value == 95) {
          ranges.append((UInt32(value), UInt32(value)))
        }
        if ranges.isEmpty { throw PerlRegexError(message: "unknown POSIX class name", offset: at) }
        if unicode, name == "alpha" || name == "alnum" || name == "word" { ranges += PerlRegex.letters }
        if negated { set.negatedClasses.append(ranges) } else { set.ranges += ranges }
        at = end + 2
        continue
      }
      guard let low = try member(&set) else { continue }
      if at + 1 < text.count, text[at] == 45, text[at + 1] != 93 {
        let mark = at
        at += 1
        guard let high = try member(&set) else {
          set.ranges.append((low, low))
          set.ranges.append((45, 45))
          continue
        }
        if high < low { throw PerlRegexError(message: "range out of order in character class", offset: mark + 1) }
        set.ranges.append((low, high))
      } else {
        set.ranges.append((low, low))
      }
    }
    return .set(set, ignoreCase)
  }

  private func member(_ set: inout CharacterSet) throws(PerlRegexError) -> UInt32? {
    if text[at] == 92, at + 1 < text.count {
      let letter = text[at + 1]
      at += 2
      if let ranges = classOf(letter) {
        if isUpper(letter) { set.negatedClasses.append(ranges) } else { set.ranges += ranges }
        return nil
      }
      if letter == 98 { return 8 }
      return escapedCharacter(letter) ?? UInt32(letter)
    }
    let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(text[at]), 1)
    at += length
    return scalar
  }
}
