// How image tests talk to the simulator: manifests in, what commands print out.

import Simulator
import Testing
import Unstructured

struct Played {
  struct Command {
    let text: String
    let output: String
    let errors: String
    let exit: Int64
    let notSimulated: [String]
  }

  let commands: [Command]

  /// Plays commands one after the other, after `setup` has run and the world is quiet.
  /// With `pty` they run on a terminal.
  init(files: [String: String] = [:], setup: [String] = [], pty: Bool = false, _ commands: [String]) {
    var fileMembers: [(String, Value)] = []
    for name in files.keys.sorted() { fileMembers.append((name, .string(files[name]!))) }
    let session = Value.members([
      (
        "setup",
        .members([("files", .members(fileMembers)), ("commands", .array(setup.map { .string($0) }))])
      ), ("commands", .array(commands.map { .members([("command", .string($0)), ("pty", .bool(pty))]) })),
      ("machine", .members([("checks", .bool(true))])),
    ])
    let result = SessionPlayer.play(session)
    for violation in result["violations"]?.array ?? [] { Issue.record("\(violation.string ?? "")") }
    var list: [Command] = []
    for command in result["commands"]?.array ?? [] {
      var output = ""
      var errors = ""
      for line in command["lines"]?.array ?? [] {
        let parts = line.array ?? []
        guard parts.count >= 3 else { continue }
        let text = (parts[2].string ?? "") + (parts.count > 3 ? "" : "\n")
        if parts[1].string == "stdout" { output += text } else { errors += text }
      }
      list.append(
        Command(
          text: command["command"]?.string ?? "", output: output, errors: errors, exit: command["exit"]?.integer ?? -1,
          notSimulated: (command["notSimulated"]?.array ?? []).map { $0.string ?? "" }))
    }
    self.commands = list
  }

  subscript(index: Int) -> Command { commands[index] }
}

/// A headless service and a StatefulSet in one manifest.
func statefulSet(
  _ name: String, replicas: Int = 3, image: String, port: Int, container: String = "", pod: String = "",
  publishNotReady: Bool = false, mount: String? = nil
) -> String {
  var text = """
    apiVersion: v1
    kind: Service
    metadata:
      name: \(name)
    spec:
      clusterIP: None
      publishNotReadyAddresses: \(publishNotReady)
      selector: {app: \(name)}
      ports:
        - {name: main, port: \(port)}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: \(name)
    spec:
      serviceName: \(name)
      replicas: \(replicas)
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec:
          terminationGracePeriodSeconds: 10
          containers:
            - name: \(name)
              image: \(image)
              ports: [{containerPort: \(port)}]

    """
  for line in container.split(separator: "\n", omittingEmptySubsequences: false) { text += "          \(line)\n" }
  for line in pod.split(separator: "\n", omittingEmptySubsequences: false) { text += "      \(line)\n" }
  if let mount {
    text += """
                volumeMounts: [{name: data, mountPath: \(mount)}]
        volumeClaimTemplates:
          - metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}

      """
  }
  return text
}
