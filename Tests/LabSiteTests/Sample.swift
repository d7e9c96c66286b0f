// A small course written out as values: what the parser and the recorder would give for two scenarios in two languages.

import Diagnostics
import Foundation
import LabModel
import LabTranscript

@testable import LabSite

/// Markdown-like shorthand for prose nodes; ranges are of no matter to the site.
enum Sample {
  static let here = SourceRange.point(0)

  static func text(_ text: String) -> InlineNode { .text(text, here) }
  static func code(_ text: String) -> InlineNode { .code(text, nil, here) }
  static func strong(_ text: String) -> InlineNode { .strong([.text(text, here)], here) }
  static func paragraph(_ nodes: InlineNode...) -> BlockNode { .paragraph(nodes, here) }
  static func heading(_ level: Int, _ text: String, id: String) -> BlockNode {
    .heading(Heading(level: level, id: id, content: [.text(text, here)], text: text, range: here, line: 1))
  }
  static func block(
    _ id: String, _ text: String, language: String = "bash", action: BlockAction = .exec, isInline: Bool = false,
    modifiers: [BlockModifier] = []
  ) -> LabBlock {
    LabBlock(
      id: id, range: here, contentRange: here, line: 1, endLine: 2, language: language, info: language,
      action: action, modifiers: modifiers, isInline: isInline, text: isInline ? text : text + "\n")
  }

  static func page(_ language: Language, file: String, _ blocks: [BlockNode]) -> Page {
    var headings: [Heading] = []
    var found: [LabBlock] = []
    func visit(_ nodes: [BlockNode]) {
      for node in nodes {
        switch node {
        case .heading(let heading): headings.append(heading)
        case .code(let block): found.append(block)
        case .paragraph(let inlines, _):
          for case .code(_, let block?, _) in inlines { found.append(block) }
        case .list(let list): for item in list.items { visit(item.blocks) }
        case .quote(let blocks, _): visit(blocks)
        default: break
        }
      }
    }
    visit(blocks)
    return Page(
      language: language, source: SourceText(path: "content/sts/" + file, text: ""), file: file, blocks: blocks,
      headings: headings, labBlocks: found)
  }

  // MARK: Course

  static let watchCommand = "microk8s kubectl get pods -l app=postgres --watch"

  static func stepBlocks(_ language: Language) -> [BlockNode] {
    let fr = language == .fr
    return [
      heading(
        1, fr ? "Étape 1 : Persistance et ordre" : "Step 1: Persistence and order", id: fr ? "etape-1" : "step-1"),
      heading(2, fr ? "Insérer des données" : "Insert data", id: fr ? "inserer" : "insert"),
      paragraph(
        text(fr ? "On ajoute deux lignes, puis on lit " : "We add two rows, then read "), code("users"),
        text(fr ? " : tout est là !" : ": everything is there!")),
      .code(
        block(
          "1.1",
          """
          microk8s kubectl exec -it postgres-0 -- psql -U admin -d myapp -c "
            INSERT INTO users (username, email) VALUES ('david', 'david@test.com');
            SELECT * FROM users;
          "
          """)),
      heading(2, fr ? "Passer de 2 à 4 replicas" : "Scale from 2 to 4", id: fr ? "passer" : "scale"),
      .code(block("1.2", "microk8s kubectl scale statefulset postgres --replicas=4")),
      paragraph(text(fr ? "Observez l’ordre de création :" : "Watch the order of creation:")),
      .code(block("1.3", watchCommand)),
      .list(
        List(
          start: 1, isTight: true,
          items: [
            ListItem(
              blocks: [paragraph(code("postgres-2"), text(fr ? " créé → Running" : " created → Running"))], range: here),
            ListItem(blocks: [paragraph(text(fr ? "Puis " : "Then "), code("postgres-3"))], range: here),
          ], range: here)),
      heading(3, fr ? "Et en continu" : "And continuously", id: fr ? "continu" : "continuous"),
      .code(block("1.4", "# Observer en temps réel\nwatch -n 1 'microk8s kubectl get pods'", modifiers: [.interrupt])),
      paragraph(
        text(fr ? "Ou d’un coup : " : "Or at once: "),
        .code("echo $HOME", block("1.5", "echo $HOME", language: "", isInline: true), here), text(".")),
      .table(
        Table(
          alignments: [.none, .right],
          header: [
            TableCell(content: [text("Pod")], range: here),
            TableCell(content: [text(fr ? "Ordre" : "Order")], range: here),
          ],
          rows: [
            [TableCell(content: [code("postgres-2")], range: here), TableCell(content: [text("1")], range: here)],
            [TableCell(content: [code("postgres-3")], range: here), TableCell(content: [text("2")], range: here)],
          ], range: here)),
      heading(2, fr ? "Ce qui ne se joue pas" : "What is not played", id: fr ? "pas" : "not"),
      .code(block("1.6", "helm install demo ./chart")),
      .code(block("1.7", "helm list")),
      .code(block("1.b1", "kind: StatefulSet # partiel\nspec:\n  replicas: 4", language: "yaml", action: .none)),
      .code(block("1.b2", "export KUBECONFIG=~/.kube/config", action: .copy)),
      .html("<details><summary>\(fr ? "Pourquoi ?" : "Why?")</summary>", here),
      paragraph(text(fr ? "Parce que « l’ordre » compte." : "Because order matters.")),
      .html("</details>", here),
      paragraph(.link(destination: "step2.md", title: "", content: [text(fr ? "La suite" : "What follows")], here)),
    ]
  }

