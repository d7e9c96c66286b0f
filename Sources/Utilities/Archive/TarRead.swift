// Reading archives: listing, extracting and deleting members.

import SimKernel
import SimMachine

extension Archiver {
  func members() -> [TarMember]? {
    var bytes: [UInt8]
    if let archive, archive != "-" {
      do throws(Errno) {
        bytes = try call.files.read(archive, in: call.directory, as: call.who)
      } catch {
        if error == .isDirectory {
          call.writeError("tar: \(archive): Cannot read: Is a directory\ntar: At beginning of tape, quitting now\n")
        } else {
          call.writeError("tar: \(archive): Cannot open: \(error.message)\n")
        }
        call.status = fatal(nil)
        return nil
      }
    } else {
      if archive == nil, call.process.file(0)?.isTerminal ?? false {
        call.writeError("tar: Refusing to read archive contents from terminal (missing -f option?)\n")
        call.status = fatal(nil)
        return nil
      }
      bytes = call.stdin
    }
    let looksCompressed = bytes.count > 1 && bytes[0] == 31 && bytes[1] == 139
    if looksCompressed, archive == nil || archive == "-", !options.has("z") {
      call.writeError("tar: Archive is compressed. Use -z option\n")
      call.status = fatal(nil)
      return nil
    }
    if options.has("z") || looksCompressed {
      do throws(Gzip.Fault) {
        bytes = try Gzip.expand(bytes, limit: FileSystem.fileSizeMax).data
      } catch {
        switch error {
        case .notGzip: call.writeError("\ngzip: stdin: not in gzip format\n")
        case .unexpectedEnd: call.writeError("\ngzip: stdin: unexpected end of file\n")
        case .damaged: call.writeError("\ngzip: stdin: invalid compressed data--format violated\n")
        }
        call.writeError("tar: Child returned status 1\n")
        call.status = fatal(nil)
        return nil
      }
    }
    do throws(TarFormat.Fault) {
      return try TarFormat.read(bytes)
    } catch {
      switch error {
      case .notAnArchive:
        complain("This does not look like a tar archive")
        if bytes.count > TarFormat.block { call.writeError("tar: Skipping to next header\n") }
        call.status = finish()
      case .unexpectedEnd:
        call.writeError("tar: Unexpected EOF in archive\n")
        call.status = fatal(nil)
      }
      return nil
    }
  }

  /// The members that the operands choose, and the operands that chose none.
  private func chosen(_ all: [TarMember]) -> (members: [TarMember], missing: [String]) {
    var found = Set<String>()
    var result: [TarMember] = []
    for member in all {
      var name = member.name
      while name.utf8.count > 1, name.utf8.last == 47 { name = String(name.dropLast()) }
      var wanted = sources.isEmpty
      for source in sources {
        var pattern = source.name
        while pattern.utf8.count > 1, pattern.utf8.last == 47 { pattern = String(pattern.dropLast()) }
        let matches =
          name == pattern || (!options.has("no-recursion") && name.hasPrefix(pattern + "/"))
          || (options.has("wildcards") && globMatches(pattern, name))
        if matches {
          wanted = true
          found.insert(source.name)
        }
      }
      if wanted, !isExcluded(name) { result.append(member) }
    }
    var missing: [String] = []
    for source in sources where !found.contains(source.name) { missing.append(source.name) }
    return (result, missing)
  }

  private func reportMissing(_ missing: [String]) {
    for name in missing { complain("\(name): Not found in archive") }
  }

  func list() -> Int32 {
    guard let all = members() else { return call.status }
    let (members, missing) = chosen(all)
    for member in members {
      call.printLine(options.has("v") ? longLine(member) : shownName(member))
    }
    reportMissing(missing)
    return finish()
  }

  func shownName(_ member: TarMember) -> String {
    var out: [UInt8] = []
    for byte in member.name.bytes {
      switch byte {
      case 10: out += Array("\\n".utf8)
      case 9: out += Array("\\t".utf8)
      case 92: out += [92, 92]
      case 0..<32, 127: out += octalEscape(byte)
      default: out.append(byte)
      }
    }
    return String(bytes: out)
  }

  func longLine(_ member: TarMember) -> String {
    var letter: String
    switch member.kind {
    case .file: letter = "-"
    case .directory: letter = "d"
    case .symbolicLink: letter = "l"
    case .hardLink: letter = "h"
    case .fifo: letter = "p"
    case .characterDevice: letter = "c"
    }
    letter += permissionText(member.mode)
    let numeric = options.has("numeric-owner")
    let user = member.userName.isEmpty || numeric ? String(member.user) : member.userName
    let group = member.groupName.isEmpty || numeric ? String(member.group) : member.groupName
    let size = String(member.kind == .file ? member.size : 0)
    let length = user.utf8.count + 1 + group.utf8.count + 1 + size.utf8.count
    if length > listWidth { listWidth = length }
    let format = options.has("full-time") ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M"
    let time = formatTime(format, CivilTime(unixSeconds: member.modified), in: call.zone)
    var text = "\(letter) \(user)/\(group) "
    text += String(repeating: " ", count: listWidth - length) + size + " \(time) \(shownName(member))"
    if member.kind == .symbolicLink { text += " -> \(member.target)" }
    if member.kind == .hardLink { text += " link to \(member.target)" }
    return text
  }

  // MARK: Extract

