// Yes or no before something is done (`rm -i`, `cp -i`). A tool runs to its end in one go, so that its questions are asked before:
// a walk without effects meets the questions in the order of the real one, is told the answers so far, and stops being believed
// at the first question that has none. The real walk then meets the same questions again.

import SimMachine

final class Questions {
  private var answers: [Bool] = []
  private var used = 0
  private var open: String?
  private var shown = false
  private var line: [UInt8] = []

  /// The answer to a question, in the order of asking.
  func ask(_ question: String) -> Bool {
    if used < answers.count {
      used += 1
      return answers[used - 1]
    }
    if open == nil { open = question }
    return false
  }

  /// Walks, and reads an answer where the walk met a question without one. Nil when there are no more questions; otherwise what
  /// to wait for before calling again (nothing: at once).
  func nextAnswer(_ process: Process, _ walk: () -> Void) -> [Wait]? {
    if open == nil {
      used = 0
      walk()
      used = 0
      shown = false
    }
    guard let question = open else { return nil }
    if !shown {
      shown = true
      process.write(2, question)
    }
    process.account.spend(steps: 1)
    while true {
      guard let file = process.file(0) else { return answer() }
      switch file.read(1) {
      case .bytes(let bytes):
        if bytes.first == 10 { return answer() }
        line += bytes
      case .wouldBlock: return [.queue(file.readable)]
      case .endOfFile, .failed: return answer()
      }
    }
  }

  private func answer() -> [Wait] {
    answers.append(line.first == 121 || line.first == 89)
    line = []
    open = nil
    return []
  }
}
