// How a shell begins: its own options and operands, the variables it finds and makes, prompts, tracing, and its place in a machine's
// command table.

import ShellSyntax
import SimKernel
package import SimMachine

/// Puts the shells into a machine's command table: `bash`, `sh` (dash), `dash`, and `ash` (busybox).
package func registerShells(into table: CommandTable) {
  table.register("bash") { ShellProgram(.bash) }
  table.register("sh") { ShellProgram(.dash) }
  table.register("dash") { ShellProgram(.dash) }
  table.register("ash") { ShellProgram(.ash) }
}

extension ShellProgram {
  /// `5.2.21(1)-release`: the release that the machine tells, else that of Ubuntu 24.04.
  var version: String { (machine.facts.versions["bash"] ?? "5.2.21(1)") + "-release" }

  /// Major, minor and patch number, and the build's.
  private var versionNumbers: [String] {
    var numbers: [String] = []
    for part in version.split(whereSeparator: { $0 == "." || $0 == "(" || $0 == ")" }) { numbers.append(String(part)) }
    return Array(numbers.prefix(4))
  }

  private var copyrightYear: Int {
    switch versionNumbers[1] {
    case "0": return 2019
    case "1": return 2020
    default: return 2022
    }
  }

  /// Reads the arguments and pushes the first frame. A number: the shell ends at once.
  func start() -> Int32? {
    let words = process.arguments
    state.zero = words.first ?? "bash"
    if state.zero.utf8.first == 45 { state.shopt["login_shell"] = true }
    state.shellProcess = process.id
    state.secondsBase = world.now
    state.randomSeed = UInt32(truncatingIfNeeded: world.random.next() >> 33)
    importEnvironment()
    state.ignoredAtStart = process.ignoredSignals
    for signal in process.ignoredSignals { state.traps[signal.name] = "" }
    let shellName = state.zero
    var index = 1
    var command: String?
    var wantsCommand = false
    var forcedInput = false
    var wantsInteractive = false
    func usage(_ message: String, lists: Bool = false) -> Int32 {
      writeError("\(shellName): \(message)\n")
      if lists, flavour == .bash { writeError(invocations(shellName)) }
      return 2
    }
    while index < words.count, let first = words[index].utf8.first, first == 45 || first == 43,
      words[index].utf8.count > 1
    {
      let word = words[index]
      index += 1
      if word == "--" { break }
      if word.utf8.starts(with: "--".utf8) {
        switch word {
        case "--login": state.shopt["login_shell"] = true
        case "--norc", "--noprofile", "--noediting", "--restricted": break
        case "--posix": state.options.posix = true
        case "--verbose": state.options.verbose = true
        case "--version":
          write(
            "GNU bash, version \(version) (x86_64-pc-linux-gnu)\nCopyright (C) \(copyrightYear) Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n"
          )
          return 0
        case "--rcfile", "--init-file": index += 1
        case "--help":
          notSimulated("\(word)")
          return 0
        default: return usage("\(word): invalid option", lists: true)
        }
        continue
      }
      let on = first == 45
      for letter in word.utf8.dropFirst() {
        switch letter {
        case 99 where on: wantsCommand = true
        case 115 where on: forcedInput = true
        case 105 where on: wantsInteractive = true
        case 108 where on: state.shopt["login_shell"] = true
        case 111:
          guard index < words.count else {
            listSetOptions(reusable: !on)
            return 0
          }
          let name = words[index]
          index += 1
          guard state.options[name] != nil else {
            return usage("\(flavour == .bash ? "line 0: \(shellName): " : "")\(name): invalid option name")
          }
          state.options[name] = on
        case 79:
          guard index < words.count else { return 0 }
          state.shopt[words[index]] = on
          index += 1
        default:
          guard let entry = SetOptions.letters.first(where: { $0.letter == letter }) else {
            return usage("\(on ? "-" : "+")\(String(raw: [letter])): invalid option", lists: true)
          }
          state.options[entry.name] = on
        }
      }
    }
    var rest = Array(words[min(index, words.count)...])
    if wantsCommand {
      guard !rest.isEmpty else { return usage("-c: option requires an argument") }
      command = rest.removeFirst()
      if !rest.isEmpty { state.zero = rest.removeFirst() }
      state.positional = rest
      isCommandString = true
      if flavour == .bash { set("BASH_EXECUTION_STRING", command!) }
      state.sourceName = state.zero
      finishSetup()
      if wantsInteractive { notSimulated("\(shellName) -i -c") }
      push(ScriptFrame(Array(command!.utf8), kind: .commandString))
      return nil
    }
    if !rest.isEmpty, !forcedInput {
      let name = rest.removeFirst()
      var path = name
      if !name.utf8.contains(47), !process.fileSystem.exists(name, in: process.workingDirectory),
        let found = machine.find(
          name, path: variable("PATH") ?? "", in: process.workingDirectory, as: process.credentials)
      {
        path = found
      }
      state.positional = rest
      finishSetup()
      if let descriptor = path == "/dev/stdin"
        ? 0 : path.utf8.starts(with: "/dev/fd/".utf8) ? Int(path.dropFirst(8)) : nil, process.file(descriptor) != nil
      {
        state.zero = name
        state.sourceName = name
        push(SourceDescriptorFrame(descriptor, name: name, arguments: nil, kind: .file))
        return nil
      }
      do throws(Errno) {
        let bytes = try process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
        if bytes.prefix(80).contains(0) {
          writeError("\(shellName): \(name): cannot execute binary file\n")
          return 126
        }
        state.zero = name
        state.sourceName = name
        push(ScriptFrame(bytes, kind: .file))
        return nil
      } catch {
        if flavour == .bash {
          writeError(
            error == .isDirectory
              ? "\(name): \(name): Is a directory\n" : "\(shellName): \(name): \(error.message)\n")
        } else {
          writeError("\(shellName): 0: cannot open \(name): \(error == .noEntry ? "No such file" : error.message)\n")
        }
        return error == .noEntry ? (flavour == .bash ? 127 : 2) : 126
      }
    }
    state.positional = rest
    state.sourceName = state.zero
    isInteractive =
      wantsInteractive || (!forcedInput && process.file(0)?.isTerminal == true && process.file(2)?.isTerminal == true)
    readsStandardInput = true
    finishSetup()
    push(InputFrame())
    if isInteractive {
      state.shopt["expand_aliases"] = true
      state.options.monitor = true
      state.options.emacs = true
      state.options.history = true
      state.options.histexpand = true
      if state.variables["PS1"] == nil {
        set("PS1", flavour == .bash ? "\\s-\\v\\$ " : otherPrompt)
      }
      if state.variables["PS2"] == nil { set("PS2", "> ") }
      if let terminal {
        process.group = process.id
        terminal.foregroundGroup = process.group
      }
      for name in startupFiles.reversed() {
        if let bytes = process.fileSystem.probe({ try? process.fileSystem.read(name, as: process.credentials) }) {
          push(ScriptFrame(bytes, kind: .source, name: name))
        }
      }
    }
    return nil
  }

