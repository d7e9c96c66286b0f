// Pipelines: a process for each command, the pipes between them, and the times that `time` reports.

import ShellSyntax
import SimKernel
import SimMachine

final class PipelineFrame: Frame {
  private let pipeline: Pipeline
  private var children: [Process]?
  private var startedAt: Instant?
  private var lastRuns = false
  /// Commands that have been announced.
  private var announced = 0
  private var outer = 0
  private var lastInput: [SavedDescriptor] = []

  init(_ pipeline: Pipeline) { self.pipeline = pipeline }

  override var holdsTraps: Bool { !(children?.isEmpty ?? true) && !lastRuns }

  override func step(_ shell: ShellProgram) -> Flow {
    guard let children else {
      outer = shell.tolerance
      startedAt = shell.world.now
      while announced < pipeline.commands.count, pipeline.commands.count > 1 {
        let command = pipeline.commands[announced]
        if case .simple = command.kind {
          // The parent notes each command, and runs its DEBUG trap, before it forks.
          shell.enter(line: command.line, self)
          if shell.announce(self, .simple(command), isCheap: true) { return .go }
        }
        isAnnounced = false
        announced += 1
      }
      if pipeline.negated { shell.tolerance += 1 }
      if pipeline.commands.count == 1 {
        self.children = []
        shell.run(pipeline.commands[0])
        return .go
      }
      shell.spend()
      startAll(shell)
      return .go
    }
    if children.isEmpty {
      var code = shell.status
      if pipeline.negated { code = code == 0 ? 1 : 0 }
      report(shell)
      shell.pop()
      shell.status = code
      if !pipeline.negated, pipeline.timed { return .go }
      return .go
    }
    for child in children where !child.hasEnded {
      if child.isStopped, shell.noticesStops, !lastRuns {
        shell.reclaimTerminal()
        shell.addStoppedJob(children, text: ShellPrinter.pipeline(pipeline))
        shell.pop()
        shell.finishCommand(148)
        return .go
      }
      return .wait([.queue(child.ended)])
    }
    shell.reclaimTerminal()
    var statuses: [Int32] = []
    for child in children { statuses.append(child.status!.code) }
    if lastRuns {
      statuses.append(shell.status)
    } else if let last = children.last, let status = last.status {
      shell.foregroundEnded(status, last, text: ShellPrinter.pipeline(pipeline))
      if shell.dropsLine(after: status) {
        shell.state.pipeStatus = statuses
        return .go
      }
    }
    var code = statuses[statuses.count - 1]
    if shell.state.options.pipefail {
      code = 0
      for status in statuses where status != 0 { code = status }
    }
    if pipeline.negated { code = code == 0 ? 1 : 0 }
    report(shell)
    shell.pop()
    if pipeline.negated {
      shell.status = code
      shell.state.pipeStatus = statuses
    } else {
      shell.finishCommand(code, pipeStatus: statuses)
    }
    return .go
  }

  override func leave(_ shell: ShellProgram) {
    shell.restore(lastInput)
    lastInput = []
  }

  private func startAll(_ shell: ShellProgram) {
    var started: [Process] = []
    var input: OpenFile?
    var group: Int?
    let ownGroup = shell.isInteractive && !shell.isSubshell
    let last = pipeline.commands.count - 1
    let lastHere = shell.state.shopt["lastpipe"] && !shell.isInteractive
    for (i, command) in pipeline.commands.enumerated() {
      if i == last, lastHere {
        lastRuns = true
        shell.save(0, into: &lastInput)
        shell.process.setFile(0, input)
        input?.release()
        children = started
        shell.run(command)
        // It has been announced with the others.
        if let frame = shell.frames.last as? SimpleFrame { frame.isAnnounced = true }
        return
      }
      var files = shell.inheritedFiles
      if let input { files[0] = input }
      var next: OpenFile?
      if i < last {
        let pipe = Pipe()
        files[1] = pipe.writer
        if pipeline.joinsError[i] { files[2] = pipe.writer }
        pipe.reader.retain()
        next = pipe.reader
      }
      let child = shell.fork(
        running: CommandFrame(command), files: files, group: group, newGroup: ownGroup && group == nil
      ) { $0.replaceable = true }
      if ownGroup, group == nil { group = child.group }
      started.append(child)
      input?.release()
      input = next
    }
    if ownGroup, let group { shell.giveTerminal(to: group) }
    children = started
  }

  private func report(_ shell: ShellProgram) {
    guard pipeline.timed, let startedAt else { return }
    let elapsed = shell.world.now - startedAt
    let milli = elapsed.wholeMilliseconds
    let seconds = milli / 1_000
    let rest = padded(milli % 1_000, 3)
    if pipeline.timedPosix {
      shell.writeError("real \(seconds).\(padded(milli % 1_000 / 10, 2))\nuser 0.00\nsys 0.00\n")
      return
    }
    if shell.flavour == .ash {
      // busybox' time.
      let took = "\(seconds / 60)m \(seconds % 60).\(padded(milli % 1_000 / 10, 2))s"
      shell.writeError("real\t\(took)\nuser\t0m 0.00s\nsys\t0m 0.00s\n")
      return
    }
    if let format = shell.variable("TIMEFORMAT") {
      if !format.isEmpty { shell.writeError(timeText(format, milli) + "\n") }
      return
    }
    shell.writeError("\nreal\t\(seconds / 60)m\(seconds % 60).\(rest)s\nuser\t0m0.000s\nsys\t0m0.000s\n")
  }

  /// TIMEFORMAT: `%[p][l]R`, `U`, `S`, `%P` and `%%`.
  private func timeText(_ format: String, _ milli: Int64) -> String {
    var out: [UInt8] = []
    let bytes = Array(format.utf8)
    var i = 0
    while i < bytes.count {
      guard bytes[i] == 37, i + 1 < bytes.count else {
        out.append(bytes[i])
        i += 1
        continue
      }
      i += 1
      var digits = 3
      var long = false
      if bytes[i] >= 48, bytes[i] <= 57 {
        digits = min(3, Int(bytes[i] - 48))
        i += 1
      }
      if i < bytes.count, bytes[i] == 108 {
        long = true
        i += 1
      }
      guard i < bytes.count else { break }
      let value: Int64 = bytes[i] == 82 ? milli : 0
      switch bytes[i] {
      case 37: out.append(37)
      case 80: out += Array("0.00".utf8)
      default:
        var text = long ? "\(value / 60_000)m\(value / 1_000 % 60)" : "\(value / 1_000)"
        if digits > 0 { text += "." + String(padded(value % 1_000, 3).prefix(digits)) }
        if long { text += "s" }
        out += Array(text.utf8)
      }
      i += 1
    }
    return String(raw: out)
  }
}
