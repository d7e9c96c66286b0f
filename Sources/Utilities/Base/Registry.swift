// Which programs a machine with GNU or BusyBox utilities carries. One table per shelf; adding a tool is adding a line.

package import SimMachine

/// A program of the command table and how to make it.
struct Registration {
  let name: String
  let make: (UtilityFlavour) -> any Program
  var isModelled = true

  init(_ name: String, _ make: @escaping (UtilityFlavour) -> any Program) {
    self.name = name
    self.make = make
  }
  init(_ tool: Tool) {
    name = tool.name
    make = { ToolProgram(tool, $0) }
  }
}

/// Puts every utility into a command table.
package func registerUtilities(into table: CommandTable, flavour: UtilityFlavour = .gnu) {
  for shelf in [textUtilities, fileUtilities, systemUtilities, processUtilities, networkUtilities] {
    for registration in shelf {
      guard registration.isModelled else {
        table.register(unmodelled: registration.name) { registration.make(flavour) }
        continue
      }
      switch flavour {
      case .gnu: table.register(registration.name) { registration.make(flavour) }
      case .busybox: table.register(registration.name) { BusyBoxApplet(registration.name, registration.make(flavour)) }
      }
    }
  }
}
