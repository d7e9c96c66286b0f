// The image's entrypoint and nginx itself: reads the configuration, listens, logs, reloads, stops.
// Sources: nginxinc/docker-nginx (entrypoint scripts), nginx 1.22 `ngx_process_cycle.c`.

import SimKernel
import SimMachine

final class NginxProgram: ServerProcess {
  /// Nil when it is not known which one the image holds.
  private let version: String?
  private let isAlpine: Bool
  private var configurationPath = "/etc/nginx/nginx.conf"
  private var listening: [Int] = []
  private var hasBegun = false

  init(version: String?, isAlpine: Bool) {
    self.version = version
    self.isAlpine = isAlpine
  }

  private var firstWorker: Int { isAlpine ? 30 : 29 }

  override func prepare(_ process: Process) -> Int32? {
    var words = Array(process.arguments.dropFirst())
    if process.name == "docker-entrypoint.sh" {
      guard let first = words.first else { return 0 }
      if first == "nginx" || first == "nginx-debug" {
        configure(process)
        words.removeFirst()
      } else {
        guard becomeOther(process, words) else {
          process.complain("/docker-entrypoint.sh: line 47: exec: \(first): not found\n")
          return 127
        }
        handedOver = true
        return nil
      }
    }
    return readOptions(words, process)
  }

  private func readOptions(_ words: [String], _ process: Process) -> Int32? {
    var words = words
    var tests = false
    var dumps = false
    var signal: String?
    while !words.isEmpty {
      let word = words.removeFirst()
      switch word {
      case "-g": if !words.isEmpty { words.removeFirst() }
      case "-c": if !words.isEmpty { configurationPath = FileSystem.normalize(words.removeFirst(), in: "/etc/nginx") }
      case "-t": tests = true
      case "-T": dumps = true
      case "-q": break
      case "-s": signal = words.isEmpty ? "" : words.removeFirst()
      case "-v":
        guard let version else {
          process.note(notSimulated: "the version of this image's nginx")
          return 0
        }
        process.complain("nginx version: nginx/\(version)\n")
        return 0
      case "-V", "-h", "-?", "-p", "-e":
        process.note(notSimulated: "nginx \(word)")
        return 1
      default:
        if word.utf8.first == 45 {
          process.complain("nginx: invalid option: \"\(word.dropFirst())\"\n")
        } else {
          process.complain("nginx: invalid option: \"\(word)\"\n")
        }
        return 1
      }
    }
    if tests || dumps { return test(process, dumps: dumps) }
    if let signal { return send(signal, process) }
    return nil
  }

  /// Reads the configuration; false when it cannot be used, which has been said.
  private func accepts(_ reader: inout NginxReader, _ process: Process) -> Bool {
    do throws(NginxProblem) {
      let main = try reader.read(configurationPath)
      if let problem = main.first("http").flatMap({ NginxServer.unknownUpstream($0, on: process.machine) }) {
        throw NginxProblem(text: problem)
      }
      return true
    } catch {
      process.complain(
        "\(stamp(process)) [emerg] \(process.id)#\(process.id): \(error.text)\nnginx: [emerg] \(error.text)\n")
      return false
    }
  }

  private func test(_ process: Process, dumps: Bool) -> Int32 {
    var reader = NginxReader(process.fileSystem)
    guard accepts(&reader, process) else {
      process.complain("nginx: configuration file \(configurationPath) test failed\n")
      return 1
    }
    process.complain(
      "nginx: the configuration file \(configurationPath) syntax is ok\nnginx: configuration file \(configurationPath) test is successful\n"
    )
    if dumps {
      for file in reader.files { process.print("# configuration file \(file.path):\n\(file.text)\n") }
    }
    return 0
  }

  /// `nginx -s reload` and its sisters reach the machine's first process.
  private func send(_ signal: String, _ process: Process) -> Int32 {
    guard let main = process.machine.process(1) else {
      process.note(notSimulated: "nginx -s \(signal) without a running nginx")
      return 1
    }
    var reader = NginxReader(process.fileSystem)
    if ["reload", "quit", "stop"].contains(signal), !accepts(&reader, process) { return 1 }
    switch signal {
    case "reload":
      process.complain("\(stamp(process)) [notice] \(process.id)#\(process.id): signal process started\n")
      main.send(.hangup)
      return 0
    case "quit", "stop":
      process.complain("\(stamp(process)) [notice] \(process.id)#\(process.id): signal process started\n")
      main.send(signal == "quit" ? .quit : .terminate)
      return 0
    case "reopen":
      process.note(notSimulated: "nginx -s reopen")
      return 1
    default:
      process.complain("nginx: invalid option: \"-s \(signal)\"\n")
      return 1
    }
  }

