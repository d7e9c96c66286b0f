// One invocation of kubectl. A verb does its work as a queue of small actions: each runs in a turn of the process, may wait for
// something, and may put further actions in front of what is left. That is how a verb reads from top to bottom although it
// never blocks: `then` is "after that", `pause` lets time pass, `poll` waits until its closure says it is done.

import KubeCluster
import SimKernel
package import SimMachine
import Unstructured

/// What an action answers.
enum Progress {
  case done
  /// Ask again when any of these comes true.
  case wait([Wait])
}

package final class Call {
  package let process: Process
  let kubectl: Kubectl
  let verb: Verb
  /// `kubectl rollout status`
  let path: String
  let flags: FlagValues
  let arguments: [String]
  /// How many arguments stood before `--`.
  let dash: Int?
  let client: Client
  var config: Kubeconfig
  /// The code to end with when nothing fails.
  var exitCode: Int32 = 0
  /// Failures that do not stop the command at once; reported together at its end.
  var failures: [Failure] = []
  /// A process in a container that this call is connected to, for Ctrl-C.
  var remote: Process?

  private var watches: [Watch] = []
  /// What else has to be undone when the call ends.
  var onAbandon: (() -> Void)?

  private struct Action {
    let run: () throws(Failure) -> Progress
  }
  /// The next action is the last one.
  private var actions: [Action] = []
  private var fresh: [Action] = []
  private var current: Action?

  init(
    process: Process, kubectl: Kubectl, verb: Verb, path: String, flags: FlagValues, arguments: [String], dash: Int?,
    client: Client, config: Kubeconfig
  ) {
    self.process = process
    self.kubectl = kubectl
    self.verb = verb
    self.path = path
    self.flags = flags
    self.arguments = arguments
    self.dash = dash
    self.client = client
    self.config = config
  }

  var world: World { process.world }
  var timings: KubectlTimings { kubectl.timings }
  /// Nanoseconds since 1970, for ages.
  var now: Int64 { world.clock.epochUnixSeconds * 1_000_000_000 + world.now.nanoseconds }

  // MARK: Sequence

  func then(_ work: @escaping () throws(Failure) -> Void) {
    fresh.append(
      Action(run: { () throws(Failure) -> Progress in
        try work()
        return .done
      }))
  }

  func poll(_ work: @escaping () throws(Failure) -> Progress) { fresh.append(Action(run: work)) }

  func pause(_ interval: Interval) {
    guard interval > .zero else { return }
    let world = process.world
    var until: Instant?
    fresh.append(
      Action(run: { () throws(Failure) -> Progress in
        let end = until ?? world.now + interval
        until = end
        return world.now >= end ? .done : .wait([.until(end, .activity)])
      }))
  }

  /// Does something for every item, one after the other, with a pause between them.
  func each<Item>(_ items: [Item], pause interval: Interval = .zero, _ work: @escaping (Item) throws(Failure) -> Void) {
    for (index, item) in items.enumerated() {
      if index > 0 { pause(interval) }
      then { () throws(Failure) in try work(item) }
    }
  }

  /// Runs until there is something to wait for. Nil means that all is done.
  func advance() throws(Failure) -> [Wait]? {
    while true {
      settle()
      guard let action = current ?? actions.popLast() else { return nil }
      current = action
      switch try action.run() {
      case .done:
        current = nil
        settle()
      case .wait(let waits): return waits
      }
    }
  }

  private func settle() {
    guard !fresh.isEmpty else { return }
    // Actions added while one is still polling run before it is asked again.
    if let waiting = current {
      actions.append(waiting)
      current = nil
    }
    actions.append(contentsOf: fresh.reversed())
    fresh = []
  }

  /// Keeps a watch so that it is stopped when the call ends.
  func keep(_ watch: Watch) -> Watch {
    watches.append(watch)
    return watch
  }

  /// Lets go of everything that would outlive the call.
  func abandon() {
    for watch in watches { watch.stop() }
    watches = []
    onAbandon?()
    onAbandon = nil
    actions = []
    fresh = []
    current = nil
  }

  // MARK: Output

  func print(_ text: String) { process.write(1, text) }
  func line(_ text: String) { process.write(1, text + "\n") }
  func complain(_ text: String) { process.write(2, text + "\n") }

  /// `Warning: …`, yellow on a terminal; what kubectl prints without its printer of warnings is complained about instead.
  func warn(_ text: String) { Call.warn(process, text) }
  static func warn(_ process: Process, _ text: String) {
    let onTerminal = process.file(2)?.isTerminal ?? false
    process.write(2, (onTerminal ? "\u{1b}[33;1mWarning:\u{1b}[0m " : "Warning: ") + text + "\n")
  }
  func warn(_ warnings: [String]) {
    for warning in warnings { warn(warning) }
  }

  /// Says that something is not modelled. Nothing is printed in its place.
  func notSimulated(_ what: String) -> Failure {
    process.note(notSimulated: what)
    return .exit(1)
  }

  /// Objects that are there by name only are not shown.
  func requireModelled(_ info: Info) throws(Failure) {
    let showsWhole = verb.name == "describe" || (flags.definition("output") != nil && !flags.string("output").isEmpty)
    guard showsWhole, BootstrapRoles.lacksRules(info.kind, info.namespace, info.name) else { return }
    throw notSimulated("rules of \(info.title)")
  }

  // MARK: Flags many verbs share

  /// The namespace that applies, and whether it was asked for by flag.
  var namespace: String {
    if flags.changed("namespace"), !flags.string("namespace").isEmpty { return flags.string("namespace") }
    return config.namespace ?? "default"
  }
  var namespaceIsGiven: Bool { flags.changed("namespace") && !flags.string("namespace").isEmpty }
  /// What is only printed gets its namespace here, and only when the command line names one.
  func placed(_ object: Value) -> Value {
    var object = object
    if namespaceIsGiven { object.set(["metadata", "namespace"], .string(namespace)) }
    return object
  }
  var allNamespaces: Bool { flags.bool("all-namespaces") }
  /// `--local`: work on the given files and ask no server.
  var isLocal: Bool { flags.bool("local") }

  /// With `--local`, files and nothing but files.
  func checkLocal(_ resources: [String], example: String) throws(Failure) {
    guard isLocal else { return }
    if !resources.isEmpty {
      throw .text(
        "can only use local files by -f \(example).yaml or --filename=\(example).json when --local=true is set")
    }
    if flags.strings("filename").isEmpty, flags.string("kustomize").isEmpty {
      throw .text("one or more files must be specified as -f when --local=true is set")
    }
  }
}
