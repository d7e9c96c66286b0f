// Redirections: what the operators do to the descriptors of the shell's process, and how that is undone after a command.
// Source: the Bash manual, "Redirections".

import ShellSyntax
import SimKernel
import SimMachine

/// A descriptor as it was before a redirection. The file is kept open meanwhile.
struct SavedDescriptor {
  let descriptor: Int
  let file: OpenFile?
}

extension ShellProgram {
  func save(_ descriptor: Int, into saved: inout [SavedDescriptor]) {
    for entry in saved where entry.descriptor == descriptor { return }
    let file = process.file(descriptor)
    if let file { process.keep(file) }
    saved.append(SavedDescriptor(descriptor: descriptor, file: file))
  }

  func restore(_ saved: [SavedDescriptor]) {
    guard currentProcessIsAlive else { return }
    for entry in saved.reversed() {
      process.setFile(entry.descriptor, entry.file)
      if let file = entry.file { process.drop(file) }
    }
  }

  /// Keeps redirections for good (`exec`).
  func forget(_ saved: [SavedDescriptor]) {
    guard currentProcessIsAlive else { return }
    for case let file? in saved.map({ $0.file }) { process.drop(file) }
  }

  private func fail(_ message: String) -> Abort {
    complain(message)
    return .command(flavour == .dash ? 2 : 1)
  }

  /// The file name of a redirection: exactly one word.
  private func target(_ word: Word) throws(Abort) -> String {
    if let plain = word.plain { return plain }
    var fields: [String] = []
    try expandFields(word, into: &fields)
    guard fields.count == 1 else { throw fail("\(word.text): ambiguous redirect") }
    return fields[0]
  }

  func redirect(_ redirection: Redirection, saved: inout [SavedDescriptor]) throws(Abort) {
    var descriptor = redirection.descriptor
    var keep = false
    if let name = redirection.variable {
      keep = true
      if redirection.target.text == "-" {
        let text: String?
        if let (array, index) = splitSubscript(name) { text = try element(array, index) } else { text = variable(name) }
        guard let text, let number = Int(text) else {
          throw fail("\(name): ambiguous redirect")
        }
        process.setFile(number, nil)
        return
      }
      var free = 10
      while process.file(free) != nil { free += 1 }
      descriptor = free
      if let (array, index) = splitSubscript(name) {
        try assignElement(array, index, String(free))
      } else {
        try assign(name, String(free))
      }
    }
    func put(_ number: Int, _ file: OpenFile?) {
      if !keep { save(number, into: &saved) }
      process.setFile(number, file)
    }
    switch redirection.kind {
    case .input:
      put(descriptor ?? 0, try open(try target(redirection.target), .read))
    case .output:
      let name = try target(redirection.target)
      let mode: FileSystem.OpenMode = state.options.noclobber ? .writeNew : .write
      put(descriptor ?? 1, try open(name, mode))
    case .clobber: put(descriptor ?? 1, try open(try target(redirection.target), .write))
    case .append: put(descriptor ?? 1, try open(try target(redirection.target), .append))
    case .readWrite: put(descriptor ?? 0, try open(try target(redirection.target), .readWrite))
    case .outputAndError, .appendOutputAndError:
      let name = try target(redirection.target)
      let file = try open(
        name, redirection.kind == .outputAndError ? (state.options.noclobber ? .writeNew : .write) : .append)
      put(1, file)
      put(2, file)
    case .duplicateInput, .duplicateOutput:
      let output = redirection.kind == .duplicateOutput
      var fields: [String] = []
      try expandFields(redirection.target, into: &fields)
      guard fields.count == 1 else { throw fail("\(redirection.target.text): ambiguous redirect") }
      var text = fields[0]
      let number = descriptor ?? (output ? 1 : 0)
      if text == "-" {
        put(number, nil)
        return
      }
      var moves = false
      if text.utf8.last == 45 {
        moves = true
        text.removeLast()
      }
      guard let from = Int(text), from >= 0 else {
        if output, descriptor == nil, redirection.variable == nil {
          let file = try open(fields[0], state.options.noclobber ? .writeNew : .write)
          put(1, file)
          put(2, file)
          return
        }
        throw fail("\(redirection.target.text): ambiguous redirect")
      }
      guard let file = process.file(from) else { throw fail("\(redirection.target.text): Bad file descriptor") }
      put(number, file)
      if moves, from != number { put(from, nil) }
    case .hereString:
      let text = try expandSingle(redirection.target) + "\n"
      put(descriptor ?? 0, BytesFile(text.rawBytes))
    case .hereDocument, .hereDocumentStripped:
      var text = ""
      if let body = redirection.body {
        if redirection.bodyIsQuoted {
          text = body.text
        } else {
          text = try expandText(body)
        }
      }
      put(descriptor ?? 0, BytesFile(text.rawBytes))
    }
  }

