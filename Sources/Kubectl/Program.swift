// kubectl as a process: finds the verb, reads its flags, waits as long as the real program takes to start, runs the call to
// its end, prints what failed, exits.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

final class KubectlProgram: Program {
  private enum State {
    case fresh
    case running(Call)
    /// Tries to reach the server that are still to come, and when the next one has failed.
    case reaching(ServerReach, Int, Instant)
    case ending(Int32, Instant)
  }

  private let kubectl: Kubectl
  /// `kubectl`, or `microk8s kubectl`: how messages name the program.
  private let words: [String]?
  private var state = State.fresh
  private var input: [UInt8] = []

  /// `words` replaces the arguments when another program (microk8s) hands over.
  init(_ kubectl: Kubectl, words: [String]? = nil) {
    self.kubectl = kubectl
    self.words = words
  }

  func resume(_ process: Process) -> Step {
    switch state {
    case .fresh: return start(process)
    case .running(let call): return run(call, process)
    case .reaching(let reach, let left, let at):
      guard process.world.now >= at else { return .wait([.until(at, .activity)]) }
      return tried(reach, left, process)
    case .ending(let code, let at):
      return process.world.now >= at ? .exit(code) : .wait([.until(at, .activity)])
    }
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt else {
      // What ends the process lets go of ports and watches first.
      if case .running(let call) = state, signal == .terminate || signal == .hangup { call.abandon() }
      return false
    }
    if case .running(let call) = state, let remote = call.remote, !remote.hasEnded {
      remote.machine.signal(.interrupt, group: remote.group)
      return true
    }
    if case .running(let call) = state { call.abandon() }
    process.finish(.exited(1))
    return true
  }

  private func start(_ process: Process) -> Step {
    var failure: Failure?
    do throws(Failure) {
      let call = try Dispatcher.call(
        kubectl, process, words ?? Array(process.arguments.dropFirst()))
      state = .running(call)
    } catch {
      failure = error
    }
    if let failure { return finish(process, failure, after: kubectl.timings.local) }
    return .again
  }

  private func run(_ call: Call, _ process: Process) -> Step {
    do throws(Failure) {
      if let waits = try call.advance() { return .wait(waits) }
      if let failure = Failure.collected(call.failures) { throw failure }
    } catch {
      call.abandon()
      if case .unreachable(let reach) = error { return reaching(reach, reach.tries, process) }
      return finish(process, error, after: kubectl.timings.end)
    }
    return end(process, call.exitCode, after: kubectl.timings.end)
  }

  private func reaching(_ reach: ServerReach, _ left: Int, _ process: Process) -> Step {
    state = .reaching(reach, left, process.world.now + reach.wait)
    return .again
  }

  private func tried(_ reach: ServerReach, _ left: Int, _ process: Process) -> Step {
    process.write(2, reach.line(process))
    if left > 1 { return reaching(reach, left - 1, process) }
    return finish(process, .unreachable(reach), after: kubectl.timings.end)
  }

  private func finish(_ process: Process, _ failure: Failure, after delay: Interval) -> Step {
    var (text, code) = failure.report
    // A difference is 1, so trouble is 2.
    if case .running(let call) = state, call.path == "kubectl diff" {
      if case .exit = failure {} else { code += 1 }
    }
    if !text.isEmpty { process.write(2, text) }
    return end(process, code, after: delay)
  }

  private func end(_ process: Process, _ code: Int32, after delay: Interval) -> Step {
    let at = process.world.now + delay
    state = .ending(code, at)
    return .wait([.until(at, .activity)])
  }
}

