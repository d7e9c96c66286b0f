// paste (GNU coreutils manual, section 8.2). Rows are shown as they become complete, so that endless input can be pasted.

import SimMachine

/// What stands between the columns; nil after a complaint.
private func pasteDelimiters(_ call: ToolCall) -> [[UInt8]]? {
  var delimiters: [[UInt8]] = [[9]]
  if let text = call.options.value("d") {
    delimiters = []
    let bytes = text.bytes
    var i = 0
    while i < bytes.count {
      if bytes[i] == 92 {
        guard i + 1 < bytes.count else {
          call.complain("delimiter list ends with an unescaped backslash: \(text)")
          return nil
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
  return delimiters
}

final class Paste: Program {
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var delimiters: [[UInt8]] = []
  private var end: UInt8 = 10
  private var isSerial = false
  /// One per operand; several `-` share one, and take its lines in turn.
  private var inputs: [LineInput] = []
  private var paths: [String] = []
  private var hasEnded: [Bool] = []
  /// The operand that is read next.
  private var column = 0
  /// Serially: the lines of this file so far. Else: the row so far.
  private var count = 0
  private var row: [ArraySlice<UInt8>] = []
  private var rowHasLine = false

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  private func start(_ call: ToolCall) -> Int32? {
    if let code = begin(call, OptionTable("d,delimiters= s,serial z,zero-terminated"), "paste") { return code }
    guard let delimiters = pasteDelimiters(call) else { return 1 }
    self.delimiters = delimiters
    end = call.options.has("z") ? 0 : 10
    isSerial = call.options.has("s")
    paths = call.operands.isEmpty ? ["-"] : call.operands
    var shared: LineInput?
    for path in paths {
      if path == "-" {
        let input = shared ?? LineInput(call.process, ["-"], delimiter: end)
        shared = input
        inputs.append(input)
        continue
      }
      // Side by side, all files must be there before anything is shown.
      if !isSerial, standardDescriptor(path) == nil {
        do throws(Errno) {
          let inode = try call.lookup(path)
          guard call.files.permits(inode, 4, call.who) else { throw .accessDenied }
        } catch {
          call.complain("\(path): \(error.message)")
          return 1
        }
      }
      inputs.append(LineInput(call.process, [path], delimiter: end))
    }
    hasEnded = [Bool](repeating: false, count: inputs.count)
    return nil
  }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let made = ToolCall(process: process, flavour: flavour)
      call = made
      if let code = start(made) {
        made.flush()
        return .exit(code)
      }
    }
    guard let call else { return .exit(1) }
    var turns: Int64 = 0
    while true {
      turns += 1
      if turns == 4096 {
        process.account.spend(steps: turns)
        turns = 0
        if process.account.limitReached != nil { return .again }
      }
      if column == inputs.count {
        if isSerial || !rowHasLine { return .exit(call.finish(call.status)) }
        showRow(call)
        continue
      }
      if hasEnded[column] {
        leaveColumn(nil, call)
        continue
      }
      switch inputs[column].next() {
      case .line(let line, _): leaveColumn(line, call)
      case .opened, .closed: break
      case .failed(let path, let error):
        call.complain("\(path): \(error.message)")
        hasEnded[column] = true
        if isSerial { column += 1 }
      case .wait(let waits):
        call.settleBeforeWaiting()
        return .wait(waits)
      case .end:
        hasEnded[column] = true
      }
    }
  }

  /// A line of the current file, or its end.
  private func leaveColumn(_ line: ArraySlice<UInt8>?, _ call: ToolCall) {
    guard isSerial else {
      if line != nil { rowHasLine = true }
      row.append(line ?? [])
      column += 1
      return
    }
    guard let line else {
      call.put(end)
      count = 0
      column += 1
      return
    }
    if count > 0 { call.write(delimiters[(count - 1) % delimiters.count]) }
    call.write(line)
    count += 1
  }

  private func showRow(_ call: ToolCall) {
    for (index, line) in row.enumerated() {
      if index > 0 { call.write(delimiters[(index - 1) % delimiters.count]) }
      call.write(line)
    }
    call.put(end)
    row = []
    rowHasLine = false
    column = 0
  }
}
