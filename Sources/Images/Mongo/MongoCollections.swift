// Methods of collections and cursors, with the filters, updates and projections that labs use.
// Source: MongoDB manual (CRUD), mongosh 2 documentation.

import SimKernel
import SimMachine

enum MongoCollections {
  static func store(_ server: MongoServer, _ database: String, _ collection: String, _ documents: [MongoValue]) {
    var all = server.databases[database] ?? OrderedMap()
    all[collection] = documents
    server.databases[database] = all
    server.commit()
  }

  static func call(
    _ server: MongoServer, _ database: String, _ collection: String, _ name: String, _ arguments: [MongoValue],
    _ shell: MongoShell
  ) -> MongoValue? {
    var documents = server.databases[database]?[collection] ?? []
    let filter = arguments.first ?? .of([])
    switch name {
    case "insertOne", "insertMany":
      if let problem = shell.writeProblem(server) { return problem }
      var given: [MongoValue] = []
      if name == "insertMany", case .array(let items)? = arguments.first { given = items } else { given = [filter] }
      var ids: [(String, MongoValue)] = []
      for (index, item) in given.enumerated() {
        guard case .object(let object) = item.copy() else { return nil }
        let made = MongoObject()
        let id = object.fields["_id"] ?? server.objectID()
        for known in documents where known.member("_id").equals(id) {
          return .failure(
            "MongoServerError: E11000 duplicate key error collection: \(database).\(collection) index: _id_ dup key: { _id: \(MongoCollections.keyText(id)) }"
          )
        }
        made.fields["_id"] = id
        for (key, value) in object.fields where key != "_id" { made.fields[key] = value }
        documents.append(.object(made))
        ids.append((String(index), id))
      }
      store(server, database, collection, documents)
      if name == "insertOne" { return .of([("acknowledged", .bool(true)), ("insertedId", ids[0].1)]) }
      return .of([("acknowledged", .bool(true)), ("insertedIds", .of(ids))])
    case "find":
      if let problem = shell.readProblem(server) { return problem }
      let host = MongoHost(.cursor, database: database)
      for item in documents {
        guard let isMatch = matches(item, filter) else {
          shell.note("mongosh: a query operator")
          return .undefined
        }
        if isMatch { host.documents.append(project(item, arguments.count > 1 ? arguments[1] : .undefined)) }
      }
      return .host(host)
    case "findOne":
      if let problem = shell.readProblem(server) { return problem }
      for item in documents where matches(item, filter) == true {
        return project(item, arguments.count > 1 ? arguments[1] : .undefined)
      }
      return .null
    case "countDocuments", "estimatedDocumentCount":
      if let problem = shell.readProblem(server) { return problem }
      var count = 0
      for item in documents {
        guard let isMatch = matches(item, filter) else { return nil }
        if isMatch { count += 1 }
      }
      return .integer(count)
    case "deleteOne", "deleteMany":
      if let problem = shell.writeProblem(server) { return problem }
      var kept: [MongoValue] = []
      var count = 0
      for item in documents {
        guard let isMatch = matches(item, filter) else { return nil }
        if isMatch, name == "deleteMany" || count == 0 { count += 1 } else { kept.append(item) }
      }
      if count > 0 { store(server, database, collection, kept) }
      return .of([("acknowledged", .bool(true)), ("deletedCount", .integer(count))])
    case "updateOne", "updateMany":
      if let problem = shell.writeProblem(server) { return problem }
      guard arguments.count == 2, case .object(let change) = arguments[1] else { return nil }
      var matched = 0
      var modified = 0
      for index in documents.indices {
        guard let isMatch = matches(documents[index], filter) else { return nil }
        guard isMatch, name == "updateMany" || matched == 0 else { continue }
        matched += 1
        guard case .object(let object) = documents[index].copy() else { continue }
        for (operation, fields) in change.fields {
          guard case .object(let values) = fields else { return nil }
          for (key, value) in values.fields {
            switch operation {
            case "$set": object.fields[key] = value
            case "$unset": object.fields[key] = nil
            case "$inc": object.fields[key] = .number((object.fields[key]?.double ?? 0) + (value.double ?? 0))
            default: return nil
            }
          }
        }
        if !MongoValue.object(object).equals(documents[index]) { modified += 1 }
        documents[index] = .object(object)
      }
      if modified > 0 { store(server, database, collection, documents) }
      return .of([
        ("acknowledged", .bool(true)), ("insertedId", .null), ("matchedCount", .integer(matched)),
        ("modifiedCount", .integer(modified)), ("upsertedCount", .integer(0)),
      ])
    case "drop":
      if let problem = shell.writeProblem(server) { return problem }
      let existed = server.databases[database]?[collection] != nil
      var all = server.databases[database] ?? OrderedMap()
      all[collection] = nil
      server.databases[database] = all
      server.commit()
      return .bool(existed)
    default: return nil
    }
  }

