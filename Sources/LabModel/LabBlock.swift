// The blocks a lab is made of: text the reader types into the terminal, copies, opens or only looks at.
//
// Ids are `<step>.<n>`: the step is 0 for the introduction, 1 … for the steps and one past the last for the finish; n
// counts, from 1, the exec blocks of the step in reading order, fenced and inline alike. A single Markdown file is step
// 1. Ids of exec blocks must not move when the author adds an example, so listed blocks that are not executed are counted
// on their own, with a letter: `3.b1`, `3.b2`. The same id means the same block in every language.

package import Diagnostics

/// What the platform does when the reader clicks the block.
package enum BlockAction: String, Hashable, Sendable {
  /// Types it into the terminal and presses Enter.
  case exec
  case copy
  case open
  /// Shown only.
  case none
}

/// A word after the action: `{{exec interrupt}}`, `{{execute T2}}`.
package enum BlockModifier: Hashable, Sendable {
  /// Presses Ctrl-C first.
  case interrupt
  /// Types without pressing Enter.
  case noNewline
  /// The text is a control sequence such as `^C`.
  case controlSequence
  /// `T2`: types into the second terminal.
  case terminal(Int)
  /// `HOST2`: types into a terminal of the second host.
  case host(Int)
  /// Any other word.
  case tag(String)

  /// As the author writes it.
  package var spelling: String {
    switch self {
    case .interrupt: "interrupt"
    case .noNewline: "no-newline"
    case .controlSequence: "ctrl-seq"
    case .terminal(let number): "T\(number)"
    case .host(let number): "HOST\(number)"
    case .tag(let word): word
    }
  }
}

/// The heading a block stands under.
package struct HeadingReference: Hashable, Sendable {
  package var level: Int
  package var id: String
  package var text: String

  package init(level: Int, id: String, text: String) {
    self.level = level
    self.id = id
    self.text = text
  }
}

package struct LabBlock: Hashable, Sendable {
  /// `3.2` for an exec block, `3.b1` for any other.
  package var id: String
  /// From the opening fence to the end of the closing fence or its annotation; for a code span from its first backtick.
  package var range: SourceRange
  /// The text between the fences, as it stands in the file (in a list item or quote: with container prefixes).
  package var contentRange: SourceRange
  /// Where `{{…}}` stands, or nil when there is none.
  package var annotationRange: SourceRange?
  /// The line of the opening fence or backtick, from 1.
  package var line: Int
  /// The line of the closing fence or backtick.
  package var endLine: Int
  /// First word of the info string, as written; empty without one.
  package var language: String
  /// The whole info string.
  package var info: String
  package var action: BlockAction
  package var modifiers: [BlockModifier]
  /// Whether it is a code span.
  package var isInline: Bool
  /// Whether it is an indented code block (never executed).
  package var isIndented: Bool
  /// What is typed. A fenced block's text ends with a line feed, as in CommonMark.
  package var text: String
  /// The nearest heading before the block.
  package var heading: HeadingReference?

  package init(
    id: String, range: SourceRange, contentRange: SourceRange, annotationRange: SourceRange? = nil, line: Int,
    endLine: Int, language: String = "", info: String = "", action: BlockAction = .none,
    modifiers: [BlockModifier] = [], isInline: Bool = false, isIndented: Bool = false, text: String,
    heading: HeadingReference? = nil
  ) {
    self.id = id
    self.range = range
    self.contentRange = contentRange
    self.annotationRange = annotationRange
    self.line = line
    self.endLine = endLine
    self.language = language
    self.info = info
    self.action = action
    self.modifiers = modifiers
    self.isInline = isInline
    self.isIndented = isIndented
    self.text = text
    self.heading = heading
  }

  package var isExec: Bool { action == .exec }

  /// Whether Ctrl-C is pressed before the text is typed.
  package var interruptsFirst: Bool { modifiers.contains(.interrupt) }

  /// The terminal it is typed into, from 1.
  package var terminal: Int {
    for case .terminal(let number) in modifiers { return number }
    return 1
  }

  /// The host whose terminal it is typed into, from 1.
  package var host: Int {
    for case .host(let number) in modifiers { return number }
    return 1
  }
}
