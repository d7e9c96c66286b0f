// API groups that another server serves: whether the API server can reach it, as the condition of its registration says.
// Source: kube-aggregator pkg/controllers/status/remote/remote_available_controller.go.

import KubeAPI
import SimKernel
import Unstructured

final class AggregationController: Controller {
  override init(api: APIServer, latency: Interval) {
    super.init(api: api, latency: latency)
    watch(.apiService)
    for kind in [Kind.service, .endpoints] {
      store.shelf(kind).observe { [self] old, new in noticeTarget((new ?? old)!.key) }
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .apiService) }

  private func noticeTarget(_ target: ObjectKey) {
    for registration in store.shelf(.apiService).list(namespace: nil)
    where self.target(registration) == target { enqueue(registration.key) }
  }

  /// Nil for groups of the API server itself.
  private func target(_ registration: StoredObject) -> ObjectKey? {
    guard let service = registration.value[path: "spec", "service"], service.object != nil else { return nil }
    return ObjectKey(service["namespace"]?.string ?? "", service["name"]?.string ?? "")
  }

  override func reconcile(_ key: ObjectKey) {
    guard let registration = store.object(.apiService, "", key.name) else { return }
    var status = "True"
    var reason = "Local"
    var message = "Local APIServices are always available"
    if let target = target(registration) {
      (reason, message) = verdict(registration, target) ?? ("Passed", "all checks passed")
      if reason != "Passed" { status = "False" }
    }
    let now = world.civilNow.rfc3339
    api.amend(.apiService, "", key.name, uid: registration.uid, as: "kube-apiserver", through: "status") {
      setCondition(&$0, type: "Available", status: status, reason: reason, message: message, now: now)
    }
  }

  /// What is in the way, if anything.
  private func verdict(_ registration: StoredObject, _ target: ObjectKey) -> (String, String)? {
    guard let service = store.object(.service, target.namespace, target.name) else {
      return ("ServiceNotFound", "service/\(target.name) in \"\(target.namespace)\" is not present")
    }
    let wanted = registration.value[path: "spec", "service", "port"]?.integer ?? 443
    var portName: String?
    for port in service.value[path: "spec", "ports"]?.array ?? [] where port["port"]?.integer == wanted {
      portName = port["name"]?.string ?? ""
    }
    guard let portName else {
      return (
        "ServicePortError", "service/\(target.name) in \"\(target.namespace)\" is not listening on port \(wanted)"
      )
    }
    guard let endpoints = store.object(.endpoints, target.namespace, target.name) else {
      return ("EndpointsNotFound", "cannot find endpoints for service/\(target.name) in \"\(target.namespace)\"")
    }
    for subset in endpoints.value["subsets"]?.array ?? [] where !(subset["addresses"]?.array ?? []).isEmpty {
      for port in subset["ports"]?.array ?? [] where (port["name"]?.string ?? "") == portName { return nil }
    }
    return (
      "MissingEndpoints",
      "endpoints for service/\(target.name) in \"\(target.namespace)\" have no addresses with port name \"\(portName)\""
    )
  }
}
