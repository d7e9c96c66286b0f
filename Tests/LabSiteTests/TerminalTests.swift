// What a terminal would show: control sequences, echo, redrawn screens.

import LabModel
import LabTranscript
import Testing

@testable import LabSite

struct TerminalTests {
  /// The text of all flows, and of the last frame of each series.
  private func shown(_ parts: [String], columns: Int = 80, rows: Int = 24) -> [String] {
    var screen = TerminalScreen(columns: columns, rows: rows)
    for (index, part) in parts.enumerated() { screen.feed(part, at: Int64(index) * 100) }
    return screen.finish().map { segment in
      switch segment {
      case .flow(let lines): lines.map { $0.trimmed.text }.joined(separator: "|")
      case .frames(let frames): "\(frames.count): " + (frames.last?.lines.map(\.text).joined(separator: "|") ?? "")
      }
    }
  }

  @Test(arguments: [
    (["a\r\nb\r\n"], ["a|b|"]),
    (["50%\r100%\r\n"], ["100%|"]),
    (["abc\u{8}\u{8}X\r\n"], ["aXc|"]),
    (["a\tb\r\n"], ["a       b|"]),
    (["\u{1B}[31mred\u{1B}[0m \u{1B}[1;32mgreen\u{1B}[m\r\n"], ["red green|"]),
    (["half\u{1B}", "[1mbold\u{1B}]0;title\u{7}!\r\n"], ["halfbold!|"]),
    (["one\r\ntwo\u{1B}[1A\rONE\r\n"], ["ONE|two"]),
    (["keep\u{1B}[2K\rnew\r\n"], ["new|"]),
    (["caf\u{65}\u{301} 👨‍👩‍👧\r\n"], ["cafe\u{301} 👨‍👩‍👧|"]),
    // Whole screens: with the alternate screen, with clearing alone, and what stood before and after.
    (
      ["before\r\n\u{1B}[?1049h\u{1B}[H\u{1B}[2J1\r\n", "\u{1B}[H\u{1B}[J2\r\n", "\u{1B}[?1049lafter\r\n"],
      ["before|", "2: 2", "after|"]
    ),
    (["\u{1B}[H\u{1B}[2Jonly\r\n"], ["only"]),
    (["\u{1B}[?1049h\u{1B}[2J\u{1B}[1;1Hx  1\u{1B}[3;5Hy", "\u{1B}[1;4H2"], ["2: x  2||    y"]),
  ])
  func draws(_ parts: [String], _ expected: [String]) { #expect(shown(parts) == expected) }

  @Test func anyBytesAreShown() {
    var state: UInt64 = 42
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let pieces = [
      "\u{1B}[", "\u{1B}", "\u{1B}]0;", "\u{7}", "\r", "\n", "\t", "\u{8}", "H", "J", "K", "A", "B", "C", "D", "P", "X",
      "r",
      "m", "d", "G", "s", "u", "?1049h", "?1049l", ";", "0", "1", "2", "5", "99999999999", "text", "é", "👩‍👧", " ", "M",
      "7", "8",
    ]
    for _ in 0..<3000 {
      var screen = TerminalScreen(columns: 1 + next(20), rows: 1 + next(6))
      for time in 0..<3 {
        var text = ""
        for _ in 0..<(1 + next(30)) { text += pieces[next(pieces.count)] }
        if next(3) == 0 { screen.type(text) }
        screen.feed(text, at: Int64(time))
      }
      for case .frames(let frames) in screen.finish() { #expect(frames.count > 1) }
    }
  }

  @Test func styles() {
    #expect(TerminalMarkup.classes(TerminalStyle(foreground: 1, bold: true, typed: false)) == "fg1 b")
    var screen = TerminalScreen(columns: 80, rows: 24)
    screen.feed("a\u{1B}[1;34mdir<\u{1B}[0m\r\n", at: 0)
    guard case .flow(let lines) = screen.finish()[0] else { return }
    #expect(
      TerminalMarkup(language: .fr).lines(lines, withTimes: false).html
        == "<span class=\"ln\" data-t=\"0\">a<span class=\"fg4 b\">dir&lt;</span>\n</span>")
  }

  @Test func framesThatDifferInAgesAreTheSame() {
    func frame(_ text: String) -> TerminalFrame {
      TerminalFrame(
        milliseconds: 0, lines: [TerminalLine(cells: text.map { TerminalCell(character: $0, style: TerminalStyle()) })])
    }
    #expect(frame("pod 1/1 Running 0 9s").shape == frame("pod 1/1 Running 0 10s").shape)
    #expect(frame("pod 1/1 Running 0 59s").shape == frame("pod 1/1 Running 0 1m0s").shape)
    #expect(frame("Thu Jan 15 09:07:05 2026").shape == frame("Thu Jan 15 09:07:06 2026").shape)
    #expect(frame("pod 0/1 Running 0 9s").shape != frame("pod 1/1 Running 0 9s").shape)
    #expect(frame("pod-1 9s").shape != frame("pod-2 9s").shape)
  }

  // MARK: Echo

  private func block(_ events: [TranscriptEvent], ending: BlockEnding = .finished) -> String {
    let transcript = BlockTranscript(id: "1.1", heading: "", file: "", line: 1, events: events, ending: ending)
    return BlockOutput(transcript, columns: 80, rows: 24).segments.map { segment in
      guard case .flow(let lines) = segment else { return "frames" }
      return TerminalMarkup(language: .en).lines(lines, withTimes: false).html
        .replacing("<span class=\"ln\" data-t=\"0\">", with: "").replacing("<span class=\"ln\">", with: "").replacing(
          "<span class=\"ln typed\" data-t=\"0\">", with: ""
        )
        .replacing("</span>", with: "")
    }.joined()
  }

  @Test func oneCommandIsNotRepeated() {
    let shown = block([
      .input("ls /srv\r", at: 0), .output("ls /srv\r\n", at: 0), .output("data\r\n", at: 0),
      .output("root@host:~# ", at: 0),
    ])
    #expect(shown == "data\n")
  }

  @Test func continuationLinesAreTypingToo() {
    let shown = block([
      .input("echo 'a\r", at: 0), .output("echo 'a\r\n", at: 0), .output("> ", at: 0), .input("\r", at: 0),
      .output("\r\n", at: 0), .output("> ", at: 0), .input("b'\r", at: 0), .output("b'\r\n", at: 0),
      .output("a\r\n", at: 0), .output("\r\n", at: 0), .output("b\r\n", at: 0), .output("$ ", at: 0),
    ])
    #expect(shown == "a\n\nb\n")
  }

  @Test func severalCommandsKeepTheirEcho() {
    let shown = block([
      .input("echo 1\r", at: 0), .output("echo 1\r\n", at: 0), .output("1\r\n", at: 0), .output("$ ", at: 0),
      .input("echo 2\r", at: 0), .output("echo 2\r\n", at: 0), .output("2\r\n", at: 0), .output("$ ", at: 0),
    ])
    #expect(shown == "$ <kbd>echo 1</kbd>\n1\n$ <kbd>echo 2</kbd>\n2\n")
  }

  @Test func typedFilesAreNotRepeated() {
    let shown = block([
      .input("cat > f <<E\r", at: 0), .output("cat > f <<E\r\n", at: 0), .output("> ", at: 0), .input("x\r", at: 0),
      .output("x\r\n", at: 0), .output("> ", at: 0), .input("E\r", at: 0), .output("E\r\n", at: 0),
      .output("$ ", at: 0), .input("cat f\r", at: 0), .output("cat f\r\n", at: 0), .output("x\r\n", at: 0),
      .output("$ ", at: 0), .input("ls\r", at: 0), .output("ls\r\n", at: 0), .output("f\r\n", at: 0),
      .output("$ ", at: 0),
    ])
    #expect(shown == "$ <kbd>cat f</kbd>\nx\n$ <kbd>ls</kbd>\nf\n")
  }

  @Test func commentsAreShownInThePagesLanguage() {
    let events: [TranscriptEvent] = [
      .input("# un\r", at: 0), .output("# un\r\n", at: 0), .output("$ ", at: 0), .input("echo 1\r", at: 0),
      .output("echo 1\r\n", at: 0), .output("1\r\n", at: 0), .output("$ ", at: 0), .input("# un\r", at: 0),
      .output("# un\r\n", at: 0), .output("$ ", at: 0),
    ]
    func shown(_ written: String) -> [String] {
      let transcript = BlockTranscript(id: "1.1", heading: "", file: "", line: 1, events: events)
      return BlockOutput(transcript, columns: 80, rows: 24, written: written).segments.flatMap { segment in
        if case .flow(let lines) = segment { lines.map(\.text) } else { [String]() }
      }
    }
    #expect(shown("# one\necho 1\n# one") == ["$ echo 1", "1", "$ # one"])
    #expect(shown("# one\necho 2\n# one") == ["$ echo 1", "1", "$ # un"])
  }

  @Test func interruptIsShown() {
    let shown = block(
      [
        .input("get --watch\r", at: 0), .output("get --watch\r\n", at: 0), .output("NAME\r\n", at: 0),
        .input("\u{3}", at: 0), .output("^C", at: 0), .output("$ ", at: 0),
      ], ending: .interrupted(reason: ""))
    #expect(shown == "NAME\n<kbd>^C</kbd>\n")
  }

  @Test func aProgramLeftOpenIsNotTheNextBlocksOutput() {
    func transcript(_ id: String, _ events: [TranscriptEvent], _ ending: BlockEnding) -> BlockTranscript {
      BlockTranscript(id: id, heading: "", file: "", line: 1, events: events, ending: ending)
    }
    let watch = transcript(
      "1.1",
      [.input("watch x\r", at: 0), .output("watch x\r\n", at: 0), .output("\u{1B}[?1049h\u{1B}[H\u{1B}[2Jone", at: 0)],
      .leftOpen(program: "watch"))
    let next = transcript(
      "1.2",
      [
        .output("\u{1B}[1;1Htwo", at: 0), .input("\u{3}", at: 0), .output("\u{1B}[24;1H\u{1B}[?1049l", at: 0),
        .output("^C$ ", at: 0), .input("ls\r", at: 0), .output("ls\r\n", at: 0), .output("f\r\n$ ", at: 0),
      ], .finished)
    let shown = BlockOutput(next, columns: 80, rows: 24, before: [watch]).segments.map { segment in
      if case .flow(let lines) = segment { lines.map(\.text).joined(separator: "|") } else { "frames" }
    }
    #expect(shown == ["f"])
  }

  @Test func outputThatLooksLikeTypingIsNot() {
    #expect(block([.output("kubectl\r\n", at: 0)]) == "kubectl\n")
    #expect(
      block([.input("echo echo\r", at: 0), .output("echo echo\r\n", at: 0), .output("echo\r\n", at: 0)]) == "echo\n")
  }
}
