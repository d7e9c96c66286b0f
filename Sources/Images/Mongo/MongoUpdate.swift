// Update operators: what becomes of a document.
// Source: MongoDB manual (update operators).

import SimKernel

enum MongoUpdate {
  enum Outcome {
    case changed(MongoObject)
    case failure(String)
    case notSimulated
  }

  /// Applies `$set` and its like to a copy. `isInsert`: the document comes to be by an upsert.
  static func apply(_ change: MongoObject, to document: MongoObject, isInsert: Bool, now: Int64) -> Outcome {
    let made = document.copy()
    for (operation, fields) in change.fields {
      guard case .object(let values) = fields else { return .notSimulated }
      for (path, operand) in values.fields {
        if path.utf8.contains(36) { return .notSimulated }
        if let problem = step(operation, path, operand, made, isInsert, now) { return problem }
      }
    }
    return .changed(made)
  }

  private static func step(
    _ operation: String, _ path: String, _ operand: MongoValue, _ made: MongoObject, _ isInsert: Bool, _ now: Int64
  ) -> Outcome? {
    let old = value(made, path)
    switch operation {
    case "$set": return put(made, path, operand)
    case "$setOnInsert": return isInsert ? put(made, path, operand) : nil
    case "$unset":
      remove(made, path)
      return nil
    case "$inc", "$mul":
      guard let amount = operand.double else {
        return .failure(
          "MongoServerError[TypeMismatch]: Cannot \(operation == "$inc" ? "increment" : "multiply") with non-numeric argument: {\(path): \(MongoCollections.keyText(operand))}"
        )
      }
      if case .undefined = old { return put(made, path, .number(operation == "$inc" ? amount : 0)) }
      guard let before = old.double else { return .notSimulated }
      return put(made, path, .number(operation == "$inc" ? before + amount : before * amount))
    case "$min", "$max":
      if case .undefined = old { return put(made, path, operand) }
      let order = operand.comparison(old)
      return (operation == "$min" ? order < 0 : order > 0) ? put(made, path, operand) : nil
    case "$rename":
      guard let name = operand.text else { return .notSimulated }
      if case .undefined = old { return nil }
      remove(made, path)
      return put(made, name, old)
    case "$currentDate":
      guard case .bool(true) = operand else { return .notSimulated }
      return put(made, path, .date(now))
    case "$push", "$addToSet", "$pull", "$pop": return array(operation, path, operand, old, made)
    default: return .notSimulated
    }
  }

  private static func array(
    _ operation: String, _ path: String, _ operand: MongoValue, _ old: MongoValue, _ made: MongoObject
  ) -> Outcome? {
    var items: [MongoValue] = []
    if case .array(let list) = old {
      items = list
    } else if case .undefined = old {
      if operation == "$pull" || operation == "$pop" { return nil }
    } else {
      return .notSimulated
    }
    switch operation {
    case "$push", "$addToSet":
      var added = [operand]
      if case .object(let object) = operand, object.fields.keys.first?.utf8.first == 36 {
        guard object.fields.count == 1, case .array(let list)? = object.fields["$each"] else { return .notSimulated }
        added = list
      }
      for item in added {
        if operation == "$addToSet" {
          var isThere = false
          for known in items where known.equals(item) { isThere = true }
          if isThere { continue }
        }
        items.append(item)
      }
    case "$pop":
      if !items.isEmpty { if (operand.double ?? 1) < 0 { items.removeFirst() } else { items.removeLast() } }
    default:
      var kept: [MongoValue] = []
      for item in items {
        var isMatch: Bool?
        if case .object(let object) = operand {
          let isOnValues = object.fields.keys.first?.utf8.first == 36
          isMatch =
            isOnValues
            ? MongoFilter.matches(.of([("v", item)]), .of([("v", operand)])) : MongoFilter.matches(item, operand)
        } else {
          isMatch = item.equals(operand)
        }
        guard let isMatch else { return .notSimulated }
        if !isMatch { kept.append(item) }
      }
      items = kept
    }
    return put(made, path, .array(items))
  }

  static func value(_ object: MongoObject, _ path: String) -> MongoValue {
    var value = MongoValue.object(object)
    for part in separated(path, by: ".") {
      if case .array(let items) = value {
        guard let index = Int(part), items.indices.contains(index) else { return .undefined }
        value = items[index]
      } else {
        value = value.member(part)
      }
    }
    return value
  }

  /// Sets the value at a path, and makes the documents on the way.
  private static func put(_ object: MongoObject, _ path: String, _ value: MongoValue) -> Outcome? {
    var parts = separated(path, by: ".")[...]
    guard let first = parts.popFirst() else { return .notSimulated }
    guard let made = placed(.object(object), first, parts, value) else { return .notSimulated }
    if case .object(let changed) = made { object.fields = changed.fields }
    return nil
  }

  private static func placed(_ holder: MongoValue, _ name: String, _ rest: ArraySlice<String>, _ value: MongoValue)
    -> MongoValue?
  {
    var deeper = rest
    func inner(_ old: MongoValue) -> MongoValue? {
      guard let next = deeper.popFirst() else { return value }
      return placed(old.isNothing ? .of([]) : old, next, deeper, value)
    }
    switch holder {
    case .object(let object):
      guard let made = inner(object.fields[name] ?? .undefined) else { return nil }
      object.fields[name] = made
      return .object(object)
    case .array(var items):
      guard let index = Int(name), index >= 0, index <= items.count else { return nil }
      guard let made = inner(index < items.count ? items[index] : .undefined) else { return nil }
      if index < items.count { items[index] = made } else { items.append(made) }
      return .array(items)
    default: return nil
    }
  }

  static func remove(_ object: MongoObject, _ path: String) {
    var parts = separated(path, by: ".")
    let last = parts.removeLast()
    var holder = object
    for part in parts {
      guard case .object(let inner)? = holder.fields[part] else { return }
      holder = inner
    }
    holder.fields[last] = nil
  }
}
