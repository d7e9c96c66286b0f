// Plays a scenario on one simulated machine, step after step, as a learner does who clicks every block in order, and writes
// down what the terminal shows. A transcript is a function of the scenario's bytes, the machine's settings and the simulator.

import Diagnostics
package import LabModel
package import LabTranscript
import SimKernel
import SimMachine
package import Simulator

/// What came out of playing a scenario.
package struct RecordedScenario {
  /// One transcript per step that has exec blocks, by the step's key, in the order of the steps.
  package var transcripts: [(key: String, transcript: Transcript)] = []
  /// Results of the steps' verify scripts, in order.
  package var verifications: [Verification] = []
  /// What a setup script asked for that is not simulated.
  package var setupNotSimulated: [String] = []
  /// Invariants of the cluster that did not hold; looked for only when asked.
  package var violations: [String] = []
}

package struct ScenarioRecorder {
  private let settings: MachineSettings
  private let source: Language

  package init(settings: MachineSettings, source: Language) {
    self.settings = settings
    self.source = source
  }

  /// Plays the whole scenario. `progress` is called before each block with its id.
  package func record(
    _ scenario: Scenario, checkingInvariants: Bool = false, progress: (String) -> Void = { _ in }
  ) -> RecordedScenario {
    var chosen = SessionSettings(settings)
    chosen.checksInvariants = checkingInvariants
    let session = Session(chosen)
    var result = RecordedScenario()
    placeAssets(scenario, session)
    let desk = Desk(session, columns: settings.columns, rows: settings.rows)
    var dependsOn: String?
    for step in scenario.allSteps {
      for script in [step.background, step.foreground].compactMap({ $0 }) {
        for reason in runScript(script, session) where !result.setupNotSimulated.contains(reason) {
          result.setupNotSimulated.append(reason)
        }
      }
      if dependsOn == nil, !result.setupNotSimulated.isEmpty { dependsOn = "setup" }
      if let page = step.recordedPage(source: source), !page.execBlocks.isEmpty {
        var recorder = StepRecorder(
          scenario: scenario, step: step, page: page, desk: desk, dependsOn: dependsOn,
          blockLimit: .seconds(Int64(settings.blockSecondsMax)))
        let transcript = recorder.record(progress: progress)
        dependsOn = recorder.dependsOn
        result.transcripts.append((step.key, transcript))
      }
      if let script = step.verify { result.verifications.append(verify(script, step, session, dependsOn)) }
    }
    result.violations = session.violations()
    return result
  }

  /// Plays a scenario up to the beginning of a step, or of a block, and leaves the learner there. Nil when there is no such block.
  package func play(_ scenario: Scenario, toStep stepName: String?, toBlock block: String?) -> LearnerSeat? {
    let session = Session(SessionSettings(settings))
    placeAssets(scenario, session)
    let desk = Desk(session, columns: settings.columns, rows: settings.rows)
    for step in scenario.allSteps {
      for script in [step.background, step.foreground].compactMap({ $0 }) { _ = runScript(script, session) }
      if block == nil, stepName == nil || step.name == stepName || step.key == stepName {
        return LearnerSeat(desk.terminal(1))
      }
      guard let page = step.recordedPage(source: source) else { continue }
      var recorder = StepRecorder(
        scenario: scenario, step: step, page: page, desk: desk, dependsOn: nil,
        blockLimit: .seconds(Int64(settings.blockSecondsMax)))
      _ = recorder.record(before: block, progress: { _ in })
      if let block, page.execBlocks.contains(where: { $0.id == block }) { return LearnerSeat(desk.terminal(1)) }
    }
    return block == nil ? LearnerSeat(desk.terminal(1)) : nil
  }

  // MARK: Setup and verification

  private func placeAssets(_ scenario: Scenario, _ session: Session) {
    for asset in scenario.assets {
      for file in asset.files {
        var target = asset.target
        if target.hasPrefix("~") { target = session.homeDirectory + target.dropFirst() }
        if !target.hasSuffix("/") { target += "/" }
        let relative = file.path.hasPrefix("assets/") ? String(file.path.dropFirst(7)) : file.path
        session.writeFile(
          target + relative, file.bytes, executable: asset.chmod?.contains("x") ?? false)
      }
    }
  }

  /// Runs a setup script to its end and lets the world settle, as the platform does before it shows the step.
  private func runScript(_ script: Script, _ session: Session) -> [String] {
    let run = CommandRun(script.text, in: session)
    session.finish(run)
    session.settle()
    var reasons = run.account.notSimulated
    if let limit = run.account.limitReached { reasons.append("\(script.file): \(limit)") }
    return reasons
  }

  private func verify(
    _ script: Script, _ step: LabModel.Step, _ session: Session, _ dependsOn: String?
  ) -> Verification {
    let run = CommandRun(script.text, in: session)
    session.finish(run)
    var reasons = run.account.notSimulated
    if let limit = run.account.limitReached { reasons.append(limit) }
    return Verification(
      step: step.key, file: script.file, exitStatus: Int(run.process.status?.code ?? 130),
      output: run.lines.map(\.text).joined(separator: "\n"), notSimulated: reasons,
      dependsOnNotSimulated: dependsOn)
  }
}

extension SessionSettings {
  /// The course's machine, in the simulator's terms.
  package init(_ machine: MachineSettings) {
    self.init()
    kubernetesVersion = machine.kubernetes
    if let epoch = machine.epoch, let time = CivilTime(rfc3339: epoch) { epochUnixSeconds = time.unixSeconds }
    if let profile = machine.profile { self.profile = profile }
    seed = machine.seed
    blockLimit = .seconds(Int64(machine.blockSecondsMax))
    for timing in machine.timings {
      imageTimings[timing.image] = ImageTiming(
        pull: timing.pullMilliseconds.map(Interval.milliseconds),
        start: timing.startMilliseconds.map(Interval.milliseconds),
        ready: timing.readyMilliseconds.map(Interval.milliseconds),
        stop: timing.stopMilliseconds.map(Interval.milliseconds))
    }
    for worker in machine.workers {
      let labels = worker.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      addWorker(worker.name, labels: labels, cpu: worker.cpu, memory: worker.memory)
    }
    for usage in machine.usage {
      setUse(
        usage.image,
        ImageUse(
          cpu: usage.cpu, memory: usage.memory, request: usage.requestMilliseconds.map(Interval.milliseconds)))
    }
  }
}
