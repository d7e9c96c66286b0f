// The escapes of `$'…'`, of `echo -e` and of `printf`, which differ in a few letters and in what `\0` means. Source: the Bash manual,
// "ANSI-C Quoting" and "Bash Builtins".

import SimKernel

/// Whose escapes are read.
package enum EscapeDialect {
  /// `$'…'`: up to three octal digits, `\cX`, quotes; a zero byte ends the text.
  case quotes
  /// `echo -e`: octal numbers begin with `\0`; `\c` ends all output.
  case echo
  /// `printf %b`: both forms of octal numbers; `\c` ends all output.
  case argument
  /// The format of `printf`: up to three octal digits, quotes; no `\c`.
  case format
}

/// Reads the escape that begins with the backslash at `offset`. False: the text ends here.
package func decodeEscape(
  _ raw: [UInt8], _ offset: inout Int, _ dialect: EscapeDialect, into out: inout [UInt8]
) -> Bool {
  guard offset + 1 < raw.count else {
    out.append(92)
    offset += 1
    return true
  }
  let letter = raw[offset + 1]
  offset += 2
  if let control = CharacterEscapes.control(letter) {
    out.append(control)
    return true
  }
  switch letter {
  case 101, 69: out.append(27)
  case 92: out.append(92)
  case 39, 34, 63:
    if dialect == .echo || dialect == .argument { out.append(92) }
    out.append(letter)
  case 99:
    switch dialect {
    case .echo, .argument: return false
    case .format: out += [92, 99]
    case .quotes:
      guard offset < raw.count else { break }
      out.append(raw[offset] & 0x1f)
      offset += 1
    }
  case 48...55:
    if dialect == .echo, letter != 48 {
      out += [92, letter]
      break
    }
    // The zero in front is not one of the three digits of `echo` and `%b`.
    if dialect == .quotes || dialect == .format || letter != 48 { offset -= 1 }
    let value = CharacterEscapes.number(raw, &offset, radix: 8, digitsMax: 3) ?? 0
    if value & 0xff == 0, dialect == .quotes { return false }
    out.append(UInt8(value & 0xff))
  case 120:
    guard let value = CharacterEscapes.number(raw, &offset, radix: 16, digitsMax: 2) else {
      out += [92, 120]
      break
    }
    if value == 0, dialect == .quotes { return false }
    out.append(UInt8(value))
  case 117, 85:
    guard let value = CharacterEscapes.number(raw, &offset, radix: 16, digitsMax: letter == 117 ? 4 : 8) else {
      out += [92, letter]
      break
    }
    if let scalar = Unicode.Scalar(value) { out += Array(String(Character(scalar)).utf8) }
  default: out += [92, letter]
  }
  return true
}

/// Text with its escapes replaced. `stops`: `\c` was met where it ends the output.
package func decodeEscapes(_ raw: [UInt8], _ dialect: EscapeDialect) -> (bytes: [UInt8], stops: Bool) {
  var out: [UInt8] = []
  var offset = 0
  while offset < raw.count {
    if raw[offset] == 92 {
      guard decodeEscape(raw, &offset, dialect, into: &out) else { return (out, true) }
    } else {
      out.append(raw[offset])
      offset += 1
    }
  }
  return (out, false)
}
