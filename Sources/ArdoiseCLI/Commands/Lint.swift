import ArgumentParser
import Diagnostics
import Foundation
import LabLint
import LabModel
import LabParser

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Find what is wrong in the Markdown, the scripts, the translations, and between prose and run.",
    discussion: """
      Errors make the exit code 1; warnings and notes do not.

      EXAMPLES
        ardoise lint content
        ardoise lint step3.md --no-run
        ardoise lint content --format sarif > findings.sarif
        ardoise lint content --rule missing-interrupt --fix
        ardoise lint content --changed-since origin/main
      """)

  @Argument(help: "Course folders, scenario folders or Markdown files.")
  var paths: [String] = []

  @Option(help: "text, json, sarif, github, gitlab, rdjsonl or junit.")
  var format: ReportFormat = .text

  @Flag(help: "Apply the fixes that findings offer, then report what is left.")
  var fix = false

  @Option(name: .customLong("rule"), help: ArgumentHelp("Only this rule; may be given several times.", valueName: "id"))
  var rules: [String] = []

  @Option(help: ArgumentHelp("Only findings in files that differ from this git revision.", valueName: "rev"))
  var changedSince: String?

  @Flag(name: .customLong("no-run"), help: "Play nothing, and leave out the rules that compare the prose with a run.")
  var noRun = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let known = Set(Catalogue.descriptions.map(\.id))
    for rule in rules where !known.contains(rule) {
      throw CommandFailure.usage("there is no rule '\(rule)'. 'ardoise explain --all' lists them.")
    }
    let changed = try changedSince.map {
      try GitChanges(since: $0, paths: paths.isEmpty ? [Input.defaultPath] : paths)
    }
    var findings = try self.findings()
    if fix {
      var total = 0
      // A fix may make room for another; one that does not settle is a defect of its rule, and is left.
      for _ in 0..<10 {
        let count = try Fixer.apply(findings.all.filter { changed?.contain($0.location.file) ?? true })
        if count == 0 { break }
        total += count
        findings = try self.findings()
      }
      if total > 0 { common.console.note("\(total) \(total == 1 ? "fix" : "fixes") applied") }
    }
    let shown = findings.all.filter { changed?.contain($0.location.file) ?? true }
    let report = Report(format: format, sources: findings.sources, files: findings.files)
    Console.write(report.render(shown, colour: common.console.usesColour(1)))
    if format == .github { GitHubSummary.add(shown, common.console) }
    if format == .text {
      common.console.note(TextRenderer.totals(shown).map { "\n" + $0 } ?? "Nothing found")
    }
    if findings.isUnreadable { throw CommandFailure(status: ExitStatus.unreadable) }
    if shown.hasErrors { throw CommandFailure.findings }
  }

  private struct Findings {
    var all: [Diagnostic] = []
    var sources = SourceTable()
    var files: [String] = []
    var isUnreadable = false
  }

  private func findings() throws -> Findings {
    var result = Findings()
    let linter = Linter(only: rules)
    for path in paths.isEmpty ? [Input.defaultPath] : paths {
      let parsed = Input.course(path)
      result.isUnreadable = result.isUnreadable || parsed.isUnreadable
      for source in parsed.course.files {
        result.sources.add(source)
        if parsed.isWanted(source.path), !result.files.contains(source.path) { result.files.append(source.path) }
      }
      // What cannot be read cannot be played either.
      let played =
        noRun || parsed.isUnreadable ? nil : CourseCheck.play(parsed.course, common.console, jobs: common.jobCount)
      let checked = CourseCheck.findings(parsed, played: played, linter: linter)
      result.all += checked.filter {
        parsed.isWanted($0.location.file) && (rules.isEmpty || rules.contains($0.rule))
      }
    }
    result.all = result.all.sortedForReport()
    return result
  }
}

/// GitHub drops all but a few annotations; the step's summary takes the whole list.
enum GitHubSummary {
  /// What GitHub keeps of one step's summary.
  private static let bytesMax = 1_000_000

