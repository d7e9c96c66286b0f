// Runs containers as machines of their own: the kubelet's runtime and kubectl's console in one. A container's program is a
// process of its machine; volumes are directories that outlive it; everything shares the session's world.

import Images
import KubeAPI
package import KubeCluster
package import Kubectl
import ShellRuntime
package import SimKernel
package import SimMachine
import Utilities

private struct ContainerKey: Hashable {
  let podUID: String
  let container: String
}

package final class ContainerHost: ContainerRuntime, ContainerConsole {
  private let world: World
  private let settings: SessionSettings
  private let catalogue = ImageCatalogue.all
  private var containers = OrderedMap<String, Container>()
  private let volumes: VolumeStore
  /// What each container's own programs have used. A restart goes on spending the same, so that a program that never ends
  /// is not begun again and again.
  private var accounts = OrderedMap<ContainerKey, Account>()
  /// Process groups of container processes, unique over all machines so that a terminal can name one.
  private var nextGroup = 1_000_000
  package var network: (any Network)?
  /// Those of the node, which containers see as their own.
  private var measures = NodeMeasures()
  package private(set) var unmodelledImages: [String] = []
  /// Called when something was started in a container, so that the kubelet looks at its probes again.
  package var disturbed: (String) -> Void = { _ in }

  package init(world: World, settings: SessionSettings) {
    self.world = world
    self.settings = settings
    volumes = VolumeStore(world: world)
  }

  // MARK: Images

  package func resolve(image: String) -> ImageResolution {
    switch catalogue.lookup(image) {
    case .found(let family, let reference):
      let configuration = family.configuration(reference.tag)
      return .found(
        ImageFacts(
          canonicalName: reference.canonical,
          imageID: "\(reference.registry)/\(reference.repository)@sha256:\(digest(reference.canonical))",
          sizeBytes: family.sizeBytes(reference.tag), pullDuration: timing(image)?.pull ?? family.pull,
          user: configuration.userName.map { .name($0) } ?? .id(Int64(configuration.credentials.user))))
    case .missing(let message): return .failed(message: message, after: nil)
    case .invalidName:
      return .invalidName(
        message: "Failed to apply default image tag \"\(image)\": couldn't parse image name \"\(image)\": "
          + "invalid reference format" + ContainerHost.hint(image))
    case .notSimulated(let reference):
      if !unmodelledImages.contains(image) { unmodelledImages.append(image) }
      return .failed(message: "image \(reference.canonical) is not simulated", after: nil)
    }
  }

  /// What the parser of references adds where a repository's name has capital letters.
  private static func hint(_ image: String) -> String {
    var name = image[...]
    if let at = name.firstIndex(of: "@") { name = name[..<at] }
    let slash = name.lastIndex(of: "/")
    if let colon = name.lastIndex(of: ":"), slash == nil || slash! < colon { name = name[..<colon] }
    var repository = String(name)
    if let first = name.firstIndex(of: "/") {
      let registry = name[..<first]
      if registry.contains(".") || registry.contains(":") || registry == "localhost" {
        repository = String(name[name.index(after: first)...])
      }
    } else {
      repository = "library/" + repository
    }
    guard !repository.isEmpty, repository.lowercased() != repository else { return "" }
    return ": repository name (\(repository)) must be lowercase"
  }

  /// 64 hexadecimal digits that belong to a text: invented, as every digest here, but always the same.
  private func digest(_ text: String) -> String {
    var random = SeededRandom(seed: 7).split(text)
    return random.hexadecimal(64)
  }

  /// The timing set for an image: the longest prefix of the reference that has one.
  private func timing(_ image: String) -> ImageTiming? { longest(settings.imageTimings, image) }

  private func longest<Setting>(_ settings: OrderedMap<String, Setting>, _ image: String) -> Setting? {
    var best: (length: Int, setting: Setting)?
    for (prefix, setting) in settings where image.hasPrefix(prefix) {
      if best == nil || prefix.utf8.count > best!.length { best = (prefix.utf8.count, setting) }
    }
    return best?.setting
  }

  // MARK: Measures

  /// Lets the node tell what its containers take, and them what it has: sizes as its Node object shows them.
  func measure(_ node: Machine, _ cluster: ClusterSettings) {
    measures = node.measures
    func bytes(_ text: String) -> Int64? { Quantity(parsing: text).flatMap { $0.scale == 0 ? $0.value : nil } }
    measures.memoryBytes = bytes(cluster.memory) ?? measures.memoryBytes
    measures.memoryForPods = bytes(cluster.allocatableMemory) ?? measures.memoryForPods
    measures.profile.diskBytes = bytes(cluster.ephemeralStorage) ?? measures.profile.diskBytes
    measures.memoryTaken = { [self] in
      var sum: Int64 = 0
      for machine in machines { sum += machine.work.memoryTaken }
      return sum
    }
    measures.diskTaken = { [self] in
      var sum = node.fileSystem.root.usage + volumes.usageOutsideOfNode
      for machine in machines { sum = sum + machine.fileSystem.root.usage }
      return sum
    }
  }

  // MARK: Life of a container

  package func start(_ spec: ContainerSpec, exited: @escaping (ContainerExit) -> Void) -> ContainerStart {
    guard case .found(let family, let reference) = catalogue.lookup(spec.image) else {
      return .failed(reason: "StartError", message: "image \(spec.image) is not present", exitCode: 128)
    }
    let configuration = family.configuration(reference.tag)
    let machine = Machine(world: world, hostname: spec.hostname, commands: CommandTable())
    machine.network = network
    machine.address = spec.podIP
    machine.measures = measures
    machine.isContainer = true
    let times = timing(spec.image)
    machine.facts.startDelay = times?.start
    machine.facts.readyDelay = times?.ready
    machine.facts.stopDelay = times?.stop
    machine.facts.acceptsForeignData = settings.acceptsForeignData
    machine.facts.memoryLimit = spec.memoryLimit
    machine.facts.sharesProcesses = spec.sharesProcesses
    machine.work = WorkMeter(limit: spec.cpuLimit, processors: machine.facts.processors)
    if case .distribution(let distribution) = configuration.userland { distribution.installAccounts(on: machine) }
    family.populate(machine, reference.tag)
    // The root directory itself is made with the container.
    machine.fileSystem.markPackaged(after: 1, upTo: machine.fileSystem.mark)
    let container = Container(
      id: world.random.hexadecimal(64), spec: spec, machine: machine, configuration: configuration,
      use: ImageUse.of(reference.repository).overridden(by: longest(settings.imageUses, spec.image)))
    let containerID = container.id
    machine.disturbed = { [self] in disturbed(containerID) }
    if spec.readOnlyRootFilesystem {
      // Utilities are put there late, and by then nothing can be.
      container.installUserland()
      if configuration.needsWritableRoot, spec.command == nil {
        account(of: spec).note(notSimulated: "image \(spec.image) on a read-only root file system")
      }
    }
    for mount in spec.mounts { volumes.place(mount, of: spec.podUID, on: machine, node: spec.nodeName) }
    machine.fileSystem.isReadOnly = spec.readOnlyRootFilesystem

    let entrypoint = spec.command ?? configuration.entrypoint
    let arguments = spec.arguments ?? (spec.command == nil ? configuration.command : [])
    let line = entrypoint + arguments
    guard let first = line.first else {
      return .failed(reason: "StartError", message: startFailure("no command specified"), exitCode: 128)
    }
    let environment = container.environment(settings)
    let directory = spec.workingDirectory ?? configuration.workingDirectory
    guard let (program, argv) = container.command(line, environment: environment, directory: directory) else {
      let why =
        first.utf8.contains(47)
        ? "exec: \"\(first)\": stat \(first): no such file or directory: unknown"
        : "exec: \"\(first)\": executable file not found in $PATH: unknown"
      return .failed(
        reason: "StartError", message: startFailure("unable to start container process: " + why), exitCode: 128)
    }
    nextGroup += 1
    let process = machine.start(
      program, arguments: argv, environment: environment, workingDirectory: directory,
      credentials: container.credentials,
      files: container.files(), group: nextGroup, account: account(of: spec))
    process.isInit = true
    container.process = process
    containers[container.id] = container
    watchEnd(container, process, exited)
    return .started(containerID: container.id)
  }

  private func account(of spec: ContainerSpec) -> Account {
    let key = ContainerKey(podUID: spec.podUID, container: spec.container)
    if let account = accounts[key] { return account }
    let account = Account(outputBytes: 64 << 20)
    accounts[key] = account
    return account
  }

  package var unmodelledPrograms: [(podUID: String, reason: String)] {
    var found: [(podUID: String, reason: String)] = []
    for (key, account) in accounts {
      for reason in account.notSimulated { found.append((key.podUID, "\(reason) in container \(key.container)")) }
      if let limit = account.limitReached { found.append((key.podUID, "container \(key.container): \(limit)")) }
    }
    return found
  }

  private func startFailure(_ why: String) -> String {
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: \(why)"
  }

  private func watchEnd(_ container: Container, _ process: Process, _ exited: @escaping (ContainerExit) -> Void) {
    process.ended.onWake { [self] in
      guard let status = process.status else { return watchEnd(container, process, exited) }
      for other in container.machine.processes.values { other.finish(.signaled(.kill)) }
      container.machine.listeners = [:]
      container.machine.localListeners = [:]
      container.finishLog()
      exited(
        ContainerExit(
          exitCode: Int(status.code), reason: container.machine.facts.ranOutOfMemory ? "OOMKilled" : nil,
          message: container.lastWords(exitCode: Int(status.code))))
    }
  }

  package func terminate(containerID: String) {
    guard let container = containers[containerID] else { return }
    container.process?.send(container.configuration.stopSignal)
  }

  package func kill(containerID: String) { containers[containerID]?.process?.finish(.signaled(.kill)) }

  package func remove(containerID: String) { containers[containerID] = nil }

  package func usage(containerID: String) -> ContainerUsage? { containers[containerID]?.usage }

  // MARK: Volumes

  package var nodeFiles: [String: FileSystem] {
    get { volumes.nodeFiles }
    set { volumes.nodeFiles = newValue }
  }

  package func hostPathProblem(_ path: String, type: String, node: String) -> String? {
    volumes.hostPathProblem(path, type: type, node: node)
  }

  package func updateFiles(volumeID: String, files: OrderedMap<String, ProjectedFile>) {
    volumes.update(volumeID, files)
  }

  package func removeVolume(volumeID: String) { volumes.remove(volumeID) }

  // MARK: Probes

  package func probe(
    containerID: String, exec command: [String], timeout: Interval, completion: @escaping (ProbeResult) -> Void
  ) {
    guard let container = containers[containerID] else { return completion(.failure(output: "")) }
    let environment = container.environment(settings)
    let directory = container.spec.workingDirectory ?? container.configuration.workingDirectory
    guard let (program, argv) = container.command(command, environment: environment, directory: directory) else {
      return completion(
        .errored("rpc error: code = Unknown desc = " + ContainerHost.execFailure(command.first ?? "", world)))
    }
    var output: [UInt8] = []
    let sink = SinkFile { output.append(contentsOf: $0) }
    nextGroup += 1
    let account = Account()
    let process = container.machine.start(
      program, arguments: argv, environment: environment, workingDirectory: directory,
      credentials: container.credentials, files: [0: BytesFile([]), 1: sink, 2: sink], group: nextGroup,
      account: account)
    let deadline = world.after(timeout, weight: .housekeeping) {
      guard !process.hasEnded else { return }
      process.finish(.signaled(.kill))
      completion(.timeout)
    }
    waitForProbe(process) { [self] in
      for reason in account.notSimulated { self.account(of: container.spec).note(notSimulated: reason) }
      guard world.isPending(deadline) else { return }
      world.cancel(deadline)
      completion(
        process.status == .exited(0) ? .success : .failure(output: String(decoding: output, as: UTF8.self)))
    }
  }

  private func waitForProbe(_ process: Process, _ done: @escaping () -> Void) {
    process.ended.onWake { [self] in
      process.hasEnded ? done() : waitForProbe(process, done)
    }
  }

  package func httpProbe(
    containerID: String, scheme: String, host: String, port: Int, path: String, timeout: Interval,
    completion: @escaping (ProbeResult) -> Void
  ) {
    guard let container = containers[containerID] else { return completion(.failure(output: "")) }
    let address = host.isEmpty ? container.spec.podIP : host
    guard let listener = container.listener(port)?.asHTTP else {
      let url = "\(scheme.lowercased())://\(address):\(port)\(path.isEmpty ? "/" : path)"
      return completion(
        .failure(output: "Get \"\(url)\": dial tcp \(address):\(port): connect: connection refused"))
    }
    var request = HTTPRequest()
    request.path = path.isEmpty ? "/" : path
    request.host = "\(address):\(port)"
    request.headers = [("Host", request.host), ("User-Agent", "kube-probe/\(settings.kubernetesVersion)")]
    let status = listener.respond(to: request, from: node).status
    completion(
      (200..<400).contains(status) ? .success : .failure(output: "HTTP probe failed with statuscode: \(status)"))
  }

  package func tcpProbe(
    containerID: String, host: String, port: Int, timeout: Interval, completion: @escaping (ProbeResult) -> Void
  ) {
    guard let container = containers[containerID] else { return completion(.failure(output: "")) }
    let address = host.isEmpty ? container.spec.podIP : host
    completion(
      container.listener(port) != nil
        ? .success : .failure(output: "dial tcp \(address):\(port): connect: connection refused"))
  }

  /// The node itself, as the one who asks in probes.
  private lazy var node: Machine = Machine(world: world, hostname: settings.hostname, commands: CommandTable())

  package func probesAreSettled(containerID: String) -> Bool {
    guard let container = containers[containerID] else { return false }
    for process in container.machine.processes.values where process.hasTimer { return false }
    // What lies on the node may change without the container's doing.
    for mount in container.spec.mounts { if case .hostPath = mount.content { return false } }
    return true
  }

  // MARK: kubectl's console

  package func exec(
    containerID: String, command: [String], tty: Bool, files: [Int: OpenFile], caller: Process
  ) -> ExecOutcome {
    guard let container = containers[containerID], container.process?.hasEnded == false else {
      return .failed("container not found")
    }
    disturbed(containerID)
    // Whoever looks into a container finds all of it, whatever the first command is.
    container.installUserland()
    var environment = container.environment(settings)
    if tty { environment["TERM"] = "xterm" }
    let directory = container.spec.workingDirectory ?? container.configuration.workingDirectory
    guard let (program, argv) = container.command(command, environment: environment, directory: directory) else {
      return .failed(ContainerHost.execFailure(command.first ?? "", world))
    }
    nextGroup += 1
    let process = container.machine.start(
      program, arguments: argv, environment: environment, workingDirectory: directory,
      credentials: container.credentials, files: files, group: nextGroup, account: caller.account)
    waitForProbe(process) { [self] in disturbed(containerID) }
    return .started(process)
  }

  /// containerd's words for a command that is not in the image.
  private static func execFailure(_ name: String, _ world: World) -> String {
    let why =
      name.utf8.contains(47)
      ? "exec: \"\(name)\": stat \(name): no such file or directory: unknown"
      : "exec: \"\(name)\": executable file not found in $PATH: unknown"
    return
      "failed to exec in container: failed to start exec \"\(world.random.hexadecimal(64))\": OCI runtime exec failed: exec failed: unable to start container process: \(why)"
  }

  package func attach(containerID: String, tty: Bool, files: [Int: OpenFile], caller: Process) -> ExecOutcome {
    guard let container = containers[containerID], let process = container.process, !process.hasEnded else {
      return .failed("container not found")
    }
    container.attach(input: files[0], output: files[1])
    return .started(process)
  }

  package func log(containerID: String) -> ContainerLog? {
    guard let container = containers[containerID] else { return nil }
    container.log.notSimulated = container.machine.logNotSimulated
    return container.log
  }

  package func fileSystem(containerID: String) -> FileSystem? {
    guard let container = containers[containerID] else { return nil }
    container.installUserland()
    return container.machine.fileSystem
  }

  package func listener(podIP: String, port: Int) -> (any Listener)? {
    for container in containers.values
    where container.spec.podIP == podIP && container.process?.hasEnded == false {
      if let listener = container.listener(port) { return container.metered(listener) }
    }
    return nil
  }

  /// What the container was started with that a machine belongs to.
  func spec(of machine: Machine) -> ContainerSpec? {
    for container in containers.values where container.machine === machine { return container.spec }
    return nil
  }

  /// Whether a pod with running containers has this address.
  func hasPod(_ address: String) -> Bool {
    for container in containers.values
    where container.spec.podIP == address && container.process?.hasEnded == false { return true }
    return false
  }

  /// The machines whose containers run, for signals and for names of foreground programs.
  package var machines: [Machine] {
    var list: [Machine] = []
    for container in containers.values where container.process?.hasEnded == false { list.append(container.machine) }
    return list
  }
}
