// The stages of an aggregation pipeline. The server answers the groups of `$group` in an order of its own, which is not modelled:
// several groups are shown only when a later stage sorts or counts them.
// Source: MongoDB manual (aggregation stages).

import SimKernel

enum MongoAggregation {
  enum Outcome {
    case documents([MongoValue])
    case notSimulated(String)
  }

  static func run(_ stages: [MongoValue], _ input: [MongoValue], _ others: (String) -> [MongoValue]) -> Outcome {
    var documents = input
    var isUnordered = false
    for stage in stages {
      guard case .object(let object) = stage, object.fields.count == 1, let name = object.fields.keys.first else {
        return .notSimulated("mongosh: an aggregation stage with several operators")
      }
      let operand = object.fields.values[0]
      guard let result = apply(name, operand, documents, others) else {
        return .notSimulated("mongosh: this use of the aggregation stage \(name)")
      }
      if isUnordered, name == "$limit" || name == "$skip" {
        return .notSimulated("mongosh: the order of the groups of $group")
      }
      documents = result
      if name == "$group" { isUnordered = documents.count > 1 }
      if name == "$sort" || name == "$sortByCount" || name == "$count" {
        // Documents that the sort leaves equal keep the order they came in.
        isUnordered =
          isUnordered && name != "$count"
          && hasTies(documents, name == "$sort" ? operand : .of([("count", .number(-1))]))
      }
      if name == "$sortByCount" {
        isUnordered = hasTies(documents, .of([("count", .number(-1))]))
      }
    }
    return isUnordered && documents.count > 1
      ? .notSimulated("mongosh: the order of the groups of $group") : .documents(documents)
  }

  private static func hasTies(_ documents: [MongoValue], _ order: MongoValue) -> Bool {
    guard documents.count > 1 else { return false }
    for index in 1..<documents.count where MongoCursor.order(documents[index - 1], documents[index], by: order) == 0 {
      return true
    }
    return false
  }

  private static func apply(
    _ name: String, _ operand: MongoValue, _ documents: [MongoValue], _ others: (String) -> [MongoValue]
  ) -> [MongoValue]? {
    var list: [MongoValue] = []
    switch name {
    case "$match":
      for document in documents {
        guard let isMatch = MongoFilter.matches(document, operand) else { return nil }
        if isMatch { list.append(document) }
      }
      return list
    case "$sort": return MongoCursor.sorted(documents, by: operand)
    case "$limit": return operand.double.map { Array(documents.prefix(Int($0))) }
    case "$skip": return operand.double.map { Array(documents.dropFirst(Int($0))) }
    case "$count":
      guard let field = operand.text else { return nil }
      return documents.isEmpty ? [] : [.of([(field, .integer(documents.count))])]
    case "$project", "$addFields", "$set", "$unset":
      for document in documents {
        guard let made = reshaped(document, name, operand) else { return nil }
        list.append(made)
      }
      return list
    case "$replaceRoot", "$replaceWith":
      let root = name == "$replaceRoot" ? operand.member("newRoot") : operand
      for document in documents {
        guard let made = MongoExpression.value(root, document), case .object = made else { return nil }
        list.append(made)
      }
      return list
    case "$unwind": return unwound(operand, documents)
    case "$group": return grouped(operand, documents)
    case "$sortByCount":
      guard let groups = grouped(.of([("_id", operand), ("count", .of([("$sum", .number(1))]))]), documents) else {
        return nil
      }
      return MongoCursor.sorted(groups, by: .of([("count", .number(-1))]))
    case "$lookup":
      guard let from = operand.member("from").text, let local = operand.member("localField").text,
        let foreign = operand.member("foreignField").text, let field = operand.member("as").text
      else { return nil }
      let candidates = others(from)
      for document in documents {
        guard case .object(let made) = document.copy() else { return nil }
        var found: [MongoValue] = []
        let keys = MongoFilter.values(document, at: local)
        for candidate in candidates {
          for key in keys where MongoFilter.matches(candidate, .of([(foreign, key.isNothing ? .null : key)])) == true {
            found.append(candidate)
            break
          }
        }
        made.fields[field] = .array(found)
        list.append(.object(made))
      }
      return list
    default: return nil
    }
  }

  private static func reshaped(_ document: MongoValue, _ name: String, _ operand: MongoValue) -> MongoValue? {
    if name == "$project" { return MongoCursor.project(document, operand) }
    guard case .object(let made) = document.copy() else { return nil }
    if name == "$unset" {
      var paths: [MongoValue] = [operand]
      if case .array(let items) = operand { paths = items }
      for path in paths { if let text = path.text { MongoUpdate.remove(made, text) } }
      return .object(made)
    }
    guard case .object(let fields) = operand else { return nil }
    for (key, expression) in fields.fields {
      guard !key.utf8.contains(46), let value = MongoExpression.value(expression, document) else { return nil }
      if case .undefined = value { continue }
      made.fields[key] = value
    }
    return .object(made)
  }

  private static func unwound(_ operand: MongoValue, _ documents: [MongoValue]) -> [MongoValue]? {
    let path = operand.text ?? operand.member("path").text ?? ""
    let keepsEmpty = operand.member("preserveNullAndEmptyArrays").isTrue
    guard path.utf8.first == 36, !path.utf8.contains(46) else { return nil }
    if case .object(let object) = operand, object.fields["includeArrayIndex"] != nil { return nil }
    let field = String(path.dropFirst())
    var list: [MongoValue] = []
    for document in documents {
      let value = document.member(field)
      if case .array(let items) = value {
        for item in items {
          guard case .object(let made) = document.copy() else { return nil }
          made.fields[field] = item
          list.append(.object(made))
        }
        if items.isEmpty, keepsEmpty {
          guard case .object(let made) = document.copy() else { return nil }
          made.fields[field] = nil
          list.append(.object(made))
        }
      } else if !value.isNothing || keepsEmpty {
        list.append(document)
      }
    }
    return list
  }

  private static func grouped(_ operand: MongoValue, _ documents: [MongoValue]) -> [MongoValue]? {
    guard case .object(let fields) = operand, let identity = fields.fields["_id"] else { return nil }
    var keys: [MongoValue] = []
    var members: [[MongoValue]] = []
    for document in documents {
      guard var key = MongoExpression.value(identity, document) else { return nil }
      if key.isNothing { key = .null }
      var place: Int?
      for (index, known) in keys.enumerated() where known.equals(key) { place = index }
      if let place {
        members[place].append(document)
      } else {
        keys.append(key)
        members.append([document])
      }
    }
    var list: [MongoValue] = []
    for (index, key) in keys.enumerated() {
      let made = MongoObject([("_id", key)])
      for (field, accumulator) in fields.fields where field != "_id" {
        guard case .object(let object) = accumulator, object.fields.count == 1, let name = object.fields.keys.first
        else { return nil }
        var values: [MongoValue] = []
        for document in members[index] {
          guard let value = MongoExpression.value(object.fields.values[0], document) else { return nil }
          values.append(value)
        }
        if name == "$addToSet" {
          // The set has an order of its own.
          var distinct: [MongoValue] = []
          for value in values where !distinct.contains(where: { $0.equals(value) }) { distinct.append(value) }
          guard distinct.count < 2 else { return nil }
          made.fields[field] = .array(distinct)
          continue
        }
        guard let result = MongoAccumulator.result(name, values) else { return nil }
        made.fields[field] = result
      }
      list.append(.object(made))
    }
    return list
  }
}