  static func add(_ findings: [Diagnostic], _ console: Console) {
    guard let path = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"], !path.isEmpty, !findings.isEmpty else {
      return
    }
    let bytes = Array(text(findings).utf8)
    guard let file = FileHandle(forWritingAtPath: path) else {
      console.note("'\(path)' cannot be written: the summary is left out")
      return
    }
    defer { try? file.close() }
    do {
      try file.seekToEnd()
      try file.write(contentsOf: bytes)
    } catch {
      console.note("'\(path)' cannot be written: the summary is left out")
    }
  }

  static func text(_ findings: [Diagnostic]) -> String {
    var out = "## ardoise lint\n\n| place | | finding | rule |\n|---|---|---|---|\n"
    for (index, finding) in findings.enumerated() {
      let start = finding.location.start
      let row =
        "| \(cell(finding.location.file)):\(start.line):\(start.column) | \(finding.severity.rawValue) | "
        + "\(cell(finding.summary)) | \(finding.rule) |\n"
      if out.utf8.count + row.utf8.count > bytesMax {
        return out + "\n\(findings.count - index) more.\n"
      }
      out += row
    }
    return out
  }

  private static func cell(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("|", with: "\\|").replacing(
      "\n", with: " ")
  }
}

/// Applies fixes to the author's files.
enum Fixer {
  /// Edits of one file are applied from its end to its start; a fix that overlaps one already taken waits for the next
  /// run. Gives the number of fixes applied.
  static func apply(_ findings: [Diagnostic]) throws -> Int {
    var edits: [String: [TextEdit]] = [:]
    var count = 0
    for finding in findings {
      guard let fix = finding.fixes.first, !fix.edits.isEmpty else { continue }
      let overlaps = fix.edits.contains { edit in
        (edits[edit.location.file] ?? []).contains { other in
          edit.location.range.start <= other.location.range.end && other.location.range.start <= edit.location.range.end
        }
      }
      if overlaps { continue }
      for edit in fix.edits { edits[edit.location.file, default: []].append(edit) }
      count += 1
    }
    for (file, list) in edits.sorted(by: { $0.key < $1.key }) {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw CommandFailure.unreadable("'\(file)' cannot be read")
      }
      var bytes = Array(data)
      for edit in list.sorted(by: { $0.location.range.start > $1.location.range.start }) {
        let range = edit.location.range
        guard range.end <= bytes.count else { continue }
        bytes.replaceSubrange(range.start..<range.end, with: Array(edit.replacement.utf8))
      }
      do {
        try AtomicOutput.write(bytes, to: file)
      } catch {
        throw CommandFailure.unreadable(error.message)
      }
    }
    return count
  }
}

/// Files that differ from a git revision, the uncommitted and the new ones too.
struct GitChanges {
  /// Real paths, wherever the command was started.
  private var changed: Set<String> = []

  /// Looks at the repositories that the paths lie in.
  init(since revision: String, paths: [String]) throws {
    guard !revision.hasPrefix("-") else { throw CommandFailure.usage("'\(revision)' is no git revision") }
    var known: Set<String> = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
      let folder = isFolder.boolValue ? path : (path as NSString).deletingLastPathComponent
      let top = try GitChanges.git(["rev-parse", "--show-toplevel"], in: folder.isEmpty ? "." : folder)
        .trimmingCharacters(in: .newlines)
      guard known.insert(top).inserted else { continue }
      let names =
        try GitChanges.git(["diff", "--name-only", "-z", revision, "--"], in: top)
        + GitChanges.git(["ls-files", "--others", "--exclude-standard", "-z"], in: top)
      for name in names.split(separator: "\0") {
        let file = top + "/" + name
        changed.insert(OutputFolder.realPath(file) ?? file)
      }
    }
  }

  func contain(_ file: String) -> Bool { OutputFolder.realPath(file).map(changed.contains) ?? false }

  private static func git(_ arguments: [String], in folder: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", folder] + arguments
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw CommandFailure.unreadable("git cannot be run, which --changed-since needs")
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let problem = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure.unreadable(
        "git says: \(problem.trimmingCharacters(in: .whitespacesAndNewlines).prefix(400))")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
