import Testing

@testable import LabLint

@Suite struct MissingInterruptTests {
  @Test func firesAfterAWatch() {
    #expect(
      findings("missing-interrupt", exec("kubectl get pods --watch") + exec("kubectl get pvc"))
        == ["7: Block types into 'kubectl get --watch', which is still running"])
  }
  @Test func acceptsInterrupt() {
    #expect(findings("missing-interrupt", exec("watch ls") + exec("ls", "exec interrupt")).isEmpty)
  }
  @Test func acceptsAnotherTerminal() {
    #expect(findings("missing-interrupt", exec("watch ls") + exec("ls", "execute T2")).isEmpty)
  }
  @Test func firesWhenTheTerminalIsTypedIntoAgain() {
    #expect(
      findings("missing-interrupt", exec("watch ls", "exec T2") + exec("ls") + exec("date", "exec T2"))
        == ["11: Block types into 'watch', which is still running"])
  }
  @Test func acceptsACommandThatEnds() {
    #expect(findings("missing-interrupt", exec("kubectl get pods -w | head -3") + exec("ls")).isEmpty)
  }
  @Test func firesOnWhatTheRunHadToInterrupt() {
    #expect(
      findings(
        "missing-interrupt", exec("kubectl rollout status sts/db") + exec("ls"),
        played: [.interrupted("…"), .shows("")]
      ) == ["7: Block types into 'kubectl rollout status sts/db', which is still running"])
  }
}

@Suite struct ClaimedStatusAbsentTests {
  let watch = exec("kubectl get pods -w")
  let table = "NAME   READY   STATUS    RESTARTS   AGE\r\nweb-0   1/1   Running   0   3s\r\n"

  @Test func firesWhenTheTableLacksTheWord() {
    #expect(
      findings("claimed-status-absent", watch + "- `web-0` : **Terminating**\n", played: [.shows(table)])
        == ["5: 'Terminating' is announced but never shown"])
  }
  @Test func acceptsWhatIsShown() {
    #expect(findings("claimed-status-absent", watch + "**Running**\n", played: [.shows(table)]).isEmpty)
  }
  @Test func acceptsWhatTheNextBlockShows() {
    #expect(
      findings(
        "claimed-status-absent", watch + "Le PVC est **Bound** :\n\n" + exec("kubectl get pvc"),
        played: [.shows(table), .shows("NAME STATUS\r\ndata Bound\r\n")]
      ).isEmpty)
  }
  @Test func leavesDenialsAlone() {
    #expect(
      findings("claimed-status-absent", watch + "On ne voit pas Terminating ici.\n", played: [.shows(table)]).isEmpty)
  }
  @Test func leavesOtherHeadingsAlone() {
    #expect(findings("claimed-status-absent", watch + "## Suite\n\nTerminating\n", played: [.shows(table)]).isEmpty)
  }
}

@Suite struct CountDiffersFromListTests {
  @Test(arguments: [
    ("Vous devriez voir 4 utilisateurs maintenant (alice, bob, charlie, david, eve).\n", 1),
    ("Il y a trois pods (`web-0` et `web-1`).\n", 1),
    ("4 pods : `a`, `b`, `c`\n", 1),
    ("5 utilisateurs (alice, bob, charlie, david, eve)\n", 0),
    ("4 pods : `a`, `b`, `c`, `d`\n", 0),
    ("2 replicas (le double de la valeur initiale, donc)\n", 0),
    ("Version 15.4 (Debian, alpine, slim)\n", 0),
  ])
  func counts(_ text: String, _ expected: Int) {
    #expect(findings("count-differs-from-list", text).count == expected)
  }
}

@Suite struct ClaimedVersionDiffersTests {
  let block = exec("psql -c 'SELECT version();'")
  let output = " PostgreSQL 15.13 on x86_64-pc-linux-musl\r\n"

  @Test func firesOnAnotherVersion() {
    #expect(
      findings(
        "claimed-version-differs", block + "La version doit être PostgreSQL **16** maintenant !\n",
        played: [.shows(output)])
        == ["5: PostgreSQL 16 is stated, the run shows 15.13"])
  }
  @Test func acceptsTheMajorVersion() {
    #expect(findings("claimed-version-differs", block + "PostgreSQL 15 répond.\n", played: [.shows(output)]).isEmpty)
  }
}

