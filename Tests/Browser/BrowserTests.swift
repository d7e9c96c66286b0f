// What only a browser can say: pages are readable without scripts, timelines play and stop, keys work, nothing overflows,
// and the console stays silent. The site is the sample course of LabSiteTests, on disk, opened as files.

import Foundation
import LabSite
import Testing

@Suite(.serialized, .enabled(if: chromium != nil, "Chromium is not installed: nothing was checked in a browser"))
final class BrowserTests {
  private static let step = "fr/statefulset-postgres/step1/index.html"
  private let folder: URL
  private let browser: Browser

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ardoise-site-\(UUID().uuidString)")
    for file in try Sample.site() {
      let url = folder.appendingPathComponent(file.path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.bytes).write(to: url)
    }
    browser = try Browser(executable: try #require(chromium))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

  @Test func consoleIsSilentOnEveryPage() throws {
    for file in try Sample.site() where file.path.hasSuffix(".html") {
      try browser.open(url(file.path))
      #expect(try browser.isTrue("document.documentElement.classList.contains('js')"), "\(file.path)")
      #expect(try browser.string("getComputedStyle(document.body).marginTop") == "0px", "\(file.path): no stylesheet")
      #expect(browser.complaints == [], "\(file.path)")
    }
  }

  /// Nothing is asked of any other machine, and a page with its assets is small.
  @Test func nothingIsLoadedFromElsewhere() throws {
    for path in [BrowserTests.step, "index.html", "en/index.html", "404.html"] {
      try browser.open(url(path))
      let loaded = try browser.string("performance.getEntriesByType('resource').map(entry => entry.name).join(' ')")
      #expect(loaded.split(separator: " ").allSatisfy { $0.hasPrefix("file:") }, "\(path): \(loaded)")
    }
    var bytes = 0
    for file in try Sample.site() where file.path.hasPrefix("assets/") || file.path == BrowserTests.step {
      bytes += file.bytes.count
    }
    #expect(bytes < 150_000)
  }

  @Test func theFirstKeyLeadsPastTheNavigation() throws {
    try browser.open(url(BrowserTests.step))
    try browser.press("Tab", code: 9)
    #expect(try browser.string("document.activeElement.className") == "skip")
    #expect(try browser.number("document.activeElement.getBoundingClientRect().top") >= 0)
    try browser.press("Enter", code: 13, text: "\r")
    #expect(try browser.string("location.hash") == "#contenu")
  }

  @Test func headingsFollowEachOther() throws {
    for path in [BrowserTests.step, "fr/index.html", "en/about/index.html", "fr/statefulset-postgres/index.html"] {
      try browser.open(url(path))
      let skipped = try browser.string(
        """
        Array.from(document.querySelectorAll('h1, h2, h3, h4')).map(heading => Number(heading.tagName[1]))
          .filter((level, index, all) => index > 0 && level > all[index - 1] + 1).join(' ')
        """)
      #expect(skipped == "", "\(path)")
    }
  }

  @Test func readableWithoutScripts() throws {
    try browser.open(url(BrowserTests.step), .init(scripts: false))
    let (document, text) = try (
      browser.command("DOM.getDocument", ["depth": 0]),
      browser.command("DOMSnapshot.captureSnapshot", ["computedStyles": ["display"]])
    )
    #expect(document["root"] != nil)
    // The snapshot lists the text that is laid out, which is what a reader sees.
    let snapshot = text["documents"] as? [[String: Any]] ?? []
    let strings = text["strings"] as? [String] ?? []
    let layout = (snapshot.first?["layout"] as? [String: Any])?["text"] as? [Int] ?? []
    let shown = layout.filter { $0 >= 0 }.map { strings[$0] }.joined(separator: "\n")
    for words in ["statefulset.apps/postgres scaled", "ContainerCreating", "Running 1/1", "Non simulé", "postgres-4"] {
      #expect(shown.contains(words), "\(words)")
    }
    #expect(!shown.contains("Copier"), "a button that does nothing")
  }

  @Test func timelineStartsStillAndPlaysToItsEnd() throws {
    try browser.open(url(BrowserTests.step))
    _ = try browser.value("figure = document.querySelector('#bloc-1-4 .timeline'), 0")
    #expect(try browser.string("figure.dataset.state") == "ended")
    #expect(try browser.string("figure.querySelector('.tl-veil').getAttribute('width')") == "0")
    _ = try browser.value("figure.querySelector('select').value = '8'")
    _ = try browser.value("figure.querySelector('.tl-play').click()")
    #expect(try browser.string("figure.dataset.state") == "playing")
    #expect(try browser.wait("figure.dataset.state === 'ended'"))
    #expect(try browser.number("figure.timeline.time") == browser.number("figure.timeline.end"))
    #expect(try browser.string("figure.querySelector('.tl-head').getAttribute('x1')") == "100%")
    #expect(try browser.string("figure.querySelector('.tl-event').textContent").contains("CrashLoopBackOff"))
    #expect(try browser.number("document.querySelectorAll('.ln.future').length") == 0)
  }

  @Test func timelineCanBePaused() throws {
    try browser.open(url(BrowserTests.step))
    _ = try browser.value("figure = document.querySelector('#bloc-1-3 .timeline'), 0")
    _ = try browser.value("figure.querySelector('.tl-play').click()")
    #expect(try browser.wait("figure.timeline.time > 100"))
    _ = try browser.value("figure.querySelector('.tl-play').click()")
    let time = try browser.number("figure.timeline.time")
    _ = try browser.value("new Promise(function (done) { setTimeout(done, 150); })")
    #expect(try browser.number("figure.timeline.time") == time)
    #expect(try browser.string("figure.dataset.state") == "paused")
    #expect(try browser.string("figure.querySelector('.tl-play').textContent") == "Lire")
  }

  @Test func reducedMotionJumpsFromEventToEvent() throws {
    try browser.open(url(BrowserTests.step), .init(reducedMotion: true))
    let seen =
      try browser.value(
        """
        new Promise(function (resolve) {
          var timeline = document.querySelector('#bloc-1-4 .timeline').timeline, seen = [], seek = timeline.seek;
          timeline.seek = function (time) { seen.push(Math.round(time)); seek.call(timeline, time); };
          timeline.speed.value = "8";
          timeline.toggle();
          (function look() { if (timeline.playing) setTimeout(look, 20); else resolve(seen.join(" ")); })();
        })
        """) as? String
    #expect(seen?.hasPrefix("0 200 2900 3500 4000 4700 5200 ") == true, "\(seen ?? "nothing")")
  }

  @Test func keysMoveThePlayhead() throws {
    try browser.open(url(BrowserTests.step))
    _ = try browser.value(
      "figure = document.querySelector('#bloc-1-3 .timeline'), figure.querySelector('.tl-range').focus()")
    try browser.press("Home", code: 36)
    #expect(try browser.number("figure.timeline.time") == 0)
    try browser.press("ArrowRight", code: 39)
    #expect(try browser.number("figure.timeline.time") == 200)
    #expect(
      try browser.string("figure.querySelector('.tl-range').getAttribute('aria-valuetext')").contains("postgres-2"))
    #expect(try browser.number("document.querySelectorAll('#bloc-1-3 .ln.future').length") > 5)
    try browser.press("End", code: 35)
    #expect(try browser.string("figure.dataset.state") == "ended")
    try browser.press("ArrowLeft", code: 37)
    #expect(try browser.number("figure.timeline.time") == 22_550)
    try browser.press(" ", code: 32, text: " ")
    #expect(try browser.string("figure.dataset.state") == "playing")
  }

