// Pages on a terminal: what more of util-linux 2.38 and of BusyBox 1.36 printed on a terminal of ten lines, and psql's way to them.

import SimKernel
import SimMachine
import Simulator
import Testing

@Suite struct PagerTests {
  /// A shell in a Pod of an image, on a terminal of so many lines.
  private func seat(_ image: String, rows: Int = 10, columns: Int = 100) -> TerminalSession {
    let session = Session()
    let pod = postgresPod("db", image, variables: [("POSTGRES_PASSWORD", "secret"), ("PGUSER", "postgres")])
    session.writeFile("db.yaml", Array(pod.utf8))
    let terminal = TerminalSession(session, columns: columns, rows: rows)
    _ = terminal.run(limit: .seconds(5))
    for line in ["kubectl apply -f db.yaml", "sleep 20", "kubectl exec -it db -- bash"] {
      _ = type(line + "\n", terminal)
    }
    return terminal
  }

  /// What keys bring to the screen.
  private func type(_ keys: String, _ terminal: TerminalSession) -> String {
    _ = terminal.takeOutput()
    terminal.type(keys)
    _ = terminal.run(limit: .seconds(keys.hasPrefix("sleep") ? 30 : 3))
    var bytes: [UInt8] = []
    for output in terminal.takeOutput() { bytes += output.bytes }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func lines(_ range: ClosedRange<Int>) -> String { range.map { "\($0)\r\n" }.joined() }

  @Test func utilLinuxAsksAfterEveryPageAndAtTheEnd() {
    let terminal = seat("postgres:15")
    #expect(type("seq 20 | more\n", terminal).hasSuffix("\r\n" + lines(1...9) + "\u{1b}[7m--More--\u{1b}[27m"))
    #expect(type("\\", terminal).isEmpty)
    #expect(type("\r", terminal) == "\r10\u{1b}[K\r\n\u{1b}[7m--More--\u{1b}[27m")
    #expect(type(" ", terminal) == "\r11\u{1b}[K\r\n" + lines(12...19) + "\u{1b}[7m--More--\u{1b}[27m")
    let end = "\u{1b}[7m--More--\r\u{1b}[K(END)\u{1b}[27m"
    #expect(type(" ", terminal) == "\r20\u{1b}[K\r\n" + String(repeating: "\r\n", count: 8) + end)
    #expect(type("\r", terminal) == "\r\u{1b}[K\r\n" + end)
    #expect(type("qecho x\r", terminal).hasPrefix("\r\u{1b}[K"))
    #expect(type("seq 9 | more\n", terminal).hasSuffix("\r\n" + lines(1...9) + end))
  }

  @Test func busyBoxLeavesAtTheEnd() {
    let terminal = seat("postgres:15-alpine")
    #expect(type("seq 9 | more\n", terminal).contains("\r\n" + lines(1...9)))
    #expect(type("seq 12 | more\n", terminal).hasSuffix("\r\n" + lines(1...9) + "--More-- "))
    #expect(
      type("x", terminal) == "\r         \r(Enter:next line Space:next page Q:quit R:show the rest)")
    let hint = String(repeating: " ", count: 56)
    #expect(type("\r", terminal) == "\r\(hint)\r10\r\n--More-- ")
    #expect(type("r", terminal).hasPrefix("\r         \r" + lines(11...12)))
  }

  @Test func psqlPagesWhatIsTooLongOrTooWide() {
    let terminal = seat("postgres:15")
    _ = type("psql\n", terminal)
    #expect(type("select 1;\n", terminal).hasSuffix("(1 row)\r\n\r\npostgres=# "))
    #expect(type("select generate_series(1,9);\n", terminal).hasSuffix("--More--\u{1b}[27m"))
    // What is typed for psql goes to the pager first.
    let answer = type("qselect 2;\r", terminal)
    #expect(answer.hasPrefix("\r\u{1b}[Kpostgres=# select 2;\r\n"))
    #expect(type("select repeat('x', 120);\n", terminal).hasSuffix("(END)\u{1b}[27m"))
    _ = type("q", terminal)
    _ = type("\\pset pager off\n", terminal)
    #expect(type("select generate_series(1,9);\n", terminal).hasSuffix("(9 rows)\r\n\r\npostgres=# "))
    #expect(type("\\q\n", terminal).contains("# "))
    // Without a terminal to read keys from, all is printed.
    #expect(type("echo 'select generate_series(1,9)' | psql\n", terminal).contains("(9 rows)"))
  }

  @Test func wideRecordsTurnOnATerminal() {
    let terminal = seat("postgres:15-alpine", rows: 30, columns: 60)
    _ = type("psql\n\\x auto\n", terminal)
    #expect(type("select repeat('x', 80) as a;\n", terminal).contains("-[ RECORD 1 ]-"))
    #expect(type("select 1 as a;\n", terminal).contains(" a \r\n---\r\n"))
  }
}
