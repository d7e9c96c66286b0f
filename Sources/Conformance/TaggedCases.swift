// Cases of the differential suites that carry `#deviates: REASON`: command lines, scripts and statements that a real program answers
// in another way here. The suites fail when a tag no longer holds, so that the list is true.

import Foundation

package struct TaggedCase {
  /// The file of cases, below `Tests`.
  package let file: String
  /// What is typed: the case's first line.
  package let input: String
  package let reason: String
  /// Whether the simulated machine says itself that it does not know: nothing is recorded of such a case.
  package var saysSo: Bool { reason.hasSuffix("not simulated") }

  private static let tag = "#deviates:"

  /// All in a folder of tests, by file and line.
  package static func all(under folder: String) throws -> [TaggedCase] {
    var found: [TaggedCase] = []
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    for name in names where ["cases", "posix", "sql", "txt"].contains((name as NSString).pathExtension) {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      found += cases(text, file: name)
    }
    return found
  }

  static func cases(_ text: String, file: String) -> [TaggedCase] {
    var found: [TaggedCase] = []
    var reason: String?
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix(tag) {
        reason = line.dropFirst(tag.count).trimmingCharacters(in: .whitespaces)
      } else if let why = reason, !line.hasPrefix("#") {
        let input = line.hasPrefix("$ ") ? line.dropFirst(2) : line[...]
        found.append(TaggedCase(file: file, input: String(input), reason: why))
        reason = nil
      }
    }
    return found
  }
}
