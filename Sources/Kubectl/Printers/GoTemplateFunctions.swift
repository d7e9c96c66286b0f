// The functions of Go's text/template and the two that kubectl adds. Source: Go's text/template package documentation.

import KubeAPI
import SimKernel
import Unstructured

enum TemplateFunctions {
  static let names = [
    "and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "eq", "ne",
    "lt", "le", "gt", "ge", "exists", "base64decode",
  ]

  static func problem(_ text: String) -> TemplateProblem { TemplateProblem(message: "1: \(text)", isParse: false) }

  static func call(_ name: String, _ arguments: [Value?]) throws(TemplateProblem) -> Value? {
    switch name {
    case "and":
      for argument in arguments where !TemplateRunner.isTrue(argument) { return argument }
      return arguments.last ?? nil
    case "or":
      for argument in arguments where TemplateRunner.isTrue(argument) { return argument }
      return arguments.last ?? nil
    case "not": return .bool(!TemplateRunner.isTrue(arguments.first ?? nil))
    case "len":
      switch arguments.first ?? nil {
      case .array(let items)?: return .integer(Int64(items.count))
      case .object(let members)?: return .integer(Int64(members.count))
      case .string(let text)?: return .integer(Int64(text.utf8.count))
      default: throw problem("error calling len: len of nil pointer")
      }
    case "index": return try index(arguments)
    case "print": return .string(printed(arguments))
    case "println":
      var texts: [String] = []
      for argument in arguments { texts.append(TemplateRunner.shown(argument)) }
      return .string(texts.joined(separator: " ") + "\n")
    case "printf": return .string(try format(arguments))
    case "eq", "ne", "lt", "le", "gt", "ge": return .bool(try compare(name, arguments))
    case "base64decode":
      guard case .bytes(let bytes) = Base64.decode((arguments.first ?? nil)?.string ?? "") else {
        throw problem("error calling base64decode: base64 decode failed")
      }
      return .string(String(decoding: bytes, as: UTF8.self))
    case "exists":
      var current = arguments.first ?? nil
      for key in arguments.dropFirst() {
        if let number = key?.integer, let items = current?.array {
          current = number >= 0 && number < Int64(items.count) ? items[Int(number)] : nil
        } else {
          current = current?[key?.string ?? ""]
        }
        if current == nil { return false }
      }
      return true
    case "html": return .string(escaped(joined(arguments), html))
    case "js": return .string(escaped(joined(arguments), script))
    case "urlquery": return .string(query(joined(arguments)))
    case "slice": return try slice(arguments)
    default: throw problem("function \(goQuoted(name)) not defined")
    }
  }

  private static func index(_ arguments: [Value?]) throws(TemplateProblem) -> Value? {
    var current = arguments.first ?? nil
    for key in arguments.dropFirst() {
      if let items = current?.array {
        guard let number = key?.integer, number >= 0, number < Int64(items.count) else {
          throw problem("error calling index: index out of range: \(TemplateRunner.shown(key))")
        }
        current = items[Int(number)]
      } else if let members = current?.object {
        current = members[key?.string ?? ""]
      } else {
        throw problem("error calling index: index of untyped nil")
      }
    }
    return current
  }

  private static func compare(_ name: String, _ arguments: [Value?]) throws(TemplateProblem) -> Bool {
    guard arguments.count >= 2, let a = arguments[0] else {
      throw problem("error calling \(name): missing argument for comparison")
    }
    func order(_ b: Value?) throws(TemplateProblem) -> Int {
      switch (a, b) {
      case (.integer(let x), .integer(let y)?): return x < y ? -1 : x == y ? 0 : 1
      case (.number(let x), .number(let y)?): return x < y ? -1 : x == y ? 0 : 1
      case (.string(let x), .string(let y)?): return x < y ? -1 : x == y ? 0 : 1
      case (.bool(let x), .bool(let y)?): return x == y ? 0 : x ? 1 : -1
      default: throw problem("error calling \(name): incompatible types for comparison")
      }
    }
    switch name {
    case "eq":
      for b in arguments.dropFirst() where try order(b) == 0 { return true }
      return false
    case "ne": return try order(arguments[1]) != 0
    case "lt": return try order(arguments[1]) < 0
    case "le": return try order(arguments[1]) <= 0
    case "gt": return try order(arguments[1]) > 0
    default: return try order(arguments[1]) >= 0
    }
  }

