// http-echo answers the text it was started with. Source: hashicorp/http-echo, main.go.

import SimKernel
import SimMachine

enum HttpEchoImage {
  private static func text(_ start: ServerStart) -> String? {
    guard let text = start.option("text") ?? start.process.environment["ECHO_TEXT"], !text.isEmpty else { return nil }
    return text
  }

  static var family: ImageFamily {
    WebServerImage(
      name: "docker.io/hashicorp/http-echo", tags: .exactly(["latest", "1.0", "1.0.0", "0.2.3", "0.2.1"]),
      megabytes: 4, program: "/http-echo",
      port: { start in
        text(start) == nil ? nil : hostAndPort(start.option("listen") ?? ":5678", 5678).port
      },
      start: { start in
        if start.option("version") != nil || start.arguments.contains("-version") {
          start.process.note(notSimulated: "http-echo -version (its build)")
        } else if text(start) == nil {
          start.process.complain("Missing -text option!\n")
        } else {
          start.process.complain(
            "\(LogStamp.go(start.time))[INFO] server is listening on \(start.option("listen") ?? ":5678")\n")
        }
      },
      answer: { call in
        if call.path == "/health" {
          call.text = "{\"status\":\"ok\"}\n"
        } else {
          call.logIsIncomplete("image http-echo: its lines for requests (measured times)")
          call.headers = [
            ("X-App-Name", "http-echo"),
            ("X-App-Version", call.start.tag.hasPrefix("0") ? call.start.tag : "1.0.0"),
          ]
          call.text = (text(call.start) ?? "") + "\n"
        }
      }, codeWithoutPort: 127
    ).family
  }
}
