// Variables whose values the shell makes up when somebody asks: RANDOM, SECONDS, LINENO, FUNCNAME and their like. Source: the Bash
// manual, "Bash Variables".

import SimKernel
import SimMachine

extension ShellProgram {
  static let dynamicNames: [(String, DynamicVariable)] = [
    ("RANDOM", .random), ("SECONDS", .seconds), ("LINENO", .line), ("BASHPID", .processID),
    ("EPOCHSECONDS", .epochSeconds), ("EPOCHREALTIME", .epochRealtime), ("SRANDOM", .secureRandom),
    ("BASH_SUBSHELL", .subshell), ("PIPESTATUS", .pipeStatus), ("FUNCNAME", .functionNames), ("BASH_SOURCE", .sources),
    ("BASH_LINENO", .callLines), ("DIRSTACK", .directories), ("GROUPS", .groups), ("BASH_COMMAND", .command),
    ("HISTCMD", .historyNumber), ("SHELLOPTS", .shellOptions), ("BASHOPTS", .shoptOptions),
    ("BASH_ARGV0", .argumentZero), ("BASH_ALIASES", .aliases), ("BASH_CMDS", .hashedCommands),
    ("BASH_ARGC", .argumentCounts), ("BASH_ARGV", .argumentValues),
  ]

  /// The value of a variable that is made up. Some are there, for those who list variables, only once somebody has read them.
  func madeUp(_ name: String, _ binding: Variable) -> Variable {
    var result = dynamicValue(name, binding)
    guard let kind = binding.dynamic, kind.appearsWhenRead else { return result }
    if kind == .seconds { result.attributes.insert(.integer) }
    state.variables[name] = result
    return result
  }

  /// A variable as `set` and `declare` list it: they do not count as readers.
  func listed(_ name: String) -> Variable? {
    if name == "_" { return Variable(.string(state.lastArgument)) }
    guard let raw = state.variables[name], raw.dynamic?.appearsWhenRead != true, !raw.attributes.contains(.reference)
    else { return state.variables[name] }
    return binding(name)
  }
  var listedNames: [String] {
    var names = state.variables.sortedNames
    if flavour == .bash { names.insert("_", at: names.firstIndex { lessBytes("_", $0) } ?? names.count) }
    return names
  }

  private func dynamicValue(_ name: String, _ binding: Variable) -> Variable {
    var result = binding
    switch binding.dynamic! {
    case .random: result.value = .string(String(nextRandom()))
    case .seconds: result.value = .string(String((world.now - state.secondsBase).wholeSeconds + state.startedSeconds))
    case .line: result.value = .string(String(state.line))
    case .processID: result.value = .string(String(process.id))
    case .epochSeconds: result.value = .string(String(world.clock.unixSeconds(world.now)))
    case .epochRealtime:
      let micro = world.clock.subsecondNanoseconds(world.now) / 1_000
      result.value = .string("\(world.clock.unixSeconds(world.now)).\(padded(micro, 6))")
    case .secureRandom: result.value = .string(String(UInt32(truncatingIfNeeded: world.random.next())))
    case .subshell: result.value = .string(String(state.subshellLevel))
    case .pipeStatus: result.value = .indexed(IndexedArray(state.pipeStatus.map { String($0) }))
    case .functionNames:
      guard state.calls.contains(where: { $0.isFunction }) else {
        result.value = .unset
        return result
      }
      var names: [String] = state.calls.reversed().map { $0.name }
      if !isCommandString, !isInteractive, !readsStandardInput { names.append("main") }
      result.value = .indexed(IndexedArray(names))
    case .sources:
      var names: [String] = state.calls.reversed().map { $0.source }
      if !isCommandString, !isInteractive, !readsStandardInput { names.append(state.sourceName) }
      result.value = .indexed(IndexedArray(names))
    case .callLines:
      var lines: [String] = state.calls.reversed().map { String($0.line) }
      if !isCommandString, !isInteractive, !readsStandardInput { lines.append("0") }
      result.value = .indexed(IndexedArray(lines))
    case .directories: result.value = .indexed(IndexedArray([tildeShort(process.workingDirectory)] + state.directories))
    case .groups:
      var groups = [String(process.credentials.group)]
      for group in process.credentials.groups where group != process.credentials.group { groups.append(String(group)) }
      result.value = .indexed(IndexedArray(groups))
    case .command: result.value = .string(state.command.text)
    case .aliases:
      var array = AssociativeArray()
      for name in state.aliases.keys.sorted() { array[name] = state.aliases[name] }
      result.value = .associative(array)
    case .hashedCommands:
      var array = AssociativeArray()
      for name in state.hashed.keys { array[name] = state.hashed[name]?.path }
      result.value = .associative(array)
    case .historyNumber: result.value = .string(String(state.historyBase + state.history.count + 1))
    case .shellOptions:
      var on: [String] = []
      for name in SetOptions.names where state.options[name] == true { on.append(name) }
      result.value = .string(on.joined(separator: ":"))
    case .shoptOptions:
      var on: [String] = []
      for name in ShoptOptions.names where state.shopt[name] { on.append(name) }
      result.value = .string(on.joined(separator: ":"))
    case .argumentZero: result.value = .string(state.zero)
    case .argumentCounts: result.value = .indexed(IndexedArray(debuggedArguments.map { String($0.count) }))
    case .argumentValues:
      var values: [String] = []
      for arguments in debuggedArguments { values += arguments.reversed() }
      result.value = .indexed(IndexedArray(values))
    }
    return result
  }

  /// The arguments of the calls under way, the innermost first, and of the shell itself; only what `extdebug` has seen.
  private var debuggedArguments: [[String]] {
    guard let outermost = state.debuggedArguments else { return [] }
    var result: [[String]] = []
    for call in state.calls.reversed() {
      if let arguments = call.arguments { result.append(arguments) }
    }
    return result + [outermost]
  }

  /// True: done, the value is not stored.
  func assignDynamic(_ name: String, _ kind: DynamicVariable, _ value: String) -> Bool {
    switch kind {
    case .random:
      state.randomSeed = UInt32(truncatingIfNeeded: (try? evaluate(value)) ?? 0)
      state.lastRandom = 0
      return true
    case .seconds:
      state.secondsBase = world.now
      state.startedSeconds = (try? evaluate(value)) ?? 0
      return true
    case .argumentZero:
      state.zero = value
      return true
    case .directories, .callLines, .functionNames, .groups, .pipeStatus, .sources, .subshell, .processID, .epochSeconds,
      .epochRealtime, .secureRandom, .historyNumber, .command, .aliases, .hashedCommands, .argumentCounts,
      .argumentValues:
      return true
    case .line:
      state.variables[name] = Variable(.unset)
      return false
    default: return true
    }
  }

  /// The generator of bash: Park and Miller's, folded to 15 bits.
  private func nextRandom() -> UInt32 {
    var value: UInt32
    repeat {
      var seed = Int64(Int32(bitPattern: state.randomSeed))
      if seed == 0 { seed = 123_459_876 }
      let high = seed / 127_773
      let low = seed - 127_773 * high
      let next = 16_807 * low - 2_836 * high
      state.randomSeed = UInt32(truncatingIfNeeded: next < 0 ? next + 0x7fff_ffff : next)
      value = ((state.randomSeed >> 16) ^ (state.randomSeed & 65_535)) & 32_767
    } while value == state.lastRandom
    state.lastRandom = value
    return value
  }
}
