import Diagnostics
import LabModel

extension Rule {
  static let translationShapeDiffers = Rule(
    id: "translation-shape-differs", severity: .warning,
    summary: "A translation is built differently from its source",
    what:
      "Compares headings and their levels, paragraphs, lists and their items, tables and their rows, quotes and code blocks of each translated page with the source page, in order, and reports the first place where they part. Comments do not count.",
    why: "A paragraph or a row was added on one side only: readers of the other language do not get it.",
    example: "step1.md has two lists, step1.en.md has one", instead: "the same parts in the same order",
    check: { rule, context in
      var findings: [Diagnostic] = []
      let source = context.course.settings.sourceLanguage
      for page in context.pages where page.page.language != source {
        guard let original = page.step.pages[source] else { continue }
        let ours = PageShape.parts(page.page.blocks)
        let theirs = PageShape.parts(original.blocks)
        var index = 0
        while index < ours.count, index < theirs.count, ours[index].shape == theirs[index].shape { index += 1 }
        guard index < ours.count || index < theirs.count else { continue }
        let last = page.source.lineRange(page.source.lineCount)
        let place = index < ours.count ? ours[index].range : last
        let firstLine = page.source.lineRange(page.source.lineNumber(at: place.start))
        let mine = index < ours.count ? ours[index].shape : "the end of the page"
        let other = index < theirs.count ? theirs[index].shape : "the end of the page"
        var notes: [DiagnosticNote] = []
        if index < theirs.count {
          let line = original.source.lineNumber(at: theirs[index].range.start)
          notes = [DiagnosticNote(location: original.source.location(line: line), message: "the source's part")]
        }
        findings.append(
          rule.finding(
            page.source.location(firstLine), "Here stands \(mine), in the \(source.englishName) page \(other)",
            "From here on the two pages are not compared.", notes: notes))
      }
      return findings
    })
}

/// A page's parts in reading order, in a few words each.
enum PageShape {
  struct Part {
    var shape: String
    var range: SourceRange
  }

  static func parts(_ blocks: [BlockNode]) -> [Part] {
    var parts: [Part] = []
    func add(_ shape: String, _ node: BlockNode) { parts.append(Part(shape: shape, range: node.range)) }
    func walk(_ blocks: [BlockNode]) {
      for node in blocks {
        switch node {
        case .heading(let heading): add("a heading of level \(heading.level)", node)
        case .paragraph: add("a paragraph", node)
        case .list(let list):
          add("\(list.start == nil ? "a list" : "a numbered list") of \(list.items.count)", node)
          for item in list.items { walk(item.blocks) }
        case .quote(let inner, _):
          add("a quote", node)
          walk(inner)
        case .html(let text, _): if !text.trimmingPrefix(while: \.isWhitespace).hasPrefix("<!--") { add("HTML", node) }
        case .thematicBreak: add("a rule", node)
        case .table(let table): add("a table of \(table.alignments.count) columns and \(table.rows.count) rows", node)
        case .code(let block): add(block.isExec ? "an exec block" : "a code block", node)
        }
      }
    }
    walk(blocks)
    return parts
  }
}
