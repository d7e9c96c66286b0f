// curl's own images: its program with an entrypoint that puts `curl` before options.
// Source: curl/curl-container, Dockerfile and entrypoint.sh.

import SimKernel
import SimMachine
import Utilities

enum CurlImages {
  static var families: [ImageFamily] {
    ["docker.io/curlimages/curl", "quay.io/curl/curl"].map { name in
      ImageFamily(
        name: name,
        tags: .matching { tag in
          tag == "latest" || VersionTag(tag).map { $0.numbers.count == 3 && (7...8).contains($0.numbers[0]) } == true
        }, sizeBytes: { _ in 9 << 20 }, pull: .milliseconds(1_300),
        configuration: { tag in
          var configuration = ImageConfiguration()
          configuration.entrypoint = ["/entrypoint.sh"]
          configuration.command = ["curl"]
          configuration.userland = .distribution(
            Distribution.alpine(22).adding(
              users: "curl_user:x:100:101:Linux User,,,:/home/curl_user:/sbin/nologin",
              groups: "curl_group:x:101:curl_user", programs: "curl"
            ).with(versions: [("curl", tag == "latest" ? "8.17.0" : tag)]))
          configuration.workingDirectory = "/home/curl_user"
          configuration.credentials = Credentials(user: 100, group: 101)
          configuration.userName = "curl_user"
          configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
          return configuration
        },
        populate: { machine, _ in
          makeFolders(machine, ["/home/curl_user"], owner: Credentials(user: 100, group: 101))
          install(machine, "/entrypoint.sh", name: "curl entrypoint") { ExecProgram(ifOptions: "curl") }
        })
    }
  }
}

/// A script that ends in `exec "$@"`, with a program's name put before options.
final class ExecProgram: Program {
  private let name: String

  init(ifOptions name: String) { self.name = name }

  func resume(_ process: Process) -> Step {
    var words = Array(process.arguments.dropFirst())
    if words.first?.utf8.first == 45 || words.isEmpty { words.insert(name, at: 0) }
    guard becomeOther(process, words) else {
      process.complain("\(process.arguments[0]): exec: line 0: \(words[0]): not found\n")
      return .exit(127)
    }
    return .again
  }
}
