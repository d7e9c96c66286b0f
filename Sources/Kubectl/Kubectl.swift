// kubectl (and the `microk8s` wrapper around it) as programs of a simulated machine. One value holds what all calls share: the
// API server they talk to, the door to containers, timings and version facts.

package import KubeCluster
import SimKernel
package import SimMachine
import Unstructured

package final class Kubectl {
  let api: APIServer
  package var console: (any ContainerConsole)?
  package var timings = KubectlTimings()
  package var versions: KubectlVersions
  /// What `microk8s status` and `microk8s enable` know.
  package var microk8s = MicroK8sState()

  package init(api: APIServer, console: (any ContainerConsole)?, version: String = "1.32.13") {
    self.api = api
    self.console = console
    versions = KubectlVersions(version)
  }

  /// Adds `kubectl`, `k`, `microk8s` and `microk8s.kubectl` to a machine's programs. The caller installs their files.
  @discardableResult
  package static func register(
    into table: CommandTable, api: APIServer, console: (any ContainerConsole)?, version: String = "1.32.13"
  ) -> Kubectl {
    let kubectl = Kubectl(api: api, console: console, version: version)
    for name in ["kubectl", "k", "microk8s.kubectl"] {
      table.register(name) { KubectlProgram(kubectl) }
    }
    table.register("microk8s") { MicroK8sProgram(kubectl) }
    return kubectl
  }

  /// The commands `register` adds.
  package static let commandNames = ["kubectl", "k", "microk8s", "microk8s.kubectl"]
}

/// What `kubectl version` reports of itself and of the server.
package struct KubectlVersions {
  /// `v1.32.13`
  package let gitVersion: String
  package let kustomize = "v5.5.0"
  package var buildDate = "2026-02-10T00:00:00Z"
  package var gitCommit = "63adf010aa20e104c0b7043b47f42f50c9f72b17"
  package var goVersion = "go1.24.11"

  init(_ version: String) {
    gitVersion = version.hasPrefix("v") ? version : "v" + version
  }

  /// In the order in which the server's `/version` and `-o json` have the members.
  private var facts: [(String, String)] {
    let parts = gitVersion.dropFirst().split(separator: ".")
    return [
      ("major", parts.isEmpty ? "1" : String(parts[0])), ("minor", parts.count > 1 ? String(parts[1]) : "32"),
      ("gitVersion", gitVersion), ("gitCommit", gitCommit), ("gitTreeState", "clean"), ("buildDate", buildDate),
      ("goVersion", goVersion), ("compiler", "gc"), ("platform", "linux/amd64"),
    ]
  }

  var info: Value {
    var members = Value.Object()
    for (key, value) in facts { members[key] = .string(value) }
    return .object(members)
  }

  /// The facts as JSON with the server's own order of members.
  func json(indent: String) -> String {
    var lines: [String] = []
    for (key, value) in facts { lines.append("\(indent)  \"\(key)\": \"\(value)\"") }
    return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
  }
}

package struct MicroK8sState {
  package var isRunning = true
  /// Names of add-ons that are on.
  package var enabled = ["dns", "ha-cluster", "helm", "helm3", "hostpath-storage"]

  package init() {}
}
