// cp, mv, ln, install (GNU coreutils manual, chapters 11 and 12).

import SimKernel
import SimMachine

let copyOptions = OptionTable(
  "a,archive attributes-only backup=? b copy-contents d f,force i,interactive H l,link L,dereference n,no-clobber P,no-dereference p preserve=? no-preserve= parents R,r,recursive !reflink=? remove-destination !sparse= strip-trailing-slashes s,symbolic-link S,suffix= t,target-directory= T,no-target-directory u,update=~ v,verbose x,one-file-system !Z !context=?"
)
let moveOptions = OptionTable(
  "backup=? b f,force i,interactive n,no-clobber !exchange no-copy strip-trailing-slashes S,suffix= t,target-directory= T,no-target-directory u,update=~ v,verbose !Z,context"
)

/// The last part of a path, without trailing slashes.
func lastPart(_ path: String) -> String {
  var bytes = path.bytes
  while bytes.count > 1, bytes.last == 47 { bytes.removeLast() }
  if let slash = bytes.lastIndex(of: 47), bytes.count > 1 { return String(bytes: bytes[(slash + 1)...]) }
  return String(bytes: bytes)
}

private enum Destination {
  case exit(Int32)
  /// Pairs of a source and where it goes.
  case pairs([(from: String, to: String)])
}

/// Sorts the operands of cp, mv and ln into pairs.
private func destinations(_ call: ToolCall) -> Destination {
  var operands = call.operands
  let options = call.options
  if operands.isEmpty { return .exit(call.usage("missing file operand")) }
  if let folder = options.value("t") {
    if options.has("T") {
      return .exit(call.usage("cannot combine --target-directory (-t) and --no-target-directory (-T)"))
    }
    guard let inode = call.inode(folder) else {
      call.complain("target directory \(shellQuoted(folder)): No such file or directory")
      return .exit(1)
    }
    guard inode.isDirectory else {
      call.complain("target directory \(shellQuoted(folder)): Not a directory")
      return .exit(1)
    }
    var pairs: [(from: String, to: String)] = []
    for source in operands { pairs.append((source, joined(folder, lastPart(source)))) }
    return .pairs(pairs)
  }
  guard operands.count > 1 else {
    return .exit(call.usage("missing destination file operand after \(shellQuoted(operands[0]))"))
  }
  let last = operands.removeLast()
  if options.has("T") {
    if operands.count > 1 { return .exit(call.usage("extra operand \(shellQuoted(operands[1]))")) }
    return .pairs([(operands[0], last)])
  }
  if call.isDirectory(last) {
    var pairs: [(from: String, to: String)] = []
    for source in operands {
      pairs.append((source, joined(last, options.has("parents") ? source : lastPart(source))))
    }
    return .pairs(pairs)
  }
  if operands.count > 1 {
    let exists = call.inode(last) != nil
    call.complain("target \(shellQuoted(last)): \(exists ? "Not a directory" : "No such file or directory")")
    return .exit(1)
  }
  return .pairs([(operands[0], last)])
}

// MARK: cp

func copyFiles(_ call: ToolCall) -> Int32 {
  if let word = call.options.value("preserve") {
    let words = ["mode", "timestamps", "ownership", "links", "context", "xattr", "all"]
    for part in word.split(separator: "," as Character) where !words.contains(where: { $0.hasPrefix(String(part)) }) {
      call.invalidArgument(String(part), "--preserve", words)
      return 1
    }
  }
  switch destinations(call) {
  case .exit(let code): return code
  case .pairs(let pairs):
    let copier = Copier(call)
    var done = Set<String>()
    for (from, to) in pairs {
      if !done.insert(from + "\u{0}" + to).inserted {
        call.writeError("\(call.name): warning: source file \(shellQuoted(from)) specified more than once\n")
        continue
      }
      if call.options.has("parents"), let slash = to.utf8.lastIndex(of: 47) {
        _ = try? call.files.makeDirectory(String(to[..<slash]), in: call.directory, parents: true, as: call.who)
      }
      copier.copy(from, to, isOperand: true, depth: 0)
    }
    return call.status
  }
}

