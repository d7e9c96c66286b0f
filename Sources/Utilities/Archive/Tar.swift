// tar (GNU tar 1.35 manual): create, append, list, extract and compare by name, with gzip. Members come in the order of their
// folders. Not modelled: other compressions, incremental and multi-volume archives, transforms, sparse files.

import SimKernel
import SimMachine

let tarOptions = OptionTable(
  """
  c,create t,list x,extract,get r,append u,update !A,catenate,concatenate d,diff,compare delete f,file= z,gzip,gunzip,ungzip \
  !j,bzip2 !J,xz !zstd !Z,compress,uncompress !lzip !lzma !lzop a,auto-compress v,verbose C,directory= O,to-stdout \
  k,keep-old-files skip-old-files overwrite U,unlink-first p,preserve-permissions,same-permissions P,absolute-names \
  h,dereference m,touch o,no-same-owner no-same-permissions same-owner T,files-from= X,exclude-from= exclude= \
  strip-components= wildcards no-wildcards no-recursion recursion owner= group= numeric-owner mode= mtime= sort= \
  exclude-vcs !transform,xform= totals !w,interactive,confirmation !g,listed-incremental= !G,incremental !M,multi-volume \
  n,seek null one-file-system S,sparse b,blocking-factor= i,ignore-zeros q H,format= old-archive posix remove-files \
  !W,verify full-time !checkpoint=? warning= ignore-failed-read no-overwrite-dir keep-newer-files l,check-links \
  B,read-full-records !V,label= !s,preserve-order !I,use-compress-program= exclude-backups anchored no-anchored \
  hard-dereference no-auto-compress !R,block-number quoting-style= utc show-transformed-names
  """, usageCode: 64)

/// Options first without a dash (`tar czf x.tgz dir`): each letter that takes an argument takes the next word.
private func modernized(_ arguments: [String]) -> [String] {
  guard let first = arguments.first, let byte = first.utf8.first, byte != 45 else { return arguments }
  var rest = Array(arguments.dropFirst())
  var out: [String] = []
  for letter in first.utf8 {
    let name = String(bytes: [letter])
    out.append("-" + name)
    let takes = tarOptions.entries.contains { $0.shorts.contains(letter) && $0.argument == .required }
    if takes, !rest.isEmpty { out.append(rest.removeFirst()) }
  }
  return out + rest
}

func tar(_ call: ToolCall) -> Int32 {
  func usage(_ message: String, _ code: Int32 = 2) -> Int32 {
    call.writeError("tar: \(message)\nTry 'tar --help' or 'tar --usage' for more information.\n")
    return code
  }
  let arguments = modernized(call.arguments)
  switch tarOptions.parse(arguments) {
  case .options(let options): call.options = options
  case .notSimulated(let option): return call.notSimulated("tar \(option)")
  case .wrong(let message): return usage(message, 64)
  }
  var modes: [String] = []
  for id in ["c", "t", "x", "r", "u", "d", "delete"] where call.options.has(id) { modes.append(id) }
  guard let mode = modes.first else {
    return usage("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options")
  }
  if modes.count > 1 {
    return usage("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option")
  }
  let archiver = Archiver(call, arguments)
  switch mode {
  case "c":
    if archiver.sources.isEmpty, !call.options.has("T") {
      return usage("Cowardly refusing to create an empty archive")
    }
    return archiver.create(appending: false)
  case "r": return archiver.create(appending: true)
  case "t": return archiver.list()
  case "x": return archiver.extract()
  case "delete": return archiver.delete()
  default: return call.notSimulated(mode == "u" ? "tar -u" : "tar -d")
  }
}

/// Reads standard input when the archive or the list of names is there.
func tarReadsInput(_ call: ToolCall) -> Bool {
  guard case .options(let options) = tarOptions.parse(modernized(call.arguments)) else { return false }
  if options.value("T") == "-" { return true }
  let reads = options.has("t") || options.has("x")
  return reads && (options.value("f") == "-" || (!options.has("f")))
}

