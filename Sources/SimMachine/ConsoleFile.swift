// What a container reads and writes when nobody, somebody, or a terminal is attached to it.

/// A container's standard streams, connected to a terminal or a pipe once somebody attaches.
package final class ConsoleFile: OpenFile {
  /// Gets everything that is written.
  package var log: (ArraySlice<UInt8>) -> Void = { _ in }
  package var attachedInput: OpenFile?
  package var attachedOutput: OpenFile?

  /// The container has a terminal of its own (`tty: true`), whether anybody is attached or not. Its size is the attached one's.
  package let hasTerminal: Bool

  package init(hasTerminal: Bool) {
    self.hasTerminal = hasTerminal
  }

  package override var terminal: Terminal? { attachedOutput?.terminal }
  package override var isTerminal: Bool { hasTerminal || super.isTerminal }

  package override func read(_ count: Int) -> ReadOutcome {
    guard let attachedInput else { return .wouldBlock }
    let outcome = attachedInput.read(count)
    if case .wouldBlock = outcome { inputArrived() }
    return outcome
  }

  package override func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
    // A terminal sends a newline as carriage return and newline. The attached one does so itself.
    let sent = hasTerminal ? ConsoleFile.withCarriageReturns(bytes) : bytes
    log(sent)
    if let attachedOutput { _ = attachedOutput.write(attachedOutput.isTerminal ? bytes : sent) }
    return .wrote(bytes.count)
  }

  /// Passes the attached file's wake-up on to whoever reads here.
  package func inputArrived() {
    readable.wake()
    attachedInput?.readable.onWake { [self] in readable.wake() }
  }

  private static func withCarriageReturns(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var sent: [UInt8] = []
    for byte in bytes {
      if byte == 10 { sent.append(13) }
      sent.append(byte)
    }
    return sent[...]
  }
}
