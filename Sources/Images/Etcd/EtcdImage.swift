// etcd's images: quay.io/coreos/etcd, gcr.io/etcd-development/etcd and registry.k8s.io/etcd. Settings come from flags and from ETCD_…
// variables. Server log lines (JSON with measured times) are not modelled.
// Source: etcd documentation, configuration options.

import SimKernel
import SimMachine

package enum EtcdImage {
  package static var families: [ImageFamily] {
    [family("quay.io/coreos/etcd"), family("gcr.io/etcd-development/etcd"), family("registry.k8s.io/etcd")]
  }

  private static func release(_ tag: String) -> String? {
    let text = tag.utf8.first == 118 ? String(tag.dropFirst()) : tag
    guard let version = VersionTag(text), version.numbers.count == 3, version.numbers[0] == 3 else { return nil }
    guard (4...5).contains(version.numbers[1]), (0...40).contains(version.numbers[2]) else { return nil }
    return "3.\(version.numbers[1]).\(version.numbers[2])"
  }

  private static func family(_ name: String) -> ImageFamily {
    ImageFamily(
      name: name,
      tags: .matching { tag in
        // Only the Kubernetes project's registry leaves the v out and counts its own builds.
        let isKubernetes = name.hasPrefix("registry.k8s.io")
        return release(tag) != nil && isKubernetes == (tag.utf8.first != 118)
      }, sizeBytes: { _ in 57 << 20 }, pull: .milliseconds(2_600),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.command = ["/usr/local/bin/etcd"]
        configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        // 3.5 images since 3.5.0 carry no shell.
        configuration.userland = release(tag)!.hasPrefix("3.5") ? .none : .busybox
        return configuration
      },
      populate: { machine, tag in
        let release = release(tag)!
        makeFolders(machine, ["/usr/local/bin", "/var/etcd", "/var/lib/etcd"])
        install(machine, "/usr/local/bin/etcd") { EtcdProgram(release) }
        install(machine, "/usr/local/bin/etcdctl") { EtcdCtl(release) }
        installNotSimulated(machine, folder: "/usr/local/bin", ["etcdutl"])
      })
  }
}

private final class EtcdProgram: ServerProcess {
  private let release: String
  private var settings = EtcdSettings()
  private var server: EtcdServer?

  init(_ release: String) { self.release = release }

  override func prepare(_ process: Process) -> Int32? {
    process.machine.logNotSimulated = "image etcd: log lines of the server"
    var given: [String: String] = [:]
    for (name, value) in process.environment.variables where name.hasPrefix("ETCD_") {
      var flag = ""
      for byte in name.dropFirst(5).lowercased().utf8 {
        flag += byte == 95 ? "-" : String(decoding: [byte], as: UTF8.self)
      }
      given[flag] = value
    }
    var words = Array(process.arguments.dropFirst())
    if words.contains("--version") || words.contains("-version") {
      process.note(notSimulated: "etcd --version (its build)")
      return 1
    }
    while !words.isEmpty {
      let word = words.removeFirst()
      guard word.utf8.first == 45 else {
        process.complain("'\(word)' is not a valid flag\n")
        return 2
      }
      let name = String(word.drop { $0 == "-" })
      if let equals = name.utf8.firstIndex(of: 61) {
        given[String(name[..<equals])] = String(name[name.utf8.index(after: equals)...])
      } else if let next = words.first, next.utf8.first != 45 {
        given[name] = words.removeFirst()
      } else {
        given[name] = "true"
      }
    }
    if let text = given["name"] { settings.name = text }
    settings.dataFolder = FileSystem.normalize(
      given["data-dir"] ?? "\(settings.name).etcd", in: process.workingDirectory)
    if let text = given["listen-client-urls"] { settings.clientURLs = separated(text, by: ",")[0] }
    if let text = given["advertise-client-urls"] { settings.advertisedClientURLs = text }
    if let text = given["listen-peer-urls"] { settings.peerURLs = separated(text, by: ",")[0] }
    if let text = given["initial-advertise-peer-urls"] { settings.advertisedPeerURLs = text }
    settings.initialCluster = given["initial-cluster"]
    if let text = given["initial-cluster-state"] { settings.clusterState = text }
    if let text = given["initial-cluster-token"] { settings.token = text }
    return nil
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(300) }

  override func begin(_ process: Process) -> Int32? {
    let made = EtcdServer(process, release: release, settings: settings)
    guard made.prepare() == nil else { return 1 }
    server = made
    made.start(process)
    return nil
  }

  override func stopped(_ process: Process) -> Int32 {
    server?.close()
    return 0
  }
}

/// etcd's HTTP face: /health and /version.
extension EtcdServer: HTTPListener {
  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var response = HTTPResponse()
    var text: String
    var type = "application/json"
    switch request.path {
    case "/health", "/health?serializable=true", "/health?exclude=NOSPACE&serializable=true":
      let isWell = hasQuorum || request.path.hasSuffix("serializable=true")
      if !isWell {
        response.status = 503
        response.reason = "Service Unavailable"
      }
      text =
        release.hasPrefix("3.4")
        ? "{\"health\":\"\(isWell)\"}" : "{\"health\":\"\(isWell)\",\"reason\":\"\(isWell ? "" : "RAFT NO LEADER")\"}"
    case "/version":
      let minor = separated(release, by: ".").prefix(2).joined(separator: ".")
      text = "{\"etcdserver\":\"\(release)\",\"etcdcluster\":\"\(minor).0\"}"
    default:
      response.status = 404
      response.reason = "Not Found"
      text = "404 page not found\n"
      type = "text/plain; charset=utf-8"
    }
    response.body = Array(text.utf8)
    response.headers = [("Content-Type", type), ("Content-Length", "\(response.body.count)")]
    return response
  }
}
