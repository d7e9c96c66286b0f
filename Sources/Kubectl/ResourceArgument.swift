// Which objects a command is about: `TYPE NAME…`, `TYPE/NAME…`, `TYPE,TYPE -l selector`, `-f`, `-k`. The rules, the order in which they
// are checked and the messages are those of cli-runtime pkg/resource/builder.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

/// One object that was asked for.
struct Info {
  let kind: Kind
  var namespace: String
  var name: String
  /// The file it came from, as messages name it; empty when it was named on the command line.
  var source = ""
  /// What the file says, or what the server answered.
  var object: Value = .null

  /// `pod/web`, `statefulset.apps/web`
  var title: String { "\(kind.qualifiedSingular)/\(name)" }

  /// The long form of errors about one request.
  var requestText: String {
    let group = kind.group.isEmpty ? "/\(kind.version)" : "\(kind.group)/\(kind.version)"
    return
      "Resource: \"\(group), Resource=\(kind.plural)\", GroupVersionKind: \"\(group), Kind=\(kind.kind)\"\nName: \(goQuoted(name)), Namespace: \(goQuoted(namespace))"
  }
}

extension Kind {
  /// `Pod`, `Job.batch`
  var groupKind: String { group.isEmpty ? kind : "\(kind).\(group)" }
}

struct ResourceRequest {
  var arguments: [String] = []
  var files: [String] = []
  var recursive = false
  var kustomize = ""
  var selector: String?
  var fieldSelector: String?
  var all = false
  var allNamespaces = false
  /// `get TYPE` lists everything.
  var allowsEmptySelector = false
  var singleType = false
  /// Names given to one type that was not asked for with a type, e.g. `cordon NODE`.
  var implicitKind: Kind?
  /// Ask the server for the objects of files too.
  var latest = true
  /// Whether documents without kind or version are named as invalid, or just cannot be read.
  var validates = true

  init() {}

  /// The flags that most verbs share.
  init(_ call: Call, _ arguments: [String]? = nil) {
    self.arguments = arguments ?? call.arguments
    let flags = call.flags
    files = flags.strings("filename")
    recursive = flags.bool("recursive")
    kustomize = flags.string("kustomize")
    if flags.changed("selector"), !flags.string("selector").isEmpty { selector = flags.string("selector") }
    if !flags.string("field-selector").isEmpty { fieldSelector = flags.string("field-selector") }
    // Only `delete` and `taint` select by `--all`; elsewhere it allows a type to stand alone.
    if ["delete", "taint"].contains(call.verb.name) {
      all = flags.bool("all")
    } else if flags.bool("all") {
      allowsEmptySelector = true
    }
    allNamespaces = flags.bool("all-namespaces")
    latest = !call.isLocal
  }

  /// What to do, before anything is fetched.
  enum Target {
    case object(Info)
    case list(Kind, namespace: String?, Selection)
  }

  /// Whether what is asked for reads as one object (kubectl's `singleItemImplied`): then it is printed without a list around
  /// it, and not at all when something is wrong. Every file does, however many objects it holds; standard input does not.
  func impliesOne(_ targets: [Target]) -> Bool {
    if !files.isEmpty || !kustomize.isEmpty {
      for file in files where file != "-" { return true }
      return false
    }
    guard targets.count == 1, case .object = targets[0] else { return false }
    return true
  }

  static let missing = Failure.text(
    """
    You must provide one or more resources by argument or filename.
    Example resource specifications include:
       '-f rsrc.yaml'
       '--filename=rsrc.json'
       '<resource> <name>'
       '<resource>'
    """)

  static let combined = Failure.text(
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
  )

  /// The targets, and what is wrong with single documents of files.
  func targets(_ call: Call, _ input: [UInt8]? = nil) throws(Failure) -> (targets: [Target], failures: [Failure]) {
    var tuples: [(String, String)] = []
    var types: [String] = []
    var names: [String] = []
    var slashes = 0
    for word in arguments where word.contains(byte: 47) { slashes += 1 }
    if slashes > 0 {
      if slashes != arguments.count { throw ResourceRequest.combined }
      for word in arguments { tuples.append(try ResourceRequest.tuple(word)) }
    } else if let kind = implicitKind {
      types = [kind.plural]
      names = arguments
    } else if let first = arguments.first {
      types = first.pieces(",")
      names = Array(arguments.dropFirst())
    }
    let hasFiles = !files.isEmpty || !kustomize.isEmpty
    var selector = self.selector
    if all { selector = "" }
    if allowsEmptySelector, slashes == 0, names.isEmpty, !types.isEmpty, selector == nil, fieldSelector == nil {
      selector = ""
    }
    if hasFiles {
      if !types.isEmpty {
        throw .text("when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well")
      }
      if !tuples.isEmpty { throw .text("resource/name arguments cannot be provided when a path is specified") }
      return try Manifests.targets(call, self, input)
    }
    if selector != nil || fieldSelector != nil { return (try lists(call, types, names, tuples, selector ?? ""), []) }
    if !tuples.isEmpty { return (try byTuple(call, tuples), []) }
    if !names.isEmpty { return (try byName(call, types, names), []) }
    if !types.isEmpty {
      try kinds(call, types)
      throw .text("resource(s) were provided, but no name was specified")
    }
    throw ResourceRequest.missing
  }

