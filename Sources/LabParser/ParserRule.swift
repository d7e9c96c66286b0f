// What reading a course can find wrong, as a catalogue: `explain`, SARIF and the documentation are made from it. Rules
// about meaning (does the command end, does the prose hold) are the linter's.

package import Diagnostics

package struct ParserRule: Hashable, Sendable {
  package var id: String
  package var severity: Severity
  package var summary: String
  package var explanation: String
  package var example: String
  package var instead: String
  /// Whether the input could not be read or understood at all (exit code 3).
  package var isUnreadable = false

  package var page: RulePage {
    RulePage(
      id: id, severity: severity, summary: summary, what: explanation, example: example, instead: instead,
      isSuppressible: !isUnreadable)
  }

  static let annotationDetached = ParserRule(
    id: "annotation-detached", severity: .warning,
    summary: "An annotation stands right behind its code, without a space",
    explanation: "Killercoda only reads {{…}} that touches the closing backtick or fence; after a space it is text.",
    example: "`ls -l` {{exec}}", instead: "`ls -l`{{exec}}")

  static let annotationWithoutCode = ParserRule(
    id: "annotation-without-code", severity: .warning,
    summary: "An annotation belongs to a code span or a fenced block",
    explanation: "Here it follows neither, so readers see the braces and nothing can be clicked.",
    example: "Run this: {{exec}}", instead: "Run this: `ls`{{exec}}")

  static let annotationUnknownWord = ParserRule(
    id: "annotation-unknown-word", severity: .error,
    summary: "An annotation begins with exec, execute, copy or open",
    explanation: "Case matters. Any other word does nothing on the platform.",
    example: "`ls`{{Execute}}", instead: "`ls`{{execute}}")

  static let annotationOnOpeningFence = ParserRule(
    id: "annotation-on-opening-fence", severity: .error,
    summary: "An annotation stands on the closing fence, not on the opening one",
    explanation: "On an opening fence it is read as the block's language. Often the real opening fence is missing.",
    example: "```{{exec}}\nls\n```", instead: "```bash\nls\n```{{exec}}")

  static let annotationInsideCode = ParserRule(
    id: "annotation-inside-code", severity: .error,
    summary: "A closing fence stands alone on its line, with at most an annotation behind it",
    explanation: "With other text on the line it does not close the block, so the annotation is part of the code.",
    example: "```\ncat <<EOF\nx\nEOF```{{exec}}", instead: "```\ncat <<EOF\nx\nEOF\n```{{exec}}")

  static let fenceNotClosed = ParserRule(
    id: "fence-not-closed", severity: .error,
    summary: "A fenced block is closed by a fence of the same kind",
    explanation: "Without one, everything to the end of its list item, quote or file is code.",
    example: "```bash\nls", instead: "```bash\nls\n```")

  static let fenceInHTML = ParserRule(
    id: "fence-in-html", severity: .warning,
    summary: "A fence needs an empty line between it and the HTML before it",
    explanation: "An HTML block goes on until an empty line; a fence inside it is not a code block.",
    example: "<summary>S</summary>\n```\nls\n```", instead: "<summary>S</summary>\n\n```\nls\n```")

  static let fencesTangled = ParserRule(
    id: "fences-tangled", severity: .error,
    summary: "Annotated fences and HTML are mixed up too often to be told apart",
    explanation: "The file was read as far as it could be followed; blocks after that may be wrong.",
    example: "hundreds of annotated fences inside HTML blocks", instead: "an empty line before every fence")

  static let paragraphTooComplex = ParserRule(
    id: "paragraph-too-complex", severity: .error,
    summary: "A paragraph has at most 20,000 closing brackets",
    explanation: "More would make libcmark work for minutes. The brackets of this paragraph are read as '?'.",
    example: "![[]() a hundred thousand times", instead: "several paragraphs")

  static let nestingTooDeep = ParserRule(
    id: "nesting-too-deep", severity: .error,
    summary: "Lists, quotes and emphasis are nested at most 100 deep",
    explanation: "What lies deeper is kept as plain text.", example: "a hundred and one '>' in a row",
    instead: "fewer levels")

  static let encoding = ParserRule(
    id: "encoding", severity: .error, summary: "Course files are UTF-8",
    explanation: "Bytes that are not UTF-8 are shown as '?'.", example: "a file saved as ISO 8859-1",
    instead: "the file saved as UTF-8, for instance with: iconv -f latin1 -t utf-8", isUnreadable: true)

  static let fileTooLarge = ParserRule(
    id: "file-too-large", severity: .error, summary: "A course file is at most 8 MiB long",
    explanation: "Larger files are not read.", example: "a 100 MB Markdown file", instead: "several steps",
    isUnreadable: true)

  static let fileMissing = ParserRule(
    id: "file-missing", severity: .error, summary: "Files that a course names exist",
    explanation: "The path is relative to the scenario's folder.", example: "\"text\": \"step9.md\" without that file",
    instead: "the file, or another path", isUnreadable: true)

  static let fileUnreferenced = ParserRule(
    id: "file-unreferenced", severity: .note, summary: "Markdown files of a scenario are pages of it",
    explanation: "index.json does not name this file, so nobody gets to read it.",
    example: "step4.md beside an index.json with three steps", instead: "the step in index.json, or no file")

  static let fileUnreadable = ParserRule(
    id: "file-unreadable", severity: .error, summary: "Course files can be read", explanation: "",
    example: "a folder without read permission", instead: "chmod -R u+rX", isUnreadable: true)

  static let pathOutside = ParserRule(
    id: "path-outside", severity: .error, summary: "Paths stay inside the course's folder",
    explanation: "Neither '..' nor a symbolic link may lead out of it. The file is not read.",
    example: "\"text\": \"../../etc/passwd\"", instead: "a file inside the course", isUnreadable: true)

  static let jsonSyntax = ParserRule(
    id: "json-syntax", severity: .error, summary: "index.json and structure.json are JSON",
    explanation: "Without them the scenario cannot be read.", example: "{\"title\": \"Lab\",}",
    instead: "{\"title\": \"Lab\"}", isUnreadable: true)

  static let yamlSyntax = ParserRule(
    id: "yaml-syntax", severity: .error, summary: "ardoise.yml is YAML", explanation: "", example: "title: [",
    instead: "title: Lab", isUnreadable: true)

  static let manifestType = ParserRule(
    id: "manifest-type", severity: .error, summary: "Values in index.json have the types that Killercoda expects",
    explanation: "The value is ignored.", example: "\"title\": 3", instead: "\"title\": \"3\"")

  static let manifestUnknownKey = ParserRule(
    id: "manifest-unknown-key", severity: .note, summary: "A key of index.json that is not part of the format",
    explanation: "It is kept and means nothing here.", example: "\"colour\": \"red\"", instead: "nothing")

  static let structureRepeats = ParserRule(
    id: "structure-repeats", severity: .warning, summary: "A course is listed once, and does not list itself",
    explanation: "An item of structure.json leads to a course that is open already; it is left out.",
    example: "{\"items\": [{\"path\": \"..\"}]}", instead: "{\"items\": [{\"path\": \"a-scenario\"}]}")

  static let pathwayScenarioMissing = ParserRule(
    id: "pathway-scenario-missing", severity: .warning, summary: "Scenarios that a pathway names exist",
    explanation: "Katacoda's pathways name scenarios by their folder; the course goes on without this one.",
    example: "{\"courses\": [{\"course_id\": \"gone\"}]}", instead: "the name of a scenario's folder")

  static let settingsInvalid = ParserRule(
    id: "settings-invalid", severity: .error, summary: "Settings in ardoise.yml are known and have the right form",
    explanation: "", example: "languages: [fr, xx]", instead: "languages: [fr, en]")

  static let titleMissing = ParserRule(
    id: "title-missing", severity: .warning, summary: "A scenario has a title",
    explanation: "Its folder's name is shown instead.", example: "{}", instead: "{\"title\": \"Lab\"}")

  static let assetMissing = ParserRule(
    id: "asset-missing", severity: .warning, summary: "Assets that index.json names exist",
    explanation: "The pattern is relative to the scenario's assets folder.", example: "{\"file\": \"deploy.yaml\"}",
    instead: "the file in assets/")

  static let nothingFound = ParserRule(
    id: "nothing-found", severity: .error, summary: "A course has at least one scenario or Markdown file",
    explanation: "Looked for index.json, structure.json, a pathway file and *.md.", example: "an empty folder",
    instead: "ardoise new scenario NAME", isUnreadable: true)

  /// All rules, by id.
  package static let all: [ParserRule] = [
    annotationDetached, annotationInsideCode, annotationOnOpeningFence, annotationUnknownWord, annotationWithoutCode,
    assetMissing, encoding, fenceInHTML, fenceNotClosed, fencesTangled, fileMissing, fileTooLarge, fileUnreadable,
    fileUnreferenced,
    jsonSyntax, manifestType, manifestUnknownKey, nestingTooDeep, nothingFound, paragraphTooComplex, pathOutside,
    pathwayScenarioMissing, settingsInvalid, structureRepeats, titleMissing, yamlSyntax,
  ]

  package static func isUnreadable(_ diagnostic: Diagnostic) -> Bool {
    diagnostic.severity == .error && all.contains { $0.id == diagnostic.rule && $0.isUnreadable }
  }
}

extension Diagnostic {
  init(
    _ rule: ParserRule, _ location: SourceLocation, _ summary: String, explanation: String? = nil,
    notes: [DiagnosticNote] = [], fixes: [Fix] = []
  ) {
    self.init(
      rule: rule.id, severity: rule.severity, location: location, summary: summary,
      explanation: explanation ?? rule.explanation, notes: notes, fixes: fixes)
  }
}
