// Checks of the Pod Security Standards' level `baseline` about options that containers here do not have, but that manifests name:
// AppArmor, procMount, SELinux, sysctls, Windows. Source: `k8s.io/pod-security-admission` (policy/check_*.go).

import KubeAPI
import SimKernel
import Unstructured

extension PodSecurityViolations {
  /// `pod and containers "a", "b"`: whose security contexts are meant; nil for none.
  private func setters(where isMeant: (Value?) -> Bool) -> String? {
    var who = isMeant(pod["securityContext"]) ? ["pod"] : []
    let meant = names(containers) { isMeant($0["securityContext"]) }
    if !meant.isEmpty { who.append(counted("container", meant)) }
    return who.isEmpty ? nil : who.joined(separator: " and ")
  }

  private var contexts: [Value?] {
    var contexts = [pod["securityContext"]]
    for container in containers { contexts.append(container["securityContext"]) }
    return contexts
  }

  mutating func checkAppArmor() {
    func bad(_ context: Value?) -> String? {
      let type = context?[path: "appArmorProfile", "type"]?.string
      return type == "RuntimeDefault" || type == "Localhost" ? nil : type
    }
    guard let who = setters(where: { bad($0) != nil }) else { return }
    var types: [String] = []
    for context in contexts { if let type = bad(context), !types.contains(type) { types.append(type) } }
    found.append(
      (
        types.count == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
        "\(who) must not set AppArmor profile type to \(quoted(set: types))"
      ))
  }

  mutating func checkProcMount() {
    var types: [String] = []
    let setting = names(containers) { container in
      guard let type = container[path: "securityContext", "procMount"]?.string, type != "Default" else { return false }
      types.append(type)
      return true
    }
    if setting.isEmpty { return }
    found.append(
      ("procMount", "\(counted("container", setting)) must not set securityContext.procMount to \(quoted(set: types))"))
  }

  mutating func checkSELinux() {
    let allowed = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]
    func option(_ context: Value?, _ name: String) -> String { context?["seLinuxOptions"]?[name]?.string ?? "" }
    let who = setters {
      !allowed.contains(option($0, "type")) || !option($0, "user").isEmpty || !option($0, "role").isEmpty
    }
    guard let who else { return }
    var types: [String] = []
    var faults: [String] = []
    for context in contexts where !allowed.contains(option(context, "type")) {
      if !types.contains(option(context, "type")) { types.append(option(context, "type")) }
    }
    if !types.isEmpty { faults.append((types.count == 1 ? "type " : "types ") + quoted(set: types)) }
    for name in ["user", "role"] where contexts.contains(where: { !option($0, name).isEmpty }) {
      faults.append(name + " may not be set")
    }
    found.append(
      ("seLinuxOptions", "\(who) set forbidden securityContext.seLinuxOptions: \(faults.joined(separator: "; "))"))
  }

  mutating func checkSysctls() {
    let safe = [
      "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
      "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports",
      "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
      "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ]
    let forbidden = names(pod[path: "securityContext", "sysctls"]?.array ?? []) {
      !safe.contains($0["name"]?.string ?? "")
    }
    if !forbidden.isEmpty { found.append(("forbidden sysctls", forbidden.joined(separator: ", "))) }
  }

  mutating func checkWindows() {
    if let who = setters(where: { $0?[path: "windowsOptions", "hostProcess"]?.bool == true }) {
      found.append(("hostProcess", "\(who) must not set securityContext.windowsOptions.hostProcess=true"))
    }
  }
}
