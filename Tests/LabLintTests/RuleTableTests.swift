// Rules that need nothing but a page, a case per line: the rule, the Markdown, the lines at which it fires.

import Diagnostics
import LabModel
import LabParser
import LabTranscript
import Testing

@testable import LabLint

@Suite struct RuleTableTests {
  struct Case: CustomTestStringConvertible {
    let rule: String
    let markdown: String
    let lines: [Int]
    var files: [String]?

    init(_ rule: String, _ markdown: String, _ lines: [Int], files: [String]? = nil) {
      self.rule = rule
      self.markdown = markdown
      self.lines = lines
      self.files = files
    }

    var testDescription: String { rule + ": " + markdown.prefix(60) }
  }

  static let cases: [Case] = [
    Case("link-to-nowhere", "[a](assets/x.yaml) [b](step1.md) [c](https://x.y)\n", [1], files: ["step1.md"]),
    Case("link-to-nowhere", "[a](assets/x.yaml) <a href=\"assets/y.yaml\">y</a>\n", [1], files: ["assets/x.yaml"]),
    Case("link-to-nowhere", "[a](../../etc/passwd)\n", [1], files: []),
    Case("link-to-nowhere", "[a]({{TRAFFIC_HOST1_80}}) [b](mailto:a@b.c) [c](assets)\n", [], files: ["assets/x"]),
    Case("link-to-nowhere", "[a](nowhere.md)\n", [], files: nil),
    Case("anchor-to-nowhere", "# Été à l'œuvre\n\n[a](#ete-a-loeuvre) [b](#été-à-l'œuvre)\n\n[c](#hiver)\n", [5]),
    Case("anchor-to-nowhere", "[a](#bloc-1-1) [b](#bloc-1-2)\n\n`ls`{{exec}}\n", [1]),
    Case("anchor-to-nowhere", "<a id=\"ici\"></a>\n\n[a](#ici) [b](step1.md#ici) [c](step1.md#non)\n", [3]),
    Case("picture-missing", "![a](x.png) ![b](y.png)\n\n<img src=\"z.png\" alt=\"z\">\n", [1, 3], files: ["x.png"]),
    Case("picture-missing", "![a](https://x.y/z.png)\n", [], files: []),
    Case("picture-without-text", "![](x.png)\n\n![deux pods](x.png)\n\n<img src=\"x.png\">\n", [1, 5]),
    Case(
      "link-text-says-nothing", "[ici](https://x.y)\n\n[Click here!](https://x.y)\n\n[la doc](https://x.y)\n", [1, 3]),
    Case("heading-level-skipped", "# A\n\n### B\n\n## C\n\n### D\n", [3]),
    Case("sql-without-session", "```sql\nSELECT 1;\n```{{exec}}\n", [1]),
    Case(
      "sql-without-session",
      "`psql -U a b`{{exec}}\n\n```sql\nSELECT 1;\n```{{exec}}\n\n```sql\n\\q\n```{{exec}}\n\n```sql\nSELECT 2;\n```{{exec}}\n",
      [11]),
    Case("sql-without-session", "`psql -c 'SELECT 1'`{{exec}}\n\n```sql\nSELECT 1;\n```{{exec}}\n", [3]),
    Case("sql-without-session", "```sql\nSELECT 1;\n```\n", []),
    Case("image-unpinned", "```yaml\n  image: nginx\n  image: nginx:1.27\n  - image: \"a:5000/b\"\n```\n", [2, 4]),
    Case("image-unpinned", "`kubectl run a --image=nginx`{{exec}} `kubectl run a --image=$IMAGE`{{exec}}\n", [1]),
    Case("image-unpinned", exec("kubectl run a --image busybox:latest\nkubectl run b --image=x@sha256:1"), [2]),
    Case("api-version-removed", "```yaml\napiVersion: extensions/v1beta1\n---\napiVersion: apps/v1\n```\n", [2]),
    Case("api-version-removed", exec("cat > x <<'EOF'\napiVersion: batch/v1beta1\nEOF"), [3]),
    Case("flag-removed", exec("kubectl version --short\nkubectl version"), [2]),
    Case("flag-removed", exec("kubectl run a --image=b:1 --generator=run-pod/v1\n# kubectl get --export"), [2]),
    Case("flag-removed", exec("kubectl apply -f x --dry-run\nkubectl apply -f x --dry-run=client"), [2]),
    Case("grep-count-fallback", exec("n=$(kubectl get pods | grep -c Running || echo 0)\ngrep -c a b || true"), [2]),
    Case("exec-not-a-command", "```yaml\nkind: Pod\n```{{exec}}\n\n```yaml\nkind: Pod\n```{{copy}}\n", [1]),
    Case("exec-with-prompt", exec("$ kubectl get pods"), [2]),
    Case(
      "exec-with-prompt", exec("root@host:~# ls") + exec("echo $ a") + "```sql\nmyapp=# SELECT 1;\n```{{exec}}\n",
      [2, 10]),
    Case("exec-with-placeholder", exec("kubectl logs <pod-name>"), [2]),
    Case("exec-with-placeholder", exec("cat < file > other\n# <pod>\necho '<b>'"), []),
    Case("exec-with-placeholder", exec("export NAME=YOUR_NAME_HERE"), [2]),
    Case("exec-empty", "```bash\n\n```{{exec}}\n", [1]),
    Case(
      "language-unknown", "```bsah\nls\n```\n\n```bash {1,2}\nls\n```\n\n```yaml{2,5-6}\na: 1\n```\n\n```kitty\n```\n",
      [1, 13]),
    Case("name-misspelt", "Un Statefulset et Postgresql, `Statefulset`, [x](Github)\n\n/Github/ github.com\n", [1, 1]),
    Case("suppression-without-effect", "<!-- ardoise-disable-next-line exec-empty -->\n\nRien.\n", [1]),
    Case(
      "suppression-without-effect",
      "<!-- ardoise-disable-next-line no-such -->\n\n```html\n<!-- ardoise-disable x -->\n```\n", [1]),
    Case("suppression-without-effect", "<!-- ardoise-disable-next-line exec-empty -->\n```bash\n```{{exec}}\n", []),
    Case("suppression-without-effect", "<!-- ardoise-disable-next-line command-fails -->\n`ls`{{exec}}\n", []),
  ]

