// Options as the tools of Kafka take them: `--name value`, `--name=value` and `--name`.

/// Options of a tool: `--name value` and `--name`.
struct KafkaOptions {
  var values: [String: [String]] = [:]
  var words: [String] = []
  var unknown: String?

  init(_ arguments: [String], values names: Set<String>, switches: Set<String>) {
    var rest = arguments
    while !rest.isEmpty {
      let word = rest.removeFirst()
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      var name = String(word.dropFirst(2))
      var value: String?
      if let equals = name.utf8.firstIndex(of: 61) {
        value = String(name[name.utf8.index(after: equals)...])
        name = String(name[..<equals])
      }
      if names.contains(name) {
        values[name, default: []].append(value ?? (rest.isEmpty ? "" : rest.removeFirst()))
      } else if switches.contains(name) {
        values[name] = [""]
      } else if unknown == nil {
        unknown = word
      }
    }
  }

  subscript(name: String) -> String? { values[name]?.last }
  func has(_ name: String) -> Bool { values[name] != nil }
}
