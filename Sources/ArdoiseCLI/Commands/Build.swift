import ArgumentParser
import Diagnostics
import Foundation
import LabParser
import LabSite

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Make the website of a course: parse, record what is stale, check, write.",
    discussion: """
      The output folder is replaced as a whole, when everything is ready; an interrupted build leaves the old site.
      Recordings that are out of date are written anew where a scenario keeps them (in its folder recordings/).

      EXAMPLES
        ardoise build                                    content/ into public/
        ardoise build step3.md -o /tmp/site              a single page
        ardoise build content --base-url https://example.org/labs/ --strict
      """)

  @Argument(help: "Course folder, scenario folder or Markdown file.")
  var path: String?

  @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to write.", valueName: "folder"))
  var output = "public"

  @Option(help: ArgumentHelp("Absolute address of the site, for search engines.", valueName: "url"))
  var baseURL: String?

  @Option(help: ArgumentHelp("Theme folder.", valueName: "folder"))
  var theme: String?

  @Flag(help: "Fail on any finding, notes too; nothing is written then.")
  var strict = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let baseURL, !baseURL.hasPrefix("https://"), !baseURL.hasPrefix("http://") {
      throw ValidationError("--base-url takes an absolute address like https://example.org/labs/.")
    }
  }

  func run() throws {
    let console = common.console
    let folder: OutputFolder
    do {
      folder = try OutputFolder(output, protected: [path ?? Input.defaultPath] + [theme].compactMap { $0 })
    } catch {
      throw CommandFailure.usage(error.message)
    }
    let site = try SiteBuilder(path: path, baseURL: baseURL, theme: theme, console: console, jobs: common.jobCount)
      .build()
    report(site, console)
    if strict, !site.findings.isEmpty { throw CommandFailure.findings }
    do {
      try folder.replace(with: site.files)
    } catch {
      throw CommandFailure.unreadable(error.message)
    }
    updateRecordings(site.played, console)
    let pages = site.files.filter { $0.path.hasSuffix(".html") }.count
    console.note("\(pages) pages in \(output)/; open \(output)/index.html")
    // What the run disagrees with is reported; a page that cannot be read as its author meant it is an error.
    if site.parsed.diagnostics.hasErrors { throw CommandFailure.findings }
  }

  private func report(_ site: BuiltSite, _ console: Console) {
    // Quiet or not, whoever gets exit code 1 is told why.
    let shown = console.quiet && !strict ? site.parsed.diagnostics.filter { $0.severity == .error } : site.findings
    guard !shown.isEmpty else { return }
    let renderer = TextRenderer(sources: site.sources, colour: console.usesColour(2))
    Console.error(renderer.render(shown))
    if let totals = TextRenderer.totals(shown) { console.note(totals) }
  }

  /// Recordings are only touched where an author has chosen to keep them.
  private func updateRecordings(_ played: PlayedCourse, _ console: Console) {
    var written = 0
    for file in played.files {
      let path = Recordings.path(of: file.step, in: file.scenario)
      let folder = (path as NSString).deletingLastPathComponent
      guard FileManager.default.fileExists(atPath: folder), Recordings.isInside(path, file.scenario) else { continue }
      let bytes = Array(file.text.utf8)
      guard FileManager.default.contents(atPath: path).map({ Array($0) }) != bytes else { continue }
      do {
        try AtomicOutput.write(bytes, to: path)
        written += 1
      } catch {
        console.note("ardoise: \(error.message); the site is complete without it")
      }
    }
    if written > 0 { console.note("\(written) \(written == 1 ? "recording" : "recordings") brought up to date") }
  }
}
