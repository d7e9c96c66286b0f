// One datum. The type of an expression is known apart from its value; a value only has as much shape as it needs.

internal import SimKernel

struct IntervalValue: Equatable {
  var months: Int64 = 0
  var days: Int64 = 0
  var microseconds: Int64 = 0
}

/// An array of any number of dimensions, elements in row-major order.
struct ArrayValue {
  var elementType: Int32
  var dimensions: [Int]
  var lowerBounds: [Int]
  var elements: [Value]

  init(elementType: Int32, _ elements: [Value]) {
    self.elementType = elementType
    self.elements = elements
    dimensions = elements.isEmpty ? [] : [elements.count]
    lowerBounds = elements.isEmpty ? [] : [1]
  }
  init(elementType: Int32, dimensions: [Int], lowerBounds: [Int], elements: [Value]) {
    self.elementType = elementType
    self.dimensions = dimensions
    self.lowerBounds = lowerBounds
    self.elements = elements
  }
}

struct RecordValue {
  var names: [String]
  var types: [Int32]
  var fields: [Value]
}

struct RangeValue {
  var isEmpty = false
  var lower: Value?
  var upper: Value?
  var lowerInclusive = false
  var upperInclusive = false
}

/// A label of an enumerated type; the order is the catalogue's and may change when labels are put between others.
final class EnumLabel {
  let oid: Int32
  let type: Int32
  var name: String
  var order: Double
  init(oid: Int32, type: Int32, name: String, order: Double) {
    self.oid = oid
    self.type = type
    self.name = name
    self.order = order
  }
}

indirect enum Value {
  case null
  case bool(Bool)
  /// smallint, integer, bigint, oid and the reg… types, money (cents), xid.
  case int(Int64)
  /// real and double precision.
  case float(Double)
  case numeric(Numeric)
  /// text, varchar, char, name, json, uuid, inet … in their printed form.
  case text(String)
  case bytes([UInt8])
  /// Days since 2000-01-01.
  case date(Int64)
  /// Microseconds since midnight.
  case time(Int64)
  /// Microseconds since midnight, seconds east of UTC.
  case timeZoned(Int64, Int64)
  /// Microseconds since 2000-01-01 00:00 (UTC for timestamptz).
  case timestamp(Int64)
  case interval(IntervalValue)
  case json(JSONValue)
  case array(ArrayValue)
  case record(RecordValue)
  case range(RangeValue)
  case label(EnumLabel)

  var isNull: Bool {
    if case .null = self { return true }
    return false
  }
  var isTrue: Bool {
    if case .bool(true) = self { return true }
    return false
  }
  var integer: Int64 {
    if case .int(let value) = self { return value }
    return 0
  }
  var string: String {
    if case .text(let value) = self { return value }
    return ""
  }
  var double: Double {
    switch self {
    case .float(let value): return value
    case .int(let value): return Double(value)
    case .numeric(let value): return value.double
    default: return 0
    }
  }
  var decimal: Numeric {
    switch self {
    case .numeric(let value): return value
    case .int(let value): return Numeric(value)
    case .float(let value): return Numeric(value)
    default: return Numeric(0)
    }
  }
}

typealias Row = [Value]

/// Type and modifier (`varchar(20)`: 24; -1 when there is none).
struct SQLType: Equatable {
  var oid: Int32
  var modifier: Int32
  init(_ oid: Int32, _ modifier: Int32 = -1) {
    self.oid = oid
    self.modifier = modifier
  }
}

