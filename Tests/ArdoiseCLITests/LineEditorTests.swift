// Keys of the line editor, without a terminal: what the line is in the end.

import Testing

@testable import ArdoiseCLI

private func edit(_ keys: String, history: [String] = [], candidates: [String] = []) -> (LineEditor.Outcome, String) {
  var editor = LineEditor(
    promptWidth: 2, columns: 40, history: history, write: { _ in },
    complete: { line in
      let word = line.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? ""
      return (word, candidates.filter { $0.hasPrefix(word) })
    })
  var outcome = LineEditor.Outcome.editing
  for byte in keys.utf8 where outcome == .editing { outcome = editor.press(byte) }
  return (outcome, editor.content)
}

@Suite struct LineEditorTests {
  @Test(arguments: [
    ("abc\r", "abc"), ("abc\u{1}x\r", "xabc"), ("abc\u{1}x\u{5}y\r", "xabcy"), ("ab\u{1B}[Dx\r", "axb"),
    ("ab\u{1B}[D\u{1B}[Cx\r", "abx"), ("abc\u{7F}\r", "ab"), ("abc\u{1B}[D\u{1B}[3~\r", "ab"),
    ("abc\u{1B}[Hx\u{1B}[Fy\r", "xabcy"),
    ("a b c\u{17}x\r", "a b x"), ("abc\u{15}x\r", "x"), ("abc\u{1}\u{6}\u{b}\r", "a"), ("abc\u{15}x\u{19}\r", "xabc"),
    ("ab\u{14}\r", "ba"), ("é\u{1B}[Dx\r", "xé"), ("one two\u{1B}bx\r", "one xtwo"),
    ("one two\u{1B}[1;5Dx\r", "one xtwo"),
  ])
  func edits(_ keys: String, _ line: String) {
    #expect(edit(keys).0 == .line(line))
  }

  @Test func recallsAndSearches() {
    let history = ["echo first", "ls -l", "echo second"]
    #expect(edit("\u{1B}[A\r", history: history).0 == .line("echo second"))
    #expect(edit("\u{1B}[A\u{1B}[A\u{1B}[B\r", history: history).0 == .line("echo second"))
    #expect(edit("dr\u{1B}[A\u{1B}[Baft\r", history: history).0 == .line("draft"))
    #expect(edit("\u{12}fir\r", history: history).0 == .line("echo first"))
    #expect(edit("\u{12}echo\u{12}\r", history: history).0 == .line("echo first"))
    #expect(edit("\u{12}ls\u{1B}[Cx\r", history: history).0 == .line("ls -lx"))
  }

  @Test func completes() {
    let words = ["describe", "delete", "get", "dir/"]
    #expect(edit("g\t\r", candidates: words).0 == .line("get "))
    #expect(edit("x de\t\r", candidates: words).0 == .line("x de"))
    #expect(edit("des\tx\r", candidates: words).0 == .line("describe x"))
    #expect(edit("di\tx\r", candidates: words).0 == .line("dir/x"))
  }

  @Test func endsOtherwise() {
    #expect(edit("abc\u{3}").0 == .interrupt)
    #expect(edit("\u{4}").0 == .endOfFile)
    #expect(edit("a\u{1}\u{4}").0 == .editing)
    #expect(edit("\u{1A}").0 == .suspend)
  }
}
