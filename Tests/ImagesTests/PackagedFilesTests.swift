// What is known of the files that a machine comes with: which there are where nothing else can be, not when they were made.

import Testing

@Suite struct PackagedFilesTests {
  @Test func datesAndPartialFoldersAreNotMadeUp() {
    let played = Played(
      setup: ["kubectl run n --image=nginx:1.27", "kubectl run a --image=nginx:1.27-alpine"],
      [
        "ls -l /etc/hostname", "ls /etc", "echo /etc/host*", "find /usr -name bash", "stat -c %y /etc/passwd",
        "kubectl exec a -- curl -sI localhost", "kubectl exec n -- ls -la /usr/bin",
      ])
    for command in played.commands { #expect(!command.notSimulated.isEmpty, "\(command.text)") }
  }

  @Test func whatIsKnownIsShown() {
    let played = Played(
      setup: ["kubectl run n --image=nginx:1.27"],
      [
        "ls /", "ls -d /etc/hostname", "cd /tmp && mkdir d && ls -la d && stat -c %y d",
        "touch /etc/own; ls -l /etc/own",
        "kubectl exec n -- ls /usr/share/nginx/html", "kubectl exec n -- ls -l /usr/share/nginx/html/index.html",
        "kubectl exec n -- curl -sI localhost",
      ])
    for command in played.commands { #expect(command.notSimulated == [], "\(command.text)") }
    #expect(played[5].output.contains(" 615 Apr 16  2025 "))
    #expect(played[6].output.contains("\r\nETag: \"67ff9c07-267\"\r\n"))
  }
}
