// What a container reads and writes when nobody, somebody, or a terminal is attached to it.

/// A container's standard streams, connected to a terminal or a pipe once somebody attaches.
package final class ConsoleFile: OpenFile {
  /// Gets everything that is written.
  package var log: (ArraySlice<UInt8>) -> Void = { _ in }
  package var attachedInput: OpenFile?
  package var attachedOutput: OpenFile?

  package override init() {}

  package override var terminal: Terminal? { attachedOutput?.terminal }

  package override func read(_ count: Int) -> ReadOutcome {
    guard let attachedInput else { return .wouldBlock }
    let outcome = attachedInput.read(count)
    if case .wouldBlock = outcome { inputArrived() }
    return outcome
  }

  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
    log(bytes)
    if let attachedOutput { _ = attachedOutput.write(bytes) }
    return .wrote(bytes.count)
  }

  /// Passes the attached file's wake-up on to whoever reads here.
  package func inputArrived() {
    readable.wake()
    attachedInput?.readable.onWake { [self] in readable.wake() }
  }
}
