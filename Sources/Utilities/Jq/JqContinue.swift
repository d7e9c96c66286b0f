// Going on with a value: what the next continuation of the list does with it.

import SimKernel

extension JqMachine {
  func proceed(_ focus: JqFocus, _ action: JqNext.Action, _ next: JqNext?) throws(JqError) {
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

  func foldStep(
    _ cell: JqCell, _ step: JqNode, _ extract: JqNode?, _ isReduce: Bool, _ scope: JqScope?, _ next: JqNext?
  ) {
    let value = cell.value
    cell.value = .null
    let after = isReduce ? JqNext(.keep(cell), nil) : JqNext(.extract(extract, cell, scope), next)
    state = .evaluate(step, scope, JqFocus(value: value, track: cell.track), after)
  }
}
