// docker.io/library/zookeeper (configured by ZOO_MY_ID, ZOO_SERVERS and their sisters) and the image of Kubernetes' ZooKeeper
// tutorial (start-zookeeper, zookeeper-ready). Server log lines are not modelled.
// Sources: 31z4/zookeeper-docker, docker-entrypoint.sh; Kubernetes documentation "Running ZooKeeper".

import SimKernel
import SimMachine
import Utilities

package enum ZooKeeperImage {
  package static var families: [ImageFamily] {
    [official, tutorial("registry.k8s.io/kubernetes-zookeeper"), tutorial("k8s.gcr.io/kubernetes-zookeeper")]
  }

  private static let latestPatch: [String: Int] = [
    "3.4": 14, "3.5": 10, "3.6": 4, "3.7": 2, "3.8": 4, "3.9": 3,
  ]

  private static func release(_ tag: String) -> String? {
    if tag == "latest" { return "3.9.3" }
    guard let version = VersionTag(tag), version.numbers.count >= 2, version.numbers.count <= 3 else { return nil }
    guard version.variant.isEmpty || version.variant.hasPrefix("jre-") || version.variant == "temurin" else {
      return nil
    }
    let minor = "\(version.numbers[0]).\(version.numbers[1])"
    guard let patch = latestPatch[minor] else { return nil }
    if version.numbers.count == 2 { return "\(minor).\(patch)" }
    return (0...patch + 2).contains(version.numbers[2]) ? "\(minor).\(version.numbers[2])" : nil
  }

  private static var official: ImageFamily {
    ImageFamily(
      name: "docker.io/library/zookeeper", tags: .matching { release($0) != nil }, sizeBytes: { _ in 180 << 20 },
      pull: .milliseconds(5_200),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.userland = .distribution(Distribution.debian().adding(programs: "nc"))
        configuration.entrypoint = ["/docker-entrypoint.sh"]
        configuration.command = ["zkServer.sh", "start-foreground"]
        let home = "/apache-zookeeper-\(release(tag)!)-bin"
        configuration.workingDirectory = home
        configuration.environment = [
          ("PATH", "/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:\(home)/bin"),
          ("ZOO_CONF_DIR", "/conf"), ("ZOO_DATA_DIR", "/data"), ("ZOO_DATA_LOG_DIR", "/datalog"),
          ("ZOO_LOG_DIR", "/logs"), ("ZOO_TICK_TIME", "2000"), ("ZOO_INIT_LIMIT", "5"), ("ZOO_SYNC_LIMIT", "2"),
          ("ZOO_AUTOPURGE_PURGEINTERVAL", "0"), ("ZOO_AUTOPURGE_SNAPRETAINCOUNT", "3"),
          ("ZOO_MAX_CLIENT_CNXNS", "60"), ("ZOO_STANDALONE_ENABLED", "true"), ("ZOO_ADMINSERVER_ENABLED", "true"),
          ("ZOOCFGDIR", "/conf"),
        ]
        return configuration
      },
      populate: { machine, tag in
        let release = ZooKeeperRelease(release(tag)!)
        makeFolders(machine, ["/conf", "/data", "/datalog", "/logs"], owner: Credentials(user: 1_000, group: 1_000))
        let folder = "/apache-zookeeper-\(release.text)-bin/bin"
        install(machine, "/docker-entrypoint.sh", name: "zookeeper entrypoint") {
          ZooKeeperProgram(release, configurationPath: "/conf/zoo.cfg")
        }
        putTools(machine, folder, release, configurationPath: "/conf/zoo.cfg")
      })
  }

  private static func tutorial(_ name: String) -> ImageFamily {
    ImageFamily(
      name: name, tags: .exactly(["1.0-3.4.10", "1.0-3.4.9"]), sizeBytes: { _ in 127 << 20 },
      pull: .milliseconds(5_000),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.command = ["/bin/bash"]
        configuration.workingDirectory = "/"
        // Built on Ubuntu 16.04, whose release files are not modelled.
        configuration.userland = .distribution(
          (Distribution.ubuntu("20.04") ?? .debian()).unreleased.adding(
            users: "zookeeper:x:1000:1000::/home/zookeeper:/bin/sh", groups: "zookeeper:x:1000:", programs: "nc"))
        configuration.environment = [
          ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"), ("ZK_USER", "zookeeper"),
          ("ZK_DATA_DIR", "/var/lib/zookeeper/data"), ("ZK_DATA_LOG_DIR", "/var/lib/zookeeper/log"),
          ("ZK_LOG_DIR", "/var/log/zookeeper"), ("JAVA_HOME", "/usr/lib/jvm/java-8-openjdk-amd64"),
        ]
        return configuration
      },
      populate: { machine, tag in
        let release = ZooKeeperRelease(String(tag.dropFirst(4)))
        makeFolders(
          machine, ["/opt/zookeeper/bin", "/opt/zookeeper/conf", "/var/lib/zookeeper", "/var/log/zookeeper"],
          owner: Credentials(user: 1_000, group: 1_000))
        for folder in ["/usr/bin", "/usr/etc"] { _ = try? machine.fileSystem.makeDirectory(folder, parents: true) }
        _ = try? machine.fileSystem.makeSymbolicLink("/opt/zookeeper/conf", at: "/usr/etc/zookeeper")
        let path = "/opt/zookeeper/conf/zoo.cfg"
        install(machine, "/opt/zookeeper/bin/start-zookeeper") { ZooKeeperProgram(release, configurationPath: path) }
        install(machine, "/opt/zookeeper/bin/zookeeper-ready") {
          UtilityProgram(
            Utility("zookeeper-ready") { call in
              let port = Int(call.arguments.first ?? "") ?? 2181
              guard let server = call.process.machine.listeners[port] as? ZooKeeperServer else { return 1 }
              return server.answer("ruok", from: call.process.machine, note: { _ in }) == "imok" ? 0 : 1
            })
        }
        putTools(machine, "/opt/zookeeper/bin", release, configurationPath: path)
        for name in ["start-zookeeper", "zookeeper-ready", "zkCli.sh", "zkServer.sh", "zkCleanup.sh"] {
          _ = try? machine.fileSystem.makeSymbolicLink("/opt/zookeeper/bin/" + name, at: "/usr/bin/" + name)
        }
        // The server is a Java program, whose long command line is not modelled.
        installNotSimulated(machine, folder: "/bin", ["ps"])
        install(machine, "/usr/bin/pkill", name: "pkill for zookeeper") {
          UtilityProgram(Utility("pkill") { ZooKeeperTools.kill(&$0) })
        }
      })
  }

  private static func putTools(
    _ machine: Machine, _ folder: String, _ release: ZooKeeperRelease, configurationPath: String
  ) {
    install(machine, folder + "/zkCli.sh") { ZooKeeperCLI(release) }
    install(machine, folder + "/zkServer.sh") { ZooKeeperProgram(release, configurationPath: configurationPath) }
    installNotSimulated(machine, folder: folder, ["zkCleanup.sh", "zkTxnLogToolkit.sh", "zkSnapShotToolkit.sh"])
  }
}

