// Running a jq program. Every expression turns one value into none, one or many: the machine keeps what comes after as a list
// of continuations and what else could be tried as a stack of choices, so that `first(repeat(1))` ends, recursion takes no
// stack of ours, and a program can be stopped and gone on with at any step. While the operand of `path(…)` and of assignments
// runs, the path to the current value is carried along.

import SimKernel

final class JqMachine {
  enum Choice {
    case run(JqNode, JqScope?, JqFocus, JqNext?)
    case items([JqValue], Int, keys: [String]?, JqTrack?, JqNext?)
    case range(Double, to: Double, by: Double, JqTrack?, JqNext?)
    case attempt(Int, JqNode?, JqScope?, JqFocus, JqNext?)
    /// The body of an attempt has given a value: what fails now fails outside it.
    case left(Int)
    case otherwise(JqCell, JqNode, JqScope?, JqFocus, JqNext?)
    case collected(JqCell, JqTrack?, JqNext?)
    case folded(JqCell, JqTrack?, JqNext?)
    case modified(JqCell, JqTrack?, JqNext?)
    /// No value came for this path: it is deleted in the end.
    case deletes(JqCell, [JqValue], mark: Int)
    case label(Int, Int)
    case alternatives([JqPattern], Int, JqNode, JqScope?, JqFocus, value: JqValue, JqNext?, id: Int)
  }
  enum Outcome {
    case output(JqValue)
    case done
    case failed(JqError)
    case needsInput
    case paused
    case halted(Int32, JqValue?)
  }
  enum State {
    case evaluate(JqNode, JqScope?, JqFocus, JqNext?)
    case give(JqFocus, JqNext?)
    case backtrack
    case raise(JqError)
    case awaitInput(JqTrack?, JqNext?)
  }

  let host: JqHost
  var state = State.backtrack
  var choices: [Choice] = []
  private var marks = 0
  private static let choicesMax = 2_000_000
  /// The scope that the last pattern has filled, for folds.
  var lastScope: JqScope?

  init(host: JqHost) { self.host = host }

  func start(_ program: JqNode, _ scope: JqScope?, _ input: JqValue) {
    choices = []
    state = .evaluate(program, scope, JqFocus(value: input, track: nil), JqNext(.output, nil))
  }

  /// The value that `input` asked for; nil when there is none left.
  func supply(_ value: JqValue?) {
    guard case .awaitInput(let track, let next) = state else { return }
    if let value { state = .give(JqFocus(value: value, track: track), next) } else { state = .raise(JqError("break")) }
  }
  func supply(error: JqError) { state = .raise(error) }

  func mark() -> Int {
    marks += 1
    return marks
  }

  /// Runs until something has to be told, at most so many steps.
  func run(steps: Int) -> Outcome {
    var left = steps
    while left > 0 {
      left -= 1
      if choices.count > JqMachine.choicesMax {
        return .failed(JqError(notSimulated: "jq: a program that keeps more than \(JqMachine.choicesMax) open choices"))
      }
      switch state {
      case .evaluate(let node, let scope, let focus, let next):
        do throws(JqError) {
          if let outcome = try evaluate(node, scope, focus, next) { return outcome }
        } catch {
          state = .raise(error)
        }
      case .give(let focus, let next):
        guard let next else {
          state = .backtrack
          continue
        }
        if case .output = next.action {
          state = .backtrack
          return .output(focus.value)
        }
        do throws(JqError) {
          try proceed(focus, next.action, next.after)
        } catch {
          state = .raise(error)
        }
      case .backtrack:
        guard let choice = choices.popLast() else { return .done }
        resume(choice)
      case .raise(let error):
        if !unwind(error) {
          state = .backtrack
          return .failed(error)
        }
      case .awaitInput: return .needsInput
      }
    }
    return .paused
  }

  // MARK: Choices

  private func resume(_ choice: Choice) {
    switch choice {
    case .run(let node, let scope, let focus, let next): state = .evaluate(node, scope, focus, next)
    case .items(let values, let index, let keys, let track, let next):
      if index + 1 < values.count { choices.append(.items(values, index + 1, keys: keys, track, next)) }
      var inner = track
      if let track {
        inner = JqTrack(keys.map { .string($0[index]) } ?? .integer(index), track, values[index])
      }
      state = .give(JqFocus(value: values[index], track: inner), next)
    case .range(let from, let to, let by, let track, let next):
      if by > 0 ? from >= to : from <= to { return }
      choices.append(.range(from + by, to: to, by: by, track, next))
      state = .give(JqFocus(value: .number(from), track: track), next)
    case .attempt, .left, .label, .alternatives: break
    case .otherwise(let cell, let node, let scope, let focus, let next):
      if !cell.flag { state = .evaluate(node, scope, focus, next) }
    case .collected(let cell, let track, let next):
      let items = cell.items
      cell.items = []
      state = .give(JqFocus(value: .array(items), track: track), next)
    case .folded(let cell, let track, let next): state = .give(JqFocus(value: cell.value, track: track), next)
    case .modified(let cell, let track, let next):
      do throws(JqError) {
        state = .give(JqFocus(value: try JqPaths.delete(cell.items, from: cell.value), track: track), next)
      } catch {
        state = .raise(error)
      }
    case .deletes(let cell, let path, _): cell.items.append(.array(path))
    }
  }

