// The utilities that work on files and folders.

var fileUtilities: [Registration] {
  [
    Registration(Tool("ls", listOptions) { Lister($0).run() }),
    Registration(Tool("dir", listOptions) { Lister($0).run() }),
    Registration(Tool("mkdir", OptionTable("m,mode= p,parents v,verbose !Z !context=?"), run: makeDirectories)),
    Registration(Tool("mkfifo", OptionTable("m,mode= !Z !context=?"), run: makePipes)),
    Registration(Tool("mknod", OptionTable("m,mode= !Z !context=?"), run: makeNode)),
    Registration(
      Tool("rmdir", OptionTable("ignore-fail-on-non-empty p,parents v,verbose"), run: removeDirectories)),
    Registration(Tool("rm", removeOptions, asks: { _ = removeFiles($0, onlyAsking: true) }, run: removeFiles)),
    Registration(Tool("unlink", run: unlink)),
    Registration(Tool("cp", copyOptions, asks: askBeforeOverwriting, run: copyFiles)),
    Registration(Tool("mv", moveOptions, asks: askBeforeOverwriting, run: moveFiles)),
    Registration(Tool("ln", linkOptions, asks: askBeforeLinking, run: linkFiles)),
    Registration(Tool("install", installOptions, run: installFiles)),
    Registration(Tool("touch", touchOptions, run: touchFiles)),
    Registration(
      Tool("truncate", OptionTable("c,no-create !o,io-blocks r,reference= s,size="), run: truncateFiles)),
    Registration(
      Tool("mktemp", OptionTable("d,directory u,dry-run q,quiet suffix= p,tmpdir=+ t"), run: makeTemporary)),
    Registration(Tool("chmod", .raw, run: changeMode)),
    Registration(Tool("chown", changeOwnerOptions, run: changeOwner)),
    Registration(Tool("chgrp", changeOwnerOptions, run: changeGroup)),
    Registration(Tool("stat", statOptions, run: statFiles)),
    Registration(Tool("du", diskUsageOptions, run: diskUsage)),
    Registration(Tool("basename", OptionTable("a,multiple s,suffix= z,zero"), run: baseName)),
    Registration(Tool("dirname", OptionTable("z,zero"), run: directoryName)),
    Registration(
      Tool(
        "realpath",
        OptionTable(
          "e,canonicalize-existing m,canonicalize-missing L,logical P,physical q,quiet relative-to= !relative-base= s,strip,no-symlinks z,zero"
        ), run: realPath)),
    Registration(
      Tool(
        "readlink",
        OptionTable(
          "f,canonicalize e,canonicalize-existing m,canonicalize-missing n,no-newline q,quiet s,silent v,verbose z,zero"
        ), run: readLink)),
    Registration(Tool("tree", treeOptions, run: tree)),
  ]
}
