// The terminals of one learner: terminal 1 is there from the start, `T2` opens the second one when it is first typed into.

import Simulator

final class Desk {
  let session: Session
  private let columns: Int
  private let rows: Int
  private var terminals: [Int: TerminalSession] = [:]
  /// What stands on the line that each terminal's cursor is in: most of the time, a prompt.
  private var lines: [Int: [UInt8]] = [:]

  init(_ session: Session, columns: Int, rows: Int) {
    self.session = session
    self.columns = columns
    self.rows = rows
  }

  func terminal(_ number: Int) -> TerminalSession {
    if let there = terminals[number] { return there }
    let made = TerminalSession(session, columns: columns, rows: rows)
    terminals[number] = made
    return made
  }

  /// Takes note of what a terminal printed.
  func saw(_ bytes: [UInt8], on number: Int) {
    if let newline = bytes.lastIndex(of: 10) {
      lines[number] = Array(bytes[(newline + 1)...])
    } else {
      lines[number, default: []] += bytes
    }
  }

  /// The unfinished line of a terminal; empty when a program draws its screen there.
  func line(_ number: Int) -> String {
    let line = lines[number] ?? []
    return line.contains(0x1B) ? "" : String(decoding: line, as: UTF8.self)
  }

  /// All terminals that were opened, in order.
  var opened: [(number: Int, terminal: TerminalSession)] {
    terminals.keys.sorted().map { ($0, terminals[$0]!) }
  }
}
