// Two simulated machines of one seed. On the first, a command line is played with the simulated kubectl; on the second, the real
// kubectl runs the same line against the simulated API server behind HTTP. What both print is compared byte for byte.

import Foundation
import Glibc
import Kubectl
import SimKernel
import SimMachine
import Simulator

struct Outcome: Equatable {
  var output: String
  var errors: String
  var code: Int32

  /// Without what differs between two runs of the same machine by chance: container IDs, the generated ends of names,
  /// and how many writes there have been before one (which the store knows best).
  var masked: Outcome { Outcome(output: Outcome.mask(output), errors: Outcome.mask(errors), code: code) }

  /// Without ages either (`2m5s`), nor the columns they widen.
  var ageless: Outcome {
    func mask(_ text: String) -> String {
      Outcome.mask(text).replacing(/\b(\d+[ydhms])+\b/, with: "#").replacing(/\ +/, with: " ").replacing(
        /-{2,}/, with: "--")
    }
    return Outcome(output: mask(output), errors: mask(errors), code: code)
  }

  static func mask(_ text: String) -> String {
    text.replacing(/[0-9a-f]{64}/, with: String(repeating: "#", count: 64))
      .replacing(/(resourceVersion"?: "|to be 1, was )\d+/) { String($0.output.1) + "#" }
      .replacing(/-([bcdfghjklmnpqrstvwxz2456789]{6,10}-)?[bcdfghjklmnpqrstvwxz2456789]{5}\b/) {
        String(repeating: "#", count: $0.output.0.count)
      }
      // A whole second that was moved and moved back does not tell whether its six noughts were written out.
      .replacing(".000000Z", with: "Z")
  }
}

