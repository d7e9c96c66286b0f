import Diagnostics
import Foundation
import Testing

@Suite struct JSONTests {
  @Test func valuesKeepTheirRanges() throws {
    let text = #"{"a": [1, -2.5e3, "é\u00e9\ud83d\ude00"], "b": {"c": null}, "a": true}"#
    let node = try JSONReader.read(Array(text.utf8))
    let source = SourceText(path: "x.json", text: text)
    #expect(node["a"]?.bool == true)
    let first = try #require(node.members?[0].value.array)
    #expect(source.text(in: first[1].range) == "-2.5e3")
    #expect(first[2].string == "éé😀")
    #expect(source.text(in: try #require(node.members?[1].keyRange)) == "\"b\"")
  }

  @Test(arguments: [
    ("", 0), ("{", 0), ("[1,]", 3), ("{\"a\" 1}", 5), ("{\"a\": 1 \"b\": 2}", 7), ("[01]", 1), ("nul", 0),
    ("\"a\nb\"", 0), ("[1] x", 4), ("{'a': 1}", 1), ("[\"\\x\"]", 2), ("{\"a\": 1,}", 8), ("[\"abc", 1), ("[1.]", 1),
  ]) func mistakesHaveAPlace(text: String, offset: Int) {
    let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(Array(text.utf8)) }
    #expect(error?.offset == offset, "\(text): \(error?.message ?? "")")
  }

  @Test func deepNestingIsRefused() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONSyntaxError.self) { try JSONReader.read(Array(text.utf8)) }
  }

  /// Foundation's reader accepts what is written, and agrees on it.
  @Test func writingAgreesWithFoundation() throws {
    let awkward = "\u{0}\u{1F}\"\\/\u{7F}\u{85}\u{2028}é😀\n\r\t"
    let value = JSONText.object([("k\"", .array([.string(awkward), .null, .bool(false), .int(-7), .number("0.100")]))])
    for text in [value.compact, value.pretty] {
      let data = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [Any]]
      #expect(data?["k\""]?[0] as? String == awkward)
      #expect(try JSONReader.read(Array(text.utf8))["k\""]?.array?[0].string == awkward)
    }
  }

  @Test func readingAgreesWithFoundationOnRandomText() throws {
    var generator = SplitMix(state: 42)
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u0041\"", "1", "-0", "1.5", "1e9", "true", "null", " ", "\n",
    ]
    var accepted = 0
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 1...9, using: &generator) { text += pieces.randomElement(using: &generator)! }
      // Foundation lets a comma stand before a closing bracket; RFC 8259 does not.
      if text.contains(#/,\s*[\]}]/#) { continue }
      let ours = (try? JSONReader.read(Array(text.utf8))) != nil
      let theirs = (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
      #expect(ours == theirs, "\(text.debugDescription)")
      accepted += ours ? 1 : 0
    }
    #expect(accepted > 500)
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
