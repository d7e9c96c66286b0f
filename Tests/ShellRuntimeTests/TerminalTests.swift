// The interactive shell on a terminal: prompts, unfinished input, job control. Expected transcripts are those of bash 5.2 with
// `--norc --noediting` and PS1='$ ', except for process numbers.

import ShellRuntime
import SimKernel
import SimMachine
import Testing
import Utilities

/// Types the chunks, with 350 ms after each, and returns what the screen got, with plain newlines.
func playTerminal(_ chunks: [String], variables: [(String, String)] = []) -> String {
  let world = World(seed: 1)
  let table = CommandTable()
  registerUtilities(into: table)
  registerShells(into: table)
  let machine = Machine(world: world, hostname: "host1", commands: table, firstProcess: 100)
  for folder in ["/usr/bin", "/root", "/dev"] { _ = try? machine.fileSystem.makeDirectory(folder, parents: true) }
  for name in table.names { machine.install(name, at: "/usr/bin/" + name) }
  if !table.names.contains("sleep") {
    table.register("sleep") { Sleeper() }
    machine.install("sleep", at: "/usr/bin/sleep")
  }
  var screen: [UInt8] = []
  let terminal = Terminal(columns: 80, rows: 24) { screen += Array($0) }
  terminal.deliverSignal = { machine.signal($0, group: $1) }
  let shell = machine.start(
    ShellProgram(.bash), arguments: ["bash"],
    environment: Environment([("PATH", "/usr/bin"), ("HOME", "/root"), ("PS1", "$ "), ("TERM", "dumb")] + variables),
    workingDirectory: "/root", files: [0: terminal, 1: terminal, 2: terminal], account: Account())
  terminal.foregroundGroup = shell.group
  world.run(until: world.now + .milliseconds(400))
  for chunk in chunks {
    terminal.type(Array(chunk.utf8))
    world.run(until: world.now + .milliseconds(350))
  }
  var text: [UInt8] = []
  for byte in screen where byte != 13 { text.append(byte) }
  return String(decoding: text, as: UTF8.self)
}

/// `sleep`, for machines without the utilities.
private final class Sleeper: Program {
  private var until: Instant?

  func resume(_ process: Process) -> Step {
    if let until { return process.world.now >= until ? .exit(0) : .wait([.until(until, .activity)]) }
    let seconds = Double(process.arguments.last ?? "1") ?? 1
    until = process.world.now + .seconds(seconds)
    return .wait([.until(until!, .activity)])
  }
}

@Suite struct TerminalTests {
  @Test func promptsAndErrors() {
    let screen = playTerminal([
      "echo hi\n", "foo\n", "echo )\n", "echo $?\n", "if true\n", "then echo x\n", "fi\n", "cat <<E\n", "a b\n", "E\n",
      "exit\n",
    ])
    #expect(
      screen == """
        $ echo hi
        hi
        $ foo
        bash: foo: command not found
        $ echo )
        bash: syntax error near unexpected token `)'
        $ echo $?
        2
        $ if true
        > then echo x
        > fi
        x
        $ cat <<E
        > a b
        > E
        a b
        $ exit
        exit

        """)
  }

  @Test func interruptAndBackground() {
    let screen = playTerminal([
      "sleep 100\n", "\u{3}", "echo $?\n", "sleep 100 &\n", "jobs\n", "kill %1\n", "echo a\n", "echo b\n", "exit\n",
    ])
    #expect(
      screen == """
        $ sleep 100
        ^C
        $ echo $?
        130
        $ sleep 100 &
        [1] 102
        $ jobs
        [1]+  Running                 sleep 100 &
        $ kill %1
        $ echo a
        a
        [1]+  Terminated              sleep 100
        $ echo b
        b
        $ exit
        exit

        """)
  }

  @Test func stopAndContinue() {
    let screen = playTerminal([
      "sleep 100\n", "\u{1a}", "jobs\n", "bg\n", "jobs\n", "fg\n", "\u{3}", "echo $?\n", "\u{4}",
    ])
    #expect(
      screen == """
        $ sleep 100
        ^Z
        [1]+  Stopped                 sleep 100
        $ jobs
        [1]+  Stopped                 sleep 100
        $ bg
        [1]+ sleep 100 &
        $ jobs
        [1]+  Running                 sleep 100 &
        $ fg
        sleep 100
        ^C
        $ echo $?
        130
        $\u{20}
        exit

        """)
  }

  @Test func readingAndQuoting() {
    let screen = playTerminal([
      "read x\n", "hello\n", "echo $x\n", "echo 'abc\n", "def'\n", "false\n", "echo $?\n", "(exit 3)\n",
      "alias ll='echo L'\n", "ll a\n", "echo unfinished\u{3}", "echo ${nope?}\n", "set -u; echo $zz\n", "echo next\n",
      "exit 4\n",
    ])
    #expect(
      screen == """
        $ read x
        hello
        $ echo $x
        hello
        $ echo 'abc
        > def'
        abc
        def
        $ false
        $ echo $?
        1
        $ (exit 3)
        $ alias ll='echo L'
        $ ll a
        L a
        $ echo unfinished^C
        $ echo ${nope?}
        bash: nope: parameter not set
        $ set -u; echo $zz
        bash: zz: unbound variable
        $ echo next
        next
        $ exit 4
        exit

        """)
  }

  @Test func functionsAndStoppedJobs() {
    let screen = playTerminal([
      "for i in 1 2\n", "do echo $i\n", "done\n", "f() {\n", "echo in f\n", "}\n", "f\n", "sleep 100\n", "\u{1a}",
      "exit\n", "exit\n",
    ])
    #expect(
      screen == """
        $ for i in 1 2
        > do echo $i
        > done
        1
        2
        $ f() {
        > echo in f
        > }
        $ f
        in f
        $ sleep 100
        ^Z
        [1]+  Stopped                 sleep 100
        $ exit
        exit
        There are stopped jobs.
        $ exit
        exit

        """)
  }

  @Test func promptEscapes() {
    let screen = playTerminal(["cd /usr\n", "exit\n"], variables: [("PS1", "\\u@\\h:\\w\\$ ")])
    #expect(screen == "root@host1:~# cd /usr\nroot@host1:/usr# exit\nexit\n")
  }
}

