// What the API server refuses in the security contexts of pods and containers (pkg/apis/core/validation, 1.32).

import SimKernel
import Unstructured

enum SecurityValidation {
  private static func identifier(_ checker: inout Checker, _ value: Value?, _ path: String) {
    guard let number = value?.integer, number < 0 || number > 2_147_483_647 else { return }
    checker.invalid(path, .integer(number), "must be between 0 and 2147483647, inclusive")
  }

  static func pod(_ checker: inout Checker, _ spec: Value, _ specPath: String) {
    guard let context = spec["securityContext"] else { return }
    let path = specPath + ".securityContext"
    for name in ["fsGroup", "runAsUser", "runAsGroup"] { identifier(&checker, context[name], "\(path).\(name)") }
    for (index, group) in (context["supplementalGroups"]?.array ?? []).enumerated() {
      identifier(&checker, group, "\(path).supplementalGroups[\(index)]")
    }
    if spec["shareProcessNamespace"]?.bool == true, spec["hostPID"]?.bool == true {
      checker.invalid(
        path + ".shareProcessNamespace", true, "ShareProcessNamespace and HostPID cannot both be enabled")
    }
    var names: [String] = []
    for (index, setting) in (context["sysctls"]?.array ?? []).enumerated() {
      let at = "\(path).sysctls[\(index)].name"
      let name = setting["name"]?.string ?? ""
      if name.isEmpty {
        checker.required(at)
      } else if !isSystemSetting(name) {
        checker.invalid(
          at, .string(name),
          "must have at most 253 characters and match regex "
            + "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$")
      } else if names.contains(name) {
        checker.duplicate(at, .string(name))
      }
      names.append(name)
    }
    if let policy = context["fsGroupChangePolicy"]?.string, policy != "Always", policy != "OnRootMismatch" {
      checker.unsupported(path + ".fsGroupChangePolicy", .string(policy), ["Always", "OnRootMismatch"])
    }
    seccomp(&checker, context["seccompProfile"], path + ".seccompProfile")
    appArmor(&checker, context["appArmorProfile"], path + ".appArmorProfile")
  }

  private static func isSystemSetting(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    if bytes.count > 253 { return false }
    for part in bytes.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 46 || $0 == 47 }) {
      guard let first = part.first, let last = part.last else { return false }
      for edge in [first, last] where !(edge >= 97 && edge <= 122 || edge >= 48 && edge <= 57) { return false }
      for byte in part
      where !(byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57 || byte == 45 || byte == 95) { return false }
    }
    return true
  }

  private static func seccomp(_ checker: inout Checker, _ profile: Value?, _ path: String) {
    guard let profile, !profile.isNull else { return }
    let type = profile["type"]?.string ?? ""
    let types = ["Localhost", "RuntimeDefault", "Unconfined"]
    if type.isEmpty {
      checker.required(path + ".type", "type is required when seccompProfile is set")
    } else if !types.contains(type) {
      checker.unsupported(path + ".type", .string(type), types)
    }
    if type == "Localhost" {
      if let local = profile["localhostProfile"]?.string {
        VolumeValidation.descending(&checker, local, path + ".localhostProfile")
      } else {
        checker.required(path + ".localhostProfile", "must be set when seccomp type is Localhost")
      }
    } else if profile["localhostProfile"] != nil {
      checker.invalid(
        path + ".localhostProfile", shown: GoLiteral.describe(profile, "SeccompProfile", package: "core"),
        "can only be set when seccomp type is Localhost")
    }
  }

  private static func appArmor(_ checker: inout Checker, _ profile: Value?, _ path: String) {
    guard let profile, !profile.isNull else { return }
    let local = profile["localhostProfile"]
    switch profile["type"]?.string ?? "" {
    case "Localhost":
      if (local?.string ?? "").isEmpty {
        checker.required(path + ".localhostProfile", "must be set when AppArmor type is Localhost")
      }
    case "RuntimeDefault", "Unconfined":
      if local != nil {
        checker.invalid(path + ".localhostProfile", local, "can only be set when AppArmor type is Localhost")
      }
    case "": checker.required(path + ".type", "type is required when appArmorProfile is set")
    default:
      checker.unsupported(path + ".type", profile["type"], ["Localhost", "RuntimeDefault", "Unconfined"])
    }
  }

  /// What a pod that names its operating system may not set.
  static func operatingSystem(_ checker: inout Checker, _ name: String, _ spec: Value, _ path: String) {
    let isWindows = name == "windows"
    let reason = isWindows ? "cannot be set for a windows pod" : "windows options cannot be set for a linux pod"
    func check(_ owner: Value?, _ fields: [String], _ at: String) {
      for field in fields {
        guard let value = owner?[field], !value.isNull, value != false || field.hasPrefix("host") == false else {
          continue
        }
        if field == "sysctls", value.array?.isEmpty != false { continue }
        checker.forbidden("\(at).\(field)", reason)
      }
    }
    let context = spec["securityContext"]
    let at = path + ".securityContext"
    if isWindows {
      check(context, ["appArmorProfile", "seLinuxOptions"], at)
      if let users = spec["hostUsers"], !users.isNull { checker.forbidden(path + ".hostUsers", reason) }
      check(spec, ["hostPID", "hostIPC"], path)
      check(context, ["seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls"], at)
      check(spec, ["shareProcessNamespace"], path)
      check(context, ["runAsUser", "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy"], at)
    } else {
      check(context, ["windowsOptions"], at)
    }
    let fields =
      isWindows
      ? [
        "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
        "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
      ] : ["windowsOptions"]
    for list in ["initContainers", "containers", "ephemeralContainers"] {
      for (index, container) in (spec[list]?.array ?? []).enumerated() {
        check(container["securityContext"], fields, "\(path).\(list)[\(index)].securityContext")
      }
    }
  }

  static func container(_ checker: inout Checker, _ context: Value?, _ path: String) {
    guard let context, !context.isNull else { return }
    for name in ["runAsUser", "runAsGroup"] { identifier(&checker, context[name], "\(path).\(name)") }
    if let mount = context["procMount"]?.string, mount != "Default", mount != "Unmasked" {
      checker.unsupported(path + ".procMount", .string(mount), ["Default", "Unmasked"])
    }
    seccomp(&checker, context["seccompProfile"], path + ".seccompProfile")
    if context["allowPrivilegeEscalation"]?.bool == false {
      let shown = GoLiteral.describe(context, "SecurityContext", package: "core")
      if context["privileged"]?.bool == true {
        checker.invalid(
          path, shown: shown, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
      }
      for capability in context[path: "capabilities", "add"]?.array ?? [] where capability.string == "CAP_SYS_ADMIN" {
        checker.invalid(
          path, shown: shown, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")
      }
    }
    appArmor(&checker, context["appArmorProfile"], path + ".appArmorProfile")
  }
}
