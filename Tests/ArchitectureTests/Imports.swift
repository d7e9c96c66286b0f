// The arrows between modules, as a table, checked against every `import` line. SwiftPM alone lets an undeclared transitive
// import through, so this test is the wall.

import Foundation
import Testing

/// What each module may import besides itself. Core modules come first; `Diagnostics` and `SimKernel` are named like all others.
let arrows: [String: Set<String>] = [
  "Diagnostics": [],
  "Images": ["Postgres", "SimKernel", "SimMachine", "Unstructured", "Utilities"],
  "KubeAPI": ["SimKernel", "Unstructured"],
  "KubeCluster": ["KubeAPI", "SimKernel", "Unstructured"],
  "Kubectl": ["KubeAPI", "KubeCluster", "SimKernel", "SimMachine", "Unstructured"],
  "Postgres": ["SimKernel", "SimMachine"],
  "ShellRuntime": ["ShellSyntax", "SimKernel", "SimMachine"],
  "ShellSyntax": ["SimKernel"],
  "SimKernel": [],
  "SimMachine": ["SimKernel"],
  "Simulator": [
    "Images", "KubeAPI", "KubeCluster", "Kubectl", "Postgres", "ShellRuntime", "ShellSyntax", "SimKernel",
    "SimMachine", "Unstructured", "Utilities",
  ],
  "SimulatorWasm": ["Simulator"],
  "Unstructured": ["SimKernel"],
  "Utilities": ["SimKernel", "SimMachine", "Unstructured"],
  // Host
  "ArdoiseCLI": [
    "ArgumentParser", "Conformance", "Diagnostics", "FlyingFox", "FlyingSocks", "Foundation", "Glibc", "LabLint",
    "LabModel", "LabParser", "LabRecorder", "LabSite", "LabTranscript", "SimKernel", "SimMachine", "Simulator",
    "Unstructured",
  ],
  "Conformance": ["Foundation", "Simulator", "Unstructured"],
  "LabLint": ["Diagnostics", "Foundation", "KubeAPI", "LabModel", "LabTranscript", "ShellSyntax", "Unstructured"],
  "LabModel": ["Diagnostics", "Foundation"],
  "LabParser": ["CCMark", "Diagnostics", "Foundation", "Glibc", "LabModel", "Yams"],
  "LabRecorder": [
    "Diagnostics", "Foundation", "LabModel", "LabTranscript", "SimKernel", "SimMachine", "Simulator",
  ],
  "LabSite": ["Diagnostics", "Foundation", "LabModel", "LabTranscript", "Mustache"],
  "LabTranscript": ["Diagnostics", "Foundation"],
  "ardoise": ["ArdoiseCLI"],
  "ardoise-dev": [
    "ArgumentParser", "Conformance", "Diagnostics", "Foundation", "KubeAPI", "KubeCluster", "Kubectl", "LabLint",
    "LabParser", "LabSite", "SimKernel", "Simulator", "Unstructured",
  ],
  "simulate-session": ["Glibc", "Simulator"],
]

let coreModules: Set<String> = [
  "Diagnostics", "Images", "KubeAPI", "KubeCluster", "Kubectl", "Postgres", "ShellRuntime", "ShellSyntax", "SimKernel",
  "SimMachine", "Simulator", "SimulatorWasm", "Unstructured", "Utilities",
]

/// Spellings that would let real time, chance or the real machine into the core, or a print past the command line.
let forbiddenInCore = [
  "import Foundation", "import Glibc", "Date()", "UUID()", ".random(in", ".random()", ".randomElement(", ".shuffled()",
  "SystemRandomNumberGenerator", "Process()", "DispatchQueue", "ContinuousClock", "SuspendingClock",
]

struct SourceFile {
  let module: String
  let path: String
  let lines: [String]
}

func sourceFiles() throws -> [SourceFile] {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources")
  var files: [SourceFile] = []
  let enumerator = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
  for case let url as URL in enumerator where url.pathExtension == "swift" {
    let relative = String(url.path.dropFirst(root.path.count + 1))
    let module = String(relative.split(separator: "/")[0])
    let text = try String(contentsOf: url, encoding: .utf8)
    files.append(SourceFile(module: module, path: relative, lines: text.components(separatedBy: "\n")))
  }
  return files.sorted { $0.path < $1.path }
}

/// The module of an import line, or nil for other lines.
func importedModule(_ line: String) -> String? {
  var words = line.split(separator: " ").map(String.init)
  while let first = words.first,
    first.hasPrefix("@") || ["package", "public", "internal", "private", "fileprivate"].contains(first)
  {
    words.removeFirst()
  }
  guard words.first == "import", words.count >= 2 else { return nil }
  let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
  let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
  return String(name.split(separator: ".")[0])
}

@Test func everyImportFollowsAnArrow() throws {
  let files = try sourceFiles()
  #expect(files.count > 50, "the sources were not found")
  for file in files {
    guard let allowed = arrows[file.module] else {
      Issue.record("\(file.path): module \(file.module) is not in the table of arrows")
      continue
    }
    for (number, line) in file.lines.enumerated() {
      guard let module = importedModule(line) else { continue }
      #expect(
        allowed.contains(module) || module == file.module,
        "\(file.path):\(number + 1): \(file.module) may not import \(module); see ARCHITECTURE.md")
    }
  }
}

@Test func theCoreTouchesNothingReal() throws {
  for file in try sourceFiles() where coreModules.contains(file.module) {
    for (number, line) in file.lines.enumerated() {
      let code = line.components(separatedBy: "//")[0]
      for spelling in forbiddenInCore where code.contains(spelling) {
        Issue.record("\(file.path):\(number + 1): the core may not use \(spelling)")
      }
    }
  }
}

/// In the core, `print` is a method of simulated programs; Swift's own has no place to print to in a browser.
@Test func onlyTheCommandLinePrints() throws {
  let mayPrint: Set<String> = ["ArdoiseCLI", "ardoise", "ardoise-dev", "simulate-session"]
  for file in try sourceFiles() where !mayPrint.contains(file.module) {
    let definesPrint = coreModules.contains(file.module)
    for (number, line) in file.lines.enumerated() {
      let code = line.trimmingCharacters(in: .whitespaces)
      #expect(
        definesPrint || !code.hasPrefix("print("), "\(file.path):\(number + 1): only ArdoiseCLI prints")
      #expect(
        !code.hasPrefix("Swift.print(") && !code.hasPrefix("debugPrint("),
        "\(file.path):\(number + 1): only ArdoiseCLI prints")
    }
  }
}

/// The manifest and the table above must tell the same story.
@Test func theManifestDeclaresEveryModule() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let manifest = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
  for module in arrows.keys.sorted() {
    #expect(manifest.contains("\"\(module)\""), "Package.swift does not declare \(module)")
  }
}
