// Which of the nodes that can take a pod it goes to: the scores of the default profile's plugins, each from 0 to 100, added by
// their weights. The real scheduler chooses at random among nodes with equal sums; here chance is the session's seed.
// Left out: pods of a job that a scheduler was told of by extenders, and sampling of clusters with more than a hundred nodes.
// Source: `pkg/scheduler/framework/plugins/{noderesources,podtopologyspread,interpodaffinity,nodeaffinity,tainttoleration,imagelocality}`,
// `pkg/scheduler/apis/config/v1/default_plugins.go`.

import KubeAPI
import SimKernel
import Unstructured

struct NodeScore {
  let filter: NodeFilter
  /// Those that passed the filters.
  let fitting: [StoredObject]

  private var pod: StoredObject { filter.pod }
  private var scheduler: Scheduler { filter.scheduler }
  private static let most: Int64 = 100

  /// The nodes with the highest sum, in their order.
  func best() -> [StoredObject] {
    guard fitting.count > 1 else { return fitting }
    var sums = [Int64](repeating: 0, count: fitting.count)
    for (weight, scores) in [
      (Int64(3), taints()), (2, nodeAffinity()), (1, leastAllocated()), (2, spread()), (2, company()), (1, balance()),
      (1, images()),
    ] {
      for i in sums.indices { sums[i] += weight * scores[i] }
    }
    let top = sums.max() ?? 0
    var winners: [StoredObject] = []
    for i in sums.indices where sums[i] == top { winners.append(fitting[i]) }
    return winners
  }

  /// Scales scores so that the highest becomes 100; `reversed` makes many bad.
  private func normalized(_ scores: [Int64], reversed: Bool = false) -> [Int64] {
    let highest = scores.max() ?? 0
    var result: [Int64] = []
    for score in scores {
      let share = highest == 0 ? 0 : NodeScore.most * score / highest
      result.append(reversed ? NodeScore.most - share : share)
    }
    return result
  }

  // MARK: The node itself

  /// Taints of the effect PreferNoSchedule that the pod does not tolerate.
  private func taints() -> [Int64] {
    var tolerations: [Value] = []
    for toleration in pod.value[path: "spec", "tolerations"]?.array ?? [] {
      let effect = toleration["effect"]?.string ?? ""
      if effect.isEmpty || effect == "PreferNoSchedule" { tolerations.append(toleration) }
    }
    var counts: [Int64] = []
    for node in fitting {
      var count: Int64 = 0
      for taint in node.value[path: "spec", "taints"]?.array ?? []
      where taint["effect"]?.string == "PreferNoSchedule" && !NodeFilter.tolerates(tolerations, taint) { count += 1 }
      counts.append(count)
    }
    return normalized(counts, reversed: true)
  }

  private func nodeAffinity() -> [Int64] {
    let preferred =
      pod.value[path: "spec", "affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution"]?.array
      ?? []
    var sums: [Int64] = []
    for node in fitting {
      var sum: Int64 = 0
      for term in preferred {
        if let preference = term["preference"], NodeFilter.matches([preference], node) {
          sum += term["weight"]?.integer ?? 0
        }
      }
      sums.append(sum)
    }
    return normalized(sums)
  }

  /// Images that are there already, by size. Only names that are written as the node lists them count.
  private func images() -> [Int64] {
    var wanted: [String] = []
    for list in ["initContainers", "containers"] {
      for container in pod.value["spec"]?[list]?.array ?? [] {
        wanted.append(NodeScore.tagged(container["image"]?.string ?? ""))
      }
    }
    var listings: [[Value]] = []
    for node in filter.nodes { listings.append(scheduler.api.imagesOnNode?(node.name) ?? []) }
    func size(_ name: String, _ listing: [Value]) -> Int64? {
      for image in listing where image["names"].strings.contains(name) { return image["sizeBytes"]?.integer ?? 0 }
      return nil
    }
    let megabyte: Int64 = 1 << 20
    let least = 23 * megabyte
    let greatest = 1_000 * megabyte * Int64(max(1, wanted.count))
    var scores: [Int64] = []
    for node in fitting {
      var sum: Int64 = 0
      for name in wanted {
        guard let here = size(name, scheduler.api.imagesOnNode?(node.name) ?? []) else { continue }
        var holders: Int64 = 0
        for listing in listings where size(name, listing) != nil { holders += 1 }
        sum += here * holders / Int64(filter.nodes.count)
      }
      scores.append(NodeScore.most * (min(max(sum, least), greatest) - least) / (greatest - least))
    }
    return scores
  }

