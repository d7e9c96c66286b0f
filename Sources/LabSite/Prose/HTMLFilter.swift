// Raw HTML in lab prose: an allow-list of harmless elements and attributes becomes live, everything else is shown as the
// text it is. Live tags are rewritten by us, never passed through, and always balanced: what an author leaves open is closed
// at the end of its container, and a closing tag that closes nothing stays text. Comments are dropped.
//
// Tokens follow the HTML Standard §13.2.5 as far as needed to never read less of a tag than a browser would.

struct HTMLFilter {
  /// What the author's addresses become; nil keeps the element as text.
  var link: (String) -> String?
  var image: (_ source: String, _ alternative: String) -> Markup
  /// Claims an anchor; false when the page has it already.
  var claimID: (String) -> Bool

  /// Live elements that are open, outermost first.
  private(set) var open: [String] = []

  init(
    link: @escaping (String) -> String?, image: @escaping (String, String) -> Markup,
    claimID: @escaping (String) -> Bool
  ) {
    self.link = link
    self.image = image
    self.claimID = claimID
  }

  static let void: Set<String> = ["br", "hr", "img", "wbr"]
  static let allowed: Set<String> = [
    "a", "abbr", "b", "blockquote", "br", "center", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt",
    "em", "figcaption", "figure", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
    "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u",
    "ul", "var", "wbr",
  ]

  mutating func filter(_ raw: String) -> Markup {
    var out = ""
    var rest = Substring(raw)
    while let start = rest.firstIndex(of: "<") {
      out += HTMLFilter.text(rest[..<start])
      let tail = rest[start...]
      if tail.hasPrefix("<!--") {
        rest = tail.firstRange(of: "-->").map { tail[$0.upperBound...] } ?? tail[tail.endIndex...]
        continue
      }
      guard let tag = HTMLTag(tail) else {
        out += "&lt;"
        rest = tail.dropFirst()
        continue
      }
      out += live(tag) ?? Markup.escape(tail[..<tag.end])
      rest = tail[tag.end...]
    }
    out += HTMLFilter.text(rest)
    return Markup(trusted: out)
  }

  /// Closes what was opened since `depth`.
  mutating func close(to depth: Int) -> Markup {
    var out = ""
    while open.count > depth, let name = open.popLast() { out += "</\(name)>" }
    return Markup(trusted: out)
  }

  private mutating func live(_ tag: HTMLTag) -> String? {
    guard HTMLFilter.allowed.contains(tag.name) else { return nil }
    let name = tag.name == "center" ? "div" : tag.name
    if tag.isClosing {
      guard let index = open.lastIndex(of: name) else { return nil }
      return close(to: index).html
    }
    if name == "img" {
      return image(tag.attributes["src"] ?? "", tag.attributes["alt"] ?? "").html
    }
    var out = "<" + name
    for (attributeName, value) in tag.attributes.sorted(by: { $0.key < $1.key }) {
      guard let written = attribute(attributeName, value, of: name) else { continue }
      out += " " + written
    }
    if !HTMLFilter.void.contains(name) { open.append(name) }
    return out + ">"
  }

  private func attribute(_ name: String, _ value: String, of element: String) -> String? {
    func written(_ value: String) -> String { "\(name)=\"\(Markup.escape(value))\"" }
    switch (element, name) {
    case (_, "title"), (_, "lang"): return written(value)
    case ("a", "href"): return link(value).map { "href=\"\(Markup.escape($0))\" rel=\"noopener noreferrer\"" }
    case ("a", "id"), ("a", "name"):
      let isPlain = !value.isEmpty && value.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
      return isPlain && claimID(value) ? "id=\"\(Markup.escape(value))\"" : nil
    case ("details", "open"): return "open"
    case ("ol", "start"), ("td", "colspan"), ("td", "rowspan"), ("th", "colspan"), ("th", "rowspan"):
      return Int(value).map { "\(name)=\"\($0)\"" }
    case ("th", "scope") where ["col", "row"].contains(value): return written(value)
    default: return nil
    }
  }

