// Job control at the prompt, against transcripts of bash 5.2 with `--norc --noediting` and PS1='$ '; numbers of processes left out.

import Testing

/// Leaves the process numbers out.
private func plain(_ screen: String) -> String {
  screen.replacing(#/(?m)(\[\d+\] )\d+$/#) { "\($0.1)PID" }.replacing("\u{7}", with: "")
}

@Suite struct JobControlTests {
  @Test func interruptedLoops() {
    let screen = playTerminal([
      "while true; do sleep 0.1; done\n", "\u{3}", "echo $?\n", "for i in 1 2 3; do sleep 1; echo $i; done\n",
      "\u{3}", "echo $?\n",
    ])
    #expect(
      plain(screen) == """
        $ while true; do sleep 0.1; done
        ^C
        $ echo $?
        130
        $ for i in 1 2 3; do sleep 1; echo $i; done
        ^C
        $ echo $?
        130
        $ 
        """)
  }

  @Test func marksOfEndedJobs() {
    let screen = playTerminal([
      "sleep 3 | cat &\n", "jobs\n", "(sleep 0.2; exit 3) &\n", "\n", "echo x\n", "\n", "false &\n",
      "sleep 0.3\n", "\n", "{ sleep 0.3; } &\n", "sleep 0.5\n",
    ])
    #expect(
      plain(screen) == """
        $ sleep 3 | cat &
        [1] PID
        $ jobs
        [1]+  Running                 sleep 3 | cat &
        $ (sleep 0.2; exit 3) &
        [2] PID
        $ 
        [2]+  Exit 3                  ( sleep 0.2; exit 3 )
        $ echo x
        x
        $ 
        $ false &
        [2] PID
        $ sleep 0.3
        [2]+  Exit 1                  false
        $ 
        $ { sleep 0.3; } &
        [2] PID
        [1]   Done                    sleep 3 | cat
        $ sleep 0.5

        """)
  }

  @Test func jobsAsCommands() {
    let screen = playTerminal([
      "sleep 3 &\n", "sleep 3 &\n", "sleep 3 &\n", "jobs\n", "fg %1\n", "\u{1A}", "jobs\n", "%-\n", "\u{1A}",
      "jobs\n", "fg\n", "\u{3}", "jobs\n",
    ])
    #expect(
      plain(screen) == """
        $ sleep 3 &
        [1] PID
        $ sleep 3 &
        [2] PID
        $ sleep 3 &
        [3] PID
        $ jobs
        [1]   Running                 sleep 3 &
        [2]-  Running                 sleep 3 &
        [3]+  Running                 sleep 3 &
        $ fg %1
        sleep 3
        ^Z
        [1]+  Stopped                 sleep 3
        $ jobs
        [1]+  Stopped                 sleep 3
        [2]   Running                 sleep 3 &
        [3]-  Running                 sleep 3 &
        $ %-
        sleep 3
        ^Z
        [3]+  Stopped                 sleep 3
        $ jobs
        [1]-  Stopped                 sleep 3
        [2]   Running                 sleep 3 &
        [3]+  Stopped                 sleep 3
        $ fg
        sleep 3
        [2]   Done                    sleep 3
        $ ^C
        $ jobs
        [1]+  Stopped                 sleep 3
        $ 
        """)
  }

  @Test func interruptedLists() {
    let screen = playTerminal([
      "echo one; sleep 1; echo two\n", "\u{3}", "echo $?\n", "sleep 1 && echo yes\n", "\u{3}",
      "sleep 1; echo after\n", "\u{1A}", "jobs\n",
    ])
    #expect(
      plain(screen) == """
        $ echo one; sleep 1; echo two
        one
        ^C
        $ echo $?
        130
        $ sleep 1 && echo yes
        ^C
        $ sleep 1; echo after
        ^Z
        [1]+  Stopped                 sleep 1
        after
        $ jobs
        [1]+  Stopped                 sleep 1
        $ 
        """)
  }

  @Test func signalsToJobs() {
    let screen = playTerminal([
      "sleep 5 &\n", "disown\n", "jobs\n", "sleep 5 &\n", "kill -STOP %1\n", "\n", "jobs\n", "kill -CONT %1\n",
      "jobs\n", "kill %1\n", "\n", "\n",
    ])
    #expect(
      plain(screen) == """
        $ sleep 5 &
        [1] PID
        $ disown
        $ jobs
        $ sleep 5 &
        [1] PID
        $ kill -STOP %1
        $ 

        [1]+  Stopped                 sleep 5
        $ jobs
        [1]+  Stopped                 sleep 5
        $ kill -CONT %1
        $ jobs
        [1]+  Running                 sleep 5 &
        $ kill %1
        $ 
        [1]+  Terminated              sleep 5
        $ 
        $ 
        """)
  }
}
