// String functions and operators. Source: PostgreSQL 15 manual 9.4 and 9.5.

internal import SimKernel

func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }
func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
  var view = String.UnicodeScalarView()
  for s in scalars { view.append(s) }
  return String(view)
}
func string(_ list: [Unicode.Scalar]) -> String { string(list[...]) }

func substringText(_ text: String, _ start: Int64, _ count: Int64?) throws(SQLError) -> String {
  let all = scalars(text)
  if let count, count < 0 { throw SQLError("22011", "negative substring length not allowed") }
  let low = max(start, 1)
  var high = Int64(all.count) + 1
  if let count { high = min(high, start &+ count) }
  if low >= high { return "" }
  return string(all[Int(low - 1)..<Int(high - 1)])
}

/// First place of a byte string in another, -1 when absent.
func find(_ needle: [UInt8], _ haystack: [UInt8], from: Int = 0) -> Int {
  if needle.isEmpty { return from }
  var i = from
  while i + needle.count <= haystack.count {
    if haystack[i] == needle[0] {
      var k = 1
      while k < needle.count, haystack[i + k] == needle[k] { k += 1 }
      if k == needle.count { return i }
    }
    i += 1
  }
  return -1
}

func replaced(_ text: String, _ from: String, _ to: String) -> String {
  let needle = Array(from.utf8)
  if needle.isEmpty { return text }
  let hay = Array(text.utf8)
  let replacement = Array(to.utf8)
  var out: [UInt8] = []
  var i = 0
  while true {
    let at = find(needle, hay, from: i)
    if at < 0 { break }
    out += hay[i..<at]
    out += replacement
    i = at + needle.count
  }
  out += hay[i...]
  return String(decoding: out, as: UTF8.self)
}

func splitText(_ text: String, _ separator: String) -> [String] {
  let needle = Array(separator.utf8)
  let hay = Array(text.utf8)
  if needle.isEmpty { return [text] }
  var out: [String] = []
  var i = 0
  while true {
    let at = find(needle, hay, from: i)
    if at < 0 { break }
    out.append(String(decoding: hay[i..<at], as: UTF8.self))
    i = at + needle.count
  }
  out.append(String(decoding: hay[i...], as: UTF8.self))
  return out
}

private func pad(_ v: [Value], left: Bool) throws(SQLError) -> Value {
  let all = scalars(v[0].string)
  let length = Int(clamping: max(0, v[1].integer))
  if length > 10_000_000 { throw SQLError("54000", "requested length too large") }
  let fill = v.count > 2 ? scalars(v[2].string) : [" "]
  if all.count >= length { return .text(string(all[..<length])) }
  if fill.isEmpty { return v[0] }
  var padding: [Unicode.Scalar] = []
  while padding.count < length - all.count { padding.append(fill[padding.count % fill.count]) }
  return .text(left ? string(padding + all) : string(all + padding))
}

private func trimSet(_ text: String, _ set: String, left: Bool, right: Bool) -> String {
  let members = scalars(set)
  var all = ArraySlice(scalars(text))
  if left { while let f = all.first, members.contains(f) { all.removeFirst() } }
  if right { while let l = all.last, members.contains(l) { all.removeLast() } }
  return string(all)
}

func mappedCase(_ text: String, upper: Bool) -> String {
  var out = String.UnicodeScalarView()
  for s in text.unicodeScalars {
    if s.isASCII {
      let v = s.value
      if upper, v >= 97, v <= 122 {
        out.append(Unicode.Scalar(UInt8(v - 32)))
      } else if !upper, v >= 65, v <= 90 {
        out.append(Unicode.Scalar(UInt8(v + 32)))
      } else {
        out.append(s)
      }
    } else {
      let mapped = upper ? s.properties.uppercaseMapping : s.properties.lowercaseMapping
      // One character stays one character, as towupper does.
      if mapped.unicodeScalars.count == 1 { out.append(mapped.unicodeScalars.first!) } else { out.append(s) }
    }
  }
  return String(out)
}

