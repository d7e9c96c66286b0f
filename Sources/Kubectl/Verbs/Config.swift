// kubectl config: reads and rewrites the kubeconfig. Sources: kubectl pkg/cmd/config.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let config = Verb.family(
    "config", .settings, synopsis: "Modify kubeconfig files",
    verbs: [
      Verb(
        "current-context", usage: "[flags] [options]", synopsis: "Display the current-context", latency: .local,
        run: Config.current),
      Verb(
        "delete-cluster", usage: "NAME [options]", synopsis: "Delete the specified cluster from the kubeconfig",
        latency: .local,
        run: Config.deleteCluster),
      Verb(
        "delete-context", usage: "NAME [options]", synopsis: "Delete the specified context from the kubeconfig",
        latency: .local,
        run: Config.deleteContext),
      Verb(
        "delete-user", usage: "NAME [options]", synopsis: "Delete the specified user from the kubeconfig",
        latency: .local, run: Config.deleteUser),
      Verb(
        "get-clusters", usage: "[flags] [options]", synopsis: "Display clusters defined in the kubeconfig",
        latency: .local, run: Config.clusters
      ),
      Verb(
        "get-contexts", usage: "[(-o|--output=)name)] [options]", synopsis: "Describe one or many contexts",
        flags: [.bool("no-headers", "", false, "no header line"), .string("output", "o", "", "`name`")],
        latency: .local, run: Config.contexts),
      Verb(
        "get-users", usage: "[flags] [options]", synopsis: "Display users defined in the kubeconfig", latency: .local,
        run: Config.users),
      Verb(
        "rename-context", usage: "CONTEXT_NAME NEW_NAME [options]",
        synopsis: "Rename a context from the kubeconfig file", latency: .local,
        run: Config.rename),
      Verb(
        "set", usage: "PROPERTY_NAME PROPERTY_VALUE [options]",
        synopsis: "Set an individual value in a kubeconfig file",
        flags: [.bool("set-raw-bytes", "", false, .notSimulated, "the value is bytes")], latency: .local,
        run: Config.set),
      Verb(
        "set-cluster", usage: "NAME [--server=server] [options]", synopsis: "Set a cluster entry in kubeconfig",
        flags: [
          .bool("embed-certs", "", false, "put certificates into the file"),
          .string("proxy-url", "", "", "proxy"),
        ], latency: .local, run: Config.setCluster),
      Verb(
        "set-context",
        usage:
          "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]",
        synopsis: "Set a context entry in kubeconfig", flags: [.bool("current", "", false, "the context in use")],
        latency: .local,
        run: Config.setContext),
      Verb(
        "set-credentials", usage: "NAME [--token=bearer_token] [options]", synopsis: "Set a user entry in kubeconfig",
        flags: [
          .bool("embed-certs", "", false, "put certificates into the file"),
          .string("auth-provider", "", "", .notSimulated, "plugin that authenticates"),
          .strings("auth-provider-arg", "", .notSimulated, "KEY=VALUE for the plugin"),
          .string("exec-api-version", "", "", .notSimulated, "version of the program's interface"),
          .strings("exec-arg", "", .notSimulated, "argument of the program"),
          .string("exec-command", "", "", .notSimulated, "program that authenticates"),
          .list("exec-env", "", .notSimulated, "KEY=VALUE for the program"),
          .string("exec-interactive-mode", "", "", .notSimulated, "whether the program may ask"),
          .bool("exec-provide-cluster-info", "", false, .notSimulated, "tell the program about the cluster"),
          .string("password", "", "", "password"), .string("token", "", "", "bearer token"),
          .string("username", "", "", "user name"),
        ], latency: .local, run: Config.setUser),
      Verb(
        "unset", usage: "PROPERTY_NAME [options]", synopsis: "Unset an individual value in a kubeconfig file",
        latency: .local, run: Config.unset),
      Verb(
        "use-context", aliases: ["use"], usage: "CONTEXT_NAME [options]",
        synopsis: "Set the current-context in a kubeconfig file",
        latency: .local, run: Config.use),
      Verb(
        "view", usage: "[flags] [options]",
        synopsis: "Display merged kubeconfig settings or a specified kubeconfig file",
        flags: Flags.print + [
          .bool("flatten", "", false, "put certificates into the output"),
          .bool("merge", "", true, .accepted, "merge several files"),
          .bool("minify", "", false, "only what the context in use needs"), .bool("raw", "", false, "show secrets too"),
        ], latency: .local, run: Config.view),
    ])
}

enum Config {
  private static func one(_ call: Call) throws(Failure) -> String {
    guard call.arguments.count == 1 else {
      throw unexpected(call, call.verb.name == "set-credentials" ? "unexpected args" : "Unexpected args")
    }
    return call.arguments[0]
  }

