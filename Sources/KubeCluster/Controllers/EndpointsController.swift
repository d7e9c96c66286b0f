// Endpoints and EndpointSlices: the addresses of the pods a service selects, ready ones apart from the others.
// Source: `pkg/controller/endpoint`, `pkg/controller/endpointslice`.

import KubeAPI
import SimKernel
import Unstructured

final class EndpointsController: Controller {
  override init(api: APIServer, latency: Interval) {
    super.init(api: api, latency: latency)
    watch(.service)
    store.shelf(.pod).observe { [self] old, new in
      let pod = (new ?? old)!
      if let old, let new, !matters(old, new) { return }
      for service in store.shelf(.service).list(namespace: pod.namespace) where isSelective(service) {
        let selector = LabelSelector(labels: service.value[path: "spec", "selector"])
        let matched = old.map { selector.matches(object: $0.value) } ?? false
        let matches = new.map { selector.matches(object: $0.value) } ?? false
        // Large services are brought up to date in batches.
        if matched || matches {
          let size = counts[service.uid] ?? 0
          enqueue(service.key, after: size > 200 ? .milliseconds(500) : latency)
        }
      }
    }
  }

  private var counts: [String: Int] = [:]

  override func auditKeys() -> [ObjectKey] { keys(of: .service) }

  private func isSelective(_ service: StoredObject) -> Bool {
    !(service.value[path: "spec", "selector"]?.object ?? Value.Object()).isEmpty
      && service.value[path: "spec", "type"]?.string != "ExternalName"
  }

  private func matters(_ old: StoredObject, _ new: StoredObject) -> Bool {
    old.labels != new.labels || old.isBeingDeleted != new.isBeingDeleted
      || PodState.isReady(old) != PodState.isReady(new)
      || old.value[path: "status", "podIP"] != new.value[path: "status", "podIP"]
      || PodState.phase(old) != PodState.phase(new)
  }

  override func reconcile(_ key: ObjectKey) {
    guard let service = store.object(.service, key.namespace, key.name) else {
      _ = try? api.delete(.endpoints, namespace: key.namespace, name: key.name)
      return
    }
    guard isSelective(service), !service.isBeingDeleted else { return }
    let selector = LabelSelector(labels: service.value[path: "spec", "selector"])
    let ports = service.value[path: "spec", "ports"]?.array ?? []
    let publishAll = service.value[path: "spec", "publishNotReadyAddresses"]?.bool == true
    var ready: [Value] = []
    var unready: [Value] = []
    var slices: [Value] = []
    var pods: [StoredObject] = []
    for pod in store.shelf(.pod).list(namespace: key.namespace)
    where selector.matches(object: pod.value) && !PodState.isFinished(pod) {
      if !(pod.value[path: "status", "podIP"]?.string ?? "").isEmpty { pods.append(pod) }
    }
    counts[service.uid] = pods.count
    pods.sort { addressOrder($0) < addressOrder($1) }
    var resolved: [(port: Value, number: Int64)] = []
    for pod in pods {
      let isReady = PodState.isReady(pod) && !pod.isBeingDeleted
      if resolved.isEmpty { resolved = resolve(ports, pod) }
      let serves = PodState.isReady(pod)
      slices.append(endpoint(pod, ready: publishAll || isReady, serving: serves))
      if pod.isBeingDeleted, !publishAll, !serves { continue }
      if pod.isBeingDeleted, !publishAll { continue }
      if publishAll || isReady { ready.append(address(pod, service)) } else { unready.append(address(pod, service)) }
    }
    if resolved.isEmpty {
      for port in ports { resolved.append((port, port["targetPort"]?.integer ?? port["port"]?.integer ?? 0)) }
    }
    writeEndpoints(service, ready, unready, resolved)
    writeSlice(service, slices, resolved)
  }

  private func addressOrder(_ pod: StoredObject) -> Int64 {
    var number: Int64 = 0
    for part in (pod.value[path: "status", "podIP"]?.string ?? "").split(separator: ".") {
      number = number * 256 + (Int64(part) ?? 0)
    }
    return number
  }

  private func resolve(_ ports: [Value], _ pod: StoredObject) -> [(port: Value, number: Int64)] {
    var result: [(port: Value, number: Int64)] = []
    for port in ports {
      let target = port["targetPort"]
      if let number = target?.integer {
        result.append((port, number))
      } else if let name = target?.string {
        for container in pod.value[path: "spec", "containers"]?.array ?? [] {
          for offered in container["ports"]?.array ?? []
          where offered["name"]?.string == name
            && (offered["protocol"]?.string ?? "TCP") == (port["protocol"]?.string ?? "TCP")
          {
            result.append((port, offered["containerPort"]?.integer ?? 0))
          }
        }
      } else {
        result.append((port, port["port"]?.integer ?? 0))
      }
    }
    return result
  }

  private func targetReference(_ pod: StoredObject) -> Value {
    ["kind": "Pod", "name": .string(pod.name), "namespace": .string(pod.namespace), "uid": .string(pod.uid)]
  }

