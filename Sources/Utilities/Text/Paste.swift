// paste (GNU coreutils manual, section 8.2).

import SimMachine

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