  /// Looks for what handles an error; false when nothing does.
  private func unwind(_ error: JqError) -> Bool {
    guard case .value(let value) = error.kind else {
      choices = []
      return false
    }
    var passed: Set<Int> = []
    while let choice = choices.popLast() {
      switch choice {
      case .left(let id): passed.insert(id)
      case .attempt(let id, let handler, let scope, let focus, let next):
        if passed.contains(id) { continue }
        if let handler {
          state = .evaluate(handler, scope, JqFocus(value: value, track: focus.track), next)
        } else {
          state = .backtrack
        }
        return true
      case .alternatives(let patterns, let index, let body, let scope, let focus, let value, let next, let id):
        if index < patterns.count {
          tryPattern(patterns, index, body, scope, focus, value, next, id)
          return true
        }
      default: break
      }
    }
    return false
  }

  func leave(_ id: Int) {
    while let choice = choices.popLast() {
      if case .label(let mark, _) = choice, mark == id { return }
    }
  }

  // MARK: Evaluating

  private func lookup(_ id: Int, _ scope: JqScope?) -> JqScope? {
    var here = scope
    while let link = here {
      if link.id == id { return link }
      here = link.parent
    }
    return nil
  }

  func give(_ value: JqValue, _ focus: JqFocus, _ next: JqNext?) {
    state = .give(JqFocus(value: value, track: focus.track), next)
  }

  func untracked(_ focus: JqFocus) -> JqFocus { JqFocus(value: focus.value, track: nil) }

  func evaluate(
    _ node: JqNode, _ scope: JqScope?, _ focus: JqFocus, _ next: JqNext?
  ) throws(JqError) -> Outcome? {
    switch node {
    case .identity: state = .give(focus, next)
    case .literal(let value): give(value, focus, next)
    case .index(let target, let key, let optional):
      if case .literal(let value) = key {
        let step = JqNext(.index(value, optional: optional), next)
        if case .identity = target { state = .give(focus, step) } else { state = .evaluate(target, scope, focus, step) }
      } else {
        state = .evaluate(
          key, scope, untracked(focus), JqNext(.indexTarget(target, scope, input: focus, optional: optional), next))
      }
    case .slice(let target, let from, let to, let optional):
      let action = JqNext.Action.sliceStart(target, from: from, to: to, scope, input: focus, optional: optional)
      if let from {
        state = .evaluate(from, scope, untracked(focus), JqNext(action, next))
      } else {
        state = .give(JqFocus(value: .null, track: nil), JqNext(action, next))
      }
    case .iterate(let target, let optional):
      state = .evaluate(target, scope, focus, JqNext(.iterate(optional: optional), next))
    case .attempt(let body, let handler):
      let id = mark()
      choices.append(.attempt(id, handler, scope, focus, next))
      state = .evaluate(body, scope, focus, JqNext(.left(id), next))
    case .pipe(let left, let right): state = .evaluate(left, scope, focus, JqNext(.run(right, scope), next))
    case .comma(let left, let right):
      choices.append(.run(right, scope, focus, next))
      state = .evaluate(left, scope, focus, next)
    case .negate(let operand):
      let native = JqNative(name: "_negate", arity: 0, kind: .plain(jqNegate))
      state = .evaluate(
        operand, scope, focus,
        JqNext(.argument(JqCall(native: native, arguments: [], scope: nil, input: focus, values: [])), next))
    case .binary(let operation, let left, let right):
      state = .evaluate(
        right, scope, untracked(focus), JqNext(.operand(operation, left, scope, input: focus), next))
    case .and(let left, let right):
      state = .evaluate(
        left, scope, untracked(focus), JqNext(.logic(isOr: false, right, scope, input: focus), next))
    case .or(let left, let right):
      state = .evaluate(
        left, scope, untracked(focus), JqNext(.logic(isOr: true, right, scope, input: focus), next))
    case .alternative(let left, let right):
      let cell = JqCell()
      choices.append(.otherwise(cell, right, scope, focus, next))
      state = .evaluate(left, scope, focus, JqNext(.found(cell), next))
    case .update(let update, let target, let value): self.update(update, target, value, scope, focus, next)
    case .choose(let condition, let then, let otherwise):
      state = .evaluate(
        condition, scope, untracked(focus), JqNext(.decide(then, otherwise, scope, input: focus), next))
    case .reduce(let source, let pattern, let start, let step):
      state = .evaluate(
        start, scope, focus,
        JqNext(
          .foldStart(source: source, pattern, step: step, extract: nil, isReduce: true, scope, input: focus), next))
    case .foreach(let source, let pattern, let start, let step, let extract):
      state = .evaluate(
        start, scope, focus,
        JqNext(
          .foldStart(source: source, pattern, step: step, extract: extract, isReduce: false, scope, input: focus), next)
      )
    case .bind(let source, let patterns, let body):
      state = .evaluate(source, scope, untracked(focus), JqNext(.bind(patterns, body, scope, input: focus), next))
    case .variable(let id):
      guard case .value(let value)? = lookup(id, scope)?.binding else { throw JqError("variable without a value") }
      give(value, focus, next)
    case .collect(let body):
      guard let body else {
        give(.array([]), focus, next)
        return nil
      }
      let cell = JqCell()
      choices.append(.collected(cell, focus.track, next))
      state = .evaluate(body, scope, untracked(focus), JqNext(.collect(cell), nil))
    case .object(let pairs): member(pairs, 0, scope, focus, OrderedMap(), next)
    case .format(let name): give(.string(try jqFormat(name, focus.value)), focus, next)
    case .text(let format, let parts, let isExpression):
      piece(format, parts, isExpression, parts.count - 1, scope, focus, [], next)
    case .define(let function, let body):
      state = .evaluate(body, JqScope(function.id, .function(function), scope), focus, next)
    case .closure(let id):
      guard case .closure(let body, let home)? = lookup(id, scope)?.binding else {
        throw JqError("closure without a body")
      }
      state = .evaluate(body, home, focus, next)
    case .call(let function, let arguments): call(function, arguments, scope, focus, next)
    case .native(let native, let arguments): return try self.native(native, arguments, scope, focus, next)
    case .label(let id, let body):
      let mark = mark()
      choices.append(.label(mark, id))
      state = .evaluate(body, JqScope(id, .value(.integer(mark)), scope), focus, next)
    case .leave(let id):
      guard case .value(.number(let mark, _))? = lookup(id, scope)?.binding else { throw JqError("break") }
      leave(Int(mark))
      state = .backtrack
    }
    return nil
  }

