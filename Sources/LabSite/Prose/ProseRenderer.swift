// Lab prose as HTML. Every text node is escaped; raw HTML goes through `HTMLFilter`; code blocks are drawn by the caller,
// who knows their recordings. The page's own title is the only `h1`, so a first-level heading further down becomes an `h2`.

import LabModel

struct ProseRenderer {
  /// The language the prose is written in.
  let language: Language
  /// The address of a relative link; nil when it leads nowhere in the site.
  let resolveLink: (_ path: String, _ fragment: String?) -> String?
  /// The address of a relative image; nil when there is no such file.
  let resolveImage: (String) -> String?
  let drawBlock: (LabBlock) -> Markup

  private static let nestingMax = 200
  private var nesting = 0
  private var filter: HTMLFilter
  private let usedIDs: UsedIDs
  /// Annotated code spans of the current block, whose recordings follow it.
  private var spans: [LabBlock] = []

  /// Anchors of the page.
  final class UsedIDs {
    var all: Set<String> = []
    func claim(_ id: String) -> Bool { all.insert(id).inserted }
  }

  /// Keeps anchors that the page around the prose has taken.
  func reserve(_ id: String) { _ = usedIDs.claim(id) }

  init(
    language: Language, resolveLink: @escaping (String, String?) -> String?,
    resolveImage: @escaping (String) -> String?, drawBlock: @escaping (LabBlock) -> Markup
  ) {
    self.language = language
    self.resolveLink = resolveLink
    self.resolveImage = resolveImage
    self.drawBlock = drawBlock
    let used = UsedIDs()
    usedIDs = used
    filter = HTMLFilter(
      link: { ProseRenderer.address($0, resolveLink) },
      image: { ProseRenderer.image($0, alternative: $1, title: "", language, resolveImage) },
      claimID: { used.claim($0) })
  }

  /// The anchor of a heading in the site: the model's, kept apart from those of blocks and of the interface.
  static func anchor(_ id: String) -> String {
    id.hasPrefix("bloc-") || id.hasPrefix("ui-") || id.isEmpty ? "titre-" + id : id
  }

  // MARK: Blocks

  mutating func render(_ blocks: [BlockNode]) -> Markup {
    // A page nested deeper than anybody reads is cut off before it overflows the stack.
    guard nesting < ProseRenderer.nestingMax else { return Markup(text: "…") }
    nesting += 1
    defer { nesting -= 1 }
    let depth = filter.open.count
    var out = Markup.empty
    for block in blocks {
      out += render(block)
      for span in spans { out += drawBlock(span) }
      spans = []
    }
    return out + filter.close(to: depth)
  }

  private mutating func render(_ block: BlockNode) -> Markup {
    switch block {
    case .heading(let heading): return render(heading)
    case .paragraph(let nodes, _): return tag("p", inline(nodes)) + Markup(trusted: "\n")
    case .list(let list): return render(list)
    case .quote(let blocks, _): return tag("blockquote", render(blocks)) + Markup(trusted: "\n")
    case .html(let raw, _): return filter.filter(raw)
    case .thematicBreak: return Markup(trusted: "<hr>\n")
    case .table(let table): return render(table)
    case .code(let block): return drawBlock(block)
    }
  }

  private mutating func render(_ heading: Heading) -> Markup {
    let level = max(2, heading.level)
    let content = inline(heading.content)
    var id = ProseRenderer.anchor(heading.id)
    var number = 2
    while !usedIDs.claim(id) {
      id = ProseRenderer.anchor(heading.id) + "-\(number)"
      number += 1
    }
    let label = Markup.escape(UIPhrase.linkToHeading(heading.text).text(language))
    return Markup(
      trusted: "<h\(level) id=\"\(Markup.escape(id))\">\(content.html)"
        + " <a class=\"anchor\" href=\"#\(Link.encode(id))\" aria-label=\"\(label)\">#</a></h\(level)>\n")
  }

  private mutating func render(_ list: List) -> Markup {
    guard nesting < ProseRenderer.nestingMax else { return Markup(text: "…") }
    nesting += 1
    defer { nesting -= 1 }
    var items = Markup.empty
    for item in list.items {
      let depth = filter.open.count
      var content = Markup.empty
      for block in item.blocks {
        if list.isTight, case .paragraph(let nodes, _) = block {
          content += inline(nodes)
        } else {
          content += render(block)
        }
        for span in spans { content += drawBlock(span) }
        spans = []
      }
      items += tag("li", content + filter.close(to: depth)) + Markup(trusted: "\n")
    }
    guard let start = list.start else { return Markup(trusted: "<ul>\n\(items.html)</ul>\n") }
    return Markup(trusted: "<ol\(start == 1 ? "" : " start=\"\(start)\"")>\n\(items.html)</ol>\n")
  }

