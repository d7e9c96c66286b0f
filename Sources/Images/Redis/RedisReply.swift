// Replies of a Redis server, and the three ways in which redis-cli prints them: for a terminal, raw, and as CSV.
// Source: redis 7.0 `redis-cli.c` (cliFormatReplyTTY, cliFormatReplyRaw, cliFormatReplyCSV), `sds.c` (sdscatrepr).

indirect enum RedisReply {
  case status(String)
  case error(String)
  case integer(Int64)
  case bulk(String)
  case null
  case array([RedisReply])
  case nullArray

  static let ok = RedisReply.status("OK")
  static func texts(_ list: [String]) -> RedisReply {
    var items: [RedisReply] = []
    for text in list { items.append(.bulk(text)) }
    return .array(items)
  }
  static func optional(_ text: String?) -> RedisReply { text.map { .bulk($0) } ?? .null }
  static let wrongType = RedisReply.error("WRONGTYPE Operation against a key holding the wrong kind of value")
  static let notInteger = RedisReply.error("ERR value is not an integer or out of range")
  static let notFloat = RedisReply.error("ERR value is not a valid float")
  static let syntax = RedisReply.error("ERR syntax error")
  static let noSuchKey = RedisReply.error("ERR no such key")
  static func wrongArguments(_ command: String) -> RedisReply {
    .error("ERR wrong number of arguments for '\(command)' command")
  }

  var isError: Bool {
    if case .error = self { return true }
    return false
  }

  /// As the server sends it (RESP 2).
  var wire: String {
    switch self {
    case .status(let text): return "+\(text)\r\n"
    case .error(let text): return "-\(text)\r\n"
    case .integer(let number): return ":\(number)\r\n"
    case .bulk(let text): return "$\(text.utf8.count)\r\n\(text)\r\n"
    case .null: return "$-1\r\n"
    case .nullArray: return "*-1\r\n"
    case .array(let items):
      var out = "*\(items.count)\r\n"
      for item in items { out += item.wire }
      return out
    }
  }

  // MARK: Printing

  /// For a terminal: typed, quoted, numbered.
  func forTerminal(_ prefix: String = "") -> String {
    switch self {
    case .error(let text): return "(error) \(text)\n"
    case .status(let text): return text + "\n"
    case .integer(let number): return "(integer) \(number)\n"
    case .bulk(let text): return RedisReply.quoted(text) + "\n"
    case .null, .nullArray: return "(nil)\n"
    case .array(let items):
      if items.isEmpty { return "(empty array)\n" }
      let width = String(items.count).utf8.count
      let indent = prefix + String(repeating: " " as Character, count: width + 2)
      var out = ""
      for (index, item) in items.enumerated() {
        out += (index == 0 ? "" : prefix) + right(String(index + 1), width) + ") " + item.forTerminal(indent)
      }
      return out
    }
  }

  var raw: String {
    switch self {
    case .error(let text): return text + "\n"
    case .status(let text), .bulk(let text): return text
    case .integer(let number): return String(number)
    case .null, .nullArray: return ""
    case .array(let items):
      var out = ""
      for (index, item) in items.enumerated() { out += (index == 0 ? "" : "\n") + item.raw }
      return out
    }
  }

  var commaSeparated: String {
    switch self {
    case .error(let text): return "ERROR," + RedisReply.quoted(text)
    case .status(let text), .bulk(let text): return RedisReply.quoted(text)
    case .integer(let number): return String(number)
    case .null, .nullArray: return "NULL"
    case .array(let items):
      var out = ""
      for (index, item) in items.enumerated() { out += (index == 0 ? "" : ",") + item.commaSeparated }
      return out
    }
  }

  static func quoted(_ text: String) -> String {
    var out: [UInt8] = [34]
    let digits = Array("0123456789abcdef".utf8)
    for byte in text.utf8 {
      switch byte {
      case 34, 92: out += [92, byte]
      case 10: out += Array("\\n".utf8)
      case 13: out += Array("\\r".utf8)
      case 9: out += Array("\\t".utf8)
      case 7: out += Array("\\a".utf8)
      case 8: out += Array("\\b".utf8)
      case 32...126: out.append(byte)
      default: out += [92, 120, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    out.append(34)
    return String(decoding: out, as: UTF8.self)
  }

  /// Words of a command line with quotes and escapes; nil when quotes do not match (`sdssplitargs`).
  static func split(_ line: String) -> [String]? {
    let bytes = Array(line.utf8)
    var words: [String] = []
    var i = 0
    while true {
      while i < bytes.count, isBlank(bytes[i]) { i += 1 }
      guard i < bytes.count else { return words }
      var word: [UInt8] = []
      var quote: UInt8?
      while true {
        guard i < bytes.count else {
          if quote != nil { return nil }
          break
        }
        let byte = bytes[i]
        if quote == 34 {
          if byte == 92, i + 3 < bytes.count, bytes[i + 1] == 120, let high = digit(bytes[i + 2]),
            let low = digit(bytes[i + 3])
          {
            word.append(high * 16 + low)
            i += 4
            continue
          }
          if byte == 92, i + 1 < bytes.count {
            let escapes: [UInt8: UInt8] = [110: 10, 114: 13, 116: 9, 98: 8, 97: 7]
            word.append(escapes[bytes[i + 1]] ?? bytes[i + 1])
            i += 2
            continue
          }
          if byte == 34 {
            i += 1
            guard i >= bytes.count || isBlank(bytes[i]) else { return nil }
            break
          }
        } else if quote == 39 {
          if byte == 92, i + 1 < bytes.count, bytes[i + 1] == 39 {
            word.append(39)
            i += 2
            continue
          }
          if byte == 39 {
            i += 1
            guard i >= bytes.count || isBlank(bytes[i]) else { return nil }
            break
          }
        } else {
          if isBlank(byte) { break }
          if byte == 34 || byte == 39 {
            quote = byte
            i += 1
            continue
          }
        }
        word.append(byte)
        i += 1
      }
      words.append(String(decoding: word, as: UTF8.self))
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: return byte - 48
    case 97...102: return byte - 87
    case 65...70: return byte - 55
    default: return nil
    }
  }
}
