// Objects from files: which files a path means, how their documents are read, and what kubectl says about a document that is no
// object (cli-runtime pkg/resource/visitor.go, kubectl pkg/validation).

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum Manifests {
  /// One file's bytes under the name that messages give it.
  struct Source {
    let name: String
    let bytes: [UInt8]
  }

  /// Exactly one of `-f` and `-k`.
  static func require(_ call: Call) throws(Failure) {
    let hasFiles = !call.flags.strings("filename").isEmpty
    let hasFolder = !call.flags.string("kustomize").isEmpty
    if !hasFiles, !hasFolder { throw .text("must specify one of -f and -k") }
    if hasFiles, hasFolder { throw .text("only one of -f or -k can be specified") }
  }

  static func targets(
    _ call: Call, _ request: ResourceRequest, _ input: [UInt8]?
  ) throws(Failure) -> (targets: [ResourceRequest.Target], failures: [Failure]) {
    let (infos, failures) = try read(call, request, input, validates: request.validates)
    var targets: [ResourceRequest.Target] = []
    for info in infos {
      if let selector = request.selector {
        let selection = try ResourceRequest.selection(info.kind, selector, "")
        if !selection.labels.matches(object: info.object) { continue }
      }
      targets.append(.object(info))
    }
    return (targets, failures)
  }

  /// Reads every document of every file. What is wrong with one file does not keep the others from being read.
  static func read(
    _ call: Call, _ request: ResourceRequest, _ input: [UInt8]?, validates: Bool
  ) throws(Failure) -> (infos: [Info], failures: [Failure]) {
    let checksSchema = validates && call.flags.definition("validate") != nil && call.flags.string("validate") != "false"
    if !call.isLocal {
      if checksSchema {
        try call.client.fetchSchema(request.files.first.map { $0 == "-" ? "STDIN" : $0 } ?? request.kustomize)
      }
      try call.client.discover()
    }
    if !request.kustomize.isEmpty {
      let documents = try Kustomization.build(call, request.kustomize)
      var infos: [Info] = []
      for document in documents { infos.append(try info(call, document, request.kustomize, validates: validates)) }
      return (infos, [])
    }
    var infos: [Info] = []
    var failures: [Failure] = []
    for source in try sources(call, request, input) {
      let (documents, problem) = Documents.stream(source.bytes)
      for document in documents {
        do throws(Failure) {
          for object in try expanded(document, source.name, validates: validates) {
            infos.append(try info(call, object, source.name, validates: validates))
          }
        } catch {
          failures.append(error)
        }
      }
      if let problem { failures.append(.text("error parsing \(source.name): \(problem)")) }
    }
    return (infos, failures)
  }

  /// A `List` stands for its items.
  private static func expanded(_ document: Value, _ source: String, validates: Bool) throws(Failure) -> [Value] {
    guard document.object != nil else {
      throw .text(
        "error validating \"\(source)\": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false"
      )
    }
    if document["kind"]?.string?.hasSuffix("List") == true, let items = document["items"]?.array { return items }
    return [document]
  }

  private static func info(
    _ call: Call, _ document: Value, _ source: String, validates: Bool
  ) throws(Failure) -> Info {
    let apiVersion = document["apiVersion"]?.string ?? ""
    let name = document["kind"]?.string ?? ""
    if apiVersion.isEmpty || name.isEmpty {
      var missing: [String] = []
      for key in ["apiVersion", "kind"] where (document[key]?.string ?? "").isEmpty {
        let isSet = document[key]?.isNull == false && document[key]?.string == nil
        missing.append(key + (isSet ? " isn't string type" : " not set"))
      }
      if !validates {
        throw .text(
          "unable to decode \(goQuoted(source)): Object 'Kind' is missing in '\(JSON.compact(document))'"
        )
      }
      let text = missing.count == 1 ? missing[0] : "[" + missing.joined(separator: ", ") + "]"
      throw .text(
        "error validating \"\(source)\": error validating data: \(text); if you choose to ignore these errors, turn validation off with --validate=false"
      )
    }
    let metadata = document["metadata"]
    let objectName = metadata?["name"]?.string ?? ""
    let stated = metadata?["namespace"]?.string ?? ""
    guard let kind = Kinds.of(apiVersion: apiVersion, kind: name) else {
      call.client.noteUnknownKind()
      throw .text(
        "resource mapping not found for name: \(goQuoted(objectName)) namespace: \(goQuoted(stated)) from \(goQuoted(source)): no matches for kind \(goQuoted(name)) in version \(goQuoted(apiVersion))\nensure CRDs are installed first"
      )
    }
    guard kind.namespaced else {
      return Info(kind: kind, namespace: "", name: objectName, source: source, object: document)
    }
    if call.namespaceIsGiven, !stated.isEmpty, stated != call.namespace {
      throw .text(
        "the namespace from the provided object \(goQuoted(stated)) does not match the namespace \(goQuoted(call.namespace)). You must pass '--namespace=\(stated)' to perform this operation."
      )
    }
    let namespace = stated.isEmpty ? call.namespace : stated
    return Info(kind: kind, namespace: namespace, name: objectName, source: source, object: document)
  }

  // MARK: Files

  static func sources(_ call: Call, _ request: ResourceRequest, _ input: [UInt8]?) throws(Failure) -> [Source] {
    var sources: [Source] = []
    for path in request.files {
      if path == "-" {
        sources.append(Source(name: "STDIN", bytes: input ?? []))
      } else if path.hasPrefix("http://") || path.hasPrefix("https://") {
        throw call.notSimulated("\(call.path) -f \(path)")
      } else {
        sources.append(contentsOf: try files(call, path, recursive: request.recursive))
      }
    }
    return sources
  }

  private static func files(_ call: Call, _ path: String, recursive: Bool) throws(Failure) -> [Source] {
    let process = call.process
    guard let inode = try? process.fileSystem.lookup(path, in: process.workingDirectory, as: process.credentials) else {
      let matches = PathPattern.matches(path, process)
      if matches.isEmpty { throw .text("the path \(goQuoted(path)) does not exist") }
      var sources: [Source] = []
      for match in matches { sources.append(contentsOf: try files(call, match, recursive: recursive)) }
      return sources
    }
    if !inode.isDirectory { return [Source(name: path, bytes: try read(call, path))] }
    let sources = try folder(call, inode, path, recursive: recursive, depth: 0)
    if sources.isEmpty {
      throw .text("error reading [\(path)]: recognized file extensions are [.json .yaml .yml]")
    }
    return sources
  }

  private static func folder(
    _ call: Call, _ inode: Inode, _ path: String, recursive: Bool, depth: Int
  ) throws(Failure) -> [Source] {
    guard depth < 64 else { return [] }
    var sources: [Source] = []
    for name in inode.entries.keys.sorted() {
      let inner = joined(path, name)
      guard let child = try? call.process.fileSystem.lookup(inner, in: call.process.workingDirectory) else { continue }
      if child.isDirectory {
        if recursive { sources.append(contentsOf: try folder(call, child, inner, recursive: true, depth: depth + 1)) }
      } else if name.hasSuffix(".json") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        sources.append(Source(name: inner, bytes: try read(call, inner)))
      }
    }
    return sources
  }

  /// As Go's filepath.Join names a file of a folder: without `.`, doubled slashes and what a `..` takes back.
  private static func joined(_ folder: String, _ name: String) -> String {
    var parts: [String] = []
    let isAbsolute = folder.utf8.first == 47
    for part in folder.pieces("/") + [name] where !part.isEmpty && part != "." {
      if part != ".." {
        parts.append(part)
      } else if let last = parts.last, last != ".." {
        parts.removeLast()
      } else if !isAbsolute {
        parts.append(part)
      }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }

  static func read(_ call: Call, _ path: String) throws(Failure) -> [UInt8] {
    do throws(Errno) {
      return try call.process.fileSystem.read(
        path, in: call.process.workingDirectory, as: call.process.credentials)
    } catch {
      throw .text("open \(path): \(error.message.lowercasedFirst)")
    }
  }
}

extension Call {
  /// Reads standard input to its end when one of the files is `-`, then goes on.
  func withInput(_ work: @escaping ([UInt8]?) throws(Failure) -> Void) {
    guard flags.strings("filename").contains("-") else {
      then { () throws(Failure) in try work(nil) }
      return
    }
    readInput { (bytes) throws(Failure) in try work(bytes) }
  }

  func readInput(_ work: @escaping ([UInt8]) throws(Failure) -> Void) {
    let buffer = InputBuffer()
    poll { [self] () throws(Failure) -> Progress in
      while true {
        switch process.read(0) {
        case .bytes(let bytes): buffer.bytes.append(contentsOf: bytes)
        case .wouldBlock:
          guard let file = process.file(0) else { return .done }
          return .wait([.queue(file.readable)])
        case .endOfFile, .failed: return .done
        }
      }
    }
    then { () throws(Failure) in try work(buffer.bytes) }
  }
}

private final class InputBuffer {
  var bytes: [UInt8] = []
}
