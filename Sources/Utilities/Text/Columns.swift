// Tools that put files side by side or turn them round: paste, comm, join, tac, column, shuf, split, fmt.

import SimKernel
import SimMachine

/// paste (coreutils 8.2).
func paste(_ call: ToolCall) -> Int32 {
  var delimiters: [[UInt8]] = [[9]]
  if let text = call.options.value("d") {
    delimiters = []
    let bytes = text.bytes
    var i = 0
    while i < bytes.count {
      if bytes[i] == 92 {
        guard i + 1 < bytes.count else {
          call.complain("delimiter list ends with an unescaped backslash: \(text)")
          return 1
        }
        i += 1
        switch bytes[i] {
        case 48: delimiters.append([])
        case 110: delimiters.append([10])
        case 116: delimiters.append([9])
        case 98: delimiters.append([8])
        case 102: delimiters.append([12])
        case 114: delimiters.append([13])
        case 118: delimiters.append([11])
        default: delimiters.append([bytes[i]])
        }
      } else {
        delimiters.append([bytes[i]])
      }
      i += 1
    }
    if delimiters.isEmpty { delimiters = [[]] }
  }
  let end: UInt8 = call.options.has("z") ? 0 : 10
  let paths = call.operands.isEmpty ? ["-"] : call.operands
  var dashes = 0
  for path in paths where path == "-" { dashes += 1 }
  var inputs: [[ArraySlice<UInt8>]] = []
  let stdin = lineContents(call.stdin, delimiter: end)
  var dash = 0
  for path in paths {
    if path == "-" {
      if call.options.has("s") {
        inputs.append(dash == 0 ? stdin : [])
        dash += 1
        continue
      }
      // Several `-` take lines in turn.
      var own: [ArraySlice<UInt8>] = []
      var at = dash
      while at < stdin.count {
        own.append(stdin[at])
        at += dashes
      }
      dash += 1
      inputs.append(own)
      continue
    }
    do throws(Errno) {
      inputs.append(lineContents(try call.read(path), delimiter: end))
    } catch {
      call.complain("\(path): \(error.message)")
      if !call.options.has("s") { return 1 }
    }
  }
  if call.options.has("s") {
    for lines in inputs {
      for (index, line) in lines.enumerated() {
        if index > 0 { call.write(delimiters[(index - 1) % delimiters.count]) }
        call.write(line)
      }
      call.put(end)
    }
    return call.status
  }
  var rows = 0
  for lines in inputs { rows = max(rows, lines.count) }
  for row in 0..<rows {
    for (index, lines) in inputs.enumerated() {
      if index > 0 { call.write(delimiters[(index - 1) % delimiters.count]) }
      if row < lines.count { call.write(lines[row]) }
    }
    call.put(end)
  }
  return call.status
}

/// comm (coreutils 7.4).
func comm(_ call: ToolCall) -> Int32 {
  let operands = call.operands
  if operands.count < 2 {
    return call.usage(operands.isEmpty ? "missing operand" : "missing operand after \(quoted(operands[0]))")
  }
  if operands.count > 2 { return call.usage("extra operand \(quoted(operands[2]))") }
  let end: UInt8 = call.options.has("z") ? 0 : 10
  let glue = call.options.value("output-delimiter") ?? "\t"
  var files: [[ArraySlice<UInt8>]] = []
  for path in operands {
    do throws(Errno) {
      files.append(lineContents(try call.read(path), delimiter: end))
    } catch {
      call.complain("\(path): \(error.message)")
      return 1
    }
  }
  let shows = [!call.options.has("1"), !call.options.has("2"), !call.options.has("3")]
  let checks = !call.options.has("nocheck-order")
  var prefixes = ["", "", ""]
  if shows[0] { prefixes[1] = glue }
  prefixes[2] = (shows[0] ? glue : "") + (shows[1] ? glue : "")
  var counts: [Int64] = [0, 0, 0]
  var disorder = [false, false]
  func emit(_ line: ArraySlice<UInt8>, _ column: Int) {
    counts[column] += 1
    guard shows[column] else { return }
    call.print(prefixes[column])
    call.write(line)
    call.put(end)
  }
  var positions = [0, 0]
  // The order is looked at only once a line has had no partner.
  var unpaired = false
  func advance(_ file: Int) -> Bool {
    positions[file] += 1
    let at = positions[file]
    if checks, unpaired || call.options.has("check-order"), at < files[file].count,
      compareBytes(files[file][at - 1], files[file][at]) > 0, !disorder[file]
    {
      disorder[file] = true
      call.complain("file \(file + 1) is not in sorted order")
      if call.options.has("check-order") { return false }
    }
    return true
  }
  while positions[0] < files[0].count || positions[1] < files[1].count {
    let order: Int
    if positions[0] >= files[0].count {
      order = 1
    } else if positions[1] >= files[1].count {
      order = -1
    } else {
      order = compareBytes(files[0][positions[0]], files[1][positions[1]])
    }
    if order == 0 {
      emit(files[1][positions[1]], 2)
      guard advance(0), advance(1) else { return 1 }
    } else if order < 0 {
      unpaired = true
      emit(files[0][positions[0]], 0)
      guard advance(0) else { return 1 }
    } else {
      unpaired = true
      emit(files[1][positions[1]], 1)
      guard advance(1) else { return 1 }
    }
  }
  if call.options.has("total") {
    call.print("\(counts[0])\(glue)\(counts[1])\(glue)\(counts[2])\(glue)total")
    call.put(end)
  }
  if disorder[0] || disorder[1] { call.complain("input is not in sorted order") }
  return call.status
}

