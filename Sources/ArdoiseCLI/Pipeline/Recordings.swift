// The recordings that lie beside a course: read for the site, the linter and exports.

import Diagnostics
import Foundation
import LabModel
import LabParser
import LabSite
import LabTranscript

struct Recordings {
  /// By scenario path and step key.
  private(set) var transcripts: [String: [String: Transcript]] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  init() {}

  /// Reads every recording of the course that there is.
  init(of course: Course) {
    for scenario in course.scenarios {
      for step in scenario.allSteps {
        let path = Recordings.path(of: step, in: scenario)
        guard let data = FileManager.default.contents(atPath: path) else { continue }
        let source = SourceText(path: path, bytes: Array(data))
        do {
          transcripts[scenario.path, default: [:]][step.key] = try AsciicastV3.read(source.bytes)
        } catch {
          diagnostics.append(
            Diagnostic(
              rule: "recording-unreadable", severity: .error, location: source.location(line: error.line),
              summary: error.message, explanation: "Record it again with: ardoise record --force"))
        }
      }
    }
  }

  static func path(of step: Step, in scenario: Scenario) -> String {
    (scenario.folder.isEmpty || scenario.folder == "." ? "" : scenario.folder + "/") + step.recordingFile
  }

  /// As the site wants them.
  func forSite(_ course: Course) -> [RecordingKey: Transcript] {
    var result: [RecordingKey: Transcript] = [:]
    for scenario in course.scenarios {
      for step in scenario.allSteps {
        guard let transcript = transcripts[scenario.path]?[step.key] else { continue }
        result[RecordingKey(scenario: scenario.path, step: step.name)] = transcript
      }
    }
    return result
  }
}

/// Courses from the command line.
enum Input {
  static let defaultPath = "content"

  /// Parses a path; what cannot be read ends the command.
  static func course(_ path: String?) -> ParsedCourse { CourseParser.parse(path: path ?? defaultPath) }

  /// Prints what made the input unreadable and ends the command.
  static func requireReadable(_ parsed: ParsedCourse, _ console: Console) throws {
    guard parsed.isUnreadable else { return }
    let fatal = parsed.diagnostics.filter(ParserRule.isUnreadable)
    let renderer = TextRenderer(sources: parsed.course.sources, colour: console.usesColour(2))
    Console.error(String(renderer.render(fatal).dropLast()))
    throw CommandFailure(status: ExitStatus.unreadable)
  }
}
