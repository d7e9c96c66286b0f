// jq's JSON reader: a stream of values, read byte by byte so that a pipe is followed as it comes, with jq's messages and
// positions. It takes more than JSON, as jq does: `nan`, `Infinity`, numbers such as `.5`, values without a gap.

import SimKernel

struct JqReader {
  private enum Lexing {
    case normal, string, escape
  }
  private struct Level {
    /// The array being filled, or the members of the object so far.
    var items: [JqValue] = []
    var members: OrderedMap<String, JqValue>?
    /// The key that waits for its value.
    var key: String?
  }

  private var levels: [Level] = []
  /// A finished value that waits for the separator after it.
  private var next: JqValue?
  private var token: [UInt8] = []
  private var lexing = Lexing.normal
  private var line = 1
  private var column = 0
  /// The byte after a comma: what must not close the array or object at once.
  private var afterComma = false
  private var ready: [JqValue] = []
  private(set) var failure: String?
  private static let depthMax = 256

  init() {}

  /// Takes a finished value.
  mutating func take() -> JqValue? { ready.isEmpty ? nil : ready.removeFirst() }
  var hasValue: Bool { !ready.isEmpty }

  mutating func feed(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      if failure != nil { return }
      scan(byte)
    }
  }

  /// The end of the input.
  mutating func finish() {
    guard failure == nil else { return }
    if lexing != .normal {
      failure = "Unfinished string at EOF at line \(line), column \(column)"
      return
    }
    if let problem = checkLiteral() {
      failure = "\(problem) at EOF at line \(line), column \(column)"
      return
    }
    if !levels.isEmpty {
      failure = "Unfinished JSON term at EOF at line \(line), column \(column)"
      return
    }
    if let next {
      ready.append(next)
      self.next = nil
    }
  }

  /// Reads one text that must hold exactly one value (`fromjson`, `tonumber`, `--argjson`).
  static func single(_ text: String) throws(JqError) -> JqValue {
    var reader = JqReader()
    reader.feed(text.bytes[...])
    if reader.failure == nil { reader.finish() }
    if let failure = reader.failure { throw JqError(failure + " (while parsing '\(text)')") }
    guard let value = reader.take() else { throw JqError("Expected JSON value (while parsing '\(text)')") }
    if reader.hasValue { throw JqError("Unexpected extra JSON values (while parsing '\(text)')") }
    return value
  }

  private mutating func scan(_ byte: UInt8) {
    column += 1
    if byte == 10 {
      line += 1
      column = 0
    }
    var problem: String?
    switch lexing {
    case .escape:
      token.append(byte)
      lexing = .string
    case .string:
      if byte == 34 {
        lexing = .normal
        problem = closeString()
      } else {
        token.append(byte)
        if byte == 92 { lexing = .escape }
      }
    case .normal:
      switch byte {
      case 32, 9, 10, 13: problem = checkLiteral()
      case 34:
        problem = checkLiteral()
        if problem == nil {
          lexing = .string
          token = []
        }
      case 91, 93, 123, 125, 44, 58: problem = checkLiteral() ?? structure(byte)
      default: token.append(byte)
      }
      if levels.isEmpty, problem == nil, token.isEmpty, lexing == .normal, let next {
        ready.append(next)
        self.next = nil
      }
    }
    if let problem { failure = "\(problem) at line \(line), column \(column)" }
  }

  private mutating func structure(_ byte: UInt8) -> String? {
    switch byte {
    case 91, 123:
      if levels.count >= JqReader.depthMax { return "Exceeds depth limit for parsing" }
      if next != nil { return "Expected separator between values" }
      levels.append(Level(members: byte == 123 ? OrderedMap() : nil))
      afterComma = false
    case 58:
      guard let value = next else { return "Expected string key before ':'" }
      guard let level = levels.last else { return "Expected string key before ':'" }
      if level.members == nil || level.key != nil { return "':' not as part of an object" }
      guard case .string(let key) = value else { return "Object keys must be strings" }
      levels[levels.count - 1].key = key
      next = nil
      afterComma = false
    case 44:
      guard let value = next, let level = levels.last else { return "Expected value before ','" }
      if level.members != nil {
        guard let key = level.key else { return "Objects must consist of key:value pairs" }
        levels[levels.count - 1].members?[key] = value
        levels[levels.count - 1].key = nil
      } else {
        levels[levels.count - 1].items.append(value)
      }
      next = nil
      afterComma = true
    case 93:
      guard let level = levels.last, level.members == nil else { return "Unmatched ']'" }
      if let value = next {
        levels[levels.count - 1].items.append(value)
      } else if afterComma {
        return "Expected another array element"
      }
      next = .array(levels.removeLast().items)
      afterComma = false
    default:
      guard let level = levels.last else { return "Unmatched '}'" }
      guard level.members != nil else {
        return next != nil ? "Objects must consist of key:value pairs" : "Unmatched '}'"
      }
      if let value = next {
        guard let key = level.key else { return "Objects must consist of key:value pairs" }
        levels[levels.count - 1].members?[key] = value
      } else if level.key != nil {
        return "Unmatched '}'"
      } else if afterComma {
        return "Expected another key-value pair"
      }
      next = .object(JqObject(levels.removeLast().members ?? OrderedMap()))
      afterComma = false
    }
    return nil
  }

  private mutating func value(_ value: JqValue) -> String? {
    if next != nil {
      // At the top, a value needs no separator before the next one.
      guard levels.isEmpty else { return "Expected separator between values" }
      if let next { ready.append(next) }
    }
    next = value
    return nil
  }

  private mutating func checkLiteral() -> String? {
    if token.isEmpty { return nil }
    let text = token
    token = []
    var word: [UInt8]?
    var result = JqValue.null
    switch text[0] {
    case 116:
      word = Array("true".utf8)
      result = .boolean(true)
    case 102:
      word = Array("false".utf8)
      result = .boolean(false)
    case 110 where text.count == 4: word = Array("null".utf8)
    case 39: return "Invalid numeric literal"
    default: break
    }
    if let word {
      guard text == word else { return "Invalid literal" }
      return value(result)
    }
    guard let number = jqNumber(text) else { return "Invalid numeric literal" }
    return value(number)
  }

  private mutating func closeString() -> String? {
    let text = token
    token = []
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var i = 0
    while i < text.count {
      let byte = text[i]
      i += 1
      if byte < 32 { return "Invalid string: control characters from U+0000 through U+001F must be escaped" }
      guard byte == 92 else {
        out.append(byte)
        continue
      }
      guard i < text.count else { return "Expected escape character at end of string" }
      let letter = text[i]
      i += 1
      switch letter {
      case 34, 47, 92: out.append(letter)
      case 98: out.append(8)
      case 102: out.append(12)
      case 110: out.append(10)
      case 114: out.append(13)
      case 116: out.append(9)
      case 117:
        guard let unit = JqReader.hex4(text, i) else { return "Invalid \\uXXXX escape" }
        i += 4
        var scalar = unit
        if unit >= 0xd800, unit < 0xdc00 {
          guard i + 6 <= text.count, text[i] == 92, text[i + 1] == 117, let low = JqReader.hex4(text, i + 2),
            low >= 0xdc00, low < 0xe000
          else { return "Invalid \\uXXXX\\uXXXX surrogate pair escape" }
          i += 6
          scalar = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
        }
        if scalar > 0x10ffff || (scalar >= 0xd800 && scalar < 0xe000) { scalar = 0xfffd }
        encodeUTF8(scalar, into: &out)
      default: return "Invalid escape"
      }
    }
    return value(.string(String(decoding: out, as: UTF8.self)))
  }

  private static func hex4(_ text: [UInt8], _ start: Int) -> UInt32? {
    guard start + 4 <= text.count else { return nil }
    var unit: UInt32 = 0
    for byte in text[start..<(start + 4)] {
      guard let digit = hexValue(byte) else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
