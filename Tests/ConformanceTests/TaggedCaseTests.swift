import Foundation
import Testing

@testable import Conformance

@Suite struct TaggedCaseTests {
  @Test func aTagBelongsToTheCaseThatFollows() {
    let found = TaggedCase.cases(
      """
      echo a
      #deviates: GNU's way
      tail n.txt nope
      ### dump
      #deviates: the text of a view's query is not simulated
      $ pg_dump -t v
      $ echo $?
      """, file: "a.txt")
    #expect(found.map(\.input) == ["tail n.txt nope", "pg_dump -t v"])
    #expect(found.map(\.reason) == ["GNU's way", "the text of a view's query is not simulated"])
    #expect(found.map(\.saysSo) == [false, true])
  }

  @Test func thePageOfDeviationsIsUpToDate() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let page = tests.deletingLastPathComponent().appendingPathComponent("docs/deviations.md")
    let wanted = try ConformanceReport.deviations(TaggedCase.all(under: tests.path))
    #expect(try String(contentsOf: page, encoding: .utf8) == wanted, "run make generate")
  }
}
