// Strict decoding: what happens to a manifest's JSON on its way through the API server's typed structures
// (sigs.k8s.io/json and the serializers of apimachinery). Wrong types are refused in Go's words, unknown fields are
// reported in order, and what remains is what the server would store: nulls and empty members gone, embedded
// structures present, quantities canonical, times in UTC.

import SimKernel
package import Unstructured

/// The outcome of decoding an object.
package struct Decoded {
  /// The object as the server would write it back.
  package let object: Value
  /// Paths of fields the schema does not know: `spec.template.spec.containers[0].imagePullPolcy`.
  package let unknownFields: [String]

  /// `unknown field "spec.replica"`, one per field: the text of warnings.
  package var warnings: [String] {
    var texts: [String] = []
    for field in unknownFields { texts.append("unknown field \(goQuoted(field))") }
    return texts
  }
}

package enum Decoding {
  /// Decodes an object of a kind. Throws what the server answers to a create or update whose body has a wrong type.
  package static func decode(_ kind: Kind, _ object: Value) throws(Status) -> Decoded {
    guard let root = Schema.root(kind) else { return Decoded(object: object, unknownFields: []) }
    var decoder = Decoder()
    let result = decoder.structure(Conversion.toStored(object), root, Context())
    if let message = decoder.failure { throw cannotHandle(kind, message) }
    return Decoded(object: result, unknownFields: decoder.unknown)
  }

  /// Decodes and refuses unknown fields (`fieldValidation=Strict`).
  package static func decodeStrictly(_ kind: Kind, _ object: Value) throws(Status) -> Value {
    let decoded = try decode(kind, object)
    if !decoded.unknownFields.isEmpty {
      throw cannotHandle(kind, "strict decoding error: " + decoded.warnings.joined(separator: ", "))
    }
    return decoded.object
  }

  /// The refusal of a request body: `StatefulSet in version "v1" cannot be handled as a StatefulSet: …`.
  package static func cannotHandle(_ kind: Kind, _ message: String) -> Status {
    .badRequest(
      "\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): \(message)")
  }

  /// Rewrites a well-typed object as the server would write it (members without content dropped, and so on).
  package static func normalize(_ kind: Kind, _ object: Value) -> Value {
    guard let root = Schema.root(kind) else { return object }
    var decoder = Decoder()
    return decoder.structure(object, root, Context())
  }

  /// The type error a patched object gives, worded without its kind (`unrecognized type: int32` of the patch path is
  /// conversion's own wording).
  package static func conversionProblem(_ kind: Kind, _ object: Value) -> String? {
    guard let root = Schema.root(kind) else { return nil }
    var decoder = Decoder(isConversion: true)
    _ = decoder.structure(object, root, Context())
    return decoder.failure
  }
}

/// Where decoding stands: the path for unknown fields, and Go's idea of it for type errors.
private struct Context {
  var path = ""
  var goPath = ""
  var structure = ""

  func member(_ name: String, _ structure: Structure) -> Context {
    var inner = self
    inner.path = path.isEmpty ? name : path + "." + name
    inner.goPath = goPath.isEmpty ? name : goPath + "." + name
    inner.structure = Schema.baseName(structure.name)
    return inner
  }

  func item(_ index: Int) -> Context {
    var inner = self
    inner.path = path + "[\(index)]"
    return inner
  }

  func key(_ name: String) -> Context {
    var inner = self
    inner.path = path + "." + name
    return inner
  }
}

private struct Decoder {
  var unknown: [String] = []
  /// The first type error.
  var failure: String?
  /// Errors in the words of apimachinery's unstructured conversion instead of encoding/json's.
  var isConversion = false

  private mutating func fail(_ message: String) { if failure == nil { failure = message } }

  private mutating func mismatch(_ what: String, _ value: Value, _ type: FieldType, _ context: Context) {
    if isConversion {
      switch type.target {
      case .structure: fail("cannot restore struct from: \(reflectKind(value))")
      case .list, .bytes: fail("cannot restore slice from \(reflectKind(value))")
      case .map, .resourceList: fail("cannot restore map from \(reflectKind(value))")
      case .named: fail("unrecognized type: string")
      default: fail("unrecognized type: \(type.target.goName)")
      }
      return
    }
    let place = context.structure.isEmpty ? "value" : "struct field \(context.structure).\(context.goPath)"
    fail("json: cannot unmarshal \(what) into Go \(place) of type \(type.target.goName)")
  }

  private func kindWord(_ value: Value) -> String {
    switch value {
    case .null: return "null"
    case .bool: return "bool"
    case .integer, .number: return "number"
    case .string: return "string"
    case .array: return "array"
    case .object: return "object"
    }
  }

  /// The kind of a value in Go's reflection.
  private func reflectKind(_ value: Value) -> String {
    switch value {
    case .object: return "map"
    case .array: return "slice"
    default: return GoSyntax.typeName(value)
    }
  }

  mutating func structure(_ value: Value, _ structure: Structure, _ context: Context) -> Value {
    guard let object = value.object else {
      if !value.isNull { mismatch(kindWord(value), value, .structure(structure.name), context) }
      return self.structure(.object(Value.Object()), structure, context)
    }
    var decoded: [String: Value] = [:]
    // kubectl sends documents with sorted keys, so this is the order of the document.
    for key in object.keys.sorted() {
      guard let field = structure.members[key] else {
        unknown.append(context.path.isEmpty ? key : context.path + "." + key)
        continue
      }
      guard let member = object[key], !member.isNull else { continue }
      decoded[key] = self.value(member, field.type, context.member(key, structure))
    }
    var result = Value.Object()
    for (name, field) in structure.members {
      let value = decoded[name]
      if let value, field.isAlwaysPresent || !isEmpty(value, field.type) {
        result[name] = value
      } else if let empty = emptyForm(field, context) {
        result[name] = value ?? empty
      }
    }
    return .object(result)
  }

