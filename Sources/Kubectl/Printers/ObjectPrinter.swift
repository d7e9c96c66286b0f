// The output formats that print whole objects: yaml, json, name, jsonpath, go-template, custom-columns. `PrintFormat` reads the
// value of `-o`, `ObjectPrinter` prints. Sources: cli-runtime pkg/genericclioptions/print_flags.go, pkg/printers.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum PrintFormat {
  /// No `-o`: a table, or a result line.
  case standard
  case wide
  case yaml
  case json
  case name
  case jsonPath(String)
  case jsonPathAsJSON(String)
  case goTemplate(String)
  case customColumns([CustomColumn])

  struct CustomColumn {
    let header: String
    let path: String
  }

  var printsWholeObjects: Bool {
    switch self {
    case .standard, .wide: return false
    default: return true
    }
  }

  /// Formats of `get`; other verbs take all but `wide` and `custom-columns`.
  static func read(_ call: Call, tables: Bool = false) throws(Failure) -> PrintFormat {
    let output = call.flags.string("output")
    let template = call.flags.string("template")
    var name = output
    var argument = template
    var isGiven = !template.isEmpty
    if let (before, after) = output.cut(61) {
      name = before
      argument = after
      isGiven = !after.isEmpty
    }
    if output.isEmpty {
      return template.isEmpty ? .standard : .goTemplate(template)
    }
    let plain = output.lowercased()
    if ["yaml", "json", "name"].contains(plain) { name = plain }
    switch name {
    case "yaml" where plain == name: return .yaml
    case "json" where plain == name: return .json
    case "name" where plain == name: return .name
    case "wide" where output == name && tables: return .wide
    case "jsonpath", "jsonpath-as-json", "go-template", "template", "jsonpath-file", "go-template-file", "templatefile":
      if !isGiven {
        throw .text("template format specified but no template given")
      }
      if name.hasSuffix("file") {
        argument = String(decoding: try file(call, argument, name), as: UTF8.self)
      }
      if name.hasPrefix("go-template") || name.hasPrefix("template") { return .goTemplate(argument) }
      return name == "jsonpath-as-json" ? .jsonPathAsJSON(argument) : .jsonPath(argument)
    case "custom-columns" where tables, "custom-columns-file" where tables:
      return .customColumns(try columns(call, name, isGiven ? argument : ""))
    default:
      let formats =
        tables
        ? "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml"
        : "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml"
      throw .text(
        "unable to match a printer suitable for the output format \(goQuoted(output)), allowed formats are: \(formats)")
    }
  }

  private static func file(_ call: Call, _ path: String, _ format: String) throws(Failure) -> [UInt8] {
    do throws(Errno) {
      return try call.process.fileSystem.read(path, in: call.process.workingDirectory, as: call.process.credentials)
    } catch {
      let what = format == "custom-columns-file" ? "template" : "--template"
      throw .text("error reading \(what) \(path), open \(path): \(error.message.lowercasedFirst)")
    }
  }

  private static func columns(_ call: Call, _ name: String, _ argument: String) throws(Failure) -> [CustomColumn] {
    if argument.isEmpty { throw .text("custom-columns format specified but no custom columns given") }
    var columns: [CustomColumn] = []
    if name == "custom-columns-file" {
      let text = String(decoding: try file(call, argument, name), as: UTF8.self)
      let lines = text.pieces("\n")
      guard lines.count >= 2 else {
        throw .text(
          "invalid template, missing spec line. Expected format is one line of space separated column headers, one line of space separated column specs."
        )
      }
      let headers = words(lines[0])
      let specs = words(lines[1])
      if headers.count != specs.count {
        throw .text("number of headers (\(headers.count)) and field specifications (\(specs.count)) don't match")
      }
      for (header, spec) in zip(headers, specs) {
        columns.append(CustomColumn(header: header, path: try relaxed(spec)))
      }
      return columns
    }
    for part in argument.pieces(",") {
      guard let (header, path) = part.cut(58) else {
        throw .text("unexpected custom-columns spec: \(part), expected <header>:<json-path-expr>")
      }
      columns.append(CustomColumn(header: header, path: try relaxed(path)))
    }
    return columns
  }

  private static func words(_ line: String) -> [String] {
    var result: [String] = []
    for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" }) { result.append(String(word)) }
    return result
  }

  /// `x.y`, `.x.y`, `{x.y}` and `{.x.y}` all mean `{.x.y}`.
  static func relaxed(_ text: String) throws(Failure) -> String {
    if let path = JSONPath.relaxed(text) { return path }
    throw .text(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'")
  }
}

struct ObjectPrinter {
  let format: PrintFormat
  let showsManagedFields: Bool
  /// Knows the managed fields of objects, which are added only where they can be seen.
  private let api: APIServer
  private let call: Call
  let allowsMissing: Bool
  /// Whether the object comes from a typed client: JSON then shows its members as they are declared.
  var isTyped = false
  /// Whether `---` stands between YAML documents.
  var separates = true
  private var table = TabWriter.table
  private var printed = 0
  private var path: JSONPath?

