// One container: its machine, its first process, its log, and the way its standard streams reach an attached terminal.

import Images
import KubeCluster
import Kubectl
import ShellRuntime
import SimKernel
import SimMachine
import Utilities

final class Container {
  let id: String
  let spec: ContainerSpec
  let machine: Machine
  let configuration: ImageConfiguration
  /// What it uses at rest and per request.
  let use: ImageUse
  private let startedAt: Instant
  /// Who its programs run as, those of `kubectl exec` included.
  let credentials: Credentials
  let log = ContainerLog()
  var process: Process?
  private let console: ConsoleFile
  private var hasUserland = false

  init(id: String, spec: ContainerSpec, machine: Machine, configuration: ImageConfiguration, use: ImageUse) {
    self.use = use
    startedAt = machine.world.now
    self.id = id
    self.spec = spec
    self.machine = machine
    self.configuration = configuration
    credentials = Container.credentials(spec, configuration)
    console = ConsoleFile(hasTerminal: spec.terminal)
    machine.installLate = { [self] in installUserland() }
  }

  /// The pod's security context, else the image's user; the runtime adds the groups that the image's /etc/group gives it.
  private static func credentials(_ spec: ContainerSpec, _ configuration: ImageConfiguration) -> Credentials {
    var who = configuration.credentials
    if let user = spec.runAsUser {
      who = Credentials(user: Int(user), group: 0)
      if case .distribution(let distribution) = configuration.userland {
        who.group = distribution.primaryGroup(ofUser: who.user) ?? 0
      }
    }
    if let group = spec.runAsGroup { who.group = Int(group) }
    if case .distribution(let distribution) = configuration.userland {
      who.groups += distribution.supplementaryGroups(ofUser: who.user)
    }
    for group in spec.supplementaryGroups { who.groups.append(Int(group)) }
    return who
  }

  /// The image's variables, then the pod's, then what the runtime adds.
  func environment(_ settings: SessionSettings) -> Environment {
    var environment = Environment(configuration.environment)
    if environment["PATH"] == nil {
      environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    }
    environment["HOSTNAME"] = spec.hostname
    if spec.terminal { environment["TERM"] = "xterm" }
    for (name, value) in spec.environment { environment[name] = value }
    if environment["HOME"] == nil { environment["HOME"] = home }
    return environment
  }

  /// The home directory that /etc/passwd gives the user; runc falls back on `/`.
  private lazy var home: String = {
    guard case .distribution(let distribution) = configuration.userland else { return "/" }
    return distribution.home(ofUser: credentials.user) ?? "/"
  }()

  /// Finds what a command line runs: a program with its arguments, or nil when there is no such file.
  func command(
    _ line: [String], environment: Environment, directory: String
  ) -> (any Program, [String])? {
    guard !line.isEmpty else { return nil }
    return lookup(line, environment, directory, depth: 0)
  }

  private func lookup(
    _ line: [String], _ environment: Environment, _ directory: String, depth: Int
  ) -> (any Program, [String])? {
    guard depth < 4,
      let path = machine.find(line[0], path: environment["PATH"] ?? "", in: directory, as: credentials),
      let executable = try? machine.executable(path, in: directory, as: credentials)
    else { return nil }
    switch executable {
    case .program(let program): return (program, line)
    case .script(let interpreter):
      return lookup(interpreter + [path] + line.dropFirst(), environment, directory, depth: depth + 1)
    case .plainText: return nil
    }
  }

  /// The image's utilities and shells; put there when they are first needed, since most containers never are looked into.
  func installUserland() {
    guard !hasUserland else { return }
    hasUserland = true
    writeNetworkFiles()
    switch configuration.userland {
    case .none: break
    case .distribution(let distribution): Userlands.install(distribution, on: machine)
    }
    // From now on: what has been put there is not the node's.
    if spec.resolver.isOfNode { (try? machine.fileSystem.lookup("/etc/resolv.conf"))?.isUnknown = true }
  }

