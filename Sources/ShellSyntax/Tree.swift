// The tree of a shell program: commands, words and their parts, with byte offsets into the source and line numbers as bash counts
// them. Nodes are classes, shared between processes of the simulation; nothing changes them after parsing.

/// A word before expansion.
package final class Word {
  package let parts: [WordPart]
  /// Bytes of the source, as written.
  package let range: Range<Int>
  package let text: String
  /// The text when nothing in the word is special: no quote, expansion, pattern, brace or tilde.
  package let plain: String?
  private var bracesDone: [Word]?
  /// Brace expansion was given up: it would make too many words.
  package private(set) var bracesOverflow = false

  package init(parts: [WordPart], range: Range<Int>, text: String) {
    self.parts = parts
    self.range = range
    self.text = text
    if parts.count == 1, case .literal(let literal) = parts[0], isPlain(literal) {
      plain = literal
    } else {
      plain = nil
    }
  }

  /// The words after brace expansion; the word itself when there is nothing to expand.
  package var braceExpansion: [Word] {
    if let bracesDone { return bracesDone }
    guard plain == nil else { return [self] }
    let (expanded, overflow) = expandBraces(self)
    bracesDone = expanded
    bracesOverflow = overflow
    return expanded
  }

  /// The text when the word is made of unquoted characters only, as reserved words and names must be.
  package var unquotedText: String? {
    guard parts.count == 1, case .literal(let literal) = parts[0] else { return nil }
    return literal
  }
  /// Whether expanding the word can change nothing: no substitution, no arithmetic.
  package var runsNothing: Bool { isInert(parts) }
  package var hasQuotes: Bool {
    for part in parts {
      switch part {
      case .quoted, .doubleQuoted: return true
      default: break
      }
    }
    return false
  }
}

private func isInert(_ parts: [WordPart]) -> Bool {
  for part in parts {
    switch part {
    case .command, .arithmetic, .process: return false
    case .doubleQuoted(let inner): if !isInert(inner) { return false }
    case .parameter(let expansion): if case .none = expansion.operation {} else { return false }
    default: break
    }
  }
  return true
}

private func isPlain(_ text: String) -> Bool {
  for byte in text.utf8 {
    switch byte {
    case 42, 63, 91, 123, 126, 40: return false  // * ? [ { ~ (
    default: break
    }
  }
  return true
}

package enum WordPart {
  /// Unquoted characters.
  case literal(String)
  /// Characters quoted by `\`, `'…'` or `$'…'`.
  case quoted(String)
  case doubleQuoted([WordPart])
  case parameter(ParameterExpansion)
  case command(CommandSubstitution)
  /// `$((…))` and `$[…]`: the expression, itself still to be expanded.
  case arithmetic(Word)
  case process(ProcessSubstitution)
}

package final class ParameterExpansion {
  package indirect enum Operation {
    case none
    /// `-`, `=`, `?` or `+`; `colon`: empty counts as unset.
    case fallback(UInt8, colon: Bool, Word)
    case removePrefix(longest: Bool, Word)
    case removeSuffix(longest: Bool, Word)
    case replace(ReplaceMode, pattern: Word, with: Word?)
    case substring(offset: Word, length: Word?)
    /// `^`, `,` or `~`.
    case changeCase(UInt8, all: Bool, pattern: Word?)
    case transform(UInt8)
    /// `${!prefix*}`, `${!prefix@}`
    case namesWithPrefix(at: Bool)
    /// Not an expansion that bash knows; the whole text from `${` to `}`.
    case bad
  }
  package enum ReplaceMode { case first, all, prefix, suffix }
  package enum Subscript {
    case at, star
    case index(Word)
  }

  package let name: String
  package let index: Subscript?
  package let indirect: Bool
  package let length: Bool
  package let operation: Operation
  /// From `$` to the end, as written.
  package let text: String
  /// Nothing but the value of one parameter: `$x`, `${x}`.
  package let isPlain: Bool

  package init(
    name: String, index: Subscript? = nil, indirect: Bool = false, length: Bool = false,
    operation: Operation = .none, text: String
  ) {
    self.name = name
    self.index = index
    self.indirect = indirect
    self.length = length
    self.operation = operation
    self.text = text
    if case .none = operation, index == nil, !indirect, !length, name != "@", name != "*" {
      isPlain = true
    } else {
      isPlain = false
    }
  }
}

