import Diagnostics
import Foundation
import LabModel

@testable import LabParser

let dataFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Data")

func page(_ text: String, step: Int = 1) -> ParsedPage {
  PageParser.parse(SourceText(path: "page.md", text: text), file: "page.md", language: .fr, step: step)
}

func page(bytes: [UInt8]) -> ParsedPage {
  PageParser.parse(SourceText(path: "page.md", bytes: bytes), file: "page.md", language: .fr, step: 1)
}

/// A page's tree on one line per node: kinds, text, and what the ranges slice out of the file.
func outline(_ blocks: [BlockNode], _ source: SourceText, indent: String = "") -> String {
  var out = ""
  for block in blocks {
    switch block {
    case .heading(let heading): out += indent + "h\(heading.level) " + inline(heading.content) + "\n"
    case .paragraph(let content, _): out += indent + "p " + inline(content) + "\n"
    case .list(let list):
      out += indent + (list.start.map { "ol \($0)" } ?? "ul") + "\n"
      for item in list.items {
        out += indent + "  item\n" + outline(item.blocks, source, indent: indent + "    ")
      }
    case .quote(let inner, _): out += indent + "quote\n" + outline(inner, source, indent: indent + "  ")
    case .html(let text, _): out += indent + "html " + text.debugDescription + "\n"
    case .thematicBreak: out += indent + "hr\n"
    case .table(let table):
      out += indent + "table " + table.alignments.map(\.rawValue).joined(separator: ",") + "\n"
      for row in [table.header] + table.rows {
        out += indent + "  " + row.map { inline($0.content) }.joined(separator: " | ") + "\n"
      }
    case .code(let code): out += indent + "code \(code.id) " + code.text.debugDescription + "\n"
    }
  }
  return out
}

func inline(_ nodes: [InlineNode]) -> String {
  nodes.map { node in
    switch node {
    case .text(let text, _): text
    case .code(let text, let block, _): "<code>" + text + (block.map { "@" + $0.id } ?? "") + "</code>"
    case .emphasis(let inner, _): "<em>" + inline(inner) + "</em>"
    case .strong(let inner, _): "<strong>" + inline(inner) + "</strong>"
    case .link(let destination, _, let inner, _): "<a \(destination)>" + inline(inner) + "</a>"
    case .image(let source, _, let inner, _): "<img \(source)>" + inline(inner) + "</img>"
    case .html(let text, _): "<html>" + text + "</html>"
    case .softBreak: "⏎"
    case .lineBreak: "⏎⏎"
    }
  }.joined()
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
