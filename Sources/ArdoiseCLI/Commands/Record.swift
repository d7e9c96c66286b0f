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

  @Option(help: "What plays the blocks: simulator.")
  var runner: Runner = .simulator

  @Option(help: "How drift is printed: text, json, github or junit.")
  var format: Format = .text

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if runner == .shell {
      throw ValidationError(
        "--runner shell is not available: blocks are only played in the simulator, never on this machine.")
    }
  }

  func run() throws {
    let console = common.console
    var drifts: [BlockDrift] = []
    var blocks: [(file: String, id: String)] = []
    var written = 0
    var failed: [String] = []
    for path in paths.isEmpty ? [Input.defaultPath] : paths {
      let parsed = Input.course(path)
      try Input.requireReadable(parsed, console)
      let played = CoursePlayer.play(parsed.course, jobs: common.jobCount) { scenario, block in
        console.progress("recording \(scenario.isEmpty ? path : scenario) \(block)")
      }
      console.endProgress()
      for file in played.files {
        let target = Recordings.path(of: file.step, in: file.scenario)
        let old = FileManager.default.contents(atPath: target).map { Array($0) }
        blocks += file.transcript.blocks.map { (target, $0.id) }
        if check {
          drifts += RecordCommand.drift(old: old, file, path: target)
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
          console.note("\(block.file):\(block.line): not simulated: \(block.notSimulated.joined(separator: "; "))")
        }
      }
      for (scenario, results) in played.verifications.sorted(by: { $0.key < $1.key }) {
        for result in results where !result.passed {
          let why =
            result.notSimulated.isEmpty
            ? "ends with exit status \(result.exitStatus)"
            : "is not simulated: \(result.notSimulated.joined(separator: "; "))"
          console.note("\(scenario) \(result.stepKey): the verify script \(why)")
          if result.notSimulated.isEmpty { failed.append(result.stepKey) }
        }
      }
    }
    if check {
      Console.write(DriftReport(drifts: drifts, blocks: blocks).render(format))
      if !drifts.isEmpty { throw CommandFailure.findings }
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
    case .github: return drifts.map { github($0) }.joined()
    case .json:
      let items = drifts.map {
        JSONText.object([
          ("block", .string($0.block)), ("file", .string($0.file)), ("line", .int($0.line)), ("diff", .string($0.diff)),
        ])
      }
      return JSONText.array(items).pretty + "\n"
    case .junit: return junit
    }
  }

  private func title(_ drift: BlockDrift) -> String {
    "\(drift.file):\(drift.line): recording of block \(drift.block.isEmpty ? "header" : drift.block) is out of date"
  }

  private func github(_ drift: BlockDrift) -> String {
    let message = (title(drift) + "\n" + drift.diff).replacing("%", with: "%25").replacing("\r", with: "%0D")
      .replacing("\n", with: "%0A")
    return "::error file=\(drift.file),line=\(drift.line),title=recording-drift::\(message)\n"
  }

  private var junit: String {
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    out += "<testsuites><testsuite name=\"recordings\" tests=\"\(blocks.count)\" failures=\"\(drifts.count)\">\n"
    for (file, id) in blocks {
      out += "<testcase classname=\"\(escaped(file))\" name=\"\(escaped(id))\""
      if let drift = drifts.first(where: { $0.block == id && $0.diff.contains(file) }) {
        out += "><failure message=\"recording is out of date\">\(escaped(drift.diff))</failure></testcase>\n"
      } else {
        out += "/>\n"
      }
    }
    return out + "</testsuite></testsuites>\n"
  }

  private func escaped(_ text: String) -> String {
    let plain = text.unicodeScalars.filter { $0.value >= 32 || $0 == "\n" || $0 == "\t" }
    return String(String.UnicodeScalarView(plain)).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
