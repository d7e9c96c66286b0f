// The admission plugins a default cluster runs, in the order that matters: ServiceAccount, DefaultTolerationSeconds,
// Priority, RuntimeClass, LimitRanger (LimitRanger.swift), the default classes; ResourceQuota last (Quota.swift). Source: `plugin/pkg/admission`.

import KubeAPI
import SimKernel
import Unstructured

extension APIServer {
  func admit(_ kind: Kind, _ namespace: String, _ object: inout Value) throws(Status) {
    switch kind {
    case .pod: try admitPod(namespace, &object)
    case .persistentVolumeClaim:
      chooseClass(
        &object, of: .storageClass, field: "storageClassName", annotation: "volume.beta.kubernetes.io/storage-class",
        mark: "storageclass.kubernetes.io/is-default-class")
      try requireWithinLimits(namespace, object)
    case .ingress:
      chooseClass(
        &object, of: .ingressClass, field: "ingressClassName", annotation: "kubernetes.io/ingress.class",
        mark: "ingressclass.kubernetes.io/is-default-class")
    default: break
    }
  }

  func admitUpdate(_ kind: Kind, _ old: Value, _ object: inout Value) throws(Status) {
    if kind == .persistentVolumeClaim { try admitResize(old, object) }
  }

  private func admitPod(_ namespace: String, _ pod: inout Value) throws(Status) {
    let name = pod[path: "metadata", "name"]?.string ?? ""
    let asked = askedName(pod)
    try applyServiceAccount(namespace, asked, &pod)
    addTolerations(&pod)
    try resolvePriority(asked, &pod)
    if let name = pod[path: "spec", "runtimeClassName"]?.string, store.object(.runtimeClass, "", name) == nil {
      throw Status.forbidden(.pod, asked, "pod rejected: RuntimeClass \(goQuoted(name)) not found")
    }
    try applyLimitRanges(namespace, name, &pod)
  }

  // MARK: ServiceAccount

  /// What a refusal calls the object before its name has been generated: what the name will begin with.
  private func askedName(_ object: Value) -> String {
    let name = object[path: "metadata", "name"]?.string ?? ""
    guard let base = object[path: "metadata", "generateName"]?.string, !base.isEmpty, name.hasPrefix(base),
      name.utf8.count == base.utf8.count + 5
    else { return name }
    return base
  }

