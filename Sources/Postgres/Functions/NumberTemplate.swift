// Templates of to_char and to_number for numbers: 9 0 . , D G S MI PL SG PR L V TH RN FM EEEE.
// Source: PostgreSQL 15 manual 9.8, table "Template Patterns for Numeric Formatting".

internal import SimKernel

struct NumberTemplate {
  private enum Node {
    /// `9`, `0`, `.`
    case digit(UInt8)
    case comma, group, currency, minus, plus, sign
    case ordinal(upper: Bool)
    case roman(upper: Bool)
    case text(String)
  }
  private enum SignPlace { case none, front, back }

  private var nodes: [Node] = []
  private var pre = 0
  private var post = 0
  private var multi = 0
  private var zeroStart: Int?
  private var zeroEnd = 0
  private var hasDecimal = false
  private var fills = false
  private var brackets = false
  private var hasMinus = false
  private var hasPlus = false
  private var isRoman = false
  private var isScientific = false
  private var hasV = false
  private var signPlace = SignPlace.none
  private var digitsBeforeSign = 0

  init(_ format: String) throws(SQLError) {
    let b = Array(format.utf8)
    func starts(_ word: String, _ i: Int) -> Bool {
      let w = Array(word.utf8)
      guard i + w.count <= b.count else { return false }
      for (k, c) in w.enumerated() where b[i + k] != c && b[i + k] != c | 0x20 { return false }
      return true
    }
    var i = 0
    while i < b.count {
      if b[i] == 0x22 {
        i += 1
        var text: [UInt8] = []
        while i < b.count, b[i] != 0x22 {
          if b[i] == 0x5c, i + 1 < b.count { i += 1 }
          text.append(b[i])
          i += 1
        }
        i += 1
        nodes.append(.text(String(decoding: text, as: UTF8.self)))
        continue
      }
      func take(_ word: String) -> Bool {
        guard starts(word, i) else { return false }
        i += word.utf8.count
        return true
      }
      if take("FM") {
        fills = true
      } else if take("EEEE") {
        isScientific = true
      } else if take("MI") {
        hasMinus = true
        nodes.append(.minus)
      } else if take("PL") {
        hasPlus = true
        nodes.append(.plus)
      } else if take("SG") {
        hasMinus = true
        hasPlus = true
        nodes.append(.sign)
      } else if take("PR") {
        brackets = true
      } else if starts("RN", i) {
        isRoman = true
        nodes.append(.roman(upper: b[i] == 0x52))
        i += 2
      } else if starts("TH", i) {
        nodes.append(.ordinal(upper: b[i] == 0x54))
        i += 2
      } else if take("SP") {
        continue
      } else {
        let c = b[i]
        i += 1
        switch c {
        case 0x39:
          if brackets { throw SQLError(SQLState.syntaxError, "\"9\" must be ahead of \"PR\"") }
          if hasV { multi += 1 } else if hasDecimal { post += 1 } else { pre += 1 }
          nodes.append(.digit(c))
        case 0x30:
          if brackets { throw SQLError(SQLState.syntaxError, "\"0\" must be ahead of \"PR\"") }
          if zeroStart == nil, !hasDecimal { zeroStart = pre }
          if hasDecimal { post += 1 } else { pre += 1 }
          zeroEnd = pre + post
          nodes.append(.digit(c))
        case 0x2e, 0x44, 0x64:
          if hasDecimal { throw SQLError(SQLState.syntaxError, "multiple decimal points") }
          if hasV { throw SQLError(SQLState.syntaxError, "cannot use \"V\" and decimal point together") }
          hasDecimal = true
          nodes.append(.digit(0x2e))
        case 0x2c: nodes.append(.comma)
        case 0x47, 0x67: nodes.append(.group)
        case 0x4c, 0x6c: nodes.append(.currency)
        case 0x53, 0x73:
          if signPlace != .none { throw SQLError(SQLState.syntaxError, "cannot use \"S\" twice") }
          signPlace = hasDecimal ? .back : .front
          digitsBeforeSign = pre
        case 0x56, 0x76:
          if hasDecimal { throw SQLError(SQLState.syntaxError, "cannot use \"V\" and decimal point together") }
          hasV = true
        case 0x42, 0x62: continue
        case 0x5c where i < b.count:
          nodes.append(.text(String(decoding: [b[i]], as: UTF8.self)))
          i += 1
        default:
          var end = i
          while end < b.count, b[end] & 0xc0 == 0x80 { end += 1 }
          nodes.append(.text(String(decoding: b[(i - 1)..<end], as: UTF8.self)))
          i = end
        }
      }
    }
    if signPlace == .front, !hasPlus, !hasMinus, pre == digitsBeforeSign { signPlace = .back }
  }