  /// What follows a complaint about an option of the shell itself.
  private func invocations(_ name: String) -> String {
    let long = [
      "debug", "debugger", "dump-po-strings", "dump-strings", "help", "init-file", "login", "noediting", "noprofile",
      "norc", "posix", "pretty-print", "rcfile", "restricted", "verbose", "version",
    ]
    var text = "Usage:\t\(name) [GNU long option] [option] ...\n\t\(name) [GNU long option] [option] script-file ...\n"
    text += "GNU long options:\n"
    for option in long { text += "\t--\(option)\n" }
    text += "Shell options:\n\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)\n"
    return text + "\t-abefhkmnptuvxBCEHPT or -o option\n"
  }

  /// What an interactive shell reads first.
  private var startupFiles: [String] {
    guard flavour == .bash else { return [] }
    let home = variable("HOME") ?? "/"
    if state.shopt["login_shell"] {
      var files = ["/etc/profile"]
      for name in [".bash_profile", ".bash_login", ".profile"] where process.fileSystem.exists("\(home)/\(name)") {
        files.append("\(home)/\(name)")
        break
      }
      return files
    }
    return ["/etc/bash.bashrc", "\(home)/.bashrc"]
  }

  private func importEnvironment() {
    for (name, value) in process.environment.variables {
      if name.utf8.starts(with: "BASH_FUNC_".utf8), name.utf8.last == 37 {
        let function = String(name.dropFirst(10).dropLast(2))
        let parser = ShellParser("\(function) \(value)\n")
        if let unit = try? parser.nextUnit(), let first = unit.items.first,
          case .function(let definition) = first.first.kind
        {
          state.functions[function] = Function(definition: definition, source: "environment", line: 0, exported: true)
        }
        continue
      }
      guard isName(name) else { continue }
      state.variables[name] = Variable(.string(value), attributes: .exported)
    }
  }

