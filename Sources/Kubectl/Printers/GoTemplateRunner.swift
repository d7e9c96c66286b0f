// Runs a Go template over one object: variables in scopes, pipelines, ranges, named templates. Mistakes are told as Go tells them,
// with the place in the template at which it was looking.
// Source: Go 1.23, text/template/exec.go.

import KubeAPI
import SimKernel
import Unstructured

/// What an expression yields. `value` is nil for nothing at all; a member of a map or an element of a slice is boxed: Go knows it
/// by its interface only, and a null there is a nil interface.
struct TemplateValue {
  var value: Value?
  var isBoxed = false
  /// Whether an integer comes from the template itself; those of objects are int64.
  var isOwn = false

  init(_ value: Value?, isBoxed: Bool = false, isOwn: Bool = false) {
    self.value = value
    self.isBoxed = isBoxed
    self.isOwn = isOwn
  }

  static let none = TemplateValue(nil)

  /// Without its interface.
  var unboxed: TemplateValue {
    guard isBoxed else { return self }
    if case .null? = value { return .none }
    return TemplateValue(value)
  }

  var typeName: String { isBoxed ? "interface {}" : isOwn ? "int" : TemplateValue.typeName(value) }

  static func typeName(_ value: Value?) -> String {
    switch value {
    case nil, .null?: return "interface {}"
    case .bool?: return "bool"
    case .integer?: return "int64"
    case .number?: return "float64"
    case .string?: return "string"
    case .array?: return "[]interface {}"
    case .object?: return "map[string]interface {}"
    }
  }

  var isTrue: Bool {
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

  /// As an action prints it.
  var shown: String {
    guard let value else { return "<no value>" }
    if case .null = value { return "<no value>" }
    return goText(value)
  }
}

struct TemplateRunner {
  private let source: [UInt8]
  private let templates: OrderedMap<String, [TemplateNode]>
  private let allowsMissing: Bool
  private var variables: [(String, TemplateValue)] = []
  private var depth = 0
  /// The template that runs, and where in it.
  private var name = "output"
  private var place = TemplatePlace(position: 0, text: "")
  private(set) var output = ""

  init(_ root: Value, _ source: String, templates: OrderedMap<String, [TemplateNode]>, allowsMissing: Bool) {
    self.source = Array(source.utf8)
    self.templates = templates
    self.allowsMissing = allowsMissing
    variables = [("$", TemplateValue(root))]
  }

  private func problem(_ text: String) -> TemplateProblem {
    var line = 1
    var start = 0
    for (index, byte) in source.prefix(place.position).enumerated() where byte == 10 {
      line += 1
      start = index + 1
    }
    return TemplateProblem(
      message:
        "template: output:\(line):\(place.position - start): executing \(goQuoted(name)) at <\(place.text)>: \(text)")
  }

  // MARK: Nodes

  mutating func run(_ nodes: [TemplateNode], _ dot: TemplateValue) throws(TemplateProblem) -> TemplateFlow {
    for node in nodes {
      var flow = TemplateFlow.next
      switch node {
      case .text(let text): output += text
      case .action(let pipeline):
        let value = try evaluate(pipeline, dot)
        if pipeline.declared.isEmpty { output += value.shown }
      case .condition(let pipeline, let body, let other):
        let mark = variables.count
        let value = try evaluate(pipeline, dot)
        flow = try run(value.isTrue ? body : other, dot)
        variables.removeSubrange(mark...)
      case .with(let pipeline, let body, let other):
        let mark = variables.count
        let value = try evaluate(pipeline, dot)
        flow = value.isTrue ? try run(body, value) : try run(other, dot)
        variables.removeSubrange(mark...)
      case .range(let pipeline, let body, let other): flow = try range(pipeline, body, other, dot)
      case .template(let name, let argument, let place):
        self.place = place
        try invoke(name, argument, dot)
      case .leave(let way): flow = way
      }
      if case .next = flow { continue }
      return flow
    }
    return .next
  }

  /// A named template sees nothing but its argument.
  private mutating func invoke(
    _ name: String, _ argument: TemplatePipeline?, _ dot: TemplateValue
  ) throws(TemplateProblem) {
    guard let body = templates[name] else { throw problem("template \(goQuoted(name)) not defined") }
    depth += 1
    defer { depth -= 1 }
    if depth > 1_000 { throw problem("exceeded maximum template depth (100000)") }
    var value = TemplateValue.none
    if let argument { value = try evaluate(argument, dot) }
    let saved = (variables, self.name)
    variables = [("$", value)]
    self.name = name
    _ = try run(body, value)
    (variables, self.name) = saved
  }

  private mutating func range(
    _ pipeline: TemplatePipeline, _ body: [TemplateNode], _ other: [TemplateNode], _ dot: TemplateValue
  ) throws(TemplateProblem) -> TemplateFlow {
    let mark = variables.count
    defer { variables.removeSubrange(mark...) }
    var plain = pipeline
    plain.declared = []
    let value = try evaluate(plain, dot)
    var pairs: [(TemplateValue, TemplateValue)] = []
    switch value.value {
    case .array(let items)?:
      for (index, item) in items.enumerated() {
        pairs.append((TemplateValue(.integer(Int64(index)), isOwn: true), TemplateValue(item, isBoxed: true)))
      }
    case .object(let members)?:
      for (key, member) in members.sortedByKey {
        pairs.append((TemplateValue(.string(key)), TemplateValue(member, isBoxed: true)))
      }
    case .null?, nil: break
    default: throw problem("range can't iterate over \(value.shown)")
    }
    if pairs.isEmpty { return try run(other, dot) }
    for (key, item) in pairs {
      if let first = pipeline.declared.first {
        set(first, pipeline.declared.count == 1 ? item : key, pipeline.assigns)
      }
      if pipeline.declared.count == 2 { set(pipeline.declared[1], item, pipeline.assigns) }
      let flow = try run(body, item)
      if !pipeline.assigns { variables.removeSubrange(mark...) }
      if case .breaks = flow { break }
    }
    return .next
  }

