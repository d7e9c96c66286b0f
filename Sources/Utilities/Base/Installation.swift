// What every freshly installed Linux machine has: the folders of the tree, its names and addresses in /etc, the devices.
// What tells one distribution from another lies in Distributions/.

import SimKernel
package import SimMachine

/// Makes the tree of a machine: what every Linux has, then what its distribution adds.
package func installUtilities(on machine: Machine, distribution: Distribution = .ubuntuServer) {
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
    "/dev", "/etc", "/proc", "/sys", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/local/bin",
    "/usr/local/sbin", "/usr/share", "/var/log", "/var/lib", "/var/cache", "/var/spool",
  ] { folder(path) }
  folder("/root", 0o700)
  folder("/tmp", 0o1777)
  folder("/var/tmp", 0o1777)
  folder("/dev/shm", 0o1777)
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
  distribution.install(on: machine)
}
