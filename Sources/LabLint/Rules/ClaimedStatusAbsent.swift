import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let claimedStatusAbsent = Rule(
    id: "claimed-status-absent", severity: .warning,
    summary: "The prose announces a status that the run never shows",
    what:
      "Reads the prose after a block whose output is a table with a STATUS column. A status word of Kubernetes in it (`Terminating`, `Pending`, `Bound` …) that is in the output neither of this block nor of the next one is reported. Sentences that deny or suppose are left alone.",
    why:
      "The learner looks for something that is not there. Most often the state is over before the command starts: `kubectl delete` waits until the pod is gone, so a watch started after it never shows `Terminating`.",
    example:
      "```bash\nkubectl delete pod web-0\n```{{exec}}\n\n```bash\nkubectl get pods --watch\n```{{exec}}\n\n`web-0` is **Terminating**.",
    instead:
      "```bash\nkubectl delete pod web-0 --wait=false\nkubectl get pods --watch\n```{{exec}}\n\n`web-0` is **Terminating**.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.transcript != nil {
        let all = page.played
        for played in all {
          guard let record = played.record, record.output.contains("STATUS") else { continue }
          let next = played.index + 1 < all.count ? all[played.index + 1].record?.output ?? "" : ""
          for line in page.proseLines(after: played.block) {
            for match in line.text.matches(
              of:
                /\b(Terminating|Pending|ContainerCreating|PodInitializing|Running|Completed|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|CreateContainerConfigError|OOMKilled|Evicted|Bound|Released|Lost|NotReady|SchedulingDisabled)\b/
            ) {
              let word = String(match.output.1)
              guard !record.output.contains(word), !next.contains(word),
                !Wording.isNotAClaim(Wording.sentence(in: line.text, around: match.range))
              else { continue }
              findings.append(
                rule.finding(
                  page.location(line, match.range), "'\(word)' is announced but never shown",
                  "The recorded output of block \(played.block.id) does not contain it; it shows \(statuses(record.output)).",
                  notes: [
                    DiagnosticNote(location: page.location(played.block), message: "this block was played")
                  ]))
            }
          }
        }
      }
      return findings
    })

  /// The status words that a table does show, in order of appearance.
  private static func statuses(_ output: String) -> String {
    var seen: [String] = []
    for line in output.split(whereSeparator: \.isNewline) {
      for word in line.split(separator: " ")
      where word.first?.isUppercase == true && word.dropFirst().contains(where: \.isLowercase) {
        let text = String(word)
        if !seen.contains(text) { seen.append(text) }
      }
    }
    return seen.isEmpty ? "no status" : seen.prefix(6).joined(separator: ", ")
  }
}
