// Standard output carries what a program may read; standard error what a person does. Progress is one line on standard
// error, only when that is a terminal.

import Foundation

struct Console {
  let quiet: Bool
  private let colour: ColourChoice

  init(quiet: Bool = false, colour: ColourChoice = .auto) {
    self.quiet = quiet
    self.colour = colour
  }

  /// Whether to write colours to a stream.
  func usesColour(_ descriptor: Int32) -> Bool {
    switch colour {
    case .always: return true
    case .never: return false
    case .auto:
      let environment = ProcessInfo.processInfo.environment
      return isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
  }

  var showsProgress: Bool { !quiet && isatty(STDERR_FILENO) == 1 }

  /// A line about what is going on; replaced by the next one.
  func progress(_ text: String) {
    guard showsProgress else { return }
    Console.send("\r\u{1B}[K" + text, to: STDERR_FILENO)
  }

  /// Takes the progress line away.
  func endProgress() {
    guard showsProgress else { return }
    Console.send("\r\u{1B}[K", to: STDERR_FILENO)
  }

  /// A line for people, silenced by `--quiet`.
  func note(_ text: String) {
    guard !quiet else { return }
    endProgress()
    Console.send(text + "\n", to: STDERR_FILENO)
  }

  /// What a program may read. When it cannot be written (a full disk), the command fails in the end.
  static func write(_ text: String) {
    if let problem = send(text, to: STDOUT_FILENO), lostOutput == 0 { lostOutput = problem }
  }

  /// The system's number for why standard output could not be written; 0 while all went well.
  nonisolated(unsafe) private(set) static var lostOutput: Int32 = 0

  static func error(_ text: String) { send(text + "\n", to: STDERR_FILENO) }

  /// Text for standard error that brings its own line ends.
  static func writeError(_ text: String) { send(text, to: STDERR_FILENO) }

  @discardableResult private static func send(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR && errno != EAGAIN {
        return errno
      }
    }
    return nil
  }
}
