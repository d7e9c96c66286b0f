// Runs a Go template over one object: variables in scopes, pipelines, ranges, named templates.

import KubeAPI
import SimKernel
import Unstructured

struct TemplateRunner {
  private let templates: OrderedMap<String, [TemplateNode]>
  private let allowsMissing: Bool
  private var variables: [(String, Value?)] = []
  private var depth = 0
  private(set) var output = ""

  init(_ root: Value, templates: OrderedMap<String, [TemplateNode]>, allowsMissing: Bool) {
    self.templates = templates
    self.allowsMissing = allowsMissing
    variables = [("", root)]
  }

  private func problem(_ text: String) -> TemplateProblem { TemplateFunctions.problem(text) }

  mutating func run(_ nodes: [TemplateNode], _ dot: Value?) throws(TemplateProblem) -> TemplateFlow {
    for node in nodes {
      var flow = TemplateFlow.next
      switch node {
      case .text(let text): output += text
      case .action(let pipeline):
        let value = try evaluate(pipeline, dot)
        if pipeline.declared.isEmpty { output += TemplateRunner.shown(value) }
      case .condition(let pipeline, let body, let other):
        let depth = variables.count
        let value = try evaluate(pipeline, dot)
        flow = try run(TemplateRunner.isTrue(value) ? body : other, dot)
        variables.removeSubrange(depth...)
      case .with(let pipeline, let body, let other):
        let depth = variables.count
        let value = try evaluate(pipeline, dot)
        flow = TemplateRunner.isTrue(value) ? try run(body, value) : try run(other, dot)
        variables.removeSubrange(depth...)
      case .range(let pipeline, let body, let other): flow = try range(pipeline, body, other, dot)
      case .template(let name, let argument): try invoke(name, argument, dot)
      case .leave(let way): flow = way
      }
      if case .next = flow { continue }
      return flow
    }
    return .next
  }

  /// A named template sees nothing but its argument.
  private mutating func invoke(
    _ name: String, _ argument: TemplatePipeline?, _ dot: Value?
  ) throws(TemplateProblem) {
    guard let body = templates[name] else { throw problem("template \(goQuoted(name)) not defined") }
    depth += 1
    defer { depth -= 1 }
    if depth > 1_000 { throw problem("exceeded maximum template depth (100000)") }
    var value: Value?
    if let argument { value = try evaluate(argument, dot) }
    let saved = variables
    variables = [("", value)]
    _ = try run(body, value)
    variables = saved
  }

  private mutating func range(
    _ pipeline: TemplatePipeline, _ body: [TemplateNode], _ other: [TemplateNode], _ dot: Value?
  ) throws(TemplateProblem) -> TemplateFlow {
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
    if pairs.isEmpty { return try run(other, dot) }
    for (key, item) in pairs {
      if pipeline.declared.count == 1 { variables.append((pipeline.declared[0], item)) }
      if pipeline.declared.count == 2 {
        variables.append((pipeline.declared[0], key))
        variables.append((pipeline.declared[1], item))
      }
      let flow = try run(body, item)
      variables.removeSubrange(depth...)
      if case .breaks = flow { break }
    }
    return .next
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
      return try TemplateFunctions.call(name, arguments)
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
    case .function(let name): return try TemplateFunctions.call(name, [])
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
      // A member of what is missing is missing too.
      guard let here = current else { return nil }
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
