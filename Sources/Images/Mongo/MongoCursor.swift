// What may be asked of a query's or a pipeline's result before it is shown: order, limits, projection.
// Source: MongoDB manual (cursor methods, projection).

import SimKernel

enum MongoCursor {
  /// A cursor's method; nil: not modelled.
  static func call(_ host: MongoHost, _ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    func made(_ documents: [MongoValue]) -> MongoValue {
      let other = MongoHost(host.kind, database: host.database)
      other.documents = documents
      return .host(other)
    }
    switch name {
    case "toArray": return .array(host.documents)
    case "pretty", "batchSize", "maxTimeMS", "readPref", "hint", "comment", "allowDiskUse", "noCursorTimeout":
      return .host(host)
    case "count", "itcount", "size": return .integer(host.documents.count)
    case "limit":
      let count = Int(arguments.first?.double ?? 0)
      return count > 0 ? made(Array(host.documents.prefix(count))) : .host(host)
    case "skip": return made(Array(host.documents.dropFirst(Int(arguments.first?.double ?? 0))))
    case "sort":
      guard let list = sorted(host.documents, by: arguments.first ?? .undefined) else { return nil }
      return made(list)
    case "projection":
      var list: [MongoValue] = []
      for document in host.documents {
        guard let shown = project(document, arguments.first ?? .undefined) else { return nil }
        list.append(shown)
      }
      return made(list)
    case "hasNext": return .bool(!host.documents.isEmpty)
    case "next", "tryNext": return host.documents.isEmpty ? .null : host.documents.removeFirst()
    case "forEach":
      guard case .function(let function)? = arguments.first else { return nil }
      for document in host.documents { _ = function.call([document]) }
      return .undefined
    case "map":
      guard case .function(let function)? = arguments.first else { return nil }
      var list: [MongoValue] = []
      for document in host.documents { list.append(function.call([document])) }
      return made(list)
    default: return nil
    }
  }

  static func order(_ a: MongoValue, _ b: MongoValue, by order: MongoValue) -> Int {
    guard case .object(let keys) = order else { return 0 }
    for (key, direction) in keys.fields {
      let isAscending = (direction.double ?? 1) > 0
      let x = extreme(MongoFilter.values(a, at: key), least: isAscending)
      let y = extreme(MongoFilter.values(b, at: key), least: isAscending)
      let result = x.comparison(y)
      if result != 0 { return isAscending ? result : -result }
    }
    return 0
  }

  /// An array sorts by its least value, or by its greatest in descending order.
  private static func extreme(_ found: [MongoValue], least: Bool) -> MongoValue {
    var all: [MongoValue] = []
    for value in found {
      if case .array(let items) = value, !items.isEmpty { all += items } else { all.append(value) }
    }
    var best = all[0]
    for value in all.dropFirst() where least ? value.precedes(best) : best.precedes(value) { best = value }
    return best
  }

  static func sorted(_ documents: [MongoValue], by keys: MongoValue) -> [MongoValue]? {
    guard case .object(let object) = keys else { return nil }
    for direction in object.fields.values where direction.double == nil { return nil }
    var indexed = Array(documents.enumerated())
    indexed.sort { a, b in
      let result = order(a.element, b.element, by: keys)
      return result == 0 ? a.offset < b.offset : result < 0
    }
    var list: [MongoValue] = []
    for item in indexed { list.append(item.element) }
    return list
  }

  /// Fields kept or left out, or worked out; nil when the projection is not modelled.
  static func project(_ document: MongoValue, _ projection: MongoValue) -> MongoValue? {
    guard case .object(let wanted) = projection else { return projection.isNothing ? document : nil }
    guard !wanted.fields.isEmpty, case .object = document else { return document }
    var includes = false
    for (key, value) in wanted.fields where key != "_id" {
      if value.double == nil, case .bool = value {
        if value.isTrue { includes = true }
      } else if value.double != 0 {
        includes = true
      }
    }
    if wanted.fields.count == 1, let only = wanted.fields["_id"], only.isTrue { includes = true }
    if !includes {
      guard case .object(let made) = document.copy() else { return nil }
      for (key, value) in wanted.fields where !value.isTrue { MongoUpdate.remove(made, key) }
      return .object(made)
    }
    let root = Branch()
    var computed: [(String, MongoValue)] = []
    for (key, value) in wanted.fields {
      if value.isFlag {
        if value.isTrue { root.add(separated(key, by: ".")[...]) }
      } else {
        if case .object(let object) = value, object.fields.keys.first?.utf8.first != 36 { return nil }
        guard !key.utf8.contains(46) else { return nil }
        computed.append((key, value))
      }
    }
    if wanted.fields["_id"] == nil { root.add(["_id"]) }
    guard case .object(let made) = root.kept(document) else { return nil }
    for (key, expression) in computed {
      guard let value = MongoExpression.value(expression, document) else { return nil }
      if case .undefined = value { continue }
      made.fields[key] = value
    }
    return .object(made)
  }

  /// The paths that a projection keeps.
  private final class Branch {
    private var inner: [String: Branch] = [:]

    func add(_ path: ArraySlice<String>) {
      guard let first = path.first else { return }
      let branch = inner[first] ?? Branch()
      inner[first] = branch
      branch.add(path.dropFirst())
    }

    func kept(_ value: MongoValue) -> MongoValue {
      guard !inner.isEmpty else { return value }
      switch value {
      case .object(let object):
        let made = MongoObject()
        for (key, part) in object.fields {
          guard let branch = inner[key] else { continue }
          let shown = branch.kept(part)
          if case .undefined = shown { continue }
          made.fields[key] = shown
        }
        return .object(made)
      case .array(let items):
        var list: [MongoValue] = []
        for item in items {
          let shown = kept(item)
          if case .undefined = shown { continue }
          list.append(shown)
        }
        return .array(list)
      default: return .undefined
      }
    }
  }
}

extension MongoValue {
  /// 0, 1, true or false, as a projection marks a field.
  fileprivate var isFlag: Bool {
    if case .bool = self { return true }
    return double != nil
  }
}
