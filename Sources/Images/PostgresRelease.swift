// What a tag of docker.io/library/postgres contains: the server's release and the words it was built with.
// Releases without a patch level mean the image as of May 2025 (15.13 and its sisters), the state the captures show.

struct PostgresRelease: Equatable {
  let major: Int
  let minor: Int
  let isAlpine: Bool

  /// Last minor release of each major version that is modelled.
  static let latestMinor: [Int: Int] = [12: 22, 13: 21, 14: 18, 15: 13, 16: 9, 17: 5]

  /// Nil when the repository has no such tag.
  init?(tag: String) {
    var text = tag
    var variant = ""
    if let dash = tag.utf8.firstIndex(of: 45) {
      text = String(tag[..<dash])
      variant = String(tag[tag.utf8.index(after: dash)...])
    }
    switch variant {
    case "": isAlpine = text == "alpine"
    case "bookworm", "bullseye": isAlpine = false
    default:
      guard variant.hasPrefix("alpine") else { return nil }
      if variant != "alpine" {
        let version = variant.dropFirst(6)
        guard version.hasPrefix("3."), let number = Int(version.dropFirst(2)), (12...22).contains(number) else {
          return nil
        }
      }
      isAlpine = true
    }
    if ["latest", "alpine", "bookworm", "bullseye"].contains(text) {
      major = 17
      minor = PostgresRelease.latestMinor[17]!
      return
    }
    guard let version = VersionTag(text), version.variant.isEmpty, (1...2).contains(version.numbers.count),
      let latest = PostgresRelease.latestMinor[version.numbers[0]]
    else { return nil }
    major = version.numbers[0]
    if version.numbers.count == 1 {
      minor = latest
    } else {
      guard (0...latest + 8).contains(version.numbers[1]) else { return nil }
      minor = version.numbers[1]
    }
  }

  /// `15.13`
  var number: String { "\(major).\(minor)" }

  /// What `version()` returns, and the first line of the server's log.
  var banner: String {
    if isAlpine {
      return "PostgreSQL \(number) on x86_64-pc-linux-musl, compiled by \(alpineCompiler), 64-bit"
    }
    return
      "PostgreSQL \(number) (Debian \(number)-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit"
  }

  /// What `psql --version` adds after the number.
  var clientSuffix: String { isAlpine ? "" : " (Debian \(number)-1.pgdg120+1)" }

  /// The compiler of the Alpine release that an image of that time was built on.
  private var alpineCompiler: String {
    guard let latest = PostgresRelease.latestMinor[major] else { return "gcc (Alpine 14.2.0) 14.2.0" }
    // Minor releases come every quarter; Alpine changed its compiler between them.
    switch latest - minor {
    case ...2: return "gcc (Alpine 14.2.0) 14.2.0"
    case 3...5: return "gcc (Alpine 13.2.1_git20240309) 13.2.1 20240309"
    default: return "gcc (Alpine 12.2.1_git20220924-r10) 12.2.1 20220924"
    }
  }
}