final class Rig {
  static let kubectl: String? = ["/usr/bin/kubectl", "/usr/local/bin/kubectl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  let simulated: Session
  private let served: Session
  private let front: Front
  private let listener: Listener
  private let folder: URL
  /// The longest the real program may take, in real time.
  private let limitSeconds = 60.0

  init(epoch: Int64 = 1_768_467_600) throws {
    var settings = SessionSettings.capture
    settings.epochUnixSeconds = epoch
    simulated = Session(settings)
    served = Session(settings)
    for session in [simulated, served] {
      session.kubectl.timings.local = .zero
      session.kubectl.timings.server = .zero
      session.kubectl.timings.schema = .zero
      session.kubectl.timings.perObject = .zero
      session.kubectl.timings.perApply = .zero
      session.kubectl.timings.end = .zero
    }
    let front = Front(served)
    self.front = front
    listener = try Listener { front.handle($0) }
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("kubectl-reality-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("root/.kube"), withIntermediateDirectories: true)
    let config = """
      apiVersion: v1
      clusters:
      - cluster:
          server: http://\(listener.address)
        name: microk8s-cluster
      contexts:
      - context:
          cluster: microk8s-cluster
          user: admin
        name: microk8s
      current-context: microk8s
      kind: Config
      preferences: {}
      users:
      - name: admin
        user: {}

      """
    try write(".kube/config", config)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var notUnderstood: [String] { front.unknown }

  /// A file in the home directory of all three machines.
  func write(_ name: String, _ text: String) throws {
    let place = folder.appendingPathComponent("root/" + name)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: place, atomically: true, encoding: .utf8)
    for session in [simulated, served] { session.writeFile(name, Array(text.utf8)) }
  }

  /// Played by the simulated kubectl on both machines: both clusters are the same afterwards.
  func prepare(_ command: String) -> String {
    var text = ""
    for session in [simulated, served] {
      let run = CommandRun(command, in: session)
      session.finish(run)
      text = Rig.outcome(run).errors
      session.settle()
    }
    meet()
    return text
  }

  /// Both worlds up to the later one's present.
  private func meet() {
    let now = max(simulated.world.now, served.world.now) + .milliseconds(1)
    simulated.world.run(until: now)
    served.world.run(until: now)
  }

  /// Lets so much time pass in both worlds.
  func pass(_ interval: Interval) {
    let now = max(simulated.world.now, served.world.now) + interval
    simulated.world.run(until: now)
    served.world.run(until: now)
  }

  /// Both worlds to the next instant that is 0.3 s after a full second.
  private func align() {
    let now = simulated.world.now.nanoseconds
    let next = Instant(nanoseconds: (now + 700_000_000) / 1_000_000_000 * 1_000_000_000 + 300_000_000)
    simulated.world.run(until: next)
    served.world.run(until: next)
  }

  // MARK: Playing

  func compare(_ line: String) -> (simulated: Outcome, real: Outcome, notSimulated: [String], agesAreUncertain: Bool) {
    let computesAges =
      line.contains("describe") || line.contains("kubectl events") && !line.contains(" -o ")
      || line.contains("server-print=false")
    var attempts = 0
    while true {
      if computesAges {
        align()
        front.times.want()
      }
      let run = CommandRun(line, in: simulated)
      simulated.finish(run)
      // Unless the command waited for something, both are at the same instant when the real one acts.
      if simulated.world.now - run.startedAt < .milliseconds(100) { served.world.run(until: simulated.world.now) }
      front.objectOfLine = { [unowned self] in
        line.contains(" create ") || line.contains(" autoscale ") ? objectMade(by: line) : Array("{}".utf8)
      }
      let real = playReal(line)
      let isLate = front.times.hasPassedTheSecond
      front.times.end()
      front.objectOfLine = nil
      meet()
      // On a busy machine the real client may have looked at its clock too late: what only reads is asked once more.
      attempts += 1
      if isLate, attempts < 5 { continue }
      return (Rig.outcome(run), real, run.account.notSimulated, isLate)
    }
  }

  /// What a creating line would send, by our own client-side dry run.
  private func objectMade(by line: String) -> [UInt8] {
    var words = line
    words.replaceSubrange(
      words.range(of: " -- ").map { $0.lowerBound..<$0.lowerBound } ?? words.endIndex..<words.endIndex,
      with: " --dry-run=client -o json")
    let run = CommandRun(words, in: simulated)
    simulated.finish(run)
    return Array(Rig.outcome(run).output.utf8)
  }

  private static func outcome(_ run: CommandRun) -> Outcome {
    var texts = ["", ""]
    for line in run.lines {
      texts[line.stream == .output ? 0 : 1] += line.text + (line.isUnterminated ? "" : "\n")
    }
    return Outcome(output: texts[0], errors: texts[1], code: run.process.status?.code ?? 0)
  }

  private func playReal(_ line: String) -> Outcome {
    let output = folder.appendingPathComponent("stdout").path
    let errors = folder.appendingPathComponent("stderr").path
    let child = spawn(line, output, errors)
    var status: Int32 = 0
    let deadline = Date().addingTimeInterval(limitSeconds)
    var lastActivity = Date()
    let servedBefore = listener.served
    while waitpid(child, &status, WNOHANG) == 0 {
      if Date() > deadline { kill(-child, SIGKILL) }
      if listener.turn(milliseconds: 5) {
        lastActivity = Date()
        continue
      }
      let idle = Date().timeIntervalSince(lastActivity)
      // A client that waits lets the simulated time go on; one that has not had the processor does not.
      if idle > (listener.hasStreams ? 0.04 : 0.7), listener.served > servedBefore {
        if ProcessGroup.isBusy(child) {
          lastActivity = Date()
          continue
        }
        if served.world.isQuiet {
          // Nothing more will happen: what still watches then is ended with Ctrl-C.
          if listener.hasStreams, idle > 3 { kill(-child, SIGINT) }
        } else {
          let before = served.world.now
          while served.world.now == before, served.world.step() {}
          listener.pushStreams()
        }
      }
    }
    front.times.note()
    while listener.turn(milliseconds: 0) {}
    let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    // The home directory of the simulated machine is /root.
    let home = folder.appendingPathComponent("root").path
    func read(_ path: String) -> String {
      let text = String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
      return front.times.restored(text).replacing(home, with: "/root")
    }
    return Outcome(output: read(output), errors: read(errors), code: code)
  }

  private func spawn(_ line: String, _ output: String, _ errors: String) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    let home = folder.appendingPathComponent("root").path
    let arguments = ["bash", "-c", "cd \"$HOME\"\n" + line]
    let environment = [
      "HOME=\(home)", "PATH=/usr/local/bin:/usr/bin:/bin", "TZ=UTC", "LANG=C.UTF-8", "KUBE_EDITOR=true", "GOGC=off",
    ]
    // A group of its own, so that everything it starts can be asked after.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child: pid_t = 0
    posix_spawn(&child, "/bin/bash", &actions, &attributes, &argv, &envp)
    return child
  }
}
