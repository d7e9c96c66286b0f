// What watches of a StatefulSet and its pods send, object by object, as it was captured from a real control plane: when the set is
// created, when a pod is deleted, when the image changes, when it is scaled up and down.

import Simulator
import Testing
import Unstructured

struct ObjectSequenceTests {
  /// `g` generation, `o` observed, `s` wanted, `a` available, `c` current, `r` ready, `n` replicas, `u` updated; `=` when both
  /// revisions are the same.
  private static let set = #"""
    "g\(.metadata.generation) o\(.status.observedGeneration // "-") s\(.spec.replicas) a\(.status.availableReplicas // 0) c\(.status.currentReplicas // "-") r\(.status.readyReplicas // "-") n\(.status.replicas) u\(.status.updatedReplicas // "-") \(if .status.currentRevision == .status.updateRevision then "=" else "!" end)"
    """#
  /// Name, phase, whether it has a node and is on its way out (with its grace), conditions, their reasons, the container's state,
  /// whether it has an address and is ready.
  private static let pod = #"""
    "\(.metadata.name) \(.status.phase)\(if .spec.nodeName then " on" else "" end)\(if .metadata.deletionTimestamp then " -\(.metadata.deletionGracePeriodSeconds)" else "" end) \([.status.conditions[]? | .type[0:1] + .type[-1:] + (if .status == "True" then "+" else "-" end)] | join(" ")) \([.status.conditions[]? | .reason // empty] | unique | join(" ")) \(.status.containerStatuses[0].state // {} | keys | join("")) \(if .status.podIP then "ip" else "" end)\(if .status.containerStatuses[0].ready then " ready" else "" end)"
    """#

  struct Step: Sendable {
    let name: String
    let commands: String
    let sets: [String]
    let pods: [String]
  }

  static let steps: [Step] = [
    Step(
      name: "create",
      commands: "kubectl apply -f postgres.yaml; kubectl rollout status sts/postgres",
      sets: [
        "g1 o- s2 a0 c- r- n0 u- =",
        "g1 o1 s2 a0 c- r- n0 u- =",
        "g1 o1 s2 a0 c1 r- n1 u1 =",
        "g1 o1 s2 a1 c1 r1 n1 u1 =",
        "g1 o1 s2 a1 c2 r1 n2 u2 =",
        "g1 o1 s2 a2 c2 r2 n2 u2 =",
      ],
      pods: [
        "postgres-0 Pending    ",
        "postgres-0 Pending on Pd+   ",
        "postgres-0 Pending on Ps- Id+ Ry- Cy- Pd+ ContainersNotReady waiting ",
        "postgres-0 Running on Ps+ Id+ Ry- Cy- Pd+ ContainersNotReady running ip",
        "postgres-0 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-1 Pending    ",
        "postgres-1 Pending on Pd+   ",
        "postgres-1 Pending on Ps- Id+ Ry- Cy- Pd+ ContainersNotReady waiting ",
        "postgres-1 Running on Ps+ Id+ Ry- Cy- Pd+ ContainersNotReady running ip",
        "postgres-1 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
      ]),
    Step(
      name: "delete postgres-0",
      commands: "kubectl delete pod postgres-0; kubectl wait --for=condition=Ready pod/postgres-0",
      sets: [
        "g1 o1 s2 a2 c2 r2 n2 u2 =",
        "g1 o1 s2 a2 c1 r2 n2 u1 =",
        "g1 o1 s2 a1 c1 r1 n2 u1 =",
        "g1 o1 s2 a1 c1 r1 n1 u1 =",
        "g1 o1 s2 a1 c2 r1 n2 u2 =",
        "g1 o1 s2 a2 c2 r2 n2 u2 =",
      ],
      pods: [
        "postgres-0 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-1 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-0 Running on -30 Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-0 Succeeded on -30 Ps- Id+ Ry- Cy- Pd+ PodCompleted terminated ip",
        "postgres-0 Succeeded on -0 Ps- Id+ Ry- Cy- Pd+ PodCompleted terminated ip",
        "postgres-0 Pending    ",
        "postgres-0 Pending on Pd+   ",
        "postgres-0 Pending on Ps- Id+ Ry- Cy- Pd+ ContainersNotReady waiting ",
        "postgres-0 Running on Ps+ Id+ Ry- Cy- Pd+ ContainersNotReady running ip",
        "postgres-0 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
      ]),
    Step(
      name: "rolling update",
      commands: "kubectl set image sts/postgres postgres=postgres:16-alpine; kubectl rollout status sts/postgres",
      sets: [
        "g1 o1 s2 a2 c2 r2 n2 u2 =",
        "g2 o1 s2 a2 c2 r2 n2 u2 =",
        "g2 o2 s2 a2 c1 r2 n2 u- !",
        "g2 o2 s2 a1 c1 r1 n2 u- !",
        "g2 o2 s2 a1 c1 r1 n1 u- !",
        "g2 o2 s2 a1 c1 r1 n2 u1 !",
        "g2 o2 s2 a2 c- r2 n2 u1 !",
        "g2 o2 s2 a1 c- r1 n2 u1 !",
        "g2 o2 s2 a1 c- r1 n1 u1 !",
        "g2 o2 s2 a1 c- r1 n2 u2 !",
        "g2 o2 s2 a2 c2 r2 n2 u2 =",
      ],
      pods: [
        "postgres-0 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-1 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-1 Running on -30 Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-1 Succeeded on -30 Ps- Id+ Ry- Cy- Pd+ PodCompleted terminated ip",
        "postgres-1 Succeeded on -0 Ps- Id+ Ry- Cy- Pd+ PodCompleted terminated ip",
        "postgres-1 Pending    ",
        "postgres-1 Pending on Pd+   ",
        "postgres-1 Pending on Ps- Id+ Ry- Cy- Pd+ ContainersNotReady waiting ",
        "postgres-1 Running on Ps+ Id+ Ry- Cy- Pd+ ContainersNotReady running ip",
        "postgres-1 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-0 Running on -30 Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
        "postgres-0 Succeeded on -30 Ps- Id+ Ry- Cy- Pd+ PodCompleted terminated ip",
        "postgres-0 Succeeded on -0 Ps- Id+ Ry- Cy- Pd+ PodCompleted terminated ip",
        "postgres-0 Pending    ",
        "postgres-0 Pending on Pd+   ",
        "postgres-0 Pending on Ps- Id+ Ry- Cy- Pd+ ContainersNotReady waiting ",
        "postgres-0 Running on Ps+ Id+ Ry- Cy- Pd+ ContainersNotReady running ip",
        "postgres-0 Running on Ps+ Id+ Ry+ Cy+ Pd+  running ip ready",
      ]),
    Step(
      name: "scale 2 -> 3 -> 1",
      commands:
        "kubectl scale sts postgres --replicas=3; kubectl rollout status sts/postgres; kubectl scale sts postgres --replicas=1; sleep 8",
      sets: [
        "g2 o2 s2 a2 c2 r2 n2 u2 =",
        "g3 o2 s3 a2 c2 r2 n2 u2 =",
        "g3 o3 s3 a2 c2 r2 n2 u2 =",
        "g3 o3 s3 a2 c3 r2 n3 u3 =",
        "g3 o3 s3 a3 c3 r3 n3 u3 =",
        "g4 o3 s1 a3 c3 r3 n3 u3 =",
        "g4 o4 s1 a3 c3 r3 n3 u3 =",
        "g4 o4 s1 a3 c2 r3 n3 u2 =",
        "g4 o4 s1 a2 c2 r2 n3 u2 =",
        "g4 o4 s1 a2 c2 r2 n2 u2 =",
        "g4 o4 s1 a2 c1 r2 n2 u1 =",
        "g4 o4 s1 a1 c1 r1 n2 u1 =",
        "g4 o4 s1 a1 c1 r1 n1 u1 =",
      ],
      pods: []),
  ]

  private static let manifest = """
    apiVersion: v1
    kind: Service
    metadata: {name: postgres}
    spec: {clusterIP: None, selector: {app: postgres}, ports: [{port: 5432}]}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: postgres}
    spec:
      serviceName: postgres
      replicas: 2
      selector: {matchLabels: {app: postgres}}
      template:
        metadata: {labels: {app: postgres}}
        spec:
          containers:
          - name: postgres
            image: postgres:15-alpine
            env: [{name: POSTGRES_PASSWORD, value: x}]
            readinessProbe: {exec: {command: [pg_isready]}, initialDelaySeconds: 5, periodSeconds: 5}
            volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]
      volumeClaimTemplates:
      - metadata: {name: data}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    """

  @Test func watchesSendWhatARealClusterSends() throws {
    var commands: [Value] = []
    for step in Self.steps {
      let play =
        "kubectl get sts -w -o json > sets.json & kubectl get pods -w -o json > pods.json & sleep 1; \(step.commands) > out; sleep 5; kill %1 %2"
      for command in [play, "jq -r '\(Self.set)' sets.json | uniq", "jq -r '\(Self.pod)' pods.json | uniq"] {
        commands.append(["command": .string(command)])
      }
    }
    let result = SessionPlayer.play([
      "files": ["postgres.yaml": .string(Self.manifest)], "commands": .array(commands),
      "machine": ["images": ["postgres:16-alpine"]],
    ])
    let played = result["commands"]?.array ?? []
    for (index, step) in Self.steps.enumerated() {
      #expect(lines(played[3 * index + 1]) == step.sets, "\(step.name)")
      if !step.pods.isEmpty { #expect(lines(played[3 * index + 2]) == step.pods, "\(step.name)") }
    }
  }

  private func lines(_ command: Value) -> [String] {
    var list: [String] = []
    for line in command["lines"]?.array ?? [] { list.append(line.array?[2].string ?? "") }
    return list
  }
}