/// tac (coreutils 3.2).
func tac(_ call: ToolCall) -> Int32 {
  if call.options.has("r") { return call.notSimulated("tac -r") }
  let separator = call.options.value("s")?.bytes ?? [10]
  if separator.isEmpty {
    call.complain("separator cannot be empty")
    return 1
  }
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try call.read(path)
    } catch {
      if error == .isDirectory {
        call.complain("\(path): read error: \(error.message)")
      } else {
        call.complain("failed to open '\(path)' for reading: \(error.message)")
      }
      continue
    }
    var pieces: [Range<Int>] = []
    var start = 0
    var at = 0
    let before = call.options.has("b")
    while let found = find(separator, in: bytes[...], from: at) {
      if before {
        if found > start { pieces.append(start..<found) }
        start = found
      } else {
        pieces.append(start..<(found + separator.count))
        start = found + separator.count
      }
      at = found + separator.count
    }
    if start < bytes.count { pieces.append(start..<bytes.count) }
    for piece in pieces.reversed() { call.write(bytes[piece]) }
  }
  return call.status
}

/// join (coreutils 8.3).
func join(_ call: ToolCall) -> Int32 {
  let operands = call.operands
  if operands.count < 2 {
    return call.usage(operands.isEmpty ? "missing operand" : "missing operand after \(quoted(operands[0]))")
  }
  if operands.count > 2 { return call.usage("extra operand \(quoted(operands[2]))") }
  var fields = [0, 0]
  for (index, id) in ["1", "2"].enumerated() {
    if let text = call.options.value("j") ?? call.options.value(id) {
      guard let value = decimal(text), value > 0 else {
        call.complain("invalid field number: \(quoted(text))")
        return 1
      }
      fields[index] = Int(value) - 1
    }
  }
  var separator = call.options.value("t")?.bytes.first
  // An empty separator makes the whole line the key.
  if call.options.value("t")?.isEmpty ?? false { separator = 10 }
  let ignoresCase = call.options.has("i")
  let empty = call.options.value("e")?.bytes ?? []
  let unpaired = call.options.values("a") + call.options.values("v")
  let onlyUnpaired = call.options.has("v")
  let glue = separator ?? 32
  func split(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    if let separator { return line.split(separator: separator, omittingEmptySubsequences: false) }
    return line.split(whereSeparator: { isBlank($0) })
  }
  var files: [[[ArraySlice<UInt8>]]] = []
  for path in operands {
    do throws(Errno) {
      var rows: [[ArraySlice<UInt8>]] = []
      for line in lineContents(try call.read(path)) { rows.append(split(line)) }
      files.append(rows)
    } catch {
      call.complain("\(path): \(error.message)")
      return 1
    }
  }
  func key(_ file: Int, _ row: [ArraySlice<UInt8>]) -> [UInt8] {
    guard fields[file] < row.count else { return [] }
    var bytes = Array(row[fields[file]])
    if ignoresCase { for i in bytes.indices { bytes[i] = lowercased(bytes[i]) } }
    return bytes
  }
  var format: [(file: Int, field: Int)]?
  if let text = call.options.value("o"), text != "auto" {
    var list: [(file: Int, field: Int)] = []
    for part in text.bytes.split(whereSeparator: { $0 == 44 || isBlank($0) }) {
      let spec = String(bytes: part)
      if spec == "0" {
        list.append((0, 0))
      } else if part.count >= 3, part[part.startIndex + 1] == 46, let field = decimal(part[(part.startIndex + 2)...]),
        spec.utf8.first == 49 || spec.utf8.first == 50
      {
        list.append((spec.utf8.first == 49 ? 1 : 2, Int(field)))
      } else {
        call.complain(
          part.count == 1 || part[part.startIndex + 1] == 46
            ? "invalid file number in field spec: \(quoted(spec))" : "invalid field specifier: \(quoted(spec))")
        return 1
      }
    }
    format = list
  }
  if call.options.value("o") == "auto" {
    // The first line of each file says how many fields there are.
    var list: [(file: Int, field: Int)] = [(0, 0)]
    for file in 0...1 {
      for field in 0..<(files[file].first?.count ?? 0) where field != fields[file] {
        list.append((file + 1, field + 1))
      }
    }
    format = list
  }
  func emit(_ first: [ArraySlice<UInt8>]?, _ second: [ArraySlice<UInt8>]?) {
    var out: [[UInt8]] = []
    let joined: [UInt8]
    if let first, fields[0] < first.count {
      joined = Array(first[fields[0]])
    } else if let second, fields[1] < second.count {
      joined = Array(second[fields[1]])
    } else {
      joined = []
    }
    if let format {
      for (file, field) in format {
        if file == 0 {
          out.append(joined)
        } else {
          let row = file == 1 ? first : second
          if let row, field >= 1, field <= row.count, !row[field - 1].isEmpty {
            out.append(Array(row[field - 1]))
          } else {
            out.append(empty)
          }
        }
      }
    } else {
      out.append(joined)
      for (file, row) in [first, second].enumerated() {
        for (index, field) in (row ?? []).enumerated() where index != fields[file] { out.append(Array(field)) }
      }
    }
    for (index, piece) in out.enumerated() {
      if index > 0 { call.put(glue) }
      call.write(piece)
    }
    call.put(10)
  }
  var i = 0
  var j = 0
  if call.options.has("header"), !files[0].isEmpty, !files[1].isEmpty {
    emit(files[0][0], files[1][0])
    i = 1
    j = 1
  }
  var complained = [false, false]
  var unpairedSeen = false
  var stopped = false
  func checkOrder(_ file: Int, _ at: Int) {
    guard !call.options.has("nocheck-order"), !complained[file], at > 0, at < files[file].count else { return }
    // Unless told to check, join minds the order only once a line has found no partner.
    guard unpairedSeen || call.options.has("check-order"), !stopped else { return }
    if compareBytes(key(file, files[file][at - 1])[...], key(file, files[file][at])[...]) > 0 {
      stopped = call.options.has("check-order")
      complained[file] = true
      var text = ""
      for (index, field) in files[file][at].enumerated() {
        text += (index > 0 ? String(bytes: [glue]) : "") + String(bytes: field)
      }
      if stopped { call.flush() }
      call.complain("\(operands[file]):\(at + 1): is not sorted: \(text)")
    }
  }
  while !stopped, i < files[0].count || j < files[1].count {
    let order: Int
    if i >= files[0].count {
      order = 1
    } else if j >= files[1].count {
      order = -1
    } else {
      order = compareBytes(key(0, files[0][i])[...], key(1, files[1][j])[...])
    }
    if order != 0 { unpairedSeen = true }
    if order < 0 {
      if unpaired.contains("1") { emit(files[0][i], nil) }
      i += 1
      checkOrder(0, i)
    } else if order > 0 {
      if unpaired.contains("2") { emit(nil, files[1][j]) }
      j += 1
      checkOrder(1, j)
    } else {
      let value = key(0, files[0][i])
      var lastI = i
      while lastI < files[0].count, key(0, files[0][lastI]) == value { lastI += 1 }
      var lastJ = j
      while lastJ < files[1].count, key(1, files[1][lastJ]) == value { lastJ += 1 }
      if !onlyUnpaired {
        for x in i..<lastI { for y in j..<lastJ { emit(files[0][x], files[1][y]) } }
      }
      i = lastI
      j = lastJ
      checkOrder(0, i)
      checkOrder(1, j)
    }
  }
  if !stopped, complained[0] || complained[1] { call.complain("input is not in sorted order") }
  return call.status
}