package final class CommandSubstitution {
  /// Nil for back quotes, whose text is parsed when it is run. Lines in it are those of the text that bash makes of the commands,
  /// from 0 on: they are added to the line of the command that is being expanded.
  package let body: CommandList?
  package let source: String

  package init(body: CommandList?, source: String) {
    self.body = body
    self.source = source
  }
}

package final class ProcessSubstitution {
  package let reads: Bool
  package let body: CommandList

  package init(reads: Bool, body: CommandList) {
    self.reads = reads
    self.body = body
  }
}

package final class Redirection {
  package enum Kind: String {
    case input = "<"
    case output = ">"
    case append = ">>"
    case clobber = ">|"
    case readWrite = "<>"
    case duplicateInput = "<&"
    case duplicateOutput = ">&"
    case outputAndError = "&>"
    case appendOutputAndError = "&>>"
    case hereDocument = "<<"
    case hereDocumentStripped = "<<-"
    case hereString = "<<<"
  }
  package let kind: Kind
  /// The descriptor written before the operator.
  package let descriptor: Int?
  /// `{name}` before the operator.
  package let variable: String?
  package let target: Word
  package let range: Range<Int>
  /// The body of a here-document; filled in when the parser reaches it.
  package internal(set) var body: Word?
  package internal(set) var bodyIsQuoted = false
  /// The word that ends a here-document, without its quotes.
  package internal(set) var delimiter = ""

  package init(kind: Kind, descriptor: Int?, variable: String?, target: Word, range: Range<Int>) {
    self.kind = kind
    self.descriptor = descriptor
    self.variable = variable
    self.target = target
    self.range = range
  }
}

package final class Assignment {
  package struct Element {
    /// `[index]=`, without the brackets.
    package let index: Word?
    package let append: Bool
    package let value: Word
    package let text: String

    package init(index: Word?, append: Bool, value: Word, text: String) {
      self.index = index
      self.append = append
      self.value = value
      self.text = text
    }
  }
  package enum Value {
    case scalar(Word)
    case array([Element])
  }
  package let name: String
  package let index: Word?
  package let append: Bool
  package let value: Value
  package let text: String

  init(name: String, index: Word?, append: Bool, value: Value, text: String) {
    self.name = name
    self.index = index
    self.append = append
    self.value = value
    self.text = text
  }

  /// The same with another value.
  package func with(_ value: Value) -> Assignment {
    Assignment(name: name, index: index, append: append, value: value, text: text)
  }
}

package enum Argument {
  case word(Word)
  /// An assignment given to `declare`, `export` and their kin.
  case assignment(Assignment)

  package var text: String {
    switch self {
    case .word(let word): return word.text
    case .assignment(let assignment): return assignment.text
    }
  }
}

package final class Command {
  package let kind: CommandKind
  package internal(set) var redirections: [Redirection]
  /// The line at which bash says the command is; inside `$(…)` counted from 0 (see `CommandSubstitution`).
  package internal(set) var line: Int
  package let range: Range<Int>
  /// The words of a simple command in which there is nothing to expand.
  package let fixedWords: [String]?

  init(_ kind: CommandKind, redirections: [Redirection] = [], line: Int, range: Range<Int>) {
    self.kind = kind
    self.redirections = redirections
    self.line = line
    self.range = range
    var fixed: [String]? = nil
    if case .simple(_, let arguments) = kind {
      var words: [String] = []
      for argument in arguments { if case .word(let word) = argument, let plain = word.plain { words.append(plain) } }
      if words.count == arguments.count { fixed = words }
    }
    fixedWords = fixed
  }
}

