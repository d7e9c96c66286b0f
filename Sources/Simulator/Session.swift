// One simulated machine with its cluster: what a learner sits in front of. Owns the world; everything else hangs from it.

package import KubeCluster
package import Kubectl
package import SimKernel
package import SimMachine
import Utilities

package final class Session {
  package let settings: SessionSettings
  package let world: World
  /// The node the learner is logged in to.
  package let machine: Machine
  package let cluster: Cluster
  package let containers: ContainerHost
  package let kubectl: Kubectl
  package let homeDirectory = "/root"
  private var nodeService: NodeService?
  private var checker: InvariantChecker?

  package init(_ settings: SessionSettings = SessionSettings()) {
    self.settings = settings
    world = World(clock: VirtualClock(epochUnixSeconds: settings.epochUnixSeconds), seed: settings.seed)
    let commands = CommandTable()
    machine = Machine(world: world, hostname: settings.hostname, commands: commands, firstProcess: 1_000)
    containers = ContainerHost(world: world, settings: settings)
    cluster = Cluster(
      world: world, profile: settings.nodeProfile, settings: ClusterSettings(settings), runtime: containers)
    Userlands.install(.ubuntuServer, on: machine)
    containers.nodeFiles[settings.hostname] = machine.fileSystem
    containers.measure(machine, cluster.settings)
    machine.fileSystem.isSketch = true
    kubectl = Kubectl.register(into: commands, api: cluster.api, console: containers)
    if settings.addons.contains("rbac") { kubectl.microk8s.enabled.append("rbac") }
    for name in Kubectl.commandNames { machine.install(name, at: "/usr/local/bin/\(name)") }
    _ = try? machine.fileSystem.makeDirectory(homeDirectory, permissions: 0o700, parents: true)
    machine.fileSystem.markPackaged(after: 0, upTo: machine.fileSystem.mark)
    joinWorkers(commands)
    let network = ClusterNetwork(api: cluster.api, containers: containers, host: machine)
    machine.network = network
    machine.address = cluster.settings.nodeAddress
    containers.network = network
    if let file = settings.kubeletProcess {
      nodeService = NodeService(
        machine: machine, cluster: cluster, pidFile: file.isEmpty ? nil : FileSystem.normalize(file, in: homeDirectory),
        commands: commands)
    }
    containers.disturbed = { [self] id in cluster.unsettle(containerID: id) }
    settle()
    if settings.checksInvariants { checker = InvariantChecker(cluster) }
  }

  /// What the checker of the cluster's invariants has found, the state of rest included; empty where nobody asked for checks.
  package func violations() -> [String] {
    checker?.checkAtRest()
    return checker?.violations ?? []
  }

  /// The other nodes: folders of their own for volumes that lie there, and a name that the learner's machine knows.
  private func joinWorkers(_ commands: CommandTable) {
    for (index, worker) in settings.workers.enumerated() {
      let node = Machine(world: world, hostname: worker.name, commands: commands)
      Userlands.install(.ubuntuServer, on: node)
      containers.nodeFiles[worker.name] = node.fileSystem
      let line = "\(cluster.settings.address(ofNode: index + 1)) \(worker.name)\n"
      let known = (try? machine.fileSystem.read("/etc/hosts")) ?? []
      try? machine.fileSystem.write("/etc/hosts", known + Array(line.utf8), permissions: 0o644)
    }
  }

  /// The variables of a login shell of root.
  package var environment: Environment {
    Environment([
      ("SHELL", "/bin/bash"), ("PWD", homeDirectory), ("LOGNAME", "root"), ("HOME", homeDirectory),
      ("LANG", "C.UTF-8"), ("TERM", "xterm-256color"), ("USER", "root"), ("SHLVL", "1"),
      ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin"),
      ("_", "/usr/bin/env"),
    ])
  }

  /// Puts a file on the machine; a relative path lies in the home directory.
  package func writeFile(_ path: String, _ bytes: [UInt8], executable: Bool = false) {
    let whole = FileSystem.normalize(path, in: homeDirectory)
    if let slash = whole.utf8.lastIndex(of: 47), slash != whole.utf8.startIndex {
      _ = try? machine.fileSystem.makeDirectory(String(whole[..<slash]), parents: true)
    }
    try? machine.fileSystem.write(whole, bytes, permissions: executable ? 0o755 : 0o644)
  }

  // MARK: Letting the world go on

  /// Until nothing more happens by itself, at most for ten minutes of virtual time.
  package func settle() {
    let deadline = world.now + .seconds(Int64(600))
    while !world.isQuiet, world.step(until: deadline) {}
  }

  /// Until a command has ended; one that does not end by itself is interrupted when the world is quiet or its time is over.
  package func finish(_ run: CommandRun) {
    let deadline = run.startedAt + settings.blockLimit
    while !run.hasEnded {
      if world.isQuiet || world.now >= deadline { run.interrupt() }
      if !world.step() { break }
    }
  }

  // MARK: Terminals

  /// A signal from a terminal's keyboard, to a process group of the machine or of a container.
  func signalForeground(_ signal: Signal, group: Int) {
    for machine in [machine] + containers.machines { machine.signal(signal, group: group) }
  }

  /// The name of the program in a terminal's foreground.
  func foregroundName(of terminal: Terminal) -> String? {
    for machine in [machine] + containers.machines {
      for process in machine.processes.values where process.group == terminal.foregroundGroup { return process.name }
    }
    return nil
  }
}

extension SessionSettings {
  /// The timings of the node.
  var nodeProfile: NodeProfile {
    var result = profile == "capture" ? NodeProfile.capture : NodeProfile.microk8s
    if let looksOnceMore { result.looksOnceMore = looksOnceMore }
    result.patchesAnnotations = addons.contains("calico")
    return result
  }
}

extension ClusterSettings {
  init(_ settings: SessionSettings) {
    self.init()
    nodeName = settings.hostname
    workers = settings.workers
    hasHostpathStorage = settings.addons.contains("hostpath-storage")
    hasDNS = settings.addons.contains("dns")
    hasCalico = settings.addons.contains("calico")
    preloadedImages = settings.preloadedImages
    server.authorizesByRoles = settings.profile == "capture" || settings.addons.contains("rbac")
    nodeUse = NodeUse(milliCPU: settings.nodeUse.milliCPU ?? 0, memory: settings.nodeUse.memory ?? 0)
  }
}
