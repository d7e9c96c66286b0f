import Diagnostics
import Foundation
import Testing

private let source = SourceText(path: "labs/é,a.md", text: "# T\n💾\tcat <<EOF # 100%\nfin\n")

private func diagnostic(_ rule: String = "heredoc-not-closed", _ severity: Severity = .error, line: Int = 2)
  -> Diagnostic
{
  let line = source.lineRange(line)
  let range =
    source.text(in: line).contains("cat")
    ? SourceRange(start: line.start + 9, end: line.start + 14) : line
  return Diagnostic(
    rule: rule, severity: severity, location: source.location(range),
    summary: "Heredoc 'EOF' is opened here and never closed", explanation: "50% of: labs,\nend",
    notes: [DiagnosticNote(location: source.location(line: 1), message: "the step begins here")],
    fixes: [
      Fix(
        title: "close it",
        edits: [TextEdit(location: source.location(.point(source.bytes.count)), replacement: "EOF\n")])
    ])
}

private var table: SourceTable {
  var table = SourceTable()
  table.add(source)
  return table
}

@Suite struct RendererTests {
  @Test func textQuotesTheLineAndUnderlinesTheRange() {
    #expect(
      TextRenderer(sources: table).render([diagnostic()]) == """
        labs/é,a.md:2:7: error: Heredoc 'EOF' is opened here and never closed [heredoc-not-closed]
           2 | 💾\tcat <<EOF # 100%
             |   \t    ^~~~~
             = 50% of: labs,
             = end
             = note: labs/é,a.md:1:1: the step begins here
             = fix: close it

        """)
  }

  @Test func textWithoutSourceStillNamesThePlace() {
    let text = TextRenderer().render([diagnostic()])
    #expect(text.hasPrefix("labs/é,a.md:2:7: error:"))
    #expect(!text.contains("^"))
  }

  @Test func colourAddsOnlyEscapes() {
    let plain = TextRenderer(sources: table).render([diagnostic()])
    let coloured = TextRenderer(sources: table, colour: true).render([diagnostic()])
    #expect(coloured != plain)
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
  }

  @Test func jsonHasTheKeysOfTheContractInOrder() throws {
    let text = JSONRenderer.render([diagnostic()])
    #expect(
      text.hasPrefix(
        "[\n  {\"rule\": \"heredoc-not-closed\", \"severity\": \"error\", \"file\": \"labs/é,a.md\", \"line\": 2, "
          + "\"column\": 7, \"endLine\": 2, \"endColumn\": 12, \"message\": "))
    let node = try JSONReader.read(Array(text.utf8))
    let keys = node.array?[0].members?.map(\.key)
    #expect(
      keys == ["rule", "severity", "file", "line", "column", "endLine", "endColumn", "message", "notes", "fixes"])
    #expect(node.array?[0]["fixes"]?.array?[0]["edits"]?.array?[0]["replacement"]?.string == "EOF\n")
    #expect(JSONRenderer.render([]) == "[]\n")
  }

  @Test func gitHubEscapesAndCaps() {
    let line = GitHubRenderer.command(diagnostic())
    #expect(
      line == "::error file=labs/é%2Ca.md,line=2,endLine=2,col=7,endColumn=12,title=heredoc-not-closed::"
        + "Heredoc 'EOF' is opened here and never closed%0A50%25 of: labs,%0Aend%0Athe step begins here")
    let many = (0..<25).map { _ in diagnostic("a", .warning) } + (0..<3).map { _ in diagnostic("b") }
    let lines = GitHubRenderer.render(many).split(separator: "\n")
    #expect(lines.count == 14)
    #expect(lines[0].hasPrefix("::error"))
    #expect(lines[13].hasPrefix("15 more"))
  }

  @Test func sarifNamesItsColumnsAndItsRules() throws {
    let rule = RuleDescription(id: "other", summary: "s", explanation: "e", help: "h", severity: .warning)
    let text = SARIFRenderer(toolVersion: "0.1.0", rules: [rule], sources: table).render([diagnostic(), diagnostic()])
    let run = try #require(try JSONReader.read(Array(text.utf8))["runs"]?.array?[0])
    #expect(run["columnKind"]?.string == "unicodeCodePoints")
    let rules = try #require(run["tool"]?["driver"]?["rules"]?.array)
    let results = try #require(run["results"]?.array)
    #expect(rules[try #require(results[0]["ruleIndex"]?.int)]["id"]?.string == "heredoc-not-closed")
    let location = results[0]["locations"]?.array?[0]["physicalLocation"]
    #expect(location?["artifactLocation"]?["uri"]?.string == "labs/%C3%A9%2Ca.md")
    #expect(location?["region"]?["endColumn"]?.int == 12)
    let prints = results.compactMap { $0["partialFingerprints"]?["primaryLocationLineHash"]?.string }
    #expect(Set(prints).count == 2)
  }

  @Test func rdjsonlCountsBytes() throws {
    let line = ReviewdogRenderer.render([diagnostic()])
    let node = try JSONReader.read(Array(line.utf8))
    #expect(node["location"]?["range"]?["start"]?["column"]?.int == 10)
    #expect(node["severity"]?.string == "ERROR")
    #expect(node["suggestions"]?.array?.count == 1)
  }

  @Test func gitLabAndJUnitAreWellFormed() throws {
    let gitLab = try JSONReader.read(Array(GitLabRenderer.render([diagnostic()], sources: table).utf8))
    #expect(gitLab.array?[0]["severity"]?.string == "major")
    var item = diagnostic()
    item.summary = "a < b & \"c\" \u{1}"
    let xml = JUnitReport(files: ["b.md"], diagnostics: [item]).render()
    #expect(xml.contains("<testsuite name=\"ardoise lint\" tests=\"2\" failures=\"1\" skipped=\"0\">"))
    #expect(xml.contains("a &lt; b &amp; &quot;c&quot; \u{FFFD}"))
    #expect(xml.contains("<testcase classname=\"ardoise lint\" name=\"b.md\"/>"))
  }

  @Test func reportsAreSortedAndWithoutDuplicates() {
    let unsorted = [
      diagnostic("b"), diagnostic("a"), diagnostic("a"), diagnostic("z", line: 1),
    ]
    #expect(unsorted.sortedForReport().map(\.rule) == ["z", "a", "b"])
  }
}