  private func finishSetup() {
    set("IFS", " \t\n")
    set("PS4", state.variables["PS4"]?.scalar ?? "+ ")
    set("OPTIND", "1")
    if flavour == .bash {
      set("OPTERR", "1")
      set("BASH", state.zero.utf8.first == 47 ? state.zero : findCommand("bash") ?? "/bin/bash")
      state.hashed = OrderedMap()
      set("BASH_VERSION", version)
      let info = versionNumbers + ["release", "x86_64-pc-linux-gnu"]
      state.variables["BASH_VERSINFO"] = Variable(.indexed(IndexedArray(info)), attributes: .readonly)
      set("HOSTNAME", machine.hostname)
      set("HOSTTYPE", "x86_64")
      set("MACHTYPE", "x86_64-pc-linux-gnu")
      set("OSTYPE", "linux-gnu")
      state.variables["UID"] = Variable(.string(String(process.credentials.user)), attributes: [.readonly, .integer])
      state.variables["EUID"] = Variable(.string(String(process.credentials.user)), attributes: [.readonly, .integer])
      if state.variables["TERM"] == nil { set("TERM", "dumb") }
      let level = Int(variable("SHLVL") ?? "") ?? 0
      set("SHLVL", String(level + 1), exported: true)
      if state.variables["SHELL"] == nil { set("SHELL", "/bin/bash") }
      for (name, kind) in ShellProgram.dynamicNames {
        var binding = Variable(.unset)
        binding.dynamic = kind
        if kind == .shellOptions || kind == .shoptOptions { binding.attributes = .readonly }
        if kind == .random || kind == .secureRandom || kind == .processID || kind == .historyNumber {
          binding.attributes = .integer
        }
        if kind == .directories || kind == .groups { binding.value = .indexed(IndexedArray()) }
        state.variables[name] = binding
      }
      set(
        "BASH_LOADABLES_PATH",
        "/usr/local/lib/bash:/usr/lib/bash:/opt/local/lib/bash:/usr/pkg/lib/bash:/opt/pkg/lib/bash:.")
      state.variables["OPTIND"]?.attributes = .integer
      if state.variables["OLDPWD"] == nil { state.variables["OLDPWD"] = Variable(.unset, attributes: .exported) }
    }
    if flavour != .bash {
      set("PS1", otherPrompt)
      set("PS2", "> ")
    }
    if flavour == .ash {
      var random = Variable(.unset)
      random.dynamic = .random
      state.variables["RANDOM"] = random
    }
    if flavour == .ash { set("SHLVL", String((Int(variable("SHLVL") ?? "") ?? 0) + 1), exported: true) }
    state.variables["PPID"] = Variable(
      .string(String(process.parent?.id ?? 0)), attributes: flavour == .bash ? [.readonly, .integer] : [])
    if state.variables["PATH"] == nil {
      set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    }
    set("PWD", process.workingDirectory, exported: true)
    state.lastArgument = process.arguments.first ?? "bash"
  }

  // MARK: Tracing

  func trace(_ text: String) {
    let prompt = variable("PS4") ?? "+ "
    let expanded = expandPrompt(prompt)
    var prefix = expanded
    if state.traceLevel > 0, let first = expanded.first {
      prefix = String(repeating: String(first), count: state.traceLevel) + expanded
    }
    writeError(prefix + text + "\n")
  }

  // MARK: Prompts

  /// dash tells who asks, BusyBox' ash where as well.
  private var otherPrompt: String { flavour == .ash ? "\\w \\$ " : process.credentials.user == 0 ? "# " : "$ " }

  /// A prompt string expanded where there is no waiting for a command substitution.
  func expandPrompt(_ prompt: String) -> String {
    let saved = (journal, undo, status)
    journal = Journal()
    defer { (journal, undo, status) = saved }
    do throws(Abort) {
      return try expandedPrompt(prompt)
    } catch {
      if case .suspended = error { notSimulated("command substitution in a prompt") }
      return ""
    }
  }

