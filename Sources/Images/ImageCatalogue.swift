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
      guard reference.digest != nil || family.tags.contains(reference.tag) else {
        return .missing(RegistryAnswer.noSuchTag(reference))
      }
      return family.isModelled(reference.tag) ? .found(family, reference) : .notSimulated(reference)
    }
    return RegistryAnswer.toUnknown(reference).map { .missing($0) } ?? .notSimulated(reference)
  }
}
