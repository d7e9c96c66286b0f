// Who and what: id, whoami, groups, hostname, uname, nproc, arch, date, uptime, free, df, getent, which, tty and their like.
// GNU coreutils manual, chapters 18 to 22; procps-ng 4 for free and uptime.

import SimKernel
import SimMachine

func identity(_ call: ToolCall) -> Int32 {
  let options = call.options
  let accounts = Accounts(call.files)
  var who = call.who
  if let name = call.operands.first {
    guard let user = accounts.user(named: name) ?? decimal(name).flatMap({ accounts.user(Int($0)) }) else {
      call.complain("\(quoted(name)): no such user")
      return 1
    }
    who = accounts.credentials(of: user)
  }
  var kinds = 0
  for id in ["u", "g", "G", "Z"] where options.has(id) { kinds += 1 }
  if kinds > 1 {
    call.complain("cannot print \"only\" of more than one choice")
    return 1
  }
  if kinds == 0, options.has("n") || options.has("r") {
    call.complain("cannot print only names or real IDs in default format")
    return 1
  }
  var groups = [who.group]
  for group in who.groups where !groups.contains(group) { groups.append(group) }
  // GNU puts the process' own group first; BusyBox keeps the kernel's order.
  if call.flavour == .busybox { groups.sort() }
  let names = options.has("n")
  let end: UInt8 = options.has("z") ? 0 : 10
  if options.has("u") {
    call.print(names ? accounts.userName(who.user) : String(who.user))
    call.put(end)
    return 0
  }
  if options.has("g") {
    call.print(names ? accounts.groupName(who.group) : String(who.group))
    call.put(end)
    return 0
  }
  if options.has("G") {
    var texts: [String] = []
    for group in groups { texts.append(names ? accounts.groupName(group) : String(group)) }
    call.print(texts.joined(separator: options.has("z") ? "\0" : " "))
    call.put(end)
    return 0
  }
  func named(_ number: Int, _ name: String?) -> String { name.map { "\(number)(\($0))" } ?? String(number) }
  var text =
    "uid=\(named(who.user, accounts.user(who.user)?.name)) gid=\(named(who.group, accounts.group(who.group)?.name)) groups="
  for (index, group) in groups.enumerated() {
    text += (index > 0 ? "," : "") + named(group, accounts.group(group)?.name)
  }
  call.printLine(text)
  return 0
}

func whoAmI(_ call: ToolCall) -> Int32 {
  if let extra = call.operands.first { return call.usage("extra operand \(quoted(extra))") }
  guard let user = Accounts(call.files).user(call.who.user) else {
    call.complain("cannot find name for user ID \(call.who.user)")
    return 1
  }
  call.printLine(user.name)
  return 0
}

func listGroups(_ call: ToolCall) -> Int32 {
  let accounts = Accounts(call.files)
  func text(_ who: Credentials) -> String {
    var groups = [who.group]
    for group in who.groups where !groups.contains(group) { groups.append(group) }
    var names: [String] = []
    for group in groups { names.append(accounts.groupName(group)) }
    return names.joined(separator: " ")
  }
  if call.operands.isEmpty { call.printLine(text(call.who)) }
  for name in call.operands {
    guard let user = accounts.user(named: name) else {
      call.complain("\(quoted(name)): no such user")
      continue
    }
    call.printLine("\(name) : \(text(accounts.credentials(of: user)))")
  }
  return call.status
}

