// The executable. Everything is in ArdoiseCLI, so that tests can call it.

import ArdoiseCLI

await Ardoise.runAndExit(Array(CommandLine.arguments.dropFirst()))
