import ArgumentParser
import Foundation
import Simulator
import Unstructured

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Play a session described as JSON and print it as JSON.",
    discussion: """
      The session has setup, files, machine and commands; the result is the same object with, per command, start, end, lines
      with virtual times, exit, and notSimulated where something is not modelled.

      EXAMPLES
        ardoise simulate session.json
        echo '{"commands": [{"command": "kubectl get nodes"}]}' | ardoise simulate -
      """)

  @Argument(help: "The session file, or - for standard input.")
  var session: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let bytes: [UInt8]
    if session == "-" {
      bytes = Array(FileHandle.standardInput.readDataToEndOfFile())
    } else {
      guard let data = FileManager.default.contents(atPath: session) else {
        throw CommandFailure.unreadable("'\(session)' cannot be read")
      }
      bytes = Array(data)
    }
    let result = SessionPlayer.play(json: bytes)
    if let error = (try? JSON.parse(result))?["error"]?.string {
      throw CommandFailure.unreadable("\(session): \(error)")
    }
    Console.write(String(decoding: result, as: UTF8.self))
  }
}
