// declare, typeset, local, export, readonly, and plain assignments: making variables and giving them attributes, and the form in
// which `declare -p` shows them.

import ShellSyntax
import SimKernel
import SimMachine

enum DeclarationOperand {
  case text(String)
  case assignment(Assignment)
}

extension ShellProgram {
  // MARK: The builtins

  /// declare, typeset, local, export and readonly.
  func declare(_ command: String, _ operands: [DeclarationOperand]) throws(Abort) -> Int32 {
    var add: Attributes = []
    var remove: Attributes = []
    var wantsIndexed = false
    var wantsAssociative = false
    var global = false
    var functions = false
    var functionNames = false
    var prints = false
    var unexport = false
    var inherit = false
    var unmakesArray = false
    if command == "export" { add.insert(.exported) }
    if command == "readonly" { add.insert(.readonly) }
    if command == "local", state.variables.depth == 0, flavour == .bash {
      complain("can only be used in a function", builtin: true)
      return 1
    }
    var rest = operands[...]
    options: while case .text(let word)? = rest.first, let sign = word.utf8.first, sign == 45 || sign == 43,
      word.utf8.count > 1
    {
      if word == "--" {
        rest = rest.dropFirst()
        break
      }
      for letter in word.utf8.dropFirst() {
        let on = sign == 45
        var attribute: Attributes?
        if command == "export" || command == "readonly", !(command == "export" ? "aAfnp" : "aAfp").utf8.contains(letter)
        {
          return invalidOption(String(raw: [sign, letter]))
        }
        switch letter {
        case 97 where on: wantsIndexed = true
        case 65 where on: wantsAssociative = true
        case 97, 65: unmakesArray = true
        case 103: global = true
        case 73: inherit = true
        case 102: functions = true
        case 70:
          functions = true
          functionNames = true
        case 112: prints = true
        case 110:
          if command == "export" { unexport = true } else { attribute = .reference }
        case 105: attribute = .integer
        case 108: attribute = .lower
        case 117: attribute = .upper
        case 99: attribute = .capital
        case 114: attribute = .readonly
        case 120: attribute = .exported
        case 116: attribute = .traced
        default:
          complain("\(String(raw: [sign, letter])): invalid option", builtin: true)
          writeError(usageOf(command))
          return 2
        }
        if let attribute { if on { add.insert(attribute) } else { remove.insert(attribute) } }
      }
      rest = rest.dropFirst()
    }
    if command == "local", state.variables.depth == 0, flavour != .bash { return refuse("not in a function") }
    if functions { return declareFunctions(rest, add: add, namesOnly: functionNames, prints: prints, remove: unexport) }
    if rest.isEmpty {
      listVariables(command, add, wantsIndexed: wantsIndexed, wantsAssociative: wantsAssociative, prints: prints)
      return 0
    }
    var code: Int32 = 0
    for operand in rest {
      let name: String
      var value: DeclarationOperand?
      var append = false
      var textValue: String?
      var index: String?
      switch operand {
      case .assignment(let assignment):
        name = assignment.name
        value = operand
        append = assignment.append
      case .text(let text):
        if let equals = text.utf8.firstIndex(of: 61) {
          var left = String(text[..<equals])
          textValue = String(text[text.utf8.index(after: equals)...])
          if left.utf8.last == 43 {
            append = true
            left.removeLast()
          }
          if let (base, position) = splitSubscript(left) {
            name = base
            index = position
          } else {
            name = left
          }
        } else if let (base, _) = splitSubscript(text) {
          name = base
          wantsIndexed = wantsIndexed || !wantsAssociative
        } else {
          name = text
        }
      }
      if prints, value == nil, textValue == nil {
        let own = state.variables[name]
        guard let variable = own?.attributes.contains(.reference) == true ? own : binding(name) else {
          complain("\(name): not found", builtin: true)
          code = 1
          continue
        }
        write(declaration(name, variable) + "\n")
        continue
      }
      if command == "local", name == "-" {
        if let last = state.calls.indices.last, state.calls[last].options == nil {
          state.calls[last].options = state.options
        }
        continue
      }
      guard isName(name) else {
        var shown = name
        if case .text(let text) = operand { shown = text }
        if flavour != .bash {
          return refuse("\(shown.prefix { $0 != "=" }): bad variable name")
        }
        complain("`\(shown)': not a valid identifier", builtin: true)
        code = 1
        continue
      }
      let makesLocal =
        (command == "local" || ((command == "declare" || command == "typeset") && !global)) && state.variables.depth > 0
      let readonlyBefore = state.variables[name]?.attributes.contains(.readonly) ?? false
      if readonlyBefore, makesLocal, state.variables[name]!.scope != state.variables.depth,
        state.variables[name]!.scope == 0
      {
        complain("\(name): readonly variable", builtin: true)
        code = 1
        continue
      }
      if makesLocal, !state.variables.isLocal(name) {
        var fresh = Variable(.unset)
        if inherit || state.shopt["localvar_inherit"], let outer = binding(name) {
          fresh = Variable(outer.value, attributes: outer.attributes)
        } else if let outer = state.variables[name], outer.scope == state.variables.depth {
          fresh = outer
        }
        state.variables.makeLocal(name, fresh)
      } else if global, state.variables.depth > 0, let hidden = state.variables.global(name),
        state.variables[name]?.scope ?? 0 > 0
      {
        // Work on the global binding behind a local one.
        var variable = hidden
        try apply(add, remove, to: &variable, indexed: wantsIndexed, associative: wantsAssociative)
        if case .assignment(let assignment)? = value, case .scalar(let word) = assignment.value {
          variable.value = .string(try expandSingle(word, tilde: .assignment))
        } else if let textValue {
          variable.value = .string(textValue)
        }
        state.variables.setGlobal(name, variable)
        continue
      }
      let target = add.contains(.reference) || remove.contains(.reference) ? name : resolve(name).name
      var variable = state.variables[target] ?? Variable(.unset)
      if variable.attributes.contains(.readonly), value != nil || textValue != nil {
        if state.options.xtrace, command == "export" || command == "readonly",
          case .assignment(let assignment)? = value,
          case .scalar(let word) = assignment.value
        {
          trace("\(target)=\(quotedForTrace(try expandSingle(word, tilde: .assignment)))")
        }
        complain("\(target): readonly variable", builtin: command != "readonly" && command != "export")
        code = 1
        continue
      }
      if remove.contains(.readonly), variable.attributes.contains(.readonly) {
        complain("\(target): readonly variable", builtin: true)
        code = 1
        continue
      }
      if unmakesArray, variable.isArray {
        complain("\(target): cannot destroy array variables in this way", builtin: true)
        code = 1
        continue
      }
      if wantsAssociative, case .indexed = variable.value {
        complain("\(target): cannot convert indexed to associative array", builtin: true)
        code = 1
        continue
      }
      if wantsIndexed, wantsAssociative {
        complain("\(target): cannot convert associative to indexed array", builtin: true)
        code = 1
        continue
      }
      if wantsIndexed, case .associative = variable.value {
        complain("\(target): cannot convert associative to indexed array", builtin: true)
        code = 1
        continue
      }
      let late = add.intersection(.readonly)
      try apply(add.subtracting(.readonly), remove, to: &variable, indexed: wantsIndexed, associative: wantsAssociative)
      if unexport { variable.attributes.remove(.exported) }
      if add.contains(.reference), value != nil || textValue != nil {
        var reference = textValue ?? ""
        if case .assignment(let assignment)? = value, case .scalar(let word) = assignment.value {
          reference = try expandSingle(word, tilde: .assignment)
        }
        if !isName(reference), splitSubscript(reference) == nil {
          complain("`\(reference)': invalid variable name for name reference", builtin: true)
          code = 1
          continue
        }
        if reference == name, !makesLocal {
          complain("\(name): nameref variable self references not allowed", builtin: true)
          code = 1
          continue
        }
        if reference == name {
          complain("warning: \(name): circular name reference", builtin: true)
          complain("warning: \(name): circular name reference")
          notSimulated("the variable that a circular name reference stands for")
        }
        variable.value = .string(reference)
        if makesLocal { variable.scope = state.variables.depth }
        state.variables[target] = variable
        continue
      }
      if makesLocal { variable.scope = state.variables.depth }
      undo.append(.variable(target, state.variables[target]))
      state.variables[target] = variable
      integerContext = command
      defer { integerContext = nil }
      if case .assignment(let assignment)? = value {
        switch assignment.value {
        case .array(let elements):
          try assignArray(target, elements, append: append)
        case .scalar(let word):
          let text = try expandSingle(word, tilde: .assignment)
          if state.options.xtrace, command == "export" || command == "readonly" {
            trace("\(target)\(append ? "+" : "")=\(quotedForTrace(text))")
          }
          if let indexWord = assignment.index {
            try assignElement(target, try subscriptText(indexWord, of: target), text, append: append)
          } else {
            // `declare -a x='(1 2)'` is an array in a string.
            if variable.isArray || wantsIndexed || wantsAssociative, text.utf8.first == 40, text.utf8.last == 41,
              let parsed = parseArray(target, text)
            {
              try assignArray(target, parsed, append: append)
            } else {
              try assign(target, text, append: append)
            }
          }
        }
      } else if let textValue {
        if let index {
          try assignElement(target, index, textValue, append: append)
        } else {
          try assign(target, textValue, append: append)
        }
      }
      if !late.isEmpty, var made = state.variables[target] {
        made.attributes.formUnion(late)
        state.variables[target] = made
      }
    }
    return code
  }