  private static func keyText(_ value: MongoValue) -> String {
    if case .string(let text) = value { return "\"\(text)\"" }
    return value.inspected
  }

  static func cursor(_ host: MongoHost, _ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    switch name {
    case "toArray": return .array(host.documents)
    case "pretty": return .host(host)
    case "count", "itcount": return .integer(host.documents.count)
    case "limit":
      let made = MongoHost(.cursor, database: host.database)
      let count = Int(arguments.first?.double ?? 0)
      made.documents = count > 0 ? Array(host.documents.prefix(count)) : host.documents
      return .host(made)
    case "skip":
      let made = MongoHost(.cursor, database: host.database)
      made.documents = Array(host.documents.dropFirst(Int(arguments.first?.double ?? 0)))
      return .host(made)
    case "sort":
      guard case .object(let order)? = arguments.first, order.fields.count == 1 else { return nil }
      let key = order.fields.keys[0]
      let made = MongoHost(.cursor, database: host.database)
      let isAscending = (order.fields.values[0].double ?? 1) > 0
      var indexed = Array(host.documents.enumerated())
      indexed.sort { a, b in
        let (x, y) = (a.element.member(key), b.element.member(key))
        if x.precedes(y) { return isAscending }
        if y.precedes(x) { return !isAscending }
        return a.offset < b.offset
      }
      for item in indexed { made.documents.append(item.element) }
      return .host(made)
    case "forEach":
      guard case .function(let function)? = arguments.first else { return nil }
      for document in host.documents { _ = function.call([document]) }
      return .undefined
    case "map":
      guard case .function(let function)? = arguments.first else { return nil }
      var list: [MongoValue] = []
      for document in host.documents { list.append(function.call([document])) }
      return .array(list)
    default: return nil
    }
  }

  /// Nil when the filter has an operator that is not modelled.
  static func matches(_ document: MongoValue, _ filter: MongoValue) -> Bool? {
    guard case .object(let conditions) = filter else { return true }
    for (key, wanted) in conditions.fields {
      if key.utf8.first == 36 { return nil }
      var value = document
      for part in separated(key, by: ".") { value = value.member(part) }
      if case .object(let operators) = wanted, operators.fields.keys.first?.utf8.first == 36 {
        for (operation, operand) in operators.fields {
          switch operation {
          case "$eq": if !value.equals(operand) { return false }
          case "$ne": if value.equals(operand) { return false }
          case "$gt": if !operand.precedes(value) { return false }
          case "$gte": if value.precedes(operand) { return false }
          case "$lt": if !value.precedes(operand) { return false }
          case "$lte": if operand.precedes(value) { return false }
          case "$in":
            guard case .array(let items) = operand else { return nil }
            var isIn = false
            for item in items where item.equals(value) { isIn = true }
            if !isIn { return false }
          case "$exists":
            var exists = true
            if case .undefined = value { exists = false }
            if exists != operand.isTrue { return false }
          default: return nil
          }
        }
      } else if !value.equals(wanted) {
        if case .array(let items) = value {
          var contains = false
          for item in items where item.equals(wanted) { contains = true }
          if contains { continue }
        }
        return false
      }
    }
    return true
  }

  private static func project(_ document: MongoValue, _ projection: MongoValue) -> MongoValue {
    guard case .object(let wanted) = projection, !wanted.fields.isEmpty, case .object(let object) = document else {
      return document
    }
    var includes = false
    for (key, value) in wanted.fields where key != "_id" && value.isTrue { includes = true }
    let made = MongoObject()
    for (key, value) in object.fields {
      let choice = wanted.fields[key]
      if key == "_id" ? choice?.isTrue ?? true : includes ? choice?.isTrue == true : choice == nil {
        made.fields[key] = value
      }
    }
    return .object(made)
  }
}
