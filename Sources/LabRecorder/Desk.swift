// The terminals of one learner: terminal 1 is there from the start, `T2` opens the second one when it is first typed into.

import Simulator

final class Desk {
  let session: Session
  private let columns: Int
  private let rows: Int
  private var terminals: [Int: TerminalSession] = [:]

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

  /// All terminals that were opened, in order.
  var opened: [(number: Int, terminal: TerminalSession)] {
    terminals.keys.sorted().map { ($0, terminals[$0]!) }
  }
}