final class Copier {
  private let call: ToolCall
  private let recursive: Bool
  private let follow: Bool
  private let followOperands: Bool
  private let preserves: Bool
  /// The name that the old file has been given, for `-v`.
  private var backup: String?

  init(_ call: ToolCall) {
    self.call = call
    let options = call.options
    recursive = options.has("R") || options.has("a")
    preserves = options.has("p") || options.has("a") || options.has("preserve")
    let last = options.last(of: ["L", "P", "H", "d", "a"])
    follow = last == "L" || (last == nil && !recursive)
    followOperands = follow || last == "H"
  }

  func copy(_ from: String, _ to: String, isOperand: Bool, depth: Int) {
    let source: Inode
    do throws(Errno) {
      source = try call.lookup(from, following: isOperand ? followOperands : follow)
    } catch {
      return call.complain("cannot stat \(shellQuoted(from)): \(error.message)")
    }
    if source.isDirectory, !recursive {
      return call.complain("-r not specified; omitting directory \(shellQuoted(from))")
    }
    guard depth < 200 else { return call.complain("cannot copy \(shellQuoted(from)): File name too long") }
    var there = call.inode(to, following: false)
    if let there {
      let target = there.kind == .symbolicLink ? call.inode(to) ?? there : there
      if target === source, !(call.options.has("l") || call.options.has("remove-destination")) {
        return call.complain("\(shellQuoted(from)) and \(shellQuoted(to)) are the same file")
      }
      if call.options.has("n") { return }
      if call.options.has("u"), target.modified >= source.modified, !source.isDirectory { return }
      if source.isDirectory, !target.isDirectory {
        return call.complain("cannot overwrite non-directory \(shellQuoted(to)) with directory \(shellQuoted(from))")
      }
      if !source.isDirectory, target.isDirectory {
        return call.complain("cannot overwrite directory \(shellQuoted(to)) with non-directory")
      }
      if !source.isDirectory, call.options.last(of: ["i", "n", "f"]) == "i",
        !call.agrees("overwrite \(shellQuoted(to))")
      {
        return
      }
      if !source.isDirectory { backup = keepBackup(call, to) }
    }
    defer { backup = nil }
    if backup != nil { there = call.inode(to, following: false) }
    if source.isDirectory { return copyFolder(source, from, to, there, depth) }
    if to.utf8.last == 47, there == nil {
      return call.complain("cannot create regular file \(shellQuoted(to)): Not a directory")
    }
    copyFile(source, from, to, there)
  }

  private func copyFolder(_ source: Inode, _ from: String, _ to: String, _ there: Inode?, _ depth: Int) {
    let target: Inode
    if there != nil, let existing = call.inode(to) {
      target = existing
      if isInside(target, source) {
        return call.complain("cannot copy a directory, \(shellQuoted(from)), into itself, \(shellQuoted(to))")
      }
    } else {
      do throws(Errno) {
        target = try call.files.makeDirectory(
          to, in: call.directory, permissions: source.mode & ~(preserves ? 0 : call.process.umask), as: call.who)
      } catch {
        return call.complain("cannot create directory \(shellQuoted(to)): \(error.message)")
      }
      if isInside(target, source) {
        _ = try? call.files.remove(to, in: call.directory, directory: true, as: call.who)
        return call.complain("cannot copy a directory, \(shellQuoted(from)), into itself, \(shellQuoted(to))")
      }
      if call.options.has("v") { call.printLine("\(shellQuoted(from)) -> \(shellQuoted(to))") }
    }
    for name in call.shownNames(source, from) {
      call.process.account.spend(steps: 1)
      copy(joined(from, name), joined(to, name), isOperand: false, depth: depth + 1)
    }
    if preserves { keep(source, target) }
  }

  /// Whether a folder lies in (or is) another.
  private func isInside(_ inner: Inode, _ outer: Inode) -> Bool {
    if inner === outer { return true }
    for child in outer.entries.values where child.isDirectory && isInside(inner, child) { return true }
    return false
  }

