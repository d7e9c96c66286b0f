// wc (GNU coreutils manual, section 6.1).

import SimMachine

/// The fields are as wide as the largest total could be.
func wordCount(_ call: ToolCall) -> Int32 {
  let options = call.options
  var wanted: [String] = []
  for id in ["l", "w", "m", "c", "L"] where options.has(id) { wanted.append(id) }
  if wanted.isEmpty { wanted = ["l", "w", "c"] }
  if call.countsBytes, let at = wanted.firstIndex(of: "m") { wanted[at] = "c" }
  let paths = call.operands.isEmpty ? ["-"] : call.operands
  var rows: [(counts: [Int64], name: String?)] = []
  var totals = [Int64](repeating: 0, count: wanted.count)
  // The width comes from the sizes of the files, before anything is counted.
  var width = 1
  if paths.count == 1, wanted.count == 1 {
    width = 1
  } else if call.flavour == .busybox {
    width = 9
  } else {
    var total: Int64 = 0
    var minimum = 1
    for path in paths {
      if path == "-" || call.gathered[path] != nil {
        // Standard input from a regular file has a size, too.
        if path == "-", let file = call.process.file(0) as? RegularFile {
          total += file.inode.size
        } else {
          minimum = 7
        }
      } else if let inode = call.inode(path) {
        if inode.kind == .file { total += inode.size } else { minimum = 7 }
      }
    }
    width = max(minimum, String(total).utf8.count)
  }
  for path in paths {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try call.read(path)
    } catch {
      if error == .badDescriptor, path == "-" { call.complain("'standard input': \(error.message)") }
      call.complain("\(call.operands.isEmpty ? "-" : path): \(error.message)")
      if error == .badDescriptor, path == "-" {
        showCounts(call, [Int64](repeating: 0, count: wanted.count), call.operands.isEmpty ? nil : path, width)
      }
      if error != .isDirectory, call.flavour == .busybox { continue }
      if error == .isDirectory {
        showCounts(call, [Int64](repeating: 0, count: wanted.count), path, width)
        rows.append(([], path))
      } else {
        rows.append(([], path))
      }
      continue
    }
    let counts = count(bytes, wanted)
    for i in wanted.indices {
      totals[i] = wanted[i] == "L" ? max(totals[i], counts[i]) : totals[i] + counts[i]
    }
    rows.append((counts, path))
    showCounts(call, counts, call.operands.isEmpty ? nil : path, width)
  }
  if paths.count > 1 { showCounts(call, totals, "total", width) }
  return call.status
}

private func showCounts(_ call: ToolCall, _ counts: [Int64], _ name: String?, _ width: Int) {
  var text = ""
  for (index, count) in counts.enumerated() {
    if index > 0 { text += " " }
    text += String(count).paddedLeft(width)
  }
  if let name { text += " " + name }
  call.printLine(text)
}

func count(_ bytes: [UInt8], _ wanted: [String]) -> [Int64] {
  var newlines: Int64 = 0
  var words: Int64 = 0
  var characters: Int64 = 0
  var longest: Int64 = 0
  var inWord = false
  var column: Int64 = 0
  let wide = wanted.contains("L")
  var i = 0
  while i < bytes.count {
    let byte = bytes[i]
    var length = 1
    if byte < 0x80 {
      characters += 1
      if byte == 10 { newlines += 1 }
      if wide {
        switch byte {
        case 10, 13, 12:
          longest = max(longest, column)
          column = 0
        case 9: column += 8 - column % 8
        case 32..<127: column += 1
        default: break
        }
      }
      if isSpace(byte) {
        inWord = false
      } else if byte > 32, byte < 127, !inWord {
        inWord = true
        words += 1
      }
    } else if let (scalar, size) = decodeUTF8(bytes[...], at: i) {
      length = size
      characters += 1
      if wide { column += Int64(columnWidth(scalar)) }
      let blank =
        scalar == 0xa0 || scalar == 0x1680 || (scalar >= 0x2000 && scalar <= 0x200a) || scalar == 0x202f
        || scalar == 0x205f || scalar == 0x3000
      if blank {
        inWord = false
      } else if !inWord {
        inWord = true
        words += 1
      }
    }
    i += length
  }
  longest = max(longest, column)
  var result: [Int64] = []
  for id in wanted {
    switch id {
    case "l": result.append(newlines)
    case "w": result.append(words)
    case "m": result.append(characters)
    case "c": result.append(Int64(bytes.count))
    default: result.append(longest)
    }
  }
  return result
}
