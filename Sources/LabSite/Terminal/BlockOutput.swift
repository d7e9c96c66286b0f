// What one block printed, ready to be shown: the terminal's segments without what the page shows elsewhere. The command
// stands above its output already, so its echo at the very start is left out, and so is the prompt that waits for the next
// block. Echo further down (the second command of a block, what is typed into psql, `^C`) stays, marked as typed.

import LabTranscript

struct BlockOutput {
  var segments: [TerminalSegment]

  var isEmpty: Bool {
    segments.allSatisfy { segment in
      switch segment {
      case .flow(let lines): lines.allSatisfy { $0.trimmed.cells.isEmpty }
      case .frames(let frames): frames.isEmpty
      }
    }
  }

  /// - Parameter written: the block's text on the page that is rendered. A translation may differ from what was recorded in
  ///   its comment lines; their echo is shown as the page has it.
  /// - Parameter before: the blocks that left a program open in the terminal, the last one right before this block.
  init(
    _ block: BlockTranscript, columns: Int, rows: Int, written: String? = nil, before: [BlockTranscript] = []
  ) {
    var screen = TerminalScreen(columns: columns, rows: rows)
    func feed(_ events: some Sequence<TranscriptEvent>) {
      for event in events {
        switch event.kind {
        // What appeared between two blocks counts as there from the start.
        case .output(let text): screen.feed(text, at: max(0, event.milliseconds - block.startMilliseconds))
        case .input(let keys): screen.type(keys)
        case .cluster: break
        }
      }
    }
    var events = block.events[...]
    if !before.isEmpty {
      for earlier in before { feed(earlier.events) }
      // What a program printed until this block's Ctrl-C ended it is not this block's output.
      if block.typed.hasPrefix("\u{3}") {
        let start = events.firstIndex { if case .input = $0.kind { true } else { false } } ?? events.startIndex
        feed(events[..<start])
        events = events[start...]
      }
      screen.forget()
    }
    feed(events)
    segments = screen.finish()
    if let written { translateComments(block, written) }
    dropLeadingEcho()
    dropTrailingPrompt(block.ending)
    segments.removeAll { segment in
      if case .flow(let lines) = segment { return lines.allSatisfy { $0.trimmed.cells.isEmpty } }
      return false
    }
  }

  private mutating func translateComments(_ block: BlockTranscript, _ written: String) {
    let typed = block.typed.split(separator: "\r", omittingEmptySubsequences: false).map(String.init)
    let lines = written.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var translations: [String: String] = [:]
    for (recorded, shown) in zip(typed, lines) where recorded != shown {
      // Two texts that differ in anything but comments are not the same block.
      guard recorded.drop(while: \.isWhitespace).hasPrefix("#"), shown.drop(while: \.isWhitespace).hasPrefix("#") else {
        return
      }
      translations[recorded] = shown
    }
    guard !translations.isEmpty else { return }
    segments = segments.map { segment in
      guard case .flow(let lines) = segment else { return segment }
      return .flow(
        lines.map { line in
          guard let shown = translations[line.typedText] else { return line }
          var style = TerminalStyle()
          style.typed = true
          var translated = line
          translated.cells.removeAll { $0.style.typed }
          translated.cells += shown.map { TerminalCell(character: $0, style: style) }
          return translated
        })
    }
  }

  /// The echo of the command, unless other typing follows further down: then the first echo says what the first output
  /// belongs to.
  private mutating func dropLeadingEcho() {
    guard case .flow(var lines)? = segments.first else { return }
    // The Ctrl-C that ended an earlier program, with the prompt and the command on its line.
    let head = lines[0].cells.prefix { $0.style.typed }
    if String(head.map(\.character)) == "^C", lines[0].cells.dropFirst(2).contains(where: \.style.typed) {
      lines[0].cells.removeFirst(2)
      segments[0] = .flow(lines)
    }
    guard lines[0].isTyped else { return }
    // A prompt at which only Enter was pressed (a blank line in a quoted text) is typing too.
    let leading = lines.prefix { $0.isTyped || BlockOutput.isPrompt($0.text) }.count
    let laterTyping = lines[leading...].contains { $0.isTyped && !$0.typedText.hasPrefix("^") }
    let typedInLaterSegments = segments.dropFirst().contains { segment in
      if case .flow(let lines) = segment { return lines.contains { $0.isTyped && !$0.typedText.hasPrefix("^") } }
      return false
    }
    guard !laterTyping, !typedInLaterSegments else {
      // Of commands that printed nothing before the first output, the last one says what the output belongs to.
      var first = leading - 1
      while first > 0, !lines[first].isTyped || lines[first].text.hasPrefix("> ") { first -= 1 }
      lines.removeFirst(first)
      segments[0] = .flow(lines)
      // The first prompt was printed before the block began: it looks like the next one.
      let prompts = lines.dropFirst().filter(\.isTyped).map { $0.cells.prefix { !$0.style.typed } }
      if lines[0].cells.first?.style.typed == true,
        let prompt = prompts.first(where: { !$0.isEmpty && String($0.map(\.character)) != "> " })
      {
        lines[0].cells = prompt + lines[0].cells
        segments[0] = .flow(lines)
      }
      return
    }
    lines.removeFirst(leading)
    segments[0] = .flow(lines)
  }

  private mutating func dropTrailingPrompt(_ ending: BlockEnding) {
    guard case .flow(var lines)? = segments.last else { return }
    while let last = lines.last, last.trimmed.cells.isEmpty { lines.removeLast() }
    if let last = lines.last, !last.isTyped, BlockOutput.isPrompt(last.text) { lines.removeLast() }
    // After `^C` the prompt may stand on its line.
    if let last = lines.last, last.isTyped, last.typedText == "^C" {
      let rest = last.cells.drop { $0.style.typed }
      if BlockOutput.isPrompt(String(rest.map(\.character))) {
        lines[lines.count - 1].cells.removeLast(rest.count)
      }
    }
    segments[segments.count - 1] = .flow(lines)
  }

  /// `$ `, `root@host:~# `, `myapp=# `: ends in a prompt's mark and a space.
  static func isPrompt(_ text: String) -> Bool {
    guard text.hasSuffix("$ ") || text.hasSuffix("# ") || text.hasSuffix("> ") else { return false }
    return !text.dropLast(2).contains("  ")
  }
}
