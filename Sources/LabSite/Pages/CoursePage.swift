// The course: its scenarios as cards, in the order and the sections of the outline.

import LabModel
import LabTranscript

extension SiteContext {
  func coursePage(_ page: SitePage, _ language: Language) -> Markup {
    let description = settings.description.resolved(for: language, source: source)
    var model = frame(page, title: courseTitle(language), description: description?.value)
    model["lead"] = .text(optional: description.map { Typography.prose($0.value, $0.language) })
    model["leadLang"] = .text(description?.language.code ?? language.code)
    model["facts"] = .text(UIPhrase.scenarioCount(course.scenarios.count).text(language))
    model["isEmpty"] = .flag(course.scenarios.isEmpty)
    var sections: [TemplateModel] = []
    var loose: [TemplateModel] = []
    var listed: Set<String> = []
    collect(course.outline, page, language, depth: 2, into: &sections, loose: &loose, listed: &listed)
    for scenario in course.scenarios where !listed.contains(scenario.path) {
      loose.append(card(scenario, page, language))
    }
    flush(&loose, into: &sections)
    model["sections"] = .list(sections)
    return theme.render(model, "course")
  }

  private func collect(
    _ items: [OutlineItem], _ page: SitePage, _ language: Language, depth: Int, into sections: inout [TemplateModel],
    loose: inout [TemplateModel], listed: inout Set<String>
  ) {
    for item in items {
      switch item {
      case .scenario(let path):
        guard let scenario = course.scenario(at: path), listed.insert(path).inserted else { continue }
        loose.append(card(scenario, page, language))
      case .section(let section):
        flush(&loose, into: &sections)
        let title = section.title.resolved(for: language, source: source)
        let text = section.description.resolved(for: language, source: source)
        sections.append([
          "heading": .text(title?.value ?? section.path), "headingLang": .text(title?.language.code ?? language.code),
          "text": .text(optional: text?.value), "level": .text("h3"), "cards": .list([]),
        ])
        collect(section.items, page, language, depth: depth + 1, into: &sections, loose: &loose, listed: &listed)
        flush(&loose, into: &sections)
      }
    }
  }

  /// Cards that stand alone, or under the section that was opened last.
  private func flush(_ loose: inout [TemplateModel], into sections: inout [TemplateModel]) {
    guard !loose.isEmpty else { return }
    if let last = sections.last, case .list(let cards)? = last["cards"], cards.isEmpty {
      sections[sections.count - 1]["cards"] = .list(loose)
      sections[sections.count - 1]["level"] = .text("h3")
    } else {
      sections.append([
        "heading": .absent, "headingLang": .absent, "text": .absent, "level": .text("h2"),
        "cards": .list(loose),
      ])
    }
    loose = []
  }

  private func card(_ scenario: Scenario, _ page: SitePage, _ language: Language) -> TemplateModel {
    let title = title(of: scenario, language)
    let text = scenario.description.resolved(for: language, source: source)
    let contentLanguages = scenario.steps.compactMap { $0.pages.resolved(for: language, source: source)?.language }
    let untranslated = contentLanguages.contains { $0 != language }
    return [
      "href": .text(href(page, .scenario(scenario.path), language)),
      "title": .text(Typography.prose(title.value, title.language)), "titleLang": .text(title.language.code),
      "text": .text(optional: text.flatMap { $0.value.isEmpty ? nil : Typography.prose($0.value, $0.language) }),
      "textLang": .text(text?.language.code ?? language.code),
      "isUntranslated": .flag(untranslated),
      "facts": .list(facts(scenario, language)),
    ]
  }

  /// Numbers about a scenario, shown on its card and its page.
  func facts(_ scenario: Scenario, _ language: Language) -> [TemplateModel] {
    var list = [UIPhrase.stepCount(scenario.steps.count).text(language)]
    var blocks = 0
    var played = 0
    var timelines = 0
    for step in scenario.allSteps {
      guard let page = step.pages.resolved(for: language, source: source)?.value else { continue }
      blocks += page.execBlocks.count
      guard let transcript = transcripts[RecordingKey(scenario: scenario.path, step: step.name)] else { continue }
      for block in transcript.blocks where block.isTrue {
        played += 1
        if let timeline = Timeline(from: transcript, block: block.id), !timeline.isEmpty { timelines += 1 }
      }
    }
    if blocks > 0 {
      let phrase: UIPhrase =
        played >= blocks ? .blockCount(blocks) : played == 0 ? .commandCount(blocks) : .playedOf(played, blocks)
      list.append(phrase.text(language))
    }
    if timelines > 0 { list.append(UIPhrase.timelineCount(timelines).text(language)) }
    if let time = scenario.time { list.append(Typography.prose(time, language)) }
    if let difficulty = scenario.difficulty { list.append(Typography.prose(difficulty, language)) }
    return list.map { ["fact": .text($0)] }
  }
}
