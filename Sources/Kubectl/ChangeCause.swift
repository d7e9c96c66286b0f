// `--record`: the command that changed an object is kept in an annotation of it, where the history of rollouts finds it. The command
// line is written anew, with its arguments first and long names for its flags.
// Source: cli-runtime pkg/genericclioptions/record_flags.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

/// The annotation in which users or `--record` say why an object was changed.
enum ChangeCause {
  static let key = "kubernetes.io/change-cause"
}

extension Call {
  private var changeCause: String {
    var words = path.pieces(" ") + arguments
    for (name, value) in flags.sequence { words.append("--\(name)=\(value)") }
    return words.joined(separator: " ")
  }

  /// Notes the command on an object that is about to be sent.
  func record(on object: inout Value) {
    guard flags.bool("record") else { return }
    object.set(["metadata", "annotations", ChangeCause.key], .string(changeCause))
  }

  /// Notes it on one that has been changed already.
  func recordAfterwards(_ info: Info, dryRun: DryRun) throws(Failure) {
    guard flags.bool("record"), dryRun == .none else { return }
    var patch: Value = [:]
    record(on: &patch)
    _ = try client.patch(
      info.kind, info.namespace, info.name, .merge, patch, WriteOptions(fieldManager: "kubectl-\(verb.name)"))
  }
}
