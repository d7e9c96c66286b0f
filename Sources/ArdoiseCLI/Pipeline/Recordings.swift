// Where recordings lie, and how courses come from the command line.

import Diagnostics
import Foundation
import LabModel
import LabParser

enum Recordings {
  /// The file of a step's recording, relative to the working directory.
  static func path(of step: Step, in scenario: Scenario) -> String {
    path(step.recordingFile, in: scenario)
  }

  /// A file inside the scenario's folder, relative to the working directory.
  static func path(_ file: String, in scenario: Scenario) -> String {
    scenario.folder.isEmpty || scenario.folder == "." ? file : scenario.folder + "/" + file
  }

  /// Recordings that no page has any more: its file was renamed, or its exec blocks are gone.
  static func strays(_ course: Course, focus: String?) -> [String] {
    guard focus == nil else { return [] }
    var found: [String] = []
    for scenario in course.scenarios where !scenario.isSingleFile {
      let kept = Set(
        scenario.allSteps.filter {
          !($0.recordedPage(source: course.settings.sourceLanguage)?.execBlocks ?? []).isEmpty
        }
        .map(\.recordingFile))
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path("recordings", in: scenario))) ?? []
      for name in names.sorted() where name.hasSuffix(".cast") && !kept.contains("recordings/" + name) {
        found.append(path("recordings/" + name, in: scenario))
      }
    }
    return found
  }

  /// Whether the recordings' folder lies, or would lie, inside the scenario's: a link may lead it elsewhere.
  static func isInside(_ path: String, _ scenario: Scenario) -> Bool {
    let folder = (path as NSString).deletingLastPathComponent
    guard let real = OutputFolder.realPath(folder) else { return true }
    guard let home = OutputFolder.realPath(scenario.folder.isEmpty ? "." : scenario.folder) else { return false }
    return real.hasPrefix(home == "/" ? "/" : home + "/")
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