  private func copyFile(_ source: Inode, _ from: String, _ to: String, _ there: Inode?) {
    do throws(Errno) {
      if call.options.has("s") || call.options.has("l") || source.kind == .symbolicLink {
        if there != nil {
          guard call.options.has("f") || call.options.has("remove-destination") || source.kind == .symbolicLink else {
            return call.complain(
              "cannot create \(call.options.has("s") ? "symbolic" : "hard") link \(shellQuoted(to)): File exists")
          }
          try call.files.remove(to, in: call.directory, as: call.who)
        }
        if call.options.has("s") {
          try call.files.makeSymbolicLink(from, at: to, in: call.directory, as: call.who)
        } else if call.options.has("l") {
          try call.files.makeHardLink(from, at: to, in: call.directory, as: call.who)
        } else {
          try call.files.makeSymbolicLink(source.target, at: to, in: call.directory, as: call.who)
        }
      } else {
        guard call.files.permits(source, 4, call.who) else {
          return call.complain("cannot open \(shellQuoted(from)) for reading: Permission denied")
        }
        if let there, there.kind == .symbolicLink, call.inode(to) == nil {
          return call.complain("not writing through dangling symlink \(shellQuoted(to))")
        }
        if there != nil, call.options.has("remove-destination") {
          try call.files.remove(to, in: call.directory, as: call.who)
        }
        let mode = preserves ? source.mode : source.mode & 0o777 & ~call.process.umask
        let isNew = call.inode(to) == nil
        let file: OpenFile
        do throws(Errno) {
          file = try call.files.open(to, in: call.directory, .write, permissions: mode, as: call.who)
        } catch {
          guard call.options.has("f"), !isNew else { throw error }
          try call.files.remove(to, in: call.directory, as: call.who)
          file = try call.files.open(to, in: call.directory, .write, permissions: mode, as: call.who)
        }
        let bytes = call.gathered[from] ?? source.bytes
        _ = file.write(bytes[...])
        if let target = call.inode(to) {
          if source.program != nil { target.program = source.program }
          if preserves { keep(source, target) }
        }
      }
      if call.options.has("v") {
        call.printLine("\(shellQuoted(from)) -> \(shellQuoted(to))" + backedUp(backup))
      }
    } catch {
      call.complain("cannot create regular file \(shellQuoted(to)): \(error.message)")
    }
  }

  private func keep(_ source: Inode, _ target: Inode) {
    target.mode = source.mode
    target.modified = source.modified
    target.accessed = source.accessed
    if call.who.user == 0 {
      target.owner = source.owner
      target.group = source.group
    }
  }
}

// MARK: mv

func moveFiles(_ call: ToolCall) -> Int32 {
  switch destinations(call) {
  case .exit(let code): return code
  case .pairs(let pairs):
    for (from, to) in pairs { move(call, from, to) }
    return call.status
  }
}

private func move(_ call: ToolCall, _ from: String, _ to: String) {
  let source: Inode
  do throws(Errno) {
    source = try call.lookup(from, following: false)
  } catch {
    return call.complain("cannot stat \(shellQuoted(from)): \(error.message)")
  }
  var backup: String?
  if let there = call.inode(to, following: false) {
    if call.options.last(of: ["i", "f", "n"]) == "n" { return }
    if call.options.has("u"), there.modified >= source.modified { return }
    if there === source { return call.complain("\(shellQuoted(from)) and \(shellQuoted(to)) are the same file") }
    if there.isDirectory, !source.isDirectory {
      return call.complain("cannot overwrite directory \(shellQuoted(to)) with non-directory")
    }
    if !there.isDirectory, source.isDirectory {
      return call.complain("cannot overwrite non-directory \(shellQuoted(to)) with directory \(shellQuoted(from))")
    }
    if call.options.last(of: ["i", "f", "n"]) == "i", !call.agrees("overwrite \(shellQuoted(to))") { return }
    backup = keepBackup(call, to)
  }
  do throws(Errno) {
    try call.files.rename(from, to: to, in: call.directory, as: call.who)
    if call.options.has("v") {
      call.printLine("renamed \(shellQuoted(from)) -> \(shellQuoted(to))" + backedUp(backup))
    }
  } catch {
    if error == .invalidArgument {
      call.complain("cannot move \(shellQuoted(from)) to a subdirectory of itself, \(shellQuoted(to))")
    } else {
      call.complain("cannot move \(shellQuoted(from)) to \(shellQuoted(to)): \(error.message)")
    }
  }
}

