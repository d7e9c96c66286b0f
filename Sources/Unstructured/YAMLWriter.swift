// YAML out, as `kubectl -o yaml` prints it (goyaml v2's encoder and libyaml's emitter): sorted keys, lists not indented
// below their key, quotes only where a plain scalar would read as something else, text with line breaks as literal
// blocks, and long text folded at the first space past column 80.

import SimKernel

extension YAML {
  /// The document, with a line break at its end.
  package static func print(_ value: Value) -> String {
    var writer = YAMLWriter()
    writer.root(value)
    return String(decoding: writer.out, as: UTF8.self)
  }

  /// The order of keys in printed maps: runs of digits compare as numbers, letters come after everything else.
  package static func keyPrecedes(_ a: String, _ b: String) -> Bool {
    let x = Array(a.unicodeScalars)
    let y = Array(b.unicodeScalars)
    func isDigit(_ s: UnicodeScalar) -> Bool { s.value >= 48 && s.value <= 57 }
    // Beyond ASCII everything counts as a letter but punctuation, symbols and emoji.
    func isLetter(_ s: UnicodeScalar) -> Bool {
      switch s.value {
      case 65...90, 97...122: return true
      case 0..<0xAA, 0x2000...0x2BFF, 0x3000...0x3004, 0xFE00...0xFE6F, 0x1F000...0x1FFFF: return false
      default: return true
      }
    }
    var i = 0
    while i < x.count, i < y.count {
      if x[i] == y[i] {
        i += 1
        continue
      }
      let xLetter = isLetter(x[i])
      let yLetter = isLetter(y[i])
      if xLetter, yLetter { return x[i].value < y[i].value }
      if xLetter || yLetter { return yLetter }
      var xNumber: Int64 = 0
      var yNumber: Int64 = 0
      if x[i] == "0" || y[i] == "0" {
        var j = i - 1
        while j >= 0, isDigit(x[j]) {
          if x[j] != "0" {
            xNumber = 1
            yNumber = 1
            break
          }
          j -= 1
        }
      }
      var xEnd = i
      while xEnd < x.count, isDigit(x[xEnd]) {
        xNumber = xNumber &* 10 &+ Int64(x[xEnd].value - 48)
        xEnd += 1
      }
      var yEnd = i
      while yEnd < y.count, isDigit(y[yEnd]) {
        yNumber = yNumber &* 10 &+ Int64(y[yEnd].value - 48)
        yEnd += 1
      }
      if xNumber != yNumber { return xNumber < yNumber }
      if xEnd != yEnd { return xEnd < yEnd }
      return x[i].value < y[i].value
    }
    return x.count < y.count
  }
}

private struct YAMLWriter {
  private(set) var out: [UInt8] = []
  private var column = 0
  private let widthMax = 80

  private mutating func put(_ byte: UInt8) {
    out.append(byte)
    column = byte == 10 ? 0 : column + 1
  }
  private mutating func put(_ text: String) {
    for scalar in text.unicodeScalars {
      out += Array(String(scalar).utf8)
      column += 1
    }
  }
  private mutating func newline(_ indent: Int) {
    put(10)
    for _ in 0..<indent { put(32) }
  }

  mutating func root(_ value: Value) {
    switch value {
    case .object(let members) where !members.isEmpty: mapping(members, 0)
    case .array(let items) where !items.isEmpty: sequence(items, 0)
    default: scalar(value, indent: 2, isKey: false)
    }
    if column > 0 { put(10) }
  }

  /// The position is at the column of the first key.
  private mutating func mapping(_ members: Value.Object, _ indent: Int) {
    var first = true
    for key in members.keys.sorted(by: YAML.keyPrecedes) {
      guard let value = members[key] else { continue }
      if !first {
        if column > 0 { put(10) }
        for _ in 0..<indent { put(32) }
      }
      first = false
      let isSimple = isSimpleKey(key)
      if isSimple {
        text(key, indent: indent + 2, isKey: true)
        put(58)
      } else {
        put("? ")
        text(key, indent: indent + 2, isKey: false)
        if column > 0 { put(10) }
        for _ in 0..<indent { put(32) }
        put(58)
      }
      switch value {
      case .object(let inner) where !inner.isEmpty:
        if isSimple { newline(indent + 2) } else { put(32) }
        mapping(inner, indent + 2)
      case .array(let items) where !items.isEmpty:
        if isSimple { newline(indent) } else { put(32) }
        sequence(items, isSimple ? indent : indent + 2)
      default:
        put(32)
        scalar(value, indent: indent + 2, isKey: false)
      }
    }
  }