  init(_ call: Call, _ format: PrintFormat) {
    self.format = format
    self.call = call
    showsManagedFields = call.flags.bool("show-managed-fields")
    api = call.client.api
    allowsMissing =
      call.flags.definition("allow-missing-template-keys") == nil
      || call.flags.bool("allow-missing-template-keys")
  }

  /// The printed form of one object (or list).
  mutating func text(_ object: Value, headers: Bool = true) throws(Failure) -> String {
    var object = object
    switch format {
    case .yaml, .json:
      object = showsManagedFields ? api.withManagedFields(object) : ObjectPrinter.withoutManagedFields(object)
    case .jsonPath, .jsonPathAsJSON, .goTemplate, .customColumns:
      // Templates see everything; of long lists nobody prints it all.
      if object["items"]?.array?.count ?? 0 <= ObjectPrinter.managedItemsMax { object = api.withManagedFields(object) }
    case .name, .standard, .wide: break
    }
    defer { printed += 1 }
    switch format {
    case .yaml: return (printed > 0 && separates ? "---\n" : "") + Documents.yaml(object)
    case .json:
      if isTyped {
        let ordered = Kinds.of(object).map { Schema.inDeclaredOrder(object, $0) }
        return Documents.json(ordered ?? object, sortingKeys: false)
      }
      return Documents.json(object)
    case .name: return ObjectPrinter.names(object)
    case .jsonPath(let template): return try evaluate(template, object, asJSON: false)
    case .jsonPathAsJSON(let template): return try evaluate(template, object, asJSON: true)
    case .goTemplate(let template):
      let (text, problem) = try GoTemplate.render(template, object, allowsMissing: allowsMissing)
      if let problem {
        call.print(text)
        throw problem
      }
      return text
    case .customColumns(let columns): return try rows(columns, object, headers: headers && printed == 0)
    case .standard, .wide: return ""
    }
  }

  private static let managedItemsMax = 200

  static func withoutManagedFields(_ object: Value) -> Value {
    var object = object
    if object[path: "metadata", "managedFields"] != nil { object.set(["metadata", "managedFields"], nil) }
    if let items = object["items"]?.array {
      var cleaned: [Value] = []
      for item in items { cleaned.append(withoutManagedFields(item)) }
      object["items"] = .array(cleaned)
    }
    return object
  }

  /// `pod/web`, one per line.
  private static func names(_ object: Value) -> String {
    if let items = object["items"]?.array, object["kind"]?.string?.hasSuffix("List") == true {
      var text = ""
      for item in items { text += names(item) }
      return text
    }
    let kind = Kinds.of(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
    let name = object[path: "metadata", "name"]?.string ?? ""
    if let kind { return "\(kind.qualifiedSingular)/\(name)\n" }
    let group = (object["apiVersion"]?.string ?? "").cut(47)?.0 ?? ""
    let plain = (object["kind"]?.string ?? "").lowercased()
    return "\(group.isEmpty ? plain : plain + "." + group)/\(name)\n"
  }

  /// The template is parsed once: one with a `range` is used up by its first object, as kubectl's is.
  private mutating func evaluate(_ template: String, _ object: Value, asJSON: Bool) throws(Failure) -> String {
    if path == nil {
      do throws(JSONPathError) {
        path = try JSONPath(template)
      } catch {
        throw .text("error parsing jsonpath \(template), \(error.message)")
      }
      path?.allowsMissingKeys = allowsMissing
      path?.printsJSON = asJSON
    }
    do throws(JSONPathError) {
      return try path!.execute(object)
    } catch {
      let dump = GoSyntax.describe(object)
      throw .text(
        "error executing jsonpath \(goQuoted(template)): Error executing template: \(error.message). Printing more information for debugging the template:\n\ttemplate was:\n\t\t\(template)\n\tobject given to jsonpath engine was:\n\t\t\(dump)\n\n\n"
      )
    }
  }

  private mutating func rows(
    _ columns: [PrintFormat.CustomColumn], _ object: Value, headers: Bool
  ) throws(Failure) -> String {
    var text = ""
    if headers {
      var cells: [String] = []
      for column in columns { cells.append(column.header) }
      text += cells.joined(separator: "\t") + "\n"
    }
    var items = [object]
    if let list = object["items"]?.array, object["kind"]?.string?.hasSuffix("List") == true { items = list }
    for item in items {
      var cells: [String] = []
      do throws(Failure) {
        for column in columns { cells.append(try cell(column.path, item)) }
      } catch {
        // The lines before have been printed.
        call.print(table.format(text))
        throw error
      }
      text += cells.joined(separator: "\t") + "\n"
    }
    return table.format(text)
  }

  private func cell(_ template: String, _ object: Value) throws(Failure) -> String {
    do throws(JSONPathError) {
      var path = try JSONPath(template)
      let found = try path.values(object)
      if found.isEmpty { return "<none>" }
      var texts: [String] = []
      for value in found { texts.append(goText(value)) }
      return texts.joined(separator: ",")
    } catch {
      if error.message.containsText("out of bounds") { return "<none>" }
      throw .text(error.message)
    }
  }
}
