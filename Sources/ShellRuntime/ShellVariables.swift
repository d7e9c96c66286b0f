// Reading and setting variables: attributes, references (`declare -n`), array elements, the variables the shell makes up itself,
// and the positional and special parameters.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  // MARK: Reading

  /// The value of a name as a scalar, following references; nil when unset.
  func variable(_ name: String) -> String? {
    guard let binding = state.variables[name] else { return nil }
    if binding.dynamic != nil { return madeUp(name, binding).scalar }
    if binding.attributes.contains(.reference), let target = binding.scalar, !target.isEmpty {
      return try? value(ofReference: target, depth: 0)
    }
    return binding.scalar
  }

  private func value(ofReference target: String, depth: Int) throws(Abort) -> String? {
    guard depth < 8 else { return nil }
    if let (name, index) = splitSubscript(target) { return try element(name, index) }
    guard let binding = state.variables[target] else { return nil }
    if binding.attributes.contains(.reference), let next = binding.scalar, !next.isEmpty {
      return try value(ofReference: next, depth: depth + 1)
    }
    return variable(target)
  }

  /// A binding with made-up values filled in, following references to whole variables.
  func binding(_ name: String) -> Variable? {
    let (target, _) = resolve(name)
    guard let found = state.variables[target] else { return nil }
    return found.dynamic != nil ? madeUp(target, found) : found
  }

  /// What a name refers to: through references, with the subscript that a reference may have.
  func resolve(_ name: String) -> (name: String, index: String?) {
    var current = name
    for _ in 0..<8 {
      guard let binding = state.variables[current], binding.attributes.contains(.reference),
        let target = binding.scalar,
        !target.isEmpty
      else { return (current, nil) }
      if let (name, index) = splitSubscript(target) { return (name, index) }
      if target == current { return (current, nil) }
      current = target
    }
    return (current, nil)
  }

  func splitSubscript(_ text: String) -> (String, String)? {
    guard text.utf8.last == 93, let open = text.utf8.firstIndex(of: 91) else { return nil }
    let name = String(text[..<open])
    guard isName(name) else { return nil }
    let from = text.utf8.index(after: open)
    let to = text.utf8.index(before: text.utf8.endIndex)
    return (name, String(text[from..<to]))
  }

  /// `a[index]`, with the index as text.
  func element(_ name: String, _ index: String) throws(Abort) -> String? {
    guard let binding = binding(name) else {
      if flavour == .bash { _ = try position(index, name: name, count: nil) }
      return nil
    }
    switch binding.value {
    case .associative(let array):
      if index.isEmpty, flavour == .bash { complain("\(name): bad array subscript") }
      return array[index]
    case .indexed(let array):
      return array[try position(index, name: name, count: array.maxKey)]
    case .string(let text): return try position(index, name: name, count: 0) == 0 ? text : nil
    case .unset: return nil
    }
  }

  /// An index of an array; negative ones count from its end.
  func position(_ text: String, name: String, count: Int64?) throws(Abort) -> Int64 {
    let value = try evaluateSubscript(text)
    if value >= 0 { return value }
    let position = (count ?? -1) + 1 + value
    if position < 0 {
      complain("\(name): bad array subscript")
      if state.options.errexit { throw .shell(1) }
    }
    return position
  }

  /// A mistake in a subscript ends a shell that is not interactive.
  private func evaluateSubscript(_ text: String) throws(Abort) -> Int64 {
    do throws(Abort) {
      return try evaluate(text)
    } catch {
      switch error {
      case .arithmetic, .line: throw .shell(1)
      default: throw error
      }
    }
  }

  /// The elements of an array in order; a scalar is an array of one.
  func elements(_ name: String) -> [String] {
    guard let binding = binding(name) else { return [] }
    switch binding.value {
    case .unset: return []
    case .string(let text): return [text]
    case .indexed(let array): return array.values
    case .associative(let array): return array.values
    }
  }

  func keys(_ name: String) -> [String] {
    guard let binding = binding(name) else { return [] }
    switch binding.value {
    case .unset: return []
    case .string: return ["0"]
    case .indexed(let array): return array.keys.map { String($0) }
    case .associative(let array): return array.sortedKeys
    }
  }

  /// For arithmetic: the text of a variable or element whose value is wanted.
  func arithmeticValue(_ name: String, _ index: String?) throws(Abort) -> String? {
    let value: String?
    if let index {
      value = try element(name, index)
    } else {
      value = variable(name)
    }
    if value == nil, state.options.nounset, isUnset(name) {
      complain("\(index == nil ? name : "\(name)[\(index!)]"): unbound variable")
      throw .shell(127)
    }
    return value
  }

  /// Whether a variable has no value at all; an array has one.
  func isUnset(_ name: String) -> Bool {
    guard let binding = binding(name), !binding.attributes.contains(.bare) else { return true }
    if case .unset = binding.value { return true }
    return false
  }

  func assignArithmetic(_ name: String, _ index: String?, _ value: String) throws(Abort) {
    if let index {
      try assignElement(name, index, value)
    } else {
      try assign(name, value)
    }
  }

  // MARK: Setting

  private func record(_ name: String) { undo.append((name, state.variables[name])) }

  func complainReadonly(_ name: String) -> Abort {
    complain(flavour == .bash ? "\(name): readonly variable" : "\(name): is read only")
    return .line(1)
  }

  /// `name=value`
  func assign(_ name: String, _ value: String, append: Bool = false) throws(Abort) {
    if value.utf8.count > ShellProgram.valueBytesMax {
      process.account.reach("memory limit reached: the variable '\(name)' grows without end")
      throw .command(1)
    }
    // By far the most are plain variables that have a value already.
    if !append, var existing = state.variables[name], existing.attributes.isEmpty, existing.dynamic == nil,
      case .string = existing.value, !state.options.allexport
    {
      undo.append((name, existing))
      existing.value = .string(value)
      state.variables[name] = existing
      assigned(name, value)
      return
    }
    let (target, index) = resolve(name)
    if let index {
      try assignElement(target, index, value, append: append)
      return
    }
    record(target)
    if var existing = state.variables[target] {
      if existing.attributes.contains(.readonly) { throw complainReadonly(target) }
      if existing.dynamic != nil {
        if assignDynamic(target, existing.dynamic!, value) { return }
        existing = state.variables[target] ?? Variable(.unset)
      }
      if existing.attributes.contains(.reference), existing.scalar?.isEmpty ?? true {
        // A reference without a target: the value becomes the target.
        existing.value = .string(value)
        state.variables[target] = existing
        return
      }
      existing.attributes.remove(.bare)
      switch existing.value {
      case .indexed(var array):
        existing.value = .unset
        array[0] = try transformed(value, existing.attributes, old: append ? array[0] ?? "" : nil)
        existing.value = .indexed(array)
      case .associative(var array):
        array["0"] = try transformed(value, existing.attributes, old: append ? array["0"] ?? "" : nil)
        existing.value = .associative(array)
      default:
        existing.value = .string(
          try transformed(value, existing.attributes, old: append ? existing.scalar ?? "" : nil))
      }
      if state.options.allexport { existing.attributes.insert(.exported) }
      state.variables[target] = existing
    } else {
      var fresh = Variable(.string(value))
      if state.options.allexport { fresh.attributes.insert(.exported) }
      state.variables[target] = fresh
    }
    assigned(target, value)
  }

  /// Side effects of setting a variable that the shell looks at.
  private func assigned(_ name: String, _ value: String) {
    guard let first = name.utf8.first, first == 80 || first == 79 || first == 71 else { return }
    switch name {
    case "PATH": state.hashed = OrderedMap()
    case "OPTIND": state.getoptsPlace = 1
    case "POSIXLY_CORRECT": state.options.posix = true
    case "GLOBIGNORE": if !value.isEmpty { state.shopt["dotglob"] = true }
    default: break
    }
  }

  /// Applies the integer and case attributes.
  func transformed(_ value: String, _ attributes: Attributes, old: String?) throws(Abort) -> String {
    if attributes.isEmpty || attributes == .exported { return old.map { $0 + value } ?? value }
    if attributes.contains(.integer) {
      let number = try evaluate(value, in: integerContext)
      if let old {
        let base = try evaluate(old)
        return String(base &+ number)
      }
      return String(number)
    }
    let whole = old.map { $0 + value } ?? value
    if attributes.contains(.lower) { return changeCase(whole, 44, all: true, pattern: nil) }
    if attributes.contains(.upper) { return changeCase(whole, 94, all: true, pattern: nil) }
    if attributes.contains(.capital) {
      return changeCase(changeCase(whole, 44, all: true, pattern: nil), 94, all: false, pattern: nil)
    }
    return whole
  }

  /// `name[index]=value`, with the index as text.
  func assignElement(
    _ name: String, _ index: String, _ value: String, append: Bool = false, shown: String? = nil
  ) throws(Abort) {
    let (target, _) = resolve(name)
    record(target)
    var variable = state.variables[target] ?? Variable(.unset)
    if variable.attributes.contains(.readonly) { throw complainReadonly(target) }
    if variable.dynamic == .aliases || variable.dynamic == .hashedCommands {
      if variable.dynamic == .aliases { state.aliases[index] = value } else { state.hashed[index] = (value, 0) }
      return
    }
    variable.attributes.remove(.bare)
    let attributes = variable.attributes
    switch variable.value {
    case .associative(var array):
      let key = index
      if key.isEmpty, flavour == .bash {
        complain("\(target)[\(shown ?? index)]: bad array subscript")
        throw .line(1)
      }
      let new = try transformed(value, attributes, old: append ? array[key] ?? "" : nil)
      variable.value = .unset
      array[key] = new
      variable.value = .associative(array)
    default:
      var array = IndexedArray()
      if case .indexed(let existing) = variable.value {
        array = existing
      } else if case .string(let text) = variable.value {
        array[0] = text
      }
      if index == "@" || index == "*" || index.isEmpty {
        complain("\(target)[\(shown ?? index)]: bad array subscript")
        throw .line(1)
      }
      let number = try evaluateSubscript(index)
      let position = number >= 0 ? number : (array.maxKey ?? -1) + 1 + number
      if position < 0 {
        complain("\(target)[\(shown ?? index)]: bad array subscript")
        throw .line(1)
      }
      let new = try transformed(value, attributes, old: append ? array[position] ?? "" : nil)
      // Evaluating may have changed the variable; take it out of the table so that it is not copied.
      variable.value = .unset
      state.variables[target] = variable
      array[position] = new
      variable.value = .indexed(array)
    }
    if state.options.allexport { variable.attributes.insert(.exported) }
    state.variables[target] = variable
  }

  func setArray(_ name: String, _ values: [String]) throws(Abort) {
    let (target, _) = resolve(name)
    var variable = state.variables[target] ?? Variable(.unset)
    if variable.attributes.contains(.readonly) { throw complainReadonly(target) }
    variable.value = .indexed(IndexedArray(values))
    variable.attributes.remove(.bare)
    state.variables[target] = variable
  }

  /// Sets without asking: for variables that the shell itself maintains.
  func set(_ name: String, _ value: String, exported: Bool = false) {
    var variable = state.variables[name] ?? Variable(.unset)
    variable.value = .string(value)
    if exported { variable.attributes.insert(.exported) }
    state.variables[name] = variable
  }

  // MARK: Variables that are made up

  static let dynamicNames: [(String, DynamicVariable)] = [
    ("RANDOM", .random), ("SECONDS", .seconds), ("LINENO", .line), ("BASHPID", .processID),
    ("EPOCHSECONDS", .epochSeconds), ("EPOCHREALTIME", .epochRealtime), ("SRANDOM", .secureRandom),
    ("BASH_SUBSHELL", .subshell), ("PIPESTATUS", .pipeStatus), ("FUNCNAME", .functionNames), ("BASH_SOURCE", .sources),
    ("BASH_LINENO", .callLines), ("DIRSTACK", .directories), ("GROUPS", .groups), ("BASH_COMMAND", .command),
    ("HISTCMD", .historyNumber), ("SHELLOPTS", .shellOptions), ("BASHOPTS", .shoptOptions),
    ("BASH_ARGV0", .argumentZero), ("BASH_ALIASES", .aliases), ("BASH_CMDS", .hashedCommands),
  ]

  /// The value of a variable that is made up. Some are there, for those who list variables, only once somebody has read them.
  private func madeUp(_ name: String, _ binding: Variable) -> Variable {
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
    }
    return result
  }

  /// True: done, the value is not stored.
  private func assignDynamic(_ name: String, _ kind: DynamicVariable, _ value: String) -> Bool {
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
      .epochRealtime, .secureRandom, .historyNumber, .command, .aliases, .hashedCommands:
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

  // MARK: Special parameters

  /// The value of a parameter that is not `@` or `*`.
  func parameter(_ name: String) -> String? {
    guard let first = name.utf8.first else { return nil }
    if first >= 48, first <= 57 {
      guard let number = Int(name) else { return nil }
      if number == 0 { return state.zero }
      return number <= state.positional.count ? state.positional[number - 1] : nil
    }
    if name.utf8.count == 1 {
      switch first {
      case 35: return String(state.positional.count)
      case 63: return String(status)
      case 36: return String(state.shellProcess)
      case 33: return state.lastBackground.map { String($0) }
      case 45: return optionLetters
      case 95: return flavour == .bash ? state.lastArgument : nil
      case 64, 42: return state.positional.isEmpty ? nil : state.positional.joined(separator: " ")
      default: break
      }
    }
    return variable(name)
  }

  /// `$-`
  var optionLetters: String {
    var letters: [UInt8] = []
    for (letter, name) in SetOptions.letters where state.options[name] == true {
      // What bash has on by itself, other shells do not know.
      if flavour != .bash, letter == 104 || letter == 66 { continue }
      letters.append(letter)
    }
    if isInteractive { letters.append(105) }
    letters.sort { a, b in
      let order = Array("abefhikmnprtuvxBCEHPT".utf8)
      return (order.firstIndex(of: a) ?? 99) < (order.firstIndex(of: b) ?? 99)
    }
    if isCommandString, flavour != .dash { letters.append(99) }
    if readsStandardInput { letters.append(115) }
    return String(decoding: letters, as: UTF8.self)
  }

  /// The environment of a child: exported variables in the order of the shell's hash table, with those of its own line.
  func exportedEnvironment(with pairs: [(String, String)] = []) -> Environment {
    var names: [String] = []
    for name in state.variables.sortedNames {
      let variable = state.variables[name]!
      if variable.attributes.contains(.exported), !variable.isArray, variable.scalar != nil { names.append(name) }
    }
    if flavour == .bash {
      names = hashOrder(names, buckets: 1024)
    } else {
      for (name, _) in pairs where !names.contains(name) { names.append(name) }
      names = almquistOrder(names)
    }
    var environment = Environment()
    for name in names { environment[name] = variable(name) ?? "" }
    for name in state.functions.keys.sorted() where state.functions[name]!.exported {
      environment["BASH_FUNC_\(name)%%"] = "() " + ShellPrinter.exported(state.functions[name]!.definition)
    }
    for (name, value) in pairs { environment[name] = value }
    return environment
  }

  /// The order of the variables in dash and BusyBox' ash: 39 chains by a sum of the name's bytes; PATH, which the shell
  /// knows from the start, leads its chain, then come those of the environment, then later ones. Source: dash `var.c` (hashvar).
  private func almquistOrder(_ names: [String]) -> [String] {
    var imported: [String: Int] = [:]
    for (index, variable) in process.environment.variables.keys.enumerated() { imported[variable] = index }
    var chains = [[(age: Int, name: String)]](repeating: [], count: 39)
    for name in names {
      var sum = Int(name.utf8.first ?? 0) << 4
      for byte in name.utf8 { sum += Int(byte) }
      chains[sum % 39].append((name == "PATH" ? -1 : imported[name] ?? Int.max, name))
    }
    var result: [String] = []
    for var chain in chains {
      chain.sort { $0.age == $1.age ? $0.name < $1.name : $0.age < $1.age }
      for (_, name) in chain { result.append(name) }
    }
    return result
  }

  func tildeShort(_ path: String) -> String {
    guard let home = variable("HOME"), home != "/", !home.isEmpty else { return path }
    if path == home { return "~" }
    if path.utf8.starts(with: (home + "/").utf8) {
      return "~" + String(decoding: Array(path.utf8.dropFirst(home.utf8.count)), as: UTF8.self)
    }
    return path
  }
}

func isName(_ text: String) -> Bool {
  guard let first = text.utf8.first, isNameStart(first) else { return false }
  for byte in text.utf8 where !isNameStart(byte) && !(byte >= 48 && byte <= 57) { return false }
  return true
}

func isNameStart(_ byte: UInt8) -> Bool {
  (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte == 95
}
