// The virtual file system of one machine: inodes in memory, owners, modes, times, symbolic and hard links, mounts. Nothing
// here can reach the real disk. Mounts graft a directory of another tree (a claim's volume) onto a path.

package import SimKernel

package enum InodeKind {
  case file, directory, symbolicLink, characterDevice, fifo, socket
}

package final class Inode {
  package let number: Int64
  package let kind: InodeKind
  /// Permission bits with set-id and sticky bits, e.g. 0o755.
  package var mode: Int
  package var owner: Int
  package var group: Int
  package var modified: Instant
  package var accessed: Instant
  package var changedAt: Instant
  package var links = 1
  /// A file's content.
  package var bytes: [UInt8] = []
  /// A directory's entries, in the order in which they were made.
  package var entries = OrderedMap<String, Inode>()
  /// A symbolic link's target.
  package var target = ""
  /// For an executable that the simulator provides: its name in the command table.
  package var program: String?
  /// For a character device: opens it.
  package var device: (() -> OpenFile)?
  /// For a named pipe.
  package var pipe: NamedPipe?
  /// What a program keeps with a directory beyond its bytes (a database's tables with its data directory).
  package var attachment: AnyObject?
  /// Came with the machine: when it was made is not known. A change makes its date known.
  package internal(set) var isPackaged = false
  /// A directory that came with the machine, and of which only a part is here.
  package internal(set) var isPartial = false
  /// A file of which nobody here knows what stands in it: who asks for it is told so.
  package var isUnknown = false
  /// Lies on a tmpfs: its directories have no size of their own and take no blocks.
  package var isInMemory = false
  /// Woken when the content changes (`tail -f`).
  package let changed = WaitQueue()

  package init(number: Int64, kind: InodeKind, mode: Int, owner: Int = 0, group: Int = 0, at: Instant) {
    self.number = number
    self.kind = kind
    self.mode = mode
    self.owner = owner
    self.group = group
    modified = at
    accessed = at
    changedAt = at
  }

  package var isDirectory: Bool { kind == .directory }
  package var size: Int64 {
    switch kind {
    // tmpfs counts 20 bytes for each name (`BOGO_DIRENT_SIZE` of the kernel's mm/shmem.c), `.` and `..` among them.
    case .directory: return isInMemory ? 20 * Int64(entries.count + 2) : 4096
    case .symbolicLink: return Int64(target.utf8.count)
    default: return Int64(bytes.count)
    }
  }
}

/// Who asks: decides permission.
package struct Credentials: Equatable {
  package var user: Int
  package var group: Int
  package var groups: [Int]

  package init(user: Int = 0, group: Int = 0, groups: [Int] = []) {
    self.user = user
    self.group = group
    self.groups = groups
  }
  package static let root = Credentials()
}

