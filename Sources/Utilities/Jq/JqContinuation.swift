// What the machine that runs jq programs keeps: names in scope, the path walked so far, what comes after a value.

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
