// Plain assignments, of scalars and of arrays.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  /// Performs an assignment statement.
  func perform(_ assignment: Assignment) throws(Abort) {
    switch assignment.value {
    case .scalar(let word):
      let value = try expandSingle(word, tilde: .assignment)
      if let index = assignment.index {
        let text = try subscriptText(index, of: assignment.name)
        if state.options.xtrace {
          trace("\(assignment.name)[\(index.text)]\(assignment.append ? "+" : "")=\(tracedValue(value))")
        }
        try assignElement(assignment.name, text, value, append: assignment.append, shown: index.text)
      } else {
        if state.options.xtrace { trace("\(assignment.name)\(assignment.append ? "+" : "")=\(tracedValue(value))") }
        try assign(assignment.name, value, append: assignment.append)
      }
    case .array(let elements):
      if assignment.index != nil {
        complain("\(assignment.name)[\(assignment.index!.text)]: cannot assign list to array member")
        throw .command(1)
      }
      if state.options.xtrace { trace(assignment.text) }
      try assignArray(assignment.name, elements, append: assignment.append)
    }
  }

  /// Whether a variable is an indexed array to which elements can be added in its place.
  private func isGrowing(_ name: String) -> Bool {
    guard case .indexed? = state.variables[name]?.value else { return false }
    let attributes = state.variables[name]?.attributes ?? []
    return !attributes.contains(.bare) && !attributes.contains(.readonly) && state.variables[name]?.dynamic == nil
  }

  /// `a+=(word…)`, without a copy of what is there.
  private func extend(_ name: String, _ elements: [Assignment.Element]) throws(Abort) {
    var fields: [String] = []
    for element in elements { try expandFields(element.value, into: &fields, tilde: .word) }
    let attributes = state.variables[name]?.attributes ?? []
    var key: Int64 = 0
    var count = fields.count
    if case .indexed(let array)? = state.variables[name]?.value {
      key = (array.maxKey ?? -1) + 1
      count += array.count
    }
    if count > Int(ShellProgram.wordsMax) {
      process.account.reach("memory limit reached: the array '\(name)' grows without end")
    }
    for field in fields {
      let text = try transformed(field, attributes, old: nil)
      undo.append(.element(name, key, nil))
      state.variables.setElement(name, key, text)
      key += 1
    }
  }

  func assignArray(_ name: String, _ elements: [Assignment.Element], append: Bool) throws(Abort) {
    let (target, _) = resolve(name)
    if append, isGrowing(target), elements.allSatisfy({ $0.index == nil }) { return try extend(target, elements) }
    let existing = state.variables[target]
    if let existing, existing.attributes.contains(.readonly) { throw complainReadonly(target) }
    undo.append(.variable(target, existing))
    var variable = existing ?? Variable(.unset)
    variable.dynamic = nil
    variable.attributes.remove(.bare)
    if case .associative(let old) = variable.value {
      var array = append ? old : AssociativeArray()
      var loose: [String] = []
      var values: [(String, String, Bool)] = []
      for element in elements {
        if let index = element.index {
          let key = try expandSingle(index, tilde: .none)
          values.append((key, try expandSingle(element.value, tilde: .assignment), element.append))
        } else {
          var fields: [String] = []
          fields.append(try expandSingle(element.value))
          loose.append(contentsOf: fields)
        }
      }
      if !values.isEmpty, !loose.isEmpty {
        for word in loose { complain("\(target): \(word): must use subscript when assigning associative array") }
        loose = []
      }
      for (key, value, appends) in values {
        array[key] = try transformed(value, variable.attributes, old: appends ? array[key] ?? "" : nil)
      }
      var i = 0
      while i < loose.count {
        array[loose[i]] = try transformed(i + 1 < loose.count ? loose[i + 1] : "", variable.attributes, old: nil)
        i += 2
      }
      variable.value = .associative(array)
    } else {
      var array = IndexedArray()
      if append {
        if case .indexed(let old) = variable.value { array = old }
        if case .string(let text) = variable.value { array[0] = text }
      }
      var next = (array.maxKey ?? -1) + 1
      for element in elements {
        if let index = element.index {
          let number = try evaluateSubscript(try expandText(index))
          let position = number >= 0 ? number : (array.maxKey ?? -1) + 1 + number
          if position < 0 {
            complain("[\(index.text)]=\(element.value.text): bad array subscript")
            continue
          }
          let value = try expandSingle(element.value, tilde: .assignment)
          array[position] = try transformed(
            value, variable.attributes, old: element.append ? array[position] ?? "" : nil)
          next = position + 1
        } else {
          var fields: [String] = []
          try expandFields(element.value, into: &fields, tilde: .word)
          for field in fields {
            array[next] = try transformed(field, variable.attributes, old: nil)
            next += 1
          }
        }
      }
      variable.value = .indexed(array)
      if array.count > Int(ShellProgram.wordsMax) {
        process.account.reach("memory limit reached: the array '\(target)' grows without end")
      }
    }
    state.variables[target] = variable
  }
}
