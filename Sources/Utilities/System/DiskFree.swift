// df: the file systems of a machine or a container. Sizes are those of its profile and of the node; what simulated files take is
// added. Layout: GNU coreutils manual, section 14.1; BusyBox coreutils/df.c. A container's mounts and their order: containerd's
// CRI (`orderedMounts`) and the runtime specification's default ones. Left out: what containerd mounts on the node for each pod,
// and file systems without blocks (`-a`).

import SimKernel
import SimMachine

struct MountedFileSystem {
  var device: String
  var type: String
  var target: String
  var bytes: Int64
  var used: Int64
  var available: Int64
  var inodes: Int64
  var inodesUsed: Int64
  /// File systems of one device are the same one.
  var isDisk = false
}

/// The file systems that have blocks, in the order of /proc/mounts.
func mountedFileSystems(_ call: ToolCall) -> [MountedFileSystem] {
  let machine = call.process.machine
  let measures = machine.measures
  let profile = measures.profile
  let files = call.files
  let taken = measures.diskTaken?() ?? files.root.usage
  let used = min(profile.diskBytes, profile.diskUsed + taken.bytes)
  func disk(_ device: String, _ type: String, _ target: String) -> MountedFileSystem {
    MountedFileSystem(
      device: device, type: type, target: target, bytes: profile.diskBytes, used: used,
      available: max(0, profile.diskBytes - used - profile.diskReserved), inodes: profile.inodes,
      inodesUsed: min(profile.inodes, profile.inodesUsed + taken.inodes), isDisk: type != "overlay")
  }
  func memory(_ target: String, _ bytes: Int64, _ usage: FileUsage? = nil, name: String = "tmpfs")
    -> MountedFileSystem
  {
    // The kernel allows half as many inodes as there are pages.
    let inodes = measures.memoryBytes / 8192
    let usage = usage ?? FileUsage()
    return MountedFileSystem(
      device: name, type: "tmpfs", target: target, bytes: bytes, used: usage.bytes,
      available: max(0, bytes - usage.bytes),
      inodes: inodes, inodesUsed: usage.inodes + 1)
  }
  func usage(_ path: String) -> FileUsage {
    var found = (try? files.lookup(path))?.usage ?? FileUsage()
    // The directory itself takes no block of a tmpfs.
    found.bytes -= min(found.bytes, 4096)
    return found
  }
  let half = measures.memoryBytes / 2
  guard machine.isContainer else {
    return [
      memory("/run", measures.memoryBytes / 10 / 4096 * 4096), disk(profile.disk, "ext4", "/"),
      memory("/dev/shm", half, usage("/dev/shm")), memory("/run/lock", 5 << 20),
      memory("/run/user/0", measures.memoryBytes / 10 / 4096 * 4096),
    ]
  }
  var list = [disk("overlay", "overlay", "/"), memory("/dev", 64 << 20)]
  var mounted: [(path: String, row: MountedFileSystem)] = []
  for (path, inode) in files.mountPoints {
    let shown = (try? files.realPath(path)) ?? path
    let room = min(machine.facts.memoryLimit ?? measures.memoryForPods, measures.memoryForPods)
    mounted.append((shown, inode.isInMemory ? memory(shown, room, inode.usage) : disk(profile.disk, "ext4", shown)))
  }
  for path in ["/etc/hosts", "/dev/termination-log", "/etc/hostname", "/etc/resolv.conf"] {
    mounted.append((path, disk(profile.disk, "ext4", path)))
  }
  mounted.append(("/dev/shm", memory("/dev/shm", 64 << 20, usage("/dev/shm"), name: "shm")))
  func parts(_ path: String) -> Int {
    var count = 0
    for byte in path.utf8 where byte == 47 { count += 1 }
    return count
  }
  var ranked: [(index: Int, entry: (path: String, row: MountedFileSystem))] = []
  for (index, entry) in mounted.enumerated() { ranked.append((index, entry)) }
  ranked.sort { (parts($0.entry.path), $0.index) < (parts($1.entry.path), $1.index) }
  for (_, entry) in ranked { list.append(entry.row) }
  for path in ["/proc/acpi", "/proc/scsi", "/sys/firmware"] { list.append(memory(path, half)) }
  return list
}

