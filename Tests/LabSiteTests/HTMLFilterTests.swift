// Raw HTML of authors: what is harmless lives, everything else is text, and nothing is left open.

import Foundation
import Testing

@testable import LabSite

struct HTMLFilterTests {
  private func filtered(_ raw: String) -> String {
    var filter = HTMLFilter(
      link: { if case .external(let address) = SafeAddress($0) { address } else { nil } },
      image: { source, alternative in Markup(text: "[\(source)|\(alternative)]") }, claimID: { _ in true })
    let out = filter.filter(raw)
    return (out + filter.close(to: 0)).html
  }

  @Test(arguments: [
    ("<b>gras</b> & <kbd>Ctrl</kbd>", "<b>gras</b> &amp; <kbd>Ctrl</kbd>"),
    ("a<br/>b<br>c", "a<br>b<br>c"),
    ("<details open><summary>x</summary>y", "<details open><summary>x</summary>y</details>"),
    ("<sup>2</sup></sup>", "<sup>2</sup>&lt;/sup&gt;"),
    ("<b><i>x</b>y</i>", "<b><i>x</i></b>y&lt;/i&gt;"),
    ("<!-- secret -->x<!-- never closed <b>", "x"),
    ("&eacute; &amp; &bogus; &#60;b&#62;", "é &amp; &amp;bogus; &lt;b&gt;"),
    ("1 < 2 <3", "1 &lt; 2 &lt;3"),
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("<b onclick=\"x\" style='y' class=z title='t'>x</b>", "<b title=\"t\">x</b>"),
    ("<a href='https://a.fr/?x=1&y'>l</a>", "<a href=\"https://a.fr/?x=1&amp;y\" rel=\"noopener noreferrer\">l</a>"),
    ("<a href='javascript:alert(1)'>l</a>", "<a>l</a>"),
    ("<a href=' java&Tab;script&colon;alert(1)'>l</a>", "<a>l</a>"),
    ("<img src=x onerror=alert(1) alt='a\"b'>", "[x|a&quot;b]"),
    ("<svg/onload=alert(1)>", "&lt;svg/onload=alert(1)&gt;"),
    ("<a title='</a><script>'>x</a>", "<a title=\"&lt;/a&gt;&lt;script&gt;\">x</a>"),
    ("<center>x</center>", "<div>x</div>"),
    ("<b", "&lt;b"),
    ("<a href=\"x", "&lt;a href=&quot;x"),
  ])
  func rewrites(_ raw: String, _ expected: String) { #expect(filtered(raw) == expected) }

  @Test func anyTextComesOutHarmlessAndBalanced() {
    var state: UInt64 = 11
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let pieces = [
      "<", ">", "/", "</", "<b", "<a href=", "\"", "'", "=", " ", "onclick=x", "<script", "javascript:x", "&colon;",
      "&#x3c;",
      "<!--", "-->", "<img src=", "alt=", "<details", "<table><tr><td>", "\u{0}", "\n", "x", "<svg", "style=",
    ]
    for _ in 0..<3000 {
      var raw = ""
      for _ in 0..<(1 + next(16)) { raw += pieces[next(pieces.count)] }
      let out = filtered(raw)
      var open = 0
      for element in HTMLScan(Array(out.utf8)).elements {
        #expect(HTMLFilter.allowed.contains(element.name), "\(raw)")
        #expect(!element.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" }, "\(raw)")
        #expect(element.attributes["href"].map { SafeAddress($0) != .unsafe } ?? true, "\(raw)")
        if !HTMLFilter.void.contains(element.name) { open += 1 }
      }
      #expect(out.components(separatedBy: "</").count - 1 == open, "\(raw) → \(out)")
    }
  }

  @Test(arguments: [
    "javascript:x", "JavaScript:x", "java\nscript:x", "\u{1}javascript:x", "data:text/html,x", "vbscript:x",
    "file:///etc",
    "blob:x", "x:y", "\\\\evil\\x", "/\\evil",
  ])
  func refusesAddress(_ address: String) { #expect(SafeAddress(address) == .unsafe) }

  @Test func readsAddresses() {
    #expect(SafeAddress("https://a") == .external("https://a"))
    #expect(SafeAddress("//a/b") == .external("https://a/b"))
    #expect(SafeAddress("mailto:a@b") == .external("mailto:a@b"))
    #expect(SafeAddress("a/b:c#d") == .relative(path: "a/b:c", fragment: "d"))
    #expect(SafeAddress("#x") == .relative(path: "", fragment: "x"))
  }

  @Test func stillDrawings() {
    #expect(ResourceCollector.isStill(Array("<svg><path d='M0 0' stroke='on'/><text>one = two</text></svg>".utf8)))
    for live in [
      "<svg onload='x'/>", "<svg><script/></svg>", "<svg><a href='javascript:x'/></svg>", "<svg\nonclick =x>",
    ] {
      #expect(!ResourceCollector.isStill(Array(live.utf8)), "\(live)")
    }
  }

  @Test func pathsStayInTheirFolder() {
    #expect(ResourceCollector.normalised("./a/../b.png") == "b.png")
    #expect(ResourceCollector.normalised("a%20b.png") == "a b.png")
    for path in ["../x", "a/../../x", "/etc/passwd", "%2e%2e/x", ".git/config", "a\\b"] {
      #expect(ResourceCollector.normalised(path) == nil, "\(path)")
    }
  }
}
