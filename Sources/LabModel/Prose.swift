// A page's prose as a tree of nodes with byte ranges into its file: what CommonMark and GFM tables give, with exec
// annotations already taken off and attached to their blocks. Nothing downstream opens Markdown again.

package import Diagnostics

/// A block-level node.
package indirect enum BlockNode: Hashable, Sendable {
  case heading(Heading)
  case paragraph([InlineNode], SourceRange)
  case list(List)
  case quote([BlockNode], SourceRange)
  /// Raw HTML, as written.
  case html(String, SourceRange)
  case thematicBreak(SourceRange)
  case table(Table)
  /// Fenced or indented code, with its action.
  case code(LabBlock)

  package var range: SourceRange {
    switch self {
    case .heading(let heading): heading.range
    case .paragraph(_, let range), .quote(_, let range), .html(_, let range), .thematicBreak(let range): range
    case .list(let list): list.range
    case .table(let table): table.range
    case .code(let block): block.range
    }
  }
}

package struct Heading: Hashable, Sendable {
  /// 1 … 6.
  package var level: Int
  /// Anchor, unique on its page: lower-case, without accents and symbols, words joined by `-`.
  package var id: String
  package var content: [InlineNode]
  /// The content without markup.
  package var text: String
  package var range: SourceRange
  package var line: Int

  package init(level: Int, id: String, content: [InlineNode], text: String, range: SourceRange, line: Int) {
    self.level = level
    self.id = id
    self.content = content
    self.text = text
    self.range = range
    self.line = line
  }
}

package struct List: Hashable, Sendable {
  /// The first number of an ordered list, nil for a bullet list.
  package var start: Int?
  /// Whether items stand close, without paragraphs of their own.
  package var isTight: Bool
  package var items: [ListItem]
  package var range: SourceRange

  package init(start: Int?, isTight: Bool, items: [ListItem], range: SourceRange) {
    self.start = start
    self.isTight = isTight
    self.items = items
    self.range = range
  }
}

package struct ListItem: Hashable, Sendable {
  package var blocks: [BlockNode]
  package var range: SourceRange

  package init(blocks: [BlockNode], range: SourceRange) {
    self.blocks = blocks
    self.range = range
  }
}

/// A GFM table. Every row has as many cells as there are alignments.
package struct Table: Hashable, Sendable {
  package enum Alignment: String, Hashable, Sendable {
    case none
    case left
    case center
    case right
  }

  package var alignments: [Alignment]
  package var header: [TableCell]
  package var rows: [[TableCell]]
  package var range: SourceRange

  package init(alignments: [Alignment], header: [TableCell], rows: [[TableCell]], range: SourceRange) {
    self.alignments = alignments
    self.header = header
    self.rows = rows
    self.range = range
  }
}

package struct TableCell: Hashable, Sendable {
  package var content: [InlineNode]
  package var range: SourceRange

  package init(content: [InlineNode], range: SourceRange) {
    self.content = content
    self.range = range
  }
}

/// An inline node.
package indirect enum InlineNode: Hashable, Sendable {
  case text(String, SourceRange)
  /// A code span; with its block where an annotation follows it.
  case code(String, LabBlock?, SourceRange)
  case emphasis([InlineNode], SourceRange)
  case strong([InlineNode], SourceRange)
  case link(destination: String, title: String, content: [InlineNode], SourceRange)
  case image(source: String, title: String, alternative: [InlineNode], SourceRange)
  /// Raw inline HTML, as written.
  case html(String, SourceRange)
  /// A line ending inside a paragraph.
  case softBreak(SourceRange)
  case lineBreak(SourceRange)

  package var range: SourceRange {
    switch self {
    case .text(_, let range), .code(_, _, let range), .emphasis(_, let range), .strong(_, let range),
      .link(_, _, _, let range), .image(_, _, _, let range), .html(_, let range), .softBreak(let range),
      .lineBreak(let range):
      range
    }
  }

  /// The text without markup; line endings become spaces.
  package var plainText: String {
    switch self {
    case .text(let text, _), .code(let text, _, _): text
    case .emphasis(let nodes, _), .strong(let nodes, _), .link(_, _, let nodes, _), .image(_, _, let nodes, _):
      nodes.plainText
    case .html: ""
    case .softBreak, .lineBreak: " "
    }
  }
}

extension Array where Element == InlineNode {
  package var plainText: String { map(\.plainText).joined() }
}

/// Walks over a page's nodes.
package enum Prose {
  /// Calls `block` for every block and `inline` for every inline node, parents first, in reading order.
  package static func visit(_ blocks: [BlockNode], block: (BlockNode) -> Void, inline: (InlineNode) -> Void) {
    for node in blocks {
      block(node)
      switch node {
      case .heading(let heading): visit(heading.content, inline)
      case .paragraph(let content, _): visit(content, inline)
      case .list(let list): for item in list.items { visit(item.blocks, block: block, inline: inline) }
      case .quote(let inner, _): visit(inner, block: block, inline: inline)
      case .table(let table): for row in [table.header] + table.rows { for cell in row { visit(cell.content, inline) } }
      case .html, .thematicBreak, .code: break
      }
    }
  }

  package static func visit(_ nodes: [InlineNode], _ inline: (InlineNode) -> Void) {
    for node in nodes {
      inline(node)
      switch node {
      case .emphasis(let inner, _), .strong(let inner, _), .link(_, _, let inner, _), .image(_, _, let inner, _):
        visit(inner, inline)
      case .text, .code, .html, .softBreak, .lineBreak: break
      }
    }
  }
}
