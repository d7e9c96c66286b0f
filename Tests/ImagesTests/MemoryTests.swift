// Memory limits, as the Kubernetes documentation shows them.

import Testing

@Suite struct MemoryTests {
  private static func pod(limit: String, takes: String) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: demo}
    spec:
      containers:
        - name: ctr
          image: polinux/stress
          resources: {requests: {memory: 50Mi}, limits: {memory: \(limit)}}
          command: [stress]
          args: [--vm, "1", --vm-bytes, \(takes), --vm-hang, "1"]
    """
  }

  private func play(_ limit: String, _ takes: String, _ commands: [String]) -> Played {
    Played(
      files: ["demo.yaml": Self.pod(limit: limit, takes: takes)], setup: [],
      ["kubectl apply -f demo.yaml; sleep 6"] + commands)
  }

  @Test func whoTakesMoreThanTheLimitIsKilled() {
    let played = play("100Mi", "250M", ["kubectl get pod demo", "kubectl describe pod demo", "kubectl logs demo"])
    let status = played[1].output.split(separator: "\n")[1].split(separator: " ").map(String.init)
    #expect(["OOMKilled", "CrashLoopBackOff"].contains(status[2]))
    #expect(played[2].output.contains("Reason:       OOMKilled\n      Exit Code:    137\n"))
    #expect(played[3].output == "stress: info: [1] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd\n")
  }

  @Test func whoStaysBelowItRuns() {
    let played = play("200Mi", "150M", ["kubectl get pod demo -o jsonpath='{.status.phase} {.status.qosClass}'"])
    #expect(played[1].output == "Running Burstable")
  }
}