  /// `printf` with the verbs that occur: %s %v %d %q %t %%, and widths for %s and %d.
  private static func format(_ arguments: [Value?]) throws(TemplateProblem) -> String {
    let pattern = Array(((arguments.first ?? nil)?.string ?? "").utf8)
    var rest = Array(arguments.dropFirst())
    var out: [UInt8] = []
    var i = 0
    while i < pattern.count {
      if pattern[i] != 37 {
        out.append(pattern[i])
        i += 1
        continue
      }
      i += 1
      var leftAligned = false
      var width = 0
      if i < pattern.count, pattern[i] == 45 {
        leftAligned = true
        i += 1
      }
      while i < pattern.count, pattern[i] >= 48, pattern[i] <= 57 {
        width = min(10_000, width * 10 + Int(pattern[i] - 48))
        i += 1
      }
      guard i < pattern.count else { break }
      let verb = pattern[i]
      i += 1
      if verb == 37 {
        out.append(37)
        continue
      }
      if rest.isEmpty {
        out.append(contentsOf: "%!\(String(decoding: [verb], as: UTF8.self))(MISSING)".utf8)
        continue
      }
      let value = rest.removeFirst()
      var text = TemplateRunner.shown(value)
      if verb == 113 { text = goQuoted(text) }
      let padding = [UInt8](repeating: 32, count: max(0, width - text.unicodeScalars.count))
      out.append(contentsOf: leftAligned ? Array(text.utf8) + padding : padding + Array(text.utf8))
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// As fmt.Sprint: a space between operands when neither is a string.
  private static func printed(_ arguments: [Value?]) -> String {
    var text = ""
    for (index, argument) in arguments.enumerated() {
      if index > 0, argument?.string == nil, arguments[index - 1]?.string == nil { text += " " }
      text += TemplateRunner.shown(argument)
    }
    return text
  }

  /// What the escapers work on: the text itself, or everything as printed.
  private static func joined(_ arguments: [Value?]) -> [UInt8] {
    if arguments.count == 1, let text = arguments[0]?.string { return Array(text.utf8) }
    return Array(printed(arguments).utf8)
  }

  private static let html: [UInt8: String] = [
    34: "&#34;", 38: "&amp;", 39: "&#39;", 60: "&lt;", 62: "&gt;", 0: "\u{FFFD}",
  ]
  private static let script: [UInt8: String] = [
    34: #"\""#, 39: #"\'"#, 60: #"\u003C"#, 62: #"\u003E"#, 38: #"\u0026"#, 61: #"\u003D"#, 92: #"\\"#, 10: #"\u000A"#,
    13: #"\u000D"#, 9: #"\u0009"#,
  ]

  private static func escaped(_ bytes: [UInt8], _ table: [UInt8: String]) -> String {
    var out: [UInt8] = []
    for byte in bytes {
      if let text = table[byte] { out.append(contentsOf: text.utf8) } else { out.append(byte) }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func query(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in bytes {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: out.append(byte)
      case 32: out.append(43)
      default: out += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func slice(_ arguments: [Value?]) throws(TemplateProblem) -> Value? {
    guard let item = arguments.first ?? nil else { throw problem("error calling slice: slice of untyped nil") }
    let count = item.array?.count ?? item.string?.utf8.count
    guard let count else { throw problem("error calling slice: can't slice item of type map[string]interface {}") }
    var bounds = [0, count]
    for (place, argument) in arguments.dropFirst().prefix(2).enumerated() {
      guard let number = argument?.integer, number >= 0, number <= Int64(count) else {
        throw problem("error calling slice: index out of range: \(TemplateRunner.shown(argument))")
      }
      bounds[place] = Int(number)
    }
    guard bounds[0] <= bounds[1] else {
      throw problem("error calling slice: invalid slice index: \(bounds[0]) > \(bounds[1])")
    }
    if let items = item.array { return .array(Array(items[bounds[0]..<bounds[1]])) }
    return .string(String(decoding: Array((item.string ?? "").utf8)[bounds[0]..<bounds[1]], as: UTF8.self))
  }
}
