// One finding, about one place, as it is shown to an author (HOUSE.md §8): a headline that states the rule, a narrow
// range, an explanation that answers the next question, notes with places of their own, and fixes as text edits.
// Values only: who found it and how it is printed are other files' concern.

/// How much a finding weighs. Errors make a command exit 1.
package enum Severity: String, Hashable, Sendable {
  case error
  case warning
  case note

  /// 0 for the worst.
  package var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }
}

/// One replacement in a file.
package struct TextEdit: Hashable, Sendable {
  package var location: SourceLocation
  package var replacement: String

  package init(location: SourceLocation, replacement: String) {
    self.location = location
    self.replacement = replacement
  }
}

/// A way out: a verb phrase ("Add 'interrupt' to the next block") and the edits that do it, all or none.
package struct Fix: Hashable, Sendable {
  package var title: String
  package var edits: [TextEdit]

  package init(title: String, edits: [TextEdit]) {
    self.title = title
    self.edits = edits
  }
}

/// A remark beside a finding: "previously … here". `location` is nil for a remark about no particular place.
package struct DiagnosticNote: Hashable, Sendable {
  package var location: SourceLocation?
  package var message: String

  package init(location: SourceLocation? = nil, message: String) {
    self.location = location
    self.message = message
  }
}

package struct Diagnostic: Hashable, Sendable {
  /// The rule's id, like `heredoc-not-closed`; what `ardoise explain` takes.
  package var rule: String
  package var severity: Severity
  package var location: SourceLocation
  /// The headline: no full stop, most specific word first, stands alone.
  package var summary: String
  /// Answers the next question. May be empty.
  package var explanation: String
  package var notes: [DiagnosticNote]
  package var fixes: [Fix]

  package init(
    rule: String, severity: Severity, location: SourceLocation, summary: String, explanation: String = "",
    notes: [DiagnosticNote] = [], fixes: [Fix] = []
  ) {
    self.rule = rule
    self.severity = severity
    self.location = location
    self.summary = summary
    self.explanation = explanation
    self.notes = notes
    self.fixes = fixes
  }
}

extension Diagnostic {
  /// The order everything is reported in: file, line, column, rule; then what makes the order total.
  package static func isOrdered(_ a: Diagnostic, before b: Diagnostic) -> Bool {
    if a.location.file != b.location.file { return bytesPrecede(a.location.file, b.location.file) }
    if a.location.start.line != b.location.start.line { return a.location.start.line < b.location.start.line }
    if a.location.start.column != b.location.start.column { return a.location.start.column < b.location.start.column }
    if a.rule != b.rule { return bytesPrecede(a.rule, b.rule) }
    if a.location.end.line != b.location.end.line { return a.location.end.line < b.location.end.line }
    if a.location.end.column != b.location.end.column { return a.location.end.column < b.location.end.column }
    return bytesPrecede(a.summary, b.summary)
  }

  private static func bytesPrecede(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
}

extension Array where Element == Diagnostic {
  /// In reporting order, equal findings once.
  package func sortedForReport() -> [Diagnostic] {
    var result: [Diagnostic] = []
    for diagnostic in sorted(by: { Diagnostic.isOrdered($0, before: $1) }) where result.last != diagnostic {
      result.append(diagnostic)
    }
    return result
  }

  package func count(of severity: Severity) -> Int {
    var count = 0
    for diagnostic in self where diagnostic.severity == severity { count += 1 }
    return count
  }

  package var hasErrors: Bool { count(of: .error) > 0 }
}

/// The sources that renderers quote lines from, by path.
package struct SourceTable: Sendable {
  private var sources: [String: SourceText] = [:]

  package init() {}

  package mutating func add(_ source: SourceText) { sources[source.path] = source }

  package subscript(path path: String) -> SourceText? { sources[path] }
}

/// What formats with a rule catalogue (SARIF) say about a rule once.
package struct RuleDescription: Hashable, Sendable {
  package var id: String
  package var summary: String
  package var explanation: String
  package var help: String
  package var severity: Severity

  package init(id: String, summary: String, explanation: String, help: String, severity: Severity) {
    self.id = id
    self.summary = summary
    self.explanation = explanation
    self.help = help
    self.severity = severity
  }
}
