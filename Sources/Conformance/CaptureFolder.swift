// A folder of captured sessions, played and compared one after the other.

import Foundation

package enum CaptureFolder {
  /// The captures' recorder waited until something was to be seen, and started the next command just then: a pause may last
  /// this much longer where the simulator is a little later, in so many places of a session.
  private static let stretchSeconds = 1.25
  private static let stretchesMax = 2

  /// Stretches the pause before the first command that differs, or one before it; nil when that does not help.
  private static func stretch(
    _ expected: Capture, _ json: [UInt8], _ stretched: [Int: Double], _ race: Race,
    _ best: SessionResult
  ) throws -> ([Int: Double], SessionResult, [UInt8])? {
    let differing = best.commands.indices.filter {
      !best.commands[$0].isEqual && best.commands[$0].deviation == nil
    }
    for index in differing.prefix(3) {
      // The nearest pause before it: what follows without one sees the same state.
      var place = index
      while place > 0, !isPause(before: place, expected) { place -= 1 }
      guard isPause(before: place, expected), stretched[place] == nil else { continue }
      var pauses = stretched
      pauses[place] = stretchSeconds
      let bytes = try Capture.played(name: expected.name, json: json, stretched: pauses, race: race)
      let result = Comparison.compare(expected: expected, actual: try Capture(name: expected.name, json: bytes))
      if result.equal > best.equal { return (pauses, result, bytes) }
    }
    return nil
  }

  private static func isPause(before index: Int, _ capture: Capture) -> Bool {
    let command = capture.commands[index]
    guard let earlier = capture.commands[..<index].last(where: { !$0.isBackground })
    else { return false }
    return command.start - earlier.end > 0.3
  }

  package static func files(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }.sorted()
      .map { path + "/" + $0 }
  }

  package static func result(_ file: String, savingTo folder: String? = nil) throws -> SessionResult {
    let json = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let expected = try Capture(name: name, json: json)
    var race = Race()
    var played = try Capture.played(name: name, json: json)
    var best = Comparison.compare(expected: expected, actual: try Capture(name: name, json: played))
    if best.isPhaseDependent(expected) {
      for other in Race.others {
        let bytes = try Capture.played(name: name, json: json, race: other)
        let result = Comparison.compare(expected: expected, actual: try Capture(name: name, json: bytes))
        if result.equal > best.equal { (race, played, best) = (other, bytes, result) }
        if best.equal + best.tagged == best.commands.count { break }
      }
    }
    var stretched: [Int: Double] = [:]
    for _ in 0..<stretchesMax {
      guard let (pauses, result, bytes) = try stretch(expected, json, stretched, race, best) else { break }
      stretched = pauses
      best = result
      played = bytes
    }
    if let folder { try Data(played).write(to: URL(fileURLWithPath: folder + "/" + name + ".json")) }
    best.stretchedPauses = stretched.count
    return best
  }

  package static func results(_ path: String) throws -> [SessionResult] { try files(path).map { try result($0) } }
}

extension SessionResult {
  /// Something that shows pods differs.
  fileprivate func isPhaseDependent(_ capture: Capture) -> Bool {
    for (command, result) in zip(capture.commands, commands) where !result.isEqual && result.deviation == nil {
      if command.isBackground || command.command.contains("pod") || command.command.contains("rollout") { return true }
    }
    return false
  }
}
