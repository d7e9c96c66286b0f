// Pod Security admission: the levels `baseline` and `restricted` of the Pod Security Standards, asked for by labels of a namespace.
// What violates the enforced level is refused; what violates the level warned about (the enforced one, unless another is named)
// draws a warning, in workloads' pod templates too. The newest version of each check is used, whatever version is asked for.
// Sources: `k8s.io/pod-security-admission` (policy/check_*.go, admission/admission.go); kubernetes.io, "Pod Security Standards".
// The checks of options that containers here do not have (AppArmor, SELinux, Windows, sysctls) are in PodSecurityOptions.swift.

import KubeAPI
import SimKernel
import Unstructured

/// The levels that a namespace's labels ask for.
struct PodSecurityPolicy: Equatable {
  enum Level: String {
    case privileged, baseline, restricted

    static let names = "privileged, baseline, restricted"
  }

  struct Mode: Equatable {
    var level = Level.privileged
    var version = "latest"

    var text: String { goQuoted("\(level.rawValue):\(version)") }
  }

  var enforce = Mode()
  var warn = Mode()

  private static let prefix = "pod-security.kubernetes.io/"

  init(labels: Value?) {
    func mode(_ name: String, or other: Mode) -> Mode {
      var mode = other
      if let text = labels?[Self.prefix + name]?.string { mode.level = Level(rawValue: text) ?? .restricted }
      if let text = labels?[Self.prefix + name + "-version"]?.string { mode.version = text }
      return mode
    }
    enforce = mode("enforce", or: Mode())
    warn = mode("warn", or: enforce)
  }

  /// What is wrong with a namespace's labels.
  static func problems(of labels: Value?) -> [Cause] {
    var causes: [Cause] = []
    for mode in ["enforce", "audit", "warn"] {
      for suffix in ["", "-version"] {
        let key = prefix + mode + suffix
        guard let text = labels?[key]?.string else { continue }
        let isRight = suffix.isEmpty ? Level(rawValue: text) != nil : isVersion(text)
        if isRight { continue }
        let detail = suffix.isEmpty ? "must be one of \(Level.names)" : "must be \"latest\" or \"v1.x\""
        causes.append(
          Cause(
            reason: "FieldValueInvalid", message: "Invalid value: \(goQuoted(text)): \(detail)",
            field: "metadata.labels[\(key)]"))
      }
    }
    return causes
  }

  private static func isVersion(_ text: String) -> Bool {
    if text == "latest" { return true }
    guard text.hasPrefix("v1.") else { return false }
    let minor = Array(text.utf8.dropFirst(3))
    for byte in minor where byte < 48 || byte > 57 { return false }
    return minor.count == 1 || (minor.count > 1 && minor[0] != 48)
  }
}

/// What a pod does that a level forbids.
struct PodSecurityViolations {
  /// A check's short reason, and who violates it how.
  var found: [(reason: String, detail: String)] = []

  let pod: Value
  let containers: [Value]

  init(_ pod: Value, _ level: PodSecurityPolicy.Level) {
    self.pod = pod
    var containers: [Value] = []
    for list in ["initContainers", "containers", "ephemeralContainers"] { containers += pod[list]?.array ?? [] }
    self.containers = containers
    guard level != .privileged else { return }
    checkBaseline(isWhole: level == .baseline)
    if level == .restricted { checkRestricted() }
  }

  /// `privileged (container "c" must not set securityContext.privileged=true), …`
  var details: String {
    var texts: [String] = []
    for (reason, detail) in found { texts.append(detail.isEmpty ? reason : "\(reason) (\(detail))") }
    return texts.joined(separator: ", ")
  }

  var reasons: String {
    var texts: [String] = []
    for (reason, _) in found { texts.append(reason) }
    return texts.joined(separator: ", ")
  }

  // MARK: Checks, in the order of their names