  /// Wrong arguments: the help comes first.
  private static func unexpected(_ call: Call, _ words: String = "Unexpected args") -> Failure {
    call.print(Help.text(call.verb, path: call.path))
    return .text("\(words): [\(call.arguments.joined(separator: " "))]")
  }

  private static func names(_ call: Call, _ list: String) -> [String] {
    var names: [String] = []
    for item in call.config.value[list]?.array ?? [] { names.append(item["name"]?.string ?? "") }
    return names.sorted()
  }

  @Sendable static func current(_ call: Call) throws(Failure) {
    let name = call.config.value["current-context"]?.string ?? ""
    if name.isEmpty { throw .text("current-context is not set") }
    call.line(name)
  }

  @Sendable static func clusters(_ call: Call) throws(Failure) {
    call.line("NAME")
    for name in names(call, "clusters") { call.line(name) }
  }

  @Sendable static func users(_ call: Call) throws(Failure) {
    call.line("NAME")
    for name in names(call, "users") { call.line(name) }
  }

  @Sendable static func contexts(_ call: Call) throws(Failure) {
    let output = call.flags.string("output")
    if !["", "name"].contains(output) {
      throw .text(
        "--output \(output) is not available in kubectl config get-contexts; resetting to default output format")
    }
    let wanted = call.arguments.isEmpty ? names(call, "contexts") : call.arguments
    var text = output.isEmpty && !call.flags.bool("no-headers") ? "CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n" : ""
    var failures: [Failure] = []
    for name in wanted {
      guard let context = call.config.entry("contexts", name) else {
        failures.append(.text("context \(name) not found"))
        continue
      }
      if output == "name" {
        text += name + "\n"
      } else {
        let mark = name == call.config.value["current-context"]?.string ? "*" : ""
        text +=
          "\(mark)\t\(name)\t\(context["cluster"]?.string ?? "")\t\(context["user"]?.string ?? "")\t\(context["namespace"]?.string ?? "")\n"
      }
    }
    var writer = TabWriter.table
    call.print(writer.format(text))
    call.failures = failures
  }

  @Sendable static func use(_ call: Call) throws(Failure) {
    let name = try one(call)
    guard call.config.entry("contexts", name) != nil else {
      throw .text("no context exists with the name: \(goQuoted(name))")
    }
    call.config.value["current-context"] = .string(name)
    try call.config.save(call.process)
    call.line("Switched to context \(goQuoted(name)).")
  }

  @Sendable static func setContext(_ call: Call) throws(Failure) {
    let flags = call.flags
    var name = call.arguments.first ?? ""
    if flags.bool("current") {
      if !name.isEmpty { throw .text("you cannot specify both a context name and --current") }
      name = call.config.value["current-context"]?.string ?? ""
      if name.isEmpty { throw .text("no current context is set") }
    } else if call.arguments.count > 1 {
      throw unexpected(call)
    } else if name.isEmpty {
      throw .text("you must specify a non-empty context name or --current")
    }
    let exists = call.config.entry("contexts", name) != nil
    call.config.change("contexts", name) { context in
      for (flag, member) in [("cluster", "cluster"), ("namespace", "namespace"), ("user", "user")]
      where flags.changed(flag) {
        context[member] = .string(flags.string(flag))
      }
    }
    try call.config.save(call.process)
    call.line("Context \(goQuoted(name)) \(exists ? "modified" : "created").")
  }

  @Sendable static func setCluster(_ call: Call) throws(Failure) {
    let name = try one(call)
    let flags = call.flags
    let authority = flags.string("certificate-authority")
    if flags.bool("insecure-skip-tls-verify"), !authority.isEmpty {
      throw .text("you cannot specify a certificate authority and insecure mode at the same time")
    }
    if flags.bool("embed-certs") {
      if authority.isEmpty { throw .text("you must specify a --certificate-authority to embed") }
      if !call.process.fileSystem.exists(FileSystem.normalize(authority, in: call.process.workingDirectory)) {
        throw .text(
          "could not stat certificate-authority file \(authority): stat \(authority): no such file or directory")
      }
      throw call.notSimulated("kubectl config set-cluster --embed-certs")
    }
    call.config.change("clusters", name) { cluster in
      if flags.changed("server") { cluster["server"] = .string(flags.string("server")) }
      if flags.changed("certificate-authority") {
        cluster["certificate-authority"] = .string(flags.string("certificate-authority"))
      }
      if flags.bool("insecure-skip-tls-verify") { cluster["insecure-skip-tls-verify"] = true }
      if flags.changed("proxy-url") { cluster["proxy-url"] = .string(flags.string("proxy-url")) }
    }
    try call.config.save(call.process)
    call.line("Cluster \(goQuoted(name)) set.")
  }

