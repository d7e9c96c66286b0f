// docker.io/library/nginx: the official image. Welcome page, 404 page, entrypoint and server log as the image prints them;
// the version in headers follows the tag. Source: nginxinc/docker-nginx (entrypoint scripts), nginx' default pages.

import SimKernel
import SimMachine
import Utilities

package enum NginxImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/library/nginx",
      tags: .matching { tag in
        if [
          "latest", "stable", "mainline", "alpine", "stable-alpine", "mainline-alpine", "perl", "bookworm",
          "alpine-slim", "stable-perl",
        ].contains(tag) {
          return true
        }
        guard let version = VersionTag(tag), version.numbers[0] == 1 else { return false }
        guard version.numbers.count > 1 else { return version.numbers == [1] }
        return (7...29).contains(version.numbers[1]) && version.numbers.count <= 3
          && (version.numbers.count < 3 || version.numbers[2] <= 15)
      },
      sizeBytes: {
        VersionTag($0)?.variant.hasPrefix("alpine") == true || $0.hasSuffix("alpine") ? 20 << 20 : 72_223_946
      },
      pull: .milliseconds(2_500),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.entrypoint = ["/docker-entrypoint.sh"]
        configuration.command = ["nginx", "-g", "daemon off;"]
        configuration.stopSignal = .quit
        configuration.userland = .distribution(distribution(tag))
        configuration.environment = [
          ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"), ("NGINX_VERSION", release(tag)),
        ]
        return configuration
      },
      populate: { machine, tag in
        let version = release(tag)
        let isAlpine = occurs("alpine", in: tag)
        machine.commands.register("nginx \(version)") { NginxProgram(version: version, isAlpine: isAlpine) }
        machine.install("nginx \(version)", at: "/docker-entrypoint.sh")
        _ = try? machine.fileSystem.makeDirectory("/usr/sbin", parents: true)
        machine.install("nginx \(version)", at: "/usr/sbin/nginx")
        makeFiles(machine, pid: pidFile(version))
        if !occurs("alpine", in: tag), let date = pageDates[release(tag)] {
          let made = Instant.start + .seconds(date - machine.world.clock.epochUnixSeconds)
          for page in ["index.html", "50x.html"] {
            (try? machine.fileSystem.lookup("/usr/share/nginx/html/" + page))?.modified = made
          }
        }
      })
  }

  /// Both builds bring curl, envsubst and openssl along, and a user.
  private static func distribution(_ tag: String) -> Distribution {
    let programs = "curl envsubst gettext openssl"
    return occurs("alpine", in: tag)
      ? Distribution.alpine(22).adding(
        users: "nginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin", groups: "nginx:x:101:nginx", programs: programs
      ).with(versions: [("curl", "8.14.1")])
      : Distribution.debian(isOnTrixie(tag) ? .trixie : .bookworm).adding(
        users: "nginx:x:101:101:nginx user:/nonexistent:/bin/false", groups: "nginx:x:101:", programs: programs
      ).with(versions: [("curl", isOnTrixie(tag) ? "8.14.1" : "7.88.1")])
  }

  /// From 1.29.1 on the images are built on Debian 13.
  private static func isOnTrixie(_ tag: String) -> Bool {
    guard let numbers = VersionTag(release(tag))?.numbers, numbers.count == 3 else { return false }
    return numbers[1] > 29 || (numbers[1] == 29 && numbers[2] >= 1)
  }

  /// The release a tag stands for; tags without a patch level mean their last one.
  static func release(_ tag: String) -> String {
    guard let version = VersionTag(tag) else { return tag.hasPrefix("stable") ? "1.28.0" : "1.29.3" }
    if version.numbers.count >= 3 { return "\(version.numbers[0]).\(version.numbers[1]).\(version.numbers[2])" }
    guard version.numbers.count == 2 else { return "1.29.3" }
    let lastPatch = [
      25: 5, 26: 3, 27: 5, 28: 0, 29: 3, 24: 0, 23: 4, 22: 1, 21: 6, 20: 2, 19: 10, 18: 0, 17: 10, 16: 1, 15: 12,
      14: 2,
    ]
    return "1.\(version.numbers[1]).\(lastPatch[version.numbers[1]] ?? 0)"
  }

  /// When the pages of a release's Debian package were made, in Unix seconds: what `Last-Modified` and `ETag` show.
  private static let pageDates: [String: Int64] = [
    "1.7.9": 0x5499_9765, "1.9.1": 0x5564_8af1, "1.14.2": 0x5c06_92e1, "1.16.1": 0x5d52_8b4c, "1.17.1": 0x5d12_1161,
    "1.18.0": 0x5e9e_fe7d, "1.19.10": 0x6075_b537, "1.20.2": 0x6193_c3b2, "1.21.0": 0x60ac_ed88, "1.21.6": 0x61f0_1158,
    "1.22.1": 0x634f_af0c, "1.23.0": 0x62b1_d4e1, "1.23.1": 0x62d6_ba27, "1.23.2": 0x634f_ada5, "1.23.3": 0x6398_a011,
    "1.23.4": 0x6423_0162, "1.24.0": 0x6434_bbbe, "1.25.1": 0x6488_865a, "1.25.2": 0x64db_afc8, "1.25.3": 0x6537_cac7,
    "1.25.4": 0x65cc_e434, "1.25.5": 0x661e_8b67, "1.26.0": 0x6627_bff0, "1.26.2": 0x66bc_cfa3, "1.27.0": 0x6655_da96,
    "1.27.1": 0x66ba_1a4d, "1.27.2": 0x66fd_630f, "1.27.3": 0x6745_ef54, "1.27.4": 0x67a3_4638, "1.27.5": 0x67ff_9c07,
    "1.28.0": 0x6808_d3a6, "1.29.0": 0x685a_dee1, "1.29.1": 0x689c_a245, "1.29.3": 0x6900_b176,
  ]

  /// Releases up to 1.27 name it under /var.
  /// The folders, pages and configuration that nginx comes with.
  static func makeFiles(_ machine: Machine, pid: String) {
    let files = machine.fileSystem
    makeFolders(
      machine, ["/usr/share/nginx/html", "/etc/nginx/conf.d", "/var/log/nginx", "/var/cache/nginx", "/run"])
    for (path, text) in [
      ("/usr/share/nginx/html/index.html", welcomePage), ("/usr/share/nginx/html/50x.html", errorPage),
      ("/etc/nginx/conf.d/default.conf", NginxFiles.site), ("/etc/nginx/nginx.conf", NginxFiles.main(pid: pid)),
      ("/etc/nginx/mime.types", NginxFiles.types),
    ] { try? files.write(path, Array(text.utf8)) }
    for (path, target) in [
      ("/var/run", "/run"), ("/var/log/nginx/access.log", "/dev/stdout"), ("/var/log/nginx/error.log", "/dev/stderr"),
    ] { try? files.makeSymbolicLink(target, at: path) }
  }

  /// The user `nginx` of both builds.
  static let user = 101

  static func pidFile(_ version: String) -> String {
    let parts = separated(version, by: ".")
    return (Int(parts[1]) ?? 0) >= 28 ? "/run/nginx.pid" : "/var/run/nginx.pid"
  }

  private static let welcomePage = """
    <!DOCTYPE html>
    <html>
    <head>
    <title>Welcome to nginx!</title>
    <style>
    html { color-scheme: light dark; }
    body { width: 35em; margin: 0 auto;
    font-family: Tahoma, Verdana, Arial, sans-serif; }
    </style>
    </head>
    <body>
    <h1>Welcome to nginx!</h1>
    <p>If you see this page, the nginx web server is successfully installed and
    working. Further configuration is required.</p>

    <p>For online documentation and support please refer to
    <a href="http://nginx.org/">nginx.org</a>.<br/>
    Commercial support is available at
    <a href="http://nginx.com/">nginx.com</a>.</p>

    <p><em>Thank you for using nginx.</em></p>
    </body>
    </html>

    """

  private static let errorPage = """
    <!DOCTYPE html>
    <html>
    <head>
    <title>Error</title>
    <style>
    html { color-scheme: light dark; }
    body { width: 35em; margin: 0 auto;
    font-family: Tahoma, Verdana, Arial, sans-serif; }
    </style>
    </head>
    <body>
    <h1>An error occurred.</h1>
    <p>Sorry, the page you are looking for is currently unavailable.<br/>
    Please try again later.</p>
    <p>If you are the system administrator of this resource then you should check
    the error log for details.</p>
    <p><em>Faithfully yours, nginx.</em></p>
    </body>
    </html>

    """
}
