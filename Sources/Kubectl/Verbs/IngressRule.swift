// One `--rule` of `kubectl create ingress`: `host/path=service:port[,tls[=secret]]`. Source: kubectl pkg/cmd/create/create_ingress.go.

import Unstructured

struct IngressRule {
  /// Empty for every host.
  let host: String
  /// The entry of the host's paths.
  let path: Value
  /// Nil without `tls`, empty for the controller's own certificate.
  let secret: String?

  /// Nil when the text does not have the form.
  init?(_ text: String) {
    let parts = text.pieces(",")
    guard let (place, target) = parts[0].cut(61), let (host, rest) = place.cut(47) else { return nil }
    guard host.utf8.allSatisfy({ IngressRule.isWord($0) || $0 == 42 || $0 == 46 }) else { return nil }
    let destination = target.pieces("=")[0].pieces(":")
    // Of the port, only the beginning is looked at, and of the option nothing.
    guard destination.count > 1, !destination[0].isEmpty, destination[0].utf8.allSatisfy(IngressRule.isWord),
      let first = destination[1].utf8.first, IngressRule.isWord(first)
    else { return nil }
    self.host = host
    secret = parts.count == 2 ? parts[1].cut(61)?.1.pieces("=")[0] ?? "" : nil
    let isPrefix = rest.hasSuffix("*")
    path = [
      "backend": IngressRule.backend(destination[0], destination[1]),
      "path": .string("/" + (isPrefix ? String(rest.dropLast()) : rest)),
      "pathType": .string(isPrefix ? "Prefix" : "Exact"),
    ]
  }

  static func backend(_ service: String, _ port: String) -> Value {
    let number: Value = Int64(port).map { ["number": .integer($0)] } ?? ["name": .string(port)]
    return ["service": ["name": .string(service), "port": number]]
  }

  /// Letters, digits, `_` and `-`.
  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 97 && byte <= 122 || byte >= 65 && byte <= 90 || byte >= 48 && byte <= 57 || byte == 95 || byte == 45
  }
}
