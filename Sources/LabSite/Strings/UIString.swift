// The words of the interface. A case per sentence; `UIString+French.swift` and `UIString+English.swift` hold an exhaustive
// switch each, so a sentence without its translation does not compile. Templates print them as `{{t.next}}`; sentences with
// values in them are `UIPhrase`.

package import LabModel

package enum UIString: String, CaseIterable, Sendable {
  // Frame
  case skipToContent, mainNavigation, languageNavigation, themeToggle, themeAutomatic, themeLight, themeDark
  case chooseLanguage, home, allScenarios, about, madeWith, sourceCode, editPage
  // Course and scenario
  case scenarios, overview, introduction, steps, start, recap, difficulty, duration, contents, onThisPage
  case previous, next, progress, seeInOtherLanguage, noScenarios, preparation, preparationNote, hint, solution
  // Missing translation
  case notTranslated, notTranslatedLead
  // Blocks
  case copy, copied, copyFailed, command, recordedOutput, noOutput, showTimes, hideTimes, permalink, opens
  case exitStatusNote, notSimulated, notSimulatedLead, dependsLead, notRecorded, downloadRecording, typed
  case previousFrame, nextFrame, scrollable, verified, verifyPassed, verifyFailed, verifyUnknown, verifyNote
  // Timeline
  case timeline, timelineStill, play, pause, restart, stepBack, stepForward, position, speed, legend, textEquivalent
  case gone, created, nonLinear
  // Phases
  case phasePending, phaseCreating, phaseRunning, phaseReady, phaseTerminating, phaseDone, phaseFailed, phaseBound
  case phaseOther
  // Kinds
  case kindPods, kindClaims
  // About
  case aboutTitle, aboutLead, aboutHow, aboutHowText, aboutTime, aboutTimeText, aboutTruth, aboutTruthText
  case aboutMachine, aboutNotSimulated, aboutNothingMissing, aboutDeviations, aboutFindings, aboutNoFindings
  case aboutLicence, aboutAuthor, aboutReading, aboutReadingText, kubernetesVersion, terminalSize
  // Not found
  case notFoundTitle, notFoundText
}

/// A sentence with values in it.
package enum UIPhrase: Sendable {
  case stepOf(Int, Int)
  case stepNumber(Int)
  case stepCount(Int)
  case commandCount(Int)
  case blockCount(Int)
  case playedOf(Int, Int)
  case notRecordedCount(Int)
  case timelineCount(Int)
  case scenarioCount(Int)
  case block(String)
  case outputOfBlock(String)
  case interrupted(afterMilliseconds: Int64)
  case leftOpen(program: String)
  case keepsRunning
  case exitStatus(Int)
  case dependsOn(block: String)
  case dependsOnSetup
  case frame(Int, of: Int)
  case eventOf(Int, Int)
  case changeCount(Int)
  case readIn(Language)
  case fallbackNotice(original: Language)
  case timelineOfBlock(String)
  case terminal(Int)
  case host(Int)
  case notSimulatedCount(Int)
  case kubernetes(String)
  case lasted(Int64)
  case omittedFrames(Int)
  case omittedLanes(Int)
  case linkToHeading(String)
}

extension UIString {
  package func text(_ language: Language) -> String {
    switch language {
    case .fr: french
    case .en: english
    }
  }

  /// Every string, by name, for templates.
  static func all(_ language: Language) -> TemplateModel {
    var model: TemplateModel = [:]
    for string in allCases { model[string.rawValue] = .text(string.text(language)) }
    return model
  }
}

extension UIPhrase {
  package func text(_ language: Language) -> String {
    switch language {
    case .fr: french
    case .en: english
    }
  }
}
