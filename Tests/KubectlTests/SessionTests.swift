// Every verb's session: commands and what they print, in Sessions/VERB.session, played on a fresh machine with `manifest.yaml` in
// the working directory. Lines of a session file: `# note`, `@ command of the setup`, `$ command`, then its output, with `! ` in
// front of standard error, `? status` when it is not zero, `~ what` for what it says is not simulated.
// `ARDOISE_UPDATE_GOLDENS=1 swift test` writes them anew.

import Foundation
import Simulator
import Testing
import Unstructured

@testable import Kubectl

struct SessionTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Sessions")
  static let manifest = """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: one
      labels: {set: x}
    data:
      a: "1"

    """

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".session") }.map { String($0.dropLast(8)) }.sorted()

  @Test(arguments: names)
  func playsAsWritten(name: String) throws {
    let file = Self.folder.appendingPathComponent(name + ".session")
    let expected = try String(contentsOf: file, encoding: .utf8)
    let actual = play(expected)
    if ProcessInfo.processInfo.environment["ARDOISE_UPDATE_GOLDENS"] != nil {
      try actual.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(actual == expected)
    }
  }

  /// `uncordon` is in the session of `cordon`; every other verb has its own.
  @Test func everyVerbHasASession() {
    let verbs = Verb.all.map(\.name).filter { $0 != "uncordon" }
    #expect(verbs.filter { !Self.names.contains($0) }.isEmpty)
  }

  private func play(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let commands = lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
    let setup = lines.filter { $0.hasPrefix("@ ") }.map { String($0.dropFirst(2)) }
    let session: Value = [
      "setup": [
        "files": ["manifest.yaml": .string(Self.manifest)], "commands": .array(setup.map { .string($0) }),
      ],
      "commands": .array(commands.map { ["command": .string($0)] }), "machine": ["checks": true],
    ]
    let result = SessionPlayer.play(session)
    #expect(result["violations"] == nil, "\(result["violations"]?.array ?? [])")
    var out = lines.filter { $0.hasPrefix("# ") || $0.hasPrefix("@ ") }
    for (command, played) in zip(commands, result["commands"]?.array ?? []) {
      out.append("$ " + command)
      for line in played["lines"]?.array ?? [] {
        let parts = line.array ?? []
        let mark = parts[1].string == "stderr" ? "! " : "  "
        out.append(mark + (parts[2].string ?? "") + (parts.count > 3 ? " (no newline)" : ""))
      }
      let exit = played["exit"]?.integer ?? 0
      if exit != 0 { out.append("? \(exit)") }
      for reason in played["notSimulated"]?.array ?? [] { out.append("~ \(reason.string ?? "")") }
    }
    return out.joined(separator: "\n") + "\n"
  }
}