  func call(
    _ function: JqFunction, _ arguments: [JqNode], _ scope: JqScope?, _ focus: JqFocus, _ next: JqNext?
  ) {
    var inner = lookup(function.id, scope)
    if inner == nil { inner = JqScope(function.id, .function(function), nil) }
    var body = function.body
    for (index, parameter) in function.parameters.enumerated() {
      var argument = arguments[index]
      var home = scope
      // A closure that only passes one on is that one.
      if case .closure(let id) = argument, case .closure(let node, let there)? = lookup(id, scope)?.binding {
        argument = node
        home = there
      }
      inner = JqScope(parameter.closure, .closure(argument, home), inner)
    }
    for parameter in function.parameters.reversed() {
      if let variable = parameter.variable {
        body = .bind(.closure(parameter.closure), [.variable(variable)], body: body)
      }
    }
    state = .evaluate(body, inner, focus, next)
  }

  func member(
    _ pairs: [(key: JqNode, value: JqNode)], _ index: Int, _ scope: JqScope?, _ input: JqFocus,
    _ built: OrderedMap<String, JqValue>, _ next: JqNext?
  ) {
    if index == pairs.count { return give(.object(JqObject(built)), input, next) }
    let action = JqNext.Action.member(pairs, index, scope, input: input, built: built)
    state = .evaluate(pairs[index].key, scope, untracked(input), JqNext(action, next))
  }

  /// Text is put together from its end: the last interpolation is the outermost loop.
  func piece(
    _ format: String, _ parts: [JqNode], _ isExpression: [Bool], _ index: Int, _ scope: JqScope?, _ input: JqFocus,
    _ after: [JqValue], _ next: JqNext?
  ) {
    if index < 0 {
      var text = ""
      for value in after.reversed() { if case .string(let piece) = value { text += piece } }
      return give(.string(text), input, next)
    }
    let action = JqNext.Action.piece(
      format: format, parts, isExpression, index, scope, input: input, after: after)
    state = .evaluate(parts[index], scope, untracked(input), JqNext(action, next))
  }

  private func update(
    _ update: JqUpdate, _ target: JqNode, _ value: JqNode, _ scope: JqScope?, _ focus: JqFocus, _ next: JqNext?
  ) {
    switch update {
    case .modify: modify(target, value, scope, scope, focus, next)
    case .set:
      state = .evaluate(value, scope, untracked(focus), JqNext(.set(target, scope, input: focus), next))
    case .alternative, .arithmetic:
      // `a op= b` is `b as $x | a |= (. op $x)`.
      let id = -1 - marks
      _ = mark()
      let body: JqNode
      if case .arithmetic(let operation) = update {
        body = .binary(operation, .identity, .variable(id))
      } else {
        body = .alternative(.identity, .variable(id))
      }
      state = .evaluate(
        .bind(value, [.variable(id)], body: .update(.modify, target, body)), scope, focus, next)
    }
  }

  func modify(
    _ target: JqNode, _ value: JqNode, _ targetScope: JqScope?, _ scope: JqScope?, _ focus: JqFocus, _ next: JqNext?
  ) {
    let cell = JqCell()
    cell.value = focus.value
    choices.append(.modified(cell, focus.track, next))
    let root = JqTrack(nil, nil, focus.value)
    state = .evaluate(
      target, targetScope, JqFocus(value: focus.value, track: root),
      JqNext(.endPath(nil, whole: untracked(focus)), JqNext(.modify(cell, value, scope), nil)))
  }
}