/// The official image's entrypoint, the tutorial's start-zookeeper, and zkServer.sh: each ends as a server in the foreground.
private final class ZooKeeperProgram: ServerProcess {
  private let release: ZooKeeperRelease
  private let configurationPath: String
  private var configuration = ZooKeeperConfiguration("")
  private var id: Int64 = 1
  private var server: ZooKeeperServer?

  init(_ release: ZooKeeperRelease, configurationPath: String) {
    self.release = release
    self.configurationPath = configurationPath
  }

  override func prepare(_ process: Process) -> Int32? {
    var words = Array(process.arguments.dropFirst())
    switch process.name {
    case "docker-entrypoint.sh":
      guard let first = words.first else { return 0 }
      if writeConfiguration(process) { process.machine.logNotSimulated = "image zookeeper: log lines of the server" }
      if first != "zkServer.sh" {
        guard becomeOther(process, words) else {
          process.complain("/docker-entrypoint.sh: line 52: exec: \(first): not found\n")
          return 127
        }
        handedOver = true
        return nil
      }
      words.removeFirst()
    case "start-zookeeper":
      if let code = writeTutorialConfiguration(words, process) { return code }
      words = ["start-foreground"]
    default: break
    }
    switch words.first ?? "" {
    case "start-foreground": break
    case "status":
      process.become(
        UtilityProgram(
          Utility("zkServer.sh") { [configurationPath, release] call in
            ZooKeeperTools.status(&call, configurationPath: configurationPath, release: release)
          }), arguments: process.arguments)
      handedOver = true
      return nil
    default:
      process.note(notSimulated: "zkServer.sh \(words.first ?? "")")
      return 1
    }
    guard let bytes = try? process.fileSystem.read(configurationPath) else {
      process.note(notSimulated: "zkServer.sh start-foreground without \(configurationPath)")
      return 1
    }
    process.machine.logNotSimulated = "image zookeeper: log lines of the server"
    configuration = ZooKeeperConfiguration(String(decoding: bytes, as: UTF8.self))
    let text = (try? process.fileSystem.read(configuration.dataFolder + "/myid")).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard let number = Int64(blankSeparated(text ?? "").first ?? "") else {
      // A server of an ensemble without its number does not start.
      return configuration.servers.count > 1 ? 2 : nil
    }
    id = number
    return nil
  }

