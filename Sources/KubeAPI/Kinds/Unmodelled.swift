// Kinds whose objects are kept and shown, but change nothing in the simulated cluster although they would in a real one.

package import Unstructured

extension Kind {
  /// What making an object of this kind would set going, and does not here; nil where nothing is missing.
  package func unmodelledEffect(of object: Value = [:]) -> String? {
    switch kind {
    case "CustomResourceDefinition": return "the resources that a CustomResourceDefinition adds to the API"
    // The metrics server's is.
    case "APIService" where object[path: "spec", "group"]?.string == Kind.podMetrics.group: return nil
    case "APIService": return "what an APIService adds to the API"
    case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration": return "calls of admission webhooks"
    case "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding": return "admission policies"
    case "CertificateSigningRequest": return "the signing of certificates"
    case "VolumeAttachment": return "the attaching of volumes"
    default: return nil
    }
  }
}