  /// What the kubelet mounts into every container: the cluster's name server and the pod's own name.
  private func writeNetworkFiles() {
    _ = try? machine.fileSystem.makeDirectory("/etc", parents: true)
    let ownNames =
      spec.subdomain.isEmpty ? spec.hostname : "\(spec.subdomain)\t\(spec.hostname)"
    var hosts = """
      # Kubernetes-managed hosts file.
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::0\tip6-localnet
      fe00::0\tip6-mcastprefix
      fe00::1\tip6-allnodes
      fe00::2\tip6-allrouters
      \(spec.podIP)\t\(ownNames)

      """
    if !spec.hostAliases.isEmpty { hosts += "\n# Entries added by HostAliases.\n" }
    for alias in spec.hostAliases { hosts += "\(alias.address)\t\(alias.names.joined(separator: "\t"))\n" }
    for (path, text) in [
      ("/etc/resolv.conf", resolverText(spec.resolver)), ("/etc/hosts", hosts), ("/etc/hostname", spec.hostname + "\n"),
    ] {
      try? machine.fileSystem.write(path, Array(text.utf8))
    }
  }

  /// The file as containerd writes it (its `parseDNSOptions`).
  private func resolverText(_ resolver: ResolverConfiguration) -> String {
    var text = ""
    if !resolver.searches.isEmpty { text += "search \(resolver.searches.joined(separator: " "))\n" }
    for server in resolver.nameservers { text += "nameserver \(server)\n" }
    if !resolver.options.isEmpty { text += "options \(resolver.options.joined(separator: " "))\n" }
    return text
  }

  /// What it has used since it was started.
  var usage: ContainerUsage {
    let now = machine.world.now
    let atRest = (now - startedAt).nanoseconds / 1_000 * (use.milliCPU ?? 0)
    var memory = (use.memory ?? 0) + machine.work.memoryTaken
    if let limit = spec.memoryLimit { memory = min(memory, limit) }
    return ContainerUsage(cpu: atRest + machine.work.spent(at: now), memory: memory)
  }

  /// The listener as others reach it: each request costs processor time.
  func metered(_ listener: any Listener) -> any Listener {
    guard let cost = use.request, cost > .zero, let server = listener.asHTTP else { return listener }
    return MeteredListener(server, machine, cost)
  }

  func listener(_ port: Int) -> (any Listener)? { machine.listeners[port] }

  // MARK: Standard streams

  /// The first process' descriptors: output goes to the log and to whoever is attached; input comes from whoever is attached.
  func files() -> [Int: OpenFile] {
    console.log = { [self] bytes in collect(bytes) }
    if spec.terminal { return [0: console, 1: console, 2: console] }
    let input: OpenFile = spec.standardInput ? console : BytesFile([])
    let output = SinkFile { [self] bytes in
      collect(bytes)
      _ = console.attachedOutput?.write(bytes)
    }
    let errors = SinkFile { [self] bytes in
      collect(bytes)
      _ = console.attachedOutput?.write(bytes)
    }
    return [0: input, 1: output, 2: errors]
  }

  func attach(input: OpenFile?, output: OpenFile?) {
    // What was written before anybody attached to a terminal is not shown again.
    console.attachedInput = spec.standardInput ? input : nil
    console.attachedOutput = output
    console.inputArrived()
  }

  private func collect(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let newline = rest.firstIndex(of: 10) {
      log.append(ContainerLog.Line(at: machine.world.now, bytes: Array(rest[..<newline])))
      rest = rest[(newline + 1)...]
    }
    if !rest.isEmpty { log.append(ContainerLog.Line(at: machine.world.now, bytes: Array(rest), isWhole: false)) }
  }

  func finishLog() { log.close() }

  /// The message that a program leaves when it ends: what stands in the file kept for it, at most 4 KiB; after a failure, where the
  /// author wants it so, the end of the log instead (`pkg/kubelet/kuberuntime`, getTerminationMessage).
  func lastWords(exitCode: Int) -> String? {
    var bytes = Array(((try? machine.fileSystem.read(spec.terminationMessagePath)) ?? []).prefix(4_096))
    if bytes.isEmpty, spec.fallsBackToLog, exitCode != 0 {
      for line in log.lines.suffix(80) { bytes += line.bytes + (line.isWhole ? [10] : []) }
      bytes = Array(bytes.suffix(2_048))
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}

/// A web server whose requests cost processor time.
private final class MeteredListener: HTTPListener {
  private let server: any HTTPListener
  private let machine: Machine
  private let cost: Interval

  init(_ server: any HTTPListener, _ machine: Machine, _ cost: Interval) {
    self.server = server
    self.machine = machine
    self.cost = cost
  }

  var service: String { server.service }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var response = server.respond(to: request, from: client)
    response.workingTime = response.workingTime + machine.work.serve(cost: cost, at: machine.world.now)
    return response
  }
}
