// `\\e`, `\\ef` and `\\ev`: the statement in a file that an editor is started on, then what the editor left of it.
// Source: PostgreSQL 15 manual, psql, `\\edit`.

internal import SimKernel

extension PsqlSession {
  private var temporaryFile: String {
    (host.environment("TMPDIR") ?? "/tmp") + "/psql.edit.\(host.processID).sql"
  }

  /// `\\e [FILE] [LINE]`; a number alone is the line.
  func edit(file given: String?, line: String?) {
    var file = given
    var number = line
    if number == nil, let only = given, !only.isEmpty, only.utf8.allSatisfy({ Lexer.isDigit($0) }) {
      file = nil
      number = only
    }
    if let number, Int64(number) ?? 0 < 1 { return report("invalid line number: \(number)") }
    // What ran last is offered when nothing is being typed, and forgotten when the editor leaves it as it is.
    let usesPrevious = file == nil && scanner.buffer.isEmpty
    let text = usesPrevious ? previousQuery : scanner.query
    startEditor(text, file.map { expandedPath($0) }, line: number) { [self] edited in
      if let edited {
        scanner.clear()
        editedLines = edited
      } else if usesPrevious || file != nil {
        scanner.clear()
      } else {
        editedLines = PsqlSession.splitLines(Array(text.utf8))
        scanner.clear()
      }
    }
  }

  /// `\\ef` and `\\ev`, with the frame of a new object when none is named.
  func editObject(_ command: String, _ line: String) {
    let isFunction = command == "ef"
    let name = Describe.withoutSemicolons(line)
    var text = ""
    if !name.isEmpty {
      guard let found = Describe(self).definition(name, isFunction: isFunction) else { return }
      text = found
    } else if isFunction {
      text =
        "CREATE FUNCTION ( )\n RETURNS \n LANGUAGE \n -- common options:  IMMUTABLE  STABLE  STRICT  SECURITY DEFINER\nAS $function$\n\n$function$\n"
    } else {
      text = "CREATE VIEW  AS\n SELECT \n  -- something...\n"
    }
    startEditor(text, nil, line: nil) { [self] edited in
      scanner.clear()
      if let edited { editedLines = edited } else { say("No changes\n") }
    }
  }

  /// Runs the editor; nil when it changed nothing.
  private func startEditor(_ text: String, _ file: String?, line: String?, then: @escaping ([String]?) -> Void) {
    if frames.isEmpty { return refuse("an editor in -c") }
    let editor =
      host.environment("PSQL_EDITOR") ?? host.environment("EDITOR") ?? host.environment("VISUAL") ?? "vi"
    var place = ""
    if let line {
      guard let option = host.environment("PSQL_EDITOR_LINENUMBER_ARG") else {
        return report("environment variable PSQL_EDITOR_LINENUMBER_ARG must be set to specify a line number")
      }
      place = option + line + " "
    }
    let path = file ?? temporaryFile
    if file == nil {
      let ends = text.utf8.last == 10
      if let problem = host.write(path, Array((ends ? text : text + "\n").utf8), appends: false) {
        return report("could not open temporary file \"\(path)\": \(problem)")
      }
    }
    let before = contents(path)
    scanner.position = scanner.line.count
    shellWish = .run("exec \(editor) \(place)'\(path)'") { [self] in
      let after = contents(path)
      if file == nil { host.remove(path) }
      if let after, after != before { then(PsqlSession.splitLines(after)) } else { then(nil) }
    }
  }

  private func contents(_ path: String) -> [UInt8]? {
    if case .bytes(let bytes) = host.read(path) { return bytes }
    return nil
  }
}
