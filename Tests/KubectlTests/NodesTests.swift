// A session with several nodes, as a file of `simulate` describes it: their labels and sizes, drain from one to another, a port of
// one node that leads to pods of another, folders of a node that others do not see.

import Simulator
import Testing
import Unstructured

struct NodesTests {
  static let steps: [(command: String, lines: [String])] = [
    (
      "kubectl get nodes -L disktype --no-headers | awk '{print $1, $2, $6}'",
      ["microk8s-vm Ready ", "worker-a Ready ", "worker-b Ready ssd"]
    ),
    (
      "kubectl get nodes -o jsonpath='{range .items[*]}{.status.addresses[0].address} {.status.capacity.cpu} {.status.allocatable.memory}{\"\\n\"}{end}'",
      ["192.168.64.2 2 3911512Ki", "192.168.64.3 2 3911512Ki", "192.168.64.4 4 8286208Ki"]
    ),
    (
      "kubectl create deploy web --image=nginx:1.27 --replicas=3 > out; kubectl rollout status deploy web > out; kubectl get pods -l app=web -o jsonpath='{range .items[*]}{.spec.nodeName}{\"\\n\"}{end}' | sort",
      ["microk8s-vm", "worker-a", "worker-b"]
    ),
    (
      "kubectl drain worker-a --ignore-daemonsets 2>&1 | tail -1; kubectl get pods -l app=web --field-selector spec.nodeName=worker-a; kubectl uncordon worker-a",
      ["node/worker-a drained", "No resources found in default namespace.", "node/worker-a uncordoned"]
    ),
    (
      "kubectl expose deploy web --type=NodePort --port=80 > out; curl -s worker-a:$(kubectl get svc web -o jsonpath='{.spec.ports[0].nodePort}') | grep -c Welcome; curl -s worker-a:1 || echo $?",
      ["2", "7"]
    ),
    (
      "for n in microk8s-vm worker-b; do printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {name: %s}\\nspec: {nodeName: %s, restartPolicy: Never, volumes: [{name: v, hostPath: {path: /srv/x}}], containers: [{name: c, image: \"busybox:1.36\", command: [touch, /v/here], volumeMounts: [{name: v, mountPath: /v}]}]}\\n' $n $n | kubectl apply -f - > out; sleep 5; ls /srv/x; rm -f /srv/x/here; done",
      ["here"]
    ),
  ]

  @Test func nodesAreMachinesOfTheirOwn() {
    let result = SessionPlayer.play([
      "commands": .array(Self.steps.map { ["command": .string($0.command)] }),
      "machine": [
        "checks": true,
        "workers": [
          "worker-a", ["name": "worker-b", "labels": ["disktype": "ssd"], "cpu": "4", "memory": "8Gi"],
        ],
      ],
    ])
    #expect(result["violations"] == nil)
    for (step, played) in zip(Self.steps, result["commands"]?.array ?? []) {
      var lines: [String] = []
      for line in played["lines"]?.array ?? [] { lines.append(line.array?[2].string ?? "") }
      #expect(lines == step.lines, "\(step.command)")
    }
  }
}