  static func tuple(_ word: String) throws(Failure) -> (String, String) {
    let parts = word.pieces("/")
    if parts.count != 2 { throw .text("arguments in resource/name form may not have more than one slash") }
    if parts[0].isEmpty || parts[1].isEmpty || parts[0].contains(byte: 44) {
      throw .text("arguments in resource/name form must have a single resource and name")
    }
    return (parts[0], parts[1])
  }

  /// The kinds of a comma list, categories spelled out.
  @discardableResult
  func kinds(_ call: Call, _ types: [String]) throws(Failure) -> [Kind] {
    var expanded: [Kind] = []
    for type in types {
      try call.client.discover()
      let category = Kinds.category(type)
      if !category.isEmpty {
        for kind in category where !expanded.contains(kind) { expanded.append(kind) }
        continue
      }
      let kind = try call.client.kind(type)
      call.warn(call.client.warnings)
      call.client.warnings = []
      if !expanded.contains(kind) { expanded.append(kind) }
    }
    if singleType, types.count > 1 || expanded.count > 1 {
      throw .text("you may only specify a single resource type")
    }
    return expanded
  }

  private func lists(
    _ call: Call, _ types: [String], _ names: [String], _ tuples: [(String, String)], _ selector: String
  ) throws(Failure) -> [Target] {
    if !names.isEmpty { throw .text("name cannot be provided when a selector is specified") }
    if !tuples.isEmpty {
      throw .text("selectors and the all flag cannot be used when passing resource/name arguments")
    }
    if types.isEmpty { throw .text("at least one resource must be specified to use a selector") }
    var targets: [Target] = []
    for kind in try kinds(call, types) {
      let selection = try ResourceRequest.selection(kind, selector, fieldSelector ?? "")
      targets.append(.list(kind, namespace: kind.namespaced && !allNamespaces ? call.namespace : nil, selection))
    }
    return targets
  }

  /// Selectors are sent as they are; the server's refusal is put into words by the client.
  static func selection(_ kind: Kind, _ labels: String, _ fields: String) throws(Failure) -> Selection {
    do throws(SelectorError) {
      let parsed = try LabelSelector(parsing: labels)
      return Selection(labels: parsed, fields: fields.isEmpty ? nil : try FieldSelector(parsing: fields, kind: kind))
    } catch {
      let group = kind.group.isEmpty ? "/\(kind.version)" : "\(kind.group)/\(kind.version)"
      throw .status(
        .badRequest(
          "Unable to find \"\(group), Resource=\(kind.plural)\" that match label selector \(goQuoted(labels)), field selector \(goQuoted(fields)): \(error.message)"
        ))
    }
  }

  private func byTuple(_ call: Call, _ tuples: [(String, String)]) throws(Failure) -> [Target] {
    var targets: [Target] = []
    var kindsSeen: [Kind] = []
    for (type, name) in tuples {
      let kind = try call.client.kind(type)
      if !kindsSeen.contains(kind) { kindsSeen.append(kind) }
      if singleType, kindsSeen.count > 1 { throw .text("you may only specify a single resource type") }
      targets.append(.object(try named(call, kind, name)))
    }
    return targets
  }

  private func byName(_ call: Call, _ types: [String], _ names: [String]) throws(Failure) -> [Target] {
    var targets: [Target] = []
    let found = try kinds(call, types)
    if types.count == 1, found.count > 1 { throw .text("you must specify only one resource") }
    for kind in found {
      for name in names { targets.append(.object(try named(call, kind, name))) }
    }
    return targets
  }

  private func named(_ call: Call, _ kind: Kind, _ name: String) throws(Failure) -> Info {
    if kind.namespaced, allNamespaces { throw .text("a resource cannot be retrieved by name across all namespaces") }
    return Info(kind: kind, namespace: kind.namespaced ? call.namespace : "", name: name)
  }

  /// The objects themselves, fetched where they have to be; failures about single ones are collected.
  func infos(_ call: Call, _ input: [UInt8]? = nil) throws(Failure) -> (infos: [Info], failures: [Failure]) {
    let (targets, problems) = try targets(call, input)
    var infos: [Info] = []
    var failures: [Failure] = []
    for target in targets {
      do throws(Failure) {
        switch target {
        case .object(var info):
          if latest { info.object = try call.client.get(info.kind, info.namespace, info.name) }
          infos.append(info)
        case .list(let kind, let namespace, let selection):
          for object in try call.client.list(kind, namespace, selection).items {
            infos.append(
              Info(
                kind: kind, namespace: object[path: "metadata", "namespace"]?.string ?? "",
                name: object[path: "metadata", "name"]?.string ?? "", object: object))
          }
        }
      } catch {
        failures.append(error)
      }
    }
    return (infos, problems + failures)
  }
}

extension Call {
  /// Does `work` for every object of a request; a failure about one does not keep the others from being done.
  func forEach(
    _ request: ResourceRequest, _ input: [UInt8]? = nil, ifNone complaint: String? = nil,
    pause interval: Interval? = nil,
    _ work: @escaping (Info) throws(Failure) -> Void
  ) throws(Failure) {
    let (infos, problems) = try request.infos(self, input)
    if let complaint, infos.isEmpty, problems.isEmpty { throw .text(complaint) }
    failures.append(contentsOf: problems)
    each(infos, pause: interval ?? timings.perObject) { [self] (info) throws(Failure) in
      do throws(Failure) {
        try work(info)
      } catch {
        if case .exit = error { throw error }
        failures.append(error)
      }
    }
  }
}
