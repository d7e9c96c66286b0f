// Where the simulation ends: who is told about a pod that is not modelled, and which names only the internet knows.

import Testing

@Suite struct UnmodelledTests {
  @Test func onlyWhoIsShownAnUnmodelledPodIsTold() {
    let played = Played(
      setup: [
        "kubectl create deployment odd --image=ghcr.io/nobody/odd:1.0", "kubectl expose deployment odd --port=80",
        "kubectl run fine --image=nginx:1.27", "kubectl create configmap settings --from-literal=a=b",
      ],
      [
        "kubectl get pods", "kubectl get deployment odd", "kubectl get endpoints odd", "kubectl get events",
        "kubectl describe pod -l app=odd", "kubectl get configmaps settings", "kubectl get pod fine",
        "kubectl create configmap more --from-literal=c=d", "kubectl get services", "kubectl describe pod fine",
        "kubectl delete deployment odd", "kubectl get pod fine",
      ])
    for index in 0...4 {
      #expect(played[index].notSimulated == ["image ghcr.io/nobody/odd:1.0"], "\(played[index].text)")
    }
    for index in 5..<played.commands.count {
      #expect(played[index].notSimulated == [], "\(played[index].text)")
    }
  }

  @Test func aNameUnderNoTopLevelDomainDoesNotExist() {
    let played = Played(
      setup: [
        "kubectl run box --image=busybox:1.36 --command -- sleep 3600", "kubectl wait --for=condition=Ready pod/box",
      ],
      [
        "kubectl exec box -- nslookup web-0.nginx", "kubectl exec box -- nslookup kubernetes.io",
        "kubectl exec box -- nslookup kubernetes.default.svc.cluster.local",
      ])
    let missing = "** server can't find web-0.nginx: NXDOMAIN\n\n"
    #expect(played[0].output == "Server:\t\t10.152.183.10\nAddress:\t10.152.183.10:53\n\n" + missing + missing)
    #expect(played[0].notSimulated == [])
    #expect(played[1].notSimulated == ["nslookup of a name outside the cluster"])
    #expect(played[2].exit == 0)
  }

  @Test func whatIsRunWithRmIsRemovedEvenWhenItNeverBecomesReady() {
    let played = Played(["kubectl run quick --rm -i --image=busybox:1.36 -- true", "kubectl get pods"])
    #expect(played[0].output == "pod \"quick\" deleted\n")
    #expect(played[0].errors == "error: timed out waiting for the condition\n")
    #expect(!played[1].output.contains("Running"))
  }

  @Test func whatTheKernelShowsIsModelledOrNamed() {
    let played = Played(
      setup: ["kubectl run p --image=busybox:1.36 -- sleep 1000", "kubectl wait --for=condition=Ready pod/p"],
      [
        "kubectl exec p -- sh -c 'tr \"\\0\" \" \" < /proc/1/cmdline; cat /proc/1/comm'",
        "kubectl exec p -- cat /proc/1/status", "kubectl exec p -- cat /sys/fs/cgroup/memory.max",
        "kubectl exec p -- cat /nothing", "echo x > /dev/null; echo y | cat /dev/stdin; ls /nope",
      ])
    #expect(played[0].output == "sleep 1000 sleep\n")
    #expect(played[0].notSimulated.isEmpty)
    #expect(played[1].notSimulated == ["/proc/1/status"])
    #expect(played[2].notSimulated == ["/sys/fs/cgroup/memory.max"])
    #expect(played[3].notSimulated.isEmpty)
    #expect(played[4].notSimulated.isEmpty)
  }

