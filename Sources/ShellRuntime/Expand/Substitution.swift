// Command and process substitution: the child that is started and what comes of it.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  /// The output of a command substitution without its trailing newlines.
  func output(of substitution: CommandSubstitution) throws(Abort) -> String {
    if journal.cursor < journal.entries.count, case .output(let text, let code) = journal.entries[journal.cursor] {
      journal.cursor += 1
      lastSubstitutionStatus = code
      status = code
      return text
    }
    let body: CommandList
    if let parsed = substitution.body {
      body = parsed
    } else {
      let parser = ShellParser(
        Array(substitution.source.utf8), firstLine: state.line, options: parserOptions())
      var items: [AndOr] = []
      do throws(ParseError) {
        while let unit = try parser.nextUnit() { items.append(contentsOf: unit.items) }
      } catch {
        report(error, context: "command substitution: ")
        journal.entries.append(.output("", status: 2))
        journal.cursor += 1
        lastSubstitutionStatus = 2
        return ""
      }
      reportWarnings(parser)
      body = CommandList(items)
    }
    // `$(<file)` reads the file.
    if body.items.count == 1, body.items[0].rest.isEmpty, !body.items[0].background,
      case .simple(let assignments, let arguments) = body.items[0].first.kind, assignments.isEmpty, arguments.isEmpty,
      body.items[0].first.redirections.count == 1, body.items[0].first.redirections[0].kind == .input
    {
      let name = try expandSingle(body.items[0].first.redirections[0].target)
      do throws(Errno) {
        let bytes = try process.fileSystem.read(name, in: process.workingDirectory, as: process.credentials)
        lastSubstitutionStatus = 0
        return strippedOutput(bytes)
      } catch {
        complain("\(name): \(error.message)")
        lastSubstitutionStatus = 1
        return ""
      }
    }
    if body.items.isEmpty {
      lastSubstitutionStatus = 0
      return ""
    }
    let pipe = Pipe()
    var files = inheritedFiles
    files[1] = pipe.writer
    process.keep(pipe.reader)
    let child = fork(running: ListFrame(body), files: files) { child in
      child.replaceable = body.items.count == 1
      child.state.jobs = child.parentJobs
      child.state.traceLevel += 1
      if self.flavour != .dash { child.state.lineOffset = substitution.body == nil ? 0 : self.state.line }
      if !self.state.shopt["inherit_errexit"], !self.state.options.posix { child.state.options.errexit = false }
    }
    journal.pending = (child, pipe.reader)
    throw .suspended
  }

  func strippedOutput(_ bytes: [UInt8]) -> String {
    var end = bytes.count
    while end > 0, bytes[end - 1] == 10 { end -= 1 }
    var kept = bytes[..<end]
    if kept.contains(0) {
      complain("warning: command substitution: ignored null byte in input")
      var clean: [UInt8] = []
      for byte in kept where byte != 0 { clean.append(byte) }
      while clean.last == 10 { clean.removeLast() }
      kept = clean[...]
    }
    return String(raw: kept)
  }

  /// `<(…)` and `>(…)`: starts the process and names the pipe to it.
  func path(of substitution: ProcessSubstitution) throws(Abort) -> String {
    if journal.cursor < journal.entries.count, case .path(let text) = journal.entries[journal.cursor] {
      journal.cursor += 1
      return text
    }
    let pipe = Pipe()
    var files = inheritedFiles
    files[substitution.reads ? 1 : 0] = substitution.reads ? pipe.writer : pipe.reader
    let ours: OpenFile = substitution.reads ? pipe.reader : pipe.writer
    var descriptor = 63
    while process.file(descriptor) != nil { descriptor -= 1 }
    let child = fork(running: ListFrame(substitution.body), files: files) {
      $0.state.traceLevel += 1
      $0.state.lineOffset = self.state.line
    }
    state.lastBackground = child.id
    process.setFile(descriptor, ours)
    openReaders.append((descriptor, ours))
    process.keep(ours)
    let text = "/dev/fd/\(descriptor)"
    journal.entries.append(.path(text))
    journal.cursor += 1
    return text
  }

  /// Starts a copy of this shell that runs a frame.
  func fork(
    running frame: Frame, files: [Int: OpenFile]? = nil, group: Int? = nil, newGroup: Bool = false,
    prepare: (ShellProgram) -> Void = { _ in }
  ) -> Process {
    let child = ShellProgram(forkOf: self, running: frame)
    child.interactiveAncestor = isInteractive || interactiveAncestor
    prepare(child)
    spend(ShellProgram.forkSteps)
    return machine.start(
      child, arguments: process.arguments, environment: process.environment,
      workingDirectory: process.workingDirectory, credentials: process.credentials, files: files ?? inheritedFiles,
      parent: process, group: newGroup ? nil : group ?? process.group, account: process.account)
  }
}

/// Collects the output of a command substitution, then lets the expansion run again.
final class SubstitutionFrame: Frame {
  private let journal: Journal
  private var bytes: [UInt8] = []
  private var ended = false

  init(_ journal: Journal) { self.journal = journal }

  override var holdsTraps: Bool { true }

  override func step(_ shell: ShellProgram) -> Flow {
    guard let (child, reader) = journal.pending else {
      shell.pop()
      return .go
    }
    while !ended {
      switch reader.read(65_536) {
      case .bytes(let more):
        bytes.append(contentsOf: more)
        if bytes.count > FileSystem.fileSizeMax {
          shell.process.account.reach("output limit reached: a command substitution does not end")
          return .yield
        }
      case .wouldBlock: return .wait([.queue(reader.readable)])
      case .endOfFile, .failed: ended = true
      }
    }
    guard let status = child.status else { return .wait([.queue(child.ended)]) }
    shell.process.drop(reader)
    journal.pending = nil
    let text = shell.strippedOutput(bytes)
    journal.entries.append(.output(text, status: status.code))
    shell.lastSubstitutionStatus = status.code
    shell.pop()
    return .go
  }

  override func leave(_ shell: ShellProgram) {
    // Interrupted: the pipe is closed under the child.
    if let (_, reader) = journal.pending {
      shell.process.drop(reader)
      journal.pending = nil
    }
  }
}