@Suite struct ClaimedOrderDiffersTests {
  let scale = exec("kubectl scale sts web --replicas=5")
  let created = ["pod web-2 Pending 0/1", "pod web-3 Pending 0/1", "pod web-4 Pending 0/1"]

  @Test func firesWhenPodsExistedAlready() {
    #expect(
      findings(
        "claimed-order-differs", scale + "Dans l'ordre : 0 → 1 → 2 → 3 → 4\n", played: [.shows("", pods: created)])
        == ["5: Order 0 → 1 → 2 → 3 → 4 is announced, the run creates 2 → 3 → 4"])
  }
  @Test func firesWhenNothingIsCreated() {
    #expect(
      findings("claimed-order-differs", scale + "2 → 3 → 4\n", played: [.shows("")])
        == ["5: Order 2 → 3 → 4 is announced, the run creates no pod"])
  }
  @Test func acceptsTheOrderOfTheRun() {
    #expect(findings("claimed-order-differs", scale + "**2 → 3 → 4**\n", played: [.shows("", pods: created)]).isEmpty)
  }
  @Test func readsRemovalsToo() {
    let removed = ["pod web-3 Terminating 1/1", "pod web-3 gone", "pod web-2 Terminating 1/1", "pod web-2 gone"]
    #expect(findings("claimed-order-differs", scale + "Ordre : 3 → 2\n", played: [.shows("", pods: removed)]).isEmpty)
  }
}

@Suite struct OtherRuleTests {
  @Test func aCommandThatHangsIsReported() {
    let found = findings(
      "command-never-returns", exec("kubectl rollout status sts/db"),
      played: [.interrupted("Waiting for 1 pods to be ready...\r\n")])
    #expect(found == ["1: 'kubectl rollout status sts/db' does not return"])
    #expect(findings("command-never-returns", exec("kubectl get pods -w"), played: [.interrupted("")]).isEmpty)
  }

  @Test func aFailingCommandIsReportedUnlessAnnounced() {
    var failed = Played.shows("Error from server (NotFound)\r\n")
    failed.exit = 1
    #expect(
      findings("command-fails", exec("kubectl get pod nope"), played: [failed]) == [
        "1: Command fails with exit status 1"
      ])
    #expect(
      findings("command-fails", "On attend une erreur :\n\n" + exec("kubectl get pod nope"), played: [failed]).isEmpty)
  }

  @Test func heredocsAreLookedInto() {
    let block = "```bash\ncat > x <<EOF\necho $HOME\nEOF\n```{{exec}}\n"
    #expect(findings("heredoc-expands", block) == ["2: Here-document 'EOF' is expanded before it is written"])
    #expect(findings("heredoc-expands", block.replacing("<<EOF", with: "<<'EOF'")).isEmpty)
    #expect(findings("heredoc-expands", block.replacing("$HOME", with: "\\$HOME")).isEmpty)
  }

  @Test func translationsKeepTheCommands() {
    let source = exec("# Cinq réplicas\nkubectl get pods")
    #expect(
      findings("translation-commands-differ", source, translation: exec("# Five replicas\nkubectl get pods")).isEmpty)
    #expect(
      findings("translation-commands-differ", source, translation: exec("kubectl get pod")) == [
        "1: Block 1.1 differs from the French page"
      ])
    #expect(
      findings("translation-commands-differ", source, translation: "Rien\n") == [
        "1: 0 exec blocks here, 1 on the French page"
      ])
  }

  @Test func aMissingTranslationIsNoted() {
    #expect(findings("translation-missing", "# Titre\n") == ["1: Page has no English translation"])
  }

  @Test func commentsSilenceRules() {
    let block = "```bash\nwatch ls\n```{{exec}}\n\n"
    let next = "```bash\nls\n```{{exec}}\n"
    #expect(findings("missing-interrupt", block + next).count == 1)
    #expect(findings("missing-interrupt", block + "<!-- ardoise-disable missing-interrupt -->\n\n" + next).isEmpty)
    #expect(findings("missing-interrupt", block + "<!-- ardoise-disable other-rule -->\n\n" + next).count == 1)
  }
}