  static func course(_ settings: CourseSettings? = nil) -> Course {
    var settings = settings ?? CourseSettings()
    if settings.title.isEmpty {
      settings.title = Localized(
        fr: "Kubernetes et PostgreSQL, pas à pas", en: "Kubernetes and PostgreSQL, step by step")
      settings.description = Localized(
        fr: "Un cours à lire : chaque commande a été jouée, chaque sortie est vraie.",
        en: "A course to read: every command was played, every output is true.")
    }
    let intro = Step(
      kind: .intro, number: 0, key: "intro", title: Localized(fr: "Introduction", en: "Introduction"),
      pages: Localized(
        fr: page(
          .fr, file: "intro.md", [paragraph(text("Un StatefulSet donne à chaque pod un nom, un ordre et un volume."))]),
        en: page(
          .en, file: "intro.en.md", [paragraph(text("A StatefulSet gives each pod a name, an order and a volume."))])))
    let first = Step(
      kind: .step(1), number: 1, key: "step1",
      title: Localized(fr: "Étape 1 : Persistance et ordre", en: "Step 1: Persistence and order"),
      pages: Localized(
        fr: page(.fr, file: "step1.md", stepBlocks(.fr)), en: page(.en, file: "step1.en.md", stepBlocks(.en))))
    let second = Step(
      kind: .step(2), number: 2, key: "step2", title: Localized(fr: "Mettre à jour"),
      pages: Localized(
        fr: page(
          .fr, file: "step2.md",
          [heading(1, "Mettre à jour", id: "mettre-a-jour"), paragraph(text("Rien que du texte ici."))])))
    let finish = Step(
      kind: .finish, number: 3, key: "finish", title: Localized(fr: "Récapitulatif", en: "Recap"),
      pages: Localized(
        fr: page(.fr, file: "finish.md", [paragraph(text("Bravo !"))]),
        en: page(.en, file: "finish.en.md", [paragraph(text("Well done!"))])))
    let scenario = Scenario(
      path: "statefulset-postgres", folder: "content/statefulset-postgres",
      title: Localized(
        fr: "StatefulSet : PostgreSQL qui n’oublie rien", en: "StatefulSet: a PostgreSQL that forgets nothing"),
      description: Localized(fr: "Identité, volumes et ordre.", en: "Identity, volumes and order."),
      intro: intro, steps: [first, second], finish: finish, difficulty: "intermédiaire", time: "30 min")
    return Course(root: "content", settings: settings, scenarios: [scenario], outline: [.scenario(scenario.path)])
  }

  // MARK: Recordings

  static let key = RecordingKey(scenario: "statefulset-postgres", step: "step1")

  private static func pod(_ name: String, _ status: String, _ ready: String = "0/1") -> ClusterEvent {
    ClusterEvent(object: ObjectKey(kind: "pod", name: name), status: status, ready: status == "gone" ? nil : ready)
  }
  private static func claim(_ name: String, _ status: String) -> ClusterEvent {
    ClusterEvent(object: ObjectKey(kind: "pvc", name: name), status: status)
  }