  private static func tagged(_ name: String) -> String {
    let colon = name.utf8.lastIndex(of: 58)
    let slash = name.utf8.lastIndex(of: 47)
    if let colon, slash == nil || slash! < colon { return name }
    return name + ":latest"
  }

  // MARK: Resources

  private func room(_ node: StoredObject, _ resource: String) -> Int64 {
    Quantity.milli(node.value[path: "status", "allocatable"]?[resource]) ?? 0
  }

  /// The share of processor and memory that would be left; containers that ask for nothing count as asking for a little.
  private func leastAllocated() -> [Int64] {
    let own = Scheduler.assumedRequests(pod.value, scheduler.api)
    var scores: [Int64] = []
    for node in fitting {
      let use = scheduler.usage(of: node.name)
      var sum: Int64 = 0
      var resources: Int64 = 0
      for (capacity, asked) in [
        (room(node, "cpu"), use.assumedCPU + own.cpu),
        (room(node, "memory") / 1_000, (use.assumedMemory + own.memory) / 1_000),
      ] where capacity > 0 {
        resources += 1
        if asked <= capacity { sum += (capacity - asked) * NodeScore.most / capacity }
      }
      scores.append(resources == 0 ? 0 : sum / resources)
    }
    return scores
  }

  /// How evenly processor and memory would be used, by what is really asked for.
  private func balance() -> [Int64] {
    let cpu = scheduler.api.podTotal(pod.value, "requests", "cpu")
    let memory = scheduler.api.podTotal(pod.value, "requests", "memory")
    var scores: [Int64] = []
    for node in fitting {
      let use = scheduler.usage(of: node.name)
      var shares: [Double] = []
      for (capacity, asked) in [(room(node, "cpu"), use.cpu + cpu), (room(node, "memory"), use.memory + memory)]
      where capacity > 0 { shares.append(min(1, Double(asked) / Double(capacity))) }
      let deviation = shares.count == 2 ? abs((shares[0] - shares[1]) / 2) : 0
      scores.append(Int64((1 - deviation) * Double(NodeScore.most)))
    }
    return scores
  }

  // MARK: Other pods

  private func company() -> [Int64] {
    var scores: [String: [String: Int64]] = [:]
    func add(_ term: Value, _ weight: Int64, _ place: StoredObject) {
      let key = term["topologyKey"]?.string ?? ""
      if let domain = filter.domain(place, key) { scores[key, default: [:]][domain, default: 0] += weight }
    }
    let own = NodeScore.preferences(pod)
    for node in filter.nodes {
      for resident in filter.residents(node) {
        for (term, weight) in own where filter.selects(term, of: pod, resident) { add(term, weight, node) }
        guard resident.value[path: "spec", "affinity"] != nil else { continue }
        for term in NodeFilter.terms(resident, "podAffinity") where filter.selects(term, of: resident, pod) {
          add(term, 1, node)
        }
        for (term, weight) in NodeScore.preferences(resident) where filter.selects(term, of: resident, pod) {
          add(term, weight, node)
        }
      }
    }
    var sums: [Int64] = []
    for node in fitting {
      var sum: Int64 = 0
      for (key, domains) in scores {
        if let domain = filter.domain(node, key) { sum += domains[domain] ?? 0 }
      }
      sums.append(sum)
    }
    let (low, high) = (sums.min() ?? 0, sums.max() ?? 0)
    guard high > low else { return [Int64](repeating: 0, count: sums.count) }
    var result: [Int64] = []
    for sum in sums { result.append(Int64(Double(NodeScore.most) * (Double(sum - low) / Double(high - low)))) }
    return result
  }

  /// The preferred terms of a pod, those of anti-affinity with a negative weight.
  private static func preferences(_ pod: StoredObject) -> [(term: Value, weight: Int64)] {
    var list: [(term: Value, weight: Int64)] = []
    for (side, sign) in [("podAffinity", Int64(1)), ("podAntiAffinity", -1)] {
      let terms = pod.value[path: "spec", "affinity", side, "preferredDuringSchedulingIgnoredDuringExecution"]
      for item in terms?.array ?? [] {
        if let term = item["podAffinityTerm"] { list.append((term, sign * (item["weight"]?.integer ?? 0))) }
      }
    }
    return list
  }

