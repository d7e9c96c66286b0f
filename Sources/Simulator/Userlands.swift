// What a machine has besides its own programs: shells and utilities, GNU or BusyBox.

import ShellRuntime
import SimMachine
import Utilities

enum Userlands {
  static func install(_ distribution: Distribution, on machine: Machine) {
    registerUtilities(into: machine.commands, flavour: distribution.flavour)
    registerShells(into: machine.commands)
    if distribution.flavour == .busybox {
      for name in ["ash", "sh"] { machine.commands.register(name) { ShellProgram(.ash) } }
    }
    installUtilities(on: machine, distribution: distribution)
  }
}