  private mutating func set(_ name: String, _ value: TemplateValue, _ assigns: Bool) {
    if assigns, let place = variables.lastIndex(where: { $0.0 == name }) {
      variables[place].1 = value
    } else {
      variables.append((name, value))
    }
  }

  // MARK: Pipelines

  private mutating func evaluate(
    _ pipeline: TemplatePipeline, _ dot: TemplateValue
  ) throws(TemplateProblem) -> TemplateValue {
    place = pipeline.place
    var result: TemplateValue?
    for command in pipeline.commands {
      result = try run(command, dot, final: result).unboxed
    }
    let value = result ?? .none
    for name in pipeline.declared { set(name, value, pipeline.assigns) }
    return value
  }

  private mutating func run(
    _ command: TemplateCommand, _ dot: TemplateValue, final: TemplateValue?
  ) throws(TemplateProblem) -> TemplateValue {
    let first = command.operands[0]
    let hasArguments = command.operands.count > 1 || final != nil
    switch first.what {
    case .field, .chain: return try evaluate(first, dot, hasArguments: hasArguments)
    case .variable(_, let names) where !names.isEmpty: return try evaluate(first, dot, hasArguments: hasArguments)
    case .function(let name):
      place = first.place
      return try call(name, Array(command.operands.dropFirst()), dot, final, command.place)
    case .pipeline, .variable: break
    default: place = first.place
    }
    if hasArguments { throw problem("can't give argument to non-function \(first.inCommand)") }
    if case .nothing = first.what { throw problem("nil is not a command") }
    return try evaluate(first, dot)
  }

  private mutating func evaluate(
    _ operand: TemplateOperand, _ dot: TemplateValue, hasArguments: Bool = false
  ) throws(TemplateProblem) -> TemplateValue {
    if case .pipeline(let inner) = operand.what { return try evaluate(inner, dot) }
    place = operand.place
    switch operand.what {
    case .dot: return dot
    case .nothing: return TemplateValue(.null, isBoxed: true)
    case .literal(let value): return TemplateValue(value, isOwn: value.integer != nil)
    case .field(let names): return try walk(dot, names, hasArguments)
    case .function(let name): return try call(name, [], dot, nil, operand.place)
    case .variable(let name, let names):
      var value = TemplateValue.none
      for (known, candidate) in variables where known == name { value = candidate }
      return try walk(value, names, hasArguments)
    case .chain(let inner, let names):
      if case .nothing = inner.what { throw problem("indirection through explicit nil in \(operand.place.text)") }
      let value = try evaluate(inner, dot)
      return try walk(value, names, hasArguments)
    case .pipeline: return .none
    }
  }

  private func walk(
    _ value: TemplateValue, _ names: [String], _ hasArguments: Bool
  ) throws(TemplateProblem) -> TemplateValue {
    var current = value
    for (index, name) in names.enumerated() {
      switch current.value {
      case nil:
        if !allowsMissing { throw problem("nil data; no entry for key \(goQuoted(name))") }
        return .none
      case .null?: throw problem("nil pointer evaluating interface {}.\(name)")
      case .object(let members)?:
        if hasArguments, index == names.count - 1 {
          throw problem("\(name) is not a method but has arguments")
        }
        guard let member = members[name] else {
          if !allowsMissing { throw problem("map has no entry for key \(goQuoted(name))") }
          current = .none
          continue
        }
        current = TemplateValue(member, isBoxed: true)
      default: throw problem("can't evaluate field \(name) in type \(current.typeName)")
      }
    }
    return current
  }

  // MARK: Calls

  private mutating func call(
    _ name: String, _ operands: [TemplateOperand], _ dot: TemplateValue, _ final: TemplateValue?,
    _ command: TemplatePlace
  ) throws(TemplateProblem) -> TemplateValue {
    guard let function = TemplateFunctions.all.first(where: { $0.name == name }) else { return .none }
    let count = operands.count + (final == nil ? 0 : 1)
    if function.isVariadic, count < function.fixed {
      throw problem("wrong number of args for \(name): want at least \(function.fixed) got \(operands.count)")
    }
    if !function.isVariadic, count != function.fixed {
      throw problem("wrong number of args for \(name): want \(function.fixed) got \(count)")
    }
    let stops = name == "or" ? true : name == "and" ? false : nil
    var arguments: [TemplateValue] = []
    for (index, operand) in operands.enumerated() {
      if function.wantsString, index == 0, case .literal(let literal) = operand.what, literal.string == nil {
        place = operand.place
        throw problem("expected string; found \(operand.place.text)")
      }
      var value = try evaluate(operand, dot)
      if function.wantsString, index == 0 { value = try string(value) }
      if let stops, value.isTrue == stops { return value }
      arguments.append(value)
    }
    if var final {
      if function.wantsString, operands.isEmpty { final = try string(final) }
      arguments.append(final)
    }
    if stops != nil { return arguments.last ?? .none }
    do throws(TemplateCallProblem) {
      return try function.call(arguments)
    } catch {
      place = command
      throw problem("error calling \(name): \(error.message)")
    }
  }

  private func string(_ value: TemplateValue) throws(TemplateProblem) -> TemplateValue {
    if value.value?.string != nil { return value.unboxed }
    if value.value == nil { throw problem("invalid value; expected string") }
    throw problem(
      "wrong type for value; expected string; got \(value.unboxed.value == nil ? "interface {}" : value.unboxed.typeName)"
    )
  }
}
