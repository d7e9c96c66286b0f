// pg_config: where Debian's packages, and the builds of the Alpine images, have put things. The options of the build itself are left
// out. Source: PostgreSQL 15 manual, reference page pg_config.

internal import SimKernel

extension ClientTools {
  static func showConfiguration(_ call: ClientCall) -> Int32 {
    guard !call.arguments.isEmpty else { return call.notSimulated("without options") }
    let isDebian = find(Array("Debian".utf8), Array(call.host.version.utf8)) >= 0
    let major = "\(call.host.majorVersion)"
    for word in call.arguments {
      if word == "--version" {
        call.output.print("PostgreSQL \(call.host.version)\n")
      } else if let folder = folders[word] {
        call.output.print(replaced(isDebian ? folder.debian : folder.alpine, "MAJOR", major) + "\n")
      } else if built.contains(word) {
        return call.notSimulated(word)
      } else {
        call.output.complain("pg_config: invalid argument: \(word)\n\(call.more)\n")
        return 1
      }
    }
    return 0
  }

  private static let built: Set<String> = [
    "--configure", "--help", "--cc", "--cppflags", "--cflags", "--cflags_sl", "--ldflags", "--ldflags_ex",
    "--ldflags_sl",
    "--libs",
  ]

  private static let folders: [String: (debian: String, alpine: String)] = [
    "--bindir": ("/usr/lib/postgresql/MAJOR/bin", "/usr/local/bin"),
    "--sharedir": ("/usr/share/postgresql/MAJOR", "/usr/local/share/postgresql"),
    "--libdir": ("/usr/lib/x86_64-linux-gnu", "/usr/local/lib"),
    "--pkglibdir": ("/usr/lib/postgresql/MAJOR/lib", "/usr/local/lib/postgresql"),
    "--sysconfdir": ("/etc/postgresql-common", "/usr/local/etc/postgresql"),
    "--includedir": ("/usr/include/postgresql", "/usr/local/include"),
    "--pkgincludedir": ("/usr/include/postgresql", "/usr/local/include/postgresql"),
    "--includedir-server": ("/usr/include/postgresql/MAJOR/server", "/usr/local/include/postgresql/server"),
    "--localedir": ("/usr/share/locale", "/usr/local/share/locale"),
    "--mandir": ("/usr/share/postgresql/MAJOR/man", "/usr/local/share/man"),
    "--docdir": ("/usr/share/doc/postgresql-doc-MAJOR", "/usr/local/share/doc/postgresql"),
    "--htmldir": ("/usr/share/doc/postgresql-doc-MAJOR", "/usr/local/share/doc/postgresql"),
    "--pgxs": (
      "/usr/lib/postgresql/MAJOR/lib/pgxs/src/makefiles/pgxs.mk", "/usr/local/lib/postgresql/pgxs/src/makefiles/pgxs.mk"
    ),
  ]
}
