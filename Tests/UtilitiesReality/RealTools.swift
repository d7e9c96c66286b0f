// Runs a script with the real bash and the real tools, in a fresh folder, with nothing of the caller's environment.

import Foundation

struct RealOutcome {
  let output: Data
  let error: Data
  let code: Int32
}

enum RealTools {
  static func isThere(_ name: String) -> Bool {
    for folder in ["/usr/bin", "/bin"] where FileManager.default.isExecutableFile(atPath: folder + "/" + name) {
      return true
    }
    return false
  }

  /// A folder of its own, filled by a set-up script.
  static func freshFolder(_ setup: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("utilities-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try run(setup, in: folder)
    return folder
  }

  /// A folder of links to every applet of the installed BusyBox; nil where there is none.
  static let applets: String? = {
    guard isThere("busybox") else { return nil }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("applets-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard let list = try? run("busybox --list", in: folder) else { return nil }
    for name in String(decoding: list.output, as: UTF8.self).split(separator: "\n") {
      try? FileManager.default.createSymbolicLink(
        atPath: folder.appendingPathComponent(String(name)).path, withDestinationPath: "/bin/busybox")
    }
    return folder.path
  }()

  /// The same with BusyBox' shell, which finds its own applets.
  static func runBusyBox(_ script: String, in folder: URL) throws -> RealOutcome {
    try run(script, in: folder, path: applets ?? "/nonexistent", shell: "sh")
  }

  static func run(
    _ script: String, in folder: URL, path: String = "/usr/bin:/bin", shell: String = "/bin/bash --norc --noprofile"
  ) throws -> RealOutcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The outer shell turns an end by a signal into a number; what waits for ever is ended.
    process.arguments = [
      "--default-signal=TERM,INT,PIPE,HUP,QUIT", "/usr/bin/timeout", "-k", "1", "60", "/bin/bash", "--norc",
      "--noprofile", "-c", "\(shell) -c \"$1\"; exit $?", "bash", script,
    ]
    process.currentDirectoryURL = folder
    process.environment = ["LC_ALL": "C.UTF-8", "PATH": path, "HOME": "/root", "TZ": "UTC"]
    // Files rather than pipes: nothing can fill up.
    let out = folder.deletingLastPathComponent().appendingPathComponent(folder.lastPathComponent + ".out")
    let err = folder.deletingLastPathComponent().appendingPathComponent(folder.lastPathComponent + ".err")
    _ = FileManager.default.createFile(atPath: out.path, contents: nil)
    _ = FileManager.default.createFile(atPath: err.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    defer {
      try? FileManager.default.removeItem(at: out)
      try? FileManager.default.removeItem(at: err)
    }
    return RealOutcome(
      output: try Data(contentsOf: out), error: try Data(contentsOf: err), code: process.terminationStatus)
  }
}