  @Test(arguments: cases) func fires(_ test: Case) {
    let found = findings(test.rule, test.markdown, files: test.files)
    #expect(found.compactMap { Int($0.prefix { $0 != ":" }) } == test.lines, "\(found)")
  }

  /// No rule may fire on what its own page recommends, nor miss its own example, where both are whole pages.
  @Test func examplesShowWhatTheRuleFinds() {
    let pages = [
      "exec-with-prompt", "exec-not-a-command", "api-version-removed", "image-unpinned", "heading-level-skipped",
    ]
    for id in pages {
      guard let rule = Linter.rules.first(where: { $0.id == id }) else {
        Issue.record("no rule \(id)")
        continue
      }
      #expect(!findings(id, rule.example + "\n").isEmpty, "\(id): its example")
      #expect(findings(id, rule.instead + "\n").isEmpty, "\(id): what it recommends")
    }
  }

  @Test func everyRuleSaysWhatItIsAbout() {
    for rule in Linter.rules {
      for text in [rule.summary, rule.what, rule.why, rule.example, rule.instead] {
        #expect(!text.isEmpty, "\(rule.id)")
      }
      #expect(!rule.summary.hasSuffix("."), "\(rule.id)")
    }
  }
}

@Suite struct TranslationRuleTests {
  let source = "# A\n\nUn paragraphe.\n\n- a\n- b\n\n| x |\n|---|\n| 1 |\n\n[doc](https://x.y/fr)\n"

  @Test func theShapeIsTheSame() {
    let same = "# A\n\n<!-- note -->\n\nA paragraph.\n\n- a\n- b\n\n| x |\n|---|\n| 1 |\n\n[doc](https://x.y)\n"
    #expect(findings("translation-shape-differs", source, translation: same).isEmpty)
    #expect(
      findings("translation-shape-differs", source, translation: same.replacing("- b\n", with: ""))
        == ["7: Here stands a list of 1, in the French page a list of 2"])
    #expect(
      findings("translation-shape-differs", source, translation: "## A\n")
        == ["1: Here stands a heading of level 2, in the French page a heading of level 1"])
    #expect(
      findings("translation-shape-differs", source, translation: "# A\n\nA paragraph.\n")
        == ["3: Here stands the end of the page, in the French page a list of 2"])
  }

  @Test func linksAndPicturesAreThere() {
    #expect(findings("translation-links-differ", source, translation: "[doc](https://x.y)\n").isEmpty)
    #expect(
      findings("translation-links-differ", source + "![p](p.png)\n", translation: "None.\n")
        == ["1: 0 links here, 1 on the French page", "1: 0 pictures here, 1 on the French page"])
  }

  @Test func whatChangedSinceIsOld() {
    let page = PageParser.parse(
      SourceText(path: "step1.md", text: source), file: "step1.md", language: .fr, step: 1
    ).page
    let text = "# A\n\nA paragraph.\n\n- a\n- b\n\n| x |\n|---|\n| 1 |\n\n[doc](https://x.y)\n"
    let translation = TranslationStamp.marked(SourceText(path: "step1.en.md", text: text), for: page)
    #expect(findings("translation-stale", source, translation: translation).isEmpty)
    // Typography is no change; another word is.
    #expect(
      findings("translation-stale", source.replacing("Un paragraphe", with: "Un\nparagraphe"), translation: translation)
        .isEmpty)
    #expect(
      findings(
        "translation-stale", source.replacing("Un paragraphe", with: "Deux paragraphes"), translation: translation)
        == ["3: Translated from an older text"])
    // Without the comment nothing can be told, and marking twice changes nothing.
    #expect(findings("translation-stale", source, translation: text).isEmpty)
    let again = SourceText(path: "step1.en.md", text: translation)
    #expect(TranslationStamp.marked(again, for: page) == translation)
  }

  @Test func titlesAreTranslatedToo() {
    func scenario(_ title: Localized<String>) -> [String] {
      findings("translation-title-missing", "# A\n", translation: "# A\n") { course in
        course.scenarios[0].manifest = SourceTextProbe.manifest
        course.scenarios[0].title = title
      }
    }
    #expect(scenario(Localized(fr: "A")) == ["1: Scenario has no English title"])
    #expect(scenario(Localized(fr: "A", en: "B")).isEmpty)
  }
}

