// A defect of ours ends with exit code 70 and a sentence on what to report, also when it is a trap or an overflowing
// stack. The handlers call nothing but write and _exit.

import Foundation

enum DefectHandler {
  static let report = """
    This is a defect in ardoise, not in your course. Please report it with the command line, the file it happened on, and:
      version \(Ardoise.version)
    """

  static func sentence(_ what: String) -> String { "ardoise: \(what)\n\(report)" }

  /// Kept alive for the handler, which may not allocate.
  nonisolated(unsafe) private static var crashMessage: UnsafeMutableBufferPointer<UInt8>?

  static func install() {
    let text = Array(("\n" + sentence("the program stopped unexpectedly") + "\n").utf8)
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
    _ = buffer.initialize(from: text)
    crashMessage = buffer

    // A stack of its own, because an overflowing one cannot run a handler.
    let size = 64 * 1024
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)

    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in
        if let message = DefectHandler.crashMessage {
          _ = Glibc.write(STDERR_FILENO, message.baseAddress, message.count)
        }
        _exit(70)
      }
      action.sa_flags = SA_ONSTACK
      sigaction(number, &action, nil)
    }
  }
}
