// The functions of Go's text/template and the two that kubectl adds. Source: Go 1.23, text/template/funcs.go; cli-runtime
// pkg/printers/template.go.

import KubeAPI
import SimKernel
import Unstructured

struct TemplateCallProblem: Error {
  let message: String
}

struct TemplateFunction {
  let name: String
  /// How many arguments there must be.
  let fixed: Int
  var isVariadic = false
  /// Whether the first argument has to be a string.
  var wantsString = false
  let run: @Sendable ([TemplateValue]) throws(TemplateCallProblem) -> TemplateValue

  func call(_ arguments: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue { try run(arguments) }
}

enum TemplateFunctions {
  static let all: [TemplateFunction] = [
    TemplateFunction(name: "and", fixed: 1, isVariadic: true, run: first),
    TemplateFunction(name: "or", fixed: 1, isVariadic: true, run: first),
    TemplateFunction(name: "not", fixed: 1, run: not), TemplateFunction(name: "len", fixed: 1, run: length),
    TemplateFunction(name: "index", fixed: 1, isVariadic: true, run: index),
    TemplateFunction(name: "slice", fixed: 1, isVariadic: true, run: slice),
    TemplateFunction(name: "print", fixed: 0, isVariadic: true, run: print),
    TemplateFunction(name: "println", fixed: 0, isVariadic: true, run: println),
    TemplateFunction(name: "printf", fixed: 1, isVariadic: true, wantsString: true, run: printf),
    TemplateFunction(name: "html", fixed: 0, isVariadic: true, run: html),
    TemplateFunction(name: "js", fixed: 0, isVariadic: true, run: script),
    TemplateFunction(name: "urlquery", fixed: 0, isVariadic: true, run: query),
    TemplateFunction(name: "eq", fixed: 1, isVariadic: true, run: equal),
    TemplateFunction(name: "ne", fixed: 2, run: notEqual), TemplateFunction(name: "lt", fixed: 2, run: less),
    TemplateFunction(name: "le", fixed: 2, run: lessOrEqual), TemplateFunction(name: "gt", fixed: 2, run: greater),
    TemplateFunction(name: "ge", fixed: 2, run: greaterOrEqual),
    TemplateFunction(name: "exists", fixed: 1, isVariadic: true, run: exists),
    TemplateFunction(name: "base64decode", fixed: 1, wantsString: true, run: decode),
  ]
  static let names: [String] = {
    var names: [String] = []
    for function in all { names.append(function.name) }
    return names
  }()

  private static func fail(_ text: String) -> TemplateCallProblem { TemplateCallProblem(message: text) }
  private static func flag(_ value: Bool) -> TemplateValue { TemplateValue(.bool(value)) }
  private static func number(_ value: Int) -> TemplateValue { TemplateValue(.integer(Int64(value)), isOwn: true) }
  private static func text(_ value: String) -> TemplateValue { TemplateValue(.string(value)) }

