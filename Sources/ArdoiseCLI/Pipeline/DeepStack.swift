// A lab may nest what it writes: parentheses in SQL, functions in a shell, blocks in PL/pgSQL. The limits of the simulator allow for
// more than the stack of a usual thread, in a debug build above all; work of that kind runs on a thread with a deeper one.

import Foundation

enum DeepStack {
  static let bytes = 256 << 20

  /// Does the work on such a thread, and waits for it.
  static func run(_ work: () throws -> Void) throws {
    try withoutActuallyEscaping(work) { work in
      let task = Work(work)
      let thread = Thread { task.perform() }
      thread.stackSize = bytes
      thread.start()
      task.done.wait()
      try task.outcome.get()
    }
  }

  /// The work and how it ended: written by the one thread before the other one, which waits for it, reads.
  private final class Work: @unchecked Sendable {
    let done = DispatchSemaphore(value: 0)
    private(set) var outcome = Result<Void, any Error>.success(())
    private var work: (() throws -> Void)?

    init(_ work: @escaping () throws -> Void) { self.work = work }

    func perform() {
      if let work { outcome = Result { try work() } }
      work = nil
      done.signal()
    }
  }
}
