// The start page, in all languages at once, and the page for addresses that lead nowhere.

import LabModel

extension SiteContext {
  func startPage(_ page: SitePage) -> Markup {
    let titles = map.languages.map { courseTitle($0) }
    var unique: [String] = []
    for title in titles where !unique.contains(title) { unique.append(title) }
    var model = frame(
      page, title: unique.joined(separator: " · "),
      description: settings.description.resolved(for: source, source: source)?.value)
    model["choices"] = .list(
      map.languages.map { language in
        [
          "code": .text(language.code), "name": .text(language.name),
          "href": .text(href(page, .course, language)),
          "title": .text(Typography.prose(courseTitle(language), language)),
          "description": .text(
            optional: settings.description[language].map { Typography.prose($0, language) }),
          "call": .text(UIString.start.text(language)),
          "facts": .text(UIPhrase.scenarioCount(course.scenarios.count).text(language)),
        ]
      })
    return theme.render(model, "start")
  }

  func notFoundPage(_ page: SitePage) -> Markup {
    var model = frame(page, title: map.languages.map { UIString.notFoundTitle.text($0) }.joined(separator: " · "))
    // A host serves this page under any address, so with a base address its links are absolute.
    func address(_ path: String) -> String { baseURL.map { Link.absolute(path, base: $0) } ?? path }
    model["assets"] = .text(address("assets"))
    model["startHref"] = .text(address("index.html"))
    model["choices"] = .list(
      map.languages.map { language in
        [
          "code": .text(language.code), "name": .text(language.name),
          "href": .text(address(map.page(.course, language)?.path ?? "index.html")),
          "title": .text(UIString.notFoundTitle.text(language)),
          "text": .text(UIString.notFoundText.text(language)),
          "home": .text(UIString.home.text(language)),
        ]
      })
    return theme.render(model, "not-found")
  }
}