func hostName(_ call: ToolCall) -> Int32 {
  let options = call.options
  let machine = call.process.machine
  if let name = call.operands.first {
    guard call.who.user == 0 else {
      call.complain("you must be root to change the host name")
      return 1
    }
    machine.hostname = name
    return 0
  }
  if options.has("I") {
    call.printLine(machine.address + " ")
  } else if options.has("i") {
    call.printLine(machine.address)
  } else if options.has("s") {
    var name = machine.hostname
    if let dot = name.utf8.firstIndex(of: 46) { name = String(name[..<dot]) }
    call.printLine(name)
  } else if options.has("d") || options.has("a") || options.has("A") || options.has("y") {
    let whole = qualifiedName(machine)
    if let dot = whole.utf8.firstIndex(of: 46), options.has("d") {
      call.printLine(String(whole[whole.utf8.index(after: dot)...]))
    } else {
      call.printLine("")
    }
  } else {
    call.printLine(options.has("f") ? qualifiedName(machine) : machine.hostname)
  }
  return 0
}

/// The first name on the line of /etc/hosts that names this machine.
private func qualifiedName(_ machine: Machine) -> String {
  let text = String(decoding: (try? machine.fileSystem.read("/etc/hosts")) ?? [], as: UTF8.self)
  for line in text.split(separator: "\n" as Character) {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard let first = words.first, first.utf8.first != 35, words.count > 1 else { continue }
    for word in words.dropFirst() where word == machine.hostname { return String(words[1]) }
  }
  return machine.hostname
}

func unixName(_ call: ToolCall) -> Int32 {
  if let extra = call.operands.first { return call.usage("extra operand \(quoted(extra))") }
  let options = call.options
  let machine = call.process.machine
  let all = options.has("a")
  var parts: [String] = []
  let none = options.list.isEmpty
  if all || none || options.has("s") { parts.append("Linux") }
  if all || options.has("n") { parts.append(machine.hostname) }
  if all || options.has("r") { parts.append(machine.facts.kernelRelease) }
  if all || options.has("v") { parts.append(machine.facts.kernelVersion) }
  if all || options.has("m") { parts.append("x86_64") }
  if call.flavour == .gnu, all || options.has("p") { parts.append("x86_64") }
  if call.flavour == .gnu, all || options.has("i") { parts.append("x86_64") }
  if all || options.has("o") { parts.append(call.flavour == .gnu ? "GNU/Linux" : "Linux") }
  call.printLine(parts.joined(separator: " "))
  return 0
}

func processorCount(_ call: ToolCall) -> Int32 {
  if let extra = call.operands.first { return call.usage("extra operand \(quoted(extra))") }
  var count = Int64(call.process.machine.facts.processors)
  if let text = call.options.value("ignore") {
    guard let value = decimal(text) else {
      call.complain("invalid number: \(quoted(text))")
      return 1
    }
    count = max(1, count - value)
  }
  call.printLine(String(count))
  return 0
}

// MARK: date

let dateOptions = OptionTable(
  "d,date= debug !f,file= I,iso-8601=? r,reference= R,rfc-email,rfc-822,rfc-2822 rfc-3339= !s,set= u,utc,universal !resolution"
)