  private mutating func sequence(_ items: [Value], _ indent: Int) {
    var first = true
    for item in items {
      if !first {
        if column > 0 { put(10) }
        for _ in 0..<indent { put(32) }
      }
      first = false
      put("- ")
      switch item {
      case .object(let members) where !members.isEmpty: mapping(members, indent + 2)
      case .array(let inner) where !inner.isEmpty: sequence(inner, indent + 2)
      default: scalar(item, indent: indent + 2, isKey: false)
      }
    }
  }

  private func isSimpleKey(_ key: String) -> Bool {
    var length = 0
    for byte in key.utf8 {
      if byte == 10 || byte == 13 { return false }
      length += 1
    }
    return length <= 128
  }

  private mutating func scalar(_ value: Value, indent: Int, isKey: Bool) {
    switch value {
    case .null: put("null")
    case .bool(let flag): put(flag ? "true" : "false")
    case .integer(let number): put(String(number))
    case .number(let number):
      if number.isNaN {
        put(".nan")
      } else if number.isInfinite {
        put(number < 0 ? "-.inf" : ".inf")
      } else {
        // What JSON writes without an exponent, and an unsigned integer holds, comes back as an integer.
        let text = Decimal.json(number)
        put(UInt64(text) == nil ? Decimal.go(number) : text)
      }
    case .string(let string): text(string, indent: indent, isKey: isKey)
    case .array: put("[]")
    case .object: put("{}")
    }
  }

  // MARK: Strings

  private enum Style { case plain, single, double, literal }

  private mutating func text(_ string: String, indent: Int, isKey: Bool) {
    let bytes = Array(string.utf8)
    switch style(bytes, string, isKey: isKey) {
    case .plain: plain(bytes, indent, mayBreak: !isKey)
    case .single: singleQuoted(bytes, indent, mayBreak: !isKey)
    case .double: doubleQuoted(string, indent, mayBreak: !isKey)
    case .literal: literal(bytes, indent)
    }
  }

  private static func width(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }

  /// What libyaml's emitter prints as itself.
  private static func isPrintable(_ b: [UInt8], _ i: Int) -> Bool {
    switch b[i] {
    case 10, 32...126: return true
    case 0xC2: return i + 1 < b.count && b[i + 1] >= 0xA0
    case 0xC3..<0xED: return true
    case 0xED: return i + 1 < b.count && b[i + 1] < 0xA0
    case 0xEE: return true
    case 0xEF:
      guard i + 2 < b.count else { return false }
      if b[i + 1] == 0xBB, b[i + 2] == 0xBF { return false }
      return !(b[i + 1] == 0xBF && (b[i + 2] == 0xBE || b[i + 2] == 0xBF))
    default: return false
    }
  }

  private static func isBreak(_ b: [UInt8], _ i: Int) -> Bool {
    if i >= b.count { return false }
    switch b[i] {
    case 10, 13: return true
    case 0xC2: return i + 1 < b.count && b[i + 1] == 0x85
    case 0xE2: return i + 2 < b.count && b[i + 1] == 0x80 && (b[i + 2] == 0xA8 || b[i + 2] == 0xA9)
    default: return false
    }
  }

  private func style(_ b: [UInt8], _ string: String, isKey: Bool) -> Style {
    if b.isEmpty { return .double }
    var indicators = false
    var lineBreaks = false
    var special = false
    var leadingSpace = false
    var leadingBreak = false
    var trailingSpace = false
    var trailingBreak = false
    var breakSpace = false
    var spaceBreak = false
    var previousSpace = false
    var previousBreak = false
    var afterBlank = true
    if b.count >= 3, b[0] == b[1], b[1] == b[2], b[0] == 45 || b[0] == 46 { indicators = true }
    var i = 0
    while i < b.count {
      let w = YAMLWriter.width(b[i])
      let next = i + w
      let beforeBlank = next >= b.count || b[next] == 32 || b[next] == 9 || YAMLWriter.isBreak(b, next)
      if i == 0 {
        switch b[i] {
        case 35, 44, 91, 93, 123, 125, 38, 42, 33, 124, 62, 39, 34, 37, 64, 96: indicators = true
        case 63, 58, 45: if beforeBlank { indicators = true }
        default: break
        }
      } else {
        if b[i] == 58, beforeBlank { indicators = true }
        if b[i] == 35, afterBlank { indicators = true }
      }
      // Unicode's own line separators are escaped: block and folded forms would not keep them apart from the layout.
      if !YAMLWriter.isPrintable(b, i) || (b[i] == 0xE2 && YAMLWriter.isBreak(b, i)) { special = true }
      if b[i] == 32 {
        if i == 0 { leadingSpace = true }
        if next == b.count { trailingSpace = true }
        if previousBreak { breakSpace = true }
        previousSpace = true
        previousBreak = false
      } else if YAMLWriter.isBreak(b, i) {
        lineBreaks = true
        if i == 0 { leadingBreak = true }
        if next == b.count { trailingBreak = true }
        if previousSpace { spaceBreak = true }
        previousSpace = false
        previousBreak = true
      } else {
        previousSpace = false
        previousBreak = false
      }
      afterBlank = b[i] == 32 || b[i] == 9 || YAMLWriter.isBreak(b, i)
      i = next
    }
    var plainAllowed = !(leadingSpace || leadingBreak || trailingSpace || trailingBreak || indicators || lineBreaks)
    var singleAllowed = true
    var blockAllowed = !trailingSpace
    if breakSpace {
      plainAllowed = false
      singleAllowed = false
    }
    if spaceBreak || special {
      plainAllowed = false
      singleAllowed = false
      blockAllowed = false
    }
    if b.contains(10) { return blockAllowed && !isKey ? .literal : .double }
    guard YAML.isPlainString(string) else { return .double }
    if plainAllowed { return .plain }
    return singleAllowed && !(isKey && lineBreaks) ? .single : .double
  }

