// YAML read by Yams into the same tree as JSON, so that ardoise.yml, katacoda.yaml and index.yaml are looked at with one
// set of eyes. Plain scalars are typed by YAML 1.2's core schema; aliases are followed up to a limit.

import Diagnostics
import Yams

struct YAMLSyntaxError: Error {
  var offset: Int
  var message: String
}

enum YAMLTree {
  private static let nodesMax = 20_000

  /// The one document of a file; nil for an empty one.
  static func read(_ source: SourceText) throws(YAMLSyntaxError) -> JSONNode? {
    let text = source.text(
      in: SourceRange(start: source.byteOrderMarkLength, end: max(source.bytes.count, source.byteOrderMarkLength)))
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw syntaxError(error, source)
    } catch {
      throw YAMLSyntaxError(offset: 0, message: "The file cannot be read as YAML")
    }
    guard let root else { return nil }
    var budget = nodesMax
    return try node(root, source, depth: 0, &budget)
  }

  private static func syntaxError(_ error: YamlError, _ source: SourceText) -> YAMLSyntaxError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return YAMLSyntaxError(offset: offset(mark, source), message: capitalized(problem))
    case .duplicatedKeysInMapping(let duplicates, let context):
      return YAMLSyntaxError(
        offset: secondOccurrence(of: duplicates.sorted().first ?? "", source) ?? offset(context.mark, source),
        message: "Key '\(duplicates.sorted().joined(separator: "', '"))' is written twice")
    case .reader(let problem, let offset, _, _):
      return YAMLSyntaxError(offset: offset ?? 0, message: capitalized(problem))
    default: return YAMLSyntaxError(offset: 0, message: "The file cannot be read as YAML")
    }
  }

  /// Yams names the mapping; the author wants the line that repeats the key.
  private static func secondOccurrence(of key: String, _ source: SourceText) -> Int? {
    var seen = false
    for line in 1...source.lineCount {
      let text = source.line(line)
      let rest = text.drop { $0 == " " }
      guard rest.hasPrefix(key + ":") else { continue }
      if seen { return source.lineRange(line).start + text.utf8.count - rest.utf8.count }
      seen = true
    }
    return nil
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private static func offset(_ mark: Mark, _ source: SourceText) -> Int {
    let line = source.lineRange(mark.line)
    var index = line.start + (mark.line == 1 ? source.byteOrderMarkLength : 0)
    var column = 1
    while index < line.end, column < mark.column {
      index += 1
      while index < line.end, source.bytes[index] & 0xC0 == 0x80 { index += 1 }
      column += 1
    }
    return index
  }

  private static func node(_ node: Node, _ source: SourceText, depth: Int, _ budget: inout Int)
    throws(YAMLSyntaxError) -> JSONNode
  {
    let start = node.mark.map { offset($0, source) } ?? 0
    budget -= 1
    guard budget > 0, depth < 64 else { throw YAMLSyntaxError(offset: start, message: "Too many or too deep values") }
    switch node {
    case .scalar(let scalar):
      let end = min(start + scalar.string.utf8.count, max(source.lineRange(source.lineNumber(at: start)).end, start))
      return JSONNode(value: value(scalar), range: SourceRange(start: start, end: end))
    case .sequence(let items):
      var children: [JSONNode] = []
      for item in items { children.append(try self.node(item, source, depth: depth + 1, &budget)) }
      return JSONNode(value: .array(children), range: .point(start))
    case .mapping(let mapping):
      var members: [JSONMember] = []
      for (key, item) in mapping {
        let keyNode = try self.node(key, source, depth: depth + 1, &budget)
        let name = key.scalar?.string ?? ""
        members.append(
          JSONMember(
            key: name, keyRange: keyNode.range, value: try self.node(item, source, depth: depth + 1, &budget)))
      }
      return JSONNode(value: .object(members), range: .point(start))
    case .alias: return JSONNode(value: .null, range: .point(start))
    }
  }

  private static func value(_ scalar: Node.Scalar) -> JSONNode.Value {
    guard scalar.style == .plain else { return .string(scalar.string) }
    let text = scalar.string
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    let isNumber = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E || $0 == 0x2D || $0 == 0x2B }
    if isNumber, Double(text) != nil { return .number(text) }
    return .string(text)
  }
}