  @Test func everyControlCanBeReachedByTab() throws {
    try browser.open(url(BrowserTests.step))
    var reached: Set<String> = []
    for _ in 0..<90 {
      try browser.press("Tab", code: 9)
      reached.insert(try browser.string("document.activeElement.className || document.activeElement.tagName"))
    }
    for wanted in [
      "skip", "theme-toggle", "block-id", "copy", "times", "tl-play", "tl-back", "tl-range", "tl-forward", "SELECT",
      "SUMMARY", "frame-back",
    ] {
      #expect(reached.contains(wanted), "\(wanted) not in \(reached.sorted())")
    }
  }

  @Test func targetsAreLargeEnough() throws {
    for width in [320, 1280] {
      try browser.open(url(BrowserTests.step), .init(width: width))
      let small = try browser.string(
        """
        Array.from(document.querySelectorAll('button, select, input, summary, .languages a')).filter(function (control) {
          var box = control.getBoundingClientRect();
          return box.width > 0 && (box.width < 24 || box.height < 24);
        }).map(function (control) { return control.className || control.tagName; }).join(' ')
        """)
      #expect(small == "", "\(width) px")
    }
  }

  @Test func nothingOverflowsOnASmallPhone() throws {
    for path in [
      BrowserTests.step, "index.html", "en/index.html", "en/statefulset-postgres/index.html", "fr/about/index.html",
    ] {
      try browser.open(url(path), .init(width: 320))
      #expect(try browser.number("document.documentElement.scrollWidth") <= 320, "\(path)")
    }
  }

