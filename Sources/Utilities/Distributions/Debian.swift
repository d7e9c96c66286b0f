// Debian as its container images carry it (minimal base system, merged /usr): no ps, ping, vi, less, curl or ip.

package enum DebianRelease: Int {
  case buster = 10
  case bullseye, bookworm, trixie

  var name: String {
    switch self {
    case .buster: return "buster"
    case .bullseye: return "bullseye"
    case .bookworm: return "bookworm"
    case .trixie: return "trixie"
    }
  }

  var bash: String {
    switch self {
    case .buster: return "5.0.3(1)"
    case .bullseye: return "5.1.4(1)"
    case .bookworm: return "5.2.15(1)"
    case .trixie: return "5.2.37(1)"
    }
  }

  /// Last point release when the images were read.
  var pointRelease: String {
    switch self {
    case .buster: return "10.13"
    case .bullseye: return "11.11"
    case .bookworm: return "12.11"
    case .trixie: return "13.1"
    }
  }
}

extension Distribution {
  package static func debian(_ release: DebianRelease = .bookworm) -> Distribution {
    let number = String(release.rawValue)
    var text = """
      PRETTY_NAME="Debian GNU/Linux \(number) (\(release.name))"
      NAME="Debian GNU/Linux"
      VERSION_ID="\(number)"
      VERSION="\(number) (\(release.name))"
      VERSION_CODENAME=\(release.name)

      """
    if release == .trixie { text += "DEBIAN_VERSION_FULL=\(release.pointRelease)\n" }
    text += """
      ID=debian
      HOME_URL="https://www.debian.org/"
      SUPPORT_URL="https://www.debian.org/support"
      BUG_REPORT_URL="https://bugs.debian.org/"

      """
    return Distribution(
      flavour: .gnu, folders: mergedFolders, links: mergedLinks,
      files: [
        ("/usr/lib/os-release", text), ("/etc/debian_version", release.pointRelease + "\n"),
        ("/etc/issue", "Debian GNU/Linux \(number) \\n \\l\n\n"), ("/etc/shells", debianShells),
      ],
      users: debianUsers(gnats: release.rawValue < 12), groups: debianGroups(gnats: release.rawValue < 12, member: ""),
      programs: debianPrograms, startup: debianStartup, versions: [("bash", release.bash)])
  }

  /// What Debian's bash reads when it is interactive, in the order in which it is read.
  static var debianStartup: [(String, String)] {
    let prompt = "PS1='${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '\n"
    return [
      ("/etc/bash.bashrc", prompt), ("/etc/profile", "[ -z \"$BASH\" ] || \(prompt)"), ("/root/.bashrc", ""),
      ("/root/.profile", "[ -z \"$BASH\" ] || . ~/.bashrc\n"),
    ]
  }

  static var mergedFolders: [String] {
    [
      "/boot", "/home", "/media", "/mnt", "/opt", "/run/lock", "/srv", "/usr/games", "/usr/include", "/usr/lib64",
      "/usr/libexec",
      "/usr/src", "/var/backups", "/var/local", "/var/mail", "/var/opt",
    ]
  }

  static var mergedLinks: [(String, String)] {
    [
      ("/bin", "usr/bin"), ("/sbin", "usr/sbin"), ("/lib", "usr/lib"), ("/lib64", "usr/lib64"),
      ("/etc/os-release", "../usr/lib/os-release"), ("/var/run", "/run"), ("/var/lock", "/run/lock"),
    ]
  }

  static var debianShells: String {
    """
    # /etc/shells: valid login shells
    /bin/sh
    /usr/bin/sh
    /bin/bash
    /usr/bin/bash
    /bin/rbash
    /usr/bin/rbash
    /bin/dash
    /usr/bin/dash

    """
  }

  /// base-passwd's users; releases before 12 have `gnats` and give `_apt` its number when it is installed.
  static func debianUsers(gnats: Bool) -> String {
    let first = """
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

      """
    let nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
    if gnats {
      return first + "gnats:x:41:41:Gnats Bug-Reporting System (admin):/var/lib/gnats:/usr/sbin/nologin\n" + nobody
        + "_apt:x:100:65534::/nonexistent:/usr/sbin/nologin\n"
    }
    return first + "_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n" + nobody
  }

