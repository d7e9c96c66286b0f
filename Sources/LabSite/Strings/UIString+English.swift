// The interface in English.

import LabModel

extension UIString {
  var english: String {
    switch self {
    case .skipToContent: "Skip to content"
    case .mainNavigation: "Main navigation"
    case .languageNavigation: "Language"
    case .themeToggle: "Theme"
    case .themeAutomatic: "Automatic"
    case .themeLight: "Paper"
    case .themeDark: "Slate"
    case .chooseLanguage: "Choose a language"
    case .home: "Home"
    case .allScenarios: "All scenarios"
    case .about: "About"
    case .madeWith: "Written with Ardoise"
    case .sourceCode: "Course sources"
    case .editPage: "Suggest a correction"
    case .scenarios: "Scenarios"
    case .overview: "Overview"
    case .introduction: "Introduction"
    case .steps: "Steps"
    case .start: "Start"
    case .recap: "Recap"
    case .difficulty: "Difficulty"
    case .duration: "Duration"
    case .contents: "Contents"
    case .onThisPage: "On this page"
    case .previous: "Previous"
    case .next: "Next"
    case .progress: "Progress"
    case .seeInOtherLanguage: "Read in French"
    case .noScenarios: "This course has no scenario yet."
    case .preparation: "Prepared behind the scenes"
    case .preparationNote: "This script ran on the machine before the first command of the page."
    case .hint: "Hint"
    case .solution: "Solution"
    case .notTranslated: "not translated"
    case .notTranslatedLead: "Not translated yet"
    case .copy: "Copy"
    case .copied: "Copied"
    case .copyFailed: "Could not copy"
    case .command: "Command"
    case .recordedOutput: "Recorded output"
    case .noOutput: "This command prints nothing."
    case .showTimes: "Show times"
    case .hideTimes: "Hide times"
    case .permalink: "Link to this block"
    case .opens: "Opens the file"
    case .exitStatusNote: "The command reports an error."
    case .notSimulated: "Not simulated"
    case .notSimulatedLead:
      "This block uses something the simulator cannot replay truthfully, so no output is shown rather than an invented one."
    case .dependsLead: "The output of this block depends on a block that is not simulated, so it is not shown."
    case .notRecorded: "This block has not been recorded yet."
    case .downloadRecording: "Download the recording (asciicast)"
    case .typed: "typed"
    case .previousFrame: "Previous frame"
    case .nextFrame: "Next frame"
    case .scrollable: "scrollable area"
    case .verified: "Verification"
    case .verifyPassed: "passed"
    case .verifyFailed: "failed"
    case .verifyUnknown: "not simulated"
    case .verifyNote: "This script ran on the machine after the last command of the page."
    case .timeline: "Timeline"
    case .timelineStill: "The state of each object over time"
    case .play: "Play"
    case .pause: "Pause"
    case .restart: "Replay"
    case .stepBack: "Previous event"
    case .stepForward: "Next event"
    case .position: "Position in the timeline"
    case .speed: "Speed"
    case .legend: "Legend"
    case .textEquivalent: "The timeline in words"
    case .gone: "deleted"
    case .created: "created"
    case .nonLinear: "Virtual time; long waits are compressed."
    case .phasePending: "pending"
    case .phaseCreating: "creating the container"
    case .phaseRunning: "started, not ready yet"
    case .phaseReady: "ready"
    case .phaseTerminating: "being stopped"
    case .phaseDone: "completed"
    case .phaseFailed: "failing"
    case .phaseBound: "volume bound"
    case .phaseOther: "other state"
    case .kindPods: "Pods"
    case .kindClaims: "PVCs"
    case .aboutTitle: "Where do these outputs come from?"
    case .aboutLead:
      "Nothing on these pages was copied by hand. Every command was typed into the terminal of a simulated machine, and what it printed is shown as it is."
    case .aboutHow: "A simulated machine"
    case .aboutHowText:
      "The machine has a shell, kubectl and the Kubernetes control plane, psql and an SQL engine. It is deterministic: the same commands give the same output, byte for byte. Its reference is the measured behaviour of the real programs."
    case .aboutTime: "Virtual time"
    case .aboutTimeText:
      "Seconds are those of the simulated machine. Download and start-up times are plausible, not those of your network; the order of events is that of Kubernetes."
    case .aboutTruth: "Not simulated, hence not shown"
    case .aboutTruthText:
      "When a command, a flag or an image is beyond what the simulator can replay truthfully, the page says so and shows no output."
    case .aboutMachine: "The machine of this course"
    case .aboutNotSimulated: "What is not simulated in this course"
    case .aboutNothingMissing: "Every block of this course was replayed truthfully."
    case .aboutDeviations: "Known deviations"
    case .aboutFindings: "What automatic review found"
    case .aboutNoFindings: "Automatic review found nothing."
    case .aboutLicence: "Licence"
    case .aboutAuthor: "Author"
    case .aboutReading: "Reading without installing anything"
    case .aboutReadingText:
      "Everything can be read without JavaScript, offline and in print. Arrow keys move the playhead of a timeline, the space bar plays and pauses it."
    case .kubernetesVersion: "Kubernetes version"
    case .terminalSize: "Terminal size"
    case .notFoundTitle: "Page not found"
    case .notFoundText: "This page does not exist, or no longer does."
    }
  }
}

