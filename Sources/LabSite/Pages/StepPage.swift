// A scenario's overview with its introduction, and its steps and recap.

import Diagnostics
import LabModel
import LabTranscript

extension SiteContext {
  // MARK: Overview

  func scenarioPage(_ page: SitePage, _ language: Language, _ scenario: Scenario) -> Markup {
    let title = title(of: scenario, language)
    let text = scenario.description.resolved(for: language, source: source)
    var model = frame(page, title: title.value, description: text?.value)
    navigation(&model, page, language, scenario, current: nil)
    model["isScenario"] = .flag(true)
    model["heading"] = .text(Typography.prose(title.value, title.language))
    model["headingLang"] = .text(title.language.code)
    model["lead"] = .text(optional: text.flatMap { $0.value.isEmpty ? nil : Typography.prose($0.value, $0.language) })
    model["leadLang"] = .text(text?.language.code ?? language.code)
    model["facts"] = .list(facts(scenario, language))
    content(&model, page, language, scenario, scenario.intro, titleInBody: title.value)
    return theme.render(model, "scenario")
  }

  // MARK: Step

  func stepPage(_ page: SitePage, _ language: Language, _ scenario: Scenario, named name: String) -> Markup {
    let step = scenario.allSteps.first { $0.name == name }!
    let scenarioTitle = title(of: scenario, language)
    let first = step.pages.resolved(for: language, source: source)
    var model = frame(
      page, title: "\(page.title) · \(scenarioTitle.value)",
      description: first.flatMap { StepContent.description($0.value.blocks) })
    navigation(&model, page, language, scenario, current: step)
    model["isStep"] = .flag(true)
    switch step.kind {
    case .intro: model["kicker"] = .text(UIString.introduction.text(language))
    case .step(let number):
      let isAlone = scenario.steps.count == 1 && scenario.intro == nil && scenario.finish == nil
      model["kicker"] = isAlone ? .absent : .text(UIPhrase.stepOf(number, scenario.steps.count).text(language))
    case .finish:
      // Most recaps are called that themselves.
      let recap = UIString.recap.text(language)
      model["kicker"] = recap == StepContent.short(page.title) ? .absent : .text(recap)
    }
    // The page's own first heading is its title, with its markup.
    var heading = Markup(text: Typography.prose(StepContent.short(page.title), first?.language ?? language))
    if let source = first?.value, let title = StepContent.title(source.blocks) {
      var renderer = ProseRenderer(
        language: source.language, resolveLink: { _, _ in nil }, resolveImage: { _ in nil }, drawBlock: { _ in .empty })
      heading = renderer.inline(StepContent.short(title.content))
    }
    model["headingHTML"] = .markup(heading)
    model["headingLang"] = .text(first?.language.code ?? language.code)
    content(&model, page, language, scenario, step, titleInBody: nil)
    return theme.render(model, "step")
  }

  // MARK: Shared