package indirect enum CommandKind {
  case simple(assignments: [Assignment], arguments: [Argument])
  case pipeline(Pipeline)
  case subshell(CommandList)
  case group(CommandList)
  case `if`(clauses: [(condition: CommandList, body: CommandList)], otherwise: CommandList?)
  case loop(condition: CommandList, body: CommandList, until: Bool)
  case each(name: String, words: [Word]?, body: CommandList)
  case select(name: String, words: [Word]?, body: CommandList)
  case count(start: Word, condition: Word, step: Word, body: CommandList)
  case `case`(subject: Word, items: [CaseItem])
  case condition(Condition)
  case arithmetic(Word)
  case function(FunctionDefinition)
  case coprocess(name: String, Command)
}

package final class FunctionDefinition {
  package let name: String
  package let body: Command
  package let usesKeyword: Bool

  init(name: String, body: Command, usesKeyword: Bool) {
    self.name = name
    self.body = body
    self.usesKeyword = usesKeyword
  }
}

package final class Pipeline {
  package let commands: [Command]
  /// Whether the connection after each command is `|&`.
  package let joinsError: [Bool]
  package let negated: Bool
  package let timed: Bool
  package let timedPosix: Bool

  init(commands: [Command], joinsError: [Bool], negated: Bool, timed: Bool, timedPosix: Bool) {
    self.commands = commands
    self.joinsError = joinsError
    self.negated = negated
    self.timed = timed
    self.timedPosix = timedPosix
  }
}

package struct CaseItem {
  package enum End: String {
    case stop = ";;"
    case fallThrough = ";&"
    case testNext = ";;&"
  }
  package let patterns: [Word]
  package let body: CommandList
  package let end: End
}

package indirect enum Condition {
  case word(Word)
  case unary(String, Word)
  case binary(Word, String, Word)
  case not(Condition)
  case and(Condition, Condition)
  case or(Condition, Condition)
  case group(Condition)
}

/// Pipelines joined by `&&` and `||`.
package final class AndOr {
  package let first: Command
  package let rest: [(isAnd: Bool, command: Command)]
  package let background: Bool
  /// A newline rather than `;` follows.
  package internal(set) var endsLine = false

  init(first: Command, rest: [(isAnd: Bool, command: Command)], background: Bool) {
    self.first = first
    self.rest = rest
    self.background = background
  }
}

package final class CommandList {
  package let items: [AndOr]

  package init(_ items: [AndOr]) { self.items = items }
}

/// Why a text is not a shell program.
package struct ParseError: Error {
  package enum Kind {
    /// `syntax error near unexpected token …`: followed by the line itself
    case unexpectedToken
    /// Input ends inside a construct or a quotation.
    case unexpectedEnd
    /// A mistake inside `[[ … ]]`: bash stops there and then, quietly but for one line.
    case conditional
    /// Nested deeper than this parser goes; bash would go on.
    case tooDeep
    case other
  }
  package let kind: Kind
  /// What bash prints after the line number; more than one line is possible.
  package internal(set) var messages: [String]
  package let line: Int
  package let offset: Int
  /// The line of the second message, where it is another.
  package internal(set) var secondLine: Int?
  /// The word that would have gone on with the construct, where dash names it.
  package internal(set) var expecting: String?
  /// The exit status it leaves behind.
  package internal(set) var status: Int32 = 2
  /// In the elements of an array: bash drops the line and goes on with the next.
  package internal(set) var dropsLine = false
  /// A mistake in `[[ … ]]` on the last line of the input.
  package internal(set) var endsInput = false
  /// It is in the commands of a `$(…)`: bash gives up on the whole program, even from `eval`.
  package internal(set) var inSubstitution = false
  /// More input could make the text whole: the prompt continues with PS2.
  package var isIncomplete: Bool { kind == .unexpectedEnd }
}
