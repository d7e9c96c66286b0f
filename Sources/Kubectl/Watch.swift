// A watch as a process sees it: something to sleep on, and events to take.

import KubeCluster
import SimKernel
import SimMachine

final class Watch {
  private let stream: WatchStream
  private let arrived = WaitQueue()

  init(_ stream: WatchStream) {
    self.stream = stream
    stream.onEvent = { [arrived] in arrived.wake() }
  }

  func next() -> WatchEvent? { stream.next() }
  var wait: Wait { .queue(arrived) }
  func stop() { stream.stop() }
}
