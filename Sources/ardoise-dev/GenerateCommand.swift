import ArgumentParser
import Conformance
import Diagnostics
import Foundation
import LabLint
import LabParser
import LabSite

/// Writes everything that is made from code or data and kept in the repository.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write the rule registry, the rule pages and the conformance tables.")

  func run() throws {
    let folder = "Sources/LabLint/Rules"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }.sorted()
    let files = try names.map { (name: $0, text: try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
    try write(RuleDocumentation.registry(files), "Sources/LabLint/Rules+Generated.swift")
    let pages = ParserRule.all.map(\.page) + Linter.rules.map(\.page) + SiteRule.all.map(\.page)
    for page in pages { try write(page.markdown, "docs/rules/\(page.id).md") }
    try write(RulePage.index(pages), "docs/rules/README.md")
    let results = try CaptureFolder.results("Tests/ConformanceTests/Captures")
    let secondRig = try CaptureFolder.results("Tests/ConformanceTests/Transcripts")
    try write(ConformanceReport.page(results, secondRig: secondRig), "docs/conformance.md")
    try write(ConformanceReport.deviations(TaggedCase.all(under: "Tests")), "docs/deviations.md")
  }

  private func write(_ text: String, _ path: String) throws {
    if (try? String(contentsOfFile: path, encoding: .utf8)) == text { return }
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    print("wrote \(path)")
  }
}
