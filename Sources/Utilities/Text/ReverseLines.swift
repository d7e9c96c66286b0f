// rev (util-linux 2.39): every line back to front.

import SimMachine

/// Reverses the characters of each line.
final class Reverse: LineTool {
  static let options = OptionTable("0,zero")
  override var table: OptionTable { Reverse.options }
  override var tool: String { "rev" }

  override func failed(_ path: String, _ error: Errno, _ call: ToolCall) -> Bool {
    call.complain("cannot open \(path): \(error.message)")
    return true
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    var out: [UInt8] = []
    out.reserveCapacity(line.count + 1)
    var pieces: [Range<Int>] = []
    var i = line.startIndex
    while i < line.endIndex {
      let length = decodeUTF8(line, at: i)?.length ?? 1
      pieces.append(i..<(i + length))
      i += length
    }
    for piece in pieces.reversed() { out += line[piece] }
    if terminated { out.append(10) }
    call.write(out)
    return true
  }
}
