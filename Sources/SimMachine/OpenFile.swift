// What a file descriptor points to. A base class rather than a protocol: descriptors share an object and count references,
// so that a pipe knows when its last writer is gone.

package enum ReadOutcome {
  case bytes([UInt8])
  case endOfFile
  /// Nothing there now; wait on `readable`.
  case wouldBlock
  case failed(Errno)
}

package enum WriteOutcome {
  /// So many of the given bytes were taken.
  case wrote(Int)
  /// No room now; wait on `writable`.
  case wouldBlock
  case failed(Errno)
}

/// Which budget pays for what is written to a file.
package enum OutputBudget {
  /// What the learner is shown.
  case shown
  /// What fills the disk.
  case stored
  /// What somebody else takes up again, and pays for.
  case passing
}

package class OpenFile {
  /// Descriptors that refer to this open file, over all processes.
  package private(set) var references = 0
  package let readable = WaitQueue()
  package let writable = WaitQueue()

  package init() {}

  package var isTerminal: Bool { terminal != nil }
  package var terminal: Terminal? { nil }
  package var budget: OutputBudget { .passing }

  /// Reads at most `count` bytes.
  package func read(_ count: Int) -> ReadOutcome { .failed(.badDescriptor) }
  package func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome { .failed(.badDescriptor) }
  /// Called when the last descriptor is closed.
  package func lastClose() {}

  package final func retain() { references += 1 }
  package final func release() {
    references -= 1
    if references == 0 { lastClose() }
  }
}

/// `/dev/null`.
package final class NullDevice: OpenFile {
  package override func read(_ count: Int) -> ReadOutcome { .endOfFile }
  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome { .wrote(bytes.count) }
}

/// `/dev/zero`.
package final class ZeroDevice: OpenFile {
  package override func read(_ count: Int) -> ReadOutcome { .bytes([UInt8](repeating: 0, count: count)) }
  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome { .wrote(bytes.count) }
}

/// `/dev/urandom`, drawn from the world's seeded generator.
package final class RandomDevice: OpenFile {
  private let draw: () -> UInt8

  package init(draw: @escaping () -> UInt8) { self.draw = draw }

  package override func read(_ count: Int) -> ReadOutcome {
    var bytes: [UInt8] = []
    for _ in 0..<min(count, 65_536) { bytes.append(draw()) }
    return .bytes(bytes)
  }
  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome { .wrote(bytes.count) }
}

/// Bytes handed to a program as its input, and nothing more after them.
package final class BytesFile: OpenFile {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  package override func read(_ count: Int) -> ReadOutcome {
    if rest.isEmpty { return .endOfFile }
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return .bytes(Array(taken))
  }
}

/// An output that hands every write to a closure: how a session collects what a command prints.
package final class SinkFile: OpenFile {
  private let sink: (ArraySlice<UInt8>) -> Void

  package init(_ sink: @escaping (ArraySlice<UInt8>) -> Void) { self.sink = sink }

  package override var budget: OutputBudget { .shown }

  package override func read(_ count: Int) -> ReadOutcome { .endOfFile }
  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
    sink(bytes)
    return .wrote(bytes.count)
  }
}

/// A regular file opened for reading, writing or both; reads and writes move one shared offset.
package final class RegularFile: OpenFile {
  package let inode: Inode
  package var offset = 0
  private let appends: Bool
  private let canRead: Bool
  private let canWrite: Bool
  private let fileSystem: FileSystem

  init(_ inode: Inode, _ mode: FileSystem.OpenMode, in fileSystem: FileSystem) {
    self.inode = inode
    canRead = mode.reads
    canWrite = mode.writes
    appends = mode.appends
    self.fileSystem = fileSystem
  }

  package override var budget: OutputBudget { .stored }

  package override func read(_ count: Int) -> ReadOutcome {
    guard canRead else { return .failed(.badDescriptor) }
    guard inode.kind != .directory else { return .failed(.isDirectory) }
    guard offset < inode.bytes.count else { return .endOfFile }
    let end = min(inode.bytes.count, offset + count)
    defer { offset = end }
    return .bytes(Array(inode.bytes[offset..<end]))
  }

  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
    guard canWrite else { return .failed(.badDescriptor) }
    if appends { offset = inode.bytes.count }
    guard offset + bytes.count <= FileSystem.fileSizeMax else {
      fileSystem.noteTooLarge()
      return .failed(.fileTooLarge)
    }
    if offset == inode.bytes.count {
      inode.bytes.append(contentsOf: bytes)
    } else {
      while inode.bytes.count < offset { inode.bytes.append(0) }
      let end = min(inode.bytes.count, offset + bytes.count)
      inode.bytes.replaceSubrange(offset..<end, with: bytes)
    }
    offset += bytes.count
    fileSystem.touch(inode)
    inode.changed.wake()
    return .wrote(bytes.count)
  }
}