  override func startDelay(_ process: Process) -> Interval { .zero }
  override func stopDelay(_ process: Process) -> Interval { process.machine.facts.stopDelay ?? .milliseconds(300) }

  // MARK: Entrypoint

  private func configure(_ process: Process) {
    let script = "/docker-entrypoint.sh"
    let folder = "/docker-entrypoint.d"
    let site = "/etc/nginx/conf.d/default.conf"
    process.print("\(script): \(folder)/ is not empty, will attempt to perform configuration\n")
    process.print("\(script): Looking for shell scripts in \(folder)/\n")
    process.print("\(script): Launching \(folder)/10-listen-on-ipv6-by-default.sh\n")
    listenOnIPv6(site, process)
    process.print("\(script): Sourcing \(folder)/15-local-resolvers.envsh\n")
    process.print("\(script): Launching \(folder)/20-envsubst-on-templates.sh\n")
    if process.fileSystem.exists("/etc/nginx/templates") {
      process.machine.logNotSimulated = "image nginx: templates in /etc/nginx/templates"
    }
    process.print("\(script): Launching \(folder)/30-tune-worker-processes.sh\n")
    process.print("\(script): Configuration complete; ready for start up\n")
  }

  /// What `10-listen-on-ipv6-by-default.sh` does to the packaged file.
  private func listenOnIPv6(_ site: String, _ process: Process) {
    func tell(_ text: String) { process.print("10-listen-on-ipv6-by-default.sh: info: \(text)\n") }
    let files = process.fileSystem
    guard let inode = try? files.lookup(site), inode.kind == .file else {
      return tell("\(site) is not a file or does not exist")
    }
    if files.isReadOnly(site) || !files.permits(inode, 2, process.credentials) {
      return tell("can not modify \(site) (read-only file system?)")
    }
    if occurs("listen  [::]:80;", in: String(decoding: inode.bytes, as: UTF8.self)) {
      return tell("IPv6 listen already enabled")
    }
    tell("Getting the checksum of \(site)")
    guard inode.bytes.elementsEqual(NginxFiles.site.utf8) else {
      return tell("\(site) differs from the packaged version")
    }
    inode.bytes = Array(NginxFiles.siteOnIPv6.utf8)
    files.touch(inode)
    tell("Enabled listen on IPv6 in \(site)")
  }

  // MARK: Server

  /// The folders and the file that the master makes before it serves. What it cannot make, in nginx' words.
  private func makeFiles(_ process: Process) -> String? {
    let files = process.fileSystem
    func failed(_ call: String, _ path: String, _ error: Errno) -> String {
      let number = error == .readOnly ? 30 : error == .accessDenied ? 13 : error == .noEntry ? 2 : 20
      return "\(call)() \"\(path)\" failed (\(number): \(error.message))"
    }
    for name in ["client", "proxy", "fastcgi", "uwsgi", "scgi"] {
      let path = "/var/cache/nginx/\(name)_temp"
      do throws(Errno) {
        let made = try files.makeDirectory(path, permissions: 0o700, as: process.credentials)
        if process.credentials.user == 0 { made.owner = NginxImage.user }
      } catch {
        if error != .exists { return failed("mkdir", path, error) }
      }
    }
    let pid = version.map(NginxImage.pidFile) ?? "/run/nginx.pid"
    do throws(Errno) {
      try files.write(pid, Array("\(process.id)\n".utf8), as: process.credentials)
    } catch {
      return failed("open", pid, error)
    }
    return nil
  }

