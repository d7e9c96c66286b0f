// Reading and setting variables: attributes, references (`declare -n`), array elements.

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
  func evaluateSubscript(_ text: String) throws(Abort) -> Int64 {
    do throws(Abort) {
      return try evaluate(text)
    } catch { throw asTopLevel(error) }
  }

  /// What an integer variable is set to.
  private func evaluateAssigned(_ text: String) throws(Abort) -> Int64 {
    do throws(Abort) {
      return try evaluate(text, in: integerContext)
    } catch { throw asTopLevel(error) }
  }

  /// Such a mistake goes back to where the shell reads commands: what `-c` gave ends with it, a file goes on.
  private func asTopLevel(_ error: Abort) -> Abort {
    switch error {
    case .arithmetic, .line: return isCommandString || isSubshell ? .shell(1) : error
    default: return error
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

  private func record(_ name: String) { undo.append(.variable(name, state.variables[name])) }

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
      undo.append(.variable(name, existing))
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
      let number = try evaluateAssigned(value)
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
    let attributes = state.variables[target]?.attributes ?? []
    if attributes.contains(.readonly) { throw complainReadonly(target) }
    if let dynamic = state.variables[target]?.dynamic, dynamic == .aliases || dynamic == .hashedCommands {
      record(target)
      if dynamic == .aliases { state.aliases[index] = value } else { state.hashed[index] = (value, 0) }
      return
    }
    func badSubscript() -> Abort {
      complain("\(target)[\(shown ?? index)]: bad array subscript")
      return .line(1)
    }
    if case .associative? = state.variables[target]?.value {
      if index.isEmpty, flavour == .bash { throw badSubscript() }
      let old = entry(target, index)
      let new = try transformed(value, attributes.subtracting(.bare), old: append ? old ?? "" : nil)
      undo.append(.entry(target, index, old))
      state.variables.setEntry(target, index, new)
    } else {
      if index == "@" || index == "*" || index.isEmpty { throw badSubscript() }
      let number = try evaluateSubscript(index)
      makeIndexed(target)
      let (key, old) = place(target, number)
      if key < 0 { throw badSubscript() }
      let new = try transformed(value, attributes.subtracting(.bare), old: append ? old ?? "" : nil)
      undo.append(.element(target, key, old))
      state.variables.setElement(target, key, new)
    }
    if state.options.allexport { state.variables.insert(.exported, target) }
    if attributes.contains(.bare) { state.variables[target]?.attributes.remove(.bare) }
  }

  private func entry(_ name: String, _ key: String) -> String? {
    guard case .associative(let array)? = state.variables[name]?.value else { return nil }
    return array[key]
  }

  /// The key that a subscript means (below zero: before the first), and what is there.
  private func place(_ name: String, _ number: Int64) -> (key: Int64, value: String?) {
    guard case .indexed(let array)? = state.variables[name]?.value else { return (number, nil) }
    let key = number >= 0 ? number : (array.maxKey ?? -1) + 1 + number
    return (key, key < 0 ? nil : array[key])
  }

  /// Makes an array of what is none yet.
  private func makeIndexed(_ name: String) {
    var variable = state.variables[name] ?? Variable(.unset)
    switch variable.value {
    case .indexed: return
    case .string(let text): variable.value = .indexed(IndexedArray([text]))
    default: variable.value = .indexed(IndexedArray())
    }
    record(name)
    state.variables[name] = variable
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
}
