// chmod, chown, chgrp, stat, du, df, tree, file names and links (GNU coreutils manual, chapters 13, 14, 18; tree 2.1).

import SimKernel
import SimMachine

private let changeModeOptions = OptionTable(
  "c,changes f,silent,quiet v,verbose no-preserve-root preserve-root reference= R,recursive")

/// `chmod -x file`: a mode that begins with a dash looks like an option.
func changeMode(_ call: ToolCall) -> Int32 {
  // The options are read here because of modes such as -x and -w.
  var arguments: [String] = []
  var mode: String?
  var onlyOperands = false
  for argument in call.arguments {
    let bytes = argument.bytes
    if !onlyOperands, argument == "--" { onlyOperands = true }
    if !onlyOperands, mode == nil, bytes.count > 1, bytes[0] == 45,
      Array("rwxXstugoa,+-=01234567".utf8).contains(bytes[1]), bytes[1] != 45
    {
      mode = argument
    } else {
      arguments.append(argument)
    }
  }
  switch changeModeOptions.parse(arguments) {
  case .options(let options): call.options = options
  case .wrong(let text): return call.usage(text)
  case .notSimulated(let what): return call.notSimulated("chmod \(what)")
  }
  let options = call.options
  var operands = call.operands
  if options.has("reference") {
    guard let inode = call.inode(options.value("reference") ?? "") else {
      call.complain(
        "failed to get attributes of \(shellQuoted(options.value("reference") ?? "")): No such file or directory")
      return 1
    }
    mode = octal(inode.mode)
  } else if mode == nil {
    guard !operands.isEmpty else { return call.usage("missing operand") }
    mode = operands.removeFirst()
  }
  guard let text = mode else { return 1 }
  if operands.isEmpty { return call.usage("missing operand after \(quoted(text))") }
  guard let change = ModeChange(text) else { return call.usage("invalid mode: \(quoted(text))") }
  func apply(_ path: String, _ inode: Inode, _ depth: Int) {
    let old = inode.mode
    guard call.who.user == 0 || inode.owner == call.who.user else {
      if !options.has("f") { call.complain("changing permissions of \(shellQuoted(path)): Operation not permitted") }
      call.status = 1
      return
    }
    let new = change.apply(to: old, isDirectory: inode.isDirectory, umask: call.process.umask)
    inode.mode = new
    inode.changedAt = call.world.now
    let before = "\(octal(old)) (\(permissionText(old)))"
    let after = "\(octal(new)) (\(permissionText(new)))"
    if new != old, options.has("v") || options.has("c") {
      call.printLine("mode of \(shellQuoted(path)) changed from \(before) to \(after)")
    } else if new == old, options.has("v") {
      call.printLine("mode of \(shellQuoted(path)) retained as \(after)")
    }
    if text.utf8.first == 45 {
      let without = change.apply(to: old, isDirectory: inode.isDirectory, umask: 0)
      if without != new {
        call.complain("\(path): new permissions are \(permissionText(new)), not \(permissionText(without))")
      }
    }
    guard options.has("R"), inode.isDirectory, depth < 400 else { return }
    for (name, child) in inode.entries where child.kind != .symbolicLink { apply(joined(path, name), child, depth + 1) }
  }
  for path in operands {
    do throws(Errno) {
      let inode = try call.lookup(path)
      apply(path, inode, 0)
    } catch {
      if !options.has("f") { call.complain("cannot access \(shellQuoted(path)): \(error.message)") }
      call.status = 1
    }
  }
  return call.status
}

let changeOwnerOptions = OptionTable(
  "c,changes f,silent,quiet v,verbose dereference h,no-dereference from= no-preserve-root preserve-root reference= R,recursive H L P"
)

func changeOwner(_ call: ToolCall) -> Int32 { changeOwnership(call, groupOnly: false) }
func changeGroup(_ call: ToolCall) -> Int32 { changeOwnership(call, groupOnly: true) }

