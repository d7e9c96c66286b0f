// What ingress-nginx takes for its own.
// Source: kubernetes/ingress-nginx 1.11 (internal/ingress/controller/store, internal/ingress/annotations/class).

package import Unstructured

package enum IngressNginx {
  /// Whether it serves an ingress: by the controller of its class, or by the annotation from before there were classes.
  package static func serves(_ ingress: Value, class find: (String) -> Value?) -> Bool {
    guard let name = ingress[path: "spec", "ingressClassName"]?.string, let found = find(name) else {
      return ingress[path: "metadata", "annotations", "kubernetes.io/ingress.class"]?.string == "public"
    }
    return found[path: "spec", "controller"]?.string == "k8s.io/ingress-nginx"
  }
}