func date(_ call: ToolCall) -> Int32 {
  let options = call.options
  let zone = options.has("u") ? .utc : TimeZoneRules(call.environment("TZ"))
  // Texts of -d are read on the clock of the zone; what has a zone of its own, or counts seconds, is a moment already.
  func local(_ time: CivilTime) -> CivilTime {
    CivilTime(unixSeconds: time.unixSeconds + zone.offset(at: time.unixSeconds).seconds, nanosecond: time.nanosecond)
  }
  var time = call.world.civilNow
  if let path = options.value("r") {
    do throws(Errno) {
      time = call.world.clock.civil(try call.lookup(path).modified)
    } catch {
      call.complain("\(path): \(error.message)")
      return 1
    }
  }
  if let text = options.value("d") {
    guard let parsed = TimeParser.parse(text, now: local(time)) else {
      call.complain("invalid date \(call.flavour == .busybox ? "'\(text)'" : quoted(text))")
      return 1
    }
    time = parsed
    if !namesItsZone(text) {
      time = CivilTime(unixSeconds: zone.unixSeconds(ofLocal: parsed.unixSeconds), nanosecond: parsed.nanosecond)
    }
  }
  var format = call.flavour == .busybox ? "%a %b %e %H:%M:%S %Z %Y" : "%a %b %e %H:%M:%S %Z %Y"
  var given = false
  for operand in call.operands {
    guard operand.utf8.first == 43 else {
      if given || call.operands.count > 1 { return call.usage("extra operand \(quoted(operand))") }
      return setting(operand, call)
    }
    if given { return call.usage("extra operand \(quoted(operand))") }
    format = String(operand.dropFirst())
    given = true
  }
  for option in options.list {
    var chosen: String?
    switch option.id {
    case "I":
      let forms: [String: String] = [
        "date": "%Y-%m-%d", "hours": "%Y-%m-%dT%H%:z", "minutes": "%Y-%m-%dT%H:%M%:z",
        "seconds": "%Y-%m-%dT%H:%M:%S%:z", "ns": "%Y-%m-%dT%H:%M:%S,%N%:z",
      ]
      let value = option.value ?? "date"
      guard let form = abbreviated(value, ["hours", "minutes", "date", "seconds", "ns"]).flatMap({ forms[$0] }) else {
        call.complain("invalid argument \(quoted(value)) for ‘--iso-8601’")
        call.writeError("Valid arguments are:\n  - ‘hours’\n  - ‘minutes’\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’\n")
        return call.usage(nil)
      }
      chosen = form
    case "R": chosen = "%a, %d %b %Y %H:%M:%S %z"
    case "rfc-3339":
      let forms: [String: String] = [
        "date": "%Y-%m-%d", "seconds": "%Y-%m-%d %H:%M:%S%:z", "ns": "%Y-%m-%d %H:%M:%S.%N%:z",
      ]
      let value = option.value ?? ""
      guard let form = abbreviated(value, ["date", "seconds", "ns"]).flatMap({ forms[$0] }) else {
        call.complain("invalid argument \(quoted(value)) for ‘--rfc-3339’")
        call.writeError("Valid arguments are:\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’\n")
        return call.usage(nil)
      }
      chosen = form
    default: break
    }
    if let chosen {
      if given {
        call.complain("multiple output formats specified")
        return 1
      }
      format = chosen
      given = true
    }
  }
  let offset = zone.offset(at: time.unixSeconds)
  call.printLine(formatTime(format, local(time), zone: offset.name, offset: offset.seconds))
  return 0
}

/// Whether a text for -d says which zone it means: `@seconds`, `…Z`, `UTC`, `+02:00`.
private func namesItsZone(_ text: String) -> Bool {
  let bytes = text.bytes
  if bytes.first == 64 || bytes.last == 90 { return true }
  for word in text.split(whereSeparator: { $0 == " " }) where ["UTC", "GMT", "utc", "Z"].contains(String(word)) {
    return true
  }
  // A sign right after a time of day.
  var at = bytes.count - 1
  while at > 0, isDigit(bytes[at]) || bytes[at] == 58 { at -= 1 }
  guard at > 2, bytes[at] == 43 || bytes[at] == 45 else { return false }
  var before = at - 1
  if before > 0, bytes[before] == 32 { before -= 1 }
  guard isDigit(bytes[before]) else { return false }
  while before > 0, isDigit(bytes[before]) { before -= 1 }
  return bytes[before] == 58 || bytes[before] == 46
}

private func abbreviated(_ text: String, _ words: [String]) -> String? {
  for word in words where word == text { return word }
  var found: String?
  for word in words where word.hasPrefix(text) && !text.isEmpty {
    if found != nil { return nil }
    found = word
  }
  return found
}

private func setting(_ text: String, _ call: ToolCall) -> Int32 {
  let digits = text.bytes
  var plain = digits.count >= 8 && digits.count % 2 == 0
  for byte in digits where !isDigit(byte) && byte != 46 { plain = false }
  if plain { return call.notSimulated("setting the clock with date") }
  call.complain("invalid date \(quoted(text))")
  return 1
}