  private mutating func render(_ table: Table) -> Markup {
    func aligned(_ element: String, _ column: Int, _ content: Markup) -> Markup {
      let alignment = column < table.alignments.count ? table.alignments[column] : .none
      let attribute = alignment == .none ? "" : " class=\"to-\(alignment.rawValue)\""
      let scope = element == "th" ? " scope=\"col\"" : ""
      return Markup(trusted: "<\(element)\(scope)\(attribute)>\(content.html)</\(element)>")
    }
    var head = Markup.empty
    for (column, cell) in table.header.enumerated() { head += aligned("th", column, inline(cell.content)) }
    var body = Markup.empty
    for row in table.rows {
      var cells = Markup.empty
      for (column, cell) in row.enumerated() { cells += aligned("td", column, inline(cell.content)) }
      body += tag("tr", cells) + Markup(trusted: "\n")
    }
    let label = Markup.escape(UIString.scrollable.text(language))
    return Markup(
      trusted:
        "<div class=\"table\" role=\"region\" aria-label=\"\(label)\" tabindex=\"0\"><table>\n<thead><tr>\(head.html)</tr></thead>\n"
        + "<tbody>\n\(body.html)</tbody>\n</table></div>\n")
  }

  // MARK: Inlines

  /// The inline content of a block or heading, raw tags closed at its end.
  mutating func inline(_ nodes: [InlineNode]) -> Markup {
    let depth = filter.open.count
    let content = render(nodes)
    return content + filter.close(to: depth)
  }

  private mutating func render(_ nodes: [InlineNode]) -> Markup {
    guard nesting < ProseRenderer.nestingMax else { return Markup(text: nodes.count > 0 ? "…" : "") }
    nesting += 1
    defer { nesting -= 1 }
    var out = Markup.empty
    for node in nodes { out += render(node) }
    return out
  }

  private mutating func render(_ node: InlineNode) -> Markup {
    switch node {
    case .text(let text, _): return Markup(text: Typography.prose(text, language))
    case .code(let text, let block, _): return code(text, block)
    case .emphasis(let nodes, _): return tag("em", render(nodes))
    case .strong(let nodes, _): return tag("strong", render(nodes))
    case .link(let destination, let title, let content, _): return link(destination, title, render(content))
    case .image(let source, let title, let alternative, _):
      return ProseRenderer.image(
        source, alternative: alternative.plainText, title: title, language, resolveImage)
    case .html(let raw, _): return filter.filter(raw)
    case .softBreak: return Markup(trusted: "\n")
    case .lineBreak: return Markup(trusted: "<br>\n")
    }
  }

  private mutating func code(_ text: String, _ block: LabBlock?) -> Markup {
    guard let block else { return tag("code", Markup(text: text)) }
    switch block.action {
    case .none: return tag("code", Markup(text: text))
    case .exec:
      spans.append(block)
      return Markup(
        trusted: "<a class=\"typed-here\" href=\"#\(BlockAnchor.id(block.id))\"><code>\(Markup.escape(text))</code></a>"
      )
    case .copy, .open: return Markup(trusted: "<code class=\"copyable\">\(Markup.escape(text))</code>")
    }
  }

  private func link(_ destination: String, _ title: String, _ content: Markup) -> Markup {
    guard let address = ProseRenderer.address(destination, resolveLink) else {
      // An address that leads nowhere or must not be live stays readable.
      return content + Markup(trusted: " <span class=\"dead-link\">(\(Markup.escape(destination)))</span>")
    }
    var attributes = " href=\"\(Markup.escape(address))\""
    if case .external = SafeAddress(destination) { attributes += " rel=\"noopener noreferrer\"" }
    if !title.isEmpty { attributes += " title=\"\(Markup.escape(title))\"" }
    return Markup(trusted: "<a\(attributes)>\(content.html)</a>")
  }

  private static func address(_ written: String, _ resolve: (String, String?) -> String?) -> String? {
    switch SafeAddress(written) {
    case .external(let address): address
    case .relative(let path, let fragment): resolve(path, fragment)
    case .unsafe: nil
    }
  }

  /// The site shows its own images only; a remote one becomes a link.
  private static func image(
    _ source: String, alternative: String, title: String, _ language: Language, _ resolve: (String) -> String?
  ) -> Markup {
    let alternativeText = Markup.escape(alternative)
    switch SafeAddress(source) {
    case .external(let address):
      let label = alternative.isEmpty ? Markup.escape(address) : alternativeText
      return Markup(
        trusted: "<a class=\"far-image\" href=\"\(Markup.escape(address))\" rel=\"noopener noreferrer\">\(label)</a>")
    case .relative(let path, _):
      if let address = resolve(path) {
        let caption = title.isEmpty ? "" : " title=\"\(Markup.escape(title))\""
        return Markup(
          trusted: "<img src=\"\(Markup.escape(address))\" alt=\"\(alternativeText)\"\(caption) loading=\"lazy\">")
      }
      fallthrough
    case .unsafe:
      return Markup(
        trusted:
          "<span class=\"dead-link\">[\(alternativeText.isEmpty ? Markup.escape(source) : alternativeText)]</span>"
      )
    }
  }

  private func tag(_ name: String, _ content: Markup) -> Markup {
    Markup(trusted: "<\(name)>\(content.html)</\(name)>")
  }
}
