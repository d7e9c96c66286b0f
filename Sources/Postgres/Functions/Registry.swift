// The functions of the server: signatures from the facts, implementations by internal name. A function that exists in
// PostgreSQL and has no implementation here is "not simulated"; one that does not exist is PostgreSQL's own error.

internal import SimKernel

/// Computes a value from evaluated arguments. Wrapped in a struct: Embedded Swift stores no typed-throwing closures in
/// dictionaries.
struct Implementation {
  let scalar: ((ClientSession, CallSite, [Value]) throws(SQLError) -> Value)?
  let set: ((ClientSession, CallSite, [Value]) throws(SQLError) -> [Value])?
}

final class BuiltinFunction {
  let name: String
  let arguments: [Int32]
  let result: Int32
  /// `f`, `a`, `w`
  let kind: UInt8
  let returnsSet: Bool
  let isStrict: Bool
  let volatility: UInt8
  let isVariadic: Bool
  let defaults: Int
  let internalName: String
  /// The extension that brings it.
  let extensionName: String?
  /// The entry of an aggregate that a user has made.
  let aggregate: Int32
  init(
    name: String, arguments: [Int32], result: Int32, kind: UInt8, returnsSet: Bool, isStrict: Bool, volatility: UInt8,
    isVariadic: Bool, defaults: Int, internalName: String, extensionName: String? = nil, aggregate: Int32 = 0
  ) {
    self.name = name
    self.arguments = arguments
    self.result = result
    self.kind = kind
    self.returnsSet = returnsSet
    self.isStrict = isStrict
    self.volatility = volatility
    self.isVariadic = isVariadic
    self.defaults = defaults
    self.internalName = internalName
    self.extensionName = extensionName
    self.aggregate = aggregate
  }
}

struct BuiltinCast {
  let source: Int32
  let target: Int32
  /// `i` implicit, `a` assignment, `e` explicit
  let context: UInt8
  /// `f` function, `b` binary, `i` through text
  let method: UInt8
  let function: String
}

final class FunctionRegistry {
  nonisolated(unsafe) static let shared = FunctionRegistry()

  private(set) var functions: [String: [BuiltinFunction]] = [:]
  private(set) var operators: [String: [OperatorEntry]] = [:]
  private(set) var casts: [Int64: BuiltinCast] = [:]
  private(set) var otherNames: Set<String> = []
  private var implementations: [String: Implementation] = [:]

  private init() {
    let types = BuiltinTypes.shared.byName
    func oid(_ name: String) -> Int32 { types[name] ?? 0 }
    let own = (factLines(functionFacts) + factLines(replicationFunctionFacts)).map {
      (fact: $0, extensionName: String?.none)
    }
    let brought = factLines(extensionFunctionFacts).map {
      (fact: Array($0.dropFirst()), extensionName: String?.some($0[0]))
    }
    for (f, extensionName) in own + brought {
      var arguments: [Int32] = []
      if !f[1].isEmpty { for part in f[1].split(separator: ",") { arguments.append(oid(String(part))) } }
      let flags = Array(f[3].utf8)
      var volatility: UInt8 = 0x69
      var defaults = 0
      for b in flags[1...] {
        if b == 0x69 || b == 0x76 || b == 0x73 { volatility = b }
        if Lexer.isDigit(b) { defaults = Int(b - 48) }
      }
      let returnsSet = flags.contains(0x53)
      let function = BuiltinFunction(
        name: f[0], arguments: arguments, result: oid(f[2]), kind: flags[0], returnsSet: returnsSet,
        isStrict: !flags.contains(0x6e), volatility: volatility, isVariadic: flags.contains(0x56), defaults: defaults,
        internalName: f.count > 4 && !f[4].isEmpty ? f[4] : f[0], extensionName: extensionName)
      functions[f[0], default: []].append(function)
    }
    for f in factLines(operatorFacts) {
      operators[f[0], default: []].append(
        OperatorEntry(
          name: f[0], left: f[1].isEmpty ? 0 : oid(f[1]), right: oid(f[2]), result: oid(f[3]), function: f[4]))
    }
    for f in factLines(castFacts) {
      let source = oid(f[0])
      let target = oid(f[1])
      casts[Int64(source) << 32 | Int64(target)] = BuiltinCast(
        source: source, target: target, context: Array(f[2].utf8)[0], method: Array(f[3].utf8)[0],
        function: f.count > 4 ? f[4] : "")
    }
    for line in factLines(otherFunctionNames) {
      for word in line[0].split(separator: " ") { otherNames.insert(String(word)) }
    }
    registerAll()
  }

  func cast(_ source: Int32, _ target: Int32) -> BuiltinCast? { casts[Int64(source) << 32 | Int64(target)] }
  func implementation(_ name: String) -> Implementation? { implementations[name] }

  /// Declares what a function does.
  func add(_ name: String, _ body: @escaping (ClientSession, CallSite, [Value]) throws(SQLError) -> Value) {
    implementations[name] = Implementation(scalar: body, set: nil)
  }
  func addSet(_ name: String, _ body: @escaping (ClientSession, CallSite, [Value]) throws(SQLError) -> [Value]) {
    implementations[name] = Implementation(scalar: nil, set: body)
  }
  /// The common case: only the arguments matter.
  func pure(_ names: String..., body: @escaping ([Value]) throws(SQLError) -> Value) {
    let wrapped: (ClientSession, CallSite, [Value]) throws(SQLError) -> Value = {
      (_: ClientSession, _: CallSite, arguments: [Value]) throws(SQLError) -> Value in
      try body(arguments)
    }
    for name in names { implementations[name] = Implementation(scalar: wrapped, set: nil) }
  }

  private func registerAll() {
    registerArithmetic()
    registerNumericFunctions()
    registerComparison()
    registerTextFunctions()
    registerPrivilegeFunctions()
    registerRangeFunctions()
    registerPatternFunctions()
    registerDateTimeFunctions()
    registerFormatting()
    registerArrayFunctions()
    registerJSONFunctions()
    registerJSONPath()
    registerTextSearch()
    registerExtensionFunctions()
    registerSystemDetails()
    registerSystemFunctions()
    registerSetFunctions()
    registerCasts()
    registerOddments()
    registerPartAssignment()
    registerBitsAndBytes()
  }
}
