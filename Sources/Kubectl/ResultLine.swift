// What a verb prints about an object it has changed: the result line (`pod/web created`), or the object in the format of `-o`;
// and the two kinds of dry run.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum DryRun {
  case none
  case client
  case server

  static func read(_ call: Call) throws(Failure) -> DryRun {
    let text = call.flags.string("dry-run")
    switch text {
    case "none": return .none
    case "client": return .client
    case "server": return .server
    case "unchanged":
      call.complain(
        "W\(Client.klogStamp(call.process, "helpers.go:703")) --dry-run is deprecated and can be replaced with --dry-run=client."
      )
      return .client
    case "true", "false", "1", "0", "t", "f", "T", "F", "True", "False", "TRUE", "FALSE":
      throw .text("Invalid dry-run value (\(text)). Must be \"none\", \"server\", or \"client\".")
    default: throw .text("Invalid dry-run value (\(text)). Must be \"none\", \"server\", or \"client\".")
    }
  }

  /// ` (dry run)`
  var suffix: String {
    switch self {
    case .none: return ""
    case .client: return " (dry run)"
    case .server: return " (server dry run)"
    }
  }
}

/// Prints results of one call: keeps the `---` between YAML documents.
final class ResultPrinter {
  private let call: Call
  private let format: PrintFormat
  private var printer: ObjectPrinter
  let dryRun: DryRun
  /// Whether whole objects are kept until `flush`, which prints several of them as one list.
  var gathers = false
  private var gathered: [Value] = []

  /// Prints what has been gathered.
  func flush() throws(Failure) {
    guard let first = gathered.first else { return }
    if gathered.count == 1 {
      call.print(try printer.text(first))
    } else {
      // The list is a struct, in whose own order its members stand; its items are maps, whose members are sorted.
      printer.isTyped = true
      var items: [Value] = []
      for object in gathered { items.append((try? JSON.parse(JSON.compact(object))) ?? object) }
      call.print(
        try printer.text(["kind": "List", "apiVersion": "v1", "metadata": [:], "items": .array(items)]))
    }
    gathered = []
  }

  /// Verbs that make a printer for every object leave the `---` between YAML documents out. `--dry-run` is read (and complained
  /// about) here, unless the verb has done so.
  init(_ call: Call, typed: Bool = false, perObject: Bool = false, dryRun known: DryRun? = nil) throws(Failure) {
    self.call = call
    format = try PrintFormat.read(call)
    printer = ObjectPrinter(call, format)
    printer.isTyped = typed
    printer.separates = !perObject
    if let known {
      dryRun = known
    } else {
      dryRun = call.flags.definition("dry-run") == nil ? .none : try DryRun.read(call)
    }
  }

  var printsObjects: Bool { format.printsWholeObjects }
  var printsYAML: Bool {
    if case .yaml = format { return true }
    return false
  }

  /// `title` is what stands before the operation, e.g. `pod/web`.
  func show(_ title: String, _ operation: String, _ object: Value, showsDryRun: Bool = true) throws(Failure) {
    if case .name = format {
      call.line(title)
    } else if printsObjects {
      if gathers { return gathered.append(object) }
      call.print(try printer.text(object))
    } else {
      call.line("\(title) \(operation)\(showsDryRun ? dryRun.suffix : "")")
    }
  }

  func show(_ info: Info, _ operation: String, _ object: Value, showsDryRun: Bool = true) throws(Failure) {
    try show(info.title, operation, object, showsDryRun: showsDryRun)
  }
}

extension Call {
  func writeOptions(_ dryRun: DryRun, manager: String, validation: FieldValidation = .ignore) -> WriteOptions {
    let given = flags.string("field-manager")
    return WriteOptions(
      dryRun: dryRun == .server, fieldManager: given.isEmpty ? manager : given, fieldValidation: validation)
  }

  /// `--validate`
  func fieldValidation() throws(Failure) -> FieldValidation {
    switch flags.string("validate") {
    case "strict", "true": return .strict
    case "warn": return .warn
    case "ignore", "false": return .ignore
    default:
      throw .text(
        "invalid - validate option \(goQuoted(flags.string("validate"))); must be one of: strict (or true), warn, ignore (or false)"
      )
    }
  }

}
