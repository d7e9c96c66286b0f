// Reading scripts of sed (GNU sed 4.9 manual, POSIX sed): positions, addresses and delimited texts; error messages with the
// position GNU sed gives.

import SimKernel

struct SedParser {
  var text: [UInt8] = []
  var at = 0
  var expression = 0
  var fileName: String?
  var line = 1
  var commands: [SedCommand] = []
  var outputs: [String] = []
  var ranges = 0
  var blocks: [(index: Int, position: String)] = []
  var labels: [(name: [UInt8], index: Int)] = []
  private let extended: Bool
  private let sandbox: Bool
  /// `a text` at the end of one -e goes on in the next.
  var pendingText: Int?
  /// A script that begins with `#n` and a newline asks for -n.
  private(set) var quietByComment = false
  /// Something the real sed does and this one does not.
  var notSimulated: String?

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

  func position(_ character: Int) -> String {
    if let fileName { return "file \(fileName) line \(line): " }
    return "-e expression #\(expression), char \(character): "
  }
  func error(_ message: String, at character: Int? = nil) -> SedError {
    SedError(message: position(character ?? at) + message)
  }

  private mutating func skipSeparators() {
    while at < text.count, isSpace(text[at]) || text[at] == 59 {
      if text[at] == 10 { line += 1 }
      at += 1
    }
  }
  mutating func skipBlanks() {
    while at < text.count, isSpace(text[at]), text[at] != 10 { at += 1 }
  }

  mutating func number() -> Int64 {
    var value: Int64 = 0
    while at < text.count, isDigit(text[at]) {
      value = min(Int64.max / 20, value * 10 + Int64(text[at] - 48))
      at += 1
    }
    return value
  }

  // MARK: Addresses

  mutating func address(second: Bool) throws(SedError) -> SedAddress? {
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

  func compile(_ pattern: [UInt8], _ options: RegexOptions) throws(SedError) -> PosixRegex? {
    if pattern.isEmpty { return nil }
    do throws(RegexError) {
      return try PosixRegex(pattern, flavour: extended ? .extended : .basic, options: options)
    } catch {
      throw self.error(error.message)
    }
  }

  /// Reads up to a delimiter; `\delimiter` stands for itself, `\n` for a newline in regular expressions.
  mutating func readDelimited(_ delimiter: UInt8, regex: Bool) -> [UInt8]? {
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

}
