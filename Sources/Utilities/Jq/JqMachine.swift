// Running a jq program. Every expression turns one value into none, one or many: the machine keeps what comes after as a list
// of continuations and what else could be tried as a stack of choices, so that `first(repeat(1))` ends, recursion takes no
// stack of ours, and a program can be stopped and gone on with at any step. While the operand of `path(…)` and of assignments
// runs, the path to the current value is carried along.

import SimKernel

/// Bindings, innermost first.
final class JqScope {
  enum Binding {
    case value(JqValue)
    case closure(JqNode, JqScope?)
    case function(JqFunction)
  }
  let id: Int
  let binding: Binding
  let parent: JqScope?

  init(_ id: Int, _ binding: Binding, _ parent: JqScope?) {
    self.id = id
    self.binding = binding
    self.parent = parent
  }
}

/// The path so far, last step first, and the value found there.
final class JqTrack {
  let step: JqValue?
  let parent: JqTrack?
  let value: JqValue

  init(_ step: JqValue?, _ parent: JqTrack?, _ value: JqValue) {
    self.step = step
    self.parent = parent
    self.value = value
  }

  var path: [JqValue] {
    var steps: [JqValue] = []
    var link: JqTrack? = self
    while let here = link {
      if let step = here.step { steps.append(step) }
      link = here.parent
    }
    steps.reverse()
    return steps
  }
}

/// What happens to a value next.
final class JqNext {
  enum Action {
    case output
    case run(JqNode, JqScope?)
    /// The key is known: the target comes next, then the step itself.
    case indexTarget(JqNode, JqScope?, input: JqFocus, optional: Bool)
    case index(JqValue, optional: Bool)
    case sliceStart(JqNode, from: JqNode?, to: JqNode?, JqScope?, input: JqFocus, optional: Bool)
    case sliceEnd(JqNode, from: JqValue, JqScope?, input: JqFocus, optional: Bool)
    case iterate(optional: Bool)
    case left(Int)
    case found(JqCell)
    case decide(JqNode, JqNode?, JqScope?, input: JqFocus)
    case logic(isOr: Bool, JqNode, JqScope?, input: JqFocus)
    case truth(JqTrack?)
    case collect(JqCell)
    case member([(key: JqNode, value: JqNode)], Int, JqScope?, input: JqFocus, built: OrderedMap<String, JqValue>)
    case memberValue(
      [(key: JqNode, value: JqNode)], Int, JqScope?, input: JqFocus, built: OrderedMap<String, JqValue>, key: JqValue)
    case argument(JqCall)
    case piece(format: String, [JqNode], [Bool], Int, JqScope?, input: JqFocus, after: [JqValue])
    case bind([JqPattern], JqNode, JqScope?, input: JqFocus)
    case destructure([JqWork], JqScope?, input: JqFocus, then: JqNode)
    case foldStart(source: JqNode, JqPattern, step: JqNode, extract: JqNode?, isReduce: Bool, JqScope?, input: JqFocus)
    case foldItem(JqPattern, step: JqNode, extract: JqNode?, isReduce: Bool, JqCell, JqScope?)
    case foldStep(step: JqNode, extract: JqNode?, isReduce: Bool, JqCell)
    case keep(JqCell)
    case extract(JqNode?, JqCell, JqScope?)
    case endPath(JqTrack?, whole: JqFocus)
    case set(JqNode, JqScope?, input: JqFocus)
    case assign(JqCell, JqValue)
    case operand(JqOperator, JqNode, JqScope?, input: JqFocus)
    case modify(JqCell, JqNode, JqScope?)
    case modified(JqCell, path: [JqValue], mark: Int)
    /// Counts values and ends their source after the last one wanted.
    case count(JqCell, Int, mark: Int)
    case limit(JqNode, JqScope?, input: JqFocus)
  }
  let action: Action
  let after: JqNext?

