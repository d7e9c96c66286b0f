import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let claimedOrderDiffers = Rule(
    id: "claimed-order-differs", severity: .warning,
    summary: "The prose gives an order of pods that the run does not have",
    what:
      "Finds sequences of pod numbers with arrows (`2 → 3`) in the prose after a block and compares them with the order in which numbered pods were created or removed during that block and the one before it.",
    why:
      "The order is what the learner is asked to observe. Pods that existed already do not appear again, and a pod that is never ready stops everything that should come after it.",
    example:
      "```bash\nkubectl scale statefulset web --replicas=5\nkubectl get pods --watch\n```{{exec}}\n\nPods appear in order: 0 → 1 → 2 → 3 → 4",
    instead: "Two pods run already: 2 → 3 → 4",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.transcript != nil {
        let all = page.played
        for played in all {
          guard let record = played.record else { continue }
          let before = played.index > 0 ? all[played.index - 1].record : nil
          let events = (before?.clusterEvents ?? []) + record.clusterEvents
          for line in page.proseLines(after: played.block) {
            for match in line.text.matches(of: /\b([0-9]{1,3})((?:[ *]*(?:→|->|-->)[ *]*[0-9]{1,3}){1,20})\b/) {
              let numbers = match.output.0.matches(of: /[0-9]+/).compactMap { Int($0.output) }
              guard numbers.count >= 2, !Wording.isNotAClaim(Wording.sentence(in: line.text, around: match.range)),
                let steps = sequence(events, claimed: numbers)
              else { continue }
              findings.append(
                rule.finding(
                  page.location(line, match.range),
                  "Order \(numbers.map(String.init).joined(separator: " → ")) is announced, the run \(steps)",
                  "Compared with the pods created and removed during block \(played.block.id)\(before == nil ? "" : " and the one before it").",
                  notes: [DiagnosticNote(location: page.location(played.block), message: "this block was played")]))
            }
          }
        }
      }
      return findings
    })

  /// What the run did instead, in words; nil when it agrees with the claim.
  private static func sequence(_ events: [(milliseconds: Int64, event: ClusterEvent)], claimed: [Int]) -> String? {
    var alive: Set<String> = []
    var created: [Int] = []
    var removed: [Int] = []
    for (_, event) in events where event.object.kind == "pod" {
      guard let dash = event.object.name.lastIndex(of: "-"),
        let ordinal = Int(event.object.name[event.object.name.index(after: dash)...])
      else { continue }
      if event.isGone {
        alive.remove(event.object.text)
      } else if event.status == "Terminating" {
        if removed.last != ordinal { removed.append(ordinal) }
      } else if event.status == "Pending" || event.status == "ContainerCreating",
        alive.insert(event.object.text).inserted
      {
        created.append(ordinal)
      }
    }
    if created == claimed || removed == claimed { return nil }
    let goesDown = claimed[0] > claimed[1]
    let real = goesDown ? removed : created
    let verb = goesDown ? "removes" : "creates"
    return real.isEmpty ? "\(verb) no pod" : "\(verb) \(real.map(String.init).joined(separator: " → "))"
  }
}
