// Differences between captures and simulator that are known and stay, each with its reason. docs/deviations.md is made from this
// table; a reason that no longer matches a difference fails the tests.

package struct Deviation: Sendable {
  /// The session's name, or nil for all.
  package let session: String?
  /// The command, whole.
  package let command: String
  package let reason: String
}

package enum Deviations {
  package static let all: [Deviation] = []

  static func reason(session: String, command: String) -> String? {
    all.first { ($0.session == nil || $0.session == session) && $0.command == command }?.reason
  }
}
