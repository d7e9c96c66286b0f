// tar (GNU tar 1.35 manual): create, append, list, extract and compare by name, with gzip. Members come in the order of their
// folders. Not modelled: other compressions, incremental and multi-volume archives, transforms, sparse files.

import SimKernel
import SimMachine

let tarOptions = OptionTable(
  """
  c,create t,list x,extract,get r,append u,update !A,catenate,concatenate d,diff,compare delete f,file= z,gzip,gunzip,ungzip \
  !j,bzip2 !J,xz !zstd !Z,compress,uncompress !lzip !lzma !lzop a,auto-compress v,verbose C,directory= O,to-stdout \
  k,keep-old-files skip-old-files overwrite U,unlink-first p,preserve-permissions,same-permissions P,absolute-names \
  h,dereference m,touch o,no-same-owner no-same-permissions same-owner T,files-from= X,exclude-from= exclude= \
  strip-components= wildcards no-wildcards no-recursion recursion owner= group= numeric-owner mode= mtime= sort= \
  exclude-vcs !transform,xform= totals !w,interactive,confirmation !g,listed-incremental= !G,incremental !M,multi-volume \
  n,seek null one-file-system S,sparse b,blocking-factor= i,ignore-zeros q H,format= old-archive posix remove-files \
  !W,verify full-time !checkpoint=? warning= ignore-failed-read no-overwrite-dir keep-newer-files l,check-links \
  B,read-full-records !V,label= !s,preserve-order !I,use-compress-program= exclude-backups anchored no-anchored \
  hard-dereference no-auto-compress !R,block-number quoting-style= utc show-transformed-names
  """, usageCode: 64)

/// Options first without a dash (`tar czf x.tgz dir`): each letter that takes an argument takes the next word.
private func modernized(_ arguments: [String]) -> [String] {
  guard let first = arguments.first, let byte = first.utf8.first, byte != 45 else { return arguments }
  var rest = Array(arguments.dropFirst())
  var out: [String] = []
  for letter in first.utf8 {
    let name = String(bytes: [letter])
    out.append("-" + name)
    let takes = tarOptions.entries.contains { $0.shorts.contains(letter) && $0.argument == .required }
    if takes, !rest.isEmpty { out.append(rest.removeFirst()) }
  }
  return out + rest
}

func tar(_ call: ToolCall) -> Int32 {
  func usage(_ message: String, _ code: Int32 = 2) -> Int32 {
    call.writeError("tar: \(message)\nTry 'tar --help' or 'tar --usage' for more information.\n")
    return code
  }
  let arguments = modernized(call.arguments)
  switch tarOptions.parse(arguments) {
  case .options(let options): call.options = options
  case .notSimulated(let option): return call.notSimulated("tar \(option)")
  case .wrong(let message): return usage(message, 64)
  }
  var modes: [String] = []
  for id in ["c", "t", "x", "r", "u", "d", "delete"] where call.options.has(id) { modes.append(id) }
  guard let mode = modes.first else {
    return usage("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options")
  }
  if modes.count > 1 {
    return usage("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option")
  }
  let archiver = Archiver(call, arguments)
  switch mode {
  case "c":
    if archiver.sources.isEmpty, !call.options.has("T") {
      return usage("Cowardly refusing to create an empty archive")
    }
    return archiver.create(appending: false)
  case "r": return archiver.create(appending: true)
  case "t": return archiver.list()
  case "x": return archiver.extract()
  case "delete": return archiver.delete()
  default: return call.notSimulated(mode == "u" ? "tar -u" : "tar -d")
  }
}

/// Reads standard input when the archive or the list of names is there.
func tarReadsInput(_ call: ToolCall) -> Bool {
  guard case .options(let options) = tarOptions.parse(modernized(call.arguments)) else { return false }
  if options.value("T") == "-" { return true }
  let reads = options.has("t") || options.has("x")
  return reads && (options.value("f") == "-" || (!options.has("f")))
}

