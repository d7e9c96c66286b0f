import ShellSyntax
import SimKernel
import Testing

private func parse(_ text: String, expectsMore: Bool = false) throws(ParseError) -> [CommandList] {
  var options = ShellParser.Options()
  options.expectsMore = expectsMore
  let parser = ShellParser(text, options: options)
  var units: [CommandList] = []
  while let unit = try parser.nextUnit() { units.append(unit) }
  return units
}

@Suite struct ParserTests {
  @Test func unitsAreLines() throws {
    #expect(try parse("a; b\nc && d\n\n# x\ne").count == 3)
  }

  @Test(arguments: [
    "if true\n", "echo 'abc\n", "cat <<E\nx\n", "for i in 1\n", "echo a |\n", "echo a &&\n", "f() {\n", "echo \\\n",
    "case x in\n",
    "echo $(\n", "echo \"$(a\n", "x=(1\n", "[[ a &&\n",
  ])
  func incomplete(_ text: String) {
    do throws(ParseError) {
      _ = try parse(text, expectsMore: true)
      Issue.record("complete: \(text)")
    } catch {
      #expect(error.isIncomplete)
    }
  }

  @Test(arguments: [
    ("echo )", "syntax error near unexpected token `)'"), ("fi", "syntax error near unexpected token `fi'"),
    ("a;;b", "syntax error near unexpected token `;;'"), ("echo >", "syntax error near unexpected token `newline'"),
  ])
  func errors(_ text: String, _ message: String) {
    do throws(ParseError) {
      _ = try parse(text)
      Issue.record("no error: \(text)")
    } catch {
      #expect(error.messages.first == message)
      #expect(!error.isIncomplete)
    }
  }

  /// What the printer writes is parsed to what the printer writes again.
  @Test(arguments: [
    "f() { echo a; if x; then y; else z; fi; for i in 1 2; do echo $i; done; while a; do b; done; }",
    "f() { case $x in a|b) echo 1;; *) echo 2;& c) ;; esac; [[ a == b && -f c ]]; ((x++)); (sub; shell) | cat > f 2>&1; }",
    "f() { a && b || c & d; for ((i=0;i<3;i++)); do :; done; select x in a; do b; done; local y=(1 2); }",
  ])
  func printsWhatItParses(_ text: String) throws {
    func printed(_ text: String) throws -> String {
      let unit = try parse(text)[0]
      guard case .function(let definition) = unit.items[0].first.kind else { return "" }
      return ShellPrinter.function(definition)
    }
    let once = try printed(text)
    #expect(!once.isEmpty)
    #expect(try printed(once) == once)
  }
}
