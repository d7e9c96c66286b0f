// A pipe: bounded bytes with a reading and a writing end. Reading an empty pipe whose writers are gone is end of file;
// writing to one whose readers are gone fails with EPIPE, which ends `yes | head`.

package final class Pipe {
  /// Linux' default capacity.
  static let capacity = 65_536
  fileprivate var bytes: [UInt8] = []
  fileprivate var head = 0
  fileprivate var writersGone = false
  fileprivate var readersGone = false
  package let reader: PipeReader
  package let writer: PipeWriter

  package init() {
    reader = PipeReader()
    writer = PipeWriter()
    reader.pipe = self
    writer.pipe = self
  }

  fileprivate var buffered: Int { bytes.count - head }

  fileprivate func take(_ count: Int) -> [UInt8] {
    let end = min(bytes.count, head + count)
    let taken = Array(bytes[head..<end])
    head = end
    if head == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      head = 0
    }
    return taken
  }
}

package final class PipeReader: OpenFile {
  fileprivate var pipe: Pipe?

  package override func read(_ count: Int) -> ReadOutcome {
    guard let pipe else { return .endOfFile }
    if pipe.buffered > 0 {
      let taken = pipe.take(count)
      pipe.writer.writable.wake()
      return .bytes(taken)
    }
    return pipe.writersGone ? .endOfFile : .wouldBlock
  }

  package override func lastClose() {
    guard let pipe else { return }
    pipe.readersGone = true
    pipe.writer.writable.wake()
    if pipe.writersGone { unlinkBoth(pipe) }
  }
}

package final class PipeWriter: OpenFile {
  fileprivate var pipe: Pipe?

  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
    guard let pipe, !pipe.readersGone else { return .failed(.brokenPipe) }
    let room = Pipe.capacity - pipe.buffered
    guard room > 0 else { return .wouldBlock }
    let taken = bytes.prefix(room)
    pipe.bytes.append(contentsOf: taken)
    pipe.reader.readable.wake()
    return .wrote(taken.count)
  }

  package override func lastClose() {
    guard let pipe else { return }
    pipe.writersGone = true
    pipe.reader.readable.wake()
    if pipe.readersGone { unlinkBoth(pipe) }
  }
}

/// The two ends and their pipe refer to each other; the circle is cut when both ends are closed.
private func unlinkBoth(_ pipe: Pipe) {
  pipe.reader.pipe = nil
  pipe.writer.pipe = nil
}
