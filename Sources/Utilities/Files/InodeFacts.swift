// What listings say of a file beyond its inode: blocks, links, device numbers.

import SimKernel
import SimMachine

/// Blocks of 1,024 bytes that an inode takes on a file system with blocks of 4,096.
func blockCount(_ inode: Inode) -> Int64 {
  switch inode.kind {
  case .directory: return inode.isInMemory ? 0 : 4
  case .file: return (inode.size + 4095) / 4096 * 4
  default: return 0
  }
}

/// A directory counts itself, its `.` and the `..` of each folder in it.
func linkCount(_ inode: Inode) -> Int {
  guard inode.isDirectory else { return inode.links }
  var count = 2
  for child in inode.entries.values where child.isDirectory { count += 1 }
  return count
}

/// Major and minor numbers of the devices that a machine has.
func deviceNumbers(_ name: String) -> (Int, Int) {
  var last = name
  if let slash = name.utf8.lastIndex(of: 47) { last = String(name[name.utf8.index(after: slash)...]) }
  let known: [String: (Int, Int)] = [
    "null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0),
    "console": (5, 1), "ptmx": (5, 2),
  ]
  return known[last] ?? (136, 0)
}
