// Connects the real keyboard and screen to a simulated terminal. The real terminal is put into raw mode. Where a program reads lines,
// a line is edited here and typed into the simulated terminal as a whole; where it reads keys, every key goes there as it comes.
// What the simulated screen receives is written as it is.

import Foundation
import SimKernel
import SimMachine
import Simulator

final class InteractiveTerminal {
  private let terminal: TerminalSession
  private let quiet: Bool
  private var reported = 0
  /// Bytes of the line on which the cursor stands: the prompt.
  private var lastLine: [UInt8] = []
  /// Keys that have been read and not used.
  private var keys: [UInt8] = []
  private var keyboardEnded = false
  /// Lines typed into programs other than the shell, which keeps its own.
  private var typedInto: [String: [String]] = [:]

  init(_ terminal: TerminalSession, quiet: Bool) {
    self.terminal = terminal
    self.quiet = quiet
  }

  func run() {
    var saved = termios()
    tcgetattr(STDIN_FILENO, &saved)
    var raw = saved
    cfmakeraw(&raw)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
    if !quiet {
      Console.write("A simulated machine; \"help\" lists what is modelled, Ctrl-D ends the session.\r\n")
    }
    while true {
      takeOverSize()
      let pause = settle()
      report()
      if case .prompt = pause {
        // Each command has a budget of its own.
        terminal.beginBlock()
        reported = 0
      }
      switch pause {
      case .closed: return
      case .prompt: takeLine(for: nil)
      case .program(let name): takeLine(for: name)
      case .quiet, .timeLimit: passKeys()
      }
      if keyboardEnded {
        terminal.type("\u{4}")
        _ = terminal.run(limit: .seconds(Int64(600)))
        show()
        return
      }
    }
  }

  /// Lets the world go on until the terminal stands still or a key is pressed.
  private func settle() -> TerminalPause {
    var pause = terminal.run(limit: .milliseconds(200), isDisturbed: keyWaits)
    show()
    // A command that goes on: virtual time runs until it shows something or ends, with a look at the keyboard in between.
    while case .timeLimit = pause, keys.isEmpty, !keyWaits() {
      let before = terminal.session.world.now
      pause = terminal.run(limit: .seconds(Int64(1)), isDisturbed: keyWaits)
      show()
      // A second that takes no work passes in a moment, not at once.
      if terminal.session.world.now > before { usleep(40_000) }
    }
    return pause
  }

  // MARK: Input

  /// A line for the shell or a program, or only keys where lines are not what is read.
  private func takeLine(for program: String?) {
    let line = terminal.terminal
    if line.isCanonical, line.echoes { edit(for: program) } else { passKeys() }
  }

  /// Lets the user edit a line; it is typed when it is whole.
  private func edit(for program: String?) {
    let columns = size.columns
    var editor = LineEditor(
      promptWidth: visibleWidth(lastLine) % columns, columns: columns,
      history: program.map { typedInto[$0] ?? [] } ?? terminal.history,
      write: { Console.write($0) },
      complete: { [terminal] line in
        let completion = terminal.complete(line)
        return (completion.prefix, completion.candidates)
      })
    editor.promptText = String(decoding: lastLine, as: UTF8.self)
    while true {
      guard let key = nextKey() else { return }
      if key == 12 {
        // The screen is cleared, then the prompt and the line are drawn again.
        _ = editor.press(key)
        Console.write(String(decoding: lastLine, as: UTF8.self))
        editor.redrawAfterPrompt()
        continue
      }
      switch editor.press(key) {
      case .editing: continue
      case .line(let text):
        if let program, !text.isEmpty, typedInto[program]?.last != text { typedInto[program, default: []].append(text) }
        typeSilently(text + "\r")
        lastLine = []
        return
      case .interrupt: return terminal.pressInterrupt()
      case .endOfFile: return terminal.type("\u{4}")
      case .suspend: return terminal.type("\u{1A}")
      }
    }
  }

  /// Types a line that is on the screen already.
  private func typeSilently(_ text: String) {
    terminal.terminal.echoes = false
    terminal.type(text)
    terminal.terminal.echoes = true
  }

  private func passKeys() {
    guard let key = nextKey() else { return }
    terminal.terminal.type([key] + keys)
    keys = []
  }

  private func nextKey() -> UInt8? {
    if !keys.isEmpty { return keys.removeFirst() }
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        keyboardEnded = true
        return nil
      }
      keys = Array(buffer[1..<count])
      return buffer[0]
    }
  }

  private func keyWaits() -> Bool {
    var poller = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&poller, 1, 0) > 0
  }

  // MARK: Output

  private func show() {
    for output in terminal.takeOutput() {
      Console.write(String(decoding: output.bytes, as: UTF8.self))
      for byte in output.bytes { follow(byte) }
    }
  }

  /// Keeps what stands on the line of the cursor; what puts the cursor elsewhere or clears the screen begins anew.
  private func follow(_ byte: UInt8) {
    if byte == 10 || byte == 13 {
      lastLine = []
      return
    }
    lastLine.append(byte)
    guard byte == 72 || byte == 102 || byte == 74, let escape = lastLine.lastIndex(of: 27) else { return }
    let parameters = lastLine[(escape + 1)..<(lastLine.count - 1)]
    if parameters.first == 91, parameters.dropFirst().allSatisfy({ $0 >= 48 && $0 <= 63 }) { lastLine = [] }
  }

  /// The simulated terminal is as large as the real one.
  private func takeOverSize() {
    let (columns, rows) = size
    terminal.terminal.columns = columns
    terminal.terminal.rows = rows
  }

  /// What could not be simulated since the last prompt, said once.
  private func report() {
    let reasons = terminal.notSimulated
    guard reported < reasons.count || terminal.account.limitReached != nil else { return }
    var notes: [String] = []
    while reported < reasons.count {
      notes.append("[not simulated: \(reasons[reported])]")
      reported += 1
    }
    if let limit = terminal.account.limitReached {
      if !quiet { notes.append("[\(limit)]") }
    }
    // Above the prompt that is on the screen already.
    Console.write("\r\u{1B}[K" + notes.map { $0 + "\r\n" }.joined() + String(decoding: lastLine, as: UTF8.self))
  }

  private var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Cells that bytes take up on a line: escape sequences take none.
  private func visibleWidth(_ bytes: [UInt8]) -> Int {
    var width = 0
    var i = 0
    while i < bytes.count {
      if bytes[i] == 27, i + 1 < bytes.count {
        i += 2
        if bytes[i - 1] == 91 {
          while i < bytes.count, bytes[i] < 64 || bytes[i] > 126 { i += 1 }
          i += 1
        }
        continue
      }
      if bytes[i] >= 32, bytes[i] & 0xc0 != 0x80 { width += 1 }
      i += 1
    }
    return width
  }
}
