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
    Registration(Tool("seq", .raw, run: sequence)),
    digestTool("md5sum", "MD5") { Digest.md5($0) },
    digestTool("sha1sum", "SHA1") { Digest.sha1($0) },
    digestTool("sha224sum", "SHA224") { SHA2.sha224.digest($0) },
    digestTool("sha256sum", "SHA256") { SHA2.sha256.digest($0) },
    digestTool("sha384sum", "SHA384") { SHA2.sha384.digest($0) },
    digestTool("sha512sum", "SHA512") { SHA2.sha512.digest($0) },
    Registration(
      Tool(
        "cksum", OptionTable("a,algorithm= !c,check !l,length= !tag !untagged"), readsInput: inputWhenNoFiles,
        run: checksum)),
    baseTool("base64", base32: false),
    baseTool("base32", base32: true),
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
  for name in [
    "vi", "vim", "nano", "emacs", "apt", "apt-get", "apt-cache", "dpkg", "snap", "systemctl", "service", "journalctl",
    "docker", "ctr", "crictl", "top", "htop", "man", "crontab", "lsblk", "mount", "umount", "ip", "ifconfig", "ss",
    "netstat", "iptables", "ssh", "scp", "rsync", "git", "python3", "perl", "make", "gcc", "lsof", "strace", "dmesg",
    "useradd", "usermod", "userdel", "groupadd", "passwd", "visudo", "chroot", "reboot", "shutdown", "mkfs", "fdisk",
    "sysctl", "hostnamectl", "timedatectl", "traceroute", "tcpdump", "bzip2", "xz", "zip",
    "unzip",
    "file", "dc", "w", "last", "ptx", "pr",
    "iconv", "locale", "tmux", "screen",
    "ed", "ldd", "nsenter", "telnet", "socat",
    "zstd", "chpasswd", "adduser", "ufw", "modprobe", "swapoff",
  ] { all.append(notModelled(name)) }
  return all
}
