// A stream of manifests as kubectl reads it from a file or standard input (apimachinery util/yaml): JSON when it
// begins with a brace, else YAML cut at `---` lines and read document by document, with lines counted per document.

import SimKernel

/// Why reading a manifest stream stopped: what kubectl prints after `error parsing FILE: `.
package struct ManifestError: Error {
  package let message: String
}

package struct ManifestReader {
  private let bytes: [UInt8]
  private var position = 0
  private let isJSON: Bool
  private let dialect: YAMLDialect

  package init(_ text: String, _ dialect: YAMLDialect = .goyaml2) {
    self.dialect = dialect
    bytes = Array(text.utf8)
    var i = 0
    while i < bytes.count, bytes[i] == 32 || (bytes[i] >= 9 && bytes[i] <= 13) { i += 1 }
    isJSON = i < bytes.count && bytes[i] == 123
  }

  /// The next document, empty ones skipped; nil at the end. After an error the stream is over.
  package mutating func next() throws(ManifestError) -> Value? {
    while true {
      let value: Value
      if isJSON {
        guard let document = try nextJSON() else { return nil }
        value = document
      } else {
        guard let document = cut() else { return nil }
        do throws(YAMLError) {
          value = try YAML.parse(document, dialect)
        } catch {
          position = bytes.count
          throw ManifestError(message: "error converting YAML to JSON: " + error.description)
        }
      }
      if !value.isNull { return value }
    }
  }

  /// All documents up to the first error.
  package static func all(_ text: String) throws(ManifestError) -> [Value] {
    var reader = ManifestReader(text)
    var documents: [Value] = []
    while let document = try reader.next() { documents.append(document) }
    return documents
  }

  private mutating func nextJSON() throws(ManifestError) -> Value? {
    while position < bytes.count, bytes[position] == 32 || (bytes[position] >= 9 && bytes[position] <= 13) {
      position += 1
    }
    guard position < bytes.count else { return nil }
    do throws(JSONError) {
      let (value, end) = try JSON.parsePrefix(bytes, from: position)
      position = end
      return value
    } catch {
      position = bytes.count
      if error.offset >= bytes.count { throw ManifestError(message: "unexpected EOF") }
      // The decoder counts what it has read, the offending byte included.
      throw ManifestError(message: "json: offset \(error.offset + 1): \(error.message)")
    }
  }

  /// The text of the next YAML document: up to a line that is `---` alone (a comment may follow).
  private mutating func cut() -> [UInt8]? {
    var document: [UInt8] = []
    while position < bytes.count {
      var end = position
      while end < bytes.count, bytes[end] != 10 { end += 1 }
      // Lines are read without their ends, and put together with plain ones, the last as well.
      var line = bytes[position..<end]
      if line.last == 13, end < bytes.count { line.removeLast() }
      position = end + 1
      if line.starts(with: [45, 45, 45]) {
        var rest = line.dropFirst(3)
        while let first = rest.first, first == 32 || (first >= 9 && first <= 13) { rest = rest.dropFirst() }
        if rest.isEmpty || rest.first == 35, !document.isEmpty { return document }
      }
      document += line
      document.append(10)
    }
    return document.isEmpty ? nil : document
  }
}
