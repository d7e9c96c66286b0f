// JSON against Foundation, numbers against the C library, and the wording of errors.

import Foundation
import SimKernel
import Testing

@testable import Unstructured

@Suite struct JSONTests {
  static let refusals: [(String, String)] = [
    (#"{"a":1"#, "unexpected end of JSON input"),
    (#"{bad}"#, "invalid character 'b' looking for beginning of object key string"),
    (#"{"a" 1}"#, "invalid character '1' after object key"),
    (#"{"a":1 "b"}"#, "invalid character '\"' after object key:value pair"),
    (#"[1 2]"#, "invalid character '2' after array element"),
    (#"{"a":tru}"#, "invalid character '}' in literal true (expecting 'e')"),
    (#"x"#, "invalid character 'x' looking for beginning of value"),
    (#"{} x"#, "invalid character 'x' after top-level value"),
    ("\"a\nb\"", "invalid character '\\n' in string literal"),
    (#""\q""#, "invalid character 'q' in string escape code"),
    ("-", "unexpected end of JSON input"),
    ("01", "invalid character '1' after top-level value"),
    ("1.", "unexpected end of JSON input"),
    ("", "unexpected end of JSON input"),
    ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
    ("{'a':1}", "invalid character '\\'' looking for beginning of object key string"),
  ]

  @Test(arguments: refusals)
  func refuses(_ text: String, _ message: String) {
    do throws(JSONError) {
      _ = try JSON.parse(text)
      Issue.record("accepted")
    } catch { #expect(error.message == message) }
  }

  @Test func readsLikeFoundation() throws {
    var generator = Trees(seed: 99)
    for _ in 0..<1500 {
      let value = generator.value(4)
      let text = JSON.compact(.array([value]))
      let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8))
      #expect(JSONTests.same(.array([value]), theirs), "\(text)")
      let back = try JSONSerialization.data(withJSONObject: theirs)
      #expect(try JSON.parse(Array(back)) == .array([value]))
    }
  }

  static func same(_ ours: Value, _ theirs: Any) -> Bool {
    switch ours {
    case .null: return theirs is NSNull
    case .bool(let flag): return (theirs as? Bool) == flag
    case .integer(let number): return (theirs as? NSNumber)?.int64Value == number
    case .number(let number): return (theirs as? NSNumber)?.doubleValue == number
    case .string(let text): return (theirs as? String) == text
    case .array(let items):
      guard let other = theirs as? [Any], other.count == items.count else { return false }
      return zip(items, other).allSatisfy { same($0, $1) }
    case .object(let members):
      guard let other = theirs as? [String: Any], other.count == members.count else { return false }
      return members.allSatisfy { other[$0.key] != nil && same($0.value, other[$0.key]!) }
    }
  }

  @Test func decimalsAreCorrectlyRounded() {
    var generator = Lines(seed: 3)
    for _ in 0..<20_000 {
      var text = generator.next(2) == 0 ? "-" : ""
      for _ in 0...generator.next(generator.next(4) == 0 ? 40 : 18) { text += "\(generator.next(10))" }
      if generator.next(2) == 0 {
        text += "."
        for _ in 0...generator.next(20) { text += "\(generator.next(10))" }
      }
      if generator.next(2) == 0 { text += "e\(generator.next(680) - 345)" }
      let expected = strtod(text, nil)
      #expect(Decimal.parse(text)?.bitPattern == expected.bitPattern, "\(text)")
    }
    for text in [
      "9007199254740993", "2.2250738585072011e-308", "2.2250738585072014e-308", "4.9e-324", "2.4703282292062327e-324",
      "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623159e308", "0", "-0", "1e400", "1e-400",
      "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
    ] {
      #expect(Decimal.parse(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
    #expect(Decimal.parse("") == nil && Decimal.parse("1x") == nil && Decimal.parse(".") == nil)
  }

  @Test func numbersPrintAsGoPrintsThem() {
    let cases: [(Double, String, String)] = [
      (1, "1", "1"), (0.1, "0.1", "0.1"), (1e6, "1000000", "1e+06"), (123456, "123456", "123456"),
      (1e21, "1e+21", "1e+21"), (1e-7, "1e-7", "1e-07"), (0.000001, "0.000001", "1e-06"), (-2.5, "-2.5", "-2.5"),
      (1.5e300, "1.5e+300", "1.5e+300"), (0.0001, "0.0001", "0.0001"), (0, "0", "0"),
      (100, "100", "100"),
    ]
    for (number, json, go) in cases {
      #expect(Decimal.json(number) == json)
      #expect(Decimal.go(number) == go)
    }
  }

  @Test func escapes() throws {
    #expect(JSON.compact("<a>&\u{2028}\u{7}\n\"\\é") == #""\u003ca\u003e\u0026\u2028\u0007\n\"\\é""#)
    #expect(try JSON.parse(#""\ud83d\ude00\u00e9\ud800""#).string == "😀é\u{FFFD}")
  }
}