  /// Three of these are narrower than checks of the level `restricted`, which stand for them there.
  private mutating func checkBaseline(isWhole: Bool) {
    checkAppArmor()
    if isWhole { checkAddedCapabilities() }
    var shared: [String] = []
    for field in ["hostIPC", "hostNetwork", "hostPID"] where pod[field]?.bool == true { shared.append(field + "=true") }
    if !shared.isEmpty { found.append(("host namespaces", shared.joined(separator: ", "))) }
    if isWhole {
      let volumes = names(pod["volumes"]?.array ?? []) { $0["hostPath"] != nil }
      if !volumes.isEmpty { found.append(("hostPath volumes", counted("volume", volumes))) }
    }
    checkHostPorts()
    let privileged = names(containers) { $0[path: "securityContext", "privileged"]?.bool == true }
    if !privileged.isEmpty {
      found.append(("privileged", "\(counted("container", privileged)) must not set securityContext.privileged=true"))
    }
    checkProcMount()
    checkSELinux()
    if isWhole { checkSeccomp(isRequired: false) }
    checkSysctls()
    checkWindows()
  }

  private mutating func checkRestricted() {
    let escalating = names(containers) { $0[path: "securityContext", "allowPrivilegeEscalation"]?.bool != false }
    if !escalating.isEmpty {
      found.append(
        (
          "allowPrivilegeEscalation != false",
          "\(counted("container", escalating)) must set securityContext.allowPrivilegeEscalation=false"
        ))
    }
    checkDroppedCapabilities()
    checkVolumeTypes()
    checkNonRoot()
    var setters = pod[path: "securityContext", "runAsUser"]?.integer == 0 ? ["pod"] : []
    let roots = names(containers) { $0[path: "securityContext", "runAsUser"]?.integer == 0 }
    if !roots.isEmpty { setters.append(counted("container", roots)) }
    if !setters.isEmpty {
      found.append(("runAsUser=0", setters.joined(separator: " and ") + " must not set runAsUser=0"))
    }
    checkSeccomp(isRequired: true)
  }

