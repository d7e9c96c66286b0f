// kubectl patch. Source: kubectl pkg/cmd/patch/patch.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let patch = Verb(
    "patch", .advanced, usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]",
    synopsis: "Update fields of a resource",
    examples: [#"kubectl patch sts web -p '{"spec":{"replicas":3}}'"#],
    flags: Flags.files + Flags.print + [
      Flags.dryRun, Flags.fieldManager, Flags.local, Flags.record,
      .string("patch", "p", "", "the patch, JSON or YAML"),
      .string("patch-file", "", "", "file with the patch"),
      .string("subresource", "", "", "`status`, `scale` or `resize`"),
      .string("type", "", "strategic", "`json`, `merge` or `strategic`"),
    ], run: PatchVerb.run)
}

enum PatchVerb {
  static func run(_ call: Call) throws(Failure) {
    let typeName = call.flags.string("type")
    if call.flags.changed("patch"), call.flags.changed("patch-file"), !call.flags.string("patch").isEmpty {
      throw .text("cannot specify --patch and --patch-file together")
    }
    if call.flags.string("patch").isEmpty, call.flags.string("patch-file").isEmpty {
      throw .text("must specify --patch or --patch-file containing the contents of the patch")
    }
    let type: PatchType
    switch typeName.lowercased() {
    case "json": type = .json
    case "merge": type = .merge
    case "strategic": type = .strategic
    default: throw .text("--type must be one of [json merge strategic], not \(goQuoted(typeName))")
    }
    if call.isLocal, !call.arguments.isEmpty { throw .text("cannot specify --local and server resources") }
    let printer = try ResultPrinter(call, perObject: true)
    let text: [UInt8]
    let file = call.flags.string("patch-file")
    if file.isEmpty {
      text = Array(call.flags.string("patch").utf8)
    } else {
      do throws(Errno) {
        text = try call.process.fileSystem.read(file, in: call.process.workingDirectory, as: call.process.credentials)
      } catch {
        throw .text("unable to read patch file: open \(file): \(error.message.lowercasedFirst)")
      }
    }
    let (patch, refusal) = try parse(text, type)
    call.withInput { (input) throws(Failure) in
      try call.forEach(ResourceRequest(call), input) { (info) throws(Failure) in
        if let refusal { throw refusal }
        try apply(call, printer, info, type, patch)
      }
    }
  }

  /// The patch as a value. What begins with a brace is sent to the server as it is, so that it is the server that cannot read
  /// it; anything else is YAML.
  private static func parse(_ bytes: [UInt8], _ type: PatchType) throws(Failure) -> (Value, Failure?) {
    let text = String(decoding: bytes, as: UTF8.self)
    // The server reads patches of documents itself and says so.
    let decoding = type == .strategic ? "" : "error decoding patch: "
    if bytes.first(where: { $0 != 32 && ($0 < 9 || $0 > 13) }) == 123 {
      do throws(JSONError) {
        let value = try JSON.parse(bytes)
        if type == .json {
          return (
            value,
            .status(
              .badRequest(
                "\(decoding)json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"))
          )
        }
        return (value, nil)
      } catch {
        return (.null, .status(.badRequest(decoding + error.message)))
      }
    }
    let value: Value
    do throws(DocumentProblem) {
      value = try Documents.single(bytes)
    } catch {
      throw .text("unable to parse \(goQuoted(text)): \(error.message)")
    }
    if type != .json, value.object == nil {
      let name = value.array != nil ? "array" : value.string != nil ? "string" : value.bool != nil ? "bool" : "number"
      return (
        value,
        .status(
          .badRequest("\(decoding)json: cannot unmarshal \(name) into Go value of type map[string]interface {}"))
      )
    }
    return (value, nil)
  }

  private static func apply(
    _ call: Call, _ printer: ResultPrinter, _ info: Info, _ type: PatchType, _ patch: Value
  ) throws(Failure) {
    let subresource = call.flags.string("subresource")
    if call.isLocal {
      let object: Value
      do throws(Status) {
        object = try Patch.applyUntyped(type, patch, to: info.object, kind: info.kind)
      } catch {
        throw .status(error)
      }
      let isSame = object == info.object
      return try printer.show(info, isSame ? "patched (no change)" : "patched", object)
    }
    // A client dry run works on what is there, and says nothing of it.
    let options = WriteOptions(
      dryRun: printer.dryRun != .none,
      fieldManager: call.flags.string("field-manager").isEmpty ? "kubectl-patch" : call.flags.string("field-manager"),
      fieldValidation: .warn)
    let result = try call.client.patch(
      info.kind, info.namespace, info.name, subresource: subresource.isEmpty ? nil : subresource, type, patch, options)
    call.warn(result.warnings)
    if subresource.isEmpty { try call.recordAfterwards(info, dryRun: printer.dryRun) }
    // A scale is compared with the whole object that was fetched before, from which it always differs.
    let isScale = subresource == "scale"
    try printer.show(
      isScale ? "scale.autoscaling/\(info.name)" : info.title,
      result.changed ? "patched" : "patched (no change)", result.object, showsDryRun: false)
  }
}