  /// The same operands with their values expanded, before any of them is assigned. `set -x` shows them: arrays first, each on
  /// a line of its own.
  func expandedOperands(
    _ operands: [DeclarationOperand], of words: ArraySlice<String>
  ) throws(Abort) -> [DeclarationOperand] {
    let traces = state.options.xtrace
    var shown = traces ? words.map { quotedForTrace($0) } : []
    var result: [DeclarationOperand] = []
    func literal(_ text: String) -> Word { Word(parts: text.isEmpty ? [] : [.quoted(text)], range: 0..<0, text: text) }
    var isAssociative = false
    for operand in operands {
      switch operand {
      case .text(let text):
        if text.utf8.first == 45, text.utf8.contains(65) { isAssociative = true }
        if traces { shown.append(quotedForTrace(text)) }
        result.append(operand)
      case .assignment(let assignment):
        let equals = assignment.append ? "+=" : "="
        switch assignment.value {
        case .scalar(let word):
          let value = try expandSingle(word, tilde: .assignment)
          if traces {
            let index = assignment.index.map { "[\($0.text)]" } ?? ""
            shown.append(quotedForTrace(assignment.name + index + equals + value))
          }
          result.append(.assignment(assignment.with(.scalar(literal(value)))))
        case .array(let elements):
          if case .associative? = binding(assignment.name)?.value { isAssociative = true }
          var items: [String] = []
          var expanded: [Assignment.Element] = []
          for element in elements {
            if let index = element.index {
              let key = try expandSingle(index, tilde: .none)
              let value = try expandSingle(element.value, tilde: .assignment)
              items.append(
                "[\(isAssociative ? singleQuoted(key) : key)]\(element.append ? "+=" : "=")\(singleQuoted(value))")
              expanded.append(
                Assignment.Element(index: literal(key), append: element.append, value: literal(value), text: ""))
            } else {
              var fields: [String] = []
              if isAssociative {
                fields.append(try expandSingle(element.value))
              } else {
                try expandFields(element.value, into: &fields, tilde: .word)
              }
              for field in fields {
                items.append(singleQuoted(field))
                expanded.append(Assignment.Element(index: nil, append: false, value: literal(field), text: ""))
              }
            }
          }
          if traces { trace("\(assignment.name)\(equals)(\(items.joined(separator: " ")))") }
          shown.append(assignment.name)
          result.append(.assignment(assignment.with(.array(expanded))))
        }
      }
    }
    if traces { trace(shown.joined(separator: " ")) }
    return result
  }

