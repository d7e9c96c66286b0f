// The door between the kubelet and whatever runs containers. The kubelet decides when images are pulled and containers
// start, stop and are probed; the runtime only says what an image is and what its programs do. Everything that takes time
// happens by scheduling on the world's queue and calling back.

package import SimKernel

package struct ImageFacts {
  /// As the runtime names it: `docker.io/library/postgres:15-alpine`.
  package var canonicalName: String
  /// `docker.io/library/postgres@sha256:…`
  package var imageID: String
  package var sizeBytes: Int64
  /// Nil: what the node profile says.
  package var pullDuration: Interval?
  /// Who its program runs as: an id, or a name that only the image's own accounts could tell the id of.
  package var user: User

  package enum User {
    case id(Int64)
    case name(String)
  }

  package init(
    canonicalName: String, imageID: String, sizeBytes: Int64, pullDuration: Interval? = nil, user: User = .id(0)
  ) {
    self.user = user
    self.canonicalName = canonicalName
    self.imageID = imageID
    self.sizeBytes = sizeBytes
    self.pullDuration = pullDuration
  }
}

package enum ImageResolution {
  case found(ImageFacts)
  /// The registry answered after a while that there is no such image (or none one may pull): the runtime's own text.
  case failed(message: String, after: Interval?)
  /// The reference itself is malformed; the text of `InspectFailed`.
  case invalidName(message: String)
}

package struct ContainerExit {
  package var exitCode: Int
  /// Nil lets the kubelet choose: `Completed` for 0, `Error` otherwise.
  package var reason: String?
  package var message: String?

  package init(exitCode: Int, reason: String? = nil, message: String? = nil) {
    self.exitCode = exitCode
    self.reason = reason
    self.message = message
  }
}

package enum ContainerStart {
  case started(containerID: String)
  /// The runtime could not start the program: `StartError`, the OCI runtime's text, usually exit code 128.
  case failed(reason: String, message: String, exitCode: Int)
}

package enum ProbeResult {
  case success
  /// The probe's output, as the `Unhealthy` event shows it.
  case failure(output: String)
  /// Did not answer in time.
  case timeout
  /// Could not be asked: the kubelet says so and forgets it.
  case errored(String)
}

/// A file that a volume shows of an object of the API (a key of a config map, a token).
package struct ProjectedFile: Equatable {
  package var bytes: [UInt8]
  /// Permission bits.
  package var mode: Int
  package var owner: Int

  package init(bytes: [UInt8], mode: Int, owner: Int = 0) {
    self.bytes = bytes
    self.mode = mode
    self.owner = owner
  }
}

/// What a volume holds. Contents of config maps and the like are delivered as files (path → file).
package enum VolumeContent {
  /// A persistent volume: its files live as long as the volume; two containers with the same id share them.
  /// `hostPath` is where on its node it lies, if it does.
  case persistent(volumeID: String, hostPath: String?)
  /// Lives as long as the pod.
  case emptyDir(volumeID: String, inMemory: Bool)
  /// `inMemory`: on a tmpfs, as all but config maps are.
  case files(volumeID: String, files: OrderedMap<String, ProjectedFile>, inMemory: Bool)
  case hostPath(path: String, type: String)
}

package struct Mount {
  package var path: String
  package var content: VolumeContent
  package var readOnly: Bool
  /// Relative path inside the volume; empty for its root.
  package var subPath: String
  /// The pod's `fsGroup`, where the volume's kind lets the kubelet give it to the files.
  package var group: Int?

  package init(path: String, content: VolumeContent, readOnly: Bool, subPath: String, group: Int? = nil) {
    self.path = path
    self.content = content
    self.readOnly = readOnly
    self.subPath = subPath
    self.group = group
  }
}

/// The name servers and rules that a pod's `dnsPolicy` and `dnsConfig` come to (pkg/kubelet/network/dns). What the node uses
/// is not known here.
package struct ResolverConfiguration {
  /// The node's own servers and domains come before what is here.
  package var isOfNode = false
  package var searches: [String] = []
  package var nameservers: [String] = []
  package var options: [String] = []

  /// The address of the cluster's DNS service.
  package static let clusterServer = "10.152.183.10"

  /// How many dots make a name be asked for as it stands first. Source: resolv.conf(5).
  package var ndots: Int {
    for option in options where option.hasPrefix("ndots:") { return Int(option.dropFirst(6)) ?? 1 }
    return 1
  }
}

