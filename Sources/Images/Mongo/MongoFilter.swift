// Filters: which documents a query means.
// Source: MongoDB manual (query operators; how a condition meets an array).

import SimKernel

enum MongoFilter {
  /// Nil when the filter has an operator that is not modelled.
  static func matches(_ document: MongoValue, _ filter: MongoValue) -> Bool? {
    guard case .object(let conditions) = filter else { return filter.isNothing ? true : nil }
    for (key, wanted) in conditions.fields {
      if key.utf8.first == 36 {
        guard let isMatch = logical(document, key, wanted) else { return nil }
        if !isMatch { return false }
        continue
      }
      guard let isMatch = meets(values(document, at: key), wanted) else { return nil }
      if !isMatch { return false }
    }
    return true
  }

  private static func logical(_ document: MongoValue, _ key: String, _ wanted: MongoValue) -> Bool? {
    guard case .array(let parts) = wanted else { return key == "$comment" ? true : nil }
    var isAny = false
    var isAll = true
    for part in parts {
      guard let isMatch = matches(document, part) else { return nil }
      if isMatch { isAny = true } else { isAll = false }
    }
    switch key {
    case "$and": return isAll
    case "$or": return isAny
    case "$nor": return !isAny
    default: return nil
    }
  }

  /// The values at a path: through arrays, those of all their elements.
  static func values(_ document: MongoValue, at path: String) -> [MongoValue] {
    var list = [document]
    for part in separated(path, by: ".") {
      var next: [MongoValue] = []
      for value in list {
        if case .array(let items) = value {
          if let index = Int(part) {
            if items.indices.contains(index) { next.append(items[index]) }
          } else {
            for item in items {
              let inner = item.member(part)
              if case .undefined = inner { continue }
              next.append(inner)
            }
          }
        } else {
          next.append(value.member(part))
        }
      }
      list = next
    }
    return list.isEmpty ? [.undefined] : list
  }

  private static func meets(_ found: [MongoValue], _ wanted: MongoValue) -> Bool? {
    if case .object(let operators) = wanted, operators.fields.keys.first?.utf8.first == 36 {
      for (operation, operand) in operators.fields where operation != "$options" {
        guard let isMatch = apply(operation, operand, found, operators) else { return nil }
        if !isMatch { return false }
      }
      return true
    }
    if case .regex(let pattern, let flags) = wanted { return fits(found, pattern, flags) }
    return any(found) { $0.equals(wanted) }
  }

  /// Some value, or some element of an array, has the property.
  private static func any(_ found: [MongoValue], _ test: (MongoValue) -> Bool) -> Bool {
    for value in found {
      if test(value) { return true }
      if case .array(let items) = value {
        for item in items where test(item) { return true }
      }
    }
    return false
  }

  private static func apply(
    _ operation: String, _ operand: MongoValue, _ found: [MongoValue], _ all: MongoObject
  ) -> Bool? {
    /// Comparisons hold between values of one kind only.
    func compare(_ test: (Int) -> Bool) -> Bool {
      any(found) { value in
        guard value.isComparable(operand) else { return false }
        return test(value.comparison(operand))
      }
    }
    switch operation {
    case "$eq": return any(found) { $0.equals(operand) }
    case "$ne": return !any(found) { $0.equals(operand) }
    case "$gt": return compare { $0 > 0 }
    case "$gte": return compare { $0 >= 0 }
    case "$lt": return compare { $0 < 0 }
    case "$lte": return compare { $0 <= 0 }
    case "$in", "$nin":
      guard case .array(let items) = operand else { return nil }
      var isIn = false
      for item in items {
        if case .regex(let pattern, let flags) = item {
          guard let isMatch = fits(found, pattern, flags) else { return nil }
          if isMatch { isIn = true }
        } else if any(found, { $0.equals(item) }) {
          isIn = true
        }
      }
      return isIn == (operation == "$in")
    case "$exists":
      var exists = false
      for value in found {
        if case .undefined = value { continue }
        exists = true
      }
      return exists == operand.isTrue
    case "$not":
      guard let isMatch = meets(found, operand) else { return nil }
      return !isMatch
    case "$regex":
      if case .regex(let pattern, let flags) = operand { return fits(found, pattern, flags) }
      guard let pattern = operand.text else { return nil }
      return fits(found, pattern, all.fields["$options"]?.text ?? "")
    case "$size":
      guard let count = operand.double else { return nil }
      for value in found {
        if case .array(let items) = value, Double(items.count) == count { return true }
      }
      return false
    case "$all":
      guard case .array(let items) = operand else { return nil }
      for item in items where !any(found, { $0.equals(item) }) { return false }
      return !items.isEmpty
    case "$elemMatch":
      var isOnValues = false
      if case .object(let inner) = operand { isOnValues = inner.fields.keys.first?.utf8.first == 36 }
      for value in found {
        guard case .array(let items) = value else { continue }
        for item in items {
          guard let isMatch = isOnValues ? meets([item], operand) : matches(item, operand) else { return nil }
          if isMatch { return true }
        }
      }
      return false
    case "$mod":
      guard case .array(let parts) = operand, parts.count == 2, let divisor = parts[0].double, divisor != 0,
        let rest = parts[1].double
      else { return nil }
      return any(found) { value in
        guard let number = value.double else { return false }
        let whole = number.rounded(.towardZero)
        return whole - divisor * (whole / divisor).rounded(.towardZero) == rest
      }
    case "$type":
      guard let name = operand.text else { return nil }
      return any(found) { $0.typeNames.contains(name) }
    default: return nil
    }
  }

  private static func fits(_ found: [MongoValue], _ pattern: String, _ flags: String) -> Bool? {
    // Only what the two kinds of regular expressions have in common.
    if pattern.utf8.contains(92) || occurs("(?", in: pattern) || occurs("*?", in: pattern) || occurs("+?", in: pattern)
    {
      return nil
    }
    var options = RegexOptions()
    for flag in flags.utf8 {
      guard flag == 105 else { return nil }
      options.ignoreCase = true
    }
    guard let regex = try? PosixRegex(Array(pattern.utf8), flavour: .extended, options: options) else { return nil }
    return any(found) { value in
      guard let text = value.text else { return false }
      return regex.matches(Array(text.utf8))
    }
  }
}

extension MongoValue {
  /// Whether `$gt` and its like compare the two at all.
  func isComparable(_ other: MongoValue) -> Bool {
    if double != nil { return other.double != nil }
    switch (self, other) {
    case (.string, .string), (.objectID, .objectID), (.date, .date), (.bool, .bool), (.timestamp, .timestamp),
      (.array, .array), (.object, .object), (.null, .null):
      return true
    default: return false
    }
  }

  /// The names by which `$type` knows it.
  var typeNames: [String] {
    switch self {
    case .number(let value): return [value == value.rounded() ? "int" : "double", "number"]
    case .long: return ["long", "number"]
    case .string: return ["string"]
    case .object: return ["object"]
    case .array: return ["array"]
    case .objectID: return ["objectId"]
    case .bool: return ["bool"]
    case .date: return ["date"]
    case .null: return ["null"]
    default: return []
    }
  }
}
