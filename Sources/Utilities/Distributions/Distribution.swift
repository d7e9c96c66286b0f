// What a Linux distribution puts on a disk, as far as labs look: the folders at the root, the release files, who exists in
// /etc/passwd, and which programs there are. A program that a distribution has and that is not modelled says so when it is
// run; one that it does not have is not found, as on the real one. Contents: `debootstrap --variant=minbase` for Debian; the
// published root file systems for the others.

import SimKernel
package import SimMachine

package struct Distribution {
  package var flavour: UtilityFlavour
  /// Folders that lie beside those every system has (`/dev`, `/etc`, `/proc`, `/root`, `/sys`, `/tmp`, `/usr`, `/var`).
  var folders: [String]
  /// Path and target.
  var links: [(String, String)]
  /// Path and text.
  var files: [(String, String)]
  /// Text of `/etc/passwd` and `/etc/group`.
  var users: String
  var groups: String
  /// Folder and the names in it, separated by blanks; nil means every program that is modelled, and those known by name.
  var programs: [(folder: String, names: String)]?
  /// Path of a file that shells read when they start, and what it does in our words; what stands in it is not simulated.
  var startup: [(String, String)] = []
  /// Releases of programs that tell theirs.
  var versions: [(program: String, release: String)] = []

  /// The same with what an image adds: lines of `/etc/passwd` and `/etc/group`, programs by folder.
  package func adding(
    users newUsers: String = "", groups newGroups: String = "", programs newPrograms: String = "",
    in folder: String = "/usr/bin"
  ) -> Distribution {
    var copy = self
    if !newUsers.isEmpty { copy.users += newUsers + "\n" }
    if !newGroups.isEmpty { copy.groups += newGroups + "\n" }
    if !newPrograms.isEmpty { copy.programs?.append((folder, newPrograms)) }
    return copy
  }

  /// The same without its release files, for images of which it is not known what they are built on.
  package var unreleased: Distribution {
    var copy = self
    copy.files.removeAll { $0.0.hasSuffix("-release") || $0.0.hasSuffix("_version") || $0.0.hasPrefix("/etc/issue") }
    copy.links.removeAll { $0.0.hasSuffix("-release") }
    return copy
  }

  /// The groups that a container's runtime gives a user besides its own: those of `/etc/group` that list it.
  package func supplementaryGroups(ofUser id: Int) -> [Int] {
    var name = ""
    for line in users.split(separator: "\n" as Character) {
      let fields = line.split(separator: ":" as Character, omittingEmptySubsequences: false)
      if fields.count > 2, fields[2] == String(id) {
        name = String(fields[0])
        break
      }
    }
    guard !name.isEmpty else { return [] }
    var found: [Int] = []
    for line in groups.split(separator: "\n" as Character) {
      let fields = line.split(separator: ":" as Character, omittingEmptySubsequences: false)
      guard fields.count == 4, let group = Int(fields[2]) else { continue }
      for member in fields[3].split(separator: "," as Character) where member == name { found.append(group) }
    }
    return found
  }

  /// The group that /etc/passwd gives a user.
  package func primaryGroup(ofUser id: Int) -> Int? { record(ofUser: id).flatMap { Int($0[3]) } }

  /// The home directory that /etc/passwd gives a user.
  package func home(ofUser id: Int) -> String? { record(ofUser: id).map { String($0[5]) } }

  private func record(ofUser id: Int) -> [Substring]? {
    for line in users.split(separator: "\n" as Character) {
      let fields = line.split(separator: ":" as Character, omittingEmptySubsequences: false)
      if fields.count > 6, fields[2] == String(id) { return fields }
    }
    return nil
  }

  /// Who exists and which release this is: what an image's own programs read before anybody looks into the machine.
  package func installAccounts(on machine: Machine) {
    let files = machine.fileSystem
    _ = try? files.makeDirectory("/etc", parents: true)
    for (path, text) in self.files + [("/etc/passwd", users), ("/etc/group", groups)]
    where path.hasPrefix("/etc/") && !files.exists(path) {
      try? files.write(path, Array(text.utf8), permissions: 0o644)
    }
  }

  /// The same with the releases of programs that tell theirs.
  package func with(versions: [(program: String, release: String)]) -> Distribution {
    var copy = self
    copy.versions += versions
    return copy
  }

  /// Puts it on a machine. What an image has put there before stays.
  package func install(on machine: Machine) {
    let files = machine.fileSystem
    for (program, release) in versions { machine.facts.versions[program] = release }
    for path in folders where !files.exists(path) {
      // A tree that is being built has no reason to refuse.
      _ = try? files.makeDirectory(path, parents: true)
    }
    for (path, target) in links where !files.exists(path) { _ = try? files.makeSymbolicLink(target, at: path) }
    installAccounts(on: machine)
    for (path, text) in self.files where !files.exists(path) {
      try? files.write(path, Array(text.utf8), permissions: 0o644)
    }
    for (path, text) in startup where !files.exists(path) {
      try? files.write(path, Array(text.utf8), permissions: 0o644)
      (try? files.lookup(path))?.isUnknown = true
    }
    guard let programs else {
      for name in machine.commands.names where !name.utf8.contains(32) {
        place(name, in: systemFolder.contains(name) ? "/usr/sbin" : "/usr/bin", on: machine)
      }
      return
    }
    for (folder, names) in programs {
      for name in names.split(separator: " " as Character) { place(String(name), in: folder, on: machine) }
    }
  }

  private func place(_ name: String, in folder: String, on machine: Machine) {
    let path = folder + "/" + name
    guard !machine.fileSystem.exists(path) else { return }
    if machine.commands[name] == nil {
      let flavour = flavour
      machine.commands.register(unmodelled: name) { notModelled(name).make(flavour) }
    }
    machine.install(name, at: path)
  }
}

/// Tools that live under /usr/sbin where nothing else is said.
private let systemFolder: Set<String> = {
  let names = """
    addgroup adduser agetty arp blkdiscard blkid blkzone blockdev cfdisk chcpu chgpasswd chmem chpasswd chroot cpgr cppw ctrlaltdel \
    deluser dpkg-reconfigure fdisk findfs fsck fsck.cramfs fsck.minix fsfreeze fstrim getty groupadd groupdel groupmems \
    groupmod grpck grpconv grpunconv halt ifconfig insmod ip ip6tables iptables isosize ldattach locale-gen losetup lsmod mkfs \
    mkfs.bfs mkfs.cramfs mkfs.ext4 mkfs.minix mkswap modprobe netplan newusers nft nologin parted pivot_root poweroff pwck \
    pwconv pwunconv readprofile reboot rmmod route rtcwake runuser service sfdisk shadowconfig shutdown sulogin swaplabel swapoff \
    swapon switch_root sysctl tcpdump ufw useradd userdel usermod vigr vipw visudo wipefs zramctl
    """
  var found: Set<String> = []
  for name in names.split(separator: " " as Character) { found.insert(String(name)) }
  return found
}()
