// The writers, against what kubectl printed: reading a captured document and printing it again gives the same bytes.

import Foundation
import SimKernel
import Testing
import Yams

@testable import Unstructured

@Suite struct YAMLWriting {
  @Test func capturedDocumentsComeBackTheSame() throws {
    for file in YAMLReading.folder("Printed") {
      let text = try String(contentsOf: file, encoding: .utf8)
      if file.pathExtension == "yaml" {
        #expect(YAML.print(try YAML.parse(text)) == text, "\(file.lastPathComponent)")
      } else {
        #expect(JSON.pretty(try JSON.parse(text)) + "\n" == text, "\(file.lastPathComponent)")
      }
    }
  }

  static let prints: [(json: String, yaml: String)] = [
    (
      #"{"a":"","b":"yes","c":"1","d":"x y","e":"null","f":"1.5","g":"2026-01-15T09:00:00Z"}"#,
      "a: \"\"\nb: \"yes\"\nc: \"1\"\nd: x y\ne: \"null\"\nf: \"1.5\"\ng: \"2026-01-15T09:00:00Z\"\n"
    ),
    (
      ##"{"a":"a: b","b":"- x","c":"#x","d":"'q'","e":"*x","f":" lead","g":"x:","h":"a#b","i":"[x"}"##,
      "a: 'a: b'\nb: '- x'\nc: '#x'\nd: '''q'''\ne: '*x'\nf: ' lead'\ng: 'x:'\nh: a#b\ni: '[x'\n"
    ),
    (
      #"{"a":"x\ny\n","b":"x\ny","c":"x\n\n","d":" x\n","e":"x \ny","f":"\ttab","g":"\n"}"#,
      "a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: |2\n   x\ne: \"x \\ny\"\nf: \"\\ttab\"\ng: |2+\n\n"
    ),
    (
      #"{"b":[1,{"c":[],"d":{}},["x",["y"]]],"a10":1,"a2":2,"a-b":3,"ab":4}"#,
      "a-b: 3\na2: 2\na10: 1\nab: 4\nb:\n- 1\n- c: []\n  d: {}\n- - x\n  - - \"y\"\n"
    ),
    (#"["a",1.5,1000000,true,null,1e21]"#, "- a\n- 1.5\n- 1000000\n- true\n- null\n- 1e+21\n"),
    (#"{"a\rb":[1],"c\nd":{"e":1}}"#, "? \"a\\rb\"\n: - 1\n? |-\n  c\n  d\n: e: 1\n"),
    (
      #"{"a":"😀 é","b":"12:30","c":"0x1f","d":"~","e":"=","f":"<<"}"#,
      "a: \"\\U0001F600 é\"\nb: \"12:30\"\nc: \"0x1f\"\nd: \"~\"\ne: =\nf: <<\n"
    ),
  ]

  @Test(arguments: prints)
  func printing(_ json: String, _ yaml: String) throws {
    let value = try JSON.parse(json)
    #expect(YAML.print(value) == yaml)
    #expect(try YAML.parse(YAML.print(value)) == value)
  }

  @Test func longTextFoldsAtTheFirstSpacePastColumnEighty() throws {
    let words = Array(repeating: "lorem", count: 30).joined(separator: " ")
    let text = YAML.print(["message": .string(words)])
    #expect(text.split(separator: "\n")[0].count == 86)
    #expect(text.split(separator: "\n")[1].hasPrefix("  lorem"))
    #expect(try YAML.parse(text)["message"]?.string == words)
  }

  @Test func generatedTreesSurvivePrinting() throws {
    var generator = Trees(seed: 7)
    for _ in 0..<2000 {
      let value = generator.value(3)
      let text = YAML.print(value)
      #expect((try? YAML.parse(text)) == value, "\(text.debugDescription)")
      if let node = try? Yams.compose(yaml: text), let theirs = YAMLReading.value(node) {
        #expect(theirs == value, "\(text)")
      }
      #expect(try JSON.parse(JSON.compact(value)) == value)
      #expect(try JSON.parse(JSON.pretty(value)) == value)
    }
  }
}

struct Trees {
  var random: Lines
  init(seed: UInt64) { random = Lines(seed: seed) }

  mutating func text() -> String {
    var text = ""
    for _ in 0..<random.next(6) {
      text += random.pick([
        "a", "word", " ", "  ", "\n", ": ", "#", " #", "-", "- ", "'", "\"", "\\", "\t", "é", "€", "😀", "1", "0", ".",
        "yes",
        "null", "~", "{", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "=", "\u{85}", "\u{2028}", "\u{1}",
        "\r",
        "averyveryverylongwordthatfillstheline ", "---", "...", "2026-01-15",
      ])
    }
    return text
  }

  mutating func value(_ depth: Int) -> Value {
    switch random.next(depth > 0 ? 9 : 6) {
    case 0: return .null
    case 1: return .bool(random.next(2) == 0)
    case 2: return .integer(Int64(random.next(2_000_000)) - 1_000_000)
    case 3: return .number(Double(random.next(1000)) + 0.25)
    case 4, 5: return .string(text())
    case 6:
      var items: [Value] = []
      for _ in 0..<random.next(4) { items.append(value(depth - 1)) }
      return .array(items)
    default:
      var members = Value.Object()
      for _ in 0..<random.next(4) { members[text()] = value(depth - 1) }
      return .object(members)
    }
  }
}
