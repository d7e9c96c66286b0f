// Go templates, as far as `-o go-template` needs them: fields, variables, pipelines, range, if, with, the comparison and printing
// functions, and kubectl's `base64decode` and `exists`. Source: Go's text/template package documentation.
//
// Left out: `define`, `block` and `template`, method calls, complex numbers.

import KubeAPI
import SimKernel
import Unstructured

enum GoTemplate {
  static func render(_ text: String, _ value: Value, allowsMissing: Bool) throws(Failure) -> String {
    do throws(TemplateProblem) {
      var parser = TemplateParser(text)
      let nodes = try parser.parse()
      var runner = TemplateRunner(value, allowsMissing: allowsMissing)
      try runner.run(nodes, value)
      return runner.output
    } catch {
      if error.isParse { throw .text("error parsing template \(text), template: output:\(error.message)") }
      throw .text(
        "error executing template \(goQuoted(text)): template: output:\(error.message)")
    }
  }
}

struct TemplateProblem: Error {
  let message: String
  let isParse: Bool
}

/// What a pipeline yields: a value, or nothing.
indirect enum TemplateNode {
  case text(String)
  case action(TemplatePipeline)
  case range(TemplatePipeline, [TemplateNode], [TemplateNode])
  case condition(TemplatePipeline, [TemplateNode], [TemplateNode])
  case with(TemplatePipeline, [TemplateNode], [TemplateNode])
}

struct TemplatePipeline {
  var declared: [String] = []
  var assigns = false
  var commands: [[TemplateOperand]] = []
}

indirect enum TemplateOperand {
  case dot
  case field([String])
  case variable(String, [String])
  case literal(Value)
  case function(String)
  case group(TemplatePipeline, [String])
}

struct TemplateParser {
  private let bytes: [UInt8]
  private var i = 0
  private var depth = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  private enum End {
    case end
    case otherwise(TemplatePipeline?)
    case finished
  }

  mutating func parse() throws(TemplateProblem) -> [TemplateNode] {
    let (nodes, end) = try list()
    if case .finished = end { return nodes }
    throw problem("unexpected {{end}}")
  }

  private func problem(_ text: String) -> TemplateProblem {
    var line = 1
    for byte in bytes[..<min(i, bytes.count)] where byte == 10 { line += 1 }
    return TemplateProblem(message: "\(line): \(text)", isParse: true)
  }

  private mutating func list() throws(TemplateProblem) -> ([TemplateNode], End) {
    depth += 1
    defer { depth -= 1 }
    if depth > 100 { throw problem("template nested too deeply") }
    var nodes: [TemplateNode] = []
    while i < bytes.count {
      let start = i
      while i < bytes.count, !(bytes[i] == 123 && i + 1 < bytes.count && bytes[i + 1] == 123) { i += 1 }
      var text = Array(bytes[start..<i])
      if i >= bytes.count {
        if !text.isEmpty { nodes.append(.text(String(decoding: text, as: UTF8.self))) }
        break
      }
      i += 2
      if i + 1 < bytes.count, bytes[i] == 45, isSpace(bytes[i + 1]) {
        i += 1
        while let last = text.last, isSpace(last) { text.removeLast() }
      }
      if !text.isEmpty { nodes.append(.text(String(decoding: text, as: UTF8.self))) }
      skipSpace()
      if bytes[i...].starts(with: Array("/*".utf8)) {
        while i + 1 < bytes.count, !(bytes[i] == 42 && bytes[i + 1] == 47) { i += 1 }
        i = min(bytes.count, i + 2)
        try close()
        continue
      }
      let word = peekWord()
      switch word {
      case "end":
        i += 3
        try close()
        return (nodes, .end)
      case "else":
        i += 4
        skipSpace()
        var next: TemplatePipeline?
        if peekWord() == "if" {
          i += 2
          next = try pipeline()
        }
        try close()
        return (nodes, .otherwise(next))
      case "range", "if", "with":
        i += word.utf8.count
        let head = try pipeline()
        try close()
        let (body, other) = try branches()
        switch word {
        case "range": nodes.append(.range(head, body, other))
        case "if": nodes.append(.condition(head, body, other))
        default: nodes.append(.with(head, body, other))
        }
      case "define", "block", "template", "break", "continue":
        throw problem("{{\(word)}} is not simulated")
      default:
        nodes.append(.action(try pipeline()))
        try close()
      }
    }
    return (nodes, .finished)
  }