// MARK: ln

let linkOptions = OptionTable(
  "backup=? b d,F,directory f,force i,interactive L,logical n,no-dereference P,physical r,relative s,symbolic S,suffix= t,target-directory= T,no-target-directory v,verbose"
)

func linkFiles(_ call: ToolCall) -> Int32 {
  let options = call.options
  var operands = call.operands
  if operands.isEmpty { return call.usage("missing file operand") }
  var pairs: [(target: String, at: String)] = []
  if let folder = options.value("t") {
    guard call.isDirectory(folder) else {
      call.complain(
        "target directory \(shellQuoted(folder)): \(call.inode(folder) == nil ? "No such file or directory" : "Not a directory")"
      )
      return 1
    }
    for target in operands { pairs.append((target, joined(folder, lastPart(target)))) }
  } else if operands.count == 1 {
    if options.has("T") { return call.usage("missing destination file operand after \(shellQuoted(operands[0]))") }
    pairs = [(operands[0], joined(".", lastPart(operands[0])))]
    pairs[0].at = "./" + lastPart(operands[0])
  } else {
    let last = operands.removeLast()
    let lastInode = call.inode(last, following: false)
    let followed = options.has("n") && lastInode?.kind == .symbolicLink ? nil : call.inode(last)
    if !options.has("T"), followed?.isDirectory ?? false {
      for target in operands { pairs.append((target, joined(last, lastPart(target)))) }
    } else if operands.count > 1 {
      call.complain(
        "target \(shellQuoted(last)): \(call.inode(last) == nil ? "No such file or directory" : "Not a directory")")
      return 1
    } else {
      pairs = [(operands[0], last)]
    }
  }
  for (given, at) in pairs {
    var target = given
    var backup: String?
    let symbolic = options.has("s")
    if !symbolic {
      do throws(Errno) {
        let inode = try call.lookup(target, following: options.has("L"))
        if inode.isDirectory {
          call.complain("\(target): hard link not allowed for directory")
          continue
        }
      } catch {
        call.complain("failed to access \(shellQuoted(target)): \(error.message)")
        continue
      }
    }
    if options.has("r"), symbolic { target = relativePath(call, target, at) }
    do throws(Errno) {
      if options.last(of: ["i", "f"]) == "i", call.inode(at, following: false) != nil,
        !call.agrees("replace \(shellQuoted(at))")
      {
        continue
      }
      backup = keepBackup(call, at)
      if let there = call.inode(at, following: false), options.has("f") || options.has("i") {
        if there.isDirectory {
          call.complain("\(at): cannot overwrite directory")
          continue
        }
        if !symbolic, there === call.inode(target, following: false) {
          call.complain("\(shellQuoted(target)) and \(shellQuoted(at)) are the same file")
          continue
        }
        try call.files.remove(at, in: call.directory, as: call.who)
      }
      if symbolic {
        try call.files.makeSymbolicLink(target, at: at, in: call.directory, as: call.who)
      } else {
        if options.has("L"), let path = try? call.files.realPath(target, in: call.directory, as: call.who) {
          target = path
        }
        try call.files.makeHardLink(target, at: at, in: call.directory, as: call.who)
      }
      if options.has("v") {
        call.printLine("\(shellQuoted(at)) \(symbolic ? "->" : "=>") \(shellQuoted(target))" + backedUp(backup))
      }
    } catch {
      if symbolic {
        call.complain("failed to create symbolic link \(shellQuoted(at)): \(error.message)")
      } else if error == .exists {
        call.complain("failed to create hard link \(shellQuoted(at)): \(error.message)")
      } else {
        call.complain("failed to create hard link \(shellQuoted(at)) => \(shellQuoted(target)): \(error.message)")
      }
    }
  }
  return call.status
}

