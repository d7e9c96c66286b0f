import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let claimedVersionDiffers = Rule(
    id: "claimed-version-differs", severity: .error,
    summary: "The prose states a version that the run does not show",
    what:
      "Reads the prose after a block. Where it names a product and a version (`PostgreSQL 16`) and the block's output names the same product with other versions only, it reports the claim.",
    why:
      "Either the update that the lab describes does not happen, or the text was not updated with the image. Both leave the learner with a result that the page calls wrong.",
    example: "```bash\npsql -c 'SELECT version();'\n```{{exec}}\n\nThe version must be PostgreSQL **16** now!",
    instead: "State the version that the run shows, or repair the step that should have changed it.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.transcript != nil {
        for played in page.played {
          guard let record = played.record else { continue }
          for line in page.proseLines(after: played.block) {
            for match in line.text.matches(
              of:
                /(PostgreSQL|psql|nginx|Kubernetes|MicroK8s|Redis|MongoDB|Cassandra|Kafka|ZooKeeper|etcd)[ \u{00A0}`*v]{1,4}([0-9]+(?:\.[0-9]+)*)/
            ) {
              let product = String(match.output.1)
              let claimed = String(match.output.2)
              guard !Wording.isNotAClaim(Wording.sentence(in: line.text, around: match.range)) else { continue }
              let shown = versions(of: product, in: record.output)
              guard !shown.isEmpty, !shown.contains(where: { agrees($0, claimed) }) else { continue }
              findings.append(
                rule.finding(
                  page.location(line, match.range), "\(product) \(claimed) is stated, the run shows \(shown[0])",
                  "Block \(played.block.id) prints \(product) \(shown.joined(separator: ", ")).",
                  notes: [DiagnosticNote(location: page.location(played.block), message: "this block was played")]))
            }
          }
        }
      }
      return findings
    })

  private static func versions(of product: String, in output: String) -> [String] {
    var list: [String] = []
    guard let pattern = try? Regex("(?i)\(product)[ /]v?([0-9]+(?:\\.[0-9]+)*)", as: (Substring, Substring).self)
    else { return [] }
    for match in output.matches(of: pattern) where !list.contains(String(match.output.1)) {
      list.append(String(match.output.1))
    }
    return list
  }

  /// `16` agrees with `16.4`; `16.4` with `16.4` only.
  private static func agrees(_ shown: String, _ claimed: String) -> Bool {
    shown == claimed || shown.hasPrefix(claimed + ".")
  }
}