private func changeOwnership(_ call: ToolCall, groupOnly: Bool) -> Int32 {
  let options = call.options
  let accounts = Accounts(call.files)
  var operands = call.operands
  var user: Int?
  var group: Int?
  if options.has("reference") {
    guard let inode = call.inode(options.value("reference") ?? "") else {
      call.complain(
        "failed to get attributes of \(shellQuoted(options.value("reference") ?? "")): No such file or directory")
      return 1
    }
    user = groupOnly ? nil : inode.owner
    group = inode.group
  } else {
    guard !operands.isEmpty else { return call.usage("missing operand") }
    let spec = operands.removeFirst()
    if operands.isEmpty { return call.usage("missing operand after \(quoted(spec))") }
    func groupNumber(_ name: String) -> Int? { accounts.group(named: name)?.gid ?? decimal(name).map { Int($0) } }
    if groupOnly {
      guard let number = groupNumber(spec) else {
        call.complain("invalid group: \(quoted(spec))")
        return 1
      }
      group = number
    } else {
      let bytes = spec.bytes
      let colon = bytes.firstIndex(of: 58) ?? (accounts.user(named: spec) == nil ? bytes.firstIndex(of: 46) : nil)
      let name = String(bytes: colon.map { bytes[..<$0] } ?? bytes[...])
      if !name.isEmpty {
        guard let number = accounts.user(named: name)?.uid ?? decimal(name).map({ Int($0) }) else {
          call.complain("invalid user: \(quoted(spec))")
          return 1
        }
        user = number
      }
      if let colon {
        let name = String(bytes: bytes[(colon + 1)...])
        if name.isEmpty {
          if let user { group = accounts.user(user)?.gid }
        } else {
          guard let number = groupNumber(name) else {
            call.complain("invalid group: \(quoted(spec))")
            return 1
          }
          group = number
        }
      }
    }
  }
  let what = groupOnly ? "group" : "ownership"
  func apply(_ path: String, _ inode: Inode, _ depth: Int) {
    let oldUser = inode.owner
    let oldGroup = inode.group
    let changesUser = user != nil && user != oldUser
    let changesGroup = group != nil && group != oldGroup
    if call.who.user != 0 {
      let mayGroup = inode.owner == call.who.user && (group == call.who.group || call.who.groups.contains(group ?? -1))
      if changesUser || (changesGroup && !mayGroup) || (inode.owner != call.who.user && (user != nil || group != nil)) {
        if !options.has("f") {
          call.complain("changing \(what) of \(shellQuoted(path)): Operation not permitted")
        }
        call.status = 1
        return
      }
    }
    if let user { inode.owner = user }
    if let group { inode.group = group }
    if changesUser || changesGroup { inode.changedAt = call.world.now }
    func spec(_ user: Int, _ group: Int) -> String {
      if groupOnly { return accounts.groupName(group) }
      return accounts.userName(user)
        + (changesGroup || group != oldGroup || selfGroup() ? ":" + accounts.groupName(group) : "")
    }
    func selfGroup() -> Bool { group != nil }
    if changesUser || changesGroup, options.has("v") || options.has("c") {
      call.printLine(
        "changed \(what) of \(shellQuoted(path)) from \(spec(oldUser, oldGroup)) to \(spec(inode.owner, inode.group))")
    } else if options.has("v") {
      call.printLine("\(what) of \(shellQuoted(path)) retained as \(spec(inode.owner, inode.group))")
    }
    guard options.has("R"), inode.isDirectory, depth < 400 else { return }
    for (name, child) in inode.entries { apply(joined(path, name), child, depth + 1) }
  }
  for path in operands {
    do throws(Errno) {
      apply(path, try call.lookup(path, following: !options.has("h")), 0)
    } catch {
      if !options.has("f") { call.complain("cannot access \(shellQuoted(path)): \(error.message)") }
      call.status = 1
    }
  }
  return call.status
}

// MARK: stat

let statOptions = OptionTable("L,dereference f,file-system cached= c,format= printf= t,terse Z")

func statFiles(_ call: ToolCall) -> Int32 {
  if call.options.has("f") { return call.notSimulated("stat -f") }
  if call.options.has("t") { return call.notSimulated("stat -t") }
  if call.operands.isEmpty { return call.usage("missing operand") }
  let accounts = Accounts(call.files)
  for path in call.operands {
    do throws(Errno) {
      let inode = try call.lookup(path, following: call.options.has("L"))
      if let format = call.options.value("c") {
        call.write(statFormat(format.bytes, path, inode, call, accounts, escapes: false))
        call.put(10)
      } else if let format = call.options.value("printf") {
        call.write(statFormat(format.bytes, path, inode, call, accounts, escapes: true))
      } else {
        call.write(statFormat(defaultFormat(inode).bytes, path, inode, call, accounts, escapes: false))
      }
    } catch {
      if call.flavour == .busybox {
        call.complain("can't stat '\(path)': \(error.message)")
      } else {
        call.complain("cannot statx \(shellQuoted(path)): \(error.message)")
      }
    }
  }
  return call.status
}

