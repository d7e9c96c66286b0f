// What a freshly installed machine has: the folders of a Linux tree, the programs under /usr/bin, the few files in /etc that
// programs read, and the devices.

import SimKernel
package import SimMachine

/// Tools that live under /usr/sbin.
private let systemFolder: Set<String> = ["chroot", "ip", "ifconfig", "service", "sysctl"]

/// Makes the tree of a machine and puts every utility of its command table into it. The content depends on the flavour:
/// Ubuntu 24.04, or an image with BusyBox.
package func installUtilities(on machine: Machine, flavour: UtilityFlavour = .gnu) {
  let files = machine.fileSystem
  func folder(_ path: String, _ mode: Int = 0o755) {
    // A tree that is being built has no reason to refuse.
    if let inode = try? files.makeDirectory(path, parents: true) { inode.mode = mode }
  }
  func file(_ path: String, _ text: String, _ mode: Int = 0o644) {
    if files.exists(path) { return }
    _ = try? files.write(path, text.bytes, permissions: mode)
  }
  func device(_ path: String, _ mode: Int = 0o666, _ open: @escaping () -> OpenFile) {
    if files.exists(path) { return }
    let inode = files.makeInode(.characterDevice, mode: mode)
    inode.device = open
    _ = try? files.attach(inode, at: path)
  }
  for path in [
    "/boot", "/dev", "/etc", "/home", "/mnt", "/opt", "/proc", "/run", "/srv", "/sys", "/usr/bin", "/usr/sbin",
    "/usr/lib",
    "/usr/local/bin", "/usr/local/sbin", "/usr/share", "/var/log", "/var/lib", "/var/cache", "/var/spool", "/var/run",
  ] { folder(path) }
  folder("/root", 0o700)
  folder("/tmp", 0o1777)
  folder("/var/tmp", 0o1777)
  folder("/dev/shm", 0o1777)
  if flavour == .gnu {
    for name in ["bin", "sbin", "lib"] where !files.exists("/" + name) {
      _ = try? files.makeSymbolicLink("usr/" + name, at: "/" + name)
    }
  } else {
    folder("/bin")
    folder("/sbin")
  }
  for name in machine.commands.names {
    let bin = systemFolder.contains(name) ? "/usr/sbin/" : flavour == .gnu ? "/usr/bin/" : "/bin/"
    if !files.exists(bin + name) { machine.install(name, at: bin + name) }
  }
  device("/dev/null") { NullDevice() }
  device("/dev/zero") { ZeroDevice() }
  device("/dev/full") { NullDevice() }
  let world = machine.world
  device("/dev/urandom") { RandomDevice { UInt8(truncatingIfNeeded: world.random.next() >> 24) } }
  device("/dev/random") { RandomDevice { UInt8(truncatingIfNeeded: world.random.next() >> 24) } }
  for (name, target) in [("stdin", "0"), ("stdout", "1"), ("stderr", "2")] where !files.exists("/dev/" + name) {
    _ = try? files.makeSymbolicLink("/proc/self/fd/" + target, at: "/dev/" + name)
  }
  if (try? files.lookup("/dev/fd", following: false)) == nil {
    _ = try? files.makeSymbolicLink("/proc/self/fd", at: "/dev/fd")
  }
  file("/etc/hostname", machine.hostname + "\n")
  file(
    "/etc/hosts",
    "127.0.0.1\tlocalhost\n127.0.1.1\t\(machine.hostname)\n\n# The following lines are desirable for IPv6 capable hosts\n::1     ip6-localhost ip6-loopback\nfe00::0 ip6-localnet\nff00::0 ip6-mcastprefix\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n"
  )
  file("/etc/resolv.conf", "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n")
  if flavour == .gnu {
    file("/etc/passwd", ubuntuUsers)
    file("/etc/group", ubuntuGroups)
    file(
      "/etc/shells",
      "# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n/usr/bin/rbash\n/usr/bin/dash\n"
    )
    file("/usr/lib/os-release", ubuntuRelease)
    if !files.exists("/etc/os-release") {
      _ = try? files.makeSymbolicLink("../usr/lib/os-release", at: "/etc/os-release")
    }
    file(
      "/etc/lsb-release",
      "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\nDISTRIB_CODENAME=noble\nDISTRIB_DESCRIPTION=\"Ubuntu 24.04.1 LTS\"\n")
    file("/etc/issue", "Ubuntu 24.04.1 LTS \\n \\l\n\n")
    file("/etc/debian_version", "trixie/sid\n")
  } else {
    file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n")
    file("/etc/group", "root:x:0:\nnogroup:x:65533:\nnobody:x:65534:\n")
  }
}

private let ubuntuUsers = """
  root:x:0:0:root:/root:/bin/bash
  daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
  bin:x:2:2:bin:/bin:/usr/sbin/nologin
  sys:x:3:3:sys:/dev:/usr/sbin/nologin
  sync:x:4:65534:sync:/bin:/bin/sync
  games:x:5:60:games:/usr/games:/usr/sbin/nologin
  man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
  lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
  mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
  news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
  uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
  proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
  www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
  backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
  list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
  irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
  _apt:x:42:65534::/nonexistent:/usr/sbin/nologin
  nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
  ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash

  """

private let ubuntuGroups = """
  root:x:0:
  daemon:x:1:
  bin:x:2:
  sys:x:3:
  adm:x:4:ubuntu
  tty:x:5:
  disk:x:6:
  lp:x:7:
  mail:x:8:
  news:x:9:
  uucp:x:10:
  man:x:12:
  proxy:x:13:
  kmem:x:15:
  dialout:x:20:ubuntu
  fax:x:21:
  voice:x:22:
  cdrom:x:24:ubuntu
  floppy:x:25:ubuntu
  tape:x:26:
  sudo:x:27:ubuntu
  audio:x:29:ubuntu
  dip:x:30:ubuntu
  www-data:x:33:
  backup:x:34:
  operator:x:37:
  list:x:38:
  irc:x:39:
  src:x:40:
  shadow:x:42:
  utmp:x:43:
  video:x:44:ubuntu
  sasl:x:45:
  plugdev:x:46:ubuntu
  staff:x:50:
  games:x:60:
  users:x:100:
  nogroup:x:65534:
  ubuntu:x:1000:

  """

private let ubuntuRelease = """
  PRETTY_NAME="Ubuntu 24.04.1 LTS"
  NAME="Ubuntu"
  VERSION_ID="24.04"
  VERSION="24.04.1 LTS (Noble Numbat)"
  VERSION_CODENAME=noble
  ID=ubuntu
  ID_LIKE=debian
  HOME_URL="https://www.ubuntu.com/"
  SUPPORT_URL="https://help.ubuntu.com/"
  BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
  PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
  UBUNTU_CODENAME=noble
  LOGO=ubuntu-logo

  """
