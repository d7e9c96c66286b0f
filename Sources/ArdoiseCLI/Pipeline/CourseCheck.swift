// Everything that is wrong with a course: what reading it found, what its recordings say, and the linter's rules.

import Diagnostics
import LabLint
import LabModel
import LabParser

enum CourseCheck {
  static func run(_ parsed: ParsedCourse, noRun: Bool, linter: Linter, console: Console) -> [Diagnostic] {
    let recordings = noRun ? Recordings() : Recordings(of: parsed.course)
    let context = LintContext(course: parsed.course, transcripts: recordings.transcripts)
    return linter.lint(context, parsed: parsed.diagnostics + recordings.diagnostics)
  }
}
