// Findings in the formats people and services read.

import ArgumentParser
import Diagnostics
import LabLint
import LabModel
import LabParser

enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case sarif
  case github
  case gitlab
  case rdjsonl
  case junit
}

struct Report {
  var format: ReportFormat
  var sources: SourceTable
  /// Files that were looked at, for formats that list those without findings too.
  var files: [String]

  func render(_ diagnostics: [Diagnostic], colour: Bool) -> String {
    switch format {
    case .text: return TextRenderer(sources: sources, colour: colour).render(diagnostics)
    case .json: return JSONRenderer.render(diagnostics)
    case .sarif:
      return SARIFRenderer(toolVersion: Ardoise.version, rules: Catalogue.descriptions, sources: sources)
        .render(diagnostics)
    case .github: return GitHubRenderer.render(diagnostics)
    case .gitlab: return GitLabRenderer.render(diagnostics, sources: sources)
    case .rdjsonl: return ReviewdogRenderer.render(diagnostics)
    case .junit: return JUnitReport(files: files, diagnostics: diagnostics).render()
    }
  }
}

/// Every rule of the product: the linter's and the parser's.
enum Catalogue {
  struct Entry {
    var description: RuleDescription
    var page: String
  }

  static var entries: [Entry] {
    let parsing = ParserRule.all.map { Entry(description: $0.description, page: page($0)) }
    let linting = Linter.rules.map { Entry(description: $0.description, page: $0.page) }
    return (parsing + linting).sorted { $0.description.id < $1.description.id }
  }

  static var descriptions: [RuleDescription] { entries.map(\.description) }

  private static func page(_ rule: ParserRule) -> String {
    var text = "# \(rule.id)\n\n\(rule.summary). (\(rule.severity.rawValue))\n"
    if !rule.explanation.isEmpty { text += "\n## Why is this bad?\n\n\(rule.explanation)\n" }
    text += "\n## Example\n\n~~~~\n\(rule.example)\n~~~~\n\n## Use instead\n\n~~~~\n\(rule.instead)\n~~~~\n"
    return text
  }
}
