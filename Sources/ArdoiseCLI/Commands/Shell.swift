import ArgumentParser
import Foundation
import LabModel
import LabParser
import LabRecorder
import Simulator

struct ShellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell",
    abstract: "An interactive terminal on the simulated machine.",
    discussion: """
      Ctrl-C stops what runs, Ctrl-D ends the session; Tab completes, the arrow keys recall what was typed. Time is virtual:
      waiting costs nothing. When standard input is not a terminal, it is run as a script.

      EXAMPLES
        ardoise shell                                        a machine with an empty cluster
        ardoise shell content/statefulset-postgres           after the scenario's setup
        ardoise shell content/statefulset-postgres/step3 --at 3.5    as block 3.5 finds it
      """)

  @Argument(help: "Scenario folder, with or without a step: SCENARIO or SCENARIO/STEP.")
  var place: String?

  @Option(help: ArgumentHelp("Play everything before this block first.", valueName: "block"))
  var at: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let desk = try prepare()
    guard isatty(STDIN_FILENO) == 1 else {
      let code = PlainSession(desk.terminal.session).run()
      throw ExitCode(code)
    }
    InteractiveTerminal(desk.terminal, quiet: common.quiet).run()
  }

  private func prepare() throws -> LearnerSeat {
    guard let place else { return LearnerSeat(settings: MachineSettings()) }
    var path = place
    var stepName: String?
    if !FileManager.default.fileExists(atPath: path), let slash = path.lastIndex(of: "/") {
      stepName = String(path[path.index(after: slash)...])
      path = String(path[..<slash])
    }
    let parsed = Input.course(path)
    try Input.requireReadable(parsed, common.console)
    guard let scenario = parsed.course.scenarios.first else {
      throw CommandFailure.unreadable("'\(path)' has no scenario")
    }
    if let stepName, !scenario.allSteps.contains(where: { $0.name == stepName || $0.key == stepName }) {
      let names = scenario.allSteps.map(\.name).joined(separator: ", ")
      throw CommandFailure.usage("'\(path)' has no step '\(stepName)'; it has \(names).")
    }
    let recorder = ScenarioRecorder(
      settings: parsed.course.settings.machine, source: parsed.course.settings.sourceLanguage)
    guard let seat = recorder.play(scenario, toStep: stepName, toBlock: at) else {
      throw CommandFailure.usage("'\(path)' has no block '\(at ?? "")'.")
    }
    return seat
  }
}
