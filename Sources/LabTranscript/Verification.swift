// How a step's verify script ended, run right after the step's last block on the same machine.

package struct Verification: Hashable, Sendable {
  /// The step's key.
  package var step: String
  /// The script's file inside the scenario.
  package var file: String
  package var exitStatus: Int
  package var output: String
  package var notSimulated: [String]
  /// What came before it that is not simulated and that it may depend on: a block's id, or `setup`.
  package var dependsOnNotSimulated: String?

  package init(
    step: String, file: String, exitStatus: Int, output: String = "", notSimulated: [String] = [],
    dependsOnNotSimulated: String? = nil
  ) {
    self.step = step
    self.file = file
    self.exitStatus = exitStatus
    self.output = output
    self.notSimulated = notSimulated
    self.dependsOnNotSimulated = dependsOnNotSimulated
  }

  /// Whether anything can be said about it.
  package var isTrue: Bool { notSimulated.isEmpty && dependsOnNotSimulated == nil }

  /// Killercoda passes on exit 0; old Katacoda scripts print `done`.
  package var passed: Bool { isTrue && exitStatus == 0 }

  /// Whether it truly ran, and said no.
  package var failed: Bool { isTrue && exitStatus != 0 }
}
