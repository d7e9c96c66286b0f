// The forms kubectl's own libraries define, by table: pflag's command lines, aligned columns, Go templates, unified hunks.

import SimKernel
import Testing
import Unstructured

@testable import Kubectl

struct FormTests {
  private static let flags: [Flag] = [
    .string("output", "o", "", "format"), .bool("watch", "w", false, "watch"),
  ]

  @Test(arguments: [
    (["-o", "yaml", "pods"], "yaml", ["pods"]), (["-oyaml", "pods"], "yaml", ["pods"]),
    (["--output=yaml", "pods"], "yaml", ["pods"]), (["pods", "-wo", "yaml"], "yaml", ["pods"]),
    (["--", "-o", "yaml"], "", ["-o", "yaml"]), (["-"], "", ["-"]),
  ])
  func readsFlags(words: [String], output: String, arguments: [String]) {
    let (result, problem) = FlagParser(Self.flags).parse(words)
    #expect(problem == nil)
    #expect(result.values.string("output") == output)
    #expect(result.arguments == arguments)
  }

  @Test(arguments: [
    (["--foo"], "unknown flag: --foo"), (["-z"], "unknown shorthand flag: 'z' in -z"),
    (["--output"], "flag needs an argument: --output"), (["-o"], "flag needs an argument: 'o' in -o"),
  ])
  func refusesFlags(words: [String], message: String) {
    #expect(FlagParser(Self.flags).parse(words).problem == message)
  }

  @Test func remembersWidthsBetweenFlushes() {
    var writer = TabWriter.table
    #expect(writer.format("NAME\tREADY\na-long-name\t1/1\n") == "NAME          READY\na-long-name   1/1\n")
    #expect(writer.format("b\t0/1\n") == "b             0/1\n")
  }

  @Test func rendersTemplates() throws {
    let object: Value = ["items": [["name": "a"], ["name": "b"]]]
    #expect(
      try GoTemplate.render("{{range .items}}{{.name}};{{end}}", object, allowsMissing: true).0 == "a;b;")
  }

  @Test func writesHunks() {
    #expect(UnifiedDiff.hunks("a\nb\nc\n", "a\nB\nc\n") == "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n")
    #expect(UnifiedDiff.hunks("a\n", "a\n").isEmpty)
  }
}
