import Diagnostics
import Foundation
import LabModel
import Testing

@testable import LabParser

/// The GFM reference parser, when it is installed.
private let reference = ["/usr/bin/cmark-gfm", "/usr/local/bin/cmark-gfm"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

private func html(_ nodes: [InlineNode]) -> String {
  func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
  return nodes.map { node in
    switch node {
    case .text(let text, _): escape(text)
    case .code(let text, _, _): "<code>" + escape(text) + "</code>"
    case .emphasis(let inner, _): "<em>" + html(inner) + "</em>"
    case .strong(let inner, _): "<strong>" + html(inner) + "</strong>"
    case .link(let url, _, let inner, _): "<a href=\"\(url)\">" + html(inner) + "</a>"
    case .image(let url, _, let inner, _): "<img src=\"\(url)\" alt=\"\(inner.plainText)\" />"
    case .html(let text, _): text
    case .softBreak: "\n"
    case .lineBreak: "<br />\n"
    }
  }.joined()
}

private func html(_ blocks: [BlockNode]) -> String {
  blocks.map { block in
    switch block {
    case .heading(let heading): "<h\(heading.level)>" + html(heading.content) + "</h\(heading.level)>\n"
    case .paragraph(let content, _): "<p>" + html(content) + "</p>\n"
    case .thematicBreak: "<hr />\n"
    case .quote(let inner, _): "<blockquote>\n" + html(inner) + "</blockquote>\n"
    case .list(let list):
      "<ul>\n"
        + list.items.map { item in
          "<li>"
            + (list.isTight
              ? html(item.blocks).replacing("<p>", with: "").replacing("</p>", with: "") : html(item.blocks))
            + "</li>\n"
        }.joined() + "</ul>\n"
    case .table(let table):
      "<table>\n"
        + ([table.header] + table.rows).enumerated().map { number, row in
          "<tr>\n"
            + zip(row, table.alignments).map { cell, alignment in
              let tag = number == 0 ? "th" : "td"
              let align = alignment == .none ? "" : " align=\"\(alignment.rawValue)\""
              return "<\(tag)\(align)>" + html(cell.content) + "</\(tag)>\n"
            }.joined() + "</tr>\n"
        }.joined() + "</table>\n"
    case .code(let code): "<pre><code>" + code.text + "</code></pre>\n"
    case .html(let text, _): text
    }
  }.joined()
}

/// Only what differs in meaning: without the groups and blank space that the two writers put differently.
private func simplified(_ html: String) -> String {
  html.replacing(#/<\/?(thead|tbody)>/#, with: "").replacing(#/\s*\n\s*/#, with: "\n")
    .replacing(#/(<(li|blockquote|ul|table|tr)>)\n/#) { String($0.output.1) }
    .replacing(#/\n(<\/(li|blockquote|ul|table|tr)>)/#) { String($0.output.1) }
    .replacing("<ul><li>", with: "<ul><li>").replacing(#/<pre><code[^>]*>/#, with: "<pre><code>")
    .replacing(#/\n+/#, with: "").trimmingCharacters(in: .whitespacesAndNewlines)
}

private func referenceHTML(_ text: String) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: try #require(reference))
  process.arguments = ["-e", "table", "--unsafe"]
  let input = Pipe()
  let output = Pipe()
  process.standardInput = input
  process.standardOutput = output
  try process.run()
  input.fileHandleForWriting.write(Data(text.utf8))
  try input.fileHandleForWriting.close()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self)
}

@Suite struct TableTests {
  @Test(arguments: [
    ("| a | b |\n|---|:-:|\n| `1` | 2 |", "table none,center\n  a | b\n  <code>1</code> | 2\n"),
    ("a|b\n-|-\n`x \\| y`{{exec}}|**z**", "table none,none\n  a | b\n  <code>x | y@1.1</code> | <strong>z</strong>\n"),
    ("| a |\n|---|\n| # x |\n| - y |\n| 1. z |", "table none\n  a\n  # x\n  - y\n  1. z\n"),
    ("t\n| a | b |\n|--|--|\n| 1", "p t\ntable none,none\n  a | b\n  1 | \n"),
    ("| a | b |\n|--|\n| 1", "p | a | b |⏎|--|⏎| 1\n"),
    ("| a | b |\n|---|---|\nx\n---", "table none,none\n  a | b\n  x | \nhr\n"),
    ("| a | b |\n|---|---|\n===", "table none,none\n  a | b\n  === | \n"),
    ("| [x] |\n|---|\n| <b>y</b> |\n\n[x]: /u", "table none\n  <a /u>x</a>\n  <html><b></html>y<html></b></html>\n"),
    ("> | a |\n> |---|\n> | b |", "quote\n  table none\n    a\n    b\n"),
    ("- | a |\n  |---|\n  | b |\n- c", "ul\n  item\n    table none\n      a\n      b\n  item\n    p c\n"),
    ("| a |\r\n|---|\r\n| b |\r\n", "table none\n  a\n  b\n"),
  ]) func tablesAreFoundInParagraphs(text: String, wanted: String) {
    let parsed = page(text)
    #expect(outline(parsed.page.blocks, parsed.page.source) == wanted, "\(text.debugDescription)")
  }

  @Test func cellsKeepTheirPlaces() throws {
    let parsed = page("\u{FEFF}| é \\| x | `a \\| b`{{exec}} |\n|---|---|\n|| **fin** |\n")
    guard case .table(let table)? = parsed.page.blocks.first else {
      Issue.record("no table")
      return
    }
    let source = parsed.page.source
    #expect(source.text(in: table.header[0].range) == "é \\| x")
    #expect(source.text(in: table.rows[0][1].range) == "**fin**")
    #expect(source.text(in: parsed.page.labBlocks[0].range) == "`a \\| b`{{exec}}")
    #expect(parsed.page.labBlocks[0].text == "a | b")
    #expect(parsed.page.labBlocks[0].id == "1.1")
  }

  @Test(.enabled(if: reference != nil, "cmark-gfm is not installed"))
  func randomTablesReadAsTheReferenceReadsThem() throws {
    var generator = SplitMix(state: 7)
    let pieces = [
      "|", "|", "|", " a ", "b", "`c`", "`d\\|e`", "\\|", "**f**", "*g*", "[h](u)", "-", "--", ":-:", "|-|", "|--|:-:|",
      "\n", "\n", "\n", "\n\n", " ", "é", "\\\\", "_i_", "x", "# ", "> ", "&amp;", "<b>",
    ]
    var tables = 0
    var documents: [(text: String, ours: String)] = []
    for _ in 0..<400 {
      let columns = Int.random(in: 1...3, using: &generator)
      var text = ""
      if Bool.random(using: &generator) { text += "intro\n" + (Bool.random(using: &generator) ? "\n" : "") }
      func row() -> String {
        var row = Bool.random(using: &generator) ? "| " : ""
        for _ in 0..<Int.random(in: max(1, columns - 1)...columns + 1, using: &generator) {
          for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let piece = pieces.randomElement(using: &generator)!
            row += piece.contains("\n") || piece == "> " || piece == "# " || piece.hasPrefix("|") ? "z" : piece
          }
          row += " | "
        }
        return row + "\n"
      }
      text += row()
      text +=
        "|" + (0..<columns).map { _ in ["---|", ":-:|", " -: |"].randomElement(using: &generator)! }.joined() + "\n"
      for _ in 0..<Int.random(in: 0...3, using: &generator) { text += row() }
      if Bool.random(using: &generator) { text += "\nfin\n" }
      documents.append((text, html(page(text).page.blocks)))
    }
    for document in documents {
      let theirs = simplified(try referenceHTML(document.text))
      #expect(simplified(document.ours) == theirs, "\(document.text)")
      tables += theirs.contains("<table>") ? 1 : 0
    }
    #expect(tables > 100)
  }
}