private func defaultFormat(_ inode: Inode) -> String {
  let device = inode.kind == .characterDevice ? " Device type: %t,%T" : ""
  return
    "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: %Hd,%Ld\tInode: %-10i  Links: %-5h\(device)\nAccess: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w\n"
}

private func kindText(_ inode: Inode) -> String {
  switch inode.kind {
  case .file: return inode.bytes.isEmpty && inode.program == nil ? "regular empty file" : "regular file"
  case .directory: return "directory"
  case .symbolicLink: return "symbolic link"
  case .characterDevice: return "character special file"
  case .fifo: return "fifo"
  case .socket: return "socket"
  }
}

private func kindBits(_ kind: InodeKind) -> Int {
  switch kind {
  case .file: return 0o100000
  case .directory: return 0o040000
  case .symbolicLink: return 0o120000
  case .characterDevice: return 0o020000
  case .fifo: return 0o010000
  case .socket: return 0o140000
  }
}

private func statFormat(
  _ format: [UInt8], _ path: String, _ inode: Inode, _ call: ToolCall, _ accounts: Accounts, escapes: Bool
) -> [UInt8] {
  var out: [UInt8] = []
  var i = 0
  let clock = call.world.clock
  func time(_ instant: Instant) -> String {
    call.noteDate(of: inode)
    return formatTime("%Y-%m-%d %H:%M:%S.%N %z", clock.civil(instant))
  }
  while i < format.count {
    if escapes, format[i] == 92, i + 1 < format.count {
      let escape: [UInt8: UInt8] = [110: 10, 116: 9, 92: 92, 34: 34, 97: 7, 114: 13]
      if let byte = escape[format[i + 1]] {
        out.append(byte)
        i += 2
        continue
      }
    }
    guard format[i] == 37 else {
      out.append(format[i])
      i += 1
      continue
    }
    if i + 1 < format.count, format[i + 1] == 37 {
      out.append(37)
      i += 2
      continue
    }
    // %Hd and %Ld have a modifier that printf does not know.
    var text = format
    var high: Bool?
    var probe = i + 1
    while probe < text.count, !isAlpha(text[probe]) { probe += 1 }
    if probe + 1 < text.count, text[probe] == 72 || text[probe] == 76, text[probe + 1] == 100 || text[probe + 1] == 114
    {
      high = text[probe] == 72
      text.remove(at: probe)
      i += 0
    }
    var at = i
    guard let directive = PrintfDirective.read(text, &at, lengths: false) else {
      out += format[i...]
      break
    }
    i = at + (high == nil ? 0 : 1)
    let number: Int64?
    var string: String?
    switch directive.conversion {
    case 97:
      out += formatInteger(Int64(inode.mode & 0o7777), 111, directive.format).utf8
      continue
    case 102, 116, 84, 68:
      let value: Int64
      if directive.conversion == 102 {
        value = Int64(kindBits(inode.kind) | inode.mode)
      } else if directive.conversion == 68 {
        value = 0xfd01
      } else {
        let (major, minor) = deviceNumbers(path)
        value = inode.kind == .characterDevice ? Int64(directive.conversion == 116 ? major : minor) : 0
      }
      out += formatInteger(value, 120, directive.format).utf8
      continue
    case 65: (number, string) = (nil, modeText(inode))
    case 98: number = blockCount(inode) * 2
    case 66: number = 512
    case 100: number = high == nil ? 64769 : high! ? 253 : 1
    case 114: number = 0
    case 70: (number, string) = (nil, kindText(inode))
    case 103: number = Int64(inode.group)
    case 71: (number, string) = (nil, accounts.group(inode.group)?.name ?? "UNKNOWN")
    case 104: number = Int64(linkCount(inode))
    case 105: number = inode.number
    case 109: (number, string) = (nil, "/")
    case 110: (number, string) = (nil, path)
    case 78:
      (number, string) = (
        nil, inode.kind == .symbolicLink ? "\(quotedName(path)) -> \(quotedName(inode.target))" : quotedName(path)
      )
    case 111: number = 4096
    case 115: number = inode.size
    case 117: number = Int64(inode.owner)
    case 85: (number, string) = (nil, accounts.user(inode.owner)?.name ?? "UNKNOWN")
    case 119: (number, string) = (nil, time(inode.changedAt))
    case 87: number = clock.unixSeconds(inode.changedAt)
    case 120: (number, string) = (nil, time(inode.accessed))
    case 88: number = clock.unixSeconds(inode.accessed)
    case 121: (number, string) = (nil, time(inode.modified))
    case 89: number = clock.unixSeconds(inode.modified)
    case 122: (number, string) = (nil, time(inode.changedAt))
    case 90: number = clock.unixSeconds(inode.changedAt)
    case 67: (number, string) = (nil, "?")
    default:
      out.append(63)
      continue
    }
    if let string {
      out += formatText(string.bytes[...], directive.format)
    } else if let number {
      out += formatInteger(number, 100, directive.format).utf8
    }
  }
  return out

  func quotedName(_ name: String) -> String {
    // The default listing shows plain names; %N quotes them.
    format.starts(with: Array("  File: ".utf8)) ? name : shellQuoted(name)
  }
}