// MARK: The machine's state

func uptime(_ call: ToolCall) -> Int32 {
  let now = call.world.civilNow
  // The machine was booted some minutes before the session began.
  let seconds = call.world.now.nanoseconds / 1_000_000_000 + 5 * 60
  if call.options.has("s") {
    call.printLine(formatTime("%Y-%m-%d %H:%M:%S", CivilTime(unixSeconds: now.unixSeconds - seconds)))
    return 0
  }
  let minutes = seconds / 60
  if call.options.has("p") {
    var parts: [String] = []
    func add(_ count: Int64, _ unit: String) {
      if count > 0 { parts.append("\(count) \(unit)\(count == 1 ? "" : "s")") }
    }
    add(minutes / 1440 / 7, "week")
    add(minutes / 1440 % 7, "day")
    add(minutes / 60 % 24, "hour")
    add(minutes % 60, "minute")
    call.printLine("up " + parts.joined(separator: ", "))
    return 0
  }
  let days = minutes / 1440
  var text = " \(formatTime("%H:%M:%S", now)) up "
  if days > 0 { text += "\(days) day\(days == 1 ? "" : "s"), " }
  let hours = minutes / 60 % 24
  text += hours > 0 ? "\(String(hours).paddedLeft(2)):\(padded(minutes % 60, 2)), " : "\(minutes % 60) min, "
  call.printLine(text + " 1 user,  load average: 0.08, 0.12, 0.09")
  return 0
}

/// free: a machine that uses a fifth of its memory, as facts of the machine tell its size.
func freeMemory(_ call: ToolCall) -> Int32 {
  if call.options.has("s") || call.options.has("c") { return call.notSimulated("free -s") }
  let total = call.process.machine.facts.memoryBytes
  let used = total / 5
  let free = total / 10 * 3
  let shared = total / 500
  let cache = total - used - free
  let available = total - used - total / 40
  var unit: Int64 = 1024
  var human: Int64 = 0
  for option in call.options.list {
    switch option.id {
    case "b": unit = 1
    case "k": unit = 1024
    case "m": unit = 1 << 20
    case "g": unit = 1 << 30
    case "kilo": unit = 1000
    case "mega": unit = 1_000_000
    case "giga": unit = 1_000_000_000
    case "h": human = 1024
    case "si": human = 1000
    default: break
    }
  }
  func shown(_ bytes: Int64) -> String {
    guard human > 0 else { return String(bytes / unit) }
    let suffixes = ["B", "Ki", "Mi", "Gi", "Ti"]
    var value = Double(bytes)
    var index = 0
    while value >= 1000, index < suffixes.count - 1 {
      value /= 1024
      index += 1
    }
    let digits = value < 9.95 && index > 0 ? 1 : 0
    return formatDouble(value, 102, NumberFormat(precision: digits)) + suffixes[index]
  }
  let wide = call.options.has("w")
  func row(_ name: String, _ values: [Int64]) -> String {
    var text = name.paddedRight(7)
    for value in values { text += shown(value).paddedLeft(text.utf8.count == 7 ? 13 : 12) }
    return text
  }
  func fields(_ name: String, _ values: [Int64]) {
    var text = name.paddedRight(9)
    for (index, value) in values.enumerated() { text += (index == 0 ? "" : " ") + shown(value).paddedLeft(11) }
    call.printLine(text)
  }
  let titles =
    wide
    ? ["total", "used", "free", "shared", "buffers", "cache", "available"]
    : ["total", "used", "free", "shared", "buff/cache", "available"]
  var header = "         "
  for (index, title) in titles.enumerated() { header += (index == 0 ? "" : " ") + title.paddedLeft(11) }
  call.printLine(header)
  fields(
    "Mem:",
    wide
      ? [total, used, free, shared, total / 100, cache - total / 100, available]
      : [total, used, free, shared, cache, available])
  fields("Swap:", [0, 0, 0])
  if call.options.has("t") { fields("Total:", [total, used, free]) }
  _ = row
  return 0
}

