// The programs a machine can run, by name. Files in its tree refer to these names (`Inode.program`); `install` makes both.

import SimKernel

package final class CommandTable {
  private var factories = OrderedMap<String, () -> any Program>()
  private var unmodelled: Set<String> = []

  package init() {}

  package var names: [String] { factories.keys }

  package subscript(name: String) -> (() -> any Program)? { factories[name] }

  package func register(_ name: String, _ make: @escaping () -> any Program) {
    factories[name] = make
    unmodelled.remove(name)
  }

  /// A program that is there, and says that its work is not simulated.
  package func register(unmodelled name: String, _ make: @escaping () -> any Program) {
    factories[name] = make
    unmodelled.insert(name)
  }

  package func isModelled(_ name: String) -> Bool { factories[name] != nil && !unmodelled.contains(name) }

  package func register(_ utility: Utility) {
    register(utility.name) { UtilityProgram(utility) }
  }
}

extension Machine {
  /// Makes an executable file for a program of the command table, e.g. `/usr/bin/grep` for `grep`.
  package func install(_ name: String, at path: String) {
    let inode = fileSystem.makeInode(.file, mode: 0o755)
    inode.program = name
    // Installing happens while a machine is built; a path that cannot be made is a mistake of ours.
    _ = try? fileSystem.attach(inode, at: path)
  }
}