  @Sendable private static func first(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue { a[0] }
  @Sendable private static func not(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    flag(!a[0].isTrue)
  }

  // MARK: Parts

  @Sendable private static func length(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    switch a[0].value {
    case .array(let items)?: return number(items.count)
    case .object(let members)?: return number(members.count)
    case .string(let text)?: return number(text.utf8.count)
    case .null?: throw fail("len of nil pointer")
    case nil: throw fail("reflect: call of reflect.Value.Type on zero Value")
    default: throw fail("len of type \(a[0].unboxed.typeName)")
    }
  }

  private static func position(_ index: TemplateValue, _ count: Int) throws(TemplateCallProblem) -> Int {
    let index = index.unboxed
    guard let value = index.value else { throw fail("cannot index slice/array with nil") }
    guard case .integer(let number) = value else {
      throw fail("cannot index slice/array with type \(index.typeName)")
    }
    if number < 0 || number > Int64(count) { throw fail("index out of range: \(number)") }
    return Int(number)
  }

  @Sendable private static func index(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    var item = a[0].unboxed
    if item.value == nil { throw fail("index of untyped nil") }
    for key in a.dropFirst() {
      switch item.value {
      case nil, .null?: throw fail("index of nil pointer")
      case .array(let items)?:
        let place = try position(key, items.count)
        if place == items.count { throw fail("reflect: slice index out of range") }
        item = TemplateValue(items[place], isBoxed: true)
      case .string(let text)?:
        let bytes = Array(text.utf8)
        let place = try position(key, bytes.count)
        if place == bytes.count { throw fail("reflect: string index out of range") }
        item = TemplateValue(.integer(Int64(bytes[place])))
      case .object(let members)?:
        let name = key.unboxed
        guard let value = name.value else { throw fail("value is nil; should be of type string") }
        guard let text = value.string else { throw fail("value has type \(name.typeName); should be string") }
        item = TemplateValue(members[text] ?? .null, isBoxed: true)
      default: throw fail("can't index item of type \(item.unboxed.typeName)")
      }
    }
    return item
  }

  @Sendable private static func slice(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    let item = a[0].unboxed
    guard let value = item.value else { throw fail("slice of untyped nil") }
    if a.count > 4 { throw fail("too many slice indexes: \(a.count - 1)") }
    let count: Int
    switch value {
    case .string(let text):
      if a.count == 4 { throw fail("cannot 3-index slice a string") }
      count = text.utf8.count
    case .array(let items): count = items.count
    default: throw fail("can't slice item of type \(item.typeName)")
    }
    var bounds = [0, count, count]
    for (place, argument) in a.dropFirst().enumerated() { bounds[place] = try position(argument, count) }
    if bounds[0] > bounds[1] { throw fail("invalid slice index: \(bounds[0]) > \(bounds[1])") }
    if let items = value.array { return TemplateValue(.array(Array(items[bounds[0]..<bounds[1]]))) }
    return text(String(decoding: Array((value.string ?? "").utf8)[bounds[0]..<bounds[1]], as: UTF8.self))
  }

  @Sendable private static func exists(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    var current = a[0].unboxed.value
    for key in a.dropFirst() {
      if let number = key.value?.integer, let items = current?.array {
        current = number >= 0 && number < Int64(items.count) ? items[Int(number)] : nil
      } else {
        current = current?[key.value?.string ?? ""]
      }
      if current == nil { return flag(false) }
    }
    return flag(true)
  }

  // MARK: Comparisons

  @Sendable private static func equal(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    if a.count < 2 { throw fail("missing argument for comparison") }
    let x = a[0].unboxed
    for other in a.dropFirst() {
      let y = other.unboxed
      switch (x.value, y.value) {
      case (nil, nil): return flag(true)
      case (nil, _), (_, nil): continue
      case (.bool(let p)?, .bool(let q)?): if p == q { return flag(true) }
      case (.integer(let p)?, .integer(let q)?): if p == q { return flag(true) }
      case (.number(let p)?, .number(let q)?): if p == q { return flag(true) }
      case (.string(let p)?, .string(let q)?): if p == q { return flag(true) }
      case (.array?, .array?), (.array?, .object?), (.object?, .array?), (.object?, .object?):
        throw fail("non-comparable types \(x.shown): \(x.typeName), \(y.typeName): \(y.shown)")
      default: throw fail("incompatible types for comparison")
      }
    }
    return flag(false)
  }

  @Sendable private static func notEqual(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    flag(!(try equal(a).isTrue))
  }

  private static func isLess(_ a: [TemplateValue]) throws(TemplateCallProblem) -> Bool {
    let values = [a[0].unboxed, a[1].unboxed]
    for item in values {
      switch item.value {
      case nil, .null?, .array?, .object?: throw fail("invalid type for comparison")
      default: break
      }
    }
    switch (values[0].value, values[1].value) {
    case (.integer(let p)?, .integer(let q)?): return p < q
    case (.number(let p)?, .number(let q)?): return p < q
    case (.string(let p)?, .string(let q)?): return p < q
    case (.bool?, .bool?): throw fail("invalid type for comparison")
    default: throw fail("incompatible types for comparison")
    }
  }

  @Sendable private static func less(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    flag(try isLess(a))
  }
  @Sendable private static func lessOrEqual(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    if try isLess(a) { return flag(true) }
    return try equal(a)
  }
  @Sendable private static func greater(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    flag(!(try lessOrEqual(a).isTrue))
  }
  @Sendable private static func greaterOrEqual(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    flag(!(try isLess(a)))
  }

  // MARK: Texts

  @Sendable private static func print(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    text(GoFormat.print(values(a)))
  }
  @Sendable private static func println(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    var texts: [String] = []
    for value in values(a) { texts.append(goText(value)) }
    return text(texts.joined(separator: " ") + "\n")
  }
  @Sendable private static func printf(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    text(GoFormat.format(a[0].value?.string ?? "", Array(a.dropFirst())))
  }
  private static func values(_ a: [TemplateValue]) -> [Value] {
    var out: [Value] = []
    for argument in a { out.append(argument.value ?? .null) }
    return out
  }

  @Sendable private static func decode(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    switch Base64.decode(a[0].value?.string ?? "") {
    case .bytes(let bytes): return text(String(decoding: bytes, as: UTF8.self))
    case .illegal(let place): throw fail("base64 decode failed: illegal base64 data at input byte \(place)")
    }
  }

  /// What the escapers work on: the text itself, or everything as printed.
  private static func joined(_ a: [TemplateValue]) -> [UInt8] {
    if a.count == 1, let text = a[0].value?.string { return Array(text.utf8) }
    var parts: [Value] = []
    for argument in a {
      parts.append(argument.unboxed.value ?? .string("<no value>"))
    }
    return Array(GoFormat.print(parts).utf8)
  }

  private static let htmlEscapes: [UInt8: String] = [
    34: "&#34;", 38: "&amp;", 39: "&#39;", 60: "&lt;", 62: "&gt;", 0: "\u{FFFD}",
  ]
  private static let scriptEscapes: [UInt8: String] = [
    34: #"\""#, 39: #"\'"#, 60: #"\u003C"#, 62: #"\u003E"#, 38: #"\u0026"#, 61: #"\u003D"#, 92: #"\\"#, 10: #"\u000A"#,
    13: #"\u000D"#, 9: #"\u0009"#,
  ]

  private static func escaped(_ bytes: [UInt8], _ table: [UInt8: String]) -> String {
    var out: [UInt8] = []
    for byte in bytes {
      if let text = table[byte] { out.append(contentsOf: text.utf8) } else { out.append(byte) }
    }
    return String(decoding: out, as: UTF8.self)
  }
  @Sendable private static func html(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    text(escaped(joined(a), htmlEscapes))
  }
  @Sendable private static func script(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    text(escaped(joined(a), scriptEscapes))
  }
  @Sendable private static func query(_ a: [TemplateValue]) throws(TemplateCallProblem) -> TemplateValue {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in joined(a) {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: out.append(byte)
      case 32: out.append(43)
      default: out += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return text(String(decoding: out, as: UTF8.self))
  }
}
