// Every command that an Ubuntu server has of the basic packages is known: modelled, or it says that it is not simulated. A lab never
// reads `command not found` where the real machine would have answered.

import SimMachine
import Testing
import Utilities

@Suite struct CompletenessTests {
  @Test(arguments: [
    (
      "coreutils",
      """
      [ arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit cut date dd df dir dircolors \
      dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo \
      mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon \
      seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test \
      timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes
      """
    ),
    (
      "util-linux and bsdextrautils",
      """
      agetty blkid blockdev cal chrt col colrm column dmesg eject fallocate fdisk findfs findmnt flock fsck fstrim getopt hd hexdump \
      hwclock ionice ipcs last logger login look losetup lsblk lscpu lsipc lslocks lsmem lsns mesg mkfs mkswap more mount mountpoint \
      namei ncal nsenter pivot_root prlimit rename renice rev rtcwake script scriptreplay setarch setpriv setsid setterm su \
      swapoff swapon switch_root taskset ul umount unshare uuidgen wall wdctl whereis wipefs write zramctl
      """
    ),
    (
      "procps",
      "free kill pgrep pidof pidwait pkill pmap ps pwdx skill slabtop snice sysctl tload top uptime vmstat w watch"
    ),
    ("findutils", "find xargs"), ("diffutils and patch", "cmp diff diff3 sdiff patch"),
    ("gzip", "gunzip gzexe gzip uncompress zcat zcmp zdiff zegrep zfgrep zforce zgrep zless zmore znew"),
    (
      "what administers a server",
      """
      apt apt-get crontab curl dig dpkg git host hostnamectl ip iptables journalctl less locale lsof make nano nc netstat nslookup \
      openssl ping python3 perl rsync screen service snap ss ssh strace sudo systemctl tar tcpdump telnet timedatectl tmux \
      traceroute useradd vi vim wget zip unzip file bc dc jq getent tput
      """
    ),
  ])
  func everyCommandIsKnown(_ package: String, _ names: String) {
    let table = CommandTable()
    registerUtilities(into: table)
    let known = Set(table.names)
    let missing = names.split(separator: " ").map(String.init).filter { !known.contains($0) }
    #expect(missing.isEmpty, "\(package)")
  }
}