// MARK: Sizes

let diskUsageOptions = OptionTable(
  "0,null a,all apparent-size B,block-size= b,bytes c,total D,dereference-args !files0-from= H h,human-readable !inodes k L,dereference l,count-links m P S,separate-dirs si s,summarize t,threshold= !time=? !time-style= !X,exclude-from= exclude= x,one-file-system d,max-depth="
)

func diskUsage(_ call: ToolCall) -> Int32 {
  let options = call.options
  let apparent = options.has("apparent-size") || options.has("b")
  var unit: Int64 = options.has("b") ? 1 : 1024
  var human: Int64 = 0
  for option in options.list {
    switch option.id {
    case "k": (unit, human) = (1024, 0)
    case "m": (unit, human) = (1 << 20, 0)
    case "b": (unit, human) = (1, 0)
    case "h": human = 1024
    case "si": human = 1000
    case "B":
      let text = option.value ?? ""
      guard let size = sizeWithSuffix(isDigit(text.utf8.first ?? 0) ? text : "1" + text) else {
        call.complain("invalid -B argument \(quoted(text))")
        return 1
      }
      (unit, human) = (size, 0)
    default: break
    }
  }
  var depthMax = Int.max
  if let text = options.value("d") {
    guard let value = decimal(text) else {
      call.complain("invalid maximum depth \(quoted(text))")
      return call.usage(nil)
    }
    depthMax = Int(min(value, 10_000))
  }
  if options.has("s") {
    if options.has("a") { return call.usage("cannot both summarize and show all entries") }
    depthMax = 0
  }
  var seen: Set<Int64> = []
  func shown(_ bytes: Int64) -> String { human > 0 ? humanSize(bytes, base: human) : String((bytes + unit - 1) / unit) }
  func own(_ inode: Inode) -> Int64 { apparent ? inode.size : blockCount(inode) * 1024 }
  func measure(_ path: String, _ inode: Inode, _ depth: Int) -> Int64 {
    for pattern in options.values("exclude") where globMatches(pattern, lastPart(path)) { return 0 }
    if inode.links > 1, !inode.isDirectory, !options.has("l"), !seen.insert(inode.number).inserted { return 0 }
    var total = own(inode)
    if inode.isDirectory {
      guard call.files.permits(inode, 4, call.who) else {
        call.complain("cannot read directory \(shellQuoted(path)): Permission denied")
        return total
      }
      if depth < 400 {
        for name in call.shownNames(inode, path) {
          let below = joined(path, name)
          guard let child = call.inode(below, following: options.has("L")) else { continue }
          let size = measure(below, child, depth + 1)
          if !(options.has("S") && child.isDirectory) { total += size }
        }
      }
    }
    if depth <= depthMax, inode.isDirectory || options.has("a") || depth == 0 {
      call.print("\(shown(total))\t\(path)")
      call.put(options.has("0") ? 0 : 10)
    }
    return total
  }
  var grand: Int64 = 0
  for path in call.operands.isEmpty ? ["."] : call.operands {
    do throws(Errno) {
      let inode = try call.lookup(path, following: options.has("L") || options.has("D") || options.has("H"))
      grand += measure(path, inode, 0)
    } catch {
      call.complain("cannot access \(shellQuoted(path)): \(error.message)")
    }
  }
  if options.has("c") { call.printLine("\(shown(grand))\ttotal") }
  return call.status
}

