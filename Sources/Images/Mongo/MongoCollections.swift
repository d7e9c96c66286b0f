// Methods of collections.
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

  private static let reads: Set<String> = [
    "find", "findOne", "countDocuments", "estimatedDocumentCount", "count", "distinct", "aggregate", "getIndexes",
  ]
  private static let writes: Set<String> = [
    "insertOne", "insertMany", "deleteOne", "deleteMany", "updateOne", "updateMany", "replaceOne", "drop",
    "createIndex", "dropIndex", "findOneAndUpdate", "findOneAndDelete", "findOneAndReplace",
  ]

  static func call(
    _ server: MongoServer, _ database: String, _ collection: String, _ name: String, _ arguments: [MongoValue],
    _ shell: MongoShell
  ) -> MongoValue? {
    if reads.contains(name) {
      if let problem = shell.readProblem(server) { return problem }
    } else if writes.contains(name) {
      if let problem = shell.writeProblem(server) { return problem }
    }
    let place = Place(server: server, database: database, collection: collection)
    let filter = arguments.first ?? .of([])
    switch name {
    case "insertOne", "insertMany": return insert(place, name, arguments, shell)
    case "find", "findOne":
      guard var found = place.matching(filter) else { return nil }
      if name == "findOne" { found = Array(found.prefix(1)) }
      let host = MongoHost(.cursor, database: database)
      for document in found {
        guard let shown = MongoCursor.project(document.copy(), arguments.count > 1 ? arguments[1] : .undefined) else {
          shell.note("mongosh: this projection")
          return .undefined
        }
        host.documents.append(shown)
      }
      return name == "findOne" ? host.documents.first ?? .null : .host(host)
    case "countDocuments", "estimatedDocumentCount", "count":
      return place.matching(filter).map { .integer($0.count) }
    case "distinct": return distinct(place, arguments)
    case "aggregate":
      var stages = arguments
      if case .array(let items)? = arguments.first { stages = items }
      let outcome = MongoAggregation.run(stages, place.documents) { server.databases[database]?[$0] ?? [] }
      switch outcome {
      case .notSimulated(let what):
        shell.note(what)
        return .undefined
      case .documents(let documents):
        let host = MongoHost(.aggregation, database: database)
        for document in documents { host.documents.append(document.copy()) }
        return .host(host)
      }
    case "deleteOne", "deleteMany":
      guard let doomed = place.indexes(filter) else { return nil }
      let removed = name == "deleteOne" ? Array(doomed.prefix(1)) : doomed
      place.remove(removed)
      return .of([("acknowledged", .bool(true)), ("deletedCount", .integer(removed.count))])
    case "updateOne", "updateMany", "replaceOne": return update(place, name, arguments, shell)
    case "findOneAndUpdate", "findOneAndDelete", "findOneAndReplace":
      return findAndChange(place, name, arguments, shell)
    case "drop":
      let existed = server.databases[database]?[collection] != nil
      var all = server.databases[database] ?? OrderedMap()
      all[collection] = nil
      server.databases[database] = all
      server.indexes[place.name] = nil
      server.commit()
      return .bool(existed)
    case "createIndex", "getIndexes", "dropIndex": return index(place, name, arguments, shell)
    case "getName": return .string(collection)
    case "getFullName": return .string(place.name)
    default: return nil
    }
  }

  /// A collection of a server.
  private struct Place {
    let server: MongoServer
    let database: String
    let collection: String

    var name: String { "\(database).\(collection)" }
    var documents: [MongoValue] { server.databases[database]?[collection] ?? [] }
    var indexes: [MongoIndex] { [MongoIndex.identity] + (server.indexes[name] ?? []) }

    func indexes(_ filter: MongoValue) -> [Int]? {
      // An operator that is not modelled is said so even where there is nothing to compare.
      guard MongoFilter.matches(.of([]), filter) != nil else { return nil }
      var list: [Int] = []
      for (index, document) in documents.enumerated() {
        guard let isMatch = MongoFilter.matches(document, filter) else { return nil }
        if isMatch { list.append(index) }
      }
      return list
    }

    func matching(_ filter: MongoValue) -> [MongoValue]? {
      guard let found = indexes(filter) else { return nil }
      let all = documents
      var list: [MongoValue] = []
      for index in found { list.append(all[index]) }
      return list
    }

    func problem(_ new: MongoValue, among others: [MongoValue]) -> String? {
      for index in indexes { if let text = index.problem(new, among: others, name) { return text } }
      return nil
    }

    func remove(_ places: [Int]) {
      guard !places.isEmpty else { return }
      var kept: [MongoValue] = []
      for (index, document) in documents.enumerated() where !places.contains(index) { kept.append(document) }
      MongoCollections.store(server, database, collection, kept)
    }

    func replace(_ index: Int, _ document: MongoObject) -> String? {
      var all = documents
      let old = all.remove(at: index)
      guard !MongoValue.object(document).equals(old) else { return nil }
      if let text = problem(.object(document), among: all) { return text }
      all.insert(.object(document), at: index)
      MongoCollections.store(server, database, collection, all)
      return nil
    }
  }

  private static func withID(_ object: MongoObject, _ server: MongoServer) -> MongoObject {
    let made = MongoObject([("_id", object.fields["_id"] ?? server.objectID())])
    for (key, value) in object.fields where key != "_id" { made.fields[key] = value }
    return made
  }

  private static func insert(_ place: Place, _ name: String, _ arguments: [MongoValue], _ shell: MongoShell)
    -> MongoValue?
  {
    var given: [MongoValue] = arguments.isEmpty ? [] : [arguments[0]]
    if name == "insertMany", case .array(let items)? = arguments.first { given = items }
    guard arguments.count == 1, !given.isEmpty else { return nil }
    var documents = place.documents
    var ids: [(String, MongoValue)] = []
    for (index, item) in given.enumerated() {
      guard case .object(let object) = item.copy() else { return nil }
      let made = MongoValue.object(withID(object, place.server))
      if let text = place.problem(made, among: documents) {
        if index > 0 { store(place.server, place.database, place.collection, documents) }
        guard name == "insertMany" else { return .failure("MongoServerError: \(text)") }
        if shell.showsWholeErrors { shell.note("mongosh: the counts in a bulk write's error") }
        return .failure("MongoBulkWriteError: \(text)")
      }
      documents.append(made)
      ids.append((String(index), made.member("_id")))
    }
    store(place.server, place.database, place.collection, documents)
    if name == "insertOne" { return .of([("acknowledged", .bool(true)), ("insertedId", ids[0].1)]) }
    return .of([("acknowledged", .bool(true)), ("insertedIds", .of(ids))])
  }

  private static func distinct(_ place: Place, _ arguments: [MongoValue]) -> MongoValue? {
    guard let path = arguments.first?.text,
      let found = place.matching(arguments.count > 1 ? arguments[1] : .of([]))
    else { return nil }
    var list: [MongoValue] = []
    for document in found {
      for value in MongoFilter.values(document, at: path) {
        var items = [value]
        if case .array(let inner) = value { items = inner }
        for item in items {
          if case .undefined = item { continue }
          if !list.contains(where: { $0.equals(item) }) { list.append(item) }
        }
      }
    }
    list.sort { $0.precedes($1) }
    return .array(list)
  }

  private static func update(_ place: Place, _ name: String, _ arguments: [MongoValue], _ shell: MongoShell)
    -> MongoValue?
  {
    guard arguments.count >= 2, case .object(let change) = arguments[1], let found = place.indexes(arguments[0]) else {
      return nil
    }
    let isUpsert = arguments.count > 2 && arguments[2].member("upsert").isTrue
    let isReplacing = name == "replaceOne"
    let hasOperators = change.fields.keys.first?.utf8.first == 36
    if !isReplacing, !hasOperators {
      return .failure("MongoInvalidArgumentError: Update document requires atomic operators")
    }
    if isReplacing, hasOperators {
      return .failure("MongoInvalidArgumentError: Replacement document must not contain atomic operators")
    }
    func answer(_ id: MongoValue, _ matched: Int, _ modified: Int, _ upserted: Int) -> MongoValue {
      .of([
        ("acknowledged", .bool(true)), ("insertedId", id), ("matchedCount", .integer(matched)),
        ("modifiedCount", .integer(modified)), ("upsertedCount", .integer(upserted)),
      ])
    }
    if found.isEmpty {
      guard isUpsert else { return answer(.null, 0, 0, 0) }
      guard let made = upserted(place, arguments[0], change, isReplacing) else { return nil }
      if let text = place.problem(made, among: place.documents) { return .failure("MongoServerError: \(text)") }
      store(place.server, place.database, place.collection, place.documents + [made])
      return answer(made.member("_id"), 0, 0, 1)
    }
    var modified = 0
    let targets = name == "updateMany" ? found : Array(found.prefix(1))
    for index in targets {
      guard case .object(let old) = place.documents[index] else { return nil }
      var new = old
      if isReplacing {
        new = MongoObject([("_id", old.fields["_id"] ?? .null)])
        for (key, value) in change.fields where key != "_id" { new.fields[key] = value.copy() }
      } else {
        switch MongoUpdate.apply(change, to: old, isInsert: false, now: place.server.now) {
        case .notSimulated: return nil
        case .failure(let text): return .failure(text)
        case .changed(let object): new = object
        }
      }
      if !MongoValue.object(new).equals(.object(old)) { modified += 1 }
      if let text = place.replace(index, new) { return .failure("MongoServerError: \(text)") }
    }
    return answer(.null, targets.count, modified, 0)
  }

  /// The document that an upsert makes of the filter's equalities and the change.
  private static func upserted(_ place: Place, _ filter: MongoValue, _ change: MongoObject, _ isReplacing: Bool)
    -> MongoValue?
  {
    let base = MongoObject()
    if case .object(let conditions) = filter {
      for (key, value) in conditions.fields where !isReplacing || key == "_id" {
        if key.utf8.first == 36 || key.utf8.contains(46) { return nil }
        if case .object(let object) = value, object.fields.keys.first?.utf8.first == 36 { continue }
        base.fields[key] = value
      }
    }
    if isReplacing {
      for (key, value) in change.fields { base.fields[key] = value }
      return .object(withID(base, place.server))
    }
    guard
      case .changed(let made) = MongoUpdate.apply(change, to: base, isInsert: true, now: place.server.now)
    else { return nil }
    return .object(withID(made, place.server))
  }

  private static func findAndChange(_ place: Place, _ name: String, _ arguments: [MongoValue], _ shell: MongoShell)
    -> MongoValue?
  {
    let options = arguments.last ?? .undefined
    let isDelete = name == "findOneAndDelete"
    if arguments.count > (isDelete ? 1 : 2) {
      guard case .object(let object) = options else { return nil }
      for key in object.fields.keys where key != "returnDocument" && key != "returnNewDocument" { return nil }
    }
    guard let index = place.indexes(arguments.first ?? .of([])) else { return nil }
    guard let first = index.first else { return .null }
    let before = place.documents[first]
    if isDelete {
      place.remove([first])
      return before
    }
    guard
      let result = update(
        place, name == "findOneAndUpdate" ? "updateOne" : "replaceOne", Array(arguments.prefix(2)), shell)
    else { return nil }
    if case .failure = result { return result }
    let wantsNew = options.member("returnDocument").text == "after" || options.member("returnNewDocument").isTrue
    return wantsNew ? place.documents[first] : before
  }

  private static func index(_ place: Place, _ name: String, _ arguments: [MongoValue], _ shell: MongoShell)
    -> MongoValue?
  {
    switch name {
    case "getIndexes":
      if place.server.databases[place.database]?[place.collection] == nil {
        return .failure("MongoServerError[NamespaceNotFound]: ns does not exist: \(place.name)")
      }
      var list: [MongoValue] = []
      for index in place.indexes { list.append(index.value) }
      return .array(list)
    case "createIndex":
      guard case .object(let keys)? = arguments.first, !keys.fields.isEmpty else { return nil }
      for direction in keys.fields.values where direction.double != 1 && direction.double != -1 { return nil }
      var made = MongoIndex(name: MongoIndex.name(keys), keys: keys.copy())
      if arguments.count > 1, case .object(let options) = arguments[1] {
        for (key, value) in options.fields {
          switch key {
          case "unique": made.isUnique = value.isTrue
          case "sparse": made.isSparse = value.isTrue
          case "name": made.name = value.text ?? made.name
          case "expireAfterSeconds": made.expireAfterSeconds = value.double
          default: return nil
          }
        }
      }
      if made.expireAfterSeconds != nil { shell.note("mongosh: an index that removes documents after a time") }
      for known in place.indexes where known.name == made.name { return .string(made.name) }
      let documents = place.documents
      for (number, document) in documents.enumerated() {
        if made.problem(document, among: Array(documents[..<number]), place.name) != nil {
          shell.note("mongosh: the error about an index that the documents break")
          return .undefined
        }
      }
      place.server.indexes[place.name] = (place.server.indexes[place.name] ?? []) + [made]
      store(place.server, place.database, place.collection, documents)
      return .string(made.name)
    default:
      guard let wanted = arguments.first else { return nil }
      var name = wanted.text ?? ""
      if case .object(let keys) = wanted { name = MongoIndex.name(keys) }
      let before = place.indexes
      var kept = place.server.indexes[place.name] ?? []
      kept.removeAll { $0.name == name }
      if kept.count + 1 == before.count {
        return wanted.text == nil
          ? nil : .failure("MongoServerError[IndexNotFound]: index not found with name [\(name)]")
      }
      place.server.indexes[place.name] = kept
      place.server.commit()
      return shell.reply(place.server, [("nIndexesWas", .integer(before.count)), ("ok", .integer(1))])
    }
  }

  /// A value as the server writes it in an error.
  static func keyText(_ value: MongoValue) -> String {
    if case .string(let text) = value { return "\"\(text)\"" }
    return value.inspected
  }
}