  private func warnAboutUser(_ process: Process) {
    guard process.credentials.user != 0, let bytes = try? process.fileSystem.read(configurationPath) else { return }
    var number = 0
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      number += 1
      guard line.starts(with: "user ".utf8) else { continue }
      let text =
        "the \"user\" directive makes sense only if the master process runs with super-user privileges, ignored in "
        + "\(configurationPath):\(number)"
      process.complain("\(stamp(process)) [warn] \(process.id)#\(process.id): \(text)\nnginx: [warn] \(text)\n")
    }
  }

  override func begin(_ process: Process) -> Int32? {
    warnAboutUser(process)
    guard let problem = load(process) ?? makeFiles(process) else {
      hasBegun = true
      notice(process, "using the \"epoll\" event method")
      if let version {
        notice(process, "nginx/\(version)")
      } else {
        process.machine.logNotSimulated = "the log of this image's nginx"
      }
      if let compiler { notice(process, "built by \(compiler) ") }
      notice(process, "OS: Linux \(process.machine.facts.kernelRelease)")
      notice(process, "getrlimit(RLIMIT_NOFILE): 1048576:1048576")
      startWorkers(process)
      return nil
    }
    process.complain("\(stamp(process)) [emerg] \(process.id)#\(process.id): \(problem)\nnginx: [emerg] \(problem)\n")
    return 1
  }

  /// What the binary of a tag was built with, where it is known.
  private var compiler: String? {
    guard let version else { return nil }
    let minor = Int(separated(version, by: ".")[1]) ?? 0
    if isAlpine { return minor == 27 ? "gcc 13.2.1 20240309 (Alpine 13.2.1_git20240309)" : nil }
    return (25...29).contains(minor) ? "gcc 12.2.0 (Debian 12.2.0-14)" : nil
  }

  private func startWorkers(_ process: Process) {
    notice(process, "start worker processes")
    for index in 0..<process.machine.facts.processors { notice(process, "start worker process \(firstWorker + index)") }
  }

  /// Reads the configuration and listens as it says. What is wrong with it, in nginx' words.
  private func load(_ process: Process) -> String? {
    var reader = NginxReader(process.fileSystem)
    let main: NginxDirective
    do throws(NginxProblem) {
      main = try reader.read(configurationPath)
    } catch {
      return error.text
    }
    if main.first("events") == nil { return "no \"events\" section in configuration" }
    for port in listening { process.machine.listeners[port] = nil }
    listening = []
    guard let http = main.first("http") else { return nil }
    if main.first("stream") != nil { process.machine.logNotSimulated = "image nginx: stream in its configuration" }
    var errorLog = main.all("error_log")
    errorLog += http.children
    let whole = NginxDirective(["http"], errorLog, place: "")
    if let problem = NginxServer.unknownUpstream(whole, on: process.machine) { return problem }
    var byPort: [Int: [NginxDirective]] = [:]
    for server in http.all("server") {
      for port in NginxServer.ports(server) { byPort[port, default: []].append(server) }
    }
    for port in byPort.keys.sorted() {
      listening.append(port)
      process.machine.listeners[port] = NginxServer(
        machine: process.machine, version: version, http: whole, servers: byPort[port]!, port: port,
        worker: firstWorker,
        log: { descriptor, line in
          guard !process.hasEnded else { return }
          process.write(descriptor, line)
          process.wake()
        })
    }
    return nil
  }

  override func handleOther(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .hangup, hasBegun else { return false }
    notice(process, "signal 1 (SIGHUP) received, reconfiguring")
    notice(process, "reconfiguring")
    if let problem = load(process) {
      process.complain("\(stamp(process)) [emerg] 1#1: \(problem)\n")
      return true
    }
    notice(process, "using the \"epoll\" event method")
    notice(process, "start worker processes")
    process.machine.logNotSimulated = "image nginx: which workers replace which after a reload"
    return true
  }

  override func stopping(_ process: Process, _ signal: Signal) {
    let isGraceful = signal == .quit
    notice(
      process, "signal \(signal.rawValue) (SIG\(signal.name)) received, \(isGraceful ? "shutting down" : "exiting")")
    let workers = (0..<process.machine.facts.processors).map { firstWorker + $0 }
    for worker in workers where isGraceful { notice(process, "gracefully shutting down", by: worker) }
    for worker in workers { notice(process, "exiting", by: worker) }
    for worker in workers { notice(process, "exit", by: worker) }
  }

  override func stopped(_ process: Process) -> Int32 {
    for port in listening { process.machine.listeners[port] = nil }
    let workers = (0..<process.machine.facts.processors).map { firstWorker + $0 }
    notice(process, "signal 17 (SIGCHLD) received from \(workers.last ?? firstWorker)")
    for worker in workers { notice(process, "worker process \(worker) exited with code 0") }
    notice(process, "exit")
    return 0
  }

  private func stamp(_ process: Process) -> String {
    let t = process.world.civilNow
    return "\(padded(t.year, 4))/\(padded(t.month, 2))/\(padded(t.day, 2)) \(clockTime(t))"
  }

  private func notice(_ process: Process, _ text: String, by number: Int? = nil) {
    let id = number ?? process.id
    process.complain("\(stamp(process)) [notice] \(id)#\(id): \(text)\n")
  }
}
