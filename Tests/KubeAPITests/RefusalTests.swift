// What the API server refuses, in its own words: manifests of captured sessions and small variations.

import Foundation
import SimKernel
import Testing
import Unstructured

@testable import KubeAPI

@Suite struct RefusalTests {
  /// The message of a create, empty when it is accepted.
  static func create(_ manifest: String) -> String {
    do {
      let document = try ManifestReader.all(manifest)[0]
      let kind = Kinds.of(apiVersion: document["apiVersion"]?.string ?? "", kind: document["kind"]?.string ?? "")!
      var object = try Decoding.decodeStrictly(kind, document)
      Defaults.apply(kind, &object)
      let causes = Validation.validate(kind, object)
      if causes.isEmpty { return "" }
      return Status.invalid(kind, object[path: "metadata", "name"]?.string ?? "", causes).message
    } catch let status as Status {
      return status.message
    } catch { return "\(error)" }
  }

  static func pod(_ container: String, _ rest: String = "") -> String {
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i\(container)}]\(rest)}"
  }
  static func set(_ spec: String) -> String {
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: x}\nspec: {serviceName: x\(spec)}"
  }
  static let template = ", template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}"
  static let subdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

  @Test(arguments: RefusedManifests.all + RefusedManifests.others)
  func namesEveryCause(_ name: String, _ manifest: String, _ causes: [String]) throws {
    let document = try ManifestReader.all(manifest)[0]
    let kind = try #require(Kinds.of(document))
    var object = try Decoding.decodeStrictly(kind, document)
    Defaults.apply(kind, &object)
    var texts: [String] = []
    for cause in Validation.validate(kind, object) where !texts.contains(cause.text) { texts.append(cause.text) }
    #expect(texts == causes)
  }

  static let creates: [(manifest: String, message: String)] = [
    (pod(""), ""),
    (
      "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {contaners: [{name: a}]}",
      "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \"spec.contaners\""
    ),
    (
      set(", replicas: \"two\", selector: {matchLabels: {a: b}}" + template),
      "StatefulSet in version \"v1\" cannot be handled as a StatefulSet: json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32"
    ),
    (
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {port: 5432}",
      "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string"
    ),
    (
      set(", selector: {matchLabels: {app: y}}" + template),
      "StatefulSet in version \"v1\" cannot be handled as a StatefulSet: json: cannot unmarshal bool into Go struct field LabelSelector.spec.selector.matchLabels of type string"
    ),
    (
      "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {p: not-base64!}",
      "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 3"
    ),
    (
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, env: [{name: A, value: 1}]}]}}}",
      "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string"
    ),
    (
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}",
      "ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": " + subdomain
    ),
    (
      set(", selector: {matchLabels: {a: z}}" + template),
      "StatefulSet.apps \"x\" is invalid: spec.template.metadata.labels: Invalid value: map[string]string{\"a\":\"b\"}: `selector` does not match template `labels`"
    ),
    (
      set(template),
      "StatefulSet.apps \"x\" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: map[string]string{\"a\":\"b\"}: `selector` does not match template `labels`]"
    ),
    (
      set(", selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {}}"), ""
    ),
    (
      set(", replicas: -1, selector: {matchLabels: {a: b}}" + template),
      "StatefulSet.apps \"x\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    ),
    (
      set(", updateStrategy: {type: Recreate}, selector: {matchLabels: {a: b}}" + template),
      "StatefulSet.apps \"x\" is invalid: spec.updateStrategy: Invalid value: apps.StatefulSetUpdateStrategy{Type:\"Recreate\", RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}: must be 'RollingUpdate' or 'OnDelete'"
    ),
    (
      set(
        ", updateStrategy: {type: OnDelete, rollingUpdate: {partition: 0}}, selector: {matchLabels: {a: b}}" + template),
      "StatefulSet.apps \"x\" is invalid: spec.updateStrategy.rollingUpdate: Invalid value: apps.RollingUpdateStatefulSetStrategy{Partition:0, MaxUnavailable:(*intstr.IntOrString)(nil)}: only allowed for updateStrategy 'RollingUpdate'"
    ),
    (
      "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {}",
      "Pod \"x\" is invalid: spec.containers: Required value"
    ),
    (
      "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c}]}",
      "Pod \"x\" is invalid: spec.containers[0].image: Required value"
    ),
    (
      pod(", resources: {requests: {memory: 128Mi}, limits: {memory: 64Mi}}"),
      "Pod \"p\" is invalid: spec.containers[0].resources.requests: Invalid value: \"128Mi\": must be less than or equal to memory limit of 64Mi"
    ),
    (
      pod(", resources: {limits: {cpu: lots}}"),
      "Pod in version \"v1\" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    ),
    (
      pod(", volumeMounts: [{name: v, mountPath: /v}]"),
      "Pod \"p\" is invalid: spec.containers[0].volumeMounts[0].name: Not found: \"v\""
    ),
    (
      pod("", ", restartPolicy: Sometimes"),
      "Pod \"p\" is invalid: spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\""
    ),
    (
      pod(", ports: [{containerPort: 99999}], imagePullPolicy: never"),
      "Pod \"p\" is invalid: [spec.containers[0].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive, spec.containers[0].imagePullPolicy: Unsupported value: \"never\": supported values: \"Always\", \"IfNotPresent\", \"Never\"]"
    ),
    (
      "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {containers: [{name: c, image: i}]}}}",
      "Job.batch \"j\" is invalid: spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""
    ),
    (
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec: {schedule: bad, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}",
      "CronJob.batch \"j\" is invalid: spec.schedule: Invalid value: \"bad\": expected exactly 5 fields, found 1: [bad]"
    ),
    (
      "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 80}]}",
      "Service \"s\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767"
    ),
    (
      "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}, {port: 81}]}",
      "Service \"s\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]"
    ),
    (
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: [RWO], resources: {requests: {storage: 1Gi}}}",
      "PersistentVolumeClaim \"c\" is invalid: spec.accessModes: Unsupported value: \"RWO\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\""
    ),
    (
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {\"a b\": c}}",
      "ConfigMap \"c\" is invalid: metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    ),
  ]

  @Test(arguments: creates)
  func refusesCreate(_ manifest: String, _ message: String) {
    #expect(RefusalTests.create(manifest) == message)
  }

  /// What follows `image: i` in a Deployment's container, and what is wrong with it.
  static let typeErrors: [(more: String, message: String)] = [
    ("ports: [{containerPort: x}]", "ContainerPort.spec.template.spec.containers.ports.containerPort of type int32"),
    ("ports: x", "Container.spec.template.spec.containers.ports of type []v1.ContainerPort"),
    ("ports: [x]", "Container.spec.template.spec.containers.ports of type v1.ContainerPort"),
    ("args: [1]", "number: Container.spec.template.spec.containers.args of type string"),
    ("args: {a: b}", "object: Container.spec.template.spec.containers.args of type []string"),
    ("env: [{name: A, value: true}]", "bool: EnvVar.spec.template.spec.containers.env.value of type string"),
    (
      "resources: {limits: [1]}",
      "array: ResourceRequirements.spec.template.spec.containers.resources.limits of type v1.ResourceList"
    ),
    (
      "livenessProbe: {httpGet: {port: true}}",
      "bool: HTTPGetAction.spec.template.spec.containers.livenessProbe.httpGet.port of type int32"
    ),
    (
      "livenessProbe: {httpGet: {port: 1.5}}",
      "number 1.5: HTTPGetAction.spec.template.spec.containers.livenessProbe.httpGet.port of type int32"
    ), ("livenessProbe: 5", "number: Container.spec.template.spec.containers.livenessProbe of type v1.Probe"),
    ("stdin: \"yes\"", "Container.spec.template.spec.containers.stdin of type bool"),
  ]

  @Test(arguments: typeErrors)
  func namesTheField(_ more: String, _ message: String) throws {
    let text = HashTests.deployment("{a: b}", "{name: c, image: i, \(more)}")
    let parts = message.split(separator: ": ", maxSplits: 1)
    let expected = parts.count == 2 ? (String(parts[0]), String(parts[1])) : ("string", message)
    do throws(Status) {
      _ = try Decoding.decode(.deployment, (try? ManifestReader.all(text))![0])
      Issue.record("accepted")
    } catch {
      #expect(
        error.message
          == "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal \(expected.0) into Go struct field \(expected.1)"
      )
    }
  }

  @Test func decodingDropsWhatIsEmpty() throws {
    let text = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: x, annotations: {a: null, b: c}, labels: {}}
      spec: {replicas: 0, paused: false, minReadySeconds: 0, template: {spec: {hostNetwork: false, nodeName: '', containers: [{name: c, image: i, args: [], env: [{name: A, value: ''}], resources: {requests: {cpu: 0.5, memory: 1024Mi}}, command: [null, a], securityContext: {runAsUser: 0}, ports: [{containerPort: 80}], livenessProbe: {tcpSocket: {port: http}, initialDelaySeconds: 0}}], volumes: [{name: v, emptyDir: {sizeLimit: 1500M}}, null], tolerations: [], affinity: {}}}}
      """
    let expected =
      #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"a":"","b":"c"},"creationTimestamp":null,"name":"x"},"spec":{"replicas":0,"selector":null,"strategy":{},"template":{"metadata":{"creationTimestamp":null},"spec":{"affinity":{},"containers":[{"command":["","a"],"env":[{"name":"A"}],"image":"i","livenessProbe":{"tcpSocket":{"port":"http"}},"name":"c","ports":[{"containerPort":80}],"resources":{"requests":{"cpu":"500m","memory":"1Gi"}},"securityContext":{"runAsUser":0}}],"volumes":[{"emptyDir":{"sizeLimit":"1500M"},"name":"v"},{"name":""}]}}},"status":{}}"#
    #expect(JSON.compact(try Decoding.decode(.deployment, try ManifestReader.all(text)[0]).object) == expected)
  }

  static let lab = """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: postgres, labels: {app: postgres}}
    spec:
      serviceName: postgres
      replicas: 2
      selector: {matchLabels: {app: postgres}}
      template:
        metadata: {labels: {app: postgres}}
        spec: {containers: [{name: postgres, image: "postgres:15", resources: {limits: {memory: 1Gi}}}]}
    """
  static let forbidden =
    "StatefulSet.apps \"postgres\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

  static let patches: [(type: PatchType, patch: String, message: String)] = [
    (.strategic, #"{"spec":{"replicas":3}}"#, ""),
    (.strategic, #"{"spec":{"serviceName":"other"}}"#, forbidden),
    (.strategic, #"{"spec":{"podManagementPolicy":"Parallel"}}"#, forbidden),
    (.strategic, #"{"spec":{"nosuch":1}}"#, "Warning: unknown field \"spec.nosuch\""),
    (.strategic, #"{"spec":{"replicas":2"#, "unexpected end of JSON input"),
    (.strategic, #""not a patch""#, "json: cannot unmarshal string into Go value of type map[string]interface {}"),
    (
      .strategic, #"{"spec":{"replicas":"three"}}"#,
      " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:three]]\": unrecognized type: int32"
    ),
    (
      .strategic, #"{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}"#,
      "map: map[image:x] does not contain declared merge key: name"
    ),
    (
      .strategic, #"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":-1}}}}"#,
      "StatefulSet.apps \"postgres\" is invalid: spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0"
    ),
    (
      .json, #"[{"op":"remove","path":"/metadata/labels/tier"}]"#,
      "the server rejected our request due to an error in our request"
    ),
    (
      .json, #"[{"op":"test","path":"/spec/replicas","value":9}]"#,
      "the server rejected our request due to an error in our request"
    ),
    (
      .merge, "[]", "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
    ),
    (
      .json, #"{"spec":{}}"#,
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
    ),
    (
      .json,
      #"[{"op":"add","path":"/metadata/labels/t~1x","value":"1"},{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"y"}]"#,
      ""
    ),
  ]

  @Test(arguments: patches)
  func refusesPatch(_ type: PatchType, _ patch: String, _ message: String) throws {
    let kind = Kind.statefulSet
    let old = try stored(RefusalTests.lab)
    var said = ""
    do throws(Status) {
      var (object, warnings) = try Patch.apply(type, patch, to: old, kind: kind)
      Defaults.apply(kind, &object)
      for warning in warnings { said += "Warning: " + warning }
      let causes = Validation.validate(kind, object, old: old)
      if !causes.isEmpty { said = Status.invalid(kind, "postgres", causes).message }
    } catch { said = error.message }
    #expect(said == message)
  }

  @Test func podUpdatesShowTheDifference() throws {
    let manifest = """
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec: {nodeName: microk8s-vm, serviceAccountName: default, containers: [{name: c, image: i}]}
      """
    let old = try stored(manifest)
    var new = old
    new.set(["spec", "nodeName"], "other")
    let causes = Validation.validate(.pod, new, old: old)
    #expect(
      causes.map { margins($0.text) } == [
        """
        spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)
          core.PodSpec{
          \t... // 9 identical fields
          \tServiceAccountName:           "default",
          \tAutomountServiceAccountToken: nil,
        - \tNodeName:                     "microk8s-vm",
        + \tNodeName:                     "other",
          \tSecurityContext:              &{},
          \tImagePullSecrets:             nil,
          \t... // 20 identical fields
          }

        """
      ])
  }

  @Test func differencesOpenContainers() throws {
    let old = try stored(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: postgres, image: i}], volumes: [{name: data, persistentVolumeClaim: {claimName: d}}, {name: init, configMap: {name: m}}]}"
    )
    var new = old
    new.set(
      ["spec", "containers"], .array([Value.object(old[path: "spec", "containers"]!.array![0].object!.renamed("x"))]))
    #expect(
      margins(GoDifference.text(before: old["spec"]!, after: new["spec"]!, "PodSpec", package: "core")) == """
          core.PodSpec{
          \tVolumes:        {{Name: "data", VolumeSource: {PersistentVolumeClaim: &{ClaimName: "d"}}}, {Name: "init", VolumeSource: {ConfigMap: &{LocalObjectReference: {Name: "m"}, DefaultMode: &420}}}},
          \tInitContainers: nil,
          \tContainers: []core.Container{
          \t\t{
        - \t\t\tName:    "postgres",
        + \t\t\tName:    "x",
          \t\t\tImage:   "i",
          \t\t\tCommand: nil,
          \t\t\t... // 21 identical fields
          \t\t},
          \t},
          \tEphemeralContainers: nil,
          \tRestartPolicy:       "Always",
          \t... // 29 identical fields
          }

        """)
  }

  @Test func claimsAreImmutable() throws {
    var old = try stored(
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: [ReadWriteOnce], storageClassName: microk8s-hostpath, volumeName: pvc-1, resources: {requests: {storage: 1Gi}}}"
    )
    old.set(["status", "phase"], "Bound")
    old.set(["status", "capacity", "storage"], "1Gi")
    var new = old
    new.set(["spec", "storageClassName"], "x")
    #expect(
      Validation.validate(.persistentVolumeClaim, new, old: old).map { margins($0.text) } == [
        """
        spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims
          core.PersistentVolumeClaimSpec{
          \t... // 2 identical fields
          \tResources:        {Requests: {s"storage": {i: {...}, s: "1Gi", Format: "BinarySI"}}},
          \tVolumeName:       "pvc-1",
        - \tStorageClassName: &"microk8s-hostpath",
        + \tStorageClassName: &"x",
          \tVolumeMode:       &"Filesystem",
          \tDataSource:       nil,
          \t... // 2 identical fields
          }

        """
      ])
    new = old
    new.set(["spec", "resources", "requests", "storage"], "500Mi")
    #expect(
      Validation.validate(.persistentVolumeClaim, new, old: old).map(\.text) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
      ])
  }
}

extension OrderedMap where Key == String, Value == Unstructured.Value {
  func renamed(_ name: String) -> Self {
    var copy = self
    copy["name"] = .string(name)
    return copy
  }
}

/// With plain spaces instead of non-breaking ones.
func margins(_ text: String) -> String {
  replacing(text, "\u{A0}", " ")
}
