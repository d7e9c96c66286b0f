// A folder of captured sessions, played and compared one after the other.

import Foundation

package enum CaptureFolder {
  package static func files(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }.sorted()
      .map { path + "/" + $0 }
  }

  package static func result(_ file: String, savingTo folder: String? = nil) throws -> SessionResult {
    let json = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let played = try Capture.played(name: name, json: json)
    if let folder { try Data(played).write(to: URL(fileURLWithPath: folder + "/" + name + ".json")) }
    return Comparison.compare(
      expected: try Capture(name: name, json: json), actual: try Capture(name: name, json: played))
  }

  package static func results(_ path: String) throws -> [SessionResult] { try files(path).map { try result($0) } }
}
