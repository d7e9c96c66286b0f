// One simulated computer or container: a file system, a process table, a command table and a place on the network. All
// machines of a session share one world.

package import SimKernel

package final class Machine {
  package let world: World
  package let fileSystem: FileSystem
  package var hostname: String
  /// Programs the simulator provides, by the name that a file in the tree refers to.
  package let commands: CommandTable
  package var network: (any Network)?
  /// The address others see, e.g. `10.1.254.70`.
  package var address = "127.0.0.1"
  /// What listens on this machine, by port.
  package var listeners: [Int: any Listener] = [:]
  /// What listens on a Unix socket, by path.
  package var localListeners: [String: any Listener] = [:]
  /// The kind of machine, for programs that differ (`uname`, `free`).
  package var facts = MachineFacts()
  /// Runs on the kernel of another machine, with mounts of its own.
  package var isContainer = false
  /// What it measures of the computer it is, or runs on.
  package var measures = NodeMeasures()
  /// Puts the userland in place when something is first looked for; most containers are never looked into.
  package var installLate: (() -> Void)?
  /// Called by a server whose state has changed by itself: whoever watches the machine (a kubelet) looks again.
  package var disturbed: () -> Void = {}
  /// Set by a program whose own log lines are not modelled, or not all of them: what, in words.
  package var logNotSimulated: String?
  /// What its programs use.
  package var work = WorkMeter()
  private let table = ProcessTable()
  private var nextProcess: Int

  package init(world: World, hostname: String, commands: CommandTable, firstProcess: Int = 1) {
    self.world = world
    self.hostname = hostname
    self.commands = commands
    fileSystem = FileSystem(world: world, processes: table)
    nextProcess = firstProcess
  }

  /// Starts a program. `files` are its descriptors; `group` nil makes it the leader of a group of its own.
  @discardableResult
  package func start(
    _ program: any Program, arguments: [String], environment: Environment, workingDirectory: String = "/",
    credentials: Credentials = .root, files: [Int: OpenFile], parent: Process? = nil, group: Int? = nil,
    account: Account
  ) -> Process {
    let process = Process(
      id: nextProcess, parent: parent, machine: self, account: account, program: program, arguments: arguments,
      environment: environment, workingDirectory: workingDirectory, credentials: credentials, files: files,
      group: group)
    nextProcess += 1
    table.processes[process.id] = process
    process.wake()
    return process
  }

  /// Starts a child that shares everything with its parent (as after `fork`), running `program`.
  @discardableResult
  package func fork(
    _ parent: Process, _ program: any Program, arguments: [String]? = nil, group: Int? = nil,
    files: [Int: OpenFile]? = nil
  ) -> Process {
    start(
      program, arguments: arguments ?? parent.arguments, environment: parent.environment,
      workingDirectory: parent.workingDirectory, credentials: parent.credentials, files: files ?? parent.files,
      parent: parent, group: group ?? parent.group, account: parent.account)
  }

  /// What `execve` would run for a path: a program of ours, or a script and its interpreter.
  package enum Executable {
    case program(any Program)
    /// `#!` line: the interpreter's path with its arguments, to be followed by the script's path.
    case script(interpreter: [String])
    /// Text without a `#!` line: shells run it themselves.
    case plainText
  }

  package func executable(
    _ path: String, in directory: String, as who: Credentials
  ) throws(Errno) -> Executable {
    let inode = try fileSystem.lookup(path, in: directory, as: who)
    guard !inode.isDirectory else { throw .accessDenied }
    guard fileSystem.permits(inode, 1, who) else { throw .accessDenied }
    if let name = inode.program {
      guard let make = commands[name] else { throw .noEntry }
      return .program(make())
    }
    let bytes = inode.bytes
    if bytes.starts(with: [35, 33]) {
      let end = bytes.firstIndex(of: 10) ?? bytes.count
      let line = String(raw: bytes[2..<end])
      var words: [String] = []
      for word in line.split(separator: " " as Character, maxSplits: 1) { words.append(String(word)) }
      if !words.isEmpty { return .script(interpreter: words) }
    }
    if bytes.contains(0) || bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) { throw .notExecutable }
    return .plainText
  }

  /// The path that a command name means, searching `PATH`; names with a slash are themselves. Nil when there is none.
  package func find(_ name: String, path: String, in directory: String, as who: Credentials) -> String? {
    if let found = search(name, path: path, in: directory, as: who) { return found }
    guard let installLate else { return nil }
    self.installLate = nil
    installLate()
    return search(name, path: path, in: directory, as: who)
  }

  private func search(_ name: String, path: String, in directory: String, as who: Credentials) -> String? {
    if name.utf8.contains(47) { return fileSystem.exists(name, in: directory) ? name : nil }
    for part in path.split(separator: ":" as Character, omittingEmptySubsequences: false) {
      let folder = part.isEmpty ? "." : String(part)
      let candidate = folder.utf8.last == 47 ? folder + name : folder + "/" + name
      guard let inode = try? fileSystem.lookup(candidate, in: directory, as: who), inode.kind == .file,
        fileSystem.permits(inode, 1, who)
      else { continue }
      return candidate
    }
    return nil
  }

  package var processes: OrderedMap<Int, Process> { table.processes }
  package func process(_ id: Int) -> Process? { table.processes[id] }

  /// Sends a signal to every process of a group.
  package func signal(_ signal: Signal, group: Int) {
    for process in processes.values where process.group == group { process.send(signal) }
  }

  func forget(_ process: Process) { table.processes[process.id] = nil }
}

/// What `uname` and `nproc` report.
package struct MachineFacts {
  package var kernelRelease = "6.8.0-71-generic"
  package var kernelVersion = "#71-Ubuntu SMP PREEMPT_DYNAMIC Tue Jul 22 16:52:38 UTC 2025"
  package var processors = 2
  package var distribution = "Ubuntu 24.04.3 LTS"
  /// The language's locale that is installed beside C's own ones (`en_US.utf8`).
  package var locale: String?
  /// Times set for the program of a container's image; nil for the image's own.
  package var startDelay: Interval?
  package var readyDelay: Interval?
  package var stopDelay: Interval?
  /// A database program starts on data that another version wrote, which no real one does.
  package var acceptsForeignData = false
  /// How much memory a container may have, in bytes; nil when nothing limits it.
  package var memoryLimit: Int64?
  /// Processes of other machines are seen here as well (`shareProcessNamespace`, `hostPID`), which is not modelled.
  package var sharesProcesses = false
  /// The kernel has killed the container, because it took more than that.
  package var ranOutOfMemory = false

  /// Releases of programs that say theirs, where they are not the lab machine's own: those of a container's image.
  package var versions: [String: String] = [:]

  package init() {}
}
