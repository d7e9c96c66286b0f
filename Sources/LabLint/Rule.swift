// One opinion about a lab: an id that names the mistake, a page that explains it, and a check. Each rule is a file in Rules/ that
// declares one static value; `make generate` lists them in Rules+Generated.swift and writes docs/rules/.

package import Diagnostics
package import LabModel
package import LabTranscript

package struct Rule: Sendable {
  /// Names the mistake: "allow missing-interrupt" reads well.
  package let id: String
  package let severity: Severity
  /// The headline of the rule's page.
  package let summary: String
  /// What it looks at and when it fires.
  package let what: String
  /// Why that is a mistake.
  package let why: String
  /// Lab Markdown that makes it fire.
  package let example: String
  /// The same, put right.
  package let instead: String
  /// Whether it compares the prose with a recording, and so says nothing with `--no-run`.
  package let needsTranscript: Bool
  package let check: @Sendable (Rule, LintContext) -> [Diagnostic]

  init(
    id: String, severity: Severity, summary: String, what: String, why: String, example: String, instead: String,
    needsTranscript: Bool = false, check: @escaping @Sendable (Rule, LintContext) -> [Diagnostic]
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.what = what
    self.why = why
    self.example = example
    self.instead = instead
    self.needsTranscript = needsTranscript
    self.check = check
  }

  /// A finding of this rule.
  func finding(
    _ location: SourceLocation, _ summary: String, _ explanation: String = "", notes: [DiagnosticNote] = [],
    fixes: [Fix] = []
  ) -> Diagnostic {
    Diagnostic(
      rule: id, severity: severity, location: location, summary: summary, explanation: explanation, notes: notes,
      fixes: fixes)
  }

  package var page: RulePage {
    RulePage(
      id: id, severity: severity, summary: summary, what: what, why: why, example: example, instead: instead,
      needsRecording: needsTranscript)
  }
}

/// What a rule may look at.
package struct LintContext: Sendable {
  package let course: Course
  /// By scenario path and step key; empty with `--no-run`.
  package let transcripts: [String: [String: Transcript]]
  package let verifications: [String: [Verification]]
  /// What setup scripts asked for that is not simulated, by scenario path.
  package let setupNotSimulated: [String: [String]]
  /// Ids of rules that are checked elsewhere: the parser's, the site's.
  package let otherRules: [String]
  /// Every page of every step in every language, in course order.
  let pages: [LintPage]

  package init(
    course: Course, transcripts: [String: [String: Transcript]] = [:],
    verifications: [String: [Verification]] = [:], setupNotSimulated: [String: [String]] = [:],
    otherRules: [String] = []
  ) {
    self.course = course
    self.transcripts = transcripts
    self.verifications = verifications
    self.setupNotSimulated = setupNotSimulated
    pages = LintContext.pages(course, transcripts)
    self.otherRules = otherRules
  }

  /// Every script of every scenario, once.
  var scripts: [Script] {
    var seen: Set<String> = []
    return course.scenarios.flatMap(\.allSteps).flatMap { [$0.background, $0.foreground, $0.verify].compactMap { $0 } }
      .filter { seen.insert($0.source.path).inserted }
  }

  private static func pages(_ course: Course, _ transcripts: [String: [String: Transcript]]) -> [LintPage] {
    var list: [LintPage] = []
    for scenario in course.scenarios {
      for step in scenario.allSteps {
        for language in Language.allCases {
          guard let page = step.pages[language] else { continue }
          list.append(
            LintPage(
              scenario: scenario, step: step, page: page, transcript: transcripts[scenario.path]?[step.key],
              isSource: step.recordedPage(source: course.settings.sourceLanguage)?.language == language))
        }
      }
    }
    return list
  }
}