  /// What an absent member is written as; nil when it is left out.
  private mutating func emptyForm(_ field: Field, _ context: Context) -> Value? {
    switch field.type {
    case .structure(let name):
      // Embedded by value: written even when empty.
      guard let structure = Schema.structure(name) else { return nil }
      var inner = Decoder()
      return inner.structure(.object(Value.Object()), structure, Context())
    case .time, .microTime: return .null
    case .quantity: return "0"
    case .intOrString: return 0
    default: break
    }
    guard field.isAlwaysPresent else { return nil }
    switch field.type {
    case .string, .named: return ""
    case .bool: return false
    case .int32, .int64: return 0
    case .double: return 0
    default: return .null
    }
  }

  /// What `omitempty` leaves out.
  private func isEmpty(_ value: Value, _ type: FieldType) -> Bool {
    switch type {
    case .pointer, .structure, .intOrString, .quantity, .time, .microTime, .raw, .duration: return false
    default: break
    }
    switch value {
    case .null: return true
    case .bool(let flag): return !flag
    case .integer(let number): return number == 0
    case .number(let number): return number == 0
    case .string(let text): return text.isEmpty
    case .array(let items): return items.isEmpty
    case .object(let members): return members.isEmpty
    }
  }

  private mutating func value(_ value: Value, _ type: FieldType, _ context: Context) -> Value {
    switch type {
    case .pointer(let target): return self.value(value, target, context)
    case .string, .named:
      if case .string = value { return value }
      mismatch(kindWord(value), value, type, context)
      return ""
    case .bool:
      if case .bool = value { return value }
      mismatch(kindWord(value), value, type, context)
      return false
    case .int32, .int64:
      if case .integer(let number) = value {
        if case .int64 = type { return value }
        if number >= -2_147_483_648, number <= 2_147_483_647 { return value }
      }
      switch value {
      case .integer(let number): mismatch("number \(number)", value, type, context)
      case .number(let number):
        if isConversion, let whole = value.integer { return .integer(whole) }
        mismatch("number \(Decimal.json(number))", value, type, context)
      default: mismatch(kindWord(value), value, type, context)
      }
      return 0
    case .double:
      switch value {
      case .number, .integer: return value
      default:
        mismatch(kindWord(value), value, type, context)
        return 0
      }
    case .bytes: return bytes(value, context)
    case .quantity: return quantity(value)
    case .time, .microTime: return time(value, type)
    case .duration, .raw: return value
    case .intOrString:
      switch value {
      case .string, .integer: return value
      case .number(let number):
        if isConversion {
          fail("json: cannot unmarshal number \(Decimal.json(number)) into Go value of type int32")
        } else {
          mismatch("number \(Decimal.json(number))", value, .int32, context)
        }
      default:
        if isConversion {
          fail("json: cannot unmarshal \(kindWord(value)) into Go value of type int32")
        } else {
          mismatch(kindWord(value), value, .int32, context)
        }
      }
      return 0
    case .resourceList:
      guard let object = value.object else {
        mismatch(kindWord(value), value, type, context)
        return .object(Value.Object())
      }
      var result = Value.Object()
      for (key, amount) in object.sortedByKey { result[key] = quantity(amount) }
      return .object(result)
    case .structure(let name):
      guard let structure = Schema.structure(name) else { return value }
      return self.structure(value, structure, context)
    case .list(let item):
      guard let items = value.array else {
        mismatch(kindWord(value), value, type, context)
        return .array([])
      }
      var result: [Value] = []
      for (index, element) in items.enumerated() {
        if element.isNull, !isStructure(item) {
          result.append("")
        } else {
          result.append(self.value(element, item, context.item(index)))
        }
      }
      return .array(result)
    case .map(let item):
      guard let object = value.object else {
        mismatch(kindWord(value), value, type, context)
        return .object(Value.Object())
      }
      var result = Value.Object()
      for (key, member) in object.sortedByKey {
        if member.isNull, case .string = item {
          result[key] = ""
        } else {
          result[key] = self.value(member, item, context.key(key))
        }
      }
      return .object(result)
    }
  }

  private func isStructure(_ type: FieldType) -> Bool {
    if case .structure = type { return true }
    return false
  }

  private mutating func bytes(_ value: Value, _ context: Context) -> Value {
    guard let text = value.string else {
      if value.isNull { return "" }
      mismatch(kindWord(value), value, .bytes, context)
      return ""
    }
    switch Base64.decode(text) {
    case .bytes(let bytes): return .string(Base64.encode(bytes))
    case .illegal(let offset): fail("illegal base64 data at input byte \(offset)")
    }
    return ""
  }

  private mutating func quantity(_ value: Value) -> Value {
    let text: String
    switch value {
    case .string(let string): text = string
    case .integer(let number): text = String(number)
    case .number(let number): text = Decimal.json(number)
    case .null: return "0"
    default: text = JSON.compact(value)
    }
    guard let quantity = Quantity(parsing: text) else {
      fail(Quantity.parseError(text))
      return "0"
    }
    return .string(quantity.description)
  }

  private mutating func time(_ value: Value, _ type: FieldType) -> Value {
    guard let text = value.string else {
      if !value.isNull { fail("json: cannot unmarshal \(kindWord(value)) into Go value of type string") }
      return .null
    }
    guard let time = CivilTime(rfc3339: text) else {
      fail(
        "parsing time \(goQuoted(text)) as \"2006-01-02T15:04:05Z07:00\": cannot parse \(goQuoted(text)) as \"2006\"")
      return .null
    }
    if case .microTime = type { return .string(time.rfc3339Micro) }
    return .string(time.rfc3339)
  }
}
