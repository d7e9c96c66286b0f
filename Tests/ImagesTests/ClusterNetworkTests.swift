// What clients inside the cluster say: wget and nslookup of BusyBox' releases, curl -v, ping. Forms as the real programs print
// them (BusyBox 1.28 for the former nslookup, 1.35 for wget).

import Testing

@Suite struct ClusterNetworkTests {
  private func play(_ commands: [String]) -> Played {
    Played(
      setup: [
        "kubectl run web --image=nginx:1.27", "kubectl run old --image=busybox:1.28 -- sleep 1d",
        "kubectl run new --image=busybox:1.36 -- sleep 1d", "kubectl run c --image=curlimages/curl:8.5.0 -- sleep 1d",
        "kubectl wait --for=condition=Ready pod/web pod/old pod/new pod/c", "kubectl expose pod web --port=80",
      ], commands)
  }

  @Test func busyBoxFetchesWithItsMeter() {
    let played = play([
      "A=$(kubectl get svc web -o jsonpath={.spec.clusterIP}); kubectl exec new -- wget -O /tmp/x web 2>&1 | sed s/$A/IP/",
      "A=$(kubectl get svc web -o jsonpath={.spec.clusterIP}); kubectl exec new -- wget web:81 2>&1 | sed s/$A/IP/",
      "kubectl exec new -- wget -q web/x", "kubectl exec new -- wget -qO- nosuch", "kubectl exec new -- ls -Z",
      "kubectl exec new -- ls nope",
    ])
    #expect(
      played[0].output
        == "Connecting to web (IP:80)\nsaving to '/tmp/x'\nx                    100% |********************************|   615  0:00:00 ETA\n'/tmp/x' saved\n"
    )
    #expect(
      played[1].output
        == "Connecting to web:81 (IP:81)\nwget: can't connect to remote host (IP): Connection refused\ncommand terminated with exit code 1\n"
    )
    #expect(played[2].errors.hasPrefix("wget: server returned error: HTTP/1.1 404 Not Found\n"))
    #expect(played[3].errors.hasPrefix("wget: bad address 'nosuch'\n"))
    #expect(played[4].notSimulated == ["the usage text of BusyBox' ls (option -Z)"])
    #expect(played[5].errors == "ls: nope: No such file or directory\ncommand terminated with exit code 1\n")
  }

  @Test func namesAndPings() {
    let played = play([
      "A=$(kubectl get svc web -o jsonpath={.spec.clusterIP}); kubectl exec old -- nslookup web | sed s/$A/IP/",
      "kubectl exec old -- nslookup nosuch", "kubectl exec new -- ping -c 3 nosuch",
      "A=$(kubectl get svc web -o jsonpath={.spec.clusterIP}); kubectl exec new -- ping -c 3 web | sed s/$A/IP/",
      "kubectl exec new -- sh -c 'ping -c 2 $(hostname -i)' | sed -E 's/10(\\.[0-9]+){3}/IP/g; s/[0-9]+\\.[0-9]{3}/N/g'",
    ])
    #expect(
      played[0].output
        == "Server:    10.152.183.10\nAddress 1: 10.152.183.10 kube-dns.kube-system.svc.cluster.local\n\nName:      web\nAddress 1: IP web.default.svc.cluster.local\n"
    )
    #expect(played[1].errors.hasPrefix("nslookup: can't resolve 'nosuch'\n"))
    #expect(played[2].errors.hasPrefix("ping: bad address 'nosuch'\n"))
    #expect(
      played[3].output
        == "PING web (IP): 56 data bytes\n\n--- web ping statistics ---\n3 packets transmitted, 0 packets received, 100% packet loss\n"
    )
    #expect(
      played[4].output == """
        PING IP (IP): 56 data bytes
        64 bytes from IP: seq=0 ttl=64 time=N ms
        64 bytes from IP: seq=1 ttl=64 time=N ms

        --- IP ping statistics ---
        2 packets transmitted, 2 packets received, 0% packet loss
        round-trip min/avg/max = N/N/N ms

        """)
  }

  @Test func curlTellsWhatItDoes() {
    let played = play([
      "A=$(kubectl get svc web -o jsonpath={.spec.clusterIP}); kubectl exec c -- curl -sv -o /dev/null http://web/x 2>&1 | sed \"s/$A/IP/; s/^< Date.*/< Date/\"",
      "kubectl exec c -- curl -sS http://nosuch",
    ])
    #expect(
      played[0].output == """
        * Host web:80 was resolved.
        * IPv6: (none)
        * IPv4: IP
        *   Trying IP:80...
        * Connected to web (IP) port 80
        > GET /x HTTP/1.1
        > Host: web
        > User-Agent: curl/8.5.0
        > Accept: */*
        >\u{20}
        < HTTP/1.1 404 Not Found
        < Server: nginx/1.27.5
        < Date
        < Content-Type: text/html
        < Content-Length: 153
        < Connection: keep-alive
        <\u{20}
        { [153 bytes data]
        * Connection #0 to host web left intact

        """)
    #expect(played[1].errors.hasPrefix("curl: (6) Could not resolve host: nosuch\n"))
  }
}
