// Colours for commands, worked out when the site is built. A lexer of spans, not of meaning: it never changes, drops or
// reorders a character, and when it is unsure it leaves text plain. Comments, strings, variables, flags, operators, the
// first word of each command, and here-documents; and for YAML, keys and comments.

enum ShellHighlight {
  enum Kind: String {
    case plain = ""
    case comment = "c"
    case string = "s"
    case variable = "v"
    case command = "k"
    case flag = "f"
    case mark = "o"
    case heredoc = "h"
    case key = "y"
  }

  static func isShell(_ language: String) -> Bool {
    ["", "bash", "sh", "shell", "zsh", "console", "terminal"].contains(language.lowercased())
  }

  static func isYAML(_ language: String) -> Bool { ["yaml", "yml"].contains(language.lowercased()) }

  static func markup(_ text: String, language: String, isTyped: Bool) -> Markup {
    if isYAML(language) { return yaml(text) }
    if isShell(language), isTyped || !language.isEmpty { return render(spans(text)) }
    return Markup(text: text)
  }

  static func render(_ spans: [(Kind, String)]) -> Markup {
    var out = ""
    for (kind, text) in spans {
      let escaped = Markup.escape(text)
      out += kind == .plain ? escaped : "<span class=\"sh-\(kind.rawValue)\">\(escaped)</span>"
    }
    return Markup(trusted: out)
  }

  // MARK: Shell

  static func spans(_ text: String) -> [(Kind, String)] {
    var scanner = Scanner(characters: Array(text))
    scanner.run()
    return scanner.spans
  }

  private struct Scanner {
    let characters: [Character]
    var index = 0
    var spans: [(Kind, String)] = []
    /// Whether the next word is a command's name.
    var commandPosition = true
    /// Delimiters of here-documents whose bodies begin on the next line.
    var heredocs: [String] = []

    init(characters: [Character]) { self.characters = characters }

    func at(_ offset: Int = 0) -> Character? {
      index + offset < characters.count ? characters[index + offset] : nil
    }

    mutating func emit(_ kind: Kind, upTo end: Int) {
      guard end > index else { return }
      let text = String(characters[index..<end])
      if let last = spans.last, last.0 == kind { spans[spans.count - 1].1 += text } else { spans.append((kind, text)) }
      index = end
    }

    func end(from start: Int, while test: (Character) -> Bool) -> Int {
      var end = start
      while end < characters.count, test(characters[end]) { end += 1 }
      return end
    }

    mutating func run() {
      while let character = at() {
        switch character {
        case "\n":
          emit(.plain, upTo: index + 1)
          commandPosition = true
          if !heredocs.isEmpty { bodies() }
        case " ", "\t", "\r", "\r\n":
          emit(.plain, upTo: index + 1)
          if character == "\r\n" { commandPosition = true }
        case "\\" where at(1) != nil: emit(.plain, upTo: index + 2)
        case "#" where index == 0 || characters[index - 1].isWhitespace || "(;|&".contains(characters[index - 1]):
          emit(.comment, upTo: end(from: index) { !$0.isNewline })
        case "'": quoted("'")
        case "\"": quoted("\"")
        case "$": variable()
        case "|", "&", ";", "(", ")", "{", "}":
          let stop = end(from: index) { $0 == character }
          emit(.mark, upTo: stop)
          commandPosition = true
        case "<", ">": redirection()
        default: word()
        }
      }
    }

    mutating func quoted(_ quote: Character) {
      var stop = index + 1
      while stop < characters.count, characters[stop] != quote {
        stop += quote == "\"" && characters[stop] == "\\" ? 2 : 1
      }
      emit(.string, upTo: min(stop + 1, characters.count))
      commandPosition = false
    }

