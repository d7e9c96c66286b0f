// A set of field paths, as `metadata.managedFields` writes it: a tree whose edges are `f:NAME`, `k:{"name":"x"}` (an item of a
// list by its key) and `v:"x"` (an item of a set). Source: structured-merge-diff `fieldpath`.
//
//   f:spec: {f:replicas: {}, f:containers: {k:{"name":"c"}: {.: {}, f:image: {}}}}

import SimKernel
package import Unstructured

package struct FieldSet: Equatable {
  /// Whether the path that leads here is itself in the set (`.` where there is more below).
  var isMember = false
  var children: [String: FieldSet] = [:]

  package init() {}

  package var isEmpty: Bool { !isMember && children.isEmpty }

  mutating func insert(_ path: ArraySlice<String>) {
    guard let first = path.first else {
      isMember = true
      return
    }
    children[first, default: FieldSet()].insert(path.dropFirst())
  }

  mutating func insert(_ path: [String]) { insert(path[...]) }

  package func contains(_ path: [String]) -> Bool {
    var node = self
    for element in path {
      guard let next = node.children[element] else { return false }
      node = next
    }
    return node.isMember
  }

  func union(_ other: FieldSet) -> FieldSet {
    var result = self
    result.isMember = isMember || other.isMember
    for (element, child) in other.children {
      result.children[element] = result.children[element]?.union(child) ?? child
    }
    return result
  }

  func intersection(_ other: FieldSet) -> FieldSet {
    var result = FieldSet()
    result.isMember = isMember && other.isMember
    for (element, child) in children {
      guard let match = other.children[element] else { continue }
      let common = child.intersection(match)
      if !common.isEmpty { result.children[element] = common }
    }
    return result
  }

  func subtracting(_ other: FieldSet) -> FieldSet {
    var result = self
    if other.isMember { result.isMember = false }
    for (element, child) in other.children {
      guard let mine = result.children[element] else { continue }
      let rest = mine.subtracting(child)
      result.children[element] = rest.isEmpty ? nil : rest
    }
    return result
  }

  /// Without a path and everything below it.
  mutating func removeAll(below element: String) { children[element] = nil }

  /// The paths in the order in which conflicts are told: those that end here first, then level by level.
  var paths: [[String]] {
    var result: [[String]] = []
    let elements = children.keys.sorted()
    for element in elements where children[element]!.isMember { result.append([element]) }
    for element in elements {
      for path in children[element]!.paths { result.append([element] + path) }
    }
    return result
  }

  /// `fieldsV1`
  package var value: Value {
    var object = Value.Object()
    if isMember, !children.isEmpty { object["."] = [:] }
    for element in children.keys.sorted() { object[element] = children[element]!.value }
    return .object(object)
  }

  package init(_ value: Value) {
    for (element, child) in value.object?.sortedByKey ?? [] {
      if element == "." {
        isMember = true
      } else {
        var node = FieldSet(child)
        if child.object?.isEmpty ?? true { node.isMember = true }
        children[element] = node
      }
    }
  }

  /// `.spec.containers[name="c"].image`
  package static func text(_ path: [String]) -> String {
    var text = ""
    for element in path {
      let content = String(decoding: Array(element.utf8)[2...], as: UTF8.self)
      if element.hasPrefix("f:") {
        text += "." + content
      } else if element.hasPrefix("k:"), let key = (try? JSON.parse(content))?.object {
        var parts: [String] = []
        for (name, value) in key.sortedByKey { parts.append("\(name)=\(shown(value))") }
        text += "[" + parts.joined(separator: ",") + "]"
      } else if element.hasPrefix("v:"), let value = try? JSON.parse(content) {
        text += "[=\(shown(value))]"
      }
    }
    return text
  }

  private static func shown(_ value: Value) -> String {
    if let text = value.string { return goQuoted(text) }
    return JSON.compact(value)
  }
}
