// kubectl create configmap and secret: keys from literals, files, folders and env files.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum CreateData {
  private static let sources: [Flag] = [
    .bool("append-hash", "", false, "add a hash of the content to the name"),
    .strings("from-env-file", "", "file with KEY=VALUE lines"),
    .strings("from-file", "", "file or folder, or KEY=FILE"),
    .list("from-literal", "", "KEY=VALUE"),
  ]

  static let configMap = Verb(
    "configmap", aliases: ["cm"],
    usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]",
    synopsis: "Create a config map from a local file, directory or literal value", flags: Generator.flags + sources,
    latency: .local, run: runConfigMap)

  static let secret = Verb.family(
    "secret", synopsis: "Create a secret using a specified subcommand",
    verbs: [
      Verb(
        "docker-registry",
        usage: "NAME --docker-username=user --docker-password=password --docker-email=email [options]",
        synopsis: "Create a secret for use with a Docker registry",
        flags: Generator.flags + [
          sources[0], .string("docker-email", "", "", "e-mail address"),
          .string("docker-password", "", "", "password"),
          .string("docker-server", "", "https://index.docker.io/v1/", "registry"),
          .string("docker-username", "", "", "user name"),
          .strings("from-file", "", "file with a docker configuration"),
        ], latency: .local, run: runRegistry),
      Verb(
        "generic", usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [options]",
        synopsis: "Create a secret from a local file, directory, or literal value",
        flags: Generator.flags + sources + [.string("type", "", "", "type of the Secret")], latency: .local,
        run: runGeneric),
      Verb(
        "tls", usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [options]",
        synopsis: "Create a TLS secret",
        flags: Generator.flags + [
          sources[0], .string("cert", "", "", "file with the certificate"), .string("key", "", "", "file with the key"),
        ], latency: .local, run: runTLS),
    ])

  /// Keys with their bytes, in order of key when printed.
  private static func collect(_ call: Call) throws(Failure) -> OrderedMap<String, [UInt8]> {
    var data = OrderedMap<String, [UInt8]>()
    func add(_ key: String, _ bytes: [UInt8]) throws(Failure) {
      let problems = Names.configKeyProblems(key)
      if !problems.isEmpty {
        throw .text("\(goQuoted(key)) is not a valid key name for a ConfigMap: \(problems.joined(separator: ","))")
      }
      if data.contains(key) {
        throw .text(
          "cannot add key \(goQuoted(key)), another key by that name already exists in Data for ConfigMap \(goQuoted(call.arguments[0]))"
        )
      }
      data[key] = bytes
    }
    let literals = call.flags.strings("from-literal")
    let files = call.flags.strings("from-file")
    let environments = call.flags.strings("from-env-file")
    if !environments.isEmpty, !literals.isEmpty || !files.isEmpty {
      throw .text("from-env-file cannot be combined with from-file or from-literal")
    }
    for file in files { try self.file(call, file, add) }
    for literal in literals {
      guard let (key, value) = literal.cut(61), !key.isEmpty else {
        throw .text("invalid literal source \(literal), expected key=value")
      }
      try add(key, Array(value.utf8))
    }
    for file in environments { try environment(call, file, add) }
    return data
  }

  private static func read(_ call: Call, _ path: String) throws(Failure) -> [UInt8] {
    do throws(Errno) {
      return try call.process.fileSystem.read(path, in: call.process.workingDirectory, as: call.process.credentials)
    } catch {
      throw .text("error reading \(path): \(error.message.lowercasedFirst)")
    }
  }

  private static func file(
    _ call: Call, _ source: String, _ add: (String, [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var key = ""
    var path = source
    if let (before, after) = source.cut(61) {
      if before.isEmpty { throw .text("key name for file path \(after) missing") }
      if after.isEmpty { throw .text("file path for key name \(before) missing") }
      if after.contains(byte: 61) { throw .text("key names or file paths cannot contain '='") }
      key = before
      path = after
    } else {
      key = source.cutLast(47)?.1 ?? source
    }
    let process = call.process
    guard let inode = try? process.fileSystem.lookup(path, in: process.workingDirectory, as: process.credentials) else {
      throw .text("error reading \(path): no such file or directory")
    }
    guard inode.isDirectory else { return try add(key, try read(call, path)) }
    if source.contains(byte: 61) { throw .text("cannot give a key name for a directory path") }
    for name in inode.entries.keys.sorted() {
      guard let child = inode.entries[name], child.kind == .file else { continue }
      let whole = path.hasSuffix("/") ? path + name : path + "/" + name
      if Names.configKeyProblems(name).isEmpty { try add(name, try read(call, whole)) }
    }
  }

  private static func environment(
    _ call: Call, _ path: String, _ add: (String, [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let text = String(decoding: try read(call, path), as: UTF8.self)
    for line in text.pieces("\n") {
      var bytes = Array(line.utf8)[...]
      while let first = bytes.first, first == 32 || first == 9 || first == 13 { bytes = bytes.dropFirst() }
      if bytes.isEmpty || bytes.first == 35 { continue }
      if bytes.last == 13 { bytes = bytes.dropLast() }
      let plain = String(decoding: bytes, as: UTF8.self)
      let name = plain.cut(61)?.0 ?? plain
      let problems = Names.environmentFileProblems(name)
      if !problems.isEmpty {
        throw .text("\(goQuoted(name)) is not a valid key name: \(problems.joined(separator: ","))")
      }
      if let (key, value) = plain.cut(61) {
        try add(key, Array(value.utf8))
      } else {
        try add(plain, Array((call.process.environment[plain] ?? "").utf8))
      }
    }
  }

  /// `--append-hash`
  private static func hashed(_ call: Call, _ object: inout Value) {
    guard call.flags.bool("append-hash"), let suffix = ContentHash.suffix(object) else { return }
    object.set(["metadata", "name"], .string("\(object[path: "metadata", "name"]?.string ?? "")-\(suffix)"))
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    Array(String(decoding: bytes, as: UTF8.self).utf8) == bytes
  }

  @Sendable private static func runConfigMap(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    var plain = Value.Object()
    var binary = Value.Object()
    for (key, bytes) in try collect(call).sortedByKey {
      if isText(bytes) {
        plain[key] = .string(String(decoding: bytes, as: UTF8.self))
      } else {
        binary[key] = .string(Base64.encode(bytes))
      }
    }
    var object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": Generator.metadata(name)]
    if !plain.isEmpty { object["data"] = .object(plain) }
    if !binary.isEmpty { object["binaryData"] = .object(binary) }
    hashed(call, &object)
    try Generator.send(call, .configMap, object, .failed("failed to create configmap:"))
  }

  private static func secret(_ call: Call, _ name: String, _ type: String, _ data: [(String, [UInt8])]) throws(Failure)
  {
    var members = Value.Object()
    for (key, bytes) in data { members[key] = .string(Base64.encode(bytes)) }
    var object: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": Generator.metadata(name)]
    if !members.isEmpty { object["data"] = .object(members) }
    if !type.isEmpty { object["type"] = .string(type) }
    hashed(call, &object)
    try Generator.send(call, .secret, object, .failed("failed to create secret"))
  }

  @Sendable private static func runGeneric(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    try secret(call, name, call.flags.string("type"), try collect(call).sortedByKey.map { ($0.key, $0.value) })
  }

  @Sendable private static func runTLS(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    let certificate = call.flags.string("cert")
    let key = call.flags.string("key")
    if certificate.isEmpty || key.isEmpty { throw .text("key and cert must be specified") }
    func read(_ path: String) throws(Failure) -> [UInt8] {
      do throws(Errno) {
        return try call.process.fileSystem.read(path, in: call.process.workingDirectory, as: call.process.credentials)
      } catch {
        throw .text("Cannot read file \(path), open \(path): \(error.message.lowercasedFirst)")
      }
    }
    let (certificateBytes, keyBytes) = (try read(certificate), try read(key))
    for (bytes, what) in [(certificateBytes, "certificate"), (keyBytes, "key")]
    where !String(decoding: bytes, as: UTF8.self).containsText("-----BEGIN ") {
      throw .text("tls: failed to find any PEM data in \(what) input")
    }
    try secret(call, name, "kubernetes.io/tls", [("tls.crt", certificateBytes), ("tls.key", keyBytes)])
  }

  @Sendable private static func runRegistry(_ call: Call) throws(Failure) {
    let name = try Generator.name(call)
    let flags = call.flags
    if !flags.strings("from-file").isEmpty {
      var data: [(String, [UInt8])] = []
      for file in flags.strings("from-file") {
        try self.file(call, file) { (key, bytes) throws(Failure) in
          data.append((key == ".dockerconfigjson" ? key : ".dockerconfigjson", bytes))
        }
      }
      return try secret(call, name, "kubernetes.io/dockerconfigjson", data)
    }
    let user = flags.string("docker-username")
    let password = flags.string("docker-password")
    if user.isEmpty || password.isEmpty || flags.string("docker-server").isEmpty {
      throw .text(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required")
    }
    var entry: Value = ["username": .string(user), "password": .string(password)]
    if !flags.string("docker-email").isEmpty { entry["email"] = .string(flags.string("docker-email")) }
    entry["auth"] = .string(Base64.encode(Array("\(user):\(password)".utf8)))
    let config: Value = ["auths": .members([(flags.string("docker-server"), entry)])]
    try secret(
      call, name, "kubernetes.io/dockerconfigjson",
      [(".dockerconfigjson", Array(JSON.compact(config, sortingKeys: false).utf8))])
  }
}
