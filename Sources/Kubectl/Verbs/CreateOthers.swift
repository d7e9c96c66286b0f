// kubectl create namespace, serviceaccount, quota, poddisruptionbudget, priorityclass, ingress, token.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum CreateOthers {
  static let namespace = Verb(
    "namespace", aliases: ["ns"], usage: "NAME [--dry-run=server|client|none] [options]",
    synopsis: "Create a namespace with the specified name",
    flags: Generator.flags, latency: .local, run: runNamespace)
  static let serviceAccount = Verb(
    "serviceaccount", aliases: ["sa"], usage: "NAME [--dry-run=server|client|none] [options]",
    synopsis: "Create a service account with the specified name", flags: Generator.flags, latency: .local,
    run: runServiceAccount)
  static let quota = Verb(
    "quota", aliases: ["resourcequota"],
    usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [options]",
    synopsis: "Create a quota with the specified name",
    flags: Generator.flags + [.string("hard", "", "", "limits"), .string("scopes", "", "", "scopes")], latency: .local,
    run: runQuota)
  static let podDisruptionBudget = Verb(
    "poddisruptionbudget", aliases: ["pdb"],
    usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none] [options]",
    synopsis: "Create a pod disruption budget with the specified name",
    flags: Generator.flags + [
      .string("max-unavailable", "", "", "number or percentage"),
      .string("min-available", "", "", "number or percentage"),
      .string("selector", "", "", "label selector"),
    ], latency: .local, run: runBudget)
  static let priorityClass = Verb(
    "priorityclass", aliases: ["pc"],
    usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none] [options]",
    synopsis: "Create a priority class with the specified name",
    flags: Generator.flags + [
      .string("description", "", "", "when to use it"), .bool("global-default", "", false, "the default of all pods"),
      .string("preemption-policy", "", "PreemptLowerPriority", "whether it evicts others"),
      .int32("value", "", 0, "the priority"),
    ], latency: .local, run: runPriorityClass)
  static let ingress = Verb(
    "ingress", aliases: ["ing"], usage: "NAME --rule=host/path=service:port[,tls[=secret]] [options]",
    synopsis: "Create an ingress with the specified name",
    flags: Generator.flags + [
      .list("annotation", "", "KEY=VALUE"), .string("class", "", "", "ingress class"),
      .string("default-backend", "", "", "SERVICE:PORT"), .list("rule", "", "HOST/PATH=SERVICE:PORT[,tls=SECRET]"),
    ], latency: .server, run: runIngress)
  static let token = Verb(
    "token", usage: "SERVICE_ACCOUNT_NAME [options]", synopsis: "Request a service account token",
    flags: [
      .list("audience", "", "audience"), .string("bound-object-kind", "", "", "kind"),
      .string("bound-object-name", "", "", "name"), .string("bound-object-uid", "", "", "uid"),
      .duration("duration", "", "0s", "how long it is valid"), Flags.allowMissing, Flags.output,
      Flags.showManagedFields, Flags.template,
    ], latency: .local, run: runToken)

  @Sendable private static func runNamespace(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    try Generator.send(
      call, .namespace,
      ["apiVersion": "v1", "kind": "Namespace", "metadata": Generator.metadata(name), "spec": [:], "status": [:]])
  }

  @Sendable private static func runServiceAccount(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    try Generator.send(
      call, .serviceAccount, ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": Generator.metadata(name)],
      .failed("failed to create serviceaccount:"))
  }

  @Sendable private static func runQuota(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    var hard: Value = [:]
    for pair in call.flags.string("hard").pieces(",") where !pair.isEmpty {
      guard let (key, value) = pair.cut(61), !value.contains(byte: 61) else {
        throw .text("Invalid argument syntax \(pair), expected <resource>=<value>")
      }
      guard let quantity = Quantity(parsing: value) else {
        throw .text(
          "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
      }
      hard[key] = .string(quantity.description)
    }
    var spec: Value = [:]
    if hard.object?.isEmpty == false { spec["hard"] = hard }
    let scopes = call.flags.string("scopes")
    if !scopes.isEmpty { spec["scopes"] = .strings(scopes.pieces(",")) }
    try Generator.send(
      call, .resourceQuota,
      [
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": Generator.metadata(name), "spec": spec, "status": [:],
      ], .failed("failed to create quota:"))
  }

  private static func numberOrPercent(_ text: String) -> Value {
    Int64(text).map { .integer($0) } ?? .string(text)
  }

  @Sendable private static func runBudget(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    let flags = call.flags
    if flags.string("selector").isEmpty { throw .text("a selector must be specified") }
    let least = flags.string("min-available")
    let most = flags.string("max-unavailable")
    if least.isEmpty, most.isEmpty { throw .text("one of min-available or max-unavailable must be specified") }
    if !least.isEmpty, !most.isEmpty { throw .text("min-available and max-unavailable cannot be both specified") }
    for (flag, value) in [("min-available", least), ("max-unavailable", most)] where !value.isEmpty {
      let digits = value.hasSuffix("%") ? String(value.dropLast()) : value
      guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
        throw .text("invalid format specified for \(flag)")
      }
    }
    do throws(SelectorError) {
      _ = try LabelSelector(parsing: flags.string("selector"))
    } catch {
      throw .text("couldn't parse the selector string \(goQuoted(flags.string("selector"))): \(error.message)")
    }
    var labels: Value = [:]
    for pair in flags.string("selector").pieces(",") {
      if let (key, value) = pair.cut(61) { labels[key] = .string(value) }
    }
    var spec: Value = [:]
    if !least.isEmpty { spec["minAvailable"] = numberOrPercent(least) }
    if !most.isEmpty { spec["maxUnavailable"] = numberOrPercent(most) }
    spec["selector"] = ["matchLabels": labels]
    try Generator.send(
      call, .podDisruptionBudget,
      [
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": Generator.metadata(name), "spec": spec,
        "status": ["currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0],
      ], .failed("failed to create poddisruptionbudgets:"))
  }

  @Sendable private static func runPriorityClass(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    var object: Value = [
      "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": Generator.metadata(name),
      "preemptionPolicy": .string(call.flags.string("preemption-policy")),
      "value": .integer(call.flags.integer("value")),
    ]
    if !call.flags.string("description").isEmpty { object["description"] = .string(call.flags.string("description")) }
    if call.flags.bool("global-default") { object["globalDefault"] = true }
    try Generator.send(call, .priorityClass, object, .failed("failed to create priorityclass:"))
  }

  @Sendable private static func runIngress(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    let rules = call.flags.strings("rule")
    let fallback = call.flags.string("default-backend")
    if rules.isEmpty, fallback.isEmpty {
      throw .text(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)"
      )
    }
    var hosts: [(String, [Value])] = []
    var tls: [(String, [String])] = []
    var secured: [String] = []
    for text in rules {
      guard let rule = IngressRule(text) else {
        throw .text("rule \(text) is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
      }
      if let index = hosts.firstIndex(where: { $0.0 == rule.host }) {
        hosts[index].1.append(rule.path)
      } else {
        hosts.append((rule.host, [rule.path]))
      }
      // A host is served with the first secret that a rule of its names.
      guard let secret = rule.secret, !secured.contains(rule.host) else { continue }
      secured.append(rule.host)
      if let index = tls.firstIndex(where: { $0.0 == secret }) {
        tls[index].1.append(rule.host)
      } else if !rule.host.isEmpty || !secret.isEmpty {
        tls.append((secret, rule.host.isEmpty ? [] : [rule.host]))
      }
    }
    var spec: Value = [:]
    if !fallback.isEmpty {
      let parts = fallback.pieces(":")
      guard parts.count == 2 else { throw .text("default-backend should be in format servicename:serviceport") }
      spec["defaultBackend"] = IngressRule.backend(parts[0], parts[1])
    }
    if !call.flags.string("class").isEmpty { spec["ingressClassName"] = .string(call.flags.string("class")) }
    var list: [Value] = []
    for (host, paths) in hosts {
      var rule: Value = [:]
      if !host.isEmpty { rule["host"] = .string(host) }
      rule["http"] = ["paths": .array(paths)]
      list.append(rule)
    }
    if !list.isEmpty { spec["rules"] = .array(list) }
    if !tls.isEmpty {
      var entries: [Value] = []
      for (secret, names) in tls {
        var entry: Value = [:]
        if !names.isEmpty { entry["hosts"] = .strings(names) }
        if !secret.isEmpty { entry["secretName"] = .string(secret) }
        entries.append(entry)
      }
      spec["tls"] = .array(entries)
    }
    var metadata = Generator.metadata(name)
    for pair in call.flags.strings("annotation") {
      guard pair.contains(byte: 61) else {
        throw .text("annotation \(pair) is invalid and should be in format key=[value]")
      }
      if let (key, value) = pair.cut(61) {
        var annotations = metadata["annotations"] ?? [:]
        annotations[key] = .string(value)
        metadata["annotations"] = annotations
      }
    }
    try Generator.send(
      call, .ingress,
      [
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec,
        "status": ["loadBalancer": [:]],
      ], .failed("failed to create ingress:"))
  }

  private static func checkToken(_ call: Call) throws(Failure) {
    let flags = call.flags
    let nanoseconds = flags.duration("duration").nanoseconds
    if nanoseconds < 0 { throw .text("--duration must be greater than or equal to 0") }
    if nanoseconds % 1_000_000_000 != 0 {
      throw .text("--duration cannot be expressed in units less than seconds")
    }
    let kind = flags.string("bound-object-kind")
    if kind.isEmpty {
      for part in ["name", "uid"] where !flags.string("bound-object-" + part).isEmpty {
        throw .text("--bound-object-\(part) can only be set if --bound-object-kind is provided")
      }
      return
    }
    if !["Node", "Pod", "Secret"].contains(kind) {
      throw .text("supported --bound-object-kind values are Node, Pod, Secret")
    }
    if flags.string("bound-object-name").isEmpty {
      throw .text("--bound-object-name is required if --bound-object-kind is provided")
    }
    throw call.notSimulated("kubectl create token --bound-object-kind")
  }

  /// A token in the shape of a real one; its signature means nothing.
  @Sendable private static func runToken(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    try checkToken(call)
    let account: Value
    do throws(Failure) {
      account = try call.client.get(.serviceAccount, call.namespace, name)
    } catch {
      throw .text("failed to create token: \(error.description)")
    }
    let now = call.world.clock.unixSeconds(call.world.now)
    let audiences = call.flags.strings("audience")
    let seconds = call.flags.duration("duration").nanoseconds / 1_000_000_000
    if seconds > 0, seconds < 600 {
      throw .text(
        "failed to create token: TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: \(seconds): may not specify a duration less than 10 minutes"
      )
    }
    let claims: Value = [
      "aud": .strings(audiences.isEmpty ? ["https://kubernetes.default.svc"] : audiences),
      "exp": .integer(now + (seconds == 0 ? 3600 : seconds)), "iat": .integer(now),
      "iss": "https://kubernetes.default.svc",
      "kubernetes.io": [
        "namespace": .string(call.namespace),
        "serviceaccount": ["name": .string(name), "uid": account[path: "metadata", "uid"] ?? ""],
      ], "nbf": .integer(now), "sub": .string("system:serviceaccount:\(call.namespace):\(name)"),
    ]
    var signature: [UInt8] = []
    for _ in 0..<256 { signature.append(UInt8(call.world.random.below(256))) }
    let header = url(Array("{\"alg\":\"RS256\",\"kid\":\"simulated\"}".utf8))
    call.line("\(header).\(url(Array(JSON.compact(claims).utf8))).\(url(signature))")
  }

  private static func url(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    for byte in Base64.encode(bytes).utf8 {
      switch byte {
      case 43: out.append(45)
      case 47: out.append(95)
      case 61: break
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
