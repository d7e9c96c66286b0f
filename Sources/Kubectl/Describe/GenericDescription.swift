// Every kind without a layout of its own: its members one under the other, names in title case (`describe` of unstructured objects).

import KubeAPI
import SimKernel
import Unstructured

enum GenericDescription {
  static func write(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    members(
      d.object, 0,
      skipping: [
        "/metadata/managedFields", "/metadata/name", "/metadata/namespace", "/metadata/labels", "/metadata/annotations",
      ], "", &w)
    w.events(d.events, d.now)
    return w.aligned
  }

  private static func members(
    _ value: Value, _ level: Int, skipping: [String], _ path: String, _ w: inout Describer
  ) {
    guard level < 64, let object = value.object else { return }
    for (key, member) in object.sortedByKey {
      let here = path + "/" + key
      if skipping.contains(here) { continue }
      let title = self.title(key)
      switch member {
      case .object(let inner):
        w.line(level, "\(title):")
        members(.object(inner), level + 1, skipping: skipping, here, &w)
      case .array(let items):
        w.line(level, "\(title):")
        for item in items {
          if item.object != nil {
            members(item, level + 1, skipping: skipping, here, &w)
          } else {
            w.line(level + 1, goText(item))
          }
        }
      default: w.field(level, title, goText(member))
      }
    }
  }

  private static let initialisms = ["API", "GUID", "OSB", "UID", "URL"]

  /// `creationTimestamp` → `Creation Timestamp`, `uid` → `UID`.
  static func title(_ key: String) -> String {
    for byte in key.utf8 where !(byte >= 97 && byte <= 122 || byte >= 65 && byte <= 90 || byte >= 48 && byte <= 57) {
      return key
    }
    var words: [String] = []
    var current: [UInt8] = []
    let bytes = Array(key.utf8)
    for (index, byte) in bytes.enumerated() {
      let isUpper = byte >= 65 && byte <= 90
      let nextIsLower = index + 1 < bytes.count && bytes[index + 1] >= 97 && bytes[index + 1] <= 122
      let previousIsUpper = index > 0 && bytes[index - 1] >= 65 && bytes[index - 1] <= 90
      if isUpper, !current.isEmpty, !previousIsUpper || nextIsLower {
        words.append(String(decoding: current, as: UTF8.self))
        current = []
      }
      current.append(byte)
    }
    words.append(String(decoding: current, as: UTF8.self))
    var titled: [String] = []
    for word in words {
      let upper = word.uppercased()
      if initialisms.contains(upper) {
        titled.append(upper)
      } else {
        titled.append(word.prefix(1).uppercased() + word.dropFirst())
      }
    }
    return titled.joined(separator: " ")
  }
}
