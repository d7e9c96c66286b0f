// kubectl's JSONPath: results and errors, one table each.

import Testing

@testable import Unstructured

@Suite struct JSONPathTests {
  static let document = """
    {"kind":"List","items":[
     {"metadata":{"name":"a","labels":{"app":"x","k8s.io/z":"1"}},"spec":{"n":1,"ports":[{"p":80},{"p":443}]},"ok":true},
     {"metadata":{"name":"b"},"spec":{"n":2,"ports":[]},"ok":false},
     {"metadata":{"name":"c"},"spec":{"n":3,"f":1.5}}]}
    """

  static let results: [(String, String)] = [
    ("{.kind}", "List"), ("{.items[*].metadata.name}", "a b c"), ("{.items[0].metadata.name}", "a"),
    ("{.items[-1].metadata.name}", "c"), ("{.items[-1:].metadata.name}", "c"), ("{.items[0:2].metadata.name}", "a b"),
    ("{.items[::2].metadata.name}", "a c"), ("{.items[0,2].metadata.name}", "a c"), ("{.items[:].spec.n}", "1 2 3"),
    ("{range .items[*]}{.metadata.name}={.spec.n}{\"\\n\"}{end}", "a=1\nb=2\nc=3\n"),
    ("{range .items[*]}[{.metadata.name}{range .spec.ports[*]} {.p}{end}]{end}!", "[a 80 443][b][c]!"),
    ("{.items[?(@.metadata.name==\"b\")].spec.n}", "2"), ("{.items[?(@.spec.n>1)].metadata.name}", "b c"),
    ("{.items[?(@.spec.n>=2)].metadata.name}", "b c"), ("{.items[?(@.ok==true)].metadata.name}", "a"),
    ("{.items[?(@.spec.f)].metadata.name}", "c"), ("{.items[?(@.metadata.name!='a')].metadata.name}", "b c"),
    ("{.items[0].metadata.labels}", #"{"app":"x","k8s.io/z":"1"}"#), ("{.items[0].metadata.labels.k8s\\.io/z}", "1"),
    ("{.items[0].metadata.labels['app']}", "x"), ("{..name}", "a b c"), ("{.items[*].spec['n']}", "1 2 3"),
    ("{.items[0].metadata['name', 'labels']}", #"a {"app":"x","k8s.io/z":"1"}"#),
    ("{.missing}x{.items[0].nope.deep}", "x"), ("plain {.kind} text", "plain List text"), (".kind", ".kind"),
    ("{'it'}{\"\\t\"}{.items[2].spec.f}", "it\t1.5"), ("{.items[*].ok}", "true false"),
    ("{@.kind}{$.kind}", "ListList"),
    ("{.items[0].spec.ports[*].p}", "80 443"), ("{.items[0].spec.*}", #"1 [{"p":80},{"p":443}]"#),
    ("{ .kind }", "List"),
  ]

  @Test(arguments: results)
  func evaluates(_ template: String, _ expected: String) throws {
    var path = try JSONPath(template)
    #expect(try path.execute(try JSON.parse(JSONPathTests.document)) == expected)
  }

  static let refusals: [(String, String)] = [
    ("{.items[*", "unterminated array"), ("{.items", "unclosed action"), ("{.a[x]}", "invalid array index x"),
    ("{range .items[*]}{.x}{end}{end}", "not in range, nothing to end"), ("{foo}", "unrecognized identifier foo"),
    ("{.items[?(@.a==1}", "unterminated filter"), ("{.items[5].x}", "array index out of bounds: index 5, length 3"),
    ("{\"abc}", "unterminated quoted string"), ("{......}", "invalid multiple recursive descent"),
    ("{.kind[0]}", "string is not array or slice"), ("{#}", "unrecognized character in action: U+0023 '#'"),
    ("{.items[?(@.spec.n==\"1\")]}", "incompatible types for comparison"),
    ("{.items[2:1]}", "starting index 2 is greater than ending index 1"),
  ]

  @Test(arguments: refusals)
  func refuses(_ template: String, _ message: String) throws {
    do throws(JSONPathError) {
      var path = try JSONPath(template)
      let text = try path.execute((try? JSON.parse(JSONPathTests.document)) ?? .null)
      Issue.record("gave \(text)")
    } catch { #expect(error.message == message) }
  }

  @Test func aRangeIsUsedUpByItsFirstObject() throws {
    var path = try JSONPath("{range .items[*]}{.x}{end}")
    let object: Value = ["items": [["x": 1]]]
    #expect(try path.execute(object) == "1")
    do throws(JSONPathError) {
      _ = try path.execute(object)
      Issue.record("worked twice")
    } catch { #expect(error.message == "not in range, nothing to end") }
  }

  @Test func jsonOutput() throws {
    var path = try JSONPath("{.items[*].metadata.name}")
    path.printsJSON = true
    #expect(try path.execute(try JSON.parse(JSONPathTests.document)) == "[\n    \"a\",\n    \"b\",\n    \"c\"\n]\n")
  }

  @Test func relaxedPaths() {
    #expect(JSONPath.relaxed(".metadata.name") == "{.metadata.name}")
    #expect(JSONPath.relaxed("metadata.name") == "{.metadata.name}")
    #expect(JSONPath.relaxed("{metadata.name}") == "{.metadata.name}")
    #expect(JSONPath.relaxed("{.metadata.name}") == "{.metadata.name}")
    #expect(JSONPath.relaxed("{.a}{.b}") == nil)
  }

  @Test func manifestStreams() throws {
    #expect(try ManifestReader.all("---\na: 1\n---\n# none\n---  # x\nb: 2\n").count == 2)
    #expect(try ManifestReader.all("{\"a\":1}\n{\"b\":2}").count == 2)
    func message(_ text: String) -> String {
      do throws(ManifestError) {
        _ = try ManifestReader.all(text)
        return ""
      } catch { return error.message }
    }
    #expect(message("{\"apiVersion\": \"v1\",\n") == "unexpected EOF")
    #expect(
      message("{\"a\": 1,\n b}") == "json: offset 11: invalid character 'b' looking for beginning of object key string")
    #expect(
      message("a: 1\n---\nb: c: d\n")
        == "error converting YAML to JSON: yaml: mapping values are not allowed in this context")
  }
}