extension FunctionRegistry {
  func registerTextFunctions() {
    pure("textcat") { (v: [Value]) throws(SQLError) -> Value in .text(v[0].string + v[1].string) }
    add("textanycat") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(v[0].string + s.output(v[1], c.argumentTypes[1].oid))
    }
    add("anytextcat") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(s.output(v[0], c.argumentTypes[0].oid) + v[1].string)
    }
    pure("textlen", "bpcharlen") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(v[0].string.unicodeScalars.count))
    }
    add("bpcharlen") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .int(Int64(trimmedRight(v[0].string).unicodeScalars.count))
    }
    pure("textoctetlen", "bpcharoctetlen") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(v[0].string.utf8.count))
    }
    pure("byteaoctetlen") { (v: [Value]) throws(SQLError) -> Value in
      if case .bytes(let b) = v[0] { return .int(Int64(b.count)) }
      return .int(0)
    }
    pure("bit_length", "select pg_catalog.octet_length($1) * 8", "bitlen") { (v: [Value]) throws(SQLError) -> Value in
      if case .bytes(let b) = v[0] { return .int(Int64(b.count) * 8) }
      return .int(Int64(v[0].string.utf8.count) * 8)
    }
    pure("lower") { (v: [Value]) throws(SQLError) -> Value in
      if case .range(let r) = v[0] { return r.isEmpty ? .null : r.lower ?? .null }
      return .text(mappedCase(v[0].string, upper: false))
    }
    pure("upper") { (v: [Value]) throws(SQLError) -> Value in
      if case .range(let r) = v[0] { return r.isEmpty ? .null : r.upper ?? .null }
      return .text(mappedCase(v[0].string, upper: true))
    }
    pure("range_lower") { (v: [Value]) throws(SQLError) -> Value in
      if case .range(let r) = v[0] { return r.isEmpty ? .null : r.lower ?? .null }
      return .null
    }
    pure("range_upper") { (v: [Value]) throws(SQLError) -> Value in
      if case .range(let r) = v[0] { return r.isEmpty ? .null : r.upper ?? .null }
      return .null
    }
    pure("initcap") { (v: [Value]) throws(SQLError) -> Value in
      var out = ""
      var inside = false
      for s in v[0].string.unicodeScalars {
        let one = String(s)
        out += mappedCase(one, upper: !inside)
        inside = s.properties.isAlphabetic || (s.value >= 48 && s.value <= 57)
      }
      return .text(out)
    }
    pure("text_left") { (v: [Value]) throws(SQLError) -> Value in
      let all = scalars(v[0].string)
      let n = v[1].integer
      let count = n >= 0 ? min(Int(clamping: n), all.count) : max(0, all.count + Int(clamping: n))
      return .text(string(all[..<count]))
    }
    pure("text_right") { (v: [Value]) throws(SQLError) -> Value in
      let all = scalars(v[0].string)
      let n = v[1].integer
      let count = n >= 0 ? min(Int(clamping: n), all.count) : max(0, all.count + Int(clamping: n))
      return .text(string(all[(all.count - count)...]))
    }
    pure("text_substr", "text_substr_no_len") { (v: [Value]) throws(SQLError) -> Value in
      .text(try substringText(v[0].string, v[1].integer, v.count > 2 ? v[2].integer : nil))
    }
    pure("textpos") { (v: [Value]) throws(SQLError) -> Value in
      let hay = Array(v[0].string.utf8)
      let at = find(Array(v[1].string.utf8), hay)
      return .int(at < 0 ? 0 : Int64(String(decoding: hay[..<at], as: UTF8.self).unicodeScalars.count + 1))
    }
    pure("lpad", "select pg_catalog.lpad($1, $2, ' ')") { (v: [Value]) throws(SQLError) -> Value in
      try pad(v, left: true)
    }
    pure("rpad", "select pg_catalog.rpad($1, $2, ' ')") { (v: [Value]) throws(SQLError) -> Value in
      try pad(v, left: false)
    }
    for (name, left, right) in [("btrim", true, true), ("ltrim", true, false), ("rtrim", false, true)] {
      pure(name, name + "1") { (v: [Value]) throws(SQLError) -> Value in
        .text(trimSet(v[0].string, v.count > 1 ? v[1].string : " ", left: left, right: right))
      }
    }
    pure("replace_text") { (v: [Value]) throws(SQLError) -> Value in
      .text(replaced(v[0].string, v[1].string, v[2].string))
    }
    pure("translate") { (v: [Value]) throws(SQLError) -> Value in
      let from = scalars(v[1].string)
      let to = scalars(v[2].string)
      var out: [Unicode.Scalar] = []
      for s in v[0].string.unicodeScalars {
        if let i = from.firstIndex(of: s) { if i < to.count { out.append(to[i]) } } else { out.append(s) }
      }
      return .text(string(out))
    }
    pure("text_reverse") { (v: [Value]) throws(SQLError) -> Value in
      .text(string(scalars(v[0].string).reversed()))
    }
    pure("repeat") { (v: [Value]) throws(SQLError) -> Value in
      let n = Int(clamping: max(0, v[1].integer))
      if n > 0, v[0].string.utf8.count > 50_000_000 / n { throw SQLError("54000", "requested length too large") }
      return .text(String(repeating: v[0].string, count: n))
    }
    pure("ascii") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(v[0].string.unicodeScalars.first?.value ?? 0))
    }
    pure("chr") { (v: [Value]) throws(SQLError) -> Value in
      let n = v[0].integer
      if n == 0 { throw SQLError("54000", "null character not permitted") }
      if n < 0 { throw SQLError("54000", "character number must be positive") }
      guard n <= 0x10_ffff, let s = Unicode.Scalar(UInt32(n)) else {
        throw SQLError("54000", "requested character too large for encoding: \(n)")
      }
      return .text(String(s))
    }
    pure("split_part") { (v: [Value]) throws(SQLError) -> Value in
      let n = v[2].integer
      if n == 0 { throw SQLError(SQLState.invalidParameterValue, "field position must not be zero") }
      let parts = splitText(v[0].string, v[1].string)
      let i = n > 0 ? Int(clamping: n) - 1 : parts.count + Int(clamping: n)
      return .text(i >= 0 && i < parts.count ? parts[i] : "")
    }
    pure("text_starts_with") { (v: [Value]) throws(SQLError) -> Value in
      let a = Array(v[0].string.utf8)
      let b = Array(v[1].string.utf8)
      return .bool(a.count >= b.count && Array(a[..<b.count]) == b)
    }
    pure("textoverlay", "textoverlay_no_len") { (v: [Value]) throws(SQLError) -> Value in
      let all = scalars(v[0].string)
      let middle = scalars(v[1].string)
      let start = v[2].integer
      if start <= 0 { throw SQLError("22011", "negative substring length not allowed") }
      let count = v.count > 3 ? v[3].integer : Int64(middle.count)
      let head = Int(min(Int64(all.count), start - 1))
      let tail = Int(max(0, min(Int64(all.count), start - 1 + count)))
      return .text(string(Array(all[..<head]) + middle + Array(all[min(tail, all.count)...])))
    }
    add("text_concat") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      var out = ""
      if v.count == 1, !c.isVariadic, case .array(let a) = v[0] {
        for e in a.elements where !e.isNull { out += s.output(e, a.elementType) }
        return .text(out)
      }
      for (i, x) in v.enumerated() where !x.isNull { out += s.output(x, c.argumentTypes[i].oid) }
      return .text(out)
    }
    add("text_concat_ws") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull { return .null }
      var parts: [String] = []
      if v.count == 2, !c.isVariadic, case .array(let a) = v[1] {
        for e in a.elements where !e.isNull { parts.append(s.output(e, a.elementType)) }
        return .text(joined(parts, v[0].string))
      }
      for i in 1..<v.count where !v[i].isNull { parts.append(s.output(v[i], c.argumentTypes[i].oid)) }
      return .text(joined(parts, v[0].string))
    }
    add("text_format") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in try s.formatText(v, c)
    }
    add("text_format_nv") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.formatText(v, c)
    }
    pure("quote_ident") { (v: [Value]) throws(SQLError) -> Value in .text(quotedIdentifier(v[0].string)) }
    add("quote_literal") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(quotedLiteral(s.output(v[0], c.argumentTypes[0].oid)))
    }
    add("quote_nullable") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(v[0].isNull ? "NULL" : quotedLiteral(s.output(v[0], c.argumentTypes[0].oid)))
    }
    pure("to_hex32", "to_hex64") { (v: [Value]) throws(SQLError) -> Value in
      .text(String(UInt64(bitPattern: v[0].integer), radix: 16))
    }
    add("to_hex32") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      .text(String(UInt32(truncatingIfNeeded: v[0].integer), radix: 16))
    }
    pure("md5_text", "md5_bytea") { (v: [Value]) throws(SQLError) -> Value in
      if case .bytes(let b) = v[0] { return .text(MD5.hex(b)) }
      return .text(MD5.hex(Array(v[0].string.utf8)))
    }
    pure("binary_encode") { (v: [Value]) throws(SQLError) -> Value in
      guard case .bytes(let b) = v[0] else { return .null }
      switch lowercasedASCII(v[1].string) {
      case "hex":
        var out: [UInt8] = []
        let hex = Array("0123456789abcdef".utf8)
        for x in b {
          out.append(hex[Int(x >> 4)])
          out.append(hex[Int(x & 15)])
        }
        return .text(String(decoding: out, as: UTF8.self))
      case "base64": return .text(base64(b))
      case "escape":
        var out: [UInt8] = []
        for x in b {
          if x == 0 || x >= 128 {
            out += Array("\\".utf8)
            out += [48 + (x >> 6), 48 + ((x >> 3) & 7), 48 + (x & 7)]
          } else if x == 0x5c {
            out += [x, x]
          } else {
            out.append(x)
          }
        }
        return .text(String(decoding: out, as: UTF8.self))
      default:
        throw SQLError(SQLState.invalidParameterValue, "unrecognized encoding: \"\(v[1].string)\"")
      }
    }
    add("binary_decode") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      switch lowercasedASCII(v[1].string) {
      case "hex": return try s.input("\\x" + v[0].string, SQLType(Oid.bytea))
      case "escape": return try s.input(v[0].string, SQLType(Oid.bytea))
      case "base64": return .bytes(try unbase64(v[0].string))
      default: throw SQLError(SQLState.invalidParameterValue, "unrecognized encoding: \"\(v[1].string)\"")
      }
    }
    pure("pg_convert_to") { (v: [Value]) throws(SQLError) -> Value in .bytes(Array(v[0].string.utf8)) }
    pure("pg_convert_from") { (v: [Value]) throws(SQLError) -> Value in
      if case .bytes(let b) = v[0] { return .text(String(decoding: b, as: UTF8.self)) }
      return .null
    }
    pure("byteacat") { (v: [Value]) throws(SQLError) -> Value in
      if case .bytes(let a) = v[0], case .bytes(let b) = v[1] { return .bytes(a + b) }
      return .null
    }
    pure("namelen") { (v: [Value]) throws(SQLError) -> Value in .int(Int64(v[0].string.utf8.count)) }
    pure("network_show", "network_host") { (v: [Value]) throws(SQLError) -> Value in
      .text(String(v[0].string.prefix { $0 != "/" }))
    }
  }
}

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
    let digits = Array("0123456789abcdef".utf8)
    for w in [a0, b0, c0, d0] {
      var x = w
      for _ in 0..<4 {
        out.append(digits[Int((x >> 4) & 15)])
        out.append(digits[Int(x & 15)])
        x >>= 8
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension ClientSession {
  /// format('%s %I %L', …)
  func formatText(_ v: [Value], _ site: CallSite) throws(SQLError) -> Value {
    if v[0].isNull { return .null }
    let bytes = Array(v[0].string.utf8)
    var out: [UInt8] = []
    var next = 1
    var i = 0
    while i < bytes.count {
      if bytes[i] != 0x25 {
        out.append(bytes[i])
        i += 1
        continue
      }
      i += 1
      if i < bytes.count, bytes[i] == 0x25 {
        out.append(0x25)
        i += 1
        continue
      }
      var digits: [UInt8] = []
      while i < bytes.count, Lexer.isDigit(bytes[i]) {
        digits.append(bytes[i])
        i += 1
      }
      var width: Int64 = 0
      var leftAlign = false
      if i < bytes.count, bytes[i] == 0x24, let n = DateTimeParser.number(digits[...]) {
        if n == 0 {
          throw SQLError(
            SQLState.invalidParameterValue, "format specifies argument 0, but arguments are numbered from 1")
        }
        next = Int(n)
        i += 1
        digits = []
      } else if let n = DateTimeParser.number(digits[...]) {
        width = n
      }
      if i < bytes.count, bytes[i] == 0x2d {
        leftAlign = true
        i += 1
      }
      if i < bytes.count, bytes[i] == 0x2a {
        // The width is an argument: the next one, or the one whose number stands before `$`.
        i += 1
        var place: [UInt8] = []
        var k = i
        while k < bytes.count, Lexer.isDigit(bytes[k]) {
          place.append(bytes[k])
          k += 1
        }
        var source = next
        if k < bytes.count, bytes[k] == 0x24, let n = DateTimeParser.number(place[...]) {
          source = Int(n)
          i = k + 1
        } else {
          next += 1
        }
        guard source < v.count else {
          throw SQLError(SQLState.invalidParameterValue, "too few arguments for format()")
        }
        width = v[source].isNull ? 0 : Int64(output(v[source], site.argumentTypes[source].oid)) ?? 0
        if width < 0 {
          leftAlign = true
          width = -width
        }
      }
      var more: [UInt8] = []
      while i < bytes.count, Lexer.isDigit(bytes[i]) {
        more.append(bytes[i])
        i += 1
      }
      if let n = DateTimeParser.number(more[...]) { width = n }
      guard i < bytes.count else {
        throw SQLError(
          SQLState.invalidParameterValue, "unterminated format() type specifier",
          hint: "For a single \"%\" use \"%%\".")
      }
      let kind = bytes[i]
      i += 1
      guard kind == 0x73 || kind == 0x49 || kind == 0x4c else {
        throw SQLError(
          SQLState.invalidParameterValue,
          "unrecognized format() type specifier \"\(String(decoding: [kind], as: UTF8.self))\"",
          hint: "For a single \"%\" use \"%%\".")
      }
      guard next < v.count else {
        throw SQLError(SQLState.invalidParameterValue, "too few arguments for format()")
      }
      let value = v[next]
      var text = value.isNull ? "" : output(value, site.argumentTypes[next].oid)
      if kind == 0x49 {
        if value.isNull {
          throw SQLError("22004", "null values cannot be formatted as an SQL identifier")
        }
        text = quotedIdentifier(text)
      } else if kind == 0x4c {
        text = value.isNull ? "NULL" : quotedLiteral(text)
      }
      let missing = Int(clamping: width) - text.unicodeScalars.count
      let padding = missing > 0 ? String(repeating: " ", count: missing) : ""
      out += Array((leftAlign ? text + padding : padding + text).utf8)
      next += 1
    }
    return .text(String(decoding: out, as: UTF8.self))
  }
}
