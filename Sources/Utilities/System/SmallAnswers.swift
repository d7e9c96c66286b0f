// Small answers: getent, which, printenv, tty, tput, clear.

import SimKernel
import SimMachine

func getEntries(_ call: ToolCall) -> Int32 {
  guard let database = call.operands.first else {
    call.writeError(
      "Try `getent --help' or `getent --usage' for more information.\ngetent: wrong number of arguments\n")
    return 1
  }
  let keys = Array(call.operands.dropFirst())
  let accounts = Accounts(call.files)
  switch database {
  case "passwd":
    if keys.isEmpty { for user in accounts.users { call.printLine(user.line) } }
    for key in keys {
      guard let user = accounts.user(named: key) ?? decimal(key).flatMap({ accounts.user(Int($0)) }) else { return 2 }
      call.printLine(user.line)
    }
  case "group":
    if keys.isEmpty { for group in accounts.groups { call.printLine(group.line) } }
    for key in keys {
      guard let group = accounts.group(named: key) ?? decimal(key).flatMap({ accounts.group(Int($0)) }) else {
        return 2
      }
      call.printLine(group.line)
    }
  case "hosts", "ahosts", "ahostsv4":
    for key in keys {
      var addresses = hostsFile(key, call)
      if addresses.isEmpty { addresses = call.process.machine.network?.resolve(key, from: call.process.machine) ?? [] }
      if addresses.isEmpty {
        guard call.process.machine.network?.nameServerAnswers(call.process.machine) ?? true else {
          return call.notSimulated("getent asking a name server that does not answer")
        }
        return 2
      }
      for address in addresses {
        if database == "hosts" {
          call.printLine(address.paddedRight(15) + " " + key)
        } else {
          for (index, kind) in ["STREAM", "DGRAM", "RAW"].enumerated() {
            call.printLine(address.paddedRight(15) + " " + kind + (index == 0 ? " \(key)" : ""))
          }
        }
      }
    }
  default:
    return call.notSimulated("getent \(database)")
  }
  return 0
}

/// Addresses that /etc/hosts has for a name.
func hostsFile(_ name: String, _ call: ToolCall) -> [String] {
  guard let bytes = try? call.files.read("/etc/hosts") else { return [] }
  var found: [String] = []
  for line in lineContents(bytes) {
    let words = line.prefix { $0 != 35 }.split(whereSeparator: { isBlank($0) })
    for word in words.dropFirst() where String(bytes: word) == name { found.append(String(bytes: words[0])) }
  }
  return found
}

func which(_ call: ToolCall) -> Int32 {
  if call.operands.isEmpty { return 1 }
  var status: Int32 = 0
  for name in call.operands {
    var found = false
    let path = call.environment("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    if name.utf8.contains(47) {
      if let inode = call.inode(name), inode.kind == .file, call.files.permits(inode, 1, call.who) {
        call.printLine(name)
        found = true
      }
    } else {
      for folder in path.split(separator: ":" as Character, omittingEmptySubsequences: false) {
        let candidate = joined(folder.isEmpty ? "." : String(folder), name)
        guard let inode = call.inode(candidate), inode.kind == .file, call.files.permits(inode, 1, call.who) else {
          continue
        }
        call.printLine(candidate)
        found = true
        if !call.options.has("a") { break }
      }
    }
    if !found { status = 1 }
  }
  return status
}

func printEnvironment(_ call: ToolCall) -> Int32 {
  let end: UInt8 = call.options.has("0") ? 0 : 10
  if call.operands.isEmpty {
    for (key, value) in call.process.environment.variables {
      call.print("\(key)=\(value)")
      call.put(end)
    }
    return 0
  }
  var status: Int32 = 0
  for name in call.operands {
    if let value = call.environment(name) {
      call.print(value)
      call.put(end)
    } else {
      status = 1
    }
  }
  return status
}

