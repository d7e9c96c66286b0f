// The pager: on a terminal, what is too long or too wide for the screen goes through another program, which may stop and wait for a
// key. Source: PostgreSQL 15, src/fe_utils/print.c (PageOutput, IsPagerNeeded, print_aligned_text).

internal import SimKernel

/// The terminal that psql writes to.
package struct PsqlScreen {
  package var columns: Int
  package var rows: Int
  /// Whether psql reads from a terminal as well: without that, no pager.
  package var isForReading: Bool
  /// What psql was built to start where neither PSQL_PAGER nor PAGER says otherwise.
  package var pager: String

  package init(columns: Int, rows: Int, isForReading: Bool, pager: String) {
    self.columns = columns
    self.rows = rows
    self.isForReading = isForReading
    self.pager = pager
  }
}

extension PsqlSession {
  /// Prints a table to where query results go, through the pager where that is needed; the text that was printed.
  @discardableResult
  func write(_ table: PrintTable, _ options: PrintOptions) -> String {
    guard let screen = host.screen, case .none = outputTarget else {
      let text = TableFormat.print(table, options)
      write(text)
      return text
    }
    var fitted = options
    if fitted.columns == 0 { fitted.columns = screen.columns }
    let text = TableFormat.print(table, fitted)
    let (lines, isTooWide) = TableFormat.extent(table, fitted)
    page(text, lines: isTooWide ? Int.max : lines)
    return text
  }

  /// Writes a text that psql counts as so many lines.
  func page(_ text: String, lines: Int) {
    guard let screen = host.screen, screen.isForReading, case .none = outputTarget, options.pager > 0,
      options.pager > 1 || (lines >= screen.rows && lines >= options.pagerMinimum)
    else { return write(text) }
    let pager = host.environment("PSQL_PAGER") ?? host.environment("PAGER") ?? screen.pager
    guard pager.utf8.contains(where: { ![9, 10, 13, 32].contains($0) }) else { return write(text) }
    let pipe = openPipe(pager)
    push(.write(pipe: pipe, text: text))
    push(.close(pipe: pipe))
  }
}

extension TableFormat {
  /// How many lines psql takes a table for, and whether it is wider than the screen.
  static func extent(_ table: PrintTable, _ o: PrintOptions) -> (lines: Int, isTooWide: Bool) {
    // A count of rows is no footer yet when lines are counted.
    let footers = o.tuplesOnly ? 0 : table.footers?.count ?? 0
    let records = ((table.headers.count + 1) * table.rows.count + footers, false)
    let plain = table.rows.count + 1 + footers
    guard o.format == "aligned" || o.format == "wrapped" else { return o.expanded == .on ? records : (plain, false) }
    if o.expanded == .on { return records }
    let aligned = AlignedFormat(table, o)
    if o.expanded == .auto, aligned.isTooWide { return records }
    return (plain + aligned.extraLines, aligned.isTooWide)
  }
}
