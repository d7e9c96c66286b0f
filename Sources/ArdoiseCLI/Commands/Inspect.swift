import ArgumentParser
import Diagnostics
import LabModel
import LabParser
import LabSite

enum InspectStage: String, ExpressibleByArgument, CaseIterable {
  case parse
  case plan
  case record
}

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Print the model of a page, scenario or course as JSON.",
    discussion: """
      EXAMPLES
        ardoise inspect step3.md                   headings, blocks and findings of one page
        ardoise inspect content                    all scenarios
        ardoise inspect content --stage plan       the pages the site will have
        ardoise inspect content --stage record     what is printed when it is played
      """)

  @Argument(help: "Course folder, scenario folder or Markdown file.")
  var path: String?

  @Option(help: "How far to go: parse, plan or record.")
  var stage: InspectStage = .parse

  @OptionGroup var common: CommonOptions

  func run() throws {
    let parsed = Input.course(path)
    let course = parsed.course
    let value: JSONText
    switch stage {
    case .parse:
      if let page = wantedPage(parsed) {
        value = ModelJSON.page(page, parsed.diagnostics.filter { $0.location.file == page.source.path })
      } else {
        value = ModelJSON.course(course, parsed.diagnostics)
      }
    case .plan:
      let pages = SiteMap(course).pages.map { page in
        JSONText.object([
          ("path", .string(page.path)), ("title", .string(page.title)),
          ("language", page.language.map { .string($0.code) } ?? .null),
          ("contentLanguage", page.contentLanguage.map { .string($0.code) } ?? .null),
        ])
      }
      value = .object([("pages", .array(pages))])
    case .record: value = ModelJSON.recordings(course, CourseCheck.play(course, common.console, jobs: common.jobCount))
    }
    Console.write(value.pretty)
    try Input.requireReadable(parsed, common.console)
  }

  /// The page that was named, when a page was.
  private func wantedPage(_ parsed: ParsedCourse) -> Page? {
    if let focus = parsed.focus {
      for step in parsed.course.scenarios.flatMap(\.allSteps) {
        for language in Language.allCases {
          if let page = step.pages[language], page.source.path == focus { return page }
        }
      }
    }
    guard let scenario = parsed.course.scenarios.first, scenario.isSingleFile else { return nil }
    return scenario.steps.first?.recordedPage(source: parsed.course.settings.sourceLanguage)
  }
}
