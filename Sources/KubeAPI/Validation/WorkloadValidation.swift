// What the API server refuses in workloads (pkg/apis/{apps,batch}/validation, 1.32), in its order and words.

import SimKernel
import Unstructured

enum WorkloadValidation {
  static let mismatch = "`selector` does not match template `labels`"

  /// A label selector object; what the kind says about an empty one.
  static func selector(_ checker: inout Checker, _ selector: Value?, _ path: String, emptyMessage: String) {
    guard let selector, !selector.isNull else { return checker.required(path) }
    PlacementValidation.labelSelector(&checker, selector, path)
    if selector["matchLabels"]?.object?.isEmpty ?? true, selector["matchExpressions"]?.array?.isEmpty ?? true {
      checker.invalid(path, shown: GoLiteral.describe(selector, "LabelSelector", package: "v1"), emptyMessage)
    }
  }

  private static func matches(_ checker: inout Checker, _ spec: Value, _ path: String) {
    let selector = LabelSelector(spec["selector"])
    let labels = spec[path: "template", "metadata", "labels"]
    if !selector.isEmpty, !selector.matches(labels) {
      checker.invalid(path + ".template.metadata.labels", labels ?? [:], mismatch)
    }
  }

  private static func alwaysRestarts(_ checker: inout Checker, _ spec: Value, _ path: String, _ kind: String) {
    let policy = spec[path: "template", "spec", "restartPolicy"]
    if let text = policy?.string, text != "Always" {
      checker.unsupported(path + ".template.spec.restartPolicy", policy, ["Always"])
    }
    if spec[path: "template", "spec", "activeDeadlineSeconds"] != nil {
      checker.forbidden(
        path + ".template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in \(kind) is not Supported")
    }
  }

  // MARK: StatefulSet

