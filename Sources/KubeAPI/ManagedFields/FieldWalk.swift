// Walks over objects by the rules of ownership: what a change added, changed and removed; which fields a configuration names; merging
// one into the other; taking out what nobody owns any more. Source: structured-merge-diff `typed`.

import SimKernel
import Unstructured

/// What differs between two versions of an object.
struct FieldComparison {
  var added = FieldSet()
  var modified = FieldSet()
  var removed = FieldSet()
  private var path: [String] = []

  init(_ before: Value, _ after: Value, _ rule: FieldRule) { compare(before, after, rule) }

  private static func isHollow(_ value: Value?) -> Bool {
    switch value {
    case nil, .null: return true
    case .object(let members): return members.isEmpty
    case .array(let items): return items.isEmpty
    default: return false
    }
  }

  private mutating func leaf(_ before: Value?, _ after: Value?) {
    if before == nil {
      added.insert(path)
    } else if after == nil {
      removed.insert(path)
    } else if before != after {
      modified.insert(path)
    }
  }

  private mutating func compare(_ before: Value?, _ after: Value?, _ rule: FieldRule) {
    if before == nil, after == nil { return }
    if FieldComparison.isHollow(before), FieldComparison.isHollow(after) { return leaf(before, after) }
    switch rule {
    case .leaf: return leaf(before, after)
    case .structure, .map:
      let old = before?.object ?? Value.Object()
      let new = after?.object ?? Value.Object()
      for (name, value) in old { child("f:" + name, value, new[name], rule.member(name)) }
      for (name, value) in new where !old.contains(name) { child("f:" + name, nil, value, rule.member(name)) }
    case .keyed(_, let item):
      let old = items(before, rule)
      let new = items(after, rule)
      for (element, value) in old { child(element, value, new[element], item) }
      for (element, value) in new where !old.contains(element) { child(element, nil, value, item) }
    case .set:
      let old = items(before, rule)
      let new = items(after, rule)
      for (element, value) in old where !new.contains(element) { child(element, value, nil, .leaf) }
      for (element, value) in new where !old.contains(element) { child(element, nil, value, .leaf) }
    }
    if before == nil {
      added.insert(path)
    } else if after == nil {
      removed.insert(path)
    }
  }

  private mutating func child(_ element: String, _ before: Value?, _ after: Value?, _ rule: FieldRule) {
    if let before, let after, before == after { return }
    path.append(element)
    compare(before, after, rule)
    path.removeLast()
  }

  private func items(_ value: Value?, _ rule: FieldRule) -> OrderedMap<String, Value> {
    var map = OrderedMap<String, Value>()
    for item in value?.array ?? [] { if let element = rule.element(item) { map[element] = item } }
    return map
  }
}

enum FieldWalk {
  /// The fields a configuration names.
  static func fields(of value: Value, _ rule: FieldRule) -> FieldSet {
    var set = FieldSet()
    var path: [String] = []
    collect(value, rule, &path, &set)
    return set
  }

  private static func isHollow(_ value: Value) -> Bool {
    switch value {
    case .null: return true
    case .object(let members): return members.isEmpty
    case .array(let items): return items.isEmpty
    default: return false
    }
  }

  private static func collect(_ value: Value, _ rule: FieldRule, _ path: inout [String], _ set: inout FieldSet) {
    if isHollow(value) {
      if !path.isEmpty { set.insert(path) }
      return
    }
    switch rule {
    case .leaf: set.insert(path)
    case .structure, .map:
      for (name, member) in value.object ?? Value.Object() {
        path.append("f:" + name)
        collect(member, rule.member(name), &path, &set)
        path.removeLast()
      }
    case .keyed(_, let item):
      for element in value.array ?? [] {
        guard let key = rule.element(element) else { continue }
        path.append(key)
        collect(element, item, &path, &set)
        set.insert(path)
        path.removeLast()
      }
    case .set:
      for element in value.array ?? [] {
        if let key = rule.element(element) { set.insert(path + [key]) }
      }
    }
  }

  /// The object with a configuration put over it.
  static func merge(_ live: Value?, _ config: Value, _ rule: FieldRule) -> Value {
    guard let live, !live.isNull, !config.isNull else { return config }
    switch rule {
    case .leaf: return config
    case .structure, .map:
      guard var object = live.object, let members = config.object else { return config }
      for (name, member) in members { object[name] = merge(object[name], member, rule.member(name)) }
      return .object(object)
    case .keyed(_, let item):
      var merged = live.array ?? []
      for element in config.array ?? [] {
        let key = rule.element(element)
        if let place = merged.firstIndex(where: { key != nil && rule.element($0) == key }) {
          merged[place] = merge(merged[place], element, item)
        } else {
          merged.append(element)
        }
      }
      return .array(merged)
    case .set:
      var merged = live.array ?? []
      for element in config.array ?? [] where !merged.contains(element) { merged.append(element) }
      return .array(merged)
    }
  }

  /// Takes out what was applied before, is not applied now, and belongs to nobody else.
  static func prune(
    _ value: inout Value, was: FieldSet, now: FieldSet?, others: [FieldSet], _ rule: FieldRule
  ) {
    for element in was.children.keys.sorted() {
      let mine = now?.children[element]
      var rest: [FieldSet] = []
      for other in others { if let child = other.children[element] { rest.append(child) } }
      if mine == nil, rest.isEmpty {
        remove(element, from: &value, rule)
      } else {
        change(element, in: &value, rule) { child, childRule in
          prune(&child, was: was.children[element]!, now: mine, others: rest, childRule)
        }
      }
    }
  }

  private static func name(_ element: String) -> String { String(decoding: Array(element.utf8)[2...], as: UTF8.self) }

  private static func remove(_ element: String, from value: inout Value, _ rule: FieldRule) {
    if element.hasPrefix("f:") {
      value[name(element)] = nil
    } else if var items = value.array {
      items.removeAll { rule.element($0) == element }
      value = .array(items)
    }
  }

  private static func change(
    _ element: String, in value: inout Value, _ rule: FieldRule, _ body: (inout Value, FieldRule) -> Void
  ) {
    if element.hasPrefix("f:") {
      let name = name(element)
      guard var child = value[name], !child.isNull else { return }
      body(&child, rule.member(name))
      value[name] = child
    } else if var items = value.array, case .keyed(_, let item) = rule,
      let place = items.firstIndex(where: { rule.element($0) == element })
    {
      body(&items[place], item)
      value = .array(items)
    }
  }
}