  private func parseArray(_ name: String, _ text: String) -> [Assignment.Element]? {
    let parser = ShellParser("\(name)=\(text)\n")
    guard let unit = try? parser.nextUnit(), case .simple(let assignments, _) = unit.items[0].first.kind,
      let first = assignments.first, case .array(let elements) = first.value
    else { return nil }
    return elements
  }

  private func apply(
    _ add: Attributes, _ remove: Attributes, to variable: inout Variable, indexed: Bool, associative: Bool
  ) throws(Abort) {
    variable.attributes.formUnion(add)
    variable.attributes.subtract(remove)
    if add.contains(.lower) { variable.attributes.remove(.upper) }
    if add.contains(.upper) { variable.attributes.remove(.lower) }
    if associative {
      switch variable.value {
      case .associative: break
      case .string(let text):
        var array = AssociativeArray()
        array["0"] = text
        variable.value = .associative(array)
      default:
        variable.value = .associative(AssociativeArray())
        variable.attributes.insert(.bare)
      }
    } else if indexed {
      switch variable.value {
      case .indexed, .associative: break
      case .string(let text): variable.value = .indexed(IndexedArray([text]))
      case .unset:
        variable.value = .indexed(IndexedArray())
        variable.attributes.insert(.bare)
      }
    }
  }
}
