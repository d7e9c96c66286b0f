// Everything that is wrong with a course: what reading it found, and the linter's rules over its pages and what they print
// when they are played.

import Diagnostics
import LabLint
import LabModel
import LabParser
import LabSite

enum CourseCheck {
  /// With `played` nil nothing is run, and the rules that compare the prose with a run say nothing.
  static func findings(_ parsed: ParsedCourse, played: PlayedCourse?, linter: Linter = Linter()) -> [Diagnostic] {
    let context = LintContext(
      course: parsed.course, transcripts: played?.transcripts ?? [:], verifications: played?.verifications ?? [:],
      setupNotSimulated: played?.setupNotSimulated ?? [:],
      otherRules: ParserRule.all.map(\.id) + SiteRule.all.map(\.id))
    return linter.lint(context, parsed: parsed.diagnostics)
  }

  /// Plays a course, with a line of progress.
  static func play(_ course: Course, _ console: Console, jobs: Int) -> PlayedCourse {
    let played = CoursePlayer.play(course, jobs: jobs) { scenario, block in
      console.progress("playing \(scenario) \(block)")
    }
    console.endProgress()
    return played
  }
}
