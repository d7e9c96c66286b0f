// Kinds that labs meet only in `kubectl api-resources` or as plain stored objects: names and scope, the default table,
// no defaults and no validation beyond metadata.

import Unstructured

extension Kind {
  private static func review(_ kind: String, _ plural: String, _ group: String, namespaced: Bool = false) -> Kind {
    Kind(kind, plural, group: group, namespaced: namespaced, verbs: ["create"])
  }

  package static let binding = Kind("Binding", "bindings", verbs: ["create"])
  package static let componentStatus = Kind(
    "ComponentStatus", "componentstatuses", short: ["cs"], namespaced: false, verbs: ["get", "list"],
    columns: Column.list(["Name", "Status", "Message", "Error"]),
    row: { row in
      var cells = [row.name, "Unknown", "", ""]
      for condition in row.object["conditions"]?.array ?? [] where condition["type"]?.string == "Healthy" {
        cells[1] = condition["status"]?.string == "True" ? "Healthy" : "Unhealthy"
        cells[2] = condition["message"]?.string ?? ""
        cells[3] = condition["error"]?.string ?? ""
      }
      return cells
    })
  package static let podTemplate = Kind("PodTemplate", "podtemplates")
  package static let mutatingWebhookConfiguration = Kind(
    "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", group: "admissionregistration.k8s.io",
    categories: ["api-extensions"], namespaced: false, columns: Column.list(["Name", "Webhooks", "Age"]),
    row: { [$0.name, String($0.object["webhooks"]?.array?.count ?? 0), $0.age] })
  package static let validatingAdmissionPolicy = Kind(
    "ValidatingAdmissionPolicy", "validatingadmissionpolicies", group: "admissionregistration.k8s.io",
    categories: ["api-extensions"], namespaced: false, subresources: ["status"])
  package static let validatingAdmissionPolicyBinding = Kind(
    "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", group: "admissionregistration.k8s.io",
    categories: ["api-extensions"], namespaced: false)
  package static let validatingWebhookConfiguration = Kind(
    "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", group: "admissionregistration.k8s.io",
    categories: ["api-extensions"], namespaced: false, columns: Column.list(["Name", "Webhooks", "Age"]),
    row: { [$0.name, String($0.object["webhooks"]?.array?.count ?? 0), $0.age] })
  package static let customResourceDefinition = Kind(
    "CustomResourceDefinition", "customresourcedefinitions", group: "apiextensions.k8s.io", short: ["crd", "crds"],
    categories: ["api-extensions"], namespaced: false, subresources: ["status"],
    columns: Column.list(["Name", "Created At"]),
    row: { [$0.name, $0.object[path: "metadata", "creationTimestamp"]?.string ?? ""] })
  package static let apiService = Kind(
    "APIService", "apiservices", group: "apiregistration.k8s.io", categories: ["api-extensions"], namespaced: false,
    subresources: ["status"], columns: Column.list(["Name", "Service", "Available", "Age"]),
    row: { row in
      var service = "Local"
      if let target = row.object[path: "spec", "service"], !target.isNull {
        service = "\(target["namespace"]?.string ?? "")/\(target["name"]?.string ?? "")"
      }
      var available = "Unknown"
      for condition in row.object[path: "status", "conditions"]?.array ?? []
      where condition["type"]?.string == "Available" {
        available = condition["status"]?.string ?? ""
        if available != "True" { available += " (\(condition["reason"]?.string ?? ""))" }
      }
      return [row.name, service, available, row.age]
    },
    defaults: { object in
      object.update("spec") { spec in
        if spec["service"] != nil { spec.update("service") { $0.setDefault("port", 443) } }
      }
    })
  package static let selfSubjectReview = review(
    "SelfSubjectReview", "selfsubjectreviews", "authentication.k8s.io")
  package static let tokenReview = review("TokenReview", "tokenreviews", "authentication.k8s.io")
  package static let localSubjectAccessReview = review(
    "LocalSubjectAccessReview", "localsubjectaccessreviews", "authorization.k8s.io", namespaced: true)
  package static let selfSubjectAccessReview = review(
    "SelfSubjectAccessReview", "selfsubjectaccessreviews", "authorization.k8s.io")
  package static let selfSubjectRulesReview = review(
    "SelfSubjectRulesReview", "selfsubjectrulesreviews", "authorization.k8s.io")
  package static let subjectAccessReview = review(
    "SubjectAccessReview", "subjectaccessreviews", "authorization.k8s.io")
  package static let certificateSigningRequest = Kind(
    "CertificateSigningRequest", "certificatesigningrequests", group: "certificates.k8s.io", short: ["csr"],
    namespaced: false, subresources: ["approval", "status"])
  package static let flowSchema = Kind(
    "FlowSchema", "flowschemas", group: "flowcontrol.apiserver.k8s.io", namespaced: false, subresources: ["status"])
  package static let priorityLevelConfiguration = Kind(
    "PriorityLevelConfiguration", "prioritylevelconfigurations", group: "flowcontrol.apiserver.k8s.io",
    namespaced: false, subresources: ["status"])
  package static let runtimeClass = Kind(
    "RuntimeClass", "runtimeclasses", group: "node.k8s.io", namespaced: false,
    columns: Column.list(["Name", "Handler", "Age"]), row: { [$0.name, $0.object["handler"]?.string ?? "", $0.age] })
  package static let csiDriver = Kind("CSIDriver", "csidrivers", group: "storage.k8s.io", namespaced: false)
  package static let csiNode = Kind(
    "CSINode", "csinodes", group: "storage.k8s.io", namespaced: false,
    columns: Column.list(["Name", "Drivers", "Age"]),
    row: { [$0.name, String($0.object[path: "spec", "drivers"]?.array?.count ?? 0), $0.age] })
  package static let csiStorageCapacity = Kind("CSIStorageCapacity", "csistoragecapacities", group: "storage.k8s.io")
  package static let volumeAttachment = Kind(
    "VolumeAttachment", "volumeattachments", group: "storage.k8s.io", namespaced: false, subresources: ["status"])
}
