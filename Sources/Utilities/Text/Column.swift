// column (util-linux 2.39 manual): filled columns and tables.

import SimMachine

/// Fills columns, or makes a table with -t.
func column(_ call: ToolCall) -> Int32 {
  var text: [UInt8] = []
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    do throws(Errno) {
      text += try call.read(path)
      if let last = text.last, last != 10 { text.append(10) }
    } catch {
      call.complain("\(path): \(error.message)")
    }
  }
  var rows: [ArraySlice<UInt8>] = []
  for line in lineContents(text) {
    var blank = true
    for byte in line where !isBlank(byte) { blank = false }
    if !blank || call.options.has("L") { rows.append(line) }
  }
  if call.options.has("t") { return table(call, rows) }
  var width = call.process.file(1)?.terminal?.columns ?? 80
  if let columns = call.environment("COLUMNS"), let value = decimal(columns) { width = Int(value) }
  if let given = call.options.value("c"), let value = decimal(given) { width = Int(value) }
  var longest = 0
  for row in rows { longest = max(longest, displayWidth(row)) }
  // Columns are padded with tabs to the next tab stop after the widest entry.
  let cell = (longest + 8) / 8 * 8
  let columns = max(1, width / cell)
  if longest >= width || columns == 1 {
    for row in rows {
      call.write(row)
      call.put(10)
    }
    return call.status
  }
  let lines = (rows.count + columns - 1) / columns
  func pad(_ from: Int, _ to: Int) {
    var at = from
    while at < to {
      call.put(9)
      at = (at / 8 + 1) * 8
    }
  }
  if call.options.has("x") {
    for (index, row) in rows.enumerated() {
      call.write(row)
      if (index + 1) % columns == 0 || index == rows.count - 1 { call.put(10) } else { pad(displayWidth(row), cell) }
    }
    return call.status
  }
  for line in 0..<lines {
    var at = line
    while at < rows.count {
      call.write(rows[at])
      if at + lines < rows.count { pad(displayWidth(rows[at]), cell) }
      at += lines
    }
    call.put(10)
  }
  return call.status
}

private func table(_ call: ToolCall, _ rows: [ArraySlice<UInt8>]) -> Int32 {
  let separators = call.options.value("s")?.bytes
  let glue = call.options.value("o") ?? "  "
  var cells: [[ArraySlice<UInt8>]] = []
  var widths: [Int] = []
  if let names = call.options.value("N") {
    var header: [ArraySlice<UInt8>] = []
    for name in names.split(separator: "," as Character, omittingEmptySubsequences: false) {
      header.append(Array(name.utf8)[...])
    }
    cells.append(header)
  }
  let limit = call.options.value("l").flatMap { decimal($0) }.map { Int($0) } ?? Int.max
  for row in rows {
    if let separators, !separators.isEmpty {
      cells.append(
        row.split(maxSplits: limit - 1, omittingEmptySubsequences: false, whereSeparator: { separators.contains($0) }))
    } else {
      cells.append(row.split(maxSplits: limit - 1, whereSeparator: { isBlank($0) }))
    }
  }
  for row in cells {
    for (index, cell) in row.enumerated() {
      if index == widths.count { widths.append(0) }
      widths[index] = max(widths[index], displayWidth(cell))
    }
  }
  var right: [Int] = []
  if let list = call.options.value("R") {
    for part in list.split(separator: "," as Character) {
      if let n = decimal(String(part)) { right.append(Int(n) - 1) }
    }
  }
  for row in cells {
    for index in widths.indices {
      let cell: ArraySlice<UInt8> = index < row.count ? row[index] : []
      let fill = widths[index] - displayWidth(cell)
      let isLast = index == widths.count - 1
      if right.contains(index) {
        call.print(String(repeating: " ", count: fill))
        call.write(cell)
      } else {
        call.write(cell)
        if !isLast { call.print(String(repeating: " ", count: fill)) }
      }
      if !isLast { call.print(glue) }
    }
    call.put(10)
  }
  return call.status
}