  /// The prose of a step and what belongs to it.
  private func content(
    _ model: inout TemplateModel, _ page: SitePage, _ language: Language, _ scenario: Scenario, _ step: Step?,
    titleInBody: String?
  ) {
    model["bodyHTML"] = .markup(.empty)
    model["headingID"] = .absent
    model["bodyLang"] = .text(page.contentLanguage?.code ?? language.code)
    model["patternsHTML"] = .markup(.empty)
    for name in ["notice", "toc", "recording", "hint", "solution", "edit", "verify"] { model[name] = .absent }
    model["scripts"] = .absent
    guard let step, let (source, contentLanguage) = step.pages.resolved(for: language, source: source) else { return }
    let transcript = transcripts[RecordingKey(scenario: scenario.path, step: step.name)]
    let blocks = BlockModel(
      site: self, language: language, transcript: transcript,
      hrefToBlock: { id in
        let home = scenario.allSteps.first { other in
          other.pages.resolved(for: language, source: self.source)?.value.execBlocks.contains { $0.id == id } ?? false
        }
        guard let home, home.name != step.name else { return "#" + BlockAnchor.id(id) }
        let kind: PageKind =
          home.kind == .intro ? .scenario(scenario.path) : .step(scenario: scenario.path, step: home.name)
        return href(page, kind, language) + "#" + BlockAnchor.id(id)
      })
    var renderer = ProseRenderer(
      language: contentLanguage,
      resolveLink: { resolve($0, $1, from: page, language, scenario, source) },
      resolveImage: { path in resources.path(of: path, in: scenario).map { Link.relative(from: page.path, to: $0) } },
      drawBlock: { blocks.markup($0) })
    var body = source.blocks
    if let title = StepContent.title(body), titleInBody == nil || title.text == titleInBody {
      body.removeFirst()
      let id = ProseRenderer.anchor(title.id)
      renderer.reserve(id)
      model["headingID"] = .text(id)
    }
    let markup = renderer.render(body)
    model["bodyHTML"] = .markup(markup)
    model["bodyLang"] = .text(contentLanguage.code)
    if markup.html.contains("tl-svg") { model["patternsHTML"] = .markup(TimelineSVG.patterns) }
    let sections = StepContent.contents(body, contentLanguage)
    model["toc"] = sections.count > 1 ? .nonEmpty(sections) : .absent
    if contentLanguage != language {
      model["notice"] = .model([
        "text": .text(UIPhrase.fallbackNotice(original: contentLanguage).text(language)),
        "href": .text(href(page, page.kind, contentLanguage)), "code": .text(contentLanguage.code),
        "link": .text(contentLanguage.name),
      ])
    }
    if transcript != nil {
      model["recording"] = .model([
        "href": .text(
          Link.relative(from: page.path, to: SiteMap.recordingPath(scenario: scenario.path, step: step)))
      ])
    }
    model["hint"] = .text(optional: step.hint)
    model["solution"] = .text(optional: step.solution)
    let scripts = [step.background, step.foreground].compactMap { $0 }
    model["scripts"] = .nonEmpty(
      scripts.map {
        [
          "file": .text($0.file),
          "scriptHTML": .markup(ShellHighlight.markup($0.text, language: "bash", isTyped: true)),
        ]
      })
    model["verify"] = step.verify.map { .model(verification($0, scenario, step)) } ?? .absent
    if let repository = settings.repository.flatMap(SiteContext.webAddress) {
      model["edit"] = .text(editAddress(repository, source.source.path))
    }
  }

  /// GitHub's and GitLab's addresses for editing a file both redirect from this one to the default branch.
  private func editAddress(_ repository: String, _ path: String) -> String {
    let base = repository.hasSuffix("/") ? String(repository.dropLast()) : repository
    return base + "/blob/HEAD/" + path.split(separator: "/").map { Link.encode($0) }.joined(separator: "/")
  }

  /// Steps beside the page, and the pages before and after it.
  private func navigation(
    _ model: inout TemplateModel, _ page: SitePage, _ language: Language, _ scenario: Scenario, current: Step?
  ) {
    let scenarioTitle = title(of: scenario, language)
    let steps = scenario.steps + (scenario.finish.map { [$0] } ?? [])
    // A course that is one scenario often has its title: once is enough.
    let crumb = Typography.prose(scenarioTitle.value, scenarioTitle.language)
    model["scenarioTitle"] = scenarioTitle.value == courseTitle(language) ? .absent : .text(crumb)
    model["hasSteps"] = .flag(steps.count > 1)
    model["scenarioHref"] = .text(href(page, .scenario(scenario.path), language))
    let position = current.flatMap { step in steps.firstIndex { $0.name == step.name } }
    model["steps"] = .list(
      steps.enumerated().map { index, step in
        let title = SiteMap.title(of: step, language, source: source)
        let titleLanguage = step.title.resolved(for: language, source: source)?.language ?? language
        let number: String
        if case .step(let value) = step.kind { number = String(value) } else { number = "✓" }
        return [
          "href": .text(href(page, .step(scenario: scenario.path, step: step.name), language)),
          "title": .text(Typography.prose(StepContent.short(title), titleLanguage)), "lang": .text(titleLanguage.code),
          "number": .text(number), "isCurrent": .flag(index == position),
          "isDone": .flag(position.map { index < $0 } ?? false),
        ]
      })
    func neighbour(_ index: Int) -> TemplateValue {
      guard steps.indices.contains(index) else { return .absent }
      let title = SiteMap.title(of: steps[index], language, source: source)
      return .model([
        "href": .text(href(page, .step(scenario: scenario.path, step: steps[index].name), language)),
        "title": .text(Typography.prose(StepContent.short(title), language)),
      ])
    }
    model["next"] = neighbour(position.map { $0 + 1 } ?? 0)
    if let position {
      model["previous"] =
        position > 0
        ? neighbour(position - 1)
        : .model([
          "href": .text(href(page, .scenario(scenario.path), language)),
          "title": .text(UIString.overview.text(language)),
        ])
    } else {
      model["previous"] = .absent
    }
    model["stepTotal"] = .int(steps.count)
    model["stepPosition"] = .int(position.map { $0 + 1 } ?? 0)
  }

