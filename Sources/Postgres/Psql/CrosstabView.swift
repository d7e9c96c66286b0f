// `\crosstabview`: turns a result of three columns into a grid. Source: PostgreSQL 15 manual, psql, `\crosstabview`.

internal import SimKernel

enum CrosstabView {
  enum Outcome {
    case table(PrintTable)
    case problem(String)
  }
  /// Stands for a NULL until the null display is known.
  static let null = "\u{0}"

  static func make(_ set: ResultSet, _ arguments: [String]) -> Outcome {
    let columns = set.columns
    if columns.count < 3 { return .problem("\\crosstabview: query must return at least three columns") }
    func find(_ k: Int) -> (index: Int?, problem: String?) {
      let text = arguments[k]
      if let n = Int(text) {
        guard n >= 1, n <= columns.count else {
          return (nil, "\\crosstabview: column number \(n) is out of range 1..\(columns.count)")
        }
        return (n - 1, nil)
      }
      let folded =
        text.hasPrefix("\"") ? replaced(String(text.dropFirst().dropLast()), "\"\"", "\"") : lowercasedASCII(text)
      var found: Int?
      for (i, c) in columns.enumerated() where c.name == folded {
        if found != nil { return (nil, "\\crosstabview: ambiguous column name: \"\(folded)\"") }
        found = i
      }
      return found.map { ($0, nil) } ?? (nil, "\\crosstabview: column name not found: \"\(folded)\"")
    }
    var places: [Int?] = [0, 1, nil, nil]
    for k in 0..<min(4, arguments.count) {
      let f = find(k)
      if let p = f.problem { return .problem(p) }
      places[k] = f.index
    }
    let vertical = places[0]!
    let horizontal = places[1]!
    if vertical == horizontal {
      return .problem("\\crosstabview: vertical and horizontal headers must be different columns")
    }
    if places[2] == nil {
      if columns.count > 3 {
        return .problem(
          "\\crosstabview: data column must be specified when query returns more than three columns")
      }
      places[2] = 3 - vertical - horizontal
    }
    let data = places[2]!
    var rowNames: [String?] = []
    var columnNames: [(name: String?, order: String?)] = []
    for row in set.rows {
      if !rowNames.contains(row[vertical]) { rowNames.append(row[vertical]) }
      var known = false
      for c in columnNames where c.name == row[horizontal] { known = true }
      if !known { columnNames.append((row[horizontal], places[3].flatMap { row[$0] })) }
    }
    if columnNames.count > 1_600 {
      return .problem("\\crosstabview: maximum number of columns (1600) exceeded")
    }
    if places[3] != nil {
      var order = Array(columnNames.indices)
      order.sort { a, b in
        let x = Double(Int64(columnNames[a].order ?? "") ?? 0)
        let y = Double(Int64(columnNames[b].order ?? "") ?? 0)
        return x != y ? x < y : a < b
      }
      var sorted: [(name: String?, order: String?)] = []
      for i in order { sorted.append(columnNames[i]) }
      columnNames = sorted
    }
    var table = PrintTable(title: nil, headers: [columns[vertical].name], rightAligned: [], rows: [])
    table.rightAligned = [columns[vertical].isNumeric]
    for c in columnNames {
      table.headers.append(c.name ?? "")
      table.rightAligned.append(columns[data].isNumeric)
    }
    for name in rowNames {
      table.rows.append([name ?? null] + [String](repeating: "", count: columnNames.count))
    }
    var filled: Set<Int> = []
    for row in set.rows {
      guard let y = rowNames.firstIndex(of: row[vertical]),
        let x = columnNames.firstIndex(where: { $0.name == row[horizontal] })
      else { continue }
      guard filled.insert(y * columnNames.count + x).inserted else {
        return .problem(
          "\\crosstabview: query result contains multiple data values for row \"\(row[vertical] ?? "(null)")\", column \"\(row[horizontal] ?? "(null)")\""
        )
      }
      table.rows[y][x + 1] = row[data] ?? null
    }
    return .table(table)
  }
}
