import ArgumentParser
import Diagnostics
import Foundation
import LabSite

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Make the website of a course: parse, record what is stale, check, write.",
    discussion: """
      The output folder is replaced as a whole, when everything is ready; an interrupted build leaves the old site.

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
    let site = try SiteBuilder(path: path, baseURL: baseURL, theme: theme, console: console).build()
    if !site.findings.isEmpty, !console.quiet {
      let renderer = TextRenderer(sources: site.sources, colour: console.usesColour(2))
      console.note(renderer.render(site.findings))
      console.note(TextRenderer.totals(site.findings) ?? "")
    }
    if strict, !site.findings.isEmpty { throw CommandFailure.findings }
    do {
      try folder.replace(with: site.files)
    } catch {
      throw CommandFailure.unreadable(error.message)
    }
    let pages = site.files.filter { $0.path.hasSuffix(".html") }.count
    console.note("\(pages) pages in \(output)/; open \(output)/index.html")
    if site.findings.hasErrors { throw CommandFailure.findings }
  }
}
