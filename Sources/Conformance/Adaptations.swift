// What happened between the commands of a capture and is only told in its words or seen in its times: files edited in place,
// images that took longer, images that an earlier session on the same machine had pulled. Played before the comparison, so that
// the session starts from the same files, timings and images.

import Unstructured

struct Adaptation {
  /// Shell commands of the setup, after the capture's own.
  var setup: [String] = []
  /// Shell text put before a command, by the command's place in the session.
  var before: [Int: String] = [:]
  /// `machine.timings` of the session.
  var timings: Value?
  /// `machine.images` of the session.
  var images: [String] = []

  static func of(_ session: String) -> Adaptation {
    switch session {
    case "apply-forms":
      return Adaptation(before: [
        0: "mkdir d k; cp cm.yaml d/1.yaml; cp cm2.yaml d/2.yaml; cp cm.yaml k/1.yaml; cp cm2.yaml k/2.yaml; "
          + "printf 'namePrefix: dev-\\nresources: [1.yaml, 2.yaml]\\nlabels:\\n- pairs: {env: dev}\\n' > k/kustomization.yaml"
      ])
    case "apply-image-pull":
      return Adaptation(
        setup: ["sed -i 's/postgres:15-alpine/postgres:15.6-alpine3.19/' postgres.yaml"],
        timings: ["postgres:15.6": ["pull": 6, "ready": .number(2.5), "stop": .number(0.3)]])
    case "crashloop-missing-password":
      return Adaptation(setup: ["sed '/POSTGRES_PASSWORD/d' postgres.yaml > nopw.yaml"])
    case "delete-pod-slow-stop":
      return Adaptation(timings: ["postgres": ["ready": .number(2.5), "stop": 4]])
    case "never-ready":
      return Adaptation(timings: ["postgres": ["ready": 51, "stop": .number(0.3)]])
    case "min-ready-seconds":
      return Adaptation(setup: ["sed -i 's/^  serviceName: postgres/&\\n  minReadySeconds: 6/' postgres.yaml"])
    case "parallel-policy":
      return Adaptation(
        setup: [
          "sed -i 's/^  serviceName: postgres/&\\n  podManagementPolicy: Parallel/; s/replicas: 2/replicas: 3/' postgres.yaml"
        ], images: ["postgres:16-alpine"])
    case "retention-policy-delete":
      return Adaptation(setup: [
        "sed -i 's/^  serviceName: postgres/&\\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Delete}/; s/replicas: 2/replicas: 3/' postgres.yaml"
      ])
    case "apply-create-watch":
      return Adaptation(before: [10: "sed -i 's/replicas: 2/replicas: 3/' postgres.yaml"])
    case "apply-changes-sts":
      return Adaptation(before: [
        0: "sed -i 's/replicas: 2/replicas: 3/' postgres.yaml", 3: "sed -i 's/cpu: 100m/cpu: 150m/' postgres.yaml",
        6: "sed -i '/terminationGracePeriodSeconds/d' postgres.yaml",
        9: "sed -i 's/replicas: 3/replicas: 1/' postgres.yaml",
      ])
    case "deployment-imperative", "deployment-rolling-update", "liveness-restarts", "run-pods":
      return Adaptation(images: ["nginx:1.27"])
    case "deployment-recreate": return Adaptation(images: ["nginx:1.27", "nginx:1.28"])
    case "ondelete-strategy", "partitioned-update": return Adaptation(images: ["postgres:16-alpine"])
    case "secret-config-change":
      return Adaptation(before: [0: "sed -i 's/visits/calls/; s/s3cr3t-lab/0ther-lab/' postgres.yaml"])
    default: return Adaptation()
    }
  }

  /// The session with its files and timings put in place.
  func applied(to description: Value) -> Value {
    var result = description
    if !setup.isEmpty {
      let own = description[path: "setup", "commands"]?.array ?? []
      result.set(["setup", "commands"], .array(own + setup.map { .string($0) }))
    }
    if let timings { result.set(["machine", "timings"], timings) }
    if !images.isEmpty { result.set(["machine", "images"], .array(images.map { .string($0) })) }
    guard !before.isEmpty, var commands = description["commands"]?.array else { return result }
    for (index, text) in before where index < commands.count {
      commands[index]["command"] = .string(text + "; " + (commands[index]["command"]?.string ?? ""))
    }
    result["commands"] = .array(commands)
    return result
  }
}
