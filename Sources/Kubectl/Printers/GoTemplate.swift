// Go templates, as far as `-o go-template` needs them: fields, variables, pipelines, range, if, with, the comparison and printing
// functions, named templates, and kubectl's `base64decode` and `exists`. This file reads a template into nodes that know their
// place; GoTemplateRunner runs them.
// Source: Go 1.23, text/template/parse (parse.go, node.go); cli-runtime pkg/printers/template.go.
//
// Left out: method calls, complex numbers.

import KubeAPI
import SimKernel
import Unstructured

enum GoTemplate {
  /// What a template prints of an object. When it fails, that comes with what was printed before, and with what kubectl adds there
  /// to find the mistake by.
  static func render(_ text: String, _ value: Value, allowsMissing: Bool) throws(Failure) -> (String, problem: Failure?)
  {
    var parser = TemplateParser(text)
    let nodes: [TemplateNode]
    do throws(TemplateProblem) {
      nodes = try parser.parse()
    } catch {
      throw .text("error parsing template \(text), template: output:\(error.message)")
    }
    var runner = TemplateRunner(value, text, templates: parser.templates, allowsMissing: allowsMissing)
    do throws(TemplateProblem) {
      _ = try runner.run(nodes, TemplateValue(value))
      return (runner.output, nil)
    } catch {
      let dump =
        "Error executing template: \(error.message). Printing more information for debugging the template:\n"
        + "\ttemplate was:\n\t\t\(text)\n\traw data was:\n\t\t\(JSON.compact(value))\n"
        + "\tobject given to template engine was:\n\t\t\(goText(value))\n\n"
      return (
        runner.output + dump, .text("error executing template \(goQuoted(text)): \(error.message)")
      )
    }
  }
}

struct TemplateProblem: Error {
  let message: String
}

/// Something that a message can point at: where it is, and how Go prints it.
struct TemplatePlace {
  var position: Int
  var text: String
}

indirect enum TemplateNode {
  case text(String)
  case action(TemplatePipeline)
  case range(TemplatePipeline, [TemplateNode], [TemplateNode])
  case condition(TemplatePipeline, [TemplateNode], [TemplateNode])
  case with(TemplatePipeline, [TemplateNode], [TemplateNode])
  case template(String, TemplatePipeline?, TemplatePlace)
  case leave(TemplateFlow)
}

/// Where a template goes on after a node.
enum TemplateFlow {
  case next
  case breaks
  case continues
}

struct TemplatePipeline {
  var position: Int
  var declared: [String] = []
  var assigns = false
  var commands: [TemplateCommand] = []

  var place: TemplatePlace {
    var texts: [String] = []
    for command in commands { texts.append(command.place.text) }
    let head = declared.isEmpty ? "" : declared.joined(separator: ", ") + (assigns ? " = " : " := ")
    return TemplatePlace(position: position, text: head + texts.joined(separator: " | "))
  }
}

struct TemplateCommand {
  var position: Int
  var operands: [TemplateOperand] = []

  var place: TemplatePlace {
    var texts: [String] = []
    for operand in operands { texts.append(operand.inCommand) }
    return TemplatePlace(position: position, text: texts.joined(separator: " "))
  }
}

struct TemplateOperand {
  indirect enum What {
    case dot
    case nothing
    case field([String])
    case variable(String, [String])
    case literal(Value)
    case function(String)
    case pipeline(TemplatePipeline)
    case chain(TemplateOperand, [String])
  }

  let what: What
  let place: TemplatePlace
  /// A pipeline stands in parentheses there.
  var inCommand: String {
    if case .pipeline = what { return "(\(place.text))" }
    return place.text
  }
}

struct TemplateParser {
  private let tokens: [TemplateToken]
  private var next = 0
  private var depth = 0
  private var loops = 0
  private var variables = ["$"]
  private var actionLine = 0
  /// What `define` and `block` have named.
  private(set) var templates = OrderedMap<String, [TemplateNode]>()

  init(_ text: String) { tokens = TemplateLexer.tokens(text) }

  private enum Ending {
    case end
    case otherwise(opensAnother: Bool)
    var shown: String {
      if case .end = self { return "{{end}}" }
      return "{{else}}"
    }
  }

  private enum Item {
    case node(TemplateNode)
    case ending(Ending)
  }

  // MARK: Tokens

