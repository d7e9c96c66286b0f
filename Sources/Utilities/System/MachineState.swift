// The state of the machine: uptime and free (procps-ng 4), df (GNU coreutils manual, section 14.1).

import SimKernel
import SimMachine

func uptime(_ call: ToolCall) -> Int32 {
  let now = call.world.civilNow
  // The machine was booted some minutes before the session began.
  let seconds = call.world.now.nanoseconds / 1_000_000_000 + 5 * 60
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
