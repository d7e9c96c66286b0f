// The same command lines through the real kubectl and through ours, against the same cluster: standard output, standard error and
// exit code, byte for byte. A scene is a file in Scenes/: its set-up, its files, then one case a line.
//
//   %setup … %end      played on both machines before the next case, then waited for until the cluster is quiet
//   %file NAME … %end  a file in the home directory
//   %pass SECONDS      time goes by
//   #deviates: reason  the next case differs and we know why
//
// `⏎` inside a case stands for a line break. The kubectl of a distribution may word its usage errors in its own way: those are not
// cases of this table (they are taken from captures, see ConformanceTests).

import Foundation
import SimKernel
import Testing

enum SceneStep {
  case setup(String)
  case file(String, String)
  case pass(Int64)
  case compare(String, line: Int, deviates: String?)
}

struct Scene: CustomTestStringConvertible {
  let name: String
  let steps: [SceneStep]
  var testDescription: String { name }

  static let all: [Scene] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenes")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    // One scene alone, while working on what it is about.
    let only = ProcessInfo.processInfo.environment["KUBECTL_SCENE"]
    var scenes: [Scene] = []
    for name in names.sorted() where name.hasSuffix(".txt") && (only ?? name) == name {
      guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else { continue }
      scenes.append(Scene(name, text))
    }
    return scenes
  }()

  init(_ name: String, _ text: String) {
    self.name = name
    var steps: [SceneStep] = []
    var block: (opening: String, lines: [String])?
    var deviates: String?
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if let open = block {
        if line == "%end" {
          let body = open.lines.joined(separator: "\n") + "\n"
          steps.append(open.opening == "%setup" ? .setup(body) : .file(String(open.opening.dropFirst(6)), body))
          block = nil
        } else {
          block!.lines.append(line)
        }
      } else if line == "%setup" || line.hasPrefix("%file ") {
        block = (line, [])
      } else if line.hasPrefix("%pass ") {
        steps.append(.pass(Int64(line.dropFirst(6)) ?? 0))
      } else if line.hasPrefix("#deviates:") {
        deviates = line.dropFirst(10).trimmingCharacters(in: .whitespaces)
      } else if !line.isEmpty, !line.hasPrefix("#") {
        steps.append(
          .compare(line.replacingOccurrences(of: "⏎", with: "\n"), line: index + 1, deviates: deviates))
        deviates = nil
      }
    }
    self.steps = steps
  }
}

@Suite(.serialized) struct KubectlRealityTests {
  @Test(
    .enabled(if: Rig.kubectl != nil, "kubectl is not installed: the comparison with it is skipped"),
    arguments: Scene.all)
  func sameAsTheRealKubectl(_ scene: Scene) throws {
    let rig = try Rig()
    var same = 0
    var count = 0
    for step in scene.steps {
      switch step {
      case .setup(let script):
        let errors = rig.prepare(script)
        if !errors.isEmpty { Issue.record("\(scene.name): the set-up says: \(errors)") }
      case .file(let name, let text): try rig.write(name, text)
      case .pass(let seconds): rig.pass(.seconds(seconds))
      case .compare(let line, let place, let deviates):
        count += 1
        let (ours, real, notSimulated, agesAreUncertain) = rig.compare(line)
        var equal = ours.masked == real.masked && notSimulated.isEmpty
        if !equal, agesAreUncertain {
          print("\(scene.name):\(place): the machine is too busy: compared without ages")
          equal = ours.ageless == real.ageless && notSimulated.isEmpty
        }
        if equal { same += 1 }
        if let deviates {
          if equal { Issue.record("\(scene.name):\(place): no longer deviates (\(deviates)): \(line)") }
        } else if !equal {
          Issue.record(
            """
            \(scene.name):\(place): \(line)
            \(difference(real, ours))\(notSimulated.isEmpty ? "" : "not simulated: \(notSimulated)\n")===
            """)
        }
      }
    }
    for request in rig.notUnderstood { print("\(scene.name): not served: \(request)") }
    print("\(scene.name): \(same) of \(count) the same")
  }

  private func difference(_ real: Outcome, _ ours: Outcome) -> String {
    var text = ""
    if real.code != ours.code { text += "exit code: real \(real.code), ours \(ours.code)\n" }
    for (name, a, b) in [("stdout", real.output, ours.output), ("stderr", real.errors, ours.errors)]
    where Outcome.mask(a) != Outcome.mask(b) {
      text += "--- \(name), real\n+++ \(name), ours\n" + UnifiedLines.difference(a, b)
    }
    return text
  }
}

/// Which lines two texts do not share, by their longest common subsequence.
enum UnifiedLines {
  static func difference(_ a: String, _ b: String) -> String {
    let x = a.components(separatedBy: "\n")
    let y = b.components(separatedBy: "\n")
    let changes = y.difference(from: x)
    var removed: [Int: String] = [:]
    var inserted: [Int: String] = [:]
    for change in changes {
      switch change {
      case .remove(let offset, let line, _): removed[offset] = line
      case .insert(let offset, let line, _): inserted[offset] = line
      }
    }
    var text = ""
    var i = 0
    var j = 0
    var quiet = 0
    while i < x.count || j < y.count {
      if let line = removed[i], i < x.count {
        text += "-\(visible(line))\n"
        i += 1
        quiet = 0
      } else if let line = inserted[j], j < y.count {
        text += "+\(visible(line))\n"
        j += 1
        quiet = 0
      } else {
        quiet += 1
        if removed[i + 1] != nil || inserted[j + 1] != nil || quiet == 1 { text += " \(visible(x[i]))\n" }
        i += 1
        j += 1
      }
    }
    return text
  }

  private static func visible(_ line: String) -> String {
    String(line.prefix(400)).replacingOccurrences(of: "\t", with: "→")
  }
}
