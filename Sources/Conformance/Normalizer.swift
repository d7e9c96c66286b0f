// Values that no two clusters share, and the named placeholders they become. A placeholder checks the value's form. A value that
// stands for something (a uid, an address, a random suffix) is an identity: it is kept, marked, so that the comparison can ask
// that the same thing has the same name everywhere in the session (`Identities`).

import Foundation

enum Normalizer {
  /// A kind of volatile value: its placeholder's name, its form, and whether its identity matters.
  private struct Form: @unchecked Sendable {
    let name: String
    let pattern: NSRegularExpression
    let isIdentity: Bool

    init(_ name: String, _ pattern: String, identity: Bool = false) {
      self.name = name
      // A pattern of ours that does not compile is a mistake of ours.
      self.pattern = try! NSRegularExpression(pattern: pattern)
      isIdentity = identity
    }
  }

  /// In the order of their application; what an earlier form took is not looked at again.
  private static let forms: [Form] = [
    // The provisioner calls itself by its pod and a uid of its own; in the captures the pod's name is made up.
    Form(
      "provisioner",
      "(?<=\\bmicrok8s\\.io/hostpath_)hostpath-provisioner-[0-9a-z]{8,10}-[0-9a-z]{5}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    ),
    Form("klog-stamp", "(?<=^[EIW])[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6} +[0-9]+(?= [a-z_]+\\.go:)"),
    Form("machine-id", "(?<=Machine ID:)  +[0-9a-f]{32}$"),
    // The certificate of a cluster's authority: an ASN.1 sequence in lines of 64 characters.
    Form("certificate-begin", "(?<=^ {0,8})MII[A-Za-z0-9+/]{61}$"),
    Form("certificate", "(?<=^ {0,8})[A-Za-z0-9+/]{64}$"), Form("certificate-end", "(?<=^ {0,8})[A-Za-z0-9+/]{26}==$"),
    Form("scheduler", "(?<=default-scheduler, )default-scheduler-[a-z0-9-]+"),
    Form("uid", "\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b", identity: true),
    Form("digest", "\\b[0-9a-f]{64}\\b", identity: true),
    Form("token", "\\beyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+"),
    Form("pointer", "(?<=\\(|, )0xc[0-9a-f]{9}\\b"),
    Form("time", "\\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"),
    Form(
      "time",
      "\\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}"),
    Form("time", "\\b20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)? (UTC|[+-][0-9]{4})"),
    Form("pod-address", "\\b10\\.1\\.[0-9]{1,3}\\.[0-9]{1,3}\\b", identity: true),
    Form("service-address", "\\b10\\.152\\.183\\.(?!1\\b|10\\b)[0-9]{1,3}\\b", identity: true),
    Form("resource-version", "(?<=resourceVersion: \")[0-9]+(?=\")"),
    Form("resource-version", "(?<=resourceVersion\": \")[0-9]+(?=\")"),
    Form("resource-version", "(?<=\"resourceVersion\":\")[0-9]+(?=\")"),
    Form("resource-version", "(?<=Resource Version:)  +[0-9]+"),
    Form("token-volume", "(?<=kube-api-access-)[bcdfghjklmnpqrstvwxz2456789]{5}\\b", identity: true),
    Form("event-name", "(?<=\\.)1[0-9a-f]{15}\\b"),
    Form("pull-time", "(?<=in )[0-9.]+m?s \\([0-9.]+m?s including waiting\\)"),
    Form("image-size", "(?<=Image size: )[0-9]+(?= bytes)"),
    Form("suffix", "(?<=[a-z0-9]-[bcdf456789]{8,10}-)[bcdfghjklmnpqrstvwxz2456789]{5}\\b", identity: true),
    Form(
      "suffix", "(?<=\\b[a-z0-9]{1,40}-)[bcdfghjklmnpqrstvwxz2456789]{5}\\b(?=[ \"'/:.,_\\[]|$)", identity: true),
    Form("temporary-file", "(?<=/tmp/)(LIVE|MERGED|kubectl-edit)-[A-Za-z0-9.]+"),
    Form("node-port", "(?<=:)3[0-2][0-9]{3}(?=/TCP|/UDP)", identity: true),
    Form("ago", "\\([0-9a-z]+ ago\\)"),
    Form("repeat", "\\(x[0-9]+ over [0-9a-z]+\\)"),
    Form("age", "(?<=[ \\t]|^)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?(?<=[0-9][dhms])(?=[ \\t\\r]|$)"),
  ]

  /// Hashes over a template that holds a time of its own: a restart writes one into it.
  private static let restarted = Form(
    "template-hash", "(?<=[a-z]-|controller-revision-hash=|pod-template-hash=)[bcdf456789]{8,10}\\b", identity: true)

  /// The line with placeholders in place of volatile values; identities as `<kind=value>`.
  static func normalize(_ line: String, hasRestarts: Bool) -> String {
    var text = line
    for form in hasRestarts ? Normalizer.forms + [restarted] : Normalizer.forms {
      let matches = form.pattern.matches(in: text, range: NSRange(text.startIndex..., in: text))
      for match in matches.reversed() {
        guard match.range.length > 0, let range = Range(match.range, in: text) else { continue }
        let placeholder = form.isIdentity ? "<\(form.name)=\(text[range])>" : "<\(form.name)>"
        text.replaceSubrange(range, with: placeholder)
      }
    }
    return text
  }
}
