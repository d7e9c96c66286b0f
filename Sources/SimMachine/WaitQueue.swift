// How a process sleeps until something happens: it returns a list of waits from its turn, and is given another turn when
// any one of them comes true. Wake-ups may be spurious; a program looks again at what it waited for.

package import SimKernel

/// Something that can be waited for: a pipe with new bytes, a child that ended, a watch with new events.
package final class WaitQueue {
  private var waiters: [(token: Int, action: () -> Void)] = []
  private var nextToken = 0

  package init() {}

  package var hasWaiters: Bool { !waiters.isEmpty }

  /// Calls back once, at the next wake-up, unless it is cancelled before.
  @discardableResult
  package func onWake(_ action: @escaping () -> Void) -> Int {
    nextToken += 1
    waiters.append((nextToken, action))
    return nextToken
  }

  package func cancel(_ token: Int) {
    if let index = waiters.firstIndex(where: { $0.token == token }) { waiters.remove(at: index) }
  }

  /// Wakes everybody who waits now, in the order in which they came.
  package func wake() {
    let woken = waiters
    waiters = []
    for waiter in woken { waiter.action() }
  }
}

package enum Wait {
  /// Until the queue is woken.
  case queue(WaitQueue)
  /// Until an instant. Programs that never end by themselves (`watch`, `top`) say `.housekeeping`, so that their own clock does
  /// not keep the world from being quiet.
  case until(Instant, EventWeight)
}

/// What a program answers at the end of its turn.
package enum Step {
  /// The program has ended with this exit code.
  case exit(Int32)
  /// Give it another turn when any of these comes true. Signals wake it too.
  case wait([Wait])
  /// Give it another turn at this same instant, after the others.
  case again
}
