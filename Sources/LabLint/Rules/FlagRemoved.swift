import Diagnostics
import LabModel

extension Rule {
  static let flagRemoved = Rule(
    id: "flag-removed", severity: .error,
    summary: "A kubectl flag that the course's version no longer has",
    what:
      "Finds flags that kubectl lost at or before the Kubernetes version of the course: `run --generator`, `run --replicas`, `get --export`, `version --short`, `--dry-run` without a value, and others, in exec blocks and scripts.",
    why: "kubectl answers `unknown flag`, and everything after it in the lab is missing.",
    example: "```bash\nkubectl run web --image=nginx:1.27 --generator=run-pod/v1\n```{{exec}}",
    instead: "```bash\nkubectl run web --image=nginx:1.27\n```{{exec}}",
    check: { rule, context in
      let minor = Int(context.course.settings.machine.kubernetes.split(separator: ".").dropFirst().first ?? "") ?? 32
      var findings: [Diagnostic] = []
      func look(_ line: String, at place: (Range<String.Index>) -> SourceLocation) {
        guard line.contains("--"), !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("#"),
          let command = line.firstMatch(of: /\b(?:kubectl|k)\s+([a-z-]+)(.*)$/)
        else { return }
        for gone in goneFlags where gone.since <= minor && (gone.verb == "*" || gone.verb == command.output.1) {
          let rest = command.output.2
          guard let flag = rest.firstRange(of: gone.flag) else { continue }
          let after = rest[flag.upperBound...].first
          let isWhole = gone.onlyBare ? after == nil || after == " " : after == nil || after == " " || after == "="
          guard isWhole, flag.lowerBound > rest.startIndex, rest[rest.index(before: flag.lowerBound)] == " " else {
            continue
          }
          findings.append(
            rule.finding(
              place(flag.lowerBound..<flag.upperBound),
              "'kubectl \(command.output.1) \(gone.flag)' was removed in Kubernetes 1.\(gone.since)", gone.instead))
        }
      }
      for page in context.pages where page.isSource {
        for block in page.page.execBlocks {
          for line in page.codeLines(block) {
            look(line.text) { page.location(line, $0) }
          }
        }
      }
      for script in context.scripts {
        for number in 1...max(1, script.source.lineCount) {
          let line = script.source.line(number)
          look(line) { range in
            let start = script.source.lineRange(number).start
            return script.source.location(
              SourceRange(
                start: start + line[..<range.lowerBound].utf8.count, end: start + line[..<range.upperBound].utf8.count))
          }
        }
      }
      return findings
    })

  private struct GoneFlag: Sendable {
    let verb: String
    let flag: String
    let since: Int
    let instead: String
    var onlyBare = false
  }

  /// The kubectl sections of Kubernetes' changelogs.
  private static let goneFlags: [GoneFlag] = [
    GoneFlag(
      verb: "run", flag: "--generator", since: 21, instead: "kubectl run makes a pod; use kubectl create for the rest."),
    GoneFlag(verb: "run", flag: "--replicas", since: 18, instead: "Use kubectl create deployment --replicas."),
    GoneFlag(verb: "run", flag: "--requests", since: 24, instead: "Write a manifest, or use kubectl set resources."),
    GoneFlag(verb: "run", flag: "--limits", since: 24, instead: "Write a manifest, or use kubectl set resources."),
    GoneFlag(verb: "run", flag: "--serviceaccount", since: 24, instead: "Write a manifest, or use --overrides."),
    GoneFlag(verb: "run", flag: "--hostport", since: 24, instead: "Write a manifest, or use --overrides."),
    GoneFlag(verb: "run", flag: "--schedule", since: 21, instead: "Use kubectl create cronjob."),
    GoneFlag(verb: "expose", flag: "--generator", since: 21, instead: "Leave it out."),
    GoneFlag(verb: "autoscale", flag: "--generator", since: 21, instead: "Leave it out."),
    GoneFlag(verb: "get", flag: "--export", since: 18, instead: "Use -o yaml and remove what the cluster added."),
    GoneFlag(
      verb: "version", flag: "--short", since: 28, instead: "Leave it out: short is what kubectl version prints."),
    GoneFlag(verb: "drain", flag: "--delete-local-data", since: 26, instead: "Use --delete-emptydir-data."),
    GoneFlag(
      verb: "*", flag: "--dry-run", since: 23, instead: "Write --dry-run=client or --dry-run=server.", onlyBare: true),
  ]
}
