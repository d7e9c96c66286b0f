// Indexes of a collection: their names, and what a unique one refuses.
// Source: MongoDB manual (indexes, createIndex, getIndexes).

import SimKernel

struct MongoIndex {
  var name: String
  var keys: MongoObject
  var isUnique = false
  var isSparse = false
  var expireAfterSeconds: Double?

  static var identity: MongoIndex { MongoIndex(name: "_id_", keys: MongoObject([("_id", .number(1))])) }

  /// `name_1_age_-1`
  static func name(_ keys: MongoObject) -> String {
    var parts: [String] = []
    for (key, direction) in keys.fields {
      parts.append("\(key)_\(direction.text ?? MongoValue.numberText(direction.double ?? 1))")
    }
    return parts.joined(separator: "_")
  }

  var value: MongoValue {
    var fields: [(String, MongoValue)] = [("v", .number(2)), ("key", .object(keys)), ("name", .string(name))]
    if isUnique { fields.append(("unique", .bool(true))) }
    if isSparse { fields.append(("sparse", .bool(true))) }
    if let expireAfterSeconds { fields.append(("expireAfterSeconds", .number(expireAfterSeconds))) }
    return .of(fields)
  }

  /// The error about two documents with one key; nil when the index allows the new one.
  func problem(_ new: MongoValue, among documents: [MongoValue], _ collection: String) -> String? {
    guard isUnique || name == "_id_" else { return nil }
    var isAbsent = true
    for key in keys.fields.keys {
      if case .undefined = MongoFilter.values(new, at: key)[0] { continue }
      isAbsent = false
    }
    if isSparse, isAbsent { return nil }
    for known in documents {
      var isSame = true
      for key in keys.fields.keys
      where !MongoFilter.values(known, at: key)[0].equals(MongoFilter.values(new, at: key)[0]) {
        isSame = false
      }
      guard isSame else { continue }
      var parts: [String] = []
      for key in keys.fields.keys {
        let value = MongoFilter.values(new, at: key)[0]
        parts.append("\(key): \(MongoCollections.keyText(value.isNothing ? .null : value))")
      }
      return
        "E11000 duplicate key error collection: \(collection) index: \(name) dup key: { \(parts.joined(separator: ", ")) }"
    }
    return nil
  }
}