  private func applyServiceAccount(_ namespace: String, _ name: String, _ pod: inout Value) throws(Status) {
    var account = pod[path: "spec", "serviceAccountName"]?.string ?? pod[path: "spec", "serviceAccount"]?.string ?? ""
    if account.isEmpty { account = "default" }
    pod.set(["spec", "serviceAccountName"], .string(account))
    pod.set(["spec", "serviceAccount"], .string(account))
    guard let stored = store.object(.serviceAccount, namespace, account) else {
      throw Status.forbidden(
        .pod, name,
        "error looking up service account \(namespace)/\(account): serviceaccount \"\(account)\" not found")
    }
    let mounts =
      pod[path: "spec", "automountServiceAccountToken"]?.bool
      ?? stored.value["automountServiceAccountToken"]?.bool ?? true
    guard mounts else { return }
    let path = "/var/run/secrets/kubernetes.io/serviceaccount"
    var volume = ""
    for existing in pod[path: "spec", "volumes"]?.array ?? [] {
      if let text = existing["name"]?.string, text.hasPrefix("kube-api-access-") { volume = text }
    }
    let isNew = volume.isEmpty
    if isNew { volume = "kube-api-access-" + names.nameSuffix() }
    var isUsed = false
    for list in ["initContainers", "containers"] {
      guard var containers = pod["spec"]?[list]?.array else { continue }
      for i in containers.indices {
        var present = containers[i]["volumeMounts"]?.array ?? []
        if present.contains(where: { $0["mountPath"]?.string == path }) { continue }
        present.append(["mountPath": .string(path), "name": .string(volume), "readOnly": true])
        containers[i]["volumeMounts"] = .array(present)
        isUsed = true
      }
      pod.set(["spec", list], .array(containers))
    }
    guard isNew, isUsed else { return }
    var volumes = pod[path: "spec", "volumes"]?.array ?? []
    volumes.append([
      "name": .string(volume),
      "projected": [
        "defaultMode": 420,
        "sources": [
          ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
          ["configMap": ["items": [["key": "ca.crt", "path": "ca.crt"]], "name": "kube-root-ca.crt"]],
          [
            "downwardAPI": [
              "items": [
                ["fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"], "path": "namespace"]
              ]
            ]
          ],
        ],
      ],
    ])
    pod.set(["spec", "volumes"], .array(volumes))
  }

  // MARK: Tolerations, priority

  private func addTolerations(_ pod: inout Value) {
    var tolerations = pod[path: "spec", "tolerations"]?.array ?? []
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
      var isTolerated = false
      for toleration in tolerations {
        let keyed = toleration["key"]?.string ?? ""
        let effect = toleration["effect"]?.string ?? ""
        if (keyed == key || keyed.isEmpty) && (effect == "NoExecute" || effect.isEmpty) { isTolerated = true }
      }
      if !isTolerated {
        tolerations.append([
          "effect": "NoExecute", "key": .string(key), "operator": "Exists", "tolerationSeconds": 300,
        ])
      }
    }
    pod.set(["spec", "tolerations"], .array(tolerations))
  }

  private func resolvePriority(_ name: String, _ pod: inout Value) throws(Status) {
    var className = pod[path: "spec", "priorityClassName"]?.string ?? ""
    if className.isEmpty {
      for candidate in store.shelf(.priorityClass).list(namespace: nil)
      where candidate.value["globalDefault"]?.bool == true { className = candidate.name }
      if !className.isEmpty { pod.set(["spec", "priorityClassName"], .string(className)) }
    }
    var priority: Int64 = 0
    var preemption: Value = "PreemptLowerPriority"
    if !className.isEmpty {
      guard let found = store.object(.priorityClass, "", className) else {
        throw Status.forbidden(.pod, name, "no PriorityClass with name \(className) was found")
      }
      priority = found.value["value"]?.integer ?? 0
      preemption = found.value["preemptionPolicy"] ?? preemption
    }
    let computed = "priority admission controller computed"
    if let given = pod[path: "spec", "priority"]?.integer, given != priority {
      throw Status.forbidden(
        .pod, name,
        "the integer value of priority (\(given)) must not be provided in pod spec; \(computed) \(priority) "
          + "from the given PriorityClass name")
    }
    if let given = pod[path: "spec", "preemptionPolicy"], given != preemption {
      throw Status.forbidden(
        .pod, name,
        "the string value of PreemptionPolicy (\(given.string ?? "")) must not be provided in pod spec; \(computed) "
          + "\(preemption.string ?? "") from the given PriorityClass name")
    }
    pod.set(["spec", "priority"], .integer(priority))
    pod.set(["spec", "preemptionPolicy"], preemption)
  }

  // MARK: Default classes

  /// An object that names no class, neither in its spec nor by an old annotation, gets the newest of the default ones.
  private func chooseClass(_ object: inout Value, of kind: Kind, field: String, annotation: String, mark: String) {
    guard object["spec"]?[field] == nil, object[path: "metadata", "annotations"]?[annotation] == nil else { return }
    var chosen: StoredObject?
    for candidate in store.shelf(kind).list(namespace: nil)
    where candidate.value[path: "metadata", "annotations"]?[mark]?.string == "true" {
      let time = candidate.value[path: "metadata", "creationTimestamp"]?.string ?? ""
      let best = chosen?.value[path: "metadata", "creationTimestamp"]?.string ?? ""
      if chosen == nil || time > best { chosen = candidate }
    }
    if let chosen { object.set(["spec", field], .string(chosen.name)) }
  }

  // MARK: Claims

  /// Growing a claim needs a class that allows it.
  private func admitResize(_ old: Value, _ new: Value) throws(Status) {
    guard let before = Quantity.milli(old[path: "spec", "resources", "requests", "storage"]),
      let after = Quantity.milli(new[path: "spec", "resources", "requests", "storage"]), after > before
    else { return }
    let name = new[path: "metadata", "name"]?.string ?? ""
    guard old[path: "status", "phase"]?.string == "Bound" else {
      throw Status.forbidden(.persistentVolumeClaim, name, "only bound persistent volume claims can be expanded")
    }
    let className = old[path: "spec", "storageClassName"]?.string ?? ""
    if store.object(.storageClass, "", className)?.value["allowVolumeExpansion"]?.bool != true {
      throw Status.forbidden(
        .persistentVolumeClaim, name,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
      )
    }
  }
}
