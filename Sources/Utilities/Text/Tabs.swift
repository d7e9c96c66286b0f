// expand and unexpand (GNU coreutils manual, sections 9.1 and 9.2).

/// expand and unexpand (coreutils 9.2, 9.3).
final class Tabs: LineTool {
  static let expandOptions = OptionTable("i,initial t,tabs=")
  static let unexpandOptions = OptionTable("a,all first-only t,tabs=")
  private let unexpands: Bool
  var stops: [Int] = []
  var every = 8
  private var initialOnly = false
  var all = false

  init(_ flavour: UtilityFlavour, unexpands: Bool) {
    self.unexpands = unexpands
    super.init(flavour)
  }

  override var table: OptionTable { unexpands ? Tabs.unexpandOptions : Tabs.expandOptions }
  override var tool: String { unexpands ? "unexpand" : "expand" }

  override func start(_ call: ToolCall) -> Int32? {
    paths = call.operands
    initialOnly = call.options.has("i")
    all = (call.options.has("a") || call.options.has("t")) && !call.options.has("first-only")
    if let text = call.options.value("t") {
      for part in text.bytes.split(whereSeparator: { $0 == 44 || isBlank($0) }) {
        guard let value = decimal(part), value < 10_000 else {
          call.complain("tab size contains invalid character(s): \(quoted(String(bytes: Array(part))))")
          return 1
        }
        if value == 0 {
          call.complain("tab size cannot be 0")
          return 1
        }
        if let last = stops.last, Int(value) <= last {
          call.complain("tab sizes must be ascending")
          return 1
        }
        stops.append(Int(value))
      }
      if stops.count == 1 {
        every = stops[0]
        stops = []
      } else {
        every = 0
      }
    }
    return nil
  }

  private func nextStop(_ column: Int) -> Int? {
    if every > 0 { return column + every - column % every }
    for stop in stops where stop > column { return stop }
    return nil
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    var out: [UInt8] = []
    var column = 0
    if unexpands {
      var converts = true
      var pending: [UInt8] = []
      var pendingStart = 0
      for byte in line {
        if converts, isBlank(byte) {
          if pending.isEmpty { pendingStart = column }
          pending.append(byte)
          column = byte == 9 ? nextStop(column) ?? column + 1 : column + 1
          if let stop = nextStop(pendingStart), column >= stop || byte == 9 {
            // A lone space before a tab stop stays a space.
            if pending.count == 1, byte == 32 {
              out += pending
            } else {
              var at = pendingStart
              while let next = nextStop(at), next <= column {
                out.append(9)
                at = next
              }
              while at < column {
                out.append(32)
                at += 1
              }
            }
            pending = []
          }
          continue
        }
        out += pending
        pending = []
        out.append(byte)
        column += 1
        if !all { converts = false }
      }
      out += pending
    } else {
      var converts = true
      for byte in line {
        if byte == 9, converts {
          let stop = nextStop(column) ?? column + 1
          while column < stop {
            out.append(32)
            column += 1
          }
          continue
        }
        if byte == 8 { column = max(0, column - 1) } else { column += 1 }
        if initialOnly, !isBlank(byte) { converts = false }
        out.append(byte)
      }
    }
    if terminated { out.append(10) }
    call.write(out)
    return true
  }
}
