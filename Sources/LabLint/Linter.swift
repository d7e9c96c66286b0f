// Runs the rules over a course and leaves out what its author silenced.

package import Diagnostics
package import LabModel

package struct Linter {
  /// Every rule there is, in the order of their ids.
  package static var rules: [Rule] { Rule.all }

  /// Ids to run; empty means all.
  private let only: Set<String>

  package init(only: [String] = []) { self.only = Set(only) }

  /// Findings of the rules, and of the parser (`parsed`), sorted for a report.
  package func lint(_ context: LintContext, parsed: [Diagnostic] = []) -> [Diagnostic] {
    var findings = parsed.filter { only.isEmpty || only.contains($0.rule) }
    var silent: Set<String> = []
    for rule in Rule.all where only.isEmpty || only.contains(rule.id) {
      if rule.needsTranscript, context.transcripts.isEmpty, context.verifications.isEmpty,
        context.setupNotSimulated.isEmpty
      {
        silent.insert(rule.id)
        continue
      }
      findings += rule.check(rule, context)
    }
    let pages = Dictionary(context.pages.map { ($0.source.path, $0) }) { first, _ in first }
    var places: [String: Int] = [:]
    var suppressions: [(file: String, comments: Suppression, used: Set<Int>)] = []
    for file in context.course.files {
      let code = pages[file.path]?.page.labBlocks.filter { !$0.isInline }
        .map { $0.line...max($0.line, $0.endLine) }
      places[file.path] = suppressions.count
      suppressions.append((file.path, Suppression(file, code: code ?? []), []))
    }
    var kept: [Diagnostic] = []
    for finding in findings {
      if let index = places[finding.location.file] {
        let silencing = suppressions[index].comments.silencing(finding)
        suppressions[index].used.formUnion(silencing)
        if !silencing.isEmpty { continue }
      }
      kept.append(finding)
    }
    if only.isEmpty {
      for (file, comments, used) in suppressions {
        guard let source = context.course.files.first(where: { $0.path == file }) else { continue }
        kept += Rule.uselessComments(comments, used, in: source, silent: silent, context)
      }
    }
    return Linter.levelled(kept, context.course.settings.lint).sortedForReport()
  }

  /// What the settings leave of findings: some are turned off, some weigh more or less.
  package static func levelled(_ findings: [Diagnostic], _ settings: LintSettings) -> [Diagnostic] {
    findings.compactMap { finding in
      if settings.ignore.contains(where: { Glob.matches($0, finding.location.file) }) { return nil }
      var finding = finding
      switch settings.rules[finding.rule] {
      case .off: return nil
      case .note: finding.severity = .note
      case .warning: finding.severity = .warning
      case .error: finding.severity = .error
      case nil: break
      }
      return finding
    }
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
