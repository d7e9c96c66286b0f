// Connects the real keyboard and screen to a simulated terminal. The real terminal is put into raw mode, so that every key reaches
// the simulated line discipline, Ctrl-C included; what the simulated screen receives is written as it is.

import Foundation
import SimKernel
import SimMachine
import Simulator

struct InteractiveTerminal {
  private let terminal: TerminalSession
  private let quiet: Bool

  init(_ terminal: TerminalSession, quiet: Bool) {
    self.terminal = terminal
    self.quiet = quiet
  }

  func run() {
    let isTerminal = isatty(STDIN_FILENO) == 1
    var saved = termios()
    if isTerminal {
      tcgetattr(STDIN_FILENO, &saved)
      var raw = saved
      cfmakeraw(&raw)
      tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    }
    defer { if isTerminal { tcsetattr(STDIN_FILENO, TCSANOW, &saved) } }
    var reported = 0
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      var pause = terminal.run(limit: .milliseconds(200))
      show()
      // A command that goes on: virtual time runs until it shows something or ends, with a look at the keyboard in between.
      while case .timeLimit = pause, !keyWaits() {
        pause = terminal.run(limit: .seconds(Int64(1)))
        show()
        if isTerminal { usleep(40_000) }
      }
      report(&reported)
      if pause == .closed { return }
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count <= 0 {
        terminal.type("\u{4}")
        _ = terminal.run(limit: .seconds(Int64(600)))
        show()
        return
      }
      terminal.type(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }

  private func show() {
    for output in terminal.takeOutput() { Console.write(String(decoding: output.bytes, as: UTF8.self)) }
  }

  /// What could not be simulated since the last prompt, said once.
  private func report(_ reported: inout Int) {
    let reasons = terminal.account.notSimulated
    while reported < reasons.count {
      Console.error("\r[not simulated: \(reasons[reported])]\r")
      reported += 1
    }
    guard let limit = terminal.account.limitReached else { return }
    if !quiet { Console.error("\r[\(limit)]\r") }
    terminal.beginBlock()
    reported = 0
  }

  private func keyWaits() -> Bool {
    var poller = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&poller, 1, 0) > 0
  }
}
