// Function calls: positional parameters, scope, traps that are not inherited, and the way back.

import ShellSyntax
import SimKernel
import SimMachine

/// Runs `command_not_found_handle`.
final class HandlerFrame: Frame {
  private let function: Function
  private let words: [String]
  private var called = false

  init(_ function: Function, _ words: [String]) {
    self.function = function
    self.words = words
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if called {
      shell.pop()
    } else {
      called = true
      shell.call(function, name: "command_not_found_handle", arguments: words, environment: [])
    }
    return .go
  }
}

/// A function call: positional parameters, scope, and the way back.
final class FunctionFrame: Frame {
  private let function: Function
  private let name: String
  private let arguments: [String]
  private let environment: [(String, String)]
  private var savedPositional: [String] = []
  private var entered = false
  private var bodyStarted = false
  private var line = 0
  private var lineOffset = 0
  private var returned = false
  /// The status that `return N` found.
  var statusBeforeReturn: Int32?
  private var hidden: [(name: String, action: String)] = []

  init(_ function: Function, name: String, arguments: [String], environment: [(String, String)]) {
    self.function = function
    self.name = name
    self.arguments = arguments
    self.environment = environment
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if entered, !bodyStarted {
      bodyStarted = true
      shell.run(function.definition.body)
      return .go
    }
    if entered {
      if let action = shell.state.traps["RETURN"], !action.isEmpty, !returned {
        returned = true
        shell.push(TrapFrame(action: action, line: shell.state.line, seen: statusBeforeReturn))
        return .go
      }
      shell.pop()
      return .go
    }
    entered = true
    line = shell.state.line
    lineOffset = shell.state.lineOffset
    savedPositional = shell.state.positional
    shell.state.positional = arguments
    shell.state.variables.pushScope()
    for (key, value) in environment {
      shell.state.variables.makeLocal(key, Variable(.string(value), attributes: .exported))
    }
    shell.state.calls.append(
      Call(
        name: name, source: function.source, line: line, isFunction: true,
        arguments: shell.state.shopt["extdebug"] ? arguments : nil))
    if !shell.state.traps.isEmpty { hideTraps(shell) }
    shell.state.lineOffset = function.lineOffset
    shell.state.line = function.definition.body.line + function.lineOffset
    if let action = shell.state.traps["DEBUG"], !action.isEmpty, !shell.inDebugTrap {
      shell.push(TrapFrame(action: action, isDebug: true, line: function.line))
      return .go
    }
    bodyStarted = true
    shell.run(function.definition.body)
    return .go
  }

  /// Traps that a function does not inherit are out of sight until it returns.
  private func hideTraps(_ shell: ShellProgram) {
    for name in ["DEBUG", "RETURN", "ERR"] {
      let inherits = name == "ERR" ? shell.state.options.errtrace : shell.state.options.functrace || function.traced
      guard !inherits, let action = shell.state.traps.removeValue(forKey: name) else { continue }
      hidden.append((name, action))
    }
  }

  override func catches(_ unwind: Unwind, _ shell: ShellProgram) -> Bool {
    if case .returnFunction = unwind {
      shell.tolerance = tolerance
      return true
    }
    // `break` does not reach loops outside the function.
    switch unwind {
    case .breakLoop, .continueLoop:
      shell.tolerance = tolerance
      return true
    default: return false
    }
  }

  override func leave(_ shell: ShellProgram) {
    guard entered else { return }
    for (name, action) in hidden where shell.state.traps[name] == nil { shell.state.traps[name] = action }
    shell.state.positional = savedPositional
    shell.state.variables.popScope()
    if let options = shell.state.calls.removeLast().options { shell.state.options = options }
    shell.state.line = line
    shell.state.lineOffset = lineOffset
  }
}

extension ShellProgram {
  func call(_ function: Function, name: String, arguments: [String], environment: [(String, String)]) {
    if let limit = variable("FUNCNEST"), let most = Int(limit), most > 0 {
      var depth = 0
      for call in state.calls where call.isFunction { depth += 1 }
      if depth >= most {
        complain("\(name): maximum function nesting level exceeded (\(most))")
        status = 1
        unwind(.line)
        return
      }
    }
    push(FunctionFrame(function, name: name, arguments: arguments, environment: environment))
  }
}
