// Go templates, as far as `-o go-template` needs them: fields, variables, pipelines, range, if, with, the comparison and printing
// functions, named templates, and kubectl's `base64decode` and `exists`. This file reads a template; GoTemplateRunner runs it.
// Source: Go's text/template package documentation.
//
// Left out: method calls, complex numbers.

import KubeAPI
import SimKernel
import Unstructured

enum GoTemplate {
  static func render(_ text: String, _ value: Value, allowsMissing: Bool) throws(Failure) -> String {
    do throws(TemplateProblem) {
      var parser = TemplateParser(text)
      let nodes = try parser.parse()
      var runner = TemplateRunner(value, templates: parser.templates, allowsMissing: allowsMissing)
      _ = try runner.run(nodes, value)
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
  case template(String, TemplatePipeline?)
  case leave(TemplateFlow)
}

/// Where a template goes on after a node.
enum TemplateFlow {
  case next
  case breaks
  case continues
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
  private var loops = 0
  /// What `define` and `block` have named.
  private(set) var templates = OrderedMap<String, [TemplateNode]>()

  init(_ text: String) { bytes = Array(text.utf8) }

  private enum End {
    case end
    case otherwise(TemplatePipeline?, word: String)
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
        let kind = peekWord()
        if kind == "if" || kind == "with" {
          i += kind.utf8.count
          next = try pipeline()
        }
        try close()
        return (nodes, .otherwise(next, word: kind))
      case "range", "if", "with":
        i += word.utf8.count
        let head = try pipeline()
        try close()
        if word == "range" { loops += 1 }
        let (body, other) = try branches()
        if word == "range" { loops -= 1 }
        switch word {
        case "range": nodes.append(.range(head, body, other))
        case "if": nodes.append(.condition(head, body, other))
        default: nodes.append(.with(head, body, other))
        }
      case "break", "continue":
        i += word.utf8.count
        if loops == 0 { throw problem("{{\(word)}} outside {{range}}") }
        try close()
        nodes.append(.leave(word == "break" ? .breaks : .continues))
      case "define", "block", "template":
        i += word.utf8.count
        if let node = try named(word) { nodes.append(node) }
      default:
        nodes.append(.action(try pipeline()))
        try close()
      }
    }
    return (nodes, .finished)
  }

  /// `{{template "x" .}}`, `{{define "x"}}…{{end}}`, `{{block "x" .}}…{{end}}`
  private mutating func named(_ word: String) throws(TemplateProblem) -> TemplateNode? {
    skipSpace()
    guard i < bytes.count, bytes[i] == 34 || bytes[i] == 96 else {
      throw problem("unexpected \(goQuoted(peekWord())) in \(word) clause")
    }
    let name = try quoted(bytes[i])
    skipSpace()
    var argument: TemplatePipeline?
    if word != "define", i < bytes.count, bytes[i] != 125, bytes[i] != 45 { argument = try pipeline() }
    try close()
    if word == "template" { return .template(name, argument) }
    let (body, end) = try list()
    guard case .end = end else { throw problem("unexpected EOF") }
    templates[name] = body
    return word == "block" ? .template(name, argument) : nil
  }

  private mutating func branches() throws(TemplateProblem) -> ([TemplateNode], [TemplateNode]) {
    let (body, end) = try list()
    switch end {
    case .end: return (body, [])
    case .finished: throw problem("unexpected EOF")
    case .otherwise(nil, _):
      let (other, last) = try list()
      guard case .end = last else { throw problem("unexpected EOF") }
      return (body, other)
    case .otherwise(let head?, let word):
      let (inner, other) = try branches()
      return (body, [word == "with" ? .with(head, inner, other) : .condition(head, inner, other)])
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
      guard TemplateFunctions.names.contains(word) else { throw problem("function \(goQuoted(word)) not defined") }
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
