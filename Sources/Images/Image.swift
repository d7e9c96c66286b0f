// What an image is here: facts for the kubelet, a configuration as `docker inspect` shows it, and a function that fills a fresh
// machine with its files and programs. One file per image family; adding an image is adding a file and naming it in the
// catalogue.

package import SimKernel
package import SimMachine
package import Utilities

/// What an image carries besides its own program.
package enum Userland {
  case distribution(Distribution)
  /// Nothing but the program itself (distroless and scratch images).
  case none

  /// What official images are built on when nothing else is said.
  package static let gnu = Userland.distribution(.debian())
  package static let busybox = Userland.distribution(.alpine())
}

package struct ImageConfiguration {
  package var entrypoint: [String] = []
  package var command: [String] = []
  package var environment: [(String, String)] = []
  package var workingDirectory = "/"
  /// User and group ids the first process runs with.
  package var credentials = Credentials.root
  /// The image's user where it is written as a name; the kubelet cannot tell what that name's id is.
  package var userName: String?
  package var stopSignal: Signal = .terminate
  package var userland: Userland = .gnu
  /// Its program writes outside of volumes in ways that are not modelled: what it does where it cannot is not known.
  package var needsWritableRoot = false

  package init() {}
}

/// Which tags of a repository exist.
package enum TagRule {
  case exactly([String])
  /// A question about the tag's text, for repositories with hundreds of tags.
  case matching((String) -> Bool)

  package func contains(_ tag: String) -> Bool {
    switch self {
    case .exactly(let tags): return tags.contains(tag)
    case .matching(let accepts): return accepts(tag)
    }
  }
}

/// A repository of images that the simulator knows.
package struct ImageFamily {
  /// `registry/repository`, e.g. `docker.io/library/postgres`.
  package let name: String
  package let tags: TagRule
  /// Size that the kubelet reports for a tag, in bytes.
  package let sizeBytes: (String) -> Int64
  /// How long a pull takes on a lab's link.
  package let pull: Interval
  package let configuration: (String) -> ImageConfiguration
  /// Puts the image's own files and programs on a machine whose userland is installed already.
  package let populate: (Machine, String) -> Void
  /// Whether a tag that exists is also modelled.
  package let isModelled: (String) -> Bool

  package init(
    name: String, tags: TagRule, sizeBytes: @escaping (String) -> Int64, pull: Interval,
    configuration: @escaping (String) -> ImageConfiguration, populate: @escaping (Machine, String) -> Void,
    isModelled: @escaping (String) -> Bool = { _ in true }
  ) {
    self.isModelled = isModelled
    self.name = name
    self.tags = tags
    self.sizeBytes = sizeBytes
    self.pull = pull
    self.configuration = configuration
    self.populate = populate
  }
}

/// Numbers of a version tag: `15.13-alpine3.21` is [15, 13] and `alpine3.21`. Nil when the tag does not begin with a number.
package struct VersionTag: Equatable {
  package let numbers: [Int]
  /// What follows the first dash; empty when there is none.
  package let variant: String

  package init?(_ tag: String) {
    var numberText = tag
    var variant = ""
    if let dash = tag.utf8.firstIndex(of: 45) {
      numberText = String(tag[..<dash])
      variant = String(tag[tag.utf8.index(after: dash)...])
    }
    var numbers: [Int] = []
    for part in numberText.split(separator: "." as Character, omittingEmptySubsequences: false) {
      guard !part.isEmpty, part.utf8.count <= 4, let number = Int(part) else { return nil }
      numbers.append(number)
    }
    self.numbers = numbers
    self.variant = variant
  }
}
