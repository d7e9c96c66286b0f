// The form in which `declare -p`, `declare -f` and `set` show variables and functions.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func declareFunctions(
    _ operands: ArraySlice<DeclarationOperand>, add: Attributes, namesOnly: Bool, prints: Bool, remove: Bool
  ) -> Int32 {
    func flags(_ name: String) -> String {
      var text = "-f"
      if state.functions[name]?.traced == true { text += "t" }
      if readonlyFunctions.contains(name) { text += "r" }
      if state.functions[name]?.exported == true { text += "x" }
      return text
    }
    if operands.isEmpty {
      for name in state.functions.keys.sorted() {
        if add.contains(.exported), !state.functions[name]!.exported { continue }
        if namesOnly {
          write("declare \(flags(name)) \(name)\n")
        } else {
          write(ShellPrinter.function(state.functions[name]!.definition) + "\n")
          if flags(name) != "-f" { write("declare \(flags(name)) \(name)\n") }
        }
      }
      return 0
    }
    var code: Int32 = 0
    for case .text(let name) in operands {
      guard var function = state.functions[name] else {
        if !add.isEmpty { complain("\(name): not a function", builtin: true) }
        code = 1
        continue
      }
      if add.isEmpty, !remove {
        if namesOnly {
          write(state.shopt["extdebug"] ? "\(name) \(function.line) \(function.source)\n" : "\(name)\n")
        } else {
          write(ShellPrinter.function(function.definition) + "\n")
        }
        continue
      }
      if remove { function.exported = false } else if add.contains(.exported) { function.exported = true }
      if add.contains(.readonly) { readonlyFunctions.insert(name) }
      if add.contains(.traced) { function.traced = true }
      state.functions[name] = function
    }
    return code
  }

  func listVariables(
    _ command: String, _ add: Attributes, wantsIndexed: Bool, wantsAssociative: Bool, prints: Bool
  ) {
    if command == "local" {
      for name in state.variables.sortedNames where state.variables.isLocal(name) {
        write(declaration(name, state.variables[name]!) + "\n")
      }
      return
    }
    if flavour != .bash {
      listPosixVariables(command, add)
      return
    }
    let bare = add.isEmpty && !wantsIndexed && !wantsAssociative && !prints
    if bare {
      listForSet()
      return
    }
    for name in listedNames {
      guard let variable = listed(name) else { continue }
      if !add.isEmpty, variable.attributes.intersection(add).isEmpty { continue }
      if wantsIndexed { guard case .indexed = variable.value else { continue } }
      if wantsAssociative { guard case .associative = variable.value else { continue } }
      if case .unset = variable.value, variable.attributes.isEmpty, variable.dynamic == nil { continue }
      write(declaration(name, variable) + "\n")
    }
  }

  /// `set` without arguments: variables, then functions.
  func listForSet() {
    if flavour != .bash {
      listPosixVariables("set", [])
      return
    }
    for name in listedNames {
      guard let variable = listed(name), let text = plainDeclaration(name, variable) else { continue }
      write(text + "\n")
    }
    if !state.options.posix {
      for name in state.functions.keys.sorted() {
        write(ShellPrinter.function(state.functions[name]!.definition) + "\n")
      }
    }
  }

  private func plainDeclaration(_ name: String, _ variable: Variable) -> String? {
    switch variable.value {
    case .unset: return nil
    case .string(let text): return "\(name)=\(quotedForSet(text))"
    default: return "\(name)=\(arrayText(variable))"
    }
  }

  func attributeLetters(_ variable: Variable) -> String {
    var letters = ""
    switch variable.value {
    case .indexed: letters += "a"
    case .associative: letters += "A"
    default: break
    }
    if variable.attributes.contains(.integer) { letters += "i" }
    if variable.attributes.contains(.reference) { letters += "n" }
    if variable.attributes.contains(.readonly) { letters += "r" }
    if variable.attributes.contains(.traced) { letters += "t" }
    if variable.attributes.contains(.exported) { letters += "x" }
    if variable.attributes.contains(.capital) { letters += "c" }
    if variable.attributes.contains(.lower) { letters += "l" }
    if variable.attributes.contains(.upper) { letters += "u" }
    return letters
  }

  private func arrayText(_ variable: Variable) -> String {
    var items: [String] = []
    switch variable.value {
    case .indexed(let array):
      for (i, key) in array.keys.enumerated() { items.append("[\(key)]=\(doubleQuoted(array.values[i]))") }
      return "(\(items.joined(separator: " ")))"
    case .associative(let array):
      for key in array.sortedKeys { items.append("[\(quotedSubscript(key))]=\(doubleQuoted(array[key]!))") }
      return items.isEmpty ? "()" : "(\(items.joined(separator: " ")) )"
    default: return ""
    }
  }

  /// `declare -p`
  func declaration(_ name: String, _ variable: Variable) -> String {
    let letters = attributeLetters(variable)
    let head = "declare -\(letters.isEmpty ? "-" : letters) \(name)"
    switch variable.value {
    case .unset: return head
    case .string(let text): return "\(head)=\(doubleQuoted(text))"
    default:
      if variable.attributes.contains(.bare) { return head }
      return "\(head)=\(arrayText(variable))"
    }
  }
}
