// The language of sed (GNU sed 4.9 manual, POSIX sed): a script as a flat list of commands with addresses; error messages
// with the position GNU sed gives.

import SimKernel

struct SedError: Error {
  let message: String
}

enum SedAddress {
  case line(Int64)
  case last
  /// nil: the last regular expression used.
  case pattern(PosixRegex?)
  case step(first: Int64, step: Int64)
  /// `addr,+N` and `addr,~N`, as second addresses.
  case following(Int64)
  case multiple(Int64)
  /// `0,/re/`
  case zero
}

enum SedPiece {
  case text([UInt8])
  case group(Int)
  /// \L \U \l \u \E
  case fold(UInt8)
}

struct SedSubstitution {
  /// nil: the last regular expression used.
  var regex: PosixRegex?
  var replacement: [SedPiece] = []
  var global = false
  var number = 1
  var prints = 0
  var file: Int?
}

struct SedCommand {
  var first: SedAddress?
  var second: SedAddress?
  var negated = false
  var name: UInt8 = 0
  /// For `a i c`: the text; for `r R`: the file's name; for `b t T`: the label.
  var text: [UInt8] = []
  var number: Int64 = -1
  var substitution = SedSubstitution()
  /// For `y`: scalars by what they become.
  var map: [UInt32: UInt32] = [:]
  /// For `{ b t T`: where to go on.
  var target = 0
  /// For `w W`: which output.
  var file = 0
  /// Which open range this command keeps.
  var rangeSlot = -1
}

struct SedParser {
  private var text: [UInt8] = []
  private var at = 0
  private var expression = 0
  private var fileName: String?
  private var line = 1
  private(set) var commands: [SedCommand] = []
  private(set) var outputs: [String] = []
  private(set) var ranges = 0
  private var blocks: [(index: Int, position: String)] = []
  private var labels: [(name: [UInt8], index: Int)] = []
  private let extended: Bool
  private let sandbox: Bool
  /// `a text` at the end of one -e goes on in the next.
  private var pendingText: Int?
  /// A script that begins with `#n` and a newline asks for -n.
  private(set) var quietByComment = false
  /// Something the real sed does and this one does not.
  private(set) var notSimulated: String?

  init(extended: Bool, sandbox: Bool = false) {
    self.extended = extended
    self.sandbox = sandbox
  }

  /// Adds one `-e` (number) or the content of one `-f` file.
  mutating func add(_ script: [UInt8], file: String?, first: Bool) throws(SedError) {
    text = script
    at = 0
    line = 1
    fileName = file
    if file == nil { expression += 1 }
    if first, script.starts(with: [35, 110]), script.count == 2 || script[2] == 10 { quietByComment = true }
    if let index = pendingText {
      pendingText = nil
      commands[index].text += readText(afterNewline: true)
    }
    while true {
      skipSeparators()
      guard at < text.count else { return }
      try parseCommand()
    }
  }

  mutating func finish() throws(SedError) {
    if let block = blocks.last { throw SedError(message: "\(block.position)unmatched `{'") }
    for index in commands.indices where [98, 116, 84].contains(commands[index].name) {
      let label = commands[index].text
      if label.isEmpty {
        commands[index].target = commands.count
        continue
      }
      guard let found = labels.first(where: { $0.name == label }) else {
        throw SedError(message: "can't find label for jump to `\(String(bytes: label))'")
      }
      commands[index].target = found.index
    }
  }

  private func position(_ character: Int) -> String {
    if let fileName { return "file \(fileName) line \(line): " }
    return "-e expression #\(expression), char \(character): "
  }
  private func error(_ message: String, at character: Int? = nil) -> SedError {
    SedError(message: position(character ?? at) + message)
  }

  private mutating func skipSeparators() {
    while at < text.count, isSpace(text[at]) || text[at] == 59 {
      if text[at] == 10 { line += 1 }
      at += 1
    }
  }
  private mutating func skipBlanks() {
    while at < text.count, isSpace(text[at]), text[at] != 10 { at += 1 }
  }

  private mutating func number() -> Int64 {
    var value: Int64 = 0
    while at < text.count, isDigit(text[at]) {
      value = min(Int64.max / 20, value * 10 + Int64(text[at] - 48))
      at += 1
    }
    return value
  }

  // MARK: Addresses

