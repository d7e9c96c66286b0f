// What a machine has besides its own programs: shells and utilities, GNU or BusyBox.

import ShellRuntime
import SimMachine
import Utilities

enum Userlands {
  /// Directories of which a machine without additions has everything, and some that others have begun to fill.
  private static let whole = [
    "/", "/home", "/media", "/mnt", "/opt", "/srv", "/tmp", "/root", "/usr/local/bin", "/usr/local/sbin",
  ]
  private static let begun = [
    "/dev", "/etc", "/proc", "/run", "/snap", "/sys", "/usr", "/usr/bin", "/usr/sbin", "/var",
  ]

  static func install(_ distribution: Distribution, on machine: Machine) {
    let before = machine.fileSystem.mark
    registerUtilities(into: machine.commands, flavour: distribution.flavour)
    registerShells(into: machine.commands)
    if distribution.flavour == .busybox {
      for name in ["ash", "sh"] { machine.commands.register(name) { ShellProgram(.ash) } }
    }
    installUtilities(on: machine, distribution: distribution)
    machine.fileSystem.markPackaged(after: before, upTo: machine.fileSystem.mark) { path, isNew in
      isNew ? !whole.contains(path) : begun.contains(path)
    }
  }
}
