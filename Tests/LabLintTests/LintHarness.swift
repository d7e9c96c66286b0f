// Lints a page given as Markdown, with a recording given as a few words per block.

import Diagnostics
import LabModel
import LabParser
import LabTranscript

@testable import LabLint

/// What a block "printed" in a test.
struct Played {
  var output = ""
  var ending = BlockEnding.finished
  var exit = 0
  var pods: [String] = []

  static func shows(_ output: String, pods: [String] = []) -> Played { Played(output: output, pods: pods) }
  static func interrupted(_ output: String, pods: [String] = []) -> Played {
    Played(output: output, ending: .interrupted(reason: "the step ends"), pods: pods)
  }
}

/// Findings of one rule as `line: summary`.
func findings(
  _ rule: String, _ markdown: String, played: [Played] = [], translation: String? = nil, files: [String]? = nil,
  configure: (inout Course) -> Void = { _ in }
) -> [String] {
  let page = PageParser.parse(
    SourceText(path: "step1.md", text: markdown), file: "step1.md", language: .fr, step: 1
  ).page
  var pages = Localized<Page>(fr: page)
  if let translation {
    pages.en =
      PageParser.parse(
        SourceText(path: "step1.en.md", text: translation), file: "step1.en.md", language: .en, step: 1
      ).page
  }
  let step = Step(kind: .step(1), number: 1, key: "step1", pages: pages)
  var scenario = Scenario(path: "lab", folder: "lab")
  scenario.steps = [step]
  scenario.files = files
  var settings = CourseSettings()
  settings.languages = [.fr, .en]
  var course = Course(root: ".", settings: settings)
  course.scenarios = [scenario]
  course.files = [page.source] + (pages.en.map { [$0.source] } ?? [])
  configure(&course)
  var transcripts: [String: [String: Transcript]] = [:]
  if !played.isEmpty {
    var transcript = Transcript(title: "", columns: 80, rows: 24)
    for (block, result) in zip(page.execBlocks, played) {
      var record = BlockTranscript(id: block.id, heading: "", file: "step1.md", line: block.line)
      record.events = [.output(result.output, at: 0)]
      for (index, line) in result.pods.enumerated() {
        if let event = ClusterEvent(line: line) { record.events.append(.cluster(event, at: Int64(index))) }
      }
      record.ending = result.ending
      if case .finished = result.ending { record.exitStatus = result.exit }
      transcript.blocks.append(record)
    }
    transcripts = ["lab": ["step1": transcript]]
  }
  let context = LintContext(course: course, transcripts: transcripts, otherRules: ["encoding"])
  // Comments are judged when every rule has had its say.
  if rule == "suppression-without-effect" {
    return Linter().lint(context).filter { $0.rule == rule }.map { "\($0.location.start.line): \($0.summary)" }
  }
  return Linter(only: [rule]).lint(context).map { "\($0.location.start.line): \($0.summary)" }
}

/// A fenced exec block.
func exec(_ command: String, _ annotation: String = "exec") -> String {
  "```bash\n\(command)\n```{{\(annotation)}}\n\n"
}
