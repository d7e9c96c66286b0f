// The field trees of the API's objects: what decoding, strategic merge, `kubectl explain` and the template hash read.
// SchemaText.swift holds them in a compact notation; this file reads it once.

package import SimKernel

/// The type of a field, as the API declares it.
package indirect enum FieldType: Sendable {
  case string
  /// A string type with a name of its own: `v1.Protocol`.
  case named(String)
  case bool
  case int32
  case int64
  case double
  case bytes
  case quantity
  case time
  case microTime
  case duration
  case intOrString
  /// Anything: an embedded object of unknown kind.
  case raw
  case resourceList
  case structure(String)
  case pointer(FieldType)
  case list(FieldType)
  case map(FieldType)

  /// Without the pointer, if there is one.
  package var target: FieldType {
    if case .pointer(let type) = self { return type }
    return self
  }

  /// The structure's name behind pointers, lists and maps.
  package var structureName: String? {
    switch self {
    case .structure(let name): return name
    case .pointer(let type), .list(let type), .map(let type): return type.structureName
    default: return nil
    }
  }

  /// The type as Go writes it: `[]v1.Container`, `map[string]string`, `int32`.
  package var goName: String {
    switch self {
    case .string: return "string"
    case .named(let name): return name
    case .bool: return "bool"
    case .int32: return "int32"
    case .int64: return "int64"
    case .double: return "float64"
    case .bytes: return "[]uint8"
    case .quantity: return "resource.Quantity"
    case .time: return "v1.Time"
    case .microTime: return "v1.MicroTime"
    case .duration: return "v1.Duration"
    case .intOrString: return "intstr.IntOrString"
    case .raw: return "runtime.RawExtension"
    case .resourceList: return "v1.ResourceList"
    case .structure(let name): return Schema.goName(name)
    case .pointer(let type): return "*" + type.goName
    case .list(let type): return "[]" + type.goName
    case .map(let type): return "map[string]" + type.goName
    }
  }

  /// The type as `kubectl explain` shows it: `integer`, `[]Container`, `map[string]string`.
  package var explainName: String {
    switch self {
    case .string, .named, .bytes, .time, .microTime, .duration, .quantity:
      switch self {
      case .quantity: return "Quantity"
      default: return "string"
      }
    case .bool: return "boolean"
    case .int32, .int64: return "integer"
    case .double: return "number"
    case .intOrString: return "IntOrString"
    case .raw: return "Object"
    case .resourceList: return "map[string]Quantity"
    case .structure(let name): return Schema.baseName(name)
    case .pointer(let type): return type.explainName
    case .list(let type): return "[]" + type.explainName
    case .map(let type): return "map[string]" + type.explainName
    }
  }
}

package struct Field: Sendable {
  /// The name in manifests; empty for an embedded structure.
  package let name: String
  /// The name of the Go field.
  package let goName: String
  package let type: FieldType
  /// Present even when empty (no `omitempty`).
  package let isAlwaysPresent: Bool
  /// A list that merges item by item: by this key, or as a set when the key is empty; nil for lists that are replaced.
  package let mergeKey: String?
  /// The patch strategy `retainKeys`.
  package let retainsKeys: Bool
  /// An embedded structure whose fields appear in place.
  package let isEmbedded: Bool
}

package struct Structure: Sendable {
  package let name: String
  /// As declared, embedded structures included.
  package let fields: [Field]
  /// By name in manifests, embedded structures dissolved, in declaration order.
  package let members: OrderedMap<String, Field>
}