  private var peeked: TemplateToken { tokens[min(next, tokens.count - 1)] }
  private mutating func take() -> TemplateToken {
    let token = peeked
    if next < tokens.count { next += 1 }
    return token
  }
  private mutating func skipSpace() { while peeked.kind == .space { next += 1 } }
  private mutating func peekPastSpace() -> TemplateToken {
    skipSpace()
    return peeked
  }
  private mutating func takePastSpace() -> TemplateToken {
    skipSpace()
    return take()
  }

  private func problem(_ text: String) -> TemplateProblem {
    TemplateProblem(message: "\(tokens[max(0, min(next, tokens.count) - 1)].line): \(text)")
  }

  private func unexpected(_ token: TemplateToken, _ context: String) -> TemplateProblem {
    guard token.kind == .error else { return problem("unexpected \(token.shown) in \(context)") }
    var extra = ""
    if actionLine != 0, actionLine != token.line {
      extra = token.text.hasSuffix(" action") ? "" : " in action"
      extra += " started at output:\(actionLine)"
    }
    return problem(token.text + extra)
  }

  private mutating func expect(_ kind: TemplateToken.Kind, _ context: String) throws(TemplateProblem) {
    let token = takePastSpace()
    if token.kind != kind { throw unexpected(token, context) }
  }

  private mutating func expectName(_ context: String) throws(TemplateProblem) -> (String, TemplateToken) {
    let token = takePastSpace()
    guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
    return (TemplateLiteral.unquoted(token.text), token)
  }

  // MARK: Lists

  mutating func parse() throws(TemplateProblem) -> [TemplateNode] {
    var nodes: [TemplateNode] = []
    while peeked.kind != .end {
      if peeked.kind == .leftDelimiter, isDefinition() {
        try definition()
        continue
      }
      switch try item() {
      case .node(let node): nodes.append(node)
      case .ending(let ending): throw problem("unexpected \(ending.shown)")
      }
    }
    return nodes
  }

  private func isDefinition() -> Bool {
    var place = next + 1
    while place < tokens.count, tokens[place].kind == .space { place += 1 }
    return place < tokens.count && tokens[place].kind == .keyword && tokens[place].text == "define"
  }

  private mutating func definition() throws(TemplateProblem) {
    _ = take()
    _ = takePastSpace()
    let (name, _) = try expectName("define clause")
    try expect(.rightDelimiter, "define clause")
    let saved = variables
    variables = ["$"]
    let (body, ending) = try list()
    guard case .end = ending else { throw problem("unexpected \(ending.shown) in define clause") }
    variables = saved
    templates[name] = body
  }

  private mutating func list() throws(TemplateProblem) -> ([TemplateNode], Ending) {
    depth += 1
    defer { depth -= 1 }
    if depth > 100 { throw problem("template nested too deeply") }
    var nodes: [TemplateNode] = []
    while peekPastSpace().kind != .end {
      switch try item() {
      case .node(let node): nodes.append(node)
      case .ending(let ending): return (nodes, ending)
      }
    }
    throw problem("unexpected EOF")
  }

  private mutating func item() throws(TemplateProblem) -> Item {
    let token = takePastSpace()
    switch token.kind {
    case .text: return .node(.text(token.text))
    case .leftDelimiter:
      actionLine = token.line
      defer { actionLine = 0 }
      return try action()
    default: throw unexpected(token, "input")
    }
  }

  private mutating func action() throws(TemplateProblem) -> Item {
    let token = peekPastSpace()
    guard token.kind == .keyword else { return .node(.action(try pipeline("command", .rightDelimiter))) }
    switch token.text {
    case "if", "with", "range":
      _ = take()
      return .node(try control(token.text))
    case "else":
      _ = take()
      let peeked = peekPastSpace()
      if peeked.kind == .keyword, peeked.text == "if" || peeked.text == "with" {
        return .ending(.otherwise(opensAnother: true))
      }
      try expect(.rightDelimiter, "else")
      return .ending(.otherwise(opensAnother: false))
    case "end":
      _ = take()
      try expect(.rightDelimiter, "end")
      return .ending(.end)
    case "break", "continue":
      _ = take()
      let after = takePastSpace()
      if after.kind != .rightDelimiter { throw unexpected(after, "{{\(token.text)}}") }
      if loops == 0 { throw problem("{{\(token.text)}} outside {{range}}") }
      return .node(.leave(token.text == "break" ? .breaks : .continues))
    case "template":
      _ = take()
      let (name, place) = try expectName("template clause")
      var argument: TemplatePipeline?
      if peekPastSpace().kind == .rightDelimiter {
        _ = take()
      } else {
        argument = try pipeline("template clause", .rightDelimiter)
      }
      return .node(invocation(name, place, argument))
    case "block":
      _ = take()
      let (name, place) = try expectName("block clause")
      let argument = try pipeline("block clause", .rightDelimiter)
      let saved = variables
      variables = ["$"]
      let (body, ending) = try list()
      guard case .end = ending else { throw problem("unexpected \(ending.shown) in block clause") }
      variables = saved
      templates[name] = body
      return .node(invocation(name, place, argument))
    default: return .node(.action(try pipeline("command", .rightDelimiter)))
    }
  }

