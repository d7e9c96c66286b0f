// Where a course's files come from. Everything that reads a course goes through this door: paths are relative to the
// course's root, `/`-separated and normalised, and nothing outside the root can be named, through `..`, an absolute path
// or a symbolic link.

import Foundation

package enum CourseEntry: Equatable, Sendable {
  case file
  case folder
  case missing
  /// A symbolic link that leads out of the course.
  case outside
  case unreadable
}

package enum CourseReadFailure: Error, Equatable, Sendable {
  case missing
  case outside
  case unreadable(String)
  case tooLarge(Int)
}

package protocol CourseFiles {
  /// What `path` is; the empty path is the root.
  func entry(_ path: String) -> CourseEntry
  /// The names in a folder, sorted by bytes; nil when it cannot be read.
  func list(_ path: String) -> [String]?
  func read(_ path: String) throws(CourseReadFailure) -> [UInt8]
  /// The path as people shall see it: relative to the working directory.
  func display(_ path: String) -> String
  /// The root folder's own name.
  var rootName: String { get }
}

package enum CourseLimits {
  package static let fileBytesMax = 8 * 1024 * 1024
  static let assetFilesMax = 2_000
  static let assetBytesMax = 64 * 1024 * 1024
  static let folderDepthMax = 8
  static let scenariosMax = 5_000
}

enum CoursePath {
  /// `relative` seen from the folder `base`; nil when it leads out of the root.
  static func join(_ base: String, _ relative: String) -> String? {
    guard !relative.hasPrefix("/"), !relative.utf8.contains(0) else { return nil }
    var parts = base.split(separator: "/").map(String.init)
    for part in relative.split(separator: "/") {
      switch part {
      case ".": continue
      case "..":
        guard !parts.isEmpty else { return nil }
        parts.removeLast()
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }

  static func child(_ base: String, _ name: String) -> String {
    base.isEmpty ? name : name.isEmpty ? base : base + "/" + name
  }

  static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

  static func parent(_ path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }
}

/// A folder on disk.
package struct DiskFiles: CourseFiles {
  private let root: String
  private let realRoot: String
  private let shown: String

  /// `path` as given on the command line.
  package init(root path: String) {
    root = path.isEmpty ? "." : path
    realRoot = DiskFiles.realPath(root) ?? root
    shown = DiskFiles.relative(root)
  }

  package var rootName: String { realRoot.split(separator: "/").last.map(String.init) ?? "course" }

  private func absolute(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

  private func isInside(_ real: String) -> Bool {
    real == realRoot || realRoot == "/" || real.hasPrefix(realRoot + "/")
  }

  package func entry(_ path: String) -> CourseEntry {
    let full = absolute(path)
    guard let real = DiskFiles.realPath(full) else {
      var info = stat()
      // A link to nothing inside the course is as missing as no file; one that cannot be followed is not readable.
      if lstat(full, &info) == 0, errno == EACCES || errno == ELOOP { return .unreadable }
      return errno == EACCES ? .unreadable : .missing
    }
    guard isInside(real) else { return .outside }
    var info = stat()
    guard stat(real, &info) == 0 else { return .unreadable }
    switch info.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: return .unreadable
    }
  }

  package func list(_ path: String) -> [String]? {
    guard entry(path) == .folder,
      let names = try? FileManager.default.contentsOfDirectory(atPath: absolute(path))
    else { return nil }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func read(_ path: String) throws(CourseReadFailure) -> [UInt8] {
    switch entry(path) {
    case .missing: throw .missing
    case .outside: throw .outside
    case .folder: throw .unreadable("it is a folder")
    case .unreadable: throw .unreadable("permission denied, or not a regular file")
    case .file: break
    }
    let full = absolute(path)
    var info = stat()
    guard stat(full, &info) == 0 else { throw .missing }
    guard info.st_size <= CourseLimits.fileBytesMax else { throw .tooLarge(Int(info.st_size)) }
    guard let data = FileManager.default.contents(atPath: full) else { throw .unreadable("permission denied") }
    return Array(data)
  }

  package func display(_ path: String) -> String {
    if path.isEmpty { return shown }
    return shown == "." ? path : shown + (shown.hasSuffix("/") ? "" : "/") + path
  }

  static func realPath(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// A path given by the user, relative to the working directory where it lies below it, without `./` and a last `/`.
  static func relative(_ path: String) -> String {
    var path = path
    let here = FileManager.default.currentDirectoryPath
    if path == here { return "." }
    if here != "/", path.hasPrefix(here + "/") { path = String(path.dropFirst(here.utf8.count + 1)) }
    let isAbsolute = path.hasPrefix("/")
    let parts = path.split(separator: "/").filter { $0 != "." }
    let joined = (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    return joined.isEmpty ? (isAbsolute ? "/" : ".") : joined
  }
}

/// A course held in memory: for tests and for tools that have no disk.
package struct MemoryFiles: CourseFiles {
  private var files: [String: [UInt8]]
  package var rootName: String

  package init(_ files: [String: [UInt8]], rootName: String = "course") {
    self.files = files
    self.rootName = rootName
  }

  package init(text files: [String: String], rootName: String = "course") {
    self.init(files.mapValues { Array($0.utf8) }, rootName: rootName)
  }

  package func entry(_ path: String) -> CourseEntry {
    if files[path] != nil { return .file }
    return path.isEmpty || files.keys.contains { $0.hasPrefix(path + "/") } ? .folder : .missing
  }

  package func list(_ path: String) -> [String]? {
    guard entry(path) == .folder else { return nil }
    let prefix = path.isEmpty ? "" : path + "/"
    var names: Set<String> = []
    for key in files.keys where key.hasPrefix(prefix) {
      if let name = key.dropFirst(prefix.count).split(separator: "/").first { names.insert(String(name)) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func read(_ path: String) throws(CourseReadFailure) -> [UInt8] {
    guard let bytes = files[path] else { throw .missing }
    guard bytes.count <= CourseLimits.fileBytesMax else { throw .tooLarge(bytes.count) }
    return bytes
  }

  package func display(_ path: String) -> String { path.isEmpty ? "." : path }
}
