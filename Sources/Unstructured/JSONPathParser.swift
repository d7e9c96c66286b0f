// The grammar of JSONPath templates, mistakes worded as client-go words them.

import SimKernel

struct JSONPathParser {
  private let input: [UInt8]
  private var position = 0
  private var root: [JSONPath.Node] = []
  private var depth = 0

  init(_ template: String, depth: Int = 0) {
    input = Array(template.utf8)
    self.depth = depth
  }

  private func fail(_ message: String) -> JSONPathError { JSONPathError(message: message) }

  mutating func parse() throws(JSONPathError) -> [JSONPath.Node] {
    if depth > 100 { throw fail("nesting too deep") }
    while position < input.count {
      let start = position
      while position < input.count, input[position] != 123 { position += 1 }
      if position > start { root.append(.text(text(start..<position))) }
      if position < input.count {
        position += 1
        root.append(.list(try action()))
      }
    }
    return root
  }

  /// What stands between braces, parsed on its own.
  private func inner(_ text: String) throws(JSONPathError) -> [JSONPath.Node] {
    var parser = JSONPathParser("{" + text + "}", depth: depth + 1)
    guard case .list(let nodes)? = try parser.parse().first else { return [] }
    return nodes
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: input[range], as: UTF8.self) }

  private func isTerminator(_ byte: UInt8) -> Bool {
    switch byte {
    case 32, 9, 10, 13, 46, 44, 91, 93, 36, 64, 123, 125: return true
    default: return false
    }
  }

  private func isAlphanumeric(_ b: UInt8) -> Bool {
    b == 95 || (b >= 48 && b <= 57) || (b >= 65 && b <= 90) || (b >= 97 && b <= 122) || b >= 0x80
  }

  /// After `{`, up to and including its `}`.
  private mutating func action() throws(JSONPathError) -> [JSONPath.Node] {
    var nodes: [JSONPath.Node] = []
    while true {
      guard position < input.count else { throw fail("unclosed action") }
      let byte = input[position]
      switch byte {
      case 125:
        position += 1
        return nodes
      case 10, 13: throw fail("unclosed action")
      case 32, 64, 36: position += 1
      case 91:
        if input[position...].starts(with: [91, 63, 40]) {
          nodes.append(try filter())
        } else {
          try array(&nodes)
        }
      case 34, 39: nodes.append(.text(try quoted(byte)))
      case 46:
        if position + 1 < input.count, input[position + 1] == 46 {
          if case .recursive? = nodes.last { throw fail("invalid multiple recursive descent") }
          position += 2
          nodes.append(.recursive)
          if position < input.count, isAlphanumeric(input[position]) { nodes.append(field()) }
        } else {
          position += 1
          nodes.append(field())
        }
      case 43, 45, 48...57: nodes.append(try number())
      default:
        guard isAlphanumeric(byte) else {
          let hex = Array("0123456789ABCDEF".utf8)
          let code = String(decoding: [48, 48, hex[Int(byte >> 4)], hex[Int(byte & 15)]], as: UTF8.self)
          throw fail("unrecognized character in action: U+\(code) '\(String(UnicodeScalar(byte)))'")
        }
        let start = position
        while position < input.count, !isTerminator(input[position]) { position += 1 }
        let word = text(start..<position)
        switch word {
        case "true": nodes.append(.bool(true))
        case "false": nodes.append(.bool(false))
        default: nodes.append(.identifier(word))
        }
      }
    }
  }

  private mutating func field() -> JSONPath.Node {
    var name: [UInt8] = []
    while position < input.count {
      let byte = input[position]
      if byte == 92 {
        position += 1
        if position < input.count {
          if input[position] != 92 { name.append(input[position]) }
          position += 1
        }
        continue
      }
      if isTerminator(byte) { break }
      name.append(byte)
      position += 1
    }
    return name == [42] ? .wildcard : .field(String(decoding: name, as: UTF8.self))
  }

  private mutating func number() throws(JSONPathError) -> JSONPath.Node {
    let start = position
    if input[position] == 43 || input[position] == 45 { position += 1 }
    while position < input.count, input[position] == 46 || (input[position] >= 48 && input[position] <= 57) {
      position += 1
    }
    let word = text(start..<position)
    if let number = Int64(word) { return .integer(number) }
    if let number = Decimal.parse(word) { return .float(number) }
    throw fail("cannot parse number \(word)")
  }

  private mutating func quoted(_ quote: UInt8) throws(JSONPathError) -> String {
    let start = position
    position += 1
    var out: [UInt8] = []
    while true {
      guard position < input.count, input[position] != 10 else { throw fail("unterminated quoted string") }
      let byte = input[position]
      position += 1
      if byte == quote { return String(decoding: out, as: UTF8.self) }
      guard byte == 92 else {
        out.append(byte)
        continue
      }
      guard position < input.count else { throw fail("unterminated quoted string") }
      let escape = input[position]
      position += 1
      switch escape {
      case 110: out.append(10)
      case 116: out.append(9)
      case 114: out.append(13)
      case 97: out.append(7)
      case 98: out.append(8)
      case 102: out.append(12)
      case 118: out.append(11)
      case 92: out.append(92)
      case quote: out.append(quote)
      case 120, 117:
        let digits = escape == 120 ? 2 : 4
        var code: UInt32 = 0
        for _ in 0..<digits {
          guard position < input.count, let digit = hexDigit(input[position]) else {
            throw fail("unquote string \(text(start..<position)) error invalid syntax")
          }
          code = code << 4 | UInt32(digit)
          position += 1
        }
        out += Array(String(UnicodeScalar(code) ?? "\u{FFFD}").utf8)
      default:
        while position < input.count, input[position] != quote { position += 1 }
        throw fail("unquote string \(text(start..<min(position + 1, input.count))) error invalid syntax")
      }
    }
  }

  private mutating func array(_ nodes: inout [JSONPath.Node]) throws(JSONPathError) {
    let start = position + 1
    while position < input.count, input[position] != 93 {
      if input[position] == 10 { throw fail("unterminated array") }
      position += 1
    }
    guard position < input.count else { throw fail("unterminated array") }
    var content = Array(input[start..<position])
    position += 1
    if content == [42] { content = [58] }
    if content.contains(44) {
      var lists: [[JSONPath.Node]] = []
      for part in content.split(separator: 44, omittingEmptySubsequences: false) {
        var piece = part
        while piece.first == 32 { piece = piece.dropFirst() }
        while piece.last == 32 { piece = piece.dropLast() }
        lists.append(try inner("[" + String(decoding: piece, as: UTF8.self) + "]"))
      }
      nodes.append(.union(lists))
      return
    }
    if content.count >= 2, content.first == 39, content.last == 39, !content[1..<content.count - 1].contains(39) {
      nodes += try inner("." + String(decoding: content[1..<content.count - 1], as: UTF8.self))
      return
    }
    nodes.append(.array(try bounds(content)))
  }

  private func bounds(_ content: [UInt8]) throws(JSONPathError) -> [JSONPath.Bound] {
    let parts = content.split(separator: 58, omittingEmptySubsequences: false)
    let whole = String(decoding: content, as: UTF8.self)
    if parts.count > 3 { throw fail("invalid array index \(whole)") }
    var bounds = [JSONPath.Bound(), JSONPath.Bound(), JSONPath.Bound()]
    for (index, part) in parts.enumerated() where !part.isEmpty {
      let digits = part.first == 45 ? part.dropFirst() : part
      for byte in digits where byte < 48 || byte > 57 { throw fail("invalid array index \(whole)") }
      let word = String(decoding: part, as: UTF8.self)
      guard let number = Int(word) else { throw fail("array index \(word) is not a number") }
      bounds[index] = JSONPath.Bound(value: number, known: true)
    }
    if parts.count == 1 {
      bounds[1] = JSONPath.Bound(value: bounds[0].value + 1, known: true, derived: true)
    }
    return bounds
  }

  private mutating func filter() throws(JSONPathError) -> JSONPath.Node {
    position += 3
    let start = position
    var quote: UInt8 = 0
    var closed = false
    while true {
      guard position < input.count, input[position] != 10 else { throw fail("unterminated filter") }
      let byte = input[position]
      position += 1
      if byte == 34 || byte == 39 {
        if quote == 0 {
          quote = byte
        } else if input[position - 2] != 92, byte == quote {
          closed = true
        }
      } else if byte == 41, (quote != 0) == closed {
        break
      }
    }
    let end = position - 1
    guard position < input.count, input[position] == 93 else { throw fail("unclosed array expect ]") }
    position += 1
    let content = Array(input[start..<end])
    func isOperator(_ b: UInt8) -> Bool { b == 33 || b == 60 || b == 61 || b == 62 }
    var i = 0
    while i < content.count, !isOperator(content[i]) { i += 1 }
    var j = i
    while j < content.count, isOperator(content[j]) { j += 1 }
    func word(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    if i == 0 || j == i || j == content.count {
      return .filter(left: try inner(word(content[...])), right: [], operator: "exists")
    }
    return .filter(
      left: try inner(word(content[..<i])), right: try inner(word(content[j...])), operator: word(content[i..<j]))
  }
}
