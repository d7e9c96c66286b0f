// The tags of a finished page: enough of an HTML reader to check what this module wrote.

struct HTMLScan {
  struct Element {
    var name: String
    var attributes: [String: String]
    /// Byte offset of its `<`.
    var offset: Int
  }

  private(set) var elements: [Element] = []
  private(set) var text = ""

  init(_ bytes: [UInt8]) {
    let page = String(decoding: bytes, as: UTF8.self)
    var rest = Substring(page)
    while let start = rest.firstIndex(of: "<") {
      let tail = rest[start...]
      if tail.hasPrefix("<!--") {
        rest = tail.firstRange(of: "-->").map { tail[$0.upperBound...] } ?? ""
        continue
      }
      guard let tag = HTMLTag(tail) else {
        rest = tail.dropFirst()
        continue
      }
      if !tag.isClosing {
        let offset = page.utf8.distance(from: page.utf8.startIndex, to: start)
        elements.append(Element(name: tag.name, attributes: tag.attributes, offset: offset))
      }
      rest = tail[tag.end...]
    }
  }

  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }
}
