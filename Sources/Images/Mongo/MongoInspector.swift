// How mongosh shows values: Node's inspector with its rule for what fits on one line (72 to 80 columns, three levels) and for what
// stands in columns (arrays of more than six), and JSON.
// Sources: Node.js `lib/internal/util/inspect.js` (reduceToSingleString, groupArrayElements); mongosh 2 for BSON types and the
// depth of six; the extended JSON specification.

import SimKernel

extension MongoValue {
  /// As the shell shows a result: a string as it is, anything else inspected.
  var shown: String {
    if case .string(let text) = self { return text }
    return inspected
  }

  var inspected: String {
    var inspector = Inspector()
    return inspector.text(self, level: 0, indentation: 0)
  }

  /// All elements of an array: what a cursor shows.
  var inspectedWhole: String {
    var inspector = Inspector()
    inspector.isWhole = true
    return inspector.text(self, level: 0, indentation: 0)
  }

  private struct Inspector {
    var isWhole = false
    /// Level of the object formatted last: an object holds at most three levels on one line.
    var current = 0

    mutating func text(_ value: MongoValue, level: Int, indentation: Int) -> String {
      switch value {
      case .undefined: return "undefined"
      case .null: return "null"
      case .bool(let flag): return flag ? "true" : "false"
      case .number(let number): return MongoValue.numberText(number)
      case .string(let text): return Inspector.quoted(text)
      case .objectID(let digits): return "ObjectId('\(digits)')"
      case .date(let time): return "ISODate('\(MongoValue.dateText(time))')"
      case .timestamp(let t, let i): return "Timestamp({ t: \(t), i: \(i) })"
      case .long(let number): return "Long('\(number)')"
      case .regex(let pattern, let flags): return "/\(pattern)/\(flags)"
      case .binary(let digits): return "Binary.createFromBase64('\(digits)', 0)"
      case .function: return "[Function]"
      case .host: return ""
      case .failure(let text): return text
      case .error(let error): return error.message
      case .array(let items):
        if items.isEmpty { return "[]" }
        if level > 6 { return "[Array]" }
        current = level
        var parts: [String] = []
        for item in items.prefix(level == 0 && isWhole ? items.count : 100) {
          parts.append(text(item, level: level + 1, indentation: indentation + 2))
        }
        if parts.count < items.count {
          parts.append("... \(items.count - 100) more item\(items.count > 101 ? "s" : "")")
        }
        var output = parts
        if parts.count > 6 { output = Inspector.grouped(parts, items, indentation) }
        return joined(output, "[", "]", level, indentation, mayJoin: output.count == parts.count)
      case .object(let object):
        if object.fields.isEmpty { return "{}" }
        if level > 6 { return "[Object]" }
        current = level
        var parts: [String] = []
        for (key, value) in object.fields {
          parts.append("\(Inspector.key(key)): " + text(value, level: level + 1, indentation: indentation + 2))
        }
        return joined(parts, "{", "}", level, indentation)
      }
    }

    private func joined(
      _ parts: [String], _ open: String, _ close: String, _ level: Int, _ indentation: Int, mayJoin: Bool = true
    ) -> String {
      if current - level < 3, mayJoin {
        var total = parts.count + parts.count + indentation + 1 + 10
        var hasBreak = false
        for part in parts {
          total += part.unicodeScalars.count
          if part.utf8.contains(10) { hasBreak = true }
        }
        if total <= 80, !hasBreak { return "\(open) \(parts.joined(separator: ", ")) \(close)" }
      }
      let space = "\n" + String(repeating: " " as Character, count: indentation)
      return "\(open)\(space)  \(parts.joined(separator: ",\(space)  "))\(space)\(close)"
    }

    /// Entries of a long array in columns, when they are short and of like length.
    private static func grouped(_ parts: [String], _ items: [MongoValue], _ indentation: Int) -> [String] {
      let count = min(parts.count, items.count)
      var lengths: [Int] = []
      var total = 0
      var longest = 0
      for part in parts.prefix(count) {
        let length = part.utf16.count
        lengths.append(length)
        total += length + 2
        longest = max(longest, length)
      }
      let widest = longest + 2
      guard widest * 3 + indentation < 80, Double(total) / Double(widest) > 5 || longest <= 6 else { return parts }
      let bias = max(Double(widest) - 3 - (Double(widest) - Double(total) / Double(parts.count)).squareRoot(), 1)
      let columns = min(
        Int(((2.5 * bias * Double(count)).squareRoot() / bias).rounded()), (80 - indentation) / widest, 12, 15)
      guard columns > 1 else { return parts }
      var widths: [Int] = []
      for column in 0..<columns {
        var width = 0
        for index in stride(from: column, to: count, by: columns) { width = max(width, lengths[index]) }
        widths.append(width + 2)
      }
      var areNumbers = true
      for item in items {
        if case .number = item { continue }
        areNumbers = false
      }
      var lines: [String] = []
      for start in stride(from: 0, to: count, by: columns) {
        let end = min(start + columns, count)
        var line = ""
        for index in start..<end - 1 {
          let text = parts[index] + ", "
          line += areNumbers ? right(text, widths[index - start]) : left(text, widths[index - start])
        }
        line += areNumbers ? right(parts[end - 1], widths[end - 1 - start] - 2) : parts[end - 1]
        lines.append(line)
      }
      if count < parts.count { lines.append(parts[count]) }
      return lines
    }

