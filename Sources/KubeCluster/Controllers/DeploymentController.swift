// Deployments: one ReplicaSet per template, moved in step by surge and unavailability, with revisions to go back to. One look
// does one thing. Source: `pkg/controller/deployment/{deployment_controller,sync,rolling,recreate,progress}.go`,
// `util/deployment_util.go`.

import KubeAPI
import SimKernel
import Unstructured

final class DeploymentController: Controller {
  private let recorder: EventRecorder
  /// When the progress deadline of each deployment is looked at.
  var deadlines: [ObjectKey: EventID] = [:]
  private static let revision = "deployment.kubernetes.io/revision"
  private static let history = "deployment.kubernetes.io/revision-history"
  private static let desired = "deployment.kubernetes.io/desired-replicas"
  private static let max = "deployment.kubernetes.io/max-replicas"

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "deployment-controller")
    super.init(api: api, latency: latency)
    watch(.deployment)
    watch(.replicaSet, ownedBy: .deployment)
    store.shelf(.pod).observe { [self] old, new in
      // Recreate waits for the last pod to go.
      guard new == nil, let old, let set = ownerKey(old, .replicaSet),
        let owner = store.object(.replicaSet, set.namespace, set.name), let key = ownerKey(owner, .deployment),
        let deployment = store.object(.deployment, key.namespace, key.name),
        deployment.value[path: "spec", "strategy", "type"]?.string == "Recreate"
      else { return }
      for set in store.shelf(.replicaSet).controlled(by: deployment.uid)
      where store.shelf(.pod).controlledCount(by: set.uid) > 0 { return }
      enqueue(key)
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .deployment) }

  override func reconcile(_ key: ObjectKey) {
    guard let deployment = store.object(.deployment, key.namespace, key.name) else { return }
    adopt(deployment)
    let sets = store.shelf(.replicaSet).controlled(by: deployment.uid)
    if deployment.isBeingDeleted { return writeStatus(deployment, sets, wasWanted: sets, isRolling: false) }
    if deployment.value[path: "spec", "paused"]?.bool == true {
      notePause(deployment)
      scaleOnly(deployment, sets)
      return finish(deployment, sets, isRolling: false)
    }
    notePause(deployment)
    if isScaling(deployment, sets) {
      scaleOnly(deployment, sets)
      return finish(deployment, sets, isRolling: false)
    }
    if deployment.value[path: "spec", "strategy", "type"]?.string == "Recreate" {
      recreate(deployment, sets)
    } else {
      roll(deployment, sets)
    }
    finish(deployment, sets)
  }

  /// `before` are the sets as the look began: the status counts what was wanted of them then. Progress is noted only by looks
  /// that roll.
  private func finish(_ deployment: StoredObject, _ before: [StoredObject], isRolling: Bool = true) {
    guard let fresh = store.object(.deployment, deployment.namespace, deployment.name) else { return }
    let now = store.shelf(.replicaSet).controlled(by: deployment.uid)
    var wanted = before
    for set in now where !before.contains(where: { $0.uid == set.uid }) { wanted.append(set) }
    writeStatus(fresh, now, wasWanted: wanted, isRolling: isRolling)
    cleanUp(fresh)
  }

  // MARK: ReplicaSets

  private func adopt(_ deployment: StoredObject) {
    guard deployment.value[path: "status", "observedGeneration"] == nil, !deployment.isBeingDeleted else { return }
    let selector = LabelSelector(deployment.value[path: "spec", "selector"])
    let reference = controllerReference(.deployment, deployment)
    for set in store.shelf(.replicaSet).list(namespace: deployment.namespace)
    where set.controllerUID == nil && selector.matches(object: set.value) {
      api.amend(.replicaSet, set.namespace, set.name) { $0.set(["metadata", "ownerReferences"], [reference]) }
    }
  }

  func replicas(_ object: StoredObject) -> Int64 { object.value[path: "spec", "replicas"]?.integer ?? 1 }
  func count(_ object: StoredObject, _ field: String) -> Int64 {
    object.value["status"]?[field]?.integer ?? 0
  }
  private func annotation(_ object: StoredObject, _ name: String) -> String? {
    object.value[path: "metadata", "annotations"]?[name]?.string
  }
  private func number(_ set: StoredObject) -> Int64 { Int64(annotation(set, DeploymentController.revision) ?? "") ?? 0 }

  private func templateOf(_ set: StoredObject) -> Value? {
    var template = set.value[path: "spec", "template"]
    var labels = template?[path: "metadata", "labels"]?.object ?? Value.Object()
    labels["pod-template-hash"] = nil
    template?.set(["metadata", "labels"], .object(labels))
    return template
  }

  func split(
    _ deployment: StoredObject, _ sets: [StoredObject]
  ) -> (new: StoredObject?, old: [StoredObject]) {
    let template = deployment.value[path: "spec", "template"]
    var new: StoredObject?
    var oldest: [StoredObject] = []
    for set in sets.sorted(by: { born($0) == born($1) ? $0.name < $1.name : born($0) < born($1) }) {
      if new == nil, templateOf(set) == template { new = set } else { oldest.append(set) }
    }
    return (new, oldest)
  }

  private func born(_ set: StoredObject) -> String {
    set.value[path: "metadata", "creationTimestamp"]?.string ?? ""
  }

  /// The set of the present template, created with `initial` replicas if need be; its annotations are brought up to date.
  private func ensureNew(_ deployment: StoredObject, _ sets: [StoredObject], create: Bool) -> StoredObject? {
    let (found, old) = split(deployment, sets)
    var highest: Int64 = 0
    for set in old where number(set) > highest { highest = number(set) }
    let next = highest + 1
    if let found {
      var present = found
      if number(found) < next {
        present =
          api.amend(.replicaSet, found.namespace, found.name) { value in
            let before = value[path: "metadata", "annotations"]?[DeploymentController.revision]?.string ?? ""
            if !before.isEmpty {
              let past = value[path: "metadata", "annotations"]?[DeploymentController.history]?.string ?? ""
              value.set(
                ["metadata", "annotations", DeploymentController.history],
                .string(past.isEmpty ? before : past + "," + before))
            }
            value.set(["metadata", "annotations", DeploymentController.revision], .string("\(next)"))
            copyAnnotations(deployment, &value)
          } ?? found
      } else {
        present = api.amend(.replicaSet, found.namespace, found.name) { copyAnnotations(deployment, &$0) } ?? found
      }
      noteProgress(
        deployment, "\(number(present))", "FoundNewReplicaSet", "Found new replica set \"\(present.name)\"",
        onlyIfMissing: true)
      return present
    }
    guard create else { return nil }
    let template = deployment.value[path: "spec", "template"] ?? [:]
    let collisions = deployment.value[path: "status", "collisionCount"]?.integer
    let hash = Hashes.podTemplate(template, collisionCount: collisions)
    var labelled = template
    labelled.set(["metadata", "labels", "pod-template-hash"], .string(hash))
    var selector = deployment.value[path: "spec", "selector"] ?? [:]
    selector.set(["matchLabels", "pod-template-hash"], .string(hash))
    let name = "\(deployment.name)-\(hash)"
    var size: Int64 = 0
    if deployment.value[path: "spec", "strategy", "type"]?.string == "Recreate" {
      size = replicas(deployment)
    } else {
      var total: Int64 = 0
      for set in sets { total += replicas(set) }
      let room = replicas(deployment) + surge(deployment) - total
      size = room < replicas(deployment) ? (room > 0 ? room : 0) : replicas(deployment)
    }
    var object: Value = [
      "apiVersion": "apps/v1", "kind": "ReplicaSet",
      "metadata": [
        "name": .string(name), "labels": labelled[path: "metadata", "labels"] ?? [:],
        "ownerReferences": [controllerReference(.deployment, deployment)],
      ],
      "spec": ["replicas": .integer(size), "selector": selector, "template": labelled],
    ]
    if let minimum = deployment.value[path: "spec", "minReadySeconds"] {
      object.set(["spec", "minReadySeconds"], minimum)
    }
    copyAnnotations(deployment, &object)
    object.set(["metadata", "annotations", DeploymentController.revision], .string("\(next)"))
    stampSize(deployment, &object)
    do throws(Status) {
      _ = try api.create(.replicaSet, namespace: deployment.namespace, object)
    } catch {
      let now = world.civilNow.rfc3339
      let message = "Failed to create new replica set \"\(name)\": \(error.message)"
      api.amend(.deployment, deployment.namespace, deployment.name) {
        setCondition(
          &$0, type: "Progressing", status: "False", reason: "ReplicaSetCreateError", message: message, now: now,
          updateTime: true)
      }
      recorder.record(ObjectReference(.deployment, deployment), .warning, "ReplicaSetCreateError", message)
      return nil
    }
    if size > 0 {
      recorder.record(
        ObjectReference(.deployment, deployment), .normal, "ScalingReplicaSet",
        "Scaled up replica set \(name) from 0 to \(size)")
    }
    noteProgress(deployment, "\(next)", "NewReplicaSetCreated", "Created new replica set \"\(name)\"")
    return store.object(.replicaSet, deployment.namespace, name)
  }

  private func copyAnnotations(_ deployment: StoredObject, _ set: inout Value) {
    for (key, value) in deployment.value[path: "metadata", "annotations"]?.object ?? Value.Object()
    where key != "kubectl.kubernetes.io/last-applied-configuration" && !key.hasPrefix("deployment.kubernetes.io/")
      && key != "deprecated.deployment.rollback.to"
    {
      set.set(["metadata", "annotations", key], value)
    }
  }

  private func stampSize(_ deployment: StoredObject, _ set: inout Value) {
    let wanted = replicas(deployment)
    set.set(["metadata", "annotations", DeploymentController.desired], .string("\(wanted)"))
    set.set(["metadata", "annotations", DeploymentController.max], .string("\(wanted + surge(deployment))"))
  }

  /// Writes the revision and how far things are, in one go.
  private func noteProgress(
    _ deployment: StoredObject, _ revision: String, _ reason: String, _ message: String, onlyIfMissing: Bool = false
  ) {
    let keepsCondition = onlyIfMissing && condition(deployment, "Progressing") != nil
    let now = world.civilNow.rfc3339
    api.amend(.deployment, deployment.namespace, deployment.name, uid: deployment.uid) {
      $0.set(["metadata", "annotations", DeploymentController.revision], .string(revision))
      if keepsCondition { return }
      setCondition(
        &$0, type: "Progressing", status: "True", reason: reason, message: message, now: now, updateTime: true)
    }
  }

  func condition(_ deployment: StoredObject, _ type: String) -> Value? {
    for condition in deployment.value[path: "status", "conditions"]?.array ?? [] where condition["type"]?.string == type
    {
      return condition
    }
    return nil
  }

  private func notePause(_ deployment: StoredObject) {
    let isPaused = deployment.value[path: "spec", "paused"]?.bool == true
    let reason = condition(deployment, "Progressing")?["reason"]?.string
    let now = world.civilNow.rfc3339
    if isPaused, reason != "DeploymentPaused" {
      api.amend(.deployment, deployment.namespace, deployment.name, uid: deployment.uid) {
        setCondition(
          &$0, type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused",
          now: now, updateTime: true)
      }
    } else if !isPaused, reason == "DeploymentPaused" {
      api.amend(.deployment, deployment.namespace, deployment.name, uid: deployment.uid) {
        setCondition(
          &$0, type: "Progressing", status: "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed",
          now: now, updateTime: true)
      }
    }
  }

  // MARK: Scaling

  private func resolve(_ value: Value?, _ total: Int64, roundUp: Bool) -> Int64 {
    if let number = value?.integer { return number }
    guard let text = value?.string, text.hasSuffix("%"), let percent = Int64(text.dropLast()) else { return 0 }
    return roundUp ? (percent * total + 99) / 100 : percent * total / 100
  }

  private func surge(_ deployment: StoredObject) -> Int64 {
    guard deployment.value[path: "spec", "strategy", "type"]?.string != "Recreate" else { return 0 }
    return resolve(
      deployment.value[path: "spec", "strategy", "rollingUpdate", "maxSurge"], replicas(deployment), roundUp: true)
  }

  func unavailable(_ deployment: StoredObject) -> Int64 {
    guard deployment.value[path: "spec", "strategy", "type"]?.string != "Recreate" else { return 0 }
    let most = resolve(
      deployment.value[path: "spec", "strategy", "rollingUpdate", "maxUnavailable"], replicas(deployment),
      roundUp: false)
    if most == 0, surge(deployment) == 0 { return 1 }
    return most > replicas(deployment) ? replicas(deployment) : most
  }

  private func scale(_ set: StoredObject, to size: Int64, _ deployment: StoredObject) {
    let before = replicas(set)
    api.amend(.replicaSet, set.namespace, set.name, uid: set.uid) { value in
      value.set(["spec", "replicas"], .integer(size))
      stampSize(deployment, &value)
    }
    guard before != size else { return }
    recorder.record(
      ObjectReference(.deployment, deployment), .normal, "ScalingReplicaSet",
      "Scaled \(size > before ? "up" : "down") replica set \(set.name) from \(before) to \(size)")
  }

  private func isScaling(_ deployment: StoredObject, _ sets: [StoredObject]) -> Bool {
    for set in sets where replicas(set) > 0 {
      if let desired = annotation(set, DeploymentController.desired), desired != "\(replicas(deployment))" {
        return true
      }
    }
    return false
  }

  /// Spreads a change of size over the sets in proportion to what they have.
  private func scaleOnly(_ deployment: StoredObject, _ sets: [StoredObject]) {
    let new = ensureNew(deployment, sets, create: false)
    let sets = store.shelf(.replicaSet).controlled(by: deployment.uid)
    var active: [StoredObject] = []
    for set in sets where replicas(set) > 0 { active.append(set) }
    let wanted = replicas(deployment)
    if active.count <= 1 {
      guard let only = active.first ?? new ?? split(deployment, sets).old.last else { return }
      scale(only, to: wanted, deployment)
      return
    }
    if let new, count(new, "availableReplicas") == wanted, replicas(new) == wanted {
      for set in active where set.uid != new.uid { scale(set, to: 0, deployment) }
      return
    }
    guard deployment.value[path: "spec", "strategy", "type"]?.string != "Recreate" else { return }
    var total: Int64 = 0
    for set in active { total += replicas(set) }
    let allowed = wanted > 0 ? wanted + surge(deployment) : 0
    var rest = allowed - total
    active.sort { a, b in
      if replicas(a) != replicas(b) { return replicas(a) > replicas(b) }
      return rest > 0 ? born(a) > born(b) : born(a) < born(b)
    }
    var sizes: [Int64] = []
    for set in active {
      let most = Int64(annotation(set, DeploymentController.max) ?? "") ?? total
      let exact = Double(replicas(set) * allowed) / Double(most == 0 ? 1 : most)
      let share = Int64(exact.rounded()) - replicas(set)
      var step = share
      if rest > 0 { step = step > rest ? rest : (step < 0 ? 0 : step) }
      if rest <= 0 { step = step < rest ? rest : (step > 0 ? 0 : step) }
      rest -= step
      sizes.append(replicas(set) + step)
    }
    if !sizes.isEmpty, rest != 0 { sizes[0] = sizes[0] + rest < 0 ? 0 : sizes[0] + rest }
    for (index, set) in active.enumerated() { scale(set, to: sizes[index], deployment) }
  }

  // MARK: Rolling update

  private func roll(_ deployment: StoredObject, _ sets: [StoredObject]) {
    guard let new = ensureNew(deployment, sets, create: true) else { return }
    let all = store.shelf(.replicaSet).controlled(by: deployment.uid)
    let old = split(deployment, all).old
    let wanted = replicas(deployment)
    // Up first.
    if replicas(new) > wanted {
      scale(new, to: wanted, deployment)
      return
    }
    if replicas(new) < wanted {
      var total: Int64 = 0
      for set in all { total += replicas(set) }
      let room = wanted + surge(deployment) - total
      if room > 0 {
        let size = replicas(new) + (room < wanted - replicas(new) ? room : wanted - replicas(new))
        scale(new, to: size, deployment)
        return
      }
    }
    // Then down.
    var oldTotal: Int64 = 0
    for set in old { oldTotal += replicas(set) }
    guard oldTotal > 0 else { return }
    var total = oldTotal + replicas(new)
    let least = wanted - unavailable(deployment)
    let newUnavailable = replicas(new) - count(new, "availableReplicas")
    var budget = total - least - newUnavailable
    guard budget > 0 else { return }
    // Unhealthy pods of old sets go first.
    var sizes: [String: Int64] = [:]
    for set in old {
      guard budget > 0 else { break }
      let size = replicas(set)
      let unhealthy = size - count(set, "availableReplicas")
      guard size > 0, unhealthy > 0 else { continue }
      let drop = unhealthy < budget ? unhealthy : budget
      sizes[set.uid] = size - drop
      budget -= drop
      scale(set, to: size - drop, deployment)
    }
    total = replicas(new)
    var available = count(new, "availableReplicas")
    for set in old { available += count(set, "availableReplicas") }
    var spare = available - least
    for set in old where spare > 0 {
      let size = sizes[set.uid] ?? replicas(set)
      guard size > 0 else { continue }
      let drop = size < spare ? size : spare
      scale(store.object(.replicaSet, set.namespace, set.name) ?? set, to: size - drop, deployment)
      spare -= drop
    }
  }

  private func recreate(_ deployment: StoredObject, _ sets: [StoredObject]) {
    let (_, old) = split(deployment, sets)
    var scaled = false
    for set in old where replicas(set) > 0 {
      scale(set, to: 0, deployment)
      scaled = true
    }
    if scaled { return }
    for set in old {
      for pod in store.shelf(.pod).controlled(by: set.uid) where !PodState.isFinished(pod) { return }
    }
    guard let new = ensureNew(deployment, sets, create: true) else { return }
    if replicas(new) != replicas(deployment) { scale(new, to: replicas(deployment), deployment) }
  }

  private func cleanUp(_ deployment: StoredObject) {
    guard let limit = deployment.value[path: "spec", "revisionHistoryLimit"]?.integer,
      condition(deployment, "Progressing")?["reason"]?.string == "NewReplicaSetAvailable"
    else { return }
    let (_, old) = split(deployment, store.shelf(.replicaSet).controlled(by: deployment.uid))
    var spare: [StoredObject] = []
    for set in old where replicas(set) == 0 && count(set, "replicas") == 0 && !set.isBeingDeleted { spare.append(set) }
    spare.sort { number($0) < number($1) }
    var excess = Int64(spare.count) - limit
    for set in spare where excess > 0 {
      excess -= 1
      _ = try? api.delete(.replicaSet, namespace: set.namespace, name: set.name)
    }
  }
}
