// The SQL/JSON path language: its tree and how the server prints it. Source: PostgreSQL 15 manual 9.16.2 and 8.14.7.

internal import SimKernel

/// `lax $.a[*] ? (@ > 1)`
struct JSONPath {
  let isStrict: Bool
  let root: JSONPathNode

  var text: String { (isStrict ? "strict " : "") + root.text(bracketed: true) }
}

final class JSONPathNode {
  enum Kind {
    case root
    case current
    case last
    case variable(String)
    case literal(JSONValue)
    case arithmetic(String, JSONPathNode, JSONPathNode)
    case sign(String, JSONPathNode)
    case comparison(String, JSONPathNode, JSONPathNode)
    case and(JSONPathNode, JSONPathNode)
    case or(JSONPathNode, JSONPathNode)
    case not(JSONPathNode)
    case exists(JSONPathNode)
    case isUnknown(JSONPathNode)
    case startsWith(JSONPathNode, JSONPathNode)
    case likeRegex(JSONPathNode, pattern: String, flags: String, Regex)
  }
  enum Accessor {
    case key(String)
    case anyKey
    case anyElement
    case elements([(JSONPathNode, JSONPathNode?)])
    /// `.**{1 to 3}`; nil: without end.
    case descendants(Int, Int?)
    case filter(JSONPathNode)
    case method(String)
  }

  let kind: Kind
  var accessors: [Accessor] = []
  init(_ kind: Kind) { self.kind = kind }

  var isPredicate: Bool {
    switch kind {
    case .comparison, .and, .or, .not, .exists, .isUnknown, .startsWith, .likeRegex: accessors.isEmpty
    default: false
    }
  }

  private var priority: Int {
    switch kind {
    case .or: 0
    case .and: 1
    case .comparison, .startsWith, .likeRegex: 2
    case .arithmetic(let o, _, _): o == "+" || o == "-" ? 3 : 4
    case .sign: 5
    default: 6
    }
  }

  func text(bracketed: Bool) -> String {
    func wrap(_ s: String) -> String { bracketed || !accessors.isEmpty ? "(" + s + ")" : s }
    func child(_ n: JSONPathNode) -> String { n.text(bracketed: n.priority <= priority) }
    var out: String
    switch kind {
    case .root: out = "$"
    case .current: out = "@"
    case .last: out = "last"
    case .variable(let name): out = "$" + JSONValue.quoted(name)
    case .literal(let v): out = v.text
    case .arithmetic(let o, let a, let b): out = wrap(child(a) + " " + o + " " + child(b))
    case .sign(let o, let a): out = wrap(o + child(a))
    case .comparison(let o, let a, let b): out = wrap(child(a) + " " + o + " " + child(b))
    case .and(let a, let b): out = wrap(child(a) + " && " + child(b))
    case .or(let a, let b): out = wrap(child(a) + " || " + child(b))
    case .not(let a): out = "!(" + a.text(bracketed: false) + ")"
    case .exists(let a): out = "exists (" + a.text(bracketed: false) + ")"
    case .isUnknown(let a): out = "(" + a.text(bracketed: false) + ") is unknown"
    case .startsWith(let a, let b): out = wrap(child(a) + " starts with " + child(b))
    case .likeRegex(let a, let pattern, let flags, _):
      out = child(a) + " like_regex " + JSONValue.quoted(pattern)
      if !flags.isEmpty { out += " flag \"" + flags + "\"" }
      out = wrap(out)
    }
    for a in accessors {
      switch a {
      case .key(let name): out += "." + JSONValue.quoted(name)
      case .anyKey: out += ".*"
      case .anyElement: out += "[*]"
      case .elements(let list):
        var parts: [String] = []
        for (from, to) in list {
          parts.append(from.text(bracketed: false) + (to.map { " to " + $0.text(bracketed: false) } ?? ""))
        }
        out += "[" + joined(parts, ",") + "]"
      case .descendants(let first, let last):
        if first == 0, last == nil {
          out += ".**"
        } else if first == last {
          out += ".**{\(first)}"
        } else {
          out += ".**{\(first) to \(last.map { String($0) } ?? "last")}"
        }
      case .filter(let p): out += "?(" + p.text(bracketed: false) + ")"
      case .method(let name): out += "." + name + "()"
      }
    }
    return out
  }
}
