// Quoting values so that the shell can read them again: `${x@Q}`, `printf %q`, `declare -p`, `set`, `alias`.

import SimKernel

/// Control characters, and bytes that are no characters, make bash use `$'…'`.
private func needsAnsi(_ text: String) -> Bool {
  var mayHoldBytes = false
  for byte in text.utf8 {
    if byte < 32 || byte == 127 { return true }
    if byte == 0xf4 { mayHoldBytes = true }
  }
  if mayHoldBytes { for scalar in text.unicodeScalars where RawText.byte(of: scalar.value) != nil { return true } }
  return false
}

/// `$'…'`
func ansiQuoted(_ text: String) -> String {
  var out: [UInt8] = [36, 39]
  func putOctal(_ byte: UInt8) { out += [92, 48 + (byte >> 6), 48 + (byte >> 3 & 7), 48 + (byte & 7)] }
  for scalar in text.unicodeScalars {
    guard scalar.isASCII else {
      if let byte = RawText.byte(of: scalar.value) { putOctal(byte) } else { out += String(scalar).utf8 }
      continue
    }
    let byte = UInt8(scalar.value)
    switch byte {
    case 7: out += [92, 97]
    case 8: out += [92, 98]
    case 27: out += [92, 69]
    case 12: out += [92, 102]
    case 10: out += [92, 110]
    case 13: out += [92, 114]
    case 9: out += [92, 116]
    case 11: out += [92, 118]
    case 92: out += [92, 92]
    case 39: out += [92, 39]
    case 0..<32, 127: putOctal(byte)
    default: out.append(byte)
    }
  }
  out.append(39)
  return String(raw: out)
}

/// `'…'`, with `'\''` for a quote.
func singleQuoted(_ text: String) -> String {
  if text == "'" { return "\\'" }
  var out: [UInt8] = [39]
  for byte in text.utf8 {
    if byte == 39 { out += [39, 92, 39, 39] } else { out.append(byte) }
  }
  out.append(39)
  return String(raw: out)
}

/// `"…"`, as `declare -p` writes values.
func doubleQuoted(_ text: String) -> String {
  if needsAnsi(text) { return ansiQuoted(text) }
  var out: [UInt8] = [34]
  for byte in text.utf8 {
    if byte == 34 || byte == 36 || byte == 96 || byte == 92 { out.append(92) }
    out.append(byte)
  }
  out.append(34)
  return String(raw: out)
}

/// `${x@Q}`
func quotedForReuse(_ text: String) -> String { needsAnsi(text) ? ansiQuoted(text) : singleQuoted(text) }

/// As `set` shows values: bare when nothing needs quoting.
func quotedForSet(_ text: String) -> String {
  if needsAnsi(text) { return ansiQuoted(text) }
  return needsQuoting(text) ? singleQuoted(text) : text
}

func needsQuoting(_ text: String) -> Bool {
  var before: UInt8?
  for byte in text.utf8 {
    switch byte {
    case 32, 9, 10, 39, 34, 92, 124, 38, 59, 40, 41, 60, 62, 33, 123, 125, 42, 91, 63, 93, 94, 36, 96: return true
    case 35: if before == nil { return true }
    case 126: if before == nil || before == 61 || before == 58 { return true }
    default: break
    }
    before = byte
  }
  return false
}

/// `printf %q`
func backslashQuoted(_ text: String) -> String {
  if text.isEmpty { return "''" }
  if needsAnsi(text) { return ansiQuoted(text) }
  var out: [UInt8] = []
  for (i, byte) in text.utf8.enumerated() {
    switch byte {
    case 32, 39, 34, 92, 124, 38, 59, 40, 41, 60, 62, 33, 123, 125, 42, 91, 63, 93, 94, 36, 96, 44: out.append(92)
    case 126 where i == 0: out.append(92)
    case 35 where i == 0: out.append(92)
    default: break
    }
    out.append(byte)
  }
  return String(raw: out)
}

/// A key of an associative array as `declare -p` and `${a[@]@K}` write it.
func quotedSubscript(_ key: String) -> String {
  if needsAnsi(key) { return ansiQuoted(key) }
  if key.isEmpty { return "\"\"" }
  for byte in key.utf8 {
    switch byte {
    case 32, 9, 10, 39, 34, 92, 124, 38, 59, 40, 41, 60, 62, 33, 123, 125, 42, 91, 63, 93, 94, 36, 96, 64, 126, 35:
      return doubleQuoted(key)
    default: break
    }
  }
  return key
}
