import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct StatefulSetTests {
  @Test func createsPodsInOrderAndProvisionsTheirClaims() throws {
    let bench = Bench()
    let pods = try bench.watch(.pod)
    let claims = try bench.watch(.persistentVolumeClaim)
    let sets = try bench.watch(.statefulSet)
    let system = try bench.watch(.pod, namespace: "kube-system", fromNow: true)
    try bench.apply(Manifests.postgres())
    bench.settle(keepingZero: true)
    expectRows(
      pods,
      [
        "0 postgres-0 0/1 Pending", "6 postgres-0 0/1 Pending", "6 postgres-0 0/1 ContainerCreating",
        "6.6 postgres-0 0/1 ContainerCreating", "7 postgres-0 0/1 Running", "14 postgres-0 1/1 Running",
        "14 postgres-1 0/1 Pending", "20 postgres-1 0/1 Pending", "20 postgres-1 0/1 ContainerCreating",
        "20.6 postgres-1 0/1 ContainerCreating", "21 postgres-1 0/1 Running", "28 postgres-1 1/1 Running",
      ])
    expectRows(
      claims,
      [
        "0 data-postgres-0 Pending", "0 data-postgres-0 Pending", "0 data-postgres-0 Pending",
        "5 data-postgres-0 Pending", "5 data-postgres-0 Bound", "14 data-postgres-1 Pending",
        "14 data-postgres-1 Pending", "14 data-postgres-1 Pending", "19 data-postgres-1 Pending",
        "19 data-postgres-1 Bound",
      ], columns: 2)
    expectRows(
      sets,
      [
        "0 postgres 0/2", "0 postgres 0/2", "0 postgres 0/2", "14 postgres 1/2", "14 postgres 1/2", "28 postgres 2/2",
      ], columns: 2)
    // The provisioner's helper pods.
    var states: [String] = []
    for row in system.rows.prefix(9) { states.append(row.cells[1] + " " + row.cells[2]) }
    #expect(
      states == [
        "0/1 Pending", "0/1 Pending", "0/1 ContainerCreating", "0/1 ContainerCreating", "0/1 Completed",
        "0/1 Completed", "0/1 Completed", "0/1 Completed", "0/1 Completed",
      ])
    bench.check()
  }

  @Test func healsADeletedPod() throws {
    let bench = try Bench.lab(2)
    let pods = try bench.watch(.pod, fromNow: true)
    let sets = try bench.watch(.statefulSet, fromNow: true)
    try bench.delete(.pod, "postgres-0")
    bench.settle(keepingZero: true)
    expectRows(
      pods,
      [
        "0 postgres-0 1/1 Terminating", "0.39 postgres-0 1/1 Terminating", "0.4 postgres-0 0/1 Completed",
        "0.9 postgres-0 0/1 Completed", "0.9 postgres-0 0/1 Completed", "0.9 postgres-0 0/1 Pending",
        "0.9 postgres-0 0/1 Pending", "0.9 postgres-0 0/1 ContainerCreating", "1.5 postgres-0 0/1 ContainerCreating",
        "1.9 postgres-0 0/1 Running", "8.9 postgres-0 1/1 Running",
      ])
    expectRows(
      sets,
      ["0 postgres 2/2", "0.4 postgres 1/2", "0.9 postgres 1/2", "0.9 postgres 1/2", "8.9 postgres 2/2"], columns: 2)
    bench.check()
  }

  @Test func plainNetworkHasNoAnnotationRows() throws {
    var profile = NodeProfile.capture
    profile.patchesAnnotations = false
    let bench = try Bench.lab(1, profile: profile)
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.delete(.pod, "postgres-0")
    bench.settle(keepingZero: true)
    #expect(
      pods.states() == [
        "postgres-0 1/1 Terminating", "postgres-0 0/1 Completed", "postgres-0 0/1 Completed",
        "postgres-0 0/1 Completed", "postgres-0 0/1 Pending", "postgres-0 0/1 Pending",
        "postgres-0 0/1 ContainerCreating", "postgres-0 0/1 Running", "postgres-0 1/1 Running",
      ])
    // Ready six seconds after running, not seven.
    #expect(abs(pods.rows[8].at - pods.rows[7].at - 6) < 0.1)
  }

  @Test func updatesFromTheHighestOrdinalDown() throws {
    let bench = try Bench.lab(2)
    let pods = try bench.watch(.pod, fromNow: true)
    let sets = try bench.watch(.statefulSet, fromNow: true)
    try bench.setImage("postgres:16-alpine")
    bench.settle(keepingZero: true)
    #expect(pods.rows.count == 22)
    #expect(pods.rows[0].cells[0] == "postgres-1")
    #expect(pods.rows[11].cells[0] == "postgres-0")
    #expect(abs(pods.rows[11].at - pods.rows[10].at) < 0.05)
    #expect(sets.rows.count == 10)
    let set = try bench.get(.statefulSet, "postgres")
    #expect(set[path: "status", "currentRevision"] == set[path: "status", "updateRevision"])
    #expect(set[path: "status", "currentRevision"]?.string == "postgres-5c4c6c5f7")
    bench.check()
  }

  @Test func staysStuckOnABrokenImageUntilThePodIsDeleted() throws {
    let bench = try Bench.lab(2)
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.setImage("postgres:does-not-exist")
    bench.run(27)
    try bench.setImage("postgres:15-alpine")
    bench.run(12)
    #expect(
      pods.states() == [
        "postgres-1 1/1 Terminating", "postgres-1 1/1 Terminating", "postgres-1 0/1 Completed",
        "postgres-1 0/1 Completed", "postgres-1 0/1 Completed", "postgres-1 0/1 Pending", "postgres-1 0/1 Pending",
        "postgres-1 0/1 ContainerCreating", "postgres-1 0/1 ContainerCreating", "postgres-1 0/1 ErrImagePull",
        "postgres-1 0/1 ImagePullBackOff", "postgres-1 0/1 ErrImagePull",
      ])
    let before = pods.rows.count
    try bench.delete(.pod, "postgres-1")
    bench.run(15)
    #expect(
      Array(pods.states()[before...]) == [
        "postgres-1 0/1 Terminating", "postgres-1 0/1 Terminating", "postgres-1 0/1 Terminating",
        "postgres-1 0/1 Terminating", "postgres-1 0/1 ContainerStatusUnknown", "postgres-1 0/1 ContainerStatusUnknown",
        "postgres-1 0/1 ContainerStatusUnknown", "postgres-1 0/1 Pending", "postgres-1 0/1 Pending",
        "postgres-1 0/1 ContainerCreating", "postgres-1 0/1 ContainerCreating", "postgres-1 0/1 Running",
        "postgres-1 1/1 Running",
      ])
    var revisions: [Int64] = []
    for revision in try bench.api.list(.controllerRevision, namespace: "default").items {
      revisions.append(revision["revision"]?.integer ?? 0)
    }
    #expect(revisions.sorted() == [2, 3])
  }

  @Test func scalesDownOneAtATimeAndKeepsClaims() throws {
    let bench = try Bench.lab(4)
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.scale("postgres", 2)
    bench.settle(keepingZero: true)
    var names: [String] = []
    for row in pods.rows { names.append(row.cells[0]) }
    #expect(names == Array(repeating: "postgres-3", count: 5) + Array(repeating: "postgres-2", count: 5))
    #expect(try bench.api.list(.persistentVolumeClaim, namespace: "default").items.count == 4)
    bench.check()
  }

  @Test func anUnreadyPodStopsScalingBothWays() throws {
    let bench = try Bench.lab(2)
    bench.runtime.scripts["postgres:15-alpine"]?.ready = nil
    try bench.delete(.pod, "postgres-1")
    bench.run(30)
    try bench.scale("postgres", 5)
    bench.run(60)
    #expect(try bench.api.list(.pod, namespace: "default").items.count == 2)
    #expect(try bench.api.list(.persistentVolumeClaim, namespace: "default").items.count == 2)
  }

  @Test func parallelSetsDoNotWait() throws {
    let bench = Bench()
    let pods = try bench.watch(.pod)
    try bench.apply(Manifests.postgres(replicas: 3, extra: "  podManagementPolicy: Parallel"))
    bench.settle(keepingZero: true)
    var first: Set<String> = []
    for row in pods.rows.prefix(3) { first.insert(row.cells[0] + " " + row.cells[2]) }
    #expect(first == ["postgres-0 Pending", "postgres-1 Pending", "postgres-2 Pending"])
    bench.check()
  }

  @Test func minReadySecondsIsSampledLate() throws {
    let bench = Bench()
    let pods = try bench.watch(.pod)
    try bench.apply(Manifests.postgres(extra: "  minReadySeconds: 6"))
    bench.settle(keepingZero: true)
    var ready = 0.0
    var next = 0.0
    for row in pods.rows {
      if ready == 0, row.cells[1] == "1/1" { ready = row.at }
      if next == 0, row.cells[0] == "postgres-1" { next = row.at }
    }
    #expect(abs(next - ready - 10) < 0.6)
  }

  @Test func onDeleteWaitsForDeletion() throws {
    let bench = Bench()
    try bench.apply(Manifests.postgres(extra: "  updateStrategy: {type: OnDelete}"))
    bench.settle()
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.setImage("postgres:16-alpine")
    bench.settle()
    #expect(pods.rows.isEmpty)
    try bench.delete(.pod, "postgres-0")
    bench.settle()
    let pod = try bench.get(.pod, "postgres-0")
    #expect(pod[path: "spec", "containers"]?.array?[0]["image"]?.string == "postgres:16-alpine")
  }

  @Test func partitionKeepsLowerOrdinals() throws {
    let bench = Bench()
    try bench.apply(
      Manifests.postgres(
        replicas: 3, extra: "  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}"))
    bench.settle()
    try bench.setImage("postgres:16-alpine")
    bench.settle()
    var images: [String] = []
    for pod in try bench.api.list(.pod, namespace: "default").items {
      images.append(pod[path: "spec", "containers"]?.array?[0]["image"]?.string ?? "")
    }
    #expect(images == ["postgres:15-alpine", "postgres:15-alpine", "postgres:16-alpine"])
    let set = try bench.get(.statefulSet, "postgres")
    #expect(set[path: "status", "updatedReplicas"]?.integer == 1)
    bench.check()
  }

  @Test func orphansAreAdoptedByName() throws {
    let bench = try Bench.lab(2)
    _ = try bench.api.delete(
      .statefulSet, namespace: "default", name: "postgres", DeleteOptions(propagation: .orphan))
    bench.settle()
    #expect(try bench.api.list(.pod, namespace: "default").items.count == 2)
    #expect(try bench.get(.pod, "postgres-0")[path: "metadata", "ownerReferences"] == nil)
    try bench.apply(Manifests.set())
    bench.settle()
    let owner = try bench.get(.pod, "postgres-0")[path: "metadata", "ownerReferences"]?.array?[0]
    #expect(owner?["kind"]?.string == "StatefulSet")
    #expect(try bench.api.list(.controllerRevision, namespace: "default").items.count == 1)
    bench.check()
  }

  @Test func deletingTheSetDeletesAllPodsTogether() throws {
    let bench = try Bench.lab(2)
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.delete(.statefulSet, "postgres")
    bench.settle(keepingZero: true)
    #expect(pods.rows.count == 10)
    #expect(pods.rows[0].at < 0.05 && pods.rows[1].at < 0.05)
    #expect(pods.rows[0].cells[0] != pods.rows[1].cells[0])
    #expect(try bench.api.list(.persistentVolumeClaim, namespace: "default").items.count == 2)
  }

  @Test func foregroundDeletionWaitsForPods() throws {
    let bench = try Bench.lab(1)
    let answer = try bench.api.delete(
      .statefulSet, namespace: "default", name: "postgres", DeleteOptions(propagation: .foreground))
    #expect(answer?[path: "metadata", "finalizers"] == ["foregroundDeletion"])
    bench.run(0.3)
    #expect((try? bench.get(.statefulSet, "postgres")) != nil)
    bench.settle()
    #expect((try? bench.get(.statefulSet, "postgres")) == nil)
    #expect((try? bench.get(.pod, "postgres-0")) == nil)
  }

  @Test func retentionPolicyDeletesClaims() throws {
    let bench = Bench()
    try bench.apply(
      Manifests.postgres(
        replicas: 3, extra: "  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Delete}"))
    bench.settle()
    let claims = try bench.watch(.persistentVolumeClaim, fromNow: true)
    try bench.scale("postgres", 2)
    bench.settle(keepingZero: true)
    #expect(
      claims.states(2) == [
        "data-postgres-2 Bound", "data-postgres-2 Terminating", "data-postgres-2 Terminating",
      ])
    try bench.delete(.statefulSet, "postgres")
    bench.settle()
    #expect(try bench.api.list(.persistentVolumeClaim, namespace: "default").items.isEmpty)
  }

  @Test func invalidTemplatesShowAsEvents() throws {
    let bench = Bench()
    var manifest = Manifests.set()
    manifest = String(
      manifest.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("image:") }.joined(
        separator: "\n"))
    try bench.apply(manifest)
    bench.run(2)
    var messages: [String] = []
    for event in try bench.api.list(.event, namespace: "default").items {
      if event["reason"]?.string == "FailedCreate" { messages.append(event["message"]?.string ?? "") }
    }
    #expect(
      messages.first?.hasPrefix(
        "create Pod postgres-0 in StatefulSet postgres failed error: Pod \"postgres-0\" is invalid: spec.containers[0].image: Required value"
      ) == true)
  }
}
