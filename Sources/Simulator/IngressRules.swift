// What ingress-nginx makes of the cluster's Ingress objects: which rule a request falls under, and what its path becomes. Hosts
// are matched exactly first, then by wildcard, then rules without a host; paths by the longest. Of the annotations, those that
// change where a request goes are either modelled or reported.
// Source: kubernetes.github.io/ingress-nginx, "Ingress path matching", "Rewrite", "Annotations".

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

struct IngressRules {
  private let api: APIServer
  private static let prefix = "nginx.ingress.kubernetes.io/"
  /// Annotations that change neither the route nor the answer of a plain request.
  private static let harmless = [
    "proxy-body-size", "proxy-read-timeout", "proxy-send-timeout", "proxy-connect-timeout", "proxy-buffer-size",
    "ssl-redirect", "force-ssl-redirect", "rewrite-target", "backend-protocol", "proxy-buffering", "enable-access-log",
  ]

  init(_ api: APIServer) { self.api = api }

  private struct Match {
    let ingress: Value
    let backend: Value
  }

  func route(
    host: String, path: String, endpoint: (_ service: Value, _ port: Value) -> (String, Int)?
  ) -> IngressRoute {
    var plain = path
    var query = ""
    if let mark = path.utf8.firstIndex(of: 63) {
      plain = String(path[..<mark])
      query = String(path[mark...])
    }
    guard let match = find(host: host, path: plain) else { return .noRule }
    let annotations = match.ingress[path: "metadata", "annotations"]
    for (key, value) in annotations?.object ?? OrderedMap() where key.hasPrefix(Self.prefix) {
      let name = String(key.dropFirst(Self.prefix.utf8.count))
      guard Self.harmless.contains(name), name != "backend-protocol" || value.string == "HTTP" else {
        return .notSimulated("ingress-nginx: the annotation \(key)")
      }
    }
    if wantsTLS(match.ingress, host, annotations) { return .toTLS }
    guard let service = match.backend["service"], let name = service["name"]?.string else {
      return .notSimulated("ingress-nginx: a backend that is no service")
    }
    let namespace = match.ingress[path: "metadata", "namespace"]?.string ?? "default"
    guard let object = try? api.get(.service, namespace: namespace, name: name) else { return .noEndpoint }
    var found: (String, Int)?
    for port in object[path: "spec", "ports"]?.array ?? []
    where port["port"] == service[path: "port", "number"] || port["name"] == service[path: "port", "name"] {
      found = endpoint(object, port)
    }
    guard let (address, number) = found else { return .noEndpoint }
    var target = plain
    if let rewrite = annotations?[Self.prefix + "rewrite-target"]?.string {
      if rewrite.utf8.contains(36) { return .notSimulated("ingress-nginx: a rewrite-target with groups") }
      target = rewrite
    }
    return .backend(address: address, port: number, path: target + query)
  }

  /// A host named under `tls` is redirected there unless an annotation says otherwise.
  private func wantsTLS(_ ingress: Value, _ host: String, _ annotations: Value?) -> Bool {
    if annotations?[Self.prefix + "force-ssl-redirect"]?.string == "true" { return true }
    if annotations?[Self.prefix + "ssl-redirect"]?.string == "false" { return false }
    for entry in ingress[path: "spec", "tls"]?.array ?? [] {
      for name in entry["hosts"]?.array ?? [] where name.string == host { return true }
    }
    return false
  }

  private func find(host: String, path: String) -> Match? {
    guard let list = try? api.list(.ingress, namespace: nil) else { return nil }
    let mine = list.items.filter { ingress in
      IngressNginx.serves(ingress) { try? api.get(.ingressClass, namespace: "", name: $0) }
    }
    for strength in 0...2 {
      var best: Match?
      var bestLength = -1
      for ingress in mine {
        for rule in ingress[path: "spec", "rules"]?.array ?? [] where fits(rule["host"]?.string, host, strength) {
          for candidate in rule[path: "http", "paths"]?.array ?? [] {
            let wanted = candidate["path"]?.string ?? "/"
            guard let backend = candidate["backend"],
              matches(path, wanted, exactly: candidate["pathType"]?.string == "Exact"),
              wanted.utf8.count > bestLength
            else { continue }
            best = Match(ingress: ingress, backend: backend)
            bestLength = wanted.utf8.count
          }
        }
      }
      if let best { return best }
    }
    for ingress in mine {
      if let backend = ingress[path: "spec", "defaultBackend"] {
        return Match(ingress: ingress, backend: backend)
      }
    }
    return nil
  }

  /// 0: the very host; 1: by a wildcard for its first label; 2: rules for any host.
  private func fits(_ wanted: String?, _ host: String, _ strength: Int) -> Bool {
    guard let wanted, !wanted.isEmpty else { return strength == 2 }
    if wanted.hasPrefix("*.") {
      guard strength == 1, let dot = host.utf8.firstIndex(of: 46) else { return false }
      return host[dot...] == wanted.dropFirst()
    }
    return strength == 0 && wanted == host
  }

  /// `Prefix` (and what nginx makes of `ImplementationSpecific`) goes by whole elements of the path.
  private func matches(_ path: String, _ wanted: String, exactly: Bool) -> Bool {
    if exactly { return path == wanted }
    var stem = wanted
    while stem.utf8.count > 1, stem.utf8.last == 47 { stem.removeLast() }
    if stem == "/" || path == stem { return true }
    return path.hasPrefix(stem + "/")
  }
}
