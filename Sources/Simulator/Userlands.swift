// What a machine has besides its own programs: shells and utilities, GNU or BusyBox.

import ShellRuntime
import SimMachine
import Utilities

enum Userlands {
  static func install(on machine: Machine, flavour: UtilityFlavour) {
    registerUtilities(into: machine.commands, flavour: flavour)
    registerShells(into: machine.commands)
    if flavour == .busybox { machine.commands.register("sh") { ShellProgram(.ash) } }
    installUtilities(on: machine, flavour: flavour)
  }
}
