// The executable. Everything is in ArdoiseCLI, so that tests can call it.

import ArdoiseCLI

await CommandLineTool.runAndExit(Array(CommandLine.arguments.dropFirst()))