  @Test func shortNamesAreSearchedForAndLongOnesAreNot() {
    let played = Played(
      setup: [
        "kubectl create deployment web --image=nginx", "kubectl expose deployment web --port=80",
        "kubectl run p --image=busybox:1.36 -- sleep 1000", "kubectl wait --for=condition=Ready pod/p", "sleep 5",
      ],
      [
        "web", "web.default", "web.default.svc", "web.default.svc.cluster.local.", "web.cluster.local",
        "web.kube-system",
      ]
      .map { "kubectl exec p -- wget -qO- http://\($0) | head -n 1" })
    for index in 0..<4 { #expect(played[index].output == "<!DOCTYPE html>\n") }
    for index in 4..<6 { #expect(played[index].errors.hasPrefix("wget: bad address")) }
  }

  @Test(arguments: [
    ("ls /etc/kubernetes", ["/etc/kubernetes"]), ("cat /var/log/syslog", ["/var/log/syslog"]),
    ("ls /snap/bin", ["/snap/bin"]), ("[ -d /var/lib/kubelet ]", ["/var/lib/kubelet"]),
    ("mkdir -p /etc/app/conf && echo x > /etc/app/conf/a && cat /etc/app/conf/a", []),
    ("cp /etc/hosts /etc/h; mv /etc/h /etc/g; ln -s /etc/g /etc/f; cat /etc/f | wc -l", []),
    ("nosuchcommand; which kubectl nosuch; type -a kubectl", []), ("cat /nothing; ls /tmp/x /opt/y", []),
    ("echo 'echo ok' > /usr/local/bin/mine; chmod +x /usr/local/bin/mine; mine; bash -lc true; . ~/.bashrc", []),
  ])
  func whatMayBeOnARealNodeIsNotSaidToBeMissing(command: String, expected: [String]) {
    #expect(Played(setup: [], [command])[0].notSimulated == expected)
  }

  @Test func processesOfOtherContainersAreNotSimulated() {
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: {name: two}
      spec:
        shareProcessNamespace: true
        containers: [{name: a, image: nginx}, {name: b, image: busybox, command: [sleep, "999"]}]
      """
    let played = Played(
      files: ["pod.yaml": pod], setup: ["kubectl apply -f pod.yaml"],
      ["kubectl exec two -c b -- ps", "kubectl exec two -c b -- id -u"])
    #expect(played[0].notSimulated == ["processes of other containers"])
    #expect(played[1].notSimulated == [])
  }

  @Test func whatOnlyTheInternetAnswersIsNotSimulated() {
    let played = Played(
      setup: [
        "kubectl run web --image=nginx --port=80 --expose",
        "kubectl run box --image=curlimages/curl --command -- sleep 9999",
        "kubectl create service externalname out --external-name=example.com",
        "kubectl create service externalname in --external-name=web.default.svc.cluster.local",
        "kubectl wait --for=condition=Ready pod/web pod/box",
      ],
      [
        "kubectl exec box -- curl -s http://example.com", "kubectl exec box -- curl -s -m 2 http://8.8.8.8",
        "kubectl exec box -- curl -s -m 2 http://out", "kubectl exec box -- nslookup out",
        "kubectl exec box -- curl -s -o /dev/null -w '%{http_code}' http://in",
        "kubectl exec box -- curl -s http://nothing",
      ])
    for index in 0...3 {
      #expect(played[index].notSimulated.contains { $0.contains("outside the cluster") }, "\(played[index].text)")
      #expect(played[index].output == "")
    }
    #expect(played[4].output == "200" && played[4].notSimulated == [])
    #expect(played[5].exit == 6 && played[5].notSimulated == [])
  }

  @Test func whatRootHasAtHomeIsNotKnown() {
    let played = Played(
      setup: [],
      [
        "ls -A", "cat ~/.profile", "echo 'alias k2=kubectl' >> ~/.bashrc; source ~/.bashrc; alias k2", "cat .bashrc",
        "cat ~/nope", "help | grep -c -w docker",
      ])
    #expect(played[0].output == "" && played[0].notSimulated == [])
    #expect(played[1].notSimulated == ["/root/.profile"])
    #expect(played[2].output == "alias k2='kubectl'\n" && played[2].notSimulated == [])
    #expect(played[3].notSimulated == ["/root/.bashrc"])
    #expect(played[4].notSimulated == [])
    #expect(played[5].output == "0\n")
  }
}