  private static let defaultCapabilities = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID",
    "SETPCAP", "SETUID", "SYS_CHROOT",
  ]

  private mutating func checkAddedCapabilities() {
    if let detail = addedCapabilities(besides: Self.defaultCapabilities) {
      found.append(("non-default capabilities", detail))
    }
  }

  private mutating func checkDroppedCapabilities() {
    var details: [String] = []
    let keeping = names(containers) { container in
      for capability in container[path: "securityContext", "capabilities", "drop"]?.array ?? []
      where capability.string == "ALL" { return false }
      return true
    }
    if !keeping.isEmpty {
      details.append("\(counted("container", keeping)) must set securityContext.capabilities.drop=[\"ALL\"]")
    }
    if let detail = addedCapabilities(besides: ["NET_BIND_SERVICE"]) { details.append(detail) }
    if !details.isEmpty { found.append(("unrestricted capabilities", details.joined(separator: "; "))) }
  }

  private func addedCapabilities(besides allowed: [String]) -> String? {
    var added: [String] = []
    let adding = names(containers) { container in
      var isAdding = false
      for capability in container[path: "securityContext", "capabilities", "add"]?.array ?? [] {
        guard let name = capability.string, !allowed.contains(name) else { continue }
        isAdding = true
        added.append(name)
      }
      return isAdding
    }
    guard !adding.isEmpty else { return nil }
    return "\(counted("container", adding)) must not include \(quoted(set: added)) in securityContext.capabilities.add"
  }

  private mutating func checkHostPorts() {
    var ports: [String] = []
    let using = names(containers) { container in
      var isUsing = false
      for port in container["ports"]?.array ?? [] {
        guard let number = port["hostPort"]?.integer, number != 0 else { continue }
        isUsing = true
        if !ports.contains("\(number)") { ports.append("\(number)") }
      }
      return isUsing
    }
    guard !using.isEmpty else { return }
    ports.sort()
    let verb = using.count == 1 ? "uses" : "use"
    let noun = ports.count == 1 ? "hostPort" : "hostPorts"
    found.append(("hostPort", "\(counted("container", using)) \(verb) \(noun) \(ports.joined(separator: ", "))"))
  }

  private mutating func checkVolumeTypes() {
    let allowed = [
      "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
    ]
    var kinds: [String] = []
    let volumes = names(pod["volumes"]?.array ?? []) { volume in
      for (key, _) in volume.object ?? OrderedMap() where key != "name" && !allowed.contains(key) {
        if !kinds.contains(key) { kinds.append(key) }
        return true
      }
      return false
    }
    guard !volumes.isEmpty else { return }
    let verb = volumes.count == 1 ? "uses" : "use"
    let noun = kinds.count == 1 ? "restricted volume type" : "restricted volume types"
    found.append(("restricted volume types", "\(counted("volume", volumes)) \(verb) \(noun) \(quoted(set: kinds))"))
  }

  private mutating func checkNonRoot() {
    let whole = pod[path: "securityContext", "runAsNonRoot"]?.bool
    var setters = whole == false ? ["pod"] : []
    let refusing = names(containers) { $0[path: "securityContext", "runAsNonRoot"]?.bool == false }
    if !refusing.isEmpty { setters.append(counted("container", refusing)) }
    if !setters.isEmpty {
      return found.append(
        (
          "runAsNonRoot != true",
          setters.joined(separator: " and ") + " must not set securityContext.runAsNonRoot=false"
        ))
    }
    let silent = names(containers) { $0[path: "securityContext", "runAsNonRoot"]?.bool == nil }
    if whole != true, !silent.isEmpty {
      found.append(
        (
          "runAsNonRoot != true", "pod or \(counted("container", silent)) must set securityContext.runAsNonRoot=true"
        ))
    }
  }

  private mutating func checkSeccomp(isRequired: Bool) {
    func profile(_ context: Value?) -> String? { context?[path: "seccompProfile", "type"]?.string }
    let allowed = ["RuntimeDefault", "Localhost"]
    var values: [String] = []
    var setters: [String] = []
    let whole = profile(pod["securityContext"])
    if let whole, !allowed.contains(whole) {
      setters.append("pod")
      values.append(whole)
    }
    let bad = names(containers) { container in
      guard let type = profile(container["securityContext"]), !allowed.contains(type) else { return false }
      values.append(type)
      return true
    }
    if !bad.isEmpty { setters.append(counted("container", bad)) }
    if !setters.isEmpty {
      return found.append(
        (
          "seccompProfile",
          setters.joined(separator: " and ")
            + " must not set securityContext.seccompProfile.type to \(quoted(set: values))"
        ))
    }
    guard isRequired, whole == nil else { return }
    let silent = names(containers) { profile($0["securityContext"]) == nil }
    if !silent.isEmpty {
      found.append(
        (
          "seccompProfile",
          "pod or \(counted("container", silent)) must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""
        ))
    }
  }

  // MARK: Wording

  func names(_ items: [Value], where isMeant: (Value) -> Bool) -> [String] {
    var names: [String] = []
    for item in items where isMeant(item) { names.append(item["name"]?.string ?? "") }
    return names
  }

  /// `containers "a", "b"`
  func counted(_ noun: String, _ names: [String]) -> String {
    var texts: [String] = []
    for name in names { texts.append(goQuoted(name)) }
    return (names.count == 1 ? noun : noun + "s") + " " + texts.joined(separator: ", ")
  }

  /// Each once, in order.
  func quoted(set names: [String]) -> String {
    var texts: [String] = []
    for name in names.sorted() where texts.last != goQuoted(name) { texts.append(goQuoted(name)) }
    return texts.joined(separator: ", ")
  }
}