  init(_ action: Action, _ after: JqNext?) {
    self.action = action
    self.after = after
  }
}

/// Work left of a pattern: a value to take apart, or a step into one.
struct JqWork {
  let pattern: JqPattern
  let value: JqValue
  /// For objects: which member is next.
  var member = 0
  /// Set once the key of that member is known.
  var key: JqValue?
}

/// A call of a native function whose arguments are being worked out, the last one first.
struct JqCall {
  let native: JqNative
  let arguments: [JqNode]
  let scope: JqScope?
  let input: JqFocus
  var values: [JqValue]
}

/// A value and, in path expressions, where it stands.
struct JqFocus {
  var value: JqValue
  var track: JqTrack?
}

/// State that outlives backtracking.
final class JqCell {
  var value: JqValue = .null
  var items: [JqValue] = []
  var flag = false
  var count = 0
  var track: JqTrack?
}

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
  private enum State {
    case evaluate(JqNode, JqScope?, JqFocus, JqNext?)
    case give(JqFocus, JqNext?)
    case backtrack
    case raise(JqError)
    case awaitInput(JqTrack?, JqNext?)
  }

  let host: JqHost
  private var state = State.backtrack
  private var choices: [Choice] = []
  private var marks = 0
  private static let choicesMax = 2_000_000

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

  private func mark() -> Int {
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

  private func leave(_ id: Int) {
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

  private func give(_ value: JqValue, _ focus: JqFocus, _ next: JqNext?) {
    state = .give(JqFocus(value: value, track: focus.track), next)
  }

  private func untracked(_ focus: JqFocus) -> JqFocus { JqFocus(value: focus.value, track: nil) }

  private func evaluate(
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

  private func call(
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

  private func member(
    _ pairs: [(key: JqNode, value: JqNode)], _ index: Int, _ scope: JqScope?, _ input: JqFocus,
    _ built: OrderedMap<String, JqValue>, _ next: JqNext?
  ) {
    if index == pairs.count { return give(.object(JqObject(built)), input, next) }
    let action = JqNext.Action.member(pairs, index, scope, input: input, built: built)
    state = .evaluate(pairs[index].key, scope, untracked(input), JqNext(action, next))
  }

  /// Text is put together from its end: the last interpolation is the outermost loop.
  private func piece(
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

  private func modify(
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

  // MARK: Going on with a value

  private func proceed(_ focus: JqFocus, _ action: JqNext.Action, _ next: JqNext?) throws(JqError) {
    switch action {
    case .output: state = .backtrack
    case .run(let node, let scope): state = .evaluate(node, scope, focus, next)
    case .indexTarget(let target, let scope, let input, let optional):
      state = .evaluate(target, scope, input, JqNext(.index(focus.value, optional: optional), next))
    case .index(let key, let optional): try index(focus, key, optional, next)
    case .sliceStart(let target, let from, let to, let scope, let input, let optional):
      let start = from == nil ? JqValue.null : focus.value
      let action = JqNext.Action.sliceEnd(target, from: start, scope, input: input, optional: optional)
      if let to {
        state = .evaluate(to, scope, untracked(input), JqNext(action, next))
      } else {
        state = .give(JqFocus(value: .null, track: nil), JqNext(action, next))
      }
    case .sliceEnd(let target, let from, let scope, let input, let optional):
      let key = JqValue.object([("start", from), ("end", focus.value)])
      state = .evaluate(target, scope, input, JqNext(.index(key, optional: optional), next))
    case .iterate(let optional): try iterate(focus, optional, next)
    case .left(let id):
      choices.append(.left(id))
      state = .give(focus, next)
    case .found(let cell):
      if focus.value.isTrue {
        cell.flag = true
        state = .give(focus, next)
      } else {
        state = .backtrack
      }
    case .decide(let then, let otherwise, let scope, let input):
      if focus.value.isTrue {
        state = .evaluate(then, scope, input, next)
      } else if let otherwise {
        state = .evaluate(otherwise, scope, input, next)
      } else {
        state = .give(input, next)
      }
    case .logic(let isOr, let right, let scope, let input):
      if focus.value.isTrue == isOr {
        give(.boolean(isOr), input, next)
      } else {
        state = .evaluate(right, scope, untracked(input), JqNext(.truth(input.track), next))
      }
    case .truth(let track): state = .give(JqFocus(value: .boolean(focus.value.isTrue), track: track), next)
    case .collect(let cell):
      cell.items.append(focus.value)
      state = .backtrack
    case .member(let pairs, let index, let scope, let input, let built):
      state = .evaluate(
        pairs[index].value, scope, untracked(input),
        JqNext(.memberValue(pairs, index, scope, input: input, built: built, key: focus.value), next))
    case .memberValue(let pairs, let index, let scope, let input, let built, let key):
      guard case .string(let name) = key else { throw JqError("Cannot use \(jqNamed(key)) as object key") }
      var members = built
      members[name] = focus.value
      member(pairs, index + 1, scope, input, members, next)
    case .argument(var call):
      call.values.append(focus.value)
      try apply(call, next)
    case .piece(let format, let parts, let isExpression, let index, let scope, let input, let after):
      var pieces = after
      pieces.append(isExpression[index] ? .string(try jqFormat(format, focus.value)) : focus.value)
      piece(format, parts, isExpression, index - 1, scope, input, pieces, next)
    case .operand(let operation, let left, let scope, let input):
      if case .literal(let value) = left {
        give(try jqOperate(operation, value, focus.value), input, next)
      } else {
        let right = focus.value
        let native = JqNative(
          name: "", arity: 2, kind: .plain { (values, _) throws(JqError) in try jqOperate(operation, values[1], right) }
        )
        let call = JqCall(native: native, arguments: [], scope: nil, input: input, values: [right])
        state = .evaluate(left, scope, untracked(input), JqNext(.argument(call), next))
      }
    default: try proceedFurther(focus, action, next)
    }
  }

  /// Bindings, folds and assignments.
  private func proceedFurther(_ focus: JqFocus, _ action: JqNext.Action, _ next: JqNext?) throws(JqError) {
    switch action {
    case .bind(let patterns, let body, let scope, let input):
      if patterns.count == 1 {
        if case .variable(let id) = patterns[0] {
          state = .evaluate(body, JqScope(id, .value(focus.value), scope), input, next)
        } else {
          var inner = scope
          for id in patterns[0].variables { inner = JqScope(id, .value(.null), inner) }
          try destructure([JqWork(pattern: patterns[0], value: focus.value)], inner, input, body, next)
        }
      } else {
        tryPattern(patterns, 0, body, scope, input, focus.value, next, mark())
      }
    case .destructure(var work, let scope, let input, let body):
      work[work.count - 1].key = focus.value
      try destructure(work, scope, input, body, next)
    case .foldStart(let source, let pattern, let step, let extract, let isReduce, let scope, let input):
      let cell = JqCell()
      cell.value = focus.value
      cell.track = isReduce ? nil : focus.track
      if isReduce { choices.append(.folded(cell, focus.track, next)) }
      state = .evaluate(
        source, scope, untracked(input),
        JqNext(.foldItem(pattern, step: step, extract: extract, isReduce: isReduce, cell, scope), isReduce ? nil : next)
      )
    case .foldItem(let pattern, let step, let extract, let isReduce, let cell, let scope):
      let after = JqNext(.foldStep(step: step, extract: extract, isReduce: isReduce, cell), next)
      if case .variable(let id) = pattern {
        foldStep(cell, step, extract, isReduce, JqScope(id, .value(focus.value), scope), next)
      } else {
        // The pattern is taken apart first; its scope comes back through the marker node.
        var inner = scope
        for id in pattern.variables { inner = JqScope(id, .value(.null), inner) }
        try destructure([JqWork(pattern: pattern, value: focus.value)], inner, focus, .identity, after)
      }
    case .foldStep(let step, let extract, let isReduce, let cell):
      foldStep(cell, step, extract, isReduce, lastScope, next)
    case .keep(let cell):
      cell.value = focus.value
      state = .backtrack
    case .extract(let node, let cell, let scope):
      cell.value = focus.value
      cell.track = focus.track
      if let node { state = .evaluate(node, scope, focus, next) } else { state = .give(focus, next) }
    case .endPath(_, let whole):
      guard let track = focus.track, JqValue.areIdentical(track.value, focus.value) else {
        throw JqError("Invalid path expression with result \(jqShort(focus.value, 29))")
      }
      state = .give(JqFocus(value: .array(track.path), track: whole.track), next)
    case .set(let target, let scope, let input):
      let cell = JqCell()
      cell.value = input.value
      let value = focus.value
      choices.append(.folded(cell, input.track, next))
      state = .evaluate(
        target, scope, JqFocus(value: input.value, track: JqTrack(nil, nil, input.value)),
        JqNext(.endPath(nil, whole: untracked(input)), JqNext(.assign(cell, value), nil)))
    case .assign(let cell, let value):
      guard case .array(let path) = focus.value else { throw JqError("Path must be specified as an array") }
      let old = cell.value
      cell.value = .null
      cell.value = try JqPaths.set(path[...], in: old, to: value)
      state = .backtrack
    case .modify(let cell, let node, let scope):
      guard case .array(let path) = focus.value else { throw JqError("Path must be specified as an array") }
      let old = try JqPaths.get(path[...], in: cell.value)
      let mark = mark()
      choices.append(.deletes(cell, path, mark: mark))
      state = .evaluate(
        node, scope, JqFocus(value: old, track: nil), JqNext(.modified(cell, path: path, mark: mark), nil))
    case .modified(let cell, let path, let mark):
      // The first value counts.
      while let choice = choices.popLast() {
        if case .deletes(_, _, let there) = choice, there == mark { break }
      }
      let old = cell.value
      cell.value = .null
      cell.value = try JqPaths.set(path[...], in: old, to: focus.value)
      state = .backtrack
    case .count(let cell, let wanted, let mark):
      cell.count += 1
      if cell.count >= wanted { leave(mark) }
      state = .give(focus, next)
    case .limit(let body, let scope, let input):
      guard case .number(let wanted, _) = focus.value else {
        throw JqError("Invalid arguments to limit")
      }
      if wanted == 0 {
        state = .backtrack
        return
      }
      if wanted < 0 {
        state = .evaluate(body, scope, input, next)
        return
      }
      let mark = mark()
      choices.append(.label(mark, 0))
      let count = wanted < 1e9 ? Int(wanted.rounded(.up)) : Int.max
      state = .evaluate(body, scope, input, JqNext(.count(JqCell(), count, mark: mark), next))
    default: state = .backtrack
    }
  }

  private func foldStep(
    _ cell: JqCell, _ step: JqNode, _ extract: JqNode?, _ isReduce: Bool, _ scope: JqScope?, _ next: JqNext?
  ) {
    let value = cell.value
    cell.value = .null
    let after = isReduce ? JqNext(.keep(cell), nil) : JqNext(.extract(extract, cell, scope), next)
    state = .evaluate(step, scope, JqFocus(value: value, track: cell.track), after)
  }

  // MARK: Patterns

  /// The scope that the last pattern has filled, for folds.
  private var lastScope: JqScope?

  private func tryPattern(
    _ patterns: [JqPattern], _ index: Int, _ body: JqNode, _ scope: JqScope?, _ input: JqFocus, _ value: JqValue,
    _ next: JqNext?, _ id: Int
  ) {
    var inner = scope
    for pattern in patterns { for id in pattern.variables { inner = JqScope(id, .value(.null), inner) } }
    choices.append(.alternatives(patterns, index + 1, body, scope, input, value: value, next, id: id))
    do throws(JqError) {
      try destructure([JqWork(pattern: patterns[index], value: value)], inner, input, body, next)
    } catch {
      state = .raise(error)
    }
  }

  private func destructure(
    _ given: [JqWork], _ given2: JqScope?, _ input: JqFocus, _ body: JqNode, _ next: JqNext?
  ) throws(JqError) {
    var work = given
    var scope = given2
    while let item = work.popLast() {
      switch item.pattern {
      case .variable(let id): scope = JqScope(id, .value(item.value), scope)
      case .array(let parts):
        switch item.value {
        case .array, .null: break
        default: throw JqError("Cannot index \(item.value.typeName) with number")
        }
        for (index, part) in parts.enumerated().reversed() {
          work.append(JqWork(pattern: part, value: try JqPaths.step(item.value, .integer(index))))
        }
      case .object(let members):
        guard item.member < members.count else { continue }
        let member = members[item.member]
        var rest = item
        rest.key = nil
        if let key = item.key {
          guard case .string = key else {
            throw JqError("Cannot index \(item.value.typeName) with \(key.typeName)")
          }
          let value = try JqPaths.step(item.value, key)
          rest.member += 1
          work.append(rest)
          if let pattern = member.value { work.append(JqWork(pattern: pattern, value: value)) }
          if let id = member.variable { scope = JqScope(id, .value(value), scope) }
        } else if case .literal(let key) = member.key {
          rest.key = key
          work.append(rest)
        } else {
          work.append(rest)
          state = .evaluate(
            member.key, scope, untracked(input), JqNext(.destructure(work, scope, input: input, then: body), next))
          return
        }
      }
    }
    lastScope = scope
    state = .evaluate(body, scope, input, next)
  }

  // MARK: Steps

  private func index(_ focus: JqFocus, _ key: JqValue, _ optional: Bool, _ next: JqNext?) throws(JqError) {
    if let track = focus.track, !JqValue.areIdentical(track.value, focus.value) {
      throw JqError(
        "Invalid path expression near attempt to access element \(jqShort(key, 29)) of \(jqShort(focus.value, 29))")
    }
    let value: JqValue
    do throws(JqError) {
      value = try JqPaths.step(focus.value, key)
    } catch {
      if optional {
        state = .backtrack
        return
      }
      throw error
    }
    state = .give(JqFocus(value: value, track: focus.track.map { JqTrack(key, $0, value) }), next)
  }

  private func iterate(_ focus: JqFocus, _ optional: Bool, _ next: JqNext?) throws(JqError) {
    if let track = focus.track, !JqValue.areIdentical(track.value, focus.value) {
      throw JqError("Invalid path expression near attempt to iterate through \(jqShort(focus.value, 29))")
    }
    state = .backtrack
    switch focus.value {
    case .array(let items): if !items.isEmpty { choices.append(.items(items, 0, keys: nil, focus.track, next)) }
    case .object(let object):
      if !object.members.isEmpty {
        choices.append(.items(object.members.values, 0, keys: object.members.keys, focus.track, next))
      }
    default:
      if !optional { throw JqError("Cannot iterate over \(jqNamed(focus.value))") }
    }
  }

  // MARK: Native functions

  private func native(
    _ native: JqNative, _ arguments: [JqNode], _ scope: JqScope?, _ focus: JqFocus, _ next: JqNext?
  ) throws(JqError) -> Outcome? {
    switch native.kind {
    case .plain, .getPath, .range, .error, .haltError:
      let call = JqCall(native: native, arguments: arguments, scope: scope, input: focus, values: [])
      if arguments.isEmpty {
        if case .haltError = native.kind { return .halted(5, focus.value) }
        try apply(call, next)
      } else {
        if case .haltError = native.kind, case .literal(.number(let code, _)) = arguments[0] {
          return .halted(Int32(truncatingIfNeeded: Int64(code)), focus.value)
        }
        state = .evaluate(arguments[arguments.count - 1], scope, untracked(focus), JqNext(.argument(call), next))
      }
    case .empty: state = .backtrack
    case .recurse:
      // `..`: the value, then everything in it.
      let rest = JqNode.pipe(.iterate(.identity, optional: true), .native(native, []))
      choices.append(.run(rest, nil, focus, next))
      state = .give(focus, next)
    case .path:
      let root = JqTrack(nil, nil, focus.value)
      state = .evaluate(
        arguments[0], scope, JqFocus(value: focus.value, track: root), JqNext(.endPath(nil, whole: focus), next))
    case .input: state = .awaitInput(focus.track, next)
    case .limit:
      state = .evaluate(
        arguments[0], scope, untracked(focus), JqNext(.limit(arguments[1], scope, input: focus), next))
    case .debug:
      host.show("[\"DEBUG:\",\(JqPrinter.text(focus.value))]\n")
      state = .give(focus, next)
    case .standardError:
      if case .string(let text) = focus.value { host.show(text) } else { host.show(JqPrinter.text(focus.value)) }
      state = .give(focus, next)
    case .halt: return .halted(0, nil)
    case .environment: give(host.environment, focus, next)
    case .inputName: give(host.inputName, focus, next)
    case .inputLine: give(.integer(host.inputLine), focus, next)
    case .now: give(.number(host.now), focus, next)
    case .builtins:
      var names: [JqValue] = []
      for name in JqLibrary.names { names.append(.string(name)) }
      give(.array(names), focus, next)
    }
    return nil
  }

  /// Asks for the next argument, or calls.
  private func apply(_ call: JqCall, _ next: JqNext?) throws(JqError) {
    let missing = call.arguments.count - call.values.count
    if missing > 0 {
      state = .evaluate(call.arguments[missing - 1], call.scope, untracked(call.input), JqNext(.argument(call), next))
      return
    }
    let values = Array(call.values.reversed())
    switch call.native.kind {
    case .plain(let function):
      let input = call.arguments.isEmpty && values.count == 1 ? values[0] : call.input.value
      // The operators were given their operands in this order already.
      give(try function(call.arguments.isEmpty ? call.values : values, input), call.input, next)
    case .error: throw JqError(value: values.first ?? call.input.value)
    case .haltError:
      throw JqError(notSimulated: "jq: halt_error with a computed status")
    case .range:
      guard case .number(let from, _) = values[0], case .number(let to, _) = values[1] else {
        throw JqError("Range bounds must be numeric")
      }
      choices.append(.range(from, to: to, by: 1, call.input.track, next))
      state = .backtrack
    case .getPath:
      guard case .array(let path) = values[0] else { throw JqError("Path must be specified as an array") }
      let focus = call.input
      if let track = focus.track {
        if !JqValue.areIdentical(track.value, focus.value) {
          throw JqError("Invalid path expression with result \(jqShort(focus.value, 29))")
        }
        let found = try JqPaths.get(path[...], in: focus.value)
        var link = track
        for (index, step) in path.enumerated() { link = JqTrack(step, link, index + 1 == path.count ? found : .null) }
        state = .give(JqFocus(value: found, track: link), next)
      } else {
        state = .give(JqFocus(value: try JqPaths.get(path[...], in: focus.value), track: nil), next)
      }
    default: state = .backtrack
    }
  }
}

/// What a program can ask of the world around it.
final class JqHost {
  let environment: JqValue
  var inputName: JqValue = .null
  /// Lines read so far.
  var inputLine = 0
  let clock: () -> Double
  let show: (String) -> Void

  init(environment: JqValue, clock: @escaping () -> Double, show: @escaping (String) -> Void) {
    self.environment = environment
    self.clock = clock
    self.show = show
  }
  var now: Double { clock() }
}
