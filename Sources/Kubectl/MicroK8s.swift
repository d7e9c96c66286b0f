// The `microk8s` command: hands `microk8s kubectl …` over, and answers status, enable, disable, config, version, start and stop.
// Sources: canonical/microk8s 1.32 (scripts/wrappers), canonical/microk8s-core-addons 1.32 (addons.yaml).
//
// Add-ons are names that are on or off; of what `enable` installs only the lines it prints about itself are known, so enabling
// one that is off says "not simulated".

import KubeAPI
import SimKernel
import SimMachine

final class MicroK8sProgram: Program {
  private let kubectl: Kubectl
  private var inner: KubectlProgram?
  private var deadline: Instant?
  private var code: Int32 = 0

  init(_ kubectl: Kubectl) { self.kubectl = kubectl }

  func resume(_ process: Process) -> Step {
    if let inner { return inner.resume(process) }
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
    let end = process.world.now + .milliseconds(400)
    deadline = end
    return .wait([.until(end, .activity)])
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
    case "enable": return enable(process, rest)
    case "disable": return disable(process, rest)
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

  private func enable(_ process: Process, _ words: [String]) -> Int32 {
    var code: Int32 = 0
    for word in words {
      let name = word.pieces(":")[0]
      guard MicroK8sAddon.all.contains(where: { $0.name == name }) else {
        process.complain("Addon \(name) was not found in any repository\n")
        code = 1
        continue
      }
      process.complain("Infer repository core for addon \(name)\n")
      if kubectl.microk8s.enabled.contains(name) {
        process.print("Addon core/\(name) is already enabled\n")
      } else {
        process.note(notSimulated: "microk8s enable \(name)")
        code = 1
      }
    }
    if words.count > 1 {
      process.print(
        "WARNING: Do not enable or disable multiple addons in one command.\n         This form of chained operations on addons will be DEPRECATED in the future.\n         Please, enable one addon at a time: 'microk8s enable <addon>'\n"
      )
    }
    return code
  }

  private func disable(_ process: Process, _ words: [String]) -> Int32 {
    var code: Int32 = 0
    for name in words {
      guard MicroK8sAddon.all.contains(where: { $0.name == name }) else {
        process.complain("Addon \(name) was not found in any repository\n")
        code = 1
        continue
      }
      process.complain("Infer repository core for addon \(name)\n")
      if kubectl.microk8s.enabled.contains(name) {
        process.note(notSimulated: "microk8s disable \(name)")
        code = 1
      } else {
        process.print("Addon core/\(name) is already disabled\n")
      }
    }
    return code
  }
}

struct MicroK8sAddon {
  let name: String
  let description: String

  static let all: [MicroK8sAddon] = [
    MicroK8sAddon(name: "cert-manager", description: "Cloud native certificate management"),
    MicroK8sAddon(name: "cis-hardening", description: "Apply CIS K8s hardening"),
    MicroK8sAddon(name: "community", description: "The community addons repository"),
    MicroK8sAddon(name: "dashboard", description: "The Kubernetes dashboard"),
    MicroK8sAddon(name: "dns", description: "CoreDNS"),
    MicroK8sAddon(name: "gpu", description: "Alias to nvidia add-on"),
    MicroK8sAddon(name: "ha-cluster", description: "Configure high availability on the current node"),
    MicroK8sAddon(name: "helm", description: "Helm - the package manager for Kubernetes"),
    MicroK8sAddon(name: "helm3", description: "Helm 3 - the package manager for Kubernetes"),
    MicroK8sAddon(name: "host-access", description: "Allow Pods connecting to Host services smoothly"),
    MicroK8sAddon(name: "hostpath-storage", description: "Storage class; allocates storage from host directory"),
    MicroK8sAddon(name: "ingress", description: "Ingress controller for external access"),
    MicroK8sAddon(name: "kube-ovn", description: "An advanced network fabric for Kubernetes"),
    MicroK8sAddon(name: "mayastor", description: "OpenEBS MayaStor"),
    MicroK8sAddon(name: "metallb", description: "Loadbalancer for your Kubernetes cluster"),
    MicroK8sAddon(name: "metrics-server", description: "K8s Metrics Server for API access to service metrics"),
    MicroK8sAddon(name: "minio", description: "MinIO object storage"),
    MicroK8sAddon(name: "nvidia", description: "NVIDIA hardware (GPU and network) support"),
    MicroK8sAddon(name: "observability", description: "A lightweight observability stack for logs, traces and metrics"),
    MicroK8sAddon(name: "prometheus", description: "Prometheus operator for monitoring and logging"),
    MicroK8sAddon(name: "rbac", description: "Role-Based Access Control for authorisation"),
    MicroK8sAddon(name: "registry", description: "Private image registry exposed on localhost:32000"),
    MicroK8sAddon(name: "rook-ceph", description: "Distributed Ceph storage using Rook"),
    MicroK8sAddon(name: "storage", description: "Alias to hostpath-storage add-on, deprecated"),
  ]
}