// MARK: Names

func baseName(_ call: ToolCall) -> Int32 {
  let options = call.options
  guard let first = call.operands.first else { return call.usage("missing operand") }
  let multiple = options.has("a") || options.has("s")
  if !multiple, call.operands.count > 2 { return call.usage("extra operand \(quoted(call.operands[2]))") }
  var suffix = options.value("s") ?? ""
  if !multiple, call.operands.count == 2 { suffix = call.operands[1] }
  for path in multiple ? call.operands : [first] {
    var name = lastPart(path)
    if !suffix.isEmpty, name.hasSuffix(suffix), name != suffix {
      name = String(bytes: name.bytes[..<(name.utf8.count - suffix.utf8.count)])
    }
    call.print(name)
    call.put(options.has("z") ? 0 : 10)
  }
  return 0
}

func directoryName(_ call: ToolCall) -> Int32 {
  if call.operands.isEmpty { return call.usage("missing operand") }
  for path in call.operands {
    var bytes = path.bytes
    while bytes.count > 1, bytes.last == 47 { bytes.removeLast() }
    if let slash = bytes.lastIndex(of: 47) {
      var end = slash
      while end > 0, bytes[end - 1] == 47 { end -= 1 }
      bytes = end == 0 ? [47] : Array(bytes[..<end])
    } else {
      bytes = [46]
    }
    call.write(bytes)
    call.put(call.options.has("z") ? 0 : 10)
  }
  return 0
}

func realPath(_ call: ToolCall) -> Int32 {
  let options = call.options
  if call.operands.isEmpty { return call.usage("missing operand") }
  let mode = options.last(of: ["e", "m"])
  for path in call.operands {
    guard var resolved = resolve(call, path, mode: options.has("s") ? "s" : mode) else {
      if !options.has("q") { call.complain("\(path): \(resolveError(call, path).message)") }
      call.status = 1
      continue
    }
    if let base = options.value("relative-to"), let from = resolve(call, base, mode: mode) {
      resolved = pathFrom(from, to: resolved)
    }
    call.print(resolved)
    call.put(options.has("z") ? 0 : 10)
  }
  return call.status
}

private func resolveError(_ call: ToolCall, _ path: String) -> Errno {
  do throws(Errno) {
    _ = try call.lookup(path)
  } catch {
    return error
  }
  return .noEntry
}

/// The canonical path: all parts must exist (`e`), all but the last (nil), or none (`m`).
private func resolve(_ call: ToolCall, _ path: String, mode: String?) -> String? {
  if path.isEmpty { return nil }
  if mode == "s" { return FileSystem.normalize(path, in: call.directory) }
  if let real = try? call.files.realPath(path, in: call.directory, as: call.who) { return real }
  if mode == "e" { return nil }
  var trimmed = path
  while trimmed.utf8.count > 1, trimmed.utf8.last == 47 { trimmed.removeLast() }
  // A dangling link leads to where its target would be.
  if let link = call.inode(trimmed, following: false), link.kind == .symbolicLink {
    let folder = resolve(call, parentPath(trimmed), mode: mode) ?? "/"
    return resolve(call, link.target.utf8.first == 47 ? link.target : joined(folder, link.target), mode: mode)
  }
  let parent = parentPath(trimmed)
  guard parent != trimmed else { return nil }
  if let real = try? call.files.realPath(parent, in: call.directory, as: call.who) {
    guard let inode = call.inode(parent), inode.isDirectory || mode == "m" else { return nil }
    return joined(real, lastPart(trimmed))
  }
  guard mode == "m" else { return nil }
  guard let above = resolve(call, parent, mode: mode) else { return nil }
  return FileSystem.normalize(lastPart(trimmed), in: above)
}

func parentPath(_ path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: 47) else { return "." }
  return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
}