  /// The step's verify script and how it ended.
  private func verification(_ script: Script, _ scenario: Scenario, _ step: Step) -> TemplateModel {
    let result = verifications[RecordingKey(scenario: scenario.path, step: step.name)]
    return [
      "file": .text(script.file),
      "scriptHTML": .markup(ShellHighlight.markup(script.text, language: "bash", isTyped: true)),
      "passed": .flag(result?.passed ?? false), "failed": .flag(result?.failed ?? false),
      "unknown": .flag(result.map { !$0.isTrue } ?? false),
      "output": .text(optional: result.flatMap { $0.isTrue && !$0.output.isEmpty ? $0.output : nil }),
    ]
  }

  /// Where a relative link of the author's leads.
  private func resolve(
    _ path: String, _ fragment: String?, from page: SitePage, _ language: Language, _ scenario: Scenario, _ source: Page
  ) -> String? {
    if path.isEmpty {
      guard let fragment else { return nil }
      return fragment.isEmpty ? "#contenu" : anchor(fragment, on: source)
    }
    switch course.target(of: path, in: source, of: scenario) {
    case .page(let target, let name)?:
      guard let step = course.scenario(at: target)?.allSteps.first(where: { $0.name == name }) else { return nil }
      let kind: PageKind = step.kind == .intro ? .scenario(target) : .step(scenario: target, step: name)
      let place = step.pages.resolved(for: language, source: self.source).flatMap { other in
        fragment.flatMap { anchor($0, on: other.value) }
      }
      return href(page, kind, language) + (place ?? "")
    case .scenario(let target)?: return href(page, .scenario(target), language)
    case .file(let file)?:
      return resources.path(of: file, in: scenario).map {
        Link.relative(from: page.path, to: $0) + (fragment.map { "#" + Link.encode($0) } ?? "")
      }
    case nil: return nil
    }
  }

  private func anchor(_ fragment: String, on page: Page) -> String? {
    switch anchors.of(page).find(fragment) {
    case .heading(let id)?: "#" + Link.encode(ProseRenderer.anchor(id))
    case .block(let id)?, .html(let id)?: "#" + Link.encode(id)
    case nil: nil
    }
  }
}

enum StepContent {
  /// A page's title: a first-level heading that opens it.
  static func title(_ blocks: [BlockNode]) -> Heading? {
    if case .heading(let heading)? = blocks.first, heading.level == 1 { return heading }
    return nil
  }

  /// The first sentences of the prose, for search engines.
  static func description(_ blocks: [BlockNode]) -> String? {
    for case .paragraph(let nodes, _) in blocks {
      let words = nodes.plainText.split(whereSeparator: \.isWhitespace)
      var text = ""
      for word in words {
        guard text.count + word.count < 158 else { return text + "…" }
        text += (text.isEmpty ? "" : " ") + word
      }
      if text.count > 20 { return text }
    }
    return nil
  }

  /// Second-level headings with the third-level ones below them.
  static func contents(_ blocks: [BlockNode], _ language: Language) -> [TemplateModel] {
    var sections: [(Heading, [Heading])] = []
    for case .heading(let heading) in blocks {
      if heading.level <= 2 {
        sections.append((heading, []))
      } else if heading.level == 3, !sections.isEmpty {
        sections[sections.count - 1].1.append(heading)
      }
    }
    func entry(_ heading: Heading) -> TemplateModel {
      [
        "href": .text("#" + Link.encode(ProseRenderer.anchor(heading.id))),
        "text": .text(Typography.prose(heading.text, language)),
        "sub": .absent,
      ]
    }
    return sections.map { heading, below in
      var model = entry(heading)
      model["sub"] = .nonEmpty(below.map(entry))
      return model
    }
  }

  static func short(_ content: [InlineNode]) -> [InlineNode] {
    guard case .text(let text, let range)? = content.first else { return content }
    return [.text(short(text), range)] + content.dropFirst()
  }

  /// A title without "Étape 3 :" before it, where the number stands beside it anyway.
  static func short(_ title: String) -> String {
    for word in ["Étape", "Etape", "Step"] where title.hasPrefix(word) {
      let rest = title.dropFirst(word.count).drop { $0 == " " || $0 == "\u{A0}" }
      let number = rest.prefix { $0.isNumber }
      let tail = rest[number.endIndex...].drop { $0 == " " || $0 == "\u{A0}" || $0 == "\u{202F}" }
      guard !number.isEmpty, let mark = tail.first, ":-–—.".contains(mark) else { continue }
      let short = tail.dropFirst().drop { $0.isWhitespace }
      if let first = short.first { return first.uppercased() + short.dropFirst() }
    }
    return title
  }
}
