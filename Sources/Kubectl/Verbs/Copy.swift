// kubectl cp: files between the machine and a container. The real one streams a tar archive through exec; here the trees are copied.
// Source: kubectl pkg/cmd/cp/cp.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let cp = Verb(
    "cp", .troubleshooting, usage: "<file-spec-src> <file-spec-dest> [options]",
    synopsis: "Copy files and directories to and from containers", examples: ["kubectl cp web-0:/etc/hosts hosts"],
    flags: [
      .string("container", "c", "", "container"), .bool("no-preserve", "", false, .accepted, "do not keep owners"),
      .int64("retries", "", 0, .accepted, "tries after a failure"),
    ], run: Copy.run)
}

enum Copy {
  private struct Place {
    /// Empty for the machine itself.
    var namespace = ""
    var pod = ""
    var path = ""
  }

  @Sendable static func run(_ call: Call) throws(Failure) {
    guard call.arguments.count == 2 else { throw .text("source and destination are required") }
    let source = try place(call, call.arguments[0])
    let target = try place(call, call.arguments[1])
    if !source.pod.isEmpty, !target.pod.isEmpty {
      throw .text("one of src or dest must be a local file specification")
    }
    if source.pod.isEmpty, target.pod.isEmpty { throw .text("one of src or dest must be a remote file specification") }
    if source.path.isEmpty || target.path.isEmpty { throw .text("filepath can not be empty") }
    let local = call.process.fileSystem
    if source.pod.isEmpty {
      let path = FileSystem.normalize(source.path, in: call.process.workingDirectory)
      guard let inode = try? local.lookup(path) else { throw .text("\(source.path) doesn't exist in local filesystem") }
      let remote = try files(call, target)
      var destination = target.path
      if destination.hasSuffix("/") || ((try? remote.lookup(destination))?.isDirectory ?? false) {
        let name = path.cutLast(47)?.1 ?? path
        destination = destination.hasSuffix("/") ? destination + name : destination + "/" + name
      }
      try copy(inode, to: destination, in: remote, depth: 0)
    } else {
      let remote = try files(call, source)
      if source.path.hasPrefix("/") { call.line("tar: Removing leading `/' from member names") }
      guard let inode = try? remote.lookup(source.path) else {
        call.line("tar: \(source.path): Cannot stat: No such file or directory")
        call.line("tar: Exiting with failure status due to previous errors")
        throw .ended("command terminated with exit code 2", 2)
      }
      var destination = FileSystem.normalize(target.path, in: call.process.workingDirectory)
      if let there = try? local.lookup(destination), there.isDirectory, !inode.isDirectory {
        destination += "/" + (source.path.cutLast(47)?.1 ?? source.path)
      }
      try copy(inode, to: destination, in: local, depth: 0)
    }
  }

  private static func place(_ call: Call, _ text: String) throws(Failure) -> Place {
    guard let (pod, path) = text.cut(58), !text.hasPrefix("/"), !text.hasPrefix("./") else {
      return Place(path: text)
    }
    if pod.isEmpty { throw .text("filespec must match the canonical format: [[namespace/]pod:]file/path") }
    let parts = pod.pieces("/")
    switch parts.count {
    case 1: return Place(namespace: call.namespace, pod: pod, path: path)
    case 2: return Place(namespace: parts[0], pod: parts[1], path: path)
    default: throw .text("filespec must match the canonical format: [[namespace/]pod:]file/path")
    }
  }

  private static func files(_ call: Call, _ place: Place) throws(Failure) -> FileSystem {
    let pod = try call.client.get(.pod, place.namespace, place.pod)
    var container = call.flags.string("container")
    if container.isEmpty {
      let (standard, note) = PodChoice.standard(pod)
      container = standard
      if let note { call.complain(note) }
    }
    let id = PodChoice.containerID(PodChoice.status(pod, container)?["containerID"]?.string)
    guard let console = call.kubectl.console else { throw call.notSimulated("kubectl cp") }
    guard PodChoice.status(pod, container)?[path: "state", "running"] != nil,
      let files = console.fileSystem(containerID: id)
    else { throw Streams.notFound(container) }
    return files
  }

  private static func copy(_ inode: Inode, to path: String, in files: FileSystem, depth: Int) throws(Failure) {
    guard depth < 64 else { return }
    do throws(Errno) {
      switch inode.kind {
      case .directory:
        if !files.exists(path) { try files.makeDirectory(path, parents: true) }
      case .file: try files.write(path, inode.bytes, permissions: inode.mode)
      case .symbolicLink: try files.makeSymbolicLink(inode.target, at: path)
      default: return
      }
    } catch {
      throw .text("open \(path): \(error.message.lowercasedFirst)")
    }
    guard inode.isDirectory else { return }
    for name in inode.entries.keys {
      if let child = inode.entries[name] { try copy(child, to: path + "/" + name, in: files, depth: depth + 1) }
    }
  }
}
