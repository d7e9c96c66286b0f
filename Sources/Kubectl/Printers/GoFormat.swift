// Go's fmt for the values that templates know: Sprint and Sprintf. Source: Go 1.23, fmt (doc.go, print.go, format.go).
//
// Left out: `%[n]d`, `*`, `%U`, `%c`, `%#v` of anything but strings.

import KubeAPI
import SimKernel
import Unstructured

enum GoFormat {
  /// A space between operands when neither is a string.
  static func print(_ values: [Value]) -> String {
    var text = ""
    for (index, value) in values.enumerated() {
      if index > 0, value.string == nil, values[index - 1].string == nil { text += " " }
      text += goText(value)
    }
    return text
  }

  private struct Verb {
    var minus = false
    var plus = false
    var sharp = false
    var space = false
    var zero = false
    var width = 0
    var precision: Int?
    var letter: UInt8 = 0
  }

  static func format(_ pattern: String, _ values: [TemplateValue]) -> String {
    let bytes = Array(pattern.utf8)
    var out: [UInt8] = []
    var next = 0
    var i = 0
    while i < bytes.count {
      if bytes[i] != 37 {
        out.append(bytes[i])
        i += 1
        continue
      }
      i += 1
      var verb = Verb()
      flags: while i < bytes.count {
        switch bytes[i] {
        case 45: verb.minus = true
        case 43: verb.plus = true
        case 35: verb.sharp = true
        case 32: verb.space = true
        case 48: verb.zero = true
        default: break flags
        }
        i += 1
      }
      func number() -> Int {
        var value = 0
        while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 {
          value = min(10_000, value * 10 + Int(bytes[i] - 48))
          i += 1
        }
        return value
      }
      verb.width = number()
      if i < bytes.count, bytes[i] == 46 {
        i += 1
        verb.precision = number()
      }
      guard i < bytes.count else {
        out.append(contentsOf: "%!(NOVERB)".utf8)
        break
      }
      verb.letter = bytes[i]
      i += 1
      if verb.letter == 37 {
        out.append(37)
      } else if next >= values.count {
        out.append(contentsOf: "%!\(String(UnicodeScalar(verb.letter)))(MISSING)".utf8)
      } else {
        out.append(contentsOf: text(verb, values[next].value ?? .null, type: values[next].unboxed.typeName).utf8)
        next += 1
      }
    }
    if next < values.count {
      var extra: [String] = []
      for value in values[next...] {
        let plain = value.unboxed
        extra.append(plain.value.map { plain.typeName + "=" + goText($0) } ?? "<nil>")
      }
      out.append(contentsOf: "%!(EXTRA \(extra.joined(separator: ", ")))".utf8)
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func padded(_ verb: Verb, _ text: String, zeros: Bool = false) -> String {
    let missing = verb.width - text.unicodeScalars.count
    if missing <= 0 { return text }
    if verb.minus { return text + String(repeating: " ", count: missing) }
    guard verb.zero, zeros else { return String(repeating: " ", count: missing) + text }
    let fill = String(repeating: "0", count: missing)
    if let first = text.utf8.first, first == 45 || first == 43 {
      return String(text.prefix(1)) + fill + text.dropFirst()
    }
    return fill + text
  }

  private static func bad(_ verb: Verb, _ value: Value, _ type: String) -> String {
    let letter = String(UnicodeScalar(verb.letter))
    if case .null = value { return "%!\(letter)(<nil>)" }
    return "%!\(letter)(\(type)=\(goText(value)))"
  }

  private static func text(_ verb: Verb, _ value: Value, type: String) -> String {
    let letter = verb.letter
    if letter == 84 {  // T
      if case .null = value { return padded(verb, "<nil>") }
      return padded(verb, type)
    }
    switch value {
    case .null: return letter == 118 ? padded(verb, "<nil>") : bad(verb, value, type)
    case .bool(let flag):
      return letter == 118 || letter == 116 ? padded(verb, flag ? "true" : "false") : bad(verb, value, type)
    case .integer(let number):
      var digits: String
      switch letter {
      case 118, 100: digits = String(number)
      case 120: digits = String(number, radix: 16)
      case 88: digits = String(number, radix: 16, uppercase: true)
      case 111: digits = String(number, radix: 8)
      case 98: digits = String(number, radix: 2)
      case 99: return padded(verb, UnicodeScalar(UInt32(truncatingIfNeeded: number)).map { String($0) } ?? "")
      default: return bad(verb, value, type)
      }
      if verb.plus, number >= 0 { digits = "+" + digits } else if verb.space, number >= 0 { digits = " " + digits }
      return padded(verb, digits, zeros: true)
    case .number(let number):
      var digits: String
      switch letter {
      case 118, 103: digits = goText(value)
      case 102, 70: digits = fixed(number, verb.precision ?? 6)
      default: return bad(verb, value, type)
      }
      if verb.plus, number >= 0 { digits = "+" + digits }
      return padded(verb, digits, zeros: true)
    case .string(let text):
      let cut = verb.precision.map { String(text.prefix($0)) } ?? text
      switch letter {
      case 118 where verb.sharp, 113: return padded(verb, goQuoted(cut))
      case 118, 115: return padded(verb, cut)
      case 120, 88:
        var hex = ""
        for byte in cut.utf8 { hex += (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: letter == 88) }
        return padded(verb, hex)
      default: return bad(verb, value, type)
      }
    case .array(let items):
      var parts: [String] = []
      for item in items { parts.append(text(verb, item, type: TemplateValue.typeName(item))) }
      return "[" + parts.joined(separator: " ") + "]"
    case .object(let members):
      var parts: [String] = []
      for (key, member) in members.sortedByKey {
        parts.append(
          text(verb, .string(key), type: "string") + ":" + text(verb, member, type: TemplateValue.typeName(member)))
      }
      return "map[" + parts.joined(separator: " ") + "]"
    }
  }

  /// With so many digits after the point, half to even of what the shortest form says.
  private static func fixed(_ number: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<min(places, 15) { scale *= 10 }
    let whole = (abs(number) * scale).rounded(.toNearestOrEven)
    guard whole < 9e15 else { return Decimal.go(number) }
    let digits = String(Int64(whole))
    let sign = number < 0 ? "-" : ""
    if places == 0 { return sign + digits }
    let filled = String(repeating: "0", count: max(0, min(places, 15) + 1 - digits.utf8.count)) + digits
    let point = filled.index(filled.endIndex, offsetBy: -min(places, 15))
    return sign + filled[..<point] + "." + filled[point...] + String(repeating: "0", count: max(0, places - 15))
  }
}
