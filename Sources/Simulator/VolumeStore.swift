// The volumes of a session's pods: directories that outlive containers, and how a container's mounts show them.

import KubeCluster
import SimKernel
import SimMachine

final class VolumeStore {
  private let world: World
  private var directories: [String: Inode] = [:]
  /// Those of them that are folders of the node.
  private var liesOnNode: Set<String> = []
  private var projected: [String: ProjectedVolume] = [:]
  /// Pods and volumes whose files were given their group: the kubelet does so once for each pod.
  private var handed: Set<String> = []
  /// The nodes' own files, for volumes that lie there.
  var nodeFiles: [String: FileSystem] = [:]

  init(world: World) { self.world = world }

  // MARK: Mounts

  func place(_ mount: Mount, of podUID: String, on machine: Machine, node: String) {
    guard var target = root(of: mount, podUID, on: machine, node) else { return }
    if !mount.subPath.isEmpty {
      let parts = mount.subPath.split(separator: "/" as Character).map(String.init)
      if case .files(let id, _, _) = mount.content, let file = projected[id]?.lookup(parts) {
        target = file
      } else {
        target = descend(from: target, parts, on: machine)
      }
    }
    let path = FileSystem.normalize(mount.path, in: "/")
    if target.isDirectory {
      _ = try? machine.fileSystem.makeDirectory(path, parents: true)
    } else if !machine.fileSystem.exists(path) {
      if let slash = path.utf8.lastIndex(of: 47) {
        _ = try? machine.fileSystem.makeDirectory(String(path[..<slash]), parents: true)
      }
      _ = try? machine.fileSystem.create(path)
    }
    try? machine.fileSystem.mount(target, at: path, isReadOnly: mount.readOnly)
  }

  /// The kubelet makes what is missing of a `subPath`.
  private func descend(from root: Inode, _ parts: [String], on machine: Machine) -> Inode {
    var here = root
    for part in parts {
      if let there = here.entries[part] {
        here = there
      } else {
        let made = machine.fileSystem.makeInode(.directory, mode: 0o755)
        made.isInMemory = here.isInMemory
        here.entries[part] = made
        here = made
      }
    }
    return here
  }

  private func root(of mount: Mount, _ podUID: String, on machine: Machine, _ node: String) -> Inode? {
    let (id, directory): (String, Inode?)
    switch mount.content {
    case .hostPath(let path, let type):
      return hostInode(path, type, node) ?? self.directory(path, on: machine, mode: 0o755)
    case .files(let id, let files, let inMemory):
      let volume =
        projected[id] ?? ProjectedVolume(id, inMemory: inMemory, group: mount.group, world: world)
      if projected[id] == nil {
        projected[id] = volume
        volume.show(files)
      }
      return volume.root
    case .emptyDir(let name, let inMemory):
      (id, directory) = (name, self.directory(name, on: machine, mode: inMemory ? 0o1777 : 0o777))
      if inMemory { directory?.isInMemory = true }
    case .persistent(let name, let path): (id, directory) = (name, persistent(name, at: path, on: machine, node))
    }
    if let group = mount.group, let directory, handed.insert(podUID + "/" + id).inserted {
      VolumeStore.giveAll(directory, to: group, depth: 0)
    }
    return directory
  }

  /// What is on the node under a path; made when it is not there.
  private func hostInode(_ path: String, _ type: String, _ node: String) -> Inode? {
    guard let nodeFiles = nodeFiles[node] else { return nil }
    if let there = nodeFiles.probe({ try? nodeFiles.lookup(path) }) { return there }
    if type == "FileOrCreate" { return try? nodeFiles.create(path) }
    return try? nodeFiles.makeDirectory(path, parents: true)
  }

  /// A persistent volume's directory, which is also to be found on the node.
  private func persistent(_ id: String, at path: String?, on machine: Machine, _ node: String) -> Inode {
    if let path, directories[id] == nil, let nodeFiles = nodeFiles[node] {
      let isThere = nodeFiles.probe { nodeFiles.exists(path) }
      if let inode = hostInode(path, "DirectoryOrCreate", node) {
        if !isThere { inode.mode = 0o777 }
        directories[id] = inode
        liesOnNode.insert(id)
      }
    }
    return directory(id, on: machine, mode: 0o777)
  }

  private func directory(_ id: String, on machine: Machine, mode: Int) -> Inode {
    if let there = directories[id] { return there }
    let made = machine.fileSystem.makeInode(.directory, mode: mode)
    directories[id] = made
    return made
  }

  /// What volumes take on the node's disk that lie in no folder of it here.
  var usageOutsideOfNode: FileUsage {
    var sum = FileUsage()
    for id in directories.keys.sorted() {
      guard let inode = directories[id], !inode.isInMemory, !liesOnNode.contains(id) else { continue }
      sum = sum + inode.usage
    }
    return sum
  }

  // MARK: Groups

  private static func giveAll(_ inode: Inode, to group: Int, depth: Int) {
    give(inode, to: group, readOnly: false)
    guard depth < 64 else { return }
    for child in inode.entries.values { giveAll(child, to: group, depth: depth + 1) }
  }

  /// Lets a group use a file or directory of a volume. Source: `pkg/volume/volume_linux.go` (changeFilePermission).
  static func give(_ inode: Inode, to group: Int, readOnly: Bool) {
    inode.group = group
    guard inode.kind != .symbolicLink else { return }
    inode.mode |= readOnly ? 0o440 : 0o660
    if inode.isDirectory { inode.mode |= 0o2110 }
  }

  // MARK: Changes

  func update(_ volumeID: String, _ files: OrderedMap<String, ProjectedFile>) { projected[volumeID]?.show(files) }

  func remove(_ volumeID: String) {
    directories[volumeID] = nil
    projected[volumeID] = nil
  }

  func hostPathProblem(_ path: String, type: String, node: String) -> String? {
    guard let nodeFiles = nodeFiles[node] else { return nil }
    let inode = nodeFiles.probe { try? nodeFiles.lookup(path) }
    switch type {
    case "Directory": return inode?.isDirectory == true ? nil : path + " is not a directory"
    case "DirectoryOrCreate": return inode == nil || inode!.isDirectory ? nil : path + " is not a directory"
    case "File": return inode?.kind == .file ? nil : path + " is not a file"
    case "FileOrCreate": return inode == nil || inode!.kind == .file ? nil : path + " is not a file"
    case "Socket": return path + " is not a socket file"
    case "CharDevice": return path + " is not a character device"
    case "BlockDevice": return path + " is not a block device"
    default: return nil
    }
  }
}
