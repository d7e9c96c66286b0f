// kubectl edit with an editor that works by itself (`KUBE_EDITOR="sed -i …"`): the object is written to a file, the editor is run on
// it, and the difference is sent. Source: kubectl pkg/cmd/util/editor.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let edit = Verb(
    "edit", .intermediate, usage: "(RESOURCE/NAME | -f FILENAME) [options]",
    synopsis: "Edit a resource on the server",
    examples: [#"KUBE_EDITOR="sed -i s/a/b/" kubectl edit cm web"#],
    flags: Flags.files + Flags.print + [
      Flags.fieldManager, Flags.record, Flags.saveConfig, Flags.validate,
      .bool("output-patch", "", false, "print the patch that is sent"),
      .string("subresource", "", "", .notSimulated, "subresource to edit"),
      .bool("windows-line-endings", "", false, .accepted, "use CRLF line ends"),
    ], run: Edit.run)
}

enum Edit {
  private static let header = """
    # Please edit the object below. Lines beginning with a '#' will be ignored,
    # and an empty file will abort the edit. If an error occurs while saving this file will be
    # reopened with the relevant failures.
    #

    """

  @Sendable static func run(_ call: Call) throws(Failure) {
    let printer = try ResultPrinter(call)
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.allowsEmptySelector = true
      let (infos, problems) = try request.infos(call, input)
      if let problem = Failure.collected(problems) { throw problem }
      if infos.count > 1 { throw call.notSimulated("kubectl edit of several objects at once") }
      guard let info = infos.first else { throw .text("edit cancelled, no objects found") }
      var random = call.world.random.split("edit \(call.process.id)")
      let path = "/tmp/kubectl-edit-\(1_000_000_000 + Int64(random.below(2_000_000_000))).yaml"
      let text = Documents.yaml(ObjectPrinter.withoutManagedFields(info.object))
      try once(call, printer, info, path, text, before: nil)
    }
  }

  /// One turn of the editor. `before` is what was refused the last time.
  private static func once(
    _ call: Call, _ printer: ResultPrinter, _ info: Info, _ path: String, _ text: String, before: String?
  ) throws(Failure) {
    let shown = before ?? text
    try write(call, path, header + shown)
    let editor = try start(call, path)
    call.poll { () throws(Failure) -> Progress in
      editor.hasEnded ? .done : .wait([.queue(editor.ended)])
    }
    call.then { () throws(Failure) in
      if let status = editor.status, !status.isSuccess {
        // A command with quotes or backslashes is left to the shell, which is then part of it.
        let editor = command(call) ?? "vi"
        let isQuoted = editor.utf8.contains { $0 == 34 || $0 == 39 || $0 == 92 }
        throw .text("there was a problem with the editor \(goQuoted((isQuoted ? "/bin/bash -c " : "") + editor))")
      }
      let edited = plain(try Manifests.read(call, path))
      if edited == shown {
        if before == nil {
          call.complain("Edit cancelled, no changes made.")
          remove(call, path)
          return
        }
        call.complain("A copy of your changes has been stored to \(goQuoted(path))")
        throw .text("Edit cancelled, no valid changes were saved.")
      }
      if edited.trimmed.isEmpty {
        call.complain("Edit cancelled, saved file was empty.")
        return
      }
      let parsed = try? Documents.single(Array(edited.utf8))
      let old = info.object
      if let parsed, parsed[path: "metadata", "uid"] == old[path: "metadata", "uid"],
        parsed["apiVersion"] != old["apiVersion"] || parsed["kind"] != old["kind"]
          || parsed[path: "metadata", "name"] != old[path: "metadata", "name"]
      {
        call.complain("A copy of your changes has been stored to \(goQuoted(path))")
        throw .text("At least one of apiVersion, kind and name was changed")
      }
      do throws(Failure) {
        try send(call, printer, info, edited)
        remove(call, path)
      } catch {
        if case .exit = error { throw error }
        call.complain("error: \(info.kind.qualifiedPlural) \(goQuoted(info.name)) is invalid")
        try once(call, printer, info, path, text, before: edited)
      }
    }
  }

  private static func write(_ call: Call, _ path: String, _ text: String) throws(Failure) {
    do throws(Errno) {
      try call.process.fileSystem.write(path, Array(text.utf8), permissions: 0o600, as: call.process.credentials)
    } catch {
      throw .text("open \(path): \(error.message.lowercasedFirst)")
    }
  }

  private static func remove(_ call: Call, _ path: String) {
    _ = try? call.process.fileSystem.remove(path)
  }

  private static func command(_ call: Call) -> String? {
    for name in ["KUBE_EDITOR", "EDITOR"] {
      if let text = call.process.environment[name], !text.isEmpty { return text }
    }
    return nil
  }

  /// Runs the editor through the machine's shell. Without one that works by itself there is nobody to type.
  private static func start(_ call: Call, _ path: String) throws(Failure) -> Process {
    guard let editor = command(call) else { throw call.notSimulated("kubectl edit in an interactive editor") }
    let process = call.process
    let machine = process.machine
    if !editor.utf8.contains(where: { $0 == 34 || $0 == 39 || $0 == 92 }), !exists(editor.pieces(" ")[0], process) {
      throw .text("unable to launch the editor \(goQuoted(editor))")
    }
    for shell in ["/bin/bash", "/bin/sh", "/usr/bin/bash"] {
      guard let executable = try? machine.executable(shell, in: "/", as: process.credentials),
        case .program(let program) = executable
      else { continue }
      return machine.fork(process, program, arguments: [shell, "-c", "\(editor) \(path)"])
    }
    throw call.notSimulated("kubectl edit without a shell")
  }

  /// Whether a command can be found as execvp finds it.
  private static func exists(_ command: String, _ process: Process) -> Bool {
    var places = [command]
    if !command.contains(byte: 47) {
      places = (process.environment["PATH"] ?? "/usr/bin:/bin").pieces(":").map { $0 + "/" + command }
    }
    for place in places
    where (try? process.machine.executable(place, in: process.workingDirectory, as: process.credentials)) != nil {
      return true
    }
    return false
  }

  private static func plain(_ bytes: [UInt8]) -> String {
    var lines: [String] = []
    for line in String(decoding: bytes, as: UTF8.self).pieces("\n") where !line.hasPrefix("#") { lines.append(line) }
    return lines.joined(separator: "\n")
  }

  private static func send(_ call: Call, _ printer: ResultPrinter, _ info: Info, _ text: String) throws(Failure) {
    var edited: Value
    do throws(DocumentProblem) {
      edited = try Documents.single(Array(text.utf8))
    } catch {
      throw .text("The edited file had a syntax error: error converting YAML to JSON: \(error.message)")
    }
    guard edited["kind"]?.string == info.kind.kind else { throw .text("Object 'Kind' is missing in '\(text)'") }
    let uid = info.object[path: "metadata", "uid"]
    if edited[path: "metadata", "uid"] != uid
      || edited[path: "metadata", "name"] != info.object[path: "metadata", "name"]
    {
      let path = "/tmp/kubectl-edit-\(call.process.id).yaml"
      call.complain("A copy of your changes has been stored to \(goQuoted(path))")
      throw .text(
        "no original object found for &unstructured.Unstructured{Object:\(GoSyntax.describe(edited))}")
    }
    call.record(on: &edited)
    let patch: Value
    do throws(Status) {
      patch = try Patch.twoWay(info.object, edited, kind: info.kind)
    } catch {
      throw .status(error)
    }
    if call.flags.bool("output-patch") { call.line("Patch: \(JSON.compact(patch))") }
    let result = try call.client.patch(
      info.kind, info.namespace, info.name, .strategic, patch,
      call.writeOptions(.none, manager: "kubectl-edit", validation: .strict))
    call.warn(result.warnings)
    try printer.show(info, "edited", result.object)
  }
}
