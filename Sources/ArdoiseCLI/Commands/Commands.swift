// The list of commands, in the order of `--help`.

import ArgumentParser

extension Ardoise {
  static let commands: [any ParsableCommand.Type] = [
    BuildCommand.self, RecordCommand.self, LintCommand.self, ExplainCommand.self, PreviewCommand.self,
    ShellCommand.self, SimulateCommand.self, InspectCommand.self, ExportCommand.self, NewCommand.self,
    CoverageCommand.self,
  ]
}
