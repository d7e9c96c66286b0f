// Plays a session described as JSON and prints it as JSON (PRODUCT.md §5): the conformance door, natively and in the browser.
// `setup` runs unrecorded until the world is quiet; that is virtual time 0. Foreground commands run one after the other;
// background ones are second terminals. A command is stopped with Ctrl-C at its `end`; one without an `end` that does not end by
// itself is stopped when the world is quiet, or at the limit. A session told without a clock gives pauses instead of times: then a
// command begins `after` seconds behind the one before it, and a background one ends when the
// `until`th command begins.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
package import Unstructured

package enum SessionPlayer {
  /// Plays a session given as JSON text. What is wrong with the input is said in an object `{"error": …}`.
  package static func play(json: [UInt8]) -> [UInt8] {
    let result: Value
    do throws(JSONError) {
      result = play(try JSON.parse(json))
    } catch {
      result = failure("the session is not valid JSON: \(error.description)")
    }
    return Array((JSON.pretty(result, indent: 1, escapingHTML: false) + "\n").utf8)
  }

  static func failure(_ text: String) -> Value { .members([("error", .string(text))]) }

  package static func play(_ description: Value) -> Value {
    guard case .object(var result) = description else { return failure("a session is a JSON object") }
    guard let commandList = description["commands"]?.array else {
      return failure("a session needs \"commands\": a list of objects with \"command\"")
    }
    for (index, item) in commandList.enumerated() where item["command"]?.string == nil {
      return failure("item \(index + 1) of \"commands\" has no \"command\"")
    }
    let settings: SessionSettings
    do throws(SessionError) {
      settings = try readSettings(description)
    } catch {
      return failure(error.message)
    }
    let session = Session(settings)
    var setupReasons: [String] = []
    if let setup = description["setup"] {
      setupReasons = prepare(session, setup)
    }
    writeFiles(session, description["files"])
    let driver = Driver(session, commandList)
    driver.run()
    result["commands"] = .array(driver.results())
    let violations = session.violations()
    if !violations.isEmpty { result["violations"] = .strings(violations) }
    if !setupReasons.isEmpty { result["setupNotSimulated"] = .strings(setupReasons) }
    return .object(result)
  }

  /// The machine, with what a capture says of it outside `machine`.
  private static func readSettings(_ description: Value) throws(SessionError) -> SessionSettings {
    var settings = try SessionSettings(description["machine"])
    if description["machine"]?["epoch"] == nil, let text = description["startedAt"]?.string,
      let time = CivilTime(rfc3339: text)
    {
      settings.epochUnixSeconds = time.unixSeconds
    }
    if description["cni"]?.string == "none" { settings.addons.removeAll { $0 == "calico" } }
    return settings
  }

  /// Files first, then the commands in turn, then whatever they set going.
  private static func prepare(_ session: Session, _ setup: Value) -> [String] {
    writeFiles(session, setup["files"])
    var reasons: [String] = []
    for command in setup["commands"]?.array ?? [] {
      guard let text = command.string else { continue }
      let run = CommandRun(text, in: session)
      session.finish(run)
      for reason in run.account.notSimulated where !reasons.contains(reason) { reasons.append(reason) }
    }
    session.settle()
    return reasons
  }

  private static func writeFiles(_ session: Session, _ files: Value?) {
    for (name, content) in files?.object ?? Value.Object() {
      if let text = content.string { session.writeFile(name, Array(text.utf8)) }
    }
  }
}

/// What is wrong with a session's settings, in a sentence.
package struct SessionError: Error {
  package let message: String
}

extension SessionSettings {
  /// Reads the `machine` object of a session file or of a course's settings.
  package init(_ machine: Value?) throws(SessionError) {
    self = .capture
    guard let machine else { return }
    guard let members = machine.object else { throw SessionError(message: "\"machine\" must be an object") }
    for (key, value) in members {
      switch key {
      case "kubernetes":
        guard let version = value.string else {
          throw SessionError(message: "\"machine.kubernetes\" must be a version like \"1.32\"")
        }
        kubernetesVersion = version
      case "epoch":
        guard let text = value.string, let time = CivilTime(rfc3339: text) else {
          throw SessionError(message: "\"machine.epoch\" must be a time like \"2026-01-15T09:00:00Z\"")
        }
        epochUnixSeconds = time.unixSeconds
      case "seed":
        guard let number = value.integer else { throw SessionError(message: "\"machine.seed\" must be a whole number") }
        seed = UInt64(bitPattern: number)
      case "hostname":
        if let name = value.string { hostname = name }
      case "profile":
        guard let name = value.string, name == "microk8s" || name == "capture" else {
          throw SessionError(message: "\"machine.profile\" must be \"microk8s\" or \"capture\"")
        }
        profile = name
        acceptsForeignData = name == "capture"
      case "addons":
        addons = []
        for item in value.array ?? [] { if let name = item.string { addons.append(name) } }
      case "images":
        for item in value.array ?? [] { if let name = item.string { preloadedImages.append(name) } }
      case "cached":
        preloadedImages = []
        for item in value.array ?? [] { if let name = item.string { preloadedImages.append(name) } }
      case "kubelet": kubeletProcess = value["pidFile"]?.string ?? ""
      case "workers": try readWorkers(value)
      case "idle": idle = value.seconds ?? .zero
      case "checks": checksInvariants = value.bool ?? false
      case "looksOnceMore": looksOnceMore = value.bool
      case "timings": try readTimings(value)
      case "usage": try readUses(value)
      default: break
      }
    }
  }