package enum Schema {
  private static let structures: [String: Structure] = read()

  package static func structure(_ name: String) -> Structure? { structures[name] }

  /// The structure of a kind's objects; nil for kinds whose fields are not modelled.
  package static func root(_ kind: Kind) -> Structure? {
    if kind.group == "autoscaling" { return structures["v2." + kind.kind] }
    return structures[kind.kind]
  }

  /// The field at a path of member names below a kind, lists and maps stepped into.
  package static func field(_ kind: Kind, _ path: [String]) -> Field? {
    guard var structure = root(kind) else { return nil }
    var found: Field?
    for (index, name) in path.enumerated() {
      guard let field = structure.members[name] else { return nil }
      found = field
      if index + 1 == path.count { break }
      guard let next = field.type.structureName, let inner = structures[next] else { return nil }
      structure = inner
    }
    return found
  }

  /// `v1.PodSpec`, `v2.MetricSpec`.
  static func goName(_ name: String) -> String {
    if name.hasPrefix("v2.") { return name }
    return "v1." + baseName(name)
  }

  /// The name without version or group.
  static func baseName(_ name: String) -> String {
    var base: [UInt8] = []
    for byte in name.utf8 {
      if byte == 46 || byte == 58 { base = [] } else { base.append(byte) }
    }
    return String(decoding: base, as: UTF8.self)
  }

  private static func read() -> [String: Structure] {
    var declared: [String: [Field]] = [:]
    var name = ""
    for line in text.utf8.split(separator: 10) {
      let continues = line.first == 32
      for (index, word) in line.split(separator: 32).enumerated() {
        let bytes = Array(word)
        if index == 0, !continues {
          name = String(decoding: bytes, as: UTF8.self)
          declared[name] = []
        } else {
          declared[name]!.append(field(bytes))
        }
      }
    }
    var result: [String: Structure] = [:]
    for (name, fields) in declared {
      result[name] = Structure(name: name, fields: fields, members: dissolve(fields, declared))
    }
    return result
  }

  private static func dissolve(_ fields: [Field], _ declared: [String: [Field]]) -> OrderedMap<String, Field> {
    var members = OrderedMap<String, Field>()
    for field in fields {
      if field.isEmbedded {
        for (name, inner) in dissolve(declared[field.type.structureName ?? ""] ?? [], declared) {
          members[name] = inner
        }
      } else {
        members[field.name] = field
      }
    }
    return members
  }

  private static func field(_ bytes: [UInt8]) -> Field {
    var i = 0
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    if bytes[0] == 94 {
      let name = text(1..<bytes.count)
      return Field(
        name: "", goName: baseName(name), type: .structure(name), isAlwaysPresent: false, mergeKey: nil,
        retainsKeys: false, isEmbedded: true)
    }
    while bytes[i] != 58, bytes[i] != 61 { i += 1 }
    let name = text(0..<i)
    var goName = String(decoding: [bytes[0] - 32] + bytes[1..<i], as: UTF8.self)
    if bytes[i] == 61 {
      let start = i + 1
      while bytes[i] != 58 { i += 1 }
      goName = text(start..<i)
    }
    i += 1
    let typeStart = i
    while i < bytes.count, bytes[i] != 33, bytes[i] != 43, bytes[i] != 37 { i += 1 }
    let type = self.type(Array(bytes[typeStart..<i]))
    var always = false
    var mergeKey: String?
    var retains = false
    while i < bytes.count {
      switch bytes[i] {
      case 33:
        always = true
        i += 1
      case 37:
        retains = true
        i += 1
      default:
        let start = i + 1
        i += 1
        while i < bytes.count, bytes[i] != 37, bytes[i] != 33 { i += 1 }
        mergeKey = text(start..<i)
      }
    }
    return Field(
      name: name, goName: goName, type: type, isAlwaysPresent: always, mergeKey: mergeKey, retainsKeys: retains,
      isEmbedded: false)
  }

  private static func type(_ bytes: [UInt8]) -> FieldType {
    switch bytes[0] {
    case 42: return .pointer(type(Array(bytes[1...])))
    case 91: return .list(type(Array(bytes[2...])))
    case 123: return .map(type(Array(bytes[2...])))
    case 60: return .named(String(decoding: bytes[1...], as: UTF8.self))
    default: break
    }
    guard bytes.count == 1 else { return .structure(String(decoding: bytes, as: UTF8.self)) }
    switch bytes[0] {
    case 115: return .string
    case 98: return .bool
    case 105: return .int32
    case 108: return .int64
    case 102: return .double
    case 66: return .bytes
    case 81: return .quantity
    case 84: return .time
    case 77: return .microTime
    case 68: return .duration
    case 73: return .intOrString
    case 76: return .resourceList
    default: return .raw
    }
  }
}