  private func hostname(_ pod: StoredObject, _ service: StoredObject) -> Value? {
    let name = pod.value[path: "spec", "hostname"]
    return pod.value[path: "spec", "subdomain"]?.string == service.name && !(name?.string ?? "").isEmpty ? name : nil
  }

  private func address(_ pod: StoredObject, _ service: StoredObject) -> Value {
    var value: Value = ["ip": pod.value[path: "status", "podIP"] ?? ""]
    if let name = hostname(pod, service) { value["hostname"] = name }
    value["nodeName"] = pod.value[path: "spec", "nodeName"]
    value["targetRef"] = targetReference(pod)
    return value
  }

  private func endpoint(_ pod: StoredObject, ready: Bool, serving: Bool) -> Value {
    var value: Value = [
      "addresses": [pod.value[path: "status", "podIP"] ?? ""],
      "conditions": ["ready": .bool(ready), "serving": .bool(serving), "terminating": .bool(pod.isBeingDeleted)],
    ]
    if let name = pod.value[path: "spec", "hostname"], pod.value[path: "spec", "subdomain"] != nil {
      value["hostname"] = name
    }
    value["nodeName"] = pod.value[path: "spec", "nodeName"]
    value["targetRef"] = targetReference(pod)
    return value
  }

  private func portList(_ resolved: [(port: Value, number: Int64)]) -> [Value] {
    var list: [Value] = []
    for (port, number) in resolved {
      var entry: Value = ["port": .integer(number), "protocol": port["protocol"] ?? "TCP"]
      if let name = port["name"], !(name.string ?? "").isEmpty { entry["name"] = name }
      if let scheme = port["appProtocol"] { entry["appProtocol"] = scheme }
      list.append(entry)
    }
    return list
  }

  private func labels(_ service: StoredObject) -> Value {
    var labels = service.labels ?? Value.Object()
    if service.value[path: "spec", "clusterIP"]?.string == "None" { labels["service.kubernetes.io/headless"] = "" }
    return .object(labels)
  }

  private func writeEndpoints(
    _ service: StoredObject, _ ready: [Value], _ unready: [Value], _ ports: [(port: Value, number: Int64)]
  ) {
    var subset: Value = [:]
    if !ready.isEmpty { subset["addresses"] = .array(ready) }
    if !unready.isEmpty { subset["notReadyAddresses"] = .array(unready) }
    let list = portList(ports)
    if !list.isEmpty { subset["ports"] = .array(list) }
    let subsets: Value? = ready.isEmpty && unready.isEmpty ? nil : [subset]
    let time = world.civilNow.rfc3339
    if let present = store.object(.endpoints, service.namespace, service.name) {
      let wanted = labels(service)
      let marked = present.labels ?? Value.Object()
      guard present.value["subsets"] != subsets || marked != wanted.object ?? Value.Object() else { return }
      api.amend(.endpoints, service.namespace, service.name) { value in
        value["subsets"] = subsets
        value.set(["metadata", "labels"], wanted.object?.isEmpty == true ? nil : wanted)
        value.set(["metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time"], .string(time))
      }
      return
    }
    var object: Value = [
      "apiVersion": "v1", "kind": "Endpoints",
      "metadata": [
        "name": .string(service.name),
        "annotations": ["endpoints.kubernetes.io/last-change-trigger-time": .string(time)],
      ],
    ]
    let wanted = labels(service)
    if wanted.object?.isEmpty == false { object.set(["metadata", "labels"], wanted) }
    object["subsets"] = subsets
    _ = try? api.create(.endpoints, namespace: service.namespace, object)
  }

  private func writeSlice(_ service: StoredObject, _ endpoints: [Value], _ ports: [(port: Value, number: Int64)]) {
    // A port of a slice has a name, be it empty.
    var list = portList(ports)
    for i in list.indices where list[i]["name"] == nil { list[i]["name"] = "" }
    let time = world.civilNow.rfc3339
    for slice in store.shelf(.endpointSlice).controlled(by: service.uid) {
      guard
        slice.value["endpoints"] != .array(endpoints) || (!endpoints.isEmpty && slice.value["ports"] != .array(list))
      else { return }
      let generation = slice.value[path: "metadata", "generation"]?.integer ?? 1
      api.amend(.endpointSlice, slice.namespace, slice.name) { value in
        value.set(["metadata", "generation"], .integer(generation + 1))
        value["endpoints"] = .array(endpoints)
        if !endpoints.isEmpty { value["ports"] = .array(list) }
        value.set(["metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time"], .string(time))
      }
      return
    }
    var all = labels(service)
    all["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io"
    all["kubernetes.io/service-name"] = .string(service.name)
    let object: Value = [
      "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
      "metadata": [
        "generateName": .string(service.name + "-"), "labels": all,
        "annotations": ["endpoints.kubernetes.io/last-change-trigger-time": .string(time)],
        "ownerReferences": [controllerReference(.service, service)],
      ],
      "endpoints": .array(endpoints), "ports": .array(endpoints.isEmpty ? [] : list),
    ]
    _ = try? api.create(.endpointSlice, namespace: service.namespace, object)
  }
}