  /// Text between tags: entities the author wrote stay, a bare `&` is escaped.
  private static func text(_ text: Substring) -> String { Markup.escape(HTMLTag.decode(String(text))) }
}

/// One tag at the start of a text.
struct HTMLTag {
  var name: String
  var isClosing: Bool
  /// Decoded, the first of equal names.
  var attributes: [String: String]
  var end: Substring.Index

  /// No tag of an author is longer; more is not looked at, so that a hostile page takes no hostile time.
  private static let lengthMax = 4096

  init?(_ all: Substring) {
    let text = all.prefix(HTMLTag.lengthMax)
    var index = text.index(after: text.startIndex)
    func at(_ index: Substring.Index) -> Character? { index < text.endIndex ? text[index] : nil }
    isClosing = at(index) == "/"
    if isClosing { index = text.index(after: index) }
    guard let first = at(index), first.isASCII, first.isLetter else { return nil }
    let nameStart = index
    while let character = at(index), !character.isWhitespace, character != "/", character != ">" {
      index = text.index(after: index)
    }
    name = text[nameStart..<index].lowercased()
    attributes = [:]
    while true {
      while let character = at(index), character.isWhitespace || character == "/" { index = text.index(after: index) }
      guard let character = at(index) else { return nil }
      if character == ">" {
        end = text.index(after: index)
        return
      }
      let start = index
      while let character = at(index), !character.isWhitespace, character != "/", character != ">",
        character != "=" || index == start
      { index = text.index(after: index) }
      let name = text[start..<index].lowercased()
      var value = ""
      var lookahead = index
      while let character = at(lookahead), character.isWhitespace { lookahead = text.index(after: lookahead) }
      if at(lookahead) == "=" {
        index = text.index(after: lookahead)
        while let character = at(index), character.isWhitespace { index = text.index(after: index) }
        if let quote = at(index), quote == "\"" || quote == "'" {
          index = text.index(after: index)
          guard let close = text[index...].firstIndex(of: quote) else { return nil }
          value = String(text[index..<close])
          index = text.index(after: close)
        } else {
          let start = index
          while let character = at(index), !character.isWhitespace, character != ">" {
            index = text.index(after: index)
          }
          value = String(text[start..<index])
        }
      }
      if attributes[name] == nil { attributes[name] = HTMLTag.decode(value) }
    }
  }

  private static let entities: [String: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "colon": ":", "Tab": "\t",
    "NewLine": "\n", "sol": "/", "num": "#", "lpar": "(", "rpar": ")", "excl": "!", "hellip": "…", "mdash": "—",
    "ndash": "–", "laquo": "«", "raquo": "»", "rarr": "→", "larr": "←", "copy": "©", "eacute": "é", "egrave": "è",
    "agrave": "à", "ecirc": "ê", "ccedil": "ç", "times": "×", "check": "✓", "emsp": "\u{2003}", "ensp": "\u{2002}",
  ]

  /// Character references replaced. What is not known stays as written, and gets escaped as such.
  static func decode(_ text: String) -> String {
    guard text.contains("&") else { return text }
    var out = ""
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "&") {
      out += rest[..<start]
      rest = rest[rest.index(after: start)...]
      var scalar: String?
      var length = rest.startIndex
      if rest.first == "#" {
        let digits = rest.dropFirst()
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let body = isHexadecimal ? digits.dropFirst() : digits
        let number = body.prefix { isHexadecimal ? $0.isHexDigit : ("0"..."9").contains($0) }
        if let value = UInt32(number, radix: isHexadecimal ? 16 : 10), let found = Unicode.Scalar(value) {
          scalar = String(Character(found))
          length = number.endIndex
        }
      } else {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        scalar = entities[String(name)]
        length = name.endIndex
      }
      if let scalar {
        out += scalar
        if length < rest.endIndex, rest[length] == ";" { length = rest.index(after: length) }
        rest = rest[length...]
      } else {
        out += "&"
      }
    }
    return out + rest
  }
}
