import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let verifyScriptFails = Rule(
    id: "verify-script-fails", severity: .error,
    summary: "A step's verify script fails after its blocks were played",
    what: "Runs each step's `verify` script right after the last block of the step, on the same machine.",
    why: "A learner who did everything right cannot go on to the next step.",
    example:
      "verify-step1.sh: `test \"$(kubectl get pods --no-headers | wc -l)\" = 4` after a step that makes three pods",
    instead: "A script that passes on what the step's blocks leave behind.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      for scenario in context.course.scenarios {
        for result in context.verifications[scenario.path] ?? [] where result.failed {
          guard let step = scenario.allSteps.first(where: { $0.key == result.step }), let script = step.verify else {
            continue
          }
          findings.append(
            rule.finding(
              SourceLocation(file: script.source.path),
              "Verification of \(step.name) ends with exit status \(result.exitStatus)",
              "It was run after the step's last block."
                + (result.output.isEmpty ? "" : " It printed: \(result.output.prefix(200))")))
        }
      }
      return findings
    })
}
