// Files and folders appear whole or not at all. A file is written beside its place and renamed; a folder is written beside
// its place and swapped with the old one in a single step. Ctrl-C in between leaves what was there before.

import Foundation
import LabSite

/// Ctrl-C: at once, or, while something is being written, after that has been cleaned up.
enum Interruption {
  nonisolated(unsafe) private static var isWriting: sig_atomic_t = 0
  nonisolated(unsafe) private static var isPending: sig_atomic_t = 0

  static func install() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if Interruption.isWriting == 0 { _exit(128 + number) }
        Interruption.isPending = number
      }
    }
  }

  /// Whether Ctrl-C was pressed during the write that goes on.
  static var isRequested: Bool { isPending != 0 }

  /// Runs `body` to its end even when Ctrl-C is pressed; the process ends after it then.
  static func deferred<Result>(_ body: () throws -> Result) rethrows -> Result {
    isWriting = 1
    defer {
      isWriting = 0
      if isPending != 0 { _exit(128 + Int32(isPending)) }
    }
    return try body()
  }
}

struct OutputError: Error {
  var message: String

  init(message: String) { self.message = message }

  /// With the system's number for what went wrong.
  init(_ path: String, _ problem: Int32) {
    message = "'\(path)' cannot be written: \(String(cString: strerror(problem)))"
  }
}

enum AtomicOutput {
  /// Writes a file through a temporary sibling. Missing folders are made, and taken away again when the file cannot be written.
  static func write(_ bytes: [UInt8], to path: String) throws(OutputError) {
    // A link is followed, so that the file behind it is replaced and the link stays.
    let path = OutputFolder.realPath(path) ?? path
    let folder = (path as NSString).deletingLastPathComponent
    let temporary =
      (folder.isEmpty ? "" : folder + "/") + ".\((path as NSString).lastPathComponent).\(getpid()).tmp"
    let problem: Int32? = Interruption.deferred {
      var made: [String] = []
      var problem = folder.isEmpty ? nil : Disk.makeFolder(folder, &made)
      if problem == nil {
        problem = Disk.write(bytes, to: temporary)
        // An existing file keeps its mode; a script stays executable.
        var info = stat()
        if problem == nil, stat(path, &info) == 0 { chmod(temporary, info.st_mode & 0o7777) }
        if problem == nil, rename(temporary, path) != 0 { problem = errno }
        if problem != nil { unlink(temporary) }
      }
      if problem != nil { for folder in made.reversed() { rmdir(folder) } }
      return problem
    }
    if let problem { throw OutputError(path, problem) }
  }

  static func write(_ text: String, to path: String) throws(OutputError) { try write(Array(text.utf8), to: path) }
}

/// The system's own calls, so that what they say of a failure is what the author reads.
enum Disk {
  /// Gives the system's number for what went wrong, or nil.
  static func write(_ bytes: [UInt8], to path: String) -> Int32? {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return errno }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        let problem = errno
        close(descriptor)
        return problem
      }
    }
    return close(descriptor) == 0 ? nil : errno
  }

  /// Makes a folder and those above it; `made` gets the new ones, outermost first.
  static func makeFolder(_ path: String, _ made: inout [String]) -> Int32? {
    if mkdir(path, 0o777) == 0 {
      made.append(path)
      return nil
    }
    switch errno {
    case EEXIST:
      var info = stat()
      return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR ? nil : ENOTDIR
    case ENOENT:
      let parent = (path as NSString).deletingLastPathComponent
      guard !parent.isEmpty, parent != path else { return ENOENT }
      if let problem = makeFolder(parent, &made) { return problem }
      guard mkdir(path, 0o777) == 0 else { return errno }
      made.append(path)
      return nil
    default: return errno
    }
  }
}

/// A generated folder, replaced as a whole.
struct OutputFolder {
  /// Lies in every folder that this program has made; nothing else may be replaced.
  static let marker = ".ardoise"
  private let path: String