package final class FileSystem {
  /// A file larger than this cannot be written.
  package static let fileSizeMax = 64 << 20
  package let root: Inode
  private let world: World
  private var nextInode: Int64 = 2
  /// What hides an inode, by the hidden inode (numbers of other machines' inodes may be the same).
  private var mounts: [ObjectIdentifier: Graft] = [:]
  /// Nothing can be written outside of what is mounted (`readOnlyRootFilesystem`).
  package var isReadOnly = false
  /// Whose files /proc shows.
  private let processes: ProcessTable?
  /// A real system has more in the directories that are marked partial, and people look for it there.
  package var isSketch = false
  private var uncharted: [String] = []

  /// What is mounted, in the order in which it was.
  package private(set) var mountPoints: [(path: String, inode: Inode)] = []

  private struct Graft {
    let inode: Inode
    let isReadOnly: Bool
  }

  package init(world: World, processes: ProcessTable? = nil) {
    self.world = world
    self.processes = processes
    root = Inode(number: 1, kind: .directory, mode: 0o755, at: world.now)
  }

  package func makeInode(_ kind: InodeKind, mode: Int, by who: Credentials = .root) -> Inode {
    nextInode += 1
    return Inode(number: nextInode, kind: kind, mode: mode, owner: who.user, group: who.group, at: world.now)
  }

  /// An inode that is about to be put into a directory: it lies where that lies, and a set-group-ID directory hands its
  /// group on.
  private func makeInode(_ kind: InodeKind, mode: Int, in directory: Inode, by who: Credentials) -> Inode {
    let inode = makeInode(kind, mode: mode, by: who)
    inode.isInMemory = directory.isInMemory
    if directory.mode & 0o2000 != 0 {
      inode.group = directory.group
      if kind == .directory { inode.mode |= 0o2000 }
    }
    return inode
  }

  /// A mark in time, for `markPackaged`.
  package var mark: Int64 { nextInode }

  /// Says of what was made between two marks that it came with the machine; what has a date before the world's beginning was
  /// given its own. `isPartial` tells of a directory's path whether a real system has more in it.
  package func markPackaged(
    after first: Int64, upTo last: Int64, isPartial: (_ path: String, _ isNew: Bool) -> Bool = { _, _ in false }
  ) {
    func visit(_ inode: Inode, _ path: String, _ depth: Int) {
      let isNew = inode.number > first && inode.number <= last
      if isNew, inode.modified >= .start { inode.isPackaged = true }
      if inode.isDirectory, isPartial(path, isNew) { inode.isPartial = true }
      guard depth < 64 else { return }
      for (name, child) in inode.entries { visit(child, path == "/" ? path + name : path + "/" + name, depth + 1) }
    }
    visit(root, "/", 0)
  }

  // MARK: Paths

  /// An absolute path without `.`, `..` and doubled slashes, by text alone (symbolic links are not looked at).
  package static func normalize(_ path: String, in directory: String) -> String {
    var parts: [Substring] = []
    let whole = path.utf8.first == 47 ? path : directory + "/" + path
    for part in whole.split(separator: "/" as Character) {
      if part == "." { continue }
      if part == ".." {
        if !parts.isEmpty { parts.removeLast() }
      } else {
        parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Finds the inode of a path. `following` false stops at a final symbolic link.
  package func lookup(
    _ path: String, in directory: String = "/", following: Bool = true, as who: Credentials = .root
  ) throws(Errno) -> Inode {
    try walk(path, in: directory, following: following, as: who).inode
  }

  package func exists(_ path: String, in directory: String = "/") -> Bool {
    (try? lookup(path, in: directory)) != nil
  }

  /// The absolute path with every symbolic link resolved.
  package func realPath(_ path: String, in directory: String = "/", as who: Credentials = .root) throws(Errno) -> String
  {
    try walk(path, in: directory, following: true, as: who).path
  }

  /// Whether a path lies where nothing can be written, whoever asks.
  package func isReadOnly(_ path: String, in directory: String = "/") -> Bool {
    (try? walk(path, in: directory, following: true, as: .root))?.isReadOnly ?? false
  }

  /// The parent directory and the last name of a path whose last part may not exist yet.
  private func parent(
    _ path: String, in directory: String, as who: Credentials
  ) throws(Errno) -> (directory: Inode, path: String, name: String, isReadOnly: Bool) {
    guard !path.isEmpty else { throw .noEntry }
    var trimmed = path
    while trimmed.utf8.count > 1, trimmed.utf8.last == 47 { trimmed.removeLast() }
    var head = directory
    var name = trimmed
    if let slash = trimmed.utf8.lastIndex(of: 47) {
      head = String(trimmed[..<slash])
      if head.isEmpty { head = "/" }
      name = String(trimmed[trimmed.utf8.index(after: slash)...])
    }
    let (inode, headPath, isReadOnly) = try walk(head, in: directory, following: true, as: who)
    guard inode.isDirectory else { throw .notDirectory }
    return (inode, headPath, name, isReadOnly)
  }

  /// The parent directory and last name of a path that is to be made, removed or renamed.
  private func writableParent(
    _ path: String, in directory: String, as who: Credentials
  ) throws(Errno) -> (directory: Inode, path: String, name: String) {
    let (inode, headPath, name, isReadOnly) = try parent(path, in: directory, as: who)
    guard !isReadOnly else { throw .readOnly }
    guard permits(inode, 2, who) else { throw .accessDenied }
    return (inode, headPath, name)
  }

  private func walk(
    _ path: String, in directory: String, following: Bool, as who: Credentials
  ) throws(Errno) -> (inode: Inode, path: String, isReadOnly: Bool) {
    guard !path.isEmpty else { throw .noEntry }
    guard path.utf8.count < 4_096 else { throw .nameTooLong }
    var pending: [String] = []
    func push(_ text: String) {
      var parts: [String] = []
      for part in text.split(separator: "/" as Character) { parts.append(String(part)) }
      pending.append(contentsOf: parts.reversed())
    }
    push(path)
    if path.utf8.first != 47 { push(directory) }
    let mustBeDirectory = path.utf8.last == 47
    var trail: [(Inode, String, isReadOnly: Bool)] = [(root, "", isReadOnly)]
    var linksFollowed = 0
    while let part = pending.popLast() {
      if part == "." { continue }
      let here = trail[trail.count - 1].0
      guard here.isDirectory else { throw .notDirectory }
      if part == ".." {
        if trail.count > 1 { trail.removeLast() }
        continue
      }
      guard part.utf8.count <= 255 else { throw .nameTooLong }
      guard permits(here, 1, who) else { throw .accessDenied }
      guard let entry = here.entries[part] ?? kernelFile(part, in: trail, rest: pending) else { throw .noEntry }
      let graft = mounts[ObjectIdentifier(entry)]
      let child = graft?.inode ?? entry
      if child.kind == .symbolicLink, following || !pending.isEmpty || mustBeDirectory {
        linksFollowed += 1
        guard linksFollowed <= 40 else { throw .tooManyLinks }
        if child.target.utf8.first == 47 { trail = [trail[0]] }
        push(child.target)
        continue
      }
      trail.append((child, part, graft?.isReadOnly ?? trail[trail.count - 1].isReadOnly))
    }
    let last = trail[trail.count - 1].0
    if mustBeDirectory, !last.isDirectory { throw .notDirectory }
    var text = ""
    for (_, name, _) in trail.dropFirst() { text += "/" + name }
    return (last, text.isEmpty ? "/" : text, trail[trail.count - 1].isReadOnly)
  }

  /// What the kernel shows under /proc, made when it is asked for. What is missing there or under /sys, and in a sketch in
  /// any directory of which only a part is here, is remembered: that it is not here says nothing.
  private func kernelFile(
    _ name: String, in trail: [(Inode, String, isReadOnly: Bool)], rest: [String]
  ) -> Inode? {
    guard trail.count > 1 else { return nil }
    if rest.isEmpty, trail.count == 2, isPersonal("/\(trail[1].1)/\(name)") {
      noteUnknown(name, in: "/root")
      return nil
    }
    let isProcess = trail[1].1 == "proc"
    if isProcess, trail.count == 2, let folder = processes?.folder(name, in: self) { return folder }
    guard trail[trail.count - 1].0.isPartial, isSketch || isProcess || trail[1].1 == "sys" else { return nil }
    // What /dev/stdin and its like point to is the business of those who open descriptors.
    if isProcess, name == "self", rest.last == "fd" { return nil }
    var path = ""
    for (_, part, _) in trail.dropFirst() { path += "/" + part }
    path += "/" + name
    for part in rest.reversed() { path += "/" + part }
    // Whether there is such a command is for others to say, who look in many folders.
    for folder in ["bin/", "sbin/", "games/"] where path.hasSuffix(folder + (rest.first ?? name)) { return nil }
    if !uncharted.contains(path) { uncharted.append(path) }
    return nil
  }

  /// What root finds at home on a machine that somebody works on; a lab begins in an empty folder.
  private func isPersonal(_ path: String) -> Bool {
    isSketch && ["/root/.bash_history", "/root/.bashrc", "/root/.profile", "/root/.ssh"].contains(path)
  }

  /// Remembers that somebody wanted to write a larger file than there can be here.
  func noteTooLarge() {
    let reason = "a file of more than \(FileSystem.fileSizeMax >> 20) MiB"
    if !uncharted.contains(reason) { uncharted.append(reason) }
  }

  /// What is to be noted as not simulated since the last call: paths that somebody has asked for in vain where this tree is not all
  /// there is, and files that could not grow.
  func takeUncharted() -> [String] {
    guard !uncharted.isEmpty else { return [] }
    defer { uncharted = [] }
    return uncharted
  }

  /// What has just been made was rightly missing before.
  private func chart(_ folder: String, _ name: String) {
    guard !uncharted.isEmpty else { return }
    let path = (folder == "/" ? "" : folder) + "/" + name
    uncharted.removeAll { $0 == path || $0.hasPrefix(path + "/") }
  }

  /// Looks for something that need not be there: nobody is told when it is not.
  package func probe<Result>(_ look: () -> Result) -> Result {
    let before = uncharted
    defer { uncharted = before }
    return look()
  }

  /// Whether `who` has the permission `bit` (4 read, 2 write, 1 execute or search) on an inode.
  package func permits(_ inode: Inode, _ bit: Int, _ who: Credentials) -> Bool {
    if who.user == 0 { return bit != 1 || inode.isDirectory || inode.mode & 0o111 != 0 }
    if inode.owner == who.user { return inode.mode >> 6 & bit == bit }
    if inode.group == who.group || who.groups.contains(inode.group) { return inode.mode >> 3 & bit == bit }
    return inode.mode & bit == bit
  }

  // MARK: Reading

  package func read(_ path: String, in directory: String = "/", as who: Credentials = .root) throws(Errno) -> [UInt8] {
    let inode = try lookup(path, in: directory, as: who)
    guard !inode.isDirectory else { throw .isDirectory }
    guard permits(inode, 4, who) else { throw .accessDenied }
    if inode.isUnknown { noteUnknown(path, in: directory) }
    return inode.bytes
  }

  /// For a program that does what the file says rather than show it.
  package func readQuietly(
    _ path: String, in directory: String = "/", as who: Credentials = .root
  ) throws(Errno) -> [UInt8] {
    let before = uncharted
    defer { uncharted = before }
    return try read(path, in: directory, as: who)
  }

  /// Remembers that somebody looked into a file of which it is not known what stands in it.
  private func noteUnknown(_ path: String, in directory: String) {
    let whole = FileSystem.normalize(path, in: directory)
    if !uncharted.contains(whole) { uncharted.append(whole) }
  }

  /// The names in a directory, in the order in which they were made, without `.` and `..`.
  package func list(_ path: String, in directory: String = "/", as who: Credentials = .root) throws(Errno) -> [String] {
    let inode = try lookup(path, in: directory, as: who)
    guard inode.isDirectory else { throw .notDirectory }
    guard permits(inode, 4, who) else { throw .accessDenied }
    return inode.entries.keys
  }

  // MARK: Writing

  /// How `open` treats the file.
  package struct OpenMode {
    package var reads = false
    package var writes = false
    package var appends = false
    package var creates = false
    package var truncates = false
    package var exclusive = false

    package static let read = OpenMode(reads: true)
    package static let write = OpenMode(writes: true, creates: true, truncates: true)
    package static let append = OpenMode(writes: true, appends: true, creates: true)
    package static let readWrite = OpenMode(reads: true, writes: true, creates: true)
    /// `set -C`: refuses to overwrite.
    package static let writeNew = OpenMode(writes: true, creates: true, exclusive: true)
  }

  package func open(
    _ path: String, in directory: String = "/", _ mode: OpenMode, permissions: Int = 0o644,
    as who: Credentials = .root
  ) throws(Errno) -> OpenFile {
    let inode: Inode
    let isReadOnly: Bool
    do throws(Errno) {
      (inode, _, isReadOnly) = try walk(path, in: directory, following: true, as: who)
    } catch {
      guard error == .noEntry, mode.creates else { throw error }
      let inode = try create(path, in: directory, permissions: permissions, as: who)
      inode.isUnknown = mode.appends && isPersonal(FileSystem.normalize(path, in: directory))
      return RegularFile(inode, mode, in: self)
    }
    if mode.exclusive, inode.kind == .file { throw .exists }
    if let device = inode.device { return device() }
    if mode.writes, inode.isDirectory { throw .isDirectory }
    if mode.writes, isReadOnly { throw .readOnly }
    if mode.reads, !permits(inode, 4, who) { throw .accessDenied }
    if mode.writes, !permits(inode, 2, who) { throw .accessDenied }
    if let pipe = inode.pipe { return pipe.open(reads: mode.reads, writes: mode.writes) }
    if mode.reads, inode.isUnknown { noteUnknown(path, in: directory) }
    if mode.truncates, inode.kind == .file {
      inode.bytes = []
      inode.isUnknown = false
      touch(inode)
    }
    return RegularFile(inode, mode, in: self)
  }

  /// Makes an empty file where there is none.
  @discardableResult
  package func create(
    _ path: String, in directory: String = "/", permissions: Int = 0o644, as who: Credentials = .root
  ) throws(Errno) -> Inode {
    if path.utf8.last == 47 { throw .isDirectory }
    // A dangling symbolic link is written through.
    if let link = try? lookup(path, in: directory, following: false, as: who), link.kind == .symbolicLink {
      let (_, parentPath, _, _) = try parent(path, in: directory, as: who)
      return try create(link.target, in: parentPath, permissions: permissions, as: who)
    }
    let (parentInode, folder, name) = try writableParent(path, in: directory, as: who)
    let inode = makeInode(.file, mode: permissions, in: parentInode, by: who)
    try add(inode, name, to: parentInode)
    chart(folder, name)
    return inode
  }

  /// Makes a named pipe.
  @discardableResult
  package func makePipe(
    _ path: String, in directory: String = "/", permissions: Int = 0o644, as who: Credentials = .root
  ) throws(Errno) -> Inode {
    if (try? lookup(path, in: directory, following: false, as: who)) != nil { throw .exists }
    let (parentInode, _, name) = try writableParent(path, in: directory, as: who)
    let inode = makeInode(.fifo, mode: permissions, in: parentInode, by: who)
    inode.pipe = NamedPipe()
    try add(inode, name, to: parentInode)
    return inode
  }

  /// Replaces a file's content, making the file when it is missing.
  package func write(
    _ path: String, in directory: String = "/", _ bytes: [UInt8], permissions: Int = 0o644,
    as who: Credentials = .root
  ) throws(Errno) {
    let file = try open(path, in: directory, .write, permissions: permissions, as: who)
    _ = file.write(bytes[...])
  }

  @discardableResult
  package func makeDirectory(
    _ path: String, in directory: String = "/", permissions: Int = 0o755, parents: Bool = false,
    as who: Credentials = .root
  ) throws(Errno) -> Inode {
    if parents {
      let whole = FileSystem.normalize(path, in: directory)
      var soFar = ""
      var inode = root
      for part in whole.split(separator: "/" as Character) {
        soFar += "/" + part
        if let there = try? lookup(soFar, as: who) {
          guard there.isDirectory else { throw .exists }
          inode = there
        } else {
          inode = try makeDirectory(soFar, permissions: permissions, as: who)
        }
      }
      return inode
    }
    if (try? lookup(path, in: directory, following: false, as: who)) != nil { throw .exists }
    let (parentInode, folder, name) = try writableParent(path, in: directory, as: who)
    let inode = makeInode(.directory, mode: permissions, in: parentInode, by: who)
    inode.links = 2
    try add(inode, name, to: parentInode)
    chart(folder, name)
    return inode
  }

  package func makeSymbolicLink(
    _ target: String, at path: String, in directory: String = "/", as who: Credentials = .root
  ) throws(Errno) {
    if (try? lookup(path, in: directory, following: false, as: who)) != nil { throw .exists }
    let (parentInode, folder, name) = try writableParent(path, in: directory, as: who)
    let inode = makeInode(.symbolicLink, mode: 0o777, in: parentInode, by: who)
    inode.target = target
    try add(inode, name, to: parentInode)
    chart(folder, name)
  }

  /// Gives an inode a name (hard link, device, program, or a prepared tree).
  package func attach(
    _ inode: Inode, at path: String, in directory: String = "/", as who: Credentials = .root
  ) throws(Errno) {
    if (try? lookup(path, in: directory, following: false, as: who)) != nil { throw .exists }
    let (parentInode, folder, name) = try writableParent(path, in: directory, as: who)
    try add(inode, name, to: parentInode)
    chart(folder, name)
  }

  package func makeHardLink(
    _ existing: String, at path: String, in directory: String = "/", as who: Credentials = .root
  ) throws(Errno) {
    let inode = try lookup(existing, in: directory, following: false, as: who)
    guard !inode.isDirectory else { throw .notPermitted }
    try attach(inode, at: path, in: directory, as: who)
    inode.links += 1
  }

  /// Removes a name: a file, a link, or (with `directory` true) an empty directory.
  package func remove(
    _ path: String, in workingDirectory: String = "/", directory: Bool = false, as who: Credentials = .root
  ) throws(Errno) {
    let inode = try lookup(path, in: workingDirectory, following: false, as: who)
    if directory {
      guard inode.isDirectory else { throw .notDirectory }
      guard inode.entries.isEmpty else { throw .notEmpty }
    } else if inode.isDirectory {
      throw .isDirectory
    }
    let (parentInode, _, name) = try writableParent(path, in: workingDirectory, as: who)
    if let entry = parentInode.entries[name], mounts[ObjectIdentifier(entry)] != nil { throw .busy }
    parentInode.entries[name] = nil
    inode.links -= 1
    touch(parentInode)
  }

  /// Renames, replacing a file (or empty directory) that has the new name.
  package func rename(
    _ path: String, to newPath: String, in directory: String = "/", as who: Credentials = .root
  ) throws(Errno) {
    let inode = try lookup(path, in: directory, following: false, as: who)
    let (oldParent, oldParentPath, oldName) = try writableParent(path, in: directory, as: who)
    let (newParent, newParentPath, newName) = try writableParent(newPath, in: directory, as: who)
    if inode.isDirectory {
      let from = oldParentPath + "/" + oldName + "/"
      if (newParentPath + "/").hasPrefix(from) { throw .invalidArgument }
    }
    if let there = newParent.entries[newName] {
      if there === inode { return }
      if there.isDirectory {
        guard inode.isDirectory else { throw .isDirectory }
        guard there.entries.isEmpty else { throw .notEmpty }
      } else if inode.isDirectory {
        throw .notDirectory
      }
      newParent.entries[newName] = nil
    }
    oldParent.entries[oldName] = nil
    newParent.entries[newName] = inode
    chart(newParentPath, newName)
    touch(oldParent)
    touch(newParent)
  }

  /// Grafts a directory (or file) of another tree onto an existing path.
  package func mount(_ inode: Inode, at path: String, isReadOnly: Bool = false) throws(Errno) {
    let (parentInode, _, name, _) = try parent(path, in: "/", as: .root)
    guard let hidden = parentInode.entries[name] else { throw .noEntry }
    mounts[ObjectIdentifier(hidden)] = Graft(inode: inode, isReadOnly: isReadOnly)
    mountPoints.append((path, inode))
  }

  /// Notes a change of content now.
  package func touch(_ inode: Inode) {
    inode.modified = world.now
    inode.changedAt = world.now
    inode.isPackaged = false
  }

  private func add(_ inode: Inode, _ name: String, to directory: Inode) throws(Errno) {
    guard directory.isDirectory else { throw .notDirectory }
    guard name != ".", name != "..", !name.isEmpty else { throw .exists }
    guard name.utf8.count <= 255 else { throw .nameTooLong }
    directory.entries[name] = inode
    touch(directory)
  }
}
