// Plays every scenario of a course and gathers what came out, per scenario and step.

import LabLint
import LabModel
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

  /// Relative to the course's root folder.
  var path: String { scenario.folder.isEmpty ? step.recordingFile : "\(scenario.folder)/\(step.recordingFile)" }
}

struct PlayedCourse {
  var files: [RecordingFile] = []
  var verifications: [String: [VerificationResult]] = [:]

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

enum CoursePlayer {
  /// `progress` is called before each block: scenario path and block id.
  static func play(_ course: Course, progress: (String, String) -> Void = { _, _ in }) -> PlayedCourse {
    var played = PlayedCourse()
    let recorder = ScenarioRecorder(settings: course.settings.machine, source: course.settings.sourceLanguage)
    for scenario in course.scenarios {
      let recorded = recorder.record(scenario) { progress(scenario.path, $0) }
      for (key, transcript) in recorded.transcripts {
        guard let step = scenario.allSteps.first(where: { $0.key == key }) else { continue }
        played.files.append(
          RecordingFile(
            scenario: scenario, step: step, transcript: transcript, text: AsciicastV3.write(transcript)))
      }
      played.verifications[scenario.path] = recorded.verifications.map {
        VerificationResult(
          stepKey: $0.step, passed: $0.passed, exitStatus: $0.exitStatus, notSimulated: $0.notSimulated)
      }
    }
    return played
  }
}