  override func startDelay(_ process: Process) -> Interval {
    process.machine.facts.readyDelay ?? .milliseconds(1_400)
  }

  override func begin(_ process: Process) -> Int32? {
    let made = ZooKeeperServer(process, release: release, configuration: configuration, id: id)
    server = made
    made.start(process)
    return nil
  }

  override func stopped(_ process: Process) -> Int32 {
    server?.close()
    return 143
  }

  // MARK: Configuration

  /// Writes zoo.cfg and myid from the environment, unless they are there.
  private func writeConfiguration(_ process: Process) -> Bool {
    let environment = process.environment
    func value(_ name: String, _ fallback: String) -> String { environment[name] ?? fallback }
    let folder = value("ZOO_CONF_DIR", "/conf")
    let data = value("ZOO_DATA_DIR", "/data")
    if !process.fileSystem.exists(folder + "/zoo.cfg") {
      var text = "dataDir=\(data)\ndataLogDir=\(value("ZOO_DATA_LOG_DIR", "/datalog"))\n"
      text += "tickTime=\(value("ZOO_TICK_TIME", "2000"))\ninitLimit=\(value("ZOO_INIT_LIMIT", "5"))\n"
      text += "syncLimit=\(value("ZOO_SYNC_LIMIT", "2"))\n"
      text += "autopurge.snapRetainCount=\(value("ZOO_AUTOPURGE_SNAPRETAINCOUNT", "3"))\n"
      text += "autopurge.purgeInterval=\(value("ZOO_AUTOPURGE_PURGEINTERVAL", "0"))\n"
      text += "maxClientCnxns=\(value("ZOO_MAX_CLIENT_CNXNS", "60"))\n"
      text += "standaloneEnabled=\(value("ZOO_STANDALONE_ENABLED", "true"))\n"
      text += "admin.enableServer=\(value("ZOO_ADMINSERVER_ENABLED", "true"))\n"
      let servers = value("ZOO_SERVERS", release.isModern ? "server.1=localhost:2888:3888;2181" : "")
      if !release.isModern { text += "clientPort=2181\n" }
      for server in blankSeparated(servers) { text += server + "\n" }
      if let list = environment["ZOO_4LW_COMMANDS_WHITELIST"], !list.isEmpty {
        text += "4lw.commands.whitelist=\(list)\n"
      }
      for extra in blankSeparated(environment["ZOO_CFG_EXTRA"] ?? "") { text += extra + "\n" }
      try? process.fileSystem.write(folder + "/zoo.cfg", Array(text.utf8))
    }
    if !process.fileSystem.exists(data + "/myid") {
      try? process.fileSystem.write(data + "/myid", Array((value("ZOO_MY_ID", "1") + "\n").utf8))
    }
    return true
  }

