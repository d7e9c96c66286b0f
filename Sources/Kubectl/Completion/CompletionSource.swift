// What stands behind the arguments and flag values of each verb when they are completed: types, names of objects, containers, ports,
// contexts. Sources: kubectl pkg/util/completion/completion.go and the ValidArgsFunction of each command.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum CompletionSource {
  private enum Source {
    /// Types, then names of that type. Nil stands for every type.
    case objects([String]?, repeats: Bool)
    /// Names of one type, for the first argument.
    case names(String)
    /// Pods, and the types that have pods.
    case pods
    case podsAndContainers
    case podsAndPorts
    case contexts
    case clusters
    case users
    case copy
    case words([String])
  }

  private static let scalable = ["deployment", "replicaset", "replicationcontroller", "statefulset"]
  private static let rolled = ["deployment", "daemonset", "statefulset"]

  /// What `get -o` takes, in the order in which it is offered.
  private static let formats = [
    "json", "yaml", "name", "go-template", "go-template-file", "template", "templatefile", "jsonpath",
    "jsonpath-as-json", "jsonpath-file", "custom-columns", "custom-columns-file", "wide",
  ]

  /// By the path of the verb, without `kubectl`.
  private static let sources: [(String, Source)] = [
    ("annotate", .objects(nil, repeats: true)), ("apply edit-last-applied", .objects(nil, repeats: true)),
    ("apply view-last-applied", .objects(nil, repeats: true)), ("attach", .pods),
    ("autoscale", .objects(scalable, repeats: true)), ("completion", .words(CompletionScripts.shells)),
    ("config delete-cluster", .clusters), ("config delete-context", .contexts), ("config delete-user", .users),
    ("config rename-context", .contexts), ("config set-context", .contexts), ("config use-context", .contexts),
    ("cordon", .names("node")), ("cp", .copy), ("create token", .names("serviceaccount")),
    ("delete", .objects(nil, repeats: true)), ("describe", .objects(nil, repeats: true)), ("drain", .names("node")),
    ("edit", .objects(nil, repeats: true)), ("exec", .pods),
    ("expose", .objects(["pod", "service", "replicationcontroller", "deployment", "replicaset"], repeats: true)),
    ("get", .objects(nil, repeats: true)), ("label", .objects(nil, repeats: true)), ("logs", .podsAndContainers),
    ("patch", .objects(nil, repeats: true)), ("port-forward", .podsAndPorts),
    ("rollout history", .objects(rolled, repeats: true)), ("rollout pause", .objects(["deployment"], repeats: true)),
    ("rollout restart", .objects(rolled, repeats: true)), ("rollout resume", .objects(["deployment"], repeats: true)),
    ("rollout status", .objects(rolled, repeats: false)), ("rollout undo", .objects(rolled, repeats: true)),
    ("scale", .objects(scalable, repeats: true)),
    (
      "set image",
      .objects(
        [
          "daemonsets", "deployments", "pods", "cronjobs", "replicasets", "replicationcontrollers", "statefulsets",
        ], repeats: false)
    ),
    ("taint", .objects(["node"], repeats: true)), ("top node", .names("node")), ("top pod", .names("pod")),
    ("uncordon", .names("node")),
  ]

  private static func source(_ path: String) -> Source? {
    for (name, source) in sources where name == path { return source }
    return nil
  }

  // MARK: Arguments

  static func arguments(
    _ call: Call, _ path: String, _ arguments: [String], _ last: String, _ answer: inout CompletionAnswer
  ) {
    guard let source = source(path) else { return }
    answer.directive = .noFiles
    switch source {
    case .objects(let types, let repeats): objects(call, types, repeats, arguments, last, &answer)
    case .names(let type):
      if arguments.isEmpty { answer.add(names(call, type, last)) }
    case .pods:
      if arguments.isEmpty { pods(call, last, &answer) }
    case .podsAndContainers:
      if arguments.isEmpty {
        pods(call, last, &answer)
      } else if arguments.count == 1 {
        answer.add(containers(call, arguments[0], last))
      }
    case .podsAndPorts:
      if arguments.isEmpty {
        pods(call, last, &answer)
      } else if arguments.count == 1 {
        answer.add(ports(call, arguments[0], last))
      }
    case .contexts: if arguments.isEmpty { answer.add(entries(call, "contexts", last)) }
    case .clusters: if arguments.isEmpty { answer.add(entries(call, "clusters", last)) }
    case .users: if arguments.isEmpty { answer.add(entries(call, "users", last)) }
    case .copy:
      answer.directive = .noSpace
      if arguments.isEmpty { copy(call, last, &answer) }
    case .words(let words):
      if arguments.isEmpty {
        answer.add(words.filter { $0.hasPrefix(last) })
      } else {
        answer.directive = .standard
      }
    }
  }

  /// The value of a flag.
  static func value(
    _ call: Call, _ path: String, _ flag: Flag, _ arguments: [String], _ last: String,
    _ answer: inout CompletionAnswer
  ) {
    let isGlobal = Verb.globalFlags.contains { $0.name == flag.name }
    switch (flag.name, path) {
    case ("filename", _):
      answer.directive = .filesByExtension
      answer.add(["json", "yaml", "yml"])
      return
    case ("namespace", _) where isGlobal: answer.add(names(call, "namespace", last))
    case ("context", _) where isGlobal: answer.add(entries(call, "contexts", last))
    case ("cluster", _) where isGlobal: answer.add(entries(call, "clusters", last))
    case ("user", _) where isGlobal && flag.mark == .accepted: answer.add(entries(call, "users", last))
    case ("output", "get"): answer.add(formats.filter { $0.hasPrefix(last) })
    case ("container", "exec"):
      if let first = arguments.first { answer.add(containers(call, first, last)) }
    default: return
    }
    answer.directive = .noFiles
  }

  /// `kubectl help VERB…`
  static func helpTopics(_ arguments: [String], _ last: String, _ answer: inout CompletionAnswer) {
    answer.directive = .noFiles
    let (verb, path, rest) = Dispatcher.route(arguments)
    if rest.isEmpty, path == "kubectl" || !arguments.isEmpty { Completion.verbs(verb, last, &answer) }
  }

  // MARK: Objects

  private static func objects(
    _ call: Call, _ allowed: [String]?, _ repeats: Bool, _ arguments: [String], _ last: String,
    _ answer: inout CompletionAnswer
  ) {
    if let first = arguments.first, !first.contains(byte: 47) {
      guard repeats || arguments.count == 1 else { return }
      for name in names(call, first, last) where !arguments.dropFirst().contains(name) { answer.add([name]) }
      return
    }
    if let (type, begun) = last.cut(47) {
      guard repeats || arguments.isEmpty else { return }
      for name in names(call, type, begun) where !arguments.contains("\(type)/\(name)") {
        answer.add(["\(type)/\(name)"])
      }
      return
    }
    guard arguments.isEmpty || repeats else { return }
    let types = allowed?.filter { $0.hasPrefix(last) } ?? types(call, last)
    if arguments.isEmpty {
      answer.add(types)
    } else {
      answer.directive = .noSpaceNoFiles
      answer.add(types.map { $0 + "/" })
    }
  }

  /// The types that can be read; of a comma list the last one is completed.
  private static func types(_ call: Call, _ last: String) -> [String] {
    guard (try? call.client.discover()) != nil else { return [] }
    let (before, begun) = last.cutLast(44).map { ($0.0 + ",", $0.1) } ?? ("", last)
    var list: [String] = []
    for kind in Kinds.all where kind.verbs.contains("get") && kind.qualifiedPlural.hasPrefix(begun) {
      list.append(before + kind.qualifiedPlural)
    }
    return list
  }

  /// Names of what `kubectl get TYPE` lists. What cannot be listed offers nothing.
  private static func names(_ call: Call, _ type: String, _ begun: String, namespace: String? = nil) -> [String] {
    var list: [String] = []
    for object in (try? found(call, [type], namespace)) ?? [] {
      let name = object[path: "metadata", "name"]?.string ?? ""
      if name.hasPrefix(begun) { list.append(name) }
    }
    return list
  }

  private static func found(_ call: Call, _ words: [String], _ namespace: String?) throws(Failure) -> [Value] {
    var request = ResourceRequest()
    request.arguments = words
    request.allowsEmptySelector = true
    var objects: [Value] = []
    for target in try request.targets(call).targets {
      if case .list(let kind, let here, let selection) = target {
        let place = here == nil ? nil : namespace ?? here
        objects.append(contentsOf: try call.client.list(kind, place, selection).items)
      }
      if case .object(let info) = target { objects.append(try call.client.get(info.kind, info.namespace, info.name)) }
    }
    return objects
  }

  // MARK: Pods

  private static let typesWithPods = [
    "daemonsets", "deployments", "pods", "jobs", "replicasets", "replicationcontrollers", "services", "statefulsets",
  ]

  private static func pods(_ call: Call, _ last: String, _ answer: inout CompletionAnswer) {
    if let (type, begun) = last.cut(47) {
      answer.add(names(call, type, begun).map { "\(type)/\($0)" })
      return
    }
    let pods = names(call, "pod", last)
    if pods.isEmpty { answer.directive = .noSpaceNoFiles }
    answer.add(pods)
    for type in typesWithPods where type.hasPrefix(last) { answer.add([type + "/"]) }
  }

  private static func pod(_ call: Call, _ word: String) -> Value? {
    guard word.contains(byte: 47) else { return try? found(call, ["pod", word], nil).first }
    guard let object = try? found(call, [word], nil).first,
      let kind = Kinds.named((object["kind"]?.string ?? "").lowercased())
    else { return nil }
    let info = Info(
      kind: kind, namespace: object[path: "metadata", "namespace"]?.string ?? "",
      name: object[path: "metadata", "name"]?.string ?? "", object: object)
    return try? PodChoice.pods(call, info, for: .attach).first
  }

  private static func containers(_ call: Call, _ word: String, _ begun: String) -> [String] {
    guard let pod = pod(call, word) else { return [] }
    var list: [String] = []
    for field in ["initContainers", "containers"] {
      for container in pod[path: "spec", field]?.array ?? [] {
        let name = container["name"]?.string ?? ""
        if name.hasPrefix(begun) { list.append(name) }
      }
    }
    return list
  }

  /// `LOCAL:REMOTE` for every port; what has been typed is the local one.
  private static func ports(_ call: Call, _ word: String, _ begun: String) -> [String] {
    var numbers: [Int64] = []
    let type = word.cut(47)?.0 ?? "pod"
    if ["service", "services", "svc"].contains(type) {
      let service = (try? found(call, [word], nil))?.first
      for port in service?[path: "spec", "ports"]?.array ?? [] { numbers.append(port["port"]?.integer ?? 0) }
    } else {
      for container in pod(call, word)?[path: "spec", "containers"]?.array ?? [] {
        for port in container["ports"]?.array ?? [] { numbers.append(port["containerPort"]?.integer ?? 0) }
      }
    }
    let local = begun.cut(58)?.0 ?? begun
    var list: [String] = []
    for number in numbers {
      let candidate = "\(begun.isEmpty ? "\(number)" : local):\(number)"
      if candidate.hasPrefix(begun) { list.append(candidate) }
    }
    return list
  }

  // MARK: Files and contexts

  private static func entries(_ call: Call, _ list: String, _ begun: String) -> [String] {
    var names: [String] = []
    for entry in call.config.value[list]?.array ?? [] {
      let name = entry["name"]?.string ?? ""
      if name.hasPrefix(begun) { names.append(name) }
    }
    return names.sorted()
  }

  /// `kubectl cp`: namespaces, pods, files of the working directory.
  private static func copy(_ call: Call, _ last: String, _ answer: inout CompletionAnswer) {
    if let first = last.utf8.first, first == 47 || first == 46 || first == 126 { return }
    if last.contains(byte: 58) { return }
    if let (namespace, begun) = last.cut(47) {
      answer.add(names(call, "pod", begun, namespace: namespace).map { "\(namespace)/\($0):" })
      return
    }
    answer.add(names(call, "namespace", last).map { $0 + "/" })
    answer.add(names(call, "pod", last).map { $0 + ":" })
    if last.isEmpty {
      answer.add(["./", "/"])
    } else if !answer.candidates.isEmpty {
      let files = call.process.fileSystem
      let folder = call.process.workingDirectory
      for name in files.probe({ try? files.list(folder) })?.sorted() ?? [] where name.hasPrefix(last) {
        let isFolder = files.probe({ try? files.list(folder + "/" + name) }) != nil
        answer.add([isFolder ? name + "/" : name])
      }
    }
  }
}
