// An applet of BusyBox: one of the tools with GNU behaviour, held to what BusyBox takes and how it ends. An option or a number of
// operands that the applet does not know makes BusyBox print its usage text, which is not simulated; so is what the applet
// understands in another way.
// Sources: the option strings of BusyBox 1.36's applets as Alpine and the busybox images configure them.

import SimMachine

final class BusyBoxApplet: Program {
  private let name: String
  private let program: any Program
  private var isChecked = false

  init(_ name: String, _ program: any Program) {
    self.name = name
    self.program = program
  }

  func resume(_ process: Process) -> Step {
    if !isChecked {
      isChecked = true
      if let syntax = BusyBoxSyntax.table[name] {
        if let problem = syntax.problem(Array(process.arguments.dropFirst())) {
          process.note(notSimulated: "the usage text of BusyBox' \(name) (\(problem))")
          return .exit(syntax.usageCode)
        }
      }
      if let code = BusyBoxApplet.refusal(name, process) { return .exit(code) }
      rearrange(process)
    }
    let step = program.resume(process)
    guard case .exit(let code) = step else { return step }
    switch (name, code) {
    case ("ls", 2), ("tar", 2), ("sed", 2), ("gzip", 2), ("gunzip", 2), ("zcat", 2),
      ("timeout", 125):
      return .exit(1)
    case ("timeout", 124):
      // The applet's timer runs beside the command, which takes the applet's own place: it is seen to die of the signal.
      process.finish(.signaled(.terminate))
      return .exit(143)
    default: return step
    }
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool { program.handle(signal, process) }

  /// Calls that end before the tool's own work: words that GNU's tools accept.
  private static func refusal(_ name: String, _ process: Process) -> Int32? {
    let words = process.arguments.dropFirst()
    switch name {
    case "date":
      // Only dates in digits; no `yesterday`, no `T` between date and time.
      guard let at = words.firstIndex(where: { $0 == "-d" || $0 == "--date" }), at + 1 < process.arguments.count else {
        return nil
      }
      let text = process.arguments[at + 1]
      for byte in text.utf8 where !isDigit(byte) && ![32, 45, 46, 58, 64].contains(byte) {
        process.write(2, "date: invalid date '\(text)'\n")
        return 1
      }
      return nil
    case "grep" where words.isEmpty:
      process.note(notSimulated: "the usage text of BusyBox' grep")
      return 2
    case "find":
      for word in words where ["-printf", "-fprintf", "-ls", "-fls", "-print1", "-newermt"].contains(word) {
        process.note(notSimulated: "the usage text of BusyBox' find (\(word))")
        return 1
      }
      return nil
    default: return nil
    }
  }

  /// What the applet does without being told.
  private func rearrange(_ process: Process) {
    guard name == "diff" else { return }
    var folders = 0
    for word in process.arguments.dropFirst() {
      if word.hasLeadingDash {
        if word == "-q" || word.hasPrefix("-U") || word.hasPrefix("-L") || word.utf8.contains(114) { return }
        continue
      }
      if (try? process.fileSystem.lookup(word, in: process.workingDirectory))?.isDirectory == true { folders += 1 }
    }
    guard folders == 0 else { return }
    // The unified form is its only one, and it shows no dates.
    var files: [String] = []
    for word in process.arguments.dropFirst() where !word.hasLeadingDash || word == "-" { files.append(word) }
    guard files.count == 2 else { return }
    process.arguments.insert(contentsOf: ["-u", "-L", files[0], "-L", files[1]], at: 1)
  }
}

/// What an applet's command line may hold.
struct BusyBoxSyntax {
  /// As getopt takes it: a letter, `:` after it when it has an argument, `?` when it may have one at once.
  private let letters: [UInt8]
  private let longs: [String]
  private let stopsAtOperand: Bool
  private let operands: ClosedRange<Int>?
  let usageCode: Int32

  init(
    _ letters: String, longs: String = "", stops: Bool = false, operands: ClosedRange<Int>? = nil, usageCode: Int32 = 1
  ) {
    self.letters = letters.bytes
    var names: [String] = []
    for name in longs.split(separator: " " as Character) { names.append(String(name)) }
    self.longs = names
    stopsAtOperand = stops
    self.operands = operands
    self.usageCode = usageCode
  }

  /// What makes the applet print its usage; nil when it takes the line.
  func problem(_ words: [String]) -> String? {
    var count = 0
    var index = 0
    scan: while index < words.count {
      let word = words[index]
      let bytes = word.bytes
      index += 1
      guard bytes.count > 1, bytes[0] == 45 else {
        count += 1
        if stopsAtOperand { return nil }
        continue
      }
      if word == "--" {
        count += words.count - index
        break
      }
      if bytes[1] == 45 {
        if word == "--help" { return word }
        let name = String(bytes: bytes[2..<(bytes.firstIndex(of: 61) ?? bytes.count)])
        guard let long = longs.first(where: { $0 == name || $0 == name + "=" }) else { return word }
        if long.utf8.last == 61, !bytes.contains(61) { index += 1 }
        continue
      }
      if letters.first == 35, isDigit(bytes[1]) { continue }
      var at = 1
      while at < bytes.count {
        guard bytes[at] != 58, bytes[at] != 63, let place = letters.firstIndex(of: bytes[at]) else {
          return "option -\(String(bytes: [bytes[at]]))"
        }
        at += 1
        let kind = place + 1 < letters.count ? letters[place + 1] : 0
        if kind == 63 { continue scan }
        guard kind == 58 else { continue }
        if at == bytes.count {
          if index == words.count { return "option -\(String(bytes: [bytes[at - 1]])) without its argument" }
          index += 1
        }
        continue scan
      }
    }
    if let operands, !operands.contains(count) {
      return count < operands.lowerBound ? "too few operands" : "too many operands"
    }
    return nil
  }

