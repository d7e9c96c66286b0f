// ps, kill, pkill, pgrep (procps-ng 4 manuals): what the process table of the machine holds.

import SimKernel
import SimMachine

func killProcesses(_ call: ToolCall) -> Int32 {
  var words = call.arguments
  var signal = Signal.terminate
  if words.isEmpty { return call.notSimulated("kill: its usage text") }
  if let first = words.first, first.hasLeadingDash {
    var text = String(first.dropFirst())
    if text == "l" || text == "L" || text == "-list" || text == "-table" {
      guard words.count > 1 else { return call.notSimulated("kill -l without an argument") }
      if let number = Int32(words[1]), let known = Signal(rawValue: number > 128 ? number - 128 : number) {
        call.printLine(known.name)
      } else if let known = Signal(spelling: words[1]) {
        call.printLine(String(known.rawValue))
      }
      return 0
    }
    words.removeFirst()
    if text == "s" || text == "-signal" || text == "n" {
      guard let name = words.first else { return call.notSimulated("kill: its usage text") }
      text = name
      words.removeFirst()
    }
    if text != "-" {
      if text == "0" {
        for word in words {
          if Int(word).flatMap({ call.process.machine.process($0) }) == nil {
            call.complain("(\(word)): No such process")
          }
        }
        return call.status
      }
      guard let chosen = Signal(spelling: text) else {
        return call.notSimulated("kill: its usage text")
      }
      signal = chosen
    }
  }
  for word in words {
    guard let id = Int(word) else {
      call.complain("failed to parse argument: '\(word)'")
      continue
    }
    if id < 0 {
      call.process.machine.signal(signal, group: -id)
      continue
    }
    guard let target = call.process.machine.process(id) else {
      call.complain("(\(word)): No such process")
      continue
    }
    guard call.who.user == 0 || target.credentials.user == call.who.user else {
      call.complain("(\(word)): Operation not permitted")
      continue
    }
    target.send(signal, from: call.process)
  }
  return call.status
}

/// What ps calls the command: the name of the program file, at most fifteen bytes.
private func commandName(_ process: Process) -> String {
  var name = process.name
  if name.utf8.first == 45 { name = String(name.dropFirst()) }
  return String(name.prefix(15))
}
private func commandLine(_ process: Process) -> String { process.arguments.joined(separator: " ") }

let pgrepOptions = OptionTable(
  "d,delimiter= l,list-name a,list-full v,inverse !w,lightweight c,count f,full g,pgroup= G,group= i,ignore-case n,newest o,oldest P,parent= s,session= t,terminal= u,euid= U,uid= x,exact !F,pidfile= signal= e,echo q,queue= r,runstates= A,ignore-ancestors",
  usageCode: 2)

func grepProcesses(_ call: ToolCall, kills: Bool) -> Int32 {
  var signal = Signal.terminate
  var arguments = call.arguments
  if kills, let first = arguments.first, first.hasLeadingDash, let chosen = Signal(spelling: String(first.dropFirst()))
  {
    signal = chosen
    arguments.removeFirst()
  }
  switch pgrepOptions.parse(arguments) {
  case .options(let options): call.options = options
  case .wrong(let text):
    call.complain(text)
    return call.notSimulated("\(call.name): its usage text")
  case .notSimulated(let what): return call.notSimulated("\(call.name) \(what)")
  }
  let options = call.options
  if let text = options.value("signal"), let chosen = Signal(spelling: text) { signal = chosen }
  let filters = ["g", "G", "P", "s", "t", "u", "U"]
  var filtered = false
  for id in filters where options.has(id) { filtered = true }
  guard call.operands.count == 1 || (filtered && call.operands.isEmpty) else {
    if call.operands.count > 1 {
      call.complain("only one pattern can be provided")
    } else {
      call.complain("no matching criteria specified")
    }
    call.writeError("Try `\(call.name) --help' for more information.\n")
    return 2
  }
  var regex: PosixRegex?
  if let pattern = call.operands.first {
    var flags = RegexOptions()
    flags.ignoreCase = options.has("i")
    do throws(RegexError) {
      regex = try PosixRegex(options.has("x") ? "^(\(pattern))$" : pattern, flavour: .extended, options: flags)
    } catch {
      call.complain(error.message)
      return 2
    }
  }
  let accounts = Accounts(call.files)
  var found: [Process] = []
  for process in visibleProcesses(call) where process !== call.process {
    let text = options.has("f") ? commandLine(process) : commandName(process)
    var matches = regex?.matches(text.bytes) ?? true
    if let user = options.value("u") ?? options.value("U") {
      let id = accounts.user(named: user)?.uid ?? Int(decimal(user) ?? -1)
      if process.credentials.user != id { matches = false }
    }
    if let parent = options.value("P"), process.parent?.id != Int(decimal(parent) ?? -1) { matches = false }
    if matches != options.has("v") { found.append(process) }
  }
  if options.has("n"), let last = found.last { found = [last] }
  if options.has("o"), let first = found.first { found = [first] }
  if kills {
    for process in found {
      process.send(signal, from: call.process)
      if options.has("e") { call.printLine("\(commandName(process)) killed (pid \(process.id))") }
    }
    if options.has("c") { call.printLine(String(found.count)) }
    return found.isEmpty ? 1 : 0
  }
  if options.has("c") {
    call.printLine(String(found.count))
  } else if !found.isEmpty {
    var texts: [String] = []
    for process in found {
      texts.append(
        options.has("a")
          ? "\(process.id) \(commandLine(process))"
          : options.has("l") ? "\(process.id) \(commandName(process))" : String(process.id))
    }
    call.printLine(texts.joined(separator: options.value("d") ?? "\n"))
  }
  return found.isEmpty ? 1 : 0
}

