import Diagnostics
import Foundation
import LabModel
import Testing

@testable import LabParser

@Suite struct FenceTests {
  /// Every case of the format's reference gives the block list written beside it.
  @Test func theReferenceCasesGiveTheirBlocks() throws {
    let folder = dataFolder.appendingPathComponent("Cases")
    let expected = try JSONReader.read(Array(Data(contentsOf: folder.appendingPathComponent("expected.json"))))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }
    #expect(files.count == expected.members?.count)
    for member in try #require(expected.members) {
      let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(member.key + ".md")))
      let blocks = page(bytes: bytes).page.labBlocks
      let wanted = try #require(member.value.array)
      #expect(blocks.count == wanted.count, "\(member.key)")
      for (block, want) in zip(blocks, wanted) {
        #expect(block.line == want["line"]?.int, "\(member.key)")
        if let endLine = want["endLine"]?.int { #expect(block.endLine == endLine, "\(member.key)") }
        #expect(block.language == want["language"]?.string, "\(member.key)")
        #expect(block.action.rawValue == want["action"]?.string, "\(member.key)")
        #expect(block.modifiers.map(\.spelling) == want["modifiers"]?.array?.compactMap(\.string), "\(member.key)")
        #expect(block.isInline == want["inline"]?.bool, "\(member.key)")
        #expect(block.text == want["text"]?.string, "\(member.key)")
      }
    }
  }

  @Test func theSeedHasItsBlocksAndHeadings() throws {
    let bytes = Array(try Data(contentsOf: dataFolder.appendingPathComponent("Seed/etape3.md")))
    let parsed = page(bytes: bytes)
    let blocks = parsed.page.labBlocks
    #expect(blocks.count == 20)
    #expect(blocks.allSatisfy { $0.isExec && $0.language == "bash" && !$0.isInline })
    #expect(blocks.map(\.id) == (1...20).map { "1.\($0)" })
    #expect(parsed.page.headings.count == 29)
    #expect(parsed.page.headings.first?.id == "etape-3-tester-persistance-et-ordre")
    #expect(Set(parsed.page.headings.map(\.id)).count == 29)
    #expect(parsed.diagnostics.isEmpty)
    #expect(blocks[0].line == 11 && blocks[0].endLine == 17)
    #expect(blocks[0].heading?.text == "1. Insérer des Données dans postgres-0")
    #expect(blocks[18].text.hasPrefix("# Scale à 5 replicas\nmicrok8s"))
  }

  @Test func theSeedReadsTheSameWithOtherLineEndingsAndAByteOrderMark() throws {
    let bytes = Array(try Data(contentsOf: dataFolder.appendingPathComponent("Seed/etape3.md")))
    let plain = page(bytes: bytes).page
    let text = String(decoding: bytes, as: UTF8.self)
    let changed = page("\u{FEFF}" + text.replacing("\n", with: "\r\n")).page
    #expect(changed.labBlocks.map(\.line) == plain.labBlocks.map(\.line))
    #expect(changed.labBlocks.map(\.text) == plain.labBlocks.map(\.text))
    #expect(changed.headings.map(\.text) == plain.headings.map(\.text))
    for block in changed.labBlocks {
      #expect(changed.source.text(in: block.range).hasPrefix("```bash"))
      #expect(changed.source.text(in: block.range).hasSuffix("```{{exec}}"))
    }
    #expect(changed.source.text(in: changed.headings[0].range).hasPrefix("# Étape 3"))
  }

  @Test(arguments: [
    ("```\na\n```{{exec interrupt}}", ["exec interrupt a\n"]),
    ("~~~~ sh\n```{{exec}}\n~~~{{exec}}\n~~~~~{{copy}}  ", ["copy ```{{exec}}\n~~~{{exec}}\n"]),
    ("```\na\n   ```{{exec}}\nb\n```\nc\n```{{copy}}", ["exec a\n", "copy c\n"]),
    ("```\na\n    ```{{exec}}\n```{{exec T2}}", ["exec T2 a\n    ```{{exec}}\n"]),
    ("> ```\n> a\n> ```{{exec}}\n> b", ["exec a\n"]),
    ("> ```\n> a\n```{{exec}}\nb", ["none a\n", "none b\n"]),
    ("* x\n\n  ```\n  a\n  ```{{exec}}\n* y\n  ~~~\n  b\n  ~~~{{exec}}", ["exec a\n", "exec b\n"]),
    ("10. x\n    ```\n      a\n    ```{{exec}}", ["exec   a\n"]),
    ("<pre>\n```\na\n```{{exec}}\n</pre>\n\n```\nb\n```{{exec}}", ["exec b\n"]),
    ("````\n```\na\n```{{exec}}\n````\n\n```\nb\n```{{exec}}", ["none ```\na\n```{{exec}}\n", "exec b\n"]),
    ("```\n{{ .Values.a }}\n```", ["none {{ .Values.a }}\n"]),
    ("```\na\n```{{exec}}{{copy}}\n```", ["none a\n```{{exec}}{{copy}}\n"]),
    ("```\n```{{exec}}", ["exec "]),
    ("```\n\n\n```{{exec}}\n", ["exec \n\n"]),
    ("\t```\n\ta\n\t```{{exec}}", []),
    ("```{{}}\na\n```{{}}", ["none a\n"]),
    (
      "```yaml{2,5-6}\na\n```{{execute HOST2 no-newline ctrl-seq test-uname}}",
      ["exec HOST2 no-newline ctrl-seq test-uname a\n"]
    ),
  ]) func fencesEndWhereTheFormatSays(text: String, wanted: [String]) {
    let parsed = page(text)
    let found = parsed.page.labBlocks.map { block in
      ([block.action.rawValue] + block.modifiers.map(\.spelling)).joined(separator: " ") + " " + block.text
    }
    #expect(found == wanted, "\(text.debugDescription)")
  }

  @Test(arguments: [
    ("```\na\n``` {{exec}}\n", "annotation-detached", 3, 5),
    ("```\na\nEOF```{{exec}}\n```\n", "annotation-inside-code", 3, 1),
    ("```\na\n```{{exec}} |skip{{sandbox}}\n```\n", "annotation-inside-code", 3, 1),
    ("```\na\n```{{Execute}}\n", "annotation-unknown-word", 3, 4),
    ("x\n\n```{{exec}}\na\n```\n", "annotation-on-opening-fence", 3, 1),
    ("x\n\n```bash\na\n", "fence-not-closed", 3, 1),
    ("1. x\n   ```\n   a\n\ny\n", "fence-not-closed", 2, 4),
    ("<summary>\n```\na\n```{{exec}}\n</summary>", "fence-in-html", 2, 1),
    ("é `ls` {{exec}}\n", "annotation-detached", 1, 8),
    ("run: {{exec}}\n", "annotation-without-code", 1, 6),
    ("`x`{{create}}\n", "annotation-unknown-word", 1, 4),
    ("a\u{0}b", "encoding", 1, 2),
  ]) func mistakesAreReportedWhereTheyStand(text: String, rule: String, line: Int, column: Int) {
    let diagnostics = page(text).diagnostics
    #expect(diagnostics.map(\.rule) == [rule], "\(text.debugDescription)")
    #expect(diagnostics.first?.location.start.line == line)
    #expect(diagnostics.first?.location.start.column == column)
  }

  @Test func bytesThatAreNotTextHaveAPlaceAndMoveNothing() {
    let parsed = page(bytes: Array("# \u{E9}t\n\nx ".utf8) + [0xE9, 0xFF] + Array(" `a`{{exec}}\n".utf8))
    #expect(parsed.diagnostics.map(\.rule) == ["encoding"])
    #expect(parsed.diagnostics[0].location.start.line == 3)
    #expect(parsed.diagnostics[0].location.start.column == 3)
    #expect(parsed.page.source.text(in: parsed.page.labBlocks[0].range) == "`a`{{exec}}")
  }

  @Test func anUnknownWordHasAFix() {
    let diagnostic = page("```\na\n```{{Exec interrupt}}\n").diagnostics[0]
    #expect(diagnostic.fixes[0].edits[0].replacement == "{{exec interrupt}}")
  }

  /// A predicted annotation is taken back where the tree disagrees, and the rest is found again.
  @Test func fencesInsideHTMLDoNotHideTheOnesAfterThem() {
    var text = ""
    for number in 0..<30 {
      text += "<x-y>\n```\nls \(number)\n```{{exec}}\n</x-y>\n\n```\nok \(number)\n```{{exec}}\n\n"
    }
    let parsed = page(text)
    #expect(parsed.page.labBlocks.map(\.text) == (0..<30).map { "ok \($0)\n" })
  }

  @Test(.timeLimit(.minutes(10))) func longFilesAreNotQuadratic() {
    let many = page(String(repeating: "```bash\nls\n```{{exec}}\n\n", count: 20_000))
    #expect(many.page.labBlocks.count == 20_000)
    #expect(many.page.labBlocks.last?.id == "1.20000")
    _ = page(String(repeating: "<x-y>\n```\na\n```{{exec}}\n</x-y>\n\n", count: 5_000))
    _ = page(String(repeating: "`a`{{exec}} *b* ", count: 20_000))
    _ = page(String(repeating: "> ", count: 50_000) + "x")
    _ = page(String(repeating: "*a **b ", count: 10_000))
    let links = page(String(repeating: "![[]()", count: 100_000))
    #expect(links.diagnostics.map(\.rule) == ["paragraph-too-complex"])
    _ = page(String(repeating: "| a ", count: 20_000) + "\n" + String(repeating: "| - ", count: 20_000))
  }

  @Test func deepNestingIsCutAndReported() {
    let parsed = page(String(repeating: "> ", count: 5_000) + "`ls`{{exec}}")
    #expect(parsed.diagnostics.map(\.rule) == ["nesting-too-deep"])
    let emphasis = page(String(repeating: "*a ", count: 2_000) + String(repeating: "b*", count: 2_000))
    #expect(emphasis.diagnostics.map(\.rule) == ["nesting-too-deep"])
  }
}