  @Test func framesCanBeSteppedThrough() throws {
    try browser.open(url(BrowserTests.step))
    _ = try browser.value("box = document.querySelector('#bloc-1-4 .frames'), 0")
    let last = try browser.string("box.querySelector('.frame:not([hidden])').textContent")
    _ = try browser.value("box.querySelector('.frame-back').click()")
    let before = try browser.string("box.querySelector('.frame:not([hidden])').textContent")
    #expect(last.contains("postgres-4   1/1") && before.contains("postgres-4   0/1"))
    #expect(try browser.string("box.querySelector('.frame-caption').textContent").hasPrefix("Image 1 sur"))
  }

  @Test func themeIsKeptAndPutOnBeforeDrawing() throws {
    try browser.open(url(BrowserTests.step), .init(dark: true))
    #expect(try browser.string("getComputedStyle(document.documentElement).backgroundColor") == "rgb(29, 36, 35)")
    _ = try browser.value("document.querySelector('.theme-toggle').click()")
    #expect(try browser.string("document.documentElement.dataset.theme") == "light")
    #expect(try browser.string("getComputedStyle(document.documentElement).backgroundColor") == "rgb(247, 242, 232)")
    try browser.open(url("en/statefulset-postgres/step1/index.html"), .init(dark: true))
    #expect(try browser.string("document.documentElement.dataset.theme") == "light")
    _ = try browser.value("localStorage.clear()")
  }

  @Test func copyGivesTheCommandAlone() throws {
    try browser.open(url(BrowserTests.step))
    let copied =
      try browser.value(
        """
        new Promise(function (resolve) {
          Object.defineProperty(navigator, 'clipboard', { value: { writeText: function (text) { resolve(text); return Promise.resolve(); } } });
          document.querySelector('#bloc-1-4 .copy').click();
        })
        """) as? String
    #expect(copied == "# Observer en temps réel\nwatch -n 1 'microk8s kubectl get pods'")
  }

  @Test func contrastIsEnough() throws {
    // Text against the nearest opaque ground, WCAG 2.2 §1.4.3: 4.5, or 3 for large text.
    let script = """
      (function () {
        var canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        function rgb(colour) {
          canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
          return canvas.getImageData(0, 0, 1, 1).data;
        }
        function light(colour) {
          return [0.2126, 0.7152, 0.0722].reduce(function (sum, weight, index) {
            var part = colour[index] / 255;
            return sum + weight * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
          }, 0);
        }
        function ground(element) {
          for (; element; element = element.parentElement) {
            var colour = rgb(getComputedStyle(element).backgroundColor);
            if (colour[3] === 255) return colour;
          }
          return [255, 255, 255];
        }
        var poor = {};
        Array.from(document.querySelectorAll('body *')).forEach(function (element) {
          var own = Array.from(element.childNodes).some(function (node) { return node.nodeType === 3 && node.data.trim(); });
          if (!own || element.closest('svg, [hidden], .unseen, .anchor, :disabled') || !element.getClientRects().length) return;
          var style = getComputedStyle(element);
          var a = light(rgb(style.color)), b = light(ground(element));
          var ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          var size = parseFloat(style.fontSize);
          if (ratio < (size >= 24 || (size >= 18.6 && style.fontWeight >= 600) ? 3 : 4.5)) {
            poor[element.tagName + '.' + element.className] = ratio.toFixed(2);
          }
        });
        return Object.keys(poor).map(function (name) { return name + ' ' + poor[name]; }).join(', ');
      })()
      """
    for dark in [false, true] {
      for path in [
        BrowserTests.step, "en/statefulset-postgres/step2/index.html", "fr/index.html", "fr/about/index.html",
        "index.html",
      ] {
        try browser.open(url(path), .init(dark: dark))
        let poor = try browser.string(script)
        #expect(poor == "", "\(path), \(dark ? "dark" : "light")")
      }
    }
  }
}