/// From words to a call: which verb, with which flags.
enum Dispatcher {
  static func call(_ kubectl: Kubectl, _ process: Process, _ words: [String]) throws(Failure) -> Call {
    if let completion = try Completion.call(kubectl, process, words) {
      completion.pause(kubectl.timings.start(.server))
      completion.then { () throws(Failure) in try completion.verb.run(completion) }
      return completion
    }
    let (verb, path, words) = route(words)
    if path == "kubectl" {
      let parser = FlagParser(Verb.globalFlags)
      if let place = firstArgument(words, parser) { throw Suggestions.unknown(words[place]) }
    }
    let (parsed, problem) = FlagParser(Verb.globalFlags + verb.flags).parse(words)
    if let problem { throw .text("\(problem)\nSee '\(path) --help' for usage.") }
    let shown = try config(process, parsed.values, path)
    let call = Call(
      process: process, kubectl: kubectl, verb: verb, path: path, flags: parsed.values, arguments: parsed.arguments,
      dash: parsed.dash, client: Client(kubectl, process, parsed.values, shown, verb: verb.name),
      config: shown)
    if parsed.wantsHelp {
      call.pause(kubectl.timings.local)
      call.then { () throws(Failure) in call.print(Help.text(verb, path: path)) }
      return call
    }
    var missing: [String] = []
    for flag in verb.flags where flag.isRequired && !parsed.values.changed(flag.name) {
      missing.append("\"\(flag.name)\"")
    }
    if !missing.isEmpty { throw .text("required flag(s) \(missing.joined(separator: ", ")) not set") }
    for name in parsed.values.names {
      if let flag = parsed.values.definition(name), flag.mark == .notSimulated {
        throw call.notSimulated("\(path) --\(flag.name)")
      }
    }
    // From level 6 on every request is logged, with the time it took.
    if parsed.values.integer("v") >= 6 { process.note(notSimulated: "kubectl -v=\(parsed.values.string("v"))") }
    call.pause(kubectl.timings.start(verb.latency))
    call.then { () throws(Failure) in
      if call.flags.changed("record") {
        call.complain("Flag --record has been deprecated, --record will be removed in the future")
      }
      try verb.run(call)
    }
    return call
  }

  /// The verb that words lead to, its path, and the words without those that named it.
  static func route(_ words: [String]) -> (verb: Verb, path: String, rest: [String]) {
    var rest = words
    var verb = Verb.root
    var path = "kubectl"
    while true {
      let parser = FlagParser(Verb.globalFlags + verb.flags)
      guard let place = firstArgument(rest, parser), let next = verb.named(rest[place]) else { break }
      rest.remove(at: place)
      verb = next
      path += " " + next.name
    }
    return (verb, path, rest)
  }

  /// The place of the first word that is no flag and no flag's value; nil when there is none before `--`.
  static func firstArgument(_ words: [String], _ parser: FlagParser) -> Int? {
    var i = 0
    while i < words.count {
      let word = words[i]
      if word == "--" { return nil }
      if word.utf8.first == 45, word.utf8.count > 1 {
        i += parser.takesNext(word) ? 2 : 1
      } else {
        return i
      }
    }
    return nil
  }

  static func config(_ process: Process, _ flags: FlagValues, _ path: String) throws(Failure) -> Kubeconfig {
    var config: Kubeconfig
    do throws(Failure) {
      config = try Kubeconfig.load(process, flags.string("kubeconfig"))
    } catch {
      // `kubectl config` begins a new file where there is none.
      guard path.hasPrefix("kubectl config"), error.description.hasPrefix("stat ") else { throw error }
      config = Kubeconfig(
        value: [
          "apiVersion": "v1", "clusters": .null, "contexts": .null, "current-context": "", "kind": "Config",
          "preferences": [:], "users": .null,
        ], path: flags.string("kubeconfig"))
    }
    if flags.changed("context") {
      config.chosenContext = flags.string("context")
    }
    return config
  }
}

/// `Did you mean this?`, as cobra finds candidates: at most two edits away, or what was typed is their beginning.
enum Suggestions {
  static func unknown(_ word: String) -> Failure {
    var text = "unknown command \(goQuoted(word)) for \"kubectl\""
    var names: [String] = []
    for verb in Verb.all
    where distance(word.lowercased(), verb.name) <= 2 || verb.name.hasPrefix(word.lowercased()) {
      names.append(verb.name)
    }
    if !names.isEmpty {
      text += "\n\nDid you mean this?\n"
      for name in names { text += "\t\(name)\n" }
    }
    return .text(text)
  }

  private static func distance(_ a: String, _ b: String) -> Int {
    let s = Array(a.utf8)
    let t = Array(b.utf8)
    var row = Array(0...t.count)
    for i in 0..<s.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<t.count {
        let above = row[j + 1]
        row[j + 1] = s[i] == t[j] ? diagonal : min(diagonal, above, row[j]) + 1
        diagonal = above
      }
    }
    return row[t.count]
  }
}
