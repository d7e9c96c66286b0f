// The table of all verbs, in the order in which kubectl registers them (which is also the order of suggestions).

extension Verb {
  package static let all: [Verb] = [
    create, expose, get, delete, rollout, scale, autoscale, cordon, uncordon, drain, taint, describe, logs, attach,
    exec,
    apply, patch, replace, wait, label, annotate, clusterInfo, auth, events, config, apiResources, apiVersions, plugin,
    version, options,
  ]

  static let root = Verb(
    "kubectl", synopsis: "", verbs: all, latency: .local, run: Root.run)
}

enum Root {
  static func run(_ call: Call) throws(Failure) { call.print(Help.text(call.verb, path: call.path)) }
}
