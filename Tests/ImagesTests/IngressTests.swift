// The ingress add-on of MicroK8s: what enabling prints, which rule a request falls under, the address an Ingress gets.

import Testing

@Suite struct IngressTests {
  private static func ingress(_ name: String, _ rules: String, annotations: String = "") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: \(name), annotations: {\(annotations)}}
    spec:
      rules:
    \(rules)
    """
  }

  private static func path(_ path: String, _ type: String, _ service: String) -> String {
    "{path: \(path), pathType: \(type), backend: {service: {name: \(service), port: {number: 80}}}}"
  }

  private static let setup =
    ["microk8s enable ingress"]
    + ["one", "two"].flatMap { name in
      [
        "kubectl create deployment \(name) --image=hashicorp/http-echo --dry-run=client -o yaml | sed 's/name: http-echo/name: http-echo\\n        args: [-text=\(name), -listen=:80]/' | kubectl apply -f -",
        "kubectl expose deployment \(name) --port=80",
      ]
    } + ["kubectl create service clusterip nobody --tcp=80:80", "kubectl apply -f a.yaml -f b.yaml"]

  private func play(_ commands: [String]) -> Played {
    let a = Self.ingress(
      "a",
      "  - {host: a.local, http: {paths: [\(Self.path("/", "Prefix", "one")), \(Self.path("/two", "Prefix", "two")), \(Self.path("/exact", "Exact", "two")), \(Self.path("/gone", "Prefix", "nobody"))]}}\n  - {host: '*.b.local', http: {paths: [\(Self.path("/", "Prefix", "two"))]}}"
    )
    let b = Self.ingress(
      "b", "  - {host: c.local, http: {paths: [\(Self.path("/", "Prefix", "one"))]}}",
      annotations: "nginx.ingress.kubernetes.io/auth-type: basic")
    return Played(files: ["a.yaml": a, "b.yaml": b], setup: Self.setup, commands)
  }

  @Test func requestsGoWhereTheRulesSay() {
    func ask(_ host: String, _ path: String) -> String { "curl -s -H 'Host: \(host)' http://localhost\(path)" }
    let played = play([
      ask("a.local", "/"), ask("a.local", "/two/x"), ask("a.local", "/twofold"), ask("a.local", "/exact"),
      ask("a.local", "/exact/x"), ask("x.b.local", "/"), ask("x.y.b.local", "/") + " | head -2",
      ask("a.local", "/gone") + " | head -2", ask("c.local", "/"), ask("a.local", "/ -o /dev/null -D -") + " | head -1",
    ])
    #expect(played.commands.prefix(6).map(\.output) == ["one\n", "two\n", "one\n", "two\n", "one\n", "two\n"])
    #expect(played[6].output == "<html>\r\n<head><title>404 Not Found</title></head>\r\n")
    #expect(played[7].output == "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n")
    #expect(played[8].notSimulated == ["ingress-nginx: the annotation nginx.ingress.kubernetes.io/auth-type"])
  }

  @Test func ingressesGetTheDefaultClassAndAnAddress() {
    let played = play([
      "kubectl get ingress a", "kubectl describe ingress a | tail -n 3",
      "microk8s status --format short | grep ingress",
      "microk8s enable ingress", "microk8s disable ingress | tail -n 2", "curl -s http://localhost",
      "microk8s disable ingress",
    ])
    let row = played[0].output.split(separator: "\n")[1].split(separator: " ")
    #expect(row.dropLast() == ["a", "public", "a.local,*.b.local", "127.0.0.1", "80"])
    #expect(played[1].output.contains("nginx-ingress-controller  Scheduled for sync\n"))
    #expect(played[2].output == "core/ingress: enabled\n")
    #expect(played[3].output == "Addon core/ingress is already enabled\n")
    #expect(
      played[4].output
        == "daemonset.apps \"nginx-ingress-microk8s-controller\" deleted\nIngress is disabled\n")
    #expect(played[5].exit == 7)
    #expect(played[6].output == "Addon core/ingress is already disabled\n")
  }
}
