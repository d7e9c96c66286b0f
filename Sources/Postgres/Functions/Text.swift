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

/// The server makes values of up to a gigabyte; here they are shorter, and that is said.
func checkLength(_ length: Int64) throws(SQLError) {
  if length > 0x3fff_ffff - 4 { throw SQLError("54000", "requested length too large") }
  if length > 32 << 20 { throw .notSimulated("limit: a value of more than 32 MiB") }
}

private func pad(_ v: [Value], left: Bool) throws(SQLError) -> Value {
  let all = scalars(v[0].string)
  let length = Int(clamping: max(0, v[1].integer))
  try checkLength(Int64(length))
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
    pure("textcat") { (v: [Value]) throws(SQLError) -> Value in
      let (left, right) = (v[0].string, v[1].string)
      try checkLength(Int64(left.utf8.count) + Int64(right.utf8.count))
      return .text(left + right)
    }
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
      let (length, overflows) = Int64(n).multipliedReportingOverflow(by: Int64(v[0].string.utf8.count))
      try checkLength(overflows ? .max : length)
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
    pure("pg_convert_to") { (v: [Value]) throws(SQLError) -> Value in
      switch lowercasedASCII(v[1].string) {
      case "utf8", "utf-8", "unicode", "sql_ascii": return .bytes(Array(v[0].string.utf8))
      case "latin1", "latin-1", "iso88591", "iso-8859-1", "iso_8859_1":
        var out: [UInt8] = []
        for c in v[0].string.unicodeScalars {
          guard c.value < 256 else {
            let bytes = joined(String(c).utf8.map { "0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }, " ")
            throw SQLError(
              "22P05",
              "character with byte sequence \(bytes) in encoding \"UTF8\" has no equivalent in encoding \"LATIN1\"")
          }
          out.append(UInt8(c.value))
        }
        return .bytes(out)
      default: throw .notSimulated("encoding \(v[1].string)")
      }
    }
    pure("pg_convert_from") { (v: [Value]) throws(SQLError) -> Value in
      if case .bytes(let b) = v[0] { return .text(String(decoding: b, as: UTF8.self)) }
      return .null
    }
    pure("byteacat") { (v: [Value]) throws(SQLError) -> Value in
      if case .bytes(let a) = v[0], case .bytes(let b) = v[1] { return .bytes(a + b) }
      return .null
    }
    pure("namelen") { (v: [Value]) throws(SQLError) -> Value in .int(Int64(v[0].string.utf8.count)) }
    pure("network_show") { (v: [Value]) throws(SQLError) -> Value in
      .text(
        v[0].string.utf8.contains(0x2f) ? v[0].string : v[0].string + (v[0].string.utf8.contains(0x3a) ? "/128" : "/32")
      )
    }
    pure("network_host") { (v: [Value]) throws(SQLError) -> Value in
      .text(String(v[0].string.prefix { $0 != "/" }))
    }
  }
}
