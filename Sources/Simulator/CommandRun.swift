// One command line given to `bash -c`: its process, what it printed line by line with virtual time, and how it ended.

import ShellRuntime
package import SimKernel
package import SimMachine

package enum OutputStream: Int {
  case output = 1
  case errors = 2

  package var name: String { self == .output ? "stdout" : "stderr" }
}

package struct OutputLine {
  package let at: Instant
  package let stream: OutputStream
  package let text: String
  /// The last line had no newline at its end.
  package let isUnterminated: Bool
}

package final class CommandRun {
  package let command: String
  package let startedAt: Instant
  package let account: Account
  package private(set) var endedAt: Instant?
  package private(set) var lines: [OutputLine] = []
  package private(set) var process: Process!
  private var partial: [OutputStream: (at: Instant, bytes: [UInt8])] = [:]
  private let world: World

  /// Starts `bash -c command` on the session's machine, with empty input; `pty` runs it on a terminal instead of pipes.
  package init(_ command: String, in session: Session, pty: Bool = false, account: Account = Account()) {
    self.command = command
    self.account = account
    world = session.world
    startedAt = world.now
    var files: [Int: OpenFile] = [:]
    if pty {
      let terminal = Terminal(columns: 80, rows: 24) { [self] bytes in collect(.output, bytes) }
      terminal.deliverSignal = { signal, group in session.machine.signal(signal, group: group) }
      files = [0: terminal, 1: terminal, 2: terminal]
    } else {
      files = [
        0: BytesFile([]), 1: SinkFile { [self] bytes in collect(.output, bytes) },
        2: SinkFile { [self] bytes in collect(.errors, bytes) },
      ]
    }
    process = session.machine.start(
      ShellProgram(.bash), arguments: ["bash", "-c", command], environment: session.environment,
      workingDirectory: session.homeDirectory, files: files, account: account)
    if pty { files[0]?.terminal?.foregroundGroup = process.group }
    watchEnd()
  }

  private func watchEnd() {
    process.ended.onWake { [self] in
      guard process.hasEnded else { return watchEnd() }
      endedAt = world.now
      finishLines()
    }
  }

  package var hasEnded: Bool { endedAt != nil }

  /// Ctrl-C: every process of the command's group gets SIGINT.
  package func interrupt() {
    process.machine.signal(.interrupt, group: process.group)
  }

  private func collect(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let newline = rest.firstIndex(of: 10) {
      let head = partial.removeValue(forKey: stream)?.bytes ?? []
      append(stream, head + rest[..<newline], unterminated: false, at: world.now)
      rest = rest[(newline + 1)...]
    }
    guard !rest.isEmpty else { return }
    partial[stream, default: (world.now, [])].bytes.append(contentsOf: rest)
    partial[stream]!.at = world.now
  }

  private func finishLines() {
    for stream in [OutputStream.output, .errors] {
      if let (at, bytes) = partial.removeValue(forKey: stream) { append(stream, bytes, unterminated: true, at: at) }
    }
  }

  private func append(_ stream: OutputStream, _ bytes: [UInt8], unterminated: Bool, at: Instant) {
    lines.append(
      OutputLine(at: at, stream: stream, text: String(decoding: bytes, as: UTF8.self), isUnterminated: unterminated))
  }
}
