// The registry and the rules' pages are generated: what is checked in must be what the generator writes now.

import Diagnostics
import Foundation
import LabParser
import LabSite
import Testing

@testable import LabLint

@Suite struct GeneratedFilesTests {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func theRegistryListsEveryRuleFile() throws {
    let folder = root.appendingPathComponent("Sources/LabLint/Rules")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
      .sorted()
    let files = try names.map {
      (name: $0, text: try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
    }
    let kept = try String(
      contentsOf: root.appendingPathComponent("Sources/LabLint/Rules+Generated.swift"), encoding: .utf8)
    #expect(RuleDocumentation.registry(files) == kept, "run make generate")
    #expect(Linter.rules.count == files.count)
  }

  @Test func everyRuleHasItsPage() throws {
    let pages = ParserRule.all.map(\.page) + Linter.rules.map(\.page) + SiteRule.all.map(\.page)
    #expect(Set(pages.map(\.id)).count == pages.count, "two rules of one name")
    var texts = pages.map { (name: "\($0.id).md", text: $0.markdown) }
    texts.append(("README.md", RulePage.index(pages)))
    let folder = root.appendingPathComponent("docs/rules")
    for page in texts {
      let file = folder.appendingPathComponent(page.name)
      if ProcessInfo.processInfo.environment["ARDOISE_UPDATE_GOLDENS"] == "1" {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try page.text.write(to: file, atomically: true, encoding: .utf8)
      }
      let kept = try? String(contentsOf: file, encoding: .utf8)
      #expect(kept == page.text, "docs/rules/\(page.name): run make generate")
    }
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(kept) == Set(texts.map(\.name)), "docs/rules holds the page of a rule that is no more")
  }
}
