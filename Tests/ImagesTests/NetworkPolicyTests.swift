// Network policies let through what they name and drop the rest, so that clients wait (Kubernetes, "Network Policies").

import Testing

@Suite struct NetworkPolicyTests {
  private static func policy(_ spec: String) -> String {
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: rule}\nspec: \(spec)\n"
  }

  /// A web server with two names for its port, a friend and a stranger here, a neighbour in another namespace.
  private static let setup = [
    "kubectl run web --image=nginx --labels=app=web --port=80 --expose",
    "kubectl run friend --image=curlimages/curl --labels=role=friend --command -- sleep 9999",
    "kubectl run stranger --image=curlimages/curl --command -- sleep 9999",
    "kubectl create namespace next", "kubectl label namespace next team=next",
    "kubectl run neighbour -n next --image=curlimages/curl --labels=role=friend --command -- sleep 9999",
  ]

  private static func ask(_ pod: String, _ url: String = "http://web.default") -> String {
    "kubectl exec \(pod) -- curl -s -o /dev/null -m 2 -w '%{http_code}' \(url)"
  }

  /// What each of the three gets: `200`, or `000` after the time limit.
  private static func answers(_ spec: String) -> [String] {
    let played = Played(
      files: ["rule.yaml": policy(spec)], setup: setup + ["kubectl apply -f rule.yaml"],
      [ask("friend"), ask("stranger"), ask("neighbour -n next")])
    for command in played.commands { #expect(command.notSimulated == []) }
    return played.commands.map(\.output)
  }

  @Test(arguments: [
    ("{podSelector: {}, policyTypes: [Ingress]}", "000 000 000"),
    ("{podSelector: {}, ingress: [{}]}", "200 200 200"),
    ("{podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress]}", "200 200 200"),
    ("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {role: friend}}}]}]}", "200 000 000"),
    ("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: next}}}]}]}", "000 000 200"),
    (
      "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {role: friend}}}]}]}",
      "200 000 200"
    ), ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}]}]}", "200 200 200"),
    ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 192.168.0.0/16}}]}]}", "000 000 000"),
    ("{podSelector: {}, ingress: [{ports: [{port: 80}]}]}", "200 200 200"),
    ("{podSelector: {}, ingress: [{ports: [{port: 70, endPort: 90}]}]}", "200 200 200"),
    ("{podSelector: {}, ingress: [{ports: [{port: 81}, {port: 80, protocol: UDP}]}]}", "000 000 000"),
  ])
  func ingressIsLetThrough(_ spec: String, _ expected: String) {
    #expect(NetworkPolicyTests.answers(spec).joined(separator: " ") == expected)
  }

  /// Without DNS the name is not found out; the kubelet and the node always reach their pods.
  @Test func egressIsLetThrough() {
    let closed = NetworkPolicyTests.policy("{podSelector: {matchLabels: {role: friend}}, policyTypes: [Egress]}")
    let open = NetworkPolicyTests.policy(
      """
      {podSelector: {matchLabels: {role: friend}}, policyTypes: [Egress], egress: [
        {ports: [{port: 53, protocol: UDP}], to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]},
        {to: [{podSelector: {matchLabels: {app: web}}}]}]}
      """)
    let own = "$(kubectl get pod web -o jsonpath='{.status.podIP}')"
    let played = Played(
      files: ["closed.yaml": closed, "open.yaml": open],
      setup: NetworkPolicyTests.setup + ["kubectl apply -f closed.yaml"],
      [
        "kubectl exec friend -- curl -sS -m 2 http://web", "kubectl exec friend -- curl -sS -m 2 http://\(own)",
        "kubectl exec friend -- nslookup web", "curl -s -o /dev/null -w '%{http_code}' http://\(own)",
        "kubectl apply -f open.yaml", NetworkPolicyTests.ask("friend"),
      ])
    #expect(played[0].errors.hasPrefix("curl: (28) Resolving timed out after 2001 milliseconds\n"))
    #expect(played[1].errors.hasPrefix("curl: (28) Connection timed out after 2001 milliseconds\n"))
    #expect(played[2].output == "" && played[2].notSimulated != [])
    #expect(played[3].output == "200")
    #expect(played[5].output == "200")
  }
}
