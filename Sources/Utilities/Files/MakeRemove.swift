// mkdir, rmdir, rm, unlink, touch, truncate, mktemp (GNU coreutils manual, chapters 11 and 12).

import SimKernel
import SimMachine

func makeDirectories(_ call: ToolCall) -> Int32 {
  let options = call.options
  if call.operands.isEmpty { return call.usage("missing operand") }
  var mode: Int?
  if let text = options.value("m") {
    guard let change = ModeChange(text) else {
      call.complain("invalid mode \(quoted(text))")
      return 1
    }
    mode = change.apply(to: 0o777, isDirectory: true, umask: call.process.umask)
  }
  let permissions = 0o777 & ~call.process.umask
  for path in call.operands {
    var culprit: String?
    do throws(Errno) {
      if options.has("p") {
        var soFar = path.utf8.first == 47 ? "/" : ""
        var made: Inode?
        for part in path.split(separator: "/" as Character) {
          soFar += (soFar.isEmpty || soFar == "/" ? "" : "/") + part
          if let inode = call.inode(soFar) {
            guard inode.isDirectory else {
              made = nil
              if soFar != path { culprit = soFar }
              throw soFar == path ? .exists : .notDirectory
            }
            continue
          }
          made = try call.files.makeDirectory(soFar, in: call.directory, permissions: permissions, as: call.who)
          if options.has("v") { call.printLine("\(call.name): created directory \(shellQuoted(soFar))") }
        }
        if let mode, let made { made.mode = mode }
      } else {
        let inode = try call.files.makeDirectory(path, in: call.directory, permissions: permissions, as: call.who)
        if let mode { inode.mode = mode }
        if options.has("v") { call.printLine("\(call.name): created directory \(shellQuoted(path))") }
      }
    } catch {
      if call.flavour == .busybox {
        call.complain("can't create directory '\(path)': \(error.message)")
      } else {
        call.complain("cannot create directory \(quoted(culprit ?? path)): \(error.message)")
      }
    }
  }
  return call.status
}

func removeDirectories(_ call: ToolCall) -> Int32 {
  if call.operands.isEmpty { return call.usage("missing operand") }
  for operand in call.operands {
    var path = operand
    while true {
      if call.options.has("v") { call.printLine("\(call.name): removing directory, \(shellQuoted(path))") }
      do throws(Errno) {
        try call.files.remove(path, in: call.directory, directory: true, as: call.who)
      } catch {
        if error == .notEmpty, call.options.has("ignore-fail-on-non-empty") { break }
        let what = path == operand ? "failed to remove" : "failed to remove directory"
        call.complain("\(what) \(shellQuoted(path)): \(error.message)")
        break
      }
      guard call.options.has("p"), let slash = path.utf8.lastIndex(of: 47), slash != path.utf8.startIndex else { break }
      path = String(path[..<slash])
    }
  }
  return call.status
}

let removeOptions = OptionTable(
  "d,dir f,force i I interactive=? one-file-system no-preserve-root preserve-root=? R,r,recursive v,verbose")

func removeFiles(_ call: ToolCall) -> Int32 { removeFiles(call, onlyAsking: false) }

