// What developers of Ardoise run: generators, the conformance report, benchmarks.

import ArgumentParser

struct ArdoiseDev: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ardoise-dev", abstract: "Generators, conformance report and benchmarks of Ardoise itself.",
    subcommands: [BenchCommand.self, ConformanceCommand.self, GenerateCommand.self])
}

ArdoiseDev.main()
