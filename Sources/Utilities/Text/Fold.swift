// fold (GNU coreutils manual, section 4.3).

/// Columns are counted by bytes, tabs as tab stops.
final class Fold: LineTool {
  static let options = OptionTable("b,bytes s,spaces w,width=", number: "w")
  var width = 80
  private var byBytes = false
  private var atSpaces = false

  override var table: OptionTable { Fold.options }
  override var tool: String { "fold" }
  override var pieceMax: Int { 65_536 }

  override func start(_ call: ToolCall) -> Int32? {
    paths = call.operands
    if let text = call.options.value("w") {
      guard let value = decimal(text), value > 0 else {
        call.complain("invalid number of columns: \(quoted(text))")
        return 1
      }
      width = Int(value)
    }
    byBytes = call.options.has("b")
    atSpaces = call.options.has("s")
    return nil
  }

  /// The part of a line that is not written yet, and where it ends.
  private var out: [UInt8] = []
  private var column = 0

  private func advance(_ column: Int, _ byte: UInt8) -> Int {
    if byBytes { return column + 1 }
    switch byte {
    case 8: return max(0, column - 1)
    case 13: return 0
    case 9: return column + 8 - column % 8
    default: return column + 1
    }
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    for byte in line {
      var next = advance(column, byte)
      while next > width, !out.isEmpty {
        if atSpaces, let space = out.lastIndex(where: { isBlank($0) }) {
          call.write(out[...space])
          call.put(10)
          out.removeFirst(space + 1)
          column = 0
          for kept in out { column = advance(column, kept) }
        } else {
          call.write(out)
          call.put(10)
          out.removeAll()
          column = 0
        }
        next = advance(column, byte)
      }
      out.append(byte)
      column = next
    }
    if terminated {
      finishLine(call)
      call.put(10)
    }
    return true
  }

  override func closed(_ path: String, _ call: ToolCall) -> Bool {
    finishLine(call)
    return true
  }

  private func finishLine(_ call: ToolCall) {
    call.write(out)
    out = []
    column = 0
  }
}