private func relativePath(_ call: ToolCall, _ target: String, _ at: String) -> String {
  var folder = at
  if let slash = folder.utf8.lastIndex(of: 47) { folder = String(folder[..<slash]) } else { folder = "." }
  return pathFrom(
    FileSystem.normalize(folder.isEmpty ? "/" : folder, in: call.directory),
    to: FileSystem.normalize(target, in: call.directory))
}

/// The relative path from one absolute folder to another path.
func pathFrom(_ base: String, to path: String) -> String {
  let a = base.split(separator: "/" as Character)
  let b = path.split(separator: "/" as Character)
  var same = 0
  while same < a.count, same < b.count, a[same] == b[same] { same += 1 }
  var parts: [String] = []
  for _ in same..<a.count { parts.append("..") }
  for part in b[same...] { parts.append(String(part)) }
  return parts.isEmpty ? "." : parts.joined(separator: "/")
}

// MARK: install

let installOptions = OptionTable(
  "backup=? b c !C,compare d,directory D g,group= m,mode= o,owner= p,preserve-timestamps s,strip S,suffix= t,target-directory= T,no-target-directory v,verbose"
)

func installFiles(_ call: ToolCall) -> Int32 {
  let options = call.options
  let accounts = Accounts(call.files)
  var mode = 0o755
  if let text = options.value("m") {
    guard let change = ModeChange(text) else {
      call.complain("invalid mode \(quoted(text))")
      return 1
    }
    mode = change.apply(to: 0, isDirectory: options.has("d"), umask: 0)
  }
  func finish(_ inode: Inode) {
    inode.mode = mode
    if let name = options.value("o") { inode.owner = accounts.user(named: name)?.uid ?? Int(decimal(name) ?? 0) }
    if let name = options.value("g") { inode.group = accounts.group(named: name)?.gid ?? Int(decimal(name) ?? 0) }
  }
  if options.has("d") {
    if call.operands.isEmpty { return call.usage("missing file operand") }
    for path in call.operands {
      do throws(Errno) {
        let isNew = call.inode(path) == nil
        let inode = try call.files.makeDirectory(path, in: call.directory, parents: true, as: call.who)
        finish(inode)
        if isNew, options.has("v") { call.printLine("\(call.name): creating directory \(shellQuoted(path))") }
      } catch {
        call.complain("cannot create directory \(shellQuoted(path)): \(error.message)")
      }
    }
    return call.status
  }
  if options.has("D"), let last = call.operands.last, options.value("t") == nil, let slash = last.utf8.lastIndex(of: 47)
  {
    _ = try? call.files.makeDirectory(String(last[..<slash]), in: call.directory, parents: true, as: call.who)
  }
  switch destinations(call) {
  case .exit(let code): return code
  case .pairs(let pairs):
    for (from, to) in pairs {
      do throws(Errno) {
        let source = try call.lookup(from)
        if source.isDirectory {
          call.complain("omitting directory \(shellQuoted(from))")
          continue
        }
        let backup = call.inode(to) == nil ? nil : keepBackup(call, to)
        if call.inode(to) != nil { try call.files.remove(to, in: call.directory, as: call.who) }
        let file = try call.openForWriting(to)
        _ = file.write(source.bytes[...])
        if let inode = call.inode(to) {
          finish(inode)
          inode.program = source.program
          if options.has("p") { inode.modified = source.modified }
        }
        if options.has("v") { call.printLine("\(shellQuoted(from)) -> \(shellQuoted(to))" + backedUp(backup)) }
      } catch {
        if call.inode(from) == nil {
          call.complain("cannot stat \(shellQuoted(from)): \(error.message)")
        } else {
          call.complain("cannot create regular file \(shellQuoted(to)): \(error.message)")
        }
      }
    }
    return call.status
  }
}