  /// A number, or `["worker-1", {"name": "worker-2", "labels": {"disktype": "ssd"}, "cpu": "4", "memory": "8Gi"}]`.
  private mutating func readWorkers(_ value: Value) throws(SessionError) {
    workers = []
    if let number = value.integer, (0...WorkerNode.most).contains(Int(number)) {
      return setWorkers(Int(number))
    }
    guard let items = value.array, items.count <= WorkerNode.most else {
      throw SessionError(
        message: "\"machine.workers\" must be a list of nodes or their number, \(WorkerNode.most) at most")
    }
    for item in items {
      guard let name = item.string ?? item["name"]?.string, !name.isEmpty else {
        throw SessionError(message: "an item of \"machine.workers\" must be a name or an object with a name")
      }
      var labels: [(String, String)] = []
      for (key, label) in item["labels"]?.object ?? Value.Object() { labels.append((key, label.string ?? "")) }
      addWorker(
        name, labels: labels, cpu: item["cpu"]?.string ?? item["cpu"]?.integer.map { "\($0)" },
        memory: item["memory"]?.string)
    }
  }

  package mutating func addWorker(_ name: String, labels: [(String, String)], cpu: String?, memory: String?) {
    var worker = WorkerNode(name)
    worker.labels = labels
    worker.cpu = cpu
    worker.memory = memory
    workers.append(worker)
  }

  /// That many workers, named `worker-1` and so on.
  private mutating func setWorkers(_ number: Int) {
    workers = []
    for index in 0..<number { workers.append(WorkerNode("worker-\(index + 1)")) }
  }

  /// `{"postgres": {"pull": 2.0, "start": 0.25, "ready": 2.5, "stop": 0.3}}`, in seconds.
  private mutating func readTimings(_ value: Value) throws(SessionError) {
    for (image, timing) in value.object ?? Value.Object() {
      guard let fields = timing.object else {
        throw SessionError(
          message: "\"machine.timings.\(image)\" must be an object with pull, start, ready, stop in seconds")
      }
      var result = ImageTiming()
      for (name, number) in fields {
        guard let interval = number.seconds else {
          throw SessionError(message: "\"machine.timings.\(image).\(name)\" must be a number of seconds")
        }
        switch name {
        case "pull": result.pull = interval
        case "start": result.start = interval
        case "ready": result.ready = interval
        case "stop": result.stop = interval
        default:
          throw SessionError(message: "\"machine.timings.\(image).\(name)\" is not one of pull, start, ready, stop")
        }
      }
      imageTimings[image] = result
    }
  }
}

extension SessionSettings {
  /// `{"nginx": {"cpu": "1m", "memory": "5Mi", "request": 0.001}, "node": {"cpu": "150m", "memory": "1Gi"}}`.
  fileprivate mutating func readUses(_ value: Value) throws(SessionError) {
    for (image, members) in value.object ?? Value.Object() {
      var use = ImageUse()
      for (name, amount) in members.object ?? Value.Object() {
        switch name {
        case "cpu": use.milliCPU = Quantity.milli(amount)
        case "memory": use.memory = Quantity(amount)?.wholeUnits
        case "request": use.request = amount.seconds
        default: throw SessionError(message: "\"machine.usage.\(image).\(name)\" is not one of cpu, memory, request")
        }
      }
      setUse(image, use)
    }
  }
}

extension Value {
  /// A number read as seconds.
  var seconds: Interval? {
    switch self {
    case .integer(let whole): return .seconds(whole)
    case .number(let number): return .seconds(number)
    default: return nil
    }
  }
}

/// Starts commands at their times, stops them at their ends, and turns what they printed into JSON.
private final class Driver {
  private let session: Session
  private let specifications: [Value]
  private let base: Instant
  private var runs: [Int: CommandRun] = [:]
  private var nextForeground = 0

  init(_ session: Session, _ commands: [Value]) {
    self.session = session
    specifications = commands
    base = session.world.now + session.settings.idle
  }

  func run() {
    if isSequential {
      scheduleInTurn(0)
    } else {
      for (index, specification) in specifications.enumerated() where isBackground(specification) {
        session.world.schedule(at: startTime(specification) ?? base, weight: .housekeeping) { [self] in start(index) }
      }
      scheduleNextForeground()
    }
    // Foreground first; then what still runs in the background until its end, or until nothing more happens.
    while !allEnded {
      if session.world.isQuiet, let endless = endlessRun { endless.interrupt() }
      if let over = overdueRun { over.interrupt() }
      if !session.world.step() { break }
    }
  }

