// The table of all verbs, in the order in which kubectl registers them (which is also the order of suggestions).

extension Verb {
  package static let all: [Verb] = [
    create, expose, run, set, explain, get, edit, delete, rollout, scale, autoscale, certificate, clusterInfo, top,
    cordon, uncordon, drain, taint, describe, logs, attach, exec, portForward, proxy, cp, auth, debug, events, diff,
    apply, patch, replace, wait, kustomize, label, annotate, completion, alpha, plugin, version, apiVersions,
    apiResources,
    options, config,
  ]

  static let root = Verb("kubectl", synopsis: "", verbs: all, latency: .local, run: Root.run)
}

enum Root {
  @Sendable static func run(_ call: Call) throws(Failure) { call.print(Help.text(call.verb, path: call.path)) }
}
