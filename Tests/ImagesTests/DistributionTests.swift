// What is in a container is what its distribution has: no more programs, no other release files, its own users and groups.

import Testing

@Suite struct DistributionTests {
  private let world = [
    "kubectl run alpine --image=alpine:3.21 -- sleep 1000", "kubectl run busybox --image=busybox:1.36 -- sleep 1000",
    "kubectl run ubuntu --image=ubuntu:22.04 -- sleep 1000", "kubectl run nginx --image=nginx:1.27",
    "kubectl run pg --image=postgres:15 --env=POSTGRES_PASSWORD=x", "sleep 60",
  ]

  @Test(arguments: [
    ("alpine", "cat /etc/alpine-release", "3.21.3\n"),
    ("alpine", "id -Gn", "root bin daemon sys adm disk wheel floppy dialout tape video\n"),
    ("alpine", "which ls awk vi ip", "/bin/ls\n/usr/bin/awk\n/usr/bin/vi\n/sbin/ip\n"),
    ("busybox", "id", "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n"),
    ("ubuntu", "head -n 1 /etc/os-release", "PRETTY_NAME=\"Ubuntu 22.04.5 LTS\"\n"),
    ("nginx", "head -n 1 /etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
    ("nginx", "which curl", "/usr/bin/curl\n"),
    ("ubuntu", "ps -o pid,tty,comm", "    PID TT       COMMAND\n      1 ?        sleep\n      2 ?        ps\n"),
    (
      "alpine", "ps aux", "PID   USER     TIME  COMMAND\n    1 root      0:00 sleep 1000\n    2 root      0:00 ps aux\n"
    ),
    ("pg", "id postgres", "uid=999(postgres) gid=999(postgres) groups=999(postgres),101(ssl-cert)\n"),
  ])
  func prints(pod: String, command: String, expected: String) {
    let played = Played(setup: world, ["kubectl exec \(pod) -- \(command)"])
    #expect(played[0].output == expected, "\(played[0].errors)")
  }

  @Test(arguments: [
    ("alpine", "bash"), ("alpine", "curl"), ("busybox", "apk"), ("nginx", "vim"), ("nginx", "ps"), ("pg", "curl"),
    ("ubuntu", "curl"),
  ])
  func isNotThere(pod: String, command: String) {
    let played = Played(setup: world, ["kubectl exec \(pod) -- \(command)"])
    #expect(played[0].errors.contains("exec: \"\(command)\": executable file not found in $PATH"))
    #expect(played[0].notSimulated.isEmpty)
  }

  @Test(arguments: [("alpine", "apk"), ("ubuntu", "apt-get"), ("busybox", "vi")])
  func isThereAndSaysSo(pod: String, command: String) {
    let played = Played(setup: world, ["kubectl exec \(pod) -- \(command)"])
    #expect(played[0].output.isEmpty)
    #expect(played[0].notSimulated.contains(command))
  }

  @Test func execRunsAsThePodsUser() {
    let manifest = """
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000}
        containers: [{name: c, image: "busybox:1.36", command: [sleep, "1000"]}]
      """
    let played = Played(
      files: ["p.yaml": manifest], setup: ["kubectl apply -f p.yaml", "sleep 20"], ["kubectl exec p -- id"])
    #expect(played[0].output == "uid=1000 gid=3000 groups=2000,3000\n")
  }

  @Test func programThatIsNotModelledIsNamedToWhoAsks() {
    let played = Played([
      "kubectl run a --image=alpine:3.21 -- sh -c 'apk add curl; sleep 100'; sleep 10", "kubectl get pods",
      "kubectl delete pod a --now", "kubectl get pods",
    ])
    #expect(played[1].notSimulated == ["apk in container a of pod a"])
    #expect(played[3].notSimulated.isEmpty)
  }

  @Test func programThatNeverEndsIsStopped() {
    let played = Played([
      "kubectl run a --image=alpine:3.21 -- sh -c 'while :; do :; done'; sleep 60", "kubectl get pods",
    ])
    #expect(played[1].notSimulated.count == 1)
    #expect(played[1].notSimulated.first?.contains("step limit") == true)
  }

  @Test func existingTagThatIsNotModelledSaysSo() {
    let played = Played(["kubectl run old --image=ubuntu:18.04", "sleep 5; kubectl get pods", "kubectl delete pod old"])
    #expect(played[0].notSimulated.isEmpty)
    #expect(played[1].notSimulated == ["image ubuntu:18.04"])
    #expect(played[2].notSimulated.isEmpty)
  }
}