/// column (util-linux): fills columns, or makes a table with -t.
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

/// shuf (coreutils 7.2), drawn from the world's seed.
func shuffle(_ call: ToolCall) -> Int32 {
  let options = call.options
  let end: UInt8 = options.has("z") ? 0 : 10
  var items: [ArraySlice<UInt8>] = []
  if options.has("e") {
    for operand in call.operands { items.append(operand.bytes[...]) }
  } else if let range = options.value("i") {
    let bytes = range.bytes
    guard let dash = bytes.firstIndex(of: 45), let low = decimal(bytes[..<dash]),
      let high = decimal(bytes[(dash + 1)...]),
      low <= high + 1
    else {
      let bad = bytes.firstIndex(of: 45).map {
        decimal(bytes[..<$0]) == nil ? range : String(bytes: bytes[($0 + 1)...])
      }
      call.complain("invalid input range: \(quoted(bad ?? range))")
      return 1
    }
    if high - low > 4_000_000 { return call.notSimulated("shuf -i of more than four million numbers") }
    if low <= high { for value in low...high { items.append(String(value).bytes[...]) } }
  } else {
    if call.operands.count > 1 { return call.usage("extra operand \(quoted(call.operands[1]))") }
    do throws(Errno) {
      items = lineContents(try call.read(call.operands.first ?? "-"), delimiter: end)
    } catch {
      call.complain("\(call.operands.first ?? "-"): \(error.message)")
      return 1
    }
  }
  var count = items.count
  if let text = options.value("n") {
    guard let value = decimal(text) else {
      call.complain("invalid line count: \(quoted(text))")
      return 1
    }
    count = Int(min(value, Int64(options.has("r") ? Int64(Int32.max) : Int64(items.count))))
  } else if options.has("r") {
    return call.notSimulated("shuf -r without -n")
  }
  func draw(_ bound: Int) -> Int { call.world.random.below(bound) }
  if options.has("r") {
    guard !items.isEmpty else {
      call.complain("no lines to repeat")
      return 1
    }
    for _ in 0..<count {
      call.write(items[draw(items.count)])
      call.put(end)
    }
    return 0
  }
  if count > 0 {
    for index in 0..<min(count, items.count) {
      items.swapAt(index, index + draw(items.count - index))
      call.write(items[index])
      call.put(end)
    }
  }
  return call.status
}

