// Ubuntu, as a server that a lab runs on (24.04) and as container images of the long-term releases.

extension Distribution {
  /// The machine of a lab: every program that is modelled is installed on it.
  package static let ubuntuServer: Distribution = {
    var server = ubuntu("24.04") ?? debian()
    server.folders += ["/lost+found", "/snap"]
    server.programs = nil
    server.startup = [(debianStartup[0].0, debianStartup[0].1 + shortForms), debianStartup[1]]
    return server
  }()

  /// A container image of `20.04`, `22.04` or `24.04`; nil for releases whose content is not modelled.
  package static func ubuntu(_ version: String) -> Distribution? {
    guard let release = ubuntuReleases[version] else { return nil }
    let isNoble = version == "24.04"
    let title = "\(release.point) LTS (\(release.name))"
    let addresses = """
      HOME_URL="https://www.ubuntu.com/"
      SUPPORT_URL="https://help.ubuntu.com/"
      BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
      PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
      """
    var text: String
    if version == "20.04" {
      text = """
        NAME="Ubuntu"
        VERSION="\(title)"
        ID=ubuntu
        ID_LIKE=debian
        PRETTY_NAME="Ubuntu \(release.point) LTS"
        VERSION_ID="20.04"
        \(addresses)
        VERSION_CODENAME=focal
        UBUNTU_CODENAME=focal

        """
    } else {
      text = """
        PRETTY_NAME="Ubuntu \(release.point) LTS"
        NAME="Ubuntu"
        VERSION_ID="\(version)"
        VERSION="\(title)"
        VERSION_CODENAME=\(release.codename)
        ID=ubuntu
        ID_LIKE=debian
        \(addresses)
        UBUNTU_CODENAME=\(release.codename)

        """
      if isNoble { text += "LOGO=ubuntu-logo\n" }
    }
    let extra = isNoble ? ["/bin.usr-is-merged", "/lib.usr-is-merged", "/sbin.usr-is-merged"] : []
    var links = mergedLinks
    if !isNoble { links += [("/lib32", "usr/lib32"), ("/libx32", "usr/libx32")] }
    return Distribution(
      flavour: .gnu, folders: mergedFolders + extra + (isNoble ? [] : ["/usr/lib32", "/usr/libx32"]), links: links,
      files: [
        ("/usr/lib/os-release", text),
        (
          "/etc/lsb-release",
          "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=\(version)\nDISTRIB_CODENAME=\(release.codename)\n"
            + "DISTRIB_DESCRIPTION=\"Ubuntu \(release.point) LTS\"\n"
        ),
        ("/etc/issue", "Ubuntu \(release.point) LTS \\n \\l\n\n"), ("/etc/debian_version", release.debian + "/sid\n"),
        ("/etc/shells", isNoble ? nobleShells : debianShells),
      ],
      users: debianUsers(gnats: !isNoble) + (isNoble ? "ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash\n" : ""),
      groups: debianGroups(gnats: !isNoble, member: isNoble ? "ubuntu" : "") + (isNoble ? "ubuntu:x:1000:\n" : ""),
      programs: debianPrograms + [
        ("/usr/bin", "free kill pgrep pidwait pkill pmap ps pwdx skill slabtop snice tload top uptime vmstat w watch"),
        ("/usr/sbin", "sysctl"),
      ], startup: debianStartup.map { $0.0 == "/root/.bashrc" ? ($0.0, ubuntuStartup) : $0 },
      versions: [("bash", release.bash)])
  }

  /// That ls and grep colour what they print there is left out.
  private static var shortForms: String { "alias ll='ls -alF'\nalias la='ls -A'\nalias l='ls -CF'\n" }

  /// The title of an xterm's window.
  private static var ubuntuStartup: String {
    """
    PS1='${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '
    case "$TERM" in xterm*|rxvt*) PS1="\\[\\e]0;${debian_chroot:+($debian_chroot)}\\u@\\h: \\w\\a\\]$PS1" ;; esac

    """ + shortForms
  }

  /// By version: last point release, name, code name, and the Debian release it was made from.
  private static var ubuntuReleases:
    [String: (point: String, name: String, codename: String, debian: String, bash: String)]
  {
    [
      "20.04": ("20.04.6", "Focal Fossa", "focal", "bullseye", "5.0.17(1)"),
      "22.04": ("22.04.5", "Jammy Jellyfish", "jammy", "bookworm", "5.1.16(1)"),
      "24.04": ("24.04.3", "Noble Numbat", "noble", "trixie", "5.2.21(1)"),
    ]
  }

  private static var nobleShells: String {
    """
    # /etc/shells: valid login shells
    /bin/sh
    /usr/bin/sh
    /bin/bash
    /usr/bin/bash
    /bin/rbash
    /usr/bin/rbash
    /usr/bin/dash

    """
  }
}