    private static func key(_ key: String) -> String {
      var isName = !key.isEmpty
      for (index, byte) in key.utf8.enumerated() {
        let letter = (97...122).contains(byte) || (65...90).contains(byte) || byte == 95
        if !letter, !(index > 0 && (48...57).contains(byte)) { isName = false }
      }
      return isName ? key : quoted(key)
    }

    static func quoted(_ text: String) -> String {
      let mark: String
      if !text.utf8.contains(39) {
        mark = "'"
      } else if !text.utf8.contains(34) {
        mark = "\""
      } else {
        mark = text.utf8.contains(96) ? "'" : "`"
      }
      var out = mark
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": out += "\\n"
        case "\t": out += "\\t"
        case "\r": out += "\\r"
        case "\\": out += "\\\\"
        case "'" where mark == "'": out += "\\'"
        default: out.unicodeScalars.append(scalar)
        }
      }
      return out + mark
    }
  }

  /// JSON.stringify
  func json(indent: Int?, depth: Int = 0) -> String? {
    let inner = indent.map { "\n" + String(repeating: " " as Character, count: $0 * (depth + 1)) } ?? ""
    let outer = indent.map { "\n" + String(repeating: " " as Character, count: $0 * depth) } ?? ""
    switch self {
    case .undefined, .function, .host, .failure, .error: return nil
    case .regex: return "{}"
    case .binary(let digits): return MongoValue.jsonQuoted(digits)
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let number): return MongoValue.numberText(number)
    case .string(let text): return MongoValue.jsonQuoted(text)
    case .objectID(let digits): return "\"\(digits)\""
    case .date(let time): return "\"\(MongoValue.dateText(time))\""
    case .timestamp(let t, let i): return "{\"$timestamp\":{\"t\":\(t),\"i\":\(i)}}"
    case .long(let number): return String(number)
    case .array(let items):
      if items.isEmpty { return "[]" }
      var parts: [String] = []
      for item in items { parts.append(inner + (item.json(indent: indent, depth: depth + 1) ?? "null")) }
      return "[" + parts.joined(separator: ",") + outer + "]"
    case .object(let object):
      if object.fields.isEmpty { return "{}" }
      var parts: [String] = []
      for (key, value) in object.fields {
        guard let text = value.json(indent: indent, depth: depth + 1) else { continue }
        parts.append("\(inner)\(MongoValue.jsonQuoted(key)):\(indent == nil ? "" : " ")\(text)")
      }
      return "{" + parts.joined(separator: ",") + outer + "}"
    }
  }

  /// EJSON.stringify as `--json` prints it: indented by two.
  func extendedJSON(isRelaxed: Bool, depth: Int = 0) -> String? {
    let inner = "\n" + String(repeating: " " as Character, count: 2 * (depth + 1))
    let outer = "\n" + String(repeating: " " as Character, count: 2 * depth)
    func wrapped(_ name: String, _ text: String) -> String { "{\(inner)\"\(name)\": \(text)\(outer)}" }
    switch self {
    case .objectID(let digits): return wrapped("$oid", "\"\(digits)\"")
    case .date(let time):
      if isRelaxed {
        let text = MongoValue.dateText(time)
        return wrapped("$date", "\"\(time % 1_000 == 0 ? String(text.dropLast(5)) + "Z" : text)\"")
      }
      let deeper = inner + "  "
      return "{\(inner)\"$date\": {\(deeper)\"$numberLong\": \"\(time)\"\(inner)}\(outer)}"
    case .long(let number): return isRelaxed ? String(number) : wrapped("$numberLong", "\"\(number)\"")
    case .number(let value):
      if isRelaxed { return MongoValue.numberText(value) }
      if value == value.rounded(), value.magnitude < 2_147_483_648 {
        return wrapped("$numberInt", "\"\(MongoValue.numberText(value))\"")
      }
      return wrapped(
        value == value.rounded() ? "$numberLong" : "$numberDouble", "\"\(MongoValue.numberText(value))\"")
    case .timestamp(let t, let i):
      let deeper = inner + "  "
      return "{\(inner)\"$timestamp\": {\(deeper)\"t\": \(t),\(deeper)\"i\": \(i)\(inner)}\(outer)}"
    case .array(let items):
      if items.isEmpty { return "[]" }
      var parts: [String] = []
      for item in items { parts.append(inner + (item.extendedJSON(isRelaxed: isRelaxed, depth: depth + 1) ?? "null")) }
      return "[" + parts.joined(separator: ",") + outer + "]"
    case .object(let object):
      if object.fields.isEmpty { return "{}" }
      var parts: [String] = []
      for (key, value) in object.fields {
        guard let text = value.extendedJSON(isRelaxed: isRelaxed, depth: depth + 1) else { continue }
        parts.append("\(inner)\(MongoValue.jsonQuoted(key)): \(text)")
      }
      return "{" + parts.joined(separator: ",") + outer + "}"
    default: return json(indent: 2, depth: depth)
    }
  }

  static func jsonQuoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