  private struct Rule {
    let constraint: Value
    let selectors: [LabelSelector]
    var key: String { constraint["topologyKey"]?.string ?? "" }
    var isByNode: Bool { key == "kubernetes.io/hostname" }
  }

  /// The pod's own constraints that are wishes, or else those of every pod: few of its kind on a node, few in a zone.
  private func rules() -> [Rule] {
    if let own = pod.value[path: "spec", "topologySpreadConstraints"]?.array, !own.isEmpty {
      return filter.constraints("ScheduleAnyway").map {
        Rule(constraint: $0, selectors: [NodeFilter.selector(of: $0, pod)])
      }
    }
    let kind = selectorsOfItsKind()
    if kind.isEmpty { return [] }
    return [
      Rule(constraint: ["topologyKey": "kubernetes.io/hostname", "maxSkew": 3], selectors: kind),
      Rule(constraint: ["topologyKey": "topology.kubernetes.io/zone", "maxSkew": 5], selectors: kind),
    ]
  }

  /// Which pods are of a pod's kind: its services and its set say.
  private func selectorsOfItsKind() -> [LabelSelector] {
    var selectors: [LabelSelector] = []
    for service in scheduler.store.shelf(.service).list(namespace: pod.namespace) {
      guard let labels = service.value[path: "spec", "selector"], labels.object?.isEmpty == false else { continue }
      let selector = LabelSelector(["matchLabels": labels])
      if selector.matches(object: pod.value) { selectors.append(selector) }
    }
    guard let uid = pod.controllerUID else { return selectors }
    for kind in [Kind.replicaSet, .statefulSet, .replicationController] {
      for owner in scheduler.store.shelf(kind).list(namespace: pod.namespace) where owner.uid == uid {
        guard let selector = owner.value[path: "spec", "selector"] else { continue }
        selectors.append(LabelSelector(kind == .replicationController ? ["matchLabels": selector] : selector))
      }
    }
    return selectors
  }

  private func spread() -> [Int64] {
    let rules = rules()
    if rules.isEmpty { return [Int64](repeating: 0, count: fitting.count) }
    // The constraints of every pod do without a label that a node has not.
    let needsAll = pod.value[path: "spec", "topologySpreadConstraints"] != nil
    let constraints = rules.map { $0.constraint }
    let isLeftOut = fitting.map { needsAll && !filter.hasLabels($0, of: constraints) }
    var scores = [Double](repeating: 0, count: fitting.count)
    for rule in rules {
      var numbers: [String: Int64] = [:]
      for (node, isOut) in zip(fitting, isLeftOut) where !isOut { numbers[filter.domain(node, rule.key) ?? ""] = 0 }
      let size = rule.isByNode ? isLeftOut.count { !$0 } : numbers.count
      let weight = NodeScore.logarithm(size + 2)
      if !rule.isByNode {
        for node in filter.nodes where !needsAll || filter.hasLabels(node, of: constraints) {
          guard let place = filter.domain(node, rule.key), numbers[place] != nil,
            filter.counts(node, for: rule.constraint)
          else { continue }
          numbers[place, default: 0] += filter.count(rule.selectors, on: node)
        }
      }
      let slack = Double((rule.constraint["maxSkew"]?.integer ?? 1) - 1)
      for (i, node) in fitting.enumerated() where !isLeftOut[i] {
        guard let place = filter.domain(node, rule.key) else { continue }
        let number = rule.isByNode ? filter.count(rule.selectors, on: node) : numbers[place] ?? 0
        scores[i] += Double(number) * weight + slack
      }
    }
    var low = Int64.max
    var high = Int64.min
    for i in fitting.indices where !isLeftOut[i] {
      low = min(low, Int64(scores[i].rounded()))
      high = max(high, Int64(scores[i].rounded()))
    }
    var result: [Int64] = []
    for i in fitting.indices {
      if isLeftOut[i] {
        result.append(0)
      } else {
        result.append(high == 0 ? NodeScore.most : NodeScore.most * (high + low - Int64(scores[i].rounded())) / high)
      }
    }
    return result
  }

  /// The natural logarithm of a small whole number.
  private static func logarithm(_ number: Int) -> Double {
    var sum = 0.0
    for step in 1..<max(2, number) {
      // ln((k + 1) / k) = 2 artanh(1 / (2k + 1))
      let x = 1 / Double(2 * step + 1)
      var power = x
      for term in stride(from: 1, through: 31, by: 2) {
        sum += 2 * power / Double(term)
        power *= x * x
      }
    }
    return sum
  }
}
