import CCMark
import Diagnostics
import Foundation
import LabModel
import Testing

@testable import LabParser

/// The whole tree, written as HTML as libcmark writes it: what libcmark itself says of the same text.
private struct HTMLWriter {
  var out = ""

  private func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  mutating func write(_ blocks: [BlockNode], isTight: Bool = false) {
    for block in blocks {
      switch block {
      case .heading(let heading):
        out += "<h\(heading.level)>"
        write(heading.content)
        out += "</h\(heading.level)>\n"
      case .paragraph(let content, _):
        if !isTight { out += "<p>" }
        write(content)
        out += isTight ? "\n" : "</p>\n"
      case .quote(let inner, _):
        out += "<blockquote>\n"
        write(inner)
        out += "</blockquote>\n"
      case .list(let list):
        out += list.start.map { $0 == 1 ? "<ol>\n" : "<ol start=\"\($0)\">\n" } ?? "<ul>\n"
        for item in list.items {
          out += "<li>"
          write(item.blocks, isTight: list.isTight)
          out += "</li>\n"
        }
        out += list.start == nil ? "</ul>\n" : "</ol>\n"
      case .thematicBreak: out += "<hr />\n"
      case .html(let text, _): out += text
      case .code(let code):
        let word = code.info.split(whereSeparator: { $0 == " " || $0 == "\t" }).first ?? ""
        out += word.isEmpty ? "<pre><code>" : "<pre><code class=\"language-\(escape(String(word)))\">"
        out += escape(code.text) + "</code></pre>\n"
      case .table: out += "TABLE\n"
      }
    }
  }

  /// libcmark keeps raw HTML in a picture's text; the model's plain text leaves it out.
  private func alternative(_ nodes: [InlineNode]) -> String {
    nodes.map { node in
      switch node {
      case .html(let text, _): text
      case .emphasis(let inner, _), .strong(let inner, _), .link(_, _, let inner, _), .image(_, _, let inner, _):
        alternative(inner)
      default: node.plainText
      }
    }.joined()
  }

  mutating func write(_ nodes: [InlineNode]) {
    for node in nodes {
      switch node {
      case .text(let text, _): out += escape(text)
      case .code(let text, _, _): out += "<code>" + escape(text) + "</code>"
      case .emphasis(let inner, _):
        out += "<em>"
        write(inner)
        out += "</em>"
      case .strong(let inner, _):
        out += "<strong>"
        write(inner)
        out += "</strong>"
      case .link(let destination, let title, let inner, _):
        out += "<a href=\"\(escape(destination))\"" + (title.isEmpty ? "" : " title=\"\(escape(title))\"") + ">"
        write(inner)
        out += "</a>"
      case .image(let source, let title, let inner, _):
        out += "<img src=\"\(escape(source))\" alt=\"\(escape(alternative(inner)))\""
        out += (title.isEmpty ? "" : " title=\"\(escape(title))\"") + " />"
      case .html(let text, _): out += text
      case .softBreak: out += "\n"
      case .lineBreak: out += "<br />\n"
      }
    }
  }
}

private func libcmarkHTML(_ text: String) -> String {
  let bytes = Array(text.utf8)
  let pointer = bytes.withUnsafeBytes {
    cmark_markdown_to_html($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, CMARK_OPT_UNSAFE)
  }
  guard let pointer else { return "" }
  defer { free(pointer) }
  return String(cString: pointer)
}

/// Blank space next to tags says nothing here.
private func simplified(_ html: String) -> String {
  html.replacing(#/\s*\n\s*/#, with: "\n").replacing(#/\n(<)/#) { _ in "<" }.replacing(#/>\n/#, with: ">")
}

@Suite struct TreeTests {
  @Test(arguments: 0..<30) func theTreeIsLibcmarksOwn(seed: Int) {
    let pieces = [
      "a", "b c", "é", "*", "**", "_", "`", "``", "[", "](u)", "](u \"t\")", "![", "\n", "\n", "\n\n", "\n\n", "> ",
      "- ",
      "2. ", "# ", "## ", "---", "===", "    ", "  ", "\\", "&amp;", "&lt;", "<b>", "<div>", "</div>", "```\n",
      "~~~ sh\n",
      "<http://x.y>", "[r]", "[r]: /u\n", "  \n", "\\\n", "!", "\"", "\t", "1) ", "<!-- x -->", "*x*", "**y**",
    ]
    var generator = SplitMix(state: UInt64(seed) + 77)
    for _ in 0..<60 {
      var text = ""
      for _ in 0..<Int.random(in: 1...25, using: &generator) { text += pieces.randomElement(using: &generator)! }
      var writer = HTMLWriter()
      writer.write(page(text).page.blocks)
      #expect(simplified(writer.out) == simplified(libcmarkHTML(text)), "\(text.debugDescription)")
    }
  }
}
