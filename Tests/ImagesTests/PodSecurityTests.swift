// Pod Security Standards asked for by a namespace's labels, and runAsNonRoot (kubernetes.io, "Pod Security Standards"; the words are
// those of k8s.io/pod-security-admission).

import Testing

@Suite struct PodSecurityTests {
  private static let modest = """
    {"spec": {"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}, "containers": [{"name": "ok",
    "image": "busybox", "command": ["sleep", "9"], "securityContext": {"allowPrivilegeEscalation": false, "runAsUser": 1000,
    "capabilities": {"drop": ["ALL"]}}}]}}
    """
  private static let bold = """
    {"spec": {"hostNetwork": true, "volumes": [{"name": "x", "hostPath": {"path": "/tmp"}}], "containers": [{"name": "bold",
    "image": "busybox", "command": ["sleep", "9"], "ports": [{"containerPort": 80, "hostPort": 80}],
    "securityContext": {"privileged": true, "capabilities": {"add": ["SYS_TIME", "CHOWN", "NET_ADMIN"]}}}]}}
    """
  private static let plainViolations =
    "allowPrivilegeEscalation != false (container \"bad\" must set securityContext.allowPrivilegeEscalation=false), "
    + "unrestricted capabilities (container \"bad\" must set securityContext.capabilities.drop=[\"ALL\"]), "
    + "runAsNonRoot != true (pod or container \"bad\" must set securityContext.runAsNonRoot=true), "
    + "seccompProfile (pod or container \"bad\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"

  @Test func whatViolatesTheEnforcedLevelIsRefused() {
    let played = Played(
      setup: ["kubectl label namespace default pod-security.kubernetes.io/enforce=restricted"],
      [
        "kubectl run bad --image=nginx", "kubectl create deployment bad --image=bad",
        "kubectl run ok --image=busybox --overrides='\(Self.modest)'",
        "kubectl label --overwrite namespace default pod-security.kubernetes.io/enforce=baseline",
        "kubectl run bad --image=nginx", "kubectl run bold --image=busybox --overrides='\(Self.bold)'",
        "kubectl get events -o jsonpath='{.items[?(@.reason==\"FailedCreate\")].message}' | head -c 60",
      ])
    #expect(
      played[0].errors
        == "Error from server (Forbidden): pods \"bad\" is forbidden: violates PodSecurity \"restricted:latest\": "
        + Self.plainViolations + "\n")
    #expect(played[1].errors == "Warning: would violate PodSecurity \"restricted:latest\": \(Self.plainViolations)\n")
    #expect(played[1].output == "deployment.apps/bad created\n")
    #expect(played[2].output == "pod/ok created\n")
    #expect(played[4].output == "pod/bad created\n")
    #expect(
      played[5].errors
        == "Error from server (Forbidden): pods \"bold\" is forbidden: violates PodSecurity \"baseline:latest\": non-default "
        + "capabilities (container \"bold\" must not include \"NET_ADMIN\", \"SYS_TIME\" in securityContext.capabilities.add), "
        + "host namespaces (hostNetwork=true), hostPath volumes (volume \"x\"), hostPort (container \"bold\" uses hostPort 80), "
        + "privileged (container \"bold\" must not set securityContext.privileged=true)\n")
    #expect(played[6].output.hasPrefix("Error creating: pods \"bad-"))
  }

  @Test func aStricterLevelIsComparedWithThePodsThatAreThere() {
    let played = Played(
      setup: ["kubectl create deployment web --image=nginx --replicas=3"],
      [
        "kubectl label namespace default pod-security.kubernetes.io/enforce=restricted",
        "kubectl label namespace default pod-security.kubernetes.io/warn=privileged",
        "kubectl set image deployment web nginx=nginx:1.27",
      ])
    let lines = played[0].errors.split(separator: "\n")
    #expect(
      lines.first
        == "Warning: existing pods in namespace \"default\" violate the new PodSecurity enforce level \"restricted:latest\""
    )
    #expect(
      lines.last?.hasSuffix(
        " (and 2 other pods): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile"
      ) == true)
    #expect(played[1].errors == "" && played[2].errors == "")
  }

  @Test(arguments: [
    ("nginx", "", "container has runAsNonRoot and image will run as root (pod: "),
    ("nginx", "runAsUser: 0", "container's runAsUser breaks non-root policy (pod: "),
    ("curlimages/curl", "", "container has runAsNonRoot and image has non-numeric user (curl_user), cannot verify"),
    ("nginx", "runAsUser: 101", ""),
  ])
  func rootIsKeptOut(_ image: String, _ user: String, _ message: String) {
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: {name: one}
      spec:
        securityContext: {runAsNonRoot: true}
        containers: [{name: one, image: \(image), command: [sleep, "9999"], securityContext: {\(user)}}]
      """
    let played = Played(
      files: ["pod.yaml": pod], setup: ["kubectl apply -f pod.yaml"],
      [
        "kubectl get pod one --no-headers",
        "kubectl get pod one -o jsonpath='{.status.containerStatuses[0].state.waiting.message}'",
      ])
    #expect(played[0].output.contains(message.isEmpty ? "Running" : "CreateContainerConfigError"))
    #expect(played[1].output.hasPrefix(message))
  }
}
