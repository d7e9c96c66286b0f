// The `microk8s` command: hands `microk8s kubectl …` over, and answers status, enable, disable, config, version, start and stop.
// Sources: canonical/microk8s 1.32 (scripts/wrappers), canonical/microk8s-core-addons 1.32 (addons.yaml).
//
// Add-ons are names that are on or off. One whose manifest is here is applied or deleted as the real script does it; another one
// says "not simulated".

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine

final class MicroK8sProgram: Program {
  private let kubectl: Kubectl
  private var inner: KubectlProgram?
  private var deadline: Instant?
  private var code: Int32 = 0
  /// What a script does after the kubectl that it runs.
  private var afterwards: (() -> Int32)?
  /// Whether it goes on when that kubectl fails.
  private var mayFail = false

  init(_ kubectl: Kubectl) { self.kubectl = kubectl }

  func resume(_ process: Process) -> Step {
    if let inner {
      let step = inner.resume(process)
      guard case .exit(let status) = step, let rest = afterwards else { return step }
      self.inner = nil
      afterwards = nil
      let goesOn = status == 0 || mayFail
      mayFail = false
      code = goesOn ? rest() : status
      // The rest may have been another kubectl.
      if self.inner != nil { return .again }
      return end(process)
    }
    if let deadline {
      return process.world.now >= deadline ? .exit(code) : .wait([.until(deadline, .activity)])
    }
    let words = Array(process.arguments.dropFirst())
    if words.first == "kubectl" {
      if !kubectl.microk8s.isRunning {
        process.print("microk8s is not running, try microk8s start\n")
        return .exit(0)
      }
      let program = KubectlProgram(kubectl, words: Array(words.dropFirst()))
      inner = program
      return program.resume(process)
    }
    code = answer(process, words)
    return inner == nil ? end(process) : .again
  }

  private func end(_ process: Process) -> Step {
    let end = process.world.now + .milliseconds(400)
    deadline = end
    return .wait([.until(end, .activity)])
  }

