// Collects what is wrong with an object, cause by cause, in the words of apimachinery's field.Error.

import SimKernel
package import Unstructured

/// Validation's working state: the object, the one it replaces (on update), and the causes found so far.
package struct Checker {
  package let kind: Kind
  package let object: Value
  /// The stored object; nil on create.
  package let old: Value?
  package private(set) var causes: [Cause] = []

  package init(_ kind: Kind, _ object: Value, old: Value?) {
    self.kind = kind
    self.object = object
    self.old = old
  }

  package mutating func add(_ reason: String, _ field: String, _ message: String) {
    causes.append(Cause(reason: reason, message: message, field: field))
  }

  /// `Invalid value: <value>: <detail>`, the value as Go's %#v or quotes write it.
  package mutating func invalid(_ field: String, _ value: Value?, _ detail: String) {
    invalid(field, shown: Checker.shown(value), detail)
  }
  package mutating func invalid(_ field: String, shown: String, _ detail: String) {
    add("FieldValueInvalid", field, "Invalid value: \(shown)" + (detail.isEmpty ? "" : ": " + detail))
  }
  package mutating func required(_ field: String, _ detail: String = "") {
    add("FieldValueRequired", field, "Required value" + (detail.isEmpty ? "" : ": " + detail))
  }
  package mutating func forbidden(_ field: String, _ detail: String) {
    add("FieldValueForbidden", field, "Forbidden: " + detail)
  }
  package mutating func duplicate(_ field: String, _ value: Value?) {
    add("FieldValueDuplicate", field, "Duplicate value: " + Checker.shown(value))
  }
  package mutating func notFound(_ field: String, _ value: Value?) {
    add("FieldValueNotFound", field, "Not found: " + Checker.shown(value))
  }
  package mutating func tooLong(_ field: String, _ max: Int) {
    add("FieldValueTooLong", field, "Too long: may not be more than \(max) bytes")
  }
  /// `Unsupported value: "x": supported values: "A", "B"`; the values are printed sorted as given.
  package mutating func unsupported(_ field: String, _ value: Value?, _ supported: [String]) {
    var quoted: [String] = []
    for item in supported { quoted.append(goQuoted(item)) }
    add(
      "FieldValueNotSupported", field,
      "Unsupported value: \(Checker.shown(value)): supported values: " + quoted.joined(separator: ", "))
  }

  /// One cause per problem text.
  package mutating func invalidEach(_ field: String, _ value: Value?, _ problems: [String]) {
    for problem in problems { invalid(field, value, problem) }
  }

  static let nonNegative = "must be greater than or equal to 0"

  /// A number that must not be below zero; absent counts as zero.
  package mutating func nonNegative(_ field: String, _ value: Value?) {
    if let number = value?.integer, number < 0 { invalid(field, value, Checker.nonNegative) }
  }

  /// A value as field.Error shows it: strings quoted, numbers and booleans plain, maps as Go literals.
  package static func shown(_ value: Value?) -> String {
    switch value {
    // The reflection of a nil pointer is the word, and words are quoted.
    case nil, .null: return "\"null\""
    case .string(let text): return goQuoted(text)
    case .integer(let number): return String(number)
    case .number(let number): return number.description
    case .bool(let flag): return flag ? "true" : "false"
    case .array(let items):
      var texts: [String] = []
      for item in items { texts.append(shown(item)) }
      return "[]string{" + texts.joined(separator: ", ") + "}"
    case .object(let members) where members.isEmpty: return "map[string]string(nil)"
    case .object(let members):
      var texts: [String] = []
      for (key, value) in members.sortedByKey { texts.append(goQuoted(key) + ":" + shown(value)) }
      return "map[string]string{" + texts.joined(separator: ", ") + "}"
    }
  }
}

package enum Validation {
  /// Everything the API server would refuse in a new object (or in the change from `old` to it), in its order.
  package static func validate(_ kind: Kind, _ object: Value, old: Value? = nil) -> [Cause] {
    var checker = Checker(kind, object, old: old)
    MetadataValidation.validate(&checker)
    kind.validate(&checker)
    return checker.causes
  }
}

package enum Defaults {
  /// Fills in what the API server fills in. Idempotent.
  package static func apply(_ kind: Kind, _ object: inout Value) {
    kind.defaults(&object)
  }
}