/// What a terminal shows besides the output of commands: news of jobs, prompts that run commands, and how commands of several
/// lines are remembered.
@Suite struct TerminalNewsTests {
  @Test func newsComesWhenAForegroundCommandEnds() {
    let screen = playTerminal([
      "false &\n", "sleep 0.2; echo y\n", "(exit 4) &\n", "wait $!\n", "sleep 0.2 &\n", "wait\n", "sleep 9 &\n",
      "kill -9 $!\n", "echo a\n", "sleep 9 &\n", "kill -STOP %1\n", "jobs\n", "jobs\n", "exit\n", "exit\n",
    ])
    #expect(
      screen == """
        $ false &
        [1] 101
        $ sleep 0.2; echo y
        [1]+  Exit 1                  false
        y
        $ (exit 4) &
        [1] 103
        $ wait $!
        [1]+  Exit 4                  ( exit 4 )
        $ sleep 0.2 &
        [1] 104
        $ wait
        $ sleep 9 &
        [1] 105
        $ kill -9 $!
        $ echo a
        a
        [1]+  Killed                  sleep 9
        $ sleep 9 &
        [1] 106
        $ kill -STOP %1
        $ jobs
        [1]+  Stopped                 sleep 9
        $ jobs
        [1]+  Stopped                 sleep 9
        $ exit
        exit
        There are stopped jobs.
        $ exit
        exit

        """)
  }

  @Test func promptsRunCommands() {
    let screen = playTerminal(["PS0='<run>'\n", "echo b\n", "PS1='[$?] $(echo dyn)> '\n", "false\n", "exit\n"])
    #expect(
      screen == """
        $ PS0='<run>'
        $ echo b
        <run>b
        $ PS1='[$?] $(echo dyn)> '
        <run>[0] dyn> false
        <run>[1] dyn> exit
        <run>exit

        """)
  }

  @Test func commandsOfSeveralLinesAreRemembered() {
    let screen = playTerminal([
      "while read l\n", "do echo $l; done <<E\n", "a\n", "E\n", "a=(1\n", "2)\n", "case a in\n", "a)\n", "echo A\n",
      ";;\n",
      "esac\n", "for x\n", "in 1\n", "do echo $x\n", "done\n", "echo $(\n", "echo s)\n", "if true # c\n",
      "then echo t\n",
      "fi\n", "history\n",
    ])
    #expect(
      screen.hasSuffix(
        """
        $ history
            1  while read l
        do echo $l; done <<E
        a
        E

            2  a=(1 2)
            3  case a in a) echo A; ;; esac
            4  for x in 1; do echo $x; done
            5  echo $(
        echo s)
            6  if true # c
        then echo t; fi
            7  history
        $\u{20}
        """))
  }
}
