// Tables as `kubectl get` prints them: the server's columns, upper-cased, with what the client adds (namespace, kind prefix, labels),
// aligned by a tab writer that remembers widths while a watch goes on. Source: cli-runtime pkg/printers/tableprinter.go.

import KubeAPI
import SimKernel
import Unstructured

struct TableOptions {
  var wide = false
  var headers = true
  var showsLabels = false
  var labelColumns: [String] = []
  var withNamespace = false
  var withKind = false
  /// `EVENT`, with `--output-watch-events`.
  var withEvents = false
  /// Columns and rows of the client's own making (`--server-print=false`), or of the scale subresource.
  var plain = false
  var scale = false
}

struct ObjectTable {
  let kind: Kind
  let options: TableOptions
  private var writer = TabWriter.table
  private var headersPrinted = false

  init(_ kind: Kind, _ options: TableOptions) {
    self.kind = kind
    self.options = options
  }

  private var columns: [Column] {
    if options.scale { return TablePrinter.scaleColumns }
    return options.plain ? Column.nameAge : kind.columns
  }

  private func cells(_ object: Value, _ now: Int64) -> [String] {
    if options.scale { return TablePrinter.scaleRow(object, now: now) }
    if options.plain {
      let row = TableRow(object, now: now)
      return [row.name, row.age]
    }
    return TablePrinter.row(kind, object, now: now)
  }

  /// Header (once) and rows, aligned together.
  mutating func text(_ objects: [Value], now: Int64, event: String = "") -> String {
    var text = ""
    if options.headers, !headersPrinted, !objects.isEmpty {
      headersPrinted = true
      text += header() + "\n"
    }
    for object in objects { text += row(object, now, event) + "\n" }
    return writer.format(text)
  }

  private func header() -> String {
    var names: [String] = []
    if options.withEvents { names.append("EVENT") }
    if options.withNamespace { names.append("NAMESPACE") }
    for column in columns where options.wide || column.priority == 0 { names.append(column.name.uppercased()) }
    for label in options.labelColumns {
      names.append((label.cutLast(47)?.1 ?? label).uppercased())
    }
    if options.showsLabels { names.append("LABELS") }
    return names.joined(separator: "\t")
  }

  private func row(_ object: Value, _ now: Int64, _ event: String) -> String {
    var texts: [String] = []
    if options.withEvents { texts.append(event) }
    if options.withNamespace { texts.append(object[path: "metadata", "namespace"]?.string ?? "") }
    let cells = cells(object, now)
    for (index, column) in columns.enumerated() where options.wide || column.priority == 0 {
      var cell = index < cells.count ? cells[index] : ""
      if index == 0, options.withKind { cell = "\(kind.qualifiedSingular)/\(cell)" }
      texts.append(ObjectTable.oneLine(cell))
    }
    let labels = object[path: "metadata", "labels"]
    for label in options.labelColumns { texts.append(labels?[label]?.string ?? "") }
    if options.showsLabels { texts.append(Cells.labels(labels)) }
    return texts.joined(separator: "\t")
  }

  /// Cut at the first line break, with dots in its place.
  private static func oneLine(_ cell: String) -> String {
    let bytes = Array(cell.utf8)
    guard let place = bytes.firstIndex(where: { $0 == 10 || $0 == 12 || $0 == 13 }) else { return cell }
    return String(decoding: bytes[..<place], as: UTF8.self) + "..."
  }
}
