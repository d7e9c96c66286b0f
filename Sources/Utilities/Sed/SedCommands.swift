// The commands of sed with what they take: text, files, substitutions, transliterations.

import SimKernel

extension SedParser {
  mutating func parseCommand() throws(SedError) {
    var command = SedCommand()
    command.first = try address(second: false)
    if command.first != nil {
      skipBlanks()
      if at < text.count, text[at] == 44 {
        at += 1
        skipBlanks()
        guard let second = try address(second: true) else {
          throw error("unexpected `,'", at: min(at + 1, text.count + 1))
        }
        command.second = second
        command.rangeSlot = ranges
        ranges += 1
      }
      if case .zero = command.first {
        guard case .pattern = command.second else { throw error("invalid usage of line address 0", at: at + 1) }
      }
    }
    skipBlanks()
    while at < text.count, text[at] == 33 {
      if command.negated { throw error("multiple `!'s", at: at + 1) }
      command.negated = true
      at += 1
      skipBlanks()
    }
    guard at < text.count, text[at] != 10, text[at] != 59 else {
      throw error("missing command", at: at < text.count ? at + 1 : at)
    }
    command.name = text[at]
    at += 1
    switch command.name {
    case 35:
      if command.first != nil { throw error("comments don't accept any addresses") }
      while at < text.count, text[at] != 10 { at += 1 }
      return
    case 58:
      if command.first != nil { throw error(": doesn't want any addresses") }
      skipBlanks()
      var label: [UInt8] = []
      while at < text.count, text[at] != 10, text[at] != 59 {
        label.append(text[at])
        at += 1
      }
      while let last = label.last, isBlank(last) { label.removeLast() }
      if label.isEmpty { throw error("\":\" lacks a label") }
      labels.append((label, commands.count))
      return
    case 123:
      blocks.append((commands.count, position(0)))
      commands.append(command)
      return
    case 125:
      if command.first != nil { throw error("} doesn't want any addresses") }
      guard let block = blocks.popLast() else { throw error("unexpected `}'") }
      commands[block.index].target = commands.count
      try endOfCommand()
      return
    case 97, 105, 99:
      try parseText(&command)
      return
    case 61, 100, 68, 70, 103, 71, 104, 72, 110, 78, 112, 80, 120, 122:
      try endOfCommand()
    case 108, 113, 81, 76:
      if command.name == 76 { throw error("unknown command: `L'") }
      if command.second != nil, command.name != 108 { throw error("command only uses one address") }
      skipBlanks()
      if at < text.count, isDigit(text[at]) { command.number = number() }
      try endOfCommand()
    case 98, 116, 84:
      skipBlanks()
      while at < text.count, text[at] != 10, text[at] != 59, !isSpace(text[at]), text[at] != 125 {
        command.text.append(text[at])
        at += 1
      }
      skipBlanks()
      try endOfCommand()
    case 114, 82, 119, 87:
      skipBlanks()
      while at < text.count, text[at] != 10 {
        command.text.append(text[at])
        at += 1
      }
      if command.text.isEmpty { throw error("missing filename in r/R/w/W commands") }
      if command.name == 119 || command.name == 87 { command.file = output(command.text) }
    case 115: try parseSubstitution(&command)
    case 121: try parseTransliteration(&command)
    case 101:
      notSimulated = "sed: the e command"
      while at < text.count, text[at] != 10 { at += 1 }
    case 118:
      skipBlanks()
      let start = at
      while at < text.count, text[at] != 10, text[at] != 59, !isBlank(text[at]) { at += 1 }
      var version: [Int64] = []
      for part in text[start..<at].split(separator: 46) { version.append(decimal(part) ?? 0) }
      let needed = (version.first ?? 0) * 1000 + (version.count > 1 ? version[1] : 0)
      if needed > 4009 { throw error("expected newer version of sed") }
      return
    default:
      throw error("unknown command: `\(String(bytes: [command.name]))'")
    }
    commands.append(command)
  }

  mutating func output(_ name: [UInt8]) -> Int {
    let path = String(bytes: name)
    if let index = outputs.firstIndex(of: path) { return index }
    outputs.append(path)
    return outputs.count - 1
  }

  private mutating func endOfCommand() throws(SedError) {
    skipBlanks()
    guard at < text.count else { return }
    switch text[at] {
    case 59, 10:
      if text[at] == 10 { line += 1 }
      at += 1
    case 125, 35: break
    default: throw error("extra characters after command", at: at + 1)
    }
  }

  private mutating func parseText(_ command: inout SedCommand) throws(SedError) {
    skipBlanks()
    guard at < text.count else {
      guard fileName == nil else { throw error("expected \\ after `a', `c' or `i'") }
      // The text may come with the next -e.
      throw error("expected \\ after `a', `c' or `i'")
    }
    if text[at] == 92 {
      at += 1
      var probe = at
      while probe < text.count, isBlank(text[probe]) { probe += 1 }
      if probe < text.count, text[probe] == 10 {
        at = probe + 1
        line += 1
      } else if probe >= text.count {
        pendingText = commands.count
        commands.append(command)
        return
      }
      command.text = readText(afterNewline: true)
    } else if text[at] == 10 {
      throw error("expected \\ after `a', `c' or `i'")
    } else {
      command.text = readText(afterNewline: false)
    }
    commands.append(command)
  }

  /// The text of `a`, `i` and `c`: up to a newline without a backslash before it.
  mutating func readText(afterNewline: Bool) -> [UInt8] {
    var out: [UInt8] = []
    if afterNewline { while at < text.count, isBlank(text[at]), !afterNewline { at += 1 } }
    while at < text.count {
      let byte = text[at]
      if byte == 92 {
        at += 1
        guard at < text.count else { break }
        if text[at] == 10 { line += 1 }
        let escapes: [UInt8: UInt8] = [116: 9, 97: 7, 102: 12, 118: 11, 110: 10, 114: 13]
        if let control = escapes[text[at]] { out.append(control) } else { out.append(text[at]) }
        at += 1
        continue
      }
      if byte == 10 {
        at += 1
        line += 1
        break
      }
      out.append(byte)
      at += 1
    }
    out.append(10)
    return out
  }