  private mutating func address(second: Bool) throws(SedError) -> SedAddress? {
    guard at < text.count else { return nil }
    switch text[at] {
    case 48...57:
      let value = number()
      skipBlanks()
      if at < text.count, text[at] == 126, !second {
        at += 1
        skipBlanks()
        let step = number()
        return step > 0 ? .step(first: value, step: step) : .line(value)
      }
      if value == 0, !second { return .zero }
      return .line(value)
    case 36:
      at += 1
      return .last
    case 43 where second, 126 where second:
      let plus = text[at] == 43
      at += 1
      let value = number()
      return plus ? .following(value) : .multiple(value)
    case 47, 92:
      if text[at] == 92 {
        at += 1
        guard at < text.count else { throw error("unexpected `,'") }
      }
      let delimiter = text[at]
      at += 1
      guard let pattern = readDelimited(delimiter, regex: true) else { throw error("unterminated address regex") }
      var options = RegexOptions()
      options.cEscapes = true
      flags: while at < text.count {
        switch text[at] {
        case 73: options.ignoreCase = true
        case 77: options.multiline = true
        default: break flags
        }
        at += 1
      }
      return .pattern(try compile(pattern, options))
    default: return nil
    }
  }

  private func compile(_ pattern: [UInt8], _ options: RegexOptions) throws(SedError) -> PosixRegex? {
    if pattern.isEmpty { return nil }
    do throws(RegexError) {
      return try PosixRegex(pattern, flavour: extended ? .extended : .basic, options: options)
    } catch {
      throw self.error(error.message)
    }
  }

  /// Reads up to a delimiter; `\delimiter` stands for itself, `\n` for a newline in regular expressions.
  private mutating func readDelimited(_ delimiter: UInt8, regex: Bool) -> [UInt8]? {
    var out: [UInt8] = []
    while at < text.count {
      let byte = text[at]
      if byte == 10 { line += 1 }
      if byte == delimiter {
        at += 1
        return out
      }
      if byte == 91, regex, let end = bracketEnd(at) {
        // Inside a bracket expression the delimiter is a character like others.
        out += text[at..<end]
        at = end
        continue
      }
      guard byte == 92 else {
        out.append(byte)
        at += 1
        continue
      }
      guard at + 1 < text.count else { return nil }
      let next = text[at + 1]
      at += 2
      if next == delimiter {
        // A delimiter that is special in the pattern keeps its meaning as plain text.
        if regex, [46, 42, 91, 93, 94, 36, 43, 63, 40, 41, 123, 125, 124].contains(delimiter) { out.append(92) }
        out.append(delimiter)
      } else if next == 10, regex {
        line += 1
        out.append(10)
      } else if regex, next == 120 || next == 111 || next == 100, let value = numericEscape(next) {
        if [46, 42, 91, 93, 94, 36, 92].contains(value) { out.append(92) }
        out.append(value)
      } else {
        if next == 10 { line += 1 }
        out += [92, next]
      }
    }
    return nil
  }

  /// Where the bracket expression at an index ends; nil when it does not.
  private func bracketEnd(_ start: Int) -> Int? {
    var i = start + 1
    if i < text.count, text[i] == 94 { i += 1 }
    if i < text.count, text[i] == 93 { i += 1 }
    while i < text.count {
      if text[i] == 10 { return nil }
      if text[i] == 91, i + 1 < text.count, [58, 46, 61].contains(text[i + 1]) {
        let kind = text[i + 1]
        var j = i + 2
        while j + 1 < text.count, !(text[j] == kind && text[j + 1] == 93) { j += 1 }
        if j + 1 < text.count {
          i = j + 2
          continue
        }
      }
      if text[i] == 93 { return i + 1 }
      i += 1
    }
    return nil
  }

  /// `\xHH`, `\oNNN`, `\dNNN`.
  private mutating func numericEscape(_ letter: UInt8) -> UInt8? {
    let radix = letter == 120 ? 16 : letter == 111 ? 8 : 10
    let most = letter == 120 ? 2 : 3
    var value = 0
    var count = 0
    while count < most, at < text.count, let digit = hexValue(text[at]), Int(digit) < radix {
      value = value * radix + Int(digit)
      at += 1
      count += 1
    }
    return count == 0 ? nil : UInt8(value & 255)
  }

  // MARK: Commands

  private mutating func parseCommand() throws(SedError) {
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

  private mutating func output(_ name: [UInt8]) -> Int {
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
  private mutating func readText(afterNewline: Bool) -> [UInt8] {
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
