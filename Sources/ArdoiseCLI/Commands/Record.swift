import ArgumentParser
import Diagnostics
import Foundation
import LabLint
import LabModel
import LabParser
import LabRecorder
import LabTranscript

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Play the exec blocks and write recordings/*.cast.",
    discussion: """
      Recordings are asciicast v3 files beside each scenario, made to be committed. The same course gives the same bytes.

      EXAMPLES
        ardoise record content                 write what has changed
        ardoise record content --check         write nothing; show what would change, exit 1 when something would
        ardoise record content --check --format github
        ardoise record step3.md --runner shell   play them for real, on this machine
      """)

  enum Runner: String, ExpressibleByArgument, CaseIterable {
    case simulator
    case shell
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case github
    case junit
  }

  @Argument(help: "Course folders, scenario folders or Markdown files.")
  var paths: [String] = []

  @Flag(help: "Write nothing; print a diff per block whose recording is out of date, and exit 1 when there is one.")
  var check = false

  @Flag(help: "Write every recording, also those that have not changed.")
  var force = false

  @Option(help: "What plays the blocks: simulator, or shell: the real bash of this machine, with real consequences.")
  var runner: Runner = .simulator

  @Option(help: "How drift is printed: text, json, github or junit.")
  var format: Format = .text

  @OptionGroup var common: CommonOptions

  func run() throws {
    let console = common.console
    var drifts: [BlockDrift] = []
    var blocks: [(file: String, id: String)] = []
    var written = 0
    var failed: [String] = []
    var strays: [String] = []
    for path in paths.isEmpty ? [Input.defaultPath] : paths {
      let parsed = Input.course(path)
      try Input.requireReadable(parsed, console)
      let progress: @Sendable (String, String) -> Void = { scenario, block in
        console.progress("recording \(scenario.isEmpty ? path : scenario) \(block)")
      }
      let played =
        switch runner {
        case .simulator: CoursePlayer.play(parsed.course, jobs: common.jobCount, progress: progress)
        case .shell: try ShellRunner.play(parsed.course, progress: progress)
        }
      console.endProgress()
      for file in played.files where file.isWanted(parsed) {
        let target = Recordings.path(of: file.step, in: file.scenario)
        let old = FileManager.default.contents(atPath: target).map { Array($0) }
        blocks += file.transcript.blocks.map { (target, $0.id) }
        if check {
          drifts += RecordCommand.drift(old: old, file, path: target).map { drift in
            // Blocks name their page inside the scenario; whoever reads the report stands elsewhere.
            var shown = drift
            if !drift.block.isEmpty { shown.file = Recordings.path(drift.file, in: file.scenario) }
            return shown
          }
        } else if !Recordings.isInside(target, file.scenario) {
          throw CommandFailure.unreadable("'\(target)' lies outside the scenario's folder; nothing is written there")
        } else if force || old != Array(file.text.utf8) {
          do {
            try AtomicOutput.write(Array(file.text.utf8), to: target)
            written += 1
          } catch {
            throw CommandFailure.unreadable(error.message)
          }
        }
        for block in file.transcript.blocks where !block.notSimulated.isEmpty {
          console.note(
            "\(Recordings.path(block.file, in: file.scenario)):\(block.line): not simulated: \(block.notSimulated.joined(separator: "; "))"
          )
        }
      }
      for stray in Recordings.strays(parsed.course, focus: parsed.focus) {
        console.note("\(stray): recording of no page; delete it")
        strays.append(stray)
      }
      for (scenario, reasons) in played.setupNotSimulated.sorted(by: { $0.key < $1.key }) {
        console.note("\(scenario): preparing the machine is not simulated: \(reasons.joined(separator: "; "))")
      }
      for (scenario, results) in played.verifications.sorted(by: { $0.key < $1.key }) {
        for result in results where !result.passed {
          let why =
            if !result.notSimulated.isEmpty {
              "is not simulated: \(result.notSimulated.joined(separator: "; "))"
            } else if let other = result.dependsOnNotSimulated {
              "depends on \(other), which is not simulated"
            } else {
              "ends with exit status \(result.exitStatus)"
            }
          console.note("\(scenario) \(result.step): the verify script \(why)")
          if result.failed { failed.append(result.step) }
        }
      }
    }
    if check {
      Console.write(DriftReport(drifts: drifts, blocks: blocks).render(format))
      if !drifts.isEmpty || !strays.isEmpty { throw CommandFailure.findings }
      console.note("\(blocks.count) blocks: the recordings are what would be recorded now")
    } else {
      console.note("\(blocks.count) blocks played, \(written) \(written == 1 ? "recording" : "recordings") written")
    }
    if !failed.isEmpty { throw CommandFailure.findings }
  }

  /// How a file on disk differs from what was just recorded; a file that is no recording counts as none.
  static func drift(old: [UInt8]?, _ file: RecordingFile, path: String) -> [BlockDrift] {
    let before = old.flatMap { try? AsciicastV3.read($0) }
    if old == Array(file.text.utf8) { return [] }
    return Drift.between(old: before, new: file.transcript, path: path)
  }
}

/// Drift in the formats of `record --check`.
struct DriftReport {
  let drifts: [BlockDrift]
  let blocks: [(file: String, id: String)]

  func render(_ format: RecordCommand.Format) -> String {
    switch format {
    case .text: return drifts.map { title($0) + "\n" + $0.diff }.joined(separator: "\n")
    case .github:
      let shown = drifts.prefix(GitHubRenderer.shownPerLevelMax)
      let rest = drifts.count - shown.count
      return shown.map { github($0) }.joined()
        + (rest > 0 ? "\(rest) more not shown as annotations; the text format lists them all\n" : "")
    case .json:
      let items = drifts.map {
        JSONText.object([
          ("block", .string($0.block)), ("file", .string($0.file)), ("line", .int($0.line)),
          ("recording", .string($0.recording)), ("diff", .string($0.diff)),
        ])
      }
      return JSONText.array(items).pretty + "\n"
    case .junit: return junit
    }
  }

  private func title(_ drift: BlockDrift) -> String {
    let part = drift.block.isEmpty ? "header and starting picture" : "block \(drift.block)"
    return "\(drift.file):\(drift.line): \(part): the recording is out of date"
  }

  private func github(_ drift: BlockDrift) -> String {
    let position = SourcePosition(offset: 0, line: drift.line, column: 1, byteColumn: 1)
    return GitHubRenderer.command(
      Diagnostic(
        rule: "recording-drift", severity: .error,
        location: SourceLocation(file: drift.file, start: position, end: position), summary: title(drift),
        explanation: drift.diff)) + "\n"
  }

  /// One case per block, and one for what stands before the first block where that is out of date.
  private var junit: String {
    var cases: [JUnitReport.Case] = []
    for drift in drifts where drift.block.isEmpty { cases.append(failure(drift, in: drift.file)) }
    for (file, id) in blocks {
      let drift = drifts.first { $0.block == id && $0.recording == file }
      cases.append(drift.map { failure($0, in: file) } ?? JUnitReport.Case(suite: file, name: id))
    }
    for drift in drifts where !drift.block.isEmpty && !blocks.contains(where: { $0 == (drift.recording, drift.block) })
    {
      cases.append(failure(drift, in: drift.recording))
    }
    return JUnitReport(cases: cases).render()
  }

  private func failure(_ drift: BlockDrift, in recording: String) -> JUnitReport.Case {
    JUnitReport.Case(
      suite: recording, name: drift.block.isEmpty ? "header" : drift.block,
      failures: [(message: title(drift), text: drift.diff)])
  }
}
