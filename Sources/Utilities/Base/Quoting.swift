// The quoting styles of gnulib's quotearg that messages and `ls` use, in a UTF-8 locale.

/// How messages quote a name: ‘name’, with C escapes for what cannot be shown.
func quoted(_ text: String) -> String { "‘" + escapedC(text.bytes) + "’" }

private func escapedC(_ bytes: [UInt8]) -> String {
  var out: [UInt8] = []
  for byte in bytes {
    switch byte {
    case 10: out += Array("\\n".utf8)
    case 9: out += Array("\\t".utf8)
    case 13: out += Array("\\r".utf8)
    case 7: out += Array("\\a".utf8)
    case 8: out += Array("\\b".utf8)
    case 12: out += Array("\\f".utf8)
    case 11: out += Array("\\v".utf8)
    case 92: out += [92, 92]
    case 0..<32, 127: out += octalEscape(byte)
    default: out.append(byte)
    }
  }
  return String(bytes: out)
}

func octalEscape(_ byte: UInt8) -> [UInt8] { [92, 48 + (byte >> 6), 48 + (byte >> 3 & 7), 48 + (byte & 7)] }

/// Shell quoting, always with quotes: 'name' (how file names stand in most messages).
func shellQuoted(_ text: String) -> String { shellQuote(text, always: true) }

/// Shell quoting where a shell would need it (how `ls` shows names on a terminal).
func shellQuotedIfNeeded(_ text: String) -> String { shellQuote(text, always: false) }

private func shellQuote(_ text: String, always: Bool) -> String {
  let bytes = text.bytes
  var needs = bytes.isEmpty
  var controls = false
  var singleQuotes = false
  var doubleUnsafe = false
  for (i, byte) in bytes.enumerated() {
    switch byte {
    case 39: singleQuotes = true
    case 34, 36, 92, 96:
      doubleUnsafe = true
      needs = true
    case 33:
      needs = true
      doubleUnsafe = true
    case 32, 38, 40, 41, 42, 59, 60, 61, 62, 63, 91, 94, 124, 123, 125:
      if byte != 123 && byte != 125 || bytes.count == 1 { needs = true }
    case 35, 126: if i == 0 { needs = true }
    case 0..<32, 127:
      controls = true
      needs = true
    default: break
    }
  }
  if singleQuotes { needs = true }
  if !needs, !always { return text }
  if !controls {
    if !singleQuotes { return "'" + text + "'" }
    if !doubleUnsafe { return "\"" + text + "\"" }
  }
  var out: [UInt8] = [39]
  var inDollar = false
  for byte in bytes {
    if byte < 32 || byte == 127 {
      if !inDollar { out += [39, 36, 39] }
      inDollar = true
      switch byte {
      case 10: out += [92, 110]
      case 9: out += [92, 116]
      case 13: out += [92, 114]
      case 7: out += [92, 97]
      case 8: out += [92, 98]
      case 12: out += [92, 102]
      case 11: out += [92, 118]
      default: out += octalEscape(byte)
      }
      continue
    }
    if inDollar { out += [39, 39] }
    inDollar = false
    if byte == 39 { out += [39, 92, 39, 39] } else { out.append(byte) }
  }
  out.append(39)
  return String(bytes: out)
}
