// The utilities that tell about or act on the machine.

import SimKernel
import SimMachine

var systemUtilities: [Registration] {
  [
    Registration(Tool("echo", .raw, run: echo)),
    Registration(Tool("printf", .raw, run: printf)),
    Registration(Tool("true", .raw) { _ in 0 }),
    Registration(Tool("false", .raw) { _ in 1 }),
    Registration("yes") { Yes($0) },
    Registration("seq") { NumberSequence($0) },
    digestTool("md5sum", "MD5") { Digest.md5($0) },
    digestTool("sha1sum", "SHA1") { Digest.sha1($0) },
    digestTool("sha224sum", "SHA224") { SHA2.sha224.digest($0) },
    digestTool("sha256sum", "SHA256") { SHA2.sha256.digest($0) },
    digestTool("sha384sum", "SHA384") { SHA2.sha384.digest($0) },
    digestTool("sha512sum", "SHA512") { SHA2.sha512.digest($0) },
    Registration(
      Tool(
        "cksum",
        OptionTable(
          "a,algorithm= c,check l,length= tag untagged z,zero b,binary t,text ignore-missing quiet status strict w,warn"
        ), readsInput: inputWhenNoFiles,
        run: checksum)),
    Registration(
      Tool(
        "b2sum",
        OptionTable("b,binary c,check l,length= tag t,text z,zero ignore-missing quiet status strict w,warn"),
        readsInput: inputWhenNoFiles, run: blake2Sum)),
    Registration(Tool("sum", OptionTable("r s,sysv"), readsInput: inputWhenNoFiles, run: sumTool)),
    baseTool("base64", .base64),
    baseTool("base32", .base32),
    Registration(Tool("basenc", basencOptions, readsInput: inputWhenNoFiles, run: baseEncode)),
    Registration(Tool("test", .raw, run: testCommand)),
    Registration(Tool("[", .raw, run: testCommand)),
    Registration(Tool("expr", .raw, run: exprCommand)),
    Registration(Tool("date", dateOptions, run: date)),
    Registration(
      Tool("id", OptionTable("a Z,context g,group G,groups n,name r,real u,user z,zero"), run: identity)),
    Registration(Tool("whoami", run: whoAmI)),
    Registration(Tool("groups", run: listGroups)),
    Registration(
      Tool(
        "hostname",
        OptionTable(
          "a,alias A,all-fqdns !b,boot d,domain f,fqdn,long !F,file= i,ip-address I,all-ip-addresses s,short y,yp,nis"),
        run: hostName)),
    Registration(
      Tool(
        "uname",
        OptionTable(
          "a,all s,kernel-name,sysname n,nodename r,kernel-release,release v,kernel-version m,machine p,processor i,hardware-platform o,operating-system"
        ), run: unixName)),
    Registration(
      Tool("arch") { call in
        if let extra = call.operands.first { return call.usage("extra operand \(quoted(extra))") }
        call.printLine("x86_64")
        return 0
      }),
    Registration(Tool("nproc", OptionTable("all ignore="), run: processorCount)),
    Registration(Tool("uptime", OptionTable("p,pretty s,since"), run: uptime)),
    Registration(
      Tool(
        "free",
        OptionTable(
          "b,bytes k,kibi m,mebi g,gibi kilo mega giga !tebi !pebi !tera !peta h,human si l,lohi !L,line t,total !v,committed s,seconds= c,count= w,wide"
        ), run: freeMemory)),
    Registration(
      Tool(
        "df",
        OptionTable(
          "a,all B,block-size= h,human-readable H,si i,inodes k l,local m no-sync output=? P,portability sync total t,type= T,print-type x,exclude-type= v"
        ), run: diskFree)),
    Registration(Tool("getent", OptionTable("!i,no-idn !s,service="), run: getEntries)),
    Registration(Tool("which", OptionTable("a s"), run: which)),
    Registration(Tool("printenv", OptionTable("0,null", stopsAtOperand: true, usageCode: 2), run: printEnvironment)),
    Registration(Tool("tty", OptionTable("s,silent,quiet", usageCode: 2), run: terminalName)),
    Registration(Tool("tput", OptionTable("T= !S !V x", stopsAtOperand: true, usageCode: 2), run: terminalCapability)),
    Registration(Tool("pidof", OptionTable("s !c !n !o= q !x !S= !t !z"), run: processNumbers)),
    Registration(Tool("clear", OptionTable("T= !V x"), run: clearScreen)),
    Registration(Tool("sync", .raw) { _ in 0 }),
    Registration(
      Tool("pwd", OptionTable("L,logical P,physical")) { call in
        call.printLine(call.directory)
        return 0
      }),
    Registration(Tool("getconf", OptionTable("!a !v=", stopsAtOperand: true), run: systemConfiguration)),
    Registration(Tool("stty", OptionTable("!a,all !g,save !F,file=", stopsAtOperand: true), run: terminalSettings)),
    Registration(
      Tool("logname") { call in
        call.printLine(Accounts(call.files).userName(call.who.user))
        return 0
      }),
    Registration(
      Tool("logger", OptionTable("!i !f,file= !e p,priority= s,stderr t,tag= !n,server= u,socket= T,tcp d,udp")) { _ in
        0
      }),
  ] + unmodelled
}

