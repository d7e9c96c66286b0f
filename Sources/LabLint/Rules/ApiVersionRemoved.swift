import Diagnostics
import LabModel

extension Rule {
  static let apiVersionRemoved = Rule(
    id: "api-version-removed", severity: .error,
    summary: "A manifest uses an API version that the cluster no longer serves",
    what:
      "Finds `apiVersion:` lines in commands and YAML blocks that name a version removed at or before the Kubernetes version of the course (`machine.kubernetes`), by the Kubernetes deprecation guide.",
    why:
      "`kubectl apply` answers `no matches for kind`. Such manifests are the most frequent reason why old labs no longer work.",
    example: "```yaml\napiVersion: extensions/v1beta1\nkind: Deployment\n```",
    instead: "```yaml\napiVersion: apps/v1\nkind: Deployment\n```",
    check: { rule, context in
      let minor = Int(context.course.settings.machine.kubernetes.split(separator: ".").dropFirst().first ?? "") ?? 32
      var findings: [Diagnostic] = []
      for page in context.pages where page.isSource {
        for block in page.page.labBlocks where block.isExec || ["yaml", "yml"].contains(block.language.lowercased()) {
          for line in page.codeLines(block) where line.text.contains("apiVersion") {
            guard let match = line.text.firstMatch(of: /^\s*(?:-\s+)?apiVersion:\s+["']?([a-z0-9.\/]+)/),
              let (since, instead) = removed[String(match.output.1)], since <= minor
            else { continue }
            findings.append(
              rule.finding(
                page.location(line, match.output.1.startIndex..<match.output.1.endIndex),
                "'\(match.output.1)' was removed in Kubernetes 1.\(since)", "Use \(instead)."))
          }
        }
      }
      return findings
    })

  /// kubernetes.io, Deprecated API Migration Guide: the minor version without it, and what to use. Where kinds of one group went at
  /// different times, the last.
  private static let removed: [String: (since: Int, instead: String)] = [
    "extensions/v1beta1": (22, "apps/v1, networking.k8s.io/v1 or policy/v1"), "apps/v1beta1": (16, "apps/v1"),
    "apps/v1beta2": (16, "apps/v1"), "networking.k8s.io/v1beta1": (22, "networking.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1beta1": (22, "rbac.authorization.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1alpha1": (22, "rbac.authorization.k8s.io/v1"),
    "apiextensions.k8s.io/v1beta1": (22, "apiextensions.k8s.io/v1"),
    "admissionregistration.k8s.io/v1beta1": (22, "admissionregistration.k8s.io/v1"),
    "certificates.k8s.io/v1beta1": (22, "certificates.k8s.io/v1"),
    "coordination.k8s.io/v1beta1": (22, "coordination.k8s.io/v1"),
    "scheduling.k8s.io/v1beta1": (22, "scheduling.k8s.io/v1"), "batch/v1beta1": (25, "batch/v1"),
    "batch/v2alpha1": (21, "batch/v1"), "policy/v1beta1": (25, "policy/v1"),
    "discovery.k8s.io/v1beta1": (25, "discovery.k8s.io/v1"), "events.k8s.io/v1beta1": (25, "events.k8s.io/v1"),
    "node.k8s.io/v1beta1": (25, "node.k8s.io/v1"), "autoscaling/v2beta1": (25, "autoscaling/v2"),
    "autoscaling/v2beta2": (26, "autoscaling/v2"), "storage.k8s.io/v1beta1": (27, "storage.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta1": (26, "flowcontrol.apiserver.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta2": (29, "flowcontrol.apiserver.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta3": (32, "flowcontrol.apiserver.k8s.io/v1"),
  ]
}