func terminalName(_ call: ToolCall) -> Int32 {
  let isTerminal = call.process.file(0)?.isTerminal ?? false
  if !call.options.has("s") { call.printLine(isTerminal ? "/dev/pts/0" : "not a tty") }
  return isTerminal ? 0 : 1
}

/// tput: the capabilities that scripts use, of xterm-256color.
func terminalCapability(_ call: ToolCall) -> Int32 {
  let terminal = call.process.file(1)?.terminal ?? call.process.file(2)?.terminal
  let type = call.options.value("T") ?? call.environment("TERM") ?? ""
  if type.isEmpty {
    call.writeError("tput: No value for $TERM and no -T specified\n")
    return 2
  }
  guard let name = call.operands.first else { return call.notSimulated("tput: its usage text") }
  let escape = "\u{1b}["
  var number = 0
  if call.operands.count > 1 { number = Int(decimal(call.operands[1]) ?? 0) }
  switch name {
  case "cols": call.printLine(String(terminal?.columns ?? 80))
  case "lines": call.printLine(String(terminal?.rows ?? 24))
  case "colors": call.printLine("256")
  case "clear": call.print("\(escape)H\(escape)2J\(escape)3J")
  case "bold": call.print("\(escape)1m")
  case "dim": call.print("\(escape)2m")
  case "rev": call.print("\(escape)7m")
  case "smso": call.print("\(escape)7m")
  case "rmso": call.print("\(escape)27m")
  case "smul": call.print("\(escape)4m")
  case "rmul": call.print("\(escape)24m")
  case "sgr0": call.print("\u{1b}(B\(escape)m")
  case "el": call.print("\(escape)K")
  case "ed": call.print("\(escape)J")
  case "home": call.print("\(escape)H")
  case "sc": call.print("\u{1b}7")
  case "rc": call.print("\u{1b}8")
  case "civis": call.print("\(escape)?25l")
  case "cnorm": call.print("\(escape)?12l\(escape)?25h")
  case "smcup": call.print("\(escape)?1049h\(escape)22;0;0t")
  case "rmcup": call.print("\(escape)?1049l\(escape)23;0;0t")
  case "cuu1": call.print("\(escape)A")
  case "cr": call.print("\r")
  case "bel": call.print("\u{7}")
  case "setaf":
    call.print(
      number < 8 ? "\(escape)3\(number)m" : number < 16 ? "\(escape)9\(number - 8)m" : "\(escape)38;5;\(number)m")
  case "setab":
    call.print(
      number < 8 ? "\(escape)4\(number)m" : number < 16 ? "\(escape)10\(number - 8)m" : "\(escape)48;5;\(number)m")
  case "cup":
    let column = call.operands.count > 2 ? Int(decimal(call.operands[2]) ?? 0) : 0
    call.print("\(escape)\(number + 1);\(column + 1)H")
  default:
    call.writeError("tput: unknown terminfo capability '\(name)'\n")
    return 4
  }
  return 0
}

/// pidof: the processes that run a program, the newest first.
func processNumbers(_ call: ToolCall) -> Int32 {
  if call.process.machine.facts.sharesProcesses { return call.notSimulated("processes of other containers") }
  var found: [String] = []
  for name in call.operands {
    for process in call.process.machine.processes.values where lastPart(process.name) == name {
      found.append(String(process.id))
    }
  }
  if found.isEmpty { return 1 }
  found.reverse()
  call.printLine(call.options.has("s") ? found[0] : found.joined(separator: " "))
  return 0
}

func clearScreen(_ call: ToolCall) -> Int32 {
  if (call.environment("TERM") ?? "").isEmpty {
    call.writeError("TERM environment variable not set.\n")
    return 1
  }
  call.print("\u{1b}[H\u{1b}[2J" + (call.options.has("x") ? "" : "\u{1b}[3J"))
  return 0
}

/// Programs that a lab may call and whose work is not modelled: they say so and print nothing.
func notModelled(_ name: String) -> Registration {
  var registration = Registration(Tool(name, .raw) { $0.notSimulated(name) })
  registration.isModelled = false
  return registration
}
