// kubectl apply view-last-applied, set-last-applied and edit-last-applied.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum ApplyLast {
  static func view(_ call: Call) throws(Failure) {
    let output = call.flags.string("output")
    guard output == "yaml" || output == "json" else {
      throw .text(
        "Unexpected -o output mode: \(output), the flag 'output' must be one of yaml|json\nSee 'kubectl apply view-last-applied -h' for help and examples"
      )
    }
    call.withInput { (input) throws(Failure) in
      var texts: [String] = []
      try call.forEach(ResourceRequest(call), input) { (info) throws(Failure) in
        // kubectl loses what it would say of an object without the annotation.
        guard let text = info.object[path: "metadata", "annotations", LastApplied.key]?.string else { return }
        let last: Value?
        do throws(JSONError) {
          last = text.isEmpty ? nil : try JSON.parse(text)
        } catch {
          throw .text(error.description)
        }
        if output == "yaml" { return texts.append(Documents.yaml(last ?? .null)) }
        guard let last else { throw .text("unexpected end of JSON input") }
        texts.append(JSON.pretty(last, indent: 2, escapingHTML: false) + "\n")
      }
      // All or nothing: an object that is not there keeps the others from being shown.
      call.then { () throws(Failure) in
        if call.failures.isEmpty { for text in texts { call.print(text) } }
      }
    }
  }

  static func set(_ call: Call) throws(Failure) {
    let printer = try ResultPrinter(call)
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.latest = false
      try call.forEach(request, input) { (info) throws(Failure) in
        let current = try call.client.get(info.kind, info.namespace, info.name)
        let has = current[path: "metadata", "annotations", LastApplied.key] != nil
        if !has, !call.flags.bool("create-annotation") {
          throw .text(
            "no last-applied-configuration annotation found on resource: \(info.name), to create the annotation, run the command with --create-annotation"
          )
        }
        var plain = info.object
        if info.kind.namespaced { plain.set(["metadata", "namespace"], .string(info.namespace)) }
        if LastApplied.read(current) == plain {
          call.line("set-last-applied \(info.name): no changes required.")
          return
        }
        let text = JSON.compact(plain, escapingHTML: true) + "\n"
        let patch: Value = ["metadata": ["annotations": .members([(LastApplied.key, .string(text))])]]
        if printer.dryRun == .client { return try printer.show(info, "configured", current) }
        let result = try call.client.patch(
          info.kind, info.namespace, info.name, .merge, patch,
          call.writeOptions(printer.dryRun, manager: "kubectl-client-side-apply"))
        try printer.show(info, "configured", result.object)
      }
    }
  }

  static func edit(_ call: Call) throws(Failure) {
    let (_, problems) = try ResourceRequest(call).infos(call)
    if let problem = Failure.collected(problems) { throw problem }
    throw call.notSimulated("kubectl apply edit-last-applied")
  }
}
