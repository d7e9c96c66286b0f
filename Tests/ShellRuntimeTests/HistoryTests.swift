// The history at a terminal: expansion, `history` and `fc`. Expected transcripts are those of bash 5.2 with `--norc --noediting` and
// PS1='$ '.

import Foundation
import Testing

@Suite struct HistoryTests {
  @Test(arguments: [
    (["echo a b c", "!!"], "echo a b c\na b c\n"), (["echo a b c", "echo !$"], "echo c\nc\n"),
    (["echo a b c", "echo !^ !:2"], "echo a b\na b\n"), (["echo a b c", "echo !*"], "echo a b c\na b c\n"),
    (["echo one", "echo two", "!-2"], "echo one\none\n"), (["echo one", "true", "!echo"], "echo one\none\n"),
    (["echo one", "true", "!?on?"], "echo one\none\n"), (["echo abc", "^b^x^"], "echo axc\naxc\n"),
    (
      ["echo /usr/lib/x.tar.gz", "echo !$:h !$:t !$:r !$:e"],
      "echo /usr/lib x.tar.gz /usr/lib/x.tar .gz\n/usr/lib x.tar.gz /usr/lib/x.tar .gz\n"
    ),
    (["echo aba", "!!:s/a/x/"], "echo xba\nxba\n"), (["echo aba", "!!:gs/a/x/"], "echo xbx\nxbx\n"),
    (["echo 1 2 3", "echo !!:1-2"], "echo 1 2\n1 2\n"),
    (["echo hi", "echo 'single !!' \"a\\!b\""], "single !! a\\!b\n"),
    (["echo hi", "!nosuch"], "bash: !nosuch: event not found\n"),
    (["echo hi", "echo !:9"], "bash: :9: bad word specifier\n"),
    (["echo hi!", "echo a != b"], "a != b\n"), (["echo abc", "!!:p"], "echo abc\n"),
    (["echo q", "^z^y^"], "bash: :s^z^y^: substitution failed\n"),
  ])
  func expands(_ lines: [String], _ expected: String) {
    let screen = playTerminal(lines.map { $0 + "\n" })
    let last = "$ " + lines[lines.count - 1] + "\n"
    guard let at = screen.range(of: last, options: .backwards) else {
      Issue.record("not typed: \(screen)")
      return
    }
    let shown = String(screen[at.upperBound...])
    #expect(shown == expected + "$ ", "\(lines)")
  }

  @Test func listsAndRepeats() {
    let screen = playTerminal([
      "echo a\n", "for i in 1 2\n", "do echo $i\n", "done\n", "history\n", "fc -l 1 2\n", "fc -s a=b echo\n",
      "history -d 1\n",
      "history 2\n",
    ])
    #expect(screen.contains("    2  for i in 1 2; do echo $i; done\n    3  history\n"))
    #expect(screen.contains("1\t echo a\n2\t for i in 1 2; do echo $i; done\n"))
    #expect(screen.contains("$ fc -s a=b echo\necho b\nb\n"))
    #expect(screen.contains("history -d 1\n    6  history 2\n"))
  }

  @Test func ignoresWhatItIsTold() {
    let screen = playTerminal([
      "HISTCONTROL=ignoreboth\n", " echo hidden\n", "echo x\n", "echo x\n", "HISTIGNORE='ls*'\n", "ls /\n", "history\n",
    ])
    #expect(
      screen.hasSuffix("    1  HISTCONTROL=ignoreboth\n    2  echo x\n    3  HISTIGNORE='ls*'\n    4  history\n$ "))
  }
}
