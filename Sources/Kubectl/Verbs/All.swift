// The table of all verbs, in the order in which kubectl registers them (which is also the order of suggestions).

import SimMachine

extension Verb {
  package static let all: [Verb] = [
    create, expose, run, set, explain, get, edit, delete, rollout, scale, autoscale, certificate, clusterInfo, top,
    cordon, uncordon, drain, taint, describe, logs, attach, exec, portForward, proxy, cp, auth, debug, events, diff,
    apply, patch, replace, wait, kustomize, label, annotate, completion, alpha, plugin, version, apiVersions,
    apiResources,
    options, config, help,
  ]

  static let root = Verb("kubectl", synopsis: "", verbs: all, latency: .local, run: Root.run)
}

extension Verb {
  static let help = Verb(
    "help", .none, usage: "[command] [options]", synopsis: "Help about any command", latency: .local, run: Root.help)
}

enum Root {
  @Sendable static func run(_ call: Call) throws(Failure) { call.print(Help.text(call.verb, path: call.path)) }

  @Sendable static func help(_ call: Call) throws(Failure) {
    let (verb, path, rest) = Dispatcher.route(call.arguments)
    guard path == "kubectl", !rest.isEmpty else { return call.print(Help.text(verb, path: path)) }
    var names: [String] = []
    for word in rest { names.append("`\(word)`") }
    call.process.write(2, "Unknown help topic [\(names.joined(separator: " "))]\n" + Help.text(verb, path: path))
  }
}