    mutating func variable() {
      if at(1) == "{" {
        emit(.variable, upTo: min(end(from: index) { $0 != "}" && !$0.isNewline } + 1, characters.count))
      } else if at(1) == "(" {
        emit(.mark, upTo: index + 2)
        commandPosition = true
        return
      } else {
        let stop = end(from: index + 1) { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        emit(stop > index + 1 ? .variable : .plain, upTo: max(stop, index + 1))
      }
      commandPosition = false
    }

    mutating func redirection() {
      let isHeredoc = at() == "<" && at(1) == "<" && at(2) != "<"
      let stop = end(from: index) { "<>&".contains($0) }
      emit(.mark, upTo: stop)
      guard isHeredoc else { return }
      if at() == "-" { emit(.mark, upTo: index + 1) }
      let start = end(from: index) { $0 == " " }
      emit(.plain, upTo: start)
      let wordEnd = end(from: index) { !$0.isWhitespace && !";|&)".contains($0) }
      let delimiter = String(characters[index..<wordEnd].filter { !"'\"\\".contains($0) })
      emit(.string, upTo: wordEnd)
      if !delimiter.isEmpty { heredocs.append(delimiter) }
    }

    mutating func bodies() {
      for delimiter in heredocs {
        while index < characters.count {
          let lineEnd = end(from: index) { !$0.isNewline }
          let line = String(characters[index..<lineEnd]).drop { $0 == "\t" }
          let stop = min(lineEnd + 1, characters.count)
          let isLast = line == delimiter
          if isLast { emit(.string, upTo: lineEnd) }
          if isLast {
            emit(.plain, upTo: stop)
            break
          }
          for (kind, text) in ShellHighlight.yamlSpans(String(characters[index..<lineEnd]), value: .heredoc) {
            emit(kind, upTo: index + text.count)
          }
          emit(.heredoc, upTo: stop)
        }
      }
      heredocs = []
    }

    mutating func word() {
      let stop = max(
        end(from: index) { !$0.isWhitespace && !"|&;()<>'\"$\\".contains($0) }, index + 1)
      let text = String(characters[index..<stop])
      if text.hasPrefix("-"), text.count > 1, !commandPosition {
        let flagEnd = text.firstIndex(of: "=").map { index + text.distance(from: text.startIndex, to: $0) } ?? stop
        emit(.flag, upTo: flagEnd)
        emit(.plain, upTo: stop)
      } else if commandPosition, !text.contains("=") {
        emit(.command, upTo: stop)
        commandPosition = ["if", "then", "else", "do", "while", "until", "sudo", "time", "!", "exec"].contains(text)
      } else {
        emit(.plain, upTo: stop)
      }
    }
  }

  // MARK: YAML

  static func yaml(_ text: String) -> Markup { render(yamlSpans(text, value: .plain)) }

  /// Keys and comments of lines that look like YAML; everything else has the kind `value`.
  static func yamlSpans(_ text: String, value: Kind) -> [(Kind, String)] {
    var spans: [(Kind, String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if !spans.isEmpty { spans.append((.plain, "\n")) }
      let indent = line.prefix { $0 == " " || $0 == "-" }
      spans.append((value, String(indent)))
      var rest = line[indent.endIndex...]
      let key = rest.prefix { !$0.isWhitespace && $0 != ":" && $0 != "#" && $0 != "\"" && $0 != "'" }
      if !key.isEmpty, key.endIndex < rest.endIndex, rest[key.endIndex] == ":",
        rest.index(after: key.endIndex) == rest.endIndex || rest[rest.index(after: key.endIndex)].isWhitespace
      {
        spans.append((.key, String(key)))
        rest = rest[key.endIndex...]
      }
      if rest.hasPrefix("#") {
        spans.append((.comment, String(rest)))
      } else if let comment = rest.firstRange(of: " #") {
        spans.append((value, String(rest[..<comment.lowerBound])))
        spans.append((.comment, String(rest[comment.lowerBound...])))
      } else {
        spans.append((value, String(rest)))
      }
    }
    return spans.filter { !$0.1.isEmpty }
  }
}
