// What a tag of docker.io/library/postgres contains: the server's release and the words it was built with.
// Releases without a patch level mean the image as of May 2025 (15.13 and its sisters), the state the captures show.

import SimKernel

struct PostgresRelease: Equatable {
  let major: Int
  let minor: Int
  let isAlpine: Bool
  /// `bookworm`, `bullseye` or `trixie`; empty for Alpine.
  let debian: String

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
    var codename = ""
    switch variant {
    case "": isAlpine = text == "alpine" || text.hasPrefix("alpine3.")
    case "bookworm", "bullseye", "trixie":
      isAlpine = false
      codename = variant
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
    if ["latest", "alpine", "bookworm", "bullseye", "trixie"].contains(text) || (variant.isEmpty && isAlpine) {
      major = 17
      minor = PostgresRelease.latestMinor[17]!
      debian = isAlpine ? "" : text == "latest" ? "bookworm" : text
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
    // The default Debian release moved twice: bookworm in June 2023, trixie in August 2025.
    let isOld = latest - minor >= 9
    debian = isAlpine ? "" : !codename.isEmpty ? codename : isOld ? "bullseye" : minor > latest ? "trixie" : "bookworm"
  }

  /// `15.13`
  var number: String { "\(major).\(minor)" }

  /// What `version()` returns, and the first line of the server's log.
  var banner: String {
    if isAlpine {
      return "PostgreSQL \(number) on x86_64-pc-linux-musl, compiled by \(alpineCompiler), 64-bit"
    }
    return "PostgreSQL \(number)\(clientSuffix) on x86_64-pc-linux-gnu, compiled by \(debianCompiler), 64-bit"
  }

  /// What the programs say that they were built on and with.
  var platform: String {
    isAlpine
      ? "x86_64-pc-linux-musl, compiled by \(alpineCompiler), 64-bit"
      : "x86_64-pc-linux-gnu, compiled by \(debianCompiler), 64-bit"
  }

  /// The Debian package's version.
  var package: String { isAlpine ? number : "\(number)-1.\(packageSuffix)" }

  /// What `psql --version` adds after the number.
  var clientSuffix: String { isAlpine ? "" : " (Debian \(package))" }

  /// What the programs print for `--version`.
  func versionLine(_ program: String) -> String { "\(program) (PostgreSQL) \(number)\(clientSuffix)\n" }

  /// Since the releases of August 2025 pg_dump wraps its script in `\restrict`.
  var restrictsDumps: Bool { minor > (PostgresRelease.latestMinor[major] ?? 0) && major >= 13 }

  /// Where the programs lie.
  var programFolder: String { isAlpine ? "/usr/local/bin" : "/usr/lib/postgresql/\(major)/bin" }

  /// The user `postgres` of the image.
  var userID: Int { isAlpine ? 70 : 999 }

  private var packageSuffix: String {
    switch debian {
    case "bullseye": "pgdg110+1"
    case "trixie": "pgdg13+1"
    default: "pgdg120+1"
    }
  }

  private var debianCompiler: String {
    switch debian {
    case "bullseye": "gcc (Debian 10.2.1-6) 10.2.1 20210110"
    case "trixie": "gcc (Debian 14.2.0-19) 14.2.0"
    default: "gcc (Debian 12.2.0-14+deb12u1) 12.2.0"
    }
  }

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
