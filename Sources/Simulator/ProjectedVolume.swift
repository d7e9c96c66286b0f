// The directory of a volume that shows objects of the API as files. The kubelet changes all its files at once: they lie in a
// directory named by the time, `..data` points there, and each name in the volume points through `..data`. A change makes a
// new directory, turns `..data` round, and removes the old one; a file that was mounted alone (`subPath`) stays as it was.
// Source: `pkg/volume/util/atomic_writer.go`, `pkg/volume/volume_linux.go` (SetVolumeOwnership).

import KubeCluster
import SimKernel
import SimMachine

final class ProjectedVolume {
  let root: Inode
  private let world: World
  private let fileSystem: FileSystem
  private let name: String
  private let group: Int?
  private var shown = OrderedMap<String, ProjectedFile>()
  private var payload: Inode?
  private var writes = 0

  init(_ volumeID: String, inMemory: Bool, group: Int?, world: World) {
    self.world = world
    self.group = group
    name = volumeID
    fileSystem = FileSystem(world: world)
    // A tmpfs is born with the sticky bit.
    root = fileSystem.makeInode(.directory, mode: inMemory ? 0o1777 : 0o777)
    root.isInMemory = inMemory
    hand(root)
  }

  /// Where `subPath` leads in what is shown now; nil when nothing is there.
  func lookup(_ parts: [String]) -> Inode? {
    var here = payload
    for part in parts { here = here?.entries[part] }
    return here
  }

  func show(_ files: OrderedMap<String, ProjectedFile>) {
    if payload != nil, files == shown { return }
    shown = files
    let old = root.entries["..data"]?.target
    let new = makeInode(.directory, 0o755)
    var names: [String] = []
    for (path, file) in files {
      let parts = path.split(separator: "/" as Character).map(String.init)
      guard let last = parts.last else { continue }
      if !names.contains(parts[0]) { names.append(parts[0]) }
      var folder = new
      for part in parts.dropLast() {
        let next = folder.entries[part] ?? makeInode(.directory, 0o755)
        folder.entries[part] = next
        folder = next
      }
      let made = makeInode(.file, file.mode, owner: file.owner)
      made.bytes = file.bytes
      folder.entries[last] = made
    }
    let stamp = directoryName()
    root.entries[stamp] = new
    link("..data", stamp)
    for name in root.entries.keys where !name.hasPrefix("..") && !names.contains(name) { root.entries[name] = nil }
    for name in names where root.entries[name] == nil { link(name, "..data/" + name) }
    if let old { root.entries[old] = nil }
    payload = new
    fileSystem.touch(root)
  }

  private func link(_ name: String, _ target: String) {
    let link = makeInode(.symbolicLink, 0o777)
    link.target = target
    root.entries[name] = link
  }

  /// `..2026_01_15_09_00_03.2318213761`: the time and a random number.
  private func directoryName() -> String {
    writes += 1
    var random = world.random.split("projected/\(name)/\(writes)")
    let number = random.next() >> 32
    let now = world.civilNow
    var text = ".." + padded(now.year, 4)
    for part in [now.month, now.day, now.hour, now.minute, now.second] { text += "_" + padded(part, 2) }
    return text + ".\(number)"
  }

  private func makeInode(_ kind: InodeKind, _ mode: Int, owner: Int = 0) -> Inode {
    let inode = fileSystem.makeInode(kind, mode: mode)
    inode.owner = owner
    inode.isInMemory = root.isInMemory
    hand(inode)
    return inode
  }

  private func hand(_ inode: Inode) {
    guard let group else { return }
    VolumeStore.give(inode, to: group, readOnly: true)
  }
}
