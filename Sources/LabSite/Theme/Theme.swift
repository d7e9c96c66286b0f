// A theme: Mustache templates and files that are copied as they are. A value; `ThemeFolder` reads one from disk. Templates
// are checked when the theme is made, so that rendering cannot fail: they must parse, none may be missing, and text may be
// printed unescaped only under names that end in `HTML` (see `Markup`).

import Mustache

package struct ThemeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file it is about, relative to the theme, or the theme's folder.
  package var file: String
  /// A headline in the form diagnostics use.
  package var summary: String

  package init(file: String, summary: String) {
    self.file = file
    self.summary = summary
  }

  package var description: String { "\(file): \(summary)" }
}

package struct Theme: Sendable {
  /// One per kind of page and per part that Swift code fills in.
  package static let requiredTemplates = [
    "start", "not-found", "course", "scenario", "step", "about", "block", "timeline",
  ]

  /// Files for `assets/`, in order of path.
  package let assets: [OutputFile]
  private let library: MustacheLibrary

  /// - Parameter templates: by name, without extension.
  package init(templates: [String: String], assets: [OutputFile]) throws(ThemeError) {
    for name in Theme.requiredTemplates where templates[name] == nil {
      throw ThemeError(file: "templates/\(name).mustache", summary: "Template '\(name)' is missing from the theme")
    }
    var parsed: [String: MustacheTemplate] = [:]
    for (name, text) in templates.sorted(by: { $0.key < $1.key }) {
      let file = "templates/\(name).mustache"
      for printed in Theme.unescapedNames(text) where !printed.hasSuffix("HTML") {
        throw ThemeError(
          file: file, summary: "Value '\(printed)' is printed without escaping; only names that end in HTML may be")
      }
      do {
        parsed[name] = try MustacheTemplate(string: text)
      } catch {
        throw ThemeError(file: file, summary: "Template cannot be read: \(error)")
      }
    }
    library = MustacheLibrary(templates: parsed)
    self.assets = assets.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  func render(_ model: TemplateModel, _ template: String) -> Markup {
    Markup(trusted: library.render(model.untyped, withTemplate: template) ?? "")
  }

  /// The names in `{{{name}}}` and `{{&name}}`.
  static func unescapedNames(_ template: String) -> [String] {
    var names: [String] = []
    var rest = Substring(template)
    while let open = rest.firstRange(of: "{{") {
      rest = rest[open.upperBound...]
      guard let first = rest.first(where: { !$0.isWhitespace }), first == "{" || first == "&" else { continue }
      let tail = rest.drop { $0.isWhitespace || $0 == "{" || $0 == "&" }
      names.append(String(tail.prefix { $0 != "}" && !$0.isWhitespace }))
    }
    return names
  }

  /// The names of interface strings that the templates print: `{{t.next}}`.
  package static func stringNames(_ template: String) -> [String] {
    var names: [String] = []
    var rest = Substring(template)
    while let open = rest.firstRange(of: "{{t.") {
      rest = rest[open.upperBound...]
      names.append(String(rest.prefix { $0.isLetter || $0.isNumber }))
    }
    return names
  }
}