  /// base-passwd's groups. `member` is in those that an installer puts the first user into.
  static func debianGroups(gnats: Bool, member: String) -> String {
    var text = ""
    let gnatsGroup = gnats ? " gnats:41" : ""
    let all =
      "root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 "
      + "voice:22 cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 irc:39 "
      + "src:40\(gnatsGroup) shadow:42 utmp:43 video:44 sasl:45 plugdev:46 staff:50 games:60 users:100 nogroup:65534"
    let shared: Set<String> = [
      "adm", "dialout", "cdrom", "floppy", "sudo", "audio", "dip", "video", "plugdev",
    ]
    for entry in all.split(separator: " " as Character) {
      let parts = entry.split(separator: ":" as Character)
      text += "\(parts[0]):x:\(parts[1]):\(shared.contains(String(parts[0])) ? member : "")\n"
    }
    return text
  }

  static var debianPrograms: [(folder: String, names: String)] {
    [
      (
        "/usr/bin",
        """
        [ addpart apt apt-cache apt-cdrom apt-config apt-get apt-key apt-mark arch awk b2sum base32 base64 \
        basename basenc bash bashbug captoinfo cat chage chattr chcon chfn chgrp chmod choom chown chrt chsh \
        cksum clear clear_console cmp comm cp csplit cut dash date dd deb-systemd-helper deb-systemd-invoke \
        debconf debconf-apt-progress debconf-communicate debconf-copydb debconf-escape \
        debconf-set-selections debconf-show delpart df diff diff3 dir dircolors dirname dmesg dnsdomainname \
        domainname dpkg dpkg-deb dpkg-divert dpkg-maintscript-helper dpkg-query dpkg-realpath dpkg-split \
        dpkg-statoverride dpkg-trigger du echo egrep env expand expiry expr factor faillog fallocate false \
        fgrep fincore find findmnt flock fmt fold getconf getent getopt gpasswd gpgv grep groups gunzip \
        gzexe gzip hardlink head hostid hostname i386 iconv id infocmp infotocap install ionice ipcmk ipcrm \
        ipcs ischroot join last lastb lastlog ld.so ldd link linux32 linux64 ln locale localedef logger \
        login logname ls lsattr lsblk lscpu lsfd lsipc lsirq lslocks lslogins lsmem lsns mawk mcookie md5sum \
        mesg mkdir mkfifo mknod mktemp more mount mountpoint mv namei nawk newgrp nice nisdomainname nl \
        nohup nproc nsenter numfmt od pager partx passwd paste pathchk perl pidof pinky pldd pr printenv \
        printf prlimit ptx pwd rbash readlink realpath rename.ul renice reset resizepart rev rgrep rm rmdir \
        run-parts runcon savelog script scriptlive scriptreplay sdiff sed seq setarch setpriv setsid setterm \
        sg sh sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty \
        su sum sync tabs tac tail tar taskset tee tempfile test tic timeout toe touch tput tr true truncate \
        tset tsort tty tzselect uclampset umount uname uncompress unexpand uniq unlink unshare \
        update-alternatives users utmpdump vdir wall wc wdctl whereis which which.debianutils who whoami \
        x86_64 xargs yes ypdomainname zcat zcmp zdiff zdump zegrep zfgrep zforce zgrep zless zmore znew
        """
      ),
      (
        "/usr/sbin",
        """
        add-shell addgroup adduser agetty badblocks blkdiscard blkid blkzone blockdev chcpu chgpasswd chmem \
        chpasswd chroot cpgr cppw ctrlaltdel debugfs delgroup deluser dpkg-fsys-usrunmess dpkg-preconfigure \
        dpkg-reconfigure dumpe2fs e2freefrag e2fsck e2image e2label e2mmpstatus e2scrub e2scrub_all e2undo \
        e4crypt e4defrag faillock filefrag findfs fsck fsck.cramfs fsck.ext2 fsck.ext3 fsck.ext4 fsck.minix \
        fsfreeze fstab-decode fstrim getty groupadd groupdel groupmems groupmod grpck grpconv grpunconv \
        hwclock iconvconfig installkernel invoke-rc.d isosize killall5 ldattach ldconfig logsave losetup \
        mke2fs mkfs mkfs.bfs mkfs.cramfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.minix mkhomedir_helper \
        mklost+found mkswap newusers nologin pam-auth-update pam_getenv pam_namespace_helper \
        pam_timestamp_check pivot_root pwck pwconv pwhistory_helper pwunconv readprofile remove-shell \
        resize2fs rmt rmt-tar rtcwake runuser service shadowconfig start-stop-daemon sulogin swaplabel \
        swapoff swapon switch_root tarcat tune2fs unix_chkpwd unix_update update-passwd update-rc.d \
        update-shells useradd userdel usermod vigr vipw wipefs zic zramctl
        """
      ),
    ]
  }
}
