// What containers see of volumes: how the kubelet lays projected files out, groups, what cannot be written, and the files it
// mounts itself (`pkg/volume/util/atomic_writer.go`, `pkg/volume/volume_linux.go`, `pkg/kubelet/kubelet_pods.go`).

import Testing

@Suite struct VolumeTests {
  static let pod = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: cm}
    data: {a.txt: old, b.txt: bb}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: p}
    spec:
      securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000}
      hostAliases: [{ip: 10.0.0.9, hostnames: [base, base.local]}]
      dnsConfig: {nameservers: [1.1.1.1], searches: [exemple.fr], options: [{name: ndots, value: "2"}]}
      containers:
        - name: c
          image: busybox:1.36
          command: [sleep, "3600"]
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: memory, mountPath: /memory}
            - {name: cm, mountPath: /cm}
            - {name: cm, mountPath: /one, subPath: a.txt}
      volumes:
        - {name: data, emptyDir: {}}
        - {name: memory, emptyDir: {medium: Memory}}
        - {name: cm, configMap: {name: cm, items: [{key: a.txt, path: a.txt, mode: 0400}, {key: b.txt, path: sub/b.txt}]}}

    """

  private func run(_ commands: [String]) -> Played {
    Played(
      setup: ["kubectl apply -f - <<'EOF'\n\(VolumeTests.pod)EOF", "kubectl wait --for=condition=Ready pod/p"],
      commands.map { "kubectl exec p -- sh -c '\($0)'" })
  }

  @Test func filesOfAConfigMapLieBehindLinks() {
    let played = run([
      "cd /cm; ls -A | grep -v ^..20; readlink a.txt; readlink sub; ls -ld ..data/ sub/b.txt a.txt | cut -c1-10",
      "cat /cm/a.txt /cm/sub/b.txt", "echo x > /cm/new", "rm /cm/a.txt", "ls -ld /memory | cut -c1-10",
    ])
    #expect(
      played[0].output
        == "..data\na.txt\nsub\n..data/a.txt\n..data/sub\ndrwxr-sr-x\nlrwxrwxrwx\n-rw-r--r--\n")
    #expect(played[1].output == "oldbb")
    #expect(played[2].errors.hasPrefix("sh: can't create /cm/new: Read-only file system\n"))
    #expect(played[3].errors.contains("Read-only file system"))
    #expect(played[4].output == "drwxrwsrwt\n")
  }

  @Test func aChangeArrivesEverywhereButInASubPath() {
    let played = Played(
      setup: ["kubectl apply -f - <<'EOF'\n\(VolumeTests.pod)EOF", "kubectl wait --for=condition=Ready pod/p"],
      [
        "kubectl exec p -- readlink /cm/..data", "kubectl patch cm cm -p '{\"data\":{\"a.txt\":\"new\"}}'; sleep 120",
        "kubectl exec p -- sh -c 'cat /cm/a.txt /one; ls -A /cm | wc -l'", "kubectl exec p -- readlink /cm/..data",
      ])
    #expect(played[2].output == "newold4\n")
    #expect(played[0].output != played[3].output)
  }

  @Test func theGroupOfThePodOwnsWhatItWrites() {
    let played = run(["echo x > /data/f; stat -c \"%A %u %g\" /data /data/f; touch /f; echo $HOME"])
    #expect(played[0].output == "drwxrwsrwx 0 2000\n-rw-r--r-- 1000 2000\n/\n")
    #expect(played[0].errors.contains("Permission denied"))
  }

  @Test func hostsAndResolverFollowThePod() {
    let played = run(["tail -2 /etc/hosts", "cat /etc/resolv.conf"])
    #expect(played[0].output == "# Entries added by HostAliases.\n10.0.0.9\tbase\tbase.local\n")
    #expect(
      played[1].output
        == "search default.svc.cluster.local svc.cluster.local cluster.local exemple.fr\nnameserver 10.152.183.10\nnameserver 1.1.1.1\noptions ndots:2\n"
    )
  }

  static let nginx = """
    apiVersion: v1
    kind: Pod
    metadata: {name: readonly}
    spec:
      containers: [{name: web, image: "nginx:1.25", securityContext: {readOnlyRootFilesystem: true}}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: somebody}
    spec:
      securityContext: {runAsUser: 1000}
      containers: [{name: web, image: "nginx:1.25"}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: helped}
    spec:
      containers:
        - name: web
          image: nginx:1.25
          securityContext: {readOnlyRootFilesystem: true}
          volumeMounts: [{name: cache, mountPath: /var/cache/nginx}, {name: run, mountPath: /var/run}]
      volumes: [{name: cache, emptyDir: {}}, {name: run, emptyDir: {}}]

    """

  @Test func nginxNeedsSomewhereToWrite() {
    let played = Played(
      setup: ["kubectl apply -f - <<'EOF'\n\(VolumeTests.nginx)EOF", "sleep 25"],
      [
        "kubectl logs readonly | tail -1", "kubectl logs somebody | tail -1",
        "kubectl get pod helped -o jsonpath='{.status.phase} {.status.containerStatuses[0].ready}'",
        "kubectl logs helped | grep IPv6", "kubectl logs helped | grep 'can not'",
        "kubectl exec helped -- touch /etc/nginx/x",
      ])
    #expect(
      played[0].output
        == "nginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (30: Read-only file system)\n")
    #expect(
      played[1].output == "nginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (13: Permission denied)\n")
    #expect(played[2].output == "Running true")
    #expect(played[3].output == "")
    #expect(played[4].output.contains("default.conf (read-only file system?)\n"))
    #expect(played[5].errors.contains("Read-only file system"))
  }
}