  private func invocation(_ name: String, _ token: TemplateToken, _ argument: TemplatePipeline?) -> TemplateNode {
    let shown = "{{template \(goQuoted(name))\(argument.map { " " + $0.place.text } ?? "")}}"
    return .template(name, argument, TemplatePlace(position: token.position, text: shown))
  }

  private mutating func control(_ word: String) throws(TemplateProblem) -> TemplateNode {
    let mark = variables.count
    let head = try pipeline(word, .rightDelimiter)
    if word == "range" { loops += 1 }
    let (body, ending) = try list()
    if word == "range" { loops -= 1 }
    var other: [TemplateNode] = []
    switch ending {
    case .end: break
    case .otherwise(let opensAnother):
      let peeked = peeked
      if opensAnother, word != "range", peeked.kind == .keyword, peeked.text == word {
        _ = take()
        other = [try control(word)]
      } else {
        let (nodes, last) = try list()
        guard case .end = last else { throw problem("expected end; found \(last.shown)") }
        other = nodes
      }
    }
    variables.removeSubrange(mark...)
    switch word {
    case "range": return .range(head, body, other)
    case "if": return .condition(head, body, other)
    default: return .with(head, body, other)
    }
  }

  // MARK: Pipelines

  private mutating func pipeline(
    _ context: String, _ end: TemplateToken.Kind
  ) throws(TemplateProblem) -> TemplatePipeline {
    depth += 1
    defer { depth -= 1 }
    if depth > 100 { throw problem("template nested too deeply") }
    var result = TemplatePipeline(position: peekPastSpace().position)
    try declarations(&result, context)
    while true {
      let token = takePastSpace()
      if token.kind == end { break }
      switch token.kind {
      case .bool, .number, .dot, .field, .identifier, .rawString, .string, .variable, .leftParenthesis: break
      case .keyword where token.text == "nil": break
      default: throw unexpected(token, context)
      }
      next -= 1
      result.commands.append(try command())
    }
    if result.commands.isEmpty { throw problem("missing value for \(context)") }
    for (place, command) in result.commands.enumerated().dropFirst() {
      switch command.operands[0].what {
      case .dot, .nothing, .literal: throw problem("non executable command in pipeline stage \(place + 1)")
      default: break
      }
    }
    return result
  }

  private mutating func declarations(_ result: inout TemplatePipeline, _ context: String) throws(TemplateProblem) {
    while peekPastSpace().kind == .variable {
      let place = next
      let variable = take()
      let after = peekPastSpace()
      if after.kind == .assign || after.kind == .declare {
        _ = take()
        result.assigns = after.kind == .assign
        result.declared.append(variable.text)
        variables.append(variable.text)
        return
      }
      guard after.kind == .character, after.text == "," else {
        next = place
        return
      }
      _ = take()
      result.declared.append(variable.text)
      variables.append(variable.text)
      guard context == "range", result.declared.count < 2 else {
        throw problem("too many declarations in \(context)")
      }
      switch peekPastSpace().kind {
      case .variable, .rightDelimiter, .rightParenthesis: continue
      default: throw problem("range can only initialize variables")
      }
    }
  }

  private mutating func command() throws(TemplateProblem) -> TemplateCommand {
    var command = TemplateCommand(position: peekPastSpace().position)
    while true {
      skipSpace()
      if let operand = try operand() { command.operands.append(operand) }
      let token = take()
      switch token.kind {
      case .space: continue
      case .rightDelimiter, .rightParenthesis: next -= 1
      case .pipe: break
      default: throw unexpected(token, "operand")
      }
      break
    }
    if command.operands.isEmpty { throw problem("empty command") }
    return command
  }

