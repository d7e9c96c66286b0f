// join (GNU coreutils manual, section 8.3).

import SimMachine

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