  // MARK: to_char

  func format(_ value: Numeric) throws(SQLError) -> String {
    if value.special != nil { throw .notSimulated("to_char of NaN and infinity") }
    if isRoman { return roman(value) }
    if isScientific { return scientific(value) }
    var scaled = value
    var width = pre
    if hasV {
      var power = Numeric(1)
      for _ in 0..<multi { power = power * Numeric(10) }
      scaled = value * power
      width += multi
    }
    let rounded = scaled.rounded(post)
    let isNegative = rounded.isNegative && !rounded.isZero
    var number = Array(rounded.absolute.text.utf8)
    let whole = number.firstIndex(of: 0x2e) ?? number.count
    var blanks = 0
    if whole < width {
      blanks = width - whole
    } else if whole > width {
      number = [UInt8](repeating: 0x23, count: width + post + 1)
      number[width] = 0x2e
    }
    return write(number, blanks, width, isNegative)
  }

  private func write(_ number: [UInt8], _ blanks: Int, _ width: Int, _ isNegative: Bool) -> String {
    var wrote: Bool
    var shows = brackets
    if hasPlus || hasMinus {
      wrote = !(hasPlus && !hasMinus)
    } else {
      if !isNegative, fills { shows = false }
      wrote = !isNegative && fills && signPlace == .none
    }
    // With FM trailing zeros of the fraction are dropped, down to where a 0 stands in the template.
    var last: Int?
    if fills, hasDecimal, let point = number.firstIndex(of: 0x2e) {
      var k = number.count - 1
      while k > point, number[k] == 48 { k -= 1 }
      last = k
      if zeroEnd > blanks { last = max(k, min(number.count - 1, zeroEnd - blanks)) }
    }
    let lastIsPoint = last.map { number[$0] == 0x2e } ?? false
    var count = post + width - 1
    if !wrote, blanks == 0 { count += 1 }
    var out: [UInt8] = []
    var at = 0
    var current = 0
    var inNumber = false
    func leadingZero() -> Bool { zeroStart == nil && at == 0 && number.first == 48 && post != 0 }
    func part(_ c: UInt8) {
      inNumber = false
      if !wrote, current >= blanks || zeroStart == current, !leadingZero() || lastIsPoint {
        if signPlace != .none {
          if signPlace == .front {
            out.append(isNegative ? 0x2d : 0x2b)
            wrote = true
          }
        } else if shows {
          out.append(isNegative ? 0x3c : 32)
          wrote = true
        } else {
          if isNegative { out.append(0x2d) } else if !fills { out.append(32) }
          wrote = true
        }
      }
      if current < blanks, zeroStart.map({ $0 > current }) ?? true {
        if !fills { out.append(32) }
      } else if current < blanks {
        out.append(48)
        inNumber = true
      } else {
        if at < number.count, number[at] == 0x2e {
          if last == nil || !lastIsPoint || fills { out.append(0x2e) }
        } else if let last, at > last, c != 48 {
        } else if leadingZero() {
          if !fills { out.append(32) } else if lastIsPoint { out.append(48) }
        } else if at < number.count {
          out.append(number[at])
          inNumber = true
        }
        if at < number.count { at += 1 }
      }
      var end = count + (blanks > 0 ? 1 : 0) + (hasDecimal ? 1 : 0)
      if let last, last == at { end = current }
      if current + 1 == end {
        if wrote, shows {
          out.append(isNegative ? 0x3e : 32)
        } else if signPlace == .back {
          out.append(isNegative ? 0x2d : 0x2b)
        }
      }
      current += 1
    }
    for node in nodes {
      switch node {
      case .digit(let c): part(c)
      case .comma, .group: if inNumber { out.append(0x2c) } else if !fills { out.append(32) }
      case .currency: out.append(32)
      case .minus: if isNegative { out.append(0x2d) } else if !fills { out.append(32) }
      case .plus: if !isNegative { out.append(0x2b) } else if !fills { out.append(32) }
      case .sign: out.append(isNegative ? 0x2d : 0x2b)
      case .ordinal(let upper):
        if isNegative || hasDecimal || number.first == 0x23 { continue }
        out += Array(ordinal(number, upper: upper).utf8)
      case .roman: break
      case .text(let s): out += Array(s.utf8)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func ordinal(_ number: [UInt8], upper: Bool) -> String {
    var last = number.last ?? 48
    if number.count > 1, number[number.count - 2] == 49 { last = 48 }
    let text = last == 49 ? "st" : last == 50 ? "nd" : last == 51 ? "rd" : "th"
    return upper ? uppercasedASCII(text) : text
  }

  private func roman(_ value: Numeric) -> String {
    let n = value.rounded(0).int64 ?? 0
    var text = ""
    if n < 1 || n > 3_999 {
      text = String(repeating: "#", count: 15)
    } else {
      var rest = n
      let steps: [(Int64, String)] = [
        (1_000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
        (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
      ]
      for (size, sign) in steps {
        while rest >= size {
          text += sign
          rest -= size
        }
      }
    }
    var out = ""
    for node in nodes {
      switch node {
      case .roman(let upper):
        let shown = upper ? text : lowercasedASCII(text)
        out += fills ? shown : String(repeating: " ", count: max(0, 15 - shown.utf8.count)) + shown
      case .text(let s): out += s
      default: break
      }
    }
    return out
  }

  private func scientific(_ value: Numeric) -> String {
    var exponent = 0
    var digits: [UInt8] = [48]
    if !value.isZero {
      exponent = value.magnitude.decimalCount - value.scale - 1
      // The mantissa, rounded; rounding up may give one more digit.
      var m = value.absolute.rounded(max(0, post - exponent))
      if post - exponent < 0 {
        var power = Numeric(1)
        for _ in 0..<(exponent - post) { power = power * Numeric(10) }
        m = value.absolute.divided(by: power, scale: 0)
        digits = m.magnitude.decimalDigits
      } else {
        digits = m.magnitude.decimalDigits
      }
    }
    while digits.count < post + 1 { digits.append(48) }
    // Rounding up may give two digits before the point; they stay.
    let whole = digits.count - post
    var text = String(decoding: digits[..<whole], as: UTF8.self)
    if post > 0 { text += "." + String(decoding: digits[whole...], as: UTF8.self) }
    let size = exponent < 0 ? -exponent : exponent
    text += "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + String(size)
    return (value.isNegative ? "-" : " ") + text
  }

  // MARK: to_number

  func read(_ text: String) throws(SQLError) -> Value {
    if isRoman { throw SQLError(SQLState.featureNotSupported, "\"RN\" not supported for input") }
    if isScientific { throw SQLError(SQLState.featureNotSupported, "\"EEEE\" not supported for input") }
    let b = Array(text.utf8)
    var i = 0
    var digits: [UInt8] = []
    var isNegative = false
    var sawSign = false
    var sawPoint = false
    func sign() {
      guard !sawSign, i < b.count else { return }
      if b[i] == 0x2d || b[i] == 0x2b || (b[i] == 0x3c && brackets) {
        isNegative = b[i] != 0x2b
        sawSign = true
        i += 1
      }
    }
    for (k, node) in nodes.enumerated() {
      if i >= b.count { break }
      switch node {
      case .digit(let c):
        while digits.isEmpty, i < b.count, b[i] == 32 { i += 1 }
        if digits.isEmpty { sign() }
        if i < b.count, c == 0x2e {
          if b[i] == 0x2e {
            digits.append(0x2e)
            sawPoint = true
            i += 1
          }
        } else if i < b.count, Lexer.isDigit(b[i]) {
          digits.append(b[i])
          i += 1
        } else if i < b.count, b[i] == 0x2e, hasDecimal, !sawPoint {
          digits.append(0x2e)
          sawPoint = true
          i += 1
        }
      case .comma, .group: if b[i] == 0x2c || b[i] == 32 { i += 1 }
      case .currency: if !Lexer.isDigit(b[i]), b[i] != 0x2d, b[i] != 0x2b, b[i] != 0x2e, b[i] != 0x2c { i += 1 }
      case .minus, .plus, .sign: sign()
      case .ordinal: i += 2
      case .roman: break
      case .text(let s): if !Lexer.isDigit(b[i]) { i += s.utf8.count }
      }
      if k == nodes.count - 1, signPlace == .back { sign() }
    }
    if signPlace == .back, i < b.count { sign() }
    guard var n = Numeric(String(decoding: digits, as: UTF8.self)), digits.contains(where: { $0 != 0x2e }) else {
      throw SQLError(SQLState.invalidTextRepresentation, "invalid input syntax for type numeric: \" \"")
    }
    if isNegative { n = n.negated }
    if hasV {
      var power = Numeric(1)
      for _ in 0..<multi { power = power * Numeric(10) }
      n = n / power
    }
    return .numeric(n)
  }
}
