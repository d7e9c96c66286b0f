// set and shopt.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func setCommand(_ words: [String]) -> Int32 {
    if words.isEmpty {
      listForSet()
      return 0
    }
    var index = 0
    while index < words.count {
      let word = words[index]
      guard let sign = word.utf8.first, sign == 45 || sign == 43 else { break }
      if word == "--" {
        state.positional = Array(words[(index + 1)...])
        return 0
      }
      if word == "-" {
        state.options.xtrace = false
        state.options.verbose = false
        if index + 1 < words.count { state.positional = Array(words[(index + 1)...]) }
        return 0
      }
      let on = sign == 45
      index += 1
      if word.utf8.count == 1 { continue }
      for letter in word.utf8.dropFirst() {
        if letter == 111 {
          guard index < words.count else {
            listSetOptions(reusable: !on)
            continue
          }
          let name = words[index]
          index += 1
          if flavour != .bash, let code = refusedOption(name) { return code }
          guard state.options[name] != nil else {
            complain("\(name): invalid option name", builtin: true)
            return 2
          }
          setOption(name, on)
          continue
        }
        if flavour != .bash, !SetOptions.letters.contains(where: { $0.letter == letter }) {
          return refuse("\(flavour == .dash ? "I" : "i")llegal option -\(String(raw: [letter]))")
        }
        guard let entry = SetOptions.letters.first(where: { $0.letter == letter }) else {
          return invalidOption("\(on ? "-" : "+")\(String(raw: [letter]))")
        }
        setOption(entry.name, on)
      }
    }
    if index < words.count { state.positional = Array(words[index...]) }
    return 0
  }

  private func setOption(_ name: String, _ on: Bool) {
    state.options[name] = on
    if name == "emacs", on { state.options.vi = false }
    if name == "vi", on { state.options.emacs = false }
    if name == "posix", flavour == .bash {
      if on { set("POSIXLY_CORRECT", "y") } else { state.variables["POSIXLY_CORRECT"] = nil }
    }
  }

  func listSetOptions(reusable: Bool) {
    if flavour != .bash {
      listPosixOptions(reusable: reusable)
      return
    }
    for name in SetOptions.names {
      let on = state.options[name] ?? false
      if reusable {
        write("set \(on ? "-" : "+")o \(name)\n")
      } else {
        write("\(paddedRight(name, 15))\t\(on ? "on" : "off")\n")
      }
    }
  }

  func shoptCommand(_ words: [String]) -> Int32 {
    var sets: Bool?
    var quiet = false
    var printable = false
    var setOptions = false
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      if words[index] == "--" {
        index += 1
        break
      }
      for letter in words[index].utf8.dropFirst() {
        switch letter {
        case 115: sets = true
        case 117: sets = false
        case 113: quiet = true
        case 112: printable = true
        case 111: setOptions = true
        default: return invalidOption("-\(String(raw: [letter]))")
        }
      }
      index += 1
    }
    func value(_ name: String) -> Bool { setOptions ? state.options[name] ?? false : state.shopt[name] }
    func show(_ name: String) {
      let on = value(name)
      if printable {
        write(setOptions ? "set \(on ? "-" : "+")o \(name)\n" : "shopt -\(on ? "s" : "u") \(name)\n")
      } else {
        write("\(paddedRight(name, 15))\t\(on ? "on" : "off")\n")
      }
    }
    let names = Array(words[index...])
    if names.isEmpty {
      for name in setOptions ? SetOptions.names : ShoptOptions.names {
        if let sets, value(name) != sets { continue }
        if !quiet { show(name) }
      }
      return 0
    }
    var code: Int32 = 0
    for name in names {
      guard setOptions ? state.options[name] != nil : ShoptOptions.names.contains(name) else {
        complain("\(name): invalid \(setOptions ? "option name" : "shell option name")", builtin: true)
        code = 1
        continue
      }
      if let sets {
        if setOptions { setOption(name, sets) } else { state.shopt[name] = sets }
        if name == "extdebug", sets, state.debuggedArguments == nil { state.debuggedArguments = state.positional }
      } else {
        if !value(name) { code = 1 }
        if !quiet { show(name) }
      }
    }
    return code
  }
}