/// The questions of `rm -i` and `-I`; `onlyAsking` goes the same way without doing or saying anything.
func removeFiles(_ call: ToolCall, onlyAsking: Bool) -> Int32 {
  let options = call.options
  let prompt = options.last(of: ["i", "I", "f", "interactive"])
  let word = options.value("interactive") ?? "always"
  let asksAlways = prompt == "i" || (prompt == "interactive" && ["", "always", "yes"].contains(word))
  let asksOnce = prompt == "I" || (prompt == "interactive" && word == "once")
  let force = options.last(of: ["i", "f"]) == "f"
  if onlyAsking, !asksAlways, !asksOnce { return 0 }
  if call.operands.isEmpty { return force || onlyAsking ? 0 : call.usage("missing operand") }
  let recursive = options.has("R")
  if asksOnce, recursive || call.operands.count > 3 {
    let count = "\(call.operands.count) argument\(call.operands.count == 1 ? "" : "s")"
    if !call.agrees("remove \(count)\(recursive ? " recursively" : "")") { return 0 }
  }
  func describe(_ inode: Inode) -> String {
    switch inode.kind {
    case .directory: return "directory"
    case .symbolicLink: return "symbolic link"
    case .file: return inode.bytes.isEmpty ? "regular empty file" : "regular file"
    case .fifo: return "fifo"
    case .socket: return "socket"
    case .characterDevice: return "character special file"
    }
  }
  func remove(_ path: String, _ depth: Int) -> Bool {
    call.process.account.spend(steps: 1)
    let inode: Inode
    do throws(Errno) {
      inode = try call.lookup(path, following: false)
    } catch {
      if force, error == .noEntry || error == .notDirectory { return true }
      complain(path, error)
      return false
    }
    do throws(Errno) {
      if inode.isDirectory {
        guard recursive || (options.has("d") && inode.entries.isEmpty) else {
          complain(path, options.has("d") ? .notEmpty : .isDirectory)
          return false
        }
        if path.utf8.last == 47, (try? call.lookup(String(path.dropLast()), following: false))?.kind == .symbolicLink {
          throw .notDirectory
        }
        if asksAlways, !inode.entries.isEmpty, !call.agrees("descend into directory \(shellQuoted(path))") {
          return false
        }
        var all = true
        if depth < 400 { for name in inode.entries.keys where !remove(joined(path, name), depth + 1) { all = false } }
        guard all else { return false }
        if asksAlways, !call.agrees("remove directory \(shellQuoted(path))") { return false }
        if onlyAsking { return true }
        try call.files.remove(path, in: call.directory, directory: true, as: call.who)
        if options.has("v") { call.printLine("removed directory \(shellQuoted(path))") }
      } else {
        if asksAlways, !call.agrees("remove \(describe(inode)) \(shellQuoted(path))") { return false }
        if onlyAsking { return true }
        try call.files.remove(path, in: call.directory, as: call.who)
        if options.has("v") { call.printLine("removed \(shellQuoted(path))") }
      }
      return true
    } catch {
      complain(path, error)
      return false
    }
  }
  func complain(_ path: String, _ error: Errno) {
    if onlyAsking { return }
    if call.flavour == .busybox {
      call.complain(
        error == .isDirectory ? "'\(path)' is a directory" : "can't remove '\(path)': \(error.message)")
    } else {
      call.complain("cannot remove \(shellQuoted(path)): \(error.message)")
    }
  }
  for path in call.operands {
    let isDots = ["", ".", ".."].contains(lastPart(path)) && path != "/"
    if recursive, !isDots, FileSystem.normalize(path, in: call.directory) == "/", !options.has("no-preserve-root") {
      if onlyAsking { continue }
      call.complain(
        "it is dangerous to operate recursively on \(shellQuoted(path))\(path == "/" ? "" : " (same as '/')")")
      call.complain("use --no-preserve-root to override this failsafe")
      continue
    }
    let last = lastPart(path)
    if recursive, last == "." || last == ".." {
      if onlyAsking { continue }
      call.complain("refusing to remove '.' or '..' directory: skipping \(shellQuoted(path))")
      continue
    }
    _ = remove(path, 0)
  }
  return call.status
}

func unlink(_ call: ToolCall) -> Int32 {
  guard let path = call.operands.first else { return call.usage("missing operand") }
  if call.operands.count > 1 { return call.usage("extra operand \(quoted(call.operands[1]))") }
  do throws(Errno) {
    try call.files.remove(path, in: call.directory, as: call.who)
  } catch {
    call.complain("cannot unlink \(shellQuoted(path)): \(error.message)")
  }
  return call.status
}

let touchOptions = OptionTable("a c,no-create d,date= f h,no-dereference m r,reference= t= time=")

