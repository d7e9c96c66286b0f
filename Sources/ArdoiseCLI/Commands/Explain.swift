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
      let width = entries.map { $0.description.id.count }.max() ?? 0
      for entry in entries {
        let id = entry.description.id
        let padding = String(repeating: " ", count: width - id.count + 2)
        Console.write("\(id)\(padding)\(entry.description.severity.rawValue)\t\(entry.description.summary)\n")
      }
      return
    }
    let wanted = rule ?? ""
    guard let entry = entries.first(where: { $0.description.id == wanted }) else {
      let near = entries.map(\.description.id).filter { Similarity.isNear($0, wanted) }
      let hint =
        near.isEmpty ? "'ardoise explain --all' lists them." : "Near: \(near.prefix(4).joined(separator: ", "))."
      throw CommandFailure.usage("there is no rule '\(wanted)'. \(hint)")
    }
    Console.write(entry.page.hasSuffix("\n") ? entry.page : entry.page + "\n")
  }
}

/// Near misses of names.
enum Similarity {
  static func isNear(_ name: String, _ wanted: String) -> Bool {
    guard !wanted.isEmpty else { return false }
    if name.contains(wanted) || wanted.contains(name) { return true }
    let parts = Set(name.split(separator: "-")).intersection(wanted.split(separator: "-"))
    return !parts.isEmpty || distance(name, wanted) <= 3
  }

  private static func distance(_ a: String, _ b: String) -> Int {
    let left = Array(a.utf8.prefix(64))
    let right = Array(b.utf8.prefix(64))
    var row = Array(0...right.count)
    for (i, x) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
