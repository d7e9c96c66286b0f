// A program is a state machine: it is given turns, and never blocks the host's stack. That is what lets watches, pipelines,
// background jobs and an open psql run side by side on one thread and in a browser.

package protocol Program: AnyObject {
  /// Works until it has to wait, ends, or wants others to have a turn.
  func resume(_ process: Process) -> Step
  /// A signal arrived. True: handled, the process goes on (it is given a turn). False: the default action is taken.
  func handle(_ signal: Signal, _ process: Process) -> Bool
  /// The budget of the command under way is used up, which kills the process. A program that outlives it (the shell of a
  /// terminal) drops that command and answers with the budget that it goes on with.
  func budgetAfterLimit(_ process: Process) -> Account?
}

extension Program {
  package func handle(_ signal: Signal, _ process: Process) -> Bool { false }
  package func budgetAfterLimit(_ process: Process) -> Account? { nil }
}
