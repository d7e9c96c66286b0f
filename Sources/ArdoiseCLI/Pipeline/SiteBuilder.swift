// The path from a course to its site, in memory: parse, record what is stale, lint, plan, render, inspect. `build` writes
// the result, `preview` serves it.

import Conformance
import Diagnostics
import Foundation
import LabLint
import LabModel
import LabParser
import LabSite

struct BuiltSite {
  var parsed: ParsedCourse
  var played: PlayedCourse
  var files: [OutputFile]
  /// Of the course and of the finished pages, in reporting order.
  var findings: [Diagnostic]
  /// The theme's folder, for watching.
  var sources: SourceTable
}

struct SiteBuilder {
  var path: String?
  var baseURL: String?
  var theme: String?
  var console: Console
  var jobs: Int

  /// - Throws: `CommandFailure` when the course or the theme cannot be read.
  func build() throws -> BuiltSite {
    console.progress("reading \(path ?? Input.defaultPath)")
    let parsed = Input.course(path)
    try Input.requireReadable(parsed, console)
    let course = parsed.course
    let theme = try loadTheme(course)

    let played = CourseCheck.play(course, console, jobs: jobs)
    console.progress("checking")
    var findings = CourseCheck.findings(parsed, played: played)

    console.progress("rendering")
    let options = SiteOptions(
      theme: theme, baseURL: baseURL ?? course.settings.baseURL,
      deviations: Deviations.all.map { "\($0.command): \($0.reason)" }, resource: SiteBuilder.resource(course))
    let files = render(
      course: course, transcripts: played.forSite, verifications: played.siteVerifications(course),
      setupNotSimulated: played.setupNotSimulated, findings: findings, options: options)
    findings += Linter.levelled(inspect(files, languages: course.settings.languages), course.settings.lint)
    console.endProgress()
    return BuiltSite(
      parsed: parsed, played: played, files: files, findings: findings.sortedForReport(), sources: course.sources)
  }

  private func loadTheme(_ course: Course) throws -> Theme {
    let wanted = theme ?? course.settings.theme.map { SiteBuilder.courseFolder(course) + "/" + $0 }
    do {
      return try ThemeFolder.find(wanted: wanted, course: course.root)
    } catch {
      throw CommandFailure.unreadable("\(error.file): \(error.summary)")
    }
  }

  /// The folder that a path means, also when it is a file.
  static func courseFolder(_ course: Course) -> String {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: course.root, isDirectory: &isFolder), isFolder.boolValue {
      return course.root
    }
    let folder = (course.root as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  /// An author's pictures and downloads: only from inside the scenarios' folders.
  private static func resource(_ course: Course) -> @Sendable (String) -> [UInt8]? {
    let roots = course.scenarios.compactMap { OutputFolder.realPath($0.folder.isEmpty ? "." : $0.folder) }
    return { path in
      guard let real = OutputFolder.realPath(path), roots.contains(where: { real.hasPrefix($0 + "/") }) else {
        return nil
      }
      var info = stat()
      guard stat(real, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= 20_000_000 else { return nil }
      return FileManager.default.contents(atPath: real).map { Array($0) }
    }
  }
}
