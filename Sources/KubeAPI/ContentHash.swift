// The hash that `kubectl create configmap --append-hash` and kustomize's generators add to a name, so that other content means
// another object. Source: kubectl pkg/util/hash, kustomize api/hasher.

import SimKernel
package import Unstructured

package enum ContentHash {
  /// The suffix for a ConfigMap or Secret; nil for other kinds. kustomize leaves the name out of what it hashes.
  package static func suffix(_ object: Value, withName: Bool = true) -> String? {
    var members = Value.Object()
    members["kind"] = object["kind"]
    members["name"] = withName ? object[path: "metadata", "name"] ?? "" : ""
    switch object["kind"]?.string {
    case "ConfigMap":
      members["data"] = object["data"] ?? ""
      if let binary = object["binaryData"] { members["binaryData"] = binary }
    case "Secret":
      members["type"] = object["type"] ?? ""
      members["data"] = object["data"] ?? ""
      if let plain = object["stringData"] { members["stringData"] = plain }
    default: return nil
    }
    if object["immutable"]?.bool != nil { members["immutable"] = object["immutable"] }
    let digest = SHA2.sha256.hexadecimal(Array(JSON.compact(.object(members)).utf8))
    // Characters that could spell a word are replaced.
    var out: [UInt8] = []
    for byte in digest.utf8.prefix(10) {
      switch byte {
      case 48: out.append(103)
      case 49: out.append(104)
      case 51: out.append(107)
      case 97: out.append(109)
      case 101: out.append(116)
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
