// Lifecycles as data: what a watcher sees, row by row, with the second it happens. Rows and rhythms are those of the
// captures; times are compared with a tolerance.

import KubeCluster
import Testing

/// One expected row: seconds since time zero, then the leading cells of the row.
struct Row: ExpressibleByStringLiteral, CustomStringConvertible {
  let at: Double
  let cells: String

  /// `1.4 postgres-0 0/1 Pending`
  init(stringLiteral text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    at = Double(String(parts[0])) ?? -1
    cells = String(parts[1])
  }
  var description: String { "\(at) \(cells)" }
}

func expectRows(
  _ watcher: Watcher, _ expected: [Row], columns: Int = 3, tolerance: Double = 0.55,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let got = watcher.states(columns)
  var wanted: [String] = []
  for row in expected { wanted.append(row.cells) }
  if got != wanted {
    Issue.record(
      "rows differ\n\(watcher.text.joined(separator: "\n"))\nwanted\n\(expected.map(\.description).joined(separator: "\n"))",
      sourceLocation: sourceLocation)
    return
  }
  for (index, row) in expected.enumerated() where abs(watcher.rows[index].at - row.at) > tolerance {
    Issue.record(
      "row \(index) (\(row.cells)) is at \(watcher.rows[index].at), not \(row.at)", sourceLocation: sourceLocation)
  }
}
