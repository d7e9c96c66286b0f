// tac (GNU coreutils manual, section 3.2).

import SimMachine

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
