// What the API server fills in a pod spec, wherever it stands: in a pod or in a workload's template
// (pkg/apis/core/v1/defaults.go, 1.32).

import SimKernel
package import Unstructured

extension Value {
  /// Sets a member only where there is none (or null).
  package mutating func setDefault(_ key: String, _ value: @autoclosure () -> Value) {
    if let present = self[key], !present.isNull { return }
    self[key] = value()
  }

  /// Sets a text member where it is missing or empty: Go's zero string.
  package mutating func setDefaultText(_ key: String, _ value: String) {
    if let present = self[key]?.string, !present.isEmpty { return }
    self[key] = .string(value)
  }

  /// Sets a number where it is missing or zero.
  package mutating func setDefaultNumber(_ key: String, _ value: Int64) {
    if let present = self[key]?.integer, present != 0 { return }
    self[key] = .integer(value)
  }

  /// Changes a member object in place, if it is there.
  package mutating func update(_ key: String, _ change: (inout Value) -> Void) {
    guard var member = self[key], !member.isNull else { return }
    change(&member)
    self[key] = member
  }

  /// Changes every item of a member list in place.
  package mutating func updateItems(_ key: String, _ change: (inout Value) -> Void) {
    guard let items = self[key]?.array else { return }
    var changed: [Value] = []
    for var item in items {
      change(&item)
      changed.append(item)
    }
    self[key] = .array(changed)
  }
}

package enum PodSpecDefaults {
  /// A pod template: its metadata always carries `creationTimestamp: null`.
  package static func template(_ template: inout Value) {
    if template["metadata"] == nil { template["metadata"] = [:] }
    template.update("metadata") { if $0["creationTimestamp"] == nil { $0["creationTimestamp"] = .null } }
    if template["spec"] == nil { template["spec"] = ["containers": .null] }
    template.update("spec") { apply(&$0) }
  }

  /// A pod: its spec, and what only pods get.
  package static func pod(_ pod: inout Value) {
    if pod["spec"] == nil { pod["spec"] = [:] }
    pod.update("spec") { spec in
      spec.setDefault("enableServiceLinks", true)
      for list in ["containers", "initContainers"] { spec.updateItems(list, requestsFromLimits) }
      apply(&spec)
    }
  }

  /// A limit without a request requests as much.
  private static func requestsFromLimits(_ container: inout Value) {
    guard let limits = container[path: "resources", "limits"]?.object else { return }
    for (name, amount) in limits where container[path: "resources", "requests", name] == nil {
      container.set(["resources", "requests", name], amount)
    }
  }

  package static func apply(_ spec: inout Value) {
    spec.setDefaultText("dnsPolicy", "ClusterFirst")
    spec.setDefaultText("restartPolicy", "Always")
    spec.setDefault("securityContext", [:])
    spec.setDefault("terminationGracePeriodSeconds", 30)
    spec.setDefaultText("schedulerName", "default-scheduler")
    // The old and the new name of one field always agree.
    if let account = spec["serviceAccountName"]?.string, !account.isEmpty {
      spec["serviceAccount"] = .string(account)
    } else if let account = spec["serviceAccount"]?.string, !account.isEmpty {
      spec["serviceAccountName"] = .string(account)
    }
    let hostNetwork = spec["hostNetwork"]?.bool == true
    for list in ["containers", "initContainers", "ephemeralContainers"] {
      spec.updateItems(list) { container in
        apply(container: &container)
        if hostNetwork {
          container.updateItems("ports") { port in
            if let number = port["containerPort"] { port.setDefault("hostPort", number) }
          }
        }
      }
    }
    spec.updateItems("volumes", apply(volume:))
  }

  private static func apply(container: inout Value) {
    container.setDefaultText("terminationMessagePath", "/dev/termination-log")
    container.setDefaultText("terminationMessagePolicy", "File")
    container.setDefaultText("imagePullPolicy", pullPolicy(container["image"]?.string ?? ""))
    container.setDefault("resources", [:])
    container.updateItems("ports") { $0.setDefaultText("protocol", "TCP") }
    container.updateItems("env") { variable in
      variable.update("valueFrom") { source in
        source.update("fieldRef") { $0.setDefaultText("apiVersion", "v1") }
        source.update("resourceFieldRef") { $0.setDefault("divisor", "0") }
      }
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
      container.update(name) { probe in
        probe.setDefaultNumber("timeoutSeconds", 1)
        probe.setDefaultNumber("periodSeconds", 10)
        probe.setDefaultNumber("successThreshold", 1)
        probe.setDefaultNumber("failureThreshold", 3)
        apply(handler: &probe)
        probe.update("grpc") { $0.setDefault("service", "") }
      }
    }
    container.update("lifecycle") { lifecycle in
      for name in ["postStart", "preStop"] { lifecycle.update(name) { apply(handler: &$0) } }
    }
  }

  private static func apply(handler: inout Value) {
    handler.update("httpGet") { action in
      action.setDefaultText("path", "/")
      action.setDefaultText("scheme", "HTTP")
    }
  }

  /// Always for the tag `latest` or none, IfNotPresent for any other tag or a digest.
  package static func pullPolicy(_ image: String) -> String {
    let bytes = Array(image.utf8)
    if bytes.contains(64) { return "IfNotPresent" }
    let start = (bytes.lastIndex(of: 47) ?? -1) + 1
    guard let colon = bytes[start...].lastIndex(of: 58) else { return "Always" }
    return bytes[(colon + 1)...].elementsEqual("latest".utf8) ? "Always" : "IfNotPresent"
  }

  private static func apply(volume: inout Value) {
    if volume.object?.count == 1, volume["name"] != nil { volume["emptyDir"] = [:] }
    for name in ["secret", "configMap", "downwardAPI", "projected"] {
      volume.update(name) { $0.setDefault("defaultMode", 420) }
    }
    volume.update("hostPath") { $0.setDefault("type", "") }
    volume.update("downwardAPI", apply(downward:))
    volume.update("projected") { projected in
      projected.updateItems("sources") { source in
        source.update("serviceAccountToken") { $0.setDefault("expirationSeconds", 3600) }
        source.update("downwardAPI", apply(downward:))
      }
    }
    volume.update("ephemeral") { ephemeral in
      ephemeral.update("volumeClaimTemplate") { template in
        if template["metadata"] == nil { template["metadata"] = [:] }
        template.update("metadata") { if $0["creationTimestamp"] == nil { $0["creationTimestamp"] = .null } }
        template.update("spec") { spec in
          spec.setDefault("volumeMode", "Filesystem")
          spec.setDefault("resources", [:])
        }
      }
    }
    volume.update("image") { $0.setDefaultText("pullPolicy", pullPolicy($0["reference"]?.string ?? "")) }
    volume.update("iscsi") { $0.setDefaultText("iscsiInterface", "default") }
    volume.update("azureDisk") { disk in
      disk.setDefault("cachingMode", "ReadWrite")
      disk.setDefault("fsType", "ext4")
      disk.setDefault("readOnly", false)
      disk.setDefault("kind", "Shared")
    }
    volume.update("rbd") { volume in
      volume.setDefaultText("pool", "rbd")
      volume.setDefaultText("user", "admin")
      volume.setDefaultText("keyring", "/etc/ceph/keyring")
    }
  }

  private static func apply(downward source: inout Value) {
    source.updateItems("items") { item in
      item.update("fieldRef") { $0.setDefaultText("apiVersion", "v1") }
      item.update("resourceFieldRef") { $0.setDefault("divisor", "0") }
    }
  }
}
