// Positional and special parameters, and the environment that children get, in the order of each shell's own table.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
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

  /// The zone in which the shell shows times: TZ counts when it is exported.
  var zone: CivilZone {
    guard let variable = state.variables["TZ"], variable.attributes.contains(.exported) else { return .utc }
    return .environment(variable.scalar)
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
    return String(raw: letters)
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
      return "~" + String(raw: Array(path.utf8.dropFirst(home.utf8.count)))
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