  @Sendable static func setUser(_ call: Call) throws(Failure) {
    let name = try one(call)
    let flags = call.flags
    var methods: [String] = []
    if flags.changed("token") { methods.append("--token") }
    if flags.changed("username") || flags.changed("password") { methods.append("--username/--password") }
    if methods.count > 1 {
      throw .text(
        "you cannot specify more than one authentication method at the same time: \(methods.joined(separator: ", "))")
    }
    if flags.bool("embed-certs") {
      if flags.string("client-certificate").isEmpty, flags.string("client-key").isEmpty {
        throw .text("you must specify a --client-certificate or --client-key to embed")
      }
      throw call.notSimulated("kubectl config set-credentials --embed-certs")
    }
    call.config.change("users", name) { user in
      for flag in ["client-certificate", "client-key", "token", "username", "password"] where flags.changed(flag) {
        user[flag] = .string(flags.string(flag))
      }
    }
    try call.config.save(call.process)
    call.line("User \(goQuoted(name)) set.")
  }

  private static func remove(_ call: Call, _ list: String, _ what: String) throws(Failure) {
    if call.arguments.count != 1 {
      if what == "user" { throw .usage(call.path, "user to delete is required") }
      return call.print(Help.text(call.verb, path: call.path))
    }
    let name = call.arguments[0]
    var items = call.config.value[list]?.array ?? []
    let before = items.count
    items.removeAll { $0["name"]?.string == name }
    if items.count == before { throw .text("cannot delete \(what) \(name), not in \(call.config.path)") }
    if list == "contexts", call.config.value["current-context"]?.string == name {
      call.complain(
        "warning: this removed your active context, use \"kubectl config use-context\" to select a different one")
    }
    call.config.value[list] = .array(items)
    try call.config.save(call.process)
    call.line("deleted \(what) \(name) from \(call.config.path)")
  }
  @Sendable static func deleteCluster(_ call: Call) throws(Failure) { try remove(call, "clusters", "cluster") }
  @Sendable static func deleteContext(_ call: Call) throws(Failure) { try remove(call, "contexts", "context") }
  @Sendable static func deleteUser(_ call: Call) throws(Failure) { try remove(call, "users", "user") }

  @Sendable static func rename(_ call: Call) throws(Failure) {
    guard call.arguments.count == 2 else { throw unexpected(call) }
    let (old, new) = (call.arguments[0], call.arguments[1])
    guard let context = call.config.entry("contexts", old) else {
      throw .text("cannot rename the context \(goQuoted(old)), it's not in \(call.config.path)")
    }
    if call.config.entry("contexts", new) != nil {
      throw .text(
        "cannot rename the context \(goQuoted(old)), the context \(goQuoted(new)) already exists in \(call.config.path)"
      )
    }
    var items = call.config.value["contexts"]?.array ?? []
    items.removeAll { $0["name"]?.string == old }
    call.config.value["contexts"] = .array(items)
    call.config.change("contexts", new) { $0 = context }
    if call.config.value["current-context"]?.string == old { call.config.value["current-context"] = .string(new) }
    try call.config.save(call.process)
    call.line("Context \(goQuoted(old)) renamed to \(goQuoted(new)).")
  }

  /// Where a text stops being base64, as Go's decoder counts it; nil when it is.
  private static func base64Problem(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    for (place, byte) in bytes.enumerated() {
      let isDigit = byte >= 48 && byte <= 57 || byte == 43 || byte == 47
      let isLetter = byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
      let isPadding = byte == 61 && place + 2 >= bytes.count && bytes.count % 4 == 0
      if !isDigit, !isLetter, !isPadding { return place }
    }
    return bytes.count % 4 == 0 ? nil : bytes.count / 4 * 4
  }

  /// Members that hold one value.
  private static func members(_ list: String) -> [String] {
    switch list {
    case "contexts": return ["cluster", "namespace", "user"]
    case "clusters":
      return [
        "certificate-authority", "certificate-authority-data", "disable-compression", "insecure-skip-tls-verify",
        "proxy-url", "server", "tls-server-name",
      ]
    default:
      return [
        "client-certificate", "client-certificate-data", "client-key", "client-key-data", "password", "token",
        "tokenFile", "username",
      ]
    }
  }

