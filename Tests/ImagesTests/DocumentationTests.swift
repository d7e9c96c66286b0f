// What the Kubernetes documentation runs: the StatefulSet tutorial on nginx-slim, the Job that computes π.

import Testing

@Suite struct DocumentationTests {
  static let web = """
    apiVersion: v1
    kind: Service
    metadata: {name: nginx}
    spec: {clusterIP: None, selector: {app: nginx}, ports: [{port: 80}]}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: nginx
      replicas: 2
      selector: {matchLabels: {app: nginx}}
      template:
        metadata: {labels: {app: nginx}}
        spec:
          containers:
            - name: nginx
              image: registry.k8s.io/nginx-slim:0.21
              volumeMounts: [{name: www, mountPath: /usr/share/nginx/html}]
      volumeClaimTemplates:
        - metadata: {name: www}
          spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}

    """

  @Test func eachMemberServesItsOwnVolume() {
    let played = Played(
      setup: ["kubectl apply -f - <<'EOF'\n\(DocumentationTests.web)EOF", "kubectl rollout status sts/web"],
      [
        "for i in 0 1; do kubectl exec web-$i -- sh -c 'echo $(hostname) > /usr/share/nginx/html/index.html'; done",
        "kubectl delete pod -l app=nginx; kubectl rollout status sts/web",
        "for i in 0 1; do kubectl exec web-$i -- curl -s http://localhost/; done", "kubectl logs web-0",
        "kubectl exec web-0 -- curl -s http://localhost/none",
      ])
    #expect(played[2].output == "web-0\nweb-1\n")
    #expect(played[2].notSimulated.isEmpty)
    #expect(!played[3].notSimulated.isEmpty)
    #expect(!played[4].notSimulated.isEmpty)
  }

  @Test(arguments: [
    (1, "3"), (2, "3.1"), (5, "3.1416"), (50, "3.1415926535897932384626433832795028841971693993751"),
    (
      100,
      "3.141592653589793238462643383279502884197169399375105820974944592307816406286208998628034825342117068"
    ),
  ])
  func aJobComputesPi(digits: Int, expected: String) {
    let played = Played(
      setup: [
        "kubectl create job pi --image=perl:5.34.0 -- perl -Mbignum=bpi -wle 'print bpi(\(digits))'",
        "kubectl wait --for=condition=complete job/pi",
      ], ["kubectl logs job/pi"])
    #expect(played[0].output == expected + "\n")
  }
}
