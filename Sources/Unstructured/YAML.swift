// YAML in, as kubectl's library (sigs.k8s.io/yaml over goyaml v2) reads it:
// YAML 1.1 booleans and octals, anchors, aliases and merge keys, the last of several equal keys wins. The result is
// what the JSON made of it holds, so `3.0` is the integer 3 and every key is a string.
// Left out: complex keys other than by `?` with a scalar, tags beyond those of the core schema (they count as strings).

import SimKernel

package enum YAML {
  /// The first document of a text; null when there is none.
  package static func parse(_ text: String) throws(YAMLError) -> Value { try parse(Array(text.utf8)) }

  package static func parse(_ bytes: [UInt8], _ dialect: YAMLDialect = .goyaml2) throws(YAMLError) -> Value {
    try checkCharacters(bytes)
    var parser = YAMLParser(bytes, dialect)
    return try parser.firstDocument()
  }

  /// All documents of a text, as a YAML stream (kubectl itself cuts the text first: see `ManifestReader`).
  package static func parseAll(_ text: String) throws(YAMLError) -> [Value] {
    let bytes = Array(text.utf8)
    try checkCharacters(bytes)
    var parser = YAMLParser(bytes)
    return try parser.allDocuments()
  }

  private static func checkCharacters(_ bytes: [UInt8]) throws(YAMLError) {
    for byte in bytes where (byte < 32 && byte != 9 && byte != 10 && byte != 13) || byte == 127 {
      throw YAMLError("control characters are not allowed")
    }
  }

  /// Whether a plain scalar with this text would be a string.
  package static func isPlainString(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    if case .string = YAMLScalar.resolve(bytes) {
      return !YAMLScalar.isTimestamp(bytes) && !YAMLScalar.isSexagesimal(bytes)
    }
    return false
  }
}
