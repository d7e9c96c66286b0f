// The site of the course in `content/`, with the recordings that are committed beside it: it holds together in both
// languages, and every exec block has its place.

import Diagnostics
import Foundation
import LabModel
import LabParser
import LabTranscript
import Testing

@testable import LabSite

struct WholeSiteTests {
  @Test func theCourseHoldsTogether() throws {
    let course = CourseParser.parse(path: Sample.root + "/content").course
    try #require(!course.scenarios.isEmpty)
    var transcripts: [RecordingKey: Transcript] = [:]
    for scenario in course.scenarios {
      for step in scenario.allSteps {
        guard let data = FileManager.default.contents(atPath: scenario.folder + "/" + step.recordingFile) else {
          continue
        }
        transcripts[RecordingKey(scenario: scenario.path, step: step.name)] = try AsciicastV3.read(Array(data))
      }
    }
    let files = render(
      course: course, transcripts: transcripts,
      options: SiteOptions(
        theme: try Sample.theme(), baseURL: "https://example.org/cours/",
        resource: { FileManager.default.contents(atPath: $0).map { Array($0) } }))
    let findings = inspect(files, languages: course.settings.languages)
    #expect(findings.map { "\($0.location.file):\($0.location.start.line): \($0.summary)" } == [])
    for scenario in course.scenarios {
      for step in scenario.allSteps {
        for language in course.settings.languages {
          let name = step.kind == .intro ? "" : step.name + "/"
          let page = files.text("\(language.code)/\(scenario.path)/\(name)index.html")
          for block in step.recordedPage(source: course.settings.sourceLanguage)?.execBlocks ?? [] {
            #expect(
              page.contains("id=\"\(BlockAnchor.id(block.id))\""), "\(language.code) \(scenario.path) \(block.id)")
          }
        }
      }
    }
  }
}
