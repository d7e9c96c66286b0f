// Strategic merge: applying, making, and both together.

import SimKernel
import Testing
import Unstructured

@testable import KubeAPI

@Suite struct PatchTests {
  static func strategic(_ object: String, _ patch: String, _ kind: Kind = .pod) throws -> String {
    let schema = PatchSchema(structure: Schema.root(kind))
    let merged = try StrategicMerge(appliesDirectives: true, ignoresUnmatchedNulls: true)
      .merge(try JSON.parse(object).object!, try JSON.parse(patch).object!, schema)
    return JSON.compact(.object(merged))
  }

  static let merges: [(object: String, patch: String, result: String)] = [
    (
      #"{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}]}}"#,
      #"{"spec":{"containers":[{"name":"b","image":"3"}]}}"#,
      #"{"spec":{"containers":[{"image":"1","name":"a"},{"image":"3","name":"b"}]}}"#
    ),
    (
      #"{"spec":{"containers":[{"name":"a"}]}}"#, #"{"spec":{"containers":[{"name":"z"}]}}"#,
      #"{"spec":{"containers":[{"name":"z"},{"name":"a"}]}}"#
    ),
    (
      #"{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}"#,
      #"{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}"#, #"{"spec":{"containers":[{"name":"b"}]}}"#
    ),
    (
      #"{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}"#,
      #"{"spec":{"containers":[{"$patch":"replace"},{"name":"c"}]}}"#, #"{"spec":{"containers":[{"name":"c"}]}}"#
    ),
    (
      #"{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}"#,
      #"{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"c"},{"name":"a"}],"containers":[{"name":"c"}]}}"#,
      #"{"spec":{"containers":[{"name":"b"},{"name":"c"},{"name":"a"}]}}"#
    ),
    (
      #"{"metadata":{"finalizers":["a","b","c"]}}"#, #"{"metadata":{"$deleteFromPrimitiveList/finalizers":["b"]}}"#,
      #"{"metadata":{"finalizers":["a","c"]}}"#
    ),
    (
      #"{"metadata":{"labels":{"a":"1","b":"2"}}}"#, #"{"metadata":{"labels":{"a":null,"c":null,"d":"4"}}}"#,
      #"{"metadata":{"labels":{"b":"2","d":"4"}}}"#
    ),
    (
      #"{"spec":{"tolerations":[{"key":"a"}]}}"#, #"{"spec":{"tolerations":[{"key":"b"}]}}"#,
      #"{"spec":{"tolerations":[{"key":"b"}]}}"#
    ),
    (
      #"{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}"#,
      #"{"spec":{"volumes":[{"name":"v","$retainKeys":["name","hostPath"],"hostPath":{"path":"/x"}}]}}"#,
      #"{"spec":{"volumes":[{"hostPath":{"path":"/x"},"name":"v"}]}}"#
    ),
    (
      #"{"spec":{"nodeSelector":{"a":"b"}}}"#, #"{"spec":{"nodeSelector":{"$patch":"replace","c":"d"}}}"#,
      #"{"spec":{"nodeSelector":{"c":"d"}}}"#
    ),
  ]

  @Test(arguments: merges)
  func applies(_ object: String, _ patch: String, _ result: String) throws {
    #expect(try PatchTests.strategic(object, patch) == result)
  }

  static let twoWays: [(from: String, to: String, patch: String)] = [
    (#"{"spec":{"replicas":1}}"#, #"{"spec":{"replicas":2}}"#, #"{"spec":{"replicas":2}}"#),
    (#"{"a":1}"#, #"{"a":1}"#, "{}"),
    (
      #"{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b"}]}}}}"#,
      #"{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"2"},{"name":"b"}]}}}}"#,
      #"{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"a"},{"name":"b"}],"containers":[{"image":"2","name":"a"}]}}}}"#
    ),
    (
      #"{"spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}}}"#,
      #"{"spec":{"template":{"spec":{"containers":[{"name":"b"}]}}}}"#,
      #"{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"b"}],"containers":[{"$patch":"delete","name":"a"}]}}}}"#
    ),
    (#"{"metadata":{"labels":{"a":"1"}}}"#, #"{"metadata":{"labels":{}}}"#, #"{"metadata":{"labels":{"a":null}}}"#),
    (
      #"{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}"#,
      #"{"spec":{"strategy":{"type":"Recreate"}}}"#,
      #"{"spec":{"strategy":{"$retainKeys":["type"],"rollingUpdate":null,"type":"Recreate"}}}"#
    ),
  ]

  @Test(arguments: twoWays)
  func makes(_ from: String, _ to: String, _ patch: String) throws {
    let original = try JSON.parse(from)
    let modified = try JSON.parse(to)
    let made = try Patch.twoWay(original, modified, kind: .deployment)
    #expect(JSON.compact(made) == patch)
    let merged = try StrategicMerge(appliesDirectives: true, ignoresUnmatchedNulls: true)
      .merge(original.object!, made.object!, PatchSchema(structure: Schema.root(.deployment)))
    #expect(Value.object(merged) == modified)
  }

  @Test func applyingAnUnchangedManifestNeedsNoPatch() throws {
    let manifest = try ManifestReader.all(
      HashTests.deployment("{a: b}", "{name: c, image: i, ports: [{containerPort: 80}]}"))[0]
    let live = try stored(HashTests.deployment("{a: b}", "{name: c, image: i, ports: [{containerPort: 80}]}"))
    #expect(
      JSON.compact(try Patch.threeWay(original: manifest, modified: manifest, current: live, kind: .deployment)) == "{}"
    )
    var changed = manifest
    changed.set(["spec", "replicas"], 3)
    changed.set(["spec", "selector"], nil)
    #expect(
      JSON.compact(try Patch.threeWay(original: manifest, modified: changed, current: live, kind: .deployment))
        == #"{"spec":{"replicas":3,"selector":null}}"#)
  }

  @Test func applyingAClaimTemplateAlwaysSendsIt() throws {
    let text = """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: x}
      spec:
        serviceName: x
        selector: {matchLabels: {a: b}}
        template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}
        volumeClaimTemplates:
        - metadata: {name: data}
          spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      """
    let manifest = try ManifestReader.all(text)[0]
    let live = try stored(text)
    let patch = try Patch.threeWay(original: manifest, modified: manifest, current: live, kind: .statefulSet)
    #expect(
      JSON.compact(patch)
        == #"{"spec":{"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}]}}"#
    )
    let (object, _) = try Patch.apply(.strategic, patch, to: live, kind: .statefulSet)
    var again = object
    Defaults.apply(.statefulSet, &again)
    #expect(Decoding.normalize(.statefulSet, again) == live)
  }

  @Test func mergePatches() throws {
    let object = try JSON.parse(#"{"a":{"b":1,"c":[1]},"d":2}"#)
    let patch = try JSON.parse(#"{"a":{"b":null,"c":[2]},"e":{"f":null,"g":1}}"#)
    #expect(JSON.compact(Patch.mergeJSON(object, patch)) == #"{"a":{"c":[2]},"d":2,"e":{"g":1}}"#)
    let wanted = try JSON.parse(#"{"a":{"b":1},"e":3}"#)
    #expect(JSON.compact(Patch.diffJSON(object, wanted)) == #"{"a":{"c":null},"d":null,"e":3}"#)
  }
}