  /// Expands a prompt string: backslash escapes, then parameters, command substitutions, arithmetic.
  func expandedPrompt(_ prompt: String) throws(Abort) -> String {
    var out: [UInt8] = []
    let bytes = Array(prompt.utf8)
    var i = 0
    func put(_ text: String) {
      // What escapes produce is not expanded again.
      for byte in text.utf8 {
        if byte == 36 || byte == 96 || byte == 92 { out.append(92) }
        out.append(byte)
      }
    }
    let zone = zone
    let unix = world.clock.unixSeconds(world.now)
    let now = CivilTime(unixSeconds: unix + zone.offset(atUnix: unix))
    while i < bytes.count {
      guard bytes[i] == 92, i + 1 < bytes.count, flavour != .dash else {
        out.append(bytes[i])
        i += 1
        continue
      }
      let c = bytes[i + 1]
      i += 2
      switch c {
      case 117: put(userName)
      case 104: put(String(machine.hostname.split(separator: "." as Character).first ?? ""))
      case 72: put(machine.hostname)
      case 119: put(tildeShort(variable("PWD") ?? process.workingDirectory))
      case 87:
        let path = tildeShort(variable("PWD") ?? process.workingDirectory)
        put(path == "/" ? "/" : String(path.split(separator: "/" as Character).last ?? "/"))
      case 36: put(process.credentials.user == 0 ? "#" : "$")
      case 110: out.append(10)
      case 114: out.append(13)
      case 97: out.append(7)
      case 101: out.append(27)
      case 91, 93: break
      case 92: put("\\")
      case 115:
        let name = state.zero
        put(String(name.split(separator: "/" as Character).last ?? "bash"))
      case 118: put(versionNumbers.prefix(2).joined(separator: "."))
      case 86: put(versionNumbers.prefix(3).joined(separator: "."))
      case 33, 35: put(String(state.historyBase + state.history.count + 1))
      case 106: put(String(state.jobs.count))
      case 108: put("0")
      case 116: put("\(padded(now.hour, 2)):\(padded(now.minute, 2)):\(padded(now.second, 2))")
      case 84: put("\(padded((now.hour + 11) % 12 + 1, 2)):\(padded(now.minute, 2)):\(padded(now.second, 2))")
      case 64: put("\(padded((now.hour + 11) % 12 + 1, 2)):\(padded(now.minute, 2)) \(now.hour < 12 ? "AM" : "PM")")
      case 65: put("\(padded(now.hour, 2)):\(padded(now.minute, 2))")
      case 100: put("\(now.weekdayAbbreviation) \(now.monthAbbreviation) \(padded(now.day, 2))")
      case 68:
        guard i < bytes.count, bytes[i] == 123, let end = bytes[i...].firstIndex(of: 125) else { break }
        let format = String(raw: bytes[i + 1..<end])
        put(formatTime(format.isEmpty ? "%X" : format, world.civilNow, in: zone))
        i = end + 1
      case 48...55:
        i -= 1
        let value = CharacterEscapes.number(bytes, &i, radix: 8, digitsMax: 3) ?? 0
        out.append(UInt8(value & 0xff))
      default:
        out.append(92)
        out.append(c)
      }
    }
    guard out.contains(36) || out.contains(96) || out.contains(92) else { return String(raw: out) }
    let parser = ShellParser(out)
    guard let word = try? parser.promptWord() else { return String(raw: out) }
    return try expandText(word)
  }

  var userName: String {
    if let bytes = try? process.fileSystem.read("/etc/passwd") {
      for line in String(raw: bytes).split(separator: "\n" as Character) {
        let fields = line.split(separator: ":" as Character, omittingEmptySubsequences: false)
        if fields.count > 2, fields[2] == String(process.credentials.user) { return String(fields[0]) }
      }
    }
    return process.credentials.user == 0 ? "root" : "I have no name!"
  }
}

/// A word as `set -x` shows it.
func quotedForTrace(_ text: String) -> String {
  if text.isEmpty { return "''" }
  return needsQuoting(text) ? singleQuoted(text) : quotedForSet(text)
}

/// The value of an assignment as `set -x` shows it: nothing for an empty one.
func tracedValue(_ text: String) -> String { text.isEmpty ? "" : quotedForTrace(text) }
