// A watch as a process sees it: something to sleep on, and events to take.

import KubeCluster
import SimKernel
import SimMachine
import Unstructured

final class Watch {
  private let stream: WatchStream
  private let arrived = WaitQueue()
  private let look: (Value) -> Void

  /// `look` is called with each object that is taken.
  init(_ stream: WatchStream, _ look: @escaping (Value) -> Void) {
    self.stream = stream
    self.look = look
    stream.onEvent = { [arrived] in arrived.wake() }
  }

  func next() -> WatchEvent? {
    guard let event = stream.next() else { return nil }
    look(event.object)
    return event
  }
  var wait: Wait { .queue(arrived) }
  func stop() { stream.stop() }
}