  static func statefulSet(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let policy = spec["podManagementPolicy"]?.string ?? ""
    if policy.isEmpty {
      checker.required("spec.podManagementPolicy")
    } else if policy != "OrderedReady", policy != "Parallel" {
      checker.invalid("spec.podManagementPolicy", .string(policy), "must be 'OrderedReady' or 'Parallel'")
    }
    let strategy = spec["updateStrategy"] ?? [:]
    let rolling = strategy["rollingUpdate"]
    switch strategy["type"]?.string ?? "" {
    case "": checker.required("spec.updateStrategy")
    case "OnDelete":
      if let rolling, !rolling.isNull {
        checker.invalid(
          "spec.updateStrategy.rollingUpdate",
          shown: GoLiteral.describe(rolling, "RollingUpdateStatefulSetStrategy", package: "apps"),
          "only allowed for updateStrategy 'RollingUpdate'")
      }
    case "RollingUpdate":
      checker.nonNegative("spec.updateStrategy.rollingUpdate.partition", rolling?["partition"])
    default:
      checker.invalid(
        "spec.updateStrategy", shown: GoLiteral.describe(strategy, "StatefulSetUpdateStrategy", package: "apps"),
        "must be 'RollingUpdate' or 'OnDelete'")
    }
    for name in ["whenDeleted", "whenScaled"] {
      if let text = spec[path: "persistentVolumeClaimRetentionPolicy", name]?.string, text != "Retain",
        text != "Delete"
      {
        checker.unsupported(
          "spec.persistentVolumeClaimRetentionPolicy.\(name)", .string(text), ["Delete", "Retain"])
      }
    }
    checker.nonNegative("spec.replicas", spec["replicas"])
    checker.nonNegative("spec.minReadySeconds", spec["minReadySeconds"])
    checker.nonNegative("spec.ordinals.start", spec[path: "ordinals", "start"])
    checker.nonNegative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])
    selector(
      &checker, spec["selector"], "spec.selector", emptyMessage: "empty selector is invalid for statefulset")
    matches(&checker, spec, "spec")
    MetadataValidation.labels(&checker, spec[path: "template", "metadata", "labels"], "spec.template.labels")
    MetadataValidation.annotations(
      &checker, spec[path: "template", "metadata", "annotations"], "spec.template.annotations")
    alwaysRestarts(&checker, spec, "spec", "StatefulSet")
    guard let old = checker.old?["spec"] else { return }
    var mine = spec
    for name in [
      "replicas", "template", "updateStrategy", "minReadySeconds", "ordinals", "persistentVolumeClaimRetentionPolicy",
    ] {
      mine[name] = old[name]
    }
    if mine != old {
      checker.forbidden(
        "spec",
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
          + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")
    }
  }

  // MARK: Deployment, ReplicaSet, ReplicationController, DaemonSet

  private static func selectorIsImmutable(_ checker: inout Checker) {
    guard let old = checker.old?[path: "spec", "selector"], let new = checker.object[path: "spec", "selector"],
      old != new
    else { return }
    if new.isNull { return checker.invalid("spec.selector", new, "field is immutable") }
    checker.invalid(
      "spec.selector", shown: GoLiteral.describe(new, "LabelSelector", package: "v1"), "field is immutable")
  }

  static func deployment(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    checker.nonNegative("spec.replicas", spec["replicas"])
    selector(
      &checker, spec["selector"], "spec.selector", emptyMessage: "empty selector is invalid for deployment")
    matches(&checker, spec, "spec")
    PodSpecValidation.template(&checker, spec["template"], "spec.template")
    alwaysRestarts(&checker, spec, "spec", "ReplicaSet")
    let strategy = spec["strategy"] ?? [:]
    let rolling = strategy["rollingUpdate"]
    switch strategy["type"]?.string ?? "" {
    case "Recreate":
      if let rolling, !rolling.isNull {
        checker.forbidden(
          "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
      }
    case "RollingUpdate":
      let unavailable = rolling?["maxUnavailable"]
      let surge = rolling?["maxSurge"]
      intOrPercent(&checker, unavailable, "spec.strategy.rollingUpdate.maxUnavailable")
      intOrPercent(&checker, surge, "spec.strategy.rollingUpdate.maxSurge")
      if isZero(unavailable), isZero(surge) {
        checker.invalid(
          "spec.strategy.rollingUpdate.maxUnavailable", shown: GoLiteral.intOrString(unavailable),
          "may not be 0 when `maxSurge` is 0")
      }
      atMostWhole(&checker, unavailable, "spec.strategy.rollingUpdate.maxUnavailable")
    default:
      checker.add(
        "FieldValueNotSupported", "spec.strategy",
        "Unsupported value: \(GoLiteral.describe(strategy, "DeploymentStrategy", package: "apps")): "
          + "supported values: \"Recreate\", \"RollingUpdate\"")
    }
    checker.nonNegative("spec.minReadySeconds", spec["minReadySeconds"])
    checker.nonNegative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])
    if let deadline = spec["progressDeadlineSeconds"]?.integer {
      checker.nonNegative("spec.progressDeadlineSeconds", .integer(deadline))
      if deadline <= spec["minReadySeconds"]?.integer ?? 0 {
        checker.invalid("spec.progressDeadlineSeconds", .integer(deadline), "must be greater than minReadySeconds")
      }
    }
    selectorIsImmutable(&checker)
  }

  private static func percentage(_ value: Value?) -> Int64? {
    guard let text = value?.string, text.hasSuffix("%") else { return nil }
    return Int64(String(text.dropLast()))
  }
  private static func isZero(_ value: Value?) -> Bool {
    if let percent = percentage(value) { return percent == 0 }
    return value?.integer == 0
  }
  /// A percentage of more than everything is none.
  static func atMostWhole(_ checker: inout Checker, _ value: Value?, _ path: String) {
    if let percent = percentage(value), percent > 100 {
      checker.invalid(path, shown: GoLiteral.intOrString(value), "must not be greater than 100%")
    }
  }

  /// A count or a percentage, not negative.
  static func intOrPercent(_ checker: inout Checker, _ value: Value?, _ path: String) {
    if let number = value?.integer {
      if number < 0 { checker.invalid(path, .integer(number), Checker.nonNegative) }
    } else if let text = value?.string, percentage(value) == nil || text.hasPrefix("-") {
      checker.invalid(
        path, shown: GoLiteral.intOrString(value),
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used "
          + "for validation is '[0-9]+%')")
    }
  }

  static func replicaSet(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    checker.nonNegative("spec.replicas", spec["replicas"])
    checker.nonNegative("spec.minReadySeconds", spec["minReadySeconds"])
    selector(
      &checker, spec["selector"], "spec.selector", emptyMessage: "empty selector is invalid for deployment")
    matches(&checker, spec, "spec")
    PodSpecValidation.template(&checker, spec["template"], "spec.template")
    alwaysRestarts(&checker, spec, "spec", "ReplicaSet")
    selectorIsImmutable(&checker)
  }

  static func replicationController(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    checker.nonNegative("spec.minReadySeconds", spec["minReadySeconds"])
    if spec["selector"]?.object?.isEmpty ?? true { checker.required("spec.selector") }
    checker.nonNegative("spec.replicas", spec["replicas"])
    if let selector = spec["selector"], selector.object?.isEmpty == false,
      !LabelSelector(labels: selector).matches(spec[path: "template", "metadata", "labels"])
    {
      checker.invalid(
        "spec.template.metadata.labels", spec[path: "template", "metadata", "labels"] ?? [:], mismatch)
    }
    PodSpecValidation.template(&checker, spec["template"], "spec.template")
  }

  static func daemonSet(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    PlacementValidation.labelSelector(&checker, spec["selector"], "spec.selector")
    let labels = spec[path: "template", "metadata", "labels"]
    if spec["selector"] == nil || !LabelSelector(spec["selector"]).matches(labels) {
      checker.invalid("spec.template.metadata.labels", labels ?? [:], mismatch)
    }
    if let selector = spec["selector"], LabelSelector(selector).isEmpty {
      checker.invalid(
        "spec.selector", shown: GoLiteral.describe(selector, "LabelSelector", package: "v1"),
        "empty selector is invalid for daemonset")
    }
    PodSpecValidation.template(&checker, spec["template"], "spec.template")
    alwaysRestarts(&checker, spec, "spec", "DaemonSet")
    checker.nonNegative("spec.minReadySeconds", spec["minReadySeconds"])
    let strategy = spec["updateStrategy"] ?? [:]
    switch strategy["type"]?.string ?? "" {
    case "OnDelete": break
    case "RollingUpdate":
      let unavailable = strategy[path: "rollingUpdate", "maxUnavailable"]
      let surge = strategy[path: "rollingUpdate", "maxSurge"]
      let at = "spec.updateStrategy.rollingUpdate"
      intOrPercent(&checker, unavailable, at + ".maxUnavailable")
      intOrPercent(&checker, surge, at + ".maxSurge")
      atMostWhole(&checker, unavailable, at + ".maxUnavailable")
      atMostWhole(&checker, surge, at + ".maxSurge")
      if !isZero(unavailable), !isZero(surge) {
        checker.invalid(
          at + ".maxSurge", shown: GoLiteral.intOrString(surge), "may not be set when maxUnavailable is non-zero")
      } else if isZero(unavailable), isZero(surge) {
        checker.required(at + ".maxUnavailable", "cannot be 0 when maxSurge is 0")
      }
    default:
      checker.add(
        "FieldValueNotSupported", "spec.updateStrategy",
        "Unsupported value: \(GoLiteral.describe(strategy, "DaemonSetUpdateStrategy", package: "apps")): "
          + "supported values: \"RollingUpdate\", \"OnDelete\"")
    }
    checker.nonNegative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])
    selectorIsImmutable(&checker)
  }

  // MARK: Job, CronJob

  static func job(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let selector = spec["selector"]
    let isOwn = spec["manualSelector"]?.bool == true
    if !isOwn, let selector { generatedSelector(&checker, selector) }
    jobSpec(&checker, spec, "spec")
    if let selector {
      PlacementValidation.labelSelector(&checker, selector, "spec.selector")
    } else if isOwn {
      checker.required("spec.selector")
    }
    let labels = spec[path: "template", "metadata", "labels"] ?? [:]
    if selector == nil ? isOwn : !LabelSelector(selector).matches(labels) {
      checker.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    }
    if let name = checker.object[path: "metadata", "name"]?.string, spec["completionMode"]?.string == "Indexed",
      let completions = spec["completions"]?.integer, completions > 0
    {
      let host = "\(name)-\(completions - 1)"
      if !Names.dnsLabelProblems(host).isEmpty {
        checker.invalid(
          "metadata.name", .string(name), "will not able to create pod with invalid DNS label: \(host)")
      }
    }
    guard let old = checker.old?["spec"] else { return }
    if spec["completions"] != old["completions"], spec["completionMode"]?.string != "Indexed" {
      checker.invalid("spec.completions", spec["completions"], "field is immutable")
    }
    if spec["selector"] != old["selector"] {
      checker.invalid(
        "spec.selector", shown: GoLiteral.describe(spec["selector"], "LabelSelector", package: "v1"),
        "field is immutable")
    }
    if spec["template"] != old["template"], old["suspend"]?.bool != true {
      checker.invalid(
        "spec.template", shown: GoLiteral.describe(spec["template"], "PodTemplateSpec", package: "core"),
        "field is immutable")
    }
    if spec["completionMode"] != old["completionMode"] {
      checker.invalid("spec.completionMode", spec["completionMode"], "field is immutable")
    }
  }

  /// A job that does not insist on its own selector has the one that is made for it, and so have its pods the labels: what an exported
  /// job carries is another's.
  private static func generatedSelector(_ checker: inout Checker, _ selector: Value) {
    let uid = checker.object[path: "metadata", "uid"] ?? ""
    let name = checker.object[path: "metadata", "name"] ?? ""
    let labels = checker.object[path: "spec", "template", "metadata", "labels"] ?? [:]
    var expected = Value.Object()
    for prefix in ["", "batch.kubernetes.io/"] {
      for (key, value) in [("controller-uid", uid), ("job-name", name)] {
        expected[prefix + key] = value
        let at = "spec.template.metadata.labels[\(prefix)\(key)]"
        let detail = "must be '\(value.string ?? "")'"
        if labels[prefix + key] == nil {
          checker.required(at, detail)
        } else if labels[prefix + key] != value {
          checker.invalid(at, labels, detail)
        }
      }
    }
    if !LabelSelector(selector).matches(.object(expected)) {
      checker.invalid(
        "spec.selector", shown: GoLiteral.describe(selector, "LabelSelector", package: "v1"),
        "`selector` not auto-generated")
    }
  }

  private static func jobSpec(_ checker: inout Checker, _ spec: Value, _ path: String) {
    for name in [
      "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
      "backoffLimitPerIndex", "maxFailedIndexes",
    ] {
      checker.nonNegative(path + "." + name, spec[name])
    }
    if let mode = spec["completionMode"]?.string {
      if mode != "NonIndexed", mode != "Indexed" {
        checker.unsupported(path + ".completionMode", .string(mode), ["NonIndexed", "Indexed"])
      }
      if mode == "Indexed" {
        if spec["completions"] == nil { checker.required(path + ".completions", "when completion mode is Indexed") }
        if let parallelism = spec["parallelism"]?.integer, parallelism > 100_000 {
          checker.invalid(
            path + ".parallelism", .integer(parallelism),
            "must be less than or equal to 100000 when completion mode is Indexed")
        }
      }
    }
    JobPolicyValidation.check(&checker, spec, path)
    PodSpecValidation.template(&checker, spec["template"], path + ".template")
    let policy = spec[path: "template", "spec", "restartPolicy"]?.string ?? ""
    let at = path + ".template.spec.restartPolicy"
    if policy.isEmpty || policy == "Always" {
      checker.required(at, "valid values: \"OnFailure\", \"Never\"")
    } else if policy != "OnFailure", policy != "Never" {
      checker.unsupported(at, .string(policy), ["OnFailure", "Never"])
    } else if spec["podFailurePolicy"] != nil, policy != "Never" {
      checker.invalid(at, .string(policy), "only \"Never\" is supported when podFailurePolicy is specified")
    }
  }

  static func cronJob(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let schedule = spec["schedule"]?.string ?? ""
    if schedule.isEmpty {
      checker.required("spec.schedule")
    } else {
      let hasZone = schedule.hasPrefix("TZ=") || schedule.hasPrefix("CRON_TZ=")
      if !hasZone, let problem = CronSchedule.problem(schedule) {
        checker.invalid("spec.schedule", .string(schedule), problem)
      }
      if hasZone {
        checker.invalid(
          "spec.schedule", .string(schedule),
          "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
      }
    }
    checker.nonNegative("spec.startingDeadlineSeconds", spec["startingDeadlineSeconds"])
    if let zone = spec["timeZone"]?.string {
      if zone.isEmpty {
        checker.invalid("spec.timeZone", .string(zone), "timeZone must be nil or non-empty string")
      } else if zone.lowercased() == "local" {
        checker.invalid(
          "spec.timeZone", .string(zone),
          "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
      } else if CivilZone.named(zone) == nil {
        checker.invalid("spec.timeZone", .string(zone), "unknown time zone \(zone)")
      }
    }
    PodSpecValidation.choice(
      &checker, spec["concurrencyPolicy"], "spec.concurrencyPolicy", ["Allow", "Forbid", "Replace"])
    jobSpec(&checker, spec[path: "jobTemplate", "spec"] ?? [:], "spec.jobTemplate.spec")
    checker.nonNegative("spec.successfulJobsHistoryLimit", spec["successfulJobsHistoryLimit"])
    checker.nonNegative("spec.failedJobsHistoryLimit", spec["failedJobsHistoryLimit"])
    if checker.old == nil, let name = checker.object[path: "metadata", "name"]?.string, name.utf8.count > 52 {
      checker.invalid("metadata.name", .string(name), "must be no more than 52 characters")
    }
  }
}
