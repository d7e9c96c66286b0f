import Diagnostics
import Foundation
import LabModel
import Testing

@testable import LabParser

@Suite struct InlineTests {
  @Test(arguments: [
    ("a `ls -l`{{exec}} b", "p a <code>ls -l@1.1</code> b\n"),
    ("`x`{{}} `y`{{copy}}", "p <code>x</code> <code>y@1.b1</code>\n"),
    ("`x`{{execute postgres_terminal}}.", "p <code>x@1.1</code>.\n"),
    ("`x` {{copy}}", "p <code>x</code> {{copy}}\n"),
    ("`a``b`{{exec}}", "p <code>a``b@1.1</code>\n"),
    ("``a`b`{{exec}}", "p ``a<code>b@1.1</code>\n"),
    ("**`a`**{{exec}}", "p <strong><code>a</code></strong>{{exec}}\n"),
    ("**`a`{{exec}}** c", "p <strong><code>a@1.1</code></strong> c\n"),
    ("`a`{{exec}}`b`{{exec T2}}", "p <code>a@1.1</code><code>b@1.2</code>\n"),
    ("`a`\\{{exec}} b", "p <code>a</code>{{exec}} b\n"),
    ("`a`{{ .Values.x }} b", "p <code>a</code>{{ .Values.x }} b\n"),
    ("`a`{{exec}\nb", "p <code>a</code>{{exec}⏎b\n"),
    ("[x]({{TRAFFIC_HOST1_80}})", "p <a {{TRAFFIC_HOST1_80}}>x</a>\n"),
    ("# Run `a`{{exec}} #", "h1 Run <code>a@1.1</code>\n"),
    (
      "- `a`{{exec}}\n- `b`{{exec}}",
      "ul\n  item\n    p <code>a@1.1</code>\n  item\n    p <code>b@1.2</code>\n"
    ),
    ("Run `a`{{exec}}\n===", "h1 Run <code>a@1.1</code>\n"),
    ("a &amp; \\*b\\* &copy;", "p a & *b* ©\n"),
    ("![i *x*](u \"t\") <http://a.b>", "p <img u>i <em>x</em></img> <a http://a.b><html></html></a>\n"),
  ]) func annotationsFollowCodeSpansAtOnce(text: String, wanted: String) {
    let parsed = page(text)
    let wanted = wanted.replacing("<html></html>", with: "http://a.b")
    #expect(outline(parsed.page.blocks, parsed.page.source) == wanted)
  }

  @Test(arguments: [
    ("`cat <<EOF\na\nEOF`{{execute}}", "cat <<EOF\na\nEOF"),
    ("1. x\n   `cat <<EOF\n   a:\n     b: 1\n   EOF`{{execute}}", "cat <<EOF\na:\n  b: 1\nEOF"),
    ("> `cat <<EOF\n> a\n>   b\n> EOF`{{exec}}", "cat <<EOF\na\n  b\nEOF"),
    ("`\nls\n`{{exec}}", "ls"),
    ("`a\r\nb`{{exec}}", "a\nb"),
  ]) func spansOverSeveralLinesKeepTheirLines(text: String, wanted: String) {
    let blocks = page(text).page.labBlocks
    #expect(blocks.map(\.text) == [wanted])
  }

  /// Where libcmark's own columns are wrong: reference definitions, link titles over lines, lazy lines.
  @Test(arguments: [
    "[a]: b\n`x`{{exec}} y", "[x](u \"t\nv\") `x`{{exec}}", "> q\n  lazy `x`{{exec}}",
    "a<b\nc> `x`{{exec}}", "\u{FEFF}é `x`{{exec}}", "- a\n b `x`{{exec}}\n", "> - a\n>   `y`\n> `x`{{exec}}",
    "_\\```{{\t    \t**-    {{`x`{{exec}}](*]({{exec}}\n`a<br>_   # <div>",
    "a\n<http://x>[b](c)![d](e) EOF `x`{{exec}} [`", "[a](<b c> 't') [d][e] [f] `x`{{exec}}\n\n[e]: u\n[f]: v",
    "_\\```\t **- `` `x`{{exec}}* _",
    "a &amp;&#35; \\` `x`{{exec}}", "a  \nb\\\n `x`{{exec}}", "``` `x` ``` `x`{{exec}}",
  ]) func rangesHoldWhereColumnsDrift(text: String) throws {
    let parsed = page(text)
    let block = try #require(parsed.page.labBlocks.first)
    #expect(parsed.page.source.text(in: block.range) == "`x`{{exec}}", "\(text.debugDescription)")
    #expect(parsed.page.source.text(in: block.contentRange) == "x")
    #expect(parsed.page.source.text(in: try #require(block.annotationRange)) == "{{exec}}")
  }

  @Test func textRangesSliceToTheText() {
    let text = "# Titre é\n\nUn **mot** *ici* `c` et [lien](u).\nSuite\n\n- item **x**\n\n> cité\n> deux\n"
    let parsed = page(text)
    func check(_ nodes: [InlineNode]) {
      for node in nodes {
        let slice = parsed.page.source.text(in: node.range)
        switch node {
        case .text(let literal, _): #expect(slice == literal)
        case .strong(let inner, _):
          #expect(slice.hasPrefix("**") && slice.hasSuffix("**"))
          check(inner)
        case .emphasis(let inner, _):
          #expect(slice.hasPrefix("*") && slice.hasSuffix("*"))
          check(inner)
        case .link(_, _, let inner, _):
          #expect(slice == "[lien](u)")
          check(inner)
        case .code(let literal, _, _): #expect(slice == "`" + literal + "`")
        case .softBreak: #expect(slice.hasPrefix("\n"))
        default: Issue.record("unexpected \(node)")
        }
      }
    }
    func walk(_ blocks: [BlockNode]) {
      for block in blocks {
        switch block {
        case .heading(let heading): check(heading.content)
        case .paragraph(let content, _): check(content)
        case .list(let list): for item in list.items { walk(item.blocks) }
        case .quote(let inner, _): walk(inner)
        default: break
        }
      }
    }
    walk(parsed.page.blocks)
    #expect(parsed.page.source.text(in: parsed.page.blocks[1].range).hasSuffix("Suite"))
    #expect(parsed.page.source.text(in: parsed.page.blocks[3].range) == "> cité\n> deux")
  }
}
