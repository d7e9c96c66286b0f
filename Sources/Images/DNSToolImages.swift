// Images that people start to look at names and connections from inside the cluster: a userland with BIND's tools.
// Sources: kubernetes/kubernetes test/images/jessie-dnsutils; nicolaka/netshoot, Dockerfile. Which release of BIND a tag of
// netshoot has is not published with it: 9.18 and later print the same, but for dig's first line.

import SimMachine
import Utilities

enum DNSToolImages {
  private static let old = "dig host nslookup"

  static var families: [ImageFamily] {
    ["registry.k8s.io/e2e-test-images/jessie-dnsutils", "gcr.io/kubernetes-e2e-test-images/dnsutils"].map { name in
      BusyBoxImages.userland(
        name, megabytes: 105, pull: 4_000, command: ["/bin/bash"], plainTags: [],
        accepts: { $0.count == 2 && $0[0] == 1 && $0[1] <= 7 },
        distribution: { _ in
          Distribution.debian(.buster).unreleased.adding(programs: old)
            .with(versions: [("bind", "9.9.5-9+deb8u19-Debian")])
        })
    } + [
      BusyBoxImages.userland(
        "docker.io/tutum/dnsutils", megabytes: 76, pull: 3_500, command: ["/bin/bash"], plainTags: ["latest"],
        accepts: { _ in false },
        distribution: { _ in
          Distribution.debian(.buster).unreleased.adding(programs: old)
            .with(versions: [("bind", "9.9.5-3ubuntu0.2-Ubuntu")])
        }),
      BusyBoxImages.userland(
        "docker.io/nicolaka/netshoot", megabytes: 190, pull: 7_000, command: ["zsh"], plainTags: ["latest"],
        accepts: { $0.count == 2 && $0[0] == 0 && (9...14).contains($0[1]) },
        distribution: { _ in
          Distribution.alpine(20).unreleased.adding(
            programs:
              "bash curl dig host nslookup nc iperf iperf3 jq openssl ss ip tcpdump mtr traceroute nmap vim zsh ethtool socat strace"
          ).with(versions: [("bind", "9.18"), ("netcat", "openbsd")])
        }),
    ]
  }
}