/// Programs that exist on the machine and whose work is not modelled.
private var unmodelled: [Registration] {
  var all: [Registration] = []
  let names = """
    vi vim vim.tiny view vimdiff nano emacs ed \
    apt apt-get apt-cache apt-key apt-mark add-apt-repository dpkg dpkg-query dpkg-reconfigure snap update-alternatives \
    systemctl service journalctl loginctl systemd-analyze systemd-run hostnamectl timedatectl localectl networkctl resolvectl \
    docker ctr crictl top htop man apropos whatis info crontab at \
    lsblk blkid findmnt mount umount mountpoint losetup fdisk cfdisk sfdisk parted mkfs mkfs.ext4 mkswap swapon swapoff wipefs fsck \
    lscpu lsmem lsns lsipc lsmod lspci lsusb lslocks lslogins modprobe insmod rmmod dmesg sysctl vmstat iostat mpstat sar slabtop \
    pmap pwdx skill snice tload w who users last lastb lsof fuser strace ltrace gdb ldd \
    ip ifconfig route arp ss netstat iptables ip6tables nft ufw tcpdump traceroute tracepath mtr nmap telnet socat ftp \
    ssh scp sftp ssh-keygen ssh-copy-id ssh-agent ssh-add rsync git make gcc cc python3 perl pip3 node \
    useradd usermod userdel groupadd groupdel groupmod adduser deluser addgroup passwd chpasswd chage chsh chfn visudo vigr newgrp \
    login sg chroot unshare nsenter setpriv setarch prlimit taskset chrt renice choom \
    reboot shutdown poweroff halt bzip2 bunzip2 bzcat xz unxz xzcat zstd unzstd zip unzip lz4 cpio ar \
    file dc ptx pr iconv locale localedef locale-gen sdiff diff3 look script scriptreplay scriptlive tmux screen byobu \
    hwclock rtcwake cal ncal wall write mesg namei lsattr chattr getfacl setfacl setfattr getfattr chcon runcon \
    dircolors pathchk pinky uuidgen uuencode uudecode hostid whereis ul colcrt colrm bpftool hexedit \
    eject fallocate ipcs ipcrm ipcmk addpart partx resizepart getopt rename.ul rename run-parts lsb_release watchgnupg gpg debconf-show \
    agetty getty blkdiscard blkzone blockdev captoinfo chcpu chgpasswd chmem col cpgr cppw ctrlaltdel delpart dnsdomainname \
    domainname nisdomainname ypdomainname expiry faillog lastlog findfs flock fsck.cramfs fsck.minix fsfreeze fstrim gpasswd \
    groupmems grpck grpconv grpunconv pwck pwconv pwunconv gzexe hardlink i386 x86_64 linux32 linux64 infocmp infotocap isosize \
    ldattach link mcookie mkfs.bfs mkfs.cramfs mkfs.minix newusers nologin pidwait pivot_root switch_root readprofile reset tset \
    rgrep runuser setterm shadowconfig shred sulogin swaplabel tabs tic toe uclampset uncompress utmpdump vdir vipw wdctl \
    zforce znew zramctl \
    cloud-init netplan needrestart unattended-upgrade landscape-sysinfo do-release-upgrade ubuntu-drivers
    """
  var seen: Set<String> = []
  for name in names.split(whereSeparator: { $0 == " " || $0 == "\n" }) where seen.insert(String(name)).inserted {
    all.append(notModelled(String(name)))
  }
  return all
}
