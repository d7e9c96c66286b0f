// The formats of jq: `@text @json @csv @tsv @html @uri @sh @base64 @base64d`.

func jqText(_ value: JqValue) -> String {
  if case .string(let text) = value { return text }
  return JqPrinter.text(value)
}

func jqFormat(_ name: String, _ value: JqValue) throws(JqError) -> String {
  switch name {
  case "text": return jqText(value)
  case "json": return JqPrinter.text(value)
  case "csv": return try row(value, "csv", ",") { quotedField($0) }
  case "tsv": return try row(value, "tsv", "\t") { tabbedField($0) }
  case "html":
    return escape(jqText(value)) { byte in
      switch byte {
      case 38: return "&amp;"
      case 60: return "&lt;"
      case 62: return "&gt;"
      case 39: return "&apos;"
      case 34: return "&quot;"
      default: return nil
      }
    }
  case "uri":
    var out: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in jqText(value).utf8 {
      if isAlphanumeric(byte) || byte == 45 || byte == 95 || byte == 46 || byte == 126 {
        out.append(byte)
      } else {
        out += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  case "sh":
    var words: [JqValue] = [value]
    if case .array(let items) = value { words = items }
    var out = ""
    for (index, word) in words.enumerated() {
      if index > 0 { out += " " }
      switch word {
      case .array, .object: throw JqError("\(jqNamed(word)) can not be escaped for shell")
      case .string(let text): out += "'" + escape(text) { $0 == 39 ? "'\\''" : nil } + "'"
      default: out += JqPrinter.text(word)
      }
    }
    return out
  case "base64": return base64(jqText(value).bytes)
  case "base64d": return try decodeBase64(jqText(value))
  default: throw JqError("\(name) is not a valid format")
  }
}

private func escape(_ text: String, _ replacement: (UInt8) -> String?) -> String {
  var out: [UInt8] = []
  for byte in text.utf8 {
    if let piece = replacement(byte) { out += piece.utf8 } else { out.append(byte) }
  }
  return String(decoding: out, as: UTF8.self)
}

private func quotedField(_ text: String) -> String { "\"" + escape(text) { $0 == 34 ? "\"\"" : nil } + "\"" }

private func tabbedField(_ text: String) -> String {
  escape(text) { byte in
    switch byte {
    case 9: return "\\t"
    case 10: return "\\n"
    case 13: return "\\r"
    case 92: return "\\\\"
    default: return nil
    }
  }
}

private func row(
  _ value: JqValue, _ name: String, _ separator: String, _ field: (String) -> String
) throws(JqError) -> String {
  guard case .array(let items) = value else {
    throw JqError("\(jqNamed(value)) cannot be \(name)-formatted, only array")
  }
  var out = ""
  for (index, item) in items.enumerated() {
    if index > 0 { out += separator }
    switch item {
    case .null: break
    case .boolean(let flag): out += flag ? "true" : "false"
    case .number(let number, _): if !number.isNaN { out += JqPrinter.text(item) }
    case .string(let text): out += field(text)
    case .array, .object: throw JqError("\(jqNamed(item)) is not valid in a csv row")
    }
  }
  return out
}

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

private func base64(_ bytes: [UInt8]) -> String {
  var out: [UInt8] = []
  var i = 0
  while i < bytes.count {
    let count = min(3, bytes.count - i)
    var group = UInt32(bytes[i]) << 16
    if count > 1 { group |= UInt32(bytes[i + 1]) << 8 }
    if count > 2 { group |= UInt32(bytes[i + 2]) }
    for position in 0..<4 {
      out.append(position <= count ? alphabet[Int(group >> UInt32(18 - 6 * position) & 63)] : 61)
    }
    i += 3
  }
  return String(decoding: out, as: UTF8.self)
}

private func decodeBase64(_ text: String) throws(JqError) -> String {
  var out: [UInt8] = []
  var group: UInt32 = 0
  var count = 0
  for byte in text.utf8 {
    if byte == 61 { continue }
    guard let value = alphabet.firstIndex(of: byte) else {
      throw JqError("\(jqNamed(.string(text))) is not valid base64 data")
    }
    group = group << 6 | UInt32(value)
    count += 1
    if count == 4 {
      out += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
      group = 0
      count = 0
    }
  }
  if count == 3 {
    out += [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)]
  } else if count == 2 {
    out.append(UInt8(group >> 4 & 255))
  } else if count == 1 {
    throw JqError("\(jqNamed(.string(text))) trailing base64 byte found")
  }
  return String(decoding: out, as: UTF8.self)
}