  /// `kubectl VERB -f -` with a manifest, then the rest.
  private func kubectl(
    _ process: Process, _ verb: String, _ manifest: String, then rest: @escaping () -> Int32
  ) {
    process.setFile(0, BytesFile(Array(manifest.utf8)))
    inner = KubectlProgram(kubectl, words: [verb, "-f", "-"])
    afterwards = rest
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool { inner?.handle(signal, process) ?? false }

  private func answer(_ process: Process, _ words: [String]) -> Int32 {
    guard let verb = words.first else {
      usage(process)
      return 1
    }
    let rest = Array(words.dropFirst())
    switch verb {
    case "status": return status(process, rest)
    case "enable": return turn(process, rest, .on)
    case "disable": return turn(process, rest, .off)
    case "config":
      process.print(Kubeconfig.standard)
      return 0
    case "version":
      process.print("MicroK8s \(kubectl.versions.gitVersion) revision 8148\n")
      return 0
    case "start":
      kubectl.microk8s.isRunning = true
      return 0
    case "stop":
      process.note(notSimulated: "microk8s stop")
      return 1
    case "inspect", "add-node", "join", "leave", "remove-node", "reset", "refresh-certs", "helm", "helm3", "ctr",
      "istioctl",
      "dashboard-proxy", "dbctl", "images", "kubectl-bin", "addons", "cilium", "linkerd":
      process.note(notSimulated: "microk8s \(verb)")
      return 1
    case "help", "--help", "-h":
      usage(process)
      return 0
    default:
      process.print("'\(verb)' is not a valid MicroK8s subcommand.\n")
      usage(process)
      return 1
    }
  }

  private func usage(_ process: Process) {
    process.print("Available subcommands are:\n")
    for name in ["config", "disable", "enable", "kubectl", "start", "status", "stop", "version"] {
      process.print("\t\(name)\n")
    }
  }

  // MARK: Add-ons

  private func line(_ addon: MicroK8sAddon) -> String {
    "    \(addon.name.padded(to: 20)) # (core) \(addon.description)\n"
  }

  private func status(_ process: Process, _ words: [String]) -> Int32 {
    guard kubectl.microk8s.isRunning else {
      process.print("microk8s is not running. Use microk8s inspect for a deeper inspection.\n")
      return 1
    }
    var format = "pretty"
    for (index, word) in words.enumerated() {
      switch word {
      case "--wait-ready": break
      case "--format" where index + 1 < words.count: format = words[index + 1]
      case "--yaml", "-a", "--addon":
        process.note(notSimulated: "microk8s status \(word)")
        return 1
      default:
        if word.hasPrefix("--format=") { format = String(word.dropFirst(9)) }
      }
    }
    let enabled = MicroK8sAddon.all.filter { kubectl.microk8s.enabled.contains($0.name) }
    let disabled = MicroK8sAddon.all.filter { !kubectl.microk8s.enabled.contains($0.name) }
    switch format {
    case "short":
      process.print("microk8s is running\n")
      for addon in enabled { process.print("core/\(addon.name): enabled\n") }
      for addon in disabled { process.print("core/\(addon.name): disabled\n") }
    case "pretty":
      process.print("microk8s is running\nhigh-availability: no\n")
      process.print("  datastore master nodes: 127.0.0.1:19001\n  datastore standby nodes: none\naddons:\n  enabled:\n")
      for addon in enabled { process.print(line(addon)) }
      process.print("  disabled:\n")
      for addon in disabled { process.print(line(addon)) }
    default:
      process.note(notSimulated: "microk8s status --format \(format)")
      return 1
    }
    return 0
  }

  /// What enabling and disabling say and do.
  private struct Turn {
    let verb: String
    let state: String
    let title: String
    let manifestVerb: String

    static let on = Turn(verb: "enable", state: "enabled", title: "Enabling", manifestVerb: "apply")
    static let off = Turn(verb: "disable", state: "disabled", title: "Disabling", manifestVerb: "delete")
  }

  private func turn(_ process: Process, _ words: [String], _ turn: Turn) -> Int32 {
    guard let word = words.first else { return 0 }
    if words.count > 1 {
      process.note(notSimulated: "microk8s \(turn.verb) of several add-ons at once")
      return 1
    }
    let turnsOn = turn.verb == "enable"
    let parts = word.pieces(":")
    guard let addon = known(parts[0], process) else { return 1 }
    if kubectl.microk8s.enabled.contains(addon.name) == turnsOn {
      process.print("Addon core/\(addon.name) is already \(turn.state)\n")
      return 0
    }
    if addon.name == "rbac", parts.count == 1 {
      process.print("\(turn.title) RBAC\nReconfiguring apiserver\nRestarting apiserver\nRBAC is \(turn.state)\n")
      kubectl.api.authorizesByRoles = turnsOn
      note(addon, turnsOn)
      return 0
    }
    guard let script = MicroK8sScript.all.first(where: { $0.addon == addon.name }), parts.count == 1 else {
      process.note(notSimulated: "microk8s \(turn.verb) \(word)")
      return 1
    }
    process.print("\(turn.title) \(script.title)\n")
    sweep(process, turnsOn ? [] : script.leftovers[...]) { [self] in manifest(process, script, turn, addon) }
    return 0
  }

  /// Deletes what may be there, one after the other; that it is not is only said.
  private func sweep(_ process: Process, _ leftovers: ArraySlice<[String]>, then rest: @escaping () -> Void) {
    guard let first = leftovers.first else { return rest() }
    inner = KubectlProgram(kubectl, words: ["delete"] + first)
    mayFail = true
    afterwards = { [self] in
      sweep(process, leftovers.dropFirst(), then: rest)
      return 0
    }
  }

  private func manifest(_ process: Process, _ script: MicroK8sScript, _ turn: Turn, _ addon: MicroK8sAddon) {
    let turnsOn = turn.verb == "enable"
    kubectl(process, turn.manifestVerb, script.manifest) { [self] in
      process.print("\(script.title) is \(turn.state)\n")
      note(addon, turnsOn)
      return 0
    }
  }

  private func note(_ addon: MicroK8sAddon, _ isOn: Bool) {
    if isOn {
      kubectl.microk8s.enabled.append(addon.name)
    } else {
      kubectl.microk8s.enabled.removeAll { $0 == addon.name }
    }
  }

  private func known(_ name: String, _ process: Process) -> MicroK8sAddon? {
    guard let addon = MicroK8sAddon.all.first(where: { $0.name == name }) else {
      process.complain("Addon \(name) was not found in any repository\n")
      return nil
    }
    process.complain("Infer repository core for addon \(name)\n")
    return addon
  }
}