  func extract() -> Int32 {
    guard let all = members() else { return call.status }
    if folder != call.directory, !call.isDirectory(folder) {
      let given = options.values("C").last ?? folder
      let exists = call.inode(folder) != nil
      return fatal("\(given): Cannot open: \(exists ? "Not a directory" : "No such file or directory")")
    }
    let (members, missing) = chosen(all)
    var strip = 0
    if let text = options.value("strip-components") {
      guard let number = decimal(text) else {
        return fatal("Invalid number of elements: \(quoted(text))")
      }
      strip = Int(min(number, 1000))
    }
    var folders: [(Inode, TarMember)] = []
    for member in members {
      call.process.account.spend(steps: 1)
      var name = member.name
      if strip > 0 {
        let parts = name.split(separator: "/" as Character)
        guard parts.count > strip else { continue }
        name = parts.dropFirst(strip).joined(separator: "/") + (name.hasSuffix("/") ? "/" : "")
      }
      if options.has("v") {
        var shown = member
        if options.has("show-transformed-names") { shown.name = name }
        let text = options.list.filter { $0.id == "v" }.count > 1 ? longLine(shown) : shownName(shown)
        if options.has("O") { call.writeError(text + "\n") } else { call.printLine(text) }
      }
      if options.has("O") {
        if member.kind == .file { call.write(member.data) }
        continue
      }
      if !options.has("P") {
        var stripped = name.bytes[...]
        while stripped.first == 47 { stripped.removeFirst() }
        if stripped.count < name.utf8.count, !strippedSlash {
          strippedSlash = true
          call.flush()
          call.writeError("tar: Removing leading `/' from member names\n")
        }
        name = String(bytes: stripped)
        if name.split(separator: "/" as Character).contains("..") {
          complain("\(member.name): Member name contains '..', skipped")
          continue
        }
      }
      while name.utf8.count > 1, name.utf8.last == 47 { name = String(name.dropLast()) }
      if let made = place(member, name) { folders.append((made, member)) }
    }
    // Modes and times of folders come last, so that they hold after their files were made.
    for (inode, member) in folders { settle(inode, member) }
    reportMissing(missing)
    return finish()
  }

  private func settle(_ inode: Inode, _ member: TarMember) {
    let isRoot = call.who.user == 0
    let keepsMode = options.has("p") || (isRoot && !options.has("no-same-permissions"))
    inode.mode = keepsMode ? member.mode : member.mode & 0o777 & ~call.process.umask
    if isRoot, !options.has("o") {
      let numeric = options.has("numeric-owner")
      inode.owner = numeric ? member.user : accounts.user(named: member.userName)?.uid ?? member.user
      inode.group = numeric ? member.group : accounts.group(named: member.groupName)?.gid ?? member.group
    }
    if !options.has("m") {
      inode.modified = call.world.clock.instant(unixSeconds: member.modified)
    }
  }

  /// Makes one member; the inode when it is a folder.
  private func place(_ member: TarMember, _ name: String) -> Inode? {
    let files = call.files
    do throws(Errno) {
      if let slash = name.utf8.lastIndex(of: 47) {
        let parent = String(name[..<slash])
        if !files.exists(parent, in: folder) {
          _ = try files.makeDirectory(
            parent, in: folder, permissions: 0o777 & ~call.process.umask, parents: true, as: call.who)
        }
      }
      let there = try? files.lookup(name, in: folder, following: false, as: call.who)
      if member.kind == .directory {
        if let there, there.isDirectory { return there }
        if there != nil { throw .exists }
        return try files.makeDirectory(name, in: folder, permissions: 0o755, as: call.who)
      }
      if let there {
        if options.has("skip-old-files") { return nil }
        if options.has("k") {
          complain("\(name): Cannot open: File exists")
          return nil
        }
        if there.isDirectory { throw .isDirectory }
        if options.has("keep-newer-files"),
          call.world.clock.unixSeconds(there.modified) >= member.modified
        {
          return nil
        }
        try files.remove(name, in: folder, as: call.who)
      }
      switch member.kind {
      case .symbolicLink:
        try files.makeSymbolicLink(member.target, at: name, in: folder, as: call.who)
        if let link = try? files.lookup(name, in: folder, following: false), !options.has("m") {
          link.modified = call.world.clock.instant(unixSeconds: member.modified)
        }
      case .hardLink:
        try files.attach(
          try files.lookup(member.target, in: folder, following: false, as: call.who), at: name, in: folder,
          as: call.who)
      case .fifo:
        let inode = files.makeInode(.fifo, mode: member.mode, by: call.who)
        inode.pipe = NamedPipe()
        try files.attach(inode, at: name, in: folder)
      case .characterDevice: throw .notPermitted
      default:
        let inode = try files.create(name, in: folder, permissions: 0o600, as: call.who)
        inode.bytes = Array(member.data)
        settle(inode, member)
      }
    } catch {
      complain("\(name): Cannot open: \(error.message)")
    }
    return nil
  }

  // MARK: Delete

  func delete() -> Int32 {
    guard let path = archive else { return fatal("Options '-Aru' are incompatible with '-f -'") }
    guard let all = members() else { return call.status }
    let (removed, missing) = chosen(all)
    var gone = Set<String>()
    for member in removed { gone.insert(member.name) }
    var out: [UInt8] = []
    for member in all where !gone.contains(member.name) { TarFormat.append(member, to: &out) }
    TarFormat.finish(&out)
    if !sources.isEmpty {
      do throws(Errno) {
        try call.files.write(path, in: call.directory, out, permissions: 0o644, as: call.who)
      } catch {
        return fatal("\(path): Cannot open: \(error.message)")
      }
    }
    reportMissing(missing)
    return finish()
  }
}
