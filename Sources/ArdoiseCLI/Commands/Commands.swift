// The list of commands, in the order of `--help`.

import ArgumentParser

extension Ardoise {
  static let commands: [any ParsableCommand.Type] = [
    BuildCommand.self, LintCommand.self, ExplainCommand.self, PreviewCommand.self, InspectCommand.self,
    ExportCommand.self, NewCommand.self,
  ]
}