@Suite struct ScenarioRuleTests {
  @Test func stepsCountAsTheScenarioDoes() {
    func title(_ text: String) -> [String] {
      findings("title-number-differs", text) { $0.scenarios[0].manifest = SourceTextProbe.manifest }
    }
    #expect(title("# Étape 2 : réseau\n") == ["1: Title says Étape 2, this is step 1 of the scenario"])
    #expect(title("# Step 1: network\n").isEmpty)
    #expect(title("# Les 3 étapes\n").isEmpty)
    // A page alone counts as it likes.
    #expect(findings("title-number-differs", "# Étape 3\n").isEmpty)
  }

  @Test func someStepsWithAScriptAskForAll() {
    let script = Script(file: "v.sh", source: SourceTextProbe.script)
    func verify(_ scripts: [Script?]) -> [String] {
      findings("verify-missing", exec("ls")) { course in
        let step = course.scenarios[0].steps[0]
        course.scenarios[0].steps = scripts.enumerated().map { index, script in
          var copy = step
          copy.number = index + 1
          copy.verify = script
          return copy
        }
      }
    }
    #expect(verify([script, nil]) == ["1: Step 2 has no verify script"])
    #expect(verify([nil, nil]).isEmpty)
    #expect(verify([script, script]).isEmpty)
  }

  @Test func scriptsAreLookedInto() {
    let found = findings("grep-count-fallback", "# A\n") { course in
      course.scenarios[0].steps[0].verify = Script(file: "v.sh", source: SourceTextProbe.script)
    }
    #expect(found == ["2: 'grep -c … || echo 0' prints two zeros"])
  }

  @Test func settingsNameRulesThatExist() {
    let found = findings("setting-for-unknown-rule", "# A\n") {
      $0.settings.lint.rules = ["exec-emtpy": .error, "exec-empty": .error, "encoding": .off]
    }
    #expect(found == ["1: There is no rule 'exec-emtpy'"])
  }
}

@Suite struct RunRuleTests {
  static let pods =
    "NAME READY STATUS RESTARTS AGE\r\nweb-0   1/1   Running   0   3s\r\nweb-1   1/1   Running   0   3s\r\n"

  @Test(arguments: [
    ("Cinq lignes.", "(4 rows)\r\n", 1), ("Les quatre lignes sont là.", "(4 rows)\r\n", 0),
    ("On voit trois pods.", pods, 1), ("**Deux pods** tournent.", pods, 0),
    ("Il reste de la place pour trois pods.", pods, 0),
    ("Trois lignes d'un côté, deux de l'autre", "(3 rows)\r\n(2 rows)\r\n", 0), ("Five rows.", "no table\r\n", 0),
  ])
  func countsAreThoseOfTheRun(_ prose: String, _ output: String, _ count: Int) {
    #expect(
      findings("claimed-count-differs", exec("x") + prose + "\n", played: [.shows(output)]).count == count, "\(prose)")
  }

  @Test func pastedOutputsGrowOld() {
    let page =
      exec("kubectl get pods")
      + "Vous devriez voir :\n\n```\nNAME READY STATUS RESTARTS AGE\nweb-7 1/1 Running 0 9m\n```\n"
    #expect(findings("written-output-differs", page, played: [.shows(RunRuleTests.pods)]).isEmpty)
    #expect(
      findings("written-output-differs", page, played: [.shows("No resources found in default namespace.\r\n")])
        == ["7: Written output is not what the run prints"])
    // Code that is not announced as an output is left alone.
    #expect(
      findings(
        "written-output-differs", page.replacing("Vous devriez voir :", with: "Un autre texte."), played: [.shows("x")]
      ).isEmpty)
  }

  @Test func aSessionLeftOpenTakesSQL() {
    var psql = Played.shows("psql (16.4)\r\n")
    psql.ending = .leftOpen(program: "psql")
    let page = exec("kubectl exec -it db-0 -- psql") + "```sql\nSELECT 1;\n```{{exec}}\n"
    #expect(findings("sql-without-session", page, played: [psql, psql]).isEmpty)
    #expect(
      findings("sql-without-session", page, played: [.shows("error"), .shows("")]) == ["5: SQL is typed into the shell"]
    )
  }
}