  /// - Parameter protected: paths that must not lie inside the folder (the course, the theme, the working directory).
  init(_ path: String, protected: [String]) throws(OutputError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard !path.isEmpty else { throw OutputError(message: "The output folder needs a name") }
    // A link is followed, so that the folder behind it is replaced and the link stays.
    if let real = OutputFolder.realPath(path) { path = real }
    self.path = path
    var info = stat()
    guard stat(path, &info) == 0 else { return }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      throw OutputError(message: "'\(path)' is a file; the output is a folder")
    }
    for other in protected + [FileManager.default.currentDirectoryPath] {
      guard let inner = OutputFolder.realPath(other) else { continue }
      if inner == path || inner.hasPrefix(path == "/" ? "/" : path + "/") {
        throw OutputError(message: "'\(path)' holds '\(other)'; the output folder is replaced as a whole")
      }
    }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw OutputError(message: "'\(path)' cannot be read")
    }
    if !names.isEmpty, !names.contains(OutputFolder.marker) {
      throw OutputError(
        message: "'\(path)' is not empty and was not made by ardoise; remove it or choose another folder with -o")
    }
  }

  /// Writes all files and puts them in the place of what was there.
  func replace(with files: [OutputFile]) throws(OutputError) {
    let parent = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let fresh = (parent.isEmpty ? "" : parent == "/" ? "/" : parent + "/") + ".\(name).\(getpid()).new"
    var failure: OutputError?
    Interruption.deferred {
      var made: [String] = []
      do throws(OutputError) {
        if let problem = Disk.makeFolder(fresh, &made) { throw OutputError(path, problem) }
        try write(files, below: fresh)
        try swap(fresh)
      } catch {
        failure = error
      }
      try? FileManager.default.removeItem(atPath: fresh)
      // The folders above it that only this run has made.
      if failure != nil { for folder in made.dropLast().reversed() { rmdir(folder) } }
    }
    if let failure { throw failure }
  }

  private func write(_ files: [OutputFile], below folder: String) throws(OutputError) {
    var known: Set<String> = []
    for file in files + [OutputFile(path: OutputFolder.marker, text: "Made by ardoise; replaced as a whole.\n")] {
      if Interruption.isRequested { throw OutputError(message: "interrupted") }
      let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
      precondition(
        !parts.contains("..") && !parts.contains("") && !parts.contains("."), "output path '\(file.path)' is not plain")
      let inner = parts.dropLast().joined(separator: "/")
      var made: [String] = []
      if !inner.isEmpty, known.insert(inner).inserted, let problem = Disk.makeFolder(folder + "/" + inner, &made) {
        throw OutputError(path, problem)
      }
      if let problem = Disk.write(file.bytes, to: folder + "/" + file.path) { throw OutputError(path, problem) }
    }
  }

  /// One step where the system can exchange two names, else two renames.
  private func swap(_ fresh: String) throws(OutputError) {
    if rename(fresh, path) == 0 { return }
    if OutputFolder.exchange(fresh, path) { return }
    let old = fresh + ".old"
    guard rename(path, old) == 0 else {
      throw OutputError(message: "'\(path)' cannot be replaced: \(String(cString: strerror(errno)))")
    }
    guard rename(fresh, path) == 0 else {
      rename(old, path)
      throw OutputError(message: "'\(path)' cannot be replaced: \(String(cString: strerror(errno)))")
    }
    try? FileManager.default.removeItem(atPath: old)
  }

  /// Linux's renameat2 with RENAME_EXCHANGE, which the C module does not show; looked up at run time.
  private static func exchange(_ a: String, _ b: String) -> Bool {
    typealias Function = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
    guard let symbol = dlsym(nil, "renameat2") else { return false }
    let exchangeFlag: UInt32 = 2
    return unsafeBitCast(symbol, to: Function.self)(AT_FDCWD, a, AT_FDCWD, b, exchangeFlag) == 0
  }

  static func realPath(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