  /// start-zookeeper's options, with its defaults; the number comes from the pod's name.
  private func writeTutorialConfiguration(_ words: [String], _ process: Process) -> Int32? {
    var options: [String: String] = [
      "servers": "1", "data_dir": "/var/lib/zookeeper/data", "data_log_dir": "/var/lib/zookeeper/log",
      "conf_dir": "/opt/zookeeper/conf", "client_port": "2181", "election_port": "3888", "server_port": "2888",
      "tick_time": "2000", "init_limit": "10", "sync_limit": "5", "max_client_cnxns": "60",
      "snap_retain_count": "3", "purge_interval": "0",
    ]
    for word in words {
      guard word.hasPrefix("--"), let equals = word.utf8.firstIndex(of: 61) else {
        process.note(notSimulated: "start-zookeeper \(word)")
        return 1
      }
      options[String(word[word.utf8.index(word.utf8.startIndex, offsetBy: 2)..<equals])] = String(
        word[word.utf8.index(after: equals)...])
    }
    func option(_ name: String) -> String { options[name] ?? "" }
    let tick = Int64(option("tick_time")) ?? 2_000
    let host = process.machine.hostname
    guard let dash = host.utf8.lastIndex(of: 45), let ordinal = Int64(String(host[host.utf8.index(after: dash)...]))
    else {
      process.print("Kubernetes-zookeeper: Failed to parse name and ordinal of Pod\n")
      return 1
    }
    let name = String(host[..<dash])
    var domain = ""
    for line in separated(String(decoding: (try? process.fileSystem.read("/etc/hosts")) ?? [], as: UTF8.self), by: "\n")
    {
      let parts = blankSeparated(line)
      guard parts.count > 1, parts[0] == process.machine.address, let dot = parts[1].utf8.firstIndex(of: 46) else {
        continue
      }
      domain = String(parts[1][parts[1].utf8.index(after: dot)...])
    }
    var text = "#This file was autogenerated DO NOT EDIT\n"
    text += "clientPort=\(option("client_port"))\ndataDir=\(option("data_dir"))\ndataLogDir=\(option("data_log_dir"))\n"
    text += "tickTime=\(tick)\ninitLimit=\(option("init_limit"))\nsyncLimit=\(option("sync_limit"))\n"
    text += "maxClientCnxns=\(option("max_client_cnxns"))\n"
    text += "minSessionTimeout=\(options["min_session_timeout"] ?? String(tick * 2))\n"
    text += "maxSessionTimeout=\(options["max_session_timeout"] ?? String(tick * 20))\n"
    text +=
      "autopurge.snapRetainCount=\(option("snap_retain_count"))\nautopurge.purgeInteval=\(option("purge_interval"))\n"
    let count = Int64(option("servers")) ?? 1
    if count > 1 {
      for number in 1...min(count, 99) {
        text += "server.\(number)=\(name)-\(number - 1).\(domain):\(option("server_port")):\(option("election_port"))\n"
      }
    }
    try? process.fileSystem.write(option("conf_dir") + "/zoo.cfg", Array(text.utf8))
    let lines = [
      "zookeeper.root.logger=CONSOLE", "zookeeper.console.threshold=\(option("log_level"))",
      "log4j.rootLogger=${zookeeper.root.logger}", "log4j.appender.CONSOLE=org.apache.log4j.ConsoleAppender",
      "log4j.appender.CONSOLE.Threshold=${zookeeper.console.threshold}",
      "log4j.appender.CONSOLE.layout=org.apache.log4j.PatternLayout",
      "log4j.appender.CONSOLE.layout.ConversionPattern=%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n",
    ]
    try? process.fileSystem.write(
      option("conf_dir") + "/log4j.properties", Array((lines.joined(separator: "\n") + "\n").utf8))
    for folder in [option("data_dir"), option("data_log_dir")] {
      _ = try? process.fileSystem.makeDirectory(folder, parents: true, as: process.credentials)
    }
    if count > 1, !process.fileSystem.exists(option("data_dir") + "/myid") {
      try? process.fileSystem.write(option("data_dir") + "/myid", Array("\(ordinal + 1)\n".utf8))
    }
    return nil
  }
}
