// Records from one file, as an awk reads them: up to a byte, a blank line or a match.

import SimKernel
import SimMachine

/// Reads records from one file.
final class AwkReader {
  enum Separator {
    case byte(UInt8)
    case paragraph
    case regex(PosixRegex)
  }
  enum Outcome {
    case record([UInt8])
    case wait([Wait])
    case end
  }
  let file: OpenFile
  let interactive: Bool
  let process: Process
  private var buffer: [UInt8] = []
  private var head = 0
  private var scanned = 0
  var ended = false
  private var held: [UInt8] = []

  init(_ file: OpenFile, interactive: Bool, _ process: Process) {
    self.file = file
    self.interactive = interactive
    self.process = process
  }

  /// Gets more bytes; what to wait for when there are none. A block is handed on only when it is full.
  func fill() -> [Wait]? {
    while true {
      switch file.read(4096 - (interactive ? 0 : held.count)) {
      case .bytes(let bytes):
        held += bytes
        if interactive || held.count >= 4096 || file is RegularFile {
          deliver()
          return nil
        }
      case .wouldBlock: return [.queue(file.readable)]
      case .endOfFile, .failed:
        ended = true
        deliver()
        return nil
      }
    }
  }
  private func deliver() {
    if head > 65_536 {
      buffer.removeFirst(head)
      scanned -= head
      head = 0
    }
    buffer += held
    held = []
    process.account.spend(steps: 1)
    if buffer.count - head > FileSystem.fileSizeMax {
      process.account.reach("input limit reached: awk is given a record longer than it can hold")
    }
  }

  func next(_ separator: Separator) -> Outcome {
    while true {
      switch separator {
      case .byte(let mark):
        var at = max(scanned, head)
        let count = buffer.count
        at = buffer.withUnsafeBufferPointer { pointer in
          var i = at
          while i < count, pointer[i] != mark { i += 1 }
          return i
        }
        if at < count {
          let record = Array(buffer[head..<at])
          head = at + 1
          scanned = head
          return .record(record)
        }
        scanned = count
      case .paragraph:
        while head < buffer.count, buffer[head] == 10 { head += 1 }
        if let found = find([10, 10], in: buffer[...], from: head) {
          var after = found + 2
          while after < buffer.count, buffer[after] == 10 { after += 1 }
          // More empty lines may follow in what has not been read.
          let record = Array(buffer[head..<found])
          head = after
          scanned = head
          return .record(record)
        }
        if ended, head < buffer.count {
          var end = buffer.count
          while end > head, buffer[end - 1] == 10 { end -= 1 }
          let record = Array(buffer[head..<end])
          head = buffer.count
          return .record(record)
        }
      case .regex(let regex):
        let rest = Array(buffer[head...])
        if let range = regex.firstMatch(in: rest)?[0], !range.isEmpty, ended || range.upperBound < rest.count {
          head += range.upperBound
          scanned = head
          return .record(Array(rest[..<range.lowerBound]))
        }
      }
      if ended {
        guard head < buffer.count else { return .end }
        var record = Array(buffer[head...])
        head = buffer.count
        scanned = head
        if case .regex = separator, record.last == 10 { record.removeLast() }
        return .record(record)
      }
      if let waits = fill() { return .wait(waits) }
    }
  }
}
