// uptime and free. What they tell was measured by nobody: it begins with the machine's profile (`MachineProfile`), and what the
// simulation knows is added. Layout: procps-ng 4.0; BusyBox procps/free.c and procps/uptime.c.

import SimKernel
import SimMachine

func uptime(_ call: ToolCall) -> Int32 {
  let now = call.world.civilNow
  let since = call.world.now - Instant.start + call.process.machine.measures.profile.bootedBefore
  let seconds = since.wholeSeconds
  if call.options.has("s") {
    call.printLine(formatTime("%Y-%m-%d %H:%M:%S", CivilTime(unixSeconds: now.unixSeconds - seconds), in: call.zone))
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
  var text = " \(formatTime("%H:%M:%S", now, in: call.zone)) up "
  if days > 0 { text += "\(days) day\(days == 1 ? "" : "s"), " }
  let hours = minutes / 60 % 24
  text += hours > 0 ? "\(String(hours).paddedLeft(2)):\(padded(minutes % 60, 2))" : "\(minutes % 60) min"
  let users = call.flavour == .gnu ? terminalCount(call) : 0
  let plural = call.flavour == .gnu ? users > 1 : users != 1
  text += ", " + String(users).paddedLeft(2) + (plural ? " users" : " user")
  call.printLine(text + ",  load average: 0.00, 0.00, 0.00")
  return 0
}

/// Who has logged in: one for each terminal that a program of the machine holds.
private func terminalCount(_ call: ToolCall) -> Int {
  var seen: Set<ObjectIdentifier> = []
  for process in call.process.machine.processes.values {
    for descriptor in 0...2 {
      if let terminal = process.file(descriptor)?.terminal { seen.insert(ObjectIdentifier(terminal)) }
    }
  }
  return seen.count
}

/// What /proc/meminfo would have, in bytes.
private struct Memory {
  let total, used, free, shared, buffers, cache, available: Int64

  init(_ measures: NodeMeasures) {
    let profile = measures.profile
    total = measures.memoryBytes
    shared = profile.memoryShared
    buffers = profile.memoryBuffers
    cache = profile.memoryCached
    used = min(total, profile.memoryUsed + measures.memoryTaken())
    available = total - used
    free = max(0, available - (buffers + cache - profile.memoryPinned))
  }
}

func freeMemory(_ call: ToolCall) -> Int32 {
  if call.options.has("s") || call.options.has("c") { return call.notSimulated("free that repeats itself") }
  let memory = Memory(call.process.machine.measures)
  if call.flavour == .busybox { return freeInBusyBox(call, memory) }
  var unit: Int64 = 1024
  var human: Int64 = 0
  let decimalUnits = call.options.has("si")
  for option in call.options.list {
    switch option.id {
    case "b": unit = 1
    case "k": unit = decimalUnits ? 1000 : 1024
    case "m": unit = decimalUnits ? 1_000_000 : 1 << 20
    case "g": unit = decimalUnits ? 1_000_000_000 : 1 << 30
    case "kilo": unit = 1000
    case "mega": unit = 1_000_000
    case "giga": unit = 1_000_000_000
    case "h": human = decimalUnits ? 1000 : 1024
    default: break
    }
  }
  func shown(_ bytes: Int64) -> String { human > 0 ? scaled(bytes, human) : String(bytes / unit) }
  func row(_ name: String, _ cells: [String]) {
    var text = name.paddedRight(9)
    for (index, cell) in cells.enumerated() { text += (index == 0 ? "" : " ") + cell.paddedLeft(11) }
    call.printLine(text)
  }
  func row(_ name: String, _ values: [Int64]) {
    var cells: [String] = []
    for value in values { cells.append(shown(value)) }
    row(name, cells)
  }
  let isWide = call.options.has("w")
  row("", ["total", "used", "free", "shared"] + (isWide ? ["buffers", "cache"] : ["buff/cache"]) + ["available"])
  row(
    "Mem:",
    [memory.total, memory.used, memory.free, memory.shared]
      + (isWide ? [memory.buffers, memory.cache] : [memory.buffers + memory.cache]) + [memory.available])
  if call.options.has("l") {
    row("Low:", [memory.total, memory.total - memory.free, memory.free])
    row("High:", [0, 0, 0])
  }
  row("Swap:", [0, 0, 0])
  if call.options.has("t") { row("Total:", [memory.total, memory.used, memory.free]) }
  return 0
}

/// The largest unit in which a size fits five places (four for decimal units): with a tenth if there is room.
private func scaled(_ bytes: Int64, _ base: Int64) -> String {
  let room = base == 1000 ? 4 : 5
  let plain = "\(bytes)B"
  if plain.utf8.count <= room { return plain }
  var divisor: Int64 = 1
  for unit in ["K", "M", "G", "T", "P"] {
    divisor *= base
    let suffix = unit + (base == 1000 ? "" : "i")
    let tenths = formatDouble(Double(bytes) / Double(divisor), 102, NumberFormat(precision: 1)) + suffix
    if tenths.utf8.count <= room { return tenths }
    let whole = "\(bytes / divisor)\(suffix)"
    if whole.utf8.count <= room { return whole }
  }
  return "\(bytes / divisor)P"
}

private func freeInBusyBox(_ call: ToolCall, _ memory: Memory) -> Int32 {
  let human = call.options.has("h")
  var unit: Int64 = 1024
  for option in call.options.list {
    switch option.id {
    case "b": unit = 1
    case "m": unit = 1 << 20
    case "g": unit = 1 << 30
    default: unit = 1024
    }
  }
  func row(_ name: String, _ values: [Int64]) {
    var text = name
    for (index, value) in values.enumerated() {
      text += (human ? busyBoxSize(value) : String(value / unit)).paddedLeft(index == 0 ? 12 : 11)
      if index < values.count - 1 { text += " " }
    }
    call.printLine(text)
  }
  call.printLine("              total        used        free      shared  buff/cache   available")
  let cache = memory.buffers + memory.cache
  row(
    "Mem:   ",
    [memory.total, memory.total - memory.free - cache, memory.free, memory.shared, cache, memory.available])
  row("Swap:  ", [0, 0, 0])
  return 0
}

/// A size as BusyBox writes it for people: one decimal from a kilobyte on.
func busyBoxSize(_ bytes: Int64) -> String {
  var value = bytes
  var rest: Int64 = 0
  var unit = 0
  while value >= 1024, unit < 6 {
    rest = (value % 1024 * 10 + 512) / 1024
    value /= 1024
    if rest >= 10 {
      value += 1
      rest = 0
    }
    unit += 1
  }
  return unit == 0 ? String(value) : "\(value).\(rest)\(["", "K", "M", "G", "T", "P", "E"][unit])"
}
