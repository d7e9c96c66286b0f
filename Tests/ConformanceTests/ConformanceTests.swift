// Sessions captured from a real control plane, played and compared command by command. The counts may only grow: `equalMin` is
// what is reached, and a session may not lose a command that was equal.

import Conformance
import Foundation
import Testing

@Suite struct ConformanceTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Captures")
    .path

  @Test func capturedSessionsAreReproduced() throws {
    let results = try CaptureFolder.results(ConformanceTests.folder)
    let commands = results.reduce(0) { $0 + $1.commands.count }
    let equal = results.reduce(0) { $0 + $1.equal }
    print(ConformanceReport.table(results))
    #expect(results.count == 68)
    #expect(commands == 1_278)
    for result in results { #expect(result.violations.isEmpty, "\(result.name): \(result.violations)") }
    for deviation in Deviations.all {
      #expect(
        results.contains { result in
          deviation.session == result.name
            && result.commands.contains { !$0.isEqual && $0.command == deviation.command }
        }, "no longer differs: \(deviation.command)")
    }
    #expect(equal >= ConformanceTests.equalMin, "\(equal) commands are equal; run ardoise-dev conformance --details")
  }

  /// Sessions from a second rig with the same control plane, told by pauses: a scripted runtime and provisioner, no Calico unless
  /// the file says so. What its own rig shows (its node, a provisioner's name, what had happened before) was left out of them.
  @Test func secondRigsSessionsAreReproduced() throws {
    let results = try CaptureFolder.results(
      ConformanceTests.folder.replacingOccurrences(of: "Captures", with: "Transcripts"))
    for result in results {
      #expect(result.violations.isEmpty, "\(result.name): \(result.violations)")
      #expect(result.different == 0, "\(ConformanceReport.details(result))")
    }
    #expect(results.count == 17)
    #expect(results.reduce(0) { $0 + $1.commands.count } >= 640)
  }

  /// The same session twice: the same bytes.
  @Test(arguments: ["scale-down-4-2", "jobs", "node-maintenance"]) func sessionsAreReproducible(_ name: String) throws {
    let url = URL(fileURLWithPath: ConformanceTests.folder + "/" + name + ".json")
    let json = Array(try Data(contentsOf: url))
    let first = try Capture.played(name: name, json: json)
    let second = try Capture.played(name: name, json: json)
    #expect(first == second)
  }

  static let equalMin = 1_242
}
