import ArgumentParser
import Diagnostics

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a rule: what it finds, why, an example, and what to write instead.",
    discussion: """
      EXAMPLES
        ardoise explain missing-interrupt
        ardoise explain --all
      """)

  @Argument(help: "The rule's id, as findings show it in brackets.")
  var rule: String?

  @Flag(help: "List all rules.")
  var all = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if rule == nil, !all { throw ValidationError("Name a rule, or use --all for the list.") }
  }

  func run() throws {
    let entries = Catalogue.entries
    if all {
      let width = entries.map(\.id.count).max() ?? 0
      for entry in entries {
        let id = entry.id
        let padding = String(repeating: " ", count: width - id.count + 2)
        Console.write("\(id)\(padding)\(entry.severity.rawValue)\t\(entry.summary)\n")
      }
      return
    }
    let wanted = rule ?? ""
    guard let entry = entries.first(where: { $0.id == wanted }) else {
      let near = entries.map(\.id).filter { Similarity.isNear($0, wanted) }
      let hint =
        near.isEmpty ? "'ardoise explain --all' lists them." : "Near: \(near.prefix(4).joined(separator: ", "))."
      throw CommandFailure.usage("there is no rule '\(wanted)'. \(hint)")
    }
    Console.write(entry.markdown)
  }
}

/// Near misses of names.
enum Similarity {
  static func isNear(_ name: String, _ wanted: String) -> Bool {
    guard !wanted.isEmpty else { return false }
    if name.contains(wanted) || wanted.contains(name) { return true }
    let parts = Set(name.split(separator: "-")).intersection(wanted.split(separator: "-"))
    return !parts.isEmpty || EditDistance.between(name, wanted) <= 3
  }
}