  private mutating func operand() throws(TemplateProblem) -> TemplateOperand? {
    guard let term = try term() else { return nil }
    guard peeked.kind == .field else { return term }
    let position = peeked.position
    var names: [String] = []
    var text = term.inCommand
    while peeked.kind == .field {
      let token = take()
      names.append(String(token.text.dropFirst()))
      text += token.text
    }
    let place = TemplatePlace(position: position, text: text)
    switch term.what {
    case .field(let first): return TemplateOperand(what: .field(first + names), place: place)
    case .variable(let name, _): return TemplateOperand(what: .variable(name, names), place: place)
    case .literal, .nothing, .dot: throw problem("unexpected . after term \(goQuoted(term.place.text))")
    default: return TemplateOperand(what: .chain(term, names), place: place)
    }
  }

  private mutating func term() throws(TemplateProblem) -> TemplateOperand? {
    let token = takePastSpace()
    var text = token.text
    let what: TemplateOperand.What
    switch token.kind {
    case .identifier:
      guard TemplateFunctions.names.contains(token.text) else {
        throw problem("function \(goQuoted(token.text)) not defined")
      }
      what = .function(token.text)
    case .dot: what = .dot
    case .keyword where token.text == "nil": what = .nothing
    case .variable:
      guard variables.contains(token.text) else { throw problem("undefined variable \(goQuoted(token.text))") }
      what = .variable(token.text, [])
    case .field: what = .field([String(token.text.dropFirst())])
    case .bool: what = .literal(.bool(token.text == "true"))
    case .number:
      guard let value = TemplateLiteral.number(token.text) else {
        throw problem("illegal number syntax: \(goQuoted(token.text))")
      }
      what = .literal(value)
    case .leftParenthesis:
      let inner = try pipeline("parenthesized pipeline", .rightParenthesis)
      text = inner.place.text
      return TemplateOperand(
        what: .pipeline(inner), place: TemplatePlace(position: inner.position, text: text))
    case .string, .rawString: what = .literal(.string(TemplateLiteral.unquoted(token.text)))
    default:
      next -= 1
      return nil
    }
    return TemplateOperand(what: what, place: TemplatePlace(position: token.position, text: text))
  }
}

/// What a literal of a template stands for.
enum TemplateLiteral {
  static func number(_ text: String) -> Value? {
    var bytes: [UInt8] = []
    for byte in text.utf8 where byte != 95 { bytes.append(byte) }
    if bytes.first == 39 {
      let inner = unquoted(text)
      guard let scalar = inner.unicodeScalars.first, inner.unicodeScalars.count == 1 else { return nil }
      return .integer(Int64(scalar.value))
    }
    var digits = bytes[...]
    let negative = digits.first == 45
    if negative || digits.first == 43 { digits = digits.dropFirst() }
    if digits.starts(with: [48, 120]) || digits.starts(with: [48, 88]) {
      guard let value = Int64(String(decoding: digits.dropFirst(2), as: UTF8.self), radix: 16) else { return nil }
      return .integer(negative ? -value : value)
    }
    if bytes.contains(46) || bytes.contains(101) || bytes.contains(69) {
      return Decimal.parse(bytes).map { .number($0) }
    }
    let (value, problem) = GoInteger.parse(String(decoding: bytes, as: UTF8.self), bits: 64)
    return problem == nil ? .integer(value) : nil
  }

  private static let escapes: [UInt8: UInt8] = [97: 7, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9, 118: 11]

  /// The text of a quoted string, of either kind of quote.
  static func unquoted(_ text: String) -> String {
    let bytes = Array(text.utf8.dropFirst().dropLast())
    if text.utf8.first == 96 { return String(decoding: bytes, as: UTF8.self) }
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      guard bytes[i] == 92, i + 1 < bytes.count else {
        out.append(bytes[i])
        i += 1
        continue
      }
      let next = bytes[i + 1]
      i += 2
      let length = next == 120 ? 2 : next == 117 ? 4 : next == 85 ? 8 : 0
      if length > 0, i + length <= bytes.count,
        let code = UInt32(String(decoding: bytes[i..<i + length], as: UTF8.self), radix: 16)
      {
        i += length
        if length == 2 {
          out.append(UInt8(truncatingIfNeeded: code))
        } else if let scalar = UnicodeScalar(code) {
          out.append(contentsOf: String(Character(scalar)).utf8)
        }
      } else {
        out.append(escapes[next] ?? next)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