/// The pieces of `split -n`: by bytes, by whole lines (`l/`), by lines in turn (`r/`).
private func chunks(_ bytes: [UInt8], _ count: Int, _ kind: String) -> [ArraySlice<UInt8>] {
  let size = bytes.count / count
  if kind == "r" {
    var piles = [[UInt8]](repeating: [], count: count)
    for (index, line) in lines(bytes).enumerated() { piles[index % count] += line }
    var pieces: [ArraySlice<UInt8>] = []
    for pile in piles { pieces.append(pile[...]) }
    return pieces
  }
  var pieces: [ArraySlice<UInt8>] = []
  var start = 0
  for index in 0..<count {
    var end = index == count - 1 ? bytes.count : (index + 1) * size
    if kind == "l", index < count - 1 {
      end = max(end, start)
      // A line belongs to the piece in which it begins.
      while end > start || index >= 0, end < bytes.count, end > 0, bytes[end - 1] != 10 { end += 1 }
      if end < start { end = start }
    }
    pieces.append(bytes[start..<end])
    start = end
  }
  return pieces
}

/// split (coreutils 5.3).
func splitFile(_ call: ToolCall) -> Int32 {
  let options = call.options
  let path = call.operands.first ?? "-"
  let prefix = call.operands.count > 1 ? call.operands[1] : "x"
  if call.operands.count > 2 { return call.usage("extra operand \(quoted(call.operands[2]))") }
  let bytes: [UInt8]
  do throws(Errno) {
    bytes = try call.read(path)
  } catch {
    call.complain("cannot open '\(path)' for reading: \(error.message)")
    return 1
  }
  var pieces: [ArraySlice<UInt8>] = []
  if let text = options.value("b") {
    guard let size = sizeWithSuffix(text), size > 0 else {
      let range = sizeWithSuffix(text) == 0 ? ": Numerical result out of range" : ""
      call.complain("invalid number of bytes: \(quoted(text))\(range)")
      return 1
    }
    var at = 0
    while at < bytes.count {
      let next = Int(min(Int64(bytes.count), Int64(at) + size))
      pieces.append(bytes[at..<next])
      at = next
    }
  } else if let text = options.value("n") {
    var parts = text.split(separator: "/" as Character, omittingEmptySubsequences: false)
    var kind = ""
    if parts.count > 1, parts[0] == "l" || parts[0] == "r" { kind = String(parts.removeFirst()) }
    guard let last = parts.last, let count = decimal(String(last)), count > 0, parts.count < 3 else {
      call.complain("invalid number of chunks: \(quoted(String(parts.last ?? "")))")
      return 1
    }
    let total = Int(min(count, 1 << 20))
    pieces = chunks(bytes, total, kind)
    if parts.count == 2 {
      guard let chosen = decimal(String(parts[0])), chosen > 0, chosen <= count else {
        call.complain("invalid chunk number: \(quoted(String(parts[0])))")
        return 1
      }
      call.write(pieces[Int(chosen) - 1])
      return 0
    }
  } else if let text = options.value("C") {
    guard let size = sizeWithSuffix(text), size > 0 else {
      call.complain("invalid number of lines: \(quoted(text))")
      return 1
    }
    var start = 0
    var end = 0
    for line in lines(bytes) {
      if line.endIndex - start > Int(size), end > start {
        pieces.append(bytes[start..<end])
        start = end
      }
      while line.endIndex - start > Int(size) {
        pieces.append(bytes[start..<(start + Int(size))])
        start += Int(size)
      }
      end = line.endIndex
    }
    if start < bytes.count { pieces.append(bytes[start...]) }
  } else {
    let text = options.value("l") ?? "1000"
    guard let size = sizeWithSuffix(text), size > 0 else {
      let range = sizeWithSuffix(text) == 0 ? ": Numerical result out of range" : ""
      call.complain("invalid number of lines: \(quoted(text))\(range)")
      return 1
    }
    var start = 0
    var count: Int64 = 0
    for i in 0..<bytes.count where bytes[i] == 10 {
      count += 1
      if count == size {
        pieces.append(bytes[start...i])
        start = i + 1
        count = 0
      }
    }
    if start < bytes.count { pieces.append(bytes[start...]) }
  }
  if options.has("e") { pieces.removeAll { $0.isEmpty } }
  let numeric = options.has("d") || options.has("numeric-suffixes")
  let hexadecimal = options.has("x") || options.has("hex-suffixes")
  var length = options.value("a").flatMap { decimal($0) }.map { Int($0) } ?? 2
  var first = 0
  if let from = options.value("numeric-suffixes"), let value = decimal(from) { first = Int(value) }
  if let from = options.value("hex-suffixes"), let value = Int(from, radix: 16) { first = value }
  let alphabet = Array((hexadecimal ? "0123456789abcdef" : numeric ? "0123456789" : "abcdefghijklmnopqrstuvwxyz").utf8)
  let radix = alphabet.count
  let fixedLength = options.has("a")
  for (index, piece) in pieces.enumerated() {
    var capacity = 1
    for _ in 0..<length { capacity *= radix }
    var number = index + first
    if number >= capacity, fixedLength {
      call.complain("output file suffixes exhausted")
      return 1
    }
    if number >= capacity { length += 1 }
    var suffix: [UInt8] = []
    for _ in 0..<length {
      suffix.insert(alphabet[number % radix], at: 0)
      number /= radix
    }
    let name = prefix + String(bytes: suffix) + (options.value("additional-suffix") ?? "")
    do throws(Errno) {
      let file = try call.openForWriting(name)
      _ = file.write(piece)
      if options.has("verbose") { call.printLine("creating file '\(name)'") }
    } catch {
      call.complain("\(name): \(error.message)")
      return 1
    }
  }
  return 0
}
