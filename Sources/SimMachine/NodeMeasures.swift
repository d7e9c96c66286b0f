// What free, df and uptime tell of a computer. No simulated program has measured it: the figures begin with those of the machine's
// profile, which are data, and what the simulation itself holds is added (files that were written, memory that a program has
// taken). A node and its containers share one.

package import SimKernel

/// The figures a machine begins with; docs/settings.md lists them.
package struct MachineProfile {
  /// In use before anything is started: by the kernel and by what is not simulated.
  package var memoryUsed: Int64 = 1_243_816 << 10
  package var memoryShared: Int64 = 4_412 << 10
  package var memoryBuffers: Int64 = 61_204 << 10
  package var memoryCached: Int64 = 1_712_336 << 10
  /// Of buffers and cache, what cannot be given back.
  package var memoryPinned: Int64 = 131_072 << 10
  /// The root file system: its size and what lies on it.
  package var disk = "/dev/sda1"
  package var diskBytes: Int64 = 40_470_732 << 10
  package var diskUsed: Int64 = 9_137_416 << 10
  package var diskReserved: Int64 = 16_384 << 10
  package var inodes: Int64 = 5_160_960
  package var inodesUsed: Int64 = 187_342
  /// How long before virtual instant zero the machine was booted.
  package var bootedBefore: Interval = .seconds(Int64(20 * 60))

  package init() {}
}

package final class NodeMeasures {
  package var profile = MachineProfile()
  package var memoryBytes: Int64 = 4_013_912 << 10
  /// What pods may have of it.
  package var memoryForPods: Int64 = 3_911_512 << 10
  /// What simulated programs have taken, in bytes.
  package var memoryTaken: () -> Int64 = { 0 }
  /// What simulated files take on the disk; nil where there is one machine alone.
  package var diskTaken: (() -> FileUsage)?

  package init() {}
}

/// Room that files take.
package struct FileUsage {
  package var bytes: Int64 = 0
  package var inodes: Int64 = 0

  package init() {}

  package static func + (a: FileUsage, b: FileUsage) -> FileUsage {
    var sum = a
    sum.bytes += b.bytes
    sum.inodes += b.inodes
    return sum
  }
}

extension Inode {
  /// What lies under a directory, in blocks of 4 KiB, without what came with the machine.
  package var usage: FileUsage {
    var seen: Set<ObjectIdentifier> = []
    return usage(&seen, depth: 0)
  }

  private func usage(_ seen: inout Set<ObjectIdentifier>, depth: Int) -> FileUsage {
    guard depth < 64, seen.insert(ObjectIdentifier(self)).inserted else { return FileUsage() }
    var sum = FileUsage()
    if !isPackaged {
      sum.inodes = 1
      switch kind {
      case .file: sum.bytes = (Int64(bytes.count) + 4_095) / 4_096 * 4_096
      case .directory: sum.bytes = isInMemory ? 0 : 4_096
      default: break
      }
    }
    for child in entries.values { sum = sum + child.usage(&seen, depth: depth + 1) }
    return sum
  }
}