func diskFree(_ call: ToolCall) -> Int32 {
  if call.options.has("a") { return call.notSimulated("df -a") }
  let isBusyBox = call.flavour == .busybox
  if call.options.has("output") {
    for id in ["i", "P", "T"] where call.options.has(id) {
      return call.usage("options -\(id) and --output are mutually exclusive")
    }
  }
  let all = mountedFileSystems(call)
  var rows: [(row: MountedFileSystem, file: String)] = []
  if call.operands.isEmpty {
    for row in all {
      // One line for each device: that of the shortest path.
      if !isBusyBox, row.isDisk, let there = rows.firstIndex(where: { $0.row.isDisk }) {
        if row.target.utf8.count < rows[there].row.target.utf8.count { rows[there].row = row }
        continue
      }
      rows.append((row, "-"))
    }
  }
  for path in call.operands {
    guard call.inode(path) != nil, let real = try? call.files.realPath(path, in: call.directory, as: call.who) else {
      call.complain(isBusyBox ? "\(path): can't find mount point" : "\(path): No such file or directory")
      continue
    }
    var best: MountedFileSystem?
    for row in all
    where row.target == "/" || real == row.target || real.hasPrefix(row.target + "/") || row.device == real {
      if best == nil || row.target.utf8.count >= best!.target.utf8.count || row.device == real { best = row }
    }
    if let best { rows.append((best, path)) }
  }
  if call.options.has("t") || call.options.has("x") {
    let wanted = call.options.values("t")
    let unwanted = call.options.values("x")
    rows.removeAll { (!wanted.isEmpty && !wanted.contains($0.row.type)) || unwanted.contains($0.row.type) }
  }
  if rows.isEmpty {
    if call.status == 0, !isBusyBox { call.complain("no file systems processed") }
    return call.status == 0 && isBusyBox ? 0 : 1
  }
  if isBusyBox { return busyBoxTable(call, rows) }
  return table(call, rows)
}

private func percent(_ used: Int64, _ available: Int64, roundingUp: Bool) -> String {
  let whole = used + available
  guard whole > 0 else { return "-" }
  return "\((used * 100 + (roundingUp ? whole - 1 : whole / 2)) / whole)%"
}

/// One field of a row, by its name in `--output`.
private struct DiskField {
  let name: String
  let isLeft: Bool
  let minimum: Int
}

private let diskFields = [
  DiskField(name: "source", isLeft: true, minimum: 14), DiskField(name: "fstype", isLeft: true, minimum: 4),
  DiskField(name: "itotal", isLeft: false, minimum: 5), DiskField(name: "iused", isLeft: false, minimum: 5),
  DiskField(name: "iavail", isLeft: false, minimum: 5), DiskField(name: "ipcent", isLeft: false, minimum: 4),
  DiskField(name: "size", isLeft: false, minimum: 5), DiskField(name: "used", isLeft: false, minimum: 5),
  DiskField(name: "avail", isLeft: false, minimum: 5), DiskField(name: "pcent", isLeft: false, minimum: 4),
  DiskField(name: "file", isLeft: true, minimum: 0), DiskField(name: "target", isLeft: true, minimum: 0),
]

