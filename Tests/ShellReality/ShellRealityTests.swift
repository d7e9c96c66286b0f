// The same scripts through bash and through ours: standard output, standard error and exit status byte for byte.
//
//   SHELL_REALITY_FILE=path swift test --filter ShellReality     plays the cases of one more file and prints what differs

import Foundation
import Testing

private let scriptsFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
  "Scripts")

private func scriptFiles() -> [URL] {
  if let extra = ProcessInfo.processInfo.environment["SHELL_REALITY_FILE"] { return [URL(fileURLWithPath: extra)] }
  let all = (try? FileManager.default.contentsOfDirectory(at: scriptsFolder, includingPropertiesForKeys: nil)) ?? []
  return all.filter { $0.pathExtension == "cases" }.sorted { $0.path < $1.path }
}

@Suite(.serialized) struct ShellReality {
  @Test(.enabled(if: bashPath != nil, "bash is not installed: the differential suite is skipped"))
  func sameAsBash() throws {
    var played = 0
    var failures: [String] = []
    var unexpected: [String] = []
    for file in scriptFiles() {
      for item in try cases(in: file) {
        played += 1
        let (ours, notSimulated, limit) = playSimulated(item.script)
        var text = difference(try playReal(item.script), ours)
        // On a busy machine the real processes of a script may come in another order now and then.
        for _ in 0..<3 where text != nil && item.deviates == nil {
          text = difference(try playReal(item.script), ours)
        }
        if item.deviates != nil {
          if text == nil { unexpected.append("\(item.file): \(item.name) is tagged #deviates but agrees") }
          continue
        }
        if var text {
          // A machine that says what it does not simulate is honest; the coverage page lists it.
          if !notSimulated.isEmpty {
            print("– \(item.file): \(item.name): not simulated: \(notSimulated)")
            continue
          }
          if let limit { text += "  limit: \(limit)\n" }
          failures.append("✗ \(item.file): \(item.name)\n\(item.script)\n\(text)")
        }
      }
    }
    for failure in failures { print(failure) }
    print("shell reality: \(played) scripts, \(failures.count) differ")
    #expect(failures.count == 0, "\(failures.count) of \(played) scripts differ from bash")
    #expect(unexpected.isEmpty, "\(unexpected.joined(separator: "\n"))")
    #expect(played > 0)
  }

  @Test(.enabled(if: dashPath != nil, "dash is not installed: its scripts are skipped"))
  func sameAsDash() throws { try play("dash.posix", in: "dash") }

  @Test(.enabled(if: busyboxPath != nil, "busybox is not installed: its scripts are skipped"))
  func sameAsAsh() throws { try play("ash.posix", in: "ash") }

  private func play(_ file: String, in shell: String) throws {
    var place = scriptsFolder.appendingPathComponent(file)
    if let extra = ProcessInfo.processInfo.environment["SHELL_REALITY_FILE"] { place = URL(fileURLWithPath: extra) }
    var played = 0
    var failures = 0
    for item in try cases(in: place) {
      played += 1
      let real = try playReal(item.script, shell: shell)
      let (ours, _, _) = playSimulated(item.script, shell: shell)
      guard let text = difference(real, ours), item.deviates == nil else { continue }
      failures += 1
      print("✗ \(shell): \(item.name)\n\(item.script)\n\(text)")
    }
    print("shell reality: \(shell), \(played) scripts, \(failures) differ")
    #expect(failures == 0)
  }

  /// Generated scripts. SHELL_FUZZ_SEED and SHELL_FUZZ_COUNT choose others than the standing ones; seeds from 1,000,000 on use the
  /// whole grammar.
  @Test(.enabled(if: bashPath != nil, "bash is not installed: the fuzzer is skipped"))
  func generatedScripts() throws {
    let environment = ProcessInfo.processInfo.environment
    if environment["SHELL_REALITY_FILE"] != nil { return }
    let first = UInt64(environment["SHELL_FUZZ_SEED"] ?? "") ?? 100
    let count = UInt64(environment["SHELL_FUZZ_COUNT"] ?? "") ?? 180
    let failures = try playGenerated(first..<(first + count))
    #expect(failures == 0)
  }

  /// The whole grammar reaches corners that are known to differ; no more may come in.
  @Test(.enabled(if: bashPath != nil, "bash is not installed: the fuzzer is skipped"))
  func generatedFromTheWholeGrammar() throws {
    let environment = ProcessInfo.processInfo.environment
    if environment["SHELL_REALITY_FILE"] != nil || environment["SHELL_FUZZ_SEED"] != nil { return }
    let failures = try playGenerated(1_003_000..<1_003_120)
    #expect(failures <= 8)
  }

  private func playGenerated(_ seeds: Range<UInt64>) throws -> Int {
    var failures = 0
    for seed in seeds {
      var generator = ScriptGenerator(seed: seed)
      let script = generator.script()
      let real = try playReal(script)
      let (ours, notSimulated, _) = playSimulated(script)
      guard let text = difference(settled(real, script), settled(ours, script)), notSimulated.isEmpty else { continue }
      failures += 1
      print("✗ seed \(seed)\n\(script)\n\(text)")
    }
    try? FileManager.default.removeItem(atPath: realityFolder)
    print("shell fuzz: \(seeds.count) scripts from seed \(seeds.lowerBound), \(failures) differ")
    return failures
  }
}
