// The admission plugins a default cluster runs, in the order that matters: ServiceAccount, DefaultTolerationSeconds,
// Priority, LimitRanger, DefaultStorageClass; ResourceQuota last (Quota.swift). Source: `plugin/pkg/admission`.

import KubeAPI
import SimKernel
import Unstructured

extension APIServer {
  func admit(_ kind: Kind, _ namespace: String, _ object: inout Value) throws(Status) {
    switch kind {
    case .pod: try admitPod(namespace, &object)
    case .persistentVolumeClaim: chooseStorageClass(&object)
    case .ingress: chooseIngressClass(&object)
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
    pod.set(["spec", "priority"], .integer(priority))
    if pod[path: "spec", "preemptionPolicy"] == nil { pod.set(["spec", "preemptionPolicy"], preemption) }
  }

  // MARK: LimitRanger

  private func applyLimitRanges(_ namespace: String, _ name: String, _ pod: inout Value) throws(Status) {
    let ranges = store.shelf(.limitRange).list(namespace: namespace)
    guard !ranges.isEmpty else { return }
    for range in ranges {
      for limit in range.value[path: "spec", "limits"]?.array ?? [] where limit["type"]?.string == "Container" {
        fillResources(from: limit, range.name, &pod)
      }
    }
    var problems: [String] = []
    for range in ranges {
      for limit in range.value[path: "spec", "limits"]?.array ?? [] { collectViolations(of: limit, pod, &problems) }
    }
    if problems.count == 1 { throw Status.forbidden(.pod, name, problems[0]) }
    if problems.count > 1 {
      throw Status.forbidden(.pod, name, "[" + problems.joined(separator: ", ") + "]")
    }
  }

  private func fillResources(from limit: Value, _ range: String, _ pod: inout Value) {
    var notes: [String] = []
    for list in ["containers", "initContainers"] {
      guard var containers = pod["spec"]?[list]?.array else { continue }
      for i in containers.indices {
        let container = containers[i]["name"]?.string ?? ""
        for (field, defaults, word) in [("requests", "defaultRequest", "request"), ("limits", "default", "limit")] {
          var added: [String] = []
          for (resource, amount) in limit[defaults]?.object?.sortedByKey ?? []
          where containers[i]["resources"]?[field]?[resource] == nil {
            containers[i].set(["resources", field, resource], amount)
            added.append(resource)
          }
          if !added.isEmpty {
            let what = list == "containers" ? "container" : "init container"
            notes.append("\(added.joined(separator: ", ")) \(word) for \(what) \(container)")
          }
        }
      }
      pod.set(["spec", list], .array(containers))
    }
    if !notes.isEmpty {
      pod.set(
        ["metadata", "annotations", "kubernetes.io/limit-ranger"],
        .string("LimitRanger plugin set: " + notes.joined(separator: "; ")))
    }
  }

  private func collectViolations(of limit: Value, _ pod: Value, _ problems: inout [String]) {
    let type = limit["type"]?.string ?? ""
    guard type == "Container" else { return }
    for container in pod[path: "spec", "containers"]?.array ?? [] {
      let resources = container["resources"]
      for (resource, bound) in limit["min"]?.object?.sortedByKey ?? [] {
        guard let least = Amount.parse(bound) else { continue }
        let text = bound.string ?? "\(bound.integer ?? 0)"
        guard let request = resources?["requests"]?[resource] else {
          problems.append("minimum \(resource) usage per \(type) is \(text).  No request is specified")
          continue
        }
        if let amount = Amount.parse(request), amount < least {
          problems.append(
            "minimum \(resource) usage per \(type) is \(text), but request is \(request.string ?? "\(request.integer ?? 0)")"
          )
        }
      }
      for (resource, bound) in limit["max"]?.object?.sortedByKey ?? [] {
        guard let most = Amount.parse(bound) else { continue }
        let text = bound.string ?? "\(bound.integer ?? 0)"
        guard let stated = resources?["limits"]?[resource] else {
          problems.append("maximum \(resource) usage per \(type) is \(text).  No limit is specified")
          continue
        }
        if let amount = Amount.parse(stated), amount > most {
          problems.append(
            "maximum \(resource) usage per \(type) is \(text), but limit is \(stated.string ?? "\(stated.integer ?? 0)")"
          )
        }
      }
    }
  }

  // MARK: Ingresses

  /// An Ingress that names no class gets the newest of the default ones.
  private func chooseIngressClass(_ ingress: inout Value) {
    guard ingress[path: "spec", "ingressClassName"] == nil,
      ingress[path: "metadata", "annotations", "kubernetes.io/ingress.class"] == nil
    else { return }
    var chosen: StoredObject?
    for candidate in store.shelf(.ingressClass).list(namespace: nil)
    where candidate.value[path: "metadata", "annotations"]?["ingressclass.kubernetes.io/is-default-class"]?.string
      == "true"
    {
      let time = candidate.value[path: "metadata", "creationTimestamp"]?.string ?? ""
      let best = chosen?.value[path: "metadata", "creationTimestamp"]?.string ?? ""
      if chosen == nil || time > best { chosen = candidate }
    }
    if let chosen { ingress.set(["spec", "ingressClassName"], .string(chosen.name)) }
  }

  // MARK: Claims

  private func chooseStorageClass(_ claim: inout Value) {
    guard claim[path: "spec", "storageClassName"] == nil,
      claim[path: "metadata", "annotations", "volume.beta.kubernetes.io/storage-class"] == nil
    else { return }
    var chosen: StoredObject?
    for candidate in store.shelf(.storageClass).list(namespace: nil)
    where candidate.value[path: "metadata", "annotations"]?["storageclass.kubernetes.io/is-default-class"]?.string
      == "true"
    {
      // The newest default class wins.
      let time = candidate.value[path: "metadata", "creationTimestamp"]?.string ?? ""
      let best = chosen?.value[path: "metadata", "creationTimestamp"]?.string ?? ""
      if chosen == nil || time > best { chosen = candidate }
    }
    if let chosen { claim.set(["spec", "storageClassName"], .string(chosen.name)) }
  }

  /// Growing a claim needs a class that allows it.
  private func admitResize(_ old: Value, _ new: Value) throws(Status) {
    guard let before = Amount.parse(old[path: "spec", "resources", "requests", "storage"]),
      let after = Amount.parse(new[path: "spec", "resources", "requests", "storage"]), after > before
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
