// The processes of a machine, by number, and what /proc shows of one. Source: proc(5).

import SimKernel

package final class ProcessTable {
  var processes = OrderedMap<Int, Process>()

  /// The folder of a process; what else the kernel shows in it is not modelled.
  func folder(_ name: String, in fileSystem: FileSystem) -> Inode? {
    guard let id = Int(name), let process = processes[id] else { return nil }
    let folder = fileSystem.makeInode(.directory, mode: 0o555)
    folder.owner = process.credentials.user
    folder.group = process.credentials.group
    var line: [UInt8] = []
    for argument in process.arguments { line += argument.rawBytes + [0] }
    var environment: [UInt8] = []
    for (name, value) in process.environment.variables { environment += "\(name)=\(value)".rawBytes + [0] }
    for (name, mode, bytes) in [
      ("cmdline", 0o444, line), ("comm", 0o644, Array(process.name.utf8.prefix(15)) + [10]),
      ("environ", 0o400, environment),
    ] {
      let file = fileSystem.makeInode(.file, mode: mode)
      file.owner = process.credentials.user
      file.bytes = bytes
      folder.entries[name] = file
    }
    folder.isPartial = true
    return folder
  }
}
