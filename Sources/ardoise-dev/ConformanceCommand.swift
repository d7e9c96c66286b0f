import ArgumentParser
import Conformance
import Foundation

/// Plays captured sessions and shows where the simulator differs.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance", abstract: "Compare the simulator with captured sessions.")

  @Argument(help: "Capture files or folders of them.")
  var paths: [String] = ["Tests/ConformanceTests/Captures"]

  @Flag(help: "Show every difference.")
  var details = false

  @Option(help: "Folder for the played sessions, as JSON.")
  var save: String?

  func run() throws {
    var results: [SessionResult] = []
    for path in paths {
      for file in path.hasSuffix(".json") ? [path] : try CaptureFolder.files(path) {
        let result = try CaptureFolder.result(file, savingTo: save)
        results.append(result)
        if details { print(ConformanceReport.details(result), terminator: "") }
      }
    }
    print(ConformanceReport.table(results))
  }
}
