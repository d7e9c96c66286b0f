// A terminal: line discipline, size, foreground process group. What programs write goes to the screen (a sink that gets
// bytes with `\r\n` line ends, as a pty delivers them); what the user types is edited by line in canonical mode and echoed.

package final class Terminal: OpenFile {
  package var columns: Int
  package var rows: Int
  /// The process group that Ctrl-C reaches and that may read.
  package var foregroundGroup: Int = 0
  /// Canonical mode: input is delivered by whole lines and edited by the line discipline.
  package var isCanonical = true {
    didSet {
      guard isCanonical, !oldValue else { return }
      typedAhead += input
      input = []
    }
  }
  package var echoes = true
  /// Delivers a signal to a process group; set by the machine that owns the terminal.
  package var deliverSignal: (Signal, Int) -> Void = { _, _ in }
  private let screen: (ArraySlice<UInt8>) -> Void
  private var editing: [UInt8] = []
  private var input: [UInt8] = []
  /// Keys that a program without line editing has left unread: they are edited and echoed when the next line is asked for, as the line
  /// editors of shells and clients do.
  private var typedAhead: [UInt8] = []
  /// Ends of file typed (Ctrl-D on an empty line) that no read has seen yet, as positions in `input`.
  private var endOfFilePending = false

  package init(columns: Int = 80, rows: Int = 24, screen: @escaping (ArraySlice<UInt8>) -> Void) {
    self.columns = columns
    self.rows = rows
    self.screen = screen
  }

  package override var terminal: Terminal? { self }
  package override var budget: OutputBudget { .shown }

  /// True when somebody waits for input and none is there: the moment to type the next line.
  package var isAwaitingInput: Bool { readable.hasWaiters && input.isEmpty && !endOfFilePending }

  /// To be called when a line is asked for: types what was typed ahead. False when there is nothing.
  package func takeTypedAhead() -> Bool {
    guard !typedAhead.isEmpty else { return false }
    let keys = typedAhead
    typedAhead = []
    for key in keys { press(key) }
    return true
  }

  package override func read(_ count: Int) -> ReadOutcome {
    if !input.isEmpty {
      var end = min(count, input.count)
      if isCanonical, let newline = input[..<end].firstIndex(of: 10) { end = newline + 1 }
      let taken = Array(input[..<end])
      input.removeFirst(end)
      return .bytes(taken)
    }
    if endOfFilePending {
      endOfFilePending = false
      return .endOfFile
    }
    return .wouldBlock
  }

  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
    show(bytes)
    return .wrote(bytes.count)
  }

  /// Keys pressed by the user, one after the other. Enter is `\n` or `\r`; Ctrl-C 0x03, Ctrl-D 0x04, Ctrl-Z 0x1a.
  package func type(_ keys: [UInt8]) {
    for key in keys { press(key == 13 ? 10 : key) }
  }

  private func press(_ key: UInt8) {
    switch key {
    case 3, 28, 26:
      editing = []
      if echoes { show(Array("^\(key == 3 ? "C" : key == 26 ? "Z" : "\\")".utf8)[...]) }
      deliverSignal(key == 3 ? .interrupt : key == 26 ? .terminalStop : .quit, foregroundGroup)
      return
    default: break
    }
    guard isCanonical else {
      if echoes { show([key]) }
      input.append(key)
      readable.wake()
      return
    }
    switch key {
    case 4:
      if editing.isEmpty {
        endOfFilePending = true
      } else {
        input.append(contentsOf: editing)
        editing = []
      }
      readable.wake()
    case 127, 8:
      guard !editing.isEmpty else { return }
      while let last = editing.popLast(), last & 0xc0 == 0x80 {}
      if echoes { show([8, 32, 8]) }
    case 21:
      editing = []
    case 10:
      editing.append(10)
      if echoes { show([10]) }
      input.append(contentsOf: editing)
      editing = []
      readable.wake()
    default:
      editing.append(key)
      if echoes { show([key]) }
    }
  }

  /// Output post-processing: a newline goes to the screen as carriage return and newline (ONLCR).
  private func show(_ bytes: ArraySlice<UInt8>) {
    guard bytes.contains(10) else { return screen(bytes) }
    var cooked: [UInt8] = []
    cooked.reserveCapacity(bytes.count + 16)
    for byte in bytes {
      if byte == 10 { cooked.append(13) }
      cooked.append(byte)
    }
    screen(cooked[...])
  }
}
