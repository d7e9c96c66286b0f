// Who and what: id, whoami, groups, hostname, uname, nproc (GNU coreutils manual, chapters 20 and 21).

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
