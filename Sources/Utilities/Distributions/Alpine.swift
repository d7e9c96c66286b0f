// Alpine Linux: BusyBox, musl, no bash, no curl.

extension Distribution {
  /// Minor release of Alpine 3, e.g. 21 for 3.21.
  package static func alpine(_ minor: Int = 22) -> Distribution {
    let version = "3.\(minor).\(alpinePatches[minor] ?? 0)"
    return Distribution(
      flavour: .busybox,
      folders: [
        "/bin", "/home", "/lib", "/media/cdrom", "/media/floppy", "/media/usb", "/mnt", "/opt", "/run/lock", "/sbin",
        "/srv",
        "/var/empty", "/var/local", "/var/mail", "/var/opt",
      ],
      links: [("/var/run", "../run"), ("/var/lock", "/run/lock"), ("/etc/os-release", "../usr/lib/os-release")],
      files: [
        (
          "/usr/lib/os-release",
          """
          NAME="Alpine Linux"
          ID=alpine
          VERSION_ID=\(version)
          PRETTY_NAME="Alpine Linux v3.\(minor)"
          HOME_URL="https://alpinelinux.org/"
          BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"

          """
        ), ("/etc/alpine-release", version + "\n"),
        ("/etc/issue", "Welcome to Alpine Linux 3.\(minor)\nKernel \\r on \\m (\\l)\n\n"),
        ("/etc/shells", "# valid login shells\n/bin/sh\n/bin/ash\n"),
      ], users: minor >= 20 ? alpineUsers : olderAlpineUsers, groups: minor >= 20 ? alpineGroups : olderAlpineGroups,
      programs: alpinePrograms)
  }

  /// Last patch level of each minor release when the images were read.
  private static var alpinePatches: [Int: Int] {
    [
      12: 12, 13: 12, 14: 10, 15: 11, 16: 9, 17: 10, 18: 12, 19: 7, 20: 6, 21: 3, 22: 1,
    ]
  }

  private static var alpineUsers: String {
    """
    root:x:0:0:root:/root:/bin/sh
    bin:x:1:1:bin:/bin:/sbin/nologin
    daemon:x:2:2:daemon:/sbin:/sbin/nologin
    lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin
    sync:x:5:0:sync:/sbin:/bin/sync
    shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
    halt:x:7:0:halt:/sbin:/sbin/halt
    mail:x:8:12:mail:/var/mail:/sbin/nologin
    news:x:9:13:news:/usr/lib/news:/sbin/nologin
    uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin
    cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
    ftp:x:21:21::/var/lib/ftp:/sbin/nologin
    sshd:x:22:22:sshd:/dev/null:/sbin/nologin
    games:x:35:35:games:/usr/games:/sbin/nologin
    ntp:x:123:123:NTP:/var/empty:/sbin/nologin
    guest:x:405:100:guest:/dev/null:/sbin/nologin
    nobody:x:65534:65534:nobody:/:/sbin/nologin

    """
  }

  private static var olderAlpineUsers: String {
    """
    root:x:0:0:root:/root:/bin/ash
    bin:x:1:1:bin:/bin:/sbin/nologin
    daemon:x:2:2:daemon:/sbin:/sbin/nologin
    adm:x:3:4:adm:/var/adm:/sbin/nologin
    lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin
    sync:x:5:0:sync:/sbin:/bin/sync
    shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
    halt:x:7:0:halt:/sbin:/sbin/halt
    mail:x:8:12:mail:/var/mail:/sbin/nologin
    news:x:9:13:news:/usr/lib/news:/sbin/nologin
    uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin
    operator:x:11:0:operator:/root:/sbin/nologin
    man:x:13:15:man:/usr/man:/sbin/nologin
    postmaster:x:14:12:postmaster:/var/mail:/sbin/nologin
    cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
    ftp:x:21:21::/var/lib/ftp:/sbin/nologin
    sshd:x:22:22:sshd:/dev/null:/sbin/nologin
    at:x:25:25:at:/var/spool/cron/atjobs:/sbin/nologin
    squid:x:31:31:Squid:/var/cache/squid:/sbin/nologin
    xfs:x:33:33:X Font Server:/etc/X11/fs:/sbin/nologin
    games:x:35:35:games:/usr/games:/sbin/nologin
    cyrus:x:85:12::/usr/cyrus:/sbin/nologin
    vpopmail:x:89:89::/var/vpopmail:/sbin/nologin
    ntp:x:123:123:NTP:/var/empty:/sbin/nologin
    smmsp:x:209:209:smmsp:/var/spool/mqueue:/sbin/nologin
    guest:x:405:100:guest:/dev/null:/sbin/nologin
    nobody:x:65534:65534:nobody:/:/sbin/nologin

    """
  }

