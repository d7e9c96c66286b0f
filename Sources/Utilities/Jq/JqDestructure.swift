// Values taken apart by patterns, and by steps of a path.

import SimKernel

extension JqMachine {
  func tryPattern(
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

  func destructure(
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

  func index(_ focus: JqFocus, _ key: JqValue, _ optional: Bool, _ next: JqNext?) throws(JqError) {
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

  func iterate(_ focus: JqFocus, _ optional: Bool, _ next: JqNext?) throws(JqError) {
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
}