/// OIDs that the code names.
enum Oid {
  static let bool: Int32 = 16
  static let bytea: Int32 = 17
  static let char: Int32 = 18
  static let name: Int32 = 19
  static let int8: Int32 = 20
  static let int2: Int32 = 21
  static let int2vector: Int32 = 22
  static let int4: Int32 = 23
  static let regproc: Int32 = 24
  static let text: Int32 = 25
  static let oid: Int32 = 26
  static let tid: Int32 = 27
  static let xid: Int32 = 28
  static let cid: Int32 = 29
  static let json: Int32 = 114
  static let cidr: Int32 = 650
  static let float4: Int32 = 700
  static let float8: Int32 = 701
  static let unknown: Int32 = 705
  static let money: Int32 = 790
  static let inet: Int32 = 869
  static let bpchar: Int32 = 1042
  static let varchar: Int32 = 1043
  static let date: Int32 = 1082
  static let time: Int32 = 1083
  static let timestamp: Int32 = 1114
  static let timestamptz: Int32 = 1184
  static let interval: Int32 = 1186
  static let timetz: Int32 = 1266
  static let refcursor: Int32 = 1790
  static let bit: Int32 = 1560
  static let varbit: Int32 = 1562
  static let numeric: Int32 = 1700
  static let regprocedure: Int32 = 2202
  static let regclass: Int32 = 2205
  static let regtype: Int32 = 2206
  static let record: Int32 = 2249
  static let recordArray: Int32 = 2287
  static let cstring: Int32 = 2275
  static let any: Int32 = 2276
  static let anyarray: Int32 = 2277
  static let void: Int32 = 2278
  static let trigger: Int32 = 2279
  static let anyelement: Int32 = 2283
  static let anynonarray: Int32 = 2776
  static let uuid: Int32 = 2950
  static let pgLSN: Int32 = 3220
  static let anyenum: Int32 = 3500
  static let tsvector: Int32 = 3614
  static let tsquery: Int32 = 3615
  static let regconfig: Int32 = 3734
  static let jsonb: Int32 = 3802
  static let anyrange: Int32 = 3831
  static let jsonpath: Int32 = 4072
  static let regnamespace: Int32 = 4089
  static let regrole: Int32 = 4096
  static let anycompatible: Int32 = 5077
  static let anycompatiblearray: Int32 = 5078
  static let anycompatiblenonarray: Int32 = 5079
  static let anycompatiblerange: Int32 = 5080
  static let textArray: Int32 = 1009
  static let firstUser: Int32 = 16_384
}

/// One row of the type catalogue.
struct TypeEntry {
  enum Form { case base, array, composite, enumeration, domain, pseudo, range, multirange }
  var oid: Int32
  var name: String
  /// The name that messages and `\d` print: `character varying`.
  var sqlName: String
  var category: UInt8
  var isPreferred: Bool
  var length: Int
  var form: Form
  var arrayOid: Int32 = 0
  var elementOid: Int32 = 0
  var baseType = SQLType(0)
  var schema = "pg_catalog"
  var owner = ""
  var labels: [EnumLabel] = []
  /// The table whose row type this is.
  var relation: Int32 = 0
  var checks: [DomainCheck] = []
  var notNull = false
  var defaultText: String?
  var fields: [CompositeField] = []
  var comment: String?
}

struct CompositeField {
  var name: String
  var type: SQLType
}

struct DomainCheck {
  var name: String
  var source: Expr
  var text: String
}

/// The types that every database has.
struct BuiltinTypes {
  nonisolated(unsafe) static let shared = BuiltinTypes()
  private(set) var byOid: [Int32: TypeEntry] = [:]
  private(set) var byName: [String: Int32] = [:]
  let order: [Int32]

  private init() {
    var order: [Int32] = []
    for f in factLines(typeFacts) {
      let oid = Int32(f[1]) ?? 0
      let form: TypeEntry.Form =
        f[6] == "p" ? .pseudo : f[6] == "r" ? .range : f[6] == "m" ? .multirange : .base
      var entry = TypeEntry(
        oid: oid, name: f[0], sqlName: f[7], category: Array(f[2].utf8)[0], isPreferred: f[3] == "t",
        length: Int(f[4]) ?? -1, form: form)
      entry.arrayOid = Int32(f[5]) ?? 0
      if oid == 22 { entry.elementOid = Oid.int2 }
      if oid == 30 { entry.elementOid = Oid.oid }
      byOid[oid] = entry
      byName[f[0]] = oid
      order.append(oid)
      if entry.arrayOid != 0 {
        var array = TypeEntry(
          oid: entry.arrayOid, name: "_" + f[0], sqlName: f[7] + "[]", category: 65, isPreferred: false, length: -1,
          form: .array)
        array.elementOid = oid
        byOid[array.oid] = array
        byName[array.name] = array.oid
        order.append(array.oid)
      }
    }
    self.order = order
  }
}
