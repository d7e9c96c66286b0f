import ArgumentParser
import Diagnostics
import Foundation
import LabModel
import LabParser
import LabTranscript

enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
  case asciicastV3 = "asciicast-v3"
  case asciicastV2 = "asciicast-v2"
  case svg
  case markdown
  case json
}

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Give one recording, or its timeline, in a format for use elsewhere.",
    discussion: """
      STEP is a recording, a page, or a scenario's folder and a step's name.

      EXAMPLES
        ardoise export content/statefulset-postgres/step3 --format asciicast-v2 -o step3.cast
        ardoise export content/statefulset-postgres/step3.md --format svg > timeline.svg
        ardoise export content/statefulset-postgres/recordings/step3.cast --format markdown
      """)

  @Argument(help: "Like content/statefulset-postgres/step3.")
  var step: String

  @Option(help: "asciicast-v3, asciicast-v2, svg, markdown or json.")
  var format: ExportFormat

  @Option(name: [.short, .customLong("output")], help: ArgumentHelp("Write here instead.", valueName: "file"))
  var output: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let transcript = try load()
    let text: String
    switch format {
    case .asciicastV3: text = AsciicastV3.write(transcript)
    case .asciicastV2: text = AsciicastV2.write(transcript)
    case .json: text = transcript.json.pretty
    case .markdown: text = TranscriptMarkdown.text(transcript)
    case .svg:
      guard let picture = TimelinePicture(Timeline(from: transcript), title: transcript.title) else {
        throw CommandFailure.unreadable("no pod or claim changes in '\(step)', so there is no timeline to draw")
      }
      text = picture.svg
    }
    guard let output else {
      Console.write(text)
      return
    }
    do {
      try AtomicOutput.write(text, to: output)
    } catch {
      throw CommandFailure.unreadable(error.message)
    }
  }

  private func load() throws -> Transcript {
    let path = try recordingPath()
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure.unreadable("'\(path)' does not exist; record it with: ardoise record")
    }
    do {
      return try AsciicastV3.read(Array(data))
    } catch {
      throw CommandFailure.unreadable("\(path):\(error.line): \(error.message)")
    }
  }

  private func recordingPath() throws -> String {
    if step.hasSuffix(".cast") { return step }
    let folder = (step as NSString).deletingLastPathComponent
    let name = (step as NSString).lastPathComponent
    let parsed = Input.course(step.hasSuffix(".md") ? step : folder.isEmpty ? "." : folder)
    if step.hasSuffix(".md") {
      for scenario in parsed.course.scenarios {
        let found = scenario.allSteps.first { step in
          parsed.focus == nil || Language.allCases.contains { step.pages[$0]?.source.path == parsed.focus }
        }
        if let found { return Recordings.path(of: found, in: scenario) }
      }
      throw CommandFailure.unreadable("'\(step)' does not exist")
    }
    for scenario in parsed.course.scenarios {
      if let found = scenario.allSteps.first(where: { $0.name == name || $0.key == name }) {
        return Recordings.path(of: found, in: scenario)
      }
    }
    throw CommandFailure.unreadable("there is no step '\(name)' in '\(folder.isEmpty ? "." : folder)'")
  }
}
