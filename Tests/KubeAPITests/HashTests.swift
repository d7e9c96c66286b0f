// Revision and template hashes against those a 1.32 control plane made.

import Foundation
import SimKernel
import Testing
import Unstructured

@testable import KubeAPI

@Suite struct HashTests {
  static let webRevision =
    #"{"spec":{"template":{"$patch":"replace","metadata":{"creationTimestamp":null,"labels":{"app":"web"}},"spec":{"containers":[{"image":"nginx:IMAGE","imagePullPolicy":"IfNotPresent","name":"nginx","ports":[{"containerPort":80,"name":"http","protocol":"TCP"}],"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}}}"#

  static let web = """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: web
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: nginx, image: "nginx:IMAGE", ports: [{containerPort: 80, name: http}]}]}
    """
  static let postgres = """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: postgres}
    spec:
      serviceName: postgres
      selector: {matchLabels: {app: postgres}}
      template:
        metadata: {labels: {app: postgres}}
        spec:
          containers:
          - name: postgres
            image: postgres:IMAGE
            ports: [{containerPort: 5432, name: postgres}]
            env:
            - name: POSTGRES_PASSWORD
              valueFrom: {secretKeyRef: {name: postgres-secret, key: POSTGRES_PASSWORD}}
            - {name: PGDATA, value: /var/lib/postgresql/data/pgdata}
            envFrom: [{configMapRef: {name: postgres-config}}]
            livenessProbe: {exec: {command: ["true"]}, initialDelaySeconds: 10}
            readinessProbe: {exec: {command: ["true"]}, initialDelaySeconds: 5, periodSeconds: 5}
            resources: {limits: {memory: 512Mi}, requests: {cpu: 100m, memory: 256Mi}}
            volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]
    """

  static let revisions: [(manifest: String, image: String, hash: String)] = [
    (web, "1.25", "85bcd66f99"), (web, "1.26", "684dd589c8"), (web, "1.27", "67f9f4ff97"),
    (postgres, "15-alpine", "66b8d64469"), (postgres, "16-alpine", "765c6858db"), (postgres, "15.9", "685db95564"),
  ]

  @Test(arguments: revisions)
  func controllerRevision(_ manifest: String, _ image: String, _ hash: String) throws {
    let object = try stored(replacing(manifest, "IMAGE", image))
    let data = Hashes.revisionData(template: object[path: "spec", "template"]!)
    if manifest == HashTests.web { #expect(JSON.compact(data) == replacing(HashTests.webRevision, "IMAGE", image)) }
    #expect(Hashes.controllerRevision(data: data) == hash)
  }

  static func deployment(_ labels: String, _ container: String, _ more: String = "") -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: x}
    spec:
      selector: {matchLabels: {a: b}}
      template:
        metadata: {labels: \(labels)}
        spec: {containers: [\(container)]\(more)}
    """
  }

  static let full = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: full}
    spec:
      replicas: 0
      selector: {matchLabels: {app: full}}
      template:
        metadata: {labels: {app: full, tier: web}, annotations: {note: "x y"}}
        spec:
          initContainers: [{name: init, image: "busybox:1.36", command: ["sh","-c","true"]}]
          containers:
          - name: app
            image: nginx:1.25
            args: ["-g","daemon off;"]
            env: [{name: AA, value: "1"}, {name: PW, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: PODNAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
            envFrom: [{configMapRef: {name: c}}]
            resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 512Mi}}
            livenessProbe: {httpGet: {path: /, port: 80}, initialDelaySeconds: 3}
            readinessProbe: {exec: {command: ["true"]}}
            volumeMounts: [{name: v, mountPath: /v}, {name: c, mountPath: /c, readOnly: true}]
          volumes: [{name: v, emptyDir: {}}, {name: c, configMap: {name: cm}}]
          nodeSelector: {disk: ssd}
          tolerations: [{key: k, operator: Exists}]
    """

  static let templates: [(manifest: String, length: Int, hash: String)] = [
    (
      deployment("{app: nginx}", "{name: nginx, image: \"nginx:1.14.2\", ports: [{containerPort: 80}]}"), 3419,
      "647677fc66"
    ),
    (
      deployment("{app: nginx}", "{name: nginx, image: \"nginx:1.16.1\", ports: [{containerPort: 80}]}"), 3419,
      "8d94c585f"
    ),
    (full, 0, "f46b7bdb5"),
    (
      deployment(
        "{app: quant}",
        "{name: c, image: \"nginx:1.25\", resources: {requests: {cpu: 1, memory: 100Mi, ephemeral-storage: 1Gi}, limits: {cpu: 1500m, memory: 512M, ephemeral-storage: 8Gi}}}"
      ),
      4374, "6474f95979"
    ),
    (
      deployment(
        "{app: quant2}",
        "{name: c, image: \"nginx:1.25\", resources: {requests: {cpu: 0.5, memory: 1024Mi}, limits: {cpu: 2000m, memory: 1.5Gi}}}"
      ),
      4001, "56c85d6ff9"
    ),
  ]

  @Test(arguments: templates)
  func podTemplate(_ manifest: String, _ length: Int, _ hash: String) throws {
    let template = try stored(manifest)[path: "spec", "template"]!
    let dump = GoDump.podTemplate(template)
    if length > 0 { #expect(dump.utf8.count == length) }
    #expect(Hashes.podTemplate(template) == hash, "\(dump)")
  }

  @Test func encoding() {
    #expect(Hashes.safeEncoded(4_167_822_955) == "85bcd66f99")
    #expect(Hashes.fnv1(Array("a".utf8)) == 0x050c_5d7e)
    #expect(Hashes.fnv1a(Array("a".utf8)) == 0xe40c_292c)
  }
}

/// What the server stores for a manifest: decoded and defaulted.
func stored(_ manifest: String) throws -> Value {
  let document = try ManifestReader.all(manifest)[0]
  let kind = try #require(
    Kinds.of(apiVersion: document["apiVersion"]?.string ?? "", kind: document["kind"]?.string ?? ""))
  var object = try Decoding.decodeStrictly(kind, document)
  Defaults.apply(kind, &object)
  return Decoding.normalize(kind, object)
}

func replacing(_ text: String, _ old: String, _ new: String) -> String {
  var out = text
  while let range = out.range(of: old) { out.replaceSubrange(range, with: new) }
  return out
}
