// The text utilities, in the order of the coreutils manual.

var textUtilities: [Registration] {
  [
    Registration("cat") { Cat($0) },
    Registration("tee") { Tee($0) },
    Registration("head") { Head($0) },
    Registration("tail") { Tail($0) },
    Registration("cut") { Cut($0) },
    Registration("tr") { Translate($0) },
    Registration("uniq") { Uniq($0) },
    Registration("rev") { Reverse($0) },
    Registration("nl") { NumberLines($0) },
    Registration("grep") { Grep($0) },
    Registration("sed") { Sed($0) },
    Registration("jq") { Jq($0) },
    Registration(Tool("patch", patchOptions, readsInput: patchReadsInput, run: patchFiles)),
    Registration(
      Tool("diff", diffOptions, readsInput: { $0.operands.contains("-") }, run: diff)),
    Registration(
      Tool(
        "cmp", cmpOptions, readsInput: { $0.operands.count < 2 || $0.operands.contains("-") }, run: compareFiles)),
    Registration(Tool("gzip", gzipOptions, readsInput: inputWhenNoFiles, run: gzip)),
    Registration(Tool("gunzip", gzipOptions, readsInput: inputWhenNoFiles, run: gzip)),
    Registration(Tool("zcat", gzipOptions, readsInput: inputWhenNoFiles, run: gzip)),
    Registration(Tool("od", octalDumpOptions, readsInput: inputWhenNoFiles, run: octalDump)),
    Registration(Tool("xxd", xxdOptions, readsInput: inputWhenNoFiles, run: hexadecimal)),
    Registration(Tool("hexdump", hexdumpOptions, readsInput: inputWhenNoFiles, run: hexdump)),
    Registration(Tool("hd", hexdumpOptions, readsInput: inputWhenNoFiles, run: hexdump)),
    Registration(Tool("strings", stringsOptions, readsInput: inputWhenNoFiles, run: printableStrings)),
    Registration(
      Tool("envsubst", envsubstOptions, readsInput: { !$0.options.has("v") }, run: substituteEnvironment)),
    Registration(Tool("less", lessOptions, readsInput: inputWhenNoFiles, run: page)),
    Registration("more") { More($0) },
    Registration("pager") { More($0) },
    Registration(
      Tool("tar", .raw, readsInput: tarReadsInput, run: tar)),
    Registration("dd") { CopyBlocks($0) },
    Registration(Tool("factor", factorOptions, readsInput: inputWhenNoFiles, run: factorNumbers)),
    Registration(
      Tool("numfmt", numfmtOptions, readsInput: { $0.operands.isEmpty }, run: scaleNumbers)),
    Registration(Tool("bc", bcOptions, readsInput: { _ in true }, run: calculate)),
    Registration(Tool("tsort", readsInput: inputWhenNoFiles, run: topologicalSort)),
    Registration(Tool("fmt", .raw, readsInput: fmtReadsInput, run: fillParagraphs)),
    Registration(
      Tool("csplit", csplitOptions, readsInput: { $0.operands.first == "-" }, run: splitByContext)),
    Registration("zgrep") { _ in ScriptedTool(compressedGrep) },
    Registration("zegrep") { _ in ScriptedTool("set -- -E \"$@\"\n" + compressedGrep) },
    Registration("zfgrep") { _ in ScriptedTool("set -- -F \"$@\"\n" + compressedGrep) },
    Registration("zdiff") { _ in ScriptedTool(compressedComparison("diff")) },
    Registration("zcmp") { _ in ScriptedTool(compressedComparison("cmp")) },
    Registration("zless") { _ in ScriptedTool(compressedPager("less")) },
    Registration("zmore") { _ in ScriptedTool(compressedPager("more")) },
    Registration("awk") { Awk($0) },
    Registration("mawk") { Awk($0) },
    Registration("egrep") { Grep($0, alias: "egrep") },
    Registration("fgrep") { Grep($0, alias: "fgrep") },
    Registration("fold") { Fold($0) },
    Registration("expand") { Tabs($0, unexpands: false) },
    Registration("unexpand") { Tabs($0, unexpands: true) },
    Registration(
      Tool(
        "wc", OptionTable("c,bytes m,chars l,lines L,max-line-length w,words !files0-from= !total="),
        readsInput: inputWhenNoFiles, run: wordCount)),
    Registration(Tool("sort", sortOptions, readsInput: inputWhenNoFiles, run: sortLines)),
    Registration("paste") { Paste($0) },
    Registration(
      Tool(
        "comm", OptionTable("1 2 3 check-order nocheck-order output-delimiter= total z,zero-terminated"),
        readsInput: inputWhenNoFiles, run: comm)),
    Registration(
      Tool(
        "join",
        OptionTable("a= e= i,ignore-case j= o= t= v= 1= 2= check-order nocheck-order header !z,zero-terminated"),
        readsInput: inputWhenNoFiles, run: join)),
    Registration(
      Tool("tac", OptionTable("b,before r,regex s,separator="), readsInput: inputWhenNoFiles, run: tac)),
    Registration(
      Tool(
        "column",
        OptionTable(
          "t,table N,table-columns= l,table-columns-limit= R,table-right= s,separator= o,output-separator= c,output-width= x,fillrows L,keep-empty-lines J,json n,table-name= O,table-order= H,table-hide= !T,table-truncate= !W,table-wrap= !E,table-noextreme= d,table-noheadings e,table-header-repeat !r,tree= !i,tree-id= !p,tree-parent="
        ), readsInput: inputWhenNoFiles, run: column)),
    Registration(
      Tool(
        "shuf",
        OptionTable("e,echo i,input-range= n,head-count= !o,output= !random-source= r,repeat z,zero-terminated"),
        readsInput: { call in !call.options.has("e") && !call.options.has("i") && inputWhenNoFiles(call) }, run: shuffle
      )),
    Registration(
      Tool(
        "split",
        OptionTable(
          "a,suffix-length= additional-suffix= b,bytes= C,line-bytes= d numeric-suffixes=? x hex-suffixes=? e,elide-empty-files !filter= l,lines= n,number= !t,separator= u,unbuffered verbose",
          number: "l"
        ), readsInput: inputWhenNoFiles, run: splitFile)),
  ]
}
