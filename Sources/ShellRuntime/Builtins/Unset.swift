// unset.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func unset(_ words: [String]) throws(Abort) -> Int32 {
    var functions = false
    var variables = false
    var reference = false
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      index += 1
      if word == "--" { break }
      for letter in word.utf8.dropFirst() {
        switch letter {
        case 102: functions = true
        case 118: variables = true
        case 110: reference = true
        default: return invalidOption("-\(String(raw: [letter]))")
        }
      }
    }
    if functions, variables {
      complain("cannot simultaneously unset a function and a variable", builtin: true)
      return 1
    }
    var code: Int32 = 0
    for word in words[index...] {
      if functions {
        if readonlyFunctions.contains(word) {
          complain("\(word): cannot unset: readonly function", builtin: true)
          code = 1
        } else {
          state.functions[word] = nil
        }
        continue
      }
      if let (base, position) = splitSubscript(word) {
        let target = resolve(base).name
        guard var variable = state.variables[target] else { continue }
        if variable.attributes.contains(.readonly) {
          complain("\(target): cannot unset: readonly variable", builtin: true)
          code = 1
          continue
        }
        switch variable.value {
        case .indexed(let array):
          if position == "@" || position == "*" {
            variable.value = .indexed(IndexedArray())
            state.variables[target] = variable
            continue
          }
          let number = try evaluate(position)
          let key = number >= 0 ? number : (array.maxKey ?? -1) + 1 + number
          if key < 0 {
            complain("[\(position)]: bad array subscript", builtin: true)
            code = 1
            continue
          }
          state.variables.setElement(target, key, nil)
        case .associative: state.variables.setEntry(target, position, nil)
        case .string:
          if try evaluate(position) == 0 {
            state.variables.unset(target)
          } else {
            complain("\(target): not an array variable", builtin: true)
            code = 1
          }
        case .unset: break
        }
        continue
      }
      guard isName(word) else {
        if state.functions[word] != nil, !variables {
          state.functions[word] = nil
        } else if word.utf8.contains(91) || variables || flavour != .bash {
          if flavour != .bash { return refuse("\(word): bad variable name") }
          complain("`\(word)': not a valid identifier", builtin: true)
          code = 1
        }
        continue
      }
      let (target, element) = reference ? (word, nil) : resolve(word)
      if let element {
        _ = try unset(["\(target)[\(element)]"])
        continue
      }
      guard let variable = state.variables[target] else {
        if !variables { state.functions[word] = nil }
        continue
      }
      if variable.attributes.contains(.readonly) {
        if flavour != .bash {
          complain("\(target): is read only", builtin: true)
          status = 2
          unwind(.exit)
          return 2
        }
        complain("\(target): cannot unset: readonly variable", builtin: true)
        code = 1
        continue
      }
      state.variables.unset(target)
      if target == "OPTIND" { state.getoptsPlace = 1 }
      if target == "GLOBIGNORE" { state.shopt["dotglob"] = false }
    }
    return code
  }
}
