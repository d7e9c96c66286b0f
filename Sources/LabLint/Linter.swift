// Runs the rules over a course and leaves out what its author silenced.

package import Diagnostics
import LabModel

package struct Linter {
  /// Every rule there is, in the order of their ids.
  package static var rules: [Rule] { Rule.all }

  /// Ids to run; empty means all.
  private let only: Set<String>

  package init(only: [String] = []) { self.only = Set(only) }

  /// Findings of the rules, and of the parser (`parsed`), sorted for a report.
  package func lint(_ context: LintContext, parsed: [Diagnostic] = []) -> [Diagnostic] {
    var findings = parsed.filter { only.isEmpty || only.contains($0.rule) }
    for rule in Rule.all where only.isEmpty || only.contains(rule.id) {
      if rule.needsTranscript, context.transcripts.isEmpty, context.verifications.isEmpty { continue }
      findings += rule.check(rule, context)
    }
    let settings = context.course.settings.lint
    var suppressions: [String: Suppression] = [:]
    for file in context.course.files { suppressions[file.path] = Suppression(file) }
    var kept: [Diagnostic] = []
    for var finding in findings {
      if suppressions[finding.location.file]?.silences(finding) == true { continue }
      if settings.ignore.contains(where: { Glob.matches($0, finding.location.file) }) { continue }
      switch settings.rules[finding.rule] {
      case .off: continue
      case .note: finding.severity = .note
      case .warning: finding.severity = .warning
      case .error: finding.severity = .error
      case nil: break
      }
      kept.append(finding)
    }
    return kept.sortedForReport()
  }
}

/// File globs of the settings: `*` inside a folder, `**` across folders, `?` one character.
enum Glob {
  static func matches(_ pattern: String, _ path: String) -> Bool {
    let whole = Array(path)
    return matches(Array(pattern)[...], whole[...])
      || path.indices.contains {
        path[$0] == "/" && matches(Array(pattern)[...], Array(path[path.index(after: $0)...])[...])
      }
  }

  private static func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      let deep = pattern.dropFirst().first == "*"
      let rest = pattern.drop { $0 == "*" }
      var tail = text
      while true {
        if matches(rest, tail) { return true }
        guard let next = tail.first, deep || next != "/" else { return false }
        tail = tail.dropFirst()
      }
    }
    guard let next = text.first, first == next || (first == "?" && next != "/") else { return false }
    return matches(pattern.dropFirst(), text.dropFirst())
  }
}
