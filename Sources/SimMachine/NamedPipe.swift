// Named pipes (fifo(7)): whoever opens one by its name reads or writes the same bytes. Opening does not wait for the other side, as
// it does in reality: a reader waits at its first read instead, and what a writer puts in before a reader comes is kept.

package final class NamedPipe {
  private var bytes: [UInt8] = []
  private var ends: [NamedPipeEnd] = []
  private var writers = 0
  private var readers = 0
  /// How many writers have come, and how many of them readers know to have gone.
  private var arrivals = 0
  private var departures = 0

  package init() {}

  func open(reads: Bool, writes: Bool) -> OpenFile {
    let end = NamedPipeEnd(self, reads: reads, writes: writes)
    ends.append(end)
    if reads { readers += 1 }
    if writes {
      writers += 1
      arrivals += 1
    }
    return end
  }

  fileprivate func read(_ count: Int) -> ReadOutcome {
    if !bytes.isEmpty {
      let taken = Array(bytes.prefix(count))
      bytes.removeFirst(taken.count)
      for end in ends { end.writable.wake() }
      return .bytes(taken)
    }
    guard writers == 0, departures < arrivals else { return .wouldBlock }
    departures = arrivals
    return .endOfFile
  }

  fileprivate func write(_ more: ArraySlice<UInt8>) -> WriteOutcome {
    let taken = more.prefix(Pipe.capacity - bytes.count)
    guard !taken.isEmpty || more.isEmpty else { return .wouldBlock }
    bytes += taken
    for end in ends { end.readable.wake() }
    return .wrote(taken.count)
  }

  fileprivate var hasReaders: Bool { readers > 0 }

  fileprivate func close(_ end: NamedPipeEnd) {
    ends.removeAll { $0 === end }
    if end.writes { writers -= 1 }
    if end.reads {
      readers -= 1
      if readers == 0 { departures = arrivals - writers }
    }
    if ends.isEmpty, end.reads { bytes = [] }
    for other in ends {
      other.readable.wake()
      other.writable.wake()
    }
  }
}

/// What one opening of a named pipe gives.
private final class NamedPipeEnd: OpenFile {
  private let pipe: NamedPipe
  let reads: Bool
  let writes: Bool
  private var ended = false
  private var sawReader = false

  init(_ pipe: NamedPipe, reads: Bool, writes: Bool) {
    self.pipe = pipe
    self.reads = reads
    self.writes = writes
  }

  override func read(_ count: Int) -> ReadOutcome {
    guard reads else { return .failed(.badDescriptor) }
    if ended { return .endOfFile }
    let outcome = pipe.read(count)
    if case .endOfFile = outcome { ended = true }
    return outcome
  }

  override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
    guard writes else { return .failed(.badDescriptor) }
    // Without a reader the first bytes wait for one; once one has come and gone, nobody will read them.
    if pipe.hasReaders {
      sawReader = true
    } else if sawReader {
      return .failed(.brokenPipe)
    }
    return pipe.write(bytes)
  }

  override func lastClose() { pipe.close(self) }
}
