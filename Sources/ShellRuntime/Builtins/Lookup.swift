// What a name is: alias, type, command -v, hash, enable, compgen, caller.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func alias(_ words: [String]) -> Int32 {
    var words = words
    if words.first == "-p" { words.removeFirst() }
    if let option = words.first, option.utf8.first == 45, option.utf8.count > 1, option != "--",
      !option.utf8.contains(61)
    {
      return invalidOption(option)
    }
    if words.first == "--" { words.removeFirst() }
    func show(_ name: String) {
      write("\(flavour == .bash ? "alias " : "")\(name)=\(singleQuoted(state.aliases[name]!))\n")
    }
    if words.isEmpty {
      for name in state.aliases.keys.sorted(by: { lessBytes($0, $1) }) { show(name) }
      return 0
    }
    var code: Int32 = 0
    for word in words {
      if let equals = word.utf8.firstIndex(of: 61), equals != word.utf8.startIndex {
        let name = String(word[..<equals])
        guard isAliasName(name) else {
          complain("`\(name)': invalid alias name", builtin: true)
          code = 1
          continue
        }
        state.aliases[name] = String(word[word.utf8.index(after: equals)...])
      } else if state.aliases[word] != nil {
        show(word)
      } else {
        if flavour == .bash {
          complain("\(word): not found", builtin: true)
        } else {
          writeError("alias: \(word) not found\n")
        }
        code = 1
      }
    }
    return code
  }

  private func isAliasName(_ name: String) -> Bool {
    for byte in name.utf8 {
      switch byte {
      case 32, 9, 10, 34, 36, 38, 39, 40, 41, 47, 59, 60, 62, 92, 96, 124: return false
      default: break
      }
    }
    return true
  }

  func unalias(_ words: [String]) -> Int32 {
    if words.isEmpty {
      writeError(usageOf("unalias"))
      return 2
    }
    if words.first == "-a" {
      state.aliases = [:]
      return 0
    }
    var code: Int32 = 0
    for word in words where state.aliases.removeValue(forKey: word) == nil {
      if flavour == .bash {
        complain("\(word): not found", builtin: true)
      } else {
        writeError("unalias: \(word) not found\n")
      }
      code = 1
    }
    return code
  }

  private static let keywords: Set<String> = [
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done", "in",
    "function", "time", "{", "}", "!", "[[", "]]", "coproc",
  ]

  func type(_ words: [String]) -> Int32 {
    var all = false
    var short = false
    var pathOnly = false
    var forcePath = false
    var noFunctions = false
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      for letter in words[index].utf8.dropFirst() {
        switch letter {
        case 97: all = true
        case 116: short = true
        case 112: pathOnly = true
        case 80: forcePath = true
        case 102: noFunctions = true
        case 45: break
        default: return invalidOption("-\(String(raw: [letter]))")
        }
      }
      index += 1
    }
    var code: Int32 = 0
    for name in words[index...] {
      var found = false
      func say(_ kind: String, _ sentence: String) -> Bool {
        if !pathOnly, !forcePath { write(short ? kind + "\n" : sentence + "\n") }
        found = true
        return !all
      }
      lookup: do {
        if !forcePath {
          if let value = state.aliases[name], isInteractive || state.shopt.expandAliases || flavour != .bash {
            let sentence = flavour == .bash ? "aliased to `\(value)'" : "an alias for \(value)"
            if say("alias", "\(name) is \(sentence)") { break lookup }
          }
          if ShellProgram.keywords.contains(name) {
            if say("keyword", "\(name) is a shell keyword") { break lookup }
          }
          if !noFunctions, let function = state.functions[name] {
            let body = flavour == .bash ? "\n" + ShellPrinter.function(function.definition) : ""
            if say("function", "\(name) is a \(flavour == .dash ? "shell " : "")function\(body)") { break lookup }
          }
          if isBuiltin(name) {
            let special = state.options.posix && specialBuiltins.contains(name)
            if say("builtin", "\(name) is a \(special ? "special " : "")shell builtin") { break lookup }
          }
        }
        if !all, !forcePath, !pathOnly, !short, let entry = state.hashed[name] {
          write("\(name) is hashed (\(entry.path))\n")
          found = true
          break lookup
        }
        for path in paths(of: name, all: all) {
          found = true
          if pathOnly || forcePath { write(path + "\n") } else { write(short ? "file\n" : "\(name) is \(path)\n") }
        }
      }
      if !found {
        if flavour != .bash {
          write("\(name): not found\n")
          code = 127
          continue
        }
        if !short, !pathOnly, !forcePath { complain("\(name): not found", builtin: true) }
        code = 1
      }
    }
    return code
  }

  /// Where PATH has a command.
  func paths(of name: String, all: Bool) -> [String] {
    if name.utf8.contains(47) {
      if let inode = try? process.fileSystem.lookup(name, in: process.workingDirectory, as: process.credentials),
        inode.kind == .file, process.fileSystem.permits(inode, 1, process.credentials)
      {
        return [name]
      }
      return []
    }
    var result: [String] = []
    for part in (variable("PATH") ?? "").split(separator: ":" as Character) {
      if let path = machine.find(name, path: String(part), in: process.workingDirectory, as: process.credentials) {
        result.append(path)
        if !all { break }
      }
    }
    return result
  }

  /// `command -v` and `command -V`.
  func commandLookup(_ words: [String]) -> Int32 {
    var verbose = false
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      for letter in words[index].utf8.dropFirst() {
        switch letter {
        case 118: break
        case 86: verbose = true
        case 112: break
        default: return invalidOption("-\(String(raw: [letter]))")
        }
      }
      index += 1
    }
    var code: Int32 = 0
    var anyFound = false
    // The other shells look at the first name only.
    for name in flavour == .bash ? words[index...] : words[index...].prefix(1) {
      if verbose {
        if flavour != .bash {
          code = 127
          if isBuiltin(name) {
            write("\(name) is a shell builtin\n")
          } else if let path = paths(of: name, all: false).first {
            write("\(name) is \(path)\n")
          } else {
            write("\(name): not found\n")
          }
          continue
        }
        if type([name]) != 0 { code = 1 } else { anyFound = true }
        continue
      }
      var found = true
      if let value = state.aliases[name], isInteractive || state.shopt.expandAliases || flavour != .bash {
        write("alias \(name)=\(singleQuoted(value))\n")
      } else if ShellProgram.keywords.contains(name) || state.functions[name] != nil || isBuiltin(name) {
        write(name + "\n")
      } else if let path = paths(of: name, all: false).first {
        write(path + "\n")
      } else {
        found = false
        code = flavour == .bash ? 1 : 127
      }
      if found, flavour == .bash { anyFound = true }
    }
    return anyFound ? 0 : code
  }

  func hash(_ words: [String]) -> Int32 {
    if words.isEmpty {
      if state.hashed.isEmpty {
        if flavour == .bash { write("hash: hash table empty\n") }
        return 0
      }
      write("hits\tcommand\n")
      for name in hashOrder(state.hashed.keys, buckets: 256) {
        let entry = state.hashed[name]!
        write("\(entry.hits < 10 ? "   " : entry.hits < 100 ? "  " : " ")\(entry.hits)\t\(entry.path)\n")
      }
      return 0
    }
    var code: Int32 = 0
    var forgets = false
    var shows = false
    var lists = false
    var path: String?
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      index += 1
      if word == "--" { break }
      for letter in word.utf8.dropFirst() {
        switch letter {
        case 114: state.hashed = OrderedMap()
        case 100: forgets = true
        case 116: shows = true
        case 108: lists = true
        case 112:
          guard index < words.count else {
            complain("-p: option requires an argument", builtin: true)
            writeError(usageOf("hash"))
            return 2
          }
          path = words[index]
          index += 1
        default: return invalidOption("-\(String(raw: [letter]))")
        }
      }
    }
    let names = words[index...]
    if shows, names.isEmpty {
      complain("-t: option requires an argument", builtin: true)
      return 1
    }
    if lists, names.isEmpty {
      for name in hashOrder(state.hashed.keys, buckets: 256) {
        write("builtin hash -p \(state.hashed[name]!.path) \(name)\n")
      }
      return 0
    }
    for name in names {
      if let path {
        state.hashed[name] = (path, 0)
      } else if forgets {
        if state.hashed.removeValue(forKey: name) == nil {
          complain("\(name): not found", builtin: true)
          code = 1
        }
      } else if shows, let entry = state.hashed[name] {
        let front = lists ? "builtin hash -p " : names.count > 1 ? name + "\t" : ""
        write(front + entry.path + (lists ? " " + name : "") + "\n")
      } else if !shows, isBuiltin(name) || state.functions[name] != nil || name.utf8.contains(47) {
        continue
      } else if !shows,
        let found = machine.find(
          name, path: variable("PATH") ?? "", in: process.workingDirectory, as: process.credentials)
      {
        state.hashed[name] = (found, 0)
      } else {
        complain("\(name): not found", builtin: true)
        code = 1
      }
    }
    return code
  }

  func enable(_ words: [String]) -> Int32 {
    var disables = false
    var names: [String] = []
    for word in words {
      if word == "-n" { disables = true } else if word.utf8.first == 45 { continue } else { names.append(word) }
    }
    if names.isEmpty {
      for name in builtinNames where state.disabledBuiltins.contains(name) == disables {
        write("enable \(disables ? "-n " : "")\(name)\n")
      }
      return 0
    }
    var code: Int32 = 0
    for name in names {
      guard builtinNames.contains(name) else {
        complain("\(name): not a shell builtin", builtin: true)
        code = 1
        continue
      }
      if disables { state.disabledBuiltins.insert(name) } else { state.disabledBuiltins.remove(name) }
    }
    return code
  }

  func compgen(_ words: [String]) -> Int32 {
    var candidates: [String] = []
    var prefix = ""
    var i = 0
    while i < words.count {
      switch words[i] {
      case "-W":
        i += 1
        if i < words.count {
          for word in words[i].split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }) {
            candidates.append(String(word))
          }
        }
      case "-b": candidates += builtinNames
      case "-k":
        candidates += [
          "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done", "in",
          "function", "time", "{", "}", "!", "[[", "]]", "coproc",
        ]
      case "-v": candidates += state.variables.sortedNames
      case "-a": candidates += state.aliases.keys.sorted()
      case "-c":
        candidates += builtinNames + state.functions.keys.sorted()
        for part in (variable("PATH") ?? "").split(separator: ":" as Character) {
          candidates += (try? process.fileSystem.list(String(part)).sorted()) ?? []
        }
      case "-f", "-d":
        let only = words[i] == "-d"
        for name in ((try? process.fileSystem.list(".", in: process.workingDirectory, as: process.credentials)) ?? [])
          .sorted()
        {
          if only, (try? process.fileSystem.lookup(name, in: process.workingDirectory))?.isDirectory != true {
            continue
          }
          candidates.append(name)
        }
      case "-A":
        i += 1
        if i < words.count, words[i] == "function" { candidates += state.functions.keys.sorted() }
      case "--": break
      default:
        if words[i].utf8.first == 45 { notSimulated("compgen \(words[i])") } else { prefix = words[i] }
      }
      i += 1
    }
    var any = false
    for candidate in candidates where candidate.utf8.starts(with: prefix.utf8) {
      write(candidate + "\n")
      any = true
    }
    return any ? 0 : 1
  }

  /// `complete`: what is asked for is kept, and shown by `-p`.
  func complete(_ words: [String]) -> Int32 {
    var options: [(String, String)] = []
    var removes = false
    var names: [String] = []
    var shows = words.isEmpty
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word.utf8.first == 45, word.utf8.count > 1 else {
        names.append(word)
        continue
      }
      for letter in word.utf8.dropFirst() {
        let option = "-" + String(raw: [letter])
        switch letter {
        case 112: shows = true
        case 114: removes = true
        case 68, 69, 73: names.append(option)
        case 111, 65, 71, 87, 80, 83, 88, 67, 70:
          guard index < words.count else {
            complain("\(option): option requires an argument", builtin: true)
            return 2
          }
          options.append((option, words[index]))
          index += 1
        case 97...107, 115, 117, 118: options.append((option, ""))
        default: return invalidOption(option)
        }
      }
    }
    if names.isEmpty, !shows {
      if removes { state.completions = OrderedMap() }
      return 0
    }
    var code: Int32 = 0
    for name in shows && names.isEmpty ? hashOrder(state.completions.keys, buckets: 512) : names {
      if shows, let text = state.completions[name] {
        write("complete \(text)\(name)\n")
      } else if shows || (removes && state.completions.removeValue(forKey: name) == nil) {
        complain("\(name): no completion specification", builtin: true)
        code = 1
      } else if !removes {
        var text = ""
        for letter in "oabcdefgjksuvAGWPSXCF".unicodeScalars {
          for (option, value) in options where option.unicodeScalars.last == letter {
            // Function names and the names of options are shown as they are.
            let shown = option == "-o" || option == "-A" || option == "-F" ? value : singleQuoted(value)
            text += option + (value.isEmpty ? " " : " \(shown) ")
          }
        }
        state.completions[name] = text
      }
    }
    return code
  }

  func caller(_ words: [String]) -> Int32 {
    let level = words.first.flatMap { Int($0) }
    guard !state.calls.isEmpty else { return 1 }
    let place = state.calls.count - 1 - (level ?? 0)
    guard place >= 0 else { return 1 }
    let call = state.calls[place]
    let outer = place > 0 ? state.calls[place - 1] : nil
    let source = outer?.source ?? (isCommandString ? "environment" : state.sourceName)
    if level == nil {
      write("\(call.line) \(outer == nil && isCommandString ? "NULL" : source)\n")
    } else {
      if outer == nil, isCommandString { return 1 }
      write("\(call.line) \(outer?.name ?? "main") \(source)\n")
    }
    return 0
  }
}