/// ps: the forms labs use (`ps`, `ps aux`, `ps -ef`, `ps -o …`, `-p`, `-C`, `-u`). Processor times are zero; sizes of memory
/// are not modelled, so the forms that show them are not simulated.
func processStatus(_ call: ToolCall) -> Int32 {
  if call.flavour == .busybox { return busyBoxProcessStatus(call) }
  var all = false
  var full = false
  var user = false
  var columns: [(key: String, title: String?)] = []
  var ids: [Int] = []
  var names: [String] = []
  var showHeader = true
  var words = call.arguments[...]
  var onlyMine = true
  while let word = words.popFirst() {
    let bytes = word.bytes
    if word.hasPrefix("--") {
      switch word {
      case "--no-headers", "--no-heading": showHeader = false
      default: return call.notSimulated("ps \(word)")
      }
      continue
    }
    let dashed = bytes.first == 45
    var letters = bytes[(dashed ? 1 : 0)...]
    while let letter = letters.popFirst() {
      func value() -> String? {
        if !letters.isEmpty {
          let text = String(bytes: letters)
          letters = []
          return text
        }
        return words.popFirst()
      }
      switch letter {
      case 101 where dashed, 65 where dashed: all = true
      case 97 where !dashed, 120 where !dashed: all = true
      case 102 where dashed: full = true
      case 117 where !dashed: user = true
      case 119: break
      case 111:
        guard let list = value() else { return call.notSimulated("ps -o without a list") }
        for part in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
          let text = String(part)
          if let equals = text.utf8.firstIndex(of: 61) {
            columns.append((String(text[..<equals]), String(text[text.utf8.index(after: equals)...])))
          } else {
            columns.append((text, nil))
          }
        }
      case 112:
        guard let list = value() else { return call.notSimulated("ps -p without a list") }
        onlyMine = false
        for part in list.split(separator: "," as Character) { if let id = Int(part) { ids.append(id) } }
      case 67 where dashed:
        guard let list = value() else { return call.notSimulated("ps -C without a list") }
        onlyMine = false
        for part in list.split(separator: "," as Character) { names.append(String(part)) }
      case 48...57:
        if let id = Int(String(bytes: [letter] + letters)) { ids.append(id) }
        onlyMine = false
        letters = []
      default: return call.notSimulated("ps \(word)")
      }
    }
  }
  if user { return call.notSimulated("ps u (sizes of memory)") }
  let accounts = Accounts(call.files)
  var chosen: [Process] = []
  for process in visibleProcesses(call) {
    if !ids.isEmpty || !names.isEmpty {
      guard ids.contains(process.id) || names.contains(commandName(process)) else { continue }
    } else if !all, onlyMine {
      guard hasTerminal(process) == hasTerminal(call.process), process.credentials.user == call.who.user
      else { continue }
    }
    chosen.append(process)
  }
  if columns.isEmpty {
    columns =
      full
      ? [
        ("user", "UID"), ("pid", nil), ("ppid", nil), ("c", nil), ("stime", nil), ("tname", nil), ("time", nil),
        ("args", "CMD"),
      ]
      : [("pid", nil), ("tname", nil), ("time", nil), ("comm", "CMD")]
  }
  struct Column {
    let title: String
    let right: Bool
    let width: Int
    let value: (Process) -> String
  }
  let clock = call.world.clock
  let zone = call.zone
  let table: [String: Column] = [
    "pid": Column(title: "PID", right: true, width: 7) { String($0.id) },
    "ppid": Column(title: "PPID", right: true, width: 7) { String($0.parent?.id ?? 0) },
    "pgid": Column(title: "PGID", right: true, width: 7) { String($0.group) },
    "user": Column(title: "USER", right: false, width: 8) { accounts.userName($0.credentials.user) },
    "uid": Column(title: "UID", right: true, width: 5) { String($0.credentials.user) },
    "gid": Column(title: "GID", right: true, width: 5) { String($0.credentials.group) },
    "group": Column(title: "GROUP", right: false, width: 8) { accounts.groupName($0.credentials.group) },
    "tty": Column(title: "TTY", right: false, width: 8) {
      hasTerminal($0) ? "pts/0" : "?"
    },
    "time": Column(title: "TIME", right: true, width: 8) { _ in "00:00:00" },
    "c": Column(title: "C", right: true, width: 2) { _ in "0" },
    "stime": Column(title: "STIME", right: true, width: 5) { formatTime("%H:%M", clock.civil($0.startedAt), in: zone) },
    "comm": Column(title: "COMMAND", right: false, width: 15) { commandName($0) },
    "args": Column(title: "COMMAND", right: false, width: 27) { commandLine($0) },
    "stat": Column(title: "STAT", right: false, width: 4) { $0 === call.process ? "R+" : $0.isStopped ? "T" : "S" },
    "s": Column(title: "S", right: false, width: 1) { $0 === call.process ? "R" : $0.isStopped ? "T" : "S" },
    "ni": Column(title: "NI", right: true, width: 3) { _ in "0" },
    "etime": Column(title: "ELAPSED", right: true, width: 11) { elapsed((call.world.now - $0.startedAt).wholeSeconds) },
    "etimes": Column(title: "ELAPSED", right: true, width: 7) { String((call.world.now - $0.startedAt).wholeSeconds) },
    "lstart": Column(title: "STARTED", right: true, width: 24) {
      formatTime("%a %b %e %H:%M:%S %Y", clock.civil($0.startedAt), in: zone)
    },
  ]
  let aliases = [
    "cmd": "args", "command": "args", "ucmd": "comm", "tt": "tty", "tname": "tty", "state": "s", "euser": "user",
    "uname": "user", "cputime": "time", "start_time": "stime", "nice": "ni", "ucomm": "comm", "euid": "uid",
  ]
  var layout: [(column: Column, title: String)] = []
  for (key, title) in columns {
    guard let column = table[aliases[key] ?? key] else { return call.notSimulated("ps -o \(key)") }
    var shown = title ?? (key == "cmd" ? "CMD" : key == "tt" || key == "tty" ? "TT" : column.title)
    if title == nil, key == "args" || key == "command" { shown = "COMMAND" }
    layout.append((column, shown))
  }
  func line(_ cells: [String]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { text += " " }
      let (column, title) = layout[index]
      let width = max(column.width, title.utf8.count)
      if index == cells.count - 1, !column.right {
        text += cell
      } else {
        text += column.right ? cell.paddedLeft(width) : cell.paddedRight(width)
      }
    }
    return text
  }
  var titles: [String] = []
  var anyTitle = false
  for (_, title) in layout {
    titles.append(title)
    if !title.isEmpty { anyTitle = true }
  }
  if showHeader, anyTitle { call.printLine(line(titles)) }
  for process in chosen {
    var cells: [String] = []
    for (column, _) in layout { cells.append(column.value(process)) }
    call.printLine(line(cells))
  }
  return chosen.isEmpty && !(ids.isEmpty && names.isEmpty) ? 1 : 0
}