final class Archiver {
  /// A name on the command line and the folder that -C had named before it.
  struct Source {
    var name: String
    var folder: String
  }
  let call: ToolCall
  let options: Options
  var sources: [Source] = []
  var folder: String
  private var excludes: [String] = []
  var failed = false
  var strippedSlash = false
  let accounts: Accounts
  var listWidth = 19
  let archive: String?
  var seen: [(inode: Inode, name: String)] = []

  init(_ call: ToolCall, _ arguments: [String]) {
    self.call = call
    options = call.options
    accounts = Accounts(call.files)
    folder = call.directory
    archive = options.value("f")
    excludes = options.values("exclude")
    if options.has("exclude-vcs") { excludes += [".git", ".gitignore", ".svn", "CVS", ".hg", ".bzr"] }
    for path in options.values("X") {
      if let bytes = try? call.read(path) {
        for line in lineContents(bytes) where !line.isEmpty { excludes.append(String(bytes: line)) }
      }
    }
    // -C counts for the names that follow it, so that names and folders are read in their order.
    var here = call.directory
    var waiting: String?
    var onlyOperands = false
    for argument in arguments {
      if let option = waiting {
        if option == "C" { here = FileSystem.normalize(argument, in: here) }
        waiting = nil
        continue
      }
      let bytes = argument.bytes
      if onlyOperands || bytes.count < 2 || bytes[0] != 45 {
        sources.append(Source(name: argument, folder: here))
      } else if argument == "--" {
        onlyOperands = true
      } else if bytes[1] == 45 {
        let equals = bytes.firstIndex(of: 61)
        let name = String(bytes: bytes[2..<(equals ?? bytes.count)])
        for entry in tarOptions.entries where entry.longs.contains(name) && entry.argument == .required {
          if let equals {
            if entry.id == "C" { here = FileSystem.normalize(String(bytes: bytes[(equals + 1)...]), in: here) }
          } else {
            waiting = entry.id
          }
        }
      } else {
        for (index, letter) in bytes.enumerated().dropFirst() {
          guard let entry = tarOptions.entries.first(where: { $0.shorts.contains(letter) }) else { continue }
          guard entry.argument == .required else { continue }
          if index + 1 < bytes.count {
            if entry.id == "C" { here = FileSystem.normalize(String(bytes: bytes[(index + 1)...]), in: here) }
          } else {
            waiting = entry.id
          }
          break
        }
      }
    }
    folder = here
    if let list = options.value("T"), let bytes = try? call.read(list) {
      for line in lineContents(bytes, delimiter: options.has("null") ? 0 : 10) where !line.isEmpty {
        sources.append(Source(name: String(bytes: line), folder: here))
      }
    }
  }

  func complain(_ text: String) {
    call.flush()
    call.writeError("tar: \(text)\n")
    failed = true
  }

  func fatal(_ text: String?) -> Int32 {
    call.flush()
    if let text { call.writeError("tar: \(text)\n") }
    call.writeError("tar: Error is not recoverable: exiting now\n")
    return 2
  }

  func finish() -> Int32 {
    call.flush()
    if failed { call.writeError("tar: Exiting with failure status due to previous errors\n") }
    return failed ? 2 : call.status
  }

  var isCompressed: Bool {
    if options.has("z") { return true }
    guard options.has("a"), let archive else { return false }
    return archive.hasSuffix(".gz") || archive.hasSuffix(".tgz") || archive.hasSuffix(".taz")
  }

  func isExcluded(_ name: String) -> Bool {
    for pattern in excludes {
      if globMatches(pattern, name) { return true }
      // A pattern may begin after any slash.
      var rest = name
      while let slash = rest.utf8.firstIndex(of: 47) {
        rest = String(rest[rest.utf8.index(after: slash)...])
        if globMatches(pattern, rest) { return true }
      }
    }
    return false
  }

}
