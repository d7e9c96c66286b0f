// What a container's own terminal (`tty: true`) changes: programs know it, and its line ends are those of a terminal.

import SimKernel
import Simulator
import Testing

/// A seat at the simulated machine.
private final class Seat {
  private let terminal = TerminalSession(Session(), columns: 100, rows: 24)

  init() { _ = terminal.run(limit: .seconds(5)) }

  /// Types a line; what the screen showed.
  func type(_ line: String) -> String {
    _ = terminal.takeOutput()
    terminal.type(line + "\n")
    _ = terminal.run(limit: .seconds(40))
    var text = ""
    for output in terminal.takeOutput() { text += String(decoding: output.bytes, as: UTF8.self) }
    return text
  }
}

@Suite struct ContainerTerminalTests {
  /// What the distributions' own start-up files make of bash's prompt; sh has its own.
  @Test(arguments: [
    ("nginx:1.27", "bash", "root@box:/# "), ("nginx:1.27", "bash -l", "root@box:/# "), ("nginx:1.27", "sh", "# "),
    ("nginx:1.27-alpine", "sh", "/ # "), ("ubuntu:24.04", "bash", "\u{1b}]0;root@box: /\u{7}root@box:/# "),
  ])
  func promptsAreThoseOfTheDistribution(image: String, shell: String, prompt: String) {
    let seat = Seat()
    let type = seat.type
    _ = type("kubectl run box --image=\(image) -- sleep 1d; kubectl wait --for=condition=Ready pod/box")
    let shown = type("kubectl exec -it box -- \(shell)")
    #expect(shown.hasSuffix("\r\n" + prompt), "\(shown)")
    let farewell = shell == "bash -l" ? "logout\r\n" : shell == "bash" ? "exit\r\n" : ""
    #expect(type("exit") == "exit\r\n\(farewell)root@ubuntu:~# ")
  }

  /// Who attaches to the container's own process does not learn its exit code, but how to come back when it is started again.
  @Test func whatIsRunIsLeft() {
    let seat = Seat()
    let type = seat.type
    _ = type("kubectl run -it --rm box --image=busybox -- sh")
    #expect(
      type("exit 3")
        == "exit 3\r\nSession ended, resume using 'kubectl attach box -c box -i -t' command when the pod is running\r\n"
        + "pod \"box\" deleted\r\nroot@ubuntu:~# ")
    _ = type("sleep 5; kubectl run -it --rm one --image=busybox --restart=Never -- sh")
    #expect(
      type("exit 3")
        == "exit 3\r\npod \"one\" deleted\r\npod default/one terminated (Error)\r\nroot@ubuntu:~# ")
    #expect(type("echo $?") == "echo $?\r\n3\r\nroot@ubuntu:~# ")
  }

  @Test func programsKnowThatTheyAreOnATerminal() {
    let setup = ["kubectl create deployment web --image=nginx:alpine", "kubectl expose deployment web --port=80"]
    let request = "kubectl run ask --image=curlimages/curl --restart=Never --rm -i"
    let played = Played(setup: setup, [request + " -- curl http://web", request + " -t -- curl http://web"])
    // curl shows its meter unless what it prints goes to a terminal.
    #expect(played[0].notSimulated.contains { $0.contains("progress meter") })
    #expect(played[1].notSimulated == [])
    #expect(played[1].output.contains("<title>Welcome to nginx!</title>"))
  }

  @Test func linesOfTheLogEndAsATerminalSendsThem() {
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: {name: one}
      spec:
        restartPolicy: Never
        containers: [{name: one, image: busybox, tty: true, command: [echo, hello]}]
      """
    let played = Played(files: ["pod.yaml": pod], setup: ["kubectl apply -f pod.yaml"], ["kubectl logs one | cat -A"])
    #expect(played[0].output == "hello^M$\n")
  }

  /// As the images of BusyBox and Alpine show names; Debian's have no colours unless asked.
  @Test func busyBoxListsInColours() {
    let setup = ["kubectl run box --image=busybox -- sleep 9999", "kubectl run web --image=nginx"]
    let list = "sh -c 'mkdir /d; cd /d; mkdir sub; touch file run; chmod +x run; ln -s nowhere link; ls'"
    let played = Played(
      setup: setup, pty: true, ["kubectl exec -it box -- \(list)", "kubectl exec -it web -- \(list)"])
    #expect(
      played[0].output.replacing("\r\n", with: "\n")
        == "\u{1b}[0;0mfile\u{1b}[m  \u{1b}[1;36mlink\u{1b}[m  \u{1b}[1;32mrun\u{1b}[m   \u{1b}[1;34msub\u{1b}[m\n")
    #expect(!played[1].output.contains("\u{1b}"))
  }
}
