// kubectl get --raw: the server's own answer to a path. Objects and lists are JSON in the order in which the server's types declare
// their members. Paths that are not modelled say so; those no server has are refused. Source: kubectl pkg/rawhttp/raw.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum GetRaw {
  /// Groups in the order in which the server prefers them.
  private static let groups = [
    "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling",
    "batch", "certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io",
    "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io",
    "discovery.k8s.io", "flowcontrol.apiserver.k8s.io",
  ]
  /// First parts of paths behind which a server has something.
  private static let served = [
    ".well-known", "api", "apis", "debug", "healthz", "livez", "logs", "metrics", "openapi", "openid", "readyz",
    "version",
  ]

  static func run(_ call: Call) throws(Failure) {
    let flags = call.flags
    if !call.arguments.isEmpty { throw .text("arguments may not be passed when --raw is specified") }
    if flags.bool("watch") || flags.bool("watch-only") || !flags.string("selector").isEmpty {
      throw .text(
        "--raw may not be specified with other flags that filter the server request or alter the output")
    }
    if !flags.string("output").isEmpty { throw .text("--raw and --output are mutually exclusive") }
    let text = flags.string("raw")
    guard text.hasPrefix("/") else {
      throw .text("--raw must be a valid URL path: parse \(goQuoted(text)): invalid URI for request")
    }
    try call.client.discover()
    let (path, query) = text.cut(63) ?? (text, "")
    var parts: [String] = []
    for part in path.pieces("/") where !part.isEmpty { parts.append(part) }
    switch (parts.first ?? "", parts.count) {
    case ("healthz", 1), ("livez", 1), ("readyz", 1):
      if !query.isEmpty { throw unknown(call, text) }
      call.print("ok")
    case ("version", 1): call.print(call.kubectl.versions.json(indent: ""))
    case ("api", 1): try versions(call)
    case ("apis", 1): groupList(call)
    case ("apis", 2):
      guard let group = group(call, parts[1], isAlone: true) else { throw Failure.status(Status.noSuchResource) }
      answer(call, group)
    case ("api", 3...), ("apis", 4...): try objects(call, text, parts, query)
    default:
      let first = parts.first ?? ""
      if first.isEmpty || served.contains(first) { throw unknown(call, text) }
      throw Failure.status(Status.noSuchResource)
    }
  }

  private static func unknown(_ call: Call, _ path: String) -> Failure {
    call.notSimulated("kubectl get --raw \(path)")
  }

  private static func answer(_ call: Call, _ value: Value) {
    call.print(JSON.compact(value, sortingKeys: false) + "\n")
  }

  // MARK: Discovery

  private static func versions(_ call: Call) throws(Failure) {
    var address = ""
    for node in try call.client.list(.node, nil).items where address.isEmpty {
      for entry in node[path: "status", "addresses"]?.array ?? [] where entry["type"]?.string == "InternalIP" {
        address = entry["address"]?.string ?? ""
      }
    }
    let port = call.config.server.cutLast(58)?.1 ?? "6443"
    answer(
      call,
      .members([
        ("kind", "APIVersions"), ("versions", ["v1"]),
        (
          "serverAddressByClientCIDRs",
          [.members([("clientCIDR", "0.0.0.0/0"), ("serverAddress", .string("\(address):\(port)"))])]
        ),
      ]))
  }

  /// A group with its versions, the newest first.
  private static func group(_ call: Call, _ name: String, isAlone: Bool) -> Value? {
    var versions: [Value] = []
    let metrics = call.client.api.listsMetrics ? [Kind.podMetrics.apiVersion] : []
    for entry in Kinds.apiVersions.reversed() + metrics {
      guard let (group, version) = entry.cut(47), group == name else { continue }
      versions.append(.members([("groupVersion", .string(entry)), ("version", .string(version))]))
    }
    guard let first = versions.first else { return nil }
    var members: [(String, Value)] = isAlone ? [("kind", "APIGroup"), ("apiVersion", "v1")] : []
    members += [("name", .string(name)), ("versions", .array(versions)), ("preferredVersion", first)]
    return .members(members)
  }

  private static func groupList(_ call: Call) {
    var list: [Value] = []
    for name in groups + [Kind.podMetrics.group] {
      if let group = group(call, name, isAlone: false) { list.append(group) }
    }
    answer(call, .members([("kind", "APIGroupList"), ("apiVersion", "v1"), ("groups", .array(list))]))
  }

  // MARK: Objects

  private static func objects(_ call: Call, _ text: String, _ parts: [String], _ query: String) throws(Failure) {
    var rest = parts
    let apiVersion: String
    if rest.removeFirst() == "api" {
      apiVersion = rest.removeFirst()
    } else {
      apiVersion = rest[0] + "/" + rest[1]
      rest.removeFirst(2)
    }
    var namespace: String?
    if rest[0] == "namespaces", rest.count > 2, !["status", "finalize"].contains(rest[2]) {
      namespace = rest[1]
      rest.removeFirst(2)
    }
    var found: Kind?
    let kinds = call.client.api.listsMetrics ? Kinds.all + Kinds.aggregated : Kinds.all
    for kind in kinds where kind.apiVersion == apiVersion && kind.plural == rest[0] { found = kind }
    guard let kind = found else { throw Failure.status(Status.noSuchResource) }
    if rest.count == 1 { return try list(call, text, kind, namespace, query) }
    var object: Value
    if rest.count == 3, rest[2] == "scale" {
      object = try call.client.scale(kind, namespace ?? "", rest[1])
      let metadata = Schema.inDeclaredOrder(["metadata": object["metadata"] ?? [:]], kind)["metadata"] ?? [:]
      return answer(
        call,
        .members([
          ("kind", "Scale"), ("apiVersion", "autoscaling/v1"), ("metadata", metadata), ("spec", object["spec"] ?? [:]),
          ("status", object["status"] ?? [:]),
        ]))
    }
    if rest.count > 2, !(rest.count == 3 && rest[2] == "status" && kind.hasStatus) { throw unknown(call, text) }
    object = try call.client.get(kind, namespace ?? "", rest[1])
    answer(call, Schema.inDeclaredOrder(object, kind))
  }

  private static func list(
    _ call: Call, _ text: String, _ kind: Kind, _ namespace: String?, _ query: String
  ) throws(Failure) {
    var labels = ""
    var fields = ""
    for pair in query.pieces("&") where !pair.isEmpty {
      guard let (key, value) = pair.cut(61) else { throw unknown(call, text) }
      switch key {
      case "labelSelector": labels = decoded(value)
      case "fieldSelector": fields = decoded(value)
      case "limit" where value == "500", "timeoutSeconds": break
      default: throw unknown(call, text)
      }
    }
    let selection = try ResourceRequest.selection(kind, labels, fields)
    let list = try call.client.list(kind, namespace, selection)
    var items: [Value] = []
    for item in list.items {
      var item = Schema.inDeclaredOrder(item, kind)
      item["kind"] = nil
      item["apiVersion"] = nil
      items.append(item)
    }
    answer(
      call,
      .members([
        ("kind", .string(kind.kind + "List")), ("apiVersion", .string(kind.apiVersion)),
        ("metadata", list.resourceVersion == 0 ? [:] : ["resourceVersion": .string("\(list.resourceVersion)")]),
        ("items", .array(items)),
      ]))
  }

  /// `app%3Dweb` → `app=web`
  private static func decoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] == 37, i + 2 < bytes.count, let high = hexDigit(bytes[i + 1]), let low = hexDigit(bytes[i + 2]) {
        out.append(high << 4 | low)
        i += 3
      } else {
        out.append(bytes[i] == 43 ? 32 : bytes[i])
        i += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