/// df: one root file system of 20 GiB, a quarter of it used.
func diskFree(_ call: ToolCall) -> Int32 {
  for id in ["i", "total", "output"] where call.options.has(id) { return call.notSimulated("df -\(id)") }
  let size: Int64 = 20_134_592
  let used: Int64 = 5_242_880
  let available = size - used - 16_384
  struct Row {
    let device: String
    let type: String
    let size: Int64
    let used: Int64
    let free: Int64
    let target: String
  }
  var rows = [
    Row(device: "/dev/vda1", type: "ext4", size: size, used: used, free: available, target: "/"),
    Row(
      device: "tmpfs", type: "tmpfs", size: call.process.machine.facts.memoryBytes / 2048, used: 0,
      free: call.process.machine.facts.memoryBytes / 2048, target: "/dev/shm"),
  ]
  if !call.operands.isEmpty {
    var kept: [Row] = []
    for path in call.operands {
      guard call.inode(path) != nil else {
        call.complain("\(path): No such file or directory")
        continue
      }
      let absolute = FileSystem.normalize(path, in: call.directory)
      kept.append(rows[absolute == "/dev/shm" || absolute.hasPrefix("/dev/shm/") ? 1 : 0])
    }
    if kept.isEmpty { return call.status }
    rows = kept
  }
  if let type = call.options.value("t") {
    var kept: [Row] = []
    for row in rows where row.type == type { kept.append(row) }
    rows = kept
    if kept.isEmpty {
      call.complain("no file systems processed")
      return 1
    }
  }
  let human: Int64 = call.options.has("h") ? 1024 : call.options.has("H") ? 1000 : 0
  let unit: Int64 = call.options.has("m") || call.options.value("B") == "M" ? 1024 : 1
  func shown(_ kilobytes: Int64) -> String {
    human > 0
      ? (kilobytes == 0 ? "0" : humanSize(kilobytes * 1024, base: human)) : String((kilobytes + unit - 1) / unit)
  }
  let types = call.options.has("T")
  var table: [[String]] = [
    ["Filesystem"] + (types ? ["Type"] : [])
      + [
        human > 0 ? "Size" : unit == 1024 ? "1M-blocks" : call.options.has("P") ? "1024-blocks" : "1K-blocks", "Used",
        human > 0 ? "Avail" : "Available", call.options.has("P") ? "Capacity" : "Use%", "Mounted on",
      ]
  ]
  for row in rows {
    let percent = row.used == 0 ? 0 : (row.used * 100 + row.used + row.free - 1) / (row.used + row.free)
    table.append(
      [row.device] + (types ? [row.type] : []) + [
        shown(row.size), shown(row.used), shown(row.free), "\(percent)%", row.target,
      ])
  }
  let columns = table[0].count
  var widths = [Int](repeating: 0, count: columns)
  for cells in table { for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.utf8.count) } }
  widths[0] = max(widths[0], 14)
  for cells in table {
    var text = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { text += " " }
      let left = index == 0 || index == columns - 1 || (types && index == 1)
      text +=
        left
        ? (index == columns - 1 ? cell : cell.paddedRight(widths[index]))
        : cell.paddedLeft(
          index == (types ? 2 : 1) || index >= (types ? 3 : 2) && human == 0 && index < columns - 2
            ? widths[index] : widths[index])
    }
    call.printLine(text)
  }
  return call.status
}

// MARK: Small answers

func getEntries(_ call: ToolCall) -> Int32 {
  guard let database = call.operands.first else {
    call.writeError(
      "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n")
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
      if addresses.isEmpty { return 2 }
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
  Registration(Tool(name, .raw) { $0.notSimulated(name) })
}