  private mutating func plain(_ b: [UInt8], _ indent: Int, mayBreak: Bool) {
    var afterSpace = false
    var i = 0
    while i < b.count {
      if b[i] == 32 {
        if mayBreak, !afterSpace, column > widthMax, i + 1 < b.count, b[i + 1] != 32 {
          newline(indent)
        } else {
          put(32)
        }
        afterSpace = true
        i += 1
      } else {
        copy(b, &i)
        afterSpace = false
      }
    }
  }

  private mutating func copy(_ b: [UInt8], _ i: inout Int) {
    let end = min(i + YAMLWriter.width(b[i]), b.count)
    out += b[i..<end]
    column += 1
    i = end
  }

  private mutating func singleQuoted(_ b: [UInt8], _ indent: Int, mayBreak: Bool) {
    put(39)
    var afterSpace = false
    var i = 0
    while i < b.count {
      if b[i] == 32 {
        if mayBreak, !afterSpace, column > widthMax, i > 0, i < b.count - 1, b[i + 1] != 32 {
          newline(indent)
        } else {
          put(32)
        }
        afterSpace = true
        i += 1
      } else {
        if b[i] == 39 { put(39) }
        copy(b, &i)
        afterSpace = false
      }
    }
    put(39)
  }

  private mutating func doubleQuoted(_ string: String, _ indent: Int, mayBreak: Bool) {
    put(34)
    let b = Array(string.utf8)
    let hex = Array("0123456789ABCDEF".utf8)
    var afterSpace = false
    var i = 0
    while i < b.count {
      if b[i] == 32 {
        if mayBreak, !afterSpace, column > widthMax, i > 0, i < b.count - 1 {
          newline(indent)
          if b[i + 1] == 32 { put(92) }
        } else {
          put(32)
        }
        afterSpace = true
        i += 1
        continue
      }
      afterSpace = false
      if YAMLWriter.isPrintable(b, i), !YAMLWriter.isBreak(b, i), b[i] != 34, b[i] != 92 {
        copy(b, &i)
        continue
      }
      let width = YAMLWriter.width(b[i])
      var code = UInt32(b[i])
      if width == 2 {
        code = code & 0x1F
      } else if width == 3 {
        code = code & 0x0F
      } else if width == 4 {
        code = code & 0x07
      }
      for j in 1..<max(1, width) where i + j < b.count { code = code << 6 | UInt32(b[i + j] & 0x3F) }
      i += width
      put(92)
      switch code {
      case 0: put(48)
      case 7: put(97)
      case 8: put(98)
      case 9: put(116)
      case 10: put(110)
      case 11: put(118)
      case 12: put(102)
      case 13: put(114)
      case 27: put(101)
      case 34: put(34)
      case 92: put(92)
      case 0x85: put(78)
      case 0xA0: put(95)
      case 0x2028: put(76)
      case 0x2029: put(80)
      default:
        let digits = code <= 0xFF ? 2 : code <= 0xFFFF ? 4 : 8
        put(digits == 2 ? 120 : digits == 4 ? 117 : 85)
        for place in 0..<digits { put(hex[Int(code >> UInt32(4 * (digits - 1 - place)) & 15)]) }
      }
    }
    put(34)
  }

  private mutating func literal(_ b: [UInt8], _ indent: Int) {
    put(124)
    if b[0] == 32 || YAMLWriter.isBreak(b, 0) { put(50) }
    if b[b.count - 1] != 10 {
      put(45)
    } else if b.count == 1 || b[b.count - 2] == 10 {
      put(43)
    }
    put(10)
    var startsLine = true
    var i = 0
    while i < b.count {
      if b[i] == 10 {
        put(10)
        startsLine = true
        i += 1
      } else {
        if startsLine { for _ in 0..<indent { put(32) } }
        startsLine = false
        copy(b, &i)
      }
    }
  }
}
