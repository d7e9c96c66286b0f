// How kubectl ends when something went wrong: the wordings and exit codes of `checkErr` in kubectl pkg/cmd/util/helpers.go.
// A failure is a value that travels up to the program, which prints it once; nothing here writes anywhere.

package import KubeAPI
import SimKernel

package indirect enum Failure: Error {
  /// An ordinary error: printed after `error: `.
  case text(String)
  /// Printed as it is.
  case raw(String)
  /// An answer of the API server.
  case status(Status)
  /// Several at once, each on its own line.
  case many([Failure])
  /// What is wrong with a kubeconfig.
  case configuration(String)
  /// Printed as it is, with an exit code of its own.
  case ended(String, Int32)
  /// The server does not answer, which takes its time to find out.
  case unreachable(ServerReach)
  /// Nothing more to print.
  case exit(Int32)

  /// A usage error of one command, with the pointer to its help.
  package static func usage(_ path: String, _ message: String) -> Failure {
    .text("\(message)\nSee '\(path) -h' for help and examples")
  }

  /// Nil when there is none, the failure itself when there is one.
  static func collected(_ failures: [Failure]) -> Failure? {
    failures.count <= 1 ? failures.first : .many(failures)
  }

  /// What Go's `err.Error()` would say: the text that other messages are built around.
  package var description: String {
    switch self {
    case .text(let text), .raw(let text), .configuration(let text), .ended(let text, _): return text
    case .status(let status): return status.message
    case .unreachable(let reach): return reach.verdict
    case .exit: return "exit"
    case .many(let failures):
      var texts: [String] = []
      for failure in failures where !texts.contains(failure.description) { texts.append(failure.description) }
      return texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
    }
  }

  /// The line for one failure among several (`messageForError`).
  var message: String {
    guard case .status(let status) = self else { return description }
    if status.reason == "Unauthorized" { return "error: You must be logged in to the server (\(status.message))" }
    if status.reason.isEmpty { return "Error from server: \(status.message)" }
    return "Error from server (\(status.reason)): \(status.message)"
  }

  /// The same failure, said about the file it came from (`AddSourceToErr`).
  func about(_ verb: String, _ source: String) -> Failure {
    guard !source.isEmpty else { return self }
    if case .status(var status) = self {
      status.message = "error when \(verb) \"\(source)\": \(status.message)"
      return .status(status)
    }
    return .text("error when \(verb) \"\(source)\": \(description)")
  }

  /// What goes to standard error, and the exit code.
  package var report: (text: String, code: Int32) {
    switch self {
    case .exit(let code): return ("", code)
    case .ended(let text, let code): return (Failure.line(text), code)
    case .raw(let text): return (Failure.line(text), 1)
    case .unreachable(let reach): return (Failure.line(reach.verdict), 1)
    case .configuration(let text): return (Failure.line("Error in configuration: " + text), 1)
    case .text(let text): return (Failure.line(text.hasPrefix("error: ") ? text : "error: " + text), 1)
    case .many(let failures):
      if failures.count == 1 { return failures[0].report }
      var text = ""
      for failure in failures { text += failure.message + "\n" }
      return (text, 1)
    case .status(let status):
      return (Failure.line(status.reason == "Invalid" ? Failure.invalid(status) : message), 1)
    }
  }

  private static func invalid(_ status: Status) -> String {
    var text = "The request is invalid"
    if !status.kind.isEmpty || !status.name.isEmpty {
      text = "The \(status.kind) \(goQuoted(status.name)) is invalid"
    } else if status.causes.isEmpty {
      text += ": " + status.message
    }
    var causes: [String] = []
    for cause in status.causes where !causes.contains(cause.text) { causes.append(cause.text) }
    if causes.isEmpty { return text }
    // A line break of its own stands behind one that the cause ends with.
    if causes.count == 1 { return text + ": " + causes[0] + "\n" }
    text += ": \n"
    for cause in causes { text += "* \(cause)\n" }
    return text
  }

  private static func line(_ text: String) -> String {
    text.isEmpty || text.utf8.last == 10 ? text : text + "\n"
  }
}