private func table(_ call: ToolCall, _ rows: [(row: MountedFileSystem, file: String)]) -> Int32 {
  let options = call.options
  var unit: Int64 = options.has("P") ? 1024 : 1024
  var human: Int64 = 0
  var suffix = ""
  var title = options.has("P") ? "1024-blocks" : "1K-blocks"
  for option in options.list {
    switch option.id {
    case "h": human = 1024
    case "H": human = 1000
    case "k": (unit, human, suffix, title) = (1024, 0, "", options.has("P") ? "1024-blocks" : "1K-blocks")
    case "m": (unit, human, suffix, title) = (1 << 20, 0, "", options.has("P") ? "1048576-blocks" : "1M-blocks")
    case "B":
      let text = option.value ?? ""
      let isBare = !isDigit(text.utf8.first ?? 0)
      guard let size = sizeWithSuffix(isBare ? "1" + text : text) else {
        call.complain("invalid -B argument \(quoted(text))")
        return 1
      }
      (unit, human, suffix) = (size, 0, isBare ? text : "")
      title = options.has("P") ? "\(size)-blocks" : (isBare ? "1" + text : blockName(size)) + "-blocks"
    default: break
    }
  }
  var names: [String]
  if options.has("output") {
    names = []
    for list in options.values("output") where !list.isEmpty {
      for name in list.split(separator: "," as Character) {
        guard diskFields.contains(where: { $0.name == name }) else {
          return call.usage("option --output: field \(quoted(String(name))) unknown")
        }
        guard !names.contains(String(name)) else {
          return call.usage("option --output: field \(quoted(String(name))) used more than once")
        }
        names.append(String(name))
      }
    }
    if names.isEmpty { for field in diskFields { names.append(field.name) } }
  } else {
    names =
      ["source"] + (options.has("T") ? ["fstype"] : [])
      + (options.has("i") ? ["itotal", "iused", "iavail", "ipcent"] : ["size", "used", "avail", "pcent"]) + ["target"]
  }
  func blocks(_ bytes: Int64) -> String {
    human > 0 ? (bytes == 0 ? "0" : humanSize(bytes, base: human)) : String((bytes + unit - 1) / unit) + suffix
  }
  func count(_ number: Int64) -> String { human > 0 ? humanSize(number, base: human) : String(number) }
  func heading(_ name: String) -> String {
    switch name {
    case "source": return "Filesystem"
    case "fstype": return "Type"
    case "itotal": return "Inodes"
    case "iused": return "IUsed"
    case "iavail": return "IFree"
    case "ipcent": return "IUse%"
    case "size": return human > 0 ? "Size" : title
    case "used": return "Used"
    case "avail": return human > 0 || options.has("output") ? "Avail" : "Available"
    case "pcent": return options.has("P") && human == 0 ? "Capacity" : "Use%"
    case "file": return "File"
    default: return "Mounted on"
    }
  }
  func cell(_ name: String, _ row: MountedFileSystem, _ file: String) -> String {
    switch name {
    case "source": return row.device
    case "fstype": return row.type
    case "itotal": return count(row.inodes)
    case "iused": return count(row.inodesUsed)
    case "iavail": return count(row.inodes - row.inodesUsed)
    case "ipcent": return percent(row.inodesUsed, row.inodes - row.inodesUsed, roundingUp: true)
    case "size": return blocks(row.bytes)
    case "used": return blocks(row.used)
    case "avail": return blocks(row.available)
    case "pcent": return percent(row.used, row.available, roundingUp: true)
    case "file": return file
    default: return row.target
    }
  }
  var shownRows = rows
  if options.has("total") {
    var sum = MountedFileSystem(
      device: "total", type: "-", target: "-", bytes: 0, used: 0, available: 0, inodes: 0, inodesUsed: 0)
    for (row, _) in rows {
      sum.bytes += row.bytes
      sum.used += row.used
      sum.available += row.available
      sum.inodes += row.inodes
      sum.inodesUsed += row.inodesUsed
    }
    shownRows.append((sum, "-"))
  }
  var lines: [[String]] = [[]]
  for name in names { lines[0].append(heading(name)) }
  for (row, file) in shownRows {
    var line: [String] = []
    for name in names { line.append(cell(name, row, file)) }
    lines.append(line)
  }
  for line in lines {
    var text = ""
    for (index, name) in names.enumerated() {
      guard let field = diskFields.first(where: { $0.name == name }) else { continue }
      var width = field.minimum
      for other in lines { width = max(width, displayWidth(other[index])) }
      let isLast = index == names.count - 1
      if index > 0 { text += " " }
      text += field.isLeft ? (isLast ? line[index] : line[index].paddedRight(width)) : line[index].paddedLeft(width)
    }
    call.printLine(text)
  }
  return call.status
}

/// How a block size is called in the heading.
private func blockName(_ size: Int64) -> String {
  for (unit, letter) in [(1 << 40, "T"), (1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")] as [(Int64, String)]
  where size % unit == 0 { return "\(size / unit)\(letter)" }
  return "\(size)B"
}

private func busyBoxTable(_ call: ToolCall, _ rows: [(row: MountedFileSystem, file: String)]) -> Int32 {
  let options = call.options
  let showsInodes = options.has("i")
  let isHuman = options.has("h")
  let isMega = options.has("m")
  let types = options.has("T")
  var heading = showsInodes ? "   Inodes" : isHuman ? "     Size" : isMega ? "1M-blocks" : "1K-blocks"
  heading = options.has("P") && !isHuman && !showsInodes ? "1024-blocks" : heading
  let usedTitle =
    options.has("P") && !isHuman && !showsInodes ? "    Used Available Capacity" : "      Used Available Use%"
  call.printLine("Filesystem           \(types ? "Type       " : "")\(heading)\(usedTitle) Mounted on")
  for (row, _) in rows {
    func shown(_ bytes: Int64) -> String {
      isHuman ? busyBoxSize(bytes) : String((bytes + (isMega ? 1 << 19 : 512)) / (isMega ? 1 << 20 : 1024))
    }
    let figures =
      showsInodes
      ? [String(row.inodes), String(row.inodesUsed), String(row.inodes - row.inodesUsed)]
      : [shown(row.bytes), shown(row.used), shown(row.available)]
    let share =
      showsInodes
      ? percent(row.inodesUsed, row.inodes - row.inodesUsed, roundingUp: false)
      : percent(row.used, row.available, roundingUp: false)
    var text = row.device.paddedRight(20) + (types ? " " + row.type.paddedRight(10) : "")
    text += " " + figures[0].paddedLeft(9) + " " + figures[1].paddedLeft(9) + " " + figures[2].paddedLeft(9)
    text += " " + share.paddedLeft(4) + " " + row.target
    call.printLine(text)
  }
  return call.status
}
