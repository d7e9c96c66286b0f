// All images the simulator knows. A reference to a repository that is not here is not simulated (it may well exist); a tag
// that a known repository does not have fails to be pulled, with the registry's words.

import SimKernel
import SimMachine

package enum ImageLookup {
  case found(ImageFamily, ImageReference)
  /// The registry answers that there is no such tag or repository: containerd's error text.
  case missing(String)
  /// Not a valid reference.
  case invalidName
  /// Not modelled; a pod with it cannot be played.
  case notSimulated(ImageReference)
}

package struct ImageCatalogue {
  private var families = OrderedMap<String, ImageFamily>()

  package init(_ families: [ImageFamily]) {
    for family in families { self.families[family.name] = family }
  }

  package var names: [String] { families.keys }

  package func lookup(_ text: String) -> ImageLookup {
    guard let reference = ImageReference(text) else { return .invalidName }
    if let family = families["\(reference.registry)/\(reference.repository)"] {
      guard reference.digest != nil || family.tags.contains(reference.tag) else { return .missing(notFound(reference)) }
      return family.isModelled(reference.tag) ? .found(family, reference) : .notSimulated(reference)
    }
    // The author says in the name itself that there is no such image.
    if saysItDoesNotExist(reference) {
      switch reference.registry {
      case "docker.io": return .missing(denied(reference))
      case "quay.io": return .missing(unauthorized(reference))
      default: return .missing(notFound(reference))
      }
    }
    return .notSimulated(reference)
  }

  private func prefix(_ reference: ImageReference) -> String {
    "failed to pull and unpack image \"\(reference.canonical)\": failed to resolve reference \"\(reference.canonical)\": "
  }
  /// containerd's words for a tag that a registry does not have.
  private func notFound(_ reference: ImageReference) -> String {
    "rpc error: code = NotFound desc = \(prefix(reference))\(reference.canonical): not found"
  }
  /// Docker Hub's answer for a repository that does not exist (or is private: it does not tell).
  private func denied(_ reference: ImageReference) -> String {
    "\(prefix(reference))pull access denied, repository does not exist or may require authorization: server message: "
      + "insufficient_scope: authorization failed"
  }

  /// Quay's answer for a repository that does not exist, as containerd 1.6 tells it.
  private func unauthorized(_ reference: ImageReference) -> String {
    "\(prefix(reference))pulling from host quay.io failed with status code [manifests \(reference.tag)]: 401 UNAUTHORIZED"
  }

  private func saysItDoesNotExist(_ reference: ImageReference) -> Bool {
    let text = Array((reference.repository + ":" + reference.tag).lowercased().utf8)
    for words in [
      "does-not-exist", "doesnotexist", "doesntexist", "nonexist", "non-exist", "no-such", "nosuch", "notfound",
      "not-found", "inexistant", "n-existe-pas", "nexistepas", "nope",
    ] {
      let pattern = Array(words.utf8)
      guard text.count >= pattern.count else { continue }
      for start in 0...(text.count - pattern.count) where text[start..<start + pattern.count].elementsEqual(pattern) {
        return true
      }
    }
    return false
  }
}