  private mutating func branches() throws(TemplateProblem) -> ([TemplateNode], [TemplateNode]) {
    let (body, end) = try list()
    switch end {
    case .end: return (body, [])
    case .finished: throw problem("unexpected EOF")
    case .otherwise(nil):
      let (other, last) = try list()
      guard case .end = last else { throw problem("unexpected EOF") }
      return (body, other)
    case .otherwise(let head?):
      let (inner, other) = try branches()
      return (body, [.condition(head, inner, other)])
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
  private mutating func skipSpace() { while i < bytes.count, isSpace(bytes[i]) { i += 1 } }
  private func isLetter(_ byte: UInt8) -> Bool {
    byte >= 97 && byte <= 122 || byte >= 65 && byte <= 90 || byte >= 48 && byte <= 57 || byte == 95 || byte >= 128
  }
  private func peekWord() -> String {
    var j = i
    while j < bytes.count, isLetter(bytes[j]) { j += 1 }
    return String(decoding: bytes[i..<j], as: UTF8.self)
  }

  /// The closing braces, with a trim marker before them.
  private mutating func close() throws(TemplateProblem) {
    skipSpace()
    var trims = false
    if i < bytes.count, bytes[i] == 45 {
      trims = true
      i += 1
    }
    guard i + 1 < bytes.count, bytes[i] == 125, bytes[i + 1] == 125 else {
      if i >= bytes.count { throw problem("unclosed action") }
      let scalar = String(decoding: bytes[i..<min(bytes.count, i + 1)], as: UTF8.self)
      throw problem("unexpected \(goQuoted(scalar)) in operand")
    }
    i += 2
    if trims { skipSpace() }
  }

  private mutating func pipeline() throws(TemplateProblem) -> TemplatePipeline {
    depth += 1
    defer { depth -= 1 }
    if depth > 100 { throw problem("template nested too deeply") }
    var result = TemplatePipeline()
    skipSpace()
    let start = i
    if i < bytes.count, bytes[i] == 36 {
      var names: [String] = []
      while i < bytes.count, bytes[i] == 36 {
        i += 1
        let name = peekWord()
        i += name.utf8.count
        names.append(name)
        skipSpace()
        if i < bytes.count, bytes[i] == 44 {
          i += 1
          skipSpace()
        } else {
          break
        }
      }
      if i + 1 < bytes.count, bytes[i] == 58, bytes[i + 1] == 61 {
        i += 2
        result.declared = names
      } else if i < bytes.count, bytes[i] == 61 {
        i += 1
        result.declared = names
        result.assigns = true
      } else {
        i = start
      }
    }
    while true {
      var command: [TemplateOperand] = []
      while true {
        skipSpace()
        guard i < bytes.count else { throw problem("unclosed action") }
        let byte = bytes[i]
        if byte == 124 || byte == 41 || byte == 125 { break }
        if byte == 45, i + 2 < bytes.count, bytes[i + 1] == 125, bytes[i + 2] == 125 { break }
        command.append(try operand())
      }
      if command.isEmpty { throw problem("missing value for command") }
      result.commands.append(command)
      if i < bytes.count, bytes[i] == 124 {
        i += 1
      } else {
        return result
      }
    }
  }

  private mutating func fields() -> [String] {
    var names: [String] = []
    while i + 1 < bytes.count, bytes[i] == 46, isLetter(bytes[i + 1]) {
      i += 1
      let name = peekWord()
      i += name.utf8.count
      names.append(name)
    }
    return names
  }

  private mutating func operand() throws(TemplateProblem) -> TemplateOperand {
    let byte = bytes[i]
    if byte == 46 {
      let names = fields()
      if names.isEmpty {
        i += 1
        return .dot
      }
      return .field(names)
    }
    if byte == 36 {
      i += 1
      let name = peekWord()
      i += name.utf8.count
      return .variable(name, fields())
    }
    if byte == 40 {
      i += 1
      let inner = try pipeline()
      guard i < bytes.count, bytes[i] == 41 else { throw problem("unclosed left paren") }
      i += 1
      return .group(inner, fields())
    }
    if byte == 34 || byte == 96 { return .literal(.string(try quoted(byte))) }
    if byte >= 48 && byte <= 57 || byte == 45 || byte == 43 {
      let start = i
      i += 1
      while i < bytes.count, isLetter(bytes[i]) || bytes[i] == 46 { i += 1 }
      let text = String(decoding: bytes[start..<i], as: UTF8.self)
      let (number, bad) = GoInteger.parse(text, bits: 64)
      if bad == nil { return .literal(.integer(number)) }
      if let quantity = Quantity(parsing: text) {
        return .literal(.number(Double(quantity.milliUnits) / 1000))
      }
      throw problem("bad number syntax: \(goQuoted(text))")
    }
    let word = peekWord()
    if word.isEmpty {
      let scalar = String(decoding: bytes[i..<min(bytes.count, i + 1)], as: UTF8.self)
      throw problem("unexpected \(goQuoted(scalar)) in command")
    }
    i += word.utf8.count
    switch word {
    case "true": return .literal(true)
    case "false": return .literal(false)
    case "nil": return .literal(.null)
    default:
      guard TemplateRunner.functions.contains(word) else { throw problem("function \(goQuoted(word)) not defined") }
      return .function(word)
    }
  }

  private mutating func quoted(_ mark: UInt8) throws(TemplateProblem) -> String {
    i += 1
    var text: [UInt8] = []
    while i < bytes.count, bytes[i] != mark {
      if mark == 34, bytes[i] == 92, i + 1 < bytes.count {
        i += 1
        switch bytes[i] {
        case 110: text.append(10)
        case 116: text.append(9)
        case 114: text.append(13)
        default: text.append(bytes[i])
        }
      } else {
        text.append(bytes[i])
      }
      i += 1
    }
    guard i < bytes.count else { throw problem("unterminated quoted string") }
    i += 1
    return String(decoding: text, as: UTF8.self)
  }
}

struct TemplateRunner {
  static let functions = [
    "and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "eq", "ne",
    "lt", "le", "gt", "ge", "exists", "base64decode",
  ]
  private let root: Value
  private let allowsMissing: Bool
  private var variables: [(String, Value?)] = []
  private(set) var output = ""

  init(_ root: Value, allowsMissing: Bool) {
    self.root = root
    self.allowsMissing = allowsMissing
    variables = [("", root)]
  }

  private func problem(_ text: String) -> TemplateProblem { TemplateProblem(message: "1: \(text)", isParse: false) }

  mutating func run(_ nodes: [TemplateNode], _ dot: Value?) throws(TemplateProblem) {
    for node in nodes {
      switch node {
      case .text(let text): output += text
      case .action(let pipeline):
        let value = try evaluate(pipeline, dot)
        if pipeline.declared.isEmpty { output += TemplateRunner.shown(value) }
      case .condition(let pipeline, let body, let other):
        let depth = variables.count
        let value = try evaluate(pipeline, dot)
        try run(TemplateRunner.isTrue(value) ? body : other, dot)
        variables.removeSubrange(depth...)
      case .with(let pipeline, let body, let other):
        let depth = variables.count
        let value = try evaluate(pipeline, dot)
        if TemplateRunner.isTrue(value) { try run(body, value) } else { try run(other, dot) }
        variables.removeSubrange(depth...)
      case .range(let pipeline, let body, let other): try range(pipeline, body, other, dot)
      }
    }
  }

  private mutating func range(
    _ pipeline: TemplatePipeline, _ body: [TemplateNode], _ other: [TemplateNode], _ dot: Value?
  ) throws(TemplateProblem) {
    let depth = variables.count
    var plain = pipeline
    plain.declared = []
    let value = try evaluate(plain, dot)
    var pairs: [(Value, Value)] = []
    switch value {
    case .array(let items)?:
      for (index, item) in items.enumerated() { pairs.append((.integer(Int64(index)), item)) }
    case .object(let members)?:
      for (key, member) in members.sortedByKey { pairs.append((.string(key), member)) }
    case .integer(let count)?:
      if count > 100_000 { throw problem("range over \(count) is not simulated") }
      for index in 0..<max(0, count) { pairs.append((.integer(index), .integer(index))) }
    case .null?, nil: break
    default: throw problem("range can't iterate over \(TemplateRunner.shown(value))")
    }
    if pairs.isEmpty { try run(other, dot) }
    for (key, item) in pairs {
      if pipeline.declared.count == 1 { variables.append((pipeline.declared[0], item)) }
      if pipeline.declared.count == 2 {
        variables.append((pipeline.declared[0], key))
        variables.append((pipeline.declared[1], item))
      }
      try run(body, item)
      variables.removeSubrange(depth...)
    }
  }

  private mutating func evaluate(_ pipeline: TemplatePipeline, _ dot: Value?) throws(TemplateProblem) -> Value? {
    var result: Value?
    for (index, command) in pipeline.commands.enumerated() {
      result = try self.command(command, dot, final: index > 0 ? .some(result) : nil)
    }
    for name in pipeline.declared {
      if pipeline.assigns, let place = variables.lastIndex(where: { $0.0 == name }) {
        variables[place].1 = result
      } else {
        variables.append((name, result))
      }
    }
    return result
  }

  private mutating func command(
    _ words: [TemplateOperand], _ dot: Value?, final: Value??
  ) throws(TemplateProblem) -> Value? {
    if case .function(let name) = words[0] {
      var arguments: [Value?] = []
      for word in words.dropFirst() { arguments.append(try operand(word, dot)) }
      if let final { arguments.append(final) }
      return try call(name, arguments)
    }
    if words.count > 1 || final != nil {
      throw problem("can't give argument to non-function \(TemplateRunner.shown(try operand(words[0], dot)))")
    }
    return try operand(words[0], dot)
  }

  private mutating func operand(_ operand: TemplateOperand, _ dot: Value?) throws(TemplateProblem) -> Value? {
    switch operand {
    case .dot: return dot
    case .field(let names): return try walk(dot, names)
    case .literal(let value): return value
    case .function(let name): return try call(name, [])
    case .group(let pipeline, let names): return try walk(try evaluate(pipeline, dot), names)
    case .variable(let name, let names):
      guard let place = variables.lastIndex(where: { $0.0 == name }) else {
        throw problem("undefined variable \"$\(name)\"")
      }
      return try walk(variables[place].1, names)
    }
  }

  private func walk(_ value: Value?, _ names: [String]) throws(TemplateProblem) -> Value? {
    var current = value
    for name in names {
      guard let here = current else { throw problem("<.\(name)>: nil pointer evaluating interface {}.\(name)") }
      switch here {
      case .object(let members):
        if members[name] == nil, !allowsMissing {
          throw problem("<.\(name)>: map has no entry for key \(goQuoted(name))")
        }
        current = members[name]
      case .null: throw problem("<.\(name)>: nil pointer evaluating interface {}.\(name)")
      default: throw problem("<.\(name)>: can't evaluate field \(name) in type interface {}")
      }
    }
    return current
  }

  private func call(_ name: String, _ arguments: [Value?]) throws(TemplateProblem) -> Value? {
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
    case "print": return .string(arguments.map { TemplateRunner.shown($0) }.joined(separator: " "))
    case "println": return .string(arguments.map { TemplateRunner.shown($0) }.joined(separator: " ") + "\n")
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
    default: throw problem("function \(name) is not simulated")
    }
  }

  private func index(_ arguments: [Value?]) throws(TemplateProblem) -> Value? {
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

  private func compare(_ name: String, _ arguments: [Value?]) throws(TemplateProblem) -> Bool {
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
  private func format(_ arguments: [Value?]) throws(TemplateProblem) -> String {
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

  static func isTrue(_ value: Value?) -> Bool {
    switch value {
    case nil, .null?: return false
    case .bool(let flag)?: return flag
    case .integer(let number)?: return number != 0
    case .number(let number)?: return number != 0
    case .string(let text)?: return !text.isEmpty
    case .array(let items)?: return !items.isEmpty
    case .object(let members)?: return !members.isEmpty
    }
  }

  static func shown(_ value: Value?) -> String {
    guard let value else { return "<no value>" }
    if case .null = value { return "<no value>" }
    return GoDump.plain(value)
  }
}
