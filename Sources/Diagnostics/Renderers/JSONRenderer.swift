// `lint --format json` (PRODUCT.md §6): an array of objects, one per line of output, in reporting order.
//
//   {"rule","severity","file","line","column","endLine","endColumn","message","notes":[],"fixes":[]}
//
// Lines and Unicode-scalar columns count from 1, ends are exclusive. The explanation comes as the first note, one
// without a place. A note is {"message"} with "file", "line", "column", "endLine", "endColumn" where it has a place; a
// fix is {"title", "edits": [{"file", "line", …, "replacement"}]}.

package enum JSONRenderer {
  package static func render(_ diagnostics: [Diagnostic]) -> String {
    if diagnostics.isEmpty { return "[]\n" }
    var out = "[\n"
    for (index, diagnostic) in diagnostics.enumerated() {
      out += "  " + value(diagnostic).compact + (index + 1 < diagnostics.count ? ",\n" : "\n")
    }
    return out + "]\n"
  }

  package static func value(_ diagnostic: Diagnostic) -> JSONText {
    var notes: [JSONText] = []
    if !diagnostic.explanation.isEmpty { notes.append(.object([("message", .string(diagnostic.explanation))])) }
    for note in diagnostic.notes {
      notes.append(.object([("message", .string(note.message))] + (note.location.map(place) ?? [])))
    }
    var fixes: [JSONText] = []
    for fix in diagnostic.fixes {
      var edits: [JSONText] = []
      for edit in fix.edits {
        edits.append(.object(place(edit.location) + [("replacement", .string(edit.replacement))]))
      }
      fixes.append(.object([("title", .string(fix.title)), ("edits", .array(edits))]))
    }
    return .object(
      [("rule", .string(diagnostic.rule)), ("severity", .string(diagnostic.severity.rawValue))]
        + place(diagnostic.location)
        + [("message", .string(diagnostic.summary)), ("notes", .array(notes)), ("fixes", .array(fixes))])
  }

  private static func place(_ location: SourceLocation) -> [(String, JSONText)] {
    [
      ("file", .string(location.file)), ("line", .int(location.start.line)), ("column", .int(location.start.column)),
      ("endLine", .int(location.end.line)), ("endColumn", .int(location.end.column)),
    ]
  }
}