  /// A `#` at the beginning: the applet takes numbers as options (`head -2`).
  static let table: [String: BusyBoxSyntax] = [
    "base64": BusyBoxSyntax("dw:", operands: 0...1),
    "basename": BusyBoxSyntax("", operands: 1...2),
    "cat": BusyBoxSyntax("nbvteAu"),
    "chgrp": BusyBoxSyntax("RhLHPcvf", operands: 2...9_999),
    "chmod": BusyBoxSyntax("Rcvfxwrugoast:,=+", operands: 2...9_999),
    "chown": BusyBoxSyntax("RhLHPcvf", operands: 2...9_999),
    "cmp": BusyBoxSyntax("lsn:", operands: 1...4),
    "cp": BusyBoxSyntax("adfHiLlnpPRrstTuv", longs: "parents remove-destination reflink", operands: 2...9_999),
    "cut": BusyBoxSyntax("b:c:f:d:snDFO:", longs: "output-delimiter="),
    "date": BusyBoxSyntax(
      "Rs:ud:r:I?D:", longs: "rfc-822 set= utc date= reference= rfc-2822 iso-8601", operands: 0...1),
    "df": BusyBoxSyntax("PkmhTait:B:"),
    "diff": BusyBoxSyntax("abdiL:NqrsS:tTU:uwpBE", operands: 2...2, usageCode: 2),
    "dirname": BusyBoxSyntax("", operands: 1...1),
    "du": BusyBoxSyntax("aHkLsxlcbhmd:"),
    "env": BusyBoxSyntax("iu:0", stops: true),
    "expr": BusyBoxSyntax("0123456789", usageCode: 2),
    "fold": BusyBoxSyntax("#bsw:"),
    "free": BusyBoxSyntax("bkmgh"),
    "grep": BusyBoxSyntax(
      "#lnqvscFiHhe:f:Lorm:wxA:B:C:EIaRz", longs: "color color=", operands: nil, usageCode: 2),
    "groups": BusyBoxSyntax("", operands: 0...1),
    "gunzip": BusyBoxSyntax("cfkqtvn"),
    "gzip": BusyBoxSyntax("cdfkqtv123456789n"),
    "head": BusyBoxSyntax("#n:c:qv"),
    "hostname": BusyBoxSyntax("dfisF:", operands: 0...1),
    "id": BusyBoxSyntax("ugGnr", operands: 0...1),
    "ln": BusyBoxSyntax("sfnbS:vT", operands: 1...9_999),
    "ls": BusyBoxSyntax("1AaCdFlLsinNhHrRStuxXvgGocpQkw:T:", longs: "full-time group-directories-first color color="),
    "md5sum": BusyBoxSyntax("csw"),
    "mkdir": BusyBoxSyntax("m:p", longs: "mode= parents", operands: 1...9_999),
    "mktemp": BusyBoxSyntax("dqtp:u", operands: 0...1),
    "mv": BusyBoxSyntax("finTtv", operands: 2...9_999),
    "nproc": BusyBoxSyntax("", longs: "all ignore="),
    "paste": BusyBoxSyntax("d:s"),
    "printenv": BusyBoxSyntax("0"),
    "readlink": BusyBoxSyntax("fnvse", operands: 1...1),
    "rev": BusyBoxSyntax(""),
    "rm": BusyBoxSyntax("fiRrv", operands: nil),
    "rmdir": BusyBoxSyntax("p", longs: "ignore-fail-on-non-empty parents", operands: 1...9_999),
    "sed": BusyBoxSyntax("i?rnEe:f:sz", longs: "in-place regexp-extended quiet silent expression= file= null-data"),
    "seq": BusyBoxSyntax("#s:w.", operands: nil),
    "sha1sum": BusyBoxSyntax("csw"),
    "sha256sum": BusyBoxSyntax("csw"),
    "sha512sum": BusyBoxSyntax("csw"),
    "sort": BusyBoxSyntax("nrugMcszbdfiTk:t:o:S:hVm"),
    "stat": BusyBoxSyntax("Lfc:t", operands: 1...9_999),
    "tac": BusyBoxSyntax(""),
    "tail": BusyBoxSyntax("#fn:c:qs:vF", longs: ""),
    "tee": BusyBoxSyntax("ai"),
    "timeout": BusyBoxSyntax("s:k:", stops: true),
    "touch": BusyBoxSyntax("cht:d:r:am", longs: "no-create reference= date=", operands: 1...9_999),
    "tr": BusyBoxSyntax("Ccdst", operands: 1...2),
    "truncate": BusyBoxSyntax("cs:", operands: 1...9_999),
    "uname": BusyBoxSyntax("snrvmpioa", operands: 0...0),
    "uniq": BusyBoxSyntax("#cduf:s:w:iz", operands: 0...2),
    "unlink": BusyBoxSyntax("", operands: 1...1),
    "uptime": BusyBoxSyntax("", operands: 0...0),
    "wc": BusyBoxSyntax("clLwm"),
    "wget": BusyBoxSyntax(
      "cqST:t:P:O:o:U:Y:",
      longs:
        "continue quiet server-response output-document= output-file= directory-prefix= user-agent= timeout= spider no-check-certificate no-verbose no-clobber passive-ftp header= post-data= post-file= proxy= tries= method= body-data=",
      operands: 1...9_999),
    "which": BusyBoxSyntax("a", operands: 1...9_999),
    "whoami": BusyBoxSyntax("", operands: 0...0),
    "xargs": BusyBoxSyntax("0rtpaI:n:s:E:e?P:x", longs: "null no-run-if-empty", stops: true),
  ]
}
