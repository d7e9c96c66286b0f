// Builtins about the session: directories, aliases, command lookup, limits, help.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  // MARK: Directories

  func changeDirectory(_ words: [String]) -> Int32 {
    var physical = state.options.physical
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      if word == "--" {
        index += 1
        break
      }
      for letter in word.utf8.dropFirst() {
        switch letter {
        case 80: physical = true
        case 76: physical = false
        case 101, 64: break
        default: return invalidOption("-\(String(decoding: [letter], as: UTF8.self))")
        }
      }
      index += 1
    }
    let operands = Array(words[index...])
    if operands.count > 1 {
      complain("too many arguments", builtin: true)
      return 1
    }
    var prints = false
    var target: String
    if let operand = operands.first {
      target = operand
      if operand == "-" {
        guard let old = variable("OLDPWD") else {
          complain("OLDPWD not set", builtin: true)
          return 1
        }
        target = old
        prints = true
      } else if operand.isEmpty {
        return 0
      } else if operand.utf8.first != 47, operand != ".", operand != "..", !operand.utf8.starts(with: "./".utf8),
        !operand.utf8.starts(with: "../".utf8), let search = variable("CDPATH"), !search.isEmpty
      {
        for part in search.split(separator: ":" as Character, omittingEmptySubsequences: false) {
          let candidate = part.isEmpty ? operand : part + "/" + operand
          if let inode = try? process.fileSystem.lookup(
            String(candidate), in: process.workingDirectory, as: process.credentials),
            inode.isDirectory
          {
            target = String(candidate)
            prints = !part.isEmpty
            break
          }
        }
      }
    } else {
      guard let home = variable("HOME") else {
        complain("HOME not set", builtin: true)
        return 1
      }
      target = home
      if home.isEmpty { return 0 }
    }
    guard enter(target, shown: target, physical: physical) else { return flavour == .bash ? 1 : 2 }
    if prints { write(process.workingDirectory + "\n") }
    return 0
  }

  /// Makes a directory the working directory. False: it cannot be, said so.
  private func enter(_ target: String, shown: String, physical: Bool) -> Bool {
    do throws(Errno) {
      let inode = try process.fileSystem.lookup(target, in: process.workingDirectory, as: process.credentials)
      guard inode.isDirectory else { throw .notDirectory }
      guard process.fileSystem.permits(inode, 1, process.credentials) else { throw .accessDenied }
      let path =
        physical
        ? try process.fileSystem.realPath(target, in: process.workingDirectory, as: process.credentials)
        : FileSystem.normalize(target, in: process.workingDirectory)
      set("OLDPWD", variable("PWD") ?? process.workingDirectory, exported: true)
      process.workingDirectory = path
      set("PWD", path, exported: true)
      return true
    } catch {
      if flavour == .bash {
        complain("\(shown): \(error.message)", builtin: true)
      } else {
        complain("can't cd to \(shown)\(flavour == .ash ? ": \(error.message)" : "")", builtin: true)
      }
      return false
    }
  }

  func printDirectory(_ words: [String]) -> Int32 {
    var physical = state.options.physical
    for word in words where word.utf8.first == 45 {
      if word == "-P" {
        physical = true
      } else if word == "-L" {
        physical = false
      } else if word == "--" {
        break
      } else {
        return invalidOption(word)
      }
    }
    let path = process.workingDirectory
    write((physical ? (try? process.fileSystem.realPath(path)) ?? path : path) + "\n")
    return 0
  }

  func directoryStack(_ name: String, _ words: [String]) -> Int32 {
    func show(long: Bool = false, vertical: Bool = false, lines: Bool = false) {
      var entries = [process.workingDirectory] + state.directories
      if !long { entries = entries.map { tildeShort($0) } }
      if vertical {
        for (i, entry) in entries.enumerated() { write("\(i < 10 ? " " : "")\(i)  \(entry)\n") }
      } else {
        write(entries.joined(separator: lines ? "\n" : " ") + "\n")
      }
    }
    func index(_ word: String) -> Int? {
      guard let sign = word.utf8.first, sign == 43 || sign == 45, let number = Int(word.dropFirst()) else { return nil }
      let count = state.directories.count + 1
      let place = sign == 43 ? number : count - 1 - number
      return place
    }
    switch name {
    case "dirs":
      var long = false
      var vertical = false
      var lines = false
      for word in words {
        if let place = index(word) {
          let entries = [process.workingDirectory] + state.directories
          guard place >= 0, place < entries.count else {
            complain("\(word.dropFirst()): directory stack index out of range", builtin: true)
            return 1
          }
          write((long ? entries[place] : tildeShort(entries[place])) + "\n")
          return 0
        }
        for letter in word.utf8.dropFirst() {
          switch letter {
          case 99:
            state.directories = []
            return 0
          case 108: long = true
          case 118: vertical = true
          case 112: lines = true
          default:
            complain("\(word): invalid number", builtin: true)
            writeError(usageOf("dirs"))
            return 2
          }
        }
      }
      show(long: long, vertical: vertical, lines: lines)
      return 0
    case "pushd":
      var rest = words
      let stays = rest.first == "-n"
      if stays { rest.removeFirst() }
      guard let word = rest.first else {
        guard let other = state.directories.first else {
          complain("no other directory", builtin: true)
          return 1
        }
        let here = process.workingDirectory
        guard enter(other, shown: other, physical: false) else { return 1 }
        state.directories[0] = here
        show()
        return 0
      }
      if let place = index(word) {
        let entries = [process.workingDirectory] + state.directories
        guard place >= 0, place < entries.count else {
          complain("\(word): directory stack index out of range", builtin: true)
          return 1
        }
        let rotated = Array(entries[place...]) + Array(entries[..<place])
        guard enter(rotated[0], shown: rotated[0], physical: false) else { return 1 }
        state.directories = Array(rotated.dropFirst())
        show()
        return 0
      }
      let here = process.workingDirectory
      if stays {
        state.directories.insert(word, at: 0)
        show()
        return 0
      }
      guard enter(word, shown: word, physical: false) else { return 1 }
      state.directories.insert(here, at: 0)
      show()
      return 0
    default:
      guard !state.directories.isEmpty else {
        complain("directory stack empty", builtin: true)
        return 1
      }
      var rest = words
      if rest.first == "-n" {
        state.directories.removeFirst()
        show()
        return 0
      }
      if let word = rest.popLast() {
        guard let place = index(word), place >= 0, place <= state.directories.count else {
          complain("\(word): directory stack index out of range", builtin: true)
          return 1
        }
        if place > 0 {
          state.directories.remove(at: place - 1)
          show()
          return 0
        }
      }
      let next = state.directories[0]
      guard enter(next, shown: next, physical: false) else { return 1 }
      state.directories.removeFirst()
      show()
      return 0
    }
  }

  // MARK: Aliases and lookup

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
        complain(flavour == .bash ? "\(word): not found" : "\(word) not found", builtin: true)
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
      complain("\(word): not found", builtin: true)
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
        default: return invalidOption("-\(String(decoding: [letter], as: UTF8.self))")
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
          if let value = state.aliases[name], isInteractive || state.shopt.expandAliases {
            if say("alias", "\(name) is aliased to `\(value)'") { break lookup }
          }
          if ShellProgram.keywords.contains(name) {
            if say("keyword", "\(name) is a shell keyword") { break lookup }
          }
          if !noFunctions, let function = state.functions[name] {
            if say("function", "\(name) is a function\n" + ShellPrinter.function(function.definition)) { break lookup }
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
        default: return invalidOption("-\(String(decoding: [letter], as: UTF8.self))")
        }
      }
      index += 1
    }
    var code: Int32 = 0
    var anyFound = false
    for name in words[index...] {
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
    for word in words {
      if word == "-r" {
        state.hashed = OrderedMap()
        continue
      }
      if word == "-d" {
        forgets = true
        continue
      }
      if word == "-t" {
        shows = true
        continue
      }
      if word.utf8.first == 45, word.utf8.count > 1 { return invalidOption(word) }
      if forgets {
        if state.hashed.removeValue(forKey: word) == nil {
          complain("\(word): not found", builtin: true)
          code = 1
        }
        continue
      }
      if shows, let entry = state.hashed[word] {
        write(entry.path + "\n")
        continue
      }
      if isBuiltin(word) || state.functions[word] != nil { continue }
      guard !shows,
        let path = machine.find(
          word, path: variable("PATH") ?? "", in: process.workingDirectory, as: process.credentials)
      else {
        complain("\(word): not found", builtin: true)
        code = 1
        continue
      }
      state.hashed[word] = (path, 0)
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

  // MARK: Limits

  func ulimit(_ words: [String]) -> Int32 {
    let table: [(String, String, String, String)] = [
      ("-R", "real-time non-blocking time  (microseconds, -R) ", "unlimited", "-R"),
      ("-c", "core file size              (blocks, -c) ", "0", "-c"),
      ("-d", "data seg size               (kbytes, -d) ", "unlimited", "-d"),
      ("-e", "scheduling priority                 (-e) ", "0", "-e"),
      ("-f", "file size                   (blocks, -f) ", "unlimited", "-f"),
      ("-i", "pending signals                     (-i) ", "15475", "-i"),
      ("-l", "max locked memory           (kbytes, -l) ", "502112", "-l"),
      ("-m", "max memory size             (kbytes, -m) ", "unlimited", "-m"),
      ("-n", "open files                          (-n) ", "1024", "-n"),
      ("-p", "pipe size                (512 bytes, -p) ", "8", "-p"),
      ("-q", "POSIX message queues         (bytes, -q) ", "819200", "-q"),
      ("-r", "real-time priority                  (-r) ", "0", "-r"),
      ("-s", "stack size                  (kbytes, -s) ", "8192", "-s"),
      ("-t", "cpu time                   (seconds, -t) ", "unlimited", "-t"),
      ("-u", "max user processes                  (-u) ", "15475", "-u"),
      ("-v", "virtual memory              (kbytes, -v) ", "unlimited", "-v"),
      ("-x", "file locks                          (-x) ", "unlimited", "-x"),
    ]
    var wanted = "-f"
    var value: String?
    for word in words {
      if word.utf8.first == 45, word.utf8.count > 1 {
        for letter in word.utf8.dropFirst() {
          if letter == 83 || letter == 72 { continue }
          wanted = "-" + String(decoding: [letter], as: UTF8.self)
        }
      } else {
        value = word
      }
    }
    if let value, !["unlimited", "hard", "soft"].contains(value), Int64(value) == nil {
      complain("\(value): invalid number", builtin: true)
      return 1
    }
    if value != nil { return 0 }
    if wanted == "-a" {
      for entry in table { write(entry.1 + entry.2 + "\n") }
      return 0
    }
    guard let entry = table.first(where: { $0.0 == wanted }) else { return invalidOption(wanted) }
    write(entry.2 + "\n")
    return 0
  }

  func umask(_ words: [String]) -> Int32 {
    var symbolic = false
    var reusable = false
    var mode: String?
    for word in words {
      if word == "-S" {
        symbolic = true
      } else if word == "-p" {
        reusable = true
      } else if word.utf8.first == 45, word.utf8.count > 1, ![114, 119, 120].contains(Array(word.utf8)[1]) {
        return invalidOption(word)
      } else {
        mode = word
      }
    }
    func text(_ bits: Int) -> String {
      func three(_ shift: Int) -> String {
        let own = ~bits >> shift & 7
        return (own & 4 != 0 ? "r" : "") + (own & 2 != 0 ? "w" : "") + (own & 1 != 0 ? "x" : "")
      }
      return "u=\(three(6)),g=\(three(3)),o=\(three(0))"
    }
    if let mode {
      if let value = Int(mode, radix: 8), mode.utf8.first! >= 48, mode.utf8.first! <= 57 {
        guard value <= 0o777 else {
          complain("\(mode): octal number out of range", builtin: true)
          return 1
        }
        process.umask = value
        return 0
      }
      if let first = mode.utf8.first, first >= 48, first <= 57 {
        complain("\(mode): octal number out of range", builtin: true)
        return 1
      }
      var allowed = ~process.umask & 0o777
      for clause in mode.split(separator: "," as Character) {
        let bytes = Array(clause.utf8)
        var i = 0
        var who = 0
        while i < bytes.count, [117, 103, 111, 97].contains(bytes[i]) {
          who |= bytes[i] == 117 ? 0o700 : bytes[i] == 103 ? 0o070 : bytes[i] == 111 ? 0o007 : 0o777
          i += 1
        }
        if who == 0 { who = 0o777 }
        guard i < bytes.count, [43, 45, 61].contains(bytes[i]) else {
          complain(
            "`\(String(decoding: bytes.prefix(i + 1).suffix(1), as: UTF8.self))': invalid symbolic mode operator",
            builtin: true)
          return 1
        }
        let operation = bytes[i]
        var bits = 0
        for letter in bytes[(i + 1)...] {
          switch letter {
          case 114: bits |= 0o444
          case 119: bits |= 0o222
          case 120: bits |= 0o111
          default:
            complain("`\(String(decoding: [letter], as: UTF8.self))': invalid symbolic mode character", builtin: true)
            return 1
          }
        }
        if operation == 43 {
          allowed |= bits & who
        } else if operation == 45 {
          allowed &= ~(bits & who)
        } else {
          allowed = (allowed & ~who) | (bits & who)
        }
      }
      process.umask = ~allowed & 0o777
      return 0
    }
    let octal = String(process.umask, radix: 8)
    let shown = symbolic ? text(process.umask) : String(repeating: "0", count: max(0, 4 - octal.utf8.count)) + octal
    write("\(reusable ? "umask \(symbolic ? "-S " : "")" : "")\(shown)\n")
    return 0
  }

  /// What this machine knows, in words of our own: bash's text for `help` is not simulated.
  private func listModelled() {
    func columns(_ names: [String]) -> String {
      var text = ""
      var line = " "
      for name in names {
        if line.utf8.count + name.utf8.count > 78 {
          text += line + "\n"
          line = " "
        }
        line += " " + name
      }
      return text + line + "\n"
    }
    var programs: Set<String> = []
    for folder in (variable("PATH") ?? "").split(separator: ":" as Character) {
      programs.formUnion((try? process.fileSystem.list(String(folder))) ?? [])
    }
    var text = "This is a simulated machine: bash \(ShellProgram.version) as far as it is modelled.\n"
    text += "What is not modelled says \"not simulated\"; it prints nothing made up.\n\n"
    text += "Shell builtins (\"help NAME\" for how to call one):\n" + columns(builtinNames.filter { isBuiltin($0) })
    text += "\nNot among them: bind, complete and compopt are accepted without effect; fc opens no editor.\n"
    text += "\nPrograms:\n" + columns(programs.sorted())
    text += "\nkubectl and psql have help of their own: kubectl --help, \\? in psql.\n"
    write(text)
  }

  func help(_ words: [String]) -> Int32 {
    notSimulated("help\(words.isEmpty ? "" : " " + words.joined(separator: " "))")
    if words.isEmpty { listModelled() }
    var code: Int32 = 0
    for word in words where word.utf8.first != 45 {
      if let synopsis = builtinSynopses[word] {
        write("\(word): \(synopsis)\n")
      } else {
        complain(
          "no help topics match `\(word)'.  Try `help help' or `man -k \(word)' or `info \(word)'.", builtin: true)
        code = 1
      }
    }
    return code
  }
}