  private var allEnded: Bool {
    guard nextForeground >= specifications.count else { return false }
    for index in specifications.indices {
      guard let run = runs[index], run.hasEnded else { return false }
    }
    return true
  }

  private func isBackground(_ specification: Value) -> Bool { specification["background"]?.bool ?? false }
  private func startTime(_ specification: Value) -> Instant? {
    guard let offset = specification["start"]?.seconds else { return nil }
    return base + offset
  }
  private func endTime(_ specification: Value) -> Instant? {
    guard let offset = specification["end"]?.seconds else { return nil }
    return base + offset
  }

  /// Told by pauses rather than by times.
  private lazy var isSequential: Bool = {
    for specification in specifications where specification["after"] != nil { return true }
    return false
  }()

  private func scheduleInTurn(_ index: Int) {
    nextForeground = index
    guard index < specifications.count else { return }
    let at = session.world.now + (specifications[index]["after"]?.seconds ?? .zero)
    session.world.schedule(at: at, weight: .housekeeping) { [self] in
      stopThose(until: index)
      start(index)
      if isBackground(specifications[index]) { scheduleInTurn(index + 1) }
    }
  }

  /// What was to last until this command begins.
  private func stopThose(until index: Int) {
    for (other, specification) in specifications.enumerated() {
      guard let last = specification["until"]?.integer, last == Int64(index), let run = runs[other] else { continue }
      if !run.hasEnded { run.interrupt() }
    }
  }

  private func scheduleNextForeground() {
    while nextForeground < specifications.count, isBackground(specifications[nextForeground]) { nextForeground += 1 }
    guard nextForeground < specifications.count else { return }
    let index = nextForeground
    let at = startTime(specifications[index]) ?? session.world.now
    session.world.schedule(at: at, weight: .housekeeping) { [self] in start(index) }
  }

  private func start(_ index: Int) {
    let specification = specifications[index]
    let run = CommandRun(specification["command"]?.string ?? "", in: session, pty: specification["pty"]?.bool ?? false)
    runs[index] = run
    if let end = endTime(specification) {
      session.world.schedule(at: end, weight: .housekeeping) { if !run.hasEnded { run.interrupt() } }
    }
    if !isBackground(specification) { waitForForeground(run, index) }
  }

  private func waitForForeground(_ run: CommandRun, _ index: Int) {
    run.process.ended.onWake { [self] in
      guard run.process.hasEnded else { return waitForForeground(run, index) }
      if isSequential { return scheduleInTurn(index + 1) }
      nextForeground += 1
      scheduleNextForeground()
    }
  }

  /// A running foreground command that has no end of its own: nothing more will come. Background ones only when no foreground
  /// command is left.
  private var endlessRun: CommandRun? {
    let foregroundLeft = nextForeground < specifications.count
    for (index, specification) in specifications.enumerated() {
      guard let run = runs[index], !run.hasEnded, specification["end"] == nil else { continue }
      if !isBackground(specification) || !foregroundLeft { return run }
    }
    return nil
  }

  /// A command without an end that has run longer than the limit.
  private var overdueRun: CommandRun? {
    for (index, specification) in specifications.enumerated() where specification["end"] == nil {
      guard let run = runs[index], !run.hasEnded, !(isSequential && isBackground(specification)) else { continue }
      if session.world.now - run.startedAt > session.settings.blockLimit { return run }
    }
    return nil
  }

  func results() -> [Value] {
    var list: [Value] = []
    for (index, specification) in specifications.enumerated() {
      guard case .object(var object) = specification else {
        list.append(specification)
        continue
      }
      if let run = runs[index] {
        object["start"] = seconds(run.startedAt)
        object["end"] = seconds(run.endedAt ?? session.world.now)
        object["lines"] = .array(lines(run))
        object["exit"] = .integer(Int64(run.process.status?.code ?? 130))
        var reasons = run.account.notSimulated
        if let limit = run.account.limitReached { reasons.append(limit) }
        object["notSimulated"] = reasons.isEmpty ? nil : .strings(reasons)
      }
      list.append(.object(object))
    }
    return list
  }

  private func lines(_ run: CommandRun) -> [Value] {
    var list: [Value] = []
    for line in run.lines {
      var parts: [Value] = [seconds(line.at), .string(line.stream.name), .string(line.text)]
      if line.isUnterminated { parts.append("no-newline") }
      list.append(.array(parts))
    }
    return list
  }

  /// Seconds since virtual time 0, rounded to milliseconds.
  private func seconds(_ instant: Instant) -> Value {
    let milliseconds = ((instant - base).nanoseconds + 500_000) / 1_000_000
    if milliseconds % 1_000 == 0 { return .integer(milliseconds / 1_000) }
    return .number(Double(milliseconds) / 1_000)
  }
}
