// `inspect`'s JSON (PRODUCT.md §6): the model as other programs may rely on it. Members only ever get added.

import Diagnostics
import LabModel
import LabTranscript

enum ModelJSON {
  static func block(_ block: LabBlock) -> JSONText {
    var members: [(String, JSONText)] = [
      ("id", .string(block.id)), ("line", .int(block.line)), ("endLine", .int(block.endLine)),
      ("language", .string(block.language)), ("action", .string(block.action.rawValue)),
      ("modifiers", .strings(block.modifiers.map(\.spelling))), ("inline", .bool(block.isInline)),
      ("text", .string(block.text)),
    ]
    if let heading = block.heading { members.append(("heading", .string(heading.text))) }
    return .object(members)
  }

  static func heading(_ heading: Heading) -> JSONText {
    .object([
      ("level", .int(heading.level)), ("text", .string(heading.text)), ("line", .int(heading.line)),
      ("id", .string(heading.id)),
    ])
  }

  /// A file on its own.
  static func page(_ page: Page, _ diagnostics: [Diagnostic]) -> JSONText {
    .object([
      ("file", .string(page.source.path)), ("headings", .array(page.headings.map(heading))),
      ("blocks", .array(page.labBlocks.map(block))), ("diagnostics", .array(diagnostics.map(JSONRenderer.value))),
    ])
  }

  static func localized(_ value: Localized<String>) -> JSONText {
    .object(value.languages.map { ($0.code, .string(value[$0] ?? "")) })
  }

  private static func title(_ title: Localized<String>, _ source: Language) -> JSONText {
    .string(title.resolved(for: source, source: source)?.value ?? "")
  }

  static func step(_ step: Step, _ source: Language) -> JSONText {
    let page = step.recordedPage(source: source)
    var members: [(String, JSONText)] = [
      ("name", .string(step.name)), ("number", .int(step.number)), ("title", title(step.title, source)),
      ("titles", localized(step.title)), ("file", page.map { .string($0.file) } ?? .null),
      ("recording", .string(step.recordingFile)),
    ]
    for (name, script) in [("background", step.background), ("foreground", step.foreground), ("verify", step.verify)] {
      if let script { members.append((name, .string(script.file))) }
    }
    members.append(("headings", .array(page?.headings.map(heading) ?? [])))
    members.append(("blocks", .array(page?.labBlocks.map(block) ?? [])))
    var translations: [JSONText] = []
    for language in Language.allCases where language != page?.language {
      guard let other = step.pages[language] else { continue }
      translations.append(
        .object([
          ("language", .string(language.code)), ("file", .string(other.file)),
          ("headings", .array(other.headings.map(heading))), ("blocks", .array(other.labBlocks.map(block))),
        ]))
    }
    members.append(("translations", .array(translations)))
    return .object(members)
  }

  static func scenario(_ scenario: Scenario, _ source: Language) -> JSONText {
    var members: [(String, JSONText)] = [
      ("path", .string(scenario.path)), ("folder", .string(scenario.folder)), ("title", title(scenario.title, source)),
      ("titles", localized(scenario.title)), ("description", title(scenario.description, source)),
      ("languages", .strings(scenario.languages.map(\.code))),
    ]
    if let image = scenario.imageID { members.append(("imageid", .string(image))) }
    if let difficulty = scenario.difficulty { members.append(("difficulty", .string(difficulty))) }
    if let time = scenario.time { members.append(("time", .string(time))) }
    if let intro = scenario.intro { members.append(("intro", step(intro, source))) }
    members.append(("steps", .array(scenario.steps.map { step($0, source) })))
    if let finish = scenario.finish { members.append(("finish", step(finish, source))) }
    members.append(
      (
        "assets",
        .array(
          scenario.assets.map { asset in
            .object([
              ("host", .string(asset.host)), ("file", .string(asset.pattern)), ("target", .string(asset.target)),
              ("matches", .strings(asset.files.map(\.path))),
            ])
          })
      ))
    members.append(("unknownKeys", .strings(scenario.unknownKeys)))
    return .object(members)
  }

  static func outline(_ items: [OutlineItem]) -> JSONText {
    .array(
      items.map { item in
        switch item {
        case .scenario(let path): .object([("scenario", .string(path))])
        case .section(let section):
          .object([
            ("path", .string(section.path)), ("titles", localized(section.title)),
            ("items", outline(section.items)),
          ])
        }
      })
  }

  static func course(_ course: Course, _ diagnostics: [Diagnostic]) -> JSONText {
    let settings = course.settings
    return .object([
      ("titles", localized(settings.title)), ("source", .string(settings.sourceLanguage.code)),
      ("languages", .strings(settings.languages.map(\.code))),
      ("machine", .object([("kubernetes", .string(settings.machine.kubernetes))])),
      ("outline", outline(course.outline)),
      ("scenarios", .array(course.scenarios.map { scenario($0, settings.sourceLanguage) })),
      ("diagnostics", .array(diagnostics.map(JSONRenderer.value))),
    ])
  }

  /// What a course prints when it is played.
  static func recordings(_ course: Course, _ played: PlayedCourse) -> JSONText {
    let transcripts = played.transcripts
    return .object([
      (
        "scenarios",
        .array(
          course.scenarios.map { scenario in
            .object([
              ("path", .string(scenario.path)),
              (
                "steps",
                .array(
                  scenario.allSteps.compactMap { step in
                    transcripts[scenario.path]?[step.key].map { transcript in
                      .object([
                        ("name", .string(step.name)), ("recording", .string(step.recordingFile)),
                        ("transcript", transcript.json),
                      ])
                    }
                  })
              ),
            ])
          })
      )
    ])
  }
}
