// A place in front of a simulated machine, perhaps in the middle of a lab: for `ardoise shell`.

package import LabModel
package import Simulator

package struct LearnerSeat {
  package let terminal: TerminalSession

  /// A machine nobody has touched.
  package init(settings: MachineSettings) {
    terminal = TerminalSession(
      Session(SessionSettings(settings)), columns: settings.columns, rows: settings.rows)
  }

  init(_ terminal: TerminalSession) { self.terminal = terminal }
}
