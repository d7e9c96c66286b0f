// Findings in the formats people and services read.

import ArgumentParser
import Diagnostics
import LabLint
import LabModel
import LabParser
import LabSite

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

/// Every rule of the product: the linter's, the parser's, and those about the finished site.
enum Catalogue {
  static var entries: [RulePage] {
    (ParserRule.all.map(\.page) + Linter.rules.map(\.page) + SiteRule.all.map(\.page)).sorted { $0.id < $1.id }
  }

  static var descriptions: [RuleDescription] { entries.map(\.description) }
}