func readLink(_ call: ToolCall) -> Int32 {
  let options = call.options
  if call.operands.isEmpty { return call.usage("missing operand") }
  let mode = options.last(of: ["f", "e", "m"])
  for path in call.operands {
    var text: String?
    if let mode {
      text = resolve(call, path, mode: mode == "f" ? nil : mode)
    } else if let inode = call.inode(path, following: false), inode.kind == .symbolicLink {
      text = inode.target
    }
    guard let text else {
      if options.has("v") {
        let exists = call.inode(path, following: false) != nil
        call.complain("\(path): \(exists ? Errno.invalidArgument.message : Errno.noEntry.message)")
      }
      call.status = 1
      continue
    }
    call.print(text)
    if !(options.has("n") && call.operands.count == 1) { call.put(options.has("z") ? 0 : 10) }
  }
  return call.status
}

// MARK: tree

let treeOptions = OptionTable(
  "a d f l L= P= I= F n C s h p u g D Q i r t S v U noreport dirsfirst !J !X !H= !o= !x !N !q !R filelimit= prune")

func tree(_ call: ToolCall) -> Int32 {
  for id in ["P", "u", "g", "D", "Q", "l", "t", "v", "filelimit", "prune", "C"] where call.options.has(id) {
    return call.notSimulated("tree -\(id)")
  }
  let options = call.options
  var depthMax = Int.max
  if let text = options.value("L") {
    guard let value = decimal(text), value > 0 else {
      call.writeError("tree: Invalid level, must be greater than 0.\n")
      return 1
    }
    depthMax = Int(value)
  }
  var folders = 0
  var files = 0
  func label(_ path: String, _ name: String, _ inode: Inode) -> String {
    var text = ""
    var notes: [String] = []
    if options.has("p") { notes.append(modeText(inode)) }
    if options.has("h") {
      notes.append(humanSize(inode.size).paddedLeft(4))
    } else if options.has("s") {
      notes.append(String(inode.size).paddedLeft(11))
    }
    if !notes.isEmpty { text = "[" + notes.joined(separator: " ") + "]  " }
    text += options.has("f") ? path : name
    if inode.kind == .symbolicLink { text += " -> " + inode.target }
    if options.has("F") {
      text += inode.isDirectory ? "/" : inode.kind == .file && inode.mode & 0o111 != 0 ? "*" : ""
    }
    return text
  }
  func walk(_ path: String, _ folder: Inode, _ indent: String, _ depth: Int) {
    var names: [String] = []
    for name in call.shownNames(folder, path) {
      guard let child = folder.entries[name] else { continue }
      if name.utf8.first == 46, !options.has("a") { continue }
      if options.has("d"), !child.isDirectory { continue }
      var ignored = false
      for list in options.values("I") {
        for pattern in list.split(separator: "|" as Character) where globMatches(String(pattern), name) {
          ignored = true
        }
      }
      if !ignored { names.append(name) }
    }
    names.sort { compareBytes($0, $1) < 0 }
    if options.has("r") { names.reverse() }
    if options.has("dirsfirst") {
      var first: [String] = []
      var rest: [String] = []
      for name in names {
        if folder.entries[name]?.isDirectory ?? false { first.append(name) } else { rest.append(name) }
      }
      names = first + rest
    }
    for (index, name) in names.enumerated() {
      let below = joined(path, name)
      guard let child = call.inode(below, following: false) else { continue }
      let last = index == names.count - 1
      call.printLine((options.has("i") ? "" : indent + (last ? "└── " : "├── ")) + label(below, name, child))
      if child.isDirectory {
        folders += 1
        if depth < depthMax, depth < 200 {
          walk(below, child, indent + (last ? "    " : "│\u{a0}\u{a0} "), depth + 1)
        }
      } else {
        files += 1
      }
    }
  }
  for path in call.operands.isEmpty ? ["."] : call.operands {
    guard let inode = call.inode(path), inode.isDirectory else {
      call.printLine("\(path)  [error opening dir]")
      call.status = 2
      continue
    }
    call.printLine(label(path, path, inode))
    folders += 1
    walk(path, inode, "", 1)
  }
  if !options.has("noreport") {
    let first = folders == 1 ? "1 directory" : "\(folders) directories"
    let second = files == 1 ? "1 file" : "\(files) files"
    call.printLine("\n" + first + (options.has("d") ? "" : ", " + second))
  }
  return call.status
}