  private static var alpineGroups: String {
    """
    root:x:0:root
    bin:x:1:root,bin,daemon
    daemon:x:2:root,bin,daemon
    sys:x:3:root,bin
    adm:x:4:root,daemon
    tty:x:5:
    disk:x:6:root
    lp:x:7:lp
    kmem:x:9:
    wheel:x:10:root
    floppy:x:11:root
    mail:x:12:mail
    news:x:13:news
    uucp:x:14:uucp
    cron:x:16:cron
    audio:x:18:
    cdrom:x:19:
    dialout:x:20:root
    ftp:x:21:
    sshd:x:22:
    input:x:23:
    tape:x:26:root
    video:x:27:root
    netdev:x:28:
    kvm:x:34:kvm
    games:x:35:
    shadow:x:42:
    www-data:x:82:
    users:x:100:games
    ntp:x:123:
    abuild:x:300:
    utmp:x:406:
    ping:x:999:
    nogroup:x:65533:
    nobody:x:65534:

    """
  }

  private static var olderAlpineGroups: String {
    """
    root:x:0:root
    bin:x:1:root,bin,daemon
    daemon:x:2:root,bin,daemon
    sys:x:3:root,bin,adm
    adm:x:4:root,adm,daemon
    tty:x:5:
    disk:x:6:root,adm
    lp:x:7:lp
    mem:x:8:
    kmem:x:9:
    wheel:x:10:root
    floppy:x:11:root
    mail:x:12:mail
    news:x:13:news
    uucp:x:14:uucp
    man:x:15:man
    cron:x:16:cron
    console:x:17:
    audio:x:18:
    cdrom:x:19:
    dialout:x:20:root
    ftp:x:21:
    sshd:x:22:
    input:x:23:
    at:x:25:at
    tape:x:26:root
    video:x:27:root
    netdev:x:28:
    readproc:x:30:
    squid:x:31:squid
    xfs:x:33:xfs
    kvm:x:34:kvm
    games:x:35:
    shadow:x:42:
    cdrw:x:80:
    www-data:x:82:
    usb:x:85:
    vpopmail:x:89:
    users:x:100:games
    ntp:x:123:
    nofiles:x:200:
    smmsp:x:209:smmsp
    locate:x:245:
    abuild:x:300:
    utmp:x:406:
    ping:x:999:
    nogroup:x:65533:
    nobody:x:65534:

    """
  }

  /// BusyBox' applets where Alpine links them, and the few programs of its own.
  private static var alpinePrograms: [(folder: String, names: String)] {
    [
      (
        "/bin",
        """
        arch ash base64 bbconfig busybox cat chattr chgrp chmod chown cp date dd df dmesg dnsdomainname dumpkmap \
        echo egrep false fatattr fdflush fgrep fsync getopt grep gunzip gzip hostname ionice iostat ipcalc kbd_mode \
        kill link linux32 linux64 ln login ls lsattr lzop makemime mkdir mknod mktemp more mount mountpoint mpstat \
        mv netstat nice pidof ping ping6 pipe_progress printenv ps pwd reformime rev rm rmdir run-parts sed setpriv \
        setserial sh sleep stat stty su sync tar touch true umount uname usleep watch zcat
        """
      ),
      (
        "/sbin",
        """
        acpid adjtimex apk arp blkid blockdev depmod fbsplash fdisk findfs fsck fstrim getty halt hwclock ifconfig \
        ifdown ifenslave ifup init inotifyd insmod ip ipaddr iplink ipneigh iproute iprule iptunnel klogd ldconfig \
        loadkmap logread losetup lsmod mdev mkdosfs mkfs.vfat mkswap modinfo modprobe nameif nologin pivot_root \
        poweroff raidautorun reboot rmmod route setconsole slattach swapoff swapon switch_root sysctl syslogd tunctl \
        udhcpc vconfig watchdog zcip
        """
      ),
      (
        "/usr/bin",
        """
        [ [[ awk basename bc beep blkdiscard bunzip2 bzcat bzip2 cal chvt cksum clear cmp comm cpio crontab cryptpw \
        cut dc deallocvt diff dirname dos2unix du eject env expand expr factor fallocate find flock fold free fuser \
        getconf getent groups hd head hexdump hostid iconv id install ipcrm ipcs killall ldd less logger lsof lsusb \
        lzcat lzma lzopcat md5sum mesg microcom mkfifo mkpasswd nc nl nmeter nohup nproc nsenter nslookup od openvt \
        passwd paste pgrep pkill pmap printf pscan pstree pwdx readahead readlink realpath renice reset resize \
        scanelf seq setkeycodes setsid sha1sum sha256sum sha3sum sha512sum showkey shred shuf sort split ssl_client \
        strings sum tac tail tee test time timeout top tr traceroute traceroute6 tree truncate tty ttysize udhcpc6 \
        unexpand uniq unix2dos unlink unlzma unlzop unshare unxz unzip uptime uudecode uuencode vi vlock volname wc \
        wget which who whoami whois xargs xxd xzcat yes
        """
      ),
      (
        "/usr/sbin",
        """
        add-shell addgroup adduser arping brctl chpasswd chroot crond delgroup deluser ether-wake fbset killall5 \
        loadfont nanddump nandwrite nbd-client ntpd partprobe rdate rdev readprofile remove-shell rfkill sendmail \
        setfont setlogcons
        """
      ),
    ]
  }
}