  static func transcript() -> Transcript {
    var blocks: [BlockTranscript] = []
    func add(
      _ id: String, at start: Int64, _ events: [TranscriptEvent], ending: BlockEnding = .finished, exit: Int? = 0,
      notSimulated: [String] = [], dependsOn: String? = nil
    ) {
      blocks.append(
        BlockTranscript(
          id: id, heading: "", file: "step1.md", line: 1, startMilliseconds: start,
          events: events.map { TranscriptEvent(milliseconds: $0.milliseconds + start, kind: $0.kind) }, ending: ending,
          exitStatus: exit, notSimulated: notSimulated, dependsOnNotSimulated: dependsOn))
    }
    add(
      "1.1", at: 0,
      [
        .input("microk8s kubectl exec -it postgres-0 -- psql …\r", at: 0),
        .output(
          "INSERT 0 1\r\n id | username |       email       \r\n----+----------+-------------------\r\n  1 | alice    | alice@test.com\r\n  4 | david    | david@test.com\r\n(2 rows)\r\n\r\n",
          at: 312),
        .output("$ ", at: 320),
      ])
    add("1.2", at: 1_000, [.output("statefulset.apps/postgres scaled\r\n$ ", at: 90)])
    var watch: [TranscriptEvent] = [
      .output("NAME         READY   STATUS    RESTARTS   AGE\r\n", at: 60),
      .output(
        "postgres-0   1/1     Running   0          5m2s\r\npostgres-1   1/1     Running   0          4m51s\r\n", at: 60),
    ]
    for (name, start) in [("postgres-2", Int64(200)), ("postgres-3", 11_400)] {
      let rows: [(Int64, String, String, String)] = [
        (0, "Pending", "0/1", "0s"), (2_950, "Pending", "0/1", "2s"), (2_970, "ContainerCreating", "0/1", "2s"),
        (4_010, "Running", "0/1", "4s"), (11_150, "Running", "1/1", "11s"),
      ]
      watch.append(.cluster(claim("data-" + name, "Pending"), at: start))
      for (offset, status, ready, age) in rows {
        watch.append(.cluster(pod(name, status, ready), at: start + offset))
        if offset == 2_950 { watch.append(.cluster(claim("data-" + name, "Bound"), at: start + offset)) }
        watch.append(.output("\(name)   \(ready)     \(status)   0          \(age)\r\n", at: start + offset))
      }
    }
    watch.append(.input("\u{3}", at: 28_000))
    watch.append(.output("^C", at: 28_000))
    add("1.3", at: 2_000, watch, ending: .interrupted(reason: "quiet"), exit: nil)
    var frames: [TranscriptEvent] = [
      .output("\u{1B}[?1049h\u{1B}[22;0;0t\u{1B}[1;30r\u{1B}(B\u{1B}[m\u{1B}[4l\u{1B}[?7h\u{1B}[H\u{1B}[2J", at: 0)
    ]
    for second in 0..<6 {
      let rows = [
        "postgres-0   1/1   Running       0   5m\(second)s",
        second < 3
          ? "postgres-4   0/1   Pending       0   \(second)s" : "postgres-4   1/1   Running       0   \(second)s",
      ]
      frames.append(
        .output(
          "\u{1B}[H\u{1B}[JEvery 1.0s: microk8s kubectl get pods        ubuntu: Thu Jan 15 09:07:0\(second) 2026\r\n\r\n"
            + rows.joined(separator: "\r\n"), at: Int64(second) * 1000))
    }
    frames.append(.input("\u{3}", at: 6_000))
    frames.append(.output("\u{1B}[30;1H\u{1B}[?1049l\r\u{1B}[?1l\u{1B}>", at: 6_000))
    frames.append(.cluster(pod("postgres-4", "Pending"), at: 200))
    frames.append(.cluster(pod("postgres-4", "Running", "1/1"), at: 2_900))
    frames.append(.cluster(pod("postgres-1", "Terminating", "1/1"), at: 3_500))
    frames.append(.cluster(pod("postgres-1", "Completed", "0/1"), at: 4_000))
    frames.append(.cluster(pod("postgres-1", "gone"), at: 4_700))
    frames.append(.cluster(pod("postgres-3", "CrashLoopBackOff", "0/1"), at: 5_200))
    frames.sort { $0.milliseconds < $1.milliseconds }
    add("1.4", at: 32_000, frames, ending: .interrupted(reason: "prose"), exit: nil)
    add("1.5", at: 40_000, [.output("/root\r\n", at: 3)], exit: 0)
    add("1.6", at: 41_000, [], exit: 127, notSimulated: ["command helm"])
    add("1.7", at: 42_000, [], exit: nil, dependsOn: "1.6")
    return Transcript(
      title: "Step 1", columns: 100, rows: 30,
      initial: [
        pod("postgres-0", "Running", "1/1"), pod("postgres-1", "Running", "1/1"), claim("data-postgres-0", "Bound"),
        claim("data-postgres-1", "Bound"),
      ], blocks: blocks)
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  static func theme() throws -> Theme { try ThemeFolder.load(root + "/site") }

  static func site(baseURL: String? = nil, course: Course? = nil) throws -> [OutputFile] {
    render(
      course: course ?? Sample.course(), transcripts: [key: transcript()],
      options: SiteOptions(theme: try theme(), baseURL: baseURL))
  }
}

extension [OutputFile] {
  func text(_ path: String) -> String { first { $0.path == path }?.text ?? "" }
}
