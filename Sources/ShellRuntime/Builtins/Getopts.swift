// getopts.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func getopts(_ words: [String]) throws(Abort) -> Int32 {
    guard words.count >= 2 else {
      writeError(usageOf("getopts"))
      return 2
    }
    let name = words[1]
    var spec = Array(words[0].utf8)
    let silent = spec.first == 58
    if silent { spec.removeFirst() }
    let arguments = words.count > 2 ? Array(words[2...]) : state.positional
    var index = Int(variable("OPTIND") ?? "1") ?? 1
    if index < 1 { index = 1 }
    let place = state.getoptsPlace
    let reports = !silent && variable("OPTERR") != "0"
    func setIndex(_ value: Int, _ place: Int) {
      set("OPTIND", String(value))
      state.getoptsPlace = place
    }
    func finish() throws(Abort) -> Int32 {
      setIndex(index, 1)
      state.variables.unset("OPTARG")
      try assign(name, "?")
      return 1
    }
    guard isName(name) else {
      complain("`\(name)': not a valid identifier", builtin: true)
      return 1
    }
    guard index <= arguments.count else { return try finish() }
    let word = Array(arguments[index - 1].utf8)
    if place == 1 {
      if word == [45, 45] {
        index += 1
        return try finish()
      }
      guard word.count > 1, word[0] == 45 else { return try finish() }
    }
    let letter = place < word.count ? word[place] : 0
    let shown = String(raw: [letter])
    let last = place + 1 >= word.count
    guard letter != 58, let at = spec.firstIndex(of: letter) else {
      setIndex(last ? index + 1 : index, last ? 1 : place + 1)
      if silent {
        set("OPTARG", shown)
      } else {
        state.variables.unset("OPTARG")
        if reports { writeError("\(errorNameForGetopts): illegal option -- \(shown)\n") }
      }
      try assign(name, "?")
      return 0
    }
    if at + 1 < spec.count, spec[at + 1] == 58 {
      if !last {
        set("OPTARG", String(raw: word[(place + 1)...]))
        setIndex(index + 1, 1)
      } else if index < arguments.count {
        set("OPTARG", arguments[index])
        setIndex(index + 2, 1)
      } else {
        setIndex(index + 1, 1)
        if silent {
          set("OPTARG", shown)
          try assign(name, ":")
        } else {
          state.variables.unset("OPTARG")
          if reports { writeError("\(errorNameForGetopts): option requires an argument -- \(shown)\n") }
          try assign(name, "?")
        }
        return 0
      }
    } else {
      state.variables.unset("OPTARG")
      setIndex(last ? index + 1 : index, last ? 1 : place + 1)
    }
    try assign(name, shown)
    return 0
  }

  private var errorNameForGetopts: String { state.zero }
}