  func open(_ name: String, _ mode: FileSystem.OpenMode) throws(Abort) -> OpenFile {
    if let file = specialFile(name) { return file }
    if name.utf8.starts(with: "/dev/tcp/".utf8) || name.utf8.starts(with: "/dev/udp/".utf8) {
      notSimulated("redirection to \(name)")
      throw fail("connect: Connection refused")
    }
    do throws(Errno) {
      let file = try process.fileSystem.open(
        name, in: process.workingDirectory, mode, permissions: 0o666 & ~process.umask, as: process.credentials)
      if mode.reads, !mode.writes, let regular = file as? RegularFile, regular.inode.isDirectory {
        return file
      }
      return file
    } catch {
      if mode.exclusive, error == .exists { throw fail("\(name): cannot overwrite existing file") }
      if flavour != .bash {
        let verb = mode.writes ? "create" : "open"
        let reason = error == .noEntry ? (mode.writes ? "Directory nonexistent" : "No such file") : error.message
        throw fail(
          flavour == .dash
            ? "cannot \(verb) \(name): \(reason)"
            : "can't \(verb) \(name): \(error == .noEntry ? (mode.writes ? "nonexistent directory" : "no such file") : error.message)"
        )
      }
      throw fail("\(name.isEmpty ? "" : name): \(error.message)")
    }
  }

  /// `/dev/fd/N`, `/dev/stdin` and their kin are descriptors of this process.
  private func specialFile(_ name: String) -> OpenFile? {
    let number: Int?
    switch name {
    case "/dev/stdin": number = 0
    case "/dev/stdout": number = 1
    case "/dev/stderr": number = 2
    default:
      guard name.utf8.starts(with: "/dev/fd/".utf8) else { return nil }
      number = Int(name.dropFirst(8))
    }
    return number.flatMap { process.file($0) }
  }

  /// Closes the pipes of process substitutions that a command was given.
  func closeReaders(from first: Int) {
    guard currentProcessIsAlive else { return }
    while openReaders.count > first {
      let (descriptor, file) = openReaders.removeLast()
      if process.file(descriptor) === file { process.setFile(descriptor, nil) }
      process.drop(file)
    }
  }
}

/// Reads one line from a descriptor, a byte at a time where the rest must stay for others.
struct LineReader {
  enum Result {
    case line([UInt8], terminated: Bool)
    case endOfFile
    case waiting([Wait])
  }
  var descriptor: Int
  var delimiter: UInt8 = 10
}

/// State of a line that is being read; survives waiting.
final class PartialLine {
  var bytes: [UInt8] = []
}

extension LineReader {
  func read(_ shell: ShellProgram, _ partial: PartialLine, limit: Int = .max) -> Result {
    guard let file = shell.process.file(descriptor) else { return .endOfFile }
    while partial.bytes.count < limit {
      if let regular = file as? RegularFile, limit == .max {
        let bytes = regular.inode.bytes
        if regular.offset < bytes.count {
          let rest = bytes[regular.offset...]
          if let end = rest.firstIndex(of: delimiter) {
            partial.bytes.append(contentsOf: bytes[regular.offset..<end])
            if case .failed = regular.read(end + 1 - regular.offset) { return .endOfFile }
            let line = partial.bytes
            partial.bytes = []
            return .line(line, terminated: true)
          }
        }
      }
      switch file.read(1) {
      case .bytes(let bytes):
        if bytes.isEmpty { return .endOfFile }
        if bytes[0] == delimiter {
          let line = partial.bytes
          partial.bytes = []
          return .line(line, terminated: true)
        }
        partial.bytes.append(bytes[0])
      case .wouldBlock: return .waiting([.queue(file.readable)])
      case .endOfFile, .failed:
        if partial.bytes.isEmpty { return .endOfFile }
        let line = partial.bytes
        partial.bytes = []
        return .line(line, terminated: false)
      }
    }
    let line = partial.bytes
    partial.bytes = []
    return .line(line, terminated: false)
  }

  func read(_ shell: ShellProgram) -> Result { read(shell, shell.sharedPartial) }
}
