// What one command line typed by the user has used, and what of it could not be simulated. Children inherit it, so that a
// fork bomb spends one budget, and so that "not simulated" deep inside a pipeline is heard at the top.

package final class Account {
  /// Reasons, first come first, each once: which command, flag, field, image or statement is not modelled.
  package private(set) var notSimulated: [String] = []
  /// The budget that ran out, in words for a diagnostic; nil while none has.
  package private(set) var limitReached: String?
  private var stepsLeft: Int64
  /// Bytes that may still be shown.
  private(set) var outputLeft: Int64
  private var storageLeft: Int64
  package private(set) var processesAlive = 0
  private let processesMax: Int
  static let endlessOutput = "output limit reached: the command prints without end"

  /// - Parameters:
  ///   - steps: work units (commands run, loop turns) before the command is stopped
  ///   - outputBytes: bytes it may print
  ///   - storedBytes: bytes it may write to files
  ///   - processes: processes it may have alive at once
  package init(
    steps: Int64 = 6_000_000, outputBytes: Int64 = 4 << 20, storedBytes: Int64 = 512 << 20, processes: Int = 4_096
  ) {
    stepsLeft = steps
    outputLeft = outputBytes
    storageLeft = storedBytes
    processesMax = processes
  }

  package func note(notSimulated reason: String) {
    if !notSimulated.contains(reason) { notSimulated.append(reason) }
  }

  package func spend(steps: Int64) {
    stepsLeft -= steps
    if stepsLeft < 0 { reach("step limit reached: the command does not end within the steps a lab block may take") }
  }
  package func spend(outputBytes: Int) {
    outputLeft -= Int64(outputBytes)
    if outputLeft <= 0 { reach(Account.endlessOutput) }
  }
  func spend(storedBytes: Int) {
    storageLeft -= Int64(storedBytes)
    if storageLeft <= 0 { reach("storage limit reached: the command writes more to files than a lab block may") }
  }
  func processStarted() {
    processesAlive += 1
    if processesAlive > processesMax { reach("process limit reached: the command starts processes without end") }
  }
  func processEnded() { processesAlive -= 1 }

  package func reach(_ limit: String) {
    if limitReached == nil { limitReached = limit }
  }
}
