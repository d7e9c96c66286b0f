// The YAML reader against tables of its own, against Yams on manifests and on generated documents, and against its
// own writer.

import Foundation
import SimKernel
import Testing
import Yams

@testable import Unstructured

@Suite struct YAMLReading {
  static let readings: [(yaml: String, json: String)] = [
    ("a: 1", #"{"a":1}"#),
    ("a: y\nb: No\nc: on\nd: 'yes'\ne: ~\nf:", #"{"a":true,"b":false,"c":true,"d":"yes","e":null,"f":null}"#),
    (
      "a: 010\nb: 0o17\nc: 0x1F\nd: 1_000\ne: 0b101\nf: 08\ng: +7", #"{"a":8,"b":15,"c":31,"d":1000,"e":5,"f":8,"g":7}"#
    ),
    ("a: 1.5\nb: 3.0\nc: 1e3\nd: .5\ne: 1.\nf: -2.5e-3", #"{"a":1.5,"b":3,"c":1000,"d":0.5,"e":1,"f":-0.0025}"#),
    (
      "a: 2026-01-15\nb: 12:30:45\nc: 1.2.3\nd: 100m\ne: 0.5Gi",
      #"{"a":"2026-01-15","b":"12:30:45","c":"1.2.3","d":"100m","e":"0.5Gi"}"#
    ),
    ("- a\n- - b\n  - c\n-\n- {x: 1, z: [2, 3]}", #"["a",["b","c"],null,{"x":1,"z":[2,3]}]"#),
    ("a:\n- 1\n- b: 2\n  c: 3\nd:\n  - 4", #"{"a":[1,{"b":2,"c":3}],"d":[4]}"#),
    ("a: |\n  x\n   y\n\n  z\n\nb: 1", #"{"a":"x\n y\n\nz\n","b":1}"#),
    ("a: |-\n  x\n\nb: |+\n  y\n\nc: |2\n   z", #"{"a":"x","b":"y\n\n","c":" z"}"#),
    ("a: >\n  one\n  two\n\n  three\n   four\n  five\n", #"{"a":"one two\nthree\n four\nfive\n"}"#),
    ("a: >-\n  one\n  two\n", #"{"a":"one two"}"#),
    (
      "a: one\n  two\n\n  three\nb: 'it''s\n  here'\nc: \"x\\ty\\u00e9 \\\n   z\"",
      #"{"a":"one two\nthree","b":"it's here","c":"x\tyé z"}"#
    ),
    ("a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  m: 2", #"{"a":{"k":1},"b":{"k":1},"c":{"k":1,"m":2}}"#),
    (
      "x: &d\n  a: 1\n  b: 2\nz:\n  <<: [*d, {c: 3, a: 9}]\n  b: 5\ny: 1",
      #"{"true":1,"x":{"a":1,"b":2},"z":{"a":1,"b":5,"c":3}}"#
    ),
    ("1: a\ntrue: b\n1.5: c", #"{"1":"a","1.5":"c","true":"b"}"#),
    ("a: b # comment\n# more\nc: d#e", #"{"a":"b","c":"d#e"}"#),
    ("a: {b: c, d: , e}", #"{"a":{"b":"c","d":null,"e":null}}"#),
    ("a: [b, c: d, ]", #"{"a":["b",{"c":"d"}]}"#),
    ("? a\n: b\n? c", #"{"a":"b","c":null}"#),
    ("a: !!str 1\nb: !!int '3'\nc: !local x", #"{"a":"1","b":3,"c":"x"}"#),
    ("a: 1\na: 2", #"{"a":2}"#),
    ("--- \na: 1\n...\n", #"{"a":1}"#),
    ("%YAML 1.1\n---\na: 1", #"{"a":1}"#),
    ("hello", #""hello""#),
    ("", "null"),
    ("# nothing", "null"),
    ("a: http://x:80/y?z=1&w\nb: -1\nc: - x", ""),
    ("cmd: [\"sh\", \"-c\", \"echo $HOME && exit 1\"]", #"{"cmd":["sh","-c","echo $HOME \u0026\u0026 exit 1"]}"#),
    ("a:   \n  b:\t1", #"{"a":{"b":1}}"#),
    ("- |\n a\n- >\n b\n c", #"["a\n","b c"]"#),
    ("{\"a\": {\"b\": [1, 2.5, \"x\\n\"]}}", #"{"a":{"b":[1,2.5,"x\n"]}}"#),
    ("a: 'x'  \nb: \"\"", #"{"a":"x","b":""}"#),
  ]

  @Test(arguments: readings)
  func reads(_ yaml: String, _ json: String) {
    if json.isEmpty {
      #expect(throws: YAMLError.self) { try YAML.parse(yaml) }
    } else {
      #expect((try? YAML.parse(yaml)).map { JSON.compact($0) } == json)
    }
  }

  static let refusals: [(yaml: String, message: String)] = [
    (
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: x\n",
      "yaml: line 4: found character that cannot start any token"
    ),
    (
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n data:\n  a: b\n",
      "yaml: line 4: did not find expected key"
    ),
    ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n", "yaml: line 3: did not find expected ',' or '}'"),
    ("a: 1\nb:\n  c: d: e\n", "yaml: line 3: mapping values are not allowed in this context"),
    ("[{\"op\":\"replace\",\"value\":2", "yaml: line 1: did not find expected ',' or '}'"),
    ("a: 1\nb: [1, 2\nc: 3", "yaml: line 2: did not find expected ',' or ']'"),
    ("a: 1\nbad line\nc: 2", "yaml: line 3: could not find expected ':'"),
    ("a: 1\nb: \"x", "yaml: line 2: found unexpected end of stream"),
    ("a: 1\nb: \"\\q\"", "yaml: line 2: found unknown escape character"),
    ("a: *x", "yaml: unknown anchor 'x' referenced"),
    ("a: &x [*x]", "yaml: anchor 'x' value contains itself"),
    ("a: 1\n  b: 2", "yaml: line 2: mapping values are not allowed in this context"),
    ("a:\n  - b\n c: d", "yaml: line 2: did not find expected key"),
    ("a: 1\nb: @x", "yaml: line 2: found character that cannot start any token"),
    ("a: 1\n- b", "yaml: line 1: did not find expected key"),
    ("a: b\n- c\n", "yaml: line 1: did not find expected key"),
    (
      "x: {{ .Values.name }}",
      "yaml: invalid map key: map[interface {}]interface {}{\".Values.name\":interface {}(nil)}"
    ),
    ("q:\n  : x", "yaml: line 1: did not find expected key"),
    ("a: \"x\\/y\"", "yaml: found unknown escape character"),
    ("a: 1\nb: \"x\\/y\"\n", "yaml: line 2: found unknown escape character"),
    ("~: 1\nb: [1\nc: 2\n", "yaml: line 2: did not find expected ',' or ']'"),
    ("<<: 1\n", "yaml: map merge requires map or sequence of maps as the value"),
    ("~: 1\n<<: 1\n", "yaml: map merge requires map or sequence of maps as the value"),
    ("a: !!int x1\n", "yaml: cannot decode !!str `x1` as a !!int"),
    ("a: !!float\n", "yaml: cannot decode !!null `` as a !!float"),
    ("a: !!binary 1:30\n", "yaml: !!binary value contains invalid base64 data"),
    ("~:\n", "unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>"),
    ("a: {c:{,}}\nb: 1\n", "yaml: did not find expected ',' or '}'"),
    ("a: 1\nb: !{}", "yaml: line 2: did not find expected whitespace or line break"),
    ("a: -\n", "yaml: block sequence entries are not allowed in this context"),
  ]

  @Test(arguments: refusals)
  func refuses(_ yaml: String, _ message: String) {
    do throws(YAMLError) {
      let value = try YAML.parse(yaml)
      Issue.record("read as \(JSON.compact(value))")
    } catch {
      #expect(error.description == message)
    }
  }

  static func folder(_ name: String) -> [URL] {
    let url = Bundle.module.resourceURL!.appendingPathComponent(name)
    let files = try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }
  }

  /// Yams' tree with our reading of plain scalars; nil where the document has something that only one side has.
  static func value(_ node: Node) -> Value? {
    switch node {
    case .scalar(let scalar):
      if scalar.style == .plain { return YAMLScalar.resolve(Array(scalar.string.utf8)).asJSON }
      return .string(scalar.string)
    case .sequence(let sequence):
      var items: [Value] = []
      for item in sequence {
        guard let item = value(item) else { return nil }
        items.append(item)
      }
      return .array(items)
    case .mapping(let mapping):
      var members = Value.Object()
      for (key, member) in mapping {
        guard let name = value(key), let member = value(member), key.scalar?.string != "<<" else { return nil }
        members[JSONPath.text(name)] = member
      }
      return .object(members)
    case .alias: return nil
    }
  }

  @Test func manifestsReadLikeYams() throws {
    let files = YAMLReading.folder("Manifests") + YAMLReading.folder("Printed").filter { $0.pathExtension == "yaml" }
    #expect(files.count > 60)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      for document in YAMLReading.documents(text) {
        let ours = try? YAML.parse(document)
        let theirs = (try? Yams.compose(yaml: document)).flatMap { $0 }
        if let ours, !ours.isNull, let theirs, let expected = YAMLReading.value(theirs) {
          #expect(JSON.compact(ours) == JSON.compact(expected), "\(file.lastPathComponent)")
        }
        if ours != nil, theirs == nil, document.contains(":"), !file.lastPathComponent.contains("dup") {
          Issue.record("\(file.lastPathComponent): Yams refuses what we read")
        }
      }
    }
  }

  static func documents(_ text: String) -> [String] {
    var documents = [""]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "---" { documents.append("") } else { documents[documents.count - 1] += line + "\n" }
    }
    return documents
  }

  @Test func generatedDocumentsReadLikeYams() throws {
    var generator = Lines(seed: 20_260_115)
    var read = 0
    for _ in 0..<3000 {
      let text = generator.document()
      let ours = try? YAML.parse(text)
      let theirs = (try? Yams.compose(yaml: text)).flatMap { $0 }
      guard let ours, let theirs, let expected = YAMLReading.value(theirs) else { continue }
      read += 1
      #expect(JSON.compact(ours) == JSON.compact(expected), "\(text.debugDescription)")
    }
    #expect(read > 500)
  }

  @Test func deepNestingIsRefusedNotFatal() {
    #expect(throws: YAMLError.self) { try YAML.parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: YAMLError.self) { try YAML.parse(String(repeating: "- ", count: 100_000)) }
    #expect(throws: YAMLError.self) {
      var text = "a0: &a0 [x, x]\n"
      for i in 1..<40 { text += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
      _ = try YAML.parse(text)
    }
  }
}

extension Value {
  /// Whole floats are integers in JSON.
  var asJSON: Value {
    if case .number(let number) = self, let whole = Int64(Decimal.json(number)) { return .integer(whole) }
    return self
  }
}

/// Random documents of the shapes people write, some of them broken.
struct Lines {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
  mutating func pick(_ items: [String]) -> String { items[next(items.count)] }

  mutating func scalar() -> String {
    pick([
      "x", "hello world", "1", "2.5", "true", "no", "'q u''o'", "\"d\\tq\"", "~", "", "a#b", "a: b", "- x", "[1, two]",
      "{k: v, l: [3]}", "it's", "*", "&", "100m", "key:value", "0x10", "'multi", "\"un\\", "|\n%", "é", "{}", "[]",
      "x  # c", "a, b", "{a: {b: [c, d: e]}}", "\"a b\": c", "? x", "@", "%p", "`", "http://h:1/p",
    ])
  }

  mutating func block(_ indent: Int) -> String {
    let pad = String(repeating: " ", count: indent)
    let style = pick(["|", ">", "|-", ">-", "|+", ">+", "|2", ">1"])
    var text = style + "\n"
    for _ in 0...next(3) {
      text += next(5) == 0 ? "\n" : pad + "  " + pick(["line", " more", "a: b", "# no", "- z"]) + "\n"
    }
    return text
  }

  mutating func node(_ indent: Int, _ depth: Int) -> String {
    let pad = String(repeating: " ", count: indent)
    if depth == 0 { return pad + scalar() + "\n" }
    var text = ""
    let isList = next(3) == 0
    for i in 0...next(3) {
      let key = isList ? "-" : pick(["a", "b", "name", "'q'", "1", "x.y/z"]) + "\(i):"
      switch next(6) {
      case 0, 1: text += pad + key + "\n" + node(indent + (isList || next(4) > 0 ? 2 : 0), depth - 1)
      case 2: text += pad + key + " " + block(indent)
      case 3 where isList:
        text += pad + "- k: " + scalar() + "\n" + pad + "  l: " + scalar() + "\n"
      case 4: text += pad + key + " " + pick(["one\n\(pad)  two", "'one\n\(pad) two'"]) + "\n"
      default: text += pad + key + " " + scalar() + "\n"
      }
      if next(8) == 0 { text += pick(["\n", "# comment\n", "   # comment\n"]) }
    }
    return text
  }

  mutating func document() -> String {
    pick(["", "", "---\n", "# first\n"]) + node(0, 1 + next(3))
  }
}