private final class Archiver {
  /// A name on the command line and the folder that -C had named before it.
  struct Source {
    var name: String
    var folder: String
  }
  let call: ToolCall
  let options: Options
  private(set) var sources: [Source] = []
  private var folder: String
  private var excludes: [String] = []
  private var failed = false
  private var strippedSlash = false
  private let accounts: Accounts
  private var listWidth = 19
  private let archive: String?
  private var seen: [(inode: Inode, name: String)] = []

  init(_ call: ToolCall, _ arguments: [String]) {
    self.call = call
    options = call.options
    accounts = Accounts(call.files)
    folder = call.directory
    archive = options.value("f")
    excludes = options.values("exclude")
    if options.has("exclude-vcs") { excludes += [".git", ".gitignore", ".svn", "CVS", ".hg", ".bzr"] }
    for path in options.values("X") {
      if let bytes = try? call.read(path) {
        for line in lineContents(bytes) where !line.isEmpty { excludes.append(String(bytes: line)) }
      }
    }
    // -C counts for the names that follow it, so that names and folders are read in their order.
    var here = call.directory
    var waiting: String?
    var onlyOperands = false
    for argument in arguments {
      if let option = waiting {
        if option == "C" { here = FileSystem.normalize(argument, in: here) }
        waiting = nil
        continue
      }
      let bytes = argument.bytes
      if onlyOperands || bytes.count < 2 || bytes[0] != 45 {
        sources.append(Source(name: argument, folder: here))
      } else if argument == "--" {
        onlyOperands = true
      } else if bytes[1] == 45 {
        let equals = bytes.firstIndex(of: 61)
        let name = String(bytes: bytes[2..<(equals ?? bytes.count)])
        for entry in tarOptions.entries where entry.longs.contains(name) && entry.argument == .required {
          if let equals {
            if entry.id == "C" { here = FileSystem.normalize(String(bytes: bytes[(equals + 1)...]), in: here) }
          } else {
            waiting = entry.id
          }
        }
      } else {
        for (index, letter) in bytes.enumerated().dropFirst() {
          guard let entry = tarOptions.entries.first(where: { $0.shorts.contains(letter) }) else { continue }
          guard entry.argument == .required else { continue }
          if index + 1 < bytes.count {
            if entry.id == "C" { here = FileSystem.normalize(String(bytes: bytes[(index + 1)...]), in: here) }
          } else {
            waiting = entry.id
          }
          break
        }
      }
    }
    folder = here
    if let list = options.value("T"), let bytes = try? call.read(list) {
      for line in lineContents(bytes, delimiter: options.has("null") ? 0 : 10) where !line.isEmpty {
        sources.append(Source(name: String(bytes: line), folder: here))
      }
    }
  }

  private func complain(_ text: String) {
    call.flush()
    call.writeError("tar: \(text)\n")
    failed = true
  }

  private func fatal(_ text: String?) -> Int32 {
    call.flush()
    if let text { call.writeError("tar: \(text)\n") }
    call.writeError("tar: Error is not recoverable: exiting now\n")
    return 2
  }

  private func finish() -> Int32 {
    call.flush()
    if failed { call.writeError("tar: Exiting with failure status due to previous errors\n") }
    return failed ? 2 : call.status
  }

  private var isCompressed: Bool {
    if options.has("z") { return true }
    guard options.has("a"), let archive else { return false }
    return archive.hasSuffix(".gz") || archive.hasSuffix(".tgz") || archive.hasSuffix(".taz")
  }

  private func isExcluded(_ name: String) -> Bool {
    for pattern in excludes {
      if globMatches(pattern, name) { return true }
      // A pattern may begin after any slash.
      var rest = name
      while let slash = rest.utf8.firstIndex(of: 47) {
        rest = String(rest[rest.utf8.index(after: slash)...])
        if globMatches(pattern, rest) { return true }
      }
    }
    return false
  }

  // MARK: Create

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

  private func show(_ text: String) {
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

  // MARK: Reading

  private func members() -> [TarMember]? {
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

  private func shownName(_ member: TarMember) -> String {
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

  private func longLine(_ member: TarMember) -> String {
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
    let time = formatTime(format, CivilTime(unixSeconds: member.modified))
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
      case .fifo: try files.attach(files.makeInode(.fifo, mode: member.mode, by: call.who), at: name, in: folder)
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
