// A session whose commands do not come from a keyboard: standard input is a script, as in `bash < script`. Output and errors go where
// they would go; the exit status is the script's.

import Foundation
import SimKernel
import SimMachine
import Simulator

struct PlainSession {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() -> Int32 {
    let script = FileHandle.standardInput.readDataToEndOfFile()
    let run = CommandRun(String(decoding: script, as: UTF8.self), in: session)
    var shown = 0
    func show() {
      while shown < run.lines.count {
        let line = run.lines[shown]
        shown += 1
        let text = line.text + (line.isUnterminated ? "" : "\n")
        if line.stream == .output { Console.write(text) } else { Console.writeError(text) }
      }
    }
    let deadline = session.world.now + session.settings.blockLimit
    while !run.hasEnded {
      if session.world.isQuiet || session.world.now >= deadline { run.interrupt() }
      if !session.world.step() { break }
      show()
    }
    show()
    for reason in run.account.notSimulated { Console.error("[not simulated: \(reason)]") }
    if let limit = run.account.limitReached { Console.error("[\(limit)]") }
    return run.process.status?.code ?? 1
  }
}