func touchFiles(_ call: ToolCall) -> Int32 {
  let options = call.options
  var time = call.world.now
  if let path = options.value("r") {
    do throws(Errno) {
      time = try call.lookup(path).modified
    } catch {
      call.complain("failed to get attributes of \(shellQuoted(path)): \(error.message)")
      return 1
    }
  }
  if let text = options.value("d") {
    guard let parsed = TimeParser.parse(text, now: call.world.clock.civil(time), in: call.zone) else {
      call.complain("invalid date format \(quoted(text))")
      return 1
    }
    time = instant(call, parsed)
  }
  if let text = options.value("t") {
    guard let parsed = stamp(text, call.world.civilNow, call.zone) else {
      call.complain("invalid date format \(quoted(text))")
      return 1
    }
    time = instant(call, parsed)
  }
  if call.operands.isEmpty { return call.usage("missing file operand") }
  let only = options.value("time")
  let access = options.has("a") || only == "atime" || only == "access" || only == "use"
  let modification = options.has("m") || only == "mtime" || only == "modify"
  for path in call.operands {
    do throws(Errno) {
      let inode: Inode
      if let there = call.inode(path, following: !options.has("h")) {
        inode = there
        if path.utf8.last == 47, !inode.isDirectory { throw .notDirectory }
        guard call.who.user == 0 || inode.owner == call.who.user || call.files.permits(inode, 2, call.who) else {
          throw .accessDenied
        }
      } else {
        // A missing folder on the way is an error unless nothing is to be made.
        if options.has("c") || options.has("h") { continue }
        if path.utf8.last == 47 { throw .noEntry }
        inode = try call.files.create(
          path, in: call.directory, permissions: 0o666 & ~call.process.umask, as: call.who)
      }
      if access || !modification { inode.accessed = time }
      if modification || !access { inode.modified = time }
      inode.changedAt = call.world.now
    } catch {
      call.complain(
        "\(path.utf8.last == 47 ? "setting times of" : "cannot touch") \(shellQuoted(path)): \(error.message)")
    }
  }
  return call.status
}

func instant(_ call: ToolCall, _ time: CivilTime) -> Instant {
  Instant(
    nanoseconds: call.world.clock.instant(unixSeconds: time.unixSeconds).nanoseconds &+ time.nanosecond)
}

/// `[[CC]YY]MMDDhhmm[.ss]`
private func stamp(_ text: String, _ now: CivilTime, _ zone: CivilZone) -> CivilTime? {
  var digits = text.bytes
  var second: Int64 = 0
  if let dot = digits.firstIndex(of: 46) {
    guard digits.count == dot + 3, let value = decimal(digits[(dot + 1)...]) else { return nil }
    second = value
    digits = Array(digits[..<dot])
  }
  guard [8, 10, 12].contains(digits.count), decimal(digits[...]) != nil else { return nil }
  func pair(_ at: Int) -> Int64 { Int64(digits[at] - 48) * 10 + Int64(digits[at + 1] - 48) }
  var year = now.year
  var at = 0
  if digits.count == 12 {
    year = pair(0) * 100 + pair(2)
    at = 4
  } else if digits.count == 10 {
    year = pair(0) + (pair(0) < 69 ? 2000 : 1900)
    at = 2
  }
  let time = CivilTime(
    year: year, month: pair(at), day: pair(at + 2), hour: pair(at + 4), minute: pair(at + 6), second: second)
  guard (1...12).contains(time.month), (1...31).contains(time.day), time.hour < 24, time.minute < 60 else { return nil }
  return CivilTime(unixSeconds: zone.unix(local: time.unixSeconds))
}

