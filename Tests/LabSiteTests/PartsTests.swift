// The small parts: typography, links, scales, colours, timelines in words, themes, strings.

import Diagnostics
import Foundation
import LabModel
import LabTranscript
import Testing

@testable import LabSite

struct PartsTests {
  @Test(arguments: [
    ("Voilà : c'est fait !", "Voilà\u{A0}: c’est fait\u{202F}!"),
    ("l'ordre 'x' d'1 a'", "l’ordre 'x' d’1 a'"), ("jusqu'", "jusqu’"), ("dans 'l'", "dans 'l’"),
    ("« bien » ; 50 %", "«\u{A0}bien\u{A0}»\u{202F}; 50\u{A0}%"),
    ("image :latest et a:b", "image :latest et a:b"),
    ("Quoi ?!", "Quoi\u{202F}?!"),
    (" : suite", "\u{A0}: suite"),
  ])
  func frenchSpaces(_ written: String, _ shown: String) {
    #expect(Typography.prose(written, .fr) == shown)
    #expect(
      Typography.prose(written, .en)
        == written.replacing("l'o", with: "l’o").replacing("d'1", with: "d’1").replacing("c'e", with: "c’e"))
  }

  @Test func durations() {
    #expect(Typography.duration(12_340, .fr) == "12,3\u{A0}s")
    #expect(Typography.duration(12_350, .en) == "12.4\u{A0}s")
    #expect(Typography.duration(0, .en) == "0.0\u{A0}s")
    #expect(Typography.duration(65_000, .fr) == "1\u{A0}min\u{A0}05\u{A0}s")
    #expect(Typography.duration(7_380_000, .en) == "2\u{A0}h\u{A0}03\u{A0}min")
  }

  @Test func links() {
    #expect(Link.relative(from: "fr/a/step1/index.html", to: "fr/a/step2/index.html") == "../step2/index.html")
    #expect(
      Link.relative(from: "fr/a/step1/index.html", to: "en/a/step1/index.html") == "../../../en/a/step1/index.html")
    #expect(Link.relative(from: "index.html", to: "fr/é à/index.html") == "fr/%C3%A9%20%C3%A0/index.html")
    #expect(Link.relative(from: "fr/index.html", to: "fr/index.html") == "index.html")
    #expect(Link.absolute("fr/a b/index.html", base: "https://x.org/y") == "https://x.org/y/fr/a%20b/")
    #expect(Link.absolute("index.html", base: "https://x.org/") == "https://x.org/")
  }

  @Test func blockAnchors() {
    #expect(BlockAnchor.id("3.2") == "bloc-3-2")
    // A heading cannot take a block's anchor.
    #expect(ProseRenderer.anchor("bloc-3-2") != "bloc-3-2")
  }

  // MARK: Highlighting

  @Test(arguments: [
    ("kubectl get pods -l app=x # voir", "k:kubectl| get pods |f:-l| app=x |c:# voir"),
    ("echo \"$HOME\" | wc -l", "k:echo| |s:\"$HOME\"| |o:|| |k:wc| |f:-l"),
    ("cat <<'EOF' > f\na: $x\nEOF\nls", "k:cat| |o:<<|s:'EOF'| |o:>| f\n|y:a|h:: $x\n|s:EOF|\n|k:ls"),
    ("A=1 sudo ls $(pwd)", "A=1 |k:sudo| |k:ls| |o:$(|k:pwd|o:)"),
    ("echo 'never closed", "k:echo| |s:'never closed"),
  ])
  func shellColours(_ command: String, _ expected: String) {
    let spans = ShellHighlight.spans(command)
    let text = spans.map { $0.0 == .plain ? $0.1 : "\($0.0.rawValue):\($0.1)" }.joined(separator: "|")
    #expect(text == expected)
    #expect(spans.map(\.1).joined() == command)
  }

  @Test func highlightingNeverChangesText() {
    var state: UInt64 = 7
    let alphabet = Array("a $'\"\\\n<>|&;(){}#-=EOé<<\t`!")
    for _ in 0..<2000 {
      var text = ""
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      #expect(ShellHighlight.spans(text).map(\.1).joined() == text)
    }
  }

  // MARK: Timeline

  @Test func scaleIsMonotoneAndShowsShortGaps() {
    let scale = TimelineScale([0, 20, 40, 60_000, 61_000])
    #expect(scale.positions.first == 0 && scale.positions.last == 100)
    for (a, b) in zip(scale.positions, scale.positions.dropFirst()) { #expect(b - a >= 1) }
    #expect(scale.position(30_020) > scale.position(40) && scale.position(30_020) < scale.position(60_000))
    #expect(scale.position(-5) == 0 && scale.position(99_999) == 100)
    #expect(TimelineScale([5]).position(5) == 0)
    #expect(
      TimelineScale.percent(12.5) == "12.5%" && TimelineScale.percent(0) == "0%"
        && TimelineScale.percent(7.06) == "7.06%")
  }

  @Test func timelineInWords() throws {
    let timeline = try #require(Timeline(from: Sample.transcript(), block: "1.4"))
    let items = TimelineText(timeline: timeline, language: .fr).items()
    let text = items.map { "\($0.time) \($0.sentence.html)" }.map {
      $0.replacing("<b lang=\"en\">", with: "").replacing("</b>", with: "").replacing("<span lang=\"en\">", with: "")
        .replacing("</span>", with: "").replacing("\u{A0}", with: " ")
    }
    #expect(
      text == [
        "+0,2 s postgres-4 : créé → Pending 0/1", "+2,9 s postgres-4 : Pending 0/1 → Running 1/1",
        "+3,5 s postgres-1 : Running 1/1 → Terminating 1/1", "+4,0 s postgres-1 : Terminating 1/1 → Completed 0/1",
        "+4,7 s postgres-1 : Completed 0/1 → supprimé", "+5,2 s postgres-3 : Running 1/1 → CrashLoopBackOff 0/1",
      ])
  }

  @Test func barsFollowEachOther() throws {
    let timeline = try #require(Timeline(from: Sample.transcript(), block: "1.3"))
    let layout = try #require(TimelineLayout(timeline))
    #expect(layout.groups.map(\.kind) == ["pod", "pvc"])
    for lane in layout.lanes {
      for (bar, next) in zip(lane.bars, lane.bars.dropFirst()) {
        #expect(abs(bar.start + bar.width - next.start) < 0.5)
      }
      #expect(abs((lane.bars.last.map { $0.start + $0.width } ?? 0) - 100) < 0.5)
    }
    #expect(layout.looks.contains(.creating) && layout.looks.contains(.bound))
    let tops = layout.lanes.map(\.top)
    #expect(tops == tops.sorted() && Set(tops).count == tops.count)
  }

  @Test(arguments: [
    ("pod", "Init:0/2", nil, PhaseLook.creating), ("pod", "Init:CrashLoopBackOff", nil, .failed),
    ("pod", "Running", "1/2", .running), ("pod", "Running", "2/2", .ready), ("pod", "ErrImagePull", "0/1", .failed),
    ("pod", "Something", "0/1", .other), ("pvc", "Lost", nil, .failed),
  ])
  func looks(_ kind: String, _ status: String, _ ready: String?, _ look: PhaseLook) {
    let phase = TimelinePhase(startMilliseconds: 0, endMilliseconds: 1, status: status, ready: ready)
    #expect(PhaseLook(kind: kind, phase: phase) == look)
  }

  // MARK: Theme

  @Test func templatesPrintOnlyKnownStrings() throws {
    let folder = Sample.root + "/site/templates"
    let known = Set(UIString.allCases.map(\.rawValue))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      for string in Theme.stringNames(text) { #expect(known.contains(string), "\(name): \(string)") }
    }
  }

  @Test func unescapedTextIsRefused() throws {
    var templates = Dictionary(uniqueKeysWithValues: Theme.requiredTemplates.map { ($0, "") })
    #expect(throws: Never.self) { try Theme(templates: templates, assets: []) }
    templates["step"] = "<h1>{{{ title }}}</h1>"
    #expect(throws: ThemeError.self) { try Theme(templates: templates, assets: []) }
    templates["step"] = "<h1>{{& title}}</h1>"
    #expect(throws: ThemeError.self) { try Theme(templates: templates, assets: []) }
    templates["step"] = "{{#a}} never closed"
    #expect(throws: ThemeError.self) { try Theme(templates: templates, assets: []) }
    templates["step"] = nil
    #expect(throws: ThemeError.self) { try Theme(templates: templates, assets: []) }
  }

  @Test func whereThemesAreLookedFor() {
    func candidates(wanted: String? = nil, environment: String? = nil) -> [String] {
      ThemeFolder.candidates(
        wanted: wanted, environment: environment, executable: "/opt/x/bin/ardoise", workingDirectory: "/home/me",
        course: "/courses/k8s")
    }
    #expect(candidates(wanted: "mine") == ["mine"])
    #expect(candidates(environment: "/theme") == ["/theme"])
    let all = candidates()
    #expect(
      all.contains("/opt/x/share/ardoise/site") && all.contains("/home/me/site") && all.contains("/courses/k8s/site"))
    #expect(all.firstIndex(of: "/opt/x/site")! < all.firstIndex(of: "/home/me/site")!)
  }

  @Test func everyStringIsThereInBothLanguages() {
    for string in UIString.allCases {
      #expect(!string.french.isEmpty && !string.english.isEmpty)
      // Two-part punctuation never has a breaking space before it.
      for mark in [" :", " ;", " ?", " !", " »", "« "] { #expect(!string.french.contains(mark), "\(string)") }
    }
  }

  // MARK: Inspection

  @Test func inspectionFindsWhatIsBroken() {
    func page(_ body: String, lang: String = " lang=\"fr\"") -> String {
      "<!DOCTYPE html><html\(lang)><head><title>x</title></head><body><h1>x</h1>\(body)</body></html>"
    }
    let files = [
      OutputFile(path: "index.html", text: page("<a href=\"fr/index.html\">f</a>")),
      OutputFile(
        path: "fr/index.html",
        text: page(
          "<a href=\"nowhere.html\">x</a><a href=\"#no\">x</a><i id=\"a\"></i><i id=\"a\"></i><img src=\"../index.html\">"
            + "<script>x</script><a href=\"javascript:x\">x</a><b onclick=\"x\"></b>", lang: "")),
      OutputFile(path: "fr/lonely/index.html", text: page("")),
    ]
    let rules = inspect(files, languages: [.fr, .en]).map(\.rule)
    #expect(
      Set(rules) == [
        "site-broken-link", "site-broken-anchor", "site-duplicate-id", "site-missing-alt", "site-missing-lang",
        "site-live-markup", "site-orphan", "site-not-mirrored",
      ])
    #expect(rules.filter { $0 == "site-live-markup" }.count == 3)
  }
}
