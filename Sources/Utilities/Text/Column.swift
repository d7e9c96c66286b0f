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
  if rows.isEmpty { return call.status }
  if call.options.has("t") || call.options.has("J") { return table(call, rows) }
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
  var names: [String] = []
  if let given = call.options.value("N") {
    for name in given.split(separator: "," as Character, omittingEmptySubsequences: false) {
      names.append(String(name))
    }
  }
  let isJSON = call.options.has("J")
  if isJSON, names.isEmpty {
    call.complain("option --table-columns required for --json")
    return 1
  }
  let limit = call.options.value("l").flatMap { decimal($0) }.map { Int($0) } ?? Int.max
  var cells: [[ArraySlice<UInt8>]] = []
  for (index, row) in rows.enumerated() {
    if let separators, !separators.isEmpty {
      cells.append(
        row.split(maxSplits: limit - 1, omittingEmptySubsequences: false, whereSeparator: { separators.contains($0) }))
    } else {
      cells.append(row.split(maxSplits: limit - 1, whereSeparator: { isBlank($0) }))
    }
    if isJSON, let last = cells.last, last.count > names.count {
      call.complain("line \(index + 1): for JSON the name of the column \(names.count + 1) is required")
      return 1
    }
  }
  var count = names.count
  for row in cells { count = max(count, row.count) }

  /// The columns of a list of names and numbers, from 0; nil when a name is not known, which is said.
  func columns(_ list: String?) -> [Int]? {
    var found: [Int] = []
    for part in (list ?? "").split(separator: "," as Character) {
      if let index = names.firstIndex(of: String(part)) {
        found.append(index)
      } else if let number = decimal(String(part)) {
        if number >= 1, number <= count { found.append(Int(number) - 1) }
      } else {
        call.complain("undefined column name '\(part)'")
        return nil
      }
    }
    return found
  }
  for id in ["H", "O", "R"] where call.options.value(id)?.hasPrefix("-") ?? false || call.options.value(id) == "0" {
    return call.notSimulated("column -\(id) \(call.options.value(id) ?? "")")
  }
  guard let right = columns(call.options.value("R")), let hidden = columns(call.options.value("H")),
    let first = columns(call.options.value("O"))
  else { return 1 }
  var order: [Int] = []
  for index in first + Array(0..<count) where !order.contains(index) && !hidden.contains(index) { order.append(index) }
  if isJSON { return json(call, cells, names, order) }

  if !names.isEmpty, !call.options.has("d") {
    var header: [ArraySlice<UInt8>] = []
    for name in names { header.append(name.bytes[...]) }
    cells.insert(header, at: 0)
  }
  var widths = [Int](repeating: 0, count: count)
  for row in cells {
    for (index, cell) in row.enumerated() { widths[index] = max(widths[index], displayWidth(cell)) }
  }
  for row in cells {
    for (place, index) in order.enumerated() {
      let cell: ArraySlice<UInt8> = index < row.count ? row[index] : []
      let fill = widths[index] - displayWidth(cell)
      let isLast = place == order.count - 1
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

/// The table as libsmartcols writes JSON: names in small letters, every value a text, or null where a row ends early.
private func json(_ call: ToolCall, _ cells: [[ArraySlice<UInt8>]], _ names: [String], _ order: [Int]) -> Int32 {
  func text(_ bytes: ArraySlice<UInt8>) -> String {
    var out: [UInt8] = [34]
    for byte in bytes {
      switch byte {
      case 34, 92: out += [92, byte]
      case 8: out += "\\b".utf8
      case 9: out += "\\t".utf8
      case 12: out += "\\f".utf8
      case 13: out += "\\r".utf8
      case 0..<32: out += "\\u00\(hexadecimal([byte]))".utf8
      default: out.append(byte)
      }
    }
    return String(bytes: out + [34])
  }
  func name(_ given: String) -> String {
    var bytes: [UInt8] = []
    for byte in given.utf8 { bytes.append(lowercased(byte)) }
    return text(bytes[...])
  }
  call.print("{\n   \(name(call.options.value("n") ?? "table")): [")
  for (number, row) in cells.enumerated() {
    call.print(number == 0 ? "\n      {\n" : ",{\n")
    for (place, index) in order.enumerated() {
      let value = index < row.count && !row[index].isEmpty ? text(row[index]) : "null"
      call.print("         \(name(names[index])): \(value)\(place == order.count - 1 ? "" : ",")\n")
    }
    call.print("      }")
  }
  call.print("\n   ]\n}\n")
  return call.status
}