func truncateFiles(_ call: ToolCall) -> Int32 {
  let options = call.options
  guard options.has("s") || options.has("r") else {
    return call.usage("you must specify either ‘--size’ or ‘--reference’")
  }
  if call.operands.isEmpty { return call.usage("missing file operand") }
  var base: Int64?
  if let path = options.value("r") {
    guard let inode = call.inode(path) else {
      call.complain("cannot stat \(shellQuoted(path)): No such file or directory")
      return 1
    }
    base = inode.size
  }
  var size: Int64 = 0
  var how: UInt8 = 0
  if let given = options.value("s") {
    var text = given
    if let first = text.utf8.first, [43, 45, 60, 62, 47, 37].contains(first) {
      how = first
      text = String(text.dropFirst())
    }
    guard let value = sizeWithSuffix(text) else {
      call.complain("Invalid number: \(quoted(given))")
      return 1
    }
    size = value
  } else {
    size = base ?? 0
  }
  for path in call.operands {
    do throws(Errno) {
      if call.inode(path) == nil, options.has("c") { continue }
      let file = try call.files.open(
        path, in: call.directory, .readWrite, permissions: 0o666 & ~call.process.umask, as: call.who)
      guard let regular = file as? RegularFile else { throw .invalidArgument }
      if regular.inode.isDirectory { throw .isDirectory }
      let now = base ?? regular.inode.size
      var wanted = size
      switch how {
      case 43: wanted = now + size
      case 45: wanted = max(0, now - size)
      case 60: wanted = min(now, size)
      case 62: wanted = max(now, size)
      case 47: wanted = size == 0 ? now : now / size * size
      case 37: wanted = size == 0 ? now : (now + size - 1) / size * size
      default: break
      }
      guard wanted <= Int64(FileSystem.fileSizeMax) else {
        return call.notSimulated("truncate to more than \(FileSystem.fileSizeMax) bytes")
      }
      let count = regular.inode.bytes.count
      if Int(wanted) < count {
        regular.inode.bytes.removeLast(count - Int(wanted))
      } else {
        regular.inode.bytes += [UInt8](repeating: 0, count: Int(wanted) - count)
      }
      call.files.touch(regular.inode)
      regular.inode.changed.wake()
    } catch {
      call.complain("cannot open \(shellQuoted(path)) for writing: \(error.message)")
    }
  }
  return call.status
}

func makeTemporary(_ call: ToolCall) -> Int32 {
  let options = call.options
  if call.operands.count > 1 { return call.usage("too many templates") }
  var template = call.operands.first ?? "tmp.XXXXXXXXXX"
  var folder: String?
  if options.has("p") {
    let given = options.value("p") ?? ""
    folder = given.isEmpty ? call.environment("TMPDIR") ?? "/tmp" : given
  } else if call.operands.isEmpty || options.has("t") {
    folder = call.environment("TMPDIR") ?? "/tmp"
  }
  var bytes = template.bytes
  let suffix = options.value("suffix") ?? ""
  var end = bytes.count
  if !options.has("suffix") {
    while end > 0, bytes[end - 1] != 88 { end -= 1 }
    if end == 0 { end = bytes.count }
  }
  if end < bytes.count, bytes[end...].contains(47) {
    call.complain("invalid suffix \(quoted(String(bytes: bytes[end...]))), contains directory separator")
    return 1
  }
  var start = end
  while start > 0, bytes[start - 1] == 88 { start -= 1 }
  if end - start < 3 {
    call.complain("too few X's in template \(quoted(template))")
    return 1
  }
  if folder != nil, options.has("p") || call.operands.isEmpty, template.utf8.first == 47 {
    call.complain("invalid template, \(quoted(template)); with --tmpdir, it may not be absolute")
    return 1
  }
  let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  for _ in 0..<100 {
    for index in start..<end { bytes[index] = letters[call.world.random.below(letters.count)] }
    template = String(bytes: bytes) + suffix
    let path = folder.map { joined($0, template) } ?? template
    if call.inode(path, following: false) != nil { continue }
    do throws(Errno) {
      if !options.has("u") {
        if options.has("d") {
          try call.files.makeDirectory(path, in: call.directory, permissions: 0o700, as: call.who)
        } else {
          try call.files.create(path, in: call.directory, permissions: 0o600, as: call.who)
        }
      }
      call.printLine(path)
      return 0
    } catch {
      if !options.has("q") {
        let what = options.has("d") ? "directory" : "file"
        call.complain(
          "failed to create \(what) via template \(quoted(folder.map { joined($0, call.operands.first ?? "tmp.XXXXXXXXXX") } ?? call.operands.first ?? "")): \(error.message)"
        )
      }
      return 1
    }
  }
  return 1
}