extension APIServer {
  /// Refuses a pod, or a namespace whose labels name no level; warns of pods and templates.
  func checkPodSecurity(
    _ kind: Kind, _ namespace: String, _ object: Value, old: Value?, warnings: inout [String]
  ) throws(Status) {
    if kind == .namespace {
      let labels = object[path: "metadata", "labels"]
      let problems = old?[path: "metadata", "labels"] == labels ? [] : PodSecurityPolicy.problems(of: labels)
      if !problems.isEmpty {
        throw Status.invalid(.namespace, object[path: "metadata", "name"]?.string ?? "", problems)
      }
      warnings += podSecurityWarnings(object, old)
      return
    }
    guard let spec = podSpec(kind, object) else { return }
    if kind == .pod, let old, !changesImages(old, object) { return }
    let labels = store.object(.namespace, "", namespace)?.value[path: "metadata", "labels"]
    let policy = PodSecurityPolicy(labels: labels)
    if kind == .pod {
      let violations = PodSecurityViolations(spec, policy.enforce.level)
      if !violations.found.isEmpty {
        throw Status.forbidden(
          .pod, object[path: "metadata", "name"]?.string ?? "",
          "violates PodSecurity \(policy.enforce.text): \(violations.details)")
      }
    }
    let violations = PodSecurityViolations(spec, policy.warn.level)
    if !violations.found.isEmpty {
      warnings.append("would violate PodSecurity \(policy.warn.text): \(violations.details)")
    }
  }

  private func podSpec(_ kind: Kind, _ object: Value) -> Value? {
    switch kind {
    case .pod: return object["spec"]
    case .deployment, .replicaSet, .statefulSet, .daemonSet, .job, .replicationController:
      return object[path: "spec", "template", "spec"]
    case .cronJob: return object[path: "spec", "jobTemplate", "spec", "template", "spec"]
    default: return nil
    }
  }

  private func changesImages(_ old: Value, _ new: Value) -> Bool {
    for list in ["initContainers", "containers", "ephemeralContainers"] {
      let before = old[path: "spec", list]?.array ?? []
      let after = new[path: "spec", list]?.array ?? []
      if before.count != after.count { return true }
      for (a, b) in zip(before, after) where a["image"] != b["image"] { return true }
    }
    return false
  }

  /// A stricter level is compared with the pods that are there: one line for all pods with the same violations.
  private func podSecurityWarnings(_ namespace: Value, _ old: Value?) -> [String] {
    guard let old else { return [] }
    let enforce = PodSecurityPolicy(labels: namespace[path: "metadata", "labels"]).enforce
    let before = PodSecurityPolicy(labels: old[path: "metadata", "labels"]).enforce
    let order: [PodSecurityPolicy.Level] = [.privileged, .baseline, .restricted]
    guard enforce != before, enforce.level != .privileged,
      enforce.version != before.version || order.firstIndex(of: enforce.level)! > order.firstIndex(of: before.level)!
    else { return [] }
    let name = namespace[path: "metadata", "name"]?.string ?? ""
    var counts = OrderedMap<String, (first: String, count: Int)>()
    for pod in store.shelf(.pod).list(namespace: name) {
      let violations = PodSecurityViolations(pod.value["spec"] ?? [:], enforce.level)
      if violations.found.isEmpty { continue }
      let entry = counts[violations.reasons] ?? (pod.name, 0)
      counts[violations.reasons] = (min(entry.first, pod.name), entry.count + 1)
    }
    if counts.isEmpty { return [] }
    var lines: [String] = []
    for (reasons, entry) in counts {
      let others = entry.count - 1
      let more = others == 0 ? "" : others == 1 ? " (and 1 other pod)" : " (and \(others) other pods)"
      lines.append("\(entry.first)\(more): \(reasons)")
    }
    return ["existing pods in namespace \(goQuoted(name)) violate the new PodSecurity enforce level \(enforce.text)"]
      + lines.sorted()
  }
}
