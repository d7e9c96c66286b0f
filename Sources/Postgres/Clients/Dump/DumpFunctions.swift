// Entries of functions, procedures and triggers. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

extension DumpCollector {
  mutating func add(_ f: FunctionEntry) {
    let texts = Describe(session: session)
    let kind = f.isProcedure ? "PROCEDURE" : "FUNCTION"
    let named = "\(q(f.name))(\(texts.argumentText(f, defaults: false)))"
    let target = "\(q(f.schema)).\(named)"
    var types: [String] = []
    for type in f.inputTypes { types.append(session.formatType(type)) }
    var entry = DumpEntry(
      kind: kind, tag: "\(f.name)(\(joined(types, ", ")))", schema: f.schema, owner: f.owner)
    entry.catalog = 1255
    entry.oid = f.oid
    var text = "CREATE \(kind) \(full(f.schema, f.name))(\(texts.argumentText(f)))"
    if !f.isProcedure { text += " RETURNS \(texts.resultText(f))" }
    text += "\n    LANGUAGE \(q(f.language))\(FunctionSource.attributes(f))"
    let quote = DumpCollector.dollarQuote(f.body)
    entry.definition = text + "\n    AS \(quote)\(f.body)\(quote);\n"
    entry.drop = "DROP \(kind) \(target);\n"
    entry.ownerTarget = "\(kind) \(target)"
    let entries =
      [entry] + comment(kind, named, target, f.comment, like: entry)
      + privileges(kind, target, named, f.acl, owner: f.owner, base: nil, like: entry)
    var needs: [String] = []
    for parameter in f.parameters { needs += self.needs(type: parameter.type.oid) }
    needs += self.needs(type: f.result.oid)
    put(
      "function \(f.oid)", DumpPriority.function, f.schema, f.name, position: types.count, needs: needs, entries)
  }

  /// What has to be there before a type can be named: the type, or the table whose rows are of it.
  func needs(type oid: Int32) -> [String] {
    guard var type = session.catalog.types[oid] else { return [] }
    if type.form == .array {
      guard let element = session.catalog.types[type.elementOid] else { return [] }
      type = element
    }
    return [type.relation == 0 ? "type \(type.oid)" : "relation \(type.relation)"]
  }

  /// A delimiter that does not occur in the text: `$$`, `$_$`, `$_X$` …
  static func dollarQuote(_ text: String) -> String {
    let bytes = Array(text.utf8)
    func contains(_ part: [UInt8]) -> Bool {
      guard bytes.count >= part.count else { return false }
      for start in 0...(bytes.count - part.count) where bytes[start] == part[0] {
        if bytes[start..<(start + part.count)].elementsEqual(part) { return true }
      }
      return false
    }
    var quote: [UInt8] = [0x24]
    while contains(quote) { quote.append(quote.count % 8 == 1 ? 0x5f : 0x58) }
    return String(decoding: quote + [0x24], as: UTF8.self)
  }

  mutating func addTriggers(_ r: Relation) {
    for t in r.triggers {
      var entry = DumpEntry(kind: "TRIGGER", tag: "\(r.name) \(t.name)", schema: r.schema, owner: r.owner)
      entry.section = .afterData
      entry.table = r.oid
      entry.catalog = 2620
      entry.oid = t.oid
      entry.definition = "CREATE \(t.isConstraint ? "CONSTRAINT " : "")TRIGGER \(deparser.trigger(t, r));\n"
      let firing: [UInt8: String] = [68: "DISABLE", 65: "ENABLE ALWAYS", 82: "ENABLE REPLICA"]
      if let how = firing[t.firing] {
        entry.definition += "\nALTER TABLE \(full(r)) \(how) TRIGGER \(q(t.name));\n"
      }
      entry.drop = "DROP TRIGGER \(q(t.name)) ON \(full(r));\n"
      put("trigger \(t.oid)", DumpPriority.trigger, r.schema, t.name, [entry])
    }
  }

  /// The indexes of partitions are made on their own, then joined to those of the partitioned table.
  mutating func attach(index: Relation, of r: Relation) {
    guard let parent = session.catalog.relation(index.index?.parent ?? 0) else { return }
    var entry = DumpEntry(kind: "INDEX ATTACH", tag: index.name, schema: index.schema, owner: r.owner)
    entry.section = .afterData
    entry.table = r.oid
    entry.definition = "ALTER INDEX \(full(parent)) ATTACH PARTITION \(full(index));\n"
    put("index attach \(index.oid)", DumpPriority.indexAttach, index.schema, index.name, [entry])
  }
}
