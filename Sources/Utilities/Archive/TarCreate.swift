// Writing archives: which files go in, under which names.

import SimKernel
import SimMachine

extension Archiver {
  func create(appending: Bool) -> Int32 {
    var out: [UInt8] = []
    if appending {
      guard let path = archive else { return fatal("Options '-Aru' are incompatible with '-f -'") }
      if isCompressed { return fatal("Cannot update compressed archives") }
      if let bytes = try? call.files.read(path, in: call.directory, as: call.who) {
        guard let members = try? TarFormat.read(bytes) else { return fatal("This does not look like a tar archive") }
        for member in members { TarFormat.append(member, to: &out) }
      }
    }
    let toOutput = archive == nil || archive == "-"
    if toOutput, call.outputIsTerminal {
      call.writeError("tar: Refusing to write archive contents to terminal (missing -f option?)\n")
      return fatal(nil)
    }
    for source in sources {
      if !call.isDirectory(source.folder) {
        complain("\(source.folder): Cannot open: No such file or directory")
        return fatal(nil)
      }
      add(source.name, source.folder, &out, 0, isOperand: true)
      if call.process.account.limitReached != nil { return 2 }
    }
    TarFormat.finish(&out)
    let bytes = isCompressed ? Gzip.compress(out, name: nil, time: 0) : out
    if toOutput {
      call.write(bytes)
      return finish()
    }
    do throws(Errno) {
      let file = try call.openForWriting(archive ?? "-")
      if case .failed(let error) = file.write(bytes[...]) { throw error }
    } catch {
      return fatal("\(archive ?? ""): Cannot open: \(error.message)")
    }
    return finish()
  }

  func show(_ text: String) {
    // Where the archive itself goes to standard output, names go to standard error.
    if archive == nil || archive == "-" { call.writeError(text + "\n") } else { call.printLine(text) }
  }

  private func memberName(_ path: String) -> String {
    var bytes = path.bytes[...]
    if !options.has("P") {
      var stripped = false
      while bytes.first == 47 {
        bytes.removeFirst()
        stripped = true
      }
      if stripped, !strippedSlash {
        strippedSlash = true
        call.flush()
        call.writeError("tar: Removing leading `/' from member names\n")
      }
    }
    return String(bytes: bytes)
  }

  private func add(_ path: String, _ base: String, _ out: inout [UInt8], _ depth: Int, isOperand: Bool) {
    guard depth < 200 else { return }
    call.process.account.spend(steps: 1)
    var given = path
    while given.utf8.count > 1, given.utf8.last == 47 { given = String(given.dropLast()) }
    if isExcluded(isOperand ? given : given) { return }
    let inode: Inode
    do throws(Errno) {
      inode = try call.files.lookup(given, in: base, following: options.has("h"), as: call.who)
    } catch {
      return complain("\(path): Cannot stat: \(error.message)")
    }
    if let archive, inode === call.inode(archive) {
      return call.writeError("tar: \(path): file is the archive; not dumped\n")
    }
    var member = TarMember()
    member.name = memberName(given)
    member.mode = inode.mode & 0o7777
    member.user = inode.owner
    member.group = inode.group
    member.userName = accounts.user(inode.owner)?.name ?? ""
    member.groupName = accounts.group(inode.group)?.name ?? ""
    if options.has("numeric-owner") {
      member.userName = ""
      member.groupName = ""
    }
    own(&member)
    member.modified = call.world.clock.unixSeconds(inode.modified)
    switch inode.kind {
    case .directory:
      member.kind = .directory
      member.name = member.name.isEmpty ? "./" : member.name + "/"
    case .symbolicLink:
      member.kind = .symbolicLink
      member.target = inode.target
    case .fifo: member.kind = .fifo
    case .characterDevice: member.kind = .characterDevice
    case .socket: return call.writeError("tar: \(path): socket ignored\n")
    case .file:
      for other in seen where other.inode === inode {
        member.kind = .hardLink
        member.target = other.name
      }
      if member.kind == .file {
        guard call.files.permits(inode, 4, call.who) else {
          return complain("\(path): Cannot open: Permission denied")
        }
        member.data = inode.bytes[...]
        member.size = inode.size
        if inode.links > 1 { seen.append((inode, member.name)) }
      }
    }
    if options.has("v") {
      show(options.list.filter { $0.id == "v" }.count > 1 ? longLine(member) : shownName(member))
    }
    TarFormat.append(member, to: &out)
    guard inode.isDirectory, !options.has("no-recursion") else { return }
    guard call.files.permits(inode, 4, call.who) else {
      return complain("\(path): Cannot open: Permission denied")
    }
    var names = inode.entries.keys
    if options.value("sort") == "name" { names = call.sortedNames(inode) }
    for name in names { add(joined(given, name), base, &out, depth + 1, isOperand: false) }
  }

  private func own(_ member: inout TarMember) {
    if let text = options.value("owner") {
      let parts = text.split(separator: ":" as Character)
      let name = parts.first.map { String($0) } ?? ""
      member.user = accounts.user(named: name)?.uid ?? Int(decimal(name) ?? Int64(member.user))
      member.userName = decimal(name) == nil ? name : accounts.user(member.user)?.name ?? ""
    }
    if let text = options.value("group") {
      let name = text.split(separator: ":" as Character).first.map { String($0) } ?? ""
      member.group = accounts.group(named: name)?.gid ?? Int(decimal(name) ?? Int64(member.group))
      member.groupName = decimal(name) == nil ? name : accounts.group(member.group)?.name ?? ""
    }
    if let text = options.value("mode"), let change = ModeChange(text) {
      member.mode = change.apply(to: member.mode, isDirectory: member.kind == .directory, umask: 0)
    }
  }
}