package struct ContainerSpec {
  package var namespace: String
  package var pod: String
  package var podUID: String
  package var podIP: String
  package var hostname: String
  /// `postgres-0.postgres.default.svc.cluster.local` when the pod has a subdomain, else empty.
  package var subdomain: String
  package var nodeName: String
  package var container: String
  package var isInit: Bool
  /// 0 for the first run.
  package var restartCount: Int
  package var image: String
  package var imageID: String
  /// Nil: the image's own entrypoint, command.
  package var command: [String]?
  package var arguments: [String]?
  /// Resolved, in order: service links first, then envFrom, then env.
  package var environment: [(name: String, value: String)]
  package var workingDirectory: String?
  package var mounts: [Mount]
  package var standardInput: Bool
  package var terminal: Bool
  package var runAsUser: Int64?
  package var runAsGroup: Int64?
  /// `fsGroup` and `supplementalGroups` of the pod.
  package var supplementaryGroups: [Int64] = []
  package var readOnlyRootFilesystem: Bool
  /// Bytes; nil when unlimited.
  package var memoryLimit: Int64?
  /// Thousandths of a processor; nil when unlimited.
  package var cpuLimit: Int64?
  package var terminationMessagePath: String
  /// A program that fails without a message leaves the end of its log.
  package var fallsBackToLog = false
  package var hostNetwork: Bool
  /// The pod asks for a process namespace that is not each container's own.
  package var sharesProcesses = false
  /// What the pod adds to /etc/hosts, in order.
  package var hostAliases: [(address: String, names: [String])] = []
  /// What stands in /etc/resolv.conf.
  package var resolver = ResolverConfiguration()
}

/// What a container has used since it was started.
package struct ContainerUsage {
  /// Nanoseconds of processor time.
  package var cpu: Int64
  /// Bytes that it holds now.
  package var memory: Int64

  package init(cpu: Int64, memory: Int64) {
    self.cpu = cpu
    self.memory = memory
  }
}

/// What a node uses besides its containers.
package struct NodeUse {
  package var milliCPU: Int64
  package var memory: Int64

  package init(milliCPU: Int64 = 0, memory: Int64 = 0) {
    self.milliCPU = milliCPU
    self.memory = memory
  }
}

package protocol ContainerRuntime: AnyObject {
  func resolve(image: String) -> ImageResolution
  /// Starts a container. `exited` is called once, when its program ends, however it ends.
  func start(_ spec: ContainerSpec, exited: @escaping (ContainerExit) -> Void) -> ContainerStart
  /// SIGTERM (or the image's stop signal) to the container's first process.
  func terminate(containerID: String)
  /// SIGKILL: `exited` is called at once, with exit code 137.
  func kill(containerID: String)
  /// Runs a command in the container (exec probes, lifecycle hooks) and tells how it ended.
  func probe(
    containerID: String, exec command: [String], timeout: Interval, completion: @escaping (ProbeResult) -> Void)
  func httpProbe(
    containerID: String, scheme: String, host: String, port: Int, path: String, timeout: Interval,
    completion: @escaping (ProbeResult) -> Void)
  func tcpProbe(
    containerID: String, host: String, port: Int, timeout: Interval, completion: @escaping (ProbeResult) -> Void)
  /// Why a path of the node cannot be mounted as what the volume says it is: `/data is not a directory`. Nil when it can.
  func hostPathProblem(_ path: String, type: String, node: String) -> String?
  /// What a running container has used; nil when that is not measured.
  func usage(containerID: String) -> ContainerUsage?
  /// The result of a healthy container's probes cannot change by itself until the runtime calls `unsettled`: then the
  /// kubelet need not probe. Return false when in doubt; probes then go on, as housekeeping.
  func probesAreSettled(containerID: String) -> Bool
  /// New contents of a mounted config map, secret or downward API volume.
  func updateFiles(volumeID: String, files: OrderedMap<String, ProjectedFile>)
  /// Forgets a container that has ended, its files included.
  func remove(containerID: String)
  /// Forgets an emptyDir or a persistent volume that was deleted.
  func removeVolume(volumeID: String)
}

extension ContainerRuntime {
  package func hostPathProblem(_ path: String, type: String, node: String) -> String? { nil }
  package func usage(containerID: String) -> ContainerUsage? { nil }
}
