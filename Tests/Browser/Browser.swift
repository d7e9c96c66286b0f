// A headless Chromium spoken to over plain pipes (its DevTools protocol, one JSON message per NUL byte): no driver, no
// packages. One browser for all tests; a test that finds none is skipped and says so.

import Foundation
import Testing

/// Where Chromium is, or nil. `ARDOISE_CHROMIUM` names another.
let chromium: String? = {
  let environment = ProcessInfo.processInfo.environment
  let names = environment["ARDOISE_CHROMIUM"].map { [$0] } ?? ["chromium", "chromium-browser", "google-chrome"]
  for name in names {
    for folder in (environment["PATH"] ?? "").split(separator: ":").map(String.init) + [""] {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if path.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: path) { return path }
    }
  }
  return nil
}()

struct BrowserError: Error, CustomStringConvertible {
  var description: String
}

final class Browser {
  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()
  private var buffer = Data()
  private var lastID = 0
  private var session: String?
  private var events: [[String: Any]] = []
  private let profile: URL

  init(executable: String) throws {
    profile = FileManager.default.temporaryDirectory.appendingPathComponent("ardoise-browser-\(UUID().uuidString)")
    // The protocol is spoken on descriptors 3 and 4.
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      "exec \"$0\" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --hide-scrollbars "
        + "--user-data-dir=\"$1\" --remote-debugging-pipe about:blank 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null",
      executable, profile.path,
    ]
    process.standardInput = commands
    process.standardOutput = answers
    process.standardError = FileHandle.nullDevice
    try process.run()
    let target = try command("Target.createTarget", ["url": "about:blank"])["targetId"] as? String ?? ""
    session = try command("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"] as? String
    for domain in ["Page", "Runtime", "Log"] { try command("\(domain).enable") }
  }

  deinit {
    if process.isRunning {
      process.terminate()
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: profile)
  }

  @discardableResult
  func command(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastID += 1
    var message: [String: Any] = ["id": lastID, "method": method, "params": parameters]
    if let session { message["sessionId"] = session }
    try commands.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: message) + [0])
    while true {
      let answer = try read()
      guard answer["id"] as? Int == lastID else {
        events.append(answer)
        continue
      }
      if let error = answer["error"] { throw BrowserError(description: "\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func read() throws -> [String: Any] {
    while true {
      if let end = buffer.firstIndex(of: 0) {
        let message = buffer[buffer.startIndex..<end]
        buffer = Data(buffer[(end + 1)...])
        return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
      }
      // A page that never answers must not stop the whole test run.
      var descriptor = pollfd(fd: answers.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 15_000) > 0 else { throw BrowserError(description: "the browser does not answer") }
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BrowserError(description: "the browser has gone") }
      buffer += more
    }
  }

  /// What a reader brings along.
  struct Reader {
    var width = 1280
    var scripts = true
    var reducedMotion = false
    var dark = false
  }

  func open(_ url: URL, _ reader: Reader = Reader()) throws {
    try command("Emulation.setScriptExecutionDisabled", ["value": !reader.scripts])
    try command(
      "Emulation.setDeviceMetricsOverride",
      ["width": reader.width, "height": 900, "deviceScaleFactor": 1, "mobile": reader.width < 500])
    try command(
      "Emulation.setEmulatedMedia",
      [
        "features": [
          ["name": "prefers-reduced-motion", "value": reader.reducedMotion ? "reduce" : "no-preference"],
          ["name": "prefers-color-scheme", "value": reader.dark ? "dark" : "light"],
        ]
      ])
    events = []
    try command("Page.navigate", ["url": url.absoluteString])
    while !events.contains(where: { $0["method"] as? String == "Page.loadEventFired" }) { events.append(try read()) }
  }

  /// Everything the page complained about since it was opened.
  var complaints: [String] {
    events.compactMap { event in
      switch event["method"] as? String {
      case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded": "\(event["params"] ?? "")"
      default: nil
      }
    }
  }

  /// The value of a JavaScript expression; promises are awaited.
  func value(_ expression: String) throws -> Any? {
    let answer = try command(
      "Runtime.evaluate", ["expression": expression, "returnByValue": true, "awaitPromise": true])
    if let exception = answer["exceptionDetails"] { throw BrowserError(description: "\(expression): \(exception)") }
    return (answer["result"] as? [String: Any])?["value"]
  }

  func string(_ expression: String) throws -> String { try value(expression) as? String ?? "" }
  func number(_ expression: String) throws -> Double { (try value(expression) as? NSNumber)?.doubleValue ?? .nan }
  func isTrue(_ expression: String) throws -> Bool { try value(expression) as? Bool ?? false }

  /// A real key press, through the browser's own input handling.
  func press(_ key: String, code: Int, text: String? = nil) throws {
    var down: [String: Any] = ["type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code]
    if let text { down["text"] = text }
    try command("Input.dispatchKeyEvent", down)
    try command("Input.dispatchKeyEvent", ["type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code])
  }

  /// Waits until an expression is true, at most so long.
  func wait(_ expression: String, seconds: Double = 8) throws -> Bool {
    try isTrue(
      """
      new Promise(function (resolve) {
        var end = performance.now() + \(seconds * 1000);
        (function look() {
          if (\(expression)) resolve(true); else if (performance.now() > end) resolve(false); else setTimeout(look, 20);
        })();
      })
      """)
  }
}
