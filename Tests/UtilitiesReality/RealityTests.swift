// The same command lines through the real tools and through ours: standard output, standard error and exit code, byte for
// byte. A case file starts with its set-up (between `%setup` and `%end`), then has one case a line; `#deviates: reason` before a
// case says that we know it differs, `#needs: tool` that it is skipped where the tool is absent.

import Foundation
import Testing
import Utilities

struct RealityCase {
  let line: Int
  let script: String
  let deviates: String?
  let needs: [String]
}

struct RealityFile: CustomTestStringConvertible {
  let name: String
  let setup: String
  let cases: [RealityCase]
  var testDescription: String { name }

  static let all = files(in: "Cases")
  static let busyBox = files(in: "Cases/BusyBox")

  private static func files(in name: String) -> [RealityFile] {
    // Another folder of cases, to try them before they belong to the suite.
    let folder =
      ProcessInfo.processInfo.environment["UTILITIES_FOLDER"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    var files: [RealityFile] = []
    // One file alone, while working on what it is about.
    let only = ProcessInfo.processInfo.environment["UTILITIES_CASES"]
    for name in names.sorted() where name.hasSuffix(".txt") && (only ?? name) == name {
      guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else { continue }
      files.append(RealityFile(name, text))
    }
    return files
  }

  init(_ name: String, _ text: String) {
    self.name = name
    var setup = ""
    var cases: [RealityCase] = []
    var inSetup = false
    var deviates: String?
    var needs: [String] = []
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if line == "%setup" {
        inSetup = true
        continue
      }
      if line == "%end" {
        inSetup = false
        continue
      }
      if inSetup {
        setup += line + "\n"
        continue
      }
      if line.hasPrefix("#deviates:") {
        deviates = String(line.dropFirst(10)).trimmingCharacters(in: .whitespaces)
        continue
      }
      if line.hasPrefix("#needs:") {
        needs = line.dropFirst(7).split(separator: " ").map(String.init)
        continue
      }
      if line.isEmpty || line.hasPrefix("#") { continue }
      // `\n` at the end of a line joins it with the next: cases of several lines.
      cases.append(
        RealityCase(
          line: index + 1, script: line.replacingOccurrences(of: "⏎", with: "\n"), deviates: deviates, needs: needs))
      deviates = nil
      needs = []
    }
    self.setup = setup
    self.cases = cases
  }
}

@Suite struct RealityTests {
  @Test(arguments: RealityFile.all)
  func sameAsTheRealTools(_ file: RealityFile) throws { try compare(file, .gnu) }

  @Test(
    .enabled(if: RealTools.isThere("busybox") && getuid() == 0, "needs root and the Debian package busybox"),
    arguments: RealityFile.busyBox)
  func sameAsTheRealBusyBox(_ file: RealityFile) throws { try compare(file, .busybox) }

  private func compare(_ file: RealityFile, _ flavour: UtilityFlavour) throws {
    var same = 0
    var skipped = 0
    for entry in file.cases {
      if entry.needs.contains(where: { !RealTools.isThere($0) }) {
        skipped += 1
        continue
      }
      let folder = try RealTools.freshFolder(file.setup)
      defer { try? FileManager.default.removeItem(at: folder) }
      let real =
        flavour == .gnu
        ? try RealTools.run(entry.script, in: folder) : try RealTools.runBusyBox(entry.script, in: folder)
      let shell = SimulatedMachine(flavour)
      _ = shell.run(file.setup)
      let ours = shell.run(entry.script)
      let equal =
        ours.output == Array(real.output) && ours.error == Array(real.error) && ours.code == real.code
        && ours.notSimulated.isEmpty
      if equal { same += 1 }
      if flavour == .busybox, !equal, isUsage(real), !ours.notSimulated.isEmpty { continue }
      if let reason = entry.deviates {
        if equal { Issue.record("\(file.name):\(entry.line): no longer deviates (\(reason)): \(entry.script)") }
        continue
      }
      if !equal {
        Issue.record(
          """
          \(file.name):\(entry.line): \(entry.script)
          --- real [\(real.code)]
          \(show(real.output))\(show(real.error, "2> "))
          --- ours [\(ours.code)] \(ours.notSimulated.isEmpty ? "" : "not simulated: \(ours.notSimulated)")
          \(show(Data(ours.output)))\(show(Data(ours.error), "2> "))
          ===
          """)
      }
    }
    print("\(file.name): \(same) of \(file.cases.count) the same, \(skipped) skipped")
  }

  /// BusyBox' usage texts are its own prose: ours says that they are not simulated.
  private func isUsage(_ real: RealOutcome) -> Bool {
    String(decoding: real.error, as: UTF8.self).contains("multi-call binary.\n\nUsage: ")
  }

  private func show(_ data: Data, _ prefix: String = "") -> String {
    guard !data.isEmpty else { return "" }
    let text = String(decoding: data.prefix(6000), as: UTF8.self)
    return text.components(separatedBy: "\n").map { prefix + $0 }.joined(separator: "\n") + "\n"
  }
}