extension UIPhrase {
  var english: String {
    func plural(_ count: Int, _ one: String, _ many: String) -> String { "\(count)\u{A0}\(count == 1 ? one : many)" }
    return switch self {
    case .stepOf(let number, let total): "Step \(number) of \(total)"
    case .stepNumber(let number): "Step \(number)"
    case .stepCount(let count): plural(count, "step", "steps")
    case .commandCount(let count): plural(count, "command", "commands")
    case .playedOf(let played, let count): "\(plural(count, "command", "commands")), \(played) of them played"
    case .notRecordedCount(let count):
      "\(plural(count, "block has", "blocks have")) not been recorded yet."
    case .blockCount(let count): plural(count, "command played", "commands played")
    case .timelineCount(let count): plural(count, "timeline", "timelines")
    case .scenarioCount(let count): plural(count, "scenario", "scenarios")
    case .block(let id): "Block \(id)"
    case .outputOfBlock(let id): "Output of block \(id)"
    case .interrupted(let time):
      "Stopped with Ctrl-C after \(Typography.duration(time, .en)), once everything was quiet."
    case .leftOpen(let program): "\(program) stays open: the next block is typed into it."
    case .keepsRunning: "The command keeps running: the next block stops it with Ctrl-C."
    case .exitStatus(let status): "Exit status \(status)"
    case .dependsOn(let block): "Depends on block \(block), which is not simulated"
    case .dependsOnSetup: "Depends on how the machine was prepared, which is not simulated"
    case .frame(let number, let total): "Frame \(number) of \(total)"
    case .eventOf(let number, let total): "Event \(number) of \(total)"
    case .changeCount(let count): plural(count, "change", "changes")
    case .readIn(let language): language == .en ? "Read this page in English" : "Read this page in French"
    case .fallbackNotice(let original):
      original == .fr
        ? "This page has not been translated yet: here is the French text."
        : "This page has not been translated yet: here is the original text."
    case .timelineOfBlock(let id): "Timeline of block \(id)"
    case .terminal(let number): "Terminal \(number)"
    case .host(let number): "Host \(number)"
    case .notSimulatedCount(let count): plural(count, "block not simulated", "blocks not simulated")
    case .kubernetes(let version): "Kubernetes \(version)"
    case .lasted(let time): "duration: \(Typography.duration(time, .en))"
    case .omittedFrames(let count):
      "\(plural(count, "frame", "frames")) that differ in the clock only left out."
    case .omittedLanes(let count):
      "\(plural(count, "more object", "more objects")), to be read in the timeline in words."
    case .linkToHeading(let text): "Link to “\(text)”"
    }
  }
}
