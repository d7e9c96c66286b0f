// HTML that is allowed through, as a type of its own, and the values templates get. Nothing becomes `Markup` but by escaping
// or by code in this module that wrote every tag itself; a template prints markup only under names that end in `HTML`
// (`Theme` refuses any other unescaped name), and only markup can be put under such a name.

/// A piece of HTML that is safe to print as it is.
package struct Markup: Hashable, Sendable {
  package private(set) var html: String

  /// Text, escaped for element content and quoted attributes.
  package init(text: String) { html = Markup.escape(text) }

  /// HTML written by this module, every author's text in it escaped.
  init(trusted html: String) { self.html = html }

  package static let empty = Markup(trusted: "")

  package var isEmpty: Bool { html.isEmpty }

  static func + (a: Markup, b: Markup) -> Markup { Markup(trusted: a.html + b.html) }
  static func += (a: inout Markup, b: Markup) { a.html += b.html }

  package static func escape(_ text: some StringProtocol) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): out += "&amp;".utf8
      case UInt8(ascii: "<"): out += "&lt;".utf8
      case UInt8(ascii: ">"): out += "&gt;".utf8
      case UInt8(ascii: "\""): out += "&quot;".utf8
      case UInt8(ascii: "'"): out += "&#39;".utf8
      // Control characters have no place in HTML; tab, line feed and carriage return do.
      case 0...8, 11, 12, 14...31, 127: out += "\u{FFFD}".utf8
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension [Markup] {
  func joined(_ separator: String = "") -> Markup { Markup(trusted: map(\.html).joined(separator: separator)) }
}

/// What a template gets. A missing value is `false`, never absent: Mustache looks absent names up in the surrounding model.
typealias TemplateModel = [String: TemplateValue]

enum TemplateValue {
  case text(String)
  case flag(Bool)
  case markup(Markup)
  case model(TemplateModel)
  case list([TemplateModel])

  static let absent = TemplateValue.flag(false)

  static func text(optional text: String?) -> TemplateValue { text.map { .text($0) } ?? .absent }
  static func int(_ number: Int) -> TemplateValue { .text(String(number)) }
  /// A list that is also false when it is empty.
  static func nonEmpty(_ list: [TemplateModel]) -> TemplateValue {
    list.isEmpty ? .absent : .model(["items": .list(list), "count": .int(list.count)])
  }
}

extension TemplateModel {
  /// The values as the template engine wants them.
  var untyped: [String: Any] {
    var result: [String: Any] = [:]
    for (name, value) in self {
      switch value {
      case .text(let text):
        precondition(!name.hasSuffix("HTML"), "text under the markup name \(name)")
        result[name] = text
      case .markup(let markup):
        precondition(name.hasSuffix("HTML"), "markup under the text name \(name)")
        result[name] = markup.html
      case .flag(let flag): result[name] = flag
      case .model(let model): result[name] = model.untyped
      case .list(let list): result[name] = list.map(\.untyped)
      }
    }
    return result
  }
}