private func hasTerminal(_ process: Process) -> Bool {
  process.file(0)?.isTerminal ?? false || process.file(2)?.isTerminal ?? false
}

/// BusyBox' ps shows every process in one form; the flags and words that other ps take change nothing.
private func busyBoxProcessStatus(_ call: ToolCall) -> Int32 {
  for word in call.arguments where word.hasLeadingDash {
    for letter in word.bytes.dropFirst() where !"aAdefl".bytes.contains(letter) {
      return call.notSimulated("ps \(word)")
    }
  }
  let accounts = Accounts(call.files)
  call.printLine("PID   USER     TIME  COMMAND")
  for process in visibleProcesses(call) {
    let user = String(accounts.userName(process.credentials.user).prefix(8)).paddedRight(8)
    call.printLine("\(String(process.id).paddedLeft(5)) \(user)  0:00 \(commandLine(process))")
  }
  return 0
}

private func elapsed(_ seconds: Int64) -> String {
  let days = seconds / 86_400
  let hours = seconds / 3600 % 24
  let minutes = seconds / 60 % 60
  let rest = "\(padded(minutes, 2)):\(padded(seconds % 60, 2))"
  if days > 0 { return "\(days)-\(padded(hours, 2)):\(rest)" }
  return hours > 0 ? "\(padded(hours, 2)):\(rest)" : rest
}

/// The processes that a tool lists.
private func visibleProcesses(_ call: ToolCall) -> [Process] {
  if call.process.machine.facts.sharesProcesses { call.process.note(notSimulated: "processes of other containers") }
  return call.process.machine.processes.values
}
