// Plays every scenario of a course and gathers what came out, per scenario and step.

import Diagnostics
import Foundation
import LabLint
import LabModel
import LabParser
import LabRecorder
import LabSite
import LabTranscript

/// One recording as it belongs on disk.
struct RecordingFile {
  let scenario: Scenario
  let step: Step
  let transcript: Transcript
  /// The asciicast's text.
  let text: String

  /// Whether it is of the page that was asked for, where one was.
  func isWanted(_ parsed: ParsedCourse) -> Bool {
    parsed.focus == nil || Language.allCases.contains { step.pages[$0]?.source.path == parsed.focus }
  }
}

struct PlayedCourse {
  var files: [RecordingFile] = []
  var verifications: [String: [Verification]] = [:]
  /// What setup scripts asked for that is not simulated, by scenario path.
  var setupNotSimulated: [String: [String]] = [:]

  /// Transcripts by scenario path and step key, as the linter wants them.
  var transcripts: [String: [String: Transcript]] {
    var result: [String: [String: Transcript]] = [:]
    for file in files { result[file.scenario.path, default: [:]][file.step.key] = file.transcript }
    return result
  }

  /// As the site wants them.
  var forSite: [RecordingKey: Transcript] {
    var result: [RecordingKey: Transcript] = [:]
    for file in files {
      result[RecordingKey(scenario: file.scenario.path, step: file.step.name)] = file.transcript
    }
    return result
  }
}

extension PlayedCourse {
  /// Verifications as the site wants them.
  func siteVerifications(_ course: Course) -> [RecordingKey: Verification] {
    var result: [RecordingKey: Verification] = [:]
    for scenario in course.scenarios {
      for verification in verifications[scenario.path] ?? [] {
        guard let step = scenario.allSteps.first(where: { $0.key == verification.step }) else { continue }
        result[RecordingKey(scenario: scenario.path, step: step.name)] = verification
      }
    }
    return result
  }
}

enum CoursePlayer {
  /// Plays every scenario on a machine of its own, `jobs` at once; the result does not depend on how many. `progress` is
  /// called before each block, from any thread: scenario path and block id.
  static func play(
    _ course: Course, jobs: Int = 1, progress: @escaping @Sendable (String, String) -> Void = { _, _ in }
  ) -> PlayedCourse {
    let work = Work(course.scenarios)
    let recorder = ScenarioRecorder(settings: course.settings.machine, source: course.settings.sourceLanguage)
    let run: @Sendable () -> Void = {
      while let (index, scenario) = work.next() {
        work.finish(index, play(scenario, recorder, progress))
      }
    }
    let helpers = min(jobs, course.scenarios.count) - 1
    let done = DispatchGroup()
    for _ in 0..<max(helpers, 0) {
      done.enter()
      let thread = Thread {
        run()
        done.leave()
      }
      thread.stackSize = DeepStack.bytes
      thread.start()
    }
    run()
    done.wait()
    return work.inOrder()
  }

  private static func play(
    _ scenario: Scenario, _ recorder: ScenarioRecorder, _ progress: (String, String) -> Void
  ) -> PlayedCourse {
    var played = PlayedCourse()
    let recorded = recorder.record(scenario) { progress(scenario.path, $0) }
    for (key, transcript) in recorded.transcripts {
      guard let step = scenario.allSteps.first(where: { $0.key == key }) else { continue }
      played.files.append(
        RecordingFile(scenario: scenario, step: step, transcript: transcript, text: AsciicastV3.write(transcript)))
    }
    played.verifications[scenario.path] = recorded.verifications
    if !recorded.setupNotSimulated.isEmpty { played.setupNotSimulated[scenario.path] = recorded.setupNotSimulated }
    return played
  }

  /// Scenarios to be played and what came of them, shared by the threads.
  private final class Work: @unchecked Sendable {
    private let lock = NSLock()
    private let scenarios: [Scenario]
    private var upcoming = 0
    private var results: [PlayedCourse?]

    init(_ scenarios: [Scenario]) {
      self.scenarios = scenarios
      results = Array(repeating: nil, count: scenarios.count)
    }

    func next() -> (Int, Scenario)? {
      lock.withLock {
        guard upcoming < scenarios.count else { return nil }
        upcoming += 1
        return (upcoming - 1, scenarios[upcoming - 1])
      }
    }

    func finish(_ index: Int, _ result: PlayedCourse) { lock.withLock { results[index] = result } }

    func inOrder() -> PlayedCourse {
      lock.withLock {
        var all = PlayedCourse()
        for case let result? in results {
          all.files += result.files
          all.verifications.merge(result.verifications) { _, new in new }
          all.setupNotSimulated.merge(result.setupNotSimulated) { _, new in new }
        }
        return all
      }
    }
  }
}
