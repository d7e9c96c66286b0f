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

  /// The rule's page in Markdown, as `ardoise explain` prints it and docs/rules/ keeps it.
  package var page: String {
    """
    # \(id)

    \(summary). (\(severity.rawValue)\(needsTranscript ? ", needs a recording" : ""))

    ## What it does

    \(what)

    ## Why is this bad?

    \(why)

    ## Example

    ~~~~markdown
    \(example)
    ~~~~

    ## Use instead

    ~~~~markdown
    \(instead)
    ~~~~

    Silence it on the next line with `<!-- ardoise-disable-next-line \(id) -->`, or for the course with `lint.rules` in
    `ardoise.yml`.

    """
  }

  package var description: RuleDescription {
    RuleDescription(id: id, summary: summary, explanation: what, help: why + "\n\n" + instead, severity: severity)
  }
}

/// What a rule may look at.
package struct LintContext: Sendable {
  package let course: Course
  /// By scenario path and step key; empty with `--no-run`.
  package let transcripts: [String: [String: Transcript]]
  package let verifications: [String: [VerificationResult]]

  package init(
    course: Course, transcripts: [String: [String: Transcript]] = [:],
    verifications: [String: [VerificationResult]] = [:]
  ) {
    self.course = course
    self.transcripts = transcripts
    self.verifications = verifications
  }

  /// Every page of every step in every language, in course order.
  var pages: [LintPage] {
    var list: [LintPage] = []
    for scenario in course.scenarios {
      for step in scenario.allSteps {
        for language in Language.allCases {
          guard let page = step.pages[language] else { continue }
          list.append(
            LintPage(
              scenario: scenario, step: step, page: page, transcript: transcripts[scenario.path]?[step.key],
              isSource: language == course.settings.sourceLanguage))
        }
      }
    }
    return list
  }
}

/// How a step's verify script ended.
package struct VerificationResult: Sendable {
  package let stepKey: String
  package let passed: Bool
  package let exitStatus: Int
  package let notSimulated: [String]

  package init(stepKey: String, passed: Bool, exitStatus: Int, notSimulated: [String]) {
    self.stepKey = stepKey
    self.passed = passed
    self.exitStatus = exitStatus
    self.notSimulated = notSimulated
  }
}