  /// `contexts.microk8s.namespace`; names may contain dots, the last part is the member.
  private static func change(_ call: Call, _ property: String, _ value: Value?) throws(Failure) {
    if property == "current-context" {
      call.config.value["current-context"] = value ?? ""
      return try call.config.save(call.process)
    }
    if value == nil, ["contexts", "clusters", "users"].contains(property) {
      call.config.value[property] = .null
      return try call.config.save(call.process)
    }
    if value != nil, property.hasPrefix("preferences.") || ["contexts", "clusters", "users"].contains(property) {
      throw call.notSimulated("\(call.path) of \(property)")
    }
    guard let (list, rest) = property.cut(46), ["contexts", "clusters", "users"].contains(list) else {
      throw .text("unable to parse \(property) after [] at api.Config")
    }
    guard let (name, member) = rest.cutLast(46) else {
      if value == nil {
        var items = call.config.value[list]?.array ?? []
        items.removeAll { $0["name"]?.string == rest }
        call.config.value[list] = .array(items)
        return try call.config.save(call.process)
      }
      throw call.notSimulated("\(call.path) of \(property)")
    }
    if !members(list).contains(member) {
      if value == nil { return }
      throw call.notSimulated("\(call.path) of \(property)")
    }
    if let text = value?.string, member.hasSuffix("-data"), let place = base64Problem(text) {
      throw .text("error decoding input value: illegal base64 data at input byte \(place)")
    }
    var value = value
    if let text = value?.string, ["insecure-skip-tls-verify", "disable-compression"].contains(member) {
      guard ["true", "false"].contains(text) else {
        throw .text("strconv.ParseBool: parsing \(goQuoted(text)): invalid syntax")
      }
      value = .bool(text == "true")
    }
    let new = value
    call.config.change(list, name) { $0[member] = new }
    try call.config.save(call.process)
  }

  @Sendable static func set(_ call: Call) throws(Failure) {
    guard call.arguments.count == 2 else { throw unexpected(call) }
    try change(call, call.arguments[0], .string(call.arguments[1]))
    call.line("Property \(goQuoted(call.arguments[0])) set.")
  }

  @Sendable static func unset(_ call: Call) throws(Failure) {
    let property = try one(call)
    try change(call, property, nil)
    call.line("Property \(goQuoted(property)) unset.")
  }

  @Sendable static func view(_ call: Call) throws(Failure) {
    if !call.arguments.isEmpty {
      throw .usage(call.path, "unexpected arguments: [\(call.arguments.joined(separator: " "))]")
    }
    if !call.flags.bool("merge"), call.flags.string("kubeconfig").isEmpty {
      throw .text("if merge==false a precise file must be specified")
    }
    call.config.complete()
    var value = call.config.value
    if call.flags.bool("minify") {
      let name = call.config.currentContext
      guard let context = call.config.context else {
        throw .text(name.isEmpty ? "current-context must exist in order to minify" : "cannot locate context \(name)")
      }
      func only(_ list: String, _ wanted: String) -> Value {
        var kept: [Value] = []
        for item in value[list]?.array ?? [] where item["name"]?.string == wanted { kept.append(item) }
        return .array(kept)
      }
      value["contexts"] = only("contexts", name)
      value["clusters"] = only("clusters", context["cluster"]?.string ?? "")
      value["users"] = only("users", context["user"]?.string ?? "")
    }
    if !call.flags.bool("raw"), !call.flags.bool("flatten") { value = redacted(value) }
    var format = try PrintFormat.read(call)
    if case .standard = format { format = .yaml }
    if case .json = format { return call.print(Documents.json(asDeclared(value), sortingKeys: false)) }
    var printer = ObjectPrinter(call, format)
    call.print(try printer.text(value))
  }

  /// In the order in which client-go declares a kubeconfig's members.
  private static func asDeclared(_ value: Value) -> Value {
    var out = Value.Object()
    for key in ["kind", "apiVersion", "preferences", "clusters", "users", "contexts", "current-context", "extensions"] {
      guard let member = value[key] else { continue }
      guard let items = member.array else {
        out[key] = member
        continue
      }
      var list: [Value] = []
      for item in items {
        var entry = Value.Object()
        if let name = item["name"] { entry["name"] = name }
        for (inner, content) in item.object ?? Value.Object() where inner != "name" { entry[inner] = content }
        list.append(.object(entry))
      }
      out[key] = .array(list)
    }
    return .object(out)
  }

  private static func redacted(_ value: Value) -> Value {
    var value = value
    for (list, member) in [("clusters", "cluster"), ("users", "user")] {
      var items: [Value] = []
      for var item in value[list]?.array ?? [] {
        for key in ["certificate-authority-data", "client-certificate-data", "client-key-data"]
        where item[path: member, key] != nil {
          item.set([member, key], "DATA+OMITTED")
        }
        for key in ["token", "password"] where item[path: member, key] != nil { item.set([member, key], "REDACTED") }
        items.append(item)
      }
      if !items.isEmpty { value[list] = .array(items) }
    }
    return value
  }
}
