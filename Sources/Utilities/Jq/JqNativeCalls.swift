// Calls of the functions that jq has built in.

extension JqMachine {
  func native(
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
  func apply(_ call: JqCall, _ next: JqNext?) throws(JqError) {
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