  private mutating func parseSubstitution(_ command: inout SedCommand) throws(SedError) {
    guard at < text.count else { throw error("unterminated `s' command") }
    let delimiter = text[at]
    if delimiter == 10 || delimiter == 92 { throw error("delimiter character is not a single-byte character") }
    at += 1
    guard let pattern = readDelimited(delimiter, regex: true), let replacement = readDelimited(delimiter, regex: false)
    else { throw error("unterminated `s' command") }
    var options = RegexOptions()
    options.cEscapes = true
    var substitution = SedSubstitution()
    var sawNumber = false
    flags: while at < text.count {
      let flag = text[at]
      switch flag {
      case 103:
        if substitution.global { throw error("multiple `g' options to `s' command", at: at + 1) }
        substitution.global = true
      case 112:
        if substitution.prints > 0 { throw error("multiple `p' options to `s' command", at: at + 1) }
        substitution.prints = 1
      case 105, 73: options.ignoreCase = true
      case 109, 77: options.multiline = true
      case 101: notSimulated = "sed: the e flag of s"
      case 48...57:
        if sawNumber { throw error("multiple number options to `s' command", at: at + 1) }
        let value = number()
        if value == 0 { throw error("number option to `s' command may not be zero") }
        substitution.number = Int(min(value, 1 << 30))
        sawNumber = true
        continue
      case 119:
        at += 1
        skipBlanks()
        var name: [UInt8] = []
        while at < text.count, text[at] != 10 {
          name.append(text[at])
          at += 1
        }
        if name.isEmpty { throw error("missing filename in r/R/w/W commands") }
        substitution.file = output(name)
        break flags
      case 10, 59:
        if flag == 10 { line += 1 }
        at += 1
        break flags
      case 125, 35: break flags
      case 13: throw error("unknown option to `s'", at: at + 1)
      default:
        if isBlank(flag) { break }
        throw error("unknown option to `s'", at: at + 1)
      }
      at += 1
    }
    substitution.regex = try compile(pattern, options)
    substitution.replacement = try pieces(replacement, groups: substitution.regex?.groupCount ?? 9)
    command.substitution = substitution
  }

  private func pieces(_ source: [UInt8], groups: Int) throws(SedError) -> [SedPiece] {
    var result: [SedPiece] = []
    var plain: [UInt8] = []
    func flush() {
      if !plain.isEmpty { result.append(.text(plain)) }
      plain = []
    }
    var i = 0
    while i < source.count {
      let byte = source[i]
      if byte == 38 {
        flush()
        result.append(.group(0))
        i += 1
        continue
      }
      guard byte == 92, i + 1 < source.count else {
        plain.append(byte)
        i += 1
        continue
      }
      let next = source[i + 1]
      i += 2
      switch next {
      case 48...57:
        let number = Int(next - 48)
        if number > groups { throw error("invalid reference \\\(number) on `s' command's RHS") }
        flush()
        result.append(.group(number))
      case 76, 85, 108, 117, 69:
        flush()
        result.append(.fold(next))
      case 110: plain.append(10)
      case 116: plain.append(9)
      case 114: plain.append(13)
      case 97: plain.append(7)
      case 102: plain.append(12)
      case 118: plain.append(11)
      case 120:
        var value = 0
        var count = 0
        while count < 2, i < source.count, let digit = hexValue(source[i]) {
          value = value * 16 + Int(digit)
          i += 1
          count += 1
        }
        if count == 0 { plain.append(120) } else { plain.append(UInt8(value)) }
      case 111, 100:
        var value = 0
        var count = 0
        let radix = next == 111 ? 8 : 10
        while count < 3, i < source.count, let digit = hexValue(source[i]), Int(digit) < radix {
          value = value * radix + Int(digit)
          i += 1
          count += 1
        }
        if count == 0 { plain.append(next) } else { plain.append(UInt8(value & 255)) }
      default: plain.append(next)
      }
    }
    flush()
    return result
  }

  private mutating func parseTransliteration(_ command: inout SedCommand) throws(SedError) {
    guard at < text.count else { throw error("unterminated `y' command") }
    let delimiter = text[at]
    at += 1
    guard let from = readDelimited(delimiter, regex: false), let to = readDelimited(delimiter, regex: false) else {
      throw error("unterminated `y' command")
    }
    func scalars(_ source: [UInt8]) throws(SedError) -> [UInt32] {
      var out: [UInt32] = []
      var i = 0
      while i < source.count {
        if source[i] == 92, i + 1 < source.count {
          let next = source[i + 1]
          let escapes: [UInt8: UInt32] = [110: 10, 116: 9, 92: 92, 114: 13, 97: 7, 102: 12, 118: 11]
          if let value = escapes[next] {
            out.append(value)
            i += 2
            continue
          }
          if next == delimiter {
            out.append(UInt32(next))
            i += 2
            continue
          }
          out.append(92)
          i += 1
          continue
        }
        let (scalar, length) = decodeUTF8(source[...], at: i) ?? (UInt32(source[i]), 1)
        out.append(scalar)
        i += length
      }
      return out
    }
    let a = try scalars(from)
    let b = try scalars(to)
    guard a.count == b.count else { throw error("strings for `y' command are different lengths") }
    for (index, scalar) in a.enumerated() where command.map[scalar] == nil { command.map[scalar] = b[index] }
    try endOfCommand()
  }
}
