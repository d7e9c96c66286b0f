// Small tables: durations, quantities, selectors, kinds, cells, cron, defaults.

import SimKernel
import Testing
import Unstructured

@testable import KubeAPI

@Suite struct TableTests {
  @Test func humanDurations() {
    let cases: [(Int64, String)] = [
      (-2, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (599, "9m59s"), (600, "10m"),
      (179 * 60, "179m"), (180 * 60, "3h"), (3 * 3600 + 60, "3h1m"), (8 * 3600, "8h"), (47 * 3600, "47h"),
      (48 * 3600, "2d"), (50 * 3600, "2d2h"), (192 * 3600, "8d"), (17519 * 3600, "729d"), (17520 * 3600, "2y"),
      (18000 * 3600, "2y20d"), (70080 * 3600, "8y"),
    ]
    for (seconds, text) in cases { #expect(HumanDuration.text(seconds: seconds) == text) }
    #expect(HumanDuration.parse("1h30m")?.wholeSeconds == 5400)
    #expect(HumanDuration.parse("1.5s")?.wholeMilliseconds == 1500)
    #expect(HumanDuration.parse("abc") == nil && HumanDuration.parse("") == nil && HumanDuration.parse("5") == nil)
    #expect(HumanDuration.goText(.seconds(Int64(5400))) == "1h30m0s")
    #expect(HumanDuration.goText(.milliseconds(1500)) == "1.5s" && HumanDuration.goText(.zero) == "0s")
  }

  @Test func quantities() {
    let cases: [(String, String?)] = [
      ("0.5", "500m"), ("2000m", "2"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("100m", "100m"), ("1", "1"), ("0", "0"),
      ("512M", "512M"), ("1000k", "1M"), ("1e3", "1e3"), ("12e6", "12e6"), ("0.1Gi", "107374182400m"),
      ("1500m", "1500m"),
      ("-1", "-1"), ("1.", "1"), (".5", "500m"), ("1024", "1024"), ("1Ki", "1Ki"), ("lots", nil), ("", nil),
      ("1Mb", nil),
      ("1 Gi", nil), ("0.0001", "100u"), ("3Gi", "3Gi"), ("100Ki", "100Ki"), ("1.25", "1250m"), ("+5", "5"),
      ("1E3", "1e3"), ("512Ki", "512Ki"),
    ]
    for (text, canonical) in cases { #expect(Quantity(parsing: text)?.description == canonical, "\(text)") }
    let a = Quantity(parsing: "100m")!
    let b = Quantity(parsing: "1")!
    #expect((a + b).description == "1100m" && (b - a).description == "900m" && a < b && a.milliUnits == 100)
    #expect((Quantity(parsing: "512Mi")! + Quantity(parsing: "512Mi")!).description == "1Gi")
    #expect(Quantity(parsing: "1500m")!.wholeUnits == 2 && Quantity(parsing: "1Gi")! == Quantity(parsing: "1024Mi")!)
    #expect(Quantity.parseError("1Mb") == Quantity.formatError && Quantity.parseError("1i") == Quantity.suffixError)
  }

  static let selectors: [(String, String)] = [
    ("app=web", "app=web"), ("app==web,tier!=x", "app==web,tier!=x"), ("a in (y,x)", "a in (x,y)"), ("!b,a", "a,!b"),
    ("a notin (z)", "a notin (z)"), ("a=", "a="), ("", ""), ("n>3", "n>3"), ("a in ()", "a in ()"),
    ("app in postgres", "!unable to parse requirement: found 'postgres' expected: '('"),
    ("app=a=b", "!found '=', expected: ',' or 'end of string'"),
    ("!!", "!unable to parse requirement: found '!', expected: identifier"),
    ("app=bad value", "!found 'value', expected: ',' or 'end of string'"),
    ("a,", "!found '', expected: identifier after ','"),
    (",a", "!found ',', expected: !, identifier, or 'end of string'"),
    ("a in (x", "!unable to parse requirement: found '', expected: ',' or ')'"),
  ]

  @Test(arguments: selectors)
  func labelSelectors(_ text: String, _ expected: String) {
    do throws(SelectorError) {
      #expect(try LabelSelector(parsing: text).description == expected)
    } catch { #expect("!" + error.message == expected) }
  }

  @Test func matching() throws {
    let labels: Value = ["app": "web", "n": "5"]
    for (text, wanted) in [
      ("app=web", true), ("app!=web", false), ("x!=1", true), ("app in (web,db)", true), ("app notin (web)", false),
      ("x", false), ("!x", true), ("n>4", true), ("n<5", false), ("app=web,n=5", true), ("", true),
    ] {
      #expect(try LabelSelector(parsing: text).matches(labels) == wanted, "\(text)")
    }
    #expect(!LabelSelector(nil).matches(labels) && LabelSelector([:]).matches(labels))
    #expect(LabelSelector(["matchExpressions": [["key": "app", "operator": "Exists"]]]).matches(labels))
    let pod: Value = ["metadata": ["name": "p"], "status": ["phase": "Running"], "spec": [:]]
    #expect(try FieldSelector(parsing: "status.phase=Running,metadata.name!=x", kind: .pod).matches(pod))
    #expect(try !FieldSelector(parsing: "spec.nodeName=n", kind: .pod).matches(pod))
    func message(_ text: String) -> String {
      do throws(SelectorError) {
        _ = try FieldSelector(parsing: text, kind: .pod)
        return ""
      } catch { return error.message }
    }
    #expect(message("nosuch=1") == "field label not supported: nosuch")
    #expect(message("nosuch") == "invalid selector: 'nosuch'; can't understand 'nosuch'")
  }

  @Test func kindsByName() {
    for (name, plural) in [
      ("po", "pods"), ("Pod", "pods"), ("sts", "statefulsets"), ("statefulset.apps", "statefulsets"),
      ("statefulsets.v1.apps", "statefulsets"), ("deploy", "deployments"), ("hpa", "horizontalpodautoscalers"),
      ("cm", "configmaps"), ("pvc", "persistentvolumeclaims"), ("ing", "ingresses"), ("ep", "endpoints"),
      ("ev", "events"), ("events.events.k8s.io", "events"), ("no", "nodes"), ("crd", "customresourcedefinitions"),
      ("networkpolicies.networking.k8s.io", "networkpolicies"), ("pods.v1.", "pods"), ("limits", "limitranges"),
    ] {
      #expect(Kinds.named(name)?.plural == plural, "\(name)")
    }
    #expect(Kinds.named("podz") == nil && Kinds.named("statefulset.batch") == nil && Kinds.named("") == nil)
    #expect(Kinds.all.count == 58)
    #expect(Kinds.of(apiVersion: "apps/v1", kind: "StatefulSet") == .statefulSet)
    #expect(Kinds.of(apiVersion: "v1", kind: "StatefulSet") == nil)
    #expect(Kinds.apiVersions.count == 21 && Kinds.apiVersions.last == "v1")
    for kind in Kinds.all {
      #expect(kind.columns.count == kind.row(TableRow(["metadata": ["name": "x"]], now: 0)).count, "\(kind.kind)")
    }
  }

  static let now: Int64 = 1_768_467_600 * 1_000_000_000
  static func pod(_ status: Value, _ more: Value = [:], containers: Int = 1, initContainers: Int = 0) -> [String] {
    var metadata: Value = ["name": "p", "creationTimestamp": "2026-01-15T08:59:00Z"]
    for (key, value) in more.object! { metadata[key] = value }
    let object: Value = [
      "metadata": metadata, "status": status,
      "spec": [
        "containers": .array(Array(repeating: ["name": "c"], count: containers)),
        "initContainers": .array(Array(repeating: ["name": "i"], count: initContainers)),
      ],
    ]
    return Array(TablePrinter.row(.pod, object, now: now)[1...4])
  }

  @Test func podRows() {
    let running: Value = ["name": "c", "ready": true, "restartCount": 0, "state": ["running": [:]]]
    #expect(TableTests.pod(["phase": "Pending"]) == ["0/1", "Pending", "0", "60s"])
    #expect(TableTests.pod(["phase": "Running", "containerStatuses": [running]]) == ["1/1", "Running", "0", "60s"])
    #expect(
      TableTests.pod(
        ["phase": "Running", "containerStatuses": [running]], ["deletionTimestamp": "2026-01-15T09:00:30Z"])
        == ["1/1", "Terminating", "0", "60s"])
    let crash: Value = [
      "name": "c", "ready": false, "restartCount": 3, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
      "lastState": ["terminated": ["finishedAt": "2026-01-15T08:59:40Z", "exitCode": 1]],
    ]
    #expect(
      TableTests.pod(["phase": "Running", "containerStatuses": [crash]]) == [
        "0/1", "CrashLoopBackOff", "3 (20s ago)", "60s",
      ])
    let done: Value = [
      "name": "c", "restartCount": 0, "state": ["terminated": ["exitCode": 0, "reason": "Completed"]],
    ]
    #expect(
      TableTests.pod(
        ["phase": "Succeeded", "containerStatuses": [done]], ["deletionTimestamp": "2026-01-15T09:00:30Z"])
        == ["0/1", "Completed", "0", "60s"])
    #expect(
      TableTests.pod(["phase": "Running", "containerStatuses": [done, running]], containers: 2)[1] == "NotReady")
    #expect(
      TableTests.pod(
        [
          "phase": "Pending",
          "initContainerStatuses": [done, ["name": "i", "state": ["waiting": ["reason": "PodInitializing"]]]],
        ],
        initContainers: 2)[1] == "Init:1/2")
    #expect(
      TableTests.pod(
        ["phase": "Pending", "initContainerStatuses": [["name": "i", "state": ["terminated": ["exitCode": 2]]]]],
        initContainers: 1)[1]
        == "Init:ExitCode:2")
  }

  @Test func otherRows() {
    let service: Value = [
      "metadata": ["name": "s", "creationTimestamp": "2026-01-15T08:00:00Z"],
      "spec": [
        "type": "NodePort", "clusterIP": "10.1.1.1", "selector": ["b": "2", "a": "1"],
        "ports": [["port": 80, "nodePort": 30_239, "protocol": "TCP"], ["port": 53, "protocol": "UDP"]],
      ],
    ]
    #expect(
      TablePrinter.row(.service, service, now: TableTests.now)
        == ["s", "NodePort", "10.1.1.1", "<none>", "80:30239/TCP,53/UDP", "60m", "a=1,b=2"])
    let claim: Value = [
      "metadata": ["name": "c"], "spec": ["volumeName": "v", "storageClassName": "sc"], "status": ["phase": "Pending"],
    ]
    #expect(
      TablePrinter.row(.persistentVolumeClaim, claim, now: TableTests.now)
        == ["c", "Pending", "v", "0", "", "sc", "<unset>", "<unknown>", "<unset>"])
    let endpoints: Value = [
      "metadata": ["name": "e"],
      "subsets": [
        [
          "addresses": [["ip": "1.1.1.1"], ["ip": "1.1.1.2"], ["ip": "1.1.1.3"], ["ip": "1.1.1.4"]],
          "ports": [["port": 80]],
        ]
      ],
    ]
    #expect(TablePrinter.row(.endpoints, endpoints, now: 0)[1] == "1.1.1.1:80,1.1.1.2:80,1.1.1.3:80 + 1 more...")
    let hpa: Value = [
      "spec": [
        "scaleTargetRef": ["kind": "Deployment", "name": "d"], "maxReplicas": 5,
        "metrics": [["type": "Resource", "resource": ["name": "cpu", "target": ["averageUtilization": 50]]]],
      ]
    ]
    #expect(
      Array(TablePrinter.row(.horizontalPodAutoscaler, hpa, now: 0)[1...5])
        == ["Deployment/d", "cpu: <unknown>/50%", "<unset>", "5", "0"])
  }

  @Test func cronSchedules() {
    let start: Int64 = 1_768_467_600  // Thu 2026-01-15 09:00
    for (text, seconds) in [
      ("* * * * *", 60), ("*/5 * * * *", 300), ("0 * * * *", 3600), ("30 9 * * *", 1800), ("0 0 * * 0", 226_800),
      ("@hourly", 3600), ("0 0 1 * *", 1_436_400), ("15,45 9-10 * jan mon-fri", 900), ("@every 90s", 90),
    ] as [(String, Int64)] {
      #expect(CronSchedule(text)?.next(after: start) == start + seconds, "\(text)")
    }
    #expect(CronSchedule("0 0 31 2 *")?.next(after: start) == nil)
    #expect(CronSchedule.problem("60 * * * *") == "end of range (60) above maximum (59): 60")
    #expect(CronSchedule.problem("@foo") == "unrecognized descriptor: @foo")
    #expect(
      CronSchedule.problem("x * * * *") == "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")
  }

  @Test func base64() {
    for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
      guard case .bytes(let bytes) = Base64.decode(Base64.encode(Array(text.utf8))) else {
        Issue.record("\(text)")
        continue
      }
      #expect(bytes == Array(text.utf8))
    }
    if case .illegal(let offset) = Base64.decode("not-base64!") {
      #expect(offset == 3)
    } else {
      Issue.record("accepted")
    }
  }

  @Test func defaultsAreIdempotentAndNormal() throws {
    for manifest in [HashTests.full, replacing(HashTests.postgres, "IMAGE", "15"), RefusalTests.lab] {
      let once = try stored(manifest)
      let kind = Kinds.of(apiVersion: once["apiVersion"]!.string!, kind: once["kind"]!.string!)!
      var twice = once
      Defaults.apply(kind, &twice)
      #expect(Decoding.normalize(kind, twice) == once)
    }
  }

  @Test func olderVersionsAreConverted() throws {
    let old = try stored(
      "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}"
    )
    #expect(
      old["apiVersion"] == "autoscaling/v2"
        && TablePrinter.row(.horizontalPodAutoscaler, old, now: 0)[2] == "cpu: <unknown>/50%")
  }

  @Test func explainTree() throws {
    let strategy = try #require(Schema.structure("StatefulSetUpdateStrategy"))
    #expect(ExplainFacts.fields(strategy).map(\.name) == ["rollingUpdate", "type"])
    #expect(ExplainFacts.enumeration(strategy.members["type"]!.type) == "enum: OnDelete, RollingUpdate")
    #expect(ExplainFacts.isRequired(Schema.field(.pod, ["spec", "containers"])!))

    #expect(Schema.field(.statefulSet, ["spec", "updateStrategy"])?.type.explainName == "StatefulSetUpdateStrategy")
    #expect(Schema.field(.pod, ["spec", "containers", "ports"])?.type.explainName == "[]ContainerPort")
    #expect(Schema.field(.pod, ["spec", "nosuch"]) == nil)
    #expect(Schema.root(.pod)?.members.keys == ["kind", "apiVersion", "metadata", "spec", "status"])
    for kind in Kinds.all where !kind.subresources.isEmpty && Schema.root(kind) == nil {
      #expect(kind.group != "apps" && kind.group != "batch" && !kind.group.isEmpty, "\(kind.kind)")
    }
  }
}
